/*
 * Finding the header. A sheet as people keep it has a title, blank rows, and one or two header rows with merged cells.
 * Every row of the head is tried as the first row of a header of one and of two rows; the reading under which most
 * headings are names of the register's fields wins.
 */
#include "base/text.h"
#include "base/text/import.h"
#include "register/import_internal.h"

#define SCORE_EXACT 4
#define SCORE_LOOSE 1

struct name {
	struct str key;   /* folded; "group|heading" keeps its bar */
	int field;
};
struct import_names {
	struct name *name; size_t n, cap;
	const struct reg_view *view;
};

static struct str folded(struct arena *a, struct str s)
{
	return text_match_key(a, s);
}

static void add_name(struct import_names *n, struct arena *a, struct str s, int field)
{
	struct str key = folded(a, s);
	if (key.n == 0)
		return;
	for (size_t i = 0; i < n->n; i++)
		if (str_eq(n->name[i].key, key))
			return; /* the first that bears it: labels go before aliases */
	if (n->n == n->cap) {
		struct name *more = ARENA_ARRAY(a, n->cap ? n->cap * 2 : 256, struct name);
		if (n->n)
			memcpy(more, n->name, n->n * sizeof *more);
		n->name = more;
		n->cap = n->cap ? n->cap * 2 : 256;
	}
	n->name[n->n++] = (struct name){ key, field };
}

struct import_names *import_names_make(struct arena *a, const struct reg_view *view)
{
	struct import_names *n = ARENA_NEW(a, struct import_names);
	*n = (struct import_names){ .view = view };
	for (size_t i = 0; i < view->fields; i++) {
		add_name(n, a, str_of(view->field[i]->label.ja), (int)i);
		add_name(n, a, str_of(view->field[i]->label.en), (int)i);
	}
	for (size_t i = 0; i < view->fields; i++) {
		add_name(n, a, str_of(view->field[i]->name), (int)i);
		for (const char *const *alias = view->field[i]->alias; alias && *alias; alias++)
			add_name(n, a, str_of(*alias), (int)i);
	}
	/* What exports of the product may hold beside the fields. */
	static const char *const ignored[] = { "id", "revision", "archived", "created_at", "created_by", "updated_at", "updated_by" };
	add_name(n, a, STR("code"), IMPORT_CODE);
	add_name(n, a, STR("コード"), IMPORT_CODE);
	for (size_t i = 0; i < COUNT_OF(ignored); i++)
		add_name(n, a, str_of(ignored[i]), IMPORT_IGNORED);
	/* The column that the workbook of refused rows has more than the file. */
	for (enum lang l = 0; l < LANG__N; l++)
		add_name(n, a, msg(l, MSG_IMPORT_REASON_COLUMN), IMPORT_IGNORED);
	for (size_t i = 0; i < view->fields; i++)
		if (view->field[i]->target)
			add_name(n, a, str_printf(a, "%s_id", view->field[i]->name), IMPORT_IGNORED);
	return n;
}

static struct str last_part(struct str heading)
{
	for (size_t i = heading.n; i > 0; i--)
		if (heading.p[i - 1] == '|')
			return str_sub(heading, i, heading.n);
	return heading;
}

static int find_key(const struct import_names *n, struct str key)
{
	for (size_t i = 0; key.n && i < n->n; i++)
		if (str_eq(n->name[i].key, key))
			return n->name[i].field;
	return IMPORT_LEFT_OUT;
}

int import_names_exact(const struct import_names *n, struct arena *a, struct str heading)
{
	int field = find_key(n, folded(a, heading));
	struct str last = last_part(heading);
	if (field != IMPORT_LEFT_OUT || last.n == heading.n)
		return field;
	/* "資産|名称" is 資産名称. */
	field = find_key(n, folded(a, str_printf(a, "%.*s%.*s", (int)(heading.n - last.n - 1), heading.p, STR_FMT(last))));
	return field == IMPORT_LEFT_OUT ? find_key(n, folded(a, last)) : field;
}

int import_names_loose(const struct import_names *n, struct arena *a, struct str heading, const bool *taken)
{
	struct str key = folded(a, last_part(heading));
	if (text_chars(key) < 2)
		return IMPORT_LEFT_OUT;
	int best = IMPORT_LEFT_OUT;
	size_t best_shared = 0;
	for (size_t i = 0; i < n->n; i++) {
		const struct name *m = &n->name[i];
		if (m->field < 0 || (taken && taken[m->field]) || text_chars(m->key) < 2)
			continue;
		size_t shared = 0;
		if (str_contains(key, m->key))
			shared = m->key.n;
		else if (str_contains(m->key, key) && key.n * 2 >= m->key.n)
			shared = key.n;
		if (shared > best_shared) {
			best_shared = shared;
			best = m->field;
		}
	}
	return best;
}

/* ---- candidates ---- */

struct head {
	const struct import_line *line; size_t lines;
	const struct import_merge *merge; size_t merges;
	struct arena *a;
	const struct import_names *names;
};

static const struct file_cell *cell_at(const struct head *h, int64_t row, size_t column)
{
	for (size_t i = 0; i < h->lines; i++) {
		if (h->line[i].row != row)
			continue;
		for (size_t k = 0; k < h->line[i].cells; k++)
			if (h->line[i].cell[k].column == column)
				return &h->line[i].cell[k];
		return NULL;
	}
	return NULL;
}

static const struct import_merge *merge_over(const struct head *h, int64_t row, size_t column)
{
	for (size_t i = 0; i < h->merges; i++) {
		const struct import_merge *m = &h->merge[i];
		if (row >= m->row0 && row <= m->row1 && column >= m->col0 && column <= m->col1)
			return m;
	}
	return NULL;
}

/* One line, blanks of both ends gone, bounded: a heading may have line breaks for a narrow column. */
static struct str tidy(struct arena *a, struct str s)
{
	s = text_clip(str_trim(s), IMPORT_HEADING_CHARS);
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' && s.p[i] != '\n' && s.p[i] != '\t')
			out[n++] = s.p[i];
	return str_trim((struct str){ out, n });
}

/* What stands over a column in a row: the cell, or the first cell of the range merged over it. */
static struct str shown_at(const struct head *h, int64_t row, size_t column, bool *ret_across)
{
	const struct import_merge *m = merge_over(h, row, column);
	const struct file_cell *c = m ? cell_at(h, m->row0, m->col0) : cell_at(h, row, column);
	*ret_across = m && m->col1 > m->col0;
	return c && c->kind == CELL_TEXT ? tidy(h->a, c->text) : STR_NULL;
}

static size_t width_of(const struct head *h, int64_t row, size_t rows)
{
	size_t width = 0;
	for (size_t i = 0; i < h->lines; i++) {
		const struct import_line *l = &h->line[i];
		if (l->row >= row && l->row < row + (int64_t)rows && l->cells && l->cell[l->cells - 1].column + 1 > width)
			width = l->cell[l->cells - 1].column + 1;
	}
	for (size_t i = 0; i < h->merges; i++)
		if (h->merge[i].row0 >= row && h->merge[i].row0 < row + (int64_t)rows && h->merge[i].col1 + 1 > width)
			width = h->merge[i].col1 + 1;
	return width < LIMIT_IMPORT_COLUMNS ? width : LIMIT_IMPORT_COLUMNS;
}

/* A number or a date is no heading: it is where the rows begin. */
static bool holds_data(const struct head *h, int64_t row)
{
	for (size_t i = 0; i < h->lines; i++)
		if (h->line[i].row == row)
			for (size_t k = 0; k < h->line[i].cells; k++)
				if (h->line[i].cell[k].kind == CELL_NUMBER || h->line[i].cell[k].kind == CELL_DATE)
					return true;
	return false;
}

/* A range merged across columns with a text over none of them alone: the row below names the columns, and only those. */
static bool groups(const struct head *h, int64_t row)
{
	bool any = false;
	size_t width = width_of(h, row, 2);
	for (size_t c = 0; c < width; c++) {
		bool across, across_below;
		struct str top = shown_at(h, row, c, &across), below = shown_at(h, row + 1, c, &across_below);
		const struct import_merge *m = merge_over(h, row, c);
		if (m && m->row1 > row)
			continue;
		if (across && top.n)
			any |= below.n && !across_below && c > m->col0;
		else if (top.n && below.n)
			return false;
	}
	return any;
}

static size_t headings_of(const struct head *h, int64_t row, size_t rows, struct str *heading)
{
	size_t width = width_of(h, row, rows);
	struct str group = STR_NULL; /* without merged ranges a group stands over its first column only */
	for (size_t c = 0; c < width; c++) {
		bool across, across_below;
		struct str top = shown_at(h, row, c, &across);
		if (rows == 1) {
			heading[c] = top;
			continue;
		}
		struct str below = shown_at(h, row + 1, c, &across_below);
		const struct import_merge *m = merge_over(h, row, c);
		bool one_cell = m && m->row1 > row; /* merged over both rows */
		if (top.n)
			group = below.n && !one_cell ? top : STR_NULL;
		else if (below.n && !h->merges)
			top = group;
		if (one_cell || below.n == 0)
			heading[c] = across && !one_cell ? STR_NULL : top;
		else if (top.n == 0 || str_eq(top, below))
			heading[c] = below;
		else
			heading[c] = str_printf(h->a, "%.*s|%.*s", STR_FMT(top), STR_FMT(below));
	}
	return width;
}

static int score_of(const struct head *h, const struct str *heading, size_t width)
{
	bool *taken = ARENA_ARRAY(h->a, h->names->view->fields + 1, bool);
	int score = 0, exact = 0;
	for (size_t c = 0; c < width; c++) {
		int f = heading[c].n ? import_names_exact(h->names, h->a, heading[c]) : IMPORT_LEFT_OUT;
		if (f >= 0 && taken[f])
			continue;
		if (f >= 0)
			taken[f] = true;
		if (f >= 0 || f == IMPORT_CODE) {
			score += SCORE_EXACT;
			exact++;
		}
	}
	if (exact == 0)
		return 0;
	for (size_t c = 0; c < width; c++) {
		if (heading[c].n == 0 || import_names_exact(h->names, h->a, heading[c]) != IMPORT_LEFT_OUT)
			continue;
		int f = import_names_loose(h->names, h->a, heading[c], taken);
		if (f >= 0) {
			taken[f] = true;
			score += SCORE_LOOSE;
		}
	}
	/* One word that happens to be a field's name is no header, unless the register can do with that one. */
	bool needed = false;
	for (size_t i = 0; i < h->names->view->fields; i++)
		needed |= taken[i] && h->names->view->field[i]->flags & (FIELD_KEY | FIELD_REQUIRED);
	return exact >= 2 || needed ? score : 0;
}

void import_header_find(struct arena *a, const struct import_names *names, const struct import_line *line, size_t lines,
                        const struct import_merge *merge, size_t merges, const struct import_book *book, struct import_plan *ret,
                        int *ret_score)
{
	struct head h = { line, lines, merge, merges, a, names };
	struct str heading[LIMIT_IMPORT_COLUMNS];
	int best = 0;
	ret->header_rows = 0;
	ret->columns = 0;
	for (size_t i = 0; i < lines; i++) {
		if (holds_data(&h, line[i].row))
			continue;
		for (size_t rows = groups(&h, line[i].row) ? 2 : 1; rows <= 2; rows++) {
			if (rows == 2 && holds_data(&h, line[i].row + 1))
				break;
			size_t width = headings_of(&h, line[i].row, rows, heading);
			int score = score_of(&h, heading, width);
			if (score <= best)
				continue;
			best = score;
			ret->header_row = (size_t)line[i].row;
			ret->header_rows = rows;
			ret->columns = 0;
			ret->column = ARENA_ARRAY(a, width ? width : 1, struct import_column);
			for (size_t c = 0; c < width; c++)
				if (heading[c].n)
					ret->column[ret->columns++] = (struct import_column){ .column = c, .heading = heading[c], .field = IMPORT_LEFT_OUT };
		}
	}
	/* The first value below each heading, to recognise the column by. */
	for (size_t k = 0; best && k < ret->columns; k++)
		for (size_t i = 0; i < lines && ret->column[k].sample.n == 0; i++) {
			if (line[i].row < (int64_t)(ret->header_row + ret->header_rows))
				continue;
			const struct file_cell *c = cell_at(&h, line[i].row, ret->column[k].column);
			if (c)
				ret->column[k].sample = tidy(a, import_cell_show(a, c, book));
		}
	*ret_score = best;
}
