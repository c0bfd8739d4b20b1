/* What the controls say to the signal: what is late, what was stopped, what has no effect, what rests on a rule only. */
#include "control/control.h"

#include "register/batch.h"
#include "report/signal.h"

#define NOT_YET "state=planned&state=in_progress"

struct counts {
	int64_t all, in_place, late, very_late, stopped, rule_only, stateless;
};

static struct str day_before(struct arena *a, int64_t days)
{
	return date_iso(a, date_add_days(clock_today(), -days));
}

static int count(struct db_conn *c, struct arena *a, const struct principal *p, int64_t red_days, struct counts *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*), COALESCE(SUM(t.state IS 3), 0), COALESCE(SUM(COALESCE(t.state IN (1, 2), 0) AND COALESCE(t.due_on < ");
	sql_str(&q, day_before(a, 0));
	sql_lit(&q, ", 0)), 0), COALESCE(SUM(COALESCE(t.state IN (1, 2), 0) AND COALESCE(t.due_on < ");
	sql_str(&q, day_before(a, red_days));
	sql_lit(&q, ", 0)), 0), COALESCE(SUM(t.state IS 4), 0), COALESCE(SUM(t.caution IS 1), 0), COALESCE(SUM(t.state IS NULL), 0) FROM control_control t"
	            " WHERE t.archived = 0");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(&reg_control), OP_READ, "t");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		*ret = (struct counts){ stmt_i64(s, 0), stmt_i64(s, 1), stmt_i64(s, 2), stmt_i64(s, 3), stmt_i64(s, 4), stmt_i64(s, 5), stmt_i64(s, 6) };
		r = 0;
	}
	return r;
}

/* Live, visible rows of a register for which a condition holds. */
static int count_where(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *reg, const struct sql *condition, int64_t *ret)
{
	struct sql q;
	*ret = 0;
	if (!(auth_ops(p, reg_number(reg)) & OP_READ))
		return 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM ");
	sql_name(&q, reg->table);
	sql_lit(&q, " t WHERE t.archived = 0");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(reg), OP_READ, "t");
	sql_append(&q, condition);
	return db_get_i64(c, &q, ret);
}

static struct str late_path(struct arena *a, int64_t days)
{
	return str_printf(a, "/control/control?" NOT_YET "&due_on.until=%.*s&sort=due_on", STR_FMT(day_before(a, days + 1)));
}

int control_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	const int64_t red_days = setting_i64(c, "signal.control_late_days"), percent = setting_i64(c, "signal.rule_only_percent");
	struct counts n = { 0 };
	int64_t worse = 0, policies = 0;
	struct sql no_effect, past;
	sql_init(&no_effect, a);
	sql_lit(&no_effect, " AND t.verdict = 3");
	sql_init(&past, a);
	sql_lit(&past, " AND t.renewal_on < ");
	sql_str(&past, day_before(a, 0));
	int r = count(c, a, p, red_days, &n);
	if (r == 0)
		r = count_where(c, a, p, &reg_control_effect, &no_effect, &worse);
	if (r == 0)
		r = count_where(c, a, p, &reg_insurance, &past, &policies);
	sql_release(&no_effect);
	sql_release(&past);
	if (r < 0)
		return r;
	if (n.very_late)
		signal_add(ret, TONE_RED, NOTE(MSG_CONTROL_SIGNAL_VERY_LATE, ARG_I(n.very_late), ARG_I(red_days)), late_path(a, red_days));
	if (n.late > n.very_late)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_CONTROL_SIGNAL_LATE, ARG_I(n.late - n.very_late)), late_path(a, 0));
	if (n.stopped)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_CONTROL_SIGNAL_STOPPED, ARG_I(n.stopped)), STR("/control/control?state=stopped"));
	if (worse)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_CONTROL_SIGNAL_WORSE, ARG_I(worse)), STR("/control/control_effect?verdict=worse"));
	if (policies)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_CONTROL_SIGNAL_POLICIES, ARG_I(policies)),
		           str_printf(a, "/control/insurance?renewal_on.until=%.*s", STR_FMT(day_before(a, 1))));
	if (n.rule_only * 100 > n.in_place * percent)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_CONTROL_SIGNAL_RULE_ONLY, ARG_I(n.rule_only), ARG_I(n.in_place), ARG_I(percent)), STR("/control/control?caution=rule_only"));
	if (n.all == 0)
		signal_add(ret, TONE_GREY, NOTE0(MSG_CONTROL_SIGNAL_EMPTY), STR("/control/control"));
	else if (n.stateless)
		signal_add(ret, TONE_GREY, NOTE(MSG_CONTROL_SIGNAL_STATELESS, ARG_I(n.stateless)), STR("/control/control?state=-"));
	if (ret->reasons == 0)
		signal_add(ret, TONE_GREEN, NOTE(MSG_CONTROL_SIGNAL_GREEN, ARG_I(n.in_place), ARG_I(n.all)), STR("/control/control"));
	signal_add_figure(ret, "controls_in_place", MSG_CONTROL_FIGURE_IN_PLACE, n.in_place, STR("/control/control?state=implemented"), TONE_NEUTRAL);
	signal_add_figure(ret, "controls_late", MSG_CONTROL_FIGURE_LATE, n.late, late_path(a, 0), TONE_RED);
	signal_add_figure(ret, "controls_rule_only", MSG_CONTROL_FIGURE_RULE_ONLY, n.rule_only, STR("/control/control?caution=rule_only"), TONE_YELLOW);
	return 0;
}
