/*
 * For the tests of the read path: three registers that no room has, a database with them, rows put in directly (much
 * faster than through reg_write(), and with any state wanted), and the same rows in memory to compare with.
 */
#ifndef REGISTER_TEST_READ_H
#define REGISTER_TEST_READ_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "register/own_field.h"
#include "register/query_internal.h"

#define UNUSED __attribute__((unused))

/* ---- registers ---- */

#define ACCESS_SIMPLE { .ops = { [ROLE_ADMINISTRATOR] = OP_ALL, [ROLE_LEAD] = OP_ALL, \
	[ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT, [ROLE_EXECUTIVE] = OP_READ, \
	[ROLE_AUDITOR] = OP_READ | OP_EXPORT } }
#define COMMON_LABELS .about = { "試験用です。", "For tests." }, .empty = { "ありません。", "None." }, .icon = "box", .help = "org"

static const struct field unit_fields[] = {
	{ .name = "name", .label = { "部門名", "Unit name" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT },
};
static const struct reg reg_quay = { .name = "quay", .room = "org", .table = "org_test_quay", .code = "QUA",
	.label = { "埠頭", "Quays" }, COMMON_LABELS, .field = unit_fields, .fields = COUNT_OF(unit_fields), .title = "name",
	.sort = "name", .access = ACCESS_SIMPLE, .shared = true };

static const struct field sailor_fields[] = {
	{ .name = "name", .label = { "氏名", "Name" }, .type = FIELD_TEXT,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH },
	{ .name = "quay", .label = { "所属", "Quay" }, .type = FIELD_UNIT, .target = "quay",
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_OWNER },
};
static const struct reg reg_sailor = { .name = "sailor", .room = "org", .table = "org_test_sailor", .code = "SAI",
	.label = { "船員", "Sailors" }, COMMON_LABELS, .field = sailor_fields, .fields = COUNT_OF(sailor_fields), .title = "name",
	.sort = "name", .access = ACCESS_SIMPLE };

static const struct choice cargo_kinds[] = {
	{ 1, "dry", { "乾貨物", "Dry" }, { 0 }, NULL, 0 },
	{ 2, "wet", { "液体、貨物", "Wet, or liquid" }, { "タンクで運ぶ", "In tanks" }, NULL, 0 },
	{ 3, "cold", { "冷凍", "Cold" }, { 0 }, NULL, 0 },
};
static const struct choice cargo_levels[] = {
	{ 0, "0", { "0：軽い", "0: light" }, { 0 }, NULL, 0 }, { 1, "1", { "1：普通", "1: usual" }, { 0 }, NULL, 0 },
	{ 2, "2", { "2：重い", "2: heavy" }, { 0 }, NULL, 0 },
};
enum { C_NAME, C_NOTE, C_QUAY, C_KEEPER, C_KIND, C_LEVEL, C_TAGS, C_AMOUNT, C_RATE, C_SEEN, C_RISKY, C_SITE, C_PIECES, C_MASTER,
	C__N };
static const struct field cargo_fields[] = {
	[C_NAME] = { .name = "name", .label = { "名前", "Name" }, .type = FIELD_TEXT,
		.flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH },
	[C_NOTE] = { .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .flags = FIELD_SEARCH },
	[C_QUAY] = { .name = "quay", .label = { "埠頭", "Quay" }, .type = FIELD_UNIT, .target = "quay",
		.flags = FIELD_LIST | FIELD_FILTER | FIELD_OWNER },
	[C_KEEPER] = { .name = "keeper", .label = { "管理者", "Keeper" }, .type = FIELD_PERSON, .target = "sailor",
		.flags = FIELD_LIST | FIELD_FILTER },
	[C_KIND] = { .name = "kind", .label = { "種類", "Kind" }, .type = FIELD_CHOICE, .choice = cargo_kinds,
		.choices = COUNT_OF(cargo_kinds), .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT },
	[C_LEVEL] = { .name = "level", .label = { "重さ", "Weight" }, .type = FIELD_SCALE, .min = 0, .max = 2,
		.choice = cargo_levels, .choices = COUNT_OF(cargo_levels), .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT },
	[C_TAGS] = { .name = "tags", .label = { "札", "Tags" }, .type = FIELD_MULTI, .choice = cargo_kinds,
		.choices = COUNT_OF(cargo_kinds), .flags = FIELD_FILTER },
	[C_AMOUNT] = { .name = "amount", .label = { "金額", "Amount" }, .type = FIELD_MONEY, .flags = FIELD_SORT | FIELD_FILTER },
	[C_RATE] = { .name = "rate", .label = { "率", "Rate" }, .type = FIELD_DECIMAL, .decimals = 2, .flags = FIELD_SORT },
	[C_SEEN] = { .name = "seen_on", .label = { "確認日", "Seen on" }, .type = FIELD_DATE, .flags = FIELD_SORT | FIELD_FILTER },
	[C_RISKY] = { .name = "risky", .label = { "危険物", "Risky" }, .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER },
	[C_SITE] = { .name = "site", .label = { "サイト", "Site" }, .type = FIELD_URL },
	[C_PIECES] = { .name = "pieces", .label = { "個数", "Pieces" }, .type = FIELD_INTEGER, .flags = FIELD_SORT },
	[C_MASTER] = { .name = "master", .label = { "荷主", "Master" }, .type = FIELD_TEXT,
		.flags = FIELD_PRIVATE | FIELD_SORT | FIELD_FILTER },
};
_Static_assert(COUNT_OF(cargo_fields) == C__N, "every field has its number");
static const struct reg reg_cargo = { .name = "cargo", .room = "org", .table = "org_test_cargo", .code = "CRG",
	.label = { "貨物", "Cargo" }, COMMON_LABELS, .field = cargo_fields, .fields = COUNT_OF(cargo_fields), .title = "name",
	.sort = "name", .access = ACCESS_SIMPLE, .index = (const char *const[]){ "kind,amount", NULL } };

/* ---- the database ---- */

static char test_dir[256];
static struct db *db;
static struct arena *mem;

static UNUSED const char *in_dir(const char *name)
{
	return str_printf(mem, "%s/%s", test_dir, name).p;
}

static UNUSED void base_up(void)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(test_dir, sizeof test_dir, "%s/ishigaki-read-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(test_dir))
		die("mkdtemp %s", test_dir);
	mem = arena_new(LIMIT_ARENA * 2);
	static const struct reg *const all[] = { &reg_quay, &reg_sailor, &reg_cargo };
	struct str why = STR("");
	if (reg_declare(all, COUNT_OF(all), &why) < 0)
		die("reg_declare: %.*s", STR_FMT(why));
	struct buf b;
	buf_init(&b, 1u << 20);
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		reg_schema(&b, all[i]);
		search_schema(&b, all[i]);
	}
	const struct db_migration m[] = { { 1, "trail", audit_schema }, { 2, "auth", auth_schema }, { 3, "register", register_schema },
		{ 4, "tests", str_z(mem, buf_view(&b)) } };
	buf_release(&b);
	struct db_options o = { .path = str_of(in_dir("read.db")), .create = true };
	struct note note;
	if (db_open(&o, &db, &note) < 0 || db_migrate(db, m, COUNT_OF(m), NULL, NULL, &note) < 0)
		die("open: %.*s", STR_FMT(note_str(mem, LANG_EN, &note)));
}

static UNUSED void base_down(void)
{
	db_closep(&db);
	DIR *d = opendir(test_dir);
	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.')
			unlink(in_dir(e->d_name));
	if (d)
		closedir(d);
	rmdir(test_dir);
	arena_freep(&mem);
}

/* ---- rows ---- */

static uint64_t dice_state = 42;
static UNUSED int64_t dice(int64_t n)
{
	dice_state = dice_state * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((dice_state >> 33) % (uint64_t)n);
}

static UNUSED struct value blank(void)
{
	return (struct value){ .known = false };
}

static UNUSED struct value num(int64_t i)
{
	return (struct value){ .known = true, .i = i };
}

static UNUSED struct value txt(const char *z)
{
	return (struct value){ .known = true, .s = str_of(z) };
}

static UNUSED struct row row_new(const struct reg *r)
{
	return (struct row){ .values = r->fields, .v = ARENA_ARRAY(mem, r->fields, struct value) };
}

struct put {
	const struct reg *reg;
	struct row *row;
	size_t rows;
	const char *own; /* of all of them */
};

/* Puts rows in as they are; gives ids and codes. */
static UNUSED int put_rows_job(struct db_conn *c, void *ctx)
{
	const struct put *p = ctx;
	static int64_t code;
	struct arena *a = arena_new(64u << 20);
	int r = 0;
	for (size_t i = 0; i < p->rows && r == 0; i++) {
		struct row *row = &p->row[i];
		arena_clear(a);
		row->revision = 1;
		row->created_at = row->updated_at = INT64_C(1790000000000);
		row->created_by = row->updated_by = STR("試験");
		row->code = str_printf(mem, "%s-%05lld", p->reg->code, (long long)++code);
		const int owner = reg_owner_field(p->reg);
		row->unit_id = owner >= 0 ? row->v[owner].i : 0;
		struct sql q;
		sql_init(&q, a);
		sql_lit(&q, "INSERT INTO record (register, unit_id, revision, state, code, created_at, created_by, updated_at, updated_by)"
		            " VALUES (");
		sql_str(&q, str_of(p->reg->name));
		sql_lit(&q, ", ");
		sql_i64(&q, row->unit_id);
		sql_lit(&q, ", 1, ");
		sql_i64(&q, row->state);
		sql_lit(&q, ", ");
		sql_str(&q, row->code);
		sql_lit(&q, ", 1790000000000, '試験', 1790000000000, '試験')");
		r = db_exec(c, &q, NULL);
		if (r < 0)
			break;
		row->id = db_last_id(c);
		sql_init(&q, a);
		sql_lit(&q, "INSERT INTO ");
		sql_name(&q, p->reg->table);
		sql_lit(&q, " (id, unit_id, archived, batch, own, match_key");
		for (size_t k = 0; k < p->reg->fields; k++) {
			sql_lit(&q, ", ");
			sql_name(&q, p->reg->field[k].name);
		}
		sql_lit(&q, ") VALUES (");
		sql_i64(&q, row->id);
		sql_lit(&q, ", ");
		sql_i64(&q, row->unit_id);
		sql_lit(&q, ", ");
		sql_i64(&q, row->state);
		sql_lit(&q, ", ");
		sql_i64(&q, row->batch);
		sql_lit(&q, ", ");
		sql_str(&q, str_of(p->own ? p->own : "{}"));
		sql_lit(&q, ", ");
		if (p->reg == &reg_quay)
			sql_str(&q, reg_match_key(a, p->reg, row));
		else
			sql_null(&q); /* cargo bears the same names many times */
		for (size_t k = 0; k < p->reg->fields; k++) {
			sql_lit(&q, ", ");
			value_bind(&q, &p->reg->field[k], &row->v[k]);
		}
		sql_lit(&q, ")");
		r = db_exec(c, &q, NULL);
		if (r == 0)
			r = search_update(c, a, p->reg, row->id, NULL, row);
	}
	arena_free(a);
	return r;
}

static UNUSED void put(const struct reg *reg, struct row *row, size_t rows)
{
	struct put p = { reg, row, rows, NULL };
	assert_int_equal(db_write(db, put_rows_job, &p), 0);
}

static UNUSED int run_job(struct db_conn *c, void *ctx)
{
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, ctx);
	return db_exec(c, &q, NULL);
}

static UNUSED void run(const char *constant)
{
	assert_int_equal(db_write(db, run_job, (void *)constant), 0);
}

struct tree {
	int64_t unit, parent;
};
static UNUSED int tree_job(struct db_conn *c, void *ctx)
{
	const struct tree *t = ctx;
	return auth_unit_place(c, t->unit, t->parent);
}

static UNUSED struct reg_view view_of(const struct reg *r)
{
	struct reg_view v;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, r, &v), 0);
	db_read_end(db, &c);
	return v;
}

/* ---- principals ---- */

static UNUSED struct principal person(int64_t role, int64_t unit_id)
{
	struct principal p = { .kind = PRINCIPAL_ACCOUNT, .id = 1, .account_id = 1, .name = STR("試験者"), .lang = LANG_JA, .grants = 1 };
	p.grant[0] = (struct grant){ .role = role, .unit_id = unit_id };
	return p;
}

#endif
