/* Reports counted: over months, by kind, by unit, and beside the ratio 1 : 29 : 300. Never by people. */
#ifndef INCIDENT_TREND_H
#define INCIDENT_TREND_H

#include "incident/incident.h"

#define TREND_MONTHS 12
#define TREND_UNITS_MAX 500

struct unit_count {
	int64_t id, n;
	struct str name;
};
/*
 * Which units may be shown by themselves: a unit with fewer reports than bound might name a person. units, of which none has 0, are
 * sorted, largest first; the first *ret_shown may be shown, the others only together, *ret_rest reports in all. Of what is put together nobody
 * can tell a single unit's number by subtracting: it is never one unit alone, and never fewer reports than bound. When that cannot be had, nothing
 * may be told by unit: false.
 */
bool trend_fold(struct unit_count *units, size_t n, int64_t bound, size_t *ret_shown, int64_t *ret_rest);

struct trend {
	struct date from;                     /* the first day of the months counted */
	struct month month[TREND_MONTHS];
	int64_t reports[TREND_MONTHS], incidents[TREND_MONTHS];
	int64_t kind[COUNT_OF(near_miss_kinds) + 1]; /* [0]: not said */
	struct unit_count unit[TREND_UNITS_MAX]; size_t units;
	int64_t unitless;
	int64_t serious, minor, unrated, near_misses; /* of these months */
};
/* Of the rows that p may read, without what was sorted as nothing; a year up to and with this month. */
MUST_USE int trend_load(struct db_conn *c, struct arena *a, const struct principal *p, struct trend *ret);

/* Conditions of lists that count the same: "state=new&state=..." */
#define TREND_STATES "state=new&state=near_miss&state=incident&state=question"

#endif
