/* The report of an import, for programs and for people. */
#include "base/text/import.h"
#include "register/import_internal.h"

/* What refuses a row, and what is only told of one (a computed value that the file has otherwise): "warning" tells which. */
static void put_errors(struct json *j, const struct import_report *r)
{
	json_key(j, "errors");
	json_array_begin(j);
	for (size_t i = 0; i < r->errors; i++) {
		json_object_begin(j);
		json_put_i64(j, "row", r->error[i].row);
		json_put_str(j, "column", r->error[i].column);
		json_put_str(j, "message", r->error[i].message);
		json_put_bool(j, "warning", r->error[i].notice);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_list(struct json *j, const char *key, const struct str *list, size_t n)
{
	json_key(j, key);
	json_array_begin(j);
	for (size_t i = 0; i < n; i++)
		json_str(j, list[i]);
	json_array_end(j);
}

void import_report_json(struct json *j, const struct import_report *r)
{
	json_object_begin(j);
	json_put_i64(j, "created", r->created);
	json_put_i64(j, "updated", r->updated);
	json_put_i64(j, "unchanged", r->unchanged);
	json_put_i64(j, "refused", r->refused);
	put_errors(j, r);
	json_put_i64(j, "errors_total", r->errors_total);
	json_put_i64(j, "warnings_total", r->notices_total);
	json_put_i64(j, "rows", r->rows);
	json_put_bool(j, "applied", r->applied);
	json_put_str(j, "sheet", r->plan.sheet_name);
	put_list(j, "sheets", r->plan.sheet_names, r->plan.sheets);
	put_list(j, "created_references", r->created_reference, r->created_references);
	put_list(j, "left_out_columns", r->left_out, r->left_outs);
	if (r->refusal.n)
		json_put_str(j, "refusal", r->refusal);
	if (r->refused_workbook.n)
		json_put_str(j, "refused_workbook", r->refused_workbook);
	json_object_end(j);
}

static void put_note(struct buf *b, enum lang lang, struct note n)
{
	note_put(b, lang, &n);
	buf_char(b, '\n');
}

static void put_names(struct buf *b, enum lang lang, msg_id before, const struct str *list, size_t n)
{
	if (n == 0)
		return;
	buf_str(b, msg(lang, before));
	buf_z(b, lang == LANG_JA ? "" : " ");
	for (size_t i = 0; i < n; i++) {
		buf_z(b, i ? (lang == LANG_JA ? "、" : ", ") : "");
		buf_str(b, list[i]);
	}
	buf_char(b, '\n');
}

void import_report_text(struct buf *b, const struct import_report *r, enum lang lang)
{
	if (r->refusal.n) {
		buf_str(b, r->refusal);
		buf_char(b, '\n');
		return;
	}
	put_note(b, lang, NOTE(MSG_IMPORT_COUNTS, ARG_I(r->created), ARG_I(r->updated), ARG_I(r->unchanged), ARG_I(r->refused)));
	for (size_t i = 0; i < r->errors; i++) {
		const struct import_error *e = &r->error[i];
		if (e->column.n)
			put_note(b, lang, NOTE(MSG_IMPORT_AT_COLUMN, ARG_I(e->row), ARG_S(e->column), ARG_S(e->message)));
		else
			put_note(b, lang, NOTE(MSG_IMPORT_AT_ROW, ARG_I(e->row), ARG_S(e->message)));
	}
	const int64_t total = r->errors_total + r->notices_total;
	if (total > (int64_t)r->errors)
		put_note(b, lang, NOTE(MSG_IMPORT_MORE_ERRORS, ARG_I(total - (int64_t)r->errors)));
	put_names(b, lang, MSG_IMPORT_GROWN, r->created_reference, r->created_references);
	put_names(b, lang, MSG_IMPORT_LEFT_OUT_COLUMNS, r->left_out, r->left_outs);
	if (r->refused_workbook.n)
		put_note(b, lang, NOTE(MSG_IMPORT_REFUSED_FILE, ARG_S(r->refused_workbook)));
	if (!r->applied)
		put_note(b, lang, NOTE0(r->refused ? MSG_IMPORT_NOT_APPLIED : MSG_IMPORT_DRY));
}
