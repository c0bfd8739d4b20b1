/* Approvals as somebody meets them who wants one they should not get: own work, another revision, another unit, twice. */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text/work.h"
#include "asset/asset.h"
#include "auth/office.h"
#include "main/open.h"
#include "org/org.h"
#include "register/query.h"
#include "work/approval.h"
#include "work/task.h"
#include "work/work.h"

static char test_dir[256];
static struct opened *opened;
static struct office *office;
static struct arena *mem;
static struct reg_view units, assets, people;
static int64_t north, south;
enum { LEAD, LEAD2, CONTACT, OTHER, CHIEF, CHIEF2, SHADOW, AUDITOR, STANDIN, WHO__N }; /* SHADOW: an executive's account of LEAD's person */
static struct principal who[WHO__N];

static const struct {
	const char *login;
	enum access_role role;
	int unit;               /* 0 everywhere, 1 north, 2 south */
	int64_t person;
} accounts[WHO__N] = {
	[LEAD] = { "lead", ROLE_LEAD, 0, 901 }, [LEAD2] = { "lead2", ROLE_LEAD, 0, 902 }, [CONTACT] = { "contact", ROLE_CONTACT, 1, 903 },
	[OTHER] = { "other", ROLE_CONTACT, 2, 904 }, [CHIEF] = { "chief", ROLE_EXECUTIVE, 0, 905 }, [CHIEF2] = { "chief2", ROLE_EXECUTIVE, 0, 906 },
	[SHADOW] = { "shadow", ROLE_EXECUTIVE, 0, 901 }, [AUDITOR] = { "auditor", ROLE_AUDITOR, 0, 907 },
	[STANDIN] = { "standin", ROLE_CONTACT, 1, 908 },
};

/* ---- one write each ---- */

struct job {
	const struct principal *by;
	struct approval_submit submit;
	struct approval_decision decision;
	struct change *change;
	struct written w;
	int64_t id, deputy, deputy_of;
	const char *from, *until;
	struct note why;
	struct str said;
	int (*fn)(struct reg_ctx *ctx, struct job *j);
	int result;
};

static int in_write(struct db_conn *c, void *arg)
{
	struct job *j = arg;
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	struct reg_ctx ctx = { .conn = c, .arena = a, .by = j->by, .key = office->key };
	return j->fn(&ctx, j);
}

static int run(struct job *j)
{
	j->result = db_write(office->db, in_write, j);
	return j->result;
}

static int fn_submit(struct reg_ctx *ctx, struct job *j)
{
	return approval_submit(ctx, &j->submit, &j->id, &j->why);
}

static int fn_decide(struct reg_ctx *ctx, struct job *j)
{
	return approval_decide(ctx, &j->decision, &j->why);
}

static int fn_save(struct reg_ctx *ctx, struct job *j)
{
	return reg_write(ctx, j->change, &j->w);
}

static int fn_deputy(struct reg_ctx *ctx, struct job *j)
{
	return deputy_name(ctx, j->deputy_of, j->deputy, str_of(j->from), str_of(j->until), &j->why);
}

static int fn_accounts(struct reg_ctx *ctx, struct job *j)
{
	(void)j;
	int e = 0;
	for (int i = 0; e == 0 && i < WHO__N; i++) {
		struct account_new n = { .login = str_of(accounts[i].login), .name = str_of(accounts[i].login), .person_id = accounts[i].person };
		int64_t id = 0;
		e = auth_account_create(ctx->conn, ctx->arena, ctx->by, &n, &id);
		if (e == 0)
			e = auth_grant(ctx->conn, ctx->arena, ctx->by, id, accounts[i].role,
			               accounts[i].unit == 1 ? north : accounts[i].unit == 2 ? south : 0, STR(""));
		if (e == 0)
			e = auth_principal_load(ctx->conn, mem, id, &who[i]);
	}
	return e;
}

static int64_t saved(const struct principal *by, const struct reg_view *v, int64_t id, const char *const (*set)[2])
{
	struct change c = change_new(mem, CHANGE_SAVE, v, id);
	for (; (*set)[0]; set++)
		change_set_text(&c, mem, (*set)[0], (*set)[1]);
	struct job j = { .by = by, .change = &c, .fn = fn_save };
	if (run(&j) < 0)
		fail_msg("%s: %s", v->reg->name, err_name(j.result));
	return j.w.id;
}
#define SAVED(by, v, id, ...) saved((by), (v), (id), (const char *const[][2]){ __VA_ARGS__, { NULL, NULL } })

static int64_t asset_of(int by, int64_t unit)
{
	static int n;
	const char *name = str_z(mem, str_printf(mem, "名簿%d", ++n)), *in = str_z(mem, str_printf(mem, "#%lld", (long long)unit));
	return SAVED(&who[by], &assets, 0, { "name", name }, { "department", in });
}

static int64_t revision_of(int64_t id)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	int64_t n = 0;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT revision FROM record WHERE id = ");
	sql_i64(&q, id);
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	db_read_end(office->db, &c);
	return n;
}

static struct approval got(int by, int64_t id)
{
	struct approval x;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(approval_get(c, mem, &who[by], id, &x), 0);
	db_read_end(office->db, &c);
	return x;
}

static struct job submit(int by, int64_t record)
{
	struct job j = { .by = &who[by], .submit = { .record_id = record, .revision = revision_of(record), .reason = STR("見てほしい"), .cost = -1 },
		.fn = fn_submit };
	(void)run(&j);
	return j;
}

static int64_t submitted(int by, int64_t record)
{
	struct job j = submit(by, record);
	if (j.result < 0)
		fail_msg("submit: %s %.*s", err_name(j.result), STR_FMT(note_str(mem, LANG_EN, &j.why)));
	return j.id;
}

static struct job decision(int by, int64_t id, enum approval_event event, const char *comment)
{
	struct approval x = got(AUDITOR, id);
	return (struct job){ .by = &who[by], .fn = fn_decide,
		.decision = { .id = id, .event = event, .step = x.step, .revision = x.revision, .comment = str_of(comment) } };
}

static int decide(int by, int64_t id, enum approval_event event, const char *comment)
{
	struct job j = decision(by, id, event, comment);
	return run(&j);
}

static size_t listed_for(int by, enum approval_list_kind kind, size_t max)
{
	struct approval x[50];
	size_t n = 0;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(approval_list(c, mem, &who[by], kind, 0, max, x, &n), 0);
	db_read_end(office->db, &c);
	return n;
}

/* The number in the menu is that of the list. */
static size_t waiting_for(int by)
{
	size_t n = listed_for(by, APPROVALS_TO_DECIDE, 50);
	struct approval_counts k = { -1, -1, -1 };
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(approval_count(c, mem, &who[by], 50, &k), 0);
	db_read_end(office->db, &c);
	assert_int_equal(k.to_decide, n);
	assert_int_equal(k.to_read, listed_for(by, APPROVALS_TO_READ, 50));
	assert_int_equal(k.sent_back, listed_for(by, APPROVALS_SENT_BACK, 50));
	return n;
}

/* ---- the office ---- */

static int up(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(test_dir, sizeof test_dir, "%s/ishigaki-work-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(test_dir))
		die("mkdtemp %s", test_dir);
	mem = arena_new(LIMIT_ARENA);
	struct note why;
	if (office_open(str_printf(mem, "%s/data", test_dir), OPEN_CREATE, &opened, &why) < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &why)));
	office = opened_office(opened);
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(reg_view_load(c, mem, &reg_unit, &units), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_asset, &assets), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_person, &people), 0);
	db_read_end(office->db, &c);
	static struct principal system;
	system = auth_system();
	north = SAVED(&system, &units, 0, { "name", "北" });
	south = SAVED(&system, &units, 0, { "name", "南" });
	struct job j = { .by = &system, .fn = fn_accounts };
	assert_int_equal(run(&j), 0);
	return 0;
}

static void empty(const char *dir)
{
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		char path[800];
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (e->d_name[0] == '.' && (!e->d_name[1] || e->d_name[1] == '.'))
			continue;
		if (unlink(path) < 0)
			empty(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static int down(void **state)
{
	(void)state;
	office_close(opened);
	arena_freep(&mem);
	empty(test_dir);
	return 0;
}

/* ---- what must hold ---- */

static void review_then_approval(void **state)
{
	(void)state;
	int64_t row = asset_of(CONTACT, north), id = submitted(CONTACT, row);
	struct approval x = got(CHIEF, id);
	assert_int_equal(x.step_count, 2);
	assert_int_equal(waiting_for(LEAD), 1);
	assert_int_equal(waiting_for(CHIEF), 0);
	assert_int_equal(decide(CHIEF, id, EVENT_APPROVE, ""), ERR_DENIED); /* the review comes first */
	assert_int_equal(decide(AUDITOR, id, EVENT_APPROVE, ""), ERR_DENIED);
	struct job replay = decision(LEAD, id, EVENT_APPROVE, "");
	assert_int_equal(run(&replay), 0);
	assert_int_equal(run(&replay), ERR_CONFLICT);
	assert_int_equal(waiting_for(LEAD), 0);
	assert_int_equal(waiting_for(CHIEF), 1);
	assert_int_equal(decide(CHIEF, id, EVENT_APPROVE, "よい"), 0);
	x = got(CHIEF, id);
	assert_int_equal(x.state, APPROVAL_APPROVED);
	assert_true(str_eq(x.steps[1].name, STR("chief")) && str_eq(x.steps[1].comment, STR("よい")));
	assert_int_equal(decide(CHIEF2, id, EVENT_APPROVE, ""), ERR_CONFLICT);
	assert_int_equal(submit(CONTACT, row).result, ERR_EXISTS);
	struct approval_mark m;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(approval_states_of(c, mem, &row, 1, &m), 0);
	assert_true(m.state == APPROVAL_APPROVED && !m.changed);
	(void)SAVED(&who[LEAD2], &assets, row, { "note", "変えた" });
	db_read_end(office->db, &c);
	c = db_read_begin(office->db);
	assert_int_equal(approval_states_of(c, mem, &row, 1, &m), 0);
	assert_true(m.state == APPROVAL_APPROVED && m.changed);
	db_read_end(office->db, &c);
}

/* When somebody looked at a row, or how far the work on it is, changes nothing of what was approved. */
static void an_approval_outlives_the_course_of_the_work(void **state)
{
	(void)state;
	struct approval_mark m;
	int64_t row = asset_of(CONTACT, north), id = submitted(CONTACT, row);
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), 0);
	assert_int_equal(decide(CHIEF, id, EVENT_APPROVE, ""), 0);
	struct change confirmed = change_new(mem, CHANGE_SAVE, &assets, row);
	confirmed.by_engine = true;
	change_set_text(&confirmed, mem, "confirmed_on", "2026-11-20");
	struct job j = { .fn = fn_save, .by = &who[LEAD2], .change = &confirmed };
	assert_int_equal(run(&j), 0);
	assert_true(j.w.revision > got(CHIEF, id).revision);
	assert_false(got(CHIEF, id).changed);
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(approval_states_of(c, mem, &row, 1, &m), 0);
	assert_true(m.state == APPROVAL_APPROVED && !m.changed);
	db_read_end(office->db, &c);
	(void)SAVED(&who[LEAD2], &assets, row, { "note", "変えた" });
	assert_true(got(CHIEF, id).changed);
	(void)SAVED(&who[LEAD2], &assets, row, { "note", "" }); /* and back: it says what was approved */
	assert_false(got(CHIEF, id).changed);
}

static void never_ones_own_work(void **state)
{
	(void)state;
	int64_t row = asset_of(LEAD, north), id = submitted(LEAD, row);
	assert_int_equal(got(LEAD, id).step_count, 2); /* a second lead can review */
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(decide(LEAD2, id, EVENT_APPROVE, ""), 0);
	assert_int_equal(decide(SHADOW, id, EVENT_APPROVE, ""), ERR_DENIED); /* another account of the author's person */
	assert_int_equal(decide(LEAD2, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(waiting_for(SHADOW), 0);
	assert_int_equal(decide(CHIEF, id, EVENT_APPROVE, ""), 0);
	/* Who wrote a part is an author, although somebody else submits. */
	row = asset_of(CONTACT, north);
	(void)SAVED(&who[LEAD], &assets, row, { "note", "書き足した" });
	id = submitted(CONTACT, row);
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(decide(LEAD2, id, EVENT_APPROVE, ""), 0);
	assert_int_equal(decide(SHADOW, id, EVENT_APPROVE, ""), ERR_DENIED);
}

static int fn_save_route(struct reg_ctx *ctx, struct job *j)
{
	int e = reg_write(ctx, j->change, &j->w);
	if (e == ERR_INVALID && j->w.errors.n == 1 && j->w.errors.error[0].field == reg_field(&reg_approval_route, "kind"))
		j->said = note_str(mem, LANG_JA, &j->w.errors.error[0].why);
	return e;
}

/* Saving a step for a register: the result, and what was said. */
static int route_saved(const char *kind, struct str *ret_said, int64_t *ret_id)
{
	struct reg_view v;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(reg_view_load(c, mem, &reg_approval_route, &v), 0);
	db_read_end(office->db, &c);
	struct change change = change_new(mem, CHANGE_SAVE, &v, 0);
	const char *const set[][2] = { { "name", "審査" }, { "kind", kind }, { "step", "1" }, { "act", "review" }, { "role", "lead" } };
	for (size_t i = 0; i < COUNT_OF(set); i++)
		change_set_text(&change, mem, set[i][0], set[i][1]);
	struct job j = { .by = &who[LEAD], .change = &change, .fn = fn_save_route };
	(void)run(&j);
	*ret_said = j.said;
	*ret_id = j.w.id;
	return j.result;
}

static void route_names_a_register(void **state)
{
	(void)state;
	struct str said;
	int64_t id = 0;
	assert_int_equal(route_saved("assett", &said, &id), ERR_INVALID);
	assert_true(str_find(said, STR("assett")) >= 0 && str_find(said, str_of(reg_asset.label.ja)) >= 0 && str_find(said, str_of(reg_approval_route.label.ja)) < 0);
	assert_int_equal(route_saved("approval_route", &said, &id), ERR_INVALID); /* its rows cannot be submitted */
	assert_int_equal(route_saved("Asset", &said, &id), ERR_INVALID);
	/* By the name that people see, and used for it. */
	assert_int_equal(route_saved(reg_unit.label.ja, &said, &id), 0);
	struct approval_step steps[LIMIT_APPROVAL_STEPS];
	size_t n;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(approval_route_of(c, mem, &reg_unit, 0, 0, steps, &n), 0);
	db_read_end(office->db, &c);
	assert_int_equal(n, 1);
	assert_int_equal(route_saved("asset", &said, &id), 0);
	assert_int_equal(route_saved("", &said, &id), 0);
	assert_int_equal(submit(LEAD, id).result, ERR_NOT_FOUND);
}

static void never_another_revision(void **state)
{
	(void)state;
	int64_t row = asset_of(CONTACT, north), id = submitted(CONTACT, row);
	struct job other = decision(LEAD, id, EVENT_APPROVE, "");
	other.decision.revision++;
	assert_int_equal(run(&other), ERR_CONFLICT);
	(void)SAVED(&who[CONTACT], &assets, row, { "note", "あとから" });
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_CONFLICT);
	assert_int_equal(waiting_for(LEAD), 0);
	struct job stale = { .by = &who[CONTACT], .fn = fn_submit,
		.submit = { .record_id = row, .revision = revision_of(row) - 1, .reason = STR("x"), .cost = -1 } };
	assert_int_equal(run(&stale), ERR_CONFLICT);
	int64_t again = submitted(CONTACT, row);
	assert_int_equal(got(LEAD, id).state, APPROVAL_REPLACED);
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_CONFLICT);
	assert_int_equal(decide(LEAD, again, EVENT_APPROVE, ""), 0);
}

static void other_units_do_not_know_of_it(void **state)
{
	(void)state;
	int64_t row = asset_of(CONTACT, north), id = submitted(CONTACT, row);
	struct job j = decision(OTHER, id, EVENT_APPROVE, "");
	assert_int_equal(run(&j), ERR_NOT_FOUND);
	assert_int_equal(submit(OTHER, row).result, ERR_NOT_FOUND);
	struct db_conn *c = db_read_begin(office->db);
	struct approval x, list[5];
	size_t n = 9;
	assert_int_equal(approval_get(c, mem, &who[OTHER], id, &x), ERR_NOT_FOUND);
	assert_int_equal(approval_get(c, mem, &who[OTHER], id + 1000, &x), ERR_NOT_FOUND);
	assert_int_equal(approval_list(c, mem, &who[OTHER], APPROVALS_OF_RECORD, row, 5, list, &n), 0);
	assert_int_equal(n, 0);
	db_read_end(office->db, &c);
	assert_int_equal(submit(CHIEF, row).result, ERR_DENIED); /* reads it, may not change it */
}

static void only_people_decide(void **state)
{
	(void)state;
	int64_t row = asset_of(CONTACT, north), id = submitted(CONTACT, row);
	struct principal was = who[LEAD];
	who[LEAD].kind = PRINCIPAL_TOKEN;
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(decide(LEAD, id, EVENT_SEND_BACK, "だめ"), ERR_DENIED);
	/* A program takes back what its own account asked for, and nothing else. */
	assert_int_equal(decide(LEAD, id, EVENT_WITHDRAW, ""), ERR_DENIED);
	who[CONTACT].kind = PRINCIPAL_TOKEN;
	int64_t own = submitted(CONTACT, asset_of(CONTACT, north));
	who[CONTACT].read_only = true;
	assert_int_equal(decide(CONTACT, own, EVENT_WITHDRAW, ""), ERR_DENIED);
	who[CONTACT].read_only = false;
	assert_int_equal(decide(CONTACT, own, EVENT_WITHDRAW, ""), 0);
	assert_int_equal(got(LEAD2, own).state, APPROVAL_WITHDRAWN);
	who[CONTACT].kind = PRINCIPAL_ACCOUNT;
	who[LEAD] = was;
	who[LEAD].read_only = true;
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(submit(LEAD, asset_of(LEAD2, north)).result, ERR_DENIED);
	who[LEAD] = was;
	struct principal link = { .kind = PRINCIPAL_LINK, .id = 1, .person_id = 902, .name = STR("link"), .link_ops = OP_READ };
	struct job j = decision(LEAD, id, EVENT_APPROVE, "");
	j.by = &link;
	assert_int_equal(run(&j), ERR_NOT_FOUND);
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), 0);
}

static void sent_back_and_withdrawn(void **state)
{
	(void)state;
	int64_t row = asset_of(CONTACT, north), id = submitted(CONTACT, row);
	assert_int_equal(decide(LEAD, id, EVENT_SEND_BACK, "  "), ERR_INVALID);
	assert_int_equal(decide(LEAD, id, EVENT_SEND_BACK, "保存期間が空です"), 0);
	assert_int_equal(got(CONTACT, id).state, APPROVAL_SENT_BACK);
	assert_int_equal(decide(CONTACT, id, EVENT_WITHDRAW, ""), ERR_CONFLICT);
	id = submitted(CONTACT, row);
	assert_int_equal(decide(LEAD, id, EVENT_WITHDRAW, ""), ERR_DENIED);
	assert_int_equal(decide(CONTACT, id, EVENT_WITHDRAW, ""), 0);
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_CONFLICT);
	struct job j = { .by = &who[CONTACT], .fn = fn_submit, .submit = { .record_id = row, .revision = revision_of(row), .reason = STR(" "), .cost = -1 } };
	assert_int_equal(run(&j), ERR_INVALID);
}

/* What was sent back stays in the inbox of who asked, however much they submit afterwards, until they ask again. */
static void sent_back_is_not_forgotten(void **state)
{
	(void)state;
	int64_t row = asset_of(CONTACT, north), id = submitted(CONTACT, row);
	assert_int_equal(decide(LEAD, id, EVENT_SEND_BACK, "保存期間が空です"), 0);
	for (int i = 0; i < 12; i++)
		(void)submitted(CONTACT, asset_of(CONTACT, north));
	assert_int_equal(listed_for(CONTACT, APPROVALS_SENT_BACK, 10), 1);
	assert_int_equal(listed_for(LEAD, APPROVALS_SENT_BACK, 10), 0);
	(void)submitted(CONTACT, row);
	assert_int_equal(listed_for(CONTACT, APPROVALS_SENT_BACK, 10), 0);
}

static struct str menu_of(int by, int64_t *ret_n, unsigned *ret_statements)
{
	struct str words;
	struct db_conn *c = db_read_begin(office->db);
	(void)db_statement_count(true);
	assert_int_equal(work_waiting(c, mem, &who[by], ret_n, &words), 0);
	*ret_statements = db_statement_count(true);
	db_read_end(office->db, &c);
	return words;
}

/* Beside 今日: approvals, what came back and open tasks, in few statements however much there is. */
static void the_menu_counts_what_waits(void **state)
{
	(void)state;
	int64_t n;
	unsigned statements;
	assert_int_equal(menu_of(LEAD, &n, &statements).n, 0);
	assert_true(n == 0 && statements <= 2);
	int64_t back = submitted(CONTACT, asset_of(CONTACT, north));
	assert_int_equal(decide(LEAD, back, EVENT_SEND_BACK, "保存期間が空です"), 0);
	(void)submitted(CONTACT, asset_of(CONTACT, north));
	(void)submitted(CONTACT, asset_of(CONTACT, north));
	assert_true(str_eq(menu_of(LEAD, &n, &statements), STR("あなたを待っています：承認 2 件")));
	assert_true(n == 2 && statements <= 6);
	assert_true(str_eq(menu_of(CONTACT, &n, &statements), STR("あなたを待っています：差戻し 1 件")));
	assert_true(n == 1 && statements <= 6);
	/* A task of one's own counts while it is open; somebody else's does not. */
	struct reg_view tasks;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(reg_view_load(c, mem, &reg_task, &tasks), 0);
	db_read_end(office->db, &c);
	int64_t person = saved(&who[LEAD], &people, 0, (const char *const[][2]){ { "name", "見本 担当" }, { NULL } });
	who[CONTACT].person_id = person;
	int64_t task = saved(&who[LEAD], &tasks, 0, (const char *const[][2]){ { "name", "控えを取る" }, { "owner", "見本 担当" }, { "unit", "北" }, { NULL } });
	assert_true(str_eq(menu_of(CONTACT, &n, &statements), STR("あなたを待っています：差戻し 1 件、やること 1 件")));
	assert_true(n == 2 && statements <= 6);
	(void)saved(&who[LEAD], &tasks, task, (const char *const[][2]){ { "state", "取りやめ" }, { NULL } });
	(void)menu_of(CONTACT, &n, &statements);
	assert_int_equal(n, 1);
	/* Tokens and links have no menu. */
	struct principal token = who[LEAD];
	token.kind = PRINCIPAL_TOKEN;
	c = db_read_begin(office->db);
	struct str words;
	assert_int_equal(work_waiting(c, mem, &token, &n, &words), 0);
	db_read_end(office->db, &c);
	assert_int_equal(n, 0);
}

/* A room declares what it wants frozen. */
static const struct frozen_fact told[] = { { &reg_asset, "department", &reg_unit, "established_on" } };

/* A fact of a row that the approved row refers to is frozen with it, shown to who may read that row, and must still hold. */
static void facts_are_frozen_too(void **state)
{
	(void)state;
	const int64_t row = asset_of(CONTACT, north);
	const int64_t old = submitted(CONTACT, row); /* from before facts were declared */
	approval_declare_facts(told, COUNT_OF(told));
	assert_int_equal(decide(LEAD, old, EVENT_APPROVE, ""), 0);
	const int64_t other = asset_of(CONTACT, north), id = submitted(CONTACT, other);
	struct approval x = got(LEAD, id);
	struct snapshot s;
	assert_int_equal(snapshot_parse(mem, x.snapshot, &s), 0);
	const struct snapshot_field *f = snapshot_find(&s, STR("department.established_on"));
	assert_non_null(f);
	assert_true(str_eq(f->text[LANG_JA], STR("不明")) && f->of == north);
	struct db_conn *c = db_read_begin(office->db);
	assert_true(snapshot_readable(c, mem, &who[LEAD], &reg_asset, f));
	struct principal nobody = { .kind = PRINCIPAL_ACCOUNT };
	assert_false(snapshot_readable(c, mem, &nobody, &reg_asset, f));
	db_read_end(office->db, &c);
	/* It is another one now: this request cannot be approved, and a new one takes its place. */
	(void)saved(&who[LEAD], &units, north, (const char *const[][2]){ { "established_on", "2020-04-01" }, { NULL } });
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_CONFLICT);
	struct job again = submit(CONTACT, other);
	assert_int_equal(again.result, 0);
	assert_int_equal(submit(CONTACT, other).result, ERR_EXISTS);
	assert_int_equal(decide(LEAD, again.id, EVENT_APPROVE, ""), 0);
	approval_declare_facts(NULL, 0);
}

static int deputise(int who_is_away, int deputy, int64_t from, int64_t until)
{
	struct buf f, u;
	buf_init(&f, 32);
	buf_init(&u, 32);
	date_put_iso(&f, date_add_days(clock_today(), from));
	date_put_iso(&u, date_add_days(clock_today(), until));
	struct job j = { .by = &who[who_is_away], .fn = fn_deputy, .deputy = who[deputy].account_id, .from = str_z(mem, buf_view(&f)),
		.until = str_z(mem, buf_view(&u)) };
	buf_release(&f);
	buf_release(&u);
	return run(&j);
}

static int64_t signed_at(int64_t record, int64_t person)
{
	int64_t at = -1;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(approval_by_person(c, mem, record, person, &at), 0);
	db_read_end(office->db, &c);
	return at;
}

static void who_approved_themselves(void **state)
{
	(void)state;
	int64_t row = asset_of(CONTACT, north), id = submitted(CONTACT, row);
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), 0);
	assert_int_equal(signed_at(row, 901), 0); /* it waits for the next step */
	assert_int_equal(decide(CHIEF, id, EVENT_APPROVE, ""), 0);
	assert_true(signed_at(row, 905) > 0);
	assert_true(signed_at(row, 901) > 0);
	assert_int_equal(signed_at(row, 906), 0);
	assert_int_equal(signed_at(row, 0), 0);
	(void)SAVED(&who[LEAD], &assets, row, { "note", "あとから" });
	assert_int_equal(signed_at(row, 905), 0); /* it was something else that they approved */
}

static void deputies(void **state)
{
	(void)state;
	int64_t id = submitted(CONTACT, asset_of(CONTACT, north));
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), 0);
	assert_int_equal(deputise(CHIEF, CHIEF, 0, 1), ERR_INVALID);
	assert_int_equal(deputise(CHIEF, STANDIN, -5, -1), ERR_INVALID);
	assert_int_equal(deputise(CHIEF, STANDIN, 0, 400), ERR_INVALID);
	assert_int_equal(deputise(CHIEF, AUDITOR, 0, 3), ERR_INVALID); /* they would audit what they decided */
	assert_int_equal(decide(AUDITOR, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(deputise(CHIEF, STANDIN, 2, 3), 0); /* not yet */
	assert_int_equal(decide(STANDIN, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(deputise(CHIEF, CONTACT, 0, 3), 0); /* the author as a deputy */
	assert_int_equal(decide(CONTACT, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(deputise(CHIEF, LEAD, 0, 3), 0); /* who reviewed it */
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_DENIED);
	assert_int_equal(deputise(SHADOW, LEAD2, 0, 3), 0);
	assert_int_equal(decide(LEAD2, id, EVENT_APPROVE, ""), ERR_DENIED); /* stands in for another account of who reviewed */
	assert_int_equal(deputise(CHIEF, STANDIN, 0, 3), 0);
	assert_int_equal(waiting_for(STANDIN), 1);
	assert_int_equal(decide(STANDIN, id, EVENT_APPROVE, ""), 0);
	struct approval x = got(CHIEF, id);
	assert_int_equal(signed_at(x.record_id, 905), 0); /* the chief did not do it themselves */
	assert_int_equal(signed_at(x.record_id, 908), 0); /* and the deputy did it in the chief's place */
	assert_true(str_eq(x.steps[1].name, STR("standin")) && str_eq(x.steps[1].for_name, STR("chief")));
}

static void *press(void *arg)
{
	(void)run(arg);
	return NULL;
}

/* ---- side by side, and circulation ---- */

static struct reg_view routes;

static void route(const char *step, const char *act, const char *role, const char *together)
{
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(reg_view_load(c, mem, &reg_approval_route, &routes), 0);
	db_read_end(office->db, &c);
	(void)SAVED(&who[LEAD], &routes, 0, { "name", "段階" }, { "step", step }, { "act", act }, { "role", role }, { "together", together });
}

/* Lead and contact side by side, then the executive; the auditor and the lead read it afterwards. */
static void routes_side_by_side(void)
{
	route("1", "審査", "セキュリティ担当", "");
	route("2", "審査", "部門担当者", "はい");
	route("3", "承認", "経営層", "");
	route("4", "回覧", "監査", "");
	route("5", "回覧", "セキュリティ担当", "はい");
}

/* The number of the step that is this person's to decide; 0: none. */
static int64_t step_of(int by, int64_t id)
{
	struct approval x = got(by, id);
	const struct approval_step *step = NULL;
	int64_t for_whom = 0;
	struct note why;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(approval_mine(c, mem, &who[by], &x, &step, &for_whom, &why), 0);
	db_read_end(office->db, &c);
	return step ? step->number : 0;
}

static void steps_side_by_side_are_taken_in_any_order(void **state)
{
	(void)state;
	routes_side_by_side();
	const int orders[][2] = { { LEAD, STANDIN }, { STANDIN, LEAD } };
	for (size_t i = 0; i < COUNT_OF(orders); i++) {
		int64_t id = submitted(CONTACT, asset_of(CONTACT, north));
		assert_int_equal(got(AUDITOR, id).step, 1);
		assert_int_equal(waiting_for(LEAD), 1);
		assert_int_equal(waiting_for(STANDIN), 1);
		assert_int_equal(waiting_for(CHIEF), 0);
		assert_int_equal(step_of(LEAD, id), 1);
		assert_int_equal(step_of(STANDIN, id), 2);
		assert_int_equal(step_of(CHIEF, id), 0);
		assert_int_equal(decide(CHIEF, id, EVENT_APPROVE, ""), ERR_DENIED);
		assert_int_equal(decide(orders[i][0], id, EVENT_APPROVE, ""), 0);
		assert_int_equal(got(AUDITOR, id).step, 1);
		assert_int_equal(waiting_for(orders[i][0]), 0);
		assert_int_equal(waiting_for(orders[i][1]), 1);
		assert_int_equal(waiting_for(CHIEF), 0);
		/* One step each: not the other's as well. */
		assert_int_equal(decide(orders[i][0], id, EVENT_APPROVE, ""), ERR_DENIED);
		assert_int_equal(decide(orders[i][1], id, EVENT_APPROVE, ""), 0);
		assert_int_equal(got(AUDITOR, id).step, 3);
		assert_int_equal(decide(CHIEF, id, EVENT_APPROVE, ""), 0);
		struct approval x = got(AUDITOR, id);
		assert_int_equal(x.state, APPROVAL_APPROVED);
		assert_true(str_eq(x.steps[0].name, STR("lead")) && str_eq(x.steps[1].name, STR("standin")));
	}
	/* One of them sends it back: the other is asked no more. */
	int64_t id = submitted(CONTACT, asset_of(CONTACT, north));
	assert_int_equal(decide(STANDIN, id, EVENT_SEND_BACK, "直して"), 0);
	assert_int_equal(got(AUDITOR, id).state, APPROVAL_SENT_BACK);
	assert_int_equal(waiting_for(LEAD), 0);
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), ERR_CONFLICT);
}

static void two_leads_side_by_side_press_at_once(void **state)
{
	(void)state;
	route("1", "審査", "セキュリティ担当", "");
	route("2", "審査", "セキュリティ担当", "はい");
	route("3", "承認", "経営層", "");
	for (int round = 0; round < 10; round++) {
		int64_t id = submitted(CONTACT, asset_of(CONTACT, north));
		struct job a = decision(LEAD, id, EVENT_APPROVE, ""), b = decision(LEAD2, id, EVENT_APPROVE, "");
		pthread_t one, two;
		assert_int_equal(pthread_create(&one, NULL, press, &a), 0);
		assert_int_equal(pthread_create(&two, NULL, press, &b), 0);
		pthread_join(one, NULL);
		pthread_join(two, NULL);
		assert_int_equal(a.result, 0);
		assert_int_equal(b.result, 0);
		struct approval x = got(AUDITOR, id);
		assert_int_equal(x.step, 3);
		assert_true(x.steps[0].account_id != x.steps[1].account_id);
	}
}

static int fn_read(struct reg_ctx *ctx, struct job *j)
{
	return approval_read(ctx, j->id, &j->why);
}

static int read_by(int by, int64_t id)
{
	struct job j = { .by = &who[by], .id = id, .fn = fn_read };
	return run(&j);
}

static void circulation_begins_with_the_approval_and_decides_nothing(void **state)
{
	(void)state;
	routes_side_by_side();
	int64_t id = submitted(CONTACT, asset_of(CONTACT, north));
	assert_int_equal(listed_for(AUDITOR, APPROVALS_TO_READ, 50), 0);
	assert_int_equal(read_by(AUDITOR, id), ERR_NOT_FOUND);
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), 0);
	assert_int_equal(decide(STANDIN, id, EVENT_APPROVE, ""), 0);
	assert_int_equal(decide(CHIEF, id, EVENT_APPROVE, ""), 0);
	assert_int_equal(got(AUDITOR, id).state, APPROVAL_APPROVED);
	assert_int_equal(listed_for(AUDITOR, APPROVALS_TO_READ, 50), 1);
	assert_int_equal(waiting_for(AUDITOR), 0);
	assert_int_equal(listed_for(LEAD, APPROVALS_TO_READ, 50), 1); /* also who reviewed it */
	assert_int_equal(listed_for(CHIEF, APPROVALS_TO_READ, 50), 0);
	assert_int_equal(listed_for(OTHER, APPROVALS_TO_READ, 50), 0);
	assert_int_equal(read_by(CHIEF, id), ERR_NOT_FOUND);
	assert_int_equal(read_by(OTHER, id), ERR_NOT_FOUND);
	struct principal token = who[AUDITOR];
	token.kind = PRINCIPAL_TOKEN;
	struct job j = { .by = &token, .id = id, .fn = fn_read };
	assert_int_equal(run(&j), ERR_DENIED);
	assert_int_equal(read_by(AUDITOR, id), 0);
	assert_int_equal(read_by(AUDITOR, id), ERR_NOT_FOUND);
	assert_int_equal(listed_for(AUDITOR, APPROVALS_TO_READ, 50), 0);
	assert_int_equal(listed_for(LEAD, APPROVALS_TO_READ, 50), 1);
	assert_true(str_eq(got(AUDITOR, id).steps[3].name, STR("auditor")));
	assert_int_equal(got(AUDITOR, id).state, APPROVAL_APPROVED);
}

static void a_route_of_circulation_alone_decides_nothing(void **state)
{
	(void)state;
	route("1", "回覧", "監査", "");
	struct job j = submit(CONTACT, asset_of(CONTACT, north));
	assert_int_equal(j.result, ERR_INVALID);
	assert_int_equal(j.why.id, MSG_WORK_NO_STEP);
}

static void an_administrator_names_a_deputy_for_who_is_away(void **state)
{
	(void)state;
	int64_t id = submitted(CONTACT, asset_of(CONTACT, north));
	assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), 0);
	struct principal boss = who[OTHER];
	boss.needs |= NEED_ADMIN;
	const char *today = str_z(mem, date_iso(mem, clock_today()));
	struct job j = { .by = &who[OTHER], .fn = fn_deputy, .deputy_of = who[CHIEF].account_id, .deputy = who[STANDIN].account_id, .from = today, .until = today };
	assert_int_equal(run(&j), ERR_DENIED);
	assert_int_equal(decide(STANDIN, id, EVENT_APPROVE, ""), ERR_DENIED);
	j.by = &boss;
	j.deputy = boss.account_id; /* never for themselves */
	assert_int_equal(run(&j), ERR_INVALID);
	assert_int_equal(j.why.id, MSG_WORK_DEPUTY_SELF);
	/* Nor for another account of their own person. */
	struct principal keeper = who[LEAD];
	keeper.needs |= NEED_ADMIN;
	struct job own = j;
	own.by = &keeper;
	own.deputy = who[SHADOW].account_id;
	assert_int_equal(run(&own), ERR_INVALID);
	assert_int_equal(own.why.id, MSG_WORK_DEPUTY_SELF);
	j.deputy = who[CHIEF].account_id;
	assert_int_equal(run(&j), ERR_INVALID);
	j.deputy = who[STANDIN].account_id;
	j.deputy_of = 99999;
	assert_int_equal(run(&j), ERR_INVALID);
	j.deputy_of = who[CHIEF].account_id;
	assert_int_equal(run(&j), 0);
	assert_int_equal(decide(STANDIN, id, EVENT_APPROVE, ""), 0);
	struct approval x = got(CHIEF, id);
	assert_true(str_eq(x.steps[1].name, STR("standin")) && str_eq(x.steps[1].for_name, STR("chief")));
}

static void two_press_at_once(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		int64_t id = submitted(CONTACT, asset_of(CONTACT, north));
		assert_int_equal(decide(LEAD, id, EVENT_APPROVE, ""), 0);
		struct job a = decision(CHIEF, id, EVENT_APPROVE, ""), b = decision(CHIEF2, id, round % 2 ? EVENT_APPROVE : EVENT_SEND_BACK, "待って");
		pthread_t one, two;
		assert_int_equal(pthread_create(&one, NULL, press, &a), 0);
		assert_int_equal(pthread_create(&two, NULL, press, &b), 0);
		pthread_join(one, NULL);
		pthread_join(two, NULL);
		assert_true((a.result == 0 && b.result == ERR_CONFLICT) || (b.result == 0 && a.result == ERR_CONFLICT));
		assert_int_not_equal((a.result ? a : b).why.id, MSG_NONE);
	}
}

static void private_fields_are_not_frozen(void **state)
{
	(void)state;
	const char *in = str_z(mem, str_printf(mem, "#%lld", (long long)north));
	int64_t row = SAVED(&who[LEAD], &people, 0, { "name", "例示 太郎" }, { "unit", in }, { "email", "taro@example.jp" });
	int64_t id = submitted(LEAD, row);
	struct approval x = got(CHIEF, id);
	assert_false(str_contains(x.snapshot, STR("taro@")));
	assert_true(str_contains(x.snapshot, STR("例示 太郎")));
}

/* ---- any order of events ---- */

static uint64_t seed = 20260401;
static unsigned roll(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static void table_never_leaves_a_closed_state(void **state)
{
	(void)state;
	for (int from = 0; from < APPROVAL__N; from++)
		for (int event = 0; event < EVENT__N; event++)
			for (unsigned facts = 0; facts < 256; facts++) {
				enum approval_state to = APPROVAL_NONE;
				struct note why = NOTE0(MSG_NONE);
				int e = approval_next((enum approval_state)from, (enum approval_event)event, facts, &to, &why);
				if (from != APPROVAL_WAITING)
					assert_int_equal(e, ERR_CONFLICT);
				assert_true(e == 0 || why.id != MSG_NONE);
				unsigned must = FACT_STEP | FACT_NOT_AUTHOR | FACT_NOT_BEFORE | FACT_SEEN;
				if (e == 0 && (event == EVENT_APPROVE || event == EVENT_SEND_BACK))
					assert_true((facts & must) == must);
				if (e == 0 && event == EVENT_APPROVE)
					assert_true((facts & FACT_SAME) && (to == APPROVAL_APPROVED) == ((facts & FACT_LAST) != 0));
			}
}

/* Approved requests that break a rule; written from the rules, not from the code. */
static int64_t broken(void)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	int64_t n = -1;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT (SELECT count(*) FROM work_request q JOIN work_step s ON s.request_id = q.id WHERE q.state = 2 AND s.decision <> 2)"
	            " + (SELECT count(*) FROM work_request q WHERE q.state = 2 AND NOT EXISTS (SELECT 1 FROM work_step s WHERE s.request_id = q.id))"
	            " + (SELECT count(*) FROM work_step s JOIN work_author w ON w.request_id = s.request_id WHERE s.decision <> 0"
	            "    AND (w.account_id IN (s.account_id, s.for_account) OR (w.person_id > 0 AND w.person_id IN (s.account_person, s.for_person))))"
	            " + (SELECT count(*) FROM work_step s JOIN work_step o ON o.request_id = s.request_id AND o.number < s.number"
	            "    WHERE s.decision <> 0 AND o.decision <> 0 AND (s.account_id IN (o.account_id, o.for_account)"
	            "    OR s.account_person IN (o.account_person, NULLIF(o.for_person, 0)) OR NULLIF(s.for_person, 0) IN (o.account_person, o.for_person)))");
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	db_read_end(office->db, &c);
	return n;
}

static void any_order_of_events(void **state)
{
	(void)state;
	assert_int_equal(deputise(CHIEF, LEAD2, 0, 30), 0);
	assert_int_equal(deputise(LEAD, STANDIN, 0, 30), 0);
	int64_t row[4], id[4] = { 0 };
	unsigned approved = 0;
	for (int i = 0; i < 4; i++)
		row[i] = asset_of(i % 2 ? LEAD : CONTACT, north);
	for (int i = 0; i < 600; i++) {
		unsigned k = roll(4), by = roll(WHO__N), what = roll(10);
		if (what == 0) {
			int64_t writer = roll(3);
			(void)SAVED(&who[writer == 0 ? LEAD : writer == 1 ? LEAD2 : CONTACT], &assets, row[k],
			            { "note", str_z(mem, str_printf(mem, "%d", i)) });
		} else if (what < 3 || !id[k]) {
			struct job j = submit((int)by, row[k]);
			if (j.result == 0)
				id[k] = j.id;
		} else {
			struct job j = decision((int)by, id[k], what < 8 ? EVENT_APPROVE : what == 8 ? EVENT_SEND_BACK : EVENT_WITHDRAW, "理由");
			if (roll(8) == 0)
				j.decision.step = roll(4);
			if (run(&j) == 0 && got(AUDITOR, id[k]).state == APPROVAL_APPROVED)
				approved++;
		}
		if (broken() != 0)
			fail_msg("after event %d", i);
	}
	assert_true(approved > 3); /* the walk reaches the state that it guards */
}

#define T(f) cmocka_unit_test_setup_teardown(f, up, down)

static struct str said(enum lang lang, const char *recorded)
{
	struct str label = STR(""), text = STR("");
	assert_true(approval_say(mem, lang, STR("approval"), str_of(recorded), &label, &text));
	assert_true(str_eq(label, msg(lang, MSG_WORK_APPROVAL)));
	return text;
}

/* What the trail keeps in keys is read in words, in either language; entries of long ago too. */
static void the_history_speaks_the_readers_language(void **state)
{
	(void)state;
	struct str label, text;
	assert_true(str_eq(said(LANG_JA, "waiting"), STR("承認待ち")));
	assert_true(str_eq(said(LANG_JA, "waiting: step 1"), STR("承認待ち（第 1 段階まで済み）")));
	assert_true(str_eq(said(LANG_JA, "approved: step 2, for 見本 社長"), STR("承認済（第 2 段階、見本 社長 の代理）")));
	assert_true(str_eq(said(LANG_EN, "sent back: step 2"), STR("Sent back (step 2)")));
	assert_true(str_eq(said(LANG_JA, "replaced"), STR("出し直し済")));
	assert_false(approval_say(mem, LANG_JA, STR("approval"), STR("something else"), &label, &text));
	assert_false(approval_say(mem, LANG_JA, STR("name"), STR("waiting"), &label, &text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(review_then_approval), T(route_names_a_register), T(an_approval_outlives_the_course_of_the_work), T(never_ones_own_work), T(never_another_revision), T(other_units_do_not_know_of_it), T(only_people_decide),
		T(sent_back_and_withdrawn), T(sent_back_is_not_forgotten), T(the_menu_counts_what_waits), T(facts_are_frozen_too), T(who_approved_themselves), T(deputies), T(steps_side_by_side_are_taken_in_any_order), T(two_leads_side_by_side_press_at_once),
		T(circulation_begins_with_the_approval_and_decides_nothing), T(a_route_of_circulation_alone_decides_nothing), T(an_administrator_names_a_deputy_for_who_is_away), T(two_press_at_once), T(private_fields_are_not_frozen),
		cmocka_unit_test(table_never_leaves_a_closed_state), T(any_order_of_events), T(the_history_speaks_the_readers_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
