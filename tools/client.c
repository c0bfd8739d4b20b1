#include "tools/client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/num.h"

#define ANSWER_MAX (1u << 30)
#define PIECE (256u << 10)
#define WAIT_SECONDS 600

void client_init(struct client *c, unsigned port)
{
	*c = (struct client){ .port = port, .fd = -1, .arena = arena_new(64u << 20) };
	buf_init(&c->in, ANSWER_MAX);
}

void client_release(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	buf_release(&c->in);
	arena_freep(&c->arena);
}

static bool connect_to(struct client *c)
{
	const struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)c->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct timeval limit = { .tv_sec = WAIT_SECONDS };
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return c->fd >= 0 && setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 && connect(c->fd, (const struct sockaddr *)&to, sizeof to) == 0;
}

static bool more(struct client *c)
{
	static _Thread_local char piece[PIECE];
	ssize_t n = recv(c->fd, piece, sizeof piece, 0);
	if (n > 0)
		buf_bytes(&c->in, piece, (size_t)n);
	return n > 0 && !buf_error(&c->in);
}

static bool send_all(struct client *c, struct str s)
{
	while (s.n) {
		ssize_t n = send(c->fd, s.p, s.n, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

static void disconnect(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

struct str client_header(const struct client *c, const char *name)
{
	struct str rest = { c->in.p, c->head }, line;
	while (str_cut(&rest, '\n', &line)) {
		ptrdiff_t colon = str_find_char(line, ':');
		if (colon > 0 && str_eq_nocase(str_sub(line, 0, (size_t)colon), str_of(name)))
			return str_trim(str_sub(line, (size_t)colon + 1, line.n));
	}
	return STR_NULL;
}

struct str client_body(const struct client *c)
{
	return (struct str){ c->in.p + c->head, c->body };
}

int client_exchange(struct client *c, struct str request)
{
	for (int round = 0; round < 2; round++) {
		ptrdiff_t end = -1;
		int64_t length = 0, status = 0;
		buf_clear(&c->in);
		c->head = c->body = 0;
		if ((c->fd >= 0 || connect_to(c)) && send_all(c, request))
			while ((end = str_find(buf_view(&c->in), STR("\r\n\r\n"))) < 0 && more(c))
				;
		if (end < 0) {
			disconnect(c);
			continue;
		}
		c->head = (size_t)end + 4;
		struct str announced = client_header(c, "Content-Length");
		bool whole = num_parse_i64(str_sub(buf_view(&c->in), 9, 3), 100, 599, &status) == 0 &&
		             (!announced.n || num_parse_i64(announced, 0, ANSWER_MAX, &length) == 0);
		while (whole && c->in.n < c->head + (size_t)length)
			whole = more(c);
		c->body = whole ? (size_t)length : 0;
		if (!whole || str_eq_nocase(client_header(c, "Connection"), STR("close")))
			disconnect(c);
		return whole ? (int)status : 0;
	}
	return 0;
}

int client_get(struct client *c, const char *session, struct str path)
{
	return client_exchange(c, str_printf(c->arena, "GET %.*s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s\r\n", STR_FMT(path), *session ? "Cookie: session=" : "", session,
	                                     *session ? "\r\n" : ""));
}

int client_api(struct client *c, const char *method, const char *token, struct str path, struct str json)
{
	struct str head = str_printf(c->arena, "%s %.*s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nIf-Match: *\r\n", method, STR_FMT(path), token);
	if (json.n)
		head = str_printf(c->arena, "%.*sContent-Type: application/json\r\nContent-Length: %zu\r\n", STR_FMT(head), json.n);
	return client_exchange(c, str_printf(c->arena, "%.*s\r\n%.*s", STR_FMT(head), STR_FMT(json)));
}

struct str client_between(struct str s, const char *before, char after)
{
	ptrdiff_t at = str_find(s, str_of(before));
	if (at < 0)
		return STR_NULL;
	s = str_sub(s, (size_t)at + strlen(before), s.n);
	ptrdiff_t end = str_find_char(s, after);
	return end < 0 ? STR_NULL : str_sub(s, 0, (size_t)end);
}

bool client_sign_in(struct client *c, const char *login, const char *password, char *ret_session, size_t cap)
{
	if (client_get(c, "", STR("/sign-in")) != 200)
		return false;
	struct str csrf = str_dup(c->arena, client_between(client_body(c), "name=\"csrf\" value=\"", '"'));
	struct str cookie = str_dup(c->arena, client_between((struct str){ c->in.p, c->head }, "et-Cookie: ", ';'));
	struct str form = str_printf(c->arena, "csrf=%.*s&return=%%2F&login=%s&password=%s", STR_FMT(csrf), login, password);
	if (client_exchange(c, str_printf(c->arena, "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nCookie: %.*s\r\n"
	                                            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%.*s",
	                                  STR_FMT(cookie), form.n, STR_FMT(form))) != 303)
		return false;
	struct str got = client_between((struct str){ c->in.p, c->head }, "session=", ';');
	if (ret_session)
		snprintf(ret_session, cap, "%.*s", STR_FMT(got));
	return got.n > 0;
}

size_t client_asset_ids(struct client *c, const char *token, int64_t *ret, size_t max)
{
	char path[80];
	size_t n = 0;
	snprintf(path, sizeof path, "/api/v1/asset?limit=%zu&sort=-id", max);
	if (client_api(c, "GET", token, str_of(path), STR("")) != 200)
		die("no rows: %.*s", STR_FMT(str_sub(client_body(c), 0, 200)));
	for (struct str rest = client_body(c); n < max;) {
		ptrdiff_t at = str_find(rest, STR("{\"id\":"));
		if (at < 0)
			break;
		rest = str_sub(rest, (size_t)at + 6, rest.n);
		ptrdiff_t end = str_find_char(rest, ',');
		if (end < 0 || num_parse_i64(str_sub(rest, 0, (size_t)end), 1, INT64_MAX, &ret[n++]) < 0)
			die("no number of a row in %.*s", STR_FMT(str_sub(rest, 0, 40)));
	}
	if (!n)
		die("no rows in %.*s", STR_FMT(str_sub(client_body(c), 0, 200)));
	return n;
}
