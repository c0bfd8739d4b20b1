/* What the organisation says to the signal: people without a unit, leavers whose account still works, administrators
 * without a second factor. */
#include "org/org.h"
#include "register/batch.h"
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

/* Accounts that work although their person left more than so many days ago, or is archived. */
static int count_leavers(struct db_conn *c, struct arena *a, const struct principal *p, int64_t days, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM auth_account x JOIN org_person t ON t.id = x.person_id WHERE x.active = 1 AND (t.archived = 1 OR t.left_on < ");
	sql_str(&q, date_iso(a, date_add_days(clock_today(), -days)));
	sql_lit(&q, ")");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(&reg_person), OP_READ, "t");
	return db_get_i64(c, &q, ret);
}

/* Administrators and leads that sign in with a password alone. */
static int count_factorless(struct db_conn *c, struct arena *a, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM auth_account x WHERE x.active = 1 AND EXISTS (SELECT 1 FROM auth_grant g WHERE g.account_id = x.id AND g.role IN (");
	sql_i64(&q, ROLE_ADMINISTRATOR);
	sql_lit(&q, ", ");
	sql_i64(&q, ROLE_LEAD);
	sql_lit(&q, ") AND (g.until = '' OR g.until >= ");
	sql_str(&q, date_iso(a, clock_today()));
	sql_lit(&q, ")) AND NOT EXISTS (SELECT 1 FROM auth_factor f WHERE f.account_id = x.id AND f.confirmed_at > 0)");
	return db_get_i64(c, &q, ret);
}

int org_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	int64_t all = 0, unitless = 0, leavers = 0, factorless = 0;
	int64_t days = setting_i64(c, "signal.leaver_days"), percent = setting_i64(c, "signal.unknown_percent");
	/* Accounts belong to the installation: of them only who sees the whole company hears. */
	bool accounts = month_may(p) && (p->needs & NEED_REPORT);
	struct str path = p->kind == PRINCIPAL_ACCOUNT && (p->needs & NEED_ADMIN) ? STR("/settings/accounts") : STR("");
	int r = count_people(c, a, p, &all, &unitless);
	if (r == 0)
		r = count_leavers(c, a, p, days, &leavers);
	if (r == 0 && accounts)
		r = count_factorless(c, a, &factorless);
	if (r < 0)
		return r;
	if (leavers)
		signal_add(ret, TONE_RED, NOTE(MSG_ORG_SIGNAL_LEAVERS, ARG_I(leavers), ARG_I(days)), path);
	if (factorless)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_ORG_SIGNAL_FACTORLESS, ARG_I(factorless)), path);
	if (all == 0)
		signal_add(ret, TONE_GREY, NOTE0(MSG_ORG_SIGNAL_EMPTY), STR("/org/person"));
	else if (unitless * 100 > all * percent)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_ORG_SIGNAL_UNITLESS, ARG_I(unitless), ARG_I(all), ARG_I(percent)), STR("/org/person?unit=-"));
	if (ret->reasons == 0)
		signal_add(ret, TONE_GREEN, NOTE(accounts ? MSG_ORG_SIGNAL_GREEN : MSG_ORG_SIGNAL_GREEN_PEOPLE, ARG_I(all)), STR("/org/person"));
	signal_add_figure(ret, "people", MSG_ORG_FIGURE_PEOPLE, all, STR("/org/person"), TONE_NEUTRAL);
	signal_add_figure(ret, "people_unitless", MSG_ORG_FIGURE_UNITLESS, unitless, STR("/org/person?unit=-"), TONE_YELLOW);
	signal_add_figure(ret, "leavers_live", MSG_ORG_FIGURE_LEAVERS, leavers, path.n ? path : STR("/org/person"), TONE_RED);
	if (accounts)
		signal_add_figure(ret, "factorless", MSG_ORG_FIGURE_FACTORLESS, factorless, path.n ? path : STR("/org/person"), TONE_YELLOW);
	return 0;
}
