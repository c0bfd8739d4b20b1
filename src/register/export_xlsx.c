/*
 * XLSX: the rows on the first sheet with typed cells, a frozen heading and a filter; the dictionary of its columns on the
 * second. The library keeps one row in memory and the sheets in temporary files; the finished file is copied from an
 * unlinked one to where it is wanted, which may be a socket or a pipe.
 */
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/register.h"
#include "register/export_internal.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define CELL_CHARS 32767      /* Excel's limit of a cell, in UTF-16 units */
#define VALIDATION_BYTES 255  /* Excel's limit of a list of values written in place */
#define SPARE_ROWS 1000       /* below the last row, validation goes on for new rows */
#define SERIAL_1900_03_01 61  /* before, Excel counts a day that never was */

struct book {
	struct exporter *x;
	lxw_workbook *workbook;
	lxw_worksheet *rows;
	lxw_format *heading, *date, *grouped, *yen, *decimal[10], *text, *wrapped;
	struct buf cell;
	lxw_row_t at;
};

/* A text with the NUL that the library wants, cut at what a cell may hold. */
static const char *cell_z(struct book *k, struct str s)
{
	/* Characters outside of the first plane count twice: four bytes of UTF-8 each. */
	size_t units = 0, n = 0;
	while (n < s.n) {
		const unsigned char c = (unsigned char)s.p[n];
		const size_t bytes = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		units += bytes == 4 ? 2 : 1;
		if (units > CELL_CHARS)
			break;
		n += bytes;
	}
	if (n < s.n)
		k->x->result->clipped++;
	buf_clear(&k->cell);
	buf_bytes(&k->cell, s.p, n < s.n ? n : s.n);
	buf_char(&k->cell, '\0');
	return buf_error(&k->cell) ? "" : k->cell.p;
}

static const char *msg_z(struct book *k, msg_id id)
{
	return str_z(k->x->arena, msg(k->x->o->lang, id));
}

static const char *label_z(struct book *k, struct label l)
{
	return str_z(k->x->arena, label_of(l, k->x->o->lang));
}

/* The library takes some of its texts without const, and only reads them. */
static char *own_z(struct book *k, struct str s)
{
	return arena_copy(k->x->arena, s.p, s.n);
}

static char *value_z(struct book *k, const struct field *f, const struct value *v)
{
	return own_z(k, value_str(k->x->arena, f, v, FORM_FILE, k->x->o->lang));
}

static lxw_error put_text(struct book *k, lxw_col_t col, struct str s)
{
	/* An empty string is no cell at all: blank is unknown. */
	return s.n ? worksheet_write_string(k->rows, k->at, col, cell_z(k, s), k->text) : LXW_NO_ERROR;
}

static lxw_error put_date(struct book *k, lxw_col_t col, struct str s)
{
	struct date d;
	if (date_parse_iso(s, &d) < 0)
		return put_text(k, col, s);
	const int64_t serial = date_days(d) + 25569;
	if (serial < SERIAL_1900_03_01)
		return put_text(k, col, s);
	return worksheet_write_number(k->rows, k->at, col, (double)serial, k->date);
}

static lxw_error put_value(struct book *k, lxw_col_t col, const struct field *f, const struct value *v)
{
	static const double power[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
	if (!v->known)
		return LXW_NO_ERROR;
	switch (f->type) {
	case FIELD_INTEGER: case FIELD_SCALE:
		return worksheet_write_number(k->rows, k->at, col, (double)v->i, NULL);
	case FIELD_MONEY:
		return worksheet_write_number(k->rows, k->at, col, (double)v->i, k->grouped);
	case FIELD_DECIMAL:
		if (f->decimals < COUNT_OF(power))
			return worksheet_write_number(k->rows, k->at, col, (double)v->i / power[f->decimals], k->decimal[f->decimals]);
		break;
	case FIELD_DATE:
		return put_date(k, col, v->s);
	case FIELD_TEXT: case FIELD_LONG_TEXT: case FIELD_URL:
	case FIELD_REFERENCE: case FIELD_PERSON: case FIELD_UNIT:
		if (v->s.n)
			return put_text(k, col, v->s);
		break;
	case FIELD_CHOICE: case FIELD_MULTI: case FIELD_YES_NO:
		break;
	}
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_CELL);
	value_put(&b, f, v, FORM_FILE, k->x->o->lang);
	return put_text(k, col, buf_view(&b));
}

static int put_row(void *ctx, const struct row *row)
{
	struct book *k = ctx;
	const struct exporter *x = k->x;
	if (++k->at >= LXW_ROW_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < x->columns; i++) {
		const struct field f = field_in_row(x->view->reg, x->view->field[x->column[i]], row);
		const struct value *v = &row->v[x->column[i]];
		/* Where all rows of a column are yen its heading says so. */
		const bool yen = v->known && f.yen_if && f.type == FIELD_MONEY;
		if ((yen ? worksheet_write_number(k->rows, k->at, (lxw_col_t)i, (double)v->i, k->yen) : put_value(k, (lxw_col_t)i, &f, v)) != LXW_NO_ERROR)
			return ERR_IO;
	}
	x->result->rows++;
	return 0;
}

/* ---- headings, choices, dictionary ---- */

static double width(const struct field *f)
{
	switch (f->type) {
	case FIELD_LONG_TEXT:
		return 48;
	case FIELD_TEXT: case FIELD_URL:
		return 28;
	case FIELD_MULTI: case FIELD_REFERENCE: case FIELD_PERSON: case FIELD_UNIT:
		return 20;
	default:
		return 13;
	}
}

static void put_headings(struct book *k)
{
	const struct exporter *x = k->x;
	for (size_t i = 0; i < x->columns; i++) {
		const struct field *f = x->view->field[x->column[i]];
		worksheet_set_column(k->rows, (lxw_col_t)i, (lxw_col_t)i, width(f), NULL);
		worksheet_write_string(k->rows, 0, (lxw_col_t)i, label_z(k, f->label), k->heading);
	}
	worksheet_freeze_panes(k->rows, 1, 0);
}

/* The values a cell of the column may have, as they stand in the file; 0 when it is free. */
static size_t values_of(struct book *k, const struct field *f, char **ret, size_t max)
{
	size_t n = 0;
	struct value v = { .known = true };
	switch (f->type) {
	case FIELD_YES_NO:
		for (v.i = 1; v.i >= 0; v.i--)
			ret[n++] = value_z(k, f, &v);
		break;
	case FIELD_SCALE:
		for (v.i = f->min; v.i <= f->max && n < max; v.i++)
			ret[n++] = value_z(k, f, &v);
		break;
	case FIELD_CHOICE:
		for (size_t i = 0; i < f->choices && n < max; i++) {
			v.i = f->choice[i].number;
			ret[n++] = value_z(k, f, &v);
		}
		break;
	default:
		break;
	}
	return n;
}

#define VALUES_MAX 100

/*
 * Columns of choices get a list to choose from. Excel's lists are separated by commas, so a comma in a label becomes a
 * full-width one there (our import takes both for the same); a list that is longer than Excel allows is left to the
 * dictionary. The library counts characters but has room for as many bytes only: beyond them it writes over its memory. Lists that refer to cells would not have this limit, but the library loses memory with each of them.
 */
static void put_validation(struct book *k)
{
	struct exporter *x = k->x;
	for (size_t i = 0; i < x->columns; i++) {
		const struct field *f = x->view->field[x->column[i]];
		if (f->derived)
			continue;
		char *value[VALUES_MAX + 1] = { NULL };
		const size_t n = values_of(k, f, value, VALUES_MAX);
		size_t bytes = 0;
		for (size_t j = 0; j < n; j++) {
			CLEANUP(buf_release) struct buf b;
			buf_init(&b, LIMIT_CELL);
			for (const char *p = value[j]; *p; p++) {
				if (*p == ',')
					buf_lit(&b, "，");
				else
					buf_char(&b, *p);
			}
			value[j] = own_z(k, buf_view(&b));
			bytes += strlen(value[j]) + 1;
		}
		if (n == 0 || bytes > VALIDATION_BYTES)
			continue;
		lxw_data_validation rule = {
			.validate = LXW_VALIDATION_TYPE_LIST,
			.value_list = (void *)value, /* char ** in Debian 12, const char ** in Debian 13 */
			.error_title = own_z(k, msg(x->o->lang, MSG_EXPORT_VALID_TITLE)),
			.error_message = own_z(k, msg(x->o->lang, MSG_EXPORT_VALID_TEXT)),
		};
		const lxw_row_t last = k->at + SPARE_ROWS < LXW_ROW_MAX ? k->at + SPARE_ROWS : LXW_ROW_MAX - 1;
		worksheet_data_validation_range(k->rows, 1, (lxw_col_t)i, last, (lxw_col_t)i, &rule);
	}
}

static const char *kind_z(struct book *k, const struct field *f)
{
	static const msg_id kind[] = {
		[FIELD_TEXT] = MSG_KIND_TEXT, [FIELD_LONG_TEXT] = MSG_KIND_LONG_TEXT, [FIELD_INTEGER] = MSG_KIND_INTEGER,
		[FIELD_DECIMAL] = MSG_KIND_DECIMAL, [FIELD_MONEY] = MSG_KIND_MONEY, [FIELD_DATE] = MSG_KIND_DATE,
		[FIELD_CHOICE] = MSG_KIND_CHOICE, [FIELD_MULTI] = MSG_KIND_MULTI, [FIELD_SCALE] = MSG_KIND_SCALE,
		[FIELD_YES_NO] = MSG_KIND_YES_NO, [FIELD_REFERENCE] = MSG_KIND_REFERENCE, [FIELD_PERSON] = MSG_KIND_REFERENCE,
		[FIELD_UNIT] = MSG_KIND_REFERENCE, [FIELD_URL] = MSG_KIND_URL,
	};
	struct note n = NOTE0(kind[f->type]);
	if (field_is_reference(f)) {
		const struct reg *target = reg_find(str_of(f->target));
		n.arg[0] = target ? ARG_L(target->label) : ARG_S(str_of(f->target));
	}
	return str_z(k->x->arena, note_str(k->x->arena, k->x->o->lang, &n));
}

/* "3：日常的に起こる" for every choice, one a line. */
static const char *choices_z(struct book *k, const struct field *f)
{
	const enum lang lang = k->x->o->lang;
	struct arena *a = k->x->arena;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_CELL);
	for (size_t i = 0; i < f->choices; i++) {
		const struct choice *c = &f->choice[i];
		const struct value v = { .known = true, .i = f->type == FIELD_MULTI ? (int64_t)1 << c->number : c->number };
		if (b.n)
			buf_char(&b, '\n');
		buf_str(&b, value_str(a, f, &v, FORM_VIEW, lang));
		const struct str meaning = label_of(c->meaning, lang);
		if (meaning.n) {
			buf_lit(&b, " - ");
			buf_str(&b, meaning);
		}
	}
	if (f->type == FIELD_YES_NO) {
		buf_str(&b, msg(lang, MSG_YES));
		buf_lit(&b, "\n");
		buf_str(&b, msg(lang, MSG_NO));
	} else if (field_is_range(f) && f->choices == 0 && (f->min || f->max)) {
		buf_i64(&b, f->min);
		buf_lit(&b, " - ");
		buf_i64(&b, f->max);
	}
	return str_z(a, buf_view(&b));
}

static void put_dictionary(struct book *k)
{
	static const struct { msg_id heading; double width; } columns[] = {
		{ MSG_EXPORT_COLUMN, 24 }, { MSG_EXPORT_NAME, 24 }, { MSG_EXPORT_KIND, 20 }, { MSG_EXPORT_REQUIRED, 10 },
		{ MSG_EXPORT_HINT, 50 }, { MSG_EXPORT_VALUES, 40 },
	};
	struct exporter *x = k->x;
	const enum lang lang = x->o->lang;
	lxw_worksheet *sheet = workbook_add_worksheet(k->workbook, msg_z(k, MSG_EXPORT_SHEET_COLUMNS));
	if (!sheet)
		return;
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, columns[i].width, NULL);
		worksheet_write_string(sheet, 0, (lxw_col_t)i, msg_z(k, columns[i].heading), k->heading);
	}
	worksheet_freeze_panes(sheet, 1, 0);
	for (size_t i = 0; i < x->columns; i++) {
		const struct field *f = x->view->field[x->column[i]];
		const lxw_row_t row = (lxw_row_t)i + 1;
		struct str hint = label_of(f->hint, lang);
		if (f->derived) {
			const struct note n = NOTE(MSG_EXPORT_DERIVED, ARG_L(f->formula));
			hint = note_str(x->arena, lang, &n);
		}
		worksheet_write_string(sheet, row, 0, label_z(k, f->label), k->text);
		worksheet_write_string(sheet, row, 1, f->name, k->text);
		worksheet_write_string(sheet, row, 2, kind_z(k, f), k->text);
		if (f->flags & FIELD_REQUIRED)
			worksheet_write_string(sheet, row, 3, msg_z(k, MSG_EXPORT_IS_REQUIRED), k->text);
		if (hint.n)
			worksheet_write_string(sheet, row, 4, cell_z(k, hint), k->wrapped);
		const char *values = choices_z(k, f);
		if (*values)
			worksheet_write_string(sheet, row, 5, values, k->wrapped);
	}
}

static void make_formats(struct book *k)
{
	lxw_workbook *w = k->workbook;
	k->heading = workbook_add_format(w);
	format_set_bold(k->heading);
	format_set_bg_color(k->heading, 0xE8EDF3);
	format_set_border(k->heading, LXW_BORDER_THIN);
	format_set_align(k->heading, LXW_ALIGN_VERTICAL_TOP);
	k->date = workbook_add_format(w);
	format_set_num_format(k->date, "yyyy-mm-dd");
	k->grouped = workbook_add_format(w);
	format_set_num_format(k->grouped, "#,##0");
	k->yen = workbook_add_format(w);
	format_set_num_format(k->yen, k->x->o->lang == LANG_JA ? "#,##0\"円\"" : "#,##0\" yen\"");
	k->text = workbook_add_format(w);
	format_set_num_format(k->text, "@");
	k->wrapped = workbook_add_format(w);
	format_set_text_wrap(k->wrapped);
	format_set_align(k->wrapped, LXW_ALIGN_VERTICAL_TOP);
	for (size_t i = 0; i < COUNT_OF(k->decimal); i++) {
		static const char *const form[] = { "0", "0.0", "0.00", "0.000", "0.0000", "0.00000", "0.000000", "0.0000000",
			"0.00000000", "0.000000000" };
		k->decimal[i] = workbook_add_format(w);
		format_set_num_format(k->decimal[i], form[i]);
	}
}

/* A sheet's name: at most 31 characters, none of []:*?/\ and no apostrophe at its ends. */
static const char *sheet_z(struct book *k, struct label l)
{
	const struct str s = text_clip(label_of(l, k->x->o->lang), 31);
	char *z = arena_copy(k->x->arena, s.p, s.n);
	for (char *p = z; *p; p++)
		if (strchr("[]:*?/\\'", *p))
			*p = '_';
	return *z ? z : "Sheet1";
}

int export_copy(int from, int to)
{
	if (lseek(from, 0, SEEK_SET) < 0)
		return ERR_IO;
	char piece[32 << 10];
	for (;;) {
		const ssize_t n = read(from, piece, sizeof piece);
		if (n < 0)
			return ERR_IO;
		if (n == 0)
			return 0;
		const int r = exporter_write(to, piece, (size_t)n);
		if (r < 0)
			return r;
	}
}

/* An unlinked file on disk: the workbook is not to count as memory. */
int export_scratch(void)
{
	int fd = open(P_tmpdir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return fd >= 0 ? fd : memfd_create("export", MFD_CLOEXEC);
}

int export_xlsx(struct db_conn *c, struct exporter *x)
{
	const int fd = export_scratch();
	if (fd < 0)
		return ERR_IO;
	char path[40];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .use_zip64 = LXW_FALSE };
	struct book k = { .x = x, .workbook = workbook_new_opt(path, &options) };
	buf_init(&k.cell, LIMIT_CELL * 4);
	int r = k.workbook ? 0 : ERR_IO;
	if (r == 0) {
		make_formats(&k);
		k.rows = workbook_add_worksheet(k.workbook, sheet_z(&k, x->view->reg->label));
		r = k.rows ? 0 : ERR_IO;
	}
	if (r == 0) {
		put_headings(&k);
		r = reg_each(c, &x->query, put_row, &k);
	}
	if (r == 0) {
		if (x->columns)
			worksheet_autofilter(k.rows, 0, 0, k.at ? k.at : 1, (lxw_col_t)(x->columns - 1));
		put_dictionary(&k);
		put_validation(&k);
	}
	/* Closing frees the workbook, whether it could be written or not. */
	if (k.workbook && workbook_close(k.workbook) != LXW_NO_ERROR && r == 0)
		r = ERR_IO;
	buf_release(&k.cell);
	if (r == 0)
		r = export_copy(fd, x->o->out_fd);
	close(fd);
	return r;
}
