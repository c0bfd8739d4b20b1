/* The small parsers: percent encoding, urlencoded forms and queries, cookies, media types, Accept-Language. */
#include "http/internal.h"

#include "base/num.h"
#include "base/text.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	return -1;
}

ptrdiff_t percent_decode(struct str s, bool plus, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%') {
			if (s.n - i < 3) return ERR_SYNTAX;
			int high = hex(s.p[i + 1]), low = hex(s.p[i + 2]);
			if (high < 0 || low < 0) return ERR_SYNTAX;
			c = (char)(unsigned char)(high << 4 | low);
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		out[n++] = c;
	}
	return (ptrdiff_t)n;
}

static bool needs_decoding(struct str s)
{
	return s.n && (memchr(s.p, '%', s.n) || memchr(s.p, '+', s.n));
}

static int decode(struct arena *a, struct str s, struct str *ret)
{
	struct str d = s;
	if (needs_decoding(s)) {
		char *out = arena_alloc(a, s.n + 1);
		ptrdiff_t n = percent_decode(s, true, out);
		if (n < 0) return ERR_SYNTAX;
		d = (struct str){ out, (size_t)n };
	}
	if (!text_valid(d)) return ERR_SYNTAX;
	*ret = d;
	return 0;
}

int http_parse_urlencoded(struct arena *a, struct str s, struct http_pair **ret, size_t *ret_n)
{
	size_t max = 1, n = 0;
	for (size_t i = 0; i < s.n; i++) max += s.p[i] == '&';
	if (max > LIMIT_PARAMS) max = LIMIT_PARAMS;
	struct http_pair *pair = s.n ? ARENA_ARRAY(a, max, struct http_pair) : NULL;
	struct str part;
	while (s.n && str_cut(&s, '&', &part)) {
		if (!part.n) continue;
		if (n == LIMIT_PARAMS) return ERR_LIMIT;
		ptrdiff_t eq = str_find_char(part, '=');
		struct str name = eq < 0 ? part : str_sub(part, 0, (size_t)eq);
		struct str value = eq < 0 ? STR("") : str_sub(part, (size_t)eq + 1, part.n);
		int e = decode(a, name, &pair[n].name);
		if (!e) e = decode(a, value, &pair[n].value);
		if (e) return e;
		if (!pair[n].name.n) return ERR_SYNTAX;
		n++;
	}
	*ret = pair;
	*ret_n = n;
	return 0;
}

static struct str trim_blank(struct str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) s = str_sub(s, 1, s.n);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) s.n--;
	return s;
}

struct str http_parse_cookie(struct str header, const char *name)
{
	struct str part;
	while (header.n && str_cut(&header, ';', &part)) {
		part = trim_blank(part);
		ptrdiff_t eq = str_find_char(part, '=');
		if (eq <= 0 || !str_eq_z(str_sub(part, 0, (size_t)eq), name)) continue;
		struct str value = str_sub(part, (size_t)eq + 1, part.n);
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') value = str_sub(value, 1, value.n - 2);
		return value;
	}
	return STR_NULL;
}

void http_put_encoded(struct buf *b, struct str s)
{
	static const char digit[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		    c == '.' || c == '~') {
			buf_char(b, (char)c);
		} else {
			char code[3] = { '%', digit[c >> 4], digit[c & 15] };
			buf_bytes(b, code, 3);
		}
	}
}

struct str media_type(struct str header)
{
	ptrdiff_t end = str_find_char(header, ';');
	return trim_blank(end < 0 ? header : str_sub(header, 0, (size_t)end));
}

struct str media_param(struct str header, const char *name)
{
	ptrdiff_t semicolon = str_find_char(header, ';');
	if (semicolon < 0) return STR_NULL;
	struct str rest = str_sub(header, (size_t)semicolon + 1, header.n);
	struct str wanted = str_of(name);
	while (rest.n) {
		while (rest.n && (rest.p[0] == ' ' || rest.p[0] == '\t' || rest.p[0] == ';')) rest = str_sub(rest, 1, rest.n);
		size_t key = 0;
		while (key < rest.n && rest.p[key] != '=' && rest.p[key] != ';') key++;
		struct str k = trim_blank(str_sub(rest, 0, key));
		rest = str_sub(rest, key, rest.n);
		if (!rest.n || rest.p[0] == ';') continue;
		rest = str_sub(rest, 1, rest.n);
		struct str value;
		if (rest.n && rest.p[0] == '"') {
			ptrdiff_t quote = str_find_char(str_sub(rest, 1, rest.n), '"');
			if (quote < 0) return STR_NULL;
			value = str_sub(rest, 1, (size_t)quote);
			rest = str_sub(rest, (size_t)quote + 2, rest.n);
		} else {
			ptrdiff_t end = str_find_char(rest, ';');
			value = trim_blank(end < 0 ? rest : str_sub(rest, 0, (size_t)end));
			rest = end < 0 ? STR("") : str_sub(rest, (size_t)end, rest.n);
		}
		if (str_eq_nocase(k, wanted)) return value;
	}
	return STR_NULL;
}

/* "q=0.8" in thousandths; 1000 without one; 0 when it is not a weight. */
static int weight(struct str params)
{
	ptrdiff_t at = str_find(params, STR("q="));
	if (at < 0) return 1000;
	struct str q = str_sub(params, (size_t)at + 2, 5);
	int w = 0, scale = 1000;
	bool point = false;
	for (size_t i = 0; i < q.n; i++) {
		if (q.p[i] == '.' && !point) {
			point = true;
		} else if (q.p[i] >= '0' && q.p[i] <= '9') {
			if (point) scale /= 10;
			w += (q.p[i] - '0') * scale;
		} else {
			break;
		}
	}
	return w > 1000 ? 1000 : w;
}

enum lang accept_language(struct str header)
{
	int best = 0;
	enum lang lang = LANG_JA;
	struct str part;
	while (header.n && str_cut(&header, ',', &part)) {
		part = trim_blank(part);
		ptrdiff_t semicolon = str_find_char(part, ';');
		struct str tag = str_sub(part, 0, 2);
		bool whole = part.n == 2 || (part.n > 2 && (part.p[2] == '-' || part.p[2] == ';' || part.p[2] == ' '));
		bool ja = str_eq_nocase(tag, STR("ja")), en = str_eq_nocase(tag, STR("en"));
		if (!whole || (!ja && !en)) continue;
		int w = semicolon < 0 ? 1000 : weight(str_sub(part, (size_t)semicolon, part.n));
		if (w > best) {
			best = w;
			lang = ja ? LANG_JA : LANG_EN;
		}
	}
	return lang;
}
