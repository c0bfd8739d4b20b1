/* SQLite's SQL in PostgreSQL's words: every rule of postgres_dialect.c, and what it refuses. */
#include "db/postgres.h"
#include "db/test_support.h"

static void says(const char *sqlite, const char *postgres, unsigned params)
{
	struct buf b;
	buf_init(&b, LIMIT_SQL);
	unsigned n = 99;
	const int r = dialect_statement(&b, str_of(sqlite), &n);
	if (r < 0 || !str_eq_z(buf_view(&b), postgres))
		fail_msg("%s\n%s: %.*s\nwanted: %s", sqlite, err_name(r), STR_FMT(buf_view(&b)), postgres);
	assert_int_equal(n, params);
	buf_release(&b);
}

static void refuses(const char *sqlite)
{
	struct buf b;
	buf_init(&b, LIMIT_SQL);
	unsigned n = 0;
	if (dialect_statement(&b, str_of(sqlite), &n) != ERR_SYNTAX)
		fail_msg("%s: %.*s", sqlite, STR_FMT(buf_view(&b)));
	buf_release(&b);
}

static void values_are_numbered(void **state)
{
	(void)state;
	says("SELECT a FROM t WHERE b = ? AND c IN (?, ?)", "SELECT a FROM t WHERE b = $1 AND c IN ($2, $3)", 3);
	says("SELECT ?1 WHERE ?1 = ''", "SELECT $1 WHERE $1 = ''", 1);
	says("SELECT '?' || \"?\" -- ?\n, ?", "SELECT '?' || \"?\" -- ?\n, $1", 1);
	says("SELECT 'it''s ?', ?", "SELECT 'it''s ?', $1", 1);
}

static void words_that_mean_something_else(void **state)
{
	(void)state;
	says("SELECT a IS b, a IS NOT ?, a IS NULL, a IS NOT NULL, a IS TRUE",
	     "SELECT a IS NOT DISTINCT FROM b, a IS DISTINCT FROM $1, a IS NULL, a IS NOT NULL, a IS TRUE", 1);
	says("SELECT 1 FROM a CROSS JOIN b AS x ON x.id = a.id CROSS JOIN c WHERE 1 = 1",
	     "SELECT 1 FROM a JOIN b AS x ON x.id = a.id CROSS JOIN c WHERE 1 = 1", 0);
	says("SELECT 1 FROM a CROSS JOIN (SELECT 1 FROM b JOIN c ON b.id = c.id) AS x LEFT JOIN d ON d.id = a.id",
	     "SELECT 1 FROM a CROSS JOIN (SELECT 1 FROM b JOIN c ON b.id = c.id) AS x LEFT JOIN d ON d.id = a.id", 0);
	says("SELECT CAST(a AS INTEGER), CAST(b AS REAL), CAST(c AS TEXT)", "SELECT CAST(a AS bigint), CAST(b AS double precision), CAST(c AS TEXT)", 0);
	says("SELECT 1.5 * a, x'00ff', 3 == b", "SELECT 1.5::double precision * a, '\\x00ff'::bytea, 3 = b", 0);
	says("SELECT a GLOB '[12][0-9]-?*'", "SELECT a ~ '^[12][0-9]-..*$'", 0);
	says("SELECT a FROM t /*: ORDER BY a:*/ LIMIT 1 /* no */", "SELECT a FROM t  ORDER BY a LIMIT 1 /* no */", 0);
	says("SELECT k.rowid FROM t_search AS k WHERE k.t_search MATCH ? AND k.rowid < ?",
	     "SELECT k.rowid FROM t_search AS k WHERE (k.lexemes @@ db_words($1) AND k.tokens LIKE ALL ((SELECT db_phrases($1))::text[])) AND k.rowid < $2", 2);
}

static void what_cannot_be_said_is_refused(void **state)
{
	(void)state;
	refuses("INSERT OR REPLACE INTO t VALUES (1)");
	refuses("UPDATE OR IGNORE t SET a = 1");
	refuses("REPLACE INTO t VALUES (1)");
	refuses("SELECT 1 FROM t INDEXED BY i");
	refuses("SELECT a GLOB b");
	refuses("SELECT a GLOB 'a{b'");
	refuses("SELECT a MATCH 'b'");
	refuses("SELECT 1; SELECT 2");
	refuses("  ");
	refuses("SELECT 'open");
	refuses("CREATE TABLE t (a)");
	refuses("CREATE TABLE t (a VARCHAR(3))");
	refuses("CREATE TABLE t (a INTEGER) PARTITION");
	refuses("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END");
}

static void tables_are_declared(void **state)
{
	(void)state;
	says("CREATE TABLE t (a TEXT PRIMARY KEY, b BLOB NOT NULL CHECK (length(b) = 32), c ANY, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID",
	     "CREATE TABLE t (a text COLLATE \"C\" PRIMARY KEY, b bytea NOT NULL CHECK (length(b) = 32), c text COLLATE \"C\", PRIMARY KEY (a, b))", 0);
	says("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER DEFAULT 0) STRICT",
	     "CREATE TABLE t (id bigint PRIMARY KEY , n bigint DEFAULT 0); ALTER TABLE t ALTER COLUMN id SET DEFAULT"
	     " db_next_id('t'::regclass, 'id', true); CREATE TRIGGER db_keep AFTER DELETE ON t REFERENCING OLD TABLE AS gone"
	     " FOR EACH STATEMENT EXECUTE FUNCTION db_keep_id('id')", 0);
	says("CREATE INDEX a_name_that_is_longer_than_postgresql_keeps_names_in_its_catalog_of_names ON t (a)",
	     "CREATE INDEX a_name_that_is_longer_than_postgresql_keeps_na_806242d41ea67af5 ON t (a)", 0);
	says("CREATE TRIGGER g BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'never'); END",
	     "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION db_refuse('never')", 0);
}

static void scripts_hold_several_statements(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, LIMIT_SQL);
	assert_int_equal(dialect_script(&b, STR("CREATE TABLE t (a INTEGER) STRICT; CREATE TRIGGER g BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no'); END;\n"
	                                        "INSERT INTO t_search(t_search, rank) VALUES ('crisismerge', 64); INSERT INTO t VALUES (';');"), false), 0);
	assert_true(str_eq(buf_view(&b), STR("CREATE TABLE t (a bigint);\n"
	                                     "CREATE TRIGGER g BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION db_refuse('no');"
	                                     " CREATE TRIGGER g_at_once BEFORE TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('no');\n"
	                                     ";\n INSERT INTO t VALUES (';');\n")));
	buf_clear(&b);
	assert_int_equal(dialect_script(&b, STR("CREATE TABLE t (a INTEGER); REPLACE INTO t VALUES (1)"), false), ERR_SYNTAX);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_numbered),
		cmocka_unit_test(words_that_mean_something_else),
		cmocka_unit_test(what_cannot_be_said_is_refused),
		cmocka_unit_test(tables_are_declared),
		cmocka_unit_test(scripts_hold_several_statements),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
