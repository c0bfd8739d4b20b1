/*
 * What only a server can do to a database: connections that break, and several processes that write to it, one of which is
 * killed. Run by ./test --db postgres alone.
 */
#include <libpq-fe.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "base/text/db.h"
#include "db/test_support.h"

#define PROCESSES 3
#define WRITES 200 /* of each process that is left alone */
#define KILL_AFTER 50

static struct db *db;
static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	dir_make();
	arena = arena_new(LIMIT_ARENA);
	db = open_db("a.db");
	static const struct db_migration first = { 1, "audit trail", audit_schema };
	struct note why;
	assert_int_equal(db_migrate(db, &first, 1, NULL, NULL, &why), 0);
	return RUN(db, "CREATE TABLE told (process INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (process, n)) STRICT");
}

static int tear_down(void **state)
{
	(void)state;
	db_close(db);
	arena_free(arena);
	dir_remove();
	return 0;
}

static int64_t pid;

static int ask_pid(struct db_conn *c, void *ctx)
{
	(void)ctx;
	struct sql q;
	sql_init(&q, arena);
	sql_lit(&q, "SELECT pg_backend_pid()");
	return db_get_i64(c, &q, &pid);
}

/* Ends the connection that was asked last, as an administrator or a restart of the server does. */
static bool end_connection(void)
{
	char text[80];
	snprintf(text, sizeof text, "SELECT pg_terminate_backend(%lld, 60000)", (long long)pid);
	PGconn *h = PQconnectdb(db_divert(in_dir("a.db"), false));
	PGresult *result = PQexec(h, text);
	const bool ended = PQresultStatus(result) == PGRES_TUPLES_OK && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
	PQclear(result);
	PQfinish(h);
	return ended;
}

struct tell {
	int64_t process, n;
	bool ended; /* the connection ends in the middle */
};

static int tell(struct db_conn *c, void *ctx)
{
	const struct tell *t = ctx;
	struct arena *a = arena_new(1u << 20);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO told(process, n) VALUES (");
	sql_i64(&q, t->process);
	sql_lit(&q, ", ");
	sql_i64(&q, t->n);
	sql_lit(&q, ")");
	int r = db_exec(c, &q, NULL);
	struct audit_entry e = { .kind = AUDIT_CREATE, .actor = STR("system"), .actor_name = STR("test"), .reg = STR("told"), .record_id = t->n };
	if (r == 0)
		r = audit_append(c, &e);
	if (r == 0 && t->ended && ((r = ask_pid(c, NULL)) < 0 || !end_connection()))
		r = ERR_INVALID;
	arena_free(a);
	return r;
}

static void verify(int64_t entries)
{
	struct db_conn *c = db_read_begin(db);
	struct audit_verdict v = { 0 };
	assert_int_equal(audit_verify(c, NULL, &v), 0);
	db_read_end(db, &c);
	assert_int_equal(v.first_bad, 0);
	assert_int_equal(v.entries, entries);
}

static void test_a_broken_connection_is_made_anew(void **state)
{
	(void)state;
	struct tell t = { 9, 1, false };
	assert_int_equal(db_write(db, tell, &t), 0);
	/* The writer's, between two batches: nobody notices, though its statements were prepared in the one that is gone. */
	assert_int_equal(db_write(db, ask_pid, NULL), 0);
	assert_true(end_connection());
	t.n = 2;
	assert_int_equal(db_write(db, tell, &t), 0);
	/* A reader's, between two leases, and within one: that one fails, the next does not. */
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(ask_pid(c, NULL), 0);
	db_read_end(db, &c);
	assert_true(end_connection());
	assert_int_equal(read_i64(db, "SELECT count(*) FROM told"), 2);
	c = db_read_begin(db);
	assert_int_equal(ask_pid(c, NULL), 0);
	assert_true(end_connection());
	assert_true(ask_pid(c, NULL) < 0);
	db_read_end(db, &c);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM told"), 2);
	verify(2);
}

static void test_a_job_under_which_it_breaks_leaves_nothing(void **state)
{
	(void)state;
	struct tell t = { 9, 1, true };
	assert_int_equal(db_write(db, tell, &t), ERR_IO);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM told"), 0);
	verify(0);
	t.ended = false;
	assert_int_equal(db_write(db, tell, &t), 0);
	verify(1);
}

static void test_a_removal_from_the_search_index_alone_stands(void **state)
{
	(void)state;
	assert_int_equal(RUN(db, "CREATE VIRTUAL TABLE told_search USING fts5(f_name, content='')"), 0);
	assert_int_equal(RUN(db, "INSERT INTO told_search(rowid, f_name) VALUES (1, 'a')"), 0);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM told_search"), 1);
	assert_int_equal(RUN(db, "INSERT INTO told_search(told_search, rowid, f_name) VALUES ('delete', 1, 'a')"), 0);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM told_search"), 0);
}

/* A process of its own: opens the database, writes, and says each acknowledged write by its number on the pipe. */
static void write_much(int64_t process, int out)
{
	struct db *own = open_db("a.db");
	struct tell t = { process, 0, false };
	for (t.n = 1; process == 0 || t.n <= WRITES; t.n++)
		if (db_write(own, tell, &t) != 0 || write(out, &t.n, sizeof t.n) != sizeof t.n)
			_exit(1);
	db_close(own);
	_exit(0);
}

static void test_one_of_three_processes_is_killed(void **state)
{
	(void)state;
	/* A process inherits no connection and no thread that it could use. */
	db_close(db);
	int pipes[PROCESSES][2];
	pid_t child[PROCESSES];
	for (int i = 0; i < PROCESSES; i++) {
		assert_int_equal(pipe(pipes[i]), 0);
		child[i] = fork();
		assert_true(child[i] >= 0);
		if (child[i] == 0) {
			close(pipes[i][0]);
			write_much(i, pipes[i][1]);
		}
		close(pipes[i][1]);
	}
	/* The first writes until it is killed, in the middle of whatever it is at. */
	int64_t told[PROCESSES] = { 0 }, n;
	while (told[0] < KILL_AFTER && read(pipes[0][0], &n, sizeof n) == sizeof n)
		told[0] = n;
	assert_int_equal(told[0], KILL_AFTER);
	assert_int_equal(kill(child[0], SIGKILL), 0);
	for (int i = 0; i < PROCESSES; i++) {
		while (read(pipes[i][0], &n, sizeof n) == sizeof n)
			told[i] = n;
		close(pipes[i][0]);
		int status = 0;
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_true(i == 0 ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	db = open_db("a.db");
	/* Every acknowledged write is there, and of the killed one at most the write that it was at. */
	assert_int_equal(read_i64(db, "SELECT count(*) FROM told WHERE process = 1"), WRITES);
	assert_int_equal(read_i64(db, "SELECT count(*) FROM told WHERE process = 2"), WRITES);
	const int64_t of_killed = read_i64(db, "SELECT count(*) FROM told WHERE process = 0");
	assert_true(of_killed == told[0] || of_killed == told[0] + 1);
	assert_int_equal(read_i64(db, "SELECT max(n) FROM told WHERE process = 0"), of_killed);
	verify(2 * WRITES + of_killed);
}

int main(void)
{
	if (!db_divert)
		die("there is no PostgreSQL server: run ./test --db postgres");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_broken_connection_is_made_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_job_under_which_it_breaks_leaves_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_removal_from_the_search_index_alone_stands, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_of_three_processes_is_killed, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
