/* Sorting reports: the part of a report's page, and what its buttons do. */
#ifndef INCIDENT_TRIAGE_H
#define INCIDENT_TRIAGE_H

#include "incident/incident.h"

struct triage {
	int64_t id, revision;          /* of the report; revision 0: not compared */
	enum near_miss_state state;
	bool said;                     /* the fields below were in the form; otherwise they stay */
	struct str answer, note;
	int64_t kind, unit_id;         /* 0: not known */
	int64_t incident_id;           /* filled: of the incident it became, 0: none */
};
/* Within a write, as ctx->by: the refusals of reg_write(). A report that becomes an incident gets a row of that register with its first facts,
 * linked both ways, once. */
MUST_USE int triage_do(struct reg_ctx *ctx, struct triage *t);
/* Within a write: a weakness or a threat out of a report, with its headline alone, linked; the one it has already when there is one. */
MUST_USE int triage_use(struct reg_ctx *ctx, int64_t id, const struct reg *as, int64_t *ret_id);

void near_miss_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void near_miss_list(struct html *h, struct http_req *req, struct db_conn *c);

#endif
