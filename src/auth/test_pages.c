/* The pages: second factor, invitations, accounts, access roles, tokens, personal links, the trail. */
#include "base/text/auth.h"
#include "auth/test_web.h"

#include <liboath/oath.h>

static int64_t admin;

static int up(void **state)
{
	(void)state;
	clock_set_for_test(clock_instant((struct date){ 2026, 4, 1 }) + 9 * 3600000, true);
	web_up();
	admin = person("kanri");
	assert_int_equal(grant(admin, ROLE_ADMINISTRATOR, 0), 0);
	assert_int_equal(grant(admin, ROLE_LEAD, 0), 0);
	for (int64_t i = 1; i <= 5; i++)
		assert_int_equal(WRITE(auth_unit_place(wc, i, 0)), 0);
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

static const char *form(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *form(const char *fmt, ...)
{
	static char text[4][2000];
	static unsigned turn;
	char *p = text[turn++ % 4];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(p, sizeof text[0], fmt, ap);
	va_end(ap);
	return p;
}

static const char *code_now(struct str secret32)
{
	static char code[8];
	uint8_t secret[64];
	size_t n;
	assert_int_equal(hash_parse_base32(secret32, secret, sizeof secret, &n), 0);
	assert_int_equal(n, FACTOR_SECRET);
	assert_int_equal(oath_totp_generate((const char *)secret, n, (time_t)(clock_now() / 1000), 30, 0, 6, code), OATH_OK);
	return code;
}

static void a_second_factor_is_set_and_asked_for(void **state)
{
	(void)state;
	struct browser b, c = { .status = 0 };
	signed_in(&b, "kanri");
	assert_int_equal(post(&b, "/account/second-factor/begin", "current=wrong"), 400);
	assert_int_equal(post(&b, "/account/second-factor/begin", "current=" PASSWORD), 303);
	assert_int_equal(get(&b, "/account/second-factor"), 200);
	assert_true(shows(&b, STR("<svg class=\"qr\"")));
	struct str secret = between(&b, "id=\"factor-secret\">", "</code>");
	assert_int_equal(post(&b, "/account/second-factor", "code=000000"), 400);
	assert_int_equal(post(&b, "/account/second-factor", form("code=%s", code_now(secret))), 200);
	SHOWS(&b, MSG_AUTH_SHOWN_ONCE);
	struct str recovery = between(&b, "<li><code class=\"secret\">", "</code>");
	assert_int_equal(get(&b, "/account/second-factor"), 303);

	/* The password alone leads no further than the code. */
	assert_int_equal(sign_in(&c, "kanri", PASSWORD), 303);
	assert_true(str_starts(c.location, STR("/sign-in/code?return=")));
	assert_int_equal(get(&c, "/thing/thing"), 303);
	assert_int_equal(get(&c, "/sign-in/code"), 200);
	/* The code that confirmed it is used up. */
	assert_int_equal(post(&c, "/sign-in/code", form("code=%s", code_now(secret))), 401);
	SHOWS(&c, MSG_AUTH_CODE_WRONG);
	ahead(30000);
	const char *code = code_now(secret);
	assert_int_equal(post(&c, "/sign-in/code", form("code=%s&return=/thing/thing", code)), 303);
	assert_true(str_eq(c.location, STR("/thing/thing")));
	assert_int_equal(get(&c, "/thing/thing"), 200);
	/* What was half a sign-in is over. */
	assert_int_equal(number("SELECT COUNT(*) FROM auth_pending"), 0);

	/* A recovery code instead, once. */
	struct browser d = { .status = 0 }, e = { .status = 0 };
	assert_int_equal(sign_in(&d, "kanri", PASSWORD), 303);
	assert_int_equal(get(&d, "/sign-in/code"), 200);
	assert_int_equal(post(&d, "/sign-in/code", form("code=%.*s", STR_FMT(recovery))), 303);
	assert_int_equal(get(&d, "/thing/thing"), 200);
	assert_int_equal(sign_in(&e, "kanri", PASSWORD), 303);
	assert_int_equal(get(&e, "/sign-in/code"), 200);
	assert_int_equal(post(&e, "/sign-in/code", form("code=%.*s", STR_FMT(recovery))), 401);
	/* Guessing codes is slowed as well, also across new sign-ins. */
	for (int i = 0; i < 4; i++)
		assert_int_equal(post(&e, "/sign-in/code", "code=000000"), 401);
	assert_int_equal(post(&e, "/sign-in/code", "code=000000"), 429);
	assert_int_equal(sign_in(&e, "kanri", PASSWORD), 303);
	assert_int_equal(get(&e, "/sign-in/code"), 200);
	assert_int_equal(post(&e, "/sign-in/code", "code=000000"), 429);

	assert_int_equal(get(&c, "/account"), 200);
	assert_true(shows(&c, note_str(mem, LANG_JA, &NOTE(MSG_AUTH_RECOVERY_LEFT, ARG_I(9)))));
	assert_int_equal(post(&c, "/account/second-factor/remove", "current=" PASSWORD), 303);
	struct browser f;
	signed_in(&f, "kanri");
}

static void somebody_is_invited(void **state)
{
	(void)state;
	struct browser b, guest = { .status = 0 };
	signed_in(&b, "kanri");
	assert_int_equal(get(&b, "/settings/accounts"), 200);
	assert_int_equal(post(&b, "/settings/accounts", "login=Kanri&name=x&role=2&unit=0"), 400);
	SHOWS(&b, MSG_AUTH_LOGIN_TAKEN);
	assert_int_equal(post(&b, "/settings/accounts", "login=+&name=x&role=2&unit=0"), 400);
	SHOWS(&b, MSG_AUTH_LOGIN_MISSING);
	assert_int_equal(post(&b, "/settings/accounts", "login=hana&name=x&role=77&unit=0"), 404);
	assert_int_equal(number("SELECT COUNT(*) FROM auth_account WHERE login = 'hana'"), 0);
	assert_int_equal(post(&b, "/settings/accounts", "login=hana&name=%3Cb%3EHana%3C/b%3E&role=2&unit=2&until=2026-12-31&outbox=1"), 200);
	SHOWS(&b, MSG_AUTH_SHOWN_ONCE);
	SHOWS(&b, MSG_AUTH_OUTBOX_DONE);
	assert_true(shows(&b, STR("&lt;b&gt;Hana&lt;/b&gt;")));
	assert_false(shows(&b, STR("<b>Hana")));
	struct str secret = between(&b, "/invitation/", "</code>");
	assert_int_equal(secret.n, 43);
	const char *path = str_z(mem, str_printf(mem, "/invitation/%.*s", STR_FMT(secret)));

	/* Not before there is a password. */
	assert_int_equal(sign_in(&guest, "hana", ""), 401);
	assert_int_equal(get(&guest, path), 200);
	SHOWS(&guest, MSG_AUTH_INVITATION_TITLE);
	assert_int_equal(post(&guest, path, "password=hana&again=hana"), 400);
	assert_int_equal(post(&guest, path, "password=" PASSWORD "&again=else"), 400);
	assert_int_equal(post(&guest, path, "password=" PASSWORD "&again=" PASSWORD), 303);
	assert_int_equal(get(&guest, path), 404);
	SHOWS(&guest, MSG_AUTH_INVITATION_GONE);
	assert_int_equal(post(&guest, path, "password=" NEW_PASSWORD "&again=" NEW_PASSWORD), 404);
	signed_in(&guest, "hana");
	assert_int_equal(get(&guest, "/thing/thing/2"), 200);
	assert_int_equal(get(&guest, "/thing/thing/1"), 404);

	/* A reset: 24 hours; the newer replaces the older; sessions end. */
	int64_t id = number("SELECT id FROM auth_account WHERE login = 'hana'");
	const char *invite = form("/settings/accounts/%lld/invite", (long long)id);
	assert_int_equal(post(&b, invite, ""), 200);
	const char *older = str_z(mem, str_printf(mem, "/invitation/%.*s", STR_FMT(between(&b, "/invitation/", "</code>"))));
	assert_int_equal(post(&b, invite, ""), 200);
	const char *newer = str_z(mem, str_printf(mem, "/invitation/%.*s", STR_FMT(between(&b, "/invitation/", "</code>"))));
	struct browser any = { .status = 0 };
	assert_int_equal(get(&any, older), 404);
	assert_int_equal(get(&any, newer), 200);
	SHOWS(&any, MSG_AUTH_RESET_SET_TITLE);
	ahead(24LL * 3600 * 1000);
	assert_int_equal(get(&any, newer), 404);
	assert_int_equal(get(&any, "/invitation/nothing"), 404);
	assert_int_equal(get(&any, "/reset"), 200);
}

static void rights_are_given_and_taken(void **state)
{
	(void)state;
	int64_t id = person("hana");
	struct browser b, hana;
	signed_in(&b, "kanri");
	signed_in(&hana, "hana");
	assert_int_equal(get(&hana, "/overview"), 403);
	const char *base = str_z(mem, str_printf(mem, "/settings/accounts/%lld", (long long)id));
	assert_int_equal(get(&b, base), 200);
	assert_int_equal(post(&b, form("%s/grant", base), "role=2&unit=3"), 303);
	assert_int_equal(get(&hana, "/thing/thing/3"), 200);
	assert_int_equal(post(&b, form("%s/grant", base), "role=2&unit=3&until=2026-13-01"), 400);
	assert_int_equal(get(&b, base), 200);
	assert_int_equal(post(&b, form("%s/revoke", base), "role=2&unit=3"), 303);
	assert_int_equal(get(&hana, "/thing/thing/3"), 404);
	assert_int_equal(post(&b, form("%s/revoke", base), "role=2&unit=3"), 404);
	assert_int_equal(post(&b, form("%s/switch-off", base), ""), 303);
	assert_int_equal(get(&hana, "/account"), 303);
	assert_int_equal(post(&b, form("%s/switch-on", base), ""), 303);
	signed_in(&hana, "hana");
	/* Not the last one. */
	const char *own = str_z(mem, str_printf(mem, "/settings/accounts/%lld", (long long)admin));
	assert_int_equal(post(&b, form("%s/switch-off", own), ""), 409);
	SHOWS(&b, MSG_AUTH_LAST_ADMINISTRATOR);
	assert_int_equal(post(&b, form("%s/revoke", own), "role=0&unit=0"), 409);
	assert_int_equal(get(&b, "/settings/accounts/999"), 404);
	/* Nobody else may. */
	assert_int_equal(post(&hana, form("%s/grant", base), "role=0&unit=0"), 403);
	assert_int_equal(get(&hana, base), 403);
}

static void an_access_role_of_ones_own(void **state)
{
	(void)state;
	struct browser b, hana;
	int64_t id = person("hana");
	signed_in(&b, "kanri");
	signed_in(&hana, "hana");
	assert_int_equal(get(&b, "/settings/roles/new"), 200);
	assert_int_equal(post(&b, "/settings/roles/new", "name_ja=&name_en=Counter&mask=thing:1"), 400);
	SHOWS(&b, MSG_AUTH_ROLE_NAME_MISSING);
	assert_int_equal(post(&b, "/settings/roles/new", "name_ja=x&name_en=Counter&mask=nothing:1"), 400);
	assert_int_equal(get(&b, "/settings/roles/new"), 200);
	assert_int_equal(post(&b, "/settings/roles/new", "name_ja=x&name_en=Counter&need=overview&mask=thing:4&mask=thing:256"), 303);
	assert_int_equal(grant(id, ROLE_CUSTOM, 0), 0);
	assert_int_equal(get(&hana, "/overview"), 200);
	assert_true(shows(&hana, str_printf(mem, "ops %u ", OP_READ | OP_UPDATE | OP_COMMENT)));
	assert_int_equal(get(&b, "/settings/roles/100"), 200);
	/* What is not ticked any more is taken away. */
	assert_int_equal(post(&b, "/settings/roles/100", "name_ja=x&name_en=Counter&mask=thing:1"), 303);
	assert_int_equal(get(&hana, "/overview"), 403);
	assert_int_equal(get(&hana, "/thing/thing"), 200);
	assert_true(shows(&hana, str_printf(mem, "ops %u ", OP_READ)));
	assert_int_equal(get(&b, "/settings/roles"), 200);
	assert_int_equal(get(&b, "/settings/roles/101"), 404);
	assert_int_equal(get(&b, "/settings/roles/1"), 404);
}

static void tokens_have_a_scope_and_an_end(void **state)
{
	(void)state;
	struct browser b;
	signed_in(&b, "kanri");
	assert_int_equal(post(&b, "/settings/tokens", "name=&scope=read"), 400);
	assert_int_equal(post(&b, "/settings/tokens", "name=x&scope=read&until=2020-01-01"), 400);
	SHOWS(&b, MSG_AUTH_UNTIL_WRONG);
	assert_int_equal(post(&b, "/settings/tokens", "name=report&scope=read"), 200);
	struct browser read = { .bearer = between(&b, "id=\"secret\">", "</code>") };
	assert_int_equal(get(&b, "/settings/tokens"), 200);
	assert_false(shows(&b, read.bearer));
	assert_int_equal(post(&b, "/settings/tokens", "name=sync&scope=write&until=2026-04-02"), 200);
	struct browser write = { .bearer = between(&b, "id=\"secret\">", "</code>") };

	assert_int_equal(get(&read, "/api/v1/thing"), 200);
	assert_true(shows(&read, str_printf(mem, "kind 2 ops %u ", OP_READ | OP_EXPORT | OP_PRIVATE)));
	assert_int_equal(post(&read, "/api/v1/thing", ""), 403);
	assert_int_equal(post(&write, "/api/v1/thing", ""), 200);
	/* Not for pages. */
	assert_int_equal(get(&write, "/thing/thing"), 303);
	assert_int_equal(get(&write, "/settings/accounts"), 303);
	auth_flush();
	assert_int_equal(number("SELECT COUNT(*) FROM auth_token WHERE used_at > 0"), 2);

	ahead(48LL * 3600 * 1000);
	assert_int_equal(get(&write, "/api/v1/thing"), 401);
	assert_int_equal(get(&read, "/api/v1/thing"), 200);
	/* Somebody else's is not there to be revoked. */
	person("hana");
	struct browser hana;
	signed_in(&hana, "hana");
	assert_int_equal(post(&hana, "/settings/tokens/1/revoke", ""), 404);
	signed_in(&b, "kanri");
	assert_int_equal(post(&b, "/settings/tokens/1/revoke", ""), 303);
	assert_int_equal(get(&read, "/api/v1/thing"), 401);
	read.bearer = STR("ishigaki_nonsense");
	assert_int_equal(get(&read, "/api/v1/thing"), 401);
	/* A token that is wrong is not made good by a session. */
	b.bearer = STR("ishigaki_nonsense");
	assert_int_equal(get(&b, "/api/v1/thing"), 401);
}

static void a_link_opens_its_items(void **state)
{
	(void)state;
	struct browser b, guest = { .status = 0 };
	signed_in(&b, "kanri");
	assert_int_equal(get(&b, "/settings/links?records=THG-1"), 200);
	assert_true(shows(&b, STR(">THG-1</textarea>")));
	assert_int_equal(post(&b, "/settings/links", "name=sato&records=THG-9"), 400);
	assert_true(shows(&b, STR("THG-9")));
	assert_int_equal(post(&b, "/settings/links", "name=sato&records=+,+"), 400);
	SHOWS(&b, MSG_AUTH_LINK_RECORDS_MISSING);
	assert_int_equal(post(&b, "/settings/links", "name=&records=THG-1"), 400);
	assert_int_equal(post(&b, "/settings/links", "name=sato&records=THG-2%E3%80%81THG-4%EF%BC%8C%E3%80%80&update=1&until=2026-04-05"), 200);
	const char *path = str_z(mem, str_printf(mem, "/l/%.*s", STR_FMT(between(&b, "/l/", "</code>"))));
	assert_int_equal(get(&guest, path), 303);
	assert_true(str_eq(guest.location, STR("/l")));
	assert_int_equal(get(&guest, "/l"), 200);
	assert_true(shows(&guest, STR("&lt;thing 2&gt;")));
	assert_true(shows(&guest, STR("href=\"/thing/thing/4\"")));
	assert_int_equal(get(&guest, "/thing/thing/2"), 200);
	assert_true(shows(&guest, str_printf(mem, "kind 3 ops %u ", OP_READ | OP_UPDATE)));
	assert_int_equal(get(&guest, "/thing/thing/3"), 404);
	/* Nothing else of the house. */
	static const char *const closed[] = { "/overview", "/account", "/settings/accounts", "/settings/tokens" };
	for (size_t i = 0; i < COUNT_OF(closed); i++) {
		assert_int_equal(get(&guest, closed[i]), 303);
		assert_true(str_eq(guest.location, STR("/l")));
	}
	/* It may change its items, with the token of its own forms. */
	assert_int_equal(get(&guest, "/l"), 200);
	assert_int_equal(post(&guest, "/thing/thing", ""), 200);
	assert_int_equal(get(&guest, "/l/nothing"), 404);

	/* Whoever issues links hands on no more than what is theirs. */
	int64_t id = person("hana");
	assert_int_equal(grant(id, ROLE_LEAD, 3), 0);
	struct browser hana;
	signed_in(&hana, "hana");
	assert_int_equal(get(&hana, "/settings/links"), 200);
	assert_false(shows(&hana, STR("sato")));
	assert_int_equal(post(&hana, "/settings/links", "name=x&records=THG-2"), 400);
	assert_int_equal(post(&hana, "/settings/links", "name=x&records=THG-3"), 200);
	assert_int_equal(post(&hana, "/settings/links/1/revoke", ""), 404);

	/* It ends by revocation, at once, and by its date. */
	assert_int_equal(post(&b, "/settings/links/1/revoke", ""), 303);
	assert_int_equal(get(&guest, "/thing/thing/2"), 303);
	assert_int_equal(get(&guest, path), 404);
	assert_int_equal(post(&b, "/settings/links", "name=sato&records=THG-2&until=2026-04-05"), 200);
	const char *second = str_z(mem, str_printf(mem, "/l/%.*s", STR_FMT(between(&b, "/l/", "</code>"))));
	struct browser late = { .status = 0 };
	assert_int_equal(get(&late, second), 303);
	ahead(5 * DAY_MS);
	assert_int_equal(get(&late, "/thing/thing/2"), 303);
	assert_int_equal(get(&late, "/l"), 404);
	assert_int_equal(get(&late, second), 404);
}

static void the_trail_reads_well(void **state)
{
	(void)state;
	struct browser b;
	signed_in(&b, "kanri");
	int64_t id = person("<i>hana</i>");
	assert_int_equal(grant(id, ROLE_CONTACT, 0), 0);
	assert_int_equal(post(&b, "/settings/accounts/999/switch-off", ""), 404);
	assert_int_equal(get(&b, "/settings/audit-trail"), 200);
	assert_true(shows(&b, STR("kanri がサインインしました。")));
	assert_true(shows(&b, STR("システム が「&lt;i&gt;hana")));
	assert_false(shows(&b, STR("<i>hana")));
	SHOWS(&b, MSG_AUTH_ROLE_CONTACT);
	char path[100];
	snprintf(path, sizeof path, "/settings/audit-trail?kind=%d", AUDIT_SIGN_IN);
	assert_int_equal(get(&b, path), 200);
	assert_false(shows(&b, STR("システム が")));
	assert_true(shows(&b, STR("サインインしました")));
	assert_int_equal(get(&b, "/settings/audit-trail?actor=operator&from=2026-04-01&to=2026-04-01"), 200);
	SHOWS(&b, MSG_AUTH_TRAIL_NONE);
	assert_int_equal(get(&b, "/settings/audit-trail?to=2026-03-31"), 200);
	SHOWS(&b, MSG_AUTH_TRAIL_NONE);
	/* More than a page: continued by key, the filter kept. */
	for (int i = 0; i < 60; i++)
		assert_int_equal(grant(id, ROLE_AUDITOR, 100 + i), 0);
	snprintf(path, sizeof path, "/settings/audit-trail?kind=%d&from=2026-04-01", AUDIT_GRANT);
	assert_int_equal(get(&b, path), 200);
	struct str next = between(&b, "/settings/audit-trail?before=", "\"");
	assert_true(str_contains(next, STR("kind=20&amp;from=2026-04-01")));
	ptrdiff_t amp = str_find_char(next, '&');
	assert_int_equal(get(&b, form("/settings/audit-trail?before=%.*s&kind=%d", (int)amp, next.p, AUDIT_GRANT)), 200);
	assert_true(shows(&b, STR("kanri (kanri)")));
	assert_false(shows(&b, STR("?before=")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_second_factor_is_set_and_asked_for, up, down),
		cmocka_unit_test_setup_teardown(somebody_is_invited, up, down),
		cmocka_unit_test_setup_teardown(rights_are_given_and_taken, up, down),
		cmocka_unit_test_setup_teardown(an_access_role_of_ones_own, up, down),
		cmocka_unit_test_setup_teardown(tokens_have_a_scope_and_an_end, up, down),
		cmocka_unit_test_setup_teardown(a_link_opens_its_items, up, down),
		cmocka_unit_test_setup_teardown(the_trail_reads_well, up, down),
	};
	web_helpers();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
