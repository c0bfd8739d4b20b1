/* Which rows of any register name a row in one of their fields. */
#include "register/engine.h"
#include "register/query.h"

struct place {
	const struct reg *reg;
	int field;
	bool used;
};

/* Every field that may name a row of the target, as far as it is wanted and the principal may read it. */
static size_t places(struct arena *a, const struct principal *p, const struct referring *x, struct place **ret)
{
	size_t n = 0, most = 0;
	for (size_t i = 0; i < reg_count(); i++)
		most += reg_at(i)->fields;
	struct place *at = ARENA_ARRAY(a, most, struct place);
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		if (!(auth_ops(p, reg_number(r)) & OP_READ))
			continue;
		for (size_t k = 0; k < r->fields; k++) {
			const struct field *f = &r->field[k];
			if (f->target && strcmp(f->target, x->target->name) == 0 && reg_field_readable(p, r, f) && (!x->wanted || x->wanted(f)))
				at[n++] = (struct place){ r, (int)k, false };
		}
	}
	*ret = at;
	return n;
}

/* One statement, of a column for each, tells which of them name the row at all: most do not. */
static int find_used(struct db_conn *c, struct arena *a, int64_t id, struct place *at, size_t n)
{
	struct sql q;
	sql_init(&q, a);
	for (size_t i = 0; i < n; i++) {
		if (i)
			sql_lit(&q, ", CASE WHEN EXISTS (SELECT 1 FROM ");
		else
			sql_lit(&q, "SELECT CASE WHEN EXISTS (SELECT 1 FROM ");
		sql_name(&q, at[i].reg->table);
		sql_lit(&q, " t WHERE t.archived = 0 AND t.");
		sql_name(&q, at[i].reg->field[at[i].field].name);
		sql_lit(&q, " = ");
		sql_i64(&q, id);
		sql_lit(&q, ") THEN 1 ELSE 0 END");
	}
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(c, &q, &s);
	for (size_t i = 0; e == 0 && i < n; i++)
		at[i].used = stmt_i64(s, (int)i) != 0;
	return e;
}

int reg_referring(struct db_conn *c, struct arena *a, const struct principal *p, const struct referring *x)
{
	struct place *at;
	struct reg_view *view = NULL;
	const size_t n = places(a, p, x, &at);
	int e = n ? find_used(c, a, x->id, at, n) : 0;
	for (size_t i = 0; e == 0 && i < n; i++) {
		if (!at[i].used)
			continue;
		if (!view || view->reg != at[i].reg) {
			view = ARENA_NEW(a, struct reg_view);
			if ((e = reg_view_load(c, a, at[i].reg, view)) < 0)
				return e;
		}
		struct value v = { .known = true, .i = x->id };
		struct query q = { .view = view, .by = p, .op = OP_READ, .sort = SORT_NEWEST, .limit = x->limit, .count = x->count, .filters = 1 };
		struct listing l;
		q.filter[0] = (struct filter){ .field = at[i].field, .kind = FILTER_IN, .value = &v, .values = 1 };
		e = reg_list(c, a, &q, &l);
		if (e == 0 && l.rows)
			e = x->each(x->ctx, view, at[i].field, &l);
	}
	return e;
}
