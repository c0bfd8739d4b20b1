/*
 * The company's year: its days off, its busy months, its first month, and the one rule by which a task comes back. The days are
 * read from the first company on the list; without one, April begins the year and only weekends and public holidays are off.
 */
#ifndef WORK_DAYS_H
#define WORK_DAYS_H

#include "base/arena.h"
#include "base/clock.h"
#include "db/db.h"

#define LIMIT_DAYS_OFF 400 /* days off that a company lists; further ones are not read */
#define DAYS_SEARCHED 120  /* how far a working day is looked for: a longer stretch of days off is taken for a slip of the pen */

struct days {
	struct date *off;      /* listed by the company */
	size_t off_n;
	int first_month;       /* of the fiscal year, 1-12 */
	int64_t busy;          /* bit m set: month m (1-12) is busy */
};
MUST_USE int days_load(struct db_conn *c, struct arena *a, struct days *ret);
/* Saturday, Sunday, public holiday, or listed. d may be NULL: without the listed ones. */
bool days_is_off(const struct days *d, struct date day);
/* The fiscal year of a day, named after the year in which it begins; and its first day. */
int days_fiscal_year(const struct days *d, struct date day);
struct date days_fiscal_start(const struct days *d, int fiscal_year);

enum repeat { REPEAT_YEARS = 1, REPEAT_MONTHS, REPEAT_WORKING_DAYS }; /* stored: never renumber */
enum shift { SHIFT_NONE = 1, SHIFT_BEFORE, SHIFT_AFTER };             /* stored: never renumber */
struct recurrence {
	enum repeat kind;
	int every;             /* years, months, working days: 1 and more */
	int day;               /* of the month, 1-31; of a shorter month its last one. 0: as in base */
};
/*
 * The day after base on which it comes back, by itself: not shifted, so that a shifted day never moves the rhythm. The n-th
 * working day for REPEAT_WORKING_DAYS. Year 0 when it lies behind the calendar.
 */
struct date recur_next(const struct recurrence *r, struct date base, const struct days *d);
/* The day, or the nearest working day before or after it; the day itself when none lies within DAYS_SEARCHED. */
struct date recur_shift(enum shift shift, struct date day, const struct days *d);

#endif
