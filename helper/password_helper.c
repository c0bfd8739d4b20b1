/* ishigaki-password: makes and checks argon2id hashes; helper/password_protocol.h. */
#include "base/helper.h"
#include "helper/password_protocol.h"
#include "helper/sandbox.h"

#include <sodium.h>
#include <unistd.h>

/* OWASP's password storage advice asks for at least m = 19 MiB, t = 2; libsodium does one lane. */
#define MEMORY ((size_t)64 << 20)
#define PASSES 2
#define ASKED_MAX (2 + PASSWORD_HASH_MAX + PASSWORD_BYTES_MAX)

static int hash(struct str password)
{
	char answer[crypto_pwhash_STRBYTES] = "";

	_Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH_MAX, "hashes must fit the protocol");
	if (password.n > PASSWORD_BYTES_MAX ||
	    crypto_pwhash_str_alg(answer, password.p, password.n, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return ERR_LIMIT;
	return helper_write_record(STDOUT_FILENO, PASSWORD_HASH, str_of(answer));
}

static int verify(struct str asked)
{
	char stored[PASSWORD_HASH_MAX] = "";
	size_t n;
	bool same;

	if (asked.n < 2)
		return ERR_SYNTAX;
	n = (size_t)(unsigned char)asked.p[0] | (size_t)(unsigned char)asked.p[1] << 8;
	if (n >= sizeof(stored) || n > asked.n - 2 || asked.n - 2 - n > PASSWORD_BYTES_MAX)
		return ERR_SYNTAX;
	memcpy(stored, asked.p + 2, n);
	same = crypto_pwhash_str_verify(stored, asked.p + 2 + n, asked.n - 2 - n) == 0;
	return helper_write_record(STDOUT_FILENO, PASSWORD_VERIFY, same ? STR("1") : STR("0"));
}

int main(void)
{
	struct buf asked;
	uint8_t kind;
	int e;

	/* libsodium chooses its code by processor and opens its random source here, before the doors close. */
	if (sodium_init() < 0 || sandbox_enter() < 0)
		return 3;
	buf_init(&asked, ASKED_MAX);
	while ((e = helper_read_record(STDIN_FILENO, ASKED_MAX, &kind, &asked)) == 1) {
		struct str a = buf_view(&asked);

		e = kind == PASSWORD_HASH ? hash(a) : kind == PASSWORD_VERIFY ? verify(a) : ERR_SYNTAX;
		if (asked.p)
			sodium_memzero(asked.p, asked.n);
		if (e < 0)
			break;
	}
	_exit(e < 0 ? 4 : 0);
}
