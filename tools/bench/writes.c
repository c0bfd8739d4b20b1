/* What is measured of writing: saves, imports, re-computations; and of whole files that come out: exports, reports. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asset/asset.h"
#include "base/err.h"
#include "base/num.h"
#include "register/export.h"
#include "register/import.h"
#include "report/render.h"
#include "tests/durability/faults.h"
#include "tools/bench/bench.h"

#define SAVES 500
#define CLIENTS 32

/* ---- saves ---- */

#define WAITS 65536
static int64_t waits[WAITS]; /* of the saver beside an import, in microseconds */
static atomic_llong waited;
static atomic_bool stop_saving;

int save_once(struct arena *a, int64_t id, int n)
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

/* Of so many clients; the time and processor time of it all. */
static void save_all(int64_t rows, int64_t each, int64_t *ret_us, int64_t *ret_cpu_us)
{
	struct saver s[CLIENTS];
	const int64_t behind = (rows < WORKBOOK_ROWS ? rows : WORKBOOK_ROWS) / 2 - 100; /* of the row in the middle: these have ids one after the other */
	atomic_store(&stop_saving, false);
	const int64_t wall = clock_monotonic_us(), cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < CLIENTS; i++) {
		s[i] = (struct saver){ .first = some_id + i * 20 % behind, .n = each };
		pthread_create(&s[i].thread, NULL, saver_run, &s[i]);
	}
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(s[i].thread, NULL);
	*ret_us = clock_monotonic_us() - wall;
	*ret_cpu_us = (cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1000;
}

static void saves_of_one_and_many(int64_t rows)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	int64_t cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID), wall = clock_monotonic_us(), us, cpu_us;
	for (int i = 0; i < SAVES; i++) {
		arena_clear(a);
		if (save_once(a, some_id + i % 50, i + 1) < 0)
			die("save failed");
	}
	wall = clock_monotonic_us() - wall;
	cpu = (cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1000;
	bench_line(rows, "save one after the other", (double)cpu / SAVES, "µs CPU", 0, -1);
	bench_line(rows, "save rate, 1 client", SAVES * 1e6 / (double)wall, "/s", (double)cpu / (double)wall, -1);
	arena_free(a);
	const int64_t n = CLIENTS * 200;
	save_all(rows, 200, &us, &cpu_us);
	bench_line(rows, "save rate, 32 clients", (double)n * 1e6 / (double)us, "/s", 0, -1);
	bench_line(rows, "save 32 clients", (double)cpu_us / (double)n, "µs CPU", 0, -1);
}

/* How often the disk below FAULTS_DIR was synced so far; 0 without that layer. */
static int64_t syncs_so_far(void)
{
	static struct faults *f;
	const char *block = getenv("FAULTS");
	if (!block)
		return 0;
	int fd = f ? -1 : open(block, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		f = mmap(NULL, sizeof *f, PROT_READ, MAP_SHARED, fd, 0);
		close(fd);
	}
	return f && f != MAP_FAILED ? f->syncs : 0;
}

void saves_rate(struct arena *a, const char *data, int64_t n)
{
	struct opened *o = NULL;
	int64_t us, cpu_us, sync_us = 0;
	engine_open(a, data, &o);
	engine_find_row(a, n);
	save_all(n, 20, &us, &cpu_us); /* to warm up */
	if (db_fsync_time(office->db, &sync_us) < 0)
		die("no time of a sync");
	const int64_t each = 400, before = syncs_so_far();
	save_all(n, each, &us, &cpu_us);
	const int64_t syncs = syncs_so_far() - before;
	const double synced = (double)(syncs * sync_us) / (double)us;
	bench_line(n, "one sync of this disk", (double)sync_us, "µs", 0, -1);
	bench_line(n, "saves acknowledged, in process, 32 clients", (double)(CLIENTS * each) * 1e6 / (double)us, "/s", synced < 1 ? 1 - synced : 0, -1);
	bench_line(n, "saves in one sync, in process", (double)(CLIENTS * each) / (double)(syncs ? syncs : 1), "", 0, -1);
	bench_line(n, "save acknowledged, in process, 32 clients", (double)cpu_us / (double)(CLIENTS * each), "µs CPU", 0, -1);
	office_close(o);
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

static void export_measure(int64_t rows, const char *dir, const char *what, enum export_format format, const struct layout *layout)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	char text[80];
	struct db_conn *c = db_read_begin(office->db);
	struct reg_view view;
	if (reg_view_load(c, a, &reg_asset, &view) < 0)
		die("view");
	db_read_end(office->db, &c);
	struct query q = { .view = &view, .by = &operator_, .op = OP_EXPORT, .sort = SORT_OLDEST };
	int fd = open(dir, O_TMPFILE | O_RDWR, 0600);
	struct export_options o = { .query = &q, .format = format, .layout = layout, .lang = LANG_JA, .out_fd = fd };
	struct export_result result;
	struct reg_ctx ctx = { .arena = a, .by = &operator_, .key = office->key };
	const int64_t cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (export_run(office->db, &ctx, &o, &result) < 0)
		die("export failed");
	snprintf(text, sizeof text, "export %s", what);
	bench_line(rows, text, (double)(cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e9, "s CPU", 0, -1);
	close(fd);
	arena_free(a);
}

int64_t import_workbook(const char *workbook)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct import_options o = { .reg = &reg_asset, .file_name = STR("bench.xlsx"), .fd = open(workbook, O_RDONLY | O_CLOEXEC), .sheet = -1 };
	struct reg_ctx ctx = { .arena = a, .by = &operator_, .key = office->key };
	struct import_report report = { 0 };
	int r = import_run(office->db, &ctx, &o, &report);
	if (r < 0 || report.refused || !report.created)
		die("import: %s, created %lld, refused %lld %.*s", err_name(r), (long long)report.created, (long long)report.refused, STR_FMT(report.refusal));
	const int64_t created = report.created;
	close(o.fd);
	arena_free(a);
	return created;
}

/* Bytes that this process handed to the system in write(), as Linux counts them: the log, the write-ahead log, the database. */
static int64_t written_bytes(void)
{
	char text[1000];
	int fd = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : 0;
	if (fd >= 0)
		close(fd);
	struct str rest = { text, n > 0 ? (size_t)n : 0 }, line = STR("");
	int64_t v = 0;
	while (str_cut(&rest, '\n', &line))
		if (str_starts(line, STR("wchar: ")) && num_parse_i64(str_sub(line, 7, line.n), 0, INT64_MAX, &v) < 0)
			return 0;
	return v;
}

void import_measure(struct arena *a, int64_t rows, const char *dir)
{
	/* Somebody else saves a row all the while: how long do they wait? */
	struct reg_ctx ctx = { .arena = a, .by = &operator_, .key = office->key };
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
	const int64_t before = written_bytes();
	int64_t cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID) + children_ns(), wall = clock_monotonic_us();
	int64_t came = 0;
	for (int64_t n = 0; n * WORKBOOK_ROWS < rows; n++)
		came += import_workbook(bench_workbook(a, dir, n));
	if (came != rows)
		die("%lld rows came of %lld", (long long)came, (long long)rows);
	wall = clock_monotonic_us() - wall;
	cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID) + children_ns() - cpu;
	atomic_store(&stop_saving, true);
	pthread_join(s.thread, NULL);
	/* Two processes work side by side: what is processor time of the elapsed one is at most all of it. */
	const double elapsed = (double)wall / 1e6, busy = (double)cpu / 1e9;
	bench_line(rows, "import XLSX", busy, "s CPU", 0, -1);
	bench_line(rows, "import XLSX, elapsed", elapsed, "s", busy < elapsed ? busy : elapsed, -1);
	bench_line(rows, "import, written per row", (double)(written_bytes() - before) / 1024 / (double)rows, "KB", 0, -1);
	const size_t n = (size_t)(atomic_load(&waited) < WAITS ? atomic_load(&waited) : WAITS);
	size_t late = 0;
	qsort(waits, n, sizeof *waits, by_size);
	for (size_t i = 0; i < n; i++)
		late += waits[i] > 200000;
	if (n) {
		bench_line(rows, "save beside an import, median", (double)waits[n / 2] / 1e3, "ms", 0, -1);
		bench_line(rows, "save beside an import, 99 %", (double)waits[n * 99 / 100] / 1e3, "ms", 0, -1);
		bench_line(rows, "save beside an import, slowest", (double)waits[n - 1] / 1e3, "ms", 0, -1);
		bench_line(rows, "saves beside an import that waited over 200 ms", (double)late * 100.0 / (double)n, "%", 0, -1);
	}
	struct rusage self, kids;
	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &kids);
	bench_line(rows, "import, peak memory of all processes", (double)(self.ru_maxrss + kids.ru_maxrss) / 1024, "MB", 0, -1);
}

static void recomputed(int64_t rows, const char *what, db_write_fn *fn, struct arena *a)
{
	struct reg_ctx rc = { .arena = a, .by = &operator_, .key = office->key };
	const int64_t cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (db_write(office->db, fn, &rc) < 0)
		die("%s", what);
	bench_line(rows, what, (double)(cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e6, "ms CPU", 0, -1);
}

void recompute_measure(struct arena *a, int64_t rows)
{
	recomputed(rows, "re-computation, every storage place changes, one after the other", settle_places, a);
	recomputed(rows, "re-computation, the method's table changes, every row moves", other_table, a);
	recomputed(rows, "re-computation, nothing moves", recompute, a);
}

void writes_measure(struct arena *a, int64_t rows, const char *dir)
{
	(void)a;
	saves_of_one_and_many(rows);
	export_measure(rows, dir, "CSV", EXPORT_CSV, NULL);
	export_measure(rows, dir, "XLSX", EXPORT_XLSX, NULL);
	export_measure(rows, dir, "JSON lines", EXPORT_JSONL, NULL);
	export_measure(rows, dir, "ledger layout", EXPORT_XLSX, &asset_ledger_layout);
}

/* ---- a report of about thirty dense pages, as a file of each format ---- */

#define REPORT_ROWS 1000

void reports_measure(struct arena *a, const char *dir)
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
		int fd = open(dir, O_TMPFILE | O_RDWR, 0600);
		char text[80];
		const int64_t cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID) + children_ns();
		if (doc_write(&d, format[i], fd, &why) < 0)
			die("report: %.*s", STR_FMT(note_str(a, LANG_EN, &why)));
		struct stat st;
		if (fstat(fd, &st) < 0)
			die("report");
		snprintf(text, sizeof text, "report as %s", doc_format_name(format[i]));
		bench_line(REPORT_ROWS, text, (double)(cpu_ns(CLOCK_PROCESS_CPUTIME_ID) + children_ns() - cpu) / 1e6, "ms CPU", 0, -1);
		snprintf(text, sizeof text, "size of %s", doc_format_name(format[i]));
		bench_line(REPORT_ROWS, text, (double)st.st_size / 1024, "KB", 0, -1);
		close(fd);
	}
}
