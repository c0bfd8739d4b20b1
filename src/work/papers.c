/* What this room says on papers: the approvals and tasks of a record on its evidence page, and what waits in the monthly report. */
#include "work/task.h"

#include "base/hash.h"
#include "base/text/work.h"
#include "register/batch.h"
#include "register/query.h"
#include "report/evidence.h"
#include "report/monthly.h"
#include "work/approval.h"
#include "work/work.h"

#define SHOWN 50
#define TURNS 8 /* kinds of people whose turn it is, named one by one */

/* Empty while it has not come to it. */
static struct doc_cell day_cell(int64_t at)
{
	return at ? cell_date(clock_date(at)) : (struct doc_cell){ .kind = DOC_EMPTY };
}

/* ---- the evidence page ---- */

static int approvals_of(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct doc *d)
{
	struct approval *list = ARENA_ARRAY(a, SHOWN, struct approval), x;
	size_t n = 0;
	int e = approval_list(c, a, p, APPROVALS_OF_RECORD, id, SHOWN, list, &n);
	if (e < 0 || !n)
		return e;
	const struct doc_column columns[] = { { msg(d->lang, MSG_PAPER_ASKED_ON), 2, false }, { msg(d->lang, MSG_PAPER_ASKED_BY), 2, false }, { msg(d->lang, MSG_PAPER_REVISION), 1, true },
		{ msg(d->lang, MSG_PAPER_REASON), 3, false }, { msg(d->lang, MSG_PAPER_STATE), 2, false }, { msg(d->lang, MSG_PAPER_STEP), 1, true }, { msg(d->lang, MSG_PAPER_DECIDED_ON), 2, false },
		{ msg(d->lang, MSG_PAPER_DECIDED_BY), 3, false }, { msg(d->lang, MSG_PAPER_COMMENT), 3, false } };
	doc_heading(d, 2, msg(d->lang, MSG_WORK_APPROVAL));
	struct doc_table *t = doc_table(d, STR(""), columns, COUNT_OF(columns));
	for (size_t i = 0; i < n; i++) {
		if ((e = approval_get(c, a, p, list[i].id, &x)) < 0)
			return e;
		for (size_t k = 0; k < x.step_count; k++) {
			const struct approval_step *s = &x.steps[k];
			struct doc_cell *cell = doc_row(t);
			cell[0] = day_cell(x.submitted_at);
			cell[1] = cell_text(d, x.submitted_name);
			cell[2] = cell_i64(x.revision);
			cell[3] = cell_text(d, x.reason);
			cell[4] = cell_text(d, msg(d->lang, approval_state_msg(x.state, x.changed)));
			cell[5] = cell_i64(s->number);
			cell[6] = day_cell(s->at);
			cell[7] = s->for_name.n ? cell_text(d, note_str(a, d->lang, &NOTE(MSG_PAPER_FOR, ARG_S(s->name), ARG_S(s->for_name)))) : cell_text(d, s->name);
			cell[8] = cell_text(d, s->comment);
		}
		/* What was asked for is kept as it was; its digest shows that it still is. */
		CLEANUP(buf_release) struct buf hex;
		buf_init(&hex, 2 * sizeof x.hash + 1);
		hash_put_hex(&hex, x.hash, sizeof x.hash);
		doc_footnote(d, note_str(a, d->lang, &NOTE(MSG_PAPER_SNAPSHOT, ARG_S(date_iso(a, clock_date(x.submitted_at))), ARG_I(x.revision), ARG_S(buf_view(&hex)))));
	}
	return 0;
}

static int tasks_of(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct doc *d)
{
	struct sql q;
	if (!(auth_ops(p, reg_number(&reg_task)) & OP_READ))
		return 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id, r.code, t.name, COALESCE(t.state, 0), COALESCE(t.due_on, ''), COALESCE(t.done_on, ''), COALESCE(t.evidence, '') FROM work_task t"
	            " JOIN record r ON r.id = t.id WHERE t.archived = 0 AND t.about = (SELECT code FROM record WHERE id = ");
	sql_i64(&q, id);
	sql_lit(&q, ")");
	batch_visible(&q, "t");
	auth_visible(&q, p, reg_number(&reg_task), OP_READ, "t");
	sql_lit(&q, " ORDER BY t.id LIMIT ");
	sql_i64(&q, SHOWN);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	const struct field *state = &reg_task.field[reg_field(&reg_task, "state")];
	struct doc_table *t = NULL;
	int e = db_query(c, &q, &s);
	for (; e == 0 && (e = stmt_step(s)) == 1; e = 0) {
		struct date day;
		if (!t) {
			const struct doc_column columns[] = { { label_of(reg_task.label, d->lang), 4, false }, { msg(d->lang, MSG_PAPER_STATE), 2, false },
				{ msg(d->lang, MSG_PAPER_DUE), 2, false }, { msg(d->lang, MSG_PAPER_DONE_ON), 2, false }, { msg(d->lang, MSG_PAPER_EVIDENCE), 4, false } };
			doc_heading(d, 2, label_of(reg_task.label, d->lang));
			t = doc_table(d, STR(""), columns, COUNT_OF(columns));
		}
		struct doc_cell *cell = doc_row(t);
		cell[0] = cell_link(d, str_printf(a, "%.*s %.*s", STR_FMT(stmt_str(s, 1)), STR_FMT(stmt_str(s, 2))), str_printf(a, "/work/task/%lld", (long long)stmt_i64(s, 0)));
		cell[1] = cell_text(d, value_str(a, state, &(struct value){ .known = true, .i = stmt_i64(s, 3) }, FORM_VIEW, d->lang));
		cell[2] = date_parse_iso(stmt_str(s, 4), &day) == 0 ? cell_date(day) : cell_unknown();
		cell[3] = date_parse_iso(stmt_str(s, 5), &day) == 0 ? cell_date(day) : (struct doc_cell){ .kind = DOC_EMPTY };
		cell[4] = cell_text(d, stmt_str(s, 6));
	}
	return e;
}

static int evidence(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, int64_t id, struct doc *d)
{
	int e = strcmp(r->room, "work") == 0 ? 0 : approvals_of(c, a, p, id, d);
	return e == 0 ? tasks_of(c, a, p, id, d) : e;
}

const struct evidence_part work_evidence_part = { evidence };

/* ---- the monthly report ---- */

static int late_tasks(const struct report_ctx *x, int64_t *ret)
{
	struct sql q;
	reg_select(&q, x->arena, x->by, &reg_task, "count(*)");
	sql_lit(&q, " AND t.state IN (1, 2) AND t.due_on < ");
	sql_str(&q, date_iso(x->arena, clock_today()));
	return db_get_i64(x->conn, &q, ret);
}

static int64_t days_since(int64_t at)
{
	return (clock_now() - at) / (24 * INT64_C(3600000));
}

static struct str yen(const struct report_ctx *x, int64_t v)
{
	const struct doc_cell cell = cell_yen(v);
	return cell_str(x->arena, x->lang, &cell);
}

/* All that waits, and whose turn it is; then, each by itself, what waits for executives. */
static int approvals(const struct report_ctx *x, struct report_decisions *d, int64_t n, int64_t since)
{
	struct approval *list = ARENA_ARRAY(x->arena, SHOWN, struct approval), one;
	struct { struct str who; int64_t n; } turn[TURNS];
	size_t listed = 0, turns = 0;
	int e = approval_list(x->conn, x->arena, x->by, APPROVALS_WAITING, 0, SHOWN, list, &listed);
	struct report_decision mine[SHOWN];
	size_t mines = 0;
	for (size_t i = 0; e == 0 && i < listed; i++) {
		e = approval_get(x->conn, x->arena, x->by, list[i].id, &one);
		/* Every step of the stage that waits is somebody's turn. */
		bool executive = false;
		struct str theirs = STR("");
		for (size_t k = 0; e == 0 && k < one.step_count; k++) {
			const struct approval_step *step = &one.steps[k];
			if (!approval_step_open(&one, step))
				continue;
			struct str who = approval_who(x->conn, x->arena, step, x->lang);
			size_t at = 0;
			while (at < turns && !str_eq(turn[at].who, who))
				at++;
			if (at == turns && turns < TURNS) {
				turn[turns].who = who;
				turn[turns++].n = 0;
			}
			if (at < turns)
				turn[at].n++;
			if (step->role == ROLE_EXECUTIVE && !executive) {
				executive = true;
				theirs = who;
			}
		}
		if (!executive)
			continue;
		struct str idle = report_idle(x, one.reg, one.record_id);
		mine[mines++] = (struct report_decision){ .tone = TONE_YELLOW,
			.what = note_str(x->arena, x->lang, &NOTE(MSG_PAPER_DECIDE_ONE, ARG_S(one.title.n ? one.title : one.code), ARG_S(theirs))),
			.cost = one.cost < 0 ? STR("") : yen(x, one.cost),
			.idle = idle.n ? idle : note_str(x->arena, x->lang, &NOTE(MSG_PAPER_DECIDE_ONE_IDLE, ARG_I(days_since(one.submitted_at)))),
			.path = str_printf(x->arena, "/work/approval/%lld", (long long)one.id), .rows = -1, .reg = one.reg->name };
	}
	if (e < 0)
		return e;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_TEXT);
	for (size_t i = 0; i < turns; i++) {
		if (i)
			buf_str(&b, x->lang == LANG_JA ? STR("、") : STR(", "));
		note_put(&b, x->lang, &NOTE(MSG_PAPER_TURN, ARG_S(turn[i].who), ARG_I(turn[i].n)));
	}
	report_decide(d, (struct report_decision){ .tone = TONE_YELLOW,
		.what = note_str(x->arena, x->lang, &NOTE(MSG_PAPER_DECIDE_APPROVALS, ARG_I(n), ARG_S(buf_view(&b)))), .cost = msg(x->lang, MSG_PAPER_DECIDE_APPROVALS_COST),
		.idle = note_str(x->arena, x->lang, &NOTE(MSG_PAPER_DECIDE_APPROVALS_IDLE, ARG_I(days_since(since)))),
		.path = STR("/work/approval?waiting=1"), .rows = n });
	for (size_t i = 0; i < mines; i++)
		report_decide(d, mine[i]);
	return 0;
}

static int decisions(const struct report_ctx *x, struct report_decisions *d)
{
	int64_t n = 0, since = 0, late = 0;
	int e = approval_waiting(x->conn, x->arena, x->by, &n, &since);
	if (e == 0)
		e = late_tasks(x, &late);
	if (e == 0 && n)
		e = approvals(x, d, n, since);
	if (e == 0 && late)
		report_decide(d, (struct report_decision){ .tone = TONE_YELLOW, .what = note_str(x->arena, x->lang, &NOTE(MSG_PAPER_DECIDE_TASKS, ARG_I(late))),
			.cost = msg(x->lang, MSG_PAPER_DECIDE_TASKS_COST), .idle = msg(x->lang, MSG_PAPER_DECIDE_TASKS_IDLE),
			.path = str_printf(x->arena, "/work/task?state=open&state=in_progress&due_on.until=%.*s&sort=due_on",
			                   STR_FMT(date_iso(x->arena, date_add_days(clock_today(), -1)))), .rows = late, .reg = "task" });
	return e;
}

/* What was asked for and decided within the month: it stays what it was, whenever the report is made. */
static int annex(const struct report_ctx *x, struct doc *d)
{
	static const struct { msg_id label; const char *count; } lines[] = {
		{ MSG_PAPER_ASKED, "q.submitted_at" }, { MSG_PAPER_APPROVED, "q.state = 2 AND q.decided_at" }, { MSG_PAPER_SENT_BACK, "q.state = 3 AND q.decided_at" },
	};
	int64_t n[COUNT_OF(lines)] = { 0 }, any = 0;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct sql q;
		sql_init(&q, x->arena);
		sql_lit(&q, "SELECT count(*) FROM work_request q JOIN record r ON r.id = q.record_id WHERE ");
		sql_const(&q, lines[i].count);
		sql_lit(&q, " BETWEEN ");
		sql_i64(&q, x->from);
		sql_lit(&q, " AND ");
		sql_i64(&q, x->until - 1);
		work_visible(&q, x->by, OP_READ, "r");
		int e = db_get_i64(x->conn, &q, &n[i]);
		if (e < 0)
			return e;
		any += n[i];
	}
	if (!any)
		return 0;
	doc_heading(d, 2, msg(x->lang, MSG_WORK_APPROVAL));
	const struct doc_column columns[] = { { msg(x->lang, MSG_PAPER_WHAT), 4, false }, { msg(x->lang, MSG_PAPER_COUNT), 1, true } };
	struct doc_table *t = doc_table(d, STR(""), columns, COUNT_OF(columns));
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct doc_cell *c = doc_row(t);
		c[0] = cell_text(d, msg(x->lang, lines[i].label));
		c[1] = cell_i64(n[i]);
	}
	return 0;
}

const struct report_part work_report_part = { .decisions = decisions, .annex = annex };
