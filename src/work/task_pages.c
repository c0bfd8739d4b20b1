/* Tasks on pages: on every row, on their own, and on Today; a new one for a row, and the press that says it is done. */
#include "work/task.h"

#include "auth/office.h"
#include "base/num.h"
#include "base/text/base.h"
#include "base/text/work.h"
#include "register/batch.h"
#include "register/faces.h"
#include "work/pages.h"
#include "work/work.h"

#define SHOWN 20

struct task_line {
	int64_t id, state;
	struct str code, name, due, owner;
};

/* SELECT of visible live tasks t; conditions follow. */
static void select_tasks(struct sql *q, struct arena *a, const struct principal *p)
{
	const struct reg *person = reg_find(STR("person"));
	sql_init(q, a);
	sql_lit(q, "SELECT t.id, r.code, t.name, COALESCE(t.state, 0), COALESCE(t.due_on, ''), COALESCE(o.name, '') FROM work_task t JOIN record r ON r.id = t.id"
	           " LEFT JOIN ");
	sql_name(q, person->table);
	sql_lit(q, " o ON o.id = t.owner");
	auth_visible(q, p, reg_number(person), OP_READ, "o"); /* a name is shown to who may see the person */
	sql_lit(q, " WHERE t.archived = 0");
	batch_visible(q, "t");
	auth_visible(q, p, reg_number(&reg_task), OP_READ, "t");
}

static int read_tasks(struct db_conn *c, struct arena *a, struct sql *q, struct task_line *ret, size_t *ret_n)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, q, &s);
	for (*ret_n = 0; e == 0 && *ret_n < SHOWN && (e = stmt_step(s)) == 1; e = 0)
		ret[(*ret_n)++] = (struct task_line){ .id = stmt_i64(s, 0), .code = stmt_str_dup(s, a, 1), .name = stmt_str_dup(s, a, 2), .state = stmt_i64(s, 3),
			.due = stmt_str_dup(s, a, 4), .owner = stmt_str_dup(s, a, 5) };
	return e < 0 ? e : 0;
}

static bool may_read(const struct principal *p)
{
	return p->kind != PRINCIPAL_LINK && (p->needs & NEED_OVERVIEW) && (auth_ops(p, reg_number(&reg_task)) & OP_READ);
}

static void put_tasks(struct html *h, const struct task_line *x, size_t n)
{
	struct str today = date_iso(h->arena, clock_today());
	const struct field *state = &reg_task.field[reg_field(&reg_task, "state")];
	html_lit(h, "<ul class=\"changes\">");
	for (size_t i = 0; i < n; i++) {
		const bool open = x[i].state == TASK_OPEN || x[i].state == TASK_IN_PROGRESS, late = open && x[i].due.n && str_cmp(x[i].due, today) < 0;
		html_lit(h, "<li>");
		if (late)
			html_badge(h, TONE_RED, msg(h->lang, MSG_TASK_LATE));
		else
			value_html(h, state, &(struct value){ .known = x[i].state != 0, .i = x[i].state }, true);
		html_lit(h, " <a");
		html_href(h, str_printf(h->arena, "/work/task/%lld", (long long)x[i].id));
		html_lit(h, ">");
		html_text(h, x[i].name);
		html_lit(h, "</a> <span class=\"muted small\">");
		html_text(h, x[i].due.n ? x[i].due : msg(h->lang, MSG_TASK_NO_DUE));
		html_lit(h, "／");
		html_text(h, x[i].owner.n ? x[i].owner : msg(h->lang, MSG_UNKNOWN));
		html_lit(h, "</span></li>");
	}
	html_lit(h, "</ul>");
}

/* ---- on Today ---- */

static void put_block(struct html *h, msg_id title, const struct task_line *x, size_t n, struct str more)
{
	if (!n)
		return;
	html_section_begin(h, title);
	put_tasks(h, x, n);
	html_lit(h, "<p><a");
	html_href(h, more);
	html_lit(h, ">");
	html_msg(h, MSG_TASK_ALL);
	html_lit(h, "</a></p></div></section>");
}

/* What people who left still have to do: it waits for somebody to take it over. */
static void left_behind(struct html *h, struct db_conn *c, const struct principal *p)
{
	const struct reg *person = reg_find(STR("person"));
	struct task_line x[SHOWN];
	struct sql q;
	size_t n = 0;
	select_tasks(&q, h->arena, p);
	sql_lit(&q, " AND t.state IN (1, 2) AND t.owner IN (SELECT g.id FROM ");
	sql_name(&q, person->table);
	sql_lit(&q, " g WHERE g.archived = 1 OR g.left_on < ");
	sql_str(&q, date_iso(h->arena, clock_today()));
	sql_lit(&q, ") ORDER BY t.due_on IS NULL, t.due_on, t.id LIMIT ");
	sql_i64(&q, SHOWN);
	if (read_tasks(c, h->arena, &q, x, &n) == 0)
		put_block(h, MSG_TASK_LEFT_BEHIND, x, n, STR("/work/task?state=open&state=in_progress&sort=due_on"));
}

int task_count(struct db_conn *c, struct arena *a, const struct principal *p, int64_t max, int64_t *ret)
{
	struct sql q;
	*ret = 0;
	if (!may_read(p) || !p->person_id)
		return 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM (SELECT 1 FROM work_task t WHERE t.archived = 0");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(&reg_task), OP_READ, "t");
	sql_lit(&q, " AND t.state IN (1, 2) AND t.owner = ");
	sql_i64(&q, p->person_id);
	sql_lit(&q, " LIMIT ");
	sql_i64(&q, max);
	sql_lit(&q, ") AS counted");
	return db_get_i64(c, &q, ret);
}

void task_inbox(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	struct task_line x[SHOWN];
	size_t n = 0;
	struct sql q;
	if (!may_read(p))
		return;
	static const struct { const char *field; msg_id title; } whose[] = { { "owner", MSG_TASK_MINE }, { "deputy", MSG_TASK_AS_DEPUTY } };
	for (size_t i = 0; p->person_id && i < COUNT_OF(whose); i++) {
		select_tasks(&q, h->arena, p);
		sql_lit(&q, " AND t.state IN (1, 2) AND t.");
		sql_name(&q, whose[i].field);
		sql_lit(&q, " = ");
		sql_i64(&q, p->person_id);
		sql_lit(&q, " ORDER BY t.due_on IS NULL, t.due_on, t.id LIMIT ");
		sql_i64(&q, SHOWN);
		if (read_tasks(c, h->arena, &q, x, &n) == 0)
			put_block(h, whose[i].title, x, n, str_printf(h->arena, "/work/task?%s=%lld&state=open&state=in_progress", whose[i].field, (long long)p->person_id));
	}
	/* Who leads sees what others are late with. */
	if (!(auth_ops(p, reg_number(&reg_task)) & OP_ARCHIVE))
		return;
	left_behind(h, c, p);
	select_tasks(&q, h->arena, p);
	sql_lit(&q, " AND t.state IN (1, 2) AND t.owner IS NOT ");
	sql_i64(&q, p->person_id);
	sql_lit(&q, " AND t.due_on < ");
	sql_str(&q, date_iso(h->arena, clock_today()));
	sql_lit(&q, " ORDER BY t.due_on, t.id LIMIT ");
	sql_i64(&q, SHOWN);
	if (read_tasks(c, h->arena, &q, x, &n) == 0)
		put_block(h, MSG_TASK_LATE_OTHERS, x, n, str_printf(h->arena, "/work/task?state=open&state=in_progress&due_on.until=%.*s&sort=due_on",
		          STR_FMT(date_iso(h->arena, date_add_days(clock_today(), -1)))));
}

/* ---- on a row ---- */

static void put_new(struct html *h, const struct row *row)
{
	html_lit(h, "<details class=\"screen-only\"><summary>");
	html_msg(h, MSG_TASK_ADD);
	html_lit(h, "</summary>");
	html_form_begin(h, STR("/work/task/for"), false);
	html_hidden(h, "record", str_printf(h->arena, "%lld", (long long)row->id));
	html_lit(h, "<div class=\"field\"><label for=\"task-name\">");
	html_label(h, reg_task.field[reg_field(&reg_task, "name")].label);
	html_lit(h, "</label><input class=\"form-control\" id=\"task-name\" name=\"name\" maxlength=\"200\" required></div>"
	            "<div class=\"field\"><label for=\"task-due\">");
	html_label(h, reg_task.field[reg_field(&reg_task, "due_on")].label);
	html_lit(h, "</label><input class=\"form-control\" id=\"task-due\" type=\"date\" name=\"due_on\"></div>"
	            "<div class=\"field\"><label for=\"task-owner\">");
	html_label(h, reg_task.field[reg_field(&reg_task, "owner")].label);
	html_lit(h, "</label><input class=\"form-control\" id=\"task-owner\" name=\"owner\" maxlength=\"200\"><span class=\"field-hint\">");
	html_msg(h, MSG_TASK_OWNER_HINT);
	html_lit(h, "</span></div><p><button type=\"submit\" class=\"btn\">");
	html_icon(h, "plus");
	html_msg(h, MSG_TASK_ADD);
	html_lit(h, "</button></p>");
	html_form_end(h);
	html_lit(h, "</details>");
}

void task_on_row(struct html *h, struct http_req *req, struct db_conn *c, const struct reg *r, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	struct task_line x[SHOWN];
	size_t n = 0;
	struct sql q;
	if (strcmp(r->room, "work") == 0 || !may_read(p))
		return;
	const bool may = row->state == RECORD_LIVE && p->account_id && !p->read_only && (auth_ops(p, reg_number(&reg_task)) & OP_CREATE);
	select_tasks(&q, h->arena, p);
	sql_lit(&q, " AND t.about = ");
	sql_str(&q, row->code);
	sql_lit(&q, " ORDER BY t.state IN (3, 4), t.due_on IS NULL, t.due_on, t.id LIMIT ");
	sql_i64(&q, SHOWN);
	if (read_tasks(c, h->arena, &q, x, &n) < 0 || (!n && !may))
		return;
	html_lit(h, "<section class=\"card\" id=\"tasks\"><div class=\"card-header\"><h2 class=\"card-title\">");
	html_label(h, reg_task.label);
	html_lit(h, "</h2></div><div class=\"card-body\">");
	if (n)
		put_tasks(h, x, n);
	if (n == SHOWN) {
		html_lit(h, "<p><a");
		html_href(h, str_printf(h->arena, "/work/task?about=%.*s", STR_FMT(row->code)));
		html_lit(h, ">");
		html_msg(h, MSG_TASK_ALL);
		html_lit(h, "</a></p>");
	}
	if (may)
		put_new(h, row);
	html_section_end(h);
}

/* ---- its own page ---- */

void task_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value *about = &row->v[reg_field(&reg_task, "about")], *state = &row->v[reg_field(&reg_task, "state")];
	const struct reg *r;
	int64_t id;
	if (about->known && task_about(c, h->arena, p, about->s, &id, &r) == 0) {
		html_lit(h, "<p>");
		html_msg(h, MSG_TASK_ABOUT);
		html_lit(h, " <a");
		html_href(h, str_printf(h->arena, "/%s/%s/%lld", r->room, r->name, (long long)id));
		html_lit(h, ">");
		html_text(h, str_printf(h->arena, "%.*s %.*s", STR_FMT(label_of(r->label, h->lang)), STR_FMT(about->s)));
		html_lit(h, "</a></p>");
	}
	checklist_put(h, req, c, row);
	const bool open = !state->known || state->i == TASK_OPEN || state->i == TASK_IN_PROGRESS;
	if (!open || row->state != RECORD_LIVE || p->read_only || !auth_allows(c, p, reg_number(&reg_task), OP_UPDATE, row->unit_id, row->id))
		return;
	html_lit(h, "<section class=\"card screen-only\" id=\"done\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(h, MSG_TASK_FINISH);
	html_lit(h, "</h2>");
	html_form_begin(h, str_printf(h->arena, "/work/task/%lld/done", (long long)row->id), false);
	html_hidden(h, "revision", str_printf(h->arena, "%lld", (long long)row->revision));
	html_lit(h, "<div class=\"field\"><label for=\"task-evidence\">");
	html_label(h, reg_task.field[reg_field(&reg_task, "evidence")].label);
	html_lit(h, "</label><textarea class=\"form-control\" id=\"task-evidence\" name=\"evidence\" rows=\"2\" maxlength=\"1000\"></textarea><span class=\"field-hint\">");
	html_msg(h, MSG_TASK_EVIDENCE_HINT);
	html_lit(h, "</span></div><p><button type=\"submit\" class=\"btn btn-primary\">");
	html_icon(h, "check");
	html_msg(h, MSG_TASK_FINISH_BUTTON);
	html_lit(h, "</button></p>");
	html_form_end(h);
	html_section_end(h);
}

/* ---- changes ---- */

/* The first thing that is wrong, or what the error means by itself. */
static void answer_error(struct http_req *req, int e, const struct written *w)
{
	work_fail(req, e, e == ERR_INVALID && w->errors.n ? w->errors.error[0].why : NOTE0(MSG_NONE));
}

static bool set_text(struct http_req *req, struct change *c, const char *field, struct str text)
{
	struct value v;
	struct note why;
	const int at = reg_field(&reg_task, field);
	if (value_parse(&reg_task.field[at], req->arena, text, auth_principal(req)->lang, &v, &why) < 0) {
		work_fail(req, ERR_INVALID, why);
		return false;
	}
	change_set(c, at, v);
	return true;
}

static int view_of(struct http_req *req, struct reg_view *ret)
{
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = reg_view_load(c, req->arena, &reg_task, ret);
	db_read_end(office_of(req)->db, &c);
	return e;
}

/* For a row that the reader may read: its code is looked up, never taken from the request. */
static void do_new(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct reg_view view;
	struct written w = { 0 };
	struct str code = STR("");
	int64_t record = 0;
	const struct reg *r = NULL;
	struct sql q;
	int e = work_form_id(req, "record", &record) ? view_of(req, &view) : ERR_NOT_FOUND;
	if (e == 0) {
		struct db_conn *c = db_read_begin(o->db);
		sql_init(&q, req->arena);
		sql_lit(&q, "SELECT code FROM record WHERE id = ");
		sql_i64(&q, record);
		e = db_get_str(c, &q, &code);
		if (e == 0)
			e = task_about(c, req->arena, p, code, &record, &r);
		db_read_end(o->db, &c);
	}
	if (e < 0 || !r) {
		work_fail(req, e < 0 ? e : ERR_NOT_FOUND, NOTE0(MSG_NONE));
		return;
	}
	struct change c = change_new(req->arena, CHANGE_SAVE, &view, 0);
	struct str owner = str_trim(http_form(req, "owner"));
	change_set(&c, reg_field(&reg_task, "about"), (struct value){ .known = true, .s = code });
	if (!set_text(req, &c, "name", http_form(req, "name")) || !set_text(req, &c, "due_on", http_form(req, "due_on")))
		return;
	if (!owner.n && p->person_id)
		change_set(&c, reg_field(&reg_task, "owner"), (struct value){ .known = true, .i = p->person_id });
	else if (!set_text(req, &c, "owner", owner))
		return;
	struct reg_ctx ctx = work_ctx(req, NULL);
	e = reg_save(o->db, &ctx, &c, &w);
	if (e < 0)
		answer_error(req, e, &w);
	else
		http_redirect(req, str_printf(req->arena, "/%s/%s/%lld#tasks", r->room, r->name, (long long)record));
}

/* One press, with what shows it. */
static void do_done(struct http_req *req)
{
	struct reg_view view;
	struct written w = { 0 };
	int64_t id = 0, revision = 0;
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) == 0 && work_form_id(req, "revision", &revision) ? view_of(req, &view) : ERR_NOT_FOUND;
	if (e < 0) {
		work_fail(req, e, NOTE0(MSG_NONE));
		return;
	}
	struct change c = change_new(req->arena, CHANGE_SAVE, &view, id);
	c.revision = revision;
	change_set(&c, reg_field(&reg_task, "state"), (struct value){ .known = true, .i = TASK_DONE });
	if (str_trim(http_form(req, "evidence")).n && !set_text(req, &c, "evidence", http_form(req, "evidence")))
		return;
	struct reg_ctx ctx = work_ctx(req, NULL);
	e = reg_save(office_of(req)->db, &ctx, &c, &w);
	if (e < 0)
		answer_error(req, e, &w);
	else
		http_redirect(req, str_printf(req->arena, "/work/task/%lld", (long long)id));
}

#define PARAMS(p) .params = (p), .param_count = COUNT_OF(p)
static const struct param new_params[] = { { "record", PARAM_INT }, { "name", PARAM_TEXT, .max = 1000 }, { "due_on", PARAM_TEXT, .max = 40 }, { "owner", PARAM_TEXT, .max = 400 } };
static const struct param done_params[] = { { "revision", PARAM_INT }, { "evidence", PARAM_TEXT, .max = LIMIT_LONG_TEXT } };

static const struct param check_add_params[] = { { "text", PARAM_TEXT, .max = 10000 } };
static const struct param check_params[] = { { "do", PARAM_KEY, .max = 20 } };
static const struct param hand_over_params[] = { { "to", PARAM_TEXT, .max = 400 }, { "reason", PARAM_TEXT, .max = 400 } };

const struct route task_routes[] = {
	{ HTTP_POST, "/work/task/:id/check", do_check_add, 0, NEED_REGISTER, PARAMS(check_add_params) },
	{ HTTP_POST, "/work/check/:id", do_check, 0, NEED_REGISTER, PARAMS(check_params) },
	{ HTTP_POST, "/work/person/:id/hand-over", do_hand_over_person, 0, NEED_OVERVIEW, PARAMS(hand_over_params) },
	{ HTTP_POST, "/work/task/for", do_new, 0, NEED_OVERVIEW, PARAMS(new_params) },
	{ HTTP_POST, "/work/task/:id/done", do_done, 0, NEED_REGISTER, PARAMS(done_params) },
};
const size_t task_route_count = COUNT_OF(task_routes);
