/* Import batches: hidden until decided, all or nothing, rolled forward, dropped, recovered. */
#include "base/text/register.h"
#include "register/test_support.h"

static int64_t batch;

static int begin_job(struct db_conn *c, void *arg)
{
	(void)arg;
	struct reg_ctx ctx = ctx_of(&lead);
	ctx.conn = c;
	return batch_begin(&ctx, STR("stones.xlsx"), &batch);
}

static void begin(void)
{
	assert_int_equal(db_write(db, begin_job, NULL), 0);
	assert_true(batch > 0);
}

/* A new row of the batch. */
static int64_t add(const char *name)
{
	struct change c = CHANGE(&stone, 0, "name", name, "note", "取り込みの備考", "yard", "北の作業場");
	c.batch = batch;
	c.from_file = true;
	return made(&c);
}

struct deferred {
	int64_t id, revision;
	const char *note;
};
static int defer_job(struct db_conn *c, void *arg)
{
	struct deferred *d = arg;
	struct reg_ctx ctx = ctx_of(&lead);
	ctx.conn = c;
	struct change ch = CHANGE(&stone, d->id, "note", d->note, "width", "77", "carved", "");
	ch.reason = STR("stones.xlsx");
	return batch_defer(&ctx, batch, &ch, d->revision);
}
static void defer(int64_t id, int64_t revision, const char *note)
{
	struct deferred d = { id, revision, note };
	assert_int_equal(db_write(db, defer_job, &d), 0);
}

static size_t listed(void)
{
	struct query q = { .view = &stone, .by = &lead, .op = OP_READ, .sort = -2, .limit = 200 };
	struct listing l;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	db_read_end(db, &c);
	return l.rows;
}

static struct str note_of(int64_t id)
{
	struct row row = row_of(&stone, id);
	return at(&stone, &row, "note").s;
}

static int commit(void)
{
	struct reg_ctx ctx = ctx_of(&lead);
	return batch_commit(db, &ctx, batch);
}

static void hidden_until_decided(void **state)
{
	(void)state;
	int64_t old = MADE(&stone, "name", "古い石", "note", "前", "carved", "有");
	begin();
	int64_t id = add("新しい石");
	defer(old, 1, "後");
	assert_int_equal(listed(), 1);
	/* nobody else reaches the row, and its key is taken */
	struct change c = CHANGE(&stone, id, "width", "5");
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), ERR_NOT_FOUND);
	c = CHANGE(&stone, 0, "name", "新しい石");
	assert_int_equal(save_by(&lead, &c, &w), ERR_EXISTS);
	assert_int_equal(w.errors.error[0].why.id, MSG_ROW_EXISTS_IMPORT);
	assert_true(str_eq(note_of(old), STR("前")));
	assert_int_equal(commit(), 0);
	assert_int_equal(listed(), 2);
	assert_true(str_eq(note_of(old), STR("後")));
	struct row row = row_of(&stone, old);
	assert_false(at(&stone, &row, "carved").known); /* a blank is a value too */
	assert_int_equal(at(&stone, &row, "width").i, 77);
	assert_int_equal(last_entry(old).kind, AUDIT_UPDATE);
	assert_true(str_eq(last_entry(old).actor_name, STR("Lead")));
	assert_int_equal(number_of("SELECT count(*) FROM batch_change"), 0);
	assert_int_equal(number_of("SELECT state FROM batch"), BATCH_DONE);
	c = CHANGE(&stone, id, "width", "5");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_int_equal(commit(), ERR_CONFLICT); /* not twice */
}

static void all_or_nothing(void **state)
{
	(void)state;
	int64_t old = MADE(&stone, "name", "古い石", "note", "前");
	begin();
	int64_t id = add("新しい石");
	defer(old, 1, "後");
	struct change c = CHANGE(&stone, old, "note", "その間に");
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_int_equal(commit(), ERR_CONFLICT);
	assert_int_equal(listed(), 1);
	assert_true(str_eq(note_of(old), STR("その間に")));
	struct reg_ctx ctx = ctx_of(&lead);
	assert_int_equal(batch_drop(db, &ctx, batch), 0);
	assert_int_equal(number_of("SELECT state FROM batch"), BATCH_DROPPED);
	assert_int_equal(number_of("SELECT count(*) FROM record WHERE register = 'stone'"), 1);
	assert_int_equal(number_of("SELECT count(*) FROM batch_change"), 0);
	MADE(&stone, "name", "新しい石"); /* the key is free again */
	assert_int_equal(batch_drop(db, &ctx, batch), ERR_CONFLICT);
	(void)id;
}

/* More waiting changes than one transaction takes: rolled forward, by the job itself or after a restart, and a row's own
 * change comes first to whoever writes that row in between. */
static int many_job(struct db_conn *c, void *arg)
{
	int64_t *first = arg;
	struct arena *a = arena_new(LIMIT_ARENA);
	int e = 0;
	for (int i = 0; e == 0 && i < LIMIT_IMPORT_CHUNK + 20; i++) {
		struct reg_ctx ctx = { .conn = c, .arena = a, .by = &lead, .key = test_key };
		struct change ch = change_new(a, CHANGE_SAVE, &stone, 0);
		change_set_text(&ch, a, "name", str_printf(a, "石%d番", i).p);
		struct written w;
		e = reg_write(&ctx, &ch, &w);
		if (i == 0)
			*first = w.id;
	}
	arena_free(a);
	return e;
}
static int flip_job(struct db_conn *c, void *arg)
{
	(void)arg;
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "UPDATE batch SET state = 1");
	return db_exec(c, &q, NULL);
}

static void rolled_forward(void **state)
{
	(void)state;
	int64_t first = 0;
	assert_int_equal(db_write(db, many_job, &first), 0);
	begin();
	for (int i = 0; i < LIMIT_IMPORT_CHUNK + 20; i++)
		defer(first + i, 1, "後");
	assert_int_equal(commit(), 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE note = '後'"), LIMIT_IMPORT_CHUNK + 20);
	assert_int_equal(number_of("SELECT state FROM batch"), BATCH_DONE);
	/* decided, and stopped there */
	begin();
	defer(first, 0, "もっと後");
	defer(first + 1, 0, "もっと後");
	assert_int_equal(db_write(db, flip_job, NULL), 0);
	struct change c = CHANGE(&stone, first, "height", "9");
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	struct row row = row_of(&stone, first);
	assert_true(str_eq(at(&stone, &row, "note").s, STR("もっと後")));
	assert_int_equal(at(&stone, &row, "height").i, 9);
	assert_true(str_eq(note_of(first + 1), STR("後")));
	struct reg_ctx ctx = ctx_of(&lead);
	assert_int_equal(batch_recover(db, &ctx), 0);
	assert_true(str_eq(note_of(first + 1), STR("もっと後")));
	assert_int_equal(number_of("SELECT count(*) FROM batch_change"), 0);
}

static void recovered(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 5; i++)
		add(str_printf(mem, "石%d番", i).p);
	struct reg_ctx ctx = ctx_of(&lead);
	assert_int_equal(batch_recover(db, &ctx), 0);
	assert_int_equal(number_of("SELECT state FROM batch"), BATCH_DROPPED);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone"), 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone_search"), 0);
	assert_int_equal(batch_recover(db, &ctx), 0);
}

static int dropping_job(struct db_conn *c, void *arg)
{
	(void)arg;
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "UPDATE batch SET state = 3");
	return db_exec(c, &q, NULL);
}

/* What a dropped import left behind stands in nobody's way. */
static void leftovers_give_way(void **state)
{
	(void)state;
	begin();
	int64_t id = add("石");
	assert_int_equal(db_write(db, dropping_job, NULL), 0);
	assert_int_equal(listed(), 0);
	assert_true(MADE(&stone, "name", "石") != id);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(hidden_until_decided), OFFICE_TEST(all_or_nothing), OFFICE_TEST(rolled_forward), OFFICE_TEST(recovered),
		OFFICE_TEST(leftovers_give_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
