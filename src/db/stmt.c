/*
 * Statements: a bounded cache per connection, keyed by the text; binding; stepping. A cached statement that is handed out
 * already is never handed out twice: the second caller gets a fresh one, finalized when it is done.
 */
#include <strings.h>

#include "db/conn.h"

static _Thread_local unsigned statement_count;

unsigned db_statement_count(bool reset)
{
	unsigned n = statement_count;
	if (reset)
		statement_count = 0;
	return n;
}

void statement_count_add(unsigned n)
{
	statement_count += n;
}

static uint64_t hash_text(const char *p, size_t n)
{
	uint64_t h = 0x9E3779B97F4A7C15u ^ n;
	for (; n >= 8; p += 8, n -= 8) {
		uint64_t w;
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
	}
	uint64_t w = 0;
	memcpy(&w, p, n);
	h = (h ^ w) * 0xD6E8FEB86659FD93u;
	return h ^ (h >> 32);
}

/* ---- the cache ---- */

static void unlink_idle(struct db_conn *c, struct stmt *s)
{
	if (s->newer)
		s->newer->older = s->older;
	else
		c->newest = s->older;
	if (s->older)
		s->older->newer = s->newer;
	else
		c->oldest = s->newer;
	s->newer = s->older = NULL;
}

static void link_newest(struct db_conn *c, struct stmt *s)
{
	s->newer = NULL;
	s->older = c->newest;
	if (c->newest)
		c->newest->newer = s;
	else
		c->oldest = s;
	c->newest = s;
}

static void stmt_free(struct stmt *s)
{
	sqlite3_finalize(s->p);
	free(s->text);
	free(s);
}

static void evict(struct db_conn *c, struct stmt *s)
{
	unlink_idle(c, s);
	struct stmt **at = &c->bucket[s->hash % CACHE_BUCKETS];
	while (*at != s)
		at = &(*at)->chain;
	*at = s->chain;
	c->cached--;
	stmt_free(s);
}

void cache_clear(struct db_conn *c)
{
	while (c->oldest)
		evict(c, c->oldest);
}

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

static int prepare(struct db_conn *c, const char *text, size_t n, bool keep, sqlite3_stmt **ret)
{
	const char *rest = NULL;
	sqlite3_stmt *p = NULL;
	int rc = sqlite3_prepare_v3(c->h, text, (int)n, keep ? SQLITE_PREPARE_PERSISTENT : 0, &p, &rest);
	if (rc != SQLITE_OK)
		return db_err(rc);
	/* One statement, and nothing but blanks behind it. */
	while (rest < text + n && (*rest == ' ' || *rest == '\n' || *rest == '\t' || *rest == ';'))
		rest++;
	if (!p || rest != text + n) {
		sqlite3_finalize(p);
		return ERR_SYNTAX;
	}
	*ret = p;
	return 0;
}

int conn_stmt(struct db_conn *c, const char *text, size_t n, struct stmt **ret)
{
	if (c->broken)
		return c->broken;
	uint64_t hash = hash_text(text, n);
	struct stmt **bucket = &c->bucket[hash % CACHE_BUCKETS];
	bool taken = false;
	for (struct stmt *s = *bucket; s; s = s->chain)
		if (s->hash == hash && s->n == n && memcmp(s->text, text, n) == 0) {
			if (s->busy) {
				taken = true;
				break;
			}
			unlink_idle(c, s);
			s->busy = true;
			s->ended = false;
			c->busy++;
			statement_count++;
			*ret = s;
			return 0;
		}
	sqlite3_stmt *p = NULL;
	int r = prepare(c, text, n, !taken, &p);
	if (r < 0)
		return r;
	struct stmt *s = calloc(1, sizeof *s);
	char *own = malloc(n + 1);
	if (!s || !own)
		die("out of memory for a statement");
	memcpy(own, text, n);
	own[n] = '\0';
	*s = (struct stmt){ .c = c, .p = p, .text = own, .n = n, .hash = hash, .cached = !taken, .busy = true };
	s->schema = !sqlite3_stmt_readonly(p) && !changes_rows_only(own);
	if (s->cached) {
		s->chain = *bucket;
		*bucket = s;
		c->cached++;
	}
	c->busy++;
	statement_count++;
	*ret = s;
	return 0;
}

void stmt_done(struct stmt **at)
{
	struct stmt *s = *at;
	if (!s)
		return;
	*at = NULL;
	struct db_conn *c = s->c;
	if (!s->busy)
		die("a statement was returned twice: %.200s", s->text);
	sqlite3_reset(s->p);
	s->busy = false;
	c->busy--;
	if (!s->cached) {
		stmt_free(s);
		return;
	}
	sqlite3_clear_bindings(s->p); /* they point into an arena that may go now */
	link_newest(c, s);
	while (c->cached > LIMIT_STATEMENTS && c->oldest)
		evict(c, c->oldest);
}

/* ---- running ---- */

static int bind_values(struct stmt *s, const struct sql *q)
{
	if ((size_t)sqlite3_bind_parameter_count(s->p) != q->values)
		return ERR_SYNTAX;
	for (size_t i = 0; i < q->values; i++) {
		const struct sql_value *v = &q->value[i];
		int at = (int)i + 1, rc = SQLITE_OK;
		switch (v->kind) {
		case SQL_NULL:
			rc = sqlite3_bind_null(s->p, at);
			break;
		case SQL_I64:
			rc = sqlite3_bind_int64(s->p, at, v->i);
			break;
		case SQL_STR:
			rc = sqlite3_bind_text64(s->p, at, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case SQL_BLOB:
			rc = sqlite3_bind_blob64(s->p, at, v->s.p, v->s.n, SQLITE_STATIC);
			break;
		}
		if (rc != SQLITE_OK)
			return db_err(rc);
	}
	return 0;
}

int db_query(struct db_conn *c, struct sql *q, struct stmt **ret)
{
	struct stmt *s = NULL;
	int r = q->error;
	if (r == 0)
		r = conn_stmt(c, q->text.p ? q->text.p : "", q->text.n, &s);
	if (r == 0)
		r = bind_values(s, q);
	sql_release(q);
	if (r < 0) {
		stmt_done(&s);
		return r;
	}
	*ret = s;
	return 0;
}

int stmt_step(struct stmt *s)
{
	if (!s)
		return ERR_DB;
	if (s->ended)
		return 0;
	int rc = sqlite3_step(s->p);
	if (rc == SQLITE_ROW)
		return 1;
	s->ended = true;
	if (rc != SQLITE_DONE)
		return db_err(rc);
	if (s->schema)
		s->c->schema_changed = true;
	return 0;
}

int db_exec(struct db_conn *c, struct sql *q, int64_t *ret_changed)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	if (r < 0)
		return r;
	sqlite3_int64 before = sqlite3_total_changes64(c->h);
	while ((r = stmt_step(s)) == 1)
		;
	if (r < 0)
		return r;
	/* changes() keeps the figure of the last statement that changed rows: this one may not have. */
	if (ret_changed)
		*ret_changed = sqlite3_total_changes64(c->h) == before ? 0 : sqlite3_changes64(c->h);
	return 0;
}

int db_get_i64(struct db_conn *c, struct sql *q, int64_t *ret)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	if (r == 0)
		r = stmt_step(s);
	if (r < 0)
		return r;
	if (r == 0)
		return ERR_NOT_FOUND;
	*ret = stmt_i64(s, 0);
	return 0;
}

int db_get_str(struct db_conn *c, struct sql *q, struct str *ret)
{
	struct arena *a = q->arena;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	if (r == 0)
		r = stmt_step(s);
	if (r < 0)
		return r;
	if (r == 0)
		return ERR_NOT_FOUND;
	*ret = stmt_str_dup(s, a, 0);
	return 0;
}

int64_t stmt_i64(struct stmt *s, int column)
{
	return sqlite3_column_int64(s->p, column);
}

bool stmt_is_null(struct stmt *s, int column)
{
	return sqlite3_column_type(s->p, column) == SQLITE_NULL;
}

struct str stmt_str(struct stmt *s, int column)
{
	const void *p;
	switch (sqlite3_column_type(s->p, column)) {
	case SQLITE_NULL:
		return STR_NULL;
	case SQLITE_BLOB:
		p = sqlite3_column_blob(s->p, column);
		break;
	default:
		p = sqlite3_column_text(s->p, column);
	}
	if (!p)
		return STR("");
	return (struct str){ p, (size_t)sqlite3_column_bytes(s->p, column) };
}

struct str stmt_str_dup(struct stmt *s, struct arena *a, int column)
{
	struct str v = stmt_str(s, column);
	return v.p ? (struct str){ arena_copy(a, v.p, v.n), v.n } : v;
}

int64_t db_last_id(struct db_conn *c)
{
	return sqlite3_last_insert_rowid(c->h);
}

struct str db_error(struct db_conn *c)
{
	return str_of(sqlite3_errmsg(c->h));
}

int db_explain(struct db_conn *c, struct sql *q, struct buf *ret_plan)
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

int db_reads(struct db_conn *c, struct sql *q, struct buf *ret)
{
	if (c->writer)
		die("the writer has an authorizer of its own");
	sqlite3_stmt *p = NULL;
	struct str text = buf_view(&q->text);
	sqlite3_set_authorizer(c->h, note_read, ret);
	int rc = sqlite3_prepare_v2(c->h, text.p, (int)text.n, &p, NULL);
	sqlite3_set_authorizer(c->h, NULL, NULL);
	sqlite3_finalize(p);
	sql_release(q);
	return rc == SQLITE_OK ? buf_error(ret) : db_err(rc);
}
