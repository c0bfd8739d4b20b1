/* Check lists of tasks: lines that are ticked, with who and when. Each tick is in the trail of the task. */
#include "auth/office.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/work.h"
#include "work/pages.h"
#include "work/task.h"

static int refuse(struct note *ret_why, int e, struct note why)
{
	*ret_why = why;
	return e;
}

int checklist_of(struct db_conn *c, struct arena *a, int64_t task_id, struct check_line ret[LIMIT_CHECKS], size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, done_at, text, done_name FROM work_check WHERE task_id = ");
	sql_i64(&q, task_id);
	sql_lit(&q, " ORDER BY id LIMIT ");
	sql_i64(&q, LIMIT_CHECKS);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	for (*ret_n = 0; e == 0 && *ret_n < LIMIT_CHECKS && (e = stmt_step(s)) == 1; e = 0)
		ret[(*ret_n)++] = (struct check_line){ .id = stmt_i64(s, 0), .done_at = stmt_i64(s, 1), .text = stmt_str_dup(s, a, 2), .done_by = stmt_str_dup(s, a, 3) };
	return e < 0 ? e : 0;
}

static int count(struct db_conn *c, struct arena *a, int64_t task_id, bool open_only, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM work_check WHERE task_id = ");
	sql_i64(&q, task_id);
	if (open_only)
		sql_lit(&q, " AND done_at = 0");
	return db_get_i64(c, &q, ret);
}

int checklist_open(struct db_conn *c, struct arena *a, int64_t task_id, int64_t *ret)
{
	return count(c, a, task_id, true, ret);
}

/* ---- changes ---- */

/* The live open task, if the principal may change it. */
static int may_change(struct reg_ctx *ctx, int64_t task_id, struct str *ret_code, struct note *ret_why)
{
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	*ret_why = NOTE0(MSG_NONE);
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT t.unit_id, COALESCE(t.state, 1), r.code FROM work_task t JOIN record r ON r.id = t.id WHERE t.archived = 0 AND t.id = ");
	sql_i64(&q, task_id);
	auth_visible(&q, ctx->by, reg_number(&reg_task), OP_READ, "t");
	int e = db_first(ctx->conn, &q, &s);
	if (e < 0)
		return e;
	int64_t unit = stmt_i64(s, 0), state = stmt_i64(s, 1);
	*ret_code = stmt_str_dup(s, ctx->arena, 2);
	stmt_done(&s);
	if (ctx->by->read_only || !auth_allows(ctx->conn, ctx->by, reg_number(&reg_task), OP_UPDATE, unit, task_id))
		return ERR_DENIED;
	if (state != TASK_OPEN && state != TASK_IN_PROGRESS)
		return refuse(ret_why, ERR_CONFLICT, NOTE0(MSG_TASK_CHECK_CLOSED));
	return 0;
}

static int tell(struct reg_ctx *ctx, int64_t task_id, struct str code, struct str before, struct str after)
{
	struct audit_change c = { .field = STR("checklist"), .has_before = before.n > 0, .before = before, .has_after = after.n > 0, .after = after };
	struct audit_entry e = auth_entry(ctx->arena, ctx->by, AUDIT_UPDATE);
	e.reg = str_of(reg_task.name);
	e.record_id = task_id;
	e.subject = code;
	e.change = &c;
	e.changes = 1;
	return audit_append(ctx->conn, &e);
}

static int insert(struct reg_ctx *ctx, int64_t task_id, struct str text)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO work_check (task_id, text) VALUES (");
	sql_i64(&q, task_id);
	sql_lit(&q, ", ");
	sql_str(&q, text);
	sql_lit(&q, ")");
	return db_exec(ctx->conn, &q, NULL);
}

int checklist_add(struct reg_ctx *ctx, int64_t task_id, struct str text, struct note *ret_why)
{
	struct str code, line, rest = text_clean(ctx->arena, text);
	int64_t n = 0, added = 0;
	int e = may_change(ctx, task_id, &code, ret_why);
	if (e == 0)
		e = count(ctx->conn, ctx->arena, task_id, false, &n);
	while (e == 0 && str_cut(&rest, '\n', &line)) {
		line = str_trim(line);
		if (!line.n)
			continue;
		if (text_chars(line) > LIMIT_CHECK_TEXT)
			return refuse(ret_why, ERR_INVALID, NOTE(MSG_TASK_CHECK_LONG, ARG_I(LIMIT_CHECK_TEXT)));
		if (++n > LIMIT_CHECKS)
			return refuse(ret_why, ERR_LIMIT, NOTE(MSG_TASK_CHECK_MANY, ARG_I(LIMIT_CHECKS)));
		e = insert(ctx, task_id, line);
		if (e == 0)
			e = tell(ctx, task_id, code, STR_NULL, str_printf(ctx->arena, "open: %.*s", STR_FMT(line)));
		added++;
	}
	return e == 0 && !added ? refuse(ret_why, ERR_INVALID, NOTE0(MSG_TASK_CHECK_BLANK)) : e;
}

static int load_line(struct reg_ctx *ctx, int64_t line_id, int64_t *ret_task, struct check_line *ret, struct str *ret_code, struct note *ret_why)
{
	struct sql q;
	struct stmt *s = NULL;
	*ret_why = NOTE0(MSG_NONE);
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT task_id, done_at, text, done_name FROM work_check WHERE id = ");
	sql_i64(&q, line_id);
	int e = db_query(ctx->conn, &q, &s);
	if (e == 0 && (e = stmt_step(s)) == 1) {
		*ret_task = stmt_i64(s, 0);
		*ret = (struct check_line){ .id = line_id, .done_at = stmt_i64(s, 1), .text = stmt_str_dup(s, ctx->arena, 2), .done_by = stmt_str_dup(s, ctx->arena, 3) };
	}
	stmt_done(&s);
	return e < 0 ? e : e == 0 ? ERR_NOT_FOUND : may_change(ctx, *ret_task, ret_code, ret_why);
}

int checklist_tick(struct reg_ctx *ctx, int64_t line_id, bool done, struct note *ret_why)
{
	struct check_line x;
	struct str code;
	int64_t task = 0;
	int e = load_line(ctx, line_id, &task, &x, &code, ret_why);
	if (e < 0 || done == (x.done_at != 0))
		return e;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE work_check SET done_at = ");
	sql_i64(&q, done ? clock_now() : 0);
	sql_lit(&q, ", done_name = ");
	sql_str(&q, done ? ctx->by->name : STR(""));
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, line_id);
	e = db_exec(ctx->conn, &q, NULL);
	struct str open = str_printf(ctx->arena, "open: %.*s", STR_FMT(x.text)), ticked = str_printf(ctx->arena, "done: %.*s", STR_FMT(x.text));
	return e == 0 ? tell(ctx, task, code, done ? open : ticked, done ? ticked : open) : e;
}

int checklist_remove(struct reg_ctx *ctx, int64_t line_id, struct note *ret_why)
{
	struct check_line x;
	struct str code;
	int64_t task = 0;
	int e = load_line(ctx, line_id, &task, &x, &code, ret_why);
	if (e == 0 && x.done_at)
		return refuse(ret_why, ERR_CONFLICT, NOTE0(MSG_TASK_CHECK_TICKED));
	if (e < 0)
		return e;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM work_check WHERE id = ");
	sql_i64(&q, line_id);
	e = db_exec(ctx->conn, &q, NULL);
	return e == 0 ? tell(ctx, task, code, str_printf(ctx->arena, "open: %.*s", STR_FMT(x.text)), STR_NULL) : e;
}

int checklist_copy(struct reg_ctx *ctx, int64_t from_task, int64_t to_task)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO work_check (task_id, text) SELECT ");
	sql_i64(&q, to_task);
	sql_lit(&q, ", text FROM work_check WHERE task_id = ");
	sql_i64(&q, from_task);
	sql_lit(&q, " ORDER BY id");
	return db_exec(ctx->conn, &q, NULL);
}

bool checklist_say(struct arena *a, enum lang lang, struct str name, struct str recorded, struct str *ret_label, struct str *ret_text)
{
	if (!str_eq(name, STR("checklist")))
		return false;
	const bool done = str_starts(recorded, STR("done: "));
	*ret_label = msg(lang, MSG_TASK_CHECKLIST);
	*ret_text = recorded.n < 6 ? recorded : note_str(a, lang, &NOTE(done ? MSG_TASK_CHECK_SAY_DONE : MSG_TASK_CHECK_SAY_OPEN, ARG_S(str_sub(recorded, 6, recorded.n))));
	return true;
}

/* ---- on the task's page ---- */

static void put_time(struct html *h, const struct check_line *x)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	clock_put_local(&b, x->done_at);
	html_lit(h, " <span class=\"muted small\">");
	html_text(h, x->done_by);
	html_lit(h, "／");
	html_text(h, buf_view(&b));
	html_lit(h, "</span>");
}

static void put_line(struct html *h, const struct check_line *x, bool may)
{
	html_lit(h, "<li>");
	html_badge(h, x->done_at ? TONE_GREEN : TONE_GREY, msg(h->lang, x->done_at ? MSG_TASK_CHECK_DONE : MSG_TASK_CHECK_TO_DO));
	html_lit(h, " <span>");
	html_text(h, x->text);
	html_lit(h, "</span>");
	if (x->done_at)
		put_time(h, x);
	if (may) {
		html_form_begin(h, str_printf(h->arena, "/work/check/%lld", (long long)x->id), false);
		html_lit(h, "<span class=\"actions\"><button class=\"btn btn-sm\" name=\"do\"");
		html_attr(h, "value", x->done_at ? STR("open") : STR("done"));
		html_attr(h, "aria-label", note_str(h->arena, h->lang, &NOTE(x->done_at ? MSG_TASK_CHECK_UNTICK_OF : MSG_TASK_CHECK_TICK_OF, ARG_S(x->text))));
		html_lit(h, ">");
		html_msg(h, x->done_at ? MSG_TASK_CHECK_UNTICK : MSG_TASK_CHECK_TICK);
		html_lit(h, "</button>");
		if (!x->done_at) {
			html_lit(h, "<button class=\"btn btn-sm\" name=\"do\" value=\"remove\"");
			html_attr(h, "aria-label", note_str(h->arena, h->lang, &NOTE(MSG_TASK_CHECK_REMOVE_OF, ARG_S(x->text))));
			html_lit(h, ">");
			html_msg(h, MSG_TASK_CHECK_REMOVE);
			html_lit(h, "</button>");
		}
		html_lit(h, "</span>");
		html_form_end(h);
	}
	html_lit(h, "</li>");
}

void checklist_put(struct html *h, struct http_req *req, struct db_conn *c, const struct row *task)
{
	const struct principal *p = auth_principal(req);
	const struct value *state = &task->v[reg_field(&reg_task, "state")];
	struct check_line x[LIMIT_CHECKS];
	size_t n = 0, done = 0;
	const bool may = task->state == RECORD_LIVE && (!state->known || state->i == TASK_OPEN || state->i == TASK_IN_PROGRESS) && !p->read_only &&
	                 auth_allows(c, p, reg_number(&reg_task), OP_UPDATE, task->unit_id, task->id);
	if (checklist_of(c, h->arena, task->id, x, &n) < 0 || (!n && !may))
		return;
	for (size_t i = 0; i < n; i++)
		done += x[i].done_at != 0;
	html_lit(h, "<section class=\"card\" id=\"checklist\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(h, MSG_TASK_CHECKLIST);
	html_lit(h, "</h2>");
	if (n) {
		html_lit(h, "<p class=\"muted\">");
		html_note(h, &NOTE(MSG_TASK_CHECK_COUNT, ARG_I((int64_t)n), ARG_I((int64_t)done)));
		html_lit(h, "</p><ul class=\"changes checks\">");
		for (size_t i = 0; i < n; i++)
			put_line(h, &x[i], may);
		html_lit(h, "</ul>");
	}
	if (may && n < LIMIT_CHECKS) {
		html_lit(h, "<details class=\"screen-only\"><summary>");
		html_msg(h, MSG_TASK_CHECK_ADD);
		html_lit(h, "</summary>");
		html_form_begin(h, str_printf(h->arena, "/work/task/%lld/check", (long long)task->id), false);
		html_lit(h, "<div class=\"field\"><label for=\"check-text\">");
		html_msg(h, MSG_TASK_CHECK_LINES);
		html_lit(h, "</label><textarea class=\"form-control\" id=\"check-text\" name=\"text\" rows=\"4\" maxlength=\"10000\" required></textarea></div><p><button type=\"submit\" class=\"btn\">");
		html_icon(h, "plus");
		html_msg(h, MSG_TASK_CHECK_ADD);
		html_lit(h, "</button></p>");
		html_form_end(h);
		html_lit(h, "</details>");
	}
	html_lit(h, "</div></section>");
}

static int add_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct reg_ctx ctx = work_ctx(j->req, c);
	return checklist_add(&ctx, j->id, http_form(j->req, "text"), &j->why);
}

/* Where the line's task is, read before the line may be gone. */
static int64_t task_of(struct http_req *req, int64_t line)
{
	struct sql q;
	int64_t task = 0;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT task_id FROM work_check WHERE id = ");
	sql_i64(&q, line);
	int e = db_get_i64(c, &q, &task);
	db_read_end(office_of(req)->db, &c);
	return e == 0 ? task : 0;
}

static int line_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct reg_ctx ctx = work_ctx(j->req, c);
	struct str what = http_form(j->req, "do");
	if (str_eq(what, STR("remove")))
		return checklist_remove(&ctx, j->id, &j->why);
	return checklist_tick(&ctx, j->id, str_eq(what, STR("done")), &j->why);
}

void do_check_add(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &j.id) < 0)
		work_fail(req, ERR_NOT_FOUND, NOTE0(MSG_NONE));
	else if (work_run(&j, add_job) == 0)
		http_redirect(req, str_printf(req->arena, "/work/task/%lld#checklist", (long long)j.id));
}

void do_check(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	int64_t task = num_parse_i64(req->capture[0], 1, INT64_MAX, &j.id) < 0 ? 0 : task_of(req, j.id);
	if (!task)
		work_fail(req, ERR_NOT_FOUND, NOTE0(MSG_NONE));
	else if (work_run(&j, line_job) == 0)
		http_redirect(req, str_printf(req->arena, "/work/task/%lld#checklist", (long long)task));
}
