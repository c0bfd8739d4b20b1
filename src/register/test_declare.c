/* reg_declare(): what a description must be. */
#include "register/test_support.h"

static const struct field good_fields[] = {
	{ .name = "name", .label = { "名前", "Name" }, .type = FIELD_TEXT, .flags = FIELD_SORT },
	{ .name = "level", .label = { "段階", "Level" }, .type = FIELD_SCALE, .min = 1, .max = 3, .choice = stone_levels, .choices = 3 },
};

static struct reg reg_with(const struct field *f, size_t n)
{
	return (struct reg){ .name = "thing", .room = "test", .table = "test_thing", .code = "THG", .label = { "物", "Things" },
		.about = { "物。", "Things." }, .empty = { "物を登録してください。", "Add a thing." }, .field = f, .fields = n, .title = "name",
		.sort = "name" };
}

static int declared(const struct reg *r)
{
	const struct reg *const regs[] = { r };
	struct str why = STR("");
	int e = reg_declare(regs, 1, &why);
	assert_true(e == 0 || why.n > 0);
	return e;
}

static void takes_good_ones(void **state)
{
	(void)state;
	struct str why;
	assert_int_equal(reg_declare(test_regs, COUNT_OF(test_regs), &why), 0);
	assert_int_equal(reg_count(), 4);
	assert_ptr_equal(reg_find(STR("stone")), &test_stone);
	assert_null(reg_find(STR("pebble")));
	assert_int_equal(reg_number(&test_wall), 2);
	assert_ptr_equal(reg_at(2), &test_wall);
	assert_null(reg_at(4));
	assert_int_equal(reg_field(&test_stone, "kind"), 1);
	assert_int_equal(reg_field_str(&test_stone, STR("kind")), 1);
	assert_int_equal(reg_field(&test_stone, "no"), -1);
	assert_string_equal(test_stone.field[reg_owner_field(&test_stone)].name, "yard");
	assert_int_equal(reg_owner_field(&test_yard), -1);
	assert_true(reg_info(&test_stone)->rank > reg_info(&test_wall)->rank);
	assert_true(reg_info(&test_yard)->rank > reg_info(&test_wall)->rank);
	assert_int_equal(reg_info(&test_wall)->dependents, 2); /* the stones that point to it, the yards it points to */
	struct reg r = reg_with(good_fields, COUNT_OF(good_fields));
	assert_int_equal(declared(&r), 0);
}

/* One thing wrong at a time. */
static void refuses_bad_registers(void **state)
{
	(void)state;
	struct reg good = reg_with(good_fields, COUNT_OF(good_fields)), r;
	r = good, r.name = "Thing";
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.table = "thing";
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.code = "T";
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.use = "name", r.used = (const int64_t[]){ 1, 0 }; /* no choice */
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.use = "level"; /* and its numbers? */
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.label.en = NULL;
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.empty.ja = "";
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.title = "level";
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.sort = "level";
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.access.ops[0] = 1u << 20;
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.index = (const char *const[]){ "name,nothing", NULL };
	assert_int_equal(declared(&r), ERR_INVALID);
	r = good, r.fields = 0;
	assert_int_equal(declared(&r), ERR_INVALID);
	const struct reg *const twice[] = { &good, &good };
	struct str why;
	assert_int_equal(reg_declare(twice, 2, &why), ERR_INVALID);
}

static const struct derivation nothing = { .fields = (const char *const[]){ "x", NULL }, .sql = "SELECT t.id, 1 FROM test_thing t" };

static void refuses_bad_fields(void **state)
{
	(void)state;
	static const struct choice gap[] = { { 1, "a", { "あ", "a" }, { NULL, NULL }, NULL, 0 }, { 1, "b", { "い", "b" }, { NULL, NULL }, NULL, 0 } };
	static const struct choice mute[] = { { 1, "a", { "あ", NULL }, { NULL, NULL }, NULL, 0 } };
	static const struct choice one[] = { { 1, "a", { "あ", "a" }, { NULL, NULL }, NULL, 0 } };
	const struct field bad[] = {
		{ .name = "order", .label = { "順", "Order" }, .type = FIELD_INTEGER },              /* a word of SQL */
		{ .name = "batch", .label = { "束", "Batch" }, .type = FIELD_INTEGER },              /* the engine's */
		{ .name = "own_1", .label = { "独自", "Own" }, .type = FIELD_INTEGER },
		{ .name = "name", .label = { "名前", "Name" }, .type = FIELD_TEXT },                 /* twice */
		{ .name = "x", .label = { "え", NULL }, .type = FIELD_TEXT },
		{ .name = "x", .label = { "え", "x" }, .hint = { "ひんと", NULL }, .type = FIELD_TEXT },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_CHOICE },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_CHOICE, .choice = gap, .choices = 2 },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_CHOICE, .choice = mute, .choices = 1 },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_SCALE, .min = 1, .max = 4, .choice = stone_levels, .choices = 3 },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_DECIMAL },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .decimals = 2 },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .min = 5, .max = 4 },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_REFERENCE },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_REFERENCE, .target = "nothing" },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_TEXT, .flags = FIELD_OWNER },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_TEXT, .flags = FIELD_GROW },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_TEXT, .flags = FIELD_SECRET | FIELD_SEARCH },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_LONG_TEXT, .flags = FIELD_SORT },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .flags = FIELD_SEARCH },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .yen_if = "nothing", .yen_is = 1 },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .yen_if = "name", .yen_is = 1 }, /* no choice */
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_CHOICE, .choice = one, .choices = 1, .yen_if = "x", .yen_is = 1 },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_DATE, .begins = "nothing" },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_DATE, .begins = "name" },      /* no date */
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_DATE, .begins = "x", .derived = &nothing, .formula = { "式", "f" } },
		{ .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .derived = &nothing }, /* no formula, not listed */
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct field fields[2] = { good_fields[0], bad[i] };
		struct reg r = reg_with(fields, 2);
		if (declared(&r) != ERR_INVALID)
			fail_msg("bad field %zu (%s) was taken", i, bad[i].name);
	}
}

/* Names a reference of the other register that does not lead here; and both ways at once. */
static const struct derivation astray[] = {
	{ .fields = (const char *const[]){ "x", NULL }, .sql = "SELECT t.id, 1 FROM test_a t", .depends = (const struct dependency[]){ { .reg = "b", .back = "x" } }, .dependencies = 1 },
	{ .fields = (const char *const[]){ "x", NULL }, .sql = "SELECT t.id, 1 FROM test_a t", .depends = (const struct dependency[]){ { "b", "x", "x" } }, .dependencies = 1 },
	{ .fields = (const char *const[]){ "x", NULL }, .sql = "SELECT t.id, 1 FROM test_a t", .depends = (const struct dependency[]){ { "b", NULL, READS("nothing") } }, .dependencies = 1 },
};
static void refuses_dependencies_that_lead_nowhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(astray); i++) {
		const struct derivation *const d[] = { &astray[i] };
		struct field fa[2] = { good_fields[0], { .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .derived = &astray[i], .formula = { "式", "f" } } };
		struct reg a = reg_with(fa, 2), b = reg_with(good_fields, 2);
		a.name = "a", a.table = "test_a", a.code = "AA", a.derive = d, a.derives = 1;
		b.name = "b", b.table = "test_b", b.code = "BB";
		const struct reg *const regs[] = { &a, &b };
		struct str why;
		assert_int_equal(reg_declare(regs, 2, &why), ERR_INVALID);
	}
}

/* a depends on b, b on a */
static const struct derivation of_a = { .fields = (const char *const[]){ "x", NULL }, .sql = "SELECT t.id, 1 FROM test_a t",
	.depends = (const struct dependency[]){ { "b", NULL } }, .dependencies = 1 };
static const struct derivation of_b = { .fields = (const char *const[]){ "x", NULL }, .sql = "SELECT t.id, 1 FROM test_b t",
	.depends = (const struct dependency[]){ { "a", NULL } }, .dependencies = 1 };
static void refuses_circles(void **state)
{
	(void)state;
	struct field fa[2] = { good_fields[0], { .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .derived = &of_a, .formula = { "式", "f" } } };
	struct field fb[2] = { good_fields[0], { .name = "x", .label = { "え", "x" }, .type = FIELD_INTEGER, .derived = &of_b, .formula = { "式", "f" } } };
	struct reg a = reg_with(fa, 2), b = reg_with(fb, 2);
	a.name = "a", a.table = "test_a", a.code = "AA", a.derive = (const struct derivation *const[]){ &of_a }, a.derives = 1;
	b.name = "b", b.table = "test_b", b.code = "BB", b.derive = (const struct derivation *const[]){ &of_b }, b.derives = 1;
	const struct reg *const regs[] = { &a, &b };
	struct str why;
	assert_int_equal(reg_declare(regs, 2, &why), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_good_ones), cmocka_unit_test(refuses_bad_registers), cmocka_unit_test(refuses_bad_fields),
		cmocka_unit_test(refuses_dependencies_that_lead_nowhere), cmocka_unit_test(refuses_circles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
