/* Attempts: which questions were drawn, what was answered, how it was judged. Everything is decided here, nothing in the browser. */
#include "training/training.h"

#include "base/random.h"
#include "base/text.h"

#define POOL_MAX 500 /* questions of one course that can be drawn */

/* ---- reading ---- */

static int load_items(struct db_conn *c, struct arena *a, struct attempt *t)
{
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	sql_init(&q, a);
	sql_lit(&q, "SELECT i.position, i.text_id, x.question_id, x.kind, x.answer_mask, i.answer, i.verdict, x.body, x.option_1, x.option_2, x.option_3, x.option_4,"
	            " x.explanation, i.answer_text FROM training_attempt_item i JOIN training_question_text x ON x.id = i.text_id WHERE i.attempt_id = ");
	sql_i64(&q, t->id);
	sql_lit(&q, " ORDER BY i.position");
	int e = db_query(c, &q, &s);
	while (e == 0 && t->items < LIMIT_DRAW && (e = stmt_step(s)) == 1) {
		struct drawn *d = &t->item[t->items++];
		*d = (struct drawn){ .position = stmt_i64(s, 0), .text_id = stmt_i64(s, 1), .question_id = stmt_i64(s, 2), .kind = stmt_i64(s, 3), .mask = stmt_i64(s, 4),
			.answer = stmt_i64(s, 5), .verdict = stmt_i64(s, 6), .body = stmt_str_dup(s, a, 7), .explanation = stmt_str_dup(s, a, 12), .answer_text = stmt_str_dup(s, a, 13) };
		for (int i = 0; i < QUESTION_OPTIONS; i++)
			d->option[i] = stmt_str_dup(s, a, 8 + i);
		e = 0;
	}
	return e;
}

static int load(struct db_conn *c, struct arena *a, struct sql *q, struct attempt *ret)
{
	struct stmt *s = NULL;
	*ret = (struct attempt){ 0 };
	int e = db_query(c, q, &s);
	if (e == 0 && (e = stmt_step(s)) == 1) {
		ret->id = stmt_i64(s, 0);
		ret->number = stmt_i64(s, 1);
		ret->state = stmt_i64(s, 2);
		ret->pass_mark = stmt_i64(s, 3);
		ret->points = stmt_i64(s, 4);
		ret->total = stmt_i64(s, 5);
		ret->submitted_at = stmt_i64(s, 6);
		e = 0;
	}
	stmt_done(&s);
	if (e == 0 && !ret->id)
		return ERR_NOT_FOUND;
	return e == 0 ? load_items(c, a, ret) : e;
}

int attempt_last(struct db_conn *c, struct arena *a, int64_t assignment_id, struct attempt *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, number, state, pass_mark, points, total, submitted_at FROM training_attempt WHERE assignment_id = ");
	sql_i64(&q, assignment_id);
	sql_lit(&q, " ORDER BY number DESC LIMIT 1");
	return load(c, a, &q, ret);
}

bool attempt_may_tell(const struct assignment *x, const struct attempt *t)
{
	return t->state == ATTEMPT_PASSED || (t->state == ATTEMPT_FAILED && x->used >= x->allowed);
}

/* ---- drawing ---- */

struct course_rule {
	int64_t pass_mark, draw;
};

static int rule_of(struct reg_ctx *ctx, int64_t course_id, struct course_rule *ret)
{
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COALESCE(pass_mark, ");
	sql_i64(&q, COURSE_PASS_MARK);
	sql_lit(&q, "), COALESCE(draw, ");
	sql_i64(&q, COURSE_DRAW);
	sql_lit(&q, ") FROM training_course WHERE id = ");
	sql_i64(&q, course_id);
	int e = db_first(ctx->conn, &q, &s);
	if (e == 0)
		*ret = (struct course_rule){ stmt_i64(s, 0), stmt_i64(s, 1) };
	return e;
}

static int pool_of(struct reg_ctx *ctx, int64_t course_id, int64_t *ret, size_t *ret_n)
{
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT t.id FROM training_question t WHERE t.archived = 0 AND " QUESTION_IS_WHOLE " AND t.batch NOT IN " BATCH_HIDDEN " AND t.course = ");
	sql_i64(&q, course_id);
	sql_lit(&q, " ORDER BY t.id LIMIT ");
	sql_i64(&q, POOL_MAX);
	int e = db_query(ctx->conn, &q, &s);
	*ret_n = 0;
	while (e == 0 && *ret_n < POOL_MAX && (e = stmt_step(s)) == 1) {
		ret[(*ret_n)++] = stmt_i64(s, 0);
		e = 0;
	}
	return e;
}

/* The first n become a random choice in random order. */
static void draw(int64_t *id, size_t pool, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t r;
		random_bytes(&r, sizeof r);
		const size_t k = i + (size_t)(r % (pool - i));
		const int64_t swap = id[i];
		id[i] = id[k];
		id[k] = swap;
	}
}

/* The question as it stands, kept once for every version of it. */
static int text_of(struct reg_ctx *ctx, int64_t question_id, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO training_question_text (question_id, revision, kind, body, option_1, option_2, option_3, option_4, answer_mask, explanation)"
	            " SELECT t.id, r.revision, t.kind, t.name, COALESCE(t.option_1, ''), COALESCE(t.option_2, ''), COALESCE(t.option_3, ''), COALESCE(t.option_4, ''),"
	            " COALESCE(t.answers, 0), COALESCE(t.explanation, '') FROM training_question t JOIN record r ON r.id = t.id WHERE t.id = ");
	sql_i64(&q, question_id);
	sql_lit(&q, " ON CONFLICT DO NOTHING");
	int e = db_exec(ctx->conn, &q, NULL);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT x.id FROM training_question_text x JOIN record r ON r.id = x.question_id AND r.revision = x.revision WHERE x.question_id = ");
	sql_i64(&q, question_id);
	return db_get_i64(ctx->conn, &q, ret);
}

static int put_attempt(struct reg_ctx *ctx, const struct assignment *x, int64_t pass_mark, int64_t *ret_id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO training_attempt (assignment_id, number, begun_at, pass_mark) VALUES (");
	sql_i64(&q, x->id);
	sql_lit(&q, ", ");
	sql_i64(&q, x->used + 1);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_i64(&q, pass_mark);
	sql_lit(&q, ")");
	int e = db_exec(ctx->conn, &q, NULL);
	*ret_id = db_last_id(ctx->conn);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET state = 1, used = used + 1 WHERE id = ");
	sql_i64(&q, x->id);
	return db_exec(ctx->conn, &q, NULL);
}

int attempt_draw(struct reg_ctx *ctx, int64_t assignment_id)
{
	struct assignment x;
	struct course_rule rule;
	struct attempt *last = ARENA_NEW(ctx->arena, struct attempt);
	int64_t *pool = ARENA_ARRAY(ctx->arena, POOL_MAX, int64_t), attempt_id = 0;
	size_t n = 0, wanted;
	int e = training_own(ctx->conn, ctx->arena, ctx->by, assignment_id, false, &x);
	if (e < 0)
		return e;
	if (ctx->by->read_only || x.done_at || x.state == ASSIGNMENT_MARKING)
		return ERR_CONFLICT;
	e = attempt_last(ctx->conn, ctx->arena, assignment_id, last);
	if (e == 0 && last->state == ATTEMPT_OPEN)
		return 0;
	if (e < 0 && e != ERR_NOT_FOUND)
		return e;
	if (x.used >= x.allowed)
		return ERR_CONFLICT;
	e = rule_of(ctx, x.course_id, &rule);
	if (e == 0)
		e = pool_of(ctx, x.course_id, pool, &n);
	if (e == 0 && !n)
		return ERR_INVALID;
	wanted = e == 0 && rule.draw < (int64_t)n ? (size_t)rule.draw : n;
	wanted = wanted > LIMIT_DRAW ? LIMIT_DRAW : wanted;
	if (e == 0)
		e = put_attempt(ctx, &x, rule.pass_mark, &attempt_id);
	if (e < 0)
		return e;
	draw(pool, n, wanted);
	for (size_t i = 0; e == 0 && i < wanted; i++) {
		struct sql q;
		int64_t text_id = 0;
		e = text_of(ctx, pool[i], &text_id);
		if (e < 0)
			break;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "INSERT INTO training_attempt_item (attempt_id, position, text_id) VALUES (");
		sql_i64(&q, attempt_id);
		sql_lit(&q, ", ");
		sql_i64(&q, (int64_t)i + 1);
		sql_lit(&q, ", ");
		sql_i64(&q, text_id);
		sql_lit(&q, ")");
		e = db_exec(ctx->conn, &q, NULL);
	}
	return e;
}

int attempt_read(struct reg_ctx *ctx, int64_t assignment_id)
{
	struct assignment x;
	struct sql q;
	int64_t questions = 0;
	int e = training_own(ctx->conn, ctx->arena, ctx->by, assignment_id, false, &x);
	if (e == 0 && ctx->by->read_only)
		return ERR_CONFLICT;
	if (e == 0)
		e = course_questions(ctx->conn, ctx->arena, x.course_id, &questions);
	if (e < 0 || x.done_at)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET read_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE read_at = 0 AND id = ");
	sql_i64(&q, assignment_id);
	e = db_exec(ctx->conn, &q, NULL);
	/* A test that was begun is not got round by its questions going away. */
	if (e == 0 && !questions && !x.used) {
		e = assignment_state_set(ctx, assignment_id, ASSIGNMENT_DONE);
		return e == 0 ? assignment_record(ctx, &x, "finished", STR(""), STR("read")) : e;
	}
	return e == 0 && x.state == ASSIGNMENT_OPEN ? assignment_state_set(ctx, assignment_id, ASSIGNMENT_BEGUN) : e;
}

/* ---- answering ---- */

/* The open attempt, if it is that one. */
static int open_attempt(struct reg_ctx *ctx, int64_t assignment_id, int64_t attempt_id, struct assignment *x, struct attempt *t)
{
	int e = training_own(ctx->conn, ctx->arena, ctx->by, assignment_id, false, x);
	if (e == 0)
		e = attempt_last(ctx->conn, ctx->arena, assignment_id, t);
	if (e < 0)
		return e == ERR_NOT_FOUND && x->id == assignment_id ? ERR_CONFLICT : e;
	return !ctx->by->read_only && t->id == attempt_id && t->state == ATTEMPT_OPEN ? 0 : ERR_CONFLICT;
}

/* What can be an answer to this question at all. */
static int64_t allowed_mask(const struct drawn *d)
{
	int64_t mask = d->kind == QUESTION_YES_NO ? 3 : 0;
	for (int i = 0; i < QUESTION_OPTIONS && (d->kind == QUESTION_ONE || d->kind == QUESTION_SEVERAL); i++)
		if (d->option[i].n)
			mask |= INT64_C(1) << i;
	return mask;
}

int attempt_answer(struct reg_ctx *ctx, int64_t assignment_id, int64_t attempt_id, int64_t position, int64_t mask, struct str text)
{
	struct assignment x = { 0 };
	struct attempt *t = ARENA_NEW(ctx->arena, struct attempt);
	struct sql q;
	int e = open_attempt(ctx, assignment_id, attempt_id, &x, t);
	if (e < 0)
		return e;
	if (position < 1 || position > (int64_t)t->items)
		return ERR_NOT_FOUND;
	const struct drawn *d = &t->item[position - 1];
	text = d->kind == QUESTION_TEXT ? str_trim(text_clean(ctx->arena, text)) : STR("");
	if ((mask & ~allowed_mask(d)) || (d->kind != QUESTION_SEVERAL && (mask & (mask - 1))) || text_chars(text) > LIMIT_TEXT_ANSWER)
		return ERR_RANGE;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_attempt_item SET answer = ");
	sql_i64(&q, mask);
	sql_lit(&q, ", answer_text = ");
	sql_str(&q, text);
	sql_lit(&q, " WHERE attempt_id = ");
	sql_i64(&q, attempt_id);
	sql_lit(&q, " AND position = ");
	sql_i64(&q, position);
	return db_exec(ctx->conn, &q, NULL);
}

static int set_verdict(struct reg_ctx *ctx, int64_t attempt_id, int64_t position, enum verdict v, struct str by)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_attempt_item SET verdict = ");
	sql_i64(&q, v);
	sql_lit(&q, ", verdict_by = ");
	sql_str(&q, by);
	sql_lit(&q, " WHERE attempt_id = ");
	sql_i64(&q, attempt_id);
	sql_lit(&q, " AND position = ");
	sql_i64(&q, position);
	return db_exec(ctx->conn, &q, NULL);
}

/* The state of an attempt whose verdicts stand, and of its assignment. */
static int settle(struct reg_ctx *ctx, const struct assignment *x, const struct attempt *t)
{
	struct sql q;
	int64_t right = 0, open = 0;
	for (size_t i = 0; i < t->items; i++) {
		right += t->item[i].verdict == VERDICT_RIGHT;
		open += t->item[i].verdict == VERDICT_NONE;
	}
	const int64_t total = (int64_t)t->items;
	const enum attempt_state state = open ? ATTEMPT_MARKING : right * 100 >= t->pass_mark * total ? ATTEMPT_PASSED : ATTEMPT_FAILED;
	const enum assignment_state then = state == ATTEMPT_MARKING ? ASSIGNMENT_MARKING : state == ATTEMPT_PASSED ? ASSIGNMENT_DONE
	                                   : x->used >= x->allowed ? ASSIGNMENT_SPENT : ASSIGNMENT_FAILED;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_attempt SET state = ");
	sql_i64(&q, state);
	sql_lit(&q, ", points = ");
	sql_i64(&q, right);
	sql_lit(&q, ", total = ");
	sql_i64(&q, total);
	if (!t->submitted_at) {
		sql_lit(&q, ", submitted_at = ");
		sql_i64(&q, clock_now());
	}
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, t->id);
	int e = db_exec(ctx->conn, &q, NULL);
	if (e == 0)
		e = assignment_state_set(ctx, x->id, then);
	static const char *const word[] = { [ATTEMPT_MARKING] = "marking", [ATTEMPT_PASSED] = "passed", [ATTEMPT_FAILED] = "failed" };
	return e == 0 ? assignment_record(ctx, x, "test", STR(""), str_of(word[state])) : e;
}

int attempt_submit(struct reg_ctx *ctx, int64_t assignment_id, int64_t attempt_id)
{
	struct assignment x = { 0 };
	struct attempt *t = ARENA_NEW(ctx->arena, struct attempt);
	int e = open_attempt(ctx, assignment_id, attempt_id, &x, t);
	if (e < 0)
		return e;
	for (size_t i = 0; i < t->items; i++)
		if (t->item[i].kind == QUESTION_TEXT ? !t->item[i].answer_text.n : !t->item[i].answer)
			return ERR_INVALID;
	for (size_t i = 0; e == 0 && i < t->items; i++) {
		struct drawn *d = &t->item[i];
		if (d->kind == QUESTION_TEXT)
			continue;
		d->verdict = d->answer == d->mask ? VERDICT_RIGHT : VERDICT_WRONG;
		e = set_verdict(ctx, attempt_id, d->position, (enum verdict)d->verdict, STR(""));
	}
	return e == 0 ? settle(ctx, &x, t) : e;
}

int attempt_mark(struct reg_ctx *ctx, int64_t attempt_id, int64_t position, bool right)
{
	struct assignment x;
	struct attempt *t = ARENA_NEW(ctx->arena, struct attempt);
	struct sql q;
	int64_t assignment_id = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT assignment_id FROM training_attempt WHERE id = ");
	sql_i64(&q, attempt_id);
	int e = db_get_i64(ctx->conn, &q, &assignment_id);
	if (e == 0)
		e = training_any(ctx->conn, ctx->arena, ctx->by, assignment_id, &x);
	if (e == 0)
		e = attempt_last(ctx->conn, ctx->arena, assignment_id, t);
	if (e < 0)
		return e;
	if (ctx->by->read_only)
		return ERR_DENIED;
	if (position < 1 || position > (int64_t)t->items)
		return ERR_NOT_FOUND;
	struct drawn *d = &t->item[position - 1];
	if (t->id != attempt_id || t->state != ATTEMPT_MARKING || d->kind != QUESTION_TEXT || d->verdict != VERDICT_NONE)
		return ERR_CONFLICT;
	d->verdict = right ? VERDICT_RIGHT : VERDICT_WRONG;
	e = set_verdict(ctx, attempt_id, position, (enum verdict)d->verdict, ctx->by->name);
	return e == 0 ? settle(ctx, &x, t) : e;
}

int attempt_waiting(struct db_conn *c, struct arena *a, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM training_attempt t JOIN training_attempt_item i ON i.attempt_id = t.id JOIN training_question_text x ON x.id = i.text_id"
	            " JOIN training_assignment g ON g.id = t.assignment_id JOIN training_session s ON s.id = g.session_id"
	            " WHERE s.archived = 0 AND t.state = 1 AND i.verdict = 0 AND x.kind = 4");
	return db_get_i64(c, &q, ret);
}
