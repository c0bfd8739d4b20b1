/* Reviews: what becomes part of one, what a personal link may answer and nothing else, how the lead sees it, and its end. */
#include "base/text/asset.h"
#include "tests/office.h"

#include "asset/campaign.h"
#include "main/settings.h"
#include "register/history.h"

static struct reg_view campaign, device;
static int64_t unit_a, unit_b, row_a1, row_a2, row_b;

static int64_t make_device(const char *name, int64_t unit_id)
{
	struct change c = CHANGE(&device, 0, "name", name);
	set_ref(&c, "unit", unit_id);
	return made(c);
}

static int64_t begin(void)
{
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_campaign, &campaign), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_device, &device), 0);
	db_read_end(db, &c);
	unit_a = make_unit("甲課", 0);
	unit_b = make_unit("乙課", 0);
	row_a1 = make_device("甲1", unit_a);
	row_a2 = make_device("甲2", unit_a);
	row_b = make_device("乙1", unit_b);
	(void)make_device("部門なし", 0);
	(void)make_asset("甲の台帳", unit_a, 0); /* of a ledger that is not asked about */
	return made(CHANGE(&campaign, 0, "name", "試しの棚卸し", "due_on", "2026-11-30", "registers", "device"));
}

struct job {
	const struct principal *by;
	enum { START, ISSUE, CLOSE, ANSWER, FOUND } what;
	int64_t campaign, id;
	enum campaign_answer answer;
	const char *reg, *text, *note;
	struct str secret;
};

static int run_job(struct db_conn *c, void *arg)
{
	struct job *j = arg;
	struct reg_ctx ctx = ctx_of(j->by);
	ctx.conn = c;
	switch (j->what) {
	case START: return campaign_start(&ctx, j->campaign);
	case ISSUE: return campaign_issue(&ctx, j->campaign, j->id, STR("例示 確認者"), &j->secret);
	case CLOSE: return campaign_close(&ctx, j->campaign);
	case ANSWER: return campaign_answer(&ctx, j->id, j->answer, str_of(j->text ? j->text : ""));
	case FOUND: return campaign_found(&ctx, str_of(j->reg), str_of(j->text), str_of(j->note));
	}
	return ERR_INVALID;
}

static int run(struct job j)
{
	return db_write(db, run_job, &j);
}

static struct campaign_part part_of(int64_t id, int64_t unit_id)
{
	struct campaign_part *part = NULL;
	size_t n = 0;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(campaign_parts(c, mem, &lead, id, &part, &n), 0);
	db_read_end(db, &c);
	for (size_t i = 0; i < n; i++)
		if (part[i].unit_id == unit_id)
			return part[i];
	fail_msg("no part of unit %lld", (long long)unit_id);
	return (struct campaign_part){ 0 };
}

/* The principal of the link that a part has now. */
static struct principal link_of(int64_t id, int64_t unit_id)
{
	struct principal p;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(auth_principal_link(c, mem, part_of(id, unit_id).link_id, &p), 0);
	db_read_end(db, &c);
	return p;
}

static int64_t started(void)
{
	int64_t id = begin();
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .campaign = id }), 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .campaign = id, .id = part_of(id, unit_a).id }), 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .campaign = id, .id = part_of(id, unit_b).id }), 0);
	return id;
}

static int answer(const struct principal *p, int64_t row, enum campaign_answer a, const char *reason)
{
	return run((struct job){ .by = p, .what = ANSWER, .id = row, .answer = a, .text = reason });
}

static void starting_makes_a_part_per_unit_with_its_rows(void **state)
{
	(void)state;
	int64_t id = begin();
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .campaign = id, .id = 1 }), ERR_CONFLICT);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .campaign = id }), 0);
	assert_int_equal(part_of(id, unit_a).items, 2);
	assert_int_equal(part_of(id, unit_b).items, 1);
	assert_int_equal(number_of("SELECT COUNT(*) FROM asset_campaign_part"), 2); /* nothing of no unit */
	assert_int_equal(level(&campaign, id, "state"), CAMPAIGN_RUNNING);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .campaign = id }), ERR_CONFLICT);
	/* Whom and what it asks is fixed now; the due date is not. */
	struct written w;
	struct change c = CHANGE(&campaign, id, "registers", "asset");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &campaign, "registers"), MSG_CAMPAIGN_FIXED);
	(void)made(CHANGE(&campaign, id, "due_on", "2026-12-10"));
	/* Nobody writes the state by hand. */
	c = CHANGE(&campaign, id, "state", "closed");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	/* Without a row there is nothing to ask. */
	int64_t empty = made(CHANGE(&campaign, 0, "name", "空", "due_on", "2026-11-30", "registers", "service"));
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .campaign = empty }), ERR_INVALID);
	assert_int_equal(level(&campaign, empty, "state"), CAMPAIGN_DRAFT);
}

static void a_scope_holds_the_units_below_only(void **state)
{
	(void)state;
	int64_t id = begin(), below = make_unit("甲の係", unit_a);
	(void)make_device("係の機器", below);
	struct change c = change_new(mem, CHANGE_SAVE, &campaign, id);
	set_ref(&c, "unit", unit_a);
	(void)made(c);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .campaign = id }), 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM asset_campaign_part"), 2);
	assert_int_equal(part_of(id, below).items, 1);
}

static void the_same_confirms_the_row_and_counts(void **state)
{
	(void)state;
	int64_t id = started();
	struct principal p = link_of(id, unit_a);
	assert_int_equal(answer(&p, row_a1, ANSWER_SAME, NULL), 0);
	struct row r = row_of(&device, row_a1);
	assert_true(str_eq_z(at(&device, &r, "confirmed_on").s, "2026-11-20"));
	assert_true(str_eq_z(at(&device, &r, "confirmed_by").s, "例示 確認者"));
	assert_int_equal(part_of(id, unit_a).done, 1);
	/* To have announced a change is not to have made it. */
	assert_int_equal(answer(&p, row_a2, ANSWER_CHANGED, NULL), 0);
	assert_int_equal(part_of(id, unit_a).done, 1);
	struct written w;
	struct change c = CHANGE(&device, row_a2, "os", "見本OS 12");
	assert_int_equal(save_by(&p, &c, &w), 0);
	assert_int_equal(part_of(id, unit_a).done, 2);
	/* Every answer stands in the row's history, with who gave it: who may not see the row does not read it. */
	struct audit_entry e = last_entry(row_a1);
	assert_true(str_eq_z(e.actor_name, "例示 確認者"));
	assert_int_equal(e.changes, 1);
	assert_true(str_eq_z(e.change[0].field, "CMP-0001"));
	assert_true(str_eq_z(e.change[0].after, "same"));
	e = last_entry(id);
	assert_true(str_eq_z(e.actor_name, "Lead"));
}

static void gone_wants_a_reason_and_archives_nothing(void **state)
{
	(void)state;
	int64_t id = started();
	struct principal p = link_of(id, unit_a);
	assert_int_equal(answer(&p, row_a1, ANSWER_GONE, "  "), ERR_RANGE);
	assert_int_equal(part_of(id, unit_a).done, 0);
	assert_int_equal(answer(&p, row_a1, ANSWER_GONE, "廃棄した"), 0);
	assert_int_equal(part_of(id, unit_a).gone, 1);
	assert_int_equal(row_of(&device, row_a1).state, RECORD_LIVE);
	/* It was a mistake: answering again replaces the answer. */
	assert_int_equal(answer(&p, row_a1, ANSWER_SAME, NULL), 0);
	assert_int_equal(part_of(id, unit_a).gone, 0);
	assert_int_equal(part_of(id, unit_a).done, 1);
}

static void a_link_answers_its_own_rows_only(void **state)
{
	(void)state;
	int64_t id = started();
	struct principal a = link_of(id, unit_a), old = a;
	assert_int_equal(answer(&a, row_b, ANSWER_SAME, NULL), ERR_NOT_FOUND);
	assert_int_equal(answer(&a, row_b, ANSWER_GONE, "よその行"), ERR_NOT_FOUND);
	assert_int_equal(answer(&a, id, ANSWER_SAME, NULL), ERR_NOT_FOUND);
	assert_int_equal(answer(&a, 999999, ANSWER_SAME, NULL), ERR_NOT_FOUND);
	assert_int_equal(answer(&a, row_a1, (enum campaign_answer)7, NULL), ERR_RANGE);
	assert_int_equal(part_of(id, unit_b).done, 0);
	/* An account has no items here, whatever it may do elsewhere; and links run no campaigns. */
	assert_int_equal(answer(&lead, row_a1, ANSWER_SAME, NULL), ERR_NOT_FOUND);
	assert_int_equal(run((struct job){ .by = &a, .what = CLOSE, .campaign = id }), ERR_NOT_FOUND);
	/* A contact of the unit does not run one either. */
	struct principal p = person_of(ROLE_CONTACT, unit_a, "Contact");
	assert_int_equal(run((struct job){ .by = &p, .what = CLOSE, .campaign = id }), ERR_DENIED);
	assert_int_equal(run((struct job){ .by = &p, .what = ISSUE, .campaign = id, .id = part_of(id, unit_a).id }), ERR_DENIED);
	/* A part of another campaign is not to be had by this one's address. */
	int64_t other = made(CHANGE(&campaign, 0, "name", "別の棚卸し", "due_on", "2026-11-30", "registers", "device"));
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .campaign = other }), 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .campaign = other, .id = part_of(id, unit_a).id }), ERR_NOT_FOUND);
	/* A reminder ends the link before it; what was answered stays. */
	assert_int_equal(answer(&a, row_a1, ANSWER_SAME, NULL), 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .campaign = id, .id = part_of(id, unit_a).id }), 0);
	assert_int_equal(answer(&old, row_a2, ANSWER_SAME, NULL), ERR_NOT_FOUND);
	assert_int_equal(part_of(id, unit_a).done, 1);
	assert_int_equal(part_of(id, unit_a).issued, 2);
	struct db_conn *c = db_read_begin(db);
	struct principal none;
	assert_int_equal(auth_principal_link(c, mem, old.id, &none), ERR_NOT_FOUND);
	db_read_end(db, &c);
}

static void closing_ends_every_link_and_keeps_the_answers(void **state)
{
	(void)state;
	int64_t id = started();
	struct principal a = link_of(id, unit_a);
	assert_int_equal(answer(&a, row_a1, ANSWER_SAME, NULL), 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = CLOSE, .campaign = id }), 0);
	assert_int_equal(level(&campaign, id, "state"), CAMPAIGN_CLOSED);
	assert_int_equal(answer(&a, row_a2, ANSWER_SAME, NULL), ERR_NOT_FOUND);
	assert_int_equal(part_of(id, unit_a).done, 1);
	assert_int_equal(number_of("SELECT COUNT(*) FROM auth_link WHERE revoked_at = 0"), 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .campaign = id, .id = part_of(id, unit_a).id }), ERR_CONFLICT);
}

static void putting_it_away_ends_its_links(void **state)
{
	(void)state;
	int64_t id = started();
	struct principal a = link_of(id, unit_a);
	struct written w;
	struct change c = change_new(mem, CHANGE_ARCHIVE, &campaign, id);
	c.reason = STR("間違えた");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM auth_link WHERE revoked_at = 0"), 0);
	assert_int_equal(answer(&a, row_a1, ANSWER_SAME, NULL), ERR_NOT_FOUND);
}

static void what_is_missing_is_told_within_bounds(void **state)
{
	(void)state;
	int64_t id = started();
	struct principal a = link_of(id, unit_a);
	struct job j = { .by = &a, .what = FOUND, .reg = "device", .text = "=HYPERLINK(\"x\")<b>", .note = "机の下" };
	assert_int_equal(run(j), 0);
	j.reg = "asset"; /* not asked about */
	assert_int_equal(run(j), ERR_RANGE);
	j.reg = "auth_account";
	assert_int_equal(run(j), ERR_RANGE);
	j.reg = "device";
	j.text = " ";
	assert_int_equal(run(j), ERR_RANGE);
	j.text = "機器";
	for (int i = 1; i < 100; i++)
		assert_int_equal(run(j), 0);
	assert_int_equal(run(j), ERR_LIMIT);
	assert_int_equal(part_of(id, unit_a).found, 100);
	assert_int_equal(number_of("SELECT COUNT(*) FROM asset_device"), 4); /* telling makes no row */
}

static void more_rows_than_a_link_opens_are_counted(void **state)
{
	(void)state;
	int64_t id = begin(), big = make_unit("大きな課", 0);
	for (int i = 0; i < LIMIT_LINK_ITEMS + 3; i++) {
		char name[40];
		snprintf(name, sizeof name, "大 %d", i);
		(void)make_device(name, big);
	}
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .campaign = id }), 0);
	assert_int_equal(part_of(id, big).items, LIMIT_LINK_ITEMS);
	assert_int_equal(part_of(id, big).left_out, 3);
	assert_int_equal(part_of(id, unit_a).left_out, 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .campaign = id, .id = part_of(id, big).id }), 0);
}

static struct str page_for(struct principal *p, http_handler *page, int *status)
{
	static struct http_answer answer;
	office->frame = main_frame;
	buf_release(&answer.body);
	answer = (struct http_answer){ 0 };
	buf_init(&answer.body, LIMIT_PAGE);
	struct http_req req = { .arena = mem, .principal = p, .lang = LANG_EN, .app = office, .answer = &answer, .path = STR("/asset/review") };
	page(&req);
	*status = answer.status;
	return buf_view(&answer.body);
}

static void the_page_shows_own_rows_and_escapes_them(void **state)
{
	(void)state;
	int64_t id = started();
	(void)made(CHANGE(&device, row_a1, "name", "甲<script>1"));
	struct principal a = link_of(id, unit_a);
	int status;
	struct str page = page_for(&a, review_page, &status);
	assert_true(str_contains(page, STR("甲&lt;script&gt;1")));
	assert_false(str_contains(page, STR("甲<script>")));
	assert_true(str_contains(page, STR("甲2")));
	assert_false(str_contains(page, STR("乙1")));
}

static int64_t standing(const struct principal *p, enum standing which)
{
	int64_t n = -1;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(standing_count(c, mem, p, which, &n), 0);
	db_read_end(db, &c);
	return n;
}

static bool reason(const struct principal *p, msg_id id)
{
	struct signal s = { 0 };
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(asset_signal_load(c, mem, p, &s), 0);
	db_read_end(db, &c);
	for (size_t i = 0; i < s.reasons; i++)
		if (s.reason[i].why.id == id)
			return s.reason[i].tone == TONE_YELLOW && s.reason[i].path.n;
	return false;
}

static void what_a_review_waits_for_stands_in_the_signal(void **state)
{
	(void)state;
	int64_t id = started();
	struct principal own = person_of(ROLE_CONTACT, unit_a, "見本 甲");
	assert_int_equal(standing(&lead, STANDING_OPEN), 2);
	assert_int_equal(standing(&own, STANDING_OPEN), 1);
	assert_int_equal(standing(&lead, STANDING_LATE), 0);
	assert_false(reason(&lead, MSG_STANDING_SIGNAL_LATE));
	struct principal a = link_of(id, unit_a), b = link_of(id, unit_b);
	assert_int_equal(answer(&b, row_b, ANSWER_SAME, NULL), 0);
	assert_int_equal(answer(&a, row_a1, ANSWER_GONE, "廃棄した"), 0);
	assert_int_equal(run((struct job){ .by = &a, .what = FOUND, .reg = "device", .text = "名札のないPC", .note = "" }), 0);
	assert_int_equal(standing(&lead, STANDING_OPEN), 1);
	assert_int_equal(standing(&lead, STANDING_GONE), 1);
	assert_int_equal(standing(&lead, STANDING_MISSING), 1);
	struct principal other = person_of(ROLE_CONTACT, unit_b, "見本 乙");
	assert_int_equal(standing(&other, STANDING_GONE) + standing(&other, STANDING_MISSING) + standing(&other, STANDING_OPEN), 0);
	(void)made(CHANGE(&campaign, id, "due_on", "2026-11-01"));
	assert_int_equal(standing(&lead, STANDING_LATE), 1);
	assert_true(reason(&lead, MSG_STANDING_SIGNAL_LATE) && reason(&own, MSG_STANDING_SIGNAL_LATE));
	assert_false(reason(&other, MSG_STANDING_SIGNAL_LATE));
	/* Dealt with: the row is put away, the thing is in the ledger; closing alone settles nothing. */
	assert_int_equal(run((struct job){ .by = &lead, .what = CLOSE, .campaign = id }), 0);
	assert_int_equal(standing(&lead, STANDING_OPEN), 0);
	assert_int_equal(standing(&lead, STANDING_GONE), 1);
	struct change c = change_new(mem, CHANGE_ARCHIVE, &device, row_a1);
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	(void)make_device("名札のないPC", unit_a);
	assert_int_equal(standing(&lead, STANDING_GONE), 0);
	assert_int_equal(standing(&lead, STANDING_MISSING), 0);
}

static void a_units_own_people_answer_signed_in(void **state)
{
	(void)state;
	int64_t id = started();
	struct principal own = person_of(ROLE_CONTACT, unit_a, "見本 甲"), reader = own;
	reader.read_only = true;
	assert_int_equal(answer(&own, row_b, ANSWER_SAME, NULL), ERR_NOT_FOUND);
	assert_int_equal(answer(&lead, row_a1, ANSWER_SAME, NULL), ERR_NOT_FOUND); /* whoever sees all units answers for none */
	assert_int_equal(answer(&reader, row_a1, ANSWER_SAME, NULL), ERR_NOT_FOUND);
	assert_int_equal(answer(&own, row_a1, ANSWER_SAME, NULL), 0);
	assert_int_equal(answer(&own, row_a2, ANSWER_GONE, "なくした"), 0);
	assert_int_equal(part_of(id, unit_a).done, 2);
	/* The row's history says it in words. */
	struct history_entry *e;
	size_t n = 0;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(history_of(c, mem, &lead, &device, row_a2, 0, 5, LANG_JA, &e, &n), 0);
	db_read_end(db, &c);
	assert_true(str_eq(e[0].line[0].label, STR("棚卸し CMP-0001")) && str_eq(e[0].line[0].after, STR("なくなった")));
	assert_int_equal(run((struct job){ .by = &own, .what = FOUND, .reg = "device", .text = "予備のPC", .note = "" }), 0);
	assert_int_equal(part_of(id, unit_a).found, 1);
	assert_int_equal(run((struct job){ .by = &lead, .what = CLOSE, .campaign = id }), 0);
	assert_int_equal(answer(&own, row_a1, ANSWER_GONE, "x"), ERR_NOT_FOUND);
}

static void what_is_past_its_end_is_a_reason(void **state)
{
	(void)state;
	(void)begin();
	assert_false(reason(&lead, MSG_ASSET_SIGNAL_ENDED));
	(void)made(CHANGE(&device, row_a1, "os_support_until", "2020-01-14"));
	assert_true(reason(&lead, MSG_ASSET_SIGNAL_ENDED));
	(void)made(CHANGE(&device, row_a1, "state", "waiting"));
	assert_false(reason(&lead, MSG_ASSET_SIGNAL_ENDED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(starting_makes_a_part_per_unit_with_its_rows), OFFICE_TEST(a_scope_holds_the_units_below_only),
		OFFICE_TEST(the_same_confirms_the_row_and_counts), OFFICE_TEST(gone_wants_a_reason_and_archives_nothing),
		OFFICE_TEST(a_link_answers_its_own_rows_only), OFFICE_TEST(closing_ends_every_link_and_keeps_the_answers),
		OFFICE_TEST(putting_it_away_ends_its_links), OFFICE_TEST(what_is_missing_is_told_within_bounds), OFFICE_TEST(more_rows_than_a_link_opens_are_counted),
		OFFICE_TEST(the_page_shows_own_rows_and_escapes_them),
		OFFICE_TEST(what_a_review_waits_for_stands_in_the_signal), OFFICE_TEST(a_units_own_people_answer_signed_in),
		OFFICE_TEST(what_is_past_its_end_is_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
