/*
 * How running reviews stand, for the signal, Today and the pages where their numbers lead: units that still owe answers, rows
 * that units call gone and that are still there, things they miss in the ledgers. Of units that the reader answers for, or of
 * every unit for who sees them all.
 */
#include "base/text/asset.h"
#include "base/text/http.h"
#include "asset/asset.h"
#include "asset/campaign.h"
#include "register/batch.h"
#include "register/faces.h"

#define LISTED 200

/* Live, begun: what it was told stays to be dealt with when it is closed. */
#define BEGUN "m.archived = 0 AND m.state IN (2, 3)"

static void of_own_units(struct sql *q, const struct principal *p)
{
	if (!(auth_ops(p, reg_number(&reg_campaign)) & OP_READ)) {
		sql_lit(q, " AND FALSE");
		return;
	}
	if (month_may(p))
		return;
	int64_t unit[LIMIT_GRANTS];
	for (size_t i = 0; i < p->grants; i++)
		unit[i] = p->grant[i].unit_id;
	sql_lit(q, " AND g.unit_id IN (SELECT own.descendant FROM auth_unit_closure own WHERE own.ancestor IN ");
	sql_i64_list(q, unit, p->grants);
	sql_lit(q, ")");
}

static void from(struct sql *q, const struct principal *p, enum standing which)
{
	switch (which) {
	case STANDING_OPEN: case STANDING_LATE:
		sql_lit(q, " FROM asset_campaign m JOIN asset_campaign_part g ON g.campaign_id = m.id JOIN org_unit u ON u.id = g.unit_id"
		           " WHERE m.archived = 0 AND m.state = 2 AND EXISTS (SELECT 1 FROM asset_campaign_item k JOIN record r ON r.id = k.record_id"
		           " WHERE k.part_id = g.id AND r.state = 0 AND NOT " CAMPAIGN_IS_DONE ")");
		if (which == STANDING_LATE) {
			sql_lit(q, " AND m.due_on < ");
			sql_str(q, date_iso(q->arena, clock_today()));
		}
		break;
	case STANDING_GONE: /* the newest review that was answered about the row counts */
		sql_lit(q, " FROM asset_campaign_item k JOIN record r ON r.id = k.record_id JOIN asset_campaign_part g ON g.id = k.part_id"
		           " JOIN asset_campaign m ON m.id = g.campaign_id JOIN org_unit u ON u.id = g.unit_id WHERE k.answer = 3 AND r.state = 0 AND " BEGUN
		           " AND NOT EXISTS (SELECT 1 FROM asset_campaign n JOIN asset_campaign_part o ON o.campaign_id = n.id AND o.unit_id = g.unit_id"
		           " JOIN asset_campaign_item l ON l.part_id = o.id AND l.record_id = k.record_id WHERE n.id > m.id AND n.archived = 0 AND l.answer > 0)");
		break;
	case STANDING_MISSING: /* dealt with as soon as the ledger has a row of that name */
		sql_lit(q, " FROM asset_campaign_found f JOIN asset_campaign_part g ON g.id = f.part_id JOIN asset_campaign m ON m.id = g.campaign_id"
		           " JOIN org_unit u ON u.id = g.unit_id WHERE " BEGUN " AND NOT (FALSE");
		for (size_t i = 0; i < reg_count(); i++) {
			const struct reg *r = reg_at(i);
			if (!campaign_asks(INT64_MAX, r))
				continue;
			sql_lit(q, " OR f.register = ");
			sql_str(q, str_of(r->name));
			sql_lit(q, " AND f.name IN (SELECT t.");
			sql_name(q, r->title);
			sql_lit(q, " FROM ");
			sql_name(q, r->table);
			sql_lit(q, " t WHERE t.archived = 0)");
		}
		sql_lit(q, ")");
		break;
	}
	of_own_units(q, p);
}

int standing_count(struct db_conn *c, struct arena *a, const struct principal *p, enum standing which, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*)");
	from(&q, p, which);
	return db_get_i64(c, &q, ret);
}

struct str standing_path(enum standing which)
{
	static const char *const path[] = { [STANDING_OPEN] = "/asset/standing?what=open", [STANDING_LATE] = "/asset/standing?what=late",
		[STANDING_GONE] = "/asset/standing?what=gone", [STANDING_MISSING] = "/asset/standing?what=missing" };
	return str_of(path[which]);
}

int standing_signal(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	int64_t n[STANDINGS] = { 0 };
	int r = 0;
	if (!(auth_ops(p, reg_number(&reg_campaign)) & OP_READ))
		return 0;
	for (int i = 0; r == 0 && i < STANDINGS; i++)
		r = standing_count(c, a, p, (enum standing)i, &n[i]);
	if (r < 0)
		return r;
	if (n[STANDING_LATE])
		signal_add(ret, TONE_YELLOW, NOTE(MSG_STANDING_SIGNAL_LATE, ARG_I(n[STANDING_LATE])), standing_path(STANDING_LATE));
	signal_add_figure(ret, "review_open", MSG_STANDING_FIGURE_OPEN, n[STANDING_OPEN], standing_path(STANDING_OPEN), TONE_GREY);
	signal_add_figure(ret, "review_gone", MSG_STANDING_FIGURE_GONE, n[STANDING_GONE], standing_path(STANDING_GONE), TONE_YELLOW);
	signal_add_figure(ret, "review_missing", MSG_STANDING_FIGURE_MISSING, n[STANDING_MISSING], standing_path(STANDING_MISSING), TONE_YELLOW);
	return 0;
}

/* ---- where the numbers lead ---- */

static void cell(struct html *h, msg_id label, struct str text)
{
	html_lit(h, "<td");
	html_attr_msg(h, "data-label", label);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</td>");
}

static int rows_put(struct html *h, struct db_conn *c, const struct principal *p, enum standing which)
{
	static const msg_id heads[STANDINGS][4] = {
		[STANDING_OPEN] = { MSG_CAMPAIGN_UNIT, MSG_STANDING_REVIEW, MSG_STANDING_DUE }, [STANDING_LATE] = { MSG_CAMPAIGN_UNIT, MSG_STANDING_REVIEW, MSG_STANDING_DUE },
		[STANDING_GONE] = { MSG_CAMPAIGN_ROW, MSG_STANDING_REVIEW, MSG_CAMPAIGN_UNIT, MSG_CAMPAIGN_REASON },
		[STANDING_MISSING] = { MSG_CAMPAIGN_ROW, MSG_STANDING_REVIEW, MSG_CAMPAIGN_UNIT, MSG_CAMPAIGN_NOTE },
	};
	const msg_id *head = heads[which];
	struct sql q;
	sql_init(&q, h->arena);
	if (which == STANDING_GONE)
		sql_lit(&q, "SELECT m.id, m.name, r.code, u.name, k.reason, r.register, r.id");
	else if (which == STANDING_MISSING)
		sql_lit(&q, "SELECT m.id, m.name, f.name, u.name, f.note, f.register, 0");
	else
		sql_lit(&q, "SELECT m.id, m.name, u.name, m.due_on, '', '', 0");
	from(&q, p, which);
	sql_lit(&q, " ORDER BY m.due_on, m.id, u.name LIMIT ");
	sql_i64(&q, LISTED);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	html_lit(h, "<table class=\"table table-cards\"><thead><tr>");
	for (size_t i = 0; i < 4 && head[i] != MSG_NONE; i++) {
		html_lit(h, "<th scope=\"col\">");
		html_msg(h, head[i]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (; r == 0 && (r = stmt_step(s)) == 1; r = 0) {
		const struct reg *reg = reg_find(stmt_str(s, 5));
		html_lit(h, "<tr><th scope=\"row\">");
		if (which == STANDING_GONE && reg) {
			html_lit(h, "<a");
			html_href(h, str_printf(h->arena, "/%s/%s/%lld", reg->room, reg->name, (long long)stmt_i64(s, 6)));
			html_lit(h, ">");
			html_text(h, stmt_str(s, 2));
			html_lit(h, "</a>");
		} else {
			html_text(h, stmt_str(s, 2));
		}
		html_lit(h, "</th><td");
		html_attr_msg(h, "data-label", MSG_STANDING_REVIEW);
		html_lit(h, "><a");
		html_href(h, str_printf(h->arena, "/asset/campaign/%lld", (long long)stmt_i64(s, 0)));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 1));
		html_lit(h, "</a></td>");
		cell(h, head[2], stmt_str(s, 3));
		if (head[3] != MSG_NONE)
			cell(h, head[3], stmt_str(s, 4));
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table>");
	return r;
}

void standing_page(struct http_req *req)
{
	static const struct { const char *what; msg_id title, about; } pages[STANDINGS] = {
		[STANDING_OPEN] = { "open", MSG_STANDING_OPEN, MSG_STANDING_OPEN_ABOUT }, [STANDING_LATE] = { "late", MSG_STANDING_LATE, MSG_STANDING_OPEN_ABOUT },
		[STANDING_GONE] = { "gone", MSG_STANDING_GONE, MSG_STANDING_GONE_ABOUT }, [STANDING_MISSING] = { "missing", MSG_STANDING_MISSING, MSG_STANDING_MISSING_ABOUT },
	};
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	size_t which = 0;
	int64_t n = 0;
	while (which < COUNT_OF(pages) && !str_eq_z(http_query(req, "what"), pages[which].what))
		which++;
	if (which == COUNT_OF(pages)) {
		http_fail(req, 404, NOTE0(MSG_HTTP_NOT_FOUND));
		return;
	}
	if (!(auth_ops(p, reg_number(&reg_campaign)) & OP_READ)) {
		http_fail(req, 403, NOTE0(MSG_CAMPAIGN_DENIED));
		return;
	}
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct db_conn *c = db_read_begin(o->db);
	int r = standing_count(c, req->arena, p, (enum standing)which, &n);
	struct page page = { .title = note_str(req->arena, p->lang, &NOTE(pages[which].title, ARG_I(n))), .subtitle = msg(p->lang, pages[which].about),
	                     .help_path = STR("/help/asset") };
	o->frame(req, &page);
	page.breadcrumb_label[0] = label_of(reg_campaign.label, p->lang);
	page.breadcrumb_path[0] = STR("/asset/campaign");
	page.breadcrumb_label[1] = page.title;
	page_begin(&h, &page);
	if (r == 0 && n)
		r = rows_put(&h, c, p, (enum standing)which);
	else if (r == 0)
		html_empty(&h, msg(p->lang, MSG_STANDING_NONE), STR_NULL, STR_NULL, STR_NULL);
	if (n > LISTED)
		html_alert(&h, TONE_BLUE, STR_NULL, note_str(req->arena, p->lang, &NOTE(MSG_STANDING_FIRST, ARG_I(LISTED))));
	db_read_end(o->db, &c);
	if (r < 0) {
		buf_clear(&req->answer->body);
		http_fail(req, 503, NOTE0(MSG_CAMPAIGN_FAILED));
		return;
	}
	page_end(&h);
}

/* ---- Today ---- */

/* For who runs reviews: each with the units that owe answers. For a unit's people: its own part, and where to answer. */
void standing_today(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	const bool lead = month_may(p);
	if (!(auth_ops(p, reg_number(&reg_campaign)) & OP_READ) || (lead && !(p->needs & NEED_LINKS)))
		return;
	struct sql q;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT m.id, m.name, m.due_on, min(g.id), min(u.name), count(*)");
	from(&q, p, STANDING_OPEN);
	if (lead)
		sql_lit(&q, " GROUP BY m.id ORDER BY m.due_on, m.id LIMIT ");
	else
		sql_lit(&q, " GROUP BY g.id, m.id, u.id ORDER BY m.due_on, m.id, u.name LIMIT ");
	sql_i64(&q, 20);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	struct str today = date_iso(h->arena, clock_today());
	size_t n = 0;
	int r = db_query(c, &q, &s);
	for (; r == 0 && (r = stmt_step(s)) == 1; r = 0) {
		if (n++ == 0) {
			html_lit(h, "<section class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
			html_label(h, reg_campaign.label);
			html_lit(h, "</h2><ul class=\"changes\">");
		}
		html_lit(h, "<li>");
		if (str_cmp(stmt_str(s, 2), today) < 0)
			html_badge(h, TONE_YELLOW, msg(h->lang, MSG_STANDING_TODAY_LATE));
		else
			html_badge(h, TONE_BLUE, msg(h->lang, MSG_STANDING_TODAY_DUE));
		html_lit(h, " <a");
		html_href(h, lead ? str_printf(h->arena, "/asset/campaign/%lld", (long long)stmt_i64(s, 0))
		                  : str_printf(h->arena, "/asset/review?part=%lld", (long long)stmt_i64(s, 3)));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 1));
		html_lit(h, "</a> <span class=\"muted small\">");
		if (lead)
			html_note(h, &NOTE(MSG_STANDING_TODAY_UNITS, ARG_S(stmt_str(s, 2)), ARG_I(stmt_i64(s, 5))));
		else
			html_note(h, &NOTE(MSG_STANDING_TODAY_ANSWER, ARG_S(stmt_str(s, 2)), ARG_S(stmt_str(s, 4))));
		html_lit(h, "</span></li>");
	}
	if (n)
		html_lit(h, "</ul></div></section>");
}
