/* Reading rows by a plan: pages, single rows, and every row in turn. */
#include "base/text.h"
#include "base/text/register.h"
#include "register/query_internal.h"

/* ---- rows by their ids ---- */

struct reader {
	const struct principal *by;
	const struct reg_view *view;
	int column[LIMIT_FIELDS];     /* of the value; -1: not read */
	int title[LIMIT_FIELDS];      /* of a reference's title; -1: none */
	int text[LIMIT_FIELDS];       /* of the same for who may not open the row; -1: none */
	int own, private;             /* -1: not read */
	bool want_own[LIMIT_FIELDS];
};

enum { COL_ID, COL_UNIT, COL_BATCH, COL_ARCHIVED, COL_REVISION, COL_CODE, COL_CREATED_AT, COL_UPDATED_AT, COL_CREATED_BY,
	COL_UPDATED_BY, COL__FIXED };

/*
 * The title of a reference's target as a column: NULL when the principal may not read the target. as_text: whether they
 * may or not, for a personal link, which opens nothing but its items and still has to say whose they are. The rows read
 * are its items, so that this tells the titles of what they refer to themselves and of nothing else.
 */
static bool put_title(struct sql *s, const struct principal *p, const struct field *f, bool as_text)
{
	const struct reg *target = reg_find(str_of(f->target));
	if (!target)
		return false;
	const int number = reg_number(target);
	const int at = reg_field(target, target->title);
	if (!(auth_ops(p, number) & OP_READ) || at < 0)
		return false;
	const struct field *title = &target->field[at];
	if (!reg_field_readable(p, target, title))
		return false;
	if (field_is_text(title)) {
		sql_lit(s, ", (SELECT coalesce(x.");
		sql_name(s, title->name);
		sql_lit(s, ", '') FROM ");
		sql_name(s, target->table);
		sql_lit(s, " AS x WHERE x.id = t.");
	} else {
		sql_lit(s, ", (SELECT y.code FROM ");
		sql_name(s, target->table);
		sql_lit(s, " AS x JOIN record AS y ON y.id = x.id WHERE x.id = t.");
	}
	sql_name(s, f->name);
	if (!as_text)
		auth_visible(s, p, number, OP_READ, "x");
	if (field_is_private(title))
		auth_visible(s, p, number, OP_PRIVATE, "x");
	sql_lit(s, ")");
	return true;
}

/* A column that is read differently by what another says needs that one too. */
static bool wanted(const struct reg_view *view, const bool *want, size_t i)
{
	if (!want || want[i])
		return true;
	for (size_t k = 0; k < view->own_from; k++)
		if (want[k] && view->field[k]->yen_if && strcmp(view->field[k]->yen_if, view->field[i]->name) == 0)
			return true;
	return false;
}

/* SELECT ... FROM table AS t, record AS r: up to the conditions. */
static void put_rows(struct sql *s, struct reader *rd, const bool *want)
{
	const struct reg_view *view = rd->view;
	const struct reg *reg = view->reg;
	int n = COL__FIXED;
	bool private = false, own = false;
	sql_lit(s, "SELECT t.id, t.unit_id, t.batch, t.archived, r.revision, r.code, r.created_at, r.updated_at, r.created_by,"
	           " r.updated_by");
	for (size_t i = 0; i < view->fields; i++) {
		const struct field *f = view->field[i];
		rd->column[i] = rd->title[i] = rd->text[i] = -1;
		if (!wanted(view, want, i) || !reg_field_readable(rd->by, reg, f))
			continue;
		private |= field_is_private(f);
		if (i >= view->own_from) {
			rd->want_own[i] = own = true;
			continue;
		}
		sql_lit(s, ", t.");
		sql_name(s, f->name);
		rd->column[i] = n++;
		if (field_is_reference(f) && put_title(s, rd->by, f, false))
			rd->title[i] = n++;
		if (rd->title[i] >= 0 && rd->by->kind == PRINCIPAL_LINK && put_title(s, rd->by, f, true))
			rd->text[i] = n++;
	}
	rd->own = rd->private = -1;
	if (own) {
		sql_lit(s, ", t.own");
		rd->own = n++;
	}
	if (private) {
		/* The right to read private fields may hold for some units only. */
		struct sql part;
		sql_init(&part, s->arena);
		auth_visible(&part, rd->by, reg_number(reg), OP_PRIVATE, "t");
		if (part.text.n) {
			sql_lit(s, ", CASE WHEN TRUE");
			auth_visible(s, rd->by, reg_number(reg), OP_PRIVATE, "t");
			sql_lit(s, " THEN 1 ELSE 0 END");
			rd->private = n++;
		}
		sql_release(&part);
	}
	sql_lit(s, " FROM ");
	sql_name(s, reg->table);
	sql_lit(s, " AS t CROSS JOIN record AS r ON r.id = t.id WHERE ");
}

static void read_row(struct stmt *st, struct arena *a, const struct reader *rd, struct row *row)
{
	const struct reg_view *view = rd->view;
	*row = (struct row){
		.id = stmt_i64(st, COL_ID), .unit_id = stmt_i64(st, COL_UNIT), .batch = stmt_i64(st, COL_BATCH),
		.state = stmt_i64(st, COL_ARCHIVED) ? RECORD_ARCHIVED : RECORD_LIVE, .revision = stmt_i64(st, COL_REVISION),
		.code = stmt_str_dup(st, a, COL_CODE), .created_at = stmt_i64(st, COL_CREATED_AT),
		.updated_at = stmt_i64(st, COL_UPDATED_AT), .created_by = stmt_str_dup(st, a, COL_CREATED_BY),
		.updated_by = stmt_str_dup(st, a, COL_UPDATED_BY), .values = view->fields,
		.v = ARENA_ARRAY(a, view->fields ? view->fields : 1, struct value),
	};
	const bool private = rd->private < 0 || stmt_i64(st, rd->private);
	if (rd->own >= 0 && !stmt_is_null(st, rd->own)) {
		own_read(a, view, stmt_str(st, rd->own), row->v);
		for (size_t i = view->own_from; i < view->fields; i++)
			if (!rd->want_own[i])
				row->v[i] = (struct value){ 0 };
	}
	for (size_t i = 0; i < view->own_from; i++) {
		const struct field *f = view->field[i];
		if (rd->column[i] < 0 || (!private && field_is_private(f)))
			continue;
		struct value *v = &row->v[i];
		*v = value_column(st, rd->column[i], f, a);
		if (!v->known || !field_is_reference(f))
			continue;
		v->closed = rd->title[i] < 0 || stmt_is_null(st, rd->title[i]);
		if (!v->closed)
			v->s = stmt_str_dup(st, a, rd->title[i]);
		else if (rd->text[i] >= 0 && !stmt_is_null(st, rd->text[i]))
			v->s = stmt_str_dup(st, a, rd->text[i]);
		else
			v->s = msg(rd->by->lang, MSG_REFERENCE_HIDDEN);
	}
}

struct place {
	int64_t id;
	size_t at;
};

static int place_cmp(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

/* Statements are prepared once per text: lists are filled up to a few lengths. */
static size_t list_length(size_t n)
{
	static const size_t length[] = { 1, 10, 50, 200, QUERY_EACH_ROWS };
	for (size_t i = 0; i < COUNT_OF(length); i++)
		if (n <= length[i])
			return length[i];
	return n;
}

int rows_load(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg_view *view, const bool *want,
              const int64_t *id, size_t n, struct row *ret, size_t *ret_n)
{
	*ret_n = 0;
	if (n == 0)
		return 0;
	const size_t length = list_length(n);
	int64_t *list = ARENA_ARRAY(a, length, int64_t);
	struct place *place = ARENA_ARRAY(a, n, struct place);
	for (size_t i = 0; i < length; i++)
		list[i] = id[i < n ? i : n - 1];
	for (size_t i = 0; i < n; i++) {
		place[i] = (struct place){ id[i], i };
		ret[i] = (struct row){ 0 };
	}
	qsort(place, n, sizeof *place, place_cmp);
	struct reader rd = { .by = p, .view = view };
	struct sql s;
	sql_init(&s, a);
	put_rows(&s, &rd, want);
	sql_lit(&s, "t.id IN ");
	sql_i64_list(&s, list, length);
	CLEANUP(stmt_done) struct stmt *st = NULL;
	int r = db_query(c, &s, &st);
	if (r < 0)
		return r;
	while ((r = stmt_step(st)) == 1) {
		const struct place key = { stmt_i64(st, COL_ID), 0 };
		const struct place *found = bsearch(&key, place, n, sizeof *place, place_cmp);
		if (found)
			read_row(st, a, &rd, &ret[found->at]);
	}
	if (r < 0)
		return r;
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (ret[i].id)
			ret[kept++] = ret[i];
	*ret_n = kept;
	return 0;
}

int reg_get(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg_view *view, int64_t id,
            struct row *ret)
{
	struct reader rd = { .by = p, .view = view };
	struct sql s;
	sql_init(&s, a);
	put_rows(&s, &rd, NULL);
	sql_lit(&s, "t.id = ");
	sql_i64(&s, id);
	batch_visible(&s, "t");
	auth_visible(&s, p, reg_number(view->reg), OP_READ, "t");
	CLEANUP(stmt_done) struct stmt *st = NULL;
	int r = db_query(c, &s, &st);
	if (r < 0)
		return r;
	r = stmt_step(st);
	if (r == 0)
		return ERR_NOT_FOUND;
	if (r < 0)
		return r;
	read_row(st, a, &rd, ret);
	return 0;
}

/* ---- pages ---- */

struct page_keys {
	struct key *key;
	size_t n, limit;
	bool more;        /* there is a row behind the last one */
	bool stopped;     /* the source's cap was used up: it goes on from `stop` */
	struct key stop;
};

static void read_key(struct stmt *st, const struct plan *p, struct arena *a, struct key *ret)
{
	*ret = (struct key){ .id = stmt_i64(st, 0) };
	if (p->sort >= 0)
		ret->v = value_column(st, 1, p->view->field[p->sort], a);
}

static int run_segment(struct db_conn *c, const struct plan *p, enum segment segment, const struct key *after,
                       struct page_keys *k)
{
	struct arena *a = p->arena;
	const size_t wanted = k->limit + 1 - k->n;
	struct sql s;
	sql_init(&s, a);
	plan_page(p, &s, segment, after, (int64_t)wanted);
	struct stmt *st = NULL;
	int r = db_query(c, &s, &st);
	if (r < 0)
		return r;
	size_t got = 0;
	while ((r = stmt_step(st)) == 1) {
		got++;
		if (k->n == k->limit) {
			k->more = true;
			continue;
		}
		read_key(st, p, a, &k->key[k->n++]);
	}
	stmt_done(&st);
	if (r < 0 || got == wanted || p->unbounded)
		return r;
	const bool archived = p->source == GATHER_ARCHIVED;
	if (!archived && !(plan_in_order(p) && plan_filtered(p)))
		return 0;
	/* Too few: because there are no more, or because enough were looked at? */
	sql_init(&s, a);
	plan_stop(p, &s, segment, archived ? NULL : after);
	r = db_query(c, &s, &st);
	if (r == 0 && (r = stmt_step(st)) == 1) {
		k->stopped = true;
		read_key(st, p, a, &k->stop);
		r = 0;
	}
	stmt_done(&st);
	return r;
}

/* The keys of one page. */
static int run_page(struct db_conn *c, const struct plan *p, const struct key *after, struct page_keys *k)
{
	if (p->nothing)
		return 0;
	if (!plan_in_order(p) || p->sort < 0)
		return run_segment(c, p, SEGMENT_ALL, after, k);
	int r = 0;
	if (!after || after->v.known)
		r = run_segment(c, p, SEGMENT_KNOWN, after, k);
	if (r == 0 && !k->more && !k->stopped)
		r = run_segment(c, p, SEGMENT_BLANK, after && !after->v.known ? after : NULL, k);
	return r;
}

static int count_rows(struct db_conn *c, const struct plan *page, struct listing *l)
{
	const struct plan count = plan_for_count(page), *p = &count;
	struct sql s;
	sql_init(&s, p->arena);
	plan_count(p, &s);
	int64_t n = 0;
	int r = db_get_i64(c, &s, &n);
	if (r < 0)
		return r;
	l->count_capped = n > LIMIT_COUNT;
	l->count = l->count_capped ? LIMIT_COUNT : n;
	/* A source that is cut off behind its cap may hold more. */
	if (!l->count_capped && plan_filtered(p) && plan_in_order(p)) {
		int64_t id;
		sql_init(&s, p->arena);
		plan_stop(p, &s, SEGMENT_ALL, NULL);
		r = db_get_i64(c, &s, &id);
		if (r < 0 && r != ERR_NOT_FOUND)
			return r;
		l->count_capped = r == 0;
	} else if (p->source == GATHER_ARCHIVED && l->bounded) {
		l->count_capped = true;
	}
	return 0;
}

int reg_list(struct db_conn *c, struct arena *a, const struct query *q, struct listing *ret)
{
	struct plan p;
	int r = plan_make(c, a, q, false, &p);
	if (r < 0)
		return r;
	struct listing l = { .count = -1 };
	struct page_keys k = { .limit = q->limit ? q->limit : 50 };
	if (k.limit > LIMIT_PAGE_ROWS)
		return ERR_LIMIT;
	k.key = ARENA_ARRAY(a, k.limit, struct key);
	r = run_page(c, &p, p.continued ? &p.at : NULL, &k);
	if (r < 0)
		return r;
	int64_t *id = ARENA_ARRAY(a, k.limit, int64_t);
	for (size_t i = 0; i < k.n; i++)
		id[i] = k.key[i].id;
	l.row = ARENA_ARRAY(a, k.limit, struct row);
	r = rows_load(c, a, q->by, q->view, q->columns, id, k.n, l.row, &l.rows);
	if (r < 0)
		return r;
	/* The set of hits that another order sorts is cut off at the cap as well. */
	l.bounded = k.stopped;
	if (p.match.n && p.source != BY_SEARCH && p.source != GATHER_SEARCH) {
		struct sql s;
		sql_init(&s, a);
		search_full(&p, &s);
		int64_t full;
		r = db_get_i64(c, &s, &full);
		if (r < 0 && r != ERR_NOT_FOUND)
			return r;
		l.bounded |= r == 0;
	}
	const bool on = k.more || (k.stopped && p.source != GATHER_ARCHIVED);
	if (on) {
		const struct key *last = k.more ? &k.key[k.n - 1] : &k.stop;
		const struct cursor_of of = plan_cursor(&p);
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 4096);
		cursor_put(&b, &of, last);
		l.next = str_dup(a, buf_view(&b));
	}
	if (q->count) {
		if (p.nothing || (!p.continued && !on && !l.bounded)) {
			l.count = (int64_t)k.n;
		} else if ((r = count_rows(c, &p, &l)) < 0) {
			return r;
		}
	}
	*ret = l;
	return 0;
}

int reg_each(struct db_conn *c, const struct query *q, int (*each)(void *ctx, const struct row *row), void *ctx)
{
	CLEANUP(arena_freep) struct arena *plan_arena = arena_new(LIMIT_ARENA);
	CLEANUP(arena_freep) struct arena *page = arena_new(LIMIT_ARENA);
	struct plan p;
	int r = plan_make(c, plan_arena, q, true, &p);
	if (r < 0)
		return r;
	CLEANUP(buf_release) struct buf last_text;
	buf_init(&last_text, LIMIT_ARENA);
	struct key last = p.at;
	bool continued = p.continued, more = true;
	p.arena = page;
	while (more) {
		arena_clear(page);
		if (continued && last.v.s.n)
			last.v.s = str_dup(page, last.v.s);
		struct page_keys k = { .limit = QUERY_EACH_ROWS };
		k.key = ARENA_ARRAY(page, k.limit, struct key);
		r = run_page(c, &p, continued ? &last : NULL, &k);
		if (r < 0)
			return r;
		int64_t *id = ARENA_ARRAY(page, k.limit, int64_t);
		for (size_t i = 0; i < k.n; i++)
			id[i] = k.key[i].id;
		struct row *row = ARENA_ARRAY(page, k.limit, struct row);
		size_t rows;
		r = rows_load(c, page, q->by, q->view, q->columns, id, k.n, row, &rows);
		for (size_t i = 0; r >= 0 && i < rows; i++)
			r = each(ctx, &row[i]);
		if (r < 0)
			return r;
		more = k.more;
		if (!more)
			break;
		/* The key outlives its page's memory. */
		last = k.key[k.n - 1];
		continued = true;
		buf_clear(&last_text);
		buf_str(&last_text, last.v.s);
		last.v.s = buf_view(&last_text);
	}
	return 0;
}
