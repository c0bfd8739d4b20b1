/* What moved: derived values that changed, by re-computation (a setting, a questionnaire, a place) or by a row's own
 * change. New rows are no movement. */
#ifndef REGISTER_MOVED_H
#define REGISTER_MOVED_H

#include "register/register.h"

struct moved_row {
	int64_t recompute_id, record_id, at;
	struct str code, title;      /* empty title when it is private */
	int field;                   /* index in the register */
	struct value before, after;
	struct str why;              /* what brought it about: a setting's key, "PLC-0001 金庫", an import's file */
};
struct moved_query {
	const struct reg *reg;
	int field;                   /* derived, by its index in the register */
	int otherwise;               /* where that field did not move, a movement of this one counts; -1: none */
	int64_t since_ms;            /* 0: all that is kept */
	int64_t recompute;           /* only of this one; 0: of all */
	int64_t after;               /* only of those made later than this one */
	size_t limit;
};
/*
 * Movements of live rows the principal may see, newest first. *ret_more (may be NULL): there are more than the limit. A row
 * that moved in several re-computations stands there each time.
 */
MUST_USE int moved_list(struct db_conn *c, struct arena *a, const struct principal *p, const struct moved_query *q, struct moved_row **ret,
                        size_t *ret_n, bool *ret_more);
/* The id of the newest re-computation, 0 when there is none: what comes later is `after` it. */
MUST_USE int moved_newest(struct db_conn *c, struct arena *a, int64_t *ret);

struct moved_recompute {
	int64_t id, at, rows;
	const struct reg *reg;
	struct str why;
};
/* The re-computations themselves, newest first: numbers only, for the page of settings and the trail's readers. */
MUST_USE int moved_recomputes(struct db_conn *c, struct arena *a, int64_t since_ms, size_t limit, struct moved_recompute **ret,
                              size_t *ret_n);
/* Forgets movements older than an instant, at most about limit rows a call; *ret_more: call again. Within a write. */
MUST_USE int moved_forget(struct reg_ctx *ctx, int64_t before_ms, size_t limit, bool *ret_more);

#endif
