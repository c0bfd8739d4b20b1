#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/generated.h"

#include "auth/session.h"
#include "base/text.h"
#include "http/test_client.h"
#include "register/faces.h"
#include "register/row_json.h"

#define PROBE "\"><script>'&"

static struct office *office;
static struct arena *mem;
static struct http_server *server;
static unsigned port;
static int64_t unit;                      /* that the contact's grant holds for; 0 when no register is of units */
static int64_t any_row[LIMIT_REGISTERS];  /* a live row of each register; -1 while it is being made */
static struct {
	int64_t account;
	struct str cookie, csrf, token;
} role[ROLE__BUILTIN];
static const char *const role_name[ROLE__BUILTIN] = { "administrator", "lead", "contact", "executive", "auditor" };
static int next_seed;

/* ---- talking to the server ---- */

static void sign_in(struct http_req *req)
{
	int64_t id;
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 || auth_session_begin(req, id) < 0)
		http_fail(req, 500, NOTE0(MSG_HTTP_NOT_FOUND));
	else
		buf_lit(&req->answer->body, "in");
}
static const struct route test_routes[] = {
	{ .methods = HTTP_GET, .path = "/test-sign-in/:id", .handler = sign_in, .flags = ROUTE_PUBLIC },
};

struct sent {
	const char *method;
	struct str path;
	int as;                    /* enum access_role; -1: nobody */
	const char *type;
	struct str body;
	const char *header;        /* further lines with their ends; may be NULL */
};

/* A reply in the arena. */
static struct reply send_it(struct sent s)
{
	struct str auth = STR("");
	if (s.as >= 0 && str_starts(s.path, STR("/api/")))
		auth = str_printf(mem, "Authorization: Bearer %.*s\r\n", STR_FMT(role[s.as].token));
	else if (s.as >= 0)
		auth = str_printf(mem, "Cookie: session=%.*s\r\nSec-Fetch-Site: same-origin\r\n", STR_FMT(role[s.as].cookie));
	struct str head = str_printf(mem, "%s %.*s HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAccept-Language: ja\r\n%.*s%s",
	                             s.method, STR_FMT(s.path), STR_FMT(auth), s.header ? s.header : "");
	if (s.type)
		head = str_printf(mem, "%.*sContent-Type: %s\r\nContent-Length: %zu\r\n", STR_FMT(head), s.type, s.body.n);
	else if (strcmp(s.method, "GET") != 0)
		head = str_printf(mem, "%.*sContent-Length: 0\r\n", STR_FMT(head));
	struct reply r = fetch(port, str_printf(mem, "%.*s\r\n%.*s", STR_FMT(head), STR_FMT(s.body.p ? s.body : STR(""))));
	struct str all = str_dup(mem, buf_view(&r.memory));
	r.head = str_sub(all, 0, r.head.n);
	r.body = str_sub(all, r.head.n, all.n);
	buf_release(&r.memory);
	return r;
}

static struct reply get(int as, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static struct reply get(int as, const char *fmt, ...)
{
	char path[4000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(path, sizeof path, fmt, ap);
	va_end(ap);
	return send_it((struct sent){ "GET", str_of(path), as, NULL, STR_NULL, NULL });
}

static struct reply api(const char *method, struct str path, int as, struct str json, const char *header)
{
	return send_it((struct sent){ method, path, as, json.n ? "application/json" : NULL, json, header });
}

static struct reply post(struct str path, int as, struct str form)
{
	struct str body = str_printf(mem, "csrf=%.*s%s%.*s", STR_FMT(role[as].csrf), form.n ? "&" : "", STR_FMT(form.p ? form : STR("")));
	return send_it((struct sent){ "POST", path, as, "application/x-www-form-urlencoded", body, NULL });
}

static struct str api_path(const struct reg *r, int64_t id)
{
	return id ? str_printf(mem, "/api/v1/%s/%lld", r->name, (long long)id) : str_printf(mem, "/api/v1/%s", r->name);
}

static struct str page_path(const struct reg *r, int64_t id, const char *rest)
{
	return id ? str_printf(mem, "/%s/%s/%lld%s", r->room, r->name, (long long)id, rest) : str_printf(mem, "/%s/%s%s", r->room, r->name, rest);
}

static struct str encoded(struct str s)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	http_put_encoded(&b, s);
	struct str copy = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return copy;
}

#define WANT(r, want, ...) want_status((r), (want), __LINE__, __VA_ARGS__)
static void want_status(struct reply r, int want, int line, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void want_status(struct reply r, int want, int line, const char *fmt, ...)
{
	if (r.status == want)
		return;
	char what[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	/* Of a page the part that says what is wrong. */
	ptrdiff_t at = str_find(r.body, STR("role=\"alert\""));
	fail_msg("line %d: %s: %d instead of %d: %.*s", line, what, r.status, want, STR_FMT(text_clip(str_sub(r.body, at > 0 ? (size_t)at : 0, r.body.n), 1500)));
}

static json_t *parsed(const struct reply *r)
{
	json_error_t e;
	json_t *v = json_loadb(r->body.p, r->body.n, JSON_REJECT_DUPLICATES, &e);
	if (!v)
		fail_msg("not JSON: %s: %.*s", e.text, STR_FMT(text_clip(r->body, 400)));
	return v;
}

static int64_t json_number(json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);
	if (!json_is_integer(v))
		fail_msg("no number %s", key);
	return json_integer_value(v);
}

static struct str etag_of(int64_t revision)
{
	return str_printf(mem, "If-Match: \"%lld\"\r\n", (long long)revision);
}

/* ---- values ---- */

static bool plain_input(const struct reg *r, const struct field *d)
{
	if (d->derived || (d->flags & FIELD_ENGINE))
		return false;
	for (size_t i = 0; i < r->fields; i++) /* overrides need their reasons: they have a test of their own */
		if ((r->field[i].settled_by && strcmp(r->field[i].settled_by, d->name) == 0) ||
		    (r->field[i].reason_field && strcmp(r->field[i].reason_field, d->name) == 0))
			return false;
	return !(d->flags & FIELD_SETTLE);
}

static bool is_text(const struct field *d)
{
	return d->type == FIELD_TEXT || d->type == FIELD_LONG_TEXT;
}

static int64_t row_of_register(const struct reg *r);

static struct value sample_value(const struct field *d, int at, int seed)
{
	struct value v = { .known = true };
	int64_t span;
	switch (d->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT: {
		int64_t max = d->max ? d->max : LIMIT_TEXT;
		v.s = max >= 40 ? str_printf(mem, "試料%dx%d" PROBE, seed, at) : max >= 12 ? str_printf(mem, "s%d" PROBE, seed) : str_printf(mem, "s%d", seed);
		v.s = text_clip(v.s, (size_t)max);
		break;
	}
	case FIELD_URL:
		v.s = str_printf(mem, "https://example.jp/%d?a=1&b=%d", seed, at);
		break;
	case FIELD_DATE: {
		struct date day = date_add_days((struct date){ 2025, 1, 1 }, at * 20 + seed % 20);
		v.s = str_printf(mem, "%04d-%02d-%02d", day.year, day.month, day.day);
		break;
	}
	case FIELD_INTEGER:
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		span = d->min || d->max ? d->max - d->min : 1000;
		v.i = d->min + (seed * 7) % (span > 0 ? span + 1 : 1);
		break;
	case FIELD_SCALE:
	case FIELD_CHOICE:
		v.i = d->choice[(size_t)seed % d->choices].number;
		break;
	case FIELD_MULTI:
		v.i = ((int64_t)1 << d->choice[(size_t)seed % d->choices].number) | ((int64_t)1 << d->choice[(size_t)(seed + 1) % d->choices].number);
		break;
	case FIELD_YES_NO:
		v.i = seed % 2;
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		v.i = d->type == FIELD_UNIT && unit ? unit : row_of_register(reg_find(str_of(d->target)));
		v.known = v.i > 0;
		break;
	}
	return v;
}

struct sample {
	const struct reg *reg;
	int seed;
	int64_t id, revision;
	struct str code;
	struct value v[LIMIT_FIELDS]; /* known: given */
};

static struct sample sample_new(const struct reg *r)
{
	struct sample s = { .reg = r, .seed = ++next_seed };
	for (size_t i = 0; i < r->fields; i++)
		if (plain_input(r, &r->field[i]))
			s.v[i] = sample_value(&r->field[i], (int)i, s.seed);
	return s;
}

static void put_member(struct json *j, const struct field *d, const struct value *v)
{
	char name[80];
	snprintf(name, sizeof name, "%s_id", d->name);
	if (row_json_is_reference(d))
		json_put_i64(j, name, v->i);
	else {
		json_key(j, d->name);
		value_json_put(j, d, v);
	}
}

/* Without one field; with one member more. */
static struct str json_of(const struct sample *s, int without, const char *more)
{
	struct buf b;
	struct json j;
	buf_init(&b, 4 << 20);
	json_init(&j, &b);
	json_object_begin(&j);
	for (size_t i = 0; i < s->reg->fields; i++)
		if (s->v[i].known && (int)i != without)
			put_member(&j, &s->reg->field[i], &s->v[i]);
	json_object_end(&j);
	struct str text = str_dup(mem, buf_view(&b));
	buf_release(&b);
	if (more)
		text = str_printf(mem, "%.*s%s%s}", (int)text.n - 1, text.p, text.n > 2 ? "," : "", more);
	return text;
}

/* Creates the row as the lead; values that a rule of the room refuses are left out. */
static struct sample make(const struct reg *r)
{
	struct sample s = sample_new(r);
	for (int round = 0; round < 12; round++) {
		struct reply a = api("POST", api_path(r, 0), ROLE_LEAD, json_of(&s, -1, NULL), NULL);
		json_t *v = parsed(&a);
		if (a.status == 201) {
			s.id = json_number(v, "id");
			s.revision = json_number(v, "revision");
			s.code = str_dup(mem, str_of(json_string_value(json_object_get(v, "code"))));
			assert_true(str_eq(reply_header(&a, "Location"), api_path(r, s.id)));
			assert_true(str_eq(reply_header(&a, "ETag"), STR("\"1\"")));
			json_decref(v);
			return s;
		}
		WANT(a, 422, "create %s", r->name);
		size_t i;
		json_t *e;
		bool dropped = false;
		json_array_foreach(json_object_get(v, "errors"), i, e) {
			const char *name = json_string_value(json_object_get(e, "field"));
			int at = name ? reg_field(r, name) : -1;
			if (at >= 0 && s.v[at].known && (is_text(&r->field[at]) || !(r->field[at].flags & FIELD_REQUIRED))) {
				/* A rule of its own for a text: an address, say. */
				bool again = is_text(&r->field[at]) && !str_find(s.v[at].s, STR("試料"));
				s.v[at] = again && round < 2 ? (struct value){ .known = true, .s = str_printf(mem, "s%d@example.jp", s.seed) } : (struct value){ 0 };
				dropped = true;
			}
		}
		if (!dropped)
			fail_msg("create %s: %.*s", r->name, STR_FMT(a.body));
		json_decref(v);
	}
	fail_msg("create %s: no row that its rules accept", r->name);
	return s;
}

static int64_t row_of_register(const struct reg *r)
{
	int n = reg_number(r);
	if (any_row[n] == 0) {
		any_row[n] = -1; /* a reference back to the same register stays unknown */
		any_row[n] = make(r).id;
	}
	return any_row[n] < 0 ? 0 : any_row[n];
}

/* ---- begin, end ---- */

struct account_job {
	int role;
	int64_t unit;
};

static int make_account(struct db_conn *c, void *arg)
{
	const struct account_job *j = arg;
	struct principal by = auth_system();
	struct account_new n = { .login = str_of(role_name[j->role]), .name = str_of(role_name[j->role]) };
	int e = auth_account_create(c, mem, &by, &n, &role[j->role].account);
	if (e == 0 && j->role != ROLE_CONTACT)
		e = auth_grant(c, mem, &by, role[j->role].account, j->role, 0, STR(""));
	if (e == 0)
		e = auth_token_create(c, mem, &by, role[j->role].account, STR("test"), true, 0, &role[j->role].token);
	return e;
}

static int grant_unit(struct db_conn *c, void *arg)
{
	(void)arg;
	struct principal by = auth_system();
	return auth_grant(c, mem, &by, role[ROLE_CONTACT].account, ROLE_CONTACT, unit, STR(""));
}

void generated_begin(struct office *o)
{
	static const struct route *tables[4];
	static size_t counts[3];
	office = o;
	mem = arena_new(1u << 30);
	next_seed = 0;
	unit = 0;
	memset(any_row, 0, sizeof any_row);
	tables[0] = test_routes, tables[1] = register_page_routes, tables[2] = register_api_routes;
	counts[0] = COUNT_OF(test_routes), counts[1] = register_page_route_count, counts[2] = register_api_route_count;
	struct http_options options = { .listen = STR("127.0.0.1:0"), .routes = tables, .route_counts = counts, .guard = auth_guard, .app = o,
		.workers = 2, .event_threads = 1 };
	struct note why;
	if (http_start(&options, &server, &why) < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &why)));
	port = http_port(server);
	for (int i = 0; i < ROLE__BUILTIN; i++) {
		struct account_job j = { .role = i };
		assert_int_equal(db_write(o->db, make_account, &j), 0);
	}
	const struct reg *units = NULL;
	for (size_t i = 0; i < reg_count() && !units; i++)
		for (size_t k = 0; k < reg_at(i)->fields && !units; k++)
			if (reg_at(i)->field[k].type == FIELD_UNIT)
				units = reg_find(str_of(reg_at(i)->field[k].target));
	if (units)
		unit = row_of_register(units);
	assert_int_equal(db_write(o->db, grant_unit, NULL), 0);
	for (int i = 0; i < ROLE__BUILTIN; i++) {
		struct reply r = get(-1, "/test-sign-in/%lld", (long long)role[i].account);
		WANT(r, 200, "sign in %s", role_name[i]);
		ptrdiff_t begin = str_find(r.head, STR("Set-Cookie: session="));
		assert_true(begin > 0);
		struct str cookie = str_sub(r.head, (size_t)begin + 20, 200);
		role[i].cookie = str_sub(cookie, 0, (size_t)str_find_char(cookie, ';'));
		r = get(i, "/search");
		WANT(r, 200, "search page");
		const struct str before = STR("name=\"csrf\" content=\"");
		ptrdiff_t at = str_find(r.body, before);
		assert_true(at > 0);
		struct str rest = str_sub(r.body, (size_t)at + before.n, 200);
		role[i].csrf = str_sub(rest, 0, (size_t)str_find_char(rest, '"'));
	}
}

void generated_end(void)
{
	http_stop(server);
	auth_stop();
	arena_freep(&mem);
}

#define EACH_REGISTER(r) \
	for (size_t reg_i = 0; reg_i < reg_count(); reg_i++) \
		for (const struct reg *r = reg_at(reg_i); r && (r->access.ops[ROLE_LEAD] & (OP_READ | OP_CREATE)) == (OP_READ | OP_CREATE); r = NULL)

static bool may(const struct reg *r, uint32_t ops)
{
	return (r->access.ops[ROLE_LEAD] & ops) == ops;
}

/* ---- create and read ---- */

static void same_value(const struct sample *s, size_t i, json_t *row)
{
	const struct field *d = &s->reg->field[i];
	struct buf b;
	struct json j;
	if (row_json_is_reference(d)) {
		char name[80];
		snprintf(name, sizeof name, "%s_id", d->name);
		assert_int_equal(json_number(row, name), s->v[i].i);
		assert_true(json_string_length(json_object_get(row, d->name)) > 0);
		return;
	}
	buf_init(&b, 1 << 20);
	json_init(&j, &b);
	value_json_put(&j, d, &s->v[i]);
	json_error_t e;
	json_t *want = json_loadb(b.p, b.n, JSON_DECODE_ANY, &e);
	if (!json_equal(want, json_object_get(row, d->name)))
		fail_msg("%s.%s came back as something else than %.*s", s->reg->name, d->name, STR_FMT(buf_view(&b)));
	json_decref(want);
	buf_release(&b);
}

void generated_create_and_read(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		struct sample s = make(r);
		struct reply a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)s.id);
		WANT(a, 200, "%s", r->name);
		json_t *row = parsed(&a);
		for (size_t i = 0; i < r->fields; i++)
			if (s.v[i].known && !(r->field[i].flags & FIELD_SECRET))
				same_value(&s, i, row);
		assert_int_equal(json_number(row, "revision"), 1);
		assert_true(json_is_false(json_object_get(row, "archived")));
		json_decref(row);
		/* The form creates as well, and leads to the new row. */
		struct sample t = sample_new(r);
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 1 << 20);
		for (size_t i = 0; i < r->fields; i++) {
			if (!s.v[i].known || !t.v[i].known)
				continue;
			struct str text = value_str(mem, &r->field[i], &t.v[i], FORM_INPUT, LANG_JA), part;
			if (!str_contains(s.v[i].s.p ? s.v[i].s : STR(""), STR("@")) || !is_text(&r->field[i]))
				while (str_cut(&text, r->field[i].type == FIELD_MULTI ? ',' : '\0', &part))
					buf_printf(&b, "%s%s=%.*s", b.n ? "&" : "", r->field[i].name, STR_FMT(encoded(part)));
		}
		a = post(page_path(r, 0, "/new"), ROLE_LEAD, buf_view(&b));
		WANT(a, 303, "form of %s", r->name);
		assert_true(str_starts(reply_header(&a, "Location"), page_path(r, 0, "/")));
		WANT(get(ROLE_LEAD, "/%s/%s/999999999", r->room, r->name), 404, "%s", r->name);
		WANT(get(ROLE_LEAD, "/%s/%s/x", r->room, r->name), 404, "%s", r->name);
		WANT(get(ROLE_LEAD, "/elsewhere/%s", r->name), 404, "%s in another room", r->name);
		WANT(get(-1, "/api/v1/%s", r->name), 401, "%s by nobody", r->name);
	}
}

/* ---- refusals ---- */

static void refused(const struct reg *r, struct str json, const char *field, int status)
{
	struct reply a = api("POST", api_path(r, 0), ROLE_LEAD, json, NULL);
	WANT(a, status, "%s.%s should be refused: %.*s", r->name, field ? field : "", STR_FMT(text_clip(json, 200)));
	assert_true(str_starts(reply_header(&a, "Content-Type"), STR("application/problem+json")));
	if (field && status == 422 && !str_contains(a.body, str_printf(mem, "\"field\":\"%s\"", field)))
		fail_msg("%s: the problem does not name %s: %.*s", r->name, field, STR_FMT(a.body));
}

static struct str with(const struct sample *s, size_t i, const char *json)
{
	return json_of(s, (int)i, str_z(mem, str_printf(mem, "\"%s\":%s", s->reg->field[i].name, json)));
}

static void refuse_limits(const struct sample *s, size_t i)
{
	const struct field *d = &s->reg->field[i];
	struct buf b;
	buf_init(&b, 4 << 20);
	int64_t max;
	switch (d->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
		max = d->max ? d->max : d->type == FIELD_TEXT ? LIMIT_TEXT : LIMIT_LONG_TEXT;
		buf_char(&b, '"');
		for (int64_t k = 0; k <= max; k++)
			buf_lit(&b, "長");
		buf_char(&b, '"');
		refused(s->reg, with(s, i, str_z(mem, buf_view(&b))), d->name, 422);
		refused(s->reg, with(s, i, "12"), d->name, 422);
		break;
	case FIELD_INTEGER:
	case FIELD_MONEY:
	case FIELD_SCALE:
		if (d->max)
			refused(s->reg, with(s, i, str_z(mem, str_printf(mem, "%lld", (long long)d->max + 1))), d->name, 422);
		if (d->max || d->min)
			refused(s->reg, with(s, i, str_z(mem, str_printf(mem, "%lld", (long long)d->min - 1))), d->name, 422);
		refused(s->reg, with(s, i, "1.5"), d->name, 422);
		refused(s->reg, with(s, i, "\"1\""), d->name, 422);
		break;
	case FIELD_DECIMAL:
		refused(s->reg, with(s, i, "[1]"), d->name, 422);
		refused(s->reg, with(s, i, "0.00000001"), d->name, 422);
		break;
	case FIELD_DATE:
		refused(s->reg, with(s, i, "\"2026-02-30\""), d->name, 422);
		refused(s->reg, with(s, i, "20260401"), d->name, 422);
		break;
	case FIELD_CHOICE:
		refused(s->reg, with(s, i, "\"no-such-choice\""), d->name, 422);
		refused(s->reg, with(s, i, "1"), d->name, 422);
		break;
	case FIELD_MULTI:
		refused(s->reg, with(s, i, "[\"no-such-choice\"]"), d->name, 422);
		refused(s->reg, with(s, i, "\"x\""), d->name, 422);
		break;
	case FIELD_YES_NO:
		refused(s->reg, with(s, i, "\"yes\""), d->name, 422);
		refused(s->reg, with(s, i, "1"), d->name, 422);
		break;
	case FIELD_URL:
		refused(s->reg, with(s, i, "\"javascript:alert(1)\""), d->name, 422);
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		refused(s->reg, with(s, i, "\"存在しない行の名前\""), d->name, 422);
		refused(s->reg, json_of(s, (int)i, str_z(mem, str_printf(mem, "\"%s_id\":99999999", d->name))), d->name, 422);
		if (s->v[i].known)
			refused(s->reg, json_of(s, -1, str_z(mem, str_printf(mem, "\"%s\":\"ほかの名前\"", d->name))), d->name, 422);
		break;
	}
	buf_release(&b);
}

void generated_refuse(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		struct sample s = make(r);
		struct sample t = sample_new(r);
		for (size_t i = 0; i < r->fields; i++) { /* only what the room's rules take */
			if (!s.v[i].known)
				t.v[i].known = false;
			else if (is_text(&r->field[i]) && str_contains(s.v[i].s, STR("@")))
				t.v[i].s = str_printf(mem, "t%d@example.jp", t.seed);
		}
		for (size_t i = 0; i < r->fields; i++) {
			const struct field *d = &r->field[i];
			if (d->derived && !d->settled_by)
				refused(r, json_of(&t, -1, str_z(mem, str_printf(mem, "\"%s\":null", d->name))), d->name, 422);
			else if (d->flags & FIELD_ENGINE)
				refused(r, json_of(&t, -1, str_z(mem, str_printf(mem, "\"%s\":null", d->name))), d->name, 422);
			if (!plain_input(r, d))
				continue;
			if (d->flags & FIELD_REQUIRED)
				refused(r, json_of(&t, (int)i, NULL), d->name, 422);
			refuse_limits(&t, i);
		}
		refused(r, json_of(&t, -1, "\"no_such_field\":1"), "no_such_field", 422);
		refused(r, json_of(&t, -1, "\"id\":1"), "id", 422);
		refused(r, json_of(&t, -1, "\"revision\":7"), "revision", 422);
		refused(r, STR("{\"a\":1,\"a\":2}"), NULL, 400);
		refused(r, STR("[1]"), NULL, 400);
		refused(r, STR("{"), NULL, 400);
		refused(r, STR("{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}"), NULL, 400);
		/* The same natural key twice. */
		bool key = false;
		for (size_t i = 0; i < r->fields; i++)
			key = key || (r->field[i].flags & FIELD_KEY);
		if (key)
			refused(r, json_of(&s, -1, NULL), NULL, 409);
		/* The form says it at the field and shows what was typed. */
		int title = reg_field(r, r->title);
		if (r->field[title].flags & FIELD_REQUIRED && plain_input(r, &r->field[title])) {
			struct reply a = post(page_path(r, 0, "/new"), ROLE_LEAD, str_printf(mem, "%s=", r->title));
			WANT(a, 422, "form of %s without its title", r->name);
			assert_true(str_contains(a.body, str_printf(mem, "id=\"f-%s-error\"", r->title)));
			assert_true(str_contains(a.body, STR("aria-invalid=\"true\"")));
			assert_true(str_contains(a.body, str_printf(mem, "href=\"#f-%s\"", r->title)));
		}
		WANT(post(page_path(r, 0, "/new"), ROLE_LEAD, STR("no_such_field=1")), 400, "%s: a field that is not declared", r->name);
	}
}

/* ---- change ---- */

/* A field that can have another value without touching a key. */
static int changeable(const struct sample *s)
{
	for (size_t i = 0; i < s->reg->fields; i++) {
		const struct field *d = &s->reg->field[i];
		if (plain_input(s->reg, d) && s->v[i].known && !(d->flags & (FIELD_KEY | FIELD_UNIQUE | FIELD_OWNER | FIELD_PRIVATE | FIELD_SECRET)) &&
		    (is_text(d) || d->type == FIELD_YES_NO || d->type == FIELD_CHOICE || d->type == FIELD_SCALE) &&
		    !(is_text(d) && str_contains(s->v[i].s, STR("@"))))
			return (int)i;
	}
	return reg_field(s->reg, s->reg->title);
}

static struct str other_value(const struct sample *s, int at, struct value *ret)
{
	const struct field *d = &s->reg->field[at];
	*ret = sample_value(d, at, s->seed + 1);
	if (is_text(d))
		ret->s = text_clip(str_printf(mem, "変更後%d" PROBE, s->seed), (size_t)(d->max ? d->max : 1000));
	struct buf b;
	struct json j;
	buf_init(&b, 1 << 20);
	json_init(&j, &b);
	json_object_begin(&j);
	put_member(&j, d, ret);
	json_object_end(&j);
	struct str text = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return text;
}

static struct str form_field(const struct reg *r, int at, const struct value *v)
{
	return str_printf(mem, "%s=%.*s", r->field[at].name, STR_FMT(encoded(value_str(mem, &r->field[at], v, FORM_INPUT, LANG_JA))));
}

void generated_change(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		if (!may(r, OP_UPDATE))
			continue;
		struct sample s = make(r);
		int at = changeable(&s);
		struct value v;
		struct str json = other_value(&s, at, &v), path = api_path(r, s.id);
		WANT(api("PATCH", path, ROLE_LEAD, json, NULL), 428, "%s without If-Match", r->name);
		WANT(api("PATCH", path, ROLE_LEAD, json, "If-Match: \"77\"\r\n"), 412, "%s with another revision", r->name);
		struct reply a = api("PATCH", path, ROLE_LEAD, json, str_z(mem, etag_of(1)));
		WANT(a, 200, "%s.%s", r->name, r->field[at].name);
		assert_true(str_eq(reply_header(&a, "ETag"), STR("\"2\"")));
		s.v[at] = v;
		json_t *row = parsed(&a);
		same_value(&s, (size_t)at, row);
		json_decref(row);
		WANT(api("PATCH", path, ROLE_LEAD, json, str_z(mem, etag_of(1))), 412, "%s again with the old revision", r->name);
		/* By form: back to the first value, then once more from the old revision: both versions are shown. */
		struct value first = sample_value(&r->field[at], at, s.seed);
		a = post(page_path(r, s.id, "/edit"), ROLE_LEAD, str_printf(mem, "_revision=2&%.*s", STR_FMT(form_field(r, at, &first))));
		WANT(a, 303, "form of %s", r->name);
		a = post(page_path(r, s.id, "/edit"), ROLE_LEAD, str_printf(mem, "_revision=2&%.*s", STR_FMT(form_field(r, at, &v))));
		WANT(a, 409, "lost update of %s", r->name);
		assert_true(str_contains(a.body, STR("name=\"_revision\" value=\"3\"")));
		assert_true(str_contains(a.body, STR("class=\"diff\"")));
		/* Undo takes the value before back. */
		a = post(page_path(r, s.id, "/undo"), ROLE_LEAD, STR("revision=3"));
		WANT(a, 303, "undo in %s", r->name);
		a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)s.id);
		row = parsed(&a);
		assert_int_equal(json_number(row, "revision"), 4);
		same_value(&s, (size_t)at, row);
		json_decref(row);
		/* A computed value that may be overridden wants its reason, and gives it. */
		for (size_t i = 0; i < r->fields; i++) {
			const struct field *d = &r->field[i];
			if (!d->settled_by || !d->reason_field || !may(r, OP_SETTLE))
				continue;
			int64_t number = d->choices ? d->choice[d->choices - 1].number : d->max ? d->max : 77;
			a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)s.id);
			row = parsed(&a);
			if (json_is_integer(json_object_get(row, d->name)) && json_number(row, d->name) == number) /* that would be no override */
				number = d->choices ? d->choice[0].number : number - 1;
			json_decref(row);
			struct str bare = str_printf(mem, "{\"%s\":%lld}", d->name, (long long)number);
			a = api("PATCH", path, ROLE_LEAD, bare, "If-Match: *\r\n");
			WANT(a, 422, "%s.%s without its reason", r->name, d->name);
			bare = str_printf(mem, "{\"%s\":%lld,\"%s\":\"理由\"}", d->name, (long long)number, d->reason_field);
			a = api("PATCH", path, ROLE_LEAD, bare, "If-Match: *\r\n");
			WANT(a, 200, "%s.%s with its reason", r->name, d->name);
			row = parsed(&a);
			assert_int_equal(json_number(row, d->settled_by), number);
			assert_int_equal(json_number(row, d->name), number);
			json_decref(row);
		}
	}
}

/* ---- archive ---- */

static bool listed(const struct reg *r, const char *query, int64_t id)
{
	struct reply a = get(ROLE_LEAD, "/api/v1/%s?limit=200%s%s", r->name, *query ? "&" : "", query);
	WANT(a, 200, "%s?%s", r->name, query);
	json_t *v = parsed(&a), *row;
	size_t i;
	bool found = false;
	json_array_foreach(json_object_get(v, "items"), i, row)
		found = found || json_number(row, "id") == id;
	json_decref(v);
	return found;
}

void generated_archive_and_restore(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		if (!may(r, OP_ARCHIVE))
			continue;
		struct sample s = make(r);
		assert_true(listed(r, "", s.id));
		struct reply a = api("DELETE", api_path(r, s.id), ROLE_LEAD, STR_NULL, NULL);
		WANT(a, 200, "archive %s", r->name);
		assert_true(str_contains(a.body, STR("\"archived\":true")));
		assert_false(listed(r, "", s.id));
		assert_true(listed(r, "archived=1", s.id));
		WANT(api("PATCH", api_path(r, s.id), ROLE_LEAD, STR("{}"), "If-Match: *\r\n"), 422, "change of an archived row of %s", r->name);
		WANT(get(ROLE_LEAD, "/%s/%s/%lld", r->room, r->name, (long long)s.id), 200, "archived row of %s", r->name);
		WANT(post(page_path(r, s.id, "/restore"), ROLE_LEAD, STR("")), 303, "restore %s", r->name);
		assert_true(listed(r, "", s.id));
		WANT(post(page_path(r, s.id, "/archive"), ROLE_LEAD, STR("reason=test")), 303, "archive %s by page", r->name);
		WANT(api("POST", str_printf(mem, "%.*s/restore", STR_FMT(api_path(r, s.id))), ROLE_LEAD, STR_NULL, NULL), 200, "restore %s", r->name);
		assert_true(listed(r, "", s.id));
	}
}

/* ---- lists ---- */

static int compared(const struct field *d, json_t *a, json_t *b)
{
	if (d->type == FIELD_DECIMAL || json_is_real(a))
		return (json_number_value(a) > json_number_value(b)) - (json_number_value(a) < json_number_value(b));
	if (json_is_integer(a))
		return (json_integer_value(a) > json_integer_value(b)) - (json_integer_value(a) < json_integer_value(b));
	if (json_is_boolean(a))
		return json_is_true(a) - json_is_true(b);
	return strcmp(json_string_value(a), json_string_value(b));
}

/* In order, blanks last, by pages of two; every row once. */
static void sorted(const struct reg *r, const struct field *d, bool descending, size_t want)
{
	struct str cursor = STR("");
	json_t *last = NULL;
	bool blank = false;
	size_t n = 0;
	for (int pages = 0; pages < 200; pages++) {
		struct reply a = get(ROLE_LEAD, "/api/v1/%s?limit=2&sort=%s%s%s%.*s", r->name, descending ? "-" : "", d->name,
		                     cursor.n ? "&cursor=" : "", STR_FMT(cursor));
		WANT(a, 200, "%s by %s", r->name, d->name);
		json_t *v = parsed(&a), *row;
		size_t i;
		json_array_foreach(json_object_get(v, "items"), i, row) {
			json_t *x = json_object_get(row, d->name);
			n++;
			if (json_is_null(x)) {
				blank = true;
				continue;
			}
			if (blank)
				fail_msg("%s by %s: a value behind a blank", r->name, d->name);
			int c = last && d->type != FIELD_CHOICE && d->type != FIELD_MULTI ? compared(d, last, x) : 0;
			if (descending ? c < 0 : c > 0)
				fail_msg("%s by %s is not in order", r->name, d->name);
			if (last)
				json_decref(last);
			last = json_incref(x);
		}
		json_t *next = json_object_get(v, "next");
		cursor = json_is_string(next) ? str_dup(mem, str_of(json_string_value(next))) : STR("");
		json_decref(v);
		if (!cursor.n)
			break;
	}
	if (last)
		json_decref(last);
	if (n != want)
		fail_msg("%s by %s: %zu rows instead of %zu", r->name, d->name, n, want);
}

void generated_list_filter_sort_search(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		struct sample s = make(r), other = make(r);
		struct reply a = get(ROLE_LEAD, "/api/v1/%s?limit=200", r->name);
		json_t *v = parsed(&a);
		size_t all = json_array_size(json_object_get(v, "items"));
		assert_int_equal(json_number(v, "count"), all);
		json_decref(v);
		for (size_t i = 0; i < r->fields; i++) {
			const struct field *d = &r->field[i];
			if ((d->flags & FIELD_SORT) && !row_json_is_reference(d)) {
				sorted(r, d, false, all);
				sorted(r, d, true, all);
				WANT(get(ROLE_LEAD, "/%s/%s?sort=-%s", r->room, r->name, d->name), 200, "%s by %s", r->name, d->name);
			}
			if (d->flags & FIELD_FILTER && s.v[i].known && !(d->flags & FIELD_SECRET)) {
				struct value x = s.v[i];
				if (d->type == FIELD_MULTI)
					x.i = (int64_t)1 << d->choice[(size_t)s.seed % d->choices].number;
				struct str text = row_json_is_reference(d) ? str_printf(mem, "%lld", (long long)x.i) : value_str(mem, d, &x, FORM_API, LANG_JA);
				const char *one = str_z(mem, str_printf(mem, "%s=%.*s", d->name, STR_FMT(encoded(text))));
				if (!listed(r, one, s.id))
					fail_msg("%s?%s does not find its row", r->name, one);
				if (listed(r, str_z(mem, str_printf(mem, "%s=-", d->name)), s.id))
					fail_msg("%s?%s=- finds a row that has a value", r->name, d->name);
				if (is_text(d) && listed(r, one, other.id))
					fail_msg("%s?%s finds another row", r->name, one);
				a = get(ROLE_LEAD, "/%s/%s?%s", r->room, r->name, one);
				WANT(a, 200, "%s?%s", r->name, one);
				assert_true(str_contains(a.body, STR("class=\"chip\"")));
				assert_true(str_contains(a.body, s.code));
			}
			if (d->flags & FIELD_SEARCH && s.v[i].known && is_text(d) && str_contains(s.v[i].s, STR("試料"))) {
				const char *q = str_z(mem, str_printf(mem, "q=%.*s", STR_FMT(encoded(str_printf(mem, "試料%dx%zu", s.seed, i)))));
				if (!listed(r, q, s.id) || listed(r, q, other.id))
					fail_msg("%s?%s does not find exactly its row", r->name, q);
				a = get(ROLE_LEAD, "/search?%s", q);
				WANT(a, 200, "search");
				if (!(r->field[reg_field(r, r->title)].flags & FIELD_PRIVATE) && !str_contains(a.body, s.code))
					fail_msg("/search?%s does not find %s", q, r->name);
			}
		}
		WANT(get(ROLE_LEAD, "/%s/%s/filter", r->room, r->name), 200, "filter page of %s", r->name);
		WANT(get(ROLE_LEAD, "/%s/%s?sort=no_such_field", r->room, r->name), 400, "%s", r->name);
		WANT(get(ROLE_LEAD, "/%s/%s?no_such_field=1", r->room, r->name), 400, "%s", r->name);
		WANT(get(ROLE_LEAD, "/%s/%s?cursor=x", r->room, r->name), 400, "%s", r->name);
		WANT(get(ROLE_LEAD, "/%s/%s?column=%s", r->room, r->name, r->title), 303, "columns of %s", r->name);
		WANT(get(ROLE_LEAD, "/%s/%s?columns=%s", r->room, r->name, r->title), 200, "columns of %s", r->name);
		for (size_t i = 0; i < r->fields; i++)
			if (row_json_is_reference(&r->field[i]))
				WANT(get(ROLE_LEAD, "/%s/%s/options?%s=x", r->room, r->name, r->field[i].name), 200, "%s.%s", r->name, r->field[i].name);
	}
}

/* ---- export ---- */

void generated_export(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		if (!may(r, OP_EXPORT))
			continue;
		struct sample s = make(r), other = make(r);
		struct reply a = get(ROLE_LEAD, "/%s/%s/export?format=jsonl&id=%lld", r->room, r->name, (long long)s.id);
		WANT(a, 200, "jsonl of %s", r->name);
		struct str rest = a.body, line;
		size_t lines = 0;
		while (str_cut(&rest, '\n', &line) && line.n) {
			json_error_t e;
			json_t *row = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &e);
			assert_non_null(row);
			assert_int_equal(json_number(row, "id"), s.id);
			for (size_t i = 0; i < r->fields; i++)
				if (s.v[i].known && !(r->field[i].flags & FIELD_SECRET))
					same_value(&s, i, row);
			json_decref(row);
			lines++;
		}
		assert_int_equal(lines, 1);
		assert_true(str_starts(reply_header(&a, "Content-Disposition"), STR("attachment;")));
		a = get(ROLE_LEAD, "/%s/%s/export?format=csv", r->room, r->name);
		WANT(a, 200, "csv of %s", r->name);
		assert_true(str_starts(a.body, STR("\xef\xbb\xbf")));
		int title = reg_field(r, r->title);
		assert_true(str_contains(a.body, str_of(r->field[title].label.ja)));
		a = get(ROLE_LEAD, "/%s/%s/export?format=xlsx", r->room, r->name);
		WANT(a, 200, "xlsx of %s", r->name);
		assert_true(str_starts(a.body, STR("PK\x03\x04")));
		a = get(ROLE_LEAD, "/%s/%s/export?format=csv&encoding=cp932", r->room, r->name);
		WANT(a, 200, "cp932 of %s", r->name);
		WANT(get(ROLE_LEAD, "/%s/%s/export?format=doc", r->room, r->name), 400, "%s", r->name);
		a = post(page_path(r, 0, "/bulk"), ROLE_LEAD, str_printf(mem, "_do=export&id=%lld&id=%lld", (long long)s.id, (long long)other.id));
		WANT(a, 303, "selection of %s", r->name);
		assert_true(str_contains(reply_header(&a, "Location"), str_printf(mem, "id=%lld", (long long)other.id)));
	}
}

/* ---- pages ---- */

static void escaped(const struct reg *r, struct reply a, const char *what)
{
	WANT(a, 200, "%s of %s", what, r->name);
	if (str_contains(a.body, STR("<script>'")))
		fail_msg("%s of %s lets markup through", what, r->name);
	static const char *const bad[] = { " style=\"", " onclick=", "javascript:" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (str_contains(a.body, str_of(bad[i])))
			fail_msg("%s of %s holds %s", what, r->name, bad[i]);
}

void generated_pages_escape(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		struct sample s = make(r);
		long long id = (long long)s.id;
		int title = reg_field(r, r->title);
		struct reply a = get(ROLE_LEAD, "/%s/%s/%lld", r->room, r->name, id);
		escaped(r, a, "detail");
		if (str_contains(s.v[title].s.p ? s.v[title].s : STR(""), STR("<script>")))
			assert_true(str_contains(a.body, STR("&lt;script&gt;")));
		assert_true(str_contains(a.body, s.code));
		CLEANUP(buf_release) struct buf all;
		buf_init(&all, 10000);
		for (size_t i = 0; i < r->fields; i++)
			buf_printf(&all, "%s%s", i ? "," : "", r->field[i].name);
		escaped(r, get(ROLE_LEAD, "/%s/%s?sort=-id&columns=%.*s", r->room, r->name, STR_FMT(buf_view(&all))), "list");
		escaped(r, get(ROLE_LEAD, "/%s/%s/%lld/history", r->room, r->name, id), "history");
		if (may(r, OP_UPDATE)) {
			escaped(r, get(ROLE_LEAD, "/%s/%s/%lld/edit", r->room, r->name, id), "form");
			struct reply bad = post(page_path(r, s.id, "/edit"), ROLE_LEAD, str_printf(mem, "_revision=1&_reason=%.*s&%s=", STR_FMT(encoded(STR(PROBE))), r->title));
			bad.status = bad.status == 422 || bad.status == 303 ? 200 : bad.status;
			escaped(r, bad, "form with an error");
		}
		escaped(r, get(ROLE_LEAD, "/%s/%s/new", r->room, r->name), "new form");
		escaped(r, get(ROLE_LEAD, "/%s/%s?q=%.*s", r->room, r->name, STR_FMT(encoded(STR("試料" PROBE)))), "list with a search");
		escaped(r, get(ROLE_LEAD, "/search?q=%.*s", STR_FMT(encoded(STR("試料" PROBE)))), "search page");
		escaped(r, get(ROLE_LEAD, "/search?q=%.*s", STR_FMT(encoded(STR("試料")))), "search page with hits");
		if (may(r, OP_ARCHIVE))
			escaped(r, get(ROLE_LEAD, "/%s/%s/%lld/merge?other=%.*s", r->room, r->name, id, STR_FMT(encoded(STR(PROBE)))), "merge page");
		if (may(r, OP_COMMENT)) {
			WANT(post(page_path(r, s.id, "/comment"), ROLE_LEAD, str_printf(mem, "text=%.*s", STR_FMT(encoded(STR(PROBE))))), 303, "comment in %s", r->name);
			escaped(r, get(ROLE_LEAD, "/%s/%s/%lld", r->room, r->name, id), "detail with a comment");
		}
	}
}

/* ---- history ---- */

void generated_history(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		if (!may(r, OP_UPDATE | OP_ARCHIVE))
			continue;
		struct sample s = make(r);
		int at = changeable(&s);
		struct value v;
		WANT(api("PATCH", api_path(r, s.id), ROLE_LEAD, other_value(&s, at, &v), "If-Match: *\r\n"), 200, "%s", r->name);
		WANT(api("DELETE", api_path(r, s.id), ROLE_LEAD, STR_NULL, NULL), 200, "%s", r->name);
		struct reply a = get(ROLE_LEAD, "/api/v1/%s/%lld/history", r->name, (long long)s.id);
		WANT(a, 200, "history of %s", r->name);
		json_t *h = parsed(&a), *items = json_object_get(h, "items");
		static const char *const kinds[] = { "archive", "update", "create" };
		assert_true(json_array_size(items) >= COUNT_OF(kinds));
		size_t i, k = 0;
		json_t *e;
		json_array_foreach(items, i, e)
			if (k < COUNT_OF(kinds) && strcmp(json_string_value(json_object_get(e, "kind")), kinds[k]) == 0) {
				assert_string_equal(json_string_value(json_object_get(e, "actor")), role_name[ROLE_LEAD]);
				if (k == 1) {
					json_t *change = json_array_get(json_object_get(e, "changes"), 0);
					assert_non_null(change);
				}
				k++;
			}
		if (k != COUNT_OF(kinds))
			fail_msg("history of %s lacks %s", r->name, kinds[k]);
		json_decref(h);
	}
}

/* ---- rights ---- */

static int64_t trail_head(void)
{
	struct db_conn *c = db_read_begin(office->db);
	struct audit_head head;
	assert_int_equal(audit_head(c, &head), 0);
	db_read_end(office->db, &c);
	return head.seq;
}

/* Everything in the trail since then is a refusal, and there is one. */
static void only_refusals_since(int64_t seq, const struct reg *r, int as, const char *what)
{
	auth_flush();
	struct db_conn *c = db_read_begin(office->db);
	struct audit_entry *e;
	size_t n;
	struct audit_filter f = { .limit = 20 };
	assert_int_equal(audit_list(c, mem, &f, &e, &n), 0);
	db_read_end(office->db, &c);
	size_t refusals = 0;
	for (size_t i = 0; i < n && e[i].seq > seq; i++) {
		if (e[i].kind != AUDIT_REFUSED)
			fail_msg("%s in %s by the %s left an entry of kind %d", what, r->name, role_name[as], (int)e[i].kind);
		refusals++;
	}
	if (!refusals)
		fail_msg("%s in %s by the %s was refused but not recorded", what, r->name, role_name[as]);
}

struct attempt {
	enum op op;
	const char *what;
	struct sent sent;
	bool form;
};

void generated_rights(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		struct sample s = make(r), t = sample_new(r);
		int at = changeable(&s);
		struct value v;
		struct str change = other_value(&s, at, &v);
		for (int as = 0; as < ROLE__BUILTIN; as++) {
			uint32_t ops = r->access.ops[as];
			bool everywhere = as != ROLE_CONTACT;
			struct str id = str_printf(mem, "%lld", (long long)s.id);
			const struct attempt attempts[] = {
				{ OP_READ, "list", { "GET", api_path(r, 0), as, NULL, STR_NULL, NULL }, false },
				{ OP_READ, "page", { "GET", page_path(r, 0, ""), as, NULL, STR_NULL, NULL }, false },
				{ OP_READ, "row", { "GET", page_path(r, s.id, ""), as, NULL, STR_NULL, NULL }, false },
				{ OP_READ, "history", { "GET", page_path(r, s.id, "/history"), as, NULL, STR_NULL, NULL }, false },
				{ OP_CREATE, "create", { "POST", api_path(r, 0), as, "application/json", json_of(&t, -1, NULL), NULL }, false },
				{ OP_CREATE, "new", { "GET", page_path(r, 0, "/new"), as, NULL, STR_NULL, NULL }, false },
				{ OP_CREATE, "new", { "POST", page_path(r, 0, "/new"), as, NULL, STR(""), NULL }, true },
				{ OP_UPDATE, "patch", { "PATCH", api_path(r, s.id), as, "application/json", change, "If-Match: *\r\n" }, false },
				{ OP_UPDATE, "edit", { "GET", page_path(r, s.id, "/edit"), as, NULL, STR_NULL, NULL }, false },
				{ OP_UPDATE, "undo", { "POST", page_path(r, s.id, "/undo"), as, NULL, STR("revision=1"), NULL }, true },
				{ OP_UPDATE, "bulk", { "POST", page_path(r, 0, "/bulk"), as, NULL, str_printf(mem, "_do=apply&_field=%s&id=%.*s", r->field[at].name, STR_FMT(id)), NULL }, true },
				{ OP_ARCHIVE, "archive", { "DELETE", api_path(r, s.id), as, NULL, STR_NULL, NULL }, false },
				{ OP_ARCHIVE, "archive", { "POST", page_path(r, s.id, "/archive"), as, NULL, STR(""), NULL }, true },
				{ OP_ARCHIVE, "merge", { "POST", page_path(r, s.id, "/merge"), as, NULL, STR("other=x"), NULL }, true },
				{ OP_EXPORT, "export", { "GET", page_path(r, 0, "/export?format=csv"), as, NULL, STR_NULL, NULL }, false },
				{ OP_COMMENT, "comment", { "POST", page_path(r, s.id, "/comment"), as, NULL, STR("text=x"), NULL }, true },
			};
			for (size_t i = 0; i < COUNT_OF(attempts); i++) {
				const struct attempt *x = &attempts[i];
				bool allowed = (ops & OP_READ) && (ops & x->op);
				if (allowed && x->op != OP_READ)
					continue; /* what a role may do is exercised above */
				if (allowed && !everywhere)
					continue;
				int64_t seq = trail_head();
				struct reply a = x->form ? post(x->sent.path, as, x->sent.body) : send_it(x->sent);
				if (allowed) {
					WANT(a, 200, "%s in %s by the %s", x->what, r->name, role_name[as]);
					continue;
				}
				WANT(a, ops & OP_READ ? 403 : 404, "%s in %s by the %s", x->what, r->name, role_name[as]);
				if (ops & OP_READ || strcmp(x->sent.method, "GET") != 0)
					only_refusals_since(seq, r, as, x->what);
			}
			/* Private and secret fields are shown to nobody without the right. */
			if ((ops & OP_READ) && !(ops & OP_PRIVATE) && everywhere) {
				struct reply a = get(as, "/api/v1/%s/%lld", r->name, (long long)s.id);
				WANT(a, 200, "%s by the %s", r->name, role_name[as]);
				json_t *row = parsed(&a);
				for (size_t i = 0; i < r->fields; i++)
					if (r->field[i].flags & (FIELD_PRIVATE | FIELD_SECRET) && json_object_get(row, r->field[i].name) &&
					    !json_is_null(json_object_get(row, r->field[i].name)))
						fail_msg("the %s sees %s.%s", role_name[as], r->name, r->field[i].name);
				json_decref(row);
			}
		}
		struct reply a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)s.id);
		json_t *row = parsed(&a);
		assert_int_equal(json_number(row, "revision"), 1); /* none of the refused did anything */
		json_decref(row);
	}
}

/* ---- bulk work, saved views, drafts ---- */

void generated_bulk_views_drafts(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		if (!may(r, OP_UPDATE | OP_ARCHIVE))
			continue;
		struct sample s = make(r), other = make(r);
		int at = changeable(&s);
		struct value v;
		other_value(&s, at, &v);
		struct str ids = str_printf(mem, "id=%lld&id=%lld", (long long)s.id, (long long)other.id);
		WANT(post(page_path(r, 0, "/bulk"), ROLE_LEAD, str_printf(mem, "_do=choose&%.*s", STR_FMT(ids))), 200, "bulk in %s", r->name);
		if (at != reg_field(r, r->title)) {
			struct reply a = post(page_path(r, 0, "/bulk"), ROLE_LEAD,
			                      str_printf(mem, "_do=field&_field=%s&%.*s", r->field[at].name, STR_FMT(ids)));
			WANT(a, 200, "bulk in %s", r->name);
			a = post(page_path(r, 0, "/bulk"), ROLE_LEAD,
			         str_printf(mem, "_do=apply&_field=%s&%.*s&%.*s", r->field[at].name, STR_FMT(form_field(r, at, &v)), STR_FMT(ids)));
			WANT(a, 200, "bulk in %s", r->name);
			a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)other.id);
			json_t *row = parsed(&a);
			other.v[at] = v;
			same_value(&other, (size_t)at, row);
			json_decref(row);
		}
		WANT(post(page_path(r, 0, "/bulk"), ROLE_LEAD, str_printf(mem, "_do=archive-all&%.*s", STR_FMT(ids))), 400, "bulk in %s", r->name);
		WANT(post(page_path(r, 0, "/bulk"), ROLE_LEAD, str_printf(mem, "_do=archive-now&%.*s", STR_FMT(ids))), 200, "bulk in %s", r->name);
		assert_false(listed(r, "", s.id));
		/* A saved view keeps the query, and is nobody else's. */
		struct reply a = post(page_path(r, 0, "/view"), ROLE_LEAD, str_printf(mem, "name=%.*s&query=%.*s", STR_FMT(encoded(STR("表示" PROBE))),
		                                                                    STR_FMT(encoded(STR("sort=-id&q=abc")))));
		WANT(a, 303, "view of %s", r->name);
		a = get(ROLE_LEAD, "/%s/%s", r->room, r->name);
		escaped(r, a, "list with a saved view");
		assert_true(str_contains(a.body, STR("表示&quot;")) || str_contains(a.body, STR("表示&#34;")));
		a = get(ROLE_AUDITOR, "/%s/%s", r->room, r->name);
		assert_false(str_contains(a.body, STR("表示&quot;")) || str_contains(a.body, STR("表示&#34;")));
		WANT(post(page_path(r, 0, "/view"), ROLE_LEAD, STR("name=x&query=no_such_field%3D1")), 422, "bad view of %s", r->name);
		/* A draft is offered, taken, and gone when the row was saved. */
		struct sample d = make(r);
		struct str key = str_printf(mem, "%s:%lld", r->name, (long long)d.id);
		struct str data = str_printf(mem, "_revision=1&%.*s", STR_FMT(form_field(r, at, &v)));
		WANT(post(STR("/draft"), ROLE_LEAD, str_printf(mem, "key=%.*s&data=%.*s", STR_FMT(encoded(key)), STR_FMT(encoded(data)))), 204, "draft of %s", r->name);
		a = get(ROLE_LEAD, "/%s/%s/%lld/edit", r->room, r->name, (long long)d.id);
		assert_true(str_contains(a.body, STR("?draft=1")));
		a = get(ROLE_LEAD, "/%s/%s/%lld/edit?draft=1", r->room, r->name, (long long)d.id);
		WANT(a, 200, "draft of %s", r->name);
		if (is_text(&r->field[at]))
			assert_true(str_contains(a.body, str_printf(mem, "変更後%d", s.seed)));
		WANT(post(page_path(r, d.id, "/edit"), ROLE_LEAD, data), 303, "%s", r->name);
		a = get(ROLE_LEAD, "/%s/%s/%lld/edit", r->room, r->name, (long long)d.id);
		assert_false(str_contains(a.body, STR("?draft=1")));
		WANT(post(STR("/draft"), ROLE_LEAD, STR("key=no%3Anew&data=x")), 404, "draft of no register");
	}
}

/* ---- attachments ---- */

void generated_attachments(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		if (!may(r, OP_COMMENT))
			continue;
		struct sample s = make(r);
		struct str body = str_printf(mem, "--xyz\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%.*s\r\n--xyz\r\n"
		                                  "Content-Disposition: form-data; name=\"file\"; filename=\"memo.html\"\r\nContent-Type: text/html\r\n\r\n"
		                                  "<script>alert(1)</script>\r\n--xyz--\r\n", STR_FMT(role[ROLE_LEAD].csrf));
		struct reply a = send_it((struct sent){ "POST", page_path(r, s.id, "/attach"), ROLE_LEAD, "multipart/form-data; boundary=xyz", body, NULL });
		WANT(a, 303, "attach to %s", r->name);
		a = get(ROLE_LEAD, "/%s/%s/%lld", r->room, r->name, (long long)s.id);
		struct str before = str_printf(mem, "href=\"%.*s", STR_FMT(page_path(r, s.id, "/attachment/")));
		ptrdiff_t at = str_find(a.body, before);
		assert_true(at > 0);
		struct str rest = str_sub(a.body, (size_t)at + before.n, 20);
		struct str file = str_sub(rest, 0, (size_t)str_find_char(rest, '"'));
		struct str path = page_path(r, s.id, str_z(mem, str_printf(mem, "/attachment/%.*s", STR_FMT(file))));
		a = get(ROLE_LEAD, "%.*s", STR_FMT(path));
		WANT(a, 200, "attachment of %s", r->name);
		assert_true(str_eq(a.body, STR("<script>alert(1)</script>")));
		assert_true(str_starts(reply_header(&a, "Content-Disposition"), STR("attachment;")));
		assert_true(str_eq(reply_header(&a, "Content-Type"), STR("application/octet-stream")));
		assert_true(str_eq(reply_header(&a, "X-Content-Type-Options"), STR("nosniff")));
		/* It hangs on this row and no other. */
		struct sample other = make(r);
		WANT(get(ROLE_LEAD, "%.*s", STR_FMT(page_path(r, other.id, str_z(mem, str_printf(mem, "/attachment/%.*s", STR_FMT(file)))))), 404, "%s", r->name);
		WANT(post(str_printf(mem, "%.*s/remove", STR_FMT(path)), ROLE_LEAD, STR("")), 303, "detach from %s", r->name);
		WANT(get(ROLE_LEAD, "%.*s", STR_FMT(path)), 404, "removed attachment of %s", r->name);
	}
}

/* ---- own fields ---- */

void generated_own_fields(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		struct str form = str_printf(mem, "register=%s&do=create&type=choice&label_ja=%.*s&choices=%.*s", r->name, STR_FMT(encoded(STR("独自" PROBE))),
		                             STR_FMT(encoded(STR("赤い石 / Red\n青い石 / Blue"))));
		if (!(r->access.ops[ROLE_ADMINISTRATOR] & OP_READ))
			continue;
		WANT(post(STR("/settings/own-fields"), ROLE_LEAD, form), 403, "own field of %s by the lead", r->name);
		WANT(post(STR("/settings/own-fields"), ROLE_ADMINISTRATOR, form), 303, "own field of %s", r->name);
		WANT(post(STR("/settings/own-fields"), ROLE_ADMINISTRATOR, form), 422, "the same label again in %s", r->name);
		escaped(r, get(ROLE_ADMINISTRATOR, "/settings/own-fields?register=%s", r->name), "own fields");
		struct sample s = make(r);
		escaped(r, get(ROLE_LEAD, "/%s/%s/%lld", r->room, r->name, (long long)s.id), "detail with an own field");
		if (!may(r, OP_UPDATE))
			continue;
		struct reply a = get(ROLE_LEAD, "/%s/%s/%lld/edit", r->room, r->name, (long long)s.id);
		escaped(r, a, "form with an own field");
		ptrdiff_t at = str_find(a.body, STR("name=\"own_"));
		assert_true(at > 0);
		struct str rest = str_sub(a.body, (size_t)at + 6, 30);
		struct str name = str_sub(rest, 0, (size_t)str_find_char(rest, '"'));
		WANT(post(page_path(r, s.id, "/edit"), ROLE_LEAD, str_printf(mem, "_revision=1&%.*s=%.*s", STR_FMT(name), STR_FMT(encoded(STR("青い石"))))), 303,
		     "own field of %s by form", r->name);
		a = get(ROLE_LEAD, "/%s/%s/%lld", r->room, r->name, (long long)s.id);
		assert_true(str_contains(a.body, STR("青い石")));
		a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)s.id);
		json_t *row = parsed(&a);
		assert_true(json_is_string(json_object_get(row, str_z(mem, name))));
		json_decref(row);
		WANT(post(STR("/settings/own-fields"), ROLE_ADMINISTRATOR, str_printf(mem, "register=%s&do=retire&name=%.*s", r->name, STR_FMT(name))), 303,
		     "own field of %s retired", r->name);
		a = get(ROLE_LEAD, "/%s/%s/%lld/edit", r->room, r->name, (long long)s.id);
		assert_false(str_contains(a.body, STR("name=\"own_")));
	}
}

/* ---- documents ---- */

void generated_documents(void **state)
{
	(void)state;
	struct reply a = get(ROLE_AUDITOR, "/api/v1/openapi.json");
	WANT(a, 200, "openapi");
	json_t *v = parsed(&a);
	assert_string_equal(json_string_value(json_object_get(v, "openapi")), "3.1.0");
	json_t *schemas = json_object_get(json_object_get(v, "components"), "schemas"), *paths = json_object_get(v, "paths");
	CLEANUP(buf_release) struct buf permissions, columns;
	buf_init(&permissions, 1 << 20);
	buf_init(&columns, 4 << 20);
	permissions_put(&permissions);
	columns_put(&columns);
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		json_t *properties = json_object_get(json_object_get(schemas, r->name), "properties");
		assert_non_null(json_object_get(paths, str_z(mem, api_path(r, 0))));
		assert_true(str_contains(buf_view(&permissions), str_printf(mem, "`%s`)", r->name)));
		for (size_t k = 0; k < r->fields; k++) {
			if (!json_object_get(properties, r->field[k].name))
				fail_msg("the OpenAPI document lacks %s.%s", r->name, r->field[k].name);
			assert_true(str_contains(buf_view(&columns), str_printf(mem, "| `%s` |", r->field[k].name)));
		}
	}
	json_decref(v);
}
