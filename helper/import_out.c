#include "helper/import_out.h"

#include "base/helper.h"
#include "base/limits.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#define WRITE_AT ((size_t)64 << 10)
#define PENDING_MAX ((size_t)IMPORT_RECORD_MAX + WRITE_AT + 64)
#define MEMORY_MAX ((size_t)64 << 20) /* what a test keeps */

static void put_le(struct buf *b, uint64_t v, unsigned bytes)
{
	char p[8];

	for (unsigned i = 0; i < bytes; i++)
		p[i] = (char)(v >> (8 * i) & 0xff);
	buf_bytes(b, p, bytes);
}

void import_out_init(struct import_out *o, int fd)
{
	*o = (struct import_out){ .fd = fd };
	buf_init(&o->pending, fd < 0 ? MEMORY_MAX : PENDING_MAX);
	buf_init(&o->row, IMPORT_RECORD_MAX - 6);
}

void import_out_release(struct import_out *o)
{
	buf_release(&o->pending);
	buf_release(&o->row);
}

static void flush(struct import_out *o)
{
	const char *p = o->pending.p;
	size_t left = o->pending.n;

	if (o->fd < 0 || o->error)
		return;
	while (left) {
		ssize_t n = write(o->fd, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			o->error = ERR_IO;
			break;
		}
		p += n;
		left -= (size_t)n;
	}
	buf_clear(&o->pending);
}

/* Begins a record whose payload of n bytes the caller appends to pending; false when the stream has ended. */
static bool begin(struct import_out *o, enum import_record kind, size_t n)
{
	if (o->refusal || o->error)
		return false;
	if (o->pending.n >= WRITE_AT)
		flush(o);
	if (o->error)
		return false;
	buf_char(&o->pending, (char)kind);
	put_le(&o->pending, n, 4);
	return true;
}

void import_out_sheet(struct import_out *o, bool hidden, struct str name)
{
	if (!begin(o, IMPORT_SHEET, 1 + name.n))
		return;
	buf_char(&o->pending, hidden);
	buf_str(&o->pending, name);
}

void import_out_format(struct import_out *o, uint8_t first, uint8_t second)
{
	if (!begin(o, IMPORT_FORMAT, 2))
		return;
	buf_char(&o->pending, (char)first);
	buf_char(&o->pending, (char)second);
}

void import_out_merge(struct import_out *o, uint32_t row0, uint16_t col0, uint32_t row1, uint16_t col1)
{
	if (!begin(o, IMPORT_MERGE, 12))
		return;
	put_le(&o->pending, row0, 4);
	put_le(&o->pending, col0, 2);
	put_le(&o->pending, row1, 4);
	put_le(&o->pending, col1, 2);
}

void import_out_row(struct import_out *o, uint32_t row_number)
{
	buf_clear(&o->row);
	o->row_number = row_number;
	o->cells = 0;
}

void import_out_cell(struct import_out *o, uint16_t column, enum import_cell kind, struct str value)
{
	put_le(&o->row, column, 2);
	buf_char(&o->row, (char)kind);
	put_le(&o->row, value.n, 4);
	buf_str(&o->row, value);
	o->cells++;
}

int import_out_row_end(struct import_out *o)
{
	if (buf_error(&o->row))
		return ERR_LIMIT;
	if (o->cells && begin(o, IMPORT_ROW, 6 + o->row.n)) {
		put_le(&o->pending, o->row_number, 4);
		put_le(&o->pending, o->cells, 2);
		buf_str(&o->pending, buf_view(&o->row));
		o->rows++;
		o->cells = 0;
	}
	if (buf_error(&o->pending)) /* only where records stay in memory */
		o->error = ERR_LIMIT;
	return o->error;
}

int import_out_end(struct import_out *o)
{
	if (begin(o, IMPORT_END, 4))
		put_le(&o->pending, o->rows, 4);
	flush(o);
	return o->error;
}

int import_out_refuse(struct import_out *o, enum import_refusal why, const char *fmt, ...)
{
	char place[1024];
	va_list ap;
	size_t n;
	int r;

	va_start(ap, fmt);
	r = vsnprintf(place, sizeof(place), fmt, ap);
	va_end(ap);
	n = r < 0 ? 0 : (size_t)r < sizeof(place) ? (size_t)r : sizeof(place) - 1;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)place[i] < 0x20 || place[i] == 0x7f)
			place[i] = '?';
	if (n > IMPORT_PLACE_MAX) {
		n = IMPORT_PLACE_MAX;
		while (n && ((unsigned char)place[n] & 0xc0) == 0x80) /* never in the middle of a character */
			n--;
	}
	if (!text_valid((struct str){ place, n })) /* a name as the archive has it, in whatever encoding */
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)place[i] >= 0x80)
				place[i] = '?';
	if (begin(o, IMPORT_REFUSED, 2 + n)) {
		put_le(&o->pending, why, 2);
		buf_bytes(&o->pending, place, n);
		o->refusal = why;
	}
	flush(o);
	return ERR_INVALID;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* "_xHHHH_" at p: its code point, or -1. Halves of surrogate pairs stay as they are written. */
static int escape_at(const char *p, size_t n)
{
	int v = 0;

	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return -1;
	for (int i = 2; i < 6; i++) {
		int d = hex_value(p[i]);

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v >= 0xd800 && v <= 0xdfff ? -1 : v;
}

static size_t put_utf8(char *p, unsigned c)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xc0 | c >> 6);
		p[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	p[0] = (char)(0xe0 | c >> 12);
	p[1] = (char)(0x80 | (c >> 6 & 0x3f));
	p[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

static size_t resolve_escapes(char *p, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n;) {
		int c = p[i] == '_' ? escape_at(p + i, n - i) : -1;

		if (c < 0) {
			p[to++] = p[i++];
		} else {
			to += put_utf8(p + to, (unsigned)c);
			i += 7;
		}
	}
	return to;
}

/* Bytes at p that no text may hold: control characters, and U+FFFE, U+FFFF, which XML cannot carry. 0 when fine. */
static size_t unwanted(const char *p, size_t n)
{
	unsigned char c = (unsigned char)p[0], d = n > 1 ? (unsigned char)p[1] : 0;

	if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
		return 1;
	if (c == 0xc2 && d >= 0x80 && d < 0xa0)
		return 2;
	if (c == 0xef && d == 0xbf && n > 2 && (unsigned char)p[2] >= 0xbe)
		return 3;
	return 0;
}

size_t import_text_clean(char *p, size_t n, bool escapes)
{
	size_t to, i = 0;

	if (escapes && memchr(p, '_', n))
		n = resolve_escapes(p, n);
	while (i < n && unwanted(p + i, n - i) == 0) /* most texts hold nothing to change */
		i++;
	for (to = i; i < n;) {
		size_t skip = unwanted(p + i, n - i);

		if (skip == 0) {
			p[to++] = p[i++];
			continue;
		}
		if (p[i] == '\v' || (p[i] == '\r' && !(i + 1 < n && p[i + 1] == '\n')))
			p[to++] = '\n';
		i += skip;
	}
	return to;
}
