/* Confirming: a person says that a row is right as it stands. One row on its page, or many of one's own on a page. */
#include "asset/campaign.h"
#include "asset/explain.h"
#include "auth/office.h"
#include "base/num.h"
#include "base/text/asset.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "register/batch.h"
#include "register/faces.h"
#include "register/query.h"
#include "register/setting.h"

#define CONFIRM_ROWS 50

static struct str day(struct arena *a, int64_t days_ago)
{
	return date_iso(a, date_add_days(clock_today(), -days_ago));
}

/* ---- writing ---- */

struct confirm {
	struct http_req *req;
	struct reg_view view;
	const int64_t *id;
	size_t n;
	int64_t confirmed, refused;
};

/* Rows that are gone, archived or out of reach are left out and counted; anything else undoes all. */
static int confirm_job(struct db_conn *c, void *arg)
{
	struct confirm *x = arg;
	const struct principal *p = auth_principal(x->req);
	struct reg_ctx ctx = { .conn = c, .arena = x->req->arena, .by = p, .key = office_of(x->req)->key };
	x->confirmed = x->refused = 0;
	for (size_t i = 0; i < x->n; i++) {
		struct change change = change_new(ctx.arena, CHANGE_SAVE, &x->view, x->id[i]);
		struct written w;
		change.by_engine = true;
		change_set(&change, reg_field(&reg_asset, "confirmed_on"), (struct value){ .known = true, .s = day(ctx.arena, 0) });
		change_set(&change, reg_field(&reg_asset, "confirmed_by"), (struct value){ .known = true, .s = p->name });
		int e = reg_write(&ctx, &change, &w);
		if (e == ERR_NOT_FOUND || e == ERR_DENIED || e == ERR_INVALID)
			x->refused++;
		else if (e < 0)
			return e;
		else
			x->confirmed++;
	}
	return 0;
}

static int refusal_job(struct db_conn *c, void *arg)
{
	struct confirm *x = arg;
	struct audit_entry e = auth_entry(x->req->arena, auth_principal(x->req), AUDIT_REFUSED);
	e.reg = str_of(reg_asset.name);
	e.record_id = x->n == 1 ? x->id[0] : 0;
	e.subject = STR("confirm");
	return audit_append(c, &e);
}

static int confirm(struct confirm *x)
{
	struct office *o = office_of(x->req);
	struct db_conn *c = db_read_begin(o->db);
	int e = reg_view_load(c, x->req->arena, &reg_asset, &x->view);
	db_read_end(o->db, &c);
	if (e == 0)
		e = db_write(o->db, confirm_job, x);
	if (e == 0 && x->refused)
		e = db_write(o->db, refusal_job, x);
	return e;
}

static void do_confirm_one(struct http_req *req)
{
	int64_t id = 0;
	struct confirm x = { .req = req, .id = &id, .n = 1 };
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : confirm(&x);
	if (e == ERR_NOT_FOUND || (e == 0 && !x.confirmed))
		http_fail(req, 404, NOTE0(MSG_ASSET_CONFIRM_NONE));
	else if (e < 0)
		http_fail(req, 503, NOTE0(MSG_ASSET_CONFIRM_FAILED));
	else
		http_redirect(req, str_printf(req->arena, "/asset/asset/%lld?done=saved", (long long)id));
}

static void do_confirm_many(struct http_req *req)
{
	int64_t id[CONFIRM_ROWS];
	struct confirm x = { .req = req, .id = id };
	struct str s;
	for (size_t i = 0; x.n < COUNT_OF(id) && http_form_many(req, "id", i, &s); i++)
		if (num_parse_i64(s, 1, INT64_MAX, &id[x.n]) == 0)
			x.n++;
	int e = x.n ? confirm(&x) : 0;
	if (e < 0)
		http_fail(req, 503, NOTE0(MSG_ASSET_CONFIRM_FAILED));
	else
		http_redirect(req, str_printf(req->arena, "/asset/confirm?done=%lld&refused=%lld", (long long)x.confirmed, (long long)x.refused));
}

/* ---- rows to confirm ---- */

static void from_due(struct sql *q, struct db_conn *c, const struct principal *p)
{
	sql_lit(q, " FROM asset_asset t WHERE t.archived = 0");
	batch_visible(q, "t");
	auth_visible(q, p, reg_number(&reg_asset), OP_READ, "t");
	auth_visible(q, p, reg_number(&reg_asset), OP_UPDATE, "t");
	sql_lit(q, " AND (t.confirmed_on IS NULL OR t.confirmed_on < ");
	sql_str(q, day(q->arena, setting_i64(c, "signal.confirmed_days")));
	sql_lit(q, ")");
}

int asset_due_count(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*)");
	from_due(&q, c, p);
	return db_get_i64(c, &q, ret);
}

static int due_rows(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg_view *view, struct listing *ret)
{
	int64_t *id = ARENA_ARRAY(a, CONFIRM_ROWS, int64_t);
	size_t n = 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id");
	from_due(&q, c, p);
	sql_lit(&q, " ORDER BY t.id LIMIT ");
	sql_i64(&q, CONFIRM_ROWS);
	struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && n < CONFIRM_ROWS && (e = stmt_step(s)) == 1) {
		id[n++] = stmt_i64(s, 0);
		e = 0;
	}
	stmt_done(&s);
	*ret = (struct listing){ 0 };
	if (e < 0 || !n)
		return e;
	struct query list = { .view = view, .by = p, .op = OP_READ, .sort = SORT_DEFAULT, .limit = CONFIRM_ROWS, .ids = id, .id_count = n };
	return reg_list(c, a, &list, ret);
}

static void cell(struct html *h, const struct reg_view *view, const struct row *row, const char *field)
{
	const int f = reg_view_field(view, str_of(field));
	const struct field *d = view->field[f];
	html_lit(h, "<td");
	html_attr(h, "data-label", label_of(d->label, h->lang));
	html_lit(h, ">");
	if (row->v[f].known) {
		html_text(h, value_str(h->arena, d, &row->v[f], FORM_VIEW, h->lang));
	} else {
		html_lit(h, "<span class=\"unknown\">");
		html_msg(h, MSG_UNKNOWN);
		html_lit(h, "</span>");
	}
	html_lit(h, "</td>");
}

static void rows_put(struct html *h, const struct reg_view *view, const struct listing *l)
{
	static const char *const fields[] = { "department", "storage", "user_scope", "confidentiality", "integrity", "availability", "confirmed_on" };
	const int name = reg_field(&reg_asset, "name");
	html_form_begin(h, STR("/asset/confirm"), false);
	html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", MSG_ASSET_CONFIRM_PAGE);
	html_lit(h, "><table class=\"table table-cards\"><thead><tr><td class=\"select\"></td><th scope=\"col\">");
	html_label(h, reg_asset.field[name].label);
	html_lit(h, "</th>");
	for (size_t f = 0; f < COUNT_OF(fields); f++) {
		html_lit(h, "<th scope=\"col\">");
		html_label(h, reg_asset.field[reg_field(&reg_asset, fields[f])].label);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (size_t i = 0; i < l->rows; i++) {
		const struct row *row = &l->row[i];
		html_lit(h, "<tr><td class=\"select\"><input type=\"checkbox\" name=\"id\"");
		html_attr_i64(h, "value", row->id);
		html_attr(h, "aria-label", note_str(h->arena, h->lang, &NOTE(MSG_ASSET_CONFIRM_SELECT, ARG_S(row->v[name].s))));
		html_lit(h, "></td><th scope=\"row\"><a");
		html_href(h, str_printf(h->arena, "/asset/asset/%lld", (long long)row->id));
		html_lit(h, ">");
		html_text(h, row->v[name].known ? row->v[name].s : row->code);
		html_lit(h, "</a></th>");
		for (size_t f = 0; f < COUNT_OF(fields); f++)
			cell(h, view, row, fields[f]);
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></div><div class=\"bulk\"><button class=\"btn btn-primary\">");
	html_icon(h, "check");
	html_msg(h, MSG_ASSET_CONFIRM_SELECTED);
	html_lit(h, "</button><span class=\"muted small\">");
	html_msg(h, MSG_ASSET_CONFIRM_MEANS);
	html_lit(h, "</span></div>");
	html_form_end(h);
}

static void page_confirm(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct arena *a = req->arena;
	struct reg_view view;
	struct listing l = { 0 };
	int64_t due = 0, done = 0, refused = 0;
	if (!(auth_ops(p, reg_number(&reg_asset)) & OP_UPDATE)) {
		http_fail(req, 403, NOTE0(MSG_ASSET_CONFIRM_RIGHT));
		return;
	}
	struct db_conn *c = db_read_begin(o->db);
	int e = reg_view_load(c, a, &reg_asset, &view);
	if (e == 0)
		e = asset_due_count(c, a, p, &due);
	if (e == 0)
		e = due_rows(c, a, p, &view, &l);
	int64_t days = setting_i64(c, "signal.confirmed_days");
	db_read_end(o->db, &c);
	if (e < 0) {
		http_fail(req, 500, NOTE0(MSG_ASSET_CONFIRM_FAILED));
		return;
	}
	struct html h;
	html_init(&h, &req->answer->body, a, p->lang, req->csrf);
	struct page page = { .title = note_str(a, p->lang, &NOTE(MSG_FACE_TITLE_COUNT, ARG_M(MSG_ASSET_CONFIRM_PAGE), ARG_I(due))), .subtitle = note_str(a, p->lang, &NOTE(MSG_ASSET_CONFIRM_ABOUT, ARG_I(due), ARG_I(days))),
	                     .help_path = STR("/help/asset") };
	o->frame(req, &page);
	page.breadcrumb_label[0] = label_of(reg_asset.label, p->lang);
	page.breadcrumb_path[0] = STR("/asset/asset");
	page.breadcrumb_label[1] = page.title;
	if (http_query_i64(req, "done", &done))
		page.notice = note_str(a, p->lang, &NOTE(MSG_ASSET_CONFIRMED_N, ARG_I(done)));
	page_begin(&h, &page);
	if (http_query_i64(req, "refused", &refused) && refused)
		html_alert(&h, TONE_YELLOW, STR_NULL, note_str(a, p->lang, &NOTE(MSG_ASSET_CONFIRM_REFUSED, ARG_I(refused))));
	if (l.rows)
		rows_put(&h, &view, &l);
	else
		html_empty(&h, msg(p->lang, MSG_ASSET_CONFIRM_ALL), STR_NULL, STR("/asset/asset"), label_of(reg_asset.label, p->lang));
	page_end(&h);
}

/* ---- hooks ---- */

void asset_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value on = row->v[reg_field(&reg_asset, "confirmed_on")], by = row->v[reg_field(&reg_asset, "confirmed_by")];
	asset_explain_put(h, p, c, row);
	html_section_begin(h, MSG_ASSET_CONFIRM);
	html_lit(h, "<p>");
	if (on.known)
		html_note(h, &NOTE(MSG_ASSET_CONFIRMED, ARG_S(on.s), ARG_S(by.known ? by.s : msg(h->lang, MSG_UNKNOWN))));
	else
		html_msg(h, MSG_ASSET_CONFIRMED_NEVER);
	html_lit(h, "</p>");
	if (row->state == RECORD_LIVE && !p->read_only && auth_allows(c, p, reg_number(&reg_asset), OP_UPDATE, row->unit_id, row->id)) {
		html_post_button(h, str_printf(h->arena, "/asset/asset/%lld/confirm", (long long)row->id), "check", msg(h->lang, MSG_ASSET_CONFIRM_DO),
		                 TONE_BLUE, STR_NULL);
		html_lit(h, "<p class=\"field-hint\">");
		html_msg(h, MSG_ASSET_CONFIRM_MEANS);
		html_lit(h, "</p>");
	}
	html_section_end(h);
}

void asset_list_hint(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	const uint32_t ops = auth_ops(p, reg_number(&reg_asset));
	if (p->kind == PRINCIPAL_LINK)
		return;
	(void)c; /* no count here: it would look at every row each time the list is opened */
	html_lit(h, "<p class=\"hint-links\">");
	if (ops & OP_UPDATE) {
		html_lit(h, "<a href=\"/asset/confirm\">");
		html_msg(h, MSG_ASSET_HINT_CONFIRM);
		html_lit(h, "</a>");
	}
	if (ops & OP_IMPORT) {
		html_lit(h, "<a href=\"/asset/asset/import\">");
		html_msg(h, MSG_ASSET_HINT_IMPORT);
		html_lit(h, "</a>");
	}
	if (ops & OP_EXPORT) {
		html_lit(h, "<a href=\"/asset/asset/export?format=xlsx&amp;layout=ledger\">");
		html_msg(h, MSG_ASSET_HINT_EXPORT);
		html_lit(h, "</a>");
	}
	if (p->needs & NEED_OVERVIEW) {
		html_lit(h, "<a href=\"/risk/sheet\">");
		html_msg(h, MSG_ASSET_HINT_SHEET);
		html_lit(h, "</a>");
	}
	html_lit(h, "</p>");
}

static const struct param confirm_get_params[] = { { "done", PARAM_INT }, { "refused", PARAM_INT } };
static const struct param issue_params[] = { { "part", PARAM_INT } };
static const struct param answer_params[] = { { "part", PARAM_INT }, { "answer", PARAM_INT, 1, 3 }, { "reason", PARAM_TEXT, 0, 500 } };
static const struct param found_params[] = { { "part", PARAM_INT }, { "register", PARAM_KEY, 0, 40 }, { "name", PARAM_TEXT, 0, 100 }, { "note", PARAM_TEXT, 0, 500 } };
static const struct param review_params[] = { { "done", PARAM_KEY, 0, 20 }, { "open", PARAM_FLAG }, { "part", PARAM_INT } };
static const struct param standing_params[] = { { "what", PARAM_KEY, 0, 20 } };
static const struct param confirm_params[] = { { "id", PARAM_INT, .many = true } };

const struct route asset_routes[] = {
	{ HTTP_GET, "/asset/confirm", page_confirm, 0, NEED_REGISTER, confirm_get_params, COUNT_OF(confirm_get_params) },
	{ HTTP_POST, "/asset/confirm", do_confirm_many, 0, NEED_REGISTER, confirm_params, COUNT_OF(confirm_params) },
	{ HTTP_POST, "/asset/asset/:id/confirm", do_confirm_one, 0, NEED_REGISTER },
	{ HTTP_POST, "/asset/campaign/:id/start", campaign_start_do, 0, NEED_LINKS },
	{ HTTP_POST, "/asset/campaign/:id/issue", campaign_issue_do, 0, NEED_LINKS, issue_params, COUNT_OF(issue_params) },
	{ HTTP_POST, "/asset/campaign/:id/close", campaign_close_do, 0, NEED_LINKS },
	{ HTTP_GET, "/asset/standing", standing_page, 0, NEED_REGISTER, standing_params, COUNT_OF(standing_params) },
	{ HTTP_GET, "/asset/review", review_page, 0, NEED_REGISTER, review_params, COUNT_OF(review_params) },
	{ HTTP_POST, "/asset/review/found", review_found_do, 0, NEED_REGISTER, found_params, COUNT_OF(found_params) },
	{ HTTP_POST, "/asset/review/:id", review_answer_do, 0, NEED_REGISTER, answer_params, COUNT_OF(answer_params) },
};
const size_t asset_route_count = COUNT_OF(asset_routes);
