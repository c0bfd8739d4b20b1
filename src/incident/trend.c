#include "incident/trend.h"

#include <stdlib.h>

#include "register/batch.h"
#include "register/query.h"

/* ---- which units may be told ---- */

static int larger_first(const void *x, const void *y)
{
	const struct unit_count *a = x, *b = y;
	return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : str_cmp(a->name, b->name);
}

bool trend_fold(struct unit_count *units, size_t n, int64_t bound, size_t *ret_shown, int64_t *ret_rest)
{
	size_t shown = 0;
	int64_t rest = 0;
	qsort(units, n, sizeof *units, larger_first);
	while (shown < n && units[shown].n >= bound)
		shown++;
	for (size_t i = shown; i < n; i++)
		rest += units[i].n;
	while (shown < n && shown > 0 && (n - shown == 1 || rest < bound))
		rest += units[--shown].n;
	*ret_shown = shown;
	*ret_rest = rest;
	return shown == n || (n - shown > 1 && rest >= bound);
}

/* ---- counting ---- */

#define COUNTED " AND COALESCE(t.state, 1) <> 5" /* not what was sorted as nothing */

static void since(struct sql *q, const char *day, const struct trend *t)
{
	sql_lit(q, " AND t.");
	sql_name(q, day);
	sql_lit(q, " >= ");
	sql_str(q, date_iso(q->arena, t->from));
}

static int by_month(struct db_conn *c, struct sql *q, const char *day, const struct trend *t, int64_t n[TREND_MONTHS])
{
	since(q, day, t);
	sql_lit(q, " GROUP BY 1");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	for (; r == 0 && (r = stmt_step(s)) == 1; r = 0) {
		struct month m;
		for (size_t i = 0; i < TREND_MONTHS && month_parse(stmt_str(s, 0), &m) == 0; i++)
			if (m.year == t->month[i].year && m.month == t->month[i].month)
				n[i] = stmt_i64(s, 1);
	}
	return r;
}

static int by_kind(struct db_conn *c, struct sql *q, struct trend *t)
{
	sql_lit(q, COUNTED);
	since(q, "reported_on", t);
	sql_lit(q, " GROUP BY 1");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	for (; r == 0 && (r = stmt_step(s)) == 1; r = 0) {
		const int64_t k = stmt_i64(s, 0);
		t->kind[k > 0 && k <= (int64_t)COUNT_OF(near_miss_kinds) ? k : 0] += stmt_i64(s, 1);
		t->near_misses += stmt_i64(s, 2);
	}
	return r;
}

static int by_unit(struct db_conn *c, struct arena *a, struct sql *q, struct trend *t)
{
	sql_lit(q, COUNTED);
	since(q, "reported_on", t);
	sql_lit(q, " GROUP BY 1, 2 ORDER BY 3 DESC, 2");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	for (; r == 0 && (r = stmt_step(s)) == 1; r = 0)
		if (!stmt_i64(s, 0))
			t->unitless = stmt_i64(s, 2);
		else if (t->units < TREND_UNITS_MAX)
			t->unit[t->units++] = (struct unit_count){ .id = stmt_i64(s, 0), .name = stmt_str_dup(s, a, 1), .n = stmt_i64(s, 2) };
	return r;
}

static int by_severity(struct db_conn *c, struct sql *q, struct trend *t)
{
	since(q, "noticed_on", t);
	sql_lit(q, " GROUP BY 1");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	for (; r == 0 && (r = stmt_step(s)) == 1; r = 0)
		*(stmt_i64(s, 0) == INCIDENT_SERIOUS ? &t->serious : stmt_i64(s, 0) == INCIDENT_MINOR ? &t->minor : &t->unrated) += stmt_i64(s, 1);
	return r;
}

int trend_load(struct db_conn *c, struct arena *a, const struct principal *p, struct trend *ret)
{
	struct trend *t = ret;
	struct sql q;
	*t = (struct trend){ .from = clock_today() };
	const struct month now = month_of(t->from), first = month_add(now, 1 - TREND_MONTHS);
	t->from = (struct date){ first.year, first.month, 1 };
	for (int i = 0; i < TREND_MONTHS; i++)
		t->month[i] = month_add(first, i);
	reg_select(&q, a, p, &reg_near_miss, "substr(t.reported_on, 1, 7), count(*)");
	sql_lit(&q, COUNTED);
	int r = by_month(c, &q, "reported_on", t, t->reports);
	if (r < 0)
		return r;
	reg_select(&q, a, p, &reg_incident, "substr(t.noticed_on, 1, 7), count(*)");
	if ((r = by_month(c, &q, "noticed_on", t, t->incidents)) < 0)
		return r;
	reg_select(&q, a, p, &reg_near_miss, "COALESCE(t.kind, 0), count(*), SUM(CASE WHEN t.state = 2 THEN 1 ELSE 0 END)");
	if ((r = by_kind(c, &q, t)) < 0)
		return r;
	reg_select(&q, a, p, &reg_near_miss, "COALESCE(t.unit, 0), COALESCE((SELECT u.name FROM org_unit u WHERE u.id = t.unit), ''), count(*)");
	if ((r = by_unit(c, a, &q, t)) < 0)
		return r;
	reg_select(&q, a, p, &reg_incident, "COALESCE(t.severity, 0), count(*)");
	return by_severity(c, &q, t);
}
