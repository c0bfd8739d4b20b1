/* What the risk room says to the signal and to the monthly report. */
#include "base/text/base.h"
#include "base/text/report.h"
#include "base/text/risk.h"
#include "register/query.h"
#include "report/monthly.h"
#include "risk/overview.h"
#include "risk/risk.h"

#define UNTREATED STR("/asset/asset?risk_band=%E5%A4%A7&treatment=-")

static bool more_than(int64_t part, int64_t whole, int64_t percent)
{
	return part * 100 > whole * percent;
}

void risk_signal_of(struct db_conn *c, struct arena *a, const struct risk_overview *o, struct signal *s)
{
	if (o->total == 0) {
		signal_add(s, TONE_GREY, NOTE0(MSG_RISK_SIGNAL_EMPTY), STR("/asset/asset"));
	} else if (o->band[0] == o->total) {
		signal_add(s, TONE_GREY, NOTE(MSG_RISK_SIGNAL_UNASSESSED, ARG_I(o->total)), STR("/asset/asset?risk_band=-"));
	} else {
		int64_t red = setting_i64(c, "signal.unknown_red_percent");
		if (o->overdue)
			signal_add(s, TONE_RED, NOTE(MSG_RISK_SIGNAL_OVERDUE, ARG_I(o->overdue), ARG_I(o->untreated_days)), STR("/risk/overdue"));
		if (o->band[BAND_HIGH])
			signal_add(s, TONE_YELLOW, NOTE(MSG_RISK_SIGNAL_HIGH, ARG_I(o->band[BAND_HIGH])), STR("/asset/asset?risk_band=%E5%A4%A7"));
		if (more_than(o->band[0], o->total, red))
			signal_add(s, TONE_RED, NOTE(MSG_RISK_SIGNAL_UNKNOWN, ARG_I(o->band[0]), ARG_I(o->total), ARG_I(red)), STR("/asset/asset?risk_band=-"));
		else if (more_than(o->band[0], o->total, o->unknown_percent))
			signal_add(s, TONE_YELLOW, NOTE(MSG_RISK_SIGNAL_UNKNOWN, ARG_I(o->band[0]), ARG_I(o->total), ARG_I(o->unknown_percent)),
			           STR("/asset/asset?risk_band=-"));
		if (s->reasons == 0)
			signal_add(s, TONE_GREEN, NOTE(MSG_RISK_SIGNAL_GREEN, ARG_I(o->total)), STR("/asset/asset"));
		signal_add_figure(s, "high_untreated", MSG_RISK_HIGH_UNTREATED, o->untreated, UNTREATED, TONE_RED);
		signal_add_figure(s, "risk_unknown", MSG_RISK_UNKNOWN_ROWS, o->band[0], STR("/asset/asset?risk_band=-"), TONE_GREY);
	}
	if (o->unanswered_threats >= 0)
		signal_add_figure(s, "threats_unanswered", MSG_RISK_UNANSWERED_THREATS, o->unanswered_threats,
		                  STR("/risk/threat_situation?applicable=true&applicable=-&frequency=-"), TONE_GREY);
	if (o->unanswered_checks >= 0)
		signal_add_figure(s, "checks_unanswered", MSG_RISK_UNANSWERED_CHECKS, o->unanswered_checks, STR("/risk/control_check?answer=-"), TONE_GREY);
	if (o->total && o->kindless >= 0)
		signal_add_figure(s, "places_kindless", MSG_RISK_KINDLESS, o->kindless, STR("/asset/place?kind=-"), TONE_GREY);
	/* For the month's heat map and lines; not shown by themselves. */
	for (int band = 0; o->total && band < 4; band++)
		signal_add_figure(s, str_z(a, str_printf(a, "band_%d", band)), MSG_NONE, o->band[band], STR(""), TONE_NEUTRAL);
	for (int y = 0; o->total && y < 4; y++)
		for (int x = 0; x < 4; x++)
			signal_add_figure(s, str_z(a, str_printf(a, "heat_%d_%d", y, x)), MSG_NONE, o->heat[y][x], STR(""), TONE_NEUTRAL);
}

/* As " AND t.state IS NOT 5" has it. */
#define NOT_CLOSED "&state=identified&state=analysed&state=treated&state=accepted&state=-"
#define UNDECIDED STR("/risk/risk?band=%E5%A4%A7&treatment=-" NOT_CLOSED)

/* Risks above the limit about which nobody has decided, in the register of risks. */
static int undecided(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret)
{
	struct sql q;
	reg_select(&q, a, p, &reg_risk, "count(*)");
	sql_lit(&q, " AND t.band = 3 AND t.treatment IS NULL AND t.state IS NOT 5");
	return db_get_i64(c, &q, ret);
}

#define LAPSED STR("/risk/risk?lapsed=true")

/* Risks whose acceptance ended, about which nobody has decided since. */
static int lapsed(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret)
{
	struct sql q;
	reg_select(&q, a, p, &reg_risk, "count(*)");
	sql_lit(&q, " AND t.lapsed = 1");
	return db_get_i64(c, &q, ret);
}

/* Yen a year of the open risks of that method as they stand; negative when there is none of known amount. */
static int annual_loss(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret)
{
	struct sql q;
	reg_select(&q, a, p, &reg_risk, "COALESCE(SUM(MIN(COALESCE(t.residual_score, t.inherent_score), 1000000000000000)), -1)");
	sql_lit(&q, " AND t.method = 4 AND t.state IS NOT 5");
	return db_get_i64(c, &q, ret);
}

int risk_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	struct risk_overview o;
	int64_t open = 0, ended = 0, loss = -1;
	const bool risks = auth_ops(p, reg_number(&reg_risk)) & OP_READ;
	int r = risk_overview_load(c, a, p, &o);
	if (r == 0 && risks)
		r = undecided(c, a, p, &open);
	if (r == 0 && risks)
		r = lapsed(c, a, p, &ended);
	if (r == 0 && risks)
		r = annual_loss(c, a, p, &loss);
	if (r < 0)
		return r;
	if (open)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_RISK_SIGNAL_UNDECIDED, ARG_I(open)), UNDECIDED);
	if (ended)
		signal_add(ret, TONE_YELLOW, NOTE(MSG_RISK_SIGNAL_LAPSED, ARG_I(ended)), LAPSED);
	risk_signal_of(c, a, &o, ret);
	if (loss >= 0)
		signal_add_yen(ret, "annual_loss", MSG_RISK_FIGURE_ANNUAL, loss, STR("/risk/risk?method=annual_loss" NOT_CLOSED));
	if (risks)
		signal_add_figure(ret, "risks_undecided", MSG_RISK_FIGURE_UNDECIDED, open, UNDECIDED, TONE_YELLOW);
	return 0;
}

/* ---- the monthly report ---- */

static struct str grouped(struct arena *a, int64_t v)
{
	struct doc_cell cell = cell_i64(v);
	return cell_str(a, LANG_EN, &cell);
}

static struct str yen(struct arena *a, enum lang lang, int64_t v)
{
	struct doc_cell cell = cell_yen(v);
	return cell_str(a, lang, &cell);
}

/* High rows without a treatment: how many, and how many people's data stand in them. */
static int untreated(const struct report_ctx *x, int64_t *ret_rows, int64_t *ret_people, int64_t *ret_uncounted)
{
	struct sql q;
	reg_select(&q, x->arena, x->by, reg_find(STR("asset")),
	           "count(*), COALESCE(SUM(t.subjects), 0), COALESCE(SUM(t.personal IS NOT 0 AND t.subjects IS NULL), 0)");
	sql_lit(&q, " AND t.risk_band = 3 AND t.treatment IS NULL");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(x->conn, &q, &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		*ret_rows = stmt_i64(s, 0);
		*ret_people = stmt_i64(s, 1);
		*ret_uncounted = stmt_i64(s, 2);
		r = 0;
	}
	return r;
}

/* Risks of the annual-loss method that nobody has decided on: yen a year. A score that is not known is counted apart. */
static int annual(const struct report_ctx *x, int64_t *ret_rows, int64_t *ret_yen, int64_t *ret_unknown)
{
	struct sql q;
	reg_select(&q, x->arena, x->by, &reg_risk,
	           "count(*), COALESCE(SUM(MIN(t.inherent_score, 1000000000000000)), 0), COALESCE(SUM(t.inherent_score IS NULL), 0)");
	sql_lit(&q, " AND t.method = 4 AND t.treatment IS NULL AND t.state IS NOT 5");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(x->conn, &q, &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		*ret_rows = stmt_i64(s, 0);
		*ret_yen = stmt_i64(s, 1);
		*ret_unknown = stmt_i64(s, 2);
		r = 0;
	}
	return r;
}

static int decisions(const struct report_ctx *x, struct report_decisions *d)
{
	int64_t rows = 0, people = 0, uncounted = 0, money = 0, unknown = 0;
	int64_t each = setting_i64(x->conn, "report.yen_per_person");
	int r = 0;
	if (auth_ops(x->by, reg_number(reg_find(STR("asset")))) & OP_READ)
		r = untreated(x, &rows, &people, &uncounted);
	if (r == 0 && rows) {
		struct note idle = people == 0 ? NOTE(MSG_RISK_DECIDE_NO_PEOPLE, ARG_I(uncounted))
		                   : NOTE(uncounted ? MSG_RISK_DECIDE_PEOPLE_AND : MSG_RISK_DECIDE_PEOPLE, ARG_S(yen(x->arena, x->lang, people * each)),
		                          ARG_S(grouped(x->arena, people)), ARG_S(yen(x->arena, x->lang, each)), ARG_I(uncounted));
		report_decide(d, (struct report_decision){ .tone = TONE_RED, .what = note_str(x->arena, x->lang, &NOTE(MSG_RISK_DECIDE_UNTREATED, ARG_I(rows))),
			.cost = msg(x->lang, MSG_RISK_DECIDE_COST), .idle = note_str(x->arena, x->lang, &idle), .path = UNTREATED, .rows = rows, .reg = "asset" });
	}
	rows = 0;
	if (r == 0 && (auth_ops(x->by, reg_number(&reg_risk)) & OP_READ))
		r = annual(x, &rows, &money, &unknown);
	if (r == 0 && rows) {
		struct note idle = NOTE(unknown ? MSG_RISK_DECIDE_ANNUAL_AND : MSG_RISK_DECIDE_ANNUAL, ARG_S(yen(x->arena, x->lang, money)), ARG_I(unknown));
		report_decide(d, (struct report_decision){ .tone = TONE_YELLOW, .what = note_str(x->arena, x->lang, &NOTE(MSG_RISK_DECIDE_RISKS, ARG_I(rows))),
			.cost = msg(x->lang, MSG_RISK_DECIDE_COST), .idle = note_str(x->arena, x->lang, &idle), .path = STR("/risk/risk?method=annual_loss&treatment=-" NOT_CLOSED), .rows = rows, .reg = "risk" });
	}
	return r;
}

static enum tone cell_tone(struct db_conn *c, int64_t importance, int64_t likelihood)
{
	int64_t v = importance * likelihood;
	return v >= setting_i64(c, "risk.band_high") ? TONE_RED : v >= setting_i64(c, "risk.band_middle") ? TONE_YELLOW : TONE_GREEN;
}

/* From the figures of the month, so that a frozen month shows what it froze. */
static void heat(const struct report_ctx *x, struct doc *d, const struct signal *s)
{
	struct str rows[4], columns[4];
	struct heat_cell cells[16];
	if (signal_value(s, "heat_0_0") < 0)
		return;
	for (int y = 0; y < 4; y++) {
		int importance = y == 3 ? 3 : 2 - y;
		rows[y] = y == 3 ? msg(x->lang, MSG_UNKNOWN) : note_str(x->arena, x->lang, &NOTE(MSG_RISK_IMPORTANCE_N, ARG_I(importance)));
		for (int k = 0; k < 4; k++) {
			int likelihood = k == 3 ? 0 : k + 1;
			columns[k] = k == 3 ? msg(x->lang, MSG_UNKNOWN) : note_str(x->arena, x->lang, &NOTE(MSG_RISK_LIKELIHOOD_N, ARG_I(likelihood)));
			char key[32];
			snprintf(key, sizeof key, "heat_%d_%d", importance, likelihood);
			cells[y * 4 + k] = (struct heat_cell){ .count = signal_value(s, key),
				.tone = y == 3 || k == 3 ? TONE_GREY : cell_tone(x->conn, importance, likelihood) };
		}
	}
	doc_heat(d, msg(x->lang, MSG_RISK_HEATMAP), rows, 4, columns, 4, cells);
	doc_footnote(d, msg(x->lang, MSG_RISK_FORMULA));
}

static int by_unit(const struct report_ctx *x, struct doc *d)
{
	struct risk_group *g;
	size_t n;
	int r = risk_groups(x->conn, x->arena, x->by, "department", 20, &g, &n);
	if (r < 0 || n == 0)
		return r;
	struct bar *bars = ARENA_ARRAY(x->arena, n, struct bar);
	for (size_t i = 0; i < n; i++) {
		bars[i] = (struct bar){ .label = g[i].id ? g[i].name : msg(x->lang, MSG_UNKNOWN), .part = { g[i].band[3], g[i].band[2], g[i].band[1], g[i].band[0] },
			.path = g[i].id ? str_printf(x->arena, "/asset/asset?department=%lld", (long long)g[i].id) : STR("/asset/asset?department=-") };
	}
	const struct str parts[] = { msg(x->lang, MSG_RISK_BAND_HIGH), msg(x->lang, MSG_RISK_BAND_MIDDLE), msg(x->lang, MSG_RISK_BAND_LOW), msg(x->lang, MSG_UNKNOWN) };
	const enum tone tones[] = { TONE_RED, TONE_YELLOW, TONE_GREEN, TONE_GREY };
	doc_bars(d, msg(x->lang, MSG_RISK_BY_UNIT), parts, tones, 4, bars, n);
	/* Units are not part of what is frozen. */
	doc_footnote(d, note_str(x->arena, x->lang, &NOTE(MSG_REPORT_AS_OF_NOW, ARG_S(x->made))));
	return 0;
}

static int moved(const struct report_ctx *x, struct doc *d)
{
	struct risk_move *m;
	size_t n;
	int r = risk_moves(x->conn, x->arena, x->by, x->from, 40, &m, &n);
	if (r < 0)
		return r;
	doc_heading(d, 3, msg(x->lang, MSG_RISK_MOVED));
	const struct doc_column columns[] = { { .label = msg(x->lang, MSG_RISK_MOVED_AT), .weight = 2 }, { .label = msg(x->lang, MSG_RISK_MOVED_WHY), .weight = 5 },
		{ .label = msg(x->lang, MSG_RISK_MOVED_UP), .number = true }, { .label = msg(x->lang, MSG_RISK_MOVED_DOWN), .number = true } };
	struct doc_table *t = NULL;
	for (size_t i = 0; i < n; i++) {
		if (m[i].at >= x->until || (m[i].up == 0 && m[i].down == 0))
			continue;
		if (!t)
			t = doc_table(d, STR(""), columns, COUNT_OF(columns));
		struct doc_cell *c = doc_row(t);
		c[0] = cell_date(clock_date(m[i].at));
		c[1] = cell_text(d, risk_cause(x->arena, x->lang, m[i].why));
		c[2] = cell_i64(m[i].up);
		c[3] = cell_i64(m[i].down);
	}
	if (!t)
		doc_text(d, msg(x->lang, MSG_RISK_MOVED_NONE_MONTH));
	return 0;
}

static int annex(const struct report_ctx *x, struct doc *d)
{
	const struct signal *s = report_signal(x, "risk");
	if (!s || !(auth_ops(x->by, reg_number(reg_find(STR("asset")))) & OP_READ))
		return 0;
	doc_heading(d, 2, msg(x->lang, MSG_RISK_TITLE));
	heat(x, d, s);
	int r = by_unit(x, d);
	return r < 0 ? r : moved(x, d);
}

const struct report_part risk_report_part = { .decisions = decisions, .annex = annex };
