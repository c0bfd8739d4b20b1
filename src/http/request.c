/* What a request says about itself beside its parameters: headers, where it comes from, whether this site sent it. */
#include "http/internal.h"

#include "base/hash.h"
#include "base/num.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <sys/socket.h>

struct str http_header(const struct http_req *req, const char *name)
{
	const char *value = NULL;
	size_t n = 0;
	if (!req->connection) return STR_NULL;
	if (MHD_lookup_connection_value_n(req->connection->mhd, MHD_HEADER_KIND, name, strlen(name), &value, &n) != MHD_YES)
		return STR_NULL;
	struct str s = { value, n };
	return value && text_valid(s) ? s : STR_NULL;
}

struct str http_cookie(const struct http_req *req, const char *name)
{
	struct str header = http_header(req, "Cookie");
	if (!header.n) return STR_NULL;
	if (!req->tls) return http_parse_cookie(header, name);
	return http_parse_cookie(header, str_z(req->arena, str_printf(req->arena, "__Host-%s", name)));
}

bool http_wants_fragment(const struct http_req *req)
{
	return str_eq_z(http_header(req, "HX-Request"), "true") && !http_header(req, "HX-Boosted").n &&
	       !http_header(req, "HX-History-Restore-Request").n;
}

int address_parse(struct str s, struct address *ret)
{
	char z[INET6_ADDRSTRLEN];
	if (!s.n || s.n >= sizeof z) return ERR_SYNTAX;
	memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	struct address a = { .b = { [10] = 0xff, [11] = 0xff } };
	if (inet_pton(AF_INET, z, a.b + 12) != 1 && inet_pton(AF_INET6, z, a.b) != 1) return ERR_SYNTAX;
	*ret = a;
	return 0;
}

static struct str address_str(struct arena *arena, const struct address *a)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char z[INET6_ADDRSTRLEN];
	const char *ok = memcmp(a->b, mapped, sizeof mapped) == 0 ? inet_ntop(AF_INET, a->b + 12, z, sizeof z)
	                                                          : inet_ntop(AF_INET6, a->b, z, sizeof z);
	return ok ? str_dup(arena, str_of(ok)) : STR("");
}

static bool socket_address(struct MHD_Connection *c, struct address *ret)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (!info || !info->client_addr) return false;
	const void *sa = info->client_addr;
	*ret = (struct address){ .b = { [10] = 0xff, [11] = 0xff } };
	if (info->client_addr->sa_family == AF_INET) memcpy(ret->b + 12, &((const struct sockaddr_in *)sa)->sin_addr, 4);
	else if (info->client_addr->sa_family == AF_INET6) memcpy(ret->b, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
	else return false;
	return true;
}

int network_parse(struct str s, struct network *ret)
{
	const ptrdiff_t slash = str_find_char(s, '/');
	const struct str name = slash < 0 ? s : str_sub(s, 0, (size_t)slash);
	const unsigned width = str_find_char(name, ':') < 0 ? 32 : 128;
	struct network n;
	int64_t bits = width;
	if (address_parse(name, &n.address)) return ERR_SYNTAX;
	if (slash >= 0 && num_parse_i64(str_sub(s, (size_t)slash + 1, s.n), 0, width, &bits)) return ERR_SYNTAX;
	n.bits = (unsigned)bits + 128 - width;
	/* 10.0.0.7/8 is a mistake that would trust more than was meant. */
	for (unsigned i = n.bits; i < 128; i++)
		if (n.address.b[i / 8] >> (7 - i % 8) & 1) return ERR_SYNTAX;
	*ret = n;
	return 0;
}

bool network_has(const struct network *n, const struct address *a)
{
	const unsigned whole = n->bits / 8, rest = n->bits % 8;
	return memcmp(n->address.b, a->b, whole) == 0 &&
	       (!rest || (n->address.b[whole] ^ a->b[whole]) >> (8 - rest) == 0);
}

static bool trusted(const struct http_server *s, const struct address *a)
{
	for (size_t i = 0; i < s->proxies; i++)
		if (network_has(&s->proxy[i], a)) return true;
	return false;
}

struct last_value {
	const char *name;
	struct str value;
};

static enum MHD_Result take_last(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct last_value *l = cls;
	(void)kind;
	if (value && str_eq_nocase(str_of(key), str_of(l->name))) l->value = str_of(value);
	return MHD_YES;
}

/* A proxy appends: what stands last is its word, what stands before may be the client's invention. */
static struct str last_header(struct MHD_Connection *c, const char *name)
{
	struct last_value l = { .name = name };
	MHD_get_connection_values(c, MHD_HEADER_KIND, take_last, &l);
	return l.value;
}

static struct str last_element(struct str *list)
{
	size_t i = list->n;
	while (i && list->p[i - 1] != ',') i--;
	struct str part = str_trim(str_sub(*list, i, list->n));
	list->n = i ? i - 1 : 0;
	return part;
}

void request_origin(struct http_req *req)
{
	struct http_connection *c = req->connection;
	struct address a;
	if (!socket_address(c->mhd, &a)) return;
	if (c->server->proxies && trusted(c->server, &a)) {
		struct str list = last_header(c->mhd, "X-Forwarded-For"), protocol = last_header(c->mhd, "X-Forwarded-Proto");
		req->tls = str_eq_nocase(last_element(&protocol), STR("https"));
		struct address before;
		while (trusted(c->server, &a) && list.n && address_parse(last_element(&list), &before) == 0) a = before;
	}
	req->address = address_str(req->arena, &a);
}

static bool bearer(const struct http_req *req)
{
	struct str a = http_header(req, "Authorization");
	return a.n > 7 && str_eq_nocase(str_sub(a, 0, 7), STR("Bearer "));
}

bool http_same_origin(const struct http_req *req)
{
	struct str site = http_header(req, "Sec-Fetch-Site");
	if (site.n) return str_eq_z(site, "same-origin") || str_eq_z(site, "none");
	struct str origin = http_header(req, "Origin");
	if (!origin.n) return bearer(req);
	struct str own = req->connection->server->public_origin;
	if (own.n && str_eq_nocase(origin, own)) return true;
	struct str host = http_header(req, "Host"), scheme = req->tls ? STR("https://") : STR("http://");
	return host.n && str_starts(origin, scheme) && str_eq_nocase(str_sub(origin, scheme.n, origin.n), host);
}

bool http_csrf_matches(const struct http_req *req)
{
	struct str given = http_form(req, "csrf");
	if (!given.n) given = http_header(req, "X-CSRF-Token");
	return req->csrf.n && given.n == req->csrf.n && hash_equal(given.p, req->csrf.p, given.n);
}

struct str http_came_from(const struct http_req *req)
{
	if (!req->connection) return STR_NULL;
	const struct str own = req->connection->server->public_origin;
	struct str from = http_header(req, "Referer"), host = http_header(req, "Host");
	static const struct str schemes[] = { STR_INIT("https://"), STR_INIT("http://") };
	struct str path = own.n && str_starts(from, own) ? str_sub(from, own.n, from.n) : STR_NULL;
	for (size_t i = 0; i < COUNT_OF(schemes) && host.n; i++)
		if (str_starts(from, schemes[i]) && str_starts(str_sub(from, schemes[i].n, from.n), host))
			path = str_sub(from, schemes[i].n + host.n, from.n);
	return path.n && path.p[0] == '/' && !str_starts(path, STR("//")) && !str_starts(path, STR("/\\")) ? path : STR_NULL;
}
