/* Controls, their effect and insurance: what is derived, what is refused, what is warned of. */
#include "tests/office.h"

#include "control/control.h"

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

static void refused(struct change c, const char *field, enum msg why)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_year_of_a_control, up, office_down), cmocka_unit_test_setup_teardown(a_rule_alone_is_warned_of, up, office_down),
		cmocka_unit_test_setup_teardown(effects_compare_before_and_after, up, office_down),
		cmocka_unit_test_setup_teardown(insurance_leaves_a_gap, up, office_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
