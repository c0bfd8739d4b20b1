/*
 * Who may do what: every register, access role and operation, from the descriptions. What is allowed succeeds; what is not
 * is refused, recorded, and answered the same whether the row exists or not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/generated_office.h"

#include "auth/session.h"
#include "base/text.h"
#include "register/link.h"

#define NO_ROW INT64_C(999999999)

/* ---- what is to be expected ---- */

static uint32_t ops_of(int as, const struct reg *r)
{
	return as == AS_CLERK ? CLERK_OPS : r->access.ops[as];
}

static int64_t number_of(const char *constant, int64_t id)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	int64_t n = -1;
	sql_init(&q, mem);
	sql_const(&q, constant);
	sql_i64(&q, id);
	int e = db_get_i64(c, &q, &n);
	db_read_end(office->db, &c);
	if (e < 0)
		fail_msg("%s %lld: %s", constant, (long long)id, err_name(e));
	return n;
}

static int64_t revision_of(int64_t id)
{
	return number_of("SELECT revision FROM record WHERE id = ", id);
}

/* May they do op on that row? Said from the description and the row's unit alone. */
static bool allowed(int as, const struct reg *r, uint32_t op, int64_t id)
{
	if ((ops_of(as, r) & (op | OP_READ)) != (op | OP_READ))
		return false;
	if ((as != ROLE_CONTACT && as != AS_CLERK) || (r->shared && !(op & ~(uint32_t)(OP_READ | OP_EXPORT))))
		return true;
	int64_t of = number_of("SELECT unit_id FROM record WHERE id = ", id);
	return of && (of == unit || of == unit_below);
}

static int64_t trail_head(void)
{
	struct db_conn *c = db_read_begin(office->db);
	struct audit_head head;
	assert_int_equal(audit_head(c, &head), 0);
	db_read_end(office->db, &c);
	return head.seq;
}

/* Everything in the trail since then is a refusal, and where it must be there is one. */
static void only_refusals_since(int64_t seq, bool recorded, const char *what)
{
	auth_flush();
	struct db_conn *c = db_read_begin(office->db);
	struct audit_entry *e;
	size_t n, refusals = 0;
	struct audit_filter f = { .limit = 20 };
	assert_int_equal(audit_list(c, mem, &f, &e, &n), 0);
	db_read_end(office->db, &c);
	for (size_t i = 0; i < n && e[i].seq > seq; i++) {
		if (e[i].kind != AUDIT_REFUSED)
			fail_msg("%s was refused and left an entry of kind %d", what, (int)e[i].kind);
		refusals++;
	}
	if (recorded && !refusals)
		fail_msg("%s was refused but not recorded", what);
}

/* ---- operations on one row ---- */

enum act {
	ACT_PAGE, ACT_GET, ACT_HISTORY, ACT_API_HISTORY, ACT_EDIT, ACT_PATCH, ACT_SAVE, ACT_UNDO, ACT_COMMENT, ACT_ATTACH, ACT_LINK,
	ACT_MERGE_PAGE, ACT_MERGE, ACT_ARCHIVE, ACT_DELETE, ACT_RESTORE, ACT_API_RESTORE, ACT_ERASE_PAGE, ACT_ERASE, ACT_API_ERASE, ACT__N
};
static const struct {
	const char *name;
	uint32_t ops;
	int status;      /* when it is allowed */
	bool changes;    /* wants a row of its own */
	bool quick;      /* a GET that does not wait to record a refusal */
} acts[ACT__N] = {
	[ACT_PAGE] = { "page", OP_READ, 200, false, true },
	[ACT_GET] = { "get", OP_READ, 200, false, true },
	[ACT_HISTORY] = { "history", OP_READ, 200, false, true },
	[ACT_API_HISTORY] = { "API history", OP_READ, 200, false, true },
	[ACT_EDIT] = { "edit", OP_UPDATE, 200, false, false },
	[ACT_PATCH] = { "patch", OP_UPDATE, 200, true, false },
	[ACT_SAVE] = { "save", OP_UPDATE, 303, true, false },
	[ACT_UNDO] = { "undo", OP_UPDATE, 303, true, false },
	[ACT_COMMENT] = { "comment", OP_COMMENT, 303, true, false },
	[ACT_ATTACH] = { "attach", OP_COMMENT, 303, true, false },
	[ACT_LINK] = { "link", OP_UPDATE, 303, true, false },
	[ACT_MERGE_PAGE] = { "merge page", OP_ARCHIVE, 200, false, false },
	[ACT_MERGE] = { "merge", OP_ARCHIVE, 303, true, false },
	[ACT_ARCHIVE] = { "archive", OP_ARCHIVE, 303, true, false },
	[ACT_DELETE] = { "delete", OP_ARCHIVE, 200, true, false },
	[ACT_RESTORE] = { "restore", OP_ARCHIVE, 303, true, false },
	[ACT_API_RESTORE] = { "API restore", OP_ARCHIVE, 200, true, false },
	[ACT_ERASE_PAGE] = { "erase page", OP_PRIVATE | OP_ARCHIVE, 200, false, false },
	[ACT_ERASE] = { "erase", OP_PRIVATE | OP_ARCHIVE, 303, true, false },
	[ACT_API_ERASE] = { "API erase", OP_PRIVATE | OP_ARCHIVE, 200, true, false },
};

static struct str multipart(struct str csrf)
{
	return str_printf(mem, "--xyz\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%.*s\r\n--xyz\r\nContent-Disposition: form-data; "
	                       "name=\"file\"; filename=\"memo.txt\"\r\nContent-Type: text/plain\r\n\r\nmemo\r\n--xyz--\r\n", STR_FMT(csrf));
}

static struct reply do_act(int as, const struct reg *r, enum act act, int64_t id, const struct sample *s, struct str other,
                           const struct link_kind *kind)
{
	struct value v;
	const int at = changeable(s);
	struct str json = other_value(s, at, &v), none = STR_NULL;
	struct str path = api_path(r, id);
	switch (act) {
	case ACT_PAGE:
		return get(as, "%.*s", STR_FMT(page_path(r, id, "")));
	case ACT_GET:
		return get(as, "%.*s", STR_FMT(path));
	case ACT_HISTORY:
		return get(as, "%.*s", STR_FMT(page_path(r, id, "/history")));
	case ACT_API_HISTORY:
		return get(as, "%.*s/history", STR_FMT(path));
	case ACT_EDIT:
		return get(as, "%.*s", STR_FMT(page_path(r, id, "/edit")));
	case ACT_PATCH:
		return api("PATCH", path, as, json, "If-Match: *\r\n");
	case ACT_SAVE:
		return post(page_path(r, id, "/edit"), as, str_printf(mem, "_revision=1&%.*s", STR_FMT(form_field(r, at, &v))));
	case ACT_UNDO:
		return post(page_path(r, id, "/undo"), as, STR("revision=2"));
	case ACT_COMMENT:
		return post(page_path(r, id, "/comment"), as, STR("text=x"));
	case ACT_ATTACH:
		return send_it((struct sent){ "POST", page_path(r, id, "/attach"), as, "multipart/form-data; boundary=xyz", multipart(role[as].csrf), NULL });
	case ACT_LINK:
		return post(page_path(r, id, "/link"), as, str_printf(mem, "kind=%s&other=%.*s", kind ? kind->name : "none", STR_FMT(other)));
	case ACT_MERGE_PAGE:
		return get(as, "%.*s", STR_FMT(page_path(r, id, "/merge")));
	case ACT_MERGE:
		return post(page_path(r, id, "/merge"), as, str_printf(mem, "other=%.*s", STR_FMT(other)));
	case ACT_ARCHIVE:
		return post(page_path(r, id, "/archive"), as, STR("reason=x"));
	case ACT_DELETE:
		return api("DELETE", path, as, none, NULL);
	case ACT_RESTORE:
		return post(page_path(r, id, "/restore"), as, none);
	case ACT_API_RESTORE:
		return api("POST", str_printf(mem, "%.*s/restore", STR_FMT(path)), as, none, NULL);
	case ACT_ERASE_PAGE:
		return get(as, "%.*s", STR_FMT(page_path(r, id, "/erase")));
	case ACT_ERASE:
		return post(page_path(r, id, "/erase"), as, STR("reason=x"));
	case ACT_API_ERASE:
		return api("POST", str_printf(mem, "%.*s/erase?reason=x", STR_FMT(path)), as, none, NULL);
	case ACT__N:
		break;
	}
	return (struct reply){ .status = 0 };
}

/* A kind of link that begins at a row of the register; NULL when there is none. */
static const struct link_kind *kind_from(const struct reg *r)
{
	for (size_t i = 0; i < link_count(); i++)
		if (strcmp(link_at(i)->from, r->name) == 0)
			return link_at(i);
	return NULL;
}

/* A row ready for the act, made by the lead, and what else the act names. */
static struct sample prepared(const struct reg *r, enum act act, int64_t where, const struct link_kind *kind, struct str *ret_other)
{
	struct sample s = make_in(r, where);
	struct value v;
	if (act == ACT_UNDO)
		WANT(api("PATCH", api_path(r, s.id), ROLE_LEAD, other_value(&s, changeable(&s), &v), "If-Match: *\r\n"), 200, "%s", r->name);
	if (act == ACT_RESTORE || act == ACT_API_RESTORE)
		WANT(api("DELETE", api_path(r, s.id), ROLE_LEAD, STR_NULL, NULL), 200, "%s", r->name);
	if (act == ACT_MERGE)
		*ret_other = make_in(r, where).code;
	if (act == ACT_LINK && kind)
		*ret_other = make_in(reg_find(str_of(kind->to)), where).code;
	return s;
}

/* What is said, without the numbers of row and request. */
static struct str without_digits(struct str s)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			buf_char(&b, s.p[i]);
	return str_dup(mem, buf_view(&b));
}

static bool possible(const struct reg *r, enum act act, const struct link_kind *kind)
{
	if (act == ACT_LINK)
		return kind != NULL;
	if (act == ACT_ERASE_PAGE || act == ACT_ERASE || act == ACT_API_ERASE)
		return reg_erasable(r);
	if (act == ACT_RESTORE || act == ACT_API_RESTORE)
		return may(r, OP_ARCHIVE);
	return act != ACT_UNDO || may(r, OP_UPDATE);
}

static void one_act(int as, const struct reg *r, enum act act, int64_t where, const struct sample *standing)
{
	const struct link_kind *kind = kind_from(r);
	struct str other = STR("x");
	if (!possible(r, act, kind))
		return;
	const char *what = str_z(mem, str_printf(mem, "%s in %s by the %s (unit %lld)", acts[act].name, r->name, role_name[as], (long long)where));
	const bool yes = allowed(as, r, acts[act].ops, standing->id);
	if (yes && act == ACT_LINK && !allowed(as, reg_find(str_of(kind->to)), OP_READ, standing->id))
		return; /* the other end is not theirs to see */
	if (yes) {
		struct sample s = acts[act].changes ? prepared(r, act, where, kind, &other) : *standing;
		/* Rows that are never made one: it says so, to who might. */
		WANT(do_act(as, r, act, s.id, &s, other, kind), act == ACT_MERGE && r->whole ? 422 : acts[act].status, "%s", what);
		if (acts[act].changes && act != ACT_COMMENT && act != ACT_ATTACH && act != ACT_LINK && act != ACT_MERGE)
			if (revision_of(s.id) < 2 && !reg_erasable(r))
				fail_msg("%s changed nothing", what);
		return;
	}
	const bool visible = allowed(as, r, OP_READ, standing->id);
	const bool nowhere = (ops_of(as, r) & (acts[act].ops | OP_READ)) != (acts[act].ops | OP_READ);
	const int64_t seq = trail_head(), revision = revision_of(standing->id);
	struct reply a = do_act(as, r, act, standing->id, standing, other, kind);
	WANT(a, visible || (nowhere && ops_of(as, r) & OP_READ) ? 403 : 404, "%s", what);
	only_refusals_since(seq, a.status == 403 && !acts[act].quick, what);
	assert_int_equal(revision_of(standing->id), revision);
	if (visible && !nowhere)
		return;
	/* Not there and not for you are one answer. */
	struct reply b = do_act(as, r, act, NO_ROW, standing, other, kind);
	WANT(b, a.status, "%s: a row that is not there", what);
	if (!str_eq(without_digits(a.body), without_digits(b.body)))
		fail_msg("%s: a row that is there is answered otherwise than one that is not:\n%.*s\n%.*s", what, STR_FMT(text_clip(a.body, 2000)),
		         STR_FMT(text_clip(b.body, 2000)));
}

/* ---- each field by its mask ---- */

static void one_field(int as, const struct reg *r, size_t i, const struct sample *row, const struct sample *from)
{
	const struct field *d = &r->field[i];
	if (d->derived || !from->v[i].known)
		return;
	const bool mine = !(d->flags & FIELD_ENGINE) && (!(d->flags & FIELD_SETTLE) || ops_of(as, r) & OP_SETTLE) &&
	                  (!(d->flags & (FIELD_PRIVATE | FIELD_SECRET)) || ops_of(as, r) & OP_PRIVATE);
	struct sample only = { .reg = r };
	only.v[i] = from->v[i];
	struct str json = json_of(&only, -1, NULL);
	const int64_t revision = revision_of(row->id);
	struct reply a = api("PATCH", api_path(r, row->id), as, json, "If-Match: *\r\n");
	if (!mine) {
		WANT(a, 422, "%s.%s by the %s", r->name, d->name, role_name[as]);
		assert_true(str_contains(a.body, str_printf(mem, "\"field\":\"%s\"", d->name)));
		assert_int_equal(revision_of(row->id), revision);
	} else if (a.status != 200) {
		/* A rule of the room refuses the lead as well, or the row it refers to is not theirs to read. */
		struct reply b = api("PATCH", api_path(r, row->id), ROLE_LEAD, json, "If-Match: *\r\n");
		if (b.status == 200 && !row_json_is_reference(d))
			fail_msg("%s.%s by the %s: %d: %.*s", r->name, d->name, role_name[as], a.status, STR_FMT(a.body));
	}
}

static void fields(int as, const struct reg *r)
{
	struct sample row = make_in(r, unit), from = make_in(r, unit);
	if (!allowed(as, r, OP_UPDATE, row.id))
		return;
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *d = &r->field[i];
		if (!from.v[i].known && !d->derived && !row_json_is_reference(d))
			from.v[i] = sample_value(d, (int)i, from.seed);
		if (d->flags & FIELD_KEY)
			continue; /* two rows would become one */
		one_field(as, r, i, &row, &from);
	}
	/* Private and secret fields are shown to nobody without the right. */
	struct reply a = get(as, "%.*s", STR_FMT(api_path(r, from.id)));
	json_t *json = parsed(&a);
	for (size_t i = 0; i < r->fields && !(ops_of(as, r) & OP_PRIVATE); i++)
		if (r->field[i].flags & (FIELD_PRIVATE | FIELD_SECRET) && json_object_get(json, r->field[i].name) &&
		    !json_is_null(json_object_get(json, r->field[i].name)))
			fail_msg("the %s sees %s.%s", role_name[as], r->name, r->field[i].name);
	json_decref(json);
}

/* ---- operations on a register ---- */

static int64_t rows_in(const struct reg *r)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	int64_t n = 0;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT count(*) FROM ");
	sql_name(&q, r->table);
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	db_read_end(office->db, &c);
	return n;
}

static void creating(int as, const struct reg *r)
{
	struct sample s;
	struct reply last;
	const bool reads = ops_of(as, r) & OP_READ, may_create = reads && ops_of(as, r) & OP_CREATE;
	const int64_t seq = trail_head(), rows = rows_in(r);
	const char *what = str_z(mem, str_printf(mem, "create in %s by the %s", r->name, role_name[as]));
	const bool everywhere = as != ROLE_CONTACT && as != AS_CLERK;
	const int owner = reg_owner_field(r);
	bool made = try_make(as, r, unit, &s, &last);
	if (may_create && (everywhere || owner >= 0)) {
		if (!made)
			fail_msg("%s: %d: %.*s", what, last.status, STR_FMT(last.body));
		WANT(get(as, "%.*s", STR_FMT(page_path(r, 0, "/new"))), 200, "%s", what);
		if (everywhere)
			return;
		/* Into another unit it goes for nobody whose grant does not hold there. */
		const int64_t head = trail_head();
		if (try_make(as, r, unit_elsewhere, &s, &last))
			fail_msg("%s: made in another unit", what);
		WANT(last, 403, "%s: in another unit", what);
		only_refusals_since(head, true, what);
		return;
	}
	if (made)
		fail_msg("%s: made", what);
	WANT(last, reads ? 403 : 404, "%s", what);
	only_refusals_since(seq, true, what);
	WANT(post(page_path(r, 0, "/new"), as, STR("")), reads ? 403 : 404, "%s", what);
	if (!may_create)
		WANT(get(as, "%.*s", STR_FMT(page_path(r, 0, "/new"))), reads ? 403 : 404, "%s", what);
	assert_int_equal(rows_in(r), rows);
}

static void whole_register(int as, const struct reg *r, const struct sample *own, const struct sample *elsewhere)
{
	const uint32_t ops = ops_of(as, r);
	const int refused = ops & OP_READ ? 403 : 404;
	const char *who = role_name[as];
	static const char *const reading[] = { "", "/filter" };
	for (size_t i = 0; i < COUNT_OF(reading); i++)
		WANT(get(as, "%.*s", STR_FMT(page_path(r, 0, reading[i]))), ops & OP_READ ? 200 : 404, "%s%s by the %s", r->name, reading[i], who);
	WANT(get(as, "%.*s", STR_FMT(api_path(r, 0))), ops & OP_READ ? 200 : 404, "%s by the %s", r->name, who);
	/* Export: what is theirs, all of it, and nothing else. */
	int64_t seq = trail_head();
	struct reply a = get(as, "%.*s", STR_FMT(page_path(r, 0, "/export?format=jsonl")));
	const bool exports = (ops & (OP_READ | OP_EXPORT)) == (OP_READ | OP_EXPORT);
	WANT(a, exports ? 200 : refused, "export of %s by the %s", r->name, who);
	if (!exports) {
		only_refusals_since(seq, ops & OP_READ, "export");
	} else {
		const struct sample *rows[] = { own, elsewhere };
		for (size_t i = 0; i < COUNT_OF(rows); i++)
			if (str_contains(a.body, str_printf(mem, "\"id\":%lld,", (long long)rows[i]->id)) != allowed(as, r, OP_EXPORT, rows[i]->id))
				fail_msg("export of %s by the %s: the wrong rows", r->name, who);
	}
	/* Bulk work changes of the chosen rows those that are theirs. */
	struct sample x = make_in(r, unit), y = make_in(r, unit_elsewhere);
	const int at = changeable(&x);
	struct value v;
	other_value(&x, at, &v);
	struct str ids = str_printf(mem, "id=%lld&id=%lld", (long long)x.id, (long long)y.id);
	seq = trail_head();
	a = post(page_path(r, 0, "/bulk"), as, str_printf(mem, "_do=apply&_field=%s&%.*s&%.*s", r->field[at].name, STR_FMT(form_field(r, at, &v)), STR_FMT(ids)));
	const bool updates = (ops & (OP_READ | OP_UPDATE)) == (OP_READ | OP_UPDATE);
	const bool key = r->field[at].flags & (FIELD_KEY | FIELD_UNIQUE);
	WANT(a, updates ? 200 : refused, "bulk in %s by the %s", r->name, who);
	if (!updates)
		only_refusals_since(seq, true, "bulk");
	for (int i = 0; i < 2; i++) {
		const int64_t id = i ? y.id : x.id;
		const bool changed = revision_of(id) > 1;
		if (changed && !allowed(as, r, OP_UPDATE, id))
			fail_msg("bulk in %s by the %s changed a row that is not theirs", r->name, who);
		const bool same = value_eq(&r->field[at], &v, &(i ? &y : &x)->v[at]);
		if (!changed && !key && !same && allowed(as, r, OP_UPDATE, id))
			fail_msg("bulk in %s by the %s left a row of theirs: %.*s", r->name, who, STR_FMT(a.body));
	}
	a = post(page_path(r, 0, "/bulk"), as, str_printf(mem, "_do=archive-now&%.*s", STR_FMT(ids)));
	WANT(a, (ops & (OP_READ | OP_ARCHIVE)) == (OP_READ | OP_ARCHIVE) ? 200 : refused, "bulk archive in %s by the %s", r->name, who);
	for (int i = 0; i < 2; i++) {
		const int64_t id = i ? y.id : x.id;
		if ((number_of("SELECT state FROM record WHERE id = ", id) == RECORD_ARCHIVED) != allowed(as, r, OP_ARCHIVE, id))
			fail_msg("bulk archive in %s by the %s", r->name, who);
	}
}

void generated_rights(void **state)
{
	(void)state;
	EACH_REGISTER(r) {
		const int64_t place[] = { unit, unit_below, unit_elsewhere };
		struct sample standing[COUNT_OF(place)];
		for (size_t i = 0; i < COUNT_OF(place); i++)
			standing[i] = make_in(r, place[i]);
		for (int as = 0; as < AS__N; as++) {
			/* To who may everywhere one place is as good as another. */
			const bool everywhere = as != ROLE_CONTACT && as != AS_CLERK;
			for (size_t i = everywhere ? COUNT_OF(place) - 1 : 0; i < COUNT_OF(place); i++)
				for (enum act act = 0; act < ACT__N; act++)
					one_act(as, r, act, place[i], &standing[i]);
			fields(as, r);
			creating(as, r);
			whole_register(as, r, &standing[0], &standing[2]);
		}
	}
}
