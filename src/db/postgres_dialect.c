/*
 * SQL as this program writes it, which is SQLite's, said in PostgreSQL's words. It works on the words of one statement, not
 * on their meaning; what it does not know goes through as it is, and what it knows to be different and cannot say is refused
 * with ERR_SYNTAX. The rules:
 *
 *	?, ?3                           $1 ..., $3
 *	a IS b, a IS NOT b              a IS NOT DISTINCT FROM b, a IS DISTINCT FROM b (NULL, TRUE, FALSE stay)
 *	a CROSS JOIN b ON c             a JOIN b ON c
 *	a GLOB '[0-9]?*'                a ~ '^[0-9]..*$'
 *	k.x_search MATCH ?              the row's words hold those of the query, and its text the phrases
 *	CAST(a AS INTEGER)              bigint; REAL and every number with a point is double precision
 *	X'00'                           '\x00'::bytea
 *	INTEGER, TEXT, BLOB, ANY        bigint, text in the order of bytes, bytea, text in a column's declaration
 *	INTEGER PRIMARY KEY             numbers itself, from the highest on; AUTOINCREMENT never twice the same
 *	VIRTUAL TABLE ... USING fts5    a table of words with an index over them (postgres_schema.c)
 *	TRIGGER ... RAISE(ABORT, '...') a trigger that refuses
 *	SQL_ELSEWHERE                   what stands in it
 *	UPDATE sqlite_schema            in a migration that mends: the table's check is made anew (db_mend)
 *	INSERT OR, UPDATE OR, INDEXED BY, REPLACE INTO: refused; ON CONFLICT is understood by both
 *	BEGIN, COMMIT, SAVEPOINT ...: denied
 */
#include <strings.h>

#include "base/hash.h"
#include "db/postgres.h"

#define NAME_MAX_BYTES 63 /* longer names are cut by PostgreSQL, in silence */

enum kind { SPACE, WORD, NUMBER, STRING, PARAM, OWN, OTHER, END };

struct token {
	enum kind kind;
	const char *p;
	size_t n;
};

struct text {
	struct token *t;
	size_t n, cap;
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of the token that begins at p, 0 for a text that does not end. */
static size_t token_length(const char *p, const char *end, enum kind *kind)
{
	const char *q = p;
	*kind = OTHER;
	if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r') {
		*kind = SPACE;
		while (q < end && (*q == ' ' || *q == '\t' || *q == '\n' || *q == '\r'))
			q++;
	} else if (*p == '\'' || *p == '"') {
		*kind = STRING;
		for (q++; q < end && (*q != *p || (q + 1 < end && q[1] == *p)); q++)
			if (*q == *p)
				q++;
		if (q >= end)
			return 0;
		q++;
	} else if (is_digit(*p)) {
		*kind = NUMBER;
		while (q < end && (is_word(*q) || *q == '.'))
			q++;
	} else if (is_word(*p)) {
		*kind = WORD;
		while (q < end && is_word(*q))
			q++;
	} else if (*p == '?') {
		*kind = PARAM;
		for (q++; q < end && is_digit(*q);)
			q++;
	} else if (end - p > 1 && p[0] == '/' && p[1] == '*') {
		*kind = end - p > 2 && p[2] == ':' ? OWN : SPACE;
		q = memmem(p, (size_t)(end - p), "*/", 2);
		if (!q)
			return 0;
		q += 2;
	} else if (end - p > 1 && p[0] == '-' && p[1] == '-') {
		*kind = SPACE;
		while (q < end && *q != '\n')
			q++;
	} else {
		q++;
		if (q < end && (*p == '=' || *p == '<' || *p == '>' || *p == '|' || *p == '!') && (*q == '=' || *q == '>' || *q == '|' || *q == '<'))
			q++;
	}
	return (size_t)(q - p);
}

static int take_apart(struct str s, struct text *ret)
{
	*ret = (struct text){ 0 };
	const char *p = s.p, *end = s.p + s.n;
	while (p < end) {
		enum kind kind;
		const size_t n = token_length(p, end, &kind);
		if (n == 0)
			return ERR_SYNTAX;
		if (ret->n + 1 >= ret->cap) {
			ret->cap = ret->cap ? ret->cap * 2 : 256;
			ret->t = realloc(ret->t, ret->cap * sizeof *ret->t);
			if (!ret->t)
				die("out of memory for a statement");
		}
		ret->t[ret->n++] = (struct token){ kind, p, n };
		p += n;
	}
	return 0;
}

static void text_release(struct text *x)
{
	free(x->t);
}

/* ---- looking around ---- */

struct cursor {
	struct buf *out;
	const struct token *t;
	size_t n;       /* of the statement */
	unsigned params;
	bool mends;     /* may change the text of a check */
	int error;
};

static const struct token none = { END, "", 0 };

static const struct token *at(const struct cursor *c, size_t i)
{
	return i < c->n ? &c->t[i] : &none;
}

/* The next token from i on that is no blank. */
static size_t solid(const struct cursor *c, size_t i)
{
	while (i < c->n && c->t[i].kind == SPACE)
		i++;
	return i;
}

static bool is(const struct token *t, const char *word)
{
	return t->n == strlen(word) && strncasecmp(t->p, word, t->n) == 0 && t->kind != STRING;
}

static bool is_one_of(const struct token *t, const char *const *words)
{
	for (; *words; words++)
		if (is(t, *words))
			return true;
	return false;
}

static bool ends_with(const struct token *t, const char *end)
{
	const size_t n = strlen(end);
	return t->n > n && memcmp(t->p + t->n - n, end, n) == 0;
}

/* A name that would be cut keeps its beginning and tells itself from others with the same one by a hash. */
static void put(struct cursor *c, const struct token *t)
{
	if (t->kind != WORD || t->n <= NAME_MAX_BYTES) {
		buf_bytes(c->out, t->p, t->n);
		return;
	}
	uint8_t hash[HASH_SIZE];
	hash_blake2b(hash, t->p, t->n);
	buf_bytes(c->out, t->p, NAME_MAX_BYTES - 17);
	buf_char(c->out, '_');
	hash_put_hex(c->out, hash, 8);
}

/* Its number. */
static unsigned put_param(struct cursor *c, const struct token *t)
{
	unsigned number = 0;
	for (size_t i = 1; i < t->n && number < 100000; i++)
		number = number * 10 + (unsigned)(t->p[i] - '0');
	if (t->n == 1)
		number = c->params + 1;
	if (number > c->params)
		c->params = number;
	buf_printf(c->out, "$%u", number);
	return number;
}

/* ---- rules ---- */

/* a IS [NOT] b; returns the token to go on with. */
static size_t put_is(struct cursor *c, size_t i)
{
	static const char *const plain[] = { "NULL", "TRUE", "FALSE", "DISTINCT", "UNKNOWN", NULL };
	const size_t next = solid(c, i + 1);
	const bool negated = is(at(c, next), "NOT");
	const size_t behind = negated ? solid(c, next + 1) : next;
	if (is_one_of(at(c, behind), plain)) {
		put(c, at(c, i));
		return i + 1;
	}
	if (negated)
		buf_lit(c->out, "IS DISTINCT FROM");
	else
		buf_lit(c->out, "IS NOT DISTINCT FROM");
	return negated ? next + 1 : i + 1;
}

/* SQLite's CROSS JOIN keeps the order of the tables and may have a condition. */
static size_t put_cross(struct cursor *c, size_t i)
{
	static const char *const stop[] = { "JOIN", "LEFT", "INNER", "CROSS", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION", NULL };
	const size_t join = solid(c, i + 1);
	if (!is(at(c, join), "JOIN")) {
		put(c, at(c, i));
		return i + 1;
	}
	int depth = 0;
	bool conditional = false;
	for (size_t k = join + 1; k < c->n && depth >= 0 && !conditional; k++) {
		const struct token *t = at(c, k);
		if (depth == 0 && (is_one_of(t, stop) || is(t, ",")))
			break;
		depth += is(t, "(") ? 1 : is(t, ")") ? -1 : 0;
		conditional = depth == 0 && is(t, "ON");
	}
	if (!conditional)
		buf_lit(c->out, "CROSS ");
	buf_lit(c->out, "JOIN");
	return join + 1;
}

static size_t put_glob(struct cursor *c, size_t i)
{
	const size_t pattern = solid(c, i + 1);
	const struct token *t = at(c, pattern);
	if (t->kind != STRING || *t->p != '\'') {
		c->error = ERR_SYNTAX;
		return i + 1;
	}
	buf_lit(c->out, "~ '^");
	bool set = false;
	for (size_t k = 1; k + 1 < t->n; k++) {
		const char p = t->p[k];
		if (p == '[' && k + 2 < t->n && t->p[k + 1] != '^')
			set = true, buf_char(c->out, p);
		else if (p == ']' && set)
			set = false, buf_char(c->out, p);
		else if (set || (is_word(p) && (unsigned char)p < 0x80) || p == '-' || p == ' ')
			buf_char(c->out, p);
		else if (p == '?')
			buf_lit(c->out, ".");
		else if (p == '*')
			buf_lit(c->out, ".*");
		else
			c->error = ERR_SYNTAX;
	}
	buf_lit(c->out, "$'");
	return pattern + 1;
}

/* [k.]x_search MATCH ?: at its first word. False when it is none. */
static bool put_match(struct cursor *c, size_t i, size_t *ret_next)
{
	const struct token *alias = NULL;
	size_t name = i;
	if (is(at(c, i + 1), ".")) {
		alias = at(c, i);
		name = i + 2;
	}
	const size_t match = solid(c, name + 1), value = solid(c, match + 1);
	if (!ends_with(at(c, name), "_search") || !is(at(c, match), "MATCH") || at(c, value)->kind != PARAM)
		return false;
	const struct token dot = { OTHER, ".", alias ? 1 : 0 };
	if (!alias)
		alias = &none;
	buf_lit(c->out, "(");
	put(c, alias);
	put(c, &dot);
	buf_lit(c->out, "lexemes @@ db_words(");
	const unsigned number = put_param(c, at(c, value));
	/* The query's phrases are taken apart once, not for every row that the index finds: hence the SELECT. */
	buf_lit(c->out, ") AND ");
	put(c, alias);
	put(c, &dot);
	buf_lit(c->out, "tokens LIKE ALL ((SELECT db_phrases(");
	buf_printf(c->out, "$%u", number);
	buf_lit(c->out, "))::text[]))");
	*ret_next = value + 1;
	return true;
}

static const char *type_of(const struct token *t)
{
	return is(t, "INTEGER") ? "bigint" : is(t, "TEXT") ? "text COLLATE \"C\"" : is(t, "BLOB") ? "bytea" : is(t, "REAL") ? "double precision"
	       : is(t, "ANY") ? "text COLLATE \"C\"" : NULL;
}

/* One token of any statement; the one to go on with. */
static size_t put_token(struct cursor *c, size_t i)
{
	const struct token *t = at(c, i);
	size_t next = solid(c, i + 1);
	switch (t->kind) {
	case PARAM:
		put_param(c, t);
		return i + 1;
	case OWN: /* SQL_ELSEWHERE */
		buf_bytes(c->out, t->p + 3, t->n - 6);
		return i + 1;
	case NUMBER:
		put(c, t);
		if (memchr(t->p, '.', t->n) || memchr(t->p, 'e', t->n))
			buf_lit(c->out, "::double precision");
		return i + 1;
	case WORD:
		if (put_match(c, i, &next))
			return next;
		if (is(t, "IS"))
			return put_is(c, i);
		if (is(t, "CROSS"))
			return put_cross(c, i);
		if (is(t, "GLOB"))
			return put_glob(c, i);
		if (is(t, "AS") && (is(at(c, next), "INTEGER") || is(at(c, next), "REAL") || is(at(c, next), "BLOB"))) {
			buf_lit(c->out, "AS ");
			buf_z(c->out, type_of(at(c, next)));
			return next + 1;
		}
		if (is(t, "X") && at(c, i + 1)->kind == STRING) {
			buf_lit(c->out, "'\\x");
			buf_bytes(c->out, at(c, i + 1)->p + 1, at(c, i + 1)->n - 1);
			buf_lit(c->out, "::bytea");
			return i + 2;
		}
		if (is(t, "MATCH") || is(t, "INDEXED") || ((is(t, "INSERT") || is(t, "UPDATE")) && is(at(c, next), "OR")) ||
		    (is(t, "REPLACE") && is(at(c, next), "INTO")))
			c->error = ERR_SYNTAX;
		break;
	case OTHER:
		if (is(t, "==")) {
			buf_lit(c->out, "=");
			return i + 1;
		}
		break;
	case SPACE: case STRING: case END:
		break;
	}
	put(c, t);
	return i + 1;
}

static void put_rest(struct cursor *c, size_t i)
{
	while (i < c->n)
		i = put_token(c, i);
}

/* ---- declarations ---- */

/* CREATE TABLE: i is the name. What numbers itself is said behind it, when the table is there to be named. */
static void put_table(struct cursor *c, size_t name)
{
	static const char *const not_columns[] = { "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT", NULL };
	const struct token *numbered = NULL;
	bool keeps = false;
	size_t i = 0;
	while (i <= name)
		i = put_token(c, i);
	int depth = 0;
	bool first = false;
	const struct token *column = NULL;
	while (i < c->n && c->error == 0) {
		const struct token *t = at(c, i);
		const size_t next = solid(c, i + 1);
		if (is(t, ")") && --depth == 0) {
			put(c, t);
			break;
		}
		if (is(t, "(") && ++depth == 1)
			first = true;
		else if (depth == 1 && is(t, ","))
			first = true;
		else if (depth == 1 && first && t->kind == WORD) {
			first = false;
			if (!is_one_of(t, not_columns)) {
				column = t;
				const char *type = type_of(at(c, next));
				put(c, t);
				buf_char(c->out, ' ');
				if (!type) {
					c->error = ERR_SYNTAX;
					return;
				}
				buf_z(c->out, type);
				const size_t primary = solid(c, next + 1);
				if (is(at(c, next), "INTEGER") && is(at(c, primary), "PRIMARY"))
					numbered = column;
				i = next + 1;
				continue;
			}
		} else if (is(t, "AUTOINCREMENT")) {
			keeps = true;
			i++;
			continue;
		}
		i = put_token(c, i);
	}
	/* Behind it only what PostgreSQL has no word for. */
	for (i++; i < c->n && c->error == 0; i++) {
		const struct token *t = at(c, i);
		if (t->kind != SPACE && !is(t, "STRICT") && !is(t, "WITHOUT") && !is(t, "ROWID") && !is(t, ","))
			c->error = ERR_SYNTAX;
	}
	if (!numbered)
		return;
	buf_lit(c->out, "; ALTER TABLE ");
	put(c, at(c, name));
	buf_lit(c->out, " ALTER COLUMN ");
	put(c, numbered);
	buf_lit(c->out, " SET DEFAULT db_next_id('");
	put(c, at(c, name));
	buf_lit(c->out, "'::regclass, '");
	put(c, numbered);
	if (keeps) {
		buf_lit(c->out, "', true); CREATE TRIGGER db_keep AFTER DELETE ON ");
		put(c, at(c, name));
		buf_lit(c->out, " REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION db_keep_id('");
		put(c, numbered);
		buf_lit(c->out, "')");
	} else {
		buf_lit(c->out, "', false)");
	}
}

/* CREATE VIRTUAL TABLE name USING fts5(column, ..., option=...) */
static void put_search_table(struct cursor *c, size_t name)
{
	struct token column[64];
	size_t columns = 0;
	const size_t using = solid(c, name + 1), fts5 = solid(c, using + 1);
	if (!is(at(c, using), "USING") || !is(at(c, fts5), "fts5")) {
		c->error = ERR_SYNTAX;
		return;
	}
	for (size_t i = solid(c, fts5 + 1); i < c->n; i = solid(c, i + 1)) {
		const size_t next = solid(c, i + 1);
		if (at(c, i)->kind == WORD && (is(at(c, next), ",") || is(at(c, next), ")")) && columns < COUNT_OF(column))
			column[columns++] = *at(c, i);
	}
	const struct token *t = at(c, name);
	buf_printf(c->out, "CREATE TABLE %.*s (rowid bigint PRIMARY KEY, %.*s text, ", (int)t->n, t->p, (int)t->n, t->p);
	for (size_t i = 0; i < columns; i++)
		buf_printf(c->out, "%.*s text, ", (int)column[i].n, column[i].p);
	buf_lit(c->out, "tokens text COLLATE \"C\" NOT NULL, lexemes tsvector NOT NULL); ");
	buf_printf(c->out, "CREATE INDEX %.*s_words ON %.*s USING gin (lexemes); ", (int)t->n, t->p, (int)t->n, t->p);
	buf_printf(c->out, "CREATE FUNCTION %.*s_put() RETURNS trigger LANGUAGE plpgsql AS $put$ BEGIN IF NEW.%.*s = 'delete' THEN "
	           "DELETE FROM %.*s AS k WHERE k.rowid = NEW.rowid; RETURN NULL; END IF; NEW.tokens := ' '", (int)t->n, t->p, (int)t->n, t->p,
	           (int)t->n, t->p);
	for (size_t i = 0; i < columns; i++) {
		if (i)
			buf_lit(c->out, " || ' | '");
		buf_printf(c->out, " || coalesce(NEW.%.*s, '')", (int)column[i].n, column[i].p);
	}
	buf_lit(c->out, " || ' '; NEW.lexemes := db_lexemes(NEW.tokens); ");
	for (size_t i = 0; i < columns; i++)
		buf_printf(c->out, "NEW.%.*s := NULL; ", (int)column[i].n, column[i].p);
	buf_printf(c->out, "RETURN NEW; END $put$; CREATE TRIGGER %.*s_put BEFORE INSERT ON %.*s FOR EACH ROW EXECUTE FUNCTION %.*s_put()",
	           (int)t->n, t->p, (int)t->n, t->p, (int)t->n, t->p);
}

/* CREATE TRIGGER name BEFORE UPDATE|DELETE ON table BEGIN SELECT RAISE(ABORT, 'why'); END, and nothing else. */
static void put_trigger(struct cursor *c, size_t name)
{
	static const char *const shape[] = { "BEFORE", "", "ON", "", "BEGIN", "SELECT", "RAISE", "(", "ABORT", ",", "", ")", ";", "END", NULL };
	const struct token *found[COUNT_OF(shape)] = { NULL };
	size_t i = name;
	for (size_t k = 0; shape[k]; k++) {
		i = solid(c, i + 1);
		found[k] = at(c, i);
		if (*shape[k] && !is(found[k], shape[k]))
			c->error = ERR_SYNTAX;
	}
	if (solid(c, i + 1) < c->n || found[10]->kind != STRING)
		c->error = ERR_SYNTAX;
	if (c->error)
		return;
	const bool removes = is(found[1], "DELETE");
	const struct token *n = at(c, name);
	buf_printf(c->out, "CREATE TRIGGER %.*s BEFORE %.*s ON %.*s FOR EACH ROW EXECUTE FUNCTION db_refuse(%.*s)", (int)n->n, n->p,
	           (int)found[1]->n, found[1]->p, (int)found[3]->n, found[3]->p, (int)found[10]->n, found[10]->p);
	/* What SQLite does not have takes all rows at once. */
	if (removes)
		buf_printf(c->out, "; CREATE TRIGGER %.*s_at_once BEFORE TRUNCATE ON %.*s FOR EACH STATEMENT EXECUTE FUNCTION db_refuse(%.*s)",
		           (int)n->n, n->p, (int)found[3]->n, found[3]->p, (int)found[10]->n, found[10]->p);
}

/* UPDATE sqlite_schema SET sql = replace(sql, 'CHECK ...', 'CHECK ...') WHERE type = 'table' AND name = '...', and nothing else. */
static void put_mend(struct cursor *c, size_t first)
{
	static const char *const shape[] = { "sqlite_schema", "SET", "sql", "=", "replace", "(", "sql", ",", "", ",", "", ")", "WHERE", "type", "=", "",
		"AND", "name", "=", "", NULL };
	const struct token *found[COUNT_OF(shape)] = { NULL };
	size_t i = first;
	for (size_t k = 0; shape[k]; k++) {
		i = solid(c, i + 1);
		found[k] = at(c, i);
		if (*shape[k] ? !is(found[k], shape[k]) : found[k]->kind != STRING)
			c->error = ERR_SYNTAX;
	}
	if (c->error || solid(c, i + 1) < c->n) {
		c->error = ERR_SYNTAX;
		return;
	}
	buf_lit(c->out, "SELECT db_mend(");
	put(c, found[19]);
	buf_lit(c->out, ", ");
	put(c, found[8]);
	buf_lit(c->out, ", ");
	put(c, found[10]);
	buf_lit(c->out, ")");
}

static bool is_search_setting(const struct cursor *c, size_t i)
{
	const size_t into = solid(c, i + 1), name = solid(c, into + 1);
	size_t open = solid(c, name + 1), column = solid(c, open + 1), comma = solid(c, column + 1);
	return is(at(c, into), "INTO") && is(at(c, open), "(") && at(c, column)->n == at(c, name)->n &&
	       memcmp(at(c, column)->p, at(c, name)->p, at(c, name)->n) == 0 && is(at(c, solid(c, comma + 1)), "rank");
}

static void put_statement(struct cursor *c)
{
	/* The batch's transaction is not a job's to end, nor a migration's. */
	static const char *const denied[] = { "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "START", "ABORT", "ATTACH",
		"DETACH", NULL };
	const size_t first = solid(c, 0), second = solid(c, first + 1);
	size_t third = solid(c, second + 1);
	if (is_one_of(at(c, first), denied)) {
		c->error = ERR_DENIED;
	} else if (c->mends && is(at(c, first), "UPDATE")) {
		put_mend(c, first);
	} else if (c->mends && is(at(c, first), "PRAGMA")) {
		return; /* that SQLite lets its schema's text be written, and reads it anew */
	} else if (is(at(c, first), "CREATE") && is(at(c, second), "TABLE")) {
		if (is(at(c, third), "IF"))
			third = solid(c, solid(c, solid(c, third + 1) + 1) + 1); /* IF NOT EXISTS, then the name */
		put_table(c, third);
	} else if (is(at(c, first), "CREATE") && is(at(c, second), "VIRTUAL")) {
		put_search_table(c, solid(c, third + 1));
	} else if (is(at(c, first), "CREATE") && is(at(c, second), "TRIGGER")) {
		put_trigger(c, third);
	} else if (!(is(at(c, first), "INSERT") && is_search_setting(c, first))) { /* how SQLite's index is to be merged */
		put_rest(c, 0);
	}
}

/* Where the statement that begins at token i ends: at its semicolon, which a trigger has inside too. */
static size_t statement_end(const struct text *x, size_t i)
{
	struct cursor c = { .t = x->t, .n = x->n };
	const size_t first = solid(&c, i);
	const bool trigger = is(at(&c, first), "CREATE") && is(at(&c, solid(&c, first + 1)), "TRIGGER");
	for (; i < x->n; i++)
		if (is(&x->t[i], ";") && (!trigger || is(at(&c, i - 1), "END")))
			return i;
	return x->n;
}

int dialect_statement(struct buf *out, struct str text, unsigned *ret_params)
{
	CLEANUP(text_release) struct text x;
	int r = take_apart(text, &x);
	if (r < 0)
		return r;
	const size_t end = statement_end(&x, 0);
	struct cursor rest = { .t = x.t, .n = x.n }, c = { .out = out, .t = x.t, .n = end };
	for (size_t i = end; i < x.n; i++)
		if (x.t[i].kind != SPACE && !is(&x.t[i], ";"))
			return ERR_SYNTAX;
	if (solid(&rest, 0) >= end)
		return ERR_SYNTAX;
	put_statement(&c);
	*ret_params = c.params;
	return c.error ? c.error : buf_error(out);
}

int dialect_script(struct buf *out, struct str text, bool mends)
{
	CLEANUP(text_release) struct text x;
	int r = take_apart(text, &x);
	for (size_t i = 0; r == 0 && i < x.n;) {
		const size_t end = statement_end(&x, i);
		struct cursor c = { .out = out, .t = x.t + i, .n = end - i, .mends = mends };
		put_statement(&c);
		buf_lit(out, ";\n");
		r = c.error ? c.error : buf_error(out);
		i = end + 1;
	}
	return r;
}

bool dialect_first_word(struct str text, const char *const *words)
{
	const char *p = text.p, *end = text.p + text.n;
	while (p < end && !is_word(*p))
		p++;
	const char *q = p;
	while (q < end && is_word(*q))
		q++;
	const struct token t = { WORD, p, (size_t)(q - p) };
	return is_one_of(&t, words);
}

bool dialect_names(struct str text, const char *name)
{
	CLEANUP(text_release) struct text x;
	if (take_apart(text, &x) < 0)
		return false;
	for (size_t i = 0; i < x.n; i++)
		if (x.t[i].kind == WORD && is(&x.t[i], name))
			return true;
	return false;
}
