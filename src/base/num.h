/* Numbers from text and to text, with limits; nothing here depends on the locale. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/err.h"
#include "base/str.h"

/* Decimal digits with an optional sign, nothing around them. ERR_SYNTAX, or ERR_RANGE outside min..max; *ret untouched
 * on failure. */
MUST_USE int num_parse_i64(struct str s, int64_t min, int64_t max, int64_t *ret);
/* As people write numbers: full-width digits, thousands commas in the right places, surrounding blanks, a leading
 * yen sign or trailing 円 allowed, ▲ and △ before it as a minus sign. With decimals = d the result is scaled by 10^d ("1.5", 2 -> 150); more digits behind
 * the point than d is ERR_RANGE unless they are zeros. */
MUST_USE int num_parse_human(struct str s, unsigned decimals, int64_t min, int64_t max, int64_t *ret);
/* A scaled value as text: num_decimal(150, 2) -> "1.50". */
struct buf;
void num_put_decimal(struct buf *b, int64_t scaled, unsigned decimals);
/* With thousands separators: 1234567 -> "1,234,567". */
void num_put_grouped(struct buf *b, int64_t v);

#endif
