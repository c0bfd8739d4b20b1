/*
 * How a query is run: the order, the conditions, and where the rows come from.
 *
 * The order is by one field and the id, blanks last in both directions. An index cannot give "blanks last" by itself
 * (NULL is the smallest value), so a page is read in two ranges of the same index: known values from the cursor on, then
 * blanks by id; the second statement runs only when the first has too few rows.
 *
 * Where the rows come from is chosen deliberately, because no set of indexes serves every filter together with every
 * order:
 *  - the index of the sort field, rows checked one by one as they come (the index carries the usual filter columns, so
 *    that the check does not fetch the row). Cheap when many rows match. A bounded number of rows is looked at
 *    (QUERY_SCAN_...); when these are used up the page ends there, its cursor goes on from there, and the listing says
 *    that it is bounded;
 *  - the index (filter, sort) where there is one: always cheap;
 *  - a small set (a selection, hits of a search, rows with a rare value or pair of values, rows of the principal's units),
 *    found small by counting it up to QUERY_GATHER_... in its index: gathered and sorted in memory. Nothing is left out then.
 * The cursor means the same under each of them, so that a plan may change from page to page.
 */
#include "base/text.h"
#include "register/query_internal.h"

/* ---- fields ---- */

bool field_is_range(const struct field *f)
{
	switch (f->type) {
	case FIELD_INTEGER: case FIELD_DECIMAL: case FIELD_MONEY: case FIELD_DATE: case FIELD_SCALE:
		return true;
	default:
		return false;
	}
}

bool field_is_private(const struct field *f)
{
	return f->flags & (FIELD_PRIVATE | FIELD_SECRET);
}

bool field_is_sortable(const struct reg_view *v, int field)
{
	if (field < 0 || (size_t)field >= v->own_from)
		return false;
	const struct field *f = v->field[field];
	return (f->flags & FIELD_SORT) && !field_is_reference(f);
}

bool reg_field_readable(const struct principal *p, const struct reg *r, const struct field *f)
{
	const uint32_t ops = auth_ops(p, reg_number(r));
	return (ops & OP_READ) && (!field_is_private(f) || (ops & OP_PRIVATE));
}

bool reg_field_writable(const struct principal *p, const struct reg *r, const struct field *f)
{
	const uint32_t ops = auth_ops(p, reg_number(r));
	if (!(ops & (OP_CREATE | OP_UPDATE)) || (f->flags & FIELD_ENGINE) || f->derived)
		return false;
	return (!(f->flags & FIELD_SETTLE) || (ops & OP_SETTLE)) && (!field_is_private(f) || (ops & OP_PRIVATE));
}

bool field_pair_indexed(const struct reg *r, const struct field *filter, const struct field *sort)
{
	for (const char *const *i = r->index; i && *i; i++) {
		struct str rest = str_of(*i), first, second;
		if (str_cut(&rest, ',', &first) && str_cut(&rest, ',', &second) && str_eq_z(str_trim(first), filter->name) &&
		    str_eq_z(str_trim(second), sort->name))
			return true;
	}
	return false;
}

static const struct field *sort_field(const struct plan *p)
{
	return p->sort >= 0 ? p->view->field[p->sort] : NULL;
}

bool plan_in_order(const struct plan *p)
{
	return p->source <= BY_SEARCH;
}

struct cursor_of plan_cursor(const struct plan *p)
{
	return (struct cursor_of){ .reg = p->reg, .sort = sort_field(p), .descending = p->descending, .archived = p->q->archived };
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
	/* The name of an own field is data: it is bound, never text. */
	sql_lit(s, "json_extract(");
	sql_name(s, alias);
	sql_lit(s, ".own, ");
	sql_str(s, str_printf(p->arena, "$.\"%s\"", f->name));
	sql_lit(s, ")");
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
		sql_lit(s, "0");
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

static void put_range(struct sql *s, const struct plan *p, int field, const struct value *from, const struct value *until,
                      const char *alias)
{
	const struct field *f = p->view->field[field];
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
}

static void put_filter(struct sql *s, const struct plan *p, const struct filter *f, const char *alias)
{
	switch (f->kind) {
	case FILTER_IN:
		put_any(s, p, f, alias);
		break;
	case FILTER_RANGE:
		put_range(s, p, f->field, &f->from, &f->until, alias);
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

static void put_visible(struct sql *s, const struct plan *p, const char *alias)
{
	auth_visible(s, p->q->by, p->number, OP_READ, alias);
	if (p->q->op != OP_READ && p->q->op != 0)
		auth_visible(s, p->q->by, p->number, p->q->op, alias);
	/* A filter or an order by a private field would tell about rows whose private fields are not theirs to read. */
	if (p->private_rows)
		auth_visible(s, p->q->by, p->number, OP_PRIVATE, alias);
}

/* One value of an indexed column: rows with it lie together in the index, in the order of what follows there. */
static bool is_point(const struct plan *p, const struct filter *f)
{
	if (f->kind == FILTER_EMPTY)
		return true;
	return f->kind == FILTER_IN && f->values == 1 && p->view->field[f->field]->type != FIELD_MULTI;
}

/* Has an index that finds its rows: a field that lists are filtered or sorted by, in a column of its own. */
static bool is_indexed(const struct plan *p, const struct filter *f)
{
	const struct field *field = p->view->field[f->field];
	return (size_t)f->field < p->view->own_from && (field->flags & (FIELD_FILTER | FIELD_SORT | FIELD_UNIQUE)) &&
	       !(field->type == FIELD_MULTI && f->kind == FILTER_IN);
}

/* Is the filter a range of the sort index, so that the source gives nothing else? */
static bool in_sort_range(const struct plan *p, const struct filter *f)
{
	if (f->field != p->sort || (p->source != BY_SORT && p->source != BY_PAIR))
		return false;
	return f->kind == FILTER_RANGE || is_point(p, f);
}

/* Two filters at one value each that have an index together: a cell of a heat map. */
static bool find_pair(const struct plan *p, int *ret_by, int *ret_with)
{
	const struct query *q = p->q;
	for (size_t i = 0; i < q->filters; i++) {
		for (size_t k = 0; k < q->filters; k++) {
			const struct filter *f = &q->filter[i], *g = &q->filter[k];
			if (i == k || !is_point(p, f) || !is_point(p, g) || (size_t)f->field >= p->view->own_from ||
			    (size_t)g->field >= p->view->own_from ||
			    !field_pair_indexed(p->reg, p->view->field[f->field], p->view->field[g->field]))
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
	       in_sort_range(p, &p->q->filter[i]);
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

static void put_search_table(struct sql *s, const struct plan *p)
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
		put_visible(s, p, alias);
	for (size_t i = 0; i < p->q->filters; i++)
		if (!filter_is_source(p, i))
			put_filter(s, p, &p->q->filter[i], alias);
	if (p->match.n && !search_is_source(p)) {
		/* The newest cap hits as a set: beyond these the listing is bounded. */
		sql_lit(s, " AND ");
		sql_name(s, alias);
		sql_lit(s, ".id IN (SELECT k.rowid FROM ");
		put_search_table(s, p);
		sql_lit(s, " AS k WHERE k.");
		put_search_table(s, p);
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
		if (in_sort_range(p, f))
			put_filter(s, p, f, "t");
	}
}

/* The source's rows: without order and limit. */
static void put_source(struct sql *s, const struct plan *p, enum segment segment, const struct key *after)
{
	const struct query *q = p->q;
	const struct field *sort = sort_field(p);
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
		put_search_table(s, p);
		sql_lit(s, " AS k");
		if (p->source == GATHER_SEARCH) {
			sql_lit(s, " WHERE k.");
			put_search_table(s, p);
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
		put_search_table(s, p);
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
		put_filter(s, p, &q->filter[p->by], "t");
		break;
	case GATHER_FILTER:
		put_filter(s, p, &q->filter[p->by], "t");
		if (p->with >= 0)
			put_filter(s, p, &q->filter[p->with], "t");
		break;
	case GATHER_IDS:
		sql_lit(s, " AND t.id IN ");
		sql_i64_list(s, q->ids, q->id_count);
		break;
	case GATHER_UNITS:
		put_visible(s, p, "t");
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

static void put_source_order(struct sql *s, const struct plan *p, enum segment segment)
{
	const struct field *sort = sort_field(p);
	if (p->source == BY_SEARCH) {
		sql_lit(s, " ORDER BY k.rowid DESC");
		return;
	}
	if (p->source == GATHER_ARCHIVED) {
		sql_lit(s, " ORDER BY t.id DESC");
		return;
	}
	if (!plan_in_order(p))
		return;
	sql_lit(s, " ORDER BY ");
	if (sort && segment == SEGMENT_KNOWN) {
		sql_lit(s, "t.");
		sql_name(s, sort->name);
		if (p->descending)
			sql_lit(s, " DESC, t.id DESC");
		else
			sql_lit(s, ", t.id");
	} else if (p->descending) {
		sql_lit(s, "t.id DESC");
	} else {
		sql_lit(s, "t.id");
	}
}

/* In a gathered set the place is found by comparison. */
static void put_gathered_place(struct sql *s, const struct plan *p, const struct key *after)
{
	const struct field *sort = sort_field(p);
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
	const struct field *sort = sort_field(p);
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
	sql_lit(s, ") AS m WHERE 1");
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
	} else if (p->q->filters == 1 && !p->restricted && is_indexed(p, &p->q->filter[0])) {
		p->source = GATHER_FILTER;
		p->by = 0;
	} else if (p->q->filters == 2 && !p->restricted && find_pair(p, &by, &with)) {
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
	sql_lit(s, ") AS m WHERE 1");
	put_rest(s, p, "m");
	sql_lit(s, " LIMIT ");
	sql_i64(s, LIMIT_COUNT + 1);
	sql_lit(s, ")");
}

void search_full(const struct plan *p, struct sql *s)
{
	sql_lit(s, "SELECT k.rowid FROM ");
	put_search_table(s, p);
	sql_lit(s, " AS k WHERE k.");
	put_search_table(s, p);
	sql_lit(s, " MATCH ");
	sql_str(s, p->match);
	sql_lit(s, " ORDER BY k.rowid DESC LIMIT 1 OFFSET ");
	sql_i64(s, hits_cap(p));
}

/* ---- choosing ---- */

static int resolve_sort(struct plan *p)
{
	const struct query *q = p->q;
	p->sort = q->sort;
	p->descending = q->descending;
	if (q->sort == -1) {
		p->sort = q->search.n || !p->reg->sort ? -1 : reg_field(p->reg, p->reg->sort);
		/* A default that this person may not see is no order for them. */
		if (p->sort >= 0 && (!field_is_sortable(p->view, p->sort) ||
		                     !reg_field_readable(q->by, p->reg, p->view->field[p->sort])))
			p->sort = -1;
	} else if (q->sort < -1) {
		p->sort = -1;
	} else if (!field_is_sortable(p->view, q->sort) || !reg_field_readable(q->by, p->reg, p->view->field[q->sort])) {
		return ERR_INVALID;
	}
	/* Hits come newest first. */
	if (p->sort == -1)
		p->descending = q->sort != SORT_OLDEST || q->search.n;
	return 0;
}

static int resolve_filters(struct plan *p)
{
	const struct query *q = p->q;
	if (q->filters > COUNT_OF(q->filter))
		return ERR_LIMIT;
	for (size_t i = 0; i < q->filters; i++) {
		const struct filter *f = &q->filter[i];
		if (f->field < 0 || (size_t)f->field >= p->view->fields)
			return ERR_INVALID;
		const struct field *field = p->view->field[f->field];
		if (!reg_field_readable(q->by, p->reg, field))
			return ERR_INVALID;
		if ((f->kind == FILTER_BELOW && field->type != FIELD_UNIT) ||
		    (f->kind == FILTER_MINE && field->type != FIELD_UNIT && field->type != FIELD_PERSON))
			return ERR_INVALID;
		p->private_rows |= field_is_private(field);
		if ((size_t)f->field < p->view->own_from)
			p->used[f->field] = true;
		else
			p->own = true;
	}
	return 0;
}

static int resolve_cursor(struct db_conn *c, struct plan *p)
{
	if (p->q->cursor.n == 0)
		return 0;
	const struct cursor_of of = plan_cursor(p);
	if (cursor_parse(p->arena, &of, p->q->cursor, &p->at) < 0)
		return ERR_INVALID;
	p->continued = true;
	if (!p->at.reread || !c)
		return 0;
	struct sql s;
	sql_init(&s, p->arena);
	sql_lit(&s, "SELECT t.");
	sql_name(&s, of.sort->name);
	sql_lit(&s, " FROM ");
	sql_name(&s, p->reg->table);
	sql_lit(&s, " AS t WHERE t.id = ");
	sql_i64(&s, p->at.id);
	put_visible(&s, p, "t");
	int r = db_get_str(c, &s, &p->at.v.s);
	return r == ERR_NOT_FOUND ? ERR_INVALID : r;
}

/* Counts a set by its index, up to one more than may be gathered. */
static int probe(struct db_conn *c, struct plan *p, enum source source, int by, int with, int64_t most, int64_t *ret)
{
	struct sql s;
	sql_init(&s, p->arena);
	sql_lit(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
	if (source == GATHER_SEARCH) {
		put_search_table(&s, p);
		sql_lit(&s, " AS k WHERE k.");
		put_search_table(&s, p);
		sql_lit(&s, " MATCH ");
		sql_str(&s, p->match);
	} else {
		sql_name(&s, p->reg->table);
		sql_lit(&s, " AS t WHERE t.archived = 0");
		if (source == GATHER_UNITS)
			put_visible(&s, p, "t");
		else
			put_filter(&s, p, &p->q->filter[by], "t");
		if (with >= 0)
			put_filter(&s, p, &p->q->filter[with], "t");
	}
	sql_lit(&s, " LIMIT ");
	sql_i64(&s, most + 1);
	sql_lit(&s, ")");
	return db_get_i64(c, &s, ret);
}

#define PROBES 3        /* a page stays within eight statements */
#define GOOD_ENOUGH 400 /* a set so small needs no better one */

/* Is everything that conditions look at in the index of the order? */
static bool is_carried(const struct plan *p)
{
	const struct field *sort = sort_field(p);
	if (!sort || p->own)
		return false;
	for (size_t i = 0; i < p->view->own_from; i++)
		if (p->used[i] && (int)i != p->sort && !index_carries(p->reg, sort, p->view->field[i]))
			return false;
	return true;
}

static int64_t cap_of(const struct plan *p)
{
	switch (p->source) {
	case BY_SORT:
		return is_carried(p) ? QUERY_SCAN_CARRIED : QUERY_SCAN_ROWS;
	case BY_ID:
		return QUERY_SCAN_IDS;
	case BY_SEARCH:
		return QUERY_SCAN_HITS;
	default:
		return QUERY_SCAN_ROWS;
	}
}

static int choose(struct db_conn *c, struct plan *p)
{
	const struct query *q = p->q;
	p->source = p->sort >= 0 ? BY_SORT : BY_ID;
	if (q->ids) {
		if (q->id_count > LIMIT_BULK_ROWS)
			return ERR_LIMIT;
		p->source = GATHER_IDS;
		return 0;
	}
	if (q->archived) {
		p->source = GATHER_ARCHIVED;
		return 0;
	}
	if (p->match.n && p->sort == -1) {
		p->source = BY_SEARCH;
		return 0;
	}
	size_t open = 0;
	int pair = -1;
	const struct field *sort = sort_field(p);
	for (size_t i = 0; i < q->filters; i++) {
		if (in_sort_range(p, &q->filter[i]))
			continue;
		open++;
		if (sort && pair < 0 && is_point(p, &q->filter[i]) && (size_t)q->filter[i].field < p->view->own_from &&
		    field_pair_indexed(p->reg, p->view->field[q->filter[i].field], sort))
			pair = (int)i;
	}
	const bool alone = !p->restricted && p->match.n == 0;
	if (pair >= 0 && (!c || (open == 1 && alone))) {
		p->source = BY_PAIR;
		p->by = pair;
		return 0;
	}
	if (!c || (open == 0 && alone))
		return 0;

	const bool carried = open + p->restricted == 1 && p->match.n == 0 && is_carried(p);
	const int64_t most = carried ? QUERY_GATHER_CARRIED : QUERY_GATHER_ROWS;
	int64_t best = most + 1;
	enum source source = p->source;
	int by = -1, probes = 0;
	if (p->match.n) {
		int64_t n;
		int r = probe(c, p, GATHER_SEARCH, -1, -1, most, &n);
		if (r < 0)
			return r;
		probes++;
		if (n < best) {
			best = n;
			source = GATHER_SEARCH;
		}
	}
	if (p->restricted && best > GOOD_ENOUGH) {
		int64_t n;
		int r = probe(c, p, GATHER_UNITS, -1, -1, most, &n);
		if (r < 0)
			return r;
		probes++;
		if (n < best) {
			best = n;
			source = GATHER_UNITS;
		}
	}
	int pair_by = -1, with = -1;
	if (find_pair(p, &pair_by, &with)) {
		int64_t n;
		int r = probe(c, p, GATHER_FILTER, pair_by, with, most, &n);
		if (r < 0)
			return r;
		probes++;
		if (n < best) {
			best = n;
			source = GATHER_FILTER;
			by = pair_by;
		} else {
			with = -1;
		}
	}
	for (size_t i = 0; i < q->filters && probes < PROBES && best > GOOD_ENOUGH; i++) {
		if (!is_indexed(p, &q->filter[i]) || in_sort_range(p, &q->filter[i]) || (int)i == pair_by)
			continue;
		int64_t n;
		int r = probe(c, p, GATHER_FILTER, (int)i, -1, most, &n);
		if (r < 0)
			return r;
		probes++;
		if (n < best) {
			best = n;
			source = GATHER_FILTER;
			by = (int)i;
			with = -1;
		}
	}
	if (best > most && pair >= 0) {
		source = BY_PAIR;
		by = pair;
	}
	p->with = source == GATHER_FILTER ? with : -1;
	p->source = source;
	p->by = by;
	return 0;
}

int plan_make(struct db_conn *c, struct arena *a, const struct query *q, bool unbounded, struct plan *ret)
{
	struct plan p = { .q = q, .view = q->view, .reg = q->view->reg, .arena = a, .number = reg_number(q->view->reg), .by = -1,
		.with = -1, .cap = INT64_MAX / 2, .unbounded = unbounded };
	int r = resolve_sort(&p);
	if (r == 0)
		r = resolve_filters(&p);
	if (r < 0)
		return r;
	if (p.sort >= 0) {
		p.used[p.sort] = true;
		p.private_rows |= field_is_private(p.view->field[p.sort]);
	}
	if (q->search.n) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, LIMIT_SQL);
		if (!search_has(p.reg) || !text_query(&b, a, q->search))
			p.nothing = true;
		else if (buf_error(&b))
			return ERR_LIMIT;
		else
			p.match = str_dup(a, buf_view(&b));
	}
	struct sql visible;
	sql_init(&visible, a);
	put_visible(&visible, &p, "t");
	p.restricted = visible.text.n > 0;
	sql_release(&visible);
	r = resolve_cursor(c, &p);
	if (r == 0)
		r = choose(c, &p);
	if (r < 0)
		return r;
	if (!unbounded)
		p.cap = cap_of(&p);
	*ret = p;
	return 0;
}

int reg_list_sql(struct arena *a, const struct query *q, struct sql *ret)
{
	struct plan p;
	int r = plan_make(NULL, a, q, false, &p);
	if (r < 0)
		return r;
	const size_t limit = q->limit ? q->limit : 50;
	const enum segment segment = p.continued && p.sort >= 0 && !p.at.v.known ? SEGMENT_BLANK : SEGMENT_KNOWN;
	plan_page(&p, ret, segment, p.continued ? &p.at : NULL, (int64_t)limit + 1);
	return 0;
}
