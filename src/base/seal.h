/*
 * Secrets at rest: encrypted and authenticated (XSalsa20-Poly1305 of libsodium) under a key that is derived from the office's key
 * and from what the secret is for, so that a box of one kind cannot be passed off as another's.
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* Appends the box: a fresh nonce, then the sealed bytes. what is a word of ours. */
void seal_put(struct buf *out, const uint8_t key[32], const char *what, struct str secret);
/* ERR_CORRUPT for what this key and word did not seal. */
MUST_USE int seal_open(struct arena *a, const uint8_t key[32], const char *what, struct str box, struct str *ret);

#endif
