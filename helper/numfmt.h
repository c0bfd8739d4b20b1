/* Which number formats of a workbook mean a date or a time (ECMA-376 part 1, 18.8.30 and 18.8.31). */
#ifndef HELPER_NUMFMT_H
#define HELPER_NUMFMT_H

#include <stdbool.h>

/* The formats that have a number but no code in the file; 27-36 and 50-58 are the East Asian dates. */
bool numfmt_id_is_date(unsigned id);
/* A format code: whether it shows a part of a date or a time outside quotes, escapes, colours and conditions. */
bool numfmt_code_is_date(const char *code);

#endif
