#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

static void compares(void **state)
{
	(void)state;
	assert_true(str_eq(STR("委託"), STR("委託")));
	assert_false(str_eq(STR("委託"), STR("委")));
	assert_true(str_eq(STR_NULL, STR("")));
	assert_true(str_eq_z(STR("a"), "a"));
	assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
	assert_false(str_eq_nocase(STR("É"), STR("é")));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\xe5"), STR("z")) > 0); /* bytes are unsigned */
	assert_int_equal(str_cmp(STR(""), STR_NULL), 0);
}

static void finds_and_cuts(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
	assert_int_equal(str_find(STR("abc"), STR("")), 0);
	assert_int_equal(str_find(STR("ab"), STR("abc")), -1);
	assert_int_equal(str_find_char(STR("ab"), 'b'), 1);
	assert_int_equal(str_find_char(STR_NULL, 'b'), -1);
	assert_true(str_starts(STR("abc"), STR("ab")) && str_ends(STR("abc"), STR("bc")));
	assert_false(str_starts(STR("a"), STR("ab")) || str_ends(STR("a"), STR("ba")));
	assert_true(str_eq(str_sub(STR("abcdef"), 2, 3), STR("cde")));
	assert_true(str_eq(str_sub(STR("abc"), 2, 99), STR("c")));
	assert_true(str_eq(str_sub(STR("abc"), 9, 1), STR("")));
	struct str rest = STR("a,,b"), part;
	assert_true(str_cut(&rest, ',', &part) && str_eq(part, STR("a")));
	assert_true(str_cut(&rest, ',', &part) && str_eq(part, STR("")));
	assert_true(str_cut(&rest, ',', &part) && str_eq(part, STR("b")));
	assert_false(str_cut(&rest, ',', &part));
}

static void trims_blanks_of_all_widths(void **state)
{
	(void)state;
	assert_true(str_eq(str_trim(STR(" \t　顧客　台帳\u00a0　\r\n")), STR("顧客　台帳")));
	assert_true(str_eq(str_trim(STR("　")), STR("")));
	assert_true(str_eq(str_trim(STR_NULL), STR("")));
	/* the last bytes of a character are never taken for a blank */
	assert_true(str_eq(str_trim(STR("\u3040")), STR("\u3040")));
}

static void prints(void **state)
{
	(void)state;
	struct arena *a = arena_new(1u << 20);
	assert_true(str_eq(str_printf(a, "%d件", 3), STR("3件")));
	struct str s = str_printf(a, "%0500d", 7);
	assert_int_equal(s.n, 500);
	assert_int_equal(s.p[500], 0);
	assert_string_equal(str_z(a, str_sub(STR("abc"), 0, 2)), "ab");
	assert_string_equal(err_name(ERR_CORRUPT), "ERR_CORRUPT");
	assert_string_equal(err_name(ERR_NONE), "ERR_NONE");
	assert_string_equal(err_name(-99), "ERR_?");
	assert_string_equal(err_name(1), "ERR_?");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(finds_and_cuts),
		cmocka_unit_test(trims_blanks_of_all_widths),
		cmocka_unit_test(prints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
