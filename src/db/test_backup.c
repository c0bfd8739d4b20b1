/* The copy of a database that is in use, and the checks. */
#include <stdatomic.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "db/test_support.h"

static struct db *db;

static int set_up(void **state)
{
	(void)state;
	dir_make();
	db = open_db("a.db");
	/* Two accounts whose sum never changes, and enough pages for several steps of the copy. */
	assert_int_equal(RUN(db, "CREATE TABLE account(id INTEGER PRIMARY KEY, yen INTEGER NOT NULL) STRICT",
	                     "INSERT INTO account VALUES (1, 500), (2, 500)", "CREATE TABLE pad(body BLOB) STRICT",
	                     "INSERT INTO pad WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) "
	                     "SELECT randomblob(3000) FROM n"),
	                 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	db_closep(&db);
	dir_remove();
	return 0;
}

static atomic_bool stop;
static atomic_int transfers;

static void *transfer(void *arg)
{
	while (!stop) {
		if (RUN(db, "UPDATE account SET yen = yen - 1 WHERE id = 1", "UPDATE pad SET body = randomblob(3000) "
		            "WHERE rowid = 1 + abs(random()) % 2000", "UPDATE account SET yen = yen + 1 WHERE id = 2") != 0)
			return arg;
		transfers++;
	}
	return NULL;
}

static void test_backup_under_writes(void **state)
{
	(void)state;
	pthread_t t;
	int failed = 1;
	void *result = &failed;
	stop = false;
	transfers = 0;
	pthread_create(&t, NULL, transfer, &failed);
	while (transfers < 5)
		;
	for (int i = 0; i < 3; i++) {
		int before = transfers;
		assert_int_equal(db_backup(db, str_of(in_dir("copy.db"))), 0);
		assert_int_equal(access(in_dir("copy.db.part"), F_OK), -1);
		assert_int_equal(access(in_dir("copy.db-wal"), F_OK), -1);
		struct stat st;
		assert_int_equal(stat(in_dir("copy.db"), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		struct db *copy = open_db("copy.db");
		assert_int_equal(read_i64(copy, "SELECT sum(yen) FROM account"), 1000);
		assert_true(read_i64(copy, "SELECT yen FROM account WHERE id = 2") >= 500 + before);
		assert_int_equal(read_i64(copy, "SELECT count(*) FROM pad"), 2000);
		struct arena *a = arena_new(1u << 20);
		struct db_conn *c = db_read_begin(copy);
		struct str complaint;
		assert_int_equal(db_check(c, a, &complaint), 0);
		db_read_end(copy, &c);
		arena_free(a);
		db_close(copy);
	}
	stop = true;
	pthread_join(t, &result);
	assert_null(result);
}

static void test_backup_that_cannot_be(void **state)
{
	(void)state;
	assert_int_equal(db_backup(db, str_of(in_dir("no-such-dir/copy.db"))), ERR_IO);
	assert_int_equal(db_backup(db, STR("")), ERR_RANGE);
	/* An unfinished one of before does not stand in the way. */
	FILE *f = fopen(in_dir("copy.db.part"), "w");
	fputs("half a file", f);
	fclose(f);
	f = fopen(in_dir("copy.db-wal"), "w"); /* nor does what another file of this name left */
	fputs("of another file", f);
	fclose(f);
	assert_int_equal(db_backup(db, str_of(in_dir("copy.db"))), 0);
	assert_int_equal(access(in_dir("copy.db.part"), F_OK), -1);
	assert_int_equal(access(in_dir("copy.db-wal"), F_OK), -1);
}

static void test_damaged_source_is_noticed(void **state)
{
	(void)state;
	db_close(db);
	/* A page in the middle of the file, overwritten. */
	FILE *f = fopen(in_dir("a.db"), "r+");
	assert_int_equal(fseek(f, 4096 * 100, SEEK_SET), 0);
	for (int i = 0; i < 4096; i++)
		fputc(0x55, f);
	fclose(f);
	db = open_db("a.db");
	assert_int_equal(db_backup(db, str_of(in_dir("copy.db"))), ERR_CORRUPT);
	assert_int_equal(access(in_dir("copy.db"), F_OK), -1); /* a bad copy takes nobody's place */
	assert_int_equal(access(in_dir("copy.db.part"), F_OK), -1);
	struct arena *a = arena_new(1u << 20);
	struct db_conn *c = db_read_begin(db);
	struct str complaint = STR_NULL;
	assert_int_equal(db_check(c, a, &complaint), ERR_CORRUPT);
	assert_true(complaint.n > 0);
	db_read_end(db, &c);
	arena_free(a);
}

static void test_broken_reference_is_noticed(void **state)
{
	(void)state;
	assert_int_equal(RUN(db, "CREATE TABLE child(account_id INTEGER REFERENCES account(id)) STRICT",
	                     "INSERT INTO child VALUES (1)"),
	                 0);
	assert_int_equal(RUN(db, "INSERT INTO child VALUES (99)"), ERR_DB);
	db_close(db);
	raw_exec("a.db", "PRAGMA foreign_keys = OFF; DELETE FROM account WHERE id = 1");
	db = open_db("a.db");
	struct arena *a = arena_new(1u << 20);
	struct db_conn *c = db_read_begin(db);
	struct str complaint = STR_NULL;
	assert_int_equal(db_check(c, a, &complaint), ERR_CORRUPT);
	assert_true(str_contains(complaint, STR("child")));
	db_read_end(db, &c);
	arena_free(a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_backup_under_writes),
		TEST(test_backup_that_cannot_be),
		TEST(test_damaged_source_is_noticed),
		TEST(test_broken_reference_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
