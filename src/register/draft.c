/* Drafts of forms. */
#include "register/draft.h"

#include "register/engine.h"

static struct str owner_of(struct arena *a, const struct principal *p)
{
	if (p->kind == PRINCIPAL_LINK)
		return str_printf(a, "link:%lld", (long long)p->id);
	return p->account_id ? str_printf(a, "account:%lld", (long long)p->account_id) : STR_NULL;
}

int draft_put(struct reg_ctx *ctx, struct str form, struct str content)
{
	struct str owner = owner_of(ctx->arena, ctx->by);
	if (!owner.n)
		return ERR_DENIED;
	if (content.n > LIMIT_DRAFT || form.n == 0 || form.n > 200)
		return ERR_LIMIT;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO draft(owner, form, at, content) VALUES (");
	sql_str(&q, owner);
	sql_lit(&q, ", ");
	sql_str(&q, form);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_str(&q, content);
	sql_lit(&q, ") ON CONFLICT (owner, form) DO UPDATE SET at = excluded.at, content = excluded.content");
	int e = db_exec(ctx->conn, &q, NULL);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM draft WHERE owner = ");
	sql_str(&q, owner);
	sql_lit(&q, " AND form NOT IN (SELECT form FROM draft WHERE owner = ");
	sql_str(&q, owner);
	sql_lit(&q, " ORDER BY at DESC, form LIMIT ");
	sql_i64(&q, LIMIT_DRAFTS);
	sql_lit(&q, ")");
	return db_exec(ctx->conn, &q, NULL);
}

int draft_get(struct db_conn *c, struct arena *a, const struct principal *p, struct str form, struct str *ret, int64_t *ret_at)
{
	struct str owner = owner_of(a, p);
	if (!owner.n)
		return ERR_NOT_FOUND;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT content, at FROM draft WHERE owner = ");
	sql_str(&q, owner);
	sql_lit(&q, " AND form = ");
	sql_str(&q, form);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(c, &q, &s);
	if (e < 0)
		return e;
	*ret = stmt_str_dup(s, a, 0);
	*ret_at = stmt_i64(s, 1);
	return 0;
}

int draft_forget(struct reg_ctx *ctx, struct str form)
{
	struct str owner = owner_of(ctx->arena, ctx->by);
	if (!owner.n)
		return 0;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM draft WHERE owner = ");
	sql_str(&q, owner);
	sql_lit(&q, " AND form = ");
	sql_str(&q, form);
	return db_exec(ctx->conn, &q, NULL);
}

int draft_forget_all(struct reg_ctx *ctx, struct str form)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM draft WHERE form = ");
	sql_str(&q, form);
	return db_exec(ctx->conn, &q, NULL);
}

int draft_tidy(struct reg_ctx *ctx)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM draft WHERE at < ");
	sql_i64(&q, clock_now() - (int64_t)LIMIT_DRAFT_DAYS * 24 * 3600 * 1000);
	return db_exec(ctx->conn, &q, NULL);
}
