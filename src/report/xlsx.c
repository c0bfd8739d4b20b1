/*
 * A document as a workbook: the first sheet holds headings, sentences, signals and figures from top to bottom, with charts as
 * their numbers and as Excel's own charts; every table has a sheet of its own with typed cells. Texts are string cells, so
 * that none is ever taken for a formula.
 */
#include "base/limits.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/report.h"
#include "register/export.h"
#include "report/render.h"

#include <unistd.h>
#include <xlsxwriter.h>

#define CELL_CHARS 8000        /* far below Excel's 32,767 UTF-16 units, whatever the characters */
#define SERIAL_1900_03_01 61   /* before, Excel counts a day that never was */
#define SHEETS_MAX 60

struct book {
	const struct doc *d;
	struct arena *arena;
	lxw_workbook *workbook;
	lxw_worksheet *front, *numbers;
	lxw_format *title, *heading, *head, *text, *plain, *grouped, *yen, *date, *unknown, *light[6];
	lxw_row_t at, numbers_at;
	int sheets;            /* the front sheet is the first */
	struct str section;    /* the heading above, in both passes */
	bool failed;
};

static const char *z(struct book *k, struct str s)
{
	return str_z(k->arena, text_clip(s, CELL_CHARS));
}

static void put(struct book *k, lxw_worksheet *w, lxw_row_t row, lxw_col_t col, struct str s, lxw_format *f)
{
	if (s.n && worksheet_write_string(w, row, col, z(k, s), f) != LXW_NO_ERROR)
		k->failed = true;
}

static void make_formats(struct book *k)
{
	static const lxw_color_t fill[] = { 0xEDF0F4, 0x217A4B, 0x2A6CB5, 0xE6B422, 0xC4262C, 0x66717D };
	lxw_workbook *w = k->workbook;
	lxw_format **all[] = { &k->title, &k->heading, &k->head, &k->text, &k->plain, &k->grouped, &k->yen, &k->date, &k->unknown };
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		*all[i] = workbook_add_format(w);
		format_set_align(*all[i], LXW_ALIGN_VERTICAL_TOP);
	}
	format_set_bold(k->title);
	format_set_font_size(k->title, 16);
	format_set_bold(k->heading);
	format_set_font_size(k->heading, 13);
	format_set_bold(k->head);
	format_set_bg_color(k->head, 0xE8EDF3);
	format_set_border(k->head, LXW_BORDER_THIN);
	format_set_text_wrap(k->text);
	format_set_num_format(k->text, "@");
	format_set_num_format(k->plain, "@");
	format_set_num_format(k->grouped, "#,##0");
	format_set_num_format(k->yen, k->d->lang == LANG_JA ? "#,##0\"円\"" : "#,##0\" yen\"");
	format_set_num_format(k->date, "yyyy-mm-dd");
	format_set_font_color(k->unknown, 0x66717D);
	format_set_italic(k->unknown);
	for (size_t i = 0; i < COUNT_OF(fill); i++) {
		k->light[i] = workbook_add_format(w);
		format_set_bg_color(k->light[i], fill[i]);
		format_set_font_color(k->light[i], i == TONE_NEUTRAL || i == TONE_YELLOW ? 0x17202A : 0xFFFFFF);
		format_set_bold(k->light[i]);
		format_set_align(k->light[i], LXW_ALIGN_CENTER);
		format_set_align(k->light[i], LXW_ALIGN_VERTICAL_TOP);
	}
}

static void put_cell(struct book *k, lxw_worksheet *w, lxw_row_t row, lxw_col_t col, const struct doc_cell *c)
{
	lxw_error e = LXW_NO_ERROR;
	int64_t serial = c->kind == DOC_DATE ? date_days(c->date) + 25569 : 0;
	switch (c->kind) {
	case DOC_EMPTY:
		break;
	case DOC_INTEGER:
		e = worksheet_write_number(w, row, col, (double)c->i, k->grouped);
		break;
	case DOC_MONEY:
		e = worksheet_write_number(w, row, col, (double)c->i, k->yen);
		break;
	case DOC_DATE:
		if (serial >= SERIAL_1900_03_01)
			e = worksheet_write_number(w, row, col, (double)serial, k->date);
		else
			put(k, w, row, col, cell_str(k->arena, k->d->lang, c), k->text);
		break;
	case DOC_TEXT:
		put(k, w, row, col, c->s, k->text);
		break;
	case DOC_LIGHT:
		put(k, w, row, col, c->s, k->light[c->tone]);
		break;
	case DOC_UNKNOWN:
		put(k, w, row, col, msg(k->d->lang, MSG_UNKNOWN), k->unknown);
		break;
	}
	k->failed = k->failed || e != LXW_NO_ERROR;
}

/* "3 部門ごとのリスク": the caption, or the heading above; numbered, so that no two are the same; at most 31 characters, none of []:*?/\ and no apostrophe. */
static char *sheet_name(struct book *k, const struct doc_block *b)
{
	struct str name = b->kind == DOC_TABLE ? b->table->caption : b->text;
	struct str s = text_clip(str_printf(k->arena, "%d %.*s", ++k->sheets, STR_FMT(text_clip(name.n ? name : k->section, 24))), 28);
	char *p = arena_copy(k->arena, s.p, s.n);
	for (char *c = p; *c; c++)
		if (strchr("[]:*?/\\'\n", *c))
			*c = '_';
	return p;
}

static lxw_worksheet *add_sheet(struct book *k, const struct doc_block *b)
{
	char *p = sheet_name(k, b);
	lxw_worksheet *w = k->sheets > SHEETS_MAX ? NULL : workbook_add_worksheet(k->workbook, p);
	if (!w)
		k->failed = true;
	else if (k->d->landscape)
		worksheet_set_landscape(w);
	return w;
}

/* Sheets are written one after the other (the library keeps one row in memory), so the front sheet says where a table is. */
static void table(struct book *k, const struct doc_block *b)
{
	const struct doc_table *t = b->table;
	lxw_worksheet *w = add_sheet(k, b);
	struct arena *mine = arena_new(LIMIT_ARENA), *outer = k->arena;
	if (!w)
		goto out;
	for (size_t i = 0; i < t->columns; i++) {
		worksheet_set_column(w, (lxw_col_t)i, (lxw_col_t)i, 10.0 + 8.0 * (t->column[i].weight < 6 ? t->column[i].weight : 6), NULL);
		put(k, w, 0, (lxw_col_t)i, t->column[i].label, k->head);
	}
	worksheet_freeze_panes(w, 1, 0);
	k->arena = mine;
	for (size_t r = 0; r < t->rows && !k->failed; r++) {
		if (r + 1 >= LXW_ROW_MAX) {
			k->failed = true;
			break;
		}
		for (size_t i = 0; i < t->columns; i++)
			put_cell(k, w, (lxw_row_t)r + 1, (lxw_col_t)i, &t->cell[r * t->columns + i]);
		arena_clear(mine);
	}
	if (t->rows && t->columns)
		worksheet_autofilter(w, 0, 0, (lxw_row_t)t->rows, (lxw_col_t)(t->columns - 1));
	worksheet_repeat_rows(w, 0, 0);
	worksheet_fit_to_pages(w, 1, 0);
out:
	k->arena = outer;
	arena_free(mine);
}

/* A chart's numbers on a sheet of their own, and Excel's chart beside them. */
static void chart(struct book *k, const struct doc_block *b)
{
	lxw_worksheet *w = add_sheet(k, b);
	if (!w)
		return;
	const bool lines = b->kind == DOC_LINES;
	worksheet_set_column(w, 0, 0, 28, NULL);
	for (size_t p = 0; p < b->parts; p++)
		put(k, w, 0, (lxw_col_t)p + 1, b->label[p], k->head);
	for (size_t i = 0; i < b->items; i++) {
		put(k, w, (lxw_row_t)i + 1, 0, lines ? b->point[i].label : b->bar[i].label, k->text);
		for (size_t p = 0; p < b->parts; p++) {
			struct doc_cell c = cell_i64(lines ? b->point[i].value[p] : b->bar[i].part[p]);
			if (lines && c.i < 0)
				c = cell_unknown();
			put_cell(k, w, (lxw_row_t)i + 1, (lxw_col_t)p + 1, &c);
		}
	}
	if (b->items == 0 || k->failed)
		return;
	static const lxw_color_t fill[] = { 0x8592A1, 0x217A4B, 0x2A6CB5, 0xE6B422, 0xC4262C, 0x66717D };
	lxw_chart *c = workbook_add_chart(k->workbook, lines ? LXW_CHART_LINE : LXW_CHART_BAR_STACKED);
	for (size_t p = 0; c && p < b->parts; p++) {
		lxw_chart_series *s = chart_add_series(c, NULL, NULL);
		if (!s)
			break;
		chart_series_set_categories(s, w->name, 1, 0, (lxw_row_t)b->items, 0);
		chart_series_set_values(s, w->name, 1, (lxw_col_t)p + 1, (lxw_row_t)b->items, (lxw_col_t)p + 1);
		chart_series_set_name_range(s, w->name, 0, (lxw_col_t)p + 1);
		lxw_chart_fill f = { .color = fill[b->tones[p]] };
		lxw_chart_line l = { .color = fill[b->tones[p]], .width = 2 };
		if (lines)
			chart_series_set_line(s, &l);
		else
			chart_series_set_fill(s, &f);
	}
	struct str words = doc_chart_words(k->d, b);
	lxw_chart_options how = { .description = arena_copy(k->arena, words.p, words.n) };
	if (c)
		worksheet_insert_chart_opt(w, 1, (lxw_col_t)b->parts + 2, c, &how);
}

static void heat(struct book *k, const struct doc_block *b)
{
	lxw_worksheet *w = add_sheet(k, b);
	if (!w)
		return;
	worksheet_set_column(w, 0, (lxw_col_t)b->columns, 16, NULL);
	for (size_t c = 0; c < b->columns; c++)
		put(k, w, 0, (lxw_col_t)c + 1, b->column_label[c], k->head);
	for (size_t r = 0; r < b->rows; r++) {
		put(k, w, (lxw_row_t)r + 1, 0, b->row_label[r], k->head);
		for (size_t c = 0; c < b->columns; c++) {
			const struct heat_cell *cell = &b->heat[r * b->columns + c];
			if (worksheet_write_number(w, (lxw_row_t)r + 1, (lxw_col_t)c + 1, (double)cell->count,
			                           k->light[cell->count > 0 ? cell->tone : TONE_NEUTRAL]) != LXW_NO_ERROR)
				k->failed = true;
		}
	}
}

static void front(struct book *k, const struct doc_block *b)
{
	switch (b->kind) {
	case DOC_HEADING:
		k->section = b->text;
		k->at++;
		put(k, k->front, k->at++, 0, b->text, b->level == 1 ? k->title : k->heading);
		break;
	case DOC_PARAGRAPH: case DOC_FOOTNOTE:
		put(k, k->front, k->at++, 0, b->text, k->text);
		break;
	case DOC_SIGNAL:
		put(k, k->front, k->at, 0, b->text, k->heading);
		put(k, k->front, k->at, 1, tone_str(k->d->lang, b->tone), k->light[b->tone]);
		put(k, k->front, k->at++, 2, b->reason, k->text);
		break;
	case DOC_FIGURES:
		for (size_t i = 0; i < b->figures; i++) {
			put(k, k->front, k->at, 0, b->figure[i].label, k->text);
			put(k, k->front, k->at, 1, b->figure[i].value.n ? b->figure[i].value : msg(k->d->lang, MSG_UNKNOWN), k->light[b->figure[i].tone]);
			put(k, k->front, k->at++, 2, b->figure[i].note, k->text);
		}
		break;
	case DOC_TABLE: case DOC_BARS: case DOC_LINES: case DOC_HEAT:
		put(k, k->front, k->at++, 0, note_str(k->arena, k->d->lang, &NOTE(MSG_REPORT_ON_SHEET, ARG_S(str_of(sheet_name(k, b))))), k->text);
		break;
	case DOC_BREAK:
		k->at++;
		break;
	}
}

int doc_xlsx(const struct doc *d, int out_fd)
{
	int fd = export_scratch();
	if (fd < 0)
		return ERR_IO;
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	char path[40];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .use_zip64 = LXW_FALSE };
	struct book k = { .d = d, .arena = a, .workbook = workbook_new_opt(path, &options) };
	if (k.workbook) {
		lxw_doc_properties about = { .title = arena_copy(a, d->title.p, d->title.n), .company = arena_copy(a, d->company.p, d->company.n),
			.subject = arena_copy(a, d->made.p, d->made.n) };
		workbook_set_properties(k.workbook, &about);
		make_formats(&k);
		k.front = workbook_add_worksheet(k.workbook, z(&k, msg(d->lang, MSG_REPORT_SHEET)));
		k.failed = !k.front;
	}
	if (k.workbook && k.front) {
		worksheet_set_column(k.front, 0, 0, 60, NULL);
		worksheet_set_column(k.front, 1, 1, 16, NULL);
		worksheet_set_column(k.front, 2, 2, 60, NULL);
		put(&k, k.front, k.at++, 0, d->company, k.plain);
		put(&k, k.front, k.at++, 0, d->made, k.plain);
		k.section = d->title;
		k.sheets = 1;
		for (size_t i = 0; i < d->n && !k.failed; i++)
			front(&k, &d->block[i]);
		k.section = d->title;
		k.sheets = 1;
		for (size_t i = 0; i < d->n && !k.failed; i++) {
			const struct doc_block *b = &d->block[i];
			if (b->kind == DOC_HEADING)
				k.section = b->text;
			else if (b->kind == DOC_TABLE)
				table(&k, b);
			else if (b->kind == DOC_BARS || b->kind == DOC_LINES)
				chart(&k, b);
			else if (b->kind == DOC_HEAT)
				heat(&k, b);
		}
	}
	int r = !k.workbook ? ERR_IO : k.failed ? ERR_LIMIT : 0;
	/* Closing frees the workbook, whether it could be written or not. */
	if (k.workbook && workbook_close(k.workbook) != LXW_NO_ERROR && r == 0)
		r = ERR_IO;
	if (r == 0)
		r = export_copy(fd, out_fd);
	close(fd);
	return r;
}
