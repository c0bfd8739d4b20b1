/* CSV as RFC 4180 has it: commas, CR LF, quotes where needed; UTF-8 with a mark for Excel, without one, or CP932. */
#include "base/text.h"
#include "register/export_internal.h"

struct csv {
	struct exporter *x;
	struct buf line, cell, missing;
	bool first;
};

static void put_cell(struct csv *f, struct str s, bool guard)
{
	struct buf *b = &f->line;
	if (!f->first)
		buf_char(b, ',');
	f->first = false;
	guard = guard && export_guarded(s);
	bool quote = guard || (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' '));
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r';
	if (!quote) {
		buf_str(b, s);
		return;
	}
	buf_char(b, '"');
	if (guard)
		buf_char(b, '\'');
	for (size_t i = 0, from = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '"')
			continue;
		buf_bytes(b, s.p + from, i - from);
		if (i < s.n)
			buf_lit(b, "\"\"");
		from = i + 1;
	}
	buf_char(b, '"');
}

static int end_line(struct csv *f)
{
	buf_lit(&f->line, "\r\n");
	if (buf_error(&f->line))
		return ERR_LIMIT;
	if (f->x->o->encoding == ENCODING_CP932)
		text_to_cp932(&f->x->out, buf_view(&f->line), &f->missing);
	else
		buf_str(&f->x->out, buf_view(&f->line));
	buf_clear(&f->line);
	f->first = true;
	return exporter_flush(f->x, false);
}

/* Numbers and dates are written plain: a minus sign begins no formula there. */
static bool is_guarded_type(const struct field *f)
{
	return !field_is_range(f);
}

static int put_row(void *ctx, const struct row *row)
{
	struct csv *f = ctx;
	const struct exporter *x = f->x;
	for (size_t i = 0; i < x->columns; i++) {
		const struct field *field = x->view->field[x->column[i]];
		const struct value *v = &row->v[x->column[i]];
		if (v->known && field_is_text(field)) {
			put_cell(f, v->s, is_guarded_type(field));
			continue;
		}
		buf_clear(&f->cell);
		if (v->known)
			value_put(&f->cell, field, v, FORM_FILE, x->o->lang);
		put_cell(f, buf_view(&f->cell), is_guarded_type(field));
	}
	x->result->rows++;
	return end_line(f);
}

int export_csv(struct db_conn *c, struct exporter *x)
{
	struct csv f = { .x = x, .first = true };
	buf_init(&f.line, LIMIT_PAGE);
	buf_init(&f.cell, LIMIT_PAGE);
	buf_init(&f.missing, 256u << 10);
	if (x->o->encoding == ENCODING_UTF8_BOM)
		buf_lit(&x->out, "\xef\xbb\xbf");
	for (size_t i = 0; i < x->columns; i++)
		put_cell(&f, label_of(x->view->field[x->column[i]]->label, x->o->lang), true);
	int r = end_line(&f);
	if (r == 0)
		r = reg_each(c, &x->query, put_row, &f);
	if (r == 0)
		r = exporter_flush(x, true);
	if (r == 0)
		x->result->missing = str_dup(x->arena, buf_view(&f.missing));
	buf_release(&f.line);
	buf_release(&f.cell);
	buf_release(&f.missing);
	return r;
}
