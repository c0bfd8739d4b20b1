/* Assets and places: importance, retention, kinds of places, overrides with their reasons, confirmation. */
#include "base/text/asset.h"
#include "base/text/register.h"
#include "tests/office.h"

static struct row local(const char *c, const char *i, const char *a)
{
	struct change x = CHANGE(&asset, 0, "name", "x");
	static int n;
	char name[40];
	snprintf(name, sizeof name, "資産 %d", n++);
	change_set_text(&x, mem, "name", name);
	if (c)
		change_set_text(&x, mem, "confidentiality", c);
	if (i)
		change_set_text(&x, mem, "integrity", i);
	if (a)
		change_set_text(&x, mem, "availability", a);
	return row_of(&asset, made(x));
}

static int64_t number(const struct value v)
{
	return v.known ? v.i : -1;
}

static void importance_is_the_highest_rating(void **state)
{
	(void)state;
	static const struct { const char *c, *i, *a; int64_t importance; } cases[] = {
		{ "0", "0", "0", 0 }, { "0", "1", "0", 1 }, { "2", "1", "0", 2 }, { "0", "0", "2", 2 }, { "1", "1", "1", 1 },
		/* A blank makes it unknown, unless the top is reached already: nothing could raise it further. */
		{ NULL, NULL, NULL, -1 }, { "1", NULL, "1", -1 }, { "0", "0", NULL, -1 }, { "2", NULL, NULL, 2 }, { NULL, "2", "0", 2 },
	};
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct row r = local(cases[k].c, cases[k].i, cases[k].a);
		assert_int_equal(number(at(&asset, &r, "importance")), cases[k].importance);
		assert_int_equal(number(at(&asset, &r, "importance_rated")), cases[k].importance);
	}
}

static void the_lead_settles_with_a_reason_and_both_stay_visible(void **state)
{
	(void)state;
	struct row r = local("1", "1", "0");
	struct written w;
	struct change c = CHANGE(&asset, r.id, "importance_settled", "2");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &asset, "importance_reason"), MSG_ASSET_OVERRIDE_REASON);
	(void)made(CHANGE(&asset, r.id, "importance_settled", "2", "importance_reason", "取引先との契約で厳重管理"));
	assert_int_equal(level(&asset, r.id, "importance"), 2);
	assert_int_equal(level(&asset, r.id, "importance_rated"), 1);
	/* A department contact rates, but does not settle. */
	int64_t u = make_unit("営業部", 0), own = make_asset("名簿", u, 0);
	struct principal p = person_of(ROLE_CONTACT, u, "Contact");
	c = CHANGE(&asset, own, "confidentiality", "1", "integrity", "0", "availability", "0");
	assert_int_equal(save_by(&p, &c, &w), 0);
	assert_int_equal(level(&asset, own, "importance"), 1);
	c = CHANGE(&asset, own, "importance_settled", "0", "importance_reason", "下げたい");
	assert_int_not_equal(save_by(&p, &c, &w), 0);
	assert_int_equal(level(&asset, own, "importance"), 1);
}

static void keep_until_follows_from_registration_and_retention(void **state)
{
	(void)state;
	static const struct { const char *retention, *registered, *until; } cases[] = {
		{ "5年", "2026-04-01", "2031-04-01" }, { "7 年間", "2026-04-01", "2033-04-01" }, { "6か月", "2026-08-31", "2027-02-28" },
		{ "6ヶ月", "2026-01-15", "2026-07-15" }, { "3カ月", "2026-01-31", "2026-04-30" }, { "1年", "2024-02-29", "2025-02-28" },
		{ "永年", "2026-04-01", NULL }, { "5", "2026-04-01", NULL }, { "退職後5年", "2026-04-01", NULL }, { "5年", NULL, NULL },
		{ "999年", "2026-04-01", NULL },
	};
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct row r = local("0", "0", "0");
		struct change c = CHANGE(&asset, r.id, "retention", cases[k].retention);
		if (cases[k].registered)
			change_set_text(&c, mem, "registered_on", cases[k].registered);
		r = row_of(&asset, made(c));
		struct value v = at(&asset, &r, "keep_until");
		assert_int_equal(v.known, cases[k].until != NULL);
		if (cases[k].until)
			assert_true(str_eq_z(v.s, cases[k].until));
	}
}

static void a_places_kind_is_told_by_its_name(void **state)
{
	(void)state;
	static const struct { const char *name; int kind; } cases[] = {
		{ "事務所PC", PLACE_PC }, { "ＰＣ", PLACE_PC }, { "パソコン", PLACE_PC }, { "書類", PLACE_PAPER }, { "耐火金庫", PLACE_PAPER },
		{ "社外サーバー", PLACE_CLOUD }, { "社内サーバー", PLACE_SERVER }, { "ﾌｧｲﾙｻｰﾊﾞｰ", PLACE_SERVER }, { "NAS", PLACE_SERVER },
		{ "クラウドストレージ", PLACE_CLOUD }, { "モバイル機器", PLACE_MOBILE }, { "スマートフォン", PLACE_MOBILE }, { "ノートPC", PLACE_MOBILE },
		{ "ノートＰＣ（営業）", PLACE_MOBILE }, { "USBメモリ", PLACE_MEDIA }, { "外付けHDD", PLACE_MEDIA }, { "可搬電子媒体", PLACE_MEDIA },
		{ "倉庫", 0 }, { "", 0 },
	};
	for (size_t k = 0; k < COUNT_OF(cases); k++)
		assert_int_equal(asset_place_kind(str_of(cases[k].name)), cases[k].kind);
	/* A new place takes the guess; a kind that was given stays. */
	assert_int_equal(level(&place, made(CHANGE(&place, 0, "name", "書類")), "kind"), PLACE_PAPER);
	assert_int_equal(level(&place, made(CHANGE(&place, 0, "name", "USBメモリ", "kind", "office_pc")), "kind"), PLACE_PC);
	assert_int_equal(level(&place, made(CHANGE(&place, 0, "name", "倉庫")), "kind"), -1);
}

static void every_override_wants_its_reason(void **state)
{
	(void)state;
	static const char *const fields[] = { "threat_frequency", "vulnerability" };
	struct row r = local("1", "1", "1");
	int64_t paper = made(CHANGE(&place, 0, "name", "書類"));
	for (size_t k = 0; k < COUNT_OF(fields); k++) {
		char set[64], reason[64];
		struct written w;
		snprintf(set, sizeof set, "%s_set", fields[k]);
		snprintf(reason, sizeof reason, "%s_reason", fields[k]);
		struct change c = CHANGE(&asset, r.id, set, "2");
		assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
		assert_int_equal(error_at(&w, &asset, reason), MSG_FIELD_REASON);
		c = CHANGE(&place, paper, set, "2");
		assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
		assert_int_equal(error_at(&w, &place, reason), MSG_FIELD_REASON);
		(void)made(CHANGE(&place, paper, set, "2", reason, "現場を見て"));
		assert_int_equal(level(&place, paper, fields[k]), 2);
		(void)made(CHANGE(&asset, r.id, set, "3", reason, "この行だけ"));
		assert_int_equal(level(&asset, r.id, fields[k]), 3);
		/* Nor can the reason be taken away while the value stands. */
		c = change_new(mem, CHANGE_SAVE, &asset, r.id);
		change_set(&c, reg_view_field(&asset, str_of(reason)), (struct value){ .known = false });
		assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
		assert_int_equal(w.errors.n, 1);
		assert_int_equal(error_at(&w, &asset, reason), MSG_ASSET_OVERRIDE_REASON);
	}
	assert_int_equal(level(&asset, r.id, "risk_value"), 3);
}

static int64_t due(const struct principal *p)
{
	struct db_conn *c = db_read_begin(db);
	int64_t n = -1;
	assert_int_equal(asset_due_count(c, mem, p, &n), 0);
	db_read_end(db, &c);
	return n;
}

static void a_confirmation_lasts_the_set_days(void **state)
{
	(void)state;
	int64_t u = make_unit("営業部", 0), other = make_unit("総務部", 0), own = make_asset("名簿", u, 0);
	(void)make_asset("規程", other, 0);
	struct principal p = person_of(ROLE_CONTACT, u, "Contact");
	struct written w;
	assert_int_equal(due(&lead), 2);
	assert_int_equal(due(&p), 1);
	assert_int_equal(due(&auditor), 0); /* reads all, changes none */
	/* By the button only: no form, file or API writes the date. */
	struct change c = CHANGE(&asset, own, "confirmed_on", "2026-11-20");
	assert_int_equal(save_by(&p, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &asset, "confirmed_on"), MSG_FIELD_ENGINE);
	c.by_engine = true;
	assert_int_equal(save_by(&p, &c, &w), 0);
	assert_int_equal(due(&p), 0);
	clock_set_for_test(clock_instant((struct date){ 2027, 11, 20 }) + 3600000, true);
	assert_int_equal(due(&p), 0); /* the last day */
	clock_set_for_test(clock_instant((struct date){ 2027, 11, 21 }) + 3600000, true);
	assert_int_equal(due(&p), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(importance_is_the_highest_rating), OFFICE_TEST(the_lead_settles_with_a_reason_and_both_stay_visible),
		OFFICE_TEST(keep_until_follows_from_registration_and_retention), OFFICE_TEST(a_places_kind_is_told_by_its_name),
		OFFICE_TEST(every_override_wants_its_reason), OFFICE_TEST(a_confirmation_lasts_the_set_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
