/*
 * Reads comma-, tab- or semicolon-separated text (RFC 4180, forgiving where programs differ) and sends every non-empty
 * field as a text cell. Row numbers count records from 0, empty ones included; a quoted line break does not end one.
 * UTF-8 wins when the whole file is valid UTF-8; otherwise it is CP932 as Excel in Japan writes it.
 */
#ifndef HELPER_CSV_H
#define HELPER_CSV_H

#include "helper/import_out.h"

/* sheet < 0 tells the format only, 0 sends the rows. 0 after IMPORT_END, ERR_INVALID after a refusal, ERR_IO. */
MUST_USE int csv_read(struct str file, long sheet, struct import_out *out);
/* Makes the tables for CP932, for which the C library loads a module; called before sandbox_enter(). */
void csv_prepare(void);

#endif
