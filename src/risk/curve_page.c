/* The yearly loss of one risk as a distribution, beside its point value. */
#include <stdatomic.h>

#include "base/text/risk.h"
#include "risk/pages.h"
#include "risk/scoring.h"
#include "risk/simulate.h"

/* A run takes a worker thread for some tenths of a second: the others must have theirs. */
#define RUNS_AT_ONCE 2
static atomic_int running;

/* A field with decimals as a number. */
static double number(const struct row *row, const char *field)
{
	int at = reg_field(&reg_risk, field);
	double v = (double)row->v[at].i;
	for (unsigned i = 0; i < reg_risk.field[at].decimals; i++)
		v /= 10;
	return v;
}

static bool range(const struct row *row, const char *low, const char *likely, const char *high, struct sim_range *ret)
{
	if (!risk_value(&reg_risk, row, low).known || !risk_value(&reg_risk, row, likely).known || !risk_value(&reg_risk, row, high).known)
		return false;
	*ret = (struct sim_range){ number(row, low), number(row, likely), number(row, high) };
	return true;
}

static void line(struct html *h, msg_id label, int64_t yen)
{
	html_lit(h, "<tr><th scope=\"row\">");
	html_msg(h, label);
	html_lit(h, "</th><td class=\"number\">");
	html_note(h, &NOTE(MSG_RISK_YEN, ARG_S(risk_number(h, (struct value){ .known = true, .i = yen }))));
	html_lit(h, "</td></tr>");
}

static void figures(struct html *h, const struct row *row, const struct sim_result *s)
{
	const struct value point = risk_value(&reg_risk, row, "inherent_score"), method = risk_value(&reg_risk, row, "method");
	html_lit(h, "<section class=\"card\"><div class=\"card-body\"><div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", MSG_RISK_CURVE_FIGURES);
	html_lit(h, "><table class=\"table\"><caption>");
	html_msg(h, MSG_RISK_CURVE_FIGURES);
	html_lit(h, "</caption><tbody>");
	if (method.known && method.i == METHOD_ANNUAL && point.known)
		line(h, MSG_RISK_CURVE_POINT, point.i);
	line(h, MSG_RISK_CURVE_MEAN, (int64_t)(s->mean + 0.5));
	line(h, MSG_RISK_CURVE_EXPECTED, (int64_t)(s->expected + 0.5));
	line(h, MSG_RISK_CURVE_P50, s->p50);
	line(h, MSG_RISK_CURVE_P80, s->p80);
	line(h, MSG_RISK_CURVE_P90, s->p90);
	line(h, MSG_RISK_CURVE_P95, s->p95);
	line(h, MSG_RISK_CURVE_P99, s->p99);
	html_lit(h, "</tbody></table></div><p>");
	html_note(h, &NOTE(MSG_RISK_CURVE_NONE, ARG_S(str_printf(h->arena, "%.1f", s->none * 100))));
	html_lit(h, "</p>");
	html_section_end(h);
}

static void curve(struct html *h, const struct row *row, const struct value *limit, const struct sim_result *s)
{
	struct curve_point points[SIM_POINTS];
	struct curve_mark marks[3];
	size_t n = 0;
	const struct value point = risk_value(&reg_risk, row, "inherent_score"), method = risk_value(&reg_risk, row, "method");
	const bool money = method.known && method.i == METHOD_ANNUAL;
	for (size_t i = 0; i < SIM_POINTS; i++)
		points[i] = (struct curve_point){ s->x[i], (int64_t)(s->above[i] * 1000 + 0.5) };
#define MARK(id, v, t) marks[n++] = (struct curve_mark){ note_str(h->arena, h->lang, &NOTE(id, ARG_S(risk_number(h, (struct value){ .known = true, .i = (v) })))), (v), (t) }
	MARK(MSG_RISK_MARK_MEAN, (int64_t)(s->mean + 0.5), TONE_BLUE);
	if (money && point.known)
		MARK(MSG_RISK_MARK_POINT, point.i, TONE_YELLOW);
	if (money && limit->known)
		MARK(MSG_RISK_MARK_LIMIT, limit->i, TONE_RED);
#undef MARK
	const bool large = s->x[SIM_POINTS - 1] >= 400000;
	html_lit(h, "<section class=\"card\"><div class=\"card-body\">");
	chart_curve(h, msg(h->lang, MSG_RISK_CURVE_CAPTION), msg(h->lang, large ? MSG_RISK_CURVE_X_LARGE : MSG_RISK_CURVE_X), large ? 10000 : 1, TONE_BLUE, points,
	            SIM_POINTS, marks, n);
	html_section_end(h);
}

static void put_range(struct html *h, const struct row *row, msg_id id, const char *low, const char *likely, const char *high)
{
	struct str text[3];
	const char *const field[] = { low, likely, high };
	for (int i = 0; i < 3; i++) {
		int at = reg_field(&reg_risk, field[i]);
		text[i] = value_str(h->arena, &reg_risk.field[at], &row->v[at], FORM_VIEW, h->lang);
	}
	html_lit(h, "<li>");
	html_note(h, &NOTE(id, ARG_S(text[0]), ARG_S(text[1]), ARG_S(text[2])));
	html_lit(h, "</li>");
}

static void another_seed(struct html *h, struct http_req *req, int64_t seed)
{
	html_lit(h, "<form method=\"get\" class=\"form-inline\"");
	html_url_attr(h, "action", req->path);
	html_lit(h, "><label for=\"seed\">");
	html_msg(h, MSG_RISK_CURVE_SEED);
	html_lit(h, "</label> <input class=\"form-control\" id=\"seed\" name=\"seed\" inputmode=\"numeric\"");
	html_attr_i64(h, "value", seed);
	html_lit(h, "> <button type=\"submit\" class=\"btn\">");
	html_msg(h, MSG_RISK_CURVE_AGAIN);
	html_lit(h, "</button></form>");
}

static void show(struct http_req *req, const struct row *row, const struct value *limit, int64_t seed, const struct sim_result *s)
{
	struct html h;
	struct str title = risk_value(&reg_risk, row, "name").s;
	struct page page = { .title = msg(auth_principal(req)->lang, MSG_RISK_CURVE), .subtitle = title };
	risk_page(req, &h, &page, title, str_printf(req->arena, "/risk/risk/%lld", (long long)row->id), page.title);
	curve(&h, row, limit, s);
	figures(&h, row, s);
	html_section_begin(&h, MSG_RISK_CURVE_HOW);
	html_lit(&h, "<p>");
	html_note(&h, &NOTE(MSG_RISK_CURVE_HOW_TEXT, ARG_S(risk_number(&h, (struct value){ .known = true, .i = s->trials })), ARG_I(seed)));
	html_lit(&h, "</p><ul>");
	put_range(&h, row, MSG_RISK_CURVE_OFTEN, "often_low", "often_likely", "often_high");
	put_range(&h, row, MSG_RISK_CURVE_LOSS, "loss_low", "loss_likely", "loss_high");
	html_lit(&h, "</ul>");
	another_seed(&h, req, seed);
	html_section_end(&h);
	page_end(&h);
}

void risk_page_curve(struct http_req *req)
{
	struct office *o = office_of(req);
	struct reg_view view, assessments;
	struct row row, of;
	struct sim_range often, loss;
	struct sim_result s;
	struct value limit = { 0 };
	int64_t seed = 1;
	struct db_conn *c = db_read_begin(o->db);
	int e = risk_row(req, c, &reg_risk, req->capture[0], &view, &row);
	if (e == 0 && reg_view_load(c, req->arena, &reg_assessment, &assessments) == 0 &&
	    reg_get(c, req->arena, auth_principal(req), &assessments, risk_value(&reg_risk, &row, "assessment").i, &of) == 0)
		limit = risk_value(&reg_assessment, &of, "acceptance_limit");
	db_read_end(o->db, &c); /* the run holds nobody's snapshot */
	if (e < 0)
		return;
	if (!range(&row, "often_low", "often_likely", "often_high", &often) || !range(&row, "loss_low", "loss_likely", "loss_high", &loss)) {
		http_fail(req, 422, NOTE0(MSG_RISK_CURVE_HINT));
		return;
	}
	(void)http_query_i64(req, "seed", &seed);
	if (atomic_fetch_add(&running, 1) >= RUNS_AT_ONCE)
		e = ERR_BUSY;
	else
		e = sim_run(&often, &loss, (uint64_t)seed, SIM_TRIALS, &s);
	atomic_fetch_sub(&running, 1);
	if (e < 0)
		http_fail(req, 503, e == ERR_BUSY ? NOTE0(MSG_RISK_CURVE_BUSY) : NOTE0(MSG_RISK_FAILED));
	else
		show(req, &row, &limit, seed, &s);
}
