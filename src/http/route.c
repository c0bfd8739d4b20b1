/*
 * Route tables become a tree of path segments at start; a request walks it. An exact segment beats a capture, a capture
 * beats the rest of the path; where the better branch leads nowhere the next one is tried.
 */
#include "http/internal.h"

#include "base/text.h"
#include "base/text/http.h"

#define PATTERN_MAX 200
#define ROUTES_MAX 2000

struct route_node {
	struct str literal;
	struct route_node *child, *next; /* exact segments below, and beside */
	struct route_node *capture;      /* ":x" below */
	const struct route *route[METHODS];
	const struct route *rest[METHODS]; /* ":x*" below */
	bool has_route, has_rest;
};

const char *method_name(unsigned method)
{
	switch (method) {
	case HTTP_GET: return "GET";
	case HTTP_POST: return "POST";
	case HTTP_PATCH: return "PATCH";
	case HTTP_DELETE: return "DELETE";
	case HTTP_PUT: return "PUT";
	default: return "";
	}
}

int route_split(struct str raw, char *out, struct route_path *ret)
{
	if (!raw.n || raw.p[0] != '/') return ERR_SYNTAX;
	size_t at = 0;
	*ret = (struct route_path){ .path = { out, 0 } };
	struct str rest = str_sub(raw, 1, raw.n);
	for (bool more = true; more;) {
		ptrdiff_t slash = str_find_char(rest, '/');
		struct str part = slash < 0 ? rest : str_sub(rest, 0, (size_t)slash);
		more = slash >= 0;
		if (more) rest = str_sub(rest, (size_t)slash + 1, rest.n);
		out[at++] = '/';
		ptrdiff_t n = percent_decode(part, false, out + at);
		if (n < 0) return ERR_SYNTAX;
		struct str segment = { out + at, (size_t)n };
		at += (size_t)n;
		if (str_eq_z(segment, ".") || str_eq_z(segment, "..") || str_find_char(segment, '/') >= 0)
			ret->odd = true;
		if (ret->segments == ROUTE_SEGMENTS) ret->too_deep = true;
		else ret->segment[ret->segments++] = segment;
	}
	ret->path.n = at;
	if (ret->segments == 1 && !ret->segment[0].n) ret->segments = 0; /* "/" */
	for (size_t i = 0; i < at; i++)
		if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f) return ERR_SYNTAX;
	return text_valid(ret->path) ? 0 : ERR_SYNTAX;
}

static struct route_node *child_of(const struct route_node *n, struct str literal)
{
	for (struct route_node *c = n->child; c; c = c->next)
		if (str_eq(c->literal, literal)) return c;
	return NULL;
}

static bool key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

static bool key_valid(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!key_char(s.p[i])) return false;
	return s.n > 0;
}

/* Puts one route into the tree; the message of what is wrong with it, or MSG_NONE. */
static msg_id add(struct arena *a, struct route_node *root, const struct route *r)
{
	struct str rest = str_of(r->path);
	struct route_node *n = root;
	const struct route **slot = NULL;
	unsigned captures = 0, segments = 0;
	if (!rest.n || rest.n > PATTERN_MAX || rest.p[0] != '/') return MSG_HTTP_ROUTE_PATTERN;
	rest = str_sub(rest, 1, rest.n);
	struct str part;
	bool ends_open = str_ends(rest, STR("/"));
	while (rest.n && str_cut(&rest, '/', &part)) {
		bool star = str_ends(part, STR("*"));
		if (slot || ++segments > ROUTE_SEGMENTS) return MSG_HTTP_ROUTE_PATTERN;
		if (!str_starts(part, STR(":"))) {
			if (!key_valid(part)) return MSG_HTTP_ROUTE_PATTERN;
			struct route_node *c = child_of(n, part);
			if (!c) {
				c = ARENA_NEW(a, struct route_node);
				*c = (struct route_node){ .literal = part, .next = n->child };
				n->child = c;
			}
			n = c;
			continue;
		}
		if (!key_valid(str_sub(part, 1, part.n - 1 - star)) || ++captures > ROUTE_CAPTURES)
			return MSG_HTTP_ROUTE_PATTERN;
		if (star) {
			slot = n->rest;
			n->has_rest = true;
		} else {
			if (!n->capture) n->capture = ARENA_NEW(a, struct route_node);
			n = n->capture;
		}
	}
	if (ends_open) return MSG_HTTP_ROUTE_PATTERN;
	if (!slot) {
		slot = n->route;
		n->has_route = true;
	}
	for (unsigned i = 0; i < METHODS; i++) {
		if (!(r->methods & 1u << i)) continue;
		if (slot[i]) return MSG_HTTP_ROUTE_TWICE;
		slot[i] = r;
	}
	return MSG_NONE;
}

static msg_id check(const struct route *r, struct str *ret_param)
{
	if (!r->handler || !r->methods || r->methods >> METHODS) return MSG_HTTP_ROUTE_METHODS;
	if ((r->flags & ROUTE_QUICK) && r->methods != HTTP_GET) return MSG_HTTP_ROUTE_METHODS;
	if ((!r->need || r->flags & ROUTE_NAMELESS) && !(r->flags & ROUTE_PUBLIC)) return MSG_HTTP_ROUTE_NEED;
	if (r->param_count && !r->params) return MSG_HTTP_ROUTE_PARAM;
	if (!(r->flags & ROUTE_OWN_PARAMS) != !r->params_of) return MSG_HTTP_ROUTE_PARAM;
	for (size_t i = 0; i < r->param_count; i++) {
		const struct param *p = &r->params[i];
		*ret_param = str_of(p->name);
		if (!ret_param->n || str_eq_z(*ret_param, "csrf") || (p->min < 0 && p->type != PARAM_INT) || p->max < p->min)
			return MSG_HTTP_ROUTE_PARAM;
		if (p->type == PARAM_FILE && (!(r->flags & ROUTE_UPLOAD) || p->max > (int64_t)LIMIT_UPLOAD))
			return MSG_HTTP_ROUTE_PARAM;
		for (size_t j = 0; j < i; j++)
			if (str_eq_z(*ret_param, r->params[j].name)) return MSG_HTTP_ROUTE_PARAM;
	}
	return MSG_NONE;
}

int route_build(struct arena *a, const struct route *const *tables, const size_t *counts, struct route_tree *ret,
                struct note *ret_why)
{
	struct route_node *root = ARENA_NEW(a, struct route_node);
	for (size_t t = 0; tables && tables[t]; t++) {
		for (size_t i = 0; i < counts[t]; i++) {
			const struct route *r = &tables[t][i];
			struct str param = STR_NULL;
			msg_id wrong = check(r, &param);
			if (!wrong) wrong = add(a, root, r);
			if (wrong) {
				*ret_why = NOTE(wrong, ARG_S(str_of(r->path)), ARG_S(param));
				return ERR_INVALID;
			}
		}
	}
	ret->root = root;
	return 0;
}

struct walk {
	const struct route_path *path;
	unsigned method; /* index; METHODS for a method that no route has */
	struct str capture[ROUTE_CAPTURES];
	unsigned allowed;
};

static const struct route *pick(struct walk *w, const struct route *const *by_method)
{
	for (unsigned i = 0; i < METHODS; i++)
		if (by_method[i]) w->allowed |= 1u << i;
	return w->method < METHODS ? by_method[w->method] : NULL;
}

static const struct route *walk(struct walk *w, const struct route_node *n, unsigned depth, unsigned captures)
{
	const struct route_path *p = w->path;
	if (depth == p->segments) return n->has_route && !p->too_deep ? pick(w, n->route) : NULL;
	struct str segment = p->segment[depth];
	const struct route *r = NULL;
	const struct route_node *exact = child_of(n, segment);
	if (exact) r = walk(w, exact, depth + 1, captures);
	if (!r && n->capture && segment.n) {
		w->capture[captures] = segment;
		r = walk(w, n->capture, depth + 1, captures + 1);
	}
	if (!r && n->has_rest && segment.n && !p->odd) {
		size_t from = (size_t)(segment.p - p->path.p);
		w->capture[captures] = str_sub(p->path, from, p->path.n);
		r = pick(w, n->rest);
		/* what deeper attempts left behind does not belong to this route */
		for (unsigned i = captures + 1; r && i < ROUTE_CAPTURES; i++) w->capture[i] = STR_NULL;
	}
	return r;
}

void route_find(const struct route_tree *t, const struct route_path *p, enum http_method method, struct route_match *ret)
{
	struct walk w = { .path = p, .method = method ? (unsigned)__builtin_ctz(method) : METHODS };
	*ret = (struct route_match){ .route = walk(&w, t->root, 0, 0) };
	ret->allowed = w.allowed;
	if (!ret->route) return;
	/* only as many captures as the pattern has: a failed branch may have written more */
	unsigned n = 0;
	for (const char *c = ret->route->path; *c; c++)
		if (c[0] == '/' && c[1] == ':') n++;
	for (unsigned i = 0; i < n && i < ROUTE_CAPTURES; i++) ret->capture[i] = w.capture[i];
}
