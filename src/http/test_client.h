/* A tiny raw HTTP client for the tests: writes bytes as they are, reads one answer after the other. */
#ifndef HTTP_TEST_CLIENT_H
#define HTTP_TEST_CLIENT_H

#include "base/buf.h"
#include "base/num.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct client {
	int fd;
	char in[1 << 16]; /* read, not yet taken */
	size_t have;
};

struct reply {
	int status;
	struct str head;  /* status line and headers */
	struct str body;
	struct buf memory;
};

static inline void client_open(struct client *c, unsigned port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
	                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval limit = { .tv_sec = 60 }; /* a hanging test ends */
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	c->have = 0;
	assert_true(c->fd >= 0);
	assert_int_equal(setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&sa, sizeof sa), 0);
}

static inline void client_send(struct client *c, struct str s)
{
	while (s.n) {
		ssize_t n = send(c->fd, s.p, s.n, MSG_NOSIGNAL);
		assert_true(n > 0);
		s = str_sub(s, (size_t)n, s.n);
	}
}

/* One more piece from the socket; false at its end. */
static inline bool client_fill(struct client *c)
{
	assert_true(c->have < sizeof c->in);
	ssize_t n = recv(c->fd, c->in + c->have, sizeof c->in - c->have, 0);
	if (n <= 0) return false;
	c->have += (size_t)n;
	return true;
}

static inline void client_take(struct client *c, size_t n)
{
	memmove(c->in, c->in + n, c->have - n);
	c->have -= n;
}

/* The value of a header; STR_NULL when absent. */
static inline struct str reply_header(const struct reply *r, const char *name)
{
	struct str rest = r->head, line, wanted = str_of(name);
	while (rest.n && str_cut(&rest, '\n', &line)) {
		ptrdiff_t colon = str_find_char(line, ':');
		if (colon > 0 && str_eq_nocase(str_sub(line, 0, (size_t)colon), wanted))
			return str_trim(str_sub(line, (size_t)colon + 1, line.n));
	}
	return STR_NULL;
}

/* Reads one answer; false when the connection ended first. head_only for an answer to HEAD. */
static inline bool client_read(struct client *c, struct reply *r, bool head_only)
{
	ptrdiff_t end;
	*r = (struct reply){ .status = 0 };
	buf_init(&r->memory, 200u << 20);
	while ((end = str_find((struct str){ c->in, c->have }, STR("\r\n\r\n"))) < 0)
		if (!client_fill(c)) return false;
	size_t head = (size_t)end + 4;
	buf_bytes(&r->memory, c->in, head);
	client_take(c, head);
	r->head = buf_view(&r->memory);
	int64_t status = 0, length = 0;
	assert_int_equal(num_parse_i64(str_sub(r->head, 9, 3), 100, 599, &status), 0);
	r->status = (int)status;
	if (status == 100) {
		buf_release(&r->memory);
		return client_read(c, r, head_only);
	}
	if (!head_only && reply_header(r, "Content-Length").n)
		assert_int_equal(num_parse_i64(reply_header(r, "Content-Length"), 0, 1 << 30, &length), 0);
	for (size_t left = (size_t)length; left;) {
		if (!c->have && !client_fill(c)) return false;
		size_t n = c->have < left ? c->have : left;
		buf_bytes(&r->memory, c->in, n);
		client_take(c, n);
		left -= n;
	}
	struct str all = buf_view(&r->memory);
	r->head = str_sub(all, 0, head);
	r->body = str_sub(all, head, all.n);
	return true;
}

/* A whole exchange on a connection of its own. */
static inline struct reply fetch(unsigned port, struct str request)
{
	struct client *c = malloc(sizeof *c);
	struct reply r;
	assert_non_null(c);
	client_open(c, port);
	client_send(c, request);
	if (!client_read(c, &r, str_starts(request, STR("HEAD ")))) fail_msg("no answer to %.*s", STR_FMT(str_sub(request, 0, 80)));
	close(c->fd);
	free(c);
	return r;
}

#endif
