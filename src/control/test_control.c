/* Controls, their effect and insurance: what is derived, what is refused, what is warned of. */
#include "base/text/control.h"
#include "tests/office.h"

#include "control/control.h"
#include "report/signal.h"

static struct reg_view controls, effects, policies;

static int up(void **state)
{
	int e = office_up(state);
	struct db_conn *c = db_read_begin(db);
	if (reg_view_load(c, mem, &reg_control, &controls) < 0 || reg_view_load(c, mem, &reg_control_effect, &effects) < 0 ||
	    reg_view_load(c, mem, &reg_insurance, &policies) < 0)
		fail_msg("views");
	db_read_end(db, &c);
	return e;
}

static void refused(struct change c, const char *field, msg_id why)
{
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, c.view, field), why);
}

static void a_year_of_a_control(void **state)
{
	(void)state;
	assert_int_equal(control_yearly_cost(3000000, 200000, 5), 800000);
	assert_int_equal(control_yearly_cost(1, 0, 2), 1); /* half up */
	assert_int_equal(control_yearly_cost(1, 0, 3), 0);
	assert_int_equal(control_yearly_cost(0, 0, 1), 0);
	assert_int_equal(control_yearly_cost(CONTROL_UNKNOWN, 0, 1), CONTROL_UNKNOWN);
	assert_int_equal(control_yearly_cost(100, CONTROL_UNKNOWN, 1), CONTROL_UNKNOWN);
	assert_int_equal(control_yearly_cost(100, 0, 0), CONTROL_UNKNOWN);

	int64_t id = made(CHANGE(&controls, 0, "name", "入退室の管理", "initial_cost", "3000000", "running_cost", "200000", "event_cost", "99"));
	assert_int_equal(level(&controls, id, "yearly_cost"), -1); /* how long it lasts is not known */
	(void)made(CHANGE(&controls, id, "life_years", "5"));
	assert_int_equal(level(&controls, id, "yearly_cost"), 800000);
	/* Blank is unknown, unless it is known to be free. */
	id = made(CHANGE(&controls, 0, "name", "規程の見直し"));
	assert_int_equal(level(&controls, id, "yearly_cost"), -1);
	(void)made(CHANGE(&controls, id, "paid", "いいえ"));
	assert_int_equal(level(&controls, id, "yearly_cost"), 0);
	(void)made(CHANGE(&controls, id, "running_cost", "1")); /* what is written counts, whatever is said beside it */
	assert_int_equal(level(&controls, id, "yearly_cost"), 1);
}

static void a_rule_alone_is_warned_of(void **state)
{
	(void)state;
	int64_t id = made(CHANGE(&controls, 0, "name", "USBメモリの禁止", "enforced", "ルールだけ"));
	assert_int_equal(level(&controls, id, "caution"), -1);
	(void)made(CHANGE(&controls, id, "state", "計画"));
	assert_int_equal(level(&controls, id, "caution"), 3);
	(void)made(CHANGE(&controls, id, "state", "実施済み"));
	assert_int_equal(level(&controls, id, "caution"), 1);
	(void)made(CHANGE(&controls, id, "enforced", "system"));
	assert_int_equal(level(&controls, id, "caution"), 3);
	(void)made(CHANGE(&controls, id, "state", "停止"));
	assert_int_equal(level(&controls, id, "caution"), 2);
}

static void effects_compare_before_and_after(void **state)
{
	(void)state;
	int64_t control = made(CHANGE(&controls, 0, "name", "標的型メールの訓練", "kind", "人"));
	struct change c = CHANGE(&effects, 0, "name", "開いた人の割合", "baseline", "12.5", "baseline_on", "2026-04-10", "direction", "減るとよい");
	set_ref(&c, "control", control);
	int64_t id = made(c);
	assert_int_equal(level(&effects, id, "indicator"), 2); /* follows the kind of control */
	assert_int_equal(level(&effects, id, "change"), -1);
	assert_int_equal(level(&effects, id, "verdict"), -1);
	(void)made(CHANGE(&effects, id, "after", "5"));
	assert_int_equal(level(&effects, id, "change"), -750);
	assert_int_equal(level(&effects, id, "change_rate"), -600);
	assert_int_equal(level(&effects, id, "verdict"), 1);
	(void)made(CHANGE(&effects, id, "direction", "増えるとよい"));
	assert_int_equal(level(&effects, id, "verdict"), 3);
	(void)made(CHANGE(&effects, id, "after", "12.5"));
	assert_int_equal(level(&effects, id, "verdict"), 2);
	/* From nothing there is no share. */
	(void)made(CHANGE(&effects, id, "baseline", "0"));
	assert_int_equal(level(&effects, id, "change"), 1250);
	assert_int_equal(level(&effects, id, "change_rate"), -1);
	refused(CHANGE(&effects, id, "after_on", "2026-04-09"), "after_on", MSG_CONTROL_AFTER_BEFORE);
}

static void insurance_leaves_a_gap(void **state)
{
	(void)state;
	assert_int_equal(control_insurance_gap(27860000, 20000000, 1000000), 7860000);
	assert_int_equal(control_insurance_gap(27860000, 50000000, 1000000), 1000000);
	assert_int_equal(control_insurance_gap(500000, 50000000, 1000000), 500000);
	assert_int_equal(control_insurance_gap(0, 0, 0), 0);
	assert_int_equal(control_insurance_gap(1, CONTROL_UNKNOWN, 0), CONTROL_UNKNOWN);
	int64_t id = made(CHANGE(&policies, 0, "name", "見本サイバー保険", "cover", "20000000", "loss", "27860000"));
	assert_int_equal(level(&policies, id, "gap"), -1);
	(void)made(CHANGE(&policies, id, "deductible", "1000000"));
	assert_int_equal(level(&policies, id, "gap"), 7860000);
	/* What is not said to be paid is shown, but only when somebody said what is. */
	assert_int_equal(level(&policies, id, "uncovered"), -1);
	(void)made(CHANGE(&policies, id, "covers", "investigation,call_centre,condolence,legal,prevention"));
	assert_int_equal(level(&policies, id, "uncovered"), 0xe0);
	(void)made(CHANGE(&policies, id, "starts_on", "2026-04-01"));
	refused(CHANGE(&policies, id, "renewal_on", "2026-04-01"), "renewal_on", MSG_CONTROL_RENEWAL_BEFORE);
}

static struct signal read_signal(const struct principal *p)
{
	struct signal s = { 0 };
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(control_signal_load(c, mem, p, &s), 0);
	db_read_end(db, &c);
	return s;
}

static bool says(const struct signal *s, enum tone tone, msg_id id)
{
	for (size_t i = 0; i < s->reasons; i++)
		if (s->reason[i].why.id == id)
			return s->reason[i].tone == tone;
	return false;
}

static struct str in_days(int64_t days)
{
	struct date d = date_add_days(clock_today(), days);
	return str_printf(mem, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* Each rule by itself, at its edge: nothing registered, not known, late by one day and by more than thirty, stopped, worse. */
static void the_signal_by_rule(void **state)
{
	(void)state;
	struct signal s = read_signal(&lead);
	assert_true(s.reasons == 1 && says(&s, TONE_GREY, MSG_CONTROL_SIGNAL_EMPTY));
	int64_t id = made(CHANGE(&controls, 0, "name", "多要素認証", "enforced", "system"));
	s = read_signal(&lead);
	assert_true(s.reasons == 1 && says(&s, TONE_GREY, MSG_CONTROL_SIGNAL_STATELESS));
	struct change c = CHANGE(&controls, id, "state", "計画");
	change_set_text(&c, mem, "due_on", str_z(mem, in_days(0)));
	(void)made(c);
	s = read_signal(&lead);
	assert_true(s.reasons == 1 && says(&s, TONE_GREEN, MSG_CONTROL_SIGNAL_GREEN)); /* due today is not late */
	static const struct { int64_t days; enum tone tone; msg_id why; } late[] = {
		{ -1, TONE_YELLOW, MSG_CONTROL_SIGNAL_LATE }, { -30, TONE_YELLOW, MSG_CONTROL_SIGNAL_LATE }, { -31, TONE_RED, MSG_CONTROL_SIGNAL_VERY_LATE },
	};
	for (size_t i = 0; i < COUNT_OF(late); i++) {
		c = change_new(mem, CHANGE_SAVE, &controls, id);
		change_set_text(&c, mem, "due_on", str_z(mem, in_days(late[i].days)));
		(void)made(c);
		s = read_signal(&lead);
		assert_true(s.reasons == 1 && says(&s, late[i].tone, late[i].why));
		assert_int_equal(signal_value(&s, "controls_late"), 1);
	}
	(void)made(CHANGE(&controls, id, "state", "実施済み"));
	s = read_signal(&lead);
	assert_true(s.reasons == 1 && says(&s, TONE_GREEN, MSG_CONTROL_SIGNAL_GREEN));
	/* One of two rests on a rule: just the half. Two of three are more. */
	(void)made(CHANGE(&controls, 0, "name", "持ち出しの禁止", "enforced", "ルールだけ", "state", "実施済"));
	s = read_signal(&lead);
	assert_true(says(&s, TONE_GREEN, MSG_CONTROL_SIGNAL_GREEN));
	(void)made(CHANGE(&controls, 0, "name", "私物の禁止", "enforced", "ルールだけ", "state", "実施済み"));
	s = read_signal(&lead);
	assert_true(s.reasons == 1 && says(&s, TONE_YELLOW, MSG_CONTROL_SIGNAL_RULE_ONLY));
	(void)made(CHANGE(&controls, 0, "name", "古い製品", "state", "停止"));
	c = CHANGE(&effects, 0, "name", "誤送信", "direction", "減るとよい", "baseline", "2", "after", "3");
	set_ref(&c, "control", id);
	(void)made(c);
	c = CHANGE(&policies, 0, "name", "見本保険");
	change_set_text(&c, mem, "renewal_on", str_z(mem, in_days(-1)));
	(void)made(c);
	s = read_signal(&lead);
	assert_true(s.reasons == 4 && says(&s, TONE_YELLOW, MSG_CONTROL_SIGNAL_STOPPED) && says(&s, TONE_YELLOW, MSG_CONTROL_SIGNAL_WORSE) &&
	            says(&s, TONE_YELLOW, MSG_CONTROL_SIGNAL_POLICIES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_year_of_a_control, up, office_down), cmocka_unit_test_setup_teardown(a_rule_alone_is_warned_of, up, office_down),
		cmocka_unit_test_setup_teardown(effects_compare_before_and_after, up, office_down),
		cmocka_unit_test_setup_teardown(insurance_leaves_a_gap, up, office_down),
		cmocka_unit_test_setup_teardown(the_signal_by_rule, up, office_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
