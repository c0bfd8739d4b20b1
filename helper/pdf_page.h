/*
 * A4 pages by cairo and pango, tagged: what ishigaki-pdf draws. A pdf_page holds the paper being written and how far down
 * it is written; every block begins a new page by itself when it does not fit. Texts are laid out with the one Japanese
 * family of pdf_font.h only, so that nothing needs to be opened any more.
 */
#ifndef HELPER_PDF_PAGE_H
#define HELPER_PDF_PAGE_H

#include "base/buf.h"
#include "base/err.h"
#include "helper/pdf_font.h"
#include "helper/pdf_protocol.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

struct pdf_page {
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoLayout *layout;
	PangoFontDescription *font;
	struct buf *out;   /* NULL: nothing is written, the pages are only counted */
	struct str lang, title, company, made;
	double right, bottom; /* where lines and pages end: as the sheet lies */
	double y;          /* where the next block begins */
	bool open;         /* something stands on the page */
	int pages;         /* finished or begun */
	int total;         /* as counted before, for "2 / 12" */
	struct buf *heights; /* of the rows of tables, a double each */
	size_t row;        /* the next of them */
	int outline[4];    /* ids of the last heading per level */
	struct buf alts;   /* of the figures written so far, a struct str each */
	/* The table under way: */
	int columns;
	double x[PDF_COLUMNS_MAX + 1];
	bool number[PDF_COLUMNS_MAX];
	struct str head[PDF_COLUMNS_MAX], caption;
	bool in_table;
};

/* With out NULL, pages are counted and the heights of rows kept; then total and the same heights are given, with out, for
 * the same blocks. */
MUST_USE int pdf_page_init(struct pdf_page *p, const struct pdf_font *font, struct buf *heights, int total, struct buf *out);
/* Title, company and date are borrowed and must live as long as p. Before any block. */
void pdf_page_meta(struct pdf_page *p, struct str lang, struct str title, struct str company, struct str made, bool landscape);
/* with: the height of what must stand on the same page below it. */
void pdf_heading(struct pdf_page *p, int level, struct str text, double with);
void pdf_paragraph(struct pdf_page *p, struct str text, bool small);
struct pdf_figure { int tone; struct str label, value, note; };
void pdf_figures(struct pdf_page *p, const struct pdf_figure *f, int n);
void pdf_signal(struct pdf_page *p, int tone, struct str word, struct str label, struct str reason);
/* Labels are borrowed until pdf_table_end(). */
void pdf_table(struct pdf_page *p, struct str caption, int columns, const struct str *label, const unsigned *weight, const bool *number);
void pdf_row(struct pdf_page *p, const struct str *cell, const int *tone);
void pdf_table_end(struct pdf_page *p);
void pdf_break(struct pdf_page *p);
/* Ends the document; the bytes are in out. ERR_LIMIT, ERR_IO. */
MUST_USE int pdf_page_finish(struct pdf_page *p);
/* In any state after pdf_page_init(), also a failed one. */
void pdf_page_release(struct pdf_page *p);

/* ---- helper/pdf_chart.c ---- */
struct pdf_item { struct str label; int64_t value[PDF_PARTS_MAX]; };
/* alt: what the picture shows, in words, for who does not see it; borrowed until the document ends. */
void pdf_bars(struct pdf_page *p, struct str title, struct str alt, int parts, const struct str *label, const int *tone,
              const struct pdf_item *item, int n);
void pdf_lines(struct pdf_page *p, struct str title, struct str alt, int parts, const struct str *label, const int *tone,
               const struct pdf_item *item, int n);
void pdf_heat(struct pdf_page *p, struct str title, int rows, const struct str *row, int columns, const struct str *column,
              const int *tone, const int64_t *count);

/* ---- for the charts ---- */
#define PDF_LEFT 48.0
#define PDF_TOP 66.0
#define PDF_FOOT 59.89 /* below the last line */
/* Of a line chart and of a heat map of eight rows, captions included: at most. */
#define PDF_LINES_HEIGHT 202.0
#define PDF_HEAT_HEIGHT 228.0
enum pdf_align { PDF_ALIGN_LEFT, PDF_ALIGN_CENTER, PDF_ALIGN_RIGHT };
struct pdf_style {
	double size;
	bool bold;
	enum pdf_align align;
	int lines;          /* at most so many, then an ellipsis; 0: no limit */
};
/* Height of the text in this width. */
double pdf_measure(struct pdf_page *p, struct str text, double width, struct pdf_style s);
double pdf_text(struct pdf_page *p, struct str text, double x, double y, double width, struct pdf_style s);
/* Begins a page when less than height is left on this one. */
void pdf_need(struct pdf_page *p, double height);
void pdf_color(struct pdf_page *p, int tone, bool ink); /* the tone's fill, or what can be read on it */
const char *pdf_mark(int tone); /* ▲ ◆ ● ■ ―: the shape beside the colour */
void pdf_dot(struct pdf_page *p, double x, double y, double radius); /* filled */
void pdf_ink(struct pdf_page *p);
void pdf_tag(struct pdf_page *p, const char *name);
void pdf_untag(struct pdf_page *p, const char *name);
/* Begins a "Figure" with its alternative text; pdf_untag() ends it. */
void pdf_figure(struct pdf_page *p, struct str alt);

/* ---- helper/pdf_amend.c ---- */
/* Once cairo has written the whole file into out: adds the document's language and the figures' alternative texts. ERR_IO
 * when the file is not as cairo 1.16 writes it. */
MUST_USE int pdf_amend(struct pdf_page *p);

#endif
