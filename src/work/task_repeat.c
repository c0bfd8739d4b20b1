/* Tasks that come back: the next one is made once, when the former is done or due. */
#include "work/task.h"

#include "base/log.h"
#include "register/batch.h"
#include "register/query.h"
#include "work/days.h"

static const struct value *of(const struct row *row, const char *field)
{
	return &row->v[reg_field(&reg_task, field)];
}

static int made_before(struct reg_ctx *ctx, int64_t id, bool *ret)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM work_task_next WHERE task_id = ");
	sql_i64(&q, id);
	int e = db_get_i64(ctx->conn, &q, &n);
	*ret = n > 0;
	return e;
}

/* next 0: there is none. */
static int remember(struct reg_ctx *ctx, int64_t id, int64_t next)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO work_task_next (task_id, next_id) VALUES (");
	sql_i64(&q, id);
	sql_lit(&q, ", ");
	sql_i64(&q, next);
	sql_lit(&q, ")");
	return db_exec(ctx->conn, &q, NULL);
}

/* From the day counted from, to the next day by itself and the day on which it is due. False when there is none. */
static bool next_days(struct reg_ctx *ctx, const struct row *row, struct date *ret_nominal, struct date *ret_due, struct recurrence *ret_rule)
{
	const struct value *from = of(row, "repeat_from")->known ? of(row, "repeat_from") : of(row, "due_on");
	const struct value *every = of(row, "repeat_every"), *day = of(row, "repeat_day"), *shift = of(row, "shift");
	struct date base;
	struct days d;
	if (!of(row, "repeat")->known || !from->known || date_parse_iso(from->s, &base) < 0 || days_load(ctx->conn, ctx->arena, &d) < 0)
		return false;
	*ret_rule = (struct recurrence){ .kind = (enum repeat)of(row, "repeat")->i, .every = every->known ? (int)every->i : 1, .day = day->known ? (int)day->i : base.day };
	*ret_nominal = recur_next(ret_rule, base, &d);
	*ret_due = recur_shift(shift->known ? (enum shift)shift->i : SHIFT_NONE, *ret_nominal, &d);
	return date_valid(*ret_nominal) && date_valid(*ret_due);
}

/* Who answered for it, and what it was about, may be gone by now: the work comes back without them. False when nothing was to be
 * left out. */
static bool leave_out(struct change *c, const struct error_list *errors)
{
	static const char *const may_go[] = { "about", "owner", "deputy", "unit" };
	bool any = false;
	for (size_t i = 0; i < errors->n; i++)
		for (size_t k = 0; k < COUNT_OF(may_go); k++)
			if (errors->error[i].field == reg_field(&reg_task, may_go[k]) && c->given[errors->error[i].field]) {
				c->given[errors->error[i].field] = false;
				any = true;
			}
	return any;
}

int task_next_make(struct reg_ctx *ctx, int64_t id)
{
	static const char *const kept[] = { "name", "about", "owner", "deputy", "unit", "note", "repeat", "repeat_every", "shift" };
	struct principal system = auth_system();
	struct reg_ctx by = { .conn = ctx->conn, .arena = ctx->arena, .by = &system, .key = ctx->key };
	struct reg_view view;
	struct row row;
	struct date nominal, due;
	struct recurrence rule;
	bool before = false;
	int e = made_before(&by, id, &before);
	if (e < 0 || before)
		return e;
	e = reg_view_load(ctx->conn, ctx->arena, &reg_task, &view);
	if (e == 0)
		e = reg_get(ctx->conn, ctx->arena, &system, &view, id, &row);
	if (e < 0 || !of(&row, "repeat")->known)
		return e;
	if (!next_days(&by, &row, &nominal, &due, &rule))
		return remember(&by, id, 0);
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
	struct written w = { 0 };
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		if (of(&row, kept[i])->known)
			change_set(&c, reg_field(&reg_task, kept[i]), *of(&row, kept[i]));
	change_set(&c, reg_field(&reg_task, "due_on"), (struct value){ .known = true, .s = date_iso(ctx->arena, due) });
	change_set(&c, reg_field(&reg_task, "repeat_from"), (struct value){ .known = true, .s = date_iso(ctx->arena, nominal) });
	/* The wished day goes along: the 31st must not become the 28th for good. */
	if (rule.kind != REPEAT_WORKING_DAYS)
		change_set(&c, reg_field(&reg_task, "repeat_day"), (struct value){ .known = true, .i = rule.day });
	c.reason = row.code;
	e = reg_write(&by, &c, &w);
	if (e == ERR_INVALID && leave_out(&c, &w.errors))
		e = reg_write(&by, &c, &w);
	if (e == ERR_INVALID)
		log_line(LOG_LEVEL_WARNING, "task %.*s does not come back: its next one is refused", STR_FMT(row.code));
	if (e == ERR_EXISTS || e == ERR_INVALID)
		return remember(&by, id, 0);
	if (e == 0)
		e = checklist_copy(&by, id, w.id);
	return e == 0 ? remember(&by, id, w.id) : e;
}

struct round {
	const uint8_t *key;
	int64_t made;
	bool more;
};

static int one_piece(struct db_conn *c, void *arg)
{
	struct round *r = arg;
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	struct principal system = auth_system();
	struct reg_ctx ctx = { .conn = c, .arena = a, .by = &system, .key = r->key };
	int64_t id[20];
	size_t n = 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id FROM work_task t WHERE t.archived = 0 AND t.state IN (1, 2) AND t.due_on <= ");
	sql_str(&q, date_iso(a, clock_today()));
	sql_lit(&q, " AND t.repeat IS NOT NULL AND NOT EXISTS (SELECT 1 FROM work_task_next n WHERE n.task_id = t.id)");
	batch_visible(&q, "t");
	sql_lit(&q, " ORDER BY t.due_on, t.id LIMIT 20");
	struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && n < COUNT_OF(id) && (e = stmt_step(s)) == 1) {
		id[n++] = stmt_i64(s, 0);
		e = 0;
	}
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i < n; i++)
		e = task_next_make(&ctx, id[i]);
	r->more = n > 0;
	r->made += (int64_t)n;
	return e;
}

int task_next_round(struct db *db, const uint8_t *key, int64_t *ret_made)
{
	struct round r = { .key = key, .more = true };
	int e = 0;
	while (e == 0 && r.more && r.made < LIMIT_NEXT_ROUND)
		e = db_write_background(db, one_piece, &r);
	*ret_made = r.made;
	return e;
}
