/* Exports: cells that come back as they were, formats, encodings, rights, the entry in the trail. */
#include <fcntl.h>
#include <jansson.h>
#include <sys/mman.h>
#include <zip.h>

#include "base/text.h"
#include "register/export.h"
#include "register/test_read.h"

static struct row quays[2], sailor, cargo[8];
static struct reg_view view;

static const char *const hard_texts[] = {
	"=1+1", "+81", "-5", "@sum", "\tTab", "'=1+1", "''=1", "'plain", "a,b \"c\"\nd", " blanks ", "\"", "=cmd|'/c calc'!A0", "'",
};

static int up(void **state)
{
	(void)state;
	base_up();
	static const char *const names[] = { "西埠頭", "=東埠頭" };
	for (size_t i = 0; i < 2; i++) {
		quays[i] = row_new(&reg_quay);
		quays[i].v[0] = txt(names[i]);
	}
	put(&reg_quay, quays, 2);
	for (size_t i = 0; i < 2; i++) {
		struct tree t = { quays[i].id, 0 };
		assert_int_equal(db_write(db, tree_job, &t), 0);
	}
	sailor = row_new(&reg_sailor);
	sailor.v[0] = txt("髙橋 花");
	sailor.v[1] = num(quays[0].id);
	put(&reg_sailor, &sailor, 1);
	for (size_t i = 0; i < COUNT_OF(cargo); i++) {
		struct row *r = &cargo[i];
		*r = row_new(&reg_cargo);
		r->v[C_NAME] = txt(str_printf(mem, "荷%zu", i).p);
		r->v[C_QUAY] = num(quays[i % 2].id);
	}
	struct row *r = &cargo[0];
	r->v[C_NOTE] = txt("一行目\n二行目, \"引用\" ☃と𠮷");
	r->v[C_KEEPER] = num(sailor.id);
	r->v[C_KIND] = num(2);
	r->v[C_LEVEL] = num(2);
	r->v[C_TAGS] = num(1 << 1 | 1 << 3);
	r->v[C_AMOUNT] = num(-1234567);
	r->v[C_RATE] = num(-150);
	r->v[C_SEEN] = txt("2026-04-01");
	r->v[C_RISKY] = num(0);
	r->v[C_SITE] = txt("https://example.jp/?a=1&b=<2>");
	r->v[C_PIECES] = num(42);
	r->v[C_MASTER] = txt("荷主");
	cargo[7].state = RECORD_ARCHIVED;
	put(&reg_cargo, cargo, COUNT_OF(cargo));
	view = view_of(&reg_cargo);
	return 0;
}

static int down(void **state)
{
	(void)state;
	base_down();
	return 0;
}

static struct query all_of(const struct principal *p)
{
	return (struct query){ .view = &view, .by = p, .op = OP_READ, .sort = SORT_OLDEST };
}

struct file {
	struct str data;
	struct export_result result;
	int error;
};

static struct file export_to(const struct principal *p, struct export_options o)
{
	struct file f = { .data = STR("") };
	struct reg_ctx ctx = { .arena = mem, .by = p };
	o.out_fd = memfd_create("test", MFD_CLOEXEC);
	f.error = export_run(db, &ctx, &o, &f.result);
	off_t n = lseek(o.out_fd, 0, SEEK_END);
	char *data = ARENA_ARRAY(mem, (size_t)n + 1, char);
	assert_int_equal(pread(o.out_fd, data, (size_t)n, 0), n);
	close(o.out_fd);
	f.data = (struct str){ data, (size_t)n };
	return f;
}

/* The next cell of a CSV file; false behind the last of a line. */
static bool csv_cell(struct str *rest, struct str *ret, bool *ret_last)
{
	struct buf b;
	buf_init(&b, 1u << 20);
	size_t i = 0;
	if (i < rest->n && rest->p[i] == '"') {
		for (i++; i < rest->n; i++) {
			if (rest->p[i] != '"') {
				buf_char(&b, rest->p[i]);
			} else if (i + 1 < rest->n && rest->p[i + 1] == '"') {
				buf_char(&b, '"');
				i++;
			} else {
				break;
			}
		}
		i++;
	} else {
		for (; i < rest->n && rest->p[i] != ',' && rest->p[i] != '\r'; i++)
			buf_char(&b, rest->p[i]);
	}
	*ret = str_dup(mem, buf_view(&b));
	buf_release(&b);
	*ret_last = i >= rest->n || rest->p[i] == '\r';
	if (*ret_last)
		assert_true(i + 1 < rest->n && rest->p[i + 1] == '\n');
	*rest = str_sub(*rest, i + (*ret_last ? 2 : 1), rest->n);
	return true;
}

static size_t csv_line(struct str *rest, struct str *cell, size_t max)
{
	size_t n = 0;
	for (bool last = false; !last; n++) {
		assert_true(n < max);
		assert_true(csv_cell(rest, &cell[n], &last));
	}
	return n;
}

static void csv_holds_every_cell(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	struct query q = all_of(&lead);
	struct file f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_CSV });
	assert_int_equal(f.error, 0);
	assert_int_equal(f.result.rows, 7);
	assert_true(str_starts(f.data, STR("\xef\xbb\xbf" "名前,備考,埠頭,管理者,種類,重さ,札,金額,率,確認日,危険物,サイト,個数,荷主\r\n")));
	struct str rest = f.data, cell[C__N + 1];
	assert_int_equal(csv_line(&rest, cell, COUNT_OF(cell)), C__N);
	assert_int_equal(csv_line(&rest, cell, COUNT_OF(cell)), C__N);
	static const char *const want[C__N] = { "荷0", "一行目\n二行目, \"引用\" ☃と𠮷", "西埠頭", "髙橋 花", "液体、貨物", "2", "乾貨物、冷凍", "-1234567",
		"-1.50", "2026-04-01", "無", "https://example.jp/?a=1&b=<2>", "42", "荷主" };
	for (size_t i = 0; i < C__N; i++)
		assert_true(str_eq_z(cell[i], want[i]));
	/* A unit's name is a text too; everything unknown is blank. */
	assert_int_equal(csv_line(&rest, cell, COUNT_OF(cell)), C__N);
	assert_true(str_eq(cell[C_QUAY], STR("'=東埠頭")));
	assert_true(str_eq(export_unguard(cell[C_QUAY]), STR("=東埠頭")));
	for (size_t i = 3; i < C__N; i++)
		assert_int_equal(cell[i].n, 0);
	/* Without the mark, in English, some columns. */
	bool columns[C__N] = { [C_NAME] = true, [C_RISKY] = true };
	q.columns = columns;
	f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_CSV, .encoding = ENCODING_UTF8, .lang = LANG_EN });
	assert_true(str_starts(f.data, STR("Name,Risky\r\n荷0,No\r\n荷1,\r\n")));
}

static void guarded_texts_come_back(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	static struct row row[COUNT_OF(hard_texts)];
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		row[i] = row_new(&reg_cargo);
		row[i].v[C_NAME] = txt(hard_texts[i]);
		row[i].v[C_PIECES] = num(-(int64_t)i - 1);
	}
	put(&reg_cargo, row, COUNT_OF(row));
	int64_t ids[COUNT_OF(row)];
	for (size_t i = 0; i < COUNT_OF(row); i++)
		ids[i] = row[i].id;
	bool columns[C__N] = { [C_NAME] = true, [C_PIECES] = true };
	struct query q = all_of(&lead);
	q.columns = columns;
	q.ids = ids;
	q.id_count = COUNT_OF(ids);
	struct file f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_CSV, .encoding = ENCODING_UTF8 });
	assert_int_equal(f.error, 0);
	struct str rest = f.data, cell[3];
	csv_line(&rest, cell, 3);
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		assert_int_equal(csv_line(&rest, cell, 3), 2);
		/* No spreadsheet takes it for a formula ... */
		assert_false(cell[0].n && strchr("=+-@\t\r", cell[0].p[0]));
		/* ... and it comes back as it was. A number stays a number. */
		assert_true(str_eq_z(export_unguard(cell[0]), hard_texts[i]));
		assert_true(str_eq(cell[1], str_printf(mem, "-%zu", i + 1)));
	}
	assert_int_equal(rest.n, 0);
	run("UPDATE org_test_cargo SET archived = 1 WHERE pieces < 0");
}

static void cp932_names_what_it_cannot_hold(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	struct query q = all_of(&lead);
	struct file f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_CSV, .encoding = ENCODING_CP932 });
	assert_int_equal(f.error, 0);
	assert_true(str_contains(f.result.missing, STR("☃")));
	assert_true(str_contains(f.result.missing, STR("𠮷")));
	assert_false(str_contains(f.result.missing, STR("髙")));
	struct buf b;
	buf_init(&b, 1u << 20);
	size_t at;
	assert_int_equal(text_from_cp932(&b, f.data, &at), 0);
	assert_true(str_starts(buf_view(&b), STR("名前,備考,埠頭")));
	assert_true(str_contains(buf_view(&b), STR("〓と〓")));
	assert_true(str_contains(buf_view(&b), STR("髙橋 花")));
	buf_release(&b);
}

static void json_lines_have_api_names(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	struct query q = all_of(&lead);
	struct file f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_JSONL });
	assert_int_equal(f.error, 0);
	struct str rest = f.data, line;
	size_t n = 0;
	while (str_cut(&rest, '\n', &line)) {
		json_t *j = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
		if (!line.n)
			continue;
		assert_non_null(j);
		assert_int_equal(json_integer_value(json_object_get(j, "id")), cargo[n].id);
		assert_true(json_is_false(json_object_get(j, "archived")));
		if (n == 0) {
			assert_string_equal(json_string_value(json_object_get(j, "kind")), "wet");
			assert_int_equal(json_integer_value(json_object_get(j, "level")), 2);
			assert_int_equal(json_integer_value(json_object_get(j, "amount")), -1234567);
			assert_true(json_is_false(json_object_get(j, "risky")));
			assert_string_equal(json_string_value(json_object_get(j, "keeper")), "髙橋 花");
			assert_int_equal(json_integer_value(json_object_get(j, "keeper_id")), sailor.id);
			assert_string_equal(json_string_value(json_object_get(j, "seen_on")), "2026-04-01");
			assert_int_equal(json_array_size(json_object_get(j, "tags")), 2);
			assert_true(json_real_value(json_object_get(j, "rate")) == -1.5);
			assert_string_equal(json_string_value(json_object_get(j, "note")), "一行目\n二行目, \"引用\" ☃と𠮷");
		} else {
			assert_true(json_is_null(json_object_get(j, "risky")));
			assert_true(json_is_null(json_object_get(j, "level")));
			assert_true(json_is_null(json_object_get(j, "keeper_id")));
		}
		json_decref(j);
		n++;
	}
	assert_int_equal(n, 7);
}

/* ---- XLSX ---- */

static struct str part_of(struct str file, const char *name)
{
	zip_error_t e;
	zip_source_t *source = zip_source_buffer_create(file.p, file.n, 0, &e);
	zip_t *z = zip_open_from_source(source, ZIP_RDONLY, &e);
	assert_non_null(z);
	zip_stat_t st;
	struct str part = STR_NULL;
	if (zip_stat(z, name, 0, &st) == 0) {
		char *p = ARENA_ARRAY(mem, st.size + 1, char);
		zip_file_t *f = zip_fopen(z, name, 0);
		assert_int_equal(zip_fread(f, p, st.size), st.size);
		zip_fclose(f);
		part = (struct str){ p, st.size };
	}
	zip_discard(z);
	return part;
}

static void workbooks_have_typed_cells(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	struct query q = all_of(&lead);
	struct file f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_XLSX });
	assert_int_equal(f.error, 0);
	assert_int_equal(f.result.rows, 7);
	const struct str book = part_of(f.data, "xl/workbook.xml"), sheet = part_of(f.data, "xl/worksheets/sheet1.xml"),
		styles = part_of(f.data, "xl/styles.xml"), columns = part_of(f.data, "xl/worksheets/sheet2.xml");
	assert_true(str_contains(book, STR("name=\"貨物\"")));
	assert_true(str_contains(book, STR("name=\"列の説明\"")));
	assert_true(str_contains(sheet, STR("<autoFilter ref=\"A1:N8\"/>")));
	assert_true(str_contains(sheet, STR("state=\"frozen\"")));
	assert_true(str_contains(sheet, STR("ySplit=\"1\"")));
	assert_true(str_contains(styles, STR("yyyy-mm-dd")));
	/* 2026-04-01 is day 46113; money and levels are numbers, texts are strings, also those that look like formulas. */
	static const char *const cells[] = { "<v>46113</v>", "<v>-1234567</v>", "<v>-1.5</v>", "<v>42</v>", "二行目, \"引用\" ☃と𠮷",
		">=東埠頭<", ">髙橋 花<", ">液体、貨物<", ">乾貨物、冷凍<", ">無<", "https://example.jp/?a=1&amp;b=&lt;2&gt;" };
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		if (!str_contains(sheet, str_of(cells[i])))
			print_message("no %s\n", cells[i]);
		assert_true(str_contains(sheet, str_of(cells[i])));
	}
	assert_false(str_contains(sheet, STR("<f>")));
	assert_false(str_contains(sheet, STR("<hyperlink")));
	/* Choices, levels and yes / no are lists to choose from. */
	assert_true(str_contains(sheet, STR("<dataValidation type=\"list\"")));
	assert_true(str_contains(sheet, STR("乾貨物,液体、貨物,冷凍")));
	assert_true(str_contains(sheet, STR("有,無")));
	assert_true(str_contains(sheet, STR("\"0,1,2\"")) || str_contains(sheet, STR("&quot;0,1,2&quot;")));
	/* The dictionary. */
	static const char *const words[] = { ">seen_on<", ">確認日<", ">日付<", ">必須<", ">タンクで運ぶ", ">金額（円）<" };
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (!str_contains(columns, str_of(words[i])) && i != 4)
			fail_msg("no %s in the dictionary", words[i]);
	assert_true(str_contains(columns, STR("タンクで運ぶ")));
	/* In English a choice has a comma, which separates the values of a list. */
	f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_XLSX, .lang = LANG_EN });
	assert_true(str_contains(part_of(f.data, "xl/worksheets/sheet1.xml"), STR("Dry,Wet， or liquid,Cold")));
	assert_true(str_contains(part_of(f.data, "xl/worksheets/sheet1.xml"), STR(">Wet, or liquid<")));
}

static void a_pipe_is_as_good_as_a_file(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	struct query q = all_of(&lead);
	int end[2];
	assert_int_equal(pipe2(end, O_CLOEXEC), 0);
	struct reg_ctx ctx = { .arena = mem, .by = &lead };
	struct export_result result;
	assert_int_equal(export_run(db, &ctx, &(struct export_options){ .query = &q, .format = EXPORT_XLSX, .out_fd = end[1] }, &result), 0);
	close(end[1]);
	char head[4] = "";
	assert_int_equal(read(end[0], head, 4), 4);
	assert_memory_equal(head, "PK\3\4", 4);
	close(end[0]);
	/* Nobody reads any more. */
	assert_int_equal(export_run(db, &ctx, &(struct export_options){ .query = &q, .format = EXPORT_CSV, .out_fd = -1 }, &result), ERR_IO);
}

static void very_long_texts_are_cut_and_counted(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	static struct row row;
	row = row_new(&reg_cargo);
	char *z = ARENA_ARRAY(mem, 40001, char);
	memset(z, 'x', 40000);
	row.v[C_NAME] = txt("長い");
	row.v[C_NOTE] = txt(z);
	put(&reg_cargo, &row, 1);
	int64_t id = row.id;
	struct query q = all_of(&lead);
	q.ids = &id;
	q.id_count = 1;
	struct file f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_XLSX });
	assert_int_equal(f.error, 0);
	assert_int_equal(f.result.clipped, 1);
	f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_CSV });
	assert_int_equal(f.result.clipped, 0);
	assert_true(str_contains(f.data, str_of(z)));
	run("UPDATE org_test_cargo SET archived = 1 WHERE name = '長い'");
}

/* ---- rights and the trail ---- */

static int64_t entries(void)
{
	struct db_conn *c = db_read_begin(db);
	struct audit_filter filter = { .kind = AUDIT_EXPORT, .limit = 1000 };
	struct audit_entry *e;
	size_t n;
	assert_int_equal(audit_list(c, mem, &filter, &e, &n), 0);
	db_read_end(db, &c);
	return (int64_t)n;
}

static void only_what_one_may_export(void **state)
{
	(void)state;
	struct principal contact = person(ROLE_CONTACT, quays[1].id), executive = person(ROLE_EXECUTIVE, 0);
	struct query q = all_of(&contact);
	struct file f = export_to(&contact, (struct export_options){ .query = &q, .format = EXPORT_CSV });
	assert_int_equal(f.error, 0);
	assert_int_equal(f.result.rows, 3);
	assert_false(str_contains(f.data, STR("荷主")));
	assert_false(str_contains(f.data, STR("荷0")));
	/* Reading is not exporting. */
	const int64_t before = entries();
	q.by = &executive;
	f = export_to(&executive, (struct export_options){ .query = &q, .format = EXPORT_CSV });
	assert_int_equal(f.error, ERR_DENIED);
	assert_int_equal(f.data.n, 0);
	assert_int_equal(entries(), before);
	/* A query that cannot run is not recorded either. */
	q.by = &contact;
	q.sort = C_MASTER;
	f = export_to(&contact, (struct export_options){ .query = &q, .format = EXPORT_CSV });
	assert_int_equal(f.error, ERR_INVALID);
	assert_int_equal(entries(), before);
}

static void each_export_is_recorded(void **state)
{
	(void)state;
	struct principal lead = person(ROLE_LEAD, 0);
	const int64_t before = entries();
	struct query q = all_of(&lead);
	q.search = STR("荷");
	struct file f = export_to(&lead, (struct export_options){ .query = &q, .format = EXPORT_JSONL });
	assert_int_equal(f.error, 0);
	assert_int_equal(entries(), before + 1);
	struct db_conn *c = db_read_begin(db);
	struct audit_filter filter = { .kind = AUDIT_EXPORT, .limit = 1 };
	struct audit_entry *e;
	size_t n;
	assert_int_equal(audit_list(c, mem, &filter, &e, &n), 0);
	assert_int_equal(n, 1);
	assert_true(str_eq(e[0].reg, STR("cargo")));
	assert_true(str_eq(e[0].actor_name, STR("試験者")));
	assert_true(str_starts(e[0].subject, STR("jsonl q=")));
	db_read_end(db, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_holds_every_cell), cmocka_unit_test(guarded_texts_come_back),
		cmocka_unit_test(cp932_names_what_it_cannot_hold), cmocka_unit_test(json_lines_have_api_names),
		cmocka_unit_test(workbooks_have_typed_cells), cmocka_unit_test(a_pipe_is_as_good_as_a_file),
		cmocka_unit_test(very_long_texts_are_cut_and_counted), cmocka_unit_test(only_what_one_may_export),
		cmocka_unit_test(each_export_is_recorded),
	};
	return cmocka_run_group_tests(tests, up, down);
}
