/* Sessions: whom they take in, what a personal link opens and nothing else, how a test is drawn, judged and bounded, joiners by themselves. */
#include "training/test_support.h"

static void starting_takes_in_who_is_here(void **state)
{
	(void)state;
	int64_t id = begin();
	assert_int_equal(run((struct job){ .by = &contact, .what = START, .id = id }), ERR_DENIED);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_assignment"), 2); /* not who left */
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), ERR_CONFLICT);
	struct job again = { .by = &lead, .what = TAKE, .id = id };
	assert_int_equal(db_write(db, run_job, &again), 0);
	assert_int_equal(again.n, 0);
	(void)make_person("例示 三", unit_a, "2026-11-01");
	assert_int_equal(db_write(db, run_job, &again), 0);
	assert_int_equal(again.n, 1);
	/* Whom it is for is fixed; the due day moves for who has not finished. */
	struct written w;
	struct change c = CHANGE(&session, id, "target", "joiners");
	assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
	assert_int_equal(error_at(&w, &session, "target"), MSG_TRAINING_FIXED);
	(void)made(CHANGE(&session, id, "due_on", "2026-12-24"));
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_assignment WHERE due_on = '2026-12-24'"), 3);
	assert_int_equal(run((struct job){ .by = &lead, .what = DUE, .id = assignment_of(id, ann), .text = "2026-11-19" }), ERR_RANGE);
	assert_int_equal(run((struct job){ .by = &lead, .what = DUE, .id = assignment_of(id, ann), .text = "2027-01-10" }), 0);
}

static void a_link_opens_its_own_and_nothing_else(void **state)
{
	(void)state;
	int64_t id;
	struct principal link;
	int64_t mine = started(&id, &link), other = assignment_of(id, ben);
	struct assignment x;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(training_own(c, mem, &link, mine, false, &x), 0);
	assert_int_equal(training_own(c, mem, &link, other, false, &x), ERR_NOT_FOUND);
	assert_int_equal(training_any(c, mem, &link, other, &x), ERR_NOT_FOUND);
	assert_int_equal(training_own(c, mem, &lead, mine, false, &x), ERR_NOT_FOUND); /* an account of nobody */
	/* No record, and so no register, opens by it. */
	assert_int_equal(link.link_ops, 0);
	assert_int_equal(auth_ops(&link, reg_number(&reg_session)) | auth_ops(&link, reg_number(&reg_course)), 0);
	assert_false(auth_allows(c, &link, reg_number(&reg_course), OP_READ, 0, cid));
	struct sql q;
	int64_t n = -1;
	reg_select(&q, mem, &link, &reg_question, "COUNT(*)");
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	assert_int_equal(n, 0);
	contact.grant[0].unit_id = unit_a;
	assert_int_equal(auth_ops(&contact, reg_number(&reg_question)), 0);
	db_read_end(db, &c);
	static const int steps[] = { READ, DRAW, ATTEND, AGAIN };
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		assert_int_equal(run((struct job){ .by = &link, .what = steps[i], .id = other }), ERR_NOT_FOUND);
		assert_int_equal(run((struct job){ .by = &contact, .what = steps[i], .id = mine }), ERR_NOT_FOUND);
	}
	/* Who has left takes nothing more. */
	assert_int_equal(run((struct job){ .by = &link, .what = READ, .id = mine }), 0);
	(void)made(CHANGE(&person, ann, "left_on", "2026-11-19"));
	assert_int_equal(run((struct job){ .by = &link, .what = READ, .id = mine }), ERR_NOT_FOUND);
	(void)made(CHANGE(&person, ann, "left_on", "2026-12-31"));
	/* A new link ends the last one; closing ends all. */
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .id = mine }), 0);
	assert_int_equal(run((struct job){ .by = &link, .what = READ, .id = mine }), ERR_NOT_FOUND);
	link = link_of(mine);
	assert_int_equal(run((struct job){ .by = &link, .what = READ, .id = mine }), 0);
	assert_int_equal(run((struct job){ .by = &lead, .what = CLOSE, .id = id }), 0);
	assert_int_equal(run((struct job){ .by = &link, .what = DRAW, .id = mine }), ERR_NOT_FOUND);
	assert_int_equal(number_of("SELECT COUNT(*) FROM auth_link WHERE revoked_at = 0"), 0);
}

static void the_draw_is_kept_and_judged_here(void **state)
{
	(void)state;
	int64_t id;
	struct principal link;
	int64_t mine = started(&id, &link);
	assert_int_equal(run((struct job){ .by = &link, .what = DRAW, .id = mine }), 0);
	struct attempt t = last_of(mine);
	assert_int_equal(t.items, 5); /* not the one without an answer */
	/* Opening it again draws nothing new. */
	assert_int_equal(run((struct job){ .by = &link, .what = DRAW, .id = mine }), 0);
	assert_int_equal(last_of(mine).id, t.id);
	assert_int_equal(run((struct job){ .by = &link, .what = SUBMIT, .id = mine, .attempt = t.id }), ERR_INVALID);
	/* Two answers where one is asked, an option that is not there, a question that was not drawn, an attempt of nobody's. */
	for (size_t i = 0; i < t.items; i++)
		if (t.item[i].kind == QUESTION_ONE) {
			assert_int_equal(run((struct job){ .by = &link, .what = ANSWER, .id = mine, .attempt = t.id, .position = t.item[i].position, .mask = 3 }), ERR_RANGE);
			assert_int_equal(run((struct job){ .by = &link, .what = ANSWER, .id = mine, .attempt = t.id, .position = t.item[i].position, .mask = 8 }), ERR_RANGE);
		}
	assert_int_equal(run((struct job){ .by = &link, .what = ANSWER, .id = mine, .attempt = t.id, .position = 6, .mask = 1 }), ERR_NOT_FOUND);
	assert_int_equal(run((struct job){ .by = &link, .what = ANSWER, .id = mine, .attempt = t.id + 1, .position = 1, .mask = 1 }), ERR_CONFLICT);
	/* An edit of a question changes nothing for who has it before them. */
	struct str before = t.item[0].body;
	(void)made(CHANGE(&question, t.item[0].question_id, "name", "書き直した問", "answers", t.item[0].kind == QUESTION_ONE ? "1" : "2"));
	assert_true(str_eq(last_of(mine).item[0].body, before));
	assert_int_equal(last_of(mine).item[0].mask, t.item[0].mask);
	/* 4 of 5 is 80 %: the mark itself passes. */
	assert_int_equal(try_once(&link, mine, 1), 0);
	assert_int_equal(state_of(mine), ASSIGNMENT_DONE);
	assert_int_equal(last_of(mine).points, 4);
	assert_int_equal(run((struct job){ .by = &link, .what = DRAW, .id = mine }), ERR_CONFLICT);
	assert_int_equal(run((struct job){ .by = &link, .what = SUBMIT, .id = mine, .attempt = t.id }), ERR_CONFLICT);
}

static void attempts_are_bounded_and_answers_told_at_the_end(void **state)
{
	(void)state;
	int64_t id;
	struct principal link;
	int64_t mine = started(&id, &link);
	struct assignment x = { .used = 1, .allowed = 2 };
	assert_int_equal(try_once(&link, mine, 2), 0);
	assert_int_equal(state_of(mine), ASSIGNMENT_FAILED);
	struct attempt t = last_of(mine);
	assert_false(attempt_may_tell(&x, &t));
	assert_int_equal(run((struct job){ .by = &lead, .what = AGAIN, .id = mine }), ERR_CONFLICT); /* one is left */
	assert_int_equal(try_once(&link, mine, 5), 0);
	assert_int_equal(state_of(mine), ASSIGNMENT_SPENT);
	x.used = 2;
	t = last_of(mine);
	assert_true(attempt_may_tell(&x, &t));
	assert_int_equal(try_once(&link, mine, 0), ERR_CONFLICT);
	assert_int_equal(run((struct job){ .by = &lead, .what = AGAIN, .id = mine }), 0);
	assert_int_equal(try_once(&link, mine, 0), 0);
	assert_int_equal(state_of(mine), ASSIGNMENT_DONE);
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_attempt"), 3);
}

static void free_answers_wait_for_somebody(void **state)
{
	(void)state;
	int64_t id;
	struct principal link;
	int64_t mine = started(&id, &link);
	(void)made(CHANGE(&course, cid, "draw", "30", "pass_mark", "100"));
	make_question(cid, "なぜ守るのか", "text", NULL);
	assert_int_equal(run((struct job){ .by = &link, .what = DRAW, .id = mine }), 0);
	struct attempt t = last_of(mine);
	int64_t free_at = 0;
	assert_int_equal(t.items, 6);
	for (size_t i = 0; i < t.items; i++) {
		const bool text = t.item[i].kind == QUESTION_TEXT;
		free_at = text ? t.item[i].position : free_at;
		assert_int_equal(run((struct job){ .by = &link, .what = ANSWER, .id = mine, .attempt = t.id, .position = t.item[i].position, .mask = text ? 0 : t.item[i].mask,
		                                   .text = text ? "お客様の信頼のため" : NULL }), 0);
	}
	assert_int_equal(run((struct job){ .by = &link, .what = SUBMIT, .id = mine, .attempt = t.id }), 0);
	assert_int_equal(state_of(mine), ASSIGNMENT_MARKING);
	assert_int_equal(run((struct job){ .by = &link, .what = DRAW, .id = mine }), ERR_CONFLICT);
	assert_int_equal(run((struct job){ .by = &link, .what = MARK, .attempt = t.id, .position = free_at, .mask = 1 }), ERR_NOT_FOUND);
	assert_int_equal(run((struct job){ .by = &contact, .what = MARK, .attempt = t.id, .position = free_at, .mask = 1 }), ERR_NOT_FOUND);
	assert_int_equal(run((struct job){ .by = &lead, .what = MARK, .attempt = t.id, .position = free_at == 1 ? 2 : 1, .mask = 1 }), ERR_CONFLICT);
	assert_int_equal(run((struct job){ .by = &lead, .what = MARK, .attempt = t.id, .position = free_at, .mask = 1 }), 0);
	assert_int_equal(state_of(mine), ASSIGNMENT_DONE);
	assert_int_equal(run((struct job){ .by = &lead, .what = MARK, .attempt = t.id, .position = free_at, .mask = 0 }), ERR_CONFLICT);
}

static void a_course_without_questions_is_read_or_attended(void **state)
{
	(void)state;
	int64_t id = begin(), lecture = made(CHANGE(&course, 0, "name", "講義"));
	struct change s = CHANGE(&session, 0, "name", "講義の実施", "target", "unit", "due_on", "2026-12-10");
	set_ref(&s, "course", lecture);
	set_ref(&s, "unit", unit_a);
	id = made(s);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = id }), 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_assignment"), 1);
	int64_t mine = assignment_of(id, ann);
	assert_int_equal(run((struct job){ .by = &lead, .what = ATTEND, .id = mine }), 0);
	assert_int_equal(state_of(mine), ASSIGNMENT_DONE);
	assert_int_equal(run((struct job){ .by = &lead, .what = ATTEND, .id = mine }), ERR_CONFLICT);
}

static int64_t round_taken(void)
{
	int64_t taken = 0, letters = 0;
	assert_int_equal(training_round(db, office->key, STR("http://localhost"), &taken, &letters), 0);
	assert_int_equal(letters, 0); /* no mail is set up */
	return taken;
}

static void joiners_and_movers_come_by_themselves_once(void **state)
{
	(void)state;
	(void)begin();
	struct change s = CHANGE(&session, 0, "name", "入社の教育", "target", "joiners", "from_on", "2026-11-01");
	set_ref(&s, "course", cid);
	int64_t join = made(s);
	s = CHANGE(&session, 0, "name", "異動の教育", "target", "movers", "days", "30");
	set_ref(&s, "course", cid);
	int64_t move = made(s);
	assert_int_equal(level(&session, join, "days"), 14);
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = join }), 0); /* nobody yet, and that is no mistake */
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = move }), 0);
	assert_int_equal(round_taken(), 0);
	int64_t cat = make_person("例示 新人", unit_b, "2026-11-16");
	(void)make_person("例示 来月", unit_b, "2026-12-01");
	assert_int_equal(round_taken(), 1);
	assert_int_equal(round_taken(), 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_assignment WHERE due_on = '2026-12-04'"), 1);
	(void)made(CHANGE(&person, cat, "moved_on", "2026-11-20"));
	assert_int_equal(round_taken(), 1);
	assert_int_equal(round_taken(), 0);
	assert_true(assignment_of(move, cat) > 0);
	clock_set_for_test(clock_instant((struct date){ 2026, 12, 1 }) + 10 * 3600000, true);
	assert_int_equal(round_taken(), 1); /* who came on that day */
	(void)made(CHANGE(&person, cat, "moved_on", "2026-12-01"));
	assert_int_equal(round_taken(), 1); /* another move is another occasion */
	assert_int_equal(round_taken(), 0);
}

static void wrong_questions_are_refused(void **state)
{
	(void)state;
	static const struct { const char *kind, *answers, *field; msg_id why; } bad[] = {
		{ "yes_no", "3", "answers", MSG_TRAINING_ANSWER_YES_NO }, { "yes_no", "1, 2", "answers", MSG_TRAINING_ANSWER_YES_NO }, { "one", "1, 2", "answers", MSG_TRAINING_ANSWER_ONE },
		{ "several", "1, 4", "answers", MSG_TRAINING_ANSWER_BLANK },
	};
	(void)begin();
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct written w;
		struct change c = CHANGE(&question, 0, "name", "悪い問", "kind", bad[i].kind, "option_1", "甲", "option_2", "乙", "answers", bad[i].answers);
		set_ref(&c, "course", cid);
		assert_int_equal(save_by(&lead, &c, &w), ERR_INVALID);
		assert_int_equal(error_at(&w, &question, bad[i].field), bad[i].why);
	}
}

static int starter_job(struct db_conn *c, void *arg)
{
	struct reg_ctx ctx = ctx_of(&lead);
	ctx.conn = c;
	return training_starter_make(&ctx, arg);
}

static void starter_courses_can_be_passed(void **state)
{
	(void)state;
	int64_t n = 0;
	assert_int_equal(db_write(db, starter_job, &n), 0);
	assert_int_equal(n, STARTER_COURSES);
	assert_int_equal(db_write(db, starter_job, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_question"), 10 * STARTER_COURSES);
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_question t WHERE NOT " QUESTION_IS_WHOLE), 0);
	assert_int_equal(number_of("SELECT COUNT(*) FROM training_question WHERE explanation IS NULL"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(starting_takes_in_who_is_here), OFFICE_TEST(a_link_opens_its_own_and_nothing_else), OFFICE_TEST(the_draw_is_kept_and_judged_here), OFFICE_TEST(attempts_are_bounded_and_answers_told_at_the_end),
		OFFICE_TEST(free_answers_wait_for_somebody), OFFICE_TEST(a_course_without_questions_is_read_or_attended), OFFICE_TEST(joiners_and_movers_come_by_themselves_once), OFFICE_TEST(wrong_questions_are_refused),
		OFFICE_TEST(starter_courses_can_be_passed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
