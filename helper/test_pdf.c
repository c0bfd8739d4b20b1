/* ishigaki-pdf does not trust what it is told: cut, wrong and hostile records are refused, never obeyed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/helper.h"
#include "helper/pdf_protocol.h"

static struct buf in;

static int up(void **state)
{
	(void)state;
	static char exe[400];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	assert_true(n > 0);
	exe[n] = 0;
	char *tests = strstr(exe, "/test/helper/");
	assert_non_null(tests);
	*tests = 0;
	helper_set_dir(str_of(exe));
	return 0;
}

static int begin(void **state)
{
	(void)state;
	buf_init(&in, PDF_INPUT_MAX);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&in);
	return 0;
}

static void le(struct buf *b, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_char(b, (char)(v >> 8 * i));
}

static void record(uint8_t kind, struct str payload)
{
	le(&in, kind, 1);
	le(&in, payload.n, 4);
	buf_str(&in, payload);
}

static struct str text(struct buf *b, struct str s)
{
	le(b, s.n, 4);
	buf_str(b, s);
	return buf_view(b);
}

static void meta(struct str lang)
{
	struct buf b;
	buf_init(&b, 1000);
	text(&b, lang);
	text(&b, STR("題"));
	text(&b, STR("会社"));
	text(&b, STR("今日"));
	le(&b, 0, 1);
	record(PDF_META, buf_view(&b));
	buf_release(&b);
}

/* The last kind of answer: PDF_ANSWER_END or PDF_ANSWER_REFUSED; or the error of a helper that died. */
static int answer(void)
{
	static const struct helper_limits limits = { .memory = 768u << 20, .cpu_seconds = 30, .deadline_ms = 60000, .record_max = PDF_PIECE + 16,
		.total_max = 72u << 20, .threads = true };
	static const char *const none[] = { NULL };
	CLEANUP(helper_freep) struct helper *h = NULL;
	int fd = helper_memfd(buf_view(&in));
	assert_true(fd >= 0);
	assert_int_equal(helper_start("pdf", none, fd, &limits, &h), 0);
	close(fd);
	uint8_t kind = 0, last = 0;
	struct str payload;
	int r;
	while ((r = helper_next(h, &kind, &payload)) == 1)
		last = kind;
	return r < 0 ? r : last;
}

static void a_small_document(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	meta(STR("ja"));
	record(PDF_PARAGRAPH, text(&b, STR("こんにちは")));
	record(PDF_END, STR(""));
	assert_int_equal(answer(), PDF_ANSWER_END);
	buf_release(&b);
}

static void wrong_records(void **state)
{
	static const struct { uint8_t kind; struct str payload; } bad[] = {
		{ PDF_HEADING, STR_INIT("") }, { PDF_HEADING, STR_INIT("\x09\0\0\0\0") }, { PDF_PARAGRAPH, STR_INIT("\xff\xff\xff\xff") },
		{ PDF_PARAGRAPH, STR_INIT("\4\0\0\0\xff\xff\xff\xff") }, { PDF_PARAGRAPH, STR_INIT("\1\0\0\0aX") }, { PDF_FIGURES, STR_INIT("\xff") },
		{ PDF_TABLE, STR_INIT("\0\0\0\0\0") }, { PDF_TABLE, STR_INIT("\0\0\0\0\x11") }, { PDF_ROW, STR_INIT("\xff\0\0\0\0") }, { PDF_META, STR_INIT("") },
		{ PDF_BARS, STR_INIT("\0\0\0\0\0\0\0\0\6") }, { PDF_LINES, STR_INIT("\0\0\0\0\0\0\0\0\0\xff\xff") }, { PDF_HEAT, STR_INIT("\0\0\0\0\x21") }, { 99, STR_INIT("") },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		buf_clear(&in);
		meta(STR("ja"));
		record(bad[i].kind, bad[i].payload);
		record(PDF_END, STR(""));
		if (answer() != PDF_ANSWER_REFUSED)
			fail_msg("record %zu was not refused", i);
	}
	(void)state;
}

static void no_end_and_no_beginning(void **state)
{
	(void)state;
	record(PDF_PARAGRAPH, STR("\1\0\0\0a"));
	assert_int_equal(answer(), PDF_ANSWER_REFUSED);
	buf_clear(&in);
	meta(STR("ja"));
	assert_int_equal(answer(), PDF_ANSWER_REFUSED);
	buf_clear(&in);
	meta(STR("ja) /JS (x"));
	record(PDF_END, STR(""));
	assert_int_equal(answer(), PDF_ANSWER_REFUSED);
	buf_clear(&in);
	le(&in, PDF_META, 1);
	le(&in, 0xffffffff, 4);
	assert_int_equal(answer(), PDF_ANSWER_REFUSED);
}

/* Numbers as large as there are: added up they would leave their type. */
static void huge_numbers(void **state)
{
	(void)state;
	static const int64_t far[] = { INT64_MAX, INT64_MIN };
	for (uint8_t kind = PDF_BARS; kind <= PDF_LINES; kind++)
		for (size_t i = 0; i < COUNT_OF(far); i++) {
			struct buf b;
			buf_init(&b, 1000);
			text(&b, STR("図"));
			text(&b, STR("図のことば"));
			le(&b, 2, 1);
			for (int k = 0; k < 2; k++) {
				le(&b, 1, 1);
				text(&b, STR("a"));
			}
			le(&b, 1, 2);
			text(&b, STR("x"));
			le(&b, (uint64_t)far[i], 8);
			le(&b, (uint64_t)far[i], 8);
			buf_clear(&in);
			meta(STR("ja"));
			record(kind, buf_view(&b));
			record(PDF_END, STR(""));
			assert_int_equal(answer(), PDF_ANSWER_END);
			buf_release(&b);
		}
}

/* Rows and pages: a table cannot be left open, and nothing stands between its rows. */
static void order_in_a_table(void **state)
{
	(void)state;
	meta(STR("ja"));
	record(PDF_TABLE, STR("\0\0\0\0\1\1\0\1\0\0\0a"));
	record(PDF_PARAGRAPH, STR("\1\0\0\0a"));
	record(PDF_END, STR(""));
	assert_int_equal(answer(), PDF_ANSWER_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_small_document, begin, end),
		cmocka_unit_test_setup_teardown(wrong_records, begin, end),
		cmocka_unit_test_setup_teardown(no_end_and_no_beginning, begin, end),
		cmocka_unit_test_setup_teardown(huge_numbers, begin, end),
		cmocka_unit_test_setup_teardown(order_in_a_table, begin, end),
	};
	return cmocka_run_group_tests(tests, up, NULL);
}
