/* Sealed secrets: they open for what they were sealed for, and as long as nothing of them was changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/seal.h"

static const uint8_t key[32] = "test key 0123456789 test key 01";

static void opens_for_its_purpose_only(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
	CLEANUP(buf_release) struct buf b;
	struct str plain;
	uint8_t other[32] = { 1 };
	buf_init(&b, 1000);
	seal_put(&b, key, "one thing", STR("kagi"));
	struct str box = buf_view(&b);
	assert_true(str_find(box, STR("kagi")) < 0);
	assert_int_equal(seal_open(a, key, "one thing", box, &plain), 0);
	assert_true(str_eq(plain, STR("kagi")));
	assert_int_equal(seal_open(a, key, "another", box, &plain), ERR_CORRUPT);
	assert_int_equal(seal_open(a, other, "one thing", box, &plain), ERR_CORRUPT);
	assert_int_equal(seal_open(a, key, "one thing", str_sub(box, 0, 10), &plain), ERR_CORRUPT);
	b.p[b.n - 1] ^= 1;
	assert_int_equal(seal_open(a, key, "one thing", box, &plain), ERR_CORRUPT);
}

/* What offices hold already was sealed like this: another way of making boxes would lock people out. */
static void opens_what_was_sealed_before(void **state)
{
	(void)state;
	static const uint8_t box[] = {
		0x01, 0x08, 0x0f, 0x16, 0x1d, 0x24, 0x2b, 0x32, 0x39, 0x40, 0x47, 0x4e, 0x55, 0x5c, 0x63, 0x6a,
		0x71, 0x78, 0x7f, 0x86, 0x8d, 0x94, 0x9b, 0xa2, 0x86, 0xb7, 0x7e, 0xde, 0xaa, 0xf0, 0xf2, 0x12,
		0x1e, 0xc5, 0xb7, 0x62, 0x3e, 0x6e, 0x89, 0xf3, 0xd6, 0xba, 0xbc, 0x4f, 0xa3, 0xd0, 0x4e, 0x5d,
		0xae, 0xd8, 0x20, 0xd4, 0xdd, 0xf1, 0x3c, 0x6d, 0x55, 0x5b, 0xaa, 0xb1,
	};
	CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
	struct str plain;
	assert_int_equal(seal_open(a, key, "second factor", (struct str){ (const char *)box, sizeof box }, &plain), 0);
	assert_true(str_eq(plain, STR("12345678901234567890")));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(opens_for_its_purpose_only), cmocka_unit_test(opens_what_was_sealed_before) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
