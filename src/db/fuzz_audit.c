/* Fuzz target: the body of an audit entry. Nothing but what audit_encode() writes may decode. Build with clang
 * -fsanitize=fuzzer,address,undefined. */
#include "base/limits.h"
#include "db/audit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *a;
	if (!a)
		a = arena_new(LIMIT_ARENA);
	struct audit_entry e;
	if (audit_decode((struct str){ (const char *)data, size }, a, &e) == 0) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, LIMIT_AUDIT_BODY);
		audit_encode(&b, &e);
		if (buf_error(&b) || buf_view(&b).n != size || memcmp(buf_view(&b).p, data, size) != 0)
			die("a body decodes that audit_encode() does not write");
	}
	struct audit_head h;
	if (audit_head_parse((struct str){ (const char *)data, size }, &h) == 0) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 256);
		audit_head_put(&b, &h);
		struct audit_head back;
		if (audit_head_parse(buf_view(&b), &back) < 0 || memcmp(&h, &back, sizeof h) != 0)
			die("a head does not come back");
	}
	arena_clear(a);
	return 0;
}
