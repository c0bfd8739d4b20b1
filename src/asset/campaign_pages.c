/* The lead's side of a review: how each unit stands, links and reminders, what was found, start and end. */
#include "asset/asset.h"
#include "asset/campaign.h"
#include "auth/letter.h"
#include "base/num.h"
#include "base/text/asset.h"
#include "base/text/auth.h"
#include "base/text/http.h"

#define LISTED 200

/* ---- how it stands ---- */

static void stands(struct html *h, const struct campaign_part *g)
{
	if (g->done >= g->items)
		html_badge(h, TONE_GREEN, msg(h->lang, MSG_CAMPAIGN_DONE));
	else if (g->done)
		html_badge(h, TONE_BLUE, msg(h->lang, MSG_CAMPAIGN_BEGUN));
	else if (g->opened_at)
		html_badge(h, TONE_YELLOW, msg(h->lang, MSG_CAMPAIGN_OPENED));
	else if (g->issued)
		html_badge(h, TONE_YELLOW, msg(h->lang, MSG_CAMPAIGN_NOT_OPENED));
	else
		html_badge(h, TONE_GREY, msg(h->lang, MSG_CAMPAIGN_NO_LINK));
}

static void cell(struct html *h, msg_id label)
{
	html_lit(h, "<td");
	html_attr_msg(h, "data-label", label);
	html_lit(h, ">");
}

static void part_put(struct html *h, const struct campaign_part *g, int64_t campaign, bool may_issue)
{
	html_lit(h, "<tr><th scope=\"row\">");
	html_text(h, g->unit);
	html_lit(h, "</th>");
	cell(h, MSG_CAMPAIGN_CONTACT);
	if (g->contact.n) {
		html_text(h, g->contact);
	} else {
		html_lit(h, "<span class=\"unknown\">");
		html_msg(h, MSG_CAMPAIGN_NO_CONTACT);
		html_lit(h, "</span>");
	}
	html_lit(h, "</td>");
	cell(h, MSG_CAMPAIGN_STANDS);
	stands(h, g);
	html_lit(h, " ");
	html_note(h, &NOTE(MSG_CAMPAIGN_OF, ARG_I(g->done), ARG_I(g->items)));
	if (g->left_out) {
		html_lit(h, "<br><span class=\"unknown\">");
		html_note(h, &NOTE(MSG_CAMPAIGN_LEFT_OUT, ARG_I(g->left_out)));
		html_lit(h, "</span>");
	}
	html_lit(h, "</td>");
	cell(h, MSG_CAMPAIGN_GONE);
	html_i64(h, g->gone);
	html_lit(h, "</td>");
	cell(h, MSG_CAMPAIGN_FOUND);
	html_i64(h, g->found);
	html_lit(h, "</td>");
	cell(h, MSG_CAMPAIGN_ISSUED);
	if (g->issued) {
		struct buf b;
		buf_init(&b, 64);
		clock_put_local(&b, g->issued_at);
		html_note(h, &NOTE(MSG_CAMPAIGN_ISSUED_N, ARG_S(buf_view(&b)), ARG_I(g->issued)));
		buf_release(&b);
	} else {
		html_msg(h, MSG_CAMPAIGN_ISSUED_NEVER);
	}
	html_lit(h, "</td><td>");
	if (may_issue && g->done < g->items) {
		html_form_begin(h, str_printf(h->arena, "/asset/campaign/%lld/issue", (long long)campaign), false);
		html_hidden(h, "part", str_printf(h->arena, "%lld", (long long)g->id));
		html_lit(h, "<button class=\"btn btn-sm\">");
		html_msg(h, g->issued ? MSG_CAMPAIGN_REMIND : MSG_CAMPAIGN_ISSUE);
		html_lit(h, "</button>");
		html_form_end(h);
	}
	html_lit(h, "</td></tr>");
}

/* Rows that units call gone: somebody who may archive them decides. */
static int gone_put(struct html *h, struct db_conn *c, int64_t campaign)
{
	static const msg_id head[] = { MSG_CAMPAIGN_ROW, MSG_CAMPAIGN_UNIT, MSG_CAMPAIGN_REASON, MSG_CAMPAIGN_BY };
	struct sql q;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT r.register, r.id, r.code, r.state, u.name, k.reason, k.answered_by FROM asset_campaign_item k JOIN asset_campaign_part g"
	            " ON g.id = k.part_id JOIN record r ON r.id = k.record_id JOIN org_unit u ON u.id = g.unit_id WHERE k.answer = 3 AND g.campaign_id = ");
	sql_i64(&q, campaign);
	sql_lit(&q, " ORDER BY r.state, k.answered_at, r.id LIMIT ");
	sql_i64(&q, LISTED);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	size_t n = 0;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		const struct reg *reg = reg_find(stmt_str(s, 0));
		if (!reg)
			continue;
		if (n++ == 0) {
			html_section_begin(h, MSG_CAMPAIGN_GONE_ROWS);
			html_table_begin(h, MSG_CAMPAIGN_GONE_ROWS, head, COUNT_OF(head));
		}
		html_lit(h, "<tr><th scope=\"row\"><a");
		html_href(h, str_printf(h->arena, "/%s/%s/%lld", reg->room, reg->name, (long long)stmt_i64(s, 1)));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 2));
		html_lit(h, "</a> ");
		if (stmt_i64(s, 3) == RECORD_ARCHIVED)
			html_badge(h, TONE_GREEN, msg(h->lang, MSG_CAMPAIGN_ARCHIVED));
		html_lit(h, "</th>");
		for (int i = 0; i < 3; i++) {
			cell(h, head[i + 1]);
			html_text(h, stmt_str(s, 4 + i));
			html_lit(h, "</td>");
		}
		html_lit(h, "</tr>");
	}
	if (n) {
		html_table_end(h);
		html_section_end(h);
	}
	return r;
}

static int found_put(struct html *h, struct db_conn *c, int64_t campaign)
{
	static const msg_id head[] = { MSG_CAMPAIGN_ROW, MSG_CAMPAIGN_LEDGER, MSG_CAMPAIGN_UNIT, MSG_CAMPAIGN_NOTE, MSG_CAMPAIGN_BY };
	struct sql q;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT f.name, f.register, u.name, f.note, f.found_by FROM asset_campaign_found f JOIN asset_campaign_part g ON g.id = f.part_id"
	            " JOIN org_unit u ON u.id = g.unit_id WHERE g.campaign_id = ");
	sql_i64(&q, campaign);
	sql_lit(&q, " ORDER BY f.id LIMIT ");
	sql_i64(&q, LISTED);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	size_t n = 0;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		const struct reg *reg = reg_find(stmt_str(s, 1));
		if (!reg)
			continue;
		if (n++ == 0) {
			html_section_begin(h, MSG_CAMPAIGN_FOUND_ROWS);
			html_table_begin(h, MSG_CAMPAIGN_FOUND_ROWS, head, COUNT_OF(head));
		}
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, stmt_str(s, 0));
		html_lit(h, "</th>");
		cell(h, MSG_CAMPAIGN_LEDGER);
		html_lit(h, "<a");
		html_href(h, str_printf(h->arena, "/%s/%s/new", reg->room, reg->name));
		html_lit(h, ">");
		html_note(h, &NOTE(MSG_CAMPAIGN_ADD_TO, ARG_L(reg->label)));
		html_lit(h, "</a></td>");
		for (int i = 0; i < 3; i++) {
			cell(h, head[i + 2]);
			html_text(h, stmt_str(s, 2 + i));
			html_lit(h, "</td>");
		}
		html_lit(h, "</tr>");
	}
	if (n) {
		html_table_end(h);
		html_section_end(h);
	}
	return r;
}

static bool may_run(struct db_conn *c, const struct principal *p, int64_t campaign)
{
	return !p->read_only && (p->needs & NEED_LINKS) && auth_allows(c, p, reg_number(&reg_campaign), OP_UPDATE, 0, campaign);
}

static void parts_put(struct html *h, struct db_conn *c, const struct principal *p, const struct row *row, int64_t state)
{
	static const msg_id head[] = { MSG_CAMPAIGN_UNIT, MSG_CAMPAIGN_CONTACT, MSG_CAMPAIGN_STANDS, MSG_CAMPAIGN_GONE, MSG_CAMPAIGN_FOUND,
		MSG_CAMPAIGN_ISSUED, MSG_NONE };
	struct campaign_part *part;
	size_t n = 0, ready = 0;
	int64_t items = 0, done = 0;
	if (campaign_parts(c, h->arena, p, row->id, &part, &n) < 0)
		return;
	const bool may = state == CAMPAIGN_RUNNING && may_run(c, p, row->id);
	for (size_t i = 0; i < n; i++) {
		items += part[i].items;
		done += part[i].done;
		ready += part[i].done >= part[i].items;
	}
	html_section_begin(h, MSG_CAMPAIGN_UNITS);
	html_lit(h, "<p>");
	struct str sum = note_str(h->arena, h->lang, &NOTE(MSG_CAMPAIGN_SUM, ARG_I((int64_t)ready), ARG_I((int64_t)n), ARG_I(done), ARG_I(items)));
	html_text(h, sum);
	html_lit(h, "</p><div class=\"progress-box\"><progress");
	html_attr(h, "aria-label", sum);
	html_attr_i64(h, "max", items > 0 ? items : 1);
	html_attr_i64(h, "value", done);
	html_lit(h, "></progress></div>");
	html_table_begin(h, MSG_CAMPAIGN_UNITS, head, COUNT_OF(head));
	/* Who has not answered comes first. */
	for (int finished = 0; finished < 2; finished++)
		for (size_t i = 0; i < n; i++)
			if ((part[i].done >= part[i].items) == finished)
				part_put(h, &part[i], row->id, may);
	html_table_end(h);
	if (may) {
		html_lit(h, "<div class=\"actions\">");
		if (ready < n)
			html_post_button(h, str_printf(h->arena, "/asset/campaign/%lld/issue", (long long)row->id), "mail", msg(h->lang, MSG_CAMPAIGN_REMIND_ALL),
			                 TONE_BLUE, msg(h->lang, MSG_CAMPAIGN_REMIND_ASK));
		html_post_button(h, str_printf(h->arena, "/asset/campaign/%lld/close", (long long)row->id), "check", msg(h->lang, MSG_CAMPAIGN_CLOSE), TONE_RED,
		                 msg(h->lang, MSG_CAMPAIGN_CLOSE_ASK));
		html_lit(h, "</div><p class=\"field-hint\">");
		html_msg(h, MSG_CAMPAIGN_REMIND_HINT);
		html_lit(h, "</p>");
	}
	html_section_end(h);
}

void campaign_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value *state = &row->v[reg_field(&reg_campaign, "state")];
	if (!state->known || state->i == CAMPAIGN_DRAFT) {
		html_section_begin(h, MSG_CAMPAIGN_BEGIN);
		html_lit(h, "<p>");
		html_msg(h, MSG_CAMPAIGN_BEGIN_ABOUT);
		html_lit(h, "</p>");
		if (row->state == RECORD_LIVE && may_run(c, p, row->id))
			html_post_button(h, str_printf(h->arena, "/asset/campaign/%lld/start", (long long)row->id), "check", msg(h->lang, MSG_CAMPAIGN_START),
			                 TONE_BLUE, STR_NULL);
		html_section_end(h);
		return;
	}
	/* What units answered tells of rows of every unit: it is for those who see all of them. */
	if (!(p->needs & (NEED_SETTINGS | NEED_AUDIT)) && !(month_may(p) && (p->needs & NEED_REPORT)))
		return;
	parts_put(h, c, p, row, state->i);
	if (gone_put(h, c, row->id) < 0 || found_put(h, c, row->id) < 0)
		html_alert(h, TONE_YELLOW, STR_NULL, msg(h->lang, MSG_CAMPAIGN_FAILED));
}

/* ---- start, links, end ---- */

struct step {
	struct http_req *req;
	int64_t campaign, part; /* part 0: every one that is not done */
	struct str *unit, *secret; int64_t *part_id;
	size_t n, mailed;
	struct row row;          /* of the campaign, while letters are written */
};

static struct reg_ctx ctx_of(const struct step *x, struct db_conn *c)
{
	return (struct reg_ctx){ .conn = c, .arena = x->req->arena, .by = auth_principal(x->req), .key = office_of(x->req)->key };
}

static int start_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	return campaign_start(&ctx, x->campaign);
}

static int close_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	return campaign_close(&ctx, x->campaign);
}

static struct str letter(struct http_req *req, const struct step *x, size_t i, const struct row *row, struct str url)
{
	const struct value *due = &row->v[reg_field(&reg_campaign, "due_on")], *say = &row->v[reg_field(&reg_campaign, "message")];
	struct str text = note_str(req->arena, req->lang, &NOTE(MSG_CAMPAIGN_LETTER, ARG_S(x->unit[i]),
		ARG_S(row->v[reg_field(&reg_campaign, "name")].s), ARG_S(due->s)));
	return str_printf(req->arena, "%.*s\n\n%.*s%s%.*s\n", STR_FMT(text), STR_FMT(say->s), say->s.n ? "\n\n" : "", STR_FMT(url));
}

/* To the unit's contact, where they can be reached by mail. */
static int mail_letter(struct db_conn *c, struct step *x, size_t i, int64_t contact, struct str name)
{
	struct http_req *req = x->req;
	struct str url = letter_url(req, str_printf(req->arena, "/l/%.*s", STR_FMT(x->secret[i]))), to;
	struct note subject = NOTE(MSG_CAMPAIGN_LETTER_SUBJECT, ARG_S(x->row.v[reg_field(&reg_campaign, "name")].s));
	int r = letter_mail(req, c, "review", contact, name, req->lang, note_str(req->arena, req->lang, &subject), letter(req, x, i, &x->row, url), &to);
	x->mailed += r == 0;
	return r == ERR_NOT_FOUND ? 0 : r;
}

static int issue_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	struct campaign_part *part;
	size_t n = 0;
	struct reg_view view;
	x->n = x->mailed = 0;
	int r = campaign_parts(c, ctx.arena, ctx.by, x->campaign, &part, &n);
	if (r == 0)
		r = reg_view_load(c, ctx.arena, &reg_campaign, &view);
	if (r == 0)
		r = reg_get(c, ctx.arena, ctx.by, &view, x->campaign, &x->row);
	x->unit = ARENA_ARRAY(ctx.arena, n + 1, struct str);
	x->secret = ARENA_ARRAY(ctx.arena, n + 1, struct str);
	x->part_id = ARENA_ARRAY(ctx.arena, n + 1, int64_t);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (x->part ? part[i].id != x->part : part[i].done >= part[i].items)
			continue;
		/* The contact's name stands for whoever answers by this link; the unit's where there is none. */
		struct str name = part[i].contact.n ? part[i].contact : part[i].unit;
		r = campaign_issue(&ctx, x->campaign, part[i].id, name, &x->secret[x->n]);
		if (r == 0) {
			x->unit[x->n] = name.p == part[i].unit.p ? part[i].unit : str_printf(ctx.arena, "%.*s %.*s", STR_FMT(part[i].unit), STR_FMT(name));
			x->part_id[x->n] = part[i].id;
			r = mail_letter(c, x, x->n++, part[i].contact_id, name);
		}
	}
	return r < 0 ? r : x->n ? 0 : ERR_NOT_FOUND;
}

static void fail(struct http_req *req, int e)
{
	if (e == ERR_NOT_FOUND)
		http_fail(req, 404, NOTE0(MSG_HTTP_NOT_FOUND));
	else if (e == ERR_DENIED)
		http_fail(req, 403, NOTE0(MSG_CAMPAIGN_DENIED));
	else if (e == ERR_CONFLICT)
		http_fail(req, 409, NOTE0(MSG_CAMPAIGN_STATE));
	else if (e == ERR_INVALID)
		http_fail(req, 422, NOTE0(MSG_CAMPAIGN_EMPTY));
	else
		http_fail(req, 503, NOTE0(MSG_CAMPAIGN_FAILED));
}

static void run(struct http_req *req, int (*job)(struct db_conn *c, void *arg))
{
	struct step x = { .req = req };
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.campaign) < 0 ? ERR_NOT_FOUND : db_write(office_of(req)->db, job, &x);
	if (e < 0)
		fail(req, e);
	else
		http_redirect(req, str_printf(req->arena, "/asset/campaign/%lld?done=saved", (long long)x.campaign));
}

void campaign_start_do(struct http_req *req)
{
	run(req, start_job);
}

void campaign_close_do(struct http_req *req)
{
	run(req, close_job);
}

void campaign_issue_do(struct http_req *req)
{
	struct office *o = office_of(req);
	struct step x = { .req = req };
	struct str part = http_form(req, "part");
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.campaign) < 0 || (part.n && num_parse_i64(part, 1, INT64_MAX, &x.part) < 0)
	        ? ERR_NOT_FOUND : db_write(o->db, issue_job, &x);
	if (e < 0) {
		fail(req, e);
		return;
	}
	const struct row row = x.row;
	struct html h;
	html_init(&h, &req->answer->body, req->arena, req->lang, req->csrf);
	struct page page = { .title = msg(req->lang, MSG_CAMPAIGN_LETTERS), .help_path = STR("/help/asset") };
	o->frame(req, &page);
	page.breadcrumb_label[0] = label_of(reg_campaign.label, req->lang);
	page.breadcrumb_path[0] = STR("/asset/campaign");
	page.breadcrumb_label[1] = row.v[reg_field(&reg_campaign, "name")].s;
	page.breadcrumb_path[1] = str_printf(req->arena, "/asset/campaign/%lld", (long long)x.campaign);
	page.breadcrumb_label[2] = page.title;
	page_begin(&h, &page);
	html_alert(&h, TONE_YELLOW, msg(req->lang, MSG_AUTH_SHOWN_ONCE), msg(req->lang, MSG_AUTH_LINK_KEEP));
	if (x.mailed)
		html_alert(&h, TONE_GREEN, STR_NULL, note_str(req->arena, req->lang, &NOTE(MSG_CAMPAIGN_MAILED, ARG_I((int64_t)x.mailed))));
	bool written = true;
	for (size_t i = 0; i < x.n; i++) {
		struct str url = letter_url(req, str_printf(req->arena, "/l/%.*s", STR_FMT(x.secret[i])));
		struct str text = letter(req, &x, i, &row, url);
		written = letter_write(req, "review", x.part_id[i], text) == 0 && written;
		html_lit(&h, "<section class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
		html_text(&h, x.unit[i]);
		html_lit(&h, "</h2><p>");
		html_lines(&h, str_sub(text, 0, text.n - url.n - 1));
		html_lit(&h, "</p><p><code class=\"secret\">");
		html_text(&h, url);
		html_lit(&h, "</code></p>");
		letter_qr_put(&h, url);
		html_section_end(&h);
	}
	if (written)
		html_alert(&h, TONE_GREEN, STR_NULL, msg(req->lang, MSG_AUTH_OUTBOX_DONE));
	else
		html_alert(&h, TONE_RED, STR_NULL, msg(req->lang, MSG_AUTH_OUTBOX_FAILED));
	html_lit(&h, "<div class=\"actions screen-only\">");
	html_button_link(&h, page.breadcrumb_path[1], "check", msg(req->lang, MSG_CAMPAIGN_BACK), true);
	html_lit(&h, "</div>");
	page_end(&h);
}
