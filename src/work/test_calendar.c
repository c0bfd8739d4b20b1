/* The calendar: what its reader may see and nothing else, bounds, a feed that a secret opens and its end closes, escaping and folding. */
#include "tests/office.h"

#include "base/text.h"
#include "work/calendar.h"
#include "work/task.h"

static struct reg_view tasks, devices;

static int up(void **state)
{
	int e = office_up(state);
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_task, &tasks), 0);
	assert_int_equal(reg_view_load(c, mem, reg_find(STR("device")), &devices), 0);
	db_read_end(db, &c);
	return e;
}

static struct calendar_list *items(const struct principal *p, struct date from, struct date until, const char *only, bool own)
{
	struct calendar_list *list = ARENA_NEW(mem, struct calendar_list);
	struct db_conn *c = db_read_begin(db);
	const struct calendar_query q = { .conn = c, .arena = mem, .by = p, .lang = LANG_JA, .from = from, .until = until, .own = own };
	assert_int_equal(calendar_items(&q, str_of(only), list), 0);
	db_read_end(db, &c);
	return list;
}
static const struct date nov1 = { 2026, 11, 1 }, nov30 = { 2026, 11, 30 };

static void it_shows_what_its_reader_may_see(void **state)
{
	(void)state;
	int64_t here = make_unit("北部", 0), there = make_unit("南部", 0);
	struct principal north = person_of(ROLE_CONTACT, here, "見本 北");
	struct change c = CHANGE(&person, 0, "name", "見本 北");
	set_ref(&c, "unit", here);
	north.person_id = made(c);
	c = CHANGE(&tasks, 0, "name", "北の鍵", "due_on", "2026-11-10");
	set_ref(&c, "owner", north.person_id);
	(void)made(c);
	c = CHANGE(&tasks, 0, "name", "北のほかの人の", "due_on", "2026-11-30");
	set_ref(&c, "unit", here);
	(void)made(c);
	c = CHANGE(&tasks, 0, "name", "南の鍵", "due_on", "2026-11-11");
	set_ref(&c, "unit", there);
	(void)made(c);
	(void)made(CHANGE(&tasks, 0, "name", "外", "due_on", "2026-12-01"));
	(void)made(CHANGE(&tasks, 0, "name", "取りやめた", "due_on", "2026-11-12", "state", "取りやめ"));
	struct calendar_list *l = items(&north, nov1, nov30, "", false);
	assert_int_equal(l->n, 2);
	assert_true(str_eq(l->item[0].title, STR("北の鍵")));
	assert_int_equal(l->item[0].tone, TONE_RED);
	assert_true(str_eq(l->item[1].title, STR("北のほかの人の")));
	assert_int_equal(l->item[1].tone, TONE_BLUE);
	l = items(&north, nov1, nov30, "", true);
	assert_int_equal(l->n, 1);
	assert_int_equal(items(&lead, nov1, nov30, "", false)->n, 3);
	assert_int_equal(items(&lead, nov1, nov30, "approval", false)->n, 0);
	/* Who belongs to no person has nothing of their own. */
	assert_int_equal(items(&lead, nov1, nov30, "", true)->n, 0);
}

static void ends_come_from_every_register_that_warns(void **state)
{
	(void)state;
	const char *field = NULL;
	for (size_t i = 0; i < devices.reg->fields && !field; i++)
		if (devices.reg->field[i].warn && !devices.reg->field[i].derived)
			field = devices.reg->field[i].name;
	assert_non_null(field);
	int64_t here = make_unit("北部", 0), there = make_unit("南部", 0);
	const int owner = reg_owner_field(devices.reg);
	struct change c = CHANGE(&devices, 0, "name", "古いサーバー", field, "2026-11-10");
	change_set(&c, owner, (struct value){ .known = true, .i = there });
	(void)made(c);
	struct calendar_list *l = items(&lead, nov1, nov30, "end", false);
	assert_int_equal(l->n, 1);
	assert_true(str_starts(l->item[0].title, STR("古いサーバー：")));
	assert_true(str_starts(l->item[0].path, STR("/asset/device/")));
	struct principal north = person_of(ROLE_CONTACT, here, "見本 北");
	assert_int_equal(items(&north, nov1, nov30, "end", false)->n, 0);
	/* What is no longer in use ends nothing. */
	(void)made(CHANGE(&devices, 0, "name", "廃棄を待つ機器", field, "2026-11-12", "state", "廃棄待ち"));
	assert_int_equal(items(&lead, nov1, nov30, "end", false)->n, 1);
	/* A device whose maintenance and support end is two things in a calendar program. */
	(void)made(CHANGE(&devices, 0, "name", "二つ終わる機器", field, "2026-11-20", "maintenance", "2026-11-21まで"));
	l = items(&lead, nov1, nov30, "end", false);
	assert_int_equal(l->n, 3);
	struct buf b;
	buf_init(&b, 1 << 20);
	ical_put(&b, mem, l, STR("見本"), STR(""), 0);
	int64_t same = 0;
	struct str text = buf_view(&b), line, seen[3];
	for (size_t n = 0; str_cut(&text, '\n', &line);)
		if (str_starts(line, STR("UID:"))) {
			for (size_t i = 0; i < n; i++)
				same += str_eq(seen[i], line);
			assert_true(n < 3);
			seen[n++] = line;
		}
	assert_int_equal(same, 0);
	buf_release(&b);
}

static void it_has_its_bounds(void **state)
{
	(void)state;
	for (int i = 0; i < LIMIT_CALENDAR_ITEMS + 3; i++)
		(void)made(CHANGE(&tasks, 0, "name", str_z(mem, str_printf(mem, "多い%d", i)), "due_on", "2026-11-10"));
	struct calendar_list *l = items(&lead, nov1, nov30, "", false);
	assert_int_equal(l->n, LIMIT_CALENDAR_ITEMS);
	assert_true(l->more);
}

/* ---- iCalendar ---- */

static struct str unfolded(struct str s)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < s.n; i++) {
		if (str_starts(str_sub(s, i, 3), STR("\r\n ")))
			i += 2;
		else
			buf_char(&b, s.p[i]);
	}
	return str_dup(mem, buf_view(&b));
}

static void a_feed_is_escaped_and_folded(void **state)
{
	(void)state;
	struct calendar_list *l = ARENA_NEW(mem, struct calendar_list);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1 << 20);
	l->item[l->n++] = (struct calendar_item){ .from = nov1, .until = nov30, .part = "task", .id = 7, .path = STR("/work/task/7"), .tone = TONE_BLUE,
		.title = STR("鍵, 棚; 戻す\\場所\nEND:VCALENDAR\r\n長い題名をもつやることは、一行に収まらないので折り返されますが、文字の途中では切れません。さらに長い長い題名です。😀") };
	ical_put(&b, mem, l, STR("石垣（見本）"), STR("https://ishigaki.example.co.jp"), clock_instant(nov1));
	struct str s = buf_view(&b);
	size_t line = 0;
	for (size_t i = 0; i < s.n; i++) {
		line = s.p[i] == '\n' ? 0 : line + 1;
		assert_true(line <= 76); /* 75 and the CR */
		if (s.p[i] == '\n')
			assert_true(s.p[i - 1] == '\r');
	}
	for (struct str rest = s, one; str_cut(&rest, '\n', &one);)
		assert_true(text_valid(one)); /* no character is cut */
	struct str whole = unfolded(s);
	assert_true(str_contains(whole, STR("\r\nSUMMARY:鍵\\, 棚\\; 戻す\\\\場所\\nEND:VCALENDAR \\n長い題名")));
	assert_true(str_contains(whole, STR("です。😀\r\n")));
	assert_true(str_contains(whole, STR("\r\nUID:task-7@ishigaki\r\n")));
	assert_true(str_contains(whole, STR("\r\nDTSTART;VALUE=DATE:20261130\r\nDTEND;VALUE=DATE:20261201\r\n")));
	assert_true(str_contains(whole, STR("\r\nDTSTAMP:20261031T150000Z\r\n")));
	assert_true(str_contains(whole, STR("\r\nURL:https://ishigaki.example.co.jp/work/task/7\r\n")));
	assert_true(str_ends(whole, STR("END:VEVENT\r\nEND:VCALENDAR\r\n")));
	size_t ends = 0;
	for (struct str rest = whole, one; str_cut(&rest, '\n', &one);)
		ends += str_eq(one, STR("END:VCALENDAR\r"));
	assert_int_equal(ends, 1);
}

/* ---- feeds ---- */

struct feed_job {
	const struct principal *by;
	struct str secret;
};

static int create(struct db_conn *c, void *arg)
{
	struct feed_job *j = arg;
	struct reg_ctx ctx = ctx_of(j->by);
	ctx.conn = c;
	return feed_create(&ctx, &j->secret);
}

static int end(struct db_conn *c, void *arg)
{
	struct feed_job *j = arg;
	struct reg_ctx ctx = ctx_of(j->by);
	ctx.conn = c;
	return feed_end(&ctx);
}

static int opens(struct str secret, int64_t *ret_account)
{
	int64_t feed = 0;
	struct db_conn *c = db_read_begin(db);
	int e = feed_open(c, mem, secret, &feed, ret_account);
	db_read_end(db, &c);
	return e;
}

static int make_account(struct db_conn *c, void *arg)
{
	struct principal system = auth_system();
	struct account_new n = { .login = STR("taro"), .name = STR("見本 太郎") };
	return auth_account_create(c, mem, &system, &n, arg);
}

static int switch_off(struct db_conn *c, void *arg)
{
	return auth_account_active(c, mem, &admin, *(int64_t *)arg, false);
}

static void a_secret_opens_until_it_ends(void **state)
{
	(void)state;
	int64_t id = 0, account = 0;
	assert_int_equal(db_write(db, make_account, &id), 0);
	struct principal taro = person_of(ROLE_CONTACT, 1, "見本 太郎");
	taro.id = taro.account_id = id;
	struct feed_job j = { .by = &taro }, k;
	assert_int_equal(db_write(db, create, &j), 0);
	assert_int_equal(j.secret.n, 43);
	assert_int_equal(opens(j.secret, &account), 0);
	assert_int_equal(account, id);
	assert_int_equal(number_of("SELECT count(*) FROM work_feed WHERE length(hash) = 32"), 1);
	/* Guesses, parts and longer ones open nothing. */
	char guess[44];
	memcpy(guess, j.secret.p, 43);
	guess[42] = guess[42] == 'A' ? 'Q' : 'A';
	assert_int_equal(opens((struct str){ guess, 43 }, &account), ERR_NOT_FOUND);
	assert_int_equal(opens(str_sub(j.secret, 0, 42), &account), ERR_NOT_FOUND);
	assert_int_equal(opens(STR(""), &account), ERR_NOT_FOUND);
	/* A new one takes its place; ended, none opens. */
	k = j;
	assert_int_equal(db_write(db, create, &k), 0);
	assert_int_equal(opens(j.secret, &account), ERR_NOT_FOUND);
	assert_int_equal(opens(k.secret, &account), 0);
	assert_int_equal(db_write(db, end, &k), 0);
	assert_int_equal(opens(k.secret, &account), ERR_NOT_FOUND);
	assert_int_equal(db_write(db, end, &k), ERR_NOT_FOUND);
	/* An account that is off has no feed; a link or a token makes none. */
	assert_int_equal(db_write(db, create, &k), 0);
	assert_int_equal(db_write(db, switch_off, &id), 0);
	assert_int_equal(opens(k.secret, &account), ERR_NOT_FOUND);
	taro.kind = PRINCIPAL_TOKEN;
	assert_int_equal(db_write(db, create, &k), ERR_DENIED);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, up, office_down)
	const struct CMUnitTest tests[] = { T(it_shows_what_its_reader_may_see), T(ends_come_from_every_register_that_warns), T(it_has_its_bounds), T(a_feed_is_escaped_and_folded), T(a_secret_opens_until_it_ends) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
