/* A Gantt chart: a table whose cells hold bars, so that it is read by row without seeing it. */
#include "html/internal.h"

#define HEAD_HEIGHT 18
#define ROW_HEIGHT 22
#define BAR_LEAST 6 /* per mille: a bar of one day is seen too */

static int64_t cut(int64_t v)
{
	return v < 0 ? 0 : v > 1000 ? 1000 : v;
}

static void per_mille(struct html *h, const char *name, int64_t v)
{
	v = cut(v);
	html_lit(h, " ");
	html_constant(h, name);
	html_lit(h, "=\"");
	buf_i64(h->out, v / 10);
	html_lit(h, ".");
	buf_i64(h->out, v % 10);
	html_lit(h, "%\"");
}

static void background(struct html *h, const struct gantt_month *m, size_t n, int64_t today, int height)
{
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<rect y=\"0\"");
		html_attr_i64(h, "height", height);
		html_attr(h, "class", m[i].shaded ? STR("busy") : STR("month"));
		per_mille(h, "x", m[i].from);
		per_mille(h, "width", m[i].until - m[i].from);
		html_lit(h, "/>");
	}
	if (today >= 0) {
		html_lit(h, "<line class=\"now\" y1=\"0\"");
		html_attr_i64(h, "y2", height);
		per_mille(h, "x1", today);
		per_mille(h, "x2", today);
		html_lit(h, "/>");
	}
}

void chart_gantt(struct html *h, struct str caption, struct str row_label, struct str span_label, const struct gantt_month *m, size_t months, int64_t today,
                 const struct gantt_row *rows, size_t n)
{
	html_lit(h, "<table class=\"gantt\"><caption>");
	html_text(h, caption);
	html_lit(h, "</caption><thead><tr><th scope=\"col\">");
	html_text(h, row_label);
	html_lit(h, "</th><th scope=\"col\" class=\"span\">");
	html_text(h, span_label);
	html_lit(h, "</th><td><svg class=\"gantt-bar\" aria-hidden=\"true\" width=\"100%\"");
	html_attr_i64(h, "height", HEAD_HEIGHT);
	html_lit(h, ">");
	background(h, m, months, today, HEAD_HEIGHT);
	for (size_t i = 0; i < months; i++) {
		html_lit(h, "<text y=\"13\"");
		per_mille(h, "x", (m[i].from + m[i].until) / 2);
		html_lit(h, ">");
		html_text(h, m[i].label);
		html_lit(h, "</text>");
	}
	html_lit(h, "</svg></td></tr></thead><tbody>");
	for (size_t i = 0; i < n; i++) {
		const struct gantt_row *r = &rows[i];
		html_lit(h, "<tr class=\"");
		html_constant(h, tone_class(r->tone));
		html_lit(h, "\"><th scope=\"row\">");
		html_tone_mark(h, r->tone);
		html_lit(h, "<a");
		html_href(h, r->path);
		html_lit(h, ">");
		html_text(h, r->label);
		html_lit(h, "</a></th><td class=\"span\">");
		html_text(h, r->span);
		html_lit(h, "</td><td><svg class=\"gantt-bar\" aria-hidden=\"true\" width=\"100%\"");
		html_attr_i64(h, "height", ROW_HEIGHT);
		html_lit(h, ">");
		background(h, m, months, today, ROW_HEIGHT);
		html_lit(h, "<rect class=\"fill\" y=\"5\" height=\"12\" rx=\"3\"");
		const int64_t from = cut(r->from), width = cut(r->until) - from;
		per_mille(h, "x", from < 1000 - BAR_LEAST ? from : 1000 - BAR_LEAST);
		per_mille(h, "width", width > BAR_LEAST ? width : BAR_LEAST);
		html_lit(h, "/></svg></td></tr>");
	}
	html_lit(h, "</tbody></table>");
}
