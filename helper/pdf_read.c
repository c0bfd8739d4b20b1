#include "helper/pdf_read.h"

#include "base/text.h"

struct reader {
	struct str rest;
	bool bad;
};

static uint64_t take(struct reader *r, size_t bytes)
{
	uint64_t v = 0;

	if (r->bad || r->rest.n < bytes) {
		r->bad = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		v |= (uint64_t)(unsigned char)r->rest.p[i] << 8 * i;
	r->rest = str_sub(r->rest, bytes, r->rest.n);
	return v;
}

static int count(struct reader *r, size_t bytes, int max)
{
	uint64_t n = take(r, bytes);

	if (n > (uint64_t)max)
		r->bad = true;
	return r->bad ? 0 : (int)n;
}

/* A number that charts draw and add up: what is further from zero than any of theirs stands at the end. */
static int64_t number(struct reader *r)
{
	const int64_t most = INT64_C(1000000000000000000) / (PDF_PARTS_MAX * 2), v = (int64_t)take(r, 8);

	return v > most ? most : v < -most ? -most : v;
}

static struct str text(struct reader *r)
{
	size_t n = (size_t)take(r, 4);

	if (r->bad || n > r->rest.n || !text_valid(str_sub(r->rest, 0, n))) {
		r->bad = true;
		return STR("");
	}
	struct str s = str_sub(r->rest, 0, n);
	r->rest = str_sub(r->rest, n, r->rest.n);
	return s;
}

static void figures(struct pdf_page *p, struct reader *r)
{
	struct pdf_figure f[24];
	int n = count(r, 1, COUNT_OF(f));

	for (int i = 0; i < n; i++) {
		f[i].tone = count(r, 1, 255);
		f[i].label = text(r);
		f[i].value = text(r);
		f[i].note = text(r);
	}
	if (!r->bad)
		pdf_figures(p, f, n);
}

static void table(struct pdf_page *p, struct reader *r)
{
	struct str caption = text(r), label[PDF_COLUMNS_MAX];
	unsigned weight[PDF_COLUMNS_MAX];
	bool number[PDF_COLUMNS_MAX];
	int n = count(r, 1, PDF_COLUMNS_MAX);

	for (int i = 0; i < n; i++) {
		weight[i] = (unsigned)count(r, 1, 255);
		number[i] = count(r, 1, 1);
		label[i] = text(r);
	}
	if (n == 0 || p->in_table)
		r->bad = true;
	if (!r->bad)
		pdf_table(p, caption, n, label, weight, number);
}

static void row(struct pdf_page *p, struct reader *r)
{
	struct str cell[PDF_COLUMNS_MAX];
	int tone[PDF_COLUMNS_MAX];

	for (int i = 0; i < p->columns; i++) {
		tone[i] = count(r, 1, 255);
		cell[i] = text(r);
	}
	if (!p->in_table)
		r->bad = true;
	if (!r->bad)
		pdf_row(p, cell, tone);
}

static void chart(struct pdf_page *p, struct reader *r, bool lines)
{
	static struct pdf_item item[PDF_ITEMS_MAX];
	struct str caption = text(r), alt = text(r), label[PDF_PARTS_MAX];
	int tone[PDF_PARTS_MAX], parts = count(r, 1, PDF_PARTS_MAX);

	for (int i = 0; i < parts; i++) {
		tone[i] = count(r, 1, 255);
		label[i] = text(r);
	}
	int n = count(r, 2, PDF_ITEMS_MAX);
	for (int i = 0; i < n; i++) {
		item[i].label = text(r);
		for (int k = 0; k < parts; k++)
			item[i].value[k] = number(r);
	}
	if (r->bad)
		return;
	if (lines)
		pdf_lines(p, caption, alt, parts, label, tone, item, n);
	else
		pdf_bars(p, caption, alt, parts, label, tone, item, n);
}

static void heat(struct pdf_page *p, struct reader *r)
{
	struct str caption = text(r), row_label[32], column_label[16];
	static int tone[32 * 16];
	static int64_t value[32 * 16];
	int rows = count(r, 1, 32);

	for (int i = 0; i < rows; i++)
		row_label[i] = text(r);
	int columns = count(r, 1, 16);
	for (int i = 0; i < columns; i++)
		column_label[i] = text(r);
	for (int i = 0; i < rows * columns; i++) {
		tone[i] = count(r, 1, 255);
		value[i] = number(r);
	}
	if (!r->bad)
		pdf_heat(p, caption, rows, row_label, columns, column_label, tone, value);
}

/* What the records behind a heading want of its page: a picture stands in one piece, of everything else the first lines do. */
static double wanted(struct reader next)
{
	double h = 0;

	for (;;) {
		int kind = count(&next, 1, 255);
		size_t n = (size_t)take(&next, 4);
		if (next.bad || n > next.rest.n)
			return h + 60;
		next.rest = str_sub(next.rest, n, next.rest.n);
		if (kind == PDF_HEADING && h < 120)
			h += 40;
		else
			return h + (kind == PDF_LINES ? PDF_LINES_HEIGHT : kind == PDF_HEAT ? PDF_HEAT_HEIGHT : kind == PDF_BARS ? 80 : 60);
	}
}

/* next: the records behind this one. */
static void block(struct pdf_page *p, int kind, struct reader *r, struct reader next)
{
	int level;
	struct str a, b, c;

	switch (kind) {
	case PDF_HEADING:
		level = count(r, 1, 3);
		a = text(r);
		if (!r->bad)
			pdf_heading(p, level, a, wanted(next));
		break;
	case PDF_PARAGRAPH:
	case PDF_FOOTNOTE:
		a = text(r);
		if (!r->bad)
			pdf_paragraph(p, a, kind == PDF_FOOTNOTE);
		break;
	case PDF_FIGURES:
		figures(p, r);
		break;
	case PDF_SIGNAL:
		level = count(r, 1, 255);
		a = text(r);
		b = text(r);
		c = text(r);
		if (!r->bad)
			pdf_signal(p, level, a, b, c);
		break;
	case PDF_TABLE:
		table(p, r);
		break;
	case PDF_ROW:
		row(p, r);
		break;
	case PDF_TABLE_END:
		pdf_table_end(p);
		break;
	case PDF_BARS:
	case PDF_LINES:
		chart(p, r, kind == PDF_LINES);
		break;
	case PDF_HEAT:
		heat(p, r);
		break;
	case PDF_BREAK:
		pdf_break(p);
		break;
	default:
		r->bad = true;
	}
}

/* One record after the other, up to the one that ends the document. */
static int blocks(struct pdf_page *p, struct str input)
{
	struct reader all = { .rest = input };
	bool meta = false;

	for (;;) {
		int kind = count(&all, 1, 255);
		size_t n = (size_t)take(&all, 4);
		if (all.bad || n > PDF_RECORD_MAX || n > all.rest.n)
			return ERR_SYNTAX;
		struct reader one = { .rest = str_sub(all.rest, 0, n) };
		all.rest = str_sub(all.rest, n, all.rest.n);
		if (kind == PDF_END)
			return meta ? 0 : ERR_SYNTAX;
		if (!meta) {
			struct str lang = text(&one), title = text(&one), company = text(&one), made = text(&one);
			const bool landscape = count(&one, 1, 1);
			/* The language goes into the file's syntax as it is. */
			for (size_t i = 0; i < lang.n; i++)
				if (!((lang.p[i] >= 'a' && lang.p[i] <= 'z') || lang.p[i] == '-'))
					one.bad = true;
			if (kind != PDF_META || one.bad || one.rest.n)
				return ERR_SYNTAX;
			pdf_page_meta(p, lang, title, company, made, landscape);
			meta = true;
			continue;
		}
		/* A table's rows follow one another; nothing else stands between them. */
		if (p->in_table && kind != PDF_ROW && kind != PDF_TABLE_END)
			return ERR_SYNTAX;
		block(p, kind, &one, all);
		if (one.bad || one.rest.n)
			return ERR_SYNTAX;
		if (p->pages > PDF_PAGES_MAX)
			return ERR_LIMIT;
	}
}

static int draw(struct str input, const struct pdf_font *font, struct buf *heights, int total, struct buf *out, int *ret_pages)
{
	struct pdf_page p;
	int e = pdf_page_init(&p, font, heights, total, out);

	if (e == 0)
		e = blocks(&p, input);
	if (e == 0)
		e = pdf_page_finish(&p);
	*ret_pages = p.pages;
	pdf_page_release(&p);
	return e;
}

int pdf_read(struct str input, const struct pdf_font *font, struct buf *out, int *ret_pages)
{
	/* Cairo writes a page for good when the next one begins, and each says of how many it is one. */
	struct buf heights;
	int total = 0;

	buf_init(&heights, PDF_INPUT_MAX);
	int e = draw(input, font, &heights, 0, NULL, &total);
	if (e == 0)
		e = draw(input, font, &heights, total, out, ret_pages);
	buf_release(&heights);
	return e;
}
