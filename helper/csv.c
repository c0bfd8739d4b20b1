#include "helper/csv.h"

#include "base/limits.h"
#include "base/text.h"

#define CONVERT_CHUNK ((size_t)256 << 10)
#define SNIFF_BYTES ((size_t)64 << 10)
#define SNIFF_RECORDS 20
#define UTF8_SURE 16 /* so many three-byte characters before the first fault: damaged UTF-8 rather than CP932 */

enum encoding { ENCODING_UTF8, ENCODING_UTF8_BOM, ENCODING_CP932 };

/* ---- encoding ---- */

void csv_prepare(void)
{
	text_cp932_init();
}

/* Length of the valid UTF-8 sequence at p, or 0. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3 :
	             p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;

	if (len == 0 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

/* Offset of the first byte that is not UTF-8, or s.n; *ret_long counts the three-byte characters before it. */
static size_t utf8_fault(struct str s, size_t *ret_long)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0, longs = 0;

	while (i < s.n) {
		size_t len = utf8_length(p + i, s.n - i);

		if (len == 0)
			break;
		longs += len == 3;
		i += len;
	}
	*ret_long = longs;
	return i;
}

/* ---- delimiter ---- */

/*
 * The delimiter of the first records, quoted parts left out. A tab hardly ever stands in a text, so it wins when half of
 * the records that hold any candidate hold one; otherwise the one that more records hold, then the more frequent one.
 */
static char sniff_delimiter(struct str s)
{
	static const char candidates[] = { ',', '\t', ';' };
	size_t count[3] = { 0 }, records[3] = { 0 }, in_record[3] = { 0 }, any = 0, seen = 0;
	bool quoted = false;
	size_t n = s.n < SNIFF_BYTES ? s.n : SNIFF_BYTES;

	for (size_t i = 0; i <= n && seen < SNIFF_RECORDS; i++) {
		char c = i < n ? s.p[i] : '\n';

		if (c == '"')
			quoted = !quoted;
		for (size_t k = 0; k < 3 && !quoted; k++)
			in_record[k] += c == candidates[k];
		if ((c == '\n' || c == '\r') && (!quoted || i == n)) {
			any += in_record[0] || in_record[1] || in_record[2];
			for (size_t k = 0; k < 3; k++) {
				count[k] += in_record[k];
				records[k] += in_record[k] > 0;
				in_record[k] = 0;
			}
			seen++;
		}
	}
	if (records[1] && records[1] * 2 >= any)
		return '\t';
	if (records[2] > records[0] || (records[2] == records[0] && count[2] > count[0]))
		return ';';
	return ',';
}

/* ---- records ---- */

struct csv {
	struct import_out *out;
	char delimiter;
	enum { FIELD_START, FIELD_PLAIN, FIELD_QUOTED, FIELD_QUOTE_SEEN } state;
	bool after_cr;            /* the last byte was a CR that ended a record or a line */
	bool row_begun;
	uint32_t record, column;
	uint64_t line, quote_line; /* from 1; where the open quote began */
	struct buf field;
};

static int refuse_line(struct csv *c, enum import_refusal why)
{
	return import_out_refuse(c->out, why, "line %llu", (unsigned long long)c->line);
}

static int end_field(struct csv *c)
{
	size_t n = c->field.n;

	c->state = FIELD_START;
	if (buf_error(&c->field))
		return refuse_line(c, IMPORT_REFUSED_TOO_LARGE);
	if (n)
		n = import_text_clean(c->field.p, n, false);
	if (n) {
		if (c->column >= LIMIT_IMPORT_COLUMNS || c->record >= LIMIT_IMPORT_ROWS)
			return refuse_line(c, IMPORT_REFUSED_TOO_LARGE);
		if (!c->row_begun)
			import_out_row(c->out, c->record);
		c->row_begun = true;
		import_out_cell(c->out, (uint16_t)c->column, IMPORT_CELL_TEXT, (struct str){ c->field.p, n });
	}
	buf_clear(&c->field);
	c->column++;
	return 0;
}

static int end_record(struct csv *c)
{
	int e = end_field(c);

	if (e < 0)
		return e;
	if (c->row_begun) {
		e = import_out_row_end(c->out);
		if (e == ERR_LIMIT)
			return refuse_line(c, IMPORT_REFUSED_TOO_LARGE);
		if (e < 0)
			return e;
	}
	c->row_begun = false;
	c->column = 0;
	if (c->record < UINT32_MAX)
		c->record++;
	return 0;
}

/* Pieces of UTF-8, cut anywhere. */
static int feed(struct csv *c, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char b = s.p[i];
		bool lf_of_crlf = c->after_cr && b == '\n';
		int e = 0;

		c->after_cr = b == '\r';
		if (c->state == FIELD_QUOTED) {
			size_t from = i;

			while (i < s.n && s.p[i] != '"' && s.p[i] != '\n' && s.p[i] != '\r')
				i++;
			buf_bytes(&c->field, s.p + from, i - from);
			if (i == s.n)
				return 0;
			b = s.p[i];
			lf_of_crlf = lf_of_crlf && i == from;
			c->after_cr = b == '\r';
			if (b == '"') {
				c->state = FIELD_QUOTE_SEEN;
			} else {
				buf_char(&c->field, b);
				c->line += !lf_of_crlf;
			}
			continue;
		}
		if (b == '"' && (c->state == FIELD_START || c->state == FIELD_QUOTE_SEEN)) {
			if (c->state == FIELD_QUOTE_SEEN)
				buf_char(&c->field, '"'); /* doubled */
			else
				c->quote_line = c->line;
			c->state = FIELD_QUOTED;
		} else if (b == c->delimiter) {
			e = end_field(c);
		} else if (b == '\n' || b == '\r') {
			if (!lf_of_crlf) {
				e = end_record(c);
				c->line++;
			}
		} else {
			/* Text behind a closing quote is taken as it stands. */
			size_t from = i;

			c->state = FIELD_PLAIN;
			while (i + 1 < s.n && s.p[i + 1] != c->delimiter && s.p[i + 1] != '\n' && s.p[i + 1] != '\r')
				i++;
			buf_bytes(&c->field, s.p + from, i + 1 - from);
		}
		if (e < 0)
			return e;
	}
	return 0;
}

/* CP932 in pieces. A byte below 0x30 is never the second of a character, so a piece ends behind one. */
static int feed_cp932(struct csv *c, struct str s)
{
	CLEANUP(buf_release) struct buf text;
	size_t done = 0;

	buf_init(&text, (size_t)LIMIT_UPLOAD * 3);
	while (done < s.n) {
		size_t n = s.n - done < CONVERT_CHUNK ? s.n - done : CONVERT_CHUNK, at = 0;
		int e;

		if (done + n < s.n) {
			size_t cut = n;

			while (cut && (unsigned char)s.p[done + cut - 1] >= 0x30)
				cut--;
			while (cut == 0 && done + n < s.n && (unsigned char)s.p[done + n - 1] >= 0x30)
				n++;
			n = cut ? cut : n;
		}
		buf_clear(&text);
		if (text_from_cp932(&text, (struct str){ s.p + done, n }, &at) < 0)
			return import_out_refuse(c->out, IMPORT_REFUSED_ENCODING, "byte %zu", done + at + 1);
		e = feed(c, buf_view(&text));
		if (e < 0)
			return e;
		done += n;
	}
	return 0;
}

static int finish(struct csv *c)
{
	if (c->state == FIELD_QUOTED)
		return import_out_refuse(c->out, IMPORT_REFUSED_CSV, "line %llu", (unsigned long long)c->quote_line);
	if (c->state != FIELD_START || c->column || c->row_begun) {
		int e = end_record(c);

		if (e < 0)
			return e;
	}
	return import_out_end(c->out);
}

int csv_read(struct str file, long sheet, struct import_out *out)
{
	struct csv c = { .out = out, .line = 1 };
	struct str s = file;
	enum encoding encoding = ENCODING_UTF8;
	size_t fault, longs = 0;
	int e;

	if (s.n > LIMIT_UPLOAD)
		return import_out_refuse(out, IMPORT_REFUSED_TOO_LARGE, "%zu bytes", s.n);
	if (s.n >= 2 && (memcmp(s.p, "\xff\xfe", 2) == 0 || memcmp(s.p, "\xfe\xff", 2) == 0)) /* UTF-16 */
		return import_out_refuse(out, IMPORT_REFUSED_ENCODING, "byte 1");
	if (s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0) {
		encoding = ENCODING_UTF8_BOM;
		s.p += 3;
		s.n -= 3;
	}
	if (s.n == 0)
		return import_out_refuse(out, IMPORT_REFUSED_EMPTY, "%zu bytes", file.n);
	if (memchr(s.p, 0, s.n)) /* no text at all */
		return import_out_refuse(out, IMPORT_REFUSED_NOT_A_FILE, "byte %zu",
		                         (size_t)((const char *)memchr(s.p, 0, s.n) - file.p) + 1);
	fault = utf8_fault(s, &longs);
	if (fault < s.n) {
		if (encoding == ENCODING_UTF8_BOM || longs >= UTF8_SURE)
			return import_out_refuse(out, IMPORT_REFUSED_ENCODING, "byte %zu", fault + (size_t)(s.p - file.p) + 1);
		encoding = ENCODING_CP932;
	}
	c.delimiter = sniff_delimiter(s);
	import_out_sheet(out, false, STR(""));
	import_out_format(out, (uint8_t)c.delimiter, (uint8_t)encoding);
	if (sheet < 0)
		return import_out_end(out);
	if (sheet > 0)
		return import_out_refuse(out, IMPORT_REFUSED_NO_SHEET, "%ld", sheet);
	buf_init(&c.field, LIMIT_CELL);
	e = encoding == ENCODING_CP932 ? feed_cp932(&c, s) : feed(&c, s);
	if (e == 0)
		e = finish(&c);
	buf_release(&c.field);
	return e;
}
