/* The migrations, one after the other, give the tables, indexes and search settings that the descriptions want. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/backend.h"
#include "main/migrations.h"
#include "main/open.h"
#include "register/query_internal.h"

static struct arena *mem;
static char test_dir[200];

static struct db *open_with(const char *name, const struct db_migration *m, size_t n)
{
	struct db_options o = { .path = str_printf(mem, "%s/%s", test_dir, name), .create = true };
	struct db *db;
	struct note why;
	if (db_open(&o, &db, &why) < 0 || db_migrate(db, m, n, NULL, NULL, &why) < 0)
		fail_msg("%s: %.*s", name, STR_FMT(note_str(mem, LANG_EN, &why)));
	return db;
}

static int up(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(test_dir, sizeof test_dir, "%s/ishigaki-migrations-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(test_dir))
		die("mkdtemp %s", test_dir);
	mem = arena_new(LIMIT_ARENA);
	office_declare();
	return 0;
}

static int down(void **state)
{
	(void)state;
	static const char *const files[] = { "migrated.db", "described.db", "here.db", "there.db" };
	static const char *const more[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < COUNT_OF(files); i++)
		for (size_t k = 0; k < COUNT_OF(more); k++)
			unlink(str_z(mem, str_printf(mem, "%s/%s%s", test_dir, files[i], more[k])));
	rmdir(test_dir);
	arena_freep(&mem);
	return 0;
}

/* ---- what derivations say that they read of other registers ---- */

static bool line_in(struct str lines, struct str want)
{
	for (struct str line; str_cut(&lines, '\n', &line);)
		if (str_eq(line, want))
			return true;
	return false;
}

/* A field that is read and not named would leave values behind that nobody computes anew; one that is named and not read costs. */
static void derivations_name_what_they_read(void **state)
{
	(void)state;
	if (db_divert) {
		print_message("skipped: derivations_name_what_they_read (SQLite alone tells what a statement reads)\n");
		return;
	}
	size_t named = 0;
	struct db *db = open_with("migrated.db", migrations, migration_count);
	struct db_conn *c = db_read_begin(db);
	for (size_t i = 0; i < reg_count(); i++)
		for (size_t d = 0; d < reg_at(i)->derives; d++) {
			const struct derivation *one = reg_at(i)->derive[d];
			CLEANUP(buf_release) struct buf reads;
			struct sql q;
			buf_init(&reads, 1u << 20);
			if (!one->sql)
				continue;
			sql_init(&q, mem);
			sql_const(&q, one->sql);
			assert_int_equal(db_reads(c, &q, &reads), 0);
			for (size_t k = 0; k < one->dependencies; k++) {
				const struct reg *from = reg_find(str_of(one->depends[k].reg));
				const char *const *list = one->depends[k].reads;
				for (size_t f = 0; list && f < from->fields; f++) {
					const char *name = from->field[f].name;
					bool says = false, does = line_in(buf_view(&reads), str_printf(mem, "%s.%s", from->table, name));
					for (const char *const *l = list; *l; l++)
						says |= strcmp(*l, name) == 0;
					if (says != does)
						fail_msg("%s, derivation %zu: %s.%s is %s", reg_at(i)->name, d, from->name, name,
						         does ? "read but not named" : "named but not read");
					named += says;
				}
			}
		}
	assert_true(named > 0);
	db_read_end(db, &c);
	db_closep(&db);
}

/* The first line in which two texts differ: a message that says what to mend. */
static void assert_same_lines(struct str migrated, struct str described)
{
	while (migrated.n || described.n) {
		struct str a = STR(""), b = STR("");
		str_cut(&migrated, '\n', &a);
		str_cut(&described, '\n', &b);
		if (!str_eq(a, b))
			fail_msg("the migrations give\n%.*s\nthe descriptions want\n%.*s", STR_FMT(a), STR_FMT(b));
	}
}

static struct str search_settings(struct db_conn *c, const struct reg *r)
{
	struct sql q;
	struct str text = STR("");
	sql_init(&q, mem);
	sql_lit(&q, "SELECT group_concat(k || '=' || v, ' ') FROM (SELECT k, v FROM ");
	sql_name(&q, r->table);
	sql_lit(&q, "_search_config ORDER BY k)");
	assert_int_equal(db_get_str(c, &q, &text), 0);
	return str_dup(mem, text);
}

static void migrations_give_what_descriptions_want(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, LIMIT_PAGE);
	schema_put(&b);
	char *text = buf_take(&b, NULL);
	const struct db_migration all[] = { { 1, "all", text } };
	struct db *migrated = open_with("migrated.db", migrations, migration_count), *described = open_with("described.db", all, 1);
	struct db_conn *m = db_read_begin(migrated), *d = db_read_begin(described);
	struct str have, want;
	assert_int_equal(db_schema_text(m, mem, "", &have), 0);
	assert_int_equal(db_schema_text(d, mem, "", &want), 0);
	assert_true(want.n > 10000);
	assert_same_lines(have, want);
	size_t searched = 0;
	for (size_t i = 0; i < reg_count(); i++) {
		if (!search_has(reg_at(i)))
			continue;
		searched++;
		if (db_divert) /* settings of SQLite's index */
			continue;
		struct str has = search_settings(m, reg_at(i)), wants = search_settings(d, reg_at(i));
		if (!str_eq(has, wants))
			fail_msg("%s: the migrations give '%.*s', the descriptions want '%.*s'", reg_at(i)->name, STR_FMT(has), STR_FMT(wants));
	}
	assert_true(searched > 0);
	db_read_end(migrated, &m);
	db_read_end(described, &d);
	db_closep(&migrated);
	db_closep(&described);
	free(text);
}

/* ---- the same on both kinds of database ---- */

static struct str lines_of(struct db *db, const char *constant)
{
	struct db_conn *c = db_read_begin(db);
	struct buf b;
	buf_init(&b, LIMIT_PAGE);
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, constant);
	struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		buf_str(&b, stmt_str(s, 0));
		buf_char(&b, '\n');
		r = 0;
	}
	if (r < 0)
		fail_msg("%s: %.*s", constant, STR_FMT(db_error(c)));
	stmt_done(&s);
	db_read_end(db, &c);
	struct str lines = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return lines;
}

/* The tables of the search index are each database's own affair. */
#define SQLITE_TABLES " m.type = 'table' AND m.name NOT LIKE 'sqlite@_%' ESCAPE '@' AND m.name NOT LIKE '%@_search%' ESCAPE '@'"
#define POSTGRES_TABLES " t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace AND t.relname NOT LIKE 'db@_%' ESCAPE '@'" \
	" AND t.relname NOT LIKE '%@_search' ESCAPE '@'"

static const struct {
	const char *what, *sqlite, *postgres;
	size_t least;
} faces[] = {
	{ "columns",
	  "SELECT m.name || '.' || c.name || ' ' || CASE c.type WHEN 'ANY' THEN 'TEXT' ELSE c.type END ||"
	  " CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN ' NOT NULL' ELSE '' END || ' key ' || c.pk || ' default ' ||"
	  " CASE WHEN c.dflt_value IS NULL THEN '' ELSE c.dflt_value END AS line"
	  " FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE" SQLITE_TABLES " ORDER BY line",
	  "SELECT t.relname || '.' || a.attname || ' ' ||"
	  " CASE format_type(a.atttypid, a.atttypmod) WHEN 'bigint' THEN 'INTEGER' WHEN 'text' THEN 'TEXT' WHEN 'bytea' THEN 'BLOB' ELSE '?' END ||"
	  " CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || ' key ' || coalesce(array_position(k.conkey, a.attnum), 0) || ' default ' ||"
	  " CASE WHEN k.conkey IS NOT NULL AND pg_get_expr(d.adbin, d.adrelid) LIKE 'db@_next@_id(%' ESCAPE '@' THEN ''"
	  " ELSE coalesce(replace(pg_get_expr(d.adbin, d.adrelid), '::text', ''), '') END COLLATE \"C\" AS line"
	  " FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped"
	  " LEFT JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'"
	  " LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum WHERE" POSTGRES_TABLES " ORDER BY line", 500 },
	{ "references",
	  "SELECT m.name || '.' || f.\"from\" || ' to ' || f.\"table\" || '.' || f.\"to\" AS line"
	  " FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE" SQLITE_TABLES " ORDER BY line",
	  "SELECT t.relname || '.' || a.attname || ' to ' || o.relname || '.' || b.attname COLLATE \"C\" AS line FROM pg_class t"
	  " JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f' JOIN pg_class o ON o.oid = k.confrelid"
	  " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1] JOIN pg_attribute b ON b.attrelid = o.oid AND b.attnum = k.confkey[1]"
	  " WHERE" POSTGRES_TABLES " ORDER BY line", 30 },
	{ "indexes",
	  "SELECT m.name || ' ' || CASE WHEN i.\"unique\" = 1 THEN 'unique' ELSE 'index' END || ' ' ||"
	  " CASE WHEN i.partial = 1 THEN 'of some' ELSE 'of all' END || ' (' ||"
	  " (SELECT group_concat(z.name, ', ') FROM (SELECT x.name FROM pragma_index_info(i.name) x ORDER BY x.seqno) z) || ')' AS line"
	  " FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE i.origin <> 'pk' AND" SQLITE_TABLES " ORDER BY line",
	  "SELECT t.relname || ' ' || CASE WHEN i.indisunique THEN 'unique' ELSE 'index' END || ' ' ||"
	  " CASE WHEN i.indpred IS NOT NULL THEN 'of some' ELSE 'of all' END || ' (' ||"
	  " (SELECT string_agg(a.attname, ', ' ORDER BY x.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS x(attnum, n)"
	  " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.attnum) || ')' COLLATE \"C\" AS line"
	  " FROM pg_class t JOIN pg_index i ON i.indrelid = t.oid WHERE NOT i.indisprimary AND" POSTGRES_TABLES " ORDER BY line", 200 },
	{ "triggers",
	  "SELECT g.tbl_name || ' ' || g.name AS line FROM sqlite_schema g WHERE g.type = 'trigger' ORDER BY line",
	  "SELECT t.relname || ' ' || g.tgname COLLATE \"C\" AS line FROM pg_class t JOIN pg_trigger g ON g.tgrelid = t.oid"
	  " WHERE NOT g.tgisinternal AND g.tgname <> 'db_keep' AND g.tgname NOT LIKE '%@_at@_once' ESCAPE '@' AND" POSTGRES_TABLES " ORDER BY line", 8 },
};

static void both_kinds_of_database_have_the_same_schema(void **state)
{
	(void)state;
	if (!db_divert) {
		print_message("skipped: no PostgreSQL server (./test --db postgres)\n");
		return;
	}
	const char *(*divert)(const char *, bool) = db_divert;
	struct db *there = open_with("there.db", migrations, migration_count);
	db_divert = NULL;
	struct db *here = open_with("here.db", migrations, migration_count);
	db_divert = divert;
	for (size_t i = 0; i < COUNT_OF(faces); i++) {
		struct str sqlite = lines_of(here, faces[i].sqlite), postgres = lines_of(there, faces[i].postgres);
		size_t n = 0;
		for (size_t k = 0; k < sqlite.n; k++)
			n += sqlite.p[k] == '\n';
		assert_true(n >= faces[i].least);
		while (sqlite.n || postgres.n) {
			struct str a = STR(""), b = STR("");
			str_cut(&sqlite, '\n', &a);
			str_cut(&postgres, '\n', &b);
			if (!str_eq(a, b))
				fail_msg("%s: SQLite has\n%.*s\nPostgreSQL has\n%.*s", faces[i].what, STR_FMT(a), STR_FMT(b));
		}
	}
	db_closep(&there);
	db_closep(&here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(migrations_give_what_descriptions_want),
		cmocka_unit_test(derivations_name_what_they_read),
		cmocka_unit_test(both_kinds_of_database_have_the_same_schema),
	};
	return cmocka_run_group_tests(tests, up, down);
}
