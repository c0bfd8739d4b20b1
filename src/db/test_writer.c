/* Group commit: what stands, what does not, and who is told. */
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "db/conn.h"
#include "db/test_vfs.h"

static struct db *db;
static atomic_int commits; /* batches that reached the hook before COMMIT */
static atomic_int hook_result;

static int count_commit(struct db_conn *c, void *ctx)
{
	(void)c;
	(void)ctx;
	commits++;
	return hook_result;
}

static int set_up(void **state)
{
	(void)state;
	dir_make();
	db = open_db("a.db");
	assert_int_equal(RUN(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, who INTEGER NOT NULL) STRICT",
	                     "CREATE TABLE child(t_id INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED) STRICT",
	                     "CREATE TABLE big(body BLOB) STRICT", audit_schema),
	                 ERR_SYNTAX); /* many statements are a migration's affair; and all of it is undone */
	assert_int_equal(RUN(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, who INTEGER NOT NULL) STRICT",
	                     "CREATE TABLE child(t_id INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED) STRICT",
	                     "CREATE TABLE big(body BLOB) STRICT"),
	                 0);
	db_set_before_commit(db, count_commit, NULL);
	commits = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vfs_fail_sync = false;
	vfs_fail_write = 0;
	vfs_fail_open = 0;
	hook_result = 0;
	db_closep(&db);
	dir_remove();
	return 0;
}

/* ---- a writer held at a gate, so that a batch is exactly what the test says ---- */

static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_moved = PTHREAD_COND_INITIALIZER;
static bool gate_reached, gate_open;

static int wait_at_gate(struct db_conn *c, void *ctx)
{
	(void)c;
	(void)ctx;
	pthread_mutex_lock(&gate_lock);
	gate_reached = true;
	pthread_cond_broadcast(&gate_moved);
	while (!gate_open)
		pthread_cond_wait(&gate_moved, &gate_lock);
	pthread_mutex_unlock(&gate_lock);
	return 0;
}

static void *gate_thread(void *arg)
{
	(void)arg;
	assert_int_equal(db_write(db, wait_at_gate, NULL), 0);
	return NULL;
}

static pthread_t gate_close(void)
{
	pthread_t t;
	gate_reached = gate_open = false;
	pthread_create(&t, NULL, gate_thread, NULL);
	pthread_mutex_lock(&gate_lock);
	while (!gate_reached)
		pthread_cond_wait(&gate_moved, &gate_lock);
	pthread_mutex_unlock(&gate_lock);
	return t;
}

static void gate_let(void)
{
	pthread_mutex_lock(&gate_lock);
	gate_open = true;
	pthread_cond_broadcast(&gate_moved);
	pthread_mutex_unlock(&gate_lock);
}

static size_t queued(const struct queue *q)
{
	size_t n = 0;
	pthread_mutex_lock(&db->lock);
	for (const struct job *j = q->first; j; j = j->next)
		n++;
	pthread_mutex_unlock(&db->lock);
	return n;
}

struct call {
	pthread_t thread;
	db_write_fn *fn;
	void *ctx;
	bool background;
	int result;
};

static void *call_thread(void *arg)
{
	struct call *k = arg;
	k->result = k->background ? db_write_background(db, k->fn, k->ctx) : db_write(db, k->fn, k->ctx);
	return NULL;
}

/* Queues the calls in their order behind a closed gate, opens it, and waits for all. */
static void run_batch_of(struct call *k, size_t n)
{
	pthread_t gate = gate_close();
	commits = 0;
	for (size_t i = 0; i < n; i++) {
		const struct queue *q = k[i].background ? &db->background : &db->foreground;
		size_t before = queued(q);
		pthread_create(&k[i].thread, NULL, call_thread, &k[i]);
		while (queued(q) == before)
			sched_yield();
	}
	gate_let();
	pthread_join(gate, NULL);
	for (size_t i = 0; i < n; i++)
		pthread_join(k[i].thread, NULL);
}

/* ---- jobs ---- */

static int insert(struct db_conn *c, int64_t id)
{
	struct arena *a = arena_new(1u << 20);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO t(id, who) VALUES (");
	sql_i64(&q, id);
	sql_lit(&q, ", 0)");
	int r = db_exec(c, &q, NULL);
	arena_free(a);
	return r;
}

static int insert_one(struct db_conn *c, void *ctx)
{
	return insert(c, *(const int64_t *)ctx);
}

static int insert_and_fail(struct db_conn *c, void *ctx)
{
	int r = insert(c, *(const int64_t *)ctx);
	return r < 0 ? r : ERR_INVALID;
}

static int insert_orphan(struct db_conn *c, void *ctx)
{
	(void)ctx;
	const char *const sql[] = { "INSERT INTO child(t_id) VALUES (4711)", NULL };
	return run_all(c, (void *)sql);
}

static int insert_big(struct db_conn *c, void *ctx)
{
	(void)ctx;
	const char *const sql[] = { "INSERT INTO big(body) VALUES (zeroblob(1000000))", NULL };
	return run_all(c, (void *)sql);
}

static int read_only(struct db_conn *c, void *ctx)
{
	*(int64_t *)ctx = get_i64(c, "SELECT count(*) FROM t");
	return 0;
}

/* ---- tests ---- */

#define THREADS 32
#define EACH 40

static void *many_writes(void *arg)
{
	for (int64_t i = 0; i < EACH; i++) {
		int64_t id = *(int64_t *)arg * 1000 + i;
		if (db_write(db, insert_one, &id) != 0)
			return arg;
		/* Acknowledged is committed: a lease taken now sees it. */
		struct db_conn *c = db_read_begin(db);
		struct arena *a = arena_new(1u << 16);
		struct sql q;
		sql_init(&q, a);
		sql_lit(&q, "SELECT id FROM t WHERE id = ");
		sql_i64(&q, id);
		int64_t seen = -1;
		int r = db_get_i64(c, &q, &seen);
		arena_free(a);
		db_read_end(db, &c);
		if (r < 0 || seen != id)
			return arg;
	}
	return NULL;
}

static void test_many_threads(void **state)
{
	(void)state;
	pthread_t t[THREADS];
	int64_t who[THREADS];
	for (int64_t i = 0; i < THREADS; i++) {
		who[i] = i;
		pthread_create(&t[i], NULL, many_writes, &who[i]);
	}
	for (size_t i = 0; i < THREADS; i++) {
		void *failed;
		pthread_join(t[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(read_i64(db, "SELECT count(*) FROM t"), THREADS * EACH);
	assert_true(commits > 0 && commits < THREADS * EACH);
}

static void test_queued_jobs_share_a_commit(void **state)
{
	(void)state;
	int64_t id[40];
	struct call k[40];
	for (size_t i = 0; i < COUNT_OF(k); i++) {
		id[i] = (int64_t)i + 1;
		k[i] = (struct call){ .fn = insert_one, .ctx = &id[i] };
	}
	int syncs = vfs_syncs;
	run_batch_of(k, COUNT_OF(k));
	for (size_t i = 0; i < COUNT_OF(k); i++)
		assert_int_equal(k[i].result, 0);
	assert_int_equal(commits, 1);
	assert_true(vfs_syncs - syncs <= 2); /* the WAL, and its header when it begins anew */
	assert_int_equal(read_i64(db, "SELECT count(*) FROM t"), 40);
}

static void test_one_job_of_a_batch_fails(void **state)
{
	(void)state;
	int64_t id[] = { 1, 2, 3, 1 };
	struct call k[] = {
		{ .fn = insert_one, .ctx = &id[0] },
		{ .fn = insert_and_fail, .ctx = &id[1] },
		{ .fn = insert_one, .ctx = &id[2] },
		{ .fn = insert_one, .ctx = &id[3] }, /* the key is there already */
		{ .fn = insert_orphan },             /* a reference that only COMMIT would check */
	};
	run_batch_of(k, COUNT_OF(k));
	assert_int_equal(k[0].result, 0);
	assert_int_equal(k[1].result, ERR_INVALID);
	assert_int_equal(k[2].result, 0);
	assert_int_equal(k[3].result, ERR_EXISTS);
	assert_int_equal(k[4].result, ERR_DB);
	assert_int_equal(commits, 1);
	assert_int_equal(read_i64(db, "SELECT group_concat(id, '') FROM t"), 13);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM child"), 0);
}

static int64_t order[8];
static size_t ordered;

static int note_order(struct db_conn *c, void *ctx)
{
	order[ordered++] = *(int64_t *)ctx;
	return insert_one(c, ctx);
}

static void test_background_comes_last_and_alone(void **state)
{
	(void)state;
	int64_t id[] = { 1, 2, 3, 4, 5 };
	struct call k[] = {
		{ .fn = note_order, .ctx = &id[0], .background = true },
		{ .fn = note_order, .ctx = &id[1], .background = true },
		{ .fn = note_order, .ctx = &id[2] },
		{ .fn = note_order, .ctx = &id[3] },
		{ .fn = note_order, .ctx = &id[4] },
	};
	ordered = 0;
	run_batch_of(k, COUNT_OF(k));
	const int64_t expected[] = { 3, 4, 5, 1, 2 };
	assert_int_equal(ordered, 5);
	assert_memory_equal(order, expected, sizeof expected);
	assert_int_equal(commits, 3); /* the foreground together, each background job on its own */
}

static void test_nothing_changed_nothing_synced(void **state)
{
	(void)state;
	FILE_ONLY();
	int64_t n = -1, id = 9;
	int syncs = vfs_syncs;
	commits = 0;
	assert_int_equal(db_write(db, read_only, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(db_write(db, insert_and_fail, &id), ERR_INVALID);
	assert_int_equal(commits, 0);
	assert_int_equal(vfs_syncs, syncs);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM t"), 0);
}

static void copy_file(const char *from, const char *to)
{
	int in = open(in_dir(from), O_RDONLY), out = open(in_dir(to), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(in >= 0 && out >= 0);
	char block[65536];
	ssize_t n;
	while ((n = read(in, block, sizeof block)) > 0)
		assert_int_equal(write(out, block, (size_t)n), n);
	close(in);
	close(out);
}

static void test_failed_commit(void **state)
{
	(void)state;
	FILE_ONLY();
	int64_t id[] = { 1, 2, 3 }, later = 50;
	assert_int_equal(db_write(db, insert_one, &later), 0);
	struct call k[] = {
		{ .fn = insert_one, .ctx = &id[0] },
		{ .fn = insert_and_fail, .ctx = &id[1] },
		{ .fn = insert_one, .ctx = &id[2] },
	};
	vfs_fail_sync = true;
	run_batch_of(k, COUNT_OF(k));
	for (size_t i = 0; i < COUNT_OF(k); i++)
		assert_int_equal(k[i].result, ERR_IO);
	assert_int_equal(read_i64(db, "SELECT group_concat(id, ' ') FROM t"), 50);

	/* A crash right now must not bring back what nobody was told about: the files as they lie on the disk. */
	copy_file("a.db", "crashed.db");
	copy_file("a.db-wal", "crashed.db-wal");
	vfs_fail_sync = false;
	struct db *crashed = open_db("crashed.db");
	assert_int_equal(read_i64(crashed, "SELECT group_concat(id, ' ') FROM t"), 50);
	db_close(crashed);

	later = 51; /* and the next write works, and lasts */
	assert_int_equal(db_write(db, insert_one, &later), 0);
	db_close(db);
	db = open_db("a.db");
	assert_int_equal(read_i64(db, "SELECT count(*) FROM t WHERE id IN (50, 51)"), 2);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM t"), 2);
}

static void test_failed_hook(void **state)
{
	(void)state;
	int64_t id = 1;
	hook_result = ERR_LIMIT;
	assert_int_equal(db_write(db, insert_one, &id), ERR_DB);
	hook_result = 0;
	assert_int_equal(read_i64(db, "SELECT count(*) FROM t"), 0);
	assert_int_equal(db_write(db, insert_one, &id), 0);
}

/* A write that fails in the middle of a job (pages spilled from a small cache) ends the whole transaction: jobs before
 * it are lost and told so, jobs behind it run in a transaction of their own. */
static void test_transaction_lost_under_a_job(void **state)
{
	(void)state;
	FILE_ONLY();
	db_close(db);
	struct db_options o = { .path = str_of(in_dir("a.db")), .cache_bytes = 64 << 10 };
	struct note why;
	assert_int_equal(db_open(&o, &db, &why), 0);
	db_set_before_commit(db, count_commit, NULL);
	int64_t id[] = { 1, 2 };
	struct call k[] = {
		{ .fn = insert_one, .ctx = &id[0] },
		{ .fn = insert_big },
		{ .fn = insert_one, .ctx = &id[1] },
	};
	vfs_fail_write = 20;
	run_batch_of(k, COUNT_OF(k));
	assert_int_equal(k[0].result, ERR_IO);
	assert_int_equal(k[1].result, ERR_IO);
	assert_int_equal(k[2].result, 0);
	assert_int_equal(vfs_fail_write, 0);
	assert_int_equal(read_i64(db, "SELECT group_concat(id, ' ') FROM t"), 2);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM big"), 0);
	assert_int_equal(db_write(db, insert_big, NULL), 0);
}

static void test_jobs_may_not_end_the_batch(void **state)
{
	(void)state;
	static const char *const denied[] = { "COMMIT", "ROLLBACK", "SAVEPOINT x", "RELEASE job", "ATTACH 'x' AS y" };
	for (size_t i = 0; i < COUNT_OF(denied); i++) {
		assert_int_equal(RUN(db, "INSERT INTO t(id, who) VALUES (1, 1)", denied[i]), ERR_DENIED);
		assert_int_equal(read_i64(db, "SELECT count(*) FROM t"), 0);
	}
}

static void test_statements_count_for_the_caller(void **state)
{
	(void)state;
	int64_t id = 1;
	(void)db_statement_count(true);
	assert_int_equal(db_write(db, insert_one, &id), 0);
	assert_int_equal(db_statement_count(true), 1);
}

static void test_wal_does_not_grow_forever(void **state)
{
	(void)state;
	FILE_ONLY();
	for (int i = 0; i < 200; i++)
		assert_int_equal(db_write_background(db, insert_big, NULL), 0);
	struct stat st;
	assert_int_equal(stat(in_dir("a.db-wal"), &st), 0);
	/* Of 200 MB written: what makes the writer checkpoint, and one job more. */
	assert_true(st.st_size < (CHECKPOINT_PAGES + 512) * 4200);
	assert_int_equal(stat(in_dir("a.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(in_dir("a.db-wal"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void *close_when_queued(void *arg)
{
	(void)arg;
	db_close(db);
	return NULL;
}

static void test_close_finishes_what_is_queued(void **state)
{
	(void)state;
	int64_t id[8];
	struct call k[8];
	pthread_t gate = gate_close(), closer;
	for (size_t i = 0; i < COUNT_OF(k); i++) {
		id[i] = (int64_t)i + 1;
		k[i] = (struct call){ .fn = insert_one, .ctx = &id[i], .background = i % 2 };
		pthread_create(&k[i].thread, NULL, call_thread, &k[i]);
	}
	while (queued(&db->foreground) + queued(&db->background) < COUNT_OF(k))
		sched_yield();
	pthread_create(&closer, NULL, close_when_queued, NULL);
	gate_let();
	pthread_join(gate, NULL);
	for (size_t i = 0; i < COUNT_OF(k); i++) {
		pthread_join(k[i].thread, NULL);
		assert_int_equal(k[i].result, 0);
	}
	pthread_join(closer, NULL);
	db = open_db("a.db");
	assert_int_equal(read_i64(db, "SELECT count(*) FROM t"), 8);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* ---- the lock ---- */

static pthread_mutex_t begun_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun_moved = PTHREAD_COND_INITIALIZER;
static bool begun;

static int say_begun(struct db_conn *c, void *ctx)
{
	pthread_mutex_lock(&begun_lock);
	begun = true;
	pthread_cond_signal(&begun_moved);
	pthread_mutex_unlock(&begun_lock);
	assert_int_equal(get_i64(c, "SELECT count(*) FROM t"), 0);
	return run_all(c, ctx);
}

static void *write_behind_lock(void *arg)
{
	*(int *)arg = db_write(db, say_begun, (void *)(const char *const[]){ "INSERT INTO t(who) VALUES (1)", NULL });
	return NULL;
}

/* A reader that finds the WAL's header half written takes the writer's lock for an instant. A job that began to read before
 * it had the lock would be refused then, without waiting. */
static void waits_for_the_lock_before_a_job_begins(void **state)
{
	(void)state;
	FILE_ONLY();
	sqlite3 *other;
	assert_int_equal(sqlite3_open_v2(in_dir("a.db"), &other, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	begun = false;
	int result = ERR_DB;
	pthread_t t;
	pthread_create(&t, NULL, write_behind_lock, &result);
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 100000000; /* time in which it may go wrong */
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&begun_lock);
	while (!begun && pthread_cond_timedwait(&begun_moved, &begun_lock, &until) == 0)
		;
	bool too_early = begun;
	pthread_mutex_unlock(&begun_lock);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	pthread_join(t, NULL);
	sqlite3_close(other);
	assert_false(too_early);
	assert_int_equal(result, 0);
}

/* One thread that holds a lease and wants a second is not left waiting for the lease it holds. */
static void a_reader_that_cannot_be_opened_is_tried_again(void **state)
{
	(void)state;
	struct db_conn *first = db_read_begin(db);
	vfs_fail_open = 2;
	struct db_conn *second = db_read_begin(db);
	assert_int_equal(vfs_fail_open, 0);
	assert_int_equal(get_i64(second, "SELECT count(*) FROM t"), 0);
	db_read_end(db, &second);
	db_read_end(db, &first);
}

int main(void)
{
	vfs_install();
	const struct CMUnitTest tests[] = {
		TEST(test_many_threads),
		TEST(test_queued_jobs_share_a_commit),
		TEST(test_one_job_of_a_batch_fails),
		TEST(test_background_comes_last_and_alone),
		TEST(test_nothing_changed_nothing_synced),
		TEST(test_failed_commit),
		TEST(test_failed_hook),
		TEST(test_transaction_lost_under_a_job),
		TEST(test_jobs_may_not_end_the_batch),
		TEST(test_statements_count_for_the_caller),
		TEST(test_wal_does_not_grow_forever),
		TEST(test_close_finishes_what_is_queued),
		TEST(waits_for_the_lock_before_a_job_begins),
		TEST(a_reader_that_cannot_be_opened_is_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
