/*
 * multipart/form-data (RFC 7578), strictly: no preamble, CR LF line ends, every part a form-data disposition with a
 * name. The whole body lies in memory or is mapped from a file, so that parts are views and nothing is copied.
 */
#include "http/internal.h"

#include "base/text.h"

#define BOUNDARY_MAX 70            /* RFC 2046, 5.1.1 */
#define PART_HEADERS_MAX (8u << 10)

static bool boundary_valid(struct str b)
{
	if (!b.n || b.n > BOUNDARY_MAX || b.p[b.n - 1] == ' ') return false;
	for (size_t i = 0; i < b.n; i++) {
		char c = b.p[i];
		bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		          memchr("'()+_,-./:=? ", c, 13);
		if (!ok) return false;
	}
	return true;
}

static bool skip(struct str *s, struct str part)
{
	if (!str_starts(*s, part)) return false;
	*s = str_sub(*s, part.n, s->n);
	return true;
}

static bool printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) return false;
	return text_valid(s);
}

/* Browsers write a quote inside a name as %22, older programs as \" ; nothing else is changed. */
static struct str unquote(struct arena *a, struct str s)
{
	if (!s.n || (!memchr(s.p, '\\', s.n) && !memchr(s.p, '%', s.n))) return s;
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '"') {
			out[n++] = '"';
			i++;
		} else if (s.n - i >= 3 && s.p[i] == '%' && s.p[i + 1] == '2' && s.p[i + 2] == '2') {
			out[n++] = '"';
			i += 2;
		} else {
			out[n++] = s.p[i];
		}
	}
	return (struct str){ out, n };
}

struct disposition {
	struct str name, file_name;
	bool is_file;
};

/* form-data; name="..."; filename="..." */
static int parse_disposition(struct arena *a, struct str s, struct disposition *ret)
{
	*ret = (struct disposition){ .name = STR_NULL };
	ptrdiff_t end = str_find_char(s, ';');
	if (end < 0 || !str_eq_nocase(str_trim(str_sub(s, 0, (size_t)end)), STR("form-data"))) return ERR_SYNTAX;
	s = str_sub(s, (size_t)end, s.n);
	while (s.n) {
		if (!skip(&s, STR(";"))) return ERR_SYNTAX;
		while (skip(&s, STR(" ")) || skip(&s, STR("\t"))) {}
		if (!s.n) break;
		ptrdiff_t eq = str_find_char(s, '=');
		if (eq <= 0) return ERR_SYNTAX;
		struct str key = str_sub(s, 0, (size_t)eq), value;
		s = str_sub(s, (size_t)eq + 1, s.n);
		if (skip(&s, STR("\""))) {
			size_t i = 0;
			while (i < s.n && !(s.p[i] == '"' && (i == 0 || s.p[i - 1] != '\\'))) i++;
			/* a Windows path may end in a backslash right before the closing quote */
			if (i == s.n) {
				ptrdiff_t last = str_find_char(s, '"');
				if (last < 0) return ERR_SYNTAX;
				i = (size_t)last;
			}
			value = unquote(a, str_sub(s, 0, i));
			s = str_sub(s, i + 1, s.n);
		} else {
			size_t i = 0;
			while (i < s.n && s.p[i] != ';' && s.p[i] != ' ' && s.p[i] != '\t') i++;
			value = str_sub(s, 0, i);
			s = str_sub(s, i, s.n);
		}
		while (skip(&s, STR(" ")) || skip(&s, STR("\t"))) {}
		if (str_eq_nocase(key, STR("name"))) {
			if (ret->name.p) return ERR_SYNTAX;
			ret->name = value;
		} else if (str_eq_nocase(key, STR("filename"))) {
			if (ret->is_file) return ERR_SYNTAX;
			ret->is_file = true;
			ret->file_name = value;
		}
	}
	return ret->name.n && printable(ret->name) ? 0 : ERR_SYNTAX;
}

/* What stands behind the last slash of either kind; a label that is not text is replaced, not refused. */
static struct str base_name(struct str s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
			s = str_sub(s, i, s.n);
			break;
		}
	return printable(s) ? text_clip(s, 255) : STR("file");
}

/* Cuts the headers of one part off *rest. */
static int parse_headers(struct arena *a, struct str *rest, struct disposition *d, struct str *ret_type)
{
	bool found = false;
	struct str all = str_sub(*rest, 0, PART_HEADERS_MAX), line;
	*ret_type = STR("");
	for (size_t used = 0;;) {
		ptrdiff_t end = str_find(str_sub(all, used, all.n), STR("\r\n"));
		if (end < 0) return ERR_SYNTAX;
		line = str_sub(all, used, (size_t)end);
		used += (size_t)end + 2;
		if (!line.n) {
			*rest = str_sub(*rest, used, rest->n);
			return found ? 0 : ERR_SYNTAX;
		}
		ptrdiff_t colon = str_find_char(line, ':');
		if (colon <= 0) return ERR_SYNTAX;
		struct str name = str_sub(line, 0, (size_t)colon), value = str_trim(str_sub(line, (size_t)colon + 1, line.n));
		if (str_eq_nocase(name, STR("Content-Disposition"))) {
			if (found) return ERR_SYNTAX;
			int e = parse_disposition(a, value, d);
			if (e) return e;
			found = true;
		} else if (str_eq_nocase(name, STR("Content-Type"))) {
			if (printable(value)) *ret_type = value;
		} else if (str_eq_nocase(name, STR("Content-Transfer-Encoding"))) {
			if (!str_eq_nocase(value, STR("binary")) && !str_eq_nocase(value, STR("8bit")) &&
			    !str_eq_nocase(value, STR("7bit")))
				return ERR_SYNTAX;
		}
	}
}

int http_parse_multipart(struct arena *a, struct str body, struct str boundary, struct http_pair **ret, size_t *ret_n)
{
	if (!boundary_valid(boundary)) return ERR_SYNTAX;
	struct str delimiter = str_printf(a, "\r\n--%.*s", STR_FMT(boundary));
	if (!skip(&body, str_sub(delimiter, 2, delimiter.n))) return ERR_SYNTAX;
	struct http_pair *pair = NULL;
	size_t n = 0, cap = 0, text = 0;
	for (;;) {
		if (skip(&body, STR("--"))) break;
		while (skip(&body, STR(" ")) || skip(&body, STR("\t"))) {}
		if (!skip(&body, STR("\r\n"))) return ERR_SYNTAX;
		if (n == LIMIT_PARAMS) return ERR_LIMIT;
		struct disposition d = { .name = STR_NULL };
		struct str type;
		int e = parse_headers(a, &body, &d, &type);
		if (e) return e;
		const char *end = body.n ? memmem(body.p, body.n, delimiter.p, delimiter.n) : NULL;
		if (!end) return ERR_SYNTAX;
		struct str data = { body.p, (size_t)(end - body.p) };
		body = str_sub(body, data.n + delimiter.n, body.n);
		if (n == cap) {
			size_t more = cap ? cap * 2 : 16;
			struct http_pair *grown = ARENA_ARRAY(a, more, struct http_pair);
			if (n) memcpy(grown, pair, n * sizeof *pair);
			pair = grown;
			cap = more;
		}
		pair[n] = (struct http_pair){ .name = d.name };
		if (d.is_file) {
			struct http_file *f = ARENA_NEW(a, struct http_file);
			*f = (struct http_file){ .name = base_name(d.file_name), .type = type, .data = data, .fd = -1 };
			pair[n].file = f;
		} else {
			text += data.n;
			if (text > LIMIT_FORM) return ERR_LIMIT;
			if (!text_valid(data)) return ERR_SYNTAX;
			pair[n].value = data;
		}
		n++;
	}
	/* nothing may follow the closing delimiter but a line end */
	if (body.n && !str_eq_z(body, "\r\n")) return ERR_SYNTAX;
	*ret = pair;
	*ret_n = n;
	return 0;
}
