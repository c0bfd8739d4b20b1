/* The migrations, one after the other, give the tables, indexes and search settings that the descriptions want. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

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
	static const char *const files[] = { "migrated.db", "described.db" };
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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(migrations_give_what_descriptions_want), cmocka_unit_test(derivations_name_what_they_read) };
	return cmocka_run_group_tests(tests, up, down);
}
