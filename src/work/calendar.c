/* The parts of the calendar that this room knows, and the one query over all. */
#include "work/calendar.h"

#include "base/text/work.h"
#include "register/batch.h"
#include "register/query.h"
#include "work/approval.h"
#include "work/task.h"

#define PARTS_MAX 16

static const struct calendar_part *const *declared;
static size_t declared_n;

void calendar_declare(const struct calendar_part *const *parts, size_t n)
{
	if (n > PARTS_MAX)
		die("more than %d parts of the calendar", PARTS_MAX);
	declared = parts;
	declared_n = n;
}

bool calendar_add(const struct calendar_query *q, struct calendar_list *list, struct calendar_item x)
{
	if (date_cmp(x.until, q->from) < 0 || date_cmp(x.from, q->until) > 0)
		return true;
	if (list->n == LIMIT_CALENDAR_ITEMS) {
		list->more = true;
		return false;
	}
	x.part = list->part->key;
	list->item[list->n++] = x;
	return true;
}

static int by_day(const void *x, const void *y)
{
	const struct calendar_item *a = x, *b = y;
	int r = date_cmp(a->until, b->until);
	if (r == 0)
		r = strcmp(a->part, b->part);
	return r ? r : (a->id > b->id) - (a->id < b->id);
}

int calendar_items(const struct calendar_query *q, struct str only, struct calendar_list *ret)
{
	int e = 0;
	ret->n = 0;
	ret->more = false;
	for (size_t i = 0; e == 0 && i < declared_n; i++) {
		ret->part = declared[i];
		if (!only.n || str_eq_z(only, declared[i]->key))
			e = declared[i]->items(q, ret);
	}
	qsort(ret->item, ret->n, sizeof ret->item[0], by_day);
	return e;
}

/* ---- tasks: from the day they were written to the day they are due ---- */

static int tasks(const struct calendar_query *q, struct calendar_list *list)
{
	const struct date today = clock_today();
	struct sql s;
	if (q->own && !q->by->person_id)
		return 0;
	reg_select(&s, q->arena, q->by, &reg_task, "t.id, t.name, t.due_on, t.state, (SELECT r.created_at FROM record r WHERE r.id = t.id)");
	sql_lit(&s, " AND t.state <> 4 AND t.due_on >= ");
	sql_str(&s, date_iso(q->arena, q->from));
	sql_lit(&s, " AND t.due_on <= ");
	sql_str(&s, date_iso(q->arena, q->until));
	if (q->own) {
		sql_lit(&s, " AND (t.owner = ");
		sql_i64(&s, q->by->person_id);
		sql_lit(&s, " OR t.deputy = ");
		sql_i64(&s, q->by->person_id);
		sql_lit(&s, ")");
	}
	sql_lit(&s, " ORDER BY t.due_on, t.id LIMIT ");
	sql_i64(&s, LIMIT_CALENDAR_ITEMS + 1);
	CLEANUP(stmt_done) struct stmt *st = NULL;
	int e = db_query(q->conn, &s, &st);
	for (bool on = true; e == 0 && on && (e = stmt_step(st)) == 1; e = 0) {
		struct calendar_item x = { .id = stmt_i64(st, 0), .title = stmt_str_dup(st, q->arena, 1), .path = str_printf(q->arena, "/work/task/%lld", (long long)stmt_i64(st, 0)) };
		const int64_t state = stmt_i64(st, 3);
		if (date_parse_iso(stmt_str(st, 2), &x.until) < 0)
			continue;
		x.from = clock_date(stmt_i64(st, 4));
		if (date_cmp(x.from, x.until) > 0)
			x.from = x.until;
		x.tone = state == TASK_DONE ? TONE_GREEN : date_cmp(x.until, today) < 0 ? TONE_RED : TONE_BLUE;
		on = calendar_add(q, list, x);
	}
	return e < 0 ? e : 0;
}
const struct calendar_part calendar_tasks = { "task", { "やること", "Tasks" }, tasks };

/* ---- approvals that wait: from their day on, today ---- */

#define APPROVALS_SHOWN 100

static int approvals(const struct calendar_query *q, struct calendar_list *list)
{
	struct approval *x = ARENA_ARRAY(q->arena, APPROVALS_SHOWN, struct approval);
	const struct date today = clock_today();
	size_t n = 0;
	/* They wait today, on no other day. */
	if (date_cmp(today, q->from) < 0 || date_cmp(today, q->until) > 0)
		return 0;
	int e = approval_list(q->conn, q->arena, q->by, q->own ? APPROVALS_TO_DECIDE : APPROVALS_WAITING, 0, APPROVALS_SHOWN, x, &n);
	list->more = list->more || n == APPROVALS_SHOWN;
	for (size_t i = 0; e == 0 && i < n; i++)
		if (!calendar_add(q, list, (struct calendar_item){ .from = clock_date(x[i].submitted_at), .until = today, .tone = TONE_YELLOW, .id = x[i].id,
			.title = note_str(q->arena, q->lang, &NOTE(MSG_CALENDAR_APPROVAL, ARG_S(x[i].title.n ? x[i].title : x[i].code))),
			.path = str_printf(q->arena, "/work/approval/%lld", (long long)x[i].id) }))
			break;
	return e;
}
const struct calendar_part calendar_approvals = { "approval", { "承認待ち", "Approvals" }, approvals };

/* ---- days on which something ends: date fields that warn, of every register ---- */

static int ends_of(const struct calendar_query *q, struct calendar_list *list, const struct reg *r, const struct field *f)
{
	const struct field *title = &r->field[reg_field(r, r->title)];
	const bool named = title->type == FIELD_TEXT && !(title->flags & (FIELD_PRIVATE | FIELD_SECRET));
	struct sql s;
	if (!(auth_ops(q->by, reg_number(r)) & OP_READ) || !reg_field_readable(q->by, r, f))
		return 0;
	sql_init(&s, q->arena);
	sql_lit(&s, "SELECT t.id, t.");
	sql_name(&s, f->name);
	sql_lit(&s, ", ");
	if (named) {
		sql_lit(&s, "t.");
		sql_name(&s, title->name);
	} else {
		sql_lit(&s, "(SELECT r.code FROM record r WHERE r.id = t.id)");
	}
	sql_lit(&s, " FROM ");
	sql_name(&s, r->table);
	sql_lit(&s, " t WHERE t.archived = 0 AND t.");
	sql_name(&s, f->name);
	sql_lit(&s, " >= ");
	sql_str(&s, date_iso(q->arena, q->from));
	sql_lit(&s, " AND t.");
	sql_name(&s, f->name);
	sql_lit(&s, " <= ");
	sql_str(&s, date_iso(q->arena, q->until));
	if (r->use) {
		size_t n = 0;
		while (r->used[n])
			n++;
		sql_lit(&s, " AND (t.");
		sql_name(&s, r->use);
		sql_lit(&s, " IS NULL OR t.");
		sql_name(&s, r->use);
		sql_lit(&s, " IN ");
		sql_i64_list(&s, r->used, n);
		sql_lit(&s, ")");
	}
	batch_visible(&s, "t");
	auth_visible(&s, q->by, reg_number(r), OP_READ, "t");
	sql_lit(&s, " ORDER BY 2, t.id LIMIT ");
	sql_i64(&s, LIMIT_CALENDAR_ITEMS + 1);
	CLEANUP(stmt_done) struct stmt *st = NULL;
	int e = db_query(q->conn, &s, &st);
	for (bool on = true; e == 0 && on && (e = stmt_step(st)) == 1; e = 0) {
		struct date day;
		if (date_parse_iso(stmt_str(st, 1), &day) < 0)
			continue;
		on = calendar_add(q, list, (struct calendar_item){ .from = day, .until = day, .tone = date_cmp(day, clock_today()) < 0 ? TONE_RED : TONE_GREY, .id = stmt_i64(st, 0), .what = f->name,
			.title = note_str(q->arena, q->lang, &NOTE(MSG_CALENDAR_ENDS, ARG_S(str_dup(q->arena, stmt_str(st, 2))), ARG_L(f->label))),
			.path = str_printf(q->arena, "/%s/%s/%lld", r->room, r->name, (long long)stmt_i64(st, 0)) });
	}
	return e < 0 ? e : 0;
}

static int ends(const struct calendar_query *q, struct calendar_list *list)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < reg_count(); i++)
		for (size_t k = 0; e == 0 && k < reg_at(i)->fields; k++)
			if (reg_at(i)->field[k].warn)
				e = ends_of(q, list, reg_at(i), &reg_at(i)->field[k]);
	return e;
}
const struct calendar_part calendar_ends = { "end", { "契約や保守の終わり", "Ends of contracts and support" }, ends };
