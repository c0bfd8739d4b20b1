/*
 * Digests and the text forms of bytes. The digest is BLAKE2b with 32 bytes (libsodium): for the audit trail, for content
 * hashes and for tokens of which only the hash is stored. It is not for passwords (those go to the password helper).
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define HASH_SIZE 32

void hash_blake2b(uint8_t out[HASH_SIZE], const void *p, size_t n);
/* The same under a key of 16 to 64 bytes: a digest that only the key's holder can compute. */
void hash_blake2b_keyed(uint8_t out[HASH_SIZE], const void *key, size_t key_n, const void *p, size_t n);

/* Piece by piece: hash_begin, any number of hash_add, hash_end. Must not be copied or moved in between. */
struct hash {
	unsigned char room[448];
};
void hash_begin(struct hash *h);
void hash_begin_keyed(struct hash *h, const void *key, size_t key_n);
void hash_add(struct hash *h, const void *p, size_t n);
void hash_end(struct hash *h, uint8_t out[HASH_SIZE]);

/* Takes the same time whether and wherever the n bytes differ. */
bool hash_equal(const void *a, const void *b, size_t n);

/* Lower-case hexadecimal; base64url (RFC 4648 section 5) and base32 (section 6, upper case), both without padding. */
void hash_put_hex(struct buf *b, const void *p, size_t n);
void hash_put_base64url(struct buf *b, const void *p, size_t n);
void hash_put_base32(struct buf *b, const void *p, size_t n);
/*
 * Back to bytes: all of s must be of the alphabet (hex and base32 in either case; base32 may hold blanks and "-" as
 * people copy them, and trailing "="), with no stray bits at the end: ERR_SYNTAX. ERR_LIMIT when there are more than max
 * bytes. *ret_n is how many were written to p.
 */
MUST_USE int hash_parse_hex(struct str s, void *p, size_t max, size_t *ret_n);
MUST_USE int hash_parse_base64url(struct str s, void *p, size_t max, size_t *ret_n);
MUST_USE int hash_parse_base32(struct str s, void *p, size_t max, size_t *ret_n);

#endif
