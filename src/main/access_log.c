#include "main/access_log.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/log.h"

#define LOG_BYTES (10 << 20)
#define LOG_KEPT 5

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int fd = -1;
static int64_t written;
static char path[4096];

static void open_file(void)
{
	struct stat st;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	written = fd >= 0 && fstat(fd, &st) == 0 ? st.st_size : 0;
	if (fd < 0)
		log_line(LOG_LEVEL_WARNING, "access log %s cannot be written", path);
}

void access_log_open(struct arena *a, const struct office *o)
{
	struct str s = str_printf(a, "%.*s/access.log", STR_FMT(o->data_dir));
	if (s.n >= sizeof path)
		return;
	memcpy(path, s.p, s.n);
	path[s.n] = 0;
	pthread_mutex_lock(&lock);
	open_file();
	pthread_mutex_unlock(&lock);
}

static void rotate(void)
{
	char from[4200], to[4200];
	close(fd);
	for (int i = LOG_KEPT; i > 0; i--) {
		snprintf(to, sizeof to, "%s.%d", path, i);
		if (i > 1)
			snprintf(from, sizeof from, "%s.%d", path, i - 1);
		else
			snprintf(from, sizeof from, "%s", path);
		if (rename(from, to) < 0)
			continue;
	}
	open_file();
}

/* A path is written without the secret that opens something ("/l/:secret"), and so that a line stays a line. */
static struct str logged_path(char room[300], const struct http_req *req)
{
	bool secret = req->route && strstr(req->route->path, "/:secret");
	struct str s = secret ? str_of(req->route->path) : req->path;
	size_t n = s.n < 300 ? s.n : 300;
	for (size_t i = 0; i < n; i++)
		room[i] = (unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f ? '?' : s.p[i];
	return (struct str){ room, n };
}

void access_log_write(const struct http_req *req, int status, size_t bytes, int64_t us, int64_t cpu_us)
{
	const unsigned statements = db_statement_count(true); /* of this request: the one before it on this thread took its own */
	char line[1024], room[300];
	struct str where = logged_path(room, req);
	struct buf at;
	buf_init(&at, 64);
	clock_put_rfc3339(&at, clock_now());
	/* Who reports something without a name must not be found by the time of it. */
	const bool nameless = req->route && req->route->flags & ROUTE_NAMELESS;
	const struct principal *p = nameless ? NULL : req->principal;
	const struct str address = nameless ? STR("-") : req->address;
	static const char *const kinds[] = { "-", "account", "token", "link", "operator", "system" };
	int n = snprintf(line, sizeof line, "%.*s %.*s %s:%lld %s %.*s %d %zu %lldus cpu=%lldus statements=%u\n", STR_FMT(buf_view(&at)), STR_FMT(address),
	                 p ? kinds[p->kind] : "-", p ? (long long)p->id : 0LL,
	                 req->method == HTTP_GET ? "GET" : req->method == HTTP_POST ? "POST" : req->method == HTTP_PATCH ? "PATCH"
	                 : req->method == HTTP_DELETE ? "DELETE" : "PUT", STR_FMT(where), status, bytes, (long long)us,
	                 (long long)cpu_us, statements);
	buf_release(&at);
	if (n <= 0)
		return;
	pthread_mutex_lock(&lock);
	if (fd >= 0) {
		if (written > LOG_BYTES)
			rotate();
		ssize_t put = write(fd, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
		written += put > 0 ? put : 0;
	}
	pthread_mutex_unlock(&lock);
}

void access_log_close(void)
{
	pthread_mutex_lock(&lock);
	if (fd >= 0)
		close(fd);
	fd = -1;
	pthread_mutex_unlock(&lock);
}
