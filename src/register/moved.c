/* Reading and tidying the list of what moved. */
#include "register/moved.h"

#include "register/engine.h"

static void compare(struct sql *q, const char *what, int64_t with)
{
	if (with == 0)
		return;
	sql_const(q, what);
	sql_i64(q, with);
}

int moved_list(struct db_conn *c, struct arena *a, const struct principal *p, const struct moved_query *mq, struct moved_row **ret, size_t *ret_n,
               bool *ret_more)
{
	const struct reg *r = mq->reg;
	const struct field *f = &r->field[mq->field];
	bool open = !(r->field[reg_info(r)->title].flags & (FIELD_PRIVATE | FIELD_SECRET));
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT x.id, t.id, x.at, rec.code, m.before, m.after, x.why, m.field = ");
	sql_str(&q, str_of(f->name));
	if (open) {
		sql_lit(&q, ", t.");
		sql_name(&q, r->title);
	} else {
		sql_lit(&q, ", NULL");
	}
	sql_lit(&q, " FROM recompute x CROSS JOIN moved m ON m.recompute_id = x.id AND (m.field = ");
	sql_str(&q, str_of(f->name));
	if (mq->otherwise >= 0) {
		sql_lit(&q, " OR m.field = ");
		sql_str(&q, str_of(r->field[mq->otherwise].name));
		sql_lit(&q, " AND NOT EXISTS (SELECT 1 FROM moved o WHERE o.recompute_id = m.recompute_id AND o.record_id = m.record_id AND o.field = ");
		sql_str(&q, str_of(f->name));
		sql_lit(&q, ")");
	}
	sql_lit(&q, ") JOIN ");
	sql_name(&q, r->table);
	sql_lit(&q, " t ON t.id = m.record_id JOIN record rec ON rec.id = t.id WHERE x.register = ");
	sql_str(&q, str_of(r->name));
	compare(&q, " AND x.at >= ", mq->since_ms);
	compare(&q, " AND x.id = ", mq->recompute);
	compare(&q, " AND x.id > ", mq->after);
	sql_lit(&q, " AND t.archived = 0");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(r), OP_READ, "t");
	sql_lit(&q, " ORDER BY x.at DESC, x.id DESC, m.record_id LIMIT ");
	sql_i64(&q, (int64_t)mq->limit + 1);
	struct moved_row *list = ARENA_ARRAY(a, mq->limit + 1, struct moved_row);
	size_t n = 0;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		const int field = stmt_i64(s, 7) ? mq->field : mq->otherwise;
		list[n++] = (struct moved_row){ .recompute_id = stmt_i64(s, 0), .record_id = stmt_i64(s, 1), .at = stmt_i64(s, 2),
			.code = stmt_str_dup(s, a, 3), .field = field, .before = value_column(s, 4, &r->field[field], a),
			.after = value_column(s, 5, &r->field[field], a), .why = stmt_str_dup(s, a, 6), .title = stmt_str_dup(s, a, 8) };
	}
	if (ret_more)
		*ret_more = n > mq->limit;
	*ret = list;
	*ret_n = n > mq->limit ? mq->limit : n;
	return e;
}

int moved_newest(struct db_conn *c, struct arena *a, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COALESCE(MAX(id), 0) FROM recompute");
	return db_get_i64(c, &q, ret);
}

int moved_recomputes(struct db_conn *c, struct arena *a, int64_t since_ms, size_t limit, struct moved_recompute **ret, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, at, moved_rows, register, why FROM recompute WHERE at >= ");
	sql_i64(&q, since_ms);
	sql_lit(&q, " ORDER BY id DESC LIMIT ");
	sql_i64(&q, (int64_t)limit);
	struct moved_recompute *list = ARENA_ARRAY(a, limit + 1, struct moved_recompute);
	size_t n = 0;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		const struct reg *r = reg_find(stmt_str(s, 3));
		if (r)
			list[n++] = (struct moved_recompute){ .id = stmt_i64(s, 0), .at = stmt_i64(s, 1), .rows = stmt_i64(s, 2), .reg = r,
				.why = stmt_str_dup(s, a, 4) };
	}
	*ret = list;
	*ret_n = n;
	return e;
}

int moved_forget(struct reg_ctx *ctx, int64_t before_ms, size_t limit, bool *ret_more)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM moved WHERE (recompute_id, field, record_id) IN (SELECT m.recompute_id, m.field, m.record_id "
	            "FROM recompute x CROSS JOIN moved m ON m.recompute_id = x.id WHERE x.at < ");
	sql_i64(&q, before_ms);
	sql_lit(&q, " LIMIT ");
	sql_i64(&q, (int64_t)limit);
	sql_lit(&q, ")");
	int64_t gone = 0;
	int e = db_exec(ctx->conn, &q, &gone);
	*ret_more = gone >= (int64_t)limit && limit > 0;
	if (e < 0 || *ret_more)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "DELETE FROM recompute WHERE at < ");
	sql_i64(&q, before_ms);
	return db_exec(ctx->conn, &q, NULL);
}
