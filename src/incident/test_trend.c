/* Which units may be told by themselves: nobody is recognised, not even by subtracting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "incident/trend.h"

static size_t shown;
static int64_t rest;

static bool fold(int64_t bound, size_t n, const int64_t *counts)
{
	struct unit_count unit[16];
	int64_t sum = 0, told = 0;
	for (size_t i = 0; i < n; i++) {
		unit[i] = (struct unit_count){ .id = (int64_t)i + 1, .n = counts[i], .name = STR("課") };
		sum += counts[i];
	}
	const bool may = trend_fold(unit, n, bound, &shown, &rest);
	for (size_t i = 0; i < shown; i++) {
		told += unit[i].n;
		assert_true(unit[i].n >= bound && (i == 0 || unit[i - 1].n >= unit[i].n));
	}
	assert_int_equal(told + rest, sum);
	return may;
}
#define FOLD(bound, ...) fold((bound), sizeof (int64_t[]){ __VA_ARGS__ } / sizeof(int64_t), (int64_t[]){ __VA_ARGS__ })

static void large_units_are_told(void **state)
{
	(void)state;
	assert_true(FOLD(5, 5, 9, 7));
	assert_int_equal(shown, 3);
	assert_true(FOLD(5, 9, 1, 7, 4));
	assert_int_equal(shown, 2);
	assert_int_equal(rest, 5);
}

static void one_small_unit_takes_the_next_along(void **state)
{
	(void)state;
	assert_true(FOLD(5, 9, 8, 1)); /* 1 alone would be told by what is left */
	assert_int_equal(shown, 1);
	assert_int_equal(rest, 9);
	assert_true(FOLD(5, 9, 8, 2, 2)); /* two units, four reports: still fewer than the bound */
	assert_int_equal(shown, 1);
	assert_int_equal(rest, 12);
}

static void where_it_cannot_be_had_nothing_is_told(void **state)
{
	(void)state;
	assert_false(FOLD(5, 4));
	assert_false(FOLD(5, 2, 2));
	assert_int_equal(shown, 0);
	assert_true(FOLD(5, 3, 2)); /* together, and not by themselves */
	assert_int_equal(shown, 0);
	assert_true(FOLD(5, 6)); /* a single unit of enough reports */
	assert_int_equal(shown, 1);
}

/* Whatever the numbers: what is put together is of two units at least and of no fewer reports than the bound. */
static void no_numbers_tell_a_small_unit(void **state)
{
	(void)state;
	for (int64_t code = 1; code < 20000; code++) {
		int64_t n[4] = { code % 9 + 1, code / 9 % 9 + 1, code / 81 % 9 + 1, code / 729 % 9 + 1 };
		const size_t units = (size_t)(code % 4) + 1;
		if (fold(4, units, n) && shown < units) {
			assert_true(units - shown >= 2);
			assert_true(rest >= 4);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_units_are_told),
		cmocka_unit_test(one_small_unit_takes_the_next_along),
		cmocka_unit_test(where_it_cannot_be_had_nothing_is_told),
		cmocka_unit_test(no_numbers_tell_a_small_unit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
