/* Migrations: numbered texts with checksums, each applied in a transaction of its own. */
#include "base/clock.h"
#include "base/hash.h"
#include "db/conn.h"

/* The checksum of a migration's text, in hexadecimal, into b. */
static struct str checksum(struct buf *b, const char *sql)
{
	uint8_t hash[HASH_SIZE];
	hash_blake2b(hash, sql, strlen(sql));
	buf_clear(b);
	hash_put_hex(b, hash, sizeof hash);
	return buf_view(b);
}

static int has_table(struct db_conn *c)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = CONN_STMT(c, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'", &s);
	return r < 0 ? r : stmt_step(s);
}

int db_schema_version(struct db_conn *c, int64_t *ret)
{
	int r = has_table(c);
	if (r <= 0) {
		if (r == 0)
			*ret = 0;
		return r;
	}
	CLEANUP(stmt_done) struct stmt *s = NULL;
	r = CONN_STMT(c, "SELECT coalesce(max(number), 0) FROM schema_migration", &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		*ret = stmt_i64(s, 0);
		r = 0;
	}
	return r;
}

/* What is applied must be 1 .. *ret_applied, each as this binary has it. */
static int compare(struct db *db, struct db_conn *c, const struct db_migration *m, size_t count, size_t *ret_applied,
                   struct note *ret_why)
{
	*ret_applied = 0;
	int r = has_table(c);
	if (r <= 0)
		return r;
	int64_t newest = 0;
	r = db_schema_version(c, &newest);
	if (r < 0)
		return r;
	if (newest > (int64_t)count) {
		*ret_why = NOTE(MSG_DB_NEWER, ARG_I(newest), ARG_I((int64_t)count));
		return ERR_RANGE;
	}
	CLEANUP(buf_release) struct buf sum;
	buf_init(&sum, 256);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	r = CONN_STMT(c, "SELECT number, name, checksum FROM schema_migration ORDER BY number", &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		const struct db_migration *own = &m[*ret_applied];
		if (stmt_i64(s, 0) != own->number) {
			*ret_why = NOTE(MSG_DB_MIGRATION_GAP, ARG_I(own->number));
			return ERR_CORRUPT;
		}
		if (!str_eq(stmt_str(s, 2), checksum(&sum, own->sql))) {
			struct str name = stmt_str(s, 1);
			snprintf(db->why, sizeof db->why, "%.*s", STR_FMT(name));
			*ret_why = NOTE(MSG_DB_MIGRATION_CHANGED, ARG_I(own->number), ARG_S(str_of(db->why)));
			return ERR_CORRUPT;
		}
		(*ret_applied)++;
		r = 0;
	}
	return r;
}

struct apply {
	struct db *db;
	const struct db_migration *m;
};

static int apply(struct db_conn *c, void *ctx)
{
	const struct apply *a = ctx;
	CLEANUP(buf_release) struct buf sum;
	buf_init(&sum, 256);
	int r = conn_exec(c,
	                  "CREATE TABLE IF NOT EXISTS schema_migration ("
	                  "number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL"
	                  ") STRICT");
	if (r == 0)
		r = conn_exec(c, a->m->sql);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	if (r == 0)
		r = CONN_STMT(c, "INSERT INTO schema_migration(number, name, checksum, applied_at) VALUES (?, ?, ?, ?)", &s);
	if (r == 0) {
		sqlite3_bind_int64(s->p, 1, a->m->number);
		sqlite3_bind_text(s->p, 2, a->m->name, -1, SQLITE_STATIC);
		struct str text = checksum(&sum, a->m->sql);
		sqlite3_bind_text(s->p, 3, text.p, (int)text.n, SQLITE_STATIC);
		sqlite3_bind_int64(s->p, 4, clock_now());
		r = stmt_step(s);
	}
	if (r < 0)
		snprintf(a->db->why, sizeof a->db->why, "%s", sqlite3_errmsg(c->h));
	return r;
}

int db_migrate(struct db *db, const struct db_migration *migrations, size_t count,
               int (*before)(struct db *db, void *ctx), void *ctx, struct note *ret_why)
{
	for (size_t i = 0; i < count; i++)
		if (migrations[i].number != (int)i + 1)
			die("migrations are numbered from 1 without gaps: \"%s\" is %d", migrations[i].name, migrations[i].number);
	size_t applied = 0;
	struct db_conn *c = db_read_begin(db);
	struct note why = NOTE0(MSG_NONE);
	int r = compare(db, c, migrations, count, &applied, &why);
	if (r < 0 && why.id == MSG_NONE) {
		snprintf(db->why, sizeof db->why, "%s", sqlite3_errmsg(c->h));
		why = NOTE(MSG_DB_CANNOT_OPEN, ARG_S(str_of(db->path)), ARG_S(str_of(db->why)));
	}
	db_read_end(db, &c);
	if (r == 0 && applied > 0 && applied < count && before && (r = before(db, ctx)) < 0)
		why = NOTE0(MSG_DB_MIGRATION_BACKUP);
	for (size_t i = applied; r == 0 && i < count; i++) {
		struct apply a = { db, &migrations[i] };
		snprintf(db->why, sizeof db->why, "COMMIT");
		r = db_write(db, apply, &a);
		if (r < 0)
			why = NOTE(MSG_DB_MIGRATION_FAILED, ARG_I(a.m->number), ARG_S(str_of(a.m->name)), ARG_S(str_of(db->why)));
	}
	if (r < 0)
		*ret_why = why;
	return r;
}

int db_schema_text(struct db_conn *c, struct arena *a, const char *table, struct str *ret)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = CONN_STMT(c,
	                  "SELECT sql FROM sqlite_schema WHERE (?1 = '' OR tbl_name = ?1) AND sql IS NOT NULL "
	                  "ORDER BY tbl_name, type <> 'table', type, name",
	                  &s);
	if (r < 0)
		return r;
	sqlite3_bind_text(s->p, 1, table ? table : "", -1, SQLITE_STATIC);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	while ((r = stmt_step(s)) == 1) {
		buf_str(&b, stmt_str(s, 0));
		buf_lit(&b, ";\n");
	}
	if (r == 0)
		r = buf_error(&b);
	if (r == 0)
		*ret = str_dup(a, buf_view(&b));
	return r;
}
