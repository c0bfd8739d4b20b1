/* Rows one by one: made, read, refused, changed, archived, and what hangs on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/generated_office.h"

#include "base/text.h"

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
		/* The form creates as well, and leads to the new row: texts and keys of its own, and for the rest what the register's
		 * rules have just taken. */
		struct sample t = sample_new(r);
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 1 << 20);
		for (size_t i = 0; i < r->fields; i++) {
			if (!s.v[i].known || !t.v[i].known)
				continue;
			const bool own = is_text(&r->field[i]) || r->field[i].flags & (FIELD_KEY | FIELD_UNIQUE);
			struct str text = value_str(mem, &r->field[i], own ? &t.v[i] : &s.v[i], FORM_INPUT, LANG_JA), part;
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
		WANT(post(STR("/settings/own-fields"), ROLE_CONTACT, form), 403, "own field of %s by a contact", r->name);
		WANT(post(STR("/settings/own-fields"), ROLE_ADMINISTRATOR, form), 303, "own field of %s", r->name);
		WANT(post(STR("/settings/own-fields"), ROLE_ADMINISTRATOR, form), 422, "the same label again in %s", r->name);
		struct reply own = get(ROLE_ADMINISTRATOR, "/settings/own-fields?register=%s", r->name);
		escaped(r, own, "own fields");
		assert_true(str_contains(own.body, STR("value=\"retire\"")) && str_contains(own.body, STR("青い石 / Blue")));
		for (int places = 0; places < 10; places += 9)
			WANT(post(STR("/settings/own-fields"), ROLE_ADMINISTRATOR, str_printf(mem, "register=%s&do=create&type=decimal&label_ja=a&decimals=%d", r->name, places)), 422,
			     "%d decimals in %s", places, r->name);
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
		own = get(ROLE_ADMINISTRATOR, "/settings/own-fields?register=%s", r->name);
		assert_true(str_contains(own.body, STR("value=\"return\"")));
		a = get(ROLE_LEAD, "/%s/%s/%lld/edit", r->room, r->name, (long long)s.id);
		assert_false(str_contains(a.body, STR("name=\"own_")));
	}
}
