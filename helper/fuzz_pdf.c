/* Records for ishigaki-pdf: whatever the bytes, they are refused or become a file of at least one page. */
#include "helper/pdf_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* The fonts are opened once, for good; cairo 1.16 forgets a table of each font that it cuts. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pdf_font font;
	struct buf out;
	int pages = 0;

	if (!font.map && pdf_font_open(&font) < 0)
		die("no Japanese font");
	buf_init(&out, 64u << 20);
	if (pdf_read((struct str){ (const char *)data, size }, &font, &out, &pages) == 0 &&
	    (pages < 1 || !str_starts(buf_view(&out), STR("%PDF-")) || !str_ends(buf_view(&out), STR("%%EOF\n"))))
		die("a document of %d pages", pages);
	buf_release(&out);
	return 0;
}
