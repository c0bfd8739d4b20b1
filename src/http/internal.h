/*
 * What the files of http/ share. A connection object lives from the request line to the end of its answer; the request
 * itself (struct http_req) lives only while it is worked on, in the arena of the thread that does it.
 */
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "http/http.h"
#include "base/limits.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#define ROUTE_SEGMENTS 16           /* of a path; a longer one is not found */
#define ROUTE_CAPTURES 4
#define BODY_IN_MEMORY (256u << 10) /* a longer body goes to an unlinked temporary file */
#define BODY_DRAIN (1u << 20)       /* of a refused body, so that the client gets to read the answer */
#define SPILL_MAX ((size_t)1 << 30) /* temporary files of all bodies under way together; also one streamed answer */
#define METHODS 5

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define THREAD_STACK (1u << 20)
#else
#define THREAD_STACK (256u << 10)
#endif

/* ---- route.c ---- */

struct route_node;
struct route_tree {
	struct route_node *root;
};

/* A request path, cut and decoded. The segments are views into path. */
struct route_path {
	struct str path;
	struct str segment[ROUTE_SEGMENTS];
	unsigned segments;
	bool too_deep;   /* more than ROUTE_SEGMENTS: found by no route */
	bool odd;        /* a "." or ".." segment, or an encoded slash: no match for a rest capture */
};

struct route_match {
	const struct route *route; /* NULL: no route of this method */
	unsigned allowed;          /* methods that the path has, 0 when there is no such path */
	struct str capture[ROUTE_CAPTURES];
};

/* Decodes raw (a path that begins with "/") into out, which has raw.n bytes. ERR_SYNTAX. */
MUST_USE int route_split(struct str raw, char *out, struct route_path *ret);
MUST_USE int route_build(struct arena *a, const struct route *const *tables, const size_t *counts,
                         struct route_tree *ret, struct note *ret_why);
void route_find(const struct route_tree *t, const struct route_path *p, enum http_method method, struct route_match *ret);
const char *method_name(unsigned method); /* "GET" of HTTP_GET; "" when it is none */

/* ---- parse.c ---- */

/* Decodes %XX (and + when plus is set) of s into out (s.n bytes), returns the length or ERR_SYNTAX. */
ptrdiff_t percent_decode(struct str s, bool plus, char *out);
/* The media type of a Content-Type header and one parameter of it (unquoted; STR_NULL when absent). */
struct str media_type(struct str header);
struct str media_param(struct str header, const char *name);
enum lang accept_language(struct str header);

/* ---- param.c ---- */

/* Checks query and form against the declared parameters. 0, or an HTTP status with *ret_why filled. */
int params_check(struct http_req *req, struct note *ret_why);

/* ---- body.c ---- */

enum body_kind { BODY_NONE, BODY_FORM, BODY_MULTIPART, BODY_JSON };

struct body {
	enum body_kind kind;
	size_t limit;
	size_t n;          /* bytes taken so far */
	size_t dropped;    /* bytes read and thrown away after a refusal */
	struct buf mem;
	int fd;            /* -1 while in memory */
	void *map;
};

struct http_connection;
/* Takes the next piece. ERR_LIMIT beyond the body's limit, ERR_BUSY when the temporary files of all bodies reach
 * SPILL_MAX, ERR_IO. */
MUST_USE int body_append(struct http_connection *c, const char *p, size_t n);
MUST_USE int body_view(struct http_connection *c, struct str *ret); /* whole; valid until body_release() */
void body_release(struct http_connection *c);
/* Gives each uploaded file of the request a descriptor of its own. */
MUST_USE int body_open_files(struct http_req *req);
void body_close_files(struct http_req *req);
/* An unlinked temporary file in dir, or a memfd where that cannot be had. */
MUST_USE int temp_file(const char *dir);
MUST_USE int write_all(int fd, const char *p, size_t n);

/* ---- request.c ---- */

struct address {
	unsigned char b[16]; /* IPv4 as ::ffff:a.b.c.d */
};
MUST_USE int address_parse(struct str s, struct address *ret);
struct network {
	struct address address;
	unsigned bits; /* of the 128 that must agree */
};
/* "192.0.2.1", "10.0.0.0/8", "2001:db8::/32". ERR_SYNTAX also when a bit is set beyond the network's. */
MUST_USE int network_parse(struct str s, struct network *ret);
bool network_has(const struct network *n, const struct address *a);
/* Fills address and tls of a request from the socket and, behind a trusted proxy, from what that says. */
void request_origin(struct http_req *req);

/* ---- respond.c ---- */

/* Makes the answer ready to be queued; *ret_bytes its body's length. Never fails: what cannot be answered as wanted is
 * answered as a 500. */
struct MHD_Response *respond(struct http_req *req, int *ret_status, size_t *ret_bytes);

/* ---- control.c ---- */

struct control;
MUST_USE int control_start(const struct http_options *o, struct control **ret, struct note *ret_why);
void control_stop(struct control *k); /* waits for calls under way, then frees; NULL is fine */

/* ---- server.c ---- */

enum phase {
	PHASE_NEW,      /* the request line was seen */
	PHASE_BODY,     /* the headers were seen, the body comes */
	PHASE_WORKING,  /* suspended: a worker has it */
	PHASE_ANSWERED, /* response is ready to be queued */
	PHASE_QUEUED,
};

struct http_connection {
	struct http_server *server;
	struct MHD_Connection *mhd;
	struct http_connection *next; /* in the queue for the workers */
	enum phase phase;
	bool counted;                 /* in server->active */
	enum http_method method;
	const char *method_text;
	struct route_match match;
	struct route_path path;
	struct str query;             /* raw, behind "?" */
	int refuse_status;            /* not 0: the answer is this refusal */
	struct note refuse_why;
	struct body body;
	uint64_t id;
	int64_t began_us;
	struct MHD_Response *response;
	int status;
	size_t url_n;
	char url[];                   /* url_n bytes as sent, NUL, then room for the decoded path */
};

struct http_server {
	struct http_options o;
	struct arena *arena;          /* what lives as long as the server */
	struct route_tree routes;
	struct network *proxy;
	size_t proxies;
	struct str public_origin;     /* "https://host[:port]" of o.public_url */
	const char *temp_dir;
	struct MHD_Daemon *daemon;
	struct control *control;
	int listen_fd;
	unsigned port;
	pthread_t *thread;
	unsigned threads;
	pthread_key_t event_arena;    /* one arena per event thread */
	bool has_key;
	pthread_mutex_t lock;         /* guards what follows */
	pthread_cond_t work, idle;
	struct http_connection *head, *tail;
	unsigned running;             /* requests that a worker has or will have */
	unsigned active;              /* requests dispatched whose answer is not out yet */
	bool stopping, ending;
	atomic_uint_fast64_t next_id;
	atomic_size_t spilled;
};

#endif
