/*
 * Treatment: which control lowers which factor of a risk and by how much (register `treatment`), what then remains, and what
 * to do about a risk (回避 / 低減 / 移転 / 保有) with the reason. Acceptance: who answers for what remains, until when.
 * Files of this room include this; others the register by risk/risk.h's side.
 *
 * Source of the rules: course_06_07 E01-E05, P02-P06, C01, C03, C06.
 */
#ifndef RISK_TREATMENT_H
#define RISK_TREATMENT_H

#include "db/db.h"
#include "register/register.h"
#include "register/setting.h"
#include "risk/scoring.h"
#include "work/work.h"

extern const struct reg reg_treatment;
extern const struct frozen_fact treatment_frozen[]; /* for approval_declare_facts() (work/work.h) */
extern const size_t treatment_frozen_count;
extern const struct reg reg_acceptance;
extern const struct reg reg_treatment_plan; /* versions of the plan: plan_version.c */
extern const struct setting treatment_settings[];
extern const size_t treatment_setting_count;

/* ---- what remains ---- */

enum treatment_factor { FACTOR_LIKELIHOOD = 1, FACTOR_IMPACT, FACTOR_VALUE, FACTOR_THREAT, FACTOR_VULNERABILITY, FACTOR_LOSS };
#define REDUCTION_WHOLE SCORE_WHOLE /* a reduction is percent with two decimals, of the annual loss */
#define TREATMENT_PARTS_MAX 2000    /* of one risk */

struct treatment_part {
	int64_t factor;      /* enum treatment_factor */
	int64_t level;       /* to which the factor falls, or SCORE_UNKNOWN */
	int64_t reduction;   /* of FACTOR_LOSS, or SCORE_UNKNOWN */
	int64_t state;       /* of its control: enum control_state, 0 unknown */
};
enum treatment_until { UNTIL_NOW, UNTIL_BEGUN, UNTIL_PLANNED }; /* with what is in place, with what is under way too, with all */
struct treatment_rest {
	int64_t score, band; /* SCORE_UNKNOWN where the risk has none, or nothing was given */
};
/*
 * The score of a risk with its parts so far; what was stopped lowers nothing. Until now it is the residual score of the
 * risk's row, which the register computes by the same rules (scoring.h): what the assessor found afterwards, else what is in
 * place. What is still to come lowers that further: of several levels on one factor the lowest counts; of the annual loss the
 * shares are taken off one after the other, in the order given, each rounded half up. Without a part that counts, the risk
 * is as it was before.
 */
struct treatment_rest treatment_rest_of(const struct score_facts *risk, const struct treatment_part *parts, size_t n, enum treatment_until until);

/* ---- what to do ---- */

enum recommend_why {
	WHY_UNKNOWN,         /* importance or frequency are not known */
	WHY_TOO_HIGH,        /* the loss of one event is more than the company bears */
	WHY_DEAR,            /* a year of the controls costs more than the yearly loss */
	WHY_HIGH_OFTEN, WHY_LOW_OFTEN, WHY_HIGH_RARE, WHY_LOW_RARE,
	WHY_DEAR_ABOVE,      /* as WHY_DEAR, and above the limit: somebody has to accept it by name */
	WHY_LOW_RARE_ABOVE,  /* neither important nor frequent, and above the limit all the same */
};
struct recommend_facts {
	int importance;      /* 1 low, 2 high, 0 unknown */
	int frequency;       /* 1 rare, 2 often, 0 unknown */
	int64_t loss, bearable;       /* yen of one event and what the company bears; SCORE_UNKNOWN */
	int64_t annual, controls;     /* yen a year lost, and what the controls cost a year; SCORE_UNKNOWN */
	bool above;          /* its score is above what its assessment lets the company accept */
};
struct recommend {
	int treatment;       /* enum risk_treatment, 0: none */
	int otherwise;       /* where avoiding would stop the business; 0 when not avoiding */
	enum recommend_why why;
};
/* In this order: a loss too high -> avoid, controls dearer than the loss -> retain, then by importance and frequency:
 * both -> avoid, often -> reduce, important -> transfer, neither -> retain. What is above the limit is never retained for being
 * small or rare, but reduced. Where avoiding is not possible: reduce what is
 * often, transfer what is rare or not known to be often. */
struct recommend treatment_recommend(const struct recommend_facts *f);
/* The facts of a risk as its method tells them: the upper half of the scale is high. often_years: once in so many years or
 * more is often. */
struct recommend_facts treatment_facts(const struct score_facts *s, int64_t loss, int64_t bearable, int64_t often_years, int64_t controls);

/* ---- acceptance ---- */

enum acceptance_state { ACCEPTANCE_NOT_ENDED /* of why it ended */, ACCEPTANCE_VALID, ACCEPTANCE_EXPIRED, ACCEPTANCE_EXCEEDED, ACCEPTANCE_CHANGED, ACCEPTANCE_WAITING };
/* Whether an acceptance of that risk holds today: only then may the risk be called accepted. */
bool acceptance_holds(struct db_conn *c, struct arena *a, int64_t risk);
/*
 * Ends acceptances that no longer hold and opens their risks again: past their term, occurrences above the set number, or
 * a score above the one that was accepted. Idempotent; the clock is clock_today(). *ret_ended counts them. For the daily
 * jobs; not within a write.
 */
MUST_USE int acceptance_round(struct db *db, const uint8_t *key, int64_t *ret_ended);

/* The risks that a control lowers, for its page. */
void risk_of_control(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);

/* plan.c, plan_budget.c, plan_report.c */
extern const struct report_part plan_report_part;
extern const struct route plan_routes[];
extern const size_t plan_route_count;

#endif
