/*
 * The sending end of helper/import_protocol.h: readers of workbooks and of CSV hand their cells here. Records are
 * gathered and written in large pieces. With fd = -1 they stay in memory, for tests and fuzz targets.
 */
#ifndef HELPER_IMPORT_OUT_H
#define HELPER_IMPORT_OUT_H

#include "base/buf.h"
#include "helper/import_protocol.h"

struct import_out {
	int fd;
	struct buf pending;          /* whole records not written yet */
	struct buf row;              /* the cells of the current row */
	uint32_t row_number, rows;
	uint16_t cells;
	enum import_refusal refusal; /* 0 until refused; nothing is written afterwards */
	int error;                   /* ERR_IO when nobody reads any more; sticky */
};

void import_out_init(struct import_out *o, int fd);
void import_out_release(struct import_out *o);

void import_out_sheet(struct import_out *o, bool hidden, struct str name);
void import_out_format(struct import_out *o, uint8_t first, uint8_t second);
void import_out_merge(struct import_out *o, uint32_t row0, uint16_t col0, uint32_t row1, uint16_t col1);
/* Cells go into the row begun last; a row without cells is not sent. */
void import_out_row(struct import_out *o, uint32_t row_number);
void import_out_cell(struct import_out *o, uint16_t column, enum import_cell kind, struct str value);
/* ERR_LIMIT when the row is longer than IMPORT_RECORD_MAX, ERR_IO when writing failed. */
MUST_USE int import_out_row_end(struct import_out *o);
/* IMPORT_END and everything pending. */
MUST_USE int import_out_end(struct import_out *o);
/* Sends IMPORT_REFUSED; only the first one counts. place is cut to IMPORT_PLACE_MAX and freed of control characters.
 * Returns ERR_INVALID, so that readers can `return import_out_refuse(...)`. */
int import_out_refuse(struct import_out *o, enum import_refusal why, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* What a text of a file becomes before it is sent, in place; returns the new length. Control characters other than TAB
 * and LF go (VT and CR LF become LF, a lone CR too). With escapes, Excel's "_x000D_" notation is resolved first. */
size_t import_text_clean(char *p, size_t n, bool escapes);

#endif
