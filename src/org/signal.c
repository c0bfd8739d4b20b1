/* What the organisation says to the signal: people without a unit, leavers whose account still works, administrators
 * without a second factor. */
#include "base/text/org.h"
#include "org/accounts.h"
#include "org/duty.h"
#include "org/org.h"
#include "register/query.h"
#include "report/signal.h"

/* People who are here, and those of them without a unit. */
static int count_people(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret_all, int64_t *ret_unitless)
{
	struct sql q;
	reg_select(&q, a, p, &reg_person, "count(*), COALESCE(SUM(t.unit IS NULL), 0)");
	sql_lit(&q, " AND (t.left_on IS NULL OR t.left_on >= ");
	sql_str(&q, date_iso(a, clock_today()));
	sql_lit(&q, ")");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		*ret_all = stmt_i64(s, 0);
		*ret_unitless = stmt_i64(s, 1);
		r = 0;
	}
	return r;
}

int org_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	int64_t all = 0, unitless = 0, leavers = 0, factorless = 0, duties = 0;
	int64_t days = setting_i64(c, "signal.leaver_days"), percent = setting_i64(c, "signal.unknown_percent");
	/* Accounts belong to the installation: of them only who sees the whole company hears, and only administrators see them. */
	const bool accounts = month_may(p) && (p->needs & NEED_REPORT), may = p->kind == PRINCIPAL_ACCOUNT && (p->needs & NEED_ADMIN);
	const struct str people = str_printf(a, "/org/person?left_on=-&left_on.from=%.*s", STR_FMT(date_iso(a, clock_today())));
	const struct str unitless_path = str_printf(a, "%.*s&unit=-", STR_FMT(people));
	const struct str leavers_path = may ? accounts_path(ACCOUNTS_LEAVERS) : STR(""), factorless_path = may ? accounts_path(ACCOUNTS_FACTORLESS) : STR("");
	int r = count_people(c, a, p, &all, &unitless);
	if (r == 0)
		r = accounts_count(c, a, p, ACCOUNTS_LEAVERS, &leavers);
	if (r == 0 && accounts)
		r = accounts_count(c, a, p, ACCOUNTS_FACTORLESS, &factorless);
	if (r == 0)
		r = org_duty_warnings(c, a, p, &duties);
	if (r < 0)
		return r;
	if (leavers)
		signal_add(ret, TONE_RED, NOTE(may ? MSG_ORG_SIGNAL_LEAVERS : MSG_ORG_SIGNAL_LEAVERS_ASK, ARG_I(leavers), ARG_I(days)), leavers_path);
	if (factorless)
		signal_add(ret, TONE_YELLOW, NOTE(may ? MSG_ORG_SIGNAL_FACTORLESS : MSG_ORG_SIGNAL_FACTORLESS_ASK, ARG_I(factorless)), factorless_path);
	if (all == 0)
		signal_add(ret, TONE_GREY, NOTE0(MSG_ORG_SIGNAL_EMPTY), people);
	else if (unitless * 100 > all * percent)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_ORG_SIGNAL_UNITLESS, ARG_I(unitless), ARG_I(all), ARG_I(percent)), unitless_path);
	if (duties)
		signal_add_page(ret, TONE_YELLOW, NOTE(MSG_ORG_SIGNAL_DUTIES, ARG_I(duties)), STR("/org/duties"));
	if (ret->reasons == 0)
		signal_add(ret, TONE_GREEN, NOTE(accounts ? MSG_ORG_SIGNAL_GREEN : MSG_ORG_SIGNAL_GREEN_PEOPLE, ARG_I(all)), people);
	signal_add_figure(ret, "people", MSG_ORG_FIGURE_PEOPLE, all, people, TONE_NEUTRAL);
	signal_add_figure(ret, "people_unitless", MSG_ORG_FIGURE_UNITLESS, unitless, unitless_path, TONE_YELLOW);
	signal_add_figure(ret, "leavers_live", may ? MSG_ORG_FIGURE_LEAVERS : MSG_ORG_FIGURE_LEAVERS_ASK, leavers, leavers_path, TONE_RED);
	if (accounts)
		signal_add_figure(ret, "factorless", may ? MSG_ORG_FIGURE_FACTORLESS : MSG_ORG_FIGURE_FACTORLESS_ASK, factorless, factorless_path, TONE_YELLOW);
	return 0;
}
