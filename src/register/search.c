/*
 * The search index: one contentless FTS5 table per register with searchable fields, a column per field (a phrase never
 * reaches over two columns), rows numbered as their records, filled with the tokens of base/text.h. Deleting from it
 * needs the tokens that were put in: reg_write() has the row before. Private and secret fields are never in it, so that
 * a hit tells nobody what they may not read.
 */
#include "base/text.h"
#include "register/query_internal.h"

#define TOKENS_MAX (4u << 20)   /* tokens of one field: LIMIT_LONG_TEXT characters, each in two tokens */
#define EVERYWHERE_ROWS 5000    /* newest hits of one register that are looked at */

bool field_is_searchable(const struct field *f)
{
	return (f->flags & FIELD_SEARCH) && !field_is_private(f) &&
	       (f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_URL);
}

bool search_has(const struct reg *r)
{
	for (size_t i = 0; i < r->fields; i++)
		if (field_is_searchable(&r->field[i]))
			return true;
	return false;
}

void search_schema(struct buf *b, const struct reg *r)
{
	if (!search_has(r))
		return;
	buf_lit(b, "CREATE VIRTUAL TABLE ");
	buf_z(b, r->table);
	buf_lit(b, "_search USING fts5(");
	for (size_t i = 0; i < r->fields; i++) {
		if (!field_is_searchable(&r->field[i]))
			continue;
		buf_lit(b, "f_");
		buf_z(b, r->field[i].name);
		buf_lit(b, ", ");
	}
	buf_lit(b, "content='', " TEXT_FTS_TOKENIZE ");\n");
	/* Every commit adds a small segment to the index. Merging each sixteen of them at once, as is preset, cost a single save as
	 * much as all the rest of it; looking at up to 64 costs a search less than a millisecond. */
	buf_lit(b, "INSERT INTO ");
	buf_z(b, r->table);
	buf_lit(b, "_search(");
	buf_z(b, r->table);
	buf_lit(b, "_search, rank) VALUES('crisismerge', 64);\n");
}

static int put_tokens(struct sql *s, struct arena *a, const struct reg *r, const struct row *row)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, TOKENS_MAX);
	for (size_t i = 0; i < r->fields; i++) {
		if (!field_is_searchable(&r->field[i]))
			continue;
		buf_clear(&b);
		if (row->v[i].known)
			text_tokens(&b, a, row->v[i].s);
		if (buf_error(&b))
			return ERR_LIMIT;
		sql_lit(s, ", ");
		sql_str(s, buf_view(&b));
	}
	return 0;
}

static void put_columns(struct sql *s, const struct reg *r)
{
	for (size_t i = 0; i < r->fields; i++) {
		if (!field_is_searchable(&r->field[i]))
			continue;
		sql_lit(s, ", f_");
		sql_name(s, r->field[i].name);
	}
}

static bool same_text(const struct reg *r, const struct row *x, const struct row *y)
{
	for (size_t i = 0; i < r->fields; i++) {
		if (!field_is_searchable(&r->field[i]))
			continue;
		if (x->v[i].known != y->v[i].known || (x->v[i].known && !str_eq(x->v[i].s, y->v[i].s)))
			return false;
	}
	return true;
}

/* Puts a row's tokens into the index, or takes them out: a contentless table wants the same tokens for that. */
static int put_row(struct db_conn *writer, struct arena *a, const struct reg *r, int64_t id, const struct row *row, bool remove)
{
	struct sql s;
	sql_init(&s, a);
	sql_lit(&s, "INSERT INTO ");
	sql_name(&s, r->table);
	sql_lit(&s, "_search (");
	if (remove) {
		sql_name(&s, r->table);
		sql_lit(&s, "_search, ");
	}
	sql_lit(&s, "rowid");
	put_columns(&s, r);
	sql_lit(&s, ") VALUES (");
	if (remove)
		sql_lit(&s, "'delete', ");
	sql_i64(&s, id);
	int e = put_tokens(&s, a, r, row);
	sql_lit(&s, ")");
	if (e == 0)
		return db_exec(writer, &s, NULL);
	sql_release(&s);
	return e;
}

int search_update(struct db_conn *writer, struct arena *a, const struct reg *r, int64_t id, const struct row *before,
                  const struct row *after)
{
	if (!search_has(r) || (before && after && same_text(r, before, after)))
		return 0;
	int e = before ? put_row(writer, a, r, id, before, true) : 0;
	if (e == 0 && after)
		e = put_row(writer, a, r, id, after, false);
	return e;
}

int search_code(struct db_conn *c, struct arena *a, struct str text, struct str *ret_register, int64_t *ret_id)
{
	const struct str code = str_trim(text_fold(a, text));
	size_t letters = 0, digits = 0;
	while (letters < code.n && code.p[letters] >= 'a' && code.p[letters] <= 'z')
		letters++;
	while (letters + 1 + digits < code.n && code.p[letters + 1 + digits] >= '0' && code.p[letters + 1 + digits] <= '9')
		digits++;
	if (letters == 0 || digits == 0 || code.n > 20 || letters + 1 + digits != code.n || code.p[letters] != '-')
		return ERR_NOT_FOUND;
	char *z = arena_copy(a, code.p, code.n);
	for (size_t i = 0; i < letters; i++)
		z[i] = (char)(z[i] - 'a' + 'A');
	struct sql s;
	sql_init(&s, a);
	sql_lit(&s, "SELECT id, register FROM record WHERE code = ");
	sql_str(&s, (struct str){ z, code.n });
	CLEANUP(stmt_done) struct stmt *st = NULL;
	int e = db_first(c, &s, &st);
	if (e < 0)
		return e;
	*ret_id = stmt_i64(st, 0);
	*ret_register = stmt_str_dup(st, a, 1);
	return 0;
}

/* id: that row instead of what matches. */
static int search_register(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r,
                           struct str match, int64_t id, size_t limit, struct hit *hit, size_t *n)
{
	const int number = reg_number(r), at = reg_field(r, r->title);
	const struct field *title = at >= 0 ? &r->field[at] : NULL;
	const bool named = title && field_is_text(title) && !field_is_private(title);
	struct sql s;
	sql_init(&s, a);
	sql_lit(&s, "SELECT t.id, r.code, ");
	if (named) {
		sql_lit(&s, "t.");
		sql_name(&s, title->name);
	} else {
		sql_lit(&s, "r.code");
	}
	if (id) {
		sql_lit(&s, " FROM (SELECT ");
		sql_i64(&s, id);
		sql_lit(&s, " AS id");
	} else {
		sql_lit(&s, " FROM (SELECT k.rowid AS id FROM ");
		sql_name(&s, r->table);
		sql_lit(&s, "_search AS k WHERE k.");
		sql_name(&s, r->table);
		sql_lit(&s, "_search MATCH ");
		sql_str(&s, match);
		sql_lit(&s, " ORDER BY k.rowid DESC LIMIT ");
		sql_i64(&s, EVERYWHERE_ROWS);
	}
	sql_lit(&s, ") AS h CROSS JOIN ");
	sql_name(&s, r->table);
	sql_lit(&s, " AS t ON t.id = h.id CROSS JOIN record AS r ON r.id = t.id WHERE t.archived = 0");
	batch_visible(&s, "t");
	auth_visible(&s, p, number, OP_READ, "t");
	sql_lit(&s, SQL_ELSEWHERE " ORDER BY t.id DESC" SQL_ELSEWHERE_END " LIMIT ");
	sql_i64(&s, (int64_t)limit);
	CLEANUP(stmt_done) struct stmt *st = NULL;
	int e = db_query(c, &s, &st);
	if (e < 0)
		return e;
	while ((e = stmt_step(st)) == 1)
		hit[(*n)++] = (struct hit){ .reg = r, .id = stmt_i64(st, 0), .code = stmt_str_dup(st, a, 1),
			.title = stmt_str_dup(st, a, 2) };
	return e;
}

int search_everywhere(struct db_conn *c, struct arena *a, const struct principal *p, struct str q, size_t limit,
                      struct hit **ret, size_t *ret_n)
{
	*ret = NULL;
	*ret_n = 0;
	if (limit == 0 || limit > LIMIT_PAGE_ROWS)
		return ERR_LIMIT;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_SQL);
	if (!text_query(&b, a, q))
		return 0;
	if (buf_error(&b))
		return ERR_LIMIT;
	const struct str match = str_dup(a, buf_view(&b));
	struct hit *hit = ARENA_ARRAY(a, reg_count() * limit + 1, struct hit);
	size_t n = 0;
	struct str name;
	int64_t id;
	int e = search_code(c, a, q, &name, &id);
	if (e == 0) {
		const struct reg *r = reg_find(name);
		if (r && auth_ops(p, reg_number(r)) & OP_READ)
			e = search_register(c, a, p, r, match, id, 1, hit, &n);
	}
	if (e < 0 && e != ERR_NOT_FOUND)
		return e;
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		if (!search_has(r) || !(auth_ops(p, reg_number(r)) & OP_READ))
			continue;
		e = search_register(c, a, p, r, match, 0, limit, hit, &n);
		if (e < 0)
			return e;
	}
	*ret = hit;
	*ret_n = n;
	return 0;
}
