/* Doors and stamps. */
#include "incident/door.h"

#include "base/hash.h"
#include "base/random.h"
#include "incident/incident.h"
#include "register/batch.h"

const char incident_schema[] =
	"CREATE TABLE incident_door (id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, salt BLOB NOT NULL CHECK (length(salt) = 16),"
	" hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), made_at INTEGER NOT NULL, made_by TEXT NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE UNIQUE INDEX incident_door_open ON incident_door (unit_id) WHERE ended_at = 0;"
	/* content: of what was sent, under the office's key; form: of the form that was taken last. */
	"CREATE TABLE incident_follow (record_id INTEGER PRIMARY KEY REFERENCES record (id), door_id INTEGER NOT NULL, at INTEGER NOT NULL,"
	" hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), content BLOB NOT NULL CHECK (length(content) = 32), form BLOB NOT NULL,"
	" photos INTEGER NOT NULL DEFAULT 0, photo_bytes INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX incident_follow_door ON incident_follow (door_id, at);";

#define SECRET_BYTES 18

static struct str secret_of(struct arena *a, const uint8_t key[32], const void *salt, size_t salt_n)
{
	struct hash h;
	uint8_t digest[HASH_SIZE];
	hash_begin_keyed(&h, key, 32);
	hash_add(&h, "report page", 12);
	hash_add(&h, salt, salt_n);
	hash_end(&h, digest);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	hash_put_base64url(&b, digest, SECRET_BYTES);
	return str_dup(a, buf_view(&b));
}

/* ---- doors ---- */

#define WAITING " (SELECT COUNT(*) FROM incident_follow f JOIN incident_near_miss n ON n.id = f.record_id WHERE f.door_id = d.id AND n.state = 1 AND n.archived = 0)," \
	" (SELECT COUNT(*) FROM incident_follow f WHERE f.door_id = d.id)"

static struct door door_of(struct stmt *s, struct arena *a, const uint8_t key[32])
{
	struct door d = { .id = stmt_i64(s, 0), .unit_id = stmt_i64(s, 1), .made_at = stmt_i64(s, 2), .ended_at = stmt_i64(s, 3), .made_by = stmt_str_dup(s, a, 4),
		.unit = stmt_str_dup(s, a, 5), .waiting = stmt_i64(s, 7), .reports = stmt_i64(s, 8) };
	struct str salt = stmt_str(s, 6);
	if (d.id)
		d.secret = secret_of(a, key, salt.p, salt.n);
	return d;
}

int door_list(struct db_conn *c, struct arena *a, const uint8_t key[32], struct door **ret, size_t *ret_n)
{
	const size_t max = 2000;
	struct door *list = ARENA_ARRAY(a, max, struct door);
	size_t n = 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT d.id, d.unit_id, d.made_at, d.ended_at, d.made_by, '', d.salt," WAITING " FROM incident_door d WHERE d.ended_at = 0 AND d.unit_id = 0");
	struct stmt *s = NULL;
	list[n++] = (struct door){ .id = 0 };
	int r = db_first(c, &q, &s);
	if (r == 0)
		list[0] = door_of(s, a, key);
	stmt_done(&s);
	if (r < 0 && r != ERR_NOT_FOUND)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COALESCE(d.id, 0), u.id, COALESCE(d.made_at, 0), COALESCE(d.ended_at, 0), COALESCE(d.made_by, ''), u.name, d.salt," WAITING
	            " FROM org_unit u LEFT JOIN incident_door d ON d.unit_id = u.id AND d.ended_at = 0 WHERE (u.archived = 0 OR d.id IS NOT NULL)");
	batch_visible(&q, "u");
	sql_lit(&q, " ORDER BY u.name, u.id LIMIT ");
	sql_i64(&q, (int64_t)max - 1);
	r = db_query(c, &q, &s);
	for (; r == 0 && n < max && (r = stmt_step(s)) == 1; r = 0)
		list[n++] = door_of(s, a, key);
	stmt_done(&s);
	*ret = list;
	*ret_n = n;
	return r;
}

static int one_door(struct db_conn *c, struct arena *a, const uint8_t key[32], struct sql *q, struct door *ret)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_first(c, q, &s);
	if (r == 0)
		*ret = door_of(s, a, key);
	return r;
}

#define ONE_DOOR "SELECT d.id, d.unit_id, d.made_at, d.ended_at, d.made_by, COALESCE(u.name, ''), d.salt," WAITING \
	" FROM incident_door d LEFT JOIN org_unit u ON u.id = d.unit_id WHERE d.ended_at = 0 AND "

int door_get(struct db_conn *c, struct arena *a, const uint8_t key[32], int64_t id, struct door *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, ONE_DOOR "d.id = ");
	sql_i64(&q, id);
	return one_door(c, a, key, &q, ret);
}

int door_find(struct db_conn *c, struct arena *a, struct str secret, struct door *ret)
{
	static const uint8_t none[32];
	uint8_t hash[HASH_SIZE];
	struct sql q;
	hash_blake2b(hash, secret.p ? secret.p : "", secret.n);
	sql_init(&q, a);
	sql_lit(&q, ONE_DOOR "d.hash = ");
	sql_blob(&q, hash, sizeof hash);
	int r = one_door(c, a, none, &q, ret);
	if (r == 0)
		ret->secret = secret;
	return r;
}

static int record_door(struct reg_ctx *ctx, struct str unit, bool made)
{
	struct audit_change change = { .field = STR("report_page"), .has_before = !made, .before = made ? STR_NULL : STR("open"), .has_after = made,
		.after = made ? STR("open") : STR_NULL };
	struct audit_entry e = auth_entry(ctx->arena, ctx->by, AUDIT_PERSONAL_LINK);
	e.reg = str_of(reg_near_miss.name);
	e.subject = unit.n ? unit : STR("全社");
	e.change = &change;
	e.changes = 1;
	return audit_append(ctx->conn, &e);
}

static bool may(const struct reg_ctx *ctx, int64_t unit_id)
{
	return !ctx->by->read_only && (ctx->by->needs & NEED_LINKS) && auth_allows(ctx->conn, ctx->by, reg_number(&reg_near_miss), OP_UPDATE, unit_id, 0);
}

static int end_one(struct reg_ctx *ctx, int64_t id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE incident_door SET ended_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE ended_at = 0 AND id = ");
	sql_i64(&q, id);
	return db_exec(ctx->conn, &q, NULL);
}

int door_end(struct reg_ctx *ctx, int64_t id)
{
	struct door d;
	int r = door_get(ctx->conn, ctx->arena, ctx->key, id, &d);
	if (r == 0 && !may(ctx, d.unit_id))
		r = ERR_DENIED;
	if (r == 0)
		r = end_one(ctx, id);
	return r < 0 ? r : record_door(ctx, d.unit, false);
}

static int unit_name(struct reg_ctx *ctx, int64_t unit_id, struct str *ret)
{
	struct sql q;
	*ret = STR("");
	if (!unit_id)
		return 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT u.name FROM org_unit u WHERE u.archived = 0 AND u.id = ");
	sql_i64(&q, unit_id);
	batch_visible(&q, "u");
	return db_get_str(ctx->conn, &q, ret);
}

int door_make(struct reg_ctx *ctx, int64_t unit_id, int64_t *ret_id)
{
	struct sql q;
	struct str name;
	int64_t before = 0, open = 0;
	int r = unit_name(ctx, unit_id, &name);
	if (r == 0 && !may(ctx, unit_id))
		r = ERR_DENIED;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN unit_id = ");
	sql_i64(&q, unit_id);
	sql_lit(&q, " THEN id ELSE 0 END), 0) FROM incident_door WHERE ended_at = 0");
	struct stmt *s = NULL;
	if (r == 0)
		r = db_first(ctx->conn, &q, &s);
	else
		sql_release(&q);
	if (r == 0) {
		open = stmt_i64(s, 0);
		before = stmt_i64(s, 1);
	}
	stmt_done(&s);
	if (r == 0 && !before && open >= LIMIT_DOORS)
		r = ERR_LIMIT;
	if (r == 0 && before)
		r = end_one(ctx, before);
	if (r < 0)
		return r;
	uint8_t salt[16], hash[HASH_SIZE];
	random_bytes(salt, sizeof salt);
	struct str secret = secret_of(ctx->arena, ctx->key, salt, sizeof salt);
	hash_blake2b(hash, secret.p, secret.n);
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO incident_door (unit_id, salt, hash, made_at, made_by) VALUES (");
	sql_i64(&q, unit_id);
	sql_lit(&q, ", ");
	sql_blob(&q, salt, sizeof salt);
	sql_lit(&q, ", ");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ")");
	r = db_exec(ctx->conn, &q, NULL);
	*ret_id = db_last_id(ctx->conn);
	return r < 0 ? r : record_door(ctx, name, true);
}

/* ---- stamps: time, door, nonce, digest of the three ---- */

#define STAMP_SAID 32
#define STAMP_MAC 16

static void put64(uint8_t *p, int64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
}

static int64_t get64(const uint8_t *p)
{
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

static void mac_of(uint8_t ret[HASH_SIZE], const uint8_t key[32], const uint8_t *said)
{
	struct hash h;
	hash_begin_keyed(&h, key, 32);
	hash_add(&h, "form", 5);
	hash_add(&h, said, STAMP_SAID);
	hash_end(&h, ret);
}

struct str stamp_make(struct arena *a, const uint8_t key[32], int64_t door_id)
{
	uint8_t all[STAMP_SAID + STAMP_MAC], mac[HASH_SIZE];
	put64(all, clock_now());
	put64(all + 8, door_id);
	random_bytes(all + 16, 16);
	mac_of(mac, key, all);
	memcpy(all + STAMP_SAID, mac, STAMP_MAC);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 100);
	hash_put_base64url(&b, all, sizeof all);
	return str_dup(a, buf_view(&b));
}

enum stamp_state stamp_read(const uint8_t key[32], struct str text, struct stamp *ret)
{
	uint8_t all[STAMP_SAID + STAMP_MAC], mac[HASH_SIZE];
	size_t n = 0;
	if (hash_parse_base64url(text, all, sizeof all, &n) < 0 || n != sizeof all)
		return STAMP_FORGED;
	mac_of(mac, key, all);
	if (!hash_equal(mac, all + STAMP_SAID, STAMP_MAC))
		return STAMP_FORGED;
	*ret = (struct stamp){ .at = get64(all), .door_id = get64(all + 8) };
	memcpy(ret->nonce, all + 16, sizeof ret->nonce);
	const int64_t age = clock_now() - ret->at;
	return age > STAMP_MAX_MS || age < 0 ? STAMP_OLD : age < STAMP_MIN_MS ? STAMP_EARLY : STAMP_GOOD;
}
