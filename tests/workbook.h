/*
 * For tests: workbooks made of parts given as text, and what the import helper said about them as readable lines.
 *
 *	S0 <name>            sheet, hidden 0 or 1
 *	F <first> <second>   format
 *	M r0,c0-r1,c1        merged range
 *	R<row> c=t:text c=n:1.5 c=d:42552 c=b:1 c=e:#N/A
 *	E<rows>              end
 *	X<reason> <place>    refused
 */
#ifndef TESTS_WORKBOOK_H
#define TESTS_WORKBOOK_H

#include "base/buf.h"
#include "helper/import_protocol.h"

#include <zip.h>

#define UNUSED __attribute__((unused))

struct part {
	const char *name;
	const char *data; /* NULL ends a list */
	size_t n;         /* 0: data is NUL-terminated */
};

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define TYPES XML_HEAD "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
#define ROOT_RELS XML_HEAD "<Relationships><Relationship Id=\"rId1\" Type=\"" REL "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
#define BOOK XML_HEAD "<workbook xmlns:r=\"r\"><sheets><sheet name=\"表1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
#define BOOK_RELS XML_HEAD "<Relationships>" \
	"<Relationship Id=\"rId1\" Type=\"" REL "worksheet\" Target=\"worksheets/sheet1.xml\"/>" \
	"<Relationship Id=\"rId2\" Type=\"" REL "styles\" Target=\"styles.xml\"/>" \
	"<Relationship Id=\"rId3\" Type=\"" REL "sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
#define SHEET(rows) XML_HEAD "<worksheet><sheetData>" rows "</sheetData></worksheet>"

/* A ZIP archive as free()-able memory; extra parts replace those of base with the same name. level 0: stored. */
UNUSED static struct str zip_make(const struct part *base, const struct part *extra, const char *password)
{
	zip_error_t error;
	zip_source_t *memory, *kept;
	zip_stat_t st;
	zip_t *z;
	char *p;

	zip_error_init(&error);
	memory = zip_source_buffer_create(NULL, 0, 0, &error);
	z = memory ? zip_open_from_source(memory, ZIP_TRUNCATE, &error) : NULL;
	if (!z)
		die("zip: cannot create");
	kept = memory;
	zip_source_keep(kept);
	for (int list = 0; list < 2; list++)
		for (const struct part *one = list ? extra : base; one && one->name; one++) {
			size_t n = one->n ? one->n : strlen(one->data);
			zip_source_t *s = zip_source_buffer(z, one->data, n, 0);
			zip_int64_t at = s ? zip_file_add(z, one->name, s, ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8) : -1;

			if (at < 0)
				die("zip: cannot add %s", one->name);
			if (password && zip_file_set_encryption(z, (zip_uint64_t)at, ZIP_EM_AES_256, password) < 0)
				die("zip: cannot encrypt");
		}
	if (zip_close(z) < 0)
		die("zip: %s", zip_strerror(z));
	if (zip_source_stat(kept, &st) < 0 || zip_source_open(kept) < 0)
		die("zip: cannot read back");
	p = malloc(st.size ? st.size : 1);
	if (!p || zip_source_read(kept, p, st.size) != (zip_int64_t)st.size)
		die("zip: cannot read back");
	zip_source_close(kept);
	zip_source_free(kept);
	zip_error_fini(&error);
	return (struct str){ p, st.size };
}

/* A workbook of one sheet, with what else extra holds. */
UNUSED static struct str workbook_make(const char *sheet, const struct part *extra)
{
	const struct part base[] = {
		{ .name = "[Content_Types].xml", .data = TYPES }, { .name = "_rels/.rels", .data = ROOT_RELS },
		{ .name = "xl/workbook.xml", .data = BOOK }, { .name = "xl/_rels/workbook.xml.rels", .data = BOOK_RELS },
		{ .name = "xl/worksheets/sheet1.xml", .data = sheet }, { 0 },
	};

	return zip_make(base, extra, NULL);
}

UNUSED static uint64_t wire_le(const char *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = bytes; i-- > 0;)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* Appends one record as a line; dies when it does not keep the protocol. */
UNUSED static void record_dump(struct buf *to, uint8_t kind, struct str s)
{
	static const char cell_kinds[] = "?tndbe";
	size_t at = 6, cells;

	switch (kind) {
	case IMPORT_SHEET:
		buf_printf(to, "S%d %.*s\n", s.p[0], (int)(s.n - 1), s.p + 1);
		break;
	case IMPORT_FORMAT:
		buf_printf(to, "F %d %d\n", s.p[0], s.p[1]);
		break;
	case IMPORT_MERGE:
		buf_printf(to, "M %u,%u-%u,%u\n", (unsigned)wire_le(s.p, 4), (unsigned)wire_le(s.p + 4, 2),
		           (unsigned)wire_le(s.p + 6, 4), (unsigned)wire_le(s.p + 10, 2));
		break;
	case IMPORT_ROW:
		buf_printf(to, "R%u", (unsigned)wire_le(s.p, 4));
		cells = wire_le(s.p + 4, 2);
		for (; cells; cells--) {
			unsigned column = (unsigned)wire_le(s.p + at, 2), cell = (unsigned)wire_le(s.p + at + 2, 1);
			size_t n = wire_le(s.p + at + 3, 4);

			if (cell == 0 || cell > 5 || at + 7 + n > s.n)
				die("import: bad cell");
			buf_printf(to, " %u=%c:%.*s", column, cell_kinds[cell], (int)n, s.p + at + 7);
			at += 7 + n;
		}
		if (at != s.n)
			die("import: bytes behind the last cell");
		buf_lit(to, "\n");
		break;
	case IMPORT_END:
		buf_printf(to, "E%u\n", (unsigned)wire_le(s.p, 4));
		break;
	case IMPORT_REFUSED:
		buf_printf(to, "X%u %.*s\n", (unsigned)wire_le(s.p, 2), (int)(s.n - 2), s.p + 2);
		break;
	default:
		die("import: record of kind %d", kind);
	}
}

/* Records as they lie in memory. */
UNUSED static void records_dump(struct buf *to, struct str wire)
{
	while (wire.n) {
		size_t n = wire.n >= 5 ? wire_le(wire.p + 1, 4) : SIZE_MAX;

		if (n > wire.n - 5)
			die("import: a record is cut");
		record_dump(to, (uint8_t)wire.p[0], (struct str){ wire.p + 5, n });
		wire = (struct str){ wire.p + 5 + n, wire.n - 5 - n };
	}
}

/* A file of ../shared/data beside the checkout; false, with a word, when there is none. Free()-able. */
UNUSED static bool shared_data(const char *name, struct str *ret)
{
	static const char *const places[] = { "../shared/data", "../../shared/data" };
	char path[512];

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", places[i], name);
		f = fopen(path, "rb");
		if (!f)
			continue;
		char *p = malloc((size_t)1 << 20);
		size_t n = p ? fread(p, 1, (size_t)1 << 20, f) : 0;

		fclose(f);
		*ret = (struct str){ p, n };
		return p != NULL;
	}
	printf("skipped: ../shared/data/%s absent\n", name);
	return false;
}

#endif
