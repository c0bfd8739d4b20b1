/* Building SQL text: literals and checked identifiers as text, values always as bound parameters. */
#include "base/limits.h"
#include "db/conn.h"

void sql_init(struct sql *q, struct arena *a)
{
	*q = (struct sql){ .arena = a };
	buf_init(&q->text, LIMIT_SQL);
}

void sql_release(struct sql *q)
{
	buf_release(&q->text);
	q->value = NULL;
	q->values = q->cap = 0;
}

static void fail(struct sql *q, int error)
{
	if (!q->error)
		q->error = error;
}

void sql_lit_(struct sql *q, const char *p, size_t n)
{
	buf_bytes(&q->text, p, n);
	if (buf_error(&q->text))
		fail(q, ERR_LIMIT);
}

void sql_const(struct sql *q, const char *constant)
{
	sql_lit_(q, constant, strlen(constant));
}

static bool is_name(const char *p)
{
	if (!p || *p < 'a' || *p > 'z')
		return false;
	for (; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_'))
			return false;
	return true;
}

void sql_name(struct sql *q, const char *name)
{
	if (!is_name(name))
{
		fail(q, ERR_SYNTAX);
		return;
	}
	sql_const(q, name);
}

static void push(struct sql *q, struct sql_value v)
{
	if (q->values >= LIMIT_SQL_PARAMS) {
		fail(q, ERR_LIMIT);
		return;
	}
	if (q->values == q->cap) {
		size_t cap = q->cap ? q->cap * 2 : 8;
		struct sql_value *grown = ARENA_ARRAY(q->arena, cap, struct sql_value);
		if (q->values)
			memcpy(grown, q->value, q->values * sizeof *grown);
		q->value = grown;
		q->cap = cap;
	}
	q->value[q->values++] = v;
}

static void bind(struct sql *q, struct sql_value v)
{
	push(q, v);
	sql_lit(q, "?");
}

/* An empty view may have no memory behind it, and a NULL pointer would bind NULL instead of ''. */
static struct str copy(struct sql *q, const void *p, size_t n)
{
	if (n == 0)
		return STR("");
	return (struct str){ arena_copy(q->arena, p, n), n };
}

void sql_i64(struct sql *q, int64_t v)
{
	bind(q, (struct sql_value){ .kind = SQL_I64, .i = v });
}

void sql_str(struct sql *q, struct str s)
{
	bind(q, (struct sql_value){ .kind = SQL_STR, .s = copy(q, s.p, s.n) });
}

void sql_blob(struct sql *q, const void *p, size_t n)
{
	bind(q, (struct sql_value){ .kind = SQL_BLOB, .s = copy(q, p, n) });
}

void sql_null(struct sql *q)
{
	bind(q, (struct sql_value){ .kind = SQL_NULL });
}

void sql_i64_list(struct sql *q, const int64_t *v, size_t n)
{
	if (n == 0) {
		sql_lit(q, "(NULL)");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (i)
			sql_lit(q, ", ");
		else
			sql_lit(q, "(");
		sql_i64(q, v[i]);
		if (q->error)
			return;
	}
	sql_lit(q, ")");
}

void sql_append(struct sql *q, const struct sql *part)
{
	if (part->error)
{
		fail(q, part->error);
		return;
	}
	struct str text = buf_view(&part->text);
	if (text.n)
		sql_lit_(q, text.p, text.n);
	/* Values may come from another arena, which may go first. */
	for (size_t i = 0; i < part->values; i++) {
		struct sql_value v = part->value[i];
		if (part->arena != q->arena && v.kind >= SQL_STR)
			v.s = copy(q, v.s.p, v.s.n);
		push(q, v);
	}
}
