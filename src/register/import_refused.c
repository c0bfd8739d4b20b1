/* The rows that were refused, as a workbook: the file's own headings and cells, and the reason beside each. */
#include "base/text.h"
#include "base/text/import.h"
#include "register/import_internal.h"

#include <unistd.h>
#include <xlsxwriter.h>

#define CELL_CHARS 32000 /* below what a cell may hold */
#define REASON_WIDTH 60
#define COLUMN_WIDTH 18

struct import_refused {
	lxw_workbook *workbook;
	lxw_worksheet *sheet;
	lxw_format *heading, *reason, *text;
	lxw_row_t at;
	size_t last;       /* the column of the reason */
	size_t header_rows;
};

static const char *cell_z(struct arena *a, struct str s)
{
	return str_z(a, text_clip(s, CELL_CHARS));
}

int import_refused_open(struct arena *a, struct str path, const struct import_plan *plan, enum lang lang,
                        struct import_refused **ret)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	struct import_refused *w = ARENA_NEW(a, struct import_refused);
	*w = (struct import_refused){ .workbook = workbook_new_opt(str_z(a, path), &options) };
	if (!w->workbook)
		return ERR_IO;
	w->sheet = workbook_add_worksheet(w->workbook, NULL);
	w->heading = workbook_add_format(w->workbook);
	w->reason = workbook_add_format(w->workbook);
	w->text = workbook_add_format(w->workbook);
	if (!w->sheet || !w->heading || !w->reason || !w->text) {
		workbook_close(w->workbook);
		return ERR_IO;
	}
	format_set_bold(w->heading);
	format_set_text_wrap(w->heading);
	format_set_text_wrap(w->reason);
	format_set_font_color(w->reason, 0xA01A20);
	/* Text stays text: 0012 is no number, and nothing becomes a formula. */
	format_set_num_format(w->text, "@");
	for (size_t i = 0; i < plan->columns; i++)
		if (plan->column[i].column + 1 > w->last)
			w->last = plan->column[i].column + 1;
	worksheet_set_column(w->sheet, 0, (lxw_col_t)(w->last ? w->last - 1 : 0), COLUMN_WIDTH, NULL);
	worksheet_set_column(w->sheet, (lxw_col_t)w->last, (lxw_col_t)w->last, REASON_WIDTH, NULL);
	/* A heading under a group stands as "group|heading", which is understood when the file comes back. */
	for (size_t i = 0; i < plan->columns; i++)
		worksheet_write_string(w->sheet, 0, (lxw_col_t)plan->column[i].column, cell_z(a, plan->column[i].heading), w->heading);
	worksheet_write_string(w->sheet, 0, (lxw_col_t)w->last, cell_z(a, msg(lang, MSG_IMPORT_REASON_COLUMN)), w->heading);
	worksheet_freeze_panes(w->sheet, 1, 0);
	w->at = 1;
	*ret = w;
	return 0;
}

void import_refused_row(struct import_refused *w, struct arena *a, const struct import_line *line, const struct import_book *book,
                        struct str reason)
{
	if (w->at >= LXW_ROW_MAX)
		return;
	for (size_t i = 0; i < line->cells; i++) {
		const struct file_cell *c = &line->cell[i];
		struct str shown = import_cell_show(a, c, book);
		if (c->column < w->last && shown.n)
			worksheet_write_string(w->sheet, w->at, (lxw_col_t)c->column, cell_z(a, shown), w->text);
	}
	worksheet_write_string(w->sheet, w->at, (lxw_col_t)w->last, cell_z(a, reason), w->reason);
	w->at++;
}

int import_refused_close(struct import_refused **w)
{
	lxw_error e = workbook_close((*w)->workbook);
	*w = NULL;
	return e == LXW_NO_ERROR ? 0 : ERR_IO;
}
