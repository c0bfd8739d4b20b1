/*
 * The one write path. Everything that can refuse comes before the first statement that changes anything, so that a
 * refused change leaves the transaction as it was; what fails behind that point (the database, an after_write hook) makes
 * the caller give up its whole job.
 */
#include "base/hash.h"
#include "base/text.h"
#include "register/engine.h"
#include "register/query.h"

struct writing {
	struct reg_ctx *ctx;
	const struct change *change;
	const struct reg_view *view;
	const struct reg *reg;
	const struct reg_info *info;
	bool trusted;
	bool exists;             /* there is a row before */
	struct row before, after;
	struct str own_before;   /* the JSON column as it stood */
	struct str key_before;
	bool *changed;           /* by view index */
	bool *take;              /* fields that the change gives and that count */
	struct str *name_before, *name_after; /* of changed references: "AST-0001 Title" */
	struct written *ret;
};

/* ---- changes ---- */

struct change change_new(struct arena *a, enum change_kind kind, const struct reg_view *view, int64_t id)
{
	return (struct change){ .kind = kind, .view = view, .id = id, .v = ARENA_ARRAY(a, view->fields, struct value),
		.given = ARENA_ARRAY(a, view->fields, bool) };
}

void change_set(struct change *c, int field, struct value v)
{
	c->v[field] = v;
	c->given[field] = true;
}

void change_set_text(struct change *c, struct arena *a, const char *field, const char *text)
{
	int i = reg_view_field(c->view, str_of(field));
	if (i < 0)
		die("%s has no field %s", c->view->reg->name, field);
	struct value v;
	struct note why;
	if (value_parse(c->view->field[i], a, str_of(text), LANG_JA, &v, &why) < 0)
		die("%s.%s: %.*s", c->view->reg->name, field, STR_FMT(note_str(a, LANG_JA, &why)));
	change_set(c, i, v);
}

void error_add(struct error_list *l, int field, struct note why)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 8;
		struct field_error *grown = ARENA_ARRAY(l->arena, cap, struct field_error);
		if (l->n)
			memcpy(grown, l->error, l->n * sizeof *grown);
		l->error = grown;
		l->cap = cap;
	}
	l->error[l->n++] = (struct field_error){ .field = field, .why = why };
}

static void wrong(struct writing *w, int field, struct note why)
{
	for (size_t i = 0; i < w->ret->errors.n; i++)
		if (field >= 0 && w->ret->errors.error[i].field == field)
			return; /* one complaint a field */
	error_add(&w->ret->errors, field, why);
}

/* ---- the row as it is ---- */

static int load(struct db_conn *c, struct arena *a, const struct reg_view *view, int64_t id, struct row *ret,
                struct row_facts *facts, struct str *own, struct str *key)
{
	const struct reg *r = view->reg;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT r.revision, t.unit_id, t.batch, t.archived, r.code, r.created_at, r.updated_at, r.created_by, r.updated_by,"
	            " t.own, t.match_key, (SELECT b.state FROM batch b WHERE b.id = t.batch),"
	            " EXISTS (SELECT 1 FROM batch_change bc JOIN batch b ON b.id = bc.batch WHERE bc.record_id = t.id AND b.state = 1)");
	for (size_t i = 0; i < r->fields; i++) {
		sql_lit(&q, ", t.");
		sql_name(&q, r->field[i].name);
	}
	sql_lit(&q, " FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t JOIN record r ON r.id = t.id WHERE t.id = ");
	sql_i64(&q, id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	if (e <= 0)
		return e < 0 ? e : ERR_NOT_FOUND;
	*ret = (struct row){ .id = id, .revision = stmt_i64(s, 0), .unit_id = stmt_i64(s, 1), .batch = stmt_i64(s, 2),
		.state = stmt_i64(s, 3) ? RECORD_ARCHIVED : RECORD_LIVE, .code = stmt_str_dup(s, a, 4), .created_at = stmt_i64(s, 5),
		.updated_at = stmt_i64(s, 6), .created_by = stmt_str_dup(s, a, 7), .updated_by = stmt_str_dup(s, a, 8),
		.v = ARENA_ARRAY(a, view->fields, struct value), .values = view->fields };
	*own = stmt_str_dup(s, a, 9);
	*key = stmt_str_dup(s, a, 10);
	*facts = (struct row_facts){ .batch_state = stmt_is_null(s, 11) ? -1 : (int)stmt_i64(s, 11), .waiting = stmt_i64(s, 12) };
	for (size_t i = 0; i < r->fields; i++)
		ret->v[i] = value_column(s, 13 + (int)i, &r->field[i], a);
	own_read(a, view, *own, ret->v);
	return 0;
}

int row_load(struct db_conn *c, struct arena *a, const struct reg_view *view, int64_t id, struct row *ret,
             struct row_facts *ret_facts)
{
	struct str own, key;
	return load(c, a, view, id, ret, ret_facts, &own, &key);
}

/* ---- rights ---- */

static bool may(struct writing *w, enum op op, int64_t unit)
{
	return w->trusted || auth_allows(w->ctx->conn, w->ctx->by, w->info->number, op, unit, w->change->id);
}

static enum op needed(const struct writing *w)
{
	return !w->exists ? OP_CREATE : w->change->kind == CHANGE_SAVE ? OP_UPDATE : OP_ARCHIVE;
}

static int begin(struct writing *w)
{
	struct reg_ctx *ctx = w->ctx;
	const struct change *c = w->change;
	if (!w->trusted && ctx->by->read_only)
		return ERR_DENIED;
	if (c->id == 0) {
		if (c->kind != CHANGE_SAVE)
			return ERR_NOT_FOUND;
		w->after = (struct row){ .batch = c->batch, .v = ARENA_ARRAY(ctx->arena, w->view->fields, struct value),
			.values = w->view->fields };
		return w->trusted || auth_ops(ctx->by, w->info->number) & OP_CREATE ? 0 : ERR_DENIED;
	}
	w->exists = true;
	struct row_facts facts;
	int e = load(ctx->conn, ctx->arena, w->view, c->id, &w->before, &facts, &w->own_before, &w->key_before);
	if (e < 0)
		return e;
	if (facts.waiting && !w->trusted) {
		e = batch_apply_row(ctx, c->id);
		if (e == 0)
			e = load(ctx->conn, ctx->arena, w->view, c->id, &w->before, &facts, &w->own_before, &w->key_before);
		if (e < 0)
			return e;
	}
	bool hidden = facts.batch_state == BATCH_PENDING || facts.batch_state == BATCH_DROPPING;
	if (hidden && w->before.batch != c->batch)
		return ERR_NOT_FOUND;
	if (!may(w, OP_READ, w->before.unit_id))
		return ERR_NOT_FOUND;
	if (!may(w, needed(w), w->before.unit_id))
		return ERR_DENIED;
	if (c->revision && c->revision != w->before.revision)
		return ERR_CONFLICT;
	w->after = w->before;
	w->after.v = ARENA_ARRAY(ctx->arena, w->view->fields, struct value);
	memcpy(w->after.v, w->before.v, w->view->fields * sizeof *w->after.v);
	return 0;
}

/* ---- what is given ---- */

static const struct value *before_value(const struct writing *w, size_t i)
{
	static const struct value unknown = { .known = false };
	return w->exists ? &w->before.v[i] : &unknown;
}

/* A value for a derived field goes to the field that overrides it, when it says something new. */
static void take_derived(struct writing *w, size_t i)
{
	const struct field *f = w->view->field[i];
	const struct value *v = &w->change->v[i];
	if (!v->known || value_eq(f, v, before_value(w, i)))
		return;
	int s = f->settled_by ? reg_field(w->reg, f->settled_by) : -1;
	if (s < 0) {
		/* A file's column that differs is the importer's to report; anybody else is told. */
		if (!w->change->from_file)
			wrong(w, (int)i, NOTE0(MSG_FIELD_DERIVED));
		return;
	}
	if (w->take[s])
		return; /* given by itself: that one counts */
	w->after.v[s] = *v;
	w->take[s] = true;
}

static void take_reasons(struct writing *w)
{
	for (size_t i = 0; i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		int s = f->settled_by ? reg_field(w->reg, f->settled_by) : -1, reason = f->reason_field ? reg_field(w->reg, f->reason_field) : -1;
		if (s < 0 || reason < 0)
			continue;
		bool overrides = w->after.v[s].known && !value_eq(f, &w->after.v[s], before_value(w, (size_t)s));
		if (overrides && !w->take[reason] && w->change->from_file && w->change->reason.n) {
			struct str text = text_clip(w->change->reason, (size_t)(w->reg->field[reason].max ? w->reg->field[reason].max : LIMIT_TEXT));
			w->after.v[reason] = (struct value){ .known = true, .s = text };
			w->take[reason] = true;
		}
		if (overrides && !w->after.v[reason].known)
			wrong(w, reason, NOTE0(MSG_FIELD_REASON));
		/* An override taken back takes its reason along. */
		if (!w->after.v[s].known && before_value(w, (size_t)s)->known && !w->take[reason])
			w->after.v[reason] = (struct value){ .known = false };
	}
}

static void check_field_right(struct writing *w, size_t i)
{
	const struct field *f = w->view->field[i];
	if (w->trusted)
		return;
	/* Whether a guess is right must not show: a private field is refused without looking at it. */
	if (f->flags & (FIELD_PRIVATE | FIELD_SECRET) && !may(w, OP_PRIVATE, w->after.unit_id)) {
		wrong(w, (int)i, NOTE0(MSG_FIELD_PRIVATE));
		return;
	}
	if (value_eq(f, &w->after.v[i], before_value(w, i)))
		return;
	if (f->flags & FIELD_SETTLE && !may(w, OP_SETTLE, w->after.unit_id))
		wrong(w, (int)i, NOTE0(MSG_FIELD_SETTLE));
	else if (f->flags & FIELD_ENGINE && !w->change->by_engine)
		wrong(w, (int)i, NOTE0(MSG_FIELD_ENGINE));
}

static void take_given(struct writing *w)
{
	const struct change *c = w->change;
	if (c->kind != CHANGE_SAVE)
		return;
	for (size_t i = 0; i < w->view->fields; i++)
		if (c->given[i] && !w->view->field[i]->derived) {
			w->after.v[i] = c->v[i];
			w->take[i] = true;
		}
	for (size_t i = 0; i < w->reg->fields; i++)
		if (c->given[i] && w->reg->field[i].derived)
			take_derived(w, i);
}

/* A file's override that equals the computed value is none. What the other inputs of this change make of the computed
 * value is known only behind the derivation: drop_overrides() looks again there. */
static void drop_known_overrides(struct writing *w)
{
	if (!w->change->from_file || !w->exists)
		return;
	bool others = false;
	for (size_t i = 0; i < w->view->fields; i++) {
		bool settles = false;
		for (size_t k = 0; k < w->reg->fields; k++) {
			const struct field *f = &w->reg->field[k];
			settles = settles || (f->settled_by && (reg_field(w->reg, f->settled_by) == (int)i ||
			                                        reg_field(w->reg, f->reason_field) == (int)i));
		}
		others = others || (!settles && w->take[i] && !value_eq(w->view->field[i], &w->after.v[i], &w->before.v[i]));
	}
	for (size_t i = 0; !others && i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		int s = f->settled_by ? reg_field(w->reg, f->settled_by) : -1, c = f->computed ? reg_field(w->reg, f->computed) : -1;
		if (s < 0 || c < 0 || !w->take[s] || !w->after.v[s].known || value_eq(f, &w->after.v[s], &w->before.v[s]) ||
		    !value_eq(f, &w->after.v[s], &w->before.v[c]))
			continue;
		int reason = reg_field(w->reg, f->reason_field);
		w->after.v[s] = (struct value){ .known = false };
		if (reason >= 0)
			w->after.v[reason] = w->before.v[s].known ? (struct value){ .known = false } : w->before.v[reason];
	}
}

static void check_values(struct writing *w)
{
	for (size_t i = 0; i < w->view->fields; i++) {
		const struct field *f = w->view->field[i];
		if (f->derived)
			continue;
		struct value *v = &w->after.v[i];
		struct note why;
		if (w->take[i] && v->known && field_is_text(f) && v->s.n == 0)
			v->known = false;
		if (w->take[i] && value_check(f, w->ctx->arena, v, &why) < 0)
			wrong(w, (int)i, why);
		/* A field that was not asked for is not held against the change of another. */
		if (f->flags & FIELD_REQUIRED && !v->known && (w->take[i] || !w->exists))
			wrong(w, (int)i, NOTE0(MSG_FIELD_REQUIRED));
	}
}

/* ---- references ---- */

/* The row pointed to: live, visible, and of this batch or of no hidden one. Gives its name. */
static int reference_check(struct writing *w, const struct field *f, int64_t id, struct str *ret_code, struct str *ret_title)
{
	const struct reg *r = reg_find(str_of(f->target));
	bool open = !(r->field[reg_info(r)->title].flags & (FIELD_PRIVATE | FIELD_SECRET));
	struct sql q;
	sql_init(&q, w->ctx->arena);
	sql_lit(&q, "SELECT r.code, ");
	if (open) {
		sql_lit(&q, "t.");
		sql_name(&q, r->title);
	} else {
		sql_lit(&q, "NULL");
	}
	sql_lit(&q, " FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t JOIN record r ON r.id = t.id WHERE t.id = ");
	sql_i64(&q, id);
	sql_lit(&q, " AND t.archived = 0 AND (t.batch = 0 OR t.batch = ");
	sql_i64(&q, w->change->batch ? w->change->batch : w->after.batch);
	sql_lit(&q, " OR t.batch NOT IN " BATCH_HIDDEN ")");
	if (!w->trusted)
		auth_visible(&q, w->ctx->by, reg_number(r), OP_READ, "t");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(w->ctx->conn, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	if (e <= 0)
		return e < 0 ? e : ERR_NOT_FOUND;
	*ret_code = stmt_str_dup(s, w->ctx->arena, 0);
	*ret_title = stmt_str_dup(s, w->ctx->arena, 1);
	return 0;
}

static int check_references(struct writing *w)
{
	struct arena *a = w->ctx->arena;
	for (size_t i = 0; i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		struct value *v = &w->after.v[i];
		if (!field_is_reference(f) || !w->take[i] || !v->known)
			continue;
		const struct reg *target = reg_find(str_of(f->target));
		int e = 0;
		if (v->i == 0) {
			struct str name = v->s;
			e = reference_find(w->ctx->conn, a, w->trusted ? NULL : w->ctx->by, f, name, &v->i);
			if (e == ERR_NOT_FOUND)
				wrong(w, (int)i, NOTE(MSG_REFERENCE_NONE, ARG_L(target->label), ARG_S(name)));
			else if (e == ERR_INVALID)
				wrong(w, (int)i, NOTE(MSG_REFERENCE_SEVERAL, ARG_L(target->label), ARG_S(name), ARG_S(str_of(target->code))));
			else if (e < 0)
				return e;
			if (e < 0)
				continue;
		}
		if (value_eq(f, v, before_value(w, i)))
			continue; /* what stands may point to a row that was archived since */
		struct str code = STR_NULL, title = STR_NULL;
		e = reference_check(w, f, v->i, &code, &title);
		if (e == ERR_NOT_FOUND) {
			wrong(w, (int)i, NOTE(MSG_REFERENCE_GONE, ARG_L(target->label)));
			continue;
		}
		if (e < 0)
			return e;
		v->s = title.n ? title : code;
		w->name_after[i] = title.n ? str_printf(a, "%.*s %.*s", STR_FMT(code), STR_FMT(title)) : code;
	}
	return 0;
}

/* ---- the unit, the keys ---- */

static int check_unit(struct writing *w)
{
	int owner = w->info->owner;
	if (owner >= 0)
		w->after.unit_id = w->after.v[owner].known ? w->after.v[owner].i : 0;
	if (w->exists && w->after.unit_id == w->before.unit_id)
		return 0;
	for (size_t i = 0; i < w->ret->errors.n; i++)
		if (w->ret->errors.error[i].field == owner && owner >= 0)
			return 0; /* there is no unit to look at */
	enum op op = w->exists ? OP_UPDATE : OP_CREATE;
	if (may(w, op, w->after.unit_id))
		return 0;
	if (owner >= 0)
		wrong(w, owner, w->after.unit_id ? NOTE0(MSG_FIELD_UNIT_OUTSIDE) : NOTE0(MSG_FIELD_UNIT_NEEDED));
	return ERR_DENIED;
}

/* A live row with the same value: who has it, if the principal may know. */
static int taken(struct writing *w, int field, struct str key, bool *ret_taken)
{
	struct reg_ctx *ctx = w->ctx;
	const struct reg *r = w->reg;
	*ret_taken = false;
	for (unsigned round = 0; round < 8; round++) {
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT t.id, t.unit_id, t.batch, (SELECT b.state FROM batch b WHERE b.id = t.batch) FROM ");
		sql_name(&q, r->table);
		sql_lit(&q, " t WHERE t.archived = 0 AND t.id <> ");
		sql_i64(&q, w->change->id);
		if (field < 0) {
			sql_lit(&q, " AND t.match_key = ");
			sql_str(&q, key);
		} else {
			sql_lit(&q, " AND t.");
			sql_name(&q, r->field[field].name);
			sql_lit(&q, " = ");
			value_bind(&q, &r->field[field], &w->after.v[field]);
		}
		CLEANUP(stmt_done) struct stmt *s = NULL;
		int e = db_query(ctx->conn, &q, &s);
		if (e == 0)
			e = stmt_step(s);
		if (e <= 0)
			return e;
		int64_t id = stmt_i64(s, 0), unit = stmt_i64(s, 1), batch = stmt_i64(s, 2);
		int state = stmt_is_null(s, 3) ? -1 : (int)stmt_i64(s, 3);
		stmt_done(&s);
		if (state == BATCH_DROPPING) {
			/* What a dropped import left behind stands in nobody's way. */
			e = batch_remove_row(ctx, w->view, id);
			if (e < 0)
				return e;
			continue;
		}
		*ret_taken = true;
		if (state == BATCH_PENDING && batch != w->change->batch) {
			wrong(w, field, NOTE0(MSG_ROW_EXISTS_IMPORT));
			return 0;
		}
		struct str name = STR_NULL;
		if (w->trusted || auth_allows(ctx->conn, ctx->by, w->info->number, OP_READ, unit, id)) {
			e = record_subject(ctx->conn, ctx->arena, r, id, &name);
			if (e < 0)
				return e;
		}
		if (field < 0)
			wrong(w, -1, name.n ? NOTE(MSG_ROW_EXISTS, ARG_S(name)) : NOTE0(MSG_ROW_EXISTS_HIDDEN));
		else
			wrong(w, field, name.n ? NOTE(MSG_FIELD_TAKEN, ARG_S(name)) : NOTE0(MSG_FIELD_TAKEN_HIDDEN));
		return 0;
	}
	return ERR_CORRUPT;
}

static int check_keys(struct writing *w, struct str key)
{
	if (w->after.state == RECORD_ARCHIVED)
		return 0;
	bool revived = w->exists && w->before.state == RECORD_ARCHIVED;
	bool is_taken = false;
	for (size_t i = 0; i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		if (!(f->flags & FIELD_UNIQUE) || !w->after.v[i].known || (!revived && value_eq(f, &w->after.v[i], before_value(w, i))))
			continue;
		int e = taken(w, (int)i, STR_NULL, &is_taken);
		if (e < 0 || is_taken)
			return e < 0 ? e : ERR_EXISTS;
	}
	if (!key.n || (w->exists && !revived && str_eq(key, w->key_before)))
		return 0;
	int e = taken(w, -1, key, &is_taken);
	return e < 0 ? e : is_taken ? ERR_EXISTS : 0;
}

/* ---- storing ---- */

static bool mark_changed(struct writing *w)
{
	bool any = false;
	for (size_t i = 0; i < w->view->fields; i++) {
		const struct field *f = w->view->field[i];
		w->changed[i] = !field_is_set_based(f) && !value_eq(f, &w->after.v[i], before_value(w, i));
		any = any || w->changed[i];
	}
	return any;
}

/*
 * The register's next code. An update of one row by its key, not an upsert: SQLite gives an upsert a statement journal,
 * and opening one makes the search index write out what it has gathered, for every row of an import.
 */
static int next_code(struct writing *w, struct str *ret)
{
	struct sql q;
	int64_t counted = 0, n = 0;
	sql_init(&q, w->ctx->arena);
	sql_lit(&q, "UPDATE record_counter SET last = last + 1 WHERE register = ");
	sql_str(&q, str_of(w->reg->name));
	int e = db_exec(w->ctx->conn, &q, &counted);
	if (e == 0 && counted == 0) {
		sql_init(&q, w->ctx->arena);
		sql_lit(&q, "INSERT INTO record_counter(register, last) VALUES (");
		sql_str(&q, str_of(w->reg->name));
		sql_lit(&q, ", 1)");
		e = db_exec(w->ctx->conn, &q, NULL);
	}
	if (e == 0) {
		sql_init(&q, w->ctx->arena);
		sql_lit(&q, "SELECT last FROM record_counter WHERE register = ");
		sql_str(&q, str_of(w->reg->name));
		e = db_get_i64(w->ctx->conn, &q, &n);
	}
	if (e < 0)
		return e;
	*ret = str_printf(w->ctx->arena, "%s-%04lld", w->reg->code, (long long)n);
	return 0;
}

static int insert(struct writing *w, struct str key)
{
	struct row *row = &w->after;
	struct reg_ctx *ctx = w->ctx;
	int e = next_code(w, &row->code);
	if (e < 0)
		return e;
	row->revision = 1;
	row->created_at = row->updated_at = clock_now();
	row->created_by = row->updated_by = ctx->by->name;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO record(register, unit_id, code, created_at, created_by, updated_at, updated_by) VALUES (");
	sql_str(&q, str_of(w->reg->name));
	sql_lit(&q, ", ");
	sql_i64(&q, row->unit_id);
	sql_lit(&q, ", ");
	sql_str(&q, row->code);
	sql_lit(&q, ", ");
	sql_i64(&q, row->created_at);
	sql_lit(&q, ", ");
	sql_str(&q, row->created_by);
	sql_lit(&q, ", ");
	sql_i64(&q, row->updated_at);
	sql_lit(&q, ", ");
	sql_str(&q, row->updated_by);
	sql_lit(&q, ")");
	e = db_exec(ctx->conn, &q, NULL);
	if (e < 0)
		return e;
	row->id = db_last_id(ctx->conn);
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO ");
	sql_name(&q, w->reg->table);
	sql_lit(&q, "(id, unit_id, archived, batch, match_key, own");
	for (size_t i = 0; i < w->reg->fields; i++)
		if (!field_is_set_based(&w->reg->field[i])) {
			sql_lit(&q, ", ");
			sql_name(&q, w->reg->field[i].name);
		}
	sql_lit(&q, ") VALUES (");
	sql_i64(&q, row->id);
	sql_lit(&q, ", ");
	sql_i64(&q, row->unit_id);
	sql_lit(&q, ", ");
	sql_i64(&q, w->info->set_based); /* derive_row() reveals it */
	sql_lit(&q, ", ");
	sql_i64(&q, row->batch);
	sql_lit(&q, ", ");
	if (key.n)
		sql_str(&q, key);
	else
		sql_null(&q);
	sql_lit(&q, ", ");
	sql_str(&q, own_write(ctx->arena, w->view, row->v, STR("{}")));
	for (size_t i = 0; i < w->reg->fields; i++)
		if (!field_is_set_based(&w->reg->field[i])) {
			sql_lit(&q, ", ");
			value_bind(&q, &w->reg->field[i], &row->v[i]);
		}
	sql_lit(&q, ")");
	return db_exec(ctx->conn, &q, NULL);
}

static int update(struct writing *w, struct str key)
{
	struct row *row = &w->after;
	struct reg_ctx *ctx = w->ctx;
	bool own = false;
	for (size_t i = w->view->own_from; i < w->view->fields; i++)
		own = own || w->changed[i];
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE ");
	sql_name(&q, w->reg->table);
	sql_lit(&q, " SET unit_id = ");
	sql_i64(&q, row->unit_id);
	if (row->state != w->before.state) {
		sql_lit(&q, ", archived = ");
		sql_i64(&q, row->state == RECORD_ARCHIVED);
	}
	if (!str_eq(key, w->key_before)) {
		sql_lit(&q, ", match_key = ");
		if (key.n)
			sql_str(&q, key);
		else
			sql_null(&q);
	}
	if (own) {
		sql_lit(&q, ", own = ");
		sql_str(&q, own_write(ctx->arena, w->view, row->v, w->own_before));
	}
	for (size_t i = 0; i < w->reg->fields; i++)
		if (w->changed[i]) {
			sql_lit(&q, ", ");
			sql_name(&q, w->reg->field[i].name);
			sql_lit(&q, " = ");
			value_bind(&q, &w->reg->field[i], &row->v[i]);
		}
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, row->id);
	int e = db_exec(ctx->conn, &q, NULL);
	if (e < 0)
		return e;
	row->revision++;
	row->updated_at = clock_now();
	row->updated_by = ctx->by->name;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE record SET unit_id = ");
	sql_i64(&q, row->unit_id);
	sql_lit(&q, ", revision = ");
	sql_i64(&q, row->revision);
	sql_lit(&q, ", state = ");
	sql_i64(&q, row->state == RECORD_ARCHIVED);
	sql_lit(&q, ", updated_at = ");
	sql_i64(&q, row->updated_at);
	sql_lit(&q, ", updated_by = ");
	sql_str(&q, row->updated_by);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, row->id);
	return db_exec(ctx->conn, &q, NULL);
}

/* Overrides of a file that turn out equal to what is computed now are taken out again. */
static int drop_overrides(struct writing *w)
{
	if (!w->change->from_file)
		return 0;
	struct sql q;
	sql_init(&q, w->ctx->arena);
	sql_lit(&q, "UPDATE ");
	sql_name(&q, w->reg->table);
	sql_lit(&q, " SET ");
	bool any = false;
	for (size_t i = 0; i < w->reg->fields; i++) {
		const struct field *f = &w->reg->field[i];
		int s = f->settled_by ? reg_field(w->reg, f->settled_by) : -1, c = f->computed ? reg_field(w->reg, f->computed) : -1;
		if (s < 0 || c < 0 || !w->take[s] || !w->after.v[s].known || value_eq(f, &w->after.v[s], before_value(w, (size_t)s)) ||
		    !value_eq(f, &w->after.v[s], &w->after.v[c]))
			continue;
		int reason = reg_field(w->reg, f->reason_field);
		const int dropped[] = { s, reason };
		for (size_t k = 0; k < COUNT_OF(dropped); k++) {
			if (dropped[k] < 0)
				continue;
			if (any)
				sql_lit(&q, ", ");
			any = true;
			sql_name(&q, w->reg->field[dropped[k]].name);
			sql_lit(&q, " = NULL");
			w->after.v[dropped[k]] = (struct value){ .known = false };
			w->changed[dropped[k]] = before_value(w, (size_t)dropped[k])->known;
		}
	}
	if (!any) {
		sql_release(&q);
		return 0;
	}
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, w->after.id);
	int e = db_exec(w->ctx->conn, &q, NULL);
	derive_local(w->reg, w->ctx->arena, &w->after);
	return e == 0 ? derive_row(w->ctx, w->reg, &w->after, 0, STR_NULL) : e;
}

/* ---- the trail ---- */

struct str value_digest(const struct reg_ctx *ctx, const struct field *f, struct str value)
{
	(void)f;
	if (!ctx->key)
		return STR(DIGEST_PREFIX);
	uint8_t hash[HASH_SIZE];
	hash_blake2b_keyed(hash, ctx->key, 32, value.p ? value.p : "", value.n);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 100);
	buf_lit(&b, DIGEST_PREFIX);
	hash_put_hex(&b, hash, 16);
	return str_dup(ctx->arena, buf_view(&b));
}

static struct str recorded(struct writing *w, size_t i, const struct value *v, struct str name)
{
	const struct field *f = w->view->field[i];
	struct str s = field_is_reference(f) && name.n ? name : value_str(w->ctx->arena, f, v, FORM_API, LANG_JA);
	return f->flags & (FIELD_SECRET | FIELD_PRIVATE) ? value_digest(w->ctx, f, s) : s;
}

static int record_change(struct writing *w)
{
	struct reg_ctx *ctx = w->ctx;
	const struct change *c = w->change;
	enum audit_kind kind = c->audit ? c->audit : !w->exists ? AUDIT_CREATE : c->kind == CHANGE_ARCHIVE ? AUDIT_ARCHIVE
	                     : c->kind == CHANGE_RESTORE ? AUDIT_RESTORE : AUDIT_UPDATE;
	struct audit_change *change = ARENA_ARRAY(ctx->arena, w->view->fields, struct audit_change);
	size_t n = 0;
	for (size_t i = 0; i < w->view->fields; i++) {
		const struct field *f = w->view->field[i];
		const struct value *before = before_value(w, i), *after = &w->after.v[i];
		if (value_eq(f, before, after))
			continue;
		change[n] = (struct audit_change){ .field = str_of(f->name), .has_before = before->known, .has_after = after->known };
		if (before->known) {
			if (field_is_reference(f)) {
				int e = record_subject(ctx->conn, ctx->arena, reg_find(str_of(f->target)), before->i, &w->name_before[i]);
				if (e < 0)
					return e;
			}
			change[n].before = recorded(w, i, before, w->name_before[i]);
		}
		if (after->known)
			change[n].after = recorded(w, i, after, w->name_after[i]);
		n++;
	}
	struct audit_entry entry = auth_entry(ctx->arena, ctx->by, kind);
	entry.reg = str_of(w->reg->name);
	entry.record_id = w->after.id;
	entry.revision = w->after.revision;
	entry.subject = row_subject(ctx->arena, w->reg, &w->after);
	entry.reason = c->reason;
	entry.change = change;
	entry.changes = n;
	return audit_append(ctx->conn, &entry);
}

/* ---- the steps in their order ---- */

static bool search_concerned(const struct writing *w)
{
	if (!w->info->searchable)
		return false;
	if (!w->exists || w->before.state != w->after.state)
		return true;
	for (size_t i = 0; i < w->reg->fields; i++)
		if (w->changed[i] && w->reg->field[i].flags & FIELD_SEARCH)
			return true;
	return false;
}

static int store(struct writing *w, struct str key)
{
	struct reg_ctx *ctx = w->ctx;
	const struct row *before = w->exists ? &w->before : NULL;
	int e = w->exists ? update(w, key) : insert(w, key);
	struct str subject = w->exists && w->info->set_based ? row_subject(ctx->arena, w->reg, &w->after) : STR_NULL;
	if (e == 0 && w->info->set_based)
		e = derive_row(ctx, w->reg, &w->after, w->exists ? DERIVE_MOVED : DERIVE_REVEAL, subject);
	if (e == 0)
		e = drop_overrides(w);
	if (e == 0 && search_concerned(w))
		e = search_update(ctx->conn, ctx->arena, w->reg, w->after.id, before, &w->after);
	if (e == 0)
		e = record_change(w);
	if (e == 0 && w->info->dependents)
		e = derive_dependents(ctx, w->reg, w->after.id, !w->exists, row_subject(ctx->arena, w->reg, &w->after));
	if (e == 0 && w->reg->hooks && w->reg->hooks->after_write)
		e = w->reg->hooks->after_write(ctx, before, &w->after);
	return e;
}

static int check(struct writing *w)
{
	const struct reg_hooks *hooks = w->reg->hooks;
	take_given(w);
	if (!w->exists && hooks && hooks->fill)
		hooks->fill(w->ctx, &w->after);
	if (w->change->kind == CHANGE_SAVE) {
		if (w->exists && w->before.state == RECORD_ARCHIVED) {
			wrong(w, -1, NOTE0(MSG_ROW_ARCHIVED));
			return ERR_INVALID;
		}
		drop_known_overrides(w);
		take_reasons(w);
	}
	check_values(w);
	int e = check_references(w);
	if (e == 0)
		e = check_unit(w);
	if (e < 0)
		return e;
	for (size_t i = 0; i < w->view->fields; i++)
		if (w->take[i])
			check_field_right(w, i);
	derive_local(w->reg, w->ctx->arena, &w->after);
	return 0;
}

int row_write(struct reg_ctx *ctx, const struct change *change, unsigned flags, struct written *ret)
{
	const struct reg_view *view = change->view;
	struct writing w = { .ctx = ctx, .change = change, .view = view, .reg = view->reg, .info = reg_info(view->reg),
		.trusted = flags & WRITE_TRUSTED, .changed = ARENA_ARRAY(ctx->arena, view->fields, bool),
		.take = ARENA_ARRAY(ctx->arena, view->fields, bool), .name_before = ARENA_ARRAY(ctx->arena, view->fields, struct str),
		.name_after = ARENA_ARRAY(ctx->arena, view->fields, struct str), .ret = ret };
	*ret = (struct written){ .id = change->id, .errors = { .arena = ctx->arena } };
	int e = begin(&w);
	if (e < 0)
		return e;
	w.after.state = change->kind == CHANGE_ARCHIVE ? RECORD_ARCHIVED : change->kind == CHANGE_RESTORE ? RECORD_LIVE
	              : w.after.state;
	e = check(&w);
	if (e < 0)
		return e;
	bool any = mark_changed(&w) || !w.exists || w.after.state != w.before.state;
	const struct reg_hooks *hooks = w.reg->hooks;
	if (any && hooks && hooks->check)
		hooks->check(ctx, w.exists ? &w.before : NULL, &w.after, &ret->errors);
	if (ret->errors.n)
		return ERR_INVALID;
	if (!any) {
		ret->id = w.before.id;
		ret->revision = w.before.revision;
		ret->code = w.before.code;
		return 0;
	}
	struct str key = reg_match_key(ctx->arena, w.reg, &w.after);
	e = check_keys(&w, key);
	if (e == 0)
		e = store(&w, key);
	if (e < 0)
		return e;
	ret->id = w.after.id;
	ret->revision = w.after.revision;
	ret->code = w.after.code;
	ret->created = !w.exists;
	ret->changed = w.exists;
	return 0;
}

int reg_write(struct reg_ctx *ctx, const struct change *change, struct written *ret)
{
	return row_write(ctx, change, 0, ret);
}

/* ---- from a handler ---- */

struct save {
	struct reg_ctx ctx;
	const struct change *change;
	struct written *ret;
};

static int save_job(struct db_conn *c, void *arg)
{
	struct save *s = arg;
	s->ctx.conn = c;
	return reg_write(&s->ctx, s->change, s->ret);
}

static int refusal_job(struct db_conn *c, void *arg)
{
	struct save *s = arg;
	const struct reg *r = s->change->view->reg;
	struct audit_entry entry = auth_entry(s->ctx.arena, s->ctx.by, AUDIT_REFUSED);
	entry.reg = str_of(r->name);
	entry.record_id = s->change->id;
	entry.subject = str_printf(s->ctx.arena, "%s %s", s->change->id == 0 ? "create" : s->change->kind == CHANGE_SAVE ? "update"
	                           : s->change->kind == CHANGE_ARCHIVE ? "archive" : "restore", r->name);
	return audit_append(c, &entry);
}

int reg_save(struct db *db, struct reg_ctx *ctx, const struct change *change, struct written *ret)
{
	struct save s = { .ctx = *ctx, .change = change, .ret = ret };
	int e = db_write(db, save_job, &s);
	if (e == ERR_DENIED) {
		int r = db_write(db, refusal_job, &s);
		if (r < 0)
			return r;
	}
	return e;
}
