/*
 * What the files of the PostgreSQL backend share. A database of this program is a schema of a PostgreSQL database: the first
 * of the connection's search_path. Every batch of every writer holds one advisory lock from BEGIN to COMMIT, so that several
 * processes may have the database open.
 */
#ifndef DB_POSTGRES_H
#define DB_POSTGRES_H

#include <libpq-fe.h>

#include "db/conn.h"

struct postgres_conn {
	PGconn *h;
	unsigned session;       /* counts reconnections: what was prepared in an earlier one is gone */
	unsigned names;         /* of prepared statements */
	int64_t changes;
	char why[400];          /* the last failure, in the database's words */
};

static inline struct postgres_conn *postgres_of(const struct db_conn *c)
{
	return c->own;
}

/* postgres.c. Takes the result, clears it unless it is kept, remembers why it failed. */
int postgres_take(struct db_conn *c, PGresult *result, PGresult **keep);
int postgres_run(struct db_conn *c, const char *text); /* any number of statements, already in PostgreSQL's words */

/* postgres_dialect.c */
int dialect_statement(struct buf *out, struct str text, unsigned *ret_params);
int dialect_script(struct buf *out, struct str text, bool mends); /* mends: as db_migration.mends */
bool dialect_first_word(struct str text, const char *const *words);
bool dialect_names(struct str text, const char *name);

/* postgres_stmt.c */
int postgres_prepare(struct stmt *s, bool keep);
void postgres_finalize(struct stmt *s);
int postgres_bind(struct stmt *s, const struct sql_value *v, size_t n);
int postgres_step(struct stmt *s);
void postgres_reset(struct stmt *s);
int64_t postgres_i64(struct stmt *s, int column);
bool postgres_is_null(struct stmt *s, int column);
struct str postgres_str(struct stmt *s, int column);
int64_t postgres_changed(struct stmt *s);
int postgres_explain(struct db_conn *c, struct sql *q, struct buf *ret_plan);

/* postgres_schema.c */
int postgres_claim(struct db_conn *c, const struct db_options *options, struct note *ret_why);
int postgres_script(struct db_conn *c, const char *text);
int postgres_mend(struct db_conn *c, const char *text);
extern const char postgres_schema_text[];

#endif
