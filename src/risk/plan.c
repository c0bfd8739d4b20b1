/* The treatment plan (リスク対応計画): every open risk with its controls, what remains now and once all is done, and what to do
 * next; as a page, for print, and as Excel and PDF. */
#include "risk/plan.h"

#include "base/text/base.h"
#include "base/text/plan.h"
#include "base/text/report.h"
#include "base/text/risk.h"
#include "control/control.h"
#include "org/org.h"
#include "register/batch.h"
#include "report/render.h"

/* ---- reading ---- */

static int64_t number(struct stmt *s, int column)
{
	return stmt_is_null(s, column) ? SCORE_UNKNOWN : stmt_i64(s, column);
}

static int load_risks(struct db_conn *c, struct arena *a, const struct principal *p, struct plan *x)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id, r.code, t.name, o.name, t.state, t.treatment, t.loss, m.method, m.acceptance_limit, m.middle_limit, m.factor_max,"
	            " m.matrix_size, m.matrix_cells, v.importance, v.damage_likelihood, t.asset_value, t.threat_level, t.vulnerability_level, t.likelihood,"
	            " t.impact, t.aro_times, t.aro_years, t.after_value, t.after_threat, t.after_vulnerability, t.after_likelihood, t.after_impact,"
	            " t.after_loss, t.after_times, t.after_years, COALESCE(t.residual_score, t.inherent_score), t.band, t.assessment, m.name FROM risk_risk t JOIN record r ON r.id = t.id LEFT JOIN org_person o ON o.id = t.owner");
	auth_visible(&q, p, reg_number(&reg_person), OP_READ, "o"); /* a name is shown to who may see the person */
	sql_lit(&q, " LEFT JOIN risk_assessment m ON m.id = t.assessment LEFT JOIN asset_asset v ON v.id = t.asset WHERE t.archived = 0 AND COALESCE(t.state, 0) <> 5");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(&reg_risk), OP_READ, "t");
	sql_lit(&q, " ORDER BY COALESCE(t.band, 0) DESC, COALESCE(t.residual_score, t.inherent_score) DESC, t.id LIMIT ");
	sql_i64(&q, PLAN_RISKS_MAX + 1);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	x->risk = ARENA_ARRAY(a, PLAN_RISKS_MAX, struct plan_risk);
	for (; e == 0 && (e = stmt_step(s)) == 1; e = 0) {
		if (x->risks == PLAN_RISKS_MAX) {
			x->more = true;
			return 0;
		}
		struct plan_risk *k = &x->risk[x->risks++];
		struct str cells = stmt_str(s, 12);
		*k = (struct plan_risk){ .id = stmt_i64(s, 0), .code = stmt_str_dup(s, a, 1), .name = stmt_str_dup(s, a, 2), .owner = stmt_str_dup(s, a, 3),
			.state = stmt_i64(s, 4), .treatment = stmt_i64(s, 5), .loss = number(s, 6), .assessment = stmt_i64(s, 32), .assessment_name = stmt_str_dup(s, a, 33) };
		k->facts = (struct score_facts){ .method = number(s, 7), .limit = number(s, 8), .middle = number(s, 9), .factor_max = number(s, 10),
			.grid_size = number(s, 11), .importance = number(s, 13), .damage_likelihood = number(s, 14), .value = number(s, 15), .threat = number(s, 16),
			.vulnerability = number(s, 17), .likelihood = number(s, 18), .impact = number(s, 19), .loss = k->loss, .times = number(s, 20), .years = number(s, 21),
			.after_value = number(s, 22), .after_threat = number(s, 23), .after_vulnerability = number(s, 24), .after_likelihood = number(s, 25),
			.after_impact = number(s, 26), .after_loss = number(s, 27), .after_times = number(s, 28), .after_years = number(s, 29),
			.low_value = SCORE_UNKNOWN, .low_threat = SCORE_UNKNOWN, .low_vulnerability = SCORE_UNKNOWN, .low_likelihood = SCORE_UNKNOWN, .low_impact = SCORE_UNKNOWN };
		k->now = (struct treatment_rest){ number(s, 30), number(s, 31) };
		if (cells.n && cells.n <= sizeof k->facts.cells) {
			memcpy(k->facts.cells, cells.p, cells.n);
			k->facts.grid = true;
		}
		k->score = score_of(&k->facts);
	}
	return e;
}

static int load_controls(struct db_conn *c, struct arena *a, const struct principal *p, struct plan *x)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id, t.name, t.state, t.budget, t.initial_cost, t.running_cost, t.event_cost, t.yearly_cost, t.paid FROM control_control t"
	            " WHERE t.archived = 0");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(&reg_control), OP_READ, "t");
	sql_lit(&q, " ORDER BY t.id LIMIT ");
	sql_i64(&q, OPTIMISE_CONTROLS_MAX + 1);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	x->control = ARENA_ARRAY(a, OPTIMISE_CONTROLS_MAX, struct plan_control);
	for (; e == 0 && (e = stmt_step(s)) == 1; e = 0) {
		if (x->controls == OPTIMISE_CONTROLS_MAX) {
			x->more = true;
			return 0;
		}
		bool free = !stmt_is_null(s, 8) && !stmt_i64(s, 8);
		x->control[x->controls++] = (struct plan_control){ .id = stmt_i64(s, 0), .name = stmt_str_dup(s, a, 1), .state = stmt_i64(s, 2), .budget = stmt_i64(s, 3),
			.initial = stmt_is_null(s, 4) && free ? 0 : number(s, 4), .running = stmt_is_null(s, 5) && free ? 0 : number(s, 5), .event = number(s, 6),
			.yearly = number(s, 7) };
	}
	return e;
}

static int load_treatments(struct db_conn *c, struct arena *a, const struct principal *p, struct plan *x)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id, t.risk, t.control, t.factor, t.level, t.reduction, t.control_state, t.progress, t.due_on, o.name FROM risk_treatment t"
	            " LEFT JOIN org_person o ON o.id = t.owner");
	auth_visible(&q, p, reg_number(&reg_person), OP_READ, "o");
	sql_lit(&q, " WHERE t.archived = 0");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(&reg_treatment), OP_READ, "t");
	sql_lit(&q, " ORDER BY t.id LIMIT ");
	sql_i64(&q, PLAN_TREATMENTS_MAX + 1);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	x->treatment = ARENA_ARRAY(a, PLAN_TREATMENTS_MAX, struct plan_treatment);
	for (; e == 0 && (e = stmt_step(s)) == 1; e = 0) {
		size_t risk = 0;
		int control = -1;
		if (x->treatments == PLAN_TREATMENTS_MAX) {
			x->more = true;
			return 0;
		}
		while (risk < x->risks && x->risk[risk].id != stmt_i64(s, 1))
			risk++;
		for (size_t i = 0; i < x->controls; i++)
			control = x->control[i].id == stmt_i64(s, 2) ? (int)i : control;
		if (risk == x->risks)
			continue;
		x->risk[risk].treated = x->risk[risk].treated || stmt_i64(s, 6) != CONTROL_STOPPED;
		x->treatment[x->treatments++] = (struct plan_treatment){ .id = stmt_i64(s, 0), .risk = risk, .control = control,
			.part = { .factor = number(s, 3), .level = number(s, 4), .reduction = number(s, 5), .state = stmt_i64(s, 6) },
			.progress = number(s, 7), .due = stmt_str_dup(s, a, 8), .owner = stmt_str_dup(s, a, 9) };
	}
	return e;
}

/* How the approval of each treatment stands. */
static int load_approvals(struct db_conn *c, struct arena *a, struct plan *x)
{
	int64_t *id = ARENA_ARRAY(a, x->treatments + 1, int64_t);
	struct approval_mark *mark = ARENA_ARRAY(a, x->treatments + 1, struct approval_mark);
	for (size_t i = 0; i < x->treatments; i++)
		id[i] = x->treatment[i].id;
	int e = approval_states_of(c, a, id, x->treatments, mark);
	for (size_t i = 0; e == 0 && i < x->treatments; i++)
		x->treatment[i].approval = mark[i];
	return e;
}

/* Was the control of this treatment met before, on the same risk? */
static bool met(const struct plan *x, size_t at)
{
	for (size_t t = 0; t < at; t++)
		if (x->treatment[t].risk == x->treatment[at].risk && x->treatment[t].control == x->treatment[at].control)
			return true;
	return false;
}

int risk_plan_load(struct db_conn *c, struct arena *a, const struct principal *p, struct plan *ret)
{
	*ret = (struct plan){ .bearable = setting_i64(c, "risk.bearable_loss"), .often_years = setting_i64(c, "risk.often_years") };
	int e = load_risks(c, a, p, ret);
	if (e == 0)
		e = load_controls(c, a, p, ret);
	if (e == 0)
		e = load_treatments(c, a, p, ret);
	if (e == 0)
		e = load_approvals(c, a, ret);
	for (size_t t = 0; e == 0 && t < ret->treatments; t++)
		if (ret->treatment[t].control >= 0 && !met(ret, t))
			ret->control[ret->treatment[t].control].risks++;
	struct treatment_part *parts = ARENA_ARRAY(a, ret->treatments + 1, struct treatment_part);
	for (size_t j = 0; e == 0 && j < ret->risks; j++) {
		size_t n = 0;
		for (size_t t = 0; t < ret->treatments; t++)
			if (ret->treatment[t].risk == j)
				parts[n++] = ret->treatment[t].part;
		ret->risk[j].begun = treatment_rest_of(&ret->risk[j].facts, parts, n, UNTIL_BEGUN);
		ret->risk[j].planned = treatment_rest_of(&ret->risk[j].facts, parts, n, UNTIL_PLANNED);
	}
	return e;
}

/* ---- the document ---- */

static struct str word(enum lang lang, const struct choice *choices, size_t n, int64_t number_)
{
	for (size_t i = 0; i < n; i++)
		if (choices[i].number == number_)
			return label_of(choices[i].label, lang);
	return STR("");
}

static struct doc_cell score_cell(const struct plan_risk *k, int64_t score)
{
	return score == SCORE_UNKNOWN ? cell_unknown() : k->facts.method == METHOD_ANNUAL ? cell_yen(score) : cell_i64(score);
}

static struct doc_cell band_cell(struct doc *d, int64_t band)
{
	static const enum tone tones[] = { TONE_GREY, TONE_GREEN, TONE_YELLOW, TONE_RED };
	if (band < 1 || band > 3)
		return cell_unknown();
	struct doc_cell c = cell_text(d, word(d->lang, risk_bands, 3, band));
	c.tone = tones[band];
	return c;
}

int64_t risk_plan_controls_cost(const struct plan *x, size_t risk)
{
	int64_t sum = 0;
	bool any = false;
	for (size_t t = 0; t < x->treatments; t++) {
		const struct plan_treatment *k = &x->treatment[t];
		if (k->risk != risk || k->part.state == CONTROL_IMPLEMENTED || k->part.state == CONTROL_STOPPED)
			continue;
		if (k->control < 0 || x->control[k->control].yearly == CONTROL_UNKNOWN)
			return SCORE_UNKNOWN;
		const int64_t among = x->control[k->control].risks;
		any = true;
		sum += met(x, t) ? 0 : (x->control[k->control].yearly * 2 + among) / (among * 2);
	}
	return any ? sum : SCORE_UNKNOWN;
}

struct recommend risk_plan_advice(const struct plan *x, size_t risk)
{
	const struct plan_risk *k = &x->risk[risk];
	struct recommend_facts f = treatment_facts(&k->facts, k->loss, x->bearable, x->often_years, risk_plan_controls_cost(x, risk));
	f.above = k->now.band == BAND_HIGH;
	/* What is in place has lowered it already: further controls are weighed against what is still lost. */
	if (k->facts.method == METHOD_ANNUAL)
		f.annual = k->now.score;
	return treatment_recommend(&f);
}

/* The yearly loss and the yearly cost of what is to come, side by side; nothing where neither is yen. */
static struct str weighed(struct doc *d, const struct plan *x, size_t risk)
{
	const struct plan_risk *k = &x->risk[risk];
	const int64_t cost = risk_plan_controls_cost(x, risk);
	if (k->facts.method != METHOD_ANNUAL || k->now.score == SCORE_UNKNOWN || !k->treated)
		return STR("");
	const struct doc_cell loss = cell_yen(k->now.score), yen = cost == SCORE_UNKNOWN ? cell_unknown() : cell_yen(cost);
	return note_str(d->arena, d->lang, &NOTE(MSG_PLAN_WEIGHED, ARG_S(cell_str(d->arena, d->lang, &loss)), ARG_S(cell_str(d->arena, d->lang, &yen))));
}

static struct str recommendation(struct doc *d, const struct plan *x, size_t risk)
{
	static const msg_id why[] = { MSG_PLAN_WHY_UNKNOWN, MSG_PLAN_WHY_TOO_HIGH, MSG_PLAN_WHY_DEAR, MSG_PLAN_WHY_HIGH_OFTEN, MSG_PLAN_WHY_LOW_OFTEN,
	                                MSG_PLAN_WHY_HIGH_RARE, MSG_PLAN_WHY_LOW_RARE, MSG_PLAN_WHY_DEAR_ABOVE, MSG_PLAN_WHY_LOW_RARE_ABOVE };
	const struct recommend r = risk_plan_advice(x, risk);
	struct str reason = msg(d->lang, why[r.why]), sums = weighed(d, x, risk), first = word(d->lang, risk_treatments, 4, r.treatment), advice = reason;
	if (r.treatment && !r.otherwise)
		advice = note_str(d->arena, d->lang, &NOTE(MSG_PLAN_RECOMMEND, ARG_S(first), ARG_S(reason)));
	if (r.treatment && r.otherwise)
		advice = note_str(d->arena, d->lang, &NOTE(MSG_PLAN_RECOMMEND_OR, ARG_S(first), ARG_S(reason), ARG_S(word(d->lang, risk_treatments, 4, r.otherwise))));
	return str_printf(d->arena, "%.*s%.*s", STR_FMT(advice), STR_FMT(sums));
}

static msg_id next_step(const struct plan_risk *k)
{
	if (k->score.inherent == SCORE_UNKNOWN)
		return MSG_PLAN_NEXT_SCORE;
	if (k->state == RISK_ACCEPTED)
		return MSG_PLAN_NEXT_ACCEPTED;
	if (k->now.band == SCORE_UNKNOWN)
		return MSG_PLAN_NEXT_LIMIT;
	if (k->now.band < BAND_HIGH)
		return MSG_PLAN_NEXT_ACCEPT;
	if (!k->treated)
		return MSG_PLAN_NEXT_TREAT;
	return k->planned.band < BAND_HIGH ? MSG_PLAN_NEXT_DO : MSG_PLAN_NEXT_MORE;
}

/* What the scores of an assessment mean: its scale, and from where on a risk is high. */
static struct str scale(struct doc *d, const struct score_facts *f)
{
	static const msg_id formula[] = { MSG_NONE, MSG_RISK_FORMULA_LEDGER, MSG_RISK_FORMULA_MULTIPLY, MSG_RISK_FORMULA_MATRIX, MSG_RISK_FORMULA_ANNUAL };
	const struct doc_cell limit = f->method == METHOD_ANNUAL ? cell_yen(f->limit) : cell_i64(f->limit);
	if (f->method < METHOD_LEDGER || f->method > METHOD_ANNUAL)
		return msg(d->lang, MSG_UNKNOWN);
	struct str above = f->method == METHOD_MATRIX ? msg(d->lang, MSG_RISK_LIMIT_MATRIX) : f->limit == SCORE_UNKNOWN ? msg(d->lang, MSG_RISK_LIMIT_NONE)
	                 : note_str(d->arena, d->lang, &NOTE(MSG_PLAN_LIMIT, ARG_S(cell_str(d->arena, d->lang, &limit))));
	return str_printf(d->arena, "%.*s %.*s", STR_FMT(msg(d->lang, formula[f->method])), STR_FMT(above));
}

/* Scores of different assessments are never compared: each has a table of its own under its name and its scale. */
static void risks_table(struct doc *d, const struct plan *x, size_t first)
{
	const struct plan_risk *of = &x->risk[first];
	const msg_id head[] = { MSG_PLAN_RISK, MSG_PLAN_OWNER, MSG_PLAN_BEFORE, MSG_PLAN_NOW, MSG_PLAN_BAND, MSG_PLAN_PLANNED, MSG_PLAN_BAND,
	                          MSG_PLAN_DECIDED, MSG_PLAN_ADVICE, MSG_PLAN_NEXT };
	static const unsigned weight[] = { 7, 4, 7, 7, 3, 7, 3, 4, 9, 9 };
	struct doc_column columns[COUNT_OF(head)];
	for (size_t i = 0; i < COUNT_OF(head); i++)
		columns[i] = (struct doc_column){ msg(d->lang, head[i]), weight[i], i == 2 || i == 3 || i == 5 };
	struct str name = of->assessment_name.n ? of->assessment_name : msg(d->lang, MSG_UNKNOWN);
	const bool method = of->facts.method >= METHOD_LEDGER && of->facts.method <= METHOD_ANNUAL;
	struct str title = method ? note_str(d->arena, d->lang, &NOTE(MSG_PLAN_RISKS_OF, ARG_S(name), ARG_L(risk_methods[of->facts.method - 1].label))) : name;
	struct doc_table *t = doc_table(d, title, columns, COUNT_OF(head));
	for (size_t j = first; j < x->risks; j++) {
		const struct plan_risk *k = &x->risk[j];
		if (k->assessment != of->assessment)
			continue;
		struct doc_cell *c = doc_row(t);
		c[0] = cell_link(d, str_printf(d->arena, "%.*s %.*s", STR_FMT(k->code), STR_FMT(k->name)), str_printf(d->arena, "/risk/risk/%lld", (long long)k->id));
		c[1] = k->owner.n ? cell_text(d, k->owner) : cell_unknown();
		c[2] = score_cell(k, k->score.inherent);
		c[3] = score_cell(k, k->now.score);
		c[4] = band_cell(d, k->now.band);
		c[5] = score_cell(k, k->planned.score);
		c[6] = band_cell(d, k->planned.band);
		c[7] = k->treatment ? cell_text(d, word(d->lang, risk_treatments, 4, k->treatment)) : cell_text(d, msg(d->lang, MSG_PLAN_UNDECIDED));
		c[8] = cell_text(d, recommendation(d, x, j));
		c[9] = cell_text(d, msg(d->lang, next_step(k)));
	}
	doc_footnote(d, scale(d, &of->facts));
}

static void risks_tables(struct doc *d, const struct plan *x)
{
	for (size_t j = 0; j < x->risks; j++) {
		bool begun = false;
		for (size_t i = 0; i < j; i++)
			begun = begun || x->risk[i].assessment == x->risk[j].assessment;
		if (!begun)
			risks_table(d, x, j);
	}
}

static struct doc_cell date_cell(struct str iso)
{
	struct date day;
	return iso.n && date_parse_iso(iso, &day) == 0 ? cell_date(day) : cell_unknown();
}

void risk_plan_treatments(struct doc *d, const struct plan *x)
{
	const msg_id head[] = { MSG_PLAN_RISK, MSG_PLAN_CONTROL, MSG_PLAN_OWNER, MSG_PLAN_DUE, MSG_PLAN_COST, MSG_PLAN_STATE, MSG_PLAN_PROGRESS, MSG_PLAN_APPROVAL };
	static const unsigned weight[] = { 8, 8, 5, 5, 6, 4, 3, 6 };
	struct doc_column columns[COUNT_OF(head)];
	for (size_t i = 0; i < COUNT_OF(head); i++)
		columns[i] = (struct doc_column){ msg(d->lang, head[i]), weight[i], i == 4 || i == 6 };
	struct doc_table *t = doc_table(d, msg(d->lang, MSG_PLAN_TREATMENTS), columns, COUNT_OF(head));
	for (size_t i = 0; i < x->treatments; i++) {
		const struct plan_treatment *k = &x->treatment[i];
		const struct plan_control *m = k->control >= 0 ? &x->control[k->control] : NULL;
		struct doc_cell *c = doc_row(t);
		c[0] = cell_text(d, str_printf(d->arena, "%.*s %.*s", STR_FMT(x->risk[k->risk].code), STR_FMT(x->risk[k->risk].name)));
		c[1] = cell_link(d, m ? m->name : msg(d->lang, MSG_PLAN_CONTROL_HIDDEN), str_printf(d->arena, "/risk/treatment/%lld", (long long)k->id));
		c[2] = k->owner.n ? cell_text(d, k->owner) : cell_unknown();
		c[3] = date_cell(k->due);
		c[4] = m && m->yearly != CONTROL_UNKNOWN ? cell_yen(m->yearly) : cell_unknown();
		c[5] = m && m->state ? cell_text(d, word(d->lang, control_states, COUNT_OF(control_states), m->state)) : cell_unknown();
		c[6] = k->progress == SCORE_UNKNOWN ? cell_unknown() : cell_i64(k->progress);
		c[7] = k->approval.id ? cell_link(d, msg(d->lang, approval_state_msg(k->approval.state, k->approval.changed)),
		                                  str_printf(d->arena, "/work/approval/%lld", (long long)k->approval.id))
		                      : cell_text(d, msg(d->lang, MSG_PLAN_NOT_SUBMITTED));
	}
}

void risk_plan_summary(struct doc *d, const struct plan *x)
{
	int64_t open = 0, high = 0, unknown = 0, untreated = 0;
	for (size_t j = 0; j < x->risks; j++) {
		open += x->risk[j].state != RISK_ACCEPTED;
		high += x->risk[j].state != RISK_ACCEPTED && x->risk[j].now.band == BAND_HIGH;
		unknown += x->risk[j].now.band == SCORE_UNKNOWN;
		untreated += x->risk[j].now.band == BAND_HIGH && !x->risk[j].treated && x->risk[j].state != RISK_ACCEPTED;
	}
	doc_note(d, &NOTE(MSG_PLAN_SUMMARY, ARG_I(open), ARG_I(high), ARG_I(untreated), ARG_I(unknown)));
}

struct plan_cost risk_plan_cost(const struct plan *x, int64_t budget)
{
	struct plan_cost sum = { 0 };
	for (size_t i = 0; i < x->controls; i++) {
		const struct plan_control *k = &x->control[i];
		if (k->state == CONTROL_STOPPED || k->budget != budget)
			continue;
		sum.controls++;
		sum.unknown += k->initial < 0 || k->running < 0;
		sum.initial += k->initial > 0 && k->state != CONTROL_IMPLEMENTED ? k->initial : 0;
		sum.running += k->running > 0 ? k->running : 0;
		sum.event += k->event > 0 ? k->event : 0;
	}
	return sum;
}

static void build(struct doc *d, const struct plan *x, const struct plan_version *v)
{
	risk_plan_summary(d, x);
	risk_plan_version_put(d, v);
	risks_tables(d, x);
	risk_plan_version_changes(d, x, v);
	if (x->treatments)
		risk_plan_treatments(d, x);
	if (x->more)
		doc_footnote(d, msg(d->lang, MSG_PLAN_MORE));
	doc_footnote(d, msg(d->lang, MSG_PLAN_FORMULA));
	doc_footnote(d, msg(d->lang, MSG_PLAN_SHARE_FORMULA));
}

static void actions(struct html *h, void *ctx)
{
	const struct principal *p = ctx;
	if (auth_ops(p, reg_number(&reg_treatment_plan)) & OP_READ)
		html_button_link(h, STR("/risk/treatment_plan"), "file-text", msg(h->lang, MSG_PLANVER_OPEN), false);
	html_button_link(h, STR("/risk/plan?format=xlsx"), "download", msg(h->lang, MSG_PLAN_XLSX), false);
	html_button_link(h, STR("/risk/plan?format=pdf"), "download", msg(h->lang, MSG_PLAN_PDF), false);
	html_button_link(h, STR("/risk/budget"), "calculator", msg(h->lang, MSG_BUDGET_TITLE), false);
}

void risk_plan_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *office = office_of(req);
	struct str format = http_query(req, "format");
	enum doc_format f = DOC_HTML;
	struct plan x;
	struct plan_version version;
	struct doc d;
	struct note why = NOTE0(MSG_RISK_FAILED);
	if (format.n && !doc_format_of(format, &f)) {
		http_fail(req, 400, NOTE(MSG_PLAN_FORMAT, ARG_S(format)));
		return;
	}
	struct db_conn *c = db_read_begin(office->db);
	int e = risk_plan_load(c, req->arena, p, &x);
	if (e == 0)
		e = risk_plan_version_load(c, req->arena, p, &version);
	struct str company = setting_str(c, req->arena, "office.company");
	db_read_end(office->db, &c);
	if (e < 0) {
		http_fail(req, 500, why);
		return;
	}
	CLEANUP(buf_release) struct buf now;
	buf_init(&now, 64);
	clock_put_local(&now, clock_now());
	doc_init(&d, req->arena, p->lang, msg(p->lang, MSG_PLAN_TITLE), company, note_str(req->arena, p->lang, &NOTE(MSG_REPORT_MADE, ARG_S(buf_view(&now)))));
	d.landscape = true; /* ten columns to a risk */
	if (f != DOC_HTML)
		doc_heading(&d, 1, d.title); /* the page has its own */
	build(&d, &x, &version);
	if (f != DOC_HTML) {
		req->answer->type = str_of(doc_format_type(f));
		http_set_header(req, "Content-Disposition", str_printf(req->arena, "attachment; filename=\"treatment-plan.%s\"", doc_format_name(f)));
		if ((e = doc_bytes(&d, f, &req->answer->body, &why)) < 0)
			http_fail(req, 500, why);
		return;
	}
	struct html h;
	struct page page = { .title = d.title, .subtitle = msg(p->lang, MSG_PLAN_ABOUT), .actions = actions, .actions_ctx = (void *)p };
	risk_page(req, &h, &page, d.title, STR("/risk/plan"), STR_NULL);
	if (x.risks)
		doc_html(&h, &d);
	else
		html_empty(&h, msg(p->lang, MSG_PLAN_EMPTY), msg(p->lang, MSG_PLAN_EMPTY_DO), STR("/risk/risk"), msg(p->lang, MSG_PLAN_EMPTY_BUTTON));
	page_end(&h);
}

static const struct param plan_params[] = { { .name = "format", .type = PARAM_KEY, .max = 10 } };
static const struct param budget_params[] = {
	{ .name = "budget", .type = PARAM_TEXT, .max = 20 }, { .name = "basis", .type = PARAM_KEY, .max = 10 },
	{ .name = "in", .type = PARAM_INT, .many = true }, { .name = "out", .type = PARAM_INT, .many = true },
};

const struct route plan_routes[] = {
	{ HTTP_GET, "/risk/plan", risk_plan_page, 0, NEED_OVERVIEW, plan_params, COUNT_OF(plan_params) },
	{ HTTP_GET, "/risk/budget", risk_budget_page, 0, NEED_OVERVIEW, budget_params, COUNT_OF(budget_params) },
};
const size_t plan_route_count = COUNT_OF(plan_routes);
