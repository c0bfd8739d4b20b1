#include "org/accounts.h"

#include "base/text/auth.h"
#include "base/text/http.h"
#include "base/text/org.h"
#include "auth/office.h"
#include "org/org.h"
#include "register/batch.h"
#include "register/setting.h"

#define LISTED 500

/* Accounts that work although their person left more than the set days ago, or is archived. */
static void leavers(struct db_conn *c, struct sql *q, struct arena *a, const struct principal *p)
{
	sql_lit(q, " FROM auth_account x JOIN org_person t ON t.id = x.person_id WHERE x.active = 1 AND (t.archived = 1 OR t.left_on < ");
	sql_str(q, date_iso(a, date_add_days(clock_today(), -setting_i64(c, "signal.leaver_days"))));
	sql_lit(q, ")");
	batch_visible(q, "t");
	auth_visible(q, p, reg_number(&reg_person), OP_READ, "t");
}

/* Administrators and leads that sign in with a password alone. */
static void factorless(struct sql *q, struct arena *a)
{
	sql_lit(q, " FROM auth_account x WHERE x.active = 1 AND EXISTS (SELECT 1 FROM auth_grant g WHERE g.account_id = x.id AND g.role IN (");
	sql_i64(q, ROLE_ADMINISTRATOR);
	sql_lit(q, ", ");
	sql_i64(q, ROLE_LEAD);
	sql_lit(q, ") AND (g.until = '' OR g.until >= ");
	sql_str(q, date_iso(a, clock_today()));
	sql_lit(q, ")) AND NOT EXISTS (SELECT 1 FROM auth_factor f WHERE f.account_id = x.id AND f.confirmed_at > 0)");
}

static void from(struct db_conn *c, struct sql *q, struct arena *a, const struct principal *p, enum accounts_of which)
{
	if (which == ACCOUNTS_LEAVERS)
		leavers(c, q, a, p);
	else
		factorless(q, a);
}

int accounts_count(struct db_conn *c, struct arena *a, const struct principal *p, enum accounts_of which, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*)");
	from(c, &q, a, p, which);
	return db_get_i64(c, &q, ret);
}

struct str accounts_path(enum accounts_of which)
{
	return which == ACCOUNTS_LEAVERS ? STR("/org/accounts?of=leavers") : STR("/org/accounts?of=factorless");
}

static int rows(struct html *h, struct db_conn *c, const struct principal *p, enum accounts_of which)
{
	struct sql q;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT x.id, x.name, x.login");
	from(c, &q, h->arena, p, which);
	sql_lit(&q, " ORDER BY x.login_key LIMIT ");
	sql_i64(&q, LISTED);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	html_lit(h, "<table class=\"table table-cards\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_AUTH_NAME);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_AUTH_LOGIN);
	html_lit(h, "</th></tr></thead><tbody>");
	for (; r == 0 && (r = stmt_step(s)) == 1; r = 0) {
		html_lit(h, "<tr><th scope=\"row\"><a");
		html_href(h, str_printf(h->arena, "/settings/accounts/%lld", (long long)stmt_i64(s, 0)));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 1));
		html_lit(h, "</a></th><td");
		html_attr_msg(h, "data-label", MSG_AUTH_LOGIN);
		html_lit(h, ">");
		html_text(h, stmt_str(s, 2));
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table>");
	return r;
}

void accounts_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct str of = http_query(req, "of");
	enum accounts_of which = str_eq(of, STR("leavers")) ? ACCOUNTS_LEAVERS : ACCOUNTS_FACTORLESS;
	int64_t n = 0;
	if (which != ACCOUNTS_LEAVERS && !str_eq(of, STR("factorless"))) {
		http_fail(req, 404, NOTE0(MSG_HTTP_NOT_FOUND));
		return;
	}
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int r = accounts_count(c, req->arena, p, which, &n);
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .title = note_str(req->arena, p->lang, &NOTE(which == ACCOUNTS_LEAVERS ? MSG_ORG_ACCOUNTS_LEAVERS : MSG_ORG_ACCOUNTS_FACTORLESS, ARG_I(n))),
	                     .subtitle = msg(p->lang, which == ACCOUNTS_LEAVERS ? MSG_ORG_ACCOUNTS_LEAVERS_ABOUT : MSG_ORG_ACCOUNTS_FACTORLESS_ABOUT),
	                     .help_path = STR("/help/org") };
	office_of(req)->frame(req, &page);
	page.breadcrumb_label[0] = msg(p->lang, MSG_AUTH_ACCOUNTS);
	page.breadcrumb_path[0] = STR("/settings/accounts");
	page.breadcrumb_label[1] = page.title;
	page_begin(&h, &page);
	if (r == 0 && n)
		r = rows(&h, c, p, which);
	else if (r == 0)
		html_empty(&h, msg(p->lang, MSG_ORG_ACCOUNTS_NONE), STR_NULL, STR_NULL, STR_NULL);
	db_read_end(office_of(req)->db, &c);
	if (r < 0) {
		buf_clear(&req->answer->body);
		http_fail(req, 503, NOTE0(MSG_HTTP_BUSY));
		return;
	}
	page_end(&h);
}
