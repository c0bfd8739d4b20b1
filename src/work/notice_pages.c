/* Notices in the product: the digests of an account, on Today and on pages of their own. */
#include "base/text/work.h"
#include "auth/office.h"
#include "work/digest.h"
#include "work/pages.h"

#define SHOWN 50
#define ON_TODAY 3

struct notice {
	struct str day, subject, text;
	int64_t read_at;
};

static int load(struct db_conn *c, struct arena *a, int64_t account, struct str day, bool unread, size_t max, struct notice *ret, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT day, subject, text, read_at FROM work_digest WHERE person_id = 0 AND items > 0 AND account_id = ");
	sql_i64(&q, account);
	if (day.n) {
		sql_lit(&q, " AND day = ");
		sql_str(&q, day);
	}
	if (unread)
		sql_lit(&q, " AND read_at = 0");
	sql_lit(&q, " ORDER BY day DESC LIMIT ");
	sql_i64(&q, (int64_t)max);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	for (*ret_n = 0; e == 0 && *ret_n < max && (e = stmt_step(s)) == 1; e = 0)
		ret[(*ret_n)++] = (struct notice){ stmt_str_dup(s, a, 0), stmt_str_dup(s, a, 1), stmt_str_dup(s, a, 2), stmt_i64(s, 3) };
	return e < 0 ? e : 0;
}

static void put_links(struct html *h, const struct notice *x, size_t n)
{
	html_lit(h, "<ul class=\"changes\">");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<li>");
		if (!x[i].read_at) {
			html_badge(h, TONE_BLUE, msg(h->lang, MSG_NOTICE_UNREAD));
			html_lit(h, " ");
		}
		html_lit(h, "<a");
		html_href(h, str_printf(h->arena, "/work/notice/%.*s", STR_FMT(x[i].day)));
		html_lit(h, ">");
		html_text(h, x[i].subject);
		html_lit(h, "</a></li>");
	}
	html_lit(h, "</ul>");
}

void notice_inbox(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	struct notice x[ON_TODAY];
	size_t n = 0;
	if (p->kind != PRINCIPAL_ACCOUNT || load(c, h->arena, p->account_id, STR(""), true, ON_TODAY, x, &n) < 0 || !n)
		return;
	html_section_begin(h, MSG_NOTICES);
	put_links(h, x, n);
	html_lit(h, "<p><a href=\"/work/notice\">");
	html_msg(h, MSG_NOTICE_ALL);
	html_lit(h, "</a></p></div></section>");
}

static void page_notices(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct notice *x = ARENA_ARRAY(req->arena, SHOWN, struct notice);
	size_t n = 0;
	struct html h;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = load(c, req->arena, p->account_id, STR(""), false, SHOWN, x, &n);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		work_fail(req, e, NOTE0(MSG_NONE));
		return;
	}
	struct page page = { .title = msg(p->lang, MSG_NOTICES), .subtitle = msg(p->lang, MSG_NOTICES_ABOUT) };
	work_page_begin(req, &h, &page);
	html_lit(&h, "<section class=\"card\"><div class=\"card-body\">");
	if (n) {
		put_links(&h, x, n);
	} else {
		html_lit(&h, "<p>");
		html_msg(&h, MSG_NOTICE_NONE);
		html_lit(&h, "</p>");
	}
	html_section_end(&h);
	page_end(&h);
}

static void page_notice(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct notice x;
	size_t n = 0;
	struct html h;
	struct date day;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = date_parse_iso(req->capture[0], &day) < 0 ? ERR_NOT_FOUND : load(c, req->arena, p->account_id, req->capture[0], false, 1, &x, &n);
	db_read_end(office_of(req)->db, &c);
	if (e < 0 || !n) {
		work_fail(req, e < 0 ? e : ERR_NOT_FOUND, NOTE0(MSG_NONE));
		return;
	}
	struct page page = { .title = x.subject };
	page.breadcrumb_label[1] = msg(p->lang, MSG_NOTICES);
	page.breadcrumb_path[1] = STR("/work/notice");
	work_page_begin(req, &h, &page);
	html_lit(&h, "<section class=\"card\"><div class=\"card-body\"><p>");
	html_lines(&h, x.text);
	html_lit(&h, "</p></div></section><div class=\"actions screen-only\">");
	if (!x.read_at)
		html_post_button(&h, str_printf(req->arena, "/work/notice/%.*s/read", STR_FMT(x.day)), "check", msg(p->lang, MSG_NOTICE_READ), TONE_BLUE, STR_NULL);
	html_button_link(&h, STR("/today"), "sun", msg(p->lang, MSG_WORK_TODAY), false);
	html_lit(&h, "</div>");
	page_end(&h);
}

static int read_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct sql q;
	int64_t n = 0;
	sql_init(&q, j->req->arena);
	sql_lit(&q, "UPDATE work_digest SET read_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE read_at = 0 AND person_id = 0 AND account_id = ");
	sql_i64(&q, auth_principal(j->req)->account_id);
	/* What came before has been read with it. */
	sql_lit(&q, " AND day <= ");
	sql_str(&q, j->req->capture[0]);
	return db_exec(c, &q, &n);
}

static void do_read(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	struct date day;
	if (date_parse_iso(req->capture[0], &day) < 0)
		work_fail(req, ERR_NOT_FOUND, NOTE0(MSG_NONE));
	else if (work_run(&j, read_job) == 0)
		http_redirect(req, STR("/today"));
}

const struct route notice_routes[] = {
	{ HTTP_GET, "/work/notice", page_notices, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/work/notice/:day", page_notice, 0, NEED_OVERVIEW },
	{ HTTP_POST, "/work/notice/:day/read", do_read, 0, NEED_OVERVIEW },
};
const size_t notice_route_count = COUNT_OF(notice_routes);
