/* Charts on paper: the same three as on the web (html/chart.c). Every number stands as text beside its shape. */
#include "base/num.h"
#include "helper/pdf_page.h"

#define WIDTH (p->right - PDF_LEFT)

static void caption(struct pdf_page *p, struct str text, double with)
{
	pdf_need(p, 20 + with);
	pdf_ink(p);
	pdf_tag(p, "P");
	p->y += pdf_text(p, text, PDF_LEFT, p->y, WIDTH, (struct pdf_style){ 9.5, true, PDF_ALIGN_LEFT, 2 }) + 4;
	pdf_untag(p, "P");
}

static double number(struct pdf_page *p, int64_t v, double x, double y, double w, enum pdf_align align)
{
	CLEANUP(buf_release) struct buf b;

	buf_init(&b, 64);
	num_put_grouped(&b, v);
	return pdf_text(p, buf_view(&b), x, y, w, (struct pdf_style){ 8, false, align, 1 });
}

static void legend(struct pdf_page *p, int parts, const struct str *label, const int *tone)
{
	const double w = WIDTH / PDF_PARTS_MAX;

	for (int i = 0; i < parts; i++) {
		const double x = PDF_LEFT + i * w;
		pdf_color(p, tone[i], false);
		cairo_rectangle(p->cr, x, p->y + 2, 8, 8);
		cairo_fill(p->cr);
		pdf_ink(p);
		pdf_text(p, str_of(pdf_mark(tone[i])), x + 11, p->y, 12, (struct pdf_style){ 8, false, PDF_ALIGN_LEFT, 1 });
		pdf_text(p, label[i], x + 22, p->y, w - 26, (struct pdf_style){ 8, false, PDF_ALIGN_LEFT, 1 });
	}
	p->y += 20;
}

void pdf_bars(struct pdf_page *p, struct str title, struct str alt, int parts, const struct str *label, const int *tone,
              const struct pdf_item *item, int n)
{
	const double names = 130, totals = 40, area = WIDTH - names - totals - 8, h = 17;
	double max = 1;

	for (int i = 0; i < n; i++) {
		double sum = 0;
		for (int k = 0; k < parts; k++)
			sum += item[i].value[k] > 0 ? (double)item[i].value[k] : 0;
		max = sum > max ? sum : max;
	}
	caption(p, title, h * 3);
	pdf_figure(p, alt);
	for (int i = 0; i < n; i++) {
		double x = PDF_LEFT + names, sum = 0;
		if (p->y + h > p->bottom) {
			/* A structure element of its own per page; the first has said it all. */
			pdf_untag(p, "Figure");
			pdf_need(p, h);
			pdf_figure(p, title);
		}
		pdf_ink(p);
		pdf_text(p, item[i].label, PDF_LEFT, p->y + 2, names - 6, (struct pdf_style){ 8.5, false, PDF_ALIGN_LEFT, 1 });
		for (int k = 0; k < parts; k++) {
			double v = item[i].value[k] > 0 ? (double)item[i].value[k] : 0, w = v / max * area;
			sum += v;
			if (v == 0)
				continue;
			pdf_color(p, tone[k], false);
			cairo_rectangle(p->cr, x, p->y + 1, w, h - 4);
			cairo_fill(p->cr);
			if (w > 24) {
				pdf_color(p, tone[k], true);
				number(p, item[i].value[k], x, p->y + 1.5, w, PDF_ALIGN_CENTER);
			}
			x += w;
		}
		pdf_ink(p);
		number(p, (int64_t)sum, p->right - totals, p->y + 2, totals, PDF_ALIGN_RIGHT);
		p->y += h;
	}
	pdf_untag(p, "Figure");
	p->y += 4;
	pdf_need(p, 20);
	pdf_tag(p, "P");
	legend(p, parts, label, tone);
	pdf_untag(p, "P");
}

/* Above its point; below it when another series has a point close above, and beside it when the axis is there. */
static void point_number(struct pdf_page *p, const struct pdf_item *item, int parts, int k, double x, double y, double scale, double bottom)
{
	bool under = false;

	for (int j = 0; j < parts; j++) {
		const double above = (double)(item->value[j] - item->value[k]) * scale;
		under = under || (j != k && item->value[j] >= 0 && above < 14 && (above > 0 || (j < k && item->value[j] == item->value[k])));
	}
	if (!under)
		number(p, item->value[k], x - 20, y - 14, 40, PDF_ALIGN_CENTER);
	else if (y + 15 <= bottom)
		number(p, item->value[k], x - 20, y + 3, 40, PDF_ALIGN_CENTER);
	else
		number(p, item->value[k], x + 5, y - 6, 40, PDF_ALIGN_LEFT);
}

void pdf_lines(struct pdf_page *p, struct str title, struct str alt, int parts, const struct str *label, const int *tone,
               const struct pdf_item *item, int n)
{
	const double left = PDF_LEFT + 40, area = p->right - 20 - left, h = 120;
	double max = 4;

	for (int i = 0; i < n; i++)
		for (int k = 0; k < parts; k++)
			max = (double)item[i].value[k] > max ? (double)item[i].value[k] : max;
	caption(p, title, h + 62);
	pdf_figure(p, alt);
	double bottom = p->y + h + 12;
	cairo_set_line_width(p->cr, .5);
	for (int g = 0; g <= 4; g++) {
		double y = bottom - h * g / 4;
		cairo_set_source_rgb(p->cr, .80, .83, .87);
		cairo_move_to(p->cr, left, y);
		cairo_line_to(p->cr, left + area, y);
		cairo_stroke(p->cr);
		pdf_ink(p);
		number(p, (int64_t)(max * g / 4), PDF_LEFT, y - 6, 34, PDF_ALIGN_RIGHT);
	}
	for (int i = 0; i < n; i++) {
		double step = n > 1 ? area / (n - 1) : 0, x = n > 1 ? left + step * i : left + area / 2;
		int every = n / 8 + 1;
		if ((n - 1 - i) % every == 0)
			pdf_text(p, item[i].label, x - 30, bottom + 4, 60, (struct pdf_style){ 8, false, PDF_ALIGN_CENTER, 1 });
	}
	for (int k = 0; k < parts; k++) {
		pdf_color(p, tone[k], false);
		cairo_set_line_width(p->cr, 1.4);
		for (int i = 0; i < n; i++) {
			double x = n > 1 ? left + area / (n - 1) * i : left + area / 2, y = bottom - (double)item[i].value[k] / max * h;
			if (item[i].value[k] < 0)
				continue; /* not known: no point, and no line over it */
			if (i > 0 && item[i - 1].value[k] >= 0) {
				cairo_move_to(p->cr, left + area / (n - 1) * (i - 1), bottom - (double)item[i - 1].value[k] / max * h);
				cairo_line_to(p->cr, x, y);
				cairo_stroke(p->cr);
			}
			pdf_dot(p, x, y, 2.6);
			if (n <= 12)
				point_number(p, &item[i], parts, k, x, y, h / max, bottom);
		}
	}
	pdf_ink(p);
	p->y = bottom + 22;
	legend(p, parts, label, tone);
	pdf_untag(p, "Figure");
}

void pdf_heat(struct pdf_page *p, struct str title, int rows, const struct str *row, int columns, const struct str *column,
              const int *tone, const int64_t *count)
{
	const double names = 90, h = 24, w = columns ? (WIDTH - names) / columns : 0;

	caption(p, title, 16 + (rows < 8 ? rows : 8) * h);
	pdf_tag(p, "Table");
	pdf_tag(p, "TR");
	for (int c = 0; c < columns; c++) {
		pdf_tag(p, "TH");
		pdf_text(p, column[c], PDF_LEFT + names + c * w, p->y, w, (struct pdf_style){ 8.5, true, PDF_ALIGN_CENTER, 1 });
		pdf_untag(p, "TH");
	}
	pdf_untag(p, "TR");
	p->y += 16;
	for (int r = 0; r < rows; r++) {
		if (p->y + h > p->bottom) {
			pdf_untag(p, "Table");
			pdf_need(p, h);
			pdf_tag(p, "Table");
		}
		pdf_tag(p, "TR");
		pdf_ink(p);
		pdf_tag(p, "TH");
		pdf_text(p, row[r], PDF_LEFT, p->y + 5, names - 6, (struct pdf_style){ 8.5, true, PDF_ALIGN_LEFT, 1 });
		pdf_untag(p, "TH");
		for (int c = 0; c < columns; c++) {
			double x = PDF_LEFT + names + c * w;
			int64_t n = count[r * columns + c];
			int t = tone[r * columns + c];
			CLEANUP(buf_release) struct buf b;

			pdf_color(p, n > 0 ? t : 0, false);
			cairo_rectangle(p->cr, x + 1, p->y + 1, w - 2, h - 2);
			cairo_fill(p->cr);
			pdf_tag(p, "TD");
			pdf_color(p, n > 0 ? t : 0, true);
			buf_init(&b, 64);
			if (n > 0) {
				buf_z(&b, pdf_mark(t));
				buf_char(&b, ' ');
			}
			num_put_grouped(&b, n > 0 ? n : 0);
			pdf_text(p, buf_view(&b), x, p->y + 5, w, (struct pdf_style){ 9.5, n > 0, PDF_ALIGN_CENTER, 1 });
			pdf_untag(p, "TD");
		}
		pdf_untag(p, "TR");
		p->y += h;
	}
	pdf_untag(p, "Table");
	pdf_ink(p);
	p->y += 10;
}
