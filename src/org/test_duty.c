/* Security duties: the fifteen of a new company, lines of command without circles, what is warned about and to whom. */
#include "base/text/org.h"
#include "tests/office.h"

#include "main/settings.h"
#include "org/duty.h"

static struct reg_view duty, holder;

static int seed_job(struct db_conn *c, void *arg)
{
	struct reg_ctx ctx = ctx_of(arg);
	ctx.conn = c;
	return org_seed_duties(&ctx);
}

static void begin(void)
{
	struct principal system = auth_system();
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_duty, &duty), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_duty_holder, &holder), 0);
	db_read_end(db, &c);
	assert_int_equal(db_write(db, seed_job, &system), 0);
}

static struct str page_for(struct principal *p)
{
	static struct http_answer answer;
	office->frame = main_frame;
	p->lang = LANG_EN;
	buf_release(&answer.body);
	answer = (struct http_answer){ 0 };
	buf_init(&answer.body, LIMIT_PAGE);
	struct http_req req = { .arena = mem, .principal = p, .lang = LANG_EN, .app = office, .answer = &answer, .path = STR("/org/duties") };
	org_duties_page(&req);
	return buf_view(&answer.body);
}

static int64_t duty_named(const char *name)
{
	struct value v = { .known = true, .s = str_of(name) };
	struct db_conn *c = db_read_begin(db);
	int64_t id = 0;
	assert_int_equal(reference_find(c, mem, &lead, &holder.reg->field[reg_field(holder.reg, "duty")], v.s, &id), 0);
	db_read_end(db, &c);
	return id;
}

static int64_t make_person(const char *name, int64_t unit_id)
{
	struct change c = CHANGE(&person, 0, "name", name);
	set_ref(&c, "unit", unit_id);
	return made(c);
}

static int64_t hold(const char *name, int64_t person_id, const char *rank, int64_t unit_id)
{
	struct change c = CHANGE(&holder, 0, "rank", rank);
	set_ref(&c, "duty", duty_named(name));
	set_ref(&c, "person", person_id);
	set_ref(&c, "unit", unit_id);
	return made(c);
}

static struct str said(msg_id id, const char *a, const char *b)
{
	return note_str(mem, LANG_EN, &NOTE(id, ARG_S(str_of(a)), ARG_S(str_of(b))));
}

static void a_company_begins_with_fifteen_duties_and_all_vacant(void **state)
{
	(void)state;
	begin();
	assert_int_equal(number_of("SELECT count(*) FROM org_duty WHERE kind = 1"), 9);
	assert_int_equal(number_of("SELECT count(*) FROM org_duty WHERE kind = 2"), 6);
	assert_int_equal(number_of("SELECT count(*) FROM org_duty WHERE length(mission) > 10"), 15);
	/* Each chart has one head, and every line leads to it. */
	assert_int_equal(number_of("SELECT count(*) FROM org_duty WHERE in_peace = 1 AND above_peace IS NULL"), 1);
	assert_int_equal(number_of("SELECT count(*) FROM org_duty WHERE in_emergency = 1 AND above_emergency IS NULL"), 1);
	assert_int_equal(number_of("SELECT count(*) FROM org_duty d JOIN org_duty u ON u.id = d.above_peace WHERE d.in_peace = 1 AND u.in_peace = 0"), 0);
	assert_int_equal(number_of("SELECT count(*) FROM org_duty d JOIN org_duty u ON u.id = d.above_emergency WHERE d.in_emergency = 1 AND u.in_emergency = 0"), 0);
	struct str page = page_for(&lead);
	assert_true(str_contains(page, said(MSG_ORG_DUTY_NO_HOLDER, "セキュリティ戦略担当", "")));
	/* To leave one of the other six empty is a decision. */
	assert_false(str_contains(page, said(MSG_ORG_DUTY_NO_HOLDER, "脆弱性診断士", "")));
	assert_false(str_contains(page, msg(LANG_EN, MSG_ORG_DUTY_FINE)));
}

static void a_line_of_command_has_no_circle(void **state)
{
	(void)state;
	begin();
	struct written w;
	struct change c = change_new(mem, CHANGE_SAVE, &duty, duty_named("セキュリティ事故対応責任者"));
	set_ref(&c, "above_emergency", duty_named("セキュリティ事故対応担当")); /* two steps below it */
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &duty, "above_emergency"), MSG_ORG_DUTY_CIRCLE);
	c = change_new(mem, CHANGE_SAVE, &duty, duty_named("教育・啓発担当"));
	set_ref(&c, "above_peace", duty_named("教育・啓発担当"));
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
}

static void holders_count_only_in_their_time_and_while_they_are_here(void **state)
{
	(void)state;
	begin();
	int64_t u = make_unit("情報課", 0), a = make_person("見本 甲", u), b = make_person("見本 乙", u);
	const char *name = "教育・啓発担当";
	int64_t main_row = hold(name, a, "main", 0);
	struct str page = page_for(&lead);
	assert_false(str_contains(page, said(MSG_ORG_DUTY_NO_HOLDER, name, "")));
	assert_true(str_contains(page, said(MSG_ORG_DUTY_NO_DEPUTY, name, "")));
	int64_t deputy = hold(name, b, "deputy", 0);
	assert_false(str_contains(page_for(&lead), said(MSG_ORG_DUTY_NO_DEPUTY, name, "")));
	/* Today is 2026-11-20: the last day still counts, the day after does not, and no more does a time to come. */
	(void)made(CHANGE(&holder, deputy, "until", "2026-11-20"));
	assert_false(str_contains(page_for(&lead), said(MSG_ORG_DUTY_NO_DEPUTY, name, "")));
	(void)made(CHANGE(&holder, deputy, "until", "2026-11-19"));
	assert_true(str_contains(page_for(&lead), said(MSG_ORG_DUTY_NO_DEPUTY, name, "")));
	(void)made(CHANGE(&holder, deputy, "until", "2027-03-31", "since", "2026-11-21"));
	assert_true(str_contains(page_for(&lead), said(MSG_ORG_DUTY_NO_DEPUTY, name, "")));
	(void)made(CHANGE(&person, a, "left_on", "2026-11-19"));
	assert_true(str_contains(page_for(&lead), said(MSG_ORG_DUTY_NO_HOLDER, name, "")));
	(void)main_row;
	struct written w;
	struct change c = CHANGE(&holder, deputy, "since", "2027-04-01");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
}

static void too_many_duties_are_told_by_the_set_number(void **state)
{
	(void)state;
	begin();
	int64_t u = make_unit("多忙課", 0), a = make_person("見本 多忙", u);
	static const char *const names[] = { "セキュリティ戦略担当", "教育・啓発担当", "セキュリティ連絡担当" };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		(void)hold(names[i], a, i ? "deputy" : "main", 0);
	(void)hold(names[0], a, "main", u); /* the same duty for one unit too: still three */
	struct str three = note_str(mem, LANG_EN, &NOTE(MSG_ORG_DUTY_MANY, ARG_S(STR("見本 多忙")), ARG_I(3), ARG_I(2)));
	assert_false(str_contains(page_for(&lead), STR("見本 多忙 holds")));
	(void)set("org.duties_per_person", "2");
	assert_true(str_contains(page_for(&lead), three));
}

static void an_auditor_does_not_audit_the_own_unit(void **state)
{
	(void)state;
	begin();
	int64_t top = make_unit("監査会社", 0), office_unit = make_unit("監査室", top), sales = make_unit("販売部", top);
	int64_t a = make_person("見本 監査人", office_unit), b = make_person("見本 販売人", sales);
	struct str warned = said(MSG_ORG_DUTY_OWN_UNIT, "見本 監査人", "監査室"), other = said(MSG_ORG_DUTY_OWN_UNIT, "見本 販売人", "販売部");
	int64_t row = hold("情報セキュリティ監査担当", a, "main", 0);
	assert_true(str_contains(page_for(&lead), warned));
	/* Only another part: nothing to say. A part above the own unit holds it too. */
	struct change c = change_new(mem, CHANGE_SAVE, &holder, row);
	set_ref(&c, "unit", sales);
	(void)made(c);
	assert_false(str_contains(page_for(&lead), warned));
	c = change_new(mem, CHANGE_SAVE, &holder, row);
	set_ref(&c, "unit", top);
	(void)made(c);
	assert_true(str_contains(page_for(&lead), warned));
	/* Somebody of another unit covers it, and is covered in turn. */
	(void)hold("情報セキュリティ監査担当", b, "deputy", office_unit);
	assert_false(str_contains(page_for(&lead), warned));
	assert_false(str_contains(page_for(&lead), other));
	/* Who holds a duty that does not audit is not asked. */
	(void)hold("教育・啓発担当", b, "main", sales);
	assert_false(str_contains(page_for(&lead), other));
}

static void a_contact_sees_the_chart_but_not_other_units_people(void **state)
{
	(void)state;
	begin();
	int64_t mine = make_unit("自課", 0), other = make_unit("他課", 0);
	(void)hold("教育・啓発担当", make_person("見本 他課人", other), "main", 0);
	(void)hold("教育・啓発担当", make_person("見本 自課人<b>", mine), "deputy", 0);
	(void)set("org.duties_per_person", "1");
	(void)hold("セキュリティ連絡担当", make_person("見本 他課長", other), "main", 0);
	struct principal p = person_of(ROLE_CONTACT, mine, "Contact");
	struct str page = page_for(&p);
	assert_true(str_contains(page, STR("教育・啓発担当")));
	assert_true(str_contains(page, STR("見本 自課人&lt;b&gt;")));
	assert_false(str_contains(page, STR("<b>")));
	assert_false(str_contains(page, STR("見本 他課人")));
	assert_false(str_contains(page, STR("見本 他課長")));
	assert_true(str_contains(page, msg(LANG_EN, MSG_ORG_DUTY_HIDDEN)));
	/* And does not change who holds what. */
	struct written w;
	struct change c = CHANGE(&holder, 0, "rank", "main");
	set_ref(&c, "duty", duty_named("法律担当"));
	set_ref(&c, "person", number_of("SELECT id FROM org_person WHERE name = '見本 自課人<b>'"));
	assert_int_equal(save_by(&p, &c, &w), ERR_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_company_begins_with_fifteen_duties_and_all_vacant), OFFICE_TEST(a_line_of_command_has_no_circle),
		OFFICE_TEST(holders_count_only_in_their_time_and_while_they_are_here), OFFICE_TEST(too_many_duties_are_told_by_the_set_number),
		OFFICE_TEST(an_auditor_does_not_audit_the_own_unit), OFFICE_TEST(a_contact_sees_the_chart_but_not_other_units_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
