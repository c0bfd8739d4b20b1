/* The common beginning and end of every page of a register, and how values look. */
#include "register/page_common.h"

#include "base/num.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "base/text/http.h"
#include "base/text/register.h"

/* ---- the one check ---- */

struct refusal {
	const struct face *f;
	const struct row *row;
};

static int write_refusal(struct db_conn *c, void *ctx)
{
	const struct refusal *x = ctx;
	struct audit_entry e = auth_entry(x->f->a, x->f->by, AUDIT_REFUSED);
	e.reg = str_of(x->f->reg->name);
	e.record_id = x->row ? x->row->id : 0;
	const char *method = x->f->req->method == HTTP_GET ? "GET" : x->f->req->method == HTTP_PATCH ? "PATCH"
	                   : x->f->req->method == HTTP_DELETE ? "DELETE" : "POST";
	e.subject = str_printf(x->f->a, "%s %.*s", method, STR_FMT(text_clip(x->f->req->path, 200)));
	return audit_append(c, &e);
}

void face_refuse(struct face *f, const struct row *row)
{
	face_release(f);
	if (!(f->req->method == HTTP_GET && (f->req->route->flags & ROUTE_QUICK))) {
		struct refusal x = { f, row };
		if (db_write(f->office->db, write_refusal, &x) < 0) {
			http_fail(f->req, 503, NOTE0(MSG_HTTP_BUSY));
			return;
		}
	}
	http_fail(f->req, 403, NOTE(MSG_FACE_DENIED, ARG_L(f->reg->label)));
}

static int missing(struct http_req *req)
{
	http_fail(req, 404, NOTE0(MSG_HTTP_NOT_FOUND));
	return ERR_NOT_FOUND;
}

int face_open_reg(struct http_req *req, struct face *f, const struct reg *r, enum op op)
{
	*f = (struct face){ .req = req, .office = office_of(req), .by = auth_principal(req), .a = req->arena, .reg = r };
	f->lang = req->lang;
	if (!r)
		return missing(req);
	f->number = reg_number(r);
	f->ops = auth_ops(f->by, f->number);
	if (!(f->ops & OP_READ)) {
		/* Answered as if it were not there; that somebody tried to change something is recorded all the same. */
		struct refusal x = { f, NULL };
		if (req->method != HTTP_GET && db_write(f->office->db, write_refusal, &x) < 0) {
			http_fail(req, 503, NOTE0(MSG_HTTP_BUSY));
			return ERR_BUSY;
		}
		return missing(req);
	}
	if (!(f->ops & op)) {
		face_refuse(f, NULL);
		return ERR_DENIED;
	}
	face_lease(f);
	int e = reg_view_load(f->conn, f->a, r, &f->view);
	if (e < 0) {
		face_fail(f, e);
		return e;
	}
	html_init(&f->h, &req->answer->body, f->a, f->lang, req->csrf);
	return 0;
}

int face_open(struct http_req *req, struct face *f, enum op op)
{
	const struct reg *r = reg_find(req->capture[1]);
	return face_open_reg(req, f, r && str_eq_z(req->capture[0], r->room) ? r : NULL, op);
}

int face_open_api(struct http_req *req, struct face *f, enum op op)
{
	return face_open_reg(req, f, reg_find(req->capture[0]), op);
}

void face_lease(struct face *f)
{
	face_release(f);
	f->conn = db_read_begin(f->office->db);
}

void face_release(struct face *f)
{
	if (f->conn)
		db_read_end(f->office->db, &f->conn);
	f->conn = NULL;
}

void face_close(struct face *f)
{
	face_release(f);
}

bool face_may(struct face *f, enum op op, const struct row *row)
{
	return (f->ops & op) && auth_allows(f->conn, f->by, f->number, op, row->unit_id, row->id);
}

int face_row(struct face *f, struct str id, enum op op, struct row *ret)
{
	int64_t n;
	if (num_parse_i64(id, 1, INT64_MAX, &n) < 0)
		return missing(f->req);
	int e = reg_get(f->conn, f->a, f->by, &f->view, n, ret);
	if (e < 0) {
		face_fail(f, e);
		return e;
	}
	if (op != OP_READ && !face_may(f, op, ret)) {
		face_refuse(f, ret);
		return ERR_DENIED;
	}
	return 0;
}

void face_fail(struct face *f, int err)
{
	switch (err) {
	case ERR_NOT_FOUND:
		missing(f->req);
		break;
	case ERR_DENIED:
		http_fail(f->req, 403, NOTE(MSG_FACE_DENIED, ARG_L(f->reg->label)));
		break;
	case ERR_CONFLICT:
		http_fail(f->req, 409, NOTE0(MSG_FACE_CONFLICT));
		break;
	case ERR_EXISTS:
		http_fail(f->req, 409, NOTE0(MSG_FACE_EXISTS));
		break;
	case ERR_INVALID:
		http_fail(f->req, 422, NOTE0(MSG_FACE_INVALID));
		break;
	case ERR_LIMIT:
		http_fail(f->req, 413, NOTE0(MSG_FACE_LIMIT));
		break;
	case ERR_BUSY:
	case ERR_TIMEOUT:
		http_fail(f->req, 503, NOTE0(MSG_HTTP_BUSY));
		break;
	default:
		http_fail(f->req, 500, NOTE(MSG_HTTP_INTERNAL, ARG_I((int64_t)f->req->id)));
		break;
	}
}

struct reg_ctx face_ctx(struct face *f)
{
	return (struct reg_ctx){ .conn = f->conn, .arena = f->a, .by = f->by, .key = f->office->key };
}

struct job {
	struct face *f;
	int (*fn)(struct reg_ctx *ctx, void *arg);
	void *arg;
};

static int run_job(struct db_conn *c, void *ctx)
{
	struct job *j = ctx;
	struct reg_ctx rc = face_ctx(j->f);
	rc.conn = c;
	return j->fn(&rc, j->arg);
}

int face_write(struct face *f, int (*fn)(struct reg_ctx *ctx, void *arg), void *arg)
{
	struct job j = { f, fn, arg };
	face_release(f);
	int e = db_write(f->office->db, run_job, &j);
	if (e == ERR_DENIED) {
		struct refusal x = { f, NULL };
		int r = db_write(f->office->db, write_refusal, &x);
		if (r < 0)
			return r;
	}
	return e;
}

/* ---- paths ---- */

struct str reg_path(struct arena *a, const struct reg *r)
{
	return str_printf(a, "/%s/%s", r->room, r->name);
}

struct str face_path(const struct face *f, const char *rest)
{
	return str_printf(f->a, "/%s/%s%s", f->reg->room, f->reg->name, rest);
}

struct str face_row_path(const struct face *f, int64_t id, const char *rest)
{
	return str_printf(f->a, "/%s/%s/%lld%s", f->reg->room, f->reg->name, (long long)id, rest);
}

struct str face_query_path(const struct face *f, const char *rest, const struct query *q, bool with_cursor, const char *extra)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL * 2);
	buf_str(&b, face_path(f, rest));
	buf_char(&b, '?');
	size_t bare = b.n;
	query_put(&b, q, with_cursor);
	if (extra && *extra) {
		if (b.n > bare)
			buf_char(&b, '&');
		buf_z(&b, extra);
	}
	if (b.n == bare)
		b.n--;
	return str_dup(f->a, buf_view(&b));
}

void face_redirect(struct face *f, struct str path, const char *done)
{
	if (done)
		path = str_printf(f->a, "%.*s%sdone=%s", STR_FMT(path), str_find_char(path, '?') < 0 ? "?" : "&", done);
	http_redirect(f->req, path);
}

/* ---- pages ---- */

struct str face_text(const struct face *f, msg_id id)
{
	return msg(f->lang, id);
}

struct str face_notice(const struct face *f)
{
	static const struct {
		const char *key;
		msg_id id;
	} notices[] = {
		{ "created", MSG_FACE_DONE_CREATED }, { "saved", MSG_FACE_DONE_SAVED }, { "same", MSG_FACE_DONE_SAME },
		{ "archived", MSG_FACE_DONE_ARCHIVED }, { "restored", MSG_FACE_DONE_RESTORED }, { "undone", MSG_FACE_DONE_UNDONE },
		{ "merged", MSG_FACE_DONE_MERGED }, { "linked", MSG_FACE_DONE_LINKED }, { "unlinked", MSG_FACE_DONE_UNLINKED },
		{ "commented", MSG_FACE_DONE_COMMENTED }, { "attached", MSG_FACE_DONE_ATTACHED }, { "view", MSG_FACE_DONE_VIEW },
		{ "view-replaced", MSG_FACE_DONE_VIEW_REPLACED }, { "view-gone", MSG_FACE_DONE_VIEW_GONE }, { "field", MSG_FACE_DONE_FIELD }, { "draft-gone", MSG_FACE_DONE_DRAFT_GONE },
		{ "detached", MSG_FACE_DONE_DETACHED }, { "removed", MSG_FACE_DONE_REMOVED }, { "erased", MSG_FACE_DONE_ERASED },
	};
	struct str done = http_query(f->req, "done");
	for (size_t i = 0; done.n && i < COUNT_OF(notices); i++)
		if (str_eq_z(done, notices[i].key))
			return face_text(f, notices[i].id);
	return STR_NULL;
}

void face_page(struct face *f, struct page *p, struct str title, struct str here)
{
	if (f->office->frame)
		f->office->frame(f->req, p);
	p->title = title;
	p->notice = face_notice(f);
	p->return_path = f->req->path;
	p->help_path = f->reg->help ? str_printf(f->a, "/help/%s", f->reg->help) : STR_NULL;
	size_t n = 0;
	for (size_t i = 0; p->current && i < p->menus; i++)
		if (p->menu[i].visible && strcmp(p->menu[i].path, p->current) == 0) {
			p->breadcrumb_label[n] = label_of(p->menu[i].label, f->lang);
			p->breadcrumb_path[n++] = str_of(p->current);
			break;
		}
	p->breadcrumb_label[n] = label_of(f->reg->label, f->lang);
	p->breadcrumb_path[n] = here.n ? face_path(f, "") : STR_NULL;
	n++;
	if (here.n)
		p->breadcrumb_label[n++] = here;
	for (; n < COUNT_OF(p->breadcrumb_label); n++)
		p->breadcrumb_label[n] = STR_NULL;
	page_begin(&f->h, p);
}

void face_stop_begin(struct face *f, int status, const struct note *why)
{
	struct page p = { 0 };
	f->req->answer->status = status;
	face_page(f, &p, face_text(f, MSG_FACE_STOPPED), face_text(f, MSG_FACE_STOPPED));
	html_alert(&f->h, TONE_YELLOW, note_str(f->a, f->lang, why), STR_NULL);
}

void face_stop_end(struct face *f, struct str back, msg_id label)
{
	html_lit(&f->h, "<p class=\"actions\">");
	html_button_link(&f->h, back, "arrow-left", face_text(f, label), false);
	html_lit(&f->h, "</p>");
	page_end(&f->h);
}

void face_stop(struct face *f, int status, const struct note *why, struct str back, msg_id label)
{
	face_stop_begin(f, status, why);
	face_stop_end(f, back, label);
}

/* ---- values ---- */

bool field_is_ref(const struct field *f)
{
	return row_json_is_reference(f);
}

bool field_is_number(const struct field *f)
{
	return f->type == FIELD_INTEGER || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY;
}

bool face_writable(const struct face *f, const struct field *field)
{
	return !field->derived && !(field->flags & FIELD_ENGINE) && reg_field_writable(f->by, f->reg, field);
}

static bool plain_when_blank(const struct field *f)
{
	bool text = f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_URL;
	/* A day that did not come, or a row that nobody named, is no gap in what is known - unless it is part of the key, or the
	 * day is one on which something ends. */
	bool day = f->type == FIELD_DATE && !f->warn, named = field_is_ref(f) && !(f->flags & (FIELD_KEY | FIELD_OWNER));
	return text || day || named || (f->flags & FIELD_SETTLE);
}

static enum tone choice_tone(const struct field *f, const struct value *v)
{
	if (f->type != FIELD_CHOICE && f->type != FIELD_SCALE)
		return TONE_NEUTRAL;
	for (size_t i = 0; i < f->choices; i++)
		if (f->choice[i].number == v->i)
			return f->choice[i].tone;
	return TONE_NEUTRAL;
}

/* A level whose label repeats the number already ("2：高") stands as its label. */
static struct str view_text(struct html *h, const struct field *f, const struct value *v)
{
	if (f->type == FIELD_SCALE)
		for (size_t i = 0; i < f->choices; i++)
			if (f->choice[i].number == v->i) {
				struct str label = label_of(f->choice[i].label, h->lang);
				char digits[24];
				snprintf(digits, sizeof digits, "%lld", (long long)v->i);
				if (str_starts(label, str_of(digits)))
					return label;
			}
	return value_str(h->arena, f, v, FORM_VIEW, h->lang);
}

void value_html(struct html *h, const struct field *f, const struct value *v, bool brief)
{
	if (!v->known) {
		if (plain_when_blank(f)) {
			html_lit(h, "<span class=\"muted\">");
			html_msg(h, MSG_FACE_BLANK);
		} else {
			html_lit(h, "<span class=\"unknown\">");
			html_msg(h, MSG_UNKNOWN);
		}
		html_lit(h, "</span>");
		return;
	}
	const struct reg *target = field_is_ref(f) ? reg_find(str_of(f->target)) : NULL;
	struct str text = view_text(h, f, v);
	if (target) {
		if (v->closed || !v->s.n) {
			html_lit(h, "<span class=\"muted\">");
			if (v->s.n)
				html_text(h, v->s);
			else
				html_msg(h, MSG_FACE_HIDDEN);
			html_lit(h, "</span>");
			return;
		}
		html_lit(h, "<a");
		html_href(h, str_printf(h->arena, "/%s/%s/%lld", target->room, target->name, (long long)v->i));
		html_lit(h, ">");
		html_text(h, v->s);
		html_lit(h, "</a>");
		return;
	}
	if (f->type == FIELD_URL) {
		html_lit(h, "<a rel=\"noreferrer noopener\"");
		html_href(h, v->s);
		html_lit(h, ">");
		html_text(h, brief ? text_clip(v->s, 40) : v->s);
		html_lit(h, "</a>");
		return;
	}
	if (choice_tone(f, v) != TONE_NEUTRAL) {
		html_badge(h, choice_tone(f, v), text);
		return;
	}
	if (brief) {
		struct str clipped = text_clip(text, 80);
		html_text(h, clipped);
		if (clipped.n < text.n)
			html_lit(h, "…");
	} else if (f->flags & FIELD_OUTLINE) {
		html_lit(h, "<pre class=\"outline\">");
		html_text(h, text);
		html_lit(h, "</pre>");
	} else if (f->type == FIELD_LONG_TEXT && !(f->flags & FIELD_PLAIN)) {
		html_lit(h, "<div class=\"markdown\">");
		html_safe(h, markdown_render(h->arena, text));
		html_lit(h, "</div>");
	} else {
		html_lines(h, text);
	}
}

struct str row_title(const struct reg_view *view, const struct row *row)
{
	int t = reg_field(view->reg, view->reg->title);
	return t >= 0 && row->v[t].known && row->v[t].s.n ? row->v[t].s : row->code;
}

/* To a personal link the row itself is closed; what its own items say of it is not. */
static struct str title_by_items(struct face *f, const struct field *field, int64_t id)
{
	const int at = reg_field(f->reg, field->name);
	struct listing list;
	if (f->by->kind != PRINCIPAL_LINK || at < 0)
		return STR_NULL;
	bool *columns = ARENA_ARRAY(f->a, f->view.fields + 1, bool);
	columns[at] = true;
	struct query q = { .view = &f->view, .by = f->by, .op = OP_READ, .sort = SORT_NEWEST, .limit = LIMIT_PAGE_ROWS, .columns = columns };
	if (reg_list(f->conn, f->a, &q, &list) < 0)
		return STR_NULL;
	for (size_t i = 0; i < list.rows; i++)
		if (list.row[i].v[at].known && list.row[i].v[at].i == id)
			return list.row[i].v[at].s;
	return STR_NULL;
}

struct str reference_title(struct face *f, const struct field *field, int64_t id)
{
	const struct reg *target = reg_find(str_of(field->target));
	struct reg_view view;
	struct row row;
	if (!target || reg_view_load(f->conn, f->a, target, &view) < 0)
		return STR_NULL;
	return reg_get(f->conn, f->a, f->by, &view, id, &row) < 0 ? title_by_items(f, field, id) : row_title(&view, &row);
}

int reference_options(struct face *f, const struct field *field, struct str search, size_t max, struct option **ret,
                      size_t *ret_n, bool *ret_more)
{
	const struct reg *target = reg_find(str_of(field->target));
	*ret = NULL;
	*ret_n = 0;
	*ret_more = false;
	if (!target || !(auth_ops(f->by, reg_number(target)) & OP_READ))
		return 0;
	struct reg_view view;
	int e = reg_view_load(f->conn, f->a, target, &view);
	if (e < 0)
		return e;
	bool *columns = ARENA_ARRAY(f->a, view.fields, bool);
	int t = reg_field(target, target->title);
	if (t >= 0)
		columns[t] = true;
	struct query q = { .view = &view, .by = f->by, .op = OP_READ, .sort = -1, .limit = max, .columns = columns, .search = search };
	struct listing list;
	if ((e = reg_list(f->conn, f->a, &q, &list)) < 0)
		return e;
	*ret = ARENA_ARRAY(f->a, list.rows + 1, struct option);
	for (size_t i = 0; i < list.rows; i++)
		(*ret)[i] = (struct option){ .id = list.row[i].id, .code = list.row[i].code, .title = row_title(&view, &list.row[i]) };
	*ret_n = list.rows;
	*ret_more = list.next.n > 0;
	return 0;
}

/* ---- forms ---- */

/* "#12" of a list, or "PER-0001 Name", a code, a key, a title as typed. */
static int resolve(struct face *f, const struct field *field, struct value *v, struct note *why)
{
	const struct reg *target = reg_find(str_of(field->target));
	struct label label = target ? target->label : field->label;
	if (v->i)
		return 0; /* "#12": chosen from a list */
	int e = reference_find(f->conn, f->a, f->by, field, v->s, &v->i);
	if (e == ERR_NOT_FOUND && target && str_starts(v->s, str_of(target->code))) {
		ptrdiff_t blank = str_find_char(v->s, ' ');
		if (blank > 0)
			e = reference_find(f->conn, f->a, f->by, field, str_sub(v->s, 0, (size_t)blank), &v->i);
	}
	struct str said = text_clip(v->s, 60);
	if (e == ERR_NOT_FOUND)
		*why = NOTE(MSG_REFERENCE_NONE, ARG_L(label), ARG_S(said));
	else if (e == ERR_INVALID)
		*why = NOTE(MSG_REFERENCE_SEVERAL, ARG_L(label), ARG_S(said), ARG_S(target ? str_of(target->code) : STR("")));
	return e == ERR_NOT_FOUND ? ERR_INVALID : e;
}

int change_from_text(struct face *f, struct change *change, const struct str *text, struct error_list *errors)
{
	for (size_t i = 0; i < f->view.fields; i++) {
		const struct field *field = f->view.field[i];
		if (!text[i].p || !face_writable(f, field))
			continue;
		struct value v;
		struct note why;
		int e = value_parse(field, f->a, text[i], f->lang, &v, &why);
		if (e == 0 && v.known && field_is_ref(field))
			e = resolve(f, field, &v, &why);
		if (e == ERR_INVALID)
			error_add(errors, (int)i, why);
		else if (e < 0)
			return e;
		else
			change_set(change, (int)i, v);
	}
	return 0;
}

struct str *row_texts(struct face *f, const struct row *row)
{
	struct str *text = ARENA_ARRAY(f->a, f->view.fields + 1, struct str);
	for (size_t i = 0; i < f->view.fields; i++) {
		text[i] = value_str(f->a, f->view.field[i], &row->v[i], FORM_INPUT, f->lang);
		if (!text[i].p)
			text[i] = STR("");
	}
	return text;
}

const struct param *field_param(const struct http_req *req, size_t capture, struct str name)
{
	static const struct param text = { .name = "*", .type = PARAM_TEXT, .max = LIMIT_LONG_TEXT + 10000, .many = true };
	const struct reg *r = reg_find(req->capture[capture]);
	if (!r)
		return str_starts(name, STR("csrf")) ? NULL : &text; /* the handler answers 404 */
	return reg_field_str(r, name) >= 0 || str_starts(name, STR("own_")) ? &text : NULL;
}
