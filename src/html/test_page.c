#include "html/test_support.h"
#include "base/clock.h"
#include "base/version.h"

static const struct menu_item menu[] = {
	{ { "今日", "Today" }, "/work", "home", true },
	{ { "資産", "Assets" }, "/asset", "box", true },
	{ { "設定<", "Settings<" }, "/settings", "settings", false },
};

static char new_path[] = "/asset/new";

static void buttons(struct html *h, void *ctx)
{
	html_button_link(h, str_of((const char *)ctx), "plus", STR("追加"), true);
}

static struct page hostile_page(void)
{
	return (struct page){
		.title = STR_INIT(HOSTILE), .subtitle = STR_INIT(HOSTILE), .menu = menu, .menus = COUNT_OF(menu), .current = "/asset",
		.user_name = STR_INIT(HOSTILE), .company_name = STR_INIT(HOSTILE), .account_path = STR_INIT("javascript:alert(1)"),
		.help_path = STR_INIT("//evil.example"), .return_path = STR_INIT(HOSTILE), .search = STR_INIT(HOSTILE), .notice = STR_INIT(HOSTILE),
		.plain_lan_banner = true, .demo_banner = true,
		.breadcrumb_label = { STR_INIT(HOSTILE), STR_INIT(HOSTILE) }, .breadcrumb_path = { STR_INIT("javascript:alert(1)") },
		.actions = buttons, .actions_ctx = new_path,
	};
}

static void everything_is_escaped(void **state)
{
	struct fixture *f = *state;
	struct page p = hostile_page();
	struct str out;

	page_begin(&f->h, &p);
	page_end(&f->h);
	page_bare_begin(&f->h, STR(HOSTILE), STR(HOSTILE));
	page_bare_end(&f->h);
	out = taken(f);
	assert_true(assert_clean_markup(out) > 80);
	assert_false(has(out, "<b "));
	assert_false(has(out, "javascript:"));
	assert_false(has(out, "evil.example"));
}

static void frame_has_what_everybody_needs(void **state)
{
	struct fixture *f = *state;
	static const char *const parts[] = {
		"<!doctype html><html lang=\"ja\">", "name=\"viewport\"", "<header", "<nav class=\"sidebar\" aria-label=", "<main id=\"main\"",
		"class=\"skip-link\" href=\"#main\"", "role=\"search\"", "action=\"/search\"", "name=\"q\"", "action=\"/sign-out\"", "action=\"/language\"",
		"name=\"lang\" value=\"en\"", "name=\"return\" value=\"/asset?x=1\"", "<meta name=\"csrf\" content=\"t&lt;o&gt;ken\"",
		"name=\"csrf\" value=\"t&lt;o&gt;ken\"", "<h1>情報資産</h1>", "aria-current=\"page\"", "<link rel=\"stylesheet\"", "allowEval&quot;:false",
		"includeIndicatorStyles&quot;:false", "selfRequestsOnly&quot;:true", "print-header", "href=\"/asset/new\"", "href=\"/help/asset\"",
		"role=\"status\"><svg", "保存しました。", "2026-11-22 09:00",
	};
	struct page p = {
		.title = STR_INIT("情報資産"), .menu = menu, .menus = COUNT_OF(menu), .current = "/asset", .user_name = STR_INIT("見本 花子"),
		.company_name = STR_INIT("見本商店"), .help_path = STR_INIT("/help/asset"), .return_path = STR_INIT("/asset?x=1"),
		.notice = STR_INIT("保存しました。"), .actions = buttons, .actions_ctx = new_path,
	};
	struct str out;

	clock_set_for_test(1795305600000, true); /* 2026-11-22T00:00Z */
	page_begin(&f->h, &p);
	page_end(&f->h);
	out = taken(f);
	assert_clean_markup(out);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (!has(out, parts[i]))
			fail_msg("the frame lacks %s", parts[i]);
	assert_true(has(out, ">資産</span></a>"));
	assert_false(has(out, "設定")); /* not visible for this person */
	assert_false(has(out, "class=\"banner"));
	assert_false(has(out, "class=\"crumbs\""));
}

static void a_menu_says_what_waits(void **state)
{
	struct fixture *f = *state;
	struct menu_item two[] = { { { "今日", "Today" }, "/work", "home", true, .waiting = 3, .waiting_words = STR_INIT(HOSTILE) }, { { "資産", "Assets" }, "/asset", "box", true, .waiting = 100 } };
	struct page p = { .title = STR_INIT("今日"), .menu = two, .menus = COUNT_OF(two), .user_name = STR_INIT("見本 花子") };
	struct str out;

	page_begin(&f->h, &p);
	page_end(&f->h);
	out = taken(f);
	assert_clean_markup(out);
	assert_true(has(out, "今日</span><span class=\"menu-count\""));
	assert_true(has(out, "<span aria-hidden=\"true\">3</span><span class=\"visually-hidden\">"));
	assert_true(has(out, "<span aria-hidden=\"true\">99+</span>"));
}

/* Who is signed in sees which version this is; a page for anybody does not tell. */
static void version_is_for_who_is_signed_in(void **state)
{
	struct fixture *f = *state;
	struct page p = { .title = STR_INIT("情報資産"), .user_name = STR_INIT("見本 花子") };

	version_set(STR("0.9.0~12.g0123abcd<"));
	page_begin(&f->h, &p);
	page_end(&f->h);
	struct str out = taken(f);
	assert_clean_markup(out);
	assert_true(has(out, "0.9.0~12.g0123abcd&lt;</p>"));
	p.user_name = STR_NULL;
	page_begin(&f->h, &p);
	page_end(&f->h);
	page_bare_begin(&f->h, STR("サインイン"), STR("見本商店"));
	page_bare_end(&f->h);
	assert_false(has(taken(f), "0.9.0"));
	version_set(STR_NULL);
}

static void english_frame(void **state)
{
	struct fixture *f = *state;
	struct page p = { .title = STR_INIT("Assets"), .menu = menu, .menus = COUNT_OF(menu), .user_name = STR_INIT("Hanako"), .demo_banner = true };
	struct str out;

	html_init(&f->h, &f->out, f->arena, LANG_EN, STR("x"));
	page_begin(&f->h, &p);
	page_end(&f->h);
	out = taken(f);
	assert_true(has(out, "<html lang=\"en\">"));
	assert_true(has(out, "name=\"lang\" value=\"ja\""));
	assert_true(has(out, "<span lang=\"ja\">日本語</span>"));
	assert_true(has(out, "class=\"banner tone-yellow\""));
	assert_true(has(out, "Skip to content"));
}

static void nobody_signed_in_sees_no_menu(void **state)
{
	struct fixture *f = *state;
	struct page p = { .title = STR_INIT("ヘルプ"), .menu = menu, .menus = COUNT_OF(menu) };
	struct str out;

	page_begin(&f->h, &p);
	page_end(&f->h);
	page_bare_begin(&f->h, STR("サインイン"), STR_NULL);
	page_bare_end(&f->h);
	out = taken(f);
	assert_false(has(out, "<nav"));
	assert_false(has(out, "/sign-out"));
	assert_false(has(out, "role=\"search\""));
}

static void a_guest_gets_no_empty_menu(void **state)
{
	struct fixture *f = *state;
	struct page p = { .title = STR_INIT("点検票"), .menu = menu + 2, .menus = 1, .user_name = STR_INIT("見本 太郎") };
	struct str out;

	page_begin(&f->h, &p);
	page_end(&f->h);
	out = taken(f);
	assert_false(has(out, "<nav"));
	assert_false(has(out, "role=\"search\""));
	assert_true(has(out, "/sign-out"));
	assert_true(has(out, "frame-plain"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_is_escaped, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(frame_has_what_everybody_needs, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_menu_says_what_waits, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(version_is_for_who_is_signed_in, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(english_frame, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(nobody_signed_in_sees_no_menu, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_guest_gets_no_empty_menu, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
