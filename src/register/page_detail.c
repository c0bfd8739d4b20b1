/* The page of one row: its fields in groups, what was computed and from what, and the buttons a person may press. */
#include "register/page_detail.h"

#include "base/num.h"
#include "base/text.h"
#include "base/text/faces.h"
#include "base/text/http.h"
#include "register/faces.h"
#include "register/history.h"
#include "register/warn.h"

static const struct detail_part *parts;
static size_t part_count;

void detail_declare(const struct detail_part *p, size_t n)
{
	parts = p;
	part_count = n;
}

void section_begin(struct html *h, msg_id title, const char *id)
{
	html_lit(h, "<section class=\"card\"");
	html_attr(h, "id", str_of(id));
	html_lit(h, "><div class=\"card-header\"><h2 class=\"card-title\">");
	html_msg(h, title);
	html_lit(h, "</h2></div><div class=\"card-body\">");
}

void section_end(struct html *h)
{
	html_lit(h, "</div></section>");
}

struct detail {
	struct face *f;
	struct row row;
	bool update, archive, erase;
	bool undoable; /* update, and the last change is one that can be taken back */
};

static void detail_actions(struct html *h, void *ctx)
{
	struct detail *d = ctx;
	struct face *f = d->f;
	if (d->row.state == RECORD_ARCHIVED) {
		if (d->archive)
			html_post_button(h, face_row_path(f, d->row.id, "/restore"), "restore", face_text(f, MSG_FACE_RESTORE), TONE_BLUE, STR_NULL);
		return;
	}
	if (d->update)
		html_button_link(h, face_row_path(f, d->row.id, "/edit"), "pencil", face_text(f, MSG_FACE_EDIT), true);
}

/* Beside an effective value: what was computed, what was settled, and why. */
static void trio(struct face *f, const struct field *d, const struct row *row)
{
	struct html *h = &f->h;
	const char *const names[] = { d->computed, d->settled_by, d->reason_field };
	html_lit(h, "<ul class=\"small list-unstyled\">");
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		int at = reg_field(f->reg, names[i]);
		if (at < 0 || !reg_field_readable(f->by, f->reg, &f->reg->field[at]))
			continue;
		html_lit(h, "<li><span class=\"muted\">");
		html_label(h, f->reg->field[at].label);
		html_lit(h, "</span> ");
		const struct field shown = field_in_row(f->reg, &f->reg->field[at], row);
		value_html(h, &shown, &row->v[at], true);
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
}

/* A field that another one shows beside itself stands there. */
static bool shown_elsewhere(const struct reg *r, const char *name)
{
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *d = &r->field[i];
		if (!d->settled_by)
			continue;
		const char *const names[] = { d->computed, d->settled_by, d->reason_field };
		for (size_t k = 0; k < COUNT_OF(names); k++)
			if (names[k] && strcmp(names[k], name) == 0)
				return true;
	}
	return false;
}

static void one(struct detail *x, size_t i)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	const struct field *d = f->view.field[i];
	html_lit(h, "<dt>");
	html_label(h, d->label);
	html_lit(h, "</dt><dd>");
	if (d->derived)
		html_lit(h, "<span class=\"derived\">");
	const struct field shown = field_in_row(f->reg, d, &x->row);
	value_html(h, &shown, &x->row.v[i], false);
	if (x->row.state == RECORD_LIVE)
		warn_badge(h, &f->view, (int)i, &x->row.v[i]);
	if (d->derived) {
		html_lit(h, "</span>");
		if (d->formula.ja) {
			html_lit(h, "<span class=\"formula\">");
			html_note(h, &NOTE(MSG_FACE_FORMULA, ARG_L(d->formula)));
			html_lit(h, "</span>");
		}
		if (d->settled_by)
			trio(f, d, &x->row);
	}
	html_lit(h, "</dd>");
}

static bool idle(const struct detail *x, size_t field)
{
	const struct reg_hooks *hooks = x->f->reg->hooks;
	return hooks && hooks->idle && hooks->idle(&x->row, x->f->view.field[field]);
}

static bool same_group(const struct face *f, size_t i, size_t k)
{
	return str_eq(str_of(f->view.field[i]->section.ja), str_of(f->view.field[k]->section.ja)) && (i >= f->view.own_from) == (k >= f->view.own_from);
}

static bool hidden(const struct face *f, size_t k)
{
	const struct field *d = f->view.field[k];
	return !reg_field_readable(f->by, f->reg, d) || (k < f->view.own_from && shown_elsewhere(f->reg, d->name));
}

/* What says nothing about this row: out of the way, and there for who looks. */
static void folded(struct detail *x, size_t i)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	bool begun = false;
	for (size_t k = i; k < f->view.fields; k++) {
		if (!same_group(f, i, k) || !idle(x, k) || hidden(f, k))
			continue;
		if (!begun) {
			html_lit(h, "<details class=\"fold\"><summary>");
			html_msg(h, MSG_FACE_IDLE);
			html_lit(h, "</summary><dl class=\"kv\">");
		}
		begun = true;
		one(x, k);
	}
	if (begun)
		html_lit(h, "</dl></details>");
}

static void fields(struct detail *x)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	bool *done = ARENA_ARRAY(f->a, f->view.fields + 1, bool);
	html_lit(h, "<div class=\"columns-2\">");
	for (size_t i = 0; i < f->view.fields; i++) {
		const struct field *first = f->view.field[i];
		if (done[i])
			continue;
		bool own = i >= f->view.own_from, begun = false;
		for (size_t k = i; k < f->view.fields; k++) {
			if (done[k] || !same_group(f, i, k))
				continue;
			done[k] = true;
			if (hidden(f, k))
				continue;
			if (!begun) {
				begun = true;
				html_lit(h, "<section class=\"card\"><div class=\"card-header\"><h2 class=\"card-title\">");
				if (first->section.ja)
					html_label(h, first->section);
				else
					html_msg(h, own ? MSG_FACE_OWN_FIELDS : MSG_FACE_GENERAL);
				html_lit(h, "</h2></div><div class=\"card-body\"><dl class=\"kv\">");
			}
			if (!idle(x, k))
				one(x, k);
		}
		if (!begun)
			continue;
		html_lit(h, "</dl>");
		folded(x, i);
		html_lit(h, "</div></section>");
	}
	html_lit(h, "</div>");
}

static void facts(struct detail *x)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 200);
	html_lit(h, "<p class=\"toolbar\"><span>");
	html_badge(h, TONE_NEUTRAL, x->row.code);
	if (x->row.state == RECORD_ARCHIVED) {
		html_lit(h, " ");
		html_badge(h, TONE_GREY, face_text(f, MSG_FACE_ARCHIVED));
	}
	html_lit(h, "</span><span class=\"muted small\">");
	clock_put_local(&b, x->row.updated_at);
	html_note(h, &NOTE(MSG_FACE_UPDATED, ARG_S(buf_view(&b)), ARG_S(x->row.updated_by), ARG_I(x->row.revision)));
	html_lit(h, "</span></p>");
}

/* Rare and grave: below everything else. */
static void danger(struct detail *x)
{
	struct face *f = x->f;
	struct html *h = &f->h;
	const bool live = x->row.state == RECORD_LIVE, update = live && x->update, archive = live && x->archive;
	if (!update && !archive && !x->erase)
		return;
	section_begin(h, MSG_FACE_MORE, "more");
	if (update && x->undoable) {
		html_form_begin(h, face_row_path(f, x->row.id, "/undo"), false);
		html_hidden(h, "revision", str_printf(f->a, "%lld", (long long)x->row.revision));
		html_lit(h, "<p><button type=\"submit\" class=\"btn\"");
		html_attr_msg(h, "data-confirm", MSG_FACE_UNDO_ASK);
		html_lit(h, ">");
		html_icon(h, "arrow-left");
		html_msg(h, MSG_FACE_UNDO);
		html_lit(h, "</button> <span class=\"muted small\">");
		html_msg(h, MSG_FACE_UNDO_HINT);
		html_lit(h, "</span></p>");
		html_form_end(h);
	}
	if (archive && !f->reg->whole) {
		html_lit(h, "<p><a class=\"btn\"");
		html_href(h, face_row_path(f, x->row.id, "/merge"));
		html_lit(h, ">");
		html_icon(h, "git-merge");
		html_msg(h, MSG_FACE_MERGE);
		html_lit(h, "</a> <span class=\"muted small\">");
		html_msg(h, MSG_FACE_MERGE_HINT);
		html_lit(h, "</span></p>");
		html_form_begin(h, face_row_path(f, x->row.id, "/archive"), false);
		html_lit(h, "<div class=\"field\"><label for=\"archive-reason\">");
		html_msg(h, MSG_FACE_ARCHIVE_REASON);
		html_lit(h, "</label><input class=\"form-control\" id=\"archive-reason\" name=\"reason\" maxlength=\"500\"></div>"
		            "<p><button type=\"submit\" class=\"btn btn-outline-danger\"");
		html_attr(h, "data-confirm", face_say(f, MSG_FACE_ARCHIVE_ASK, ARG_S(x->row.code)));
		html_lit(h, ">");
		html_icon(h, "archive");
		html_msg(h, MSG_FACE_ARCHIVE);
		html_lit(h, "</button> <span class=\"muted small\">");
		html_msg(h, MSG_FACE_ARCHIVE_HINT);
		html_lit(h, "</span></p>");
		html_form_end(h);
	}
	if (x->erase) {
		html_lit(h, "<p><a class=\"btn btn-outline-danger\"");
		html_href(h, face_row_path(f, x->row.id, "/erase"));
		html_lit(h, ">");
		html_icon(h, "eraser");
		html_msg(h, MSG_FACE_ERASE);
		html_lit(h, "</a> <span class=\"muted small\">");
		html_msg(h, MSG_FACE_ERASE_HINT);
		html_lit(h, "</span></p>");
	}
	section_end(h);
}

void page_detail(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct detail x = { .f = f };
	if (face_open(req, f, OP_READ) < 0 || face_row(f, req->capture[2], OP_READ, &x.row) < 0)
		return;
	x.update = face_may(f, OP_UPDATE, &x.row);
	if (x.update && x.row.revision > 1) {
		int e = reg_undoable(f->conn, f->a, &f->view, x.row.id, &x.undoable);
		if (e < 0) {
			face_fail(f, e);
			return;
		}
	}
	x.archive = face_may(f, OP_ARCHIVE, &x.row);
	x.erase = x.archive && reg_erasable(f->reg) && face_may(f, OP_PRIVATE, &x.row);
	struct page p = { 0 };
	p.actions = detail_actions;
	p.actions_ctx = &x;
	face_page(f, &p, row_title(&f->view, &x.row), x.row.code);
	facts(&x);
	fields(&x);
	if (f->reg->hooks && f->reg->hooks->detail)
		f->reg->hooks->detail(&f->h, req, f->conn, &x.row);
	for (size_t i = 0; i < part_count; i++)
		parts[i].put(&f->h, req, f->conn, f->reg, &x.row);
	referring_section(f, &x.row);
	links_section(f, &x.row);
	comments_section(f, &x.row);
	attachments_section(f, &x.row);
	history_section(f, &x.row, 5);
	danger(&x);
	page_end(&f->h);
}

/* ---- archive, restore ---- */

static void move(struct http_req *req, enum change_kind kind)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open(req, f, OP_ARCHIVE) < 0 || face_row(f, req->capture[2], OP_ARCHIVE, &row) < 0)
		return;
	struct change change = change_new(f->a, kind, &f->view, row.id);
	change.reason = http_form(req, "reason");
	face_release(f);
	struct reg_ctx ctx = face_ctx(f);
	struct written w = { 0 };
	int e = reg_save(f->office->db, &ctx, &change, &w);
	face_lease(f);
	if (e == 0)
		face_redirect(f, face_row_path(f, row.id, ""), kind == CHANGE_ARCHIVE ? "archived" : "restored");
	else if (e < 0 && w.errors.n)
		face_stop(f, e == ERR_EXISTS ? 409 : 422, &w.errors.error[0].why, face_row_path(f, row.id, ""), MSG_FACE_BACK_TO_ROW);
	else
		face_fail(f, e);
}

void page_archive(struct http_req *req)
{
	move(req, CHANGE_ARCHIVE);
}

void page_restore(struct http_req *req)
{
	move(req, CHANGE_RESTORE);
}

/* ---- undo ---- */

struct undo {
	struct face *f;
	int64_t id, revision;
	struct written w;
};

static int undo(struct reg_ctx *ctx, void *arg)
{
	struct undo *u = arg;
	return reg_undo(ctx, &u->f->view, u->id, u->revision, &u->w);
}

void page_undo(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open(req, f, OP_UPDATE) < 0 || face_row(f, req->capture[2], OP_UPDATE, &row) < 0)
		return;
	struct undo u = { .f = f, .id = row.id };
	if (num_parse_i64(http_form(req, "revision"), 1, INT64_MAX, &u.revision) < 0) {
		http_fail(req, 400, NOTE(MSG_HTTP_PARAM_INT_ANY, ARG_S(STR("revision"))));
		return;
	}
	int e = face_write(f, undo, &u);
	if (e == 0)
		face_redirect(f, face_row_path(f, row.id, ""), "undone");
	else if (u.w.errors.n)
		face_stop(f, e == ERR_EXISTS ? 409 : 422, &u.w.errors.error[0].why, face_row_path(f, row.id, ""), MSG_FACE_BACK_TO_ROW);
	else
		face_fail(f, e);
}
