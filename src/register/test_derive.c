/* Set-based derivations: over all rows, over those concerned, on from register to register, and what moved. */
#include "db/backend.h"
#include "register/moved.h"
#include "register/test_support.h"

static int64_t burden_of(int64_t id)
{
	struct row row = row_of(&stone, id);
	struct value v = at(&stone, &row, "burden");
	return v.known ? v.i : -1;
}

static void runs_on(void **state)
{
	(void)state;
	int64_t high = MADE(&wall, "name", "高い壁", "height", "10"), low = MADE(&wall, "name", "低い壁", "height", "2");
	int64_t a = MADE(&stone, "name", "い", "wall", "高い壁"), b = MADE(&stone, "name", "ろ", "wall", "低い壁"), c = MADE(&stone, "name", "は");
	assert_int_equal(burden_of(a), 100);
	assert_int_equal(burden_of(b), 20);
	assert_int_equal(burden_of(c), -1);
	int64_t entries = number_of("SELECT count(*) FROM audit_entry");
	struct change ch = CHANGE(&wall, high, "height", "11");
	struct written w;
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(burden_of(a), 110);
	assert_int_equal(burden_of(b), 20);
	/* the wall's change and one re-computation; the stone has no new revision */
	assert_int_equal(number_of("SELECT count(*) FROM audit_entry"), entries + 2);
	assert_int_equal(row_of(&stone, a).revision, 1);
	/* a change that moves nothing leaves no entry of a re-computation */
	ch = CHANGE(&wall, high, "name", "もっと高い壁");
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(number_of("SELECT count(*) FROM audit_entry"), entries + 3);
	ch = CHANGE(&stone, b, "wall", "もっと高い壁");
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(burden_of(b), 110);
	struct db_conn *conn = db_read_begin(db);
	struct moved_row *moved;
	size_t n;
	bool more;
	struct moved_query q = { .reg = &test_stone, .field = reg_field(&test_stone, "burden"), .otherwise = -1, .limit = 10 };
	assert_int_equal(moved_list(conn, mem, &lead, &q, &moved, &n, &more), 0);
	assert_int_equal(n, 2);
	assert_false(more);
	assert_int_equal(moved[0].record_id, b);
	assert_int_equal(moved[0].before.i, 20);
	assert_int_equal(moved[1].before.i, 100);
	assert_int_equal(moved[1].after.i, 110);
	assert_true(str_starts(moved[1].why, STR("WAL-0001")));
	const int64_t second = moved[0].recompute_id;
	int64_t newest = 0;
	assert_int_equal(moved_newest(conn, mem, &newest), 0);
	assert_int_equal(newest, second);
	q.recompute = moved[1].recompute_id;
	assert_int_equal(moved_list(conn, mem, &lead, &q, &moved, &n, &more), 0);
	assert_int_equal(n, 1);
	assert_int_equal(moved[0].record_id, a);
	q.after = q.recompute;
	q.recompute = 0;
	assert_int_equal(moved_list(conn, mem, &lead, &q, &moved, &n, &more), 0);
	assert_int_equal(n, 1);
	assert_int_equal(moved[0].recompute_id, second);
	q.after = 0;
	assert_int_equal(moved_list(conn, mem, &contact, &q, &moved, &n, &more), 0);
	assert_int_equal(n, 0); /* rows of no unit are not theirs */
	db_read_end(db, &conn);
	(void)low;
}

struct batched_wall {
	struct reg_ctx ctx;
	int64_t batch;
};
static int batched_wall(struct db_conn *c, void *arg)
{
	struct batched_wall *x = arg;
	struct written w;
	x->ctx.conn = c;
	int e = batch_begin(&x->ctx, STR("walls.csv"), &x->batch);
	struct change ch = CHANGE(&wall, 0, "name", "は", "yard", "西", "height", "10");
	ch.batch = x->batch;
	return e == 0 ? reg_write(&x->ctx, &ch, &w) : e;
}

static int64_t height_of(int64_t id)
{
	struct row row = row_of(&yard, id);
	struct value v = at(&yard, &row, "height");
	return v.known ? v.i : -1;
}

/* A yard follows the walls that point to it: a new one, one that changes, moves, goes and comes back, and those of a batch. */
static void follows_what_points_to_it(void **state)
{
	(void)state;
	int64_t east = MADE(&yard, "name", "東"), west = MADE(&yard, "name", "西");
	assert_int_equal(height_of(east), -1);
	int64_t a = MADE(&wall, "name", "い", "yard", "東", "height", "2"), b = MADE(&wall, "name", "ろ", "yard", "東", "height", "3");
	assert_int_equal(height_of(east), 500);
	struct change ch = CHANGE(&wall, a, "height", "4");
	struct written w;
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(height_of(east), 700);
	ch = CHANGE(&wall, b, "yard", "西");
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(height_of(east), 400);
	assert_int_equal(height_of(west), 300);
	ch = change_new(mem, CHANGE_ARCHIVE, &wall, a);
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(height_of(east), -1);
	ch = change_new(mem, CHANGE_RESTORE, &wall, a);
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(height_of(east), 400);
	struct reg_ctx ctx = ctx_of(&lead);
	struct batched_wall job = { .ctx = ctx };
	assert_int_equal(db_write(db, batched_wall, &job), 0);
	assert_int_equal(height_of(west), 300); /* nobody sees it yet */
	assert_int_equal(batch_commit(db, &ctx, job.batch), 0);
	assert_int_equal(height_of(west), 1300);
}

/* Behind the back of the write path, so that it shows whether a change makes anybody look. */
static int forget_burdens(struct db_conn *c, void *arg)
{
	(void)arg;
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "UPDATE test_stone SET burden_computed = NULL");
	return db_exec(c, &q, NULL);
}

static void only_what_is_read_concerns(void **state)
{
	(void)state;
	static const char computed[] = "SELECT coalesce(burden_computed, -1) FROM test_stone";
	int64_t id = MADE(&wall, "name", "壁", "height", "10");
	MADE(&stone, "name", "い", "wall", "壁");
	assert_int_equal(number_of(computed), 100);
	assert_int_equal(db_write(db, forget_burdens, NULL), 0);
	struct change ch = CHANGE(&wall, id, "name", "別の壁");
	struct written w;
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(number_of(computed), -1);
	/* The load is derived itself. */
	ch = CHANGE(&wall, id, "height", "11");
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(number_of(computed), 110);
	assert_int_equal(db_write(db, forget_burdens, NULL), 0);
	ch = change_new(mem, CHANGE_ARCHIVE, &wall, id);
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(number_of(computed), 110);
}

struct settings {
	struct str value;
	int64_t moved;
	struct note why;
	const struct principal *by;
};
static int set_factor(struct db_conn *c, void *arg)
{
	struct settings *s = arg;
	struct reg_ctx ctx = ctx_of(s->by);
	ctx.conn = c;
	return setting_write(&ctx, STR("test.factor"), s->value, &s->why, &s->moved);
}

static void settings_move_everything(void **state)
{
	(void)state;
	MADE(&wall, "name", "壁", "height", "10");
	int64_t a = MADE(&stone, "name", "い", "wall", "壁");
	int64_t settled = MADE(&stone, "name", "ろ", "wall", "壁", "burden_set", "7", "burden_reason", "小さい");
	int64_t gone = MADE(&stone, "name", "は", "wall", "壁");
	struct change ch = change_new(mem, CHANGE_ARCHIVE, &stone, gone);
	struct written w;
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	struct reg_ctx ctx = ctx_of(&lead);
	const struct str keys[] = { STR("test.factor") }, values[] = { STR("20") };
	int64_t moved = 0;
	struct note why;
	assert_int_equal(setting_preview(db, &ctx, keys, values, 1, NULL, NULL, &moved, &why), 0);
	assert_int_equal(moved, 3); /* the wall, two live stones */
	assert_int_equal(burden_of(a), 100);
	assert_int_equal(number_of("SELECT number FROM setting WHERE key = 'test.factor'"), 10);
	assert_int_equal(number_of("SELECT count(*) FROM moved"), 0);
	struct settings s = { .value = STR("20"), .by = &lead };
	assert_int_equal(db_write(db, set_factor, &s), 0);
	assert_int_equal(s.moved, 3);
	assert_int_equal(burden_of(a), 200);
	assert_int_equal(burden_of(settled), 7);
	assert_int_equal(burden_of(gone), 100); /* archived rows keep what they had ... */
	ch = change_new(mem, CHANGE_RESTORE, &stone, gone);
	assert_int_equal(save_by(&lead, &ch, &w), 0);
	assert_int_equal(burden_of(gone), 200); /* ... until they come back */
	s.value = STR("20");
	assert_int_equal(db_write(db, set_factor, &s), 0);
	assert_int_equal(s.moved, 0);
	s.value = STR("0");
	assert_int_equal(db_write(db, set_factor, &s), ERR_INVALID);
	s = (struct settings){ .value = STR("30"), .by = &contact };
	assert_int_equal(db_write(db, set_factor, &s), ERR_DENIED);
}

/* The statement over all rows, with more rows than anybody works out by hand; time is shown, not judged. */
static int many_rows(struct db_conn *c, void *arg)
{
	const int64_t *wall_id = arg;
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
	            "INSERT INTO record(id, register, code, created_at, created_by, updated_at, updated_by) "
	            "SELECT 100000 + i, 'stone', 'STN-X' || i, 0, '', 0, '' FROM n");
	int e = db_exec(c, &q, NULL);
	if (e < 0)
		return e;
	sql_init(&q, mem);
	sql_lit(&q, "INSERT INTO test_stone(id, name, wall) SELECT id, code, ");
	sql_i64(&q, *wall_id);
	sql_lit(&q, " FROM record WHERE id > 100000");
	return db_exec(c, &q, NULL);
}
static int recompute_job(struct db_conn *c, void *arg)
{
	struct reg_ctx ctx = ctx_of(&lead);
	ctx.conn = c;
	int64_t *ret = arg, from = clock_thread_cpu_us();
	int e = reg_recompute(&ctx, &test_stone, NULL, 0, STR("test"), &ret[0]);
	ret[1] = clock_thread_cpu_us() - from;
	return e;
}

static struct str schema_of_stones(void)
{
	struct db_conn *c = db_read_begin(db);
	struct str text;
	assert_int_equal(db_schema_text(c, mem, "test_stone", &text), 0);
	db_read_end(db, &c);
	return text;
}

/* A re-computation that fails behind its statements, as on a full disk. */
static int recompute_and_fail(struct db_conn *c, void *arg)
{
	int e = recompute_job(c, arg);
	return e < 0 ? e : ERR_DB;
}

/* What the index itself holds; PostgreSQL has no words for asking an index. */
#define COUNT_BY_INDEX(where) number_of(db_divert ? "SELECT count(*) FROM test_stone WHERE " where \
	: "SELECT count(*) FROM test_stone INDEXED BY test_stone_burden WHERE " where)

static void many(void **state)
{
	(void)state;
	int64_t wall_id = MADE(&wall, "name", "壁", "height", "10"), ret[2];
	const struct str schema = schema_of_stones();
	assert_true(str_find(schema, STR("CREATE INDEX test_stone_burden ")) >= 0);
	assert_int_equal(db_write(db, many_rows, &wall_id), 0);
	/* Indexes are made anew on the way: they are there afterwards, whatever came of it, and hold what the rows hold. */
	assert_int_equal(db_write(db, recompute_and_fail, ret), ERR_DB);
	assert_true(str_eq(schema_of_stones(), schema));
	assert_int_equal(COUNT_BY_INDEX("archived = 0 AND burden IS NULL"), 20000);
	assert_int_equal(db_write(db, recompute_job, ret), 0);
	assert_int_equal(ret[0], 20000);
	assert_true(str_eq(schema_of_stones(), schema));
	assert_int_equal(COUNT_BY_INDEX("archived = 0 AND burden = 100"), 20000);
	print_message("20,000 rows moved in %lld ms of CPU\n", (long long)(ret[1] / 1000));
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE burden = 100"), 20000);
	assert_int_equal(number_of("SELECT count(*) FROM derive_work"), 0);
	assert_int_equal(number_of("SELECT moved_rows FROM recompute ORDER BY id DESC LIMIT 1"), 20000);
	assert_int_equal(db_write(db, recompute_job, ret), 0);
	assert_int_equal(ret[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { OFFICE_TEST(runs_on), OFFICE_TEST(follows_what_points_to_it), OFFICE_TEST(only_what_is_read_concerns), OFFICE_TEST(settings_move_everything), OFFICE_TEST(many) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
