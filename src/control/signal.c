/* What the controls say to the signal: what is late, what was stopped, what has no effect, what rests on a rule only. */
#include "base/text/control.h"
#include "control/control.h"

#include "register/query.h"
#include "report/signal.h"

#define NOT_YET "state=planned&state=in_progress"

struct counts {
	int64_t all, in_place, stopped, rule_only, stateless;
};

static struct str day_before(struct arena *a, int64_t days)
{
	return date_iso(a, date_add_days(clock_today(), -days));
}

static int count_all(struct db_conn *c, struct arena *a, const struct principal *p, struct counts *ret)
{
	struct sql q;
	reg_select(&q, a, p, &reg_control, "count(*), COALESCE(SUM(t.state IS 3), 0), COALESCE(SUM(t.state IS 4), 0), COALESCE(SUM(t.caution IS 1), 0),"
	           " COALESCE(SUM(t.state IS NULL), 0)");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		*ret = (struct counts){ stmt_i64(s, 0), stmt_i64(s, 1), stmt_i64(s, 2), stmt_i64(s, 3), stmt_i64(s, 4) };
		r = 0;
	}
	return r;
}

/* Rows for which a constant condition holds; one that ends with a comparison is followed by the day. */
static int count_if(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, const char *condition, struct str day, int64_t *ret)
{
	struct sql q;
	reg_select(&q, a, p, r, "count(*)");
	sql_const(&q, condition);
	if (day.n)
		sql_str(&q, day);
	return db_get_i64(c, &q, ret);
}

static struct str late_path(struct arena *a, int64_t days)
{
	return str_printf(a, "/control/control?" NOT_YET "&due_on.until=%.*s&sort=due_on", STR_FMT(day_before(a, days + 1)));
}

int control_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	const int64_t red_days = setting_i64(c, "signal.control_late_days"), percent = setting_i64(c, "signal.rule_only_percent");
	static const char late_if[] = " AND t.state IN (1, 2) AND t.due_on < ";
	struct counts n = { 0 };
	int64_t late = 0, very_late = 0, worse = 0, policies = 0;
	int r = count_all(c, a, p, &n);
	if (r == 0)
		r = count_if(c, a, p, &reg_control, late_if, day_before(a, 0), &late);
	if (r == 0)
		r = count_if(c, a, p, &reg_control, late_if, day_before(a, red_days), &very_late);
	if (r == 0)
		r = count_if(c, a, p, &reg_control_effect, " AND t.verdict = 3", STR(""), &worse);
	if (r == 0)
		r = count_if(c, a, p, &reg_insurance, " AND t.renewal_on < ", day_before(a, 0), &policies);
	if (r < 0)
		return r;
	if (very_late)
		signal_add(ret, TONE_RED, NOTE(MSG_CONTROL_SIGNAL_VERY_LATE, ARG_I(very_late), ARG_I(red_days)), late_path(a, red_days));
	if (late > very_late)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_CONTROL_SIGNAL_LATE, ARG_I(late - very_late)),
		           very_late ? str_printf(a, "%.*s&due_on.from=%.*s", STR_FMT(late_path(a, 0)), STR_FMT(day_before(a, red_days))) : late_path(a, 0));
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
		signal_add(ret, TONE_GREEN, NOTE(MSG_CONTROL_SIGNAL_GREEN, ARG_I(n.in_place), ARG_I(n.all)), STR("/control/control?state=implemented"));
	signal_add_figure(ret, "controls_in_place", MSG_CONTROL_FIGURE_IN_PLACE, n.in_place, STR("/control/control?state=implemented"), TONE_NEUTRAL);
	signal_add_figure(ret, "controls_late", MSG_CONTROL_FIGURE_LATE, late, late_path(a, 0), TONE_RED);
	signal_add_figure(ret, "controls_rule_only", MSG_CONTROL_FIGURE_RULE_ONLY, n.rule_only, STR("/control/control?caution=rule_only"), TONE_YELLOW);
	return 0;
}
