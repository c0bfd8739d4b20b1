/*
 * The SQLite backend: a file, its connections and their transactions.
 *
 * Two rules hold the file together: one connection writes and checkpoints (the writer's), and all others are opened
 * read-only and never checkpoint.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/sqlite.h"

#include "base/text/db.h"

#define APPLICATION_ID 0x4953474B /* "ISGK" */

int sqlite_err(int code)
{
	switch (code) {
	case SQLITE_OK:
		return 0;
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ERR_EXISTS;
	}
	switch (code & 0xFF) {
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

static int control(sqlite3_stmt *s)
{
	int rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		;
	int reset = sqlite3_reset(s);
	return rc == SQLITE_DONE ? 0 : sqlite_err(reset != SQLITE_OK ? reset : rc);
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
	return sqlite3_prepare_v3(sqlite_of(c), sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
}

static int set_up(struct db_conn *c)
{
	struct sqlite_conn *own = c->own;
	sqlite3 *h = own->h;
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
			rc = prepare_own(c, "ROLLBACK", &own->rollback);
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "SAVEPOINT job", &own->savepoint);
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "RELEASE job", &own->release);
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "ROLLBACK TO job", &own->rollback_to);
	} else {
		sqlite3_db_config(h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		rc = sqlite3_exec(h, "PRAGMA query_only = ON", NULL, NULL, NULL);
		/* BEGIN alone takes no snapshot; the first read does. */
		if (rc == SQLITE_OK)
			rc = prepare_own(c, "SELECT (SELECT rootpage FROM sqlite_schema LIMIT 1)", &own->probe);
	}
	/* The writer takes its lock at once: a reader that finds a header half written holds that lock for an instant, and only
	 * a BEGIN waits for it. A transaction that read first would be refused on the spot. */
	if (rc == SQLITE_OK)
		rc = prepare_own(c, c->writer ? "BEGIN IMMEDIATE" : "BEGIN", &own->begin);
	if (rc == SQLITE_OK)
		rc = prepare_own(c, "COMMIT", &own->commit);
	return rc;
}

static void close_conn(struct db_conn *c)
{
	struct sqlite_conn *own = c->own;
	if (!own)
		return;
	sqlite3_stmt *kept[] = { own->begin, own->commit, own->rollback, own->probe, own->savepoint, own->release, own->rollback_to };
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		sqlite3_finalize(kept[i]);
	if (own->h && sqlite3_close(own->h) != SQLITE_OK)
		die("a connection was closed with a statement open");
	free(own);
}

static int open_raw(struct db_conn *c)
{
	struct sqlite_conn *own = calloc(1, sizeof *own);
	if (!own)
		die("out of memory for a connection");
	c->own = own;
	int flags = (c->writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	return sqlite3_open_v2(c->db->path, &own->h, flags, NULL);
}

static int open_reader(struct db_conn *c)
{
	int rc = open_raw(c);
	if (rc == SQLITE_OK)
		rc = set_up(c);
	return sqlite_err(rc);
}

static const char *error_text(struct db_conn *c)
{
	return sqlite3_errmsg(sqlite_of(c));
}

/* ---- transactions ---- */

static int begin(struct db_conn *c)
{
	return control(((struct sqlite_conn *)c->own)->begin);
}

static int commit(struct db_conn *c)
{
	return control(((struct sqlite_conn *)c->own)->commit);
}

static int roll_back(struct db_conn *c)
{
	return control(((struct sqlite_conn *)c->own)->rollback);
}

static bool in_transaction(struct db_conn *c)
{
	return !sqlite3_get_autocommit(sqlite_of(c));
}

static int savepoint(struct db_conn *c)
{
	return control(((struct sqlite_conn *)c->own)->savepoint);
}

static int release(struct db_conn *c)
{
	return control(((struct sqlite_conn *)c->own)->release);
}

static int roll_back_to(struct db_conn *c)
{
	return control(((struct sqlite_conn *)c->own)->rollback_to);
}

/* A reference that is checked at COMMIT would fail the whole batch: it fails its own job instead. */
static int job_end(struct db_conn *c)
{
	int broken_keys = 0, unused;
	return in_transaction(c) &&
	       sqlite3_db_status(sqlite_of(c), SQLITE_DBSTATUS_DEFERRED_FKS, &broken_keys, &unused, 0) == SQLITE_OK && broken_keys
	               ? ERR_DB : 0;
}

/* A commit whose fsync failed has left complete frames in the WAL, which a crash now would bring back although nobody
 * was told that they stand. Writing the same header once more lays other frames over the first of them, and the
 * checksums of the rest no longer fit. */
static void overwrite_failed_commit(struct db_conn *c)
{
	sqlite3_exec(sqlite_of(c), "PRAGMA application_id = 0x4953474B", NULL, NULL, NULL);
}

static int64_t total_changes(struct db_conn *c)
{
	return sqlite3_total_changes64(sqlite_of(c));
}

/* What could be moved to the database file is moved; readers are never waited for. */
static void checkpoint(struct db_conn *c)
{
	int in_wal = 0, moved = 0;
	if (sqlite3_wal_checkpoint_v2(sqlite_of(c), NULL, SQLITE_CHECKPOINT_PASSIVE, &in_wal, &moved) == SQLITE_OK)
		c->wal_pages = in_wal > moved ? in_wal - moved : 0;
}

static int lease_begin(struct db_conn *c)
{
	struct sqlite_conn *own = c->own;
	int r = control(own->begin);
	return r < 0 ? r : control(own->probe);
}

static void lease_end(struct db_conn *c)
{
	if (in_transaction(c) && commit(c) < 0)
		sqlite3_exec(sqlite_of(c), "ROLLBACK", NULL, NULL, NULL);
}

static int64_t last_id(struct db_conn *c)
{
	return sqlite3_last_insert_rowid(sqlite_of(c));
}

/* ---- schema ---- */

static int script(struct db_conn *c, const char *text)
{
	return sqlite_err(sqlite3_exec(sqlite_of(c), text, NULL, NULL, NULL));
}

static int mend(struct db_conn *c, const char *text)
{
	sqlite3_db_config(sqlite_of(c), SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	int r = script(c, text);
	sqlite3_db_config(sqlite_of(c), SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return r;
}

/* ---- opening ---- */

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
	switch (r) {
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
	int rc = read_i64(sqlite_of(c), "PRAGMA application_id", &id);
	if (rc == SQLITE_OK)
		rc = read_i64(sqlite_of(c), "SELECT count(*) FROM sqlite_schema", &objects);
	/* A file that is no database at all is as foreign as one of another program. */
	if ((rc & 0xFF) == SQLITE_NOTADB || (rc == SQLITE_OK && id != APPLICATION_ID &&
	                                     !(id == 0 && objects == 0 && options->create))) {
		*ret_why = NOTE(MSG_DB_FOREIGN, ARG_S(options->path));
		return ERR_CORRUPT;
	}
	/* A file that may not be written was opened read-only without a word. */
	if (rc == SQLITE_OK && sqlite3_db_readonly(sqlite_of(c), "main") != 0)
		rc = SQLITE_READONLY;
	if (rc == SQLITE_OK)
		rc = set_wal(sqlite_of(c));
	if (rc == SQLITE_OK && id != APPLICATION_ID)
		rc = sqlite3_exec(sqlite_of(c), "PRAGMA application_id = 0x4953474B", NULL, NULL, NULL);
	/* The first read opens the WAL: a writer that never did would leave it behind when it closes. */
	if (rc == SQLITE_OK)
		rc = read_i64(sqlite_of(c), "SELECT count(*) FROM sqlite_schema", &objects);
	if (rc != SQLITE_OK) {
		int r = rc == SQLITE_READONLY ? ERR_IO : sqlite_err(rc);
		*ret_why = open_note(options, r, sqlite3_errstr(rc));
		return r;
	}
	return 0;
}

static int open_writer(struct db *db, const struct db_options *options, struct note *ret_why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure_library);

	struct stat st;
	if (options->create && make_file(db->path) < 0) {
		*ret_why = open_note(options, ERR_IO, strerrordesc_np(errno));
		return ERR_IO;
	}
	if (stat(db->path, &st) < 0) {
		int r = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
		*ret_why = r == ERR_NOT_FOUND ? NOTE(MSG_DB_MISSING, ARG_S(options->path))
		                              : open_note(options, r, strerrordesc_np(errno));
		return r;
	}
	struct db_conn *c = db->writer;
	int rc = open_raw(c);
	if (rc == SQLITE_OK) {
		sqlite3_busy_timeout(sqlite_of(c), 5000);
		int r = claim(c, options, ret_why);
		if (r < 0)
			return r;
		rc = set_up(c);
	}
	if (rc != SQLITE_OK) {
		int r = sqlite_err(rc);
		*ret_why = open_note(options, r, sqlite3_errstr(rc));
		return r;
	}
	sqlite3_set_authorizer(sqlite_of(c), authorize, c);
	return 0;
}

const struct backend sqlite_backend = {
	.open = open_writer,
	.conn_open = open_reader,
	.conn_close = close_conn,
	.error = error_text,
	.begin = begin,
	.commit = commit,
	.roll_back = roll_back,
	.in_transaction = in_transaction,
	.savepoint = savepoint,
	.release = release,
	.roll_back_to = roll_back_to,
	.job_end = job_end,
	.commit_failed = overwrite_failed_commit,
	.changes = total_changes,
	.checkpoint = checkpoint,
	.lease_begin = lease_begin,
	.lease_end = lease_end,
	.prepare = sqlite_prepare,
	.finalize = sqlite_finalize,
	.bind = sqlite_bind,
	.step = sqlite_step,
	.reset = sqlite_reset,
	.i64 = sqlite_i64,
	.is_null = sqlite_is_null,
	.str = sqlite_str,
	.changed = sqlite_changed,
	.last_id = last_id,
	.explain = sqlite_explain,
	.reads = sqlite_reads,
	.script = script,
	.mend = mend,
	.has_table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?",
	.schema_text = "SELECT sql FROM sqlite_schema WHERE (?1 = '' OR tbl_name = ?1) AND sql IS NOT NULL"
	               " ORDER BY tbl_name, type <> 'table', type, name",
	.backup = sqlite_backup,
	.check = sqlite_check,
	.fsync_time = sqlite_fsync_time,
};
