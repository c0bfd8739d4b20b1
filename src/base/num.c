#include "base/num.h"

#include "base/buf.h"
#include "base/text.h"

int num_parse_i64(struct str s, int64_t min, int64_t max, int64_t *ret)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');
	if (i == s.n)
		return ERR_SYNTAX;
	int64_t v = 0;
	bool over = false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return ERR_SYNTAX;
		int digit = s.p[i] - '0';
		/* collected on the negative side, which reaches one further */
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v))
			over = true;
		if (over)
			v = 0;
	}
	if (over || (!minus && __builtin_sub_overflow(0, v, &v)) || v < min || v > max)
		return ERR_RANGE;
	*ret = v;
	return 0;
}

/* What people type for the ASCII characters of a number; 0 for a blank inside that is dropped, -1 for anything else. */
static int plain(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	switch (c) {
	case 0xa5: case 0xffe5:
		return 'Y';
	case 0x5186:
		return 'E';
	case 0x2212: case 0x2010: case 0x2011: case 0x2013: case 0x2015: case 0x30fc: case 0x25b2: case 0x25b3:
		return '-';
	case 0x3001:
		return ',';
	case '\\': /* the yen sign of CP932 */
		return 'Y';
	default:
		return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == ',' ? (int)c : -1;
	}
}

int num_parse_human(struct str s, unsigned decimals, int64_t min, int64_t max, int64_t *ret)
{
	char t[64] = { 0 };
	size_t n = 0;
	uint32_t c;
	s = str_trim(s);
	for (struct str rest = s; rest.n > 0;) {
		if (!text_next(&rest, &c))
			return ERR_SYNTAX;
		int p = plain(c);
		if (c == ' ' || c == 0x3000 || c == 0xa0) {
			/* a blank is allowed beside a sign or a unit, never between digits */
			uint32_t after = 0;
			struct str look = str_trim(rest);
			(void)text_next(&look, &after);
			int q = plain(after);
			bool unit = (n > 0 && (t[n - 1] == 'Y' || t[n - 1] == '-' || t[n - 1] == '+')) || q == 'E';
			if (!unit)
				return ERR_SYNTAX;
			continue;
		}
		if (p < 0 || n == sizeof(t))
			return ERR_SYNTAX;
		t[n++] = (char)p;
	}
	size_t i = 0, end = n;
	bool minus = false, sign = false, yen = false;
	while (i < end && (t[i] == 'Y' || t[i] == '-' || t[i] == '+')) {
		if (t[i] == 'Y' ? yen : sign)
			return ERR_SYNTAX;
		if (t[i] == 'Y') {
			yen = true;
		} else {
			sign = true;
			minus = t[i] == '-';
		}
		i++;
	}
	if (end > i && t[end - 1] == 'E')
		end--;
	size_t whole_end = i;
	while (whole_end < end && t[whole_end] != '.')
		whole_end++;
	if (whole_end == i)
		return ERR_SYNTAX;
	bool grouped = memchr(t + i, ',', whole_end - i) != NULL;
	int64_t v = 0; /* negative side */
	bool over = false;
	for (size_t k = i; k < whole_end; k++) {
		if (grouped && (whole_end - k) % 4 == 0) {
			if (t[k] != ',' || k == i)
				return ERR_SYNTAX;
			continue;
		}
		if (t[k] < '0' || t[k] > '9')
			return ERR_SYNTAX;
		if (over || __builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, t[k] - '0', &v))
			over = true;
	}
	unsigned got = 0;
	bool too_fine = false;
	if (whole_end < end) {
		if (whole_end + 1 == end)
			return ERR_SYNTAX;
		for (size_t k = whole_end + 1; k < end; k++) {
			if (t[k] < '0' || t[k] > '9')
				return ERR_SYNTAX;
			if (got == decimals) {
				too_fine = too_fine || t[k] != '0';
				continue;
			}
			got++;
			if (over || __builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, t[k] - '0', &v))
				over = true;
		}
	}
	for (; got < decimals; got++)
		if (over || __builtin_mul_overflow(v, 10, &v))
			over = true;
	if (over || too_fine || (!minus && __builtin_sub_overflow(0, v, &v)) || v < min || v > max)
		return ERR_RANGE;
	*ret = v;
	return 0;
}

void num_put_decimal(struct buf *b, int64_t scaled, unsigned decimals)
{
	char t[64];
	size_t at = sizeof(t);
	uint64_t u = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
	if (decimals > 30)
		die("num_put_decimal: %u decimals", decimals);
	for (unsigned i = 0; i < decimals; i++, u /= 10)
		t[--at] = (char)('0' + u % 10);
	if (decimals > 0)
		t[--at] = '.';
	do {
		t[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u > 0);
	if (scaled < 0)
		t[--at] = '-';
	buf_bytes(b, t + at, sizeof(t) - at);
}

void num_put_grouped(struct buf *b, int64_t v)
{
	char t[32];
	size_t at = sizeof(t);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	unsigned digits = 0;
	do {
		if (digits > 0 && digits % 3 == 0)
			t[--at] = ',';
		t[--at] = (char)('0' + u % 10);
		u /= 10;
		digits++;
	} while (u > 0);
	if (v < 0)
		t[--at] = '-';
	buf_bytes(b, t + at, sizeof(t) - at);
}
