/* What the pages of the treatment plan and the budget read in common. Nobody outside of this room's plan files includes this. */
#ifndef RISK_PLAN_H
#define RISK_PLAN_H

#include "control/optimise.h"
#include "report/document.h"
#include "risk/pages.h"
#include "risk/treatment.h"
#include "work/work.h"

#define PLAN_RISKS_MAX 500
#define PLAN_TREATMENTS_MAX 2000

struct plan_risk {
	int64_t id, state, treatment, loss;   /* enum risk_state, enum risk_treatment or 0; loss of one event */
	int64_t assessment;
	struct str code, name, owner, assessment_name;
	struct score_facts facts;
	struct score score;
	struct treatment_rest now;            /* as the row has it: the residual score, else the inherent one */
	struct treatment_rest begun, planned;
	bool treated;                         /* it has at least one treatment whose control was not stopped */
};
struct plan_control {
	int64_t id, state, budget, initial, running, event, yearly; /* unknown is CONTROL_UNKNOWN, a choice 0 */
	int64_t risks;                        /* how many of the plan's it lowers */
	struct str name;
};
struct plan_treatment {
	size_t risk;
	int64_t id, progress;                 /* -1: unknown */
	int control;                          /* index, or -1: not visible to the principal */
	struct treatment_part part;
	struct approval_mark approval;        /* its newest request */
	struct str owner, due;
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

/* What a year of a risk's controls costs, of those that are not in place yet, rounded to the yen: a control that lowers several of
 * the plan's risks in equal shares. SCORE_UNKNOWN when there is none, or the cost of one is not known. */
int64_t risk_plan_controls_cost(const struct plan *x, size_t risk);
struct recommend risk_plan_advice(const struct plan *x, size_t risk);

struct plan_cost {
	int64_t initial, running, event;      /* yen: still to come, a year, and of one event each */
	int64_t controls, unknown;            /* how many, and how many of them have no amount */
};
/* Of the controls of one part of the budget (enum control_budget, 0: none given) that are not stopped. What is in place has
 * had its initial cost; an amount that is not known is counted and not taken as nought. */
struct plan_cost risk_plan_cost(const struct plan *x, int64_t budget);
/* The sentence of how many are open, and the tables of risks and treatments. */
void risk_plan_summary(struct doc *d, const struct plan *x);
void risk_plan_treatments(struct doc *d, const struct plan *x);

/* The newest version of the plan that the principal may read; id 0 when there is none. */
struct plan_version {
	bool readable;                        /* the principal may read versions at all */
	int64_t id, at;                       /* at: of the last decision about it, 0 without one */
	struct str name, content, by;
	struct approval_mark mark;
};
MUST_USE int risk_plan_version_load(struct db_conn *c, struct arena *a, const struct principal *p, struct plan_version *ret);
/* How it stands; and what changed in the plan since it was made. */
void risk_plan_version_put(struct doc *d, const struct plan_version *v);
void risk_plan_version_changes(struct doc *d, const struct plan *x, const struct plan_version *v);

void risk_plan_page(struct http_req *req);
void risk_budget_page(struct http_req *req);

#endif
