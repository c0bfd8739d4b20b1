/* Migrations: applied once, never changed afterwards, never from a newer program. */
#include "base/text/db.h"
#include "db/conn.h"
#include "db/test_support.h"

static const struct db_migration ours[] = {
	{ 1, "audit trail", audit_schema },
	{ 2, "first table", "CREATE TABLE a(x INTEGER) STRICT; INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);" },
	{ 3, "one more column", "ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = 'old';" },
};

static struct db *db;
static struct note why;

static int set_up(void **state)
{
	(void)state;
	dir_make();
	db = open_db("a.db");
	why = NOTE0(MSG_NONE);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	db_closep(&db);
	dir_remove();
	return 0;
}

static int64_t version(void)
{
	struct db_conn *c = db_read_begin(db);
	int64_t v = -1;
	assert_int_equal(db_schema_version(c, &v), 0);
	db_read_end(db, &c);
	return v;
}

static int before_calls, before_result;

static int before(struct db *d, void *ctx)
{
	assert_ptr_equal(d, db);
	assert_ptr_equal(ctx, &before_calls);
	before_calls++;
	return before_result;
}

static int migrate(const struct db_migration *m, size_t n)
{
	return db_migrate(db, m, n, before, &before_calls, &why);
}

static void test_apply_and_again(void **state)
{
	(void)state;
	before_calls = before_result = 0;
	assert_int_equal(version(), 0);
	assert_int_equal(migrate(ours, 2), 0);
	assert_int_equal(before_calls, 0); /* there was nothing to keep */
	assert_int_equal(version(), 2);
	assert_int_equal(migrate(ours, 3), 0);
	assert_int_equal(before_calls, 1);
	assert_int_equal(version(), 3);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM a WHERE y = 'old'"), 2);
	assert_int_equal(migrate(ours, 3), 0);
	assert_int_equal(before_calls, 1); /* nothing to apply */
	assert_int_equal(read_i64(db, "SELECT count(*) FROM a"), 2);
	db_close(db);
	db = open_db("a.db");
	assert_int_equal(migrate(ours, 3), 0);
	assert_int_equal(before_calls, 1);
	assert_int_equal(why.id, MSG_NONE);
}

static void test_no_backup_no_migration(void **state)
{
	(void)state;
	assert_int_equal(migrate(ours, 2), 0);
	before_result = ERR_IO;
	assert_int_equal(migrate(ours, 3), ERR_IO);
	before_result = 0;
	assert_int_equal(why.id, MSG_DB_MIGRATION_BACKUP);
	assert_int_equal(version(), 2);
}

static void test_changed_text_is_refused(void **state)
{
	(void)state;
	assert_int_equal(migrate(ours, 3), 0);
	struct db_migration changed[3] = { ours[0], ours[1], ours[2] };
	changed[1].sql = "CREATE TABLE a(x INTEGER) STRICT; INSERT INTO a VALUES (1); INSERT INTO a VALUES (3);";
	assert_int_equal(migrate(changed, 3), ERR_CORRUPT);
	assert_int_equal(why.id, MSG_DB_MIGRATION_CHANGED);
	assert_int_equal(why.arg[0].i, 2);
	assert_true(str_eq_z(why.arg[1].s, "first table"));
}

static void test_newer_database_is_refused(void **state)
{
	(void)state;
	assert_int_equal(migrate(ours, 3), 0);
	assert_int_equal(migrate(ours, 2), ERR_RANGE);
	assert_int_equal(why.id, MSG_DB_NEWER);
	struct buf b;
	buf_init(&b, 4096);
	note_put(&b, LANG_EN, &why);
	assert_true(str_contains(buf_view(&b), STR("schema 3")));
	assert_true(str_contains(buf_view(&b), STR("the 2 that")));
	buf_release(&b);
}

static void test_gap_is_refused(void **state)
{
	(void)state;
	assert_int_equal(migrate(ours, 3), 0);
	assert_int_equal(RUN(db, "DELETE FROM schema_migration WHERE number = 2"), 0);
	assert_int_equal(migrate(ours, 3), ERR_CORRUPT);
	assert_int_equal(why.id, MSG_DB_MIGRATION_GAP);
}

static void test_failing_migration_leaves_nothing(void **state)
{
	(void)state;
	const struct db_migration bad[] = {
		ours[0],
		ours[1],
		{ 3, "breaks in the middle", "CREATE TABLE half(x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);" },
	};
	assert_int_equal(migrate(bad, 3), ERR_DB);
	assert_int_equal(why.id, MSG_DB_MIGRATION_FAILED);
	assert_int_equal(why.arg[0].i, 3);
	assert_true(str_contains(why.arg[2].s, STR("nowhere")));
	assert_int_equal(version(), 2); /* those before it stand */
	struct db_conn *c = db_read_begin(db);
	assert_false(has_table(c, "half"));
	db_read_end(db, &c);

	const struct db_migration ends[] = { ours[0], ours[1], { 3, "ends the transaction", "COMMIT; BEGIN;" } };
	assert_int_equal(migrate(ends, 3), ERR_DENIED);
	assert_int_equal(version(), 2);
	assert_int_equal(migrate(ours, 3), 0);
}

static int schema_job(struct db_conn *c, void *text)
{
	return c->b->script(c, text);
}

/* The text of a check may be mended by a migration, for every connection at once, and by nothing else. */
static void test_mends_a_check(void **state)
{
	(void)state;
	static char outside[] = "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'BETWEEN 2 AND 4', 'BETWEEN 2 AND 9')",
		five[] = "INSERT INTO b VALUES (5)", four[] = "INSERT INTO b VALUES (4)", none[] = "DELETE FROM b";
	const struct db_migration checked[] = { ours[0], { 2, "check", "CREATE TABLE b(x INTEGER CHECK (x IN (1, 2, 3, 5))) STRICT;" },
		{ 3, "mended", "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (x IN (1, 2, 3, 5))',"
		               " 'CHECK (x BETWEEN 2 AND 4)') WHERE type = 'table' AND name = 'b'; CREATE TABLE changed(x INTEGER) ; DROP TABLE changed; PRAGMA writable_schema = RESET;", .mends = true } };
	assert_int_equal(migrate(checked, 2), 0);
	assert_int_equal(db_write(db, schema_job, five), 0);
	assert_int_equal(db_write(db, schema_job, none), 0);
	assert_int_equal(migrate(checked, 3), 0);
	assert_int_equal(db_write(db, schema_job, five), ERR_DB);
	assert_int_equal(db_write(db, schema_job, four), 0);
	assert_true(db_write(db, schema_job, outside) < 0);
	assert_int_equal(db_write(db, schema_job, five), ERR_DB);
	struct db_conn *c = db_read_begin(db);
	struct arena *a = arena_new(1u << 20);
	struct str text;
	assert_int_equal(db_schema_text(c, a, "b", &text), 0);
	assert_true(str_eq(text, db_divert ? STR("b column x bigint;\nb constraint CHECK (((x >= 2) AND (x <= 4)));\n")
	                                   : STR("CREATE TABLE b(x INTEGER CHECK (x BETWEEN 2 AND 4)) STRICT;\n")));
	arena_free(a);
	db_read_end(db, &c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_apply_and_again),
		TEST(test_no_backup_no_migration),
		TEST(test_changed_text_is_refused),
		TEST(test_newer_database_is_refused),
		TEST(test_gap_is_refused),
		TEST(test_failing_migration_leaves_nothing),
		TEST(test_mends_a_check),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
