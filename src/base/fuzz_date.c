/* Dates and numbers as people write them: whatever is read must be valid, and read again the same from what we write. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	struct date d, again;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1000);
	if (date_parse_human(s, &d) == 0) {
		if (!date_valid(d))
			die("not a date");
		date_put_iso(&b, d);
		if (date_parse_iso(buf_view(&b), &again) != 0 || date_cmp(d, again) != 0)
			die("ISO form differs");
		buf_clear(&b);
		date_put_era(&b, d);
		if (date_parse_human(buf_view(&b), &again) != 0 || date_cmp(d, again) != 0)
			die("era form differs");
		(void)date_holiday(d, false);
	}
	for (unsigned decimals = 0; decimals < 4; decimals++) {
		int64_t v, w;
		if (num_parse_human(s, decimals, INT64_MIN, INT64_MAX, &v) != 0)
			continue;
		buf_clear(&b);
		num_put_decimal(&b, v, decimals);
		if (num_parse_human(buf_view(&b), decimals, INT64_MIN, INT64_MAX, &w) != 0 || v != w)
			die("number differs");
	}
	int64_t serial;
	if (num_parse_i64(s, INT64_MIN, INT64_MAX, &serial) == 0 && date_from_serial(serial, size % 2 == 0, &d) == 0 &&
	    !date_valid(d))
		die("serial %lld gives no date", (long long)serial);
	return 0;
}
