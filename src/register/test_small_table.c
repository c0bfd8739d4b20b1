/* A list of a small table with a filter: what many rows have is met in order, what few have is gathered and sorted. */
#include "register/test_read.h"

#define ROWS 1000

static struct row quays[2];

/* Of every ten sailors four are on the first quay; one of a hundred on the second. */
static int up(void **state)
{
	(void)state;
	static struct row sailor[ROWS];
	base_up();
	for (size_t i = 0; i < COUNT_OF(quays); i++) {
		quays[i] = row_new(&reg_quay);
		quays[i].v[0] = txt(i ? "南" : "北");
	}
	put(&reg_quay, quays, COUNT_OF(quays));
	for (size_t i = 0; i < ROWS; i++) {
		sailor[i] = row_new(&reg_sailor);
		sailor[i].v[0] = txt(str_z(mem, str_printf(mem, "船員%04zu", (i * 7919) % ROWS)));
		sailor[i].v[1] = i % 10 < 4 ? num(quays[0].id) : i % 100 == 99 ? num(quays[1].id) : blank();
	}
	put(&reg_sailor, sailor, ROWS);
	return 0;
}

static int down(void **state)
{
	(void)state;
	base_down();
	return 0;
}

/* All pages of 50, in order; how many rows there are, and how the first page was read. */
static size_t read_all(int64_t quay, enum source *ret_source)
{
	const struct principal lead = person(ROLE_LEAD, 0);
	const struct reg_view view = view_of(&reg_sailor);
	struct value v = num(quay);
	struct query q = { .view = &view, .by = &lead, .op = OP_READ, .sort = SORT_DEFAULT };
	q.filter[q.filters++] = (struct filter){ .field = 1, .kind = FILTER_IN, .value = &v, .values = 1 };
	struct db_conn *c = db_read_begin(db);
	struct plan p;
	assert_int_equal(plan_make(c, mem, &q, false, &p), 0);
	*ret_source = p.source;
	size_t n = 0;
	struct str last = STR("");
	for (struct listing l;; q.cursor = l.next) {
		assert_int_equal(reg_list(c, mem, &q, &l), 0);
		assert_false(l.bounded);
		for (size_t i = 0; i < l.rows; i++, n++) {
			assert_int_equal(l.row[i].v[1].i, quay);
			assert_true(str_cmp(last, l.row[i].v[0].s) < 0);
			last = l.row[i].v[0].s;
		}
		if (!l.next.n)
			break;
	}
	db_read_end(db, &c);
	return n;
}

static void what_many_have_is_met_in_order(void **state)
{
	(void)state;
	enum source source;
	assert_int_equal(read_all(quays[0].id, &source), 400);
	assert_int_equal(source, BY_SORT);
}

static void what_few_have_is_gathered(void **state)
{
	(void)state;
	enum source source;
	assert_int_equal(read_all(quays[1].id, &source), 10);
	assert_int_equal(source, GATHER_FILTER);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_many_have_is_met_in_order), cmocka_unit_test(what_few_have_is_gathered) };
	return cmocka_run_group_tests(tests, up, down);
}
