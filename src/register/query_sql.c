/* The statements of a plan: conditions, sources, pages, counts. What is chosen, and why, stands in query.c. */
#include "register/query_internal.h"

const struct field *plan_sort_field(const struct plan *p)
{
	return p->sort >= 0 ? p->view->field[p->sort] : NULL;
}

bool plan_in_order(const struct plan *p)
{
	return p->source <= BY_SEARCH;
}

struct cursor_of plan_cursor(const struct plan *p)
{
	return (struct cursor_of){ .reg = p->reg, .sort = plan_sort_field(p), .descending = p->descending,
		.archived = p->q->archived };
}

/* ---- conditions ---- */

static void put_column(struct sql *s, const struct plan *p, int field, const char *alias)
{
	const struct field *f = p->view->field[field];
	if ((size_t)field < p->view->own_from) {
		sql_name(s, alias);
		sql_lit(s, ".");
		sql_name(s, f->name);
		return;
	}
	/* The name of an own field is data: it is bound, never text. What is a number is said to be one: a database may take it for
	 * text. */
	if (!field_is_text(f))
		sql_lit(s, "CAST(");
	sql_lit(s, "json_extract(");
	sql_name(s, alias);
	sql_lit(s, ".own, ");
	sql_str(s, str_printf(p->arena, "$.\"%s\"", f->name));
	sql_lit(s, ")");
	if (!field_is_text(f))
		sql_lit(s, " AS INTEGER)");
}

static void put_any(struct sql *s, const struct plan *p, const struct filter *f, const char *alias)
{
	const struct field *field = p->view->field[f->field];
	size_t known = 0;
	for (size_t i = 0; i < f->values; i++)
		known += f->value[i].known;
	sql_lit(s, " AND (");
	if (known && field->type == FIELD_MULTI) {
		int64_t mask = 0;
		for (size_t i = 0; i < f->values; i++)
			if (f->value[i].known)
				mask |= f->value[i].i;
		put_column(s, p, f->field, alias);
		sql_lit(s, " & ");
		sql_i64(s, mask);
		sql_lit(s, " <> 0");
	} else if (known) {
		put_column(s, p, f->field, alias);
		/* One value as equality: only that leaves the order within an index as it is. */
		if (known == 1)
			sql_lit(s, " = ");
		else
			sql_lit(s, " IN (");
		bool first = true;
		for (size_t i = 0; i < f->values; i++) {
			if (!f->value[i].known)
				continue;
			if (!first)
				sql_lit(s, ", ");
			first = false;
			value_bind(s, field, &f->value[i]);
		}
		if (known > 1)
			sql_lit(s, ")");
	}
	if (known < f->values) {
		if (known)
			sql_lit(s, " OR ");
		put_column(s, p, f->field, alias);
		sql_lit(s, " IS NULL");
	}
	if (f->values == 0)
		sql_lit(s, "FALSE");
	sql_lit(s, ")");
}

static void put_mine(struct sql *s, const struct plan *p, const struct filter *f, const char *alias)
{
	const struct principal *by = p->q->by;
	sql_lit(s, " AND ");
	if (p->view->field[f->field]->type != FIELD_UNIT) {
		put_column(s, p, f->field, alias);
		sql_lit(s, " = ");
		sql_i64(s, by->person_id ? by->person_id : -1); /* nobody's person has a negative id */
		return;
	}
	int64_t unit[LIMIT_GRANTS];
	size_t n = 0;
	bool every = by->kind == PRINCIPAL_OPERATOR || by->kind == PRINCIPAL_SYSTEM;
	for (size_t i = 0; i < by->grants; i++) {
		if (by->grant[i].unit_id)
			unit[n++] = by->grant[i].unit_id;
		else
			every = true;
	}
	put_column(s, p, f->field, alias);
	if (n == 0 && every) {
		sql_lit(s, " IS NOT NULL");
		return;
	}
	sql_lit(s, " IN (SELECT mine.descendant FROM auth_unit_closure mine WHERE mine.ancestor IN ");
	sql_i64_list(s, unit, n);
	sql_lit(s, ")");
}

static void put_range(struct sql *s, const struct plan *p, const struct filter *filter, const char *alias)
{
	const int field = filter->field;
	const struct value *from = &filter->from, *until = &filter->until;
	const struct field *f = p->view->field[field];
	if (filter->blank) {
		sql_lit(s, " AND (");
		put_column(s, p, field, alias);
		sql_lit(s, " IS NULL OR (TRUE");
	}
	if (from->known) {
		sql_lit(s, " AND ");
		put_column(s, p, field, alias);
		sql_lit(s, " >= ");
		value_bind(s, f, from);
	}
	if (until->known) {
		sql_lit(s, " AND ");
		put_column(s, p, field, alias);
		sql_lit(s, " <= ");
		value_bind(s, f, until);
	}
	if (filter->blank)
		sql_lit(s, "))");
}

void plan_put_filter(struct sql *s, const struct plan *p, const struct filter *f, const char *alias)
{
	switch (f->kind) {
	case FILTER_IN:
		put_any(s, p, f, alias);
		break;
	case FILTER_RANGE:
		put_range(s, p, f, alias);
		break;
	case FILTER_EMPTY:
		sql_lit(s, " AND ");
		put_column(s, p, f->field, alias);
		sql_lit(s, " IS NULL");
		break;
	case FILTER_MINE:
		put_mine(s, p, f, alias);
		break;
	case FILTER_BELOW:
		sql_lit(s, " AND ");
		put_column(s, p, f->field, alias);
		sql_lit(s, " IN (SELECT below.descendant FROM auth_unit_closure below WHERE below.ancestor = ");
		sql_i64(s, f->values ? f->value[0].i : 0);
		sql_lit(s, ")");
		break;
	}
}

void plan_put_visible(struct sql *s, const struct plan *p, const char *alias)
{
	auth_visible(s, p->q->by, p->number, OP_READ, alias);
	if (p->q->op != OP_READ && p->q->op != 0)
		auth_visible(s, p->q->by, p->number, p->q->op, alias);
	/* A filter or an order by a private field would tell about rows whose private fields are not theirs to read. */
	if (p->private_rows)
		auth_visible(s, p->q->by, p->number, OP_PRIVATE, alias);
}

bool plan_is_point(const struct plan *p, const struct filter *f)
{
	if (f->kind == FILTER_EMPTY)
		return true;
	return f->kind == FILTER_IN && f->values == 1 && p->view->field[f->field]->type != FIELD_MULTI;
}

bool plan_is_indexed(const struct plan *p, const struct filter *f)
{
	const struct field *field = p->view->field[f->field];
	return (size_t)f->field < p->view->own_from && (field->flags & (FIELD_FILTER | FIELD_SORT | FIELD_UNIQUE)) &&
	       !(field->type == FIELD_MULTI && f->kind == FILTER_IN);
}

bool plan_in_sort_range(const struct plan *p, const struct filter *f)
{
	if (f->field != p->sort || (p->source != BY_SORT && p->source != BY_PAIR))
		return false;
	return (f->kind == FILTER_RANGE && !f->blank) || plan_is_point(p, f);
}

bool plan_find_pair(const struct plan *p, int *ret_by, int *ret_with)
{
	const struct query *q = p->q;
	for (size_t i = 0; i < q->filters; i++) {
		for (size_t k = 0; k < q->filters; k++) {
			const struct filter *f = &q->filter[i], *g = &q->filter[k];
			if (i == k || !plan_is_point(p, f) || !plan_is_point(p, g) || (size_t)f->field >= p->view->own_from ||
			    (size_t)g->field >= p->view->own_from ||
			    !field_pair_indexed(p->reg, p->view->field[f->field], p->view->field[g->field], false))
				continue;
			*ret_by = (int)i;
			*ret_with = (int)k;
			return true;
		}
	}
	return false;
}

static bool search_is_source(const struct plan *p)
{
	return p->source == BY_SEARCH || p->source == GATHER_SEARCH;
}

static bool filter_is_source(const struct plan *p, size_t i)
{
	return ((p->source == BY_PAIR || p->source == GATHER_FILTER) && (p->by == (int)i || p->with == (int)i)) ||
	       plan_in_sort_range(p, &p->q->filter[i]);
}

bool plan_filtered(const struct plan *p)
{
	if ((p->restricted && p->source != GATHER_UNITS) || (p->match.n && !search_is_source(p)))
		return true;
	for (size_t i = 0; i < p->q->filters; i++)
		if (!filter_is_source(p, i))
			return true;
	return false;
}

/* ---- statements ---- */

void plan_put_search_table(struct sql *s, const struct plan *p)
{
	sql_name(s, p->reg->table);
	sql_lit(s, "_search");
}

static int64_t hits_cap(const struct plan *p)
{
	return p->unbounded ? p->cap : QUERY_SORT_HITS;
}

/* What the source does not see to. */
static void put_rest(struct sql *s, const struct plan *p, const char *alias)
{
	if (p->restricted && p->source != GATHER_UNITS)
		plan_put_visible(s, p, alias);
	for (size_t i = 0; i < p->q->filters; i++)
		if (!filter_is_source(p, i))
			plan_put_filter(s, p, &p->q->filter[i], alias);
	if (p->match.n && !search_is_source(p)) {
		/* The newest cap hits as a set: beyond these the listing is bounded. */
		sql_lit(s, " AND ");
		sql_name(s, alias);
		sql_lit(s, ".id IN (SELECT k.rowid FROM ");
		plan_put_search_table(s, p);
		sql_lit(s, " AS k WHERE k.");
		plan_put_search_table(s, p);
		sql_lit(s, " MATCH ");
		sql_str(s, p->match);
		sql_lit(s, " ORDER BY k.rowid DESC LIMIT ");
		sql_i64(s, hits_cap(p));
		sql_lit(s, ")");
	}
}

static void put_sort_range(struct sql *s, const struct plan *p)
{
	for (size_t i = 0; i < p->q->filters; i++) {
		const struct filter *f = &p->q->filter[i];
		if (plan_in_sort_range(p, f))
			plan_put_filter(s, p, f, "t");
	}
}

/* The source's rows: without order and limit. */
static void put_source(struct sql *s, const struct plan *p, enum segment segment, const struct key *after)
{
	const struct query *q = p->q;
	const struct field *sort = plan_sort_field(p);
	const bool by_search = p->source == BY_SEARCH;
	sql_lit(s, "SELECT t.id");
	if (sort) {
		sql_lit(s, ", t.");
		sql_name(s, sort->name);
	}
	if (plan_filtered(p)) {
		if (p->restricted)
			sql_lit(s, ", t.unit_id");
		if (p->own)
			sql_lit(s, ", t.own");
		for (size_t i = 0; i < p->view->own_from; i++) {
			if (!p->used[i] || (int)i == p->sort)
				continue;
			sql_lit(s, ", t.");
			sql_name(s, p->view->field[i]->name);
		}
	}
	sql_lit(s, " FROM ");
	if (search_is_source(p)) {
		if (p->source == GATHER_SEARCH)
			sql_lit(s, "(SELECT k.rowid AS id FROM ");
		plan_put_search_table(s, p);
		sql_lit(s, " AS k");
		if (p->source == GATHER_SEARCH) {
			sql_lit(s, " WHERE k.");
			plan_put_search_table(s, p);
			sql_lit(s, " MATCH ");
			sql_str(s, p->match);
			sql_lit(s, " LIMIT ");
			sql_i64(s, QUERY_GATHER_ROWS);
			sql_lit(s, ") AS h CROSS JOIN ");
		} else {
			sql_lit(s, " CROSS JOIN ");
		}
	}
	sql_name(s, p->reg->table);
	sql_lit(s, " AS t");
	if (by_search) {
		sql_lit(s, " ON t.id = k.rowid WHERE k.");
		plan_put_search_table(s, p);
		sql_lit(s, " MATCH ");
		sql_str(s, p->match);
		if (after) {
			sql_lit(s, " AND k.rowid < ");
			sql_i64(s, after->id);
		}
		sql_lit(s, " AND ");
	} else if (p->source == GATHER_SEARCH) {
		sql_lit(s, " ON t.id = h.id WHERE ");
	} else {
		sql_lit(s, " WHERE ");
	}
	if (q->archived)
		sql_lit(s, "t.archived = 1");
	else
		sql_lit(s, "t.archived = 0");
	batch_visible(s, "t");
	switch (p->source) {
	case BY_SORT:
		put_sort_range(s, p);
		break;
	case BY_PAIR:
		put_sort_range(s, p);
		plan_put_filter(s, p, &q->filter[p->by], "t");
		break;
	case GATHER_FILTER:
		plan_put_filter(s, p, &q->filter[p->by], "t");
		if (p->with >= 0)
			plan_put_filter(s, p, &q->filter[p->with], "t");
		break;
	case GATHER_IDS:
		sql_lit(s, " AND t.id IN ");
		sql_i64_list(s, q->ids, q->id_count);
		break;
	case GATHER_UNITS:
		plan_put_visible(s, p, "t");
		break;
	case BY_ID: case BY_SEARCH: case GATHER_SEARCH: case GATHER_ARCHIVED:
		break;
	}
	if (!plan_in_order(p) || by_search)
		return;
	if (sort && segment == SEGMENT_BLANK) {
		sql_lit(s, " AND t.");
		sql_name(s, sort->name);
		sql_lit(s, " IS NULL");
	} else if (sort && segment == SEGMENT_KNOWN) {
		sql_lit(s, " AND t.");
		sql_name(s, sort->name);
		sql_lit(s, " IS NOT NULL");
		if (after) {
			sql_lit(s, " AND (t.");
			sql_name(s, sort->name);
			if (p->descending)
				sql_lit(s, ", t.id) < (");
			else
				sql_lit(s, ", t.id) > (");
			value_bind(s, sort, &after->v);
			sql_lit(s, ", ");
			sql_i64(s, after->id);
			sql_lit(s, ")");
		}
		return;
	}
	if (after) {
		if (p->descending)
			sql_lit(s, " AND t.id < ");
		else
			sql_lit(s, " AND t.id > ");
		sql_i64(s, after->id);
	}
}

static void put_order(struct sql *s, const struct plan *p, enum segment segment, const char *alias)
{
	const struct field *sort = plan_sort_field(p);
	const bool down = p->descending || p->source == BY_SEARCH || p->source == GATHER_ARCHIVED;
	if (!plan_in_order(p) && p->source != GATHER_ARCHIVED)
		return;
	sql_lit(s, " ORDER BY ");
	if (sort && segment == SEGMENT_KNOWN && p->source != BY_SEARCH && p->source != GATHER_ARCHIVED) {
		sql_name(s, alias);
		sql_lit(s, ".");
		sql_name(s, sort->name);
		if (down)
			sql_lit(s, " DESC");
		sql_lit(s, ", ");
	}
	sql_name(s, alias);
	sql_lit(s, ".id");
	if (down)
		sql_lit(s, " DESC");
}

static void put_source_order(struct sql *s, const struct plan *p, enum segment segment)
{
	if (p->source == BY_SEARCH)
		sql_lit(s, " ORDER BY k.rowid DESC");
	else
		put_order(s, p, segment, "t");
}

/* In a gathered set the place is found by comparison. */
static void put_gathered_place(struct sql *s, const struct plan *p, const struct key *after)
{
	const struct field *sort = plan_sort_field(p);
	if (!after)
		return;
	sql_lit(s, " AND ");
	if (sort && after->v.known) {
		sql_lit(s, "((m.");
		sql_name(s, sort->name);
		if (p->descending)
			sql_lit(s, ", m.id) < (");
		else
			sql_lit(s, ", m.id) > (");
		value_bind(s, sort, &after->v);
		sql_lit(s, ", ");
		sql_i64(s, after->id);
		sql_lit(s, ") OR m.");
		sql_name(s, sort->name);
		sql_lit(s, " IS NULL)");
		return;
	}
	if (sort) {
		sql_lit(s, "m.");
		sql_name(s, sort->name);
		sql_lit(s, " IS NULL AND ");
	}
	if (p->descending)
		sql_lit(s, "m.id < ");
	else
		sql_lit(s, "m.id > ");
	sql_i64(s, after->id);
}

void plan_page(const struct plan *p, struct sql *s, enum segment segment, const struct key *after, int64_t n)
{
	const struct field *sort = plan_sort_field(p);
	const bool in_order = plan_in_order(p);
	if (in_order && !plan_filtered(p)) {
		put_source(s, p, segment, after);
		put_source_order(s, p, segment);
		sql_lit(s, " LIMIT ");
		sql_i64(s, n);
		return;
	}
	sql_lit(s, "SELECT m.id");
	if (sort) {
		sql_lit(s, ", m.");
		sql_name(s, sort->name);
	}
	sql_lit(s, " FROM (");
	put_source(s, p, segment, after);
	put_source_order(s, p, segment);
	/* The limit is what keeps the two levels apart: the source runs by its index and the checks behind it. */
	sql_lit(s, " LIMIT ");
	sql_i64(s, p->cap);
	sql_lit(s, ") AS m WHERE TRUE");
	put_rest(s, p, "m");
	if (!in_order) {
		put_gathered_place(s, p, after);
		sql_lit(s, " ORDER BY ");
		if (sort) {
			sql_lit(s, "m.");
			sql_name(s, sort->name);
			sql_lit(s, " IS NULL, m.");
			sql_name(s, sort->name);
			if (p->descending)
				sql_lit(s, " DESC, ");
			else
				sql_lit(s, ", ");
		}
		if (p->descending)
			sql_lit(s, "m.id DESC");
		else
			sql_lit(s, "m.id");
	} else {
		sql_lit(s, SQL_ELSEWHERE);
		put_order(s, p, segment, "m");
		sql_lit(s, SQL_ELSEWHERE_END);
	}
	sql_lit(s, " LIMIT ");
	sql_i64(s, n);
}

void plan_stop(const struct plan *p, struct sql *s, enum segment segment, const struct key *after)
{
	put_source(s, p, segment, after);
	put_source_order(s, p, segment);
	sql_lit(s, " LIMIT 1 OFFSET ");
	sql_i64(s, p->cap - 1);
}

struct plan plan_for_count(const struct plan *page)
{
	struct plan own = *page, *p = &own;
	if (!plan_in_order(p) || p->match.n)
		return own;
	int by = -1, with = -1;
	if (p->q->filters == 0 && p->restricted) {
		p->source = GATHER_UNITS;
	} else if (p->q->filters == 1 && !p->restricted && plan_is_indexed(p, &p->q->filter[0])) {
		p->source = GATHER_FILTER;
		p->by = 0;
	} else if (p->q->filters == 2 && !p->restricted && plan_find_pair(p, &by, &with)) {
		p->source = GATHER_FILTER;
		p->by = by;
		p->with = with;
	}
	return own;
}

void plan_count(const struct plan *p, struct sql *s)
{
	sql_lit(s, "SELECT count(*) FROM (SELECT 1 FROM (");
	put_source(s, p, SEGMENT_ALL, NULL);
	if (plan_filtered(p)) {
		put_source_order(s, p, SEGMENT_KNOWN);
		sql_lit(s, " LIMIT ");
		sql_i64(s, p->cap);
	}
	sql_lit(s, ") AS m WHERE TRUE");
	put_rest(s, p, "m");
	sql_lit(s, " LIMIT ");
	sql_i64(s, LIMIT_COUNT + 1);
	sql_lit(s, ") AS n");
}

void search_full(const struct plan *p, struct sql *s)
{
	sql_lit(s, "SELECT k.rowid FROM ");
	plan_put_search_table(s, p);
	sql_lit(s, " AS k WHERE k.");
	plan_put_search_table(s, p);
	sql_lit(s, " MATCH ");
	sql_str(s, p->match);
	sql_lit(s, " ORDER BY k.rowid DESC LIMIT 1 OFFSET ");
	sql_i64(s, hits_cap(p));
}
