/* Search tokens and queries: the second part of base/text.h. */
#include <utf8proc.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"

/* A character that a token holds as itself. */
static bool own(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 0x4e00 && c <= 0x9fcc) ||
	       (c >= 0x3041 && c <= 0x3096) || (c >= 0x30a1 && c <= 0x30fa) || c == 0x30fc;
}

static bool searchable(uint32_t c)
{
	if (own(c))
		return true;
	if (c < 0x80)
		return false;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
		return true;
	case UTF8PROC_CATEGORY_CO:
		return c >= 0xe000 && c <= 0xf8ff;
	default:
		return false;
	}
}

static void put(struct buf *out, uint32_t c)
{
	if (own(c)) {
		text_put_char(out, c);
		return;
	}
	text_put_char(out, 0xe000 + (c >> 12));
	text_put_char(out, 0xe800 + (c & 0xfff));
}

/* Cuts the next run off *rest, at most max characters long; false when there is none. */
static bool next_run(struct str *rest, size_t max, struct str *ret_run)
{
	uint32_t c;
	struct str at = *rest;
	for (;;) {
		*rest = at;
		if (!text_next(&at, &c))
			return false;
		if (searchable(c))
			break;
	}
	struct str start = *rest;
	for (size_t n = 1;; n++) {
		*rest = at;
		if (n == max || !text_next(&at, &c) || !searchable(c))
			break;
	}
	*ret_run = str_sub(start, 0, start.n - rest->n);
	return true;
}

/* The pairs of a run, and its last single character when closed; *first tells whether a blank is due. */
static void put_run(struct buf *out, struct str run, bool closed, bool *first)
{
	uint32_t last, c;
	if (!text_next(&run, &last))
		return;
	for (; text_next(&run, &c); last = c) {
		if (!*first)
			buf_char(out, ' ');
		*first = false;
		put(out, last);
		put(out, c);
	}
	if (!closed)
		return;
	if (!*first)
		buf_char(out, ' ');
	*first = false;
	put(out, last);
}

void text_tokens(struct buf *out, struct arena *a, struct str s)
{
	struct str rest = text_fold(a, s), run;
	bool first = true;
	while (next_run(&rest, SIZE_MAX, &run))
		put_run(out, run, true, &first);
}

/* One term as a phrase; false when nothing of it can be searched for. */
static bool put_term(struct buf *out, struct str term, bool first_term)
{
	struct str run, next;
	if (!next_run(&term, SIZE_MAX, &run))
		return false;
	if (!first_term)
		buf_lit(out, " AND ");
	buf_char(out, '"');
	bool first = true;
	for (; next_run(&term, SIZE_MAX, &next); run = next)
		put_run(out, run, true, &first);
	bool single = text_chars(run) == 1;
	put_run(out, run, single, &first);
	buf_char(out, '"');
	if (single)
		buf_lit(out, " *");
	return true;
}

static bool term_blank(uint32_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0x2028 || c == 0x2029 || c == 0x1680;
}

bool text_query(struct buf *out, struct arena *a, struct str q)
{
	struct str rest = text_fold(a, q);
	unsigned terms = 0;
	while (rest.n > 0 && terms < LIMIT_SEARCH_TERMS) {
		struct str start = rest, before;
		uint32_t c;
		while (before = rest, text_next(&rest, &c) && !term_blank(c))
			;
		if (before.n == rest.n && rest.n > 0)
			break; /* not UTF-8 */
		struct str term = text_clip(str_sub(start, 0, start.n - before.n), LIMIT_SEARCH_CHARS);
		if (put_term(out, term, terms == 0))
			terms++;
	}
	return terms > 0;
}
