/* Lists: what each principal sees, pages without loss or repetition, filters, plans, cursors, query strings. */
#include "base/text/http.h"
#include "base/text/register.h"
#include "db/backend.h"
#include "register/test_read.h"

#define ROWS 6000
static struct row cargo[ROWS];
static struct row quays[5], sailors[40];
static struct reg_view view;

static const char *pick_date(void)
{
	return str_printf(mem, "2026-%02d-%02d", (int)dice(12) + 1, (int)dice(28) + 1).p;
}

static int up(void **state)
{
	(void)state;
	base_up();
	/* Quay 1 has 2 and 3 below it, 3 has 4; 5 stands alone. */
	for (size_t i = 0; i < COUNT_OF(quays); i++) {
		quays[i] = row_new(&reg_quay);
		quays[i].v[0] = txt(str_printf(mem, "埠頭%zu", i + 1).p);
	}
	put(&reg_quay, quays, COUNT_OF(quays));
	static const int parent[] = { -1, 0, 0, 2, -1 };
	for (size_t i = 0; i < COUNT_OF(quays); i++) {
		struct tree t = { quays[i].id, parent[i] < 0 ? 0 : quays[parent[i]].id };
		assert_int_equal(db_write(db, tree_job, &t), 0);
	}
	for (size_t i = 0; i < COUNT_OF(sailors); i++) {
		sailors[i] = row_new(&reg_sailor);
		sailors[i].v[0] = txt(str_printf(mem, "船員%zu", i + 1).p);
		sailors[i].v[1] = num(quays[i % 5].id);
	}
	put(&reg_sailor, sailors, COUNT_OF(sailors));
	for (size_t i = 0; i < ROWS; i++) {
		struct row *r = &cargo[i];
		*r = row_new(&reg_cargo);
		/* Few different values, so that there are ties everywhere; blanks everywhere but in the name. */
		r->v[C_NAME] = txt(str_printf(mem, "荷%lld", (long long)dice(900)).p);
		r->v[C_NOTE] = dice(3) ? txt(str_printf(mem, "備考 %lld 委託先", (long long)dice(50)).p) : blank();
		r->v[C_QUAY] = dice(50) ? num(quays[dice(100) < 60 ? 4 : dice(4)].id) : blank();
		r->v[C_KEEPER] = dice(4) ? num(sailors[dice(40)].id) : blank();
		r->v[C_KIND] = dice(6) ? num(dice(3) + 1) : blank();
		r->v[C_LEVEL] = dice(5) ? num(dice(3)) : blank();
		r->v[C_TAGS] = dice(4) ? num(1 << (dice(3) + 1) | 1 << (dice(3) + 1)) : blank();
		r->v[C_AMOUNT] = dice(3) ? num(dice(40) * 1000 - 5000) : blank();
		r->v[C_RATE] = dice(2) ? num(dice(500)) : blank();
		r->v[C_SEEN] = dice(5) ? txt(pick_date()) : blank();
		r->v[C_RISKY] = dice(3) ? num(dice(2)) : blank();
		r->v[C_PIECES] = dice(10) ? num(dice(7)) : blank();
		r->v[C_MASTER] = dice(2) ? txt(str_printf(mem, "荷主%lld", (long long)dice(20)).p) : blank();
		r->state = dice(40) ? RECORD_LIVE : RECORD_ARCHIVED;
	}
	run("INSERT INTO batch (id, state, file_name, created_at, by_kind, by_id, by_account, by_name, by_address)"
	    " VALUES (1, 0, 'a.csv', 0, 0, 0, 0, '', ''), (2, 2, 'b.csv', 0, 0, 0, 0, '', '')");
	for (size_t i = 100; i < 140; i++)
		cargo[i].batch = i % 2 + 1;
	put(&reg_cargo, cargo, ROWS);
	view = view_of(&reg_cargo);
	return 0;
}

static int down(void **state)
{
	(void)state;
	base_down();
	return 0;
}

/* ---- the same by brute force ---- */

static bool below(int64_t unit, int64_t top)
{
	static const int parent[] = { -1, 0, 0, 2, -1 };
	for (int i = 0; i < 5; i++)
		if (quays[i].id == unit)
			for (int k = i; k >= 0; k = parent[k])
				if (quays[k].id == top)
					return true;
	return false;
}

static bool sees(const struct principal *p, const struct row *r, enum op op)
{
	for (size_t i = 0; i < p->grants; i++) {
		if (!(reg_cargo.access.ops[p->grant[i].role] & op))
			continue;
		if (p->grant[i].unit_id == 0 || below(r->unit_id, p->grant[i].unit_id))
			return true;
	}
	return false;
}

static int compare(const struct field *f, const struct value *x, const struct value *y)
{
	if (field_is_text(f))
		return str_cmp(x->s, y->s);
	return (x->i > y->i) - (x->i < y->i);
}

static bool passes(const struct query *q, const struct filter *f, const struct row *r)
{
	const struct field *field = q->view->field[f->field];
	const struct value *v = &r->v[f->field];
	switch (f->kind) {
	case FILTER_IN:
		for (size_t i = 0; i < f->values; i++) {
			if (!f->value[i].known && !v->known)
				return true;
			if (f->value[i].known && v->known &&
			    (field->type == FIELD_MULTI ? (v->i & f->value[i].i) != 0 : compare(field, v, &f->value[i]) == 0))
				return true;
		}
		return false;
	case FILTER_RANGE:
		if (!v->known)
			return f->blank;
		return (!f->from.known || compare(field, v, &f->from) >= 0) &&
		       (!f->until.known || compare(field, v, &f->until) <= 0);
	case FILTER_EMPTY:
		return !v->known;
	case FILTER_MINE:
		if (field->type == FIELD_PERSON)
			return v->known && v->i == q->by->person_id;
		for (size_t i = 0; v->known && i < q->by->grants; i++)
			if (below(v->i, q->by->grant[i].unit_id))
				return true;
		return false;
	case FILTER_BELOW:
		return v->known && below(v->i, f->value[0].i);
	}
	return false;
}

static const struct query *order_of;
static int row_order(const void *a, const void *b)
{
	const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
	int by = order_of->sort >= 0 ? order_of->sort : -1;
	bool desc = order_of->descending;
	if (order_of->sort == -1)
		by = C_NAME;
	if (order_of->sort == SORT_NEWEST || order_of->sort == SORT_OLDEST)
		desc = order_of->sort == SORT_NEWEST;
	if (by >= 0) {
		const struct value *v = &x->v[by], *w = &y->v[by];
		if (v->known != w->known)
			return v->known ? -1 : 1;
		int n = v->known ? compare(view.field[by], v, w) : 0;
		if (n)
			return desc ? -n : n;
	}
	int n = (x->id > y->id) - (x->id < y->id);
	return desc ? -n : n;
}

static size_t expected(const struct query *q, struct row **ret)
{
	size_t n = 0;
	for (size_t i = 0; i < ROWS; i++) {
		struct row *r = &cargo[i];
		if ((r->state == RECORD_ARCHIVED) != q->archived || r->batch == 1 || !sees(q->by, r, OP_READ) ||
		    (q->op && !sees(q->by, r, q->op)))
			continue;
		bool ok = true;
		for (size_t k = 0; k < q->filters && ok; k++)
			ok = passes(q, &q->filter[k], r);
		if (ok && q->ids) {
			ok = false;
			for (size_t k = 0; k < q->id_count && !ok; k++)
				ok = q->ids[k] == r->id;
		}
		if (ok)
			ret[n++] = r;
	}
	order_of = q;
	qsort(ret, n, sizeof *ret, row_order);
	return n;
}

struct walk {
	size_t n;
	int64_t id[ROWS + 1];
};
static int walk_each(void *ctx, const struct row *row)
{
	struct walk *w = ctx;
	assert_true(w->n < ROWS);
	w->id[w->n++] = row->id;
	return 0;
}

/* Walks all pages, and reg_each(), and compares with brute force. */
static void check_query(struct query q, size_t limit)
{
	static struct row *want[ROWS];
	static struct walk walk;
	const size_t n = expected(&q, want);
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_conn *c = db_read_begin(db);
	size_t got = 0;
	q.limit = limit;
	q.count = true;
	char cursor[512];
	for (;;) {
		arena_clear(a);
		struct listing l;
		db_statement_count(true);
		assert_int_equal(reg_list(c, a, &q, &l), 0);
		/* One filter at most: eight statements. */
		assert_true(db_statement_count(true) <= (q.filters <= 1 && q.by->grant[0].unit_id == 0 ? 8 : 10));
		/* Several conditions may end a page early, and count less: then it says so. Nothing is lost by that. */
		const bool exact = q.filters + (q.by->grant[0].unit_id != 0) <= 1 && (q.filters == 0 || q.filter[0].field != C_TAGS);
		if (exact)
			assert_false(l.bounded);
		if (exact || !l.count_capped) {
			assert_int_equal(l.count, n > LIMIT_COUNT ? LIMIT_COUNT : n);
			assert_int_equal(l.count_capped, n > LIMIT_COUNT);
		} else {
			assert_true((size_t)l.count <= n);
		}
		assert_true(l.rows <= limit);
		for (size_t i = 0; i < l.rows; i++) {
			assert_true(got < n);
			assert_int_equal(l.row[i].id, want[got]->id);
			got++;
		}
		if (!l.next.n)
			break;
		assert_true(l.rows == limit || l.bounded);
		assert_true(l.next.n < sizeof cursor);
		memcpy(cursor, l.next.p, l.next.n);
		q.cursor = (struct str){ cursor, l.next.n };
	}
	assert_int_equal(got, n);
	q.cursor = STR_NULL;
	walk.n = 0;
	assert_int_equal(reg_each(c, &q, walk_each, &walk), 0);
	assert_int_equal(walk.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(walk.id[i], want[i]->id);
	db_read_end(db, &c);
	arena_free(a);
}

static struct query all_of(const struct principal *p)
{
	return (struct query){ .view = &view, .by = p, .op = OP_READ, .sort = -1 };
}

/* ---- tests ---- */

static void everyone_sees_their_rows(void **state)
{
	(void)state;
	struct principal people[] = {
		person(ROLE_ADMINISTRATOR, 0), person(ROLE_LEAD, 0), person(ROLE_EXECUTIVE, 0), person(ROLE_AUDITOR, 0),
		person(ROLE_CONTACT, quays[0].id), person(ROLE_CONTACT, quays[1].id), person(ROLE_CONTACT, quays[3].id),
		person(ROLE_CONTACT, quays[4].id), person(ROLE_LEAD, quays[2].id), person(ROLE_CONTACT, quays[1].id),
	};
	struct principal *two = &people[COUNT_OF(people) - 1];
	two->grants = 2;
	two->grant[1] = (struct grant){ .role = ROLE_EXECUTIVE, .unit_id = quays[4].id };
	for (size_t i = 0; i < COUNT_OF(people); i++) {
		struct query q = all_of(&people[i]);
		check_query(q, 97);
		q.sort = C_AMOUNT;
		check_query(q, 200);
		q.sort = -2;
		check_query(q, 200);
		q.archived = true;
		check_query(q, 50);
		q.archived = false;
		q.op = OP_EXPORT;
		check_query(q, 200);
	}
	/* Without a right in the register: nothing, whatever is asked. */
	struct principal nobody = { .kind = PRINCIPAL_ACCOUNT, .id = 9, .name = STR("誰でもない") };
	struct query q = { .view = &view, .by = &nobody, .op = OP_READ, .sort = -2 };
	struct db_conn *c = db_read_begin(db);
	struct listing l;
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	assert_int_equal(l.rows, 0);
	struct row r;
	assert_int_equal(reg_get(c, mem, &nobody, &view, cargo[0].id, &r), ERR_NOT_FOUND);
	db_read_end(db, &c);
}

static void one_row_is_found_by_those_who_may(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0), contact = person(ROLE_CONTACT, quays[1].id);
	struct db_conn *c = db_read_begin(db);
	size_t found = 0;
	for (size_t i = 0; i < 300; i++) {
		struct row r;
		const int want_lead = cargo[i].batch == 1 ? ERR_NOT_FOUND : 0;
		assert_int_equal(reg_get(c, mem, &lead, &view, cargo[i].id, &r), want_lead);
		if (want_lead == 0) {
			assert_int_equal(r.id, cargo[i].id);
			assert_int_equal(r.state, cargo[i].state);
			assert_true(str_eq(r.code, cargo[i].code));
			assert_true(str_eq(r.updated_by, STR("試験")));
			assert_int_equal(r.revision, 1);
			for (size_t k = 0; k < C__N; k++) {
				assert_int_equal(r.v[k].known, cargo[i].v[k].known);
				if (cargo[i].v[k].known)
					assert_int_equal(compare(&cargo_fields[k], &r.v[k], &cargo[i].v[k]), 0);
			}
		}
		const bool may = cargo[i].batch != 1 && below(cargo[i].unit_id, quays[1].id);
		assert_int_equal(reg_get(c, mem, &contact, &view, cargo[i].id, &r), may ? 0 : ERR_NOT_FOUND);
		if (!may)
			continue;
		found++;
		/* Private fields stay unknown; titles of rows they may not read stay hidden. */
		assert_false(r.v[C_MASTER].known);
		if (!r.v[C_KEEPER].known)
			continue;
		size_t k = 0;
		while (sailors[k].id != r.v[C_KEEPER].i)
			k++;
		assert_true(str_eq(r.v[C_KEEPER].s, below(sailors[k].v[1].i, quays[1].id) ? sailors[k].v[0].s : msg(LANG_JA, MSG_REFERENCE_HIDDEN)));
		assert_true(str_starts(r.v[C_QUAY].s, STR("埠頭")));
	}
	assert_true(found > 5);
	struct row r;
	assert_int_equal(reg_get(c, mem, &lead, &view, 99999999, &r), ERR_NOT_FOUND);
	/* A row of another register is not one of this. */
	assert_int_equal(reg_get(c, mem, &lead, &view, quays[0].id, &r), ERR_NOT_FOUND);
	db_read_end(db, &c);
}

static void pages_neither_lose_nor_repeat(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0), contact = person(ROLE_CONTACT, quays[0].id);
	for (int sort = SORT_OLDEST; sort < C__N; sort++) {
		if (sort >= 0 && !field_is_sortable(&view, sort))
			continue;
		for (int down_too = 0; down_too < 2; down_too++) {
			if (sort < 0 && down_too)
				continue;
			struct query q = all_of(&lead);
			q.sort = sort;
			q.descending = down_too;
			check_query(q, (size_t)dice(190) + 7);
			if (sort == C_MASTER)
				continue;
			q.by = &contact;
			check_query(q, (size_t)dice(190) + 7);
		}
	}
}

static struct filter filter_in(int field, struct value a, struct value b, size_t n)
{
	struct value *v = ARENA_ARRAY(mem, 2, struct value);
	v[0] = a;
	v[1] = b;
	return (struct filter){ .field = field, .kind = FILTER_IN, .value = v, .values = n };
}

static struct filter filter_range(int field, struct value from, struct value until)
{
	return (struct filter){ .field = field, .kind = FILTER_RANGE, .from = from, .until = until };
}

static void every_filter_finds_what_it_should(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0), contact = person(ROLE_CONTACT, quays[0].id);
	lead.person_id = sailors[3].id;
	contact.person_id = sailors[7].id;
	struct value *below_quay = ARENA_NEW(mem, struct value);
	*below_quay = num(quays[2].id);
	const struct filter filters[] = {
		filter_in(C_KIND, num(1), blank(), 1), filter_in(C_KIND, num(2), num(3), 2), filter_in(C_KIND, num(2), blank(), 2),
		filter_in(C_KIND, blank(), blank(), 1), filter_in(C_KIND, blank(), blank(), 0), filter_in(C_LEVEL, num(0), blank(), 1),
		filter_in(C_TAGS, num(2), blank(), 1), filter_in(C_TAGS, num(2), num(8), 2), filter_in(C_TAGS, num(4), blank(), 2),
		filter_in(C_RISKY, num(1), blank(), 1), filter_in(C_RISKY, blank(), blank(), 1),
		filter_in(C_QUAY, num(quays[4].id), blank(), 1), filter_in(C_QUAY, num(quays[1].id), num(quays[2].id), 2),
		filter_in(C_KEEPER, num(sailors[0].id), blank(), 1), filter_in(C_SEEN, txt("2026-04-01"), txt("2026-05-05"), 2),
		filter_in(C_AMOUNT, num(1000), blank(), 1), filter_in(C_PIECES, num(3), blank(), 1),
		filter_range(C_AMOUNT, num(-1000), num(9000)), filter_range(C_AMOUNT, num(20000), blank()),
		filter_range(C_AMOUNT, blank(), num(0)), filter_range(C_SEEN, txt("2026-03-10"), txt("2026-08-01")),
		filter_range(C_LEVEL, num(1), num(2)), filter_range(C_AMOUNT, num(5), num(4)),
		{ .field = C_SEEN, .kind = FILTER_RANGE, .until = txt("2026-05-01"), .blank = true },
		{ .field = C_AMOUNT, .kind = FILTER_RANGE, .from = num(0), .until = num(9000), .blank = true },
		{ .field = C_SEEN, .kind = FILTER_EMPTY }, { .field = C_KIND, .kind = FILTER_EMPTY }, { .field = C_NAME, .kind = FILTER_EMPTY },
		{ .field = C_KEEPER, .kind = FILTER_MINE },
		{ .field = C_QUAY, .kind = FILTER_BELOW, .value = below_quay, .values = 1 },
	};
	static const int sorts[] = { SORT_DEFAULT, SORT_NEWEST, C_AMOUNT, C_SEEN, C_KIND, C_LEVEL, SORT_OLDEST };
	for (size_t i = 0; i < COUNT_OF(filters); i++) {
		for (size_t k = 0; k < COUNT_OF(sorts); k++) {
			struct query q = all_of(k % 3 == 1 ? &contact : &lead);
			q.filter[q.filters++] = filters[i];
			q.sort = sorts[k];
			q.descending = (i + k) % 2 && sorts[k] >= 0;
			check_query(q, (size_t)dice(150) + 50);
		}
	}
	struct query mine = all_of(&contact);
	mine.filter[mine.filters++] = (struct filter){ .field = C_QUAY, .kind = FILTER_MINE };
	check_query(mine, 200);
	/* Several together, in every order. */
	for (size_t i = 0; i < 120; i++) {
		struct query q = all_of(dice(2) ? &contact : &lead);
		const size_t n = (size_t)dice(3) + 2;
		for (size_t k = 0; k < n; k++)
			q.filter[q.filters++] = filters[dice(COUNT_OF(filters))];
		q.sort = sorts[dice(COUNT_OF(sorts))];
		q.descending = q.sort >= 0 && dice(2);
		check_query(q, 200);
	}
}

static void a_selection_is_only_these_rows(void **state)
{
	(void)state;
	struct principal contact = person(ROLE_CONTACT, quays[4].id);
	int64_t ids[60];
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		ids[i] = cargo[dice(ROWS)].id;
	struct query q = all_of(&contact);
	q.ids = ids;
	q.id_count = COUNT_OF(ids);
	q.sort = C_SEEN;
	q.descending = true;
	check_query(q, 20);
	q.id_count = 0;
	check_query(q, 20);
}

static void a_personal_link_opens_its_items(void **state)
{
	(void)state;
	char *sql = ARENA_ARRAY(mem, 600, char);
	snprintf(sql, 600, "INSERT INTO auth_link_item (link_id, record_id, ops) VALUES (7, %lld, 3), (7, %lld, 4), (8, %lld, 1)",
	         (long long)cargo[1].id, (long long)cargo[2].id, (long long)cargo[3].id);
	run("INSERT INTO auth_link (id, hash, name, created_at, created_by, created_by_name, expires_at)"
	    " VALUES (7, x'00', 'a', 0, '', '', 0), (8, x'01', 'b', 0, '', '', 0)");
	run(sql);
	cargo[1].state = cargo[1].state;
	struct principal link = { .kind = PRINCIPAL_LINK, .id = 7, .link_ops = OP_READ | OP_UPDATE, .lang = LANG_JA };
	struct query q = all_of(&link);
	struct db_conn *c = db_read_begin(db);
	struct listing l;
	q.archived = cargo[1].state == RECORD_ARCHIVED;
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	assert_int_equal(l.rows, 1);
	assert_int_equal(l.row[0].id, cargo[1].id);
	struct row r;
	assert_int_equal(reg_get(c, mem, &link, &view, cargo[1].id, &r), 0);
	assert_int_equal(reg_get(c, mem, &link, &view, cargo[2].id, &r), ERR_NOT_FOUND);
	assert_int_equal(reg_get(c, mem, &link, &view, cargo[3].id, &r), ERR_NOT_FOUND);
	db_read_end(db, &c);
}

static bool plan_is_fine(const struct query *q, bool by_id)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1u << 16);
	struct sql s;
	sql_init(&s, mem);
	assert_int_equal(reg_list_sql(mem, q, &s), 0);
	struct str text = str_dup(mem, buf_view(&s.text));
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(db_explain(c, &s, &b), 0);
	db_read_end(db, &c);
	if (b.n == 0)
		fail_msg("no plan for %.*s", STR_FMT(text));
	struct str rest = buf_view(&b), line;
	bool ok = true;
	while (str_cut(&rest, '\n', &line)) {
		const ptrdiff_t scan = str_find(line, STR("SCAN t"));
		if (str_contains(line, STR("TEMP B-TREE")) || (scan >= 0 && !by_id && !str_contains(line, STR("USING"))))
			ok = false;
	}
	if (!ok)
		print_message("%.*s\n%.*s\n", STR_FMT(text), STR_FMT(buf_view(&b)));
	return ok;
}

static void plans_use_their_indexes(void **state)
{
	(void)state;
	if (db_divert)
		print_message("skipped: plans_use_their_indexes (in PostgreSQL's words; that every statement has a plan there is checked)\n");
	struct principal lead = person(ROLE_LEAD, 0);
	const struct filter filters[] = {
		{ .field = -1 }, filter_in(C_KIND, num(1), blank(), 1), filter_in(C_LEVEL, num(1), num(2), 2),
		filter_range(C_SEEN, txt("2026-01-01"), txt("2026-12-31")), { .field = C_QUAY, .kind = FILTER_EMPTY },
	};
	for (int sort = -2; sort < C__N; sort++) {
		if (sort >= 0 && !field_is_sortable(&view, sort))
			continue;
		for (size_t i = 0; i < COUNT_OF(filters); i++) {
			for (int k = 0; k < 4; k++) {
				struct query q = all_of(&lead);
				q.sort = sort;
				q.descending = k & 1;
				if (filters[i].field >= 0)
					q.filter[q.filters++] = filters[i];
				if (k & 2) {
					/* A page in the middle. */
					struct db_conn *c = db_read_begin(db);
					struct listing l;
					q.limit = 3;
					assert_int_equal(reg_list(c, mem, &q, &l), 0);
					db_read_end(db, &c);
					q.cursor = l.next;
				}
				assert_true(plan_is_fine(&q, sort == -2));
			}
		}
	}
}

static void cursors_that_we_did_not_write_are_refused(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	struct query q = all_of(&lead);
	struct db_conn *c = db_read_begin(db);
	struct listing l, other;
	q.limit = 5;
	q.sort = C_AMOUNT;
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	assert_true(l.next.n > 0);
	q.cursor = l.next;
	assert_int_equal(reg_list(c, mem, &q, &other), 0);
	/* Every single changed character, and every length. */
	for (size_t i = 0; i < l.next.n; i++) {
		char *z = arena_copy(mem, l.next.p, l.next.n);
		z[i] = z[i] == 'A' ? 'B' : 'A';
		q.cursor = (struct str){ z, l.next.n };
		assert_int_equal(reg_list(c, mem, &q, &other), ERR_INVALID);
		q.cursor = (struct str){ l.next.p, i ? i : 1 };
		assert_int_equal(reg_list(c, mem, &q, &other), ERR_INVALID);
	}
	q.cursor = str_printf(mem, "%.*sAAAA", STR_FMT(l.next));
	assert_int_equal(reg_list(c, mem, &q, &other), ERR_INVALID);
	q.cursor = STR("!!!");
	assert_int_equal(reg_list(c, mem, &q, &other), ERR_INVALID);
	/* Of another order, direction or state. */
	q.cursor = l.next;
	q.descending = true;
	assert_int_equal(reg_list(c, mem, &q, &other), ERR_INVALID);
	q.descending = false;
	q.sort = C_PIECES;
	assert_int_equal(reg_list(c, mem, &q, &other), ERR_INVALID);
	q.sort = C_AMOUNT;
	q.archived = true;
	assert_int_equal(reg_list(c, mem, &q, &other), ERR_INVALID);
	db_read_end(db, &c);
}

static void long_texts_page_as_well(void **state)
{
	(void)state;
	/* Names longer than a cursor holds, differing at their ends only. */
	static struct row row[9];
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		char *z = ARENA_ARRAY(mem, 901, char);
		memset(z, 'z', 900);
		memcpy(z, "～", 3);
		z[899] = (char)('a' + (i * 7) % 9);
		row[i] = row_new(&reg_sailor);
		row[i].v[0] = txt(z);
		row[i].v[1] = num(quays[0].id);
	}
	put(&reg_sailor, row, COUNT_OF(row));
	struct principal lead = person(ROLE_LEAD, 0);
	struct reg_view sailor_view = view_of(&reg_sailor);
	struct query q = { .view = &sailor_view, .by = &lead, .op = OP_READ, .sort = 0, .limit = 2, .descending = true };
	struct db_conn *c = db_read_begin(db);
	char last = 'z';
	size_t n = 0;
	for (struct listing l;; q.cursor = l.next) {
		assert_int_equal(reg_list(c, mem, &q, &l), 0);
		assert_true(l.next.n < 400);
		bool longs = true;
		for (size_t i = 0; i < l.rows && longs; i++) {
			longs = l.row[i].v[0].s.n == 900;
			if (!longs)
				break;
			assert_true(l.row[i].v[0].s.p[899] < last);
			last = l.row[i].v[0].s.p[899];
			n++;
		}
		if (!longs || !l.next.n)
			break;
	}
	assert_int_equal(n, COUNT_OF(row));
	db_read_end(db, &c);
}

static void private_fields_tell_nothing(void **state)
{
	(void)state;
	struct principal contact = person(ROLE_CONTACT, quays[4].id);
	struct db_conn *c = db_read_begin(db);
	struct listing l;
	struct query q = all_of(&contact);
	q.sort = C_MASTER;
	assert_int_equal(reg_list(c, mem, &q, &l), ERR_INVALID);
	q = all_of(&contact);
	q.filter[q.filters++] = filter_in(C_MASTER, txt("荷主1"), blank(), 1);
	assert_int_equal(reg_list(c, mem, &q, &l), ERR_INVALID);
	q = all_of(&contact);
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	for (size_t i = 0; i < l.rows; i++)
		assert_false(l.row[i].v[C_MASTER].known);
	/* Reads everywhere, private fields on one quay only: no value, no filter, no order beyond it. */
	struct principal mixed = person(ROLE_AUDITOR, 0);
	mixed.grants = 2;
	mixed.grant[1] = (struct grant){ .role = ROLE_LEAD, .unit_id = quays[4].id };
	q = all_of(&mixed);
	q.limit = 200;
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	size_t shown = 0, others = 0;
	for (size_t i = 0; i < l.rows; i++) {
		shown += l.row[i].v[C_MASTER].known;
		others += l.row[i].unit_id != quays[4].id;
		if (l.row[i].unit_id != quays[4].id)
			assert_false(l.row[i].v[C_MASTER].known);
	}
	assert_true(shown > 10 && others > 10);
	q.sort = C_MASTER;
	for (int k = 0; k < 2; k++) {
		assert_int_equal(reg_list(c, mem, &q, &l), 0);
		assert_true(l.rows > 50);
		for (size_t i = 0; i < l.rows; i++)
			assert_int_equal(l.row[i].unit_id, quays[4].id);
		q.sort = -1;
		q.filter[q.filters++] = filter_in(C_MASTER, txt("荷主1"), txt("荷主2"), 2);
	}
	db_read_end(db, &c);
}

static void columns_not_wanted_are_not_read(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	bool columns[C__N] = { [C_KIND] = true, [C_KEEPER] = true };
	struct query q = all_of(&lead);
	q.columns = columns;
	struct db_conn *c = db_read_begin(db);
	struct listing l;
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	assert_int_equal(l.rows, 50);
	size_t known = 0;
	for (size_t i = 0; i < l.rows; i++) {
		assert_false(l.row[i].v[C_NAME].known);
		known += l.row[i].v[C_KIND].known;
		if (l.row[i].v[C_KEEPER].known)
			assert_true(str_starts(l.row[i].v[C_KEEPER].s, STR("船員")));
	}
	assert_true(known > 20);
	q.limit = LIMIT_PAGE_ROWS + 1;
	assert_int_equal(reg_list(c, mem, &q, &l), ERR_LIMIT);
	db_read_end(db, &c);
}

/* ---- query strings ---- */

static struct http_req request(const struct principal *p, const char *const *pair)
{
	struct http_req req = { .arena = mem, .principal = (void *)p, .lang = LANG_JA };
	req.query = ARENA_ARRAY(mem, 40, struct http_pair);
	for (; *pair; pair += 2)
		req.query[req.queries++] = (struct http_pair){ .name = str_of(pair[0]), .value = str_of(pair[1]) };
	return req;
}
#define REQ(p, ...) request((p), (const char *const[]){ __VA_ARGS__, NULL })

static int parse(struct http_req req, struct query *q, struct note *why)
{
	struct db_conn *c = db_read_begin(db);
	const int r = query_from_request(&req, c, &view, q, why);
	db_read_end(db, &c);
	return r;
}

static void query_strings_are_understood(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	struct query q;
	struct note why;
	struct str quay = str_printf(mem, "%lld", (long long)quays[4].id);
	assert_int_equal(parse(REQ(&lead, "kind", "dry", "kind", "wet", "kind", "-", "quay", "埠頭2", "quay", quay.p, "seen_on.from",
		"2026/4/1", "seen_on.until", "令和8年5月1日", "keeper", "mine", "risky", "有", "level", "2", "tags", "cold", "q", " 委託 ",
		"sort", "-amount", "limit", "20", "archived", "1", "columns", "name,kind", "amount.from", ""), &q, &why), 0);
	assert_int_equal(q.filters, 7);
	assert_int_equal(q.filter[0].field, C_KIND);
	assert_int_equal(q.filter[0].values, 3);
	assert_int_equal(q.filter[0].value[1].i, 2);
	assert_false(q.filter[0].value[2].known);
	assert_int_equal(q.filter[1].value[0].i, quays[1].id);
	assert_int_equal(q.filter[1].value[1].i, quays[4].id);
	assert_int_equal(q.filter[2].kind, FILTER_RANGE);
	assert_true(str_eq(q.filter[2].from.s, STR("2026-04-01")));
	assert_true(str_eq(q.filter[2].until.s, STR("2026-05-01")));
	assert_int_equal(q.filter[3].kind, FILTER_MINE);
	assert_int_equal(q.filter[4].value[0].i, 1);
	assert_int_equal(q.filter[6].value[0].i, 8);
	assert_true(str_eq(q.search, STR("委託")));
	assert_int_equal(q.sort, C_AMOUNT);
	assert_true(q.descending && q.archived);
	assert_int_equal(q.limit, 20);
	assert_true(q.columns[C_NAME] && q.columns[C_KIND] && !q.columns[C_NOTE]);

	/* Blank or within a range. */
	struct query either;
	assert_int_equal(parse(REQ(&lead, "seen_on", "-", "seen_on.until", "2026-05-01", "level", "-"), &either, &why), 0);
	assert_int_equal(either.filters, 2);
	assert_true(either.filter[0].kind == FILTER_RANGE && either.filter[0].blank);
	assert_true(either.filter[1].kind == FILTER_IN && !either.filter[1].blank);
	struct buf put;
	buf_init(&put, LIMIT_URL);
	query_put(&put, &either, false);
	assert_true(str_eq(buf_view(&put), STR("seen_on.until=2026-05-01&seen_on=-&level=-")));
	buf_release(&put);

	/* Only these rows. */
	struct query these;
	assert_int_equal(parse(REQ(&lead, "id", "12", "kind", "dry", "id", "7"), &these, &why), 0);
	assert_int_equal(these.id_count, 2);
	assert_true(these.ids[0] == 12 && these.ids[1] == 7);
	buf_init(&put, LIMIT_URL);
	query_put(&put, &these, false);
	assert_true(str_eq(buf_view(&put), STR("kind=dry&id=12&id=7")));
	buf_release(&put);

	/* Out as a query string and in again: the same. */
	struct buf b;
	buf_init(&b, LIMIT_URL);
	query_put(&b, &q, true);
	struct http_pair *pair;
	size_t pairs;
	assert_int_equal(http_parse_urlencoded(mem, str_dup(mem, buf_view(&b)), &pair, &pairs), 0);
	struct http_req again = { .arena = mem, .principal = &lead, .query = pair, .queries = pairs };
	struct query q2;
	assert_int_equal(parse(again, &q2, &why), 0);
	struct buf b2;
	buf_init(&b2, LIMIT_URL);
	query_put(&b2, &q2, true);
	assert_true(str_eq(buf_view(&b), buf_view(&b2)));
	buf_release(&b);
	buf_release(&b2);
}

static void bad_query_strings_are_named(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0), contact = person(ROLE_CONTACT, quays[4].id);
	struct query q;
	struct note why, unknown;
	assert_int_equal(parse(REQ(&contact, "nonsense", "1"), &q, &unknown), ERR_INVALID);
	assert_int_equal(unknown.id, MSG_HTTP_PARAM_UNKNOWN);
	/* A private field is answered as one that does not exist. */
	assert_int_equal(parse(REQ(&contact, "master", "荷主1"), &q, &why), ERR_INVALID);
	assert_int_equal(why.id, unknown.id);
	assert_int_equal(parse(REQ(&lead, "master", "荷主1"), &q, &why), 0);
	struct note bad_sort;
	assert_int_equal(parse(REQ(&contact, "sort", "nonsense"), &q, &bad_sort), ERR_INVALID);
	assert_int_equal(parse(REQ(&contact, "sort", "master"), &q, &why), ERR_INVALID);
	assert_int_equal(why.id, bad_sort.id);
	static const struct { const char *name, *value; msg_id id; } bad[] = {
		{ "kind", "green", MSG_QUERY_VALUE }, { "level", "9x", MSG_QUERY_VALUE }, { "seen_on.from", "soon", MSG_QUERY_VALUE },
		{ "quay", "どこでもない", MSG_QUERY_NO_TARGET }, { "kind.from", "1", MSG_QUERY_NO_RANGE },
		{ "keeper.below", "1", MSG_QUERY_NO_RANGE }, { "note", "x", MSG_HTTP_PARAM_UNKNOWN }, { "limit", "0", MSG_QUERY_LIMIT },
		{ "limit", "201", MSG_QUERY_LIMIT }, { "cursor", "xyz", MSG_QUERY_CURSOR }, { "columns", "name,zzz", MSG_QUERY_COLUMN },
		{ "sort", "note", MSG_QUERY_SORT }, { "sort", "keeper", MSG_QUERY_SORT },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(parse(REQ(&lead, bad[i].name, bad[i].value), &q, &why), ERR_INVALID);
		assert_int_equal(why.id, bad[i].id);
	}
	assert_non_null(query_param(&reg_cargo, STR("kind")));
	assert_true(query_param(&reg_cargo, STR("kind"))->many);
	assert_non_null(query_param(&reg_cargo, STR("seen_on.from")));
	assert_non_null(query_param(&reg_cargo, STR("quay.below")));
	assert_non_null(query_param(&reg_cargo, STR("own_field_1")));
	assert_null(query_param(&reg_cargo, STR("kind.from")));
	assert_null(query_param(&reg_cargo, STR("note")));
	assert_null(query_param(&reg_cargo, STR("name; DROP")));
}

/* ---- own fields ---- */

static void own_fields_are_read_and_filtered(void **state)
{
	(void)state;
	static const struct { const char *name; int type; } own[] = { { "own_one", FIELD_TEXT }, { "own_two", FIELD_INTEGER } };
	for (size_t i = 0; i < COUNT_OF(own); i++) {
		char *sql = ARENA_ARRAY(mem, 400, char);
		snprintf(sql, 400, "INSERT INTO own_field (register, name, type, label_ja, label_en) VALUES ('sailor', '%s', %d, '独自', 'Own')",
		         own[i].name, own[i].type);
		run(sql);
	}
	static struct row row[4];
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		row[i] = row_new(&reg_sailor);
		row[i].v[0] = txt(str_printf(mem, "独自%zu", i).p);
		row[i].v[1] = num(quays[0].id);
	}
	struct put p = { &reg_sailor, row, 2, "{\"own_one\":\"東\\\"海\",\"own_two\":41}" };
	assert_int_equal(db_write(db, put_rows_job, &p), 0);
	struct put p2 = { &reg_sailor, row + 2, 2, "{\"own_two\":7}" };
	assert_int_equal(db_write(db, put_rows_job, &p2), 0);
	struct reg_view v = view_of(&reg_sailor);
	assert_int_equal(v.fields, v.own_from + 2);
	struct principal lead = person(ROLE_LEAD, 0);
	struct query q = { .view = &v, .by = &lead, .op = OP_READ, .sort = -2 };
	const int one = reg_view_field(&v, STR("own_one")), two = reg_view_field(&v, STR("own_two"));
	struct db_conn *c = db_read_begin(db);
	struct listing l;
	q.filter[q.filters++] = filter_range(two, num(8), blank());
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	assert_int_equal(l.rows, 2);
	assert_true(str_eq(l.row[0].v[one].s, STR("東\"海")));
	assert_int_equal(l.row[0].v[two].i, 41);
	q.filters = 0;
	q.filter[q.filters++] = filter_in(one, txt("東\"海"), blank(), 1);
	q.filter[q.filters++] = filter_in(two, num(41), blank(), 1);
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	assert_int_equal(l.rows, 2);
	q.filters = 0;
	q.filter[q.filters++] = filter_in(two, num(7), blank(), 1);
	q.filter[q.filters++] = (struct filter){ .field = one, .kind = FILTER_EMPTY };
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	assert_int_equal(l.rows, 2);
	assert_false(l.row[0].v[one].known);
	q.filters = 0;
	q.sort = two;
	assert_int_equal(reg_list(c, mem, &q, &l), ERR_INVALID);
	db_read_end(db, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everyone_sees_their_rows), cmocka_unit_test(one_row_is_found_by_those_who_may),
		cmocka_unit_test(pages_neither_lose_nor_repeat), cmocka_unit_test(every_filter_finds_what_it_should),
		cmocka_unit_test(a_selection_is_only_these_rows), cmocka_unit_test(a_personal_link_opens_its_items),
		cmocka_unit_test(plans_use_their_indexes), cmocka_unit_test(cursors_that_we_did_not_write_are_refused),
		cmocka_unit_test(long_texts_page_as_well), cmocka_unit_test(private_fields_tell_nothing),
		cmocka_unit_test(columns_not_wanted_are_not_read), cmocka_unit_test(query_strings_are_understood),
		cmocka_unit_test(bad_query_strings_are_named), cmocka_unit_test(own_fields_are_read_and_filtered),
	};
	return cmocka_run_group_tests(tests, up, down);
}
