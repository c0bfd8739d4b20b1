/* How reports develop: the room's front page, the signal, Today, the digest and the monthly report. */
#include "auth/office.h"
#include "base/text/incident.h"
#include "incident/incident.h"
#include "incident/pages.h"
#include "incident/trend.h"
#include "register/faces.h"
#include "register/query.h"

/* ---- counting what waits ---- */

/* New reports, or those reported between the two days (either may be empty). */
static int count_new(struct db_conn *c, struct arena *a, const struct principal *p, struct str from, struct str until, int64_t *ret)
{
	struct sql q;
	reg_select(&q, a, p, &reg_near_miss, "count(*)");
	sql_lit(&q, " AND t.state = 1");
	if (from.n) {
		sql_lit(&q, " AND t.reported_on >= ");
		sql_str(&q, from);
	}
	if (until.n) {
		sql_lit(&q, " AND t.reported_on <= ");
		sql_str(&q, until);
	}
	return db_get_i64(c, &q, ret);
}

static int count_where(struct db_conn *c, struct arena *a, const struct principal *p, struct str since, bool added, int64_t *ret)
{
	struct sql q;
	reg_select(&q, a, p, &reg_near_miss, "count(*)");
	if (added)
		sql_lit(&q, " AND t.added = 1");
	if (since.n) {
		sql_lit(&q, " AND t.reported_on >= ");
		sql_str(&q, since);
	}
	return db_get_i64(c, &q, ret);
}

static struct str days_ago(struct arena *a, int64_t days)
{
	return date_iso(a, date_add_days(clock_today(), -days));
}

/* ---- the signal ---- */

int near_miss_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	const int64_t days = setting_i64(c, "signal.near_miss_days"), yellow = setting_i64(c, "signal.triage_yellow_days"), red = setting_i64(c, "signal.triage_red_days");
	const struct str red_until = days_ago(a, red), yellow_until = days_ago(a, yellow), since = days_ago(a, days);
	const struct str yellow_from = red > yellow ? days_ago(a, red - 1) : STR(""), all = str_printf(a, "/incident/near_miss?reported_on.from=%.*s", STR_FMT(since));
	int64_t late = 0, soon = 0, open = 0, recent = 0;
	int r = count_new(c, a, p, STR(""), red_until, &late);
	if (r == 0 && red > yellow)
		r = count_new(c, a, p, yellow_from, yellow_until, &soon);
	if (r == 0)
		r = count_new(c, a, p, STR(""), STR(""), &open);
	if (r == 0)
		r = count_where(c, a, p, since, false, &recent);
	if (r < 0)
		return r;
	if (late)
		signal_add(ret, TONE_RED, NOTE(MSG_NEAR_SIGNAL_LATE, ARG_I(late), ARG_I(red)), str_printf(a, "/incident/near_miss?state=new&reported_on.until=%.*s", STR_FMT(red_until)));
	if (soon)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_NEAR_SIGNAL_LATE, ARG_I(soon), ARG_I(yellow)),
		           str_printf(a, "/incident/near_miss?state=new&reported_on.from=%.*s&reported_on.until=%.*s", STR_FMT(yellow_from), STR_FMT(yellow_until)));
	/* No report is no proof that nothing happens. */
	if (!recent)
		signal_add_page(ret, TONE_GREY, NOTE(MSG_NEAR_SIGNAL_NONE, ARG_I(days)), STR("/incident"));
	if (!ret->reasons)
		signal_add(ret, TONE_GREEN, NOTE(MSG_NEAR_SIGNAL_GREEN, ARG_I(recent), ARG_I(days)), all);
	signal_add_figure(ret, "near_miss_recent", MSG_NEAR_FIGURE_RECENT, recent, all, TONE_NEUTRAL);
	signal_add_figure(ret, "near_miss_new", MSG_NEAR_FIGURE_NEW, open, STR("/incident/near_miss?state=new"), TONE_YELLOW);
	return 0;
}

/* ---- Today and the digest: for who sorts reports ---- */

static bool sorts(const struct principal *p)
{
	return p->kind == PRINCIPAL_ACCOUNT && (auth_ops(p, reg_number(&reg_near_miss)) & OP_UPDATE);
}

static int waits(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret_new, int64_t *ret_added)
{
	int r = count_new(c, a, p, STR(""), STR(""), ret_new);
	return r < 0 ? r : count_where(c, a, p, STR(""), true, ret_added);
}

static void today_line(struct html *h, int64_t n, msg_id words, const char *path)
{
	if (!n)
		return;
	html_lit(h, "<li>");
	html_badge(h, TONE_YELLOW, str_printf(h->arena, "%lld", (long long)n));
	html_lit(h, " <a");
	html_href(h, str_of(path));
	html_lit(h, ">");
	html_msg(h, words);
	html_lit(h, "</a></li>");
}

void near_miss_today(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	int64_t open = 0, added = 0;
	if (!sorts(p) || waits(c, h->arena, p, &open, &added) < 0 || (!open && !added))
		return;
	html_lit(h, "<section class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_label(h, reg_near_miss.label);
	html_lit(h, "</h2><ul class=\"changes\">");
	today_line(h, open, MSG_NEAR_TODAY_NEW, "/incident/near_miss?state=new");
	today_line(h, added, MSG_NEAR_TODAY_ADDED, "/incident/near_miss?added=1");
	html_lit(h, "</ul></div></section>");
}

static int digest_load(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret_n, struct note *ret_say, struct str *ret_path)
{
	int64_t open = 0, added = 0;
	int r = sorts(p) ? waits(c, a, p, &open, &added) : 0;
	*ret_n = open + added;
	*ret_say = NOTE(MSG_NEAR_DIGEST, ARG_I(open), ARG_I(added));
	*ret_path = STR("/incident/near_miss?sort=-reported_on");
	return r;
}
const struct digest_part near_miss_digest_part = { .load = digest_load };

/* ---- the monthly report ---- */

static int month_count(const struct report_ctx *x, const struct reg *r, const char *day, int64_t *ret)
{
	struct sql q;
	reg_select(&q, x->arena, x->by, r, "count(*)");
	sql_lit(&q, " AND t.");
	sql_name(&q, day);
	sql_lit(&q, " BETWEEN ");
	sql_str(&q, date_iso(x->arena, clock_date(x->from)));
	sql_lit(&q, " AND ");
	sql_str(&q, date_iso(x->arena, clock_date(x->until - 1)));
	return db_get_i64(x->conn, &q, ret);
}

static int annex(const struct report_ctx *x, struct doc *d)
{
	int64_t reports = 0, incidents = 0;
	if (!(auth_ops(x->by, reg_number(&reg_near_miss)) & OP_READ))
		return 0;
	int r = month_count(x, &reg_near_miss, "reported_on", &reports);
	if (r == 0)
		r = month_count(x, &reg_incident, "noticed_on", &incidents);
	if (r < 0)
		return r;
	doc_heading(d, 2, label_of(reg_near_miss.label, x->lang));
	doc_note(d, &NOTE(reports ? MSG_NEAR_MONTH : MSG_NEAR_MONTH_NONE, ARG_I(reports), ARG_I(incidents)));
	return 0;
}
const struct report_part incident_report_part = { .annex = annex };

/* ---- the page ---- */

static void paragraph(struct html *h, const char *class, const struct note *n)
{
	html_lit(h, "<p");
	if (class)
		html_attr(h, "class", str_of(class));
	html_lit(h, ">");
	html_note(h, n);
	html_lit(h, "</p>");
}

static void ratio_row(struct html *h, msg_id what, int64_t n, const char *law, const char *path)
{
	html_lit(h, "<tr><th scope=\"row\"><a");
	html_href(h, str_of(path));
	html_lit(h, ">");
	html_msg(h, what);
	html_lit(h, "</a></th><td class=\"number\"");
	html_attr_msg(h, "data-label", MSG_NEAR_RATIO_OURS);
	html_lit(h, ">");
	html_i64(h, n);
	html_lit(h, "</td><td class=\"number\"");
	html_attr_msg(h, "data-label", MSG_NEAR_RATIO_LAW);
	html_lit(h, ">");
	html_text(h, str_of(law));
	html_lit(h, "</td></tr>");
}

static void ratio_put(struct html *h, const struct trend *t)
{
	const int64_t accidents = t->serious + t->minor + t->unrated;
	const struct str from = date_iso(h->arena, t->from);
	html_section_begin(h, MSG_NEAR_RATIO);
	html_lit(h, "<table class=\"table table-cards\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_NEAR_RATIO_WHAT);
	html_lit(h, "</th><th scope=\"col\" class=\"number\">");
	html_msg(h, MSG_NEAR_RATIO_OURS);
	html_lit(h, "</th><th scope=\"col\" class=\"number\">");
	html_msg(h, MSG_NEAR_RATIO_LAW);
	html_lit(h, "</th></tr></thead><tbody>");
	const struct { msg_id what; int64_t n; const char *law, *path; } rows[] = {
		{ MSG_NEAR_RATIO_SERIOUS, t->serious, "1", "/incident/incident?severity=serious&noticed_on.from=" },
		{ MSG_NEAR_RATIO_MINOR, t->minor, "29", "/incident/incident?severity=minor&noticed_on.from=" },
		{ MSG_NEAR_RATIO_NEAR, t->near_misses, "300", "/incident/near_miss?state=near_miss&reported_on.from=" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ratio_row(h, rows[i].what, rows[i].n, rows[i].law, str_z(h->arena, str_printf(h->arena, "%s%.*s", rows[i].path, STR_FMT(from))));
	html_lit(h, "</tbody></table>");
	if (t->unrated)
		paragraph(h, "unknown", &NOTE(MSG_NEAR_RATIO_UNRATED, ARG_I(t->unrated)));
	/* 300 to 30: ten near misses to an incident. */
	if (accidents && t->near_misses < accidents * 10)
		html_alert(h, TONE_YELLOW, STR_NULL, note_str(h->arena, h->lang, &NOTE(MSG_NEAR_RATIO_FEW, ARG_I(accidents), ARG_I(t->near_misses))));
	else if (!accidents && !t->near_misses)
		html_alert(h, TONE_GREY, STR_NULL, msg(h->lang, MSG_NEAR_RATIO_NOTHING));
	paragraph(h, "muted small", &NOTE0(MSG_NEAR_RATIO_CAUTION));
	html_section_end(h);
}

static void months_put(struct html *h, const struct trend *t)
{
	const struct str series[] = { msg(h->lang, MSG_NEAR_SERIES_REPORTS), msg(h->lang, MSG_NEAR_SERIES_INCIDENTS) };
	const enum tone tones[] = { TONE_BLUE, TONE_RED };
	struct point point[TREND_MONTHS];
	for (size_t i = 0; i < TREND_MONTHS; i++)
		point[i] = (struct point){ .label = month_str(h->arena, t->month[i]), .value = { t->reports[i], t->incidents[i] } };
	html_section_begin(h, MSG_NEAR_BY_MONTH);
	chart_lines(h, msg(h->lang, MSG_NEAR_CAPTION), series, tones, 2, point, TREND_MONTHS);
	html_section_end(h);
}

static void kinds_put(struct html *h, const struct trend *t)
{
	const struct str part = msg(h->lang, MSG_NEAR_SERIES_REPORTS), from = date_iso(h->arena, t->from);
	const enum tone tone = TONE_BLUE;
	struct bar bar[COUNT_OF(near_miss_kinds) + 1];
	size_t n = 0;
	for (size_t i = 0; i < COUNT_OF(near_miss_kinds); i++)
		if (t->kind[near_miss_kinds[i].number])
			bar[n++] = (struct bar){ .label = label_of(near_miss_kinds[i].label, h->lang), .part = { t->kind[near_miss_kinds[i].number] },
				.path = str_printf(h->arena, "/incident/near_miss?kind=%s&" TREND_STATES "&reported_on.from=%.*s", near_miss_kinds[i].key, STR_FMT(from)) };
	if (t->kind[0])
		bar[n++] = (struct bar){ .label = msg(h->lang, MSG_NEAR_KIND_NONE), .part = { t->kind[0] },
			.path = str_printf(h->arena, "/incident/near_miss?kind=-&" TREND_STATES "&reported_on.from=%.*s", STR_FMT(from)) };
	if (!n)
		return;
	html_section_begin(h, MSG_NEAR_BY_KIND);
	chart_bars(h, msg(h->lang, MSG_NEAR_CAPTION), &part, &tone, 1, bar, n);
	html_section_end(h);
}

static void units_put(struct html *h, struct trend *t, int64_t bound)
{
	const struct str part = msg(h->lang, MSG_NEAR_SERIES_REPORTS);
	const enum tone tone = TONE_BLUE;
	size_t shown = 0, n = 0;
	int64_t rest = 0;
	if (!t->units && !t->unitless)
		return;
	const bool may = trend_fold(t->unit, t->units, bound, &shown, &rest);
	struct bar *bar = ARENA_ARRAY(h->arena, shown + 2, struct bar);
	html_section_begin(h, MSG_NEAR_BY_UNIT);
	if (may) {
		for (; n < shown; n++)
			bar[n] = (struct bar){ .label = t->unit[n].name, .part = { t->unit[n].n } };
		if (rest)
			bar[n++] = (struct bar){ .label = note_str(h->arena, h->lang, &NOTE(MSG_NEAR_UNITS_REST, ARG_I((int64_t)(t->units - shown)))), .part = { rest } };
		if (t->unitless)
			bar[n++] = (struct bar){ .label = msg(h->lang, MSG_NEAR_UNIT_NONE), .part = { t->unitless } };
		chart_bars(h, msg(h->lang, MSG_NEAR_CAPTION), &part, &tone, 1, bar, n);
	} else {
		paragraph(h, NULL, &NOTE(MSG_NEAR_UNITS_FEW, ARG_I(bound)));
	}
	paragraph(h, "muted small", &NOTE(MSG_NEAR_UNITS_ABOUT, ARG_I(bound)));
	html_section_end(h);
}

static void to_doors(struct html *h, void *ctx)
{
	const struct principal *p = ctx;
	if ((p->needs & NEED_LINKS) && (auth_ops(p, reg_number(&reg_near_miss)) & OP_UPDATE))
		html_button_link(h, STR("/incident/doors"), "qrcode", msg(h->lang, MSG_DOORS), true);
}

void overview_page(struct http_req *req)
{
	static const char *const areas[] = { "near_miss", NULL };
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct trend *t = ARENA_NEW(req->arena, struct trend);
	if (!(auth_ops(p, reg_number(&reg_near_miss)) & OP_READ)) {
		http_fail(req, 403, NOTE0(MSG_TRIAGE_DENIED));
		return;
	}
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .title = msg(p->lang, MSG_NEAR_OVERVIEW), .subtitle = msg(p->lang, MSG_NEAR_OVERVIEW_ABOUT), .help_path = STR("/help/incident"),
	                     .actions = to_doors, .actions_ctx = (void *)(uintptr_t)p };
	o->frame(req, &page);
	struct db_conn *c = db_read_begin(o->db);
	int r = trend_load(c, req->arena, p, t);
	const int64_t bound = setting_i64(c, "incident.unit_bound");
	if (r == 0) {
		page_begin(&h, &page);
		reg_cards(&h, p, "incident", 2);
		html_lit(&h, "<section class=\"card\"><div class=\"card-body\">");
		signal_put_areas(&h, c, p, areas);
		html_section_end(&h);
		months_put(&h, t);
		ratio_put(&h, t);
		kinds_put(&h, t);
		units_put(&h, t, bound);
		page_end(&h);
	}
	db_read_end(o->db, &c);
	if (r < 0)
		http_fail(req, 503, NOTE0(MSG_NEAR_FAILED));
}
