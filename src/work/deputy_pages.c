/* The page on which a person names a deputy. */
#include "auth/office.h"
#include "base/num.h"
#include "base/text/work.h"
#include "work/approval.h"
#include "work/pages.h"

static void put_account_options(struct html *h, struct db_conn *c, const struct principal *p)
{
	struct sql q;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT id, name FROM auth_account WHERE active = 1 AND id <> ");
	sql_i64(&q, p->account_id);
	sql_lit(&q, " ORDER BY name LIMIT 1000");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		html_lit(h, "<option");
		html_attr_i64(h, "value", stmt_i64(s, 0));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 1));
		html_lit(h, "</option>");
	}
}

static void put_deputies(struct html *h, struct db_conn *c, const struct principal *p)
{
	struct sql q;
	bool any = false;
	sql_init(&q, h->arena);
	const bool all = p->needs & NEED_ADMIN;
	sql_lit(&q, "SELECT d.id, a.name, d.from_day, d.until_day, w.name FROM work_deputy d JOIN auth_account a ON a.id = d.deputy_id"
	            " JOIN auth_account w ON w.id = d.account_id WHERE d.ended_at = 0");
	if (all) {
		sql_lit(&q, " AND d.until_day >= ");
		sql_str(&q, date_iso(h->arena, clock_today()));
	} else {
		sql_lit(&q, " AND d.account_id = ");
		sql_i64(&q, p->account_id);
	}
	sql_lit(&q, " ORDER BY d.from_day DESC, d.id DESC LIMIT 50");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	html_lit(h, "<ul class=\"changes\">");
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		any = true;
		html_lit(h, "<li>");
		if (all) {
			html_note(h, &NOTE(MSG_WORK_DEPUTY_OF, ARG_S(stmt_str(s, 4))));
			html_lit(h, " ");
		}
		html_note(h, &NOTE(MSG_WORK_DEPUTY_LINE, ARG_S(stmt_str(s, 1)), ARG_S(stmt_str(s, 2)), ARG_S(stmt_str(s, 3))));
		html_lit(h, " ");
		html_post_button(h, str_printf(h->arena, "/work/deputy/%lld/end", (long long)stmt_i64(s, 0)), "x", msg(h->lang, MSG_WORK_DEPUTY_STOP),
		                 TONE_NEUTRAL, STR_NULL);
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
	if (!any) {
		html_lit(h, "<p>");
		html_msg(h, MSG_WORK_DEPUTY_NONE);
		html_lit(h, "</p>");
	}
}

static void date_input(struct html *h, const char *name, msg_id label)
{
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_of(name));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</label><input class=\"form-control\" type=\"date\" required");
	html_attr(h, "id", str_of(name));
	html_attr(h, "name", str_of(name));
	html_lit(h, "></div>");
}

void page_deputy(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct html h;
	struct page page = { .title = msg(p->lang, MSG_WORK_DEPUTY), .subtitle = msg(p->lang, MSG_WORK_DEPUTY_ABOUT) };
	page.breadcrumb_label[1] = msg(p->lang, MSG_WORK_APPROVALS);
	page.breadcrumb_path[1] = STR("/work/approval");
	work_page_begin(req, &h, &page);
	struct db_conn *c = db_read_begin(office_of(req)->db);
	html_lit(&h, "<section class=\"card\"><div class=\"card-body\">");
	put_deputies(&h, c, p);
	html_lit(&h, "</div></section><section class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(&h, MSG_WORK_DEPUTY_NEW);
	html_lit(&h, "</h2>");
	html_form_begin(&h, STR("/work/deputy"), false);
	if (p->needs & NEED_ADMIN) {
		html_lit(&h, "<div class=\"field\"><label for=\"of\">");
		html_msg(&h, MSG_WORK_DEPUTY_FOR);
		html_lit(&h, "</label><select class=\"form-select\" id=\"of\" name=\"of\"><option value=\"\">");
		html_msg(&h, MSG_WORK_DEPUTY_ME);
		html_lit(&h, "</option>");
		put_account_options(&h, c, p);
		html_lit(&h, "</select></div>");
	}
	html_lit(&h, "<div class=\"field\"><label for=\"account\">");
	html_msg(&h, MSG_WORK_DEPUTY_PERSON);
	html_lit(&h, "</label><select class=\"form-select\" id=\"account\" name=\"account\" required>");
	put_account_options(&h, c, p);
	html_lit(&h, "</select></div>");
	date_input(&h, "from", MSG_WORK_DEPUTY_FROM);
	date_input(&h, "until", MSG_WORK_DEPUTY_UNTIL);
	html_lit(&h, "<p><button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(&h, MSG_WORK_DEPUTY_DO);
	html_lit(&h, "</button></p>");
	html_form_end(&h);
	html_lit(&h, "</div></section>");
	db_read_end(office_of(req)->db, &c);
	page_end(&h);
}

static int deputy_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct reg_ctx ctx = work_ctx(j->req, c);
	int64_t of = 0;
	if (http_form(j->req, "of").n && num_parse_i64(http_form(j->req, "of"), 1, INT64_MAX, &of) < 0)
		return ERR_NOT_FOUND;
	return deputy_name(&ctx, of, j->id, http_form(j->req, "from"), http_form(j->req, "until"), &j->why);
}

static int deputy_end_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct reg_ctx ctx = work_ctx(j->req, c);
	return deputy_end(&ctx, j->id);
}

void do_deputy(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	if (!work_form_id(req, "account", &j.id))
		work_fail(req, ERR_INVALID, NOTE0(MSG_WORK_DEPUTY_WHO));
	else if (work_run(&j, deputy_job) == 0)
		http_redirect(req, STR("/work/deputy?done=deputy"));
}

void do_deputy_end(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &j.id) < 0)
		work_fail(req, ERR_NOT_FOUND, NOTE0(MSG_NONE));
	else if (work_run(&j, deputy_end_job) == 0)
		http_redirect(req, STR("/work/deputy?done=deputy_end"));
}
