/* Devices, applications and services: maintenance periods as people write them, ends that warn, and who sees what. */
#include "base/text/asset.h"
#include "base/text/org.h"
#include "tests/office.h"

#include "html/html.h"
#include "register/warn.h"

static struct reg_view device, application, service, service_account;

static void views(void)
{
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_device, &device), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_application, &application), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_service, &service), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_service_account, &service_account), 0);
	db_read_end(db, &c);
}

static const char *in_days(int64_t days)
{
	struct date d = date_add_days(clock_today(), days);
	return str_z(mem, str_printf(mem, "%04d-%02d-%02d", d.year, d.month, d.day));
}

static void maintenance_is_read_as_people_write_it(void **state)
{
	(void)state;
	views();
	static const struct { const char *text, *from, *until; } cases[] = {
		{ "2021年1月～2022年12月", "2021-01-01", "2022-12-31" }, { "2025-04-01～2028-03-31", "2025-04-01", "2028-03-31" },
		{ "2025/4/1〜2028/3/31", "2025-04-01", "2028-03-31" }, { "2024/2", NULL, "2024-02-29" }, { "2028年3月まで", NULL, "2028-03-31" },
		{ "令和7年4月から令和10年3月まで", "2025-04-01", "2028-03-31" }, { "～2027年6月30日", NULL, "2027-06-30" }, { "2025年4月～", "2025-04-01", NULL },
		{ "スポット保守", NULL, NULL }, { "なし", NULL, NULL }, { "5年", NULL, NULL }, { "2025年13月", NULL, NULL }, { "～", NULL, NULL },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct change c = CHANGE(&device, 0, "name", "x", "maintenance", cases[i].text);
		change_set_text(&c, mem, "number", str_z(mem, str_printf(mem, "M-%zu", i)));
		struct row r = row_of(&device, made(c));
		struct value from = at(&device, &r, "maintenance_from"), until = at(&device, &r, "maintenance_until");
		assert_int_equal(from.known, cases[i].from != NULL);
		assert_int_equal(until.known, cases[i].until != NULL);
		if (from.known)
			assert_true(str_eq_z(from.s, cases[i].from));
		if (until.known)
			assert_true(str_eq_z(until.s, cases[i].until));
	}
}

/* What asset_ends_today() writes for somebody. */
static struct str today(struct principal *p)
{
	static struct buf out;
	buf_release(&out);
	buf_init(&out, 1 << 20);
	struct http_req req = { .arena = mem, .principal = p, .lang = LANG_EN };
	struct html h;
	html_init(&h, &out, mem, LANG_EN, STR(""));
	struct db_conn *c = db_read_begin(db);
	asset_ends_today(&h, &req, c);
	db_read_end(db, &c);
	return buf_view(&out);
}

static int64_t count_by(const struct principal *p, const char *field, enum warn_state state)
{
	struct db_conn *c = db_read_begin(db);
	struct reg_view v;
	struct listing l;
	assert_int_equal(reg_view_load(c, mem, &reg_device, &v), 0);
	struct query q = { .view = &v, .by = p, .op = OP_READ, .sort = SORT_NEWEST, .count = true };
	warn_filter(mem, &q, reg_field(&reg_device, field), state);
	assert_int_equal(reg_list(c, mem, &q, &l), 0);
	db_read_end(db, &c);
	return l.count;
}

static void ends_are_counted_at_their_limits(void **state)
{
	(void)state;
	views();
	int64_t u = make_unit("終わりの部", 0), other = make_unit("よその部", 0);
	struct principal p = person_of(ROLE_CONTACT, u, "Contact");
	/* 180 days ahead by default: the day itself still holds. */
	static const struct { const char *name; int days; } rows[] = {
		{ "past", -1 }, { "today", 0 }, { "near", 180 }, { "far", 181 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct change c = CHANGE(&device, 0, "name", rows[i].name, "state", "in_use", "os_support_until", in_days(rows[i].days));
		set_ref(&c, "unit", u);
		(void)made(c);
	}
	struct change c = CHANGE(&device, 0, "name", "blank");
	set_ref(&c, "unit", u);
	(void)made(c);
	c = CHANGE(&device, 0, "name", "elsewhere", "os_support_until", in_days(-9));
	set_ref(&c, "unit", other);
	(void)made(c);
	assert_int_equal(count_by(&p, "os_support_until", WARN_PAST), 1);
	assert_int_equal(count_by(&p, "os_support_until", WARN_SOON), 2);
	assert_int_equal(count_by(&p, "os_support_until", WARN_UNKNOWN), 1);
	assert_int_equal(count_by(&lead, "os_support_until", WARN_PAST), 2);
	/* Today leads to the rows it counted, and what is no longer used is left out of both. */
	struct str page = today(&p);
	struct str link = str_printf(mem, "/asset/device?state=in_use&amp;state=repair&amp;state=-&amp;os_support_until.until=%s", in_days(-1));
	assert_true(str_contains(page, link));
	c = CHANGE(&device, 0, "name", "gone", "state", "waiting", "os_support_until", in_days(-3));
	set_ref(&c, "unit", u);
	(void)made(c);
	assert_int_equal(count_by(&p, "os_support_until", WARN_PAST), 2);
	assert_true(str_contains(today(&p), str_printf(mem, "%.*s&amp;sort=os_support_until\"><span class=\"badge tone-red\">1<", STR_FMT(link))));
	/* Without a row nothing is known, and 0 would be good news. */
	assert_true(str_contains(today(&p), msg(LANG_EN, MSG_ASSET_ENDS_NO_ROWS)));
}

static void the_setting_moves_the_limit(void **state)
{
	(void)state;
	views();
	int64_t u = make_unit("設定の部", 0);
	struct principal p = person_of(ROLE_CONTACT, u, "Contact");
	struct change c = CHANGE(&device, 0, "name", "setting", "os_support_until", in_days(20));
	set_ref(&c, "unit", u);
	(void)made(c);
	assert_int_equal(count_by(&p, "os_support_until", WARN_SOON), 1);
	(void)set("asset.warn_support", "19");
	assert_int_equal(count_by(&p, "os_support_until", WARN_SOON), 0);
	(void)set("asset.warn_support", "20");
	assert_int_equal(count_by(&p, "os_support_until", WARN_SOON), 1);
}

static void badge(struct buf *b, int64_t days)
{
	struct html h;
	buf_init(b, 4096);
	html_init(&h, b, mem, LANG_EN, STR(""));
	struct value v = { .known = true, .s = str_of(in_days(days)) };
	warn_badge(&h, &device, reg_field(&reg_device, "os_support_until"), &v);
}

static void a_date_says_in_words_how_it_stands(void **state)
{
	(void)state;
	views();
	static const struct { int days; const char *word; } cases[] = { { -1, ">over<" }, { 0, ">ends today<" }, { 180, ">180 days left<" }, { 181, NULL } };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf b;
		badge(&b, cases[i].days);
		if (cases[i].word)
			assert_true(str_contains(buf_view(&b), str_of(cases[i].word)));
		else
			assert_int_equal(b.n, 0);
		buf_release(&b);
	}
	/* Another date of the same register has no setting and stays plain. */
	struct buf b;
	struct html h;
	buf_init(&b, 4096);
	html_init(&h, &b, mem, LANG_EN, STR(""));
	struct value v = { .known = true, .s = str_of(in_days(-1)) };
	warn_badge(&h, &device, reg_field(&reg_device, "confirmed_on"), &v);
	assert_int_equal(b.n, 0);
	buf_release(&b);
}

static void a_contract_does_not_end_before_it_begins(void **state)
{
	(void)state;
	views();
	struct written w;
	struct change c = CHANGE(&application, 0, "name", "App", "contract_from", "2026-04-01", "contract_until", "2026-03-31");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &application, "contract_until"), MSG_ORG_DATES_REVERSED);
	c = CHANGE(&service, 0, "name", "Service", "contract_from", "2026-04-01", "contract_until", "2026-03-31");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &service, "contract_until"), MSG_ORG_DATES_REVERSED);
}

static void a_contact_keeps_the_accounts_of_the_own_unit_only(void **state)
{
	(void)state;
	views();
	int64_t u = make_unit("口座の部", 0), other = make_unit("別の部", 0);
	struct principal p = person_of(ROLE_CONTACT, u, "Contact");
	int64_t s = made(CHANGE(&service, 0, "name", "見本サービス"));
	struct change c = CHANGE(&service_account, 0, "account", "a@example");
	struct written w;
	set_ref(&c, "service", s);
	set_ref(&c, "unit", other);
	int64_t id = made(c);
	c = CHANGE(&service_account, id, "privileged", "no");
	assert_int_equal(save_by(&p, &c, &w), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(maintenance_is_read_as_people_write_it), OFFICE_TEST(ends_are_counted_at_their_limits),
		OFFICE_TEST(the_setting_moves_the_limit), OFFICE_TEST(a_date_says_in_words_how_it_stands),
		OFFICE_TEST(a_contract_does_not_end_before_it_begins), OFFICE_TEST(a_contact_keeps_the_accounts_of_the_own_unit_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
