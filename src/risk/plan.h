/* What the pages of the treatment plan and the budget read in common. Nobody outside of this room's plan files includes this. */
#ifndef RISK_PLAN_H
#define RISK_PLAN_H

#include "control/optimise.h"
#include "report/document.h"
#include "risk/pages.h"
#include "risk/treatment.h"

#define PLAN_RISKS_MAX 500
#define PLAN_TREATMENTS_MAX 2000

struct plan_risk {
	int64_t id, state, treatment, loss;   /* enum risk_state, enum risk_treatment or 0; loss of one event */
	struct str code, name, owner;
	struct score_facts facts;
	struct score score;
	struct treatment_rest now, planned;
	bool treated;                         /* it has at least one treatment */
};
struct plan_control {
	int64_t id, state, kind, budget, initial, running, event, yearly; /* unknown is CONTROL_UNKNOWN, a choice 0 */
	bool paid_known, paid;
	struct str name;
};
struct plan_treatment {
	size_t risk;
	int64_t id, control_id, progress;     /* -1: unknown */
	int control;                          /* index, or -1: not visible to the principal */
	struct treatment_part part;
	struct str code, owner, due;
};
/* Rows that the principal may see: open risks (highest band first), controls, and the treatments that join them. */
struct plan {
	struct plan_risk *risk; size_t risks;
	struct plan_control *control; size_t controls;
	struct plan_treatment *treatment; size_t treatments;
	bool more;                            /* there are more than are read */
	int64_t bearable, often_years;
};
MUST_USE int risk_plan_load(struct db_conn *c, struct arena *a, const struct principal *p, struct plan *ret);

void risk_plan_page(struct http_req *req);
void risk_budget_page(struct http_req *req);

#endif
