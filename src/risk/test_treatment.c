/* Treatment: what remains, what is advised, rule by rule; acceptance, what it binds and what ends it. */
#include "base/text/plan.h"
#include "base/text/risk.h"
#include "tests/office.h"

#include "control/control.h"
#include "risk/overview.h"
#include "risk/plan.h"
#include "risk/treatment.h"

static struct reg_view risks, assessments, treatments, controls, acceptances;

static int up(void **state)
{
	int e = office_up(state);
	struct db_conn *c = db_read_begin(db);
	if (reg_view_load(c, mem, &reg_risk, &risks) < 0 || reg_view_load(c, mem, &reg_assessment, &assessments) < 0 ||
	    reg_view_load(c, mem, &reg_treatment, &treatments) < 0 || reg_view_load(c, mem, &reg_control, &controls) < 0 ||
	    reg_view_load(c, mem, &reg_acceptance, &acceptances) < 0)
		fail_msg("views");
	db_read_end(db, &c);
	return e;
}

#define U SCORE_UNKNOWN
#define NOTHING .method = U, .limit = U, .middle = U, .factor_max = U, .grid_size = U, .importance = U, .damage_likelihood = U, .value = U, .threat = U, \
	.vulnerability = U, .likelihood = U, .impact = U, .loss = U, .times = U, .years = U, .low_value = U, .low_threat = U, .low_vulnerability = U, .low_likelihood = U, \
	.low_impact = U, .after_value = U, .after_threat = U, .after_vulnerability = U, .after_likelihood = U, .after_impact = U, .after_loss = U, .after_times = U, .after_years = U

/* 2 x 2 x 2 x 3 = 24 against 17 is treated; likelihood down to 1 gives 8, which may be accepted. */
static void four_factors_as_printed(void **state)
{
	(void)state;
	struct score_facts f = { NOTHING };
	f.method = METHOD_MULTIPLY, f.limit = 17, f.factor_max = 3, f.value = f.threat = f.vulnerability = 2, f.likelihood = 3;
	struct treatment_part p[] = { { FACTOR_LIKELIHOOD, 1, U, CONTROL_PLANNED }, { FACTOR_LIKELIHOOD, 2, U, CONTROL_IMPLEMENTED } };
	struct treatment_rest r = treatment_rest_of(&f, p, 2, UNTIL_PLANNED);
	assert_int_equal(r.score, 8);
	assert_int_equal(r.band, BAND_LOW);
	r = treatment_rest_of(&f, p, 2, UNTIL_NOW); /* only the second is in place: 2 x 2 x 2 x 2 */
	assert_int_equal(r.score, 16);
	assert_int_equal(r.band, BAND_LOW);
	r = treatment_rest_of(&f, p, 1, UNTIL_NOW); /* nothing is in place: as before */
	assert_int_equal(r.score, 24);
	assert_int_equal(r.band, BAND_HIGH);
	p[0].level = 3; /* does not lower anything */
	assert_int_equal(treatment_rest_of(&f, p, 1, UNTIL_PLANNED).score, 24);
	p[0].level = U;
	assert_int_equal(treatment_rest_of(&f, p, 1, UNTIL_PLANNED).score, 24);
	p[0] = (struct treatment_part){ FACTOR_LIKELIHOOD, 1, U, CONTROL_STOPPED }; /* not even as planned */
	assert_int_equal(treatment_rest_of(&f, p, 1, UNTIL_PLANNED).score, 24);
	/* What is under way counts from the moment it was begun, and what is in no known state only as planned. */
	p[0].state = CONTROL_IN_PROGRESS;
	assert_int_equal(treatment_rest_of(&f, p, 1, UNTIL_NOW).score, 24);
	assert_int_equal(treatment_rest_of(&f, p, 1, UNTIL_BEGUN).score, 8);
	p[0].state = CONTROL_PLANNED;
	assert_int_equal(treatment_rest_of(&f, p, 1, UNTIL_BEGUN).score, 24);
	p[0].state = 0;
	assert_int_equal(treatment_rest_of(&f, p, 1, UNTIL_BEGUN).score, 24);
	assert_int_equal(treatment_rest_of(&f, p, 1, UNTIL_PLANNED).score, 8);
	f.threat = U; /* unknown stays unknown, whatever is planned */
	assert_int_equal(treatment_rest_of(&f, p, 2, UNTIL_PLANNED).score, U);
}

static void reductions_of_a_loss_multiply(void **state)
{
	(void)state;
	struct score_facts f = { NOTHING };
	f.method = METHOD_ANNUAL, f.limit = 2000000, f.loss = 27860000, f.times = 1, f.years = 10;
	struct treatment_part p[] = { { FACTOR_LOSS, U, 5000, CONTROL_IMPLEMENTED }, { FACTOR_LOSS, U, 5000, CONTROL_PLANNED }, { FACTOR_LIKELIHOOD, 1, U, CONTROL_IMPLEMENTED } };
	assert_int_equal(treatment_rest_of(&f, p, 0, UNTIL_PLANNED).score, 2786000);
	assert_int_equal(treatment_rest_of(&f, p, 3, UNTIL_NOW).score, 1393000);
	assert_int_equal(treatment_rest_of(&f, p, 3, UNTIL_PLANNED).score, 696500);
	assert_int_equal(treatment_rest_of(&f, p, 3, UNTIL_PLANNED).band, BAND_LOW);
	p[0].reduction = REDUCTION_WHOLE;
	assert_int_equal(treatment_rest_of(&f, p, 3, UNTIL_NOW).score, 0);
}

static void advice_by_rule(void **state)
{
	(void)state;
	static const struct { struct recommend_facts f; int treatment, otherwise; enum recommend_why why; } t[] = {
		{ { 2, 2, U, U, U, U }, TREAT_AVOID, TREAT_REDUCE, WHY_HIGH_OFTEN },
		{ { 1, 2, U, U, U, U }, TREAT_REDUCE, 0, WHY_LOW_OFTEN },
		{ { 2, 1, U, U, U, U }, TREAT_TRANSFER, 0, WHY_HIGH_RARE },
		{ { 1, 1, U, U, U, U }, TREAT_RETAIN, 0, WHY_LOW_RARE },
		{ { 0, 1, U, U, U, U }, 0, 0, WHY_UNKNOWN },
		{ { 1, 0, U, U, U, U }, 0, 0, WHY_UNKNOWN },
		{ { 1, 1, 101, 100, U, U }, TREAT_AVOID, TREAT_TRANSFER, WHY_TOO_HIGH },
		{ { 1, 2, 101, 100, U, U }, TREAT_AVOID, TREAT_REDUCE, WHY_TOO_HIGH },
		{ { 1, 2, 100, 100, U, U }, TREAT_REDUCE, 0, WHY_LOW_OFTEN },       /* what is just borne is borne */
		{ { 2, 2, U, U, 2000000, 3000000 }, TREAT_RETAIN, 0, WHY_DEAR },
		{ { 2, 2, U, U, 3000000, 3000000 }, TREAT_AVOID, TREAT_REDUCE, WHY_HIGH_OFTEN },
		{ { 2, 2, 101, 100, 2, 3 }, TREAT_AVOID, TREAT_REDUCE, WHY_TOO_HIGH }, /* ruin is not retained for being cheap */
		/* Above the limit: never for being small or rare; for controls dearer than the loss, and by name. */
		{ { 1, 1, U, U, U, U, true }, TREAT_REDUCE, 0, WHY_LOW_RARE_ABOVE },
		{ { 1, 1, U, U, 5000000, 1000000, true }, TREAT_REDUCE, 0, WHY_LOW_RARE_ABOVE },
		{ { 1, 1, U, U, 5000000, 5000001, true }, TREAT_RETAIN, 0, WHY_DEAR_ABOVE },
		{ { 1, 2, U, U, U, U, true }, TREAT_REDUCE, 0, WHY_LOW_OFTEN },
		{ { 2, 1, U, U, U, U, true }, TREAT_TRANSFER, 0, WHY_HIGH_RARE },
	};
	for (size_t i = 0; i < COUNT_OF(t); i++) {
		struct recommend r = treatment_recommend(&t[i].f);
		assert_int_equal(r.treatment, t[i].treatment);
		assert_int_equal(r.otherwise, t[i].otherwise);
		assert_int_equal(r.why, t[i].why);
	}
	struct score_facts s = { NOTHING };
	s.method = METHOD_MULTIPLY, s.factor_max = 3, s.value = 2, s.likelihood = 1;
	struct recommend_facts f = treatment_facts(&s, U, U, 3, U);
	assert_int_equal(f.importance, 2);
	assert_int_equal(f.frequency, 1);
	s.method = METHOD_ANNUAL, s.times = 1, s.years = 3;
	f = treatment_facts(&s, 60, 100, 3, U);
	assert_int_equal(f.importance, 2);
	assert_int_equal(f.frequency, 2);
	assert_int_equal(f.annual, 20);
	s.years = 4;
	assert_int_equal(treatment_facts(&s, 50, 100, 3, U).frequency, 1);
	assert_int_equal(treatment_facts(&s, 50, 100, 3, U).importance, 1);
	s.times = U;
	assert_int_equal(treatment_facts(&s, 50, 100, 3, U).frequency, 0);
}

/* ---- the registers ---- */

static int64_t make_risk(const char *name, int64_t department)
{
	int64_t a = made(CHANGE(&assessments, 0, "name", name, "method", "掛け算方式"));
	struct change c = CHANGE(&risks, 0, "name", name, "asset_value", "2", "threat_level", "2", "vulnerability_level", "2", "likelihood", "2");
	set_ref(&c, "assessment", a);
	set_ref(&c, "unit", department);
	return made(c);
}

static void treatments_belong_to_the_unit_of_their_risk(void **state)
{
	(void)state;
	int64_t here = make_unit("営業部", 0), there = make_unit("製造部", 0), risk = make_risk("持ち出し", here);
	int64_t control = made(CHANGE(&controls, 0, "name", "媒体の制限", "state", "計画"));
	struct change c = CHANGE(&treatments, 0, "factor", "likelihood", "level", "1");
	struct written w;
	set_ref(&c, "risk", risk);
	set_ref(&c, "control", control);
	int64_t id = made(c);
	assert_int_equal(level(&treatments, id, "unit"), here);
	assert_int_equal(level(&treatments, id, "control_state"), CONTROL_PLANNED);
	struct row row = row_of(&treatments, id);
	assert_true(str_eq(at(&treatments, &row, "name").s, STR("媒体の制限")));
	(void)made(CHANGE(&controls, control, "state", "実施済み"));
	assert_int_equal(level(&treatments, id, "control_state"), CONTROL_IMPLEMENTED);
	/* Another unit's people would see a risk that is not theirs. */
	c = CHANGE(&treatments, id, "note", "移す");
	set_ref(&c, "unit", there);
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &treatments, "unit"), MSG_TREATMENT_UNIT);
	struct principal other = person_of(ROLE_CONTACT, there, "見本 製造");
	struct reg_ctx ctx = ctx_of(&other);
	struct db_conn *conn = db_read_begin(db);
	assert_int_equal(reg_get(conn, mem, &other, &treatments, id, &row), ERR_NOT_FOUND);
	db_read_end(db, &conn);
	c = CHANGE(&treatments, id, "progress", "50");
	assert_int_equal(reg_save(db, &ctx, &c, &w), ERR_NOT_FOUND);
}

static void a_factor_fits_the_method(void **state)
{
	(void)state;
	static const struct { const char *method, *wrong, *right, *level, *far; msg_id why; } t[] = {
		{ "掛け算方式", "年間損失", "脅威", "1", "4", MSG_TREATMENT_FACTOR_MULTIPLY }, { "マトリクス", "脆弱性", "影響の大きさ", "1", "0", MSG_TREATMENT_FACTOR_MATRIX },
		{ "台帳方式", "影響の大きさ", "発生可能性", "1", "4", MSG_TREATMENT_FACTOR_LEDGER }, { "年間損失", "発生可能性", "年間損失", "", NULL, MSG_TREATMENT_FACTOR_ANNUAL },
	};
	int64_t control = made(CHANGE(&controls, 0, "name", "対策"));
	for (size_t i = 0; i < COUNT_OF(t); i++) {
		struct written w;
		struct change c = CHANGE(&risks, 0, "name", "あるリスク");
		set_ref(&c, "assessment", made(CHANGE(&assessments, 0, "name", t[i].method, "method", t[i].method)));
		int64_t risk = made(c);
		c = CHANGE(&treatments, 0, "factor", t[i].wrong, "level", t[i].level);
		set_ref(&c, "risk", risk);
		set_ref(&c, "control", control);
		assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
		assert_int_equal(error_at(&w, &treatments, "factor"), t[i].why);
		change_set_text(&c, mem, "factor", t[i].right);
		int64_t id = made(c);
		if (!t[i].far)
			continue;
		c = CHANGE(&treatments, id, "level", t[i].far);
		assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
		assert_int_equal(error_at(&w, &treatments, "level"), MSG_RISK_OFF_SCALE);
	}
}

static struct change acceptance_of(int64_t risk, int64_t by)
{
	struct change c = CHANGE(&acceptances, 0, "kind", "影響が小さい", "reason", "年に数件で、被害は小さい", "until", "2027-03-31", "residual_confirmed", "はい",
	                         "damage_bearable", "はい", "watch", "件数を毎月数える", "occurrence_limit", "5");
	set_ref(&c, "risk", risk);
	set_ref(&c, "accepted_by", by);
	return c;
}

static int64_t rounds(void)
{
	int64_t ended = -1;
	assert_int_equal(acceptance_round(db, office->key, &ended), 0);
	return ended;
}

static void day(int year, int month, int d)
{
	clock_set_for_test(clock_instant((struct date){ year, month, d }) + 10 * 3600000, true);
}

static int64_t figure_of_reason(msg_id id)
{
	struct db_conn *c = db_read_begin(db);
	struct signal s = { 0 };
	assert_int_equal(risk_signal_load(c, mem, &lead, &s), 0);
	db_read_end(db, &c);
	for (size_t i = 0; i < s.reasons; i++)
		if (s.reason[i].why.id == id)
			return s.reason[i].why.arg[0].i;
	return 0;
}

/* It has to be decided again: nobody retains it, and the signal names it until somebody has decided. */
static void assert_open_again(int64_t risk)
{
	assert_int_equal(level(&risks, risk, "state"), RISK_ANALYSED);
	assert_int_equal(level(&risks, risk, "treatment"), -1);
	struct row row = row_of(&risks, risk);
	assert_false(at(&risks, &row, "treatment_reason").known);
	assert_int_equal(level(&risks, risk, "lapsed"), 1);
	assert_int_equal(figure_of_reason(MSG_RISK_SIGNAL_LAPSED), 1);
	(void)made(CHANGE(&risks, risk, "treatment", "低減"));
	assert_int_equal(level(&risks, risk, "lapsed"), 0);
	assert_int_equal(figure_of_reason(MSG_RISK_SIGNAL_LAPSED), 0);
	(void)made(CHANGE(&risks, risk, "treatment", ""));
}

static void an_acceptance_ends_with_its_term(void **state)
{
	(void)state;
	int64_t risk = make_risk("紛失", 0), by = made(CHANGE(&person, 0, "name", "見本 部長"));
	int64_t id = made(acceptance_of(risk, by));
	assert_int_equal(level(&risks, risk, "state"), RISK_ACCEPTED);
	assert_int_equal(level(&risks, risk, "treatment"), TREAT_RETAIN);
	assert_int_equal(level(&acceptances, id, "state"), ACCEPTANCE_VALID);
	assert_int_equal(level(&acceptances, id, "risk_score"), 16);
	assert_int_equal(level(&acceptances, id, "risk_revision"), row_of(&risks, risk).revision);
	day(2027, 3, 31);
	assert_int_equal(rounds(), 0); /* the last day is within it */
	day(2027, 4, 1);
	assert_int_equal(rounds(), 1);
	assert_int_equal(level(&acceptances, id, "state"), ACCEPTANCE_EXPIRED);
	assert_open_again(risk);
	int64_t revision = row_of(&risks, risk).revision;
	assert_int_equal(rounds(), 0); /* once is enough */
	assert_int_equal(row_of(&risks, risk).revision, revision);
}

static void too_many_occurrences_open_the_risk(void **state)
{
	(void)state;
	int64_t risk = make_risk("誤送信", 0), by = made(CHANGE(&person, 0, "name", "見本 部長")), id = made(acceptance_of(risk, by));
	(void)made(CHANGE(&acceptances, id, "occurrences", "5"));
	assert_int_equal(rounds(), 0);
	(void)made(CHANGE(&acceptances, id, "occurrences", "6"));
	assert_int_equal(rounds(), 1);
	assert_int_equal(level(&acceptances, id, "state"), ACCEPTANCE_EXCEEDED);
	assert_open_again(risk);
}

static void a_risk_that_rose_is_open_again(void **state)
{
	(void)state;
	int64_t risk = make_risk("改ざん", 0), by = made(CHANGE(&person, 0, "name", "見本 部長")), id = made(acceptance_of(risk, by));
	(void)made(CHANGE(&risks, risk, "likelihood", "1"));
	assert_int_equal(rounds(), 0);
	(void)made(CHANGE(&risks, risk, "likelihood", "3"));
	assert_int_equal(rounds(), 1);
	assert_int_equal(level(&acceptances, id, "state"), ACCEPTANCE_CHANGED);
	assert_open_again(risk);
}

/* Accepted before anybody scored it: the first score asks again. */
static void an_unscored_risk_is_open_again_when_it_is_scored(void **state)
{
	(void)state;
	int64_t by = made(CHANGE(&person, 0, "name", "見本 部長")), a = made(CHANGE(&assessments, 0, "name", "未評価", "method", "掛け算方式"));
	struct change c = CHANGE(&risks, 0, "name", "未評価");
	set_ref(&c, "assessment", a);
	int64_t risk = made(c), id = made(acceptance_of(risk, by));
	assert_int_equal(level(&risks, risk, "state"), RISK_ACCEPTED);
	assert_int_equal(level(&acceptances, id, "risk_score"), -1);
	assert_int_equal(rounds(), 0);
	(void)made(CHANGE(&risks, risk, "asset_value", "2", "threat_level", "2", "vulnerability_level", "2", "likelihood", "1"));
	assert_int_equal(rounds(), 1);
	assert_int_equal(level(&acceptances, id, "state"), ACCEPTANCE_CHANGED);
	assert_open_again(risk);
}

/* Of two acceptances the second still holds when the first ends. */
static void another_acceptance_keeps_the_risk(void **state)
{
	(void)state;
	int64_t risk = make_risk("停電", 0), by = made(CHANGE(&person, 0, "name", "見本 部長"));
	(void)made(acceptance_of(risk, by));
	day(2027, 3, 1);
	struct change c = acceptance_of(risk, by);
	change_set_text(&c, mem, "until", "2028-03-31");
	(void)made(c);
	day(2027, 4, 1);
	assert_int_equal(rounds(), 1);
	assert_int_equal(level(&risks, risk, "state"), RISK_ACCEPTED);
}

/* Nobody accepts a risk by choosing a word: the record of who and until when comes first. */
static void accepted_by_a_record_only(void **state)
{
	(void)state;
	int64_t risk = make_risk("盗難", 0), by = made(CHANGE(&person, 0, "name", "見本 部長"));
	struct written w;
	struct change c = CHANGE(&risks, risk, "state", "受容", "treatment", "保有", "treatment_reason", "小さい");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &risks, "state"), MSG_RISK_STATE_WITHOUT_ACCEPTANCE);
	c = CHANGE(&risks, 0, "name", "新しい", "state", "受容", "treatment", "保有", "treatment_reason", "小さい");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &risks, "state"), MSG_RISK_STATE_WITHOUT_ACCEPTANCE);
	int64_t id = made(acceptance_of(risk, by));
	(void)made(CHANGE(&risks, risk, "state", "評価済み"));
	(void)made(CHANGE(&risks, risk, "state", "受容")); /* it still holds */
	(void)made(CHANGE(&risks, risk, "state", "評価済み"));
	/* Past its term, or more often than set, before the round has come by. */
	(void)made(CHANGE(&acceptances, id, "occurrences", "6"));
	c = CHANGE(&risks, risk, "state", "受容");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	(void)made(CHANGE(&acceptances, id, "occurrences", "5"));
	day(2027, 4, 1);
	c = CHANGE(&risks, risk, "state", "受容");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
}

static void acceptance_refuses_what_is_not_looked_at(void **state)
{
	(void)state;
	int64_t risk = make_risk("火災", 0), by = made(CHANGE(&person, 0, "name", "見本 部長"));
	static const struct { const char *field, *value; msg_id why; } wrong[] = {
		{ "until", "2026-11-20", MSG_ACCEPTANCE_UNTIL }, { "occurrence_limit", "", MSG_ACCEPTANCE_LIMIT },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct written w;
		struct change c = acceptance_of(risk, by);
		change_set_text(&c, mem, wrong[i].field, wrong[i].value);
		assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
		assert_int_equal(error_at(&w, &acceptances, wrong[i].field), wrong[i].why);
	}
	assert_int_equal(level(&risks, risk, "state"), RISK_IDENTIFIED);
	/* Not looked at: it is written down, and holds nothing until it is. */
	struct change waiting = acceptance_of(risk, by);
	change_set_text(&waiting, mem, "residual_confirmed", "いいえ");
	int64_t w_id = made(waiting);
	assert_int_equal(level(&acceptances, w_id, "state"), ACCEPTANCE_WAITING);
	assert_int_equal(level(&risks, risk, "state"), RISK_IDENTIFIED);
	(void)made(CHANGE(&acceptances, w_id, "residual_confirmed", "はい"));
	assert_int_equal(level(&acceptances, w_id, "state"), ACCEPTANCE_VALID);
	assert_int_equal(level(&risks, risk, "state"), RISK_ACCEPTED);
	(void)made(CHANGE(&acceptances, w_id, "damage_bearable", ""));
	assert_int_equal(level(&risks, risk, "state"), RISK_ANALYSED);
	risk = make_risk("水害", 0);
	/* A contact does not accept; nobody writes its state by hand. */
	struct written w;
	struct change c = acceptance_of(risk, by);
	assert_int_equal(save_by(&contact, &c, &w), ERR_DENIED);
	int64_t id = made(acceptance_of(risk, by));
	c = CHANGE(&acceptances, id, "ended", "期限切れ");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	/* Withdrawn: the risk is open again. */
	c = change_new(mem, CHANGE_ARCHIVE, &acceptances, id);
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_open_again(risk);
}

/* A control that lowers several risks is charged to each in equal shares, and advice and next step say the same. */
static void what_a_control_costs_is_shared(void **state)
{
	(void)state;
	int64_t a = made(CHANGE(&assessments, 0, "name", "金額", "method", "年間損失")), risk[3];
	int64_t control = made(CHANGE(&controls, 0, "name", "監視", "state", "計画", "running_cost", "9000001", "initial_cost", "0", "life_years", "1"));
	for (size_t i = 0; i < COUNT_OF(risk); i++) {
		struct change c = CHANGE(&risks, 0, "name", str_z(mem, str_printf(mem, "漏えい%d", (int)i)), "loss_kind", "exposure", "value_yen", "25000000", "exposure", "100",
		                         "aro_times", "1", "aro_years", "5");
		set_ref(&c, "assessment", a);
		risk[i] = made(c);
		struct change t = CHANGE(&treatments, 0, "factor", "年間損失", "reduction", "50");
		set_ref(&t, "risk", risk[i]);
		set_ref(&t, "control", control);
		(void)made(t);
	}
	struct plan x;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(risk_plan_load(c, mem, &lead, &x), 0);
	db_read_end(db, &c);
	assert_int_equal(x.risks, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(x.risk[i].now.score, 5000000);
		assert_int_equal(x.risk[i].planned.score, 2500000);
		assert_int_equal(risk_plan_controls_cost(&x, i), 3000000); /* a third of 9,000,001 */
		const struct recommend r = risk_plan_advice(&x, i);
		assert_int_equal(r.treatment, TREAT_REDUCE);
		assert_int_equal(r.why, WHY_LOW_RARE_ABOVE);
	}
	(void)made(CHANGE(&controls, control, "running_cost", "16000000"));
	c = db_read_begin(db);
	assert_int_equal(risk_plan_load(c, mem, &lead, &x), 0);
	db_read_end(db, &c);
	assert_int_equal(risk_plan_advice(&x, 0).why, WHY_DEAR_ABOVE);
}

/* A version freezes the plan, is approved like any row, and stays signed while the plan goes on. */
static void a_version_of_the_plan_stays_what_it_was(void **state)
{
	(void)state;
	struct reg_view versions;
	struct written w;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_treatment_plan, &versions), 0);
	db_read_end(db, &c);
	struct change v = CHANGE(&versions, 0, "note", "初めての版");
	assert_int_equal(save_by(&lead, &v, &w), ERR_INVALID); /* nothing to plan for */
	int64_t risk = make_risk("持ち出し", 0), control = made(CHANGE(&controls, 0, "name", "媒体の制限", "state", "計画", "initial_cost", "300000", "running_cost", "120000"));
	(void)made(CHANGE(&risks, risk, "likelihood", "3"));
	struct change t = CHANGE(&treatments, 0, "factor", "発生可能性", "level", "1");
	set_ref(&t, "risk", risk);
	set_ref(&t, "control", control);
	int64_t treatment = made(t), id = made(v);
	struct row row = row_of(&versions, id);
	assert_true(str_ends(at(&versions, &row, "name").s, STR("年度 第1版")));
	assert_int_equal(level(&versions, id, "above_now"), 1);
	assert_int_equal(level(&versions, id, "above_planned"), 0);
	assert_int_equal(level(&versions, id, "initial_cost"), 300000);
	assert_int_equal(level(&versions, id, "running_cost"), 120000);
	const struct str frozen = at(&versions, &row, "content").s;
	assert_true(str_find(frozen, STR("24（大）")) >= 0);
	assert_true(str_find(frozen, STR("8（小）")) >= 0);
	/* Progress, and even what is in place, changes the plan and not its version. */
	(void)made(CHANGE(&treatments, treatment, "progress", "50"));
	(void)made(CHANGE(&controls, control, "state", "実施済み"));
	row = row_of(&versions, id);
	assert_int_equal(row.revision, 1);
	assert_true(str_eq(at(&versions, &row, "content").s, frozen));
	struct plan x;
	struct plan_version newest;
	struct doc d;
	c = db_read_begin(db);
	assert_int_equal(risk_plan_load(c, mem, &lead, &x), 0);
	assert_int_equal(risk_plan_version_load(c, mem, &lead, &newest), 0);
	db_read_end(db, &c);
	assert_int_equal(newest.id, id);
	doc_init(&d, mem, LANG_JA, STR("計画"), STR(""), STR(""));
	risk_plan_version_changes(&d, &x, &newest);
	assert_int_equal(d.block[d.n - 1].table->rows, 1); /* the risk: its score fell */
	/* Nobody writes what is frozen; a contact does not see it. */
	v = CHANGE(&versions, id, "content", "| RSK-0001 |");
	assert_int_equal(save_by(&lead, &v, &w), ERR_INVALID);
	struct principal other = person_of(ROLE_CONTACT, make_unit("製造部", 0), "見本 製造");
	c = db_read_begin(db);
	assert_int_equal(risk_plan_version_load(c, mem, &other, &newest), 0);
	db_read_end(db, &c);
	assert_int_equal(newest.id, 0);
	id = made(CHANGE(&versions, 0, "note", "次の版"));
	row = row_of(&versions, id);
	assert_true(str_ends(at(&versions, &row, "name").s, STR("年度 第2版")));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, up, office_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_factors_as_printed), cmocka_unit_test(reductions_of_a_loss_multiply), cmocka_unit_test(advice_by_rule),
		T(what_a_control_costs_is_shared), T(a_factor_fits_the_method), T(a_version_of_the_plan_stays_what_it_was), T(treatments_belong_to_the_unit_of_their_risk), T(an_acceptance_ends_with_its_term), T(accepted_by_a_record_only), T(too_many_occurrences_open_the_risk), T(an_unscored_risk_is_open_again_when_it_is_scored),
		T(a_risk_that_rose_is_open_again), T(another_acceptance_keeps_the_risk), T(acceptance_refuses_what_is_not_looked_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
