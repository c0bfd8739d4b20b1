/*
 * What cairo 1.16 cannot say: in which language a document is, and what its figures show. A PDF may be changed by appending
 * (ISO 32000-1, 7.5.6): the objects concerned are written once more, and a table of places that points to them.
 */
#include "base/text.h"
#include "helper/pdf_page.h"

/* The last place where name stands in s, or -1. */
static ptrdiff_t last(struct str s, struct str name)
{
	for (size_t i = s.n; i >= name.n; i--)
		if (memcmp(s.p + i - name.n, name.p, name.n) == 0)
			return (ptrdiff_t)(i - name.n);
	return -1;
}

/* The number that s begins with, behind blanks. */
static long number_at(struct str s)
{
	size_t i = 0;
	long n = 0;

	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\n'))
		i++;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && n < 100000000; i++)
		n = n * 10 + (s.p[i] - '0');
	return n;
}

/* The number behind the last place where name stands. */
static long number_behind(struct str s, struct str name)
{
	ptrdiff_t at = last(s, name);

	return at < 0 ? -1 : number_at(str_sub(s, (size_t)at + name.n, s.n));
}

struct amend {
	struct pdf_page *p;
	size_t written;        /* what cairo wrote: nothing behind it is looked at */
	struct str xref;       /* its table of places: 20 bytes an object, number 0 first */
	long size;             /* objects */
	struct buf places;     /* of what is written once more, as sections of a new table */
};

/* The object's dictionary behind "N 0 obj\n<< ", up to "endobj"; empty when there is none. */
static struct str object(const struct amend *m, long number)
{
	struct str s = str_sub(buf_view(m->p->out), 0, m->written);
	const long at = number_at(str_sub(m->xref, (size_t)number * 20, m->xref.n));
	char head[40];
	const int n = snprintf(head, sizeof head, "%ld 0 obj\n<< ", number);

	struct str rest = str_sub(s, at < 0 ? s.n : (size_t)at, s.n);
	if (!str_starts(rest, (struct str){ head, (size_t)n }))
		return STR_NULL;
	rest = str_sub(rest, (size_t)n, rest.n);
	const ptrdiff_t end = str_find(str_sub(rest, 0, 4096), STR("endobj"));
	return end < 0 ? STR_NULL : str_sub(rest, 0, (size_t)end);
}

/* Appends the object with more in front of what it holds. */
static void again(struct amend *m, long number, struct str more, struct str held)
{
	struct buf *out = m->p->out;
	char copy[4096];

	/* It lies in the buffer that grows. */
	memcpy(copy, held.p, held.n);
	buf_printf(&m->places, "%ld 1\n%010zu 00000 n \n", number, out->n);
	buf_printf(out, "%ld 0 obj\n<< ", number);
	buf_str(out, more);
	buf_bytes(out, copy, held.n);
	buf_lit(out, "endobj\n");
}

/* "/Alt <FEFF...> ": a text string in UTF-16, which needs no escapes. */
static void put_alt(struct buf *b, struct str alt)
{
	uint32_t c;

	buf_lit(b, "/Alt <FEFF");
	while (text_next(&alt, &c))
		if (c >= 0x10000)
			buf_printf(b, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
		else
			buf_printf(b, "%04X", c);
	buf_lit(b, ">\n   ");
}

/* cairo numbers the elements of the structure as they stand in the document. */
static int figures(struct amend *m)
{
	const size_t n = m->p->alts.n / sizeof(struct str);
	size_t k = 0;

	for (long i = 1; i < m->size && n; i++) {
		struct str held = object(m, i), alt;
		if (!str_starts(held, STR("/Type /StructElem\n   /S /Figure\n")))
			continue;
		if (k == n)
			return ERR_IO;
		memcpy(&alt, m->p->alts.p + k++ * sizeof alt, sizeof alt);
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, PDF_RECORD_MAX * 8);
		put_alt(&b, alt);
		again(m, i, buf_view(&b), held);
	}
	return k == n ? 0 : ERR_IO;
}

int pdf_amend(struct pdf_page *p)
{
	struct str s = buf_view(p->out);
	long root = number_behind(s, STR("/Root")), xref = number_behind(s, STR("startxref")), info = number_behind(s, STR("/Info"));
	struct amend m = { .p = p, .written = s.n, .size = number_behind(s, STR("/Size")) };
	char head[40], lang[128];

	if (root <= 0 || m.size <= root || xref <= 0 || info < 0 || buf_error(&p->alts))
		return ERR_IO;
	const int n = snprintf(head, sizeof head, "xref\n0 %ld\n", m.size);
	struct str table = str_sub(s, (size_t)xref, s.n);
	if (!str_starts(table, (struct str){ head, (size_t)n }) || table.n < (size_t)n + (size_t)m.size * 20)
		return ERR_IO;
	m.xref = str_sub(table, (size_t)n, (size_t)n + (size_t)m.size * 20);
	buf_init(&m.places, PDF_INPUT_MAX);
	/* It must not move while objects are read out of it and written behind it. */
	char *places = malloc(m.xref.n);
	if (!places)
		die("out of memory");
	memcpy(places, m.xref.p, m.xref.n);
	m.xref.p = places;
	int e = figures(&m);
	struct str catalog = object(&m, root);
	if (e == 0 && !str_starts(catalog, STR("/Type /Catalog")))
		e = ERR_IO;
	if (e == 0) {
		const int k = snprintf(lang, sizeof lang, "/Lang (%.*s) /ViewerPreferences << /DisplayDocTitle true >>\n   ", (int)(p->lang.n < 40 ? p->lang.n : 40), p->lang.p);
		again(&m, root, (struct str){ lang, (size_t)k }, catalog);
		const size_t at = p->out->n;
		buf_lit(p->out, "xref\n");
		buf_str(p->out, buf_view(&m.places));
		buf_printf(p->out, "trailer\n<< /Size %ld /Root %ld 0 R /Info %ld 0 R /Prev %ld >>\nstartxref\n%zu\n%%%%EOF\n", m.size, root, info, xref, at);
		e = buf_error(&m.places) ? ERR_LIMIT : buf_error(p->out);
	}
	free(places);
	buf_release(&m.places);
	return e;
}
