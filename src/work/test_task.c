/* Tasks: what done needs, which row one may name, whose unit it is, and what another unit's people get. */
#include "tests/office.h"

#include "register/remark.h"
#include "work/task.h"

static struct reg_view tasks;

static int up(void **state)
{
	int e = office_up(state);
	struct db_conn *c = db_read_begin(db);
	if (reg_view_load(c, mem, &reg_task, &tasks) < 0)
		fail_msg("view");
	db_read_end(db, &c);
	return e;
}

static void refused(const struct principal *p, struct change c, const char *field, enum msg why)
{
	struct written w;
	assert_int_equal(save_by(p, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &tasks, field), why);
}

static int attach_job(struct db_conn *c, void *arg)
{
	struct reg_ctx ctx = ctx_of(&lead);
	struct note why;
	ctx.conn = c;
	int64_t id;
	return attachment_add(&ctx, *(int64_t *)arg, STR("結果.txt"), STR("text/plain"), STR("数えた"), &id, &why);
}

static void done_needs_what_shows_it(void **state)
{
	(void)state;
	int64_t id = made(CHANGE(&tasks, 0, "name", "鍵を数える", "due_on", "2026-12-01"));
	assert_int_equal(level(&tasks, id, "state"), TASK_OPEN);
	refused(&lead, CHANGE(&tasks, id, "state", "完了"), "evidence", MSG_TASK_DONE_HOW);
	(void)made(CHANGE(&tasks, id, "state", "完了", "evidence", "数えた紙を綴じた"));
	struct row row = row_of(&tasks, id);
	assert_true(str_eq(at(&tasks, &row, "done_on").s, STR("2026-11-20")));
	/* The day stays while the task stays done. */
	clock_set_for_test(clock_instant((struct date){ 2026, 11, 25 }) + 10 * 3600000, true);
	(void)made(CHANGE(&tasks, id, "note", "控えは金庫"));
	row = row_of(&tasks, id);
	assert_true(str_eq(at(&tasks, &row, "done_on").s, STR("2026-11-20")));
	/* Begun again, and done again. */
	(void)made(CHANGE(&tasks, id, "state", "進行中"));
	row = row_of(&tasks, id);
	assert_false(at(&tasks, &row, "done_on").known);
	(void)made(CHANGE(&tasks, id, "state", "完了"));
	row = row_of(&tasks, id);
	assert_true(str_eq(at(&tasks, &row, "done_on").s, STR("2026-11-25")));
	/* A file on the task shows it as well. */
	id = made(CHANGE(&tasks, 0, "name", "写真を撮る"));
	assert_int_equal(db_write(db, attach_job, &id), 0);
	(void)made(CHANGE(&tasks, id, "state", "完了"));
}

static void it_stands_on_a_row_that_its_writer_may_read(void **state)
{
	(void)state;
	int64_t here = make_unit("営業部", 0), there = make_unit("製造部", 0);
	int64_t own = make_asset("注文書", here, 0), foreign = make_asset("図面", there, 0);
	struct str own_code = row_of(&asset, own).code, foreign_code = row_of(&asset, foreign).code;
	struct principal sales = person_of(ROLE_CONTACT, here, "見本 営業");
	struct written w;
	struct change c = CHANGE(&tasks, 0, "name", "しまう");
	set_ref(&c, "unit", here);
	change_set_text(&c, mem, "about", str_z(mem, own_code));
	assert_int_equal(save_by(&sales, &c, &w), 0);
	int64_t id = w.id;
	/* Of another unit's row, of none, and of an archived one they hear the same. */
	struct str gone_code = row_of(&asset, make_asset("古い台帳", here, 0)).code;
	int64_t gone = number_of("SELECT max(id) FROM record");
	struct change archive = change_new(mem, CHANGE_ARCHIVE, &asset, gone);
	assert_int_equal(save_by(&lead, &archive, &w), 0);
	const struct str no[] = { foreign_code, STR("AST-9999"), gone_code, STR("注文書") };
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		c = CHANGE(&tasks, 0, "name", "のぞく");
		set_ref(&c, "unit", here);
		change_set(&c, reg_field(&reg_task, "about"), (struct value){ .known = true, .s = no[i] });
		refused(&sales, c, "about", MSG_TASK_ABOUT_UNKNOWN);
	}
	/* The task lives on when its row is archived. */
	archive = change_new(mem, CHANGE_ARCHIVE, &asset, own);
	assert_int_equal(save_by(&lead, &archive, &w), 0);
	(void)made(CHANGE(&tasks, id, "note", "見つかった"));
	/* Another unit's people neither read nor change it. */
	struct principal other = person_of(ROLE_CONTACT, there, "見本 製造");
	struct row row;
	struct db_conn *conn = db_read_begin(db);
	assert_int_equal(reg_get(conn, mem, &other, &tasks, id, &row), ERR_NOT_FOUND);
	db_read_end(db, &conn);
	c = CHANGE(&tasks, id, "note", "書き換え");
	assert_int_equal(save_by(&other, &c, &w), ERR_NOT_FOUND);
	/* An auditor reads and changes nothing. */
	assert_int_equal(save_by(&auditor, &c, &w), ERR_DENIED);
}

static void its_unit_is_the_owners(void **state)
{
	(void)state;
	int64_t here = make_unit("経理部", 0);
	struct change c = CHANGE(&person, 0, "name", "見本 経理");
	set_ref(&c, "unit", here);
	int64_t who = made(c);
	c = CHANGE(&tasks, 0, "name", "残高を確かめる");
	set_ref(&c, "owner", who);
	int64_t id = made(c);
	assert_int_equal(level(&tasks, id, "unit"), here);
	/* Also when the owner is given by name, as a file or a form without scripts does. */
	id = made(CHANGE(&tasks, 0, "name", "印鑑を確かめる", "owner", "見本 経理"));
	assert_int_equal(level(&tasks, id, "unit"), here);
	struct audit_entry made_as = last_entry(id);
	bool named = false; /* history names the unit that the rule put there */
	for (size_t i = 0; i < made_as.changes; i++)
		named = named || str_contains(made_as.change[i].after, STR("経理部"));
	assert_true(named);
	set_ref(&c, "deputy", who);
	change_set_text(&c, mem, "name", "もう一つ");
	refused(&lead, c, "deputy", MSG_TASK_DEPUTY_SAME);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, up, office_down)
	const struct CMUnitTest tests[] = { T(done_needs_what_shows_it), T(it_stands_on_a_row_that_its_writer_may_read), T(its_unit_is_the_owners) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
