/*
 * Reads a workbook (ECMA-376, transitional and strict) and sends what helper/import_protocol.h lists. The sheet is
 * parsed as a stream; only the shared strings are held, as one block of bytes and an offset each.
 */
#ifndef HELPER_XLSX_H
#define HELPER_XLSX_H

#include "helper/import_out.h"

/* sheet < 0 lists the sheets only. 0 after IMPORT_END, ERR_INVALID after a refusal, ERR_IO when nobody reads. */
MUST_USE int xlsx_read(struct str file, long sheet, struct import_out *out);

#endif
