/* Codes by time against the vectors of RFC 6238, recovery codes, and the counters that slow guessing. */
#include "auth/test_support.h"

static int up(void **state)
{
	(void)state;
	clock_set_for_test(1111111109000, true);
	base_up();
	return 0;
}

static int down(void **state)
{
	(void)state;
	base_down();
	return 0;
}

static const uint8_t key[32] = { 1, 2, 3 };

/* Appendix B, SHA-1: the last 6 of its 8 digits. */
static void codes_of_rfc_6238(void **state)
{
	(void)state;
	static const struct {
		int64_t at;
		const char *code;
	} vector[] = { { 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" }, { 1234567890, "005924" },
		           { 2000000000, "279037" }, { 20000000000, "353130" } };
	const uint8_t *secret = (const uint8_t *)"12345678901234567890";
	for (size_t i = 0; i < COUNT_OF(vector); i++) {
		struct str code = str_of(vector[i].code);
		int64_t at = vector[i].at, step = 0;
		assert_int_equal(totp_step(secret, 20, code, at * 1000, 0, &step), 0);
		assert_int_equal(step, at / 30);
		/* One step before and after, no further. */
		assert_int_equal(totp_step(secret, 20, code, (at + 30) * 1000, 0, &step), 0);
		assert_int_equal(totp_step(secret, 20, code, (at - 30) * 1000, 0, &step), 0);
		assert_int_equal(totp_step(secret, 20, code, (at + 90) * 1000, 0, &step), ERR_INVALID);
		assert_int_equal(totp_step(secret, 20, code, (at - 90) * 1000, 0, &step), ERR_INVALID);
		/* Not a second time. */
		assert_int_equal(totp_step(secret, 20, code, at * 1000, at / 30, &step), ERR_INVALID);
	}
	static const char *const bad[] = { "", "28708", "2870820", "28708a", "２８７０８２" };
	int64_t step;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(totp_step(secret, 20, str_of(bad[i]), 59000, 0, &step), ERR_INVALID);
}

static void the_secret_lies_encrypted(void **state)
{
	(void)state;
	int64_t id = account("kei", "x");
	assert_int_equal(WRITE(factor_begin(wc, mem, key, id)), 0);
	struct db_conn *c = db_read_begin(db);
	struct factor f, again;
	assert_int_equal(factor_load(c, mem, key, id, &f), 0);
	assert_true(f.there);
	assert_false(f.confirmed);
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_factor WHERE instr(secret, ");
	sql_blob(&q, f.secret, sizeof f.secret);
	sql_lit(&q, ") > 0");
	int64_t plain = -1;
	assert_int_equal(db_get_i64(c, &q, &plain), 0);
	assert_int_equal(plain, 0);
	uint8_t other[32] = { 9 };
	assert_int_equal(factor_load(c, mem, other, id, &again), ERR_CORRUPT);
	db_read_end(db, &c);
	/* One that is in use is not replaced. */
	assert_int_equal(WRITE(factor_confirm(wc, mem, id)), 0);
	assert_int_equal(WRITE(factor_begin(wc, mem, key, id)), 0);
	c = db_read_begin(db);
	assert_int_equal(factor_load(c, mem, key, id, &again), 0);
	db_read_end(db, &c);
	assert_memory_equal(f.secret, again.secret, FACTOR_SECRET);
	assert_true(again.confirmed);
}

static void a_recovery_code_works_once(void **state)
{
	(void)state;
	int64_t id = account("kei", "x"), other = account("other", "x");
	struct str code[RECOVERY_CODES], fresh[RECOVERY_CODES];
	assert_int_equal(WRITE(recovery_renew(wc, mem, key, id, code)), 0);
	assert_int_equal(code[0].n, 11);
	assert_int_equal(WRITE(recovery_use(wc, mem, key, other, code[0])), ERR_INVALID);
	/* As people type it. */
	struct str typed = str_printf(mem, " %c%c%c%c%c %.5s", code[0].p[0] | 32, code[0].p[1], code[0].p[2], code[0].p[3], code[0].p[4],
	                              code[0].p + 6);
	if (code[0].p[0] >= '2' && code[0].p[0] <= '7')
		typed = code[0];
	assert_int_equal(WRITE(recovery_use(wc, mem, key, id, typed)), 0);
	assert_int_equal(WRITE(recovery_use(wc, mem, key, id, code[0])), ERR_INVALID);
	assert_int_equal(WRITE(recovery_use(wc, mem, key, id, STR("AAAAA-AAAAA-AAAAA"))), ERR_INVALID);
	assert_int_equal(number("SELECT COUNT(*) FROM auth_recovery WHERE used_at = 0"), RECOVERY_CODES - 1);
	assert_int_equal(WRITE(recovery_renew(wc, mem, key, id, fresh)), 0);
	assert_int_equal(WRITE(recovery_use(wc, mem, key, id, code[1])), ERR_INVALID);
	assert_int_equal(WRITE(recovery_use(wc, mem, key, id, fresh[1])), 0);
}

/* ---- guessing ---- */

static int64_t try(const char *login, int64_t id, const char *address)
{
	int64_t wait = -1;
	assert_int_equal(WRITE(attempt_begin(wc, mem, key, ATTEMPT_PASSWORD, str_of(login), id, str_of(address), &wait)), 0);
	return wait;
}

static void ahead(int64_t ms)
{
	clock_set_for_test(clock_now() + ms, true);
}

static void the_pair_waits_longer_and_longer(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(try("kei", 0, "192.0.2.1"), 0);
	int64_t wait = 2000;
	for (int i = 0; i < 9; i++) {
		assert_int_equal(try("kei", 0, "192.0.2.1"), wait);
		ahead(wait - 1);
		assert_int_equal(try("kei", 0, "192.0.2.1"), 1);
		ahead(1);
		assert_int_equal(try("kei", 0, "192.0.2.1"), 0);
		wait *= 2;
	}
	/* Never more than a quarter of an hour. */
	for (int i = 0; i < 30; i++) {
		ahead(15 * 60 * 1000);
		assert_int_equal(try("kei", 0, "192.0.2.1"), 0);
		assert_true(try("kei", 0, "192.0.2.1") <= 15 * 60 * 1000);
	}
	assert_int_equal(try("kei", 0, "192.0.2.2"), 0);
	/* A day later all is forgotten. */
	ahead(24LL * 3600 * 1000);
	for (int i = 0; i < 5; i++)
		assert_int_equal(try("kei", 0, "192.0.2.1"), 0);
}

static void many_names_from_one_address_wait(void **state)
{
	(void)state;
	for (int i = 0; i < 30; i++)
		assert_int_equal(try(str_z(mem, str_printf(mem, "name%d", i)), 0, "192.0.2.1"), 0);
	assert_int_equal(try("another", 0, "192.0.2.1"), 2000);
	assert_int_equal(try("another", 0, "192.0.2.2"), 0);
}

static void many_addresses_do_not_lock_the_owner_out(void **state)
{
	(void)state;
	int64_t id = account("kei", "x");
	/* The owner signed in at home before. */
	assert_int_equal(try("kei", id, "198.51.100.7"), 0);
	assert_int_equal(WRITE(attempt_right(wc, mem, key, ATTEMPT_PASSWORD, STR("kei"), id, STR("198.51.100.7"))), 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(try("kei", id, str_z(mem, str_printf(mem, "192.0.2.%d", i))), 0);
	assert_int_equal(try("kei", id, "192.0.2.99"), 1000);
	assert_int_equal(try("kei", id, "198.51.100.7"), 0);
	/* Elsewhere the wait stays short, however long they go on. */
	for (int i = 0; i < 60; i++) {
		ahead(30000);
		assert_int_equal(try("kei", id, str_z(mem, str_printf(mem, "203.0.113.%d", i))), 0);
	}
	assert_true(try("kei", id, "203.0.113.200") <= 30000);
	assert_int_equal(try("kei", id, "198.51.100.7"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_rfc_6238),
		cmocka_unit_test_setup_teardown(the_secret_lies_encrypted, up, down),
		cmocka_unit_test_setup_teardown(a_recovery_code_works_once, up, down),
		cmocka_unit_test_setup_teardown(the_pair_waits_longer_and_longer, up, down),
		cmocka_unit_test_setup_teardown(many_names_from_one_address_wait, up, down),
		cmocka_unit_test_setup_teardown(many_addresses_do_not_lock_the_owner_out, up, down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
