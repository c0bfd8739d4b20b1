/* One row of a file: its cells as values, its references, the row it matches, and what is to become of it. */
#include "base/num.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/import.h"
#include "base/text/register.h"
#include "register/import_row.h"

#define FOOTER_CELLS 2  /* the word, and the sum */
#define FOOTER_CHARS 40

struct str import_heading(const struct run *x, int field)
{
	for (size_t i = 0; i < x->plan.columns; i++)
		if (x->plan.column[i].field == field)
			return x->plan.column[i].heading;
	/* A value given for a computed column is written as its override: the file knows the column. */
	for (size_t i = 0; field >= 0 && i < x->plan.columns; i++) {
		const struct field *f = x->plan.column[i].field >= 0 ? x->view.field[x->plan.column[i].field] : NULL;
		const char *name = x->view.field[field]->name;
		if (f && f->settled_by && (strcmp(f->settled_by, name) == 0 || (f->reason_field && strcmp(f->reason_field, name) == 0)))
			return x->plan.column[i].heading;
	}
	return field >= 0 ? label_of(x->view.field[field]->label, x->lang) : STR("");
}

void import_row_error(struct run *x, struct arena *a, struct prepared *p, struct str heading, const struct note *why, bool notice)
{
	struct import_report *r = x->report;
	struct str message = note_str(a, x->lang, why);
	int64_t *total = notice ? &r->notices_total : &r->errors_total;
	size_t *kept = notice ? &x->kept_notices : &x->kept_errors;
	++*total;
	if (!notice) {
		p->verdict = ROW_REFUSED;
		p->why = str_printf(a, "%.*s%s%.*s%s%.*s", STR_FMT(p->why), p->why.n ? "\n" : "", STR_FMT(heading),
		                    heading.n ? (x->lang == LANG_JA ? "：" : ": ") : "", STR_FMT(message));
	}
	if (*kept == IMPORT_ERRORS)
		return;
	++*kept;
	if (r->errors == x->error_cap) {
		size_t cap = x->error_cap ? x->error_cap * 2 : 32;
		struct import_error *more = ARENA_ARRAY(x->ctx->arena, cap, struct import_error);
		if (r->errors)
			memcpy(more, r->error, r->errors * sizeof *more);
		r->error = more;
		x->error_cap = cap;
	}
	r->error[r->errors++] = (struct import_error){ .row = p->row, .column = str_dup(x->ctx->arena, heading),
		.message = str_dup(x->ctx->arena, message), .notice = notice };
}

void import_compare(struct run *x, struct arena *a, struct prepared *p, const struct import_compare *want, const struct value *is)
{
	const struct field *f = x->view.field[want->field];
	if (value_eq(f, &want->v, is))
		return;
	struct str there = is->known ? value_str(a, f, is, FORM_VIEW, x->lang) : msg(x->lang, MSG_UNKNOWN);
	struct note why = NOTE(MSG_IMPORT_DIFFERS, ARG_S(value_str(a, f, &want->v, FORM_VIEW, x->lang)), ARG_S(there));
	import_row_error(x, a, p, want->heading, &why, true);
}

static bool is_reference(const struct field *f)
{
	return f->type == FIELD_REFERENCE || f->type == FIELD_PERSON || f->type == FIELD_UNIT;
}

/* "4 リスク大": the whole number at the beginning, to compare with. */
static bool leading_number(const struct field *f, struct arena *a, struct str s, struct value *ret)
{
	if (f->type != FIELD_INTEGER && f->type != FIELD_SCALE)
		return false;
	struct str t = str_trim(text_fold(a, s));
	size_t n = t.n && t.p[0] == '-' ? 1 : 0;
	while (n < t.n && t.p[n] >= '0' && t.p[n] <= '9')
		n++;
	if (n < t.n && strchr(".,-~", t.p[n])) /* "1.5", "1-2" */
		return false;
	*ret = (struct value){ .known = true };
	return num_parse_i64(str_sub(t, 0, n), INT64_MIN / 2, INT64_MAX / 2, &ret->i) == 0;
}

struct reading {
	struct run *x;
	struct db_conn *c;
	struct arena *a;
	struct prepared *p;
	struct row existing;      /* id 0: none */
	struct value *derived;    /* by view index: what the file says of derived fields */
	bool *says;               /* by view index */
};

static void derived_cell(struct reading *r, int field, struct str heading, struct str text)
{
	const struct field *f = r->x->view.field[field];
	struct value v;
	struct note why;
	if (value_parse(f, r->a, text, r->x->lang, &v, &why) < 0 && (r->x->settles[field] || !leading_number(f, r->a, text, &v))) {
		/* A computed column is only compared: what cannot be read does not hold the row up, unless it would have been
		 * taken as a value of its own. */
		import_row_error(r->x, r->a, r->p, heading, &why, !r->x->settles[field]);
		return;
	}
	if (!v.known || is_reference(f))
		return;
	r->derived[field] = v;
	r->says[field] = true;
}

static struct str code_of(const struct str text)
{
	return str_trim(text);
}

static struct value day_of(struct arena *a, struct date d)
{
	return d.year ? (struct value){ .known = true, .s = date_iso(a, d) } : (struct value){ 0 };
}

/* Beginnings that stand in the cells of their ends. */
struct beginnings {
	struct { int field; struct value v; } at[LIMIT_FIELDS];
	size_t n;
};

/* A cell of a date that also holds the day on which it begins. */
static bool period_cell(struct reading *r, int field, struct str text, struct beginnings *ret)
{
	const struct field *f = r->x->view.field[field];
	struct date from, until;
	if (!f->begins || date_parse_period(text, &from, &until) < 0)
		return false;
	change_set(&r->p->change, field, day_of(r->a, until));
	ret->at[ret->n].field = reg_field(r->x->view.reg, f->begins);
	ret->at[ret->n++].v = day_of(r->a, from);
	return true;
}

/* Cells into values. References keep their names for now. */
static struct str read_cells(struct reading *r)
{
	struct run *x = r->x;
	struct str code = STR_NULL;
	struct beginnings begin = { .n = 0 };
	size_t at = 0;
	for (size_t i = 0; i < x->plan.columns; i++) {
		const struct import_column *column = &x->plan.column[i];
		int field = column->field;
		if (field < 0 && field != IMPORT_CODE)
			continue;
		while (at < r->p->line.cells && r->p->line.cell[at].column < column->column)
			at++;
		bool there = at < r->p->line.cells && r->p->line.cell[at].column == column->column;
		const struct file_cell *cell = there ? &r->p->line.cell[at] : NULL;
		const struct field *f = field >= 0 ? x->view.field[field] : NULL;
		struct str text = STR_NULL;
		struct note why;
		if (cell && import_cell_text(r->a, cell, f, &x->book, &text, &why) < 0) {
			import_row_error(x, r->a, r->p, column->heading, &why, f && f->derived && !x->settles[field]);
			continue;
		}
		if (!f) {
			code = code_of(text);
		} else if (f->derived) {
			if (str_trim(text).n)
				derived_cell(r, field, column->heading, text);
		} else {
			struct value v;
			if (value_parse(f, r->a, text, x->lang, &v, &why) == 0)
				change_set(&r->p->change, field, v);
			else if (!period_cell(r, field, text, &begin))
				import_row_error(x, r->a, r->p, column->heading, &why, false);
		}
	}
	for (size_t i = 0; i < begin.n; i++) {
		const int field = begin.at[i].field;
		if (begin.at[i].v.known && !(r->p->change.given[field] && r->p->change.v[field].known))
			change_set(&r->p->change, field, begin.at[i].v);
	}
	return code;
}

/* A missing target that may be made: can it be, from this name and by this person? */
static bool may_grow(struct reading *r, const struct reg *target, struct str name, struct note *why)
{
	struct run *x = r->x;
	int title = reg_field(target, target->title);
	struct value v;
	if (!(auth_ops(x->ctx->by, reg_number(target)) & OP_CREATE)) {
		*why = NOTE(MSG_IMPORT_GROW_DENIED, ARG_L(target->label), ARG_S(str_dup(r->a, text_clip(name, 60))));
		return false;
	}
	return value_parse(&target->field[title], r->a, name, x->lang, &v, why) == 0;
}

/* Resolves one reference that the row gives. */
static int resolve(struct reading *r, int field)
{
	struct run *x = r->x;
	const struct field *f = x->view.field[field];
	struct value *v = &r->p->change.v[field];
	const struct value *now = r->existing.id ? &r->existing.v[field] : NULL;
	if (!r->p->change.given[field] || !v->known || v->i)
		return 0;
	const struct reg *target = reg_find(str_of(f->target));
	bool grow = f->flags & FIELD_GROW && !x->o->strict;
	struct import_grown *grown = NULL;
	struct note why;
	int64_t id;
	/* What stands already keeps standing, even when its row was archived since or shares its name with another. */
	if (now && now->known && now->s.n && str_eq(now->s, v->s)) {
		v->i = now->i;
		return 0;
	}
	int e = import_refs_find(x->refs, r->c, r->a, x->ctx->by, f, v->s, false, &id, &grown);
	if (e == ERR_NOT_FOUND && grow) {
		if (!may_grow(r, target, v->s, &why)) {
			import_row_error(x, r->a, r->p, import_heading(x, field), &why, false);
			return 0;
		}
		e = import_refs_find(x->refs, r->c, r->a, x->ctx->by, f, v->s, true, &id, &grown);
	}
	struct str name = str_dup(r->a, text_clip(v->s, 60));
	if (e == ERR_NOT_FOUND || e == ERR_INVALID) {
		why = e == ERR_INVALID ? NOTE(MSG_REFERENCE_SEVERAL, ARG_L(target->label), ARG_S(name), ARG_S(str_of(target->code)))
		    : f->flags & FIELD_GROW ? NOTE(MSG_IMPORT_STRICT, ARG_L(target->label), ARG_S(name))
		                            : NOTE(MSG_REFERENCE_NONE, ARG_L(target->label), ARG_S(name));
		import_row_error(x, r->a, r->p, import_heading(x, field), &why, false);
		return 0;
	}
	if (e < 0)
		return e;
	v->i = grown ? grown->temporary : id;
	v->s = STR_NULL;
	if (grown) {
		if (!r->p->growing)
			r->p->growing = ARENA_ARRAY(r->a, x->view.fields, struct import_growing);
		r->p->growing[r->p->growings++] = (struct import_growing){ field, grown };
	}
	return 0;
}

static int resolve_all(struct reading *r, bool keys)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < r->x->view.fields; i++)
		if (is_reference(r->x->view.field[i]) && keys == ((r->x->view.field[i]->flags & FIELD_KEY) != 0))
			e = resolve(r, (int)i);
	return e;
}

/* ---- the match ---- */

static int id_by(struct reading *r, bool by_code, struct str what, int64_t *ret)
{
	struct sql q;
	sql_init(&q, r->a);
	sql_lit(&q, "SELECT t.id FROM ");
	sql_name(&q, r->x->o->reg->table);
	if (by_code) {
		sql_lit(&q, " t JOIN record r ON r.id = t.id WHERE r.code = ");
		sql_str(&q, what);
	} else {
		sql_lit(&q, " t WHERE t.match_key = ");
		sql_str(&q, what);
	}
	sql_lit(&q, " AND t.archived = 0");
	batch_visible(&q, "t");
	int e = db_get_i64(r->c, &q, ret);
	if (e == ERR_NOT_FOUND)
		*ret = 0;
	return e == ERR_NOT_FOUND ? 0 : e;
}

static int load_existing(struct reading *r, int64_t id)
{
	struct run *x = r->x;
	struct note why = NOTE0(MSG_ROW_EXISTS_HIDDEN);
	int e = reg_get(r->c, r->a, x->ctx->by, &x->view, id, &r->existing);
	if (e == ERR_NOT_FOUND) {
		r->existing.id = 0;
		import_row_error(x, r->a, r->p, STR(""), &why, false);
		return 0;
	}
	if (e < 0)
		return e;
	r->p->change.id = id;
	r->p->revision = r->existing.revision;
	if (!(x->ops & OP_UPDATE) || !auth_allows(r->c, x->ctx->by, x->number, OP_UPDATE, r->existing.unit_id, id)) {
		why = NOTE(MSG_IMPORT_ROW_DENIED, ARG_S(r->existing.code));
		import_row_error(x, r->a, r->p, STR(""), &why, false);
	}
	return 0;
}

static void seen(struct reading *r, struct str key)
{
	int64_t before = import_keys_add(r->x->keys, key, r->p->row);
	if (before && before != r->p->row && r->p->verdict != ROW_REFUSED) {
		struct note why = NOTE(MSG_IMPORT_TWICE, ARG_I(before));
		import_row_error(r->x, r->a, r->p, STR(""), &why, false);
	}
}

static int match(struct reading *r, struct str code, bool first)
{
	struct run *x = r->x;
	int64_t id = 0;
	int e = code.n ? id_by(r, true, code, &id) : 0;
	/* The key as it will be: of a row known by its code the parts that the file does not give stay. */
	struct row row = { .v = r->p->change.v, .values = x->view.fields };
	if (e == 0 && id && (e = load_existing(r, id)) == 0 && r->existing.id) {
		row.v = ARENA_ARRAY(r->a, x->view.fields, struct value);
		for (size_t i = 0; i < x->view.fields; i++)
			row.v[i] = r->p->change.given[i] ? r->p->change.v[i] : r->existing.v[i];
	}
	struct str key = e == 0 ? reg_match_key(r->a, x->o->reg, &row) : STR_NULL;
	if (e == 0 && !id && key.n && (e = id_by(r, false, key, &id)) == 0 && id)
		e = load_existing(r, id);
	if (e == 0 && first && key.n)
		seen(r, str_printf(r->a, "k%.*s", STR_FMT(key)));
	if (e == 0 && first && id)
		seen(r, str_printf(r->a, "i%lld", (long long)id));
	return e;
}

/* ---- what comes of it ---- */

/* The row as it will stand, as far as this side can tell: given values over what is there, defaults, local derivations. */
static struct value *foreseen(struct reading *r)
{
	struct run *x = r->x;
	const struct reg *reg = x->o->reg;
	struct row row = { .id = r->existing.id, .v = ARENA_ARRAY(r->a, x->view.fields, struct value), .values = x->view.fields };
	for (size_t i = 0; i < x->view.fields; i++)
		row.v[i] = r->p->change.given[i] ? r->p->change.v[i] : r->existing.id ? r->existing.v[i] : (struct value){ 0 };
	struct reg_ctx ctx = { .conn = r->c, .arena = r->a, .by = x->ctx->by, .key = x->ctx->key };
	if (!r->existing.id && reg->hooks && reg->hooks->fill)
		reg->hooks->fill(&ctx, &row);
	for (size_t i = 0; i < reg->fields; i++)
		if (reg->field[i].flags & FIELD_REQUIRED && !reg->field[i].derived && !row.v[i].known &&
		    (!r->existing.id || r->p->change.given[i]) && r->p->verdict != ROW_REFUSED) {
			struct note why = NOTE0(MSG_FIELD_REQUIRED);
			import_row_error(x, r->a, r->p, import_heading(x, (int)i), &why, false);
		}
	for (size_t i = 0; i < reg->derives; i++)
		if (reg->derive[i]->local) {
			reg->derive[i]->local(reg, &row);
			/* A text it made may stand in memory of its own. */
			for (const char *const *f = reg->derive[i]->fields; *f; f++)
				row.v[reg_field(reg, *f)].s = str_dup(r->a, row.v[reg_field(reg, *f)].s);
		}
	return row.v;
}

static bool secret(const struct field *f)
{
	return f->flags & FIELD_SECRET;
}

/* A value for a field that is yet to be made. */
static bool keeps_something(const struct reading *r)
{
	for (size_t i = 0; i < r->x->plan.columns; i++)
		for (size_t k = 0; r->x->plan.column[i].field == IMPORT_KEEP && k < r->p->line.cells; k++)
			if (r->p->line.cell[k].column == r->x->plan.column[i].column && str_trim(r->p->line.cell[k].text).n)
				return true;
	return false;
}

static void decide(struct reading *r, const struct value *after)
{
	struct run *x = r->x;
	struct prepared *p = r->p;
	bool changed = false;
	for (size_t i = 0; r->existing.id && i < x->view.fields; i++) {
		const struct field *f = x->view.field[i];
		if (!p->change.given[i])
			continue;
		if (!secret(f) && value_eq(f, &p->change.v[i], &r->existing.v[i]))
			p->change.given[i] = false;
		else
			changed = true;
	}
	for (size_t i = 0; i < x->o->reg->fields; i++) {
		const struct field *f = x->view.field[i];
		if (!r->says[i] || !x->settles[i] || (r->existing.id && value_eq(f, &r->derived[i], &r->existing.v[i])))
			continue;
		/* The writer drops it again when the computed value turns out to be the same. */
		change_set(&p->change, (int)i, r->derived[i]);
		changed = true;
	}
	changed = changed || keeps_something(r);
	p->verdict = !r->existing.id ? ROW_CREATE : changed ? ROW_UPDATE : ROW_UNCHANGED;
	for (size_t i = 0; i < x->o->reg->fields; i++) {
		const struct field *f = x->view.field[i];
		if (!r->says[i] || x->settles[i])
			continue;
		struct import_compare want = { (int)i, r->derived[i], import_heading(x, (int)i) };
		if (f->derived->local) {
			import_compare(x, r->a, p, &want, &after[i]);
		} else if (p->verdict == ROW_UNCHANGED && r->existing.v) {
			import_compare(x, r->a, p, &want, &r->existing.v[i]);
		} else {
			if (!p->compare)
				p->compare = ARENA_ARRAY(r->a, x->view.fields, struct import_compare);
			p->compare[p->compares++] = want;
		}
	}
}

static bool blank(const struct import_line *line)
{
	for (size_t i = 0; i < line->cells; i++)
		if (str_trim(line->cell[i].text).n)
			return false;
	return true;
}

/* "合計 120", "小計", "計：3": what stands below a table, and no row of it. */
static bool is_footer(struct arena *a, const struct import_line *line)
{
	static const char *const word[] = { "合計", "総合計", "総計", "小計", "計", "total", "subtotal" };
	const struct file_cell *first = NULL;
	size_t filled = 0;
	for (size_t i = 0; i < line->cells; i++)
		if (str_trim(line->cell[i].text).n) {
			first = first ? first : &line->cell[i];
			filled++;
		}
	if (!first || first->kind != CELL_TEXT || filled > FOOTER_CELLS)
		return false;
	struct str s = str_trim(text_fold(a, text_clip(first->text, FOOTER_CHARS)));
	for (size_t i = 0; i < COUNT_OF(word); i++) {
		struct str rest = str_sub(s, strlen(word[i]), s.n);
		if (str_starts(s, str_of(word[i])) && (rest.n == 0 || strchr(" :(0123456789", rest.p[0])))
			return true;
	}
	return false;
}

int import_row_prepare(struct run *x, struct db_conn *c, struct arena *a, const struct import_line *line, bool first,
                       struct prepared *ret)
{
	*ret = (struct prepared){ .row = line->row + 1, .line = *line, .verdict = ROW_SKIPPED };
	if (blank(line))
		return 0;
	if (is_footer(a, line)) {
		struct note why = NOTE0(MSG_IMPORT_FOOTER);
		import_row_error(x, a, ret, STR(""), &why, true);
		return 0;
	}
	ret->verdict = ROW_UNCHANGED;
	ret->change = change_new(a, CHANGE_SAVE, &x->view, 0);
	ret->change.from_file = true;
	ret->change.reason = x->reason;
	struct reading r = { .x = x, .c = c, .a = a, .p = ret, .derived = ARENA_ARRAY(a, x->view.fields, struct value),
		.says = ARENA_ARRAY(a, x->view.fields, bool) };
	/* Pass two reads what pass one read: what was said then is not said again. */
	struct import_report *report = x->report;
	const struct import_report said = *report;
	const size_t kept = x->kept_notices;
	struct str code = read_cells(&r);
	int e = resolve_all(&r, true);
	if (e == 0)
		e = match(&r, code, first);
	if (e == 0)
		e = resolve_all(&r, false);
	if (e < 0)
		return e;
	const struct value *after = foreseen(&r);
	if (ret->verdict != ROW_REFUSED)
		decide(&r, after);
	if (!first && ret->verdict != ROW_REFUSED) {
		report->errors = said.errors;
		report->notices_total = said.notices_total;
		x->kept_notices = kept;
	}
	int title = reg_field(x->o->reg, x->o->reg->title);
	if (ret->verdict == ROW_CREATE && x->mapped[title] && ret->change.v[title].known)
		ret->self = import_refs_promised(x->refs, a, x->o->reg, ret->change.v[title].s);
	return 0;
}
