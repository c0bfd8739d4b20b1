/*
 * Sessions, seen from outside: beginning one for somebody who has just proved who they are (the first-run guide), and the
 * clerk that writes what requests must not wait for (times last seen, refusals).
 *
 * A session is 32 random bytes in the cookie "session", of which only the hash is stored. It ends after 12 hours without
 * a request, 7 days after sign-in, at sign-out, by remote sign-out, when the password changes and when the account is
 * switched off. Guessing a session, a token or a link is guessing 256 bits, which needs no slowing; guessing passwords
 * and codes is slowed by auth/attempt.c.
 */
#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include "auth/auth.h"
#include "auth/office.h"

/* Signs the account in: ends the session the browser has, begins a new one, sets its cookie, records it. */
MUST_USE int auth_session_begin(struct http_req *req, int64_t account_id);

/* Hands a refusal to the clerk: what was refused ("POST /settings/accounts"). The same refusal of the same principal is
 * recorded once a minute. Does not wait. */
void auth_record_refusal(struct db *db, const struct principal *p, struct str what);
/* Waits until the clerk has written what it has. */
void auth_flush(void);
/* Writes what is left and ends the clerk's thread, which starts by itself when it is needed; before db_close(). */
void auth_stop(void);

#endif
