/*
 * What the files of db/ share: the connection, its statement cache, the write queue. Nobody outside this folder includes
 * it. A connection belongs to one thread at a time: the writer's to the writer thread, a reader's to its lease.
 */
#ifndef DB_CONN_H
#define DB_CONN_H

#include <pthread.h>

#include "base/limits.h"
#include "db/audit.h"
#include "db/backend.h"

#define CACHE_BUCKETS 512
#define CHECKPOINT_PAGES 6000     /* WAL pages that make the writer checkpoint at once */
#define IDLE_MS 1000              /* quiet time after which it checkpoints what little there is */
#define FOREGROUND_RUN 16         /* batches after which a waiting background job gets its turn */
#define READER_KEEP_US 10000000   /* an idle reader beyond the pool size is closed after this */
#define READER_REOPEN_NS 100000000 /* a reader that could not be opened is tried again after this */

struct stmt {
	struct db_conn *c;
	const struct backend *b;    /* the connection's: columns are read through it */
	void *own;                  /* the backend's */
	char *text;
	size_t n;
	uint64_t hash;
	struct stmt *chain;         /* next in the bucket; only when cached */
	struct stmt *newer, *older; /* order of use; only when cached and not busy */
	bool cached;                /* found by its text; otherwise finalized when done */
	bool busy;                  /* handed out */
	bool schema;                /* changes the schema, which the count of changed rows does not show */
	bool ended;                 /* stepped to its end: a further step must not run it again */
};

struct db_conn {
	struct db *db;
	const struct backend *b;
	void *own;                  /* the backend's */
	bool writer;
	int broken;                 /* a lease whose snapshot could not be taken: every query gives this */
	unsigned busy;              /* statements handed out */
	unsigned cached;
	struct stmt *bucket[CACHE_BUCKETS];
	struct stmt *newest, *oldest;

	/* the writer's */
	bool in_job;                /* a job or the before-commit hook runs */
	bool schema_changed;        /* by the current job */
	int wal_pages;              /* in the WAL and not known to be checkpointed */
	bool appending;             /* audit_append() is at work: nothing else may insert into the trail */
	bool head_known;            /* false after any rollback: the entries behind the head may be gone */
	struct audit_head head;
	struct buf audit_body;

	/* a reader's */
	struct db_conn *below;      /* next idle one; the top was used last */
	int64_t idle_since;
};

struct job {
	db_write_fn *fn;
	void *ctx;
	int result;
	unsigned statements;
	bool done;                  /* under db->lock */
	pthread_cond_t wake;
	struct job *next;
};

struct queue {
	struct job *first, *last;
};

struct db {
	const struct backend *b;
	char *path;
	unsigned readers;           /* kept open when idle */
	size_t cache_bytes;
	struct db_conn *writer;
	pthread_t thread;

	pthread_mutex_t lock;       /* of everything below */
	pthread_cond_t work;        /* the writer waits here */
	struct queue foreground, background;
	bool stop;
	unsigned callers;           /* threads inside db_write(): the last of them lets db_close() go on */
	int (*before_commit)(struct db_conn *c, void *ctx);
	void *before_commit_ctx;

	pthread_mutex_t pool_lock;
	pthread_cond_t returned;
	struct db_conn *idle;
	unsigned idle_n, open_n;    /* open_n counts leased and idle ones */

	char why[300];              /* text that notes of db_migrate() borrow */
};

/* db.c */
struct db_conn *conn_new(struct db *db, bool writer);
void conn_close(struct db_conn *c);
void pool_trim(struct db *db);

/* stmt.c */
int conn_stmt(struct db_conn *c, const char *text, size_t n, struct stmt **ret);
/* A statement of the backend's own with one text as its value. */
int conn_stmt_of(struct db_conn *c, const char *text, const char *value, struct stmt **ret);
#define CONN_STMT(c, lit, ret) conn_stmt((c), "" lit "", sizeof(lit) - 1, (ret))
MUST_USE int stmt_bind(struct stmt *s, const struct sql_value *v, size_t n); /* borrowed until stmt_done() */
void cache_clear(struct db_conn *c);
void statement_count_add(unsigned n);

/* writer.c */
int writer_start(struct db *db);
void writer_stop(struct db *db); /* runs what is queued first */

#endif
