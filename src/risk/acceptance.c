/* Acceptance (受容): who answers for what remains of a risk, why, until when, and what ends it. */
#include "base/log.h"
#include "base/text/plan.h"
#include "register/batch.h"
#include "risk/risk.h"
#include "risk/treatment.h"
#include "work/work.h"

#define SECTION_WHAT { "受容", "Acceptance" }
#define SECTION_CHECK { "確かめたこと", "What was looked at" }
#define SECTION_WATCH { "受け入れたあと", "Afterwards" }

#define ENDED_AT_ONCE 100

static const struct choice kinds[] = {
	{ 1, "small", { "影響が小さい", "small impact" }, { "起きても被害が小さい。回数を見ていく。", "Little harm when it happens; the number is watched." }, (const char *const[]){ "影響度が低い", "影響度が低いリスク", NULL }, TONE_NEUTRAL },
	{ 2, "rare", { "めったに起きない", "rare" }, { "起きれば重いことがある。保険などの移転と合わせて考える。", "It may be grave when it does; think of insurance too." }, (const char *const[]){ "出現頻度が低い", "出現頻度が低いリスク", NULL }, TONE_NEUTRAL },
	{ 3, "difficult", { "下げるのが難しい、費用が見合わない", "too difficult or too dear" }, { "技術で下げられない、または費用が膨大。被害の大きさを必ず確かめる。", "No technique, or out of proportion. The size of the damage must be known." },
	  (const char *const[]){ "技術的に困難", "費用が膨大", NULL }, TONE_YELLOW },
};
static const struct choice states[] = {
	{ ACCEPTANCE_VALID, "valid", { "有効", "valid" }, { "期限の内で、条件を満たしている。", "Within its term and conditions." }, NULL, TONE_GREEN },
	{ ACCEPTANCE_EXPIRED, "expired", { "期限切れ", "expired" }, { "期限を過ぎた。リスクは「評価済み」に戻った。", "Past its term; the risk is open again." }, NULL, TONE_RED },
	{ ACCEPTANCE_EXCEEDED, "exceeded", { "回数を超えた", "happened too often" }, { "決めた回数を超えて起きた。リスクは「評価済み」に戻った。", "More often than set; the risk is open again." }, NULL, TONE_RED },
	{ ACCEPTANCE_WAITING, "waiting", { "確認待ち", "waiting" }, { "残るリスクと、会社が耐えられることを確かめると有効になる。", "Valid once what remains, and that it can be borne, were looked at." }, NULL, TONE_YELLOW },
	{ ACCEPTANCE_CHANGED, "changed", { "リスクが上がった", "the risk rose" }, { "受け入れたときより点数が高い。リスクは「評価済み」に戻った。", "Its score is above the one accepted; the risk is open again." }, NULL, TONE_RED },
};

static const struct choice endings_of[] = {
	{ ACCEPTANCE_NOT_ENDED, "not_ended", { "終わっていない", "not ended" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ ACCEPTANCE_EXPIRED, "expired", { "期限切れ", "expired" }, { NULL, NULL }, NULL, TONE_RED },
	{ ACCEPTANCE_EXCEEDED, "exceeded", { "回数を超えた", "happened too often" }, { NULL, NULL }, NULL, TONE_RED },
	{ ACCEPTANCE_CHANGED, "changed", { "リスクが上がった", "the risk rose" }, { NULL, NULL }, NULL, TONE_RED },
};

static void state_local(const struct reg *r, struct row *row)
{
	const struct value *ended = &row->v[reg_field(r, "ended")], *seen = &row->v[reg_field(r, "residual_confirmed")],
	                   *bearable = &row->v[reg_field(r, "damage_bearable")];
	const bool confirmed = seen->known && seen->i && bearable->known && bearable->i;
	row->v[reg_field(r, "state")] = (struct value){ .known = true, .i = ended->known && ended->i ? ended->i : confirmed ? ACCEPTANCE_VALID : ACCEPTANCE_WAITING };
}
static const struct derivation acceptance_state = {
	.fields = (const char *const[]){ "state", NULL },
	.local = state_local,
};

static const struct field acceptance_fields[] = {
	{ .name = "risk", .label = { "リスク", "Risk" }, .type = FIELD_REFERENCE, .target = "risk", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "kind", .label = { "受け入れる理由の種類", "Kind" }, .type = FIELD_CHOICE, .choice = kinds, .choices = COUNT_OF(kinds), .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_WHAT },
	{ .name = "reason", .label = { "理由", "Reason" }, .hint = { "なぜ、これ以上下げないのか。", "Why it is not lowered further." }, .type = FIELD_TEXT, .max = 1000,
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "accepted_by", .label = { "受け入れた人", "Accepted by" }, .hint = { "残るリスクに責任を持つ人。", "Who answers for what remains." }, .type = FIELD_PERSON, .target = "person",
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_WHAT, .alias = (const char *const[]){ "承認者", NULL } },
	{ .name = "accepted_on", .label = { "受け入れた日", "Accepted on" }, .type = FIELD_DATE,
	  .hint = { "空欄なら今日。", "Blank: today." }, .flags = FIELD_KEY | FIELD_SORT | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "until", .label = { "期限", "Until" }, .hint = { "この日まで有効です。翌日に見直しに戻ります。", "Valid through this day." }, .type = FIELD_DATE,
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "unit", .label = { "担当部署", "Unit" }, .hint = { "リスクの担当部署と同じになります。", "The unit of the risk." }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_OWNER | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "residual_confirmed", .label = { "残るリスクを確かめた", "What remains was looked at" }, .type = FIELD_YES_NO, .section = SECTION_CHECK },
	{ .name = "damage", .label = { "起きたときの被害", "Damage if it happens" }, .hint = { "会社の業務がどこまで止まるか、いくらか。", "How far business stands, and how much it costs." }, .type = FIELD_TEXT,
	  .max = 1000, .flags = FIELD_SEARCH, .section = SECTION_CHECK },
	{ .name = "damage_bearable", .label = { "会社が耐えられる", "The company can bear it" }, .type = FIELD_YES_NO, .section = SECTION_CHECK },
	{ .name = "watch", .label = { "見ていくこと", "What is watched" }, .hint = { "例：紛失の件数を毎月数える", "For example: losses are counted monthly" }, .type = FIELD_TEXT, .max = 1000,
	  .flags = FIELD_REQUIRED | FIELD_SEARCH, .section = SECTION_WATCH },
	{ .name = "occurrence_limit", .label = { "見直しに戻す回数", "Occurrences allowed" }, .hint = { "これを超えて起きたら、見直しに戻します。", "More than this opens the risk again." }, .type = FIELD_INTEGER,
	  .min = 0, .max = 100000, .section = SECTION_WATCH },
	{ .name = "occurrences", .label = { "起きた回数", "Occurrences" }, .hint = { "受け入れてから起きた回数。", "Since it was accepted." }, .type = FIELD_INTEGER, .min = 0, .max = 100000,
	  .flags = FIELD_LIST | FIELD_COURSE, .section = SECTION_WATCH },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = states, .choices = COUNT_OF(states), .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT,
	  .derived = &acceptance_state, .formula = { "終わりの理由があればそれ。なければ、二つの確認がそろうと有効", "Why it ended; else valid once both were looked at" }, .section = SECTION_WATCH },
	{ .name = "ended", .label = { "終わった理由", "Ended" }, .type = FIELD_CHOICE, .choice = endings_of, .choices = COUNT_OF(endings_of), .flags = FIELD_ENGINE, .section = SECTION_WATCH },
	{ .name = "risk_revision", .label = { "受け入れたリスクの版", "Revision of the risk" }, .hint = { "この版のリスクを受け入れました。", "What was accepted is the risk as of this revision." }, .type = FIELD_INTEGER,
	  .min = 0, .max = INT64_C(1000000000), .flags = FIELD_ENGINE, .section = SECTION_WATCH },
	{ .name = "risk_score", .label = { "受け入れたリスク値", "Score accepted" }, .hint = { "点数がこれより上がると、見直しに戻します。", "A higher score opens the risk again." }, .type = FIELD_INTEGER, .min = 0,
	  .max = SCORE_YEN_MAX * SCORE_TIMES_MAX, .flags = FIELD_ENGINE, .section = SECTION_WATCH },
};

static const struct value *of(const struct row *row, const char *field)
{
	return &row->v[reg_field(&reg_acceptance, field)];
}

static void put(struct row *row, const char *field, int64_t v)
{
	row->v[reg_field(&reg_acceptance, field)] = (struct value){ .known = true, .i = v };
}

struct risk_now {
	int64_t revision, unit, score;   /* unit 0: none; score: what is now accepted, SCORE_UNKNOWN */
	bool settled;                    /* it is accepted already, or closed */
};

static int risk_now(struct reg_ctx *ctx, int64_t id, struct risk_now *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT r.revision, COALESCE(t.unit, 0), COALESCE(t.residual_score, t.inherent_score, -1), t.state IN (4, 5), t.treatment"
	            " FROM risk_risk t JOIN record r ON r.id = t.id WHERE t.id = ");
	sql_i64(&q, id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(ctx->conn, &q, &s);
	if (e < 0)
		return e;
	*ret = (struct risk_now){ stmt_i64(s, 0), stmt_i64(s, 1), stmt_i64(s, 2), stmt_i64(s, 3) != 0 };
	return 0;
}

/* Within its term and number today; one that is written down after its end accepts nothing any more. */
static bool in_force(struct reg_ctx *ctx, const struct row *row)
{
	const struct value *until = of(row, "until"), *limit = of(row, "occurrence_limit"), *times = of(row, "occurrences");
	return until->known && str_cmp(until->s, risk_today_value(ctx->arena).s) >= 0 && !(limit->known && times->known && times->i > limit->i);
}

/* The acceptance binds to the risk as it is once it is accepted: the write below gives it one more revision. A row of a
 * file does not change its risk, so it binds to the risk as it stands. */
static void acceptance_fill(struct reg_ctx *ctx, struct row *row)
{
	const struct value *risk = of(row, "risk");
	struct risk_now now;
	put(row, "ended", ACCEPTANCE_NOT_ENDED);
	if (!of(row, "accepted_on")->known)
		row->v[reg_field(&reg_acceptance, "accepted_on")] = risk_today_value(ctx->arena);
	if (!risk->known || !risk->i || risk_now(ctx, risk->i, &now) < 0)
		return;
	if (!of(row, "unit")->known && now.unit)
		put(row, "unit", now.unit);
	const struct value *seen = of(row, "residual_confirmed"), *bearable = of(row, "damage_bearable");
	const bool follows = !now.settled && !row->batch && seen->known && seen->i && bearable->known && bearable->i && in_force(ctx, row);
	put(row, "risk_revision", now.revision + (follows ? 1 : 0));
	if (now.score != SCORE_UNKNOWN)
		put(row, "risk_score", now.score);
}

static void acceptance_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	const struct reg *r = &reg_acceptance;
	const struct value *risk = of(after, "risk"), *unit = of(after, "unit"), *on = of(after, "accepted_on"), *until = of(after, "until"), *kind = of(after, "kind");
	struct risk_now now = { 0 };
	/* A risk that moved to another unit since must not keep its acceptance from ending. */
	const bool placed = !before || unit->known != of(before, "unit")->known || unit->i != of(before, "unit")->i;
	if (placed && risk->known && risk_now(ctx, risk->i, &now) == 0 && (unit->known ? unit->i : 0) != now.unit)
		error_add(errors, reg_field(r, "unit"), NOTE0(MSG_TREATMENT_UNIT));
	if (on->known && until->known && str_cmp(until->s, on->s) <= 0)
		error_add(errors, reg_field(r, "until"), NOTE0(MSG_ACCEPTANCE_UNTIL));
	if (before) {
		/* What was accepted stays what it was: another risk is another acceptance. */
		if (risk->known && of(before, "risk")->known && risk->i != of(before, "risk")->i)
			error_add(errors, reg_field(r, "risk"), NOTE0(MSG_ACCEPTANCE_RISK_FIXED));
		return;
	}
	if (kind->known && kind->i == 1 && !of(after, "occurrence_limit")->known)
		error_add(errors, reg_field(r, "occurrence_limit"), NOTE0(MSG_ACCEPTANCE_LIMIT));
	if (kind->known && kind->i == 3 && !of(after, "damage")->known)
		error_add(errors, reg_field(r, "damage"), NOTE0(MSG_ACCEPTANCE_DAMAGE));
}

/* " AND ...": the acceptance of this alias is live, looked at, and within its term and number today, as in_force() says of a row. */
static void holding(struct sql *q, struct arena *a, const char *alias)
{
	static const char *const part[] = { ".archived = 0 AND ", ".state = 1 AND COALESCE(", ".occurrences <= ", ".occurrence_limit, TRUE) AND " };
	sql_lit(q, " AND ");
	for (size_t i = 0; i < COUNT_OF(part); i++) {
		sql_name(q, alias);
		sql_const(q, part[i]);
	}
	sql_name(q, alias);
	sql_lit(q, ".until >= ");
	sql_str(q, risk_today_value(a).s);
}

bool acceptance_holds(struct db_conn *c, struct arena *a, int64_t risk)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM risk_acceptance t WHERE t.risk = ");
	sql_i64(&q, risk);
	holding(&q, a, "t");
	batch_visible(&q, "t");
	return db_get_i64(c, &q, &n) == 0 && n > 0;
}

/* ---- the risk follows ---- */

static bool retained(struct reg_ctx *ctx, int64_t risk)
{
	struct sql q;
	int64_t treatment = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT treatment FROM risk_risk WHERE treatment IS NOT NULL AND id = ");
	sql_i64(&q, risk);
	return db_get_i64(ctx->conn, &q, &treatment) == 0 && treatment == TREAT_RETAIN;
}

static int set_risk(struct reg_ctx *ctx, int64_t id, int state, const struct row *acceptance, struct str reason)
{
	struct reg_view view;
	struct written w;
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_risk, &view);
	if (e < 0)
		return e;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, id);
	c.reason = reason;
	change_set(&c, reg_field(&reg_risk, "state"), (struct value){ .known = true, .i = state });
	if (!acceptance && retained(ctx, id)) {
		/* Nobody retains it any more: it has to be decided again. */
		change_set(&c, reg_field(&reg_risk, "treatment"), (struct value){ .known = false });
		change_set(&c, reg_field(&reg_risk, "treatment_reason"), (struct value){ .known = false });
	}
	if (acceptance) {
		change_set(&c, reg_field(&reg_risk, "treatment"), (struct value){ .known = true, .i = TREAT_RETAIN });
		change_set(&c, reg_field(&reg_risk, "treatment_reason"), *of(acceptance, "reason"));
	}
	return reg_write(ctx, &c, &w);
}

static struct str why_text(struct reg_ctx *ctx, int64_t state, struct str code)
{
	const msg_id id = state == ACCEPTANCE_EXPIRED ? MSG_ACCEPTANCE_WHY_EXPIRED : state == ACCEPTANCE_EXCEEDED ? MSG_ACCEPTANCE_WHY_EXCEEDED
	                  : state == ACCEPTANCE_CHANGED ? MSG_ACCEPTANCE_WHY_CHANGED : state == ACCEPTANCE_VALID ? MSG_ACCEPTANCE_WHY_ACCEPTED : MSG_ACCEPTANCE_WHY_WITHDRAWN;
	return note_str(ctx->arena, LANG_JA, &NOTE(id, ARG_S(code)));
}

static int acceptance_written(struct reg_ctx *ctx, const struct row *before, const struct row *after)
{
	const struct value *risk = of(after, "risk");
	const bool held = before && before->state == RECORD_LIVE && of(before, "state")->i == ACCEPTANCE_VALID;
	const bool holds = after->state == RECORD_LIVE && of(after, "state")->i == ACCEPTANCE_VALID;
	struct risk_now now;
	if (!risk->known || after->batch || risk_now(ctx, risk->i, &now) < 0)
		return 0;
	if (holds && !held && in_force(ctx, after))
		return now.settled ? 0 : set_risk(ctx, risk->i, RISK_ACCEPTED, after, why_text(ctx, ACCEPTANCE_VALID, after->code));
	/* Withdrawn while it held: nobody answers for the risk any more. What the round ends, it follows up itself. */
	if (held && !holds && !of(after, "ended")->i)
		return set_risk(ctx, risk->i, RISK_ANALYSED, NULL, why_text(ctx, 0, after->code));
	return 0;
}

/* ---- what ends it ---- */

struct round {
	struct arena *arena;
	struct principal by;
	const uint8_t *key;
	int64_t ended, after;    /* how many, and the last id looked at */
	bool more;
};
struct ending {
	int64_t id, risk, state;
	bool open;               /* the risk is still held by it */
	struct str code;
};

/* Of those behind an id, in the order of ids. An acceptance of a risk without a score ends when it gets one. */
static int endings(struct db_conn *c, struct arena *a, int64_t after, struct ending *ret, size_t *ret_n)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id, t.risk, CASE WHEN t.occurrence_limit IS NOT NULL AND t.occurrences > t.occurrence_limit THEN 3"
	            " WHEN t.until < ");
	sql_str(&q, risk_today_value(a).s);
	sql_lit(&q, " THEN 2 WHEN COALESCE(x.residual_score, x.inherent_score) > COALESCE(t.risk_score, 0) THEN 4 END AS ending,"
	            " x.archived = 0 AND x.state = 4 AND NOT EXISTS (SELECT 1 FROM risk_acceptance o WHERE o.risk = t.risk AND o.id <> t.id");
	holding(&q, a, "o");
	sql_lit(&q, "), r.code"
	            " FROM risk_acceptance t JOIN record r ON r.id = t.id LEFT JOIN risk_risk x ON x.id = t.risk WHERE t.archived = 0 AND t.state = 1"
	            " AND (t.occurrences > t.occurrence_limit OR COALESCE(x.residual_score, x.inherent_score) > COALESCE(t.risk_score, 0) OR t.until < ");
	sql_str(&q, risk_today_value(a).s);
	sql_lit(&q, ")");
	batch_visible(&q, "t");
	sql_lit(&q, " AND t.id > ");
	sql_i64(&q, after);
	sql_lit(&q, " ORDER BY t.id LIMIT ");
	sql_i64(&q, ENDED_AT_ONCE);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	for (*ret_n = 0; e == 0 && (e = stmt_step(s)) == 1; e = 0)
		ret[(*ret_n)++] = (struct ending){ stmt_i64(s, 0), stmt_i64(s, 1), stmt_i64(s, 2), stmt_i64(s, 3) != 0, stmt_str_dup(s, a, 4) };
	return e;
}

static int round_piece(struct db_conn *c, void *arg)
{
	struct round *x = arg;
	struct reg_ctx ctx = { .conn = c, .arena = x->arena, .by = &x->by, .key = x->key };
	struct ending end[ENDED_AT_ONCE];
	struct reg_view view;
	size_t n = 0;
	int64_t ended = 0;
	int e = reg_view_load(c, ctx.arena, &reg_acceptance, &view);
	if (e == 0)
		e = endings(c, ctx.arena, x->after, end, &n);
	for (size_t i = 0; e == 0 && i < n; i++) {
		struct change change = change_new(ctx.arena, CHANGE_SAVE, &view, end[i].id);
		struct written w;
		change.by_engine = true;
		change.reason = why_text(&ctx, end[i].state, end[i].code);
		change_set(&change, reg_field(&reg_acceptance, "ended"), (struct value){ .known = true, .i = end[i].state });
		/* The risk first: while it cannot be opened again, its acceptance has not ended, and the next round tries both. */
		if (end[i].open)
			e = set_risk(&ctx, end[i].risk, RISK_ANALYSED, NULL, change.reason);
		if (e == 0)
			e = reg_write(&ctx, &change, &w);
		ended += e == 0;
		/* One row that its own rules refuse by now must not keep the others from ending. */
		if (e == ERR_INVALID || e == ERR_NOT_FOUND) {
			log_line(LOG_LEVEL_WARNING, "acceptance %.*s should end and cannot be written: %s", STR_FMT(end[i].code), err_name(e));
			e = 0;
		}
		x->after = end[i].id;
	}
	x->ended = e == 0 ? ended : 0;
	x->more = e == 0 && n == ENDED_AT_ONCE;
	return e;
}

int acceptance_round(struct db *db, const uint8_t *key, int64_t *ret_ended)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct round x = { .arena = a, .by = auth_system(), .key = key };
	struct ending none[ENDED_AT_ONCE];
	struct db_conn *c = db_read_begin(db);
	size_t n = 0;
	/* Most rounds have nothing to do, and then must not trouble the writer. */
	int e = endings(c, a, 0, none, &n);
	int64_t ended = 0;
	db_read_end(db, &c);
	for (x.more = n > 0; e == 0 && x.more;) {
		e = db_write_background(db, round_piece, &x);
		ended += x.ended;
	}
	arena_free(a);
	if (e == 0)
		*ret_ended = ended;
	return e;
}

/* Whoever records it names who accepts: whether that person did so themselves is told by what they approved. */
static void acceptance_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	(void)req;
	const struct value *who = of(row, "accepted_by");
	int64_t at = 0;
	if (row->state != RECORD_LIVE || !who->known)
		return;
	if (approval_by_person(c, h->arena, row->id, who->i, &at) < 0) {
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_ACCEPTANCE_SIGNED_UNKNOWN), STR_NULL);
		return;
	}
	if (!at) {
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_ACCEPTANCE_UNSIGNED), msg(h->lang, MSG_ACCEPTANCE_UNSIGNED_HOW));
		return;
	}
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	clock_put_local(&b, at);
	html_alert(h, TONE_GREEN, note_str(h->arena, h->lang, &NOTE(MSG_ACCEPTANCE_SIGNED, ARG_S(buf_view(&b)))), STR_NULL);
}

static const struct reg_hooks acceptance_hooks = { .fill = acceptance_fill, .check = acceptance_check, .after_write = acceptance_written, .detail = acceptance_detail };

const struct reg reg_acceptance = {
	.name = "acceptance", .room = "risk", .table = "risk_acceptance", .code = "ACC",
	.label = { "リスクの受容", "Acceptances" },
	.about = { "残るリスクを、だれが、なぜ、いつまで受け入れるか。期限や決めた回数を過ぎると、リスクは見直しに戻ります。",
	           "Who accepts what remains, why and until when. Past the term or the set number the risk is open again." },
	.empty = { "対策をしても残るリスクを選び、受け入れる人と期限を決めます。", "Choose a risk that remains, who accepts it, and until when." },
	.icon = "writing-sign", .help = "risk", .field = acceptance_fields, .fields = COUNT_OF(acceptance_fields), .title = "reason", .sort = "until",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &acceptance_state }, .derives = 1, .hooks = &acceptance_hooks,
};
