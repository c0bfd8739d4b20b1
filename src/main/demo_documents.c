/* The demo company's documents: the starter set, some in force, one revised, one in review, the others still drafts. */
#include "main/demo.h"

#include "base/log.h"
#include "document/document.h"
#include "register/query.h"

static int64_t draft_of(struct reg_ctx *ctx, const char *number)
{
	struct sql q;
	int64_t id = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT r.id FROM document_revision r JOIN document_document d ON d.id = r.document WHERE r.archived = 0 AND r.state = 1 AND d.number = ");
	sql_str(&q, str_of(number));
	sql_lit(&q, " ORDER BY r.number DESC LIMIT 1");
	if (db_get_i64(ctx->conn, &q, &id) < 0)
		die("the demo has no draft of %s", number);
	return id;
}

/* By the lead to the executive; the lead's own review is left out. */
static int ask(struct reg_ctx *ctx, const struct principal *lead, const struct principal *chief, const char *number, bool decide)
{
	struct reg_ctx as = *ctx;
	struct reg_view view;
	struct row row;
	struct note why = NOTE0(MSG_NONE);
	struct approval x;
	int64_t request = 0, id = draft_of(ctx, number);
	as.by = lead;
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_revision, &view);
	if (e == 0)
		e = reg_get(ctx->conn, ctx->arena, lead, &view, id, &row);
	if (e < 0)
		return e;
	const struct approval_submit s = { .record_id = id, .revision = row.revision, .reason = STR("内容を確かめ、承認してください。"), .cost = -1 };
	e = approval_submit(&as, &s, &request, &why);
	if (e == 0 && decide)
		e = approval_get(ctx->conn, ctx->arena, chief, request, &x);
	if (e == 0 && decide) {
		const struct approval_decision d = { .id = request, .event = EVENT_APPROVE, .step = x.step, .revision = x.revision };
		as.by = chief;
		e = approval_decide(&as, &d, &why);
		as.by = lead;
		if (e == 0)
			e = revision_put_in_force(&as, id, &why);
	}
	if (e < 0)
		log_line(LOG_LEVEL_ERROR, "demo: document %s: %s %.*s", number, err_name(e), STR_FMT(note_str(ctx->arena, LANG_EN, &why)));
	return e;
}

static struct str replaced(struct arena *a, struct str s, const char *from, const char *to)
{
	ptrdiff_t at = str_find(s, str_of(from));
	if (at < 0)
		die("the demo revises what is not there: %s", from);
	struct str before = str_sub(s, 0, (size_t)at), after = str_sub(s, (size_t)at + strlen(from), s.n);
	return str_printf(a, "%.*s%s%.*s", STR_FMT(before), to, STR_FMT(after));
}

static int revise(struct reg_ctx *ctx, const struct principal *lead, struct date day, int64_t unit)
{
	struct reg_ctx as = *ctx;
	struct reg_view view;
	struct written w;
	struct sql q;
	struct str text;
	int64_t document = 0;
	as.by = lead;
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_revision, &view);
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT id FROM document_document WHERE number = 'IS-109'");
	if (e == 0)
		e = db_get_i64(ctx->conn, &q, &document);
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT text FROM document_revision WHERE document = ");
	sql_i64(&q, document);
	if (e == 0)
		e = db_get_str(ctx->conn, &q, &text);
	if (e < 0)
		return e;
	text = replaced(ctx->arena, text, "会社が定めたサービス以外に業務の情報を置かない。", "会社が定めたサービスを使い、それ以外に業務の情報を置かない。共有のリンクには期限を付け、使い終わったら止める。");
	text = replaced(ctx->arena, text, "第8条（罰則）", "第8条（ウェブ会議） 会議のアドレスを公開せず、入室は主催者が認める。録画は参加者に知らせてから行う。\n第9条（罰則）");
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
	change_set(&c, reg_field(&reg_revision, "document"), (struct value){ .known = true, .i = document });
	change_set(&c, reg_field(&reg_revision, "unit"), (struct value){ .known = true, .i = unit });
	change_set(&c, reg_field(&reg_revision, "effective_on"), (struct value){ .known = true, .s = date_iso(ctx->arena, day) });
	change_set(&c, reg_field(&reg_revision, "text"), (struct value){ .known = true, .s = text });
	change_set_text(&c, ctx->arena, "reason", "クラウドの共有とウェブ会議の広がりに合わせる");
	return reg_write(&as, &c, &w);
}

int demo_documents(struct reg_ctx *ctx, const struct principal *lead, const struct principal *chief, int64_t unit)
{
	static const char *const in_force[] = { "IS-001", "IS-101", "IS-102", "IS-103", "IS-109", "IS-110", "IS-112" };
	struct reg_ctx as = *ctx;
	int64_t made = 0;
	as.by = lead;
	int e = document_starter_make(&as, unit, date_add_days(clock_today(), -10), &made);
	for (size_t i = 0; e == 0 && i < COUNT_OF(in_force); i++)
		e = ask(ctx, lead, chief, in_force[i], true);
	if (e == 0)
		e = ask(ctx, lead, chief, "IS-104", false);
	if (e == 0)
		e = revise(ctx, lead, clock_today(), unit);
	return e == 0 ? ask(ctx, lead, chief, "IS-109", true) : e;
}
