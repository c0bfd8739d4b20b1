/* What the treatment plan says to the monthly report: what waits to be begun and what it costs not to, which acceptances end
 * soon, and a chapter of treatments and costs. */
#include "base/text/plan.h"
#include "base/text/risk.h"
#include "risk/plan.h"

#include "control/control.h"
#include "register/query.h"
#include "report/monthly.h"
#include "risk/risk.h"

#define ENDS_SOON_DAYS 60
#define ROWS_IN_A_LINK 200 /* more would not fit into an address: the plan shows them */

static bool reads(const struct report_ctx *x)
{
	return (auth_ops(x->by, reg_number(&reg_treatment)) & OP_READ) && (auth_ops(x->by, reg_number(&reg_risk)) & OP_READ);
}

static struct str yen(const struct report_ctx *x, int64_t v)
{
	const struct doc_cell cell = cell_yen(v);
	return cell_str(x->arena, x->lang, &cell);
}

/* No filter of the list tells them from the others: the link names them. */
static struct str these(const struct report_ctx *x, const int64_t *id, size_t n)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL);
	buf_lit(&b, "/control/control?");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%sid=%lld", i ? "&" : "", (long long)id[i]);
	return str_dup(x->arena, buf_view(&b));
}

/* Controls that somebody planned against an open risk and nobody has begun. */
static void begin_or_not(const struct report_ctx *x, const struct plan *plan, struct report_decisions *d)
{
	int64_t controls = 0, cost = 0, unknown = 0, saved = 0, *id = ARENA_ARRAY(x->arena, plan->controls + 1, int64_t);
	for (size_t i = 0; i < plan->controls; i++) {
		bool used = false;
		for (size_t t = 0; t < plan->treatments; t++)
			used = used || (plan->treatment[t].control == (int)i && plan->risk[plan->treatment[t].risk].state != RISK_ACCEPTED);
		if (!used || plan->control[i].state != CONTROL_PLANNED)
			continue;
		id[controls++] = plan->control[i].id;
		unknown += plan->control[i].yearly == CONTROL_UNKNOWN;
		cost += plan->control[i].yearly == CONTROL_UNKNOWN ? 0 : plan->control[i].yearly;
	}
	if (!controls)
		return;
	/* What is under way comes by itself: the difference is what the planned ones take away on top of it. */
	for (size_t j = 0; j < plan->risks; j++) {
		const struct plan_risk *k = &plan->risk[j];
		if (k->facts.method == METHOD_ANNUAL && k->state != RISK_ACCEPTED && k->begun.score != SCORE_UNKNOWN && k->planned.score != SCORE_UNKNOWN)
			saved += k->begun.score - k->planned.score;
	}
	report_decide(d, (struct report_decision){ .tone = TONE_YELLOW,
		.what = note_str(x->arena, x->lang, &NOTE(MSG_PLAN_DECIDE_BEGIN, ARG_I(controls))),
		.cost = note_str(x->arena, x->lang, &NOTE(unknown ? MSG_PLAN_DECIDE_COST_AND : MSG_PLAN_DECIDE_COST, ARG_S(yen(x, cost)), ARG_I(unknown))),
		.idle = note_str(x->arena, x->lang, &NOTE(MSG_PLAN_DECIDE_IDLE, ARG_S(yen(x, saved)))),
		.path = controls > ROWS_IN_A_LINK ? STR("/risk/plan") : these(x, id, (size_t)controls), .rows = controls > ROWS_IN_A_LINK ? -1 : controls, .reg = "treatment" });
}

/* The largest yearly loss that is above its limit as things are, whatever was decided about it so far. */
static void largest(const struct report_ctx *x, const struct plan *plan, struct report_decisions *d)
{
	const struct plan_risk *top = NULL;
	for (size_t j = 0; j < plan->risks; j++) {
		const struct plan_risk *k = &plan->risk[j];
		if (k->facts.method == METHOD_ANNUAL && k->state != RISK_ACCEPTED && k->now.band == BAND_HIGH && k->now.score != SCORE_UNKNOWN &&
		    (!top || k->now.score > top->now.score))
			top = k;
	}
	if (!top)
		return;
	report_decide(d, (struct report_decision){ .tone = TONE_RED,
		.what = note_str(x->arena, x->lang, &NOTE(top->treated ? MSG_PLAN_DECIDE_LARGEST_MORE : MSG_PLAN_DECIDE_LARGEST, ARG_S(top->name))),
		.cost = msg(x->lang, MSG_RISK_DECIDE_COST), .idle = note_str(x->arena, x->lang, &NOTE(MSG_PLAN_DECIDE_LARGEST_IDLE, ARG_S(yen(x, top->now.score)))),
		.path = str_printf(x->arena, "/risk/risk/%lld", (long long)top->id), .rows = -1, .reg = "risk" });
}

/* Of a risk what it loses a year, of a treatment what it would take away: nothing else has an amount here. */
static int idle(const struct report_ctx *x, const struct reg *r, int64_t record_id, struct str *ret)
{
	struct plan plan;
	if (!reads(x) || (r != &reg_risk && r != &reg_treatment && r != &reg_acceptance))
		return 0;
	int64_t risk_id = record_id;
	int e = risk_plan_load(x->conn, x->arena, x->by, &plan);
	if (e == 0 && r != &reg_risk) {
		struct sql q;
		reg_select(&q, x->arena, x->by, r, "t.risk");
		sql_lit(&q, " AND t.id = ");
		sql_i64(&q, record_id);
		e = db_get_i64(x->conn, &q, &risk_id);
	}
	for (size_t j = 0; e == 0 && j < plan.risks; j++) {
		const struct plan_risk *k = &plan.risk[j];
		if (k->id == risk_id && k->facts.method == METHOD_ANNUAL && k->now.score != SCORE_UNKNOWN)
			*ret = note_str(x->arena, x->lang, &NOTE(MSG_PLAN_IDLE_OF, ARG_S(k->name), ARG_S(yen(x, k->now.score))));
	}
	return e == ERR_NOT_FOUND ? 0 : e;
}

/* Acceptances that end soon: somebody has to say whether they go on. */
static int end_soon(const struct report_ctx *x, struct report_decisions *d)
{
	struct str until = date_iso(x->arena, date_add_days(clock_today(), ENDS_SOON_DAYS));
	struct sql q;
	int64_t n = 0;
	reg_select(&q, x->arena, x->by, &reg_acceptance, "count(*)");
	sql_lit(&q, " AND t.state = 1 AND t.until <= ");
	sql_str(&q, until);
	int e = db_get_i64(x->conn, &q, &n);
	if (e == 0 && n)
		report_decide(d, (struct report_decision){ .tone = TONE_YELLOW,
			.what = note_str(x->arena, x->lang, &NOTE(MSG_PLAN_DECIDE_ACCEPTANCES, ARG_I(ENDS_SOON_DAYS), ARG_I(n))),
			.cost = msg(x->lang, MSG_PLAN_DECIDE_NO_COST), .idle = msg(x->lang, MSG_PLAN_DECIDE_ACCEPTANCES_IDLE), .path = str_printf(x->arena, "/risk/acceptance?state=valid&until.until=%.*s", STR_FMT(until)), .rows = n, .reg = "acceptance" });
	return e;
}

static int decisions(const struct report_ctx *x, struct report_decisions *d)
{
	struct plan plan;
	if (!reads(x))
		return 0;
	int e = risk_plan_load(x->conn, x->arena, x->by, &plan);
	if (e == 0) {
		largest(x, &plan, d);
		begin_or_not(x, &plan, d);
	}
	return e == 0 ? end_soon(x, d) : e;
}

static void costs(const struct report_ctx *x, struct doc *d, const struct plan *plan)
{
	static const msg_id parts[] = { MSG_BUDGET_NO_PART, MSG_BUDGET_PLANNED, MSG_BUDGET_SPOT };
	const struct doc_column columns[] = { { msg(x->lang, MSG_BUDGET_PART), 2, false }, { msg(x->lang, MSG_BUDGET_INITIAL), 2, true },
		{ msg(x->lang, MSG_BUDGET_RUNNING), 2, true }, { msg(x->lang, MSG_BUDGET_EVENT), 2, true }, { msg(x->lang, MSG_BUDGET_UNKNOWN), 2, true } };
	struct doc_table *t = doc_table(d, msg(x->lang, MSG_BUDGET_COSTS), columns, COUNT_OF(columns));
	for (int part = 0; part < 3; part++) {
		const struct plan_cost sum = risk_plan_cost(plan, part);
		if (sum.controls == 0)
			continue;
		struct doc_cell *c = doc_row(t);
		c[0] = cell_text(d, msg(x->lang, parts[part]));
		c[1] = cell_yen(sum.initial);
		c[2] = cell_yen(sum.running);
		c[3] = cell_yen(sum.event);
		c[4] = cell_i64(sum.unknown);
	}
	doc_footnote(d, msg(x->lang, MSG_BUDGET_COSTS_FORMULA));
}

static int annex(const struct report_ctx *x, struct doc *d)
{
	struct plan plan;
	if (!reads(x))
		return 0;
	int e = risk_plan_load(x->conn, x->arena, x->by, &plan);
	if (e < 0 || (plan.risks == 0 && plan.controls == 0))
		return e;
	doc_heading(d, 2, msg(x->lang, MSG_PLAN_TITLE));
	risk_plan_summary(d, &plan);
	if (plan.treatments)
		risk_plan_treatments(d, &plan);
	if (plan.controls)
		costs(x, d, &plan);
	/* The plan is not part of what is frozen. */
	doc_footnote(d, note_str(x->arena, x->lang, &NOTE(MSG_PLAN_AS_OF_NOW, ARG_S(x->made))));
	return 0;
}

const struct report_part plan_report_part = { .decisions = decisions, .idle = idle, .annex = annex };
