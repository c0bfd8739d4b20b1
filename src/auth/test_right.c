/* Masks, access roles, visibility over the unit closure, accounts and what may not be done to the last administrator. */
#include "auth/test_support.h"

static int thing_put(int64_t id, int64_t unit_id)
{
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "INSERT INTO thing (id, unit_id) VALUES (");
	sql_i64(&q, id);
	sql_lit(&q, ", ");
	sql_i64(&q, unit_id);
	sql_lit(&q, ")");
	return db_exec(wc, &q, NULL);
}

static int up(void **state)
{
	(void)state;
	base_up();
	/* 1 ─ 2 ─ 3
	 *   └ 4      5 */
	struct { int64_t unit, parent; } tree[] = { { 1, 0 }, { 2, 1 }, { 3, 2 }, { 4, 1 }, { 5, 0 } };
	for (size_t i = 0; i < COUNT_OF(tree); i++)
		assert_int_equal(WRITE(auth_unit_place(wc, tree[i].unit, tree[i].parent)), 0);
	/* One thing per unit, of the same number; thing 10 belongs to none. */
	for (int64_t i = 0; i <= 5; i++)
		assert_int_equal(WRITE(thing_put(i ? i : 10, i)), 0);
	return 0;
}

static int down(void **state)
{
	(void)state;
	base_down();
	return 0;
}

/* The things a principal sees, as the sum of 2^id. */
static int64_t seen(const struct principal *p, int reg, enum op op)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT COALESCE(SUM(1 << t.id), 0) FROM thing t WHERE TRUE");
	auth_visible(&q, p, reg, op, "t");
	int64_t v = -1;
	assert_int_equal(db_get_i64(c, &q, &v), 0);
	db_read_end(db, &c);
	return v;
}

static bool allows(const struct principal *p, int reg, enum op op, int64_t unit, int64_t record)
{
	struct db_conn *c = db_read_begin(db);
	bool may = auth_allows(c, p, reg, op, unit, record);
	db_read_end(db, &c);
	return may;
}

#define BIT(n) (1 << (n))

static void visibility_follows_the_closure(void **state)
{
	(void)state;
	int64_t id = account("kei", "x");
	struct principal p = principal_of(id);
	assert_int_equal(seen(&p, REG_THING, OP_READ), 0);
	assert_int_equal(auth_ops(&p, REG_THING), 0);

	assert_int_equal(grant(id, ROLE_CONTACT, 2), 0);
	p = principal_of(id);
	assert_int_equal(seen(&p, REG_THING, OP_READ), BIT(2) | BIT(3));
	assert_int_equal(seen(&p, REG_THING, OP_ARCHIVE), 0);
	assert_int_equal(auth_ops(&p, REG_THING), test_access.ops[ROLE_CONTACT]);
	assert_true(allows(&p, REG_THING, OP_UPDATE, 3, 3));
	assert_false(allows(&p, REG_THING, OP_UPDATE, 1, 1));
	assert_false(allows(&p, REG_THING, OP_UPDATE, 4, 4));
	assert_false(allows(&p, REG_THING, OP_UPDATE, 0, 10));
	assert_false(allows(&p, REG_THING, OP_SETTLE, 2, 2));

	/* A second grant adds; one on every unit shows rows of no unit too. */
	assert_int_equal(grant(id, ROLE_EXECUTIVE, 5), 0);
	p = principal_of(id);
	assert_int_equal(seen(&p, REG_THING, OP_READ), BIT(2) | BIT(3) | BIT(5));
	assert_int_equal(seen(&p, REG_THING, OP_UPDATE), BIT(2) | BIT(3));
	assert_int_equal(grant(id, ROLE_AUDITOR, 0), 0);
	p = principal_of(id);
	assert_int_equal(seen(&p, REG_THING, OP_READ), BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5) | BIT(10));
	assert_int_equal(seen(&p, REG_THING, OP_UPDATE), BIT(2) | BIT(3));
	assert_true(allows(&p, REG_THING, OP_READ, 0, 10));

	/* What was never declared is open to nobody. */
	assert_int_equal(seen(&p, REG_THING + 1, OP_READ), 0);
	assert_false(allows(&p, -1, OP_READ, 2, 2));
	assert_int_equal(auth_ops(&p, LIMIT_REGISTERS), 0);
}

static void units_move_and_cycles_are_refused(void **state)
{
	(void)state;
	int64_t id = account("kei", "x");
	assert_int_equal(grant(id, ROLE_CONTACT, 5), 0);
	struct principal p = principal_of(id);
	assert_int_equal(seen(&p, REG_THING, OP_READ), BIT(5));
	assert_int_equal(WRITE(auth_unit_place(wc, 2, 5)), 0);
	assert_int_equal(seen(&p, REG_THING, OP_READ), BIT(2) | BIT(3) | BIT(5));
	assert_int_equal(number("SELECT depth FROM auth_unit_closure WHERE ancestor = 5 AND descendant = 3"), 2);
	assert_int_equal(number("SELECT COUNT(*) FROM auth_unit_closure WHERE ancestor = 1 AND descendant IN (2, 3)"), 0);

	int64_t before = number("SELECT COUNT(*) FROM auth_unit_closure");
	assert_int_equal(WRITE(auth_unit_place(wc, 5, 3)), ERR_INVALID);
	assert_int_equal(WRITE(auth_unit_place(wc, 5, 5)), ERR_INVALID);
	assert_int_equal(number("SELECT COUNT(*) FROM auth_unit_closure"), before);

	assert_int_equal(WRITE(auth_unit_place(wc, 2, 0)), 0);
	assert_int_equal(seen(&p, REG_THING, OP_READ), BIT(5));
	/* A child may come before its parent is known. */
	assert_int_equal(WRITE(auth_unit_place(wc, 21, 20)), 0);
	assert_int_equal(WRITE(auth_unit_place(wc, 20, 5)), 0);
	assert_int_equal(number("SELECT depth FROM auth_unit_closure WHERE ancestor = 5 AND descendant = 21"), 2);
}

static void shared_registers_are_read_by_all(void **state)
{
	(void)state;
	int64_t id = account("kei", "x");
	struct principal p = principal_of(id);
	assert_int_equal(seen(&p, REG_RULE, OP_READ), 0);
	assert_int_equal(grant(id, ROLE_CONTACT, 3), 0);
	p = principal_of(id);
	assert_int_equal(seen(&p, REG_RULE, OP_READ), 63 - 1 + BIT(10));
	assert_true(allows(&p, REG_RULE, OP_READ, 0, 10));
	assert_false(allows(&p, REG_RULE, OP_UPDATE, 0, 10));
	assert_int_equal(seen(&p, REG_RULE, OP_UPDATE), BIT(3));
}

static void a_grant_ends(void **state)
{
	(void)state;
	struct principal by = auth_system();
	int64_t id = account("kei", "x");
	clock_set_for_test(clock_instant((struct date){ 2026, 4, 1 }), true);
	assert_int_equal(WRITE(auth_grant(wc, mem, &by, id, ROLE_LEAD, 0, STR("2026-04-02"))), 0);
	assert_int_equal(WRITE(auth_grant(wc, mem, &by, id, ROLE_LEAD, 0, STR("2026-02-30"))), ERR_RANGE);
	struct db_conn *c = db_read_begin(db);
	struct principal p;
	assert_int_equal(principal_cached(c, mem, id, 77, &p), 0);
	assert_int_equal(p.grants, 1);
	assert_true(p.needs & NEED_SETTINGS);
	/* Its last day, in the company's zone, and the day after: what was cached the day before does not count. */
	clock_set_for_test(clock_instant((struct date){ 2026, 4, 3 }) - 1, true);
	assert_int_equal(principal_cached(c, mem, id, 77, &p), 0);
	assert_int_equal(p.grants, 1);
	clock_set_for_test(clock_instant((struct date){ 2026, 4, 3 }), true);
	assert_int_equal(principal_cached(c, mem, id, 77, &p), 0);
	assert_int_equal(p.grants, 0);
	assert_int_equal(p.needs, NEED_SIGNED_IN | NEED_REGISTER);
	db_read_end(db, &c);
}

static void needs_of_the_whole_installation_want_every_unit(void **state)
{
	(void)state;
	int64_t id = account("kei", "x");
	assert_int_equal(grant(id, ROLE_LEAD, 2), 0);
	struct principal p = principal_of(id);
	assert_int_equal(p.needs, NEED_SIGNED_IN | NEED_REGISTER | NEED_OVERVIEW | NEED_LINKS | NEED_REPORT);
	assert_int_equal(grant(id, ROLE_LEAD, 0), 0);
	p = principal_of(id);
	assert_int_equal(p.needs, NEED_SIGNED_IN | NEED_REGISTER | NEED_OVERVIEW | NEED_LINKS | NEED_REPORT | NEED_SETTINGS | NEED_AUDIT);
}

static void custom_roles_are_read_when_changed(void **state)
{
	(void)state;
	struct principal by = auth_system();
	int64_t id = account("kei", "x"), role = 0;
	struct role_info info = { .name_ja = STR("棚卸し係"), .name_en = STR("Stocktaker"), .needs = NEED_OVERVIEW };
	struct role_mask mask[] = { { STR("thing"), OP_UPDATE } };
	assert_int_equal(WRITE(auth_role_write(wc, mem, &by, &info, mask, 1, &role)), 0);
	assert_int_equal(role, ROLE_CUSTOM);
	assert_int_equal(grant(id, role, 2), 0);
	struct principal p = principal_of(id);
	assert_int_equal(auth_ops(&p, REG_THING), OP_READ | OP_UPDATE);
	assert_int_equal(auth_ops(&p, REG_RULE), 0);
	assert_int_equal(seen(&p, REG_THING, OP_UPDATE), BIT(2) | BIT(3));

	info.id = role;
	mask[0].ops = OP_READ;
	assert_int_equal(WRITE(auth_role_write(wc, mem, &by, &info, mask, 1, &role)), 0);
	p = principal_of(id);
	assert_int_equal(auth_ops(&p, REG_THING), OP_READ);

	info.needs = NEED_ADMIN;
	assert_int_equal(WRITE(auth_role_write(wc, mem, &by, &info, mask, 1, &role)), ERR_RANGE);
	info.needs = 0;
	mask[0].reg = STR("nothing");
	assert_int_equal(WRITE(auth_role_write(wc, mem, &by, &info, mask, 1, &role)), ERR_RANGE);
	assert_int_equal(grant(id, 155, 0), ERR_NOT_FOUND);
	struct principal kei = principal_of(id);
	mask[0].reg = STR("thing");
	assert_int_equal(WRITE(auth_role_write(wc, mem, &kei, &info, mask, 1, &role)), ERR_DENIED);
}

static void a_token_of_scope_read_only_reads(void **state)
{
	(void)state;
	int64_t id = account("kei", "x");
	assert_int_equal(grant(id, ROLE_LEAD, 0), 0);
	struct principal p = principal_of(id);
	assert_int_equal(auth_ops(&p, REG_THING), OP_ALL);
	p.kind = PRINCIPAL_TOKEN;
	p.read_only = true;
	assert_int_equal(auth_ops(&p, REG_THING), OP_READ | OP_EXPORT | OP_PRIVATE);
	assert_int_equal(seen(&p, REG_THING, OP_UPDATE), 0);
	assert_false(allows(&p, REG_THING, OP_UPDATE, 2, 2));
	assert_true(allows(&p, REG_THING, OP_READ, 2, 2));
}

static void a_link_opens_its_items_only(void **state)
{
	(void)state;
	struct principal by = auth_system(), p;
	struct link_item item[] = { { 3, OP_UPDATE }, { 4, OP_READ | OP_ARCHIVE | OP_SETTLE } };
	struct str secret;
	assert_int_equal(WRITE(auth_link_create(wc, mem, &by, STR("佐藤さん"), 0, item, 2, 0, NULL, &secret)), 0);
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(auth_principal_link(c, mem, 1, &p), 0);
	db_read_end(db, &c);
	assert_int_equal(p.needs, NEED_REGISTER);
	assert_int_equal(auth_ops(&p, REG_THING), OP_READ | OP_UPDATE);
	assert_int_equal(seen(&p, REG_THING, OP_READ), BIT(3) | BIT(4));
	assert_int_equal(seen(&p, REG_THING, OP_UPDATE), BIT(3));
	assert_int_equal(seen(&p, REG_THING, OP_EXPORT), 0);
	assert_true(allows(&p, REG_THING, OP_UPDATE, 3, 3));
	assert_false(allows(&p, REG_THING, OP_UPDATE, 4, 4));
	assert_false(allows(&p, REG_THING, OP_READ, 3, 5));
	assert_false(allows(&p, REG_THING, OP_CREATE, 3, 0));
	/* Of the secret only the hash is there. */
	assert_int_equal(secret.n, 43);
	assert_int_equal(number("SELECT length(hash) FROM auth_link"), HASH_SIZE);
	assert_int_equal(WRITE(auth_link_revoke(wc, mem, &by, 1)), 0);
	c = db_read_begin(db);
	assert_int_equal(auth_principal_link(c, mem, 1, &p), ERR_NOT_FOUND);
	db_read_end(db, &c);
	struct principal none = { 0 };
	assert_int_equal(seen(&none, REG_THING, OP_READ), 0);
}

static void the_last_administrator_stays(void **state)
{
	(void)state;
	struct account_new n = { .login = STR("Ａdmin"), .name = STR("管理"), .password_hash = STR("x") };
	int64_t first = 0, again = 0;
	assert_int_equal(WRITE(auth_first_account_create(wc, mem, &n, &first)), 0);
	assert_int_equal(WRITE(auth_first_account_create(wc, mem, &n, &again)), ERR_EXISTS);
	struct principal by = principal_of(first);
	assert_true(by.needs & NEED_ADMIN);
	n.login = STR("admin"); /* the same when folded */
	assert_int_equal(WRITE(auth_account_create(wc, mem, &by, &n, &again)), ERR_EXISTS);
	assert_int_equal(WRITE(auth_revoke(wc, mem, &by, first, ROLE_ADMINISTRATOR, 0)), ERR_CONFLICT);
	assert_int_equal(WRITE(auth_account_active(wc, mem, &by, first, false)), ERR_CONFLICT);
	assert_int_equal(WRITE(auth_grant(wc, mem, &by, first, ROLE_ADMINISTRATOR, 0, STR("2100-01-01"))), ERR_CONFLICT);

	int64_t second = account("ni", "x");
	assert_int_equal(grant(second, ROLE_ADMINISTRATOR, 0), 0);
	assert_int_equal(WRITE(auth_account_active(wc, mem, &by, first, false)), 0);
	struct db_conn *c = db_read_begin(db);
	struct principal gone;
	assert_int_equal(auth_principal_load(c, mem, first, &gone), ERR_NOT_FOUND);
	db_read_end(db, &c);

	/* Nothing of it without the right, and every change has its entry. */
	int64_t third = account("san", "x");
	struct principal low = principal_of(third);
	assert_int_equal(WRITE(auth_grant(wc, mem, &low, third, ROLE_ADMINISTRATOR, 0, STR(""))), ERR_DENIED);
	assert_int_equal(WRITE(auth_password_set(wc, mem, &low, second, STR("y"), 0)), ERR_DENIED);
	assert_int_equal(WRITE(auth_password_set(wc, mem, &low, third, STR("y"), 0)), 0);
	c = db_read_begin(db);
	struct audit_filter f = { .limit = 100 };
	struct audit_entry *e;
	size_t entries;
	assert_int_equal(audit_list(c, mem, &f, &e, &entries), 0);
	db_read_end(db, &c);
	/* 3 accounts, 3 grants, 1 switched off, 1 password */
	assert_int_equal(entries, 8);
	assert_true(str_eq(e[0].subject, STR("san (san)")));
	assert_true(str_eq(e[0].actor, str_printf(mem, "account:%lld", (long long)third)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(visibility_follows_the_closure, up, down),
		cmocka_unit_test_setup_teardown(units_move_and_cycles_are_refused, up, down),
		cmocka_unit_test_setup_teardown(shared_registers_are_read_by_all, up, down),
		cmocka_unit_test_setup_teardown(a_grant_ends, up, down),
		cmocka_unit_test_setup_teardown(needs_of_the_whole_installation_want_every_unit, up, down),
		cmocka_unit_test_setup_teardown(custom_roles_are_read_when_changed, up, down),
		cmocka_unit_test_setup_teardown(a_token_of_scope_read_only_reads, up, down),
		cmocka_unit_test_setup_teardown(a_link_opens_its_items_only, up, down),
		cmocka_unit_test_setup_teardown(the_last_administrator_stays, up, down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
