/* CSV read in this process: quoting, delimiters, encodings, limits. */
#include "helper/csv.h"
#include "tests/workbook.h"

#include "base/limits.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct buf dump;

static const char *said_of(struct str file, long sheet)
{
	struct import_out out;
	int e;

	import_out_init(&out, -1);
	e = csv_read(file, sheet, &out);
	assert_true(e == 0 || e == ERR_INVALID);
	buf_clear(&dump);
	records_dump(&dump, buf_view(&out.pending));
	buf_char(&dump, 0);
	import_out_release(&out);
	return dump.p;
}

static const char *said(const char *z)
{
	return said_of(str_of(z), 0);
}

static void test_quoting(void **state)
{
	(void)state;
	assert_string_equal(said("名称,備考\r\n台帳,\"a,b\"\r\n"), "S0 \nF 44 0\nR0 0=t:名称 1=t:備考\nR1 0=t:台帳 1=t:a,b\nE2\n");
	assert_string_equal(said("a,\"line 1\r\nline 2\",c\nd"), "S0 \nF 44 0\nR0 0=t:a 1=t:line 1\nline 2 2=t:c\nR1 0=t:d\nE2\n");
	assert_string_equal(said("\"say \"\"hello\"\"\",\"\",x\n"), "S0 \nF 44 0\nR0 0=t:say \"hello\" 2=t:x\nE1\n");
	/* Not by the book, but unmistakable. */
	assert_string_equal(said("a \"b\" c,\"d\"e,f\"\n"), "S0 \nF 44 0\nR0 0=t:a \"b\" c 1=t:de 2=t:f\"\nE1\n");
	/* Empty records count; a row without cells is not sent. */
	assert_string_equal(said("a\n\n,,\nb\r\rc"), "S0 \nF 44 0\nR0 0=t:a\nR3 0=t:b\nR5 0=t:c\nE3\n");
	assert_string_equal(said("\n"), "S0 \nF 44 0\nE0\n");
	assert_string_equal(said("a,b\n\"c,d\ne,f\n"), "S0 \nF 44 0\nR0 0=t:a 1=t:b\nX11 line 2\n");
}

static void test_delimiters(void **state)
{
	(void)state;
	assert_string_equal(said("台帳\n\na;b;c\nd,e;f;g\n"), "S0 \nF 59 0\nR0 0=t:台帳\nR2 0=t:a 1=t:b 2=t:c\nR3 0=t:d,e 1=t:f 2=t:g\nE3\n");
	assert_string_equal(said("a\tb, c, d\te\nf\tg\th\n"), "S0 \nF 9 0\nR0 0=t:a 1=t:b, c, d 2=t:e\nR1 0=t:f 1=t:g 2=t:h\nE2\n");
	assert_string_equal(said("\"a;b\",\"c;d\"\n"), "S0 \nF 44 0\nR0 0=t:a;b 1=t:c;d\nE1\n");
	assert_string_equal(said("alone"), "S0 \nF 44 0\nR0 0=t:alone\nE1\n");
}

static void test_encodings(void **state)
{
	struct buf sjis;

	(void)state;
	assert_string_equal(said("\xef\xbb\xbf名,称\n"), "S0 \nF 44 1\nR0 0=t:名 1=t:称\nE1\n");
	/* ソ, 表 and 能 end in the byte of a backslash; ー and ゴ in those of [ and S. */
	buf_init(&sjis, 1 << 20);
	text_to_cp932(&sjis, STR("ソース,\"表,能\"\nﾊﾝｶｸ,①髙﨑～\n"), NULL);
	assert_string_equal(said_of(buf_view(&sjis), 0), "S0 \nF 44 2\nR0 0=t:ソース 1=t:表,能\nR1 0=t:ﾊﾝｶｸ 1=t:①髙﨑～\nE2\n");
	/* Long enough for several pieces, with and without a byte to cut at. */
	for (int cuts = 0; cuts < 2; cuts++) {
		char *text;
		size_t n = 700000;

		buf_clear(&sjis);
		buf_lit(&sjis, "\x82\xa0,");
		text = malloc(n);
		assert_non_null(text);
		for (size_t i = 0; i < n; i += 2)
			memcpy(text + i, cuts && i % 100 == 98 ? "\r\n" : "\x8a\xbf", 2); /* 漢 */
		buf_bytes(&sjis, text, n);
		free(text);
		if (cuts)
			assert_non_null(strstr(said_of(buf_view(&sjis), 0), "\nR6999 0=t:漢漢"));
		else /* one cell of more than LIMIT_CELL */
			assert_string_equal(said_of(buf_view(&sjis), 0), "S0 \nF 44 2\nX8 line 1\n");
	}
	buf_release(&sjis);
	assert_string_equal(said("ab\xff\xff\n"), "S0 \nF 44 2\nX10 byte 3\n");
	/* Damaged UTF-8 is not taken for CP932. */
	assert_string_equal(said("情報資産管理台帳の名称と備考と保存先,\xe3\x81\n"), "X10 byte 56\n");
	assert_string_equal(said("\xef\xbb\xbf" "a\x82\xa0\n"), "X10 byte 5\n");
	assert_string_equal(said_of((struct str){ "\xff\xfe" "a\0", 4 }, 0), "X10 byte 1\n");
	assert_string_equal(said_of((struct str){ "a,b\0c", 5 }, 0), "X1 byte 4\n");
	assert_string_equal(said(""), "X12 0 bytes\n");
	assert_string_equal(said("\xef\xbb\xbf"), "X12 3 bytes\n");
}

static void test_sheets(void **state)
{
	(void)state;
	assert_string_equal(said_of(STR("a,b\n"), -1), "S0 \nF 44 0\nE0\n");
	assert_string_equal(said_of(STR("a,b\n"), 1), "S0 \nF 44 0\nX14 1\n");
}

static void test_limits(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4 << 20);
	for (size_t i = 0; i < LIMIT_IMPORT_COLUMNS; i++)
		buf_lit(&b, ",");
	buf_char(&b, '\n');
	assert_string_equal(said_of(buf_view(&b), 0), "S0 \nF 44 0\nE0\n"); /* empty ones do not count */
	b.p[b.n - 1] = 'x';
	assert_string_equal(said_of(buf_view(&b), 0), "S0 \nF 44 0\nX8 line 1\n");
	buf_clear(&b);
	for (size_t i = 0; i < LIMIT_IMPORT_ROWS; i++)
		buf_char(&b, '\n');
	assert_string_equal(said_of(buf_view(&b), 0), "S0 \nF 44 0\nE0\n");
	buf_char(&b, 'x');
	assert_string_equal(said_of(buf_view(&b), 0), "S0 \nF 44 0\nX8 line 1000001\n");
	buf_release(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quoting), cmocka_unit_test(test_delimiters), cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_sheets), cmocka_unit_test(test_limits),
	};
	int failed;

	csv_prepare();
	buf_init(&dump, 8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_release(&dump);
	return failed;
}
