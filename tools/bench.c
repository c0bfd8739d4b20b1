/*
 * ./bench: what the product costs, in CPU time, statements and memory, over a ledger of the sizes given. In process where
 * a cost is to be told from the noise of a socket, over a real server where the whole counts (start, memory). Tells of each
 * figure on stderr as it is known, and in the end prints a Markdown table with the budgets; nothing is asserted here.
 */
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asset/asset.h"
#include "auth/office.h"
#include "base/helper.h"
#include "base/num.h"
#include "main/open.h"
#include "register/export.h"
#include "register/import.h"
#include "register/row_json.h"
#include "report/render.h"
#include "risk/overview.h"
#include "tools/served.h"

#define ROUNDS 200
#define SAVES 500
#define CLIENTS 32

static struct office *office;
static char work_dir[] = "/tmp/ishigaki-bench-XXXXXX";

static int64_t cpu_us(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t children_us(void)
{
	struct rusage u;
	getrusage(RUSAGE_CHILDREN, &u);
	return (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

/*
 * The budgets, for any number of rows. A line has the first whose text its own begins with and whose unit it has; a budget
 * of 0 statements is none.
 */
static const struct budget {
	const char *text, *unit;
	double most;
	int64_t statements;
} budgets[] = {
	{ "JSON by id", "µs CPU", 40, 3 },
	{ "detail", "µs CPU", 300, 8 },
	{ "list", "µs CPU", 300, 8 },
	{ "search", "µs CPU", 20000, 0 },
	{ "save 32 clients", "µs CPU", 250, 0 },
	{ "save one after the other", "µs CPU", 250, 0 },
	{ "import XLSX", "s", 30, 0 },
	{ "import save of another meanwhile", "ms", 200, 0 },
	{ "import peak memory", "MB", 500, 0 },
	{ "re-computation", "ms CPU", 1000, 0 },
	{ "export XLSX", "s CPU", 3, 0 },
	{ "server cold start", "ms", 300, 0 },
	{ "server idle memory", "MB", 64, 0 },
	{ "report as pdf", "ms CPU", 750, 0 },
};

static const struct budget *budget_of(const char *text, const char *unit)
{
	for (size_t i = 0; i < COUNT_OF(budgets); i++)
		if (strncmp(text, budgets[i].text, strlen(budgets[i].text)) == 0 && strcmp(unit, budgets[i].unit) == 0)
			return &budgets[i];
	return NULL;
}

/* ---- the table: a line for each text and unit, a column for each number of rows ---- */

#define LINES 128
#define SIZES 8
static struct result {
	char text[160];
	const char *unit;
	double value[SIZES];
	bool measured[SIZES];
	int64_t statements;
} table[LINES];
static size_t results;
static int64_t size_of[SIZES];
static size_t sizes;

static size_t column_of(int64_t rows)
{
	size_t i = 0;
	while (i < sizes && size_of[i] != rows)
		i++;
	if (i == SIZES)
		die("at most %d sizes", SIZES);
	if (i == sizes)
		size_of[sizes++] = rows;
	return i;
}

static void line(int64_t rows, const char *what, const char *detail, double value, const char *unit, int64_t statements)
{
	char text[sizeof table->text];
	snprintf(text, sizeof text, "%s %s", what, detail);
	size_t i = 0, column = column_of(rows);
	while (i < results && (strcmp(table[i].text, text) != 0 || strcmp(table[i].unit, unit) != 0))
		i++;
	if (i == LINES)
		die("more than %d lines", LINES);
	struct result *r = &table[i];
	if (i == results) {
		results++;
		*r = (struct result){ .unit = unit, .statements = -1 };
		snprintf(r->text, sizeof r->text, "%s", text);
	}
	r->value[column] = value;
	r->measured[column] = true;
	r->statements = r->statements > statements ? r->statements : statements;
	fprintf(stderr, "%lld rows: %s %.1f %s\n", (long long)rows, text, value, unit);
}

static void print_table(void)
{
	char number[40];
	printf("| what |");
	for (size_t i = 0; i < sizes; i++) {
		snprintf(number, sizeof number, "%lld", (long long)size_of[i]);
		printf(" ");
		for (size_t k = 0, n = strlen(number); k < n; k++)
			printf("%c%s", number[k], (n - k) % 3 == 1 && k + 1 < n ? "," : "");
		printf(" |");
	}
	printf(" statements | budget |\n|---|");
	for (size_t i = 0; i < sizes; i++)
		printf("---:|");
	printf("---:|---|\n");
	for (size_t i = 0; i < results; i++) {
		const struct result *r = &table[i];
		const struct budget *b = budget_of(r->text, r->unit);
		bool over = b && b->statements && r->statements > b->statements;
		printf("| %s |", r->text);
		for (size_t k = 0; k < sizes; k++) {
			if (r->measured[k])
				printf(" %.1f %s", r->value[k], r->unit);
			printf(" |");
			over |= b && r->measured[k] && r->value[k] > b->most;
		}
		if (r->statements >= 0)
			printf(" %lld", (long long)r->statements);
		printf(" |");
		if (b)
			printf(" %g %s: %s", b->most, b->unit, over ? "over" : "met");
		printf(" |\n");
	}
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Median CPU of one call of fn on this thread, and the statements of the last one. */
static void measure(int64_t rows, const char *what, const char *detail, int rounds, int (*fn)(struct arena *a, void *ctx), void *ctx)
{
	int64_t *us = calloc((size_t)rounds, sizeof *us);
	struct arena *a = arena_new(LIMIT_ARENA);
	unsigned statements = 0;
	if (!us)
		die("out of memory");
	for (int i = -3; i < rounds; i++) { /* three to warm up */
		arena_clear(a);
		db_statement_count(true);
		struct timespec t0, t1;
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t0);
		if (fn(a, ctx) < 0)
			die("%s %s failed", what, detail);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t1);
		statements = db_statement_count(true);
		if (i >= 0)
			us[i] = (t1.tv_sec - t0.tv_sec) * 1000000000LL + t1.tv_nsec - t0.tv_nsec;
	}
	qsort(us, (size_t)rounds, sizeof *us, compare);
	line(rows, what, detail, (double)us[rounds / 2] / 1000.0, "µs CPU", statements);
	arena_free(a);
	free(us);
}

/* ---- reads ---- */

struct list_case {
	int sort, filter;
	bool descending;
	const char *search;
	int64_t value;
};

static struct principal operator_;

static int list_once(struct arena *a, void *ctx)
{
	const struct list_case *lc = ctx;
	struct db_conn *c = db_read_begin(office->db);
	struct reg_view view;
	struct listing l;
	int r = reg_view_load(c, a, &reg_asset, &view);
	struct value v = { .known = true, .i = lc->value, .s = str_of("人事") };
	struct query q = { .view = &view, .by = &operator_, .op = OP_READ, .sort = lc->sort, .descending = lc->descending,
	                   .search = str_of(lc->search ? lc->search : "") };
	if (lc->filter >= 0) {
		q.filters = 1;
		q.filter[0] = (struct filter){ .field = lc->filter, .kind = FILTER_IN, .value = &v, .values = 1 };
		if (reg_asset.field[lc->filter].type == FIELD_DATE || reg_asset.field[lc->filter].type == FIELD_INTEGER) {
			q.filter[0].kind = FILTER_RANGE;
			q.filter[0].from = reg_asset.field[lc->filter].type == FIELD_DATE ? (struct value){ .known = true, .s = STR("2020-01-01") }
			                                                                  : (struct value){ .known = true, .i = 1 };
		}
	}
	if (r == 0)
		r = reg_list(c, a, &q, &l);
	db_read_end(office->db, &c);
	return r;
}

static int64_t some_id;

static int detail_once(struct arena *a, void *ctx)
{
	(void)ctx;
	struct db_conn *c = db_read_begin(office->db);
	struct reg_view view;
	struct row row;
	int r = reg_view_load(c, a, &reg_asset, &view);
	if (r == 0)
		r = reg_get(c, a, &operator_, &view, some_id, &row);
	if (r == 0 && ctx) {
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

/* ---- saves ---- */

#define WAITS 65536
static int64_t waits[WAITS]; /* of the saver beside an import, in microseconds */
static atomic_llong waited;
static atomic_bool stop_saving;

static int save_once(struct arena *a, int64_t id, int n)
{
	struct db_conn *c = db_read_begin(office->db);
	struct reg_view view;
	int r = reg_view_load(c, a, &reg_asset, &view);
	db_read_end(office->db, &c);
	if (r < 0)
		return r;
	struct reg_ctx ctx = { .arena = a, .by = &operator_, .key = office->key };
	struct change ch = change_new(a, CHANGE_SAVE, &view, id);
	struct written w;
	char text[80];
	snprintf(text, sizeof text, "計測のための備考 %d、委託先と棚卸しの確認", n);
	change_set_text(&ch, a, "note", text);
	change_set(&ch, reg_field(&reg_asset, "confidentiality"), (struct value){ .known = true, .i = n % 3 });
	return reg_save(office->db, &ctx, &ch, &w);
}

struct saver {
	pthread_t thread;
	int64_t first, n, done;
};

static void *saver_run(void *ctx)
{
	struct saver *s = ctx;
	struct arena *a = arena_new(LIMIT_ARENA);
	for (int i = 0; (s->n == 0 || i < s->n) && !atomic_load(&stop_saving); i++) {
		arena_clear(a);
		int64_t t = clock_monotonic_us();
		int r = save_once(a, s->first + (s->n ? i % 20 : 0), i);
		t = clock_monotonic_us() - t;
		if (r < 0)
			die("save failed: %s", err_name(r));
		long long slot = atomic_fetch_add(&waited, 1);
		if (slot < WAITS)
			waits[slot] = t;
		s->done++;
		if (s->n == 0)
			usleep(5000);
	}
	arena_free(a);
	return NULL;
}

static void bench_saves(int64_t rows)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	int64_t cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID), wall = clock_monotonic_us();
	for (int i = 0; i < SAVES; i++) {
		arena_clear(a);
		if (save_once(a, some_id + i % 50, i + 1) < 0)
			die("save failed");
	}
	line(rows, "save", "one after the other", (double)(cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / SAVES, "µs CPU", -1);
	line(rows, "save", "rate, 1 client", SAVES * 1e6 / (double)(clock_monotonic_us() - wall), "/s", -1);
	arena_free(a);
	struct saver s[CLIENTS];
	wall = clock_monotonic_us();
	cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < CLIENTS; i++) {
		s[i] = (struct saver){ .first = some_id + i * 20 % (rows / 2 - 100), .n = 200 };
		pthread_create(&s[i].thread, NULL, saver_run, &s[i]);
	}
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(s[i].thread, NULL);
	line(rows, "save", "rate, 32 clients", CLIENTS * 200 * 1e6 / (double)(clock_monotonic_us() - wall), "/s", -1);
	line(rows, "save", "32 clients", (double)(cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (CLIENTS * 200), "µs CPU", -1);
}

/* ---- whole jobs ---- */

/* Gives every storage place a threat frequency and a vulnerability, as one answered questionnaire would: every row of the
 * ledger moves from unknown to a value. */
static int settle_places(struct db_conn *c, void *ctx)
{
	struct reg_ctx *rc = ctx;
	struct reg_view view;
	int64_t place[32];
	size_t n = 0;
	rc->conn = c;
	struct sql q;
	sql_init(&q, rc->arena);
	sql_lit(&q, "SELECT id FROM asset_place WHERE archived = 0 LIMIT 32");
	struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	while (r == 0 && n < COUNT_OF(place) && (r = stmt_step(s)) == 1) {
		place[n++] = stmt_i64(s, 0);
		r = 0;
	}
	stmt_done(&s);
	if (r == 0)
		r = reg_view_load(c, rc->arena, &reg_place, &view);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct change ch = change_new(rc->arena, CHANGE_SAVE, &view, place[i]);
		struct written w;
		change_set(&ch, reg_field(&reg_place, "threat_frequency_set"), (struct value){ .known = true, .i = 1 + (int64_t)i % 3 });
		change_set_text(&ch, rc->arena, "threat_frequency_reason", "bench");
		change_set(&ch, reg_field(&reg_place, "vulnerability_set"), (struct value){ .known = true, .i = 2 + (int64_t)i % 2 });
		change_set_text(&ch, rc->arena, "vulnerability_reason", "bench");
		r = reg_write(rc, &ch, &w);
	}
	return r;
}

/* Another table of the method, as a change of the settings would set it: each likelihood becomes another one. */
static int other_table(struct db_conn *c, void *ctx)
{
	struct reg_ctx *rc = ctx;
	struct sql q;
	int64_t moved;
	rc->conn = c;
	sql_init(&q, rc->arena);
	sql_lit(&q, "UPDATE setting SET number = number % 3 + 1 WHERE key GLOB 'risk.likelihood_*'");
	int r = db_exec(c, &q, NULL);
	return r < 0 ? r : reg_recompute_all(rc, STR("bench"), &moved);
}

static int recompute(struct db_conn *c, void *ctx)
{
	struct reg_ctx *rc = ctx;
	int64_t moved;
	rc->conn = c;
	return reg_recompute_all(rc, STR("bench"), &moved);
}

static void bench_export(int64_t rows, const char *what, enum export_format format, const struct layout *layout)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_conn *c = db_read_begin(office->db);
	struct reg_view view;
	if (reg_view_load(c, a, &reg_asset, &view) < 0)
		die("view");
	db_read_end(office->db, &c);
	struct query q = { .view = &view, .by = &operator_, .op = OP_EXPORT, .sort = SORT_OLDEST };
	int fd = open(work_dir, O_TMPFILE | O_RDWR, 0600);
	struct export_options o = { .query = &q, .format = format, .layout = layout, .lang = LANG_JA, .out_fd = fd };
	struct export_result result;
	struct reg_ctx ctx = { .arena = a, .by = &operator_, .key = office->key };
	int64_t cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
	if (export_run(office->db, &ctx, &o, &result) < 0)
		die("export failed");
	line(rows, "export", what, (double)(cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e6, "s CPU", -1);
	close(fd);
	arena_free(a);
}

static int64_t tree_peak_kb(void)
{
	struct rusage self, kids;
	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &kids);
	return self.ru_maxrss + kids.ru_maxrss;
}

static void bench_import(int64_t rows, const char *workbook)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct import_options o = { .reg = &reg_asset, .file_name = STR("bench.xlsx"), .fd = open(workbook, O_RDONLY | O_CLOEXEC), .sheet = -1 };
	struct reg_ctx ctx = { .arena = a, .by = &operator_, .key = office->key };
	struct import_report report = { 0 };
	/* Somebody else saves a row all the while: how long do they wait? */
	struct reg_view view;
	struct db_conn *c = db_read_begin(office->db);
	if (reg_view_load(c, a, &reg_asset, &view) < 0)
		die("view");
	db_read_end(office->db, &c);
	struct change ch = change_new(a, CHANGE_SAVE, &view, 0);
	struct written w;
	change_set_text(&ch, a, "name", "計測用の行");
	if (reg_save(office->db, &ctx, &ch, &w) < 0)
		die("row");
	struct saver s = { .first = w.id };
	atomic_store(&waited, 0);
	atomic_store(&stop_saving, false);
	pthread_create(&s.thread, NULL, saver_run, &s);
	int64_t cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID) + children_us(), wall = clock_monotonic_us();
	int r = import_run(office->db, &ctx, &o, &report);
	wall = clock_monotonic_us() - wall;
	cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID) + children_us() - cpu;
	atomic_store(&stop_saving, true);
	pthread_join(s.thread, NULL);
	if (r < 0 || report.created != rows)
		die("import: %s, created %lld, refused %lld %.*s", err_name(r), (long long)report.created, (long long)report.refused, STR_FMT(report.refusal));
	close(o.fd);
	line(rows, "import", "XLSX", (double)cpu / 1e6, "s CPU", -1);
	line(rows, "import", "XLSX", (double)wall / 1e6, "s", -1);
	size_t n = (size_t)(atomic_load(&waited) < WAITS ? atomic_load(&waited) : WAITS), late = 0;
	qsort(waits, n, sizeof *waits, compare);
	for (size_t i = 0; i < n; i++)
		late += waits[i] > 200000;
	if (n) {
		line(rows, "import", "save of another meanwhile, median", (double)waits[n / 2] / 1e3, "ms", -1);
		line(rows, "import", "save of another meanwhile, 99 %", (double)waits[n * 99 / 100] / 1e3, "ms", -1);
		line(rows, "import", "save of another meanwhile, slowest", (double)waits[n - 1] / 1e3, "ms", -1);
		line(rows, "import", "saves that waited over 200 ms", (double)late * 100.0 / (double)n, "%", -1);
	}
	line(rows, "import", "peak memory, all processes", (double)tree_peak_kb() / 1024, "MB", -1);
	atomic_store(&stop_saving, false);
	arena_free(a);
}

/* ---- a real server: start and idle memory ---- */

static void bench_server(int64_t rows, const char *data, const char *program)
{
	int64_t start = clock_monotonic_us();
	pid_t pid = served_start(program, data, 18421);
	line(rows, "server", "cold start to first answer", (double)(clock_monotonic_us() - start) / 1e3, "ms", -1);
	usleep(300000);
	line(rows, "server", "idle memory", (double)served_look(pid).resident_kb / 1024, "MB", -1);
	(void)served_end(pid);
}

/* A value that a row in the middle has, so that the filter finds something. */
static int64_t value_of_some_row(struct arena *a, const char *field)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	int64_t v = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT ");
	sql_name(&q, field);
	sql_lit(&q, " FROM asset_asset WHERE id = ");
	sql_i64(&q, some_id);
	if (db_get_i64(c, &q, &v) < 0)
		die("no row in the middle");
	db_read_end(office->db, &c);
	return v;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st, (void)type, (void)f;
	return remove(path);
}

static void bench_size(struct arena *a, int64_t rows, const char *build)
{
	const char *data = str_z(a, str_printf(a, "%s/%lld", work_dir, (long long)rows));
	const char *workbook = str_z(a, str_printf(a, "%s/%lld.xlsx", work_dir, (long long)rows));
	const char *maker = str_z(a, str_printf(a, "%s/tools/make_ledger", build));
	char count[32];
	snprintf(count, sizeof count, "%lld", (long long)rows);
	pid_t pid = fork();
	if (pid == 0) {
		execl(maker, maker, count, workbook, (char *)NULL);
		_exit(127);
	}
	int status;
	if (waitpid(pid, &status, 0) < 0 || status != 0)
		die("%s failed", maker);
	struct opened *o = NULL;
	struct note why;
	if (office_open(str_of(data), OPEN_CREATE, &o, &why) < 0)
		die("the office cannot be opened: %.*s", STR_FMT(note_str(a, LANG_EN, &why)));
	office = opened_office(o);
	bench_import(rows, workbook);
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT min(id) + ");
	sql_i64(&q, rows / 2);
	sql_lit(&q, " FROM asset_asset WHERE batch > 0");
	if (db_get_i64(c, &q, &some_id) < 0)
		die("no rows");
	db_read_end(office->db, &c);

	struct reg_ctx rc = { .arena = a, .by = &operator_, .key = office->key };
	int64_t cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
	if (db_write(office->db, settle_places, &rc) < 0)
		die("places");
	line(rows, "re-computation", "every storage place changes, one after the other", (double)(cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e3, "ms CPU", -1);
	cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
	if (db_write(office->db, other_table, &rc) < 0)
		die("table");
	line(rows, "re-computation", "the method's table changes, every row moves", (double)(cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e3, "ms CPU", -1);
	measure(rows, "detail", "", ROUNDS, detail_once, NULL);
	measure(rows, "JSON by id", "", ROUNDS, detail_once, &some_id);
	measure(rows, "risk overview", "with units and places", 10, overview_once, NULL);
	struct list_case lc = { .sort = SORT_NEWEST, .filter = -1 };
	measure(rows, "list", "newest", ROUNDS, list_once, &lc);
	for (size_t i = 0; i < reg_asset.fields; i++)
		if (reg_asset.field[i].flags & FIELD_SORT) {
			lc = (struct list_case){ .sort = (int)i, .filter = -1 };
			measure(rows, "list sorted by", reg_asset.field[i].name, ROUNDS, list_once, &lc);
		}
	for (size_t i = 0; i < reg_asset.fields; i++)
		if (reg_asset.field[i].flags & FIELD_FILTER) {
			lc = (struct list_case){ .sort = SORT_DEFAULT, .filter = (int)i, .value = value_of_some_row(a, reg_asset.field[i].name) };
			measure(rows, "list by name, filter", reg_asset.field[i].name, 50, list_once, &lc);
		}
	static const char *const words[] = { "委託", "先", "委託先", "ＢＣＰ", "bcp", "存在しない語" };
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		lc = (struct list_case){ .sort = SORT_DEFAULT, .filter = -1, .search = words[i] };
		measure(rows, "search", words[i], 50, list_once, &lc);
	}
	bench_saves(rows);
	cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
	if (db_write(office->db, recompute, &rc) < 0)
		die("recompute");
	line(rows, "re-computation", "nothing moves", (double)(cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e3, "ms CPU", -1);
	bench_export(rows, "CSV", EXPORT_CSV, NULL);
	bench_export(rows, "XLSX", EXPORT_XLSX, NULL);
	bench_export(rows, "JSON lines", EXPORT_JSONL, NULL);
	bench_export(rows, "ledger layout", EXPORT_XLSX, &asset_ledger_layout);
	office_close(o);
	bench_server(rows, data, str_z(a, str_printf(a, "%s/ishigaki", build)));
}

/* ---- a report of about thirty dense pages, as a file of each format ---- */

#define REPORT_ROWS 1000

static void bench_report(struct arena *a)
{
	struct doc d;
	struct note why;
	const struct doc_column column[] = { { STR("番号"), 2, true }, { STR("資産"), 5, false }, { STR("部署"), 4, false }, { STR("リスクの状態と次の一手"), 9, false }, { STR("損失"), 3, true }, { STR("期限"), 3, false } };
	doc_init(&d, a, LANG_JA, STR("計測のための報告"), STR("株式会社見本"), STR("2026-04-01 現在"));
	doc_heading(&d, 1, STR("一覧"));
	struct doc_table *t = doc_table(&d, STR("対応が要るもの"), column, COUNT_OF(column));
	for (int i = 0; i < REPORT_ROWS; i++) {
		struct doc_cell *c = doc_row(t);
		c[0] = cell_i64(i + 1);
		c[1] = cell_text(&d, str_printf(a, "委託先との契約書の写し %d", i));
		c[2] = cell_text(&d, i % 3 ? STR("通信販売部 受注課") : STR("総務部"));
		c[3] = cell_text(&d, i % 2 ? STR("保管場所の鍵の管理を見直し、貸し出しの記録を付ける") : STR("不明。部署に確認を依頼した"));
		c[4] = cell_yen(10000 * (i + 1));
		c[5] = cell_date((struct date){ 2026, 1 + i % 12, 1 + i % 28 });
	}
	static const enum doc_format format[] = { DOC_PDF, DOC_DOCX, DOC_XLSX, DOC_HTML };
	for (size_t i = 0; i < COUNT_OF(format); i++) {
		int fd = open(work_dir, O_TMPFILE | O_RDWR, 0600);
		int64_t cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID) + children_us();
		if (doc_write(&d, format[i], fd, &why) < 0)
			die("report: %.*s", STR_FMT(note_str(a, LANG_EN, &why)));
		struct stat st;
		if (fstat(fd, &st) < 0)
			die("report");
		line(REPORT_ROWS, "report as", doc_format_name(format[i]), (double)(cpu_us(CLOCK_PROCESS_CPUTIME_ID) + children_us() - cpu) / 1e3, "ms CPU", -1);
		line(REPORT_ROWS, "size of", doc_format_name(format[i]), (double)st.st_size / 1024, "KB", -1);
		close(fd);
	}
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const char *build = argc > 1 ? argv[1] : "build";
	if (!mkdtemp(work_dir))
		die("no temporary directory");
	helper_set_dir(str_of(build));
	office_declare();
	operator_ = auth_operator();
	for (int i = 2; i < argc; i++) {
		int64_t rows;
		if (num_parse_i64(str_of(argv[i]), 1, LIMIT_IMPORT_ROWS, &rows) < 0)
			die("not a number of rows: %s", argv[i]);
		bench_size(a, rows, build);
	}
	bench_report(a);
	print_table();
	nftw(work_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(a);
	return 0;
}
