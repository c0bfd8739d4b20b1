#include "main/checkpoint.h"

#include <sodium.h>

#include "base/hash.h"

/* Signing keys of a purpose of their own: the office's key itself encrypts secrets and is never a signing key. */
static void keys(const struct office *o, uint8_t public[crypto_sign_PUBLICKEYBYTES], uint8_t secret[crypto_sign_SECRETKEYBYTES])
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	static const char purpose[] = "ishigaki audit check-point";
	_Static_assert(sizeof o->key == crypto_generichash_KEYBYTES, "the office's key is a hash key");
	crypto_generichash(seed, sizeof seed, (const uint8_t *)purpose, sizeof purpose - 1, o->key, sizeof o->key);
	crypto_sign_seed_keypair(public, secret, seed);
	sodium_memzero(seed, sizeof seed);
}

void checkpoint_put(struct buf *b, const struct office *o, const struct audit_head *head)
{
	uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
	CLEANUP(buf_release) struct buf line;
	buf_init(&line, 256);
	audit_head_put(&line, head);
	keys(o, public, secret);
	crypto_sign_detached(signature, NULL, (const uint8_t *)line.p, line.n, secret);
	sodium_memzero(secret, sizeof secret);
	buf_str(b, buf_view(&line));
	buf_lit(b, "\nkey ");
	hash_put_hex(b, public, sizeof public);
	buf_lit(b, "\nsignature ");
	hash_put_hex(b, signature, sizeof signature);
	buf_char(b, '\n');
}

int checkpoint_read(const struct office *o, struct str text, struct audit_head *ret)
{
	struct str rest = str_trim(text), first, line;
	struct audit_head head;
	if (!str_cut(&rest, '\n', &first) || audit_head_parse(str_trim(first), &head) < 0)
		return ERR_SYNTAX;
	first = str_trim(first);
	if (!rest.n) {
		*ret = head;
		return 0;
	}
	uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
	size_t n = 0;
	bool found = false;
	while (str_cut(&rest, '\n', &line)) {
		line = str_trim(line);
		if (!str_starts(line, STR("signature ")))
			continue;
		if (hash_parse_hex(str_sub(line, 10, line.n), signature, sizeof signature, &n) < 0 || n != sizeof signature)
			return ERR_SYNTAX;
		found = true;
	}
	if (!found)
		return ERR_SYNTAX;
	/* The key that counts is ours, whatever the file says. */
	keys(o, public, secret);
	sodium_memzero(secret, sizeof secret);
	if (crypto_sign_verify_detached(signature, (const uint8_t *)first.p, first.n, public) != 0)
		return ERR_CORRUPT;
	*ret = head;
	return 0;
}
