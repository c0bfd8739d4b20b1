/*
 * What a database has to do for the functions of db.h: one struct of functions per kind of database. The pool of readers,
 * the statement cache, the queue, the writer thread with its group commit, migrations and the audit trail stand once, above
 * it. A backend keeps what it needs in db_conn.own and stmt.own. Nobody outside this folder includes this file.
 *
 * Every int is 0 or a negative enum err where nothing else is said.
 */
#ifndef DB_BACKEND_H
#define DB_BACKEND_H

#include "db/db.h"

struct sql_value {
	enum { SQL_NULL, SQL_I64, SQL_STR, SQL_BLOB } kind;
	int64_t i;
	struct str s; /* in the arena; p is never NULL */
};

struct backend {
	/* Opens db->writer, as db_open() promises; it may be left half made on failure. */
	int (*open)(struct db *db, const struct db_options *options, struct note *ret_why);
	/* Fills a reader. On failure conn_close() is called for it. */
	int (*conn_open)(struct db_conn *c);
	void (*conn_close)(struct db_conn *c);
	/* The database's own words about the last failure on this connection. */
	const char *(*error)(struct db_conn *c);

	/* The writer's transaction: a batch, each job of it in a savepoint. */
	int (*begin)(struct db_conn *c);
	int (*commit)(struct db_conn *c);
	int (*roll_back)(struct db_conn *c);
	bool (*in_transaction)(struct db_conn *c);
	int (*savepoint)(struct db_conn *c);
	int (*release)(struct db_conn *c);
	int (*roll_back_to)(struct db_conn *c);
	/* Asked when a job says it is done: may what it did stand, or would it fail the whole batch at COMMIT? */
	int (*job_end)(struct db_conn *c);
	void (*commit_failed)(struct db_conn *c);
	int64_t (*changes)(struct db_conn *c); /* rows changed so far on this connection */
	/* Moves what waits in the log; called without jobs running, and never while db_conn.wal_pages is 0. */
	void (*checkpoint)(struct db_conn *c);

	/* A reader's lease: one snapshot from begin to end. */
	int (*lease_begin)(struct db_conn *c);
	void (*lease_end)(struct db_conn *c);

	/* Statements. prepare() gets s->text and sets s->own, s->schema; exactly one statement, or ERR_SYNTAX. */
	int (*prepare)(struct stmt *s, bool keep);
	void (*finalize)(struct stmt *s);
	int (*bind)(struct stmt *s, const struct sql_value *v, size_t n); /* borrowed until reset(); ERR_SYNTAX: not n of them */
	int (*step)(struct stmt *s);                                      /* as stmt_step(); not called again after the end */
	void (*reset)(struct stmt *s);                                    /* forgets rows and values */
	int64_t (*i64)(struct stmt *s, int column);
	bool (*is_null)(struct stmt *s, int column);
	struct str (*str)(struct stmt *s, int column);
	int64_t (*changed)(struct stmt *s); /* rows that this statement changed, once it ended */
	int64_t (*last_id)(struct db_conn *c);
	int (*explain)(struct db_conn *c, struct sql *q, struct buf *ret_plan);

	/* Schema. script() runs any number of statements of constant text. */
	int (*script)(struct db_conn *c, const char *text);
	int (*mend)(struct db_conn *c, const char *text); /* script() that may change the text of a check */
	const char *has_table;   /* a statement of one value, the table's name: a row when there is such a table */
	const char *schema_text; /* of one value, a table's name or '': the schema's texts, in an order of their own */

	/* As the functions of db.h that bear these names; NULL: this kind of database does not do it, ERR_DENIED. */
	int (*reads)(struct db_conn *c, struct sql *q, struct buf *ret);
	int (*backup)(struct db *db, struct str path);
	int (*check)(struct db_conn *c, struct arena *a, struct str *ret);
	int (*fsync_time)(struct db *db, int64_t *ret_us);
};

extern const struct backend sqlite_backend, postgres_backend;

/* For tests (tests/on_postgres.c), NULL in the product, which therefore is not linked with libpq: the backend of
 * "postgres://...", and what is opened instead of a file that a test names, or NULL for the file itself. */
extern const struct backend *db_postgres;
extern const char *(*db_divert)(const char *path, bool create);

#endif
