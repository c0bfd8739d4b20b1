/* Who is in a session: taking people in, their links, presence, due days. */
#include "training/training.h"

#include "base/clock.h"
#include "org/duty.h"
#include "org/org.h"
#include "register/batch.h"
#include "register/query.h"

#define DAYS_AFTER_DUE 30 /* a link lives so long behind the due day: who is late must still be able to learn */
#define DAY_MS INT64_C(86400000)

const char training_schema[] =
	"CREATE TABLE training_assignment (id INTEGER PRIMARY KEY, session_id INTEGER NOT NULL REFERENCES record (id), person_id INTEGER NOT NULL,"
	/* The day on which somebody joined, moved or took up a duty: each is an occasion of its own; empty otherwise. */
	" occasion_on TEXT NOT NULL DEFAULT '', due_on TEXT NOT NULL, allowed INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0,"
	" state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 5), link_id INTEGER NOT NULL DEFAULT 0, issued INTEGER NOT NULL DEFAULT 0,"
	" issued_at INTEGER NOT NULL DEFAULT 0, reminded_on TEXT NOT NULL DEFAULT '', read_at INTEGER NOT NULL DEFAULT 0,"
	" attended_at INTEGER NOT NULL DEFAULT 0, attended_by TEXT NOT NULL DEFAULT '', done_at INTEGER NOT NULL DEFAULT 0,"
	" UNIQUE (session_id, person_id, occasion_on)) STRICT;"
	"CREATE INDEX training_assignment_person ON training_assignment (person_id);"
	"CREATE INDEX training_assignment_link ON training_assignment (link_id) WHERE link_id <> 0;"
	"CREATE INDEX training_assignment_due ON training_assignment (due_on) WHERE done_at = 0;"
	/* A question as it was when somebody got it: an edit of the question changes no result. */
	"CREATE TABLE training_question_text (id INTEGER PRIMARY KEY, question_id INTEGER NOT NULL REFERENCES record (id), revision INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, body TEXT NOT NULL, option_1 TEXT NOT NULL, option_2 TEXT NOT NULL, option_3 TEXT NOT NULL, option_4 TEXT NOT NULL,"
	" answer_mask INTEGER NOT NULL, explanation TEXT NOT NULL, UNIQUE (question_id, revision)) STRICT;"
	"CREATE TABLE training_attempt (id INTEGER PRIMARY KEY, assignment_id INTEGER NOT NULL REFERENCES training_assignment (id), number INTEGER NOT NULL,"
	" begun_at INTEGER NOT NULL, submitted_at INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),"
	" pass_mark INTEGER NOT NULL, points INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0, UNIQUE (assignment_id, number)) STRICT;"
	"CREATE INDEX training_attempt_marking ON training_attempt (id) WHERE state = 1;"
	"CREATE TABLE training_attempt_item (attempt_id INTEGER NOT NULL REFERENCES training_attempt (id), position INTEGER NOT NULL,"
	" text_id INTEGER NOT NULL REFERENCES training_question_text (id), answer INTEGER NOT NULL DEFAULT 0, answer_text TEXT NOT NULL DEFAULT '',"
	" verdict INTEGER NOT NULL DEFAULT 0 CHECK (verdict BETWEEN 0 AND 2), verdict_by TEXT NOT NULL DEFAULT '',"
	" PRIMARY KEY (attempt_id, position)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE training_survey_answer (assignment_id INTEGER NOT NULL REFERENCES training_assignment (id), round INTEGER NOT NULL CHECK (round IN (1, 2)),"
	" item INTEGER NOT NULL, value INTEGER NOT NULL CHECK (value BETWEEN 0 AND 5), PRIMARY KEY (assignment_id, round, item)) STRICT, WITHOUT ROWID;";

/* ---- reading ---- */

static void select_assignments(struct sql *q)
{
	sql_lit(q, "SELECT g.id, g.session_id, t.course, g.person_id, COALESCE(t.survey, 0), g.link_id, g.state, g.allowed, g.used, g.read_at, g.attended_at,"
	           " g.done_at, t.state, t.name, r.code, k.name, p.name, g.due_on, COALESCE(t.message, '') FROM training_assignment g"
	           " JOIN training_session t ON t.id = g.session_id JOIN record r ON r.id = t.id JOIN training_course k ON k.id = t.course"
	           " JOIN org_person p ON p.id = g.person_id WHERE t.archived = 0");
}

static int load(struct db_conn *c, struct sql *q, struct arena *a, struct assignment *ret, size_t max, size_t *ret_n)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, q, &s);
	*ret_n = 0;
	while (e == 0 && *ret_n < max && (e = stmt_step(s)) == 1) {
		ret[(*ret_n)++] = (struct assignment){ .id = stmt_i64(s, 0), .session_id = stmt_i64(s, 1), .course_id = stmt_i64(s, 2), .person_id = stmt_i64(s, 3),
			.survey_id = stmt_i64(s, 4), .link_id = stmt_i64(s, 5), .state = stmt_i64(s, 6), .allowed = stmt_i64(s, 7), .used = stmt_i64(s, 8),
			.read_at = stmt_i64(s, 9), .attended_at = stmt_i64(s, 10), .done_at = stmt_i64(s, 11), .session_state = stmt_i64(s, 12),
			.session = stmt_str_dup(s, a, 13), .session_code = stmt_str_dup(s, a, 14), .course = stmt_str_dup(s, a, 15), .person = stmt_str_dup(s, a, 16),
			.due_on = stmt_str_dup(s, a, 17), .message = stmt_str_dup(s, a, 18) };
		e = 0;
	}
	return e;
}

/* " AND ...": only the principal's own. False for who can have none. */
static bool only_own(struct sql *q, const struct principal *p)
{
	if (p->kind == PRINCIPAL_LINK && p->id > 0) {
		sql_lit(q, " AND g.link_id = ");
		sql_i64(q, p->id);
		return true;
	}
	if (p->kind == PRINCIPAL_ACCOUNT && p->person_id > 0) {
		sql_lit(q, " AND g.person_id = ");
		sql_i64(q, p->person_id);
		return true;
	}
	return false;
}

/* Whose time here is over takes nothing more. */
static void only_here(struct sql *q)
{
	sql_lit(q, PERSON_IS_HERE);
	sql_str(q, date_iso(q->arena, clock_today()));
	sql_lit(q, ")");
}

int training_mine(struct db_conn *c, struct arena *a, const struct principal *p, struct assignment *ret, size_t max, size_t *ret_n)
{
	struct sql q;
	*ret_n = 0;
	sql_init(&q, a);
	select_assignments(&q);
	sql_lit(&q, " AND t.state = 2");
	if (!only_own(&q, p)) {
		sql_release(&q);
		return 0;
	}
	only_here(&q);
	sql_lit(&q, " ORDER BY g.done_at <> 0, g.due_on, g.id LIMIT ");
	sql_i64(&q, (int64_t)max);
	return load(c, &q, a, ret, max, ret_n);
}

int training_own(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, bool closed, struct assignment *ret)
{
	struct sql q;
	size_t n = 0;
	sql_init(&q, a);
	select_assignments(&q);
	if (closed)
		sql_lit(&q, " AND t.state IN (2, 3)");
	else
		sql_lit(&q, " AND t.state = 2");
	sql_lit(&q, " AND g.id = ");
	sql_i64(&q, id);
	only_here(&q);
	if (!only_own(&q, p)) {
		sql_release(&q);
		return ERR_NOT_FOUND;
	}
	int e = load(c, &q, a, ret, 1, &n);
	return e < 0 ? e : n ? 0 : ERR_NOT_FOUND;
}

int training_any(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct assignment *ret)
{
	struct sql q;
	size_t n = 0;
	sql_init(&q, a);
	select_assignments(&q);
	sql_lit(&q, " AND g.id = ");
	sql_i64(&q, id);
	int e = load(c, &q, a, ret, 1, &n);
	if (e < 0)
		return e;
	return n && p->kind != PRINCIPAL_LINK && auth_allows(c, p, reg_number(&reg_session), OP_UPDATE, 0, ret->session_id) ? 0 : ERR_NOT_FOUND;
}

bool training_is_link(struct db_conn *c, struct arena *a, int64_t link_id)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM training_assignment g JOIN training_session t ON t.id = g.session_id WHERE t.archived = 0 AND g.link_id <> 0 AND g.link_id = ");
	sql_i64(&q, link_id);
	return link_id > 0 && db_get_i64(c, &q, &n) == 0 && n > 0;
}

/* ---- the steps of a session ---- */

struct running {
	struct reg_view view;
	struct row row;
	int64_t state, target, unit, duty, days, allowed;
	struct str due_on, from_on;
};

static int64_t number(const struct running *x, const char *field)
{
	const struct value *v = &x->row.v[reg_field(&reg_session, field)];
	return v->known ? v->i : 0;
}

static struct str text(const struct running *x, const char *field)
{
	const struct value *v = &x->row.v[reg_field(&reg_session, field)];
	return v->known ? v->s : STR("");
}

static int load_session(struct reg_ctx *ctx, int64_t id, enum session_state wanted, struct running *ret)
{
	struct sql q;
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_session, &ret->view);
	if (e == 0)
		e = reg_get(ctx->conn, ctx->arena, ctx->by, &ret->view, id, &ret->row);
	if (e < 0)
		return e;
	if (ctx->by->read_only || ctx->by->kind == PRINCIPAL_LINK || !auth_allows(ctx->conn, ctx->by, reg_number(&reg_session), OP_UPDATE, 0, id))
		return ERR_DENIED;
	ret->state = number(ret, "state");
	ret->target = number(ret, "target");
	ret->unit = number(ret, "unit");
	ret->duty = number(ret, "duty");
	ret->days = number(ret, "days");
	ret->due_on = text(ret, "due_on");
	ret->from_on = text(ret, "from_on").n ? text(ret, "from_on") : text(ret, "started_on").n ? text(ret, "started_on") : date_iso(ctx->arena, clock_today());
	if (ret->row.state != RECORD_LIVE || ret->state != (int64_t)wanted)
		return ERR_CONFLICT;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COALESCE(attempts, ");
	sql_i64(&q, COURSE_ATTEMPTS);
	sql_lit(&q, ") FROM training_course WHERE id = ");
	sql_i64(&q, number(ret, "course"));
	return db_get_i64(ctx->conn, &q, &ret->allowed);
}

static int set_state(struct reg_ctx *ctx, const struct running *x, enum session_state state, const char *day_field)
{
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &x->view, x->row.id);
	struct written w;
	c.by_engine = true;
	change_set(&c, reg_field(&reg_session, "state"), (struct value){ .known = true, .i = state });
	change_set(&c, reg_field(&reg_session, day_field), (struct value){ .known = true, .s = date_iso(ctx->arena, clock_today()) });
	return reg_write(ctx, &c, &w);
}

/* People that the session is for and that are not in it, with their occasion. */
static void candidates(struct sql *q, const struct reg_ctx *ctx, const struct running *x)
{
	const struct str today = date_iso(ctx->arena, clock_today());
	const bool duty = x->target == TARGET_DUTY || x->target == TARGET_NEW_DUTY;
	sql_lit(q, "SELECT DISTINCT p.id, ");
	if (x->target == TARGET_JOINERS)
		sql_lit(q, "p.joined_on");
	else if (x->target == TARGET_MOVERS)
		sql_lit(q, "p.moved_on");
	else if (x->target == TARGET_NEW_DUTY)
		sql_lit(q, "d.since");
	else
		sql_lit(q, "''");
	sql_lit(q, " AS occasion FROM org_person p");
	if (duty)
		sql_lit(q, " JOIN org_duty_holder d ON d.person = p.id AND d.archived = 0");
	sql_lit(q, " WHERE (p.joined_on IS NULL OR p.joined_on <= ");
	sql_str(q, today);
	sql_lit(q, ")" PERSON_IS_HERE);
	sql_str(q, today);
	sql_lit(q, ")");
	batch_visible(q, "p");
	auth_visible(q, ctx->by, reg_number(&reg_person), OP_READ, "p");
	if (x->target == TARGET_UNIT) {
		sql_lit(q, " AND p.unit IN (SELECT descendant FROM auth_unit_closure WHERE ancestor = ");
		sql_i64(q, x->unit);
		sql_lit(q, ")");
	}
	if (duty) {
		batch_visible(q, "d");
		sql_lit(q, " AND (d.since IS NULL OR d.since <= ");
		sql_str(q, today);
		sql_lit(q, ") AND (d.until IS NULL OR d.until >= ");
		sql_str(q, today);
		sql_lit(q, ") AND d.duty = ");
		sql_i64(q, x->duty);
	}
	static const struct { int64_t target; const char *day; } days[] = { { TARGET_JOINERS, "p.joined_on" }, { TARGET_MOVERS, "p.moved_on" }, { TARGET_NEW_DUTY, "d.since" } };
	for (size_t i = 0; i < COUNT_OF(days); i++) {
		if (days[i].target != x->target)
			continue;
		sql_lit(q, " AND ");
		sql_const(q, days[i].day);
		sql_lit(q, " >= ");
		sql_str(q, x->from_on);
		sql_lit(q, " AND ");
		sql_const(q, days[i].day);
		sql_lit(q, " <= ");
		sql_str(q, today);
		sql_lit(q, " AND NOT EXISTS (SELECT 1 FROM training_assignment g WHERE g.person_id = p.id AND g.occasion_on = ");
		sql_const(q, days[i].day);
		sql_lit(q, " AND g.session_id = ");
		sql_i64(q, x->row.id);
		sql_lit(q, ")");
	}
	if (!target_is_standing(x->target)) {
		sql_lit(q, " AND NOT EXISTS (SELECT 1 FROM training_assignment g WHERE g.person_id = p.id AND g.session_id = ");
		sql_i64(q, x->row.id);
		sql_lit(q, ")");
	}
	sql_lit(q, " ORDER BY p.id, occasion LIMIT ");
	sql_i64(q, LIMIT_SESSION_PEOPLE);
}

static struct str due_of(struct reg_ctx *ctx, const struct running *x, struct str occasion)
{
	struct date day, today = clock_today();
	if (!target_is_standing(x->target))
		return x->due_on;
	if (date_parse_iso(occasion, &day) < 0 || date_days(day) < date_days(today))
		day = today;
	return date_iso(ctx->arena, date_add_days(day, x->days));
}

static int take_one(struct reg_ctx *ctx, const struct running *x, int64_t person_id, struct str occasion)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO training_assignment (session_id, person_id, occasion_on, due_on, allowed) VALUES (");
	sql_i64(&q, x->row.id);
	sql_lit(&q, ", ");
	sql_i64(&q, person_id);
	sql_lit(&q, ", ");
	sql_str(&q, occasion);
	sql_lit(&q, ", ");
	sql_str(&q, due_of(ctx, x, occasion));
	sql_lit(&q, ", ");
	sql_i64(&q, x->allowed);
	sql_lit(&q, ") ON CONFLICT DO NOTHING");
	return db_exec(ctx->conn, &q, NULL);
}

static int take(struct reg_ctx *ctx, const struct running *x, int64_t *ret_n)
{
	struct sql q;
	struct stmt *s = NULL;
	int64_t *person = ARENA_ARRAY(ctx->arena, LIMIT_SESSION_PEOPLE, int64_t);
	struct str *occasion = ARENA_ARRAY(ctx->arena, LIMIT_SESSION_PEOPLE, struct str);
	size_t n = 0;
	sql_init(&q, ctx->arena);
	candidates(&q, ctx, x);
	int e = db_query(ctx->conn, &q, &s);
	while (e == 0 && n < LIMIT_SESSION_PEOPLE && (e = stmt_step(s)) == 1) {
		person[n] = stmt_i64(s, 0);
		occasion[n++] = stmt_str_dup(s, ctx->arena, 1);
		e = 0;
	}
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i < n; i++)
		e = take_one(ctx, x, person[i], occasion[i]);
	if (e == 0)
		*ret_n = (int64_t)n;
	return e;
}

int session_start(struct reg_ctx *ctx, int64_t session_id)
{
	struct running x;
	int64_t n = 0;
	int e = load_session(ctx, session_id, SESSION_DRAFT, &x);
	if (e == 0)
		e = take(ctx, &x, &n);
	if (e == 0 && !n && !target_is_standing(x.target))
		return ERR_INVALID;
	return e == 0 ? set_state(ctx, &x, SESSION_RUNNING, "started_on") : e;
}

int session_take(struct reg_ctx *ctx, int64_t session_id, int64_t *ret_n)
{
	struct running x;
	int e = load_session(ctx, session_id, SESSION_RUNNING, &x);
	return e == 0 ? take(ctx, &x, ret_n) : e;
}

int assignment_link_end(struct reg_ctx *ctx, int64_t link_id)
{
	const struct principal system = auth_system();
	int e = auth_link_revoke(ctx->conn, ctx->arena, (ctx->by->needs & NEED_LINKS) ? ctx->by : &system, link_id);
	return e == ERR_NOT_FOUND ? 0 : e;
}

int session_issue(struct reg_ctx *ctx, const struct assignment *x, struct str *ret_secret)
{
	struct running s;
	struct date due;
	int64_t link_id = 0;
	int e = load_session(ctx, x->session_id, SESSION_RUNNING, &s);
	if (e == 0 && x->done_at)
		return ERR_CONFLICT;
	if (e == 0 && x->link_id)
		e = assignment_link_end(ctx, x->link_id);
	if (e < 0)
		return e;
	if (date_parse_iso(x->due_on, &due) < 0)
		return ERR_CORRUPT;
	const int64_t soonest = clock_now() + DAYS_AFTER_DUE * DAY_MS, latest = clock_now() + INT64_C(369) * DAY_MS;
	int64_t expires = clock_instant(date_add_days(due, DAYS_AFTER_DUE + 1));
	expires = expires < soonest ? soonest : expires > latest ? latest : expires;
	e = auth_link_create(ctx->conn, ctx->arena, ctx->by, x->person, x->person_id, NULL, 0, expires, &link_id, ret_secret);
	if (e < 0)
		return e;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET issued = issued + 1, issued_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", link_id = ");
	sql_i64(&q, link_id);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, x->id);
	return db_exec(ctx->conn, &q, NULL);
}

int session_close(struct reg_ctx *ctx, int64_t session_id)
{
	struct running x;
	struct sql q;
	struct stmt *s = NULL;
	int64_t *link = ARENA_ARRAY(ctx->arena, LIMIT_SESSION_PEOPLE, int64_t);
	size_t n = 0;
	int e = load_session(ctx, session_id, SESSION_RUNNING, &x);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT g.link_id FROM training_assignment g JOIN auth_link l ON l.id = g.link_id WHERE l.revoked_at = 0 AND g.session_id = ");
	sql_i64(&q, session_id);
	sql_lit(&q, " LIMIT ");
	sql_i64(&q, LIMIT_SESSION_PEOPLE);
	e = db_query(ctx->conn, &q, &s);
	while (e == 0 && n < LIMIT_SESSION_PEOPLE && (e = stmt_step(s)) == 1) {
		link[n++] = stmt_i64(s, 0);
		e = 0;
	}
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i < n; i++)
		e = assignment_link_end(ctx, link[i]);
	return e == 0 ? set_state(ctx, &x, SESSION_CLOSED, "closed_on") : e;
}

/* ---- one assignment ---- */

int assignment_record(struct reg_ctx *ctx, const struct assignment *x, const char *what, struct str before, struct str after)
{
	struct audit_change change = { .field = str_of(what), .has_before = before.n > 0, .before = before, .has_after = true, .after = after };
	struct audit_entry e = auth_entry(ctx->arena, ctx->by, AUDIT_UPDATE);
	e.reg = str_of(reg_session.name);
	e.subject = str_printf(ctx->arena, "%.*s #%lld", STR_FMT(x->session_code), (long long)x->id);
	e.change = &change;
	e.changes = 1;
	return audit_append(ctx->conn, &e);
}

int assignment_state_set(struct reg_ctx *ctx, int64_t id, enum assignment_state state)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET state = ");
	sql_i64(&q, state);
	if (state == ASSIGNMENT_DONE) {
		sql_lit(&q, ", done_at = ");
		sql_i64(&q, clock_now());
	}
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, id);
	return db_exec(ctx->conn, &q, NULL);
}

/* One that may be changed: of a running session, not done. */
static int changeable(struct reg_ctx *ctx, int64_t id, struct assignment *x)
{
	int e = training_any(ctx->conn, ctx->arena, ctx->by, id, x);
	if (e < 0)
		return e;
	if (ctx->by->read_only)
		return ERR_DENIED;
	return x->session_state == SESSION_RUNNING && !x->done_at ? 0 : ERR_CONFLICT;
}

int assignment_attend(struct reg_ctx *ctx, int64_t id)
{
	struct assignment x;
	struct sql q;
	int64_t questions = 0;
	int e = changeable(ctx, id, &x);
	if (e == 0)
		e = course_questions(ctx->conn, ctx->arena, x.course_id, &questions);
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET attended_by = ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ", attended_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE attended_at = 0 AND id = ");
	sql_i64(&q, id);
	e = db_exec(ctx->conn, &q, NULL);
	if (e == 0 && !questions && !x.used)
		e = assignment_state_set(ctx, id, ASSIGNMENT_DONE);
	else if (e == 0 && x.state == ASSIGNMENT_OPEN)
		e = assignment_state_set(ctx, id, ASSIGNMENT_BEGUN);
	return e == 0 ? assignment_record(ctx, &x, "attended", STR(""), date_iso(ctx->arena, clock_today())) : e;
}

int assignment_due(struct reg_ctx *ctx, int64_t id, struct str due_on)
{
	struct assignment x;
	struct sql q;
	struct date day;
	int e = changeable(ctx, id, &x);
	if (e < 0)
		return e;
	if (date_parse_human(due_on, &day) < 0 || date_days(day) < date_days(clock_today()))
		return ERR_RANGE;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET due_on = ");
	sql_str(&q, date_iso(ctx->arena, day));
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, id);
	e = db_exec(ctx->conn, &q, NULL);
	return e == 0 ? assignment_record(ctx, &x, "due_on", x.due_on, date_iso(ctx->arena, day)) : e;
}

int assignment_again(struct reg_ctx *ctx, int64_t id)
{
	struct assignment x;
	struct sql q;
	int e = changeable(ctx, id, &x);
	if (e == 0 && x.state != ASSIGNMENT_SPENT)
		return ERR_CONFLICT;
	if (e == 0 && x.allowed >= LIMIT_TRIES)
		return ERR_LIMIT;
	if (e < 0)
		return e;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET allowed = used + 1, state = 3 WHERE id = ");
	sql_i64(&q, id);
	e = db_exec(ctx->conn, &q, NULL);
	return e == 0 ? assignment_record(ctx, &x, "attempts", STR(""), STR("+1")) : e;
}
