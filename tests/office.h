/*
 * For tests that need a whole office: a data directory of its own with every register, opened as the server opens it, people
 * of each access role, and short ways to write rows and to look at them. A unit test includes it after nothing else.
 */
#ifndef TESTS_OFFICE_H
#define TESTS_OFFICE_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "asset/asset.h"
#include "base/clock.h"
#include "db/audit.h"
#include "main/open.h"
#include "org/org.h"
#include "register/query.h"
#include "register/setting.h"
#include "risk/risk.h"

#define UNUSED __attribute__((unused))

static char office_dir[256];
static struct opened *opened;
static struct office *office;
static struct db *db;
static struct arena *mem;
static struct principal lead, admin, contact, auditor; /* contact: of no unit until a test says which */
static struct reg_view company, unit, person, asset, place, threat, check;

static UNUSED struct principal person_of(enum access_role role, int64_t unit_id, const char *name)
{
	uint32_t needs = NEED_SIGNED_IN | NEED_REGISTER | NEED_OVERVIEW | (role == ROLE_CONTACT ? 0 : NEED_REPORT);
	needs |= role == ROLE_ADMINISTRATOR ? NEED_ADMIN | NEED_SETTINGS | NEED_AUDIT : role == ROLE_LEAD ? NEED_SETTINGS | NEED_AUDIT | NEED_LINKS : 0;
	struct principal p = { .kind = PRINCIPAL_ACCOUNT, .id = 10 + role, .account_id = 10 + role, .name = str_of(name), .lang = LANG_JA, .grants = 1,
	                       .needs = needs };
	p.grant[0] = (struct grant){ .role = role, .unit_id = unit_id };
	return p;
}

static UNUSED struct reg_ctx ctx_of(const struct principal *p)
{
	return (struct reg_ctx){ .arena = mem, .by = p, .key = office->key };
}

/* ---- writing ---- */

/* Values by field and text: CHANGE(&asset, id, "name", "顧客名簿", "confidentiality", "2"). */
static UNUSED struct change change_of(const struct reg_view *v, int64_t id, ...)
{
	struct change c = change_new(mem, CHANGE_SAVE, v, id);
	va_list ap;
	va_start(ap, id);
	for (const char *field; (field = va_arg(ap, const char *));)
		change_set_text(&c, mem, field, va_arg(ap, const char *));
	va_end(ap);
	return c;
}
#define CHANGE(view, id, ...) change_of((view), (id), __VA_ARGS__, (const char *)NULL)

/* References are set by id. */
static UNUSED void set_ref(struct change *c, const char *field, int64_t id)
{
	change_set(c, reg_view_field(c->view, str_of(field)), (struct value){ .known = id != 0, .i = id });
}

static UNUSED int save_by(const struct principal *p, const struct change *c, struct written *ret)
{
	struct reg_ctx ctx = ctx_of(p);
	return reg_save(db, &ctx, c, ret);
}

/* By the lead; must succeed. Gives the id. */
static UNUSED int64_t made(struct change c)
{
	struct written w;
	int e = save_by(&lead, &c, &w);
	if (e < 0)
		fail_msg("%s: %s %.*s", c.view->reg->name, err_name(e),
		         STR_FMT(w.errors.n ? note_str(mem, LANG_EN, &w.errors.error[0].why) : STR("")));
	return w.id;
}

static UNUSED int64_t make_unit(const char *name, int64_t parent)
{
	struct change c = CHANGE(&unit, 0, "name", name);
	set_ref(&c, "parent", parent);
	return made(c);
}

static UNUSED int64_t make_asset(const char *name, int64_t department, int64_t storage)
{
	struct change c = CHANGE(&asset, 0, "name", name);
	set_ref(&c, "department", department);
	set_ref(&c, "storage", storage);
	return made(c);
}

/* The error that a refused write put at a field; MSG_NONE when there is none. */
static UNUSED msg_id error_at(const struct written *w, const struct reg_view *v, const char *field)
{
	const int f = reg_view_field(v, str_of(field));
	for (size_t i = 0; i < w->errors.n; i++)
		if (w->errors.error[i].field == f)
			return w->errors.error[i].why.id;
	return MSG_NONE;
}

/* ---- looking ---- */

static UNUSED struct row row_of(const struct reg_view *v, int64_t id)
{
	struct row row;
	struct db_conn *c = db_read_begin(db);
	int e = reg_get(c, mem, &lead, v, id, &row);
	db_read_end(db, &c);
	if (e < 0)
		fail_msg("%s %lld: %s", v->reg->name, (long long)id, err_name(e));
	return row;
}

static UNUSED struct value at(const struct reg_view *v, const struct row *row, const char *field)
{
	return row->v[reg_view_field(v, str_of(field))];
}

/* A number of a stored row, or -1 when it is unknown. */
static UNUSED int64_t level(const struct reg_view *v, int64_t id, const char *field)
{
	struct row row = row_of(v, id);
	struct value x = at(v, &row, field);
	return x.known ? x.i : -1;
}

static UNUSED int64_t number_of(const char *constant)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	int64_t n = -1;
	sql_init(&q, mem);
	sql_const(&q, constant);
	int e = db_get_i64(c, &q, &n);
	if (e < 0)
		fail_msg("%s: %s %.*s", constant, err_name(e), STR_FMT(db_error(c)));
	db_read_end(db, &c);
	return n;
}

static UNUSED struct audit_entry last_entry(int64_t record_id)
{
	struct db_conn *c = db_read_begin(db);
	struct audit_entry *e;
	size_t n = 0;
	struct audit_filter f = { .record_id = record_id, .limit = 1 };
	assert_int_equal(audit_list(c, mem, &f, &e, &n), 0);
	db_read_end(db, &c);
	assert_int_equal(n, 1);
	return e[0];
}

/* ---- settings ---- */

struct set_job {
	const struct principal *by;
	const char *key, *value;
	int64_t moved;
	struct note why;
};
static UNUSED int set_one(struct db_conn *c, void *arg)
{
	struct set_job *s = arg;
	struct reg_ctx ctx = ctx_of(s->by);
	ctx.conn = c;
	return setting_write(&ctx, str_of(s->key), str_of(s->value), &s->why, &s->moved);
}
/* By the lead; must succeed. Gives the number of rows that moved. */
static UNUSED int64_t set(const char *key, const char *value)
{
	struct set_job s = { .by = &lead, .key = key, .value = value };
	assert_int_equal(db_write(db, set_one, &s), 0);
	return s.moved;
}

/* ---- up and down ---- */

static UNUSED int office_up(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	struct note why;
	snprintf(office_dir, sizeof office_dir, "%s/ishigaki-office-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(office_dir))
		die("mkdtemp %s", office_dir);
	mem = arena_new(LIMIT_ARENA);
	clock_set_for_test(clock_instant((struct date){ 2026, 11, 20 }) + 10 * 3600000, true);
	int e = office_open(str_of(office_dir), OPEN_CREATE, &opened, &why);
	if (e < 0)
		fail_msg("%s %.*s", err_name(e), STR_FMT(note_str(mem, LANG_EN, &why)));
	office = opened_office(opened);
	db = office->db;
	lead = person_of(ROLE_LEAD, 0, "Lead");
	admin = person_of(ROLE_ADMINISTRATOR, 0, "Administrator");
	auditor = person_of(ROLE_AUDITOR, 0, "Auditor");
	contact = person_of(ROLE_CONTACT, 1, "Contact");
	static const struct { const struct reg *reg; struct reg_view *view; } views[] = {
		{ &reg_company, &company }, { &reg_unit, &unit }, { &reg_person, &person }, { &reg_asset, &asset }, { &reg_place, &place },
		{ &reg_threat_situation, &threat }, { &reg_control_check, &check },
	};
	struct db_conn *c = db_read_begin(db);
	for (size_t i = 0; i < COUNT_OF(views); i++)
		assert_int_equal(reg_view_load(c, mem, views[i].reg, views[i].view), 0);
	db_read_end(db, &c);
	return 0;
}

static UNUSED void office_remove(const char *path)
{
	DIR *d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));) {
		char inner[600];
		snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && unlink(inner) < 0)
			office_remove(inner);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static UNUSED int office_down(void **state)
{
	(void)state;
	office_close(opened);
	arena_freep(&mem);
	office_remove(office_dir);
	return 0;
}

#define OFFICE_TEST(f) cmocka_unit_test_setup_teardown(f, office_up, office_down)

#endif
