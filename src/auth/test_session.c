/* Signing in, sessions, the guard: over a real socket. */
#include "base/text/auth.h"
#include "auth/test_web.h"

static int up(void **state)
{
	(void)state;
	clock_set_for_test(clock_instant((struct date){ 2026, 4, 1 }) + 9 * 3600000, true);
	web_up();
	return 0;
}

static int down(void **state)
{
	(void)state;
	web_down();
	return 0;
}

static void ahead(int64_t ms)
{
	clock_set_for_test(clock_now() + ms, true);
}

static void sign_in_and_out(void **state)
{
	(void)state;
	int64_t id = person("kei");
	assert_int_equal(grant(id, ROLE_CONTACT, 0), 0);
	struct browser b = { .status = 0 };
	assert_int_equal(get(&b, "/thing/thing"), 303);
	assert_true(str_eq(b.location, STR("/sign-in?return=%2Fthing%2Fthing")));
	assert_int_equal(get(&b, "/api/v1/thing"), 401);
	assert_int_equal(sign_in(&b, "kei", "wrong"), 401);
	SHOWS(&b, MSG_AUTH_WRONG);
	/* Covered while it is typed, and known to password managers. */
	assert_true(shows(&b, STR("type=\"password\"")) && shows(&b, STR("autocomplete=\"current-password\"")));
	assert_false(shows(&b, STR("autocomplete=\"off\"")));
	assert_int_equal(sign_in(&b, "ＫＥＩ", PASSWORD), 303);
	assert_int_equal(get(&b, "/thing/thing"), 200);
	assert_true(shows(&b, STR("kind 1 ops ")));
	/* A session of the browser serves the API too. */
	assert_int_equal(get(&b, "/api/v1/thing"), 200);
	assert_int_equal(get(&b, "/account"), 200);
	assert_int_equal(post(&b, "/sign-out", ""), 303);
	assert_int_equal(get(&b, "/thing/thing"), 303);
	assert_int_equal(number("SELECT COUNT(*) FROM auth_session"), 0);
	assert_int_equal(trail_count(AUDIT_SIGN_IN), 1);
	assert_int_equal(trail_count(AUDIT_SIGN_IN_FAILED), 1);
	assert_int_equal(trail_count(AUDIT_SIGN_OUT), 1);
	/* Only hashes are kept. */
	assert_int_equal(number("SELECT COUNT(*) FROM auth_place WHERE length(place) = 32"), 1);
}

static void known_principals_cost_one_statement(void **state)
{
	(void)state;
	int64_t id = person("kei");
	assert_int_equal(grant(id, ROLE_CONTACT, 0), 0);
	struct browser b;
	signed_in(&b, "kei");
	for (int i = 0; i < 6; i++)
		assert_int_equal(get(&b, "/thing/thing"), 200);
	assert_true(shows(&b, STR("statements 1")));
	/* A change of rights counts at the next request. */
	assert_int_equal(grant(id, ROLE_LEAD, 0), 0);
	assert_int_equal(get(&b, "/thing/thing"), 200);
	assert_true(shows(&b, str_printf(mem, "ops %u ", OP_ALL)));
	struct principal by = auth_system();
	assert_int_equal(WRITE(auth_revoke(wc, mem, &by, id, ROLE_LEAD, 0)), 0);
	assert_int_equal(get(&b, "/thing/thing"), 200);
	assert_true(shows(&b, str_printf(mem, "ops %u ", test_access.ops[ROLE_CONTACT])));
	assert_int_equal(WRITE(auth_account_active(wc, mem, &by, id, false)), 0);
	assert_int_equal(get(&b, "/thing/thing"), 303);
}

static void where_to_go_on_is_of_this_site(void **state)
{
	(void)state;
	person("kei");
	static const char *const bad[] = { "//evil.example", "https://evil.example", "/%5Cevil.example", "x", "/sign-in" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct browser b = { .status = 0 };
		assert_int_equal(get(&b, "/sign-in"), 200);
		assert_int_equal(post(&b, "/sign-in", str_z(mem, str_printf(mem, "login=kei&password=" PASSWORD "&return=%s", bad[i]))), 303);
		assert_true(str_eq(b.location, STR("/")));
	}
}

static void names_cannot_be_listed(void **state)
{
	(void)state;
	int64_t off = person("off");
	person("kei");
	struct principal by = auth_system();
	assert_int_equal(WRITE(auth_account_active(wc, mem, &by, off, false)), 0);
	static const char *const login[] = { "kei", "nai", "off" };
	struct str body[3];
	int64_t attempts[3];
	for (size_t i = 0; i < 3; i++) {
		struct browser b = { .cookies = 1, .cookie = { STR("visit=x") } };
		assert_int_equal(sign_in(&b, login[i], "wrong"), 401);
		ptrdiff_t at = str_find(b.body, str_printf(mem, "value=\"%s\"", login[i]));
		assert_true(at >= 0);
		body[i] = str_printf(mem, "%.*s***%.*s", (int)at + 7, b.body.p, (int)b.body.n - (int)at - 10, b.body.p + at + 10);
		attempts[i] = number("SELECT COUNT(*) FROM auth_attempt");
		assert_int_equal(trail_count(AUDIT_SIGN_IN_FAILED), i + 1);
	}
	assert_true(str_eq(body[0], body[1]));
	assert_true(str_eq(body[0], body[2]));
	/* one for the address, two for each name */
	assert_int_equal(attempts[0], 3);
	assert_int_equal(attempts[1], 5);
	assert_int_equal(attempts[2], 7);
}

static void guessing_is_slowed_and_nobody_locked_out(void **state)
{
	(void)state;
	int64_t id = person("kei");
	person("other");
	assert_int_equal(grant(id, ROLE_CONTACT, 0), 0);
	struct browser victim, guesser = { .status = 0 }, neighbour = { .status = 0 };
	signed_in(&victim, "kei");
	for (int i = 0; i < 5; i++)
		assert_int_equal(sign_in(&guesser, "kei", "guess"), 401);
	assert_int_equal(sign_in(&guesser, "kei", "guess"), 429);
	assert_true(str_eq(guesser.retry, STR("2")));
	assert_true(shows(&guesser, STR("2 秒")));
	/* The right password would not be looked at either, so that waiting cannot be got round. */
	assert_int_equal(sign_in(&guesser, "kei", PASSWORD), 429);
	/* The one who is signed in does not notice; another name from here is not concerned. */
	assert_int_equal(get(&victim, "/thing/thing"), 200);
	assert_int_equal(sign_in(&neighbour, "other", PASSWORD), 303);
	/* A refused attempt does not make the wait longer. */
	ahead(2000);
	assert_int_equal(sign_in(&guesser, "kei", "guess"), 401);
	assert_int_equal(sign_in(&guesser, "kei", "guess"), 429);
	assert_true(str_eq(guesser.retry, STR("4")));
	ahead(4000);
	assert_int_equal(sign_in(&guesser, "kei", PASSWORD), 303);
}

static void changes_must_come_from_our_own_pages(void **state)
{
	(void)state;
	int64_t id = person("kei");
	assert_int_equal(grant(id, ROLE_LEAD, 0), 0);
	struct browser b, other;
	signed_in(&b, "kei");
	signed_in(&other, "kei");
	assert_int_equal(post(&b, "/thing/thing", ""), 200);

	struct str good = b.csrf;
	b.no_csrf = true;
	assert_int_equal(post(&b, "/thing/thing", ""), 403);
	SHOWS(&b, MSG_AUTH_CSRF);
	assert_int_equal(post(&b, "/thing/thing", "csrf=forged"), 403);
	/* that of another session */
	assert_int_equal(post(&b, "/thing/thing", str_z(mem, str_printf(mem, "csrf=%.*s", STR_FMT(other.csrf)))), 403);
	assert_int_equal(post(&b, "/api/v1/thing", ""), 403);
	b.no_csrf = false;
	b.csrf = good;
	b.origin = "https://evil.example";
	assert_int_equal(post(&b, "/thing/thing", ""), 403);
	SHOWS(&b, MSG_AUTH_OTHER_SITE);
	b.origin = NULL;
	b.site = "cross-site";
	assert_int_equal(post(&b, "/thing/thing", ""), 403);
	b.site = "same-site";
	assert_int_equal(post(&b, "/thing/thing", ""), 403);
	b.site = "same-origin";
	assert_int_equal(post(&b, "/thing/thing", ""), 200);
	/* Refusals of somebody we know are recorded, the same one once a minute. */
	assert_int_equal(trail_count(AUDIT_REFUSED), 2);
	ahead(61000);
	b.site = "cross-site";
	assert_int_equal(post(&b, "/thing/thing", ""), 403);
	assert_int_equal(trail_count(AUDIT_REFUSED), 3);

	/* Signing in is such a change too. */
	struct browser fresh = { .no_csrf = true };
	assert_int_equal(sign_in(&fresh, "kei", PASSWORD), 403);
	fresh = (struct browser){ .site = "cross-site" };
	assert_int_equal(sign_in(&fresh, "kei", PASSWORD), 403);
	/* What a stranger is refused is not recorded. */
	assert_int_equal(trail_count(AUDIT_REFUSED), 3);
	/* Without a session, what is sent is refused with the way out instead of being lost in a redirect. */
	fresh = (struct browser){ .status = 0 };
	assert_int_equal(post(&fresh, "/thing/thing", ""), 401);
	SHOWS(&fresh, MSG_AUTH_SESSION_ENDED);
}

static void sessions_end(void **state)
{
	(void)state;
	int64_t id = person("kei");
	assert_int_equal(grant(id, ROLE_CONTACT, 0), 0);
	struct browser a;
	signed_in(&a, "kei");
	/* Kept alive by requests ... */
	for (int i = 0; i < 13; i++) {
		ahead(11 * 3600 * 1000);
		assert_int_equal(get(&a, "/thing/thing"), 200);
		auth_flush();
		assert_int_equal(number("SELECT seen_at FROM auth_session"), clock_now());
	}
	/* ... written once a minute ... */
	int64_t seen = clock_now();
	ahead(59000);
	assert_int_equal(get(&a, "/thing/thing"), 200);
	auth_flush();
	assert_int_equal(number("SELECT seen_at FROM auth_session"), seen);
	/* ... but for 7 days at most. */
	for (int i = 0; i < 3; i++) {
		ahead(9 * 3600 * 1000);
		get(&a, "/thing/thing");
		auth_flush();
	}
	assert_int_equal(get(&a, "/thing/thing"), 303);
	/* 12 hours without a request end it, whatever the cookie says. */
	signed_in(&a, "kei");
	ahead(12 * 3600 * 1000);
	assert_int_equal(get(&a, "/thing/thing"), 303);
	/* A new one begins at every sign-in, and the old one of the browser ends. */
	signed_in(&a, "kei");
	struct browser old = a;
	int64_t before = number("SELECT COUNT(*) FROM auth_session");
	assert_int_equal(post(&a, "/sign-in", "login=kei&password=" PASSWORD), 303);
	assert_int_equal(number("SELECT COUNT(*) FROM auth_session"), before);
	assert_int_equal(get(&a, "/thing/thing"), 200);
	assert_int_equal(get(&old, "/thing/thing"), 303);
}

static void others_are_signed_out(void **state)
{
	(void)state;
	int64_t id = person("kei");
	assert_int_equal(grant(id, ROLE_CONTACT, 0), 0);
	struct browser a, b, c;
	signed_in(&a, "kei");
	signed_in(&b, "kei");
	signed_in(&c, "kei");
	SHOWS(&a, MSG_AUTH_SESSION_THIS);
	int64_t of_b = number("SELECT MIN(id) + 1 FROM auth_session");
	/* Somebody else's session is not there. */
	person("other");
	struct browser o;
	signed_in(&o, "other");
	assert_int_equal(post(&o, str_z(mem, str_printf(mem, "/account/sessions/%lld/end", (long long)of_b)), ""), 303);
	assert_int_equal(get(&b, "/thing/thing"), 200);
	assert_int_equal(post(&a, str_z(mem, str_printf(mem, "/account/sessions/%lld/end", (long long)of_b)), ""), 303);
	assert_int_equal(get(&b, "/thing/thing"), 303);
	assert_int_equal(get(&c, "/thing/thing"), 200);
	assert_int_equal(post(&a, "/account/sessions/end", ""), 303);
	assert_int_equal(get(&c, "/thing/thing"), 303);
	assert_int_equal(get(&a, "/thing/thing"), 200);
	assert_int_equal(get(&o, "/thing/thing"), 200);
}

static void a_new_password_ends_the_others(void **state)
{
	(void)state;
	int64_t id = person("kei");
	assert_int_equal(grant(id, ROLE_CONTACT, 0), 0);
	struct browser a, b;
	signed_in(&a, "kei");
	signed_in(&b, "kei");
	assert_int_equal(post(&a, "/account/password", "current=wrong&password=" NEW_PASSWORD "&again=" NEW_PASSWORD), 400);
	SHOWS(&a, MSG_AUTH_PASSWORD_CURRENT_WRONG);
	assert_int_equal(post(&a, "/account/password", "current=" PASSWORD "&password=" NEW_PASSWORD "&again=else"), 400);
	SHOWS(&a, MSG_AUTH_PASSWORD_DIFFERS);
	assert_int_equal(post(&a, "/account/password", "current=" PASSWORD "&password=short&again=short"), 400);
	assert_int_equal(post(&a, "/account/password", "current=" PASSWORD "&password=" NEW_PASSWORD "&again=" NEW_PASSWORD), 303);
	assert_int_equal(get(&a, "/account?done=password"), 200);
	assert_int_equal(get(&b, "/thing/thing"), 303);
	struct browser fresh = { .status = 0 };
	assert_int_equal(sign_in(&fresh, "kei", PASSWORD), 401);
	assert_int_equal(sign_in(&fresh, "kei", NEW_PASSWORD), 303);
}

static void needs_are_looked_at(void **state)
{
	(void)state;
	int64_t id = person("kei");
	struct browser b;
	signed_in(&b, "kei");
	assert_int_equal(get(&b, "/overview"), 403);
	SHOWS(&b, MSG_AUTH_NOT_ALLOWED);
	assert_int_equal(grant(id, ROLE_CONTACT, 2), 0);
	assert_int_equal(get(&b, "/overview"), 200);
	static const char *const admin[] = { "/settings/accounts", "/settings/roles", "/settings/links", "/settings/audit-trail" };
	for (size_t i = 0; i < COUNT_OF(admin); i++)
		assert_int_equal(get(&b, admin[i]), 403);
	assert_int_equal(trail_count(AUDIT_REFUSED), 5);
}

static void language_is_kept(void **state)
{
	(void)state;
	person("kei");
	struct browser b = { .status = 0 };
	assert_int_equal(get(&b, "/sign-in"), 200);
	assert_int_equal(post(&b, "/language", "lang=en&return=/sign-in"), 303);
	assert_int_equal(get(&b, "/sign-in"), 200);
	assert_true(shows(&b, STR("Forgot your password?")));
	/* Where one wanted to go is kept, and nothing but a path of this site is gone to. */
	assert_int_equal(get(&b, "/sign-in?return=/account?done=x"), 200);
	assert_true(shows(&b, STR("name=\"return\" value=\"/sign-in?return=")));
	assert_int_equal(post(&b, "/language", "lang=ja&return=/sign-in?return=%2Faccount"), 303);
	assert_true(str_eq(b.location, STR("/sign-in?return=/account")));
	assert_int_equal(post(&b, "/language", "lang=en&return=//elsewhere.example/sign-in"), 303);
	assert_true(str_eq(b.location, STR("/")));
	assert_int_equal(post(&b, "/language", "lang=en&return=/sign-in%0d%0aSet-Cookie:x=y"), 303);
	assert_true(str_eq(b.location, STR("/")));
	signed_in(&b, "kei");
	SHOWS(&b, MSG_AUTH_FACTOR_OFF);
	assert_int_equal(post(&b, "/language", "lang=en&return=/account"), 303);
	assert_true(str_eq(b.location, STR("/account")));
	assert_int_equal(get(&b, "/account"), 200);
	assert_true(shows(&b, msg(LANG_EN, MSG_AUTH_FACTOR_OFF)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sign_in_and_out, up, down),
		cmocka_unit_test_setup_teardown(known_principals_cost_one_statement, up, down),
		cmocka_unit_test_setup_teardown(where_to_go_on_is_of_this_site, up, down),
		cmocka_unit_test_setup_teardown(names_cannot_be_listed, up, down),
		cmocka_unit_test_setup_teardown(guessing_is_slowed_and_nobody_locked_out, up, down),
		cmocka_unit_test_setup_teardown(changes_must_come_from_our_own_pages, up, down),
		cmocka_unit_test_setup_teardown(sessions_end, up, down),
		cmocka_unit_test_setup_teardown(others_are_signed_out, up, down),
		cmocka_unit_test_setup_teardown(a_new_password_ends_the_others, up, down),
		cmocka_unit_test_setup_teardown(needs_are_looked_at, up, down),
		cmocka_unit_test_setup_teardown(language_is_kept, up, down),
	};
	web_helpers();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
