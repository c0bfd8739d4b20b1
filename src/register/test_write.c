/* reg_write(): rights, checks, what is stored, what is recorded, what is refused. */
#include "register/test_support.h"

static struct str first_error(const struct written *w)
{
	return w->errors.n ? note_str(mem, LANG_EN, &w->errors.error[0].why) : STR("");
}

static bool error_at(const struct written *w, const struct reg_view *v, const char *field)
{
	int at_ = field ? reg_view_field(v, str_of(field)) : -1;
	for (size_t i = 0; i < w->errors.n; i++)
		if (w->errors.error[i].field == at_)
			return true;
	return false;
}

static void creates(void **state)
{
	(void)state;
	int64_t w1 = MADE(&wall, "name", "天守台", "yard", "北の作業場", "height", "12.50");
	struct change c = CHANGE(&stone, 0, "name", " 鏡石 ", "kind", "2", "marks", "丸印、波", "hardness", "３：かたい", "carved", "○", "width",
	                         "１，２００", "height", "300", "weight", "12.5", "price", "￥3,000", "quarried", "令和8年4月1日", "link",
	                         "https://example.jp/a", "note", "一行目\r\n二行目", "yard", "北の作業場", "wall", "WAL-0001");
	struct written w;
	int e = save_by(&lead, &c, &w);
	if (e < 0)
		fail_msg("%s %.*s", err_name(e), STR_FMT(first_error(&w)));
	assert_true(w.created);
	assert_true(str_eq(w.code, STR("STN-0001")));
	struct row row = row_of(&stone, w.id);
	assert_int_equal(row.revision, 1);
	assert_int_equal(row.unit_id, north);
	assert_true(str_eq(at(&stone, &row, "name").s, STR("鏡石")));
	assert_int_equal(at(&stone, &row, "marks").i, (int64_t)1 | (int64_t)1 << 62);
	assert_int_equal(at(&stone, &row, "weight").i, 125);
	assert_int_equal(at(&stone, &row, "volume").i, 360000);
	assert_true(str_eq(at(&stone, &row, "size").s, STR("1200x300")));
	assert_true(str_eq(at(&stone, &row, "quarried").s, STR("2026-04-01")));
	assert_true(str_eq(at(&stone, &row, "note").s, STR("一行目\n二行目")));
	assert_int_equal(at(&stone, &row, "wall").i, w1);
	assert_int_equal(at(&stone, &row, "burden_computed").i, 125); /* 12.50 × 10 */
	assert_int_equal(at(&stone, &row, "burden").i, 125);
	struct audit_entry entry = last_entry(w.id);
	assert_int_equal(entry.kind, AUDIT_CREATE);
	assert_true(str_eq(entry.subject, STR("STN-0001 鏡石")));
	bool wall_told = false;
	for (size_t i = 0; i < entry.changes; i++)
		if (str_eq(entry.change[i].field, STR("wall")))
			wall_told = str_eq(entry.change[i].after, STR("WAL-0001 天守台"));
	assert_true(wall_told);
}

static void changes(void **state)
{
	(void)state;
	int64_t id = MADE(&stone, "name", "隅石", "yard", "北の作業場", "width", "10", "height", "20");
	int64_t entries = number_of("SELECT count(*) FROM audit_entry");
	struct change same = CHANGE(&stone, id, "name", "隅石", "width", "10");
	struct written w;
	assert_int_equal(save_by(&lead, &same, &w), 0);
	assert_false(w.changed || w.created);
	assert_int_equal(w.revision, 1);
	assert_int_equal(number_of("SELECT count(*) FROM audit_entry"), entries);
	struct change c = CHANGE(&stone, id, "width", "11");
	c.revision = 1;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_true(w.changed);
	assert_int_equal(w.revision, 2);
	struct row row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "volume").i, 220);
	struct audit_entry entry = last_entry(id);
	assert_int_equal(entry.kind, AUDIT_UPDATE);
	assert_int_equal(entry.changes, 3); /* width, volume, size */
	assert_true(str_eq(entry.change[0].before, STR("10")));
	assert_true(str_eq(entry.change[0].after, STR("11")));
	c = CHANGE(&stone, id, "width", "12");
	c.revision = 1;
	assert_int_equal(save_by(&lead, &c, &w), ERR_CONFLICT);
	c = CHANGE(&stone, id + 100, "width", "12");
	assert_int_equal(save_by(&lead, &c, &w), ERR_NOT_FOUND);
}

static void refuses(void **state)
{
	(void)state;
	struct written w;
	struct change c = CHANGE(&stone, 0, "kind", "1");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "name"));
	c = CHANGE(&stone, 0, "name", "石");
	change_set(&c, reg_view_field(&stone, STR("width")), (struct value){ .known = true, .i = 9999 });
	change_set(&c, reg_view_field(&stone, STR("kind")), (struct value){ .known = true, .i = 3 });
	change_set(&c, reg_view_field(&stone, STR("wall")), (struct value){ .known = true, .i = 4711 });
	change_set(&c, reg_view_field(&stone, STR("link")), (struct value){ .known = true, .s = STR("javascript:alert(1)") });
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "width"));
	assert_true(error_at(&w, &stone, "kind"));
	assert_true(error_at(&w, &stone, "wall"));
	assert_true(error_at(&w, &stone, "link"));
	assert_int_equal(w.errors.n, 4);
	c = CHANGE(&stone, 0, "name", "石", "wall", "どこにもない石垣");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "wall"));
	/* the hook's rule */
	c = CHANGE(&stone, 0, "name", "石", "kind", "tuff", "width", "4500");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "width"));
	/* derived and engine fields */
	c = CHANGE(&stone, 0, "name", "石");
	change_set(&c, reg_view_field(&stone, STR("volume")), (struct value){ .known = true, .i = 5 });
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "volume"));
	c = CHANGE(&stone, 0, "name", "石", "checked_on", "2026-01-01");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "checked_on"));
	c.by_engine = true;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone"), 1);
	assert_int_equal(number_of("SELECT count(*) FROM record WHERE register = 'stone'"), 1);
}

static void rights(void **state)
{
	(void)state;
	int64_t theirs = MADE(&stone, "name", "南の石", "yard", "南の作業場");
	int64_t own = MADE(&stone, "name", "北の石", "yard", "北の作業場");
	struct written w;
	struct change c = CHANGE(&stone, theirs, "width", "1");
	assert_int_equal(save_by(&contact, &c, &w), ERR_NOT_FOUND);
	c = CHANGE(&stone, own, "width", "1");
	assert_int_equal(save_by(&contact, &c, &w), 0);
	/* moving a row out of one's own units, or making one there */
	c = CHANGE(&stone, own, "yard", "南の作業場");
	assert_int_equal(save_by(&contact, &c, &w), ERR_DENIED);
	assert_true(error_at(&w, &stone, "yard"));
	assert_int_equal(last_entry(own).kind, AUDIT_REFUSED);
	c = CHANGE(&stone, 0, "name", "新しい石", "yard", "南の作業場");
	assert_int_equal(save_by(&contact, &c, &w), ERR_DENIED);
	c = CHANGE(&stone, 0, "name", "新しい石");
	assert_int_equal(save_by(&contact, &c, &w), ERR_DENIED);
	assert_true(error_at(&w, &stone, "yard"));
	c = CHANGE(&stone, 0, "name", "新しい石", "yard", "北の作業場");
	assert_int_equal(save_by(&contact, &c, &w), 0);
	/* fields of others */
	c = CHANGE(&stone, own, "burden_set", "3", "burden_reason", "古い");
	assert_int_equal(save_by(&contact, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "burden_set"));
	c = CHANGE(&stone, own, "giver", "");
	assert_int_equal(save_by(&contact, &c, &w), ERR_INVALID); /* also when it would change nothing */
	assert_true(error_at(&w, &stone, "giver"));
	/* archiving needs its own right, reading is not writing */
	c = change_new(mem, CHANGE_ARCHIVE, &stone, own);
	assert_int_equal(save_by(&contact, &c, &w), ERR_DENIED);
	c = CHANGE(&stone, own, "width", "2");
	assert_int_equal(save_by(&auditor, &c, &w), ERR_DENIED);
	c = CHANGE(&stone, 0, "name", "x");
	assert_int_equal(save_by(&auditor, &c, &w), ERR_DENIED);
	struct principal token = lead;
	token.kind = PRINCIPAL_TOKEN;
	token.read_only = true;
	c = CHANGE(&stone, own, "width", "2");
	assert_int_equal(save_by(&token, &c, &w), ERR_DENIED);
	assert_int_equal(row_of(&stone, own).revision, 2);
	/* a wall of another yard cannot be pointed to */
	MADE(&wall, "name", "南の壁", "yard", "南の作業場");
	c = CHANGE(&stone, own, "wall", "南の壁");
	assert_int_equal(save_by(&contact, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "wall"));
}

static int link_job(struct db_conn *c, void *arg)
{
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "INSERT INTO auth_link (id, hash, name, created_at, created_by, created_by_name, expires_at) VALUES (7, x'00', 'a', 0, '', '', 0)");
	int e = db_exec(c, &q, NULL);
	sql_init(&q, mem);
	sql_lit(&q, "INSERT INTO auth_link_item (link_id, record_id, ops) VALUES (7, ");
	sql_i64(&q, *(int64_t *)arg);
	sql_lit(&q, ", 5)");
	return e < 0 ? e : db_exec(c, &q, NULL);
}

/* Who holds a personal link changes its item, but takes it out of nobody's sight. */
static void a_link_moves_nothing(void **state)
{
	(void)state;
	int64_t id = MADE(&stone, "name", "北の石", "yard", "北の作業場");
	struct principal link = { .kind = PRINCIPAL_LINK, .id = 7, .link_ops = OP_READ | OP_UPDATE, .lang = LANG_JA, .name = STR("Link") };
	assert_int_equal(db_write(db, link_job, &id), 0);
	struct written w;
	struct change c = CHANGE(&stone, id, "width", "4");
	assert_int_equal(save_by(&link, &c, &w), 0);
	c = CHANGE(&stone, id, "yard", "");
	assert_int_equal(save_by(&link, &c, &w), ERR_DENIED);
	assert_true(error_at(&w, &stone, "yard"));
	assert_int_equal(row_of(&stone, id).unit_id, north);
}

static void keys(void **state)
{
	(void)state;
	int64_t id = MADE(&stone, "name", "Ｂ１２の石", "yard", "南の作業場", "serial", "A-1");
	struct written w;
	struct change c = CHANGE(&stone, 0, "name", "b12 の石", "yard", "北の作業場");
	assert_int_equal(save_by(&lead, &c, &w), ERR_EXISTS);
	assert_true(str_contains(first_error(&w), STR("STN-0001")));
	/* who may not see the row is not told which it is */
	assert_int_equal(save_by(&contact, &c, &w), ERR_EXISTS);
	assert_false(str_contains(first_error(&w), STR("STN-0001")));
	c = CHANGE(&stone, 0, "name", "ほかの石", "serial", "A-1");
	assert_int_equal(save_by(&lead, &c, &w), ERR_EXISTS);
	assert_true(error_at(&w, &stone, "serial"));
	/* archived rows hold no key, and come back only when it is free */
	c = change_new(mem, CHANGE_ARCHIVE, &stone, id);
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_int_equal(row_of(&stone, id).state, RECORD_ARCHIVED);
	assert_int_equal(last_entry(id).kind, AUDIT_ARCHIVE);
	c = CHANGE(&stone, id, "width", "3");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	int64_t other = MADE(&stone, "name", "B12の石");
	c = change_new(mem, CHANGE_RESTORE, &stone, id);
	assert_int_equal(save_by(&lead, &c, &w), ERR_EXISTS);
	struct change away = CHANGE(&stone, other, "name", "改名した石");
	assert_int_equal(save_by(&lead, &away, &w), 0);
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_int_equal(last_entry(id).kind, AUDIT_RESTORE);
	assert_int_equal(row_of(&stone, id).state, RECORD_LIVE);
}

static void secrets(void **state)
{
	(void)state;
	int64_t id = MADE(&stone, "name", "秘石", "sign", "開けごま", "giver", "寄進 花子");
	struct audit_entry e = last_entry(id);
	unsigned digests = 0;
	for (size_t i = 0; i < e.changes; i++) {
		assert_false(str_contains(e.change[i].after, STR("ごま")));
		assert_false(str_contains(e.change[i].after, STR("花子")));
		digests += str_starts(e.change[i].after, STR(DIGEST_PREFIX));
	}
	assert_int_equal(digests, 2);
}

static void overrides(void **state)
{
	(void)state;
	MADE(&wall, "name", "石壁", "height", "5"); /* load 50 */
	int64_t id = MADE(&stone, "name", "礎石", "wall", "石壁");
	struct row row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "burden").i, 50);
	struct written w;
	struct change c = CHANGE(&stone, id, "burden_set", "70");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_true(error_at(&w, &stone, "burden_reason"));
	c = CHANGE(&stone, id, "burden_set", "70", "burden_reason", "ひびがある");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "burden").i, 70);
	assert_int_equal(at(&stone, &row, "burden_computed").i, 50);
	/* a value for the derived field goes to the override; equal to what stands, it says nothing */
	int burden = reg_view_field(&stone, STR("burden"));
	c = change_new(mem, CHANGE_SAVE, &stone, id);
	change_set(&c, burden, (struct value){ .known = true, .i = 70 });
	c.from_file = true;
	c.reason = STR("stones.xlsx");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_false(w.changed);
	c.v[burden].i = 80;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "burden_set").i, 80);
	/* from a file, a value equal to the computed one is no override */
	c.v[burden].i = 50;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_true(w.changed);
	row = row_of(&stone, id);
	assert_false(at(&stone, &row, "burden_set").known);
	assert_false(at(&stone, &row, "burden_reason").known);
	assert_int_equal(at(&stone, &row, "burden").i, 50);
	/* the same for a new row, where the computed value is known only afterwards */
	c = CHANGE(&stone, 0, "name", "敷石", "wall", "石壁");
	change_set(&c, burden, (struct value){ .known = true, .i = 50 });
	c.from_file = true;
	c.reason = STR("stones.xlsx");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	row = row_of(&stone, w.id);
	assert_false(at(&stone, &row, "burden_set").known);
	assert_int_equal(at(&stone, &row, "burden").i, 50);
	c = CHANGE(&stone, 0, "name", "飛び石", "wall", "石壁");
	change_set(&c, burden, (struct value){ .known = true, .i = 55 });
	c.from_file = true;
	c.reason = STR("stones.xlsx");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	row = row_of(&stone, w.id);
	assert_int_equal(at(&stone, &row, "burden_set").i, 55);
	assert_true(str_eq(at(&stone, &row, "burden_reason").s, STR("stones.xlsx")));
}

struct creates_of {
	unsigned rounds;
	int64_t us;
};
static int creates_job(struct db_conn *c, void *arg)
{
	struct creates_of *job = arg;
	struct arena *a = arena_new(LIMIT_ARENA);
	int e = 0;
	int64_t from = clock_thread_cpu_us();
	for (unsigned i = 0; e == 0 && i < job->rounds; i++) {
		arena_clear(a);
		struct reg_ctx ctx = { .conn = c, .arena = a, .by = &lead, .key = test_key };
		struct change ch = change_new(a, CHANGE_SAVE, &stone, 0);
		change_set_text(&ch, a, "name", str_printf(a, "石%u番", i).p);
		change_set_text(&ch, a, "note", "備考をすこし書いておきます。");
		change_set_text(&ch, a, "wall", "WAL-0001");
		change_set_text(&ch, a, "yard", "YRD-0001");
		change_set_text(&ch, a, "kind", "御影石");
		change_set_text(&ch, a, "width", "10");
		change_set_text(&ch, a, "height", "20");
		change_set_text(&ch, a, "quarried", "2026/4/1");
		struct written w;
		e = reg_write(&ctx, &ch, &w);
	}
	job->us = clock_thread_cpu_us() - from;
	arena_free(a);
	return e;
}

/* A save is one transaction of few statements and little work. */
static void cost(void **state)
{
	(void)state;
	MADE(&wall, "name", "石壁", "height", "5");
	int64_t id = MADE(&stone, "name", "数える石", "wall", "石壁");
	struct change c = CHANGE(&stone, id, "note", "変わりました", "hardness", "2");
	struct written w;
	db_statement_count(true);
	assert_int_equal(save_by(&lead, &c, &w), 0);
	unsigned n = db_statement_count(true);
	if (n > 14)
		fail_msg("%u statements for one save", n);
	struct creates_of job = { .rounds = 500 };
	assert_int_equal(db_write(db, creates_job, &job), 0);
	print_message("%u creates: %lld us of CPU each, trail and search index included; %u statements for an update\n", job.rounds,
	              (long long)(job.us / job.rounds), n);
}

static int watch_job(struct db_conn *c, void *ctx)
{
	struct sql q;
	sql_init(&q, mem);
	(void)ctx;
	sql_lit(&q, "CREATE TRIGGER watched AFTER UPDATE OF unit_id, name, wall, archived, match_key, own ON test_stone"
	            " BEGIN SELECT RAISE(ABORT, 'named without need'); END");
	return db_exec(c, &q, NULL);
}

/* A column that an UPDATE names is taken out of every index that holds it and put in again, whether or not its value is another one. */
static void what_did_not_change_is_not_written(void **state)
{
	(void)state;
	if (getenv("ISHIGAKI_TEST_POSTGRES")) {
		print_message("skipped: what_did_not_change_is_not_written (a trigger in SQLite's words)\n");
		return;
	}
	MADE(&wall, "name", "石壁", "height", "5", "yard", "北の作業場");
	int64_t id = MADE(&stone, "name", "見張る石", "wall", "石壁", "note", "前");
	assert_int_equal(db_write(db, watch_job, NULL), 0);
	struct change c = CHANGE(&stone, id, "note", "後");
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	struct row row = row_of(&stone, id);
	assert_true(str_eq_z(at(&stone, &row, "note").s, "後"));
	c = CHANGE(&stone, id, "name", "別の石");
	assert_int_not_equal(save_by(&lead, &c, &w), 0); /* the watch can bark */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(creates), OFFICE_TEST(changes), OFFICE_TEST(refuses), OFFICE_TEST(rights), OFFICE_TEST(a_link_moves_nothing), OFFICE_TEST(keys),
		OFFICE_TEST(secrets), OFFICE_TEST(overrides), OFFICE_TEST(what_did_not_change_is_not_written), OFFICE_TEST(cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
