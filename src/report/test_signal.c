/* The signal: what each area finds, worst-of, and month-ends that stay as they were frozen. */
#include "base/text/asset.h"
#include "base/text/org.h"
#include "base/text/risk.h"
#include "tests/office.h"

#include "report/evidence.h"
#include "report/monthly.h"
#include "report/render.h"

#define NOVEMBER_20 INT64_C(1795141800000) /* 2026-11-20 11:30 in Japan */

static struct signal read_area(const struct principal *p, const char *name)
{
	struct signal s = { 0 };
	struct db_conn *c = db_read_begin(db);
	for (size_t i = 0; i < signal_area_count(); i++)
		if (strcmp(signal_area_at(i)->name, name) == 0)
			assert_int_equal(signal_load(c, mem, p, signal_area_at(i), &s), 0);
	db_read_end(db, &c);
	return s;
}

static bool says(const struct signal *s, enum tone tone, msg_id id)
{
	for (size_t i = 0; i < s->reasons; i++)
		if (s->reason[i].tone == tone && s->reason[i].why.id == id)
			return true;
	return false;
}

static int load(const struct principal *p, const char *month, struct frozen *ret)
{
	struct month m;
	assert_int_equal(month_parse(str_of(month), &m), 0);
	struct db_conn *c = db_read_begin(db);
	int r = month_load(c, mem, p, m, LANG_JA, ret);
	db_read_end(db, &c);
	return r;
}

static int report(const struct principal *p, const char *month, struct str *ret_text)
{
	struct month m;
	struct doc d;
	assert_int_equal(month_parse(str_of(month), &m), 0);
	struct db_conn *c = db_read_begin(db);
	int r = report_monthly(c, mem, p, LANG_JA, m, &d);
	db_read_end(db, &c);
	if (r == 0) {
		struct buf b;
		struct note why;
		buf_init(&b, LIMIT_PAGE);
		assert_int_equal(doc_bytes(&d, DOC_HTML, &b, &why), 0);
		*ret_text = str_dup(mem, buf_view(&b));
		buf_release(&b);
	}
	return r;
}

static int exec_job(struct db_conn *c, void *ctx)
{
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, ctx);
	return db_exec(c, &q, NULL);
}

static int exec(const char *constant)
{
	return db_write(db, exec_job, (void *)(uintptr_t)constant);
}

static void nothing_is_grey_and_never_green(void **state)
{
	(void)state;
	struct signal a = read_area(&lead, "asset"), r = read_area(&lead, "risk"), p = read_area(&lead, "people");
	assert_int_equal(a.tone, TONE_GREY);
	assert_int_equal(r.tone, TONE_GREY);
	assert_int_equal(p.tone, TONE_GREY);
	assert_int_equal(signal_worse(TONE_GREEN, TONE_GREY), TONE_GREY);
	assert_int_equal(signal_worse(TONE_GREY, TONE_YELLOW), TONE_YELLOW);
	assert_int_equal(signal_worse(TONE_RED, TONE_YELLOW), TONE_RED);
}

static void missing_data_turns_red(void **state)
{
	(void)state;
	int64_t u = make_unit("総務部", 0);
	for (int i = 0; i < 10; i++)
		make_asset(str_z(mem, str_printf(mem, "資産%d", i)), u, 0);
	struct signal s = read_area(&lead, "asset");
	assert_int_equal(s.tone, TONE_YELLOW);
	assert_true(says(&s, TONE_YELLOW, MSG_RISK_SIGNAL_UNCONFIRMED));
	assert_true(says(&s, TONE_YELLOW, MSG_ASSET_SIGNAL_UNRATED));
	/* A company may have it red. */
	(void)set("signal.unconfirmed_red_percent", "30");
	(void)set("signal.unknown_red_percent", "50");
	s = read_area(&lead, "asset");
	assert_int_equal(s.tone, TONE_RED);
	assert_true(says(&s, TONE_RED, MSG_RISK_SIGNAL_UNCONFIRMED));
	assert_true(says(&s, TONE_RED, MSG_ASSET_SIGNAL_UNRATED));
	assert_false(says(&s, TONE_RED, MSG_ASSET_SIGNAL_UNOWNED));
	assert_int_equal(signal_value(&s, "assets"), 10);
	assert_int_equal(signal_value(&s, "no_such_figure"), -1);
	/* Exactly the set share is still fine. */
	(void)set("signal.unconfirmed_red_percent", "100");
	s = read_area(&lead, "asset");
	assert_true(says(&s, TONE_YELLOW, MSG_RISK_SIGNAL_UNCONFIRMED));
	(void)set("signal.unconfirmed_percent", "100");
	s = read_area(&lead, "asset");
	assert_false(says(&s, TONE_YELLOW, MSG_RISK_SIGNAL_UNCONFIRMED) || says(&s, TONE_RED, MSG_RISK_SIGNAL_UNCONFIRMED));
	/* Every reason leads to its rows. */
	for (size_t i = 0; i < s.reasons; i++)
		assert_true(str_starts(s.reason[i].path, STR("/asset/asset")));
}

static void leavers_with_a_live_account(void **state)
{
	(void)state;
	int64_t u = make_unit("総務部", 0);
	struct change c = CHANGE(&person, 0, "name", "見本 退職", "left_on", "2026-11-19");
	set_ref(&c, "unit", u);
	made(c);
	struct signal s = read_area(&lead, "people");
	assert_false(says(&s, TONE_RED, MSG_ORG_SIGNAL_LEAVERS_ASK));
	assert_int_equal(exec("INSERT INTO auth_account (login, login_key, name, person_id, created_at) SELECT 'x', 'x', 'x', id, 0 FROM org_person"), 0);
	s = read_area(&lead, "people");
	assert_int_equal(s.tone, TONE_RED);
	/* Only administrators see accounts: others are told whom to ask instead of a link. */
	assert_true(says(&s, TONE_RED, MSG_ORG_SIGNAL_LEAVERS_ASK));
	assert_int_equal(s.reason[0].path.n, 0);
	s = read_area(&admin, "people");
	assert_true(says(&s, TONE_RED, MSG_ORG_SIGNAL_LEAVERS));
	assert_true(str_eq(s.reason[0].path, STR("/org/accounts?of=leavers")));
	/* Who may see only another unit hears nothing of it. */
	struct principal other = person_of(ROLE_CONTACT, make_unit("営業部", 0), "見本 他部署");
	s = read_area(&other, "people");
	assert_false(says(&s, TONE_RED, MSG_ORG_SIGNAL_LEAVERS_ASK));
	assert_int_equal(signal_value(&s, "factorless"), -1);
	assert_int_equal(exec("UPDATE auth_account SET active = 0"), 0);
	s = read_area(&lead, "people");
	assert_false(says(&s, TONE_RED, MSG_ORG_SIGNAL_LEAVERS_ASK));
	/* An administrator with a password alone. */
	assert_int_equal(exec("UPDATE auth_account SET active = 1, person_id = 0"), 0);
	assert_int_equal(exec("INSERT INTO auth_grant (account_id, role, unit_id, created_at) SELECT id, 0, 0, 0 FROM auth_account"), 0);
	s = read_area(&lead, "people");
	assert_true(says(&s, TONE_YELLOW, MSG_ORG_SIGNAL_FACTORLESS_ASK));
	assert_int_equal(exec("INSERT INTO auth_factor (account_id, secret, confirmed_at) SELECT id, x'00', 1 FROM auth_account"), 0);
	s = read_area(&lead, "people");
	assert_false(says(&s, TONE_YELLOW, MSG_ORG_SIGNAL_FACTORLESS_ASK));
}

static void a_month_end_is_frozen_once_and_for_good(void **state)
{
	(void)state;
	int frozen = -1;
	struct frozen f;
	int64_t u = make_unit("総務部", 0);
	make_asset("資産", u, 0);
	assert_int_equal(month_freeze_due(db, &frozen), 0);
	assert_int_equal(frozen, 0);
	assert_int_equal(load(&lead, "2026-11", &f), ERR_NOT_FOUND);
	/* The first minute of December in Japan, which is still November in UTC. */
	clock_set_for_test(clock_instant((struct date){ 2026, 12, 1 }) + 60000, true);
	assert_int_equal(month_freeze_due(db, &frozen), 0);
	assert_int_equal(frozen, 1);
	assert_int_equal(load(&lead, "2026-11", &f), 0);
	assert_false(f.late);
	assert_int_equal(f.areas, 5);
	assert_int_equal(signal_value(&f.signal[0], "assets"), 1);
	struct audit_entry *entry;
	size_t entries = 0;
	struct audit_filter filter = { .kind = AUDIT_FREEZE, .limit = 10 };
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(audit_list(c, mem, &filter, &entry, &entries), 0);
	db_read_end(db, &c);
	assert_int_equal(entries, 1);
	assert_true(str_eq(entry[0].subject, STR("2026-11")));
	/* Again, with other rows: nothing is frozen anew and nothing changes. */
	make_asset("あとの資産", u, 0);
	assert_int_equal(month_freeze_due(db, &frozen), 0);
	assert_int_equal(frozen, 0);
	assert_int_equal(load(&lead, "2026-11", &f), 0);
	assert_int_equal(signal_value(&f.signal[0], "assets"), 1);
	/* Not even by who holds the writer. */
	assert_true(exec("UPDATE report_signal SET tone = 1") < 0);
	assert_true(exec("DELETE FROM report_signal") < 0);
	assert_true(exec("DELETE FROM report_month") < 0);
	struct str text;
	assert_int_equal(report(&lead, "2026-11", &text), 0);
	assert_true(str_contains(text, STR("月末に確定した値です（2026-12-01 00:01）")));
	/* The running month shows the difference. */
	assert_int_equal(report(&lead, "2026-12", &text), 0);
	assert_true(str_contains(text, STR("月の途中です")));
	assert_true(str_contains(text, STR("情報資産が 1 増えて 2 になりました（先月 1）。")));
}

static void missed_months_are_caught_up_and_marked(void **state)
{
	(void)state;
	int frozen = 0;
	struct frozen f;
	/* An office in which nothing was done has nothing to freeze. */
	clock_set_for_test(clock_instant((struct date){ 2026, 11, 21 }), true);
	assert_int_equal(month_freeze_due(db, &frozen), 0);
	assert_int_equal(frozen, 0);
	make_unit("総務部", 0);
	clock_set_for_test(clock_instant((struct date){ 2027, 2, 10 }), true);
	assert_int_equal(month_freeze_due(db, &frozen), 0);
	assert_int_equal(frozen, 3);
	assert_int_equal(load(&lead, "2026-11", &f), 0);
	assert_true(f.late);
	assert_int_equal(load(&lead, "2027-01", &f), 0);
	assert_true(f.late);
	assert_int_equal(load(&lead, "2026-10", &f), ERR_NOT_FOUND);
	assert_int_equal(load(&lead, "2027-02", &f), ERR_NOT_FOUND);
	struct str text;
	assert_int_equal(report(&lead, "2027-01", &text), 0);
	assert_true(str_contains(text, STR("月末そのものの値ではありません")));
}

/* A month that ended without being frozen is unknown: what is so today was not so then. */
static void a_month_without_a_record_is_unknown(void **state)
{
	(void)state;
	make_asset("今日の資産", make_unit("総務部", 0), 0);
	struct str text;
	assert_int_equal(report(&lead, "2026-07", &text), 0);
	assert_true(str_contains(text, STR("2026年7月")) && str_contains(text, STR("この月の記録はありません")));
	assert_false(str_contains(text, STR("件")) || str_contains(text, STR("月の途中")));
	assert_int_equal(report(&lead, "2026-11", &text), 0);
	assert_true(str_contains(text, STR("月の途中です")));
}

static void what_was_to_be_decided_is_frozen_too(void **state)
{
	(void)state;
	struct reg_view task;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, reg_find(STR("task")), &task), 0);
	db_read_end(db, &c);
	int64_t id = made(CHANGE(&task, 0, "name", "期限の過ぎた仕事", "due_on", "2026-11-01"));
	clock_set_for_test(clock_instant((struct date){ 2026, 12, 1 }) + 60000, true);
	assert_int_equal(month_freeze_due(db, NULL), 0);
	(void)made(CHANGE(&task, id, "state", "done", "evidence", "済んだ"));
	struct str text;
	assert_int_equal(report(&lead, "2026-11", &text), 0);
	assert_true(str_contains(text, STR("期限を過ぎたやること 1 件")) && str_contains(text, STR("この表も月末に確定した")));
	assert_int_equal(report(&lead, "2026-12", &text), 0);
	assert_false(str_contains(text, STR("期限を過ぎたやること")));
	/* Never changed, and not shown to who may not read tasks; months frozen without a table say so. */
	assert_true(exec("UPDATE report_decision SET decisions = '{}'") < 0);
	assert_true(exec("DELETE FROM report_decision") < 0);
	assert_int_equal(exec("INSERT INTO report_month (month, frozen_at, late) VALUES ('2026-10', 0, 0)"), 0);
	assert_int_equal(report(&lead, "2026-10", &text), 0);
	assert_true(str_contains(text, STR("判断の表が入っていません")));
}

static void who_may_see_it(void **state)
{
	(void)state;
	int64_t mine = make_unit("総務部", 0), other = make_unit("営業部", 0);
	make_asset("総務の資産", mine, 0);
	make_asset("営業の資産", other, 0);
	clock_set_for_test(clock_instant((struct date){ 2026, 12, 1 }) + 60000, true);
	assert_int_equal(month_freeze_due(db, NULL), 0);
	struct principal executive = person_of(ROLE_EXECUTIVE, 0, "見本 社長"), own = person_of(ROLE_EXECUTIVE, mine, "見本 部長");
	struct principal worker = person_of(ROLE_CONTACT, mine, "見本 窓口");
	struct frozen f;
	struct str text;
	assert_int_equal(load(&executive, "2026-11", &f), 0);
	assert_int_equal(load(&own, "2026-11", &f), ERR_NOT_FOUND);
	assert_int_equal(report(&worker, "2026-11", &text), ERR_DENIED);
	assert_int_equal(report(&executive, "2027-01", &text), ERR_RANGE);
	/* Of one unit only: no record is theirs; the running month is made of its rows, and it says so. */
	assert_int_equal(report(&own, "2026-11", &text), 0);
	assert_true(str_contains(text, STR("全社を見られる人だけ")));
	assert_false(str_contains(text, STR("件中")));
	assert_int_equal(report(&own, "2026-12", &text), 0);
	assert_true(str_contains(text, STR("あなたが見られる部門の行だけ")));
	assert_true(str_contains(text, STR("1 件中")));
	assert_false(str_contains(text, STR("2 件中")));
	assert_int_equal(report(&executive, "2026-11", &text), 0);
	assert_true(str_contains(text, STR("2 件中")));
}

static void evidence_of_a_row(void **state)
{
	(void)state;
	int64_t mine = make_unit("総務部", 0), other = make_unit("営業部", 0);
	int64_t id = make_asset("<b>顧客名簿</b>", mine, 0);
	struct change c = CHANGE(&asset, id, "note", "二重に登録");
	c.reason = STR("棚卸し");
	made(c);
	struct reg_view risk, assessment;
	struct db_conn *reading = db_read_begin(db);
	assert_int_equal(reg_view_load(reading, mem, reg_find(STR("risk")), &risk), 0);
	assert_int_equal(reg_view_load(reading, mem, reg_find(STR("assessment")), &assessment), 0);
	db_read_end(db, &reading);
	struct change points = CHANGE(&risk, 0, "name", "名簿が漏れる");
	set_ref(&points, "asset", id);
	set_ref(&points, "assessment", made(CHANGE(&assessment, 0, "name", "評価", "method", "matrix")));
	made(points);
	struct principal stranger = person_of(ROLE_CONTACT, other, "見本 他部署");
	struct doc d;
	struct str code;
	struct db_conn *conn = db_read_begin(db);
	assert_int_equal(evidence_build(conn, mem, &stranger, LANG_JA, &reg_asset, id, &d, &code), ERR_NOT_FOUND);
	assert_int_equal(evidence_build(conn, mem, &lead, LANG_JA, &reg_asset, id + 1000, &d, &code), ERR_NOT_FOUND);
	assert_int_equal(evidence_build(conn, mem, &lead, LANG_JA, &reg_asset, id, &d, &code), 0);
	db_read_end(db, &conn);
	struct buf b;
	struct note why;
	buf_init(&b, LIMIT_PAGE);
	assert_int_equal(doc_bytes(&d, DOC_HTML, &b, &why), 0);
	assert_true(str_contains(buf_view(&b), STR("&lt;b&gt;顧客名簿&lt;/b&gt;")));
	assert_true(str_contains(buf_view(&b), STR("理由：棚卸し")));
	assert_true(str_contains(buf_view(&b), STR("（空欄） → 二重に登録")));
	assert_true(str_contains(buf_view(&b), STR("監査証跡の先頭")));
	assert_true(str_contains(buf_view(&b), STR("この記録を指す行")) && str_contains(buf_view(&b), STR("名簿が漏れる")));
	buf_release(&b);
}

static void months_and_bad_ones(void **state)
{
	(void)state;
	struct month m;
	static const char *const bad[] = { "", "2026", "2026-13", "2026-00", "2026/11", "2026-1", "1999-12", "2200-01", "2026-11-01", "+026-11", "２０２６" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(month_parse(str_of(bad[i]), &m), ERR_SYNTAX);
	assert_int_equal(month_parse(STR("2026-11"), &m), 0);
	assert_true(str_eq(month_str(mem, month_add(m, 2)), STR("2027-01")));
	assert_true(str_eq(month_str(mem, month_add(m, -11)), STR("2025-12")));
}

static struct clock_state clock_before;

static int begin(void **state)
{
	clock_before = clock_save();
	int r = office_up(state);
	clock_set_for_test(NOVEMBER_20, true);
	return r;
}

static int end(void **state)
{
	int r = office_down(state);
	clock_restore(clock_before);
	return r;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(nothing_is_grey_and_never_green), T(missing_data_turns_red), T(leavers_with_a_live_account), T(a_month_end_is_frozen_once_and_for_good),
		T(missed_months_are_caught_up_and_marked), T(a_month_without_a_record_is_unknown), T(what_was_to_be_decided_is_frozen_too), T(who_may_see_it), T(evidence_of_a_row), T(months_and_bad_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
