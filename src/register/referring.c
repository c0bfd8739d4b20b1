/* Which rows of any register name a row in one of their fields. */
#include "register/engine.h"
#include "register/query.h"

static int of_register(struct db_conn *c, struct arena *a, const struct principal *p, const struct referring *x, const struct reg *r)
{
	struct reg_view *view = NULL;
	int e = 0;
	for (size_t k = 0; e == 0 && k < r->fields; k++) {
		const struct field *f = &r->field[k];
		if (!f->target || strcmp(f->target, x->target->name) != 0 || !reg_field_readable(p, r, f) || (x->wanted && !x->wanted(f)))
			continue;
		if (!view) {
			view = ARENA_NEW(a, struct reg_view);
			if ((e = reg_view_load(c, a, r, view)) < 0)
				return e;
		}
		struct value v = { .known = true, .i = x->id };
		struct query q = { .view = view, .by = p, .op = OP_READ, .sort = SORT_NEWEST, .limit = x->limit, .count = x->count, .filters = 1 };
		struct listing l;
		q.filter[0] = (struct filter){ .field = (int)k, .kind = FILTER_IN, .value = &v, .values = 1 };
		e = reg_list(c, a, &q, &l);
		if (e == 0)
			e = x->each(x->ctx, view, (int)k, &l);
	}
	return e;
}

int reg_referring(struct db_conn *c, struct arena *a, const struct principal *p, const struct referring *x)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < reg_count(); i++)
		if (auth_ops(p, reg_number(reg_at(i))) & OP_READ)
			e = of_register(c, a, p, x, reg_at(i));
	return e;
}
