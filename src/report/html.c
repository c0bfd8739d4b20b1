/* A document as HTML, by the office's own widgets. */
#include "base/text/base.h"
#include "base/text/report.h"
#include "report/render.h"

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

static void figures(struct html *h, const struct doc_block *b)
{
	static const char *const class[] = { [TONE_NEUTRAL] = "tone-neutral", [TONE_GREEN] = "tone-green", [TONE_BLUE] = "tone-blue",
	                                     [TONE_YELLOW] = "tone-yellow", [TONE_RED] = "tone-red", [TONE_GREY] = "tone-grey" };
	html_lit(h, "<ul class=\"cards figures list-unstyled doc-figures\">");
	for (size_t i = 0; i < b->figures; i++) {
		const struct doc_figure *f = &b->figure[i];
		html_lit(h, "<li");
		html_attr(h, "class", str_printf(h->arena, "stat %s", class[f->tone]));
		html_lit(h, "><span class=\"stat-label\">");
		linked(h, f->label, f->path);
		html_lit(h, "</span><span class=\"stat-number\">");
		html_text(h, f->value.n ? f->value : msg(h->lang, MSG_UNKNOWN));
		html_lit(h, "</span>");
		if (f->note.n) {
			html_lit(h, "<span class=\"stat-note\">");
			html_text(h, f->note);
			html_lit(h, "</span>");
		}
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
}

static void cell(struct html *h, const struct doc_table *t, size_t column, const struct doc_cell *c)
{
	html_lit(h, "<td");
	if (t->column[column].number)
		html_attr(h, "class", STR("number"));
	html_attr(h, "data-label", t->column[column].label);
	html_lit(h, ">");
	if (c->kind == DOC_LIGHT) {
		html_badge(h, c->tone, c->s);
	} else if (c->kind == DOC_UNKNOWN) {
		html_lit(h, "<span class=\"unknown\">");
		html_msg(h, MSG_UNKNOWN);
		html_lit(h, "</span>");
	} else {
		linked(h, doc_print_cell(h->arena, h->lang, c), c->path);
	}
	html_lit(h, "</td>");
}

/* number: of the table in its document, since regions want names of their own. */
static void table(struct html *h, const struct doc *d, const struct doc_table *t, struct str heading, size_t number)
{
	html_lit(h, "<div class=\"table-scroll doc-table\" tabindex=\"0\" role=\"region\"");
	html_attr(h, "aria-label", note_str(h->arena, h->lang, &NOTE(MSG_REPORT_TABLE, ARG_S(t->caption.n ? t->caption : heading), ARG_I((int64_t)number))));
	html_lit(h, "><table class=\"table table-cards\">");
	if (t->caption.n) {
		html_lit(h, "<caption>");
		html_text(h, t->caption);
		html_lit(h, "</caption>");
	}
	html_lit(h, "<thead><tr>");
	for (size_t i = 0; i < t->columns; i++) {
		html_lit(h, "<th scope=\"col\"");
		if (t->column[i].number)
			html_attr(h, "class", STR("number"));
		html_lit(h, ">");
		html_text(h, t->column[i].label);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (size_t r = 0; r < doc_print_rows(t); r++) {
		html_lit(h, "<tr>");
		for (size_t i = 0; i < t->columns; i++)
			cell(h, t, i, &t->cell[r * t->columns + i]);
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></div>");
	struct str more = doc_left_out(d, t);
	if (more.n) {
		html_lit(h, "<p class=\"muted\">");
		html_text(h, more);
		html_lit(h, "</p>");
	}
}

static void tag(struct html *h, int level)
{
	switch (level) {
	case 1: html_lit(h, "h1"); break;
	case 2: html_lit(h, "h2"); break;
	case 3: html_lit(h, "h3"); break;
	default: html_lit(h, "h4");
	}
}

/* On a page of the office its own heading is the first level, and these stand below it. */
static void heading(struct html *h, const struct doc_block *b, bool alone)
{
	html_lit(h, "<");
	tag(h, b->level + !alone);
	if (b->level == 1)
		html_lit(h, " class=\"doc-title\"");
	html_lit(h, ">");
	html_text(h, b->text);
	html_lit(h, "</");
	tag(h, b->level + !alone);
	html_lit(h, ">");
}

static void put(struct html *h, const struct doc *d, bool alone)
{
	struct str under = d->title;
	size_t tables = 0;
	html_lit(h, "<article class=\"doc");
	if (d->landscape)
		html_lit(h, " doc-landscape");
	html_lit(h, "\">");
	for (size_t i = 0; i < d->n; i++) {
		const struct doc_block *b = &d->block[i];
		switch (b->kind) {
		case DOC_HEADING:
			heading(h, b, alone);
			under = b->text;
			break;
		case DOC_PARAGRAPH:
			html_lit(h, "<p>");
			html_lines(h, b->text);
			html_lit(h, "</p>");
			break;
		case DOC_FOOTNOTE:
			html_lit(h, "<p class=\"doc-footnote muted small\">");
			html_lines(h, b->text);
			html_lit(h, "</p>");
			break;
		case DOC_FIGURES:
			figures(h, b);
			break;
		case DOC_SIGNAL:
			html_signal(h, b->tone, b->text, b->reason);
			if (b->path.n) {
				html_lit(h, "<p class=\"screen-only\">");
				linked(h, msg(h->lang, MSG_REPORT_TO_ROWS), b->path);
				html_lit(h, "</p>");
			}
			break;
		case DOC_TABLE:
			table(h, d, b->table, under, ++tables);
			break;
		case DOC_BARS:
			chart_bars(h, b->text, b->label, b->tones, b->parts, b->bar, b->items);
			break;
		case DOC_LINES:
			chart_lines(h, b->text, b->label, b->tones, b->parts, b->point, b->items);
			break;
		case DOC_HEAT:
			chart_heatmap(h, b->text, b->row_label, b->rows, b->column_label, b->columns, b->heat);
			break;
		case DOC_BREAK:
			html_lit(h, "<hr class=\"doc-break\">");
			break;
		}
	}
	html_lit(h, "</article>");
}

void doc_html(struct html *h, const struct doc *d)
{
	put(h, d, false);
}

void doc_html_alone(struct html *h, const struct doc *d)
{
	put(h, d, true);
}

void doc_unlink(struct doc *d)
{
	struct arena *a = d->arena;
	struct doc_block *block = ARENA_ARRAY(a, d->n + 1, struct doc_block);
	for (size_t i = 0; i < d->n; i++) {
		struct doc_block *b = &block[i];
		*b = d->block[i];
		b->path = STR("");
		struct doc_figure *f = ARENA_ARRAY(a, b->figures + 1, struct doc_figure);
		for (size_t k = 0; k < b->figures; k++) {
			f[k] = b->figure[k];
			f[k].path = STR("");
		}
		b->figure = f;
		if (b->table) {
			struct doc_table *t = ARENA_NEW(a, struct doc_table);
			*t = *b->table;
			size_t n = t->rows * t->columns;
			t->cell = ARENA_ARRAY(a, n + 1, struct doc_cell);
			for (size_t k = 0; k < n; k++) {
				t->cell[k] = b->table->cell[k];
				t->cell[k].path = STR("");
			}
			b->table = t;
		}
		struct bar *bar = ARENA_ARRAY(a, b->items + 1, struct bar);
		for (size_t k = 0; b->kind == DOC_BARS && k < b->items; k++) {
			bar[k] = b->bar[k];
			bar[k].path = STR("");
		}
		if (b->kind == DOC_BARS)
			b->bar = bar;
		struct heat_cell *heat = ARENA_ARRAY(a, b->rows * b->columns + 1, struct heat_cell);
		for (size_t k = 0; b->kind == DOC_HEAT && k < b->rows * b->columns; k++) {
			heat[k] = b->heat[k];
			heat[k].path = STR("");
		}
		if (b->kind == DOC_HEAT)
			b->heat = heat;
	}
	d->block = block;
}
