/* The two grave operations of a row, each on a page of its own: merging it with another, and erasing its personal data. */
#include "register/page_detail.h"

#include "base/text.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "base/text/register.h"
#include "register/engine.h"

/* ---- merge ---- */

struct grave {
	struct face *f;
	int64_t id, from;
	bool fill;
	struct str reason;
	struct written w;
};

static int merge(struct reg_ctx *ctx, void *arg)
{
	struct grave *u = arg;
	return reg_merge(ctx, &u->f->view, u->id, u->from, u->fill, u->reason, &u->w);
}

/* The other row, by its code or name. */
static int other_row(struct face *f, const struct row *row, struct row *ret, struct note *why)
{
	struct str code = str_trim(f->req->method == HTTP_POST ? http_form(f->req, "other") : http_query(f->req, "other"));
	if (!code.n)
		return ERR_NOT_FOUND;
	const struct field as_reference = { .name = "other", .type = FIELD_REFERENCE, .target = f->reg->name };
	int64_t id;
	int e = reference_find(f->conn, f->a, f->by, &as_reference, code, &id);
	if (e == 0 && id != row->id)
		e = reg_get(f->conn, f->a, f->by, &f->view, id, ret);
	else if (e == 0) {
		*why = NOTE0(MSG_MERGE_SAME);
		return ERR_INVALID;
	}
	if (e == ERR_NOT_FOUND || e == ERR_INVALID)
		*why = e == ERR_INVALID ? NOTE(MSG_REFERENCE_SEVERAL, ARG_L(f->reg->label), ARG_S(text_clip(code, 60)), ARG_S(str_of(f->reg->code)))
		                        : NOTE(MSG_REFERENCE_NONE, ARG_L(f->reg->label), ARG_S(text_clip(code, 60)));
	return e;
}

void page_merge(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct html *h = &face.h;
	struct row row, other;
	struct note why = NOTE0(MSG_NONE);
	if (face_open(req, f, OP_ARCHIVE) < 0 || face_row(f, req->capture[2], OP_ARCHIVE, &row) < 0)
		return;
	int e = other_row(f, &row, &other, &why);
	if (e < 0 && e != ERR_NOT_FOUND && e != ERR_INVALID) {
		face_fail(f, e);
		return;
	}
	struct page p = { 0 };
	face_page(f, &p, face_say(f, MSG_FACE_MERGE_TITLE, ARG_S(row_title(&f->view, &row))), row.code);
	html_lit(h, "<p>");
	html_msg(h, MSG_FACE_MERGE_HOW);
	html_lit(h, "</p><form method=\"get\" class=\"filters\"");
	html_url_attr(h, "action", face_row_path(f, row.id, "/merge"));
	html_lit(h, "><div class=\"field");
	if (why.id)
		html_lit(h, " has-error");
	html_lit(h, "\"><label for=\"other\">");
	html_msg(h, MSG_FACE_MERGE_OTHER);
	html_lit(h, "</label><input class=\"form-control\" id=\"other\" name=\"other\" required");
	html_attr(h, "value", http_query(req, "other"));
	if (why.id)
		html_lit(h, " aria-invalid=\"true\" aria-describedby=\"other-error\"");
	html_lit(h, ">");
	if (why.id) {
		html_lit(h, "<span class=\"field-error\" id=\"other-error\">");
		html_note(h, &why);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div><div class=\"actions\"><button type=\"submit\" class=\"btn\">");
	html_msg(h, MSG_FACE_MERGE_COMPARE);
	html_lit(h, "</button></div></form>");
	if (e == 0) {
		int64_t blanks = 0;
		html_lit(h, "<table class=\"diff\"><thead><tr><th scope=\"col\">");
		html_msg(h, MSG_FACE_FIELD);
		html_lit(h, "</th><th scope=\"col\">");
		html_note(h, &NOTE(MSG_FACE_MERGE_KEEP, ARG_S(row.code)));
		html_lit(h, "</th><th scope=\"col\">");
		html_note(h, &NOTE(MSG_FACE_MERGE_GO, ARG_S(other.code)));
		html_lit(h, "</th></tr></thead><tbody>");
		for (size_t i = 0; i < f->view.fields; i++) {
			const struct field *d = f->view.field[i];
			if (!reg_field_readable(f->by, f->reg, d) || value_eq(d, &row.v[i], &other.v[i]))
				continue;
			blanks += merge_fills(f->by, &f->view, i, &row, &other);
			html_lit(h, "<tr><th scope=\"row\">");
			html_label(h, d->label);
			html_lit(h, "</th><td class=\"after\">");
			value_html(h, d, &row.v[i], true);
			html_lit(h, "</td><td class=\"before\">");
			value_html(h, d, &other.v[i], true);
			html_lit(h, "</td></tr>");
		}
		html_lit(h, "</tbody></table>");
		html_form_begin(h, face_row_path(f, row.id, "/merge"), false);
		html_hidden(h, "other", other.code);
		if (blanks) {
			html_lit(h, "<p><label><input type=\"checkbox\" name=\"fill\" value=\"1\" checked> ");
			html_note(h, &NOTE(MSG_FACE_MERGE_FILL, ARG_I(blanks), ARG_S(other.code)));
			html_lit(h, "</label></p>");
		}
		html_lit(h, "<div class=\"field\"><label for=\"merge-reason\">");
		html_msg(h, MSG_FACE_REASON);
		html_lit(h, "</label><input class=\"form-control\" id=\"merge-reason\" name=\"reason\" maxlength=\"500\"></div>"
		            "<div class=\"actions\"><button type=\"submit\" class=\"btn btn-danger\">");
		html_icon(h, "git-merge");
		html_note(h, &NOTE(MSG_FACE_MERGE_DO, ARG_S(other.code), ARG_S(row.code)));
		html_lit(h, "</button>");
		html_button_link(h, face_row_path(f, row.id, ""), "x", face_text(f, MSG_CANCEL), false);
		html_lit(h, "</div>");
		html_form_end(h);
	}
	page_end(h);
}

void page_merge_save(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row, other;
	struct note why = NOTE0(MSG_NONE);
	if (face_open(req, f, OP_ARCHIVE) < 0 || face_row(f, req->capture[2], OP_ARCHIVE, &row) < 0)
		return;
	int e = other_row(f, &row, &other, &why);
	if (e < 0) {
		if (why.id)
			face_stop(f, 422, &why, face_row_path(f, row.id, "/merge"), MSG_FACE_BACK_TO_FORM);
		else
			face_fail(f, e);
		return;
	}
	if (!face_may(f, OP_ARCHIVE, &other)) {
		face_refuse(f, &other);
		return;
	}
	struct grave u = { .f = f, .id = row.id, .from = other.id, .fill = http_form(req, "fill").n > 0, .reason = http_form(req, "reason") };
	e = face_write(f, merge, &u);
	if (e == 0)
		face_redirect(f, face_row_path(f, row.id, ""), "merged");
	else if (u.w.errors.n)
		face_stop(f, e == ERR_EXISTS ? 409 : 422, &u.w.errors.error[0].why, face_row_path(f, row.id, "/merge"), MSG_FACE_BACK_TO_FORM);
	else
		face_fail(f, e);
}

/* ---- erasing personal data ---- */

static int erase(struct reg_ctx *ctx, void *arg)
{
	struct grave *u = arg;
	return reg_erase(ctx, &u->f->view, u->id, u->reason, &u->w);
}

/* The row, for who may erase it. False when it has answered. */
static bool erase_open(struct http_req *req, struct face *f, struct row *ret)
{
	if (face_open(req, f, OP_PRIVATE) < 0 || face_row(f, req->capture[2], OP_PRIVATE, ret) < 0)
		return false;
	if (!face_may(f, OP_ARCHIVE, ret)) {
		face_refuse(f, ret);
		return false;
	}
	if (!reg_erasable(f->reg)) {
		face_fail(f, ERR_NOT_FOUND);
		return false;
	}
	return true;
}

static void erase_page(struct face *f, const struct row *row, bool without_reason)
{
	struct html *h = &f->h;
	struct page p = { 0 };
	size_t n = 0;
	face_page(f, &p, face_say(f, MSG_FACE_ERASE_TITLE, ARG_S(row_title(&f->view, row))), row->code);
	html_lit(h, "<p>");
	html_msg(h, MSG_FACE_ERASE_HOW);
	html_lit(h, "</p><table class=\"diff\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_FACE_FIELD);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_FACE_ERASE_VALUE);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < f->reg->fields; i++) {
		const struct field *d = &f->reg->field[i];
		if (!field_erasable(d) || !row->v[i].known)
			continue;
		n++;
		html_lit(h, "<tr><th scope=\"row\">");
		html_label(h, d->label);
		html_lit(h, "</th><td class=\"before\">");
		value_html(h, d, &row->v[i], true);
		html_lit(h, "</td></tr>");
	}
	if (!n) {
		html_lit(h, "<tr><td colspan=\"2\">");
		html_msg(h, MSG_FACE_ERASE_NOTHING);
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table>");
	if (n) {
		html_form_begin(h, face_row_path(f, row->id, "/erase"), false);
		html_lit(h, "<div class=\"field");
		if (without_reason)
			html_lit(h, " has-error");
		html_lit(h, "\"><label for=\"erase-reason\">");
		html_msg(h, MSG_FACE_REASON);
		html_lit(h, "</label><input class=\"form-control\" id=\"erase-reason\" name=\"reason\" maxlength=\"500\" required");
		if (without_reason)
			html_lit(h, " aria-invalid=\"true\" aria-describedby=\"erase-reason-error\"");
		html_lit(h, ">");
		if (without_reason) {
			html_lit(h, "<span class=\"field-error\" id=\"erase-reason-error\">");
			html_msg(h, MSG_FACE_ERASE_REASON);
			html_lit(h, "</span>");
		}
		html_lit(h, "</div><div class=\"actions\"><button type=\"submit\" class=\"btn btn-danger\">");
		html_icon(h, "eraser");
		html_note(h, &NOTE(MSG_FACE_ERASE_DO, ARG_S(row->code)));
		html_lit(h, "</button>");
	} else {
		html_lit(h, "<div class=\"actions\">");
	}
	html_button_link(h, face_row_path(f, row->id, ""), "x", face_text(f, n ? MSG_CANCEL : MSG_BACK), false);
	html_lit(h, "</div>");
	if (n)
		html_form_end(h);
	page_end(h);
}

void page_erase(struct http_req *req)
{
	FACE(face);
	struct row row;
	if (erase_open(req, &face, &row))
		erase_page(&face, &row, false);
}

void page_erase_save(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (!erase_open(req, f, &row))
		return;
	struct grave u = { .f = f, .id = row.id, .reason = str_trim(http_form(req, "reason")) };
	if (!u.reason.n) {
		req->answer->status = 422;
		erase_page(f, &row, true);
		return;
	}
	int e = face_write(f, erase, &u);
	if (e == 0)
		face_redirect(f, face_row_path(f, row.id, ""), u.w.changed ? "erased" : "same");
	else
		face_fail(f, e);
}
