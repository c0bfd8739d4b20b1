/* The queue of letters, and what one round of delivery makes of it. */
#include "mail/mail.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/seal.h"
#include "base/text.h"

#define BODY_SEAL "mail body"
#define MINUTE INT64_C(60000)
#define DAY (24 * 60 * MINUTE)
#define SUBJECT_CHARS 200 /* what is longer is cut: a letter does not fail for its subject */
#define KEPT_DAYS 90 /* what is sent, filed or given up is shown for so long */
#define ROUND_US (45 * INT64_C(1000000)) /* a round leaves the thread to the other jobs of its minute */

/* ---- into the queue ---- */

static struct str random_word(struct arena *a, size_t bytes)
{
	uint8_t raw[32];
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 128);
	random_bytes(raw, bytes);
	hash_put_hex(&b, raw, bytes);
	return str_dup(a, buf_view(&b));
}

int mail_put(struct db_conn *writer, struct arena *a, const uint8_t key[32], const struct letter *l, int64_t *ret_id)
{
	struct sql q;
	struct str from = STR("");
	int64_t there = 0;
	if (!mail_is_on(writer, a))
		return ERR_NOT_FOUND;
	if (!mail_address_valid(l->to) || !text_valid(l->subject) || !text_valid(l->text))
		return ERR_INVALID;
	if (l->text.n > LIMIT_MAIL_TEXT)
		return ERR_LIMIT;
	struct str own = l->key.n ? l->key : random_word(a, 16);
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM mail_queue WHERE key = ");
	sql_str(&q, own);
	int e = db_get_i64(writer, &q, &there);
	if (e < 0 || there)
		return e < 0 ? e : ERR_EXISTS;
	sql_init(&q, a);
	sql_lit(&q, "SELECT from_address FROM mail_server WHERE id = 1");
	if ((e = db_get_str(writer, &q, &from)) < 0)
		return e;
	/* The name of a message belongs to it from here on: whatever happens, it is sent under this one only. */
	struct str domain = str_sub(from, (size_t)(str_find_char(from, '@') + 1), from.n);
	CLEANUP(buf_release) struct buf body;
	buf_init(&body, LIMIT_MAIL_TEXT + 1024);
	seal_put(&body, key, BODY_SEAL, l->text);
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO mail_queue (key, kind, person_id, to_address, to_name, lang, subject, body, message_id, state, created_at, next_at, changed_at) VALUES (");
	sql_str(&q, own);
	sql_lit(&q, ", ");
	sql_str(&q, str_of(l->kind));
	sql_lit(&q, ", ");
	sql_i64(&q, l->person_id);
	sql_lit(&q, ", ");
	sql_str(&q, l->to);
	sql_lit(&q, ", ");
	sql_str(&q, l->to_name);
	sql_lit(&q, ", ");
	sql_i64(&q, l->lang);
	sql_lit(&q, ", ");
	sql_str(&q, text_clip(l->subject, SUBJECT_CHARS));
	sql_lit(&q, ", ");
	sql_blob(&q, body.p, body.n);
	sql_lit(&q, ", ");
	sql_str(&q, str_printf(a, "%.*s@%.*s", STR_FMT(random_word(a, 16)), STR_FMT(domain)));
	sql_lit(&q, ", 1, ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ")");
	e = db_exec(writer, &q, NULL);
	if (e == 0 && ret_id)
		*ret_id = db_last_id(writer);
	return e;
}

int mail_list(struct db_conn *c, struct arena *a, int state, size_t max, struct mail_row *ret, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, attempts, created_at, changed_at, next_at, state, kind, to_address, subject, message_id, note FROM mail_queue");
	if (state) {
		sql_lit(&q, " WHERE state = ");
		sql_i64(&q, state);
	}
	sql_lit(&q, " ORDER BY id DESC LIMIT ");
	sql_i64(&q, (int64_t)max);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	for (*ret_n = 0; e == 0 && *ret_n < max && (e = stmt_step(s)) == 1; e = 0)
		ret[(*ret_n)++] = (struct mail_row){ .id = stmt_i64(s, 0), .attempts = stmt_i64(s, 1), .created_at = stmt_i64(s, 2), .changed_at = stmt_i64(s, 3), .next_at = stmt_i64(s, 4),
			.state = (enum mail_state)stmt_i64(s, 5), .kind = stmt_str_dup(s, a, 6), .to = stmt_str_dup(s, a, 7), .subject = stmt_str_dup(s, a, 8),
			.message_id = stmt_str_dup(s, a, 9), .note = stmt_str_dup(s, a, 10) };
	return e < 0 ? e : 0;
}

int mail_count(struct db_conn *c, struct arena *a, enum mail_state state, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM mail_queue WHERE state = ");
	sql_i64(&q, state);
	return db_get_i64(c, &q, ret);
}

int mail_restored(struct db_conn *writer, struct arena *a)
{
	struct str schema;
	int e = db_schema_text(writer, a, "mail_queue", &schema);
	if (e < 0 || !schema.n)
		return e == ERR_NOT_FOUND ? 0 : e; /* a backup from before there was mail */
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE mail_queue SET state = ");
	sql_i64(&q, MAIL_UNCLEAR);
	sql_lit(&q, ", note = 'restored', changed_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE state IN (1, 2)");
	return db_exec(writer, &q, NULL);
}

int mail_again(struct db_conn *writer, struct arena *a, int64_t id)
{
	struct sql q;
	int64_t state = 0, n = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT state FROM mail_queue WHERE id = ");
	sql_i64(&q, id);
	int e = db_get_i64(writer, &q, &state);
	if (e < 0)
		return e;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE mail_queue SET state = 1, attempts = 0, note = '', created_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", next_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE state IN (4, 5) AND id = ");
	sql_i64(&q, id);
	e = db_exec(writer, &q, &n);
	return e < 0 ? e : n == 1 ? 0 : ERR_CONFLICT;
}

/* ---- out of the queue ---- */

struct one {
	const uint8_t *key;
	struct arena *arena;
	struct mail_server server;
	int64_t id, attempts, created_at, lang;
	struct str to, to_name, subject, text, message_id;
	enum mail_state next;    /* of the settling */
	int64_t next_at;
	struct str note;
	bool found;
};

static int unclear_job(struct db_conn *c, void *arg)
{
	struct one *x = arg;
	struct sql q;
	sql_init(&q, x->arena);
	sql_lit(&q, "UPDATE mail_queue SET state = 4, changed_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE state = 2");
	return db_exec(c, &q, &x->attempts);
}

/* Takes the next letter: from this commit on it counts as being sent. */
static int take_job(struct db_conn *c, void *arg)
{
	struct one *x = arg;
	struct sql q;
	struct stmt *s = NULL;
	x->found = false;
	int e = mail_server_load(c, x->arena, x->key, &x->server);
	if (e < 0 || x->server.mode == MAIL_OFF)
		return e;
	sql_init(&q, x->arena);
	sql_lit(&q, "SELECT id, attempts, created_at, lang, to_address, to_name, subject, body, message_id FROM mail_queue WHERE state = 1 AND next_at <= ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " ORDER BY next_at, id LIMIT 1");
	e = db_query(c, &q, &s);
	if (e == 0 && (e = stmt_step(s)) == 1) {
		x->id = stmt_i64(s, 0);
		x->attempts = stmt_i64(s, 1) + 1;
		x->created_at = stmt_i64(s, 2);
		x->lang = stmt_i64(s, 3);
		x->to = stmt_str_dup(s, x->arena, 4);
		x->to_name = stmt_str_dup(s, x->arena, 5);
		x->subject = stmt_str_dup(s, x->arena, 6);
		e = seal_open(x->arena, x->key, BODY_SEAL, stmt_str(s, 7), &x->text);
		x->message_id = stmt_str_dup(s, x->arena, 8);
		x->found = true;
	}
	stmt_done(&s);
	if (!x->found || (e < 0 && e != ERR_CORRUPT))
		return e;
	sql_init(&q, x->arena);
	sql_lit(&q, "UPDATE mail_queue SET attempts = attempts + 1, changed_at = ");
	sql_i64(&q, clock_now());
	/* A text that cannot be opened can never be sent. */
	if (e == ERR_CORRUPT) {
		sql_lit(&q, ", state = 5, note = 'the text cannot be opened' WHERE id = ");
		x->found = false;
	} else {
		sql_lit(&q, ", state = 2 WHERE id = ");
	}
	sql_i64(&q, x->id);
	return db_exec(c, &q, NULL);
}

static int settle_job(struct db_conn *c, void *arg)
{
	struct one *x = arg;
	struct sql q;
	sql_init(&q, x->arena);
	sql_lit(&q, "UPDATE mail_queue SET state = ");
	sql_i64(&q, x->next);
	sql_lit(&q, ", next_at = ");
	sql_i64(&q, x->next_at);
	sql_lit(&q, ", changed_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", note = ");
	sql_str(&q, x->note);
	if (x->next == MAIL_SENT || x->next == MAIL_FILED)
		sql_lit(&q, ", body = x''");
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, x->id);
	return db_exec(c, &q, NULL);
}

/* 1, 2, 4 ... minutes, at most four hours. */
static int64_t wait_after(int64_t attempts)
{
	const int64_t longest = 240;
	int64_t minutes = 1;
	for (int64_t i = 1; i < attempts && minutes < longest; i++)
		minutes *= 2;
	return (minutes < longest ? minutes : longest) * MINUTE;
}

/* As a file that every mail program opens. */
static int file_letter(struct arena *a, struct str outbox, int64_t id, struct str message)
{
	if (dir_make(a, outbox) < 0)
		return ERR_IO;
	return file_write(a, str_printf(a, "%.*s/mail-%06lld.eml", STR_FMT(outbox), (long long)id), message, 0600);
}

static enum mail_outcome deliver(struct one *x, struct str outbox)
{
	CLEANUP(buf_release) struct buf message;
	const struct mail_head head = { .from = x->server.from, .from_name = x->server.from_name, .to = x->to, .to_name = x->to_name, .subject = x->subject,
		.message_id = x->message_id, .at = clock_now() };
	buf_init(&message, LIMIT_MAIL_MESSAGE);
	if (mail_compose(&message, x->arena, &head, x->lang == LANG_EN ? LANG_EN : LANG_JA, x->text) < 0) {
		x->note = STR("the message cannot be composed");
		return MAIL_REFUSED;
	}
	if (x->server.mode == MAIL_SMTP)
		return mail_send(x->arena, &x->server, x->to, buf_view(&message), &x->note);
	x->note = STR("outbox");
	return file_letter(x->arena, outbox, x->id, buf_view(&message)) == 0 ? MAIL_ACCEPTED : MAIL_NO_SERVER;
}

static void settle(struct one *x, enum mail_outcome outcome, struct mail_done *ret)
{
	x->next_at = clock_now() + wait_after(x->attempts);
	switch (outcome) {
	case MAIL_ACCEPTED:
		x->next = x->server.mode == MAIL_SMTP ? MAIL_SENT : MAIL_FILED;
		ret->sent += x->next == MAIL_SENT;
		ret->filed += x->next == MAIL_FILED;
		break;
	case MAIL_REFUSED:
		x->next = MAIL_GIVEN_UP;
		break;
	case MAIL_HANDED_OVER:
		x->next = MAIL_UNCLEAR;
		ret->unclear++;
		break;
	default:
		x->next = clock_now() - x->created_at > LIMIT_MAIL_DAYS * DAY ? MAIL_GIVEN_UP : MAIL_WAITING;
		ret->later += x->next == MAIL_WAITING;
		break;
	}
	ret->given_up += x->next == MAIL_GIVEN_UP;
}

static int forget_job(struct db_conn *c, void *arg)
{
	const struct one *x = arg;
	struct sql q;
	sql_init(&q, x->arena);
	sql_lit(&q, "DELETE FROM mail_queue WHERE state IN (3, 5, 6) AND changed_at < ");
	sql_i64(&q, clock_now() - KEPT_DAYS * DAY);
	return db_exec(c, &q, NULL);
}

static int old_letters(struct db_conn *c, struct arena *a, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM mail_queue WHERE state IN (3, 5, 6) AND changed_at < ");
	sql_i64(&q, clock_now() - KEPT_DAYS * DAY);
	return db_get_i64(c, &q, ret);
}

int mail_round(struct db *db, const uint8_t key[32], struct str outbox, const atomic_bool *stop, struct mail_done *ret)
{
	const int64_t began = clock_monotonic_us();
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	struct one x = { .key = key, .arena = a };
	int64_t left = 0, old = 0;
	*ret = (struct mail_done){ 0 };
	struct db_conn *c = db_read_begin(db);
	int e = mail_count(c, a, MAIL_SENDING, &left);
	if (e == 0)
		e = old_letters(c, a, &old);
	db_read_end(db, &c);
	if (e == 0 && old)
		e = db_write(db, forget_job, &x);
	if (e == 0 && left) {
		e = db_write(db, unclear_job, &x);
		ret->unclear = left;
	}
	for (int i = 0; e == 0 && i < LIMIT_MAIL_ROUND && !(stop && atomic_load(stop)) && clock_monotonic_us() - began < ROUND_US; i++) {
		arena_clear(a);
		x = (struct one){ .key = key, .arena = a };
		e = db_write(db, take_job, &x);
		if (e < 0 || !x.found)
			break;
		enum mail_outcome outcome = deliver(&x, outbox);
		settle(&x, outcome, ret);
		e = db_write(db, settle_job, &x);
		if (outcome == MAIL_NO_SERVER)
			break;
	}
	return e;
}
