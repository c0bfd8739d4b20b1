/* Many rows: lists, exports, the pages that show them, and the documents that name them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/generated_office.h"

#include "register/faces.h"
#include "register/query_internal.h"

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

/* ---- plans ---- */

/* Does the list's statement read its rows from an index, in order? Newest first that index is the table itself. */
static bool in_order_of_an_index(const struct query *q)
{
	CLEANUP(buf_release) struct buf plan;
	buf_init(&plan, 1u << 16);
	struct sql s;
	sql_init(&s, mem);
	assert_int_equal(reg_list_sql(mem, q, &s), 0);
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(db_explain(c, &s, &plan), 0);
	db_read_end(office->db, &c);
	struct str rest = buf_view(&plan), line;
	bool ok = plan.n > 0;
	while (str_cut(&rest, '\n', &line))
		if (str_contains(line, STR("TEMP B-TREE")) || (q->sort != SORT_NEWEST && str_contains(line, STR("SCAN t")) && !str_contains(line, STR("USING"))))
			ok = false;
	if (!ok)
		print_message("%.*s\n", STR_FMT(buf_view(&plan)));
	return ok;
}

/* As its first page and as one in the middle. */
static void planned(struct query q, const char *by, const char *filter)
{
	if (!in_order_of_an_index(&q))
		fail_msg("%s by %s, filter %s, does not read an index", q.view->reg->name, by, filter);
	struct db_conn *c = db_read_begin(office->db);
	struct listing l;
	q.limit = 1;
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	db_read_end(office->db, &c);
	q.cursor = l.next;
	if (l.next.n && !in_order_of_an_index(&q))
		fail_msg("%s by %s, filter %s, does not read an index behind the first page", q.view->reg->name, by, filter);
}

/* No list reads a whole table, whatever it is sorted and filtered by: every sort of every register with every filter. */
void generated_plans(void **state)
{
	(void)state;
	const struct principal lead = { .kind = PRINCIPAL_ACCOUNT, .id = 1, .account_id = 1, .lang = LANG_JA, .grants = 1, .grant = { { .role = ROLE_LEAD } } };
	if (getenv("ISHIGAKI_TEST_POSTGRES")) {
		print_message("skipped: plans (their words are SQLite's)\n");
		return;
	}
	for (size_t n = 0; n < reg_count(); n++) {
		const struct reg *r = reg_at(n);
		struct reg_view view;
		struct db_conn *c = db_read_begin(office->db);
		assert_int_equal(reg_view_load(c, mem, r, &view), 0);
		db_read_end(office->db, &c);
		if (!(auth_ops(&lead, (int)n) & OP_READ))
			continue;
		for (int sort = SORT_NEWEST; sort < (int)r->fields; sort++) {
			if (sort == SORT_DEFAULT || (sort >= 0 && (!field_is_sortable(&view, sort) || !reg_field_readable(&lead, r, &r->field[sort]))))
				continue;
			for (int filter = -1; filter < (int)r->fields; filter++) {
				const struct field *f = filter < 0 ? NULL : &r->field[filter];
				if (f && (!(f->flags & FIELD_FILTER) || (f->flags & FIELD_SECRET) || !reg_field_readable(&lead, r, f)))
					continue;
				struct value v = f ? sample_value(f, filter, 1) : (struct value){ .known = false };
				struct query q = { .view = &view, .by = &lead, .op = OP_READ, .sort = sort };
				if (f)
					q.filter[q.filters++] = (struct filter){ .field = filter, .kind = FILTER_IN, .value = &v, .values = 1 };
				for (int k = 0; k < (sort < 0 ? 1 : 2); k++) {
					q.descending = k == 1;
					planned(q, sort < 0 ? "newest" : r->field[sort].name, f ? f->name : "none");
				}
			}
		}
	}
}

/* ---- statements ---- */

enum { AT_ROW, AT_LIST, AT_SORTED, AT_PAGE, AT_DETAIL, AT__N };
/* What the engine needs for any register, the one for session or token included, and what a register may add of its own (figures that
 * it does not keep, who may see what else). */
static const struct {
	const char *what;
	unsigned engine, own;
} statement_budget[AT__N] = {
	[AT_ROW] = { "a row as JSON", 3, 2 }, [AT_LIST] = { "a list as JSON, counted", 5, 3 }, [AT_SORTED] = { "a list as JSON, newest first", 4, 4 },
	[AT_PAGE] = { "a list as a page", 8, 4 }, [AT_DETAIL] = { "a row as a page", 20, 70 },
};

static void count_statements(const struct reg *r, int64_t id, unsigned n[AT__N])
{
	WANT(get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)id), 200, "row of %s", r->name);
	n[AT_ROW] = statements_of_last();
	WANT(get(ROLE_LEAD, "/api/v1/%s?limit=200", r->name), 200, "rows of %s", r->name);
	n[AT_LIST] = statements_of_last();
	WANT(get(ROLE_LEAD, "/api/v1/%s?limit=200&sort=-id", r->name), 200, "rows of %s", r->name);
	n[AT_SORTED] = statements_of_last();
	WANT(get(ROLE_LEAD, "/%s/%s", r->room, r->name), 200, "list of %s", r->name);
	n[AT_PAGE] = statements_of_last();
	WANT(get(ROLE_LEAD, "/%s/%s/%lld", r->room, r->name, (long long)id), 200, "page of %s", r->name);
	n[AT_DETAIL] = statements_of_last();
}

/* A request's statements do not depend on how many rows there are, and keep within their budget. */
void generated_statements(void **state)
{
	(void)state;
	unsigned least[AT__N];
	memset(least, 0xff, sizeof least);
	EACH_REGISTER(r) {
		struct sample s = make(r);
		unsigned few[AT__N], more[AT__N];
		count_statements(r, s.id, few);
		for (int i = 0; i < 4; i++)
			(void)make(r);
		count_statements(r, s.id, more);
		for (int i = 0; i < AT__N; i++) {
			if (few[i] == 0 || more[i] != few[i])
				fail_msg("%s: %s takes %u statements, with four rows more %u", r->name, statement_budget[i].what, few[i], more[i]);
			if (more[i] > statement_budget[i].engine + statement_budget[i].own)
				fail_msg("%s: %s takes %u statements", r->name, statement_budget[i].what, more[i]);
			least[i] = more[i] < least[i] ? more[i] : least[i];
		}
	}
	for (int i = 0; i < AT__N; i++)
		if (least[i] > statement_budget[i].engine)
			fail_msg("%s takes the engine %u statements instead of %u", statement_budget[i].what, least[i], statement_budget[i].engine);
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
