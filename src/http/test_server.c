/* The server from outside: over a real socket, with a client that can be as rude as it likes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text/http.h"
#include "http/internal.h"
#include "http/test_client.h"

#include <stdatomic.h>
#include <sys/stat.h>

static struct http_server *server;
static unsigned port;

/* a gate that handlers wait at */
static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_changed = PTHREAD_COND_INITIALIZER;
static unsigned gate_waiting;
static bool gate_open;
static atomic_uint logged_count, ended_streams;

static void text(struct http_req *req, struct str s)
{
	req->answer->type = STR("text/plain; charset=utf-8");
	buf_str(&req->answer->body, s);
}

static void quick(struct http_req *req)
{
	struct json j;
	http_json(req, &j, 200);
	json_object_begin(&j);
	json_put_bool(&j, "tls", req->tls);
	json_put_str(&j, "address", req->address);
	json_put_str(&j, "path", req->path);
	json_object_end(&j);
}

/* Everything that came, in order. */
static void echo(struct http_req *req)
{
	struct buf *b = &req->answer->body;
	text(req, STR(""));
	buf_str(b, req->capture[0]);
	for (size_t i = 0; i < req->queries; i++) {
		buf_char(b, '|');
		buf_str(b, req->query[i].name);
		buf_char(b, '=');
		buf_str(b, req->query[i].value);
	}
	for (size_t i = 0; i < req->forms; i++) {
		buf_char(b, '#');
		buf_str(b, req->form[i].name);
		buf_char(b, '=');
		buf_str(b, req->form[i].value);
	}
	struct str second;
	int64_t n;
	if (http_query_many(req, "m", 1, &second)) buf_printf(b, "|m[1]=%.*s", STR_FMT(second));
	if (http_query_i64(req, "n", &n)) buf_printf(b, "|n:%lld", (long long)n);
}

static void api(struct http_req *req)
{
	struct json j;
	http_set_header(req, "ETag", STR("\"7\""));
	http_json(req, &j, 201);
	json_object_begin(&j);
	json_put_i64(&j, "bytes", (int64_t)req->body.n);
	json_put_bool(&j, "same_origin", http_same_origin(req));
	json_object_end(&j);
}

static void change(struct http_req *req)
{
	text(req, STR(""));
	buf_printf(&req->answer->body, "%d%d", http_same_origin(req), http_csrf_matches(req));
}

static void came_from(struct http_req *req)
{
	struct str from = http_came_from(req);
	text(req, from.n ? from : STR("-"));
}

static void upload(struct http_req *req)
{
	const struct http_file *f = http_upload(req, "file");
	struct stat st = { .st_size = -1 };
	text(req, STR(""));
	if (!f) {
		buf_lit(&req->answer->body, "none");
		return;
	}
	char first = 0;
	bool ok = fstat(f->fd, &st) == 0 && read(f->fd, &first, 1) == 1 && (size_t)st.st_size == f->data.n &&
	          first == f->data.p[0];
	unsigned sum = 0;
	for (size_t i = 0; i < f->data.n; i++) sum = sum * 31 + (unsigned char)f->data.p[i];
	buf_printf(&req->answer->body, "%.*s %zu %u %d note=%.*s", STR_FMT(f->name), f->data.n, sum, ok,
	           STR_FMT(http_form(req, "note")));
}

static void cookie(struct http_req *req)
{
	struct str old = http_cookie(req, "sid");
	http_set_cookie(req, "sid", STR("new-value"), 3600);
	http_set_cookie(req, "gone", STR(""), -1);
	text(req, old.p ? old : STR("(none)"));
}

static void redirect(struct http_req *req)
{
	http_redirect(req, http_query(req, "to"));
}

static void bad_header(struct http_req *req)
{
	buf_lit(&req->answer->body, "secret half of a page");
	http_set_header(req, "X-Note", http_query(req, "to"));
}

static void too_long(struct http_req *req)
{
	for (size_t i = 0; i <= LIMIT_PAGE / 1000; i++)
		buf_printf(&req->answer->body, "%01000d", 0);
}

static int stream_piece(void *ctx, struct buf *piece)
{
	int64_t *left = ctx;
	if (*left < 0) return ERR_IO;
	for (int i = 0; i < 1000 && *left; i++, --*left) buf_lit(piece, "0123456789\n");
	if (*left == 7) return ERR_IO;
	return *left > 0;
}

static void stream_end(void *ctx)
{
	(void)ctx;
	atomic_fetch_add(&ended_streams, 1);
}

static void stream(struct http_req *req)
{
	int64_t *left = ARENA_NEW(req->arena, int64_t);
	http_query_i64(req, "n", left);
	http_download(req, STR("台帳 1.csv"), "text/csv; charset=utf-8");
	req->answer->stream = stream_piece;
	req->answer->stream_end = stream_end;
	req->answer->stream_ctx = left;
}

static void block(struct http_req *req)
{
	pthread_mutex_lock(&gate_lock);
	gate_waiting++;
	pthread_cond_broadcast(&gate_changed);
	while (!gate_open) pthread_cond_wait(&gate_changed, &gate_lock);
	gate_waiting--;
	pthread_mutex_unlock(&gate_lock);
	text(req, STR("through"));
}

static void wait_at_gate(unsigned n)
{
	pthread_mutex_lock(&gate_lock);
	while (gate_waiting < n) pthread_cond_wait(&gate_changed, &gate_lock);
	pthread_mutex_unlock(&gate_lock);
}

static void set_gate(bool open)
{
	pthread_mutex_lock(&gate_lock);
	gate_open = open;
	pthread_cond_broadcast(&gate_changed);
	pthread_mutex_unlock(&gate_lock);
}

static void fixed_file(struct http_req *req)
{
	text(req, req->capture[0]);
	req->answer->keep_private = false;
}

static const struct param own = { .name = "own", .type = PARAM_TEXT, .max = 3 };
static const struct param *own_params(const struct http_req *req, struct str name)
{
	return str_eq_z(req->capture[0], "yes") && str_eq_z(name, "own") ? &own : NULL;
}

static const struct param echo_params[] = {
	{ .name = "t", .type = PARAM_TEXT, .max = 5 },
	{ .name = "n", .type = PARAM_INT, .min = -1, .max = 10 },
	{ .name = "any", .type = PARAM_INT },
	{ .name = "m", .type = PARAM_TEXT, .many = true },
	{ .name = "f", .type = PARAM_FLAG },
	{ .name = "k", .type = PARAM_KEY, .max = 8 },
};
static const struct param upload_params[] = {
	{ .name = "file", .type = PARAM_FILE },
	{ .name = "small", .type = PARAM_FILE, .max = 10 },
	{ .name = "note", .type = PARAM_TEXT },
};
static const struct param to_param[] = { { .name = "to", .type = PARAM_TEXT } };
static const struct param n_param[] = { { .name = "n", .type = PARAM_INT, .min = -1, .max = 10000000 } };
#define PARAMS(p) .params = p, .param_count = COUNT_OF(p)

static const struct route pages[] = {
	{ .methods = HTTP_GET, .path = "/quick", .handler = quick, .flags = ROUTE_QUICK | ROUTE_PUBLIC },
	{ .methods = HTTP_GET | HTTP_POST, .path = "/echo/:id", .handler = echo, .need = 1, PARAMS(echo_params) },
	{ .methods = HTTP_GET, .path = "/own/:which", .handler = echo, .need = 1, .flags = ROUTE_OWN_PARAMS,
	  .params_of = own_params },
	{ .methods = HTTP_POST, .path = "/change", .handler = change, .need = 1, },
	{ .methods = HTTP_POST, .path = "/upload", .handler = upload, .need = 1, .flags = ROUTE_UPLOAD, PARAMS(upload_params) },
	{ .methods = HTTP_GET, .path = "/from", .handler = came_from, .need = 1 },
	{ .methods = HTTP_GET, .path = "/cookie", .handler = cookie, .need = 1 },
	{ .methods = HTTP_GET, .path = "/redirect", .handler = redirect, .need = 1, PARAMS(to_param) },
	{ .methods = HTTP_GET, .path = "/bad-header", .handler = bad_header, .need = 1, PARAMS(to_param) },
	{ .methods = HTTP_GET, .path = "/long", .handler = too_long, .need = 1 },
	{ .methods = HTTP_GET, .path = "/stream", .handler = stream, .need = 1, PARAMS(n_param) },
	{ .methods = HTTP_GET, .path = "/block", .handler = block, .need = 1 },
	{ .methods = HTTP_GET, .path = "/denied", .handler = block, .need = 1 },
	{ .methods = HTTP_GET, .path = "/static/:file*", .handler = fixed_file, .flags = ROUTE_QUICK | ROUTE_PUBLIC },
};
static const struct route api_routes[] = {
	{ .methods = HTTP_POST | HTTP_PATCH, .path = "/api/v1/thing", .handler = api, .need = 1, .flags = ROUTE_API },
};

static int guard(struct http_req *req)
{
	req->csrf = STR("0123456789abcdef");
	if (!str_eq_z(req->path, "/denied")) return 0;
	req->answer->status = 403;
	return 1;
}

static void error_page(struct http_req *req, int status, const struct note *why)
{
	buf_printf(&req->answer->body, "<h1>%d</h1>", status);
	note_put(&req->answer->body, req->lang, why);
}

static void logged(const struct http_req *req, int status, size_t bytes, int64_t us, int64_t cpu_us)
{
	(void)bytes;
	/* the request is still whole here */
	if (req->path.n && status >= 100 && us >= 0 && cpu_us >= 0) atomic_fetch_add(&logged_count, 1);
}

static const char *const proxies[] = { "127.0.0.0/8", "10.0.0.7", "192.168.128.0/17", "2001:db8:8000::/33", NULL };

static void start(bool proxied)
{
	static const struct route *const tables[] = { pages, api_routes, NULL };
	static const size_t counts[] = { COUNT_OF(pages), COUNT_OF(api_routes) };
	struct http_options o = {
		.listen = STR("127.0.0.1:0"), .routes = tables, .route_counts = counts, .guard = guard,
		.error_page = error_page, .logged = logged, .trusted_proxies = proxied ? proxies : NULL,
		.public_url = STR("https://sec.example.jp/"),
	};
	struct note why;
	assert_int_equal(http_start(&o, &server, &why), 0);
	port = http_port(server);
	assert_true(port > 0);
}

static int set_up(void **state)
{
	(void)state;
	start(false);
	return 0;
}

static int set_up_proxied(void **state)
{
	(void)state;
	start(true);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	http_stop(server);
	return 0;
}

#define H "Host: a.example\r\nAccept-Language: en\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" H "\r\n"

static struct reply get(const char *target)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	buf_printf(&b, "GET %s HTTP/1.1\r\n" H "\r\n", target);
	struct reply r = fetch(port, buf_view(&b));
	buf_release(&b);
	return r;
}

static struct reply post(const char *target, const char *headers, struct str body)
{
	struct buf b;
	buf_init(&b, 200 << 20);
	buf_printf(&b, "POST %s HTTP/1.1\r\n" H "%sContent-Length: %zu\r\n\r\n", target, headers, body.n);
	buf_str(&b, body);
	struct reply r = fetch(port, buf_view(&b));
	buf_release(&b);
	return r;
}

/* Checks status and, unless NULL, that the body contains a part; lets go of the reply. */
#define EXPECT(r, status_, part) expect((r), (status_), (part), __LINE__)
static void expect(struct reply r, int status, const char *part, int line)
{
	if (r.status != status || (part && !str_contains(r.body, str_of(part))))
		fail_msg("line %d: status %d, body %.*s", line, r.status, STR_FMT(str_sub(r.body, 0, 300)));
	/* every answer of ours carries these */
	assert_true(str_starts(reply_header(&r, "Content-Security-Policy"), STR("default-src 'self'; ")));
	assert_true(str_eq_z(reply_header(&r, "X-Content-Type-Options"), "nosniff"));
	assert_true(reply_header(&r, "Cache-Control").n > 0);
	assert_null(reply_header(&r, "Server").p);
	buf_release(&r.memory);
}

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define JSON "Content-Type: application/json\r\n"

static void answers(void **state)
{
	(void)state;
	struct reply r = get("/quick?");
	assert_true(str_eq_z(reply_header(&r, "Content-Type"), "application/json"));
	assert_true(str_eq_z(reply_header(&r, "Cache-Control"), "no-store"));
	assert_null(reply_header(&r, "Strict-Transport-Security").p);
	EXPECT(r, 200, "{\"tls\":false,\"address\":\"127.0.0.1\",\"path\":\"/quick\"}");
	r = get("/static/a/b.css");
	assert_true(str_contains(reply_header(&r, "Cache-Control"), STR("immutable")));
	EXPECT(r, 200, "a/b.css");
	EXPECT(get("/echo/AST-1"), 200, "AST-1");
	EXPECT(get("/denied"), 403, NULL);
	r = fetch(port, STR("HEAD /echo/x HTTP/1.1\r\n" H "\r\n"));
	assert_true(str_eq_z(reply_header(&r, "Content-Length"), "1"));
	assert_int_equal(r.body.n, 0);
	EXPECT(r, 200, NULL);
}

static void refusals(void **state)
{
	(void)state;
	EXPECT(get("/nowhere"), 404, "no such page");
	EXPECT(get("/echo/x/"), 404, NULL);
	EXPECT(get("/"), 404, NULL);
	struct reply r = get("/api/v1/none");
	assert_true(str_eq_z(reply_header(&r, "Content-Type"), "application/problem+json"));
	EXPECT(r, 404, "\"title\":\"Not Found\",\"status\":404");
	r = post("/quick", FORM, STR("a=1"));
	assert_true(str_eq_z(reply_header(&r, "Allow"), "GET, HEAD"));
	EXPECT(r, 405, "POST");
	r = fetch(port, STR("OPTIONS /echo/1 HTTP/1.1\r\n" H "\r\n"));
	assert_true(str_eq_z(reply_header(&r, "Allow"), "GET, HEAD, POST"));
	EXPECT(r, 405, "OPTIONS");
	EXPECT(fetch(port, STR("TRACE /none HTTP/1.1\r\n" H "\r\n")), 404, NULL);
	EXPECT(get("/echo/%zz"), 400, NULL);
	EXPECT(get("/echo/%00"), 400, NULL);
	EXPECT(get("/echo/%ff"), 400, NULL);
	EXPECT(get("/echo/a#b"), 400, NULL);
	EXPECT(get("/echo/x?t=%4"), 400, "?");
	EXPECT(get("/echo/x?t=%00"), 400, NULL);
	EXPECT(fetch(port, STR("GET http://evil.example/quick HTTP/1.1\r\n" H "\r\n")), 400, NULL);
	struct buf b;
	buf_init(&b, 100000);
	buf_lit(&b, "/echo/");
	while (b.n < LIMIT_URL) buf_char(&b, 'x');
	EXPECT(get(str_z(server->arena, buf_view(&b))), 200, NULL);
	buf_char(&b, 'x');
	EXPECT(get(str_z(server->arena, buf_view(&b))), 414, NULL);
	buf_clear(&b);
	buf_lit(&b, "GET /quick HTTP/1.1\r\n" H "X-Long: ");
	for (size_t i = 0; i < LIMIT_HEADERS; i++) buf_char(&b, 'x');
	buf_lit(&b, "\r\n\r\n");
	r = fetch(port, buf_view(&b));
	assert_int_equal(r.status, 431);
	buf_release(&r.memory);
	buf_release(&b);
	/* Japanese unless asked otherwise */
	EXPECT(fetch(port, STR("GET /none HTTP/1.1\r\nHost: a\r\n\r\n")), 404, "ページが見つかりません");
}

static void parameters(void **state)
{
	(void)state;
	EXPECT(get("/echo/x?t=%E5%9F%8E%E5%9F%8E%E5%9F%8E%E5%9F%8E%E5%9F%8E&n=-1&m=a&m=b&f=1&k=A_b.:-9&any=5"), 200,
	       "x|t=城城城城城|n=-1|m=a|m=b|f=1|k=A_b.:-9|any=5|m[1]=b|n:-1");
	EXPECT(get("/echo/x?n=&f=&k="), 200, "x|n=|f=|k=");
	EXPECT(get("/echo/x?nope=1"), 400, "nope");
	EXPECT(get("/echo/x?csrf=1"), 400, "csrf");
	EXPECT(get("/echo/x?t=1&t=2"), 400, "\"t\"");
	EXPECT(get("/echo/x?t=123456"), 400, "5 characters");
	EXPECT(get("/echo/x?n=11"), 400, "-1 to 10");
	EXPECT(get("/echo/x?n=1x"), 400, "\"n\"");
	EXPECT(get("/echo/x?any=-1"), 400, "\"any\"");
	EXPECT(get("/echo/x?f=yes"), 400, "\"f\"");
	EXPECT(get("/echo/x?k=a%20b"), 400, "\"k\"");
	EXPECT(get("/echo/x?k=123456789"), 400, "8 characters");
	EXPECT(get("/own/yes?own=abc"), 200, "own=abc");
	EXPECT(get("/own/yes?own=abcd"), 400, "own");
	EXPECT(get("/own/no?own=abc"), 400, "own");
	EXPECT(post("/echo/x?m=q", FORM, STR("t=a+b&m=%E5%9F%8E&csrf=zz")), 200, "x|m=q#t=a b#m=城#csrf=zz");
	EXPECT(post("/echo/x", FORM, STR("t=a&t=b")), 400, "\"t\"");
	EXPECT(post("/echo/x", FORM, STR("zzz=1")), 400, "zzz");
	EXPECT(post("/echo/x", FORM, STR("=1")), 400, NULL);
	EXPECT(post("/echo/x", "", STR("")), 200, "x");
}

static void bodies(void **state)
{
	(void)state;
	EXPECT(post("/echo/x", "", STR("t=1")), 415, NULL);
	EXPECT(post("/echo/x", "Content-Type: text/plain\r\n", STR("t=1")), 415, "text/plain");
	EXPECT(post("/echo/x", JSON, STR("{}")), 415, "application/json");
	EXPECT(post("/echo/x", "Content-Type: application/x-www-form-urlencoded; charset=Shift_JIS\r\n", STR("t=1")), 415, NULL);
	EXPECT(post("/echo/x", "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n", STR("t=1")), 200, NULL);
	EXPECT(post("/echo/x", "Content-Type: multipart/form-data; boundary=b\r\n", STR("--b--")), 415, NULL);
	EXPECT(post("/api/v1/thing", FORM, STR("t=1")), 415, NULL);
	struct reply r = post("/api/v1/thing", JSON, STR("{\"a\":1}"));
	assert_true(str_eq_z(reply_header(&r, "ETag"), "\"7\""));
	EXPECT(r, 201, "{\"bytes\":7,");
	EXPECT(fetch(port, STR("GET /quick HTTP/1.1\r\n" H "Content-Length: 3\r\n" FORM "\r\na=b")), 400, "GET");
	EXPECT(fetch(port, STR("POST /echo/x HTTP/1.1\r\n" H FORM "Transfer-Encoding: chunked\r\n\r\n3\r\nt=a\r\n2\r\nbc\r\n0\r\n\r\n")),
	       200, "t=abc");
	/* a body beyond 256 KB lies in a file */
	struct buf b;
	buf_init(&b, 8 << 20);
	buf_lit(&b, "{\"a\":\"");
	while (b.n < 1000000) buf_char(&b, 'x');
	buf_lit(&b, "\"}");
	EXPECT(post("/api/v1/thing", JSON, buf_view(&b)), 201, "{\"bytes\":1000002,");
	/* announced too large: refused before a byte of it is read */
	EXPECT(fetch(port, STR("POST /api/v1/thing HTTP/1.1\r\n" H JSON "Expect: 100-continue\r\nContent-Length: 4194305\r\n\r\n")),
	       413, "4 MB");
	EXPECT(fetch(port, STR("POST /echo/x HTTP/1.1\r\n" H FORM "Content-Length: 99999999999\r\n\r\n")), 413, NULL);
	/* not announced: refused when it gets too large */
	buf_clear(&b);
	buf_lit(&b, "POST /api/v1/thing HTTP/1.1\r\n" H JSON "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 65; i++) {
		buf_lit(&b, "10000\r\n");
		for (int k = 0; k < 0x10000; k++) buf_char(&b, ' ');
		buf_lit(&b, "\r\n");
	}
	buf_lit(&b, "0\r\n\r\n");
	EXPECT(fetch(port, buf_view(&b)), 413, "4 MB");
	buf_release(&b);
	/* two lengths */
	r = fetch(port, STR("POST /echo/x HTTP/1.1\r\n" H FORM "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
	assert_int_equal(r.status, 400);
	buf_release(&r.memory);
	assert_int_equal(atomic_load(&server->spilled), 0);
}

static void continues(void **state)
{
	(void)state;
	struct client *c = malloc(sizeof *c);
	struct reply r;
	assert_non_null(c);
	client_open(c, port);
	client_send(c, STR("POST /echo/x HTTP/1.1\r\n" H FORM "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
	while (c->have < 12) assert_true(client_fill(c));
	assert_memory_equal(c->in, "HTTP/1.1 100", 12);
	/* and slowly: byte by byte */
	client_send(c, STR("t"));
	client_send(c, STR("="));
	client_send(c, STR("a"));
	assert_true(client_read(c, &r, false));
	EXPECT(r, 200, "#t=a");
	close(c->fd);
	free(c);
}

static void pipelined(void **state)
{
	(void)state;
	struct client *c = malloc(sizeof *c);
	struct reply r;
	assert_non_null(c);
	client_open(c, port);
	client_send(c, STR(GET("/echo/1") "POST /echo/2 HTTP/1.1\r\n" H FORM "Content-Length: 3\r\n\r\nt=a" GET("/quick")
	                   GET("/nowhere") "HEAD /echo/4 HTTP/1.1\r\n" H "\r\n" GET("/echo/5")));
	assert_true(client_read(c, &r, false));
	EXPECT(r, 200, "1");
	assert_true(client_read(c, &r, false));
	EXPECT(r, 200, "2#t=a");
	assert_true(client_read(c, &r, false));
	EXPECT(r, 200, "/quick");
	assert_true(client_read(c, &r, false));
	EXPECT(r, 404, NULL);
	assert_true(client_read(c, &r, true));
	EXPECT(r, 200, NULL);
	assert_true(client_read(c, &r, false));
	EXPECT(r, 200, "5");
	close(c->fd);
	/* half a request, then gone */
	client_open(c, port);
	client_send(c, STR("POST /echo/2 HTTP/1.1\r\n" H FORM "Content-Length: 300\r\n\r\nt=a"));
	close(c->fd);
	free(c);
}

static void add_part(struct buf *b, const char *disposition, struct str data)
{
	buf_printf(b, "--B0\r\nContent-Disposition: form-data; %s\r\n\r\n", disposition);
	buf_str(b, data);
	buf_lit(b, "\r\n");
}

static void uploads(void **state)
{
	(void)state;
#define MULTI "Content-Type: multipart/form-data; boundary=B0\r\n"
	struct buf b, data;
	buf_init(&b, 90 << 20);
	buf_init(&data, 90 << 20);
	add_part(&b, "name=\"file\"; filename=\"a.csv\"", STR("x"));
	add_part(&b, "name=\"note\"", STR("城"));
	buf_lit(&b, "--B0--\r\n");
	EXPECT(post("/upload", MULTI, buf_view(&b)), 200, "a.csv 1 120 1 note=城");
	/* larger than what stays in memory */
	buf_clear(&b);
	unsigned sum = 0;
	for (size_t i = 0; i < 3000000; i++) {
		unsigned char c = (unsigned char)(i * 7 + i / 251);
		buf_char(&data, (char)c);
		sum = sum * 31 + c;
	}
	add_part(&b, "name=\"note\"", STR("n"));
	add_part(&b, "name=\"file\"; filename=\"big.bin\"", buf_view(&data));
	buf_lit(&b, "--B0--\r\n");
	char expected[100];
	snprintf(expected, sizeof expected, "big.bin 3000000 %u 1 note=n", sum);
	EXPECT(post("/upload", MULTI, buf_view(&b)), 200, expected);
	/* no file chosen */
	buf_clear(&b);
	add_part(&b, "name=\"file\"; filename=\"\"", STR(""));
	buf_lit(&b, "--B0--\r\n");
	EXPECT(post("/upload", MULTI, buf_view(&b)), 200, "none");
	/* against the declaration */
	buf_clear(&b);
	add_part(&b, "name=\"small\"; filename=\"s\"", STR("12345678901"));
	buf_lit(&b, "--B0--\r\n");
	EXPECT(post("/upload", MULTI, buf_view(&b)), 413, "small");
	buf_clear(&b);
	add_part(&b, "name=\"note\"; filename=\"s\"", STR("x"));
	buf_lit(&b, "--B0--\r\n");
	EXPECT(post("/upload", MULTI, buf_view(&b)), 400, "note");
	buf_clear(&b);
	add_part(&b, "name=\"file\"", STR("x"));
	buf_lit(&b, "--B0--\r\n");
	EXPECT(post("/upload", MULTI, buf_view(&b)), 400, "file");
	EXPECT(post("/upload", MULTI, STR("--B0\r\nbroken")), 400, NULL);
	EXPECT(post("/upload", "Content-Type: multipart/form-data\r\n", STR("--B0--")), 400, NULL);
	EXPECT(post("/upload", FORM, STR("note=x")), 200, "none");
	assert_int_equal(atomic_load(&server->spilled), 0);
	buf_release(&b);
	buf_release(&data);
}

static struct reply with(const char *request_line, const char *headers)
{
	struct buf b;
	buf_init(&b, 10000);
	buf_printf(&b, "%s HTTP/1.1\r\n" H "%s\r\n", request_line, headers);
	struct reply r = fetch(port, buf_view(&b));
	buf_release(&b);
	return r;
}

static void cookies(void **state)
{
	(void)state;
	struct reply r = with("GET /cookie", "Cookie: a=b; sid=old; __Host-sid=other\r\n");
	assert_true(str_contains(r.head, STR("Set-Cookie: sid=new-value; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax\r\n")));
	assert_true(str_contains(r.head, STR("Set-Cookie: gone=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\r\n")));
	EXPECT(r, 200, "old");
	EXPECT(with("GET /cookie", ""), 200, "(none)");
	EXPECT(with("GET /cookie", "X-Forwarded-Proto: https\r\nCookie: __Host-sid=x\r\n"), 200, "(none)");
}

static void behind_a_proxy(void **state)
{
	(void)state;
	struct reply r = with("GET /cookie", "X-Forwarded-Proto: https\r\nCookie: sid=plain; __Host-sid=secure\r\n");
	assert_true(str_contains(r.head, STR("Set-Cookie: __Host-sid=new-value; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure\r\n")));
	assert_true(reply_header(&r, "Strict-Transport-Security").n > 0);
	EXPECT(r, 200, "secure");
	EXPECT(with("GET /quick", "X-Forwarded-For: 203.0.113.9\r\n"), 200, "\"address\":\"203.0.113.9\"");
	/* the client's own invention stands before what the proxies add */
	EXPECT(with("GET /quick", "X-Forwarded-For: 192.0.2.1, 203.0.113.9, 10.0.0.7\r\n"), 200, "\"address\":\"203.0.113.9\"");
	EXPECT(with("GET /quick", "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 2001:db8::1\r\n"), 200, "\"2001:db8::1\"");
	/* networks, up to their edges */
	EXPECT(with("GET /quick", "X-Forwarded-For: 203.0.113.9, 192.168.128.0, 192.168.255.255\r\n"), 200, "\"203.0.113.9\"");
	EXPECT(with("GET /quick", "X-Forwarded-For: 203.0.113.9, 192.168.127.255\r\n"), 200, "\"192.168.127.255\"");
	EXPECT(with("GET /quick", "X-Forwarded-For: 203.0.113.9, 2001:db8:ffff::1\r\n"), 200, "\"203.0.113.9\"");
	EXPECT(with("GET /quick", "X-Forwarded-For: 203.0.113.9, 2001:db8:7fff::1\r\n"), 200, "\"2001:db8:7fff::1\"");
	EXPECT(with("GET /quick", "X-Forwarded-For: 203.0.113.9, ::ffff:10.0.0.7\r\n"), 200, "\"203.0.113.9\"");
	EXPECT(with("GET /quick", "X-Forwarded-For: nonsense\r\n"), 200, "\"address\":\"127.0.0.1\"");
	EXPECT(with("GET /quick", "X-Forwarded-Proto: http\r\n"), 200, "\"tls\":false");
}

static void not_behind_a_proxy(void **state)
{
	(void)state;
	EXPECT(with("GET /quick", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"), 200,
	       "{\"tls\":false,\"address\":\"127.0.0.1\"");
}

static void origins(void **state)
{
	(void)state;
	static const struct {
		const char *headers, *body, *answer;
	} c[] = {
		{ "", "", "00" },
		{ "", "csrf=0123456789abcdef", "01" },
		{ "", "csrf=0123456789abcdeX", "00" },
		{ "", "csrf=0123456789abcde", "00" },
		{ "X-CSRF-Token: 0123456789abcdef\r\n", "", "01" },
		{ "X-CSRF-Token: 0123456789abcdef\r\n", "csrf=no", "00" },
		{ "Sec-Fetch-Site: same-origin\r\n", "", "10" },
		{ "Sec-Fetch-Site: none\r\n", "", "10" },
		{ "Sec-Fetch-Site: same-site\r\n", "", "00" },
		{ "Sec-Fetch-Site: cross-site\r\nOrigin: http://a.example\r\n", "", "00" },
		{ "Origin: http://a.example\r\n", "", "10" },
		{ "Origin: http://A.Example\r\n", "", "10" },
		{ "Origin: https://a.example\r\n", "", "00" },
		{ "Origin: http://a.example.evil\r\n", "", "00" },
		{ "Origin: http://a.example:80\r\n", "", "00" },
		{ "Origin: null\r\n", "", "00" },
		{ "Origin: https://sec.example.jp\r\n", "", "10" },
		{ "Referer: http://a.example/\r\n", "", "00" },
		{ "Authorization: Bearer abc\r\n", "", "10" },
		{ "Authorization: Bearer abc\r\nOrigin: https://evil.example\r\n", "", "00" },
		{ "Authorization: Basic abc\r\n", "", "00" },
	};
	for (size_t i = 0; i < COUNT_OF(c); i++) {
		char headers[300];
		snprintf(headers, sizeof headers, "%s%s", c[i].headers, FORM);
		struct reply r = post("/change", headers, str_of(c[i].body));
		if (!str_eq_z(r.body, c[i].answer)) fail_msg("case %zu: %.*s", i, STR_FMT(r.body));
		buf_release(&r.memory);
	}
}

static void came_from_a_page_of_this_server(void **state)
{
	(void)state;
	static const struct {
		const char *referer, *path;
	} c[] = {
		{ "http://a.example/asset/asset?q=x", "/asset/asset?q=x" }, { "https://a.example/", "/" },
		{ "https://sec.example.jp/today", "/today" }, { "http://a.example.evil/today", "-" }, { "http://evil.example/a.example/", "-" },
		{ "http://a.example//evil.example/", "-" }, { "http://a.example/\\evil.example", "-" }, { "http://a.example", "-" }, { "/today", "-" },
		{ "javascript:alert(1)", "-" },
	};
	for (size_t i = 0; i < COUNT_OF(c); i++) {
		char headers[200];
		snprintf(headers, sizeof headers, "Referer: %s\r\n", c[i].referer);
		struct reply r = with("GET /from", headers);
		if (!str_eq_z(r.body, c[i].path)) fail_msg("case %zu: %.*s", i, STR_FMT(r.body));
		buf_release(&r.memory);
	}
}

static void redirects(void **state)
{
	(void)state;
	static const struct {
		const char *to, *location;
	} c[] = {
		{ "/asset/AST-1%3Fa%3Db%26c", "/asset/AST-1?a=b&c" },
		{ "/%E5%9F%8E%20%22", "/%E5%9F%8E%20%22" },
		{ "//evil.example/", "/" },
		{ "/%5Cevil.example", "/" },
		{ "https://evil.example/", "/" },
		{ "evil", "/" },
		{ "", "/" },
		{ "/a%0D%0ASet-Cookie:%20x=y", "/" },
		{ "/a%09b", "/" },
	};
	for (size_t i = 0; i < COUNT_OF(c); i++) {
		char target[200];
		snprintf(target, sizeof target, "/redirect?to=%s", c[i].to);
		struct reply r = get(target);
		if (!str_eq_z(reply_header(&r, "Location"), c[i].location))
			fail_msg("%s led to %.*s", c[i].to, STR_FMT(reply_header(&r, "Location")));
		assert_null(reply_header(&r, "Set-Cookie").p);
		EXPECT(r, 303, NULL);
	}
	struct reply r = get("/bad-header?to=x%0D%0ASet-Cookie:%20a=b");
	assert_null(reply_header(&r, "Set-Cookie").p);
	assert_null(reply_header(&r, "X-Note").p);
	assert_false(str_contains(r.body, STR("secret half")));
	EXPECT(r, 500, NULL);
	EXPECT(get("/bad-header?to=fine"), 200, "secret half");
	EXPECT(get("/long"), 500, "too large");
}

static void streams(void **state)
{
	(void)state;
	atomic_store(&ended_streams, 0);
	struct reply r = get("/stream?n=3");
	assert_true(str_eq_z(reply_header(&r, "Content-Disposition"),
	                     "attachment; filename=\"__ 1.csv\"; filename*=UTF-8''%E5%8F%B0%E5%B8%B3%201.csv"));
	assert_true(str_eq_z(reply_header(&r, "Content-Type"), "text/csv; charset=utf-8"));
	assert_int_equal(r.body.n, 33);
	EXPECT(r, 200, "0123456789\n0123456789\n");
	r = get("/stream?n=2000000");
	assert_int_equal(r.body.n, 22000000);
	assert_true(str_eq_z(str_sub(r.body, 21999989, 11), "0123456789\n"));
	EXPECT(r, 200, NULL);
	r = get("/stream?n=0");
	assert_int_equal(r.body.n, 0);
	EXPECT(r, 200, NULL);
	/* broken off at once, and after some pieces went to the file */
	r = get("/stream?n=-1");
	assert_null(reply_header(&r, "Content-Disposition").p);
	EXPECT(r, 500, "<h1>500</h1>");
	EXPECT(get("/stream?n=200007"), 500, "<h1>500</h1>");
	assert_int_equal(atomic_load(&ended_streams), 5);
}

static void others_are_served_while_workers_wait(void **state)
{
	(void)state;
	enum { N = 32 };
	struct client *c = calloc(N, sizeof *c);
	assert_non_null(c);
	set_gate(false);
	for (int i = 0; i < N; i++) {
		client_open(&c[i], port);
		client_send(&c[i], STR(GET("/block")));
	}
	/* all 32 are inside their handlers at the same time */
	wait_at_gate(N);
	EXPECT(get("/quick"), 200, "/quick");
	/* one more has to queue, and is served when a worker is free */
	struct client *late = malloc(sizeof *late);
	assert_non_null(late);
	client_open(late, port);
	client_send(late, STR(GET("/echo/late")));
	EXPECT(get("/static/x"), 200, "x");
	set_gate(true);
	for (int i = 0; i < N; i++) {
		struct reply r;
		assert_true(client_read(&c[i], &r, false));
		EXPECT(r, 200, "through");
		close(c[i].fd);
	}
	struct reply r;
	assert_true(client_read(late, &r, false));
	EXPECT(r, 200, "late");
	close(late->fd);
	free(late);
	free(c);
}

static void *stop_server(void *arg)
{
	(void)arg;
	http_stop(server);
	return NULL;
}

static void stops_while_busy(void **state)
{
	(void)state;
	struct client *c = calloc(2, sizeof *c);
	struct reply r;
	pthread_t thread;
	assert_non_null(c);
	start(false);
	set_gate(false);
	atomic_store(&logged_count, 0);
	client_open(&c[0], port);
	client_open(&c[1], port); /* idle */
	client_send(&c[0], STR(GET("/block")));
	wait_at_gate(1);
	assert_int_equal(pthread_create(&thread, NULL, stop_server, NULL), 0);
	/* until the stop is seen, requests are served; then they are refused; in the end the connection is closed */
	do {
		client_send(&c[1], STR(GET("/quick")));
		if (!client_read(&c[1], &r, false)) break;
		int status = r.status;
		assert_true(status == 200 || status == 503);
		buf_release(&r.memory);
		if (status == 503) break;
	} while (true);
	set_gate(true);
	assert_true(client_read(&c[0], &r, false));
	EXPECT(r, 200, "through");
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_false(client_fill(&c[0]));
	assert_true(atomic_load(&logged_count) >= 2);
	close(c[0].fd);
	close(c[1].fd);
	free(c);
}

/* One client, on a connection of its own, until it is refused or the connection is closed. */
static void *ask_on(void *arg)
{
	struct client *c = arg;
	struct reply r;
	int status = 200;
	while (status == 200) {
		if (send(c->fd, GET("/quick"), sizeof GET("/quick") - 1, MSG_NOSIGNAL) < 0 || !client_read(c, &r, false)) break;
		status = r.status;
		buf_release(&r.memory);
	}
	assert_true(status == 200 || status == 503);
	return NULL;
}

/* The event threads see the end at any point of their work: this ran into a fatal error of libmicrohttpd's once. */
static void stops_at_any_point(void **state)
{
	(void)state;
	enum { ROUNDS = 60, N = 8 };
	pthread_t thread[N];
	struct client *c = calloc(N, sizeof *c);
	assert_non_null(c);
	for (int round = 0; round < ROUNDS; round++) {
		start(false);
		for (int i = 0; i < N; i++) {
			client_open(&c[i], port);
			assert_int_equal(pthread_create(&thread[i], NULL, ask_on, &c[i]), 0);
		}
		http_stop(server);
		for (int i = 0; i < N; i++) {
			assert_int_equal(pthread_join(thread[i], NULL), 0);
			close(c[i].fd);
		}
	}
	free(c);
}

static void refuses_to_start(void **state)
{
	(void)state;
	struct note why;
	struct http_server *s = NULL;
	struct http_options o = { .listen = STR("nonsense") };
	assert_int_equal(http_start(&o, &s, &why), ERR_INVALID);
	assert_int_equal(why.id, MSG_HTTP_LISTEN_BAD);
	static const char *const bad[] = { "", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "[::1:80", "::1:80", "[1.2.3.4]:1" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		o.listen = str_of(bad[i]);
		if (http_start(&o, &s, &why) != ERR_INVALID) fail_msg("accepted: %s", bad[i]);
	}
	start(false);
	char used[40];
	snprintf(used, sizeof used, "127.0.0.1:%u", port);
	o.listen = str_of(used);
	assert_int_equal(http_start(&o, &s, &why), ERR_BUSY);
	assert_int_equal(why.id, MSG_HTTP_LISTEN_BUSY);
	http_stop(server);
	static const struct route wrong[] = { { .methods = HTTP_GET, .path = "/x", .handler = quick } };
	static const struct route *const tables[] = { wrong, NULL };
	static const size_t counts[] = { 1 };
	o = (struct http_options){ .listen = STR("127.0.0.1:0"), .routes = tables, .route_counts = counts };
	assert_int_equal(http_start(&o, &s, &why), ERR_INVALID);
	assert_int_equal(why.id, MSG_HTTP_ROUTE_NEED);
	static const char *const no_proxy[] = { "proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.7/8", "/8", "2001:db8::/129",
		"2001:db8::1/64", "10.0.0.0/8/8" };
	for (size_t i = 0; i < COUNT_OF(no_proxy); i++) {
		const char *const no_address[] = { no_proxy[i], NULL };
		o = (struct http_options){ .listen = STR("127.0.0.1:0"), .trusted_proxies = no_address };
		assert_int_equal(http_start(&o, &s, &why), ERR_INVALID);
		assert_int_equal(why.id, MSG_HTTP_PROXY_BAD);
	}
	assert_null(s);
}

#define WITH_SERVER(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SERVER(answers),
		WITH_SERVER(refusals),
		WITH_SERVER(parameters),
		WITH_SERVER(bodies),
		WITH_SERVER(continues),
		WITH_SERVER(pipelined),
		WITH_SERVER(uploads),
		WITH_SERVER(cookies),
		WITH_SERVER(not_behind_a_proxy),
		cmocka_unit_test_setup_teardown(behind_a_proxy, set_up_proxied, tear_down),
		WITH_SERVER(origins), WITH_SERVER(came_from_a_page_of_this_server),
		WITH_SERVER(redirects),
		WITH_SERVER(streams),
		WITH_SERVER(others_are_served_while_workers_wait),
		cmocka_unit_test(stops_while_busy),
		cmocka_unit_test(stops_at_any_point),
		cmocka_unit_test(refuses_to_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
