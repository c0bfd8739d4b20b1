/* Who may do what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/generated_office.h"

#include "auth/session.h"

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
