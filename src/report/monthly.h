/*
 * The monthly report: one page for executives (how things stand, what changed, what needs a decision, what it costs not to
 * decide), then the annex. A month that is over is told from what was frozen at its end, decisions included; without that, and
 * for whoever may not see every unit, it says that nothing is known. The running month is told from the rows as they are now,
 * and the report says so. Rooms above add decisions and chapters by a table, since report/ must not see them.
 */
#ifndef REPORT_MONTHLY_H
#define REPORT_MONTHLY_H

#include "register/register.h"
#include "report/document.h"
#include "report/signal.h"

#define REPORT_DECISIONS 24

struct report_ctx {
	struct db_conn *conn;
	struct arena *arena;
	const struct principal *by;
	enum lang lang;
	struct month month;
	int64_t from, until;         /* the month's first instant, and the first behind it (or now) */
	struct str made;             /* "2026-11-30 09:00": when the report is made */
	const struct frozen *now;    /* what the report tells: frozen, or as it is now */
	const struct frozen *before; /* the month before; NULL when it is not known */
};

struct report_decision {
	enum tone tone;
	struct str what;             /* what is to be decided, in business words */
	struct str cost;             /* what deciding costs; empty: not estimated */
	struct str idle;             /* what it costs not to decide, with its formula */
	struct str path;             /* to a list of exactly so many rows; may be empty */
	int64_t rows;                /* negative: the path leads to a page that is no such list */
	const char *reg;             /* who may read this register may read it in a frozen month; NULL: whoever may see every unit */
};
struct report_decisions {
	struct report_decision item[REPORT_DECISIONS]; size_t n;
	size_t left_out;             /* beyond the limit: the report says how many */
};
void report_decide(struct report_decisions *d, struct report_decision one);

struct report_part {
	int (*decisions)(const struct report_ctx *x, struct report_decisions *d); /* may be NULL */
	/* What it costs each year while nobody decides about this row, as a sentence; untouched when the part does not know. May be NULL. */
	int (*idle)(const struct report_ctx *x, const struct reg *r, int64_t record_id, struct str *ret);
	int (*annex)(const struct report_ctx *x, struct doc *d);                  /* may be NULL: a chapter, from a heading of level 2 on */
};
/* What the parts know of it; empty when none does. */
struct str report_idle(const struct report_ctx *x, const struct reg *r, int64_t record_id);
/* Once at start-up; the table must stay valid. */
void report_declare(const struct report_part *const *parts, size_t n);

/* Keeps what is to be decided now for the month, in both languages. Within the write that freezes it. */
MUST_USE int report_freeze_decisions(struct db_conn *writer, struct arena *a, const struct principal *by, struct month m);

/* The area's signal that the report tells; NULL when it has none, or the reader may not see it. */
const struct signal *report_signal(const struct report_ctx *x, const char *area);

/* The report of a month for this principal, who must satisfy NEED_REPORT (ERR_DENIED). ERR_RANGE for a month to come. */
MUST_USE int report_monthly(struct db_conn *c, struct arena *a, const struct principal *p, enum lang lang, struct month m, struct doc *ret);

extern const struct route report_routes[];
extern const size_t report_route_count;

#endif
