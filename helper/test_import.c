/* The import helper as the server uses it: a process, started, asked, limited. */
#include "base/helper.h"
#include "base/limits.h"
#include "base/text.h"
#include "tests/workbook.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static const struct helper_limits usual = {
	.memory = (size_t)400 << 20, .cpu_seconds = 60, .deadline_ms = 60000, .record_max = IMPORT_RECORD_MAX,
	.total_max = (size_t)1 << 30,
};

static struct buf dump;

/* Everything it says about file in dump, NUL-terminated; the result of the last helper_next(). */
static int run(const char *mode, struct str file, const char *sheet, const struct helper_limits *limits)
{
	const char *args[] = { mode, sheet ? "--sheet" : NULL, sheet, NULL };
	int fd = helper_memfd(file), r;
	struct helper *h = NULL;
	struct str payload;
	uint8_t kind;

	assert_true(fd >= 0);
	assert_int_equal(helper_start("import", args, fd, limits, &h), 0);
	close(fd);
	buf_clear(&dump);
	while ((r = helper_next(h, &kind, &payload)) == 1)
		record_dump(&dump, kind, payload);
	buf_char(&dump, 0);
	helper_free(h);
	return r;
}

static void release(struct str s)
{
	free((char *)(uintptr_t)s.p);
}

static void test_chooses_by_content(void **state)
{
	struct str book = workbook_make(SHEET("<row><c><v>1</v></c></row>"), NULL);
	struct buf sjis;

	(void)state;
	assert_int_equal(run("auto", book, NULL, &usual), 0);
	assert_string_equal(dump.p, "S0 表1\nF 0 0\nE0\n");
	assert_int_equal(run("xlsx", book, "0", &usual), 0);
	assert_string_equal(dump.p, "S0 表1\nF 0 0\nR0 0=n:1\nE1\n");
	assert_int_equal(run("csv", book, "0", &usual), 0);
	assert_int_equal(dump.p[0], 'X');
	release(book);
	assert_int_equal(run("auto", STR("a,b\n"), "0", &usual), 0);
	assert_string_equal(dump.p, "S0 \nF 44 0\nR0 0=t:a 1=t:b\nE1\n");
	assert_int_equal(run("auto", STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" "rest"), NULL, &usual), 0);
	assert_string_equal(dump.p, "X2 OLE\n");
	assert_int_equal(run("auto", STR(""), NULL, &usual), 0);
	assert_string_equal(dump.p, "X12 0 bytes\n");
	/* CP932 works behind the closed doors too. */
	buf_init(&sjis, 1000);
	text_to_cp932(&sjis, STR("業務分類,名称\n"), NULL);
	assert_int_equal(run("auto", buf_view(&sjis), "0", &usual), 0);
	assert_string_equal(dump.p, "S0 \nF 44 2\nR0 0=t:業務分類 1=t:名称\nE1\n");
	buf_release(&sjis);
}

static void test_wrong_use(void **state)
{
	static const char *const wrong[][4] = {
		{ "pdf", NULL }, { "auto", "--sheet", NULL }, { "auto", "--sheet", "-1", NULL }, { "auto", "--page", "1", NULL }, { NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct helper *h = NULL;
		struct str payload;
		uint8_t kind;

		assert_int_equal(helper_start("import", wrong[i], -1, &usual, &h), 0);
		assert_int_equal(helper_next(h, &kind, &payload), ERR_HELPER);
		helper_free(h);
	}
}

/* A workbook of rows x 19 cells, shared strings all different. */
static struct str large_workbook(unsigned rows)
{
	struct buf sheet, strings;
	struct part extra[] = { { .name = "xl/sharedStrings.xml" }, { .name = "xl/worksheets/sheet1.xml" }, { 0 } };
	struct str book;
	unsigned n = 0;

	buf_init(&sheet, 256 << 20);
	buf_init(&strings, 256 << 20);
	buf_lit(&sheet, "<worksheet><sheetData>");
	buf_lit(&strings, "<sst>");
	for (unsigned r = 1; r <= rows; r++) {
		buf_printf(&sheet, "<row r=\"%u\">", r);
		for (unsigned c = 0; c < 19; c++) {
			if (c % 3) {
				buf_printf(&sheet, "<c r=\"%c%u\"><v>%u</v></c>", 'A' + c, r, c * r);
			} else {
				buf_printf(&sheet, "<c r=\"%c%u\" t=\"s\"><v>%u</v></c>", 'A' + c, r, n);
				buf_printf(&strings, "<si><t>情報資産の名称 %u</t></si>", n++);
			}
		}
		buf_lit(&sheet, "</row>");
	}
	buf_lit(&sheet, "</sheetData></worksheet>");
	buf_lit(&strings, "</sst>");
	extra[0].data = strings.p;
	extra[0].n = strings.n;
	extra[1].data = sheet.p;
	extra[1].n = sheet.n;
	book = workbook_make("", extra);
	buf_release(&sheet);
	buf_release(&strings);
	return book;
}

static void test_large_and_limits(void **state)
{
	struct str book = large_workbook(20000);
	struct helper_limits tight = usual;

	(void)state;
	assert_int_equal(run("auto", book, "0", &usual), 0);
	assert_non_null(strstr(dump.p, "\nR19999 0=t:情報資産の名称 139993 1=n:20000 "));
	assert_non_null(strstr(dump.p, "\nE20000\n"));
	tight.deadline_ms = 1;
	assert_int_equal(run("auto", book, "0", &tight), ERR_TIMEOUT);
	tight = usual;
	tight.total_max = 100000;
	assert_int_equal(run("auto", book, "0", &tight), ERR_LIMIT);
	release(book);
}

static void test_memory_limit(void **state)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	(void)state;
	print_message("skipped: memory limit (sanitizers need the address space)\n");
#else
	struct part extra[] = { { .name = "xl/sharedStrings.xml" }, { 0 } };
	struct helper_limits tight = usual;
	struct buf strings;
	struct str book;
	uint32_t noise = 1;

	(void)state;
	buf_init(&strings, 64 << 20);
	buf_lit(&strings, "<sst>");
	while (strings.n < (size_t)40 << 20) {
		buf_lit(&strings, "<si><t>");
		for (int i = 0; i < 1000; i++)
			buf_char(&strings, (char)('a' + ((noise = noise * 1664525u + 1013904223u) >> 28)));
		buf_lit(&strings, "</t></si>");
	}
	buf_lit(&strings, "</sst>");
	extra[0].data = strings.p;
	extra[0].n = strings.n;
	book = workbook_make(SHEET(""), extra);
	buf_release(&strings);
	tight.memory = (size_t)64 << 20;
	assert_int_equal(run("auto", book, "0", &tight), 0);
	assert_non_null(strstr(dump.p, "\nX13 "));
	assert_int_equal(run("auto", book, "0", &usual), 0);
	assert_string_equal(dump.p, "S0 表1\nF 0 0\nE0\n");
	release(book);
#endif
}

static void test_too_large_file(void **state)
{
	size_t n = (size_t)LIMIT_UPLOAD + 1;
	char *p = malloc(n);

	(void)state;
	assert_non_null(p);
	memset(p, 'a', n);
	assert_int_equal(run("csv", (struct str){ p, n }, "0", &usual), 0);
	assert_int_equal(strncmp(dump.p, "X8 ", 3), 0);
	memcpy(p, "PK\3\4", 4);
	assert_int_equal(run("auto", (struct str){ p, n }, "0", &usual), 0);
	assert_int_equal(strncmp(dump.p, "X8 ", 3), 0);
	free(p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chooses_by_content), cmocka_unit_test(test_wrong_use), cmocka_unit_test(test_large_and_limits),
		cmocka_unit_test(test_memory_limit), cmocka_unit_test(test_too_large_file),
	};
	char dir[PATH_MAX] = "";
	int failed;

	/* build/test/helper/test_import: the helpers lie in build. */
	if (readlink("/proc/self/exe", dir, sizeof(dir) - 1) < 0)
		return 1;
	for (int i = 0; i < 3; i++)
		*strrchr(dir, '/') = 0;
	helper_set_dir(str_of(dir));
	buf_init(&dump, 64 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_release(&dump);
	return failed;
}
