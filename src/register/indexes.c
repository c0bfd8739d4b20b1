/* The indexes of a register's table, from its description: on live rows, which are what lists read. */
#include "register/engine.h"

/*
 * Every index carries batch, which each list looks at. The index of a sort field also carries what lists are filtered by
 * (of the default order every filter field, of other orders the stored ones that are columns of the list and no texts), so
 * that a list in this order is filtered without fetching the rows that do not match. An index (filter, default order) of
 * every filter would be faster still, and was measured to double the cost of an insert: where it matters, a description
 * names such a pair itself, and the filter's own index goes, since the pair begins with it.
 */
bool index_carries(const struct reg *r, const struct field *sort, const struct field *f)
{
	const bool every = r->sort && strcmp(r->sort, sort->name) == 0;
	return f != sort && (f->flags & FIELD_FILTER) &&
	       (every || (!f->derived && f->flags & FIELD_LIST && f->type != FIELD_TEXT && f->type != FIELD_URL));
}

/* Does an index that the description names begin with this field? */
static bool begins_named_index(const struct reg *r, const char *field)
{
	const size_t n = strlen(field);
	for (const char *const *x = r->index; x && *x; x++)
		if (strncmp(*x, field, n) == 0 && (*x)[n] == ',')
			return true;
	return false;
}

/* Each once. */
static void add_index(struct reg_indexes *list, struct reg_index index)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->index[i].fields, index.fields) == 0)
			return;
	if (list->n < COUNT_OF(list->index))
		list->index[list->n++] = index;
}

void indexes_of(const struct reg *r, struct reg_indexes *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < r->fields; i++)
		if (r->field[i].flags & FIELD_UNIQUE)
			add_index(ret, (struct reg_index){ .fields = r->field[i].name, .unique = true });
	if (reg_owner_field(r) >= 0)
		add_index(ret, (struct reg_index){ .fields = "unit_id" });
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *f = &r->field[i];
		if (f->flags & FIELD_SORT)
			add_index(ret, (struct reg_index){ .fields = f->name, .sort = f });
		else if (f->flags & FIELD_FILTER && !begins_named_index(r, f->name))
			add_index(ret, (struct reg_index){ .fields = f->name });
	}
	for (size_t i = 0; i < r->derives; i++)
		for (size_t k = 0; k < r->derive[i]->dependencies; k++) {
			const char *through = r->derive[i]->depends[k].through;
			if (through && !begins_named_index(r, through))
				add_index(ret, (struct reg_index){ .fields = through });
		}
	for (const char *const *x = r->index; x && *x; x++)
		add_index(ret, (struct reg_index){ .fields = *x });
}

static bool names_field(const char *fields, const char *name)
{
	const size_t n = strlen(name);
	for (const char *p = fields; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	return false;
}

static bool index_holds(const struct reg *r, const struct reg_index *x, const struct field *f)
{
	return names_field(x->fields, f->name) || (x->sort && index_carries(r, x->sort, f));
}

static void put_name(struct buf *b, const struct reg *r, const struct reg_index *x)
{
	buf_z(b, r->table);
	buf_char(b, '_');
	for (const char *p = x->fields; *p; p++)
		buf_char(b, *p == ',' ? '_' : *p);
}

void index_put(struct buf *b, const struct reg *r, const struct reg_index *x)
{
	buf_printf(b, "CREATE %sINDEX ", x->unique ? "UNIQUE " : "");
	put_name(b, r, x);
	buf_printf(b, " ON %s(", r->table);
	for (const char *p = x->fields; *p; p++) {
		buf_char(b, *p);
		if (*p == ',')
			buf_char(b, ' ');
	}
	if (!x->unique)
		buf_lit(b, ", id, batch");
	if (x->sort) {
		buf_lit(b, ", unit_id");
		for (size_t i = 0; i < r->fields; i++) {
			if (!index_carries(r, x->sort, &r->field[i]))
				continue;
			buf_lit(b, ", ");
			buf_z(b, r->field[i].name);
		}
	}
	buf_lit(b, ") WHERE archived = 0");
}

/* ---- around a statement that changes most rows ---- */

static bool holds_any(const struct reg *r, const struct reg_index *x, const int *field, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (index_holds(r, x, &r->field[field[i]]))
			return true;
	return false;
}

static int for_each_holding(struct reg_ctx *ctx, const struct reg *r, const int *field, size_t n, bool make)
{
	struct reg_indexes list;
	indexes_of(r, &list);
	int e = 0;
	for (size_t i = 0; e == 0 && i < list.n; i++) {
		if (!holds_any(r, &list.index[i], field, n))
			continue;
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, LIMIT_SQL);
		if (make) {
			index_put(&b, r, &list.index[i]);
		} else {
			buf_lit(&b, "DROP INDEX ");
			put_name(&b, r, &list.index[i]);
		}
		if ((e = buf_error(&b)) < 0)
			return e;
		struct sql q;
		sql_init(&q, ctx->arena);
		sql_const(&q, str_z(ctx->arena, buf_view(&b))); /* of nothing but the description */
		e = db_exec(ctx->conn, &q, NULL);
	}
	return e;
}

int indexes_drop(struct reg_ctx *ctx, const struct reg *r, const int *field, size_t n)
{
	return for_each_holding(ctx, r, field, n, false);
}

int indexes_make(struct reg_ctx *ctx, const struct reg *r, const int *field, size_t n)
{
	return for_each_holding(ctx, r, field, n, true);
}
