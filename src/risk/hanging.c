/* What hangs on a risk and on a control: the treatments that join the two, and the acceptances of what remains; with the
 * rights of who looks. */
#include "base/text/plan.h"
#include "base/text/risk.h"
#include "register/faces.h"
#include "risk/pages.h"
#include "risk/treatment.h"

#define ROWS_MAX 50

/* Rows of a register that refer to this one. Nothing for who may not read that register, or uses a personal link. */
static bool referring(struct html *h, struct http_req *req, struct db_conn *c, const struct reg *r, const char *field, int64_t id,
                      struct reg_view *view, struct listing *ret)
{
	const struct principal *p = auth_principal(req);
	struct value v = { .known = true, .i = id };
	if (p->kind == PRINCIPAL_LINK || !(auth_ops(p, reg_number(r)) & OP_READ) || reg_view_load(c, h->arena, r, view) < 0)
		return false;
	struct query q = { .view = view, .by = p, .op = OP_READ, .sort = reg_field(r, r->sort), .limit = ROWS_MAX, .filters = 1 };
	q.filter[0] = (struct filter){ .field = reg_field(r, field), .kind = FILTER_IN, .value = &v, .values = 1 };
	return reg_list(c, h->arena, &q, ret) == 0;
}

static void link_to(struct html *h, struct str path, msg_id text)
{
	html_lit(h, "<a");
	html_href(h, path);
	html_lit(h, ">");
	html_msg(h, text);
	html_lit(h, "</a> ");
}

static void table(struct html *h, const struct reg_view *view, const struct listing *list, const char *const *columns, const char *field, int64_t id)
{
	if (!list->rows) {
		html_lit(h, "<p class=\"muted\">");
		html_note(h, &NOTE(MSG_RISK_HANGS_NONE, ARG_L(view->reg->label)));
		html_lit(h, "</p>");
		return;
	}
	reg_table(h, view, list->row, list->rows, columns);
	if (!list->next.n)
		return;
	html_lit(h, "<p class=\"hint-links\">");
	link_to(h, str_printf(h->arena, "/%s/%s?%s=%lld", view->reg->room, view->reg->name, field, (long long)id), MSG_RISK_HANGS_ALL);
	html_lit(h, "</p>");
}

void risk_hanging(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	static const char *const treatment[] = { "control", "control_state", "factor", "level", "reduction", "owner", "due_on", "progress", NULL };
	static const char *const acceptance[] = { "reason", "accepted_by", "until", "occurrences", "state", NULL };
	const struct principal *p = auth_principal(req);
	struct reg_view view;
	struct listing list = { 0 };
	if (referring(h, req, c, &reg_treatment, "risk", row->id, &view, &list)) {
		html_section_begin(h, MSG_RISK_HANGS_TREATMENTS);
		table(h, &view, &list, treatment, "risk", row->id);
		html_lit(h, "<p class=\"hint-links\">");
		if (p->needs & NEED_OVERVIEW)
			link_to(h, STR("/risk/plan"), MSG_PLAN_TITLE);
		if (!p->read_only && row->state == RECORD_LIVE && auth_ops(p, reg_number(&reg_treatment)) & OP_CREATE)
			link_to(h, STR("/risk/treatment/new"), MSG_RISK_HANGS_JOIN);
		html_lit(h, "</p>");
		html_section_end(h);
	}
	list = (struct listing){ 0 };
	if (referring(h, req, c, &reg_acceptance, "risk", row->id, &view, &list)) {
		html_section_begin(h, MSG_RISK_HANGS_ACCEPTANCES);
		table(h, &view, &list, acceptance, "risk", row->id);
		html_section_end(h);
	}
}

void risk_of_control(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	static const char *const columns[] = { "risk", "factor", "level", "reduction", "owner", "due_on", "progress", NULL };
	struct reg_view view;
	struct listing list = { 0 };
	if (!referring(h, req, c, &reg_treatment, "control", row->id, &view, &list))
		return;
	html_section_begin(h, MSG_RISK_HANGS_LOWERS);
	table(h, &view, &list, columns, "control", row->id);
	html_section_end(h);
}
