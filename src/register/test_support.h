/*
 * For tests of this room and of the faces: fictional registers that use every field type, flag and kind of derivation, an
 * open database with their tables, principals of several roles, and short ways to write. The engine names no register, so
 * its tests bring their own.
 */
#ifndef REGISTER_TEST_SUPPORT_H
#define REGISTER_TEST_SUPPORT_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/text/register.h"
#include "register/engine.h"
#include "register/import.h"
#include "register/query.h"
#include "register/setting.h"

#define UNUSED __attribute__((unused))

/* ---- registers ---- */

#define TEST_ACCESS { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, \
	[ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT | OP_COMMENT, [ROLE_EXECUTIVE] = OP_READ, \
	[ROLE_AUDITOR] = OP_READ | OP_EXPORT } }

extern const struct reg test_yard, test_mason, test_wall, test_stone;
const struct reg test_yard, test_mason, test_wall, test_stone; /* completed below */

/* How high the walls of a yard are together: the walls point to the yard, not the yard to them. */
static const struct derivation yard_height = {
	.fields = (const char *const[]){ "height", NULL },
	.sql = "SELECT t.id, t.height FROM (SELECT y.id, (SELECT SUM(w.height) FROM test_wall w WHERE w.yard = y.id AND w.archived = 0"
	       " AND w.batch NOT IN " BATCH_HIDDEN ") AS height FROM test_yard y) t",
	.depends = (const struct dependency[]){ { .reg = "wall", .back = "yard", READS("yard", "height") } }, .dependencies = 1,
};
static const struct field yard_fields[] = {
	{ .name = "name", .label = { "作業場", "Yard" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH },
	{ .name = "parent", .label = { "上の作業場", "Parent yard" }, .type = FIELD_UNIT, .target = "yard", .flags = FIELD_FILTER },
	{ .name = "height", .label = { "石垣の高さ", "Height of walls" }, .type = FIELD_DECIMAL, .decimals = 2, .derived = &yard_height,
	  .formula = { "石垣の高さの合計", "of all walls together" } },
};
static int yard_after_write(struct reg_ctx *ctx, const struct row *before, const struct row *after)
{
	(void)before;
	if (after->state == RECORD_ARCHIVED)
		return 0;
	return auth_unit_place(ctx->conn, after->id, after->v[1].known ? after->v[1].i : 0);
}
static const struct reg_hooks yard_hooks = { .after_write = yard_after_write };
const struct reg test_yard = {
	.name = "yard", .room = "test", .table = "test_yard", .code = "YRD", .label = { "作業場", "Yards" },
	.about = { "石を刻む場所。", "Where stones are cut." }, .empty = { "作業場を登録してください。", "Add a yard." }, .icon = "building",
	.help = "yard", .field = yard_fields, .fields = COUNT_OF(yard_fields), .title = "name", .sort = "name",
	.access = TEST_ACCESS, .derive = (const struct derivation *const[]){ &yard_height }, .derives = 1, .hooks = &yard_hooks, .shared = true,
};

static const struct field mason_fields[] = {
	{ .name = "name", .label = { "氏名", "Name" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH },
	{ .name = "yard", .label = { "所属", "Yard" }, .type = FIELD_UNIT, .target = "yard", .flags = FIELD_OWNER | FIELD_FILTER | FIELD_LIST },
	{ .name = "mail", .label = { "メール", "Mail" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_PRIVATE | FIELD_UNIQUE },
};
const struct reg test_mason = {
	.name = "mason", .room = "test", .table = "test_mason", .code = "MSN", .label = { "石工", "Masons" },
	.about = { "石を積む人。", "Who lays the stones." }, .empty = { "石工を登録してください。", "Add a mason." }, .icon = "user",
	.help = "mason", .field = mason_fields, .fields = COUNT_OF(mason_fields), .title = "name", .sort = "name", .access = TEST_ACCESS,
};

static const struct derivation wall_load = {
	.fields = (const char *const[]){ "load", NULL },
	.sql = "SELECT t.id, t.height * (SELECT number FROM setting WHERE key = 'test.factor') / 100 FROM test_wall t",
};
static const struct field wall_fields[] = {
	{ .name = "name", .label = { "石垣", "Wall" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH },
	{ .name = "yard", .label = { "作業場", "Yard" }, .type = FIELD_UNIT, .target = "yard", .flags = FIELD_OWNER | FIELD_FILTER | FIELD_LIST },
	{ .name = "height", .label = { "高さ", "Height" }, .type = FIELD_DECIMAL, .decimals = 2, .min = 0, .max = 10000,
	  .flags = FIELD_LIST | FIELD_SORT },
	{ .name = "load", .label = { "荷重", "Load" }, .type = FIELD_INTEGER, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .derived = &wall_load, .formula = { "高さ × 係数", "height × factor" } },
};
const struct reg test_wall = {
	.name = "wall", .room = "test", .table = "test_wall", .code = "WAL", .label = { "石垣", "Walls" },
	.about = { "石でできた壁。", "What stones make." }, .empty = { "石垣を登録してください。", "Add a wall." }, .icon = "wall", .help = "wall",
	.field = wall_fields, .fields = COUNT_OF(wall_fields), .title = "name", .sort = "name", .access = TEST_ACCESS,
	.derive = (const struct derivation *const[]){ &wall_load }, .derives = 1,
};

#define STONE_SECTION_SHAPE { "形", "Shape" }
#define STONE_SECTION_PLACE { "場所", "Place" }
#define STONE_SECTION_BURDEN { "負担", "Burden" }
static const struct choice stone_kinds[] = {
	{ 1, "granite", { "花崗岩", "Granite" }, { "かたい石。", "A hard stone." }, (const char *const[]){ "御影石", NULL }, TONE_GREEN },
	{ 2, "tuff", { "凝灰岩", "Tuff" }, { NULL, NULL }, NULL, TONE_YELLOW },
	{ 5, "basalt", { "玄武岩", "Basalt" }, { NULL, NULL }, NULL, TONE_GREY },
};
static const struct choice stone_marks[] = {
	{ 0, "circle", { "丸印", "Circle" }, { NULL, NULL }, NULL, 0 },
	{ 1, "cross", { "十字", "Cross" }, { NULL, NULL }, NULL, 0 },
	{ 62, "wave", { "波", "Wave" }, { NULL, NULL }, (const char *const[]){ "波・うねり/渦", NULL }, 0 },
};
static const struct choice stone_levels[] = {
	{ 1, "1", { "1：もろい", "1: weak" }, { NULL, NULL }, NULL, TONE_RED },
	{ 2, "2", { "ふつう", "middling" }, { NULL, NULL }, NULL, TONE_YELLOW },
	{ 3, "3", { "かたい", "hard" }, { NULL, NULL }, NULL, TONE_GREEN },
};
/* volume = width × height, and a text that stands in a place of its own */
static void stone_local(const struct reg *r, struct row *row)
{
	int width = reg_field(r, "width"), height = reg_field(r, "height"), volume = reg_field(r, "volume"), size = reg_field(r, "size");
	row->v[volume] = row->v[size] = (struct value){ .known = false };
	if (!row->v[width].known || !row->v[height].known)
		return;
	row->v[volume] = (struct value){ .known = true, .i = row->v[width].i * row->v[height].i };
	static _Thread_local char text[40];
	snprintf(text, sizeof text, "%lldx%lld", (long long)row->v[width].i, (long long)row->v[height].i);
	row->v[size] = (struct value){ .known = true, .s = str_of(text) };
}
static const struct derivation stone_shape = { .fields = (const char *const[]){ "volume", "size", NULL }, .local = stone_local };
static const struct derivation stone_burden = {
	.fields = (const char *const[]){ "burden_computed", "burden", NULL },
	.sql = "SELECT t.id, t.computed, COALESCE(t.settled, t.computed) FROM (SELECT s.id, s.wall, s.burden_set AS settled,"
	       " w.load AS computed FROM test_stone s LEFT JOIN test_wall w ON w.id = s.wall) t",
	.depends = (const struct dependency[]){ { "wall", "wall", READS("load") } }, .dependencies = 1,
};
static const struct field stone_fields[] = {
	{ .name = "name", .label = { "石の名前", "Stone" }, .hint = { "刻んだ名前。", "The name cut into it." }, .type = FIELD_TEXT, .max = 40,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = STONE_SECTION_SHAPE,
	  .alias = (const char *const[]){ "名称", NULL } },
	{ .name = "kind", .label = { "石の種類", "Kind" }, .type = FIELD_CHOICE, .choice = stone_kinds, .choices = 3,
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = STONE_SECTION_SHAPE },
	{ .name = "marks", .label = { "刻印", "Marks" }, .type = FIELD_MULTI, .choice = stone_marks, .choices = 3, .flags = FIELD_FILTER,
	  .section = STONE_SECTION_SHAPE },
	{ .name = "hardness", .label = { "かたさ", "Hardness" }, .type = FIELD_SCALE, .min = 1, .max = 3, .choice = stone_levels, .choices = 3,
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = STONE_SECTION_SHAPE },
	{ .name = "carved", .label = { "加工", "Carved" }, .type = FIELD_YES_NO, .flags = FIELD_FILTER, .section = STONE_SECTION_SHAPE },
	{ .name = "width", .label = { "幅", "Width" }, .type = FIELD_INTEGER, .min = 1, .max = 5000, .section = STONE_SECTION_SHAPE },
	{ .name = "height", .label = { "高さ", "Height" }, .type = FIELD_INTEGER, .min = 1, .max = 5000, .section = STONE_SECTION_SHAPE },
	{ .name = "volume", .label = { "大きさ", "Volume" }, .type = FIELD_INTEGER, .flags = FIELD_SORT, .derived = &stone_shape,
	  .formula = { "幅 × 高さ", "width × height" }, .section = STONE_SECTION_SHAPE },
	{ .name = "size", .label = { "寸法", "Size" }, .type = FIELD_TEXT, .derived = &stone_shape, .formula = { "幅x高さ", "width x height" },
	  .section = STONE_SECTION_SHAPE },
	{ .name = "weight", .label = { "重さ", "Weight" }, .type = FIELD_DECIMAL, .decimals = 1, .flags = FIELD_SORT, .section = STONE_SECTION_SHAPE },
	{ .name = "serial", .label = { "番号", "Serial" }, .type = FIELD_TEXT, .max = 20, .flags = FIELD_UNIQUE, .section = STONE_SECTION_SHAPE },
	{ .name = "price", .label = { "代金", "Price" }, .type = FIELD_MONEY, .min = 0, .max = 1000000000, .flags = FIELD_SORT | FIELD_FILTER,
	  .section = STONE_SECTION_SHAPE },
	{ .name = "quarried", .label = { "切り出した日", "Quarried on" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT | FIELD_LIST,
	  .section = STONE_SECTION_SHAPE },
	{ .name = "link", .label = { "資料", "Paper" }, .type = FIELD_URL, .section = STONE_SECTION_SHAPE },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .flags = FIELD_SEARCH, .section = STONE_SECTION_SHAPE },
	{ .name = "yard", .label = { "作業場", "Yard" }, .type = FIELD_UNIT, .target = "yard",
	  .flags = FIELD_OWNER | FIELD_FILTER | FIELD_LIST | FIELD_GROW, .section = STONE_SECTION_PLACE },
	{ .name = "wall", .label = { "石垣", "Wall" }, .type = FIELD_REFERENCE, .target = "wall", .flags = FIELD_KEY | FIELD_FILTER | FIELD_LIST | FIELD_GROW,
	  .section = STONE_SECTION_PLACE },
	{ .name = "mason", .label = { "積んだ人", "Mason" }, .type = FIELD_PERSON, .target = "mason", .flags = FIELD_FILTER,
	  .section = STONE_SECTION_PLACE },
	{ .name = "sign", .label = { "合言葉", "Pass word" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_SECRET, .section = STONE_SECTION_PLACE },
	{ .name = "giver", .label = { "寄進した人", "Giver" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_PRIVATE, .section = STONE_SECTION_PLACE },
	{ .name = "checked_on", .label = { "点検日", "Checked on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_SORT,
	  .section = STONE_SECTION_PLACE },
	{ .name = "burden", .label = { "負担", "Burden" }, .type = FIELD_INTEGER, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .derived = &stone_burden, .formula = { "決めた値。なければ石垣の荷重", "The settled value, or else the wall's load" },
	  .settled_by = "burden_set", .reason_field = "burden_reason", .computed = "burden_computed", .section = STONE_SECTION_BURDEN },
	{ .name = "burden_computed", .label = { "石垣の荷重", "The wall's load" }, .type = FIELD_INTEGER, .derived = &stone_burden,
	  .formula = { "石垣の荷重", "The wall's load" }, .section = STONE_SECTION_BURDEN },
	{ .name = "burden_set", .label = { "決めた負担", "Settled burden" }, .type = FIELD_INTEGER, .flags = FIELD_SETTLE,
	  .section = STONE_SECTION_BURDEN },
	{ .name = "burden_reason", .label = { "負担を決めた理由", "Reason for the burden" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_SETTLE,
	  .section = STONE_SECTION_BURDEN },
};
/* A stone wider than 4,000 must not be of tuff. */
static void stone_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	int width = reg_field(&test_stone, "width"), kind = reg_field(&test_stone, "kind");
	if (after->v[width].known && after->v[width].i > 4000 && after->v[kind].known && after->v[kind].i == 2)
		error_add(errors, width, NOTE(MSG_VALUE_RANGE, ARG_I(after->v[width].i), ARG_I(1), ARG_I(4000)));
}
/* Stones are of granite unless somebody says otherwise. */
static void stone_fill(struct reg_ctx *ctx, struct row *row)
{
	(void)ctx;
	int kind = reg_field(&test_stone, "kind");
	if (!row->v[kind].known)
		row->v[kind] = (struct value){ .known = true, .i = 1 };
}
static const struct reg_hooks stone_hooks = { .check = stone_check, .fill = stone_fill };
const struct reg test_stone = {
	.name = "stone", .room = "test", .table = "test_stone", .code = "STN", .label = { "石", "Stones" },
	.about = { "石垣を作る石。", "What walls are made of." }, .empty = { "石を登録してください。", "Add a stone." }, .icon = "box", .help = "stone",
	.field = stone_fields, .fields = COUNT_OF(stone_fields), .title = "name", .sort = "name", .access = TEST_ACCESS,
	.derive = (const struct derivation *const[]){ &stone_shape, &stone_burden }, .derives = 2, .hooks = &stone_hooks,
	.index = (const char *const[]){ "kind,hardness", NULL },
};
static const struct reg *const test_regs[] = { &test_yard, &test_mason, &test_wall, &test_stone };

static const struct setting test_settings_table[] = {
	{ .key = "test.factor", .label = { "係数", "Factor" }, .section = { "試験", "Test" }, .type = FIELD_INTEGER, .min = 1, .max = 1000,
	  .value = 10, .recompute = true, .need = NEED_SETTINGS },
	{ .key = "test.motto", .label = { "標語", "Motto" }, .section = { "試験", "Test" }, .type = FIELD_TEXT, .max = 20, .text = "石の上にも三年",
	  .need = NEED_SETTINGS },
};

/* ---- the office ---- */

static char test_dir[256];
static struct db *db;
static struct arena *mem;
static uint8_t test_key[32] = { 7 };
static struct principal lead, contact, admin, auditor; /* contact: of the yard made first, and below */
static struct reg_view yard, mason, wall, stone;
static int64_t north, south;                           /* two yards */

static UNUSED struct principal person_of(enum access_role role, int64_t unit, const char *name)
{
	struct principal p = { .kind = PRINCIPAL_ACCOUNT, .id = 10 + role, .account_id = 10 + role, .name = str_of(name), .lang = LANG_JA,
		.grants = 1, .needs = role == ROLE_ADMINISTRATOR ? NEED_SIGNED_IN | NEED_ADMIN | NEED_SETTINGS
		                    : role == ROLE_LEAD ? NEED_SIGNED_IN | NEED_SETTINGS : NEED_SIGNED_IN };
	p.grant[0] = (struct grant){ .role = role, .unit_id = unit };
	return p;
}

static UNUSED struct reg_ctx ctx_of(const struct principal *p)
{
	return (struct reg_ctx){ .arena = mem, .by = p, .key = test_key };
}

/* Values by name and text: SAVE(view, id, "name", "大石", "kind", "花崗岩"). */
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

static UNUSED int save_by(const struct principal *p, const struct change *c, struct written *ret)
{
	struct reg_ctx ctx = ctx_of(p);
	return reg_save(db, &ctx, c, ret);
}

/* Must succeed; gives the id. */
static UNUSED int64_t made(const struct change *c)
{
	struct written w;
	int e = save_by(&lead, c, &w);
	if (e < 0)
		fail_msg("%s: %s %.*s", c->view->reg->name, err_name(e),
		         STR_FMT(w.errors.n ? note_str(mem, LANG_EN, &w.errors.error[0].why) : STR("")));
	return w.id;
}
static UNUSED int64_t made_of(struct change c)
{
	return made(&c);
}
#define MADE(view, ...) made_of(CHANGE((view), 0, __VA_ARGS__))

/* Any function with a context, as one write: WRITE(fn, &arg). */
static UNUSED int64_t number_of(const char *constant)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, constant);
	int64_t n = -1;
	int e = db_get_i64(c, &q, &n);
	if (e < 0)
		fail_msg("%s: %s %.*s", constant, err_name(e), STR_FMT(db_error(c)));
	db_read_end(db, &c);
	return n;
}

static UNUSED struct str text_of(const char *constant)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, constant);
	struct str s = STR_NULL;
	int e = db_get_str(c, &q, &s);
	if (e < 0)
		fail_msg("%s: %s", constant, err_name(e));
	db_read_end(db, &c);
	return s;
}

static UNUSED struct row row_of(const struct reg_view *v, int64_t id)
{
	struct db_conn *c = db_read_begin(db);
	struct row row;
	struct row_facts facts;
	int e = row_load(c, mem, v, id, &row, &facts);
	db_read_end(db, &c);
	if (e < 0)
		fail_msg("%s %lld: %s", v->reg->name, (long long)id, err_name(e));
	return row;
}

static UNUSED struct value at(const struct reg_view *v, const struct row *row, const char *field)
{
	return row->v[reg_view_field(v, str_of(field))];
}

/* The last entry of the trail for a row. */
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

static UNUSED void views_load(void)
{
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &test_yard, &yard), 0);
	assert_int_equal(reg_view_load(c, mem, &test_mason, &mason), 0);
	assert_int_equal(reg_view_load(c, mem, &test_wall, &wall), 0);
	assert_int_equal(reg_view_load(c, mem, &test_stone, &stone), 0);
	db_read_end(db, &c);
}

static UNUSED int seed_job(struct db_conn *c, void *arg)
{
	(void)arg;
	return setting_seed(c, mem);
}

static UNUSED int office_up(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(test_dir, sizeof test_dir, "%s/ishigaki-register-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(test_dir))
		die("mkdtemp %s", test_dir);
	mem = arena_new(LIMIT_ARENA);
	struct str why;
	if (reg_declare(test_regs, COUNT_OF(test_regs), &why) < 0)
		fail_msg("%.*s", STR_FMT(why));
	const struct setting *tables[] = { test_settings_table };
	const size_t counts[] = { COUNT_OF(test_settings_table) };
	setting_declare(tables, counts, 1);
	struct buf b;
	buf_init(&b, LIMIT_PAGE);
	for (size_t i = 0; i < COUNT_OF(test_regs); i++) {
		reg_schema(&b, test_regs[i]);
		search_schema(&b, test_regs[i]);
	}
	char *tables_sql = buf_take(&b, NULL);
	const struct db_migration m[] = { { 1, "trail", audit_schema }, { 2, "auth", auth_schema }, { 3, "engine", register_schema },
		{ 4, "imports", import_schema }, { 5, "registers", tables_sql } };
	struct db_options o = { .path = str_printf(mem, "%s/office.db", test_dir), .create = true };
	struct note note;
	assert_int_equal(db_open(&o, &db, &note), 0);
	if (db_migrate(db, m, COUNT_OF(m), NULL, NULL, &note) < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &note)));
	free(tables_sql);
	assert_int_equal(db_write(db, seed_job, NULL), 0);
	lead = person_of(ROLE_LEAD, 0, "Lead");
	admin = person_of(ROLE_ADMINISTRATOR, 0, "Administrator");
	auditor = person_of(ROLE_AUDITOR, 0, "Auditor");
	views_load();
	north = MADE(&yard, "name", "北の作業場");
	south = MADE(&yard, "name", "南の作業場");
	contact = person_of(ROLE_CONTACT, north, "Contact");
	return 0;
}

static UNUSED int office_down(void **state)
{
	(void)state;
	db_closep(&db);
	arena_freep(&mem);
	DIR *d = opendir(test_dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		char path[600];
		snprintf(path, sizeof path, "%s/%s", test_dir, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(test_dir);
	return 0;
}

#define OFFICE_TEST(f) cmocka_unit_test_setup_teardown(f, office_up, office_down)

#endif
