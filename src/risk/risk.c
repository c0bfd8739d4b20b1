/*
 * The register of risks. A risk belongs to one assessment, whose method says which of the inputs count; the scores are one
 * SQL statement, which says the same as scoring.h, and a test holds the two together.
 */
#include "base/text/risk.h"
#include "risk/pages.h"
#include "risk/scoring.h"
#include "risk/treatment.h"

#define SECTION_RISK { "リスク", "Risk" }
#define SECTION_FACTORS { "点数の入力（掛け算方式・マトリクス）", "Inputs: four factors and matrix" }
#define SECTION_LOSS { "金額の入力（年間損失）", "Inputs: annual loss" }
#define SECTION_AFTER { "対策後に見直した値", "As found after treatment" }
#define SECTION_RANGE { "幅のある見積もり", "Estimate as a range" }
#define SECTION_SCORE { "リスクの値", "Score" }
#define SECTION_TREATMENT { "対応", "Treatment" }

const struct choice risk_treatments[4] = {
	{ TREAT_AVOID, "avoid", { "回避", "Avoid" }, { "原因になる業務や保有をやめる。", "Stop what causes it." }, (const char *const[]){ "リスク回避", "リスクの回避", "除去", "terminate", NULL }, TONE_NEUTRAL },
	{ TREAT_REDUCE, "reduce", { "低減", "Reduce" }, { "対策をして下げる。", "Lower it by controls." }, (const char *const[]){ "軽減", "リスク低減", "リスクの低減", "最適化", "mitigate", "treat", "modify", NULL }, TONE_NEUTRAL },
	{ TREAT_TRANSFER, "transfer", { "移転", "Transfer" }, { "保険や委託で移す。", "Move it by insurance or contract." }, (const char *const[]){ "転嫁", "共有", "リスク移転", "リスク転嫁", "リスク共有", "リスクの移転", "移転（保険）", "保険", "share", NULL }, TONE_NEUTRAL },
	{ TREAT_RETAIN, "retain", { "保有", "Retain" }, { "理由を記録して受け入れる。", "Keep it, with the reason on record." }, (const char *const[]){ "受容", "リスク保有", "リスク受容", "リスクの保有", "リスクの受容", "許容", "容認", "accept", "tolerate", NULL }, TONE_NEUTRAL },
};

const struct choice risk_states[5] = {
	{ RISK_IDENTIFIED, "identified", { "洗い出し", "identified" }, { "書き出したが、まだ評価していない。", "Written down, not assessed yet." }, (const char *const[]){ "特定", NULL }, TONE_GREY },
	{ RISK_ANALYSED, "analysed", { "評価済み", "analysed" }, { "値が出て、対応を決めるところ。", "Scored; a treatment is to be decided." }, (const char *const[]){ "分析", "評価", NULL }, TONE_YELLOW },
	{ RISK_TREATED, "treated", { "対応済み", "treated" }, { "対策を行い、残りを見積もり直した。", "Controls are in place and the rest was assessed." }, (const char *const[]){ "対応", NULL }, TONE_BLUE },
	{ RISK_ACCEPTED, "accepted", { "受容", "accepted" }, { "理由と期限を決めて受け入れた。", "Accepted, with reason and term." }, (const char *const[]){ "承認済み", NULL }, TONE_GREEN },
	{ RISK_CLOSED, "closed", { "終了", "closed" }, { "もう当てはまらない。", "No longer applies." }, (const char *const[]){ "完了", NULL }, TONE_NEUTRAL },
};

static const struct choice loss_kinds[] = {
	{ LOSS_EXPOSURE, "exposure", { "資産の価値 × 損失率", "value × exposure" }, { "価値のうち、1回で失う割合。", "The share of the value that one event takes." }, NULL, TONE_NEUTRAL },
	{ LOSS_SHEET, "sheet", { "費用の積み上げ", "loss sheet" }, { "「損失の見積もり」の合計を使います。", "The total of a loss sheet." }, NULL, TONE_NEUTRAL },
	{ LOSS_PERSONS, "persons", { "人数 × 1人当たりの額", "persons × amount" }, { "人数 × 被害に遭う割合 × 1人当たりの額。", "Persons × share concerned × amount a person." }, NULL, TONE_NEUTRAL },
};

/* ---- what is derived ---- */

/* The loss of one event, as far as the row itself tells; a sheet's total joins in the statement below. */
static void loss_local(const struct reg *r, struct row *row)
{
	const struct value *kind = &row->v[reg_field(r, "loss_kind")], *value = &row->v[reg_field(r, "value_yen")],
	                   *exposure = &row->v[reg_field(r, "exposure")], *persons = &row->v[reg_field(r, "persons")],
	                   *rate = &row->v[reg_field(r, "persons_rate")], *yen = &row->v[reg_field(r, "yen_per_person")];
	int64_t loss = SCORE_UNKNOWN;
	if (kind->known && kind->i == LOSS_EXPOSURE && value->known && exposure->known)
		loss = score_loss_exposure(value->i, exposure->i);
	if (kind->known && kind->i == LOSS_PERSONS && persons->known && rate->known && yen->known)
		loss = score_loss_persons(persons->i, rate->i, yen->i);
	row->v[reg_field(r, "loss_own")] = (struct value){ .known = loss != SCORE_UNKNOWN, .i = loss == SCORE_UNKNOWN ? 0 : loss };
}
static const struct derivation risk_loss = {
	.fields = (const char *const[]){ "loss_own", NULL },
	.local = loss_local,
};

/* A factor within the scale of its assessment; anything else is not known to it. */
#define FACTOR(expr) "CASE WHEN f.factor_max IS NULL OR " expr " <= f.factor_max THEN " expr " END"
#define WITHIN(l, i) l " BETWEEN 1 AND f.grid AND " i " BETWEEN 1 AND f.grid"
#define ANNUAL(loss, times, years) \
	"CASE WHEN " years " > 0 THEN (" loss " * " times " * 2 + " years ") / (" years " * 2) END"
#define BAND(score, l, i) \
	"CASE WHEN s." score " IS NULL THEN NULL" \
	" WHEN s.method = 3 THEN CAST(substr(s.cells, (s." l " - 1) * s.grid + s." i ", 1) AS INTEGER)" \
	" WHEN s.lim IS NULL THEN NULL WHEN s." score " > s.lim THEN 3" \
	" WHEN s." score " > 0 AND s." score " >= s.mid THEN 2 ELSE 1 END"
/* Treatments whose control is in place. */
#define PLACED \
	"p AS NOT MATERIALIZED (SELECT id, risk, factor, level, reduction FROM risk_treatment WHERE archived = 0 AND control_state = 3" \
	" AND batch NOT IN " BATCH_HIDDEN ")"
/* The lowest level that one brings, where it is on the scale and lower than before. */
#define LOW(factor, least, before) \
	"(SELECT MIN(p.level) FROM p WHERE p.risk = r.id AND p.factor = " factor " AND p.level >= " least " AND p.level < " before ")"
#define CUT "p.risk = f.id AND p.factor = 6 AND p.reduction IS NOT NULL"
/* The shares taken off the annual loss one after the other, in the order of the treatments, as score_cut() does. */
#define REST(loss) \
	"(WITH RECURSIVE w(id, rest) AS (SELECT CAST(0 AS INTEGER), " loss " UNION ALL" \
	" SELECT p.id, w.rest / 10000 * (10000 - p.reduction) + (w.rest % 10000 * (10000 - p.reduction) + 5000) / 10000" \
	" FROM w JOIN p ON p.id = (SELECT MIN(p.id) FROM p WHERE " CUT " AND p.id > w.id))" \
	" SELECT w.rest FROM w ORDER BY w.id DESC LIMIT 1)"
#define LIMITS "a.acceptance_limit AS lim, a.middle_limit AS mid, a.factor_max, a.matrix_size AS grid, a.matrix_cells AS cells"
#define OF_ASSESSMENT "LEFT JOIN risk_assessment a ON a.id = r.assessment LEFT JOIN asset_asset x ON x.id = r.asset"

#define READS_OF_LIMITS "acceptance_limit", "middle_limit", "factor_max", "matrix_size", "matrix_cells"

static const struct derivation risk_inherent = {
	.fields = (const char *const[]){ "method", "loss", "inherent_score", "inherent_band", NULL },
	.sql = "SELECT t.id, t.method, t.loss, t.score, t.band"
	       " FROM (SELECT s.id, s.assessment, s.asset, s.loss_sheet, s.method, s.loss, s.score, " BAND("score", "likelihood", "impact") " AS band"
	       " FROM (SELECT f.*,"
	       " CASE f.method WHEN 1 THEN f.importance * f.damage"
	       " WHEN 2 THEN " FACTOR("f.asset_value") " * " FACTOR("f.threat_level") " * " FACTOR("f.vulnerability_level") " * " FACTOR("f.likelihood")
	       " WHEN 3 THEN CASE WHEN f.cells IS NOT NULL AND " WITHIN("f.likelihood", "f.impact") " THEN f.likelihood * f.impact END"
	       " WHEN 4 THEN " ANNUAL("f.loss", "f.aro_times", "f.aro_years") " END AS score"
	       " FROM (SELECT r.id, r.assessment, r.asset, r.loss_sheet, a.method, " LIMITS ", x.importance, x.damage_likelihood AS damage,"
	       " r.asset_value, r.threat_level, r.vulnerability_level, r.likelihood, r.impact, r.aro_times, r.aro_years,"
	       " CASE WHEN r.loss_kind = 2 THEN p.total ELSE r.loss_own END AS loss"
	       " FROM risk_risk r " OF_ASSESSMENT " LEFT JOIN risk_loss_sheet p ON p.id = r.loss_sheet) f) s) t",
	.depends = (const struct dependency[]){ { "assessment", "assessment", READS("method", READS_OF_LIMITS) },
		{ "asset", "asset", READS("importance", "damage_likelihood") }, { "loss_sheet", "loss_sheet", READS("total") } },
	.dependencies = 3,
};

/* After the inherent score, which it reads from the row. What the assessor found counts before what treatments in place tell. */
static const struct derivation risk_residual = {
	.fields = (const char *const[]){ "residual_score", "residual_band", "band", NULL },
	.sql = "SELECT t.id, t.score, t.rest_band, COALESCE(t.rest_band, t.inherent_band)"
	       " FROM (WITH " PLACED " SELECT s.id, s.assessment, s.asset, s.loss_sheet, s.score, s.inherent_band, " BAND("score", "likelihood", "impact") " AS rest_band"
	       " FROM (SELECT f.*,"
	       " CASE WHEN f.method = 1 AND f.likelihood_after IS NOT NULL THEN f.importance * f.likelihood_after"
	       " WHEN f.method = 2 AND COALESCE(f.value_after, f.threat_after, f.weak_after, f.likelihood_after) IS NOT NULL"
	       " THEN " FACTOR("f.asset_value") " * " FACTOR("f.threat") " * " FACTOR("f.weak") " * " FACTOR("f.likelihood")
	       " WHEN f.method = 3 AND COALESCE(f.likelihood_after, f.impact_after) IS NOT NULL AND f.cells IS NOT NULL"
	       " AND " WITHIN("f.likelihood", "f.impact") " THEN f.likelihood * f.impact"
	       " WHEN f.method = 4 AND COALESCE(f.after_loss, f.after_times, f.after_years) IS NOT NULL"
	       " THEN " ANNUAL("COALESCE(f.after_loss, f.loss)", "COALESCE(f.after_times, f.aro_times)", "COALESCE(f.after_years, f.aro_years)")
	       " WHEN f.method = 4 AND EXISTS (SELECT 1 FROM p WHERE " CUT ") THEN " REST("f.inherent_score")
	       " END AS score"
	       " FROM (SELECT g.*, COALESCE(g.value_after, g.value_now) AS asset_value, COALESCE(g.threat_after, g.threat_now) AS threat,"
	       " COALESCE(g.weak_after, g.weak_now) AS weak, COALESCE(g.likelihood_after, g.likelihood_now) AS likelihood,"
	       " COALESCE(g.impact_after, g.impact_now) AS impact"
	       " FROM (SELECT r.id, r.assessment, r.asset, r.loss_sheet, r.method, r.loss, r.inherent_score, r.inherent_band, " LIMITS ", x.importance,"
	       " r.asset_value AS value_now, r.threat_level AS threat_now, r.vulnerability_level AS weak_now, r.likelihood AS likelihood_now, r.impact AS impact_now,"
	       " COALESCE(r.after_value, " LOW("3", "0", "r.asset_value") ") AS value_after,"
	       " COALESCE(r.after_threat, " LOW("4", "0", "r.threat_level") ") AS threat_after,"
	       " COALESCE(r.after_vulnerability, " LOW("5", "0", "r.vulnerability_level") ") AS weak_after,"
	       " COALESCE(CASE WHEN r.method <> 1 OR r.after_likelihood BETWEEN 1 AND 3 THEN r.after_likelihood END, "
	       LOW("1", "CASE r.method WHEN 2 THEN 0 WHEN r.method THEN 1 END", "CASE r.method WHEN 1 THEN x.damage_likelihood ELSE r.likelihood END") ") AS likelihood_after,"
	       " COALESCE(r.after_impact, " LOW("2", "1", "r.impact") ") AS impact_after,"
	       " r.after_loss, r.after_times, r.after_years, r.aro_times, r.aro_years"
	       " FROM risk_risk r " OF_ASSESSMENT ") g) f) s) t",
	/* The loss comes from the row, where the inherent score has put it. */
	.depends = (const struct dependency[]){ { "assessment", "assessment", READS(READS_OF_LIMITS) },
		{ "asset", "asset", READS("importance", "damage_likelihood") }, { "loss_sheet", "loss_sheet" }, { .reg = "treatment", .back = "risk" } },
	.dependencies = 4,
};

static const struct derivation risk_lapsed = {
	.fields = (const char *const[]){ "lapsed", NULL },
	.sql = "SELECT t.id, CASE WHEN t.treatment IS NULL AND COALESCE(t.state, 0) NOT IN (4, 5) AND"
	       " (EXISTS (SELECT 1 FROM risk_acceptance w WHERE w.risk = t.id AND w.archived = 0 AND w.ended > 0 AND w.batch NOT IN " BATCH_HIDDEN ")"
	       " OR EXISTS (SELECT 1 FROM risk_acceptance w WHERE w.archived = 1 AND w.risk = t.id AND w.state = 1)) THEN 1 ELSE 0 END FROM risk_risk t",
	.depends = (const struct dependency[]){ { .reg = "acceptance", .back = "risk" } }, .dependencies = 1,
};

/* ---- fields ---- */

#define LEVEL(name_, ja, en, section_, hint_ja, hint_en) \
	{ .name = name_, .label = { ja, en }, .hint = { hint_ja, hint_en }, .type = FIELD_INTEGER, .min = 0, .max = 10, .section = section_ }
#define YEN(name_, ja, en, section_, hint_ja, hint_en) \
	{ .name = name_, .label = { ja, en }, .hint = { hint_ja, hint_en }, .type = FIELD_MONEY, .min = 0, .max = SCORE_YEN_MAX / 10, .section = section_ }

static const struct field risk_fields[] = {
	{ .name = "name", .label = { "リスク", "Risk" }, .hint = { "例：退職者による顧客名簿の持ち出し", "For example: a leaver takes the customer list along" },
	  .type = FIELD_TEXT, .max = 300, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_RISK,
	  .alias = (const char *const[]){ "リスク名", "リスクの名称", NULL } },
	{ .name = "scenario", .label = { "起こりかた", "Scenario" }, .hint = { "だれが、どうして、何が困るか。", "Who, how, and what is harmed." }, .type = FIELD_LONG_TEXT,
	  .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_RISK, .alias = (const char *const[]){ "リスクシナリオ", "シナリオ", NULL } },
	{ .name = "assessment", .label = { "リスク評価", "Assessment" }, .hint = { "方法は評価で決まります。", "It decides the method." }, .type = FIELD_REFERENCE,
	  .target = "assessment", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_RISK,
	  .alias = (const char *const[]){ "評価", NULL } },
	{ .name = "unit", .label = { "担当部署", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER | FIELD_GROW,
	  .section = SECTION_RISK, .alias = (const char *const[]){ "管理部署", "部署", NULL } },
	{ .name = "owner", .label = { "リスクの責任者", "Risk owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_RISK, .alias = (const char *const[]){ "リスク所有者", "リスクオーナー", NULL } },
	{ .name = "asset", .label = { "情報資産", "Information asset" }, .hint = { "台帳方式では、この資産の重要度と被害発生可能性を使います。", "The ledger method takes importance and likelihood from it." },
	  .type = FIELD_REFERENCE, .target = "asset", .flags = FIELD_FILTER, .section = SECTION_RISK },
	{ .name = "threat", .label = { "脅威", "Threat" }, .type = FIELD_REFERENCE, .target = "threat", .flags = FIELD_FILTER, .section = SECTION_RISK },
	{ .name = "weakness", .label = { "弱点", "Weakness" }, .type = FIELD_REFERENCE, .target = "weakness", .flags = FIELD_FILTER, .section = SECTION_RISK,
	  .alias = (const char *const[]){ "脆弱性", NULL } },
	LEVEL("asset_value", "資産価値", "Asset value", SECTION_FACTORS, "掛け算方式。0からその評価の最大値まで。", "Four factors: 0 to the highest of the assessment."),
	LEVEL("threat_level", "脅威の大きさ", "Threat", SECTION_FACTORS, "掛け算方式。", "Four factors."),
	LEVEL("vulnerability_level", "脆弱性の大きさ", "Vulnerability", SECTION_FACTORS, "掛け算方式。", "Four factors."),
	LEVEL("likelihood", "発生可能性", "Likelihood", SECTION_FACTORS, "掛け算方式とマトリクス。", "Four factors and matrix."),
	LEVEL("impact", "影響の大きさ", "Impact", SECTION_FACTORS, "マトリクス。", "Matrix."),
	{ .name = "loss_kind", .label = { "損失額の出し方", "How the loss is found" }, .type = FIELD_CHOICE, .choice = loss_kinds, .choices = COUNT_OF(loss_kinds),
	  .section = SECTION_LOSS },
	YEN("value_yen", "資産の価値（円）", "Value of the asset (yen)", SECTION_LOSS, "「資産の価値 × 損失率」で使います。", "For value × exposure."),
	{ .name = "exposure", .label = { "損失率（%）", "Exposure (%)" }, .hint = { "1回の事故で失う割合。", "The share that one event takes." }, .type = FIELD_DECIMAL,
	  .decimals = 4, .min = 0, .max = SCORE_RATE, .section = SECTION_LOSS },
	{ .name = "loss_sheet", .label = { "損失の見積もり", "Loss sheet" }, .hint = { "「費用の積み上げ」で使います。", "For a loss sheet." }, .type = FIELD_REFERENCE,
	  .target = "loss_sheet", .flags = FIELD_FILTER, .section = SECTION_LOSS },
	{ .name = "persons", .label = { "人数", "Persons" }, .hint = { "「人数 × 1人当たりの額」で使います。", "For persons × amount." }, .type = FIELD_INTEGER, .min = 0,
	  .max = 1000000000, .section = SECTION_LOSS },
	{ .name = "persons_rate", .label = { "被害に遭う割合（%）", "Share concerned (%)" }, .type = FIELD_DECIMAL, .decimals = 4, .min = 0, .max = SCORE_RATE,
	  .section = SECTION_LOSS },
	{ .name = "yen_per_person", .label = { "1人当たりの額（円）", "Yen a person" }, .type = FIELD_MONEY, .min = 0, .max = 1000000000, .section = SECTION_LOSS },
	{ .name = "aro_times", .label = { "起こる回数", "Times" }, .hint = { "10年に1回なら、回数1、年数10。", "Once in ten years: 1 and 10." }, .type = FIELD_INTEGER, .min = 0,
	  .max = SCORE_TIMES_MAX, .section = SECTION_LOSS },
	{ .name = "aro_years", .label = { "何年に", "In so many years" }, .type = FIELD_INTEGER, .min = 1, .max = 1000, .section = SECTION_LOSS },
	{ .name = "loss_own", .label = { "行から出る損失額", "Loss by this row" }, .type = FIELD_MONEY, .derived = &risk_loss,
	  .formula = { "資産の価値 × 損失率、または 人数 × 割合 × 1人当たりの額（円未満は四捨五入）", "value × exposure, or persons × share × amount, rounded to the yen" },
	  .section = SECTION_LOSS },
	LEVEL("after_likelihood", "対策後の発生可能性", "Likelihood afterwards", SECTION_AFTER, "対策を終えてから見直した値だけを入れます。入れた値は、対応策から出る値より優先します。台帳方式では1〜3。", "Only what was found once the controls are in place; it counts before what treatments tell. Ledger method: 1-3."),
	LEVEL("after_value", "対策後の資産価値", "Asset value afterwards", SECTION_AFTER, "掛け算方式。", "Four factors."),
	LEVEL("after_threat", "対策後の脅威", "Threat afterwards", SECTION_AFTER, "掛け算方式。", "Four factors."),
	LEVEL("after_vulnerability", "対策後の脆弱性", "Vulnerability afterwards", SECTION_AFTER, "掛け算方式。", "Four factors."),
	LEVEL("after_impact", "対策後の影響", "Impact afterwards", SECTION_AFTER, "マトリクス。", "Matrix."),
	YEN("after_loss", "対策後の1回の損失額（円）", "Loss of one event afterwards (yen)", SECTION_AFTER, "年間損失。", "Annual loss."),
	{ .name = "after_times", .label = { "対策後に起こる回数", "Times afterwards" }, .hint = { "年間損失。", "Annual loss." }, .type = FIELD_INTEGER, .min = 0, .max = SCORE_TIMES_MAX, .section = SECTION_AFTER },
	{ .name = "after_years", .label = { "対策後、何年に", "In so many years afterwards" }, .hint = { "年間損失。", "Annual loss." }, .type = FIELD_INTEGER, .min = 1, .max = 1000, .section = SECTION_AFTER },
	{ .name = "often_low", .label = { "年あたりの回数：少ない見込み", "Times a year: low" }, .hint = { "例：0.05（20年に1回）", "For example: 0.05, once in twenty years" }, .type = FIELD_DECIMAL,
	  .decimals = 4, .min = 0, .max = SCORE_TIMES_MAX * INT64_C(10000), .section = SECTION_RANGE },
	{ .name = "often_likely", .label = { "年あたりの回数：ありそうな見込み", "Times a year: likely" }, .type = FIELD_DECIMAL, .decimals = 4, .min = 0,
	  .max = SCORE_TIMES_MAX * INT64_C(10000), .section = SECTION_RANGE },
	{ .name = "often_high", .label = { "年あたりの回数：多い見込み", "Times a year: high" }, .type = FIELD_DECIMAL, .decimals = 4, .min = 0,
	  .max = SCORE_TIMES_MAX * INT64_C(10000), .section = SECTION_RANGE },
	YEN("loss_low", "1回の損失額：少ない見込み（円）", "Loss of one event: low (yen)", SECTION_RANGE, "これより少ないことは、まずない額。", "Hardly ever less."),
	YEN("loss_likely", "1回の損失額：ありそうな見込み（円）", "Loss of one event: likely (yen)", SECTION_RANGE, "いちばんありそうな額。", "The most likely amount."),
	YEN("loss_high", "1回の損失額：多い見込み（円）", "Loss of one event: high (yen)", SECTION_RANGE, "これより多いことは、まずない額。", "Hardly ever more."),
	{ .name = "method", .label = { "方法", "Method" }, .type = FIELD_CHOICE, .choice = risk_methods, .choices = 4, .flags = FIELD_FILTER, .derived = &risk_inherent,
	  .formula = { "評価で選んだ方法", "As the assessment has it" }, .section = SECTION_SCORE },
	{ .name = "loss", .label = { "1回の損失額（SLE）", "Loss of one event (SLE)" }, .type = FIELD_MONEY, .derived = &risk_inherent,
	  .formula = { "選んだ出し方による1回の損失額", "By the way chosen above" }, .section = SECTION_SCORE },
	{ .name = "inherent_score", .label = { "対策前のリスク値", "Inherent score" }, .type = FIELD_INTEGER, .min = 0, .max = SCORE_YEN_MAX * SCORE_TIMES_MAX,
	  .flags = FIELD_SORT | FIELD_FILTER, .derived = &risk_inherent, .yen_if = "method", .yen_is = METHOD_ANNUAL,
	  .formula = { "台帳方式：重要度×被害発生可能性　掛け算方式：資産価値×脅威×脆弱性×発生可能性　マトリクス：発生可能性×影響　年間損失：1回の損失額×回数÷年数（円）",
	               "Ledger: importance × likelihood of damage. Four factors: value × threat × vulnerability × likelihood. Matrix: likelihood × impact. Annual loss: loss of one event × times / years (yen)" },
	  .section = SECTION_SCORE },
	{ .name = "inherent_band", .label = { "対策前の区分", "Inherent band" }, .type = FIELD_CHOICE, .choice = risk_bands, .choices = 3, .flags = FIELD_FILTER,
	  .derived = &risk_inherent, .formula = { "評価の上限を超えると大、「中」とする値以上で中。マトリクスはマス目による", "Above the assessment's limit high, from its middle on middle; the matrix by its grid" },
	  .section = SECTION_SCORE },
	{ .name = "residual_score", .label = { "残留リスク値", "Residual score" }, .type = FIELD_INTEGER, .min = 0, .max = SCORE_YEN_MAX * SCORE_TIMES_MAX,
	  .flags = FIELD_SORT | FIELD_FILTER, .derived = &risk_residual, .yen_if = "method", .yen_is = METHOD_ANNUAL,
	  .formula = { "同じ式に、対策後に見直した値を入れたもの。なければ、実施済みの対策の対応策でいちばん低い点数を使う。年間損失は、下がる割合を対応策の順に差し引く（1回ごとに円未満を四捨五入）。どちらもなければ不明", "The same with what was found afterwards, else the lowest level by treatments whose control is in place; of the annual loss their shares one after the other, rounded to the yen each time. Unknown without either" }, .section = SECTION_SCORE },
	{ .name = "residual_band", .label = { "残留リスクの区分", "Residual band" }, .type = FIELD_CHOICE, .choice = risk_bands, .choices = 3, .flags = FIELD_FILTER,
	  .derived = &risk_residual, .formula = { "残留リスク値を、同じ基準で分けたもの", "The residual score by the same limits" }, .section = SECTION_SCORE },
	{ .name = "band", .label = { "いまの区分", "Band now" }, .type = FIELD_CHOICE, .choice = risk_bands, .choices = 3, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT,
	  .derived = &risk_residual, .formula = { "残留リスクの区分。なければ対策前の区分。計画しただけの対策では変わらない", "The residual one, else the inherent one; what is only planned changes nothing" },
	  .section = SECTION_SCORE },
	{ .name = "treatment", .label = { "対応方針", "Treatment" }, .type = FIELD_CHOICE, .choice = risk_treatments, .choices = 4, .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_TREATMENT, .alias = (const char *const[]){ "リスク対応", "対応", "対応区分", NULL } },
	{ .name = "treatment_reason", .label = { "そう決めた理由", "Reason" }, .type = FIELD_TEXT, .max = 1000, .flags = FIELD_SEARCH, .section = SECTION_TREATMENT },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = risk_states, .choices = 5, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_TREATMENT },
	{ .name = "lapsed", .label = { "受容が終わり、決め直していない", "Acceptance ended, undecided since" }, .type = FIELD_YES_NO, .flags = FIELD_FILTER, .derived = &risk_lapsed,
	  .formula = { "受容が終わったか取りやめになり、そのあと対応方針を決めていない", "An acceptance ended or was withdrawn, and no treatment was chosen since" }, .section = SECTION_TREATMENT },
	{ .name = "reviewed_on", .label = { "見直した日", "Reviewed on" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT, .section = SECTION_TREATMENT },
	{ .name = "next_review", .label = { "次の見直し", "Next review" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_TREATMENT },
};

struct value risk_today_value(struct arena *a)
{
	return (struct value){ .known = true, .s = date_iso(a, clock_today()) };
}

/* ---- what a method asks for ---- */

#define ONLY(m) (1u << (m))
static const struct {
	const char *field;
	unsigned methods;    /* ONLY() of those that use it; a field that is not here belongs to all */
	int64_t loss_kind;   /* of the annual loss: the one way to the loss that uses it, or 0 */
} used[] = {
	{ "asset_value", ONLY(METHOD_MULTIPLY), 0 }, { "threat_level", ONLY(METHOD_MULTIPLY), 0 }, { "vulnerability_level", ONLY(METHOD_MULTIPLY), 0 },
	{ "likelihood", ONLY(METHOD_MULTIPLY) | ONLY(METHOD_MATRIX), 0 }, { "impact", ONLY(METHOD_MATRIX), 0 },
	{ "loss_kind", ONLY(METHOD_ANNUAL), 0 }, { "value_yen", ONLY(METHOD_ANNUAL), LOSS_EXPOSURE }, { "exposure", ONLY(METHOD_ANNUAL), LOSS_EXPOSURE },
	{ "loss_sheet", ONLY(METHOD_ANNUAL), LOSS_SHEET }, { "persons", ONLY(METHOD_ANNUAL), LOSS_PERSONS }, { "persons_rate", ONLY(METHOD_ANNUAL), LOSS_PERSONS },
	{ "yen_per_person", ONLY(METHOD_ANNUAL), LOSS_PERSONS }, { "aro_times", ONLY(METHOD_ANNUAL), 0 }, { "aro_years", ONLY(METHOD_ANNUAL), 0 },
	{ "loss_own", ONLY(METHOD_ANNUAL), 0 }, { "loss", ONLY(METHOD_ANNUAL), 0 },
	{ "after_likelihood", ONLY(METHOD_LEDGER) | ONLY(METHOD_MULTIPLY) | ONLY(METHOD_MATRIX), 0 }, { "after_value", ONLY(METHOD_MULTIPLY), 0 },
	{ "after_threat", ONLY(METHOD_MULTIPLY), 0 }, { "after_vulnerability", ONLY(METHOD_MULTIPLY), 0 }, { "after_impact", ONLY(METHOD_MATRIX), 0 },
	{ "after_loss", ONLY(METHOD_ANNUAL), 0 }, { "after_times", ONLY(METHOD_ANNUAL), 0 }, { "after_years", ONLY(METHOD_ANNUAL), 0 },
	{ "often_low", ONLY(METHOD_ANNUAL), 0 }, { "often_likely", ONLY(METHOD_ANNUAL), 0 }, { "often_high", ONLY(METHOD_ANNUAL), 0 },
	{ "loss_low", ONLY(METHOD_ANNUAL), 0 }, { "loss_likely", ONLY(METHOD_ANNUAL), 0 }, { "loss_high", ONLY(METHOD_ANNUAL), 0 },
};

static bool uses(const struct field *f, int64_t method)
{
	for (size_t i = 0; i < COUNT_OF(used); i++)
		if (strcmp(used[i].field, f->name) == 0)
			return used[i].methods & ONLY(method);
	return true;
}

/* ---- rules ---- */

static void risk_fill(struct reg_ctx *ctx, struct row *row)
{
	(void)ctx;
	struct value *state = &row->v[reg_field(&reg_risk, "state")];
	if (!state->known)
		*state = (struct value){ .known = true, .i = RISK_IDENTIFIED };
}

static void rising(const struct row *row, const char *const *fields, struct error_list *errors)
{
	const struct reg *r = &reg_risk;
	size_t given = 0;
	for (size_t i = 0; i < 3; i++)
		given += row->v[reg_field(r, fields[i])].known;
	for (size_t i = 0; given && i < 3; i++) {
		int at = reg_field(r, fields[i]), prior = i ? reg_field(r, fields[i - 1]) : -1;
		if (!row->v[at].known)
			error_add(errors, at, NOTE0(MSG_RISK_RANGE_INCOMPLETE));
		else if (i && row->v[prior].known && row->v[at].i < row->v[prior].i)
			error_add(errors, at, NOTE0(MSG_RISK_RANGE_ORDER));
	}
}

int risk_scale_of(struct reg_ctx *ctx, int64_t assessment, struct risk_scale *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COALESCE(method, 0), CASE method WHEN 1 THEN 3 WHEN 2 THEN factor_max WHEN 3 THEN matrix_size END FROM risk_assessment WHERE id = ");
	sql_i64(&q, assessment);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(ctx->conn, &q, &s);
	if (e < 0)
		return e;
	*ret = (struct risk_scale){ stmt_i64(s, 0), score_least(stmt_i64(s, 0)), stmt_is_null(s, 1) ? INT64_MAX : stmt_i64(s, 1) };
	return 0;
}

/* A level beyond the scale would make the score unknown without a word. What stood there before the scale was made smaller may
 * stay. */
static void on_scale(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	static const char *const levels[] = { "asset_value", "threat_level", "vulnerability_level", "likelihood", "impact", "after_likelihood", "after_value",
	                                      "after_threat", "after_vulnerability", "after_impact" };
	const int assessment = reg_field(&reg_risk, "assessment");
	struct risk_scale scale;
	if (!after->v[assessment].known || risk_scale_of(ctx, after->v[assessment].i, &scale) < 0 || scale.most == INT64_MAX)
		return;
	const bool moved = !before || before->v[assessment].i != after->v[assessment].i;
	for (size_t i = 0; i < COUNT_OF(levels); i++) {
		const int at = reg_field(&reg_risk, levels[i]);
		const struct value *v = &after->v[at];
		if (!v->known || !uses(&reg_risk.field[at], scale.method) || (v->i >= scale.least && v->i <= scale.most))
			continue;
		if (moved || !before->v[at].known || before->v[at].i != v->i)
			error_add(errors, at, NOTE(MSG_RISK_OFF_SCALE, ARG_I(v->i), ARG_I(scale.least), ARG_I(scale.most)));
	}
}

static void risk_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	const struct reg *r = &reg_risk;
	static const char *const often[] = { "often_low", "often_likely", "often_high" }, *const loss[] = { "loss_low", "loss_likely", "loss_high" };
	int state = reg_field(r, "state"), treatment = reg_field(r, "treatment"), reason = reg_field(r, "treatment_reason");
	int reviewed = reg_field(r, "reviewed_on"), next = reg_field(r, "next_review");
	on_scale(ctx, before, after, errors);
	rising(after, often, errors);
	rising(after, loss, errors);
	if (after->v[state].known && after->v[state].i == RISK_TREATED && !after->v[treatment].known)
		error_add(errors, state, NOTE0(MSG_RISK_STATE_WITHOUT_TREATMENT));
	const struct value *was = before ? &before->v[state] : NULL;
	if (after->v[state].known && after->v[state].i == RISK_ACCEPTED && !(was && was->known && was->i == RISK_ACCEPTED) &&
	    !acceptance_holds(ctx->conn, ctx->arena, before ? before->id : 0))
		error_add(errors, state, NOTE0(MSG_RISK_STATE_WITHOUT_ACCEPTANCE));
	if (after->v[treatment].known && after->v[treatment].i == TREAT_RETAIN && !after->v[reason].known)
		error_add(errors, treatment, NOTE0(MSG_RISK_RETAIN_WITHOUT_REASON));
	if (after->v[reviewed].known && after->v[next].known && str_cmp(after->v[next].s, after->v[reviewed].s) <= 0)
		error_add(errors, next, NOTE0(MSG_RISK_NEXT_BEFORE_REVIEW));
}

static bool risk_idle(const struct row *row, const struct field *f)
{
	const struct value *method = &row->v[reg_field(&reg_risk, "method")], *kind = &row->v[reg_field(&reg_risk, "loss_kind")];
	for (size_t i = 0; method->known && i < COUNT_OF(used); i++)
		if (strcmp(used[i].field, f->name) == 0)
			return !(used[i].methods & ONLY(method->i)) || (used[i].loss_kind && kind->known && kind->i != used[i].loss_kind);
	return false;
}

static const struct reg_hooks risk_hooks = { .idle = risk_idle, .fill = risk_fill, .check = risk_check, .detail = risk_risk_detail, .list = risk_risk_list };

const struct reg reg_risk = {
	.name = "risk", .room = "risk", .table = "risk_risk", .code = "RSK",
	.label = { "リスクの台帳", "Risks" },
	.about = { "会社のリスクの一覧。どの評価に属するかで点数の出し方が決まります。点数は評価ごとの一覧で比べます。",
	           "The company's risks. The assessment decides how a risk is scored; compare scores on the assessment's own list." },
	.empty = { "まず「リスク評価」で方法を決め、そこからリスクを書きます。", "Begin with an assessment and its method, then write down risks." },
	.icon = "flame", .help = "risk", .field = risk_fields, .fields = COUNT_OF(risk_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL,
	                     [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT | OP_COMMENT, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &risk_loss, &risk_inherent, &risk_residual, &risk_lapsed }, .derives = 4, .hooks = &risk_hooks,
};
