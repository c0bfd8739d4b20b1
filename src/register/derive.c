/*
 * Derived values: local ones from the row alone, set-based ones by one statement for one row or for all rows concerned.
 * A re-computation evaluates its statement once into a work table that holds only the rows that differ; the list of what
 * moved and the update are read from there. Changes run on to registers that depend on this one; declare.c has refused
 * circles between registers, and a register that depends on itself (a tree) is bounded by CASCADE_MAX.
 */
#include "base/text.h"
#include "register/engine.h"

/* From so many rows on, if they are at least one in REINDEX_PART of the table, indexes are made anew. */
#define REINDEX_ROWS 2000
#define REINDEX_PART 4

void derive_local(const struct reg *r, struct arena *a, struct row *row)
{
	for (size_t i = 0; i < r->derives; i++) {
		const struct derivation *d = r->derive[i];
		if (!d->local)
			continue;
		d->local(r, row);
		/* The function may have put a text into a place of its own. */
		for (const char *const *name = d->fields; *name; name++) {
			int f = reg_field(r, *name);
			if (field_is_text(&r->field[f]) && row->v[f].known)
				row->v[f].s = str_dup(a, row->v[f].s);
		}
	}
}

static size_t field_indexes(const struct reg *r, const struct derivation *d, int *ret)
{
	size_t n = 0;
	for (const char *const *name = d->fields; *name; name++)
		ret[n++] = reg_field(r, *name);
	return n;
}

/* ---- the list of what moved ---- */

static int recompute_new(struct reg_ctx *ctx, const struct reg *r, int64_t rows, struct str why, int64_t *ret_id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO recompute(at, register, moved_rows, why) VALUES (");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, ", ");
	sql_i64(&q, rows);
	sql_lit(&q, ", ");
	sql_str(&q, why);
	sql_lit(&q, ")");
	int e = db_exec(ctx->conn, &q, NULL);
	*ret_id = db_last_id(ctx->conn);
	return e;
}

static int recompute_count(struct reg_ctx *ctx, int64_t id, int64_t moved)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE recompute SET moved_rows = ");
	sql_i64(&q, moved);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, id);
	return db_exec(ctx->conn, &q, NULL);
}

static int moved_one(struct reg_ctx *ctx, int64_t recompute_id, int64_t id, const struct field *f, const struct value *before,
                     const struct value *after)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO moved(recompute_id, record_id, field, before, after) VALUES (");
	sql_i64(&q, recompute_id);
	sql_lit(&q, ", ");
	sql_i64(&q, id);
	sql_lit(&q, ", ");
	sql_str(&q, str_of(f->name));
	sql_lit(&q, ", ");
	value_bind(&q, f, before);
	sql_lit(&q, ", ");
	value_bind(&q, f, after);
	sql_lit(&q, ") ON CONFLICT (recompute_id, field, record_id) DO UPDATE SET before = excluded.before, after = excluded.after");
	return db_exec(ctx->conn, &q, NULL);
}

/* ---- one row ---- */

static int derive_one(struct reg_ctx *ctx, const struct reg *r, const struct derivation *d, struct row *row, bool moved,
                      struct str why, int64_t *recompute_id, struct sql *update, bool *any)
{
	int index[DERIVED_MAX];
	struct value now[DERIVED_MAX];
	size_t n = field_indexes(r, d, index);
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_const(&q, d->sql);
	sql_lit(&q, " WHERE t.id = ");
	sql_i64(&q, row->id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(ctx->conn, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	if (e <= 0)
		return e < 0 ? e : ERR_CORRUPT; /* the statement must give a row for every row */
	for (size_t i = 0; i < n; i++)
		now[i] = value_column(s, (int)i + 1, &r->field[index[i]], ctx->arena);
	stmt_done(&s);
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &r->field[index[i]];
		if (value_eq(f, &row->v[index[i]], &now[i]))
			continue;
		if (*any)
			sql_lit(update, ", ");
		*any = true;
		sql_name(update, f->name);
		sql_lit(update, " = ");
		value_bind(update, f, &now[i]);
		if (moved && !*recompute_id)
			e = recompute_new(ctx, r, 1, why, recompute_id);
		else
			e = 0;
		if (moved && e == 0)
			e = moved_one(ctx, *recompute_id, row->id, f, &row->v[index[i]], &now[i]);
		if (e < 0)
			return e;
		row->v[index[i]] = now[i];
	}
	return 0;
}

/* Writes what update holds, if anything, and begins it anew. */
static int flush(struct reg_ctx *ctx, const struct reg *r, int64_t id, struct sql *update, bool *any)
{
	int e = 0;
	if (*any) {
		sql_lit(update, " WHERE id = ");
		sql_i64(update, id);
		e = db_exec(ctx->conn, update, NULL);
	} else {
		sql_release(update);
	}
	*any = false;
	sql_init(update, ctx->arena);
	sql_lit(update, "UPDATE ");
	sql_name(update, r->table);
	sql_lit(update, " SET ");
	return e;
}

int derive_row(struct reg_ctx *ctx, const struct reg *r, struct row *row, unsigned how, struct str why)
{
	int64_t recompute_id = 0;
	struct sql update;
	bool any = false;
	sql_init(&update, ctx->arena);
	int e = flush(ctx, r, row->id, &update, &any);
	bool first = true;
	for (size_t i = 0; e == 0 && i < r->derives; i++) {
		if (!r->derive[i]->sql)
			continue;
		/* A later statement may read what an earlier one filled. */
		if (!first)
			e = flush(ctx, r, row->id, &update, &any);
		first = false;
		if (e == 0)
			e = derive_one(ctx, r, r->derive[i], row, how & DERIVE_MOVED, why, &recompute_id, &update, &any);
	}
	if (e == 0 && how & DERIVE_REVEAL) {
		if (any)
			sql_lit(&update, ", ");
		sql_lit(&update, "archived = 0");
		any = true;
	}
	if (e == 0)
		e = flush(ctx, r, row->id, &update, &any);
	sql_release(&update);
	return e;
}

/* ---- many rows ---- */

/* What changed: one row, the rows that a re-computation moved, or the rows of a batch. */
struct cause {
	const struct reg *reg;      /* NULL: nothing in particular, and all rows are concerned */
	int64_t id;
	const struct row *before, *after; /* of the one row, when it was there before */
	int64_t moved, batch;
};

/* Which rows: all of them, those that point to what changed, or those that what changed points to. */
struct scope {
	const char *through, *back; /* both NULL: all rows */
	const struct cause *cause;
};

/* The rows pointed to: by what changed as it is now, and by the one row as it was. */
static void put_back(struct sql *q, const struct scope *scope)
{
	const struct cause *c = scope->cause;
	sql_lit(q, " WHERE t.id IN (SELECT x.");
	sql_name(q, scope->back);
	sql_lit(q, " FROM ");
	sql_name(q, c->reg->table);
	if (c->moved) {
		sql_lit(q, " x JOIN moved m ON m.record_id = x.id WHERE m.recompute_id = ");
		sql_i64(q, c->moved);
	} else if (c->batch) {
		sql_lit(q, " x WHERE x.batch <> 0 AND x.batch = ");
		sql_i64(q, c->batch);
	} else {
		sql_lit(q, " x WHERE x.id = ");
		sql_i64(q, c->id);
	}
	const struct value *was = c->before ? &c->before->v[reg_field(c->reg, scope->back)] : NULL;
	if (was && was->known) {
		sql_lit(q, " UNION ALL SELECT ");
		sql_i64(q, was->i);
	}
	sql_lit(q, ")");
}

static void put_scope(struct sql *q, const struct scope *scope)
{
	if (scope->back)
		put_back(q, scope);
	if (!scope->through)
		return;
	sql_lit(q, " WHERE t.");
	sql_name(q, scope->through);
	if (scope->cause->moved) {
		sql_lit(q, " IN (SELECT m.record_id FROM moved m WHERE m.recompute_id = ");
		sql_i64(q, scope->cause->moved);
		sql_lit(q, ")");
	} else {
		sql_lit(q, " = ");
		sql_i64(q, scope->cause->id);
	}
}

static void put_column(struct sql *q, size_t i)
{
	static const char *const name[DERIVED_MAX] = { "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12",
		"v13", "v14", "v15" };
	sql_name(q, name[i]);
}

/* A column of the work table, which takes values of any type, as what the field is. */
static void put_work_value(struct sql *q, const struct field *f, size_t i)
{
	sql_lit(q, "CAST(w.");
	put_column(q, i);
	if (field_is_text(f))
		sql_lit(q, " AS TEXT)");
	else
		sql_lit(q, " AS INTEGER)");
}

static void put_columns(struct sql *q, size_t n, const char *alias)
{
	for (size_t i = 0; i < n; i++) {
		sql_lit(q, ", ");
		if (alias) {
			sql_name(q, alias);
			sql_lit(q, ".");
		}
		put_column(q, i);
	}
}

/* The rows whose values differ, into the work table. */
static int work_fill(struct reg_ctx *ctx, const struct reg *r, const struct derivation *d, const int *index, size_t n,
                     const struct scope *scope, int64_t *ret_rows)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "WITH d(id");
	put_columns(&q, n, NULL);
	sql_lit(&q, ") AS MATERIALIZED (");
	sql_const(&q, d->sql);
	put_scope(&q, scope);
	sql_lit(&q, ") INSERT INTO derive_work(id");
	put_columns(&q, n, NULL);
	sql_lit(&q, ") SELECT d.id");
	put_columns(&q, n, "d");
	sql_lit(&q, " FROM d CROSS JOIN ");
	sql_name(&q, r->table);
	/* Archived rows keep the values they had. */
	sql_lit(&q, " old ON old.id = d.id WHERE old.archived = 0 AND (");
	for (size_t i = 0; i < n; i++) {
		if (i)
			sql_lit(&q, " OR ");
		sql_lit(&q, "old.");
		sql_name(&q, r->field[index[i]].name);
		sql_lit(&q, " IS NOT d.");
		put_column(&q, i);
	}
	sql_lit(&q, ")");
	return db_exec(ctx->conn, &q, ret_rows);
}

/* again: an earlier statement of this re-computation has listed rows. Only then can a field move a second time, and what tells
 * an insert from that costs as much as the insert. */
static int work_list_moved(struct reg_ctx *ctx, const struct reg *r, const int *index, size_t n, int64_t recompute_id, bool again,
                           int64_t *differ)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < n; i++) {
		const char *name = r->field[index[i]].name;
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "INSERT INTO moved(recompute_id, field, record_id, before, after) SELECT ");
		sql_i64(&q, recompute_id);
		sql_lit(&q, ", ");
		sql_str(&q, str_of(name));
		sql_lit(&q, ", w.id, old.");
		sql_name(&q, name);
		sql_lit(&q, ", w.");
		put_column(&q, i);
		sql_lit(&q, " FROM derive_work w CROSS JOIN ");
		sql_name(&q, r->table);
		sql_lit(&q, " old ON old.id = w.id WHERE old.");
		sql_name(&q, name);
		sql_lit(&q, " IS NOT ");
		put_work_value(&q, &r->field[index[i]], i);
		/* The first "before" is the one that counts. */
		if (again)
			sql_lit(&q, " ON CONFLICT (recompute_id, field, record_id) DO UPDATE SET after = excluded.after");
		e = db_exec(ctx->conn, &q, &differ[i]);
	}
	return e;
}

/* Only columns that differ somewhere: each column named here has its indexes rewritten for every row. */
static int work_update(struct reg_ctx *ctx, const struct reg *r, const int *index, size_t n, const int64_t *differ)
{
	bool any = false;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE ");
	sql_name(&q, r->table);
	sql_lit(&q, " SET ");
	for (size_t i = 0; i < n; i++) {
		if (!differ[i])
			continue;
		if (any)
			sql_lit(&q, ", ");
		any = true;
		sql_name(&q, r->field[index[i]].name);
		sql_lit(&q, " = ");
		put_work_value(&q, &r->field[index[i]], i);
	}
	sql_lit(&q, " FROM derive_work w WHERE w.id = ");
	sql_name(&q, r->table);
	sql_lit(&q, ".id");
	return db_exec(ctx->conn, &q, NULL);
}

/* Are the rows that differ so many, and so large a part of the table, that its indexes are rather made anew? */
static int most_rows(struct reg_ctx *ctx, const struct reg *r, int64_t rows, bool *ret)
{
	*ret = false;
	if (rows < REINDEX_ROWS)
		return 0;
	struct sql q;
	int64_t more = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT EXISTS (SELECT 1 FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " LIMIT 1 OFFSET ");
	sql_i64(&q, rows * REINDEX_PART);
	sql_lit(&q, ")");
	int e = db_get_i64(ctx->conn, &q, &more);
	*ret = e == 0 && !more;
	return e;
}

static int work_apply(struct reg_ctx *ctx, const struct reg *r, const int *index, size_t n, const int64_t *differ, int64_t rows)
{
	int changed[DERIVED_MAX];
	size_t k = 0;
	bool anew = false;
	for (size_t i = 0; i < n; i++)
		if (differ[i])
			changed[k++] = index[i];
	int e = most_rows(ctx, r, rows, &anew);
	if (e == 0 && anew)
		e = indexes_drop(ctx, r, changed, k);
	if (e == 0)
		e = work_update(ctx, r, index, n, differ);
	return e == 0 && anew ? indexes_make(ctx, r, changed, k) : e;
}

static int work_clear(struct reg_ctx *ctx)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM derive_work");
	return db_exec(ctx->conn, &q, NULL);
}

struct run {
	int64_t id;         /* of the re-computation; 0 until the first row moves */
	unsigned times;     /* statements that moved something */
	int64_t rows;       /* moved by the last of them */
};

/* One statement over its scope. */
static int derive_set(struct reg_ctx *ctx, const struct reg *r, const struct derivation *d, const struct scope *scope,
                      struct str why, struct run *run)
{
	int index[DERIVED_MAX];
	size_t n = field_indexes(r, d, index);
	int64_t rows = 0, differ[DERIVED_MAX] = { 0 };
	int e = work_fill(ctx, r, d, index, n, scope, &rows);
	if (e < 0 || rows == 0)
		return e;
	if (!run->id)
		e = recompute_new(ctx, r, 0, why, &run->id);
	if (e == 0)
		e = work_list_moved(ctx, r, index, n, run->id, run->times > 0, differ);
	if (e == 0)
		e = work_apply(ctx, r, index, n, differ, rows);
	if (e == 0)
		e = work_clear(ctx);
	run->times++;
	run->rows = rows;
	return e;
}

/* Closes a re-computation: counts its rows and writes the one entry of the trail. */
static int finish(struct reg_ctx *ctx, const struct reg *r, const struct run *run, struct str why, int64_t *ret_moved)
{
	struct arena *a = ctx->arena;
	int64_t recompute_id = run->id, rows = run->rows;
	struct sql q;
	int e = 0;
	if (run->times > 1) { /* a row may have moved twice */
		sql_init(&q, a);
		sql_lit(&q, "SELECT count(DISTINCT record_id) FROM moved WHERE recompute_id = ");
		sql_i64(&q, recompute_id);
		e = db_get_i64(ctx->conn, &q, &rows);
	}
	if (e == 0)
		e = recompute_count(ctx, recompute_id, rows);
	if (e < 0)
		return e;
	sql_init(&q, a);
	sql_lit(&q, "SELECT field, count(*) FROM moved WHERE recompute_id = ");
	sql_i64(&q, recompute_id);
	sql_lit(&q, " GROUP BY field ORDER BY field");
	struct audit_change *change = ARENA_ARRAY(a, LIMIT_FIELDS, struct audit_change);
	size_t n = 0;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	e = db_query(ctx->conn, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		if (n < LIMIT_FIELDS)
			change[n++] = (struct audit_change){ .field = stmt_str_dup(s, a, 0), .has_after = true,
				.after = str_printf(a, "%lld", (long long)stmt_i64(s, 1)) };
	}
	stmt_done(&s);
	struct audit_entry entry = auth_entry(a, ctx->by, AUDIT_RECOMPUTE);
	entry.reg = str_of(r->name);
	entry.subject = str_printf(a, "%s #%lld", r->name, (long long)recompute_id);
	entry.reason = why;
	entry.change = change;
	entry.changes = n;
	if (e == 0)
		e = audit_append(ctx->conn, &entry);
	*ret_moved += rows;
	return e;
}

static int run_on(struct reg_ctx *ctx, const struct reg *r, int64_t recompute_id, struct str why, unsigned depth,
                  int64_t *ret_moved);

/* Did the one row change in what the statement looks at? Of anything else than one known row that cannot be told. */
static bool concerns(const struct cause *c, const struct dependency *on)
{
	if (!on->reads || !c->before || !c->after || c->before->state != c->after->state)
		return true;
	for (const char *const *name = on->reads; *name; name++) {
		int f = reg_field(c->reg, *name);
		if (!value_eq(&c->reg->field[f], &c->before->v[f], &c->after->v[f]))
			return true;
	}
	return false;
}

/* Does any row of r point to the one that changed? To ask is many times cheaper than a statement that finds none. */
static int pointed_to(struct reg_ctx *ctx, const struct reg *r, const struct cause *c, const char *through, bool *ret)
{
	*ret = true;
	if (!through || c->moved || c->batch)
		return 0;
	struct sql q;
	int64_t any = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT EXISTS (SELECT 1 FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " WHERE archived = 0 AND ");
	sql_name(&q, through);
	sql_lit(&q, " = ");
	sql_i64(&q, c->id);
	sql_lit(&q, ")");
	int e = db_get_i64(ctx->conn, &q, &any);
	*ret = any;
	return e;
}

/* Everything of r that depends on what changed (or all of it), in the order of its description. */
static int recompute(struct reg_ctx *ctx, const struct reg *r, const struct cause *cause, struct str why, unsigned depth, int64_t *ret_moved)
{
	struct run run = { .id = 0 };
	int e = 0;
	bool concerned = false;
	for (size_t i = 0; e == 0 && i < r->derives; i++) {
		const struct derivation *d = r->derive[i];
		if (!d->sql)
			continue;
		struct scope all = { .through = NULL };
		if (!cause->reg)
			e = derive_set(ctx, r, d, &all, why, &run);
		for (size_t k = 0; cause->reg && e == 0 && k < d->dependencies; k++) {
			const struct dependency *on = &d->depends[k];
			/* What points to rows of a batch is of the batch, and knows them. */
			if (strcmp(on->reg, cause->reg->name) != 0 || (cause->batch && on->through))
				continue;
			concerned = concerned || concerns(cause, on);
			if (!concerned)
				continue;
			struct scope some = { .through = on->through, .back = on->back, .cause = cause };
			bool any = false;
			e = pointed_to(ctx, r, cause, on->through, &any);
			if (e == 0 && any)
				e = derive_set(ctx, r, d, &some, why, &run);
		}
	}
	if (e < 0 || !run.id)
		return e;
	e = finish(ctx, r, &run, why, ret_moved);
	return e == 0 ? run_on(ctx, r, run.id, why, depth, ret_moved) : e;
}

/* The registers that depend on r, after rows of r moved. Each once, whatever number of its derivations do. */
static int run_on(struct reg_ctx *ctx, const struct reg *r, int64_t recompute_id, struct str why, unsigned depth,
                  int64_t *ret_moved)
{
	if (depth >= CASCADE_MAX)
		return 0;
	const struct reg_info *info = reg_info(r);
	bool done[LIMIT_REGISTERS] = { false };
	int e = 0;
	for (size_t i = 0; e == 0 && i < info->dependents; i++) {
		int to = info->dependent[i].reg;
		if (done[to])
			continue;
		done[to] = true;
		e = recompute(ctx, reg_at((size_t)to), &(struct cause){ .reg = r, .moved = recompute_id }, why, depth + 1, ret_moved);
	}
	return e;
}

static int dependents(struct reg_ctx *ctx, const struct cause *cause, bool created, struct str why)
{
	const struct reg_info *info = reg_info(cause->reg);
	bool done[LIMIT_REGISTERS] = { false };
	int64_t moved = 0;
	int e = 0;
	for (size_t i = 0; e == 0 && i < info->dependents; i++) {
		const struct dependent *d = &info->dependent[i];
		/* Nothing can point to a row that has just been made. */
		if (done[d->reg] || (created && d->through >= 0))
			continue;
		done[d->reg] = true;
		e = recompute(ctx, reg_at((size_t)d->reg), cause, why, 0, &moved);
	}
	return e;
}

int derive_dependents(struct reg_ctx *ctx, const struct reg *r, const struct row *before, const struct row *after, struct str why)
{
	return dependents(ctx, &(struct cause){ .reg = r, .id = after->id, .before = before, .after = after }, !before, why);
}

int derive_batch(struct reg_ctx *ctx, const struct reg *r, int64_t batch, struct str why)
{
	return dependents(ctx, &(struct cause){ .reg = r, .batch = batch }, true, why);
}

int reg_recompute(struct reg_ctx *ctx, const struct reg *r, const struct reg *changed_reg, int64_t changed_id, struct str why,
                  int64_t *ret_moved)
{
	int64_t moved = 0;
	int e = recompute(ctx, r, &(struct cause){ .reg = changed_reg, .id = changed_id }, why, 0, &moved);
	if (e == 0 && ret_moved)
		*ret_moved = moved;
	return e;
}

/* In the order of dependence, each register once over all its rows: nothing needs to run on. */
int reg_recompute_all(struct reg_ctx *ctx, struct str why, int64_t *ret_moved)
{
	int64_t moved = 0;
	int e = 0;
	for (int rank = 0; e == 0 && rank <= (int)reg_count(); rank++)
		for (size_t i = 0; e == 0 && i < reg_count(); i++) {
			const struct reg_info *info = reg_info(reg_at(i));
			if (info->rank == rank && info->set_based)
				e = recompute(ctx, reg_at(i), &(struct cause){ .reg = NULL }, why, CASCADE_MAX, &moved);
		}
	if (e == 0 && ret_moved)
		*ret_moved = moved;
	return e;
}
