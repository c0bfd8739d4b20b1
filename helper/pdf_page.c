#include "helper/pdf_page.h"

#define SHORT_SIDE 595.28
#define LONG_SIDE 841.89
#define WIDTH (p->right - PDF_LEFT)
#define CELL_PAD 3.0
#define CELL_LINES 24 /* of one table cell, so that a row always fits a page */

static const struct { double fill[3], ink[3]; } tones[] = { /* as the style sheet's, in the order of enum tone */
	{ { .93, .94, .96 }, { .10, .13, .16 } }, { { .13, .48, .29 }, { 1, 1, 1 } },    { { .16, .42, .71 }, { 1, 1, 1 } },
	{ { .90, .71, .13 }, { .15, .11, 0 } },   { { .77, .15, .17 }, { 1, 1, 1 } },    { { .40, .44, .49 }, { 1, 1, 1 } },
};

static size_t known(int tone)
{
	return tone >= 0 && (size_t)tone < COUNT_OF(tones) ? (size_t)tone : 0;
}

void pdf_color(struct pdf_page *p, int tone, bool ink)
{
	const double *c = ink ? tones[known(tone)].ink : tones[known(tone)].fill;
	cairo_set_source_rgb(p->cr, c[0], c[1], c[2]);
}

const char *pdf_mark(int tone)
{
	static const char *const mark[] = { "", "●", "■", "◆", "▲", "―" };
	return mark[known(tone)];
}

/* A text before it leaves a point from which a line would be drawn. */
void pdf_dot(struct pdf_page *p, double x, double y, double radius)
{
	cairo_new_path(p->cr);
	cairo_arc(p->cr, x, y, radius, 0, 6.283185307);
	cairo_fill(p->cr);
}

void pdf_ink(struct pdf_page *p)
{
	cairo_set_source_rgb(p->cr, .09, .11, .14);
}

static void grey(struct pdf_page *p)
{
	cairo_set_source_rgb(p->cr, .33, .37, .42);
}

void pdf_tag(struct pdf_page *p, const char *name)
{
	cairo_tag_begin(p->cr, name, NULL);
}

void pdf_untag(struct pdf_page *p, const char *name)
{
	cairo_tag_end(p->cr, name);
}

void pdf_figure(struct pdf_page *p, struct str alt)
{
	pdf_tag(p, "Figure");
	if (p->out)
		buf_bytes(&p->alts, &alt, sizeof alt);
}

/* ---- text ---- */

static void lay(struct pdf_page *p, struct str text, double width, struct pdf_style s)
{
	static const PangoAlignment align[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };

	pango_font_description_set_weight(p->font, s.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(p->font, s.size * PANGO_SCALE);
	pango_layout_set_font_description(p->layout, p->font);
	pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
	pango_layout_set_alignment(p->layout, align[s.align]);
	/* A negative height is lines of a paragraph, a positive one is of the whole text. */
	pango_layout_set_height(p->layout, s.lines ? (int)(s.size * 1.5 * s.lines * PANGO_SCALE) : -1);
	pango_layout_set_ellipsize(p->layout, s.lines ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
	pango_layout_set_text(p->layout, text.p ? text.p : "", (int)text.n);
}

static double height_of(struct pdf_page *p)
{
	int h = 0;

	pango_layout_get_size(p->layout, NULL, &h);
	return (double)h / PANGO_SCALE;
}

double pdf_measure(struct pdf_page *p, struct str text, double width, struct pdf_style s)
{
	lay(p, text, width, s);
	return height_of(p);
}

double pdf_text(struct pdf_page *p, struct str text, double x, double y, double width, struct pdf_style s)
{
	lay(p, text, width, s);
	cairo_move_to(p->cr, x, y);
	if (p->out)
		pango_cairo_show_layout(p->cr, p->layout);
	return height_of(p);
}

/* ---- pages ---- */

static void page_end(struct pdf_page *p)
{
	if (!p->open)
		return;
	char number[40];
	int n = snprintf(number, sizeof number, "%d / %d", p->pages, p->total);
	grey(p);
	pdf_text(p, p->company, PDF_LEFT, 30, WIDTH / 2, (struct pdf_style){ 8, false, PDF_ALIGN_LEFT, 1 });
	pdf_text(p, p->made, PDF_LEFT + WIDTH / 2, 30, WIDTH / 2, (struct pdf_style){ 8, false, PDF_ALIGN_RIGHT, 1 });
	pdf_text(p, p->title, PDF_LEFT, p->bottom + 20, WIDTH - 60, (struct pdf_style){ 8, false, PDF_ALIGN_LEFT, 1 });
	pdf_text(p, (struct str){ number, (size_t)n }, p->right - 60, p->bottom + 20, 60, (struct pdf_style){ 8, false, PDF_ALIGN_RIGHT, 1 });
	cairo_set_line_width(p->cr, .5);
	cairo_move_to(p->cr, PDF_LEFT, 48);
	cairo_line_to(p->cr, p->right, 48);
	cairo_move_to(p->cr, PDF_LEFT, p->bottom + 14);
	cairo_line_to(p->cr, p->right, p->bottom + 14);
	cairo_stroke(p->cr);
	cairo_show_page(p->cr);
	p->open = false;
}

static void page_begin(struct pdf_page *p)
{
	if (p->open)
		return;
	p->open = true;
	p->pages++;
	p->y = PDF_TOP;
	pdf_ink(p);
}

void pdf_break(struct pdf_page *p)
{
	page_end(p);
}

void pdf_need(struct pdf_page *p, double height)
{
	if (p->open && p->y + height > p->bottom)
		page_end(p);
	page_begin(p);
}

static cairo_status_t keep(void *closure, const unsigned char *data, unsigned n)
{
	struct buf *b = closure;

	buf_bytes(b, data, n);
	return buf_error(b) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

int pdf_page_init(struct pdf_page *p, const struct pdf_font *font, struct buf *heights, int total, struct buf *out)
{
	*p = (struct pdf_page){ .out = out, .total = total, .heights = heights, .right = SHORT_SIDE - PDF_LEFT, .bottom = LONG_SIDE - PDF_FOOT };
	buf_init(&p->alts, PDF_INPUT_MAX);
	p->surface = cairo_pdf_surface_create_for_stream(out ? keep : NULL, out, SHORT_SIDE, LONG_SIDE);
	if (cairo_surface_status(p->surface) != CAIRO_STATUS_SUCCESS)
		return ERR_IO;
	cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
	p->cr = cairo_create(p->surface);
	p->layout = pango_layout_new(font->context);
	pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
	/* What a person wrote decides nothing about the direction of a report. */
	pango_layout_set_auto_dir(p->layout, FALSE);
	p->font = pango_font_description_new();
	pango_font_description_set_family(p->font, font->family);
	return 0;
}

static void metadata(struct pdf_page *p, cairo_pdf_metadata_t what, struct str s)
{
	char text[400];
	size_t n = s.n < sizeof text - 1 ? s.n : sizeof text - 1;

	/* Not in the middle of a character. */
	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	memcpy(text, s.p ? s.p : "", n);
	text[n] = '\0';
	cairo_pdf_surface_set_metadata(p->surface, what, text);
}

void pdf_page_meta(struct pdf_page *p, struct str lang, struct str title, struct str company, struct str made, bool landscape)
{
	if (landscape) {
		p->right = LONG_SIDE - PDF_LEFT;
		p->bottom = SHORT_SIDE - PDF_FOOT;
		/* What was written before would be lost with the old sheet. */
		cairo_pdf_surface_set_size(p->surface, LONG_SIDE, SHORT_SIDE);
	}
	pdf_tag(p, "Document"); /* over all pages: the one root that readers expect */
	p->lang = lang;
	p->title = title;
	p->company = company;
	p->made = made;
	metadata(p, CAIRO_PDF_METADATA_TITLE, title);
	metadata(p, CAIRO_PDF_METADATA_AUTHOR, company);
	metadata(p, CAIRO_PDF_METADATA_SUBJECT, made);
	metadata(p, CAIRO_PDF_METADATA_CREATOR, STR("Ishigaki"));
}

/* ---- blocks ---- */

void pdf_heading(struct pdf_page *p, int level, struct str text, double with)
{
	static const double size[] = { 0, 17, 12.5, 10.5 };
	static const char *const tag[] = { "", "H1", "H2", "H3" };
	char place[64], title[300];

	level = level < 1 ? 1 : level > 3 ? 3 : level;
	struct pdf_style s = { size[level], true, PDF_ALIGN_LEFT, 4 };
	double h = pdf_measure(p, text, WIDTH, s);
	if (p->open && p->y > PDF_TOP)
		p->y += level == 1 ? 12 : 8;
	pdf_need(p, h + with);
	snprintf(place, sizeof place, "page=%d pos=[%.0f %.0f]", p->pages, PDF_LEFT, p->y);
	size_t n = text.n < sizeof title - 1 ? text.n : sizeof title - 1;
	while (n && n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	memcpy(title, text.p ? text.p : "", n);
	title[n] = '\0';
	int parent = CAIRO_PDF_OUTLINE_ROOT;
	for (int l = 1; l < level; l++)
		if (p->outline[l])
			parent = p->outline[l];
	p->outline[level] = cairo_pdf_surface_add_outline(p->surface, parent, title, place, CAIRO_PDF_OUTLINE_FLAG_OPEN);
	for (int l = level + 1; l <= 3; l++)
		p->outline[l] = 0;
	pdf_ink(p);
	pdf_tag(p, tag[level]);
	p->y += pdf_text(p, text, PDF_LEFT, p->y, WIDTH, s) + (level == 1 ? 8 : 4);
	pdf_untag(p, tag[level]);
}

/* A paragraph may be longer than a page: it is set line by line. */
void pdf_paragraph(struct pdf_page *p, struct str text, bool small)
{
	struct pdf_style s = { small ? 8 : 10, false, PDF_ALIGN_LEFT, 0 };

	lay(p, text, WIDTH, s);
	/* Beginning a page draws with the one layout: a longer text gets one of its own. */
	PangoLayout *whole = pango_layout_copy(p->layout);
	int lines = pango_layout_get_line_count(whole);
	double step = s.size * 1.55;
	bool tagged = false;
	for (int i = 0; i < lines; i++) {
		if (!p->open || p->y + step > p->bottom) {
			if (tagged)
				pdf_untag(p, "P");
			tagged = false;
			pdf_need(p, step);
		}
		if (!tagged)
			pdf_tag(p, "P");
		tagged = true;
		if (small)
			grey(p);
		else
			pdf_ink(p);
		cairo_move_to(p->cr, PDF_LEFT, p->y + s.size * 1.1);
		if (p->out)
			pango_cairo_show_layout_line(p->cr, pango_layout_get_line_readonly(whole, i));
		p->y += step;
	}
	if (tagged)
		pdf_untag(p, "P");
	g_object_unref(whole);
	p->y += 4;
}

void pdf_figures(struct pdf_page *p, const struct pdf_figure *f, int n)
{
	const int across = n < 4 ? n : 4;
	const double gap = 8, w = (WIDTH - gap * (across - 1)) / (across ? across : 1), h = 62;

	for (int i = 0; i < n; i++) {
		int column = i % across;
		if (column == 0)
			pdf_need(p, h);
		double x = PDF_LEFT + column * (w + gap);
		pdf_color(p, 0, false);
		cairo_rectangle(p->cr, x, p->y, w, h);
		cairo_fill(p->cr);
		pdf_color(p, f[i].tone, false);
		cairo_rectangle(p->cr, x, p->y, 3, h);
		cairo_fill(p->cr);
		pdf_tag(p, "P");
		grey(p);
		pdf_text(p, f[i].label, x + 9, p->y + 5, w - 14, (struct pdf_style){ 8, false, PDF_ALIGN_LEFT, 1 });
		pdf_ink(p);
		pdf_text(p, f[i].value, x + 9, p->y + 18, w - 14, (struct pdf_style){ 16, true, PDF_ALIGN_LEFT, 1 });
		grey(p);
		pdf_text(p, f[i].note, x + 9, p->y + 43, w - 14, (struct pdf_style){ 7.5, false, PDF_ALIGN_LEFT, 1 });
		pdf_untag(p, "P");
		if (column == across - 1 || i == n - 1)
			p->y += h + gap;
	}
	pdf_ink(p);
}

void pdf_signal(struct pdf_page *p, int tone, struct str word, struct str label, struct str reason)
{
	const double x = PDF_LEFT + 50, w = p->right - x;
	struct pdf_style strong = { 11, true, PDF_ALIGN_LEFT, 3 }, plain = { 9.5, false, PDF_ALIGN_LEFT, 20 };
	double text = pdf_measure(p, label, w, strong) + (reason.n ? pdf_measure(p, reason, w, plain) : 0);
	double h = text < 42 ? 42 : text;

	pdf_need(p, h + 4);
	pdf_color(p, tone, false);
	pdf_dot(p, PDF_LEFT + 20, p->y + 20, 19);
	pdf_tag(p, "P");
	pdf_color(p, tone, true);
	pdf_text(p, word, PDF_LEFT, p->y + (word.n > 3 ? 14 : 10), 40, (struct pdf_style){ word.n > 3 ? 8 : 14, true, PDF_ALIGN_CENTER, 1 });
	pdf_ink(p);
	double y = p->y + (text < 42 ? (42 - text) / 2 : 0);
	y += pdf_text(p, label, x, y, w, strong);
	if (reason.n)
		pdf_text(p, reason, x, y, w, plain);
	pdf_untag(p, "P");
	p->y += h + 6;
}

/* ---- tables ---- */

static const struct pdf_style head_style = { 8, true, PDF_ALIGN_LEFT, 4 };

static void put_head(struct pdf_page *p)
{
	double h = 0;

	for (int i = 0; i < p->columns; i++) {
		double one = pdf_measure(p, p->head[i], p->x[i + 1] - p->x[i] - 2 * CELL_PAD, head_style);
		h = one > h ? one : h;
	}
	h += 2 * CELL_PAD;
	cairo_set_source_rgb(p->cr, .91, .93, .95);
	cairo_rectangle(p->cr, PDF_LEFT, p->y, WIDTH, h);
	cairo_fill(p->cr);
	pdf_ink(p);
	pdf_tag(p, "TR");
	for (int i = 0; i < p->columns; i++) {
		pdf_tag(p, "TH");
		pdf_text(p, p->head[i], p->x[i] + CELL_PAD, p->y + CELL_PAD, p->x[i + 1] - p->x[i] - 2 * CELL_PAD,
		         (struct pdf_style){ head_style.size, true, p->number[i] ? PDF_ALIGN_RIGHT : PDF_ALIGN_LEFT, 4 });
		pdf_untag(p, "TH");
	}
	pdf_untag(p, "TR");
	p->y += h;
}

void pdf_table(struct pdf_page *p, struct str caption, int columns, const struct str *label, const unsigned *weight, const bool *number)
{
	unsigned sum = 0;

	p->columns = columns;
	for (int i = 0; i < columns; i++)
		sum += weight[i];
	p->x[0] = PDF_LEFT;
	for (int i = 0; i < columns; i++) {
		p->x[i + 1] = p->x[i] + WIDTH * weight[i] / (sum ? sum : 1);
		p->head[i] = label[i];
		p->number[i] = number[i];
	}
	pdf_need(p, 70);
	pdf_ink(p);
	if (caption.n) {
		pdf_tag(p, "P");
		p->y += pdf_text(p, caption, PDF_LEFT, p->y, WIDTH, (struct pdf_style){ 9.5, true, PDF_ALIGN_LEFT, 3 }) + 3;
		pdf_untag(p, "P");
	}
	pdf_tag(p, "Table");
	p->in_table = true;
	put_head(p);
}

/* What the next row needs: measured when the pages are counted, and known when they are written. */
static double row_height(struct pdf_page *p, const struct str *cell, const int *tone)
{
	double h = 0;

	if (p->out && p->row < p->heights->n / sizeof h) {
		memcpy(&h, p->heights->p + p->row++ * sizeof h, sizeof h);
		return h;
	}
	for (int i = 0; i < p->columns; i++) {
		double one = pdf_measure(p, cell[i], p->x[i + 1] - p->x[i] - 2 * CELL_PAD - (tone[i] == PDF_PLAIN ? 0 : 10),
		                         (struct pdf_style){ 8.5, false, PDF_ALIGN_LEFT, CELL_LINES });
		h = one > h ? one : h;
	}
	h += 2 * CELL_PAD;
	buf_bytes(p->heights, (const char *)&h, sizeof h);
	return h;
}

void pdf_row(struct pdf_page *p, const struct str *cell, const int *tone)
{
	double h = row_height(p, cell, tone);

	if (p->y + h > p->bottom) {
		/* A structure element of its own per page: the heading is repeated in each. */
		pdf_untag(p, "Table");
		pdf_need(p, h);
		pdf_tag(p, "Table");
		put_head(p);
	}
	if (!p->out) {
		p->y += h;
		return;
	}
	pdf_tag(p, "TR");
	for (int i = 0; i < p->columns; i++) {
		double x = p->x[i] + CELL_PAD, w = p->x[i + 1] - p->x[i] - 2 * CELL_PAD;
		if (tone[i] != PDF_PLAIN) {
			pdf_color(p, tone[i], false);
			pdf_dot(p, x + 3.5, p->y + CELL_PAD + 6.5, 3.5);
			x += 10;
			w -= 10;
		}
		pdf_ink(p);
		pdf_tag(p, "TD");
		pdf_text(p, cell[i], x, p->y + CELL_PAD, w,
		         (struct pdf_style){ 8.5, false, p->number[i] ? PDF_ALIGN_RIGHT : PDF_ALIGN_LEFT, CELL_LINES });
		pdf_untag(p, "TD");
	}
	pdf_untag(p, "TR");
	p->y += h;
	cairo_set_source_rgb(p->cr, .80, .83, .87);
	cairo_set_line_width(p->cr, .5);
	cairo_move_to(p->cr, PDF_LEFT, p->y);
	cairo_line_to(p->cr, p->right, p->y);
	cairo_stroke(p->cr);
}

void pdf_table_end(struct pdf_page *p)
{
	if (p->in_table)
		pdf_untag(p, "Table");
	p->in_table = false;
	p->y += 10;
}

/* ---- the end ---- */

int pdf_page_finish(struct pdf_page *p)
{
	pdf_table_end(p);
	if (p->pages == 0)
		pdf_need(p, 1);
	pdf_untag(p, "Document");
	page_end(p);
	cairo_surface_finish(p->surface);
	if (cairo_surface_status(p->surface) != CAIRO_STATUS_SUCCESS)
		return p->out && buf_error(p->out) ? ERR_LIMIT : ERR_IO;
	return p->out ? pdf_amend(p) : 0;
}

void pdf_page_release(struct pdf_page *p)
{
	cairo_destroy(p->cr);
	buf_release(&p->alts);
	/* What an unfinished document would still write goes nowhere. */
	cairo_surface_destroy(p->surface);
	if (p->layout)
		g_object_unref(p->layout);
	if (p->font)
		pango_font_description_free(p->font);
}
