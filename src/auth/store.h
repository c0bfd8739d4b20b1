/*
 * What the files of auth/ share; nobody outside this folder includes it.
 */
#ifndef AUTH_STORE_H
#define AUTH_STORE_H

#include "auth/auth.h"
#include "base/clock.h"
#include "base/hash.h"
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

#endif
