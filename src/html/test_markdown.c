#include "html/test_support.h"

static struct str md(struct fixture *f, struct str source)
{
	struct str out = markdown_render(f->arena, source).html;

	assert_true(str_starts(out, STR("<div class=\"markdown\">")));
	assert_true(str_ends(out, STR("</div>")));
	assert_clean_markup(out);
	return out;
}

static void ordinary_text(void **state)
{
	struct fixture *f = *state;
	struct str out = md(f, STR("# 見出し\n\n本文 **強** *斜* ~~消~~ `c<o>de`\n次の行\n\n1. 一\n2. 二\n\n3) 別\n\n- [x] 済\n- [ ] 未\n\n> 引用\n\n---\n\n```\n<pre>\n```\n"));
	static const char *const parts[] = {
		"<h3>見出し</h3>", "<strong>強</strong>", "<em>斜</em>", "<del>消</del>", "<code>c&lt;o&gt;de</code>", "<br>次の行", "<ol><li>一</li>",
		"<ol start=\"3\">", "☑ 済", "☐ 未", "<blockquote>", "<hr>", "&lt;pre&gt;",
	};

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (!has(out, parts[i]))
			fail_msg("no %s", parts[i]);
}

static void tables(void **state)
{
	struct fixture *f = *state;
	struct str out = md(f, STR("| 列 | 値 |\n|:-:|--:|\n| a<b | 1 |\n"));

	assert_true(has(out, "<table class=\"table\">"));
	assert_true(has(out, "<th scope=\"col\" class=\"text-center\">列</th>"));
	assert_true(has(out, "<td class=\"text-end\">1</td>"));
	assert_true(has(out, "a&lt;b"));
}

static void links(void **state)
{
	struct fixture *f = *state;

	assert_true(has(md(f, STR("[手順](/help/x \"題\")")), "<a href=\"/help/x\" rel=\"noopener noreferrer\">手順</a>"));
	assert_true(has(md(f, STR("https://example.com/a?b=1&c=2")), "href=\"https://example.com/a?b=1&amp;c=2\""));
	assert_true(has(md(f, STR("<https://example.com/>")), "href=\"https://example.com/\""));
	assert_true(has(md(f, STR("[a](/x?a=1&amp;b=&#50;)")), "href=\"/x?a=1&amp;b=2\""));
	/* Images are never loaded. */
	assert_true(has(md(f, STR("![図](https://example.com/p.png)")), "<a href=\"https://example.com/p.png\" rel=\"noopener noreferrer\">図</a>"));
	assert_true(has(md(f, STR("[![図](https://example.com/p.png)](/x)")), "<a href=\"/x\" rel=\"noopener noreferrer\">図</a>"));
	assert_true(has(md(f, STR("![a [b](/c) d](/e) [z](/z)")), "<a href=\"/e\" rel=\"noopener noreferrer\">a b d</a> <a href=\"/z\""));
}

static void entities(void **state)
{
	struct fixture *f = *state;

	assert_true(has(md(f, STR("&lt;b&gt; &amp; &#60; &#x3c; &copy; &#0; &#x110000;")),
	                "&lt;b&gt; &amp; &lt; &lt; &amp;copy; \xef\xbf\xbd \xef\xbf\xbd"));
	assert_true(has(md(f, STR("&#31185; &#x1F600;")), "科 😀"));
}

static void hostile_text(void **state)
{
	struct fixture *f = *state;
	static const char *const attempts[] = {
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href=\"javascript:alert(1)\">x</a>", "<svg/onload=alert(1)>",
		"[x](javascript:alert(1))", "[x](JAVASCRIPT:alert(1))", "[x](<java\tscript:alert(1)>)", "[x](&#106;avascript:alert(1))",
		"[x](javascript&colon;alert(1))", "[x](javascript&#58;alert(1))", "[x](javascript&#x3A;alert(1))", "[x](data:text/html;base64,PHM+)",
		"[x](//evil.example)", "[x](/\\\\evil.example)", "[x](\\\\\\\\evil.example)", "[x](vbscript:x)", "![x](javascript:alert(1))",
		"![x](data:image/svg+xml,x)", "<javascript:alert(1)>", "[x]: javascript:alert(1)\n\n[x]", "[x](/a \"\\\" onclick=\\\"alert(1)\")",
		"[x](/a'onclick='alert(1))", "[x](</a\" onclick=\"alert(1)>)", "```x\" onclick=\"alert(1)\n```", "`<script>`", "| <script> |\n|---|\n| <b> |",
		"<!-- x --><b>", "<![CDATA[x]]>", "<?php x ?>", "</div></main><script>", "# <script>", "- <script>", "> <script>", "\\<script\\>",
		"&lt;script&gt;", "&#60;script&#62;", "[<img onerror=x>](/a)", "![<img onerror=x>](/a)", "https://example.com/\"onclick=\"x",
		"[x](https://a&quot; onclick=&quot;x)", "[a](/b 'c' onclick=d)",
	};

	for (size_t i = 0; i < COUNT_OF(attempts); i++) {
		struct str out = md(f, str_of(attempts[i])); /* includes the check of every attribute and URL */

		assert_false(has(out, "<script"));
		assert_false(has(out, "<img"));
		assert_false(has(out, "<svg"));
		assert_false(has(out, "href=\"javascript"));
	}
	assert_true(has(md(f, STR("[x](javascript&#58;alert(1))")), "href=\"#\""));
}

static void out_of_proportion(void **state)
{
	struct fixture *f = *state;
	struct buf b;
	struct str out;

	/* Many columns and many short rows: cells would be their product. */
	buf_init(&b, 1u << 20);
	for (int i = 0; i < 20000; i++)
		buf_lit(&b, "|a");
	buf_lit(&b, "\n");
	for (int i = 0; i < 20000; i++)
		buf_lit(&b, "|-");
	buf_lit(&b, "\n");
	for (int i = 0; i < 40000; i++)
		buf_lit(&b, "|\n");
	out = markdown_render(f->arena, buf_view(&b)).html;
	assert_true(out.n < (5u << 20));
	assert_true(str_ends(out, STR("</div>")));
	/* Deep nesting, and a text over the limit cut between characters. */
	buf_clear(&b);
	for (int i = 0; i < 20000; i++)
		buf_lit(&b, ">");
	out = markdown_render(f->arena, buf_view(&b)).html;
	assert_true(str_ends(out, STR("</div>")));
	buf_clear(&b);
	for (int i = 0; i < 100000; i++)
		buf_lit(&b, "石");
	out = md(f, buf_view(&b));
	assert_true(out.n < (257u << 10));
	assert_true(str_ends(out, STR("石</p></div>")));
	buf_release(&b);
	/* Not UTF-8, and cut off in the middle of a character. */
	assert_true(has(md(f, STR("**a** [x](0\xa2\x89i]\xff")), "**a** [x](0"));
	assert_true(has(md(f, STR("a_\xe7\x9f")), "a_"));
	assert_true(str_eq_z(md(f, STR_NULL), "<div class=\"markdown\"></div>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ordinary_text, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(tables, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(links, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(entities, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(hostile_text, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(out_of_proportion, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
