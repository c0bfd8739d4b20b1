/* The risk page, the printed risk sheet, and what risk says on Today. */
#include "base/text/base.h"
#include "base/text/plan.h"
#include "base/text/risk.h"
#include "auth/office.h"
#include "register/faces.h"
#include "register/moved.h"
#include "register/query.h"
#include "risk/overview.h"
#include "risk/pages.h"
#include "risk/risk.h"

#define MOVED_DAYS 35
#define MOVED_ROWS 500
#define SHEET_ROWS 200

/* The band of a cell by the settings, so that the map is coloured by the same rule as the rows. */
static enum tone cell_tone(struct db_conn *c, int64_t importance, int64_t likelihood)
{
	int64_t v = importance * likelihood;
	return v >= setting_i64(c, "risk.band_high") ? TONE_RED : v >= setting_i64(c, "risk.band_middle") ? TONE_YELLOW : TONE_GREEN;
}

static void heat_map(struct html *h, struct db_conn *c, const struct risk_overview *o)
{
	struct str rows[4], columns[4];
	struct heat_cell cells[16];
	for (int y = 0; y < 4; y++) {
		int importance = 2 - y; /* the highest on top; then unknown */
		rows[y] = y == 3 ? msg(h->lang, MSG_UNKNOWN) : note_str(h->arena, h->lang, &NOTE(MSG_RISK_IMPORTANCE_N, ARG_I(importance)));
		for (int x = 0; x < 4; x++) {
			int likelihood = x == 3 ? 0 : x + 1;
			columns[x] = x == 3 ? msg(h->lang, MSG_UNKNOWN) : note_str(h->arena, h->lang, &NOTE(MSG_RISK_LIKELIHOOD_N, ARG_I(likelihood)));
			struct str i = y == 3 ? STR("-") : str_printf(h->arena, "%d", importance);
			struct str l = x == 3 ? STR("-") : str_printf(h->arena, "%d", likelihood);
			cells[y * 4 + x] = (struct heat_cell){
				.count = o->heat[y == 3 ? 3 : importance][likelihood],
				.tone = y == 3 || x == 3 ? TONE_GREY : cell_tone(c, importance, likelihood),
				.path = str_printf(h->arena, "/asset/asset?importance=%.*s&damage_likelihood=%.*s", STR_FMT(i), STR_FMT(l)),
			};
		}
	}
	chart_heatmap(h, msg(h->lang, MSG_RISK_HEATMAP), rows, 4, columns, 4, cells);
}

static void group_chart(struct html *h, struct db_conn *c, const struct principal *p, const char *field, msg_id caption)
{
	struct risk_group *g;
	size_t n;
	if (risk_groups(c, h->arena, p, field, 12, &g, &n) < 0 || n == 0)
		return;
	struct bar *bars = ARENA_ARRAY(h->arena, n, struct bar);
	for (size_t i = 0; i < n; i++) {
		bars[i].label = g[i].id ? g[i].name : msg(h->lang, MSG_UNKNOWN);
		bars[i].path = g[i].id ? str_printf(h->arena, "/asset/asset?%s=%lld", field, (long long)g[i].id)
		                       : str_printf(h->arena, "/asset/asset?%s=-", field);
		bars[i].part[0] = g[i].band[BAND_HIGH];
		bars[i].part[1] = g[i].band[BAND_MIDDLE];
		bars[i].part[2] = g[i].band[BAND_LOW];
		bars[i].part[3] = g[i].band[0];
	}
	const struct str parts[] = { msg(h->lang, MSG_RISK_BAND_HIGH), msg(h->lang, MSG_RISK_BAND_MIDDLE), msg(h->lang, MSG_RISK_BAND_LOW), msg(h->lang, MSG_UNKNOWN) };
	const enum tone tones[] = { TONE_RED, TONE_YELLOW, TONE_GREEN, TONE_GREY };
	chart_bars(h, msg(h->lang, caption), parts, tones, 4, bars, n);
}

/* Keys of settings by their labels; anything else (a row's code and title) as it is. */
struct str risk_cause(struct arena *a, enum lang lang, struct str why)
{
	struct buf b;
	struct str rest = why, one;
	buf_init(&b, 4096);
	while (str_cut(&rest, ',', &one)) {
		const struct setting *s = setting_find(str_trim(one));
		if (b.n)
			buf_str(&b, lang == LANG_JA ? STR("、") : STR(", "));
		buf_str(&b, s ? label_of(s->label, lang) : str_trim(one));
	}
	struct str text = buf_error(&b) ? why : str_dup(a, buf_view(&b));
	buf_release(&b);
	return text;
}

static void moves(struct html *h, struct db_conn *c, const struct principal *p)
{
	struct risk_move *m;
	size_t n;
	if (risk_moves(c, h->arena, p, clock_now() - (int64_t)MOVED_DAYS * 86400000, 10, &m, &n) < 0)
		return;
	html_section_begin(h, MSG_RISK_MOVED);
	if (n == 0) {
		html_lit(h, "<p>");
		html_note(h, &NOTE(MSG_RISK_MOVED_NONE, ARG_I(MOVED_DAYS)));
		html_lit(h, "</p>");
	} else {
		html_lit(h, "<ul class=\"changes\">");
		for (size_t i = 0; i < n; i++) {
			struct buf at;
			buf_init(&at, 64);
			clock_put_local(&at, m[i].at);
			html_lit(h, "<li><time>");
			html_text(h, buf_view(&at));
			html_lit(h, "</time> ");
			html_lit(h, "<a");
			html_href(h, str_printf(h->arena, "/risk/moved?recompute=%lld", (long long)m[i].id));
			html_lit(h, ">");
			html_note(h, &NOTE(MSG_RISK_MOVED_LINE, ARG_I(m[i].rows), ARG_I(m[i].up), ARG_I(m[i].down)));
			html_lit(h, "</a> ");
			html_note(h, &NOTE(MSG_RISK_MOVED_CAUSE, ARG_S(risk_cause(h->arena, h->lang, m[i].why))));
			html_lit(h, "</li>");
			buf_release(&at);
		}
		html_lit(h, "</ul>");
	}
	html_section_end(h);
}

/* A chart has its heading in itself. */
static void open_chart(struct html *h)
{
	html_lit(h, "<section class=\"card\"><div class=\"card-body\">");
}

static void nothing_yet(struct html *h, const struct principal *p)
{
	const bool may = auth_ops(p, reg_number(reg_find(STR("asset")))) & OP_IMPORT;
	html_empty(h, msg(h->lang, MSG_RISK_EMPTY_TITLE), msg(h->lang, MSG_RISK_EMPTY_TEXT), may ? STR("/asset/asset/import") : STR_NULL,
	           msg(h->lang, MSG_RISK_EMPTY_BUTTON));
}

void risk_today(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	struct risk_overview o;
	if (!(auth_ops(p, reg_number(reg_find(STR("asset")))) & OP_READ) || risk_overview_load(c, req->arena, p, &o) < 0)
		return;
	if (o.total == 0) {
		nothing_yet(h, p);
		return;
	}
	moves(h, c, p);
}

/* The registers of the room, each with what it is for. */
static void ledgers(struct html *h, const struct principal *p)
{
	html_lit(h, "<h2>");
	html_msg(h, MSG_RISK_LEDGERS);
	html_lit(h, "</h2>");
	reg_cards(h, p, "risk", 3);
}

static void heading_actions(struct html *h, void *ctx)
{
	(void)ctx;
	html_button_link(h, STR("/risk/plan"), "clipboard-check", msg(h->lang, MSG_PLAN_TITLE), false);
	html_button_link(h, STR("/risk/sheet"), "printer", msg(h->lang, MSG_RISK_SHEET), false);
	html_button_link(h, STR("/risk/threat_situation"), "alert-triangle", msg(h->lang, MSG_RISK_TO_THREATS), false);
	html_button_link(h, STR("/risk/control_check"), "checklist", msg(h->lang, MSG_RISK_TO_CHECKS), false);
}

static void page_risk(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *office = office_of(req);
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .title = msg(p->lang, MSG_RISK_TITLE), .subtitle = msg(p->lang, MSG_RISK_ABOUT), .help_path = STR("/help/risk"),
	                     .actions = heading_actions };
	office->frame(req, &page);
	struct db_conn *c = db_read_begin(office->db);
	struct risk_overview o;
	int r = risk_overview_load(c, req->arena, p, &o);
	if (r < 0) {
		db_read_end(office->db, &c);
		http_fail(req, 500, NOTE0(MSG_RISK_FAILED));
		return;
	}
	page_begin(&h, &page);
	static const char *const areas[] = { "asset", "risk", NULL };
	html_section_begin(&h, MSG_RISK_SIGNAL);
	signal_put_areas(&h, c, p, areas);
	html_section_end(&h);
	if (o.total == 0) {
		nothing_yet(&h, p);
		ledgers(&h, p);
		db_read_end(office->db, &c);
		page_end(&h);
		return;
	}
	html_lit(&h, "<div class=\"columns-2\"><section class=\"card\"><div class=\"card-body\">");
	heat_map(&h, c, &o);
	html_lit(&h, "<p class=\"formula\">");
	html_msg(&h, MSG_RISK_FORMULA);
	html_lit(&h, "</p></div></section>");
	html_lit(&h, "<div>");
	moves(&h, c, p);
	html_lit(&h, "</div></div><div class=\"columns-2\">");
	open_chart(&h);
	group_chart(&h, c, p, "department", MSG_RISK_BY_UNIT);
	html_section_end(&h);
	open_chart(&h);
	group_chart(&h, c, p, "storage", MSG_RISK_BY_PLACE);
	html_lit(&h, "</div></section></div>");
	ledgers(&h, p);
	db_read_end(office->db, &c);
	page_end(&h);
}

/* One page for the wall or the file: signal, heat map, and the rows of the highest risk with what stands behind them. */
static void print_button(struct html *h, void *ctx)
{
	(void)ctx;
	html_lit(h, "<button type=\"button\" class=\"btn btn-primary js-only\" data-print>");
	html_icon(h, "printer");
	html_lit(h, " ");
	html_msg(h, MSG_RISK_PRINT);
	html_lit(h, "</button>");
}

static void page_sheet(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *office = office_of(req);
	const struct reg *asset = reg_find(STR("asset"));
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct buf today;
	buf_init(&today, 32);
	date_put_iso(&today, clock_today());
	struct page page = { .title = msg(p->lang, MSG_RISK_SHEET),
	                     .subtitle = note_str(req->arena, p->lang, &NOTE(MSG_RISK_SHEET_ABOUT, ARG_S(buf_view(&today)))),
	                     .help_path = STR("/help/risk"), .actions = print_button };
	buf_release(&today);
	office->frame(req, &page);
	page.breadcrumb_label[0] = msg(p->lang, MSG_RISK_TITLE);
	page.breadcrumb_path[0] = STR("/risk");
	page.breadcrumb_label[1] = page.title;
	struct db_conn *c = db_read_begin(office->db);
	struct risk_overview o;
	struct reg_view view;
	struct listing list = { 0 };
	int r = risk_overview_load(c, req->arena, p, &o);
	if (r == 0)
		r = reg_view_load(c, req->arena, asset, &view);
	if (r == 0) {
		struct query q = { .view = &view, .by = p, .op = OP_READ, .sort = reg_field(asset, "risk_value"), .descending = true, .limit = SHEET_ROWS };
		r = reg_list(c, req->arena, &q, &list);
	}
	if (r < 0) {
		db_read_end(office->db, &c);
		http_fail(req, 500, NOTE0(MSG_RISK_FAILED));
		return;
	}
	page_begin(&h, &page);
	struct signal s = { 0 };
	risk_signal_of(c, req->arena, &o, &s);
	signal_settle(&s);
	html_signal(&h, s.tone, msg(p->lang, MSG_RISK_TITLE), signal_reasons(req->arena, p->lang, &s));
	heat_map(&h, c, &o);
	html_lit(&h, "<p class=\"formula\">");
	html_msg(&h, MSG_RISK_FORMULA);
	html_lit(&h, "</p>");
	static const char *const fields[] = { "business_category", "name", "department", "storage", "importance", "threat_frequency", "vulnerability",
	                                      "damage_likelihood", "risk_value", "risk_band", "treatment", "confirmed_on", NULL };
	html_lit(&h, "<div class=\"sheet\">");
	reg_table(&h, &view, list.row, list.rows, fields);
	html_lit(&h, "</div>");
	if (list.next.n) {
		html_lit(&h, "<p>");
		html_note(&h, &NOTE(MSG_RISK_SHEET_MORE, ARG_I(SHEET_ROWS), ARG_I(o.total)));
		html_lit(&h, "</p>");
	}
	db_read_end(office->db, &c);
	page_end(&h);
}

struct moved_query risk_moved_query(void)
{
	const struct reg *asset = reg_find(STR("asset"));
	return (struct moved_query){ .reg = asset, .field = reg_field(asset, "risk_value"), .otherwise = reg_field(asset, "risk_band") };
}

void risk_put_moved(struct html *h, const struct moved_row *row, size_t n)
{
	static const msg_id head[] = { MSG_RISK_MOVED_AT, MSG_RISK_MOVED_ASSET, MSG_RISK_MOVED_BEFORE, MSG_RISK_MOVED_AFTER, MSG_RISK_MOVED_WHY };
	if (n == 0)
		return;
	html_table_begin(h, MSG_RISK_MOVED, head, COUNT_OF(head));
	for (size_t i = 0; i < n; i++) {
		const struct value *v[] = { &row[i].before, &row[i].after };
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 1024);
		clock_put_local(&b, row[i].at);
		html_lit(h, "<tr><td class=\"nowrap\"");
		html_attr_msg(h, "data-label", head[0]);
		html_lit(h, ">");
		html_text(h, buf_view(&b));
		html_lit(h, "</td><td");
		html_attr_msg(h, "data-label", head[1]);
		html_lit(h, "><a");
		html_href(h, str_printf(h->arena, "/asset/asset/%lld", (long long)row[i].record_id));
		html_lit(h, ">");
		html_text(h, row[i].code);
		html_lit(h, " ");
		html_text(h, row[i].title);
		html_lit(h, "</a></td>");
		for (int k = 0; k < 2; k++) {
			html_lit(h, "<td");
			html_attr_msg(h, "data-label", head[2 + k]);
			html_lit(h, ">");
			buf_clear(&b);
			if (v[k]->known)
				value_put(&b, &reg_find(STR("asset"))->field[row[i].field], v[k], FORM_VIEW, h->lang);
			html_text(h, v[k]->known ? buf_view(&b) : msg(h->lang, MSG_UNKNOWN));
			html_lit(h, "</td>");
		}
		html_lit(h, "<td");
		html_attr_msg(h, "data-label", head[4]);
		html_lit(h, ">");
		html_text(h, risk_cause(h->arena, h->lang, row[i].why));
		html_lit(h, "</td></tr>");
	}
	html_table_end(h);
}

/* What moved, each with before, after and the cause. */
static void page_moved(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *office = office_of(req);
	struct moved_query q = risk_moved_query();
	struct moved_row *row;
	size_t n = 0;
	bool more = false;
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .title = msg(p->lang, MSG_RISK_MOVED), .subtitle = note_str(req->arena, p->lang, &NOTE(MSG_RISK_MOVED_ABOUT, ARG_I(MOVED_DAYS))),
	                     .help_path = STR("/help/risk") };
	office->frame(req, &page);
	page.breadcrumb_label[0] = msg(p->lang, MSG_RISK_TITLE);
	page.breadcrumb_path[0] = STR("/risk");
	page.breadcrumb_label[1] = page.title;
	(void)http_query_i64(req, "recompute", &q.recompute);
	q.since_ms = clock_now() - (int64_t)MOVED_DAYS * 86400000;
	q.limit = MOVED_ROWS;
	struct db_conn *c = db_read_begin(office->db);
	int r = moved_list(c, req->arena, p, &q, &row, &n, &more);
	db_read_end(office->db, &c);
	if (r < 0) {
		http_fail(req, 500, NOTE0(MSG_RISK_FAILED));
		return;
	}
	page_begin(&h, &page);
	risk_put_moved(&h, row, n);
	if (n == 0) {
		html_lit(&h, "<p>");
		html_note(&h, &NOTE(MSG_RISK_MOVED_NONE, ARG_I(MOVED_DAYS)));
		html_lit(&h, "</p>");
	} else if (more) {
		html_lit(&h, "<p class=\"muted\">");
		html_note(&h, &NOTE(MSG_RISK_MOVED_MORE, ARG_I(MOVED_ROWS)));
		html_lit(&h, "</p>");
	}
	page_end(&h);
}

static const struct param curve_params[] = { { "seed", PARAM_INT, .min = 0, .max = 999999 } };
static const struct param moved_params[] = { { "recompute", PARAM_INT } };

const struct route risk_routes[] = {
	{ HTTP_GET, "/risk", page_risk, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/risk/sheet", page_sheet, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/risk/score/:id", risk_page_score, 0, NEED_OVERVIEW },
	{ HTTP_POST, "/risk/score/:id", risk_page_score_add, 0, NEED_OVERVIEW, risk_score_params, COUNT_OF(risk_score_params) },
	{ HTTP_POST, "/risk/tree/:id/:line", risk_tree_threat, 0, NEED_OVERVIEW },
	{ HTTP_POST, "/risk/stride/:id", risk_stride_add, 0, NEED_OVERVIEW, risk_stride_params, COUNT_OF(risk_stride_params) },
	{ HTTP_POST, "/risk/stride/:id/:kind", risk_stride_threat, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/risk/curve/:id", risk_page_curve, 0, NEED_OVERVIEW, curve_params, COUNT_OF(curve_params) },
	{ HTTP_GET, "/risk/overdue", risk_page_overdue, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/risk/moved", page_moved, 0, NEED_OVERVIEW, moved_params, COUNT_OF(moved_params) },
};
const size_t risk_route_count = COUNT_OF(risk_routes);
