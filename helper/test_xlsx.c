/* Workbooks read in this process: what cells become, and every reason to refuse. */
#include "helper/numfmt.h"
#include "helper/package.h"
#include "helper/xlsx.h"
#include "tests/workbook.h"

#include "base/limits.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct buf dump;

/* Reads and frees file; what it says stands in dump afterwards, NUL-terminated. */
static const char *said(struct str file, long sheet)
{
	struct import_out out;
	int e;

	import_out_init(&out, -1);
	e = xlsx_read(file, sheet, &out);
	assert_true(e == 0 || e == ERR_INVALID);
	assert_int_equal(e == ERR_INVALID, out.refusal != 0);
	buf_clear(&dump);
	records_dump(&dump, buf_view(&out.pending));
	buf_char(&dump, 0);
	assert_int_equal(buf_error(&dump), 0);
	import_out_release(&out);
	free((char *)(uintptr_t)file.p);
	return dump.p;
}

/* The reason of the refusal that ended it, 0 when it was not refused. */
static int refusal(struct str file, long sheet)
{
	const char *line = said(file, sheet), *x = line[0] == 'X' ? line : strstr(line, "\nX");

	if (!x)
		return 0;
	x += *x == '\n';
	return (int)strtoimax(x + 1, NULL, 10);
}

#define HEAD "S0 表1\nF 0 0\n"

static void test_kinds_of_cells(void **state)
{
	const struct part extra[] = {
		{ .name = "xl/sharedStrings.xml", .data = XML_HEAD "<sst count=\"9\"><si><t>ひとつ</t></si>"
			"<si><r><rPr><b/></rPr><t>赤い</t></r><r><t xml:space=\"preserve\"> 橋</t></r><rPh sb=\"0\" eb=\"1\"><t>アカ</t></rPh></si>"
			"<si/><si><t>a_x000D_&#10;b_x005F_x0041_ &lt;&amp;</t></si></sst>" },
		{ .name = "xl/styles.xml", .data = XML_HEAD "<styleSheet><numFmts count=\"2\">"
			"<numFmt numFmtId=\"164\" formatCode=\"[$-411]ge.m.d;@\"/><numFmt numFmtId=\"165\" formatCode=\"#,##0&quot;日&quot;\"/></numFmts>"
			"<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs count=\"4\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
			"<xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>" },
		{ 0 },
	};

	(void)state;
	assert_string_equal(said(workbook_make(SHEET(
		"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>"
		"<c r=\"D1\" t=\"s\"><v>3</v></c></row>"
		"<row r=\"2\"><c r=\"A2\"><v>42552</v></c><c r=\"B2\" s=\"1\"><v>42552</v></c><c r=\"C2\" s=\"2\"><v>42552.5</v></c>"
		"<c r=\"D2\" s=\"3\"><v>7</v></c><c r=\"E2\" s=\"99\"><v>-1.5E-3</v></c></row>"
		"<row r=\"3\"><c r=\"A3\" t=\"b\"><v>1</v></c><c r=\"B3\" t=\"e\"><v>#DIV/0!</v></c>"
		"<c r=\"C3\" t=\"str\"><f>A1&amp;\"x\"</f><v> 式 </v></c><c r=\"D3\" t=\"inlineStr\"><is><r><t>中</t></r><r><t>身</t></r>"
		"<rPh><t>ナカミ</t></rPh></is></c><c r=\"E3\" t=\"d\"><v>2026-04-01T00:00:00</v></c>"
		"<c r=\"F3\" t=\"d\"><v>2026-04-01T08:30:00</v></c></row>"), extra), 0),
		HEAD "R0 0=t:ひとつ 1=t:赤い 橋 3=t:a\nb_x0041_ <&\n"
		"R1 0=n:42552 1=d:42552 2=d:42552.5 3=n:7 4=n:-1.5E-3\n"
		"R2 0=b:1 1=e:#DIV/0! 2=t: 式  3=t:中身 4=t:2026-04-01 5=t:2026-04-01T08:30:00\nE3\n");
}

static void test_positions(void **state)
{
	(void)state;
	/* Without references: one behind the other; rows that are not there are skipped; empty cells are not sent. */
	assert_string_equal(said(workbook_make(SHEET(
		"<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r=\"5\"/><row><c r=\"C6\"><v>6</v></c><c><v>7</v></c></row>"
		"<row><c r=\"B9\"><v>8</v></c></row><row r=\"20\"><c r=\"A20\" s=\"1\"/><c r=\"XFD20\" s=\"1\"/></row>"
		"<row r=\"1048576\"><c r=\"A1048576\" t=\"str\"><v></v></c></row>"), NULL), 0),
		HEAD "R0 0=n:1 2=n:3\nR5 2=n:6 3=n:7\nR8 1=n:8\nE3\n");
	/* With a prefix and a namespace, as other programs write it. */
	assert_string_equal(said(workbook_make(
		"<x:worksheet xmlns:x=\"a\"><x:sheetData><x:row r=\"2\"><x:c r=\"AA2\"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>",
		NULL), 0), HEAD "R1 26=n:1\nE1\n");
}

static void test_merges(void **state)
{
	(void)state;
	assert_string_equal(said(workbook_make(XML_HEAD "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>"
		"<mergeCells><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"B2:XFD9\"/><mergeCell ref=\"ZZZ1:ZZZ2\"/></mergeCells></worksheet>", NULL), 0),
		HEAD "M 0,0-0,2\nM 1,1-8,255\nR0 0=n:1\nE1\n");
	assert_int_equal(refusal(workbook_make("<worksheet><mergeCells><mergeCell ref=\"C1:A1\"/></mergeCells></worksheet>", NULL), 0),
	                 IMPORT_REFUSED_XML);
}

static bool may_hold(const char *data, size_t n)
{
	const struct part part[] = { { .name = "a.xml", .data = data, .n = n }, { 0 } };
	struct str file = zip_make(part, NULL, NULL);
	struct import_out out;
	struct package *p;

	import_out_init(&out, -1);
	assert_int_equal(package_open(file, &out, &p), 0);
	bool may = package_may_hold(p, "a.xml", "mergeCell");
	package_free(p);
	import_out_release(&out);
	free((char *)(uintptr_t)file.p);
	return may;
}

/* The parser is asked for merged ranges only when their name stands in the part: wherever it stands, in whatever encoding. */
static void test_merges_are_found(void **state)
{
	static char xml[200000];
	static const char plain[] = "<worksheet><mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells></worksheet>";
	char wide[2 * sizeof plain] = { '\xff', '\xfe' };

	(void)state;
	memset(xml, 'x', sizeof xml);
	assert_false(may_hold(xml, sizeof xml));
	for (size_t at = (64 << 10) - 12; at <= (64 << 10) + 2; at++) { /* at each place around the end of a piece */
		memcpy(xml + at, "mergeCell", 9);
		assert_true(may_hold(xml, sizeof xml));
		assert_false(may_hold(xml, at + 8));
		memset(xml + at, 'x', 9);
	}
	for (size_t i = 0; i < sizeof plain - 1; i++)
		wide[2 + 2 * i] = plain[i];
	const struct part utf16[] = { { .name = "xl/worksheets/sheet1.xml", .data = wide, .n = 2 * sizeof plain }, { 0 } };
	assert_string_equal(said(workbook_make("", utf16), 0), HEAD "M 0,0-0,1\nE0\n");
}

static void test_sheets(void **state)
{
	const struct part extra[] = {
		{ .name = "xl/workbook.xml", .data = XML_HEAD "<workbook xmlns:r=\"r\"><workbookPr date1904=\"1\"/><sheets>"
			"<sheet name=\"あと\" sheetId=\"7\" r:id=\"rId9\"/><sheet name=\"図\" sheetId=\"8\" r:id=\"rId2\"/>"
			"<sheet name=\"隠し&amp;\" sheetId=\"2\" state=\"hidden\" r:id=\"rId1\"/><sheet name=\"深い\" sheetId=\"3\" state=\"veryHidden\" r:id=\"rId3\"/>"
			"<sheet name=\"外\" sheetId=\"4\" r:id=\"rId4\"/></sheets></workbook>" },
		{ .name = "xl/_rels/workbook.xml.rels", .data = "<Relationships>"
			"<Relationship Id=\"rId1\" Type=\"" REL "worksheet\" Target=\"worksheets/sheet1.xml\"/>"
			"<Relationship Id=\"rId2\" Type=\"" REL "chartsheet\" Target=\"chartsheets/sheet1.xml\"/>"
			"<Relationship Id=\"rId3\" Type=\"" REL "worksheet\" Target=\"./worksheets/../worksheets/sheet1.xml\"/>"
			"<Relationship Id=\"rId4\" Type=\"" REL "worksheet\" TargetMode=\"External\" Target=\"file:///etc/passwd\"/>"
			"<Relationship Id=\"rId9\" Type=\"" REL "worksheet\" Target=\"/xl/worksheets/other.xml\"/></Relationships>" },
		{ .name = "xl/worksheets/other.xml", .data = SHEET("<row><c><v>9</v></c></row>") },
		{ 0 },
	};
	static const char *one = SHEET("<row><c><v>1</v></c></row>");

	(void)state;
	assert_string_equal(said(workbook_make(one, extra), -1), "S0 あと\nS1 隠し&\nS1 深い\nF 0 1\nE0\n");
	assert_string_equal(said(workbook_make(one, extra), 0), "S0 あと\nS1 隠し&\nS1 深い\nF 0 1\nR0 0=n:9\nE1\n");
	assert_non_null(strstr(said(workbook_make(one, extra), 2), "R0 0=n:1\nE1\n"));
	assert_int_equal(refusal(workbook_make(one, extra), 3), IMPORT_REFUSED_NO_SHEET);
}

static void test_refused_cells(void **state)
{
	(void)state;
	assert_string_equal(said(workbook_make(SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>"), NULL), 0),
	                    HEAD "X7 xl/worksheets/sheet1.xml A1\n"); /* a shared string that is not there */
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"1\"><c r=\"A1\"><v>12abc</v></c></row>"), NULL), 0), IMPORT_REFUSED_XML);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"1\"><c r=\"A1\" t=\"b\"><v>2</v></c></row>"), NULL), 0), IMPORT_REFUSED_XML);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"1\"><c r=\"B2\"><v>1</v></c></row>"), NULL), 0), IMPORT_REFUSED_XML);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"2\"/><row r=\"2\"/>"), NULL), 0), IMPORT_REFUSED_XML);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>"), NULL), 0), IMPORT_REFUSED_XML);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"99999999999\"/>"), NULL), 0), IMPORT_REFUSED_XML);
	assert_int_equal(refusal(workbook_make(SHEET("<row>"), NULL), 0), IMPORT_REFUSED_XML);
	assert_int_equal(refusal(workbook_make("no XML", NULL), 0), IMPORT_REFUSED_XML);
}

static void test_too_large(void **state)
{
	struct buf b;
	struct part extra[] = { { .name = "xl/workbook.xml" }, { 0 } };
	uint32_t noise = 1; /* a text that packs well would be taken for a bomb before */

	(void)state;
	assert_string_equal(said(workbook_make(SHEET("<row r=\"3\"><c r=\"IW3\"><v>1</v></c></row>"), NULL), 0),
	                    HEAD "X8 xl/worksheets/sheet1.xml IW3\n");
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"3\"><c r=\"IV3\"><v>1</v></c></row>"), NULL), 0), 0);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"1\"><c r=\"CFDGSXL1\"><v>1</v></c></row>"), NULL), 0), IMPORT_REFUSED_TOO_LARGE);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"1\"><c r=\"CFDGSXL1\"/><c r=\"CFDGSXM1\"/></row>"), NULL), 0), 0);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"1000001\"><c r=\"A1000001\"><v>1</v></c></row>"), NULL), 0), IMPORT_REFUSED_TOO_LARGE);
	assert_int_equal(refusal(workbook_make(SHEET("<row r=\"4000000000\"><c r=\"A4000000000\"><v>1</v></c></row>"), NULL), 0), IMPORT_REFUSED_TOO_LARGE);
	/* One cell too long, then a row of cells that are long together. */
	buf_init(&b, 16 << 20);
	buf_lit(&b, "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>");
	for (size_t i = 0; i < LIMIT_CELL + 1; i++)
		buf_char(&b, 'x');
	buf_lit(&b, "</t></is></c></row></sheetData></worksheet>");
	buf_char(&b, 0);
	assert_int_equal(refusal(workbook_make(b.p, NULL), 0), IMPORT_REFUSED_TOO_LARGE);
	buf_clear(&b);
	buf_lit(&b, "<worksheet><sheetData><row>");
	for (unsigned i = 0; i < 40; i++) {
		buf_lit(&b, "<c t=\"inlineStr\"><is><t>");
		for (size_t k = 0; k < LIMIT_CELL; k++)
			buf_char(&b, (char)('a' + ((noise = noise * 1664525u + 1013904223u) >> 28)));
		buf_lit(&b, "</t></is></c>");
	}
	buf_lit(&b, "</row></sheetData></worksheet>");
	buf_char(&b, 0);
	assert_int_equal(refusal(workbook_make(b.p, NULL), 0), IMPORT_REFUSED_TOO_LARGE);
	buf_clear(&b);
	buf_lit(&b, "<workbook xmlns:r=\"r\"><sheets>");
	for (unsigned i = 0; i < LIMIT_IMPORT_SHEETS + 1; i++)
		buf_printf(&b, "<sheet name=\"%u\" r:id=\"rId1\"/>", i);
	buf_lit(&b, "</sheets></workbook>");
	buf_char(&b, 0);
	extra[0].data = b.p;
	assert_int_equal(refusal(workbook_make(SHEET(""), extra), -1), IMPORT_REFUSED_TOO_LARGE);
	/* Elements within elements. */
	buf_clear(&b);
	for (unsigned i = 0; i < 2 * XML_DEPTH_MAX; i++)
		buf_lit(&b, "<a>");
	buf_char(&b, 0);
	assert_int_equal(refusal(workbook_make(b.p, NULL), 0), IMPORT_REFUSED_XML);
	buf_release(&b);
}

static void test_xml_bombs(void **state)
{
	static const char *const bombs[] = {
		"<!DOCTYPE a [<!ENTITY b \"x\"><!ENTITY c \"&b;&b;&b;&b;\">]><worksheet>&c;</worksheet>",
		"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><worksheet/>",
		"<!DOCTYPE worksheet><worksheet/>",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bombs); i++) {
		const struct part types[] = { { .name = "[Content_Types].xml", .data = bombs[i] }, { 0 } };
		const struct part strings[] = { { .name = "xl/sharedStrings.xml", .data = bombs[i] }, { 0 } };

		assert_int_equal(refusal(workbook_make(bombs[i], NULL), 0), IMPORT_REFUSED_XML_BOMB);
		assert_int_equal(refusal(workbook_make(SHEET(""), types), -1), IMPORT_REFUSED_XML_BOMB);
		assert_int_equal(refusal(workbook_make(SHEET(""), strings), 0), IMPORT_REFUSED_XML_BOMB);
	}
}

/* The position of the n-th central directory header. */
static char *central(struct str zip, unsigned nth)
{
	char *p = (char *)(uintptr_t)zip.p;

	for (size_t i = 0; i + 4 <= zip.n; i++)
		if (memcmp(p + i, "PK\1\2", 4) == 0 && nth-- == 0)
			return p + i;
	die("no central header");
}

static void test_zip_bombs(void **state)
{
	struct str zip;
	size_t n = (size_t)32 << 20;
	char *zeros = malloc(n);
	struct part many[PACKAGE_ENTRIES_MAX + 2] = { 0 };
	static char names[PACKAGE_ENTRIES_MAX + 1][12];

	(void)state;
	assert_non_null(zeros);
	memset(zeros, ' ', n);
	{
		const struct part bomb[] = { { .name = "xl/media/image1.png", .data = zeros, .n = n }, { 0 } };

		assert_int_equal(refusal(workbook_make(SHEET(""), bomb), -1), IMPORT_REFUSED_ZIP_BOMB);
	}
	free(zeros);
	for (size_t i = 0; i <= PACKAGE_ENTRIES_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "e%zu", i);
		many[i] = (struct part){ .name = names[i], .data = "" };
	}
	assert_int_equal(refusal(zip_make(many, NULL, NULL), -1), IMPORT_REFUSED_ZIP_BOMB);
	/* An entry that says it is shorter than it is, and one that says it is enormous. */
	for (int lie = 0; lie < 2; lie++) {
		static const struct part first[] = {
			{ .name = "[Content_Types].xml", .data = TYPES "                                        " }, { 0 },
		};

		zip = zip_make(first, NULL, NULL);
		memcpy(central(zip, 0) + 24, lie ? "\0\0\0\xf0" : "\x10\0\0\0", 4);
		if (!lie)
			memcpy((char *)(uintptr_t)zip.p + 22, "\x10\0\0\0", 4);
		n = (size_t)refusal(zip, -1);
		assert_true(n == IMPORT_REFUSED_ZIP_BOMB || n == IMPORT_REFUSED_NOT_A_FILE);
		assert_true(!lie || n == IMPORT_REFUSED_ZIP_BOMB);
	}
}

static void test_paths(void **state)
{
	static const char *const names[] = { "../evil.xml", "/etc/passwd", "xl/../../evil", "c:evil", "xl\\workbook.xml", "xl/.." };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct part evil[] = { { .name = names[i], .data = "x" }, { 0 } };

		assert_int_equal(refusal(workbook_make(SHEET(""), evil), -1), IMPORT_REFUSED_PATHS);
	}
	{
		const struct part rels[] = { { .name = "xl/_rels/workbook.xml.rels", .data = "<Relationships><Relationship Id=\"rId1\" Type=\""
			REL "worksheet\" Target=\"../../secret.xml\"/></Relationships>" }, { 0 } };
		const struct part harmless[] = { { .name = "xl/..hidden/a..b", .data = "x" }, { 0 } };

		assert_int_equal(refusal(workbook_make(SHEET(""), rels), -1), IMPORT_REFUSED_PATHS);
		assert_int_equal(refusal(workbook_make(SHEET(""), harmless), -1), 0);
	}
}

static void test_active_content(void **state)
{
	static const struct part parts[] = {
		{ .name = "xl/vbaProject.bin", .data = "x" }, { .name = "xl/VBAPROJECT.BIN", .data = "x" },
		{ .name = "xl/macrosheets/sheet1.xml", .data = "x" }, { .name = "xl/activeX/activeX1.bin", .data = "x" },
		{ .name = "[Content_Types].xml", .data = "<Types><Override PartName=\"/xl/workbook.xml\" "
			"ContentType=\"application/vnd.ms-excel.sheet.macroEnabled.main+xml\"/></Types>" },
		{ .name = "[Content_Types].xml", .data = "<Types><Default Extension=\"dat\" ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		const struct part extra[] = { parts[i], { 0 } };

		assert_int_equal(refusal(workbook_make(SHEET(""), extra), -1), IMPORT_REFUSED_MACRO);
	}
}

/* A compound file with one stream's name in UTF-16LE. */
static struct str compound(const char *stream)
{
	char *p = calloc(1, 1024);

	assert_non_null(p);
	memcpy(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	for (size_t i = 0; stream[i]; i++)
		p[512 + 2 * i] = stream[i];
	return (struct str){ p, 1024 };
}

static struct str copy(const char *p, size_t n)
{
	char *q = malloc(n ? n : 1);

	assert_non_null(q);
	if (n)
		memcpy(q, p, n);
	return (struct str){ q, n };
}

static void test_other_files(void **state)
{
	const struct part other[] = { { .name = "mimetype", .data = "application/vnd.oasis.opendocument.spreadsheet" }, { 0 } };
	const struct part no_sheets[] = { { .name = "xl/workbook.xml", .data = "<workbook><sheets/></workbook>" }, { 0 } };
	const struct part binary[] = { { .name = "[Content_Types].xml", .data = "<Types><Override PartName=\"/xl/workbook.bin\" "
		"ContentType=\"application/vnd.ms-excel.sheet.binary.macroEnabled.main\"/></Types>" }, { 0 } };
	const struct part types[] = { { .name = "[Content_Types].xml", .data = TYPES }, { 0 } };
	struct str zip;

	(void)state;
	assert_int_equal(refusal(compound("Workbook"), -1), IMPORT_REFUSED_OLD_XLS);
	assert_int_equal(refusal(compound("EncryptedPackage"), -1), IMPORT_REFUSED_ENCRYPTED);
	assert_int_equal(refusal(compound("WordDocument"), -1), IMPORT_REFUSED_NOT_A_FILE);
	assert_int_equal(refusal(zip_make(types, NULL, "secret"), -1), IMPORT_REFUSED_ENCRYPTED);
	assert_int_equal(refusal(zip_make(other, NULL, NULL), -1), IMPORT_REFUSED_NOT_A_FILE);
	assert_int_equal(refusal(zip_make(types, NULL, NULL), -1), IMPORT_REFUSED_NOT_A_FILE);
	assert_int_equal(refusal(workbook_make(SHEET(""), binary), -1), IMPORT_REFUSED_NOT_A_FILE);
	assert_int_equal(refusal(workbook_make(SHEET(""), no_sheets), -1), IMPORT_REFUSED_EMPTY);
	assert_int_equal(refusal(copy("", 0), -1), IMPORT_REFUSED_EMPTY);
	assert_int_equal(refusal(copy("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22), -1), IMPORT_REFUSED_EMPTY);
	assert_int_equal(refusal(copy("PK\3\4 and nothing else", 21), -1), IMPORT_REFUSED_NOT_A_FILE);
	assert_int_equal(refusal(copy("%PDF-1.7", 8), -1), IMPORT_REFUSED_NOT_A_FILE);
	/* Cut off at every length: always an answer, never a crash. */
	zip = workbook_make(SHEET("<row><c><v>1</v></c></row>"), NULL);
	for (size_t n = 1; n < zip.n; n++)
		assert_int_equal(refusal(copy(zip.p, n), 0), IMPORT_REFUSED_NOT_A_FILE);
	/* One byte altered anywhere: refused, or read as if nothing were (dates, attributes), or another text. */
	for (size_t i = 0; i < zip.n; i++) {
		struct str bad = copy(zip.p, zip.n);

		((char *)(uintptr_t)bad.p)[i] ^= 0x55;
		refusal(bad, 0);
	}
	free((char *)(uintptr_t)zip.p);
}

static void test_date_formats(void **state)
{
	static const char *const dates[] = {
		"yyyy/mm/dd", "m/d/yy", "[$-411]ge.m.d", "[$-411]ggge\"年\"m\"月\"d\"日\";@", "e/m/d", "h:mm", "[h]:mm", "[ss]", "mm:ss.0",
		"[Red]yyyy", "aaa", "\\yy", "0;yyyy", "YYYY-MM-DD", "m\"月\"d\"日\"", "AM/PM", "gee",
	};
	static const char *const numbers[] = {
		"General", "general;@", "0.00", "#,##0", "0.00E+00", "##0.0e-0", "\"date: yyyy\"0", "\\y0", "_d0", "*d0", "[Red]0", "[>=100]0",
		"[$¥-411]#,##0", "G/標準", "@", "0\"年\"", "#,##0_);[Red]\\(#,##0\\)", "\"unterminated yyyy", "[unterminated yyyy", "\\", "", "0年",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(dates); i++)
		if (!numfmt_code_is_date(dates[i]))
			fail_msg("%s is a date", dates[i]);
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		if (numfmt_code_is_date(numbers[i]))
			fail_msg("%s is no date", numbers[i]);
	assert_true(numfmt_id_is_date(14) && numfmt_id_is_date(22) && numfmt_id_is_date(27) && numfmt_id_is_date(57));
	assert_false(numfmt_id_is_date(0) || numfmt_id_is_date(13) || numfmt_id_is_date(23) || numfmt_id_is_date(49));
}

static void test_resolve(void **state)
{
	static const struct {
		const char *source, *target, *want;
	} cases[] = {
		{ "xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml" },
		{ "xl/workbook.xml", "/xl/styles.xml", "xl/styles.xml" }, { "xl/workbook.xml", "../other/a.xml", "other/a.xml" },
		{ "", "xl/workbook.xml", "xl/workbook.xml" }, { "a/b/c.xml", "./d//e.xml", "a/b/d/e.xml" },
		{ "xl/workbook.xml", "../../a.xml", NULL }, { "", "../a", NULL }, { "xl/workbook.xml", "/../a", NULL },
		{ "xl/workbook.xml", "a\\b", NULL }, { "xl/workbook.xml", "..", NULL }, { "", "", NULL },
	};
	char got[PACKAGE_NAME_MAX], far[2 * PACKAGE_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		bool ok = package_resolve(cases[i].source, cases[i].target, got);

		assert_int_equal(ok, cases[i].want != NULL);
		if (ok)
			assert_string_equal(got, cases[i].want);
	}
	memset(far, 'a', sizeof(far));
	far[sizeof(far) - 1] = 0;
	assert_false(package_resolve("", far, got));
	assert_false(package_resolve("xl/workbook.xml", far, got));
}

static void test_clean(void **state)
{
	static const struct {
		const char *in, *plain, *escaped;
	} cases[] = {
		{ "a\r\nb\rc\vd", "a\nb\nc\nd", "a\nb\nc\nd" }, { "a\x01\x1f\x7f" "b\tc", "ab\tc", "ab\tc" },
		{ "\xc2\x85\xc2\xa0x", "\xc2\xa0x", "\xc2\xa0x" }, { "\xef\xbf\xbe\xef\xbf\xbd", "\xef\xbf\xbd", "\xef\xbf\xbd" },
		{ "_x3042_", "_x3042_", "あ" }, { "_x000d__x000A_", "_x000d__x000A_", "\n" }, { "_x005F_x0041_", "_x005F_x0041_", "_x0041_" },
		{ "_xD800_ _x12", "_xD800_ _x12", "_xD800_ _x12" }, { "_x0000__x0001_", "_x0000__x0001_", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (int escapes = 0; escapes < 2; escapes++) {
			const char *want = escapes ? cases[i].escaped : cases[i].plain;
			struct str s = copy(cases[i].in, strlen(cases[i].in));

			s.n = import_text_clean((char *)(uintptr_t)s.p, s.n, escapes);
			assert_int_equal(s.n, strlen(want));
			assert_memory_equal(s.p, want, s.n);
			free((char *)(uintptr_t)s.p);
		}
}

static void test_ledgers(void **state)
{
	struct str file;
	const char *text;

	(void)state;
	if (shared_data("ledger/ledger.xlsx", &file)) {
		text = said(file, 0);
		assert_non_null(strstr(text, "S0 情報資産管理台帳\nF 0 0\nM 2,6-2,8\n"));
		assert_non_null(strstr(text, "M 2,14-3,14\nR0 0=t:情報資産管理台帳\nR2 0=t:業務分類 1=t:情報資産名称"));
		assert_non_null(strstr(text, "R4 0=t:人事 1=t:社員名簿 2=t:社員基本情報 3=t:人事部 4=t:人事部 5=t:事務所PC 6=t:有 9=n:2 10=n:0 11=n:0 12=n:2 14=d:42552\n"));
		assert_non_null(strstr(text, "\nE11\n"));
	}
	if (shared_data("ledger/ledger-messy.xlsx", &file)) {
		text = said(file, 0);
		assert_non_null(strstr(text, "R4 0=t:人事 1=t:社員名簿"));
		assert_non_null(strstr(text, "発行済請求書控　"));
		assert_non_null(strstr(text, "\nE11\n"));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_of_cells), cmocka_unit_test(test_positions), cmocka_unit_test(test_merges), cmocka_unit_test(test_merges_are_found),
		cmocka_unit_test(test_sheets), cmocka_unit_test(test_refused_cells), cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_xml_bombs), cmocka_unit_test(test_zip_bombs), cmocka_unit_test(test_paths),
		cmocka_unit_test(test_active_content), cmocka_unit_test(test_other_files), cmocka_unit_test(test_date_formats),
		cmocka_unit_test(test_resolve), cmocka_unit_test(test_clean), cmocka_unit_test(test_ledgers),
	};
	int failed;

	buf_init(&dump, 8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_release(&dump);
	return failed;
}
