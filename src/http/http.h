/*
 * The HTTP server: libmicrohttpd in front, our own bounded parsers behind it. It knows nothing of security management:
 * who asks, and what they may do, is the business of the guard that main/ installs.
 *
 * Routing is a constant table per room. A request runs through one dispatcher:
 *   match the route -> parse and bound what came -> guard (who is it, may they use this route, same origin and CSRF for
 *   a change of state, are all parameters declared) -> handler -> answer -> access log.
 * GET handlers that are marked ROUTE_QUICK run on the event threads; everything else on a worker thread, where waiting
 * for the writer is fine.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/msg.h"

enum http_method { HTTP_GET = 1, HTTP_POST = 2, HTTP_PATCH = 4, HTTP_DELETE = 8, HTTP_PUT = 16 };

enum param_type {
	PARAM_TEXT,     /* valid UTF-8, at most max characters */
	PARAM_INT,      /* min..max; both 0 means 0 and more; may be left empty */
	PARAM_KEY,      /* [A-Za-z0-9_.:-], at most max characters; may be empty */
	PARAM_FLAG,     /* "1", empty or absent */
	PARAM_SECRET,   /* as text; never logged */
	PARAM_FILE,     /* multipart upload, at most max bytes */
};

/* A declared query parameter or form field. One that is not declared, comes twice without `many`, or breaks its rule
 * is answered with 400 and named. The form field `csrf` needs no declaration. A file field in which no file was chosen
 * counts as absent. */
struct param {
	const char *name;
	enum param_type type;
	int64_t min, max; /* of the integer, or max characters; 0 means LIMIT_TEXT */
	bool many;
};

struct http_file {
	struct str name;      /* as the browser says: a label, never a path */
	struct str type;
	struct str data;      /* whole, in memory mapped from an unlinked temporary file */
	int fd;               /* the same, for a helper; belongs to the request */
};

struct http_pair {
	struct str name, value;
	const struct http_file *file; /* of a PARAM_FILE */
};

struct route;

struct http_req {
	struct arena *arena;
	enum http_method method;
	const struct route *route;
	struct str path;                 /* decoded, without query */
	struct str capture[4];           /* of ":name" pieces, in order */
	struct http_pair *query; size_t queries;
	struct http_pair *form; size_t forms;
	struct str body;                 /* raw, when the content type is application/json */
	struct str address;              /* of the client, behind trusted proxies the forwarded one */
	bool tls;                        /* reached through https, as a trusted proxy says */
	bool local_operator;             /* came by the control socket from the operator */
	enum lang lang;                  /* Accept-Language until the guard knows better; Japanese by default */
	uint64_t id;                     /* for logs and error pages */
	int64_t started_us;
	void *principal;                 /* set by the guard: struct principal of auth/ */
	struct str csrf;                 /* set by the guard: what a form must carry */
	void *app;                       /* the application, as given to http_start() */
	struct http_answer *answer;
	struct http_connection *connection; /* private */
};

/* What handlers fill. */
struct http_answer {
	int status;                      /* 0 becomes 200 */
	struct buf body;                 /* max LIMIT_PAGE */
	struct str type;                 /* default text/html; charset=utf-8 */
	struct http_pair header[12]; size_t headers;
	/* A long answer is produced in pieces instead of body: fills buf, returns 1 more, 0 the end, <0 broken off. */
	int (*stream)(void *ctx, struct buf *piece);
	void (*stream_end)(void *ctx);   /* always called once when stream is set */
	void *stream_ctx;
	bool keep_private;               /* Cache-Control: no-store (default); a static file clears it and may be kept forever */
	bool broken;                     /* a header or cookie was refused: the answer becomes a 500 */
};

typedef void http_handler(struct http_req *req);

enum route_flag {
	ROUTE_QUICK = 1,        /* runs on the event thread: reads only, a few statements */
	ROUTE_PUBLIC = 2,       /* no sign-in needed (sign-in page, static files, health, personal links) */
	ROUTE_API = 4,          /* JSON: bearer token or session; errors are problem+json; no CSRF with a bearer token */
	ROUTE_UPLOAD = 8,       /* accepts multipart with files */
	ROUTE_OWN_PARAMS = 16,  /* params_of decides about parameters beside `params` */
	/* Public, and nobody: the guard looks at no cookie and sets none, no session is made of it, and the access log names neither
	 * address nor person. A change of state must come from this site; the proof of the form it came from is the handler's. */
	ROUTE_NAMELESS = 32,
};

struct route {
	unsigned methods;                 /* of enum http_method */
	const char *path;                 /* "/asset/:register/:id"; ":x" captures one segment, a last ":x*" the rest */
	http_handler *handler;
	unsigned flags;
	uint32_t need;                    /* access the guard must find, in the guard's own terms; 0 only with ROUTE_PUBLIC */
	const struct param *params; size_t param_count;
	/* With ROUTE_OWN_PARAMS: the rule for a further parameter, or NULL when it is not declared. */
	const struct param *(*params_of)(const struct http_req *req, struct str name);
};

/* The guard runs before the handler on the same thread. It sets principal, lang and csrf. Returns 0 to go on; otherwise
 * it has filled the answer (redirect to sign-in, 401, 403, 404). */
typedef int http_guard(struct http_req *req);
/* Writes the page for a refusal made by the server itself (400, 404, 405, 413, 500 ...): main/ renders it. */
typedef void http_error_page(struct http_req *req, int status, const struct note *why);
/* The access log: after the answer was made, before its last byte is on its way, on the thread that made it and after nothing else that
 * this thread did since the request before. bytes is the body's length, us the time since the request line came, cpu_us the processor
 * time of this thread for the answer. */
typedef void http_logged(const struct http_req *req, int status, size_t bytes, int64_t us, int64_t cpu_us);

struct http_options {
	struct str listen;                /* "127.0.0.1:8420", "[::1]:8420" */
	struct str control_socket;        /* path of the operator's Unix socket, or empty */
	const struct route *const *routes; /* NULL-terminated array of tables ... */
	const size_t *route_counts;       /* ... and their lengths */
	http_guard *guard;
	http_error_page *error_page;
	http_logged *logged;
	void *app;
	unsigned workers;                 /* worker threads; 0 means 32 */
	unsigned event_threads;           /* 0 means 2 */
	const char *const *trusted_proxies; /* addresses or networks (10.0.0.0/8), NULL-terminated; may be NULL */
	struct str public_url;            /* "https://sec.example.jp" as people type it, or empty: a further own origin */
	struct str temp_dir;              /* where large uploads and long answers lie, unlinked; empty means /tmp */
	/* The operator's verbs over the control socket: argv, and where its output goes; returns the exit code. */
	int (*control)(void *app, int argc, const char *const *argv, int in_fd, int out_fd, int err_fd);
};

struct http_server;
/* Checks the route tables (a route without need and not public, a duplicate, a bad pattern: ERR_INVALID, named in
 * *ret_why), binds, starts the threads, ignores SIGPIPE. ERR_BUSY when the address is in use. The route tables must
 * outlive the server; everything else of the options is copied. */
MUST_USE int http_start(const struct http_options *o, struct http_server **ret, struct note *ret_why);
/* No new requests; finishes those under way; frees. A handler or control call that takes longer than 10 s more ends the
 * process by die(): its database work was not acknowledged, and freeing under its feet would be worse. */
void http_stop(struct http_server *s);
unsigned http_port(const struct http_server *s); /* the bound port, for port 0 in tests */

/* ---- for handlers ---- */

struct str http_query(const struct http_req *req, const char *name);   /* STR_NULL when absent */
struct str http_form(const struct http_req *req, const char *name);
const struct http_file *http_upload(const struct http_req *req, const char *name);
/* The n-th value of a parameter that may come several times; false beyond the last. */
bool http_query_many(const struct http_req *req, const char *name, size_t n, struct str *ret);
bool http_form_many(const struct http_req *req, const char *name, size_t n, struct str *ret);
bool http_query_i64(const struct http_req *req, const char *name, int64_t *ret);
struct str http_header(const struct http_req *req, const char *name);
struct str http_cookie(const struct http_req *req, const char *name);
bool http_wants_fragment(const struct http_req *req);  /* an htmx request: only the changed part is wanted */

/* ---- for the guard: may this request change something? ---- */

/* Path and query of the page of this server that the request came from, as the browser says; STR_NULL when it does not, or when
 * it was another server's. */
struct str http_came_from(const struct http_req *req);
/* The request was made by a page of this site: Sec-Fetch-Site says same-origin or none, or without that header Origin
 * is the Host's or the public URL's. Without both headers false, unless it carries a bearer token (which no browser
 * attaches by itself). */
bool http_same_origin(const struct http_req *req);
/* The form field csrf or the header X-CSRF-Token equals req->csrf; compared in constant time; false when that is empty. */
bool http_csrf_matches(const struct http_req *req);

/* Replaces an earlier value of that name. A value with a control character, or a 13th header, breaks the answer (500). */
void http_set_header(struct http_req *req, const char *name, struct str value);
/* HttpOnly, SameSite=Lax, Path=/; Secure and the __Host- prefix when the request came by https. max_age < 0 deletes. */
void http_set_cookie(struct http_req *req, const char *name, struct str value, int64_t max_age_seconds);
/* 303; only to a path of this site: anything else ("//host", "https://...", control characters) leads to "/". */
void http_redirect(struct http_req *req, struct str path);
/* Renders the error page, or problem+json for ROUTE_API. */
void http_fail(struct http_req *req, int status, struct note why);
/* Starts a JSON answer in answer->body. */
void http_json(struct http_req *req, struct json *j, int status);
/* A download: Content-Disposition with an RFC 5987 name, nosniff. */
void http_download(struct http_req *req, struct str file_name, const char *type);

/* ---- pieces that are tested and fuzzed on their own ---- */

/* ERR_SYNTAX for a bad percent sequence, an empty name, or a name or value that is not text_valid(); ERR_LIMIT beyond
 * LIMIT_PARAMS. Values are views into s where nothing had to be decoded. */
MUST_USE int http_parse_urlencoded(struct arena *a, struct str s, struct http_pair **ret, size_t *ret_n);
/* As RFC 7578 says; views into body; files have fd -1 and a name without folders. ERR_SYNTAX, or ERR_LIMIT beyond
 * LIMIT_PARAMS parts or LIMIT_FORM bytes in fields that are not files. */
MUST_USE int http_parse_multipart(struct arena *a, struct str body, struct str boundary, struct http_pair **ret, size_t *ret_n);
/* The first cookie of that name; STR_NULL when there is none. */
struct str http_parse_cookie(struct str header, const char *name);
/* Percent-encodes for a query value / one path segment. */
void http_put_encoded(struct buf *b, struct str s);

/* ---- control socket, client side: runs argv in the server of that data directory ---- */

/* ERR_NOT_FOUND when nobody listens, ERR_DENIED for another user than the server's or root, ERR_BUSY when 8 calls run
 * already, ERR_LIMIT for more than 64 arguments or 64 KB, ERR_IO when the server went away. Passes the three
 * descriptors, waits for the end, *ret_code its exit code. */
MUST_USE int http_control_call(struct str socket_path, int argc, const char *const *argv, int in_fd, int out_fd, int err_fd,
                               int *ret_code);

#endif
