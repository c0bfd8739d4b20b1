/* Work on the whole file: the consistent copy, the checks, and what one fsync costs here. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/sqlite.h"

#define STEP_PAGES 256 /* 1 MiB */

static int sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	int r = fsync(fd) == 0 ? 0 : ERR_IO;
	close(fd);
	return r;
}

/* The directory of path, in dir[]. */
static int directory_of(const char *path, char *dir, size_t size)
{
	const char *slash = strrchr(path, '/');
	int n = !slash ? snprintf(dir, size, ".")
	               : snprintf(dir, size, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	return n < 0 || (size_t)n >= size ? ERR_LIMIT : 0;
}

/* The lease's snapshot stays the same from the first page to the last, so that writers neither wait nor make the copy
 * start over. */
static int copy_pages(struct db_conn *c, sqlite3 *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", sqlite_of(c), "main");
	if (!b)
		return sqlite_err(sqlite3_extended_errcode(to));
	int rc;
	while ((rc = sqlite3_backup_step(b, STEP_PAGES)) == SQLITE_OK)
		;
	int end = sqlite3_backup_finish(b);
	return rc == SQLITE_DONE ? sqlite_err(end) : sqlite_err(rc == SQLITE_OK ? SQLITE_ERROR : rc);
}

static int open_copy(const char *part, int flags, sqlite3 **ret)
{
	int rc = sqlite3_open_v2(part, ret, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(*ret, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF; PRAGMA cache_size = -2048;",
		                  NULL, NULL, NULL);
	return sqlite_err(rc);
}

/* The copy is a file on its own: without a WAL beside it. */
static int write_copy(struct db *db, const char *part)
{
	sqlite3 *to = NULL;
	int r = open_copy(part, SQLITE_OPEN_READWRITE, &to);
	if (r == 0) {
		struct db_conn *c = db_read_begin(db);
		r = c->broken ? c->broken : copy_pages(c, to);
		db_read_end(db, &c);
	}
	if (r == 0)
		r = sqlite_err(sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL));
	if (sqlite3_close(to) != SQLITE_OK && r == 0)
		r = ERR_DB;
	return r;
}

static int first_text(sqlite3 *h, const char *sql, const char *expected)
{
	sqlite3_stmt *p = NULL;
	int r = sqlite_err(sqlite3_prepare_v2(h, sql, -1, &p, NULL));
	if (r == 0) {
		int rc = sqlite3_step(p);
		const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(p, 0) : NULL;
		r = !text ? sqlite_err(rc == SQLITE_DONE ? SQLITE_CORRUPT : rc) : strcmp(text, expected) == 0 ? 0 : ERR_CORRUPT;
	}
	sqlite3_finalize(p);
	return r;
}

static int verify_copy(const char *part)
{
	sqlite3 *h = NULL;
	int r = open_copy(part, SQLITE_OPEN_READONLY, &h);
	if (r == 0)
		r = first_text(h, "SELECT CAST(application_id AS TEXT) FROM pragma_application_id", "1230194507");
	if (r == 0)
		r = first_text(h, "PRAGMA quick_check(1)", "ok");
	sqlite3_close(h);
	return r;
}

int sqlite_backup(struct db *db, struct str path)
{
	static const char *const beside[] = { "-wal", "-shm", "-journal" };
	CLEANUP(arena_freep) struct arena *a = arena_new(64u << 10);
	if (path.n == 0 || path.n > 4000)
		return ERR_RANGE;
	const char *final = str_z(a, path);
	const char *part = str_printf(a, "%s.part", final).p;
	char dir[4096];
	int r = directory_of(final, dir, sizeof dir);
	if (r < 0)
		return r;
	if (unlink(part) < 0 && errno != ENOENT)
		return ERR_IO;
	int fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_IO;
	close(fd);
	r = write_copy(db, part);
	if (r == 0)
		r = verify_copy(part);
	if (r == 0)
		r = sync_path(part, O_RDWR);
	/* The WAL of another file that had this name would be replayed into the copy when somebody opens it. */
	for (size_t i = 0; r == 0 && i < COUNT_OF(beside); i++)
		if (unlink(str_printf(a, "%s%s", final, beside[i]).p) < 0 && errno != ENOENT)
			r = ERR_IO;
	if (r == 0 && rename(part, final) < 0)
		r = ERR_IO;
	if (r < 0) {
		unlink(part);
		return r;
	}
	return sync_path(dir, O_RDONLY | O_DIRECTORY);
}

int sqlite_check(struct db_conn *c, struct arena *a, struct str *ret)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = CONN_STMT(c, "PRAGMA integrity_check(1)", &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		struct str verdict = stmt_str(s, 0);
		if (!str_eq_z(verdict, "ok")) {
			*ret = str_dup(a, verdict);
			return ERR_CORRUPT;
		}
		r = 0;
	}
	stmt_done(&s);
	if (r == 0)
		r = CONN_STMT(c, "PRAGMA foreign_key_check", &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		struct str table = stmt_str_dup(s, a, 0), parent = stmt_str_dup(s, a, 2);
		*ret = str_printf(a, "%.*s row %lld refers to a missing row of %.*s", STR_FMT(table), (long long)stmt_i64(s, 1),
		                  STR_FMT(parent));
		return ERR_CORRUPT;
	}
	if (r == ERR_CORRUPT)
		*ret = str_dup(a, db_error(c));
	return r;
}

static int compare_i64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

int sqlite_fsync_time(struct db *db, int64_t *ret_us)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(64u << 10);
	const char *path = str_printf(a, "%s.fsync", db->path).p;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ERR_IO;
	/* As the WAL is written: one page more, then fdatasync; the middle of nine, so that one hiccup says nothing. */
	static const char page[4096];
	int64_t time[9];
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(time); i++) {
		if (pwrite(fd, page, sizeof page, (off_t)(i * sizeof page)) != (ssize_t)sizeof page)
			r = ERR_IO;
		int64_t from = clock_monotonic_us();
		if (r == 0 && fdatasync(fd) < 0)
			r = ERR_IO;
		time[i] = clock_monotonic_us() - from;
	}
	close(fd);
	unlink(path);
	if (r < 0)
		return r;
	qsort(time, COUNT_OF(time), sizeof time[0], compare_i64);
	*ret_us = time[COUNT_OF(time) / 2];
	return 0;
}
