#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

static void grows_and_is_taken(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 100000);
	assert_true(str_eq(buf_view(&b), STR("")));
	for (int i = 0; i < 1000; i++) {
		buf_lit(&b, "x");
		buf_i64(&b, i);
	}
	assert_int_equal(buf_error(&b), 0);
	assert_int_equal(b.n, 1000 + 10 + 180 + 2700);
	size_t n;
	char *p = buf_take(&b, &n);
	assert_int_equal(strlen(p), n);
	assert_memory_equal(p, "x0x1x2", 6);
	free(p);
	assert_int_equal(b.n, 0);
	p = buf_take(&b, NULL);
	assert_string_equal(p, "");
	free(p);
}

static void writes_numbers(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1000);
	buf_i64(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_i64(&b, INT64_MAX);
	buf_z(&b, " ");
	buf_i64(&b, 0);
	buf_printf(&b, " %s %300d", "a", 1);
	assert_true(str_starts(buf_view(&b), STR("-9223372036854775808 9223372036854775807 0 a ")));
	assert_int_equal(b.n, 45 + 300 - 1 + 1);
}

static void error_sticks(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 5);
	buf_lit(&b, "abcde");
	assert_int_equal(buf_error(&b), 0);
	buf_lit(&b, "f");
	assert_int_equal(buf_error(&b), ERR_LIMIT);
	buf_clear(&b);
	assert_int_equal(buf_error(&b), 0);
	buf_lit(&b, "abc");
	buf_printf(&b, "%d", 123); /* does not fit: nothing of it is taken, nor anything later */
	buf_char(&b, 'd');
	assert_true(str_eq(buf_view(&b), STR("abc")));
	assert_int_equal(buf_error(&b), ERR_LIMIT);
	assert_null(buf_take(&b, NULL));
	assert_null(buf_room(&b, 1));
}

static void lends_room(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1000);
	buf_lit(&b, "ab");
	char *p = buf_room(&b, 500);
	assert_non_null(p);
	memset(p, 'c', 500);
	buf_advance(&b, 3);
	assert_true(str_eq(buf_view(&b), STR("abccc")));
	assert_null(buf_room(&b, 996));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_is_taken),
		cmocka_unit_test(writes_numbers),
		cmocka_unit_test(error_sticks),
		cmocka_unit_test(lends_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
