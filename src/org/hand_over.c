/*
 * Handing over: what a unit owns goes to another unit, row by row through the one write path, so that every row's history
 * says when and why. Archived rows stay where they were: they tell how things stood.
 */
#include "org/hand_over.h"

#include "base/text/org.h"
#include "register/batch.h"
#include "register/query.h"

size_t org_owning_registers(const struct reg **ret, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < reg_count() && n < max; i++) {
		int owner = reg_owner_field(reg_at(i));
		if (owner >= 0 && strcmp(reg_at(i)->field[owner].target, reg_unit.name) == 0)
			ret[n++] = reg_at(i);
	}
	return n;
}

static int next_rows(struct db_conn *c, struct arena *a, const struct reg *r, int64_t unit, size_t limit, int64_t *ret, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, " t WHERE t.archived = 0 AND t.");
	sql_name(&q, r->field[reg_owner_field(r)].name);
	sql_lit(&q, " = ");
	sql_i64(&q, unit);
	batch_visible(&q, "t");
	sql_lit(&q, " ORDER BY t.id LIMIT ");
	sql_i64(&q, (int64_t)limit);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	size_t n = 0;
	int e = db_query(c, &q, &s);
	while (e == 0 && n < limit && (e = stmt_step(s)) == 1) {
		ret[n++] = stmt_i64(s, 0);
		e = 0;
	}
	*ret_n = n;
	return e;
}

/* What went wrong with a row, said with its code, so that a person can find it. */
static struct note refusal(struct reg_ctx *ctx, const struct reg *r, int64_t id, int e, const struct written *w)
{
	struct str code = STR_NULL;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT code FROM record WHERE id = ");
	sql_i64(&q, id);
	if (db_get_str(ctx->conn, &q, &code) < 0)
		code = str_of(r->code);
	if (e == ERR_DENIED)
		return NOTE(MSG_ORG_HAND_OVER_DENIED, ARG_L(r->label), ARG_S(code));
	if (w->errors.n)
		return NOTE(MSG_ORG_HAND_OVER_ROW, ARG_L(r->label), ARG_S(code), ARG_S(note_str(ctx->arena, ctx->by->lang, &w->errors.error[0].why)));
	return NOTE(MSG_ORG_HAND_OVER_FAILED, ARG_L(r->label), ARG_S(code));
}

int org_hand_over_some(struct reg_ctx *ctx, int64_t from_unit, int64_t to_unit, struct str reason, size_t limit, int64_t *ret_moved,
                       struct note *ret_why)
{
	*ret_moved = 0;
	if (from_unit == to_unit || from_unit <= 0 || to_unit <= 0) {
		*ret_why = NOTE0(MSG_ORG_HAND_OVER_SAME);
		return ERR_INVALID;
	}
	/* Each row's write has memory of its own: a unit may own a hundred thousand. */
	struct arena *a = arena_new(LIMIT_ARENA);
	struct reg_ctx inner = { .conn = ctx->conn, .arena = a, .by = ctx->by, .key = ctx->key };
	const struct reg *regs[LIMIT_REGISTERS];
	size_t n = org_owning_registers(regs, COUNT_OF(regs));
	int64_t ids[64];
	int e = 0;
	for (size_t i = 0; e == 0 && i < n; i++) {
		struct reg_view view;
		size_t rows = 1;
		e = reg_view_load(ctx->conn, ctx->arena, regs[i], &view);
		while (e == 0 && rows && (size_t)*ret_moved < limit) {
			size_t room = limit - (size_t)*ret_moved;
			e = next_rows(ctx->conn, a, regs[i], from_unit, room < COUNT_OF(ids) ? room : COUNT_OF(ids), ids, &rows);
			for (size_t k = 0; e == 0 && k < rows; k++) {
				arena_clear(a);
				struct change c = change_new(a, CHANGE_SAVE, &view, ids[k]);
				struct written w;
				change_set(&c, reg_owner_field(regs[i]), (struct value){ .known = true, .i = to_unit });
				c.reason = reason;
				e = reg_write(&inner, &c, &w);
				if (e < 0) {
					/* The note outlives the row's memory. */
					inner.arena = ctx->arena;
					*ret_why = refusal(&inner, regs[i], ids[k], e, &w);
				}
				*ret_moved += e == 0;
			}
		}
	}
	arena_free(a);
	return e;
}

int org_hand_over(struct reg_ctx *ctx, int64_t from_unit, int64_t to_unit, struct str reason, int64_t *ret_moved, struct note *ret_why)
{
	int64_t all = 0, some = 1;
	int e = 0;
	while (e == 0 && some) {
		e = org_hand_over_some(ctx, from_unit, to_unit, reason, 1000, &some, ret_why);
		all += some;
	}
	if (e == 0)
		*ret_moved = all;
	return e;
}

/* Is unit `below` the unit `above`, or somewhere below it? */
static int lies_below(struct reg_ctx *ctx, int64_t below, int64_t above, bool *ret)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM auth_unit_closure WHERE ancestor = ");
	sql_i64(&q, above);
	sql_lit(&q, " AND descendant = ");
	sql_i64(&q, below);
	int e = db_get_i64(ctx->conn, &q, &n);
	*ret = n > 0;
	return e;
}

static int write_unit(struct reg_ctx *ctx, const struct change *c, struct note *ret_why)
{
	struct written w;
	int e = reg_write(ctx, c, &w);
	if (e < 0)
		*ret_why = refusal(ctx, &reg_unit, c->id, e, &w);
	return e;
}

/* Sub-units go below the successor; where the successor itself lies below one of them, that one takes the old unit's place. */
static int sub_units_move(struct reg_ctx *ctx, const struct reg_view *view, const struct row *unit, int64_t to_unit, struct str reason,
                          struct note *ret_why)
{
	const int parent = reg_field(&reg_unit, "parent");
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT id FROM org_unit WHERE archived = 0 AND parent = ");
	sql_i64(&q, unit->id);
	int64_t ids[512];
	size_t n = 0;
	struct stmt *s = NULL;
	int e = db_query(ctx->conn, &q, &s);
	while (e == 0 && n < COUNT_OF(ids) && (e = stmt_step(s)) == 1) {
		ids[n++] = stmt_i64(s, 0);
		e = 0;
	}
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i < n; i++) {
		bool around = false;
		e = lies_below(ctx, to_unit, ids[i], &around);
		struct change c = change_new(ctx->arena, CHANGE_SAVE, view, ids[i]);
		change_set(&c, parent, around ? unit->v[parent] : (struct value){ .known = true, .i = to_unit });
		c.reason = reason;
		if (e == 0)
			e = write_unit(ctx, &c, ret_why);
	}
	return e;
}

int org_unit_close(struct reg_ctx *ctx, int64_t unit_id, int64_t successor, struct str abolished_on, struct str reason, struct note *ret_why)
{
	struct reg_view view;
	struct row unit;
	*ret_why = NOTE0(MSG_ORG_HAND_OVER_GONE);
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_unit, &view);
	if (e == 0)
		e = reg_get(ctx->conn, ctx->arena, ctx->by, &view, unit_id, &unit);
	if (e == 0)
		e = sub_units_move(ctx, &view, &unit, successor, reason, ret_why);
	if (e < 0)
		return e;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, unit_id);
	change_set(&c, reg_field(&reg_unit, "abolished_on"), (struct value){ .known = true, .s = abolished_on });
	change_set(&c, reg_field(&reg_unit, "successor"), (struct value){ .known = true, .i = successor });
	c.reason = reason;
	e = write_unit(ctx, &c, ret_why);
	if (e < 0)
		return e;
	c = change_new(ctx->arena, CHANGE_ARCHIVE, &view, unit_id);
	c.reason = reason;
	return write_unit(ctx, &c, ret_why);
}
