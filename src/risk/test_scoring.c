/* Scores: the figures of the source, rule by rule, and the register's statement against the plain functions over random
 * rows. */
#include "base/text/risk.h"
#include "tests/office.h"

#include "control/control.h"
#include "risk/scoring.h"
#include "risk/treatment.h"

static struct reg_view risks, assessments, sheets, threats, weaknesses, controls, treatments;

static int views(void **state)
{
	int e = office_up(state);
	struct db_conn *c = db_read_begin(db);
	if (reg_view_load(c, mem, &reg_risk, &risks) < 0 || reg_view_load(c, mem, &reg_assessment, &assessments) < 0 ||
	    reg_view_load(c, mem, &reg_loss_sheet, &sheets) < 0 || reg_view_load(c, mem, &reg_threat, &threats) < 0 ||
	    reg_view_load(c, mem, &reg_weakness, &weaknesses) < 0 || reg_view_load(c, mem, &reg_control, &controls) < 0 ||
	    reg_view_load(c, mem, &reg_treatment, &treatments) < 0)
		fail_msg("views");
	db_read_end(db, &c);
	return e;
}

/* ---- the functions ---- */

static void four_factors_as_printed(void **state)
{
	(void)state;
	assert_int_equal(score_multiply(2, 2, 2, 3, 3), 24);
	assert_int_equal(score_band(24, 17, SCORE_UNKNOWN), BAND_HIGH);
	assert_int_equal(score_multiply(2, 2, 2, 1, 3), 8);
	assert_int_equal(score_band(8, 17, SCORE_UNKNOWN), BAND_LOW);
	/* Nought in any factor means no risk, whatever the limits. */
	for (int zero = 0; zero < 4; zero++) {
		int64_t f[] = { 3, 3, 3, 3 };
		f[zero] = 0;
		assert_int_equal(score_multiply(f[0], f[1], f[2], f[3], 3), 0);
	}
	assert_int_equal(score_band(0, 17, 0), BAND_LOW);
	/* Nothing is guessed: an unknown factor, beside a nought too, and one that is not on the scale. */
	for (int unknown = 0; unknown < 4; unknown++) {
		int64_t f[] = { 3, 3, 3, 0 };
		f[unknown] = SCORE_UNKNOWN;
		assert_int_equal(score_multiply(f[0], f[1], f[2], f[3], 3), SCORE_UNKNOWN);
	}
	assert_int_equal(score_multiply(2, 2, 2, 4, 3), SCORE_UNKNOWN);
	assert_int_equal(score_multiply(2, 2, 2, 4, SCORE_UNKNOWN), 32);
	assert_int_equal(score_multiply(10, 10, 10, 10, 10), 10000);
}

static void bands_at_their_limits(void **state)
{
	(void)state;
	static const struct { int64_t score, limit, middle, band; } cases[] = {
		{ 17, 17, SCORE_UNKNOWN, BAND_LOW }, { 18, 17, SCORE_UNKNOWN, BAND_HIGH }, { 5, 17, 6, BAND_LOW }, { 6, 17, 6, BAND_MIDDLE },
		{ 17, 17, 6, BAND_MIDDLE }, { 18, 17, 6, BAND_HIGH }, { 0, 0, 0, BAND_LOW }, { 1, 0, 0, BAND_HIGH },
		{ SCORE_UNKNOWN, 17, 6, SCORE_UNKNOWN }, { 24, SCORE_UNKNOWN, 6, SCORE_UNKNOWN },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(score_band(cases[i].score, cases[i].limit, cases[i].middle), cases[i].band);
}

static void losses_as_printed(void **state)
{
	(void)state;
	/* 50,000 held, 40 % of them concerned, 27.86 million yen an event, once in ten years. */
	assert_int_equal(score_loss_persons(50000, 400000, 1), 20000);
	assert_int_equal(score_annual(27860000, 1, 10), 2786000);
	/* 30,000 yen x 50,000 persons x 1 % x 1/10. */
	assert_int_equal(score_loss_persons(50000, 10000, 30000), 15000000);
	assert_int_equal(score_annual(15000000, 1, 10), 1500000);
	/* 1,000 persons at 30,000 yen are worth 30 million; 10 % of it once in five years. */
	assert_int_equal(score_loss_exposure(30000000, 100000), 3000000);
	assert_int_equal(score_annual(3000000, 1, 5), 600000);
}

static void money_is_rounded_once_and_never_overflows(void **state)
{
	(void)state;
	assert_int_equal(score_annual(1, 1, 2), 1);            /* half up */
	assert_int_equal(score_annual(1, 1, 3), 0);
	assert_int_equal(score_annual(10, 1, 3), 3);
	assert_int_equal(score_annual(100, 0, 3), 0);
	assert_int_equal(score_annual(100, 1, 0), SCORE_UNKNOWN);
	assert_int_equal(score_annual(SCORE_UNKNOWN, 1, 1), SCORE_UNKNOWN);
	assert_int_equal(score_annual(100, SCORE_UNKNOWN, 1), SCORE_UNKNOWN);
	assert_int_equal(score_loss_exposure(3, 500000), 2);   /* 1.5 yen */
	assert_int_equal(score_loss_exposure(SCORE_YEN_MAX, SCORE_RATE), SCORE_YEN_MAX);
	assert_int_equal(score_loss_persons(1000000000, SCORE_RATE, 1000000000), SCORE_UNKNOWN); /* beyond what a loss may be */
	assert_int_equal(score_annual(SCORE_YEN_MAX, SCORE_TIMES_MAX, 1), SCORE_YEN_MAX * SCORE_TIMES_MAX);
}

static void grids_are_read_as_people_write_them(void **state)
{
	(void)state;
	char cells[SCORE_GRID_CELLS];
	size_t line;
	assert_int_equal(score_grid_parse(STR("中 大 大\n小 中 大\n小 小 中\n"), 3, cells, &line), 0);
	assert_memory_equal(cells, "112123233", 9);
	assert_int_equal(score_grid_parse(STR("2,3,3\n\n123\nL L M"), 3, cells, &line), 0);
	assert_memory_equal(cells, "112123233", 9);
	assert_int_equal(score_grid_band(cells, 3, 1, 3), 2);
	assert_int_equal(score_grid_band(cells, 3, 3, 1), 2);
	assert_int_equal(score_grid_band(cells, 3, 2, 1), 1);
	assert_int_equal(score_grid_band(cells, 3, 0, 1), SCORE_UNKNOWN);
	assert_int_equal(score_grid_band(cells, 3, 1, 4), SCORE_UNKNOWN);
	static const struct { const char *text; int64_t size; size_t line; } bad[] = {
		{ "大 大 大\n小 中\n小 小 小", 3, 2 }, { "大 大 大\n小 中 大 大\n小 小 小", 3, 2 }, { "大 大 大\n小 4 大\n小 小 小", 3, 2 },
		{ "大 大 大\n小 小 小", 3, 0 }, { "", 3, 0 }, { "1 1 1\n1 1 1\n1 1 1\n1 1 1", 3, 0 }, { "11\n11", 2, 0 }, { "1 x 1\n111\n111", 3, 1 },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		line = 77;
		assert_int_equal(score_grid_parse(str_of(bad[i].text), bad[i].size, cells, &line), ERR_INVALID);
		assert_int_equal(line, bad[i].line);
	}
	/* The standard grids: more likelihood or more impact never makes it better. */
	for (int64_t n = 3; n <= 5; n++) {
		score_grid_default(n, cells);
		for (int64_t l = 1; l <= n; l++)
			for (int64_t i = 1; i < n; i++) {
				assert_true(score_grid_band(cells, n, l, i) <= score_grid_band(cells, n, l, i + 1));
				assert_true(score_grid_band(cells, n, i, l) <= score_grid_band(cells, n, i + 1, l));
			}
		assert_int_equal(score_grid_band(cells, n, 1, 1), BAND_LOW);
		assert_int_equal(score_grid_band(cells, n, n, n), BAND_HIGH);
	}
}

/* ---- the register ---- */

static int64_t make_assessment(const char *name, const char *method)
{
	return made(CHANGE(&assessments, 0, "name", name, "method", method));
}

static void the_printed_figures_in_the_register(void **state)
{
	(void)state;
	int64_t factors = make_assessment("掛け算", "掛け算方式"), loss = make_assessment("金額", "ALE");
	assert_int_equal(level(&assessments, factors, "acceptance_limit"), 17);
	assert_int_equal(level(&assessments, factors, "factor_max"), 3);
	assert_int_equal(level(&assessments, loss, "acceptance_limit"), 2000000);
	struct change c = CHANGE(&risks, 0, "name", "持ち出し", "asset_value", "2", "threat_level", "2", "vulnerability_level", "2", "likelihood", "3");
	set_ref(&c, "assessment", factors);
	int64_t id = made(c);
	assert_int_equal(level(&risks, id, "method"), METHOD_MULTIPLY);
	assert_int_equal(level(&risks, id, "inherent_score"), 24);
	assert_int_equal(level(&risks, id, "inherent_band"), BAND_HIGH);
	assert_int_equal(level(&risks, id, "residual_score"), -1);
	assert_int_equal(level(&risks, id, "band"), BAND_HIGH);
	(void)made(CHANGE(&risks, id, "after_likelihood", "1"));
	assert_int_equal(level(&risks, id, "residual_score"), 8);
	assert_int_equal(level(&risks, id, "residual_band"), BAND_LOW);
	assert_int_equal(level(&risks, id, "band"), BAND_LOW);
	/* The company lowers what it accepts: every risk of the assessment follows. */
	(void)made(CHANGE(&assessments, factors, "acceptance_limit", "7"));
	assert_int_equal(level(&risks, id, "band"), BAND_HIGH);

	int64_t sheet = made(CHANGE(&sheets, 0, "name", "漏えい", "persons", "50000", "rate", "40", "staff", "5000000", "damages", "360000",
	                            "lawyers", "300000", "gifts", "14000000", "visits", "1100000", "notices", "0", "pages", "100000",
	                            "call_centre", "5000000"));
	assert_int_equal(level(&sheets, sheet, "concerned"), 20000);
	assert_int_equal(level(&sheets, sheet, "total"), -1); /* one of the nine is blank */
	c = CHANGE(&risks, 0, "name", "通販サイトの漏えい", "loss_kind", "sheet", "aro_times", "1", "aro_years", "10");
	set_ref(&c, "assessment", loss);
	set_ref(&c, "loss_sheet", sheet);
	id = made(c);
	assert_int_equal(level(&risks, id, "inherent_score"), -1);
	(void)made(CHANGE(&sheets, sheet, "desk", "2000000"));
	assert_int_equal(level(&sheets, sheet, "total"), 27860000);
	assert_int_equal(level(&risks, id, "loss"), 27860000);
	assert_int_equal(level(&risks, id, "inherent_score"), 2786000);
	assert_int_equal(level(&risks, id, "inherent_band"), BAND_HIGH);
	c = CHANGE(&risks, 0, "name", "名簿の漏えい", "loss_kind", "persons", "persons", "50000", "persons_rate", "1", "yen_per_person", "30000",
	           "aro_times", "1", "aro_years", "10");
	set_ref(&c, "assessment", loss);
	id = made(c);
	assert_int_equal(level(&risks, id, "inherent_score"), 1500000);
	assert_int_equal(level(&risks, id, "inherent_band"), BAND_LOW);
}

/* A score by annual loss reads as money, in a list of chosen columns too; one by another method is a plain number. */
static void annual_scores_are_yen(void **state)
{
	(void)state;
	int64_t loss = make_assessment("金額", "ALE"), factors = make_assessment("掛け算", "掛け算方式"), id[2];
	struct change c = CHANGE(&risks, 0, "name", "停止", "loss_kind", "persons", "persons", "1000", "persons_rate", "100", "yen_per_person", "27860", "aro_times", "1", "aro_years", "10");
	set_ref(&c, "assessment", loss);
	id[0] = made(c);
	c = CHANGE(&risks, 0, "name", "持ち出し", "asset_value", "2", "threat_level", "2", "vulnerability_level", "2", "likelihood", "3");
	set_ref(&c, "assessment", factors);
	id[1] = made(c);
	static const char *const text[] = { "2,786,000円", "24" };
	const int score = reg_field(&reg_risk, "inherent_score");
	bool columns[LIMIT_FIELDS] = { [0] = true };
	columns[score] = true;
	for (size_t i = 0; i < 2; i++) {
		struct db_conn *conn = db_read_begin(db);
		struct listing l;
		struct query q = { .view = &risks, .by = &lead, .op = OP_READ, .sort = SORT_NEWEST, .ids = &id[i], .id_count = 1, .columns = columns };
		assert_int_equal(reg_list(conn, mem, &q, &l), 0);
		db_read_end(db, &conn);
		assert_int_equal(l.rows, 1);
		const struct field shown = field_in_row(&reg_risk, &reg_risk.field[score], &l.row[0]);
		struct str said = value_str(mem, &shown, &l.row[0].v[score], FORM_VIEW, LANG_JA);
		if (!str_eq_z(said, text[i]))
			fail_msg("%.*s", STR_FMT(said));
	}
}

static void synonyms_of_treatments_are_understood(void **state)
{
	(void)state;
	static const struct { const char *word; int64_t kind; } words[] = {
		{ "回避", TREAT_AVOID }, { "avoid", TREAT_AVOID }, { "軽減", TREAT_REDUCE }, { "低減", TREAT_REDUCE }, { "mitigate", TREAT_REDUCE },
		{ "転嫁", TREAT_TRANSFER }, { "共有", TREAT_TRANSFER }, { "移転", TREAT_TRANSFER }, { "transfer", TREAT_TRANSFER },
		{ "受容", TREAT_RETAIN }, { "保有", TREAT_RETAIN }, { "許容", TREAT_RETAIN }, { "リスクの保有", TREAT_RETAIN }, { "移転（保険）", TREAT_TRANSFER }, { "accept", TREAT_RETAIN }, { "retain", TREAT_RETAIN },
	};
	int64_t a = make_assessment("言葉", "matrix");
	struct change c = CHANGE(&risks, 0, "name", "言葉を試す", "treatment_reason", "試験");
	set_ref(&c, "assessment", a);
	int64_t id = made(c);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		(void)made(CHANGE(&risks, id, "treatment", words[i].word));
		assert_int_equal(level(&risks, id, "treatment"), words[i].kind);
	}
}

static void refused_with_the_way_out(void **state)
{
	(void)state;
	struct written w;
	int64_t a = make_assessment("断る", "掛け算方式");
	struct change c = CHANGE(&risks, 0, "name", "もう採点した");
	set_ref(&c, "assessment", a);
	int64_t id = made(c);
	c = CHANGE(&assessments, a, "method", "マトリクス");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &assessments, "method"), MSG_RISK_METHOD_FIXED);
	c = CHANGE(&risks, id, "state", "対応済み");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &risks, "state"), MSG_RISK_STATE_WITHOUT_TREATMENT);
	c = CHANGE(&risks, id, "treatment", "保有");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &risks, "treatment"), MSG_RISK_RETAIN_WITHOUT_REASON);
	/* A level beyond the scale of the assessment (0 to 3 unless set). */
	c = CHANGE(&risks, id, "asset_value", "4");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &risks, "asset_value"), MSG_RISK_OFF_SCALE);
	c = CHANGE(&risks, id, "after_likelihood", "4", "impact", "9"); /* the impact is nothing that this method asks for */
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(w.errors.n, 1);
	assert_int_equal(error_at(&w, &risks, "after_likelihood"), MSG_RISK_OFF_SCALE);
	c = CHANGE(&risks, id, "loss_low", "5", "loss_likely", "4", "loss_high", "9");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &risks, "loss_likely"), MSG_RISK_RANGE_ORDER);
	c = CHANGE(&risks, id, "often_low", "0.1");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &risks, "often_high"), MSG_RISK_RANGE_INCOMPLETE);
	c = CHANGE(&risks, id, "reviewed_on", "2026-04-01", "next_review", "2026-04-01");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &risks, "next_review"), MSG_RISK_NEXT_BEFORE_REVIEW);
	c = CHANGE(&assessments, 0, "name", "マス目", "method", "matrix", "matrix_size", "3", "matrix_grid", "大大大\n小小\n小小小");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &assessments, "matrix_grid"), MSG_RISK_GRID_LINE);
	/* Bands never fall as likelihood or impact rise. */
	c = CHANGE(&assessments, 0, "name", "マス目", "method", "matrix", "matrix_size", "3", "matrix_grid", "中大大\n小中大\n大大大");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &assessments, "matrix_grid"), MSG_RISK_GRID_FALLS);
	c = CHANGE(&assessments, 0, "name", "マス目", "method", "matrix", "matrix_size", "3", "matrix_grid", "中大大\n小大中\n小小小");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &assessments, "matrix_grid"), MSG_RISK_GRID_FALLS);
	c = CHANGE(&assessments, a, "middle_limit", "18");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &assessments, "middle_limit"), MSG_RISK_MIDDLE_ABOVE_LIMIT);
	c = CHANGE(&weaknesses, 0, "name", "古い版", "found_on", "2026-04-02", "fixed_on", "2026-04-01");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &weaknesses, "fixed_on"), MSG_RISK_FIXED_BEFORE_FOUND);
}

/* ---- the statement against the functions ---- */

static uint64_t dice_state = 88172645463325252u;
static int64_t dice(int64_t n)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (int64_t)(dice_state % (uint64_t)n);
}
/* low..high, one time in five unknown. */
static int64_t throw(int64_t low, int64_t high)
{
	return dice(5) == 0 ? SCORE_UNKNOWN : low + dice(high - low + 1);
}

static void put(struct change *c, const char *field, int64_t v)
{
	if (v != SCORE_UNKNOWN)
		change_set(c, reg_view_field(c->view, str_of(field)), (struct value){ .known = true, .i = v });
}

static void assert_scored(int64_t id, const struct score_facts *f)
{
	const struct score want = score_of(f);
	assert_int_equal(level(&risks, id, "inherent_score"), want.inherent);
	assert_int_equal(level(&risks, id, "residual_score"), want.residual);
	assert_int_equal(level(&risks, id, "inherent_band"), want.inherent_band);
	assert_int_equal(level(&risks, id, "residual_band"), want.residual_band);
}

/* What the plan says of now is what the row says: its residual score, else the inherent one. */
static void assert_rest(int64_t id, const struct score_facts *f, const struct treatment_part *part, size_t n)
{
	const struct treatment_rest now = treatment_rest_of(f, part, n, UNTIL_NOW);
	const int64_t residual = level(&risks, id, "residual_score");
	assert_int_equal(residual != -1 ? residual : level(&risks, id, "inherent_score"), now.score);
	assert_int_equal(level(&risks, id, "band"), now.band);
}

/* A factor that a treatment of this method can lower. */
static int64_t fitting(int64_t method)
{
	static const int64_t of_product[] = { FACTOR_LIKELIHOOD, FACTOR_VALUE, FACTOR_THREAT, FACTOR_VULNERABILITY };
	return method == METHOD_ANNUAL ? FACTOR_LOSS : method == METHOD_LEDGER ? FACTOR_LIKELIHOOD
	     : method == METHOD_MATRIX ? FACTOR_LIKELIHOOD + dice(2) : of_product[dice(4)];
}

static void the_statement_says_the_same(void **state)
{
	(void)state;
	int64_t assets[4][4]; /* importance, likelihood 1-3 by frequency and vulnerability */
	for (int64_t i = 0; i < 4; i++)
		for (int64_t l = 0; l < 4; l++) {
			struct change c = CHANGE(&asset, 0, "name", str_z(mem, str_printf(mem, "資産%d-%d", (int)i, (int)l)),
			                         "threat_frequency_reason", "試験", "vulnerability_reason", "試験");
			put(&c, "confidentiality", i < 3 ? i : SCORE_UNKNOWN);
			put(&c, "integrity", i < 3 ? i : SCORE_UNKNOWN);
			put(&c, "availability", i < 3 ? i : SCORE_UNKNOWN);
			/* (3,1), (3,2), (3,3) give 1, 2, 3. */
			put(&c, "threat_frequency_set", l ? 3 : SCORE_UNKNOWN);
			put(&c, "vulnerability_set", l ? l : SCORE_UNKNOWN);
			assets[i][l] = made(c);
		}
	const int64_t control[2] = { made(CHANGE(&controls, 0, "name", "計画の対策", "state", "計画")), made(CHANGE(&controls, 0, "name", "ある対策", "state", "実施済み")) };
	for (int round = 0; round < 40; round++) {
		struct score_facts f = { .method = 1 + round % 4 };
		struct change c = CHANGE(&assessments, 0, "name", str_z(mem, str_printf(mem, "回%d", round)));
		put(&c, "method", f.method);
		f.limit = 1 + dice(20);
		f.middle = dice(2) ? SCORE_UNKNOWN : dice(f.limit + 1);
		f.factor_max = f.grid_size = 5; /* the widest, until the risks are there */
		struct score_facts all[25];
		int64_t ids[25];
		if (f.method == METHOD_ANNUAL)
			f.limit *= 100000;
		put(&c, "acceptance_limit", f.limit);
		put(&c, "factor_max", f.factor_max);
		put(&c, "matrix_size", f.grid_size);
		/* The ledger has a middle of its own from the settings. */
		if (f.method == METHOD_LEDGER && f.middle == SCORE_UNKNOWN)
			f.middle = 0;
		put(&c, "middle_limit", f.middle);
		f.grid = true;
		score_grid_default(f.grid_size, f.cells);
		int64_t assessment = made(c);
		for (int k = 0; k < 25; k++) {
			c = CHANGE(&risks, 0, "name", str_z(mem, str_printf(mem, "リスク%d", k)));
			set_ref(&c, "assessment", assessment);
			int64_t i = dice(4), l = dice(4);
			f.low_value = f.low_threat = f.low_vulnerability = f.low_likelihood = f.low_impact = SCORE_UNKNOWN;
			f.importance = i < 3 ? i : SCORE_UNKNOWN;
			f.damage_likelihood = l ? l : SCORE_UNKNOWN;
			set_ref(&c, "asset", assets[i][l]);
			const struct { const char *name; int64_t *to; int64_t low, high; } inputs[] = {
				{ "asset_value", &f.value, 0, 5 }, { "threat_level", &f.threat, 0, 5 }, { "vulnerability_level", &f.vulnerability, 0, 5 },
				{ "likelihood", &f.likelihood, 0, 5 }, { "impact", &f.impact, 0, 5 }, { "aro_times", &f.times, 0, 20 },
				{ "aro_years", &f.years, 1, 20 }, { "after_value", &f.after_value, 0, 5 }, { "after_threat", &f.after_threat, 0, 5 },
				{ "after_vulnerability", &f.after_vulnerability, 0, 5 }, { "after_likelihood", &f.after_likelihood, 0, 5 },
				{ "after_impact", &f.after_impact, 0, 5 }, { "after_loss", &f.after_loss, 0, 5000000 }, { "after_times", &f.after_times, 0, 20 },
				{ "after_years", &f.after_years, 1, 20 },
			};
			/* Half of the rows are not evaluated after treatment, or hardly. */
			for (size_t n = 0; n < COUNT_OF(inputs); n++) {
				*inputs[n].to = n > 6 && k % 2 && dice(4) ? SCORE_UNKNOWN : throw(inputs[n].low, inputs[n].high);
				const bool level = inputs[n].high == 5, ledger = f.method == METHOD_LEDGER;
				if (level && *inputs[n].to > (ledger ? 3 : 5))
					*inputs[n].to = 3;
				if (level && *inputs[n].to == 0 && f.method != METHOD_MULTIPLY)
					*inputs[n].to = 1;
				put(&c, inputs[n].name, *inputs[n].to);
			}
			int64_t value = throw(0, 90000000), rate = throw(0, SCORE_RATE), persons = throw(0, 60000), yen = throw(0, 50000), kind = throw(1, 3);
			put(&c, "value_yen", value);
			put(&c, "exposure", rate);
			put(&c, "persons", persons);
			put(&c, "persons_rate", rate);
			put(&c, "yen_per_person", yen);
			put(&c, "loss_kind", kind);
			f.loss = kind == LOSS_EXPOSURE ? score_loss_exposure(value, rate) : kind == LOSS_PERSONS ? score_loss_persons(persons, rate, yen) : SCORE_UNKNOWN;
			int64_t id = made(c);
			assert_scored(id, &f);
			all[k] = f, ids[k] = id;
			/* Treatments, half of them in place; then the control of all of them changes its state. */
			struct treatment_part part[3];
			int64_t treatment[3];
			const size_t parts = dice(3) ? (size_t)dice(4) : 0;
			for (size_t n = 0; n < parts; n++) {
				const size_t on = (size_t)dice(2);
				part[n] = (struct treatment_part){ fitting(f.method), throw(f.method == METHOD_MULTIPLY ? 0 : 1, 3), throw(0, SCORE_WHOLE), on ? CONTROL_IMPLEMENTED : CONTROL_PLANNED };
				struct change t = CHANGE(&treatments, 0, "name", str_z(mem, str_printf(mem, "策%d", (int)n)));
				set_ref(&t, "risk", id);
				set_ref(&t, "control", control[on]);
				put(&t, "factor", part[n].factor);
				put(&t, "level", part[n].level);
				put(&t, "reduction", part[n].reduction);
				treatment[n] = made(t);
			}
			if (!parts)
				continue;
			assert_rest(id, &f, part, parts);
			/* One is joined to the other control, one is taken away. */
			struct change t = change_new(mem, CHANGE_SAVE, &treatments, treatment[0]);
			set_ref(&t, "control", control[part[0].state == CONTROL_PLANNED]);
			(void)made(t);
			part[0].state = part[0].state == CONTROL_PLANNED ? CONTROL_IMPLEMENTED : CONTROL_PLANNED;
			assert_rest(id, &f, part, parts);
			for (size_t n = parts; n-- > 0;) {
				(void)made(change_new(mem, CHANGE_ARCHIVE, &treatments, treatment[n]));
				assert_rest(id, &f, part, n);
			}
		}
		/* The company makes its scale smaller: what is off it now has no score. */
		f.factor_max = 1 + dice(5);
		f.grid_size = 3 + dice(3);
		score_grid_default(f.grid_size, f.cells);
		c = change_new(mem, CHANGE_SAVE, &assessments, assessment);
		put(&c, "factor_max", f.factor_max);
		put(&c, "matrix_size", f.grid_size);
		(void)made(c);
		for (int k = 0; k < 25; k++) {
			all[k].factor_max = f.factor_max, all[k].grid_size = f.grid_size;
			memcpy(all[k].cells, f.cells, sizeof f.cells);
			assert_scored(ids[k], &all[k]);
		}
	}
}

static int seed_lists(struct db_conn *c, void *arg)
{
	(void)arg;
	struct principal system = auth_system();
	struct reg_ctx ctx = { .conn = c, .arena = mem, .by = &system, .key = office->key };
	return risk_seed_lists(&ctx);
}

static void what_ships_can_be_used(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, seed_lists, NULL), 0);
	assert_int_equal(number_of("SELECT count(*) FROM risk_device_check WHERE category IS NOT NULL AND note IS NOT NULL"), 17);
	assert_int_equal(number_of("SELECT count(DISTINCT kind) FROM risk_threat"), 4);
	assert_int_equal(number_of("SELECT count(DISTINCT stride) FROM risk_threat"), 6);
	struct change c = CHANGE(&weaknesses, 0, "name", "FS01が初期設定のまま", "item", "DCK-0004", "severity", "大");
	int64_t id = made(c);
	assert_int_equal(level(&weaknesses, id, "state"), 1);
	assert_true(at(&weaknesses, &(struct row[]){ row_of(&weaknesses, id) }[0], "found_on").known);
}

/* Another unit's risk is not there for a contact, and the assessment is nothing they may change. */
/* A weakness of a device names its row: its name stands for what was looked at, and the device leads back. */
static void a_weakness_names_its_device(void **state)
{
	(void)state;
	struct reg_view devices;
	struct db_conn *conn = db_read_begin(db);
	assert_int_equal(reg_view_load(conn, mem, &reg_device, &devices), 0);
	db_read_end(db, &conn);
	int64_t u = make_unit("情報課", 0);
	struct change c = CHANGE(&devices, 0, "name", "FS01", "number", "A-1");
	set_ref(&c, "unit", u);
	int64_t first = made(c), second = made(CHANGE(&devices, 0, "name", "FS02", "number", "A-2")), id[2];
	for (size_t i = 0; i < 2; i++) {
		c = CHANGE(&weaknesses, 0, "name", "初期設定のパスワードのまま");
		set_ref(&c, "device", i ? second : first);
		id[i] = made(c); /* the same weakness of another device is another row */
	}
	struct row row = row_of(&weaknesses, id[0]);
	assert_true(str_eq_z(at(&weaknesses, &row, "subject").s, "FS01"));
	assert_int_equal(at(&weaknesses, &row, "unit").i, u);
	row = row_of(&weaknesses, id[1]);
	assert_false(at(&weaknesses, &row, "unit").known);
	/* What somebody wrote stays. */
	c = CHANGE(&weaknesses, 0, "name", "古い版", "subject", "NASの管理画面");
	set_ref(&c, "device", first);
	row = row_of(&weaknesses, made(c));
	assert_true(str_eq_z(at(&weaknesses, &row, "subject").s, "NASの管理画面"));
}

static void a_contact_sees_their_own_unit(void **state)
{
	(void)state;
	struct written w;
	int64_t sales = make_unit("営業部", 0), stock = make_unit("倉庫", 0), a = make_assessment("範囲", "matrix");
	struct change c = CHANGE(&risks, 0, "name", "営業のリスク");
	set_ref(&c, "assessment", a);
	set_ref(&c, "unit", sales);
	int64_t theirs = made(c);
	struct principal p = person_of(ROLE_CONTACT, stock, "Contact");
	c = CHANGE(&risks, theirs, "likelihood", "1");
	assert_int_equal(save_by(&p, &c, &w), ERR_NOT_FOUND);
	c = CHANGE(&assessments, a, "acceptance_limit", "1000");
	assert_int_equal(save_by(&p, &c, &w), ERR_DENIED);
	c = CHANGE(&risks, 0, "name", "倉庫のリスク");
	set_ref(&c, "assessment", a);
	set_ref(&c, "unit", stock);
	assert_int_equal(save_by(&p, &c, &w), 0);
	/* A score is no field that anybody writes. */
	c = CHANGE(&risks, w.id, "likelihood", "3", "impact", "3");
	change_set(&c, reg_view_field(&risks, STR("inherent_score")), (struct value){ .known = true, .i = 1 });
	(void)save_by(&p, &c, &w);
	assert_int_not_equal(level(&risks, w.id, "inherent_score"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_factors_as_printed),
		cmocka_unit_test(bands_at_their_limits),
		cmocka_unit_test(losses_as_printed),
		cmocka_unit_test(money_is_rounded_once_and_never_overflows),
		cmocka_unit_test(grids_are_read_as_people_write_them),
		cmocka_unit_test_setup_teardown(the_printed_figures_in_the_register, views, office_down),
		cmocka_unit_test_setup_teardown(synonyms_of_treatments_are_understood, views, office_down),
		cmocka_unit_test_setup_teardown(annual_scores_are_yen, views, office_down),
		cmocka_unit_test_setup_teardown(refused_with_the_way_out, views, office_down),
		cmocka_unit_test_setup_teardown(the_statement_says_the_same, views, office_down),
		cmocka_unit_test_setup_teardown(what_ships_can_be_used, views, office_down),
		cmocka_unit_test_setup_teardown(a_weakness_names_its_device, views, office_down),
		cmocka_unit_test_setup_teardown(a_contact_sees_their_own_unit, views, office_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
