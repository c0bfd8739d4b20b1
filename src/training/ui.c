#include "training/ui.h"

#include "base/clock.h"
#include "base/text/http.h"
#include "base/text/training.h"

void tr_share(struct html *h, struct str label, int64_t done, int64_t all)
{
	html_lit(h, "<div class=\"progress-box\"><p class=\"progress-label\">");
	html_text(h, label);
	html_lit(h, "</p><progress");
	html_attr(h, "aria-label", label);
	html_attr_i64(h, "max", all > 0 ? all : 1);
	html_attr_i64(h, "value", done);
	html_lit(h, "></progress></div>");
}

void tr_submit(struct html *h, const char *icon, msg_id label, bool primary)
{
	html_lit(h, "<button");
	html_attr(h, "class", primary ? STR("btn btn-primary") : STR("btn"));
	html_lit(h, ">");
	html_icon(h, icon);
	html_lit(h, " ");
	html_msg(h, label);
	html_lit(h, "</button>");
}

bool is_late(struct str due_on)
{
	struct date day;
	return date_parse_iso(due_on, &day) == 0 && date_days(day) < date_days(clock_today());
}

void tr_stands(struct html *h, int64_t state, struct str due_on)
{
	static const struct { enum tone tone; msg_id text; } word[] = {
		[ASSIGNMENT_OPEN] = { TONE_GREY, MSG_TRAINING_IS_OPEN }, [ASSIGNMENT_BEGUN] = { TONE_BLUE, MSG_TRAINING_IS_BEGUN },
		[ASSIGNMENT_MARKING] = { TONE_BLUE, MSG_TRAINING_IS_MARKING }, [ASSIGNMENT_FAILED] = { TONE_BLUE, MSG_TRAINING_IS_BEGUN },
		[ASSIGNMENT_SPENT] = { TONE_YELLOW, MSG_TRAINING_IS_SPENT }, [ASSIGNMENT_DONE] = { TONE_GREEN, MSG_TRAINING_IS_DONE },
	};
	if (state < 0 || state >= (int64_t)COUNT_OF(word))
		return;
	html_badge(h, word[state].tone, msg(h->lang, word[state].text));
	if (state != ASSIGNMENT_DONE && is_late(due_on)) {
		html_lit(h, " ");
		html_badge(h, TONE_RED, msg(h->lang, MSG_TRAINING_IS_LATE));
	}
}

void tr_page(struct http_req *req, struct html *h, struct page *page)
{
	const struct principal *p = auth_principal(req);
	html_init(h, &req->answer->body, req->arena, p->lang, req->csrf);
	page->help_path = STR("/help/training");
	office_of(req)->frame(req, page);
	if (p->kind == PRINCIPAL_LINK) {
		page->current = "/l";
		page->help_path = STR_NULL;
	} else if (!page->breadcrumb_label[0].n) {
		page->breadcrumb_label[0] = msg(p->lang, MSG_TRAINING_ROOM);
		page->breadcrumb_path[0] = STR("/training");
		page->breadcrumb_label[1] = page->title;
	}
	page_begin(h, page);
}

struct reg_ctx tr_ctx(struct http_req *req, struct db_conn *c)
{
	return (struct reg_ctx){ .conn = c, .arena = req->arena, .by = auth_principal(req), .key = office_of(req)->key };
}

void tr_fail(struct http_req *req, int e)
{
	if (e == ERR_NOT_FOUND)
		http_fail(req, 404, NOTE0(MSG_TRAINING_NOT_THERE));
	else if (e == ERR_DENIED)
		http_fail(req, 403, NOTE0(MSG_TRAINING_DENIED));
	else if (e == ERR_CONFLICT)
		http_fail(req, 409, NOTE0(MSG_TRAINING_STATE));
	else if (e == ERR_RANGE || e == ERR_LIMIT)
		http_fail(req, 422, NOTE0(MSG_TRAINING_WRONG));
	else if (e == ERR_INVALID)
		http_fail(req, 422, NOTE0(MSG_TRAINING_NOBODY));
	else
		http_fail(req, 503, NOTE0(MSG_TRAINING_FAILED));
}

/* Who leads the training: may change what belongs to every unit. */
bool may_lead(const struct principal *p)
{
	if (p->kind != PRINCIPAL_ACCOUNT || p->read_only || !(auth_ops(p, reg_number(&reg_session)) & OP_UPDATE))
		return false;
	for (size_t i = 0; i < p->grants; i++)
		if (!p->grant[i].unit_id && (auth_role_ops(p->grant[i].role, reg_number(&reg_session)) & OP_UPDATE))
			return true;
	return false;
}
