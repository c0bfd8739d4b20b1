/* What the asset room says to the signal: is the ledger kept true? */
#include "base/text/asset.h"
#include "base/text/risk.h"
#include "asset/asset.h"
#include "asset/campaign.h"
#include "register/query.h"
#include "register/setting.h"
#include "report/signal.h"
#include "risk/overview.h"

/* Rows without a unit that answers for them. */
static int count_unowned(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret)
{
	struct sql q;
	reg_select(&q, a, p, &reg_asset, "count(*)");
	sql_lit(&q, " AND t.department IS NULL");
	return db_get_i64(c, &q, ret);
}

/* Red or yellow when the share is over its limit. */
static void share(struct signal *s, int64_t part, int64_t whole, int64_t yellow, int64_t red, msg_id why, struct str path)
{
	int64_t limit = part * 100 > whole * red ? red : yellow;
	if (part * 100 > whole * limit)
		signal_add(s, limit == red ? TONE_RED : TONE_YELLOW, NOTE(why, ARG_I(part), ARG_I(whole), ARG_I(limit)), path);
}

int asset_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	int64_t unowned = 0, unrated = 0;
	struct risk_overview o;
	int r = risk_overview_load(c, a, p, &o);
	if (r == 0)
		r = count_unowned(c, a, p, &unowned);
	if (r < 0)
		return r;
	if (o.total == 0)
		signal_add(ret, TONE_GREY, NOTE0(MSG_RISK_SIGNAL_EMPTY), STR("/asset/asset"));
	r = asset_ends_signal(c, a, p, ret);
	if (r == 0)
		r = standing_signal(c, a, p, ret);
	if (r < 0 || o.total == 0)
		return r;
	for (int i = 0; i < 4; i++)
		unrated += o.heat[3][i];
	int64_t old = o.unconfirmed - o.never_confirmed, unknown_red = setting_i64(c, "signal.unknown_red_percent");
	struct str until = str_printf(a, "/asset/asset?confirmed_on.until=%.*s", STR_FMT(date_iso(a, date_add_days(clock_today(), -o.confirmed_days - 1))));
	share(ret, o.unconfirmed, o.total, o.unconfirmed_percent, setting_i64(c, "signal.unconfirmed_red_percent"), MSG_RISK_SIGNAL_UNCONFIRMED,
	      str_printf(a, "%.*s&confirmed_on=-", STR_FMT(until)));
	share(ret, unrated, o.total, o.unknown_percent, unknown_red, MSG_ASSET_SIGNAL_UNRATED, STR("/asset/asset?importance=-"));
	share(ret, unowned, o.total, o.unknown_percent, unknown_red, MSG_ASSET_SIGNAL_UNOWNED, STR("/asset/asset?department=-"));
	if (ret->reasons == 0)
		signal_add(ret, TONE_GREEN, NOTE(MSG_ASSET_SIGNAL_GREEN, ARG_I(o.total)), STR("/asset/asset"));
	signal_add_figure(ret, "assets", MSG_ASSET_FIGURE_ALL, o.total, STR("/asset/asset"), TONE_NEUTRAL);
	signal_add_figure(ret, "never_confirmed", MSG_RISK_NEVER_CONFIRMED, o.never_confirmed, STR("/asset/asset?confirmed_on=-"), TONE_YELLOW);
	signal_add_figure(ret, "confirmation_old", MSG_RISK_UNCONFIRMED_ROWS, old, until, TONE_YELLOW);
	signal_add_figure(ret, "importance_unknown", MSG_ASSET_FIGURE_UNRATED, unrated, STR("/asset/asset?importance=-"), TONE_GREY);
	signal_add_figure(ret, "department_unknown", MSG_ASSET_FIGURE_UNOWNED, unowned, STR("/asset/asset?department=-"), TONE_GREY);
	return 0;
}
