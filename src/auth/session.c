/* Sessions: found by the hash of the cookie. */
#include "auth/session.h"
#include "auth/store.h"

#include "base/text.h"

int session_find(struct db_conn *c, struct arena *a, struct str secret, int64_t now, struct session *ret)
{
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, secret);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT s.id, s.account_id, s.link_id, s.seen_at, s.expires_at, "
	            "(SELECT generation FROM auth_state WHERE id = 1) FROM auth_session s WHERE s.hash = ");
	sql_blob(&q, hash, sizeof hash);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r <= 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	struct session found = { .id = stmt_i64(s, 0), .account_id = stmt_i64(s, 1), .link_id = stmt_i64(s, 2),
		                     .seen_at = stmt_i64(s, 3), .generation = stmt_i64(s, 5) };
	if (stmt_i64(s, 4) <= now || found.seen_at + SESSION_IDLE_MS <= now)
		return ERR_NOT_FOUND;
	*ret = found;
	return 0;
}

int session_create(struct db_conn *writer, struct arena *a, int64_t account_id, int64_t link_id, int64_t limit_ms,
                   struct str address, struct str agent, struct str *ret_secret)
{
	int64_t now = clock_now(), expires = now + SESSION_LIFE_MS;
	if (limit_ms && limit_ms < expires)
		expires = limit_ms;
	struct str secret = secret_new(a);
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, secret);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_session (hash, account_id, link_id, created_at, seen_at, expires_at, address, agent) VALUES (");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, ", ");
	sql_i64(&q, account_id);
	sql_lit(&q, ", ");
	sql_i64(&q, link_id);
	sql_lit(&q, ", ");
	sql_i64(&q, now);
	sql_lit(&q, ", ");
	sql_i64(&q, now);
	sql_lit(&q, ", ");
	sql_i64(&q, expires);
	sql_lit(&q, ", ");
	sql_str(&q, address);
	sql_lit(&q, ", ");
	sql_str(&q, text_clip(agent, 300));
	sql_lit(&q, ")");
	int r = db_exec(writer, &q, NULL);
	if (r == 0)
		*ret_secret = secret;
	return r;
}

int session_delete(struct db_conn *writer, struct arena *a, struct str secret)
{
	if (secret.n == 0)
		return 0;
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, secret);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_session WHERE hash = ");
	sql_blob(&q, hash, sizeof hash);
	return db_exec(writer, &q, NULL);
}

struct begin {
	struct http_req *req;
	int64_t account_id;
	struct str secret;
};

static int begin(struct db_conn *c, void *ctx)
{
	struct begin *b = ctx;
	struct arena *a = b->req->arena;
	int r = session_delete(c, a, http_cookie(b->req, "session"));
	if (r == 0)
		r = session_create(c, a, b->account_id, 0, 0, b->req->address, http_header(b->req, "User-Agent"), &b->secret);
	struct sql q;
	if (r == 0) {
		sql_init(&q, a);
		sql_lit(&q, "UPDATE auth_account SET signed_in_at = ");
		sql_i64(&q, clock_now());
		sql_lit(&q, " WHERE id = ");
		sql_i64(&q, b->account_id);
		r = db_exec(c, &q, NULL);
	}
	struct str subject = STR_NULL;
	if (r == 0)
		r = account_subject(c, a, b->account_id, &subject);
	struct principal p;
	if (r == 0)
		r = auth_principal_load(c, a, b->account_id, &p);
	if (r < 0)
		return r;
	p.address = b->req->address;
	return trail(c, a, &p, AUDIT_SIGN_IN, subject, NULL, 0);
}

int auth_session_begin(struct http_req *req, int64_t account_id)
{
	struct begin b = { .req = req, .account_id = account_id };
	int r = db_write(office_of(req)->db, begin, &b);
	if (r == 0)
		http_set_cookie(req, "session", b.secret, SESSION_LIFE_MS / 1000);
	return r;
}
