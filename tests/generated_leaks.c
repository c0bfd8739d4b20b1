/* Ways round: lists, filters, orders, searches and pickers tell nothing of other units' rows; files, tokens and personal links
 * do no more than their people may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/generated_office.h"

#include "auth/session.h"
#include "base/text.h"
#include "register/import.h"

static bool holds(int as, const struct reg *r, const char *query, int64_t id, json_int_t *ret_count)
{
	struct reply a = get(as, "/api/v1/%s?limit=200%s%s", r->name, *query ? "&" : "", query);
	WANT(a, 200, "%s?%s by the %s", r->name, query, role_name[as]);
	json_t *v = parsed(&a), *items = json_object_get(v, "items"), *row;
	size_t i;
	bool found = false;
	json_array_foreach(items, i, row)
		found = found || json_number(row, "id") == id;
	if (ret_count)
		*ret_count = json_number(v, "count");
	json_decref(v);
	return found;
}

/* ---- lists ---- */

static void filters(int as, const struct reg *r, const struct sample *own, const struct sample *below, const struct sample *foreign)
{
	const int owner = reg_owner_field(r);
	json_int_t count = -1;
	const char *q = str_z(mem, str_printf(mem, "%s=%lld", r->field[owner].name, (long long)unit_elsewhere));
	if (holds(as, r, q, foreign->id, &count) || count != 0)
		fail_msg("%s?%s by the %s: %d rows of another unit are counted", r->name, q, role_name[as], (int)count);
	q = str_z(mem, str_printf(mem, "%s.below=%lld", r->field[owner].name, (long long)unit));
	assert_true(holds(as, r, q, own->id, NULL) && holds(as, r, q, below->id, NULL) && !holds(as, r, q, foreign->id, NULL));
	q = str_z(mem, str_printf(mem, "%s=mine", r->field[owner].name));
	assert_true(holds(as, r, q, own->id, NULL) && holds(as, r, q, below->id, NULL) && !holds(as, r, q, foreign->id, NULL));
	q = str_z(mem, str_printf(mem, "%s=%lld", r->field[owner].name, (long long)unit_below));
	assert_true(holds(as, r, q, below->id, NULL) && !holds(as, r, q, own->id, NULL));
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *d = &r->field[i];
		if (d->flags & (FIELD_PRIVATE | FIELD_SECRET))
			continue;
		if (d->flags & FIELD_SORT && !row_json_is_reference(d)) {
			q = str_z(mem, str_printf(mem, "sort=%s%s", i % 2 ? "-" : "", d->name));
			if (holds(as, r, q, foreign->id, NULL) || !holds(as, r, q, own->id, NULL))
				fail_msg("%s?%s by the %s", r->name, q, role_name[as]);
		}
		if (d->flags & FIELD_FILTER && foreign->v[i].known && !row_json_is_reference(d) && d->type != FIELD_MULTI) {
			q = str_z(mem, str_printf(mem, "%s=%.*s", d->name, STR_FMT(encoded(value_str(mem, d, &foreign->v[i], FORM_API, LANG_JA)))));
			if (holds(as, r, q, foreign->id, NULL))
				fail_msg("%s?%s by the %s finds a row of another unit", r->name, q, role_name[as]);
		}
	}
}

static void searches(int as, const struct reg *r, const struct sample *s, bool theirs)
{
	const bool open_title = !(r->field[reg_field(r, r->title)].flags & FIELD_PRIVATE);
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *d = &r->field[i];
		if (!(d->flags & FIELD_SEARCH) || !s->v[i].known || !is_text(d) || !str_contains(s->v[i].s, STR("試料")))
			continue;
		struct str word = encoded(str_printf(mem, "試料%dx%zu", s->seed, i));
		struct reply a = get(as, "/search?q=%.*s", STR_FMT(word));
		WANT(a, 200, "search");
		if (str_contains(a.body, s->code) != (theirs && open_title))
			fail_msg("a search by the %s for %s in %s", role_name[as], d->name, r->name);
		if (holds(as, r, str_z(mem, str_printf(mem, "q=%.*s", STR_FMT(word))), s->id, NULL) != theirs)
			fail_msg("a search by the %s for %s in the list of %s", role_name[as], d->name, r->name);
	}
}

/* The picker of a field that refers to the register offers its rows to who may read them. */
static void pickers(int as, const struct reg *r, const struct sample *own, const struct sample *foreign)
{
	for (size_t k = 0; k < reg_count(); k++) {
		const struct reg *from = reg_at(k);
		const uint32_t ops = as == AS_CLERK ? CLERK_OPS : from->access.ops[as];
		for (size_t i = 0; i < from->fields && ops & OP_READ; i++) {
			const struct field *d = &from->field[i];
			if (!row_json_is_reference(d) || strcmp(d->target, r->name) != 0 || d->flags & (FIELD_PRIVATE | FIELD_SECRET))
				continue;
			struct str q = encoded(own->code);
			for (int round = 0; round < 2; round++, q = encoded(foreign->code)) {
				struct reply a = get(as, "/%s/%s/options?%s=%.*s", from->room, from->name, d->name, STR_FMT(q));
				WANT(a, 200, "picker of %s.%s", from->name, d->name);
				if (str_contains(a.body, foreign->code))
					fail_msg("the picker of %s.%s offers the %s a row of another unit", from->name, d->name, role_name[as]);
			}
		}
	}
}

void generated_lists_leak_nothing(void **state)
{
	(void)state;
	static const int few[] = { ROLE_CONTACT, AS_CLERK };
	EACH_REGISTER(r) {
		if (reg_owner_field(r) < 0 || r->shared || !plain_input(r, &r->field[reg_owner_field(r)]))
			continue;
		struct sample own = make_in(r, unit), below = make_in(r, unit_below), foreign = make_in(r, unit_elsewhere);
		for (size_t i = 0; i < COUNT_OF(few); i++) {
			const int as = few[i];
			if (!((as == AS_CLERK ? CLERK_OPS : r->access.ops[as]) & OP_READ))
				continue;
			assert_true(holds(as, r, "", own.id, NULL) && holds(as, r, "", below.id, NULL) && !holds(as, r, "", foreign.id, NULL));
			struct reply a = get(as, "/%s/%s", r->room, r->name);
			WANT(a, 200, "list");
			if (str_contains(a.body, foreign.code))
				fail_msg("the list of %s shows the %s a row of another unit", r->name, role_name[as]);
			if (r->field[reg_owner_field(r)].flags & FIELD_FILTER)
				filters(as, r, &own, &below, &foreign);
			searches(as, r, &own, true);
			searches(as, r, &foreign, false);
			pickers(as, r, &own, &foreign);
		}
	}
}

/* ---- files ---- */

static int import_as(int as, const struct reg *r, struct str csv, bool dry, struct import_report *ret)
{
	struct principal by;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(auth_principal_load(c, mem, role[as].account, &by), 0);
	db_read_end(office->db, &c);
	int fd = memfd_create("csv", MFD_CLOEXEC);
	assert_true(fd >= 0 && write(fd, csv.p, csv.n) == (ssize_t)csv.n && lseek(fd, 0, SEEK_SET) == 0);
	struct reg_ctx ctx = { .arena = mem, .by = &by, .key = office->key };
	struct import_options o = { .reg = r, .file_name = STR("rows.csv"), .fd = fd, .sheet = -1, .dry_run = dry, .no_remember = true };
	*ret = (struct import_report){ 0 };
	int e = import_run(office->db, &ctx, &o, ret);
	close(fd);
	return e;
}

static bool keeps_secrets(const struct reg *r)
{
	for (size_t i = 0; i < r->fields; i++)
		if (r->field[i].flags & FIELD_SECRET)
			return true;
	return false;
}

void generated_imports_by_role(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		if (!may(r, OP_EXPORT))
			continue;
		struct sample own = make_in(r, unit), foreign = make_in(r, unit_elsewhere);
		struct reply file = get(ROLE_LEAD, "/%s/%s/export?format=csv&id=%lld&id=%lld", r->room, r->name, (long long)own.id, (long long)foreign.id);
		WANT(file, 200, "csv of %s", r->name);
		for (int as = 0; as < AS__N; as++) {
			const uint32_t ops = as == AS_CLERK ? CLERK_OPS : r->access.ops[as];
			const bool everywhere = as != ROLE_CONTACT && as != AS_CLERK;
			for (int dry = 1; dry >= 0; dry--) {
				struct import_report report;
				int e = import_as(as, r, file.body, dry, &report);
				if ((ops & (OP_READ | OP_IMPORT)) != (OP_READ | OP_IMPORT)) {
					if (e != ERR_DENIED)
						fail_msg("import into %s by the %s: %s", r->name, role_name[as], err_name(e));
					continue;
				}
				if (e < 0 || report.refusal.n)
					fail_msg("import into %s by the %s: %s %.*s", r->name, role_name[as], err_name(e), STR_FMT(report.refusal));
				/* Whether a secret is the one there is, an import tells nobody: it counts as a change. */
				const int64_t same = keeps_secrets(r) ? report.updated : report.unchanged;
				if (everywhere && (same != 2 || report.refused || report.unchanged + report.updated != 2 || report.created))
					fail_msg("import into %s by the %s: %d unchanged, %d refused, %d updated, %d created: %.*s", r->name, role_name[as],
					         (int)report.unchanged, (int)report.refused, (int)report.updated, (int)report.created,
					         STR_FMT(report.errors ? report.error[0].message : STR("")));
				if (!everywhere && !r->shared && reg_owner_field(r) >= 0 && !report.refused)
					fail_msg("import into %s by the %s took a row of another unit", r->name, role_name[as]);
			}
		}
		struct reply a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)foreign.id);
		json_t *row = parsed(&a);
		assert_int_equal(json_number(row, "revision"), 1);
		json_decref(row);
	}
}

/* ---- tokens ---- */

static int read_token(struct db_conn *c, void *arg)
{
	struct principal by = auth_system();
	return auth_token_create(c, mem, &by, role[ROLE_LEAD].account, STR("reader"), false, 0, arg);
}

void generated_read_only_tokens(void **state)
{
	(void)state;
	struct str token, write = role[ROLE_LEAD].token;
	assert_int_equal(db_write(office->db, read_token, &token), 0);
	EACH_REGISTER(r) {
		struct sample s = make(r), t = sample_new(r);
		struct value v;
		struct str change = other_value(&s, changeable(&s), &v), path = api_path(r, s.id);
		role[ROLE_LEAD].token = token;
		WANT(get(ROLE_LEAD, "%.*s", STR_FMT(api_path(r, 0))), 200, "list of %s by a token that reads", r->name);
		WANT(get(ROLE_LEAD, "%.*s", STR_FMT(path)), 200, "%s by a token that reads", r->name);
		WANT(get(ROLE_LEAD, "%.*s/history", STR_FMT(path)), 200, "%s by a token that reads", r->name);
		WANT(api("POST", api_path(r, 0), ROLE_LEAD, json_of(&t, -1, NULL), NULL), 403, "create %s by a token that reads", r->name);
		WANT(api("PATCH", path, ROLE_LEAD, change, "If-Match: *\r\n"), 403, "change %s by a token that reads", r->name);
		WANT(api("DELETE", path, ROLE_LEAD, STR_NULL, NULL), 403, "archive %s by a token that reads", r->name);
		WANT(api("POST", str_printf(mem, "%.*s/restore", STR_FMT(path)), ROLE_LEAD, STR_NULL, NULL), 403, "restore %s by a token that reads", r->name);
		WANT(api("POST", str_printf(mem, "%.*s/erase?reason=x", STR_FMT(path)), ROLE_LEAD, STR_NULL, NULL), 403, "erase %s by a token that reads", r->name);
		/* A token opens the API and nothing else. */
		struct str bearer = str_printf(mem, "Authorization: Bearer %.*s\r\n", STR_FMT(write));
		struct reply a = send_it((struct sent){ "GET", page_path(r, s.id, ""), -1, NULL, STR_NULL, str_z(mem, bearer) });
		WANT(a, 303, "page of %s with a token", r->name);
		role[ROLE_LEAD].token = write;
		a = get(ROLE_LEAD, "%.*s", STR_FMT(path));
		json_t *row = parsed(&a);
		assert_int_equal(json_number(row, "revision"), 1);
		json_decref(row);
		auth_flush();
		struct db_conn *c = db_read_begin(office->db);
		struct audit_entry *e;
		size_t n, refused = 0;
		struct audit_filter f = { .limit = 20 };
		assert_int_equal(audit_list(c, mem, &f, &e, &n), 0);
		for (size_t i = 0; i < n; i++)
			refused += e[i].kind == AUDIT_REFUSED && str_contains(e[i].subject, path);
		db_read_end(office->db, &c);
		if (refused < 4)
			fail_msg("%s: %zu refusals of a token that reads are recorded", r->name, refused);
	}
}

/* ---- what is private ---- */

static void tells_nothing(int as, struct reply a, struct str secret, const struct reg *r, const struct field *d, const char *where)
{
	if (a.status == 200 && str_contains(a.body, secret))
		fail_msg("%s tells the %s %s.%s", where, role_name[as], r->name, d->name);
}

/* Who may not read a private field learns it neither by looking nor by asking for it, nor by the order of a list. */
static void asks_for(int as, const struct reg *r, const struct field *d, const struct sample rows[2], const struct str secret[2])
{
	static const char *const looks[] = { "", "/edit", "/history", "/merge" };
	const struct str last = secret[1];
	for (size_t i = 0; i < COUNT_OF(looks); i++)
		tells_nothing(as, get(as, "%.*s", STR_FMT(page_path(r, rows[1].id, looks[i]))), last, r, d, looks[i]);
	tells_nothing(as, get(as, "%.*s", STR_FMT(api_path(r, rows[1].id))), last, r, d, "the API");
	tells_nothing(as, get(as, "%.*s/history", STR_FMT(api_path(r, rows[1].id))), last, r, d, "the API's history");
	tells_nothing(as, get(as, "/%s/%s?columns=%s", r->room, r->name, d->name), last, r, d, "a column");
	tells_nothing(as, get(as, "/api/v1/%s?limit=200&columns=%s", r->name, d->name), last, r, d, "the API's list");
	static const char *const formats[] = { "csv", "jsonl" };
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		tells_nothing(as, get(as, "/%s/%s/export?format=%s&columns=%s", r->room, r->name, formats[i], d->name), last, r, d, formats[i]);
	struct str q = encoded(last);
	struct reply a = get(as, "/search?q=%.*s", STR_FMT(q));
	if (a.status == 200 && str_contains(a.body, rows[1].code))
		fail_msg("a search by the %s finds %s.%s", role_name[as], r->name, d->name);
	static const char *const asked[] = { "", ".from", ".not" };
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		a = get(as, "/api/v1/%s?limit=200&%s%s=%.*s", r->name, d->name, asked[i], STR_FMT(q));
		struct reply b = get(as, "/api/v1/%s?limit=200&%s%s=zq%%20nothing", r->name, d->name, asked[i]);
		if (a.status != b.status || (a.status == 200 && str_contains(a.body, rows[1].code) != str_contains(b.body, rows[1].code)))
			fail_msg("a filter by the %s tells %s.%s", role_name[as], r->name, d->name);
	}
	/* The same two rows in the same order, whichever way the field is sorted, or no order at all. */
	for (int down = 0; down < 2; down++) {
		a = get(as, "/api/v1/%s?limit=200&sort=%s%s", r->name, down ? "-" : "", d->name);
		if (a.status == 200 && (str_find(a.body, rows[0].code) < str_find(a.body, rows[1].code)) == !!down)
			fail_msg("the order of a list tells the %s %s.%s", role_name[as], r->name, d->name);
	}
}

void generated_private_fields(void **state)
{
	(void)state;
	size_t asked = 0;
	EACH_REGISTER(r)
		for (size_t i = 0; i < r->fields; i++) {
			const struct field *d = &r->field[i];
			if (!(d->flags & (FIELD_PRIVATE | FIELD_SECRET)) || !is_text(d) || !plain_input(r, d) || !may(r, OP_PRIVATE | OP_UPDATE))
				continue;
			struct sample rows[2] = { make_in(r, unit), make_in(r, unit) };
			struct str secret[2] = { str_printf(mem, "aaa%d@himitsu.example", rows[0].seed), str_printf(mem, "zzz%d@himitsu.example", rows[1].seed) };
			for (size_t k = 0; k < 2; k++) {
				struct str json = str_printf(mem, "{\"%s\":\"%.*s\"}", d->name, STR_FMT(text_clip(secret[k], (size_t)(d->max ? d->max : 40))));
				WANT(api("PATCH", api_path(r, rows[k].id), ROLE_LEAD, json, "If-Match: *\r\n"), 200, "%s.%s", r->name, d->name);
			}
			struct reply a = get(ROLE_LEAD, "%.*s", STR_FMT(api_path(r, rows[1].id)));
			assert_true(str_contains(a.body, secret[1])); /* who may read it does */
			for (int as = 0; as < AS__N; as++) {
				const uint32_t ops = as == AS_CLERK ? CLERK_OPS : r->access.ops[as];
				if (!(ops & OP_READ) || ops & OP_PRIVATE)
					continue;
				asks_for(as, r, d, rows, secret);
				asked++;
			}
		}
	assert_true(asked > 0);
}

/* ---- personal links ---- */

/* A row to refer to, and the part of its title that is its own; empty when it has none that can be told. */
static int64_t titled_target(const struct reg *r, struct str *ret_name)
{
	struct sample s = make(r);
	const int t = reg_field(r, r->title);
	const bool open = s.v[t].known && is_text(&r->field[t]) && !(r->field[t].flags & (FIELD_PRIVATE | FIELD_SECRET));
	*ret_name = str_printf(mem, "試料%dx", s.seed);
	if (!open || !str_contains(s.v[t].s, *ret_name))
		*ret_name = STR_NULL;
	return s.id;
}

struct link_job {
	int64_t read, write;
	struct str secret;
};

static int make_link(struct db_conn *c, void *arg)
{
	struct link_job *j = arg;
	struct principal by;
	int e = auth_principal_load(c, mem, role[ROLE_LEAD].account, &by);
	const struct link_item items[] = { { j->read, OP_READ }, { j->write, OP_READ | OP_UPDATE | OP_COMMENT } };
	return e < 0 ? e : auth_link_create(c, mem, &by, STR("試料の人"), 0, items, COUNT_OF(items), 0, NULL, &j->secret);
}

static struct str link_cookie, link_csrf;

static struct reply by_link(const char *method, struct str path, struct str form)
{
	struct str head = str_printf(mem, "Cookie: link=%.*s\r\nSec-Fetch-Site: same-origin\r\n", STR_FMT(link_cookie));
	const bool write = strcmp(method, "POST") == 0;
	struct str body = write ? str_printf(mem, "csrf=%.*s%s%.*s", STR_FMT(link_csrf), form.n ? "&" : "", STR_FMT(form.p ? form : STR(""))) : STR_NULL;
	return send_it((struct sent){ method, path, -1, write ? "application/x-www-form-urlencoded" : NULL, body, str_z(mem, head) });
}
#define SEE(path) by_link("GET", path, STR_NULL)

static void open_link(const struct link_job *j)
{
	struct reply a = get(-1, "/l/%.*s", STR_FMT(j->secret));
	WANT(a, 303, "open a personal link");
	ptrdiff_t begin = str_find(a.head, STR("Set-Cookie: link="));
	assert_true(begin > 0);
	struct str cookie = str_sub(a.head, (size_t)begin + 17, 200);
	link_cookie = str_sub(cookie, 0, (size_t)str_find_char(cookie, ';'));
}

static void shows_only_items(struct reply a, const struct sample *in, const struct sample *out, const char *what)
{
	WANT(a, 200, "%s of %s by link", what, in->reg->name);
	if (str_contains(a.body, out->code) || (out->v[reg_field(out->reg, out->reg->title)].known && str_contains(a.body, str_printf(mem, "試料%dx", out->seed))))
		fail_msg("%s of %s shows a personal link another row", what, in->reg->name);
}

/* What an item refers to is named as text; it opens nothing, and no other row's name can be had by naming its id. */
static void refers_as_text(const struct reg *r)
{
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *d = &r->field[i];
		const struct reg *target = row_json_is_reference(d) ? reg_find(str_of(d->target)) : NULL;
		if (!target || target == r || !plain_input(r, d) || d->flags & (FIELD_PRIVATE | FIELD_SECRET) ||
		    !(target->access.ops[ROLE_LEAD] & OP_CREATE))
			continue;
		struct str name, other_name;
		const int64_t to = titled_target(target, &name), other = titled_target(target, &other_name);
		struct sample s = make(r);
		struct sample only = { .reg = r };
		only.v[i] = (struct value){ .known = true, .i = to };
		if (!name.n || api("PATCH", api_path(r, s.id), ROLE_LEAD, json_of(&only, -1, NULL), "If-Match: *\r\n").status != 200)
			continue; /* a rule of the room */
		struct link_job j = { .read = make(r).id, .write = s.id };
		assert_int_equal(db_write(office->db, make_link, &j), 0);
		open_link(&j);
		struct reply a = SEE(page_path(r, s.id, ""));
		WANT(a, 200, "%s by link", r->name);
		if (!str_contains(a.body, name))
			fail_msg("%s.%s is not named to a personal link", r->name, d->name);
		struct str path = page_path(target, to, "");
		if (str_contains(a.body, str_printf(mem, "href=\"%.*s\"", STR_FMT(path))))
			fail_msg("%s.%s leads a personal link to a row that it may not open", r->name, d->name);
		WANT(SEE(path), 404, "%s.%s by link", r->name, d->name);
		WANT(SEE(page_path(target, to, "/history")), 404, "%s.%s by link", r->name, d->name);
		WANT(SEE(page_path(target, to, "/edit")), 404, "%s.%s by link", r->name, d->name);
		WANT(SEE(api_path(target, to)), 404, "%s.%s by link", r->name, d->name);
		a = SEE(str_printf(mem, "/api/v1/%s?limit=200", target->name));
		WANT(a, 200, "%s by link", target->name);
		if (!str_contains(a.body, STR("\"items\":[]")))
			fail_msg("the list of %s shows a personal link something", target->name);
		a = SEE(page_path(r, 0, str_z(mem, str_printf(mem, "/options?%s=%.*s", d->name, STR_FMT(encoded(name))))));
		if (str_contains(a.body, STR("<option")))
			fail_msg("the picker of %s.%s offers a personal link something", r->name, d->name);
		/* Pointing the item to another row would tell that one's name. */
		a = SEE(page_path(r, s.id, "/edit"));
		WANT(a, 200, "%s by link", r->name);
		ptrdiff_t at = str_find(a.body, STR("name=\"csrf\" content=\""));
		link_csrf = str_sub(a.body, (size_t)at + 21, 200000);
		link_csrf = str_dup(mem, str_sub(link_csrf, 0, (size_t)str_find_char(link_csrf, '"')));
		a = by_link("POST", page_path(r, s.id, "/edit"), str_printf(mem, "_revision=2&%s=%%23%lld", d->name, (long long)other));
		WANT(a, 422, "%s.%s pointed elsewhere by link", r->name, d->name);
		if (other_name.n && str_contains(a.body, other_name))
			fail_msg("%s.%s tells a personal link another row's name", r->name, d->name);
	}
}

void generated_personal_links(void **state)
{
	(void)state;
	EACH_REGISTER(r)
		refers_as_text(r);
	EACH_REGISTER(r) {
		struct sample reads = make(r), writes = make(r), other = make(r);
		struct link_job j = { .read = reads.id, .write = writes.id };
		assert_int_equal(db_write(office->db, make_link, &j), 0);
		open_link(&j);
		struct reply a = SEE(page_path(r, writes.id, ""));
		shows_only_items(a, &writes, &other, "page");
		const struct str before = STR("name=\"csrf\" content=\"");
		ptrdiff_t at = str_find(a.body, before);
		assert_true(at > 0);
		link_csrf = str_sub(a.body, (size_t)at + before.n, 200000);
		link_csrf = str_dup(mem, str_sub(link_csrf, 0, (size_t)str_find_char(link_csrf, '"')));
		/* Its items, by page, list, API, history. */
		shows_only_items(SEE(page_path(r, reads.id, "")), &reads, &other, "page");
		shows_only_items(SEE(page_path(r, reads.id, "/history")), &reads, &other, "history");
		a = SEE(page_path(r, 0, ""));
		shows_only_items(a, &reads, &other, "list");
		assert_true(str_contains(a.body, reads.code) && str_contains(a.body, writes.code));
		a = SEE(str_printf(mem, "/api/v1/%s?limit=200", r->name));
		shows_only_items(a, &reads, &other, "API");
		json_t *v = parsed(&a);
		assert_int_equal(json_array_size(json_object_get(v, "items")), 2);
		json_decref(v);
		WANT(SEE(page_path(r, other.id, "")), 404, "another row of %s by link", r->name);
		WANT(SEE(page_path(r, other.id, "/history")), 404, "another row of %s by link", r->name);
		WANT(SEE(page_path(r, other.id, "/edit")), 404, "another row of %s by link", r->name);
		WANT(SEE(api_path(r, other.id)), 404, "another row of %s by link", r->name);
		WANT(SEE(str_printf(mem, "%.*s/history", STR_FMT(api_path(r, other.id)))), 404, "another row of %s by link", r->name);
		for (size_t i = 0; i < r->fields; i++)
			if (row_json_is_reference(&r->field[i]) && !(r->field[i].flags & (FIELD_PRIVATE | FIELD_SECRET))) {
				a = SEE(page_path(r, 0, str_z(mem, str_printf(mem, "/options?%s=", r->field[i].name))));
				WANT(a, 200, "picker of %s by link", r->name);
				if (strcmp(r->field[i].target, r->name) != 0 && str_contains(a.body, STR("<option")))
					fail_msg("the picker of %s.%s offers a personal link something", r->name, r->field[i].name);
			}
		/* No search, no export, no way to more. */
		WANT(SEE(STR("/search?q=a")), 303, "search by link");
		WANT(SEE(page_path(r, 0, "/export?format=csv")), 403, "export of %s by link", r->name);
		WANT(SEE(page_path(r, 0, "/new")), 403, "new row of %s by link", r->name);
		WANT(by_link("POST", page_path(r, 0, "/new"), STR("")), 403, "new row of %s by link", r->name);
		WANT(by_link("POST", page_path(r, writes.id, "/archive"), STR("")), 403, "archive in %s by link", r->name);
		WANT(by_link("POST", page_path(r, writes.id, "/merge"), str_printf(mem, "other=%.*s", STR_FMT(other.code))), 403, "merge in %s by link", r->name);
		WANT(by_link("POST", page_path(r, writes.id, "/erase"), STR("reason=x")), 403, "erase in %s by link", r->name);
		WANT(by_link("POST", page_path(r, other.id, "/comment"), STR("text=x")), 404, "comment elsewhere in %s by link", r->name);
		WANT(by_link("POST", page_path(r, reads.id, "/comment"), STR("text=x")), 403, "comment in %s by link", r->name);
		WANT(by_link("POST", page_path(r, writes.id, "/comment"), STR("text=x")), 303, "comment in %s by link", r->name);
		/* What it may change it changes, and what it may only read it does not. */
		const int field = changeable(&writes);
		struct value x;
		other_value(&writes, field, &x);
		struct str form = str_printf(mem, "_revision=1&%.*s", STR_FMT(form_field(r, field, &x)));
		const bool closed = r->field[field].flags & (FIELD_PRIVATE | FIELD_SECRET | FIELD_SETTLE);
		WANT(by_link("POST", page_path(r, reads.id, "/edit"), form), 403, "edit of %s by link", r->name);
		WANT(by_link("POST", page_path(r, other.id, "/edit"), form), 404, "edit of %s by link", r->name);
		a = by_link("POST", page_path(r, writes.id, "/edit"), form);
		if (!closed)
			WANT(a, 303, "edit of %s by link", r->name);
		by_link("POST", page_path(r, 0, "/bulk"), str_printf(mem, "_do=apply&_field=%s&%.*s&id=%lld&id=%lld", r->field[field].name,
		                                                    STR_FMT(form_field(r, field, &x)), (long long)reads.id, (long long)other.id));
		a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)other.id);
		json_t *row = parsed(&a);
		assert_int_equal(json_number(row, "revision"), 1);
		json_decref(row);
		a = get(ROLE_LEAD, "/api/v1/%s/%lld", r->name, (long long)reads.id);
		row = parsed(&a);
		assert_int_equal(json_number(row, "revision"), 1);
		json_decref(row);
	}
}
