/* Following up: letters until it is done, surveys before and after, what contacts see of whom, and that a thousand people cost no more statements. */
#include "training/test_support.h"

#include "tests/letters.h"
#include "work/digest.h"
#include "work/task.h"

static int64_t letters(int month, int day)
{
	int64_t taken = 0, n = 0;
	clock_set_for_test(clock_instant((struct date){ 2026, month, day }) + 10 * 3600000, true);
	assert_int_equal(training_round(db, office->key, STR("https://ishigaki.example/"), &taken, &n), 0);
	return n;
}

static void letters_go_on_until_it_is_done(void **state)
{
	(void)state;
	int64_t id = begin();
	assert_int_equal(db_write(db, save_mail, NULL), 0);
	(void)made(CHANGE(&person, ann, "email", "ann@example.co.jp"));
	(void)made(CHANGE(&person, ben, "email", "ben@example.co.jp"));
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), 0);
	assert_int_equal(letters(11, 24), 0);  /* due on 10 December: not near yet */
	assert_int_equal(letters(12, 3), 2);
	assert_int_equal(letters(12, 3), 0);   /* one a day */
	assert_int_equal(letters(12, 4), 0);   /* and one in seven days */
	struct str mine = letter_to("ann@example.co.jp"), other = letter_to("ben@example.co.jp");
	assert_true(str_contains(mine, STR("https://ishigaki.example/l/")));
	assert_true(str_contains(mine, STR("例示 一")) && !str_contains(mine, STR("例示 二")));
	assert_true(str_contains(other, STR("例示 二")) && !str_contains(other, STR("例示 一")));
	/* Ann finishes by that link; Ben is told again after a week, and on no day off. */
	int64_t a = assignment_of(id, ann);
	struct principal link = link_of(a);
	assert_int_equal(try_once(&link, a, 0), 0);
	assert_int_equal(letters(12, 10), 1);
	assert_int_equal(letters(12, 19), 0);  /* a Saturday */
	assert_int_equal(letters(12, 21), 1);
	assert_true(str_contains(letter_to("ann@example.co.jp"), STR("/l/")));
	assert_int_equal(number_of("SELECT COUNT(*) FROM mail_queue WHERE to_address = 'ann@example.co.jp'"), 1);
	assert_int_equal(number_of("SELECT COUNT(*) FROM mail_queue WHERE to_address = 'ben@example.co.jp'"), 3);
	/* Nobody is written to who has left, nor once it is over. */
	(void)made(CHANGE(&person, ben, "left_on", "2026-12-28"));
	assert_int_equal(letters(12, 29), 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM auth_link WHERE revoked_at = 0"), 2);
	assert_int_equal(run((struct job){ .by = &lead, .what = CLOSE, .id = id }), 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM auth_link WHERE revoked_at = 0"), 0);
}

static int off_job(struct db_conn *c, void *arg)
{
	const struct account_new n = { .login = STR("ben"), .name = STR("例示 二"), .person_id = ben, .password_hash = STR("x"), .lang = LANG_JA };
	int64_t id = 0;
	(void)arg;
	int e = auth_account_create(c, mem, &admin, &n, &id);
	return e == 0 ? auth_account_active(c, mem, &admin, id, false) : e;
}

static void nobody_is_written_to_whose_account_is_off(void **state)
{
	(void)state;
	int64_t id = begin();
	assert_int_equal(db_write(db, save_mail, NULL), 0);
	(void)made(CHANGE(&person, ann, "email", "ann@example.co.jp"));
	(void)made(CHANGE(&person, ben, "email", "ben@example.co.jp"));
	assert_int_equal(db_write(db, off_job, NULL), 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), 0);
	assert_int_equal(letters(12, 3), 1);
	assert_int_equal(letter_to("ben@example.co.jp").n, 0);
}

static int merge_job(struct db_conn *c, void *arg)
{
	const int64_t *id = arg;
	struct reg_ctx ctx = ctx_of(&lead);
	struct written w;
	ctx.conn = c;
	return reg_merge(&ctx, &person, id[0], id[1], false, STR("同じ人"), &w);
}

static void the_digest_leaves_the_link_to_a_course_alone(void **state)
{
	(void)state;
	struct reg_view tasks;
	int64_t id = begin(), made_n = 0;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_task, &tasks), 0);
	db_read_end(db, &c);
	assert_int_equal(db_write(db, save_mail, NULL), 0);
	(void)made(CHANGE(&person, ann, "email", "ann@example.co.jp"));
	struct change t = CHANGE(&tasks, 0, "name", "鍵を数える", "due_on", "2026-12-03");
	set_ref(&t, "owner", ann);
	(void)made(t);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), 0);
	assert_int_equal(letters(12, 3), 1);
	assert_int_equal(digest_round(db, office->key, STR("https://ishigaki.example"), &made_n), 0);
	assert_int_equal(made_n, 1);
	assert_int_equal(number_of("SELECT COUNT(*) FROM auth_link WHERE revoked_at = 0"), 2);
	clock_set_for_test(clock_instant((struct date){ 2026, 12, 4 }) + 10 * 3600000, true);
	assert_int_equal(digest_round(db, office->key, STR("https://ishigaki.example"), &made_n), 0);
	assert_int_equal(made_n, 1);
	assert_int_equal(number_of("SELECT COUNT(*) FROM auth_link WHERE revoked_at = 0"), 2); /* its own, anew, and the course's */
	struct principal link = link_of(assignment_of(id, ann));
	assert_int_equal(try_once(&link, assignment_of(id, ann), 0), 0);
}

static void two_rows_of_one_person_keep_what_was_learnt(void **state)
{
	(void)state;
	int64_t id, taken = 0, n = 0;
	struct principal link;
	int64_t mine = started(&id, &link);
	assert_int_equal(try_once(&link, mine, 0), 0);
	int64_t twin = make_person("例示 一の二行目", unit_a, "2026-12-01"), pair[] = { twin, ann };
	assert_int_equal(db_write(db, merge_job, pair), 0);
	assert_int_equal(training_round(db, office->key, STR(""), &taken, &n), 0);
	assert_int_equal(assignment_of(id, twin), mine);
	/* Where both have it, each stays with its own row. */
	int64_t both[] = { twin, ben };
	assert_int_equal(db_write(db, merge_job, both), 0);
	assert_int_equal(training_round(db, office->key, STR(""), &taken, &n), 0);
	assert_int_equal(assignment_of(id, twin), mine);
	assert_true(assignment_of(id, ben) > 0);
}

static void who_is_late_stands_in_the_signal(void **state)
{
	(void)state;
	int64_t id = begin();
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), 0);
	struct principal own = person_of(ROLE_CONTACT, unit_a, "見本 窓口");
	for (int late = 0; late < 2; late++) {
		const struct principal *who[] = { &lead, &own };
		clock_set_for_test(clock_instant((struct date){ 2026, 12, late ? 11 : 10 }) + 10 * 3600000, true);
		for (int i = 0; i < 2; i++) {
			struct signal s = { 0 };
			struct db_conn *c = db_read_begin(db);
			assert_int_equal(training_people_signal(c, mem, who[i], &s), 0);
			db_read_end(db, &c);
			assert_int_equal(signal_value(&s, "untrained_late"), late ? i ? 1 : 2 : 0);
		}
	}
}

struct said {
	const struct principal *by;
	int64_t id, round, value[LIMIT_SURVEY_ITEMS];
};

static int say_job(struct db_conn *c, void *arg)
{
	struct said *x = arg;
	struct reg_ctx ctx = ctx_of(x->by);
	ctx.conn = c;
	return survey_answer(&ctx, x->id, x->round, x->value, LIMIT_SURVEY_ITEMS);
}

static int say(const struct principal *p, int64_t id, int64_t round, int64_t value)
{
	struct said x = { .by = p, .id = id, .round = round, .value = { value, 0, 5 } };
	return db_write(db, say_job, &x);
}

static void a_survey_is_answered_once_before_and_once_after(void **state)
{
	(void)state;
	struct reg_view survey;
	(void)begin();
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_survey, &survey), 0);
	db_read_end(db, &c);
	int64_t sid = made(CHANGE(&survey, 0, "name", "試し", "items", "連絡先を知っている\n\n二つ目\n三つ目"));
	struct change s = CHANGE(&session, 0, "name", "アンケートのある実施", "target", "everyone", "due_on", "2026-12-10");
	set_ref(&s, "course", cid);
	set_ref(&s, "survey", sid);
	int64_t id = made(s);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), 0);
	int64_t mine = assignment_of(id, ann), other = assignment_of(id, ben);
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .id = mine }), 0);
	struct principal link = link_of(mine);
	assert_int_equal(say(&link, other, 1, 3), ERR_NOT_FOUND);
	assert_int_equal(say(&link, mine, 2, 3), ERR_CONFLICT); /* not finished yet */
	assert_int_equal(say(&link, mine, 1, 6), ERR_RANGE);
	(void)made(CHANGE(&survey, sid, "items", "連絡先を知っている\n二つ目\n三つ目")); /* nobody has answered */
	assert_int_equal(say(&link, mine, 1, 3), 0);
	assert_int_equal(say(&link, mine, 1, 4), ERR_CONFLICT);
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_survey_answer WHERE item > 0"), 2); /* what was left out is no answer */
	assert_int_equal(try_once(&link, mine, 0), 0);
	assert_int_equal(say(&link, mine, 1, 4), ERR_CONFLICT);
	assert_int_equal(say(&link, mine, 2, 5), 0);
	struct written w;
	struct change change = CHANGE(&survey, sid, "items", "別のこと");
	assert_int_equal(save_by(&lead, &change, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &survey, "items"), MSG_TRAINING_SURVEY_FIXED);
	change = CHANGE(&survey, 0, "name", "多すぎる", "items", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
	assert_int_equal(save_by(&lead, &change, &w), ERR_INVALID);
}

/* The part of a session's page that this room writes. */
static struct str page_of(const struct principal *p, int64_t session_id, unsigned *ret_statements)
{
	struct buf b;
	struct html h;
	struct http_answer answer = { 0 };
	struct http_req req = { .arena = mem, .principal = (void *)(uintptr_t)p, .lang = LANG_JA, .app = office, .answer = &answer };
	struct row row = row_of(&session, session_id);
	buf_init(&b, LIMIT_PAGE);
	html_init(&h, &b, mem, LANG_JA, STR("csrf"));
	struct db_conn *c = db_read_begin(db);
	(void)db_statement_count(true);
	session_detail(&h, &req, c, &row);
	*ret_statements = db_statement_count(true);
	db_read_end(db, &c);
	struct str text = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return text;
}

static void contacts_see_who_of_their_own_has_not_finished(void **state)
{
	(void)state;
	int64_t id;
	unsigned n;
	struct principal link, own;
	int64_t mine = started(&id, &link);
	assert_int_equal(try_once(&link, mine, 2), 0);
	own = person_of(ROLE_CONTACT, unit_a, "見本 窓口");
	struct str page = page_of(&own, id, &n);
	assert_true(str_contains(page, STR("例示 一")) && str_contains(page, STR("甲課")));
	assert_false(str_contains(page, STR("例示 二")) || str_contains(page, STR("乙課")));
	/* Neither score nor attempts, and nothing to press. */
	assert_false(str_contains(page, STR("3 問")) || str_contains(page, STR("<button")) || str_contains(page, STR("/training/results/")));
	page = page_of(&lead, id, &n);
	assert_true(str_contains(page, STR("例示 二")) && str_contains(page, STR("<button")));
	assert_int_equal(page_of(&link, id, &n).n, 0);
	/* The history that a contact may read names nobody's training. */
	assert_int_equal(number_of("SELECT COUNT(*) FROM audit_entry WHERE register = 'session' AND record_id = 0"), 1);
}

static int crowd_job(struct db_conn *c, void *arg)
{
	(void)arg;
	static const char *const fill[] = {
		"INSERT INTO record (id, register, unit_id, revision, state, code, created_at, created_by, updated_at, updated_by)"
		" SELECT 100000 + x.n, 'person', 0, 1, 0, 'PSN-X' || x.n, 0, '', 0, '' FROM (WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 1000) SELECT n FROM k) x",
		"INSERT INTO org_person (id, unit_id, name, number, unit) SELECT r.id, 0, 'X' || r.id, 'X' || r.id, NULL FROM record r WHERE r.id > 100000",
	};
	for (size_t i = 0; i < COUNT_OF(fill); i++) {
		struct sql q;
		sql_init(&q, mem);
		sql_const(&q, fill[i]);
		int e = db_exec(c, &q, NULL);
		if (e < 0)
			return e;
	}
	return 0;
}

static void a_thousand_people_cost_no_more_statements(void **state)
{
	(void)state;
	unsigned few = 0, many = 0;
	int64_t id = begin();
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), 0);
	(void)page_of(&lead, id, &few);
	if (db_write(db, crowd_job, NULL) < 0) {
		fail_msg("the crowd cannot be made");
		return;
	}
	struct job take = { .by = &lead, .what = TAKE, .id = id };
	assert_int_equal(db_write(db, run_job, &take), 0);
	assert_int_equal(take.n, 1000);
	int64_t from = clock_monotonic_us();
	struct str page = page_of(&lead, id, &many);
	print_message("page of a session with 1,002 people: %lld us, %zu bytes\n", (long long)(clock_monotonic_us() - from), page.n);
	assert_int_equal(few, many);
	/* A hundred are listed, and it says that there are more. */
	assert_true(page.n < (128u << 10));
	assert_true(str_contains(page, STR("先頭の 100 人")));
	assert_int_equal(db_write(db, run_job, &take), 0);
	assert_int_equal(take.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(letters_go_on_until_it_is_done), OFFICE_TEST(a_survey_is_answered_once_before_and_once_after),
		OFFICE_TEST(nobody_is_written_to_whose_account_is_off), OFFICE_TEST(the_digest_leaves_the_link_to_a_course_alone), OFFICE_TEST(two_rows_of_one_person_keep_what_was_learnt), OFFICE_TEST(who_is_late_stands_in_the_signal),
		OFFICE_TEST(contacts_see_who_of_their_own_has_not_finished), OFFICE_TEST(a_thousand_people_cost_no_more_statements),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
