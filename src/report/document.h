/*
 * One document model for everything the office hands out as a paper: headings, paragraphs, key figures, signal lights,
 * tables with typed cells, charts, page breaks, footnotes. A report is built once by plain C code and rendered as HTML (on
 * the web, printable), PDF, XLSX and DOCX by the functions of report/render.h.
 *
 *	struct doc d; doc_init(&d, arena, LANG_JA, title);
 *	doc_heading(&d, 1, msg(lang, ...)); doc_text(&d, sentence);
 *	struct doc_table *t = doc_table(&d, caption, columns, 3);
 *	struct doc_cell *c = doc_row(t); c[0] = cell_text(&d, name); c[1] = cell_i64(n); c[2] = cell_unknown();
 *
 * Every text goes through doc_str(): whatever came in, a document holds valid UTF-8 without control characters and
 * without characters that turn the direction of writing, so that no renderer needs to doubt its input. Memory belongs to
 * the arena. A number that is not known is DOC_UNKNOWN, never 0.
 */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include "base/arena.h"
#include "base/clock.h"
#include "html/html.h"

#define DOC_COLUMNS_MAX 16
#define DOC_PRINT_ROWS 1000   /* rows of one table in HTML, PDF and DOCX; Excel gets all of them, and the others say so */
#define DOC_PRINT_CHARS 400   /* characters of one cell there */
#define DOC_PARTS_MAX 5       /* parts of a bar, lines of a chart: as html.h */

enum doc_cell_kind { DOC_EMPTY, DOC_UNKNOWN, DOC_TEXT, DOC_INTEGER, DOC_MONEY, DOC_DATE, DOC_LIGHT };

struct doc_cell {
	enum doc_cell_kind kind;
	int64_t i;             /* DOC_INTEGER, DOC_MONEY (yen) */
	struct date date;
	enum tone tone;        /* of DOC_LIGHT; a text may have one too */
	struct str s;          /* DOC_TEXT; the word of DOC_LIGHT */
	struct str path;       /* where it leads on the web; may be empty */
	int64_t rows;          /* how many rows the list there has, of a cell that counts them; otherwise negative */
};

struct doc_column {
	struct str label;
	unsigned weight;       /* relative width; 0 means 1 */
	bool number;           /* right-aligned */
};

struct doc_figure {
	struct str label, value; /* the value as text with its unit, or empty: not known */
	struct str note;       /* the difference, or where the number comes from; may be empty */
	struct str path;
	enum tone tone;
};

enum doc_kind { DOC_HEADING, DOC_PARAGRAPH, DOC_FIGURES, DOC_SIGNAL, DOC_TABLE, DOC_BARS, DOC_LINES, DOC_HEAT, DOC_BREAK, DOC_FOOTNOTE };

struct doc_table {
	struct doc *doc;
	struct str caption;
	struct doc_column column[DOC_COLUMNS_MAX]; size_t columns;
	struct doc_cell *cell; size_t rows, cap; /* rows x columns */
};

struct doc_block {
	enum doc_kind kind;
	int level;                                  /* of a heading, 1-3 */
	struct str text;                            /* heading, paragraph, footnote; caption of a chart; label of a signal */
	struct str reason;                          /* of a signal */
	struct str path;                            /* of a signal */
	enum tone tone;
	const struct doc_figure *figure; size_t figures;
	struct doc_table *table;
	/* Charts, in html.h's own terms: */
	const struct str *label; const enum tone *tones; size_t parts; /* parts of bars, series of lines */
	const struct bar *bar;
	const struct point *point;
	size_t items;                               /* bars, points */
	const struct str *row_label, *column_label;
	size_t rows, columns;                       /* of a heat map */
	const struct heat_cell *heat;
};

struct doc {
	struct arena *arena;
	enum lang lang;
	struct str title, company, made; /* made: "as of", for header and cover */
	bool landscape;                  /* its tables are wide: printed sheets lie on their long side */
	struct doc_block *block; size_t n, cap;
};

void doc_init(struct doc *d, struct arena *a, enum lang lang, struct str title, struct str company, struct str made);
/* A text as documents hold it: control characters dropped (a line feed stays, a TAB becomes a blank), direction marks
 * dropped, bytes that are no UTF-8 as U+FFFD. */
struct str doc_str(struct arena *a, struct str s);

void doc_heading(struct doc *d, int level, struct str text);
void doc_text(struct doc *d, struct str text);
void doc_note(struct doc *d, const struct note *n);
void doc_footnote(struct doc *d, struct str text);
void doc_break(struct doc *d); /* a new page */
void doc_signal(struct doc *d, enum tone tone, struct str label, struct str reason, struct str path);
/* n figures side by side; the array is copied. */
void doc_figures(struct doc *d, const struct doc_figure *figure, size_t n);
/* At most DOC_COLUMNS_MAX columns. */
struct doc_table *doc_table(struct doc *d, struct str caption, const struct doc_column *column, size_t columns);
/* The cells of a new row, all DOC_EMPTY; valid until the next row. */
struct doc_cell *doc_row(struct doc_table *t);
struct doc_cell cell_text(struct doc *d, struct str s); /* empty text gives an empty cell */
struct doc_cell cell_link(struct doc *d, struct str s, struct str path);
/* A link to a list of exactly so many rows, for the reader of the document. */
struct doc_cell cell_rows(struct doc *d, struct str s, struct str path, int64_t rows);
struct doc_cell cell_i64(int64_t v);
struct doc_cell cell_yen(int64_t v);
struct doc_cell cell_date(struct date v);
struct doc_cell cell_light(struct doc *d, enum tone tone, struct str word);
struct doc_cell cell_unknown(void);
/* Charts: arrays are copied. */
void doc_bars(struct doc *d, struct str caption, const struct str *parts, const enum tone *tones, size_t n_parts,
              const struct bar *bars, size_t n);
void doc_lines(struct doc *d, struct str caption, const struct str *series, const enum tone *tones, size_t n_series,
               const struct point *points, size_t n);
void doc_heat(struct doc *d, struct str caption, const struct str *row_labels, size_t rows, const struct str *column_labels,
              size_t columns, const struct heat_cell *cells);

/* A cell as printed text: numbers grouped, yen with their unit, dates as YYYY-MM-DD, 不明 for what is not known. */
struct str cell_str(struct arena *a, enum lang lang, const struct doc_cell *c);
/* The word of a light: 赤, 黄, 青, 灰. */
struct str tone_str(enum lang lang, enum tone t);

#endif
