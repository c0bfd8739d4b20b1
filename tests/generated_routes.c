/*
 * Every route that is served, as somebody whose rights hold for one unit: no page, file or answer of the API names a row of
 * another unit, wherever one gets by addresses and by the links of what one got; and of a row that is not theirs no route says
 * anything else than of one that is not there. A new route is among them by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/generated_office.h"
#include "work/approval.h"

#include "base/text.h"

#define PAGES_MAX 4800 /* that links lead to, for each of the two people */
#define NO_ROW INT64_C(999999999)

static const int few[] = { ROLE_CONTACT, AS_CLERK };
static struct sample foreign[LIMIT_REGISTERS], own[LIMIT_REGISTERS];
static size_t rows; /* registers whose rows belong to units */

/* ---- rows of their own unit and of another, with everything that hangs on a row ---- */

static int64_t unit_of_row(int64_t id)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	int64_t n = -1;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT unit_id FROM record WHERE id = ");
	sql_i64(&q, id);
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	db_read_end(office->db, &c);
	return n;
}

static struct str memo(const struct sample *s)
{
	return str_printf(mem, "--xyz\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%.*s\r\n--xyz\r\nContent-Disposition: form-data; "
	                       "name=\"file\"; filename=\"試料%dx.txt\"\r\nContent-Type: text/plain\r\n\r\n試料%dx\r\n--xyz--\r\n", STR_FMT(role[ROLE_LEAD].csrf),
	                  s->seed, s->seed);
}

static size_t asked; /* requests for approval that were taken */

/* The engine's own tests have no room of work. */
static bool served(const char *path)
{
	const size_t *counts;
	const struct route *const *all = generated_routes_all(&counts);
	for (size_t t = 0; all[t]; t++)
		for (size_t k = 0; k < counts[t]; k++)
			if (strcmp(all[t][k].path, path) == 0)
				return true;
	return false;
}

static void hang_things_on(const struct sample *s)
{
	WANT(post(page_path(s->reg, s->id, "/comment"), ROLE_LEAD, str_printf(mem, "text=%.*s", STR_FMT(encoded(str_printf(mem, "試料%dx", s->seed))))), 303,
	     "comment on %s", s->reg->name);
	WANT(send_it((struct sent){ "POST", page_path(s->reg, s->id, "/attach"), ROLE_LEAD, "multipart/form-data; boundary=xyz", memo(s), NULL }), 303,
	     "attach to %s", s->reg->name);
	if (!served("/work/approval/new"))
		return;
	/* A request for approval, where the register takes part in them, and a task about the row; both bear words of its own. */
	struct str words = encoded(str_printf(mem, "試料%dx", s->seed));
	struct reply a = post(STR("/work/approval/new"), ROLE_LEAD, str_printf(mem, "record=%lld&revision=%lld&reason=%.*s", (long long)s->id,
	                                                                       (long long)s->revision, STR_FMT(words)));
	if (a.status != 303) /* no step of the route is left for the row of its author: it says so */
		WANT(a, approval_takes(s->reg) ? 422 : 404, "ask for approval of %s", s->reg->name);
	asked += a.status == 303;
	WANT(post(STR("/work/task/for"), ROLE_LEAD, str_printf(mem, "record=%lld&name=%.*s&due_on=2027-01-15", (long long)s->id, STR_FMT(words))), 303,
	     "task about %s", s->reg->name);
}

static void make_rows(void)
{
	if (rows)
		return;
	EACH_REGISTER(r) {
		if (reg_owner_field(r) < 0 || r->shared || !may(r, OP_UPDATE | OP_COMMENT))
			continue;
		own[rows] = make_in(r, unit);
		foreign[rows] = make_in(r, unit_elsewhere);
		if (unit_of_row(foreign[rows].id) != unit_elsewhere || unit_of_row(own[rows].id) != unit)
			continue;
		hang_things_on(&own[rows]);
		hang_things_on(&foreign[rows]);
		rows++;
	}
	assert_true(rows > 0);
	assert_true(asked > 0 || !served("/work/approval/new"));
}

/* ---- what must not be named ---- */

static bool names(struct str body, const struct sample *s)
{
	const struct str text = str_printf(mem, "試料%dx", s->seed);
	if (str_contains(body, text))
		return true;
	for (ptrdiff_t at; s->code.n && (at = str_find(body, s->code)) >= 0; body = str_sub(body, (size_t)at + s->code.n, body.n)) {
		const char next = (size_t)at + s->code.n < body.n ? body.p[(size_t)at + s->code.n] : ' ';
		if (next < '0' || next > '9')
			return true;
	}
	return false;
}

static void names_nothing(int as, struct str path, struct reply a)
{
	if (a.status >= 500)
		fail_msg("%.*s as the %s: %d", STR_FMT(path), role_name[as], a.status);
	for (size_t i = 0; i < rows; i++)
		if (names(a.body, &foreign[i]) && !str_contains(path, foreign[i].code))
			fail_msg("%.*s names the %s a row of %s of another unit: %.*s", STR_FMT(path), role_name[as], foreign[i].reg->name,
			         STR_FMT(str_sub(a.body, (size_t)(str_find(a.body, str_printf(mem, "試料%dx", foreign[i].seed)) > 200 ? str_find(a.body, str_printf(mem, "試料%dx", foreign[i].seed)) - 200 : 0), 400)));
}

/* ---- addresses of a route ---- */

static struct str filled(const struct route *route, const struct reg *r, int64_t id)
{
	struct str rest = str_of(route->path), part;
	struct buf b;
	buf_init(&b, 4000);
	rest = str_sub(rest, 1, rest.n);
	while (str_cut(&rest, '/', &part)) {
		struct str piece = str_eq_z(part, ":room") ? str_of(r->room) : str_eq_z(part, ":register") ? str_of(r->name)
		                   : str_starts(part, STR(":")) ? str_printf(mem, "%lld", (long long)id) : part;
		buf_char(&b, '/');
		buf_str(&b, piece);
	}
	struct str path = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return path;
}

static bool takes(const struct route *route, const char *capture)
{
	return str_contains(str_of(route->path), str_of(capture));
}

#define EACH_ROUTE(route, bit) \
	for (size_t route_t = 0; all[route_t]; route_t++) \
		for (size_t route_k = 0; route_k < counts[route_t]; route_k++) \
			for (const struct route *route = &all[route_t][route_k]; route && (route->methods & (bit)) && !takes(route, "test-sign-in"); route = NULL)

/* ---- by links ---- */

struct seen {
	struct str path[PAGES_MAX];
	size_t n, done;
};

static void want(struct seen *s, struct str path)
{
	if (s->n == PAGES_MAX || !str_starts(path, STR("/")) || str_starts(path, STR("//")) || str_starts(path, STR("/static/")) || path.n > 1500)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->path[i], path))
			return;
	s->path[s->n++] = str_dup(mem, path);
}

/* Links as they stand in the page, with what stands for & put back; "?..." leads to the same path. */
static void links_of(struct seen *s, struct str page, struct str here)
{
	static const char *const before[] = { " href=\"", " hx-get=\"" };
	ptrdiff_t query = str_find_char(here, '?');
	here = query < 0 ? here : str_sub(here, 0, (size_t)query);
	for (size_t k = 0; k < COUNT_OF(before); k++) {
		struct str rest = page;
		for (ptrdiff_t at; (at = str_find(rest, str_of(before[k]))) >= 0;) {
			rest = str_sub(rest, (size_t)at + strlen(before[k]), rest.n);
			struct str link = str_sub(rest, 0, (size_t)str_find_char(rest, '"')), part;
			struct buf b;
			buf_init(&b, 1 << 16);
			if (str_starts(link, STR("?")))
				buf_str(&b, here);
			for (ptrdiff_t amp; (amp = str_find(link, STR("&amp;"))) >= 0; link = str_sub(link, (size_t)amp + 5, link.n)) {
				part = str_sub(link, 0, (size_t)amp);
				buf_str(&b, part);
				buf_char(&b, '&');
			}
			buf_str(&b, link);
			struct str all = buf_view(&b);
			ptrdiff_t hash = str_find_char(all, '#');
			want(s, hash < 0 ? all : str_sub(all, 0, (size_t)hash));
			buf_release(&b);
		}
	}
}

void generated_routes_leak_nothing(void **state)
{
	(void)state;
	const size_t *counts;
	const struct route *const *all = generated_routes_all(&counts);
	make_rows();
	for (size_t i = 0; i < COUNT_OF(few); i++) {
		struct seen *seen = ARENA_NEW(mem, struct seen);
		EACH_ROUTE(route, HTTP_GET) {
			if (!takes(route, ":register") && !takes(route, ":")) {
				want(seen, filled(route, NULL, 0));
				continue;
			}
			for (size_t k = 0; k < rows; k++) {
				want(seen, filled(route, own[k].reg, own[k].id));
				want(seen, filled(route, own[k].reg, foreign[k].id));
			}
		}
		const size_t begun = seen->n;
		size_t own_named = 0;
		assert_true(begun < PAGES_MAX / 2 + rows);
		for (; seen->done < seen->n; seen->done++) {
			struct str path = seen->path[seen->done];
			struct reply a = send_it((struct sent){ "GET", path, few[i], NULL, STR_NULL, NULL });
			names_nothing(few[i], path, a);
			for (size_t k = 0; k < rows; k++)
				own_named += names(a.body, &own[k]);
			if (str_contains(a.head, STR("text/html")))
				links_of(seen, a.body, path);
		}
		print_message("as the %s: %zu addresses of routes, %zu by links, their own rows named %zu times\n", role_name[few[i]], begun,
		              seen->n - begun, own_named);
		assert_true(own_named > 5 * rows); /* what names rows was looked at */
	}
}

/* ---- not there, or not for you ---- */

static struct str without_digits(struct str s)
{
	struct buf b;
	buf_init(&b, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			buf_char(&b, s.p[i]);
	struct str copy = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return copy;
}

static struct reply ask(int as, const struct route *route, unsigned bit, struct str path)
{
	static const char *const names_of[] = { [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_PUT] = "PUT" };
	if (route->flags & ROUTE_API)
		return api(names_of[bit], path, as, bit == HTTP_POST || bit == HTTP_PATCH ? STR("{}") : STR_NULL, "If-Match: *\r\n");
	return bit == HTTP_GET ? get(as, "%.*s", STR_FMT(path)) : post(path, as, STR_NULL);
}

void generated_routes_refuse_alike(void **state)
{
	(void)state;
	const size_t *counts;
	const struct route *const *all = generated_routes_all(&counts);
	size_t compared = 0;
	make_rows();
	for (unsigned bit = HTTP_GET; bit <= HTTP_PUT; bit <<= 1)
		EACH_ROUTE(route, bit) {
			if (!takes(route, ":id") || takes(route, "/settings/") || takes(route, "/account/"))
				continue; /* of people's own things, with numbers of their own */
			for (size_t k = 0; k < rows; k++)
				for (size_t i = 0; i < COUNT_OF(few); i++) {
					struct str there = filled(route, foreign[k].reg, foreign[k].id), nowhere = filled(route, foreign[k].reg, NO_ROW);
					struct reply a = ask(few[i], route, bit, there), b = ask(few[i], route, bit, nowhere);
					if (a.status != b.status || !str_eq(without_digits(a.body), without_digits(b.body)))
						fail_msg("%.*s as the %s: a row of another unit is answered otherwise (%d) than one that is not there (%d)", STR_FMT(there),
						         role_name[few[i]], a.status, b.status);
					if (a.status < 300)
						fail_msg("%.*s as the %s: done (%d) for a row that is not there", STR_FMT(there), role_name[few[i]], a.status);
					compared++;
				}
		}
	print_message("%zu pairs of answers are alike\n", compared);
	assert_true(compared > 100);
}
