/* Reading requests: one, those that wait for somebody, those of a row. What the reader may not see is not read. */
#include "base/text/work.h"
#include "work/approval.h"
#include "work/work.h"

void work_visible(struct sql *q, const struct principal *p, enum op op, const char *alias)
{
	sql_lit(q, " AND (FALSE");
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		if (!(auth_ops(p, reg_number(r)) & op))
			continue;
		sql_lit(q, " OR (");
		sql_name(q, alias);
		sql_lit(q, ".register = ");
		sql_str(q, str_of(r->name));
		auth_visible(q, p, reg_number(r), op, alias);
		sql_lit(q, ")");
	}
	sql_lit(q, ")");
}

static void select_requests(struct sql *q)
{
	sql_lit(q, "SELECT q.id, q.record_id, q.revision, r.unit_id, r.register, r.code, q.state, r.revision <> q.revision OR r.state <> 0,"
	           " q.reason, q.submitted_name, q.cost, q.submitted_at, q.submitted_by, q.decided_at, q.step, q.hash, q.content"
	           " FROM work_request q JOIN record r ON r.id = q.record_id");
}

static int read_request(struct stmt *s, struct arena *a, bool content, struct approval *ret)
{
	*ret = (struct approval){ .id = stmt_i64(s, 0), .record_id = stmt_i64(s, 1), .revision = stmt_i64(s, 2), .unit_id = stmt_i64(s, 3),
		.reg = reg_find(stmt_str(s, 4)), .code = stmt_str_dup(s, a, 5), .state = (enum approval_state)stmt_i64(s, 6),
		.changed = stmt_i64(s, 7) != 0, .reason = stmt_str_dup(s, a, 8), .submitted_name = stmt_str_dup(s, a, 9), .cost = stmt_i64(s, 10),
		.submitted_at = stmt_i64(s, 11), .submitted_by = stmt_i64(s, 12), .decided_at = stmt_i64(s, 13), .step = stmt_i64(s, 14) };
	struct str hash = stmt_str(s, 15);
	if (!ret->reg || hash.n != sizeof ret->hash)
		return ERR_CORRUPT;
	memcpy(ret->hash, hash.p, sizeof ret->hash);
	if (content)
		ret->snapshot = stmt_str_dup(s, a, 16);
	return 0;
}

/* An approved row that has another revision by now, still live: does it say anything else than what was approved? */
static int content_changed(struct db_conn *c, struct arena *a, const struct reg *r, int64_t record_id, int64_t request_id, bool *ret)
{
	struct sql q;
	struct str content;
	struct snapshot then, now;
	struct row row;
	sql_init(&q, a);
	sql_lit(&q, "SELECT content FROM work_request WHERE id = ");
	sql_i64(&q, request_id);
	int e = db_get_str(c, &q, &content);
	if (e == 0)
		e = snapshot_parse(a, content, &then);
	if (e == 0)
		e = snapshot_take(c, a, r, record_id, &now, &row);
	if (e == 0)
		*ret = row.state != RECORD_LIVE || !snapshot_same(r, &then, &now);
	return e;
}

static int settle_changed(struct db_conn *c, struct arena *a, struct approval *x)
{
	return x->state == APPROVAL_APPROVED && x->changed ? content_changed(c, a, x->reg, x->record_id, x->id, &x->changed) : 0;
}

/* The title as it is now; private titles stay away. */
static int read_title(struct db_conn *c, struct arena *a, struct approval *x)
{
	const struct field *f = &x->reg->field[reg_field(x->reg, x->reg->title)];
	if (f->type != FIELD_TEXT || (f->flags & (FIELD_PRIVATE | FIELD_SECRET)))
		return 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COALESCE(t.");
	sql_name(&q, f->name);
	sql_lit(&q, ", '') FROM ");
	sql_name(&q, x->reg->table);
	sql_lit(&q, " t WHERE t.id = ");
	sql_i64(&q, x->record_id);
	return db_get_str(c, &q, &x->title);
}

static int read_steps(struct db_conn *c, struct arena *a, struct approval *x)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT number, act, role, person_id, decision, at, account_id, name, for_account, for_name, comment, stage FROM work_step"
	            " WHERE request_id = ");
	sql_i64(&q, x->id);
	sql_lit(&q, " ORDER BY number LIMIT 9");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		x->steps[x->step_count++] = (struct approval_step){ .number = stmt_i64(s, 0), .act = (enum approval_act)stmt_i64(s, 1),
			.role = stmt_i64(s, 2), .person_id = stmt_i64(s, 3), .decision = (int)stmt_i64(s, 4), .at = stmt_i64(s, 5),
			.account_id = stmt_i64(s, 6), .name = stmt_str_dup(s, a, 7), .for_account_id = stmt_i64(s, 8), .for_name = stmt_str_dup(s, a, 9),
			.comment = stmt_str_dup(s, a, 10), .stage = stmt_i64(s, 11) };
	}
	return e;
}

static int read_base(struct db_conn *c, struct arena *a, struct approval *x)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT content FROM work_request WHERE state = 2 AND record_id = ");
	sql_i64(&q, x->record_id);
	sql_lit(&q, " AND id < ");
	sql_i64(&q, x->id);
	sql_lit(&q, " ORDER BY id DESC LIMIT 1");
	int e = db_get_str(c, &q, &x->base);
	return e == ERR_NOT_FOUND ? 0 : e;
}

int approval_get(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct approval *ret)
{
	struct sql q;
	sql_init(&q, a);
	select_requests(&q);
	sql_lit(&q, " WHERE q.id = ");
	sql_i64(&q, id);
	work_visible(&q, p, OP_READ, "r");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(c, &q, &s);
	if (e < 0)
		return e;
	e = read_request(s, a, true, ret);
	stmt_done(&s);
	if (e == 0)
		e = settle_changed(c, a, ret);
	if (e == 0)
		e = read_title(c, a, ret);
	if (e == 0)
		e = read_steps(c, a, ret);
	return e == 0 ? read_base(c, a, ret) : e;
}

/* ---- what waits for somebody ---- */

/* " AND ...": neither the principal nor another account of the same person wrote it or took a step before. */
static void uninvolved(struct sql *q, const struct principal *p)
{
	sql_lit(q, " AND NOT EXISTS (SELECT 1 FROM work_author w WHERE w.request_id = q.id AND (w.account_id = ");
	sql_i64(q, p->account_id);
	sql_lit(q, " OR (w.person_id > 0 AND w.person_id = ");
	sql_i64(q, p->person_id);
	sql_lit(q, "))) AND NOT EXISTS (SELECT 1 FROM work_step b WHERE b.request_id = q.id AND b.decision <> 0 AND (b.account_id = ");
	sql_i64(q, p->account_id);
	sql_lit(q, " OR b.for_account = ");
	sql_i64(q, p->account_id);
	sql_lit(q, " OR (b.account_person > 0 AND b.account_person = ");
	sql_i64(q, p->person_id);
	sql_lit(q, ") OR (b.for_person > 0 AND b.for_person = ");
	sql_i64(q, p->person_id);
	sql_lit(q, ")))");
}

/* "(...)": the step that waits is the principal's. */
static void holds_step(struct sql *q, const struct principal *p)
{
	sql_lit(q, "((s.person_id > 0 AND s.person_id = ");
	sql_i64(q, p->person_id);
	sql_lit(q, ")");
	for (size_t i = 0; i < p->grants; i++) {
		sql_lit(q, " OR (s.person_id = 0 AND s.role = ");
		sql_i64(q, p->grant[i].role);
		if (p->grant[i].unit_id) {
			sql_lit(q, " AND r.unit_id IN (SELECT descendant FROM auth_unit_closure WHERE ancestor = ");
			sql_i64(q, p->grant[i].unit_id);
			sql_lit(q, ")");
		}
		sql_lit(q, ")");
	}
	sql_lit(q, ")");
}

static int to_decide(struct db_conn *c, struct arena *a, struct sql *q, const struct principal *p)
{
	struct principal hat[LIMIT_DEPUTIES];
	size_t n = 0;
	int e = deputy_hats(c, a, p->account_id, hat, &n);
	sql_lit(q, " JOIN work_step s ON s.request_id = q.id AND s.stage = q.step AND s.decision = 0 AND s.act <> 3 WHERE q.state = 1 AND r.revision = q.revision AND r.state = 0");
	uninvolved(q, p);
	sql_lit(q, " AND (");
	holds_step(q, p);
	for (size_t i = 0; i < n; i++) {
		sql_lit(q, " OR (");
		holds_step(q, &hat[i]);
		uninvolved(q, &hat[i]);
		sql_lit(q, ")");
	}
	sql_lit(q, ")");
	return e;
}

static void to_read(struct sql *q, const struct principal *p)
{
	sql_lit(q, " JOIN work_step s ON s.request_id = q.id AND s.act = 3 AND s.decision = 0 WHERE q.state = 2 AND r.state = 0 AND ");
	holds_step(q, p);
}

/* Conditions of what was sent back to the principal, behind select_requests() or "... q JOIN record r ...". */
static void sent_back(struct sql *q, const struct principal *p)
{
	sql_lit(q, " WHERE q.submitted_by = ");
	sql_i64(q, p->account_id);
	sql_lit(q, " AND q.state = 3 AND r.state = 0"
	           " AND NOT EXISTS (SELECT 1 FROM work_request l WHERE l.record_id = q.record_id AND l.id > q.id)");
}

int approval_list(struct db_conn *c, struct arena *a, const struct principal *p, enum approval_list_kind kind, int64_t record_id,
                  size_t max, struct approval *ret, size_t *ret_n)
{
	struct sql q;
	int e = 0;
	*ret_n = 0;
	if (kind < APPROVALS_WAITING && !p->account_id)
		return 0;
	sql_init(&q, a);
	select_requests(&q);
	if (kind == APPROVALS_TO_DECIDE) {
		e = to_decide(c, a, &q, p);
	} else if (kind == APPROVALS_TO_READ) {
		to_read(&q, p);
	} else if (kind == APPROVALS_SENT_BACK) {
		sent_back(&q, p);
	} else if (kind == APPROVALS_SUBMITTED) {
		sql_lit(&q, " WHERE q.submitted_by = ");
		sql_i64(&q, p->account_id);
	} else if (kind == APPROVALS_WAITING) {
		sql_lit(&q, " WHERE q.state = 1");
	} else {
		sql_lit(&q, " WHERE q.record_id = ");
		sql_i64(&q, record_id);
	}
	work_visible(&q, p, OP_READ, "r");
	/* Whoever could take two steps of a stage has one request before them. */
	if (kind == APPROVALS_TO_DECIDE || kind == APPROVALS_TO_READ)
		sql_lit(&q, " GROUP BY q.id, r.id ORDER BY q.id LIMIT ");
	else if (kind == APPROVALS_WAITING)
		sql_lit(&q, " ORDER BY q.id LIMIT ");
	else
		sql_lit(&q, " ORDER BY q.id DESC LIMIT ");
	sql_i64(&q, (int64_t)max);
	if (e < 0) {
		sql_release(&q);
		return e;
	}
	CLEANUP(stmt_done) struct stmt *s = NULL;
	e = db_query(c, &q, &s);
	while (e == 0 && *ret_n < max && (e = stmt_step(s)) == 1)
		e = read_request(s, a, false, &ret[(*ret_n)++]);
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i < *ret_n; i++)
		if ((e = settle_changed(c, a, &ret[i])) == 0)
			e = read_title(c, a, &ret[i]);
	return e < 0 ? e : 0;
}

static void count_begin(struct sql *q, struct arena *a)
{
	sql_init(q, a);
	sql_lit(q, "SELECT count(*) FROM (SELECT DISTINCT q.id FROM work_request q JOIN record r ON r.id = q.record_id");
}

static int count_end(struct sql *q, struct db_conn *c, const struct principal *p, int64_t max, int64_t *ret)
{
	work_visible(q, p, OP_READ, "r");
	sql_lit(q, " LIMIT ");
	sql_i64(q, max);
	sql_lit(q, ") AS counted");
	return db_get_i64(c, q, ret);
}

/* Most pages of most people end here: does anything wait (1) or circulate (2) for anybody, did anything come back to this one (4)? */
static int anything(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT CASE WHEN EXISTS (SELECT 1 FROM work_request WHERE state = 1) THEN 1 ELSE 0 END"
	            " + CASE WHEN EXISTS (SELECT 1 FROM work_step WHERE act = 3 AND decision = 0) THEN 2 ELSE 0 END"
	            " + CASE WHEN EXISTS (SELECT 1 FROM work_request q JOIN record r ON r.id = q.record_id");
	sent_back(&q, p);
	sql_lit(&q, ") THEN 4 ELSE 0 END");
	return db_get_i64(c, &q, ret);
}

int approval_count(struct db_conn *c, struct arena *a, const struct principal *p, int64_t max, struct approval_counts *ret)
{
	struct sql q;
	int64_t any = 0;
	*ret = (struct approval_counts){ 0 };
	if (!p->account_id)
		return 0;
	int e = anything(c, a, p, &any);
	if (e == 0 && (any & 1)) {
		count_begin(&q, a);
		e = to_decide(c, a, &q, p);
		if (e < 0)
			sql_release(&q);
		else
			e = count_end(&q, c, p, max, &ret->to_decide);
	}
	if (e == 0 && (any & 2)) {
		count_begin(&q, a);
		to_read(&q, p);
		e = count_end(&q, c, p, max, &ret->to_read);
	}
	if (e == 0 && (any & 4)) {
		count_begin(&q, a);
		sent_back(&q, p);
		e = count_end(&q, c, p, max, &ret->sent_back);
	}
	return e;
}

int approval_waiting(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret_n, int64_t *ret_since)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*), COALESCE(MIN(q.submitted_at), 0) FROM work_request q JOIN record r ON r.id = q.record_id WHERE q.state = 1");
	work_visible(&q, p, OP_READ, "r");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0 && (e = stmt_step(s)) == 1) {
		*ret_n = stmt_i64(s, 0);
		*ret_since = stmt_i64(s, 1);
		e = 0;
	}
	return e;
}

int approval_states_of(struct db_conn *c, struct arena *a, const int64_t *record, size_t n, struct approval_mark *ret)
{
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct approval_mark){ .state = 0 };
	if (!n)
		return 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT q.record_id, q.id, q.state, r.revision <> q.revision, q.decided_at, r.register FROM work_request q"
	            " JOIN record r ON r.id = q.record_id WHERE q.record_id IN ");
	sql_i64_list(&q, record, n);
	sql_lit(&q, " AND q.id = (SELECT MAX(l.id) FROM work_request l WHERE l.record_id = q.record_id)");
	const struct reg **reg = ARENA_ARRAY(a, n, const struct reg *);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		for (size_t i = 0; i < n; i++)
			if (record[i] == stmt_i64(s, 0)) {
				ret[i] = (struct approval_mark){ .id = stmt_i64(s, 1), .state = (int)stmt_i64(s, 2), .changed = stmt_i64(s, 3) != 0,
					.decided_at = stmt_i64(s, 4) };
				reg[i] = reg_find(stmt_str(s, 5));
			}
	}
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i < n; i++)
		if (ret[i].state == APPROVAL_APPROVED && ret[i].changed && reg[i])
			e = content_changed(c, a, reg[i], record[i], ret[i].id, &ret[i].changed);
	return e;
}

int approval_by_person(struct db_conn *c, struct arena *a, int64_t record, int64_t person, int64_t *ret_at)
{
	struct approval_mark mark;
	struct sql q;
	*ret_at = 0;
	int e = approval_states_of(c, a, &record, 1, &mark);
	if (e < 0 || mark.state != APPROVAL_APPROVED || mark.changed || !person)
		return e;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COALESCE(MAX(at), 0) FROM work_step WHERE for_account = 0 AND decision = ");
	sql_i64(&q, APPROVAL_APPROVED);
	sql_lit(&q, " AND act <> ");
	sql_i64(&q, ACT_CIRCULATE);
	sql_lit(&q, " AND request_id = ");
	sql_i64(&q, mark.id);
	sql_lit(&q, " AND account_person = ");
	sql_i64(&q, person);
	return db_get_i64(c, &q, ret_at);
}

/* "waiting", "approved: step 2, for NAME": as approval.c records it. */
bool approval_say(struct arena *a, enum lang lang, struct str name, struct str recorded, struct str *ret_label, struct str *ret_text)
{
	static const struct { struct str key; msg_id text; } states[] = {
		{ STR_INIT("waiting"), MSG_WORK_STATE_WAITING }, { STR_INIT("approved"), MSG_WORK_STATE_APPROVED }, { STR_INIT("sent back"), MSG_WORK_STATE_SENT_BACK },
		{ STR_INIT("withdrawn"), MSG_WORK_STATE_WITHDRAWN }, { STR_INIT("replaced"), MSG_WORK_STATE_REPLACED },
	};
	struct str state = recorded, how = STR_NULL, step, whom = STR_NULL;
	if (!str_eq(name, STR("approval")))
		return false;
	const ptrdiff_t colon = str_find(recorded, STR(": step "));
	if (colon >= 0) {
		state = str_sub(recorded, 0, (size_t)colon);
		how = str_sub(recorded, (size_t)colon + STR(": step ").n, recorded.n);
	}
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (!str_eq(state, states[i].key))
			continue;
		struct str text = msg(lang, states[i].text);
		*ret_label = msg(lang, MSG_WORK_APPROVAL);
		step = how;
		const ptrdiff_t stand = str_find(how, STR(", for "));
		if (stand >= 0) {
			step = str_sub(how, 0, (size_t)stand);
			whom = str_sub(how, (size_t)stand + STR(", for ").n, how.n);
		}
		*ret_text = !how.n ? text : note_str(a, lang, &NOTE(i == 0 ? MSG_WORK_SAY_NEXT : whom.n ? MSG_WORK_SAY_STEP_FOR : MSG_WORK_SAY_STEP, ARG_S(text), ARG_S(step), ARG_S(whom)));
		return true;
	}
	return false;
}
