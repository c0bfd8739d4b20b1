/* The hand-over of what a unit owns to another: the form with its preview, and doing it at once or in steps. */
#include "base/num.h"
#include "base/text.h"
#include "base/text/org.h"
#include "db/audit.h"
#include "org/hand_over.h"
#include "org/pages.h"
#include "register/batch.h"
#include "register/query.h"

#define HAND_OVER_AT_ONCE 2000 /* rows moved in one write, all or none; more go in small ones */
#define HAND_OVER_STEP 250

/* A hand-over as asked for, and what was wrong with it. */
struct hand_over {
	struct http_req *req;
	const struct principal *by;
	struct reg_view view;
	struct row unit;
	struct str target, reason, abolished_on;
	int64_t to;
	bool close, grants; /* grants: the rights on the unit go along */
	struct note why_target, why_reason, why_date, why; /* MSG_NONE: nothing wrong */
	int64_t moved, total;
};

static int record_refusal(struct db_conn *c, void *ctx)
{
	const struct hand_over *x = ctx;
	struct audit_entry e = auth_entry(x->req->arena, x->by, AUDIT_REFUSED);
	e.reg = str_of(reg_unit.name);
	e.record_id = x->unit.id;
	e.subject = str_printf(x->req->arena, "hand over %.*s", STR_FMT(x->unit.code));
	return audit_append(c, &e);
}

/* The unit of the path, and the right to hand it over; negative when it has answered. */
static int open_unit(struct http_req *req, struct hand_over *x)
{
	*x = (struct hand_over){ .req = req, .by = auth_principal(req) };
	struct office *o = office_of(req);
	int64_t id = 0;
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : 0;
	struct db_conn *c = db_read_begin(o->db);
	if (e == 0)
		e = reg_view_load(c, req->arena, &reg_unit, &x->view);
	if (e == 0)
		e = reg_get(c, req->arena, x->by, &x->view, id, &x->unit);
	bool may = e == 0 && unit_may_hand_over(c, x->by, &x->unit);
	db_read_end(o->db, &c);
	if (e < 0) {
		http_fail(req, e == ERR_NOT_FOUND ? 404 : 500, NOTE0(e == ERR_NOT_FOUND ? MSG_ORG_NOT_FOUND : MSG_ORG_FAILED));
		return e;
	}
	if (!may) {
		if (db_write(o->db, record_refusal, x) < 0)
			http_fail(req, 503, NOTE0(MSG_ORG_FAILED));
		else
			http_fail(req, 403, NOTE0(MSG_ORG_HAND_OVER_NO_RIGHT));
		return ERR_DENIED;
	}
	return 0;
}

static void field_begin(struct html *h, const char *name, msg_id label, const struct note *why)
{
	html_lit(h, "<div class=\"field");
	if (why->id)
		html_lit(h, " has-error");
	html_lit(h, "\"><label");
	html_attr(h, "for", str_printf(h->arena, "f-%s", name));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</label>");
}

static void field_end(struct html *h, const char *name, msg_id hint, const struct note *why)
{
	if (hint) {
		html_lit(h, "<span class=\"field-hint\">");
		html_msg(h, hint);
		html_lit(h, "</span>");
	}
	if (why->id) {
		html_lit(h, "<span class=\"field-error\"");
		html_attr(h, "id", str_printf(h->arena, "e-%s", name));
		html_lit(h, ">");
		html_note(h, why);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div>");
}

static void input_attrs(struct html *h, const char *name, const struct note *why)
{
	html_attr(h, "id", str_printf(h->arena, "f-%s", name));
	html_attr(h, "name", str_of(name));
	if (why->id) {
		html_lit(h, " aria-invalid=\"true\"");
		html_attr(h, "aria-describedby", str_printf(h->arena, "e-%s", name));
	}
}

struct options {
	struct html *h;
	const struct hand_over *x;
};

static int put_option(void *ctx, const struct row *row)
{
	struct options *o = ctx;
	struct str id = str_printf(o->h->arena, "%lld", (long long)row->id);
	if (row->id == o->x->unit.id)
		return 0;
	html_lit(o->h, "<option");
	html_attr(o->h, "value", id);
	html_flag(o->h, "selected", str_eq(id, o->x->target));
	html_lit(o->h, ">");
	html_text(o->h, unit_name(row));
	const struct value *parent = &row->v[reg_field(&reg_unit, "parent")];
	if (parent->known && parent->s.n) {
		html_lit(o->h, "（");
		html_text(o->h, parent->s);
		html_lit(o->h, "）");
	}
	html_lit(o->h, "</option>");
	return 0;
}

/* What would move, by register; sub-units with the closing. */
static void put_preview(struct html *h, struct db_conn *c, const struct hand_over *x)
{
	struct owning owning = org_owning(x->by);
	struct sql q;
	int64_t n = 0;
	html_section_begin(h, MSG_ORG_HAND_OVER_WHAT);
	html_lit(h, "<dl class=\"kv\">");
	for (size_t i = 0; i < owning.n; i++) {
		if (org_count(c, h->arena, x->by, owning.reg[i], x->unit.id, &n) < 0)
			n = 0;
		html_lit(h, "<dt>");
		html_label(h, owning.reg[i]->label);
		html_lit(h, "</dt><dd><a");
		html_href(h, org_list_path(h->arena, owning.reg[i], x->unit.id));
		html_lit(h, ">");
		html_note(h, &NOTE(MSG_ORG_ROWS, ARG_I(n)));
		html_lit(h, "</a></dd>");
	}
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT count(*) FROM org_unit WHERE archived = 0 AND parent = ");
	sql_i64(&q, x->unit.id);
	if (db_get_i64(c, &q, &n) < 0)
		n = 0;
	html_lit(h, "<dt>");
	html_msg(h, MSG_ORG_SUB_UNITS);
	html_lit(h, "</dt><dd>");
	html_note(h, &NOTE(MSG_ORG_HAND_OVER_SUB, ARG_I(n)));
	html_lit(h, "</dd></dl><p class=\"field-hint\">");
	html_msg(h, MSG_ORG_HAND_OVER_KEEPS);
	html_lit(h, "</p></div></section>");
}

static void put_form(struct hand_over *x)
{
	struct http_req *req = x->req;
	struct office *o = office_of(req);
	struct html h;
	struct page page = { .title = note_str(req->arena, x->by->lang, &NOTE(MSG_ORG_HAND_OVER_OF, ARG_S(unit_name(&x->unit)))),
	                     .subtitle = msg(x->by->lang, MSG_ORG_HAND_OVER_ABOUT) };
	org_page_begin(req, &h, &page);
	bool any = x->why_target.id || x->why_reason.id || x->why_date.id || x->why.id;
	if (any)
		html_alert(&h, TONE_RED, msg(h.lang, MSG_ORG_HAND_OVER_NOT), x->why.id ? note_str(h.arena, h.lang, &x->why) : STR_NULL);
	struct db_conn *c = db_read_begin(o->db);
	int64_t grants = 0;
	if (auth_grants_on(c, h.arena, x->unit.id, &grants) < 0)
		grants = 0;
	put_preview(&h, c, x);
	html_form_begin(&h, str_printf(h.arena, "/org/unit/%lld/hand-over", (long long)x->unit.id), false);
	html_lit(&h, "<section class=\"card\"><div class=\"card-body\"><div class=\"form-grid\">");
	field_begin(&h, "target", MSG_ORG_HAND_OVER_TARGET, &x->why_target);
	html_lit(&h, "<select class=\"form-select\" required");
	input_attrs(&h, "target", &x->why_target);
	html_lit(&h, "><option value=\"\"></option>");
	struct options options = { &h, x };
	struct query q = { .view = &x->view, .by = x->by, .op = OP_READ, .sort = SORT_DEFAULT };
	if (reg_each(c, &q, put_option, &options) < 0)
		html_lit(&h, "");
	db_read_end(o->db, &c);
	html_lit(&h, "</select>");
	field_end(&h, "target", MSG_NONE, &x->why_target);
	field_begin(&h, "reason", MSG_ORG_HAND_OVER_REASON, &x->why_reason);
	html_lit(&h, "<input class=\"form-control\" required maxlength=\"500\"");
	input_attrs(&h, "reason", &x->why_reason);
	html_attr(&h, "value", x->reason);
	html_lit(&h, ">");
	field_end(&h, "reason", MSG_ORG_HAND_OVER_REASON_HINT, &x->why_reason);
	html_lit(&h, "<label class=\"check wide\"><input type=\"checkbox\" name=\"close\" value=\"1\"");
	html_flag(&h, "checked", x->close);
	html_lit(&h, "><span>");
	html_msg(&h, MSG_ORG_HAND_OVER_CLOSE);
	html_lit(&h, "</span></label>");
	if (x->by->needs & NEED_ADMIN) {
		html_lit(&h, "<label class=\"check wide\"><input type=\"checkbox\" name=\"grants\" value=\"1\"");
		html_flag(&h, "checked", x->grants);
		html_lit(&h, "><span>");
		html_note(&h, &NOTE(MSG_ORG_HAND_OVER_GRANTS, ARG_I(grants)));
		html_lit(&h, "</span></label>");
	}
	field_begin(&h, "abolished_on", MSG_ORG_HAND_OVER_DATE, &x->why_date);
	html_lit(&h, "<input class=\"form-control\" type=\"date\"");
	input_attrs(&h, "abolished_on", &x->why_date);
	html_attr(&h, "value", x->abolished_on);
	html_lit(&h, ">");
	field_end(&h, "abolished_on", MSG_ORG_HAND_OVER_DATE_HINT, &x->why_date);
	html_lit(&h, "</div><p class=\"actions\"><button class=\"btn btn-primary\"");
	html_attr_msg(&h, "data-confirm", MSG_ORG_HAND_OVER_CONFIRM);
	html_lit(&h, ">");
	html_msg(&h, MSG_ORG_HAND_OVER_DO);
	html_lit(&h, "</button>");
	html_button_link(&h, org_row_path(h.arena, &reg_unit, x->unit.id), "arrow-left", msg(h.lang, MSG_ORG_BACK), false);
	html_lit(&h, "</p></div></section>");
	html_form_end(&h);
	page_end(&h);
	if (any)
		req->answer->status = 422;
}

void org_hand_over_page(struct http_req *req)
{
	struct hand_over x;
	if (open_unit(req, &x) < 0)
		return;
	x.abolished_on = date_iso(req->arena, clock_today());
	x.close = true;
	x.grants = (x.by->needs & NEED_ADMIN) != 0;
	put_form(&x);
}

/* The fields, the target, and the right to change every row that would move: known before the first row moves. */
static int check_asked(struct hand_over *x)
{
	struct http_req *req = x->req;
	struct office *o = office_of(req);
	const struct reg *regs[LIMIT_REGISTERS];
	struct row to;
	struct date d;
	x->target = http_form(req, "target");
	x->reason = text_clean(req->arena, http_form(req, "reason"));
	x->abolished_on = str_trim(http_form(req, "abolished_on"));
	x->close = str_eq(http_form(req, "close"), STR("1"));
	x->grants = str_eq(http_form(req, "grants"), STR("1")) && (x->by->needs & NEED_ADMIN);
	if (!x->reason.n)
		x->why_reason = NOTE0(MSG_ORG_HAND_OVER_REASON_NEEDED);
	if (x->close && date_parse_iso(x->abolished_on, &d) < 0)
		x->why_date = NOTE0(MSG_ORG_HAND_OVER_DATE_BAD);
	struct db_conn *c = db_read_begin(o->db);
	if (num_parse_i64(x->target, 1, INT64_MAX, &x->to) < 0 || reg_get(c, req->arena, x->by, &x->view, x->to, &to) < 0 ||
	    to.state != RECORD_LIVE || to.id == x->unit.id)
		x->why_target = NOTE0(MSG_ORG_HAND_OVER_TARGET_NEEDED);
	int e = 0;
	size_t n = org_owning_registers(regs, COUNT_OF(regs));
	for (size_t i = 0; e == 0 && i < n; i++) {
		struct principal system = auth_system();
		int64_t rows = 0;
		e = org_count(c, req->arena, &system, regs[i], x->unit.id, &rows);
		x->total += rows;
		if (e == 0 && rows && !(auth_ops(x->by, reg_number(regs[i])) & OP_UPDATE))
			x->why = NOTE(MSG_ORG_HAND_OVER_DENIED, ARG_L(regs[i]->label), ARG_S(STR_NULL));
	}
	db_read_end(o->db, &c);
	return e < 0 ? e : x->why_reason.id || x->why_date.id || x->why_target.id || x->why.id ? ERR_INVALID : 0;
}

static struct reg_ctx ctx_of(struct hand_over *x, struct db_conn *c)
{
	return (struct reg_ctx){ .conn = c, .arena = x->req->arena, .by = x->by, .key = office_of(x->req)->key };
}

static int close_job(struct db_conn *c, void *arg)
{
	struct hand_over *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	int64_t moved;
	int e = x->grants ? auth_grants_move(c, x->req->arena, x->by, x->unit.id, x->to, &moved) : 0;
	return e == 0 && x->close ? org_unit_close(&ctx, x->unit.id, x->to, x->abolished_on, x->reason, &x->why) : e;
}

static int all_job(struct db_conn *c, void *arg)
{
	struct hand_over *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	int e = org_hand_over(&ctx, x->unit.id, x->to, x->reason, &x->moved, &x->why);
	return e < 0 ? e : close_job(c, arg);
}

static int step_job(struct db_conn *c, void *arg)
{
	struct hand_over *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	int64_t some = 0;
	int e = org_hand_over_some(&ctx, x->unit.id, x->to, x->reason, HAND_OVER_STEP, &some, &x->why);
	if (e == 0)
		x->moved += some;
	/* NOT_FOUND says that nothing is left: a row that this person may not see is something else. */
	return e == ERR_NOT_FOUND ? ERR_DENIED : e < 0 ? e : some > 0 ? 0 : ERR_NOT_FOUND;
}

void org_hand_over_do(struct http_req *req)
{
	struct hand_over x;
	struct office *o = office_of(req);
	if (open_unit(req, &x) < 0)
		return;
	int e = check_asked(&x);
	if (e == ERR_INVALID) {
		put_form(&x);
		return;
	}
	x.why = NOTE0(MSG_ORG_FAILED);
	if (e == 0 && x.total <= HAND_OVER_AT_ONCE) {
		e = db_write(o->db, all_job, &x);
	} else {
		while (e == 0)
			e = db_write_background(o->db, step_job, &x);
		if (e == ERR_NOT_FOUND)
			e = db_write(o->db, close_job, &x);
	}
	if (e < 0) {
		put_form(&x);
		return;
	}
	http_redirect(req, str_printf(req->arena, "/org/tree?done=handed-over&moved=%lld", (long long)x.moved));
}
