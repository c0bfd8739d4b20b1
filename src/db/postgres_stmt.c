/*
 * The PostgreSQL backend's statements. A text is translated once (postgres_dialect.c) and prepared once per combination of
 * the values' types, since PostgreSQL gives a parameter one type. It runs at the first step, and its whole answer is
 * fetched: a connection can run another statement between two steps, as db.h promises.
 */
#include <math.h>

#include "base/num.h"
#include "db/postgres.h"

/* gcc 12 loses sight of what is kept behind stmt.own, since that is a void pointer, and calls it leaked. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

#define VARIANTS 6 /* combinations of types prepared at once; an older one gives way */

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701 };

struct variant {
	char *types;            /* a letter a value; NULL: free */
	char name[16];
	unsigned session;
};

struct postgres_stmt {
	char *text;             /* in PostgreSQL's words */
	unsigned params;
	bool keep;
	struct variant variant[VARIANTS];
	unsigned next;          /* the variant that gives way */

	/* bound */
	const char *name;       /* of the variant; NULL: not prepared */
	const char **value;
	int *length, *format;
	Oid *type;
	uint64_t *number;       /* big-endian */

	/* running */
	bool ran;
	PGresult *result;
	int row;
	bool *decoded;          /* of the row: bytea was turned into bytes where it lies */
	int64_t changed;
};

static struct postgres_stmt *own_of(const struct stmt *s)
{
	return s->own;
}

int postgres_prepare(struct stmt *s, bool keep)
{
	static const char *const rows[] = { "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", NULL };
	static const char *const changes[] = { "UPDATE", "DELETE", "DROP", "ALTER", "TRUNCATE", NULL };
	static const char *const inserts[] = { "INSERT", "WITH", NULL };
	const struct str text = { s->text, s->n };
	/* As SQLite's authorizer: the second line behind the triggers. */
	if (s->c->writer && s->c->in_job && !s->c->appending && dialect_names(text, "audit_entry") &&
	    (dialect_first_word(text, changes) || dialect_first_word(text, inserts)))
		return ERR_DENIED;
	CLEANUP(buf_release) struct buf out;
	buf_init(&out, 2 * LIMIT_SQL);
	unsigned params = 0;
	int r = dialect_statement(&out, text, &params);
	if (r < 0) {
		snprintf(postgres_of(s->c)->why, sizeof postgres_of(s->c)->why, "not to be said in PostgreSQL's words: %.300s", s->text);
		return r;
	}
	struct postgres_stmt *own = calloc(1, sizeof *own);
	if (!own)
		die("out of memory for a statement");
	own->params = params;
	own->keep = keep;
	own->text = buf_take(&out, NULL);
	own->value = calloc(params + 1, sizeof *own->value);
	own->length = calloc(params + 1, sizeof *own->length);
	own->format = calloc(params + 1, sizeof *own->format);
	own->type = calloc(params + 1, sizeof *own->type);
	own->number = calloc(params + 1, sizeof *own->number);
	if (!own->text || !own->value || !own->length || !own->format || !own->type || !own->number)
		die("out of memory for a statement");
	s->own = own;
	s->schema = !dialect_first_word(text, rows);
	return 0;
}

/* In a failed transaction the server refuses; the name then stays until the connection ends. */
static void forget(struct db_conn *c, struct variant *v)
{
	if (v->types && v->session == postgres_of(c)->session && PQstatus(postgres_of(c)->h) == CONNECTION_OK) {
		char text[40];
		snprintf(text, sizeof text, "DEALLOCATE %s", v->name);
		PQclear(PQexec(postgres_of(c)->h, text));
	}
	free(v->types);
	v->types = NULL;
}

void postgres_finalize(struct stmt *s)
{
	struct postgres_stmt *own = own_of(s);
	if (!own)
		return;
	for (size_t i = 0; i < VARIANTS; i++)
		forget(s->c, &own->variant[i]);
	PQclear(own->result);
	free(own->decoded);
	free(own->text);
	free(own->value);
	free(own->length);
	free(own->format);
	free(own->type);
	free(own->number);
	free(own);
}

/* ---- binding ---- */

static int variant_of(struct stmt *s, const char *types)
{
	struct postgres_stmt *own = own_of(s);
	struct postgres_conn *conn = postgres_of(s->c);
	for (size_t i = 0; i < VARIANTS; i++) {
		struct variant *v = &own->variant[i];
		if (v->types && v->session == conn->session && strcmp(v->types, types) == 0) {
			own->name = v->name;
			return 0;
		}
	}
	struct variant *v = &own->variant[own->next++ % VARIANTS];
	forget(s->c, v);
	snprintf(v->name, sizeof v->name, "s%u", conn->names++);
	int r = postgres_take(s->c, PQprepare(conn->h, v->name, own->text, (int)own->params, own->type), NULL);
	if (r < 0)
		return r;
	v->types = strdup(types);
	if (!v->types)
		die("out of memory for a statement");
	v->session = conn->session;
	own->name = v->name;
	return 0;
}

int postgres_bind(struct stmt *s, const struct sql_value *value, size_t n)
{
	struct postgres_stmt *own = own_of(s);
	if (n != own->params)
		return ERR_SYNTAX;
	char types[LIMIT_SQL_PARAMS + 1];
	for (size_t i = 0; i < n; i++) {
		const struct sql_value *v = &value[i];
		types[i] = (char)('a' + v->kind);
		own->format[i] = 1;
		own->type[i] = 0;
		own->value[i] = NULL;
		own->length[i] = 0;
		switch (v->kind) {
		case SQL_NULL:
			break;
		case SQL_I64:
			own->number[i] = __builtin_bswap64((uint64_t)v->i);
			own->value[i] = (const char *)&own->number[i];
			own->length[i] = 8;
			own->type[i] = OID_INT8;
			break;
		case SQL_STR:
		case SQL_BLOB:
			if (v->s.n > INT32_MAX)
				return ERR_LIMIT;
			own->value[i] = v->s.p;
			own->length[i] = (int)v->s.n;
			own->type[i] = v->kind == SQL_STR ? OID_TEXT : OID_BYTEA;
			break;
		}
	}
	types[n] = '\0';
	own->name = NULL;
	return own->keep && !s->schema ? variant_of(s, types) : 0;
}

/* ---- running ---- */

static int run(struct stmt *s)
{
	struct postgres_stmt *own = own_of(s);
	struct postgres_conn *conn = postgres_of(s->c);
	/* Statements without values are not bound before they run. */
	if (own->params == 0 && own->keep && !own->name && !s->schema) {
		int r = variant_of(s, "");
		if (r < 0)
			return r;
	}
	/* What changes the schema may have become several statements, which cannot be prepared. */
	PGresult *result = s->schema && own->params == 0 ? PQexec(conn->h, own->text)
	        : own->name
	        ? PQexecPrepared(conn->h, own->name, (int)own->params, own->value, own->length, own->format, 0)
	        : PQexecParams(conn->h, own->text, (int)own->params, own->type, own->value, own->length, own->format, 0);
	int r = postgres_take(s->c, result, &own->result);
	if (r < 0)
		return r;
	own->row = -1;
	own->changed = 0;
	const char *tag = PQcmdStatus(own->result);
	if (strncmp(tag, "SELECT", 6) != 0 && *PQcmdTuples(own->result) &&
	    num_parse_i64(str_of(PQcmdTuples(own->result)), 0, INT64_MAX, &own->changed) == 0)
		/* An INSERT of no row may be a removal from a search index, whose trigger takes it over. */
		conn->changes += own->changed == 0 && strncmp(tag, "INSERT", 6) == 0 ? 1 : own->changed;
	own->decoded = calloc((size_t)PQnfields(own->result) + 1, sizeof *own->decoded);
	if (!own->decoded)
		die("out of memory for a row");
	return 0;
}

int postgres_step(struct stmt *s)
{
	struct postgres_stmt *own = own_of(s);
	if (!own->ran) {
		own->ran = true;
		int r = run(s);
		if (r < 0)
			return r;
	}
	if (++own->row >= PQntuples(own->result))
		return 0;
	memset(own->decoded, 0, (size_t)PQnfields(own->result));
	return 1;
}

void postgres_reset(struct stmt *s)
{
	struct postgres_stmt *own = own_of(s);
	PQclear(own->result);
	free(own->decoded);
	own->result = NULL;
	own->decoded = NULL;
	own->ran = false;
	own->name = NULL;
}

/* ---- columns ---- */

static bool has_value(const struct postgres_stmt *own, int column)
{
	return own->result && own->row >= 0 && own->row < PQntuples(own->result) && column >= 0 && column < PQnfields(own->result) &&
	       !PQgetisnull(own->result, own->row, column);
}

bool postgres_is_null(struct stmt *s, int column)
{
	return !has_value(own_of(s), column);
}

/* Any number as SQLite gives it: cut at the point, the nearest there is when it does not fit. */
static int64_t number_of(struct str text)
{
	int64_t v = 0;
	if (num_parse_i64(text, INT64_MIN, INT64_MAX, &v) == 0)
		return v;
	char z[64];
	snprintf(z, sizeof z, "%.*s", (int)(text.n < sizeof z ? text.n : sizeof z - 1), text.p);
	const double d = strtod(z, NULL);
	return d >= 0x1p63 ? INT64_MAX : d < -0x1p63 ? INT64_MIN : (int64_t)d;
}

int64_t postgres_i64(struct stmt *s, int column)
{
	const struct postgres_stmt *own = own_of(s);
	if (!has_value(own, column))
		return 0;
	const char *p = PQgetvalue(own->result, own->row, column);
	if (PQftype(own->result, column) == OID_BOOL)
		return *p == 't';
	return number_of((struct str){ p, (size_t)PQgetlength(own->result, own->row, column) });
}

static unsigned digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

struct str postgres_str(struct stmt *s, int column)
{
	struct postgres_stmt *own = own_of(s);
	if (!has_value(own, column))
		return STR_NULL;
	char *p = PQgetvalue(own->result, own->row, column);
	size_t n = (size_t)PQgetlength(own->result, own->row, column);
	switch (PQftype(own->result, column)) {
	case OID_BOOL:
		return *p == 't' ? STR("1") : STR("0");
	case OID_BYTEA: /* \x and two digits a byte */
		n = (n - 2) / 2;
		if (!own->decoded[column])
			for (size_t i = 0; i < n; i++)
				p[i] = (char)(digit(p[2 + 2 * i]) << 4 | digit(p[3 + 2 * i]));
		own->decoded[column] = true;
		break;
	}
	return (struct str){ p, n };
}

int64_t postgres_changed(struct stmt *s)
{
	return own_of(s)->changed;
}

int postgres_explain(struct db_conn *c, struct sql *q, struct buf *ret_plan)
{
	struct sql e;
	sql_init(&e, q->arena);
	sql_lit(&e, "EXPLAIN ");
	sql_append(&e, q);
	sql_release(q);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &e, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		buf_str(ret_plan, stmt_str(s, 0));
		buf_char(ret_plan, '\n');
		r = 0;
	}
	return r < 0 ? r : buf_error(ret_plan);
}

/* PostgreSQL does not tell before a statement has run, and then not by columns. */
