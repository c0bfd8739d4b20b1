/* /risk/overdue: the high rows that have waited too long for a treatment. When a row became high stands in what moved, not in
 * the row: no filter of the list finds them. */
#include "base/text/http.h"
#include "base/text/risk.h"
#include "auth/office.h"
#include "register/faces.h"
#include "register/query.h"
#include "risk/overview.h"
#include "risk/pages.h"

#define OVERDUE_ROWS 200

void risk_page_overdue(struct http_req *req)
{
	static const char *const fields[] = { "name", "department", "importance", "damage_likelihood", "risk_value", "risk_band", NULL };
	const struct principal *p = auth_principal(req);
	struct office *office = office_of(req);
	int64_t *id = ARENA_ARRAY(req->arena, OVERDUE_ROWS, int64_t);
	size_t n = 0;
	struct risk_overview o;
	struct reg_view view;
	struct listing l = { .rows = 0 };
	struct db_conn *c = db_read_begin(office->db);
	int r = risk_overview_load(c, req->arena, p, &o);
	if (r == 0)
		r = risk_overdue(c, req->arena, p, OVERDUE_ROWS, id, &n);
	if (r == 0)
		r = reg_view_load(c, req->arena, reg_find(STR("asset")), &view);
	if (r == 0 && n) {
		struct query q = { .view = &view, .by = p, .op = OP_READ, .sort = SORT_OLDEST, .limit = LIMIT_PAGE_ROWS, .ids = id, .id_count = n };
		r = reg_list(c, req->arena, &q, &l);
	}
	db_read_end(office->db, &c);
	if (r < 0) {
		http_fail(req, 503, NOTE0(MSG_HTTP_BUSY));
		return;
	}
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .title = note_str(req->arena, p->lang, &NOTE(MSG_RISK_OVERDUE, ARG_I(o.overdue))),
	                     .subtitle = note_str(req->arena, p->lang, &NOTE(MSG_RISK_OVERDUE_ABOUT, ARG_I(o.untreated_days))), .help_path = STR("/help/risk") };
	office->frame(req, &page);
	page.breadcrumb_label[0] = msg(p->lang, MSG_RISK_TITLE);
	page.breadcrumb_path[0] = STR("/risk");
	page.breadcrumb_label[1] = page.title;
	page_begin(&h, &page);
	if (l.rows)
		reg_table(&h, &view, l.row, l.rows, fields);
	else
		html_empty(&h, msg(p->lang, MSG_RISK_OVERDUE_NONE), STR_NULL, STR_NULL, STR_NULL);
	if (o.overdue > (int64_t)l.rows)
		html_alert(&h, TONE_BLUE, STR_NULL, note_str(req->arena, p->lang, &NOTE(MSG_RISK_OVERDUE_FIRST, ARG_I((int64_t)l.rows))));
	page_end(&h);
}
