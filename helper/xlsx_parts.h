/* The parts of a workbook, between helper/xlsx.c (what belongs to the whole) and helper/xlsx_sheet.c (cells). */
#ifndef HELPER_XLSX_PARTS_H
#define HELPER_XLSX_PARTS_H

#include "base/limits.h"
#include "helper/package.h"

#define XLSX_STRINGS_MAX ((size_t)192 << 20) /* bytes of all shared strings */
#define XLSX_STRING_COUNT_MAX ((size_t)8 << 20)
#define XLSX_MERGES_MAX 65536

struct xlsx_sheet {
	char part[PACKAGE_NAME_MAX];
	char name[256];
	bool hidden;
};

struct xlsx {
	struct package *package;
	struct import_out *out;
	struct xlsx_sheet sheets[LIMIT_IMPORT_SHEETS];
	size_t sheet_count;
	bool date_1904;
	char styles_part[PACKAGE_NAME_MAX], strings_part[PACKAGE_NAME_MAX]; /* "" when there is none */
	bool *style_is_date; /* by index into cellXfs */
	size_t style_count, style_cap;
	/* Shared string i is text[start[i] .. start[i + 1]). */
	char *text;
	size_t text_n, text_cap;
	uint32_t *start;
	size_t string_count, start_cap;
};

MUST_USE int xlsx_read_styles(struct xlsx *x);
MUST_USE int xlsx_read_strings(struct xlsx *x);
MUST_USE int xlsx_read_merges(struct xlsx *x, const struct xlsx_sheet *sheet);
MUST_USE int xlsx_read_cells(struct xlsx *x, const struct xlsx_sheet *sheet);

/* Decimal digits alone, up to max; false otherwise. */
MUST_USE bool xlsx_number(const char *z, size_t n, uint32_t max, uint32_t *ret);

#endif
