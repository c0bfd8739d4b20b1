/*
 * Charts as tables and SVG made on the server. Places inside an SVG are percentages, so that a chart fits its column
 * without shrinking its letters; colours come by class, so that dark mode and print can choose their own. A tone always
 * has a shape or a word beside its colour.
 */
#include "base/text/base.h"
#include "base/text/html.h"
#include "html/internal.h"

#define PARTS_MAX 5

static void caption_row(struct html *h, struct str caption)
{
	html_lit(h, "<caption>");
	html_text(h, caption);
	html_lit(h, "</caption>");
}

static void linked(struct html *h, struct str text, struct str path)
{
	if (path.n) {
		html_lit(h, "<a");
		html_href(h, path);
		html_lit(h, ">");
	}
	html_text(h, text);
	if (path.n)
		html_lit(h, "</a>");
}

/* A short decimal with one digit behind the point: 1000ths of the whole as percent. */
static void put_percent(struct html *h, const char *name, int64_t per_mille)
{
	html_lit(h, " ");
	html_constant(h, name);
	html_lit(h, "=\"");
	buf_i64(h->out, per_mille / 10);
	html_lit(h, ".");
	buf_i64(h->out, per_mille % 10);
	html_lit(h, "%\"");
}

static void legend(struct html *h, const struct str *labels, const enum tone *t, size_t n)
{
	html_lit(h, "<ul class=\"legend\"");
	html_attr_msg(h, "aria-label", MSG_HTML_LEGEND);
	html_lit(h, ">");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<li class=\"");
		html_constant(h, tone_class(t[i]));
		html_lit(h, "\">");
		html_tone_mark(h, t[i]);
		html_text(h, labels[i]);
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
}

/* ---- heat map ---- */

static void heat_cell(struct html *h, const struct heat_cell *c, struct str row, struct str column)
{
	html_lit(h, "<td class=\"");
	html_constant(h, tone_class(c->tone));
	if (c->count <= 0)
		html_lit(h, " none");
	html_lit(h, "\">");
	if (c->count > 0 && c->path.n) {
		struct str word = msg(h->lang, tone_word(c->tone));
		struct note n = NOTE(MSG_HTML_CELL, ARG_S(row), ARG_S(column), ARG_S(html_grouped(h, c->count)), ARG_S(word));

		html_lit(h, "<a");
		html_href(h, c->path);
		html_attr(h, "aria-label", note_str(h->arena, h->lang, &n));
		html_lit(h, ">");
	}
	html_tone_mark(h, c->tone);
	html_lit(h, "<span class=\"count\">");
	html_i64(h, c->count > 0 ? c->count : 0);
	html_lit(h, "</span>");
	if (c->count > 0 && c->path.n)
		html_lit(h, "</a>");
	html_lit(h, "</td>");
}

void chart_heatmap(struct html *h, struct str caption, const struct str *row_labels, size_t rows,
                   const struct str *column_labels, size_t columns, const struct heat_cell *cells)
{
	html_lit(h, "<table class=\"heat\">");
	caption_row(h, caption);
	html_lit(h, "<thead><tr><td></td>");
	for (size_t c = 0; c < columns; c++) {
		html_lit(h, "<th scope=\"col\">");
		html_text(h, column_labels[c]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (size_t r = 0; r < rows; r++) {
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, row_labels[r]);
		html_lit(h, "</th>");
		for (size_t c = 0; c < columns; c++)
			heat_cell(h, &cells[r * columns + c], row_labels[r], column_labels[c]);
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table>");
}

/* ---- stacked bars ---- */

/* Negative parts count as nothing; sums stay within 64 bits. */
static int64_t part_of(const struct bar *b, size_t i)
{
	int64_t v = b->part[i];

	return v < 0 ? 0 : v > INT64_MAX / (PARTS_MAX * 1000) ? INT64_MAX / (PARTS_MAX * 1000) : v;
}

static int64_t total_of(const struct bar *b, size_t parts)
{
	int64_t sum = 0;

	for (size_t i = 0; i < parts; i++)
		sum += part_of(b, i);
	return sum;
}

/* The row's segments; the number stands inside a segment that has room for it, and always in the row's description. */
static void bar_svg(struct html *h, const struct bar *b, const struct str *labels, const enum tone *t, size_t parts, int64_t max)
{
	int64_t before = 0;
	bool first = true;

	html_lit(h, "<svg class=\"bar\" role=\"img\" width=\"100%\" height=\"22\"><title>");
	for (size_t i = 0; i < parts; i++) {
		if (part_of(b, i) == 0)
			continue;
		if (!first)
			html_lit(h, ", ");
		first = false;
		html_text(h, labels[i]);
		html_lit(h, " ");
		html_i64(h, part_of(b, i));
	}
	if (first)
		html_lit(h, "0");
	html_lit(h, "</title>");
	for (size_t i = 0; i < parts; i++) {
		int64_t v = part_of(b, i), x = before * 1000 / max, end = (before + v) * 1000 / max;

		before += v;
		if (v == 0)
			continue;
		html_lit(h, "<rect y=\"1\" height=\"20\" class=\"fill ");
		html_constant(h, tone_class(t[i]));
		html_lit(h, "\"");
		put_percent(h, "x", x);
		put_percent(h, "width", end > x ? end - x : 1);
		html_lit(h, "/>");
		if (end - x >= 90) {
			html_lit(h, "<text y=\"16\" aria-hidden=\"true\" class=\"on-fill ");
			html_constant(h, tone_class(t[i]));
			html_lit(h, "\"");
			put_percent(h, "x", (x + end) / 2);
			html_lit(h, ">");
			html_i64(h, v);
			html_lit(h, "</text>");
		}
	}
	html_lit(h, "</svg>");
}

void chart_bars(struct html *h, struct str caption, const struct str *part_labels, const enum tone *tones, size_t parts,
                const struct bar *bars, size_t n)
{
	int64_t max = 1;

	if (parts > PARTS_MAX)
		parts = PARTS_MAX;
	for (size_t i = 0; i < n; i++)
		if (total_of(&bars[i], parts) > max)
			max = total_of(&bars[i], parts);
	html_lit(h, "<div class=\"chart\"><table class=\"bars\">");
	caption_row(h, caption);
	html_lit(h, "<thead class=\"visually-hidden\"><tr><th scope=\"col\">");
	html_msg(h, MSG_HTML_ITEM);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_HTML_BREAKDOWN);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_HTML_TOTAL);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<tr><th scope=\"row\">");
		linked(h, bars[i].label, bars[i].path);
		html_lit(h, "</th><td>");
		bar_svg(h, &bars[i], part_labels, tones, parts, max);
		html_lit(h, "</td><td class=\"number\">");
		html_i64(h, total_of(&bars[i], parts));
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table>");
	if (n == 0) {
		html_lit(h, "<p class=\"field-hint\">");
		html_msg(h, MSG_HTML_CHART_EMPTY);
		html_lit(h, "</p>");
	}
	legend(h, part_labels, tones, parts);
	html_lit(h, "</div>");
}

/* ---- lines over time ---- */

#define PLOT_HEIGHT 200
#define PLOT_TOP 12
#define PLOT_BOTTOM 172
#define PLOT_LEFT 95  /* per mille of the width */
#define PLOT_RIGHT 960

/* The smallest 1, 2 or 5 times a power of ten that four of it reach max. */
static int64_t axis_step(int64_t max)
{
	static const int64_t factor[] = { 1, 2, 5 };

	for (int64_t power = 1; power < INT64_MAX / 100; power *= 10)
		for (size_t i = 0; i < COUNT_OF(factor); i++)
			if (power * factor[i] >= max / 4 + (max % 4 != 0))
				return power * factor[i];
	return INT64_MAX / 8;
}

static int64_t point_x(size_t i, size_t n)
{
	return n < 2 ? (PLOT_LEFT + PLOT_RIGHT) / 2 : PLOT_LEFT + (int64_t)i * (PLOT_RIGHT - PLOT_LEFT) / (int64_t)(n - 1);
}

static int64_t point_y(int64_t v, int64_t top)
{
	if (v > top)
		v = top;
	return PLOT_BOTTOM - (int64_t)((double)v / (double)top * (PLOT_BOTTOM - PLOT_TOP));
}

static void plot_axis(struct html *h, int64_t step, const struct point *points, size_t n)
{
	size_t every = n / 6 + 1;

	for (int64_t i = 0; i <= 4; i++) {
		int64_t y = PLOT_BOTTOM - i * (PLOT_BOTTOM - PLOT_TOP) / 4;

		html_lit(h, "<line class=\"gridline\"");
		put_percent(h, "x1", PLOT_LEFT - 10);
		put_percent(h, "x2", PLOT_RIGHT + 20);
		html_attr_i64(h, "y1", y);
		html_attr_i64(h, "y2", y);
		html_lit(h, "/><text class=\"axis axis-y\" aria-hidden=\"true\"");
		put_percent(h, "x", PLOT_LEFT - 20);
		html_attr_i64(h, "y", y + 4);
		html_lit(h, ">");
		html_i64(h, step * i);
		html_lit(h, "</text>");
	}
	for (size_t i = 0; i < n; i++) {
		if ((n - 1 - i) % every != 0) /* the newest always has its label */
			continue;
		html_lit(h, "<text class=\"axis axis-x\" aria-hidden=\"true\"");
		put_percent(h, "x", point_x(i, n));
		html_attr_i64(h, "y", PLOT_BOTTOM + 20);
		html_lit(h, ">");
		html_text(h, points[i].label);
		html_lit(h, "</text>");
	}
}

/* The tone's shape around 0,0. */
static void marker(struct html *h, enum tone t)
{
	switch (t) {
	case TONE_RED:
		html_lit(h, "<path d=\"M0-6L6 5H-6Z\"/>");
		break;
	case TONE_YELLOW:
		html_lit(h, "<path d=\"M0-6L6 0L0 6L-6 0Z\"/>");
		break;
	case TONE_BLUE:
		html_lit(h, "<path d=\"M-4.5-4.5H4.5V4.5H-4.5Z\"/>");
		break;
	case TONE_GREY:
		html_lit(h, "<path d=\"M-6-2H6V2H-6Z\"/>");
		break;
	default:
		html_lit(h, "<circle r=\"4.5\"/>");
		break;
	}
}

static void plot_series(struct html *h, struct str name, enum tone t, size_t s, const struct point *points, size_t n, int64_t top)
{
	html_lit(h, "<g class=\"series ");
	html_constant(h, tone_class(t));
	html_lit(h, "\">");
	for (size_t i = 1; i < n; i++) {
		if (points[i - 1].value[s] < 0 || points[i].value[s] < 0)
			continue;
		html_lit(h, "<line");
		put_percent(h, "x1", point_x(i - 1, n));
		html_attr_i64(h, "y1", point_y(points[i - 1].value[s], top));
		put_percent(h, "x2", point_x(i, n));
		html_attr_i64(h, "y2", point_y(points[i].value[s], top));
		html_lit(h, "/>");
	}
	for (size_t i = 0; i < n; i++) {
		if (points[i].value[s] < 0)
			continue;
		html_lit(h, "<svg class=\"marker\"");
		put_percent(h, "x", point_x(i, n));
		html_attr_i64(h, "y", point_y(points[i].value[s], top));
		html_lit(h, "><g>");
		html_lit(h, "<title>");
		html_text(h, points[i].label);
		html_lit(h, " ");
		html_text(h, name);
		html_lit(h, " ");
		html_i64(h, points[i].value[s]);
		html_lit(h, "</title>");
		marker(h, t);
		html_lit(h, "</g></svg>");
	}
	html_lit(h, "</g>");
}

static void lines_table(struct html *h, struct str caption, struct str over, const struct str *series, size_t series_n, const struct point *points, size_t n)
{
	html_lit(h, "<details class=\"chart-data\"><summary>");
	html_msg(h, MSG_HTML_CHART_DATA);
	html_lit(h, "</summary><table class=\"table\">");
	caption_row(h, caption);
	html_lit(h, "<thead><tr><th scope=\"col\">");
	html_text(h, over);
	html_lit(h, "</th>");
	for (size_t s = 0; s < series_n; s++) {
		html_lit(h, "<th scope=\"col\" class=\"number\">");
		html_text(h, series[s]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, points[i].label);
		html_lit(h, "</th>");
		for (size_t s = 0; s < series_n; s++) {
			if (points[i].value[s] < 0) {
				html_lit(h, "<td class=\"number unknown\">");
				html_msg(h, MSG_UNKNOWN);
			} else {
				html_lit(h, "<td class=\"number\">");
				html_i64(h, points[i].value[s]);
			}
			html_lit(h, "</td>");
		}
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></details>");
}

void chart_lines(struct html *h, struct str caption, const struct str *series, const enum tone *tones, size_t series_n,
                 const struct point *points, size_t n)
{
	chart_lines_over(h, caption, msg(h->lang, MSG_HTML_PERIOD), series, tones, series_n, points, n);
}

void chart_lines_over(struct html *h, struct str caption, struct str over, const struct str *series, const enum tone *tones, size_t series_n,
                      const struct point *points, size_t n)
{
	int64_t max = 1, step;

	if (series_n > PARTS_MAX)
		series_n = PARTS_MAX;
	for (size_t i = 0; i < n; i++)
		for (size_t s = 0; s < series_n; s++)
			if (points[i].value[s] > max)
				max = points[i].value[s];
	step = axis_step(max);
	html_lit(h, "<figure class=\"chart\"><figcaption>");
	html_text(h, caption);
	html_lit(h, "</figcaption>");
	if (n == 0) {
		html_lit(h, "<p class=\"field-hint\">");
		html_msg(h, MSG_HTML_CHART_EMPTY);
		html_lit(h, "</p></figure>");
		return;
	}
	html_lit(h, "<svg class=\"plot\" role=\"img\" width=\"100%\"");
	html_attr_i64(h, "height", PLOT_HEIGHT);
	html_attr(h, "aria-label", caption);
	html_lit(h, "><desc>");
	html_note(h, &NOTE(MSG_HTML_CHART_RANGE, ARG_S(points[0].label), ARG_S(points[n - 1].label)));
	html_lit(h, "</desc>");
	plot_axis(h, step, points, n);
	for (size_t s = 0; s < series_n; s++)
		plot_series(h, series[s], tones[s], s, points, n, step * 4);
	html_lit(h, "</svg>");
	legend(h, series, tones, series_n);
	lines_table(h, caption, over, series, series_n, points, n);
	html_lit(h, "</figure>");
}

/* ---- a curve of shares ---- */

#define MARKS_MAX 4

static int64_t curve_x(int64_t x, int64_t end)
{
	return PLOT_LEFT + (int64_t)((double)(x < 0 ? 0 : x > end ? end : x) / (double)end * (PLOT_RIGHT - PLOT_LEFT));
}

static void curve_axes(struct html *h, int64_t end, int64_t unit)
{
	for (int64_t i = 0; i <= 4; i++) {
		int64_t y = PLOT_BOTTOM - i * (PLOT_BOTTOM - PLOT_TOP) / 4, x = end / 4 * i;

		html_lit(h, "<line class=\"gridline\"");
		put_percent(h, "x1", PLOT_LEFT);
		put_percent(h, "x2", PLOT_RIGHT);
		html_attr_i64(h, "y1", y);
		html_attr_i64(h, "y2", y);
		html_lit(h, "/><text class=\"axis axis-y\" aria-hidden=\"true\"");
		put_percent(h, "x", PLOT_LEFT - 20);
		html_attr_i64(h, "y", y + 4);
		html_lit(h, ">");
		html_i64(h, i * 25);
		html_lit(h, "%</text><text class=\"axis axis-x\" aria-hidden=\"true\"");
		put_percent(h, "x", curve_x(x, end));
		html_attr_i64(h, "y", PLOT_BOTTOM + 20);
		html_lit(h, ">");
		html_i64(h, x / unit);
		html_lit(h, "</text>");
	}
}

static void curve_table(struct html *h, struct str caption, struct str x_label, int64_t unit, const struct curve_point *points, size_t n)
{
	html_lit(h, "<details class=\"chart-data\"><summary>");
	html_msg(h, MSG_HTML_CHART_DATA);
	html_lit(h, "</summary><table class=\"table\">");
	caption_row(h, caption);
	html_lit(h, "<thead><tr><th scope=\"col\" class=\"number\">");
	html_text(h, x_label);
	html_lit(h, "</th><th scope=\"col\" class=\"number\">");
	html_msg(h, MSG_HTML_CHART_SHARE);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<tr><td class=\"number\">");
		html_i64(h, points[i].x / unit);
		html_lit(h, "</td><td class=\"number\">");
		html_i64(h, points[i].per_mille / 10);
		html_lit(h, ".");
		html_i64(h, points[i].per_mille % 10);
		html_lit(h, "%</td></tr>");
	}
	html_lit(h, "</tbody></table></details>");
}

void chart_curve(struct html *h, struct str caption, struct str x_label, int64_t unit, enum tone tone, const struct curve_point *points,
                 size_t n, const struct curve_mark *marks, size_t marks_n)
{
	struct str label[MARKS_MAX];
	enum tone tones[MARKS_MAX];

	if (marks_n > MARKS_MAX)
		marks_n = MARKS_MAX;
	html_lit(h, "<figure class=\"chart\"><figcaption>");
	html_text(h, caption);
	html_lit(h, "</figcaption>");
	if (n < 2 || points[n - 1].x <= 0) {
		html_lit(h, "<p class=\"field-hint\">");
		html_msg(h, MSG_HTML_CHART_EMPTY);
		html_lit(h, "</p></figure>");
		return;
	}
	int64_t end = points[n - 1].x;
	html_lit(h, "<svg class=\"plot\" role=\"img\" width=\"100%\"");
	html_attr_i64(h, "height", PLOT_HEIGHT);
	html_attr(h, "aria-label", caption);
	html_lit(h, "><desc>");
	html_msg(h, MSG_HTML_CHART_CURVE);
	html_lit(h, "</desc>");
	curve_axes(h, end, unit);
	html_lit(h, "<g class=\"series ");
	html_constant(h, tone_class(tone));
	html_lit(h, "\">");
	for (size_t i = 1; i < n; i++) {
		html_lit(h, "<line");
		put_percent(h, "x1", curve_x(points[i - 1].x, end));
		html_attr_i64(h, "y1", point_y(points[i - 1].per_mille, 1000));
		put_percent(h, "x2", curve_x(points[i].x, end));
		html_attr_i64(h, "y2", point_y(points[i].per_mille, 1000));
		html_lit(h, "/>");
	}
	html_lit(h, "</g>");
	for (size_t i = 0; i < marks_n; i++) {
		label[i] = marks[i].label;
		tones[i] = marks[i].tone;
		/* A mark beyond the last amount stands at the edge; its label says the figure. */
		html_lit(h, "<g class=\"mark ");
		html_constant(h, tone_class(marks[i].tone));
		html_lit(h, "\"><line");
		put_percent(h, "x1", curve_x(marks[i].x, end));
		html_attr_i64(h, "y1", PLOT_TOP);
		put_percent(h, "x2", curve_x(marks[i].x, end));
		html_attr_i64(h, "y2", PLOT_BOTTOM);
		html_lit(h, "><title>");
		html_text(h, marks[i].label);
		html_lit(h, "</title></line></g>");
	}
	html_lit(h, "</svg><p class=\"chart-unit\">");
	html_text(h, x_label);
	html_lit(h, "</p>");
	legend(h, label, tones, marks_n);
	curve_table(h, caption, x_label, unit, points, n);
	html_lit(h, "</figure>");
}
