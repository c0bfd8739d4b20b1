/*
 * A growing byte buffer with a maximum chosen by its user and a sticky error: after a failed append the buffer takes
 * nothing more, and buf_error() tells. Appending never needs a check; finishing does.
 * Example:
 *	CLEANUP(buf_release) struct buf b; buf_init(&b, LIMIT_PAGE);
 *	buf_str(&b, name); buf_lit(&b, ": "); buf_i64(&b, n);
 *	if (buf_error(&b)) return ERR_LIMIT;
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct buf {
	char *p;
	size_t n, cap, max;
	int error; /* 0 or ERR_LIMIT; sticky */
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);  /* frees; the buf may be initialised again */
void buf_clear(struct buf *b);    /* empties, keeps memory, clears the error */
int buf_error(const struct buf *b);
struct str buf_view(const struct buf *b); /* valid until the next append */
char *buf_take(struct buf *b, size_t *ret_n); /* the memory (free() it), NUL behind it; NULL after an error */
void buf_bytes(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_z(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Makes room for n more bytes and returns where to write them, or NULL; then buf_advance() by what was written. */
char *buf_room(struct buf *b, size_t n);
void buf_advance(struct buf *b, size_t n);
#define buf_lit(b, lit) buf_bytes((b), "" lit "", sizeof(lit) - 1)

#endif
