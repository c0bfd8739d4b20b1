/*
 * What the files of auth/ share; nobody outside this folder includes it.
 */
#ifndef AUTH_STORE_H
#define AUTH_STORE_H

#include "auth/auth.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/random.h"

#define SESSION_IDLE_MS (12LL * 3600 * 1000)
#define SESSION_LIFE_MS (7LL * 24 * 3600 * 1000)
#define SESSION_TOUCH_MS (60LL * 1000)      /* the time last seen is written at most this often */
#define PENDING_LIFE_MS (10LL * 60 * 1000)  /* between the password and the second factor */
#define DAY_MS (24LL * 3600 * 1000)

#define LOGIN_CHARS 100
#define NAME_CHARS 100

/* 32 random bytes as text for a URL or a cookie (43 characters), and the hash that is stored of such a text. */
struct str secret_new(struct arena *a);
void secret_hash(uint8_t hash[HASH_SIZE], struct str secret);

/* Within a write: something about accounts, grants or access roles changed; caches are compared with the generation. */
MUST_USE int generation_bump(struct db_conn *writer, struct arena *a);
/* Reads custom access roles anew when generation is newer than what is cached. */
MUST_USE int roles_refresh(struct db_conn *c, struct arena *a, int64_t generation);
/* The enum need a role gives; unit_id of the grant: what concerns the whole installation wants a grant on every unit. */
uint32_t role_needs(int64_t role, int64_t unit_id);
bool role_exists(int64_t role);
/* Forgets all cached roles and principals: another database was opened. */
void roles_forget(void);
void principals_forget(void);

/* As auth_principal_load(), from the cache when it is of this generation and of today. */
MUST_USE int principal_cached(struct db_conn *c, struct arena *a, int64_t account_id, int64_t generation, struct principal *ret);

/* "名前 (login)" of an account for the trail. ERR_NOT_FOUND. */
MUST_USE int account_subject(struct db_conn *c, struct arena *a, int64_t account_id, struct str *ret);
/* Appends an entry of one kind with a subject and changes. */
MUST_USE int trail(struct db_conn *writer, struct arena *a, const struct principal *by, enum audit_kind kind, struct str subject,
                   const struct audit_change *change, size_t changes);
#define CHANGED(name, b, a) ((struct audit_change){ .field = STR(name), .has_before = (b).n > 0, .before = (b), \
	.has_after = (a).n > 0, .after = (a) })

struct str i64_str(struct arena *a, int64_t v);
const struct auth_world *world(void);

/* ---- sessions (session.c), the clerk (clerk.c) ---- */

enum clerk_task { CLERK_SESSION, CLERK_TOKEN, CLERK_REFUSAL };
/* The session or token was used now. */
void clerk_touch(struct db *db, enum clerk_task kind, int64_t id, int64_t now);

struct session {
	int64_t id, account_id, link_id, seen_at, generation;
};
/* The live session of a cookie's value. ERR_NOT_FOUND. */
MUST_USE int session_find(struct db_conn *c, struct arena *a, struct str secret, int64_t now, struct session *ret);
/* Within a write. Exactly one of account_id and link_id is not 0; limit_ms: it ends then at the latest (0: after 7 days). */
MUST_USE int session_create(struct db_conn *writer, struct arena *a, int64_t account_id, int64_t link_id, int64_t limit_ms,
                            struct str address, struct str agent, struct str *ret_secret);
MUST_USE int session_delete(struct db_conn *writer, struct arena *a, struct str secret);

/* ---- guessing (attempt.c) ---- */

enum attempt_class { ATTEMPT_PASSWORD, ATTEMPT_CODE, ATTEMPT_OPEN, ATTEMPT__N };
/*
 * Within a write, before a password or code is looked at: counts the attempt as failed, for the name at this address, for
 * the address and for the name, and gives in *ret_wait_ms how long to wait instead when one of them must wait (then
 * nothing is counted). account_id (0: unknown name) tells whether the account signed in from the address before.
 */
MUST_USE int attempt_begin(struct db_conn *writer, struct arena *a, const uint8_t key[32], enum attempt_class class,
                           struct str login, int64_t account_id, struct str address, int64_t *ret_wait_ms);
/* Within a write: it was right after all. Without an account (0) no place is remembered. */
MUST_USE int attempt_right(struct db_conn *writer, struct arena *a, const uint8_t key[32], enum attempt_class class,
                           struct str login, int64_t account_id, struct str address);

/* ---- second factor (factor.c) ---- */

#define FACTOR_SECRET 20    /* bytes, as RFC 4226 recommends */
#define RECOVERY_CODES 10
struct factor {
	bool there, confirmed;
	uint8_t secret[FACTOR_SECRET];
	int64_t last_step;
};
MUST_USE int factor_load(struct db_conn *c, struct arena *a, const uint8_t key[32], int64_t account_id, struct factor *ret);
/* Within a write: a new secret that is not confirmed yet. */
MUST_USE int factor_begin(struct db_conn *writer, struct arena *a, const uint8_t key[32], int64_t account_id);
/* Within a write: the time step of which code is the code becomes the last accepted one. ERR_INVALID when it is the code
 * of no step within 30 seconds around now, or of one that was accepted already. */
MUST_USE int factor_use(struct db_conn *writer, struct arena *a, const uint8_t key[32], int64_t account_id, struct str code);
MUST_USE int factor_confirm(struct db_conn *writer, struct arena *a, int64_t account_id);
/* Within a write: replaces all recovery codes; ret has RECOVERY_CODES of them, like "AB2CD-EF3GH". */
MUST_USE int recovery_renew(struct db_conn *writer, struct arena *a, const uint8_t key[32], int64_t account_id, struct str *ret);
/* Within a write: uses a recovery code up. ERR_INVALID when there is no such code left. */
MUST_USE int recovery_use(struct db_conn *writer, struct arena *a, const uint8_t key[32], int64_t account_id, struct str code);
MUST_USE int recovery_left(struct db_conn *c, struct arena *a, int64_t account_id, int64_t *ret);
/* The step (RFC 6238: 30 seconds, SHA-1, 6 digits) within one of now_ms of which code is the code, newer than last_step;
 * ERR_INVALID otherwise. */
MUST_USE int totp_step(const uint8_t *secret, size_t n, struct str code, int64_t now_ms, int64_t last_step, int64_t *ret_step);

#endif
