/*
 * Controls (対策): what is done against risks, what it costs, whether it works; insurance; and the best set of controls
 * under a budget (control/optimise.h). This room knows nothing of risks: what joins the two lies in risk/ (treatment,
 * acceptance, plan). This header is what other rooms may use.
 *
 * Source of the rules: course_06_07 E02, E06, E08, E10 (kinds of control, transfer, budget, effect).
 */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include "register/link.h"
#include "register/register.h"
#include "register/setting.h"

extern const struct reg reg_control;
extern const struct reg reg_control_effect;
extern const struct reg reg_insurance;

enum control_kind { CONTROL_ORGANISATION = 1, CONTROL_PEOPLE, CONTROL_TECHNICAL, CONTROL_PHYSICAL };
enum control_enforced { CONTROL_BY_RULE = 1, CONTROL_BY_SYSTEM };
enum control_state { CONTROL_PLANNED = 1, CONTROL_IN_PROGRESS, CONTROL_IMPLEMENTED, CONTROL_STOPPED };
extern const struct choice control_states[4]; /* 計画, 実施中, 実施済み, 停止 */
enum control_budget { CONTROL_YEARLY_PLAN = 1, CONTROL_SPOT };

#define CONTROL_UNKNOWN INT64_C(-1)        /* of yen: none is negative */
#define CONTROL_YEN_MAX INT64_C(100000000000)

/* What a control costs in a year of its life: initial cost / life in years, rounded half up, + yearly cost. What an event
 * costs comes only with an event and is not in it. Yen; unknown while an input is (CONTROL_UNKNOWN). */
int64_t control_yearly_cost(int64_t initial, int64_t yearly, int64_t life_years);
/* What a policy leaves of one loss: the loss less what is paid, which is the loss above the deductible, at most the cover.
 * Yen; unknown while an input is. */
int64_t control_insurance_gap(int64_t loss, int64_t cover, int64_t deductible);

/* Controls that need one another, and that shut one another out. */
extern const struct link_kind *const control_links[];
extern const size_t control_link_count;

/* Further content of a control's page, of a room that knows what controls are for. Set once at start-up. */
void control_declare_detail(void (*put)(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row));

extern const struct setting control_settings[];
extern const size_t control_setting_count;

/*
 * For the signal. Red: a control planned or under way is later than the set days. Yellow: one is late; one was stopped; one
 * made its indicator worse; a policy is past its renewal; more than the set share of what is in place rests on a rule only.
 * Grey: none is registered, or the state of one is not known. Green otherwise.
 */
struct signal;
MUST_USE int control_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);

/* For the Today page: policies to be renewed within the set days, or past it. Nothing when there is none. */
void control_today(struct html *h, struct http_req *req, struct db_conn *c);

#endif
