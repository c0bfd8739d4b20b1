#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text/http.h"
#include "http/internal.h"

static void nothing(struct http_req *req)
{
	(void)req;
}

static const struct param some[] = { { .name = "q", .max = 10 }, { .name = "q", .max = 10 } };

static int build(struct arena *a, const struct route *r, size_t n, struct route_tree *t, struct note *why)
{
	const struct route *const tables[] = { r, NULL };
	return route_build(a, tables, &n, t, why);
}

static const struct route routes[] = {
	{ .methods = HTTP_GET, .path = "/", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET, .path = "/asset/new", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET | HTTP_POST, .path = "/asset/:id", .handler = nothing, .need = 1 },
	{ .methods = HTTP_DELETE, .path = "/asset/:other", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET, .path = "/:register/:id/edit", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET, .path = "/static/:file*", .handler = nothing, .flags = ROUTE_PUBLIC },
	{ .methods = HTTP_GET, .path = "/:a/:b/:c/:d", .handler = nothing, .need = 1 },
};

static struct route_match find(const char *raw, enum http_method m)
{
	static char out[1000];
	struct arena *a = arena_new(LIMIT_ARENA);
	struct route_tree t;
	struct route_path p;
	struct route_match found = { .allowed = 0 };
	struct note why;
	assert_int_equal(build(a, routes, COUNT_OF(routes), &t, &why), 0);
	assert_int_equal(route_split(str_of(raw), out, &p), 0);
	route_find(&t, &p, m, &found);
	arena_free(a);
	return found;
}

static void finds(void **state)
{
	(void)state;
	assert_ptr_equal(find("/", HTTP_GET).route, &routes[0]);
	assert_ptr_equal(find("/asset/new", HTTP_GET).route, &routes[1]);
	assert_ptr_equal(find("/%61sset/ne%77", HTTP_GET).route, &routes[1]);
	struct route_match m = find("/asset/AST-1", HTTP_GET);
	assert_ptr_equal(m.route, &routes[2]);
	assert_true(str_eq_z(m.capture[0], "AST-1"));
	assert_null(m.capture[1].p);
	/* exact beats capture, but a method that only the capture has is still found */
	assert_ptr_equal(find("/asset/new", HTTP_POST).route, &routes[2]);
	assert_ptr_equal(find("/asset/7", HTTP_DELETE).route, &routes[3]);
	/* the exact branch leads nowhere: back to the captures */
	m = find("/asset/new/edit", HTTP_GET);
	assert_ptr_equal(m.route, &routes[4]);
	assert_true(str_eq_z(m.capture[0], "asset") && str_eq_z(m.capture[1], "new"));
	m = find("/asset/%E5%9F%8E%2Fx", HTTP_GET);
	assert_true(str_eq_z(m.capture[0], "城/x"));
	m = find("/static/css/app.css", HTTP_GET);
	assert_ptr_equal(m.route, &routes[5]);
	assert_true(str_eq_z(m.capture[0], "css/app.css"));
	/* the four captures of a longer pattern do not leak into a shorter one */
	m = find("/static/a/b/c", HTTP_GET);
	assert_ptr_equal(m.route, &routes[5]);
	assert_true(str_eq_z(m.capture[0], "a/b/c"));
	assert_null(m.capture[1].p);
}

static void finds_nothing(void **state)
{
	(void)state;
	static const char *const absent[] = {
		"/asset", "/asset/", "/asset/new/", "//", "/asset//edit", "/static", "/static/", "/static/../asset/new",
		"/static/a%2Fb", "/static/%2e%2e/x", "/nothing/at", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
	};
	for (size_t i = 0; i < COUNT_OF(absent); i++) {
		struct route_match m = find(absent[i], HTTP_GET);
		if (m.route && !(m.route == &routes[6])) fail_msg("found: %s", absent[i]);
		if (m.route == &routes[6] && i != 7) fail_msg("captured: %s", absent[i]);
	}
	struct route_match m = find("/asset/new", HTTP_PUT);
	assert_null(m.route);
	assert_int_equal(m.allowed, HTTP_GET | HTTP_POST | HTTP_DELETE);
	m = find("/asset/new", (enum http_method)0);
	assert_null(m.route);
	assert_int_equal(m.allowed, HTTP_GET | HTTP_POST | HTTP_DELETE);
	assert_int_equal(find("/nothing", HTTP_GET).allowed, 0);
}

static void splits(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "asset", "*", "http://host/", "/%", "/%2", "/%zz", "/%00", "/a%0Ab", "/a%09", "/%FF", "/%7f", "/\x01", "/\xff",
	};
	char out[100];
	struct route_path p;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (route_split(str_of(bad[i]), out, &p) != ERR_SYNTAX) fail_msg("accepted: %s", bad[i]);
	assert_int_equal(route_split(STR("/a%20b/+/%e5%9f%8e"), out, &p), 0);
	assert_int_equal(p.segments, 3);
	assert_true(str_eq_z(p.path, "/a b/+/城"));
	assert_true(str_eq_z(p.segment[1], "+"));
	assert_false(p.odd);
}

static void refuses_bad_tables(void **state)
{
	(void)state;
	static const struct {
		struct route r[2];
		size_t n;
		msg_id why;
	} bad[] = {
		{ { { .methods = 1, .path = "/a", .handler = nothing } }, 1, MSG_HTTP_ROUTE_NEED },
		{ { { .methods = 1, .path = "/a", .need = 1 } }, 1, MSG_HTTP_ROUTE_METHODS },
		{ { { .path = "/a", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_METHODS },
		{ { { .methods = 64, .path = "/a", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_METHODS },
		{ { { .methods = 2, .path = "/a", .handler = nothing, .need = 1, .flags = ROUTE_QUICK } }, 1, MSG_HTTP_ROUTE_METHODS },
		{ { { .methods = 1, .path = "a", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_PATTERN },
		{ { { .methods = 1, .path = "/a/", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_PATTERN },
		{ { { .methods = 1, .path = "/a//b", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_PATTERN },
		{ { { .methods = 1, .path = "/a/:", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_PATTERN },
		{ { { .methods = 1, .path = "/a/:*", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_PATTERN },
		{ { { .methods = 1, .path = "/:x*/b", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_PATTERN },
		{ { { .methods = 1, .path = "/a b", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_PATTERN },
		{ { { .methods = 1, .path = "/:a/:b/:c/:d/:e", .handler = nothing, .need = 1 } }, 1, MSG_HTTP_ROUTE_PATTERN },
		{ { { .methods = 3, .path = "/:a/b", .handler = nothing, .need = 1 },
		    { .methods = 1, .path = "/:c/b", .handler = nothing, .need = 1 } }, 2, MSG_HTTP_ROUTE_TWICE },
		{ { { .methods = 1, .path = "/a", .handler = nothing, .need = 1, .params = some, .param_count = 2 } }, 1,
		  MSG_HTTP_ROUTE_PARAM },
		{ { { .methods = 1, .path = "/a", .handler = nothing, .need = 1, .flags = ROUTE_OWN_PARAMS } }, 1,
		  MSG_HTTP_ROUTE_PARAM },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct arena *a = arena_new(LIMIT_ARENA);
		struct route_tree t;
		struct note why = NOTE0(MSG_NONE);
		assert_int_equal(build(a, bad[i].r, bad[i].n, &t, &why), ERR_INVALID);
		if (why.id != bad[i].why) fail_msg("case %zu: message %d", i, (int)why.id);
		assert_true(str_eq_z(why.arg[0].s, bad[i].r[bad[i].n - 1].path));
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(finds_nothing),
		cmocka_unit_test(splits),
		cmocka_unit_test(refuses_bad_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
