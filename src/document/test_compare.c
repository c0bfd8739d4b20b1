/* Old and new: nothing of either text is lost, what belongs together stands side by side, and hostile texts stay bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "document/compare.h"

static struct arena *mem;

static struct compare_row *rows;
static size_t n;

static void compare(const char *old, const char *new)
{
	compare_texts(mem, str_of(old), str_of(new), &rows, &n);
}

static void is(size_t i, enum compare_kind kind, const char *old, const char *new)
{
	assert_true(i < n);
	assert_int_equal(rows[i].kind, kind);
	assert_true(str_eq_z(rows[i].old, old));
	assert_true(str_eq_z(rows[i].new, new));
}

static void clauses_are_compared_one_by_one(void **state)
{
	(void)state;
	compare("# 総則\n第1条 目的を定める。\n第2条 社外のファイルストレージを利用してはならない。\n第3条 罰則を定める。",
	        "# 総則\n第1条 目的を定める。\n第2条 会社が定めたもの以外のファイルストレージを利用してはならない。\n第3条 罰則を定める。\n第4条 毎年見直す。");
	assert_int_equal(n, 5);
	is(0, COMPARE_SAME, "# 総則", "# 総則");
	is(1, COMPARE_SAME, "第1条 目的を定める。", "第1条 目的を定める。");
	is(2, COMPARE_CHANGED, "第2条 社外のファイルストレージを利用してはならない。", "第2条 会社が定めたもの以外のファイルストレージを利用してはならない。");
	is(3, COMPARE_SAME, "第3条 罰則を定める。", "第3条 罰則を定める。");
	is(4, COMPARE_ADDED, "", "第4条 毎年見直す。");
	compare("第1条 一。\n第2条 古い決まり。\n第3条 三。", "第1条 一。\n第3条 三。");
	assert_int_equal(n, 3);
	is(1, COMPARE_REMOVED, "第2条 古い決まり。", "");
}

static void what_changed_is_cut_between_characters(void **state)
{
	(void)state;
	compare("第1条 あい。", "第1条 あう。");
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].kind, COMPARE_CHANGED);
	/* い and う share two of their three bytes. */
	assert_true(str_eq_z(str_sub(rows[0].old, rows[0].prefix, rows[0].old.n - rows[0].prefix - rows[0].suffix), "い"));
	assert_true(str_eq_z(str_sub(rows[0].new, rows[0].prefix, rows[0].new.n - rows[0].prefix - rows[0].suffix), "う"));
	compare("第1条 ああ。", "第1条 あああ。");
	assert_true(rows[0].prefix + rows[0].suffix <= rows[0].old.n);
}

static void an_article_keeps_its_further_lines(void **state)
{
	(void)state;
	compare("第1条 本文。\nただし書き。\n\n- 項目", "第1条 本文。\nただし書き。\n\n- 項目");
	assert_int_equal(n, 2);
	is(0, COMPARE_SAME, "第1条 本文。\nただし書き。", "第1条 本文。\nただし書き。");
	compare("", "");
	assert_int_equal(n, 0);
	compare("", "第1条 新しい。");
	assert_int_equal(n, 1);
	is(0, COMPARE_ADDED, "", "第1条 新しい。");
}

/* Read down one side, a text's clauses are all there, in their order. */
static size_t letters(bool old)
{
	size_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		struct str s = old ? rows[i].old : rows[i].new;
		for (size_t k = 0; k < s.n; k++)
			sum += s.p[k] != '\n' && s.p[k] != ' ';
	}
	return sum;
}

static void long_texts_lose_nothing_and_stay_bounded(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf x, y;
	buf_init(&x, 1 << 20);
	buf_init(&y, 1 << 20);
	for (int i = 0; i < 3 * LIMIT_CLAUSES; i++) {
		buf_z(&x, "- a\n");
		buf_z(&y, i % 3 ? "- b\n" : "- a\n");
	}
	compare_texts(mem, buf_view(&x), buf_view(&y), &rows, &n);
	assert_true(n <= 2 * LIMIT_CLAUSES + 2);
	assert_int_equal(letters(true), 3 * LIMIT_CLAUSES * 2);
	assert_int_equal(letters(false), 3 * LIMIT_CLAUSES * 2);
	/* Bytes that are no UTF-8 are compared like others. */
	compare("\x80\x80\x80", "\x80\xff\x80");
	assert_int_equal(letters(true), 3);
	assert_int_equal(letters(false), 3);
}

static int up(void **state)
{
	(void)state;
	mem = arena_new(LIMIT_ARENA);
	return 0;
}

static int down(void **state)
{
	(void)state;
	arena_freep(&mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(clauses_are_compared_one_by_one, up, down), cmocka_unit_test_setup_teardown(what_changed_is_cut_between_characters, up, down),
		cmocka_unit_test_setup_teardown(an_article_keeps_its_further_lines, up, down), cmocka_unit_test_setup_teardown(long_texts_lose_nothing_and_stay_bounded, up, down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
