/* Fuzz target: any text, valid or not, renders to markup without raw HTML, and every URL is of an allowed kind. */
#include "html/html.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void expect(bool ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "markdown: %s\n", what);
		abort();
	}
}

static void check_tag(struct str tag)
{
	static const struct str allowed[] = {
		STR_INIT("div"), STR_INIT("p"), STR_INIT("br"), STR_INIT("hr"), STR_INIT("h3"), STR_INIT("h4"), STR_INIT("h5"), STR_INIT("h6"),
		STR_INIT("ul"), STR_INIT("ol"), STR_INIT("li"), STR_INIT("blockquote"), STR_INIT("pre"), STR_INIT("code"), STR_INIT("table"),
		STR_INIT("thead"), STR_INIT("tbody"), STR_INIT("tr"), STR_INIT("th"), STR_INIT("td"), STR_INIT("em"), STR_INIT("strong"),
		STR_INIT("del"), STR_INIT("a"),
	};
	struct str name = tag;
	ptrdiff_t blank = str_find_char(tag, ' ');
	bool known = false;

	if (blank >= 0)
		name.n = (size_t)blank;
	if (name.n && name.p[0] == '/')
		name = str_sub(name, 1, name.n);
	for (size_t i = 0; i < COUNT_OF(allowed); i++)
		known = known || str_eq(name, allowed[i]);
	expect(known, "an element that the renderer does not make");
	if (str_eq_z(name, "a") && blank >= 0) {
		struct str url = str_sub(tag, sizeof("a href=\"") - 1, tag.n);

		expect(str_starts(tag, STR("a href=\"")), "a link without href");
		expect(str_starts(url, STR("/")) || str_starts(url, STR("#")) || str_starts(url, STR("?")) ||
		       str_eq_nocase(str_sub(url, 0, 7), STR("http://")) || str_eq_nocase(str_sub(url, 0, 8), STR("https://")) ||
		       str_eq_nocase(str_sub(url, 0, 7), STR("mailto:")), "a link of a kind that is not allowed");
		expect(!str_starts(url, STR("//")), "a link to another host without scheme");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena *arena;
	struct str out;

	if (!arena)
		arena = arena_new(LIMIT_ARENA);
	if (n && (data[0] & 1)) { /* every other input as ASCII, which always reaches the parser */
		char *ascii = arena_alloc(arena, n);

		for (size_t i = 0; i < n; i++)
			ascii[i] = (char)((data[i] & 0x7f) < 0x20 || (data[i] & 0x7f) == 0x7f ? '\n' : data[i] & 0x7f);
		out = markdown_render(arena, (struct str){ ascii, n }).html;
	} else {
		out = markdown_render(arena, (struct str){ (const char *)data, n }).html;
	}
	for (size_t i = 0; i < out.n; i++) {
		ptrdiff_t end;

		if (out.p[i] != '<')
			continue;
		end = str_find_char(str_sub(out, i, out.n), '>');
		expect(end > 0, "a tag without end");
		check_tag(str_sub(out, i + 1, (size_t)end - 1));
	}
	arena_clear(arena);
	return 0;
}
