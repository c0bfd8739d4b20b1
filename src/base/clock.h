/*
 * The one clock, and the calendar. Instants are UTC milliseconds since 1970; business dates are "YYYY-MM-DD" in the
 * company's zone. Only clock_set_for_test() moves the clock, and main/ calls it only for a database marked as demo or
 * test. Safe for use by all threads.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/err.h"
#include "base/str.h"

struct buf;

struct date {
	int year, month, day; /* month 1-12; year 0 means no date */
};

int64_t clock_now(void);        /* UTC milliseconds; never goes back between two calls in one process */
int64_t clock_monotonic_us(void); /* for durations */
int64_t clock_thread_cpu_us(void);
/* From now on clock_now() starts at at_ms and runs on, or stands still. */
void clock_set_for_test(int64_t at_ms, bool stand);
/* How the clock stands, and back to it: after restoring, a clock that ran on runs on as if it had never been moved. */
struct clock_state {
	int64_t shift_ms, frozen_ms;
	bool frozen;
};
struct clock_state clock_save(void);
void clock_restore(struct clock_state s);
void clock_set_zone(int offset_minutes); /* the company's zone: default +540 (Japan has no summer time) */

struct date clock_date(int64_t ms);  /* the business date of an instant */
struct date clock_today(void);
int64_t clock_instant(struct date d); /* midnight of that date in the company's zone */

bool date_valid(struct date d);      /* 1868-01-01 .. 2200-12-31 */
int64_t date_days(struct date d);    /* days since 1970-01-01 */
struct date date_from_days(int64_t days); /* this and the sums below: year 0 when far out of any calendar */
struct date date_add_days(struct date d, int64_t days);
struct date date_add_months(struct date d, int months); /* the 31st becomes the month's last day */
int date_cmp(struct date a, struct date b);
int date_weekday(struct date d);     /* 0 Sunday .. 6 Saturday */
/* Japanese public holidays by the law of 1948 as amended (substitute and citizens' holidays, equinoxes by the
 * astronomical formula; moved days of 2019-2021 included) from 2000 to 2150; the name, or the empty str. */
struct str date_holiday(struct date d, bool english);
/* As people write dates: 2026-04-01, 2026/4/1, 2026.4.1, 20260401, 2026年4月1日, 令和8年4月1日, R8.4.1, 平成元年..,
 * full-width digits, surrounding blanks, a trailing time 00:00[:00] dropped, a trailing (水) or 水曜日 checked. Years of
 * an era beyond its end or before its first day are taken as counted (平成40年3月31日 is 2028-03-31). ERR_SYNTAX for
 * what is no date, a two-digit year or another time of day included; ERR_RANGE for a day that does not exist. */
MUST_USE int date_parse_human(struct str s, struct date *ret);
/* A period as people write it: "2021年1月～2022年12月", "2025/4/1-2026/3/31", "令和7年4月から令和10年3月まで", "2028年3月まで", and an end
 * alone. A month alone begins on its first and ends on its last day. An end that is not given or cannot be read has year 0;
 * ERR_SYNTAX when both are so. */
MUST_USE int date_parse_period(struct str s, struct date *ret_from, struct date *ret_until);
MUST_USE int date_parse_iso(struct str s, struct date *ret); /* exactly YYYY-MM-DD */
/* Excel's serial number (1900 system with its leap-year error; the 1904 system when set). */
MUST_USE int date_from_serial(int64_t serial, bool system_1904, struct date *ret);
void date_put_iso(struct buf *b, struct date d);
struct str date_iso(struct arena *a, struct date d); /* the same as a text of the arena: YYYY-MM-DD */
void date_put_era(struct buf *b, struct date d); /* 令和8年4月1日 */
/* "2026-04-01 09:30" in the company's zone. */
void clock_put_local(struct buf *b, int64_t ms);
void clock_put_rfc3339(struct buf *b, int64_t ms); /* 2026-04-01T00:30:00.000Z */

#endif
