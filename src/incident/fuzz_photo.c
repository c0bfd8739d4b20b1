/* Any bytes as a photo: refused, or cleaned to one that passes again as it is and holds nothing that tells of its maker. */
#include "incident/photo.h"

static void expect(bool ok, const char *what)
{
	if (!ok)
		die("%s", what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf once, twice;
	enum photo_kind kind, again;
	buf_init(&once, LIMIT_PHOTO + 64);
	buf_init(&twice, LIMIT_PHOTO + 64);
	if (photo_clean((struct str){ (const char *)data, n }, &once, &kind) == 0) {
		expect(once.n <= n + 64, "it grew");
		expect(photo_clean(buf_view(&once), &twice, &again) == 0 && again == kind, "what was cleaned is refused");
		expect(str_eq(buf_view(&once), buf_view(&twice)), "what was cleaned is cleaned again");
	}
	buf_release(&once);
	buf_release(&twice);
	return 0;
}
