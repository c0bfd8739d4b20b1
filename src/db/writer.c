/*
 * The writer thread and group commit.
 *
 * Everything queued at one moment (at most LIMIT_BATCH jobs) becomes one transaction, each job in a savepoint; one COMMIT
 * with one fsync; then the callers wake. A caller therefore returns only after its write is on disk, and a slow disk
 * costs one fsync per batch instead of one per write. Checkpoints run after the callers were woken.
 */
#include <errno.h>

#include "base/clock.h"
#include "db/conn.h"

/* ---- the queue ---- */

static void push(struct queue *q, struct job *j)
{
	j->next = NULL;
	if (q->last)
		q->last->next = j;
	else
		q->first = j;
	q->last = j;
}

static struct job *pop(struct queue *q)
{
	struct job *j = q->first;
	q->first = j->next;
	if (!q->first)
		q->last = NULL;
	return j;
}

static int submit(struct db *db, bool background, db_write_fn *fn, void *ctx)
{
	if (pthread_equal(pthread_self(), db->thread))
		die("db_write() was called on the writer thread");
	struct job j = { .fn = fn, .ctx = ctx };
	pthread_cond_init(&j.wake, NULL);
	pthread_mutex_lock(&db->lock);
	db->callers++;
	if (db->stop) {
		j.result = ERR_BUSY;
	} else {
		bool first = !db->foreground.first && !db->background.first;
		push(background ? &db->background : &db->foreground, &j);
		if (first)
			pthread_cond_signal(&db->work);
		while (!j.done)
			pthread_cond_wait(&j.wake, &db->lock);
	}
	if (--db->callers == 0 && db->stop)
		pthread_cond_signal(&db->work);
	pthread_mutex_unlock(&db->lock);
	pthread_cond_destroy(&j.wake);
	statement_count_add(j.statements);
	return j.result;
}

int db_write(struct db *db, db_write_fn *fn, void *ctx)
{
	return submit(db, false, fn, ctx);
}

int db_write_background(struct db *db, db_write_fn *fn, void *ctx)
{
	return submit(db, true, fn, ctx);
}

void db_set_before_commit(struct db *db, int (*fn)(struct db_conn *c, void *ctx), void *ctx)
{
	pthread_mutex_lock(&db->lock);
	db->before_commit = fn;
	db->before_commit_ctx = ctx;
	pthread_mutex_unlock(&db->lock);
}

/* ---- a batch ---- */

static void roll_back_all(struct db_conn *c)
{
	c->head_known = false;
	if (c->b->in_transaction(c) && c->b->roll_back(c) < 0 && c->b->in_transaction(c))
		die("the database cannot roll back: %s", c->b->error(c));
}

/*
 * Runs one job in a savepoint; true when it changed something that stands. When the transaction itself is gone
 * afterwards, the caller asks in_transaction(). A job that is alone in its batch needs no savepoint, since the
 * transaction is one: inside a savepoint SQLite walks the list of what it keeps for it at the end of every statement,
 * which made large import chunks quadratic.
 */
static bool run_job(struct db_conn *c, struct job *j, bool alone)
{
	int r = alone ? 0 : c->b->savepoint(c);
	if (r < 0) {
		j->result = r;
		roll_back_all(c);
		return false;
	}
	int64_t before = c->b->changes(c);
	c->schema_changed = false;
	(void)db_statement_count(true);
	c->in_job = true;
	r = j->fn(c, j->ctx);
	c->in_job = false;
	j->statements = db_statement_count(true);
	if (c->busy)
		die("a write job left %u statements open", c->busy);
	int ends = c->b->job_end(c);
	if (r >= 0 && ends < 0)
		r = ends;
	j->result = r;
	if (!c->b->in_transaction(c))
		return false;
	bool changed = c->b->changes(c) != before || c->schema_changed;
	if (r < 0) {
		c->head_known = false;
		r = alone ? 0 : c->b->roll_back_to(c); /* alone: the batch rolls back, since nothing changed */
		changed = false;
	} else {
		r = 0;
	}
	if (r < 0 || (!alone && (r = c->b->release(c)) < 0))
		roll_back_all(c);
	return changed;
}

static int commit_error(int r)
{
	return r == ERR_IO ? ERR_IO : ERR_DB;
}

/* Runs job[0 .. n) in one transaction; how many of them were dealt with: fewer than n when a failure (a full disk) ended
 * the transaction under a job, which takes those before it along. */
static size_t run_batch(struct db *db, struct job **job, size_t n)
{
	struct db_conn *c = db->writer;
	int r = c->b->begin(c);
	if (r < 0) {
		for (size_t i = 0; i < n; i++)
			job[i]->result = r;
		return n;
	}
	bool changed = false;
	for (size_t i = 0; i < n; i++) {
		changed |= run_job(c, job[i], n == 1);
		if (c->b->in_transaction(c))
			continue;
		c->head_known = false;
		for (size_t k = 0; k <= i; k++)
			if (k < i || job[k]->result >= 0)
				job[k]->result = ERR_IO;
		return i + 1;
	}
	if (!changed) {
		/* COMMIT of changes that were all undone would still write and sync. */
		bool known = c->head_known;
		roll_back_all(c);
		c->head_known = known;
		return n;
	}
	pthread_mutex_lock(&db->lock);
	int (*before_commit)(struct db_conn *, void *) = db->before_commit;
	void *before_commit_ctx = db->before_commit_ctx;
	pthread_mutex_unlock(&db->lock);
	if (before_commit) {
		c->in_job = true;
		r = before_commit(c, before_commit_ctx);
		c->in_job = false;
		if (c->busy)
			die("the hook before COMMIT left %u statements open", c->busy);
	}
	bool committing = r >= 0;
	if (r >= 0)
		r = c->b->in_transaction(c) ? c->b->commit(c) : ERR_IO;
	if (r < 0) {
		roll_back_all(c);
		if (committing)
			c->b->commit_failed(c);
		for (size_t i = 0; i < n; i++)
			job[i]->result = commit_error(r);
	}
	return n;
}

/* ---- the thread ---- */

/* Called with the lock held; false when idle time is over without a job. */
static bool wait_for_work(struct db *db)
{
	if (db->writer->wal_pages == 0) {
		pthread_cond_wait(&db->work, &db->lock);
		return true;
	}
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += IDLE_MS / 1000;
	return pthread_cond_timedwait(&db->work, &db->lock, &t) != ETIMEDOUT;
}

static size_t take_batch(struct db *db, struct job **job, unsigned *foreground_run)
{
	size_t n = 0;
	if (db->background.first && (!db->foreground.first || *foreground_run >= FOREGROUND_RUN)) {
		job[n++] = pop(&db->background);
		*foreground_run = 0;
		return n;
	}
	while (n < LIMIT_BATCH && db->foreground.first)
		job[n++] = pop(&db->foreground);
	(*foreground_run)++;
	return n;
}

static void *writer_main(void *arg)
{
	struct db *db = arg;
	struct job *job[LIMIT_BATCH];
	unsigned foreground_run = 0;
	int checkpointed_at = 0;
	pthread_mutex_lock(&db->lock);
	for (;;) {
		bool waited = true;
		while (!db->foreground.first && !db->background.first && !db->stop && waited)
			waited = wait_for_work(db);
		if (!db->foreground.first && !db->background.first) {
			if (db->stop)
				break;
			pthread_mutex_unlock(&db->lock);
			db->b->checkpoint(db->writer);
			pool_trim(db);
			checkpointed_at = 0;
			pthread_mutex_lock(&db->lock);
			continue;
		}
		size_t n = take_batch(db, job, &foreground_run);
		pthread_mutex_unlock(&db->lock);
		for (size_t done = 0; done < n;)
			done += run_batch(db, job + done, n - done);
		pthread_mutex_lock(&db->lock);
		for (size_t i = 0; i < n; i++) {
			job[i]->done = true;
			pthread_cond_signal(&job[i]->wake);
		}
		int pages = db->writer->wal_pages;
		if (pages < checkpointed_at)
			checkpointed_at = 0; /* the WAL began anew */
		if (pages - checkpointed_at >= CHECKPOINT_PAGES) {
			pthread_mutex_unlock(&db->lock);
			db->b->checkpoint(db->writer);
			/* While an old snapshot keeps the WAL from starting over, its length stays: count from here. */
			checkpointed_at = pages;
			pthread_mutex_lock(&db->lock);
		}
	}
	pthread_mutex_unlock(&db->lock);
	return NULL;
}

int writer_start(struct db *db)
{
	return pthread_create(&db->thread, NULL, writer_main, db) == 0 ? 0 : ERR_IO;
}

void writer_stop(struct db *db)
{
	pthread_mutex_lock(&db->lock);
	db->stop = true;
	pthread_cond_signal(&db->work);
	pthread_mutex_unlock(&db->lock);
	pthread_join(db->thread, NULL);
	pthread_mutex_lock(&db->lock);
	while (db->callers)
		pthread_cond_wait(&db->work, &db->lock);
	pthread_mutex_unlock(&db->lock);
}
