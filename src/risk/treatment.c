/* The register of treatments, and the plain functions of treatment.h. */
#include "risk/treatment.h"

#include "base/text/plan.h"
#include "base/text/risk.h"
#include "control/control.h"
#include "risk/risk.h"

#define SECTION_WHAT { "対応策", "Treatment" }
#define SECTION_EFFECT { "見込む効き目", "Expected effect" }
#define SECTION_WORK { "進めかた", "Work" }

static const struct choice factors[] = {
	{ FACTOR_LIKELIHOOD, "likelihood", { "発生可能性", "likelihood" }, { "対策後の点数を書きます。台帳方式では被害発生可能性です。", "Give the level afterwards." }, NULL, TONE_NEUTRAL },
	{ FACTOR_IMPACT, "impact", { "影響の大きさ", "impact" }, { "マトリクス。対策後の点数を書きます。", "Matrix; give the level afterwards." }, NULL, TONE_NEUTRAL },
	{ FACTOR_VALUE, "value", { "資産価値", "asset value" }, { "掛け算方式。持つ情報を減らしたときなど。", "Four factors; such as holding less." }, NULL, TONE_NEUTRAL },
	{ FACTOR_THREAT, "threat", { "脅威", "threat" }, { "掛け算方式。対策後の点数を書きます。", "Four factors; give the level afterwards." }, NULL, TONE_NEUTRAL },
	{ FACTOR_VULNERABILITY, "vulnerability", { "脆弱性", "vulnerability" }, { "掛け算方式。対策後の点数を書きます。", "Four factors; give the level afterwards." }, NULL, TONE_NEUTRAL },
	{ FACTOR_LOSS, "loss", { "年間損失", "annual loss" }, { "年間損失の方法。下がる割合を書きます。", "Annual loss; give the share taken away." }, NULL, TONE_NEUTRAL },
};

/* ---- what remains ---- */

static bool works(int64_t state, enum treatment_until until)
{
	return state == CONTROL_IMPLEMENTED || (state == CONTROL_IN_PROGRESS && until >= UNTIL_BEGUN) || (state != CONTROL_STOPPED && until == UNTIL_PLANNED);
}

/* The lower of the two that is on the scale. */
static int64_t lowest(int64_t so_far, int64_t level, int64_t least)
{
	return level == SCORE_UNKNOWN || level < least || (so_far != SCORE_UNKNOWN && so_far <= level) ? so_far : level;
}

static int64_t *low_of(struct score_facts *f, int64_t factor)
{
	switch (factor) {
	case FACTOR_LIKELIHOOD: return &f->low_likelihood;
	case FACTOR_IMPACT: return &f->low_impact;
	case FACTOR_VALUE: return &f->low_value;
	case FACTOR_THREAT: return &f->low_threat;
	case FACTOR_VULNERABILITY: return &f->low_vulnerability;
	default: return NULL;
	}
}

/* A level that is still to come lowers what counts now, whoever said so. */
static void lower(int64_t now, int64_t low, int64_t *given)
{
	if (now != SCORE_UNKNOWN && low != SCORE_UNKNOWN && low < now)
		*given = low;
}

struct treatment_rest treatment_rest_of(const struct score_facts *risk, const struct treatment_part *parts, size_t n, enum treatment_until until)
{
	const int64_t least = score_least(risk->method);
	int64_t cut[TREATMENT_PARTS_MAX];
	struct score_facts f = *risk, later = { 0 };
	f.low_value = f.low_threat = f.low_vulnerability = f.low_likelihood = f.low_impact = SCORE_UNKNOWN;
	later.low_value = later.low_threat = later.low_vulnerability = later.low_likelihood = later.low_impact = SCORE_UNKNOWN;
	f.cut = cut, f.cuts = 0;
	for (size_t i = 0; i < n; i++) {
		const bool placed = parts[i].state == CONTROL_IMPLEMENTED;
		int64_t *low = low_of(placed ? &f : &later, parts[i].factor);
		if (low && works(parts[i].state, until))
			*low = lowest(*low, parts[i].level, least);
		if (placed && parts[i].factor == FACTOR_LOSS && parts[i].reduction != SCORE_UNKNOWN && f.cuts < COUNT_OF(cut))
			cut[f.cuts++] = parts[i].reduction;
	}
	const struct score_levels now = score_levels(&f);
	lower(now.likelihood, later.low_likelihood, &f.after_likelihood);
	lower(now.impact, later.low_impact, &f.after_impact);
	lower(now.value, later.low_value, &f.after_value);
	lower(now.threat, later.low_threat, &f.after_threat);
	lower(now.vulnerability, later.low_vulnerability, &f.after_vulnerability);
	const struct score s = score_of(&f);
	struct treatment_rest rest = s.residual != SCORE_UNKNOWN ? (struct treatment_rest){ s.residual, s.residual_band } : (struct treatment_rest){ s.inherent, s.inherent_band };
	if (f.method != METHOD_ANNUAL)
		return rest;
	for (size_t i = 0; i < n; i++)
		if (parts[i].state != CONTROL_IMPLEMENTED && works(parts[i].state, until) && parts[i].factor == FACTOR_LOSS && parts[i].reduction != SCORE_UNKNOWN)
			rest.score = score_cut(rest.score, parts[i].reduction);
	rest.band = score_band(rest.score, f.limit, f.middle);
	return rest;
}

/* ---- what to do ---- */

struct recommend treatment_recommend(const struct recommend_facts *f)
{
	const int instead = f->frequency == 2 ? TREAT_REDUCE : TREAT_TRANSFER;
	if (f->loss != SCORE_UNKNOWN && f->bearable != SCORE_UNKNOWN && f->loss > f->bearable)
		return (struct recommend){ TREAT_AVOID, instead, WHY_TOO_HIGH };
	if (f->annual != SCORE_UNKNOWN && f->controls != SCORE_UNKNOWN && f->controls > f->annual)
		return (struct recommend){ TREAT_RETAIN, 0, f->above ? WHY_DEAR_ABOVE : WHY_DEAR };
	if (!f->importance || !f->frequency)
		return (struct recommend){ 0, 0, WHY_UNKNOWN };
	if (f->importance == 2)
		return f->frequency == 2 ? (struct recommend){ TREAT_AVOID, TREAT_REDUCE, WHY_HIGH_OFTEN } : (struct recommend){ TREAT_TRANSFER, 0, WHY_HIGH_RARE };
	if (f->frequency == 2)
		return (struct recommend){ TREAT_REDUCE, 0, WHY_LOW_OFTEN };
	return f->above ? (struct recommend){ TREAT_REDUCE, 0, WHY_LOW_RARE_ABOVE } : (struct recommend){ TREAT_RETAIN, 0, WHY_LOW_RARE };
}

/* 2 in the upper half of a scale 1..max, 1 below, 0 unknown. */
static int half(int64_t level, int64_t max)
{
	return level == SCORE_UNKNOWN || max == SCORE_UNKNOWN ? 0 : level * 2 > max ? 2 : 1;
}

struct recommend_facts treatment_facts(const struct score_facts *s, int64_t loss, int64_t bearable, int64_t often_years, int64_t controls)
{
	struct recommend_facts f = { .loss = loss, .bearable = bearable, .annual = SCORE_UNKNOWN, .controls = controls };
	switch (s->method) {
	case METHOD_LEDGER:
		f.importance = half(s->importance, 2);
		f.frequency = half(s->damage_likelihood, 3);
		break;
	case METHOD_MULTIPLY:
		f.importance = half(s->value, s->factor_max);
		f.frequency = half(s->likelihood, s->factor_max);
		break;
	case METHOD_MATRIX:
		f.importance = half(s->impact, s->grid_size);
		f.frequency = half(s->likelihood, s->grid_size);
		break;
	case METHOD_ANNUAL:
		/* Half of what the company bears is much. */
		f.importance = half(loss, bearable);
		f.frequency = s->times == SCORE_UNKNOWN || s->years == SCORE_UNKNOWN ? 0 : s->times * often_years >= s->years && s->times > 0 ? 2 : 1;
		f.annual = score_annual(loss, s->times, s->years);
		break;
	default: break;
	}
	return f;
}

const struct setting treatment_settings[] = {
	{ .key = "risk.bearable_loss", .label = { "会社が耐えられる1回の損失（円）", "Loss of one event that the company bears (yen)" },
	  .hint = { "これを超えるリスクには、まず回避をすすめます。", "Above it the plan recommends to avoid." }, .section = { "対応のすすめ", "Recommendations" },
	  .type = FIELD_INTEGER, .min = 0, .max = 1000000000000, .value = 100000000, .need = NEED_SETTINGS },
	{ .key = "risk.often_years", .label = { "「よく起こる」とする年数", "Often: once in so many years" },
	  .hint = { "年間損失の方法で、この年数に1回以上起こるものを「よく起こる」とします。", "Annual loss: what happens once in so many years or more is often." },
	  .section = { "対応のすすめ", "Recommendations" }, .type = FIELD_INTEGER, .min = 1, .max = 100, .value = 3, .need = NEED_SETTINGS },
};
const size_t treatment_setting_count = COUNT_OF(treatment_settings);

/* ---- the register ---- */

static const struct derivation control_state = {
	.fields = (const char *const[]){ "control_state", NULL },
	.sql = "SELECT t.id, t.state FROM (SELECT r.id, r.control, c.state FROM risk_treatment r LEFT JOIN control_control c ON c.id = r.control) t",
	.depends = (const struct dependency[]){ { "control", "control", READS("state") } }, .dependencies = 1,
};

static const struct field treatment_fields[] = {
	{ .name = "name", .label = { "対応策", "Treatment" }, .hint = { "空欄なら、対策の名前になります。", "Blank: the name of the control." }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "risk", .label = { "リスク", "Risk" }, .type = FIELD_REFERENCE, .target = "risk", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_WHAT },
	{ .name = "control", .label = { "対策", "Control" }, .type = FIELD_REFERENCE, .target = "control", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_WHAT },
	{ .name = "unit", .label = { "担当部署", "Unit" }, .hint = { "リスクの担当部署と同じになります。", "The unit of the risk." }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_OWNER | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "factor", .label = { "下げるもの", "Lowers" }, .type = FIELD_CHOICE, .choice = factors, .choices = COUNT_OF(factors), .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_EFFECT },
	{ .name = "level", .label = { "対策後の点数", "Level afterwards" }, .hint = { "「下げるもの」が年間損失のときは使いません。", "Not used for annual loss." }, .type = FIELD_INTEGER, .min = 0,
	  .max = 10, .section = SECTION_EFFECT },
	{ .name = "reduction", .label = { "下がる割合（%）", "Taken away (%)" }, .hint = { "「下げるもの」が年間損失のときだけ使います。この対策でなくなる割合で、見積もりの根拠はメモに書きます。", "Used for annual loss only: the share taken away. Give grounds in the note." },
	  .type = FIELD_DECIMAL, .decimals = 2, .min = 0, .max = REDUCTION_WHOLE, .section = SECTION_EFFECT },
	{ .name = "control_state", .label = { "対策の状態", "State of the control" }, .type = FIELD_CHOICE, .choice = control_states, .choices = COUNT_OF(control_states),
	  .flags = FIELD_LIST | FIELD_FILTER, .derived = &control_state, .formula = { "対策の台帳にある状態", "As the register of controls has it" }, .section = SECTION_WORK },
	{ .name = "owner", .label = { "進める人", "Owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WORK },
	{ .name = "due_on", .label = { "期限", "Due" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_WORK },
	{ .name = "done_on", .label = { "終えた日", "Done on" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_COURSE, .section = SECTION_WORK },
	{ .name = "progress", .label = { "進み具合（%）", "Progress (%)" }, .type = FIELD_INTEGER, .min = 0, .max = 100, .flags = FIELD_LIST | FIELD_COURSE, .section = SECTION_WORK },
	{ .name = "note", .label = { "メモ", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_WORK },
};

static const struct value *of(const struct row *row, const char *field)
{
	return &row->v[reg_field(&reg_treatment, field)];
}

/* The unit of a risk; ERR_NOT_FOUND when it has none. */
static int unit_of_risk(struct reg_ctx *ctx, int64_t risk, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT unit FROM risk_risk WHERE unit IS NOT NULL AND id = ");
	sql_i64(&q, risk);
	return db_get_i64(ctx->conn, &q, ret);
}

static void treatment_fill(struct reg_ctx *ctx, struct row *row)
{
	const struct value *risk = of(row, "risk"), *control = of(row, "control");
	struct value *unit = &row->v[reg_field(&reg_treatment, "unit")], *name = &row->v[reg_field(&reg_treatment, "name")];
	int64_t id;
	if (!unit->known && risk->known && risk->i && unit_of_risk(ctx, risk->i, &id) == 0)
		*unit = (struct value){ .known = true, .i = id };
	if (!name->known && control->known && control->i) {
		struct sql q;
		struct str s;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT name FROM control_control WHERE id = ");
		sql_i64(&q, control->i);
		if (db_get_str(ctx->conn, &q, &s) == 0 && s.n)
			*name = (struct value){ .known = true, .s = s };
	}
}

#define FITS(f) (1u << (f))
/* A factor that the risk's method does not know would lower nothing, and a level beyond its scale means nothing. */
static void fits_method(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	static const struct { unsigned factors; msg_id why; } methods[] = {
		[METHOD_LEDGER] = { FITS(FACTOR_LIKELIHOOD), MSG_TREATMENT_FACTOR_LEDGER },
		[METHOD_MULTIPLY] = { FITS(FACTOR_LIKELIHOOD) | FITS(FACTOR_VALUE) | FITS(FACTOR_THREAT) | FITS(FACTOR_VULNERABILITY), MSG_TREATMENT_FACTOR_MULTIPLY },
		[METHOD_MATRIX] = { FITS(FACTOR_LIKELIHOOD) | FITS(FACTOR_IMPACT), MSG_TREATMENT_FACTOR_MATRIX },
		[METHOD_ANNUAL] = { FITS(FACTOR_LOSS), MSG_TREATMENT_FACTOR_ANNUAL },
	};
	const struct value *risk = of(after, "risk"), *factor = of(after, "factor"), *lowered = of(after, "level");
	struct sql q;
	struct risk_scale scale;
	int64_t assessment = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT assessment FROM risk_risk WHERE assessment IS NOT NULL AND id = ");
	sql_i64(&q, risk->known ? risk->i : 0);
	if (db_get_i64(ctx->conn, &q, &assessment) < 0 || risk_scale_of(ctx, assessment, &scale) < 0 || scale.method < METHOD_LEDGER || scale.method > METHOD_ANNUAL)
		return;
	/* What was written before the risk got another scale may stay until somebody changes it. */
	const bool same = before && of(before, "risk")->i == risk->i;
	if (factor->known && !(methods[scale.method].factors & FITS(factor->i)) && !(same && of(before, "factor")->i == factor->i))
		error_add(errors, reg_field(&reg_treatment, "factor"), NOTE0(methods[scale.method].why));
	if (lowered->known && scale.most != INT64_MAX && (lowered->i < scale.least || lowered->i > scale.most) && !(same && of(before, "level")->i == lowered->i))
		error_add(errors, reg_field(&reg_treatment, "level"), NOTE(MSG_RISK_OFF_SCALE, ARG_I(lowered->i), ARG_I(scale.least), ARG_I(scale.most)));
}

static void treatment_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	const struct reg *r = &reg_treatment;
	const struct value *unit = of(after, "unit");
	int64_t owner = 0;
	fits_method(ctx, before, after, errors);
	/* Rows are seen by their own unit: one of another unit would show a risk to people who may not see it. */
	if (of(after, "risk")->known && unit_of_risk(ctx, of(after, "risk")->i, &owner) != 0)
		owner = 0;
	const bool placed = !before || unit->known != of(before, "unit")->known || unit->i != of(before, "unit")->i ||
	                    of(after, "risk")->i != of(before, "risk")->i;
	if (placed && (unit->known ? unit->i : 0) != owner)
		error_add(errors, reg_field(r, "unit"), NOTE0(MSG_TREATMENT_UNIT));
}

static const struct reg_hooks treatment_hooks = { .fill = treatment_fill, .check = treatment_check };

/* What the control costs is approved with the treatment, as it was then. */
const struct frozen_fact treatment_frozen[] = {
	{ &reg_treatment, "control", &reg_control, "initial_cost" }, { &reg_treatment, "control", &reg_control, "running_cost" },
	{ &reg_treatment, "control", &reg_control, "event_cost" }, { &reg_treatment, "control", &reg_control, "yearly_cost" },
};
const size_t treatment_frozen_count = COUNT_OF(treatment_frozen);

const struct reg reg_treatment = {
	.name = "treatment", .room = "risk", .table = "risk_treatment", .code = "TRT",
	.label = { "対応策", "Treatments" },
	.about = { "どのリスクの何を、どの対策で、どこまで下げるか。残るリスクは「リスク対応計画」に出ます。",
	           "Which control lowers what of which risk, and how far. The treatment plan shows what remains." },
	.empty = { "リスクと対策を一つずつ選んで、結びます。", "Choose a risk and a control, and join them." },
	.icon = "link", .help = "risk", .field = treatment_fields, .fields = COUNT_OF(treatment_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL,
	                     [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT | OP_COMMENT, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &control_state }, .derives = 1, .hooks = &treatment_hooks,
};
