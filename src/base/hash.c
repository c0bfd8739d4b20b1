#include "base/hash.h"

#include <pthread.h>
#include <sodium.h>

static void begin_library(void)
{
	if (sodium_init() < 0)
		die("libsodium does not start");
}

static void library(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, begin_library);
}

void hash_blake2b_keyed(uint8_t out[HASH_SIZE], const void *key, size_t key_n, const void *p, size_t n)
{
	library();
	if (crypto_generichash(out, HASH_SIZE, p, n, key, key_n) != 0)
		die("blake2b: key of %zu bytes", key_n);
}

void hash_blake2b(uint8_t out[HASH_SIZE], const void *p, size_t n)
{
	hash_blake2b_keyed(out, NULL, 0, p, n);
}

/* The library wants its state aligned to 64 bytes, which neither the stack of a caller nor an arena promises. */
static crypto_generichash_state *state(struct hash *h)
{
	_Static_assert(sizeof(h->room) >= sizeof(crypto_generichash_state) + 63, "room for the state and its alignment");
	size_t off = (64 - (uintptr_t)h->room % 64) % 64;
	return (void *)(h->room + off);
}

void hash_begin_keyed(struct hash *h, const void *key, size_t key_n)
{
	library();
	if (crypto_generichash_init(state(h), key, key_n, HASH_SIZE) != 0)
		die("blake2b: key of %zu bytes", key_n);
}

void hash_begin(struct hash *h)
{
	hash_begin_keyed(h, NULL, 0);
}

void hash_add(struct hash *h, const void *p, size_t n)
{
	crypto_generichash_update(state(h), p, n);
}

void hash_end(struct hash *h, uint8_t out[HASH_SIZE])
{
	crypto_generichash_final(state(h), out, HASH_SIZE);
	sodium_memzero(h, sizeof(*h));
}

bool hash_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* All three alphabets cut the bytes into groups of bits, the highest first. */
static void put_bits(struct buf *b, const void *p, size_t n, const char *digits, unsigned bits)
{
	const unsigned char *in = p;
	uint32_t hold = 0;
	unsigned have = 0;
	for (size_t i = 0; i < n; i++) {
		hold = (hold << 8 | in[i]) & 0xffff;
		for (have += 8; have >= bits; have -= bits)
			buf_char(b, digits[hold >> (have - bits) & ((1u << bits) - 1)]);
	}
	if (have > 0)
		buf_char(b, digits[hold << (bits - have) & ((1u << bits) - 1)]);
}

void hash_put_hex(struct buf *b, const void *p, size_t n)
{
	put_bits(b, p, n, hex_digits, 4);
}

void hash_put_base64url(struct buf *b, const void *p, size_t n)
{
	put_bits(b, p, n, base64_digits, 6);
}

void hash_put_base32(struct buf *b, const void *p, size_t n)
{
	put_bits(b, p, n, base32_digits, 5);
}

static int parse_bits(struct str s, const char *digits, unsigned bits, unsigned char *out, size_t max, size_t *ret_n)
{
	uint32_t hold = 0;
	unsigned have = 0;
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (bits == 4 && c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (bits == 5) {
			if (c == ' ' || c == '-')
				continue;
			if (c >= 'a' && c <= 'z')
				c = (char)(c - 'a' + 'A');
		}
		const char *at = c ? strchr(digits, c) : NULL;
		if (!at)
			return ERR_SYNTAX;
		hold = (hold << bits | (uint32_t)(at - digits)) & 0xffff;
		have += bits;
		if (have >= 8) {
			if (n == max)
				return ERR_LIMIT;
			have -= 8;
			out[n++] = (unsigned char)(hold >> have);
		}
	}
	if (have >= bits || (hold & ((1u << have) - 1)) != 0)
		return ERR_SYNTAX;
	*ret_n = n;
	return 0;
}

int hash_parse_hex(struct str s, void *p, size_t max, size_t *ret_n)
{
	return parse_bits(s, hex_digits, 4, p, max, ret_n);
}

int hash_parse_base64url(struct str s, void *p, size_t max, size_t *ret_n)
{
	return parse_bits(s, base64_digits, 6, p, max, ret_n);
}

int hash_parse_base32(struct str s, void *p, size_t max, size_t *ret_n)
{
	while (s.n > 0 && s.p[s.n - 1] == '=')
		s.n--;
	return parse_bits(s, base32_digits, 5, p, max, ret_n);
}
