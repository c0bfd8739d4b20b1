/*
 * Requests that nobody would send, over every route of the server and as everybody of the demo company, nobody included: with a
 * valid session and token, so that they get as far as the handlers. What must hold of every answer is in look(); what must hold
 * of every route that changes something is in refused_from_elsewhere(). The routes come from the table that `serve` uses.
 *
 * The choice of requests follows from a seed, which is printed: ISHIGAKI_SEED=N repeats it. ISHIGAKI_FULL=1 sends many more.
 */
#include "main/test_demo_office.h"

#include <inttypes.h>
#include <jansson.h>

#include "auth/session.h"
#include "base/num.h"
#include "base/random.h"
#include "base/text.h"
#include "base/text/http.h"
#include "db/audit.h"
#include "http/test_client.h"
#include "main/routes.h"
#include "register/import_pages.h"

#define MARK "<zq7"                /* of our own markup: never in an answer as it is */
#define PEOPLE 6                   /* of the demo company, and nobody */
#define NOBODY (PEOPLE - 1)
#define WORDS_MAX 6000

static struct http_server *server;
static unsigned port;
static uint64_t seed, state_of_chance;
static struct arena *scratch;      /* of one request */
static struct someone {
	int64_t account;
	struct str cookie, csrf;
	struct principal by;
} who[PEOPLE];
static struct one_id { int64_t id; struct str reg; } *ids; /* of all records */
static size_t id_count;
static bool tame;                  /* this request is right but for its texts: most have to be, to get anywhere */
static struct word { struct str name, value; } words[WORDS_MAX]; /* names and values that forms of ours hold */
static size_t word_count;
static size_t sent, elsewhere, by_status[6], tried_by_lead, done_by_lead;

/* ---- chance ---- */

static uint64_t chance(void)
{
	uint64_t z = state_of_chance += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static size_t below(size_t n)
{
	return (size_t)(chance() % n);
}

static bool one_in(size_t n)
{
	return below(n) == 0;
}

/* The register that a route names, or any. */
static const struct reg *register_for(const struct route *route)
{
	struct str rest = route ? str_of(route->path) : STR(""), part;
	const struct reg *named = NULL;
	while (str_cut(&rest, '/', &part))
		named = part.n && reg_find(part) ? reg_find(part) : named;
	return named ? named : reg_at(below(reg_count()));
}

/* ---- values ---- */

static struct str hostile(void)
{
	static const char *const text[] = {
		"\"'>" MARK " onload=x>", "javascript:" MARK "()", "' OR '1'='1", "');DROP TABLE record;--", "\" OR \"\"=\"", "1;SELECT 1", "%' ESCAPE '",
		"../../../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "/etc/passwd", "....//....//....//etc/passwd",
		"%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", "\r\nX-Zq7: 1\r\n\r\n" MARK, "%0d%0aX-Zq7: 1", "//zq7.example/",
		"https://zq7.example/", "\\\\zq7\\x", "=1+1", "@SUM(1)", "{{7*7}}", "${7*7}", "%s%s%n", "\xf0\x9f\xa6\x8a", "見本", "　", "\xe3\x80\x80\xe2\x80\xae",
		"-1", "0", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e999", "NaN", "null", "true", "2026-02-30", "0000-00-00",
		"9999-12-31", "2026-11-22", "<!--", "]]>", "&amp;" MARK, "", " ", ".", "-", "*", "#1", "#999999999", "mine", "\xc3\x28", "\xff\xfe", "a\tb",
		"[x](javascript:" MARK ")", "| a |\n|---|\n| " MARK " |", "```\n" MARK,
	};
	const size_t at = below(COUNT_OF(text) + 2);
	if (at < COUNT_OF(text))
		return str_of(text[at]);
	struct buf b;
	buf_init(&b, 1 << 20);
	for (size_t n = one_in(4) ? below(6000) : below(40); n; n--)
		buf_char(&b, at == COUNT_OF(text) ? 'a' : (char)(1 + below(255)));
	struct str s = str_dup(scratch, buf_view(&b));
	buf_release(&b);
	return s;
}

static struct str number(void)
{
	if (!tame && one_in(3))
		return hostile();
	return str_printf(scratch, "%lld", (long long)(one_in(3) ? (int64_t)below(20) : ids[below(id_count)].id));
}

/* The id of a row of the register, where chance finds one. */
static struct str id_in(const struct reg *r)
{
	size_t at = below(id_count);
	for (size_t n = 0; n < id_count && !str_eq_z(ids[at].reg, r->name); n++)
		at = (at + 1) % id_count;
	return str_printf(scratch, "%lld", (long long)ids[at].id);
}

/* A value that a form of ours holds for that name. */
static struct str known_value(struct str name)
{
	const size_t from = word_count ? below(word_count) : 0;
	for (size_t i = 0; i < word_count; i++)
		if (str_eq(words[(from + i) % word_count].name, name))
			return words[(from + i) % word_count].value;
	return STR_NULL;
}

static struct str text_of(const struct param *rule)
{
	struct str s = hostile();
	while (tame && !text_valid(s))
		s = hostile();
	return tame ? text_clip(s, rule && rule->max ? (size_t)rule->max : 200) : s;
}

static struct str value_for(struct str name, const struct param *rule)
{
	struct str known = one_in(tame && rule && rule->type == PARAM_TEXT ? 2 : 4) ? STR_NULL : known_value(name);
	const struct reg *r = register_for(NULL);
	if (known.p)
		return known;
	if (!rule || (!tame && one_in(4)))
		return one_in(3) ? number() : text_of(rule);
	switch (rule->type) {
	case PARAM_INT:
		return rule->max ? str_printf(scratch, "%lld", (long long)(rule->min + (int64_t)below((size_t)(rule->max - rule->min) + 1))) : number();
	case PARAM_FLAG:
		return one_in(2) ? STR("1") : STR("");
	case PARAM_KEY:
		return one_in(4) ? STR("") : text_clip(one_in(2) ? str_of(r->name) : str_of(r->field[below(r->fields)].name), rule->max ? (size_t)rule->max : 200);
	default:
		return text_of(rule);
	}
}

/* ---- requests ---- */

struct asked {
	const struct route *route;
	const struct reg *reg;     /* that the path names, or any */
	const char *method;
	struct str path, type, body, header;
	int as;
};

static void encoded(struct buf *b, struct str s)
{
	http_put_encoded(b, s);
}

static struct str capture(struct asked *q, struct str name)
{
	if (!tame && one_in(4))
		return hostile();
	if (str_eq(name, STR("room")))
		return str_of(q->reg->room);
	if (str_eq(name, STR("register")))
		return str_of(q->reg->name);
	if (str_eq(name, STR("id")))
		return one_in(8) ? number() : id_in(q->reg);
	if (str_eq(name, STR("file")) || str_eq(name, STR("job")))
		return number();
	struct str known = known_value(name);
	return known.p && one_in(2) ? known : hostile();
}

static void put_path(struct asked *q, struct buf *b)
{
	struct str rest = str_of(q->route->path), part;
	rest = str_sub(rest, 1, rest.n);
	while (str_cut(&rest, '/', &part)) {
		buf_char(b, '/');
		if (!str_starts(part, STR(":")))
			buf_str(b, part);
		else if (str_ends(part, STR("*")) && one_in(2))
			buf_str(b, one_in(2) ? STR("%252e%252e%252f%252e%252e%252f%252e%252e%252f%252e%252e%252fetc%252fpasswd") : STR("..%2f..%2f..%2f..%2fetc%2fpasswd"));
		else
			encoded(b, capture(q, str_sub(part, 1, part.n - 1 - str_ends(part, STR("*")))));
	}
}

/* Names that a route decides about itself: fields, with what may stand behind them. */
static struct str own_name(const struct asked *q)
{
	static const char *const behind[] = { "", "", "", ".from", ".to", ".below", ".not", "_id" };
	static const char *const plain[] = { "q", "sort", "cursor", "limit", "archived", "id", "columns" };
	if (one_in(4) && (!tame || strcmp(q->method, "GET") == 0))
		return str_of(plain[below(COUNT_OF(plain))]);
	if (!tame && one_in(4) && word_count)
		return words[below(word_count)].name;
	return str_printf(scratch, "%s%s", q->reg->field[below(q->reg->fields)].name, tame ? "" : behind[below(COUNT_OF(behind))]);
}

static void put_pair(struct buf *b, struct str name, struct str value)
{
	if (b->n && b->p[b->n - 1] != '?')
		buf_char(b, '&');
	encoded(b, name);
	buf_char(b, '=');
	encoded(b, value);
}

static struct str sort_value(const struct asked *q)
{
	return str_printf(scratch, "%s%s", one_in(2) ? "-" : "", q->reg->field[below(q->reg->fields)].name);
}

/* Declared parameters, most of them, in any order but each once unless chance wants it; then some of the route's own. */
static void put_pairs(const struct asked *q, struct buf *b)
{
	const struct route *r = q->route;
	for (size_t i = 0; i < r->param_count; i++) {
		if (r->params[i].type == PARAM_FILE || one_in(3))
			continue;
		struct str name = str_of(r->params[i].name);
		put_pair(b, name, value_for(name, &r->params[i]));
		if (r->params[i].many && one_in(2))
			put_pair(b, name, value_for(name, &r->params[i]));
	}
	for (size_t n = r->params_of ? below(5) : one_in(30); n; n--) {
		struct str name = own_name(q);
		put_pair(b, name, str_eq(name, STR("sort")) && !one_in(4) ? sort_value(q) : value_for(name, NULL));
	}
}

static struct str upload(void)
{
	static const char *const files[] = {
		"\xef\xbb\xbfname,note\n\"" MARK "\",=1+1\n", "PK\x03\x04 no archive", "a\tb\n1\t2\n", "%PDF-1.7", MARK "script>", "",
	};
	return one_in(4) ? hostile() : str_of(files[below(COUNT_OF(files))]);
}

static struct str multipart(struct asked *q)
{
	struct buf b;
	buf_init(&b, 4 << 20);
	const struct route *r = q->route;
	buf_str(&b, str_printf(scratch, "--zq\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%.*s\r\n", STR_FMT(who[q->as].csrf)));
	for (size_t i = 0; i < r->param_count; i++) {
		struct str name = str_of(r->params[i].name);
		if (r->params[i].type == PARAM_FILE) {
			buf_str(&b, str_printf(scratch, "--zq\r\nContent-Disposition: form-data; name=\"%.*s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n", STR_FMT(name),
			                       one_in(2) ? "a.csv" : one_in(2) ? "../../zq7.html" : MARK ".svg", one_in(2) ? "text/html" : "application/octet-stream"));
			buf_str(&b, upload());
		} else if (!one_in(3)) {
			buf_str(&b, str_printf(scratch, "--zq\r\nContent-Disposition: form-data; name=\"%.*s\"\r\n\r\n", STR_FMT(name)));
			buf_str(&b, value_for(name, &r->params[i]));
		} else {
			continue;
		}
		buf_lit(&b, "\r\n");
	}
	if (!one_in(10))
		buf_lit(&b, "--zq--\r\n");
	struct str s = str_dup(scratch, buf_view(&b));
	buf_release(&b);
	return s;
}

static struct str json_body(const struct asked *q)
{
	struct buf b;
	struct json j;
	if (!tame && one_in(6))
		return hostile();
	buf_init(&b, 1 << 20);
	json_init(&j, &b);
	json_object_begin(&j);
	for (size_t n = below(8); n; n--) {
		const struct field *d = &q->reg->field[below(q->reg->fields)];
		json_key(&j, one_in(4) ? str_z(scratch, str_printf(scratch, "%s_id", d->name)) : d->name);
		struct str s = hostile();
		if (one_in(3))
			json_i64(&j, ids[below(id_count)].id);
		else if (one_in(6))
			json_str(&j, STR(""));
		else
			json_str(&j, text_valid(s) ? s : STR(MARK));
	}
	json_object_end(&j);
	struct str s = str_dup(scratch, buf_view(&b));
	buf_release(&b);
	return s;
}

static struct str written(const struct asked *q)
{
	struct str cookie = q->as == NOBODY ? str_printf(scratch, "Cookie: visit=%.*s\r\n", STR_FMT(who[NOBODY].cookie))
	                                    : str_printf(scratch, "Cookie: session=%.*s\r\n", STR_FMT(who[q->as].cookie));
	struct str type = q->type.n ? str_printf(scratch, "Content-Type: %.*s\r\n", STR_FMT(q->type)) : STR("");
	return str_printf(scratch, "%s %.*s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%.*s%.*s%.*sContent-Length: %zu\r\n\r\n%.*s", q->method,
	                  STR_FMT(q->path), STR_FMT(cookie), STR_FMT(q->header.p ? q->header : STR("")), STR_FMT(type), q->body.n,
	                  STR_FMT(q->body.p ? q->body : STR("")));
}

static void bad(const struct asked *q, const struct reply *r, const char *what)
{
	fail_msg("%s (seed %" PRIu64 ", request %zu, as %s)\n--- request\n%.*s\n--- answer\n%.*s%.*s", what, seed, sent,
	         q->as == NOBODY ? "nobody" : demo_people[q->as].login, STR_FMT(str_sub(written(q), 0, 3000)), STR_FMT(str_sub(r->head, 0, 1500)),
	         STR_FMT(str_sub(r->body, 0, 1500)));
}

/* ---- answers ---- */

/* What a form of ours holds becomes what later requests try. */
static void learn(struct str page)
{
	for (ptrdiff_t at; word_count < WORDS_MAX && (at = str_find(page, STR(" name=\""))) >= 0;) {
		page = str_sub(page, (size_t)at + 7, page.n);
		struct str name = str_sub(page, 0, (size_t)str_find_char(page, '"')), tag = str_sub(page, 0, (size_t)str_find_char(page, '>'));
		ptrdiff_t value = str_find(tag, STR(" value=\""));
		struct str v = value < 0 ? STR("") : str_sub(tag, (size_t)value + 8, tag.n);
		v = str_sub(v, 0, (size_t)str_find_char(v, '"'));
		if (!v.n || v.n > 200 || str_eq(name, STR("csrf")) || str_contains(v, STR("&")))
			continue;
		bool there = false;
		for (size_t i = 0; i < word_count && !there; i++)
			there = str_eq(words[i].name, name) && str_eq(words[i].value, v);
		if (!there)
			words[word_count++] = (struct word){ str_dup(mem, name), str_dup(mem, v) };
	}
}

static bool inside(struct str s)
{
	return str_starts(s, STR("/")) && !str_starts(s, STR("//")) && !str_contains(s, STR("\\"));
}

/* What holds of every answer. */
static void look(const struct asked *q, const struct reply *r)
{
	struct str type = reply_header(r, "Content-Type"), to = reply_header(r, "Location");
	by_status[r->status / 100 < 6 ? r->status / 100 : 0]++;
	if (r->status >= 500)
		bad(q, r, "the server failed");
	if (str_contains(r->head, STR("\nX-Zq7")))
		bad(q, r, "a header was smuggled in");
	if (str_contains(r->body, STR("root:x:0:0")))
		bad(q, r, "a file of the machine was read");
	if (to.n && !inside(to))
		bad(q, r, "led to another site");
	if (!str_eq(reply_header(r, "X-Content-Type-Options"), STR("nosniff")) ||
	    !str_contains(reply_header(r, "Content-Security-Policy"), STR("frame-ancestors 'none'")) || !reply_header(r, "Referrer-Policy").n)
		bad(q, r, "a header is missing");
	if (reply_header(r, "Access-Control-Allow-Origin").n)
		bad(q, r, "other sites are let in");
	if (r->body.n && (!type.n || (str_starts(type, STR("text/")) && !str_contains(type, STR("charset=utf-8")) && !str_contains(type, STR("text/csv")))))
		bad(q, r, "a type or its character set is missing");
	const bool page = str_starts(type, STR("text/html")) || str_starts(type, STR("image/svg"));
	static const char *const runs[] = { MARK, "href=\"javascript:", "src=\"javascript:", "action=\"javascript:", "'\"> onload" };
	for (size_t i = 0; i < COUNT_OF(runs) && page; i++)
		if (str_contains(r->body, str_of(runs[i])))
			bad(q, r, "markup came through");
	if (!(q->route->flags & ROUTE_PUBLIC) && !str_eq(reply_header(r, "Cache-Control"), STR("no-store")))
		bad(q, r, "a private answer may be kept by caches");
	if (str_contains(type, STR("json")) && r->body.n && !str_contains(type, STR("jsonl"))) {
		json_error_t e;
		json_t *v = json_loadb(r->body.p, r->body.n, JSON_DECODE_ANY, &e);
		if (!v)
			bad(q, r, "JSON that is none");
		json_decref(v);
	}
	const struct principal *by = &who[q->as].by;
	if (q->route->need && !(by->needs & q->route->need) && (r->status < 300 || r->status == 422))
		bad(q, r, "a route answered whom it must not");
	if (str_starts(type, STR("text/html")))
		learn(r->body);
}

static struct reply send_it(const struct asked *q)
{
	struct reply r = fetch(port, written(q));
	struct str all = str_dup(scratch, buf_view(&r.memory));
	r.head = str_sub(all, 0, r.head.n);
	r.body = str_sub(all, r.head.n, all.n);
	buf_release(&r.memory);
	sent++;
	return r;
}

/* ---- who asks ---- */

static void sign_in(struct http_req *req)
{
	int64_t id;
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 || auth_session_begin(req, id) < 0)
		http_fail(req, 500, NOTE0(MSG_HTTP_NOT_FOUND));
}
static const struct route test_routes[] = {
	{ .methods = HTTP_GET, .path = "/test-sign-in/:id", .handler = sign_in, .flags = ROUTE_PUBLIC },
};

static struct str cookie_of(const struct reply *r, const char *name)
{
	struct str before = str_printf(scratch, "Set-Cookie: %s=", name);
	ptrdiff_t at = str_find(r->head, before);
	struct str rest = at < 0 ? STR("") : str_sub(r->head, (size_t)at + before.n, r->head.n);
	return at < 0 ? STR("") : str_sub(rest, 0, (size_t)str_find_char(rest, ';'));
}

static struct str csrf_in(struct str page)
{
	const struct str before = STR("name=\"csrf\" content=\"");
	ptrdiff_t at = str_find(page, before);
	assert_true(at > 0);
	struct str rest = str_sub(page, (size_t)at + before.n, page.n);
	return str_sub(rest, 0, (size_t)str_find_char(rest, '"'));
}

/* What the requests may have taken from somebody they get back. */
static int repair(struct db_conn *c, void *arg)
{
	const int *i = arg;
	struct principal by = auth_system();
	int e = auth_account_active(c, scratch, &by, who[*i].account, true);
	if (e == 0 && *i != ROLE_CONTACT)
		e = auth_grant(c, scratch, &by, who[*i].account, *i, 0, STR(""));
	return e;
}

static void come_in(int i)
{
	struct asked q = { .method = "GET", .as = i, .path = STR("/search") };
	if (i == NOBODY) {
		if (who[i].cookie.n)
			return;
		q.path = STR("/sign-in");
		struct reply r = send_it(&q);
		who[i].cookie = str_dup(mem, cookie_of(&r, "visit"));
		who[i].csrf = str_dup(mem, csrf_in(r.body));
		return;
	}
	struct db_conn *c = db_read_begin(office->db);
	const int known = auth_principal_load(c, mem, who[i].account, &who[i].by);
	db_read_end(office->db, &c);
	if (known == 0 && who[i].cookie.n && send_it(&q).status == 200)
		return;
	assert_int_equal(db_write(office->db, repair, &i), 0);
	q.path = str_printf(scratch, "/test-sign-in/%lld", (long long)who[i].account);
	struct reply r = send_it(&q);
	assert_int_equal(r.status, 200);
	who[i].cookie = str_dup(mem, cookie_of(&r, "session"));
	q.path = STR("/search");
	r = send_it(&q);
	assert_int_equal(r.status, 200);
	who[i].csrf = str_dup(mem, csrf_in(r.body));
	c = db_read_begin(office->db);
	assert_int_equal(auth_principal_load(c, mem, who[i].account, &who[i].by), 0);
	db_read_end(office->db, &c);
}

/* ---- one route ---- */

static const char *method_of(unsigned method)
{
	return method == HTTP_GET ? "GET" : method == HTTP_POST ? "POST" : method == HTTP_PATCH ? "PATCH" : method == HTTP_DELETE ? "DELETE" : "PUT";
}

static void make_path(struct asked *q, bool query)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	put_path(q, &b);
	if (query) {
		buf_char(&b, '?');
		put_pairs(q, &b);
	}
	q->path = str_dup(scratch, buf_view(&b));
	buf_release(&b);
}

static struct str same_site(int as)
{
	return str_printf(scratch, "Sec-Fetch-Site: same-origin\r\nX-CSRF-Token: %.*s\r\n", STR_FMT(who[as].csrf));
}

/* A change of state without the form's token, or from a page of somebody else, is refused before anything is looked at. */
static void refused_from_elsewhere(const struct route *route, unsigned method, int as)
{
	if (as != NOBODY && route->need && !(who[as].by.needs & route->need))
		return;
	const char *const headers[] = { "Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: same-origin\r\nX-CSRF-Token: zq7\r\n",
		str_z(scratch, str_printf(scratch, "Sec-Fetch-Site: cross-site\r\nX-CSRF-Token: %.*s\r\n", STR_FMT(who[as].csrf))),
		str_z(scratch, str_printf(scratch, "Origin: https://zq7.example\r\nX-CSRF-Token: %.*s\r\n", STR_FMT(who[as].csrf))) };
	for (size_t i = 0; i < COUNT_OF(headers); i++) {
		struct asked q = { .route = route, .reg = register_for(route), .method = method_of(method), .as = as, .header = str_of(headers[i]) };
		tame = true;
		do
			make_path(&q, false);
		while (str_contains(q.path, STR("%")) || str_contains(q.path, STR("//"))); /* one that is a path of the route */
		struct reply r = send_it(&q);
		look(&q, &r);
		elsewhere++;
		if (r.status != 403 && !(as == NOBODY && !(route->flags & ROUTE_PUBLIC) && r.status == 401) && r.status != 404 && r.status != 414)
			bad(&q, &r, "a change of state was not refused that came from elsewhere");
		if (r.status == 404 && str_contains(r.head, STR("Allow:")))
			bad(&q, &r, "the wrong path");
	}
}

static void one_request(const struct route *route, unsigned method, int as)
{
	struct asked q = { .route = route, .reg = register_for(route), .method = method_of(method), .as = as };
	const bool change = method != HTTP_GET;
	tame = !one_in(3);
	make_path(&q, !change || route->flags & ROUTE_API);
	q.header = same_site(as);
	if (one_in(8))
		q.header = str_printf(scratch, "%.*sHX-Request: true\r\nRange: bytes=0-%zu\r\nIf-Match: %s\r\nAccept-Language: en;q=%zu\r\n", STR_FMT(q.header),
		                      below(100), one_in(2) ? "*" : "\"x\"", below(1000));
	if (change && route->flags & ROUTE_UPLOAD && !one_in(6)) {
		q.type = STR("multipart/form-data; boundary=zq");
		q.body = multipart(&q);
	} else if (change && route->flags & ROUTE_API) {
		q.type = STR("application/json");
		q.body = json_body(&q);
		if (one_in(2))
			q.header = str_printf(scratch, "%.*sIf-Match: *\r\n", STR_FMT(q.header));
	} else if (change) {
		struct buf b;
		buf_init(&b, 4 << 20);
		buf_str(&b, str_printf(scratch, "csrf=%.*s", STR_FMT(who[as].csrf)));
		put_pairs(&q, &b);
		q.type = STR("application/x-www-form-urlencoded");
		q.body = str_dup(scratch, buf_view(&b));
		buf_release(&b);
	}
	if (q.path.n > 7000)
		return;
	struct reply r = send_it(&q);
	look(&q, &r);
	tried_by_lead += as == ROLE_LEAD;
	done_by_lead += as == ROLE_LEAD && r.status < 400;
}

/* ---- one probe after the other ---- */

static const char *const probes[] = {
	"x\"'>" MARK " onload=x>", "x' OR '1'='1", "../../../../../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
};

/* A right request of the route but for one value: of the nth capture, or of the parameter. */
static void probe(const struct route *route, unsigned method, int as, size_t nth, const char *param, const char *value)
{
	struct asked q = { .route = route, .reg = register_for(route), .method = method_of(method), .as = as, .header = same_site(as) };
	struct buf b;
	struct str rest = str_of(route->path), part;
	tame = true;
	buf_init(&b, 1 << 20);
	rest = str_sub(rest, 1, rest.n);
	for (size_t n = 0; str_cut(&rest, '/', &part);) {
		buf_char(&b, '/');
		if (!str_starts(part, STR(":")))
			buf_str(&b, part);
		else
			encoded(&b, n++ == nth ? str_of(value) : capture(&q, str_sub(part, 1, part.n - 1 - str_ends(part, STR("*")))));
	}
	struct str pair = param ? str_printf(scratch, "%s=", param) : STR("");
	if (method == HTTP_GET && param) {
		buf_char(&b, '?');
		put_pair(&b, str_of(param), str_of(value));
	}
	q.path = str_dup(scratch, buf_view(&b));
	buf_clear(&b);
	if (method != HTTP_GET && param && !(route->flags & (ROUTE_API | ROUTE_UPLOAD))) {
		buf_str(&b, pair);
		encoded(&b, str_of(value));
		q.type = STR("application/x-www-form-urlencoded");
		q.body = str_dup(scratch, buf_view(&b));
	}
	buf_release(&b);
	struct reply r = send_it(&q);
	look(&q, &r);
}

static size_t captures(const struct route *route)
{
	size_t n = 0;
	for (const char *p = route->path; *p; p++)
		n += *p == ':';
	return n;
}

static void each_probe(const struct route *route, unsigned method)
{
	int as = ROLE_LEAD;
	if (route->need && !(who[as].by.needs & route->need))
		as = ROLE_ADMINISTRATOR;
	for (size_t v = 0; v < COUNT_OF(probes); v++) {
		for (size_t i = 0; i < captures(route); i++)
			probe(route, method, as, i, NULL, probes[v]);
		for (size_t i = 0; i < route->param_count; i++)
			if (route->params[i].type == PARAM_TEXT || route->params[i].type == PARAM_SECRET)
				probe(route, method, as, SIZE_MAX, route->params[i].name, probes[v]);
		if (!route->params_of)
			continue;
		probe(route, method, as, SIZE_MAX, "q", probes[v]);
		probe(route, method, as, SIZE_MAX, "sort", probes[v]);
		probe(route, method, as, SIZE_MAX, "cursor", probes[v]);
	}
}

static void every_route(size_t each)
{
	for (size_t t = 0; all_routes[t]; t++)
		for (size_t k = 0; k < all_route_counts[t]; k++)
			for (unsigned m = HTTP_GET; m <= HTTP_PUT; m <<= 1) {
				const struct route *route = &all_routes[t][k];
				if (!(route->methods & m))
					continue;
				for (int as = 0; as < PEOPLE; as++) {
					scratch = arena_new(1u << 30);
					come_in(as);
					if (m != HTTP_GET)
						refused_from_elsewhere(route, m, as);
					for (size_t i = 0; i < each; i++)
						one_request(route, m, as);
					arena_freep(&scratch);
				}
				scratch = arena_new(1u << 30);
				come_in(ROLE_LEAD);
				come_in(ROLE_ADMINISTRATOR);
				each_probe(route, m);
				arena_freep(&scratch);
			}
}

static void nothing_gives_way(void **state)
{
	(void)state;
	const char *full = getenv("ISHIGAKI_FULL");
	every_route(2); /* what forms hold is known then */
	every_route(full && *full ? 15 : 2);
	auth_flush();
	struct db_conn *c = db_read_begin(office->db);
	struct audit_verdict verdict;
	struct str complaint = STR_NULL;
	assert_int_equal(db_check(c, mem, &complaint), getenv("ISHIGAKI_TEST_POSTGRES") ? ERR_DENIED : 0);
	assert_int_equal(audit_verify(c, NULL, &verdict), 0);
	assert_int_equal(verdict.first_bad, 0);
	db_read_end(office->db, &c);
	print_message("%zu requests, %zu of them changes that came from elsewhere: %zu done, %zu led on, %zu refused; %zu words learned\n", sent,
	              elsewhere, by_status[2], by_status[3], by_status[4], word_count);
	/* Most of what is sent is wrong; if nearly all were, this would test the front door only. */
	print_message("of the security lead's own %zu of %zu\n", done_by_lead, tried_by_lead);
	assert_true(done_by_lead * 4 > tried_by_lead);
}

/* ---- up and down ---- */

static int up(void **state)
{
	const char *given = getenv("ISHIGAKI_SEED");
	int64_t n = 0;
	random_bytes(&seed, sizeof seed);
	seed >>= 1;
	if (given && num_parse_i64(str_of(given), 0, INT64_MAX, &n) == 0)
		seed = (uint64_t)n;
	state_of_chance = seed;
	print_message("seed: ISHIGAKI_SEED=%" PRIu64 "\n", seed);
	assert_int_equal(demo_up(state), 0);
	struct db_conn *c = db_read_begin(office->db);
	for (size_t i = 0; i < demo_people_count; i++)
		assert_int_equal(auth_account_find(c, str_of(demo_people[i].login), &who[i].account), 0);
	struct sql q;
	struct stmt *s = NULL;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT id, register FROM record ORDER BY id");
	ids = ARENA_ARRAY(mem, 5000, struct one_id);
	assert_int_equal(db_query(c, &q, &s), 0);
	while (stmt_step(s) == 1 && id_count < 5000)
		ids[id_count++] = (struct one_id){ stmt_i64(s, 0), str_dup(mem, stmt_str(s, 1)) };
	stmt_done(&s);
	db_read_end(office->db, &c);
	assert_true(id_count > 100 && demo_people_count == NOBODY);
	static const struct route *tables[32];
	static size_t counts[32];
	const size_t tables_n = all_routes_count();
	for (size_t i = 0; i < tables_n; i++) {
		tables[i] = all_routes[i];
		counts[i] = all_route_counts[i];
	}
	tables[tables_n] = test_routes;
	counts[tables_n] = COUNT_OF(test_routes);
	struct http_options options = { .listen = STR("127.0.0.1:0"), .routes = tables, .route_counts = counts, .guard = auth_guard,
		.error_page = main_error_page, .app = office, .workers = 4, .event_threads = 1 };
	struct note why;
	if (http_start(&options, &server, &why) < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &why)));
	port = http_port(server);
	return 0;
}

static int down(void **state)
{
	http_stop(server);
	import_pages_stop();
	auth_stop();
	return demo_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_gives_way) };
	return cmocka_run_group_tests(tests, up, down);
}
