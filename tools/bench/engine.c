/* What is measured in process, where a cost is to be told from the noise of a socket: lists, rows, the overview of risks. */
#include "asset/asset.h"
#include "base/err.h"
#include "register/row_json.h"
#include "risk/overview.h"
#include "tools/bench/bench.h"

#define ROUNDS 200
#define FILTER_ROUNDS 50
#define OVERVIEW_ROUNDS 5

struct office *office;
struct principal operator_;
int64_t some_id;

/* Median CPU of one call of fn on this thread, and the statements of the last one. */
static void measure(int64_t rows, const char *what, const char *detail, int rounds, int (*fn)(struct arena *a, void *ctx), void *ctx)
{
	int64_t *ns = calloc((size_t)rounds, sizeof *ns);
	struct arena *a = arena_new(LIMIT_ARENA);
	char text[200];
	unsigned statements = 0;
	if (!ns)
		die("out of memory");
	snprintf(text, sizeof text, "%s%s%s", what, *detail ? " " : "", detail);
	for (int i = -3; i < rounds; i++) { /* three to warm up */
		arena_clear(a);
		(void)db_statement_count(true);
		const int64_t t = cpu_ns(CLOCK_THREAD_CPUTIME_ID);
		if (fn(a, ctx) < 0)
			die("%s failed", text);
		if (i >= 0)
			ns[i] = cpu_ns(CLOCK_THREAD_CPUTIME_ID) - t;
		statements = db_statement_count(true);
	}
	qsort(ns, (size_t)rounds, sizeof *ns, by_size);
	bench_line(rows, text, (double)ns[rounds / 2] / 1e3, "µs CPU", 0, (int)statements);
	arena_free(a);
	free(ns);
}

int list_once(struct arena *a, void *ctx)
{
	struct list_case *lc = ctx;
	struct db_conn *c = db_read_begin(office->db);
	struct reg_view view;
	struct listing l;
	int r = reg_view_load(c, a, &reg_asset, &view);
	struct query q = { .view = &view, .by = &operator_, .op = OP_READ, .sort = lc->sort, .descending = lc->descending,
	                   .search = str_of(lc->search ? lc->search : "") };
	if (lc->filter >= 0)
		q.filter[q.filters++] = (struct filter){ .field = lc->filter, .kind = FILTER_IN, .value = &lc->value, .values = 1 };
	if (r == 0)
		r = reg_list(c, a, &q, &l);
	db_read_end(office->db, &c);
	return r;
}

static int detail_once(struct arena *a, void *as_json)
{
	struct db_conn *c = db_read_begin(office->db);
	struct reg_view view;
	struct row row;
	int r = reg_view_load(c, a, &reg_asset, &view);
	if (r == 0)
		r = reg_get(c, a, &operator_, &view, some_id, &row);
	if (r == 0 && as_json) {
		struct buf b;
		struct json j;
		buf_init(&b, LIMIT_PAGE);
		json_init(&j, &b);
		row_json_put(&j, &operator_, &view, NULL, &row);
		buf_release(&b);
	}
	db_read_end(office->db, &c);
	return r;
}

/* What Today and the risk page count over every row. */
static int overview_once(struct arena *a, void *ctx)
{
	(void)ctx;
	struct db_conn *c = db_read_begin(office->db);
	struct risk_overview o;
	struct risk_group *g;
	size_t n;
	int r = risk_overview_load(c, a, &operator_, &o);
	if (r == 0)
		r = risk_groups(c, a, &operator_, "department", 12, &g, &n);
	if (r == 0)
		r = risk_groups(c, a, &operator_, "storage", 12, &g, &n);
	db_read_end(office->db, &c);
	return r;
}

/* The value that most rows have, which makes the longest list; unknown when none has one. */
static struct value common_value(struct arena *a, const struct field *f)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	struct stmt *s = NULL;
	struct value v = { .known = false };
	sql_init(&q, a);
	sql_lit(&q, "SELECT ");
	sql_name(&q, f->name);
	sql_lit(&q, ", count(*) FROM asset_asset WHERE archived = 0 AND ");
	sql_name(&q, f->name);
	sql_lit(&q, " IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 1");
	if (db_query(c, &q, &s) < 0)
		die("the values of %s", f->name);
	if (stmt_step(s) == 1) {
		v.known = true;
		if (f->type == FIELD_TEXT || f->type == FIELD_DATE)
			v.s = stmt_str_dup(s, a, 0);
		else
			v.i = stmt_i64(s, 0);
	}
	stmt_done(&s);
	db_read_end(office->db, &c);
	return v;
}

static struct str as_query(struct arena *a, const struct field *f, const struct value *v)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_z(&b, f->name);
	buf_char(&b, '=');
	http_put_encoded(&b, row_json_is_reference(f) ? str_printf(a, "%lld", (long long)v->i) : value_str(a, f, v, FORM_API, LANG_JA));
	struct str s = str_dup(a, buf_view(&b));
	buf_release(&b);
	return s;
}

void engine_open(struct arena *a, const char *data, struct opened **ret)
{
	struct note why;
	if (office_open(str_of(data), OPEN_EXISTING, ret, &why) < 0)
		die("the office cannot be opened: %.*s", STR_FMT(note_str(a, LANG_EN, &why)));
	office = opened_office(*ret);
}

void engine_find_row(struct arena *a, int64_t rows)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id FROM asset_asset WHERE batch = (SELECT max(batch) FROM asset_asset) ORDER BY id LIMIT 1 OFFSET ");
	sql_i64(&q, rows / 2);
	if (db_get_i64(c, &q, &some_id) < 0)
		die("no row in the middle");
	db_read_end(office->db, &c);
}

static void lists_measure(struct arena *a, int64_t rows, struct str ret_filters[LIMIT_FIELDS])
{
	struct list_case lc = { .sort = SORT_NEWEST, .filter = -1 };
	measure(rows, "list newest", "", ROUNDS, list_once, &lc);
	for (size_t i = 0; i < reg_asset.fields; i++)
		if (reg_asset.field[i].flags & FIELD_SORT) {
			lc = (struct list_case){ .sort = (int)i, .filter = -1 };
			measure(rows, "list sorted by", reg_asset.field[i].name, ROUNDS, list_once, &lc);
		}
	for (size_t i = 0; i < reg_asset.fields; i++)
		if (reg_asset.field[i].flags & FIELD_FILTER) {
			lc = (struct list_case){ .sort = SORT_DEFAULT, .filter = (int)i, .value = common_value(a, &reg_asset.field[i]) };
			ret_filters[i] = lc.value.known ? as_query(a, &reg_asset.field[i], &lc.value) : STR("");
			measure(rows, "list by name, filter", reg_asset.field[i].name, FILTER_ROUNDS, list_once, &lc);
		}
	static const char *const words[] = { "委託", "先", "委託先", "ＢＣＰ", "bcp", "存在しない語" };
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		lc = (struct list_case){ .sort = SORT_DEFAULT, .filter = -1, .search = words[i] };
		measure(rows, "search", words[i], FILTER_ROUNDS, list_once, &lc);
	}
}

void engine_measure(struct arena *a, int64_t rows, const char *data, const char *dir, struct str ret_filters[LIMIT_FIELDS])
{
	struct opened *o = NULL;
	engine_open(a, data, &o);
	import_measure(a, rows, dir);
	engine_find_row(a, rows < WORKBOOK_ROWS ? rows : WORKBOOK_ROWS);
	recompute_measure(a, rows);
	measure(rows, "detail", "", ROUNDS, detail_once, NULL);
	measure(rows, "JSON by id", "", ROUNDS, detail_once, &some_id);
	measure(rows, "risk overview with units and places", "", OVERVIEW_ROUNDS, overview_once, NULL);
	lists_measure(a, rows, ret_filters);
	writes_measure(a, rows, dir);
	office_close(o);
}

void engine_work(struct arena *a, const char *kind, const char *data, const char *workbook, int64_t n)
{
	struct opened *o = NULL;
	struct arena *scratch = arena_new(LIMIT_ARENA);
	engine_open(a, data, &o);
	if (strcmp(kind, "import") == 0)
		(void)import_workbook(workbook);
	else
		engine_find_row(a, 1000); /* those before it are not all assets: their units and places came with them */
	struct list_case lc = { .sort = SORT_DEFAULT, .filter = -1 };
	for (int64_t i = 0; i < n && strcmp(kind, "import") != 0; i++) {
		arena_clear(scratch);
		if ((strcmp(kind, "list") == 0 ? list_once(scratch, &lc) : save_once(scratch, some_id + i % 50, (int)i)) < 0)
			die("%s failed", kind);
	}
	arena_free(scratch);
	office_close(o);
}
