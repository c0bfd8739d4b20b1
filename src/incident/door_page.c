/* The lead's side of report pages: which there are, who made them, and the poster with the QR code. */
#include "auth/letter.h"
#include "base/num.h"
#include "base/text/incident.h"
#include "incident/door.h"
#include "incident/incident.h"
#include "incident/pages.h"

static void refuse(struct http_req *req, int r)
{
	if (r == ERR_NOT_FOUND)
		http_fail(req, 404, NOTE0(MSG_DOOR_GONE));
	else if (r == ERR_DENIED)
		http_fail(req, 403, NOTE0(MSG_TRIAGE_DENIED));
	else if (r == ERR_LIMIT)
		http_fail(req, 422, NOTE(MSG_DOOR_MANY, ARG_I(LIMIT_DOORS)));
	else
		http_fail(req, 503, NOTE0(MSG_NEAR_FAILED));
}

static bool may_make(const struct principal *p)
{
	return !p->read_only && (auth_ops(p, reg_number(&reg_near_miss)) & OP_UPDATE);
}

static void begin(struct http_req *req, struct html *h, struct page *page)
{
	office_of(req)->frame(req, page);
	page->help_path = STR("/help/incident");
	html_init(h, &req->answer->body, req->arena, req->lang, req->csrf);
	page_begin(h, page);
}

static struct str name_of(struct html *h, const struct door *d)
{
	return d->unit_id ? d->unit : msg(h->lang, MSG_DOOR_COMPANY);
}

static void made_put(struct html *h, const struct door *d)
{
	html_note(h, &NOTE(MSG_DOOR_MADE, ARG_S(date_iso(h->arena, clock_date(d->made_at))), ARG_S(d->made_by)));
}

static void make_button(struct html *h, int64_t unit_id, bool again)
{
	html_form_begin(h, STR("/incident/doors"), false);
	html_hidden(h, "unit", str_printf(h->arena, "%lld", (long long)unit_id));
	html_lit(h, "<button type=\"submit\" class=\"btn\"");
	if (again)
		html_attr_msg(h, "data-confirm", MSG_DOOR_RENEW_ASK);
	html_lit(h, ">");
	html_msg(h, again ? MSG_DOOR_RENEW : MSG_DOOR_MAKE);
	html_lit(h, "</button>");
	html_form_end(h);
}

static void row_put(struct html *h, const struct door *d, bool may)
{
	html_lit(h, "<tr><th scope=\"row\">");
	if (d->id) {
		html_lit(h, "<a");
		html_href(h, str_printf(h->arena, "/incident/doors/%lld", (long long)d->id));
		html_lit(h, ">");
		html_text(h, name_of(h, d));
		html_lit(h, "</a>");
	} else {
		html_text(h, name_of(h, d));
	}
	html_lit(h, "</th><td");
	html_attr_msg(h, "data-label", MSG_DOOR_STATE);
	html_lit(h, ">");
	if (d->id)
		made_put(h, d);
	else
		html_badge(h, TONE_GREY, msg(h->lang, MSG_DOOR_NONE));
	html_lit(h, "</td><td class=\"number\"");
	html_attr_msg(h, "data-label", MSG_DOOR_WAITING);
	html_lit(h, ">");
	html_i64(h, d->waiting);
	html_lit(h, "</td><td class=\"number\"");
	html_attr_msg(h, "data-label", MSG_DOOR_REPORTS);
	html_lit(h, ">");
	html_i64(h, d->reports);
	html_lit(h, "</td><td>");
	if (may && !d->id)
		make_button(h, d->unit_id, false);
	html_lit(h, "</td></tr>");
}

void doors_page(struct http_req *req)
{
	static const msg_id head[] = { MSG_DOOR_WHERE, MSG_DOOR_STATE, MSG_DOOR_WAITING, MSG_DOOR_REPORTS, MSG_NONE };
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct door *door = NULL;
	size_t n = 0;
	if (!may_make(p)) {
		refuse(req, ERR_DENIED);
		return;
	}
	struct db_conn *c = db_read_begin(o->db);
	int r = door_list(c, req->arena, o->key, &door, &n);
	db_read_end(o->db, &c);
	if (r < 0) {
		refuse(req, r);
		return;
	}
	struct html h;
	struct page page = { .title = msg(req->lang, MSG_DOORS), .subtitle = msg(req->lang, MSG_DOORS_ABOUT) };
	if (http_query(req, "done").n)
		page.notice = msg(req->lang, MSG_DOOR_ENDED);
	page.breadcrumb_label[0] = label_of(reg_near_miss.label, req->lang);
	page.breadcrumb_path[0] = STR("/incident/near_miss");
	page.breadcrumb_label[1] = page.title;
	begin(req, &h, &page);
	html_table_begin(&h, MSG_DOORS, head, COUNT_OF(head));
	for (size_t i = 0; i < n; i++)
		row_put(&h, &door[i], true);
	html_table_end(&h);
	page_end(&h);
}

static int door_of(struct http_req *req, struct door *ret)
{
	struct office *o = office_of(req);
	int64_t id;
	if (!may_make(auth_principal(req)))
		return ERR_DENIED;
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0)
		return ERR_NOT_FOUND;
	struct db_conn *c = db_read_begin(o->db);
	int r = door_get(c, req->arena, o->key, id, ret);
	db_read_end(o->db, &c);
	return r;
}

/* In both languages: it hangs where everybody passes. */
static void poster_put(struct html *h, const struct door *d, struct str url)
{
	static const enum lang langs[] = { LANG_JA, LANG_EN };
	html_lit(h, "<section class=\"card poster\"><div class=\"card-body\">");
	for (size_t i = 0; i < COUNT_OF(langs); i++) {
		html_lit(h, "<div");
		html_attr(h, "lang", langs[i] == LANG_EN ? STR("en") : STR("ja"));
		html_lit(h, "><h2>");
		html_text(h, msg(langs[i], MSG_DOOR_POSTER));
		html_lit(h, "</h2><p>");
		html_text(h, msg(langs[i], MSG_DOOR_POSTER_ABOUT));
		html_lit(h, "</p></div>");
		if (i == 0)
			letter_qr_put(h, url);
	}
	html_lit(h, "<p class=\"small\"><code class=\"secret\" id=\"address\">");
	html_text(h, url);
	html_lit(h, "</code></p><p class=\"muted small\">");
	html_text(h, name_of(h, d));
	html_lit(h, "</p></div></section>");
}

void door_page(struct http_req *req)
{
	struct door d;
	int r = door_of(req, &d);
	if (r < 0) {
		refuse(req, r);
		return;
	}
	struct html h;
	struct page page = { .title = msg(req->lang, MSG_DOOR) };
	page.breadcrumb_label[0] = msg(req->lang, MSG_DOORS);
	page.breadcrumb_path[0] = STR("/incident/doors");
	page.breadcrumb_label[1] = d.unit_id ? d.unit : msg(req->lang, MSG_DOOR_COMPANY);
	begin(req, &h, &page);
	poster_put(&h, &d, letter_url(req, str_printf(req->arena, "/n/%.*s", STR_FMT(d.secret))));
	html_lit(&h, "<section class=\"card screen-only\"><div class=\"card-body\"><p>");
	made_put(&h, &d);
	html_lit(&h, "</p><p class=\"field-hint\">");
	html_msg(&h, MSG_DOOR_PRINT);
	html_lit(&h, "</p><div class=\"actions\">");
	make_button(&h, d.unit_id, true);
	html_post_button(&h, str_printf(req->arena, "/incident/doors/%lld/end", (long long)d.id), "trash", msg(req->lang, MSG_DOOR_END), TONE_RED,
	                 msg(req->lang, MSG_DOOR_END_ASK));
	html_lit(&h, "</div><p class=\"field-hint\">");
	html_msg(&h, MSG_DOOR_RENEW_HINT);
	html_lit(&h, "</p></div></section>");
	page_end(&h);
}

struct pressed {
	struct http_req *req;
	int64_t id, unit_id;
};

static struct reg_ctx ctx_of(struct http_req *req, struct db_conn *c)
{
	return (struct reg_ctx){ .conn = c, .arena = req->arena, .by = auth_principal(req), .key = office_of(req)->key };
}

static int make_job(struct db_conn *c, void *arg)
{
	struct pressed *x = arg;
	struct reg_ctx ctx = ctx_of(x->req, c);
	return door_make(&ctx, x->unit_id, &x->id);
}

static int end_job(struct db_conn *c, void *arg)
{
	struct pressed *x = arg;
	struct reg_ctx ctx = ctx_of(x->req, c);
	return door_end(&ctx, x->id);
}

void door_make_do(struct http_req *req)
{
	struct pressed x = { .req = req };
	int r = num_parse_i64(http_form(req, "unit"), 0, INT64_MAX, &x.unit_id) < 0 ? ERR_NOT_FOUND : db_write(office_of(req)->db, make_job, &x);
	if (r < 0)
		refuse(req, r);
	else
		http_redirect(req, str_printf(req->arena, "/incident/doors/%lld", (long long)x.id));
}

void door_end_do(struct http_req *req)
{
	struct pressed x = { .req = req };
	int r = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.id) < 0 ? ERR_NOT_FOUND : db_write(office_of(req)->db, end_job, &x);
	if (r < 0)
		refuse(req, r);
	else
		http_redirect(req, STR("/incident/doors?done=ended"));
}
