#include "base/str.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/err.h"

struct str str_of(const char *z)
{
	return z ? (struct str){ z, strlen(z) } : STR_NULL;
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_z(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool str_contains(struct str s, struct str part)
{
	return str_find(s, part) >= 0;
}

ptrdiff_t str_find(struct str s, struct str part)
{
	if (part.n == 0)
		return 0;
	if (s.n < part.n)
		return -1;
	const char *hit = memmem(s.p, s.n, part.p, part.n);
	return hit ? hit - s.p : -1;
}

ptrdiff_t str_find_char(struct str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
	return hit ? hit - s.p : -1;
}

struct str str_sub(struct str s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return (struct str){ s.p ? s.p + from : s.p, n };
}

static bool ascii_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const struct str wide_blanks[] = { STR_INIT("\xe3\x80\x80"), STR_INIT("\xc2\xa0") };

struct str str_trim(struct str s)
{
	for (bool more = true; more && s.n > 0;) {
		more = false;
		if (ascii_blank(s.p[0])) {
			s = str_sub(s, 1, s.n);
			more = true;
			continue;
		}
		for (size_t i = 0; i < COUNT_OF(wide_blanks); i++)
			if (str_starts(s, wide_blanks[i])) {
				s = str_sub(s, wide_blanks[i].n, s.n);
				more = true;
			}
	}
	for (bool more = true; more && s.n > 0;) {
		more = false;
		if (ascii_blank(s.p[s.n - 1])) {
			s.n--;
			more = true;
			continue;
		}
		for (size_t i = 0; i < COUNT_OF(wide_blanks); i++)
			if (str_ends(s, wide_blanks[i])) {
				s.n -= wide_blanks[i].n;
				more = true;
			}
	}
	return s;
}

bool str_cut(struct str *rest, char sep, struct str *ret_part)
{
	if (rest->n == 0)
		return false;
	ptrdiff_t at = str_find_char(*rest, sep);
	if (at < 0) {
		*ret_part = *rest;
		*rest = str_sub(*rest, rest->n, 0);
	} else {
		*ret_part = str_sub(*rest, 0, (size_t)at);
		*rest = str_sub(*rest, (size_t)at + 1, rest->n);
	}
	return true;
}

struct str str_dup(struct arena *a, struct str s)
{
	return (struct str){ arena_copy(a, s.p, s.n), s.n };
}

const char *str_z(struct arena *a, struct str s)
{
	return arena_copy(a, s.p, s.n);
}

struct str str_printf(struct arena *a, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		die("str_printf: bad format");
	if ((size_t)n < sizeof(small))
		return (struct str){ arena_copy(a, small, (size_t)n), (size_t)n };
	char *p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}
