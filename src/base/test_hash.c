#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/random.h"

static void digests(void **state)
{
	(void)state;
	uint8_t out[HASH_SIZE], piecewise[HASH_SIZE];
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 1000);
	hash_blake2b(out, "abc", 3); /* computed with another implementation */
	hash_put_hex(&b, out, sizeof(out));
	assert_true(str_eq(buf_view(&b), STR("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")));
	struct hash h;
	hash_begin(&h);
	hash_add(&h, "a", 1);
	hash_add(&h, NULL, 0);
	hash_add(&h, "bc", 2);
	hash_end(&h, piecewise);
	assert_true(hash_equal(out, piecewise, HASH_SIZE));
	uint8_t keyed[HASH_SIZE];
	hash_blake2b_keyed(keyed, "0123456789abcdef", 16, "abc", 3);
	assert_false(hash_equal(out, keyed, HASH_SIZE));
	hash_begin_keyed(&h, "0123456789abcdef", 16);
	hash_add(&h, "abc", 3);
	hash_end(&h, piecewise);
	assert_true(hash_equal(keyed, piecewise, HASH_SIZE));
}

/* The vectors of RFC 4648 section 10. */
static void encodes(void **state)
{
	(void)state;
	static const struct {
		struct str in, base64, base32, hex;
	} cases[] = {
		{ STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT("") },
		{ STR_INIT("f"), STR_INIT("Zg"), STR_INIT("MY"), STR_INIT("66") },
		{ STR_INIT("fo"), STR_INIT("Zm8"), STR_INIT("MZXQ"), STR_INIT("666f") },
		{ STR_INIT("foo"), STR_INIT("Zm9v"), STR_INIT("MZXW6"), STR_INIT("666f6f") },
		{ STR_INIT("foob"), STR_INIT("Zm9vYg"), STR_INIT("MZXW6YQ"), STR_INIT("666f6f62") },
		{ STR_INIT("fooba"), STR_INIT("Zm9vYmE"), STR_INIT("MZXW6YTB"), STR_INIT("666f6f6261") },
		{ STR_INIT("\xff\xfe\xfb"), STR_INIT("__77"), STR_INIT("777PW"), STR_INIT("fffefb") },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 100);
		hash_put_base64url(&b, cases[i].in.p, cases[i].in.n);
		assert_true(str_eq(buf_view(&b), cases[i].base64));
		buf_clear(&b);
		hash_put_base32(&b, cases[i].in.p, cases[i].in.n);
		assert_true(str_eq(buf_view(&b), cases[i].base32));
		buf_clear(&b);
		hash_put_hex(&b, cases[i].in.p, cases[i].in.n);
		assert_true(str_eq(buf_view(&b), cases[i].hex));
		char out[16];
		size_t n = 99;
		assert_int_equal(hash_parse_base64url(cases[i].base64, out, sizeof(out), &n), 0);
		assert_true(str_eq((struct str){ out, n }, cases[i].in));
		assert_int_equal(hash_parse_base32(cases[i].base32, out, sizeof(out), &n), 0);
		assert_true(str_eq((struct str){ out, n }, cases[i].in));
		assert_int_equal(hash_parse_hex(cases[i].hex, out, sizeof(out), &n), 0);
		assert_true(str_eq((struct str){ out, n }, cases[i].in));
	}
}

static void decodes_carefully(void **state)
{
	(void)state;
	char out[4];
	size_t n = 77;
	assert_int_equal(hash_parse_hex(STR("0"), out, sizeof(out), &n), ERR_SYNTAX);
	assert_int_equal(hash_parse_hex(STR("0g"), out, sizeof(out), &n), ERR_SYNTAX);
	assert_int_equal(hash_parse_hex(STR("0011223344"), out, sizeof(out), &n), ERR_LIMIT);
	assert_int_equal(hash_parse_base64url(STR("Zh"), out, sizeof(out), &n), ERR_SYNTAX); /* stray bits */
	assert_int_equal(hash_parse_base64url(STR("Z"), out, sizeof(out), &n), ERR_SYNTAX);
	assert_int_equal(hash_parse_base64url(STR("Zg=="), out, sizeof(out), &n), ERR_SYNTAX);
	assert_int_equal(hash_parse_base64url(STR("Z+"), out, sizeof(out), &n), ERR_SYNTAX);
	assert_int_equal(hash_parse_base64url(((struct str){ "Z\0", 2 }), out, sizeof(out), &n), ERR_SYNTAX);
	assert_int_equal(n, 77);
	assert_int_equal(hash_parse_base32(STR("mz xw-6==="), out, sizeof(out), &n), 0);
	assert_true(str_eq((struct str){ out, n }, STR("foo")));
	assert_int_equal(hash_parse_hex(STR("AbCd"), out, sizeof(out), &n), 0);
	assert_memory_equal(out, "\xab\xcd", 2);
}

static void random_bytes_differ(void **state)
{
	(void)state;
	uint8_t a[64] = { 0 }, b[64] = { 0 };
	random_bytes(a, sizeof(a));
	random_bytes(b, sizeof(b));
	assert_false(hash_equal(a, b, sizeof(a)));
	random_bytes(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(encodes),
		cmocka_unit_test(decodes_carefully),
		cmocka_unit_test(random_bytes_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
