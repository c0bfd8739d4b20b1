/* For the tests of this room: a directory of their own, an open database in it, short ways to run SQL. */
#ifndef DB_TEST_SUPPORT_H
#define DB_TEST_SUPPORT_H

#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/audit.h"
#include "db/backend.h"
#include "db/db.h"

#define UNUSED __attribute__((unused))

/* What a test does to SQLite's file by itself means nothing on a server. */
#define FILE_ONLY() \
	do { \
		if (db_divert) { \
			print_message("skipped: %s (about SQLite's file)\n", __func__); \
			skip(); \
		} \
	} while (0)

static char test_dir[256];

/* Tests keep their files in one directory; paths are short and constant otherwise. */
static UNUSED const char *in_dir(const char *name)
{
	static _Thread_local char path[4][512];
	static _Thread_local unsigned turn;
	char *p = path[turn++ % 4];
	snprintf(p, sizeof path[0], "%s/%s", test_dir, name);
	return p;
}

static UNUSED void dir_make(void)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(test_dir, sizeof test_dir, "%s/ishigaki-db-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(test_dir))
		die("mkdtemp %s", test_dir);
}

static UNUSED void dir_remove(void)
{
	DIR *d = opendir(test_dir);
	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.')
			unlink(in_dir(e->d_name));
	if (d)
		closedir(d);
	rmdir(test_dir);
}

static UNUSED struct db *open_db(const char *name)
{
	struct db_options o = { .path = str_of(in_dir(name)), .create = true };
	struct db *db = NULL;
	struct note why;
	assert_int_equal(db_open(&o, &db, &why), 0);
	return db;
}

/* Statements as one job of the writer. */
static UNUSED int run_all(struct db_conn *c, void *ctx)
{
	struct arena *a = arena_new(1u << 20);
	int r = 0;
	for (const char *const *p = ctx; r == 0 && *p; p++) {
		struct sql q;
		sql_init(&q, a);
		sql_const(&q, *p);
		r = db_exec(c, &q, NULL);
	}
	arena_free(a);
	return r;
}
#define RUN(db, ...) db_write((db), run_all, (void *)(const char *const[]){ __VA_ARGS__, NULL })

static UNUSED int64_t get_i64(struct db_conn *c, const char *constant)
{
	struct arena *a = arena_new(1u << 20);
	struct sql q;
	sql_init(&q, a);
	sql_const(&q, constant);
	int64_t v = -1;
	int r = db_get_i64(c, &q, &v);
	arena_free(a);
	if (r < 0)
		fail_msg("%s: %s: %.*s", constant, err_name(r), STR_FMT(db_error(c)));
	return v;
}

static UNUSED int64_t read_i64(struct db *db, const char *constant)
{
	struct db_conn *c = db_read_begin(db);
	int64_t v = get_i64(c, constant);
	db_read_end(db, &c);
	return v;
}

static UNUSED bool has_table(struct db_conn *c, const char *name)
{
	struct arena *a = arena_new(1u << 20);
	struct str text = STR("");
	assert_int_equal(db_schema_text(c, a, name, &text), 0);
	const bool has = text.n > 0;
	arena_free(a);
	return has;
}

/* SQL on a connection that knows none of the program's rules: what somebody with the file can do. */
static UNUSED void raw_exec(const char *file, const char *sql)
{
	sqlite3 *h = NULL;
	assert_int_equal(sqlite3_open(in_dir(file), &h), SQLITE_OK);
	char *message = NULL;
	if (sqlite3_exec(h, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

#endif
