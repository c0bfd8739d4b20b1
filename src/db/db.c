/* Opening a database, its connections, the pool of readers, and what db.h hands straight on to the backend. */
#include "base/clock.h"
#include "base/text/db.h"
#include "db/conn.h"

/* ---- connections ---- */

struct db_conn *conn_new(struct db *db, bool writer)
{
	struct db_conn *c = calloc(1, sizeof *c);
	if (!c)
		die("out of memory for a connection");
	c->db = db;
	c->b = db->b;
	c->writer = writer;
	buf_init(&c->audit_body, LIMIT_AUDIT_BODY);
	return c;
}

void conn_close(struct db_conn *c)
{
	if (!c)
		return;
	cache_clear(c);
	c->b->conn_close(c);
	buf_release(&c->audit_body);
	free(c);
}

static int open_reader(struct db *db, struct db_conn **ret)
{
	struct db_conn *c = conn_new(db, false);
	int r = db->b->conn_open(c);
	if (r < 0) {
		conn_close(c);
		return r;
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

/* Until a lease is returned, and no longer than it is worth before opening is tried again: the leases that
 * are out may belong to those who wait here for a second one. */
static void wait_to_reopen(struct db *db)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += READER_REOPEN_NS;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&db->returned, &db->pool_lock, &until);
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
			int r = open_reader(db, &c);
			pthread_mutex_lock(&db->pool_lock);
			if (r == 0)
				continue;
			/* No descriptor left, say: somebody's return is the way out, or the next attempt, unless nobody has one. */
			db->open_n--;
			if (db->open_n == 0)
				die("no read connection can be opened: %s", err_name(r));
			if (!db->idle)
				wait_to_reopen(db);
			continue;
		}
		pthread_cond_wait(&db->returned, &db->pool_lock);
	}
	pthread_mutex_unlock(&db->pool_lock);
	c->below = NULL;
	c->broken = db->b->lease_begin(c);
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
	db->b->lease_end(c);
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

static void db_free(struct db *db)
{
	while (db->idle) {
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

const char *(*db_divert)(const char *path, bool create);
const struct backend *db_postgres;

static const struct backend *backend_of(const char *path)
{
	return db_postgres && strncmp(path, "postgres://", 11) == 0 ? db_postgres : &sqlite_backend;
}

int db_open(const struct db_options *options, struct db **ret, struct note *ret_why)
{
	struct db *db = calloc(1, sizeof *db);
	if (!db || !(db->path = strndup(options->path.p, options->path.n)))
		die("out of memory for a database");
	const char *elsewhere = db_divert ? db_divert(db->path, options->create) : NULL;
	if (elsewhere) {
		free(db->path);
		if (!(db->path = strdup(elsewhere)))
			die("out of memory for a database");
	}
	db->b = backend_of(db->path);
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
	pthread_cond_init(&db->returned, &attr);
	pthread_condattr_destroy(&attr);

	db->writer = conn_new(db, true);
	int r = db->b->open(db, options, ret_why);
	if (r == 0) {
		r = open_reader(db, &db->idle);
		if (r < 0)
			*ret_why = NOTE(r == ERR_CORRUPT ? MSG_DB_DAMAGED : MSG_DB_CANNOT_OPEN, ARG_S(options->path), ARG_S(str_of(err_name(r))));
		else
			db->idle_n = db->open_n = 1;
	}
	if (r < 0) {
		db_free(db);
		return r;
	}
	db->idle->idle_since = clock_monotonic_us();
	if ((r = writer_start(db)) < 0) {
		*ret_why = NOTE(MSG_DB_CANNOT_OPEN, ARG_S(options->path), ARG_S(STR("pthread_create")));
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

/* ---- what the backend does alone ---- */

int64_t db_last_id(struct db_conn *c)
{
	return c->b->last_id(c);
}

struct str db_error(struct db_conn *c)
{
	return str_of(c->b->error(c));
}

int db_explain(struct db_conn *c, struct sql *q, struct buf *ret_plan)
{
	return c->b->explain(c, q, ret_plan);
}

int db_reads(struct db_conn *c, struct sql *q, struct buf *ret)
{
	if (c->writer)
		die("the writer has an authorizer of its own");
	if (c->b->reads)
		return c->b->reads(c, q, ret);
	sql_release(q);
	return ERR_DENIED;
}

int db_schema_text(struct db_conn *c, struct arena *a, const char *table, struct str *ret)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	int r = conn_stmt_of(c, c->b->schema_text, table ? table : "", &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		buf_str(&b, stmt_str(s, 0));
		buf_lit(&b, ";\n");
		r = 0;
	}
	if (r == 0)
		r = buf_error(&b);
	if (r == 0)
		*ret = str_dup(a, buf_view(&b));
	return r;
}

int db_backup(struct db *db, struct str path)
{
	return db->b->backup ? db->b->backup(db, path) : ERR_DENIED;
}

/* To say "no damage" without having looked would be worse than to say nothing. */
int db_check(struct db_conn *c, struct arena *a, struct str *ret)
{
	return c->b->check ? c->b->check(c, a, ret) : ERR_DENIED;
}

int db_fsync_time(struct db *db, int64_t *ret_us)
{
	return db->b->fsync_time ? db->b->fsync_time(db, ret_us) : ERR_DENIED;
}
