/* New rows and changes: the form, its errors, the page for a lost update, drafts. */
#include "register/page_form.h"

#include "base/num.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "base/text/http.h"
#include "register/draft.h"

const struct param *form_param(const struct http_req *req, struct str name)
{
	return field_param(req, 1, name);
}

struct str draft_key(struct face *f, int64_t id)
{
	return id ? str_printf(f->a, "%s:%lld", f->reg->name, (long long)id) : str_printf(f->a, "%s:new", f->reg->name);
}

/* Several boxes of one field are one text: keys with commas between. */
static void take(struct face *f, struct str *text, const struct http_pair *pair)
{
	int at = reg_view_field(&f->view, pair->name);
	if (str_eq(pair->name, STR("_given"))) {
		at = reg_view_field(&f->view, pair->value);
		if (at >= 0 && !text[at].p)
			text[at] = STR("");
		return;
	}
	if (at < 0 || pair->file || !face_writable(f, f->view.field[at]))
		return;
	bool multi = f->view.field[at]->type == FIELD_MULTI;
	if (multi && text[at].p && text[at].n)
		text[at] = str_printf(f->a, "%.*s,%.*s", STR_FMT(text[at]), STR_FMT(pair->value));
	else
		text[at] = pair->value.p ? pair->value : STR("");
}

static struct str *take_all(struct face *f, const struct http_pair *pair, size_t n)
{
	struct str *text = ARENA_ARRAY(f->a, f->view.fields + 1, struct str);
	for (size_t i = 0; i < n; i++)
		take(f, text, &pair[i]);
	return text;
}

struct str *form_texts(struct face *f)
{
	return take_all(f, f->req->form, f->req->forms);
}

struct str *form_texts_of(struct face *f, struct str data)
{
	struct http_pair *pair;
	size_t n;
	return http_parse_urlencoded(f->a, data, &pair, &n) < 0 ? NULL : take_all(f, pair, n);
}

/* ---- the page ---- */

struct form {
	struct face *f;
	const struct row *row;          /* NULL: a new one */
	struct str *text;               /* by view index */
	int64_t revision;               /* that the person builds on */
	const struct error_list *errors;
	const struct str *theirs;       /* lost update: what stands there now, by view index */
	struct str draft_at;            /* a draft waits: from when; empty when none */
};

static const struct note *error_of(const struct form *x, int field)
{
	for (size_t i = 0; x->errors && i < x->errors->n; i++)
		if (x->errors->error[i].field == field)
			return &x->errors->error[i].why;
	return NULL;
}

static void error_summary(const struct form *x)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	if (!x->errors || !x->errors->n)
		return;
	html_lit(h, "<div class=\"alert tone-red\" role=\"alert\">");
	html_icon(h, "alert-triangle");
	html_lit(h, "<div><div class=\"alert-title\">");
	html_note(h, &NOTE(MSG_FACE_ERRORS, ARG_I((int64_t)x->errors->n)));
	html_lit(h, "</div><ul>");
	for (size_t i = 0; i < x->errors->n; i++) {
		const struct field_error *e = &x->errors->error[i];
		html_lit(h, "<li>");
		if (e->field >= 0) {
			const struct field *d = f->view.field[e->field];
			html_lit(h, "<a");
			html_href(h, str_printf(f->a, "#f-%s", d->name));
			html_lit(h, ">");
			html_label(h, d->label);
			html_lit(h, "</a> ");
		}
		html_note(h, &e->why);
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul></div></div>");
}

/* What the text of a form's input reads as. */
static struct str shown(struct face *f, int field, struct str text)
{
	const struct field *d = f->view.field[field];
	struct value v;
	struct note why;
	int64_t id;
	if (field_is_ref(d) && str_starts(text, STR("#")) && num_parse_i64(str_sub(text, 1, text.n), 1, INT64_MAX, &id) == 0)
		return reference_title(f, d, id);
	if (value_parse(d, f->a, text, f->lang, &v, &why) < 0 || (!v.known && d->type != FIELD_YES_NO))
		return text;
	return value_str(f->a, d, &v, FORM_VIEW, f->lang);
}

/* As they read, not as they were sent: a textarea has line ends of its own, and a row may be typed by its title. */
static bool reads_the_same(struct face *f, int field, struct str a, struct str b)
{
	const bool both_ids = str_starts(a, STR("#")) && str_starts(b, STR("#")) && field_is_ref(f->view.field[field]);
	return str_eq(a, b) || (!both_ids && str_eq(shown(f, field, a), shown(f, field, b)));
}

static void lost_update(const struct form *x)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	if (!x->theirs)
		return;
	html_lit(h, "<section class=\"card\"><div class=\"card-body\">");
	html_alert(h, TONE_YELLOW, face_text(f, MSG_FACE_LOST_TITLE), face_say(f, MSG_FACE_LOST, ARG_S(x->row->updated_by)));
	html_lit(h, "<table class=\"diff\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_FACE_FIELD);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_FACE_YOURS);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_FACE_THEIRS);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < f->view.fields; i++) {
		if (!x->text[i].p || reads_the_same(f, (int)i, x->text[i], x->theirs[i]))
			continue;
		html_lit(h, "<tr><th scope=\"row\">");
		html_label(h, f->view.field[i]->label);
		html_lit(h, "</th><td class=\"after\">");
		html_lines(h, shown(f, (int)i, x->text[i]));
		html_lit(h, "</td><td class=\"before\">");
		html_lines(h, shown(f, (int)i, x->theirs[i]));
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table><p>");
	html_msg(h, MSG_FACE_LOST_HOW);
	html_lit(h, "</p><div class=\"actions\">");
	html_button_link(h, face_row_path(f, x->row->id, ""), "x", face_text(f, MSG_FACE_TAKE_THEIRS), false);
	html_lit(h, "</div></div></section>");
}

static void draft_offer(const struct form *x)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	if (!x->draft_at.n)
		return;
	html_lit(h, "<div class=\"alert tone-blue\" role=\"status\">");
	html_icon(h, "file-text");
	html_lit(h, "<div><div class=\"alert-title\">");
	html_note(h, &NOTE(MSG_FACE_DRAFT_FOUND, ARG_S(x->draft_at)));
	html_lit(h, "</div><div class=\"actions\">");
	html_button_link(h, x->row ? face_row_path(f, x->row->id, "/edit?draft=1") : face_path(f, "/new?draft=1"), "restore",
	                 face_text(f, MSG_FACE_DRAFT_TAKE), false);
	html_post_button(h, x->row ? face_row_path(f, x->row->id, "/draft/drop") : face_path(f, "/draft/drop"), "trash",
	                 face_text(f, MSG_FACE_DRAFT_DROP), TONE_NEUTRAL, STR_NULL);
	html_lit(h, "</div></div></div>");
}

static void read_only(struct face *f, int field, const struct row *row)
{
	static const struct value blank = { .known = false };
	const struct field *d = f->view.field[field];
	struct html *h = &f->h;
	html_lit(h, "<div class=\"field\"><span class=\"label\">");
	html_label(h, d->label);
	html_lit(h, "</span><div class=\"derived\">");
	value_html(h, d, row ? &row->v[field] : &blank, true);
	html_lit(h, "</div>");
	if (d->derived && d->formula.ja) {
		html_lit(h, "<span class=\"formula\">");
		html_label(h, d->formula);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div>");
}

static bool same_section(const struct field *a, const struct field *b)
{
	return str_eq(str_of(a->section.ja), str_of(b->section.ja));
}

/* The right to private fields may hold for other units only: what cannot be sent must not stand in the form. */
static bool offered(const struct form *x, const struct field *d)
{
	struct face *f = x->f;
	bool private = d->flags & (FIELD_PRIVATE | FIELD_SECRET);
	return reg_field_readable(f->by, f->reg, d) && (!private || !x->row || face_may(f, OP_PRIVATE, x->row));
}

static bool idle(const struct form *x, size_t field)
{
	const struct face *f = x->f;
	return x->row && f->reg->hooks && f->reg->hooks->idle && f->reg->hooks->idle(x->row, f->view.field[field]);
}

/* The fields of the section of field i that are idle or not. *ret_left: some of the others are still to be shown. */
static int section_fields(const struct form *x, size_t i, bool *done, bool folded, bool *ret_left, bool *ret_wrong)
{
	struct face *f = x->f;
	const struct field *first = f->view.field[i];
	for (size_t k = i; k < f->view.fields; k++) {
		const struct field *d = f->view.field[k];
		if (done[k] || !same_section(first, d) || (k >= f->view.own_from) != (i >= f->view.own_from))
			continue;
		if (idle(x, k) != folded) {
			*ret_left = *ret_left || offered(x, d);
			*ret_wrong = *ret_wrong || error_of(x, (int)k);
			continue;
		}
		done[k] = true;
		if (!offered(x, d))
			continue;
		if (!face_writable(f, d)) {
			if (x->row)
				read_only(f, (int)k, x->row);
			continue;
		}
		int e = form_control(f, (int)k, x->text[k], error_of(x, (int)k));
		if (e < 0)
			return e;
	}
	return 0;
}

static int fields(const struct form *x)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	bool *done = ARENA_ARRAY(f->a, f->view.fields + 1, bool);
	for (size_t i = 0; i < f->view.fields; i++) {
		const struct field *first = f->view.field[i];
		if (done[i])
			continue;
		html_lit(h, "<fieldset class=\"field-group\">");
		if (first->section.ja || i >= f->view.own_from) {
			html_lit(h, "<legend>");
			if (first->section.ja)
				html_label(h, first->section);
			else
				html_msg(h, MSG_FACE_OWN_FIELDS);
			html_lit(h, "</legend>");
		}
		html_lit(h, "<div class=\"form-grid\">");
		bool left = false, wrong = false;
		int e = section_fields(x, i, done, false, &left, &wrong);
		html_lit(h, "</div>");
		if (e == 0 && left) {
			html_lit(h, "<details class=\"fold\"");
			html_flag(h, "open", wrong);
			html_lit(h, "><summary>");
			html_msg(h, MSG_FACE_IDLE);
			html_lit(h, "</summary><div class=\"form-grid\">");
			e = section_fields(x, i, done, true, &left, &wrong);
			html_lit(h, "</div></details>");
		}
		if (e < 0)
			return e;
		html_lit(h, "</fieldset>");
	}
	return 0;
}

static void show(struct form *x, int status)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	struct page p = { 0 };
	struct str title = x->row ? face_say(f, MSG_FACE_EDIT_TITLE, ARG_S(row_title(&f->view, x->row)))
	                          : face_say(f, MSG_FACE_NEW_TITLE, ARG_L(f->reg->label));
	p.subtitle = label_of(f->reg->about, f->lang);
	f->req->answer->status = status;
	face_page(f, &p, title, x->row ? x->row->code : face_text(f, MSG_FACE_ADD));
	draft_offer(x);
	lost_update(x);
	error_summary(x);
	struct str back = x->row ? face_row_path(f, x->row->id, "") : face_path(f, "");
	html_form_begin_draft(h, x->row ? face_row_path(f, x->row->id, "/edit") : face_path(f, "/new"), false,
	                      draft_key(f, x->row ? x->row->id : 0));
	if (x->row)
		html_hidden(h, "_revision", str_printf(f->a, "%lld", (long long)x->revision));
	int e = fields(x);
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	if (x->row) {
		html_lit(h, "<div class=\"field\"><label for=\"f-reason\">");
		html_msg(h, MSG_FACE_REASON);
		html_lit(h, "</label><input class=\"form-control\" id=\"f-reason\" name=\"_reason\" maxlength=\"500\"");
		html_attr(h, "value", http_form(f->req, "_reason"));
		html_lit(h, "><span class=\"field-hint\">");
		html_msg(h, MSG_FACE_REASON_HINT);
		html_lit(h, "</span></div>");
	}
	html_lit(h, "<div class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\">");
	html_icon(h, "device-floppy");
	html_msg(h, x->theirs ? MSG_FACE_OVERWRITE : MSG_SAVE);
	html_lit(h, "</button>");
	html_button_link(h, back, "x", face_text(f, MSG_CANCEL), false);
	html_lit(h, "</div>");
	html_form_end(h);
	page_end(h);
}

static void find_draft(struct form *x)
{
	struct face *f = x->f;
	struct str content;
	int64_t at;
	if (draft_get(f->conn, f->a, f->by, draft_key(f, x->row ? x->row->id : 0), &content, &at) != 0 || !content.n)
		return;
	if (str_eq_z(http_query(f->req, "draft"), "1")) {
		struct str *text = form_texts_of(f, content);
		for (size_t i = 0; text && i < f->view.fields; i++)
			if (text[i].p)
				x->text[i] = text[i];
		/* The revision it was begun on: a change made meanwhile by somebody else is still noticed. */
		struct http_pair *pair;
		size_t n;
		if (http_parse_urlencoded(f->a, content, &pair, &n) == 0)
			for (size_t i = 0; i < n; i++)
				if (x->row && str_eq(pair[i].name, STR("_revision")) &&
				    num_parse_i64(pair[i].value, 1, x->row->revision, &x->revision) < 0)
					x->revision = x->row->revision;
		return;
	}
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 100);
	clock_put_local(&b, at);
	x->draft_at = str_dup(f->a, buf_view(&b));
}

/* ---- handlers ---- */

void page_new(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	if (face_open(req, f, OP_CREATE) < 0)
		return;
	struct form x = { .f = f, .text = ARENA_ARRAY(f->a, f->view.fields + 1, struct str) };
	find_draft(&x);
	show(&x, 200);
}

void page_edit(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open(req, f, OP_UPDATE) < 0 || face_row(f, req->capture[2], OP_UPDATE, &row) < 0)
		return;
	struct form x = { .f = f, .row = &row, .text = row_texts(f, &row), .revision = row.revision };
	find_draft(&x);
	show(&x, 200);
}

static int drop_draft(struct reg_ctx *ctx, void *arg)
{
	const struct str *key = arg;
	return draft_forget(ctx, *key);
}

static void forget_draft(struct face *f, int64_t id)
{
	struct str key = draft_key(f, id);
	struct str content;
	int64_t at;
	face_lease(f);
	if (draft_get(f->conn, f->a, f->by, key, &content, &at) == 0 && face_write(f, drop_draft, &key) < 0)
		return; /* it will be offered once more: no harm */
}

/* The row as it is now beside what the person wanted. */
static void show_lost(struct form *x)
{
	struct face *f = x->f;
	struct row *now = ARENA_NEW(f->a, struct row);
	face_lease(f);
	int e = reg_get(f->conn, f->a, f->by, &f->view, x->row->id, now);
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	x->row = now;
	x->revision = now->revision;
	x->theirs = row_texts(f, now);
	show(x, 409);
}

struct trial {
	const struct change *change;
	struct written w;
};

static int write_and_undo(struct reg_ctx *ctx, void *arg)
{
	struct trial *t = arg;
	int e = reg_write(ctx, t->change, &t->w);
	return e < 0 ? e : ERR_INVALID; /* nothing of it stands */
}

/* A text that could not be read ends the saving before the rest is looked at: what is missing, what the register's rules say of
 * it. The person shall see all at once. */
static void rest_too(struct face *f, const struct change *change, struct error_list *errors)
{
	struct trial t = { .change = change };
	const size_t known = errors->n;
	int e = face_write(f, write_and_undo, &t);
	for (size_t i = 0; (e == ERR_INVALID || e == ERR_EXISTS) && i < t.w.errors.n; i++) {
		const struct field_error *x = &t.w.errors.error[i];
		bool told = x->field < 0; /* of the row as a whole, which is not whole yet */
		for (size_t k = 0; k < known && !told; k++)
			told = errors->error[k].field == x->field;
		if (!told)
			error_add(errors, x->field, x->why);
	}
	face_lease(f);
}

static void save(struct face *f, const struct row *row)
{
	struct form x = { .f = f, .row = row, .text = form_texts(f) };
	struct error_list errors = { .arena = f->a };
	struct change change = change_new(f->a, CHANGE_SAVE, &f->view, row ? row->id : 0);
	if (row && num_parse_i64(http_form(f->req, "_revision"), 1, INT64_MAX, &change.revision) < 0) {
		http_fail(f->req, 400, NOTE(MSG_HTTP_PARAM_INT_ANY, ARG_S(STR("_revision"))));
		return;
	}
	x.revision = change.revision;
	change.reason = http_form(f->req, "_reason");
	int e = change_from_text(f, &change, x.text, &errors);
	struct written w = { 0 };
	if (e == 0 && errors.n) {
		rest_too(f, &change, &errors);
		e = ERR_INVALID;
	}
	if (e == 0) {
		face_release(f);
		struct reg_ctx ctx = face_ctx(f);
		e = reg_save(f->office->db, &ctx, &change, &w);
		for (size_t i = 0; e < 0 && i < w.errors.n; i++)
			error_add(&errors, w.errors.error[i].field, w.errors.error[i].why);
		face_lease(f);
	}
	if (e == 0) {
		forget_draft(f, row ? row->id : 0);
		face_redirect(f, face_row_path(f, w.id, ""), w.created ? "created" : w.changed ? "saved" : "same");
	} else if (e == ERR_CONFLICT && row) {
		show_lost(&x);
	} else if ((e == ERR_INVALID || e == ERR_EXISTS || e == ERR_DENIED) && errors.n) {
		x.errors = &errors;
		show(&x, e == ERR_DENIED ? 403 : 422);
	} else {
		face_fail(f, e);
	}
}

void page_new_save(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	if (face_open(req, f, OP_CREATE) == 0)
		save(f, NULL);
}

void page_edit_save(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open(req, f, OP_UPDATE) == 0 && face_row(f, req->capture[2], OP_UPDATE, &row) == 0)
		save(f, &row);
}

void page_draft_drop(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row = { 0 };
	if (face_open(req, f, OP_READ) < 0 || (req->capture[2].n && face_row(f, req->capture[2], OP_READ, &row) < 0))
		return;
	struct str key = draft_key(f, row.id);
	int e = face_write(f, drop_draft, &key);
	if (e < 0)
		face_fail(f, e);
	else
		face_redirect(f, row.id ? face_row_path(f, row.id, "/edit") : face_path(f, "/new"), "draft-gone");
}

struct draft_job {
	struct office *office;
	const struct principal *by;
	struct arena *a;
	struct str key, data;
};

static int keep_draft(struct db_conn *c, void *arg)
{
	const struct draft_job *j = arg;
	struct reg_ctx ctx = { .conn = c, .arena = j->a, .by = j->by, .key = j->office->key };
	return draft_put(&ctx, j->key, j->data);
}

/* POST /draft: what app.js sends while somebody types. The key names a form of a register the principal may write. */
void page_draft_save(struct http_req *req)
{
	struct draft_job j = { office_of(req), auth_principal(req), req->arena, http_form(req, "key"), http_form(req, "data") };
	ptrdiff_t colon = str_find_char(j.key, ':');
	const struct reg *r = colon > 0 ? reg_find(str_sub(j.key, 0, (size_t)colon)) : NULL;
	if (!r || !(auth_ops(j.by, reg_number(r)) & (OP_CREATE | OP_UPDATE))) {
		http_fail(req, 404, NOTE0(MSG_HTTP_NOT_FOUND));
		return;
	}
	int e = db_write(j.office->db, keep_draft, &j);
	if (e == ERR_LIMIT)
		http_fail(req, 413, NOTE0(MSG_FACE_LIMIT));
	else if (e == ERR_DENIED)
		http_fail(req, 403, NOTE(MSG_FACE_DENIED, ARG_L(r->label)));
	else if (e < 0)
		http_fail(req, 503, NOTE0(MSG_HTTP_BUSY));
	else
		req->answer->status = 204;
}
