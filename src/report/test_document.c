/* The document model and its four faces: what goes in comes out, whatever somebody wrote into a cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include <expat.h>
#include <zip.h>

#include "base/helper.h"
#include "base/limits.h"
#include "base/text.h"
#include "report/render.h"

static struct arena *mem;

static int up(void **state)
{
	(void)state;
	char exe[400];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	assert_true(n > 0);
	exe[n] = 0;
	char *tests = strstr(exe, "/test/report/");
	assert_non_null(tests);
	*tests = 0;
	mem = arena_new(LIMIT_ARENA);
	helper_set_dir(str_dup(mem, str_of(exe)));
	return 0;
}

static int down(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

/* Markup, formulas, controls, text that turns around, an endless word, bytes that are no text. */
static const char *const hostile[] = {
	"<script>alert(1)</script>", "</w:t></w:r><w:br/>", "]]>&amp;&#0;", "=HYPERLINK(\"http://x\")", "+1+1", "-1", "@SUM(A1)", "\t=1+1",
	"\x01\x02\x1b[31m red", "\xe2\x80\xae" "dlog 0001", "\xe2\x81\xa6isolated\xe2\x81\xa9", "bad \xff\xfe\x80 bytes", "\xed\xa0\x80",
	"' onmouseover='x", "line\nbreak\r\nand more", "{0} {1} %s %n", "\xf0\x9f\x98\x80 \xe0\xb8\x81\xe0\xb8\xb2\xe0\xb8\xa3 \xd8\xa7\xd9\x84", "\xef\xbf\xbe",
};

static struct str endless(size_t n)
{
	char *p = arena_alloc(mem, n + 1);
	memset(p, 'x', n);
	return (struct str){ p, n };
}

/* One of everything. */
static struct doc make(size_t rows, bool with_hostile)
{
	struct doc d;
	doc_init(&d, mem, LANG_JA, with_hostile ? str_of(hostile[0]) : STR("月次報告"), STR("見本通販株式会社"), STR("2026-11-30 現在"));
	doc_heading(&d, 1, STR("月次セキュリティ報告"));
	doc_text(&d, STR("今月の要点です。"));
	doc_signal(&d, TONE_RED, STR("リスク"), STR("対応の決まらない「大」が3件あります。"), STR("/asset/asset?treatment=-"));
	doc_figures(&d, (struct doc_figure[]){ { .label = STR("大"), .value = STR("3件"), .tone = TONE_RED, .path = STR("/risk") },
	                                       { .label = STR("測っていない"), .tone = TONE_GREY } }, 2);
	const struct doc_column column[] = { { .label = STR("コード") }, { .label = STR("名称"), .weight = 3 }, { .label = STR("金額"), .number = true },
	                                     { .label = STR("日付") }, { .label = STR("信号") }, { .label = STR("数"), .number = true } };
	struct doc_table *t = doc_table(&d, STR("一覧"), column, COUNT_OF(column));
	for (size_t i = 0; i < rows; i++) {
		struct doc_cell *c = doc_row(t);
		c[0] = cell_text(&d, str_printf(mem, "AST-%04zu", i));
		c[1] = with_hostile ? cell_text(&d, str_of(hostile[i % COUNT_OF(hostile)])) : cell_link(&d, STR("顧客名簿"), STR("/asset/asset/1"));
		c[2] = cell_yen(1415400);
		c[3] = cell_date((struct date){ 2026, 4, 1 });
		c[4] = cell_light(&d, TONE_YELLOW, STR(""));
		c[5] = i % 2 ? cell_i64((int64_t)i) : cell_unknown();
	}
	const struct str parts[] = { STR("大"), STR("不明") };
	const enum tone tones[] = { TONE_RED, TONE_GREY };
	doc_bars(&d, STR("部門ごとのリスク"), parts, tones, 2,
	         (struct bar[]){ { .label = with_hostile ? str_of(hostile[9]) : STR("総務部"), .part = { 3, 2 }, .path = STR("/asset") } }, 1);
	doc_lines(&d, STR("三か月"), parts, tones, 2,
	          (struct point[]){ { .label = STR("2026-10"), .value = { 5, -1 } }, { .label = STR("2026-11"), .value = { 3, 2 } } }, 2);
	const struct str labels[] = { STR("低"), STR("高") };
	doc_heat(&d, STR("分布"), labels, 2, labels, 2,
	         (struct heat_cell[]){ { 1, TONE_GREEN, STR("/a") }, { 2, TONE_YELLOW, STR("/b") }, { 0, TONE_GREEN, STR("") }, { 4, TONE_RED, STR("/d") } });
	doc_break(&d);
	doc_footnote(&d, STR("単価は公表値です。"));
	return d;
}

static struct str file_of(const struct doc *d, enum doc_format f)
{
	struct buf b;
	struct note why = NOTE0(MSG_NONE);
	buf_init(&b, 64u << 20);
	int r = doc_bytes(d, f, &b, &why);
	if (r < 0)
		fail_msg("%s: %s %.*s", doc_format_name(f), err_name(r), STR_FMT(note_str(mem, LANG_EN, &why)));
	assert_int_equal(buf_error(&b), 0);
	struct str s = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return s;
}

/* ---- looking into packages ---- */

/* libzip compares the checksum of what it reads. */
static struct str entry(struct str package, const char *name)
{
	zip_error_t e;
	zip_source_t *source = zip_source_buffer_create(package.p, package.n, 0, &e);
	zip_t *z = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &e);
	assert_non_null(z);
	zip_stat_t st;
	assert_int_equal(zip_stat(z, name, 0, &st), 0);
	char *p = arena_alloc(mem, st.size + 1);
	zip_file_t *f = zip_fopen(z, name, 0);
	assert_non_null(f);
	assert_int_equal(zip_fread(f, p, st.size), (zip_int64_t)st.size);
	assert_int_equal(zip_fclose(f), 0);
	zip_discard(z);
	return (struct str){ p, st.size };
}

static void well_formed(struct str xml)
{
	XML_Parser p = XML_ParserCreate(NULL);
	if (XML_Parse(p, xml.p, (int)xml.n, 1) != XML_STATUS_OK)
		fail_msg("XML: %s", XML_ErrorString(XML_GetErrorCode(p)));
	XML_ParserFree(p);
}

/* ---- the model ---- */

static void texts_are_cleaned(void **state)
{
	(void)state;
	assert_true(str_eq(doc_str(mem, STR("\xe2\x80\xae" "abc\xe2\x80\xac")), STR("abc")));
	assert_true(str_eq(doc_str(mem, STR("a\x01" "b\tc\nd")), STR("ab c\nd")));
	assert_true(str_eq(doc_str(mem, STR("a\xff" "b")), STR("a\xef\xbf\xbd" "b")));
	assert_true(str_eq(doc_str(mem, STR("石垣")), STR("石垣")));
	for (size_t i = 0; i < COUNT_OF(hostile); i++)
		assert_true(text_valid(doc_str(mem, str_of(hostile[i]))));
}

static void unknown_is_a_word(void **state)
{
	(void)state;
	struct doc_cell unknown = cell_unknown(), yen = cell_yen(2786000), none = cell_date((struct date){ 0 }), empty = { 0 };
	assert_true(str_eq(cell_str(mem, LANG_JA, &unknown), STR("不明")));
	assert_true(str_eq(cell_str(mem, LANG_JA, &none), STR("不明")));
	assert_true(str_eq(cell_str(mem, LANG_JA, &yen), STR("2,786,000円")));
	assert_true(str_eq(cell_str(mem, LANG_EN, &yen), STR("2,786,000 yen")));
	assert_true(str_eq(cell_str(mem, LANG_JA, &empty), STR("")));
}

/* ---- the faces ---- */

static void html_has_links_on_the_web_and_none_in_a_file(void **state)
{
	(void)state;
	struct doc d = make(3, false);
	struct buf b;
	struct html h;
	buf_init(&b, LIMIT_PAGE);
	html_init(&h, &b, mem, LANG_JA, STR(""));
	doc_html(&h, &d);
	assert_true(str_contains(buf_view(&b), STR("href=\"/asset/asset/1\"")));
	assert_true(str_contains(buf_view(&b), STR("不明")));
	buf_release(&b);
	struct str alone = file_of(&d, DOC_HTML);
	assert_false(str_contains(alone, STR("href=")));
	assert_true(str_contains(alone, STR("顧客名簿")));
	/* The document itself kept its links. */
	assert_int_equal(d.block[4].table->cell[1].path.n, strlen("/asset/asset/1"));
}

static void pdf_is_tagged_with_fonts_inside(void **state)
{
	(void)state;
	struct doc d = make(40, false);
	struct str s = file_of(&d, DOC_PDF);
	assert_true(str_starts(s, STR("%PDF-1.5")));
	assert_true(str_ends(s, STR("%%EOF\n")));
	assert_true(str_contains(s, STR("/Lang (ja)")));
	assert_true(str_contains(s, STR("/Marked true")));
	assert_true(str_contains(s, STR("/StructTreeRoot")));
	assert_true(str_contains(s, STR("/Outlines")));
	assert_true(str_contains(s, STR("/FontFile")));
	assert_true(str_contains(s, STR("/ToUnicode")));
}

static void xlsx_has_typed_cells(void **state)
{
	(void)state;
	struct doc d = make(2, false);
	struct str s = file_of(&d, DOC_XLSX);
	struct str sheet = entry(s, "xl/worksheets/sheet2.xml");
	assert_true(str_contains(sheet, STR("<v>1415400</v>")));
	assert_true(str_contains(sheet, STR("<v>46113</v>"))); /* 2026-04-01 */
	assert_true(str_contains(sheet, STR("不明")));
	assert_true(str_contains(entry(s, "xl/workbook.xml"), STR("2 一覧")));
	well_formed(sheet);
	well_formed(entry(s, "xl/worksheets/sheet1.xml"));
}

/* "2026-10" as a PDF writes it in UTF-16. */
static struct str utf16(const char *ascii)
{
	struct str s = STR("");
	for (; *ascii; ascii++)
		s = str_printf(mem, "%.*s%04X", STR_FMT(s), (unsigned)*ascii);
	return s;
}

static size_t count_of(struct str s, struct str what)
{
	size_t n = 0;
	for (ptrdiff_t at; (at = str_find(s, what)) >= 0; n++)
		s = str_sub(s, (size_t)at + what.n, s.n);
	return n;
}

/* Each picture says in words what it shows, its numbers among them; a title that looks like a piece of a PDF is none. */
static void charts_of_a_pdf_have_alternative_texts(void **state)
{
	(void)state;
	struct doc d = make(1, false);
	doc_heading(&d, 2, STR("1 0 obj\n<< /Type /StructElem\n   /S /Figure\n"));
	struct str s = file_of(&d, DOC_PDF);
	assert_int_equal(count_of(s, STR("/Alt <FEFF")), 2);
	assert_true(str_contains(s, utf16("2026-10")));
	assert_true(str_contains(doc_chart_words(&d, &d.block[6]), STR("2026-10：大 5, 不明 不明。")));
	assert_true(str_contains(doc_chart_words(&d, &d.block[5]), STR("棒グラフ：部門ごとのリスク。 総務部：大 3, 不明 2。")));
	/* A chart longer than a page is a figure on each. */
	const struct str part = STR("数");
	const enum tone tone = TONE_BLUE;
	struct bar bars[120] = { 0 };
	for (size_t i = 0; i < COUNT_OF(bars); i++)
		bars[i] = (struct bar){ .label = str_printf(mem, "部門 %zu", i), .part = { (int64_t)i } };
	doc_bars(&d, STR("長い図"), &part, &tone, 1, bars, COUNT_OF(bars));
	assert_true(count_of(file_of(&d, DOC_PDF), STR("/Alt <FEFF")) >= 4);
}

static void a_wide_document_lies_on_its_long_side(void **state)
{
	(void)state;
	struct doc d = make(60, false);
	assert_true(str_contains(file_of(&d, DOC_PDF), STR("[ 0 0 595.28 841.89 ]")));
	assert_false(str_contains(entry(file_of(&d, DOC_DOCX), "word/document.xml"), STR("w:orient=\"landscape\"")));
	d.landscape = true;
	struct str pdf = file_of(&d, DOC_PDF);
	assert_true(str_contains(pdf, STR("[ 0 0 841.89 595.28 ]")));
	assert_false(str_contains(pdf, STR("[ 0 0 595.28 841.89 ]")));
	struct str document = entry(file_of(&d, DOC_DOCX), "word/document.xml");
	assert_true(str_contains(document, STR("w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"")));
	well_formed(document);
	assert_true(str_contains(entry(file_of(&d, DOC_XLSX), "xl/worksheets/sheet2.xml"), STR("orientation=\"landscape\"")));
	assert_true(str_contains(file_of(&d, DOC_HTML), STR("@page{size:A4 landscape")));
}

/* Word draws charts of its own from the numbers in the package; each has its alternative text. */
static void docx_has_charts(void **state)
{
	(void)state;
	struct doc d = make(1, true);
	struct str s = file_of(&d, DOC_DOCX), document = entry(s, "word/document.xml"), bars = entry(s, "word/charts/chart1.xml"),
		lines = entry(s, "word/charts/chart2.xml");
	well_formed(document);
	well_formed(bars);
	well_formed(lines);
	well_formed(entry(s, "word/_rels/document.xml.rels"));
	assert_int_equal(count_of(document, STR("<c:chart ")), 2);
	assert_int_equal(count_of(document, STR("descr=\"棒グラフ：")), 1);
	assert_int_equal(count_of(document, STR("descr=\"折れ線グラフ：")), 1);
	assert_true(str_contains(bars, STR("<c:barDir val=\"bar\"/>")));
	assert_true(str_contains(bars, STR("<c:v>3</c:v>")));
	/* What is not known has no point. */
	assert_true(str_contains(lines, STR("<c:pt idx=\"1\"><c:v>2</c:v></c:pt>")));
	assert_false(str_contains(lines, STR("<c:v>-1</c:v>")));
	assert_true(str_contains(entry(s, "word/_rels/document.xml.rels"), STR("Id=\"rChart2\"")));
	assert_true(str_contains(entry(s, "[Content_Types].xml"), STR("/word/charts/chart2.xml")));
}

static void charts_of_a_workbook_have_alternative_texts(void **state)
{
	(void)state;
	struct doc d = make(1, false);
	assert_true(str_contains(entry(file_of(&d, DOC_XLSX), "xl/drawings/drawing1.xml"), STR("descr=\"棒グラフ：部門ごとのリスク。 総務部：大 3, 不明 2。\"")));
}

/* A table without a caption is named by the heading above it, and the front sheet names the sheet, never itself. */
static void xlsx_sheets_are_named_by_their_section(void **state)
{
	(void)state;
	struct doc d;
	doc_init(&d, mem, LANG_JA, STR("2026年10月 月次セキュリティ報告"), STR("見本"), STR("今日"));
	doc_heading(&d, 1, d.title);
	doc_heading(&d, 2, STR("変わったこと"));
	struct doc_table *t = doc_table(&d, STR(""), (struct doc_column[]){ { .label = STR("列") } }, 1);
	doc_row(t)[0] = cell_text(&d, STR("値"));
	struct str s = file_of(&d, DOC_XLSX), names = entry(s, "xl/workbook.xml");
	assert_true(str_contains(names, STR("2 変わったこと")));
	assert_false(str_contains(names, STR("月次セキュリティ報告")));
	/* The front sheet keeps its texts within itself. */
	assert_true(str_contains(entry(s, "xl/worksheets/sheet1.xml"), STR("シート「2 変わったこと」")));
}

static void a_html_file_begins_with_its_first_heading(void **state)
{
	(void)state;
	struct doc d = make(2, false);
	struct str s = file_of(&d, DOC_HTML);
	const ptrdiff_t first = str_find(s, STR("<h1"));
	const ptrdiff_t lower = str_find(s, STR("<h2"));
	assert_true(first > 0 && (lower < 0 || lower > first));
}

static void docx_is_a_package_of_sound_parts(void **state)
{
	(void)state;
	static const char *const parts[] = { "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml",
	                                     "word/header1.xml", "word/footer1.xml", "docProps/core.xml" };
	struct doc d = make(3, false);
	struct str s = file_of(&d, DOC_DOCX);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		well_formed(entry(s, parts[i]));
	struct str document = entry(s, "word/document.xml");
	assert_true(str_contains(document, STR("<w:pStyle w:val=\"Heading1\"/>")));
	assert_true(str_contains(document, STR("1,415,400円")));
	assert_true(str_contains(document, STR("2026-04-01")));
	/* Of the same document the same bytes. */
	assert_true(str_eq(s, file_of(&d, DOC_DOCX)));
}

static void hostile_text_breaks_no_format(void **state)
{
	(void)state;
	struct doc d = make(COUNT_OF(hostile) * 2, true);
	doc_text(&d, endless(40000));
	doc_heading(&d, 2, endless(3000));
	struct doc_table *t = doc_table(&d, endless(2000), (struct doc_column[]){ { .label = endless(500) }, { .label = STR("x"), .weight = 200 } }, 2);
	struct doc_cell *c = doc_row(t);
	c[0] = cell_text(&d, endless(50000));
	c[1] = cell_text(&d, STR("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nend"));
	struct str html = file_of(&d, DOC_HTML), docx = file_of(&d, DOC_DOCX), xlsx = file_of(&d, DOC_XLSX), pdf = file_of(&d, DOC_PDF);
	assert_false(str_contains(html, STR("<script>")));
	assert_false(str_contains(html, STR("\xe2\x80\xae")));
	assert_true(text_valid(html));
	well_formed(entry(docx, "word/document.xml"));
	well_formed(entry(docx, "docProps/core.xml"));
	struct str sheet = entry(xlsx, "xl/worksheets/sheet2.xml");
	well_formed(sheet);
	assert_false(str_contains(sheet, STR("<f>")));
	assert_true(str_contains(sheet, STR("=HYPERLINK")));
	assert_true(str_ends(pdf, STR("%%EOF\n")));
}

static void a_hundred_thousand_rows(void **state)
{
	(void)state;
	struct doc d = make(100000, true);
	assert_int_equal(doc_print_rows(d.block[4].table), DOC_PRINT_ROWS);
	struct str html = file_of(&d, DOC_HTML);
	assert_true(str_contains(html, STR("AST-0999")));
	assert_false(str_contains(html, STR("AST-1000")));
	assert_true(str_contains(html, STR("全 100000 行のうち")));
	struct str docx = file_of(&d, DOC_DOCX);
	well_formed(entry(docx, "word/document.xml"));
	assert_true(str_contains(entry(docx, "word/document.xml"), STR("全 100000 行のうち")));
	assert_true(str_ends(file_of(&d, DOC_PDF), STR("%%EOF\n")));
	assert_true(str_contains(entry(file_of(&d, DOC_XLSX), "xl/worksheets/sheet2.xml"), STR("AST-99999")));
}

static void an_empty_document_is_one(void **state)
{
	(void)state;
	struct doc d;
	doc_init(&d, mem, LANG_EN, STR("Nothing"), STR(""), STR(""));
	for (int f = DOC_HTML; f <= DOC_DOCX; f++)
		assert_true(file_of(&d, (enum doc_format)f).n > 100);
	doc_table(&d, STR(""), (struct doc_column[]){ { .label = STR("a") } }, 1);
	doc_bars(&d, STR(""), NULL, NULL, 0, NULL, 0);
	doc_lines(&d, STR(""), NULL, NULL, 0, NULL, 0);
	doc_figures(&d, NULL, 0);
	for (int f = DOC_HTML; f <= DOC_DOCX; f++)
		assert_true(file_of(&d, (enum doc_format)f).n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_cleaned),
		cmocka_unit_test(unknown_is_a_word),
		cmocka_unit_test(html_has_links_on_the_web_and_none_in_a_file),
		cmocka_unit_test(pdf_is_tagged_with_fonts_inside),
		cmocka_unit_test(charts_of_a_pdf_have_alternative_texts), cmocka_unit_test(a_wide_document_lies_on_its_long_side), cmocka_unit_test(docx_has_charts),
		cmocka_unit_test(charts_of_a_workbook_have_alternative_texts),
		cmocka_unit_test(xlsx_has_typed_cells), cmocka_unit_test(xlsx_sheets_are_named_by_their_section),
		cmocka_unit_test(a_html_file_begins_with_its_first_heading),
		cmocka_unit_test(docx_is_a_package_of_sound_parts),
		cmocka_unit_test(hostile_text_breaks_no_format),
		cmocka_unit_test(a_hundred_thousand_rows),
		cmocka_unit_test(an_empty_document_is_one),
	};
	return cmocka_run_group_tests(tests, up, down);
}
