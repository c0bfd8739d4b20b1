/* What the files of the SQLite backend share. */
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

#include <sqlite3.h>

#include "db/conn.h"

struct sqlite_conn {
	sqlite3 *h;
	sqlite3_stmt *begin, *commit, *rollback, *probe, *savepoint, *release, *rollback_to;
};

static inline sqlite3 *sqlite_of(const struct db_conn *c)
{
	return ((const struct sqlite_conn *)c->own)->h;
}

/* sqlite.c */
int sqlite_err(int code);

/* sqlite_stmt.c */
int sqlite_prepare(struct stmt *s, bool keep);
void sqlite_finalize(struct stmt *s);
int sqlite_bind(struct stmt *s, const struct sql_value *v, size_t n);
int sqlite_step(struct stmt *s);
void sqlite_reset(struct stmt *s);
int64_t sqlite_i64(struct stmt *s, int column);
bool sqlite_is_null(struct stmt *s, int column);
struct str sqlite_str(struct stmt *s, int column);
int64_t sqlite_changed(struct stmt *s);
int sqlite_explain(struct db_conn *c, struct sql *q, struct buf *ret_plan);
int sqlite_reads(struct db_conn *c, struct sql *q, struct buf *ret);

/* sqlite_backup.c */
int sqlite_backup(struct db *db, struct str path);
int sqlite_check(struct db_conn *c, struct arena *a, struct str *ret);
int sqlite_fsync_time(struct db *db, int64_t *ret_us);

#endif
