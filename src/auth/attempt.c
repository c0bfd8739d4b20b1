/*
 * Guessing is slowed, nobody is locked out. Three counters grow with every attempt and shrink with time:
 *   the name at this address   strict: this is the guesser at work
 *   the address                looser: many people may share it
 *   the name                   loosest, with a short wait at most: a guesser with many addresses; it does not bind where
 *                              the account signed in before, so that its owner gets in while others guess
 * An attempt is counted before the password is looked at, so that a hundred at once count as a hundred, and taken back
 * when it was right. An open session is not concerned at all. Keys are digests: the table names nobody.
 */
#include "auth/store.h"

#define MINUTE_MS (60LL * 1000)

enum { PAIR, ADDRESS, NAME, COUNTERS };
struct rule {
	int64_t free;     /* attempts without a wait */
	int64_t first_ms; /* the first wait; doubles with every further attempt */
	int64_t most_ms;
	int64_t decay_ms; /* one attempt is forgotten in this time */
};
#define GUESSES { \
	[PAIR] = { 5, 2000, 15 * MINUTE_MS, 10 * MINUTE_MS }, \
	[ADDRESS] = { 30, 2000, 5 * MINUTE_MS, MINUTE_MS }, \
	[NAME] = { 20, 1000, 30000, MINUTE_MS }, \
}
static const struct rule rules[ATTEMPT__N][COUNTERS] = {
	[ATTEMPT_PASSWORD] = GUESSES,
	[ATTEMPT_CODE] = GUESSES,
	/* Not guesses: reports through an open door. A whole office behind one address may report the same letter in one morning. */
	[ATTEMPT_OPEN] = {
		[PAIR] = { 12, 4000, 10 * MINUTE_MS, 2 * MINUTE_MS },
		[ADDRESS] = { 40, 4000, 10 * MINUTE_MS, MINUTE_MS },
		[NAME] = { 30, 2000, 60000, MINUTE_MS },
	},
};

static void keys_of(uint8_t ret[COUNTERS][HASH_SIZE], const uint8_t key[32], enum attempt_class class, struct str login,
                    struct str address)
{
	for (unsigned i = 0; i < COUNTERS; i++) {
		struct hash h;
		uint8_t head[2] = { (uint8_t)i, i == ADDRESS ? 0 : (uint8_t)class };
		hash_begin_keyed(&h, key, 32);
		hash_add(&h, head, sizeof head);
		if (i != ADDRESS)
			hash_add(&h, login.p, login.n);
		hash_add(&h, "", 1);
		if (i != NAME)
			hash_add(&h, address.p, address.n);
		hash_end(&h, ret[i]);
	}
}

static void place_of(uint8_t ret[HASH_SIZE], const uint8_t key[32], struct str address)
{
	struct hash h;
	hash_begin_keyed(&h, key, 32);
	hash_add(&h, "place", 6);
	hash_add(&h, address.p, address.n);
	hash_end(&h, ret);
}

static int load(struct db_conn *c, struct arena *a, const uint8_t key[HASH_SIZE], const struct rule *rule, int64_t now,
                int64_t *ret_failures, int64_t *ret_wait)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT failures, last_at FROM auth_attempt WHERE key = ");
	sql_blob(&q, key, HASH_SIZE);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	*ret_failures = *ret_wait = 0;
	r = stmt_step(s);
	if (r <= 0)
		return r;
	int64_t failures = stmt_i64(s, 0), since = now - stmt_i64(s, 1);
	if (since < 0)
		since = 0;
	int64_t over = failures - rule->free;
	if (over >= 0) {
		int64_t wait = over > 20 ? rule->most_ms : rule->first_ms << over;
		if (wait > rule->most_ms)
			wait = rule->most_ms;
		if (since < wait)
			*ret_wait = wait - since;
	}
	failures -= since / rule->decay_ms;
	*ret_failures = failures > 0 ? failures : 0;
	return 0;
}

int attempt_begin(struct db_conn *writer, struct arena *a, const uint8_t key[32], enum attempt_class class, struct str login,
                  int64_t account_id, struct str address, int64_t *ret_wait_ms)
{
	uint8_t keys[COUNTERS][HASH_SIZE], place[HASH_SIZE];
	int64_t failures[COUNTERS], wait = 0, now = clock_now();
	keys_of(keys, key, class, login, address);
	place_of(place, key, address);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_place WHERE account_id = ");
	sql_i64(&q, account_id);
	sql_lit(&q, " AND place = ");
	sql_blob(&q, place, sizeof place);
	int64_t known = 0;
	int r = db_get_i64(writer, &q, &known);
	for (unsigned i = 0; r == 0 && i < COUNTERS; i++) {
		int64_t w = 0;
		r = load(writer, a, keys[i], &rules[class][i], now, &failures[i], &w);
		if (i == NAME && known)
			w = 0;
		if (w > wait)
			wait = w;
	}
	if (r < 0)
		return r;
	*ret_wait_ms = wait;
	for (unsigned i = 0; r == 0 && wait == 0 && i < COUNTERS; i++) {
		sql_init(&q, a);
		sql_lit(&q, "INSERT INTO auth_attempt (key, failures, last_at) VALUES (");
		sql_blob(&q, keys[i], HASH_SIZE);
		sql_lit(&q, ", ");
		sql_i64(&q, failures[i] + 1);
		sql_lit(&q, ", ");
		sql_i64(&q, now);
		sql_lit(&q, ") ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at");
		r = db_exec(writer, &q, NULL);
	}
	return r;
}

int attempt_right(struct db_conn *writer, struct arena *a, const uint8_t key[32], enum attempt_class class, struct str login,
                  int64_t account_id, struct str address)
{
	uint8_t keys[COUNTERS][HASH_SIZE], place[HASH_SIZE];
	keys_of(keys, key, class, login, address);
	place_of(place, key, address);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_attempt WHERE key = ");
	sql_blob(&q, keys[PAIR], HASH_SIZE);
	int r = db_exec(writer, &q, NULL);
	for (unsigned i = ADDRESS; r == 0 && i < COUNTERS; i++) {
		sql_init(&q, a);
		sql_lit(&q, "UPDATE auth_attempt SET failures = failures - 1 WHERE failures > 0 AND key = ");
		sql_blob(&q, keys[i], HASH_SIZE);
		r = db_exec(writer, &q, NULL);
	}
	if (r < 0 || !account_id)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_place (account_id, place, seen_at) VALUES (");
	sql_i64(&q, account_id);
	sql_lit(&q, ", ");
	sql_blob(&q, place, sizeof place);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ") ON CONFLICT (account_id, place) DO UPDATE SET seen_at = excluded.seen_at");
	return db_exec(writer, &q, NULL);
}
