/* What hangs on a row: links both ways, comments, attachments, and its history. */
#include "base/num.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "base/text/http.h"
#include "base/text/register.h"
#include "register/history.h"
#include "register/link.h"
#include "register/page_detail.h"
#include "register/remark.h"

#define HISTORY_LINES 8 /* fields of one entry beyond which they are folded away */

/* Of a row that is being looked at: the id of what hangs on it. */
static bool number_of(struct face *f, struct str s, int64_t *ret)
{
	if (num_parse_i64(s, 1, INT64_MAX, ret) == 0)
		return true;
	http_fail(f->req, 404, NOTE0(MSG_HTTP_NOT_FOUND));
	return false;
}

/* After a write of something that hangs on a row: back to the row, or what is wrong. */
static void after(struct face *f, const struct row *row, int e, const struct note *why, const char *done, const char *anchor)
{
	if (e == 0) {
		http_redirect(f->req, str_printf(f->a, "%.*s?done=%s#%s", STR_FMT(face_row_path(f, row->id, "")), done, anchor));
	} else if (why->id) {
		face_stop(f, e == ERR_EXISTS ? 409 : 422, why, face_row_path(f, row->id, str_z(f->a, str_printf(f->a, "#%s", anchor))), MSG_FACE_BACK_TO_ROW);
	} else {
		face_fail(f, e);
	}
}

static void when(struct html *h, int64_t at)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	clock_put_local(&b, at);
	html_lit(h, "<time>");
	html_text(h, buf_view(&b));
	html_lit(h, "</time>");
}

/* A form of one small button with hidden fields. */
static void small_remove(struct face *f, struct str action, const char *name, int64_t id, struct str what)
{
	struct html *h = &f->h;
	html_form_begin(h, action, false);
	if (name)
		html_hidden(h, name, str_printf(f->a, "%lld", (long long)id));
	html_lit(h, "<button type=\"submit\" class=\"btn btn-sm\"");
	html_attr(h, "aria-label", face_say(f, MSG_FACE_REMOVE_WHAT, ARG_S(what)));
	html_attr(h, "data-confirm", face_say(f, MSG_FACE_REMOVE_ASK, ARG_S(what)));
	html_lit(h, ">");
	html_icon(h, "x");
	html_msg(h, MSG_FACE_REMOVE);
	html_lit(h, "</button>");
	html_form_end(h);
}

/* ---- links ---- */

static bool is_end(const struct link_kind *k, const struct reg *r, bool forward)
{
	return strcmp(forward ? k->from : k->to, r->name) == 0;
}

/* The same words from either end of the same register: one form says it. */
static bool symmetric(const struct link_kind *k)
{
	return strcmp(k->from, k->to) == 0 && strcmp(k->forward.ja, k->backward.ja) == 0;
}

static void link_form(struct face *f, const struct row *row, const struct link_kind *k, bool forward, size_t n, struct str said)
{
	struct html *h = &f->h;
	const struct reg *other = reg_find(str_of(forward ? k->to : k->from));
	if (!other || !(auth_ops(f->by, reg_number(other)) & OP_READ))
		return;
	struct str id = str_printf(f->a, "link-%zu", n);
	html_form_begin(h, face_row_path(f, row->id, "/link"), false);
	html_hidden(h, "kind", str_of(k->name));
	if (!forward)
		html_hidden(h, "backward", STR("1"));
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", id);
	html_lit(h, ">");
	html_note(h, &NOTE(MSG_FACE_LINK_ADD, ARG_L(forward ? k->forward : k->backward)));
	html_lit(h, "</label><div class=\"input-group\"><input class=\"form-control\" name=\"other\" required");
	html_attr(h, "id", id);
	if (said.n)
		html_attr(h, "value", said);
	html_attr(h, "placeholder", face_say(f, MSG_FACE_LINK_HINT, ARG_S(str_of(other->code))));
	html_lit(h, "><button type=\"submit\" class=\"btn\">");
	html_icon(h, "link");
	html_msg(h, MSG_FACE_LINK);
	html_lit(h, "</button></div></div>");
	html_form_end(h);
}

void links_section(struct face *f, const struct row *row)
{
	struct html *h = &f->h;
	struct link_end *end;
	size_t n, kinds = 0;
	for (size_t i = 0; i < link_count(); i++)
		kinds += is_end(link_at(i), f->reg, true) || is_end(link_at(i), f->reg, false);
	if (!kinds || link_list(f->conn, f->a, f->by, row->id, &end, &n) < 0)
		return;
	bool write = row->state == RECORD_LIVE && face_may(f, OP_UPDATE, row);
	section_begin(h, MSG_FACE_LINKS, "links");
	if (n)
		html_lit(h, "<ul class=\"list-unstyled\">");
	for (size_t i = 0; i < n; i++) {
		struct str title = end[i].title.n ? end[i].title : end[i].code;
		html_lit(h, "<li class=\"toolbar\"><span><span class=\"muted\">");
		html_label(h, end[i].forward ? end[i].kind->forward : end[i].kind->backward);
		html_lit(h, "</span> <a");
		html_href(h, str_printf(f->a, "/%s/%s/%lld", end[i].reg->room, end[i].reg->name, (long long)end[i].id));
		html_lit(h, ">");
		html_text(h, title);
		html_lit(h, "</a> <span class=\"muted small\">");
		html_text(h, end[i].code);
		html_lit(h, "</span></span>");
		if (write)
			small_remove(f, face_row_path(f, row->id, "/link/remove"), "id", end[i].link_id, title);
		html_lit(h, "</li>");
	}
	if (n)
		html_lit(h, "</ul>");
	else {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_FACE_LINKS_NONE);
		html_lit(h, "</p>");
	}
	for (size_t i = 0; write && i < link_count(); i++) {
		if (is_end(link_at(i), f->reg, true))
			link_form(f, row, link_at(i), true, i * 2, STR_NULL);
		if (is_end(link_at(i), f->reg, false) && !symmetric(link_at(i)))
			link_form(f, row, link_at(i), false, i * 2 + 1, STR_NULL);
	}
	section_end(h);
}

struct hang_job {
	const struct link_kind *kind;
	int64_t id, from, to;
	struct str name, type, text;
	struct note why;
};

static int add_link(struct reg_ctx *ctx, void *arg)
{
	struct hang_job *j = arg;
	return link_add(ctx, j->kind, j->from, j->to, STR_NULL, &j->why);
}

static int remove_link(struct reg_ctx *ctx, void *arg)
{
	const struct hang_job *j = arg;
	return link_remove(ctx, j->id, STR_NULL);
}

void page_link_add(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open(req, f, OP_UPDATE) < 0 || face_row(f, req->capture[2], OP_UPDATE, &row) < 0)
		return;
	struct hang_job j = { .kind = link_find(http_form(req, "kind")) };
	bool forward = !str_eq_z(http_form(req, "backward"), "1");
	if (!j.kind || !is_end(j.kind, f->reg, forward)) {
		http_fail(req, 422, NOTE(MSG_HTTP_PARAM_UNKNOWN, ARG_S(STR("kind"))));
		return;
	}
	const char *target = forward ? j.kind->to : j.kind->from;
	const struct reg *other = reg_find(str_of(target));
	const struct field as_reference = { .name = "other", .type = FIELD_REFERENCE, .target = target };
	struct str said = str_trim(http_form(req, "other"));
	int64_t id = 0;
	int e = reference_find(f->conn, f->a, f->by, &as_reference, said, &id);
	if (e == ERR_NOT_FOUND)
		j.why = NOTE(MSG_REFERENCE_NONE, ARG_L(other->label), ARG_S(text_clip(said, 60)));
	else if (e == ERR_INVALID)
		j.why = NOTE(MSG_REFERENCE_SEVERAL, ARG_L(other->label), ARG_S(text_clip(said, 60)), ARG_S(str_of(other->code)));
	j.from = forward ? row.id : id;
	j.to = forward ? id : row.id;
	if (e == 0)
		e = face_write(f, add_link, &j);
	if (e < 0 && j.why.id) {
		face_stop_begin(f, e == ERR_EXISTS ? 409 : 422, &j.why);
		link_form(f, &row, j.kind, forward, 0, said);
		face_stop_end(f, face_row_path(f, row.id, "#links"), MSG_FACE_BACK_TO_ROW);
	} else {
		after(f, &row, e, &j.why, "linked", "links");
	}
}

void page_link_remove(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	struct hang_job j = { 0 };
	if (face_open(req, f, OP_UPDATE) < 0 || face_row(f, req->capture[2], OP_UPDATE, &row) < 0 ||
	    !number_of(f, http_form(req, "id"), &j.id))
		return;
	after(f, &row, face_write(f, remove_link, &j), &j.why, "unlinked", "links");
}

/* ---- comments ---- */

static void comment_form(struct face *f, const struct row *row, struct str said)
{
	struct html *h = &f->h;
	html_form_begin(h, face_row_path(f, row->id, "/comment"), false);
	html_lit(h, "<div class=\"field\"><label for=\"comment-text\">");
	html_msg(h, MSG_FACE_COMMENT_ADD);
	html_lit(h, "</label><textarea class=\"form-control\" id=\"comment-text\" name=\"text\" rows=\"3\" required");
	html_attr_i64(h, "maxlength", LIMIT_COMMENT);
	html_lit(h, ">\n");
	html_text(h, said);
	html_lit(h, "</textarea></div><button type=\"submit\" class=\"btn\">");
	html_icon(h, "message");
	html_msg(h, MSG_FACE_COMMENT_SEND);
	html_lit(h, "</button>");
	html_form_end(h);
}

void comments_section(struct face *f, const struct row *row)
{
	struct html *h = &f->h;
	struct comment *c;
	size_t n;
	if (comment_list(f->conn, f->a, f->by, row->id, &c, &n) < 0)
		return;
	bool write = face_may(f, OP_COMMENT, row);
	if (!n && !write)
		return;
	section_begin(h, MSG_FACE_COMMENTS, "comments");
	if (n)
		html_lit(h, "<ul class=\"comments\">");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<li class=\"comment\"><p class=\"comment-head\">");
		html_text(h, c[i].actor_name);
		html_lit(h, " ");
		when(h, c[i].at);
		html_lit(h, "</p><div>");
		html_lines(h, c[i].text);
		html_lit(h, "</div>");
		if (c[i].removable && write)
			small_remove(f, face_row_path(f, row->id, "/comment/remove"), "id", c[i].id, face_text(f, MSG_FACE_COMMENT));
		html_lit(h, "</li>");
	}
	if (n)
		html_lit(h, "</ul>");
	if (write)
		comment_form(f, row, STR_NULL);
	section_end(h);
}

static int add_comment(struct reg_ctx *ctx, void *arg)
{
	struct hang_job *j = arg;
	int64_t id;
	return comment_add(ctx, j->from, j->text, &id, &j->why);
}

static int remove_comment(struct reg_ctx *ctx, void *arg)
{
	const struct hang_job *j = arg;
	return comment_remove(ctx, j->id);
}

void page_comment(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open(req, f, OP_COMMENT) < 0 || face_row(f, req->capture[2], OP_COMMENT, &row) < 0)
		return;
	struct hang_job j = { .from = row.id, .text = http_form(req, "text") };
	int e = face_write(f, add_comment, &j);
	if (e < 0 && j.why.id) {
		face_stop_begin(f, 422, &j.why);
		comment_form(f, &row, j.text);
		face_stop_end(f, face_row_path(f, row.id, "#comments"), MSG_FACE_BACK_TO_ROW);
	} else {
		after(f, &row, e, &j.why, "commented", "comments");
	}
}

void page_comment_remove(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	struct hang_job j = { 0 };
	if (face_open(req, f, OP_COMMENT) < 0 || face_row(f, req->capture[2], OP_COMMENT, &row) < 0 ||
	    !number_of(f, http_form(req, "id"), &j.id))
		return;
	after(f, &row, face_write(f, remove_comment, &j), &j.why, "removed", "comments");
}

/* ---- attachments ---- */

void attachments_section(struct face *f, const struct row *row)
{
	struct html *h = &f->h;
	struct attachment *x;
	size_t n;
	if (attachment_list(f->conn, f->a, f->by, row->id, &x, &n) < 0)
		return;
	bool write = face_may(f, OP_COMMENT, row);
	if (!n && !write)
		return;
	section_begin(h, MSG_FACE_ATTACHMENTS, "attachments");
	if (n)
		html_lit(h, "<ul class=\"attachments\">");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<li class=\"toolbar\"><span>");
		html_icon(h, "paperclip");
		html_lit(h, "<a");
		html_href(h, face_row_path(f, row->id, str_z(f->a, str_printf(f->a, "/attachment/%lld", (long long)x[i].id))));
		html_lit(h, ">");
		html_text(h, x[i].name);
		html_lit(h, "</a> <span class=\"muted small\">");
		html_note(h, &NOTE(MSG_FACE_ATTACHMENT_FACTS, ARG_I((x[i].size + 1023) / 1024), ARG_S(x[i].actor_name)));
		html_lit(h, " ");
		when(h, x[i].at);
		html_lit(h, "</span></span>");
		if (x[i].removable && write)
			small_remove(f, face_row_path(f, row->id, str_z(f->a, str_printf(f->a, "/attachment/%lld/remove", (long long)x[i].id))),
			             NULL, 0, x[i].name);
		html_lit(h, "</li>");
	}
	if (n)
		html_lit(h, "</ul>");
	if (write) {
		html_form_begin(h, face_row_path(f, row->id, "/attach"), true);
		html_lit(h, "<div class=\"field\"><label for=\"attach-file\">");
		html_note(h, &NOTE(MSG_FACE_ATTACH, ARG_I(LIMIT_ATTACHMENT >> 20)));
		html_lit(h, "</label><input class=\"form-control\" type=\"file\" id=\"attach-file\" name=\"file\" required></div>"
		            "<button type=\"submit\" class=\"btn\">");
		html_icon(h, "upload");
		html_msg(h, MSG_FACE_ATTACH_DO);
		html_lit(h, "</button>");
		html_form_end(h);
	}
	section_end(h);
}

static int add_attachment(struct reg_ctx *ctx, void *arg)
{
	struct hang_job *j = arg;
	int64_t id;
	return attachment_add(ctx, j->from, j->name, j->type, j->text, &id, &j->why);
}

static int remove_attachment(struct reg_ctx *ctx, void *arg)
{
	const struct hang_job *j = arg;
	return attachment_remove(ctx, j->id);
}

void page_attach(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open(req, f, OP_COMMENT) < 0 || face_row(f, req->capture[2], OP_COMMENT, &row) < 0)
		return;
	const struct http_file *file = http_upload(req, "file");
	if (!file) {
		face_stop(f, 422, &NOTE0(MSG_ATTACH_NONE), face_row_path(f, row.id, "#attachments"), MSG_FACE_BACK_TO_ROW);
		return;
	}
	/* Some browsers send a path. */
	struct str name = file->name, part;
	while (str_cut(&name, '\\', &part))
		;
	struct hang_job j = { .from = row.id, .name = part.n ? part : file->name, .type = file->type, .text = file->data };
	after(f, &row, face_write(f, add_attachment, &j), &j.why, "attached", "attachments");
}

/* An attachment that hangs on this very row. */
static bool attachment_here(struct face *f, const struct row *row, struct attachment *ret)
{
	int64_t id;
	if (!number_of(f, f->req->capture[3], &id))
		return false;
	int e = attachment_get(f->conn, f->a, f->by, id, ret);
	if (e == 0 && ret->record_id != row->id)
		e = ERR_NOT_FOUND;
	if (e < 0)
		face_fail(f, e);
	return e == 0;
}

void page_detach(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	struct attachment x;
	if (face_open(req, f, OP_COMMENT) < 0 || face_row(f, req->capture[2], OP_COMMENT, &row) < 0 || !attachment_here(f, &row, &x))
		return;
	struct hang_job j = { .id = x.id };
	after(f, &row, face_write(f, remove_attachment, &j), &j.why, "detached", "attachments");
}

struct pieces {
	struct office *office;
	int64_t id;
	size_t next;
};

static int next_piece(void *ctx, struct buf *piece)
{
	struct pieces *p = ctx;
	struct arena *a = arena_new(4u << 20);
	struct db_conn *c = db_read_begin(p->office->db);
	struct str bytes;
	int e = attachment_piece(c, a, p->id, p->next++, &bytes);
	if (e == 0)
		buf_str(piece, bytes);
	db_read_end(p->office->db, &c);
	arena_free(a);
	return e == ERR_NOT_FOUND ? 0 : e < 0 ? e : 1;
}

void attachment_send(struct http_req *req, int64_t attachment_id)
{
	struct pieces *p = ARENA_NEW(req->arena, struct pieces);
	*p = (struct pieces){ .office = office_of(req), .id = attachment_id };
	req->answer->stream = next_piece;
	req->answer->stream_ctx = p;
}

/* Always as a download of no particular type: what people upload is never shown within the site. */
void page_attachment(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	struct attachment x;
	if (face_open(req, f, OP_READ) < 0 || face_row(f, req->capture[2], OP_READ, &row) < 0 || !attachment_here(f, &row, &x))
		return;
	http_download(req, x.name, "application/octet-stream");
	attachment_send(req, x.id);
}

/* ---- history ---- */

static msg_id kind_text(enum audit_kind kind)
{
	static const msg_id texts[AUDIT__N] = {
		[AUDIT_CREATE] = MSG_FACE_DID_CREATE, [AUDIT_UPDATE] = MSG_FACE_DID_UPDATE, [AUDIT_ARCHIVE] = MSG_FACE_DID_ARCHIVE,
		[AUDIT_RESTORE] = MSG_FACE_DID_RESTORE, [AUDIT_MERGE] = MSG_FACE_DID_MERGE, [AUDIT_LINK] = MSG_FACE_DID_LINK,
		[AUDIT_UNLINK] = MSG_FACE_DID_UNLINK, [AUDIT_COMMENT] = MSG_FACE_DID_COMMENT, [AUDIT_ATTACH] = MSG_FACE_DID_ATTACH,
		[AUDIT_DETACH] = MSG_FACE_DID_DETACH, [AUDIT_RECOMPUTE] = MSG_FACE_DID_RECOMPUTE, [AUDIT_IMPORT] = MSG_FACE_DID_IMPORT,
		[AUDIT_REFUSED] = MSG_FACE_DID_REFUSE, [AUDIT_EXPORT] = MSG_FACE_DID_EXPORT, [AUDIT_ERASE] = MSG_FACE_DID_ERASE,
		[AUDIT_PERSONAL_LINK] = MSG_FACE_DID_PERSONAL_LINK, [AUDIT_APPROVAL] = MSG_FACE_DID_APPROVAL,
	};
	return (size_t)kind < COUNT_OF(texts) && texts[kind] ? texts[kind] : MSG_FACE_DID_OTHER;
}

static void side(struct html *h, const char *class, bool has, bool hidden, struct str text)
{
	html_lit(h, "<td");
	html_attr(h, "class", str_of(class));
	html_lit(h, ">");
	if (hidden && has)
		html_msg(h, MSG_FACE_SECRET_VALUE);
	else if (has)
		html_lines(h, text);
	html_lit(h, "</td>");
}

static void entry_html(struct html *h, const struct history_entry *e)
{
	html_lit(h, "<li><p class=\"history-head\">");
	when(h, e->at);
	html_lit(h, " <strong>");
	html_text(h, e->actor_name);
	html_lit(h, "</strong> ");
	html_msg(h, kind_text(e->kind));
	if (e->reason.n) {
		html_lit(h, " ");
		html_note(h, &NOTE(MSG_FACE_HISTORY_REASON, ARG_S(e->reason)));
	}
	html_lit(h, "</p>");
	bool folded = e->lines > HISTORY_LINES;
	if (folded) {
		html_lit(h, "<details><summary>");
		html_note(h, &NOTE(MSG_FACE_HISTORY_FIELDS, ARG_I((int64_t)e->lines)));
		html_lit(h, "</summary>");
	}
	if (e->lines) {
		html_lit(h, "<table class=\"diff\"><thead class=\"visually-hidden\"><tr><th scope=\"col\">");
		html_msg(h, MSG_FACE_FIELD);
		html_lit(h, "</th><th scope=\"col\">");
		html_msg(h, MSG_FACE_BEFORE);
		html_lit(h, "</th><th scope=\"col\">");
		html_msg(h, MSG_FACE_AFTER);
		html_lit(h, "</th></tr></thead><tbody>");
		for (size_t i = 0; i < e->lines; i++) {
			const struct history_line *l = &e->line[i];
			html_lit(h, "<tr><th scope=\"row\">");
			html_text(h, l->label);
			html_lit(h, "</th>");
			side(h, "before", l->has_before, l->hidden, l->before);
			side(h, "after", l->has_after, l->hidden, l->after);
			html_lit(h, "</tr>");
		}
		html_lit(h, "</tbody></table>");
	}
	if (folded)
		html_lit(h, "</details>");
	html_lit(h, "</li>");
}

void history_section(struct face *f, const struct row *row, size_t limit)
{
	struct html *h = &f->h;
	struct history_entry *e;
	size_t n;
	if (history_of(f->conn, f->a, f->by, &f->view, row->id, 0, limit + 1, f->lang, &e, &n) < 0)
		return;
	section_begin(h, MSG_FACE_HISTORY, "history");
	html_lit(h, "<ul class=\"history\">");
	for (size_t i = 0; i < n && i < limit; i++)
		entry_html(h, &e[i]);
	html_lit(h, "</ul>");
	if (n > limit) {
		html_lit(h, "<p><a");
		html_href(h, face_row_path(f, row->id, "/history"));
		html_lit(h, ">");
		html_msg(h, MSG_FACE_HISTORY_ALL);
		html_lit(h, "</a></p>");
	}
	section_end(h);
}

void page_history(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct html *h = &face.h;
	struct row row;
	if (face_open(req, f, OP_READ) < 0 || face_row(f, req->capture[2], OP_READ, &row) < 0)
		return;
	struct history_entry *e;
	const size_t limit = 50;
	size_t n;
	int64_t before = 0;
	if (!http_query_i64(req, "before", &before))
		before = 0;
	int r = history_of(f->conn, f->a, f->by, &f->view, row.id, before, limit, f->lang, &e, &n);
	if (r < 0) {
		face_fail(f, r);
		return;
	}
	struct page p = { 0 };
	face_page(f, &p, face_say(f, MSG_FACE_HISTORY_TITLE, ARG_S(row_title(&f->view, &row))), row.code);
	html_lit(h, "<p>");
	html_button_link(h, face_row_path(f, row.id, ""), "arrow-left", face_text(f, MSG_BACK), false);
	html_lit(h, "</p><ul class=\"history\">");
	for (size_t i = 0; i < n; i++)
		entry_html(h, &e[i]);
	html_lit(h, "</ul><nav class=\"pager\"");
	html_attr_msg(h, "aria-label", MSG_FACE_PAGES);
	html_lit(h, "><span>");
	if (before)
		html_button_link(h, face_row_path(f, row.id, "/history"), "arrow-up", face_text(f, MSG_FACE_FIRST), false);
	html_lit(h, "</span><span>");
	if (n == limit)
		html_button_link(h, face_row_path(f, row.id, str_z(f->a, str_printf(f->a, "/history?before=%lld", (long long)e[n - 1].seq))),
		                 "chevron-right", face_text(f, MSG_FACE_OLDER), false);
	html_lit(h, "</span></nav>");
	page_end(h);
}
