/* Saved views. They are a convenience of one person, not a record: no trail. */
#include "register/saved_view.h"

#include "base/text.h"
#include "base/text/register.h"
#include "register/engine.h"

static int refuse(struct note *ret_why, struct note why)
{
	*ret_why = why;
	return ERR_INVALID;
}

int saved_view_put(struct reg_ctx *ctx, const struct reg *r, struct str name, struct str query, bool shared, int64_t *ret_id, bool *ret_replaced,
                   struct note *ret_why)
{
	const struct principal *p = ctx->by;
	*ret_why = NOTE0(MSG_VIEW_DENIED);
	if (!p->account_id || p->read_only || !(auth_ops(p, reg_number(r)) & OP_READ) || (shared && !(p->needs & NEED_SETTINGS)))
		return ERR_DENIED;
	name = str_trim(name);
	if (name.n == 0 || text_chars(name) > 60 || !text_valid(name) || query.n > LIMIT_URL || !text_valid(query))
		return refuse(ret_why, NOTE0(MSG_VIEW_NAME));
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM saved_view WHERE register = ");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, " AND account_id = ");
	sql_i64(&q, p->account_id);
	sql_lit(&q, " AND name <> ");
	sql_str(&q, name);
	int64_t n = 0;
	int e = db_get_i64(ctx->conn, &q, &n);
	if (e == 0 && n >= LIMIT_SAVED_VIEWS)
		return refuse(ret_why, NOTE(MSG_VIEW_MANY, ARG_I(LIMIT_SAVED_VIEWS)));
	int64_t there = 0;
	if (e == 0) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT count(*) FROM saved_view WHERE register = ");
		sql_str(&q, str_of(r->name));
		sql_lit(&q, " AND account_id = ");
		sql_i64(&q, p->account_id);
		sql_lit(&q, " AND name = ");
		sql_str(&q, name);
		e = db_get_i64(ctx->conn, &q, &there);
	}
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO saved_view(register, account_id, shared, name, query, created_at) VALUES (");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, ", ");
	sql_i64(&q, p->account_id);
	sql_lit(&q, ", ");
	sql_i64(&q, shared);
	sql_lit(&q, ", ");
	sql_str(&q, name);
	sql_lit(&q, ", ");
	sql_str(&q, query);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ") ON CONFLICT (register, account_id, name) DO UPDATE SET query = excluded.query, shared = excluded.shared RETURNING id");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	e = db_query(ctx->conn, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	if (e <= 0)
		return e < 0 ? e : ERR_DB;
	*ret_id = stmt_i64(s, 0);
	*ret_replaced = there > 0;
	e = stmt_step(s);
	return e < 0 ? e : 0;
}

int saved_view_remove(struct reg_ctx *ctx, int64_t id)
{
	if (!ctx->by->account_id || ctx->by->read_only)
		return ERR_NOT_FOUND;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM saved_view WHERE id = ");
	sql_i64(&q, id);
	sql_lit(&q, " AND (account_id = ");
	sql_i64(&q, ctx->by->account_id);
	if (ctx->by->needs & NEED_SETTINGS)
		sql_lit(&q, " OR shared = 1");
	sql_lit(&q, ")");
	int64_t n = 0;
	int e = db_exec(ctx->conn, &q, &n);
	return e < 0 ? e : n ? 0 : ERR_NOT_FOUND;
}

int saved_view_list(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, struct saved_view **ret,
                    size_t *ret_n)
{
	const size_t max = 500;
	struct saved_view *list = ARENA_ARRAY(a, max, struct saved_view);
	size_t n = 0;
	*ret = list;
	*ret_n = 0;
	if (!p->account_id)
		return 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, name, query, shared, account_id FROM saved_view WHERE register = ");
	sql_str(&q, str_of(r->name));
	sql_lit(&q, " AND (shared = 1 OR account_id = ");
	sql_i64(&q, p->account_id);
	sql_lit(&q, ") ORDER BY name, id LIMIT 500");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		list[n++] = (struct saved_view){ .id = stmt_i64(s, 0), .name = stmt_str_dup(s, a, 1), .query = stmt_str_dup(s, a, 2),
			.shared = stmt_i64(s, 3), .mine = stmt_i64(s, 4) == p->account_id };
	}
	*ret_n = n;
	return e;
}
