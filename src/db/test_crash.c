/* kill -9 in the middle of writes: what was acknowledged is there, the file is whole, the audit trail unbroken. */
#include <signal.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "db/test_support.h"

#define WRITERS 4
#define ROUNDS 5

static const struct db_migration schema[] = {
	{ 1, "audit trail", audit_schema },
	{ 2, "rows", "CREATE TABLE row(id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;" },
};

static struct db *open_migrated(void)
{
	struct db *db = open_db("a.db");
	struct note why;
	if (db_migrate(db, schema, COUNT_OF(schema), NULL, NULL, &why) < 0)
		die("migration");
	return db;
}

static int write_row(struct db_conn *c, void *ctx)
{
	struct arena *a = arena_new(1u << 20);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO row(id, body) VALUES (");
	sql_i64(&q, *(int64_t *)ctx);
	sql_lit(&q, ", hex(randomblob(500)))");
	int r = db_exec(c, &q, NULL);
	struct audit_entry e = { .kind = AUDIT_CREATE, .actor = STR("system"), .reg = STR("row"),
		                     .record_id = *(int64_t *)ctx };
	if (r == 0)
		r = audit_append(c, &e);
	arena_free(a);
	return r;
}

struct writer {
	struct db *db;
	int out;
	int64_t first;
};

static void *write_until_killed(void *arg)
{
	struct writer *w = arg;
	for (int64_t id = w->first;; id += WRITERS) {
		int64_t id_now = id;
		if (db_write(w->db, write_row, &id_now) != 0)
			die("a write failed");
		/* Only now is it acknowledged; a write of 8 bytes to a pipe is one piece. */
		if (write(w->out, &id_now, sizeof id_now) != (ssize_t)sizeof id_now)
			die("pipe");
	}
	return NULL;
}

static _Noreturn void child(int out, int64_t first)
{
	struct db *db = open_migrated();
	pthread_t t[WRITERS];
	struct writer w[WRITERS];
	for (int i = 0; i < WRITERS; i++) {
		w[i] = (struct writer){ db, out, first + i };
		pthread_create(&t[i], NULL, write_until_killed, &w[i]);
	}
	for (;;)
		pause();
}

static void test_kill(void **state)
{
	(void)state;
	static int64_t seen[200000];
	size_t n = 0;
	for (int round = 0; round < ROUNDS; round++) {
		int pipe_ends[2];
		assert_int_equal(pipe(pipe_ends), 0);
		pid_t pid = fork();
		if (pid == 0) {
			close(pipe_ends[0]);
			child(pipe_ends[1], (int64_t)round * 1000000 + 1);
		}
		close(pipe_ends[1]);
		size_t until = n + 100 + (size_t)round * 37;
		while (n < until && read(pipe_ends[0], &seen[n], 8) == 8)
			n++;
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		while (n < COUNT_OF(seen) && read(pipe_ends[0], &seen[n], 8) == 8) /* acknowledged before the kill */
			n++;
		close(pipe_ends[0]);
		assert_true(n >= until);

		struct db *db = open_migrated();
		struct arena *a = arena_new(LIMIT_ARENA);
		struct db_conn *c = db_read_begin(db);
		for (size_t i = 0; i < n; i++) {
			struct sql q;
			sql_init(&q, a);
			sql_lit(&q, "SELECT length(body) FROM row WHERE id = ");
			sql_i64(&q, seen[i]);
			int64_t length = 0;
			assert_int_equal(db_get_i64(c, &q, &length), 0);
			assert_int_equal(length, 1000);
		}
		struct str complaint;
		assert_int_equal(db_check(c, a, &complaint), 0);
		struct audit_verdict v;
		assert_int_equal(audit_verify(c, NULL, &v), 0);
		assert_int_equal(v.first_bad, 0);
		assert_int_equal(v.entries, get_i64(c, "SELECT count(*) FROM row")); /* each row with its entry, or neither */
		db_read_end(db, &c);
		arena_free(a);
		db_close(db);
	}
}

int main(void)
{
	dir_make();
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_kill) };
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	dir_remove();
	return failed;
}
