/* The budget: what controls cost before, every year and at an event, planned and spot; the best set under a budget, what each
 * budget would buy, and what stays open. */
#include <stdatomic.h>

#include "base/num.h"
#include "base/text/base.h"
#include "base/text/plan.h"
#include "base/text/risk.h"
#include "control/control.h"
#include "risk/plan.h"

#define PAIRS_MAX 2000
/* A search takes a worker for some tenths of a second at most: the others must have theirs. */
#define RUNS_AT_ONCE 2
#define NODES INT64_C(30000)
#define FRONTIER_POINTS 13
static atomic_int running;

enum basis { BASIS_YEARLY, BASIS_FIRST };

struct budget {
	struct http_req *req;
	struct html h;
	struct plan plan;
	struct optimise_question q;
	/* By control of the plan: */
	struct optimise_control control[OPTIMISE_CONTROLS_MAX];
	bool in[OPTIMISE_CONTROLS_MAX], out[OPTIMISE_CONTROLS_MAX], priced[OPTIMISE_CONTROLS_MAX], useful[OPTIMISE_CONTROLS_MAX];
	int64_t loss[PLAN_RISKS_MAX];
	enum basis basis;
	int64_t amount;                   /* -1: none given */
	size_t scored;                    /* risks with an annual loss */
	int64_t half_seen;                /* links between controls of which the plan holds one */
};

static struct str yen(struct html *h, int64_t v)
{
	return v < 0 ? msg(h->lang, MSG_UNKNOWN) : note_str(h->arena, h->lang, &NOTE(MSG_RISK_YEN, ARG_S(risk_number(h, (struct value){ .known = true, .i = v }))));
}

static bool listed(const struct http_req *req, const char *name, int64_t id)
{
	struct str s;
	int64_t v;
	for (size_t i = 0; http_query_many(req, name, i, &s); i++)
		if (num_parse_i64(s, 0, INT64_MAX, &v) == 0 && v == id)
			return true;
	return false;
}

/* What a control adds to the budget: by the year of its life, or what it takes in its first year. */
static int64_t price(const struct plan_control *k, enum basis basis)
{
	if (basis == BASIS_YEARLY)
		return k->yearly;
	return k->initial < 0 || k->running < 0 ? CONTROL_UNKNOWN : k->initial + k->running;
}

/* Pairs of the links between controls of the plan. One with an end that is archived, or another unit's, binds nobody here, but
 * the page says that there is one: the answer is the best of what the reader sees. */
static int pairs(struct db_conn *c, struct budget *b, struct str kind, struct optimise_pair **ret, size_t *ret_n)
{
	struct arena *a = b->req->arena;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT from_id, to_id FROM link WHERE kind = ");
	sql_str(&q, kind);
	sql_lit(&q, " ORDER BY id LIMIT ");
	sql_i64(&q, PAIRS_MAX + 1);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	*ret = ARENA_ARRAY(a, PAIRS_MAX, struct optimise_pair);
	for (*ret_n = 0; e == 0 && (e = stmt_step(s)) == 1; e = 0) {
		if (*ret_n == PAIRS_MAX) {
			b->plan.more = true;
			return 0;
		}
		struct optimise_pair pair = { b->plan.controls, b->plan.controls };
		for (size_t i = 0; i < b->plan.controls; i++) {
			pair.a = b->plan.control[i].id == stmt_i64(s, 0) ? i : pair.a;
			pair.b = b->plan.control[i].id == stmt_i64(s, 1) ? i : pair.b;
		}
		if (pair.a < b->plan.controls && pair.b < b->plan.controls)
			(*ret)[(*ret_n)++] = pair;
		else if (pair.a < b->plan.controls || pair.b < b->plan.controls)
			b->half_seen++;
	}
	return e;
}

/* What is in place works already and its money is spent: it lowers the losses before the question is asked. What is in
 * progress is decided. A control without a known cost, or that lowers no annual loss, cannot be weighed. */
static int ask(struct db_conn *c, struct budget *b)
{
	struct plan *x = &b->plan;
	struct arena *a = b->req->arena;
	struct optimise_effect *effect = ARENA_ARRAY(a, x->treatments + 1, struct optimise_effect);
	struct optimise_pair *need = NULL, *exclude = NULL;
	size_t effects = 0, needs = 0, excludes = 0;
	for (size_t j = 0; j < x->risks; j++) {
		bool money = x->risk[j].facts.method == METHOD_ANNUAL && x->risk[j].state != RISK_ACCEPTED && x->risk[j].now.score != SCORE_UNKNOWN;
		b->loss[j] = money ? x->risk[j].now.score : 0;
		if (b->loss[j] > OPTIMISE_YEN_MAX)
			b->loss[j] = OPTIMISE_YEN_MAX;
		b->scored += money;
	}
	for (size_t t = 0; t < x->treatments; t++) {
		const struct plan_treatment *k = &x->treatment[t];
		if (k->control < 0 || k->part.state == CONTROL_IMPLEMENTED || k->part.factor != FACTOR_LOSS || k->part.reduction == SCORE_UNKNOWN || b->loss[k->risk] == 0)
			continue;
		b->useful[k->control] = true;
		effect[effects++] = (struct optimise_effect){ (size_t)k->control, k->risk, k->part.reduction };
	}
	for (size_t i = 0; i < x->controls; i++) {
		const struct plan_control *k = &x->control[i];
		int64_t cost = price(k, b->basis);
		b->priced[i] = cost != CONTROL_UNKNOWN;
		b->in[i] = listed(b->req, "in", k->id);
		b->out[i] = listed(b->req, "out", k->id);
		struct optimise_control *o = &b->control[i];
		*o = (struct optimise_control){ .cost = b->priced[i] ? cost : 0 };
		if (k->state == CONTROL_IMPLEMENTED)
			*o = (struct optimise_control){ .cost = 0, .decided = OPTIMISE_IN };
		else if (!b->priced[i] || k->state == CONTROL_STOPPED || b->out[i])
			o->decided = OPTIMISE_OUT;
		else if (b->in[i] || k->state == CONTROL_IN_PROGRESS)
			o->decided = OPTIMISE_IN;
	}
	int e = pairs(c, b, STR("control_needs"), &need, &needs);
	if (e == 0)
		e = pairs(c, b, STR("control_excludes"), &exclude, &excludes);
	b->q = (struct optimise_question){ .control = b->control, .controls = x->controls, .loss = b->loss, .risks = x->risks, .effect = effect, .effects = effects,
		.need = need, .needs = needs, .exclude = exclude, .excludes = excludes, .nodes = NODES };
	return e;
}

/* ---- the parts of the page ---- */

static void cell(struct html *h, msg_id label, struct str text, bool number)
{
	html_lit(h, "<td");
	html_attr_msg(h, "data-label", label);
	if (number)
		html_attr(h, "class", STR("number"));
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</td>");
}

/* Those from first_number to last_number hold numbers. */
static void head(struct html *h, msg_id caption, const msg_id *columns, size_t n, size_t first_number, size_t last_number)
{
	html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", caption);
	html_lit(h, "><table class=\"table table-cards\"><thead><tr>");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<th scope=\"col\"");
		if (i >= first_number && i <= last_number)
			html_attr(h, "class", STR("number"));
		html_lit(h, ">");
		html_msg(h, columns[i]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
}

/* Costs of all controls that are not stopped, by the part of the budget; what is not known is counted, not taken as nought. */
static void costs(struct budget *b)
{
	struct html *h = &b->h;
	static const msg_id columns[] = { MSG_BUDGET_PART, MSG_BUDGET_INITIAL, MSG_BUDGET_RUNNING, MSG_BUDGET_EVENT, MSG_BUDGET_UNKNOWN };
	static const msg_id parts[] = { MSG_BUDGET_NO_PART, MSG_BUDGET_PLANNED, MSG_BUDGET_SPOT };
	html_section_begin(h, MSG_BUDGET_COSTS);
	head(h, MSG_BUDGET_COSTS, columns, COUNT_OF(columns), 1, COUNT_OF(columns) - 1);
	for (int part = 0; part < 3; part++) {
		const struct plan_cost sum = risk_plan_cost(&b->plan, part);
		if (sum.controls == 0)
			continue;
		html_lit(h, "<tr>");
		cell(h, columns[0], msg(h->lang, parts[part]), false);
		cell(h, columns[1], yen(h, sum.initial), true);
		cell(h, columns[2], yen(h, sum.running), true);
		cell(h, columns[3], yen(h, sum.event), true);
		cell(h, columns[4], note_str(h->arena, h->lang, &NOTE(MSG_BUDGET_CONTROLS_N, ARG_I(sum.unknown))), true);
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></div><p class=\"formula\">");
	html_msg(h, MSG_BUDGET_COSTS_FORMULA);
	html_lit(h, "</p>");
	html_section_end(h);
}

static void choice(struct html *h, const char *name, int64_t id, bool on, struct str control, msg_id label)
{
	html_lit(h, "<label><input type=\"checkbox\"");
	html_attr(h, "name", str_of(name));
	html_attr_i64(h, "value", id);
	html_flag(h, "checked", on);
	html_attr(h, "aria-label", str_printf(h->arena, "%.*s: %.*s", STR_FMT(control), STR_FMT(msg(h->lang, label))));
	html_lit(h, "> ");
	html_msg(h, label);
	html_lit(h, "</label> ");
}

/* What binds a control to others, by their names. */
static void bound(struct budget *b, size_t control)
{
	struct html *h = &b->h;
	for (size_t i = 0; i < b->q.needs + b->q.excludes; i++) {
		const bool needs = i < b->q.needs;
		const struct optimise_pair *pair = needs ? &b->q.need[i] : &b->q.exclude[i - b->q.needs];
		if (pair->a != control && (needs || pair->b != control))
			continue;
		html_lit(h, "<br><span class=\"muted small\">");
		html_note(h, &NOTE(needs ? MSG_BUDGET_NEEDS : MSG_BUDGET_EXCLUDES, ARG_S(b->plan.control[pair->a == control ? pair->b : pair->a].name)));
		html_lit(h, "</span>");
	}
}

static void question(struct budget *b, const struct optimise_answer *best)
{
	struct html *h = &b->h;
	static const msg_id columns[] = { MSG_PLAN_CONTROL, MSG_BUDGET_PRICE, MSG_BUDGET_DECIDED, MSG_BUDGET_RESULT };
	html_section_begin(h, MSG_BUDGET_ASK);
	html_lit(h, "<p>");
	html_msg(h, MSG_BUDGET_ASK_ABOUT);
	html_lit(h, "</p><form method=\"get\"");
	html_url_attr(h, "action", b->req->path);
	html_lit(h, "><p><label for=\"budget\">");
	html_msg(h, MSG_BUDGET_AMOUNT);
	html_lit(h, "</label> <input class=\"form-control\" id=\"budget\" name=\"budget\" inputmode=\"numeric\"");
	html_attr(h, "value", http_query(b->req, "budget"));
	html_lit(h, "></p><p><label for=\"basis\">");
	html_msg(h, MSG_BUDGET_BASIS);
	html_lit(h, "</label> <select class=\"form-select\" id=\"basis\" name=\"basis\"><option value=\"yearly\">");
	html_msg(h, MSG_BUDGET_BASIS_YEARLY);
	html_lit(h, "</option><option value=\"first\"");
	html_flag(h, "selected", b->basis == BASIS_FIRST);
	html_lit(h, ">");
	html_msg(h, MSG_BUDGET_BASIS_FIRST);
	html_lit(h, "</option></select></p>");
	head(h, MSG_BUDGET_ASK, columns, COUNT_OF(columns), 1, 1);
	for (size_t i = 0; i < b->plan.controls; i++) {
		const struct plan_control *k = &b->plan.control[i];
		if (k->state == CONTROL_IMPLEMENTED || k->state == CONTROL_STOPPED)
			continue;
		html_lit(h, "<tr><td");
		html_attr_msg(h, "data-label", columns[0]);
		html_lit(h, "><a");
		html_href(h, str_printf(h->arena, "/control/control/%lld", (long long)k->id));
		html_lit(h, ">");
		html_text(h, k->name);
		html_lit(h, "</a>");
		bound(b, i);
		html_lit(h, "</td>");
		cell(h, columns[1], yen(h, price(k, b->basis)), true);
		html_lit(h, "<td");
		html_attr_msg(h, "data-label", columns[2]);
		html_lit(h, ">");
		if (!b->priced[i])
			html_msg(h, MSG_BUDGET_NO_PRICE);
		else if (k->state == CONTROL_IN_PROGRESS)
			html_msg(h, MSG_BUDGET_RUNNING_ALREADY);
		else {
			choice(h, "in", k->id, b->in[i], k->name, MSG_BUDGET_IN);
			choice(h, "out", k->id, b->out[i], k->name, MSG_BUDGET_OUT);
		}
		html_lit(h, "</td>");
		cell(h, columns[3], !best ? STR_NULL : msg(h->lang, best->chosen[i] ? MSG_BUDGET_BUY : b->useful[i] ? MSG_BUDGET_LEAVE : MSG_BUDGET_NO_EFFECT), false);
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></div><p><button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(h, MSG_BUDGET_FIND);
	html_lit(h, "</button></p></form>");
	html_section_end(h);
}

static int64_t rounded(double v)
{
	return v > 0 ? (int64_t)(v + 0.5) : 0;
}

static void answer(struct budget *b, const struct optimise_answer *best)
{
	struct html *h = &b->h;
	html_section_begin(h, MSG_BUDGET_ANSWER);
	html_lit(h, "<p>");
	html_note(h, &NOTE(MSG_BUDGET_ANSWER_TEXT, ARG_S(yen(h, best->cost)), ARG_S(yen(h, rounded(best->reduction))), ARG_S(yen(h, rounded(best->left)))));
	html_lit(h, "</p><p>");
	if (best->proven)
		html_note(h, &NOTE(MSG_BUDGET_PROVEN, ARG_I(best->nodes)));
	else
		html_note(h, &NOTE(MSG_BUDGET_NOT_PROVEN, ARG_S(yen(h, rounded(best->gap))), ARG_I(best->nodes)));
	html_lit(h, "</p><h3>");
	html_msg(h, MSG_BUDGET_OPEN);
	html_lit(h, "</h3><ul>");
	size_t shown = 0;
	for (size_t j = 0; j < b->plan.risks; j++) {
		const struct plan_risk *k = &b->plan.risk[j];
		double rest = (double)b->loss[j];
		for (size_t e = 0; e < b->q.effects; e++)
			if (b->q.effect[e].risk == j && best->chosen[b->q.effect[e].control])
				rest *= (double)(OPTIMISE_WHOLE - b->q.effect[e].reduction) / OPTIMISE_WHOLE;
		bool over = k->facts.limit != SCORE_UNKNOWN && rounded(rest) > k->facts.limit;
		if (b->loss[j] == 0 || (k->facts.limit != SCORE_UNKNOWN && !over))
			continue;
		html_lit(h, "<li><a");
		html_href(h, str_printf(h->arena, "/risk/risk/%lld", (long long)k->id));
		html_lit(h, ">");
		html_text(h, k->name);
		html_lit(h, "</a> ");
		html_note(h, over ? &NOTE(MSG_BUDGET_OPEN_OVER, ARG_S(yen(h, rounded(rest))), ARG_S(yen(h, k->facts.limit))) : &NOTE(MSG_BUDGET_OPEN_NO_LIMIT, ARG_S(yen(h, rounded(rest)))));
		html_lit(h, "</li>");
		shown++;
	}
	if (!shown) {
		html_lit(h, "<li>");
		html_msg(h, MSG_BUDGET_OPEN_NONE);
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul><p class=\"formula\">");
	html_msg(h, MSG_BUDGET_FORMULA);
	html_lit(h, "</p>");
	html_section_end(h);
}

/* The most that any budget could be spent on. */
static int64_t all_cost(const struct budget *b)
{
	int64_t sum = 0;
	for (size_t i = 0; i < b->q.controls; i++)
		sum += b->control[i].decided == OPTIMISE_IN || (b->control[i].decided == OPTIMISE_FREE && b->useful[i]) ? b->control[i].cost : 0;
	return sum;
}

/* What is in progress costs, and with chosen what the reader wants taken too. */
static int64_t decided_cost(const struct budget *b, bool chosen)
{
	int64_t sum = 0;
	for (size_t i = 0; i < b->q.controls; i++)
		if (b->control[i].decided == OPTIMISE_IN && (chosen || b->plan.control[i].state == CONTROL_IN_PROGRESS))
			sum += b->control[i].cost;
	return sum;
}

static int frontier(struct budget *b)
{
	struct html *h = &b->h;
	struct optimise_answer answers[FRONTIER_POINTS];
	struct point points[FRONTIER_POINTS];
	/* Less than what is decided already costs buys nothing. */
	const int64_t from = decided_cost(b, true), all = all_cost(b) - from;
	int64_t budgets[FRONTIER_POINTS];
	bool proven = true;
	if (all <= 0)
		return 0;
	for (size_t i = 0; i < FRONTIER_POINTS; i++)
		budgets[i] = from + all / (FRONTIER_POINTS - 1) * (int64_t)i + (i == FRONTIER_POINTS - 1 ? all % (FRONTIER_POINTS - 1) : 0);
	int e = optimise_frontier(b->req->arena, &b->q, budgets, FRONTIER_POINTS, answers);
	if (e < 0)
		return e;
	for (size_t i = 0; i < FRONTIER_POINTS; i++) {
		points[i] = (struct point){ .label = note_str(h->arena, h->lang, &NOTE(MSG_BUDGET_TEN_THOUSAND, ARG_I(budgets[i] / 10000))),
			.value = { answers[i].cost < 0 ? -1 : rounded(answers[i].reduction) / 10000 } };
		proven = proven && (answers[i].cost < 0 || answers[i].proven);
	}
	const struct str series[] = { msg(h->lang, MSG_BUDGET_SERIES) };
	static const enum tone tones[] = { TONE_BLUE };
	html_lit(h, "<section class=\"card\"><div class=\"card-body\">");
	chart_lines_over(h, msg(h->lang, MSG_BUDGET_FRONTIER), msg(h->lang, MSG_BUDGET_AXIS), series, tones, 1, points, FRONTIER_POINTS);
	html_lit(h, "<p class=\"formula\">");
	html_msg(h, proven ? MSG_BUDGET_FRONTIER_PROVEN : MSG_BUDGET_FRONTIER_BEST);
	html_lit(h, "</p>");
	html_section_end(h);
	return 0;
}

/* A number of yen; -1 when none is given, -2 when it is none. */
static int64_t amount_of(const struct http_req *req)
{
	struct str s = str_trim(http_query(req, "budget"));
	int64_t v;
	if (!s.n)
		return -1;
	return num_parse_human(s, 0, 0, OPTIMISE_YEN_MAX, &v) < 0 ? -2 : v;
}

static void search(struct budget *b)
{
	struct html *h = &b->h;
	struct optimise_answer best;
	int e = 0;
	if (atomic_fetch_add(&running, 1) >= RUNS_AT_ONCE) {
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_BUDGET_BUSY), msg(h->lang, MSG_BUDGET_BUSY_DO));
		question(b, NULL);
	} else {
		b->q.budget = b->amount;
		e = optimise(b->req->arena, &b->q, &best);
		const int64_t begun = decided_cost(b, false), wanted = decided_cost(b, true);
		if (e == 0)
			answer(b, &best);
		else if (e == ERR_RANGE && begun > b->amount)
			html_alert(h, TONE_RED, note_str(h->arena, h->lang, &NOTE(MSG_BUDGET_BELOW_BEGUN, ARG_S(yen(h, begun)))), msg(h->lang, MSG_BUDGET_BELOW_BEGUN_DO));
		else if (e == ERR_RANGE && wanted > b->amount)
			html_alert(h, TONE_RED, note_str(h->arena, h->lang, &NOTE(MSG_BUDGET_BELOW_WANTED, ARG_S(yen(h, wanted)))), msg(h->lang, MSG_BUDGET_BELOW_WANTED_DO));
		else
			html_alert(h, TONE_RED, msg(h->lang, e == ERR_RANGE ? MSG_BUDGET_CONTRADICTS : MSG_BUDGET_TOO_LARGE),
			           msg(h->lang, e == ERR_RANGE ? MSG_BUDGET_CONTRADICTS_DO : MSG_BUDGET_TOO_LARGE_DO));
		question(b, e == 0 ? &best : NULL);
		if (frontier(b) < 0)
			html_alert(h, TONE_YELLOW, msg(h->lang, MSG_BUDGET_CONTRADICTS), msg(h->lang, MSG_BUDGET_CONTRADICTS_DO));
	}
	atomic_fetch_sub(&running, 1);
}

/* A control that is to be taken and to be left at once: says so by its name. */
static bool torn(struct budget *b)
{
	struct html *h = &b->h;
	bool any = false;
	for (size_t i = 0; i < b->plan.controls; i++) {
		if (!b->in[i] || !b->out[i])
			continue;
		html_alert(h, TONE_RED, note_str(h->arena, h->lang, &NOTE(MSG_BUDGET_TORN, ARG_S(b->plan.control[i].name))), msg(h->lang, MSG_BUDGET_TORN_DO));
		any = true;
	}
	return any;
}

void risk_budget_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *office = office_of(req);
	struct budget *b = ARENA_NEW(req->arena, struct budget);
	b->req = req;
	b->basis = str_eq_z(http_query(req, "basis"), "first") ? BASIS_FIRST : BASIS_YEARLY;
	b->amount = amount_of(req);
	struct db_conn *c = db_read_begin(office->db);
	int e = risk_plan_load(c, req->arena, p, &b->plan);
	if (e == 0)
		e = ask(c, b);
	db_read_end(office->db, &c);
	if (e < 0) {
		http_fail(req, 500, NOTE0(MSG_RISK_FAILED));
		return;
	}
	struct page page = { .title = msg(p->lang, MSG_BUDGET_TITLE), .subtitle = msg(p->lang, MSG_BUDGET_ABOUT) };
	risk_page(req, &b->h, &page, msg(p->lang, MSG_PLAN_TITLE), STR("/risk/plan"), page.title);
	struct html *h = &b->h;
	if (b->amount == -2)
		html_alert(h, TONE_RED, msg(h->lang, MSG_BUDGET_BAD_AMOUNT), msg(h->lang, MSG_BUDGET_BAD_AMOUNT_DO));
	if (b->plan.more)
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_PLAN_MORE), STR_NULL);
	if (b->half_seen)
		html_alert(h, TONE_YELLOW, note_str(h->arena, h->lang, &NOTE(MSG_BUDGET_HALF_SEEN, ARG_I(b->half_seen))), msg(h->lang, MSG_BUDGET_HALF_SEEN_DO));
	if (b->plan.controls == 0)
		html_empty(h, msg(h->lang, MSG_BUDGET_EMPTY), msg(h->lang, MSG_BUDGET_EMPTY_DO), STR("/control/control"), msg(h->lang, MSG_BUDGET_EMPTY_BUTTON));
	else {
		costs(b);
		if (b->scored == 0 || b->q.effects == 0)
			html_alert(h, TONE_GREY, msg(h->lang, MSG_BUDGET_NOTHING), msg(h->lang, MSG_BUDGET_NOTHING_DO));
		else if (b->amount >= 0 && !torn(b))
			search(b);
		else
			question(b, NULL);
	}
	page_end(h);
}
