/* Calendar feeds: a secret link per account, of which only the digest is kept. */
#include "base/hash.h"
#include "base/random.h"
#include "work/calendar.h"

#define SECRET_BYTES 32

static void digest(uint8_t ret[HASH_SIZE], struct str secret)
{
	struct hash h;
	hash_begin(&h);
	hash_add(&h, "calendar feed", 13);
	hash_add(&h, secret.p, secret.n);
	hash_end(&h, ret);
}

int feed_of(struct db_conn *c, struct arena *a, int64_t account_id, struct feed *ret)
{
	struct sql q;
	*ret = (struct feed){ 0 };
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, created_at, used_at, used FROM work_feed WHERE ended_at = 0 AND account_id = ");
	sql_i64(&q, account_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0 && (e = stmt_step(s)) == 1)
		*ret = (struct feed){ stmt_i64(s, 0), stmt_i64(s, 1), stmt_i64(s, 2), stmt_i64(s, 3) };
	return e < 0 ? e : 0;
}

static int tell(struct reg_ctx *ctx, struct str what)
{
	struct audit_change c = { .field = STR("calendar_feed"), .has_after = true, .after = what };
	struct audit_entry e = auth_entry(ctx->arena, ctx->by, AUDIT_PERSONAL_LINK);
	e.subject = ctx->by->name;
	e.change = &c;
	e.changes = 1;
	return audit_append(ctx->conn, &e);
}

static int end_all(struct reg_ctx *ctx, int64_t *ret_n)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE work_feed SET ended_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE ended_at = 0 AND account_id = ");
	sql_i64(&q, ctx->by->account_id);
	return db_exec(ctx->conn, &q, ret_n);
}

int feed_create(struct reg_ctx *ctx, struct str *ret_secret)
{
	uint8_t raw[SECRET_BYTES], hash[HASH_SIZE];
	int64_t n = 0;
	struct sql q;
	if (ctx->by->kind != PRINCIPAL_ACCOUNT)
		return ERR_DENIED;
	int e = end_all(ctx, &n);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 128);
	random_bytes(raw, sizeof raw);
	hash_put_base64url(&b, raw, sizeof raw);
	digest(hash, buf_view(&b));
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO work_feed (account_id, hash, created_at) VALUES (");
	sql_i64(&q, ctx->by->account_id);
	sql_lit(&q, ", ");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ")");
	if (e == 0)
		e = db_exec(ctx->conn, &q, NULL);
	else
		sql_release(&q);
	if (e == 0)
		e = tell(ctx, STR("issued"));
	if (e == 0)
		*ret_secret = str_dup(ctx->arena, buf_view(&b));
	return e;
}

int feed_end(struct reg_ctx *ctx)
{
	int64_t n = 0;
	if (ctx->by->kind != PRINCIPAL_ACCOUNT)
		return ERR_DENIED;
	int e = end_all(ctx, &n);
	return e < 0 ? e : n ? tell(ctx, STR("ended")) : ERR_NOT_FOUND;
}

int feed_open(struct db_conn *c, struct arena *a, struct str secret, int64_t *ret_feed, int64_t *ret_account)
{
	uint8_t hash[HASH_SIZE];
	struct sql q;
	if (secret.n != (SECRET_BYTES * 8 + 5) / 6)
		return ERR_NOT_FOUND;
	digest(hash, secret);
	sql_init(&q, a);
	sql_lit(&q, "SELECT f.id, f.account_id FROM work_feed f JOIN auth_account a ON a.id = f.account_id AND a.active = 1 WHERE f.ended_at = 0 AND f.hash = ");
	sql_blob(&q, hash, sizeof hash);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(c, &q, &s);
	if (e < 0)
		return e;
	*ret_feed = stmt_i64(s, 0);
	*ret_account = stmt_i64(s, 1);
	return 0;
}
