#include "base/text.h"

#include <utf8proc.h>

#include "base/arena.h"
#include "base/limits.h"

bool text_next(struct str *rest, uint32_t *ret_char)
{
	if (rest->n == 0)
		return false;
	const unsigned char *p = (const unsigned char *)rest->p;
	uint32_t c = p[0];
	size_t n;
	if (c < 0x80) {
		n = 1;
	} else if (c >= 0xc2 && c <= 0xdf) {
		n = 2;
		c &= 0x1f;
	} else if (c >= 0xe0 && c <= 0xef) {
		n = 3;
		c &= 0x0f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		n = 4;
		c &= 0x07;
	} else {
		return false;
	}
	if (rest->n < n)
		return false;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return false;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((n == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))) || (n == 4 && (c < 0x10000 || c > 0x10ffff)))
		return false;
	rest->p += n;
	rest->n -= n;
	*ret_char = c;
	return true;
}

void text_put_char(struct buf *b, uint32_t c)
{
	char u[4];
	size_t n = 0;
	if (c < 0x80) {
		u[n++] = (char)c;
	} else if (c < 0x800) {
		u[n++] = (char)(0xc0 | c >> 6);
		u[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		u[n++] = (char)(0xe0 | c >> 12);
		u[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		u[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		u[n++] = (char)(0xf0 | (c >> 18 & 7));
		u[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		u[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		u[n++] = (char)(0x80 | (c & 0x3f));
	}
	buf_bytes(b, u, n);
}

bool text_valid(struct str s)
{
	uint32_t c;
	while (s.n > 0) {
		if (!text_next(&s, &c))
			return false;
		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c <= 0x9f) || c == 0xfffe || c == 0xffff)
			return false;
	}
	return true;
}

size_t text_chars(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

struct str text_clip(struct str s, size_t chars)
{
	size_t i = 0;
	for (; i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80 && chars-- == 0)
			break;
	return str_sub(s, 0, i);
}

/* Characters that are starters, never compose with what follows, and that NFKC with case folding leaves as they are. */
static bool plain_japanese(uint32_t c)
{
	return (c >= 0x4e00 && c <= 0x9fcc) || c == 0x30fc || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30a1 && c <= 0x30fb) ||
	       (c >= 0x3001 && c <= 0x3011);
}

/*
 * Texts of ASCII, full-width ASCII, kana and kanji, which are nearly all, need no tables: no character of this set
 * combines with another of it.
 */
static bool fold_plain(struct str s, char *out, size_t *ret_n)
{
	size_t n = 0;
	while (s.n > 0) {
		const char *at = s.p;
		uint32_t c;
		if (!text_next(&s, &c))
			return false;
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xfee0;
		else if (c == 0x3000)
			c = ' ';
		if (c < 0x80) {
			out[n++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
		} else if (plain_japanese(c)) {
			memcpy(out + n, at, 3);
			n += 3;
		} else {
			return false;
		}
	}
	*ret_n = n;
	return true;
}

static struct str map(struct arena *a, struct str s, utf8proc_option_t options)
{
	utf8proc_uint8_t *p = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &p, options);
	if (n == UTF8PROC_ERROR_NOMEM)
		die("out of memory (%zu bytes of text)", s.n);
	struct str t = n > 0 ? str_dup(a, (struct str){ (const char *)p, (size_t)n }) : str_dup(a, STR(""));
	free(p);
	return t;
}

struct str text_fold(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n;
	if (fold_plain(s, out, &n)) {
		out[n] = '\0';
		return (struct str){ out, n };
	}
	return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

static bool blank(uint32_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 ||
	       (c >= 0x80 && (utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZS ||
	                      utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZL ||
	                      utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZP));
}

static bool dash(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30fc || c == 0x2500 || c == 0x2501 ||
	       c == 0x02d7 || c == 0x2043;
}

struct str text_match_key(struct arena *a, struct str s)
{
	struct str f = text_fold(a, s);
	char *out = arena_alloc(a, f.n + 1);
	size_t n = 0;
	while (f.n > 0) {
		struct str before = f;
		uint32_t c;
		if (!text_next(&f, &c))
			break;
		if (blank(c))
			continue;
		if (dash(c)) {
			out[n++] = '-';
		} else if (c == 0x301c) {
			out[n++] = '~';
		} else {
			memcpy(out + n, before.p, before.n - f.n);
			n += before.n - f.n;
		}
	}
	return (struct str){ out, n };
}

static bool compatibility_kanji(uint32_t c)
{
	return (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

/* NFC of s, compatibility kanji kept. */
static struct str compose(struct arena *a, struct str s)
{
	uint32_t c;
	bool plain = true;
	for (struct str rest = s; plain && rest.n > 0;) {
		if (!text_next(&rest, &c))
			return STR("");
		plain = c < 0x300 || plain_japanese(c) || c == 0x3000 || (c >= 0xff01 && c <= 0xff9f);
	}
	if (plain)
		return s;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_ARENA);
	struct str from = s, rest = s;
	while (rest.n > 0) {
		struct str before = rest;
		if (!text_next(&rest, &c))
			return STR("");
		if (!compatibility_kanji(c))
			continue;
		buf_str(&b, map(a, str_sub(from, 0, from.n - before.n), UTF8PROC_STABLE | UTF8PROC_COMPOSE));
		buf_bytes(&b, before.p, before.n - rest.n);
		from = rest;
	}
	buf_str(&b, map(a, from, UTF8PROC_STABLE | UTF8PROC_COMPOSE));
	return str_dup(a, buf_view(&b));
}

struct str text_clean(struct arena *a, struct str s)
{
	s = compose(a, s);
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\r')
			out[n++] = s.p[i];
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			out[n++] = '\n';
	}
	/* only the end is trimmed: an indented first line may be meant */
	struct str t = { out, n };
	struct str trimmed = str_trim(t);
	t.n = trimmed.n == 0 ? 0 : (size_t)(trimmed.p - t.p) + trimmed.n;
	out[t.n] = '\0';
	return t;
}
