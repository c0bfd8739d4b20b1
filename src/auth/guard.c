/*
 * The guard: who asks, may they use this route, does a change of state come from a page of ours. It runs before every
 * handler, on the same thread, and costs one statement when the principal is known.
 */
#include "auth/session.h"
#include "auth/store.h"

#include "base/text.h"
#include "base/text/auth.h"

const struct principal *auth_principal(const struct http_req *req)
{
	static const struct principal nobody;
	return req->principal ? req->principal : &nobody;
}

/* The token that forms of this session (or, before sign-in, of this browser) must carry: a digest under the office's key,
 * so that nothing needs to be stored. */
static struct str csrf_of(struct http_req *req, struct str secret)
{
	struct hash h;
	uint8_t digest[HASH_SIZE];
	hash_begin_keyed(&h, office_of(req)->key, 32);
	hash_add(&h, "csrf", 5);
	hash_add(&h, secret.p, secret.n);
	hash_end(&h, digest);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	hash_put_base64url(&b, digest, sizeof digest);
	return str_dup(req->arena, buf_view(&b));
}

/* Pages with a form before sign-in need something to bind the token to. */
static void visitor(struct http_req *req)
{
	struct str visit = http_cookie(req, "visit");
	if (visit.n == 0 || visit.n > 64) {
		if (req->method != HTTP_GET || (req->route->flags & (ROUTE_QUICK | ROUTE_API)))
			return;
		visit = secret_new(req->arena);
		http_set_cookie(req, "visit", visit, DAY_MS / 1000);
	}
	req->csrf = csrf_of(req, visit);
}

static struct str bearer(struct http_req *req)
{
	struct str h = http_header(req, "Authorization");
	if (h.n <= 7 || h.n > 200 || !str_eq_nocase(str_sub(h, 0, 7), STR("Bearer ")))
		return STR_NULL;
	return str_trim(str_sub(h, 7, h.n - 7));
}

static int by_token(struct db_conn *c, struct http_req *req, struct str token, int64_t now, struct principal *ret)
{
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, token);
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT t.id, t.account_id, t.scope_write, t.used_at, (SELECT generation FROM auth_state WHERE id = 1) "
	            "FROM auth_token t WHERE t.revoked_at = 0 AND t.expires_at > ");
	sql_i64(&q, now);
	sql_lit(&q, " AND t.hash = ");
	sql_blob(&q, hash, sizeof hash);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r <= 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	int64_t id = stmt_i64(s, 0), account = stmt_i64(s, 1), used = stmt_i64(s, 3), generation = stmt_i64(s, 4);
	bool may_write = stmt_i64(s, 2) != 0;
	stmt_done(&s);
	r = principal_cached(c, req->arena, account, generation, ret);
	if (r < 0)
		return r;
	ret->kind = PRINCIPAL_TOKEN;
	ret->id = id;
	ret->read_only = !may_write;
	if (now - used > SESSION_TOUCH_MS)
		clerk_touch(office_of(req)->db, CLERK_TOKEN, id, now);
	return 0;
}

static int by_session(struct db_conn *c, struct http_req *req, struct str secret, bool link, int64_t now, struct principal *ret)
{
	struct session s;
	if (secret.n == 0 || secret.n > 64)
		return ERR_NOT_FOUND;
	int r = session_find(c, req->arena, secret, now, &s);
	if (r < 0)
		return r;
	if (link != (s.link_id != 0))
		return ERR_NOT_FOUND;
	r = link ? auth_principal_link(c, req->arena, s.link_id, ret)
	         : principal_cached(c, req->arena, s.account_id, s.generation, ret);
	if (r < 0)
		return r;
	ret->session_id = s.id;
	if (now - s.seen_at > SESSION_TOUCH_MS)
		clerk_touch(office_of(req)->db, CLERK_SESSION, s.id, now);
	req->csrf = csrf_of(req, secret);
	return 0;
}

/* Where the person wanted to go, for after the sign-in. */
static struct str wanted(struct http_req *req)
{
	CLEANUP(buf_release) struct buf to, all;
	buf_init(&to, LIMIT_URL);
	buf_init(&all, 4 * LIMIT_URL);
	buf_str(&to, req->path);
	for (size_t i = 0; i < req->queries; i++) {
		buf_char(&to, i ? '&' : '?');
		http_put_encoded(&to, req->query[i].name);
		buf_char(&to, '=');
		http_put_encoded(&to, req->query[i].value);
	}
	buf_lit(&all, "/sign-in");
	if (!buf_error(&to) && !str_eq(buf_view(&to), STR("/"))) {
		buf_lit(&all, "?return=");
		http_put_encoded(&all, buf_view(&to));
	}
	return str_dup(req->arena, buf_view(&all));
}

/* Nobody, or nobody any more: pages lead to the sign-in; what was being sent is refused with the way out. */
static int not_signed_in(struct http_req *req)
{
	if (req->route->flags & ROUTE_API) {
		http_set_header(req, "WWW-Authenticate", STR("Bearer"));
		http_fail(req, 401, NOTE0(MSG_AUTH_API_SIGN_IN));
	} else if (http_wants_fragment(req)) {
		/* A part of a page cannot show the sign-in: htmx goes there as a whole. */
		http_set_header(req, "HX-Redirect", STR("/sign-in"));
		http_fail(req, 401, NOTE0(MSG_AUTH_SESSION_ENDED));
	} else if (req->method == HTTP_GET) {
		http_redirect(req, wanted(req));
	} else {
		http_fail(req, 401, NOTE0(MSG_AUTH_SESSION_ENDED));
	}
	return ERR_DENIED;
}

static int refuse(struct http_req *req, const struct principal *p, struct note why)
{
	const char *method = req->method == HTTP_GET ? "GET" : req->method == HTTP_POST ? "POST" : req->method == HTTP_PATCH ? "PATCH"
	                     : req->method == HTTP_DELETE ? "DELETE" : "PUT";
	/* The path of a public route may be a secret that opens something: the trail gets its pattern. */
	struct str path = req->route->flags & ROUTE_PUBLIC ? str_of(req->route->path) : req->path;
	/* Strangers are not recorded: whoever asks without end would fill the trail. */
	if (p->kind != PRINCIPAL_NONE)
		auth_record_refusal(office_of(req)->db, p, str_printf(req->arena, "%s %.*s", method, STR_FMT(path)));
	http_fail(req, 403, why);
	return ERR_DENIED;
}

int auth_guard(struct http_req *req)
{
	struct office *o = office_of(req);
	struct principal *p = ARENA_NEW(req->arena, struct principal);
	int64_t now = clock_now();
	bool with_token = false;
	int r = ERR_NOT_FOUND;
	req->principal = p;

	if (req->route->flags & ROUTE_NAMELESS) {
		*p = (struct principal){ .kind = PRINCIPAL_NONE, .lang = req->lang };
		return req->method != HTTP_GET && !http_same_origin(req) ? refuse(req, p, NOTE0(MSG_AUTH_OTHER_SITE)) : 0;
	}
	if (req->local_operator) {
		*p = auth_operator();
		r = 0;
	} else {
		struct str token = req->route->flags & ROUTE_API ? bearer(req) : STR_NULL;
		struct str session = http_cookie(req, "session"), link = http_cookie(req, "link");
		/* Most of what strangers ask for needs no database: the styles of the sign-in page. */
		if (token.n || session.n || link.n) {
			struct db_conn *c = db_read_begin(o->db);
			if (token.n) {
				with_token = true;
				r = by_token(c, req, token, now, p);
			} else {
				r = by_session(c, req, session, false, now, p);
				if (r == ERR_NOT_FOUND)
					r = by_session(c, req, link, true, now, p);
			}
			db_read_end(o->db, &c);
		}
		if (r < 0 && r != ERR_NOT_FOUND) {
			http_fail(req, 503, NOTE0(MSG_AUTH_UNAVAILABLE));
			return r;
		}
	}
	if (r < 0)
		*p = (struct principal){ .kind = PRINCIPAL_NONE };
	p->address = req->address;

	struct str chosen = http_cookie(req, "lang");
	if (p->kind == PRINCIPAL_ACCOUNT || (p->kind == PRINCIPAL_TOKEN && !http_header(req, "Accept-Language").n))
		req->lang = p->lang;
	else if (str_eq_z(chosen, "ja"))
		req->lang = LANG_JA;
	else if (str_eq_z(chosen, "en"))
		req->lang = LANG_EN;
	p->lang = req->lang;

	bool open = req->route->flags & ROUTE_PUBLIC;
	if (p->kind == PRINCIPAL_NONE) {
		if (!open || with_token)
			return not_signed_in(req);
		visitor(req);
	}
	if (req->method != HTTP_GET && !with_token && !req->local_operator) {
		if (!http_same_origin(req))
			return refuse(req, p, NOTE0(MSG_AUTH_OTHER_SITE));
		if (!http_csrf_matches(req))
			return refuse(req, p, NOTE0(MSG_AUTH_CSRF));
	}
	if (open)
		return 0;
	if (req->method != HTTP_GET && p->read_only)
		return refuse(req, p, NOTE0(MSG_AUTH_TOKEN_READ_ONLY));
	if (!(p->needs & req->route->need)) {
		bool link = p->kind == PRINCIPAL_LINK;
		r = refuse(req, p, NOTE0(link ? MSG_AUTH_LINK_ONLY : MSG_AUTH_NOT_ALLOWED));
		/* A personal link has no other start page than its own. */
		if (link && req->method == HTTP_GET && !(req->route->flags & ROUTE_API) && !http_wants_fragment(req))
			http_redirect(req, STR("/l"));
		return r;
	}
	return 0;
}
