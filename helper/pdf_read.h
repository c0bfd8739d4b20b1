/* Records of helper/pdf_protocol.h into pages. Trusts no length, count or order of the input. */
#ifndef HELPER_PDF_READ_H
#define HELPER_PDF_READ_H

#include "helper/pdf_page.h"

/* ERR_SYNTAX for records that are not as the protocol says, ERR_LIMIT, ERR_IO. */
MUST_USE int pdf_read(struct str input, const struct pdf_font *font, struct buf *out, int *ret_pages);

#endif
