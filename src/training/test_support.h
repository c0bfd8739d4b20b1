/* For tests of the room: an office with two units, two people and a course, and short ways through a session. */
#ifndef TRAINING_TEST_SUPPORT_H
#define TRAINING_TEST_SUPPORT_H

#include "base/text/training.h"
#include "tests/office.h"

#include "org/duty.h"
#include "training/training.h"

static struct reg_view course, question, session;
static int64_t unit_a, unit_b, ann, ben, cid;

static UNUSED int64_t make_person(const char *name, int64_t unit_id, const char *joined)
{
	struct change c = CHANGE(&person, 0, "name", name, "number", name, "joined_on", joined);
	set_ref(&c, "unit", unit_id);
	return made(c);
}

static UNUSED int64_t make_question(int64_t course_id, const char *text, const char *kind, const char *answers)
{
	struct change c = CHANGE(&question, 0, "name", text, "kind", kind, "option_1", "甲", "option_2", "乙", "option_3", "丙", "explanation", "解説の文");
	if (answers)
		change_set_text(&c, mem, "answers", answers);
	set_ref(&c, "course", course_id);
	return made(c);
}

static UNUSED int64_t begin(void)
{
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(reg_view_load(c, mem, &reg_course, &course), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_question, &question), 0);
	assert_int_equal(reg_view_load(c, mem, &reg_session, &session), 0);
	db_read_end(db, &c);
	unit_a = make_unit("甲課", 0);
	unit_b = make_unit("乙課", 0);
	ann = make_person("例示 一", unit_a, "2020-04-01");
	ben = make_person("例示 二", unit_b, "2020-04-01");
	int64_t left = make_person("例示 退職", unit_a, "2020-04-01");
	(void)made(CHANGE(&person, left, "left_on", "2026-10-31"));
	cid = made(CHANGE(&course, 0, "name", "試しのコース", "text", "一\n\n---\n\n二", "pass_mark", "80", "draw", "5", "attempts", "2"));
	make_question(cid, "問1", "yes_no", "1");
	make_question(cid, "問2", "one", "2");
	make_question(cid, "問3", "several", "1, 3");
	make_question(cid, "問4", "yes_no", "2");
	make_question(cid, "問5", "one", "3");
	make_question(cid, "答えのない問", "one", NULL);
	struct change s = CHANGE(&session, 0, "name", "試しの実施", "target", "everyone", "due_on", "2026-12-10");
	set_ref(&s, "course", cid);
	return made(s);
}

struct job {
	const struct principal *by;
	enum { START, TAKE, ISSUE, CLOSE, ATTEND, DUE, AGAIN, READ, DRAW, ANSWER, SUBMIT, MARK } what;
	int64_t id, attempt, position, mask, n;
	const char *text;
};

static UNUSED int run_job(struct db_conn *c, void *arg)
{
	struct job *j = arg;
	struct reg_ctx ctx = ctx_of(j->by);
	struct assignment x;
	struct str secret;
	int e;
	ctx.conn = c;
	switch (j->what) {
	case START: return session_start(&ctx, j->id);
	case TAKE: return session_take(&ctx, j->id, &j->n);
	case ISSUE:
		e = training_any(c, mem, j->by, j->id, &x);
		return e < 0 ? e : session_issue(&ctx, &x, &secret);
	case CLOSE: return session_close(&ctx, j->id);
	case ATTEND: return assignment_attend(&ctx, j->id);
	case DUE: return assignment_due(&ctx, j->id, str_of(j->text));
	case AGAIN: return assignment_again(&ctx, j->id);
	case READ: return attempt_read(&ctx, j->id);
	case DRAW: return attempt_draw(&ctx, j->id);
	case ANSWER: return attempt_answer(&ctx, j->id, j->attempt, j->position, j->mask, str_of(j->text ? j->text : ""));
	case SUBMIT: return attempt_submit(&ctx, j->id, j->attempt);
	case MARK: return attempt_mark(&ctx, j->attempt, j->position, j->mask == 1);
	}
	return ERR_INVALID;
}

static UNUSED int run(struct job j)
{
	return db_write(db, run_job, &j);
}

static UNUSED int64_t number_where(const char *constant, int64_t a, int64_t b)
{
	struct db_conn *c = db_read_begin(db);
	struct sql q;
	int64_t n = -1;
	sql_init(&q, mem);
	sql_const(&q, constant);
	sql_i64(&q, a);
	if (b) {
		sql_lit(&q, " AND person_id = ");
		sql_i64(&q, b);
	}
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	db_read_end(db, &c);
	return n;
}

static UNUSED int64_t assignment_of(int64_t session_id, int64_t person_id)
{
	return number_where("SELECT id FROM training_assignment WHERE session_id = ", session_id, person_id);
}

static UNUSED int64_t state_of(int64_t id)
{
	return number_where("SELECT state FROM training_assignment WHERE id = ", id, 0);
}

static UNUSED struct principal link_of(int64_t id)
{
	struct principal p;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(auth_principal_link(c, mem, number_where("SELECT link_id FROM training_assignment WHERE id = ", id, 0), &p), 0);
	db_read_end(db, &c);
	return p;
}

static UNUSED struct attempt last_of(int64_t id)
{
	static struct attempt t;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(attempt_last(c, mem, id, &t), 0);
	db_read_end(db, &c);
	return t;
}

/* Started, with a link for Ann; gives her assignment and its principal. */
static UNUSED int64_t started(int64_t *ret_session, struct principal *ret_link)
{
	*ret_session = begin();
	assert_int_equal(run((struct job){ .by = &lead, .what = START, .id = *ret_session }), 0);
	int64_t id = assignment_of(*ret_session, ann);
	assert_int_equal(run((struct job){ .by = &lead, .what = ISSUE, .id = id }), 0);
	*ret_link = link_of(id);
	return id;
}

/* One attempt with so many wrong answers. */
static UNUSED int try_once(const struct principal *p, int64_t id, int wrongs)
{
	int e = run((struct job){ .by = p, .what = DRAW, .id = id });
	if (e < 0)
		return e;
	struct attempt t = last_of(id);
	for (size_t i = 0; i < t.items; i++) {
		const struct drawn *d = &t.item[i];
		int64_t mask = (int)i >= wrongs ? d->mask : d->kind == QUESTION_YES_NO ? d->mask ^ 3 : d->mask == 1 ? 2 : 1;
		assert_int_equal(run((struct job){ .by = p, .what = ANSWER, .id = id, .attempt = t.id, .position = d->position, .mask = mask }), 0);
	}
	return run((struct job){ .by = p, .what = SUBMIT, .id = id, .attempt = t.id });
}

#endif
