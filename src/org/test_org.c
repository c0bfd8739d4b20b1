/* Units, people and the company: the tree keeps its shape, and a hand-over loses nothing. */
#include "base/text/org.h"
#include "tests/office.h"

#include "org/hand_over.h"

static int64_t make_person(const char *name, int64_t unit_id)
{
	struct change c = CHANGE(&person, 0, "name", name);
	set_ref(&c, "unit", unit_id);
	return made(c);
}

static int move_unit(int64_t id, int64_t parent, struct written *ret)
{
	struct change c = change_new(mem, CHANGE_SAVE, &unit, id);
	set_ref(&c, "parent", parent);
	return save_by(&lead, &c, ret);
}

static void a_unit_never_stands_below_itself(void **state)
{
	(void)state;
	struct written w;
	int64_t top = make_unit("本社", 0), middle = make_unit("営業部", top), low = make_unit("営業一課", middle), other = make_unit("総務部", top);
	assert_int_equal(move_unit(top, top, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &unit, "parent"), MSG_ORG_UNIT_OWN_PARENT);
	assert_int_equal(move_unit(top, low, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &unit, "parent"), MSG_ORG_UNIT_CYCLE);
	assert_int_equal(move_unit(middle, low, &w), ERR_INVALID);
	assert_int_equal(row_of(&unit, middle).revision, 1);
	/* A move within the tree takes everything below along. */
	assert_int_equal(move_unit(middle, other, &w), 0);
	struct db_conn *c = db_read_begin(db);
	struct principal p = person_of(ROLE_CONTACT, other, "Contact");
	assert_true(auth_allows(c, &p, reg_number(&reg_asset), OP_READ, low, 0));
	db_read_end(db, &c);
	/* Away from there again, and what was forbidden before is allowed now. */
	assert_int_equal(move_unit(low, 0, &w), 0);
	assert_int_equal(move_unit(middle, low, &w), 0);
}

/* ---- hand-over ---- */

struct hand_over {
	const struct principal *by;
	int64_t from, to, moved;
	size_t limit;
	struct note why;
};

static int hand_over_job(struct db_conn *c, void *arg)
{
	struct hand_over *x = arg;
	struct reg_ctx ctx = ctx_of(x->by);
	ctx.conn = c;
	if (x->limit)
		return org_hand_over_some(&ctx, x->from, x->to, STR("組織変更"), x->limit, &x->moved, &x->why);
	return org_hand_over(&ctx, x->from, x->to, STR("組織変更"), &x->moved, &x->why);
}

static int close_job(struct db_conn *c, void *arg)
{
	struct hand_over *x = arg;
	struct reg_ctx ctx = ctx_of(x->by);
	ctx.conn = c;
	return org_unit_close(&ctx, x->from, x->to, STR("2026-11-30"), STR("組織変更"), &x->why);
}

static void a_hand_over_moves_every_row_and_keeps_its_history(void **state)
{
	(void)state;
	int64_t a = make_unit("営業部", 0), b = make_unit("総務部", 0), kept = make_unit("経理部", 0);
	int64_t who = make_person("見本 花", a), list = make_asset("顧客名簿", a, 0), old = make_asset("旧名簿", a, 0), other = make_asset("仕訳帳", kept, 0);
	struct written w;
	struct change archive = change_new(mem, CHANGE_ARCHIVE, &asset, old);
	assert_int_equal(save_by(&lead, &archive, &w), 0);
	struct hand_over x = { .by = &lead, .from = a, .to = b };
	assert_int_equal(db_write(db, hand_over_job, &x), 0);
	assert_int_equal(x.moved, 2);
	assert_int_equal(level(&asset, list, "department"), b);
	assert_int_equal(level(&person, who, "unit"), b);
	/* Visibility follows. */
	assert_int_equal(row_of(&asset, list).unit_id, b);
	/* What was archived tells how things stood; what others own is untouched. */
	assert_int_equal(level(&asset, old, "department"), a);
	assert_int_equal(row_of(&asset, other).revision, 1);
	struct audit_entry e = last_entry(list);
	assert_int_equal(e.kind, AUDIT_UPDATE);
	assert_true(str_eq(e.reason, STR("組織変更")));
	assert_int_equal(e.changes, 1);
	assert_true(str_eq(e.change[0].field, STR("department")));
	assert_true(str_contains(e.change[0].before, STR("営業部")));
	assert_true(str_contains(e.change[0].after, STR("総務部")));
	/* Once more: nothing is left. */
	assert_int_equal(db_write(db, hand_over_job, &x), 0);
	assert_int_equal(x.moved, 0);
}

static void a_row_that_cannot_move_stops_the_whole(void **state)
{
	(void)state;
	int64_t a = make_unit("営業部", 0), b = make_unit("総務部", 0);
	int64_t first = make_asset("あ", a, 0), twin = make_asset("顧客名簿", a, 0);
	(void)make_asset("顧客名簿", b, 0);
	struct hand_over x = { .by = &lead, .from = a, .to = b };
	assert_int_equal(db_write(db, hand_over_job, &x), ERR_EXISTS);
	assert_int_equal(x.why.id, MSG_ORG_HAND_OVER_ROW);
	assert_true(str_contains(note_str(mem, LANG_JA, &x.why), row_of(&asset, twin).code));
	assert_int_equal(level(&asset, first, "department"), a);
	assert_int_equal(row_of(&asset, first).revision, 1);
	/* Those without the right do not begin. */
	struct principal p = person_of(ROLE_CONTACT, b, "Contact");
	struct hand_over y = { .by = &p, .from = a, .to = b };
	assert_true(db_write(db, hand_over_job, &y) < 0);
	assert_int_equal(row_of(&asset, first).revision, 1);
	struct hand_over same = { .by = &lead, .from = a, .to = a };
	assert_int_equal(db_write(db, hand_over_job, &same), ERR_INVALID);
	assert_int_equal(same.why.id, MSG_ORG_HAND_OVER_SAME);
}

static void a_hand_over_goes_on_in_steps(void **state)
{
	(void)state;
	int64_t a = make_unit("営業部", 0), b = make_unit("総務部", 0);
	char name[32];
	for (int i = 0; i < 7; i++) {
		snprintf(name, sizeof name, "台帳 %d", i);
		(void)make_asset(name, a, 0);
	}
	struct hand_over x = { .by = &lead, .from = a, .to = b, .limit = 3 };
	int64_t all = 0, steps = 0;
	do {
		assert_int_equal(db_write(db, hand_over_job, &x), 0);
		assert_true(x.moved <= 3);
		all += x.moved;
		steps++;
	} while (x.moved);
	assert_int_equal(all, 7);
	assert_int_equal(steps, 4);
	assert_int_equal(number_of("SELECT count(*) FROM asset_asset t JOIN org_unit u ON u.id = t.department WHERE u.name = '総務部'"), 7);
}

static void a_closed_unit_leaves_its_units_to_the_successor(void **state)
{
	(void)state;
	int64_t top = make_unit("本社", 0), sales = make_unit("営業部", top), one = make_unit("営業一課", sales), two = make_unit("営業二課", sales);
	int64_t admin_unit = make_unit("総務部", top);
	struct hand_over x = { .by = &lead, .from = sales, .to = admin_unit };
	assert_int_equal(db_write(db, close_job, &x), 0);
	assert_int_equal(level(&unit, one, "parent"), admin_unit);
	assert_int_equal(level(&unit, two, "parent"), admin_unit);
	struct row r = row_of(&unit, sales);
	assert_int_equal(r.state, RECORD_ARCHIVED);
	assert_int_equal(at(&unit, &r, "successor").i, admin_unit);
	assert_true(str_eq(at(&unit, &r, "abolished_on").s, STR("2026-11-30")));
	/* A successor from below takes the closed unit's place. */
	struct hand_over y = { .by = &lead, .from = admin_unit, .to = one };
	assert_int_equal(db_write(db, close_job, &y), 0);
	assert_int_equal(level(&unit, one, "parent"), top);
	assert_int_equal(level(&unit, two, "parent"), one);
}

/* ---- rights follow ---- */

struct rights {
	const struct principal *by;
	int64_t account, from, to, moved;
	struct str secret;
	struct written w;
};

static int give(struct db_conn *c, void *arg)
{
	struct rights *x = arg;
	struct principal system = auth_system();
	struct account_new n = { .login = STR("kei"), .name = STR("例示 一") };
	int e = auth_account_create(c, mem, &system, &n, &x->account);
	if (e == 0)
		e = auth_grant(c, mem, &system, x->account, ROLE_CONTACT, x->from, STR("2027-03-31"));
	if (e == 0)
		e = auth_grant(c, mem, &system, x->account, ROLE_AUDITOR, x->from, STR(""));
	if (e == 0)
		e = auth_grant(c, mem, &system, x->account, ROLE_CONTACT, x->to, STR("2026-12-31"));
	const struct link_item item = { x->from, OP_READ };
	return e < 0 ? e : auth_link_create(c, mem, &system, STR("例示 二"), 0, &item, 1, 0, NULL, &x->secret);
}

static int move_rights(struct db_conn *c, void *arg)
{
	struct rights *x = arg;
	return auth_grants_move(c, mem, x->by, x->from, x->to, &x->moved);
}

static int merge_units(struct db_conn *c, void *arg)
{
	struct rights *x = arg;
	struct reg_ctx ctx = ctx_of(x->by);
	ctx.conn = c;
	return reg_merge(&ctx, &unit, x->to, x->from, false, STR("統合"), &x->w);
}

static void rights_follow_by_the_hand_of_an_administrator(void **state)
{
	(void)state;
	struct rights x = { .by = &lead, .from = make_unit("営業部", 0), .to = make_unit("総務部", 0) };
	int64_t section = make_unit("営業一課", x.from);
	assert_int_equal(db_write(db, give, &x), 0);
	/* A lead merges, but gives nobody rights: they stay with the archived unit until an administrator moves them. */
	assert_int_equal(db_write(db, move_rights, &x), ERR_DENIED);
	assert_int_equal(db_write(db, merge_units, &x), 0);
	assert_int_equal(number_of("SELECT count(*) FROM auth_grant g JOIN org_unit u ON u.id = g.unit_id WHERE u.archived = 1"), 2);
	assert_int_equal(level(&unit, section, "parent"), x.to);
	assert_int_equal(number_of("SELECT count(*) FROM auth_unit_closure c JOIN org_unit a ON a.id = c.ancestor JOIN org_unit d ON d.id = c.descendant"
	                           " WHERE a.name = '総務部' AND d.name = '営業一課'"), 1);
	x.by = &admin;
	assert_int_equal(db_write(db, move_rights, &x), 0);
	assert_int_equal(x.moved, 2);
	assert_int_equal(number_of("SELECT count(*) FROM auth_grant g JOIN org_unit u ON u.id = g.unit_id WHERE u.archived = 1"), 0);
	/* Of two that became one the longer holds; each move is in the trail (20: a grant). */
	assert_int_equal(number_of("SELECT count(*) FROM auth_grant WHERE role = 2 AND until = '2027-03-31'"), 1);
	assert_int_equal(number_of("SELECT count(*) FROM auth_grant"), 2);
	assert_int_equal(number_of("SELECT count(*) FROM audit_entry WHERE actor = 'account:10' AND kind = 20"), 4);
	/* The item of a personal link follows, since a lead may issue one. */
	assert_int_equal(number_of("SELECT count(*) FROM auth_link_item i JOIN org_unit u ON u.id = i.record_id WHERE u.name = '総務部'"), 1);
}

static void a_merge_by_an_administrator_takes_the_rights_along(void **state)
{
	(void)state;
	struct rights x = { .by = &admin, .from = make_unit("営業部", 0), .to = make_unit("総務部", 0) };
	assert_int_equal(db_write(db, give, &x), 0);
	assert_int_equal(db_write(db, merge_units, &x), 0);
	assert_int_equal(number_of("SELECT count(*) FROM auth_grant g JOIN org_unit u ON u.id = g.unit_id WHERE u.name = '総務部'"), 2);
}

static int merge_and_fill(struct db_conn *c, void *arg)
{
	struct rights *x = arg;
	struct reg_ctx ctx = ctx_of(x->by);
	ctx.conn = c;
	return reg_merge(&ctx, &unit, x->to, x->from, true, STR("統合"), &x->w);
}

/* A duplicate that was hung below the unit that stays does not hang that unit below itself. */
static void a_merge_that_fills_makes_no_circle(void **state)
{
	(void)state;
	struct rights x = { .by = &lead, .to = make_unit("総務部", 0) };
	x.from = make_unit("総務部（重複）", x.to);
	assert_int_equal(db_write(db, merge_and_fill, &x), 0);
	assert_int_equal(level(&unit, x.to, "parent"), -1);
}

/* ---- rules of single rows ---- */

static void dates_and_addresses_are_checked(void **state)
{
	(void)state;
	struct written w;
	struct change c = CHANGE(&unit, 0, "name", "営業部", "established_on", "2026-04-01", "abolished_on", "2026-03-31");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &unit, "abolished_on"), MSG_ORG_DATES_REVERSED);
	c = CHANGE(&person, 0, "name", "見本 花", "email", "hana.example.co.jp", "joined_on", "2020-04-01", "left_on", "2019-04-01");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &person, "email"), MSG_ORG_EMAIL_BAD);
	assert_int_equal(error_at(&w, &person, "left_on"), MSG_ORG_DATES_REVERSED);
	c = CHANGE(&company, 0, "name", "見本商事", "holidays", "2026-12-29\n12月30日");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &company, "holidays"), MSG_ORG_HOLIDAY_BAD);
	int64_t id = made(CHANGE(&company, 0, "name", "見本商事", "holidays", "2026-12-29\n2026年12月30日"));
	assert_int_equal(level(&company, id, "fiscal_year_start"), 4);
	struct db_conn *conn = db_read_begin(db);
	assert_int_equal(org_fiscal_year(conn, mem, (struct date){ 2026, 3, 31 }), 2025);
	assert_int_equal(org_fiscal_year(conn, mem, (struct date){ 2026, 4, 1 }), 2026);
	db_read_end(db, &conn);
	(void)made(CHANGE(&company, id, "fiscal_year_start", "10月"));
	conn = db_read_begin(db);
	assert_int_equal(org_fiscal_year(conn, mem, (struct date){ 2026, 9, 30 }), 2025);
	assert_int_equal(org_fiscal_year(conn, mem, (struct date){ 2026, 10, 1 }), 2026);
	db_read_end(db, &conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_unit_never_stands_below_itself), OFFICE_TEST(a_hand_over_moves_every_row_and_keeps_its_history),
		OFFICE_TEST(a_row_that_cannot_move_stops_the_whole), OFFICE_TEST(a_hand_over_goes_on_in_steps),
		OFFICE_TEST(a_closed_unit_leaves_its_units_to_the_successor), OFFICE_TEST(rights_follow_by_the_hand_of_an_administrator),
		OFFICE_TEST(a_merge_by_an_administrator_takes_the_rights_along),
		OFFICE_TEST(a_merge_that_fills_makes_no_circle), OFFICE_TEST(dates_and_addresses_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
