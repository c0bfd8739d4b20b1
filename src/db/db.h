/*
 * The one database interface. What a kind of database does for it stands behind struct backend (backend.h); SQLite is the
 * one there is. This folder alone includes sqlite3.h.
 *
 * One thread writes: db_write() hands a function to the writer thread, which runs everything queued at that moment in
 * one transaction (a savepoint each), commits once with synchronous=FULL, and then wakes the callers: an acknowledged
 * write is on disk. Readers are leased from a pool, opened read-only, and each lease sees one snapshot.
 *
 * SQL text is never made of run-time data: struct sql takes literals, identifiers of constant descriptions, and values,
 * which are always bound.
 *
 *	struct sql q;
 *	sql_init(&q, arena);
 *	sql_lit(&q, "SELECT name, rev FROM record WHERE id = "); sql_i64(&q, id);
 *	CLEANUP(stmt_done) struct stmt *s = NULL;
 *	int r = db_query(conn, &q, &s);
 *	while (r == 0 && (r = stmt_step(s)) == 1) { struct str name = stmt_str(s, 0); ... r = 0; }
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"

struct db;      /* an open database: the writer, the readers, the write queue */
struct db_conn; /* one connection; used by one thread at a time */
struct stmt;    /* a prepared statement with its values bound, being stepped */

/* ---- SQL text ---- */

struct sql {
	struct arena *arena;
	struct buf text;   /* memory of its own, released by db_query()/db_exec() or sql_release() */
	struct sql_value *value;
	size_t values, cap;
	int error;
};

void sql_init(struct sql *q, struct arena *a);
void sql_release(struct sql *q);
void sql_lit_(struct sql *q, const char *p, size_t n);
#define sql_lit(q, lit) sql_lit_((q), "" lit "", sizeof(lit) - 1)
/* An identifier of a constant description: [a-z][a-z0-9_]* or the statement is refused. */
void sql_name(struct sql *q, const char *name);
/* SQL text that stands as a constant in a description (a derivation's statement): the caller vouches that it is one. */
void sql_const(struct sql *q, const char *constant);
void sql_i64(struct sql *q, int64_t v);          /* appends ? and binds */
void sql_str(struct sql *q, struct str s);       /* copied into the arena */
void sql_blob(struct sql *q, const void *p, size_t n);
void sql_null(struct sql *q);
/* Between these stands what only PostgreSQL is told, without values: an order, say, that SQLite keeps of itself since it takes
 * the tables as they are written, and would sort for if it were asked. */
#define SQL_ELSEWHERE " /*:"
#define SQL_ELSEWHERE_END ":*/"
/* "(?, ?, ?)" of the values; an empty list gives "(NULL)", which matches nothing. */
void sql_i64_list(struct sql *q, const int64_t *v, size_t n);
/* Appends another statement's text and values. */
void sql_append(struct sql *q, const struct sql *part);

/* ---- running ---- */

/* Prepares (cached per connection), binds. The statement holds the connection's snapshot until stmt_done(). */
MUST_USE int db_query(struct db_conn *c, struct sql *q, struct stmt **ret);
/* The same, standing on its first row; ERR_NOT_FOUND without one. */
MUST_USE int db_first(struct db_conn *c, struct sql *q, struct stmt **ret);
/* Runs a statement that returns no rows; *ret_changed (may be NULL) counts the rows changed. */
MUST_USE int db_exec(struct db_conn *c, struct sql *q, int64_t *ret_changed);
/* db_query() and all of these release q, whatever comes of it. The first column of the first row; ERR_NOT_FOUND without one. NULL reads as 0. */
MUST_USE int db_get_i64(struct db_conn *c, struct sql *q, int64_t *ret);
MUST_USE int db_get_str(struct db_conn *c, struct sql *q, struct str *ret); /* copied into q's arena */

MUST_USE int stmt_step(struct stmt *s); /* 1 a row, 0 no more, negative enum err */
int64_t stmt_i64(struct stmt *s, int column);
bool stmt_is_null(struct stmt *s, int column);
struct str stmt_str(struct stmt *s, int column);      /* valid until the next step */
struct str stmt_str_dup(struct stmt *s, struct arena *a, int column);
void stmt_done(struct stmt **at); /* for CLEANUP(); NULL is fine */
int64_t db_last_id(struct db_conn *c); /* the id that the database gave to the row inserted last; not one that was named */
struct str db_error(struct db_conn *c); /* the database's own words, for logs only */
/* Statements run on this thread since the last reset: tests and ./bench count them. */
unsigned db_statement_count(bool reset);
/* The plan of a statement, one step a line: tests look for scans of large tables. */
MUST_USE int db_explain(struct db_conn *c, struct sql *q, struct buf *ret_plan);
/* The columns that a statement reads, as the database finds when it prepares it: "table.column", one a line, some more than once. On a
 * reader's connection. */
MUST_USE int db_reads(struct db_conn *c, struct sql *q, struct buf *ret);

/* ---- opening ---- */

struct db_options {
	struct str path;        /* the database file; made when it is missing and create is set */
	bool create;
	unsigned readers;       /* pool size; 0 means 4 */
	size_t cache_bytes;     /* per connection; 0 means 2 MiB (readers), 16 MiB (writer) */
};

/* Opens and checks that the file is a database of this program: ERR_NOT_FOUND when it is missing and create is not set,
 * ERR_CORRUPT when it is none, ERR_IO; *ret_why may borrow options->path. Does not migrate: db_migrate() also refuses a
 * schema newer than this binary. The writer thread runs from here on. */
MUST_USE int db_open(const struct db_options *options, struct db **ret, struct note *ret_why);
void db_close(struct db *db); /* waits for queued writes, checkpoints */
void db_closep(struct db **db);

/* A read-only connection with a snapshot as of now. The pool grows on demand (a thread may hold two leases), up to
 * LIMIT_READERS; beyond that it blocks. Every lease is returned, with its statements done; never NULL: when the database
 * cannot be read, every query on it fails. */
struct db_conn *db_read_begin(struct db *db);
void db_read_end(struct db *db, struct db_conn **at);

/*
 * Runs fn(conn, ctx) on the writer thread inside a savepoint of the current batch and waits until the batch is
 * committed. fn returns 0 to keep its changes or a negative enum err to undo exactly them; that value is returned. A job in
 * which a statement failed must not succeed: PostgreSQL gives up the whole of it. If
 * the commit itself fails, every job of the batch gets ERR_DB or ERR_IO and nothing of it stands. fn must not call
 * db_write(). Called from the writer thread itself it is a broken invariant (die()).
 */
typedef int db_write_fn(struct db_conn *c, void *ctx);
MUST_USE int db_write(struct db *db, db_write_fn *fn, void *ctx);
/* As db_write(), but a batch of its own that runs when no job of db_write() waits, or at the latest after 16 batches of
 * theirs: for imports and background work in small pieces, each of which others may have to wait for. */
MUST_USE int db_write_background(struct db *db, db_write_fn *fn, void *ctx);

/*
 * Called by the writer once per batch, before COMMIT, when any job of it changed something: the audit trail seals its
 * entries here. Set once after db_open().
 */
void db_set_before_commit(struct db *db, int (*fn)(struct db_conn *c, void *ctx), void *ctx);

/* ---- schema ---- */

/* A migration: numbered from 1 without gaps; its text is a constant, its checksum is kept and compared at every start. */
struct db_migration {
	int number;
	const char *name;
	const char *sql;
	/* It mends what SQLite keeps as the text of its schema (a CHECK, which no ALTER TABLE of it can change); nothing else may write
	 * there. Another database is told the same of its tables, and refuses it while a row does not fit. */
	bool mends;
};
/* Applies what is missing, each in a transaction of its own. before() is called once when anything is to be applied to
 * a database that has data (the backup). ERR_CORRUPT when an applied migration's checksum differs, ERR_RANGE when the
 * database holds a migration that this binary does not know. *ret_why is valid until db_close(). */
MUST_USE int db_migrate(struct db *db, const struct db_migration *migrations, size_t count,
                        int (*before)(struct db *db, void *ctx), void *ctx, struct note *ret_why);
MUST_USE int db_schema_version(struct db_conn *c, int64_t *ret);
/* "CREATE ..." texts of the live schema, for the test that compares migrations with descriptions. */
MUST_USE int db_schema_text(struct db_conn *c, struct arena *a, const char *table, struct str *ret);

/* ---- whole-file work ---- */

/* A consistent copy while others read and write, in small steps; written to path + ".part", checked,
 * synced, renamed. What stands at path is replaced, together with the -wal and -shm of a former file of that name. */
MUST_USE int db_backup(struct db *db, struct str path);
/* PRAGMA integrity_check and foreign_key_check; ERR_CORRUPT with the first complaint in *ret; ERR_DENIED where the database does not let
 * itself be looked through (PostgreSQL). */
MUST_USE int db_check(struct db_conn *c, struct arena *a, struct str *ret);
/* Measured time of one small fsync in the data directory, microseconds. */
MUST_USE int db_fsync_time(struct db *db, int64_t *ret_us);

#endif
