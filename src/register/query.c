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
 *    found small by counting it up to QUERY_GATHER_... in its index: gathered and sorted in memory. Nothing is left out.
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

bool field_pair_indexed(const struct reg *r, const struct field *first_field, const struct field *second_field, bool in_order)
{
	for (const char *const *i = r->index; i && *i; i++) {
		struct str rest = str_of(*i), first, second;
		if (str_cut(&rest, ',', &first) && str_cut(&rest, ',', &second) && str_eq_z(str_trim(first), first_field->name) &&
		    str_eq_z(str_trim(second), second_field->name) && (!in_order || !rest.n))
			return true;
	}
	return false;
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
	plan_put_visible(&s, p, "t");
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
		plan_put_search_table(&s, p);
		sql_lit(&s, " AS k WHERE k.");
		plan_put_search_table(&s, p);
		sql_lit(&s, " MATCH ");
		sql_str(&s, p->match);
	} else {
		sql_name(&s, p->reg->table);
		sql_lit(&s, " AS t WHERE t.archived = 0");
		if (source == GATHER_UNITS)
			plan_put_visible(&s, p, "t");
		else
			plan_put_filter(&s, p, &p->q->filter[by], "t");
		if (with >= 0)
			plan_put_filter(&s, p, &p->q->filter[with], "t");
	}
	sql_lit(&s, " LIMIT ");
	sql_i64(&s, most + 1);
	sql_lit(&s, ") AS n");
	return db_get_i64(c, &s, ret);
}

/* How far apart the oldest and the newest row are: not fewer rows than there are, and found without counting them. */
static int id_span(struct db_conn *c, const struct plan *p, int64_t *ret)
{
	struct sql s;
	sql_init(&s, p->arena);
	sql_lit(&s, "SELECT (SELECT max(id) FROM ");
	sql_name(&s, p->reg->table);
	sql_lit(&s, ") - (SELECT min(id) FROM ");
	sql_name(&s, p->reg->table);
	sql_lit(&s, ") + 1");
	return db_get_i64(c, &s, ret);
}

#define PROBES 3        /* a page stays within eight statements */
#define GOOD_ENOUGH 400 /* a set so small needs no better one */

/* Is everything that conditions look at in the index of the order? */
static bool is_carried(const struct plan *p)
{
	const struct field *sort = plan_sort_field(p);
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
	const struct field *sort = plan_sort_field(p);
	for (size_t i = 0; i < q->filters; i++) {
		if (plan_in_sort_range(p, &q->filter[i]))
			continue;
		open++;
		if (sort && pair < 0 && plan_is_point(p, &q->filter[i]) && (size_t)q->filter[i].field < p->view->own_from &&
		    field_pair_indexed(p->reg, p->view->field[q->filter[i].field], sort, true))
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
	if (plan_find_pair(p, &pair_by, &with)) {
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
		if (!plan_is_indexed(p, &q->filter[i]) || plan_in_sort_range(p, &q->filter[i]) || (int)i == pair_by)
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
	if (source == GATHER_FILTER && carried && best > QUERY_GATHER_FEW && probes < PROBES) {
		int64_t span;
		int r = id_span(c, p, &span);
		if (r < 0)
			return r;
		/* In a small table so many rows are met soon enough in order: a page of them before as many were looked at as would be sorted. */
		const int64_t page = (int64_t)(q->limit ? q->limit : 50) + 1;
		if (span <= QUERY_SMALL_TABLE && page * span / best <= best * 3 / 4)
			source = BY_SORT;
	}
	p->with = source == GATHER_FILTER ? with : -1;
	p->source = source;
	p->by = by;
	return 0;
}

/* A search for a code of this register is a selection of its row. */
static int code_as_selection(struct db_conn *c, struct arena *a, const struct query **q)
{
	struct str name;
	int64_t id;
	if (!c || !(*q)->search.n || (*q)->ids)
		return 0;
	int e = search_code(c, a, (*q)->search, &name, &id);
	if (e < 0)
		return e == ERR_NOT_FOUND ? 0 : e;
	if (!str_eq_z(name, (*q)->view->reg->name))
		return 0;
	struct query *own = ARENA_NEW(a, struct query);
	*own = **q;
	int64_t *ids = ARENA_ARRAY(a, 1, int64_t);
	ids[0] = id;
	own->ids = ids;
	own->id_count = 1;
	own->search = STR_NULL;
	*q = own;
	return 0;
}

int plan_make(struct db_conn *c, struct arena *a, const struct query *q, bool unbounded, struct plan *ret)
{
	int r = code_as_selection(c, a, &q);
	if (r < 0)
		return r;
	struct plan p = { .q = q, .view = q->view, .reg = q->view->reg, .arena = a, .number = reg_number(q->view->reg), .by = -1,
		.with = -1, .cap = INT64_MAX / 2, .unbounded = unbounded };
	r = resolve_sort(&p);
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
	plan_put_visible(&visible, &p, "t");
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

void reg_select(struct sql *q, struct arena *a, const struct principal *p, const struct reg *r, const char *what)
{
	sql_init(q, a);
	sql_lit(q, "SELECT ");
	sql_const(q, what);
	sql_lit(q, " FROM ");
	sql_name(q, r->table);
	sql_lit(q, " t WHERE t.archived = 0");
	batch_visible(q, "t");
	auth_visible(q, p, reg_number(r), OP_READ, "t");
}
