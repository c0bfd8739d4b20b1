/* Imports of files people make: headers, encodings, cells, errors, batches. On the engine's own test registers. */
#include "register/test_support.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <xlsxwriter.h>

#include "base/helper.h"
#include "register/export.h"
#include "register/import_internal.h"
#include "register/own_field.h"

static struct import_report import_fd(const struct principal *p, int fd, struct import_options o)
{
	struct reg_ctx ctx = ctx_of(p);
	struct import_report r;
	if (!o.reg)
		o.reg = &test_stone;
	o.fd = fd;
	o.file_name = STR("石.csv");
	if (!o.plan && !o.sheet)
		o.sheet = -1;
	int e = import_run(db, &ctx, &o, &r);
	if (e < 0)
		fail_msg("import_run: %s", err_name(e));
	return r;
}

static struct import_report import_by(const struct principal *p, struct str file, struct import_options o)
{
	int fd = helper_memfd(file);
	struct import_report r = import_fd(p, fd, o);
	close(fd);
	return r;
}
#define IMPORT(text, ...) import_by(&lead, STR(text), (struct import_options){ __VA_ARGS__ })

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

static void same(struct str have, const char *want)
{
	if (!str_eq_z(have, want))
		fail_msg("%.*s instead of %s", STR_FMT(have), want);
}

static bool has_error(const struct import_report *r, int64_t row, const char *column, const char *part)
{
	for (size_t i = 0; i < r->errors; i++)
		if (r->error[i].row == row && str_eq_z(r->error[i].column, column) && str_contains(r->error[i].message, str_of(part)))
			return true;
	show(r);
	return false;
}

#define STONES "SELECT count(*) FROM test_stone"

/* ---- what a file may look like ---- */

static void test_encodings(void **state)
{
	(void)state;
	counts(IMPORT("石の名前,石の種類,幅\r\n大石,花崗岩,10\r\n\"小,石\",凝灰岩,\"２０\"\r\n", 0), 2, 0, 0, 0);
	assert_int_equal(number_of("SELECT width FROM test_stone WHERE name = '小,石'"), 20);
	counts(IMPORT("\xef\xbb\xbf石の名前\t石の種類\t幅\n大石\t御影石\t10\n", 0), 0, 0, 1, 0);
	struct buf cp932;
	buf_init(&cp932, LIMIT_CELL);
	text_to_cp932(&cp932, STR("石の名前,石の種類,備考\n大石,玄武岩,①～\n"), NULL);
	counts(import_by(&lead, buf_view(&cp932), (struct import_options){ 0 }), 0, 1, 0, 0);
	buf_release(&cp932);
	same(text_of("SELECT note FROM test_stone WHERE name = '大石'"), "①～");
	assert_int_equal(number_of("SELECT kind FROM test_stone WHERE name = '大石'"), 5);
}

static void test_headers(void **state)
{
	(void)state;
	/* A title, blank rows, groups over columns (without merged cells in CSV), line breaks in headings, English, aliases. */
	struct import_report r = IMPORT("石の台帳,,,\n\n作成：総務部,,,\n\n,形,,場所\n名称,幅,高さ,作業場\n一番石,10,20,北の作業場\n", 0);
	counts(r, 1, 0, 0, 0);
	assert_int_equal(r.plan.header_row, 4);
	assert_int_equal(r.plan.header_rows, 2);
	same(r.plan.column[2].heading, "形|高さ");
	same(r.plan.column[2].sample, "20");
	assert_int_equal(number_of("SELECT volume FROM test_stone"), 200);
	r = IMPORT("Stone,Width,\"高\nさ\",width \n一番石,11,20,99\n", 0);
	counts(r, 0, 1, 0, 0);
	assert_int_equal(number_of("SELECT width FROM test_stone"), 11); /* the first column of a name counts */
	assert_int_equal(r.left_outs, 1);
	same(r.left_out[0], "D列「width」");
	/* A heading that is merely similar is taken, and said. */
	r = IMPORT("石の名前,代金（税込）\n一番石,\"¥1,200円\"\n", 0);
	counts(r, 0, 1, 0, 0);
	assert_int_equal(number_of("SELECT price FROM test_stone"), 1200);
	assert_true(r.error[0].notice && r.errors == 1);
	same(r.error[0].column, "代金（税込）");
	/* No header, no rows. */
	r = IMPORT("りんご,みかん\n1,2\n", 0);
	assert_true(r.refusal.n && !r.applied);
	r = IMPORT("石の名前,幅\n,\n", 0);
	assert_true(r.refusal.n && !r.applied);
}

/* A workbook as people keep it: groups over the columns in merged cells, values merged over rows, a total below. */
static void test_merged(void **state)
{
	(void)state;
	char path[400];
	snprintf(path, sizeof path, "%s/merged.xlsx", test_dir);
	lxw_workbook *book = workbook_new(path);
	lxw_worksheet *sheet = workbook_add_worksheet(book, NULL);
	worksheet_write_string(sheet, 0, 0, "石の台帳", NULL);
	worksheet_write_string(sheet, 3, 0, "No.", NULL);
	worksheet_merge_range(sheet, 3, 1, 3, 2, "石の", NULL);
	worksheet_write_string(sheet, 3, 3, "作業場", NULL);
	worksheet_merge_range(sheet, 3, 4, 3, 6, "形", NULL);
	worksheet_write_string(sheet, 3, 7, "備考", NULL);
	static const char *const below[] = { NULL, "名前", "種類", NULL, "幅", "高さ", "なぞ" };
	for (size_t c = 0; c < COUNT_OF(below); c++)
		if (below[c])
			worksheet_write_string(sheet, 4, (lxw_col_t)c, below[c], NULL);
	static const char *const name[] = { "甲", "乙", "丙", "丁" };
	for (int i = 0; i < 4; i++) {
		worksheet_write_number(sheet, (lxw_row_t)(5 + i), 0, i + 1, NULL);
		worksheet_write_string(sheet, (lxw_row_t)(5 + i), 1, name[i], NULL);
		worksheet_write_number(sheet, (lxw_row_t)(5 + i), 4, 10 + i, NULL);
	}
	worksheet_merge_range(sheet, 5, 3, 7, 3, "北の作業場", NULL);
	worksheet_merge_range(sheet, 6, 2, 7, 2, "玄武岩", NULL);
	worksheet_write_string(sheet, 9, 1, "合計", NULL);
	worksheet_write_number(sheet, 9, 4, 46, NULL);
	assert_int_equal(workbook_close(book), LXW_NO_ERROR);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct import_report r = import_fd(&lead, fd, (struct import_options){ 0 });
	close(fd);
	counts(r, 4, 0, 0, 0);
	assert_int_equal(r.plan.header_row, 3);
	assert_int_equal(r.plan.header_rows, 2);
	assert_true(has_error(&r, 10, "", "合計"));
	assert_int_equal(r.errors_total, 0);
	assert_int_equal(r.notices_total, 1);
	assert_int_equal(r.left_outs, 2);
	same(r.left_out[0], "A列「No.」");
	same(r.left_out[1], "G列「形|なぞ」");
	assert_int_equal(number_of("SELECT count(*) FROM test_stone s JOIN test_yard y ON y.id = s.yard WHERE y.name = '北の作業場' AND s.name <> '丁'"), 3);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE kind = 5 AND name IN ('乙', '丙')"), 2);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE kind = 5"), 2);
	assert_int_equal(number_of("SELECT width FROM test_stone WHERE name = '丙'"), 12);
}

/* What stands below a table is no row of it; a name that begins with the word is one. */
static void test_footers(void **state)
{
	(void)state;
	struct import_report r = IMPORT("石の名前,幅,高さ\n甲,1,2\n小計,1,\n合計残高の石,1,\n合計石,3,4\n計：2,,\n合計 4件,,\n合計,4,6\n", 0);
	counts(r, 4, 0, 0, 0); /* the last has three cells: what it is, its cells say */
	assert_int_equal(r.rows, 4);
	assert_true(has_error(&r, 3, "", "合計") && has_error(&r, 6, "", "合計") && has_error(&r, 7, "", "合計"));
	assert_int_equal(r.notices_total, 3);
}

static void test_cells(void **state)
{
	(void)state;
	static const struct { const char *in, *out; } list[] = {
		{ "2", "2" }, { "2.0", "2" }, { "1E3", "1000" }, { "1.5E-2", "0.015" }, { "0.30000000000000004", "0.3" }, { "-12.50", "-12.5" },
		{ "999999999999999.9", "1000000000000000" }, { "0", "0" }, { "-0.0", "0" }, { "123456789012345678", "123456789012346000" },
		{ "007", "7" }, { "1E+2", "100" }, { "x", "" }, { "1e999", "" }, { "0.000", "0" }, { "9.99999999999999999", "10" },
	};
	for (size_t i = 0; i < COUNT_OF(list); i++)
		same(import_number(mem, str_of(list[i].in)), list[i].out);
	const struct import_book book = { 0 }, mac = { .system_1904 = true }, csv = { .csv = true };
	const struct field date = { .type = FIELD_DATE }, text = { .type = FIELD_TEXT }, number = { .type = FIELD_INTEGER };
	struct str s;
	struct note why;
	struct file_cell serial = { .kind = CELL_DATE, .text = STR("42552") };
	assert_int_equal(import_cell_text(mem, &serial, &date, &book, &s, &why), 0);
	same(s, "2016-07-01");
	assert_int_equal(import_cell_text(mem, &serial, &date, &mac, &s, &why), 0);
	same(s, "2020-07-02");
	assert_int_equal(import_cell_text(mem, &serial, &number, &book, &s, &why), 0);
	same(s, "42552");
	serial.text = STR("42552.5");
	assert_int_equal(import_cell_text(mem, &serial, &text, &book, &s, &why), 0);
	same(s, "2016-07-01 12:00");
	struct file_cell plain = { .kind = CELL_NUMBER, .text = STR("20260401") };
	assert_int_equal(import_cell_text(mem, &plain, &date, &book, &s, &why), 0);
	same(s, "20260401");
	struct file_cell lost = { .kind = CELL_TEXT, .text = STR("46113") };
	assert_int_equal(import_cell_text(mem, &lost, &date, &csv, &s, &why), 0);
	same(s, "2026-04-01");
	assert_int_equal(import_cell_text(mem, &lost, &text, &csv, &s, &why), 0);
	same(s, "46113");
	lost.text = STR("32873"); /* of 1989 */
	assert_int_equal(import_cell_text(mem, &lost, &date, &csv, &s, &why), 0);
	same(s, "32873");
	struct file_cell guarded = { .kind = CELL_TEXT, .text = STR("'=1+1") };
	assert_int_equal(import_cell_text(mem, &guarded, &text, &csv, &s, &why), 0);
	same(s, "=1+1");
	assert_int_equal(import_cell_text(mem, &guarded, &text, &book, &s, &why), 0);
	same(s, "'=1+1");
	struct file_cell broken = { .kind = CELL_ERROR, .text = STR("#N/A") };
	assert_int_equal(import_cell_text(mem, &broken, &text, &book, &s, &why), ERR_INVALID);
}

static void test_values(void **state)
{
	(void)state;
	counts(IMPORT("石の名前,かたさ,加工,切り出した日,刻印,重さ\n"
	              "甲,３：かたい,○,令和8年4月1日,丸印、十字,\"1,234.5\"\n"
	              "乙,1,無,2026/4/1,波,１．５\n"
	              "丙, ,,R8.4.1,,\n", 0), 3, 0, 0, 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE quarried = '2026-04-01'"), 3);
	assert_int_equal(number_of("SELECT carved FROM test_stone WHERE name = '乙'"), 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE name = '丙' AND carved IS NULL AND hardness IS NULL"), 1);
	assert_int_equal(number_of("SELECT weight FROM test_stone WHERE name = '甲'"), 12345);
	assert_int_equal(number_of("SELECT hardness FROM test_stone WHERE name = '甲'"), 3);
	/* Blank is unknown, also for a value that was known; columns that the file does not have stay. */
	counts(IMPORT("石の名前,かたさ\n甲,\n", 0), 0, 1, 0, 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE name = '甲' AND hardness IS NULL AND weight = 12345"), 1);
}

/* ---- what goes wrong ---- */

static void test_all_or_none(void **state)
{
	(void)state;
	int64_t audit = number_of("SELECT count(*) FROM audit_entry"), records = number_of("SELECT count(*) FROM record");
	struct import_report r = IMPORT("石の名前,幅,作業場\n甲,10,北の作業場\n乙,とても広い,北の作業場\n,5,北の作業場\n甲,11,南の作業場\n丁,1,東の作業場\n", 0);
	counts(r, 0, 0, 0, 3);
	assert_false(r.applied);
	assert_true(has_error(&r, 3, "幅", "とても広い"));
	assert_true(has_error(&r, 4, "石の名前", "入力"));
	assert_true(has_error(&r, 5, "", "2行目"));
	assert_int_equal(number_of("SELECT count(*) FROM record"), records);
	/* That it was refused is recorded. */
	assert_int_equal(number_of("SELECT count(*) FROM audit_entry"), audit + 1);
	struct db_conn *c = db_read_begin(db);
	struct audit_filter filter = { .kind = AUDIT_IMPORT, .limit = 1 };
	struct audit_entry *e;
	size_t n;
	assert_int_equal(audit_list(c, mem, &filter, &e, &n), 0);
	assert_int_equal(n, 1);
	same(e[0].subject, "石.csv");
	db_read_end(db, &c);

	char path[400];
	snprintf(path, sizeof path, "%s/refused.xlsx", test_dir);
	r = IMPORT("石の名前,幅,作業場\n甲,10,北の作業場\n乙,とても広い,北の作業場\n,5,北の作業場\n甲,11,南の作業場\n丁,1,東の作業場\n",
	           .take_good_rows = true, .refused_path = str_of(path));
	counts(r, 2, 0, 0, 3);
	assert_true(r.applied);
	same(r.refused_workbook, path);
	same(r.created_reference[0], "作業場: 東の作業場");
	assert_int_equal(number_of(STONES), 2);
	/* The refused rows come back as they are, with their reasons in a column that is not read. */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	r = import_fd(&lead, fd, (struct import_options){ .dry_run = true });
	counts(r, 0, 1, 0, 2); /* the second 甲 now is a change of the first */
	assert_int_equal(r.left_outs, 0);
	assert_true(has_error(&r, 2, "幅", "とても広い"));
	close(fd);
}

static void test_dry_run_leaves_nothing(void **state)
{
	(void)state;
	counts(IMPORT("石の名前,幅\n甲,10\n", 0), 1, 0, 0, 0);
	static const char *const tables[] = { "SELECT count(*) FROM audit_entry", "SELECT count(*) FROM record", STONES, "SELECT count(*) FROM batch",
		"SELECT count(*) FROM test_yard", "SELECT count(*) FROM import_mapping", "SELECT sum(revision) FROM record",
		"SELECT sum(last) FROM record_counter", "SELECT count(*) FROM moved", "SELECT count(*) FROM batch_change" };
	int64_t before[COUNT_OF(tables)];
	for (size_t i = 0; i < COUNT_OF(tables); i++)
		before[i] = number_of(tables[i]);
	/* The register's own rule (no tuff wider than 4,000) comes up in a dry run too. */
	struct import_report r = IMPORT("石の名前,幅,作業場,石の種類\n甲,20,,\n乙,5,西の作業場,花崗岩\n丙,4500,,凝灰岩\n", .dry_run = true);
	counts(r, 1, 1, 0, 1);
	assert_true(has_error(&r, 4, "幅", "4500"));
	same(r.created_reference[0], "作業場: 西の作業場");
	for (size_t i = 0; i < COUNT_OF(tables); i++)
		if (number_of(tables[i]) != before[i])
			fail_msg("%s", tables[i]);
	/* And it stops the whole when it comes up behind rows that could be written. */
	r = IMPORT("石の名前,幅,作業場,石の種類\n甲,20,,\n乙,5,西の作業場,花崗岩\n丙,4500,,凝灰岩\n", 0);
	counts(r, 0, 0, 0, 1);
	assert_false(r.applied);
	assert_int_equal(number_of(STONES), 1);
	assert_int_equal(number_of("SELECT width FROM test_stone"), 10);
	assert_int_equal(number_of("SELECT count(*) FROM test_yard"), 2);
	/* What the file's cells and what the register's rules refuse is told at once, whether it is a dry run or not. */
	for (int dry = 1; dry >= 0; dry--) {
		int64_t audit = number_of("SELECT count(*) FROM audit_entry");
		r = IMPORT("石の名前,幅,作業場,石の種類\n甲,とても広い,,\n乙,5,西の作業場,花崗岩\n丙,4500,,凝灰岩\n", .dry_run = dry);
		counts(r, dry, 0, 0, 2);
		assert_false(r.applied);
		assert_true(has_error(&r, 2, "幅", "とても広い"));
		assert_true(has_error(&r, 4, "幅", "4500"));
		assert_int_equal(number_of(STONES), 1);
		assert_int_equal(number_of("SELECT count(*) FROM test_yard"), 2);
		assert_int_equal(number_of("SELECT count(*) FROM audit_entry"), audit + !dry);
	}
}

static void test_references(void **state)
{
	(void)state;
	struct import_report r = IMPORT("石の名前,作業場,積んだ人\n甲,北の 作業場,\n乙,新しい作業場,\n丙,新しい作業場,\n", .strict = true);
	counts(r, 0, 0, 0, 2);
	assert_true(has_error(&r, 3, "作業場", "新しい作業場"));
	r = IMPORT("石の名前,作業場,積んだ人\n甲,北の 作業場,\n乙,新しい作業場,\n丙,新しい 作業場,\n", 0);
	counts(r, 3, 0, 0, 0);
	assert_int_equal(r.created_references, 1);
	assert_int_equal(number_of("SELECT count(*) FROM test_yard"), 3);
	/* Nobody is made up: a person that is not there is an error. */
	r = IMPORT("石の名前,積んだ人\n丁,加藤\n", 0);
	counts(r, 0, 0, 0, 1);
	assert_true(has_error(&r, 2, "積んだ人", "加藤"));
	/* A change of a row that is there, to a target that comes with the same file. */
	counts(IMPORT("石の名前,作業場\n甲,まだない作業場\n", 0), 0, 1, 0, 0);
	same(text_of("SELECT y.name FROM test_stone s JOIN test_yard y ON y.id = s.yard WHERE s.name = '甲'"), "まだない作業場");
}

/* What the write path refuses of an override stands at the column that the file has. */
static void test_headings_of_overrides(void **state)
{
	(void)state;
	struct principal p = person_of(ROLE_LEAD, north, "Two hats");
	p.grant[p.grants++] = (struct grant){ .role = ROLE_CONTACT, .unit_id = south };
	struct import_report r = import_by(&p, STR("石の名前,作業場,負担\n甲,南の作業場,9\n"), (struct import_options){ .dry_run = true });
	counts(r, 0, 0, 0, 1);
	assert_true(has_error(&r, 2, "負担", "セキュリティ担当"));
	assert_int_equal(r.errors_total, 1);
}

/* A derived value of the file: compared, or an override with the file as its reason. */
static void test_derived(void **state)
{
	(void)state;
	MADE(&wall, "name", "本丸", "height", "50");
	struct import_report r = IMPORT("石の名前,石垣,幅,高さ,大きさ,負担\n甲,本丸,2,3,7,9\n乙,本丸,2,3,6,5\n丙,本丸,2,3,,\n", 0);
	counts(r, 3, 0, 0, 0);
	assert_int_equal(r.errors, 1);
	assert_true(has_error(&r, 2, "大きさ", "6"));
	assert_int_equal(number_of("SELECT burden FROM test_stone WHERE name = '甲'"), 9);
	same(text_of("SELECT burden_reason FROM test_stone WHERE name = '甲'"), "ファイル「石.csv」による");
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE burden_set IS NOT NULL"), 2);
	/* A level that the computed one says as well is no override. */
	assert_int_equal(number_of("SELECT burden_computed FROM test_stone WHERE name = '丙'"), 500);
	counts(IMPORT("石の名前,石垣,負担\n丁,本丸,500\n", 0), 1, 0, 0, 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE name = '丁' AND burden_set IS NULL AND burden_reason IS NULL"), 1);
	counts(IMPORT("石の名前,石垣,負担,石垣の荷重\n丁,本丸,500,499\n", 0), 0, 0, 1, 0);
	/* What would be taken must be readable as a whole; what is only compared may have words behind it. */
	r = IMPORT("石の名前,石垣,負担,幅,高さ,大きさ\n戊,本丸,500くらい,2,3,6 小さい\n", 0);
	counts(r, 0, 0, 0, 1);
	assert_int_equal(r.errors, 1);
	assert_true(has_error(&r, 2, "負担", "500くらい"));
}

static void test_rights(void **state)
{
	(void)state;
	struct reg_ctx ctx = ctx_of(&contact);
	struct import_options o = { .reg = &test_stone, .sheet = -1, .file_name = STR("x.csv") };
	o.fd = helper_memfd(STR("石の名前\n甲\n"));
	struct import_report r;
	assert_int_equal(import_run(db, &ctx, &o, &r), ERR_DENIED);
	struct principal reading = lead;
	reading.read_only = true;
	ctx.by = &reading;
	assert_int_equal(import_run(db, &ctx, &o, &r), ERR_DENIED);
	close(o.fd);
	/* What only the product writes is passed over without a word. */
	r = IMPORT("石の名前,点検日,id,revision\n甲,2026-01-01,7,8\n", 0);
	counts(r, 1, 0, 0, 0);
	assert_int_equal(r.left_outs + r.errors, 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE checked_on IS NULL"), 1);
}

static void test_codes_and_archive(void **state)
{
	(void)state;
	counts(IMPORT("石の名前,幅\n甲,1\n乙,2\n", 0), 2, 0, 0, 0);
	/* By its code a row is known under a new name. */
	counts(IMPORT("コード,石の名前,幅\nSTN-0001,新しい甲,1\n,乙,2\n", 0), 0, 1, 1, 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE name = '新しい甲'"), 1);
	/* The same row twice, once by code and once by name. */
	struct import_report r = IMPORT("コード,石の名前,幅\nSTN-0002,乙,3\n,乙,4\n", 0);
	counts(r, 0, 0, 0, 1);
	/* An archived row is not matched. */
	int64_t id = number_of("SELECT id FROM test_stone WHERE name = '乙'");
	struct change c = change_new(mem, CHANGE_ARCHIVE, &stone, id);
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	counts(IMPORT("石の名前,幅\n乙,2\n", 0), 1, 0, 0, 0);
}

static void test_mapping(void **state)
{
	(void)state;
	struct import_column column[] = { { .column = 0, .field = 0 }, { .column = 1, .field = reg_view_field(&stone, STR("width")) },
		{ .column = 2, .field = IMPORT_LEFT_OUT } };
	struct import_plan plan = { .column = column, .columns = 3 };
	struct import_report r = IMPORT("石の名前,よこ,高さ\n甲,10,20\n", .plan = &plan);
	counts(r, 1, 0, 0, 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE width = 10 AND height IS NULL"), 1);
	/* Remembered for the same headings. */
	r = IMPORT("石の名前,よこ,高さ\n甲,11,20\n", 0);
	counts(r, 0, 1, 0, 0);
	assert_true(r.plan.remembered);
	assert_int_equal(number_of("SELECT count(*) FROM test_stone WHERE width = 11 AND height IS NULL"), 1);
	/* A column that is known to nobody becomes a field of its own, where somebody who may add fields wants it. */
	struct principal without = lead;
	without.needs &= ~(uint32_t)NEED_SETTINGS;
	r = import_by(&without, STR("石の名前,石工の印\n甲,三つ星\n"), (struct import_options){ .keep_own_fields = true });
	assert_int_equal(r.left_outs, 1);
	r = import_by(&lead, STR("石の名前,石工の印\n甲,三つ星\n"), (struct import_options){ .keep_own_fields = true });
	counts(r, 0, 1, 0, 0);
	views_load();
	struct row row = row_of(&stone, number_of("SELECT id FROM test_stone"));
	assert_int_equal(stone.fields, stone.own_from + 1);
	same(row.v[stone.own_from].s, "三つ星");
	counts(IMPORT("石の名前,石工の印\n甲,三つ星\n", 0), 0, 0, 1, 0);
	/* Not where the import comes to nothing, which only the register's own rule tells. */
	r = import_by(&lead, STR("石の名前,石の種類,幅,運んだ人\n乙,凝灰岩,5000,太郎\n"), (struct import_options){ .keep_own_fields = true });
	assert_false(r.applied);
	assert_int_equal(r.refused, 1);
	views_load();
	assert_int_equal(stone.fields, stone.own_from + 1);
}

static void test_many_rows(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, LIMIT_PAGE);
	buf_lit(&b, "石の名前,幅,作業場\n");
	for (int i = 0; i < 700; i++)
		buf_printf(&b, "石%d,%d,作業場%d\n", i, i % 50 + 1, i % 5);
	struct import_report r = import_by(&lead, buf_view(&b), (struct import_options){ .dry_run = true });
	counts(r, 700, 0, 0, 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_yard"), 2);
	r = import_by(&lead, buf_view(&b), (struct import_options){ 0 });
	counts(r, 700, 0, 0, 0);
	assert_int_equal(r.created_references, 5);
	buf_clear(&b);
	buf_lit(&b, "石の名前,幅,作業場\n");
	for (int i = 0; i < 700; i++)
		buf_printf(&b, "石%d,%d,作業場%d\n", i, i % 50 + 2, i % 7);
	counts(import_by(&lead, buf_view(&b), (struct import_options){ 0 }), 0, 700, 0, 0);
	assert_int_equal(number_of("SELECT sum(width) FROM test_stone"), 700 / 50 * (50 * 51 / 2) + 700);
	assert_int_equal(number_of("SELECT count(*) FROM batch_change"), 0);
	assert_int_equal(number_of("SELECT count(*) FROM test_yard"), 9);
	/* Errors are kept to a thousand and all counted; notices take none of their room. */
	buf_clear(&b);
	buf_lit(&b, "石の名前,幅\n");
	for (int i = 0; i < 1100; i++)
		buf_lit(&b, "小計,1\n");
	for (int i = 0; i < 1500; i++)
		buf_printf(&b, "石%d,広い\n", i);
	r = import_by(&lead, buf_view(&b), (struct import_options){ 0 });
	counts(r, 0, 0, 0, 1500);
	assert_int_equal(r.errors, 2 * IMPORT_ERRORS);
	assert_int_equal(r.errors_total, 1500);
	assert_int_equal(r.notices_total, 1100);
	buf_release(&b);
}

static void test_hostile(void **state)
{
	(void)state;
	static const struct { struct str file; const char *part; } list[] = {
		{ STR_INIT(""), "空" }, { STR_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), "" }, { STR_INIT("PK\3\4 not a workbook"), "" },
		{ STR_INIT("石の名前\n\"甲\n"), "閉じていません（2行目）" }, { STR_INIT("\xff\xfe\x00\x01\x02\x81"), "" },
	};
	int64_t records = number_of("SELECT count(*) FROM record");
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		struct import_report r = import_by(&lead, list[i].file, (struct import_options){ 0 });
		assert_true(r.refusal.n > 0);
		assert_false(r.applied);
		if (!str_contains(r.refusal, str_of(list[i].part)))
			fail_msg("%.*s", STR_FMT(r.refusal));
	}
	const struct note byte = import_refusal_note(mem, IMPORT_REFUSED_ENCODING, STR("byte 7"));
	assert_true(str_contains(note_str(mem, LANG_JA, &byte), STR("（7バイト目）")));
	assert_true(str_contains(note_str(mem, LANG_EN, &byte), STR("(byte 7)")));
	assert_int_equal(number_of("SELECT count(*) FROM record"), records);
	struct import_report r = IMPORT("石の名前\n甲\n", .sheet_named = STR("ないシート"));
	assert_true(str_contains(r.refusal, STR("ないシート")));
}

static void test_report(void **state)
{
	(void)state;
	struct import_report r = IMPORT("石の名前,幅,なぞ\n甲,広い,1\n合計,1\n", 0);
	struct buf b;
	struct json j;
	buf_init(&b, LIMIT_PAGE);
	json_init(&j, &b);
	import_report_json(&j, &r);
	assert_true(str_starts(buf_view(&b), STR("{\"created\":0,\"updated\":0,\"unchanged\":0,\"refused\":1,\"errors\":[{\"row\":2,\"column\":\"幅\",")));
	assert_true(str_contains(buf_view(&b), STR(",\"warning\":false},{\"row\":3,\"column\":\"\",\"message\":\"")));
	assert_true(str_contains(buf_view(&b), STR(",\"warning\":true}],\"errors_total\":1,\"warnings_total\":1,")));
	assert_true(str_contains(buf_view(&b), STR("\"left_out_columns\":[\"C列「なぞ」\"]")));
	buf_clear(&b);
	import_report_text(&b, &r, LANG_EN);
	assert_true(str_contains(buf_view(&b), STR("created 0, updated 0, unchanged 0, refused 1")));
	buf_release(&b);
}

int main(void)
{
	char dir[PATH_MAX] = "";
	if (readlink("/proc/self/exe", dir, sizeof(dir) - 1) < 0)
		return 1;
	/* build/test/register/test_import: the helpers lie in build. */
	for (int i = 0; i < 3; i++)
		*strrchr(dir, '/') = 0;
	helper_set_dir(str_of(dir));
#define T(f) cmocka_unit_test_setup_teardown(f, office_up, office_down)
	const struct CMUnitTest tests[] = {
		T(test_encodings), T(test_headers), T(test_merged), T(test_footers), T(test_cells), T(test_values), T(test_all_or_none), T(test_dry_run_leaves_nothing),
		T(test_references), T(test_derived), T(test_headings_of_overrides), T(test_rights), T(test_codes_and_archive), T(test_mapping), T(test_many_rows), T(test_hostile),
		T(test_report),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
