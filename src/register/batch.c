/* Import batches: hidden rows, waiting changes, the one transaction that decides, and what follows it in small pieces. */
#include "register/batch.h"

#include <jansson.h>

#include "base/json.h"
#include "register/engine.h"
#include "register/query.h"

void batch_visible(struct sql *q, const char *alias)
{
	/* Most rows are of no batch: these need no look into the list, which costs more than all else that a list checks. */
	sql_lit(q, " AND (");
	sql_name(q, alias);
	sql_lit(q, ".batch = 0 OR ");
	sql_name(q, alias);
	sql_lit(q, ".batch NOT IN " BATCH_HIDDEN ")");
}

int batch_begin(struct reg_ctx *ctx, struct str file_name, int64_t *ret_batch)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO batch(state, file_name, created_at, by_kind, by_id, by_account, by_name, by_address) VALUES (");
	sql_i64(&q, BATCH_PENDING);
	sql_lit(&q, ", ");
	sql_str(&q, file_name);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_i64(&q, ctx->by->kind);
	sql_lit(&q, ", ");
	sql_i64(&q, ctx->by->id);
	sql_lit(&q, ", ");
	sql_i64(&q, ctx->by->account_id);
	sql_lit(&q, ", ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ", ");
	sql_str(&q, ctx->by->address);
	sql_lit(&q, ")");
	int e = db_exec(ctx->conn, &q, NULL);
	*ret_batch = db_last_id(ctx->conn);
	return e;
}

/* ---- waiting changes ---- */

static struct str change_text(struct arena *a, const struct change *c)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	struct json j;
	json_init(&j, &b);
	json_object_begin(&j);
	for (size_t i = 0; i < c->view->fields; i++) {
		if (!c->given[i])
			continue;
		const struct field *f = c->view->field[i];
		json_key(&j, f->name);
		if (!c->v[i].known)
			json_null_value(&j);
		else if (field_is_text(f) || (field_is_reference(f) && c->v[i].i == 0))
			json_str(&j, c->v[i].s);
		else
			json_i64(&j, c->v[i].i);
	}
	json_object_end(&j);
	return str_dup(a, buf_view(&b));
}

static int change_read(struct arena *a, struct str text, struct change *c)
{
	json_t *root = json_loadb(text.p, text.n, 0, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return ERR_CORRUPT;
	}
	const char *key;
	json_t *at;
	json_object_foreach(root, key, at)
	{
		int i = reg_view_field(c->view, str_of(key));
		if (i < 0)
			continue; /* an own field that was retired meanwhile */
		struct value v = { .known = !json_is_null(at) };
		if (json_is_string(at))
			v.s = str_dup(a, (struct str){ json_string_value(at), json_string_length(at) });
		else if (json_is_integer(at))
			v.i = json_integer_value(at);
		change_set(c, i, v);
	}
	json_decref(root);
	return 0;
}

int batch_defer(struct reg_ctx *ctx, int64_t batch, const struct change *change, int64_t seen_revision)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO batch_change(batch, record_id, seen_revision, reason, content) VALUES (");
	sql_i64(&q, batch);
	sql_lit(&q, ", ");
	sql_i64(&q, change->id);
	sql_lit(&q, ", ");
	sql_i64(&q, seen_revision);
	sql_lit(&q, ", ");
	sql_str(&q, change->reason);
	sql_lit(&q, ", ");
	sql_str(&q, change_text(ctx->arena, change));
	sql_lit(&q, ")");
	return db_exec(ctx->conn, &q, NULL);
}

struct waiting {
	int64_t id, batch, record_id;
	struct str reason, content;
	struct principal by;
};

/* Up to n waiting changes: of one decided batch (0: any), for one row (0: any). */
static int waiting_list(struct reg_ctx *ctx, int64_t batch, int64_t record_id, size_t max, struct waiting **ret, size_t *ret_n)
{
	struct arena *a = ctx->arena;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT c.id, c.batch, c.record_id, c.reason, c.content, b.by_kind, b.by_id, b.by_account, b.by_name, b.by_address "
	            "FROM batch_change c JOIN batch b ON b.id = c.batch WHERE ");
	if (record_id) {
		sql_lit(&q, "b.state = 1 AND c.record_id = ");
		sql_i64(&q, record_id);
	} else {
		sql_lit(&q, "c.batch = ");
		sql_i64(&q, batch);
	}
	sql_lit(&q, " ORDER BY c.id LIMIT ");
	sql_i64(&q, (int64_t)max);
	struct waiting *list = ARENA_ARRAY(a, max, struct waiting);
	size_t n = 0;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(ctx->conn, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		struct waiting *w = &list[n++];
		*w = (struct waiting){ .id = stmt_i64(s, 0), .batch = stmt_i64(s, 1), .record_id = stmt_i64(s, 2),
			.reason = stmt_str_dup(s, a, 3), .content = stmt_str_dup(s, a, 4) };
		/* Who imported is who changes, also when a restart carries it out; the grants were looked at before. */
		w->by = (struct principal){ .kind = (enum principal_kind)stmt_i64(s, 5), .id = stmt_i64(s, 6), .account_id = stmt_i64(s, 7),
			.name = stmt_str_dup(s, a, 8), .address = stmt_str_dup(s, a, 9), .lang = ctx->by->lang };
	}
	*ret = list;
	*ret_n = n;
	return e;
}

static int waiting_forget(struct reg_ctx *ctx, int64_t id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM batch_change WHERE id = ");
	sql_i64(&q, id);
	return db_exec(ctx->conn, &q, NULL);
}

/* decided: the batch stands already; a change that cannot be made any more is recorded as refused instead of stopping. */
static int waiting_apply(struct reg_ctx *ctx, const struct waiting *w, bool decided)
{
	const struct reg *r = NULL;
	int64_t unit = 0;
	enum record_state state;
	int e = record_find(ctx->conn, ctx->arena, w->record_id, &r, &unit, &state);
	struct reg_view view;
	if (e == 0)
		e = reg_view_load(ctx->conn, ctx->arena, r, &view);
	if (e < 0)
		return e;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, w->record_id);
	c.reason = w->reason;
	c.batch = w->batch;
	c.from_file = true;
	e = change_read(ctx->arena, w->content, &c);
	if (e < 0)
		return e;
	struct reg_ctx as = *ctx;
	as.by = &w->by;
	struct written written;
	e = row_write(&as, &c, WRITE_TRUSTED, &written);
	if (decided && (e == ERR_INVALID || e == ERR_EXISTS || e == ERR_NOT_FOUND)) {
		struct audit_entry entry = auth_entry(ctx->arena, &w->by, AUDIT_REFUSED);
		entry.reg = str_of(r->name);
		entry.record_id = w->record_id;
		entry.reason = w->reason;
		e = record_subject(ctx->conn, ctx->arena, r, w->record_id, &entry.subject);
		if (e == 0)
			e = audit_append(ctx->conn, &entry);
	}
	return e < 0 ? e : waiting_forget(ctx, w->id);
}

int batch_apply_row(struct reg_ctx *ctx, int64_t record_id)
{
	struct waiting *list;
	size_t n;
	int e = waiting_list(ctx, 0, record_id, 16, &list, &n);
	for (size_t i = 0; e == 0 && i < n; i++)
		e = waiting_apply(ctx, &list[i], true);
	return e;
}

/* ---- state ---- */

static int state_set(struct reg_ctx *ctx, int64_t batch, enum batch_state state)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE batch SET state = ");
	sql_i64(&q, state);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, batch);
	return db_exec(ctx->conn, &q, NULL);
}

static int state_get(struct reg_ctx *ctx, int64_t batch, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT state FROM batch WHERE id = ");
	sql_i64(&q, batch);
	return db_get_i64(ctx->conn, &q, ret);
}

static int file_name(struct reg_ctx *ctx, int64_t batch, struct str *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT file_name FROM batch WHERE id = ");
	sql_i64(&q, batch);
	return db_get_str(ctx->conn, &q, ret);
}

static int record(struct reg_ctx *ctx, int64_t batch, enum audit_kind kind, struct str reg, const struct audit_change *counts,
                  size_t n)
{
	struct audit_entry entry = auth_entry(ctx->arena, ctx->by, kind);
	entry.reg = reg;
	entry.change = counts;
	entry.changes = n;
	int e = file_name(ctx, batch, &entry.subject);
	return e < 0 ? e : audit_append(ctx->conn, &entry);
}

static int count(struct reg_ctx *ctx, int64_t batch, bool changed_meanwhile, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM batch_change c");
	if (changed_meanwhile)
		sql_lit(&q, " JOIN record r ON r.id = c.record_id AND c.seen_revision <> 0 AND c.seen_revision <> r.revision");
	sql_lit(&q, " WHERE c.batch = ");
	sql_i64(&q, batch);
	return db_get_i64(ctx->conn, &q, ret);
}

/* ---- the decision ---- */

struct job {
	struct reg_ctx ctx;
	int64_t batch;
	bool more;
	struct str reg;                  /* what the entry of the trail says beside the file's name */
	const struct audit_change *counts;
	size_t count;
};

/* A piece's memory is its own: an import of a million rows keeps none of it. */
static int piece(struct db *db, db_write_fn *fn, struct job *j)
{
	struct arena *outer = j->ctx.arena;
	j->ctx.arena = arena_new(LIMIT_ARENA);
	int e = db_write_background(db, fn, j);
	arena_free(j->ctx.arena);
	j->ctx.arena = outer;
	return e;
}

/* Rows of registers that other rows are computed from count from now on. */
static int reveal_to_dependents(struct reg_ctx *ctx, int64_t batch)
{
	struct str why = STR_NULL;
	int e = file_name(ctx, batch, &why);
	for (size_t i = 0; e == 0 && i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		if (!reg_info(r)->dependents)
			continue;
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT EXISTS (SELECT 1 FROM ");
		sql_name(&q, r->table);
		sql_lit(&q, " t WHERE t.batch <> 0 AND t.batch = ");
		sql_i64(&q, batch);
		sql_lit(&q, ")");
		int64_t any = 0;
		e = db_get_i64(ctx->conn, &q, &any);
		if (e == 0 && any)
			e = derive_batch(ctx, r, batch, why);
	}
	return e;
}

static int decide(struct db_conn *c, void *arg)
{
	struct job *j = arg;
	struct reg_ctx *ctx = &j->ctx;
	ctx->conn = c;
	int64_t state = 0, waiting = 0, stale = 0;
	int e = state_get(ctx, j->batch, &state);
	if (e < 0)
		return e;
	if (state != BATCH_PENDING)
		return ERR_CONFLICT;
	e = count(ctx, j->batch, true, &stale);
	if (e == 0 && stale)
		return ERR_CONFLICT;
	if (e == 0)
		e = count(ctx, j->batch, false, &waiting);
	j->more = waiting > LIMIT_IMPORT_CHUNK;
	if (e == 0 && !j->more) {
		struct waiting *list;
		size_t n;
		e = waiting_list(ctx, j->batch, 0, LIMIT_IMPORT_CHUNK, &list, &n);
		for (size_t i = 0; e == 0 && i < n; i++)
			e = waiting_apply(ctx, &list[i], false);
	}
	if (e == 0)
		e = state_set(ctx, j->batch, j->more ? BATCH_APPLYING : BATCH_DONE);
	if (e == 0)
		e = reveal_to_dependents(ctx, j->batch);
	return e == 0 ? record(ctx, j->batch, AUDIT_IMPORT, j->reg, j->counts, j->count) : e;
}

static int roll_forward(struct db_conn *c, void *arg)
{
	struct job *j = arg;
	struct reg_ctx *ctx = &j->ctx;
	ctx->conn = c;
	struct waiting *list;
	size_t n;
	int e = waiting_list(ctx, j->batch, 0, LIMIT_IMPORT_CHUNK, &list, &n);
	for (size_t i = 0; e == 0 && i < n; i++)
		e = waiting_apply(ctx, &list[i], true);
	j->more = n > 0;
	if (e == 0 && n == 0)
		e = state_set(ctx, j->batch, BATCH_DONE);
	return e;
}

static int roll_on(struct db *db, struct job *j)
{
	int e = 0;
	while (e == 0 && j->more)
		e = piece(db, roll_forward, j);
	return e;
}

int batch_commit(struct db *db, struct reg_ctx *ctx, int64_t batch)
{
	return batch_commit_noted(db, ctx, batch, STR_NULL, NULL, 0);
}

int batch_commit_noted(struct db *db, struct reg_ctx *ctx, int64_t batch, struct str reg, const struct audit_change *counts, size_t n)
{
	struct job j = { .ctx = *ctx, .batch = batch, .reg = reg, .counts = counts, .count = n };
	int e = piece(db, decide, &j);
	return e < 0 ? e : roll_on(db, &j);
}

/* ---- dropping ---- */

static int remove_from(struct reg_ctx *ctx, const char *table, int64_t id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM ");
	sql_name(&q, table);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, id);
	return db_exec(ctx->conn, &q, NULL);
}

int batch_remove_row(struct reg_ctx *ctx, const struct reg_view *view, int64_t id)
{
	const struct reg *r = view->reg;
	struct row row;
	struct row_facts facts;
	int e = row_load(ctx->conn, ctx->arena, view, id, &row, &facts);
	if (e == ERR_NOT_FOUND)
		return 0;
	if (e == 0 && reg_info(r)->searchable)
		e = search_update(ctx->conn, ctx->arena, r, id, &row, NULL);
	if (e == 0 && r->hooks && r->hooks->after_write) {
		/* For other tables it goes as an archived row goes. */
		struct row gone = row;
		gone.state = RECORD_ARCHIVED;
		e = r->hooks->after_write(ctx, &row, &gone);
	}
	struct sql q;
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "DELETE FROM batch_change WHERE record_id = ");
		sql_i64(&q, id);
		e = db_exec(ctx->conn, &q, NULL);
	}
	if (e == 0)
		e = remove_from(ctx, r->table, id);
	return e == 0 ? remove_from(ctx, "record", id) : e;
}

static int remove_some(struct db_conn *c, void *arg)
{
	struct job *j = arg;
	struct reg_ctx *ctx = &j->ctx;
	ctx->conn = c;
	j->more = false;
	int e = 0;
	for (size_t i = 0; e == 0 && !j->more && i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		struct reg_view view;
		e = reg_view_load(c, ctx->arena, r, &view);
		if (e < 0)
			return e;
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT t.id FROM ");
		sql_name(&q, r->table);
		sql_lit(&q, " t WHERE t.batch <> 0 AND t.batch = ");
		sql_i64(&q, j->batch);
		sql_lit(&q, " ORDER BY t.id LIMIT ");
		sql_i64(&q, LIMIT_IMPORT_CHUNK);
		int64_t id[LIMIT_IMPORT_CHUNK];
		size_t n = 0;
		CLEANUP(stmt_done) struct stmt *s = NULL;
		e = db_query(c, &q, &s);
		while (e == 0 && (e = stmt_step(s)) == 1) {
			e = 0;
			id[n++] = stmt_i64(s, 0);
		}
		stmt_done(&s);
		for (size_t k = 0; e == 0 && k < n; k++)
			e = batch_remove_row(ctx, &view, id[k]);
		j->more = n > 0;
	}
	if (e == 0 && !j->more) {
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "DELETE FROM batch_change WHERE batch = ");
		sql_i64(&q, j->batch);
		e = db_exec(c, &q, NULL);
		if (e == 0)
			e = state_set(ctx, j->batch, BATCH_DROPPED);
	}
	return e;
}

static int give_up(struct db_conn *c, void *arg)
{
	struct job *j = arg;
	j->ctx.conn = c;
	int64_t state = 0;
	int e = state_get(&j->ctx, j->batch, &state);
	if (e < 0)
		return e;
	j->more = state == BATCH_PENDING || state == BATCH_DROPPING;
	if (state != BATCH_PENDING)
		return j->more ? 0 : ERR_CONFLICT;
	e = state_set(&j->ctx, j->batch, BATCH_DROPPING);
	return e == 0 ? record(&j->ctx, j->batch, AUDIT_IMPORT_DROP, STR_NULL, NULL, 0) : e;
}

int batch_drop(struct db *db, struct reg_ctx *ctx, int64_t batch)
{
	struct job j = { .ctx = *ctx, .batch = batch };
	int e = piece(db, give_up, &j);
	while (e == 0 && j.more)
		e = piece(db, remove_some, &j);
	return e;
}

int batch_recover(struct db *db, struct reg_ctx *ctx)
{
	for (;;) {
		struct db_conn *c = db_read_begin(db);
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT id, state FROM batch WHERE state IN (0, 1, 3) ORDER BY id LIMIT 1");
		struct stmt *s = NULL;
		int e = db_query(c, &q, &s);
		if (e == 0)
			e = stmt_step(s);
		int64_t id = e == 1 ? stmt_i64(s, 0) : 0, state = e == 1 ? stmt_i64(s, 1) : 0;
		stmt_done(&s);
		db_read_end(db, &c);
		if (e <= 0)
			return e;
		struct job j = { .ctx = *ctx, .batch = id, .more = true };
		e = state == BATCH_APPLYING ? roll_on(db, &j) : batch_drop(db, ctx, id);
		if (e < 0)
			return e;
	}
}
