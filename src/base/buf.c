#include "base/buf.h"

#include <stdarg.h>

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->error = 0;
}

int buf_error(const struct buf *b)
{
	return b->error;
}

struct str buf_view(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

/* One byte more than asked for is kept, for the NUL of buf_take(). */
static bool reserve(struct buf *b, size_t n)
{
	if (b->error)
		return false;
	if (n > b->max || b->n > b->max - n || b->max == SIZE_MAX) {
		b->error = ERR_LIMIT;
		return false;
	}
	size_t need = b->n + n + 1;
	if (need <= b->cap)
		return true;
	size_t cap = b->cap ? b->cap * 2 : 256;
	if (cap < need)
		cap = need;
	if (cap > b->max + 1)
		cap = b->max + 1;
	char *p = realloc(b->p, cap);
	if (!p)
		die("out of memory (%zu bytes)", cap);
	b->p = p;
	b->cap = cap;
	return true;
}

char *buf_take(struct buf *b, size_t *ret_n)
{
	if (!reserve(b, 0))
		return NULL;
	b->p[b->n] = '\0';
	char *p = b->p;
	if (ret_n)
		*ret_n = b->n;
	*b = (struct buf){ .max = b->max };
	return p;
}

void buf_bytes(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || !reserve(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void buf_str(struct buf *b, struct str s)
{
	buf_bytes(b, s.p, s.n);
}

void buf_z(struct buf *b, const char *z)
{
	buf_str(b, str_of(z));
}

void buf_char(struct buf *b, char c)
{
	if (!reserve(b, 1))
		return;
	b->p[b->n++] = c;
}

void buf_i64(struct buf *b, int64_t v)
{
	char tmp[20];
	size_t at = sizeof(tmp);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do {
		tmp[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u > 0);
	if (v < 0)
		tmp[--at] = '-';
	buf_bytes(b, tmp + at, sizeof(tmp) - at);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	if (b->error)
		return;
	char small[256];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		die("buf_printf: bad format");
	if ((size_t)n < sizeof(small)) {
		buf_bytes(b, small, (size_t)n);
		return;
	}
	if (!reserve(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

char *buf_room(struct buf *b, size_t n)
{
	return reserve(b, n) ? b->p + b->n : NULL;
}

void buf_advance(struct buf *b, size_t n)
{
	if (b->error)
		return;
	if (n > b->cap - b->n)
		die("buf_advance: %zu bytes beyond the room", n);
	b->n += n;
}
