/* Own fields: made, filled, changed, retired; settings beside them. */
#include "register/own_field.h"
#include "register/test_support.h"

struct work {
	int (*fn)(struct reg_ctx *ctx, struct work *w);
	const struct principal *by;
	struct own_field f;
	struct str name;
	bool retired;
	struct note why;
};
static int work_job(struct db_conn *c, void *arg)
{
	struct work *w = arg;
	struct reg_ctx ctx = ctx_of(w->by);
	ctx.conn = c;
	return w->fn(&ctx, w);
}
static int create(struct reg_ctx *ctx, struct work *w)
{
	return own_field_create(ctx, &test_stone, &w->f, &w->name, &w->why);
}
static int change_(struct reg_ctx *ctx, struct work *w)
{
	return own_field_change(ctx, &test_stone, &w->f, &w->why);
}
static int retire(struct reg_ctx *ctx, struct work *w)
{
	return own_field_retire(ctx, &test_stone, w->name, w->retired, &w->why);
}

static void kept_in_the_row(void **state)
{
	(void)state;
	struct work colour = { .fn = create, .by = &admin, .f = { .label_ja = STR(" 色 "), .type = FIELD_CHOICE, .choices = 2,
		.choice = { { STR("白"), STR("white") }, { STR("黒"), STR("black") } } } };
	assert_int_equal(db_write(db, work_job, &colour), 0);
	struct work length = { .fn = create, .by = &admin, .f = { .label_ja = STR("長さ"), .label_en = STR("Length"), .type = FIELD_DECIMAL,
		.decimals = 1 } };
	assert_int_equal(db_write(db, work_job, &length), 0);
	struct work memo = { .fn = create, .by = &admin, .f = { .label_ja = STR("メモ"), .type = FIELD_TEXT } };
	assert_int_equal(db_write(db, work_job, &memo), 0);
	views_load();
	assert_int_equal(stone.fields, stone.own_from + 3);
	assert_string_equal(stone.field[stone.own_from]->label.ja, "色");
	int64_t id = MADE(&stone, "name", "石", colour.name.p, "黒", length.name.p, "1.5", memo.name.p, "\"引用\" と </script>");
	struct row row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, colour.name.p).i, 2);
	assert_int_equal(at(&stone, &row, length.name.p).i, 15);
	assert_true(str_eq(at(&stone, &row, memo.name.p).s, STR("\"引用\" と </script>")));
	struct change c = CHANGE(&stone, id, memo.name.p, "");
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_true(w.changed);
	assert_int_equal(last_entry(id).changes, 1);
	row = row_of(&stone, id);
	assert_false(at(&stone, &row, memo.name.p).known);
	assert_int_equal(at(&stone, &row, colour.name.p).i, 2);
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_false(w.changed);
	struct value v = { .known = true, .i = 9 };
	c = CHANGE(&stone, id, "name", "石");
	change_set(&c, reg_view_field(&stone, colour.name), v);
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	/* retired: out of sight, value kept; a change meanwhile does not lose it */
	struct work gone = { .fn = retire, .by = &admin, .name = colour.name, .retired = true };
	assert_int_equal(db_write(db, work_job, &gone), 0);
	views_load();
	assert_int_equal(stone.fields, stone.own_from + 2);
	c = CHANGE(&stone, id, length.name.p, "2");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	gone.retired = false;
	assert_int_equal(db_write(db, work_job, &gone), 0);
	views_load();
	row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, colour.name.p).i, 2);
	assert_int_equal(at(&stone, &row, length.name.p).i, 20);
	/* new labels, one more choice; none can go */
	struct work more = { .fn = change_, .by = &admin, .f = colour.f };
	more.f.name = colour.name;
	more.f.label_ja = STR("いろ");
	more.f.choice[2].ja = STR("灰");
	more.f.choices = 3;
	assert_int_equal(db_write(db, work_job, &more), 0);
	more.f.choices = 1;
	assert_int_equal(db_write(db, work_job, &more), ERR_INVALID);
	views_load();
	assert_int_equal(stone.field[stone.own_from]->choices, 3);
	assert_string_equal(stone.field[stone.own_from]->label.ja, "いろ");
}

static void refused(void **state)
{
	(void)state;
	struct work w = { .fn = create, .by = &contact, .f = { .label_ja = STR("色"), .type = FIELD_TEXT } };
	assert_int_equal(db_write(db, work_job, &w), ERR_DENIED);
	w.by = &admin;
	w.f.type = FIELD_REFERENCE;
	assert_int_equal(db_write(db, work_job, &w), ERR_INVALID);
	w.f.type = FIELD_CHOICE;
	assert_int_equal(db_write(db, work_job, &w), ERR_INVALID);
	w.f.type = FIELD_TEXT;
	w.f.label_ja = STR("石の 種類");
	assert_int_equal(db_write(db, work_job, &w), ERR_INVALID); /* a field of the register is called so */
	w.f.type = FIELD_DECIMAL;
	w.f.label_ja = STR("長さ");
	for (w.f.decimals = 0; w.f.decimals < 10; w.f.decimals += 9)
		assert_int_equal(db_write(db, work_job, &w), ERR_INVALID);
	w.f.type = FIELD_TEXT;
	w.f.label_ja = STR(" ");
	assert_int_equal(db_write(db, work_job, &w), ERR_INVALID);
	for (int i = 0; i < LIMIT_OWN_FIELDS; i++) {
		w.f.label_ja = str_printf(mem, "項目%d", i);
		assert_int_equal(db_write(db, work_job, &w), 0);
	}
	w.f.label_ja = STR("もうひとつ");
	assert_int_equal(db_write(db, work_job, &w), ERR_LIMIT);
	struct own_field *list;
	size_t n;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(own_field_list(c, mem, &test_stone, &list, &n), 0);
	assert_int_equal(n, LIMIT_OWN_FIELDS);
	db_read_end(db, &c);
	/* The page lists what is in use and what is not. */
	struct work gone = { .fn = retire, .by = &admin, .name = list[0].name, .retired = true };
	assert_int_equal(db_write(db, work_job, &gone), 0);
	c = db_read_begin(db);
	assert_int_equal(own_field_list(c, mem, &test_stone, &list, &n), 0);
	assert_int_equal(n, LIMIT_OWN_FIELDS);
	assert_true(!list[0].retired && list[n - 1].retired && str_eq(list[n - 1].name, gone.name));
	db_read_end(db, &c);
}

static int write_settings(struct db_conn *c, void *arg)
{
	(void)arg;
	struct reg_ctx ctx = ctx_of(&admin);
	ctx.conn = c;
	struct note why;
	int64_t moved = 0;
	assert_int_equal(setting_write(&ctx, STR("test.motto"), STR("点滴石を穿つ"), &why, &moved), 0);
	assert_int_equal(setting_write(&ctx, STR("test.factor"), STR("１５"), &why, &moved), 0);
	assert_int_equal(setting_write(&ctx, STR("test.factor"), STR("たくさん"), &why, &moved), ERR_INVALID);
	assert_int_equal(setting_write(&ctx, STR("test.nothing"), STR("1"), &why, &moved), ERR_NOT_FOUND);
	return setting_seed(c, mem); /* keeps what stands */
}

static void settings(void **state)
{
	(void)state;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(setting_i64(c, "test.factor"), 10);
	assert_true(str_eq(setting_str(c, mem, "test.motto"), STR("石の上にも三年")));
	db_read_end(db, &c);
	assert_int_equal(db_write(db, write_settings, NULL), 0);
	c = db_read_begin(db);
	assert_int_equal(setting_i64(c, "test.factor"), 15);
	assert_true(str_eq(setting_str(c, mem, "test.motto"), STR("点滴石を穿つ")));
	db_read_end(db, &c);
	assert_int_equal(number_of("SELECT count(*) FROM setting"), 2);
	assert_ptr_equal(setting_find(STR("test.motto")), setting_at(1));
	assert_null(setting_at(2));
}

int main(void)
{
	const struct CMUnitTest tests[] = { OFFICE_TEST(kept_in_the_row), OFFICE_TEST(refused), OFFICE_TEST(settings) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
