/* The demo company: as large as it says, plainly made up, sound, and worth looking at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "asset/asset.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/helper.h"
#include "db/audit.h"
#include "main/demo.h"
#include "main/open.h"
#include "main/test_demo_office.h"
#include "org/org.h"
#include "register/query.h"
#include "risk/overview.h"

static int64_t number(const char *sql)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, sql);
	int64_t v = -1;
	assert_int_equal(db_get_i64(c, &q, &v), 0);
	db_read_end(office->db, &c);
	return v;
}

static void is_as_large_as_it_says(void **state)
{
	(void)state;
	assert_int_equal(number("SELECT count(*) FROM org_person WHERE archived = 0"), 60);
	assert_int_equal(number("SELECT count(*) FROM org_person WHERE archived = 0 AND kind = 1"), 45);
	assert_int_equal(number("SELECT count(*) FROM org_person WHERE archived = 0 AND kind = 4"), 2);
	assert_int_equal(number("SELECT count(*) FROM org_unit WHERE archived = 0"), 13);
	assert_int_equal(number("SELECT size FROM org_company"), 60);
	int64_t assets = number("SELECT count(*) FROM asset_asset WHERE archived = 0");
	assert_in_range(assets, 75, 85);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE archived = 1"), 2);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE archived = 0 AND department IS NULL"), 0);
	assert_true(number("SELECT count(*) FROM asset_asset WHERE special_care IS NULL") > 0);
	assert_int_equal(number("SELECT count(*) FROM org_unit u WHERE u.name = '広報・販促課' AND u.parent = "
	                        "(SELECT id FROM org_unit WHERE parent IS NULL)"), 1);
	assert_true(number("SELECT count(*) FROM remark_comment") >= 5);
	assert_int_equal(number("SELECT count(*) FROM link WHERE kind = 'backup'"), 5);
	assert_int_equal(number("SELECT count(*) FROM link WHERE kind LIKE 'control_%'"), 2);
	assert_int_equal(number("SELECT count(*) FROM control_control WHERE archived = 0"), 25);
	assert_int_equal(number("SELECT count(*) FROM control_effect WHERE verdict IS NULL"), 1);
	assert_int_equal(number("SELECT count(*) FROM control_insurance WHERE gap = 18000000"), 1);
	assert_int_equal(number("SELECT count(*) FROM risk_treatment"), 18);
	/* What holds is bound to the risk as it stands; one is about to end, one is past its term, one was passed, one waits. */
	assert_int_equal(number("SELECT count(*) FROM risk_acceptance a JOIN record r ON r.id = a.risk WHERE a.state = 1 AND a.risk_revision = r.revision"), 4);
	assert_int_equal(number("SELECT count(*) FROM risk_acceptance WHERE state = 1 AND until < '2026-12-22'"), 1);
	assert_int_equal(number("SELECT count(DISTINCT state) FROM risk_acceptance"), 4);
	assert_int_equal(number("SELECT count(DISTINCT kind) FROM risk_acceptance"), 3);
	assert_int_equal(number("SELECT count(*) FROM risk_acceptance a JOIN risk_risk r ON r.id = a.risk WHERE a.state IN (2, 3) AND r.state = 2"), 2);
	/* The plan is frozen and waits to be signed; a treatment is signed, another waits. */
	assert_int_equal(number("SELECT count(*) FROM work_request q JOIN record r ON r.id = q.record_id WHERE r.register = 'treatment_plan' AND q.state = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM work_request q JOIN record r ON r.id = q.record_id WHERE r.register = 'treatment' AND q.state = 2"), 1);
	assert_int_equal(number("SELECT count(*) FROM work_request q JOIN record r ON r.id = q.record_id WHERE r.register = 'treatment' AND q.state = 1"), 1);
	/* No name stands for two risks. */
	assert_int_equal(number("SELECT count(*) - count(DISTINCT name) FROM risk_risk WHERE archived = 0"), 0);
	/* A treatment lowers something of its risk: what it names fits the method. */
	assert_int_equal(number("SELECT count(*) FROM risk_treatment t JOIN risk_risk r ON r.id = t.risk WHERE (t.factor = 6) <> (r.method = 4)"), 0);
	assert_int_equal(number("SELECT count(*) FROM risk_treatment WHERE done_on IS NOT NULL"), 2);
	assert_int_equal(number("SELECT count(*) FROM link WHERE kind LIKE '%_asset'"), 8);
	assert_int_equal(number("SELECT count(*) FROM setting WHERE key = 'office.demo' AND number = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM setting WHERE key = 'office.company' AND text = '見本通販株式会社'"), 1);
	assert_true(office->demo);
}

/* Everybody's name begins with "sample", and no address could reach anybody. */
/* Risks of every method and in every state, with the figures that the manual explains, and some that are not known. */
static void has_risks_of_every_kind(void **state)
{
	(void)state;
	assert_int_equal(number("SELECT count(DISTINCT method) FROM risk_risk WHERE inherent_score IS NOT NULL"), 4);
	assert_int_equal(number("SELECT count(DISTINCT state) FROM risk_risk"), 5);
	assert_int_equal(number("SELECT count(DISTINCT treatment) FROM risk_risk"), 4);
	assert_int_equal(number("SELECT count(DISTINCT band) FROM risk_risk"), 3);
	assert_int_equal(number("SELECT count(*) FROM risk_risk WHERE inherent_score = 2786000"), 1);
	assert_int_equal(number("SELECT count(*) FROM risk_risk WHERE inherent_score = 24 AND residual_score = 8"), 1);
	assert_int_equal(number("SELECT count(*) FROM risk_risk WHERE inherent_score IS NULL"), 1);
	assert_int_equal(number("SELECT cheapest FROM risk_attack_tree"), 850000);
	assert_true(number("SELECT count(*) FROM risk_stride_part WHERE spoofing IS NULL OR tampering IS NULL OR elevation IS NULL") > 0);
}

static void nobody_is_real(void **state)
{
	(void)state;
	const char *const sample = "SELECT count(*) FROM org_person WHERE name NOT LIKE '見本 %' AND name NOT LIKE '例示 %'";
	assert_int_equal(number(sample), 0);
	assert_int_equal(number("SELECT count(*) FROM auth_account WHERE name NOT LIKE '見本 %'"), 0);
	assert_int_equal(number("SELECT count(*) FROM org_person WHERE email NOT LIKE '%.example'"), 0);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE custodian NOT LIKE '%（架空）'"), 0);
	assert_int_equal(number("SELECT count(*) - count(DISTINCT name) FROM org_person"), 0);
}

static void is_sound(void **state)
{
	(void)state;
	struct db_conn *c = db_read_begin(office->db);
	struct audit_verdict verdict;
	assert_int_equal(audit_verify(c, NULL, &verdict), 0);
	assert_int_equal(verdict.first_bad, 0);
	assert_true(verdict.entries > 400);
	struct str why = STR_NULL;
	assert_int_equal(db_check(c, mem, &why), getenv("ISHIGAKI_TEST_POSTGRES") ? ERR_DENIED : 0);
	db_read_end(office->db, &c);
	/* What the statements say of all rows is what was written row by row. */
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE archived = 0 AND risk_value IS NOT importance * damage_likelihood"), 0);
	/* Nobody was refused anything on the way. */
	assert_int_equal(number("SELECT count(*) FROM audit_entry WHERE kind = 18"), 0);
}

static void has_a_history(void **state)
{
	(void)state;
	int64_t first = number("SELECT min(at) FROM audit_entry"), last = number("SELECT max(at) FROM audit_entry");
	assert_true(first < TODAY - INT64_C(90) * 86400000 && first > TODAY - INT64_C(100) * 86400000);
	assert_true(last < TODAY && last > TODAY - 3600000);
	/* In order: an entry never stands before the one it follows. */
	assert_int_equal(number("SELECT count(*) FROM audit_entry a JOIN audit_entry b ON b.seq = a.seq + 1 WHERE b.at < a.at"), 0);
	assert_int_equal(number("SELECT count(*) FROM record WHERE created_at > updated_at OR updated_at >= 1795314600000"), 0);
	/* People did it, under their own names. */
	assert_true(number("SELECT count(*) FROM record WHERE register = 'asset' AND created_by = '見本 窓口'") >= 15);
	assert_true(number("SELECT count(*) FROM record WHERE register = 'asset' AND created_by = '見本 担当'") >= 50);
	assert_int_equal(number("SELECT count(*) FROM record WHERE register = 'asset' AND created_by = 'system'"), 0);
	/* What moved lately. */
	assert_true(number("SELECT count(*) FROM recompute WHERE register = 'asset' AND at > 1795314600000 - 7 * 86400000") >= 2);
	assert_true(number("SELECT count(*) FROM asset_asset WHERE confirmed_on = '2026-11-22'") >= 3);
}

static void gives_a_picture(void **state)
{
	(void)state;
	struct db_conn *c = db_read_begin(office->db);
	struct principal by = auth_operator();
	struct risk_overview o;
	assert_int_equal(risk_overview_load(c, mem, &by, &o), 0);
	struct signal s = { 0 };
	risk_signal_of(c, mem, &o, &s);
	signal_settle(&s);
	assert_int_equal(s.tone, TONE_RED);
	assert_int_equal(o.overdue, 1);
	assert_in_range(o.untreated, 1, 4);
	assert_true(o.band[3] > o.untreated && o.band[2] > o.band[3] && o.band[1] > 0 && o.band[0] > 0);
	assert_true(o.band[0] * 100 <= o.total * o.unknown_percent);
	assert_true(o.unconfirmed > 0 && o.unconfirmed * 100 <= o.total * o.unconfirmed_percent);
	assert_true(o.unanswered_threats > 0 && o.unanswered_checks > 0);
	assert_int_equal(o.kindless, 1);
	struct risk_move *move;
	size_t moves;
	assert_int_equal(risk_moves(c, mem, &by, TODAY - INT64_C(7) * 86400000, 20, &move, &moves), 0);
	int64_t rose = 0, fell = 0;
	for (size_t i = 0; i < moves; i++) {
		rose += move[i].up;
		fell += move[i].down;
	}
	assert_true(rose > 0 && fell > 0);
	db_read_end(office->db, &c);
	/* A kind of place that is not known, and overrides with their reasons. */
	assert_int_equal(number("SELECT count(*) FROM asset_place WHERE kind = 6 AND threat_frequency IS NULL AND vulnerability IS NULL"), 1);
	assert_true(number("SELECT count(*) FROM asset_asset WHERE vulnerability_set IS NOT NULL OR threat_frequency_set IS NOT NULL") >= 3);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE importance_settled IS NOT importance_rated AND importance_settled "
	                        "IS NOT NULL"), 2);
}

static void its_people_can_sign_in(void **state)
{
	(void)state;
	assert_int_equal(demo_people_count, 5);
	assert_null(demo_people[demo_people_count].login);
	struct db_conn *c = db_read_begin(office->db);
	for (size_t i = 0; i < demo_people_count; i++) {
		const struct demo_person *p = &demo_people[i];
		struct note why;
		const struct password_context about = { .login = str_of(p->login), .name = str_of(p->role.ja), .company = STR("見本通販株式会社") };
		assert_true(password_acceptable(str_of(p->password), &about, &why));
		int64_t id;
		assert_int_equal(auth_account_find(c, str_of(p->login), &id), 0);
		struct principal who;
		assert_int_equal(auth_principal_load(c, mem, id, &who), 0);
		assert_true(who.person_id > 0);
		assert_int_equal(who.grants, 1);
		struct sql q;
		sql_init(&q, mem);
		sql_lit(&q, "SELECT password_hash FROM auth_account WHERE id = ");
		sql_i64(&q, id);
		struct str hash;
		assert_int_equal(db_get_str(c, &q, &hash), 0);
		bool ok = false;
		assert_int_equal(password_verify(hash, str_of(p->password), &ok), 0);
		assert_true(ok);
	}
	/* The contact sees the department's own rows, and no others. */
	int64_t id;
	struct principal contact;
	assert_int_equal(auth_account_find(c, STR("contact"), &id), 0);
	assert_int_equal(auth_principal_load(c, mem, id, &contact), 0);
	struct reg_view view;
	assert_int_equal(reg_view_load(c, mem, &reg_asset, &view), 0);
	struct query q = { .view = &view, .by = &contact, .op = OP_READ, .sort = SORT_DEFAULT, .limit = LIMIT_PAGE_ROWS };
	struct listing l;
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	assert_in_range(l.rows, 15, 30);
	db_read_end(office->db, &c);
}

static void the_clock_is_back(void **state)
{
	(void)state;
	assert_int_equal(clock_now(), TODAY);
	struct clock_state s = clock_save();
	assert_true(s.frozen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_as_large_as_it_says), cmocka_unit_test(has_risks_of_every_kind), cmocka_unit_test(nobody_is_real),
		cmocka_unit_test(is_sound),
		cmocka_unit_test(has_a_history), cmocka_unit_test(gives_a_picture), cmocka_unit_test(its_people_can_sign_in),
		cmocka_unit_test(the_clock_is_back),
	};
	return cmocka_run_group_tests(tests, demo_up, demo_down);
}
