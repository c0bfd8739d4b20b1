/* iCalendar (RFC 5545), writing only. */
#include "base/text.h"
#include "work/calendar.h"

#define FOLD 75 /* bytes of a line, without its end */

/* One content line: folded so that no character is cut. */
static void put_line(struct buf *b, const char *name, struct str value)
{
	size_t used = strlen(name) + 1;
	buf_z(b, name);
	buf_char(b, ':');
	while (value.n) {
		struct str rest = value;
		uint32_t c;
		if (!text_next(&rest, &c))
			rest = str_sub(value, 1, value.n);
		const size_t n = value.n - rest.n;
		if (used + n > FOLD) {
			buf_lit(b, "\r\n ");
			used = 1;
		}
		buf_str(b, str_sub(value, 0, n));
		used += n;
		value = rest;
	}
	buf_lit(b, "\r\n");
}

/* TEXT: what separates is escaped, a line break is "\n", other control characters are blanks. */
static struct str escaped(struct arena *a, struct str s)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_LONG_TEXT * 8);
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];
		if (c == '\n')
			buf_lit(&b, "\\n");
		else if (c == '\\' || c == ';' || c == ',')
			buf_printf(&b, "\\%c", c);
		else if ((unsigned char)c < ' ' || c == 0x7f)
			buf_char(&b, ' ');
		else
			buf_char(&b, c);
	}
	return str_dup(a, buf_view(&b));
}

static struct str day_text(struct arena *a, struct date d)
{
	return str_printf(a, "%04d%02d%02d", d.year, d.month, d.day);
}

static struct str stamp_text(struct arena *a, int64_t ms)
{
	CLEANUP(buf_release) struct buf b, out;
	buf_init(&b, 64);
	buf_init(&out, 64);
	clock_put_rfc3339(&b, ms);
	/* 2026-04-01T00:30:00.000Z -> 20260401T003000Z */
	for (size_t i = 0; i < b.n && b.p[i] != '.'; i++)
		if (b.p[i] != '-' && b.p[i] != ':')
			buf_char(&out, b.p[i]);
	buf_char(&out, 'Z');
	return str_dup(a, buf_view(&out));
}

void ical_put(struct buf *b, struct arena *a, const struct calendar_list *list, struct str name, struct str base, int64_t stamp)
{
	buf_lit(b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Ishigaki//Calendar//JA\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
	put_line(b, "X-WR-CALNAME", escaped(a, name));
	buf_lit(b, "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n");
	for (size_t i = 0; i < list->n; i++) {
		const struct calendar_item *x = &list->item[i];
		buf_lit(b, "BEGIN:VEVENT\r\n");
		put_line(b, "UID", str_printf(a, "%s-%lld%s%s@ishigaki", x->part, (long long)x->id, x->what ? "-" : "", x->what ? x->what : ""));
		put_line(b, "DTSTAMP", stamp_text(a, stamp));
		/* The day on which it is due: a bar over weeks would cover a person's own calendar. The end is the day after. */
		put_line(b, "DTSTART;VALUE=DATE", day_text(a, x->until));
		put_line(b, "DTEND;VALUE=DATE", day_text(a, date_add_days(x->until, 1)));
		put_line(b, "SUMMARY", escaped(a, x->title));
		if (base.n)
			put_line(b, "URL", str_printf(a, "%.*s%.*s", STR_FMT(base), STR_FMT(x->path)));
		buf_lit(b, "TRANSP:TRANSPARENT\r\n");
		if (x->tone == TONE_GREEN)
			buf_lit(b, "CATEGORIES:DONE\r\n");
		buf_lit(b, "END:VEVENT\r\n");
	}
	buf_lit(b, "END:VCALENDAR\r\n");
}
