/*
 * libmicrohttpd's side of the server. A request's way:
 *   url_seen -> headers_seen (route, refusals that need no body) -> body_seen, piece by piece -> dispatch
 * and then either at once on the event thread (ROUTE_QUICK, refusals), or on a worker while libmicrohttpd has the
 * connection suspended. run() is the same in both cases.
 */
#include "http/internal.h"

#include "base/log.h"
#include "base/num.h"
#include "base/text/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 512
#define CONNECTIONS_PER_ADDRESS 400
#define IDLE_SECONDS 30
#define RECEIVE_SECONDS 900             /* for a whole request, however slowly it trickles */
#define CONNECTION_MEMORY (64u << 10)   /* headers as sent, and libmicrohttpd's table of them */
#define STOP_SECONDS 10
#define FLUSH_SECONDS 2
#define DEFAULT_WORKERS 32
#define DEFAULT_EVENT_THREADS 2

/* ---- working on one request ---- */

static void refuse(struct http_connection *c, int status, struct note why)
{
	if (c->refuse_status) return;
	c->refuse_status = status;
	c->refuse_why = why;
	body_release(c);
}

/* Parses what came and checks it; a refusal is left in the connection. */
static void prepare(struct http_req *req)
{
	struct http_connection *c = req->connection;
	struct note why;
	struct str body;
	int e = c->query.n ? http_parse_urlencoded(req->arena, c->query, &req->query, &req->queries) : 0;
	if (e) {
		refuse(c, 400, e == ERR_LIMIT ? NOTE(MSG_HTTP_PARAMS_MANY, ARG_I(LIMIT_PARAMS)) : NOTE0(MSG_HTTP_QUERY_BROKEN));
		return;
	}
	if (c->body.kind != BODY_NONE) {
		e = body_view(c, &body);
		if (!e && c->body.kind == BODY_FORM)
			e = http_parse_urlencoded(req->arena, body, &req->form, &req->forms);
		else if (!e && c->body.kind == BODY_MULTIPART)
			e = http_parse_multipart(req->arena, body, media_param(http_header(req, "Content-Type"), "boundary"),
			                         &req->form, &req->forms);
		else if (!e)
			req->body = body;
		if (e) {
			refuse(c, e == ERR_IO ? 500 : 400,
			       e == ERR_LIMIT ? NOTE(MSG_HTTP_PARAMS_MANY, ARG_I(LIMIT_PARAMS))
			       : e == ERR_IO  ? NOTE(MSG_HTTP_INTERNAL, ARG_I((int64_t)req->id))
			                      : NOTE0(MSG_HTTP_FORM_BROKEN));
			return;
		}
	}
	int status = req->queries || req->forms ? params_check(req, &why) : 0;
	if (!status && c->body.kind == BODY_MULTIPART && body_open_files(req)) {
		status = 500;
		why = NOTE(MSG_HTTP_INTERNAL, ARG_I((int64_t)req->id));
	}
	/* the refusal lets go of the body, but its note may name a parameter inside it */
	if (status) {
		for (unsigned i = 0; i < COUNT_OF(why.arg); i++)
			if (why.arg[i].kind == MSG_ARG_STR) why.arg[i].s = str_dup(req->arena, why.arg[i].s);
		body_close_files(req);
		req->forms = 0;
		refuse(c, status, why);
	}
}

static void set_allow(struct http_req *req, unsigned allowed)
{
	struct buf b;
	buf_init(&b, 100);
	for (unsigned i = 0; i < METHODS; i++) {
		if (!(allowed & 1u << i)) continue;
		if (b.n) buf_lit(&b, ", ");
		buf_z(&b, method_name(1u << i));
		if (1u << i == HTTP_GET) buf_lit(&b, ", HEAD");
	}
	http_set_header(req, "Allow", buf_view(&b));
	buf_release(&b);
}

static int64_t thread_cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void run(struct http_connection *c, struct arena *a)
{
	struct http_server *s = c->server;
	const int64_t cpu = thread_cpu_us();
	struct http_answer answer = { .keep_private = true };
	struct http_req req = {
		.arena = a, .method = c->method, .route = c->match.route, .path = c->path.path, .app = s->o.app,
		.id = c->id, .started_us = c->began_us, .answer = &answer, .connection = c,
	};
	size_t bytes = 0;
	_Static_assert(sizeof req.capture == sizeof c->match.capture, "the same number of captures");
	memcpy(req.capture, c->match.capture, sizeof req.capture);
	buf_init(&answer.body, LIMIT_PAGE);
	request_origin(&req);
	req.lang = accept_language(http_header(&req, "Accept-Language"));
	if (!c->refuse_status) prepare(&req);
	if (c->refuse_status) {
		if (c->refuse_status == 405) set_allow(&req, c->match.allowed);
		http_fail(&req, c->refuse_status, c->refuse_why);
	} else if (!s->o.guard || s->o.guard(&req) == 0) {
		req.route->handler(&req);
	} else if (!answer.status) {
		http_fail(&req, 403, NOTE0(MSG_HTTP_NOT_FOUND));
	}
	c->response = respond(&req, &c->status, &bytes);
	if (s->o.logged) s->o.logged(&req, c->status, bytes, clock_monotonic_us() - req.started_us, thread_cpu_us() - cpu);
	body_close_files(&req);
	body_release(c);
}

/* ---- workers ---- */

static void *worker(void *arg)
{
	struct http_server *s = arg;
	struct arena *a = arena_new(LIMIT_ARENA);
	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (!s->head && !s->ending) pthread_cond_wait(&s->work, &s->lock);
		struct http_connection *c = s->head;
		if (!c) break;
		s->head = c->next;
		if (!s->head) s->tail = NULL;
		pthread_mutex_unlock(&s->lock);
		run(c, a);
		arena_clear(a);
		c->phase = PHASE_ANSWERED;
		MHD_resume_connection(c->mhd); /* from here on c belongs to the event thread again */
		pthread_mutex_lock(&s->lock);
		if (--s->running == 0) pthread_cond_broadcast(&s->idle);
	}
	pthread_mutex_unlock(&s->lock);
	arena_free(a);
	return NULL;
}

static void enqueue(struct http_server *s, struct http_connection *c)
{
	pthread_mutex_lock(&s->lock);
	c->next = NULL;
	if (s->tail) s->tail->next = c;
	else s->head = c;
	s->tail = c;
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->lock);
}

static void free_arena(void *p)
{
	arena_free(p);
}

static struct arena *event_arena(struct http_server *s)
{
	struct arena *a = pthread_getspecific(s->event_arena);
	if (!a) {
		a = arena_new(LIMIT_ARENA);
		if (pthread_setspecific(s->event_arena, a)) die("http: no memory for a thread's arena");
	}
	return a;
}

/* ---- libmicrohttpd's callbacks ---- */

static enum MHD_Result queue_answer(struct http_connection *c)
{
	enum MHD_Result r = MHD_queue_response(c->mhd, (unsigned)c->status, c->response);
	MHD_destroy_response(c->response);
	c->response = NULL;
	c->phase = PHASE_QUEUED;
	return r;
}

static enum MHD_Result dispatch(struct http_connection *c)
{
	struct http_server *s = c->server;
	bool here = c->refuse_status || (c->match.route->flags & ROUTE_QUICK);
	pthread_mutex_lock(&s->lock);
	if (s->stopping && !c->refuse_status) {
		here = true;
		c->refuse_status = 503;
		c->refuse_why = NOTE0(MSG_HTTP_STOPPING);
	}
	c->counted = true;
	s->active++;
	if (!here) s->running++;
	pthread_mutex_unlock(&s->lock);
	if (here) {
		struct arena *a = event_arena(s);
		run(c, a);
		arena_clear(a);
		return queue_answer(c);
	}
	c->phase = PHASE_WORKING;
	MHD_suspend_connection(c->mhd);
	enqueue(s, c);
	return MHD_YES;
}

static struct str mhd_header(struct http_connection *c, const char *name)
{
	const char *value = NULL;
	size_t n = 0;
	MHD_lookup_connection_value_n(c->mhd, MHD_HEADER_KIND, name, strlen(name), &value, &n);
	return value ? (struct str){ value, n } : STR_NULL;
}

static enum http_method method_of(const char *text)
{
	if (str_eq_z(STR("HEAD"), text)) return HTTP_GET;
	for (unsigned i = 0; i < METHODS; i++)
		if (str_eq_z(str_of(method_name(1u << i)), text)) return (enum http_method)(1u << i);
	return (enum http_method)0;
}

/* Strangers send no more than the files that the route takes. */
static size_t upload_limit(const struct route *r)
{
	size_t n = LIMIT_FORM;
	if (!(r->flags & ROUTE_PUBLIC)) return LIMIT_UPLOAD + LIMIT_FORM;
	for (size_t i = 0; i < r->param_count; i++)
		if (r->params[i].type == PARAM_FILE) n += r->params[i].max ? (size_t)r->params[i].max : LIMIT_UPLOAD;
	return n;
}

/* Decides about the body that the headers announce. */
static void expect_body(struct http_connection *c, bool chunked, int64_t length)
{
	struct str header = mhd_header(c, "Content-Type"), type = media_type(header);
	struct str charset = media_param(header, "charset");
	unsigned flags = c->match.route->flags;
	struct body *b = &c->body;
	if (chunked && length >= 0) {
		refuse(c, 400, NOTE0(MSG_HTTP_FORM_BROKEN)); /* two lengths: a way to smuggle requests past a proxy */
	} else if (c->method == HTTP_GET) {
		refuse(c, 400, NOTE(MSG_HTTP_BODY_UNEXPECTED, ARG_S(str_of(c->method_text))));
	} else if (!type.n) {
		refuse(c, 415, NOTE0(MSG_HTTP_BODY_NO_TYPE));
	} else if (str_eq_nocase(type, STR("application/json")) && (flags & ROUTE_API)) {
		b->kind = BODY_JSON;
		b->limit = LIMIT_JSON;
	} else if (str_eq_nocase(type, STR("application/x-www-form-urlencoded")) && !(flags & ROUTE_API)) {
		b->kind = BODY_FORM;
		b->limit = LIMIT_FORM;
	} else if (str_eq_nocase(type, STR("multipart/form-data")) && (flags & ROUTE_UPLOAD)) {
		b->kind = BODY_MULTIPART;
		b->limit = upload_limit(c->match.route);
	}
	if (!c->refuse_status && (!b->kind || (charset.n && !str_eq_nocase(charset, STR("utf-8")))))
		refuse(c, 415, NOTE(MSG_HTTP_BODY_TYPE, ARG_S(str_sub(header, 0, 80))));
	if (!c->refuse_status && length > (int64_t)b->limit)
		refuse(c, 413, NOTE(MSG_HTTP_BODY_LARGE, ARG_I((int64_t)(b->limit >> 20))));
}

static void find_route(struct http_connection *c)
{
	struct str url = { c->url, c->url_n };
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (c->url_n > LIMIT_URL) {
		refuse(c, 414, NOTE(MSG_HTTP_URL_LONG, ARG_I(LIMIT_URL)));
		return;
	}
	if (info && info->header_size > LIMIT_HEADERS) {
		refuse(c, 431, NOTE(MSG_HTTP_HEADERS_LARGE, ARG_I(LIMIT_HEADERS >> 10)));
		return;
	}
	ptrdiff_t mark = str_find_char(url, '?');
	if (mark >= 0) c->query = str_sub(url, (size_t)mark + 1, url.n);
	struct str raw = mark < 0 ? url : str_sub(url, 0, (size_t)mark);
	if (str_find_char(url, '#') >= 0 || route_split(raw, c->url + c->url_n + 1, &c->path)) {
		c->path = (struct route_path){ .path = STR("/") };
		refuse(c, 400, NOTE0(MSG_HTTP_BAD_TARGET));
		return;
	}
	route_find(&c->server->routes, &c->path, c->method, &c->match);
	if (!c->match.allowed) refuse(c, 404, NOTE0(MSG_HTTP_NOT_FOUND));
	else if (!c->match.route) refuse(c, 405, NOTE(MSG_HTTP_METHOD, ARG_S(str_of(c->method_text))));
}

/* The headers are there. Returns false when the answer must not wait for the body. */
static bool headers_seen(struct http_connection *c, const char *method)
{
	c->method = method_of(method);
	c->method_text = method;
	find_route(c);
	struct str length_text = mhd_header(c, "Content-Length");
	bool chunked = mhd_header(c, "Transfer-Encoding").n > 0;
	int64_t length = -1;
	/* libmicrohttpd has refused a length that is not a number */
	if (length_text.n && num_parse_i64(length_text, 0, INT64_MAX, &length)) length = INT64_MAX;
	if (!chunked && length <= 0) return true;
	if (!c->refuse_status) expect_body(c, chunked, length);
	if (!c->refuse_status) return true;
	/* A refused body of bounded or unknown size (-1) is read and thrown away, for a client that is still writing sees no answer. */
	return !mhd_header(c, "Expect").n && length <= (int64_t)BODY_DRAIN;
}

static enum MHD_Result body_seen(struct http_connection *c, const char *p, size_t n)
{
	if (clock_monotonic_us() - c->began_us > (int64_t)RECEIVE_SECONDS * 1000000) return MHD_NO;
	int e = c->refuse_status ? 0 : body_append(c, p, n);
	if (e == ERR_LIMIT) refuse(c, 413, NOTE(MSG_HTTP_BODY_LARGE, ARG_I((int64_t)(c->body.limit >> 20))));
	else if (e == ERR_BUSY) refuse(c, 503, NOTE0(MSG_HTTP_BUSY));
	else if (e) refuse(c, 500, NOTE(MSG_HTTP_INTERNAL, ARG_I((int64_t)c->id)));
	if (c->refuse_status) c->body.dropped += n;
	return c->body.dropped > BODY_DRAIN ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **own)
{
	struct http_connection *c = *own;
	(void)cls, (void)url, (void)version;
	if (!c) return MHD_NO;
	switch (c->phase) {
	case PHASE_NEW:
		c->mhd = mhd;
		c->phase = PHASE_BODY;
		return headers_seen(c, method) ? MHD_YES : dispatch(c);
	case PHASE_BODY:
		if (!*size) return dispatch(c);
		size_t n = *size;
		*size = 0;
		return body_seen(c, data, n);
	case PHASE_ANSWERED:
		return queue_answer(c);
	default:
		return MHD_YES;
	}
}

static void *on_url(void *cls, const char *url, struct MHD_Connection *mhd)
{
	size_t n = strlen(url);
	struct http_connection *c = calloc(1, sizeof *c + 2 * (n + 1));
	(void)mhd;
	if (!c) return NULL;
	c->server = cls;
	c->id = atomic_fetch_add(&c->server->next_id, 1);
	c->body.fd = -1;
	c->began_us = clock_monotonic_us();
	c->url_n = n;
	memcpy(c->url, url, n);
	return c;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **own, enum MHD_RequestTerminationCode why)
{
	struct http_server *s = cls;
	struct http_connection *c = *own;
	(void)mhd, (void)why;
	if (!c) return;
	*own = NULL;
	if (c->response) MHD_destroy_response(c->response);
	body_release(c);
	if (c->counted) {
		pthread_mutex_lock(&s->lock);
		if (--s->active == 0) pthread_cond_broadcast(&s->idle);
		pthread_mutex_unlock(&s->lock);
	}
	free(c);
}

/* The query is ours to decode; libmicrohttpd leaves it as it came. */
static size_t keep_escaped(void *cls, struct MHD_Connection *mhd, char *s)
{
	(void)cls, (void)mhd;
	return strlen(s);
}

static void on_mhd_log(void *cls, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
static void on_mhd_log(void *cls, const char *fmt, va_list ap)
{
	char line[300];
	(void)cls;
	vsnprintf(line, sizeof line, fmt, ap);
	log_line(LOG_LEVEL_DEBUG, "http: %s", line);
}

/* ---- start and stop ---- */

static int parse_listen(struct str s, struct sockaddr_storage *ret, socklen_t *ret_n)
{
	size_t colon = s.n;
	while (colon && s.p[colon - 1] != ':') colon--;
	int64_t port;
	struct address a;
	if (!colon || num_parse_i64(str_sub(s, colon, s.n), 0, 65535, &port)) return ERR_SYNTAX;
	struct str host = str_sub(s, 0, colon - 1);
	bool six = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
	if (six) host = str_sub(host, 1, host.n - 2);
	if (str_eq_z(host, "localhost")) host = STR("127.0.0.1");
	if (address_parse(host, &a) || six != (str_find_char(host, ':') >= 0)) return ERR_SYNTAX;
	memset(ret, 0, sizeof *ret);
	if (six) {
		struct sockaddr_in6 *in = (struct sockaddr_in6 *)ret;
		in->sin6_family = AF_INET6;
		in->sin6_port = htons((uint16_t)port);
		memcpy(&in->sin6_addr, a.b, 16);
		*ret_n = sizeof *in;
	} else {
		struct sockaddr_in *in = (struct sockaddr_in *)ret;
		in->sin_family = AF_INET;
		in->sin_port = htons((uint16_t)port);
		memcpy(&in->sin_addr, a.b + 12, 4);
		*ret_n = sizeof *in;
	}
	return 0;
}

static int listen_on(struct http_server *s, struct str name, bool *ret_six, struct note *ret_why)
{
	struct sockaddr_storage sa;
	socklen_t n = 0;
	int on = 1;
	*ret_why = NOTE(MSG_HTTP_LISTEN_BAD, ARG_S(name));
	if (parse_listen(name, &sa, &n)) return ERR_INVALID;
	*ret_six = sa.ss_family == AF_INET6;
	s->listen_fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listen_fd >= 0 && setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    bind(s->listen_fd, (struct sockaddr *)&sa, n) == 0 && listen(s->listen_fd, 511) == 0 &&
	    getsockname(s->listen_fd, (struct sockaddr *)&sa, &n) == 0) {
		s->port = ntohs(*ret_six ? ((struct sockaddr_in6 *)&sa)->sin6_port : ((struct sockaddr_in *)&sa)->sin_port);
		return 0;
	}
	if (errno == EADDRINUSE) {
		*ret_why = NOTE(MSG_HTTP_LISTEN_BUSY, ARG_S(name));
		return ERR_BUSY;
	}
	*ret_why = NOTE(MSG_HTTP_LISTEN_FAILED, ARG_S(name), ARG_S(str_of(strerrordesc_np(errno))));
	return ERR_IO;
}

static int copy_options(struct http_server *s, const struct http_options *o, struct note *ret_why)
{
	size_t n = 0;
	s->o = *o; /* of what it points to, only the application and the functions are used after the start */
	s->temp_dir = o->temp_dir.n ? str_z(s->arena, o->temp_dir) : "/tmp";
	while (o->trusted_proxies && o->trusted_proxies[n]) n++;
	s->proxy = ARENA_ARRAY(s->arena, n + 1, struct network);
	for (size_t i = 0; i < n; i++) {
		struct str name = str_of(o->trusted_proxies[i]);
		if (network_parse(name, &s->proxy[i])) {
			*ret_why = NOTE(MSG_HTTP_PROXY_BAD, ARG_S(name));
			return ERR_INVALID;
		}
	}
	s->proxies = n;
	ptrdiff_t scheme = str_find(o->public_url, STR("://"));
	if (scheme > 0) {
		struct str rest = str_sub(o->public_url, (size_t)scheme + 3, o->public_url.n);
		ptrdiff_t slash = str_find_char(rest, '/');
		size_t host = slash < 0 ? rest.n : (size_t)slash;
		s->public_origin = str_dup(s->arena, str_sub(o->public_url, 0, (size_t)scheme + 3 + host));
	}
	return 0;
}

static int start_workers(struct http_server *s)
{
	unsigned wanted = s->o.workers ? s->o.workers : DEFAULT_WORKERS;
	pthread_attr_t attr;
	s->thread = ARENA_ARRAY(s->arena, wanted, pthread_t);
	if (pthread_attr_init(&attr)) return ERR_IO;
	int e = pthread_attr_setstacksize(&attr, THREAD_STACK);
	while (!e && s->threads < wanted) {
		e = pthread_create(&s->thread[s->threads], &attr, worker, s);
		if (!e) s->threads++;
	}
	pthread_attr_destroy(&attr);
	return e ? ERR_IO : 0;
}

static int start_daemon(struct http_server *s, bool six)
{
	unsigned events = s->o.event_threads ? s->o.event_threads : DEFAULT_EVENT_THREADS;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem pool[2] = { { MHD_OPTION_END, 0, NULL }, { MHD_OPTION_END, 0, NULL } };
	if (six) flags |= MHD_USE_IPv6;
	if (events > 1) pool[0] = (struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, events, NULL };
	/* behind a proxy all connections come from one address */
	unsigned per_address = s->proxies ? 0 : CONNECTIONS_PER_ADDRESS;
	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
	                             MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, NULL,
	                             MHD_OPTION_LISTEN_SOCKET, s->listen_fd,
	                             MHD_OPTION_URI_LOG_CALLBACK, on_url, s,
	                             MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
	                             MHD_OPTION_UNESCAPE_CALLBACK, keep_escaped, NULL,
	                             MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	                             MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
	                             MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	                             MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
	                             MHD_OPTION_THREAD_STACK_SIZE, (size_t)THREAD_STACK,
	                             MHD_OPTION_STRICT_FOR_CLIENT, 1,
	                             MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
	                             MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
	s->listen_fd = -1; /* the daemon's now: it closes the socket when it stops, and nearly always when it could not start */
	return s->daemon ? 0 : ERR_IO;
}

static void deadline_in(int seconds, struct timespec *ret)
{
	clock_gettime(CLOCK_MONOTONIC, ret);
	ret->tv_sec += seconds;
}

/* Ends what was started, in any state of starting. Nobody works on a request any more. */
static void release(struct http_server *s)
{
	if (s->daemon) MHD_stop_daemon(s->daemon);
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	pthread_cond_broadcast(&s->work);
	pthread_mutex_unlock(&s->lock);
	for (unsigned i = 0; i < s->threads; i++) pthread_join(s->thread[i], NULL);
	if (s->listen_fd >= 0) close(s->listen_fd);
	if (s->has_key) pthread_key_delete(s->event_arena);
	pthread_cond_destroy(&s->work);
	pthread_cond_destroy(&s->idle);
	pthread_mutex_destroy(&s->lock);
	arena_free(s->arena);
	free(s);
}

int http_start(const struct http_options *o, struct http_server **ret, struct note *ret_why)
{
	struct http_server *s = calloc(1, sizeof *s);
	pthread_condattr_t monotonic;
	bool six = false;
	if (!s) die("http: out of memory");
	s->arena = arena_new(LIMIT_ARENA);
	s->listen_fd = -1;
	atomic_init(&s->next_id, (uint_fast64_t)(clock_now() / 1000 & 0xffffff) << 12);
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->work, NULL);
	pthread_cond_init(&s->idle, &monotonic);
	pthread_condattr_destroy(&monotonic);
	signal(SIGPIPE, SIG_IGN);

	int e = copy_options(s, o, ret_why);
	if (!e) e = route_build(s->arena, o->routes, o->route_counts, &s->routes, ret_why);
	if (!e) e = listen_on(s, o->listen, &six, ret_why);
	if (!e) {
		*ret_why = NOTE(MSG_HTTP_LISTEN_FAILED, ARG_S(o->listen), ARG_S(STR("threads")));
		s->has_key = pthread_key_create(&s->event_arena, free_arena) == 0;
		if (!s->has_key) e = ERR_IO;
		if (!e) e = start_workers(s);
	}
	if (!e && o->control_socket.n) e = control_start(o, &s->control, ret_why);
	if (!e) e = start_daemon(s, six);
	if (e) {
		control_stop(s->control);
		release(s);
		return e;
	}
	*ret = s;
	return 0;
}

void http_stop(struct http_server *s)
{
	struct timespec until;
	if (!s) return;
	/* New connections are answered with 503. MHD_quiesce_daemon() would leave them without an answer, and in 0.9.75 its
	   event threads may take the listening socket out of their set a second time, which ends the process. */
	deadline_in(STOP_SECONDS, &until);
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	while (s->running)
		if (pthread_cond_timedwait(&s->idle, &s->lock, &until) && s->running)
			die("http: %u requests did not end within %d s", s->running, STOP_SECONDS);
	deadline_in(FLUSH_SECONDS, &until);
	while (s->active && !pthread_cond_timedwait(&s->idle, &s->lock, &until)) {}
	pthread_mutex_unlock(&s->lock);
	control_stop(s->control);
	release(s);
}

unsigned http_port(const struct http_server *s)
{
	return s->port;
}
