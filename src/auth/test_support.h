/* For the tests of this room: an open database with its tables in a directory of its own, two declared registers, and
 * short ways to write. */
#ifndef AUTH_TEST_SUPPORT_H
#define AUTH_TEST_SUPPORT_H

#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/store.h"

#define UNUSED __attribute__((unused))

enum { REG_THING = 3, REG_RULE = 5 }; /* REG_RULE is shared */

static char test_dir[256];
static struct db *db;
static struct arena *mem;

static const struct access test_access = { .ops = {
	[ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT,
	[ROLE_LEAD] = OP_ALL,
	[ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_COMMENT | OP_EXPORT,
	[ROLE_EXECUTIVE] = OP_READ,
	[ROLE_AUDITOR] = OP_READ | OP_EXPORT,
} };

static UNUSED void base_up(void)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(test_dir, sizeof test_dir, "%s/ishigaki-auth-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(test_dir))
		die("mkdtemp %s", test_dir);
	mem = arena_new(64u << 20);
	roles_forget();
	principals_forget();
	auth_declare_register(REG_THING, "thing", (struct label){ "物", "Thing" }, &test_access, false);
	auth_declare_register(REG_RULE, "rule", (struct label){ "規則", "Rule" }, &test_access, true);
	char path[300];
	snprintf(path, sizeof path, "%s/office.db", test_dir);
	struct db_options o = { .path = str_of(path), .create = true };
	struct note why;
	assert_int_equal(db_open(&o, &db, &why), 0);
	const struct db_migration m[] = { { 1, "trail", audit_schema }, { 2, "auth", auth_schema },
		{ 3, "thing", "CREATE TABLE thing (id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL) STRICT;" } };
	assert_int_equal(db_migrate(db, m, COUNT_OF(m), NULL, NULL, &why), 0);
}

static UNUSED void remove_all(const char *dir)
{
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		char path[600];
		if (str_eq_z(str_of(e->d_name), ".") || str_eq_z(str_of(e->d_name), ".."))
			continue;
		snprintf(path, sizeof path, "%.250s/%s", dir, e->d_name);
		if (unlink(path) < 0)
			remove_all(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static UNUSED void base_down(void)
{
	db_closep(&db);
	arena_freep(&mem);
	principals_forget();
	remove_all(test_dir);
}

/*
 * WRITE(auth_grant(wc, ...)) runs the call as one write, on the writer's connection wc, and gives its result: the writer
 * thread waits in a job while this thread works.
 */
static struct db_conn *wc;
static struct {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	pthread_t thread;
	bool begun, ended;
	int result;
} test_write = { .lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_COND_INITIALIZER };

static UNUSED int test_write_job(struct db_conn *c, void *ctx)
{
	(void)ctx;
	pthread_mutex_lock(&test_write.lock);
	wc = c;
	test_write.begun = true;
	pthread_cond_broadcast(&test_write.turn);
	while (!test_write.ended)
		pthread_cond_wait(&test_write.turn, &test_write.lock);
	int r = test_write.result;
	pthread_mutex_unlock(&test_write.lock);
	return r;
}

static UNUSED void *test_write_thread(void *ctx)
{
	(void)ctx;
	return (void *)(intptr_t)db_write(db, test_write_job, NULL);
}

static UNUSED int write_begin(void)
{
	pthread_mutex_lock(&test_write.lock);
	test_write.begun = test_write.ended = false;
	if (pthread_create(&test_write.thread, NULL, test_write_thread, NULL) != 0)
		die("pthread_create");
	while (!test_write.begun)
		pthread_cond_wait(&test_write.turn, &test_write.lock);
	pthread_mutex_unlock(&test_write.lock);
	return 0;
}

static UNUSED int write_end(int result)
{
	pthread_mutex_lock(&test_write.lock);
	test_write.result = result;
	test_write.ended = true;
	pthread_cond_broadcast(&test_write.turn);
	pthread_mutex_unlock(&test_write.lock);
	void *r;
	pthread_join(test_write.thread, &r);
	return (int)(intptr_t)r;
}
#define WRITE(call) write_end((write_begin(), (call)))

static UNUSED int64_t number(const char *sql)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, sql);
	int64_t v = 0;
	assert_int_equal(db_get_i64(c, &q, &v), 0);
	db_read_end(db, &c);
	return v;
}

static UNUSED int64_t account(const char *login, const char *hash)
{
	struct account_new n = { .login = str_of(login), .name = str_of(login), .password_hash = str_of(hash) };
	struct principal by = auth_system();
	int64_t id = 0;
	assert_int_equal(WRITE(auth_account_create(wc, mem, &by, &n, &id)), 0);
	return id;
}

static UNUSED int grant(int64_t id, int64_t role, int64_t unit)
{
	struct principal by = auth_system();
	return WRITE(auth_grant(wc, mem, &by, id, role, unit, STR("")));
}

static UNUSED struct principal principal_of(int64_t id)
{
	struct principal p = { 0 };
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(auth_principal_load(c, mem, id, &p), 0);
	db_read_end(db, &c);
	return p;
}

#endif
