/*
 * The one write path. Everything that can refuse comes before the first statement that changes anything, so that a
 * refused change leaves the transaction as it was; what fails behind that point (the database, an after_write hook) makes
 * the caller give up its whole job.
 */
#include "base/text.h"
#include "register/writing.h"

#define MERGE_STEPS 32 /* rows merged into rows that were merged in turn */

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
	int e = db_first(c, &q, &s);
	if (e < 0)
		return e;
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

bool writing_may(struct writing *w, enum op op, int64_t unit)
{
	return w->trusted || auth_allows(w->ctx->conn, w->ctx->by, w->info->number, op, unit, w->change->id);
}

const struct value *writing_before(const struct writing *w, size_t i)
{
	static const struct value unknown = { .known = false };
	return w->exists ? &w->before.v[i] : &unknown;
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
	if (!writing_may(w, OP_READ, w->before.unit_id))
		return ERR_NOT_FOUND;
	if (!writing_may(w, needed(w), w->before.unit_id))
		return ERR_DENIED;
	if (c->revision && c->revision != w->before.revision)
		return ERR_CONFLICT;
	w->after = w->before;
	w->after.v = ARENA_ARRAY(ctx->arena, w->view->fields, struct value);
	memcpy(w->after.v, w->before.v, w->view->fields * sizeof *w->after.v);
	return 0;
}

/* What an archived row points to may have been merged into another row since: restored, it points to that one. */
static int follow_merges(struct writing *w)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < w->reg->fields; i++) {
		struct value *v = &w->after.v[i];
		for (int step = 0; e == 0 && step < MERGE_STEPS && field_is_reference(&w->reg->field[i]) && v->known; step++) {
			struct sql q;
			int64_t into = 0;
			sql_init(&q, w->ctx->arena);
			sql_lit(&q, "SELECT coalesce(merged_into, 0) FROM record WHERE id = ");
			sql_i64(&q, v->i);
			e = db_get_i64(w->ctx->conn, &q, &into);
			if (e < 0 || into == 0 || into == w->after.id)
				break;
			*v = (struct value){ .known = true, .i = into };
		}
	}
	return e;
}

/* ---- the steps in their order ---- */

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
	if (change->kind == CHANGE_RESTORE && (e = follow_merges(&w)) < 0)
		return e;
	e = writing_check(&w);
	if (e < 0)
		return e;
	bool any = writing_mark_changed(&w) || !w.exists || w.after.state != w.before.state;
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
	e = writing_check_keys(&w, key);
	if (e == 0)
		e = writing_store(&w, key);
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
