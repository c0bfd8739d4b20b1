/* CP932 and back: the third part of base/text.h. Two tables of 16-bit values, made once from what iconv says. */
#include <iconv.h>
#include <pthread.h>

#include "base/text.h"

static uint16_t to_unicode[65536]; /* by the one byte, or lead byte and trail byte; 0 is none (but for NUL) */
static uint16_t to_cp932[65536];   /* by code point; 0 is none (but for NUL) */

#define GETA 0x81ac /* 〓 */

static void make_tables(void)
{
	iconv_t from = iconv_open("UTF-16LE", "CP932"), to = iconv_open("CP932", "UTF-16LE");
	if (from == (iconv_t)-1 || to == (iconv_t)-1)
		die("iconv does not know CP932");
	for (unsigned code = 1; code < 65536; code++) {
		char in[2] = { (char)(code >> 8), (char)code }, *p = code < 256 ? in + 1 : in;
		unsigned char out[8];
		char *q = (char *)out;
		size_t n = code < 256 ? 1 : 2, m = sizeof(out);
		if (code >= 256 && (to_unicode[code >> 8] != 0 || code >> 8 < 0x81))
			continue; /* the lead byte is a character of its own */
		iconv(from, NULL, NULL, NULL, NULL);
		if (iconv(from, &p, &n, &q, &m) == 0 && n == 0 && m == sizeof(out) - 2)
			to_unicode[code] = (uint16_t)(out[0] | out[1] << 8);
	}
	for (unsigned c = 1; c < 65536; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		char in[2] = { (char)c, (char)(c >> 8) }, *p = in;
		unsigned char out[8];
		char *q = (char *)out;
		size_t n = 2, m = sizeof(out);
		iconv(to, NULL, NULL, NULL, NULL);
		if (iconv(to, &p, &n, &q, &m) != 0 || n != 0 || (m != sizeof(out) - 1 && m != sizeof(out) - 2))
			continue;
		unsigned code = m == sizeof(out) - 1 ? out[0] : (unsigned)out[0] << 8 | out[1];
		if (to_unicode[code] == c)
			to_cp932[c] = (uint16_t)code;
	}
	static const uint16_t alike[][2] = {
		{ 0x301c, 0xff5e }, { 0x2212, 0xff0d }, { 0x2014, 0x2015 }, { 0x2016, 0x2225 }, { 0xa2, 0xffe0 },
		{ 0xa3, 0xffe1 },   { 0xac, 0xffe2 },   { 0xa5, 0xffe5 },   { 0x203e, 0xffe3 }, { 0xa6, 0xffe4 },
	};
	for (size_t i = 0; i < COUNT_OF(alike); i++)
		if (to_cp932[alike[i][0]] == 0)
			to_cp932[alike[i][0]] = to_cp932[alike[i][1]];
	iconv_close(from);
	iconv_close(to);
}

void text_cp932_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, make_tables);
}

int text_from_cp932(struct buf *out, struct str in, size_t *ret_at)
{
	text_cp932_init();
	const unsigned char *p = (const unsigned char *)in.p;
	for (size_t i = 0; i < in.n;) {
		if (p[i] < 0x80) {
			size_t from = i;
			while (i < in.n && p[i] < 0x80)
				i++;
			buf_bytes(out, p + from, i - from);
			continue;
		}
		unsigned c = to_unicode[p[i]];
		size_t n = 1;
		if (c == 0 && i + 1 < in.n) {
			c = to_unicode[(unsigned)p[i] << 8 | p[i + 1]];
			n = 2;
		}
		if (c == 0 || (c >= 0x80 && c < 0xa0)) {
			*ret_at = i;
			return ERR_SYNTAX;
		}
		text_put_char(out, c);
		i += n;
	}
	return buf_error(out);
}

void text_to_cp932(struct buf *out, struct str in, struct buf *missing)
{
	text_cp932_init();
	uint32_t c;
	for (struct str before = in; text_next(&in, &c); before = in) {
		unsigned code = c < 0x80 ? c : c < 0x10000 ? to_cp932[c] : 0;
		if (code == 0 && c != 0) {
			struct str one = { before.p, before.n - in.n };
			if (missing && !str_contains(buf_view(missing), one))
				buf_str(missing, one);
			code = GETA;
		}
		if (code >= 0x100)
			buf_char(out, (char)(code >> 8));
		buf_char(out, (char)code);
	}
}
