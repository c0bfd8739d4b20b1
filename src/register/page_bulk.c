/* Work on the rows somebody ticked: export, one field for all of them, archive. Each row goes through the one write path
 * on its own, so that one refusal stops nobody else's row; the result names the refused ones. */
#include "base/num.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "base/text/http.h"
#include "base/text/register.h"
#include "register/page_detail.h"
#include "register/page_form.h"

struct bulk {
	struct face *f;
	int64_t *id;
	size_t n;
	struct row *row;      /* those that are there and may be read */
	size_t rows;
	struct str back;
};

static bool ids_read(struct bulk *b)
{
	struct http_req *req = b->f->req;
	struct str s;
	while (http_form_many(req, "id", b->n, &s))
		b->n++;
	b->id = ARENA_ARRAY(b->f->a, b->n + 1, int64_t);
	for (size_t i = 0; i < b->n; i++)
		if (!http_form_many(req, "id", i, &s) || num_parse_i64(s, 1, INT64_MAX, &b->id[i]) < 0) {
			http_fail(req, 400, NOTE(MSG_HTTP_PARAM_INT_ANY, ARG_S(STR("id"))));
			return false;
		}
	struct str back = http_form(req, "_return");
	b->back = str_starts(back, face_path(b->f, "")) ? back : face_path(b->f, "");
	if (!b->n) {
		face_stop(b->f, 422, &NOTE0(MSG_FACE_BULK_NONE), b->back, MSG_FACE_BACK_TO_LIST);
		return false;
	}
	if (b->n > LIMIT_BULK_ROWS) {
		face_stop(b->f, 413, &NOTE(MSG_FACE_BULK_MANY, ARG_I(LIMIT_BULK_ROWS)), b->back, MSG_FACE_BACK_TO_LIST);
		return false;
	}
	return true;
}

static int load(struct bulk *b)
{
	b->row = ARENA_ARRAY(b->f->a, b->n + 1, struct row);
	for (size_t from = 0; from < b->n; from += LIMIT_PAGE_ROWS) {
		size_t n = b->n - from < LIMIT_PAGE_ROWS ? b->n - from : LIMIT_PAGE_ROWS;
		struct query q = { .view = &b->f->view, .by = b->f->by, .op = OP_READ, .sort = -2, .descending = true, .limit = n,
			.ids = b->id + from, .id_count = n };
		struct listing list;
		int e = reg_list(b->f->conn, b->f->a, &q, &list);
		if (e < 0)
			return e;
		for (size_t i = 0; i < list.rows && b->rows < b->n; i++)
			b->row[b->rows++] = list.row[i];
	}
	return 0;
}

static void carry(struct bulk *b)
{
	html_hidden(&b->f->h, "_return", b->back);
	for (size_t i = 0; i < b->rows; i++)
		html_hidden(&b->f->h, "id", str_printf(b->f->a, "%lld", (long long)b->row[i].id));
}

static void names(struct bulk *b)
{
	struct html *h = &b->f->h;
	html_lit(h, "<details><summary>");
	html_note(h, &NOTE(MSG_FACE_BULK_ROWS, ARG_I((int64_t)b->rows)));
	html_lit(h, "</summary><ul>");
	for (size_t i = 0; i < b->rows; i++) {
		html_lit(h, "<li>");
		html_text(h, b->row[i].code);
		html_lit(h, " ");
		html_text(h, row_title(&b->f->view, &b->row[i]));
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul></details>");
}

/* The text that says why the field has its value: asked for beside it. */
static int reason_beside(struct face *f, int field)
{
	int at = (size_t)field < f->view.own_from ? reg_reason_field(f->reg, field) : -1;
	return at >= 0 && face_writable(f, f->view.field[at]) ? at : -1;
}

static bool is_reason(struct face *f, int field)
{
	for (size_t i = 0; i < f->view.own_from; i++)
		if (reason_beside(f, (int)i) == field)
			return true;
	return false;
}

/* ---- step 1: which field, or archive ---- */

static void choose(struct bulk *b)
{
	struct face *f = b->f;
	struct html *h = &f->h;
	struct page p = { 0 };
	face_page(f, &p, face_text(f, MSG_FACE_BULK), face_text(f, MSG_FACE_BULK));
	names(b);
	html_form_begin(h, face_path(f, "/bulk"), false);
	carry(b);
	if (f->ops & OP_UPDATE) {
		html_lit(h, "<div class=\"field\"><label for=\"bulk-field\">");
		html_msg(h, MSG_FACE_BULK_FIELD);
		html_lit(h, "</label><select class=\"form-select\" id=\"bulk-field\" name=\"_field\">");
		for (size_t i = 0; i < f->view.fields; i++) {
			const struct field *d = f->view.field[i];
			if (!face_writable(f, d) || (d->flags & FIELD_UNIQUE) || strcmp(d->name, f->reg->title) == 0 || is_reason(f, (int)i))
				continue;
			html_lit(h, "<option");
			html_attr(h, "value", str_of(d->name));
			html_lit(h, ">");
			html_label(h, d->label);
			html_lit(h, "</option>");
		}
		html_lit(h, "</select></div>");
	}
	html_lit(h, "<div class=\"actions\">");
	if (f->ops & OP_UPDATE) {
		html_lit(h, "<button type=\"submit\" class=\"btn btn-primary\" name=\"_do\" value=\"field\">");
		html_msg(h, MSG_FACE_BULK_NEXT);
		html_lit(h, "</button>");
	}
	if (f->ops & OP_ARCHIVE) {
		html_lit(h, "<button type=\"submit\" class=\"btn btn-outline-danger\" name=\"_do\" value=\"archive\">");
		html_icon(h, "archive");
		html_msg(h, MSG_FACE_ARCHIVE);
		html_lit(h, "</button>");
	}
	html_button_link(h, b->back, "x", face_text(f, MSG_CANCEL), false);
	html_lit(h, "</div>");
	html_form_end(h);
	page_end(h);
}

/* ---- step 2: the new value, or the reason ---- */

/* text and errors by view index. */
static void ask(struct bulk *b, int field, const struct str *text, const struct error_list *errors)
{
	struct face *f = b->f;
	struct html *h = &f->h;
	struct page p = { 0 };
	if (errors)
		f->req->answer->status = 422;
	face_page(f, &p, face_text(f, field < 0 ? MSG_FACE_BULK_ARCHIVE : MSG_FACE_BULK), face_text(f, MSG_FACE_BULK));
	html_alert(h, field < 0 ? TONE_RED : TONE_YELLOW,
	           field < 0 ? face_say(f, MSG_FACE_BULK_ARCHIVE_ASK, ARG_I((int64_t)b->rows))
	                     : face_say(f, MSG_FACE_BULK_ASK, ARG_I((int64_t)b->rows), ARG_L(f->view.field[field]->label)), STR_NULL);
	names(b);
	html_form_begin(h, face_path(f, "/bulk"), false);
	carry(b);
	if (field >= 0) {
		html_hidden(h, "_field", str_of(f->view.field[field]->name));
		const int shown[] = { field, reason_beside(f, field) };
		for (size_t i = 0; i < COUNT_OF(shown) && shown[i] >= 0; i++) {
			const struct note *why = NULL;
			for (size_t k = 0; errors && k < errors->n && !why; k++)
				if (errors->error[k].field == shown[i])
					why = &errors->error[k].why;
			if (form_control(f, shown[i], text ? text[shown[i]] : STR_NULL, why) < 0) {
				face_fail(f, ERR_DB);
				return;
			}
		}
	}
	html_lit(h, "<div class=\"field\"><label for=\"f-reason\">");
	html_msg(h, MSG_FACE_REASON);
	html_lit(h, "</label><input class=\"form-control\" id=\"f-reason\" name=\"_reason\" maxlength=\"500\"></div>"
	            "<div class=\"actions\"><button type=\"submit\" name=\"_do\"");
	html_attr(h, "value", field < 0 ? STR("archive-now") : STR("apply"));
	html_lit(h, " class=\"btn ");
	if (field < 0)
		html_lit(h, "btn-danger\">");
	else
		html_lit(h, "btn-primary\">");
	html_note(h, &NOTE(field < 0 ? MSG_FACE_BULK_ARCHIVE_NOW : MSG_FACE_BULK_APPLY, ARG_I((int64_t)b->rows)));
	html_lit(h, "</button>");
	html_button_link(h, b->back, "x", face_text(f, MSG_CANCEL), false);
	html_lit(h, "</div>");
	html_form_end(h);
	page_end(h);
}

/* ---- step 3: done, row by row ---- */

struct refused {
	const struct row *row;
	struct str why;
};

static void apply(struct bulk *b, enum change_kind kind, const struct change *given)
{
	struct face *f = b->f;
	struct html *h = &f->h;
	struct refused *refused = ARENA_ARRAY(f->a, b->rows + 1, struct refused);
	size_t refused_n = 0;
	int64_t changed = 0, same = 0;
	struct str reason = http_form(f->req, "_reason");
	face_release(f);
	for (size_t i = 0; i < b->rows; i++) {
		struct change change = change_new(f->a, kind, &f->view, b->row[i].id);
		for (size_t k = 0; given && k < f->view.fields; k++)
			if (given->given[k])
				change_set(&change, (int)k, given->v[k]);
		change.reason = reason;
		struct reg_ctx ctx = face_ctx(f);
		struct written w = { 0 };
		int e = reg_save(f->office->db, &ctx, &change, &w);
		if (e == 0 && (w.changed || kind != CHANGE_SAVE))
			changed++;
		else if (e == 0)
			same++;
		else {
			struct note why = e == ERR_DENIED ? NOTE(MSG_FACE_DENIED, ARG_L(f->reg->label)) : e == ERR_NOT_FOUND ? NOTE0(MSG_FACE_GONE)
			                : NOTE0(MSG_HTTP_BUSY);
			refused[refused_n++] = (struct refused){ &b->row[i], note_str(f->a, f->lang, w.errors.n ? &w.errors.error[0].why : &why) };
		}
	}
	face_lease(f);
	struct page p = { 0 };
	face_page(f, &p, face_text(f, MSG_FACE_BULK_DONE), face_text(f, MSG_FACE_BULK));
	html_alert(h, refused_n ? TONE_YELLOW : TONE_GREEN,
	           face_say(f, MSG_FACE_BULK_RESULT, ARG_I(changed), ARG_I(same), ARG_I((int64_t)refused_n)), STR_NULL);
	if (refused_n) {
		html_lit(h, "<table class=\"table\"><thead><tr><th scope=\"col\">");
		html_msg(h, MSG_FACE_CODE);
		html_lit(h, "</th><th scope=\"col\">");
		html_msg(h, MSG_FACE_BULK_WHY);
		html_lit(h, "</th></tr></thead><tbody>");
		for (size_t i = 0; i < refused_n; i++) {
			html_lit(h, "<tr><td><a");
			html_href(h, face_row_path(f, refused[i].row->id, ""));
			html_lit(h, ">");
			html_text(h, refused[i].row->code);
			html_lit(h, "</a> ");
			html_text(h, row_title(&f->view, refused[i].row));
			html_lit(h, "</td><td>");
			html_text(h, refused[i].why);
			html_lit(h, "</td></tr>");
		}
		html_lit(h, "</tbody></table>");
	}
	html_lit(h, "<div class=\"actions\">");
	html_button_link(h, b->back, "arrow-left", face_text(f, MSG_FACE_BACK_TO_LIST), true);
	html_lit(h, "</div>");
	page_end(h);
}

static void apply_field(struct bulk *b, int field)
{
	struct face *f = b->f;
	struct str *text = form_texts(f);
	struct error_list errors = { .arena = f->a };
	struct change change = change_new(f->a, CHANGE_SAVE, &f->view, 0);
	const int reason = reason_beside(f, field);
	for (size_t i = 0; i < f->view.fields; i++)
		if ((int)i != field && ((int)i != reason || !str_trim(text[i]).n))
			text[i] = STR_NULL; /* a blank reason leaves those that stand */
	if (!text[field].p)
		text[field] = STR("");
	int e = change_from_text(f, &change, text, &errors);
	if (e == 0 && !errors.n && reason >= 0 && change.v[field].known && !change.given[reason])
		error_add(&errors, reason, NOTE0(MSG_FIELD_REASON));
	if (e < 0)
		face_fail(f, e);
	else if (errors.n)
		ask(b, field, text, &errors);
	else
		apply(b, CHANGE_SAVE, &change);
}

static void export_selected(struct bulk *b)
{
	CLEANUP(buf_release) struct buf path;
	buf_init(&path, LIMIT_URL);
	buf_str(&path, face_path(b->f, "/export?format=xlsx"));
	for (size_t i = 0; i < b->n; i++) {
		buf_lit(&path, "&id=");
		buf_i64(&path, b->id[i]);
	}
	if (buf_error(&path))
		face_stop(b->f, 413, &NOTE(MSG_FACE_BULK_MANY, ARG_I(LIMIT_PAGE_ROWS)), b->back, MSG_FACE_BACK_TO_LIST);
	else
		http_redirect(b->f->req, buf_view(&path));
}

void page_bulk(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct bulk b = { .f = f };
	struct str what = http_form(req, "_do");
	bool archive = str_eq_z(what, "archive") || str_eq_z(what, "archive-now"), out = str_eq_z(what, "export"), choosing = str_eq_z(what, "choose");
	bool field_work = str_eq_z(what, "field") || str_eq_z(what, "apply");
	if (!archive && !out && !choosing && !field_work) {
		http_fail(req, 400, NOTE(MSG_HTTP_PARAM_UNKNOWN, ARG_S(STR("_do"))));
		return;
	}
	enum op op = archive ? OP_ARCHIVE : out ? OP_EXPORT : choosing ? OP_READ : OP_UPDATE;
	if (face_open(req, f, op) < 0)
		return;
	if (choosing && !(f->ops & (OP_UPDATE | OP_ARCHIVE))) {
		face_refuse(f, NULL);
		return;
	}
	if (!ids_read(&b))
		return;
	if (out) {
		export_selected(&b);
		return;
	}
	int e = load(&b);
	int field = field_work ? reg_view_field(&f->view, http_form(req, "_field")) : -1;
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	if (field_work && (field < 0 || !face_writable(f, f->view.field[field]))) {
		http_fail(req, 422, NOTE(MSG_HTTP_PARAM_UNKNOWN, ARG_S(STR("_field"))));
		return;
	}
	if (choosing)
		choose(&b);
	else if (str_eq_z(what, "archive"))
		ask(&b, -1, NULL, NULL);
	else if (str_eq_z(what, "archive-now"))
		apply(&b, CHANGE_ARCHIVE, NULL);
	else if (str_eq_z(what, "field"))
		ask(&b, field, NULL, NULL);
	else
		apply_field(&b, field);
}
