/* Fuzz target: the small header parsers: cookies, media types and their parameters, languages, addresses. */
#include "http/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	struct str views[] = { http_parse_cookie(s, "sid"), media_type(s), media_param(s, "boundary"), media_param(s, "charset") };
	/* every result is a view into the input */
	for (size_t i = 0; i < COUNT_OF(views); i++)
		if (views[i].n && (views[i].p < s.p || views[i].p + views[i].n > s.p + s.n)) __builtin_trap();
	enum lang l = accept_language(s);
	if (l != LANG_JA && l != LANG_EN) __builtin_trap();
	struct address a;
	if (address_parse(s, &a) == 0 && size < 2) __builtin_trap();
	return 0;
}
