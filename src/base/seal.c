#include "base/seal.h"

#include "base/hash.h"
#include "base/random.h"

#include <sodium.h>

#define OVERHEAD (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

static void key_for(uint8_t ret[crypto_secretbox_KEYBYTES], const uint8_t key[32], const char *what)
{
	hash_blake2b_keyed(ret, key, 32, what, strlen(what));
}

void seal_put(struct buf *out, const uint8_t key[32], const char *what, struct str secret)
{
	uint8_t k[crypto_secretbox_KEYBYTES];
	uint8_t *box = (uint8_t *)buf_room(out, OVERHEAD + secret.n);
	if (!box)
		return;
	key_for(k, key, what);
	random_bytes(box, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const uint8_t *)secret.p, secret.n, box, k);
	sodium_memzero(k, sizeof k);
	buf_advance(out, OVERHEAD + secret.n);
}

int seal_open(struct arena *a, const uint8_t key[32], const char *what, struct str box, struct str *ret)
{
	uint8_t k[crypto_secretbox_KEYBYTES];
	if (box.n < OVERHEAD)
		return ERR_CORRUPT;
	uint8_t *plain = arena_alloc(a, box.n - OVERHEAD + 1);
	key_for(k, key, what);
	int r = crypto_secretbox_open_easy(plain, (const uint8_t *)box.p + crypto_secretbox_NONCEBYTES, box.n - crypto_secretbox_NONCEBYTES, (const uint8_t *)box.p, k);
	sodium_memzero(k, sizeof k);
	if (r != 0)
		return ERR_CORRUPT;
	*ret = (struct str){ (const char *)plain, box.n - OVERHEAD };
	return 0;
}
