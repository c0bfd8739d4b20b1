/* The second factor: codes by time (RFC 6238) and recovery codes. The secret is encrypted under a key that is derived
 * from the office's, which lies outside the database. */
#include "auth/store.h"
#include "base/seal.h"

#include <liboath/oath.h>
#include <pthread.h>
#include <sodium.h>

#define STEP_SECONDS 30
#define SECRET_SEAL "second factor"

static pthread_once_t oath_once = PTHREAD_ONCE_INIT;
static void oath_start(void)
{
	if (oath_init() != OATH_OK)
		die("liboath cannot start");
}

int totp_step(const uint8_t *secret, size_t n, struct str code, int64_t now_ms, int64_t last_step, int64_t *ret_step)
{
	char z[8];
	if (code.n != 6)
		return ERR_INVALID;
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] < '0' || code.p[i] > '9')
			return ERR_INVALID;
		z[i] = code.p[i];
	}
	z[6] = '\0';
	pthread_once(&oath_once, oath_start);
	int64_t now = now_ms / 1000, step = now / STEP_SECONDS;
	for (int64_t at = step - 1; at <= step + 1; at++) {
		char right[8];
		if (at < 0 || oath_totp_generate((const char *)secret, n, (time_t)(at * STEP_SECONDS), STEP_SECONDS, 0, 6, right) != OATH_OK)
			continue;
		if (hash_equal(right, z, 6) && at > last_step) {
			*ret_step = at;
			return 0;
		}
	}
	return ERR_INVALID;
}

int factor_load(struct db_conn *c, struct arena *a, const uint8_t key[32], int64_t account_id, struct factor *ret)
{
	struct factor f = { .there = false };
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT secret, confirmed_at, last_step FROM auth_factor WHERE account_id = ");
	sql_i64(&q, account_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r < 0)
		return r;
	if (r == 1) {
		struct str secret;
		if (seal_open(a, key, SECRET_SEAL, stmt_str(s, 0), &secret) < 0 || secret.n != sizeof f.secret)
			return ERR_CORRUPT;
		memcpy(f.secret, secret.p, sizeof f.secret);
		f.there = true;
		f.confirmed = stmt_i64(s, 1) != 0;
		f.last_step = stmt_i64(s, 2);
	}
	*ret = f;
	return 0;
}

int factor_begin(struct db_conn *writer, struct arena *a, const uint8_t key[32], int64_t account_id)
{
	uint8_t secret[FACTOR_SECRET];
	CLEANUP(buf_release) struct buf box;
	buf_init(&box, 256);
	random_bytes(secret, sizeof secret);
	seal_put(&box, key, SECRET_SEAL, (struct str){ (const char *)secret, sizeof secret });
	sodium_memzero(secret, sizeof secret);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_factor (account_id, secret) VALUES (");
	sql_i64(&q, account_id);
	sql_lit(&q, ", ");
	sql_blob(&q, box.p, box.n);
	/* One in use is never replaced: it is taken away first. */
	sql_lit(&q, ") ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, last_step = 0 WHERE auth_factor.confirmed_at = 0");
	return db_exec(writer, &q, NULL);
}

int factor_use(struct db_conn *writer, struct arena *a, const uint8_t key[32], int64_t account_id, struct str code)
{
	struct factor f;
	int r = factor_load(writer, a, key, account_id, &f);
	if (r < 0)
		return r;
	int64_t step;
	if (!f.there || totp_step(f.secret, sizeof f.secret, code, clock_now(), f.last_step, &step) < 0)
		return ERR_INVALID;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_factor SET last_step = ");
	sql_i64(&q, step);
	sql_lit(&q, " WHERE account_id = ");
	sql_i64(&q, account_id);
	return db_exec(writer, &q, NULL);
}

int factor_confirm(struct db_conn *writer, struct arena *a, int64_t account_id)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_factor SET confirmed_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE account_id = ");
	sql_i64(&q, account_id);
	return db_exec(writer, &q, NULL);
}

/* ---- recovery codes: 50 bits each, stored as digests under the office's key ---- */

static void recovery_hash(uint8_t ret[HASH_SIZE], const uint8_t key[32], int64_t account_id, const char code[10])
{
	struct hash h;
	hash_begin_keyed(&h, key, 32);
	hash_add(&h, "recovery", 9);
	hash_add(&h, &account_id, sizeof account_id);
	hash_add(&h, code, 10);
	hash_end(&h, ret);
}

int recovery_renew(struct db_conn *writer, struct arena *a, const uint8_t key[32], int64_t account_id, struct str *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_recovery WHERE account_id = ");
	sql_i64(&q, account_id);
	int r = db_exec(writer, &q, NULL);
	for (size_t i = 0; r == 0 && i < RECOVERY_CODES; i++) {
		uint8_t raw[7], hash[HASH_SIZE];
		random_bytes(raw, sizeof raw);
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 32);
		hash_put_base32(&b, raw, sizeof raw);
		struct str code = str_dup(a, str_sub(buf_view(&b), 0, 10));
		recovery_hash(hash, key, account_id, code.p);
		sql_init(&q, a);
		sql_lit(&q, "INSERT INTO auth_recovery (account_id, hash) VALUES (");
		sql_i64(&q, account_id);
		sql_lit(&q, ", ");
		sql_blob(&q, hash, sizeof hash);
		sql_lit(&q, ")");
		r = db_exec(writer, &q, NULL);
		ret[i] = str_printf(a, "%.5s-%.5s", code.p, code.p + 5);
	}
	return r;
}

int recovery_use(struct db_conn *writer, struct arena *a, const uint8_t key[32], int64_t account_id, struct str code)
{
	char plain[10];
	size_t n = 0;
	for (size_t i = 0; i < code.n; i++) {
		char ch = code.p[i];
		if (ch >= 'a' && ch <= 'z')
			ch = (char)(ch - 'a' + 'A');
		if (ch == ' ' || ch == '-')
			continue;
		if (!((ch >= 'A' && ch <= 'Z') || (ch >= '2' && ch <= '7')) || n == sizeof plain)
			return ERR_INVALID;
		plain[n++] = ch;
	}
	if (n != sizeof plain)
		return ERR_INVALID;
	uint8_t hash[HASH_SIZE];
	recovery_hash(hash, key, account_id, plain);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_recovery SET used_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE used_at = 0 AND account_id = ");
	sql_i64(&q, account_id);
	sql_lit(&q, " AND hash = ");
	sql_blob(&q, hash, sizeof hash);
	int64_t used = 0;
	int r = db_exec(writer, &q, &used);
	return r < 0 ? r : used == 1 ? 0 : ERR_INVALID;
}

int recovery_left(struct db_conn *c, struct arena *a, int64_t account_id, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_recovery WHERE used_at = 0 AND account_id = ");
	sql_i64(&q, account_id);
	return db_get_i64(c, &q, ret);
}
