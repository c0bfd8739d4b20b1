#include "report/document.h"

#include "base/num.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/report.h"

/* Marks that turn the direction of writing: in a report they could make one thing read as another. */
static bool turns(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0xd800 && c <= 0xdfff) || c == 0xfeff || (c & 0xfffe) == 0xfffe;
}

struct str doc_str(struct arena *a, struct str s)
{
	bool clean = true;
	struct str rest = s;
	uint32_t c;
	while (clean && text_next(&rest, &c))
		clean = c == '\n' || (!control(c) && !turns(c));
	if (clean && rest.n == 0)
		return str_dup(a, s);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, s.n * 3 + 3);
	rest = s;
	while (rest.n) {
		if (!text_next(&rest, &c)) {
			rest = str_sub(rest, 1, rest.n);
			text_put_char(&b, 0xfffd);
		} else if (c == '\t') {
			buf_char(&b, ' ');
		} else if (c == '\n' || (!control(c) && !turns(c))) {
			text_put_char(&b, c);
		}
	}
	return str_dup(a, buf_view(&b));
}

void doc_init(struct doc *d, struct arena *a, enum lang lang, struct str title, struct str company, struct str made)
{
	*d = (struct doc){ .arena = a, .lang = lang, .title = doc_str(a, title), .company = doc_str(a, company), .made = doc_str(a, made) };
}

static struct doc_block *block(struct doc *d, enum doc_kind kind)
{
	if (d->n == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 32;
		struct doc_block *more = ARENA_ARRAY(d->arena, cap, struct doc_block);
		if (d->n)
			memcpy(more, d->block, d->n * sizeof *more);
		d->block = more;
		d->cap = cap;
	}
	struct doc_block *b = &d->block[d->n++];
	*b = (struct doc_block){ .kind = kind };
	return b;
}

static struct doc_block *text_block(struct doc *d, enum doc_kind kind, struct str text)
{
	struct doc_block *b = block(d, kind);
	b->text = doc_str(d->arena, text);
	return b;
}

void doc_heading(struct doc *d, int level, struct str text)
{
	text_block(d, DOC_HEADING, text)->level = level < 1 ? 1 : level > 3 ? 3 : level;
}

void doc_text(struct doc *d, struct str text)
{
	text_block(d, DOC_PARAGRAPH, text);
}

void doc_note(struct doc *d, const struct note *n)
{
	doc_text(d, note_str(d->arena, d->lang, n));
}

void doc_footnote(struct doc *d, struct str text)
{
	text_block(d, DOC_FOOTNOTE, text);
}

void doc_break(struct doc *d)
{
	block(d, DOC_BREAK);
}

void doc_signal(struct doc *d, enum tone tone, struct str label, struct str reason, struct str path)
{
	struct doc_block *b = text_block(d, DOC_SIGNAL, label);
	b->tone = tone;
	b->reason = doc_str(d->arena, reason);
	b->path = str_dup(d->arena, path);
}

void doc_figures(struct doc *d, const struct doc_figure *figure, size_t n)
{
	struct doc_figure *f = ARENA_ARRAY(d->arena, n + 1, struct doc_figure);
	for (size_t i = 0; i < n; i++)
		f[i] = (struct doc_figure){ .label = doc_str(d->arena, figure[i].label), .value = doc_str(d->arena, figure[i].value),
			.note = doc_str(d->arena, figure[i].note), .path = str_dup(d->arena, figure[i].path), .tone = figure[i].tone };
	struct doc_block *b = block(d, DOC_FIGURES);
	b->figure = f;
	b->figures = n;
}

/* ---- tables ---- */

struct doc_table *doc_table(struct doc *d, struct str caption, const struct doc_column *column, size_t columns)
{
	struct doc_table *t = ARENA_NEW(d->arena, struct doc_table);
	t->doc = d;
	t->caption = doc_str(d->arena, caption);
	t->columns = columns < DOC_COLUMNS_MAX ? columns : DOC_COLUMNS_MAX;
	for (size_t i = 0; i < t->columns; i++) {
		t->column[i] = column[i];
		t->column[i].label = doc_str(d->arena, column[i].label);
		t->column[i].weight = column[i].weight ? column[i].weight : 1;
	}
	block(d, DOC_TABLE)->table = t;
	return t;
}

struct doc_cell *doc_row(struct doc_table *t)
{
	if (t->rows == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 16;
		struct doc_cell *more = ARENA_ARRAY(t->doc->arena, cap * t->columns + 1, struct doc_cell);
		if (t->rows)
			memcpy(more, t->cell, t->rows * t->columns * sizeof *more);
		t->cell = more;
		t->cap = cap;
	}
	return &t->cell[t->rows++ * t->columns];
}

struct doc_cell cell_text(struct doc *d, struct str s)
{
	return (struct doc_cell){ .kind = s.n ? DOC_TEXT : DOC_EMPTY, .s = doc_str(d->arena, s) };
}

struct doc_cell cell_rows(struct doc *d, struct str s, struct str path, int64_t rows)
{
	struct doc_cell c = cell_text(d, s);
	c.path = str_dup(d->arena, path);
	c.rows = rows;
	return c;
}

struct doc_cell cell_link(struct doc *d, struct str s, struct str path)
{
	return cell_rows(d, s, path, -1);
}

struct doc_cell cell_i64(int64_t v)
{
	return (struct doc_cell){ .kind = DOC_INTEGER, .i = v };
}

struct doc_cell cell_yen(int64_t v)
{
	return (struct doc_cell){ .kind = DOC_MONEY, .i = v };
}

struct doc_cell cell_date(struct date v)
{
	return (struct doc_cell){ .kind = date_valid(v) ? DOC_DATE : DOC_UNKNOWN, .date = v };
}

struct doc_cell cell_light(struct doc *d, enum tone tone, struct str word)
{
	return (struct doc_cell){ .kind = DOC_LIGHT, .tone = tone, .s = word.n ? doc_str(d->arena, word) : tone_str(d->lang, tone) };
}

struct doc_cell cell_unknown(void)
{
	return (struct doc_cell){ .kind = DOC_UNKNOWN, .tone = TONE_GREY };
}

/* ---- charts ---- */

static const struct str *labels(struct doc *d, const struct str *s, size_t n)
{
	struct str *copy = ARENA_ARRAY(d->arena, n + 1, struct str);
	for (size_t i = 0; i < n; i++)
		copy[i] = doc_str(d->arena, s[i]);
	return copy;
}

static void parts(struct doc *d, struct doc_block *b, const struct str *s, const enum tone *tones, size_t n)
{
	b->parts = n < DOC_PARTS_MAX ? n : DOC_PARTS_MAX;
	b->label = labels(d, s, b->parts);
	enum tone *t = ARENA_ARRAY(d->arena, b->parts + 1, enum tone);
	for (size_t i = 0; i < b->parts; i++)
		t[i] = tones[i];
	b->tones = t;
}

void doc_bars(struct doc *d, struct str caption, const struct str *part, const enum tone *tones, size_t n_parts, const struct bar *bars,
              size_t n)
{
	struct doc_block *b = text_block(d, DOC_BARS, caption);
	parts(d, b, part, tones, n_parts);
	struct bar *copy = ARENA_ARRAY(d->arena, n + 1, struct bar);
	for (size_t i = 0; i < n; i++) {
		copy[i] = bars[i];
		copy[i].label = doc_str(d->arena, bars[i].label);
		copy[i].path = str_dup(d->arena, bars[i].path);
	}
	b->bar = copy;
	b->items = n;
}

void doc_lines(struct doc *d, struct str caption, const struct str *series, const enum tone *tones, size_t n_series,
               const struct point *points, size_t n)
{
	struct doc_block *b = text_block(d, DOC_LINES, caption);
	parts(d, b, series, tones, n_series);
	struct point *copy = ARENA_ARRAY(d->arena, n + 1, struct point);
	for (size_t i = 0; i < n; i++) {
		copy[i] = points[i];
		copy[i].label = doc_str(d->arena, points[i].label);
	}
	b->point = copy;
	b->items = n;
}

void doc_heat(struct doc *d, struct str caption, const struct str *row_labels, size_t rows, const struct str *column_labels,
              size_t columns, const struct heat_cell *cells)
{
	struct doc_block *b = text_block(d, DOC_HEAT, caption);
	b->row_label = labels(d, row_labels, rows);
	b->column_label = labels(d, column_labels, columns);
	b->rows = rows;
	b->columns = columns;
	struct heat_cell *copy = ARENA_ARRAY(d->arena, rows * columns + 1, struct heat_cell);
	for (size_t i = 0; i < rows * columns; i++) {
		copy[i] = cells[i];
		copy[i].path = str_dup(d->arena, cells[i].path);
	}
	b->heat = copy;
}

/* ---- as text ---- */

struct str tone_str(enum lang lang, enum tone t)
{
	return msg(lang, t == TONE_RED ? MSG_REPORT_RED : t == TONE_YELLOW ? MSG_REPORT_YELLOW : t == TONE_GREEN ? MSG_REPORT_GREEN : MSG_REPORT_GREY);
}

struct str cell_str(struct arena *a, enum lang lang, const struct doc_cell *c)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 128);
	switch (c->kind) {
	case DOC_EMPTY:
		return STR("");
	case DOC_UNKNOWN:
		return msg(lang, MSG_UNKNOWN);
	case DOC_TEXT: case DOC_LIGHT:
		return c->s;
	case DOC_INTEGER:
		num_put_grouped(&b, c->i);
		break;
	case DOC_MONEY:
		num_put_grouped(&b, c->i);
		return note_str(a, lang, &NOTE(MSG_REPORT_YEN, ARG_S(buf_view(&b))));
	case DOC_DATE:
		date_put_iso(&b, c->date);
		break;
	}
	return str_dup(a, buf_view(&b));
}
