/* A change that was found good: into the tables, the derived values, the search index and the trail. */
#include "base/hash.h"
#include "register/query.h"
#include "register/writing.h"

/* ---- storing ---- */

bool writing_mark_changed(struct writing *w)
{
	bool any = false;
	for (size_t i = 0; i < w->view->fields; i++) {
		const struct field *f = w->view->field[i];
		w->changed[i] = !field_is_set_based(f) && !value_eq(f, &w->after.v[i], writing_before(w, i));
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

/* ", column =", without the comma for the first one. */
static void put_set(struct sql *q, bool *any, const char *column)
{
	if (*any)
		sql_lit(q, ", ");
	*any = true;
	sql_name(q, column);
	sql_lit(q, " = ");
}

/* A column that is named is taken out of every index that holds it and put in again, also with the value it had: nothing is named
 * that did not change. */
static int update_table(struct writing *w, struct str key)
{
	const struct row *row = &w->after;
	struct reg_ctx *ctx = w->ctx;
	bool own = false, any = false;
	for (size_t i = w->view->own_from; i < w->view->fields; i++)
		own = own || w->changed[i];
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE ");
	sql_name(&q, w->reg->table);
	sql_lit(&q, " SET ");
	if (row->unit_id != w->before.unit_id) {
		put_set(&q, &any, "unit_id");
		sql_i64(&q, row->unit_id);
	}
	if (row->state != w->before.state) {
		put_set(&q, &any, "archived");
		sql_i64(&q, row->state == RECORD_ARCHIVED);
	}
	if (!str_eq(key, w->key_before)) {
		put_set(&q, &any, "match_key");
		if (key.n)
			sql_str(&q, key);
		else
			sql_null(&q);
	}
	if (own) {
		put_set(&q, &any, "own");
		sql_str(&q, own_write(ctx->arena, w->view, row->v, w->own_before));
	}
	for (size_t i = 0; i < w->reg->fields; i++)
		if (w->changed[i]) {
			put_set(&q, &any, w->reg->field[i].name);
			value_bind(&q, &w->reg->field[i], &row->v[i]);
		}
	if (!any) {
		sql_release(&q);
		return 0;
	}
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, row->id);
	return db_exec(ctx->conn, &q, NULL);
}

static int update(struct writing *w, struct str key)
{
	struct row *row = &w->after;
	struct reg_ctx *ctx = w->ctx;
	struct sql q;
	int e = update_table(w, key);
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
		if (s < 0 || c < 0 || !w->take[s] || !w->after.v[s].known || value_eq(f, &w->after.v[s], writing_before(w, (size_t)s)) ||
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
			w->changed[dropped[k]] = writing_before(w, (size_t)dropped[k])->known;
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
		const struct value *before = writing_before(w, i), *after = &w->after.v[i];
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

/* ---- in their order ---- */

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

int writing_store(struct writing *w, struct str key)
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
		e = derive_dependents(ctx, w->reg, before, &w->after, row_subject(ctx->arena, w->reg, &w->after));
	if (e == 0 && w->reg->hooks && w->reg->hooks->after_write)
		e = w->reg->hooks->after_write(ctx, before, &w->after);
	return e;
}
