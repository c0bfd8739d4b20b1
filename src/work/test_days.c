/* The company's year, and when a task comes back: month ends, leap days, holidays, working days, and no drift. */
#include "tests/office.h"

#include "work/days.h"

static struct date on(int y, int m, int d)
{
	return (struct date){ y, m, d };
}

static void is_day(struct date got, int y, int m, int d)
{
	if (date_cmp(got, on(y, m, d)) != 0)
		fail_msg("%04d-%02d-%02d instead of %04d-%02d-%02d", got.year, got.month, got.day, y, m, d);
}

static void it_comes_back_on_its_day_of_the_month(void **state)
{
	(void)state;
	const struct recurrence monthly = { REPEAT_MONTHS, 1, 0 }, quarter = { REPEAT_MONTHS, 3, 0 }, yearly = { REPEAT_YEARS, 1, 0 }, third = { REPEAT_YEARS, 3, 0 };
	is_day(recur_next(&monthly, on(2026, 4, 10), NULL), 2026, 5, 10);
	is_day(recur_next(&monthly, on(2026, 12, 10), NULL), 2027, 1, 10);
	is_day(recur_next(&quarter, on(2026, 11, 30), NULL), 2027, 2, 28);
	is_day(recur_next(&yearly, on(2026, 7, 1), NULL), 2027, 7, 1);
	is_day(recur_next(&third, on(2026, 7, 1), NULL), 2029, 7, 1);
	/* The last day of each month, also after a short one: the wished day is kept beside the day it became. */
	const struct recurrence last = { REPEAT_MONTHS, 1, 31 };
	struct date day = on(2027, 12, 31);
	const struct date wanted[] = { { 2028, 1, 31 }, { 2028, 2, 29 }, { 2028, 3, 31 }, { 2028, 4, 30 }, { 2028, 5, 31 } };
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		day = recur_next(&last, day, NULL);
		is_day(day, wanted[i].year, wanted[i].month, wanted[i].day);
	}
	const struct recurrence leap = { REPEAT_YEARS, 1, 29 };
	is_day(recur_next(&leap, on(2027, 2, 28), NULL), 2028, 2, 29);
	is_day(recur_next(&leap, on(2028, 2, 29), NULL), 2029, 2, 28);
	/* Beyond the calendar there is none. */
	assert_int_equal(recur_next(&yearly, on(2200, 7, 1), NULL).year, 0);
}

static void working_days_leave_out_what_is_off(void **state)
{
	(void)state;
	struct date off[] = { { 2026, 12, 29 }, { 2026, 12, 30 }, { 2026, 12, 31 }, { 2027, 1, 4 } };
	const struct days d = { .off = off, .off_n = COUNT_OF(off), .first_month = 4 };
	const struct recurrence each = { REPEAT_WORKING_DAYS, 1, 0 }, tenth = { REPEAT_WORKING_DAYS, 10, 0 };
	is_day(recur_next(&each, on(2026, 12, 28), &d), 2027, 1, 5);
	is_day(recur_next(&each, on(2026, 12, 28), NULL), 2026, 12, 29);
	/* Golden week 2026: 4-29, 5-3 .. 5-6 (5-6 in lieu of Sunday 5-3). */
	is_day(recur_next(&each, on(2026, 5, 1), NULL), 2026, 5, 7);
	is_day(recur_next(&tenth, on(2026, 4, 24), NULL), 2026, 5, 14);
	is_day(recur_shift(SHIFT_BEFORE, on(2026, 5, 5), NULL), 2026, 5, 1);
	is_day(recur_shift(SHIFT_AFTER, on(2026, 5, 5), NULL), 2026, 5, 7);
	is_day(recur_shift(SHIFT_NONE, on(2026, 5, 5), NULL), 2026, 5, 5);
	is_day(recur_shift(SHIFT_AFTER, on(2026, 5, 7), NULL), 2026, 5, 7);
	is_day(recur_shift(SHIFT_BEFORE, on(2027, 1, 4), &d), 2026, 12, 28);
}

static void a_shifted_day_does_not_move_the_rhythm(void **state)
{
	(void)state;
	/* The 3rd of each month, moved to the working day before: in May 2026 that is the 1st, and June is the 3rd again. */
	const struct recurrence r = { REPEAT_MONTHS, 1, 3 };
	struct date nominal = on(2026, 4, 3);
	nominal = recur_next(&r, nominal, NULL);
	is_day(recur_shift(SHIFT_BEFORE, nominal, NULL), 2026, 5, 1);
	nominal = recur_next(&r, nominal, NULL);
	is_day(recur_shift(SHIFT_BEFORE, nominal, NULL), 2026, 6, 3);
}

static void a_company_without_an_end_of_its_days_off_ends_the_search(void **state)
{
	(void)state;
	struct date *off = ARENA_ARRAY(mem, LIMIT_DAYS_OFF, struct date);
	for (size_t i = 0; i < LIMIT_DAYS_OFF; i++)
		off[i] = date_add_days(on(2026, 4, 1), (int64_t)i);
	const struct days d = { .off = off, .off_n = LIMIT_DAYS_OFF, .first_month = 4 };
	is_day(recur_shift(SHIFT_AFTER, on(2026, 4, 1), &d), 2026, 4, 1);
	const struct recurrence each = { REPEAT_WORKING_DAYS, 1, 0 };
	is_day(recur_next(&each, on(2026, 4, 1), &d), 2026, 7, 30);
}

static void the_year_is_the_first_companys(void **state)
{
	(void)state;
	struct days d;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(days_load(c, mem, &d), 0);
	db_read_end(db, &c);
	assert_int_equal(d.first_month, 4);
	assert_int_equal(d.busy, 0);
	(void)made(CHANGE(&company, 0, "name", "見本商会", "fiscal_year_start", "10月", "busy_months", "3月、12月", "holidays", "2026-12-29\n令和8年12月30日\n"));
	(void)made(CHANGE(&company, 0, "name", "あとの会社", "fiscal_year_start", "1月"));
	c = db_read_begin(db);
	assert_int_equal(days_load(c, mem, &d), 0);
	db_read_end(db, &c);
	assert_int_equal(d.first_month, 10);
	assert_int_equal(d.busy, (1 << 3) | (1 << 12));
	assert_int_equal(d.off_n, 2);
	assert_true(days_is_off(&d, on(2026, 12, 30)));
	assert_false(days_is_off(&d, on(2026, 12, 28)));
	assert_true(days_is_off(&d, on(2026, 12, 27)));
	assert_int_equal(days_fiscal_year(&d, on(2026, 9, 30)), 2025);
	assert_int_equal(days_fiscal_year(&d, on(2026, 10, 1)), 2026);
	is_day(days_fiscal_start(&d, 2026), 2026, 10, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(it_comes_back_on_its_day_of_the_month), OFFICE_TEST(working_days_leave_out_what_is_off), OFFICE_TEST(a_shifted_day_does_not_move_the_rhythm),
		OFFICE_TEST(a_company_without_an_end_of_its_days_off_ends_the_search), OFFICE_TEST(the_year_is_the_first_companys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
