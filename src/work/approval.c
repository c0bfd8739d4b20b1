/* Requests for approval: submitting and deciding, within a write. The rules stand in approval_state.c. */
#include "work/approval.h"

#include "base/hash.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/work.h"

#define TRAIL_PAGE 200 /* entries of a row's trail read at once, to find who wrote it */
#define LIMIT_AUTHORS 200

static int refuse(struct note *ret_why, int err, struct note why)
{
	*ret_why = why;
	return err;
}

/* ---- who wrote it ---- */

struct authors {
	int64_t account[LIMIT_AUTHORS], person[LIMIT_AUTHORS];
	size_t n;
};

static int author_add(struct authors *w, int64_t account, int64_t person)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->account[i] == account && w->person[i] == person)
			return 0;
	if (w->n == LIMIT_AUTHORS)
		return ERR_LIMIT;
	w->account[w->n] = account;
	w->person[w->n++] = person;
	return 0;
}

/* "account:12", "token:3", "link:7" of the trail; programs and the operator are nobody's. */
static int author_of_actor(struct db_conn *c, struct arena *a, struct str actor, struct authors *w)
{
	ptrdiff_t colon = str_find_char(actor, ':');
	int64_t id;
	if (colon < 0 || num_parse_i64(str_sub(actor, (size_t)colon + 1, actor.n), 1, INT64_MAX, &id) < 0)
		return 0;
	struct str kind = str_sub(actor, 0, (size_t)colon);
	struct sql q;
	sql_init(&q, a);
	if (str_eq_z(kind, "account"))
		sql_lit(&q, "SELECT id, person_id FROM auth_account WHERE id = ");
	else if (str_eq_z(kind, "token"))
		sql_lit(&q, "SELECT a.id, a.person_id FROM auth_token t JOIN auth_account a ON a.id = t.account_id WHERE t.id = ");
	else if (str_eq_z(kind, "link"))
		sql_lit(&q, "SELECT 0, person_id FROM auth_link WHERE id = ");
	else
		return 0;
	sql_i64(&q, id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	return e == 1 ? author_add(w, stmt_i64(s, 0), stmt_i64(s, 1)) : e;
}

/* Everybody who made a revision behind the one that was approved last. */
static int authors_of(struct db_conn *c, struct arena *a, const struct reg *r, int64_t record_id, int64_t base, struct authors *w)
{
	int64_t before = 0;
	for (;;) {
		struct audit_filter f = { .reg = str_of(r->name), .record_id = record_id, .before_seq = before, .limit = TRAIL_PAGE };
		struct audit_entry *list;
		size_t n;
		int e = audit_list(c, a, &f, &list, &n);
		for (size_t i = 0; e == 0 && i < n; i++) {
			if (list[i].revision && list[i].revision <= base)
				return 0;
			/* Refusals and comments have no revision: they changed nothing. */
			if (list[i].revision)
				e = author_of_actor(c, a, list[i].actor, w);
		}
		if (e < 0 || n < TRAIL_PAGE)
			return e;
		before = list[n - 1].seq;
	}
}

static int author_is(struct db_conn *c, struct arena *a, int64_t request, const struct principal *p, bool *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM work_author WHERE request_id = ");
	sql_i64(&q, request);
	sql_lit(&q, " AND (account_id = ");
	sql_i64(&q, p->account_id);
	sql_lit(&q, " OR (person_id > 0 AND person_id = ");
	sql_i64(&q, p->person_id);
	sql_lit(&q, "))");
	int64_t n = 0;
	int e = db_get_i64(c, &q, &n);
	*ret = n > 0;
	return e;
}

/* Did the account, or another one of the same person, take a step before, by itself or represented by a deputy? */
static int decided_before(struct db_conn *c, struct arena *a, int64_t request, const struct principal *p, bool *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM work_step WHERE decision <> 0 AND request_id = ");
	sql_i64(&q, request);
	sql_lit(&q, " AND (account_id = ");
	sql_i64(&q, p->account_id);
	sql_lit(&q, " OR for_account = ");
	sql_i64(&q, p->account_id);
	sql_lit(&q, " OR (account_person > 0 AND account_person = ");
	sql_i64(&q, p->person_id);
	sql_lit(&q, ") OR (for_person > 0 AND for_person = ");
	sql_i64(&q, p->person_id);
	sql_lit(&q, "))");
	int64_t n = 0;
	int e = db_get_i64(c, &q, &n);
	*ret = n > 0;
	return e;
}

/* ---- the trail ---- */

static int tell(struct reg_ctx *ctx, const struct approval *x, enum approval_state before, enum approval_state after, struct str how,
                struct str reason)
{
	static const char *const names[APPROVAL__N] = { "", "waiting", "approved", "sent back", "withdrawn", "replaced" };
	struct str from = str_of(names[before]), to = str_printf(ctx->arena, "%s%s%.*s", names[after], how.n ? ": " : "", STR_FMT(how));
	struct audit_change c = { .field = STR("approval"), .has_before = from.n > 0, .has_after = true, .before = from, .after = to };
	struct audit_entry e = auth_entry(ctx->arena, ctx->by, AUDIT_APPROVAL);
	e.reg = str_of(x->reg->name);
	e.record_id = x->record_id;
	e.subject = str_printf(ctx->arena, "%.*s r%lld", STR_FMT(x->code), (long long)x->revision);
	e.reason = reason;
	e.change = &c;
	e.changes = 1;
	return audit_append(ctx->conn, &e);
}

static int set_state(struct reg_ctx *ctx, int64_t id, enum approval_state to, int64_t step)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE work_request SET state = ");
	sql_i64(&q, to);
	sql_lit(&q, ", step = ");
	sql_i64(&q, step);
	sql_lit(&q, ", decided_at = ");
	sql_i64(&q, to == APPROVAL_WAITING ? 0 : clock_now());
	sql_lit(&q, " WHERE state = 1 AND id = ");
	sql_i64(&q, id);
	int64_t n = 0;
	int e = db_exec(ctx->conn, &q, &n);
	return e < 0 ? e : n == 1 ? 0 : ERR_CONFLICT;
}

/* ---- submitting ---- */

/* Is there an account that could take the step and is none of the authors? */
static int somebody_else(struct reg_ctx *ctx, const struct approval_step *s, int64_t unit_id, const struct authors *w, bool *ret)
{
	int64_t person[LIMIT_AUTHORS + 1];
	size_t n = 0;
	person[n++] = -1; /* a list without rows would match nothing */
	for (size_t i = 0; i < w->n; i++)
		if (w->person[i])
			person[n++] = w->person[i];
	struct buf today;
	buf_init(&today, 32);
	date_put_iso(&today, clock_today());
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM auth_account a WHERE a.active = 1 AND a.id NOT IN ");
	sql_i64_list(&q, w->account, w->n);
	sql_lit(&q, " AND a.person_id NOT IN ");
	sql_i64_list(&q, person, n);
	if (s->person_id) {
		sql_lit(&q, " AND a.person_id = ");
		sql_i64(&q, s->person_id);
	} else {
		sql_lit(&q, " AND EXISTS (SELECT 1 FROM auth_grant g WHERE g.account_id = a.id AND g.role = ");
		sql_i64(&q, s->role);
		sql_lit(&q, " AND (g.until = '' OR g.until >= ");
		sql_str(&q, buf_view(&today));
		sql_lit(&q, ") AND (g.unit_id = 0 OR g.unit_id IN (SELECT ancestor FROM auth_unit_closure WHERE descendant = ");
		sql_i64(&q, unit_id);
		sql_lit(&q, ")))");
	}
	buf_release(&today);
	int64_t found = 0;
	int e = db_get_i64(ctx->conn, &q, &found);
	*ret = found > 0;
	return e;
}

/* The steps that this request really has to take, in order. */
static int steps_for(struct reg_ctx *ctx, const struct approval *x, const struct authors *w, struct approval_step *ret, size_t *ret_n,
                     struct note *ret_why)
{
	struct approval_step all[LIMIT_APPROVAL_STEPS];
	size_t n = 0, kept = 0, readers = 0;
	int e = approval_route_of(ctx->conn, ctx->arena, x->reg, x->record_id, x->unit_id, all, &n);
	for (size_t i = 0; e == 0 && i < n; i++) {
		if (x->cost >= 0 && x->cost < all[i].amount_from)
			continue;
		bool found = all[i].act == ACT_CIRCULATE;
		if (found)
			readers++;
		else
			e = somebody_else(ctx, &all[i], x->unit_id, w, &found);
		if (e == 0 && !found && !all[i].leave_out)
			return refuse(ret_why, ERR_INVALID, NOTE(MSG_WORK_NOBODY, ARG_S(approval_who(ctx->conn, ctx->arena, &all[i], ctx->by->lang))));
		if (found)
			ret[kept++] = all[i];
	}
	*ret_n = kept;
	return e == 0 && kept == readers ? refuse(ret_why, ERR_INVALID, NOTE0(MSG_WORK_NO_STEP)) : e;
}

/* The lowest stage in which something is decided. */
static int64_t first_stage(const struct approval *x)
{
	int64_t first = INT64_MAX;
	for (size_t i = 0; i < x->step_count; i++)
		if (x->steps[i].act != ACT_CIRCULATE && x->steps[i].stage < first)
			first = x->steps[i].stage;
	return first;
}

static int store(struct reg_ctx *ctx, const struct approval *x, const struct snapshot *s, const struct authors *w, int64_t *ret_id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO work_request (record_id, revision, hash, content, reason, cost, state, step, submitted_at, submitted_by,"
	            " submitted_name) VALUES (");
	sql_i64(&q, x->record_id);
	sql_lit(&q, ", ");
	sql_i64(&q, x->revision);
	sql_lit(&q, ", ");
	sql_blob(&q, s->hash, sizeof s->hash);
	sql_lit(&q, ", ");
	sql_str(&q, s->json);
	sql_lit(&q, ", ");
	sql_str(&q, x->reason);
	sql_lit(&q, ", ");
	sql_i64(&q, x->cost);
	sql_lit(&q, ", 1, ");
	sql_i64(&q, first_stage(x));
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_i64(&q, ctx->by->account_id);
	sql_lit(&q, ", ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ")");
	int e = db_exec(ctx->conn, &q, NULL);
	*ret_id = db_last_id(ctx->conn);
	for (size_t i = 0; e == 0 && i < x->step_count; i++) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "INSERT INTO work_step (request_id, number, stage, act, role, person_id) VALUES (");
		sql_i64(&q, *ret_id);
		sql_lit(&q, ", ");
		sql_i64(&q, x->steps[i].number);
		sql_lit(&q, ", ");
		sql_i64(&q, x->steps[i].stage);
		sql_lit(&q, ", ");
		sql_i64(&q, x->steps[i].act);
		sql_lit(&q, ", ");
		sql_i64(&q, x->steps[i].role);
		sql_lit(&q, ", ");
		sql_i64(&q, x->steps[i].person_id);
		sql_lit(&q, ")");
		e = db_exec(ctx->conn, &q, NULL);
	}
	for (size_t i = 0; e == 0 && i < w->n; i++) {
		sql_init(&q, ctx->arena);
		sql_lit(&q, "INSERT INTO work_author (request_id, account_id, person_id) VALUES (");
		sql_i64(&q, *ret_id);
		sql_lit(&q, ", ");
		sql_i64(&q, w->account[i]);
		sql_lit(&q, ", ");
		sql_i64(&q, w->person[i]);
		sql_lit(&q, ")");
		e = db_exec(ctx->conn, &q, NULL);
	}
	return e;
}

/* The revision that was approved last, 0 when none was; and the request that waits or has this revision approved. */
static int earlier(struct reg_ctx *ctx, int64_t record_id, int64_t revision, int64_t *ret_base, int64_t *ret_waiting, bool *ret_there)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COALESCE(MAX(revision) FILTER (WHERE state = 2), 0), COALESCE(MAX(id) FILTER (WHERE state = 1), 0),"
	            " COALESCE(MAX(revision) FILTER (WHERE state = 1), 0) FROM work_request WHERE record_id = ");
	sql_i64(&q, record_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(ctx->conn, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	if (e <= 0)
		return e < 0 ? e : ERR_DB;
	*ret_base = stmt_i64(s, 0);
	*ret_waiting = stmt_i64(s, 1);
	*ret_there = *ret_base == revision || stmt_i64(s, 2) == revision;
	return 0;
}

/* Values that are computed from other rows move without a revision: approved or waiting for is what was frozen. */
static int same_content(struct reg_ctx *ctx, int64_t record_id, int64_t revision, const struct snapshot *s, bool *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	struct str content;
	struct snapshot then;
	sql_lit(&q, "SELECT content FROM work_request WHERE state IN (1, 2) AND record_id = ");
	sql_i64(&q, record_id);
	sql_lit(&q, " AND revision = ");
	sql_i64(&q, revision);
	sql_lit(&q, " AND hash = ");
	sql_blob(&q, s->hash, sizeof s->hash);
	sql_lit(&q, " ORDER BY id DESC LIMIT 1");
	*ret = false;
	int e = db_get_str(ctx->conn, &q, &content);
	if (e == 0)
		e = snapshot_parse(ctx->arena, content, &then);
	if (e == 0)
		*ret = snapshot_same_facts(&then, s);
	return e == ERR_NOT_FOUND ? 0 : e;
}

static int register_of(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id, const struct reg **ret)
{
	struct sql q;
	struct str name;
	sql_init(&q, a);
	sql_lit(&q, "SELECT r.register FROM record r WHERE r.id = ");
	sql_i64(&q, record_id);
	work_visible(&q, p, OP_READ, "r");
	int e = db_get_str(c, &q, &name);
	*ret = e == 0 ? reg_find(name) : NULL;
	return e == 0 && !*ret ? ERR_NOT_FOUND : e;
}

static int replace(struct reg_ctx *ctx, struct approval *x, int64_t waiting)
{
	enum approval_state to;
	struct note why;
	int e = approval_next(APPROVAL_WAITING, EVENT_REPLACE, 0, &to, &why);
	if (e == 0)
		e = set_state(ctx, waiting, to, 0);
	return e == 0 ? tell(ctx, x, APPROVAL_WAITING, to, STR_NULL, STR_NULL) : e;
}

int approval_submit(struct reg_ctx *ctx, const struct approval_submit *s, int64_t *ret_id, struct note *ret_why)
{
	const struct principal *p = ctx->by;
	struct approval x = { .record_id = s->record_id, .revision = s->revision, .cost = s->cost, .reason = str_trim(s->reason) };
	*ret_why = NOTE0(MSG_NONE);
	int e = register_of(ctx->conn, ctx->arena, p, s->record_id, &x.reg);
	if (e != 0)
		return e;
	if (!approval_takes(x.reg))
		return ERR_NOT_FOUND;
	if (!p->account_id || p->read_only || (p->kind != PRINCIPAL_ACCOUNT && p->kind != PRINCIPAL_TOKEN))
		return refuse(ret_why, ERR_DENIED, NOTE0(MSG_WORK_ACCOUNT_ONLY));
	struct snapshot snap;
	struct row row;
	e = snapshot_take(ctx->conn, ctx->arena, x.reg, s->record_id, &snap, &row);
	if (e < 0)
		return e;
	if (!auth_allows(ctx->conn, p, reg_number(x.reg), OP_UPDATE, row.unit_id, row.id))
		return refuse(ret_why, ERR_DENIED, NOTE0(MSG_WORK_UPDATE_ONLY));
	if (row.revision != s->revision)
		return refuse(ret_why, ERR_CONFLICT, NOTE0(MSG_WORK_CHANGED_MEANWHILE));
	if (row.state != RECORD_LIVE)
		return refuse(ret_why, ERR_INVALID, NOTE0(MSG_WORK_ARCHIVED_ROW));
	if (!x.reason.n)
		return refuse(ret_why, ERR_INVALID, NOTE0(MSG_WORK_WHY_NEEDED));
	if (!text_valid(x.reason) || text_chars(x.reason) > LIMIT_APPROVAL_TEXT)
		return refuse(ret_why, ERR_INVALID, NOTE(MSG_WORK_TEXT_LONG, ARG_I(LIMIT_APPROVAL_TEXT)));
	x.unit_id = row.unit_id;
	x.code = row.code;
	int64_t base = 0, waiting = 0;
	bool there = false, same = false;
	e = earlier(ctx, x.record_id, x.revision, &base, &waiting, &there);
	if (e == 0 && there)
		e = same_content(ctx, x.record_id, x.revision, &snap, &same);
	if (e == 0 && there && same)
		return refuse(ret_why, ERR_EXISTS, NOTE0(waiting ? MSG_WORK_WAITS_ALREADY : MSG_WORK_APPROVED_ALREADY));
	struct authors w = { .n = 0 };
	if (e == 0)
		e = author_add(&w, p->account_id, p->person_id);
	if (e == 0)
		e = authors_of(ctx->conn, ctx->arena, x.reg, x.record_id, base, &w);
	if (e == 0)
		e = steps_for(ctx, &x, &w, x.steps, &x.step_count, ret_why);
	if (e == 0 && waiting)
		e = replace(ctx, &x, waiting);
	if (e == 0)
		e = store(ctx, &x, &snap, &w, ret_id);
	return e == 0 ? tell(ctx, &x, APPROVAL_NONE, APPROVAL_WAITING, STR_NULL, x.reason) : e;
}

/* ---- deciding ---- */

/* How somebody stands to the step that waits. */
struct standing {
	bool holds, author, before;
};

static int standing_of(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval *x,
                       const struct approval_step *step, struct standing *ret)
{
	int e = approval_holds(c, a, p, step, x->unit_id, &ret->holds);
	if (e == 0)
		e = author_is(c, a, x->id, p, &ret->author);
	if (e == 0)
		e = decided_before(c, a, x->id, p, &ret->before);
	return e;
}

/* The step is the principal's own, or that of one it stands in for today: the first who is free to decide. A deputy is bound
 * by what binds either of them. */
static int stand(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval *x, const struct approval_step *step,
                 unsigned *facts, struct principal *ret_for)
{
	struct principal hat[LIMIT_DEPUTIES];
	size_t n = 0;
	struct standing own, represented = { .holds = false };
	*ret_for = (struct principal){ .kind = PRINCIPAL_NONE };
	int e = standing_of(c, a, p, x, step, &own);
	if (e == 0 && !own.holds)
		e = deputy_hats(c, a, p->account_id, hat, &n);
	for (size_t i = 0; e == 0 && i < n; i++) {
		struct standing s;
		e = standing_of(c, a, &hat[i], x, step, &s);
		if (e < 0 || !s.holds)
			continue;
		bool is_free = !s.author && !s.before;
		if (is_free || !represented.holds) {
			represented = s;
			*ret_for = hat[i];
		}
		if (is_free)
			break;
	}
	*facts |= (own.holds || represented.holds ? FACT_STEP : 0) | (own.author || represented.author ? 0 : FACT_NOT_AUTHOR) |
	          (own.before || represented.before ? 0 : FACT_NOT_BEFORE);
	return e;
}

bool approval_step_open(const struct approval *x, const struct approval_step *s)
{
	return s->act != ACT_CIRCULATE && s->stage == x->step && s->decision == APPROVAL_NONE;
}

const struct approval_step *approval_open_step(const struct approval *x)
{
	for (size_t i = 0; i < x->step_count; i++)
		if (approval_step_open(x, &x->steps[i]))
			return &x->steps[i];
	return NULL;
}

/* The stage that waits once step is decided: the same while others of it are open; 0 when none is left. */
static int64_t stage_after(const struct approval *x, const struct approval_step *step)
{
	int64_t next = INT64_MAX;
	for (size_t i = 0; i < x->step_count; i++) {
		const struct approval_step *s = &x->steps[i];
		if (s != step && approval_step_open(x, s))
			return x->step;
		if (s->act != ACT_CIRCULATE && s->stage > x->step && s->stage < next)
			next = s->stage;
	}
	return next == INT64_MAX ? 0 : next;
}

/* Of the open steps of the stage the one that is the principal's to take; the first that is theirs at all where none is free. */
static int stand_in_stage(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval *x, unsigned *facts, struct principal *ret_for,
                          const struct approval_step **ret_step)
{
	const unsigned free_to = FACT_STEP | FACT_NOT_AUTHOR | FACT_NOT_BEFORE;
	unsigned best = 0;
	*ret_step = NULL;
	for (size_t i = 0; i < x->step_count; i++) {
		struct principal f;
		unsigned found = 0;
		if (!approval_step_open(x, &x->steps[i]))
			continue;
		int e = stand(c, a, p, x, &x->steps[i], &found, &f);
		if (e < 0)
			return e;
		const bool better = !*ret_step || (found & free_to) == free_to || (!(best & FACT_STEP) && (found & FACT_STEP));
		if (better) {
			best = found;
			*ret_for = f;
			*ret_step = &x->steps[i];
		}
		if ((found & free_to) == free_to)
			break;
	}
	*facts |= best;
	return 0;
}

int approval_mine(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval *x, const struct approval_step **ret,
                  int64_t *ret_deputy_for, struct note *ret_why)
{
	const struct approval_step *step = approval_open_step(x);
	struct principal f = { .kind = PRINCIPAL_NONE };
	unsigned facts = FACT_SEEN | (x->changed ? 0 : FACT_SAME);
	enum approval_state to;
	*ret = NULL;
	*ret_deputy_for = 0;
	if (p->kind != PRINCIPAL_ACCOUNT || !step) {
		*ret_why = NOTE0(MSG_WORK_ACCOUNT_ONLY);
		return 0;
	}
	int e = stand_in_stage(c, a, p, x, &facts, &f, &step);
	if (e < 0)
		return e;
	*ret = approval_next(x->state, EVENT_APPROVE, facts, &to, ret_why) == 0 ? step : NULL;
	*ret_deputy_for = f.account_id;
	return 0;
}

static int take_step(struct reg_ctx *ctx, const struct approval *x, const struct approval_step *step, int decision, const struct principal *f, struct str comment)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE work_step SET decision = ");
	sql_i64(&q, decision);
	sql_lit(&q, ", at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", account_id = ");
	sql_i64(&q, ctx->by->account_id);
	sql_lit(&q, ", account_person = ");
	sql_i64(&q, ctx->by->person_id);
	sql_lit(&q, ", name = ");
	sql_str(&q, ctx->by->name);
	sql_lit(&q, ", for_account = ");
	sql_i64(&q, f->account_id);
	sql_lit(&q, ", for_person = ");
	sql_i64(&q, f->person_id);
	sql_lit(&q, ", for_name = ");
	sql_str(&q, f->account_id ? f->name : STR(""));
	sql_lit(&q, ", comment = ");
	sql_str(&q, comment);
	sql_lit(&q, " WHERE decision = 0 AND request_id = ");
	sql_i64(&q, x->id);
	sql_lit(&q, " AND number = ");
	sql_i64(&q, step->number);
	int64_t n = 0;
	int e = db_exec(ctx->conn, &q, &n);
	return e < 0 ? e : n == 1 ? 0 : ERR_CONFLICT;
}

int approval_decide(struct reg_ctx *ctx, const struct approval_decision *d, struct note *ret_why)
{
	const struct principal *p = ctx->by;
	struct approval x;
	struct str comment = str_trim(d->comment);
	*ret_why = NOTE0(MSG_NONE);
	int e = approval_get(ctx->conn, ctx->arena, p, d->id, &x);
	if (e < 0)
		return e;
	const bool takes_back = d->event == EVENT_WITHDRAW && p->kind == PRINCIPAL_TOKEN && p->account_id;
	if ((p->kind != PRINCIPAL_ACCOUNT && !takes_back) || p->read_only)
		return refuse(ret_why, ERR_DENIED, NOTE0(MSG_WORK_ACCOUNT_ONLY));
	if (!text_valid(comment) || text_chars(comment) > LIMIT_APPROVAL_TEXT)
		return refuse(ret_why, ERR_INVALID, NOTE(MSG_WORK_TEXT_LONG, ARG_I(LIMIT_APPROVAL_TEXT)));
	const struct approval_step *step = approval_open_step(&x);
	struct principal f = { .kind = PRINCIPAL_NONE };
	struct snapshot now, then;
	struct row row;
	unsigned facts = (comment.n ? FACT_REASON : 0) | (x.submitted_by == p->account_id ? FACT_SUBMITTER : 0) |
	                 (d->step == x.step && d->revision == x.revision ? FACT_SEEN : 0);
	e = snapshot_take(ctx->conn, ctx->arena, x.reg, x.record_id, &now, &row);
	if (e == 0)
		e = snapshot_parse(ctx->arena, x.snapshot, &then);
	if (e == 0 && !x.changed && hash_equal(now.hash, x.hash, sizeof x.hash) && snapshot_same_facts(&then, &now))
		facts |= FACT_SAME;
	if (e == 0 && step)
		e = stand_in_stage(ctx->conn, ctx->arena, p, &x, &facts, &f, &step);
	const int64_t next = stage_after(&x, step);
	facts |= next ? 0 : FACT_LAST;
	enum approval_state to;
	if (e == 0)
		e = approval_next(x.state, d->event, facts, &to, ret_why);
	if (e != 0)
		return e;
	const int64_t number = step ? step->number : x.step;
	struct str how = f.account_id ? str_printf(ctx->arena, "step %lld, for %.*s", (long long)number, STR_FMT(f.name))
	                              : str_printf(ctx->arena, "step %lld", (long long)number);
	if (d->event != EVENT_WITHDRAW)
		e = take_step(ctx, &x, step, d->event == EVENT_APPROVE ? APPROVAL_APPROVED : APPROVAL_SENT_BACK, &f, comment);
	if (e == 0)
		e = set_state(ctx, x.id, to, to == APPROVAL_WAITING ? next : x.step);
	return e == 0 ? tell(ctx, &x, APPROVAL_WAITING, to, d->event == EVENT_WITHDRAW ? STR_NULL : how, comment) : e;
}

/* ---- circulation ---- */

int approval_to_read(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval *x, const struct approval_step **ret)
{
	int e = 0;
	*ret = NULL;
	if (p->kind != PRINCIPAL_ACCOUNT || x->state != APPROVAL_APPROVED)
		return 0;
	for (size_t i = 0; e == 0 && !*ret && i < x->step_count; i++) {
		bool holds = false;
		if (x->steps[i].act != ACT_CIRCULATE || x->steps[i].decision != APPROVAL_NONE)
			continue;
		e = approval_holds(c, a, p, &x->steps[i], x->unit_id, &holds);
		if (holds)
			*ret = &x->steps[i];
	}
	return e;
}

int approval_read(struct reg_ctx *ctx, int64_t id, struct note *ret_why)
{
	const struct approval_step *step;
	const struct principal nobody = { .kind = PRINCIPAL_NONE };
	struct approval x;
	*ret_why = NOTE0(MSG_NONE);
	int e = approval_get(ctx->conn, ctx->arena, ctx->by, id, &x);
	if (e == 0 && (ctx->by->kind != PRINCIPAL_ACCOUNT || ctx->by->read_only))
		return refuse(ret_why, ERR_DENIED, NOTE0(MSG_WORK_ACCOUNT_ONLY));
	if (e == 0)
		e = approval_to_read(ctx->conn, ctx->arena, ctx->by, &x, &step);
	if (e == 0 && !step)
		return refuse(ret_why, ERR_NOT_FOUND, NOTE0(MSG_WORK_READ_NOT_YOURS));
	if (e == 0)
		e = take_step(ctx, &x, step, APPROVAL_APPROVED, &nobody, STR(""));
	return e == 0 ? tell(ctx, &x, APPROVAL_APPROVED, APPROVAL_APPROVED, str_printf(ctx->arena, "step %lld", (long long)step->number), STR_NULL) : e;
}
