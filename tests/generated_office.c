/* The office of the generated tests: its server, who talks to it, and sample rows that follow from the descriptions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/generated_office.h"

#include "auth/pages.h"
#include "base/text.h"
#include "base/text/http.h"
#include "register/faces.h"

struct office *office;
struct arena *mem;
struct someone role[AS__N];
const char *const role_name[AS__N] = { "administrator", "lead", "contact", "executive", "auditor", "clerk" };
int64_t unit, unit_below, unit_elsewhere;
static struct http_server *server;
static unsigned port;
static int64_t any_row[LIMIT_REGISTERS];  /* a live row of each register; -1 while it is being made */
static int next_seed;
static int samples[LIMIT_REGISTERS]; /* made so far, of each register */
static atomic_uint statements;       /* of the request answered last */


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

/* On the thread that ran the request, before its answer goes out. */
static void logged(const struct http_req *req, int status, size_t bytes, int64_t us, int64_t cpu_us)
{
	(void)req, (void)status, (void)bytes, (void)us, (void)cpu_us;
	atomic_store(&statements, db_statement_count(true));
}

unsigned statements_of_last(void)
{
	return atomic_load(&statements);
}

/* A reply in the arena. */
struct reply send_it(struct sent s)
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

struct reply get(int as, const char *fmt, ...)
{
	char path[4000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(path, sizeof path, fmt, ap);
	va_end(ap);
	return send_it((struct sent){ "GET", str_of(path), as, NULL, STR_NULL, NULL });
}

struct reply api(const char *method, struct str path, int as, struct str json, const char *header)
{
	return send_it((struct sent){ method, path, as, json.n ? "application/json" : NULL, json, header });
}

struct reply post(struct str path, int as, struct str form)
{
	struct str body = str_printf(mem, "csrf=%.*s%s%.*s", STR_FMT(role[as].csrf), form.n ? "&" : "", STR_FMT(form.p ? form : STR("")));
	return send_it((struct sent){ "POST", path, as, "application/x-www-form-urlencoded", body, NULL });
}

struct str api_path(const struct reg *r, int64_t id)
{
	return id ? str_printf(mem, "/api/v1/%s/%lld", r->name, (long long)id) : str_printf(mem, "/api/v1/%s", r->name);
}

struct str page_path(const struct reg *r, int64_t id, const char *rest)
{
	return id ? str_printf(mem, "/%s/%s/%lld%s", r->room, r->name, (long long)id, rest) : str_printf(mem, "/%s/%s%s", r->room, r->name, rest);
}

struct str encoded(struct str s)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	http_put_encoded(&b, s);
	struct str copy = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return copy;
}

void want_status(struct reply r, int want, int line, const char *fmt, ...)
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

json_t *parsed(const struct reply *r)
{
	json_error_t e;
	json_t *v = json_loadb(r->body.p, r->body.n, JSON_REJECT_DUPLICATES, &e);
	if (!v)
		fail_msg("not JSON: %s: %.*s", e.text, STR_FMT(text_clip(r->body, 400)));
	return v;
}

int64_t json_number(json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);
	if (!json_is_integer(v))
		fail_msg("no number %s", key);
	return json_integer_value(v);
}

struct str etag_of(int64_t revision)
{
	return str_printf(mem, "If-Match: \"%lld\"\r\n", (long long)revision);
}

/* ---- values ---- */

bool plain_input(const struct reg *r, const struct field *d)
{
	if (d->derived || (d->flags & FIELD_ENGINE))
		return false;
	for (size_t i = 0; i < r->fields; i++) /* overrides need their reasons: they have a test of their own */
		if ((r->field[i].settled_by && strcmp(r->field[i].settled_by, d->name) == 0) ||
		    (r->field[i].reason_field && strcmp(r->field[i].reason_field, d->name) == 0))
			return false;
	return !(d->flags & FIELD_SETTLE);
}

bool is_text(const struct field *d)
{
	return d->type == FIELD_TEXT || d->type == FIELD_LONG_TEXT;
}

struct value sample_value(const struct field *d, int at, int seed)
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

struct sample sample_new(const struct reg *r)
{
	struct sample s = { .reg = r, .seed = ++next_seed };
	const int nth = ++samples[reg_number(r)];
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *d = &r->field[i];
		if (!plain_input(r, d))
			continue;
		/* A key of few numbers would come round again if all registers counted together. */
		s.v[i] = sample_value(d, (int)i, d->type == FIELD_INTEGER && d->flags & (FIELD_KEY | FIELD_UNIQUE) ? nth : s.seed);
	}
	return s;
}

void put_member(struct json *j, const struct field *d, const struct value *v)
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
struct str json_of(const struct sample *s, int without, const char *more)
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

static bool refers(const struct field *d)
{
	return d->type == FIELD_REFERENCE || d->type == FIELD_PERSON;
}

/* A unit that tells rows apart, not one that decides who sees them. */
static bool is_unit_in_key(const struct field *d)
{
	return d->type == FIELD_UNIT && d->flags & FIELD_KEY && !(d->flags & FIELD_OWNER);
}

/* Rows of its own for a row to refer to, in its unit: where they decide its unit, are its key, or must be seen by who makes it. */
static void refer_to_new_rows(struct sample *s, int64_t unit_id)
{
	for (size_t i = 0; i < s->reg->fields; i++)
		if (s->v[i].known && (refers(&s->reg->field[i]) || is_unit_in_key(&s->reg->field[i])) && plain_input(s->reg, &s->reg->field[i]))
			s->v[i].i = make_in(reg_find(str_of(s->reg->field[i].target)), unit_id).id;
}

/* Whether other rows to refer to could help: the row is there already, or its unit or one that it needs is not as it must be. */
static bool wants_new_rows(const struct sample *s, const struct reply *a)
{
	if (a->status == 409)
		return true;
	for (size_t i = 0; a->status == 422 && i < s->reg->fields; i++) {
		const struct field *d = &s->reg->field[i];
		if (s->v[i].known && ((int)i == reg_owner_field(s->reg) || (refers(d) && d->flags & FIELD_REQUIRED)) &&
		    str_contains(a->body, str_printf(mem, "\"field\":\"%s\"", d->name)))
			return true;
	}
	return false;
}

bool try_make(int as, const struct reg *r, int64_t unit_id, struct sample *ret, struct reply *ret_last)
{
	struct sample s = sample_new(r);
	const int owner = reg_owner_field(r);
	if (owner >= 0 && unit_id && plain_input(r, &r->field[owner]))
		s.v[owner] = (struct value){ .known = true, .i = unit_id };
	bool own_rows = false;
	for (int round = 0; round < 12; round++) {
		struct reply a = *ret_last = api("POST", api_path(r, 0), as, json_of(&s, -1, NULL), NULL);
		if (!own_rows && wants_new_rows(&s, &a)) {
			own_rows = true;
			refer_to_new_rows(&s, unit_id ? unit_id : unit);
			continue;
		}
		if (a.status != 201 && a.status != 422)
			return false;
		json_t *v = parsed(&a);
		if (a.status == 201) {
			s.id = json_number(v, "id");
			s.revision = json_number(v, "revision");
			s.code = str_dup(mem, str_of(json_string_value(json_object_get(v, "code"))));
			assert_true(str_eq(reply_header(&a, "Location"), api_path(r, s.id)));
			assert_true(str_eq(reply_header(&a, "ETag"), STR("\"1\"")));
			json_decref(v);
			*ret = s;
			return true;
		}
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
		json_decref(v);
		if (!dropped)
			return false;
	}
	return false;
}

struct sample make_in(const struct reg *r, int64_t unit_id)
{
	struct sample s;
	struct reply last;
	if (!try_make(ROLE_LEAD, r, unit_id, &s, &last))
		fail_msg("create %s: no row that its rules accept: %.*s", r->name, STR_FMT(last.body));
	return s;
}

struct sample make(const struct reg *r)
{
	return make_in(r, 0);
}

int64_t row_of_register(const struct reg *r)
{
	int n = reg_number(r);
	if (any_row[n] == 0) {
		any_row[n] = -1; /* a reference back to the same register stays unknown */
		any_row[n] = make(r).id;
	}
	return any_row[n] < 0 ? 0 : any_row[n];
}

/* ---- looking at rows ---- */

bool may(const struct reg *r, uint32_t ops)
{
	return (r->access.ops[ROLE_LEAD] & ops) == ops;
}

void same_value(const struct sample *s, size_t i, json_t *row)
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

/* A field that can have another value without touching a key: a text before a choice, of which a register's own rules may allow
 * one only. */
int changeable(const struct sample *s)
{
	int choice = -1;
	for (size_t i = 0; i < s->reg->fields; i++) {
		const struct field *d = &s->reg->field[i];
		if (!plain_input(s->reg, d) || !s->v[i].known || d->flags & (FIELD_KEY | FIELD_UNIQUE | FIELD_OWNER | FIELD_PRIVATE | FIELD_SECRET))
			continue;
		if (is_text(d) && !str_contains(s->v[i].s, STR("@")))
			return (int)i;
		if (choice < 0 && (d->type == FIELD_YES_NO || d->type == FIELD_CHOICE || d->type == FIELD_SCALE))
			choice = (int)i;
	}
	return choice >= 0 ? choice : reg_field(s->reg, s->reg->title);
}

struct str other_value(const struct sample *s, int at, struct value *ret)
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

struct str form_field(const struct reg *r, int at, const struct value *v)
{
	return str_printf(mem, "%s=%.*s", r->field[at].name, STR_FMT(encoded(value_str(mem, &r->field[at], v, FORM_INPUT, LANG_JA))));
}

bool listed(const struct reg *r, const char *query, int64_t id)
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

void escaped(const struct reg *r, struct reply a, const char *what)
{
	WANT(a, 200, "%s of %s", what, r->name);
	if (str_contains(a.body, STR("<script>'")))
		fail_msg("%s of %s lets markup through", what, r->name);
	static const char *const bad[] = { " style=\"", " onclick=", "javascript:" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (str_contains(a.body, str_of(bad[i])))
			fail_msg("%s of %s holds %s", what, r->name, bad[i]);
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
	if (e == 0 && j->role != ROLE_CONTACT && j->role != AS_CLERK)
		e = auth_grant(c, mem, &by, role[j->role].account, j->role, 0, STR(""));
	if (e == 0)
		e = auth_token_create(c, mem, &by, role[j->role].account, STR("test"), true, 0, &role[j->role].token);
	return e;
}

static int grant_unit(struct db_conn *c, void *arg)
{
	(void)arg;
	struct principal by = auth_system();
	struct role_info info = { .name_ja = STR("試料係"), .name_en = STR("Clerk") };
	struct role_mask mask[LIMIT_REGISTERS];
	size_t n = 0;
	int64_t clerk = 0;
	for (; n < reg_count(); n++)
		mask[n] = (struct role_mask){ str_of(reg_at(n)->name), CLERK_OPS };
	int e = auth_grant(c, mem, &by, role[ROLE_CONTACT].account, ROLE_CONTACT, unit, STR(""));
	if (e == 0)
		e = auth_role_write(c, mem, &by, &info, mask, n, &clerk);
	return e < 0 ? e : auth_grant(c, mem, &by, role[AS_CLERK].account, clerk, unit, STR(""));
}

/* The field of the register of units that says what a unit lies below; -1 when it is flat. */
static int parent_field(const struct reg *units)
{
	for (size_t i = 0; i < units->fields; i++)
		if (row_json_is_reference(&units->field[i]) && strcmp(units->field[i].target, units->name) == 0 && plain_input(units, &units->field[i]))
			return (int)i;
	return -1;
}

static int64_t make_unit(const struct reg *units, int64_t parent)
{
	struct sample s = make(units);
	const int at = parent_field(units);
	assert_true(at >= 0);
	struct str json = parent ? str_printf(mem, "{\"%s_id\":%lld}", units->field[at].name, (long long)parent)
	                         : str_printf(mem, "{\"%s_id\":null}", units->field[at].name);
	WANT(api("PATCH", api_path(units, s.id), ROLE_LEAD, json, "If-Match: *\r\n"), 200, "place a unit");
	return s.id;
}

static const struct route *tables[34];
static size_t counts[33];
static size_t table_count;

static void serve_also(const struct route *table, size_t n)
{
	assert_true(table_count < COUNT_OF(counts));
	tables[table_count] = table;
	counts[table_count++] = n;
	tables[table_count] = NULL;
}

const struct route *const *generated_routes_all(const size_t **ret_counts)
{
	*ret_counts = counts;
	return tables;
}

void generated_begin(struct office *o, const struct route *const *routes, const size_t *route_counts)
{
	office = o;
	mem = arena_new(1u << 30);
	next_seed = 0;
	memset(samples, 0, sizeof samples);
	unit = unit_below = unit_elsewhere = 0;
	memset(any_row, 0, sizeof any_row);
	table_count = 0;
	serve_also(test_routes, COUNT_OF(test_routes));
	if (!routes) {
		serve_also(register_page_routes, register_page_route_count);
		serve_also(register_api_routes, register_api_route_count);
		serve_also(auth_routes, auth_route_count);
	}
	for (size_t i = 0; routes && routes[i]; i++)
		serve_also(routes[i], route_counts[i]);
	struct http_options options = { .listen = STR("127.0.0.1:0"), .routes = tables, .route_counts = counts, .guard = auth_guard, .logged = logged, .app = o,
		.workers = 2, .event_threads = 1 };
	struct note why;
	if (http_start(&options, &server, &why) < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &why)));
	port = http_port(server);
	for (int i = 0; i < AS__N; i++) {
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
	if (units && parent_field(units) >= 0) {
		unit_below = make_unit(units, unit);
		unit_elsewhere = make_unit(units, 0);
	}
	assert_int_equal(db_write(o->db, grant_unit, NULL), 0);
	for (int i = 0; i < AS__N; i++) {
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
