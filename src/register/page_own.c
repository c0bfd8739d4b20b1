/* Own fields: an administrator adds, renames and retires fields of a register. */
#include "register/page_own.h"

#include "base/num.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "register/own_field.h"

static const struct {
	enum field_type type;
	const char *key;
	msg_id label;
} types[] = {
	{ FIELD_TEXT, "text", MSG_FACE_TYPE_TEXT }, { FIELD_LONG_TEXT, "long", MSG_FACE_TYPE_LONG }, { FIELD_INTEGER, "integer", MSG_FACE_TYPE_INTEGER },
	{ FIELD_DECIMAL, "decimal", MSG_FACE_TYPE_DECIMAL }, { FIELD_MONEY, "money", MSG_FACE_TYPE_MONEY }, { FIELD_DATE, "date", MSG_FACE_TYPE_DATE },
	{ FIELD_CHOICE, "choice", MSG_FACE_TYPE_CHOICE }, { FIELD_YES_NO, "yesno", MSG_FACE_TYPE_YES_NO }, { FIELD_URL, "url", MSG_FACE_TYPE_URL },
};

static struct str type_label(enum lang lang, enum field_type type)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (types[i].type == type)
			return msg(lang, types[i].label);
	return STR("");
}

static struct str choices_text(struct arena *a, const struct own_field *x)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64u << 10);
	for (size_t i = 0; i < x->choices; i++) {
		if (i)
			buf_char(&b, '\n');
		buf_str(&b, x->choice[i].ja);
		if (x->choice[i].en.n && !str_eq(x->choice[i].en, x->choice[i].ja)) {
			buf_lit(&b, " / ");
			buf_str(&b, x->choice[i].en);
		}
	}
	return str_dup(a, buf_view(&b));
}

/* One choice a line; "日本語 / English". */
static int choices_read(struct own_field *x, struct str s)
{
	struct str line;
	while (str_cut(&s, '\n', &line)) {
		line = str_trim(line);
		if (!line.n)
			continue;
		if (x->choices == OWN_CHOICES)
			return ERR_LIMIT;
		ptrdiff_t slash = str_find(line, STR(" / "));
		x->choice[x->choices].ja = slash < 0 ? line : str_trim(str_sub(line, 0, (size_t)slash));
		x->choice[x->choices].en = slash < 0 ? STR("") : str_trim(str_sub(line, (size_t)slash + 3, line.n));
		x->choices++;
	}
	return 0;
}

static void labelled(struct html *h, const char *id, const char *name, msg_id label, struct str value)
{
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_of(id));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</label><input class=\"form-control\" maxlength=\"100\"");
	html_attr(h, "id", str_of(id));
	html_attr(h, "name", str_of(name));
	html_attr(h, "value", value);
	html_lit(h, "></div>");
}

static void choices_area(struct html *h, const char *id, struct str value)
{
	html_lit(h, "<div class=\"field wide\"><label");
	html_attr(h, "for", str_of(id));
	html_lit(h, ">");
	html_msg(h, MSG_FACE_OWN_CHOICES);
	html_lit(h, "</label><textarea class=\"form-control\" name=\"choices\" rows=\"4\"");
	html_attr(h, "id", str_of(id));
	html_lit(h, ">\n");
	html_text(h, value);
	html_lit(h, "</textarea><span class=\"field-hint\">");
	html_msg(h, MSG_FACE_OWN_CHOICES_HINT);
	html_lit(h, "</span></div>");
}

static void existing(struct face *f, const struct own_field *x, size_t n)
{
	struct html *h = &f->h;
	for (size_t i = 0; i < n; i++) {
		const char *id = str_z(f->a, x[i].name);
		html_lit(h, "<details class=\"card\"><summary class=\"card-header\">");
		html_text(h, x[i].label_ja);
		html_lit(h, " <span class=\"muted small\">");
		html_text(h, type_label(f->lang, x[i].type));
		html_lit(h, "</span>");
		if (x[i].retired) {
			html_lit(h, " ");
			html_badge(h, TONE_GREY, face_text(f, MSG_FACE_OWN_RETIRED));
		}
		html_lit(h, "</summary><div class=\"card-body\">");
		html_form_begin(h, STR("/settings/own-fields"), false);
		html_hidden(h, "register", str_of(f->reg->name));
		html_hidden(h, "name", x[i].name);
		html_lit(h, "<div class=\"form-grid\">");
		labelled(h, str_z(f->a, str_printf(f->a, "%s-ja", id)), "label_ja", MSG_FACE_OWN_LABEL_JA, x[i].label_ja);
		labelled(h, str_z(f->a, str_printf(f->a, "%s-en", id)), "label_en", MSG_FACE_OWN_LABEL_EN, x[i].label_en);
		if (x[i].type == FIELD_CHOICE)
			choices_area(h, str_z(f->a, str_printf(f->a, "%s-choices", id)), choices_text(f->a, &x[i]));
		html_lit(h, "</div><div class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\" name=\"do\" value=\"change\">");
		html_msg(h, MSG_SAVE);
		html_lit(h, "</button><button type=\"submit\" class=\"btn\" name=\"do\"");
		html_attr(h, "value", x[i].retired ? STR("return") : STR("retire"));
		html_lit(h, ">");
		html_msg(h, x[i].retired ? MSG_FACE_OWN_RETURN : MSG_FACE_OWN_RETIRE);
		html_lit(h, "</button></div>");
		html_form_end(h);
		html_lit(h, "</div></details>");
	}
}

static void add_form(struct face *f)
{
	struct html *h = &f->h;
	html_lit(h, "<section class=\"card\"><div class=\"card-header\"><h2 class=\"card-title\">");
	html_msg(h, MSG_FACE_OWN_ADD);
	html_lit(h, "</h2></div><div class=\"card-body\">");
	html_form_begin(h, STR("/settings/own-fields"), false);
	html_hidden(h, "register", str_of(f->reg->name));
	html_lit(h, "<div class=\"form-grid\">");
	labelled(h, "new-ja", "label_ja", MSG_FACE_OWN_LABEL_JA, http_form(f->req, "name").n ? STR("") : http_form(f->req, "label_ja"));
	labelled(h, "new-en", "label_en", MSG_FACE_OWN_LABEL_EN, http_form(f->req, "name").n ? STR("") : http_form(f->req, "label_en"));
	html_lit(h, "<div class=\"field\"><label for=\"new-type\">");
	html_msg(h, MSG_FACE_OWN_TYPE);
	html_lit(h, "</label><select class=\"form-select\" id=\"new-type\" name=\"type\">");
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		html_lit(h, "<option");
		html_attr(h, "value", str_of(types[i].key));
		html_flag(h, "selected", str_eq_z(http_form(f->req, "type"), types[i].key));
		html_lit(h, ">");
		html_msg(h, types[i].label);
		html_lit(h, "</option>");
	}
	html_lit(h, "</select></div>");
	labelled(h, "new-decimals", "decimals", MSG_FACE_OWN_DECIMALS, http_form(f->req, "decimals").n ? http_form(f->req, "decimals") : STR("1"));
	choices_area(h, "new-choices", http_form(f->req, "name").n ? STR("") : http_form(f->req, "choices"));
	html_lit(h, "</div><div class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\" name=\"do\" value=\"create\">");
	html_icon(h, "plus");
	html_msg(h, MSG_FACE_ADD);
	html_lit(h, "</button></div>");
	html_form_end(h);
	html_lit(h, "</div></section>");
}

/* Of a register the administrator may read; f is opened on it, or on the first such register. */
static int open_own(struct http_req *req, struct face *f, struct str name)
{
	const struct reg *r = name.n ? reg_find(name) : NULL;
	for (size_t i = 0; !name.n && !r && i < reg_count(); i++)
		if (auth_ops(auth_principal(req), reg_number(reg_at(i))) & OP_READ)
			r = reg_at(i);
	return face_open_reg(req, f, r, OP_READ);
}

static void show(struct face *f, const struct note *why)
{
	struct html *h = &f->h;
	struct own_field *x;
	size_t n;
	int e = own_field_list(f->conn, f->a, f->reg, &x, &n);
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	struct page p = { 0 };
	if (f->office->frame)
		f->office->frame(f->req, &p);
	p.title = face_text(f, MSG_FACE_OWN_TITLE);
	p.subtitle = face_text(f, MSG_FACE_OWN_ABOUT);
	p.current = "/settings";
	p.help_path = STR("/help/register");
	p.return_path = f->req->path;
	p.notice = face_notice(f);
	if (why)
		f->req->answer->status = 422;
	page_begin(h, &p);
	if (why)
		html_alert(h, TONE_RED, note_str(f->a, f->lang, why), STR_NULL);
	html_lit(h, "<nav><ul class=\"tabs\">");
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		if (!(auth_ops(f->by, reg_number(r)) & OP_READ))
			continue;
		html_lit(h, "<li><a");
		html_href(h, str_printf(f->a, "/settings/own-fields?register=%s", r->name));
		if (r == f->reg)
			html_lit(h, " aria-current=\"page\"");
		html_lit(h, ">");
		html_label(h, r->label);
		html_lit(h, "</a></li>");
	}
	html_lit(h, "</ul></nav>");
	existing(f, x, n);
	if (!n)
		html_empty(h, face_text(f, MSG_FACE_OWN_NONE), face_text(f, MSG_FACE_OWN_NONE_HOW), STR_NULL, STR_NULL);
	add_form(f);
	page_end(h);
}

void page_own(struct http_req *req)
{
	FACE(face);
	if (open_own(req, &face, http_query(req, "register")) == 0)
		show(&face, NULL);
}

struct own_job {
	struct face *f;
	struct own_field field;
	struct str what, name;
	struct note why;
};

static int own_write(struct reg_ctx *ctx, void *arg)
{
	struct own_job *j = arg;
	if (str_eq_z(j->what, "create"))
		return own_field_create(ctx, j->f->reg, &j->field, &j->name, &j->why);
	if (str_eq_z(j->what, "change"))
		return own_field_change(ctx, j->f->reg, &j->field, &j->why);
	return own_field_retire(ctx, j->f->reg, j->field.name, str_eq_z(j->what, "retire"), &j->why);
}

void page_own_save(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	if (open_own(req, f, http_form(req, "register")) < 0)
		return;
	struct own_job *j = ARENA_NEW(f->a, struct own_job);
	j->f = f;
	j->what = http_form(req, "do");
	j->field.name = http_form(req, "name");
	j->field.label_ja = str_trim(http_form(req, "label_ja"));
	j->field.label_en = str_trim(http_form(req, "label_en"));
	struct str type = http_form(req, "type"), decimals = http_form(req, "decimals");
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_eq_z(type, types[i].key))
			j->field.type = types[i].type;
	int64_t places = 0;
	/* What is no number is refused as 0 is. */
	if (num_parse_human(decimals, 0, 0, OWN_DECIMALS, &places) == 0)
		j->field.decimals = (unsigned)places;
	if (choices_read(&j->field, http_form(req, "choices")) < 0) {
		show(f, &NOTE(MSG_FACE_OWN_CHOICES_MANY, ARG_I(OWN_CHOICES)));
		return;
	}
	bool of_choice = j->field.type == FIELD_CHOICE;
	if (str_eq_z(j->what, "create") && !of_choice)
		j->field.choices = 0;
	int e = face_write(f, own_write, j);
	face_lease(f);
	if (e == 0) {
		http_redirect(req, str_printf(f->a, "/settings/own-fields?register=%s&done=field", f->reg->name));
	} else if (e == ERR_INVALID || e == ERR_LIMIT) {
		show(f, &j->why);
	} else {
		face_fail(f, e);
	}
}
