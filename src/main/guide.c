#include "main/guide.h"

#include "base/text/main.h"
#include "asset/asset.h"
#include "asset/campaign.h"
#include "auth/auth.h"
#include "control/control.h"
#include "incident/incident.h"
#include "register/query.h"
#include "report/signal.h"
#include "risk/overview.h"
#include "training/training.h"
#include "work/work.h"

/* ---- はじめに: until everything is done ---- */

struct step {
	msg_id title, text;
	const char *path;
	uint32_t need;       /* who can do it: others see it without a link */
	/* Counts something; the step is done with at least `enough`, or with 0 when enough is 0. */
	int64_t enough;
	int (*count)(struct db_conn *c, struct sql *q, int64_t *ret);
};

#define COUNT(name, statement) \
	static int name(struct db_conn *c, struct sql *q, int64_t *ret) \
	{ \
		sql_lit(q, statement); \
		return db_get_i64(c, q, ret); \
	}
COUNT(companies, "SELECT count(*) FROM org_company WHERE archived = 0")
COUNT(units, "SELECT count(*) FROM org_unit WHERE archived = 0")
COUNT(assets, "SELECT count(*) FROM (SELECT 1 FROM asset_asset WHERE archived = 0 LIMIT 1) AS n")
/* Of these a fifth may be open: the figures of the risk page keep asking for the rest. 1 when there is more to do. */
COUNT(kindless, "SELECT COALESCE(SUM(kind IS NULL) * 5 > COUNT(*), TRUE) FROM asset_place WHERE archived = 0")
COUNT(threats, "SELECT COALESCE(SUM(applicable IS NOT 0 AND frequency IS NULL) * 5 > COUNT(*), TRUE) FROM risk_threat_situation WHERE archived = 0")
COUNT(checks, "SELECT COALESCE(SUM(answer IS NULL) * 5 > COUNT(*), TRUE) FROM risk_control_check WHERE archived = 0")
COUNT(accounts, "SELECT count(*) FROM auth_account WHERE active = 1")

static const struct step steps[] = {
	{ MSG_GUIDE_COMPANY, MSG_GUIDE_COMPANY_TEXT, "/org/company", NEED_SETTINGS, 1, companies },
	{ MSG_GUIDE_UNITS, MSG_GUIDE_UNITS_TEXT, "/org/tree", NEED_SETTINGS, 1, units },
	{ MSG_GUIDE_ASSETS, MSG_GUIDE_ASSETS_TEXT, "/asset/asset/import", NEED_SETTINGS, 1, assets },
	{ MSG_GUIDE_PLACES, MSG_GUIDE_PLACES_TEXT, "/asset/place", NEED_SETTINGS, 0, kindless },
	{ MSG_GUIDE_THREATS, MSG_GUIDE_THREATS_TEXT, "/risk/threat_situation", NEED_SETTINGS, 0, threats },
	{ MSG_GUIDE_CHECKS, MSG_GUIDE_CHECKS_TEXT, "/risk/control_check", NEED_SETTINGS, 0, checks },
	{ MSG_GUIDE_ACCOUNTS, MSG_GUIDE_ACCOUNTS_TEXT, "/settings/accounts", NEED_ADMIN, 2, accounts },
};

static void first_steps(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	bool done[COUNT_OF(steps)], all = true;
	if (!(p->needs & NEED_SETTINGS))
		return;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct sql q;
		int64_t n = 0;
		sql_init(&q, req->arena);
		if (steps[i].count(c, &q, &n) < 0)
			return;
		done[i] = steps[i].enough ? n >= steps[i].enough : n == 0;
		all = all && done[i];
	}
	if (all)
		return;
	html_section_begin(h, MSG_GUIDE);
	html_lit(h, "<p class=\"muted\">");
	html_msg(h, MSG_GUIDE_ABOUT);
	html_lit(h, "</p><ol class=\"guide\">");
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		html_lit(h, "<li");
		if (done[i])
			html_lit(h, " class=\"done\"");
		html_lit(h, "><div>");
		if (p->needs & steps[i].need) {
			html_lit(h, "<a");
			html_href(h, str_of(steps[i].path));
			html_lit(h, ">");
			html_msg(h, steps[i].title);
			html_lit(h, "</a>");
		} else {
			html_msg(h, steps[i].title);
		}
		if (done[i]) {
			html_lit(h, " ");
			html_badge(h, TONE_GREEN, msg(h->lang, MSG_GUIDE_DONE));
		}
		html_lit(h, "<span class=\"field-hint\">");
		html_msg(h, steps[i].text);
		html_lit(h, "</span></div></li>");
	}
	html_lit(h, "</ol></div></section>");
}

/* ---- a contact's own rows ---- */

static bool every_unit(const struct principal *p)
{
	for (size_t i = 0; i < p->grants; i++)
		if (p->grant[i].unit_id == 0)
			return true;
	return p->kind == PRINCIPAL_OPERATOR || p->kind == PRINCIPAL_SYSTEM;
}

static void stat(struct html *h, msg_id label, int64_t n, const char *path)
{
	html_lit(h, "<li><a");
	html_attr(h, "class", n ? STR("stat tone-yellow") : STR("stat tone-green"));
	html_href(h, str_of(path));
	html_lit(h, "><span class=\"stat-number\">");
	html_i64(h, n);
	html_lit(h, "</span><span class=\"stat-label\">");
	html_msg(h, label);
	html_lit(h, "</span></a></li>");
}

static int64_t own_count(struct db_conn *c, struct arena *a, const struct principal *p, const char *blank)
{
	struct sql q;
	int64_t n = 0;
	reg_select(&q, a, p, &reg_asset, "count(*)");
	sql_lit(&q, " AND t.");
	sql_name(&q, blank);
	sql_lit(&q, " IS NULL");
	return db_get_i64(c, &q, &n) < 0 ? 0 : n;
}

static void own_rows(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	int64_t due = 0;
	if (every_unit(p) || !(auth_ops(p, reg_number(&reg_asset)) & OP_UPDATE) || asset_due_count(c, req->arena, p, &due) < 0)
		return;
	html_section_begin(h, MSG_GUIDE_OWN);
	html_lit(h, "<ul class=\"cards figures list-unstyled\">");
	stat(h, MSG_GUIDE_OWN_DUE, due, "/asset/confirm");
	stat(h, MSG_GUIDE_OWN_UNRATED, own_count(c, req->arena, p, "importance"), "/asset/asset?importance=-");
	stat(h, MSG_GUIDE_OWN_NO_STORAGE, own_count(c, req->arena, p, "storage"), "/asset/asset?storage=-");
	html_lit(h, "</ul></div></section>");
}

void guide_declare(void)
{
	static const struct today_part parts[] = { { first_steps }, { own_rows }, { standing_today }, { training_today }, { near_miss_today }, { signal_today }, { risk_today }, { asset_ends_today }, { control_today } };
	today_declare(parts, COUNT_OF(parts));
}
