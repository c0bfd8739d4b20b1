#include "helper/xlsx_parts.h"

#define COLUMN_FAR 100000 /* letters beyond any column count alike */
#define ROW_NONE UINT32_MAX

/* ---- references ---- */

/* "BC12": column and row from 0. Values too large for anything become COLUMN_FAR and UINT32_MAX - 1. Returns what
 * follows the reference, or NULL when it is none. */
static const char *parse_ref(const char *p, uint32_t *ret_row, uint32_t *ret_column)
{
	const char *from = p;
	uint32_t column = 0;
	uint64_t row = 0;

	for (; (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z'); p++)
		if (column < COLUMN_FAR)
			column = column * 26 + (uint32_t)((*p | 0x20) - 'a' + 1);
	if (p == from || *p < '1' || *p > '9')
		return NULL;
	for (; *p >= '0' && *p <= '9'; p++)
		if (row < UINT32_MAX)
			row = row * 10 + (uint64_t)(*p - '0');
	*ret_row = row >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)row - 1;
	*ret_column = column > COLUMN_FAR ? COLUMN_FAR : column - 1;
	return p;
}

static void put_ref(char *to, size_t cap, uint32_t row, uint32_t column)
{
	char letters[8];
	size_t n = sizeof(letters) - 1;

	letters[n] = 0;
	for (uint32_t c = column + 1; c && n; c = (c - 1) / 26)
		letters[--n] = (char)('A' + (c - 1) % 26);
	snprintf(to, cap, "%s%llu", letters + n, (unsigned long long)row + 1);
}

/* ---- merged ranges: they stand behind the rows, and are needed before them ---- */

struct merge_run {
	struct xlsx *x;
	bool inside;
	size_t count;
};

static void merges_start(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	struct merge_run *m = user;
	uint32_t row0, col0, row1, col1;
	const char *p;

	if (depth == 2)
		m->inside = strcmp(name, "mergeCells") == 0;
	if (depth != 3 || !m->inside || strcmp(name, "mergeCell") != 0)
		return;
	p = xml_attr(run, "ref");
	p = p ? parse_ref(p, &row0, &col0) : NULL;
	p = p && *p == ':' ? parse_ref(p + 1, &row1, &col1) : NULL;
	if (!p || *p || row1 < row0 || col1 < col0) {
		xml_refuse(run, IMPORT_REFUSED_XML, "mergeCell");
		return;
	}
	if (++m->count > XLSX_MERGES_MAX) {
		xml_refuse(run, IMPORT_REFUSED_TOO_LARGE, "mergeCells");
		return;
	}
	if (row0 >= LIMIT_IMPORT_ROWS || col0 >= LIMIT_IMPORT_COLUMNS)
		return;
	if (row1 >= LIMIT_IMPORT_ROWS)
		row1 = LIMIT_IMPORT_ROWS - 1;
	if (col1 >= LIMIT_IMPORT_COLUMNS)
		col1 = LIMIT_IMPORT_COLUMNS - 1;
	import_out_merge(m->x->out, row0, (uint16_t)col0, row1, (uint16_t)col1);
}

static void merges_end(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	(void)run, (void)user, (void)name, (void)depth;
}

int xlsx_read_merges(struct xlsx *x, const struct xlsx_sheet *sheet)
{
	static const struct xml_handler handler = { merges_start, merges_end, NULL };
	struct merge_run m = { .x = x };
	int e;

	if (!package_may_hold(x->package, sheet->part, "mergeCell"))
		return 0;
	e = package_parse(x->package, sheet->part, &handler, &m);

	return e == ERR_NOT_FOUND ? import_out_refuse(x->out, IMPORT_REFUSED_NOT_A_FILE, "%s", sheet->part) : e;
}

/* ---- cells ---- */

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_INLINE, CELL_STRING, CELL_BOOL, CELL_ERROR, CELL_ISO_DATE };

struct cells_run {
	struct xlsx *x;
	bool in_data, in_row, in_cell, in_inline, in_reading, collect;
	uint32_t row;      /* of the current or last row; ROW_NONE before the first */
	bool row_written;  /* its number stood in the file */
	uint32_t column;   /* of the current cell */
	uint32_t next_column; /* the least the next cell may have */
	bool row_begun;    /* import_out_row() was called */
	enum cell_type type;
	bool is_date;
	struct buf value;
};

static void refuse_cell(struct xml_run *run, const struct cells_run *c, enum import_refusal why)
{
	char where[32];

	put_ref(where, sizeof(where), c->row, c->column);
	xml_refuse(run, why, where);
}

static void row_start(struct xml_run *run, struct cells_run *c)
{
	const char *r = xml_attr(run, "r");
	uint32_t last = c->row, number = 0;

	c->in_row = true;
	c->row_written = r != NULL;
	c->row_begun = false;
	c->next_column = 0;
	c->row = last == ROW_NONE ? 0 : last < ROW_NONE - 1 ? last + 1 : last;
	if (!r)
		return;
	if (!xlsx_number(r, strlen(r), UINT32_MAX - 1, &number) || number == 0 || number - 1 < c->row) {
		xml_refuse(run, IMPORT_REFUSED_XML, "row");
		return;
	}
	c->row = number - 1;
}

static enum cell_type cell_type(const char *t)
{
	static const struct {
		const char *name;
		enum cell_type type;
	} types[] = {
		{ "s", CELL_SHARED }, { "n", CELL_NUMBER }, { "str", CELL_STRING }, { "inlineStr", CELL_INLINE },
		{ "b", CELL_BOOL }, { "e", CELL_ERROR }, { "d", CELL_ISO_DATE },
	};

	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (strcmp(t, types[i].name) == 0)
			return types[i].type;
	return CELL_NUMBER;
}

static void cell_start(struct xml_run *run, struct cells_run *c)
{
	const char *r = xml_attr(run, "r"), *s = xml_attr(run, "s"), *t = xml_attr(run, "t");
	uint32_t row, style = 0;

	c->in_cell = true;
	c->in_inline = c->in_reading = c->collect = false;
	c->type = t ? cell_type(t) : CELL_NUMBER;
	c->is_date = s && xlsx_number(s, strlen(s), UINT32_MAX, &style) && style < c->x->style_count &&
	             c->x->style_is_date[style];
	buf_clear(&c->value);
	c->column = c->next_column;
	if (r) {
		r = parse_ref(r, &row, &c->column);
		/* A row without its number takes it from its first cell. */
		if (r && !c->row_written && c->next_column == 0 && row >= c->row) {
			c->row = row;
			c->row_written = true;
		}
		if (!r || *r || row != c->row || c->column < c->next_column) {
			if (!r)
				c->column = c->next_column;
			refuse_cell(run, c, IMPORT_REFUSED_XML);
			return;
		}
	}
	c->next_column = c->column < COLUMN_FAR ? c->column + 1 : COLUMN_FAR;
}

static void cells_start(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	struct cells_run *c = user;

	switch (depth) {
	case 2:
		c->in_data = strcmp(name, "sheetData") == 0;
		break;
	case 3:
		if (c->in_data && strcmp(name, "row") == 0)
			row_start(run, c);
		break;
	case 4:
		if (c->in_row && name[0] == 'c' && name[1] == 0)
			cell_start(run, c);
		break;
	default:
		if (!c->in_cell)
			break;
		if (depth == 5 && name[0] == 'v' && name[1] == 0)
			c->collect = c->type != CELL_INLINE;
		else if (depth == 5 && strcmp(name, "is") == 0)
			c->in_inline = c->type == CELL_INLINE;
		else if (c->in_inline && strcmp(name, "rPh") == 0)
			c->in_reading = true;
		else if (c->in_inline && !c->in_reading && strcmp(name, "t") == 0)
			c->collect = true;
		break;
	}
}

static bool number_valid(struct str s)
{
	size_t i = 0, digits = 0;

	if (s.n == 0 || s.n > 64)
		return false;
	if (s.p[0] == '-' || s.p[0] == '+')
		i++;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		digits++;
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			digits++;
	if (digits == 0)
		return false;
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
			i++;
		if (i == s.n)
			return false;
		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
	}
	return i == s.n;
}

static bool error_valid(struct str s)
{
	if (s.n == 0 || s.n > 32 || s.p[0] != '#')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return true;
}

/* What the cell holds, by its type: kind and bytes. False when the file contradicts itself. */
static bool cell_value(struct cells_run *c, enum import_cell *kind, struct str *value)
{
	struct str v = buf_view(&c->value);
	uint32_t i;

	if (c->type == CELL_INLINE || c->type == CELL_STRING) {
		*kind = IMPORT_CELL_TEXT;
		*value = (struct str){ v.p, v.n ? import_text_clean(c->value.p, v.n, true) : 0 };
		return true;
	}
	v = str_trim(v);
	*value = v;
	switch (c->type) {
	case CELL_SHARED:
		*kind = IMPORT_CELL_TEXT;
		if (v.n && (!xlsx_number(v.p, v.n, UINT32_MAX, &i) || i >= c->x->string_count))
			return false;
		*value = v.n ? (struct str){ c->x->text + c->x->start[i], c->x->start[i + 1] - c->x->start[i] } : v;
		return true;
	case CELL_BOOL:
		*kind = IMPORT_CELL_BOOL;
		if (str_eq_z(v, "true") || str_eq_z(v, "false"))
			*value = v.n == 4 ? STR("1") : STR("0");
		return v.n == 0 || str_eq_z(*value, "0") || str_eq_z(*value, "1");
	case CELL_ERROR:
		*kind = IMPORT_CELL_ERROR;
		return v.n == 0 || error_valid(v);
	case CELL_ISO_DATE: /* as text: "2026-04-01T00:00:00" without its midnight */
		*kind = IMPORT_CELL_TEXT;
		value->n = import_text_clean((char *)(uintptr_t)v.p, v.n, false);
		if (v.n > 10 && v.p[10] == 'T') {
			bool midnight = true;

			for (size_t k = 11; k < v.n; k++)
				midnight = midnight && strchr("0:.Z", v.p[k]);
			if (midnight)
				value->n = 10;
		}
		return true;
	default:
		*kind = c->is_date ? IMPORT_CELL_DATE : IMPORT_CELL_NUMBER;
		return v.n == 0 || number_valid(v);
	}
}

static void cell_end(struct xml_run *run, struct cells_run *c)
{
	enum import_cell kind = IMPORT_CELL_TEXT;
	struct str value = STR_NULL;

	c->in_cell = c->collect = false;
	if (!cell_value(c, &kind, &value)) {
		refuse_cell(run, c, IMPORT_REFUSED_XML);
		return;
	}
	if (value.n == 0)
		return;
	if (c->column >= LIMIT_IMPORT_COLUMNS || c->row >= LIMIT_IMPORT_ROWS || value.n > LIMIT_CELL) {
		refuse_cell(run, c, IMPORT_REFUSED_TOO_LARGE);
		return;
	}
	if (!c->row_begun)
		import_out_row(c->x->out, c->row);
	c->row_begun = true;
	import_out_cell(c->x->out, (uint16_t)c->column, kind, value);
}

static void row_end(struct xml_run *run, struct cells_run *c)
{
	int e;

	c->in_row = false;
	if (!c->row_begun)
		return;
	c->row_begun = false;
	e = import_out_row_end(c->x->out);
	if (e < 0) /* with ERR_IO nobody reads the refusal, but the run ends */
		refuse_cell(run, c, IMPORT_REFUSED_TOO_LARGE);
}

static void cells_end(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	struct cells_run *c = user;

	switch (depth) {
	case 2:
		c->in_data = false;
		break;
	case 3:
		if (c->in_row)
			row_end(run, c);
		break;
	case 4:
		if (c->in_cell)
			cell_end(run, c);
		break;
	default:
		if (c->in_cell) {
			c->collect = false;
			if (strcmp(name, "rPh") == 0)
				c->in_reading = false;
			else if (depth == 5)
				c->in_inline = false;
		}
		break;
	}
}

static void cells_text(struct xml_run *run, void *user, const char *p, size_t n)
{
	struct cells_run *c = user;

	if (!c->collect)
		return;
	buf_bytes(&c->value, p, n);
	if (buf_error(&c->value))
		refuse_cell(run, c, IMPORT_REFUSED_TOO_LARGE);
}

int xlsx_read_cells(struct xlsx *x, const struct xlsx_sheet *sheet)
{
	static const struct xml_handler handler = { cells_start, cells_end, cells_text };
	struct cells_run c = { .x = x, .row = ROW_NONE };
	int e;

	buf_init(&c.value, LIMIT_CELL);
	e = package_parse(x->package, sheet->part, &handler, &c);
	buf_release(&c.value);
	return e == ERR_NOT_FOUND ? import_out_refuse(x->out, IMPORT_REFUSED_NOT_A_FILE, "%s", sheet->part) : e;
}
