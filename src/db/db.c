/*
 * Opening a database file, its connections, and the pool of readers.
 *
 * Two rules hold the file together: one connection writes and checkpoints (the writer's), and all others are opened
 * read-only and never checkpoint.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/conn.h"

int db_err(int sqlite_code)
{
	switch (sqlite_code)
{
	case SQLITE_OK:
		return 0;
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ERR_EXISTS;
	}
	switch (sqlite_code & 0xFF) {
	case SQLITE_NOMEM:
		die("out of memory in the database");
	case SQLITE_AUTH:
		return ERR_DENIED;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_IOERR:
	case SQLITE_FULL:
	case SQLITE_CANTOPEN:
		return ERR_IO;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_CORRUPT;
	case SQLITE_TOOBIG:
		return ERR_LIMIT;
	default:
		return ERR_DB;
	}
}

int conn_exec(struct db_conn *c, const char *sql)
{
	int r = db_err(sqlite3_exec(c->h, sql, NULL, NULL, NULL));
	if (r == 0)
		c->schema_changed = true;
	return r;
}

int conn_control(sqlite3_stmt *s)
{
	int rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		;
	int reset = sqlite3_reset(s);
	return rc == SQLITE_DONE ? 0 : db_err(reset != SQLITE_OK ? reset : rc);
}

/* The first column of a constant one-row statement. */
static int read_i64(sqlite3 *h, const char *sql, int64_t *ret)
{
	sqlite3_stmt *p = NULL;
	int rc = sqlite3_prepare_v2(h, sql, -1, &p, NULL);
	if (rc == SQLITE_OK) {
		rc = sqlite3_step(p);
		if (rc == SQLITE_ROW) {
			*ret = sqlite3_column_int64(p, 0);
			rc = SQLITE_OK;
		} else if (rc == SQLITE_DONE) {
			rc = SQLITE_ERROR;
		}
	}
	sqlite3_finalize(p);
	return rc;
}

/* What even the program's own statements may not do: the second line behind the triggers of the audit trail, and a
 * guard for the batch's transaction, which is not a job's to end. */
static int authorize(void *ctx, int action, const char *a, const char *b, const char *schema, const char *trigger)
{
	(void)b;
	(void)schema;
	(void)trigger;
	const struct db_conn *c = ctx;
	switch (action) {
	case SQLITE_INSERT:
		return strcmp(a, "audit_entry") == 0 && c->in_job && !c->appending ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_DROP_TABLE:
		return strcmp(a, "audit_entry") == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_ALTER_TABLE: /* a: schema, b: table */
	case SQLITE_DROP_TRIGGER: /* a: trigger, b: table */
		return b && strcmp(b, "audit_entry") == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		return c->in_job ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
		return SQLITE_DENY;
	default:
		return SQLITE_OK;
	}
}

static int on_commit_wal(void *ctx, sqlite3 *h, const char *schema, int pages)
{
	(void)h;
	(void)schema;
	struct db_conn *c = ctx;
	c->wal_pages = pages;
	return SQLITE_OK;
}

static int prepare_own(struct db_conn *c, const char *sql, sqlite3_stmt **ret)
{
	return sqlite3_prepare_v3(c->h, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
}

static int set_up(struct db_conn *c)
{
	sqlite3 *h = c->h;
	sqlite3_busy_timeout(h, 5000);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	/* One text has one plan, whatever values are bound: plans are tested, and cached statements stay prepared. */
	sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
	sqlite3_limit(h, SQLITE_LIMIT_VARIABLE_NUMBER, LIMIT_SQL_PARAMS);
	sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 0);
	int rc = sqlite3_exec(h, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0;",
	                      NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return rc;
	char pragma[48];
	size_t bytes = c->db->cache_bytes ? c->db->cache_bytes : (c->writer ? 32u << 20 : 2u << 20);
	snprintf(pragma, sizeof pragma, "PRAGMA cache_size = -%zu", bytes >> 10 ? bytes >> 10 : 1);
	if ((rc = sqlite3_exec(h, pragma, NULL, NULL, NULL)) != SQLITE_OK)
		return rc;
	if (c->writer) {
		rc = sqlite3_exec(h,
		                  "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
		                  "PRAGMA journal_size_limit = 67108864;",
		                  NULL, NULL, NULL);
		sqlite3_wal_hook(h, on_commit_wal, c);
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "ROLLBACK", &c->rollback);
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "SAVEPOINT job", &c->savepoint);
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "RELEASE job", &c->release);
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "ROLLBACK TO job", &c->rollback_to);
	} else {
		sqlite3_db_config(h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		rc = sqlite3_exec(h, "PRAGMA query_only = ON", NULL, NULL, NULL);
		/* BEGIN alone takes no snapshot; the first read does. */
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "SELECT (SELECT rootpage FROM sqlite_schema LIMIT 1)", &c->probe);
	}
	/* The writer takes its lock at once: a reader that finds a header half written holds that lock for an instant, and only
	 * a BEGIN waits for it. A transaction that read first would be refused on the spot. */
	if (rc == SQLITE_OK)
		rc = prepare_own(c, c->writer ? "BEGIN IMMEDIATE" : "BEGIN", &c->begin);
	if (rc == SQLITE_OK)
		rc = prepare_own(c, "COMMIT", &c->commit);
	return rc;
}

void conn_close(struct db_conn *c)
{
	if (!c)
		return;
	cache_clear(c);
	sqlite3_stmt *own[] = { c->begin, c->commit, c->rollback, c->probe, c->savepoint, c->release, c->rollback_to };
	for (size_t i = 0; i < COUNT_OF(own); i++)
		sqlite3_finalize(own[i]);
	if (c->h && sqlite3_close(c->h) != SQLITE_OK)
		die("a connection was closed with a statement open");
	buf_release(&c->audit_body);
	free(c);
}

static int open_raw(struct db *db, bool writer, struct db_conn **ret)
{
	struct db_conn *c = calloc(1, sizeof *c);
	if (!c)
		die("out of memory for a connection");
	c->db = db;
	c->writer = writer;
	buf_init(&c->audit_body, LIMIT_AUDIT_BODY);
	int flags = (writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	int rc = sqlite3_open_v2(db->path, &c->h, flags, NULL);
	*ret = c;
	return rc;
}

int conn_open(struct db *db, bool writer, struct db_conn **ret)
{
	struct db_conn *c = NULL;
	int rc = open_raw(db, writer, &c);
	if (rc == SQLITE_OK)
		rc = set_up(c);
	if (rc != SQLITE_OK) {
		conn_close(c);
		return db_err(rc);
	}
	*ret = c;
	return 0;
}

/* ---- the pool ---- */

/* Called with pool_lock held; the connection to close, or NULL. The bottom of the stack was idle longest. */
static struct db_conn *take_stale(struct db *db, int64_t now)
{
	if (db->idle_n <= db->readers)
		return NULL;
	struct db_conn **at = &db->idle;
	while ((*at)->below)
		at = &(*at)->below;
	struct db_conn *c = *at;
	if (now - c->idle_since < READER_KEEP_US)
		return NULL;
	*at = NULL;
	db->idle_n--;
	db->open_n--;
	return c;
}

void pool_trim(struct db *db)
{
	for (;;) {
		pthread_mutex_lock(&db->pool_lock);
		struct db_conn *c = take_stale(db, clock_monotonic_us());
		pthread_mutex_unlock(&db->pool_lock);
		if (!c)
			return;
		conn_close(c);
	}
}

struct db_conn *db_read_begin(struct db *db)
{
	struct db_conn *c = NULL;
	pthread_mutex_lock(&db->pool_lock);
	while (!c) {
		if (db->idle) {
			c = db->idle;
			db->idle = c->below;
			db->idle_n--;
			break;
		}
		if (db->open_n < LIMIT_READERS) {
			db->open_n++;
			pthread_mutex_unlock(&db->pool_lock);
			int r = conn_open(db, false, &c);
			pthread_mutex_lock(&db->pool_lock);
			if (r == 0)
				continue;
			/* No descriptor left, say: somebody's return is the way out, unless nobody has one. */
			db->open_n--;
			if (db->open_n == 0)
				die("no read connection can be opened: %s", err_name(r));
			if (db->idle)
				continue;
		}
		pthread_cond_wait(&db->returned, &db->pool_lock);
	}
	pthread_mutex_unlock(&db->pool_lock);
	c->below = NULL;
	c->broken = conn_control(c->begin);
	if (c->broken == 0)
		c->broken = conn_control(c->probe);
	return c;
}

void db_read_end(struct db *db, struct db_conn **at)
{
	struct db_conn *c = *at;
	if (!c)
		return;
	*at = NULL;
	if (c->busy)
		die("a read lease ended with %u statements open", c->busy);
	if (!sqlite3_get_autocommit(c->h) && conn_control(c->commit) < 0)
		sqlite3_exec(c->h, "ROLLBACK", NULL, NULL, NULL);
	int64_t now = clock_monotonic_us();
	c->idle_since = now;
	pthread_mutex_lock(&db->pool_lock);
	c->below = db->idle;
	db->idle = c;
	db->idle_n++;
	struct db_conn *stale = take_stale(db, now);
	pthread_cond_signal(&db->returned);
	pthread_mutex_unlock(&db->pool_lock);
	conn_close(stale);
}

/* ---- opening and closing ---- */

static void configure_library(void)
{
	/* Counting every allocation under one global lock costs readers more than it tells us. Fails harmlessly when a
	 * test has used the library before. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_initialize();
}

/* The file belongs to its owner alone; SQLite gives -wal and -shm the same mode. */
static int make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : ERR_IO;
	close(fd);
	return 0;
}

static struct note open_note(const struct db_options *options, int r, const char *reason)
{
	switch (r)
{
	case ERR_CORRUPT:
		return NOTE(MSG_DB_DAMAGED, ARG_S(options->path), ARG_S(str_of(reason)));
	default:
		return NOTE(MSG_DB_CANNOT_OPEN, ARG_S(options->path), ARG_S(str_of(reason)));
	}
}

/* Where WAL is not to be had (a file system without shared memory), SQLite answers with the old mode instead. */
static int set_wal(sqlite3 *h)
{
	sqlite3_stmt *p = NULL;
	int rc = sqlite3_prepare_v2(h, "PRAGMA journal_mode = WAL", -1, &p, NULL);
	if (rc == SQLITE_OK) {
		rc = sqlite3_step(p);
		if (rc == SQLITE_ROW)
			rc = strcmp((const char *)sqlite3_column_text(p, 0), "wal") == 0 ? SQLITE_OK : SQLITE_IOERR;
		else if (rc == SQLITE_DONE)
			rc = SQLITE_IOERR;
	}
	sqlite3_finalize(p);
	return rc;
}

/* Whose file is it? An empty one may become ours when it may be created. Leaves it in WAL mode. */
static int claim(struct db_conn *c, const struct db_options *options, struct note *ret_why)
{
	int64_t id = 0, objects = 0;
	int rc = read_i64(c->h, "PRAGMA application_id", &id);
	if (rc == SQLITE_OK)
		rc = read_i64(c->h, "SELECT count(*) FROM sqlite_schema", &objects);
	/* A file that is no database at all is as foreign as one of another program. */
	if ((rc & 0xFF) == SQLITE_NOTADB || (rc == SQLITE_OK && id != APPLICATION_ID &&
	                                     !(id == 0 && objects == 0 && options->create))) {
		*ret_why = NOTE(MSG_DB_FOREIGN, ARG_S(options->path));
		return ERR_CORRUPT;
	}
	/* A file that may not be written was opened read-only without a word. */
	if (rc == SQLITE_OK && sqlite3_db_readonly(c->h, "main") != 0)
		rc = SQLITE_READONLY;
	if (rc == SQLITE_OK)
		rc = set_wal(c->h);
	if (rc == SQLITE_OK && id != APPLICATION_ID)
		rc = sqlite3_exec(c->h, "PRAGMA application_id = 0x4953474B", NULL, NULL, NULL);
	/* The first read opens the WAL: a writer that never did would leave it behind when it closes. */
	if (rc == SQLITE_OK)
		rc = read_i64(c->h, "SELECT count(*) FROM sqlite_schema", &objects);
	if (rc != SQLITE_OK) {
		int r = rc == SQLITE_READONLY ? ERR_IO : db_err(rc);
		*ret_why = open_note(options, r, sqlite3_errstr(rc));
		return r;
	}
	return 0;
}

static void db_free(struct db *db)
{
	while (db->idle)
{
		struct db_conn *c = db->idle;
		db->idle = c->below;
		conn_close(c);
	}
	conn_close(db->writer); /* last: the last to close a file checkpoints it */
	pthread_mutex_destroy(&db->lock);
	pthread_mutex_destroy(&db->pool_lock);
	pthread_cond_destroy(&db->work);
	pthread_cond_destroy(&db->returned);
	free(db->path);
	free(db);
}

int db_open(const struct db_options *options, struct db **ret, struct note *ret_why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure_library);

	struct db *db = calloc(1, sizeof *db);
	if (!db || !(db->path = strndup(options->path.p, options->path.n)))
		die("out of memory for a database");
	db->readers = options->readers ? options->readers : 4;
	if (db->readers > LIMIT_READERS)
		db->readers = LIMIT_READERS;
	db->cache_bytes = options->cache_bytes;
	pthread_mutex_init(&db->lock, NULL);
	pthread_mutex_init(&db->pool_lock, NULL);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&db->work, &attr);
	pthread_condattr_destroy(&attr);
	pthread_cond_init(&db->returned, NULL);

	int r = 0;
	struct stat st;
	if (options->create && make_file(db->path) < 0) {
		r = ERR_IO;
		*ret_why = open_note(options, r, strerrordesc_np(errno));
	} else if (stat(db->path, &st) < 0) {
		r = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
		*ret_why = r == ERR_NOT_FOUND ? NOTE(MSG_DB_MISSING, ARG_S(options->path))
		                              : open_note(options, r, strerrordesc_np(errno));
	}
	if (r == 0) {
		int rc = open_raw(db, true, &db->writer);
		if (rc != SQLITE_OK) {
			r = db_err(rc);
			*ret_why = open_note(options, r, sqlite3_errstr(rc));
		} else {
			sqlite3_busy_timeout(db->writer->h, 5000);
			r = claim(db->writer, options, ret_why);
		}
	}
	if (r == 0) {
		int rc = set_up(db->writer);
		r = rc == SQLITE_OK ? conn_open(db, false, &db->idle) : db_err(rc);
		if (r < 0)
			*ret_why = open_note(options, r, rc == SQLITE_OK ? err_name(r) : sqlite3_errstr(rc));
		else
			db->idle_n = db->open_n = 1;
	}
	if (r < 0) {
		db_free(db);
		return r;
	}
	db->idle->idle_since = clock_monotonic_us();
	sqlite3_set_authorizer(db->writer->h, authorize, db->writer);
	if ((r = writer_start(db)) < 0) {
		*ret_why = open_note(options, r, "pthread_create");
		db_free(db);
		return r;
	}
	*ret = db;
	return 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	writer_stop(db);
	pthread_mutex_lock(&db->pool_lock);
	if (db->idle_n != db->open_n)
		die("the database was closed with %u read leases open", db->open_n - db->idle_n);
	pthread_mutex_unlock(&db->pool_lock);
	db_free(db);
}

void db_closep(struct db **db)
{
	db_close(*db);
	*db = NULL;
}
