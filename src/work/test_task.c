/* Tasks: what done needs, which row one may name, whose unit it is, and what another unit's people get. */
#include "base/text/work.h"
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

static void refused(const struct principal *p, struct change c, const char *field, msg_id why)
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

/* ---- coming back ---- */

static int64_t next_of(int64_t id)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	int64_t n = -1;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT next_id FROM work_task_next WHERE task_id = ");
	sql_i64(&q, id);
	int e = db_get_i64(c, &q, &n);
	db_read_end(db, &c);
	return e == ERR_NOT_FOUND ? -1 : n;
}

static void has(int64_t id, const char *field, const char *text)
{
	struct row row = row_of(&tasks, id);
	struct value v = at(&tasks, &row, field);
	struct str got = v.known ? v.s : STR("");
	if (!str_eq_z(got, text))
		fail_msg("%s: %.*s instead of %s", field, STR_FMT(got), text);
}

static void round_makes(int64_t wanted)
{
	int64_t n = -1;
	assert_int_equal(task_next_round(db, office->key, &n), 0);
	assert_int_equal(n, wanted);
}

static void the_next_one_is_made_once_when_it_is_done(void **state)
{
	(void)state;
	int64_t here = make_unit("総務部", 0);
	struct change c = CHANGE(&person, 0, "name", "見本 総務");
	set_ref(&c, "unit", here);
	int64_t who = made(c);
	c = CHANGE(&tasks, 0, "name", "鍵を数える", "due_on", "2026-12-31", "repeat", "毎月", "repeat_day", "31", "shift", "前の営業日", "note", "金庫");
	set_ref(&c, "owner", who);
	int64_t id = made(c);
	has(id, "repeat_from", "2026-12-31");
	/* One that is only begun has no next one yet. */
	(void)made(CHANGE(&tasks, id, "state", "進行中"));
	assert_int_equal(next_of(id), -1);
	(void)made(CHANGE(&tasks, id, "state", "完了", "evidence", "数えた"));
	int64_t next = next_of(id);
	assert_true(next > 0);
	/* 2027-01-31 is a Sunday. */
	has(next, "due_on", "2027-01-29");
	has(next, "repeat_from", "2027-01-31");
	has(next, "note", "金庫");
	assert_int_equal(level(&tasks, next, "owner"), who);
	assert_int_equal(level(&tasks, next, "unit"), here);
	assert_int_equal(level(&tasks, next, "state"), TASK_OPEN);
	assert_int_equal(level(&tasks, next, "repeat_day"), 31);
	assert_true(str_eq(last_entry(next).actor, STR("system")));
	/* Begun again and done again: it stays the one. */
	(void)made(CHANGE(&tasks, id, "state", "進行中"));
	(void)made(CHANGE(&tasks, id, "state", "完了"));
	assert_int_equal(next_of(id), next);
	assert_int_equal(number_of("SELECT count(*) FROM work_task"), 2);
	/* A due day that somebody moves is this one's only: the rhythm stays. */
	(void)made(CHANGE(&tasks, next, "due_on", "2027-02-10"));
	(void)made(CHANGE(&tasks, next, "state", "完了", "evidence", "数えた"));
	has(next_of(next), "due_on", "2027-02-26");
	has(next_of(next), "repeat_from", "2027-02-28");
}

static void who_may_only_change_tasks_still_has_the_next_one_made(void **state)
{
	(void)state;
	int64_t id = made(CHANGE(&tasks, 0, "name", "計画を承認する", "due_on", "2026-12-01", "repeat", "毎年"));
	struct principal chief = person_of(ROLE_EXECUTIVE, 0, "見本 社長");
	struct change c = CHANGE(&tasks, id, "state", "完了", "evidence", "議事録");
	struct written w;
	assert_int_equal(save_by(&chief, &c, &w), 0);
	has(next_of(id), "due_on", "2027-12-01");
}

static void the_next_one_is_made_on_the_due_day_too(void **state)
{
	(void)state;
	int64_t id = made(CHANGE(&tasks, 0, "name", "ログを見る", "due_on", "2026-11-24", "repeat", "営業日ごと", "repeat_every", "2"));
	int64_t other = made(CHANGE(&tasks, 0, "name", "一度だけ", "due_on", "2026-11-01"));
	int64_t gone = made(CHANGE(&tasks, 0, "name", "やめた", "due_on", "2026-11-01", "repeat", "毎月", "state", "取りやめ"));
	round_makes(0);
	clock_set_for_test(clock_instant((struct date){ 2026, 11, 24 }) + 1000, true);
	round_makes(1);
	has(next_of(id), "due_on", "2026-11-26");
	round_makes(0);
	assert_int_equal(level(&tasks, id, "state"), TASK_OPEN);
	/* After days without a round, each of them is there, and none twice. */
	clock_set_for_test(clock_instant((struct date){ 2026, 12, 1 }) + 1000, true);
	round_makes(2);
	assert_int_equal(number_of("SELECT count(*) FROM work_task WHERE name = 'ログを見る'"), 4);
	round_makes(0);
	/* Done after it was due: the next one is there already. */
	(void)made(CHANGE(&tasks, id, "state", "完了", "evidence", "見た"));
	assert_int_equal(number_of("SELECT count(*) FROM work_task WHERE name = 'ログを見る'"), 4);
	assert_int_equal(next_of(other), -1);
	assert_int_equal(next_of(gone), -1);
	/* One that somebody wrote by hand is not made again. */
	id = made(CHANGE(&tasks, 0, "name", "点検", "due_on", "2026-12-01", "repeat", "毎年"));
	(void)made(CHANGE(&tasks, 0, "name", "点検", "due_on", "2027-12-01"));
	round_makes(1);
	assert_int_equal(next_of(id), 0);
	assert_int_equal(number_of("SELECT count(*) FROM work_task WHERE name = '点検'"), 2);
	refused(&lead, CHANGE(&tasks, 0, "name", "いつか", "repeat", "毎年"), "due_on", MSG_TASK_REPEAT_DUE);
}

static void archive(const struct reg_view *view, int64_t id)
{
	struct change c = change_new(mem, CHANGE_ARCHIVE, view, id);
	(void)made(c);
}

/* Who answers for a task may leave, and what it is about may go: the work comes back all the same, without them, and no other task
 * waits for it. */
static void what_is_gone_does_not_stop_the_rhythm(void **state)
{
	(void)state;
	int64_t who = made(CHANGE(&person, 0, "name", "見本 退職")), here = make_unit("閉じる部", 0);
	struct change c = CHANGE(&tasks, 0, "name", "一番目", "due_on", "2026-11-24", "repeat", "毎月");
	set_ref(&c, "owner", who);
	set_ref(&c, "unit", here);
	int64_t first = made(c);
	int64_t about = made(CHANGE(&tasks, 0, "name", "消える行"));
	struct row row = row_of(&tasks, about);
	c = CHANGE(&tasks, 0, "name", "二番目", "due_on", "2026-11-24", "repeat", "毎月");
	change_set_text(&c, mem, "about", str_z(mem, row.code));
	int64_t second = made(c), third = made(CHANGE(&tasks, 0, "name", "三番目", "due_on", "2026-11-24", "repeat", "毎月"));
	archive(&person, who);
	archive(&tasks, about);
	/* Done by hand: that it cannot name its owner any more is no reason to refuse. */
	(void)made(CHANGE(&tasks, first, "state", "完了", "evidence", "見た"));
	has(next_of(first), "due_on", "2026-12-24");
	assert_int_equal(level(&tasks, next_of(first), "owner"), -1);
	assert_int_equal(level(&tasks, next_of(first), "unit"), here);
	clock_set_for_test(clock_instant((struct date){ 2026, 11, 25 }) + 1000, true);
	round_makes(2);
	has(next_of(second), "due_on", "2026-12-24");
	has(next_of(second), "about", "");
	has(next_of(third), "due_on", "2026-12-24");
	round_makes(0);
}

/* ---- check lists ---- */

struct check_job {
	const struct principal *by;
	int64_t id;
	const char *text;
	bool done;
	struct note why;
};

static int add_lines(struct db_conn *c, void *arg)
{
	struct check_job *j = arg;
	struct reg_ctx ctx = ctx_of(j->by);
	ctx.conn = c;
	return checklist_add(&ctx, j->id, str_of(j->text), &j->why);
}

static int tick_line(struct db_conn *c, void *arg)
{
	struct check_job *j = arg;
	struct reg_ctx ctx = ctx_of(j->by);
	ctx.conn = c;
	return checklist_tick(&ctx, j->id, j->done, &j->why);
}

static int remove_line(struct db_conn *c, void *arg)
{
	struct check_job *j = arg;
	struct reg_ctx ctx = ctx_of(j->by);
	ctx.conn = c;
	return checklist_remove(&ctx, j->id, &j->why);
}

static int try_line(db_write_fn *fn, const struct principal *by, int64_t id, const char *text, bool done, msg_id *ret_why)
{
	struct check_job j = { .by = by, .id = id, .text = text, .done = done };
	int e = db_write(db, fn, &j);
	if (ret_why)
		*ret_why = j.why.id;
	return e;
}

static size_t lines_of(int64_t task, struct check_line *x)
{
	size_t n = 0;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(checklist_of(c, mem, task, x, &n), 0);
	db_read_end(db, &c);
	return n;
}

static void lines_are_ticked_with_who_and_when(void **state)
{
	(void)state;
	struct check_line x[LIMIT_CHECKS];
	msg_id why;
	int64_t here = make_unit("営業部", 0), there = make_unit("製造部", 0);
	struct change c = CHANGE(&tasks, 0, "name", "退職の手続き", "due_on", "2026-12-01", "repeat", "毎年");
	set_ref(&c, "unit", here);
	int64_t id = made(c);
	struct principal sales = person_of(ROLE_CONTACT, here, "見本 営業"), other = person_of(ROLE_CONTACT, there, "見本 製造");
	assert_int_equal(try_line(add_lines, &sales, id, "名札\r\n\n  パソコン \n", false, NULL), 0);
	assert_int_equal(lines_of(id, x), 2);
	assert_true(str_eq(x[0].text, STR("名札")));
	assert_true(str_eq(x[1].text, STR("パソコン")));
	assert_int_equal(try_line(tick_line, &sales, x[0].id, NULL, true, NULL), 0);
	assert_true(str_eq(last_entry(id).change[0].after, STR("done: 名札")));
	/* Another unit's people find nothing; an auditor may not. */
	assert_int_equal(try_line(tick_line, &other, x[1].id, NULL, true, NULL), ERR_NOT_FOUND);
	assert_int_equal(try_line(tick_line, &auditor, x[1].id, NULL, true, NULL), ERR_DENIED);
	assert_int_equal(try_line(add_lines, &other, id, "のぞく", false, NULL), ERR_NOT_FOUND);
	assert_int_equal(try_line(remove_line, &other, x[1].id, NULL, false, NULL), ERR_NOT_FOUND);
	assert_int_equal(try_line(tick_line, &sales, 999999, NULL, true, NULL), ERR_NOT_FOUND);
	/* Ticking twice is once: the first press stays. */
	clock_set_for_test(clock_instant((struct date){ 2026, 11, 21 }), true);
	assert_int_equal(try_line(tick_line, &lead, x[0].id, NULL, true, NULL), 0);
	assert_int_equal(lines_of(id, x), 2);
	assert_true(str_eq(x[0].done_by, STR("見本 営業")));
	assert_int_equal(x[0].done_at, clock_instant((struct date){ 2026, 11, 20 }) + 10 * 3600000);
	assert_int_equal(try_line(remove_line, &lead, x[0].id, NULL, false, &why), ERR_CONFLICT);
	assert_int_equal(why, MSG_TASK_CHECK_TICKED);
	/* Not done while a line is open; a line that is not needed goes. */
	refused(&lead, CHANGE(&tasks, id, "state", "完了", "evidence", "終わった"), "state", MSG_TASK_CHECK_OPEN);
	assert_int_equal(next_of(id), -1);
	assert_int_equal(try_line(remove_line, &lead, x[1].id, NULL, false, NULL), 0);
	(void)made(CHANGE(&tasks, id, "state", "完了", "evidence", "終わった"));
	/* The next one has the lines, open. */
	assert_int_equal(lines_of(next_of(id), x), 1);
	assert_int_equal(x[0].done_at, 0);
	/* What is done is not changed any more. */
	assert_int_equal(lines_of(id, x), 1);
	assert_int_equal(try_line(tick_line, &lead, x[0].id, NULL, false, &why), ERR_CONFLICT);
	assert_int_equal(why, MSG_TASK_CHECK_CLOSED);
}

static void a_check_list_has_its_bounds(void **state)
{
	(void)state;
	msg_id why;
	struct check_line x[LIMIT_CHECKS];
	int64_t id = made(CHANGE(&tasks, 0, "name", "長い"));
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 100000);
	for (int i = 0; i < LIMIT_CHECKS; i++)
		buf_printf(&b, "%d\n", i);
	assert_int_equal(try_line(add_lines, &lead, id, str_z(mem, buf_view(&b)), false, NULL), 0);
	assert_int_equal(lines_of(id, x), LIMIT_CHECKS);
	assert_int_equal(try_line(add_lines, &lead, id, "もう一つ", false, &why), ERR_LIMIT);
	assert_int_equal(why, MSG_TASK_CHECK_MANY);
	assert_int_equal(lines_of(id, x), LIMIT_CHECKS);
	id = made(CHANGE(&tasks, 0, "name", "短い"));
	assert_int_equal(try_line(add_lines, &lead, id, " \n\n", false, &why), ERR_INVALID);
	assert_int_equal(why, MSG_TASK_CHECK_BLANK);
	buf_clear(&b);
	buf_lit(&b, "よい\n");
	for (int i = 0; i <= LIMIT_CHECK_TEXT; i++)
		buf_str(&b, STR("長"));
	assert_int_equal(try_line(add_lines, &lead, id, str_z(mem, buf_view(&b)), false, &why), ERR_INVALID);
	assert_int_equal(why, MSG_TASK_CHECK_LONG);
	assert_int_equal(lines_of(id, x), 0);
}

/* ---- handing over ---- */

struct hand_job {
	const struct principal *by;
	int64_t from, to, moved;
	struct note why;
};

static int hand_over(struct db_conn *c, void *arg)
{
	struct hand_job *j = arg;
	struct reg_ctx ctx = ctx_of(j->by);
	ctx.conn = c;
	return task_hand_over(&ctx, j->from, j->to, STR("退職"), &j->moved, &j->why);
}

static int64_t person_in(const char *name, int64_t unit_id)
{
	struct change c = CHANGE(&person, 0, "name", name);
	set_ref(&c, "unit", unit_id);
	return made(c);
}

static int64_t task_for(const char *name, int64_t owner, int64_t deputy)
{
	struct change c = CHANGE(&tasks, 0, "name", name);
	set_ref(&c, "owner", owner);
	set_ref(&c, "deputy", deputy);
	return made(c);
}

static void what_a_leaver_has_to_do_goes_to_another(void **state)
{
	(void)state;
	int64_t here = make_unit("営業部", 0), there = make_unit("製造部", 0);
	int64_t from = person_in("見本 退職", here), to = person_in("見本 後任", there), third = person_in("見本 第三", here);
	int64_t a = task_for("あ", from, 0), b = task_for("い", from, to), c = task_for("う", third, from), d = task_for("え", to, from);
	int64_t done = task_for("お", from, 0);
	(void)made(CHANGE(&tasks, done, "state", "完了", "evidence", "済んだ"));
	struct hand_job j = { .by = &lead, .from = from, .to = to };
	assert_int_equal(db_write(db, hand_over, &j), 0);
	assert_int_equal(j.moved, 4);
	assert_int_equal(level(&tasks, a, "owner"), to);
	assert_int_equal(level(&tasks, a, "unit"), there);
	assert_true(str_eq(last_entry(a).reason, STR("退職")));
	assert_int_equal(level(&tasks, b, "owner"), to);
	assert_int_equal(level(&tasks, b, "deputy"), -1);
	assert_int_equal(level(&tasks, c, "owner"), third);
	assert_int_equal(level(&tasks, c, "deputy"), to);
	assert_int_equal(level(&tasks, c, "unit"), here);
	assert_int_equal(level(&tasks, d, "deputy"), -1);
	assert_int_equal(level(&tasks, done, "owner"), from);
	/* Nothing is left, and that is no error. */
	assert_int_equal(db_write(db, hand_over, &j), 0);
	assert_int_equal(j.moved, 0);
	j.to = from;
	assert_int_equal(db_write(db, hand_over, &j), ERR_INVALID);
}

static void handing_over_is_all_or_none_and_keeps_to_rights(void **state)
{
	(void)state;
	int64_t here = make_unit("営業部", 0), there = make_unit("製造部", 0);
	int64_t from = person_in("見本 退職", here), to = person_in("見本 後任", here), far = person_in("見本 遠く", there);
	int64_t a = task_for("あ", from, 0);
	struct principal sales = person_of(ROLE_CONTACT, here, "見本 営業");
	struct hand_job j = { .by = &sales, .from = from, .to = far };
	assert_int_equal(db_write(db, hand_over, &j), ERR_NOT_FOUND);
	assert_int_equal(level(&tasks, a, "owner"), from);
	struct change c = CHANGE(&tasks, 0, "name", "よその部の");
	set_ref(&c, "unit", there);
	set_ref(&c, "owner", from);
	int64_t foreign = made(c);
	j.to = to;
	assert_int_equal(db_write(db, hand_over, &j), 0);
	assert_int_equal(j.moved, 1);
	assert_int_equal(level(&tasks, a, "owner"), to);
	assert_int_equal(level(&tasks, foreign, "owner"), from);
	j = (struct hand_job){ .by = &auditor, .from = to, .to = from };
	assert_int_equal(db_write(db, hand_over, &j), 0);
	assert_int_equal(j.moved, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, up, office_down)
	const struct CMUnitTest tests[] = {
		T(done_needs_what_shows_it), T(it_stands_on_a_row_that_its_writer_may_read), T(its_unit_is_the_owners),
		T(the_next_one_is_made_once_when_it_is_done), T(who_may_only_change_tasks_still_has_the_next_one_made),
		T(the_next_one_is_made_on_the_due_day_too), T(what_is_gone_does_not_stop_the_rhythm), T(lines_are_ticked_with_who_and_when),
		T(a_check_list_has_its_bounds), T(what_a_leaver_has_to_do_goes_to_another),
		T(handing_over_is_all_or_none_and_keeps_to_rights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
