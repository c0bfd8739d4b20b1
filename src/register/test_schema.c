/* The printed schema: it runs, and the database itself refuses what a field cannot hold. */
#include "register/test_support.h"

static int run(struct db_conn *c, void *text)
{
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, text);
	return db_exec(c, &q, NULL);
}

/* SQL that changes the one stone there is. */
static int set(const char *assignment)
{
	struct str s = str_printf(mem, "UPDATE test_stone SET %s", assignment);
	return db_write(db, run, (void *)s.p);
}

static void constraints(void **state)
{
	(void)state;
	MADE(&stone, "name", "石");
	static const char *const good[] = { "kind = 5", "marks = 3", "marks = NULL", "hardness = 3", "carved = 0", "width = 5000",
		"quarried = '2026-12-31'", "note = 'x'", "price = 0" };
	static const char *const bad[] = { "kind = 3", "marks = 0", "marks = -1", "hardness = 4", "carved = 2", "width = 0", "width = 'wide'",
		"quarried = '2026-13-01x'", "quarried = '2026/12/31'", "name = ''", "price = -1", "archived = 2", "link = ''" };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (set(good[i]) < 0)
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (set(bad[i]) == 0)
			fail_msg("taken: %s", bad[i]);
	struct str long_name = str_printf(mem, "name = '%0*d'", 41, 0);
	assert_true(set(long_name.p) < 0);
}

static void one_live_row_a_key(void **state)
{
	(void)state;
	MADE(&stone, "name", "石");
	MADE(&stone, "name", "石2");
	assert_true(set("match_key = 'same'") < 0);
	assert_int_equal(set("match_key = NULL"), 0);
	assert_int_equal(set("archived = 1, match_key = 'same'"), 0);
	/* an id without a record */
	assert_true(db_write(db, run, (void *)(uintptr_t)"INSERT INTO test_stone(id, name) VALUES (999, 'x')") < 0);
}

static void indexes(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	reg_schema(&b, &test_stone);
	assert_int_equal(buf_error(&b), 0);
	struct str s = buf_view(&b);
	assert_true(str_contains(s, STR("CREATE UNIQUE INDEX test_stone_key ON test_stone(match_key) WHERE archived = 0;")));
	assert_true(str_contains(s, STR("CREATE UNIQUE INDEX test_stone_serial ON test_stone(serial) WHERE archived = 0;")));
	assert_true(str_contains(s, STR("CREATE INDEX test_stone_kind ON test_stone(kind, id")));
	assert_true(str_contains(s, STR("CREATE INDEX test_stone_kind_hardness ON test_stone(kind, hardness, id")));
	assert_true(str_contains(s, STR("CREATE INDEX test_stone_unit_id ON test_stone(unit_id, id")));
	ptrdiff_t first = str_find(s, STR("INDEX test_stone_wall ON"));
	assert_true(first > 0);
	assert_true(str_find(str_sub(s, (size_t)first + 5, s.n), STR("INDEX test_stone_wall ON")) < 0); /* filter and dependency: once */
	assert_false(str_contains(s, STR("test_stone_note"))); /* neither sorted nor filtered */
}

int main(void)
{
	const struct CMUnitTest tests[] = { OFFICE_TEST(constraints), OFFICE_TEST(one_live_row_a_key), OFFICE_TEST(indexes) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
