/*
 * Passwords: hashed and checked with argon2id in a helper process, at most two at a time, so that a burst of sign-ins
 * costs bounded memory and none of it stays. Safe for use by all threads, but never on an event thread: a call takes
 * tens of milliseconds, and up to ten seconds when others are in front.
 *
 * Before it is hashed a password is brought to NFKC (NIST SP 800-63B, 5.1.1.2), so that the same characters typed on
 * another keyboard or phone are the same password.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "base/arena.h"
#include "base/msg.h"

#define PASSWORD_CHARS_MIN 10
#define PASSWORD_CHARS_MAX 256

/* The argon2id string to be stored. ERR_LIMIT for a password beyond 1024 bytes, ERR_BUSY when no helper was free in
 * time, ERR_HELPER or ERR_IO when the helper failed. */
MUST_USE int password_hash(struct arena *a, struct str password, struct str *ret);
/* *ret_ok tells whether the password belongs to the hash; errors as above. An empty hash (nobody) costs as much as a
 * wrong password and never matches. */
MUST_USE int password_verify(struct str hash, struct str password, bool *ret_ok);
/*
 * Whether a new password may be taken (NIST SP 800-63B, 5.1.1.2: length and a list of common values, no rules of
 * composition): 10 to 256 characters, none of the commonest, not the login or the product's name with little around it,
 * no run of one character or of neighbours. *ret_why says what is wrong, for the person.
 */
bool password_acceptable(struct str password, struct str login, struct note *ret_why);

#endif
