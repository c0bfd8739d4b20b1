/* Unicode and CP932: arbitrary bytes in, valid text or an error out; the invariants that other rooms rely on. */
#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(256u << 20);
	CLEANUP(buf_release) struct buf b, c;
	struct str s = { (const char *)data, size };
	size_t at = 0;
	buf_init(&b, 64u << 20);
	buf_init(&c, 64u << 20);
	if (text_from_cp932(&b, s, &at) == 0) {
		text_to_cp932(&c, buf_view(&b), NULL);
		struct str first = str_dup(a, buf_view(&b));
		buf_clear(&b);
		if (text_from_cp932(&b, buf_view(&c), &at) != 0 || !str_eq(first, buf_view(&b)))
			die("CP932 differs");
	} else if (at >= size) {
		die("CP932: offset %zu of %zu", at, size);
	}
	bool valid = text_valid(s);
	struct str clean = text_clean(a, s), key = text_match_key(a, s), fold = text_fold(a, s);
	if (valid && (!text_valid(clean) || !text_valid(fold) || text_chars(key) > text_chars(fold)))
		die("valid text becomes invalid");
	if (valid && !str_eq(text_clean(a, clean), clean))
		die("cleaning twice differs");
	if (text_chars(text_clip(s, 5)) > 5)
		die("clipped too late");
	buf_clear(&b);
	text_tokens(&b, a, s);
	buf_clear(&c);
	bool any = text_query(&c, a, s);
	if (any != (b.n > 0) && size < 64)
		die("query and tokens disagree");
	buf_clear(&b);
	struct json j;
	json_init(&j, &b);
	json_str(&j, s);
	return 0;
}
