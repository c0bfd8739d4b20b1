/* The audit trail: that it is written, that it survives failures, and that no change of it goes unnoticed. */
#include <libpq-fe.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text/db.h"
#include "db/test_vfs.h"

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
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vfs_fail_sync = false;
	db_closep(&db);
	arena_free(arena);
	dir_remove();
	return 0;
}

/* ---- writing ---- */

struct write {
	int64_t record_id;
	enum audit_kind kind;
	int result; /* what the job returns after it appended */
	int64_t seq;
};

static int append(struct db_conn *c, void *ctx)
{
	struct write *w = ctx;
	const struct audit_change change[] = {
		{ .field = STR("name"), .has_after = true, .after = STR("顧客台帳") },
		{ .field = STR("note"), .has_before = true, .has_after = true, .before = STR("a"), .after = STR("") },
	};
	struct audit_entry e = {
		.kind = w->kind ? w->kind : AUDIT_UPDATE,
		.actor = w->record_id % 2 ? STR("account:1") : STR("account:2"),
		.actor_name = STR("山田"),
		.address = STR("192.0.2.1"),
		.reg = w->record_id % 3 ? STR("asset") : STR("risk"),
		.record_id = w->record_id,
		.revision = 4,
		.subject = STR("AST-0001 顧客台帳"),
		.change = change,
		.changes = COUNT_OF(change),
	};
	int r = audit_append(c, &e);
	w->seq = e.seq;
	return r < 0 ? r : w->result;
}

static void fill(int n)
{
	for (int i = 1; i <= n; i++) {
		struct write w = { .record_id = i };
		assert_int_equal(db_write(db, append, &w), 0);
		assert_int_equal(w.seq, i);
	}
}

static struct audit_verdict verify(const struct audit_head *against)
{
	struct db_conn *c = db_read_begin(db);
	struct audit_verdict v;
	assert_int_equal(audit_verify(c, against, &v), 0);
	db_read_end(db, &c);
	return v;
}

static struct audit_head head(void)
{
	struct db_conn *c = db_read_begin(db);
	struct audit_head h;
	assert_int_equal(audit_head(c, &h), 0);
	db_read_end(db, &c);
	return h;
}

static void test_empty(void **state)
{
	(void)state;
	struct audit_head h = head(), zero = { 0 };
	assert_memory_equal(&h, &zero, sizeof h);
	struct audit_verdict v = verify(&h);
	assert_int_equal(v.entries, 0);
	assert_int_equal(v.first_bad, 0);
}

static void test_head_in_text(void **state)
{
	(void)state;
	fill(3);
	struct audit_head h = head(), back;
	assert_int_equal(h.seq, 3);
	struct buf b;
	buf_init(&b, 200);
	audit_head_put(&b, &h);
	assert_int_equal(buf_view(&b).n, 2 + 64);
	assert_true(str_starts(buf_view(&b), STR("3:")));
	assert_int_equal(audit_head_parse(buf_view(&b), &back), 0);
	assert_memory_equal(&h, &back, sizeof h);
	struct str s = str_printf(arena, " %.*s\n", STR_FMT(buf_view(&b)));
	assert_int_equal(audit_head_parse(s, &back), 0);
	assert_true(audit_head_parse(str_sub(buf_view(&b), 0, 65), &back) < 0);
	assert_true(audit_head_parse(str_sub(buf_view(&b), 2, 64), &back) < 0);
	buf_char(&b, '0');
	assert_true(audit_head_parse(buf_view(&b), &back) < 0);
	assert_true(audit_head_parse(STR(""), &back) < 0);
	assert_true(audit_head_parse(STR("3:xyz"), &back) < 0);
	assert_true(audit_head_parse(STR("-1:0000000000000000000000000000000000000000000000000000000000000000"), &back) < 0);
	buf_release(&b);
}

/* ---- failures while writing ---- */

static int append_twice_and_fail(struct db_conn *c, void *ctx)
{
	struct write w = { .record_id = 77 };
	assert_int_equal(append(c, &w), 0);
	assert_int_equal(append(c, &w), 0);
	struct audit_head h;
	assert_int_equal(audit_head(c, &h), 0); /* inside the job the entries are there */
	assert_int_equal(h.seq, w.seq);
	*(int64_t *)ctx = w.seq;
	return ERR_CONFLICT;
}

static void test_undone_job_leaves_no_gap(void **state)
{
	(void)state;
	fill(2);
	int64_t seq = 0;
	assert_int_equal(db_write(db, append_twice_and_fail, &seq), ERR_CONFLICT);
	assert_int_equal(seq, 4);
	struct write w = { .record_id = 3 };
	assert_int_equal(db_write(db, append, &w), 0);
	assert_int_equal(w.seq, 3);
	struct audit_verdict v = verify(NULL);
	assert_int_equal(v.entries, 3);
	assert_int_equal(v.first_bad, 0);
}

static void *write_mixed(void *arg)
{
	for (int i = 0; i < 60; i++) {
		struct write w = { .record_id = *(int *)arg * 1000 + i, .result = i % 3 ? 0 : ERR_INVALID };
		if (db_write(db, append, &w) != w.result)
			return arg;
	}
	return NULL;
}

static void test_failing_jobs_among_others(void **state)
{
	(void)state;
	pthread_t t[8];
	int who[8];
	for (int i = 0; i < 8; i++) {
		who[i] = i;
		pthread_create(&t[i], NULL, write_mixed, &who[i]);
	}
	for (int i = 0; i < 8; i++) {
		void *failed;
		pthread_join(t[i], &failed);
		assert_null(failed);
	}
	struct audit_verdict v = verify(NULL);
	assert_int_equal(v.first_bad, 0);
	assert_int_equal(v.entries, 8 * 40);
}

static void test_failed_commit_leaves_no_gap(void **state)
{
	(void)state;
	FILE_ONLY();
	fill(2);
	struct audit_head before = head();
	vfs_fail_sync = true;
	struct write w = { .record_id = 1 };
	assert_int_equal(db_write(db, append, &w), ERR_IO);
	assert_int_equal(db_write(db, append, &w), ERR_IO);
	vfs_fail_sync = false;
	struct audit_head after = head();
	assert_memory_equal(&before, &after, sizeof before);
	assert_int_equal(db_write(db, append, &w), 0);
	assert_int_equal(w.seq, 3);
	db_close(db);
	db = open_db("a.db");
	assert_int_equal(db_write(db, append, &w), 0);
	struct audit_verdict v = verify(&before);
	assert_int_equal(v.entries, 4);
	assert_int_equal(v.first_bad, 0);
}

static int append_catching(struct db_conn *c, void *ctx)
{
	(void)ctx;
	/* A refused entry inside a job that goes on all the same. */
	struct audit_entry bad = { .kind = AUDIT__N };
	assert_int_equal(audit_append(c, &bad), ERR_RANGE);
	char *huge = arena_alloc(arena, LIMIT_AUDIT_BODY);
	struct audit_entry large = { .kind = AUDIT_CREATE, .reason = { huge, LIMIT_AUDIT_BODY } };
	assert_int_equal(audit_append(c, &large), ERR_LIMIT);
	struct write w = { .record_id = 5 };
	return append(c, &w);
}

static void test_refused_entry(void **state)
{
	(void)state;
	fill(1);
	assert_int_equal(db_write(db, append_catching, NULL), 0);
	struct audit_verdict v = verify(NULL);
	assert_int_equal(v.entries, 2);
	assert_int_equal(v.first_bad, 0);
}

/* Statements that are kept are prepared anew when the schema changed: the append stays allowed, everything else refused. */
static void test_append_after_a_change_of_schema(void **state)
{
	(void)state;
	fill(1);
	assert_int_equal(RUN(db, "CREATE TABLE later (id INTEGER PRIMARY KEY)"), 0);
	struct write w = { .record_id = 2 };
	assert_int_equal(db_write(db, append, &w), 0);
	assert_int_equal(w.seq, 2);
	assert_int_equal(RUN(db, "INSERT INTO audit_entry SELECT 9, at, kind, actor, register, record_id, body, hash FROM audit_entry"),
	                 ERR_DENIED);
	assert_int_equal(verify(NULL).first_bad, 0);
}

/* ---- the program itself cannot change it ---- */

/* A connection of one's own to the same PostgreSQL database: the trigger's refusal, not another error. */
static void elsewhere_refuses(const char *text)
{
	PGconn *h = PQconnectdb(db_divert(in_dir("a.db"), false));
	assert_int_equal(PQstatus(h), CONNECTION_OK);
	PGresult *result = PQexec(h, text);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	assert_non_null(state);
	assert_string_equal(state, "23000");
	PQclear(result);
	PQfinish(h);
}

static void test_no_statement_changes_it(void **state)
{
	(void)state;
	fill(3);
	static const char *const tries[] = {
		"UPDATE audit_entry SET actor = 'x' WHERE seq = 1",
		"DELETE FROM audit_entry WHERE seq = 3",
		"DELETE FROM audit_entry",
		"DROP TABLE audit_entry",
		"DROP TRIGGER audit_entry_no_update",
		"ALTER TABLE audit_entry RENAME TO other",
		"INSERT OR REPLACE INTO audit_entry SELECT 2, at, kind, actor, register, record_id, body, hash FROM audit_entry "
		"WHERE seq = 1",
		"INSERT INTO audit_entry SELECT 9, at, kind, actor, register, record_id, body, hash FROM audit_entry "
		"WHERE seq = 1",
		"INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 1 ON CONFLICT(seq) DO UPDATE SET actor = 'x'",
	};
	for (size_t i = 0; i < COUNT_OF(tries); i++)
		if (RUN(db, tries[i]) == 0)
			fail_msg("%s", tries[i]);
	struct audit_verdict v = verify(NULL);
	assert_int_equal(v.entries, 3);
	assert_int_equal(v.first_bad, 0);
}

/* Nor does another program by mistake: the triggers are in the database. */
static void test_no_other_program_changes_it(void **state)
{
	(void)state;
	fill(3);
	const char *const tries[] = { "UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry" };
	if (db_divert) {
		for (size_t i = 0; i < COUNT_OF(tries); i++)
			elsewhere_refuses(tries[i]);
		elsewhere_refuses("TRUNCATE audit_entry");
	} else {
		db_close(db);
		sqlite3 *h = NULL;
		assert_int_equal(sqlite3_open(in_dir("a.db"), &h), SQLITE_OK);
		for (size_t i = 0; i < COUNT_OF(tries); i++)
			assert_int_equal(sqlite3_exec(h, tries[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
		sqlite3_close(h);
		db = open_db("a.db");
	}
	const struct audit_verdict v = verify(NULL);
	assert_int_equal(v.entries, 3);
	assert_int_equal(v.first_bad, 0);
}

/* ---- somebody with the file ---- */

#define NO_TRIGGERS "DROP TRIGGER audit_entry_no_update; DROP TRIGGER audit_entry_no_delete;"
#define CHANGE_BYTE(column, at) "UPDATE audit_entry SET " column " = CAST(substr(" column ", 1, " at " - 1) || " \
	"x'EE' || substr(" column ", " at " + 1) AS BLOB) WHERE seq = 4"

static void test_each_tampering_is_named(void **state)
{
	(void)state;
	FILE_ONLY();
	static const struct {
		const char *sql;
		int64_t first_bad;
		msg_id why;
		bool with_head; /* seen only with the head kept outside */
	} cases[] = {
		{ CHANGE_BYTE("body", "1"), 4, MSG_AUDIT_UNREADABLE, false },
		{ CHANGE_BYTE("body", "17"), 4, MSG_AUDIT_CHANGED, false }, /* the time */
		{ CHANGE_BYTE("body", "34"), 4, MSG_AUDIT_CHANGED, false }, /* the actor */
		{ CHANGE_BYTE("body", "length(body)"), 4, MSG_AUDIT_UNREADABLE, false },
		{ CHANGE_BYTE("body", "9"), 4, MSG_AUDIT_ORDER, false }, /* its own number */
		{ CHANGE_BYTE("hash", "1"), 4, MSG_AUDIT_CHANGED, false },
		{ CHANGE_BYTE("hash", "32"), 4, MSG_AUDIT_CHANGED, false },
		{ "UPDATE audit_entry SET body = CAST(body || x'00' AS BLOB) WHERE seq = 4", 4, MSG_AUDIT_UNREADABLE, false },
		{ "UPDATE audit_entry SET body = x'' WHERE seq = 4", 4, MSG_AUDIT_UNREADABLE, false },
		{ "UPDATE audit_entry SET at = at + 1 WHERE seq = 4", 4, MSG_AUDIT_COLUMN, false },
		{ "UPDATE audit_entry SET kind = 1 WHERE seq = 4", 4, MSG_AUDIT_COLUMN, false },
		{ "UPDATE audit_entry SET actor = 'account:9' WHERE seq = 4", 4, MSG_AUDIT_COLUMN, false },
		{ "UPDATE audit_entry SET register = '' WHERE seq = 4", 4, MSG_AUDIT_COLUMN, false },
		{ "UPDATE audit_entry SET record_id = 5 WHERE seq = 4", 4, MSG_AUDIT_COLUMN, false },
		{ "DELETE FROM audit_entry WHERE seq = 4", 4, MSG_AUDIT_MISSING, false },
		{ "DELETE FROM audit_entry WHERE seq = 1", 1, MSG_AUDIT_MISSING, false },
		{ "DELETE FROM audit_entry WHERE seq = 4; UPDATE audit_entry SET seq = seq - 1 WHERE seq > 4", 4,
		  MSG_AUDIT_ORDER, false },
		{ "UPDATE audit_entry SET seq = 100 WHERE seq = 4; UPDATE audit_entry SET seq = 4 WHERE seq = 5;"
		  "UPDATE audit_entry SET seq = 5 WHERE seq = 100", 4, MSG_AUDIT_ORDER, false },
		{ "UPDATE audit_entry SET seq = -5 WHERE seq = 4", -5, MSG_AUDIT_ORDER, false },
		{ "UPDATE audit_entry SET body = (SELECT body FROM audit_entry WHERE seq = 5), hash = (SELECT hash FROM "
		  "audit_entry WHERE seq = 5) WHERE seq = 4", 4, MSG_AUDIT_ORDER, false },
		{ "DELETE FROM audit_entry WHERE seq > 8", 9, MSG_AUDIT_CUT, true },
		{ "DELETE FROM audit_entry", 1, MSG_AUDIT_CUT, true },
	};
	fill(10);
	struct audit_head kept = head();
	assert_int_equal(verify(&kept).first_bad, 0);
	assert_int_equal(db_backup(db, str_of(in_dir("good.db"))), 0);
	db_closep(&db);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		db = open_db("good.db");
		assert_int_equal(db_backup(db, str_of(in_dir("bad.db"))), 0);
		db_close(db);
		raw_exec("bad.db", NO_TRIGGERS);
		raw_exec("bad.db", cases[i].sql);
		db = open_db("bad.db");
		struct audit_verdict v = verify(NULL), against = verify(&kept);
		if (v.first_bad != (cases[i].with_head ? 0 : cases[i].first_bad) || against.first_bad != cases[i].first_bad ||
		    against.why.id != cases[i].why)
			fail_msg("%s: alone %lld, against the head %lld, why %d", cases[i].sql, (long long)v.first_bad,
			         (long long)against.first_bad, (int)against.why.id);
		db_closep(&db);
	}
	db = open_db("good.db");
	assert_int_equal(verify(&kept).first_bad, 0);
}

/* Whoever has the file and this source can seal a changed trail anew; the head kept outside shows it. */
static void test_sealed_anew(void **state)
{
	(void)state;
	FILE_ONLY();
	fill(5);
	struct audit_head kept = head();
	db_close(db);
	raw_exec("a.db", NO_TRIGGERS "DELETE FROM audit_entry");
	db = open_db("a.db");
	for (int i = 1; i <= 7; i++) {
		struct write w = { .record_id = i + 100 };
		assert_int_equal(db_write(db, append, &w), 0);
	}
	assert_int_equal(verify(NULL).first_bad, 0);
	struct audit_verdict v = verify(&kept);
	assert_int_equal(v.first_bad, 5);
	assert_int_equal(v.why.id, MSG_AUDIT_HEAD);
}

/* ---- reading ---- */

static size_t list(struct audit_filter f, struct audit_entry **ret)
{
	struct db_conn *c = db_read_begin(db);
	size_t n = 0;
	assert_int_equal(audit_list(c, arena, &f, ret, &n), 0);
	db_read_end(db, &c);
	return n;
}

static void test_list(void **state)
{
	(void)state;
	fill(12);
	struct write w = { .record_id = 0, .kind = AUDIT_SIGN_IN };
	assert_int_equal(db_write(db, append, &w), 0);
	struct audit_entry *e;
	assert_int_equal(list((struct audit_filter){ 0 }, &e), 13);
	assert_int_equal(e[0].seq, 13);
	assert_int_equal(e[12].seq, 1);
	assert_int_equal(list((struct audit_filter){ .limit = 5, .before_seq = 10 }, &e), 5);
	assert_int_equal(e[0].seq, 9);
	assert_int_equal(e[4].seq, 5);
	assert_int_equal(list((struct audit_filter){ .record_id = 7 }, &e), 1);
	assert_int_equal(e[0].kind, AUDIT_UPDATE);
	assert_true(str_eq_z(e[0].actor_name, "山田"));
	assert_int_equal(e[0].revision, 4);
	assert_int_equal(e[0].changes, 2);
	assert_true(str_eq_z(e[0].change[0].field, "name"));
	assert_false(e[0].change[0].has_before);
	assert_true(str_eq_z(e[0].change[0].after, "顧客台帳"));
	assert_true(e[0].change[1].has_after && e[0].change[1].after.n == 0);
	assert_int_equal(list((struct audit_filter){ .kind = AUDIT_SIGN_IN }, &e), 1);
	assert_int_equal(list((struct audit_filter){ .actor = STR("account:1") }, &e), 6);
	assert_int_equal(list((struct audit_filter){ .reg = STR("risk") }, &e), 5);
	assert_int_equal(list((struct audit_filter){ .reg = STR("risk"), .actor = STR("account:1") }, &e), 2);
	int64_t at = e[0].at;
	assert_int_equal(list((struct audit_filter){ .until_ms = 1 }, &e), 0);
	assert_int_equal(list((struct audit_filter){ .from_ms = at + 86400000 }, &e), 0);
	assert_true(list((struct audit_filter){ .from_ms = at, .until_ms = at + 1 }, &e) >= 1);
}

static void test_filters_use_their_index(void **state)
{
	(void)state;
	FILE_ONLY();
	static const char *const filter[] = { "record_id > 0 AND record_id = ", "kind = ", "actor = " };
	static const char *const index[] = { "audit_entry_record", "audit_entry_kind", "audit_entry_actor" };
	struct db_conn *c = db_read_begin(db);
	for (size_t i = 0; i < COUNT_OF(filter); i++) {
		struct sql q;
		sql_init(&q, arena);
		sql_lit(&q, "SELECT body FROM audit_entry WHERE seq < ");
		sql_i64(&q, 1);
		sql_lit(&q, " AND ");
		sql_const(&q, filter[i]);
		sql_i64(&q, 1);
		sql_lit(&q, " ORDER BY seq DESC LIMIT 5");
		struct buf plan;
		buf_init(&plan, 4096);
		assert_int_equal(db_explain(c, &q, &plan), 0);
		if (!str_contains(buf_view(&plan), str_of(index[i])) || str_contains(buf_view(&plan), STR("TEMP B-TREE")))
			fail_msg("%s: %.*s", filter[i], STR_FMT(buf_view(&plan)));
		buf_release(&plan);
	}
	db_read_end(db, &c);
}

static void test_decode_refuses_what_is_not_canonical(void **state)
{
	(void)state;
	const struct audit_change change = { .field = STR("f"), .has_after = true, .after = STR("x") };
	struct audit_entry e = { .seq = 1, .at = 2, .kind = AUDIT_CREATE, .actor = STR("system"), .change = &change,
		                     .changes = 1 };
	struct buf b;
	buf_init(&b, 4096);
	audit_encode(&b, &e);
	struct str good = buf_view(&b);
	struct audit_entry back;
	assert_int_equal(audit_decode(good, arena, &back), 0);
	assert_true(back.changes == 1 && str_eq_z(back.change[0].after, "x"));
	for (size_t n = 0; n < good.n; n++) /* every cut */
		assert_int_equal(audit_decode(str_sub(good, 0, n), arena, &back), ERR_SYNTAX);
	char *bytes = arena_copy(arena, good.p, good.n);
	struct str changed = { bytes, good.n };
	bytes[good.n - 10] = 3; /* flags: has_before with no before is fine ... */
	assert_int_equal(audit_decode(changed, arena, &back), 0);
	bytes[good.n - 10] = 4; /* ... an unknown flag is not, */
	assert_int_equal(audit_decode(changed, arena, &back), ERR_SYNTAX);
	bytes[good.n - 10] = 1; /* nor a value that is said to be blank */
	assert_int_equal(audit_decode(changed, arena, &back), ERR_SYNTAX);
	memcpy(bytes, good.p, good.n);
	memset(bytes + good.n - 23, 0xFF, 8); /* a count of changes that no memory would hold */
	assert_int_equal(audit_decode(changed, arena, &back), ERR_SYNTAX);
	buf_release(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	vfs_install();
	const struct CMUnitTest tests[] = {
		TEST(test_empty),
		TEST(test_head_in_text),
		TEST(test_undone_job_leaves_no_gap),
		TEST(test_failing_jobs_among_others),
		TEST(test_failed_commit_leaves_no_gap),
		TEST(test_refused_entry),
		TEST(test_append_after_a_change_of_schema),
		TEST(test_no_statement_changes_it), TEST(test_no_other_program_changes_it),
		TEST(test_each_tampering_is_named),
		TEST(test_sealed_anew),
		TEST(test_list),
		TEST(test_filters_use_their_index),
		TEST(test_decode_refuses_what_is_not_canonical),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
