/* What is measured over a server: each kind of request alone on one connection and on sixteen. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asset/asset.h"
#include "base/err.h"
#include "base/num.h"
#include "main/demo.h"
#include "tests/durability/faults.h"
#include "tools/bench/bench.h"
#include "tools/client.h"
#include "tools/served.h"

#define PORT 18421
#define CONNECTIONS 16
#define SAVERS 32
#define AT_MOST 200              /* requests of one kind on one connection */
#define FOR_US INT64_C(400000)   /* or as many as end in this time, three at least */
#define ALONE_US INT64_C(500000) /* what takes longer on one connection is not asked on sixteen */
#define SAMPLES 65536

enum as { AS_NOBODY, AS_SESSION, AS_TOKEN };
struct kind {
	const char *what, *method;
	enum as as;
	struct str path;             /* "#" stands for the id of a row */
	const char *json;            /* "#" stands for a number that is another one each time, "~" for one from 1 to 3 */
	int want;
};

static char session[200], token[200], log_path[4096];
static pid_t server;
static int64_t ids[200];
static size_t id_count;
static atomic_llong turn;
static int64_t took[SAMPLES];

/* s with the number in place of the mark, if it has it. */
static struct str filled(struct arena *a, struct str s, char mark, int64_t n)
{
	const ptrdiff_t at = str_find_char(s, mark);
	return at < 0 ? s : str_printf(a, "%.*s%lld%.*s", (int)at, s.p, (long long)n, STR_FMT(str_sub(s, (size_t)at + 1, s.n)));
}

static void ask(struct client *c, const struct kind *k)
{
	const int64_t n = atomic_fetch_add(&turn, 1);
	arena_clear(c->arena);
	struct str path = filled(c->arena, k->path, '#', ids[(size_t)n % id_count]);
	struct str json = k->json ? filled(c->arena, filled(c->arena, str_of(k->json), '#', n), '~', 1 + n % 3) : STR("");
	int status = k->as == AS_TOKEN ? client_api(c, k->method, token, path, json) : client_get(c, k->as == AS_SESSION ? session : "", path);
	if (status != k->want)
		die("%s: %d: %.*s", k->what, status, STR_FMT(str_sub(client_body(c), 0, 300)));
}

/* ---- many at once ---- */

struct asker {
	pthread_t thread;
	struct client client;
	const struct kind *kind;
	int64_t most, until, done, *took;
};

static void *ask_on(void *arg)
{
	struct asker *w = arg;
	for (w->done = 0; w->done < w->most && (w->done < 3 || clock_monotonic_us() < w->until); w->done++) {
		const int64_t t = clock_monotonic_us();
		ask(&w->client, w->kind);
		w->took[w->done] = clock_monotonic_us() - t;
	}
	return NULL;
}

/* Requests of n connections; all their times stand in took, in order. Returns how many there were. */
static int64_t ask_many(const struct kind *k, size_t n, int64_t each, int64_t for_us)
{
	static struct asker w[SAVERS];
	int64_t done = 0;
	for (size_t i = 0; i < n; i++) {
		w[i].kind = k;
		w[i].most = each;
		w[i].until = clock_monotonic_us() + for_us;
		w[i].took = took + (int64_t)i * (SAMPLES / SAVERS);
		client_init(&w[i].client, PORT);
		if (pthread_create(&w[i].thread, NULL, ask_on, &w[i]) != 0)
			die("pthread_create");
	}
	for (size_t i = 0; i < n; i++) {
		pthread_join(w[i].thread, NULL);
		memmove(took + done, w[i].took, (size_t)w[i].done * sizeof *took);
		done += w[i].done;
		client_release(&w[i].client);
	}
	qsort(took, (size_t)done, sizeof *took, by_size);
	return done;
}

/* The most statements of one request among the lines of the access log from there on. */
static int statements_since(int64_t at)
{
	static char text[256 << 10];
	int fd = open(log_path, O_RDONLY | O_CLOEXEC), most = -1;
	ssize_t n = fd >= 0 ? pread(fd, text, sizeof text, at) : 0;
	if (fd >= 0)
		close(fd);
	struct str rest = { text, n > 0 ? (size_t)n : 0 }, line;
	while (str_cut(&rest, '\n', &line)) {
		const ptrdiff_t p = str_find(line, STR(" statements="));
		int64_t v;
		if (p >= 0 && num_parse_i64(str_sub(line, (size_t)p + 12, line.n), 0, INT32_MAX, &v) == 0 && v > most)
			most = (int)v;
	}
	return most;
}

static void measure(int64_t rows, const struct kind *k, bool alone)
{
	clockid_t clock;
	if (clock_getcpuclockid(server, &clock) != 0)
		die("no clock of the server");
	for (size_t connections = 1; connections <= (alone ? 1u : CONNECTIONS); connections *= CONNECTIONS) {
		char text[200];
		struct stat st = { 0 };
		(void)stat(log_path, &st);
		(void)ask_many(k, 1, 2, 0); /* to warm up */
		const int64_t cpu = cpu_ns(clock);
		const int64_t n = ask_many(k, connections, connections == 1 ? AT_MOST : AT_MOST / 4, FOR_US);
		const double each = (double)(cpu_ns(clock) - cpu) / 1e3 / (double)n;
		snprintf(text, sizeof text, "%s @%zu", k->what, connections);
		bench_line(rows, text, (double)took[n / 2] / 1e3, "ms p50", 0, -1);
		bench_line(rows, text, (double)took[n * 99 / 100] / 1e3, "ms p99", 0, -1);
		bench_line(rows, text, each, "µs CPU", 0, statements_since(st.st_size));
		alone |= took[n / 2] > ALONE_US;
	}
}

/* ---- the whole ---- */

static void enter(struct arena *a, const char *program, const char *data)
{
	static struct client c;
	const char *out = bench_path(a, data, "bench-token");
	char text[200];
	bench_run((const char *const[]){ program, "token", "create", "--data", data, "--user", demo_people[1].login, "--scope", "write", NULL }, out);
	int fd = open(out, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : 0;
	if (fd >= 0)
		close(fd);
	snprintf(token, sizeof token, "%.*s", STR_FMT(str_trim((struct str){ text, n > 0 ? (size_t)n : 0 })));
	snprintf(log_path, sizeof log_path, "%s/access.log", data);
	client_init(&c, PORT);
	if (!client_sign_in(&c, demo_people[1].login, demo_people[1].password, session, sizeof session))
		die("no sign-in as %s", demo_people[1].login);
	id_count = client_asset_ids(&c, token, ids, COUNT_OF(ids));
	client_release(&c);
}

/* The place where most assets lie: its threat moves all of them. */
static struct str busiest_place(struct arena *a, const struct str filters[LIMIT_FIELDS])
{
	const int f = reg_field(&reg_asset, "storage");
	return str_printf(a, "/api/v1/place/%.*s", STR_FMT(str_sub(filters[f], strlen("storage="), filters[f].n)));
}

void served_measure(struct arena *a, int64_t rows, const char *data, const char *program, const struct str filters[LIMIT_FIELDS])
{
	int64_t start[5];
	for (size_t i = 0; i < COUNT_OF(start); i++) {
		start[i] = clock_monotonic_us();
		server = served_start(program, data, PORT);
		start[i] = clock_monotonic_us() - start[i];
		if (i + 1 < COUNT_OF(start))
			(void)served_end(server);
	}
	qsort(start, COUNT_OF(start), sizeof *start, by_size);
	bench_line(rows, "cold start to the first answer", (double)start[COUNT_OF(start) / 2] / 1e3, "ms", 0, -1);
	usleep(300000);
	bench_line(rows, "idle memory", (double)served_look(server).resident_kb / 1024, "MB", 0, -1);
	enter(a, program, data);

	const struct kind kinds[] = {
		{ "sign-in page", "GET", AS_NOBODY, STR("/sign-in"), NULL, 200 },
		{ "detail", "GET", AS_SESSION, STR("/asset/asset/#"), NULL, 200 },
		{ "form", "GET", AS_SESSION, STR("/asset/asset/#/edit"), NULL, 200 },
		{ "API get", "GET", AS_TOKEN, STR("/api/v1/asset/#"), NULL, 200 },
		{ "API list", "GET", AS_TOKEN, STR("/api/v1/asset?limit=50"), NULL, 200 },
		{ "API create", "POST", AS_TOKEN, STR("/api/v1/asset"), "{\"name\":\"計測のための行 #\",\"note\":\"委託先と棚卸しの確認\",\"confidentiality\":2,\"integrity\":1,\"availability\":1}", 201 },
		{ "API save", "PATCH", AS_TOKEN, STR("/api/v1/asset/#"), "{\"note\":\"計測のための備考 #、委託先と棚卸しの確認\"}", 200 },
		{ "Today", "GET", AS_SESSION, STR("/today"), NULL, 200 },
		{ "search of everything", "GET", AS_SESSION, STR("/search?q=%E5%A7%94%E8%A8%97"), NULL, 200 },
		{ "list newest", "GET", AS_SESSION, STR("/asset/asset?sort=-id"), NULL, 200 },
		{ "list with a search", "GET", AS_SESSION, STR("/asset/asset?q=%E5%A7%94%E8%A8%97%E5%85%88"), NULL, 200 },
	};
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		measure(rows, &kinds[i], false);
	for (size_t i = 0; i < reg_asset.fields; i++) {
		struct kind k = { .method = "GET", .as = AS_SESSION, .want = 200 };
		if (reg_asset.field[i].flags & FIELD_SORT) {
			k.what = str_z(a, str_printf(a, "list sorted by %s", reg_asset.field[i].name));
			k.path = str_printf(a, "/asset/asset?sort=%s", reg_asset.field[i].name);
			measure(rows, &k, false);
		}
		if (filters[i].n) {
			k.what = str_z(a, str_printf(a, "list by name, filter %s", reg_asset.field[i].name));
			k.path = str_printf(a, "/asset/asset?%.*s", STR_FMT(filters[i]));
			measure(rows, &k, false);
		}
	}
	/* What counts or writes every row: alone, since sixteen of them would take minutes over the largest office. */
	const struct kind whole[] = {
		{ "risk overview and heat map", "GET", AS_SESSION, STR("/risk"), NULL, 200 },
		{ "monthly report", "GET", AS_SESSION, STR("/report/monthly"), NULL, 200 },
		{ "export CSV", "GET", AS_SESSION, STR("/asset/asset/export?format=csv"), NULL, 200 },
		{ "risks computed anew: a place's threat changes", "PATCH", AS_TOKEN, busiest_place(a, filters), "{\"threat_frequency_set\":~,\"threat_frequency_reason\":\"計測 #\"}", 200 },
	};
	for (size_t i = 0; i < COUNT_OF(whole); i++)
		measure(rows, &whole[i], true);
	bench_line(rows, "peak memory", (double)served_look(server).peak_kb / 1024, "MB", 0, -1);
	if (served_end(server) != 0)
		die("the server ended badly");
}

/* ---- a disk made slower ---- */

#define EXTRA_US 1080 /* 1 ms more than the 0.08 ms of the machine that the budget was written for */
#define SAVES_EACH 200

void slow_disk_measure(struct arena *a, const char *dir, const char *build, const char *results)
{
	const char *block = bench_path(a, dir, "faults"), *data = bench_path(a, dir, "data"), *program = bench_path(a, build, "ishigaki");
	bench_run((const char *const[]){ program, "import", "asset", bench_workbook(a, dir, 0), "--data", data, NULL }, NULL);
	int fd = open(block, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(struct faults)) < 0)
		die("no block of faults");
	struct faults *f = mmap(NULL, sizeof *f, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (f == MAP_FAILED)
		die("no block of faults");
	close(fd);
	f->sync_delay_us = EXTRA_US;
	setenv("FAULTS", block, 1);
	setenv("FAULTS_DIR", data, 1);
	setenv("LD_PRELOAD", bench_path(a, build, "tools/faults.so"), 1);
	bench_run((const char *const[]){ bench_path(a, build, "tools/bench"), build, results, "rate", data, "10000", NULL }, NULL);
	server = served_start(program, data, PORT);
	unsetenv("LD_PRELOAD");
	enter(a, program, data);
	const struct kind save = { "save", "PATCH", AS_TOKEN, STR("/api/v1/asset/#"), "{\"note\":\"計測のための備考 #、委託先と棚卸しの確認\"}", 200 };
	clockid_t clock;
	if (clock_getcpuclockid(server, &clock) != 0)
		die("no clock of the server");
	(void)ask_many(&save, SAVERS, 20, 0);
	const int64_t syncs = f->syncs, cpu = cpu_ns(clock), t = clock_monotonic_us();
	const int64_t n = ask_many(&save, SAVERS, SAVES_EACH, INT64_C(60000000));
	const int64_t us = clock_monotonic_us() - t;
	const double waited = (double)((f->syncs - syncs) * EXTRA_US) / (double)us;
	bench_line(10000, "saves acknowledged, over HTTP, 32 clients", (double)n * 1e6 / (double)us, "/s", waited < 1 ? 1 - waited : 0, -1);
	bench_line(10000, "saves in one sync, over HTTP", (double)n / (double)(f->syncs > syncs ? f->syncs - syncs : 1), "", 0, -1);
	bench_line(10000, "save acknowledged, over HTTP, 32 clients", (double)(cpu_ns(clock) - cpu) / 1e3 / (double)n, "µs CPU", 0, -1);
	bench_line(10000, "save acknowledged, over HTTP, 32 clients", (double)took[n / 2] / 1e3, "ms p50", 0, -1);
	bench_line(10000, "save acknowledged, over HTTP, 32 clients", (double)took[n * 99 / 100] / 1e3, "ms p99", 0, -1);
	if (served_end(server) != 0)
		die("the server ended badly");
}
