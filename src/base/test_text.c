#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	a = arena_new(64u << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static void validates(void **state)
{
	(void)state;
	assert_true(text_valid(STR("顧客\t台帳\r\n𠮷 é")));
	assert_true(text_valid(STR_NULL));
	static const struct str bad[] = {
		STR_INIT("a\0b"), STR_INIT("\x01"), STR_INIT("\x7f"), STR_INIT("\xc2\x80"), STR_INIT("\x80"), STR_INIT("\xc0\x80"),
		STR_INIT("\xe0\x80\x80"), STR_INIT("\xed\xa0\x80"), STR_INIT("\xf4\x90\x80\x80"), STR_INIT("\xe5\xa7"),
		STR_INIT("\xf0\x80\x80\x80"), STR_INIT("\xff"), STR_INIT("\xef\xbf\xbf"), STR_INIT("\xe5" "abc"),
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(text_valid(bad[i]));
}

static void characters_go_out_and_in(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 100);
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		buf_clear(&b);
		text_put_char(&b, c);
		struct str s = buf_view(&b);
		uint32_t back = 0;
		if (!text_next(&s, &back) || back != c || s.n != 0)
			fail_msg("U+%04X", c);
	}
	struct str bad = STR("\xe5\xa7");
	uint32_t c;
	assert_false(text_next(&bad, &c));
	assert_int_equal(bad.n, 2);
	assert_int_equal(text_chars(STR("委託a𠮷")), 4);
	assert_true(str_eq(text_clip(STR("委託a𠮷"), 3), STR("委託a")));
	assert_true(str_eq(text_clip(STR("委託"), 9), STR("委託")));
	assert_true(str_eq(text_clip(STR("委託"), 0), STR("")));
}

static void folds(void **state)
{
	(void)state;
	static const struct str cases[][2] = {
		{ STR_INIT("ＢＣＰ"), STR_INIT("bcp") },       { STR_INIT("BCP対策"), STR_INIT("bcp対策") },
		{ STR_INIT("ｻｰﾊﾞｰ"), STR_INIT("サーバー") },    { STR_INIT("サーハ\u3099ー"), STR_INIT("サーバー") },
		{ STR_INIT("①㈱"), STR_INIT("1(株)") },         { STR_INIT("　"), STR_INIT(" ") },
		{ STR_INIT("Straße"), STR_INIT("strasse") },   { STR_INIT("葛\U000e0100城"), STR_INIT("葛城") },
		{ STR_INIT("ÉCOLE"), STR_INIT("école") },      { STR_INIT("\xff"), STR_INIT("") },
		{ STR_INIT(""), STR_INIT("") },                { STR_INIT("神"), STR_INIT("神") },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_true(str_eq(text_fold(a, cases[i][0]), cases[i][1]));
}

/* The short way for plain Japanese text must say what the tables say: a variation selector forces the long way. */
static void both_ways_of_folding_agree(void **state)
{
	(void)state;
	for (uint32_t c = 0x20; c < 0x10000; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		CLEANUP(buf_release) struct buf b, forced;
		buf_init(&b, 100);
		buf_init(&forced, 100);
		buf_lit(&b, "か");
		text_put_char(&b, c);
		buf_lit(&b, "a");
		buf_str(&forced, buf_view(&b));
		buf_lit(&forced, "\ufe00");
		if (!str_eq(text_fold(a, buf_view(&b)), text_fold(a, buf_view(&forced))))
			fail_msg("U+%04X", c);
		arena_clear(a);
	}
}

static void makes_match_keys(void **state)
{
	(void)state;
	static const struct str same[][2] = {
		{ STR_INIT("顧客　台帳 "), STR_INIT("顧客台帳") },  { STR_INIT("サ－バ－"), STR_INIT("サーバー") },
		{ STR_INIT("ｻｰﾊﾞｰ"), STR_INIT("サーバー") },        { STR_INIT("IT‐BCP"), STR_INIT("ＩＴ―ｂｃｐ") },
		{ STR_INIT("4〜6月"), STR_INIT("４～６月") },        { STR_INIT("（株）石垣"), STR_INIT("㈱ 石垣") },
		{ STR_INIT("a\u00a0b\nc"), STR_INIT("ABC") },
	};
	for (size_t i = 0; i < COUNT_OF(same); i++)
		assert_true(str_eq(text_match_key(a, same[i][0]), text_match_key(a, same[i][1])));
	assert_false(str_eq(text_match_key(a, STR("顧客")), text_match_key(a, STR("顧客台帳"))));
	assert_false(str_eq(text_match_key(a, STR("ハ")), text_match_key(a, STR("バ"))));
}

static void cleans(void **state)
{
	(void)state;
	assert_true(str_eq(text_clean(a, STR("一\r\n二\r三\n \t　")), STR("一\n二\n三")));
	assert_true(str_eq(text_clean(a, STR("  字下げ")), STR("  字下げ")));
	assert_true(str_eq(text_clean(a, STR("ハ\u3099")), STR("バ")));
	assert_true(str_eq(text_clean(a, STR("神崎\ufa19e\u0301")), STR("神崎\ufa19é"))); /* the name's kanji stays */
	assert_true(str_eq(text_clean(a, STR("ＢＣＰ ｻｰﾊﾞｰ ①")), STR("ＢＣＰ ｻｰﾊﾞｰ ①")));
	assert_true(str_eq(text_clean(a, STR(" \n")), STR("")));
	assert_true(str_eq(text_clean(a, STR("\xff")), STR("")));
}

static void converts_cp932(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b, back, missing;
	buf_init(&b, 1000);
	buf_init(&back, 1000);
	buf_init(&missing, 1000);
	/* 表 and ソ end in a backslash byte; ①, 髙, 﨑 and ㈱ are Microsoft's additions */
	struct str s = STR("表ソ①髙﨑㈱ ｱﾊﾟ～－―∥￠ab\\\r\n");
	text_to_cp932(&b, s, &missing);
	assert_int_equal(missing.n, 0);
	assert_memory_equal(b.p, "\x95\x5c\x83\x5c\x87\x40", 6);
	size_t at = 0;
	assert_int_equal(text_from_cp932(&back, buf_view(&b), &at), 0);
	assert_true(str_eq(buf_view(&back), s));
	buf_clear(&b);
	text_to_cp932(&b, STR("〜−—é𠮷é😀¥"), &missing);
	assert_true(str_eq(buf_view(&missing), STR("é𠮷😀")));
	buf_clear(&back);
	assert_int_equal(text_from_cp932(&back, buf_view(&b), &at), 0);
	assert_true(str_eq(buf_view(&back), STR("～－―〓〓〓〓￥")));
	buf_clear(&b);
	text_to_cp932(&b, STR("é"), NULL);
	assert_true(str_eq(buf_view(&b), STR("\x81\xac")));
	static const struct {
		struct str s;
		size_t at;
	} bad[] = {
		{ STR_INIT("ab\x95"), 2 }, { STR_INIT("\x95\x5c\x95\x20"), 2 }, { STR_INIT("a\xff"), 1 }, { STR_INIT("\x80"), 0 },
		{ STR_INIT("abc\xa0"), 3 }, { STR_INIT("\xfd\xfe"), 0 },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		buf_clear(&back);
		assert_int_equal(text_from_cp932(&back, bad[i].s, &at), ERR_SYNTAX);
		assert_int_equal(at, bad[i].at);
	}
	/* UTF-8 text read as CP932 is refused or becomes something else, never a crash; every pair of bytes is tried */
	for (unsigned lead = 0x80; lead < 0x100; lead++)
		for (unsigned trail = 0; trail < 0x100; trail++) {
			char in[2] = { (char)lead, (char)trail };
			buf_clear(&back);
			if (text_from_cp932(&back, (struct str){ in, 2 }, &at) != 0)
				continue;
			buf_clear(&b);
			text_to_cp932(&b, buf_view(&back), NULL);
			buf_clear(&missing);
			assert_int_equal(text_from_cp932(&missing, buf_view(&b), &at), 0);
			assert_true(str_eq(buf_view(&missing), buf_view(&back)));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(validates, setup, teardown),
		cmocka_unit_test_setup_teardown(characters_go_out_and_in, setup, teardown),
		cmocka_unit_test_setup_teardown(folds, setup, teardown),
		cmocka_unit_test_setup_teardown(both_ways_of_folding_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(makes_match_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(cleans, setup, teardown),
		cmocka_unit_test_setup_teardown(converts_cp932, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
