#include "html/test_support.h"

static void heat_map_leads_to_its_rows(void **state)
{
	struct fixture *f = *state;
	const struct str rows[] = { STR_INIT("重要度 2"), STR_INIT(HOSTILE) }, columns[] = { STR_INIT("低"), STR_INIT("高") };
	const struct heat_cell cells[] = {
		{ 1234, TONE_RED, STR_INIT("/asset?importance=2") }, { 0, TONE_YELLOW, STR_INIT("/asset?none=1") },
		{ 3, TONE_GREEN, STR_INIT("javascript:alert(1)") }, { 1, TONE_GREY, STR_NULL },
	};
	struct str out;

	chart_heatmap(&f->h, STR(HOSTILE), rows, 2, columns, 2, cells);
	out = taken(f);
	assert_clean_markup(out);
	assert_true(has(out, "<caption>" HOSTILE_ESCAPED "</caption>"));
	assert_true(has(out, "<th scope=\"col\">高</th>"));
	assert_true(has(out, "<th scope=\"row\">重要度 2</th>"));
	assert_true(has(out, "href=\"/asset?importance=2\" aria-label=\"重要度 2 × 低：1,234 件、赤（要対応）\""));
	assert_true(has(out, "<span class=\"count\">1,234</span>"));
	assert_true(has(out, "tone-mark"));
	assert_false(has(out, "none=1")); /* nothing to see, so no link */
	assert_false(has(out, "javascript"));
}

static void bars_have_numbers_links_and_words(void **state)
{
	struct fixture *f = *state;
	const struct str parts[] = { STR_INIT("大"), STR_INIT("中"), STR_INIT("<不明>") };
	const enum tone tones[] = { TONE_RED, TONE_YELLOW, TONE_GREY };
	const struct bar bars[] = {
		{ STR_INIT("営業部"), STR_INIT("/unit/1"), { 30, 10, 60 } },
		{ STR_INIT(HOSTILE), STR_NULL, { 0, 1, 0 } },
		{ STR_INIT("空"), STR_INIT("/unit/3"), { 0, -5, 0 } },
	};
	struct str out;

	chart_bars(&f->h, STR("部門ごと"), parts, tones, 3, bars, 3);
	out = taken(f);
	assert_clean_markup(out);
	assert_true(has(out, "<a href=\"/unit/1\">営業部</a>"));
	assert_true(has(out, "<title>大 30, 中 10, &lt;不明&gt; 60</title>"));
	assert_true(has(out, "class=\"fill tone-grey\" x=\"40.0%\" width=\"60.0%\""));
	assert_true(has(out, "<td class=\"number\">100</td>"));
	assert_true(has(out, "<title>0</title>"));
	assert_true(has(out, "class=\"legend\""));
	assert_false(has(out, "<b "));
}

static void extreme_bars(void **state)
{
	struct fixture *f = *state;
	const struct str parts[] = { STR_INIT("a"), STR_INIT("b"), STR_INIT("c"), STR_INIT("d"), STR_INIT("e"), STR_INIT("f") };
	const enum tone tones[6] = { TONE_RED };
	const struct bar bars[] = { { STR_INIT("x"), STR_NULL, { INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX } }, { STR_INIT("y"), STR_NULL, { INT64_MIN } } };

	chart_bars(&f->h, STR("c"), parts, tones, 6, bars, 2);
	assert_clean_markup(taken(f));
	chart_bars(&f->h, STR("c"), parts, tones, 1, NULL, 0);
	assert_true(has(taken(f), "まだありません"));
}

static void lines_have_a_table(void **state)
{
	struct fixture *f = *state;
	const struct str series[] = { STR_INIT("大"), STR_INIT("<中>") };
	const enum tone tones[] = { TONE_RED, TONE_YELLOW };
	const struct point points[] = { { STR_INIT("2026-09"), { 5, -1 } }, { STR_INIT("2026-10"), { 1200, 3 } }, { STR_INIT("<11>"), { 2, 4 } } };
	struct str out;

	chart_lines(&f->h, STR("推移"), series, tones, 2, points, 3);
	out = taken(f);
	assert_clean_markup(out);
	assert_true(has(out, "role=\"img\""));
	assert_true(has(out, "<desc>2026-09 から &lt;11&gt; まで"));
	assert_true(has(out, "<title>2026-10 大 1,200</title>"));
	assert_true(has(out, "<th scope=\"row\">2026-09</th><td class=\"number\">5</td><td class=\"number unknown\">不明</td>"));
	assert_false(has(out, "2026-09 &lt;中&gt;")); /* no point where nothing is known */
	chart_lines(&f->h, STR("推移"), series, tones, 2, points, 1);
	assert_clean_markup(taken(f));
	chart_lines(&f->h, STR("推移"), series, tones, 2, NULL, 0);
	assert_true(has(taken(f), "まだありません"));
}

static void extreme_lines(void **state)
{
	struct fixture *f = *state;
	const struct str series[] = { STR_INIT("s") };
	const enum tone tones[] = { TONE_BLUE };
	struct point points[40];

	for (size_t i = 0; i < COUNT_OF(points); i++)
		points[i] = (struct point){ STR_INIT("2026-01"), { i % 2 ? INT64_MAX : INT64_MIN } };
	chart_lines(&f->h, STR("c"), series, tones, 1, points, COUNT_OF(points));
	assert_clean_markup(taken(f));
}

static void a_curve_with_marks_and_its_table(void **state)
{
	struct fixture *f = *state;
	const struct curve_point points[] = { { 0, 1000 }, { 500000, 250 }, { 1000000, 5 } };
	const struct curve_mark marks[] = { { STR_INIT(HOSTILE), 500000, TONE_RED }, { STR_INIT("外"), 9000000, TONE_BLUE } };
	struct str out;

	chart_curve(&f->h, STR(HOSTILE), STR("万円"), 10000, TONE_NEUTRAL, points, 3, marks, 2);
	out = taken(f);
	assert_clean_markup(out);
	assert_true(has(out, "<figcaption>" HOSTILE_ESCAPED "</figcaption>"));
	assert_true(has(out, "<title>" HOSTILE_ESCAPED "</title>"));
	/* Half of the way between 9.5 % and 96 %; a quarter of the height. */
	assert_true(has(out, " x1=\"52.7%\" y1=\"132\" x2=\"96.0%\""));
	assert_true(has(out, " x1=\"96.0%\" y1=\"12\" x2=\"96.0%\" y2=\"172\"><title>外")); /* at the edge */
	assert_true(has(out, "<td class=\"number\">50</td><td class=\"number\">25.0%</td>"));
	assert_true(has(out, "<td class=\"number\">100</td><td class=\"number\">0.5%</td>"));
	chart_curve(&f->h, STR("c"), STR("円"), 1, TONE_NEUTRAL, points, 1, NULL, 0);
	assert_true(has(taken(f), "まだありません"));
}

static void gantt_bars_are_cut_at_both_ends(void **state)
{
	struct fixture *f = *state;
	const struct gantt_month m[] = { { STR_INIT("4月"), 0, 500, false }, { STR_INIT("5月"), 500, 1000, true } };
	const struct gantt_row rows[] = {
		{ STR_INIT("前から"), STR_INIT("/a"), STR_INIT("1月～5月"), -700, 250, TONE_BLUE }, { STR_INIT("先まで"), STR_INIT("/b"), STR_INIT("5月～"), 900, 4000, TONE_BLUE },
		{ STR_INIT("終わりの日"), STR_INIT("/c"), STR_INIT("31日"), 1000, 1000, TONE_RED }, { STR_INIT("<b>"), STR_INIT("/d"), STR_INIT("&"), 100, 100, TONE_RED },
	};
	chart_gantt(&f->h, STR("予定"), STR("やること"), STR("期間"), m, COUNT_OF(m), 300, rows, COUNT_OF(rows));
	struct str out = taken(f);
	assert_true(has(out, "rx=\"3\" x=\"0.0%\" width=\"25.0%\"/>"));
	assert_true(has(out, "rx=\"3\" x=\"90.0%\" width=\"10.0%\"/>"));
	assert_true(has(out, "rx=\"3\" x=\"99.4%\" width=\"0.6%\"/>")); /* still seen */
	assert_true(has(out, "rx=\"3\" x=\"10.0%\" width=\"0.6%\"/>"));
	assert_true(has(out, "<a href=\"/a\">前から</a>"));
	assert_true(has(out, "&lt;b&gt;"));
	assert_false(has(out, "<b>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(heat_map_leads_to_its_rows, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_curve_with_marks_and_its_table, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(bars_have_numbers_links_and_words, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(extreme_bars, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(lines_have_a_table, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(gantt_bars_are_cut_at_both_ends, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(extreme_lines, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
