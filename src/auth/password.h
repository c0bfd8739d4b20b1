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
/* What a password must not be made of. Members may be empty. */
struct password_context {
	struct str login, name, company; /* of the person and of the office */
};

/*
 * Whether a new password may be taken (NIST SP 800-63B, 5.1.1.2: length, a list of common values and words of the context, no
 * rules of composition): 10 to 256 characters; none of the commonest words, two of them together, or one written with digits and
 * signs for letters, whatever digits and signs stand around; not the login, the person's or the company's name or the product's;
 * no run of one character or of neighbours. *ret_why says what is wrong, for the person.
 */
bool password_acceptable(struct str password, const struct password_context *context, struct note *ret_why);

#endif
