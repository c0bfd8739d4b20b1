/* Migrations: numbered texts with checksums, each applied in a transaction of its own. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/text/db.h"
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

/* 1: some were applied, or are about to be. */
static int has_migrations(struct db_conn *c)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = conn_stmt_of(c, c->b->has_table, "schema_migration", &s);
	return r < 0 ? r : stmt_step(s);
}

int db_schema_version(struct db_conn *c, int64_t *ret)
{
	int r = has_migrations(c);
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
	int r = has_migrations(c);
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
	int r = c->b->script(c,
	                     "CREATE TABLE IF NOT EXISTS schema_migration ("
	                     "number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL"
	                     ") STRICT");
	if (r == 0 && !a->m->mends)
		r = c->b->script(c, a->m->sql);
	else if (r == 0)
		r = c->b->mend(c, a->m->sql);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	if (r == 0)
		r = CONN_STMT(c, "INSERT INTO schema_migration(number, name, checksum, applied_at) VALUES (?, ?, ?, ?)", &s);
	if (r == 0) {
		const struct sql_value v[] = {
			{ .kind = SQL_I64, .i = a->m->number },
			{ .kind = SQL_STR, .s = str_of(a->m->name) },
			{ .kind = SQL_STR, .s = checksum(&sum, a->m->sql) },
			{ .kind = SQL_I64, .i = clock_now() },
		};
		c->schema_changed = true;
		r = stmt_bind(s, v, COUNT_OF(v));
	}
	if (r == 0)
		r = stmt_step(s);
	if (r < 0)
		snprintf(a->db->why, sizeof a->db->why, "%s", c->b->error(c));
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
		snprintf(db->why, sizeof db->why, "%s", c->b->error(c));
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
