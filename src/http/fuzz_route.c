/* Fuzz target: request paths, through decoding and matching. */
#include "http/internal.h"

#include "base/text.h"

static void nothing(struct http_req *req)
{
	(void)req;
}

static const struct route routes[] = {
	{ .methods = HTTP_GET, .path = "/", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET, .path = "/asset/new", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET | HTTP_POST, .path = "/asset/:id", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET, .path = "/:register/:id/edit", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET, .path = "/static/:file*", .handler = nothing, .flags = ROUTE_PUBLIC },
	{ .methods = HTTP_GET, .path = "/:a/:b/:c/:d", .handler = nothing, .need = 1 },
	{ .methods = HTTP_GET, .path = "/:a/:b/:rest*", .handler = nothing, .need = 1 },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct route *const tables[] = { routes, NULL };
	const size_t counts[] = { COUNT_OF(routes) };
	struct arena *a = arena_new(LIMIT_ARENA);
	struct route_tree tree;
	struct route_path path;
	struct note why;
	char *out = arena_alloc(a, size + 1);
	if (route_build(a, tables, counts, &tree, &why)) __builtin_trap();
	if (route_split((struct str){ (const char *)data, size }, out, &path) == 0) {
		if (path.path.n > size || !text_valid(path.path)) __builtin_trap();
		for (unsigned m = 0; m <= HTTP_PUT; m = m ? m << 1 : 1) {
			struct route_match match;
			route_find(&tree, &path, (enum http_method)m, &match);
			if (match.route && !(match.route->methods & m)) __builtin_trap();
			for (unsigned i = 0; i < ROUTE_CAPTURES; i++)
				if (match.capture[i].n > path.path.n) __builtin_trap();
		}
	}
	arena_free(a);
	return 0;
}
