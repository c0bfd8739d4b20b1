/*
 * Slowing for pages that nobody signs in to (auth/attempt.c), for rooms above. Whoever holds the database and the office's key
 * must not find an address among the counters of those who reported something without a name: they are counted under a key
 * that is made at start, lies in memory only and goes with the process. Of an IPv6 address its network of 64 bits counts.
 */
#ifndef AUTH_SLOW_H
#define AUTH_SLOW_H

#include "auth/auth.h"

enum slow {
	SLOW_SEND,   /* something is sent in: looser, since many people may share an address */
	SLOW_GUESS,  /* a code is tried: as strict as for passwords */
};
/* Within a write: counts one more for `what` (a link's number, a fixed word) from this address, and gives in *ret_wait_ms how
 * long to wait instead; then nothing is counted. */
MUST_USE int slow_begin(struct db_conn *writer, struct arena *a, enum slow kind, struct str what, struct str address, int64_t *ret_wait_ms);
/* Within a write: the code was right after all. */
MUST_USE int slow_right(struct db_conn *writer, struct arena *a, struct str what, struct str address);

#endif
