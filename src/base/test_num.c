#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/num.h"

static void parses_strictly(void **state)
{
	(void)state;
	static const struct {
		struct str s;
		int err;
		int64_t v;
	} cases[] = {
		{ STR_INIT("0"), 0, 0 },
		{ STR_INIT("-7"), 0, -7 },
		{ STR_INIT("+7"), 0, 7 },
		{ STR_INIT("9223372036854775807"), 0, INT64_MAX },
		{ STR_INIT("-9223372036854775808"), 0, INT64_MIN },
		{ STR_INIT("9223372036854775808"), ERR_RANGE, 0 },
		{ STR_INIT("-9223372036854775809"), ERR_RANGE, 0 },
		{ STR_INIT("99999999999999999999999"), ERR_RANGE, 0 },
		{ STR_INIT("9999999999999999999999x"), ERR_SYNTAX, 0 },
		{ STR_INIT(""), ERR_SYNTAX, 0 },
		{ STR_INIT("-"), ERR_SYNTAX, 0 },
		{ STR_INIT(" 1"), ERR_SYNTAX, 0 },
		{ STR_INIT("1 "), ERR_SYNTAX, 0 },
		{ STR_INIT("0x10"), ERR_SYNTAX, 0 },
		{ STR_INIT("１"), ERR_SYNTAX, 0 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t v = 4711;
		assert_int_equal(num_parse_i64(cases[i].s, INT64_MIN, INT64_MAX, &v), cases[i].err);
		assert_int_equal(v, cases[i].err ? 4711 : cases[i].v);
	}
	int64_t v = 0;
	assert_int_equal(num_parse_i64(STR("11"), 0, 10, &v), ERR_RANGE);
	assert_int_equal(num_parse_i64(STR("-1"), 0, 10, &v), ERR_RANGE);
	assert_int_equal(num_parse_i64(STR("10"), 0, 10, &v), 0);
}

static void parses_what_people_type(void **state)
{
	(void)state;
	static const struct {
		struct str s;
		unsigned decimals;
		int err;
		int64_t v;
	} cases[] = {
		{ STR_INIT("1,234"), 0, 0, 1234 },
		{ STR_INIT("　１，２３４，５６７　"), 0, 0, 1234567 },
		{ STR_INIT("￥1,234"), 0, 0, 1234 },
		{ STR_INIT("¥ 1,234"), 0, 0, 1234 },
		{ STR_INIT("\\1,234"), 0, 0, 1234 },
		{ STR_INIT("1234円"), 0, 0, 1234 },
		{ STR_INIT("1234 円"), 0, 0, 1234 },
		{ STR_INIT("-￥5"), 0, 0, -5 },
		{ STR_INIT("￥-5"), 0, 0, -5 },
		{ STR_INIT("▲1,000"), 0, 0, -1000 },
		{ STR_INIT("－3"), 0, 0, -3 },
		{ STR_INIT("1.5"), 2, 0, 150 },
		{ STR_INIT("1.500"), 2, 0, 150 },
		{ STR_INIT("1.505"), 2, ERR_RANGE, 0 },
		{ STR_INIT("-0.05"), 2, 0, -5 },
		{ STR_INIT("１．０"), 0, 0, 1 },
		{ STR_INIT("1.5"), 0, ERR_RANGE, 0 },
		{ STR_INIT("12,34"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT(",234"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("1234,567"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("1,2345"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("1,234."), 2, ERR_SYNTAX, 0 },
		{ STR_INIT(".5"), 2, ERR_SYNTAX, 0 },
		{ STR_INIT("1 234"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("--1"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("円"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("1万"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("1e5"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT(""), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("\xff"), 0, ERR_SYNTAX, 0 },
		{ STR_INIT("9223372036854775807"), 0, 0, INT64_MAX },
		{ STR_INIT("9223372036854775807"), 1, ERR_RANGE, 0 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t v = 4711;
		int err = num_parse_human(cases[i].s, cases[i].decimals, INT64_MIN, INT64_MAX, &v);
		if (err != cases[i].err || v != (err ? 4711 : cases[i].v))
			fail_msg("%.*s: %d, %lld", STR_FMT(cases[i].s), err, (long long)v);
	}
}

static void writes(void **state)
{
	(void)state;
	static const struct {
		int64_t v;
		unsigned decimals;
		struct str decimal, grouped;
	} cases[] = {
		{ 150, 2, STR_INIT("1.50"), STR_INIT("150") },
		{ -5, 2, STR_INIT("-0.05"), STR_INIT("-5") },
		{ 0, 0, STR_INIT("0"), STR_INIT("0") },
		{ 1234567, 3, STR_INIT("1234.567"), STR_INIT("1,234,567") },
		{ -999999, 0, STR_INIT("-999999"), STR_INIT("-999,999") },
		{ 1000, 1, STR_INIT("100.0"), STR_INIT("1,000") },
		{ INT64_MIN, 0, STR_INIT("-9223372036854775808"), STR_INIT("-9,223,372,036,854,775,808") },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 100);
		num_put_decimal(&b, cases[i].v, cases[i].decimals);
		assert_true(str_eq(buf_view(&b), cases[i].decimal));
		int64_t back = 0;
		assert_int_equal(num_parse_human(buf_view(&b), cases[i].decimals, INT64_MIN, INT64_MAX, &back), 0);
		assert_int_equal(back, cases[i].v);
		buf_clear(&b);
		num_put_grouped(&b, cases[i].v);
		assert_true(str_eq(buf_view(&b), cases[i].grouped));
		assert_int_equal(num_parse_human(buf_view(&b), 0, INT64_MIN, INT64_MAX, &back), 0);
		assert_int_equal(back, cases[i].v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_strictly),
		cmocka_unit_test(parses_what_people_type),
		cmocka_unit_test(writes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
