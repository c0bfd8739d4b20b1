/* The pages of the room: its front, the monthly report and its files. */
#include "base/text/report.h"
#include "auth/office.h"
#include "report/evidence.h"
#include "report/monthly.h"
#include "report/render.h"

#define MONTHS_OFFERED 12

/* The month a request asks for, or the last one that is over and known, or else the running one; false when it has been answered. */
static bool asked_month(struct http_req *req, struct month *ret)
{
	struct str s = http_query(req, "month");
	struct month now = month_of(clock_today());
	*ret = month_add(now, -1);
	if (s.n == 0) {
		struct db_conn *c = db_read_begin(office_of(req)->db);
		if (!month_there(c, req->arena, auth_principal(req), *ret))
			*ret = now;
		db_read_end(office_of(req)->db, &c);
		return true;
	}
	if (month_parse(s, ret) == 0 && (ret->year < now.year || (ret->year == now.year && ret->month <= now.month)))
		return true;
	http_fail(req, 400, NOTE0(MSG_REPORT_BAD_MONTH));
	return false;
}

static void monthly_actions(struct html *h, void *ctx)
{
	static const struct { const char *format; const char *icon; const char *label; } files[] = { { "pdf", "file-text", "PDF" }, { "docx", "download", "Word" }, { "xlsx", "download", "Excel" } };
	struct month *m = ctx;
	for (size_t i = 0; i < COUNT_OF(files); i++)
		html_button_link(h, str_printf(h->arena, "/report/monthly/file?month=%.*s&format=%s", STR_FMT(month_str(h->arena, *m)), files[i].format), files[i].icon,
		                 str_of(files[i].label), i == 0);
	html_lit(h, "<button type=\"button\" class=\"btn js-only\" data-print>");
	html_icon(h, "printer");
	html_lit(h, " ");
	html_msg(h, MSG_REPORT_PRINT);
	html_lit(h, "</button>");
}

/* The running month, and of those before it what was frozen. */
static void months(struct html *h, struct http_req *req, struct month chosen)
{
	struct month now = month_of(clock_today());
	struct db_conn *c = db_read_begin(office_of(req)->db);
	html_lit(h, "<nav class=\"screen-only report-months\"");
	html_attr_msg(h, "aria-label", MSG_REPORT_MONTHS);
	html_lit(h, "><ul class=\"nav nav-tabs\">");
	for (int i = 0; i < MONTHS_OFFERED; i++) {
		struct month m = month_add(now, -i);
		if (i && !month_there(c, req->arena, auth_principal(req), m))
			continue;
		bool current = m.year == chosen.year && m.month == chosen.month;
		html_lit(h, "<li class=\"nav-item\"><a");
		html_attr(h, "class", current ? STR("nav-link active") : STR("nav-link"));
		html_flag(h, "aria-current", current);
		html_href(h, str_printf(h->arena, "/report/monthly?month=%.*s", STR_FMT(month_str(h->arena, m))));
		html_lit(h, ">");
		html_text(h, month_str(h->arena, m));
		html_lit(h, "</a></li>");
	}
	html_lit(h, "</ul></nav>");
	db_read_end(office_of(req)->db, &c);
}

static int build(struct http_req *req, struct month m, struct doc *d)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	int r = report_monthly(c, req->arena, p, p->lang, m, d);
	db_read_end(o->db, &c);
	if (r < 0)
		http_fail(req, r == ERR_DENIED ? 403 : r == ERR_RANGE ? 400 : 500, NOTE0(r == ERR_RANGE ? MSG_REPORT_BAD_MONTH : MSG_REPORT_FAILED));
	return r;
}

static void page_monthly(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct month m;
	struct doc d;
	if (!asked_month(req, &m) || build(req, m, &d) < 0)
		return;
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .title = msg(p->lang, MSG_REPORT_MONTHLY), .subtitle = msg(p->lang, MSG_REPORT_MONTHLY_ABOUT), .help_path = STR("/help/report"),
	                     .actions = monthly_actions, .actions_ctx = &m };
	office_of(req)->frame(req, &page);
	page.breadcrumb_label[0] = msg(p->lang, MSG_REPORT_ROOM);
	page.breadcrumb_path[0] = STR("/report");
	page.breadcrumb_label[1] = page.title;
	page_begin(&h, &page);
	months(&h, req, m);
	html_lit(&h, "<div class=\"card\"><div class=\"card-body\">");
	doc_html(&h, &d);
	html_lit(&h, "</div></div>");
	page_end(&h);
}

int report_record(struct db_conn *c, void *ctx)
{
	return audit_append(c, ctx);
}

static void file_monthly(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct month m;
	struct doc d;
	struct note why;
	enum doc_format f;
	if (!doc_format_of(http_query(req, "format"), &f)) {
		http_fail(req, 400, NOTE0(MSG_REPORT_BAD_FORMAT));
		return;
	}
	if (!asked_month(req, &m) || build(req, m, &d) < 0)
		return;
	struct audit_entry e = auth_entry(req->arena, p, AUDIT_EXPORT);
	e.subject = str_printf(req->arena, "%.*s (%s)", STR_FMT(d.title), doc_format_name(f));
	int r = db_write(office_of(req)->db, report_record, &e);
	if (r == 0)
		r = doc_bytes(&d, f, &req->answer->body, &why);
	else
		why = NOTE0(MSG_REPORT_FAILED);
	if (r < 0) {
		buf_clear(&req->answer->body);
		http_fail(req, r == ERR_NOT_FOUND ? 503 : 500, why);
		return;
	}
	http_download(req, str_printf(req->arena, "%.*s.%s", STR_FMT(d.title), doc_format_name(f)), doc_format_type(f));
}

static void card(struct html *h, const char *icon, const char *path, msg_id title, msg_id about)
{
	html_lit(h, "<li class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_icon(h, icon);
	html_lit(h, " <a");
	html_href(h, str_of(path));
	html_lit(h, ">");
	html_msg(h, title);
	html_lit(h, "</a></h2><p>");
	html_msg(h, about);
	html_lit(h, "</p></div></li>");
}

static void page_room(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .title = msg(p->lang, MSG_REPORT_ROOM), .subtitle = msg(p->lang, MSG_REPORT_ROOM_ABOUT), .help_path = STR("/help/report") };
	office_of(req)->frame(req, &page);
	page_begin(&h, &page);
	html_lit(&h, "<ul class=\"cards\">");
	card(&h, "report", "/report/monthly", MSG_REPORT_MONTHLY, MSG_REPORT_MONTHLY_ABOUT);
	card(&h, "list-search", "/report/evidence", MSG_REPORT_EVIDENCE, MSG_REPORT_EVIDENCE_ABOUT);
	html_lit(&h, "</ul>");
	page_end(&h);
}

static const struct param monthly_params[] = { { "month", PARAM_KEY, .max = 7 } };
static const struct param file_params[] = { { "month", PARAM_KEY, .max = 7 }, { "format", PARAM_KEY, .max = 8 } };
static const struct param search_params[] = { { "q", PARAM_TEXT, .max = 200 } };
static const struct param evidence_params[] = { { "format", PARAM_KEY, .max = 8 } };

const struct route report_routes[] = {
	{ HTTP_GET, "/report", page_room, 0, NEED_REPORT },
	{ HTTP_GET, "/report/monthly", page_monthly, 0, NEED_REPORT, monthly_params, COUNT_OF(monthly_params) },
	{ HTTP_GET, "/report/monthly/file", file_monthly, 0, NEED_REPORT, file_params, COUNT_OF(file_params) },
	{ HTTP_GET, "/report/evidence", evidence_search_page, 0, NEED_REPORT, search_params, COUNT_OF(search_params) },
	{ HTTP_GET, "/report/evidence/:register/:id", evidence_page, 0, NEED_REPORT, evidence_params, COUNT_OF(evidence_params) },
};
const size_t report_route_count = COUNT_OF(report_routes);
