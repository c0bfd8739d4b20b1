/* Risk over all assets that a principal may see: counts, its area of the signal, what moved. Used by the risk page, Today and the
 * printed sheet. */
#ifndef RISK_OVERVIEW_H
#define RISK_OVERVIEW_H

#include "register/moved.h"
#include "register/register.h"
#include "report/monthly.h"

struct risk_overview {
	int64_t total;
	int64_t heat[4][4];      /* [importance 0-2, 3 unknown][likelihood 0 unknown, 1-3] */
	int64_t band[4];         /* 0 unknown, enum risk_band */
	int64_t unconfirmed;     /* not confirmed within the set days, those never confirmed included */
	int64_t never_confirmed;
	int64_t untreated;       /* high without a treatment */
	int64_t overdue;         /* ... for longer than the set days */
	int64_t unanswered_threats, unanswered_checks; /* questions without an answer; -1: not the reader's to read */
	int64_t kindless;        /* storage places without a kind; -1 likewise */
	/* Settings used: */
	int64_t untreated_days, unknown_percent, unconfirmed_percent, confirmed_days;
};
MUST_USE int risk_overview_load(struct db_conn *c, struct arena *a, const struct principal *p, struct risk_overview *ret);

/* The rows that overdue counts, those that wait longest first; at most limit. */
MUST_USE int risk_overdue(struct db_conn *c, struct arena *a, const struct principal *p, size_t limit, int64_t *ret_id, size_t *ret_n);

/*
 * The area "risk" of the signal: red with any high risk untreated for longer than the set days, or more unknown than the
 * second set share; yellow with any high risk, or more unknown than the first; green (青) otherwise; grey when nothing is
 * assessed. All reasons stand in it, with their figures.
 */
void risk_signal_of(struct db_conn *c, struct arena *a, const struct risk_overview *o, struct signal *s);
MUST_USE int risk_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);

struct risk_group {
	int64_t id;              /* of the unit or place, 0 for none */
	struct str name;
	int64_t band[4];
};
/* Counts by the asset's unit ("department") or place ("storage"), most high risks first; at most limit. */
MUST_USE int risk_groups(struct db_conn *c, struct arena *a, const struct principal *p, const char *field, size_t limit,
                         struct risk_group **ret, size_t *ret_n);

struct risk_move {
	int64_t id;              /* of the re-computation */
	int64_t at;
	struct str why;
	int64_t up, down;        /* rows whose band rose, fell (from or to unknown counts as neither) */
	int64_t rows;            /* rows whose value or band moved */
};
/* Re-computations since an instant, newest first, counted over the rows the principal may see. */
MUST_USE int risk_moves(struct db_conn *c, struct arena *a, const struct principal *p, int64_t since_ms, size_t limit,
                        struct risk_move **ret, size_t *ret_n);
/* Movements of the assets' risk values, or of their bands where only the limits did. The caller says since when and how many. */
struct moved_query risk_moved_query(void);
/* They as a table; nothing for none. */
void risk_put_moved(struct html *h, const struct moved_row *row, size_t n);
/* What caused a re-computation, for people: settings by their labels, rows by code and title. */
struct str risk_cause(struct arena *a, enum lang lang, struct str why);
/* Decisions and the chapter of the monthly report. */
extern const struct report_part risk_report_part;
/* The part of Today that risk has to say: how to begin, what moved. */
void risk_today(struct html *h, struct http_req *req, struct db_conn *c);

#endif
