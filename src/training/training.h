/*
 * Training (room 教育): plans, courses with a pool of questions, their sessions, surveys, phishing drills, and how security people are
 * to grow. These are registers. What a person did in a session is kept in tables of its own, as evidence of a moment: one assignment a
 * person and occasion, its attempts, and the questions that were drawn with the words they had then.
 *
 * A person takes a course by a personal link of their own, or signed in; either opens their own assignments and nothing else. Right
 * answers leave the server only after the last attempt that can use them. Nothing here ranks people: a session says how many of a unit
 * have finished and who has not, and of answers only what many gave together.
 */
#ifndef TRAINING_TRAINING_H
#define TRAINING_TRAINING_H

#include "auth/office.h"
#include "register/register.h"
#include "register/setting.h"
#include "report/signal.h"
#include "work/calendar.h"

#define LIMIT_DRAW 30            /* questions of one test */
#define LIMIT_TRIES 10           /* attempts of one assignment, those granted later included */
#define LIMIT_TEXT_ANSWER 2000   /* characters */
#define LIMIT_COURSE_PAGES 50
#define LIMIT_SURVEY_ITEMS 10
#define LIMIT_SESSION_PEOPLE 5000 /* taken into a session by one step; the next step goes on */
#define LIMIT_LETTERS 50         /* links made at once */
#define QUESTION_OPTIONS 4
/* Of a course that does not say. */
#define COURSE_PASS_MARK 80
#define COURSE_DRAW 10
#define COURSE_ATTEMPTS 3

extern const struct reg reg_training_plan, reg_course, reg_question, reg_session, reg_survey, reg_phishing, reg_phishing_result, reg_skill;
extern const char training_schema[];
extern const struct setting training_settings[];
extern const size_t training_setting_count;
extern const struct route training_routes[];
extern const size_t training_route_count;

/* Stored: never renumber. */
enum question_kind { QUESTION_YES_NO = 1, QUESTION_ONE, QUESTION_SEVERAL, QUESTION_TEXT };
enum session_state { SESSION_DRAFT = 1, SESSION_RUNNING, SESSION_CLOSED };
enum session_target { TARGET_EVERYONE = 1, TARGET_UNIT, TARGET_DUTY, TARGET_JOINERS, TARGET_MOVERS, TARGET_NEW_DUTY };
#define TRAINING_FEW 3 /* of fewer people's answers nothing is told: it would be told of each */

enum assignment_state { ASSIGNMENT_OPEN, ASSIGNMENT_BEGUN, ASSIGNMENT_MARKING, ASSIGNMENT_FAILED, ASSIGNMENT_SPENT, ASSIGNMENT_DONE };
enum attempt_state { ATTEMPT_OPEN, ATTEMPT_MARKING, ATTEMPT_PASSED, ATTEMPT_FAILED };
enum verdict { VERDICT_NONE, VERDICT_RIGHT, VERDICT_WRONG };

/* Does this target go on by itself, as people join, move or take up a duty? */
bool target_is_standing(int64_t target);

/* ---- assignments (assign.c) ---- */

struct assignment {
	int64_t id, session_id, course_id, person_id, survey_id, link_id, state, allowed, used, read_at, attended_at, done_at;
	int64_t session_state;
	struct str session, session_code, course, person, due_on, message;
};

/* Those of the principal, in sessions that run: of a personal link the one it was made for, of an account those of its person. Open ones
 * first, by due day; at most max. */
MUST_USE int training_mine(struct db_conn *c, struct arena *a, const struct principal *p, struct assignment *ret, size_t max, size_t *ret_n);
/* One of them; ERR_NOT_FOUND for anything else, whatever it is. closed: also of a session that is over (a certificate). */
MUST_USE int training_own(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, bool closed, struct assignment *ret);
/* Any one, for who may change sessions; ERR_NOT_FOUND otherwise. */
MUST_USE int training_any(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct assignment *ret);

/* SQL: p is a person who is here, g their assignment. Needs today's date bound behind it, and ")". */
#define PERSON_IS_HERE " AND p.archived = 0 AND (p.left_on IS NULL OR p.left_on >= "

/*
 * Within a write; each wants OP_UPDATE on the session (ERR_DENIED, ERR_NOT_FOUND), ERR_CONFLICT tells that its state does not allow it.
 * start: takes the people it is for as they are now; ERR_INVALID when nobody is there and nobody can come.
 * take: those who are not in it yet; doing it again takes nobody twice. *ret_n counts them.
 * issue: a new link for one assignment; the last one ends. Wants NEED_LINKS.
 * close: ends every link; results stay.
 */
MUST_USE int session_start(struct reg_ctx *ctx, int64_t session_id);
MUST_USE int session_take(struct reg_ctx *ctx, int64_t session_id, int64_t *ret_n);
MUST_USE int session_issue(struct reg_ctx *ctx, const struct assignment *x, struct str *ret_secret);
MUST_USE int session_close(struct reg_ctx *ctx, int64_t session_id);

/* The same rights: presence in a lecture, noted by somebody; finishes a course that has no test. */
MUST_USE int assignment_attend(struct reg_ctx *ctx, int64_t id);
/* A new due day; ERR_RANGE for one that has passed. */
MUST_USE int assignment_due(struct reg_ctx *ctx, int64_t id, struct str due_on);
/* One more attempt for somebody who has none left: ERR_CONFLICT otherwise, ERR_LIMIT beyond LIMIT_TRIES. */
MUST_USE int assignment_again(struct reg_ctx *ctx, int64_t id);

/* What happened to an assignment stands in the trail alone, never in the history of the session, which many may read. */
MUST_USE int assignment_record(struct reg_ctx *ctx, const struct assignment *x, const char *what, struct str before, struct str after);
MUST_USE int assignment_state_set(struct reg_ctx *ctx, int64_t id, enum assignment_state state);
/* Ends the link that a session made, whoever may see links. */
MUST_USE int assignment_link_end(struct reg_ctx *ctx, int64_t link_id);

/* The personal link leads to training: is it of an assignment? */
bool training_is_link(struct db_conn *c, struct arena *a, int64_t link_id);

/* The job: takes joiners, movers and new holders of a duty into their sessions, and writes to who has not finished, where mail is set up:
 * when a course comes up, then every so many days until it is done. *ret_taken counts people, *ret_letters letters. Not within a write. */
MUST_USE int training_round(struct db *db, const uint8_t key[32], struct str public_url, int64_t *ret_taken, int64_t *ret_letters);

/* ---- attempts (attempt.c) ---- */

struct drawn {
	int64_t position, text_id, question_id, kind, mask, answer, verdict; /* mask: the right options, bit 0 the first */
	struct str body, option[QUESTION_OPTIONS], explanation, answer_text;
};
struct attempt {
	int64_t id, number, state, pass_mark, points, total, submitted_at;
	struct drawn item[LIMIT_DRAW]; size_t items;
};
/* The last attempt of an assignment, with its questions; ERR_NOT_FOUND without one. */
MUST_USE int attempt_last(struct db_conn *c, struct arena *a, int64_t assignment_id, struct attempt *ret);
/* May right answers and explanations of this attempt be shown? Only when no attempt is left that they would help. */
bool attempt_may_tell(const struct assignment *x, const struct attempt *t);

/*
 * Within a write, by the one whose assignment it is (training_own()).
 * read: the text has been read to its end. A course without questions is finished by that.
 * draw: draws the questions of a new attempt, or does nothing while one is open. ERR_CONFLICT when none is left, when an answer waits to be
 * marked, or when it is done; ERR_INVALID when the course has no question.
 * answer: keeps what was answered; the texts of free answers may be blank. mask 0 and no text: not answered.
 * submit: judges; ERR_INVALID while a question is not answered (what was answered stays), ERR_CONFLICT when no attempt is open.
 */
MUST_USE int attempt_read(struct reg_ctx *ctx, int64_t assignment_id);
MUST_USE int attempt_draw(struct reg_ctx *ctx, int64_t assignment_id);
MUST_USE int attempt_answer(struct reg_ctx *ctx, int64_t assignment_id, int64_t attempt_id, int64_t position, int64_t mask, struct str text);
MUST_USE int attempt_submit(struct reg_ctx *ctx, int64_t assignment_id, int64_t attempt_id);
/* By who may change sessions: judges a free answer. ERR_NOT_FOUND, ERR_CONFLICT when it does not wait. */
MUST_USE int attempt_mark(struct reg_ctx *ctx, int64_t attempt_id, int64_t position, bool right);
/* How many free answers wait. */
MUST_USE int attempt_waiting(struct db_conn *c, struct arena *a, int64_t *ret);
/* SQL: the question t has an answer, or is marked by hand. */
#define QUESTION_IS_WHOLE "(t.kind = 4 OR t.answers IS NOT NULL)"
/* Live questions of a course that can be drawn. */
MUST_USE int course_questions(struct db_conn *c, struct arena *a, int64_t course_id, int64_t *ret);

/* ---- surveys (survey.c) ---- */

/* The items of a survey, one a line. */
size_t survey_items(struct str text, struct str ret[LIMIT_SURVEY_ITEMS]);
MUST_USE int survey_answered(struct db_conn *c, struct arena *a, int64_t assignment_id, int64_t round, bool *ret);
/* Within a write: round 1 (before) or 2 (after); value 1-5 by item, 0: no answer. ERR_CONFLICT when that round was answered, or is not
 * its turn: the second comes when the course is finished. */
MUST_USE int survey_answer(struct reg_ctx *ctx, int64_t assignment_id, int64_t round, const int64_t *value, size_t n);

/* ---- what a room above plugs in ---- */

/* The area of people with what training adds: who is past the due day of a running session. */
MUST_USE int training_people_signal(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);
void training_today(struct html *h, struct http_req *req, struct db_conn *c);
extern const struct calendar_part calendar_training;

/* The starter courses: makes those that are not there by name. Within a write; *ret_n counts them. */
#define STARTER_COURSES 5
MUST_USE int training_starter_make(struct reg_ctx *ctx, int64_t *ret_n);

/* ---- hooks and pages ---- */

void plan_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void course_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void course_list(struct html *h, struct http_req *req, struct db_conn *c);
void session_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void phishing_list(struct html *h, struct http_req *req, struct db_conn *c);
http_handler training_front, training_take_page, training_text_page, training_read_do, training_begin_do, training_test_page, training_test_do,
	training_result_page, training_survey_page, training_survey_do, training_slide, training_certificate, session_start_do, session_take_do, session_close_do,
	session_people_do, training_marking_page, training_marking_do, training_results_page, training_starter_do, plan_next_do;

#endif
