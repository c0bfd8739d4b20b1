/*
 * The import itself. Pass one reads the whole file and writes nothing: every error that can be known beforehand is known
 * then, so that "all or none" refuses before anything was touched. Pass two reads it again and writes in small background
 * jobs, into a batch that nobody sees; one last transaction makes it visible. What only the write path can tell (a
 * register's own rules) comes up in pass two: a dry run, a file that is refused already, and the changes of existing rows
 * therefore go through the write path in jobs that are undone.
 */
#include "base/text.h"
#include "base/text/import.h"
#include "register/import_row.h"
#include "register/own_field.h"

#include <unistd.h>

enum { JOB_UNDONE = -1000, JOB_AGAIN = -1001 }; /* a job's own way to be rolled back; no enum err */

static int finish_refused(struct run *x, struct prepared *p, struct arena *a)
{
	if (p->told)
		return 0;
	p->told = true;
	x->report->refused++;
	if (x->refused_failed || x->o->refused_path.n == 0)
		return 0;
	if (!x->refused && import_refused_open(x->ctx->arena, x->o->refused_path, &x->plan, x->lang, &x->refused) < 0) {
		x->refused_failed = true;
		return 0;
	}
	import_refused_row(x->refused, a, &p->line, &x->book, p->why);
	return 0;
}

static void progress(struct run *x)
{
	if (x->o->progress)
		x->o->progress(x->o->progress_ctx, x->done, x->total);
}

static void keep_verdict(struct run *x, size_t index, int verdict)
{
	if (index >= x->verdict_cap) {
		size_t cap = x->verdict_cap ? x->verdict_cap * 4 : 16384;
		uint8_t *more = ARENA_ARRAY(x->own, cap, uint8_t);
		if (x->verdict_cap)
			memcpy(more, x->verdict, x->verdict_cap);
		x->verdict = more;
		x->verdict_cap = cap;
	}
	x->verdict[index] = (uint8_t)verdict;
}

/* ---- reading rows, a chunk at a time ---- */

struct chunk {
	struct run *x;
	struct arena *arena;      /* of the chunk, the writer's jobs included */
	struct db_conn *conn;
	struct prepared *row; size_t rows;
	int64_t batch;
	/* of the job under way: */
	bool keep, creates, updates;
};

static bool is_data(const struct run *x, const struct import_line *line)
{
	return line->row >= (int64_t)(x->plan.header_row + x->plan.header_rows);
}

/* Calls each() for every data line, with an arena that is cleared after every LIMIT_IMPORT_CHUNK lines (flush() goes
 * first). */
struct walk {
	int (*each)(struct chunk *k, const struct import_line *line, size_t index);
	int (*flush)(struct chunk *k);
};

static int walk(struct run *x, const struct walk *w, struct note *why)
{
	struct import_reader *reader = NULL;
	struct chunk k = { .x = x, .arena = arena_new(LIMIT_ARENA) };
	struct arena *head = arena_new(16u << 20);
	int e = import_reader_open(head, x->fd, (ptrdiff_t)x->plan.sheet, &reader, why);
	size_t index = 0, lines = 0;
	x->done = 0;
	if (e == 0)
		x->book = *import_reader_book(reader);
	k.row = ARENA_ARRAY(k.arena, LIMIT_IMPORT_CHUNK, struct prepared);
	while (e == 0) {
		struct import_line line;
		e = import_reader_next(reader, k.arena, &line, why);
		if (e < 0)
			break;
		bool more = e == 1;
		e = 0;
		if (more && is_data(x, &line)) {
			if (!k.conn)
				k.conn = db_read_begin(x->db);
			e = w->each(&k, &line, index++);
			lines++;
			x->done++;
		}
		if (e == 0 && (!more || lines == LIMIT_IMPORT_CHUNK)) {
			/* A lease is a snapshot, and one that is kept for long keeps the log growing. */
			if (k.conn)
				db_read_end(x->db, &k.conn);
			k.conn = NULL;
			e = w->flush(&k);
			progress(x);
			arena_clear(k.arena);
			k.row = ARENA_ARRAY(k.arena, LIMIT_IMPORT_CHUNK, struct prepared);
			k.rows = lines = 0;
		}
		if (!more)
			break;
	}
	if (k.conn)
		db_read_end(x->db, &k.conn);
	import_reader_close(&reader);
	arena_free(k.arena);
	x->book = (struct import_book){ .csv = x->book.csv, .system_1904 = x->book.system_1904 };
	arena_free(head);
	return e;
}

/* ---- pass nought: titles that rows of the file give each other as references ---- */

static int promise_line(struct chunk *k, const struct import_line *line, size_t index)
{
	(void)index;
	struct run *x = k->x;
	const struct reg *reg = x->o->reg;
	int title = reg_field(reg, reg->title), self = -1;
	for (size_t i = 0; i < x->view.fields && self < 0; i++)
		if (x->mapped[i] && x->view.field[i]->target && strcmp(x->view.field[i]->target, reg->name) == 0)
			self = (int)i;
	for (size_t i = 0; i < x->plan.columns; i++) {
		if (x->plan.column[i].field != title)
			continue;
		for (size_t c = 0; c < line->cells; c++) {
			struct str text;
			struct value v;
			struct note why;
			if (line->cell[c].column != x->plan.column[i].column ||
			    import_cell_text(k->arena, &line->cell[c], x->view.field[title], &x->book, &text, &why) < 0 ||
			    value_parse(x->view.field[title], k->arena, text, x->lang, &v, &why) < 0 || !v.known)
				continue;
			int64_t id;
			struct import_grown *grown;
			int e = import_refs_find(x->refs, k->conn, k->arena, x->ctx->by, x->view.field[self], v.s, true, &id, &grown);
			if (e < 0 && e != ERR_INVALID)
				return e;
			if (grown)
				grown->in_file = true;
		}
	}
	return 0;
}

static int nothing(struct chunk *k)
{
	(void)k;
	return 0;
}

static bool refers_to_itself(const struct run *x)
{
	int title = reg_field(x->o->reg, x->o->reg->title);
	for (size_t i = 0; i < x->view.fields; i++)
		if (x->mapped[i] && x->view.field[i]->target && strcmp(x->view.field[i]->target, x->o->reg->name) == 0)
			return x->mapped[title];
	return false;
}

/* ---- pass one ---- */

static int check_line(struct chunk *k, const struct import_line *line, size_t index)
{
	struct run *x = k->x;
	struct prepared p;
	int e = import_row_prepare(x, k->conn, k->arena, line, true, &p);
	if (e < 0)
		return e;
	keep_verdict(x, index, p.verdict);
	if (p.verdict == ROW_SKIPPED)
		return 0;
	x->report->rows++;
	if (p.verdict == ROW_REFUSED)
		return finish_refused(x, &p, k->arena);
	if (p.verdict == ROW_UNCHANGED)
		x->report->unchanged++;
	return 0;
}

/* ---- pass two ---- */

/* Errors of the write path as errors of the row; anything else is the job's. */
static int row_result(struct chunk *k, struct prepared *p, const struct written *w, int e)
{
	struct run *x = k->x;
	struct note why = NOTE(MSG_IMPORT_ROW_DENIED, ARG_S(STR("")));
	switch (e) {
	case 0:
		return 0;
	case ERR_INVALID:
	case ERR_EXISTS:
	case ERR_DENIED:
	case ERR_NOT_FOUND:
		for (size_t i = 0; i < w->errors.n; i++) {
			int f = w->errors.error[i].field;
			struct str heading = f < 0 ? STR("") : import_heading(x, f);
			bool said = false; /* of an override and its reason, which are one column of the file */
			for (size_t n = 0; n < i && !said; n++)
				said = f >= 0 && w->errors.error[n].field >= 0 && w->errors.error[n].why.id == w->errors.error[i].why.id &&
				       str_eq(heading, import_heading(x, w->errors.error[n].field));
			if (!said)
				import_row_error(x, k->arena, p, heading, &w->errors.error[i].why, false);
		}
		if (w->errors.n == 0 && e == ERR_NOT_FOUND)
			why = NOTE0(MSG_IMPORT_ROW_GONE);
		else if (w->errors.n == 0 && e != ERR_DENIED)
			why = NOTE0(MSG_IMPORT_ROW_RULE);
		if (w->errors.n == 0)
			import_row_error(x, k->arena, p, STR(""), &why, false);
		/* Refused without a word: something behind the write said no, and the job must not stand. */
		return w->errors.n == 0 && e != ERR_DENIED && e != ERR_NOT_FOUND ? JOB_AGAIN : 0;
	default:
		return e;
	}
}

static int grow(struct chunk *k, struct reg_ctx *ctx, struct prepared *p)
{
	struct run *x = k->x;
	for (size_t i = 0; i < p->growings; i++) {
		struct import_growing *need = &p->growing[i];
		struct import_grown *g = need->grown;
		if (g->id == 0 && g != p->self) {
			struct reg_view view;
			int e = reg_view_load(ctx->conn, ctx->arena, g->target, &view);
			if (e < 0)
				return e;
			struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
			c.batch = k->batch;
			c.from_file = true;
			c.reason = x->reason;
			change_set(&c, reg_field(g->target, g->target->title), (struct value){ .known = true, .s = g->name });
			struct written w = { 0 };
			e = reg_write(ctx, &c, &w);
			if (e == ERR_INVALID || e == ERR_EXISTS || e == ERR_DENIED) {
				struct note why = w.errors.n ? w.errors.error[0].why
				                             : NOTE(MSG_IMPORT_GROW_DENIED, ARG_L(g->target->label), ARG_S(g->name));
				import_row_error(x, k->arena, p, import_heading(x, need->field), &why, false);
				return w.errors.n || e == ERR_DENIED ? 0 : JOB_AGAIN;
			}
			if (e < 0)
				return e;
			g->id = w.id;
		}
		p->change.v[need->field].i = g->id;
		g->made = true;
	}
	return 0;
}

/* Columns that only the database computes, now that the row is there. */
static int compare_written(struct chunk *k, struct reg_ctx *ctx, struct prepared *p, int64_t id)
{
	struct run *x = k->x;
	if (p->compares == 0)
		return 0;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT ");
	for (size_t i = 0; i < p->compares; i++) {
		if (i)
			sql_lit(&q, ", ");
		sql_name(&q, x->view.field[p->compare[i].field]->name);
	}
	sql_lit(&q, " FROM ");
	sql_name(&q, x->o->reg->table);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(ctx->conn, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	if (e <= 0)
		return e;
	for (size_t i = 0; i < p->compares; i++) {
		const struct field *f = x->view.field[p->compare[i].field];
		bool text = f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_DATE || f->type == FIELD_URL;
		struct value is = { .known = !stmt_is_null(s, (int)i) };
		if (is.known && text)
			is.s = stmt_str_dup(s, ctx->arena, (int)i);
		else if (is.known)
			is.i = stmt_i64(s, (int)i);
		import_compare(x, k->arena, p, &p->compare[i], &is);
	}
	return 0;
}

static int write_one(struct chunk *k, struct reg_ctx *ctx, struct prepared *p)
{
	int e = grow(k, ctx, p);
	if (e < 0 || p->verdict == ROW_REFUSED)
		return e;
	p->change.batch = k->batch;
	if (p->verdict == ROW_UPDATE && k->keep)
		return batch_defer(ctx, k->batch, &p->change, p->revision);
	/* Another row of the file referred to this one before it came: it is there under its name already. */
	int64_t id = p->change.id;
	if (p->self && p->self->id)
		p->change.id = p->self->id;
	struct written w = { 0 };
	e = row_result(k, p, &w, reg_write(ctx, &p->change, &w));
	p->change.id = id;
	if (e < 0 || p->verdict == ROW_REFUSED)
		return e;
	if (p->self)
		p->self->id = w.id;
	return compare_written(k, ctx, p, w.id);
}

static int write_job(struct db_conn *c, void *arg)
{
	struct chunk *k = arg;
	struct reg_ctx ctx = *k->x->ctx;
	ctx.conn = c;
	ctx.arena = k->arena;
	for (size_t i = 0; i < k->rows; i++) {
		struct prepared *p = &k->row[i];
		if (!((p->verdict == ROW_CREATE && k->creates) || (p->verdict == ROW_UPDATE && k->updates)))
			continue;
		int e = write_one(k, &ctx, p);
		if (e < 0)
			return e;
	}
	return k->keep ? 0 : JOB_UNDONE;
}

/* Runs the chunk's rows as one job. What an undone job made is forgotten, warnings of a repeated one are not said twice. */
static int run_job(struct chunk *k, bool keep, bool creates, bool updates)
{
	struct run *x = k->x;
	k->keep = keep;
	k->creates = creates;
	k->updates = updates;
	size_t grown = import_refs_grown(x->refs);
	int64_t *before = ARENA_ARRAY(k->arena, grown ? grown : 1, int64_t);
	for (size_t i = 0; i < grown; i++)
		before[i] = import_refs_grown_at(x->refs, i)->id;
	int e;
	do {
		e = db_write_background(x->db, write_job, k);
		if (e != 0)
			for (size_t i = 0; i < grown; i++)
				import_refs_grown_at(x->refs, i)->id = before[i];
	} while (e == JOB_AGAIN);
	return e == JOB_UNDONE ? 0 : e;
}

static int begin_batch(struct db_conn *c, void *arg)
{
	struct run *x = arg;
	struct reg_ctx ctx = *x->ctx;
	ctx.conn = c;
	return batch_begin(&ctx, x->o->file_name, &x->batch);
}

static int write_chunk(struct chunk *k)
{
	struct run *x = k->x;
	struct import_report *report = x->report;
	size_t creates = 0, updates = 0;
	for (size_t i = 0; i < k->rows; i++) {
		creates += k->row[i].verdict == ROW_CREATE;
		updates += k->row[i].verdict == ROW_UPDATE;
	}
	if (creates + updates == 0)
		return 0;
	bool keep = !x->dry && !x->doomed;
	int e = 0;
	/* In an undone job too: what earlier chunks made is visible within the batch only. */
	k->batch = x->batch;
	if (!keep) {
		e = run_job(k, false, true, true);
	} else {
		if (x->batch == 0 && (e = db_write(x->db, begin_batch, x)) < 0)
			return e;
		k->batch = x->batch;
		if (updates)
			e = run_job(k, false, false, true);
		if (e == 0)
			e = run_job(k, true, true, true);
	}
	for (size_t i = 0; e == 0 && i < k->rows; i++) {
		struct prepared *p = &k->row[i];
		report->created += p->verdict == ROW_CREATE;
		report->updated += p->verdict == ROW_UPDATE;
		if (p->verdict != ROW_REFUSED)
			continue;
		x->doomed |= !x->o->take_good_rows;
		e = finish_refused(x, p, k->arena);
	}
	return e;
}

static int write_line(struct chunk *k, const struct import_line *line, size_t index)
{
	struct run *x = k->x;
	if (index >= x->verdict_cap || (x->verdict[index] != ROW_CREATE && x->verdict[index] != ROW_UPDATE))
		return 0;
	struct prepared *p = &k->row[k->rows];
	int e = import_row_prepare(x, k->conn, k->arena, line, false, p);
	if (e < 0)
		return e;
	/* Somebody was quicker: what is to change no more needs no change. */
	if (p->verdict == ROW_UNCHANGED)
		x->report->unchanged++;
	if (p->verdict == ROW_REFUSED) {
		x->doomed |= !x->o->take_good_rows;
		return finish_refused(x, p, k->arena);
	}
	k->rows++;
	return 0;
}

/* ---- own fields, mapping, the trail ---- */

struct keeping {
	struct run *x;
	struct note why;
};

static int keep_fields(struct db_conn *c, void *arg)
{
	struct keeping *k = arg;
	struct run *x = k->x;
	struct reg_ctx ctx = *x->ctx;
	ctx.conn = c;
	struct str name[LIMIT_IMPORT_COLUMNS] = { { NULL, 0 } };
	x->kept = ARENA_ARRAY(ctx.arena, x->plan.columns + 1, struct str);
	x->kepts = 0;
	for (size_t i = 0; i < x->plan.columns; i++) {
		struct import_column *col = &x->plan.column[i];
		if (col->field != IMPORT_KEEP)
			continue;
		struct own_field n = { .label_ja = text_clip(col->heading, 60), .label_en = STR(""), .type = FIELD_TEXT };
		int e = own_field_create(&ctx, x->o->reg, &n, &name[i], &k->why);
		if (e != 0)
			return e;
		x->kept[x->kepts++] = name[i];
	}
	int e = reg_view_load(c, ctx.arena, x->o->reg, &x->view);
	for (size_t i = 0; e == 0 && i < x->plan.columns; i++)
		if (x->plan.column[i].field == IMPORT_KEEP)
			x->plan.column[i].field = reg_view_field(&x->view, name[i]);
	return e;
}

/* The import came to nothing: neither do the fields that were made for it. */
static int take_back_fields(struct db_conn *c, void *arg)
{
	struct run *x = arg;
	struct reg_ctx ctx = *x->ctx;
	struct note why;
	ctx.conn = c;
	int e = 0;
	for (size_t i = 0; e == 0 && i < x->kepts; i++)
		e = own_field_retire(&ctx, x->o->reg, x->kept[i], true, &why);
	return e;
}

static int remember(struct db_conn *c, void *arg)
{
	struct run *x = arg;
	return import_map_remember(c, x->ctx->arena, &x->view, &x->plan);
}

static size_t counts(struct run *x, struct audit_change *change)
{
	const struct import_report *r = x->report;
	const struct { const char *name; int64_t n; } list[] = { { "created", r->created }, { "updated", r->updated },
		{ "unchanged", r->unchanged }, { "refused", r->refused } };
	for (size_t i = 0; i < COUNT_OF(list); i++)
		change[i] = (struct audit_change){ .field = str_of(list[i].name), .has_after = true,
			.after = str_printf(x->ctx->arena, "%lld", (long long)list[i].n) };
	return COUNT_OF(list);
}

static int record_import(struct db_conn *c, void *arg)
{
	struct run *x = arg;
	struct audit_change change[4];
	struct audit_entry e = auth_entry(x->ctx->arena, x->ctx->by, AUDIT_IMPORT);
	e.reg = str_of(x->o->reg->name);
	e.subject = x->o->file_name;
	e.reason = x->report->refusal;
	e.change = change;
	e.changes = counts(x, change);
	return audit_append(c, &e);
}

/* ---- the whole ---- */

static int refuse(struct run *x, const struct note *why)
{
	x->report->refusal = note_str(x->ctx->arena, x->lang, why);
	x->report->created = x->report->updated = x->report->unchanged = 0;
	return x->dry ? 0 : db_write(x->db, record_import, x);
}

/* Apart from others of the same heading: by its letter, as a spreadsheet names it, and both headings of two rows. */
static struct str column_name(struct run *x, const struct import_column *c)
{
	char letters[8];
	size_t n = sizeof letters;
	for (size_t at = c->column + 1; at; at = (at - 1) / 26)
		letters[--n] = (char)('A' + (at - 1) % 26);
	struct note name = NOTE(MSG_IMPORT_COLUMN_NAME, ARG_S(((struct str){ letters + n, sizeof letters - n })), ARG_S(c->heading));
	return note_str(x->ctx->arena, x->lang, &name);
}

/* Which columns count: not those that the person may not write, nor those that only the product writes. */
static void columns_ready(struct run *x)
{
	const struct reg *reg = x->o->reg;
	struct import_report *r = x->report;
	x->mapped = ARENA_ARRAY(x->own, LIMIT_FIELDS + LIMIT_OWN_FIELDS, bool);
	x->settles = ARENA_ARRAY(x->own, LIMIT_FIELDS + LIMIT_OWN_FIELDS, bool);
	struct prepared header = { .row = (int64_t)(x->plan.header_row + x->plan.header_rows) };
	bool own = x->ctx->by->needs & NEED_SETTINGS;
	r->left_out = ARENA_ARRAY(x->ctx->arena, x->plan.columns ? x->plan.columns : 1, struct str);
	for (size_t i = 0; i < x->plan.columns; i++) {
		struct import_column *c = &x->plan.column[i];
		const struct field *f = c->field >= 0 ? x->view.field[c->field] : NULL;
		if (f && f->flags & FIELD_ENGINE)
			c->field = IMPORT_IGNORED;
		else if (f && !f->derived && !reg_field_writable(x->ctx->by, reg, f))
			c->field = IMPORT_LEFT_OUT;
		if (c->field == IMPORT_KEEP && !own) {
			struct note why = NOTE0(MSG_IMPORT_KEEP_DENIED);
			import_row_error(x, x->own, &header, c->heading, &why, true);
			c->field = IMPORT_LEFT_OUT;
		}
		if (c->field >= 0)
			x->mapped[c->field] = true;
		if (c->field >= 0 && c->guessed) {
			struct note why = NOTE(MSG_IMPORT_GUESSED, ARG_S(label_of(x->view.field[c->field]->label, x->lang)));
			import_row_error(x, x->own, &header, c->heading, &why, true);
		}
		if (c->field == IMPORT_LEFT_OUT)
			r->left_out[r->left_outs++] = column_name(x, c);
	}
	for (size_t i = 0; i < reg->fields; i++) {
		int set = reg->field[i].settled_by ? reg_field(reg, reg->field[i].settled_by) : -1;
		/* With a column of its own for the override, that one says what is meant. */
		x->settles[i] = set >= 0 && !x->mapped[set] && reg_field_writable(x->ctx->by, reg, &reg->field[set]);
	}
}

static int by_row(const void *a, const void *b)
{
	const struct import_error *x = a, *y = b;
	return x->row < y->row ? -1 : x->row > y->row;
}

static void name_grown(struct run *x)
{
	struct import_report *r = x->report;
	size_t n = import_refs_grown(x->refs);
	r->created_reference = ARENA_ARRAY(x->ctx->arena, n ? n : 1, struct str);
	for (size_t i = 0; i < n; i++) {
		const struct import_grown *g = import_refs_grown_at(x->refs, i);
		if (g->made && !g->in_file)
			r->created_reference[r->created_references++] = str_printf(x->ctx->arena, "%.*s: %.*s",
				STR_FMT(label_of(g->target->label, x->lang)), STR_FMT(g->name));
	}
}

static int read_error(struct run *x, int e, const struct note *why)
{
	return e == ERR_HELPER ? refuse(x, why) : e;
}

/* Decides over what was written. */
static int conclude(struct run *x, struct note *why)
{
	struct import_report *r = x->report;
	if (x->doomed) {
		int e = x->batch ? batch_drop(x->db, x->ctx, x->batch) : 0;
		r->created = r->updated = 0;
		return e == 0 ? db_write(x->db, record_import, x) : e;
	}
	if (x->batch) {
		struct audit_change change[4];
		size_t n = counts(x, change);
		int e = batch_commit_noted(x->db, x->ctx, x->batch, str_of(x->o->reg->name), change, n);
		if (e == ERR_CONFLICT || e == ERR_INVALID || e == ERR_EXISTS || e == ERR_NOT_FOUND) {
			*why = NOTE0(MSG_IMPORT_CONFLICT);
			int d = batch_drop(x->db, x->ctx, x->batch);
			return d < 0 ? d : refuse(x, why);
		}
		if (e < 0)
			return e;
		r->batch = x->batch;
	} else {
		int e = db_write(x->db, record_import, x);
		if (e < 0)
			return e;
	}
	r->applied = true;
	/* That the mapping is not remembered spoils nothing. */
	if (x->o->plan && !x->o->no_remember)
		return db_write(x->db, remember, x);
	return 0;
}

static int run_passes(struct run *x)
{
	static const struct walk promises = { promise_line, nothing }, check = { check_line, nothing }, write = { write_line, write_chunk };
	struct import_report *r = x->report;
	struct note why;
	int e = refers_to_itself(x) ? walk(x, &promises, &why) : 0;
	if (e == 0)
		e = walk(x, &check, &why);
	if (e < 0)
		return read_error(x, e, &why);
	if (r->rows == 0) {
		why = NOTE0(MSG_IMPORT_NO_ROWS);
		return refuse(x, &why);
	}
	if (r->refused && !x->o->take_good_rows)
		x->doomed = true; /* and goes on: what the write path refuses is to be told as well */
	struct keeping keeping = { .x = x };
	bool keeps = false;
	for (size_t i = 0; i < x->plan.columns; i++)
		keeps |= x->plan.column[i].field == IMPORT_KEEP;
	if (keeps && !x->dry && !x->doomed) {
		e = db_write(x->db, keep_fields, &keeping);
		if (e < 0)
			x->kepts = 0; /* undone with the job */
		if (e == ERR_INVALID || e == ERR_LIMIT || e == ERR_DENIED)
			return refuse(x, &keeping.why);
		if (e < 0)
			return e;
		for (size_t i = 0; i < x->plan.columns; i++)
			if (x->plan.column[i].field >= 0)
				x->mapped[x->plan.column[i].field] = true;
	}
	x->total = r->rows;
	e = walk(x, &write, &why);
	if (e < 0) {
		if (x->batch) {
			int d = batch_drop(x->db, x->ctx, x->batch);
			if (d < 0)
				return d;
		}
		return read_error(x, e, &why);
	}
	return x->dry ? 0 : conclude(x, &why);
}

int import_run(struct db *db, struct reg_ctx *ctx, const struct import_options *o, struct import_report *ret)
{
	*ret = (struct import_report){ 0 };
	int number = reg_number(o->reg);
	uint32_t ops = auth_ops(ctx->by, number);
	if (!(ops & OP_IMPORT) || ctx->by->read_only)
		return ERR_DENIED;
	struct run x = { .db = db, .ctx = ctx, .o = o, .report = ret, .lang = ctx->by->lang, .number = number, .ops = ops, .dry = o->dry_run };
	x.own = arena_new(LIMIT_ARENA);
	struct note why;
	bool own_fd = false;
	int e = import_regular_fd(o->fd, &x.fd, &own_fd, &why);
	struct db_conn *c = db_read_begin(db);
	if (e == 0)
		e = reg_view_load(c, ctx->arena, o->reg, &x.view);
	if (e == 0)
		e = import_plan_make(c, ctx->arena, &x.view, o, x.fd, &x.plan, &why);
	db_read_end(db, &c);
	struct note reason = NOTE(MSG_IMPORT_REASON, ARG_S(text_clip(o->file_name, 120)));
	x.reason = note_str(ctx->arena, x.lang, &reason);
	x.refs = import_refs_make(x.own);
	x.keys = import_keys_make(x.own);
	if (e < 0) {
		e = read_error(&x, e, &why);
	} else if (x.plan.header_rows == 0) {
		why = NOTE(MSG_IMPORT_NO_HEADER, ARG_L(o->reg->label), ARG_L(o->reg->field[reg_field(o->reg, o->reg->title)].label));
		e = refuse(&x, &why);
	} else {
		columns_ready(&x);
		e = run_passes(&x);
		if (x.kepts && !ret->applied) {
			int r = db_write(db, take_back_fields, &x);
			e = e < 0 ? e : r;
		}
		name_grown(&x);
		if (x.doomed && !x.dry)
			ret->created = ret->updated = 0, ret->created_references = 0;
	}
	if (x.refused) {
		if (import_refused_close(&x.refused) == 0)
			ret->refused_workbook = o->refused_path;
	}
	if (ret->errors > 1)
		qsort(ret->error, ret->errors, sizeof *ret->error, by_row);
	ret->plan = x.plan;
	if (own_fd)
		close(x.fd);
	arena_free(x.own);
	return e;
}
