/* The inbox on Today. Each block is one statement over the requests that are open, whatever the size of the registers. */
#include "work/inbox.h"

#include "base/text/work.h"
#include "auth/office.h"
#include "work/approval.h"
#include "work/task.h"
#include "work/work.h"

#define SHOWN 10

static void put_block(struct html *h, msg_id title, const struct approval *x, size_t n)
{
	if (!n)
		return;
	html_section_begin(h, title);
	html_lit(h, "<ul class=\"changes\">");
	for (size_t i = 0; i < n && i < SHOWN; i++) {
		html_lit(h, "<li><a");
		html_href(h, str_printf(h->arena, "/work/approval/%lld", (long long)x[i].id));
		html_lit(h, ">");
		html_text(h, str_printf(h->arena, "%.*s %.*s", STR_FMT(x[i].code), STR_FMT(x[i].title)));
		html_lit(h, "</a> <span class=\"muted small\">");
		html_label(h, x[i].reg->label);
		html_lit(h, "／");
		html_text(h, x[i].submitted_name);
		if (x[i].state == APPROVAL_WAITING) {
			html_lit(h, "／");
			html_note(h, &NOTE(MSG_WORK_WAITED, ARG_I(date_days(clock_today()) - date_days(clock_date(x[i].submitted_at)))));
		}
		html_lit(h, "</span></li>");
	}
	html_lit(h, "</ul><p><a href=\"/work/approval\">");
	html_msg(h, MSG_WORK_INBOX_MORE);
	html_lit(h, "</a></p></div></section>");
}

int work_waiting(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret_n, struct str *ret_words)
{
	int64_t n[4] = { 0 };
	struct approval_counts k;
	static const msg_id of[] = { MSG_WORK_WAIT_DECIDE, MSG_WORK_WAIT_READ, MSG_WORK_WAIT_BACK, MSG_WORK_WAIT_TASKS };
	*ret_n = 0;
	*ret_words = STR("");
	if (p->kind != PRINCIPAL_ACCOUNT)
		return 0;
	int e = approval_count(c, a, p, LIMIT_WAITING, &k);
	n[0] = k.to_decide, n[1] = k.to_read, n[2] = k.sent_back;
	if (e == 0)
		e = task_count(c, a, p, LIMIT_WAITING, &n[3]);
	if (e < 0 || n[0] + n[1] + n[2] + n[3] == 0)
		return e;
	for (size_t i = 0; i < COUNT_OF(n); i++) {
		if (!n[i])
			continue;
		struct str one = note_str(a, p->lang, &NOTE(of[i], ARG_S(n[i] < LIMIT_WAITING ? str_printf(a, "%lld", (long long)n[i]) : STR("99+"))));
		*ret_words = ret_words->n ? note_str(a, p->lang, &NOTE(MSG_WORK_WAIT_AND, ARG_S(*ret_words), ARG_S(one))) : one;
		*ret_n += n[i];
	}
	*ret_words = note_str(a, p->lang, &NOTE(MSG_WORK_WAIT_ALL, ARG_S(*ret_words)));
	return 0;
}

void inbox_put(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	struct approval x[SHOWN];
	size_t n = 0;
	if (approval_list(c, h->arena, p, APPROVALS_TO_DECIDE, 0, SHOWN, x, &n) == 0)
		put_block(h, MSG_WORK_TO_DECIDE, x, n);
	if (approval_list(c, h->arena, p, APPROVALS_TO_READ, 0, SHOWN, x, &n) == 0)
		put_block(h, MSG_WORK_TO_READ, x, n);
	if (approval_list(c, h->arena, p, APPROVALS_SENT_BACK, 0, SHOWN, x, &n) == 0)
		put_block(h, MSG_WORK_SENT_BACK_LIST, x, n);
}
