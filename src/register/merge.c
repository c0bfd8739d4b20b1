/* Merging two rows into one, and erasing a row's personal data: the two writes that are more than a change of fields. */
#include "base/text/register.h"
#include "register/draft.h"
#include "register/engine.h"
#include "register/query.h"

/* ---- references ---- */

static int move_in_field(struct reg_ctx *ctx, const struct reg *r, int field, int64_t into, int64_t from, struct str reason,
                         struct written *ret)
{
	struct reg_view view;
	int e = reg_view_load(ctx->conn, ctx->arena, r, &view);
	if (e < 0)
		return e;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT t.id FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t WHERE t.archived = 0 AND t.");
	sql_name(&q, r->field[field].name);
	sql_lit(&q, " = ");
	sql_i64(&q, from);
	sql_lit(&q, " ORDER BY t.id LIMIT ");
	sql_i64(&q, MERGE_ROWS + 1);
	int64_t *id = ARENA_ARRAY(ctx->arena, MERGE_ROWS + 1, int64_t);
	size_t n = 0;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	e = db_query(ctx->conn, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		id[n++] = stmt_i64(s, 0);
	}
	stmt_done(&s);
	if (e == 0 && n > MERGE_ROWS) {
		error_add(&ret->errors, -1, NOTE(MSG_MERGE_MANY, ARG_L(r->label), ARG_I(MERGE_ROWS)));
		return ERR_LIMIT;
	}
	for (size_t i = 0; e == 0 && i < n; i++) {
		struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, id[i]);
		change_set(&c, field, (struct value){ .known = true, .i = into });
		c.reason = reason;
		c.by_engine = true;
		struct written w;
		e = row_write(ctx, &c, WRITE_TRUSTED, &w);
		/* Two rows that differed only in what they point to would become one: the person decides that first. */
		for (size_t k = 0; e < 0 && k < w.errors.n; k++)
			error_add(&ret->errors, -1, w.errors.error[k].why);
	}
	return e;
}

static int move_references(struct reg_ctx *ctx, const struct reg *target, int64_t into, int64_t from, struct str reason,
                           struct written *ret)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		for (size_t f = 0; e == 0 && f < r->fields; f++)
			if (field_is_reference(&r->field[f]) && strcmp(r->field[f].target, target->name) == 0)
				e = move_in_field(ctx, r, (int)f, into, from, reason, ret);
	}
	return e;
}

/* ---- links, comments, attachments ---- */

static int run(struct reg_ctx *ctx, struct sql *q)
{
	return db_exec(ctx->conn, q, NULL);
}

static int move_link_end(struct reg_ctx *ctx, bool from_end, int64_t into, int64_t from)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	/* What is linked with both rows already stays where it is. */
	if (from_end)
		sql_lit(&q, "UPDATE link SET from_id = ");
	else
		sql_lit(&q, "UPDATE link SET to_id = ");
	sql_i64(&q, into);
	if (from_end)
		sql_lit(&q, " WHERE NOT EXISTS (SELECT 1 FROM link o WHERE o.kind = link.kind AND o.to_id = link.to_id AND o.from_id = ");
	else
		sql_lit(&q, " WHERE NOT EXISTS (SELECT 1 FROM link o WHERE o.kind = link.kind AND o.from_id = link.from_id AND o.to_id = ");
	sql_i64(&q, into);
	if (from_end)
		sql_lit(&q, ") AND from_id = ");
	else
		sql_lit(&q, ") AND to_id = ");
	sql_i64(&q, from);
	return run(ctx, &q);
}

static int move_rest(struct reg_ctx *ctx, int64_t into, int64_t from)
{
	int e = move_link_end(ctx, true, into, from);
	if (e == 0)
		e = move_link_end(ctx, false, into, from);
	struct sql q;
	if (e == 0) { /* links that both rows had, and one between the two */
		sql_init(&q, ctx->arena);
		sql_lit(&q, "DELETE FROM link WHERE from_id = ");
		sql_i64(&q, from);
		sql_lit(&q, " OR to_id = ");
		sql_i64(&q, from);
		sql_lit(&q, " OR (from_id = ");
		sql_i64(&q, into);
		sql_lit(&q, " AND to_id = ");
		sql_i64(&q, into);
		sql_lit(&q, ")");
		e = run(ctx, &q);
	}
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "UPDATE remark_comment SET record_id = ");
		sql_i64(&q, into);
		sql_lit(&q, " WHERE record_id = ");
		sql_i64(&q, from);
		e = run(ctx, &q);
	}
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "UPDATE remark_attachment SET record_id = ");
		sql_i64(&q, into);
		sql_lit(&q, " WHERE record_id = ");
		sql_i64(&q, from);
		e = run(ctx, &q);
	}
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "UPDATE record SET merged_into = ");
		sql_i64(&q, into);
		sql_lit(&q, " WHERE id = ");
		sql_i64(&q, from);
		e = run(ctx, &q);
	}
	/* Ids are of one series: where the row is no person, nobody has it. */
	if (e == 0)
		e = auth_person_merged(ctx->conn, ctx->arena, into, from);
	if (e == 0)
		e = auth_record_merged(ctx->conn, ctx->arena, ctx->by, into, from);
	return e;
}

static int refuse(struct written *ret, msg_id why)
{
	error_add(&ret->errors, -1, NOTE0(why));
	return ERR_INVALID;
}

bool merge_fills(const struct principal *p, const struct reg_view *view, size_t i, const struct row *keep, const struct row *gone)
{
	const struct field *f = view->field[i];
	const struct value *v = &gone->v[i];
	/* A row that points to the one that stays, or to itself, would make it point to itself. */
	return !keep->v[i].known && v->known && !f->derived && !(f->flags & FIELD_ENGINE) && reg_field_readable(p, view->reg, f) &&
	       reg_field_writable(p, view->reg, f) &&
	       !(field_is_reference(f) && (v->i == keep->id || v->i == gone->id));
}

/* An ordinary change of the row that stays, by the person and under the register's rules. */
static int fill_blanks(struct reg_ctx *ctx, const struct reg_view *view, const struct row *keep, const struct row *gone, struct written *ret)
{
	struct change c = change_new(ctx->arena, CHANGE_SAVE, view, keep->id);
	struct written w;
	bool any = false;
	c.reason = gone->code;
	for (size_t i = 0; i < view->fields; i++)
		if (merge_fills(ctx->by, view, i, keep, gone)) {
			change_set(&c, (int)i, gone->v[i]);
			any = true;
		}
	if (!any)
		return 0;
	int e = reg_write(ctx, &c, &w);
	for (size_t i = 0; e < 0 && i < w.errors.n; i++)
		error_add(&ret->errors, w.errors.error[i].field, w.errors.error[i].why);
	return e;
}

int reg_merge(struct reg_ctx *ctx, const struct reg_view *view, int64_t into, int64_t from, bool fill, struct str reason, struct written *ret)
{
	*ret = (struct written){ .id = into, .errors = { .arena = ctx->arena } };
	const struct reg *r_into = NULL, *r_from = NULL;
	int e = record_require(ctx->conn, ctx->arena, ctx->by, into, OP_ARCHIVE, &r_into);
	if (e == 0)
		e = record_require(ctx->conn, ctx->arena, ctx->by, from, OP_ARCHIVE, &r_from);
	if (e == 0 && (r_into != view->reg || r_from != view->reg))
		e = ERR_NOT_FOUND;
	if (e < 0)
		return e;
	if (into == from)
		return refuse(ret, MSG_MERGE_SAME);
	if (view->reg->whole)
		return refuse(ret, MSG_MERGE_NEVER);
	struct row keep, gone;
	struct row_facts facts;
	e = row_load(ctx->conn, ctx->arena, view, into, &keep, &facts);
	if (e == 0)
		e = row_load(ctx->conn, ctx->arena, view, from, &gone, &facts);
	if (e != 0)
		return e;
	if (keep.state != RECORD_LIVE || gone.state != RECORD_LIVE)
		return refuse(ret, MSG_MERGE_ARCHIVED);
	struct str into_name = row_subject(ctx->arena, view->reg, &keep), from_name = row_subject(ctx->arena, view->reg, &gone);
	/* The codes, not the titles: who reads a row that pointed here need not see these two. */
	e = move_references(ctx, view->reg, into, from, reason.n ? reason : gone.code, ret);
	if (e == 0)
		e = move_rest(ctx, into, from);
	if (e < 0)
		return e;
	struct change c = change_new(ctx->arena, CHANGE_ARCHIVE, view, from);
	c.reason = reason.n ? reason : keep.code;
	c.audit = AUDIT_MERGE;
	struct written archived;
	e = row_write(ctx, &c, WRITE_TRUSTED, &archived);
	if (e < 0) {
		for (size_t i = 0; i < archived.errors.n; i++)
			error_add(&ret->errors, -1, archived.errors.error[i].why);
		return e;
	}
	if (fill && (e = fill_blanks(ctx, view, &keep, &gone, ret)) < 0)
		return e;
	/* What came in stands in the history of the row that stays. */
	struct audit_change told = { .field = STR("merged_from"), .has_after = true, .after = from_name };
	struct audit_entry entry = auth_entry(ctx->arena, ctx->by, AUDIT_MERGE);
	entry.reg = str_of(view->reg->name);
	entry.record_id = into;
	entry.subject = into_name;
	entry.reason = reason;
	entry.change = &told;
	entry.changes = 1;
	e = audit_append(ctx->conn, &entry);
	struct row now;
	if (e == 0)
		e = row_load(ctx->conn, ctx->arena, view, into, &now, &facts);
	if (e != 0)
		return e;
	ret->revision = now.revision;
	ret->code = keep.code;
	ret->changed = true;
	return 0;
}

/* ---- erasure ---- */

bool field_erasable(const struct field *f)
{
	return f->flags & (FIELD_PRIVATE | FIELD_SECRET) && !f->derived;
}

bool reg_erasable(const struct reg *r)
{
	for (size_t i = 0; i < r->fields; i++)
		if (field_erasable(&r->field[i]))
			return true;
	return false;
}

int reg_erase(struct reg_ctx *ctx, const struct reg_view *view, int64_t id, struct str reason, struct written *ret)
{
	*ret = (struct written){ .id = id, .errors = { .arena = ctx->arena } };
	const struct reg *r = view->reg, *found = NULL;
	int e = record_require(ctx->conn, ctx->arena, ctx->by, id, OP_PRIVATE, &found);
	if (e == 0)
		e = record_require(ctx->conn, ctx->arena, ctx->by, id, OP_ARCHIVE, &found);
	if (e == 0 && found != r)
		e = ERR_NOT_FOUND;
	struct row row;
	struct row_facts facts;
	if (e == 0)
		e = row_load(ctx->conn, ctx->arena, view, id, &row, &facts);
	if (e != 0)
		return e;
	struct row before = row;
	before.v = ARENA_ARRAY(ctx->arena, row.values, struct value);
	memcpy(before.v, row.v, row.values * sizeof *row.v);
	ret->revision = row.revision;
	ret->code = row.code;
	struct audit_change *change = ARENA_ARRAY(ctx->arena, r->fields, struct audit_change);
	size_t n = 0;
	bool key = false;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE ");
	sql_name(&q, r->table);
	sql_lit(&q, " SET ");
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *f = &r->field[i];
		if (!field_erasable(f) || !row.v[i].known)
			continue;
		if (n)
			sql_lit(&q, ", ");
		sql_name(&q, f->name);
		sql_lit(&q, " = NULL");
		key = key || f->flags & FIELD_KEY;
		change[n++] = (struct audit_change){ .field = str_of(f->name), .has_before = true,
			.before = value_digest(ctx, f, value_str(ctx->arena, f, &row.v[i], FORM_API, LANG_JA)) };
		row.v[i] = (struct value){ .known = false };
	}
	if (n == 0) {
		sql_release(&q);
		return 0;
	}
	if (key)
		sql_lit(&q, ", match_key = NULL");
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, id);
	e = db_exec(ctx->conn, &q, NULL);
	row.revision++;
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "UPDATE record SET revision = ");
		sql_i64(&q, row.revision);
		sql_lit(&q, ", updated_at = ");
		sql_i64(&q, clock_now());
		sql_lit(&q, ", updated_by = ");
		sql_str(&q, ctx->by->name);
		sql_lit(&q, " WHERE id = ");
		sql_i64(&q, id);
		e = db_exec(ctx->conn, &q, NULL);
	}
	if (e == 0 && reg_info(r)->searchable)
		e = search_update(ctx->conn, ctx->arena, r, id, &before, &row);
	if (e == 0) /* what somebody typed and did not save may hold the same */
		e = draft_forget_all(ctx, str_printf(ctx->arena, "%s:%lld", r->name, (long long)id));
	struct audit_entry entry = auth_entry(ctx->arena, ctx->by, AUDIT_ERASE);
	entry.reg = str_of(r->name);
	entry.record_id = id;
	entry.revision = row.revision;
	entry.subject = row.code;
	entry.reason = reason;
	entry.change = change;
	entry.changes = n;
	if (e == 0)
		e = audit_append(ctx->conn, &entry);
	if (e == 0 && r->hooks && r->hooks->after_write)
		e = r->hooks->after_write(ctx, &before, &row);
	if (e < 0)
		return e;
	ret->revision = row.revision;
	ret->changed = true;
	return 0;
}
