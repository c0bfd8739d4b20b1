/*
 * What ishigaki-import says about a workbook or a CSV file, record by record (base/helper.h). It parses hostile input
 * in a sandbox (seccomp, no network, no file access, bounded memory and time) and says only checked values; the parent
 * checks them again.
 *
 * Input: fd 3, read-only. Arguments: "xlsx" | "csv" | "auto"; then for reading cells: "--sheet N" (0-based). Without
 * --sheet only the sheets are listed (CSV: one sheet).
 *
 * Order: IMPORT_SHEET for each sheet, IMPORT_FORMAT; then, when a sheet was asked for, IMPORT_MERGE for each merged
 * range, IMPORT_ROW for each row that has a cell, in ascending order; IMPORT_END last. An empty cell is not sent. IMPORT_REFUSED instead of, or after, anything ends
 * the stream: the payload is an enum import_refusal and, for people, where it was found.
 *
 * Numbers are little-endian. A cell is: u16 column (0-based), u8 kind (enum import_cell), u32 length, bytes.
 */
#ifndef HELPER_IMPORT_PROTOCOL_H
#define HELPER_IMPORT_PROTOCOL_H

#define IMPORT_RECORD_MAX (4u << 20) /* the longest record: a row whose cells hold more together is refused */
#define IMPORT_PLACE_MAX 240         /* bytes of the text in IMPORT_REFUSED */

enum import_record {
	IMPORT_SHEET = 1,   /* u8 hidden, name (UTF-8) */
	IMPORT_MERGE = 2,   /* u32 row0, u16 col0, u32 row1, u16 col1 (0-based, inclusive) */
	IMPORT_ROW = 3,     /* u32 row number (0-based, as in the file), u16 cells, cells */
	IMPORT_FORMAT = 4,  /* CSV: u8 delimiter, u8 encoding (0 UTF-8, 1 UTF-8 with BOM, 2 CP932); XLSX: u8 0, u8 date system (0 1900, 1 1904) */
	IMPORT_END = 5,     /* u32 rows */
	IMPORT_REFUSED = 6, /* u16 enum import_refusal, text naming the place ("xl/worksheets/sheet1.xml", "line 12") */
};

enum import_cell {
	IMPORT_CELL_TEXT = 1,    /* UTF-8, valid, no NUL, at most LIMIT_CELL bytes */
	IMPORT_CELL_NUMBER = 2,  /* decimal digits as written in the file, e.g. "42552" or "1.5" or "1E3" */
	IMPORT_CELL_DATE = 3,    /* a number whose style is a date: the serial as written */
	IMPORT_CELL_BOOL = 4,    /* "0" or "1" */
	IMPORT_CELL_ERROR = 5,   /* "#N/A" and its like */
};

enum import_refusal {
	IMPORT_REFUSED_NOT_A_FILE = 1,   /* neither ZIP nor text; an old .xls; an encrypted workbook */
	IMPORT_REFUSED_OLD_XLS = 2,      /* the binary format of Excel 97-2003 */
	IMPORT_REFUSED_ENCRYPTED = 3,
	IMPORT_REFUSED_MACRO = 4,        /* holds vbaProject.bin or other active content */
	IMPORT_REFUSED_ZIP_BOMB = 5,     /* unpacks to far more than it may, or nests */
	IMPORT_REFUSED_XML_BOMB = 6,     /* a DTD or entity declaration */
	IMPORT_REFUSED_XML = 7,          /* malformed XML */
	IMPORT_REFUSED_TOO_LARGE = 8,    /* rows, columns, sheets, cells or a cell beyond base/limits.h */
	IMPORT_REFUSED_PATHS = 9,        /* entries named "../" or absolute */
	IMPORT_REFUSED_ENCODING = 10,    /* neither UTF-8 nor CP932; the place tells the byte */
	IMPORT_REFUSED_CSV = 11,         /* a quote that never ends */
	IMPORT_REFUSED_EMPTY = 12,
	IMPORT_REFUSED_MEMORY = 13,
	IMPORT_REFUSED_NO_SHEET = 14,    /* the asked sheet does not exist */
};

#endif
