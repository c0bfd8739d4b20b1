/* Messages as RFC 5322 and the MIME documents want them: everything beyond ASCII encoded, every line short, no header but ours. */
#include "mail/mail.h"

#include "base/text.h"
#include "html/html.h"

#define LINE 76            /* characters of a header or base64 line */
#define WORD_BYTES 45      /* bytes of one encoded word: 60 characters of base64 and 12 around them */
#define ADDRESS_MAX 254

bool mail_address_valid(struct str s)
{
	const ptrdiff_t at = str_find_char(s, '@');
	if (s.n > ADDRESS_MAX || at < 1 || at > 64 || (size_t)at + 1 >= s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];
		const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
		if (i == (size_t)at || plain)
			continue;
		if (i > (size_t)at || c == 0 || !strchr("!#$%&'*+/=?^_`{|}~", c))
			return false;
	}
	const struct str local = str_sub(s, 0, (size_t)at), domain = str_sub(s, (size_t)at + 1, s.n);
	return !str_starts(local, STR(".")) && !str_ends(local, STR(".")) && !str_starts(domain, STR(".")) && !str_ends(domain, STR(".")) &&
	       !str_starts(domain, STR("-")) && !str_contains(s, STR(".."));
}

static void put_base64(struct buf *b, struct str s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < s.n; i += 3) {
		const unsigned char *p = (const unsigned char *)s.p + i;
		const size_t n = s.n - i;
		buf_char(b, digits[p[0] >> 2]);
		buf_char(b, digits[(p[0] & 3) << 4 | (n > 1 ? p[1] >> 4 : 0)]);
		buf_char(b, n > 1 ? digits[(p[1] & 15) << 2 | (n > 2 ? p[2] >> 6 : 0)] : '=');
		buf_char(b, n > 2 ? digits[p[2] & 63] : '=');
	}
}

/* Printable ASCII that no reader takes for an encoded word, and that fits on its line. */
static bool is_plain(struct str s, size_t room)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return s.n <= room && !str_contains(s, STR("=?"));
}

/* first as in mail_put_words. */
static void put_encoded(struct buf *b, struct str text, size_t first)
{
	size_t used = first;
	/* Words end between characters: each is decoded by itself. */
	while (text.n) {
		size_t n = 0;
		struct str rest = text;
		for (uint32_t c; rest.n;) {
			if (!text_next(&rest, &c))
				rest = str_sub(rest, 1, rest.n);
			if (text.n - rest.n > WORD_BYTES)
				break;
			n = text.n - rest.n;
		}
		const size_t length = 12 + (n + 2) / 3 * 4;
		if (used + length > LINE) {
			buf_lit(b, "\r\n ");
			used = 1;
		} else if (used != first) {
			buf_char(b, ' ');
			used++;
		}
		buf_lit(b, "=?UTF-8?B?");
		put_base64(b, str_sub(text, 0, n));
		buf_lit(b, "?=");
		used += length;
		text = str_sub(text, n, text.n);
	}
}

void mail_put_words(struct buf *b, struct str text, size_t first)
{
	if (is_plain(text, first < LINE ? LINE - first : 0))
		buf_str(b, text);
	else
		put_encoded(b, text, first);
}

/* Control characters are blanks: a line break in a subject is not one. */
static struct str one_line(struct arena *a, struct str s)
{
	char *p = arena_copy(a, s.p ? s.p : "", s.n);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)p[i] < ' ' || p[i] == 0x7f)
			p[i] = ' ';
	return str_trim((struct str){ p, s.n });
}

static void put_mailbox(struct buf *b, struct arena *a, const char *field, struct str name, struct str address)
{
	const size_t start = b->n;
	buf_z(b, field);
	buf_lit(b, ": ");
	name = one_line(a, name);
	if (name.n) {
		/* A name in quotes could hold what a reader takes for an address: encoded, it cannot. */
		bool simple = is_plain(name, 60);
		for (size_t i = 0; i < name.n; i++)
			simple = simple && !strchr("\"\\()<>[]:;@,.", name.p[i]);
		if (simple)
			buf_str(b, name);
		else
			put_encoded(b, name, b->n - start);
		buf_lit(b, "\r\n ");
	}
	buf_char(b, '<');
	buf_str(b, address);
	buf_lit(b, ">\r\n");
}

static void put_date(struct buf *b, int64_t at)
{
	static const char *const weekdays[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const struct date d = clock_date(at);
	const int64_t second = (at - clock_instant(d)) / 1000, midnight = date_days(d) * 86400;
	const int64_t offset = (midnight - clock_instant(d) / 1000) / 60;
	buf_printf(b, "Date: %s, %d %s %04d %02lld:%02lld:%02lld %c%02lld%02lld\r\n", weekdays[date_weekday(d)], d.day, months[d.month - 1], d.year, (long long)(second / 3600),
	           (long long)(second / 60 % 60), (long long)(second % 60), offset < 0 ? '-' : '+', (long long)((offset < 0 ? -offset : offset) / 60),
	           (long long)((offset < 0 ? -offset : offset) % 60));
}

static void put_part(struct buf *b, const char *type, struct str content)
{
	CLEANUP(buf_release) struct buf coded;
	buf_init(&coded, 2 * LIMIT_MAIL_MESSAGE);
	put_base64(&coded, content);
	buf_printf(b, "Content-Type: %s; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", type);
	for (struct str rest = buf_view(&coded); rest.n; rest = str_sub(rest, LINE, rest.n)) {
		buf_str(b, str_sub(rest, 0, LINE));
		buf_lit(b, "\r\n");
	}
	if (buf_error(&coded))
		b->error = ERR_LIMIT;
}

/* ---- the HTML part ---- */

static size_t url_length(struct str s)
{
	size_t n = 0;
	if (!str_starts(s, STR("https://")) && !str_starts(s, STR("http://")))
		return 0;
	while (n < s.n && s.p[n] > ' ' && s.p[n] < 0x7f && !strchr("\"<>\\^`{|}", s.p[n]))
		n++;
	return n;
}

static void put_line(struct html *h, struct str line)
{
	while (line.n) {
		size_t n = 0;
		while (n < line.n && !url_length(str_sub(line, n, line.n)))
			n++;
		html_text(h, str_sub(line, 0, n));
		line = str_sub(line, n, line.n);
		const size_t url = url_length(line);
		if (!url)
			continue;
		html_lit(h, "<a");
		html_href(h, str_sub(line, 0, url));
		html_lit(h, ">");
		html_text(h, str_sub(line, 0, url));
		html_lit(h, "</a>");
		line = str_sub(line, url, line.n);
	}
}

/* Paragraphs are parted by blank lines. */
static void put_html(struct buf *b, struct arena *a, enum lang lang, struct str text)
{
	struct html h;
	struct str line;
	bool open = false;
	html_init(&h, b, a, lang, STR(""));
	html_lit(&h, "<!DOCTYPE html><html");
	html_attr(&h, "lang", lang == LANG_JA ? STR("ja") : STR("en"));
	html_lit(&h, "><head><meta charset=\"utf-8\"></head><body>");
	while (str_cut(&text, '\n', &line)) {
		if (!str_trim(line).n) {
			if (open)
				html_lit(&h, "</p>");
			open = false;
			continue;
		}
		if (open)
			html_lit(&h, "<br>");
		else
			html_lit(&h, "<p>");
		open = true;
		put_line(&h, line);
	}
	if (open)
		html_lit(&h, "</p>");
	html_lit(&h, "</body></html>\n");
}

int mail_compose(struct buf *out, struct arena *a, const struct mail_head *m, enum lang lang, struct str text)
{
	if (!mail_address_valid(m->from) || !mail_address_valid(m->to))
		return ERR_INVALID;
	if (text.n > LIMIT_MAIL_TEXT)
		return ERR_LIMIT;
	CLEANUP(buf_release) struct buf html;
	buf_init(&html, LIMIT_MAIL_MESSAGE);
	put_html(&html, a, lang, text);
	put_mailbox(out, a, "From", m->from_name, m->from);
	put_mailbox(out, a, "To", m->to_name, m->to);
	buf_lit(out, "Subject: ");
	mail_put_words(out, one_line(a, m->subject), 9);
	buf_lit(out, "\r\n");
	put_date(out, m->at);
	buf_lit(out, "Message-ID: <");
	buf_str(out, one_line(a, m->message_id));
	buf_lit(out, ">\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\nContent-Language: ");
	buf_str(out, lang == LANG_JA ? STR("ja") : STR("en"));
	/* base64 has no "=_": no line of the parts can be the boundary. */
	buf_lit(out, "\r\nContent-Type: multipart/alternative; boundary=\"=_ishigaki\"\r\n\r\n--=_ishigaki\r\n");
	put_part(out, "text/plain", text);
	buf_lit(out, "\r\n--=_ishigaki\r\n");
	put_part(out, "text/html", buf_view(&html));
	buf_lit(out, "\r\n--=_ishigaki--\r\n");
	return buf_error(out) || buf_error(&html) ? ERR_LIMIT : 0;
}
