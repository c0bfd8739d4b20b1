/*
 * The 19-column workbook (情報資産管理台帳) as Japanese companies keep it: title, blank row, two heading rows with merged
 * cells, then a row an asset in the order in which they were registered. Columns A-O are what people type; P-S are computed
 * (course_04_05 section 1.2).
 */
#include <unistd.h>
#include <xlsxwriter.h>

#include "asset/asset.h"
#include "base/clock.h"
#include "base/text/base.h"

#define FIRST_ROW 4

static const struct {
	const char *group, *heading; /* group NULL: one heading over both rows */
	const char *field;
	double width;
} columns[] = {
	{ NULL, "業務分類", "business_category", 12 },
	{ NULL, "情報資産名称", "name", 28 },
	{ NULL, "備考", "note", 32 },
	{ NULL, "利用者範囲", "user_scope", 16 },
	{ NULL, "管理部署", "department", 16 },
	{ NULL, "媒体・保存先", "storage", 16 },
	{ "個人情報の種類", "個人情報", "personal", 9 },
	{ "個人情報の種類", "要配慮個人情報", "special_care", 9 },
	{ "個人情報の種類", "特定個人情報", "my_number", 9 },
	{ "評価値", "機密性", "confidentiality", 7 },
	{ "評価値", "完全性", "integrity", 7 },
	{ "評価値", "可用性", "availability", 7 },
	{ NULL, "重要度", "importance", 7 },
	{ NULL, "保存期限", "retention", 10 },
	{ NULL, "登録日", "registered_on", 12 },
	{ "現状から想定されるリスク(入力不要・自動表示)", "脅威の発生頻度", "threat_frequency", 18 },
	{ "現状から想定されるリスク(入力不要・自動表示)", "脆弱性", "vulnerability", 18 },
	{ "現状から想定されるリスク(入力不要・自動表示)", "被害発生可能性", "damage_likelihood", 14 },
	{ "現状から想定されるリスク(入力不要・自動表示)", "リスク値", "risk_value", 12 },
};

struct ledger {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *heading, *date, *wrapped;
	int field[COUNT_OF(columns)], band;
	const struct reg_view *view;
	lxw_row_t at;
	struct buf cell;
};

static const char *cell_text(struct ledger *l, int field, const struct value *v)
{
	buf_clear(&l->cell);
	value_put(&l->cell, l->view->field[field], v, FORM_FILE, LANG_JA);
	buf_char(&l->cell, '\0');
	return buf_error(&l->cell) ? "" : l->cell.p;
}

/* "4 リスク大"; a value that cannot be known says so. */
static const char *risk_text(struct ledger *l, const struct row *row, int value_field)
{
	const struct value *value = &row->v[value_field], *band = &row->v[l->band];
	buf_clear(&l->cell);
	if (!value->known || !band->known) {
		buf_str(&l->cell, msg(LANG_JA, MSG_UNKNOWN));
	} else {
		buf_i64(&l->cell, value->i);
		buf_lit(&l->cell, " リスク");
		value_put(&l->cell, l->view->field[l->band], band, FORM_VIEW, LANG_JA);
	}
	buf_char(&l->cell, '\0');
	return l->cell.p;
}

static lxw_error put_cell(struct ledger *l, lxw_col_t col, const struct row *row)
{
	const int f = l->field[col];
	const struct value *v = &row->v[f];
	const struct field *field = l->view->field[f];
	struct date d;
	if (strcmp(field->name, "risk_value") == 0)
		return worksheet_write_string(l->sheet, l->at, col, risk_text(l, row, f), NULL);
	if (!v->known)
		return field->derived && col >= 15 ? worksheet_write_string(l->sheet, l->at, col, "不明", NULL) : LXW_NO_ERROR;
	if (field->derived && col >= 15) {
		buf_clear(&l->cell);
		value_put(&l->cell, field, v, FORM_VIEW, LANG_JA);
		buf_char(&l->cell, '\0');
		return worksheet_write_string(l->sheet, l->at, col, l->cell.p, NULL);
	}
	if (field->type == FIELD_SCALE)
		return worksheet_write_number(l->sheet, l->at, col, (double)v->i, NULL);
	if (field->type == FIELD_DATE && date_parse_iso(v->s, &d) == 0 && d.year >= 1901)
		return worksheet_write_number(l->sheet, l->at, col, (double)(date_days(d) + 25569), l->date);
	return worksheet_write_string(l->sheet, l->at, col, cell_text(l, f, v), field->type == FIELD_LONG_TEXT ? l->wrapped : NULL);
}

static int put_row(void *ctx, const struct row *row)
{
	struct ledger *l = ctx;
	if (l->at >= LXW_ROW_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		if (put_cell(l, (lxw_col_t)i, row) != LXW_NO_ERROR)
			return ERR_IO;
	l->at++;
	return 0;
}

/* Rows are written top down because the library keeps only one: merging comes last, when the texts stand. */
static void put_headings(struct ledger *l)
{
	worksheet_write_string(l->sheet, 0, 0, "情報資産管理台帳", NULL);
	for (lxw_col_t i = 0; i < (lxw_col_t)COUNT_OF(columns); i++) {
		bool first_of_group = columns[i].group && (i == 0 || columns[i - 1].group != columns[i].group);
		if (first_of_group)
			for (lxw_col_t k = 0; k < i; k++)
				first_of_group = first_of_group && !(columns[k].group && strcmp(columns[k].group, columns[i].group) == 0);
		if (!columns[i].group || first_of_group)
			worksheet_write_string(l->sheet, 2, i, columns[i].group ? columns[i].group : columns[i].heading, l->heading);
		worksheet_set_column(l->sheet, i, i, columns[i].width, NULL);
	}
	for (lxw_col_t i = 0; i < (lxw_col_t)COUNT_OF(columns); i++)
		if (columns[i].group)
			worksheet_write_string(l->sheet, 3, i, columns[i].heading, l->heading);
	for (lxw_col_t i = 0; i < COUNT_OF(columns);) {
		lxw_col_t end = i;
		if (!columns[i].group) {
			worksheet_merge_range(l->sheet, 2, i, 3, i, columns[i].heading, l->heading);
		} else {
			while (end + 1U < COUNT_OF(columns) && columns[end + 1].group && strcmp(columns[end + 1].group, columns[i].group) == 0)
				end++;
			worksheet_merge_range(l->sheet, 2, i, 2, end, columns[i].group, l->heading);
		}
		i = (lxw_col_t)(end + 1);
	}
	worksheet_freeze_panes(l->sheet, FIRST_ROW, 2);
}

static int ledger_write(struct db_conn *c, const struct query *q, int out_fd)
{
	const int fd = export_scratch();
	if (fd < 0)
		return ERR_IO;
	char path[40];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	struct ledger l = { .view = q->view, .at = FIRST_ROW, .book = workbook_new_opt(path, &options) };
	int r = l.book ? 0 : ERR_IO;
	buf_init(&l.cell, LIMIT_CELL * 4);
	l.band = reg_view_field(q->view, STR("risk_band"));
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		l.field[i] = reg_view_field(q->view, str_of(columns[i].field));
	if (r == 0) {
		l.heading = workbook_add_format(l.book);
		format_set_bold(l.heading);
		format_set_border(l.heading, LXW_BORDER_THIN);
		format_set_text_wrap(l.heading);
		format_set_align(l.heading, LXW_ALIGN_CENTER);
		format_set_align(l.heading, LXW_ALIGN_VERTICAL_CENTER);
		l.date = workbook_add_format(l.book);
		format_set_num_format(l.date, "yyyy/m/d");
		l.wrapped = workbook_add_format(l.book);
		format_set_text_wrap(l.wrapped);
		l.sheet = workbook_add_worksheet(l.book, "情報資産管理台帳");
		put_headings(&l);
		struct query in_order = *q;
		in_order.sort = SORT_OLDEST;
		in_order.descending = false;
		in_order.columns = NULL;
		r = reg_each(c, &in_order, put_row, &l);
	}
	if (l.book && workbook_close(l.book) != LXW_NO_ERROR && r == 0)
		r = ERR_IO;
	buf_release(&l.cell);
	if (r == 0)
		r = export_copy(fd, out_fd);
	close(fd);
	return r;
}

const struct layout asset_ledger_layout = {
	.name = "ledger", .reg = "asset", .label = { "情報資産管理台帳（19列のExcel）", "Asset ledger (19-column Excel)" }, .write = ledger_write,
};
