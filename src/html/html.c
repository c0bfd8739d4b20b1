#include "html/internal.h"
#include "base/num.h"

/* What stands for each of the five characters that mean something in markup; NULL for all others. */
static const char *const escape[256] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
};

void html_init(struct html *h, struct buf *out, struct arena *a, enum lang lang, struct str csrf)
{
	*h = (struct html){ .out = out, .arena = a, .lang = lang, .csrf = csrf };
}

void html_lit_(struct html *h, const char *p, size_t n)
{
	buf_bytes(h->out, p, n);
}

void html_constant(struct html *h, const char *z)
{
	buf_z(h->out, z);
}

static void put_escaped(struct buf *b, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *e = escape[(unsigned char)s.p[i]];

		if (!e)
			continue;
		if (i > from)
			buf_bytes(b, s.p + from, i - from);
		buf_z(b, e);
		from = i + 1;
	}
	if (s.n > from)
		buf_bytes(b, s.p + from, s.n - from);
}

void html_text(struct html *h, struct str s)
{
	put_escaped(h->out, s);
}

void html_msg(struct html *h, msg_id id)
{
	put_escaped(h->out, msg(h->lang, id));
}

void html_note(struct html *h, const struct note *n)
{
	put_escaped(h->out, note_str(h->arena, h->lang, n));
}

void html_label(struct html *h, struct label l)
{
	put_escaped(h->out, label_of(l, h->lang));
}

void html_i64(struct html *h, int64_t v)
{
	num_put_grouped(h->out, v);
}

struct str html_grouped(struct html *h, int64_t v)
{
	CLEANUP(buf_release) struct buf b;

	buf_init(&b, 32);
	num_put_grouped(&b, v);
	return str_dup(h->arena, buf_view(&b));
}

/* Names are literals of our own code; a name that could run script is a mistake that must not reach anybody. */
static void check_name(const char *name)
{
	bool ok = *name != '\0';

	for (const char *p = name; *p; p++)
		ok = ok && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == ':');
	if (!ok || str_eq_nocase(str_of(name), STR("style")) || str_eq_nocase(str_sub(str_of(name), 0, 2), STR("on")) ||
	    str_starts(str_of(name), STR("hx-on")))
		die("html: attribute name \"%s\" is not allowed", name);
}

static void put_attr(struct html *h, const char *name, struct str value)
{
	buf_char(h->out, ' ');
	buf_z(h->out, name);
	buf_lit(h->out, "=\"");
	put_escaped(h->out, value);
	buf_char(h->out, '"');
}

void html_attr(struct html *h, const char *name, struct str value)
{
	struct str n = str_of(name);

	check_name(name);
	if (str_eq_z(n, "href") || str_eq_z(n, "src") || str_eq_z(n, "action") || str_eq_z(n, "formaction"))
		html_url_attr(h, name, value);
	else
		put_attr(h, name, value);
}

void html_attr_i64(struct html *h, const char *name, int64_t value)
{
	check_name(name);
	buf_char(h->out, ' ');
	buf_z(h->out, name);
	buf_lit(h->out, "=\"");
	buf_i64(h->out, value);
	buf_char(h->out, '"');
}

void html_attr_msg(struct html *h, const char *name, msg_id id)
{
	html_attr(h, name, msg(h->lang, id));
}

void html_flag(struct html *h, const char *name, bool on)
{
	if (!on)
		return;
	check_name(name);
	buf_char(h->out, ' ');
	buf_z(h->out, name);
}

static bool starts_nocase(struct str s, struct str prefix)
{
	return s.n > prefix.n && str_eq_nocase(str_sub(s, 0, prefix.n), prefix);
}

/* Browsers drop tabs and line breaks inside a URL and blanks around it, and read "\" as "/": what could be read in two
 * ways is refused, not repaired. */
static bool url_allowed(struct str url)
{
	if (url.n == 0 || url.p[0] == ' ')
		return false;
	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		if (c < 0x20 || c == 0x7f || c == '\\')
			return false;
	}
	switch (url.p[0]) {
	case '/':
		return url.n == 1 || url.p[1] != '/';
	case '?':
	case '#':
		return true;
	default:
		return starts_nocase(url, STR("https://")) || starts_nocase(url, STR("http://")) || starts_nocase(url, STR("mailto:"));
	}
}

void html_url_attr(struct html *h, const char *name, struct str url)
{
	check_name(name);
	put_attr(h, name, url_allowed(url) ? url : STR("#"));
}

void html_href(struct html *h, struct str url)
{
	html_url_attr(h, "href", url);
}

void html_lines(struct html *h, struct str s)
{
	struct str line;

	for (bool first = true; str_cut(&s, '\n', &line); first = false) {
		if (!first)
			html_lit(h, "<br>");
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		put_escaped(h->out, line);
	}
}

void html_safe(struct html *h, struct safe_html s)
{
	buf_str(h->out, s.html);
}
