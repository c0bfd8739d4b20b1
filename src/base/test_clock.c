#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"

static void stands_and_runs(void **state)
{
	(void)state;
	clock_set_for_test(INT64_C(1775001600000), true); /* 2026-04-01T00:00Z */
	assert_int_equal(clock_now(), INT64_C(1775001600000));
	assert_int_equal(clock_now(), INT64_C(1775001600000));
	assert_int_equal(date_cmp(clock_today(), (struct date){ 2026, 4, 1 }), 0);
	clock_set_for_test(INT64_C(1000), false); /* the past: the clock follows, and never goes back from there */
	int64_t last = clock_now();
	assert_true(last >= 1000 && last < 1000000);
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_now();
		assert_true(now >= last);
		last = now;
	}
	assert_true(clock_monotonic_us() > 0 && clock_thread_cpu_us() > 0);
}

static void goes_back(void **state)
{
	(void)state;
	struct clock_state as_found = clock_save();
	clock_set_for_test(INT64_C(1775001600000), true);
	struct clock_state stood = clock_save();
	clock_set_for_test(INT64_C(4000000000000), false);
	clock_restore(stood);
	assert_int_equal(clock_now(), INT64_C(1775001600000));
	clock_restore(as_found);
	assert_int_equal(clock_save().frozen, as_found.frozen);
	assert_int_equal(clock_save().shift_ms, as_found.shift_ms);
	assert_true(clock_now() != INT64_C(1775001600000));
}

static void knows_the_zone(void **state)
{
	(void)state;
	int64_t ms = INT64_C(1774969200000); /* 2026-03-31T15:00Z is midnight in Japan */
	assert_int_equal(date_cmp(clock_date(ms), (struct date){ 2026, 4, 1 }), 0);
	assert_int_equal(date_cmp(clock_date(ms - 1), (struct date){ 2026, 3, 31 }), 0);
	assert_int_equal(clock_instant((struct date){ 2026, 4, 1 }), ms);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 100);
	clock_put_local(&b, ms + 34200000);
	buf_char(&b, '|');
	clock_put_rfc3339(&b, ms + 1);
	buf_char(&b, '|');
	clock_put_rfc3339(&b, -1);
	assert_true(str_eq(buf_view(&b), STR("2026-04-01 09:30|2026-03-31T15:00:00.001Z|1969-12-31T23:59:59.999Z")));
	clock_set_zone(-300);
	assert_int_equal(date_cmp(clock_date(ms), (struct date){ 2026, 3, 31 }), 0);
	clock_set_zone(540);
}

static void counts_days(void **state)
{
	(void)state;
	struct date d = { 1868, 1, 1 };
	int64_t n = date_days(d);
	assert_int_equal(n, -37255);
	int weekday = date_weekday(d);
	assert_int_equal(weekday, 3);
	int count = 0;
	for (; date_valid(d); n++, count++) {
		assert_int_equal(date_days(d), n);
		assert_int_equal(date_weekday(d), weekday);
		struct date next = date_from_days(n + 1);
		assert_true(date_cmp(d, next) < 0 && date_cmp(next, d) > 0);
		weekday = (weekday + 1) % 7;
		d = next;
	}
	assert_int_equal(d.year, 2201);
	assert_int_equal(count, 121626); /* 333 years, 81 of them leap */
	assert_int_equal(date_from_days(INT64_MAX).year, 0);
	assert_false(date_valid((struct date){ 2026, 2, 29 }));
	assert_false(date_valid((struct date){ 1900, 2, 29 }));
	assert_true(date_valid((struct date){ 2000, 2, 29 }));
	assert_false(date_valid((struct date){ 0, 0, 0 }));
}

static void adds(void **state)
{
	(void)state;
	assert_int_equal(date_cmp(date_add_months((struct date){ 2026, 1, 31 }, 1), (struct date){ 2026, 2, 28 }), 0);
	assert_int_equal(date_cmp(date_add_months((struct date){ 2024, 3, 31 }, -1), (struct date){ 2024, 2, 29 }), 0);
	assert_int_equal(date_cmp(date_add_months((struct date){ 2026, 11, 30 }, 14), (struct date){ 2028, 1, 30 }), 0);
	assert_int_equal(date_cmp(date_add_months((struct date){ 2026, 1, 15 }, -13), (struct date){ 2024, 12, 15 }), 0);
	assert_int_equal(date_cmp(date_add_days((struct date){ 2026, 12, 31 }, 1), (struct date){ 2027, 1, 1 }), 0);
	assert_int_equal(date_add_days((struct date){ 2026, 12, 31 }, INT64_MAX).year, 0);
	assert_int_equal(date_add_months((struct date){ 2026, 12, 31 }, INT32_MAX).year, 0);
}

static void reads_what_people_write(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		int err;
		const char *iso;
	} cases[] = {
		{ "2026-04-01", 0, "2026-04-01" },
		{ "2026/4/1", 0, "2026-04-01" },
		{ "2026.4.1", 0, "2026-04-01" },
		{ "20260401", 0, "2026-04-01" },
		{ "2026年4月1日", 0, "2026-04-01" },
		{ "２０２６年４月１日", 0, "2026-04-01" },
		{ "２０２６／０４／０１", 0, "2026-04-01" },
		{ "２０２６－４－１", 0, "2026-04-01" },
		{ "　2026年 4月 1日 ", 0, "2026-04-01" },
		{ "令和8年4月1日", 0, "2026-04-01" },
		{ "令和８年４月１日", 0, "2026-04-01" },
		{ "㋿8年4月1日", 0, "2026-04-01" },
		{ "R8.4.1", 0, "2026-04-01" },
		{ "r8/4/1", 0, "2026-04-01" },
		{ "Ｒ８．４．１", 0, "2026-04-01" },
		{ "R08.04.01", 0, "2026-04-01" },
		{ "令和元年5月1日", 0, "2019-05-01" },
		{ "平成元年1月8日", 0, "1989-01-08" },
		{ "平成31年4月30日", 0, "2019-04-30" },
		{ "平成40年3月31日", 0, "2028-03-31" },
		{ "S64.1.7", 0, "1989-01-07" },
		{ "昭和元年12月25日", 0, "1926-12-25" },
		{ "大正元年7月30日", 0, "1912-07-30" },
		{ "T1.7.30", 0, "1912-07-30" },
		{ "明治45年7月29日", 0, "1912-07-29" },
		{ "M元.1.1", 0, "1868-01-01" },
		{ "2026-04-01 00:00", 0, "2026-04-01" },
		{ "2026/4/1 0:00:00", 0, "2026-04-01" },
		{ "2026-04-01T00:00:00.000Z", 0, "2026-04-01" },
		{ "20260401 00:00", 0, "2026-04-01" },
		{ "2026/4/1(水)", 0, "2026-04-01" },
		{ "2026年4月1日（水）", 0, "2026-04-01" },
		{ "2026年4月1日 水曜日", 0, "2026-04-01" },
		{ "2026/4/1(木)", ERR_RANGE, NULL },
		{ "2026-04-01 09:30", ERR_SYNTAX, NULL },
		{ "2026/2/29", ERR_RANGE, NULL },
		{ "2024/2/29", 0, "2024-02-29" },
		{ "2026/13/1", ERR_RANGE, NULL },
		{ "2026/0/1", ERR_RANGE, NULL },
		{ "20261301", ERR_RANGE, NULL },
		{ "令和0年4月1日", ERR_RANGE, NULL },
		{ "1867/12/31", ERR_RANGE, NULL },
		{ "2201/1/1", ERR_RANGE, NULL },
		{ "26/4/1", ERR_SYNTAX, NULL },
		{ "2026/4-1", ERR_SYNTAX, NULL },
		{ "2026年4/1", ERR_SYNTAX, NULL },
		{ "2026/4", ERR_SYNTAX, NULL },
		{ "2026年4月", ERR_SYNTAX, NULL },
		{ "2026/4/1/2", ERR_SYNTAX, NULL },
		{ "2026/4/111", ERR_SYNTAX, NULL },
		{ "202604011", ERR_SYNTAX, NULL },
		{ "2026040", ERR_SYNTAX, NULL },
		{ "未定", ERR_SYNTAX, NULL },
		{ "R", ERR_SYNTAX, NULL },
		{ "", ERR_SYNTAX, NULL },
		{ "\xff", ERR_SYNTAX, NULL },
		{ "46113", ERR_SYNTAX, NULL },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct date d = { 4711, 0, 0 };
		int err = date_parse_human(str_of(cases[i].s), &d);
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 100);
		date_put_iso(&b, d);
		if (err != cases[i].err || (err == 0 && !str_eq_z(buf_view(&b), cases[i].iso)) || (err && d.year != 4711))
			fail_msg("%s: %d, %.*s", cases[i].s, err, STR_FMT(buf_view(&b)));
	}
	struct date d;
	assert_int_equal(date_parse_iso(STR("2026-04-01"), &d), 0);
	assert_int_equal(date_parse_iso(STR("2026-4-1"), &d), ERR_SYNTAX);
	assert_int_equal(date_parse_iso(STR("2026-04-31"), &d), ERR_RANGE);
	assert_int_equal(date_parse_iso(STR("+026-04-01"), &d), ERR_SYNTAX);
}

static void reads_periods(void **state)
{
	(void)state;
	static const struct { const char *s, *from, *until; } cases[] = {
		{ "2021年1月～2022年12月", "2021-01-01", "2022-12-31" }, { "2025-04-01～2028-03-31", "2025-04-01", "2028-03-31" },
		{ "2025/4/1-2026/3/31", "2025-04-01", "2026-03-31" }, { "2025-04-01-2026-03-31", "2025-04-01", "2026-03-31" },
		{ "2025/4-2026/3", "2025-04-01", "2026-03-31" }, { "2025年4月1日-2026年3月31日", "2025-04-01", "2026-03-31" },
		{ "令和7年4月1日から令和8年3月31日まで", "2025-04-01", "2026-03-31" }, { "2025年4月から", "2025-04-01", NULL },
		{ "2025-04-01", NULL, "2025-04-01" }, { "2024/2", NULL, "2024-02-29" }, { "～2027年6月30日", NULL, "2027-06-30" },
		{ "2025-04", NULL, "2025-04-30" }, { "2025年4月～未定", "2025-04-01", NULL },
		{ "自動更新", NULL, NULL }, { "～", NULL, NULL }, { "-", NULL, NULL }, { "", NULL, NULL }, { "2025-2026", NULL, NULL }, { "03-123-4567", NULL, NULL },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct date d[2];
		const char *want[2] = { cases[i].from, cases[i].until };
		int e = date_parse_period(str_of(cases[i].s), &d[0], &d[1]);
		if (e != (want[0] || want[1] ? 0 : ERR_SYNTAX))
			fail_msg("%s: %d", cases[i].s, e);
		for (int k = 0; k < 2; k++) {
			CLEANUP(buf_release) struct buf b;
			buf_init(&b, 100);
			date_put_iso(&b, d[k]);
			if (want[k] ? !str_eq_z(buf_view(&b), want[k]) : d[k].year != 0)
				fail_msg("%s: %d: %.*s", cases[i].s, k, STR_FMT(buf_view(&b)));
		}
	}
}

static void knows_excel_serials(void **state)
{
	(void)state;
	static const struct {
		int64_t serial;
		bool system_1904;
		int err;
		struct date d;
	} cases[] = {
		{ 1, false, 0, { 1900, 1, 1 } },      { 59, false, 0, { 1900, 2, 28 } },  { 60, false, ERR_RANGE, { 0, 0, 0 } },
		{ 61, false, 0, { 1900, 3, 1 } },     { 46113, false, 0, { 2026, 4, 1 } }, { 0, false, ERR_RANGE, { 0, 0, 0 } },
		{ 0, true, 0, { 1904, 1, 1 } },       { 44651, true, 0, { 2026, 4, 1 } },  { -1, true, ERR_RANGE, { 0, 0, 0 } },
		{ 109939, false, 0, { 2200, 12, 31 } }, { 109940, false, ERR_RANGE, { 0, 0, 0 } },
		{ INT64_MAX, false, ERR_RANGE, { 0, 0, 0 } },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct date d = { 0, 0, 0 };
		assert_int_equal(date_from_serial(cases[i].serial, cases[i].system_1904, &d), cases[i].err);
		assert_int_equal(date_cmp(d, cases[i].d), 0);
	}
}

static void writes_eras(void **state)
{
	(void)state;
	static const struct {
		struct date d;
		struct str s;
	} cases[] = {
		{ { 2026, 4, 1 }, STR_INIT("令和8年4月1日") },    { { 2019, 5, 1 }, STR_INIT("令和元年5月1日") },
		{ { 2019, 4, 30 }, STR_INIT("平成31年4月30日") }, { { 1989, 1, 7 }, STR_INIT("昭和64年1月7日") },
		{ { 1926, 12, 24 }, STR_INIT("大正15年12月24日") }, { { 1912, 7, 29 }, STR_INIT("明治45年7月29日") },
		{ { 1868, 1, 1 }, STR_INIT("明治元年1月1日") },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 100);
		date_put_era(&b, cases[i].d);
		assert_true(str_eq(buf_view(&b), cases[i].s));
		struct date back;
		assert_int_equal(date_parse_human(buf_view(&b), &back), 0);
		assert_int_equal(date_cmp(back, cases[i].d), 0);
	}
}

/* Every day of a year that the calendar calls a holiday, as "month/day". */
static void list(struct buf *b, int year)
{
	for (struct date d = { year, 1, 1 }; d.year == year; d = date_add_days(d, 1))
		if (date_holiday(d, false).n > 0)
			buf_printf(b, "%d/%d ", d.month, d.day);
}

/* The lists are those of the Cabinet Office's calendars of these years. */
static void knows_holidays(void **state)
{
	(void)state;
	static const struct {
		int year;
		struct str days;
	} cases[] = {
		{ 2000, STR_INIT("1/1 1/10 2/11 3/20 4/29 5/3 5/4 5/5 7/20 9/15 9/23 10/9 11/3 11/23 12/23 ") },
		{ 2003, STR_INIT("1/1 1/13 2/11 3/21 4/29 5/3 5/5 7/21 9/15 9/23 10/13 11/3 11/23 11/24 12/23 ") },
		{ 2006, STR_INIT("1/1 1/2 1/9 2/11 3/21 4/29 5/3 5/4 5/5 7/17 9/18 9/23 10/9 11/3 11/23 12/23 ") },
		{ 2009, STR_INIT("1/1 1/12 2/11 3/20 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23 ") },
		{ 2015, STR_INIT("1/1 1/12 2/11 3/21 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23 ") },
		{ 2019, STR_INIT("1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 10/22 "
		                 "11/3 11/4 11/23 ") },
		{ 2020, STR_INIT("1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23 ") },
		{ 2021, STR_INIT("1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23 ") },
		{ 2024, STR_INIT("1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 "
		                 "11/4 11/23 ") },
		{ 2025, STR_INIT("1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 "
		                 "11/24 ") },
		{ 2026, STR_INIT("1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23 ") },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 1000);
		list(&b, cases[i].year);
		if (!str_eq(buf_view(&b), cases[i].days))
			fail_msg("%d: %.*s", cases[i].year, STR_FMT(buf_view(&b)));
	}
	assert_true(str_eq(date_holiday((struct date){ 2026, 9, 22 }, false), STR("国民の休日")));
	assert_true(str_eq(date_holiday((struct date){ 2026, 5, 6 }, false), STR("振替休日")));
	assert_true(str_eq(date_holiday((struct date){ 2026, 11, 23 }, true), STR("Labour Thanksgiving Day")));
	assert_true(str_eq(date_holiday((struct date){ 2019, 4, 30 }, false), STR("国民の休日")));
	assert_true(str_eq(date_holiday((struct date){ 2006, 4, 29 }, false), STR("みどりの日")));
	assert_int_equal(date_holiday((struct date){ 1999, 1, 1 }, false).n, 0);
	assert_int_equal(date_holiday((struct date){ 2026, 13, 1 }, false).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_back), cmocka_unit_test(stands_and_runs),
		cmocka_unit_test(knows_the_zone),
		cmocka_unit_test(counts_days),
		cmocka_unit_test(adds),
		cmocka_unit_test(reads_what_people_write),
		cmocka_unit_test(reads_periods),
		cmocka_unit_test(knows_excel_serials),
		cmocka_unit_test(writes_eras),
		cmocka_unit_test(knows_holidays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
