/* For tests of the pages: a server over the test database on loopback, and browsers with cookies. */
#ifndef AUTH_TEST_WEB_H
#define AUTH_TEST_WEB_H

#include "auth/test_support.h"

#include "auth/pages.h"
#include "auth/password.h"
#include "base/helper.h"
#include "base/text/auth.h"
#include "http/test_client.h"

#include <limits.h>

#define PASSWORD "wakaba-yama-hashi"
#define NEW_PASSWORD "tsukimi-zutsumi-kawa"

static struct http_server *server;
static unsigned port;
static struct office office;
static struct str known_hash;

/* ---- routes to guard ---- */

static void say(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	req->answer->type = STR("text/plain; charset=utf-8");
	buf_printf(&req->answer->body, "kind %d ops %u statements %u", p->kind, auth_ops(p, REG_THING), db_statement_count(true));
}

static void say_thing(struct http_req *req)
{
	int64_t id = 0;
	assert_int_equal(num_parse_i64(req->capture[0], 0, 1000, &id), 0);
	struct db_conn *c = db_read_begin(db);
	bool may = auth_allows(c, auth_principal(req), REG_THING, OP_READ, id, id);
	db_read_end(db, &c);
	if (may)
		say(req);
	else
		http_fail(req, 404, NOTE0(MSG_AUTH_GONE));
}

static const struct route test_routes[] = {
	{ HTTP_GET, "/thing/thing", say, ROUTE_QUICK, NEED_REGISTER, NULL, 0, NULL },
	{ HTTP_POST, "/thing/thing", say, 0, NEED_REGISTER, NULL, 0, NULL },
	{ HTTP_GET, "/thing/thing/:id", say_thing, ROUTE_QUICK, NEED_REGISTER, NULL, 0, NULL },
	{ HTTP_GET, "/overview", say, ROUTE_QUICK, NEED_OVERVIEW, NULL, 0, NULL },
	{ HTTP_GET, "/api/v1/thing", say, ROUTE_QUICK | ROUTE_API, NEED_REGISTER, NULL, 0, NULL },
	{ HTTP_POST, "/api/v1/thing", say, ROUTE_API, NEED_REGISTER, NULL, 0, NULL },
};

/* Things 1-5 are records of unit of the same number. */
static int test_record(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct str code, enum lang lang,
                       struct auth_record *ret)
{
	(void)lang;
	if (id == 0 && (!str_starts(code, STR("THG-")) || num_parse_i64(str_sub(code, 4, 4), 1, 5, &id) < 0))
		return ERR_NOT_FOUND;
	if (!auth_allows(c, p, REG_THING, OP_READ, id, id))
		return ERR_NOT_FOUND;
	*ret = (struct auth_record){ .id = id, .unit_id = id, .reg = REG_THING, .code = str_printf(a, "THG-%lld", (long long)id),
		.title = str_printf(a, "<thing %lld>", (long long)id), .path = str_printf(a, "/thing/thing/%lld", (long long)id) };
	return 0;
}
static const struct auth_world test_world = { .record = test_record };

static UNUSED void web_up(void)
{
	base_up();
	auth_set_world(&test_world);
	office = (struct office){ .db = db, .data_dir = str_of(test_dir) };
	memset(office.key, 7, sizeof office.key);
	if (!known_hash.n) {
		static char kept[300];
		struct str h;
		assert_int_equal(password_hash(mem, STR(PASSWORD), &h), 0);
		assert_true(h.n < sizeof kept);
		memcpy(kept, h.p, h.n);
		known_hash = (struct str){ kept, h.n };
	}
	const struct route *const tables[] = { auth_routes, test_routes, NULL };
	const size_t counts[] = { auth_route_count, COUNT_OF(test_routes) };
	struct http_options o = { .listen = STR("127.0.0.1:0"), .routes = tables, .route_counts = counts, .guard = auth_guard, .app = &office,
		                      .workers = 4 };
	struct note why = NOTE0(MSG_NONE);
	int r = http_start(&o, &server, &why);
	if (r < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &why)));
	port = http_port(server);
}

static UNUSED void web_down(void)
{
	http_stop(server);
	auth_stop();
	auth_set_world(NULL);
	base_down();
}

static UNUSED void web_helpers(void)
{
	static char dir[PATH_MAX];
	/* build/test/auth/test_...: the helpers lie in build. */
	if (readlink("/proc/self/exe", dir, sizeof dir - 1) < 0)
		die("readlink");
	for (int i = 0; i < 3; i++)
		*strrchr(dir, '/') = '\0';
	helper_set_dir(str_of(dir));
}

/* An account with the password PASSWORD. */
static UNUSED int64_t person(const char *login)
{
	return account(login, str_z(mem, known_hash));
}

/* ---- browsers ---- */

struct browser {
	struct str cookie[6]; /* "name=value" */
	size_t cookies;
	struct str csrf;
	/* of the last answer: */
	int status;
	struct str body, location, retry;
	/* what a rude one sends instead */
	const char *origin, *site;
	struct str bearer;
	bool no_csrf;
};

static UNUSED void keep_cookie(struct browser *b, struct str line)
{
	struct str pair = str_sub(line, 0, (size_t)str_find_char(line, ';'));
	struct str name = str_sub(pair, 0, (size_t)str_find_char(pair, '=') + 1);
	size_t at = b->cookies;
	for (size_t i = 0; i < b->cookies; i++)
		if (str_starts(b->cookie[i], name))
			at = i;
	if (at == b->cookies)
		b->cookies++;
	assert_true(b->cookies <= COUNT_OF(b->cookie));
	b->cookie[at] = str_dup(mem, pair);
	/* deleted */
	if (pair.n == name.n)
		b->cookie[at] = b->cookie[--b->cookies];
}

static UNUSED int ask(struct browser *b, const char *method, const char *path, struct str form)
{
	struct buf q;
	buf_init(&q, 1u << 20);
	buf_printf(&q, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept-Language: ja\r\nConnection: close\r\n", method, path, port);
	for (size_t i = 0; i < b->cookies; i++)
		buf_printf(&q, "%s%.*s%s", i ? "; " : "Cookie: ", STR_FMT(b->cookie[i]), i + 1 == b->cookies ? "\r\n" : "");
	if (b->bearer.n)
		buf_printf(&q, "Authorization: Bearer %.*s\r\n", STR_FMT(b->bearer));
	if (str_eq_z(str_of(method), "POST")) {
		if (b->origin)
			buf_printf(&q, "Origin: %s\r\n", b->origin);
		else if (!b->bearer.n)
			buf_printf(&q, "Origin: http://127.0.0.1:%u\r\n", port);
		if (b->site)
			buf_printf(&q, "Sec-Fetch-Site: %s\r\n", b->site);
		struct buf f;
		buf_init(&f, 1u << 20);
		buf_str(&f, form);
		if (!b->no_csrf && b->csrf.n) {
			if (form.n)
				buf_lit(&f, "&");
			buf_lit(&f, "csrf=");
			buf_str(&f, b->csrf);
		}
		buf_printf(&q, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n", f.n);
		buf_str(&q, buf_view(&f));
		buf_release(&f);
	} else {
		buf_lit(&q, "\r\n");
	}
	struct reply r = fetch(port, buf_view(&q));
	buf_release(&q);
	b->status = r.status;
	b->body = str_dup(mem, r.body);
	b->location = str_dup(mem, reply_header(&r, "Location"));
	b->retry = str_dup(mem, reply_header(&r, "Retry-After"));
	struct str rest = r.head, line;
	while (rest.n && str_cut(&rest, '\n', &line))
		if (str_starts(line, STR("Set-Cookie: ")))
			keep_cookie(b, str_sub(line, 12, line.n));
	ptrdiff_t at = str_find(b->body, STR("name=\"csrf\" content=\""));
	if (at >= 0) {
		struct str from = str_sub(b->body, (size_t)at + 21, b->body.n);
		b->csrf = str_sub(from, 0, (size_t)str_find_char(from, '"'));
	}
	buf_release(&r.memory);
	return b->status;
}

static UNUSED int get(struct browser *b, const char *path)
{
	return ask(b, "GET", path, STR(""));
}

static UNUSED int post(struct browser *b, const char *path, const char *form)
{
	return ask(b, "POST", path, str_of(form));
}

static UNUSED bool shows(const struct browser *b, struct str s)
{
	return str_contains(b->body, s);
}

#define SHOWS(b, id) assert_true(shows((b), msg(LANG_JA, (id))))

static UNUSED int sign_in(struct browser *b, const char *login, const char *password)
{
	assert_int_equal(get(b, "/sign-in"), 200);
	return post(b, "/sign-in", str_z(mem, str_printf(mem, "login=%s&password=%s&return=/thing/thing", login, password)));
}

static UNUSED void signed_in(struct browser *b, const char *login)
{
	*b = (struct browser){ .status = 0 };
	assert_int_equal(sign_in(b, login, PASSWORD), 303);
	assert_true(str_eq(b->location, STR("/thing/thing")));
	assert_int_equal(get(b, "/account"), 200);
}

/* Entries of one kind in the trail. */
static UNUSED size_t trail_count(enum audit_kind kind)
{
	auth_flush();
	struct db_conn *c = db_read_begin(db);
	struct audit_filter f = { .kind = kind, .limit = 1000 };
	struct audit_entry *e;
	size_t n;
	assert_int_equal(audit_list(c, mem, &f, &e, &n), 0);
	db_read_end(db, &c);
	return n;
}

/* What stands between two literals of the body. */
static UNUSED struct str between(const struct browser *b, const char *from, const char *to)
{
	ptrdiff_t at = str_find(b->body, str_of(from));
	if (at < 0)
		fail_msg("no %s in the page", from);
	struct str rest = str_sub(b->body, (size_t)at + strlen(from), b->body.n);
	ptrdiff_t end = str_find(rest, str_of(to));
	assert_true(end >= 0);
	return str_sub(rest, 0, (size_t)end);
}

#endif
