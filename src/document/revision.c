/* The register of revisions, and how one comes into force. */
#include "document/document.h"

#include "base/log.h"
#include "base/text/document.h"
#include "register/batch.h"
#include "register/query.h"

#define SECTION_REVISION { "改訂", "Revision" }
#define SECTION_TEXT { "本文", "Text" }
#define SECTION_STATE { "状態", "State" }
#define PARENTS_MAX 8 /* steps up to the document whose rules hold */

const char document_schema[] =
	"CREATE UNIQUE INDEX document_revision_in_force ON document_revision (document) WHERE state = 2 AND archived = 0;";

static const struct choice states[] = {
	{ REVISION_DRAFT, "draft", { "下書き", "Draft" }, { "施行前。書きかえてよい。", "Not in force yet." }, NULL, TONE_GREY },
	{ REVISION_IN_FORCE, "in_force", { "施行中", "In force" }, { "いま守る版。文書に一つだけ。", "The one that holds." }, NULL, TONE_GREEN },
	{ REVISION_SUPERSEDED, "superseded", { "旧版", "Superseded" }, { "次の版に代わった。読めるまま残る。", "A later one took its place." }, NULL, TONE_NEUTRAL },
};

static const struct field revision_fields[] = {
	{ .name = "document", .label = { "文書", "Document" }, .type = FIELD_REFERENCE, .target = "document",
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_REVISION },
	{ .name = "number", .label = { "版", "Revision" }, .hint = { "空欄なら次の番号になります。", "Blank: the next number." }, .type = FIELD_INTEGER, .min = 1, .max = 9999,
	  .flags = FIELD_KEY | FIELD_LIST | FIELD_SORT, .section = SECTION_REVISION, .alias = (const char *const[]){ "版番号", "版数", NULL } },
	{ .name = "name", .label = { "版の名前", "Name" }, .type = FIELD_TEXT, .max = 300, .flags = FIELD_ENGINE | FIELD_COURSE | FIELD_SEARCH, .section = SECTION_REVISION },
	{ .name = "reason", .label = { "制定・改訂の理由", "Reason" }, .hint = { "例：法改正に合わせた見直し", "For example: a law changed" }, .type = FIELD_TEXT, .max = 500,
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SEARCH, .section = SECTION_REVISION, .alias = (const char *const[]){ "改訂理由", "理由", NULL } },
	{ .name = "effective_on", .label = { "施行日", "Effective on" }, .hint = { "承認されたあと、この日に施行されます。", "In force on this day, once approved." }, .type = FIELD_DATE,
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_REVISION },
	{ .name = "unit", .label = { "主管部門", "Owner" }, .hint = { "空欄なら文書の主管部門になります。", "Blank: the document's owner." }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_OWNER | FIELD_FILTER, .section = SECTION_REVISION },
	{ .name = "text", .label = { "本文", "Text" },
	  .hint = { "見出しは「# 」で、条は「第1条」で始めます。ファイルで持つ文書は、登録したあとに添付します。", "Headings begin with \"# \". A file may be attached instead." },
	  .type = FIELD_LONG_TEXT, .max = 40000, .flags = FIELD_SEARCH, .section = SECTION_TEXT },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = states, .choices = COUNT_OF(states),
	  .flags = FIELD_ENGINE | FIELD_COURSE | FIELD_LIST | FIELD_FILTER, .section = SECTION_STATE },
	{ .name = "ended_on", .label = { "旧版になった日", "Superseded on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_COURSE, .section = SECTION_STATE },
};

static const struct value *of(const struct row *row, const char *field)
{
	return &row->v[reg_field(&reg_revision, field)];
}

static void put(struct row *row, const char *field, int64_t v)
{
	row->v[reg_field(&reg_revision, field)] = (struct value){ .known = true, .i = v };
}

static int64_t owner_of(struct reg_ctx *ctx, int64_t document)
{
	struct sql q;
	int64_t unit = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COALESCE(owner, 0) FROM document_document WHERE id = ");
	sql_i64(&q, document);
	return db_get_i64(ctx->conn, &q, &unit) == 0 ? unit : 0;
}

static void revision_fill(struct reg_ctx *ctx, struct row *row)
{
	const struct value *document = of(row, "document");
	put(row, "state", REVISION_DRAFT);
	if (!document->known || !document->i)
		return;
	if (!of(row, "number")->known) {
		struct sql q;
		int64_t last = 0;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT COALESCE(MAX(number), 0) FROM document_revision WHERE document = ");
		sql_i64(&q, document->i);
		if (db_get_i64(ctx->conn, &q, &last) == 0)
			put(row, "number", last + 1);
	}
	struct sql q;
	struct str name;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT number || ' ' || title FROM document_document WHERE id = ");
	sql_i64(&q, document->i);
	if (db_get_str(ctx->conn, &q, &name) == 0)
		row->v[reg_field(&reg_revision, "name")] = (struct value){ .known = true,
			.s = note_str(ctx->arena, LANG_JA, &NOTE(MSG_DOCUMENT_NAME, ARG_S(name), ARG_I(of(row, "number")->i))) };
	const int64_t unit = of(row, "unit")->known ? 0 : owner_of(ctx, document->i);
	if (unit)
		put(row, "unit", unit);
}

/* A draft comes into force, what is in force is superseded, and nothing comes back. */
static bool may_become(int64_t before, int64_t after)
{
	return before == after || (before == REVISION_DRAFT && after == REVISION_IN_FORCE) || (before == REVISION_IN_FORCE && after == REVISION_SUPERSEDED);
}

static void revision_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	static const char *const fixed[] = { "reason", "effective_on", "unit", "text" };
	const struct value *document = of(after, "document"), *unit = of(after, "unit");
	if (!before || unit->known != of(before, "unit")->known || unit->i != of(before, "unit")->i) {
		const int64_t owner = document->known ? owner_of(ctx, document->i) : 0;
		/* Who writes for one unit must not put a text under another unit's document; who may write for both may have another unit draft it. */
		if (owner && (unit->known ? unit->i : 0) != owner && !auth_allows(ctx->conn, ctx->by, reg_number(&reg_revision), OP_CREATE, owner, 0))
			error_add(errors, reg_field(&reg_revision, "unit"), NOTE0(MSG_DOCUMENT_OWNER));
	}
	if (!before)
		return;
	if (document->i != of(before, "document")->i)
		error_add(errors, reg_field(&reg_revision, "document"), NOTE0(MSG_DOCUMENT_SAME));
	if (of(after, "number")->i != of(before, "number")->i)
		error_add(errors, reg_field(&reg_revision, "number"), NOTE0(MSG_DOCUMENT_SAME));
	if (!may_become(of(before, "state")->i, of(after, "state")->i))
		error_add(errors, reg_field(&reg_revision, "state"), NOTE0(MSG_DOCUMENT_NO_WAY_BACK));
	if (of(before, "state")->i == REVISION_DRAFT)
		return;
	if (after->state != RECORD_LIVE)
		error_add(errors, -1, NOTE0(MSG_DOCUMENT_KEPT));
	for (size_t i = 0; i < COUNT_OF(fixed); i++) {
		const int f = reg_field(&reg_revision, fixed[i]);
		if (!value_eq(&reg_revision.field[f], &before->v[f], &after->v[f]))
			error_add(errors, f, NOTE0(MSG_DOCUMENT_FIXED));
	}
}

/* A text may be a file: what was approved, waits for it or was in force keeps the files it had. */
static bool revision_takes_files(struct reg_ctx *ctx, int64_t id)
{
	struct approval_mark mark;
	struct sql q;
	int64_t state = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT state FROM document_revision WHERE id = ");
	sql_i64(&q, id);
	if (db_get_i64(ctx->conn, &q, &state) < 0 || state != REVISION_DRAFT || approval_states_of(ctx->conn, ctx->arena, &id, 1, &mark) < 0)
		return false;
	return mark.state != APPROVAL_WAITING && (mark.state != APPROVAL_APPROVED || mark.changed);
}

static const struct reg_hooks revision_hooks = { .fill = revision_fill, .check = revision_check, .detail = revision_detail, .takes_files = revision_takes_files };

const struct reg reg_revision = {
	.name = "revision", .room = "document", .table = "document_revision", .code = "REV",
	.label = { "版", "Revisions" },
	.about = { "文書の版。承認され、施行日が来ると施行されます。", "Numbered revisions; in force once approved and due." },
	.empty = { "文書のページの「改訂の案を作る」から始めます。", "Begin with a new draft on a document's page." },
	.icon = "file-text", .help = "document", .field = revision_fields, .fields = COUNT_OF(revision_fields), .title = "name", .sort = "effective_on",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_COMMENT,
	                     [ROLE_EXECUTIVE] = OP_READ | OP_COMMENT, [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.hooks = &revision_hooks,
};

/* ---- coming into force ---- */

static int set_state(const struct reg_ctx *ctx, const struct principal *by, const struct reg_view *view, int64_t id, int64_t revision,
                     enum revision_state state, struct str reason)
{
	struct reg_ctx as = *ctx;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, view, id);
	struct written w;
	as.by = by;
	c.by_engine = true;
	c.revision = revision;
	c.reason = reason;
	change_set(&c, reg_field(&reg_revision, "state"), (struct value){ .known = true, .i = state });
	if (state == REVISION_SUPERSEDED)
		change_set(&c, reg_field(&reg_revision, "ended_on"), (struct value){ .known = true, .s = date_iso(ctx->arena, clock_today()) });
	int e = reg_write(&as, &c, &w);
	return e == ERR_INVALID ? ERR_CONFLICT : e;
}

static int in_force_of(struct reg_ctx *ctx, int64_t document, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT id FROM document_revision WHERE state = 2 AND archived = 0 AND document = ");
	sql_i64(&q, document);
	int e = db_get_i64(ctx->conn, &q, ret);
	return e == ERR_NOT_FOUND ? 0 : e;
}

int revision_put_in_force(struct reg_ctx *ctx, int64_t id, struct note *ret_why)
{
	struct reg_view view;
	struct row row, former_row;
	struct approval_mark mark;
	const struct principal system = auth_system();
	int64_t former = 0;
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_revision, &view);
	if (e == 0)
		e = reg_get(ctx->conn, ctx->arena, ctx->by, &view, id, &row);
	if (e < 0)
		return e;
	if (row.state != RECORD_LIVE || of(&row, "state")->i != REVISION_DRAFT || row.batch)
		return ERR_CONFLICT;
	if ((e = approval_states_of(ctx->conn, ctx->arena, &id, 1, &mark)) < 0)
		return e;
	if (mark.state != APPROVAL_APPROVED || mark.changed) {
		*ret_why = NOTE0(MSG_DOCUMENT_NOT_APPROVED);
		return ERR_INVALID;
	}
	if (str_cmp(of(&row, "effective_on")->s, date_iso(ctx->arena, clock_today())) > 0) {
		*ret_why = NOTE(MSG_DOCUMENT_NOT_YET, ARG_S(of(&row, "effective_on")->s));
		return ERR_INVALID;
	}
	struct str reason = note_str(ctx->arena, LANG_JA, &NOTE(MSG_DOCUMENT_WHY_IN_FORCE, ARG_I(of(&row, "number")->i)));
	e = in_force_of(ctx, of(&row, "document")->i, &former);
	if (e == 0 && former)
		e = reg_get(ctx->conn, ctx->arena, &system, &view, former, &former_row);
	if (e == 0 && former && of(&former_row, "number")->i > of(&row, "number")->i) {
		*ret_why = NOTE(MSG_DOCUMENT_OLDER, ARG_I(of(&former_row, "number")->i));
		return ERR_INVALID;
	}
	/* The former may belong to the unit that owned the document then: its end follows from this one's beginning. */
	if (e == 0 && former)
		e = set_state(ctx, &system, &view, former, 0, REVISION_SUPERSEDED, reason);
	return e < 0 ? e : set_state(ctx, ctx->by, &view, id, row.revision, REVISION_IN_FORCE, reason);
}

struct round {
	struct arena *arena;
	const uint8_t *key;
	int64_t *id; size_t n;
	int64_t done;
};

static int due(struct db_conn *c, struct round *x)
{
	struct approval_mark mark[LIMIT_REVISION_ROUND];
	int64_t id[LIMIT_REVISION_ROUND];
	struct sql q;
	size_t n = 0;
	sql_init(&q, x->arena);
	/* Of several drafts that are due, the last one is put in force last. */
	sql_lit(&q, "SELECT t.id FROM document_revision t JOIN work_request w ON w.record_id = t.id AND w.state = ");
	sql_i64(&q, APPROVAL_APPROVED);
	sql_lit(&q, " WHERE t.archived = 0 AND t.state = 1 AND t.effective_on <= ");
	sql_str(&q, date_iso(x->arena, clock_today()));
	batch_visible(&q, "t");
	sql_lit(&q, " GROUP BY t.id, t.document, t.number ORDER BY t.document, t.number, t.id LIMIT ");
	sql_i64(&q, LIMIT_REVISION_ROUND);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	for (; e == 0 && (e = stmt_step(s)) == 1; e = 0)
		id[n++] = stmt_i64(s, 0);
	if (e == 0)
		e = approval_states_of(c, x->arena, id, n, mark);
	x->n = 0;
	for (size_t i = 0; e == 0 && i < n; i++)
		if (mark[i].state == APPROVAL_APPROVED && !mark[i].changed)
			x->id[x->n++] = id[i];
	return e;
}

static int round_job(struct db_conn *c, void *arg)
{
	struct round *x = arg;
	const struct principal system = auth_system();
	struct reg_ctx ctx = { .conn = c, .arena = x->arena, .by = &system, .key = x->key };
	int e = due(c, x);
	x->done = 0;
	for (size_t i = 0; e == 0 && i < x->n; i++) {
		struct note why;
		e = revision_put_in_force(&ctx, x->id[i], &why);
		x->done += e == 0;
		/* One that its rules refuse by now must not keep the others waiting. */
		if (e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_NOT_FOUND) {
			log_line(LOG_LEVEL_WARNING, "revision %lld should come into force and cannot: %s", (long long)x->id[i], err_name(e));
			e = 0;
		}
	}
	return e;
}

int revision_round(struct db *db, const uint8_t *key, int64_t *ret_n)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct round x = { .arena = a, .key = key, .id = ARENA_ARRAY(a, LIMIT_REVISION_ROUND, int64_t) };
	struct db_conn *c = db_read_begin(db);
	/* Most rounds have nothing to do, and then must not trouble the writer. */
	int e = due(c, &x);
	db_read_end(db, &c);
	if (e == 0 && x.n)
		e = db_write_background(db, round_job, &x);
	if (e == 0)
		*ret_n = x.done;
	arena_free(a);
	return e;
}

/* ---- who approves ---- */

int revision_route(struct db_conn *c, struct arena *a, int64_t revision_id, struct approval_step *ret, size_t *ret_n)
{
	static const struct approval_step by_board[] = {
		{ .number = 1, .stage = 1, .act = ACT_REVIEW, .role = ROLE_LEAD, .leave_out = true },
		{ .number = 2, .stage = 2, .act = ACT_APPROVE, .role = ROLE_EXECUTIVE },
	};
	static const struct approval_step by_lead[] = {
		{ .number = 1, .stage = 1, .act = ACT_REVIEW, .role = ROLE_CONTACT, .leave_out = true },
		{ .number = 2, .stage = 2, .act = ACT_APPROVE, .role = ROLE_LEAD },
	};
	struct sql q;
	int64_t tier = 0;
	/* Tiers 4 and 5 follow the document above them; without one they are approved like procedures. */
	sql_init(&q, a);
	sql_lit(&q, "WITH RECURSIVE line(id, parent, tier, up) AS (SELECT d.id, d.parent, d.tier, 0 FROM document_document d JOIN document_revision r"
	            " ON r.document = d.id WHERE r.id = ");
	sql_i64(&q, revision_id);
	sql_lit(&q, " UNION ALL SELECT d.id, d.parent, d.tier, line.up + 1 FROM document_document d JOIN line ON d.id = line.parent WHERE line.tier > 3"
	            " AND line.up < ");
	sql_i64(&q, PARENTS_MAX);
	sql_lit(&q, ") SELECT tier FROM line ORDER BY up DESC LIMIT 1");
	int e = db_get_i64(c, &q, &tier);
	if (e < 0)
		return e;
	const struct approval_step *steps = tier <= 2 ? by_board : by_lead;
	for (*ret_n = 0; *ret_n < 2; (*ret_n)++)
		ret[*ret_n] = steps[*ret_n];
	return 0;
}

msg_id revision_word(int64_t state, const struct approval_mark *m, enum tone *ret_tone)
{
	*ret_tone = TONE_GREY;
	if (state == REVISION_IN_FORCE || state == REVISION_SUPERSEDED) {
		*ret_tone = state == REVISION_IN_FORCE ? TONE_GREEN : TONE_NEUTRAL;
		return state == REVISION_IN_FORCE ? MSG_DOCUMENT_IN_FORCE : MSG_DOCUMENT_SUPERSEDED;
	}
	if (m && m->state == APPROVAL_WAITING && !m->changed) {
		*ret_tone = TONE_YELLOW;
		return MSG_DOCUMENT_IN_REVIEW;
	}
	if (m && m->state == APPROVAL_APPROVED && !m->changed) {
		*ret_tone = TONE_BLUE;
		return MSG_DOCUMENT_APPROVED;
	}
	return MSG_DOCUMENT_DRAFT;
}

/* ---- reading ---- */

int document_text_get(struct db_conn *c, struct arena *a, const struct principal *p, int64_t revision_id, struct document_text *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id, d.id, t.number, t.state, k.code, d.number, d.title, COALESCE((SELECT u.name FROM org_unit u WHERE u.id = d.owner), ''),"
	            " COALESCE(t.text, ''), t.reason, t.effective_on, COALESCE(t.ended_on, ''), COALESCE(d.scope, ''), COALESCE(d.audience, ''), d.tier, d.kind,"
	            " d.classification, COALESCE(d.retention, 0)"
	            " FROM document_revision t JOIN document_document d ON d.id = t.document JOIN record k ON k.id = d.id WHERE t.archived = 0 AND d.archived = 0"
	            " AND t.id = ");
	sql_i64(&q, revision_id);
	batch_visible(&q, "t");
	batch_visible(&q, "d");
	sql_lit(&q, " AND ((t.state IN (2, 3) AND d.classification <> 3");
	auth_visible(&q, p, reg_number(&reg_document), OP_READ, "d");
	sql_lit(&q, ") OR (t.id IS NOT NULL");
	auth_visible(&q, p, reg_number(&reg_revision), OP_READ, "t");
	sql_lit(&q, "))");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e < 0 || (e = stmt_step(s)) != 1)
		return e < 0 ? e : ERR_NOT_FOUND;
	*ret = (struct document_text){ .id = stmt_i64(s, 0), .document_id = stmt_i64(s, 1), .number = stmt_i64(s, 2), .state = stmt_i64(s, 3),
		.document_code = stmt_str_dup(s, a, 4), .document_number = stmt_str_dup(s, a, 5), .title = stmt_str_dup(s, a, 6), .unit = stmt_str_dup(s, a, 7),
		.text = stmt_str_dup(s, a, 8), .reason = stmt_str_dup(s, a, 9), .effective_on = stmt_str_dup(s, a, 10), .ended_on = stmt_str_dup(s, a, 11),
		.scope = stmt_str_dup(s, a, 12), .audience = stmt_str_dup(s, a, 13), .tier = stmt_i64(s, 14), .kind = stmt_i64(s, 15),
		.classification = stmt_i64(s, 16), .retention = stmt_i64(s, 17) };
	return 0;
}

int document_text_before(struct db_conn *c, struct arena *a, const struct principal *p, const struct document_text *t, int64_t *ret)
{
	struct sql q;
	struct document_text former;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id FROM document_revision WHERE archived = 0 AND document = ");
	sql_i64(&q, t->document_id);
	sql_lit(&q, " AND number < ");
	sql_i64(&q, t->number);
	batch_visible(&q, "document_revision");
	sql_lit(&q, " ORDER BY number DESC LIMIT 1");
	int e = db_get_i64(c, &q, ret);
	if (e == 0)
		e = document_text_get(c, a, p, *ret, &former);
	if (e == ERR_NOT_FOUND)
		*ret = 0;
	return e == ERR_NOT_FOUND ? 0 : e;
}
