/*
 * Workbooks. An input that begins with "PK" is read as it is. Any other is parts of XML, cut at "\n---\n": sheet, shared
 * strings, styles, workbook, relationships; they are packed first, since mutation rarely survives deflate and a checksum.
 * Whatever is said must keep the protocol, and every text must be valid.
 */
#include "base/text.h"
#include "helper/xlsx.h"
#include "tests/workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct str wire)
{
	int64_t last_row = -1;
	bool ended = false;

	while (wire.n) {
		size_t n = wire.n >= 5 ? wire_le(wire.p + 1, 4) : SIZE_MAX, at = 6, cells;
		uint8_t kind = (uint8_t)wire.p[0];
		struct str s = { wire.p + 5, n };
		int64_t last_column = -1;

		if (n > wire.n - 5 || n > IMPORT_RECORD_MAX || ended)
			die("record");
		ended = kind == IMPORT_END || kind == IMPORT_REFUSED;
		if (kind == IMPORT_SHEET && !text_valid(str_sub(s, 1, s.n)))
			die("sheet name");
		if (kind == IMPORT_REFUSED && !text_valid(str_sub(s, 2, s.n)))
			die("place");
		if (kind == IMPORT_ROW) {
			if ((int64_t)wire_le(s.p, 4) <= last_row)
				die("row order");
			last_row = (int64_t)wire_le(s.p, 4);
			for (cells = wire_le(s.p + 4, 2); cells; cells--) {
				size_t len = wire_le(s.p + at + 3, 4);

				if ((int64_t)wire_le(s.p + at, 2) <= last_column || len == 0 || len > s.n - at - 7 ||
				    !text_valid((struct str){ s.p + at + 7, len }))
					die("cell");
				last_column = (int64_t)wire_le(s.p + at, 2);
				at += 7 + len;
			}
			if (at != s.n)
				die("row");
		}
		wire = (struct str){ wire.p + 5 + n, wire.n - 5 - n };
	}
	if (!ended)
		die("no end");
}

static void read_one(struct str file, long sheet)
{
	struct import_out out;
	int e;

	import_out_init(&out, -1);
	e = xlsx_read(file, sheet, &out);
	if (e == 0 || e == ERR_INVALID)
		check(buf_view(&out.pending));
	import_out_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
	};
	struct part extra[COUNT_OF(names) + 1] = { 0 };
	struct str rest = { (const char *)data, size }, book;

	if (str_starts(rest, STR("PK"))) {
		read_one(rest, -1);
		read_one(rest, 0);
		return 0;
	}
	for (size_t i = 0; i < COUNT_OF(names) && rest.n; i++) {
		ptrdiff_t cut = str_find(rest, STR("\n---\n"));
		size_t n = cut < 0 ? rest.n : (size_t)cut;

		extra[i] = (struct part){ .name = names[i], .data = n ? rest.p : " ", .n = n ? n : 1 };
		rest = cut < 0 ? STR_NULL : str_sub(rest, n + 5, rest.n);
	}
	book = workbook_make("<worksheet/>", extra);
	read_one(book, 0);
	free((char *)(uintptr_t)book.p);
	return 0;
}
