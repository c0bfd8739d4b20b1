/* What a person has to do goes to somebody else, when they leave or move. */
#include "auth/office.h"
#include "base/num.h"
#include "base/text/work.h"
#include "register/batch.h"
#include "register/query.h"
#include "work/digest.h"
#include "work/pages.h"
#include "work/task.h"
#include "work/work.h"

#define PIECE 64
#define SHOWN 20

static int refuse(struct note *ret_why, struct note why)
{
	*ret_why = why;
	return ERR_INVALID;
}

/* " FROM ... WHERE": open tasks that p may see or change and in which the person stands. */
static void from_tasks(struct sql *q, const struct principal *p, enum op op, int64_t person)
{
	sql_lit(q, " FROM work_task t JOIN record r ON r.id = t.id WHERE t.archived = 0 AND t.state IN (1, 2) AND (t.owner = ");
	sql_i64(q, person);
	sql_lit(q, " OR t.deputy = ");
	sql_i64(q, person);
	sql_lit(q, ")");
	batch_visible(q, "t");
	auth_visible(q, p, reg_number(&reg_task), op, "t");
}

/* A person that is there for the principal; the unit they belong to. */
static int unit_of_person(struct reg_ctx *ctx, int64_t id, int64_t *ret_unit)
{
	const struct reg *person = reg_find(STR("person"));
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT t.unit_id FROM ");
	sql_name(&q, person->table);
	sql_lit(&q, " t WHERE t.archived = 0 AND t.id = ");
	sql_i64(&q, id);
	batch_visible(&q, "t");
	auth_visible(&q, ctx->by, reg_number(person), OP_READ, "t");
	return db_get_i64(ctx->conn, &q, ret_unit);
}

struct standing {
	int64_t id, owner, deputy, unit;
	struct str code;
};

static int move_one(struct reg_ctx *ctx, const struct reg_view *view, const struct standing *x, int64_t from, int64_t to, int64_t from_unit, int64_t to_unit,
                    struct str reason, struct note *ret_why)
{
	struct change c = change_new(ctx->arena, CHANGE_SAVE, view, x->id);
	struct written w = { 0 };
	const struct value to_person = { .known = true, .i = to }, nobody = { .known = false };
	if (x->owner == from) {
		change_set(&c, reg_field(&reg_task, "owner"), to_person);
		if (x->deputy == to)
			change_set(&c, reg_field(&reg_task, "deputy"), nobody);
		if (x->unit && x->unit == from_unit && to_unit)
			change_set(&c, reg_field(&reg_task, "unit"), (struct value){ .known = true, .i = to_unit });
	} else {
		change_set(&c, reg_field(&reg_task, "deputy"), x->owner == to ? nobody : to_person);
	}
	c.reason = reason;
	int e = reg_write(ctx, &c, &w);
	if (e < 0) {
		struct str why = w.errors.n ? note_str(ctx->arena, ctx->by->lang, &w.errors.error[0].why) : msg(ctx->by->lang, MSG_TASK_HAND_OVER_DENIED);
		*ret_why = NOTE(MSG_TASK_HAND_OVER_ROW, ARG_S(x->code), ARG_S(why));
	}
	return e;
}

int task_hand_over(struct reg_ctx *ctx, int64_t from_person, int64_t to_person, struct str reason, int64_t *ret_moved, struct note *ret_why)
{
	int64_t from_unit = 0, to_unit = 0, moved = 0;
	struct reg_view view;
	size_t n = 1;
	*ret_why = NOTE0(MSG_NONE);
	if (from_person == to_person)
		return refuse(ret_why, NOTE0(MSG_TASK_HAND_OVER_SAME));
	int e = unit_of_person(ctx, from_person, &from_unit);
	if (e == 0)
		e = unit_of_person(ctx, to_person, &to_unit);
	if (e == 0)
		e = reg_view_load(ctx->conn, ctx->arena, &reg_task, &view);
	while (e == 0 && n) {
		struct standing x[PIECE];
		struct stmt *s = NULL;
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT t.id, COALESCE(t.owner, 0), COALESCE(t.deputy, 0), t.unit_id, r.code");
		from_tasks(&q, ctx->by, OP_UPDATE, from_person);
		sql_lit(&q, " ORDER BY t.id LIMIT ");
		sql_i64(&q, PIECE);
		e = db_query(ctx->conn, &q, &s);
		for (n = 0; e == 0 && n < PIECE && (e = stmt_step(s)) == 1; e = 0)
			x[n++] = (struct standing){ .id = stmt_i64(s, 0), .owner = stmt_i64(s, 1), .deputy = stmt_i64(s, 2), .unit = stmt_i64(s, 3), .code = stmt_str_dup(s, ctx->arena, 4) };
		stmt_done(&s);
		for (size_t i = 0; e == 0 && i < n; i++, moved++)
			e = move_one(ctx, &view, &x[i], from_person, to_person, from_unit, to_unit, reason, ret_why);
	}
	/* What they were sent to do it by must not outlive that it is theirs. */
	if (e == 0)
		e = digest_links_end(ctx->conn, ctx->arena, from_person);
	if (e == 0)
		*ret_moved = moved;
	return e;
}

/* ---- on a person's page ---- */

void task_of_person(struct html *h, struct http_req *req, struct db_conn *c, const struct row *person)
{
	const struct principal *p = auth_principal(req);
	struct sql q;
	struct stmt *s = NULL;
	int64_t n = 0;
	if (!p->account_id || p->read_only || !(auth_ops(p, reg_number(&reg_task)) & OP_UPDATE))
		return;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT count(*)");
	from_tasks(&q, p, OP_UPDATE, person->id);
	if (db_get_i64(c, &q, &n) < 0 || !n)
		return;
	html_lit(h, "<section class=\"card screen-only\" id=\"hand-over\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(h, MSG_TASK_HAND_OVER);
	html_lit(h, "</h2><p>");
	html_note(h, &NOTE(MSG_TASK_HAND_OVER_COUNT, ARG_I(n)));
	html_lit(h, "</p><ul class=\"changes\">");
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT t.id, t.name, COALESCE(t.due_on, '')");
	from_tasks(&q, p, OP_UPDATE, person->id);
	sql_lit(&q, " ORDER BY t.due_on IS NULL, t.due_on, t.id LIMIT ");
	sql_i64(&q, SHOWN);
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		html_lit(h, "<li><a");
		html_href(h, str_printf(h->arena, "/work/task/%lld", (long long)stmt_i64(s, 0)));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 1));
		html_lit(h, "</a> <span class=\"muted small\">");
		html_text(h, stmt_str(s, 2).n ? stmt_str(s, 2) : msg(h->lang, MSG_TASK_NO_DUE));
		html_lit(h, "</span></li>");
		e = 0;
	}
	stmt_done(&s);
	html_lit(h, "</ul>");
	html_form_begin(h, str_printf(h->arena, "/work/person/%lld/hand-over", (long long)person->id), false);
	html_lit(h, "<div class=\"field\"><label for=\"hand-over-to\">");
	html_msg(h, MSG_TASK_HAND_OVER_TO);
	html_lit(h, "</label><input class=\"form-control\" id=\"hand-over-to\" name=\"to\" maxlength=\"200\" required><span class=\"field-hint\">");
	html_msg(h, MSG_TASK_HAND_OVER_HINT);
	html_lit(h, "</span></div><div class=\"field\"><label for=\"hand-over-reason\">");
	html_msg(h, MSG_WORK_WHY);
	html_lit(h, "</label><input class=\"form-control\" id=\"hand-over-reason\" name=\"reason\" maxlength=\"200\"></div><p><button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(h, MSG_TASK_HAND_OVER_BUTTON);
	html_lit(h, "</button></p>");
	html_form_end(h);
	html_lit(h, "</div></section>");
}

struct handing {
	struct work_job j;
	int64_t to, moved;
	struct str reason;
};

static int hand_over_job(struct db_conn *c, void *arg)
{
	struct handing *x = arg;
	struct reg_ctx ctx = work_ctx(x->j.req, c);
	return task_hand_over(&ctx, x->j.id, x->to, x->reason, &x->moved, &x->j.why);
}

void do_hand_over_person(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	const struct field *owner = &reg_task.field[reg_field(&reg_task, "owner")];
	struct handing x = { .j = { .req = req, .why = NOTE0(MSG_NONE) }, .reason = str_trim(http_form(req, "reason")) };
	struct str to = str_trim(http_form(req, "to"));
	struct value v = { 0 };
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.j.id) < 0 ? ERR_NOT_FOUND : value_parse(owner, req->arena, to, p->lang, &v, &x.j.why);
	if (e == 0 && v.known && v.i == 0) {
		struct db_conn *c = db_read_begin(office_of(req)->db);
		e = reference_find(c, req->arena, p, owner, v.s, &v.i);
		db_read_end(office_of(req)->db, &c);
		if (e == ERR_NOT_FOUND || e == ERR_INVALID) {
			work_fail(req, ERR_INVALID, NOTE(MSG_TASK_HAND_OVER_WHO, ARG_S(to)));
			return;
		}
	}
	x.to = v.i;
	if (e < 0 || !v.known)
		work_fail(req, e < 0 ? e : ERR_INVALID, e < 0 ? x.j.why : NOTE(MSG_TASK_HAND_OVER_WHO, ARG_S(to)));
	else if (work_run(&x.j, hand_over_job) == 0)
		http_redirect(req, str_printf(req->arena, "/work/task?owner=%lld&state=open&state=in_progress", (long long)x.to));
}
