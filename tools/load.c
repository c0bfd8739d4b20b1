/*
 * ./bench soak: a server under mixed load for minutes. Requests are due at fixed times whatever the server does (an open loop: one
 * that hangs makes the others late, and that counts), on 16 connections, and are four kinds: lists in every sort and with filters and
 * searches, single rows as page and JSON, saves through the API, and the pages that people begin with; one sign-in a second. In
 * the end a Markdown table: latency from the time a request was due, CPU of the server per request, its memory, descriptors and
 * threads after the first and in the last part, and the slowest requests. Nothing is asserted but that answers are right: a wrong
 * status ends with exit code 1.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/num.h"
#include "main/demo.h"
#include "tools/client.h"
#include "tools/served.h"

#define CONNECTIONS 16
#define PORT 18422
#define IDS 200
#define SLOWEST 12
#define SAMPLE_US INT64_C(5000000)

enum kind { LIST, ROW, SAVE, START, SIGN_IN, KINDS };
static const char *const kind_name[KINDS] = { "list", "row", "save", "start page", "sign-in (two requests)" };

struct sample {
	int64_t at, requests;
	struct served_look server;
};
struct done {
	int64_t due, took;
	enum kind kind;
};
struct connection {
	pthread_t thread;
	struct client client;
};

static pid_t server;
static int64_t rate, requests, began;
static atomic_llong next_request, wrong;
static struct done *done;
static char session[200], token[200];
static int64_t ids[IDS];
static size_t id_count;

/* ---- the mix ---- */

static enum kind kind_of(int64_t i)
{
	int64_t at = i % 100;
	if (i % rate == rate / 2)
		return SIGN_IN;
	return at < 80 ? LIST : at < 90 ? ROW : at < 95 ? SAVE : START;
}

static bool run(struct client *c, int64_t i)
{
	static const char *const lists[] = { "/asset/asset", "/asset/asset?sort=name", "/asset/asset?sort=-risk_value", "/asset/asset?sort=-registered_on",
		"/asset/asset?risk_band=%E5%A4%A7&sort=name", "/asset/asset?importance=2", "/asset/asset?q=%E5%A7%94%E8%A8%97", "/risk/risk", "/control/control", "/work/task" };
	static const char *const starts[] = { "/today", "/asset", "/risk", "/report/monthly" };
	int64_t id = ids[(size_t)(i * 7919) % id_count];
	const struct demo_person *who;
	struct str change;
	switch (kind_of(i)) {
	case LIST:
		return client_get(c, session, str_of(lists[(i / 3) % (int64_t)COUNT_OF(lists)])) == 200;
	case ROW:
		return i % 2 ? client_get(c, session, str_printf(c->arena, "/asset/asset/%lld", (long long)id)) == 200
		             : client_api(c, "GET", token, str_printf(c->arena, "/api/v1/asset/%lld", (long long)id), STR("")) == 200;
	case SAVE:
		change = str_printf(c->arena, "{\"note\":\"計測のための備考 %lld、委託先と棚卸しの確認\"}", (long long)i);
		return client_api(c, "PATCH", token, str_printf(c->arena, "/api/v1/asset/%lld", (long long)id), change) == 200;
	case START:
		return client_get(c, session, str_of(starts[i % (int64_t)COUNT_OF(starts)])) == 200;
	case SIGN_IN:
		who = &demo_people[(size_t)(i / rate) % demo_people_count];
		return client_sign_in(c, who->login, who->password, NULL, 0);
	case KINDS:
		break;
	}
	return false;
}

static void *drive(void *arg)
{
	struct connection *c = arg;
	for (int64_t i; (i = atomic_fetch_add(&next_request, 1)) < requests;) {
		const int64_t due = began + i * 1000000 / rate, wait = due - clock_monotonic_us();
		if (wait > 0)
			usleep((useconds_t)wait);
		arena_clear(c->client.arena);
		if (!run(&c->client, i)) {
			/* The first line of the answer tells most. */
			if (atomic_fetch_add(&wrong, 1) < 5)
				fprintf(stderr, "wrong: %s, request %lld: %.*s\n", kind_name[kind_of(i)], (long long)i, (int)(c->client.in.n < 40 ? c->client.in.n : 40), c->client.in.p);
		}
		done[i] = (struct done){ due, clock_monotonic_us() - due, kind_of(i) };
	}
	return NULL;
}

/* ---- the server ---- */

static struct str file_text(struct arena *a, const char *path)
{
	char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : 0;
	if (fd >= 0)
		close(fd);
	return str_dup(a, (struct str){ text, n > 0 ? (size_t)n : 0 });
}

static struct sample look(void)
{
	return (struct sample){ .at = clock_monotonic_us(), .requests = atomic_load(&next_request), .server = served_look(server) };
}

static pid_t start(const char *const *argv, const char *out)
{
	pid_t pid = fork();
	if (pid == 0) {
		int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(fd, 1);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return pid;
}

static void finish(const char *const *argv, const char *out)
{
	int status;
	if (waitpid(start(argv, out), &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die("%s %s failed", argv[0], argv[1]);
}

/* ---- the table ---- */

static int by_time(const void *x, const void *y)
{
	const struct done *a = x, *b = y;
	return a->took < b->took ? -1 : a->took > b->took;
}

static void tell(const struct sample *first, const struct sample *last, int64_t most_kb)
{
	qsort(done, (size_t)requests, sizeof *done, by_time);
	printf("| request | number | p50 | p99 | slowest |\n|---|---:|---:|---:|---:|\n");
	for (int k = 0; k <= KINDS; k++) {
		int64_t n = 0, seen = 0, p50 = 0, p99 = 0, most = 0;
		for (int64_t i = 0; i < requests; i++)
			n += k == KINDS || done[i].kind == (enum kind)k;
		for (int64_t i = 0; i < requests; i++) {
			if (k != KINDS && done[i].kind != (enum kind)k)
				continue;
			seen++;
			p50 = seen == (n + 1) / 2 ? done[i].took : p50;
			p99 = seen == (n * 99 + 99) / 100 ? done[i].took : p99;
			most = done[i].took;
		}
		printf("| %s | %lld | %.1f ms | %.1f ms | %.1f ms |\n", k == KINDS ? "all" : kind_name[k], (long long)n, (double)p50 / 1e3, (double)p99 / 1e3, (double)most / 1e3);
	}
	printf("\n| server | after the first part | at the end |\n|---|---:|---:|\n");
	printf("| memory (most: %.1f MB) | %.1f MB | %.1f MB |\n", (double)most_kb / 1024, (double)first->server.resident_kb / 1024, (double)last->server.resident_kb / 1024);
	printf("| descriptors | %lld | %lld |\n| threads | %lld | %lld |\n", (long long)first->server.descriptors, (long long)last->server.descriptors, (long long)first->server.threads, (long long)last->server.threads);
	printf("| CPU per request, from the one to the other | | %.0f us |\n\nThe slowest:\n\n", (double)(last->server.cpu_ms - first->server.cpu_ms) * 1e3 / (double)(last->requests - first->requests));
	for (int64_t i = requests - 1; i >= 0 && i >= requests - SLOWEST; i--)
		printf("- %s, due %.1f s after the start: %.1f ms\n", kind_name[done[i].kind], (double)(done[i].due - began) / 1e6, (double)done[i].took / 1e3);
	printf("\n%lld answers were wrong.\n", (long long)atomic_load(&wrong));
}

/* ---- the whole ---- */

static void prepare(struct client *c, const char *dir, const char *build, const char *rows)
{
	struct arena *a = c->arena;
	const char *program = str_z(a, str_printf(a, "%s/ishigaki", build)), *data = str_z(a, str_printf(a, "%s/data", dir)), *out = str_z(a, str_printf(a, "%s/out", dir));
	const char *book = str_z(a, str_printf(a, "%s/rows.xlsx", dir));
	finish((const char *const[]){ program, "init", "--data", data, "--demo", NULL }, out);
	finish((const char *const[]){ str_z(a, str_printf(a, "%s/tools/make_ledger", build)), rows, book, NULL }, out);
	finish((const char *const[]){ program, "import", "asset", book, "--data", data, NULL }, out);
	finish((const char *const[]){ program, "token", "create", "--data", data, "--user", "lead", "--scope", "write", NULL }, out);
	snprintf(token, sizeof token, "%.*s", STR_FMT(str_trim(file_text(a, out))));
	server = served_start(program, data, PORT);
	if (!client_sign_in(c, demo_people[1].login, demo_people[1].password, session, sizeof session))
		die("no sign-in as %s", demo_people[1].login);
	id_count = client_asset_ids(c, token, ids, IDS);
}

int main(int argc, char **argv)
{
	static struct connection c[CONNECTIONS];
	int64_t minutes, rows;
	struct arena *a = arena_new(64u << 20);
	if (argc != 5 || num_parse_i64(str_of(argv[2]), 1, 24 * 60, &minutes) < 0 || num_parse_i64(str_of(argv[3]), 10, 5000, &rate) < 0 ||
	    num_parse_i64(str_of(argv[4]), 100, 1000000, &rows) < 0)
		die("usage: load BUILD MINUTES REQUESTS_A_SECOND ROWS");
	char dir[] = "/tmp/ishigaki-load-XXXXXX";
	if (!mkdtemp(dir))
		die("mkdtemp");
	for (size_t i = 0; i < CONNECTIONS; i++)
		client_init(&c[i].client, PORT);
	prepare(&c[0].client, dir, argv[1], argv[4]);
	requests = minutes * 60 * rate;
	done = calloc((size_t)requests, sizeof *done);
	if (!done)
		die("out of memory");
	began = clock_monotonic_us();
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (pthread_create(&c[i].thread, NULL, drive, &c[i]) != 0)
			die("pthread_create");
	/* The first part, in which caches and pools fill, does not count for what grows. */
	const int64_t part = minutes * 60 * INT64_C(1000000) / 5;
	struct sample first = { 0 }, last = { 0 };
	int64_t most = 0;
	while (atomic_load(&next_request) < requests) {
		usleep(part / 4 < SAMPLE_US ? (useconds_t)(part / 4) : (useconds_t)SAMPLE_US);
		last = look();
		most = last.server.resident_kb > most ? last.server.resident_kb : most;
		if (!first.at && last.at - began >= part)
			first = last;
		arena_clear(a);
	}
	for (size_t i = 0; i < CONNECTIONS; i++) {
		pthread_join(c[i].thread, NULL);
		client_release(&c[i].client);
	}
	const int status = served_end(server);
	printf("%lld minutes at %lld requests a second, %lld assets beside the demo company, %d connections\n\n", (long long)minutes, (long long)rate, (long long)rows, CONNECTIONS);
	tell(&first, &last, most);
	finish((const char *const[]){ "/bin/rm", "-rf", dir, NULL }, "/dev/null");
	if (status != 0)
		fprintf(stderr, "the server ended with status %d\n", status);
	return atomic_load(&wrong) || status != 0;
}
