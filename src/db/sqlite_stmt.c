/* The SQLite backend's statements. stmt.own is the sqlite3_stmt. */
#include <strings.h>

#include "db/sqlite.h"

static bool first_word_is(const char *text, const char *word)
{
	while (*text == ' ' || *text == '\n' || *text == '\t' || *text == '(')
		text++;
	return strncasecmp(text, word, strlen(word)) == 0;
}

static bool changes_rows_only(const char *text)
{
	static const char *const words[] = { "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH" };
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (first_word_is(text, words[i]))
			return true;
	return false;
}

int sqlite_prepare(struct stmt *s, bool keep)
{
	const char *rest = NULL, *end = s->text + s->n;
	sqlite3_stmt *p = NULL;
	int rc = sqlite3_prepare_v3(sqlite_of(s->c), s->text, (int)s->n, keep ? SQLITE_PREPARE_PERSISTENT : 0, &p, &rest);
	if (rc != SQLITE_OK)
		return sqlite_err(rc);
	/* One statement, and nothing but blanks behind it. */
	while (rest < end && (*rest == ' ' || *rest == '\n' || *rest == '\t' || *rest == ';'))
		rest++;
	if (!p || rest != end) {
		sqlite3_finalize(p);
		return ERR_SYNTAX;
	}
	s->own = p;
	s->schema = !sqlite3_stmt_readonly(p) && !changes_rows_only(s->text);
	return 0;
}

void sqlite_finalize(struct stmt *s)
{
	sqlite3_finalize(s->own);
}

int sqlite_bind(struct stmt *s, const struct sql_value *value, size_t n)
{
	if ((size_t)sqlite3_bind_parameter_count(s->own) != n)
		return ERR_SYNTAX;
	for (size_t i = 0; i < n; i++) {
		const struct sql_value *v = &value[i];
		int at = (int)i + 1, rc = SQLITE_OK;
		switch (v->kind) {
		case SQL_NULL:
			rc = sqlite3_bind_null(s->own, at);
			break;
		case SQL_I64:
			rc = sqlite3_bind_int64(s->own, at, v->i);
			break;
		case SQL_STR:
			rc = sqlite3_bind_text64(s->own, at, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case SQL_BLOB:
			rc = sqlite3_bind_blob64(s->own, at, v->s.p, v->s.n, SQLITE_STATIC);
			break;
		}
		if (rc != SQLITE_OK)
			return sqlite_err(rc);
	}
	return 0;
}

int sqlite_step(struct stmt *s)
{
	int rc = sqlite3_step(s->own);
	return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : sqlite_err(rc);
}

void sqlite_reset(struct stmt *s)
{
	sqlite3_reset(s->own);
	sqlite3_clear_bindings(s->own);
}

int64_t sqlite_i64(struct stmt *s, int column)
{
	return sqlite3_column_int64(s->own, column);
}

bool sqlite_is_null(struct stmt *s, int column)
{
	return sqlite3_column_type(s->own, column) == SQLITE_NULL;
}

struct str sqlite_str(struct stmt *s, int column)
{
	const void *p;
	switch (sqlite3_column_type(s->own, column)) {
	case SQLITE_NULL:
		return STR_NULL;
	case SQLITE_BLOB:
		p = sqlite3_column_blob(s->own, column);
		break;
	default:
		p = sqlite3_column_text(s->own, column);
	}
	if (!p)
		return STR("");
	return (struct str){ p, (size_t)sqlite3_column_bytes(s->own, column) };
}

/* The figure of the last statement that changed rows: the caller knows that it was this one. */
int64_t sqlite_changed(struct stmt *s)
{
	return sqlite3_changes64(sqlite_of(s->c));
}

int sqlite_explain(struct db_conn *c, struct sql *q, struct buf *ret_plan)
{
	struct sql e;
	sql_init(&e, q->arena);
	sql_lit(&e, "EXPLAIN QUERY PLAN ");
	sql_append(&e, q);
	sql_release(q);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &e, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		buf_str(ret_plan, stmt_str(s, 3));
		buf_char(ret_plan, '\n');
		r = 0;
	}
	return r < 0 ? r : buf_error(ret_plan);
}

static int note_read(void *ctx, int action, const char *table, const char *column, const char *schema, const char *trigger)
{
	(void)schema, (void)trigger;
	if (action == SQLITE_READ)
		buf_printf(ctx, "%s.%s\n", table, column);
	return SQLITE_OK;
}

int sqlite_reads(struct db_conn *c, struct sql *q, struct buf *ret)
{
	sqlite3 *h = sqlite_of(c);
	sqlite3_stmt *p = NULL;
	struct str text = buf_view(&q->text);
	sqlite3_set_authorizer(h, note_read, ret);
	int rc = sqlite3_prepare_v2(h, text.p, (int)text.n, &p, NULL);
	sqlite3_set_authorizer(h, NULL, NULL);
	sqlite3_finalize(p);
	sql_release(q);
	return rc == SQLITE_OK ? buf_error(ret) : sqlite_err(rc);
}
