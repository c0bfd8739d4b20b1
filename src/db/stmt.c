/*
 * Statements: a bounded cache per connection, keyed by the text; binding; stepping. A cached statement that is handed out
 * already is never handed out twice: the second caller gets a fresh one, finalized when it is done.
 */
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
	s->b->finalize(s);
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
	struct stmt *s = calloc(1, sizeof *s);
	char *copy = malloc(n + 1);
	if (!s || !copy)
		die("out of memory for a statement");
	memcpy(copy, text, n);
	copy[n] = '\0';
	*s = (struct stmt){ .c = c, .b = c->b, .text = copy, .n = n, .hash = hash, .cached = !taken, .busy = true };
	int r = s->b->prepare(s, s->cached);
	if (r < 0) {
		stmt_free(s);
		return r;
	}
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

int conn_stmt_of(struct db_conn *c, const char *text, const char *value, struct stmt **ret)
{
	const struct sql_value v = { .kind = SQL_STR, .s = str_of(value) };
	int r = conn_stmt(c, text, strlen(text), ret);
	return r < 0 ? r : stmt_bind(*ret, &v, 1);
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
	s->b->reset(s); /* the values point into an arena that may go now */
	s->busy = false;
	c->busy--;
	if (!s->cached) {
		stmt_free(s);
		return;
	}
	link_newest(c, s);
	while (c->cached > LIMIT_STATEMENTS && c->oldest)
		evict(c, c->oldest);
}

/* ---- running ---- */

int stmt_bind(struct stmt *s, const struct sql_value *v, size_t n)
{
	return s->b->bind(s, v, n);
}

int db_query(struct db_conn *c, struct sql *q, struct stmt **ret)
{
	struct stmt *s = NULL;
	int r = q->error;
	if (r == 0)
		r = conn_stmt(c, q->text.p ? q->text.p : "", q->text.n, &s);
	if (r == 0)
		r = stmt_bind(s, q->value, q->values);
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
	int r = s->b->step(s);
	if (r == 1)
		return 1;
	s->ended = true;
	if (r == 0 && s->schema)
		s->c->schema_changed = true;
	return r;
}

int db_exec(struct db_conn *c, struct sql *q, int64_t *ret_changed)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, q, &s);
	if (r < 0)
		return r;
	int64_t before = c->b->changes(c);
	while ((r = stmt_step(s)) == 1)
		;
	if (r < 0)
		return r;
	if (ret_changed)
		*ret_changed = c->b->changes(c) == before ? 0 : c->b->changed(s);
	return 0;
}

int db_first(struct db_conn *c, struct sql *q, struct stmt **ret)
{
	int r = db_query(c, q, ret);
	if (r < 0)
		return r;
	r = stmt_step(*ret);
	if (r == 1)
		return 0;
	stmt_done(ret);
	return r < 0 ? r : ERR_NOT_FOUND;
}

int db_get_i64(struct db_conn *c, struct sql *q, int64_t *ret)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_first(c, q, &s);
	if (r < 0)
		return r;
	*ret = stmt_i64(s, 0);
	return 0;
}

int db_get_str(struct db_conn *c, struct sql *q, struct str *ret)
{
	struct arena *a = q->arena;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_first(c, q, &s);
	if (r < 0)
		return r;
	*ret = stmt_str_dup(s, a, 0);
	return 0;
}

int64_t stmt_i64(struct stmt *s, int column)
{
	return s->b->i64(s, column);
}

bool stmt_is_null(struct stmt *s, int column)
{
	return s->b->is_null(s, column);
}

struct str stmt_str(struct stmt *s, int column)
{
	return s->b->str(s, column);
}

struct str stmt_str_dup(struct stmt *s, struct arena *a, int column)
{
	struct str v = stmt_str(s, column);
	return v.p ? (struct str){ arena_copy(a, v.p, v.n), v.n } : v;
}
