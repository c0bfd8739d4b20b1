/* Phishing drills: rates against their goals, to the very number; no openers is no share; who may see whose result. */
#include "tests/office.h"

#include "training/training.h"

static struct reg_view drill, result;

static int64_t begin(const char *name)
{
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_phishing, &drill), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_phishing_result, &result), 0);
	db_read_end(db, &c);
	return made(CHANGE(&drill, 0, "name", name, "sent_on", "2026-11-10"));
}

/* So many rows more of one kind. */
static void add(int64_t id, int n, const char *came, const char *open, const char *report)
{
	static int number;
	for (int i = 0; i < n; i++) {
		struct change c = CHANGE(&result, 0, "recipient", str_z(mem, str_printf(mem, "%d@example.jp", ++number)), "opened", open, "reported", report);
		if (came)
			change_set_text(&c, mem, "delivered", came);
		set_ref(&c, "phishing", id);
		(void)made(c);
	}
}

static void rates_meet_their_goals_exactly(void **state)
{
	(void)state;
	int64_t id = begin("境目");
	assert_int_equal(level(&drill, id, "open_rate"), -1);     /* nothing is known of it yet */
	assert_int_equal(level(&drill, id, "open_stands"), -1);
	assert_int_equal(level(&drill, id, "report_stands"), -1);
	add(id, 90, "yes", "no", "no");
	assert_int_equal(level(&drill, id, "open_rate"), 0);
	assert_int_equal(level(&drill, id, "open_stands"), 1);
	assert_int_equal(level(&drill, id, "report_rate"), -1);   /* no share of nobody */
	assert_int_equal(level(&drill, id, "report_stands"), 3);
	add(id, 10, NULL, "yes", "yes");                          /* a blank counts as delivered */
	assert_int_equal(level(&drill, id, "delivered"), 100);
	assert_int_equal(level(&drill, id, "open_rate"), 100);
	assert_int_equal(level(&drill, id, "open_stands"), 1);    /* 10 % is within 10 % */
	assert_int_equal(level(&drill, id, "report_rate"), 1000);
	assert_int_equal(level(&drill, id, "report_stands"), 1);
	add(id, 1, "yes", "yes", "yes");
	assert_int_equal(level(&drill, id, "open_stands"), 2);    /* 11 of 101 is above */
	assert_int_equal(level(&drill, id, "report_stands"), 1);
	add(id, 1, "yes", "yes", "no");
	assert_int_equal(level(&drill, id, "report_stands"), 2);
	/* Who reported without opening is no opener; who got nothing is nobody. */
	const int64_t reported = level(&drill, id, "reported"), delivered = level(&drill, id, "delivered");
	add(id, 1, "yes", "no", "yes");
	add(id, 1, "no", "yes", "yes");
	assert_int_equal(level(&drill, id, "reported"), reported);
	assert_int_equal(level(&drill, id, "delivered"), delivered + 1);
	/* The goals are settings. */
	assert_true(set("training.open_target", "20") >= 1);
	assert_int_equal(level(&drill, id, "open_stands"), 1);
	assert_true(set("training.report_target", "90") >= 1);
	assert_int_equal(level(&drill, id, "report_stands"), 1);
}

static void results_are_for_who_leads_alone(void **state)
{
	(void)state;
	int64_t id = begin("見えるもの");
	add(id, 1, "yes", "yes", "no");
	struct principal own = person_of(ROLE_CONTACT, make_unit("甲課", 0), "見本 窓口");
	const struct principal *others[] = { &own, &auditor, &admin };
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct sql q;
		int64_t n = -1;
		struct db_conn *c = db_read_begin(db);
		reg_select(&q, mem, others[i], &reg_phishing_result, "COUNT(*)");
		assert_int_equal(db_get_i64(c, &q, &n), 0);
		db_read_end(db, &c);
		assert_int_equal(n, 0);
		assert_int_equal(auth_ops(others[i], reg_number(&reg_skill)), 0);
		assert_true(auth_ops(others[i], reg_number(&reg_phishing)) & OP_READ);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { OFFICE_TEST(rates_meet_their_goals_exactly), OFFICE_TEST(results_are_for_who_leads_alone) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
