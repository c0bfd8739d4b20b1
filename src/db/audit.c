/* The audit trail: encoding, appending, verifying, listing. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/text/db.h"
#include "db/conn.h"

#define FORM 1 /* first byte of an entry */

/* Columns beside body and hash are there to search by; audit_verify() compares them with the body. The triggers stand
 * for every program that opens the file; the writer's authorizer stands before them. */
/*
 * No trigger watches over inserts: it would make every append open a statement journal, and with it make the search
 * index write out what it has gathered, for each row of an import. The writer's authorizer lets only audit_append() insert,
 * and gaps and wrong order are what audit_verify() names.
 */
const char audit_schema[] =
	"CREATE TABLE audit_entry (\n"
	"\tseq INTEGER PRIMARY KEY,\n"
	"\tat INTEGER NOT NULL,\n"
	"\tkind INTEGER NOT NULL,\n"
	"\tactor TEXT NOT NULL,\n"
	"\tregister TEXT NOT NULL,\n"
	"\trecord_id INTEGER NOT NULL,\n"
	"\tbody BLOB NOT NULL,\n"
	"\thash BLOB NOT NULL CHECK (length(hash) = 32)\n"
	") STRICT;\n"
	"CREATE INDEX audit_entry_record ON audit_entry(record_id, seq) WHERE record_id > 0;\n"
	"CREATE INDEX audit_entry_kind ON audit_entry(kind, seq);\n"
	"CREATE INDEX audit_entry_actor ON audit_entry(actor, seq);\n"
	"CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN\n"
	"\tSELECT RAISE(ABORT, 'the audit trail is never changed');\n"
	"END;\n"
	"CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN\n"
	"\tSELECT RAISE(ABORT, 'the audit trail is never cut');\n"
	"END;\n";

/* ---- encoding ---- */

static void put_i64(struct buf *b, int64_t v)
{
	uint8_t p[8];
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
	buf_bytes(b, p, sizeof p);
}

static void put_str(struct buf *b, struct str s)
{
	/* A length beyond 32 bits cannot fit the buffer either: let the buffer refuse it. */
	uint8_t p[4];
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(s.n >> (24 - 8 * i));
	buf_bytes(b, p, sizeof p);
	if (s.n)
		buf_bytes(b, s.p, s.n);
}

void audit_encode(struct buf *b, const struct audit_entry *e)
{
	buf_char(b, FORM);
	put_i64(b, e->seq);
	put_i64(b, e->at);
	put_i64(b, e->kind);
	put_str(b, e->actor);
	put_str(b, e->actor_name);
	put_str(b, e->address);
	put_str(b, e->reg);
	put_i64(b, e->record_id);
	put_i64(b, e->revision);
	put_str(b, e->subject);
	put_str(b, e->reason);
	put_i64(b, (int64_t)e->changes);
	for (size_t i = 0; i < e->changes; i++) {
		const struct audit_change *c = &e->change[i];
		put_str(b, c->field);
		buf_char(b, (char)((c->has_before ? 1 : 0) | (c->has_after ? 2 : 0)));
		put_str(b, c->has_before ? c->before : STR_NULL);
		put_str(b, c->has_after ? c->after : STR_NULL);
	}
}

struct cursor {
	const uint8_t *p;
	size_t n;
	bool bad;
};

static const uint8_t *take(struct cursor *c, size_t n)
{
	if (c->bad || n > c->n)
{
		c->bad = true;
		return NULL;
	}
	const uint8_t *p = c->p;
	c->p += n;
	c->n -= n;
	return p;
}

static uint64_t take_number(struct cursor *c, size_t bytes)
{
	const uint8_t *p = take(c, bytes);
	uint64_t v = 0;
	for (size_t i = 0; p && i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

static int64_t take_i64(struct cursor *c)
{
	return (int64_t)take_number(c, 8);
}

static struct str take_str(struct cursor *c)
{
	size_t n = (size_t)take_number(c, 4);
	const uint8_t *p = take(c, n);
	return p ? (struct str){ (const char *)p, n } : STR("");
}

/* Reads all but the changes, of which it leaves the cursor before the first. */
static void take_head(struct cursor *c, struct audit_entry *e)
{
	if (take_number(c, 1) != FORM)
		c->bad = true;
	e->seq = take_i64(c);
	e->at = take_i64(c);
	int64_t kind = take_i64(c);
	if (kind < 1 || kind >= AUDIT__N)
		c->bad = true;
	else
		e->kind = (enum audit_kind)kind;
	e->actor = take_str(c);
	e->actor_name = take_str(c);
	e->address = take_str(c);
	e->reg = take_str(c);
	e->record_id = take_i64(c);
	e->revision = take_i64(c);
	e->subject = take_str(c);
	e->reason = take_str(c);
	uint64_t changes = take_number(c, 8);
	/* The shortest change is 13 bytes: a count that cannot be true must not become an allocation. */
	if (changes > c->n / 13)
		c->bad = true;
	else
		e->changes = (size_t)changes;
}

static void take_change(struct cursor *c, struct audit_change *ret)
{
	ret->field = take_str(c);
	uint64_t flags = take_number(c, 1);
	ret->has_before = flags & 1;
	ret->has_after = flags & 2;
	ret->before = take_str(c);
	ret->after = take_str(c);
	if (flags > 3 || (!ret->has_before && ret->before.n) || (!ret->has_after && ret->after.n))
		c->bad = true;
}

int audit_decode(struct str body, struct arena *a, struct audit_entry *ret)
{
	struct cursor c = { (const uint8_t *)body.p, body.n, false };
	struct audit_entry e = { 0 };
	take_head(&c, &e);
	if (c.bad)
		return ERR_SYNTAX;
	struct audit_change *change = e.changes ? ARENA_ARRAY(a, e.changes, struct audit_change) : NULL;
	for (size_t i = 0; i < e.changes && !c.bad; i++)
		take_change(&c, &change[i]);
	if (c.bad || c.n)
		return ERR_SYNTAX;
	e.change = change;
	*ret = e;
	return 0;
}

/* As audit_decode(), without memory and without the changes' contents. */
static int decode_head(struct str body, struct audit_entry *ret)
{
	struct cursor c = { (const uint8_t *)body.p, body.n, false };
	*ret = (struct audit_entry){ 0 };
	take_head(&c, ret);
	struct audit_change change;
	for (size_t i = 0; !c.bad && i < ret->changes; i++)
		take_change(&c, &change);
	return c.bad || c.n ? ERR_SYNTAX : 0;
}

static void seal(const uint8_t before[HASH_SIZE], struct str body, uint8_t ret[HASH_SIZE])
{
	struct hash h;
	hash_begin(&h);
	hash_add(&h, before, HASH_SIZE);
	hash_add(&h, body.p, body.n);
	hash_end(&h, ret);
}

/* ---- appending ---- */

static int read_head(struct db_conn *c, struct audit_head *ret)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = CONN_STMT(c, "SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1", &s);
	if (r == 0)
		r = stmt_step(s);
	if (r < 0)
		return r;
	struct audit_head h = { 0 };
	if (r == 1) {
		struct str hash = stmt_str(s, 1);
		if (hash.n != sizeof h.hash)
			return ERR_CORRUPT;
		h.seq = stmt_i64(s, 0);
		memcpy(h.hash, hash.p, sizeof h.hash);
	}
	*ret = h;
	return 0;
}

/* The writer keeps the head, and forgets it whenever anything is rolled back. */
static int own_head(struct db_conn *c)
{
	if (c->head_known)
		return 0;
	int r = read_head(c, &c->head);
	c->head_known = r == 0;
	return r;
}

int audit_head(struct db_conn *c, struct audit_head *ret)
{
	if (!c->writer)
		return read_head(c, ret);
	int r = own_head(c);
	if (r == 0)
		*ret = c->head;
	return r;
}

static struct sql_value text_value(struct str s)
{
	return (struct sql_value){ .kind = SQL_STR, .s = s.n ? s : STR("") };
}

int audit_append(struct db_conn *c, struct audit_entry *e)
{
	if (!c->writer || !c->in_job)
		die("audit_append() outside db_write()");
	if (e->kind < 1 || e->kind >= AUDIT__N)
		return ERR_RANGE;
	int r = own_head(c);
	if (r < 0)
		return r;
	struct audit_head next = { .seq = c->head.seq + 1 };
	e->seq = next.seq;
	e->at = clock_now();
	buf_clear(&c->audit_body);
	audit_encode(&c->audit_body, e);
	if ((r = buf_error(&c->audit_body)) < 0)
		return r;
	struct str body = buf_view(&c->audit_body);
	seal(c->head.hash, body, next.hash);

	CLEANUP(stmt_done) struct stmt *s = NULL;
	c->appending = true; /* asked for while the statement is prepared, and again at its step when the schema changed since */
	r = CONN_STMT(c,
	              "INSERT INTO audit_entry(seq, at, kind, actor, register, record_id, body, hash) "
	              "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	              &s);
	if (r < 0) {
		c->appending = false;
		return r;
	}
	const struct sql_value v[] = {
		{ .kind = SQL_I64, .i = e->seq },
		{ .kind = SQL_I64, .i = e->at },
		{ .kind = SQL_I64, .i = e->kind },
		text_value(e->actor),
		text_value(e->reg),
		{ .kind = SQL_I64, .i = e->record_id },
		{ .kind = SQL_BLOB, .s = body },
		{ .kind = SQL_BLOB, .s = { (const char *)next.hash, sizeof next.hash } },
	};
	r = stmt_bind(s, v, COUNT_OF(v));
	if (r == 0)
		r = stmt_step(s);
	c->appending = false;
	if (r < 0) {
		c->head_known = false;
		return r;
	}
	stmt_done(&s);
	c->head = next;
	if (c->audit_body.cap > 1u << 20) /* one import's summary need not stay in memory */
		buf_release(&c->audit_body), buf_init(&c->audit_body, LIMIT_AUDIT_BODY);
	return 0;
}

/* ---- the head, outside ---- */

void audit_head_put(struct buf *b, const struct audit_head *h)
{
	buf_i64(b, h->seq);
	buf_char(b, ':');
	hash_put_hex(b, h->hash, sizeof h->hash);
}

int audit_head_parse(struct str s, struct audit_head *ret)
{
	s = str_trim(s);
	struct str number;
	struct audit_head h = { 0 };
	size_t n = 0;
	if (str_find_char(s, ':') < 0 || !str_cut(&s, ':', &number))
		return ERR_SYNTAX;
	int r = num_parse_i64(number, 0, INT64_MAX, &h.seq);
	if (r == 0)
		r = hash_parse_hex(s, h.hash, sizeof h.hash, &n);
	if (r < 0)
		return r == ERR_LIMIT ? ERR_SYNTAX : r;
	if (n != sizeof h.hash)
		return ERR_SYNTAX;
	*ret = h;
	return 0;
}

/* ---- verifying ---- */

static void bad(struct audit_verdict *v, int64_t seq, struct note why)
{
	v->first_bad = seq;
	v->why = why;
}

/* One row against the one before it, whose head is v->head; true when it stands. */
static bool check_row(struct stmt *s, struct audit_verdict *v)
{
	int64_t seq = stmt_i64(s, 0), expected = v->head.seq + 1;
	if (seq != expected) {
		if (seq > expected)
			bad(v, expected, NOTE(MSG_AUDIT_MISSING, ARG_I(expected)));
		else
			bad(v, seq, NOTE(MSG_AUDIT_ORDER, ARG_I(expected), ARG_I(seq)));
		return false;
	}
	struct str body = stmt_str(s, 6), hash = stmt_str(s, 7);
	struct audit_entry e;
	if (decode_head(body, &e) < 0) {
		bad(v, seq, NOTE(MSG_AUDIT_UNREADABLE, ARG_I(seq)));
		return false;
	}
	if (e.seq != seq) {
		bad(v, seq, NOTE(MSG_AUDIT_ORDER, ARG_I(seq), ARG_I(e.seq)));
		return false;
	}
	uint8_t sealed[HASH_SIZE];
	seal(v->head.hash, body, sealed);
	if (hash.n != sizeof sealed || memcmp(hash.p, sealed, sizeof sealed) != 0) {
		bad(v, seq, NOTE(MSG_AUDIT_CHANGED, ARG_I(seq)));
		return false;
	}
	const char *column = stmt_i64(s, 1) != e.at                ? "at"
	                     : stmt_i64(s, 2) != (int64_t)e.kind   ? "kind"
	                     : !str_eq(stmt_str(s, 3), e.actor)    ? "actor"
	                     : !str_eq(stmt_str(s, 4), e.reg)      ? "register"
	                     : stmt_i64(s, 5) != e.record_id       ? "record_id"
	                                                           : NULL;
	if (column) {
		bad(v, seq, NOTE(MSG_AUDIT_COLUMN, ARG_I(seq), ARG_S(str_of(column))));
		return false;
	}
	v->head.seq = seq;
	memcpy(v->head.hash, sealed, sizeof sealed);
	v->entries++;
	return true;
}

int audit_verify(struct db_conn *c, const struct audit_head *against, struct audit_verdict *ret)
{
	struct audit_verdict v = { 0 };
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = CONN_STMT(c, "SELECT seq, at, kind, actor, register, record_id, body, hash FROM audit_entry ORDER BY seq", &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		if (!check_row(s, &v)) {
			*ret = v;
			return 0;
		}
		if (against && against->seq == v.head.seq && memcmp(against->hash, v.head.hash, sizeof v.head.hash) != 0) {
			bad(&v, v.head.seq, NOTE(MSG_AUDIT_HEAD, ARG_I(v.head.seq)));
			*ret = v;
			return 0;
		}
		r = 0;
	}
	if (r < 0)
		return r;
	if (against && against->seq > v.head.seq)
		bad(&v, v.head.seq + 1, NOTE(MSG_AUDIT_CUT, ARG_I(v.head.seq + 1), ARG_I(against->seq)));
	*ret = v;
	return 0;
}

/* ---- listing ---- */

int audit_list(struct db_conn *c, struct arena *a, const struct audit_filter *f, struct audit_entry **ret,
               size_t *ret_n)
{
	size_t limit = f->limit && f->limit <= LIMIT_BULK_ROWS ? f->limit : LIMIT_BULK_ROWS;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT body FROM audit_entry WHERE seq < ");
	sql_i64(&q, f->before_seq > 0 ? f->before_seq : INT64_MAX);
	if (f->record_id > 0) {
		sql_lit(&q, " AND record_id > 0 AND record_id = "); /* the first names the partial index */
		sql_i64(&q, f->record_id);
	}
	if (f->reg.n) {
		sql_lit(&q, " AND register = ");
		sql_str(&q, f->reg);
	}
	if (f->actor.n) {
		sql_lit(&q, " AND actor = ");
		sql_str(&q, f->actor);
	}
	if (f->kind) {
		sql_lit(&q, " AND kind = ");
		sql_i64(&q, f->kind);
	}
	if (f->from_ms > 0) {
		sql_lit(&q, " AND at >= ");
		sql_i64(&q, f->from_ms);
	}
	if (f->until_ms > 0) {
		sql_lit(&q, " AND at < ");
		sql_i64(&q, f->until_ms);
	}
	sql_lit(&q, " ORDER BY seq DESC LIMIT ");
	sql_i64(&q, (int64_t)limit);

	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	struct audit_entry *list = ARENA_ARRAY(a, limit, struct audit_entry);
	size_t n = 0;
	while (r == 0 && (r = stmt_step(s)) == 1)
		r = n < limit ? audit_decode(stmt_str_dup(s, a, 0), a, &list[n++]) : ERR_LIMIT;
	if (r == ERR_SYNTAX) /* it was written by audit_encode(): somebody changed it since */
		r = ERR_CORRUPT;
	if (r < 0)
		return r;
	*ret = list;
	*ret_n = n;
	return 0;
}
