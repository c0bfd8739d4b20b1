/* The digest: once a day and person, at its hour, with what is theirs and nothing else; by mail where there is mail. */
#include "tests/office.h"

#include "tests/letters.h"
#include "work/approval.h"
#include "work/digest.h"
#include "work/task.h"

static struct reg_view tasks;
static int64_t north, south, taro, jiro, paper; /* paper has no account */
static int64_t taro_account, jiro_account, lead_account;

struct account_job {
	const char *login;
	enum access_role role;
	int64_t unit, person, id;
};

static int account_job(struct db_conn *c, void *arg)
{
	struct account_job *j = arg;
	struct principal system = auth_system();
	struct account_new n = { .login = str_of(j->login), .name = str_of(j->login), .person_id = j->person };
	int e = auth_account_create(c, mem, &system, &n, &j->id);
	return e == 0 ? auth_grant(c, mem, &system, j->id, j->role, j->unit, STR("")) : e;
}

static int64_t account(const char *login, enum access_role role, int64_t unit_id, int64_t person_id)
{
	struct account_job j = { login, role, unit_id, person_id, 0 };
	assert_int_equal(db_write(db, account_job, &j), 0);
	return j.id;
}

static int64_t person_in(const char *name, int64_t unit_id, const char *email)
{
	struct change c = CHANGE(&person, 0, "name", name, "email", email);
	set_ref(&c, "unit", unit_id);
	return made(c);
}

static int64_t task(const char *name, const char *due, int64_t owner, int64_t deputy)
{
	struct change c = CHANGE(&tasks, 0, "name", name, "due_on", due);
	set_ref(&c, "owner", owner);
	set_ref(&c, "deputy", deputy);
	return made(c);
}

static void now_is(int y, int m, int d, int hour)
{
	clock_set_for_test(clock_instant((struct date){ y, m, d }) + hour * INT64_C(3600000), true);
}

static int64_t round_makes(void)
{
	int64_t n = -1;
	assert_int_equal(digest_round(db, office->key, STR("https://ishigaki.example.co.jp/"), &n), 0);
	return n;
}

static struct str told(int64_t account_id, const char *day)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	struct str text = STR("");
	sql_init(&q, mem);
	sql_lit(&q, "SELECT text FROM work_digest WHERE account_id = ");
	sql_i64(&q, account_id);
	sql_lit(&q, " AND day = ");
	sql_str(&q, str_of(day));
	int e = db_get_str(c, &q, &text);
	db_read_end(db, &c);
	return e == 0 ? text : STR("");
}

static void says(struct str text, const char *what, bool wanted)
{
	if (str_contains(text, str_of(what)) != wanted)
		fail_msg("%s %s in\n%.*s", what, wanted ? "is not" : "is", STR_FMT(text));
}

static int up(void **state)
{
	int e = office_up(state);
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_task, &tasks), 0);
	db_read_end(db, &c);
	north = make_unit("北部", 0);
	south = make_unit("南部", 0);
	taro = person_in("見本 太郎", north, "taro@example.co.jp");
	jiro = person_in("見本 次郎", south, "jiro@example.co.jp");
	paper = person_in("見本 現場", north, "paper@example.co.jp");
	taro_account = account("taro", ROLE_CONTACT, north, taro);
	jiro_account = account("jiro", ROLE_CONTACT, south, jiro);
	lead_account = account("lead", ROLE_LEAD, 0, 0);
	return e;
}

static void it_comes_once_a_working_day_at_its_hour(void **state)
{
	(void)state;
	(void)task("鍵を数える", "2026-11-18", taro, 0);
	now_is(2026, 11, 20, 7);
	assert_int_equal(round_makes(), 0);
	now_is(2026, 11, 20, 8);
	assert_int_equal(round_makes(), 1);
	says(told(taro_account, "2026-11-20"), "鍵を数える（期限 2026-11-18、2 日過ぎています）", true);
	says(told(taro_account, "2026-11-20"), "https://ishigaki.example.co.jp/work/task/", true);
	assert_int_equal(round_makes(), 0);
	now_is(2026, 11, 20, 23);
	assert_int_equal(round_makes(), 0);
	/* Saturday, Sunday, and Monday the 23rd, which is a public holiday. */
	for (int day = 21; day <= 23; day++) {
		now_is(2026, 11, day, 12);
		assert_int_equal(round_makes(), 0);
	}
	now_is(2026, 11, 24, 12);
	assert_int_equal(round_makes(), 1);
	assert_int_equal(number_of("SELECT count(*) FROM work_digest WHERE items > 0"), 2);
	(void)set("work.digest", "0");
	now_is(2026, 11, 25, 12);
	assert_int_equal(round_makes(), 0);
}

static void reminders_come_on_their_days_also_when_those_are_off(void **state)
{
	(void)state;
	/* 7 days before the 28th is a Saturday, 7 before the 27th a Friday. */
	(void)task("土曜に当たる", "2026-11-28", taro, 0);
	(void)task("きょう当たる", "2026-11-27", taro, 0);
	(void)task("まだ先", "2026-12-20", taro, 0);
	(void)task("あした", "2026-11-21", taro, 0);
	(void)task("三日後", "2026-11-23", taro, 0);
	now_is(2026, 11, 20, 9);
	assert_int_equal(round_makes(), 1);
	struct str text = told(taro_account, "2026-11-20");
	says(text, "きょう当たる（期限 2026-11-27、あと 7 日）", true);
	says(text, "あした（期限 2026-11-21、あと 1 日）", true);
	says(text, "土曜に当たる", false);
	says(text, "まだ先", false);
	says(text, "三日後", false);
	now_is(2026, 11, 24, 9);
	assert_int_equal(round_makes(), 1);
	text = told(taro_account, "2026-11-24");
	says(text, "土曜に当たる（期限 2026-11-28、あと 4 日）", true);
	says(text, "三日後（期限 2026-11-23、1 日過ぎています）", true);
	says(text, "きょう当たる", false);
}

static void lateness_climbs(void **state)
{
	(void)state;
	int64_t head = person_in("見本 部長", north, "head@example.co.jp");
	int64_t head_account = account("head", ROLE_CONTACT, north, head);
	struct change c = change_new(mem, CHANGE_SAVE, &unit, north);
	set_ref(&c, "head", head);
	(void)made(c);
	int64_t deputy = person_in("見本 代理", north, "deputy@example.co.jp");
	int64_t deputy_account = account("deputy", ROLE_CONTACT, north, deputy);
	(void)task("点検", "2026-11-24", taro, deputy);
	static const struct { int day; bool deputy, head, lead; } cases[] = { { 24, false, false, false }, { 25, true, false, false }, { 27, true, true, false } };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		now_is(2026, 11, cases[i].day, 9);
		(void)round_makes();
		const char *day = str_z(mem, date_iso(mem, clock_today()));
		says(told(taro_account, day), "点検", true);
		says(told(deputy_account, day), "点検", cases[i].deputy);
		says(told(head_account, day), "点検", cases[i].head);
		says(told(lead_account, day), "点検", cases[i].lead);
	}
	now_is(2026, 12, 1, 9);
	(void)round_makes();
	says(told(lead_account, "2026-12-01"), "点検（期限 2026-11-24、7 日過ぎています）  担当：見本 太郎", true);
	/* Done: nobody hears of it any more. */
	(void)made(CHANGE(&tasks, number_of("SELECT id FROM work_task"), "state", "完了", "evidence", "した"));
	now_is(2026, 12, 2, 9);
	assert_int_equal(round_makes(), 0);
}

static void nobody_gets_what_is_anothers(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, save_mail, NULL), 0);
	int64_t own = task("北の鍵", "2026-11-10", taro, 0);
	(void)task("南の鍵", "2026-11-10", jiro, 0);
	int64_t theirs = task("現場の点検", "2026-11-10", paper, 0);
	/* Theirs by name, but of a unit out of their reach: the product would not show it to them either. */
	struct change c = CHANGE(&tasks, 0, "name", "南の秘密", "due_on", "2026-11-10");
	set_ref(&c, "owner", taro);
	set_ref(&c, "unit", south);
	(void)made(c);
	now_is(2026, 11, 20, 9);
	assert_int_equal(round_makes(), 4);
	struct str t = letter_to("taro@example.co.jp"), j = letter_to("jiro@example.co.jp"), p = letter_to("paper@example.co.jp");
	says(t, "北の鍵", true);
	says(t, "南", false);
	says(t, "現場", false);
	says(j, "南の鍵", true);
	says(j, "北", false);
	says(j, "現場", false);
	says(p, "現場の点検", true);
	says(p, "北", false);
	says(p, "南", false);
	says(told(lead_account, "2026-11-20"), "南の鍵", true);
	/* Who has no account gets a link that opens their own tasks, and no other's. */
	says(t, "/l/", false);
	says(p, "https://ishigaki.example.co.jp/l/", true);
	assert_int_equal(number_of("SELECT count(*) FROM auth_link_item"), 1);
	struct db_conn *conn = db_read_begin(db);
	struct principal link;
	struct row row;
	assert_int_equal(auth_principal_link(conn, mem, number_of("SELECT id FROM auth_link"), &link), 0);
	assert_int_equal(reg_get(conn, mem, &link, &tasks, theirs, &row), 0);
	assert_int_equal(reg_get(conn, mem, &link, &tasks, own, &row), ERR_NOT_FOUND);
	db_read_end(db, &conn);
	/* By it they say that it is done, and nothing of another's. */
	struct written w;
	c = CHANGE(&tasks, theirs, "state", "完了", "evidence", "点検表");
	assert_int_equal(save_by(&link, &c, &w), 0);
	c = CHANGE(&tasks, own, "state", "完了", "evidence", "のぞいた");
	assert_int_equal(save_by(&link, &c, &w), ERR_NOT_FOUND);
	/* The secret is kept nowhere in the clear. */
	assert_int_equal(number_of("SELECT count(*) FROM work_digest WHERE instr(text, '/l/') > 0"), 0);
}

static int switch_off(struct db_conn *c, void *arg)
{
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "UPDATE auth_account SET active = 0 WHERE person_id = ");
	sql_i64(&q, *(int64_t *)arg);
	return db_exec(c, &q, NULL);
}

/* An account is switched off to keep somebody out: no link lets them in again. */
static void whose_account_is_off_gets_no_link(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, save_mail, NULL), 0);
	(void)task("北の鍵", "2026-11-10", taro, 0);
	assert_int_equal(db_write(db, switch_off, &taro), 0);
	now_is(2026, 11, 20, 9);
	assert_int_equal(round_makes(), 1); /* the lead's */
	assert_int_equal(number_of("SELECT count(*) FROM auth_link"), 0);
	assert_int_equal(number_of("SELECT count(*) FROM mail_queue WHERE to_address = 'taro@example.co.jp'"), 0);
}

static void the_last_link_ends_when_a_new_one_comes(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, save_mail, NULL), 0);
	(void)task("現場の点検", "2026-11-10", paper, 0);
	now_is(2026, 11, 20, 9);
	assert_int_equal(round_makes(), 2); /* the lead hears of it as well: ten days */
	now_is(2026, 11, 24, 9);
	assert_int_equal(round_makes(), 2);
	assert_int_equal(number_of("SELECT count(*) FROM auth_link"), 2);
	assert_int_equal(number_of("SELECT count(*) FROM auth_link WHERE revoked_at = 0"), 1);
	assert_int_equal(number_of("SELECT id = (SELECT max(id) FROM auth_link) FROM auth_link WHERE revoked_at = 0"), 1);
}

static int hand_over_job(struct db_conn *c, void *arg)
{
	struct reg_ctx ctx = ctx_of(&lead);
	struct note why;
	ctx.conn = c;
	return task_hand_over(&ctx, paper, taro, STR("異動"), arg, &why);
}

static void a_link_ends_with_what_it_was_for(void **state)
{
	(void)state;
	int64_t moved = 0;
	assert_int_equal(db_write(db, save_mail, NULL), 0);
	(void)task("現場の点検", "2026-11-10", paper, 0);
	now_is(2026, 11, 20, 9);
	assert_int_equal(round_makes(), 2);
	assert_int_equal(number_of("SELECT count(*) FROM auth_link WHERE revoked_at = 0"), 1);
	assert_int_equal(db_write(db, hand_over_job, &moved), 0);
	assert_int_equal(moved, 1);
	assert_int_equal(number_of("SELECT count(*) FROM auth_link WHERE revoked_at = 0"), 0);
}

static void a_letter_is_queued_once_whatever_happens(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, save_mail, NULL), 0);
	(void)task("鍵を数える", "2026-11-18", taro, 0);
	now_is(2026, 11, 20, 9);
	for (int i = 0; i < 3; i++) {
		(void)round_makes();
		office_close(opened);
		struct note why;
		assert_int_equal(office_open(str_of(office_dir), OPEN_EXISTING, &opened, &why), 0);
		office = opened_office(opened);
		db = office->db;
	}
	assert_int_equal(number_of("SELECT count(*) FROM mail_queue"), 1);
	/* Without an address there is the notice alone. */
	struct change c = change_new(mem, CHANGE_SAVE, &person, taro);
	change_set(&c, reg_field(&reg_person, "email"), (struct value){ .known = false });
	(void)made(c);
	now_is(2026, 11, 24, 9);
	assert_int_equal(round_makes(), 1);
	assert_int_equal(number_of("SELECT count(*) FROM mail_queue"), 1);
}

static int other_holder(struct db_conn *c, void *arg)
{
	return lease_take(c, mem, "digest", STR("another"), *(int64_t *)arg);
}

static void a_lease_that_another_holds_is_kept_to(void **state)
{
	(void)state;
	int64_t ms = 60000;
	(void)task("鍵を数える", "2026-11-18", taro, 0);
	now_is(2026, 11, 20, 9);
	assert_int_equal(db_write(db, other_holder, &ms), 0);
	assert_int_equal(round_makes(), 0);
	assert_int_equal(db_write(db, other_holder, &ms), 0); /* renewed by itself */
	clock_set_for_test(clock_now() + ms, true);
	assert_int_equal(round_makes(), 1);
	assert_int_equal(db_write(db, other_holder, &ms), ERR_BUSY);
}

struct submit_job {
	const struct principal *by;
	struct approval_submit s;
	struct note why;
};

static int submit(struct db_conn *c, void *arg)
{
	struct submit_job *j = arg;
	int64_t id;
	struct reg_ctx ctx = ctx_of(j->by);
	ctx.conn = c;
	return approval_submit(&ctx, &j->s, &id, &j->why);
}

static void approvals_say_how_long_they_have_waited(void **state)
{
	(void)state;
	int64_t chief_account = account("chief", ROLE_EXECUTIVE, 0, 0);
	struct principal by;
	struct db_conn *conn = db_read_begin(db);
	assert_int_equal(auth_principal_load(conn, mem, taro_account, &by), 0);
	db_read_end(db, &conn);
	int64_t id = make_asset("顧客名簿", north, 0);
	struct submit_job j = { .by = &by, .s = { .record_id = id, .revision = row_of(&asset, id).revision, .reason = STR("見直した"), .cost = -1 } };
	assert_int_equal(db_write(db, submit, &j), 0);
	now_is(2026, 11, 24, 9);
	assert_int_equal(round_makes(), 1);
	says(told(lead_account, "2026-11-24"), "顧客名簿（taro さんの申請、4 日待っています）", true);
	says(told(lead_account, "2026-11-24"), "止まっている申請", false);
	says(told(chief_account, "2026-11-24"), "顧客名簿", false); /* not their turn yet */
	now_is(2026, 11, 25, 9);
	assert_int_equal(round_makes(), 1);
	says(told(lead_account, "2026-11-25"), "止まっている申請", true);
}

static void a_long_list_is_cut_and_says_so(void **state)
{
	(void)state;
	for (int i = 0; i < LIMIT_DIGEST_LINES + 5; i++)
		(void)task(str_z(mem, str_printf(mem, "多い%d", i)), "2026-11-18", taro, 0);
	now_is(2026, 11, 20, 9);
	assert_int_equal(round_makes(), 1);
	says(told(taro_account, "2026-11-20"), "ほかにもあります", true);
	assert_int_equal(number_of("SELECT max(items) FROM work_digest"), LIMIT_DIGEST_LINES);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, up, office_down)
	const struct CMUnitTest tests[] = {
		T(it_comes_once_a_working_day_at_its_hour), T(reminders_come_on_their_days_also_when_those_are_off), T(lateness_climbs),
		T(nobody_gets_what_is_anothers), T(whose_account_is_off_gets_no_link), T(a_letter_is_queued_once_whatever_happens),
		T(a_lease_that_another_holds_is_kept_to), T(the_last_link_ends_when_a_new_one_comes), T(a_link_ends_with_what_it_was_for), T(approvals_say_how_long_they_have_waited),
		T(a_long_list_is_cut_and_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
