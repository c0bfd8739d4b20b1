/*
 * Mail: composing messages (RFC 5322, 2045-2047, 8255-free: one language, plain and HTML), the queue, and its delivery by
 * ishigaki-mail, a helper in a sandbox (helper/mail_protocol.h). Rooms put letters into the queue within their own write: what is
 * to be told stands or falls with what happened. One thread delivers, mail_round().
 *
 * A letter is sent at most once (docs/decisions/0024): before the helper is asked the row says that it is being sent; what a crash, or
 * a connection that broke after the last line, leaves in that state is unclear, and is only sent again when somebody says so.
 * Whatever failed before the message was handed over is tried again, later and later, for LIMIT_MAIL_DAYS.
 *
 * Texts of letters may hold secret links: they are kept sealed under the office's key and are gone once the letter is sent.
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include <stdatomic.h>

#include "base/clock.h"
#include "db/db.h"

#define LIMIT_MAIL_TEXT (64u << 10)    /* bytes of a letter's text */
#define LIMIT_MAIL_MESSAGE (512u << 10) /* the message made of it */
#define LIMIT_MAIL_DAYS 5              /* how long a letter is tried */
#define LIMIT_MAIL_ROUND 200           /* letters of one round */
#define LIMIT_MAIL_CA (256u << 10)     /* certificates of own authorities, PEM */

/* ---- composing (mime.c) ---- */

/* An address as we take it: ASCII, one @ with something on both sides, none of the characters that need quoting. */
bool mail_address_valid(struct str s);
struct mail_head {
	struct str from, from_name, to, to_name, subject, message_id; /* message_id: without < > */
	int64_t at;
};
/* The whole message, lines ended by CR LF: text as plain text and as HTML made of it (paragraphs, lines, links). Names and subject
 * may be any text: they cannot make a header line. ERR_INVALID for an address that is none, ERR_LIMIT. */
MUST_USE int mail_compose(struct buf *out, struct arena *a, const struct mail_head *h, enum lang lang, struct str text);
/* A header value of any text: as it is, or as encoded words (RFC 2047) folded to lines of at most 76 characters; first is how
 * many characters stand before it on its line. */
void mail_put_words(struct buf *b, struct str text, size_t first);

/* ---- the server (server.c) ---- */

enum mail_mode { MAIL_OFF, MAIL_FILES, MAIL_SMTP }; /* stored: never renumber */
enum mail_tls { MAIL_PLAIN, MAIL_STARTTLS, MAIL_TLS };
struct mail_server {
	enum mail_mode mode;
	struct str host;
	int64_t port;
	enum mail_tls tls;
	struct str user, password;   /* empty: without signing in */
	struct str from, from_name;
	struct str ca;               /* PEM of own authorities, beside the system's; may be empty */
};
/* As it is set; MAIL_OFF while nothing is. */
MUST_USE int mail_server_load(struct db_conn *c, struct arena *a, const uint8_t key[32], struct mail_server *ret);
/* Within a write; the caller has looked at rights and records it. ERR_INVALID with *ret_why. A password needs TLS, or a server
 * on this machine. */
MUST_USE int mail_server_save(struct db_conn *writer, struct arena *a, const uint8_t key[32], const struct mail_server *s, struct note *ret_why);
/* Are letters taken at all? */
bool mail_is_on(struct db_conn *c, struct arena *a);

/* ---- the queue (queue.c) ---- */

enum mail_state { /* stored: never renumber */
	MAIL_WAITING = 1, MAIL_SENDING, MAIL_SENT, MAIL_UNCLEAR, MAIL_GIVEN_UP, MAIL_FILED,
};
struct letter {
	struct str key;              /* no two letters have the same; empty: one of its own */
	const char *kind;            /* "digest", "invitation", "reset", "review", "test": a word of ours */
	int64_t person_id;           /* 0: none */
	struct str to, to_name;
	enum lang lang;
	struct str subject, text;
};
/* Within a write. ERR_EXISTS for a key that is there (and then nothing is done), ERR_NOT_FOUND while mail is off, ERR_INVALID for
 * an address that is none, ERR_LIMIT. ret_id may be NULL. */
MUST_USE int mail_put(struct db_conn *writer, struct arena *a, const uint8_t key[32], const struct letter *l, int64_t *ret_id);

struct mail_row {
	int64_t id, attempts, created_at, changed_at, next_at;
	enum mail_state state;
	struct str kind, to, subject, message_id, note; /* note: what the server said last */
};
/* Newest first, at most max; state 0: all. */
MUST_USE int mail_list(struct db_conn *c, struct arena *a, int state, size_t max, struct mail_row *ret, size_t *ret_n);
MUST_USE int mail_count(struct db_conn *c, struct arena *a, enum mail_state state, int64_t *ret);
/* Within a write: one that is unclear or given up waits again. ERR_NOT_FOUND, ERR_CONFLICT in another state. */
MUST_USE int mail_again(struct db_conn *writer, struct arena *a, int64_t id);

/* Within a write on a database that comes from a backup, of any age: whether what waits in it went out since nobody can tell, so it
 * becomes unclear and goes out only when somebody says so. */
MUST_USE int mail_restored(struct db_conn *writer, struct arena *a);

struct mail_done {
	int64_t sent, later, given_up, unclear, filed;
};
/*
 * Delivers what is due: first, what was settled 90 days ago is forgotten, and what an ended process left half sent becomes unclear; then
 * letter by letter. Stops at the first
 * sign that the server itself cannot be had, so that the others wait without being tried, and, between two letters, when *stop
 * becomes true (stop may be NULL). outbox: the folder for MAIL_FILES. One thread at a time; not within a write.
 */
MUST_USE int mail_round(struct db *db, const uint8_t key[32], struct str outbox, const atomic_bool *stop, struct mail_done *ret);

/* ---- sending (send.c) ---- */

enum mail_outcome { MAIL_ACCEPTED = 1, MAIL_REFUSED, MAIL_LATER, MAIL_NO_SERVER, MAIL_HANDED_OVER };
/* Hands one message to the server, through the helper. REFUSED: for good. LATER: this letter. NO_SERVER: not reached, or it did not
 * take our sign-in. HANDED_OVER: it has the message and did not say what became of it. *ret_said: the last answer, or what went
 * wrong, in the arena. */
enum mail_outcome mail_send(struct arena *a, const struct mail_server *s, struct str to, struct str message, struct str *ret_said);

extern const char mail_schema[];

#endif
