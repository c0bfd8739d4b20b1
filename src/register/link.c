/* Links: declared kinds over one table. */
#include "register/link.h"

#include "base/text/register.h"
#include "register/engine.h"

#define LINK_KINDS 128
#define LINK_LIST 500

static struct {
	const struct link_kind *at[LINK_KINDS];
	size_t n;
} declared;

static char complaint[200];

static int wrong(struct str *ret_why, const struct link_kind *k, const char *what)
{
	snprintf(complaint, sizeof complaint, "link %s: %s", k->name ? k->name : "(no name)", what);
	*ret_why = str_of(complaint);
	return ERR_INVALID;
}

int link_declare(const struct link_kind *const *kinds, size_t n, struct str *ret_why)
{
	declared.n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct link_kind *k = kinds[i];
		if (!k->name || !*k->name || link_find(str_of(k->name)))
			return wrong(ret_why, k, "no name, or it stands twice");
		if (!k->from || !k->to || !reg_find(str_of(k->from)) || !reg_find(str_of(k->to)))
			return wrong(ret_why, k, "an end is not a declared register");
		if (!k->forward.ja || !k->forward.en || !k->backward.ja || !k->backward.en)
			return wrong(ret_why, k, "a label lacks a language");
		if (declared.n == LINK_KINDS)
			return wrong(ret_why, k, "too many kinds");
		declared.at[declared.n++] = k;
	}
	return 0;
}

size_t link_count(void)
{
	return declared.n;
}

const struct link_kind *link_at(size_t i)
{
	return i < declared.n ? declared.at[i] : NULL;
}

const struct link_kind *link_find(struct str name)
{
	for (size_t i = 0; i < declared.n; i++)
		if (str_eq_z(name, declared.at[i]->name))
			return declared.at[i];
	return NULL;
}

/* ---- writing ---- */

/* Both to be read, one of them to be written. */
static int ends_require(struct reg_ctx *ctx, int64_t from, int64_t to, const struct reg **ret_from, const struct reg **ret_to)
{
	int e = record_require(ctx->conn, ctx->arena, ctx->by, from, OP_READ, ret_from);
	if (e == 0)
		e = record_require(ctx->conn, ctx->arena, ctx->by, to, OP_READ, ret_to);
	if (e < 0)
		return e;
	e = record_require(ctx->conn, ctx->arena, ctx->by, from, OP_UPDATE, ret_from);
	return e == ERR_DENIED ? record_require(ctx->conn, ctx->arena, ctx->by, to, OP_UPDATE, ret_to) : e;
}

static int end_archived(struct reg_ctx *ctx, int64_t id, bool *ret)
{
	const struct reg *r = NULL;
	int64_t unit = 0;
	enum record_state state;
	int e = record_find(ctx->conn, ctx->arena, id, &r, &unit, &state);
	*ret = e == 0 && state == RECORD_ARCHIVED;
	return e;
}

/* How many links of the kind leave (or reach) this row. */
static int count_at(struct reg_ctx *ctx, const struct link_kind *kind, bool leaving, int64_t id, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	if (leaving)
		sql_lit(&q, "SELECT count(*) FROM link l JOIN record r ON r.id = l.to_id WHERE r.state = 0 AND l.from_id = ");
	else
		sql_lit(&q, "SELECT count(*) FROM link l JOIN record r ON r.id = l.from_id WHERE r.state = 0 AND l.to_id = ");
	sql_i64(&q, id);
	sql_lit(&q, " AND l.kind = ");
	sql_str(&q, str_of(kind->name));
	return db_get_i64(ctx->conn, &q, ret);
}

static int record(struct reg_ctx *ctx, const struct link_kind *kind, enum audit_kind what, int64_t from, int64_t to,
                  const struct reg *r_from, const struct reg *r_to, struct str reason)
{
	struct str name_from, name_to;
	int e = record_subject(ctx->conn, ctx->arena, r_from, from, &name_from);
	if (e == 0)
		e = record_subject(ctx->conn, ctx->arena, r_to, to, &name_to);
	for (int end = 0; e == 0 && end < 2; end++) {
		struct audit_change c = { .field = str_of(kind->name), .has_before = what == AUDIT_UNLINK, .has_after = what == AUDIT_LINK };
		*(c.has_before ? &c.before : &c.after) = end ? name_from : name_to;
		struct audit_entry entry = auth_entry(ctx->arena, ctx->by, what);
		entry.reg = str_of(end ? r_to->name : r_from->name);
		entry.record_id = end ? to : from;
		entry.subject = end ? name_to : name_from;
		entry.reason = reason;
		entry.change = &c;
		entry.changes = 1;
		e = audit_append(ctx->conn, &entry);
	}
	return e;
}

int link_add(struct reg_ctx *ctx, const struct link_kind *kind, int64_t from, int64_t to, struct str reason, struct note *ret_why)
{
	const struct reg *r_from = NULL, *r_to = NULL;
	int e = ends_require(ctx, from, to, &r_from, &r_to);
	if (e < 0 || !r_from || !r_to)
		return e < 0 ? e : ERR_CORRUPT;
	*ret_why = NOTE(MSG_LINK_ENDS, ARG_L(kind->forward));
	if (from == to || strcmp(r_from->name, kind->from) != 0 || strcmp(r_to->name, kind->to) != 0)
		return ERR_INVALID;
	bool archived_from = false, archived_to = false;
	e = end_archived(ctx, from, &archived_from);
	if (e == 0)
		e = end_archived(ctx, to, &archived_to);
	if (e < 0)
		return e;
	if (archived_from || archived_to) {
		*ret_why = NOTE0(MSG_LINK_ARCHIVED);
		return ERR_INVALID;
	}
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM link WHERE kind = ");
	sql_str(&q, str_of(kind->name));
	sql_lit(&q, " AND from_id = ");
	sql_i64(&q, from);
	sql_lit(&q, " AND to_id = ");
	sql_i64(&q, to);
	int64_t n = 0;
	e = db_get_i64(ctx->conn, &q, &n);
	if (e == 0 && n) {
		*ret_why = NOTE0(MSG_LINK_EXISTS);
		return ERR_EXISTS;
	}
	*ret_why = NOTE(MSG_LINK_ONE, ARG_L(kind->forward));
	if (e == 0 && !kind->many_to) {
		e = count_at(ctx, kind, true, from, &n);
		if (e == 0 && n)
			return ERR_INVALID;
	}
	if (e == 0 && !kind->many_from) {
		e = count_at(ctx, kind, false, to, &n);
		if (e == 0 && n)
			return ERR_INVALID;
	}
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO link(kind, from_id, to_id, created_at, created_by) VALUES (");
	sql_str(&q, str_of(kind->name));
	sql_lit(&q, ", ");
	sql_i64(&q, from);
	sql_lit(&q, ", ");
	sql_i64(&q, to);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ")");
	e = db_exec(ctx->conn, &q, NULL);
	return e == 0 ? record(ctx, kind, AUDIT_LINK, from, to, r_from, r_to, reason) : e;
}

int link_remove(struct reg_ctx *ctx, int64_t link_id, struct str reason)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT kind, from_id, to_id FROM link WHERE id = ");
	sql_i64(&q, link_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(ctx->conn, &q, &s);
	if (e < 0)
		return e;
	const struct link_kind *kind = link_find(stmt_str(s, 0));
	int64_t from = stmt_i64(s, 1), to = stmt_i64(s, 2);
	stmt_done(&s);
	if (!kind)
		return ERR_NOT_FOUND;
	const struct reg *r_from = NULL, *r_to = NULL;
	e = ends_require(ctx, from, to, &r_from, &r_to);
	if (e < 0 || !r_from || !r_to)
		return e < 0 ? e : ERR_CORRUPT;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM link WHERE id = ");
	sql_i64(&q, link_id);
	e = db_exec(ctx->conn, &q, NULL);
	return e == 0 ? record(ctx, kind, AUDIT_UNLINK, from, to, r_from, r_to, reason) : e;
}

/* ---- reading ---- */

static int list_kind(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, const struct link_kind *kind,
                     bool forward, struct link_end *list, size_t *n)
{
	const struct reg *other = reg_find(str_of(forward ? kind->to : kind->from));
	bool open = !(other->field[reg_info(other)->title].flags & (FIELD_PRIVATE | FIELD_SECRET));
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT l.id, t.id, r.code, ");
	if (open) {
		sql_lit(&q, "t.");
		sql_name(&q, other->title);
	} else {
		sql_lit(&q, "NULL");
	}
	sql_lit(&q, " FROM link l JOIN ");
	sql_name(&q, other->table);
	if (forward)
		sql_lit(&q, " t ON t.id = l.to_id JOIN record r ON r.id = t.id WHERE l.from_id = ");
	else
		sql_lit(&q, " t ON t.id = l.from_id JOIN record r ON r.id = t.id WHERE l.to_id = ");
	sql_i64(&q, id);
	sql_lit(&q, " AND l.kind = ");
	sql_str(&q, str_of(kind->name));
	sql_lit(&q, " AND t.archived = 0");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(other), OP_READ, "t");
	sql_lit(&q, " ORDER BY l.id LIMIT 500");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		if (*n == LINK_LIST)
			break;
		list[(*n)++] = (struct link_end){ .link_id = stmt_i64(s, 0), .id = stmt_i64(s, 1), .kind = kind, .forward = forward, .reg = other,
			.code = stmt_str_dup(s, a, 2), .title = stmt_str_dup(s, a, 3) };
	}
	return e;
}

int link_list(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id, struct link_end **ret, size_t *ret_n)
{
	struct link_end *list = ARENA_ARRAY(a, LINK_LIST, struct link_end);
	size_t n = 0;
	const struct reg *r = NULL;
	int e = record_require(c, a, p, record_id, OP_READ, &r);
	bool visible = e == 0;
	if (e == ERR_NOT_FOUND)
		e = 0;
	for (size_t i = 0; visible && e == 0 && i < declared.n; i++) {
		const struct link_kind *k = declared.at[i];
		if (strcmp(k->from, r->name) == 0)
			e = list_kind(c, a, p, record_id, k, true, list, &n);
		if (e == 0 && strcmp(k->to, r->name) == 0)
			e = list_kind(c, a, p, record_id, k, false, list, &n);
	}
	*ret = list;
	*ret_n = n;
	return e;
}
