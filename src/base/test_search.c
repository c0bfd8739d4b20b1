#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * Tokens and queries against the real tokenizer: a table of random texts is asked with random queries, and each answer is
 * compared with a plain substring search.
 */

#define TEXTS 400
#define QUERIES 4000

/* What texts are made of; "folded" is what counts, "|" stands for anything that separates. */
static const struct {
	struct str s, folded;
} pieces[] = {
	{ STR_INIT("委"), STR_INIT("委") },  { STR_INIT("託"), STR_INIT("託") },   { STR_INIT("先"), STR_INIT("先") },
	{ STR_INIT("委託先"), STR_INIT("委託先") }, { STR_INIT("サ"), STR_INIT("サ") }, { STR_INIT("ー"), STR_INIT("ー") },
	{ STR_INIT("バ"), STR_INIT("バ") },  { STR_INIT("ﾊﾞ"), STR_INIT("バ") },   { STR_INIT("ハ\u3099"), STR_INIT("バ") },
	{ STR_INIT("ハ"), STR_INIT("ハ") },  { STR_INIT("ｻｰ"), STR_INIT("サー") },  { STR_INIT("々"), STR_INIT("々") },
	{ STR_INIT("〆"), STR_INIT("〆") },  { STR_INIT("〇"), STR_INIT("〇") },    { STR_INIT("が"), STR_INIT("が") },
	{ STR_INIT("B"), STR_INIT("b") },    { STR_INIT("Ｃ"), STR_INIT("c") },    { STR_INIT("p"), STR_INIT("p") },
	{ STR_INIT("BCP"), STR_INIT("bcp") }, { STR_INIT("１"), STR_INIT("1") },    { STR_INIT("①"), STR_INIT("1") },
	{ STR_INIT("2"), STR_INIT("2") },    { STR_INIT("é"), STR_INIT("é") },     { STR_INIT("e"), STR_INIT("e") },
	{ STR_INIT("Ω"), STR_INIT("ω") },    { STR_INIT("𠮷"), STR_INIT("𠮷") },   { STR_INIT("吉"), STR_INIT("吉") },
	{ STR_INIT("\ue000"), STR_INIT("\ue000") }, { STR_INIT("ก"), STR_INIT("ก") }, { STR_INIT("\u0e49"), STR_INIT("\u0e49") },
	{ STR_INIT("한"), STR_INIT("한") },  { STR_INIT("葛\U000e0100"), STR_INIT("葛") },
	{ STR_INIT(" "), STR_INIT("|") },    { STR_INIT("　"), STR_INIT("|") },    { STR_INIT("-"), STR_INIT("|") },
	{ STR_INIT("、"), STR_INIT("|") },   { STR_INIT("・"), STR_INIT("|") },    { STR_INIT("\n"), STR_INIT("|") },
	{ STR_INIT("\""), STR_INIT("|") },   { STR_INIT("*"), STR_INIT("|") },     { STR_INIT("😀"), STR_INIT("|") },
	{ STR_INIT("("), STR_INIT("|") },
};
#define FIRST_SEPARATOR (COUNT_OF(pieces) - 10)

static uint32_t seed = 1;

static uint32_t next_random(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)seed * below >> 32);
}

static sqlite3 *db;
static struct arena *a;

static void run(const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static int open_table(void **state)
{
	(void)state;
	a = arena_new(256u << 20);
	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		return -1;
	run("create virtual table t using fts5(x, content='', " TEXT_FTS_TOKENIZE ")");
	run("create virtual table v using fts5vocab(t, instance)");
	return 0;
}

static int close_table(void **state)
{
	(void)state;
	sqlite3_close(db);
	arena_free(a);
	return 0;
}

static void insert(int64_t id, struct str tokens)
{
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_prepare_v2(db, "insert into t(rowid, x) values(?, ?)", -1, &s, NULL), SQLITE_OK);
	sqlite3_bind_int64(s, 1, id);
	sqlite3_bind_text(s, 2, tokens.p, (int)tokens.n, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(s), SQLITE_DONE);
	sqlite3_finalize(s);
}

static void insert_text(int64_t id, struct str text)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1u << 20);
	text_tokens(&b, a, text);
	assert_int_equal(buf_error(&b), 0);
	insert(id, buf_view(&b));
}

/* Marks in hit[] the rows that the query finds; false when it holds nothing to search for. */
static bool find(struct str q, bool hit[TEXTS])
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1u << 20);
	memset(hit, 0, TEXTS * sizeof(*hit));
	if (!text_query(&b, a, q)) {
		assert_int_equal(b.n, 0);
		return false;
	}
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_prepare_v2(db, "select rowid from t where t match ?", -1, &s, NULL), SQLITE_OK);
	sqlite3_bind_text(s, 1, b.p, (int)b.n, SQLITE_STATIC);
	int rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		hit[sqlite3_column_int(s, 0)] = true;
	if (rc != SQLITE_DONE)
		fail_msg("%.*s: %s", STR_FMT(buf_view(&b)), sqlite3_errmsg(db));
	sqlite3_finalize(s);
	return true;
}

/* A random text in its two forms; in the folded one, several separators in a row are one. */
static void make_text(struct buf *text, struct buf *folded, unsigned count, unsigned separators_percent)
{
	for (unsigned i = 0; i < count; i++) {
		bool separator = next_random(100) < separators_percent;
		size_t k = separator ? FIRST_SEPARATOR + next_random(10) : next_random(FIRST_SEPARATOR);
		buf_str(text, pieces[k].s);
		if (!separator || !str_ends(buf_view(folded), STR("|")))
			buf_str(folded, pieces[k].folded);
	}
}

static struct str trim_bars(struct str s)
{
	while (str_starts(s, STR("|")))
		s = str_sub(s, 1, s.n);
	while (str_ends(s, STR("|")))
		s.n--;
	return s;
}

static void finds_exactly_the_substrings(void **state)
{
	(void)state;
	struct str folded[TEXTS];
	for (int i = 0; i < TEXTS; i++) {
		CLEANUP(buf_release) struct buf t, f;
		buf_init(&t, 10000);
		buf_init(&f, 10000);
		make_text(&t, &f, 1 + next_random(40), 15);
		folded[i] = str_dup(a, buf_view(&f));
		insert_text(i, buf_view(&t));
	}
	static bool hit[TEXTS];
	int found = 0, asked = 0;
	for (int k = 0; k < QUERIES; k++) {
		CLEANUP(buf_release) struct buf q;
		buf_init(&q, 10000);
		struct str want[3];
		unsigned terms = next_random(4) == 0 ? 2 : 1, n = 0;
		for (unsigned i = 0; i < terms; i++) {
			CLEANUP(buf_release) struct buf t, f;
			buf_init(&t, 10000);
			buf_init(&f, 10000);
			/* "-" and "、" are inside a term; blanks would end it */
			make_text(&t, &f, 1 + next_random(3), 0);
			if (next_random(5) == 0) {
				buf_str(&t, next_random(2) ? STR("-") : STR("、"));
				buf_lit(&f, "|");
				make_text(&t, &f, next_random(3), 0);
			}
			buf_str(&q, i ? STR("　") : next_random(2) ? STR("") : STR(" "));
			buf_str(&q, buf_view(&t));
			struct str w = trim_bars(str_dup(a, buf_view(&f)));
			if (w.n > 0)
				want[n++] = w;
		}
		if (!find(buf_view(&q), hit)) {
			assert_int_equal(n, 0);
			continue;
		}
		asked++;
		for (int i = 0; i < TEXTS; i++) {
			bool expected = true;
			for (unsigned w = 0; w < n; w++)
				expected = expected && str_contains(folded[i], want[w]);
			found += expected;
			if (expected != hit[i])
				fail_msg("query \"%.*s\" on \"%.*s\": %d", STR_FMT(buf_view(&q)), STR_FMT(folded[i]), hit[i]);
		}
	}
	assert_true(asked > QUERIES / 2 && found > QUERIES);
}

static void finds_the_everyday_words(void **state)
{
	(void)state;
	static const struct str texts[] = {
		STR_INIT("委託先台帳"), STR_INIT("業務委託契約書"), STR_INIT("ＢＣＰ（事業継続計画）"), STR_INIT("IT-bcp 訓練"),
		STR_INIT("ファイルサーバー"), STR_INIT("ﾌｧｲﾙｻｰﾊﾞｰ"), STR_INIT("優先順位"), STR_INIT("委 託先"),
		STR_INIT("192.168.1.20"), STR_INIT("佐々木 〆切"),
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		insert_text((int64_t)i, texts[i]);
	static const struct {
		struct str q;
		unsigned rows; /* bit per text */
	} cases[] = {
		{ STR_INIT("委託"), 0x003 },    { STR_INIT("先"), 0x0c1 },          { STR_INIT("委託先"), 0x001 },
		{ STR_INIT("ＢＣＰ"), 0x00c },  { STR_INIT("bcp"), 0x00c },          { STR_INIT("b"), 0x00c },
		{ STR_INIT("サーバー"), 0x030 }, { STR_INIT("ｻｰﾊﾞｰ"), 0x030 },       { STR_INIT("ー"), 0x030 },
		{ STR_INIT("サーバ"), 0x030 },  { STR_INIT("託 委"), 0x083 },        { STR_INIT("it-bcp"), 0x008 },
		{ STR_INIT("168.1"), 0x100 },   { STR_INIT("192.168.1.20"), 0x100 }, { STR_INIT("68.1.2"), 0x100 },
		{ STR_INIT("192.16.1"), 0 },    { STR_INIT("々木"), 0x200 },         { STR_INIT("〆"), 0x200 },
		{ STR_INIT("委託契約 -"), 0x002 }, { STR_INIT("\"委託\" OR *"), 0 },  { STR_INIT("(事業"), 0x004 },
	};
	static bool hit[TEXTS];
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		unsigned rows = 0;
		assert_true(find(cases[i].q, hit));
		for (unsigned k = 0; k < COUNT_OF(texts); k++)
			rows |= hit[k] ? 1u << k : 0;
		if (rows != cases[i].rows)
			fail_msg("%.*s: %#x", STR_FMT(cases[i].q), rows);
	}
	static const struct str none[] = { STR_INIT(""), STR_INIT(" 　"), STR_INIT("-、*\""), STR_INIT("😀"), STR_INIT("\xff") };
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_false(find(none[i], hit));
}

static int by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Every character of Unicode: what we write as one token is one token for the tokenizer, and still the same bytes. */
static void each_token_survives(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64u << 20);
	for (uint32_t c = 0x20; c <= 0x10ffff; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		CLEANUP(buf_release) struct buf one;
		buf_init(&one, 1000);
		text_put_char(&one, c);
		if (b.n > 0 && !str_ends(buf_view(&b), STR(" ")))
			buf_char(&b, ' ');
		text_tokens(&b, a, buf_view(&one));
	}
	assert_int_equal(buf_error(&b), 0);
	insert(1, buf_view(&b));
	struct str rest = buf_view(&b), token;
	size_t n = 0;
	while (str_cut(&rest, ' ', &token))
		n++;
	assert_true(n > 100000);
	struct str *tokens = ARENA_ARRAY(a, n, struct str);
	rest = buf_view(&b);
	for (size_t i = 0; str_cut(&rest, ' ', &token); i++)
		tokens[i] = token;
	qsort(tokens, n, sizeof(*tokens), by_bytes);
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_prepare_v2(db, "select term from v order by term", -1, &s, NULL), SQLITE_OK);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(sqlite3_step(s), SQLITE_ROW);
		struct str term = { (const char *)sqlite3_column_text(s, 0), (size_t)sqlite3_column_bytes(s, 0) };
		if (!str_eq(term, tokens[i]))
			fail_msg("token %zu: %.*s became %.*s", i, STR_FMT(tokens[i]), STR_FMT(term));
	}
	assert_int_equal(sqlite3_step(s), SQLITE_DONE);
	sqlite3_finalize(s);
}

static void writes_tokens_and_queries(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1000);
	text_tokens(&b, a, STR("委託先、ＢＣＰ A"));
	assert_true(str_eq(buf_view(&b), STR("委託 託先 先 bc cp p a")));
	static const struct str cases[][2] = {
		{ STR_INIT("委託先"), STR_INIT("\"委託 託先\"") },
		{ STR_INIT("先"), STR_INIT("\"先\" *") },
		{ STR_INIT("BCP　委託"), STR_INIT("\"bc cp\" AND \"委託\"") },
		{ STR_INIT("IT-B"), STR_INIT("\"it t b\" *") },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buf_clear(&b);
		assert_true(text_query(&b, a, cases[i][0]));
		assert_true(str_eq(buf_view(&b), cases[i][1]));
	}
	/* no more than 8 terms */
	buf_clear(&b);
	assert_true(text_query(&b, a, STR("a b c d e f g h i j")));
	assert_true(str_ends(buf_view(&b), STR("\"h\" *")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_tokens_and_queries, open_table, close_table),
		cmocka_unit_test_setup_teardown(finds_the_everyday_words, open_table, close_table),
		cmocka_unit_test_setup_teardown(finds_exactly_the_substrings, open_table, close_table),
		cmocka_unit_test_setup_teardown(each_token_survives, open_table, close_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
