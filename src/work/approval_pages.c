/* The pages of approvals: what waits for me, the one page an approver reads, and the part on every detail page. */
#include "auth/office.h"
#include "base/num.h"
#include "base/text/faces.h"
#include "base/text/http.h"
#include "base/text/work.h"
#include "register/faces.h"
#include "register/query.h"
#include "work/approval.h"
#include "work/inbox.h"
#include "work/pages.h"
#include "work/work.h"

#define FIRST_ROWS 5  /* of the content that stand before the buttons while somebody is to decide; the rest is folded */
#define RECENT_MS (12LL * 3600 * 1000) /* a decision wants a sign-in not older than this */

msg_id approval_state_msg(int state, bool changed)
{
	switch (state) {
	case APPROVAL_WAITING: return changed ? MSG_WORK_STATE_STALE : MSG_WORK_STATE_WAITING;
	case APPROVAL_APPROVED: return changed ? MSG_WORK_STATE_OUTDATED : MSG_WORK_STATE_APPROVED;
	case APPROVAL_SENT_BACK: return MSG_WORK_STATE_SENT_BACK;
	case APPROVAL_WITHDRAWN: return MSG_WORK_STATE_WITHDRAWN;
	default: return MSG_WORK_STATE_REPLACED;
	}
}

static enum tone state_tone(int state, bool changed)
{
	if (state == APPROVAL_APPROVED)
		return changed ? TONE_YELLOW : TONE_GREEN;
	if (state == APPROVAL_WAITING)
		return changed ? TONE_YELLOW : TONE_BLUE;
	return state == APPROVAL_SENT_BACK ? TONE_RED : TONE_GREY;
}

void approval_put(struct html *h, const struct approval_mark *m)
{
	if (!m->id)
		return;
	html_lit(h, "<a");
	html_href(h, str_printf(h->arena, "/work/approval/%lld", (long long)m->id));
	html_lit(h, ">");
	html_badge(h, state_tone(m->state, m->changed), msg(h->lang, approval_state_msg(m->state, m->changed)));
	html_lit(h, "</a>");
}

static void put_time(struct html *h, int64_t ms)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	clock_put_local(&b, ms);
	html_text(h, buf_view(&b));
}

static void put_date(struct html *h, int64_t ms)
{
	html_text(h, date_iso(h->arena, clock_date(ms)));
}

static struct str named(struct arena *a, const struct approval *x)
{
	return str_printf(a, "%.*s %.*s", STR_FMT(x->code), STR_FMT(x->title));
}

static struct str act_text(enum lang lang, const struct approval_step *s)
{
	return msg(lang, s->act == ACT_REVIEW ? MSG_WORK_ACT_REVIEW : s->act == ACT_APPROVE ? MSG_WORK_ACT_APPROVE : MSG_WORK_ACT_CIRCULATE);
}

/* 承認印: one box a step, with the date, the role and the names; empty while it waits. */
static void put_stamps(struct html *h, struct db_conn *c, const struct approval *x)
{
	html_lit(h, "<ul class=\"stamps\"><li><span class=\"stamp-act\">");
	html_msg(h, MSG_WORK_ACT_WRITE);
	html_lit(h, "</span><span class=\"stamp-mark\"><span>");
	put_date(h, x->submitted_at);
	html_lit(h, "</span><strong>");
	html_text(h, x->submitted_name);
	html_lit(h, "</strong></span></li>");
	for (size_t i = 0; i < x->step_count; i++) {
		const struct approval_step *s = &x->steps[i];
		html_lit(h, "<li><span class=\"stamp-act\">");
		html_text(h, act_text(h->lang, s));
		html_lit(h, "</span>");
		if (s->decision == APPROVAL_NONE) {
			html_lit(h, "<span class=\"stamp-open\">");
			html_text(h, approval_who(c, h->arena, s, h->lang));
			html_lit(h, "</span></li>");
			continue;
		}
		html_lit(h, "<span");
		html_attr(h, "class", s->decision == APPROVAL_APPROVED ? STR("stamp-mark") : STR("stamp-mark stamp-back"));
		html_lit(h, "><span>");
		put_date(h, s->at);
		html_lit(h, "</span><span>");
		html_text(h, approval_who(c, h->arena, s, h->lang));
		if (s->decision == APPROVAL_SENT_BACK) {
			html_lit(h, " ");
			html_msg(h, MSG_WORK_STATE_SENT_BACK);
		}
		html_lit(h, "</span><strong>");
		if (s->for_account_id)
			html_note(h, &NOTE(MSG_WORK_STAMP_DEPUTY, ARG_S(s->for_name), ARG_S(s->name)));
		else
			html_text(h, s->name);
		html_lit(h, "</strong></span></li>");
	}
	html_lit(h, "</ul>");
}

/* ---- the part on every detail page ---- */

static void put_submit(struct html *h, const struct row *row)
{
	html_form_begin(h, STR("/work/approval/new"), false);
	html_hidden(h, "record", str_printf(h->arena, "%lld", (long long)row->id));
	html_hidden(h, "revision", str_printf(h->arena, "%lld", (long long)row->revision));
	html_lit(h, "<div class=\"field\"><label for=\"approval-reason\">");
	html_msg(h, MSG_WORK_WHY);
	html_lit(h, "</label><textarea class=\"form-control\" id=\"approval-reason\" name=\"reason\" rows=\"2\" maxlength=\"1000\" required></textarea>"
	            "</div><div class=\"field\"><label for=\"approval-cost\">");
	html_msg(h, MSG_WORK_COST);
	html_lit(h, "</label><input class=\"form-control\" id=\"approval-cost\" name=\"cost\" inputmode=\"numeric\" maxlength=\"20\">"
	            "<span class=\"field-hint\">");
	html_msg(h, MSG_WORK_COST_HINT);
	html_lit(h, "</span></div><p><button type=\"submit\" class=\"btn\">");
	html_icon(h, "send");
	html_msg(h, MSG_WORK_SUBMIT);
	html_lit(h, "</button></p>");
	html_form_end(h);
}

void approval_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct reg *r, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	struct approval list[1], x;
	size_t n = 0;
	if (!approval_takes(r) || !(p->needs & NEED_OVERVIEW) || p->kind == PRINCIPAL_LINK ||
	    approval_list(c, h->arena, p, APPROVALS_OF_RECORD, row->id, 1, list, &n) < 0)
		return;
	bool may = row->state == RECORD_LIVE && p->account_id && !p->read_only &&
	           auth_allows(c, p, reg_number(r), OP_UPDATE, row->unit_id, row->id);
	if (!n && !may)
		return;
	html_lit(h, "<section class=\"card\" id=\"approval\"><div class=\"card-header\"><h2 class=\"card-title\">");
	html_msg(h, MSG_WORK_APPROVAL);
	html_lit(h, "</h2></div><div class=\"card-body\">");
	if (n && approval_get(c, h->arena, p, list[0].id, &x) == 0) {
		html_lit(h, "<p>");
		approval_put(h, &(struct approval_mark){ .id = x.id, .state = x.state, .changed = x.changed });
		html_lit(h, " <span class=\"muted small\">");
		html_note(h, &NOTE(MSG_WORK_FOR_REVISION, ARG_I(x.revision)));
		html_lit(h, "</span></p>");
		if (x.changed && (x.state == APPROVAL_APPROVED || x.state == APPROVAL_WAITING)) {
			html_lit(h, "<p>");
			html_msg(h, x.state == APPROVAL_APPROVED ? MSG_WORK_OUTDATED_MEANS : MSG_WORK_STALE_MEANS);
			html_lit(h, "</p>");
		}
		put_stamps(h, c, &x);
	}
	if (may && (!n || x.changed || (x.state != APPROVAL_WAITING && x.state != APPROVAL_APPROVED))) {
		html_lit(h, "<details class=\"screen-only\"><summary>");
		html_msg(h, MSG_WORK_ASK);
		html_lit(h, "</summary>");
		put_submit(h, row);
		html_lit(h, "</details>");
	}
	html_section_end(h);
}

/* ---- what waits for me ---- */

static void put_list(struct html *h, msg_id title, msg_id none, const struct approval *x, size_t n)
{
	html_section_begin(h, title);
	if (!n) {
		html_lit(h, "<p>");
		html_msg(h, none);
		html_lit(h, "</p>");
	} else {
		html_lit(h, "<ul class=\"changes\">");
		for (size_t i = 0; i < n; i++) {
			html_lit(h, "<li>");
			html_badge(h, state_tone(x[i].state, x[i].changed), msg(h->lang, approval_state_msg(x[i].state, x[i].changed)));
			html_lit(h, " <a");
			html_href(h, str_printf(h->arena, "/work/approval/%lld", (long long)x[i].id));
			html_lit(h, ">");
			html_text(h, named(h->arena, &x[i]));
			html_lit(h, "</a> <span class=\"muted small\">");
			html_label(h, x[i].reg->label);
			html_lit(h, "／");
			html_text(h, x[i].submitted_name);
			html_lit(h, "／");
			put_time(h, x[i].submitted_at);
			if (x[i].state == APPROVAL_WAITING) {
				html_lit(h, "／");
				html_note(h, &NOTE(MSG_WORK_WAITED, ARG_I(date_days(clock_today()) - date_days(clock_date(x[i].submitted_at)))));
			}
			html_lit(h, "</span></li>");
		}
		html_lit(h, "</ul>");
	}
	html_section_end(h);
}

static struct str notice(struct http_req *req, enum lang lang)
{
	static const struct { const char *key; msg_id text; } done[] = {
		{ "submitted", MSG_WORK_DONE_SUBMITTED }, { "approved", MSG_WORK_DONE_APPROVED }, { "passed_on", MSG_WORK_DONE_PASSED_ON }, { "sent_back", MSG_WORK_DONE_SENT_BACK },
		{ "withdrawn", MSG_WORK_DONE_WITHDRAWN }, { "deputy", MSG_WORK_DONE_DEPUTY }, { "deputy_end", MSG_WORK_DONE_DEPUTY_END },
		{ "feed_end", MSG_WORK_DONE_FEED_END }, { "read", MSG_WORK_DONE_READ },
	};
	for (size_t i = 0; i < COUNT_OF(done); i++)
		if (str_eq_z(http_query(req, "done"), done[i].key))
			return msg(lang, done[i].text);
	return STR_NULL;
}

void work_page_begin(struct http_req *req, struct html *h, struct page *page)
{
	const struct principal *p = auth_principal(req);
	html_init(h, &req->answer->body, req->arena, p->lang, req->csrf);
	page->help_path = STR("/help/work");
	page->notice = notice(req, p->lang);
	page->breadcrumb_label[0] = msg(p->lang, MSG_WORK_TODAY);
	page->breadcrumb_path[0] = STR("/today");
	office_of(req)->frame(req, page);
	page_begin(h, page);
}

void work_fail(struct http_req *req, int e, struct note why)
{
	int status = e == ERR_NOT_FOUND ? 404 : e == ERR_DENIED ? 403 : e == ERR_CONFLICT || e == ERR_EXISTS ? 409 : e == ERR_INVALID ? 422
	             : e == ERR_LIMIT ? 413 : 503;
	http_fail(req, status, why.id ? why : e == ERR_NOT_FOUND ? NOTE0(MSG_HTTP_NOT_FOUND) : NOTE0(MSG_HTTP_BUSY));
}

/* All that waits, whoever's turn it is: where the numbers of papers lead. */
static void page_waiting(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct approval wait[APPROVALS_SHOWN];
	size_t n = 0;
	int64_t all = 0, since = 0;
	struct html h;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = approval_waiting(c, req->arena, p, &all, &since);
	if (e == 0)
		e = approval_list(c, req->arena, p, APPROVALS_WAITING, 0, APPROVALS_SHOWN, wait, &n);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		work_fail(req, e, NOTE0(MSG_NONE));
		return;
	}
	struct page page = { .title = note_str(req->arena, p->lang, &NOTE(MSG_WORK_WAITING_ALL, ARG_I(all))), .subtitle = msg(p->lang, MSG_WORK_WAITING_ABOUT) };
	page.breadcrumb_label[1] = msg(p->lang, MSG_WORK_APPROVALS);
	page.breadcrumb_path[1] = STR("/work/approval");
	work_page_begin(req, &h, &page);
	put_list(&h, MSG_WORK_STATE_WAITING, MSG_WORK_NOTHING_WAITS_AT_ALL, wait, n);
	if (all > (int64_t)n)
		html_alert(&h, TONE_BLUE, STR_NULL, note_str(req->arena, p->lang, &NOTE(MSG_WORK_WAITING_FIRST, ARG_I((int64_t)n))));
	page_end(&h);
}

static void page_approvals(struct http_req *req)
{
	if (str_eq(http_query(req, "waiting"), STR("1"))) {
		page_waiting(req);
		return;
	}
	const struct principal *p = auth_principal(req);
	struct approval wait[APPROVALS_SHOWN], mine[APPROVALS_SHOWN], *round = ARENA_ARRAY(req->arena, APPROVALS_SHOWN, struct approval);
	size_t waits = 0, mines = 0, rounds = 0;
	struct html h;
	struct page page = { .title = msg(p->lang, MSG_WORK_APPROVALS), .subtitle = msg(p->lang, MSG_WORK_APPROVALS_ABOUT) };
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = approval_list(c, req->arena, p, APPROVALS_TO_DECIDE, 0, APPROVALS_SHOWN, wait, &waits);
	if (e == 0)
		e = approval_list(c, req->arena, p, APPROVALS_TO_READ, 0, APPROVALS_SHOWN, round, &rounds);
	if (e == 0)
		e = approval_list(c, req->arena, p, APPROVALS_SUBMITTED, 0, APPROVALS_SHOWN, mine, &mines);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		work_fail(req, e, NOTE0(MSG_NONE));
		return;
	}
	work_page_begin(req, &h, &page);
	html_lit(&h, "<p class=\"hint-links\"><a href=\"/work/approval_route\">");
	html_label(&h, reg_approval_route.label);
	html_lit(&h, "</a><a href=\"/work/deputy\">");
	html_msg(&h, MSG_WORK_DEPUTY);
	html_lit(&h, "</a></p>");
	put_list(&h, MSG_WORK_TO_DECIDE, MSG_WORK_NOTHING_WAITS, wait, waits);
	if (rounds)
		put_list(&h, MSG_WORK_TO_READ, MSG_WORK_NOTHING_WAITS, round, rounds);
	put_list(&h, MSG_WORK_SUBMITTED, MSG_WORK_NOTHING_SUBMITTED, mine, mines);
	page_end(&h);
}

/* ---- the approver's page ---- */

static void kv(struct html *h, msg_id label, struct str text)
{
	html_lit(h, "<dt>");
	html_msg(h, label);
	html_lit(h, "</dt><dd>");
	html_lines(h, text);
	html_lit(h, "</dd>");
}

static struct str yen(struct arena *a, enum lang lang, int64_t cost)
{
	if (cost < 0)
		return msg(lang, MSG_WORK_COST_UNKNOWN);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	num_put_grouped(&b, cost);
	return note_str(a, lang, &NOTE(MSG_WORK_YEN, ARG_S(buf_view(&b))));
}

static void cell(struct html *h, const char *class, const struct snapshot_field *f)
{
	html_lit(h, "<td");
	html_attr(h, "class", str_of(class));
	html_lit(h, ">");
	if (f)
		html_lines(h, f->text[h->lang]);
	else
		html_msg(h, MSG_WORK_BLANK);
	html_lit(h, "</td></tr>");
}

static void content_table(struct html *h, bool compare)
{
	html_lit(h, "<table class=\"diff\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_FACE_FIELD);
	html_lit(h, "</th>");
	if (compare) {
		html_lit(h, "<th scope=\"col\">");
		html_msg(h, MSG_WORK_BEFORE);
		html_lit(h, "</th>");
	}
	html_lit(h, "<th scope=\"col\">");
	html_msg(h, MSG_WORK_AFTER);
	html_lit(h, "</th></tr></thead><tbody>");
}

/* What changes: against the version that was approved last, or all of it when there is none. Columns that are not readable
 * for this person stay away; that something in them changes is said. What comes behind FIRST_ROWS is folded for whoever is
 * to decide, so that the buttons stand near on a phone. */
static void put_content(struct html *h, struct db_conn *c, const struct principal *p, const struct approval *x, bool fold)
{
	struct snapshot now, base = { .n = 0 };
	size_t hidden = 0, shown = 0;
	bool compare = x->base.n > 0;
	if (snapshot_parse(h->arena, x->snapshot, &now) < 0 || (compare && snapshot_parse(h->arena, x->base, &base) < 0)) {
		html_alert(h, TONE_RED, msg(h->lang, MSG_WORK_CONTENT_BROKEN), STR_NULL);
		return;
	}
	html_section_begin(h, compare ? MSG_WORK_WHAT_CHANGES : MSG_WORK_WHAT_NEW);
	content_table(h, compare);
	for (size_t k = 0; k < now.n + base.n; k++) {
		const struct snapshot_field *after = k < now.n ? &now.field[k] : NULL;
		const struct snapshot_field *before = k < now.n ? snapshot_find(&base, now.field[k].name) : &base.field[k - now.n];
		if (k >= now.n && snapshot_find(&now, before->name))
			continue;
		if (after && before && after->ref == before->ref && (after->ref || str_eq(after->text[LANG_JA], before->text[LANG_JA])))
			continue;
		if ((after && !snapshot_readable(c, h->arena, p, x->reg, after)) || (before && !snapshot_readable(c, h->arena, p, x->reg, before))) {
			hidden++;
			continue;
		}
		if (fold && shown == FIRST_ROWS) {
			html_lit(h, "</tbody></table><details class=\"fold\"><summary>");
			html_msg(h, MSG_WORK_MORE_FIELDS);
			html_lit(h, "</summary>");
			content_table(h, compare);
		}
		shown++;
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, (after ? after : before)->label[h->lang]);
		html_lit(h, "</th>");
		if (compare) {
			html_lit(h, "<td class=\"before\">");
			if (before)
				html_lines(h, before->text[h->lang]);
			else
				html_msg(h, MSG_WORK_BLANK);
			html_lit(h, "</td>");
		}
		cell(h, "after", after);
	}
	html_lit(h, "</tbody></table>");
	if (fold && shown > FIRST_ROWS)
		html_lit(h, "</details>");
	if (!shown) {
		html_lit(h, "<p>");
		html_msg(h, MSG_WORK_NO_DIFFERENCE);
		html_lit(h, "</p>");
	}
	if (hidden) {
		html_lit(h, "<p class=\"muted\">");
		html_note(h, &NOTE(MSG_WORK_HIDDEN, ARG_I((int64_t)hidden)));
		html_lit(h, "</p>");
	}
	html_section_end(h);
}

static void hidden_facts(struct html *h, const struct approval *x)
{
	html_hidden(h, "step", str_printf(h->arena, "%lld", (long long)x->step));
	html_hidden(h, "revision", str_printf(h->arena, "%lld", (long long)x->revision));
}

static void put_decide(struct html *h, const struct approval *x, const struct approval_step *step)
{
	html_form_begin(h, str_printf(h->arena, "/work/approval/%lld/approve", (long long)x->id), false);
	hidden_facts(h, x);
	html_lit(h, "<details class=\"decide-comment\"><summary>");
	html_msg(h, MSG_WORK_COMMENT);
	html_lit(h, "</summary><input class=\"form-control\" id=\"approve-comment\" name=\"comment\" maxlength=\"1000\"");
	html_attr_msg(h, "aria-label", MSG_WORK_COMMENT);
	html_lit(h, "></details><p><button type=\"submit\" class=\"btn btn-primary stamp-button\">");
	html_icon(h, "check");
	html_msg(h, step->act == ACT_REVIEW ? MSG_WORK_PASS_ON : MSG_WORK_APPROVE);
	html_lit(h, "</button></p>");
	html_form_end(h);
	html_lit(h, "<details class=\"decide-back\"><summary>");
	html_msg(h, MSG_WORK_SEND_BACK);
	html_lit(h, "</summary>");
	html_form_begin(h, str_printf(h->arena, "/work/approval/%lld/back", (long long)x->id), false);
	hidden_facts(h, x);
	html_lit(h, "<div class=\"field\"><label for=\"back-comment\">");
	html_msg(h, MSG_WORK_BACK_REASON);
	html_lit(h, "</label><textarea class=\"form-control\" id=\"back-comment\" name=\"comment\" rows=\"3\" maxlength=\"1000\" required></textarea></div>"
	            "<p><button type=\"submit\" class=\"btn btn-outline-danger\">");
	html_icon(h, "arrow-left");
	html_msg(h, MSG_WORK_SEND_BACK);
	html_lit(h, "</button></p>");
	html_form_end(h);
	html_lit(h, "</details>");
}

/* mine, deputy_for, why: as approval_mine() says. */
static void put_actions(struct html *h, const struct principal *p, const struct approval *x, const struct approval_step *mine,
                        int64_t deputy_for, const struct note *why)
{
	/* On a phone what is to be pressed stays at the foot of the screen (app.css). */
	html_lit(h, "<section class=\"card screen-only");
	if (mine)
		html_lit(h, " decide");
	html_lit(h, "\"><div class=\"card-body\">");
	if (mine) {
		if (deputy_for) {
			html_lit(h, "<p>");
			html_msg(h, MSG_WORK_AS_DEPUTY);
			html_lit(h, "</p>");
		}
		put_decide(h, x, mine);
	} else {
		html_lit(h, "<p>");
		html_note(h, why);
		html_lit(h, "</p>");
	}
	if (x->submitted_by == p->account_id && p->kind == PRINCIPAL_ACCOUNT) {
		html_form_begin(h, str_printf(h->arena, "/work/approval/%lld/withdraw", (long long)x->id), false);
		hidden_facts(h, x);
		html_lit(h, "<p><button type=\"submit\" class=\"btn\">");
		html_msg(h, MSG_WORK_WITHDRAW);
		html_lit(h, "</button></p>");
		html_form_end(h);
	}
	html_section_end(h);
}

static void put_head(struct html *h, const struct approval *x)
{
	html_lit(h, "<p>");
	html_badge(h, state_tone(x->state, x->changed), msg(h->lang, approval_state_msg(x->state, x->changed)));
	html_lit(h, "</p>");
	if (x->changed && x->state == APPROVAL_WAITING)
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_WORK_STATE_STALE), msg(h->lang, MSG_WORK_STALE_MEANS));
	html_lit(h, "<section class=\"card\"><div class=\"card-body\"><dl class=\"kv\"><dt>");
	html_msg(h, MSG_WORK_WHAT);
	html_lit(h, "</dt><dd><a");
	html_href(h, str_printf(h->arena, "/%s/%s/%lld", x->reg->room, x->reg->name, (long long)x->record_id));
	html_lit(h, ">");
	html_text(h, named(h->arena, x));
	html_lit(h, "</a> <span class=\"muted\">");
	html_label(h, x->reg->label);
	html_lit(h, "／");
	html_note(h, &NOTE(MSG_WORK_FOR_REVISION, ARG_I(x->revision)));
	html_lit(h, "</span></dd>");
	kv(h, MSG_WORK_WHY, x->reason);
	kv(h, MSG_WORK_COST, yen(h->arena, h->lang, x->cost));
	html_lit(h, "</dl></div></section>");
}

/* Who did what so far, in stamps and words. */
static void put_course(struct html *h, struct db_conn *c, const struct approval *x)
{
	html_lit(h, "<section class=\"card\"><div class=\"card-body\">");
	put_stamps(h, c, x);
	for (size_t i = 0; i < x->step_count; i++) {
		if (!x->steps[i].comment.n)
			continue;
		html_lit(h, "<blockquote><p>");
		html_lines(h, x->steps[i].comment);
		html_lit(h, "</p><p class=\"muted small\">");
		html_text(h, x->steps[i].name);
		html_lit(h, "</p></blockquote>");
	}
	html_section_end(h);
}

/* What circulates is read, not decided. */
static void put_read(struct html *h, const struct approval *x)
{
	html_lit(h, "<section class=\"card screen-only\" id=\"read\"><div class=\"card-body\"><p>");
	html_msg(h, MSG_WORK_READ_MEANS);
	html_lit(h, "</p>");
	html_post_button(h, str_printf(h->arena, "/work/approval/%lld/read", (long long)x->id), "check", msg(h->lang, MSG_WORK_READ), TONE_BLUE, STR_NULL);
	html_section_end(h);
}

static void page_approval(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct approval x;
	struct html h;
	int64_t id, deputy_for = 0;
	const struct approval_step *mine = NULL;
	struct note why = NOTE0(MSG_NONE);
	struct db_conn *c = db_read_begin(o->db);
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : approval_get(c, req->arena, p, id, &x);
	if (e == 0 && x.state == APPROVAL_WAITING)
		e = approval_mine(c, req->arena, p, &x, &mine, &deputy_for, &why);
	const struct approval_step *reads = NULL;
	if (e == 0)
		e = approval_to_read(c, req->arena, p, &x, &reads);
	if (e == 0) {
		struct page page = { .title = note_str(req->arena, p->lang, &NOTE(MSG_WORK_APPROVAL_OF, ARG_S(named(req->arena, &x)))) };
		page.breadcrumb_label[1] = msg(p->lang, MSG_WORK_APPROVALS);
		page.breadcrumb_path[1] = STR("/work/approval");
		work_page_begin(req, &h, &page);
		put_head(&h, &x);
		put_content(&h, c, p, &x, mine);
		if (x.state == APPROVAL_WAITING)
			put_actions(&h, p, &x, mine, deputy_for, &why);
		if (reads)
			put_read(&h, &x);
		put_course(&h, c, &x);
		page_end(&h);
	}
	db_read_end(o->db, &c);
	if (e < 0)
		work_fail(req, e, NOTE0(MSG_NONE));
}

/* ---- changes ---- */

struct reg_ctx work_ctx(struct http_req *req, struct db_conn *c)
{
	return (struct reg_ctx){ .conn = c, .arena = req->arena, .by = auth_principal(req), .key = office_of(req)->key };
}

int work_submit_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct reg_ctx ctx = work_ctx(j->req, c);
	return approval_submit(&ctx, &j->submit, &j->id, &j->why);
}

int work_decide_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct reg_ctx ctx = work_ctx(j->req, c);
	return approval_decide(&ctx, &j->decision, &j->why);
}

static int refusal_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct audit_entry e = auth_entry(j->req->arena, auth_principal(j->req), AUDIT_REFUSED);
	e.subject = str_printf(j->req->arena, "POST %.*s", STR_FMT(str_sub(j->req->path, 0, 200)));
	return audit_append(c, &e);
}

int work_run(struct work_job *j, db_write_fn *fn)
{
	struct office *o = office_of(j->req);
	int e = db_write(o->db, fn, j);
	if (e == ERR_DENIED && db_write(o->db, refusal_job, j) < 0)
		e = ERR_BUSY;
	if (e < 0)
		work_fail(j->req, e, e == ERR_BUSY ? NOTE0(MSG_NONE) : j->why);
	return e;
}

bool work_form_id(struct http_req *req, const char *name, int64_t *ret)
{
	return num_parse_i64(http_form(req, name), 1, INT64_MAX, ret) == 0;
}

static void do_submit(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	struct str cost = str_trim(http_form(req, "cost"));
	j.submit = (struct approval_submit){ .reason = http_form(req, "reason"), .cost = -1 };
	if (!work_form_id(req, "record", &j.submit.record_id) || !work_form_id(req, "revision", &j.submit.revision)) {
		work_fail(req, ERR_NOT_FOUND, NOTE0(MSG_NONE));
		return;
	}
	if (cost.n && num_parse_human(cost, 0, 0, APPROVAL_COST_MAX, &j.submit.cost) < 0) {
		work_fail(req, ERR_INVALID, NOTE0(MSG_WORK_COST_BAD));
		return;
	}
	if (work_run(&j, work_submit_job) == 0)
		http_redirect(req, str_printf(req->arena, "/work/approval/%lld?done=submitted", (long long)j.id));
}

/* Who has the unlocked phone of somebody else should not get to approve with it for days. */
static bool signed_in_lately(struct http_req *req)
{
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	struct sql q;
	int64_t at = 0;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT created_at FROM auth_session WHERE id = ");
	sql_i64(&q, auth_principal(req)->session_id);
	int e = db_get_i64(c, &q, &at);
	db_read_end(o->db, &c);
	return e == 0 && clock_now() - at <= RECENT_MS;
}

static void decide(struct http_req *req, enum approval_event event, const char *done)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	j.decision = (struct approval_decision){ .event = event, .comment = http_form(req, "comment") };
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &j.decision.id) < 0 || !work_form_id(req, "step", &j.decision.step) ||
	    !work_form_id(req, "revision", &j.decision.revision)) {
		work_fail(req, ERR_NOT_FOUND, NOTE0(MSG_NONE));
		return;
	}
	if (auth_principal(req)->kind == PRINCIPAL_ACCOUNT && event != EVENT_WITHDRAW && !signed_in_lately(req)) {
		work_fail(req, ERR_DENIED, NOTE0(MSG_WORK_SIGN_IN_AGAIN));
		return;
	}
	if (work_run(&j, work_decide_job) < 0)
		return;
	struct approval x;
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	if (event == EVENT_APPROVE && approval_get(c, req->arena, auth_principal(req), j.decision.id, &x) == 0 && x.state == APPROVAL_WAITING)
		done = "passed_on";
	db_read_end(o->db, &c);
	http_redirect(req, str_printf(req->arena, "/work/approval/%lld?done=%s", (long long)j.decision.id, done));
}

static void do_approve(struct http_req *req)
{
	decide(req, EVENT_APPROVE, "approved");
}

static void do_back(struct http_req *req)
{
	decide(req, EVENT_SEND_BACK, "sent_back");
}

static void do_withdraw(struct http_req *req)
{
	decide(req, EVENT_WITHDRAW, "withdrawn");
}

static int read_job(struct db_conn *c, void *arg)
{
	struct work_job *j = arg;
	struct reg_ctx ctx = work_ctx(j->req, c);
	return approval_read(&ctx, j->id, &j->why);
}

static void do_read(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &j.id) < 0)
		work_fail(req, ERR_NOT_FOUND, NOTE0(MSG_NONE));
	else if (work_run(&j, read_job) == 0)
		http_redirect(req, str_printf(req->arena, "/work/approval/%lld?done=read", (long long)j.id));
}

#define PARAMS(p) .params = (p), .param_count = COUNT_OF(p)
#define TEXT_LIMIT LIMIT_LONG_TEXT /* the person is told of LIMIT_APPROVAL_TEXT by name, not by a refused request */
static const struct param done_params[] = { { "done", PARAM_KEY, .max = 20 } };
static const struct param list_params[] = { { "done", PARAM_KEY, .max = 20 }, { "waiting", PARAM_FLAG } };
static const struct param submit_params[] = { { "record", PARAM_INT }, { "revision", PARAM_INT }, { "reason", PARAM_TEXT, .max = TEXT_LIMIT },
	{ "cost", PARAM_TEXT, .max = 40 } };
static const struct param decide_params[] = { { "step", PARAM_INT }, { "revision", PARAM_INT }, { "comment", PARAM_TEXT, .max = TEXT_LIMIT } };
static const struct param deputy_params[] = { { "of", PARAM_INT }, { "account", PARAM_INT }, { "from", PARAM_TEXT, .max = 10 }, { "until", PARAM_TEXT, .max = 10 } };
static const struct param api_params[] = { { "record", PARAM_INT } };

const struct route approval_routes[] = {
	{ HTTP_GET, "/work/approval", page_approvals, 0, NEED_OVERVIEW, PARAMS(list_params) },
	{ HTTP_GET, "/work/approval/:id", page_approval, 0, NEED_OVERVIEW, PARAMS(done_params) },
	{ HTTP_POST, "/work/approval/new", do_submit, 0, NEED_OVERVIEW, PARAMS(submit_params) },
	{ HTTP_POST, "/work/approval/:id/approve", do_approve, 0, NEED_OVERVIEW, PARAMS(decide_params) },
	{ HTTP_POST, "/work/approval/:id/back", do_back, 0, NEED_OVERVIEW, PARAMS(decide_params) },
	{ HTTP_POST, "/work/approval/:id/read", do_read, 0, NEED_OVERVIEW },
	{ HTTP_POST, "/work/approval/:id/withdraw", do_withdraw, 0, NEED_OVERVIEW, PARAMS(decide_params) },
	{ HTTP_GET, "/work/deputy", page_deputy, 0, NEED_OVERVIEW, PARAMS(done_params) },
	{ HTTP_POST, "/work/deputy", do_deputy, 0, NEED_OVERVIEW, PARAMS(deputy_params) },
	{ HTTP_POST, "/work/deputy/:id/end", do_deputy_end, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/api/v1/approval", api_approvals, ROUTE_API, NEED_OVERVIEW, PARAMS(api_params) },
	{ HTTP_GET, "/api/v1/approval/:id", api_approval, ROUTE_API, NEED_OVERVIEW },
	{ HTTP_POST, "/api/v1/approval", api_submit, ROUTE_API, NEED_OVERVIEW },
	{ HTTP_POST, "/api/v1/approval/:id/withdraw", api_withdraw, ROUTE_API, NEED_OVERVIEW },
};
const size_t approval_route_count = COUNT_OF(approval_routes);
