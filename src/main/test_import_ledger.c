/* The line of the product on the workbooks a company really has: ledger in, importance and risk out. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cmocka.h>

#include "asset/asset.h"
#include "base/helper.h"
#include "base/num.h"
#include "main/migrations.h"
#include "main/open.h"
#include "org/org.h"
#include "register/import.h"
#include "register/setting.h"

static char build_dir[PATH_MAX], test_dir[256];
static struct db *db;
static struct arena *mem;
static struct principal operator;
static const uint8_t key[32] = { 3 };

static int seed(struct db_conn *c, void *arg)
{
	(void)arg;
	return setting_seed(c, mem);
}

static int up(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(test_dir, sizeof test_dir, "%s/ishigaki-ledger-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(test_dir))
		die("mkdtemp %s", test_dir);
	mem = arena_new(LIMIT_ARENA);
	office_declare();
	struct buf b;
	buf_init(&b, LIMIT_PAGE);
	schema_put(&b);
	char *schema = buf_take(&b, NULL);
	const struct db_migration m[] = { { 1, "all", schema } };
	struct db_options o = { .path = str_printf(mem, "%s/office.db", test_dir), .create = true };
	struct note why;
	assert_int_equal(db_open(&o, &db, &why), 0);
	if (db_migrate(db, m, 1, NULL, NULL, &why) < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &why)));
	free(schema);
	assert_int_equal(db_write(db, seed, NULL), 0);
	operator = auth_operator();
	operator.lang = LANG_JA;
	return 0;
}

static int down(void **state)
{
	(void)state;
	db_closep(&db);
	arena_freep(&mem);
	DIR *d = opendir(test_dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		char path[600];
		snprintf(path, sizeof path, "%s/%s", test_dir, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(test_dir);
	return 0;
}

/* A file of the shared inputs beside the checkout; -1 when they are not there. */
static int shared(const char *name)
{
	static const char *const places[] = { "../shared/data", "../../shared/data" };
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		int fd = open(str_z(mem, str_printf(mem, "%s/%s", places[i], name)), O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	print_message("skipped: %s absent\n", name);
	return -1;
}

static struct import_report take(const struct reg *reg, int fd, const char *name, struct import_options o)
{
	struct reg_ctx ctx = { .arena = mem, .by = &operator, .key = key };
	struct import_report r;
	o.reg = reg;
	o.fd = fd;
	o.file_name = str_of(name);
	if (!o.plan)
		o.sheet = -1;
	int e = import_run(db, &ctx, &o, &r);
	if (e < 0)
		fail_msg("import_run: %s", err_name(e));
	return r;
}

static void show(const struct import_report *r)
{
	struct buf b;
	buf_init(&b, LIMIT_PAGE);
	import_report_text(&b, r, LANG_JA);
	print_message("%.*s", STR_FMT(buf_view(&b)));
	buf_release(&b);
}

static void counts(struct import_report r, int created, int updated, int unchanged, int refused)
{
	if (r.created == created && r.updated == updated && r.unchanged == unchanged && r.refused == refused)
		return;
	show(&r);
	fail_msg("not %d %d %d %d", created, updated, unchanged, refused);
}
#define COUNTS(r, c, u, s, f) counts((r), (c), (u), (s), (f))

static int64_t number(const char *constant)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, constant);
	int64_t n = -1;
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	db_read_end(db, &c);
	return n;
}

static struct str text(const char *constant)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, constant);
	struct str s = STR("");
	assert_int_equal(db_get_str(c, &q, &s), 0);
	db_read_end(db, &c);
	return s;
}

static void set_place(const char *name, const char *field, const char *level, const char *reason)
{
	struct db_conn *c = db_read_begin(db);
	struct reg_view view;
	assert_int_equal(reg_view_load(c, mem, &reg_place, &view), 0);
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT id FROM asset_place WHERE name = ");
	sql_str(&q, str_of(name));
	int64_t id;
	assert_int_equal(db_get_i64(c, &q, &id), 0);
	db_read_end(db, &c);
	struct change change = change_new(mem, CHANGE_SAVE, &view, id);
	change_set_text(&change, mem, field, level);
	change_set_text(&change, mem, reason, "試験のため");
	struct reg_ctx ctx = { .arena = mem, .by = &operator, .key = key };
	struct written w;
	assert_int_equal(reg_save(db, &ctx, &change, &w), 0);
}

/* Frequency 3 for office PCs and external servers, 2 for paper; vulnerability 2 everywhere. */
static void assess(void)
{
	static const char *const place[][2] = { { "事務所PC", "3" }, { "社外サーバー", "3" }, { "書類", "2" } };
	for (size_t i = 0; i < COUNT_OF(place); i++) {
		set_place(place[i][0], "threat_frequency_set", place[i][1], "threat_frequency_reason");
		set_place(place[i][0], "vulnerability_set", "2", "vulnerability_reason");
	}
}

static struct str bands(void)
{
	return text("SELECT group_concat(t, ' ') FROM (SELECT risk_value || CASE risk_band WHEN 3 THEN '大' WHEN 2 THEN '中' ELSE '小' END"
	            " AS t FROM asset_asset ORDER BY id) AS x");
}

#define ASSERT_TEXT(have, want) do { struct str h_ = (have); if (!str_eq_z(h_, want)) fail_msg("%.*s", STR_FMT(h_)); } while (0)

static void test_ledger(void **state)
{
	(void)state;
	int fd = shared("ledger/ledger.xlsx");
	if (fd < 0)
		return;
	int64_t audit = number("SELECT count(*) FROM audit_entry");
	struct import_report r = take(&reg_asset, fd, "ledger.xlsx", (struct import_options){ .dry_run = true });
	COUNTS(r, 8, 0, 0, 0);
	assert_false(r.applied);
	assert_int_equal(r.errors, 0);
	assert_int_equal(number("SELECT count(*) FROM record"), 0);
	assert_int_equal(number("SELECT count(*) FROM batch"), 0);
	assert_int_equal(number("SELECT count(*) FROM audit_entry"), audit);

	r = take(&reg_asset, fd, "ledger.xlsx", (struct import_options){ 0 });
	COUNTS(r, 8, 0, 0, 0);
	assert_true(r.applied);
	assert_int_equal(r.errors, 0);
	assert_int_equal(r.left_outs, 0);
	assert_int_equal(r.created_references, 2 + 3);
	ASSERT_TEXT(r.created_reference[0], "部門: 人事部");
	assert_int_equal(r.plan.header_row, 2);
	assert_int_equal(r.plan.header_rows, 2);
	ASSERT_TEXT(r.plan.column[6].heading, "個人情報の種類|個人情報");
	assert_int_equal(number("SELECT count(*) FROM asset_asset"), 8);
	ASSERT_TEXT(text("SELECT registered_on FROM asset_asset ORDER BY id LIMIT 1"), "2016-07-01");
	ASSERT_TEXT(text("SELECT retention FROM asset_asset WHERE name = '給与システムデータ'"), "7年");
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE personal = 1"), 4);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE personal IS NULL"), 4);
	/* One entry says that a file came in, and how much of it. */
	assert_int_equal(number("SELECT count(*) FROM audit_entry WHERE kind = 12"), 1);
	assess();
	ASSERT_TEXT(bands(), "4大 2中 2中 4大 1中 1中 4大 4大");

	int64_t revisions = number("SELECT sum(revision) FROM record");
	r = take(&reg_asset, fd, "ledger.xlsx", (struct import_options){ 0 });
	COUNTS(r, 0, 0, 8, 0);
	assert_int_equal(number("SELECT sum(revision) FROM record"), revisions);
	close(fd);
}

static void test_messy(void **state)
{
	(void)state;
	int fd = shared("ledger/ledger-messy.xlsx");
	if (fd < 0)
		return;
	struct import_report r = take(&reg_asset, fd, "ledger-messy.xlsx", (struct import_options){ 0 });
	COUNTS(r, 8, 0, 0, 0);
	assert_int_equal(r.errors, 1);
	assert_int_equal(r.notices_total, 1);
	assert_int_equal(r.errors_total, 0);
	assert_true(r.error[0].notice);
	assert_int_equal(r.error[0].row, 9);
	ASSERT_TEXT(r.error[0].column, "重要度");
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE registered_on = '2026-04-01'"), 5);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE name = '健康診断の結果'"), 1);
	assess();
	ASSERT_TEXT(bands(), "4大 2中 2中 4大 2中 1中 4大 4大");
	r = take(&reg_asset, fd, "ledger-messy.xlsx", (struct import_options){ 0 });
	COUNTS(r, 0, 0, 8, 0);
	close(fd);
}

static void test_strict(void **state)
{
	(void)state;
	int fd = shared("ledger/ledger.xlsx");
	if (fd < 0)
		return;
	struct import_report r = take(&reg_asset, fd, "ledger.xlsx", (struct import_options){ .strict = true });
	COUNTS(r, 0, 0, 0, 8);
	assert_false(r.applied);
	assert_int_equal(r.errors_total, 16); /* a unit and a place of every row */
	assert_int_equal(r.error[0].row, 5);
	ASSERT_TEXT(r.error[0].column, "管理部署");
	assert_int_equal(number("SELECT count(*) FROM record"), 0);
	close(fd);
}

/* The product's own exports change nothing when they come back. */
static void test_own_export(void **state)
{
	(void)state;
	int fd = shared("ledger/ledger.xlsx");
	if (fd < 0)
		return;
	COUNTS(take(&reg_asset, fd, "ledger.xlsx", (struct import_options){ 0 }), 8, 0, 0, 0);
	close(fd);
	assess();
	static const struct { enum export_format format; enum export_encoding encoding; enum lang lang; } list[] = {
		{ EXPORT_XLSX, 0, LANG_JA }, { EXPORT_XLSX, 0, LANG_EN }, { EXPORT_CSV, ENCODING_UTF8_BOM, LANG_JA },
		{ EXPORT_CSV, ENCODING_UTF8, LANG_EN }, { EXPORT_CSV, ENCODING_CP932, LANG_JA },
	};
	static const struct reg *const regs[] = { &reg_asset, &reg_place, &reg_unit };
	static const int rows[] = { 8, 3, 2 };
	int64_t revisions = number("SELECT sum(revision) FROM record");
	for (size_t g = 0; g < COUNT_OF(regs); g++)
		for (size_t i = 0; i < COUNT_OF(list); i++) {
			struct db_conn *c = db_read_begin(db);
			struct reg_view view;
			assert_int_equal(reg_view_load(c, mem, regs[g], &view), 0);
			db_read_end(db, &c);
			struct query q = { .view = &view, .by = &operator, .op = OP_EXPORT, .sort = -1 };
			int out = memfd_create("export", MFD_CLOEXEC);
			struct export_options o = { .query = &q, .format = list[i].format, .encoding = list[i].encoding, .lang = list[i].lang, .out_fd = out };
			struct reg_ctx ctx = { .arena = mem, .by = &operator, .key = key };
			struct export_result result;
			assert_int_equal(export_run(db, &ctx, &o, &result), 0);
			struct import_report r = take(regs[g], out, "export", (struct import_options){ 0 });
			COUNTS(r, 0, 0, rows[g], 0);
			if (r.errors)
				show(&r);
			assert_int_equal(r.errors, 0);
			close(out);
		}
	assert_int_equal(number("SELECT sum(revision) FROM record"), revisions);
}

/* Bytes that this process handed to the system to be written; -1 where that is not told. */
static int64_t bytes_written(void)
{
	char text[600] = "";
	FILE *f = fopen("/proc/self/io", "re");
	int64_t v = -1;
	while (f && fgets(text, sizeof text, f))
		if (strncmp(text, "wchar: ", 7) == 0 && num_parse_i64(str_trim(str_of(text + 7)), 0, INT64_MAX, &v) < 0)
			v = -1;
	if (f)
		fclose(f);
	return v;
}
#define LARGE_ROWS 2000
#define ROW_BYTES_MOST 8000 /* it is 6,541: a few more indexes, or smaller pieces, cost more */

/* A ledger of 2,000 rows, made by the tool that makes those of the benchmark. */
static void test_large(void **state)
{
	(void)state;
	char tool[PATH_MAX + 32], path[400];
	snprintf(tool, sizeof tool, "%s/tools/make_ledger", build_dir);
	snprintf(path, sizeof path, "%s/large.xlsx", test_dir);
	if (access(tool, X_OK) < 0) {
		print_message("skipped: %s absent\n", tool);
		return;
	}
	pid_t pid = fork();
	if (pid == 0) {
		execl(tool, tool, "2000", path, (char *)NULL);
		_exit(127);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct import_report r = take(&reg_asset, fd, "large.xlsx", (struct import_options){ .dry_run = true });
	COUNTS(r, 2000, 0, 0, 0);
	assert_int_equal(number("SELECT count(*) FROM record"), 0);
	const int64_t before = bytes_written();
	r = take(&reg_asset, fd, "large.xlsx", (struct import_options){ 0 });
	const int64_t each = (bytes_written() - before) / LARGE_ROWS;
	COUNTS(r, 2000, 0, 0, 0);
	if (before < 0 || getenv("ISHIGAKI_TEST_POSTGRES"))
		print_message("skipped: bytes written by an import (Linux counts them, and of SQLite they are this process's)\n");
	else if (each < 1000 || each > ROW_BYTES_MOST)
		fail_msg("%lld bytes are written for a row", (long long)each);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE batch IN (SELECT id FROM batch WHERE state = 2)"), 2000);
	r = take(&reg_asset, fd, "large.xlsx", (struct import_options){ 0 });
	COUNTS(r, 0, 0, 2000, 0);
	close(fd);
}

/* Values in the file's computed columns override, with the file as the reason; equal ones do not. */
static void test_override(void **state)
{
	(void)state;
	int fd = helper_memfd(STR("業務分類,情報資産名称,管理部署,媒体・保存先,機密性,完全性,可用性,重要度,脅威の発生頻度,脆弱性,被害発生可能性,リスク値\n"
	                          "人事,名簿,人事部,事務所PC,2,1,1,2,3:いつでも,２：一部,2,4 リスク大\n"
	                          "人事,控え,人事部,書類,1,0,0,1,,,,\n"));
	struct import_report r = take(&reg_asset, fd, "台帳.csv", (struct import_options){ 0 });
	COUNTS(r, 2, 0, 0, 0);
	if (r.errors)
		show(&r);
	assert_int_equal(r.errors, 0);
	ASSERT_TEXT(text("SELECT threat_frequency_reason FROM asset_asset WHERE name = '名簿'"), "ファイル「台帳.csv」による");
	assert_int_equal(number("SELECT risk_value FROM asset_asset WHERE name = '名簿'"), 4);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE threat_frequency_set IS NULL"), 1);
	COUNTS(take(&reg_asset, fd, "台帳.csv", (struct import_options){ 0 }), 0, 0, 2, 0);
	close(fd);
	/* The place's own values now say the same: an override that equals the computed value is none. */
	set_place("書類", "threat_frequency_set", "2", "threat_frequency_reason");
	fd = helper_memfd(STR("業務分類,情報資産名称,管理部署,媒体・保存先,脅威の発生頻度\n人事,控え,人事部,書類,2\n人事,原本,人事部,書類,2\n"));
	COUNTS(take(&reg_asset, fd, "追加.csv", (struct import_options){ 0 }), 1, 0, 1, 0);
	assert_int_equal(number("SELECT count(*) FROM asset_asset WHERE threat_frequency_set IS NOT NULL"), 1);
	close(fd);
}

/* Another company's form: two rows of headings, merged, with the letters of the three ratings. */
static void test_grouped(void **state)
{
	(void)state;
	char path[400];
	snprintf(path, sizeof path, "%s/grouped.xlsx", test_dir);
	lxw_workbook *book = workbook_new(path);
	lxw_worksheet *sheet = workbook_add_worksheet(book, NULL);
	static const char *const top[] = { "No.", NULL, NULL, "管理部門", "保存場所", NULL, NULL, NULL, "備考" };
	static const char *const below[] = { NULL, "区分", "名称", NULL, NULL, "C", "I", "A", NULL };
	static const char *const row[] = { "1", "人事", "名簿", "人事部", "事務所PC", "2", "1", "0", "毎年" };
	worksheet_write_string(sheet, 0, 0, "情報資産一覧", NULL);
	for (lxw_col_t c = 0; c < COUNT_OF(top); c++) {
		if (top[c])
			worksheet_write_string(sheet, 3, c, top[c], NULL);
		if (below[c])
			worksheet_write_string(sheet, 4, c, below[c], NULL);
		worksheet_write_string(sheet, 5, c, row[c], NULL);
	}
	worksheet_merge_range(sheet, 3, 1, 3, 2, "資産", NULL);
	worksheet_merge_range(sheet, 3, 5, 3, 7, "評価", NULL);
	assert_int_equal(workbook_close(book), LXW_NO_ERROR);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct import_report r = take(&reg_asset, fd, "grouped.xlsx", (struct import_options){ 0 });
	close(fd);
	COUNTS(r, 1, 0, 0, 0);
	assert_int_equal(r.errors, 0);
	assert_int_equal(r.left_outs, 1);
	ASSERT_TEXT(r.left_out[0], "A列「No.」");
	assert_int_equal(number("SELECT confidentiality * 100 + integrity * 10 + availability FROM asset_asset WHERE name = '名簿'"), 210);
	ASSERT_TEXT(text("SELECT business_category || p.name FROM asset_asset t JOIN asset_place p ON p.id = t.storage"), "人事事務所PC");
}

/* Units that name each other within one file, in any order. */
static void test_units(void **state)
{
	(void)state;
	int fd = helper_memfd(STR("部門名,上位の部門,種類\n人事課,管理本部,課\n管理本部,本社,本部\n本社,,会社\n営業課,営業本部,課\n"));
	struct import_report r = take(&reg_unit, fd, "組織.csv", (struct import_options){ .dry_run = true });
	COUNTS(r, 4, 0, 0, 0);
	r = take(&reg_unit, fd, "組織.csv", (struct import_options){ 0 });
	COUNTS(r, 4, 0, 0, 0);
	assert_int_equal(r.created_references, 1);
	ASSERT_TEXT(r.created_reference[0], "部門: 営業本部");
	assert_int_equal(number("SELECT count(*) FROM org_unit"), 5);
	assert_int_equal(number("SELECT p.kind FROM org_unit u JOIN org_unit p ON p.id = u.parent WHERE u.name = '人事課'"), 2);
	r = take(&reg_unit, fd, "組織.csv", (struct import_options){ 0 });
	COUNTS(r, 0, 0, 4, 0);
	close(fd);
}

/* A contract's two ends in one cell, as lists of software often have them; a column of its own for the beginning goes before it. */
static void test_periods(void **state)
{
	(void)state;
	int fd = helper_memfd(STR("アプリ名,バージョン,契約期間\n表計算,1,2025年4月～2026年3月\n図面,1,令和7年4月1日から令和8年3月31日まで\n"
	                          "会計,1,2025/4/1-2026/3/31\n給与,1,2026/3/31\n在庫,1,自動更新\n"));
	struct import_report r = take(&reg_application, fd, "app.csv", (struct import_options){ .take_good_rows = true });
	COUNTS(r, 4, 0, 0, 1);
	ASSERT_TEXT(r.error[0].column, "契約期間");
	close(fd);
	assert_int_equal(number("SELECT count(*) FROM asset_application WHERE contract_from = '2025-04-01' AND contract_until = '2026-03-31'"), 3);
	assert_int_equal(number("SELECT count(*) FROM asset_application WHERE contract_from IS NULL AND contract_until = '2026-03-31'"), 1);
	fd = helper_memfd(STR("サービス名,契約開始日,契約期間\n見本倉庫,2025-06-01,2025年4月～2026年3月\n見本便,,2025年4月～\n"));
	r = take(&reg_service, fd, "service.csv", (struct import_options){ 0 });
	COUNTS(r, 2, 0, 0, 0);
	close(fd);
	assert_int_equal(number("SELECT count(*) FROM asset_service WHERE contract_from = '2025-06-01' AND contract_until = '2026-03-31'"), 1);
	assert_int_equal(number("SELECT count(*) FROM asset_service WHERE contract_from = '2025-04-01' AND contract_until IS NULL"), 1);
}

int main(void)
{
	if (readlink("/proc/self/exe", build_dir, sizeof(build_dir) - 1) < 0)
		return 1;
	/* build/test/main/test_import_ledger: the helpers lie in build. */
	for (int i = 0; i < 3; i++)
		*strrchr(build_dir, '/') = 0;
	helper_set_dir(str_of(build_dir));
#define T(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		T(test_ledger), T(test_messy), T(test_strict), T(test_own_export), T(test_override), T(test_grouped), T(test_units), T(test_periods), T(test_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
