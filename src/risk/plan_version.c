/*
 * Versions of the treatment plan: the plan of one fiscal year as it was when the version was made, frozen in the row, so that it
 * can be submitted and approved by the routes that every row has. The frozen content is Japanese Markdown of one table line
 * for each risk and each treatment; what a treatment's progress is does not stand in it.
 */
#include "base/hash.h"
#include "base/text.h"
#include "base/text/plan.h"
#include "base/text/risk.h"
#include "risk/plan.h"

#include "control/control.h"
#include "org/org.h"
#include "register/query.h"
#include "work/approval.h"

#define SECTION_VERSION { "計画の版", "Version" }
#define SECTION_SUMS { "まとめ（版を作ったとき）", "Sums, when the version was made" }
#define SECTION_CONTENT { "計画の中身（版を作ったとき）", "Content, when the version was made" }
#define CHANGES_MAX 200

#define SUM(name_, ja, en, type_, formula_ja, formula_en) \
	{ .name = name_, .label = { ja, en }, .hint = { formula_ja, formula_en }, .type = type_, .min = 0, .max = INT64_C(1000000000000000000), .flags = FIELD_ENGINE, .section = SECTION_SUMS }

static const struct field version_fields[] = {
	/* The sums first: who is to sign sees them before anything else. */
	{ .name = "summary", .label = { "まとめ", "In short" }, .type = FIELD_TEXT, .max = 500, .flags = FIELD_ENGINE, .section = SECTION_SUMS },
	SUM("initial_cost", "かかる費用：事前（円）", "Cost: initial (yen)", FIELD_MONEY, "まだ実施済みでない対策の事前対策費用の合計。", "Of controls that are not in place yet."),
	SUM("running_cost", "かかる費用：運用（円/年）", "Cost: running (yen a year)", FIELD_MONEY, "停止していない対策の運用費用の合計。", "Of controls that are not stopped."),
	SUM("loss_now", "1年の損失：いま（円）", "Yearly loss: now (yen)", FIELD_MONEY, "年間損失で評価したリスクの合計。", "Of risks scored by annual loss."),
	SUM("loss_planned", "1年の損失：計画どおりなら（円）", "Yearly loss: as planned (yen)", FIELD_MONEY, "同じリスクの、すべての対応策を行ったあとの合計。", "Of the same risks once all treatments are done."),
	SUM("above_now", "いま上限を超えるリスク", "Above the limit now", FIELD_INTEGER, "区分が「大」のもの。", "Those that are high."),
	SUM("above_planned", "計画どおりなら上限を超えるリスク", "Above the limit as planned", FIELD_INTEGER, "すべての対応策を行ったあとの件数。", "Once all treatments are done."),
	SUM("risks", "リスクの件数", "Risks", FIELD_INTEGER, "終わっていないリスク。", "Open risks."),
	SUM("cost_unknown", "費用の分からない対策", "Controls of unknown cost", FIELD_INTEGER, "上の二つの額に入っていない対策の件数。", "Not in the two amounts above."),
	{ .name = "name", .label = { "名前", "Name" }, .hint = { "空欄なら「2026年度 第1版」のように入ります。", "Blank: the fiscal year and a number." }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_VERSION },
	{ .name = "fiscal_year", .label = { "年度", "Fiscal year" }, .hint = { "空欄なら今年度。始まる月は会社の設定によります。", "Blank: this one; the company says in which month it begins." }, .type = FIELD_INTEGER, .min = 2000, .max = 2999,
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_VERSION },
	{ .name = "number", .label = { "版", "Version" }, .type = FIELD_INTEGER, .min = 1, .max = 100000, .flags = FIELD_ENGINE | FIELD_LIST, .section = SECTION_VERSION },
	{ .name = "made_on", .label = { "作った日", "Made on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_LIST | FIELD_SORT, .section = SECTION_VERSION },
	{ .name = "note", .label = { "説明", "Note" }, .hint = { "経営層に伝えたいこと。", "What the executives should know." }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH,
	  .section = SECTION_VERSION },
	{ .name = "content", .label = { "リスクと対応策", "Risks and treatments" }, .type = FIELD_LONG_TEXT, .max = LIMIT_LONG_TEXT, .flags = FIELD_ENGINE, .section = SECTION_CONTENT },
	{ .name = "content_hash", .label = { "中身の照合値", "Digest of the content" }, .hint = { "BLAKE2b-256。", "BLAKE2b-256." }, .type = FIELD_TEXT, .max = 64, .flags = FIELD_ENGINE,
	  .section = SECTION_CONTENT },
};

/* ---- what is frozen ---- */

/* A text inside of a table's cell. */
static void put_cell(struct buf *b, struct str s)
{
	buf_lit(b, " ");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '|' || s.p[i] == '\\' || s.p[i] == '\n')
			buf_lit(b, "/");
		else
			buf_char(b, s.p[i]);
	buf_lit(b, " |");
}

static struct str score_text(struct arena *a, const struct plan_risk *k, int64_t score, int64_t band)
{
	const struct doc_cell c = score == SCORE_UNKNOWN ? cell_unknown() : k->facts.method == METHOD_ANNUAL ? cell_yen(score) : cell_i64(score);
	struct str s = cell_str(a, LANG_JA, &c);
	return band < BAND_LOW || band > BAND_HIGH ? s : str_printf(a, "%.*s（%s）", STR_FMT(s), risk_bands[band - 1].label.ja);
}

static struct str content(struct arena *a, const struct plan *x)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	buf_lit(&b, "| リスク | リスク評価 | 責任者 | いま | 計画どおりなら | 対応方針 |\n|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < x->risks; i++) {
		const struct plan_risk *k = &x->risk[i];
		buf_lit(&b, "|");
		put_cell(&b, str_printf(a, "%.*s %.*s", STR_FMT(k->code), STR_FMT(k->name)));
		put_cell(&b, k->assessment_name);
		put_cell(&b, k->owner);
		put_cell(&b, score_text(a, k, k->now.score, k->now.band));
		put_cell(&b, score_text(a, k, k->planned.score, k->planned.band));
		put_cell(&b, k->treatment ? str_of(risk_treatments[k->treatment - 1].label.ja) : msg(LANG_JA, MSG_PLAN_UNDECIDED));
		buf_lit(&b, "\n");
	}
	if (x->treatments)
		buf_lit(&b, "\n| 対応策 | 事前（円） | 運用（円/年） | 進める人 | 期限 |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < x->treatments; i++) {
		const struct plan_treatment *k = &x->treatment[i];
		const struct plan_control *m = k->control >= 0 ? &x->control[k->control] : NULL;
		const struct doc_cell initial = m && m->initial >= 0 ? cell_yen(m->initial) : cell_unknown(), running = m && m->running >= 0 ? cell_yen(m->running) : cell_unknown();
		buf_lit(&b, "|");
		put_cell(&b, str_printf(a, "%.*s：%.*s", STR_FMT(x->risk[k->risk].code), STR_FMT(m ? m->name : msg(LANG_JA, MSG_PLAN_CONTROL_HIDDEN))));
		put_cell(&b, cell_str(a, LANG_JA, &initial));
		put_cell(&b, cell_str(a, LANG_JA, &running));
		put_cell(&b, k->owner);
		put_cell(&b, k->due);
		buf_lit(&b, "\n");
	}
	return str_dup(a, buf_view(&b));
}

static void put(struct row *row, const char *field, int64_t v)
{
	row->v[reg_field(&reg_treatment_plan, field)] = (struct value){ .known = true, .i = v };
}

static void put_sums(struct arena *a, struct row *row, const struct plan *x)
{
	int64_t above_now = 0, above_planned = 0, loss_now = 0, loss_planned = 0;
	struct plan_cost cost = { 0 };
	for (size_t i = 0; i < x->risks; i++) {
		const struct plan_risk *k = &x->risk[i];
		above_now += k->now.band == BAND_HIGH;
		above_planned += k->planned.band == BAND_HIGH;
		if (k->facts.method != METHOD_ANNUAL || k->now.score == SCORE_UNKNOWN || k->planned.score == SCORE_UNKNOWN)
			continue;
		loss_now += k->now.score;
		loss_planned += k->planned.score;
	}
	for (int64_t part = 0; part <= CONTROL_SPOT; part++) {
		const struct plan_cost one = risk_plan_cost(x, part);
		cost.initial += one.initial;
		cost.running += one.running;
		cost.unknown += one.unknown;
	}
	const struct doc_cell yen[] = { cell_yen(cost.initial), cell_yen(cost.running), cell_yen(loss_now), cell_yen(loss_planned) };
	struct str text[COUNT_OF(yen)];
	for (size_t i = 0; i < COUNT_OF(yen); i++)
		text[i] = cell_str(a, LANG_JA, &yen[i]);
	row->v[reg_field(&reg_treatment_plan, "summary")] = (struct value){ .known = true, .s =
		str_printf(a, "費用は事前 %.*s、運用 %.*s/年。1年の損失は %.*s から %.*s へ。上限を超えるリスクは %lld 件から %lld 件へ。", STR_FMT(text[0]), STR_FMT(text[1]),
		           STR_FMT(text[2]), STR_FMT(text[3]), (long long)above_now, (long long)above_planned) };
	put(row, "risks", (int64_t)x->risks);
	put(row, "above_now", above_now);
	put(row, "above_planned", above_planned);
	put(row, "initial_cost", cost.initial);
	put(row, "running_cost", cost.running);
	put(row, "cost_unknown", cost.unknown);
	put(row, "loss_now", loss_now);
	put(row, "loss_planned", loss_planned);
}

static int64_t next_number(struct reg_ctx *ctx, int64_t year)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COALESCE(MAX(number), 0) FROM risk_treatment_plan WHERE fiscal_year = ");
	sql_i64(&q, year);
	return db_get_i64(ctx->conn, &q, &n) == 0 ? n + 1 : 1;
}

static void version_fill(struct reg_ctx *ctx, struct row *row)
{
	const struct reg *r = &reg_treatment_plan;
	struct value *year = &row->v[reg_field(r, "fiscal_year")], *name = &row->v[reg_field(r, "name")];
	struct plan x;
	if (!year->known)
		*year = (struct value){ .known = true, .i = org_fiscal_year(ctx->conn, ctx->arena, clock_today()) };
	const int64_t number = next_number(ctx, year->i);
	put(row, "number", number);
	row->v[reg_field(r, "made_on")] = risk_today_value(ctx->arena);
	if (!name->known)
		*name = (struct value){ .known = true, .s = str_printf(ctx->arena, "%lld年度 第%lld版", (long long)year->i, (long long)number) };
	if (risk_plan_load(ctx->conn, ctx->arena, ctx->by, &x) < 0)
		return;
	put_sums(ctx->arena, row, &x);
	struct str text = content(ctx->arena, &x);
	uint8_t hash[HASH_SIZE];
	hash_blake2b(hash, text.p, text.n);
	CLEANUP(buf_release) struct buf hex;
	buf_init(&hex, 100);
	hash_put_hex(&hex, hash, sizeof hash);
	row->v[reg_field(r, "content")] = (struct value){ .known = true, .s = text };
	row->v[reg_field(r, "content_hash")] = (struct value){ .known = true, .s = str_dup(ctx->arena, buf_view(&hex)) };
}

static void version_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx;
	const struct reg *r = &reg_treatment_plan;
	const int year = reg_field(r, "fiscal_year"), text = reg_field(r, "content"), risks = reg_field(r, "risks");
	if (before && after->v[year].i != before->v[year].i)
		error_add(errors, year, NOTE0(MSG_PLANVER_YEAR_FIXED));
	if (!before && (!after->v[risks].known || after->v[risks].i == 0))
		error_add(errors, -1, NOTE0(MSG_PLANVER_EMPTY));
	else if (!before && !after->v[text].known)
		error_add(errors, -1, NOTE0(MSG_RISK_FAILED));
	else if (!before && text_chars(after->v[text].s) > LIMIT_LONG_TEXT)
		error_add(errors, -1, NOTE(MSG_PLANVER_TOO_LARGE, ARG_I(LIMIT_LONG_TEXT)));
}

static const struct reg_hooks version_hooks = { .fill = version_fill, .check = version_check };

const struct reg reg_treatment_plan = {
	.name = "treatment_plan", .room = "risk", .table = "risk_treatment_plan", .code = "TPL",
	.label = { "リスク対応計画の版", "Versions of the treatment plan" },
	.about = { "ある時点のリスク対応計画を、そのまま残した版。承認を申請でき、そのあとに計画が変わっても中身は変わりません。",
	           "The treatment plan as it was at one time. It can be submitted for approval, and stays as it is when the plan goes on." },
	.empty = { "「追加」で、いまのリスク対応計画から最初の版を作ります。", "Add makes the first version from the plan as it is now." },
	.icon = "file-text", .help = "risk", .field = version_fields, .fields = COUNT_OF(version_fields), .title = "name", .sort = "made_on",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.hooks = &version_hooks,
};

/* ---- on the page of the plan ---- */

int risk_plan_version_load(struct db_conn *c, struct arena *a, const struct principal *p, struct plan_version *ret)
{
	struct sql q;
	*ret = (struct plan_version){ .readable = auth_ops(p, reg_number(&reg_treatment_plan)) & OP_READ };
	reg_select(&q, a, p, &reg_treatment_plan, "t.id, t.name, t.content");
	sql_lit(&q, " ORDER BY t.id DESC LIMIT 1");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	if (e <= 0)
		return e;
	ret->id = stmt_i64(s, 0);
	ret->name = stmt_str_dup(s, a, 1);
	ret->content = stmt_str_dup(s, a, 2);
	stmt_done(&s);
	e = approval_states_of(c, a, &ret->id, 1, &ret->mark);
	struct approval x;
	if (e == 0 && ret->mark.id && approval_get(c, a, p, ret->mark.id, &x) == 0)
		for (size_t i = 0; i < x.step_count; i++)
			if (x.steps[i].at) {
				ret->by = x.steps[i].name;
				ret->at = x.steps[i].at;
			}
	return e;
}

/* The table lines of a content, and the first cell of a line, which names it. */
static bool next_line(struct str *rest, struct str *ret)
{
	while (str_cut(rest, '\n', ret))
		if (str_starts(*ret, STR("| RSK-")))
			return true;
	return false;
}

static struct str line_key(struct str line)
{
	struct str rest = str_sub(line, 1, line.n - 1), cell = STR("");
	str_cut(&rest, '|', &cell);
	return str_trim(cell);
}

static bool find(struct str text, struct str key, struct str *ret)
{
	for (struct str line; next_line(&text, &line);)
		if (str_eq(line_key(line), key)) {
			*ret = line;
			return true;
		}
	return false;
}

static struct str rest_of(struct arena *a, struct str line)
{
	struct str rest = str_sub(line, 1, line.n - 1), cell, all = STR("");
	str_cut(&rest, '|', &cell);
	while (str_cut(&rest, '|', &cell))
		if (str_trim(cell).n)
			all = all.n ? str_printf(a, "%.*s、%.*s", STR_FMT(all), STR_FMT(str_trim(cell))) : str_trim(cell);
	return all;
}

static void difference(struct doc *d, struct doc_table **t, struct str key, struct str before, struct str after)
{
	const struct doc_column columns[] = { { msg(d->lang, MSG_PLANVER_ITEM), 6, false }, { msg(d->lang, MSG_PLANVER_BEFORE), 7, false }, { msg(d->lang, MSG_PLANVER_AFTER), 7, false } };
	if (!*t)
		*t = doc_table(d, msg(d->lang, MSG_PLANVER_CHANGES), columns, COUNT_OF(columns));
	struct doc_cell *c = doc_row(*t);
	c[0] = cell_text(d, key);
	c[1] = cell_text(d, before.n ? rest_of(d->arena, before) : msg(d->lang, MSG_PLANVER_ADDED));
	c[2] = cell_text(d, after.n ? rest_of(d->arena, after) : msg(d->lang, MSG_PLANVER_GONE));
}

void risk_plan_version_put(struct doc *d, const struct plan_version *v)
{
	if (!v->id) {
		if (v->readable)
			doc_text(d, msg(d->lang, MSG_PLANVER_NONE));
		return;
	}
	struct str state = !v->mark.id ? msg(d->lang, MSG_PLANVER_DRAFT) : msg(d->lang, approval_state_msg(v->mark.state, v->mark.changed));
	CLEANUP(buf_release) struct buf at;
	buf_init(&at, 64);
	if (v->at)
		clock_put_local(&at, v->at);
	doc_note(d, v->at ? &NOTE(MSG_PLANVER_STATE_BY, ARG_S(v->name), ARG_S(state), ARG_S(v->by), ARG_S(str_dup(d->arena, buf_view(&at))))
	                  : &NOTE(MSG_PLANVER_STATE, ARG_S(v->name), ARG_S(state)));
}

void risk_plan_version_changes(struct doc *d, const struct plan *x, const struct plan_version *v)
{
	if (!v->id)
		return;
	struct str now = content(d->arena, x), rest = now, line, other;
	struct doc_table *t = NULL;
	size_t n = 0;
	while (next_line(&rest, &line) && n < CHANGES_MAX) {
		const bool there = find(v->content, line_key(line), &other);
		if (there && str_eq(line, other))
			continue;
		difference(d, &t, line_key(line), there ? other : STR(""), line);
		n++;
	}
	for (rest = v->content; next_line(&rest, &line) && n < CHANGES_MAX;)
		if (!find(now, line_key(line), &other)) {
			difference(d, &t, line_key(line), line, STR(""));
			n++;
		}
	if (!n)
		doc_text(d, msg(d->lang, MSG_PLANVER_SAME));
}
