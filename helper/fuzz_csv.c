/* CSV: whatever the bytes, the answer keeps the protocol, rows ascend, and every text is valid. */
#include "base/text.h"
#include "helper/csv.h"
#include "tests/workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_out out;
	struct buf lines;
	struct str wire;
	int e;

	csv_prepare();
	import_out_init(&out, -1);
	buf_init(&lines, 64 << 20);
	e = csv_read((struct str){ (const char *)data, size }, 0, &out);
	if (e == 0 || e == ERR_INVALID) {
		wire = buf_view(&out.pending);
		records_dump(&lines, wire);
		/* The lines hold every text; with the texts valid they are valid, since nothing else is. */
		for (size_t i = 0; i < lines.n; i++)
			if (lines.p[i] == 0)
				die("NUL in a text");
		if (!text_valid(buf_view(&lines)))
			die("invalid text");
	}
	buf_release(&lines);
	import_out_release(&out);
	return 0;
}
