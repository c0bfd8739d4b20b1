/* Fuzz target: queries and urlencoded forms. What was accepted holds valid text within the limits. */
#include "http/internal.h"

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct http_pair *pair = NULL;
	size_t n = 0;
	if (http_parse_urlencoded(a, (struct str){ (const char *)data, size }, &pair, &n) == 0) {
		if (n > LIMIT_PARAMS) __builtin_trap();
		for (size_t i = 0; i < n; i++)
			if (!pair[i].name.n || !text_valid(pair[i].name) || !text_valid(pair[i].value)) __builtin_trap();
	}
	arena_free(a);
	return 0;
}
