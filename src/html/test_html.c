#include "base/text/html.h"
#include "html/test_support.h"

static void escapes_five_characters(void **state)
{
	struct fixture *f = *state;

	html_text(&f->h, STR("a&b<c>d\"e'f"));
	assert_true(str_eq_z(taken(f), "a&amp;b&lt;c&gt;d&quot;e&#39;f"));
	html_attr(&f->h, "title", STR("a&b<c>d\"e'f"));
	assert_true(str_eq_z(taken(f), " title=\"a&amp;b&lt;c&gt;d&quot;e&#39;f\""));
	html_lines(&f->h, STR("<1>\r\n&2\n\n'3'"));
	assert_true(str_eq_z(taken(f), "&lt;1&gt;<br>&amp;2<br><br>&#39;3&#39;"));
	html_label(&f->h, (struct label){ "<日>", "<en>" });
	assert_true(str_eq_z(taken(f), "&lt;日&gt;"));
	html_note(&f->h, &NOTE(MSG_HTML_CELL, ARG_S(STR("<a>")), ARG_S(STR("\"b\"")), ARG_S(STR("'c'")), ARG_S(STR("&d"))));
	assert_true(str_eq_z(taken(f), "&lt;a&gt; × &quot;b&quot;：&#39;c&#39; 件、&amp;d"));
	html_text(&f->h, STR_NULL);
	html_text(&f->h, STR("石垣 plain"));
	assert_true(str_eq_z(taken(f), "石垣 plain"));
}

static void numbers_and_flags(void **state)
{
	struct fixture *f = *state;

	html_i64(&f->h, 1234567);
	html_attr_i64(&f->h, "max", -1234567);
	html_flag(&f->h, "checked", true);
	html_flag(&f->h, "disabled", false);
	assert_true(str_eq_z(taken(f), "1,234,567 max=\"-1234567\" checked"));
}

static void hrefs(void **state)
{
	struct fixture *f = *state;
	static const char *const good[] = {
		"/", "/asset?x=1", "?page=2", "#top", "https://example.com/a", "HTTP://example.com", "mailto:a@example.com", "/検索",
	};
	static const char *const bad[] = {
		"", " ", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
		"\x01javascript:alert(1)", "data:text/html,<b>", "vbscript:x", "file:///etc/passwd", "//evil.example", "/\\evil.example", "\\\\evil.example",
		"/\t/evil.example", "\t//evil.example", "/\n/evil.example", "https:", "https:evil", "http:/evil", "mailto:", "relative/path", "blob:x",
		"/a\x7f", "https://a\\@b", "&#106;avascript:alert(1)", "javascript&colon;alert(1)",
	};

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		html_href(&f->h, str_of(good[i]));
		assert_true(has(taken(f), good[i]));
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		html_href(&f->h, str_of(bad[i]));
		assert_true(str_eq_z(taken(f), " href=\"#\""));
		html_url_attr(&f->h, "hx-get", str_of(bad[i]));
		assert_true(str_eq_z(taken(f), " hx-get=\"#\""));
	}
	html_href(&f->h, STR("/a?b=\"<'&"));
	assert_true(str_eq_z(taken(f), " href=\"/a?b=&quot;&lt;&#39;&amp;\""));
	html_href(&f->h, (struct str){ "/a\0b", 4 });
	assert_true(str_eq_z(taken(f), " href=\"#\""));
	/* The plain attribute function does not open a way around. */
	html_attr(&f->h, "href", STR("javascript:alert(1)"));
	html_attr(&f->h, "src", STR("data:x"));
	html_attr(&f->h, "action", STR("//evil.example"));
	html_attr(&f->h, "formaction", STR("//evil.example"));
	assert_true(str_eq_z(taken(f), " href=\"#\" src=\"#\" action=\"#\" formaction=\"#\""));
}

static void widgets_escape(void **state)
{
	struct fixture *f = *state;
	struct str x = STR(HOSTILE), out;

	for (int t = TONE_NEUTRAL; t <= TONE_GREY + 1; t++) { /* one beyond the last: shown as unknown */
		html_badge(&f->h, (enum tone)t, x);
		html_alert(&f->h, (enum tone)t, x, x);
		html_signal(&f->h, (enum tone)t, x, x);
		html_post_button(&f->h, STR("/x"), "archive", x, (enum tone)t, x);
	}
	html_button_link(&f->h, x, "plus", x, true);
	html_button_link(&f->h, x, "no-such-icon", x, false);
	html_button_link(&f->h, STR("/x"), NULL, x, false);
	html_empty(&f->h, x, x, STR("javascript:alert(1)"), x);
	html_progress(&f->h, x, 5, 10, x);
	html_progress(&f->h, x, 500, 10, STR("/job/1"));
	html_progress(&f->h, x, 0, 0, STR("/job/1"));
	html_form_begin_draft(&f->h, x, true, x);
	html_hidden(&f->h, "name", x);
	html_form_end(&f->h);
	out = taken(f);
	assert_true(assert_clean_markup(out) > 50);
	assert_false(has(out, "<b "));
	assert_true(has(out, HOSTILE_ESCAPED));
	assert_true(has(out, "data-confirm=\"" HOSTILE_ESCAPED "\""));
	assert_true(has(out, "data-draft-key=\"" HOSTILE_ESCAPED "\""));
	assert_true(has(out, "max=\"10\" value=\"10\""));
}

static void forms_carry_the_token(void **state)
{
	struct fixture *f = *state;
	struct str out;

	html_form_begin(&f->h, STR("/asset/1"), false);
	html_form_end(&f->h);
	out = taken(f);
	assert_true(str_eq_z(out, "<form method=\"post\" action=\"/asset/1\"><input type=\"hidden\" name=\"csrf\" value=\"t&lt;o&gt;ken\"></form>"));
	html_form_begin(&f->h, STR("/import"), true);
	assert_true(has(taken(f), "enctype=\"multipart/form-data\""));
	html_post_button(&f->h, STR("/x"), NULL, STR("戻す"), TONE_NEUTRAL, STR_NULL);
	out = taken(f);
	assert_true(has(out, "name=\"csrf\" value=\"t&lt;o&gt;ken\""));
	assert_false(has(out, "data-confirm"));
}

static void red_alerts_are_announced(void **state)
{
	struct fixture *f = *state;

	html_alert(&f->h, TONE_RED, STR("誤り"), STR_NULL);
	assert_true(has(taken(f), "role=\"alert\""));
	html_alert(&f->h, TONE_BLUE, STR("案内"), STR_NULL);
	assert_false(has(taken(f), "role=\"alert\""));
}

static void signal_has_a_word_and_a_shape(void **state)
{
	struct fixture *f = *state;
	struct str out;

	html_signal(&f->h, TONE_GREY, STR("資産"), STR("未評価"));
	out = taken(f);
	assert_true(has(out, "<span>灰</span>"));
	assert_true(has(out, "tone-mark"));
	html_init(&f->h, &f->out, f->arena, LANG_EN, STR_NULL);
	html_signal(&f->h, TONE_RED, STR("Assets"), STR_NULL);
	assert_true(has(taken(f), "<span>Red</span>"));
}

static void static_files(void **state)
{
	struct fixture *f = *state;
	static const char *const paths[] = { "tabler.min.css", "app.css", "app.js", "htmx.min.js", "favicon.svg", "logo.svg" };

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		const struct asset_file *a = asset_find(str_of(paths[i]));
		struct str url;

		assert_non_null(a);
		assert_true(a->size > 100);
		assert_int_equal(strlen(a->hash), 16);
		url = asset_url(f->arena, paths[i]);
		assert_true(str_starts(url, STR("/static/")));
		assert_true(has(url, a->hash));
		assert_true(str_ends(url, str_of(paths[i])));
		assert_false(has((struct str){ (const char *)a->data, a->size }, "@import"));
	}
	assert_null(asset_find(STR("../secret")));
	assert_null(asset_find(STR_NULL));
	/* What the pages build on is still in the reduced style sheet. */
	{
		const struct asset_file *a = asset_find(STR("tabler.min.css"));
		struct str css = { (const char *)a->data, a->size };
		static const char *const kept[] = { ".btn", ".form-control", ".form-select", ".table", "color-scheme:dark", "--tblr-" };

		assert_true(a->size < 150 * 1024);
		for (size_t i = 0; i < COUNT_OF(kept); i++)
			assert_true(has(css, kept[i]));
	}
}

static void icons_are_sorted_and_clean(void **state)
{
	struct fixture *f = *state;

	assert_true(asset_icon_count >= 50);
	for (size_t i = 0; i < asset_icon_count; i++) {
		if (i)
			assert_true(strcmp(asset_icons[i - 1].name, asset_icons[i].name) < 0);
		html_icon(&f->h, asset_icons[i].name);
		struct str out = taken(f);
		assert_true(has(out, "aria-hidden=\"true\""));
		assert_true(has(out, "<path"));
		assert_clean_markup(out);
	}
	html_icon(&f->h, "no-such-icon");
	html_icon(&f->h, NULL);
	assert_int_equal(taken(f).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(escapes_five_characters, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(numbers_and_flags, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(hrefs, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(widgets_escape, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(forms_carry_the_token, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(red_alerts_are_announced, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(signal_has_a_word_and_a_shape, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(static_files, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(icons_are_sorted_and_clean, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
