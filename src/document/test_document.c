/* Documents as somebody meets them who wants one they should not get: drafts of others, an unapproved rule in force, a rule changed
 * after the fact, two rules at once. */
#include "base/text/document.h"
#include "tests/office.h"

#include "document/document.h"

static struct reg_view documents, revisions;
static int64_t north, south;
static struct principal chief, lead2, outsider;

static int people_job(struct db_conn *c, void *arg)
{
	(void)arg;
	struct principal system = auth_system();
	const struct { const char *login; enum access_role role; int64_t unit; struct principal *into; } who[] = {
		{ "lead", ROLE_LEAD, 0, &lead }, { "lead2", ROLE_LEAD, 0, &lead2 }, { "chief", ROLE_EXECUTIVE, 0, &chief },
		{ "north", ROLE_CONTACT, north, &contact }, { "south", ROLE_CONTACT, south, &outsider },
	};
	int e = 0;
	for (size_t i = 0; e == 0 && i < COUNT_OF(who); i++) {
		struct account_new n = { .login = str_of(who[i].login), .name = str_of(who[i].login) };
		int64_t id = 0;
		e = auth_account_create(c, mem, &system, &n, &id);
		if (e == 0)
			e = auth_grant(c, mem, &system, id, who[i].role, who[i].unit, STR(""));
		if (e == 0)
			e = auth_principal_load(c, mem, id, who[i].into);
	}
	return e;
}

static int up(void **state)
{
	int e = office_up(state);
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_document, &documents), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_revision, &revisions), 0);
	db_read_end(db, &c);
	north = make_unit("North", 0);
	south = make_unit("South", 0);
	assert_int_equal(db_write(db, people_job, NULL), 0);
	return e;
}

static int64_t make_document(const char *number, const char *tier, const char *class)
{
	struct change c = CHANGE(&documents, 0, "number", number, "title", "規程", "tier", tier, "kind", "rule", "classification", class);
	set_ref(&c, "owner", north);
	return made(c);
}

static struct change draft_of(int64_t document, const char *text)
{
	struct change c = CHANGE(&revisions, 0, "reason", "制定", "effective_on", "2026-11-20", "text", text);
	set_ref(&c, "document", document);
	return c;
}

struct step {
	const struct principal *by;
	int64_t id, request;
	struct note why;
};

static int submit_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x->by);
	struct row row = row_of(&revisions, x->id);
	ctx.conn = c;
	const struct approval_submit s = { .record_id = x->id, .revision = row.revision, .reason = STR("お願いします"), .cost = -1 };
	return approval_submit(&ctx, &s, &x->request, &x->why);
}

static int approve_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x->by);
	struct approval a;
	ctx.conn = c;
	int e = approval_get(c, mem, x->by, x->request, &a);
	if (e < 0)
		return e;
	const struct approval_decision d = { .id = x->request, .event = EVENT_APPROVE, .step = a.step, .revision = a.revision };
	return approval_decide(&ctx, &d, &x->why);
}

static int force_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x->by);
	ctx.conn = c;
	return revision_put_in_force(&ctx, x->id, &x->why);
}

static void approve(int64_t id)
{
	struct step x = { .by = &lead, .id = id };
	assert_int_equal(db_write(db, submit_job, &x), 0);
	x.by = &lead2;
	assert_int_equal(db_write(db, approve_job, &x), 0);
	x.by = &chief;
	assert_int_equal(db_write(db, approve_job, &x), 0);
}

static int put_in_force(const struct principal *by, int64_t id, msg_id *ret_why)
{
	struct step x = { .by = by, .id = id };
	int e = db_write(db, force_job, &x);
	*ret_why = x.why.id;
	return e;
}

static int read_text(const struct principal *p, int64_t id)
{
	struct document_text t;
	struct db_conn *c = db_read_begin(db);
	int e = document_text_get(c, mem, p, id, &t);
	db_read_end(db, &c);
	return e;
}

static void one_revision_is_in_force(void **state)
{
	(void)state;
	msg_id why;
	int64_t document = make_document("IS-1", "2", "internal"), first = made(draft_of(document, "第1条 一。")), second = made(draft_of(document, "第1条 二。"));
	assert_int_equal(level(&revisions, second, "number"), 2);
	assert_int_equal(put_in_force(&lead, first, &why), ERR_INVALID);
	assert_int_equal(why, MSG_DOCUMENT_NOT_APPROVED);
	approve(first);
	assert_int_equal(put_in_force(&lead, first, &why), 0);
	assert_int_equal(put_in_force(&lead, first, &why), ERR_CONFLICT);
	assert_int_equal(level(&documents, document, "in_force"), 1);
	approve(second);
	assert_int_equal(put_in_force(&lead, second, &why), 0);
	assert_int_equal(level(&revisions, first, "state"), REVISION_SUPERSEDED);
	assert_int_equal(level(&revisions, second, "state"), REVISION_IN_FORCE);
	assert_int_equal(level(&documents, document, "in_force"), 2);
	assert_int_equal(read_text(&outsider, first), 0);
	/* The approval outlives the steps after it. */
	struct approval_mark mark;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(approval_states_of(c, mem, &second, 1, &mark), 0);
	db_read_end(db, &c);
	assert_int_equal(mark.state, APPROVAL_APPROVED);
	assert_false(mark.changed);
}

/* A draft whose approval comes late does not take the place of what came after it. */
static void an_older_revision_never_replaces_a_newer_one(void **state)
{
	(void)state;
	msg_id why;
	int64_t document = make_document("IS-1", "2", "internal"), n = 0;
	int64_t old = made(draft_of(document, "第1条 一。")), new = made(draft_of(document, "第1条 二。"));
	approve(new);
	assert_int_equal(put_in_force(&lead, new, &why), 0);
	approve(old);
	assert_int_equal(put_in_force(&lead, old, &why), ERR_INVALID);
	assert_int_equal(why, MSG_DOCUMENT_OLDER);
	assert_int_equal(revision_round(db, office->key, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(level(&revisions, new, "state"), REVISION_IN_FORCE);
	assert_int_equal(level(&revisions, old, "state"), REVISION_DRAFT);
}

static void what_was_approved_is_what_comes_into_force(void **state)
{
	(void)state;
	msg_id why;
	int64_t document = make_document("IS-1", "2", "internal"), id = made(draft_of(document, "第1条 一。"));
	approve(id);
	struct change c = CHANGE(&revisions, id, "text", "第1条 承認のあとで書きかえた。");
	made(c);
	assert_int_equal(put_in_force(&lead, id, &why), ERR_INVALID);
	assert_int_equal(why, MSG_DOCUMENT_NOT_APPROVED);
}

static void what_came_into_force_stays(void **state)
{
	(void)state;
	msg_id why;
	struct written w;
	int64_t document = make_document("IS-1", "2", "internal"), id = made(draft_of(document, "第1条 一。"));
	approve(id);
	assert_int_equal(put_in_force(&lead, id, &why), 0);
	struct change c = CHANGE(&revisions, id, "text", "第1条 こっそり。");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &revisions, "text"), MSG_DOCUMENT_FIXED);
	c = change_new(mem, CHANGE_ARCHIVE, &revisions, id);
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	c = change_new(mem, CHANGE_SAVE, &revisions, id);
	c.by_engine = true;
	change_set(&c, reg_field(&reg_revision, "state"), (struct value){ .known = true, .i = REVISION_DRAFT });
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &revisions, "state"), MSG_DOCUMENT_NO_WAY_BACK);
}

static int merge_job(struct db_conn *c, void *arg)
{
	const int64_t *id = arg;
	struct reg_ctx ctx = ctx_of(&lead);
	struct written w;
	ctx.conn = c;
	return reg_merge(&ctx, &revisions, id[1], id[0], false, STR("同じもの"), &w);
}

static void merging_puts_away_nothing_that_was_in_force(void **state)
{
	(void)state;
	msg_id why;
	int64_t document = make_document("IS-1", "2", "internal");
	int64_t id[2] = { made(draft_of(document, "第1条 一。")), made(draft_of(document, "第1条 二。")) };
	approve(id[0]);
	assert_int_equal(put_in_force(&lead, id[0], &why), 0);
	assert_int_equal(db_write(db, merge_job, id), ERR_INVALID);
	assert_int_equal(number_of("SELECT count(*) FROM document_revision WHERE state = 2 AND archived = 0"), 1);
}

static void it_waits_for_its_day(void **state)
{
	(void)state;
	msg_id why;
	int64_t document = make_document("IS-1", "2", "internal"), n = 0;
	struct change c = draft_of(document, "第1条 一。");
	change_set_text(&c, mem, "effective_on", "2026-12-01");
	int64_t id = made(c), never = made(draft_of(make_document("IS-2", "2", "internal"), "承認されない。"));
	approve(id);
	assert_int_equal(put_in_force(&lead, id, &why), ERR_INVALID);
	assert_int_equal(why, MSG_DOCUMENT_NOT_YET);
	assert_int_equal(revision_round(db, office->key, &n), 0);
	assert_int_equal(n, 0);
	clock_set_for_test(clock_instant((struct date){ 2026, 12, 1 }) + 3600000, true);
	assert_int_equal(revision_round(db, office->key, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(level(&revisions, id, "state"), REVISION_IN_FORCE);
	assert_int_equal(level(&revisions, never, "state"), REVISION_DRAFT);
	assert_int_equal(revision_round(db, office->key, &n), 0);
	assert_int_equal(n, 0);
}

static void drafts_are_their_owners(void **state)
{
	(void)state;
	msg_id why;
	struct written w;
	int64_t document = make_document("IS-1", "2", "internal"), secret = make_document("IS-2", "2", "restricted");
	int64_t draft = made(draft_of(document, "第1条 下書き。")), hidden = made(draft_of(secret, "第1条 限定。"));
	assert_int_equal(read_text(&contact, draft), 0);
	assert_int_equal(read_text(&outsider, draft), ERR_NOT_FOUND);
	approve(draft);
	assert_int_equal(put_in_force(&lead, draft, &why), 0);
	assert_int_equal(read_text(&outsider, draft), 0);
	approve(hidden);
	assert_int_equal(put_in_force(&lead, hidden, &why), 0);
	assert_int_equal(read_text(&contact, hidden), 0);
	assert_int_equal(read_text(&outsider, hidden), ERR_NOT_FOUND);
	/* Nor does a contact put a text under another unit's document, or anything in force that they may not change. */
	struct change c = draft_of(document, "第1条 よその部門から。");
	assert_int_not_equal(save_by(&outsider, &c, &w), 0);
	set_ref(&c, "unit", south);
	assert_int_equal(save_by(&outsider, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &revisions, "unit"), MSG_DOCUMENT_OWNER);
	c = draft_of(document, "第1条 主管部門から。");
	assert_int_equal(save_by(&contact, &c, &w), 0);
	approve(w.id);
	assert_int_equal(put_in_force(&outsider, w.id, &why), ERR_NOT_FOUND);
}

static void tiers_have_their_own_routes(void **state)
{
	(void)state;
	static const struct { const char *number, *tier; enum access_role first, last; } t[] = {
		{ "T-1", "1", ROLE_LEAD, ROLE_EXECUTIVE }, { "T-2", "2", ROLE_LEAD, ROLE_EXECUTIVE }, { "T-3", "3", ROLE_CONTACT, ROLE_LEAD }, { "T-4", "4", ROLE_CONTACT, ROLE_LEAD },
	};
	struct approval_step s[LIMIT_APPROVAL_STEPS];
	size_t n = 0;
	int64_t rule = 0;
	for (size_t i = 0; i < COUNT_OF(t); i++) {
		int64_t document = make_document(t[i].number, t[i].tier, "internal"), id = made(draft_of(document, "本文"));
		struct db_conn *c = db_read_begin(db);
		assert_int_equal(approval_route_of(c, mem, &reg_revision, id, north, s, &n), 0);
		db_read_end(db, &c);
		assert_int_equal(n, 2);
		assert_int_equal(s[0].role, t[i].first);
		assert_int_equal(s[1].role, t[i].last);
		if (i == 1)
			rule = document;
	}
	/* A form below a rule is approved like the rule. */
	struct change f = CHANGE(&documents, 0, "number", "T-5", "title", "様式", "tier", "4", "kind", "manual", "classification", "internal");
	set_ref(&f, "owner", north);
	set_ref(&f, "parent", rule);
	int64_t id = made(draft_of(made(f), "欄"));
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(approval_route_of(c, mem, &reg_revision, id, north, s, &n), 0);
	db_read_end(db, &c);
	assert_int_equal(s[1].role, ROLE_EXECUTIVE);
}

static int starter_job(struct db_conn *c, void *arg)
{
	struct reg_ctx ctx = ctx_of(&lead);
	ctx.conn = c;
	return document_starter_make(&ctx, north, (struct date){ 2027, 4, 1 }, arg);
}

static void the_starter_set_is_made_once(void **state)
{
	(void)state;
	int64_t n = 0;
	make_document("IS-102", "2", "internal");
	assert_int_equal(db_write(db, starter_job, &n), 0);
	assert_int_equal(n, (int64_t)starter_count - 1);
	assert_int_equal(db_write(db, starter_job, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(number_of("SELECT count(*) FROM document_revision WHERE state = 1 AND length(text) > 100"), 19);
	assert_int_equal(number_of("SELECT count(*) FROM document_document WHERE in_force IS NOT NULL"), 0);
	assert_int_equal(number_of("SELECT count(*) FROM document_document WHERE parent IS NULL"), 2);
}

static void no_document_stands_above_itself(void **state)
{
	(void)state;
	struct written w;
	int64_t a = make_document("A", "1", "internal"), b = make_document("B", "2", "internal");
	struct change c = change_new(mem, CHANGE_SAVE, &documents, b);
	set_ref(&c, "parent", a);
	made(c);
	c = change_new(mem, CHANGE_SAVE, &documents, a);
	set_ref(&c, "parent", b);
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &documents, "parent"), MSG_DOCUMENT_CIRCLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, office_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_revision_is_in_force), TEST(an_older_revision_never_replaces_a_newer_one), TEST(what_was_approved_is_what_comes_into_force), TEST(what_came_into_force_stays), TEST(merging_puts_away_nothing_that_was_in_force), TEST(it_waits_for_its_day),
		TEST(drafts_are_their_owners), TEST(tiers_have_their_own_routes), TEST(the_starter_set_is_made_once), TEST(no_document_stands_above_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
