/*
 * The PostgreSQL backend's schema: functions that PostgreSQL lacks or means otherwise, whose database it is, and what its
 * tables look like.
 *
 * The functions stand in the database's own schema, which comes before pg_catalog in the search_path. They are put there
 * anew whenever this program's text of them differs from the one the database was last opened with.
 */
#include "base/hash.h"
#include "base/text/db.h"
#include "db/postgres.h"

#define DIALECT_TABLE "db_dialect"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
static const char functions[] =
	/*
	 * Ids: one more than the highest. A table that never gives an id twice notes the highest when rows are removed, not with every
	 * row: a count kept in one row would make each insert walk over all the versions that its transaction left of it.
	 */
	"CREATE TABLE IF NOT EXISTS db_sequence (name text PRIMARY KEY, last bigint NOT NULL);"
	"CREATE OR REPLACE FUNCTION db_next_id(t regclass, col text, keeps boolean) RETURNS bigint LANGUAGE plpgsql AS $$"
	" DECLARE n bigint; BEGIN"
	" EXECUTE format('SELECT coalesce(max(%I), 0) + 1 FROM %s', col, t) INTO n;"
	" IF keeps THEN n := greatest(n, (SELECT last + 1 FROM db_sequence WHERE name = t::text)); END IF;"
	" PERFORM set_config('ishigaki.last_id', n::text, false); RETURN n; END $$;"
	"CREATE OR REPLACE FUNCTION db_keep_id() RETURNS trigger LANGUAGE plpgsql AS $$"
	" DECLARE n bigint; BEGIN"
	" EXECUTE format('SELECT max(%I) FROM gone', TG_ARGV[0]) INTO n;"
	" IF n IS NOT NULL THEN INSERT INTO db_sequence AS s VALUES (TG_RELID::regclass::text, n)"
	" ON CONFLICT (name) DO UPDATE SET last = excluded.last WHERE s.last < excluded.last; END IF; RETURN NULL; END $$;"
	"CREATE OR REPLACE FUNCTION db_last_id() RETURNS bigint LANGUAGE sql AS"
	" $$ SELECT coalesce(nullif(current_setting('ishigaki.last_id', true), ''), '0')::bigint $$;"
	"CREATE OR REPLACE FUNCTION db_refuse() RETURNS trigger LANGUAGE plpgsql AS"
	" $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$;"

	/*
	 * Search. A query is "word word" * AND "word" ...: phrases, with a star when the last word is only begun. The index finds the
	 * rows that hold all words; the row's text, in which a bar stands between two fields, says whether they follow each other.
	 */
	"CREATE OR REPLACE FUNCTION db_lexemes(tokens text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT AS"
	" $$ SELECT array_to_tsvector(array(SELECT DISTINCT left(w, 400) FROM unnest(string_to_array(tokens, ' ')) w"
	" WHERE w <> '' AND w <> '|')) $$;"
	"CREATE OR REPLACE FUNCTION db_words(query text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT AS"
	" $$ SELECT string_agg('''' || left(w, 400) || '''' || CASE WHEN n = count AND m[2] <> '' THEN ':*' ELSE '' END, ' & ')::tsquery"
	" FROM (SELECT m, w, n, count(*) OVER (PARTITION BY k) AS count"
	" FROM regexp_matches(query, '\"([^\"]*)\"( \\*)?', 'g') WITH ORDINALITY AS x(m, k),"
	" unnest(string_to_array(m[1], ' ')) WITH ORDINALITY AS y(w, n)) z $$;"
	"CREATE OR REPLACE FUNCTION db_phrases(query text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS"
	" $$ SELECT array_agg('% ' || regexp_replace(m[1], '([\\\\%_])', '\\\\\\1', 'g') || CASE WHEN m[2] <> '' THEN '%' ELSE ' %' END)"
	" FROM regexp_matches(query, '\"([^\"]*)\"( \\*)?', 'g') AS x(m) $$;"

	/* Another text for a check. The server keeps checks in words of its own, so the old text is found by what a table makes of it. */
	"CREATE OR REPLACE FUNCTION db_mend(t text, was text, becomes text) RETURNS void LANGUAGE plpgsql AS $$"
	" DECLARE kept text; name text; BEGIN"
	" EXECUTE format('CREATE TEMPORARY TABLE db_mended (LIKE %I, CONSTRAINT was %s)', t, was);"
	" SELECT pg_get_constraintdef(oid) INTO kept FROM pg_constraint WHERE conrelid = 'db_mended'::regclass AND conname = 'was';"
	" DROP TABLE db_mended;"
	" FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = t::regclass AND contype = 'c' AND pg_get_constraintdef(oid) = kept LOOP"
	" EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', t, name, name, becomes); END LOOP; END $$;"

	/* Whole numbers stay whole: the server's own sum() and avg() of them are of another type, its division by zero an error. */
	"CREATE OR REPLACE AGGREGATE sum(bigint) (SFUNC = int8pl, STYPE = bigint);"
	"CREATE OR REPLACE FUNCTION db_add(bigint, integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $2 IS NULL THEN $1 ELSE coalesce($1, 0) + $2 END $$;"
	"CREATE OR REPLACE AGGREGATE sum(integer) (SFUNC = db_add, STYPE = bigint);"
	"CREATE OR REPLACE FUNCTION db_divide(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT $1 OPERATOR(pg_catalog./) nullif($2, 0) $$;"
	"CREATE OR REPLACE FUNCTION db_divide(double precision, double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT $1 OPERATOR(pg_catalog./) nullif($2, 0) $$;"
	"CREATE OR REPLACE FUNCTION db_rest(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT $1 OPERATOR(pg_catalog.%) nullif($2, 0) $$;"
	"CREATE OR REPLACE FUNCTION round(double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT sign($1) * floor(abs($1) + 0.5) $$;"
	"CREATE OR REPLACE FUNCTION max(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $1 >= $2 THEN $1 WHEN $2 > $1 THEN $2 END $$;"
	"CREATE OR REPLACE FUNCTION min(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $1 <= $2 THEN $1 WHEN $2 < $1 THEN $2 END $$;"
	"CREATE OR REPLACE FUNCTION max(double precision, double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $1 >= $2 THEN $1 WHEN $2 > $1 THEN $2 END $$;"
	"CREATE OR REPLACE FUNCTION min(double precision, double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $1 <= $2 THEN $1 WHEN $2 < $1 THEN $2 END $$;"
	"CREATE OR REPLACE FUNCTION max(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $1 COLLATE \"C\" >= $2 THEN $1 WHEN $2 COLLATE \"C\" > $1 THEN $2 END $$;"
	"CREATE OR REPLACE FUNCTION min(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $1 COLLATE \"C\" <= $2 THEN $1 WHEN $2 COLLATE \"C\" < $1 THEN $2 END $$;"
	"CREATE OR REPLACE FUNCTION instr(text, text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT strpos($1, $2)::bigint $$;"
	"CREATE OR REPLACE FUNCTION instr(bytea, bytea) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT position($2 in $1)::bigint $$;"
	"CREATE OR REPLACE FUNCTION substr(text, bigint, integer) RETURNS text LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT pg_catalog.substr($1, $2::int, $3) $$;"
	"CREATE OR REPLACE FUNCTION db_shift_back(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT $1 >> $2::int $$;"
	"CREATE OR REPLACE FUNCTION db_shift(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT $1 << $2::int $$;"
	/* Of the paths only $.\"name\". */
	"CREATE OR REPLACE FUNCTION json_extract(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT $1::jsonb ->> substr($2, 4, length($2) - 4) $$;"
	"CREATE OR REPLACE FUNCTION db_join(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $2 IS NULL THEN $1 WHEN $1 IS NULL THEN $2 ELSE $1 || $3 || $2 END $$;"
	"CREATE OR REPLACE FUNCTION db_join(text, bigint, text) RETURNS text LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $2 IS NULL THEN $1 WHEN $1 IS NULL THEN $2::text ELSE $1 || $3 || $2::text END $$;"
	"CREATE OR REPLACE AGGREGATE group_concat(text, text) (SFUNC = db_join, STYPE = text);"
	"CREATE OR REPLACE AGGREGATE group_concat(bigint, text) (SFUNC = db_join, STYPE = text);"

	/* Conditions as numbers, which is how SQLite has them. */
	"CREATE OR REPLACE FUNCTION db_count(bigint, boolean) RETURNS bigint LANGUAGE sql IMMUTABLE AS"
	" $$ SELECT CASE WHEN $2 IS NULL THEN $1 ELSE coalesce($1, 0) + $2::int END $$;"
	"CREATE OR REPLACE AGGREGATE sum(boolean) (SFUNC = db_count, STYPE = bigint);";

/* Operators cannot be replaced: they are made once. */
static const char operators[] =
	"DO $$ BEGIN"
	" IF NOT EXISTS (SELECT FROM pg_operator WHERE oprnamespace = current_schema()::regnamespace) THEN"
	" CREATE OPERATOR / (FUNCTION = db_divide, LEFTARG = bigint, RIGHTARG = bigint);"
	" CREATE OPERATOR / (FUNCTION = db_divide, LEFTARG = double precision, RIGHTARG = double precision);"
	" CREATE OPERATOR >> (FUNCTION = db_shift_back, LEFTARG = bigint, RIGHTARG = bigint);"
	" CREATE OPERATOR << (FUNCTION = db_shift, LEFTARG = bigint, RIGHTARG = bigint);"
	" CREATE OPERATOR % (FUNCTION = db_rest, LEFTARG = bigint, RIGHTARG = bigint);"
	" END IF; END $$;";
#pragma GCC diagnostic pop

/* ---- whose it is ---- */

/* The first column of the first row; empty without one, or when it is NULL. */
static int read_text(struct db_conn *c, const char *text, struct buf *ret)
{
	PGresult *result = NULL;
	int r = postgres_take(c, PQexec(postgres_of(c)->h, text), &result);
	if (r < 0)
		return r;
	buf_clear(ret);
	if (PQntuples(result) > 0)
		buf_z(ret, PQgetvalue(result, 0, 0));
	PQclear(result);
	return buf_error(ret);
}

static int install(struct db_conn *c, struct buf *text)
{
	uint8_t hash[HASH_SIZE];
	struct hash h;
	hash_begin(&h);
	hash_add(&h, functions, sizeof functions);
	hash_add(&h, operators, sizeof operators);
	hash_end(&h, hash);
	CLEANUP(buf_release) struct buf own;
	buf_init(&own, 256);
	hash_put_hex(&own, hash, sizeof hash);
	int r = read_text(c, "SELECT checksum FROM " DIALECT_TABLE, text);
	if (r < 0 || str_eq(buf_view(text), buf_view(&own)))
		return r;
	r = postgres_run(c, functions);
	if (r == 0)
		r = postgres_run(c, operators);
	if (r == 0)
		r = postgres_run(c, "DELETE FROM " DIALECT_TABLE);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	const struct sql_value v = { .kind = SQL_STR, .s = buf_view(&own) };
	if (r == 0)
		r = CONN_STMT(c, "INSERT INTO " DIALECT_TABLE " VALUES (?)", &s);
	if (r == 0)
		r = stmt_bind(s, &v, 1);
	return r == 0 ? stmt_step(s) : r;
}

/* Within a transaction and the writers' lock: two processes may open an empty database at once. */
static int claim(struct db_conn *c, const struct db_options *options, struct note *ret_why)
{
	CLEANUP(buf_release) struct buf text;
	buf_init(&text, 4096);
	if (options->create) {
		int r = postgres_run(c, "DO $$ BEGIN EXECUTE format('CREATE SCHEMA IF NOT EXISTS %s',"
		                        " split_part(current_setting('search_path'), ',', 1)); END $$");
		if (r < 0)
			return r;
	}
	int r = read_text(c, "SELECT CASE WHEN to_regclass('" DIALECT_TABLE "') IS NOT NULL THEN 'own'"
	                     " WHEN EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace) THEN 'foreign'"
	                     " ELSE 'empty' END", &text);
	if (r < 0)
		return r;
	const bool empty = str_eq_z(buf_view(&text), "empty");
	if (str_eq_z(buf_view(&text), "foreign") || (empty && !options->create)) {
		*ret_why = NOTE(MSG_DB_FOREIGN, ARG_S(STR("PostgreSQL")));
		return ERR_CORRUPT;
	}
	if (empty)
		r = postgres_run(c, "CREATE TABLE " DIALECT_TABLE " (checksum text NOT NULL)");
	return r == 0 ? install(c, &text) : r;
}

int postgres_claim(struct db_conn *c, const struct db_options *options, struct note *ret_why)
{
	struct note why = NOTE0(MSG_NONE);
	int r = c->b->begin(c);
	if (r == 0)
		r = claim(c, options, &why);
	if (r == 0)
		r = c->b->commit(c);
	if (r < 0) {
		snprintf(c->db->why, sizeof c->db->why, "%.299s", postgres_of(c)->why);
		*ret_why = why.id != MSG_NONE ? why : NOTE(MSG_DB_CANNOT_REACH, ARG_S(str_of(c->db->why)));
		if (c->b->in_transaction(c))
			(void)!c->b->roll_back(c);
	}
	return r;
}

/* ---- tables ---- */

static int run_script(struct db_conn *c, const char *text, bool mends)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	int r = dialect_script(&b, str_of(text), mends);
	buf_char(&b, '\0');
	if (r == 0)
		r = buf_error(&b);
	if (r < 0)
		snprintf(postgres_of(c)->why, sizeof postgres_of(c)->why, "not to be said in PostgreSQL's words: %.300s", text);
	else if ((r = postgres_run(c, buf_view(&b).p)) == 0)
		c->schema_changed = true;
	return r;
}

int postgres_script(struct db_conn *c, const char *text)
{
	return run_script(c, text, false);
}

int postgres_mend(struct db_conn *c, const char *text)
{
	return run_script(c, text, true);
}

/* A line a column, constraint, index and trigger, in the order of their names: the same for the same schema. */
const char postgres_schema_text[] =
	"SELECT replace(t.relname || ' ' || x.line, current_schema() || '.', '') FROM pg_class t, LATERAL ("
	"SELECT 1 AS kind, a.attname::text AS name, 'column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)"
	" || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS line"
	" FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
	" WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped"
	" UNION ALL SELECT 2, pg_get_constraintdef(k.oid), 'constraint ' || pg_get_constraintdef(k.oid)"
	" FROM pg_constraint k WHERE k.conrelid = t.oid"
	" UNION ALL SELECT 3, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = t.oid"
	" AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"
	" UNION ALL SELECT 4, g.tgname::text, pg_get_triggerdef(g.oid) FROM pg_trigger g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal"
	") x WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace AND t.relname NOT LIKE 'db\\_%' "
	"AND (?1 = '' OR t.relname = ?1) ORDER BY t.relname, x.kind, x.name COLLATE \"C\"";
