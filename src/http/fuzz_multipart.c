/* Fuzz target: multipart bodies. The first byte chooses the boundary's length, the boundary follows, then the body. */
#include "http/internal.h"

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size) return 0;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct str all = { (const char *)data + 1, size - 1 };
	struct str boundary = str_sub(all, 0, data[0] % 80), body = str_sub(all, boundary.n, all.n);
	struct http_pair *pair = NULL;
	size_t n = 0;
	if (http_parse_multipart(a, body, boundary, &pair, &n) == 0) {
		for (size_t i = 0; i < n; i++) {
			const struct http_file *f = pair[i].file;
			if (!pair[i].name.n || !text_valid(pair[i].name)) __builtin_trap();
			if (!f && !text_valid(pair[i].value)) __builtin_trap();
			if (f && (!text_valid(f->name) || str_find_char(f->name, '/') >= 0 || f->data.n > body.n)) __builtin_trap();
		}
	}
	arena_free(a);
	return 0;
}
