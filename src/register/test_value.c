/* Values from text and to text, as people and files write them. */
#include "register/test_support.h"

static const struct field *field_named(const char *name)
{
	return &stone_fields[reg_field(&test_stone, name)];
}

static struct value parsed(const char *field, const char *text)
{
	struct value v;
	struct note why;
	if (value_parse(field_named(field), mem, str_of(text), LANG_JA, &v, &why) < 0)
		fail_msg("%s: '%s' was refused: %.*s", field, text, STR_FMT(note_str(mem, LANG_JA, &why)));
	return v;
}

static void refused(const char *field, const char *text)
{
	struct value v;
	struct note why = NOTE0(MSG_NONE);
	if (value_parse(field_named(field), mem, str_of(text), LANG_JA, &v, &why) != ERR_INVALID)
		fail_msg("%s: '%s' was taken", field, text);
	assert_false(v.known);
	assert_true(note_str(mem, LANG_JA, &why).n > 0 && note_str(mem, LANG_EN, &why).n > 0);
}

static void written(const char *field, struct value v, enum value_form form, enum lang lang, const char *expected)
{
	struct str s = value_str(mem, field_named(field), &v, form, lang);
	if (!str_eq_z(s, expected))
		fail_msg("%s: '%.*s' instead of '%s'", field, STR_FMT(s), expected);
}

static int up(void **state)
{
	(void)state;
	mem = arena_new(LIMIT_ARENA);
	struct str why;
	return reg_declare(test_regs, COUNT_OF(test_regs), &why);
}

static int down(void **state)
{
	(void)state;
	arena_freep(&mem);
	return 0;
}

static void texts(void **state)
{
	(void)state;
	assert_true(str_eq(parsed("name", "　 石　の 名 \t").s, STR("石　の 名"))); /* the inside is the person's */
	assert_true(str_eq(parsed("note", "一\r\n二\r三").s, STR("一\n二\n三")));
	assert_true(str_eq(parsed("name", "\xEF\xA8\x99").s, STR("\xEF\xA8\x99"))); /* 神 as its compatibility form */
	assert_false(parsed("name", " 　 ").known);
	assert_true(parsed("name", "-").known); /* a text may be a dash */
	refused("name", "a\x01");
	refused("name", "\xFF");
	refused("name", "12345678901234567890123456789012345678901");
	parsed("name", "あいうえおあいうえおあいうえおあいうえおあいうえおあいうえおあいうえおあいうえお"); /* 40 characters, not bytes */
	parsed("link", "https://example.jp/");
	parsed("link", "HTTP://example.jp/");
	refused("link", "javascript:alert(1)");
	refused("link", "https://a b");
	refused("link", "example.jp");
}

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(parsed("width", "１２").i, 12);
	assert_int_equal(parsed("width", " 1,234 ").i, 1234);
	assert_int_equal(parsed("price", "￥12,000").i, 12000);
	assert_int_equal(parsed("price", "12000円").i, 12000);
	assert_int_equal(parsed("weight", "1.5").i, 15);
	assert_int_equal(parsed("weight", "-2").i, -20);
	assert_int_equal(parsed("width", "3.0").i, 3);
	assert_false(parsed("width", "-").known);
	refused("width", "0");
	refused("width", "5001");
	refused("width", "1.5");
	refused("width", "十二");
	refused("weight", "1.23");
	refused("price", "1000000001");
	written("price", (struct value){ .known = true, .i = 1234567 }, FORM_VIEW, LANG_JA, "1,234,567円");
	written("price", (struct value){ .known = true, .i = 1234567 }, FORM_FILE, LANG_JA, "1234567");
	written("weight", (struct value){ .known = true, .i = 125 }, FORM_API, LANG_JA, "12.5");
	written("width", (struct value){ .known = true, .i = 2026 }, FORM_VIEW, LANG_JA, "2026");
}

static void dates(void **state)
{
	(void)state;
	static const char *const same[] = { "2026-04-01", "2026/4/1", "2026.4.1", "20260401", "2026年4月1日", "令和8年4月1日", "R8.4.1",
		"２０２６／４／１", "2026/04/01 00:00:00" };
	for (size_t i = 0; i < COUNT_OF(same); i++)
		assert_true(str_eq(parsed("quarried", same[i]).s, STR("2026-04-01")));
	refused("quarried", "2026-02-30");
	refused("quarried", "来年");
}

static void choices(void **state)
{
	(void)state;
	static const char *const granite[] = { "1", "granite", "花崗岩", "Granite", "GRANITE", "御影石", "１", "1:花崗岩", "1：御影石", "1 花崗岩",
		" 花 崗 岩 ", "花崗岩：かたい", "1：", "1.花崗岩（白い）", "１：御影石 白いもの", "1花崗岩" };
	for (size_t i = 0; i < COUNT_OF(granite); i++)
		assert_int_equal(parsed("kind", granite[i]).i, 1);
	refused("kind", "3");
	refused("kind", "大理石");
	static const char *const three[] = { "3", "３", "3:かたい", "3：かたい", "3 かたい", "かたい", "hard", "3.0", "3：刃が立たない（いつでも）" };
	for (size_t i = 0; i < COUNT_OF(three); i++)
		assert_int_equal(parsed("hardness", three[i]).i, 3);
	refused("hardness", "4");
	refused("hardness", "4:それ以上");
	refused("hardness", "30");
	/* A number decides nothing when what stands behind it does not bear it out. */
	static const char *const doubtful[] = { "1.5", "2.9", "1-2", "1 or 2", "1、2", "1,2", "1・1", "2：かたい", "3：もろい", "1～2", "3：1か2",
		"3：かたい、2：ふつう", "2：かた",  "3 かたくない" };
	for (size_t i = 0; i < COUNT_OF(doubtful); i++)
		refused("hardness", doubtful[i]);
	static const char *const one[] = { "1：もろい", "1:もろい（砂岩など）", "1：もろ", "1 もろい", "もろい", "1" };
	for (size_t i = 0; i < COUNT_OF(one); i++)
		assert_int_equal(parsed("hardness", one[i]).i, 1);
	const int64_t both = (int64_t)1 | (int64_t)1 << 62;
	static const char *const two[] = { "丸印,波", "丸印、波", "circle, wave", "丸印・波", "丸印；波", "丸印\n波", "0,62" };
	for (size_t i = 0; i < COUNT_OF(two); i++)
		assert_int_equal(parsed("marks", two[i]).i, both);
	assert_false(parsed("marks", "、").known);
	refused("marks", "丸印,三角");
	/* A name may itself hold what separates names. */
	assert_int_equal(parsed("marks", "丸印・波・うねり/渦").i, both);
	assert_int_equal(parsed("marks", "波・うねり/渦、丸印").i, both);
	refused("marks", "丸印・うねり/渦");
	written("kind", (struct value){ .known = true, .i = 1 }, FORM_VIEW, LANG_JA, "花崗岩");
	written("kind", (struct value){ .known = true, .i = 1 }, FORM_API, LANG_JA, "granite");
	written("kind", (struct value){ .known = true, .i = 1 }, FORM_FILE, LANG_EN, "Granite");
	written("hardness", (struct value){ .known = true, .i = 3 }, FORM_VIEW, LANG_JA, "3：かたい");
	written("hardness", (struct value){ .known = true, .i = 1 }, FORM_VIEW, LANG_JA, "1：もろい"); /* not "1：1：もろい" */
	written("hardness", (struct value){ .known = true, .i = 3 }, FORM_FILE, LANG_JA, "3");
	written("marks", (struct value){ .known = true, .i = both }, FORM_API, LANG_JA, "circle,wave");
	written("marks", (struct value){ .known = true, .i = both }, FORM_VIEW, LANG_JA, "丸印、波");
}

static void yes_no_unknown(void **state)
{
	(void)state;
	static const char *const yes[] = { "有", "○", "◯", "あり", "有り", "はい", "yes", "YES", "1", "true", "Ｙ" };
	static const char *const no[] = { "無", "×", "なし", "いいえ", "no", "0", "false", "Ｎｏ" };
	static const char *const unknown[] = { "", " ", "不明", "?", "－" };
	for (size_t i = 0; i < COUNT_OF(yes); i++)
		assert_true(parsed("carved", yes[i]).known && parsed("carved", yes[i]).i == 1);
	for (size_t i = 0; i < COUNT_OF(no); i++)
		assert_true(parsed("carved", no[i]).known && parsed("carved", no[i]).i == 0);
	for (size_t i = 0; i < COUNT_OF(unknown); i++)
		assert_false(parsed("carved", unknown[i]).known);
	static const char *const of_other_types[] = { "kind", "hardness", "width", "weight", "price", "quarried" };
	for (size_t i = 0; i < COUNT_OF(of_other_types); i++)
		assert_false(parsed(of_other_types[i], "不明").known);
	refused("carved", "たぶん");
	written("carved", (struct value){ .known = false }, FORM_VIEW, LANG_JA, "不明");
	written("carved", (struct value){ .known = false }, FORM_FILE, LANG_JA, "");
	written("carved", (struct value){ .known = true, .i = 1 }, FORM_FILE, LANG_JA, "有");
	written("carved", (struct value){ .known = true, .i = 0 }, FORM_API, LANG_JA, "no");
}

/* What one form writes is read back the same, for every type. */
static void round_trips(void **state)
{
	(void)state;
	static const struct { const char *field, *text; } sample[] = { { "name", "石" }, { "kind", "5" }, { "marks", "circle,cross" },
		{ "hardness", "2" }, { "carved", "no" }, { "width", "4999" }, { "weight", "0.1" }, { "price", "98765" }, { "quarried", "2026-01-31" },
		{ "link", "https://example.jp/?a=1&b=2" }, { "note", "一\n二" } };
	for (size_t i = 0; i < COUNT_OF(sample); i++)
		for (int form = FORM_VIEW; form <= FORM_INPUT; form++)
			for (int lang = LANG_JA; lang < LANG__N; lang++) {
				const struct field *f = field_named(sample[i].field);
				struct value v = parsed(sample[i].field, sample[i].text), again;
				struct note why;
				struct str s = value_str(mem, f, &v, (enum value_form)form, (enum lang)lang);
				if (form == FORM_VIEW && f->type == FIELD_MONEY && lang == LANG_EN)
					continue; /* "JPY 1,000" is for reading */
				if (value_parse(f, mem, s, (enum lang)lang, &again, &why) < 0 || !value_eq(f, &v, &again))
					fail_msg("%s: '%.*s' is not read back", f->name, STR_FMT(s));
			}
}

static void references(void **state)
{
	(void)state;
	struct value v = parsed("wall", "#12");
	assert_int_equal(v.i, 12);
	v = parsed("wall", " 天守台 ");
	assert_true(v.known && v.i == 0 && str_eq(v.s, STR("天守台")));
	written("wall", (struct value){ .known = true, .i = 12, .s = STR("天守台") }, FORM_INPUT, LANG_JA, "#12");
	written("wall", (struct value){ .known = true, .i = 12, .s = STR("天守台") }, FORM_FILE, LANG_JA, "天守台");
}

static void match_keys(void **state)
{
	(void)state;
	struct value v[LIMIT_FIELDS] = { { .known = false } };
	struct row row = { .v = v, .values = COUNT_OF(stone_fields) };
	assert_int_equal(reg_match_key(mem, &test_stone, &row).n, 0);
	v[0] = (struct value){ .known = true, .s = STR("ＡＢＣ の石") };
	struct str one = reg_match_key(mem, &test_stone, &row);
	v[0].s = STR("abcの石");
	assert_true(str_eq(one, reg_match_key(mem, &test_stone, &row)));
	v[reg_field(&test_stone, "wall")] = (struct value){ .known = true, .i = 4 };
	assert_false(str_eq(one, reg_match_key(mem, &test_stone, &row)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts), cmocka_unit_test(numbers), cmocka_unit_test(dates), cmocka_unit_test(choices),
		cmocka_unit_test(yes_no_unknown), cmocka_unit_test(round_trips), cmocka_unit_test(references), cmocka_unit_test(match_keys),
	};
	return cmocka_run_group_tests(tests, up, down);
}
