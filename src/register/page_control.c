/* One field of a form: the control that fits its type, hint, error. */
#include "base/num.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "register/page_form.h"

struct control {
	struct face *f;
	const struct field *d;
	struct str id;          /* of the control; hint and error hang on it */
	struct str text;
	bool error, hint;
};

static void described(const struct control *c)
{
	struct html *h = &c->f->h;
	if (c->error && c->hint)
		html_attr(h, "aria-describedby", str_printf(c->f->a, "%.*s-error %.*s-hint", STR_FMT(c->id), STR_FMT(c->id)));
	else if (c->error || c->hint)
		html_attr(h, "aria-describedby", str_printf(c->f->a, "%.*s-%s", STR_FMT(c->id), c->error ? "error" : "hint"));
	if (c->error)
		html_lit(h, " aria-invalid=\"true\"");
	if (c->d->flags & FIELD_REQUIRED)
		html_lit(h, " aria-required=\"true\"");
}

static void input(const struct control *c, const char *type, const char *mode)
{
	struct html *h = &c->f->h;
	const struct field *d = c->d;
	html_lit(h, "<input class=\"form-control\"");
	html_attr(h, "type", str_of(type));
	html_attr(h, "id", c->id);
	html_attr(h, "name", str_of(d->name));
	html_attr(h, "value", c->text);
	if (mode)
		html_attr(h, "inputmode", str_of(mode));
	if (d->type == FIELD_TEXT)
		html_attr_i64(h, "maxlength", d->max ? d->max : LIMIT_TEXT);
	described(c);
	html_lit(h, ">");
	if (d->type == FIELD_MONEY) {
		html_lit(h, " ");
		html_msg(h, MSG_FACE_YEN);
	}
}

static void text_area(const struct control *c)
{
	struct html *h = &c->f->h;
	html_lit(h, "<textarea class=\"form-control\"");
	if (c->d->flags & FIELD_OUTLINE)
		html_lit(h, " rows=\"14\" data-outline wrap=\"off\"");
	else
		html_lit(h, " rows=\"5\"");
	html_attr(h, "id", c->id);
	html_attr(h, "name", str_of(c->d->name));
	described(c);
	html_lit(h, ">\n");
	html_text(h, c->text);
	html_lit(h, "</textarea>");
}

static void radio(const struct control *c, struct str value, struct str label, struct str meaning, bool on, size_t n)
{
	struct html *h = &c->f->h;
	struct str id = n ? str_printf(c->f->a, "%.*s-%zu", STR_FMT(c->id), n) : c->id;
	html_lit(h, "<label class=\"check\"><input type=\"radio\"");
	html_attr(h, "id", id);
	html_attr(h, "name", str_of(c->d->name));
	html_attr(h, "value", value);
	html_flag(h, "checked", on);
	described(c);
	html_lit(h, "><span>");
	html_text(h, label);
	if (meaning.n) {
		html_lit(h, " <span class=\"muted small\">");
		html_text(h, meaning);
		html_lit(h, "</span>");
	}
	html_lit(h, "</span></label>");
}

static void radios(const struct control *c)
{
	struct html *h = &c->f->h;
	const struct field *d = c->d;
	size_t n = 0;
	html_lit(h, "<div class=\"choices\" role=\"radiogroup\"");
	html_attr(h, "aria-labelledby", str_printf(c->f->a, "%.*s-label", STR_FMT(c->id)));
	html_lit(h, ">");
	if (d->type == FIELD_YES_NO) {
		radio(c, STR("yes"), face_text(c->f, MSG_YES), STR_NULL, str_eq(c->text, STR("yes")), n++);
		radio(c, STR("no"), face_text(c->f, MSG_NO), STR_NULL, str_eq(c->text, STR("no")), n++);
		radio(c, STR(""), face_text(c->f, MSG_UNKNOWN), STR_NULL, !c->text.n, n++);
	} else {
		for (size_t i = 0; i < d->choices; i++) {
			struct str value = str_printf(c->f->a, "%d", d->choice[i].number);
			radio(c, value, label_of(d->choice[i].label, c->f->lang), label_of(d->choice[i].meaning, c->f->lang),
			      str_eq(c->text, value), n++);
		}
		radio(c, STR(""), face_text(c->f, d->flags & FIELD_SETTLE ? MSG_FACE_NOT_SET : MSG_UNKNOWN), STR_NULL, !c->text.n, n++);
	}
	html_lit(h, "</div>");
}

static void option(struct html *h, struct str value, struct str label, struct str title, bool on)
{
	html_lit(h, "<option");
	html_attr(h, "value", value);
	if (title.n)
		html_attr(h, "title", title);
	html_flag(h, "selected", on);
	html_lit(h, ">");
	html_text(h, label);
	html_lit(h, "</option>");
}

static void select_begin(const struct control *c)
{
	struct html *h = &c->f->h;
	html_lit(h, "<select class=\"form-select\"");
	html_attr(h, "id", c->id);
	html_attr(h, "name", str_of(c->d->name));
	described(c);
	html_lit(h, ">");
	option(h, STR(""), face_text(c->f, c->d->flags & FIELD_REQUIRED ? MSG_FACE_CHOOSE : MSG_FACE_UNKNOWN_OR_BLANK), STR_NULL, !c->text.n);
}

static void choices(const struct control *c)
{
	struct html *h = &c->f->h;
	bool found = !c->text.n;
	select_begin(c);
	for (size_t i = 0; i < c->d->choices; i++) {
		const struct choice *x = &c->d->choice[i];
		bool on = str_eq_z(c->text, x->key);
		found = found || on;
		option(h, str_of(x->key), label_of(x->label, c->f->lang), label_of(x->meaning, c->f->lang), on);
	}
	if (!found)
		option(h, c->text, c->text, STR_NULL, true);
	html_lit(h, "</select>");
	bool meanings = false;
	for (size_t i = 0; i < c->d->choices; i++)
		meanings = meanings || c->d->choice[i].meaning.ja;
	if (!meanings)
		return;
	html_lit(h, "<details class=\"small\"><summary>");
	html_msg(h, MSG_FACE_MEANINGS);
	html_lit(h, "</summary><dl class=\"kv\">");
	for (size_t i = 0; i < c->d->choices; i++) {
		html_lit(h, "<dt>");
		html_label(h, c->d->choice[i].label);
		html_lit(h, "</dt><dd>");
		html_label(h, c->d->choice[i].meaning);
		html_lit(h, "</dd>");
	}
	html_lit(h, "</dl></details>");
}

static bool holds(struct str list, const char *key)
{
	struct str part;
	while (str_cut(&list, ',', &part))
		if (str_eq_z(str_trim(part), key))
			return true;
	return false;
}

static void several(const struct control *c)
{
	struct html *h = &c->f->h;
	html_lit(h, "<div class=\"choices\" role=\"group\"");
	html_attr(h, "aria-labelledby", str_printf(c->f->a, "%.*s-label", STR_FMT(c->id)));
	html_lit(h, ">");
	/* No box ticked sends nothing: this says that the field was in the form. */
	html_hidden(h, "_given", str_of(c->d->name));
	for (size_t i = 0; i < c->d->choices; i++) {
		const struct choice *x = &c->d->choice[i];
		html_lit(h, "<label class=\"check\"><input type=\"checkbox\"");
		html_attr(h, "id", i ? str_printf(c->f->a, "%.*s-%zu", STR_FMT(c->id), i) : c->id);
		html_attr(h, "name", str_of(c->d->name));
		html_attr(h, "value", str_of(x->key));
		html_flag(h, "checked", holds(c->text, x->key));
		described(c);
		html_lit(h, ">");
		html_label(h, x->label);
		html_lit(h, "</label>");
	}
	html_lit(h, "</div>");
}

static int reference(struct control *c)
{
	struct face *f = c->f;
	struct html *h = &f->h;
	struct option *o;
	size_t n;
	bool more;
	int e = reference_options(f, c->d, STR_NULL, OPTIONS_MAX, &o, &n, &more);
	if (e < 0)
		return e;
	int64_t id = 0;
	bool by_id = str_starts(c->text, STR("#")) && num_parse_i64(str_sub(c->text, 1, c->text.n), 1, INT64_MAX, &id) == 0;
	if (!more) {
		bool found = !c->text.n;
		select_begin(c);
		for (size_t i = 0; i < n; i++) {
			bool on = by_id && o[i].id == id;
			found = found || on;
			option(h, str_printf(f->a, "#%lld", (long long)o[i].id), o[i].title, o[i].code, on);
		}
		if (!found) { /* an archived or hidden row keeps its place until somebody chooses another */
			struct str title = by_id ? reference_title(f, c->d, id) : c->text;
			option(h, c->text, title.n ? title : face_text(f, MSG_FACE_HIDDEN), STR_NULL, true);
		}
		html_lit(h, "</select>");
		return 0;
	}
	struct str shown = c->text;
	if (by_id) {
		struct str title = reference_title(f, c->d, id);
		shown = title.n ? title : c->text;
	}
	struct str list = str_printf(f->a, "%.*s-list", STR_FMT(c->id));
	html_lit(h, "<input class=\"form-control\" type=\"text\" autocomplete=\"off\" hx-trigger=\"input changed delay:250ms\" hx-swap=\"innerHTML\"");
	html_attr(h, "id", c->id);
	html_attr(h, "name", str_of(c->d->name));
	html_attr(h, "value", shown);
	html_attr(h, "list", list);
	html_url_attr(h, "hx-get", face_path(f, "/options"));
	html_attr(h, "hx-target", str_printf(f->a, "#%.*s", STR_FMT(list)));
	html_attr_msg(h, "placeholder", MSG_FACE_REFERENCE_HINT);
	described(c);
	html_lit(h, "><datalist");
	html_attr(h, "id", list);
	html_lit(h, "></datalist>");
	return 0;
}

int form_control(struct face *f, int field, struct str text, const struct note *why)
{
	const struct field *d = f->view.field[field];
	struct html *h = &f->h;
	struct control c = { .f = f, .d = d, .text = text.p ? text : STR(""), .error = why != NULL, .hint = d->hint.ja != NULL };
	c.id = str_printf(f->a, "f-%s", d->name);
	bool group = d->type == FIELD_YES_NO || d->type == FIELD_SCALE || d->type == FIELD_MULTI;
	bool wide = group || d->type == FIELD_LONG_TEXT;
	int e = 0;
	html_lit(h, "<div class=\"field");
	if (wide)
		html_lit(h, " wide");
	if (why)
		html_lit(h, " has-error");
	html_lit(h, "\">");
	if (group) {
		html_lit(h, "<span class=\"label\"");
		html_attr(h, "id", str_printf(f->a, "%.*s-label", STR_FMT(c.id)));
	} else {
		html_lit(h, "<label");
		html_attr(h, "for", c.id);
	}
	html_lit(h, ">");
	html_label(h, d->label);
	if (d->flags & FIELD_REQUIRED) {
		html_lit(h, "<span class=\"required\">");
		html_msg(h, MSG_FACE_REQUIRED);
		html_lit(h, "</span>");
	}
	if (group)
		html_lit(h, "</span>");
	else
		html_lit(h, "</label>");
	switch (d->type) {
	case FIELD_TEXT:
		input(&c, "text", NULL);
		break;
	case FIELD_URL:
		input(&c, "text", "url");
		break;
	case FIELD_LONG_TEXT:
		text_area(&c);
		break;
	case FIELD_INTEGER:
	case FIELD_MONEY:
		input(&c, "text", d->min < 0 ? NULL : "numeric");
		break;
	case FIELD_DECIMAL:
		input(&c, "text", d->min < 0 ? NULL : "decimal");
		break;
	case FIELD_DATE: {
		/* A text that is no date would vanish from a date input: it stays to be corrected. */
		struct date date;
		input(&c, !c.text.n || date_parse_iso(c.text, &date) == 0 ? "date" : "text", NULL);
		break;
	}
	case FIELD_CHOICE:
		choices(&c);
		break;
	case FIELD_MULTI:
		several(&c);
		break;
	case FIELD_SCALE:
	case FIELD_YES_NO:
		radios(&c);
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		e = reference(&c);
		break;
	}
	if (c.hint) {
		html_lit(h, "<span class=\"field-hint\"");
		html_attr(h, "id", str_printf(f->a, "%.*s-hint", STR_FMT(c.id)));
		html_lit(h, ">");
		html_label(h, d->hint);
		html_lit(h, "</span>");
	}
	if (why) {
		html_lit(h, "<span class=\"field-error\"");
		html_attr(h, "id", str_printf(f->a, "%.*s-error", STR_FMT(c.id)));
		html_lit(h, ">");
		html_note(h, why);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div>");
	return e;
}
