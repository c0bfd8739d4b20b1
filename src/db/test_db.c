/* Opening, statements, the SQL builder, leases and snapshots. */
#include "base/limits.h"
#include "base/text/db.h"
#include "db/test_support.h"

static struct db *db;
static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	dir_make();
	arena = arena_new(LIMIT_ARENA);
	db = open_db("a.db");
	assert_int_equal(RUN(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE, body BLOB) STRICT"), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	db_closep(&db);
	arena_free(arena);
	dir_remove();
	return 0;
}

/* ---- opening ---- */

static int open_why(const char *name, bool create, msg_id *ret)
{
	struct db_options o = { .path = str_of(in_dir(name)), .create = create };
	struct db *other = NULL;
	struct note why = NOTE0(MSG_NONE);
	int r = db_open(&o, &other, &why);
	*ret = why.id;
	db_close(other);
	return r;
}

static void test_open_refuses(void **state)
{
	(void)state;
	FILE_ONLY();
	msg_id why;
	assert_int_equal(open_why("none.db", false, &why), ERR_NOT_FOUND);
	assert_int_equal(why, MSG_DB_MISSING);
	assert_int_equal(access(in_dir("none.db"), F_OK), -1);

	raw_exec("other.db", "CREATE TABLE x(y)");
	assert_int_equal(open_why("other.db", true, &why), ERR_CORRUPT);
	assert_int_equal(why, MSG_DB_FOREIGN);

	raw_exec("third.db", "PRAGMA application_id = 7");
	assert_int_equal(open_why("third.db", true, &why), ERR_CORRUPT);
	assert_int_equal(why, MSG_DB_FOREIGN);

	FILE *f = fopen(in_dir("text.db"), "w");
	for (int i = 0; i < 200; i++)
		fputs("this is no database\n", f);
	fclose(f);
	assert_int_equal(open_why("text.db", true, &why), ERR_CORRUPT);
	assert_int_equal(why, MSG_DB_FOREIGN);

	assert_int_equal(open_why("no-such-dir/a.db", true, &why), ERR_IO);
	assert_int_equal(why, MSG_DB_CANNOT_OPEN);
	assert_int_equal(open_why("", true, &why), ERR_IO);
}

static void test_open_again_keeps_data(void **state)
{
	(void)state;
	struct db *b = open_db("b.db");
	assert_true(RUN(b, "CREATE TABLE k(v) STRICT") < 0); /* STRICT needs a type */
	assert_int_equal(RUN(b, "CREATE TABLE k(v INTEGER) STRICT", "INSERT INTO k VALUES (5)"), 0);
	db_close(b);
	assert_int_equal(access(in_dir("b.db-wal"), F_OK), -1); /* all of it is in the file itself */
	msg_id why;
	assert_int_equal(open_why("b.db", false, &why), 0);
	b = open_db("b.db");
	assert_int_equal(read_i64(b, "SELECT v FROM k"), 5);
	if (!db_divert)
		assert_int_equal(read_i64(b, "PRAGMA application_id"), 0x4953474B);
	db_close(b);
}

/* ---- SQL text ---- */

static int refused(const char *name)
{
	struct sql q;
	sql_init(&q, arena);
	sql_lit(&q, "SELECT ");
	sql_name(&q, name);
	int r = q.error;
	sql_release(&q);
	return r;
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(refused("name"), 0);
	assert_int_equal(refused("a_1"), 0);
	const char *const bad[] = { "", "1a", "_a", "Name", "a b", "a;--", "a\"b", "a.b", "a'", "あ", NULL };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(refused(bad[i]), ERR_SYNTAX);
}

static void test_refused_statement_does_not_run(void **state)
{
	(void)state;
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	sql_init(&q, arena);
	sql_lit(&q, "SELECT count(*) FROM ");
	sql_name(&q, "t; DROP TABLE t");
	int64_t v;
	assert_int_equal(db_get_i64(c, &q, &v), ERR_SYNTAX);

	sql_init(&q, arena); /* two statements in one text */
	sql_lit(&q, "SELECT 1; SELECT 2");
	assert_int_equal(db_get_i64(c, &q, &v), ERR_SYNTAX);

	sql_init(&q, arena);
	sql_lit(&q, "");
	assert_int_equal(db_get_i64(c, &q, &v), ERR_SYNTAX);

	sql_init(&q, arena); /* a parameter in the text that no value was given for */
	sql_lit(&q, "SELECT ?");
	assert_int_equal(db_get_i64(c, &q, &v), ERR_SYNTAX);

	sql_init(&q, arena);
	sql_lit(&q, "SELECT \"no such column\" FROM t");
	assert_int_equal(db_get_i64(c, &q, &v), ERR_DB);
	assert_true(db_error(c).n > 0);
	db_read_end(db, &c);
}

static void test_limits(void **state)
{
	(void)state;
	int64_t *many = ARENA_ARRAY(arena, LIMIT_SQL_PARAMS + 1, int64_t);
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	int64_t v = -1;

	sql_init(&q, arena);
	sql_lit(&q, "SELECT count(*) FROM t WHERE id IN ");
	sql_i64_list(&q, many, LIMIT_SQL_PARAMS);
	assert_int_equal(db_get_i64(c, &q, &v), 0);
	assert_int_equal(v, 0);

	sql_init(&q, arena);
	sql_lit(&q, "SELECT count(*) FROM t WHERE id IN ");
	sql_i64_list(&q, many, LIMIT_SQL_PARAMS + 1);
	assert_int_equal(db_get_i64(c, &q, &v), ERR_LIMIT);

	sql_init(&q, arena);
	for (size_t i = 0; i < LIMIT_SQL / 8 + 1; i++)
		sql_lit(&q, "        ");
	assert_int_equal(db_get_i64(c, &q, &v), ERR_LIMIT);

	sql_init(&q, arena); /* matches nothing, not everything */
	sql_lit(&q, "SELECT count(*) FROM (SELECT 1 AS one) AS t WHERE one IN ");
	sql_i64_list(&q, NULL, 0);
	assert_int_equal(db_get_i64(c, &q, &v), 0);
	assert_int_equal(v, 0);
	db_read_end(db, &c);
}

static int insert_values(struct db_conn *c, void *ctx)
{
	(void)ctx;
	struct sql q;
	sql_init(&q, arena);
	sql_lit(&q, "INSERT INTO t(id, name, body) VALUES (");
	sql_i64(&q, INT64_MIN);
	sql_lit(&q, ", ");
	sql_str(&q, STR("'; DROP TABLE t; --"));
	sql_lit(&q, ", ");
	sql_blob(&q, "\0\1\2", 3);
	sql_lit(&q, "), (7, ");
	sql_str(&q, STR_NULL);
	sql_lit(&q, ", ");
	sql_blob(&q, NULL, 0);
	sql_lit(&q, "), (8, ");
	sql_null(&q);
	sql_lit(&q, ", NULL)");
	int64_t changed = -1;
	int r = db_exec(c, &q, &changed);
	assert_int_equal(changed, 3);
	sql_init(&q, arena);
	sql_lit(&q, "INSERT INTO t(name) VALUES ('numbered'), ('numbered too')");
	assert_int_equal(db_exec(c, &q, &changed), 0);
	assert_int_equal(changed, 2);
	assert_int_equal(db_last_id(c), 10);
	sql_init(&q, arena);
	sql_lit(&q, "DELETE FROM t WHERE id IN (9, 10)");
	assert_int_equal(db_exec(c, &q, &changed), 0);
	assert_int_equal(changed, 2);
	sql_init(&q, arena);
	sql_lit(&q, "UPDATE t SET name = 'x' WHERE id = 99");
	assert_int_equal(db_exec(c, &q, &changed), 0);
	assert_int_equal(changed, 0);
	return r;
}

static void test_values_come_back(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, insert_values, NULL), 0);
	struct db_conn *c = db_read_begin(db);
	struct sql q, where;
	sql_init(&where, arena);
	sql_lit(&where, " WHERE id < ");
	sql_i64(&where, 100);
	sql_init(&q, arena);
	sql_lit(&q, "SELECT id, name, body FROM t");
	sql_append(&q, &where);
	sql_lit(&q, " ORDER BY id");
	sql_release(&where);
	struct stmt *s = NULL;
	assert_int_equal(db_query(c, &q, &s), 0);
	assert_int_equal(stmt_step(s), 1);
	assert_true(stmt_i64(s, 0) == INT64_MIN);
	assert_true(str_eq_z(stmt_str(s, 1), "'; DROP TABLE t; --"));
	assert_int_equal(stmt_str(s, 2).n, 3);
	assert_memory_equal(stmt_str(s, 2).p, "\0\1\2", 3);
	assert_int_equal(stmt_step(s), 1);
	assert_false(stmt_is_null(s, 1)); /* an empty text is not NULL */
	assert_int_equal(stmt_str(s, 1).n, 0);
	assert_false(stmt_is_null(s, 2));
	assert_non_null(stmt_str(s, 2).p);
	assert_int_equal(stmt_step(s), 1);
	assert_true(stmt_is_null(s, 1));
	assert_null(stmt_str_dup(s, arena, 1).p);
	assert_int_equal(stmt_i64(s, 1), 0);
	assert_int_equal(stmt_step(s), 0);
	assert_int_equal(stmt_step(s), 0); /* does not begin again */
	stmt_done(&s);
	assert_null(s);
	stmt_done(&s);

	struct str name;
	sql_init(&q, arena);
	sql_lit(&q, "SELECT name FROM t WHERE id < 0");
	assert_int_equal(db_get_str(c, &q, &name), 0);
	assert_true(str_starts(name, STR("';")));
	sql_init(&q, arena);
	sql_lit(&q, "SELECT name FROM t WHERE id = 1000");
	assert_int_equal(db_get_str(c, &q, &name), ERR_NOT_FOUND);
	db_read_end(db, &c);
}

/* ---- statements in use ---- */

static struct stmt *series(struct db_conn *c, int64_t from)
{
	struct sql q;
	sql_init(&q, arena);
	sql_lit(&q, "WITH RECURSIVE n(i) AS (SELECT ");
	sql_i64(&q, from);
	sql_lit(&q, " UNION ALL SELECT i + 1 FROM n WHERE i < ");
	sql_i64(&q, from + 2);
	sql_lit(&q, ") SELECT i FROM n");
	struct stmt *s = NULL;
	assert_int_equal(db_query(c, &q, &s), 0);
	return s;
}

static void test_same_statement_twice(void **state)
{
	(void)state;
	struct db_conn *c = db_read_begin(db);
	(void)db_statement_count(true);
	struct stmt *a = series(c, 10), *b = series(c, 20);
	assert_ptr_not_equal(a, b);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(stmt_step(a), 1);
		assert_int_equal(stmt_step(b), 1);
		assert_int_equal(stmt_i64(a, 0), 10 + i);
		assert_int_equal(stmt_i64(b, 0), 20 + i);
	}
	stmt_done(&b);
	struct stmt *was = a;
	stmt_done(&a);
	a = series(c, 30); /* from the cache, with new values, from its beginning */
	assert_ptr_equal(a, was);
	assert_int_equal(stmt_step(a), 1);
	assert_int_equal(stmt_i64(a, 0), 30);
	stmt_done(&a);
	assert_int_equal(db_statement_count(true), 3);
	assert_int_equal(db_statement_count(false), 0);
	db_read_end(db, &c);
}

static void test_cache_is_bounded(void **state)
{
	(void)state;
	struct db_conn *c = db_read_begin(db);
	struct stmt *kept = series(c, 1); /* in use while everything else is pushed out */
	assert_int_equal(stmt_step(kept), 1);
	int64_t *ids = ARENA_ARRAY(arena, 700, int64_t);
	for (int round = 0; round < 2; round++)
		for (size_t n = 1; n <= 700; n++) {
			struct sql q;
			sql_init(&q, arena);
			sql_lit(&q, "SELECT 5 + count(*) FROM t WHERE id IN ");
			sql_i64_list(&q, ids, n);
			int64_t v = 0;
			assert_int_equal(db_get_i64(c, &q, &v), 0);
			assert_int_equal(v, 5);
		}
	assert_int_equal(stmt_step(kept), 1);
	assert_int_equal(stmt_i64(kept, 0), 2);
	stmt_done(&kept);
	db_read_end(db, &c);
}

/* ---- ids ---- */

static int64_t next_kept_id(const char *change)
{
	assert_int_equal(RUN(db, change, "INSERT INTO kept(v) VALUES ('n')"), 0);
	return read_i64(db, "SELECT max(id) FROM kept");
}

static void test_an_id_is_never_given_twice(void **state)
{
	(void)state;
	assert_int_equal(RUN(db, "CREATE TABLE kept (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT NOT NULL) STRICT",
	                     "INSERT INTO kept(v) VALUES ('a'), ('b'), ('c')"), 0);
	assert_int_equal(next_kept_id("DELETE FROM kept WHERE id = 3"), 4);
	assert_int_equal(next_kept_id("DELETE FROM kept WHERE id >= 2"), 5);
	assert_int_equal(next_kept_id("DELETE FROM kept"), 6);
	/* The highest need not be what went last, nor need the database have given it. */
	assert_int_equal(next_kept_id("DELETE FROM kept WHERE id = 99"), 7);
	assert_int_equal(next_kept_id("INSERT INTO kept VALUES (20, 'named')"), 21);
	assert_int_equal(next_kept_id("DELETE FROM kept WHERE id = 6"), 22);
	/* What was undone was never given. */
	assert_int_not_equal(RUN(db, "DELETE FROM kept", "INSERT INTO kept VALUES (50, NULL)"), 0);
	assert_int_equal(next_kept_id("UPDATE kept SET v = 'x'"), 23);
	assert_int_equal(RUN(db, "DROP TABLE kept"), 0);
}

/* ---- leases ---- */

static void test_snapshot(void **state)
{
	(void)state;
	struct db *b = open_db("snap.db");
	assert_int_equal(RUN(b, "CREATE TABLE k(v INTEGER) STRICT", "INSERT INTO k VALUES (1)"), 0);
	struct db_conn *old = db_read_begin(b); /* reads nothing before the write: the lease itself took the snapshot */
	assert_int_equal(RUN(b, "INSERT INTO k VALUES (2)", "CREATE TABLE later(x INTEGER) STRICT"), 0);
	assert_int_equal(get_i64(old, "SELECT count(*) FROM k"), 1);
	struct db_conn *new = db_read_begin(b); /* a second lease of this thread */
	assert_ptr_not_equal(old, new);
	assert_int_equal(get_i64(new, "SELECT count(*) FROM k"), 2);
	assert_int_equal(RUN(b, "DELETE FROM k"), 0);
	assert_int_equal(get_i64(old, "SELECT count(*) FROM k"), 1);
	assert_int_equal(get_i64(new, "SELECT count(*) FROM k"), 2);
	assert_false(has_table(old, "later"));
	db_read_end(b, &old);
	assert_null(old);
	old = db_read_begin(b);
	assert_int_equal(get_i64(old, "SELECT count(*) FROM k"), 0);
	db_read_end(b, &old);
	db_read_end(b, &new);
	db_close(b);
}

static void test_many_leases(void **state)
{
	(void)state;
	struct db_conn *c[LIMIT_READERS];
	for (size_t i = 0; i < COUNT_OF(c); i++) {
		c[i] = db_read_begin(db);
		assert_int_equal(get_i64(c[i], "SELECT 1"), 1);
		for (size_t k = 0; k < i; k++)
			assert_ptr_not_equal(c[i], c[k]);
	}
	for (size_t i = 0; i < COUNT_OF(c); i++)
		db_read_end(db, &c[i]);
}

static void test_readers_cannot_write(void **state)
{
	(void)state;
	struct db_conn *c = db_read_begin(db);
	static const char *const writes[] = { "INSERT INTO t(id) VALUES (500)", "CREATE TABLE z(a INTEGER) STRICT",
		"DELETE FROM t", "PRAGMA application_id = 5" };
	for (size_t i = 0; i < COUNT_OF(writes); i++) {
		struct sql q;
		sql_init(&q, arena);
		sql_const(&q, writes[i]);
		assert_true(db_exec(c, &q, NULL) < 0);
	}
	db_read_end(db, &c);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM t WHERE id = 500"), 0);
	if (!db_divert)
		assert_int_equal(read_i64(db, "PRAGMA application_id"), 0x4953474B);
}

static void test_explain_and_schema(void **state)
{
	(void)state;
	FILE_ONLY();
	struct db_conn *c = db_read_begin(db);
	struct buf plan;
	buf_init(&plan, 4096);
	struct sql q;
	sql_init(&q, arena);
	sql_lit(&q, "SELECT id FROM t WHERE name = ");
	sql_str(&q, STR("a"));
	assert_int_equal(db_explain(c, &q, &plan), 0);
	assert_true(str_contains(buf_view(&plan), STR("USING COVERING INDEX")));
	buf_clear(&plan);
	sql_init(&q, arena);
	sql_lit(&q, "SELECT id FROM t WHERE body = ");
	sql_blob(&q, "a", 1);
	assert_int_equal(db_explain(c, &q, &plan), 0);
	assert_true(str_contains(buf_view(&plan), STR("SCAN t")));
	buf_release(&plan);
	struct str text;
	assert_int_equal(db_schema_text(c, arena, "t", &text), 0);
	assert_true(str_starts(text, STR("CREATE TABLE t(id INTEGER PRIMARY KEY")));
	assert_int_equal(db_schema_text(c, arena, "nothing", &text), 0);
	assert_int_equal(text.n, 0);
	int64_t version = -1;
	assert_int_equal(db_schema_version(c, &version), 0);
	assert_int_equal(version, 0);
	struct str complaint;
	assert_int_equal(db_check(c, arena, &complaint), getenv("ISHIGAKI_TEST_POSTGRES") ? ERR_DENIED : 0);
	db_read_end(db, &c);
	int64_t us = -1;
	assert_int_equal(db_fsync_time(db, &us), 0);
	assert_true(us >= 0);
	assert_int_equal(access(in_dir("a.db.fsync"), F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_refuses),
		cmocka_unit_test(test_open_again_keeps_data),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused_statement_does_not_run),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_values_come_back),
		cmocka_unit_test(test_same_statement_twice),
		cmocka_unit_test(test_cache_is_bounded),
		cmocka_unit_test(test_an_id_is_never_given_twice),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_many_leases),
		cmocka_unit_test(test_readers_cannot_write),
		cmocka_unit_test(test_explain_and_schema),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
