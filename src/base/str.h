/*
 * Strings are pointer and length. A struct str borrows: it owns nothing and must not outlive what it points into.
 * Text is UTF-8 and was validated where it entered the process (text_valid()); no str from outside holds a NUL byte.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str){ "" lit "", sizeof(lit) - 1 })
#define STR_INIT(lit) { "" lit "", sizeof(lit) - 1 }
#define STR_NULL ((struct str){ NULL, 0 })
/* For printf-like logs: ("%.*s", STR_FMT(s)) */
#define STR_FMT(s) (int)(s).n, (s).p

struct str str_of(const char *z); /* view of a NUL-terminated string; NULL gives the empty str */
bool str_eq(struct str a, struct str b);
bool str_eq_z(struct str a, const char *z);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_cmp(struct str a, struct str b);        /* byte order, as the database's BINARY collation */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_contains(struct str s, struct str part);
ptrdiff_t str_find(struct str s, struct str part); /* -1 when absent */
ptrdiff_t str_find_char(struct str s, char c);
struct str str_sub(struct str s, size_t from, size_t n); /* clamped to s */
struct str str_trim(struct str s); /* blanks of both ends, U+3000 and U+00A0 included */
/* Cuts the part before the next sep off *rest; false when nothing is left. "a,,b" gives "a", "", "b";
 * nothing follows a separator at the very end. */
bool str_cut(struct str *rest, char sep, struct str *ret_part);
struct str str_dup(struct arena *a, struct str s);   /* copy, NUL behind it */
const char *str_z(struct arena *a, struct str s);    /* NUL-terminated copy */
struct str str_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
