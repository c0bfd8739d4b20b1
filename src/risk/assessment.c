/* Assessments: each has one method, the company's scales, limits and words; and loss sheets, the cost of one event line by
 * line. */
#include "base/text/risk.h"
#include "risk/pages.h"
#include "risk/scoring.h"

#define SECTION_WHAT { "評価", "Assessment" }
#define SECTION_SCALE { "尺度と言葉", "Scales and words" }
#define SECTION_LIMIT { "基準", "Limits" }

const struct choice risk_methods[4] = {
	{ METHOD_LEDGER, "ledger", { "台帳方式", "ledger" }, { "資産の重要度 × 被害発生可能性。資産の台帳の値を使います。", "Importance × likelihood of damage, from the asset ledger." },
	  (const char *const[]){ "IPA方式", NULL }, TONE_NEUTRAL },
	{ METHOD_MULTIPLY, "multiplication", { "掛け算方式", "four factors" }, { "資産価値 × 脅威 × 脆弱性 × 発生可能性。どれかが0なら、リスクはありません。", "Asset value × threat × vulnerability × likelihood; nought in any means no risk." },
	  (const char *const[]){ "四要素", "掛け算", NULL }, TONE_NEUTRAL },
	{ METHOD_MATRIX, "matrix", { "マトリクス", "matrix" }, { "発生可能性 × 影響。自社のマス目で大・中・小を決めます。", "Likelihood × impact; the company's own grid gives the band." },
	  (const char *const[]){ "リスクマトリクス", NULL }, TONE_NEUTRAL },
	{ METHOD_ANNUAL, "annual_loss", { "年間損失", "annual loss" }, { "1回の損失額 × 年あたりの回数（ALE = SLE × ARO）。単位は円です。", "Loss of one event × times a year (ALE = SLE × ARO), in yen." },
	  (const char *const[]){ "ALE", "年次損失予測", "年間予想損失額", NULL }, TONE_NEUTRAL },
};

static const struct choice assessment_states[] = {
	{ 1, "running", { "進行中", "running" }, { "リスクを洗い出し、採点している。", "Risks are being found and scored." }, NULL, TONE_YELLOW },
	{ 2, "closed", { "完了", "closed" }, { "この回の評価を終えた。", "This round is finished." }, NULL, TONE_GREEN },
};

static void cells_local(const struct reg *r, struct row *row)
{
	static _Thread_local char cells[SCORE_GRID_CELLS];
	const struct value *method = &row->v[reg_field(r, "method")], *size = &row->v[reg_field(r, "matrix_size")],
	                   *grid = &row->v[reg_field(r, "matrix_grid")];
	struct value *to = &row->v[reg_field(r, "matrix_cells")];
	size_t line;
	*to = (struct value){ 0 };
	if (!method->known || method->i != METHOD_MATRIX || !size->known || size->i < SCORE_GRID_MIN || size->i > SCORE_GRID_MAX)
		return;
	if (!grid->known)
		score_grid_default(size->i, cells);
	else if (score_grid_parse(grid->s, size->i, cells, &line) < 0)
		return;
	*to = (struct value){ .known = true, .s = { cells, (size_t)(size->i * size->i) } };
}
static const struct derivation matrix_cells = {
	.fields = (const char *const[]){ "matrix_cells", NULL },
	.local = cells_local,
};

static const struct field assessment_fields[] = {
	{ .name = "name", .label = { "評価の名前", "Assessment" }, .hint = { "例：2026年度 全社リスク評価", "For example: company-wide, fiscal 2026" },
	  .type = FIELD_TEXT, .max = 100, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "method", .label = { "方法", "Method" }, .hint = { "リスクを登録したあとは変えられません。", "Cannot be changed once it has risks." },
	  .type = FIELD_CHOICE, .choice = risk_methods, .choices = COUNT_OF(risk_methods), .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_WHAT, .alias = (const char *const[]){ "評価方法", "手法", NULL } },
	{ .name = "scope", .label = { "範囲", "Scope" }, .hint = { "例：本社と通販サイト", "For example: head office and web shop" }, .type = FIELD_TEXT,
	  .max = 500, .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "held_on", .label = { "基準日", "As of" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_WHAT },
	{ .name = "owner", .label = { "責任者", "Owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = assessment_states, .choices = COUNT_OF(assessment_states),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "note", .label = { "メモ", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "factor_max", .label = { "要素の最大値", "Highest factor" }, .hint = { "掛け算方式で、各要素は0からこの値までです。", "Four factors: each is 0 to this." },
	  .type = FIELD_INTEGER, .min = 1, .max = 10, .section = SECTION_SCALE },
	{ .name = "matrix_size", .label = { "マトリクスの大きさ", "Size of the matrix" }, .hint = { "3なら3×3、5なら5×5です。", "3 for 3×3, 5 for 5×5." },
	  .type = FIELD_INTEGER, .min = SCORE_GRID_MIN, .max = SCORE_GRID_MAX, .section = SECTION_SCALE },
	{ .name = "matrix_grid", .label = { "マトリクスのマス目", "Grid of the matrix" },
	  .hint = { "発生可能性の高い順に1行ずつ、影響の小さい順に左から、大・中・小を書きます。空欄なら標準のマス目を使います。",
	            "A line for each likelihood, highest first; in it the impacts rising: 3, 2 or 1. Blank: the standard grid." },
	  .type = FIELD_LONG_TEXT, .max = 400, .section = SECTION_SCALE },
	{ .name = "matrix_cells", .label = { "使っているマス目", "Grid in use" }, .type = FIELD_TEXT, .max = SCORE_GRID_CELLS, .derived = &matrix_cells,
	  .formula = { "書いたマス目、なければ標準（発生可能性×影響が、大きさの2乗の半分を超えると大、大きさ以上で中）。可能性の低い順",
	               "The grid as written, or the standard one (likelihood × impact above half the square of the size: high; from the size on: middle); lowest likelihood first" },
	  .section = SECTION_SCALE },
	{ .name = "scale_words", .label = { "点数の言葉", "Words of the scales" },
	  .hint = { "点数ごとの意味を、自社の言葉で書きます。例：発生可能性3＝年に1回以上", "What each level means, in your own words: likelihood 3 = once a year or more" },
	  .type = FIELD_LONG_TEXT, .max = 4000, .section = SECTION_SCALE },
	{ .name = "acceptance_limit", .label = { "受け入れられる上限", "Acceptance limit" },
	  .hint = { "これを超えるリスクは「大」です。年間損失では円、ほかは点数で書きます。空欄なら区分は「不明」です。マトリクスでは使いません。",
	            "Above it a risk is high. Yen for annual loss, points otherwise. Blank: no verdict. Not used by the matrix." },
	  .type = FIELD_INTEGER, .min = 0, .max = SCORE_YEN_MAX, .flags = FIELD_LIST, .section = SECTION_LIMIT,
	  .alias = (const char *const[]){ "受容基準", "リスク受容基準", NULL } },
	{ .name = "middle_limit", .label = { "「中」とする値", "Middle from" }, .hint = { "この値以上、上限までを「中」とします。空欄なら「中」はありません。", "From here to the limit it is middle. Blank: there is no middle." },
	  .type = FIELD_INTEGER, .min = 0, .max = SCORE_YEN_MAX, .section = SECTION_LIMIT },
};

static void fill_i64(const struct reg *r, struct row *row, const char *field, int64_t v)
{
	struct value *at = &row->v[reg_field(r, field)];
	if (!at->known)
		*at = (struct value){ .known = true, .i = v };
}

/* The company's usual scale and limit for the method, from the settings. */
static void assessment_fill(struct reg_ctx *ctx, struct row *row)
{
	const struct reg *r = &reg_assessment;
	const struct value *method = &row->v[reg_field(r, "method")];
	fill_i64(r, row, "state", 1);
	if (!row->v[reg_field(r, "held_on")].known)
		row->v[reg_field(r, "held_on")] = risk_today_value(ctx->arena);
	if (!method->known)
		return;
	switch (method->i) {
	case METHOD_LEDGER:
		fill_i64(r, row, "acceptance_limit", setting_i64(ctx->conn, "risk.band_high") - 1);
		fill_i64(r, row, "middle_limit", setting_i64(ctx->conn, "risk.band_middle"));
		break;
	case METHOD_MULTIPLY:
		fill_i64(r, row, "factor_max", setting_i64(ctx->conn, "risk.factor_max"));
		fill_i64(r, row, "acceptance_limit", setting_i64(ctx->conn, "risk.multiplication_limit"));
		break;
	case METHOD_MATRIX:
		fill_i64(r, row, "matrix_size", setting_i64(ctx->conn, "risk.matrix_size"));
		break;
	case METHOD_ANNUAL:
		fill_i64(r, row, "acceptance_limit", setting_i64(ctx->conn, "risk.loss_limit"));
		break;
	default:
		break;
	}
}

static bool has_risks(struct reg_ctx *ctx, int64_t id)
{
	struct sql q;
	int64_t n = 1;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT EXISTS (SELECT 1 FROM risk_risk WHERE assessment = ");
	sql_i64(&q, id);
	sql_lit(&q, ")");
	return db_get_i64(ctx->conn, &q, &n) < 0 || n;
}

static void assessment_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	const struct reg *r = &reg_assessment;
	int method = reg_field(r, "method"), grid = reg_field(r, "matrix_grid"), size = reg_field(r, "matrix_size");
	int limit = reg_field(r, "acceptance_limit"), middle = reg_field(r, "middle_limit");
	char cells[SCORE_GRID_CELLS];
	size_t line;
	int64_t row, cell;
	if (before && before->v[method].known && after->v[method].i != before->v[method].i && has_risks(ctx, after->id))
		error_add(errors, method, NOTE0(MSG_RISK_METHOD_FIXED));
	if (after->v[grid].known && !after->v[size].known)
		error_add(errors, size, NOTE0(MSG_RISK_GRID_SIZE_MISSING));
	else if (after->v[grid].known && score_grid_parse(after->v[grid].s, after->v[size].i, cells, &line) < 0)
		error_add(errors, grid, line ? NOTE(MSG_RISK_GRID_LINE, ARG_I((int64_t)line), ARG_I(after->v[size].i))
		                             : NOTE(MSG_RISK_GRID_LINES, ARG_I(after->v[size].i)));
	else if (after->v[grid].known && !score_grid_rises(cells, after->v[size].i, &row, &cell))
		error_add(errors, grid, NOTE(MSG_RISK_GRID_FALLS, ARG_I(row), ARG_I(cell)));
	if (after->v[limit].known && after->v[middle].known && after->v[middle].i > after->v[limit].i)
		error_add(errors, middle, NOTE0(MSG_RISK_MIDDLE_ABOVE_LIMIT));
}

static const struct reg_hooks assessment_hooks = { .fill = assessment_fill, .check = assessment_check, .detail = risk_assessment_detail };

const struct reg reg_assessment = {
	.name = "assessment", .room = "risk", .table = "risk_assessment", .code = "RAS",
	.label = { "リスク評価", "Risk assessments" },
	.about = { "評価の回ごとに、方法を一つ選びます。点数は、同じ方法のリスクどうしでだけ比べます。",
	           "Each round has one method. Scores are compared only among risks of the same method." },
	.empty = { "評価の名前と方法を決めて、始めます。", "Begin with a name and a method." },
	.icon = "scale", .help = "risk", .field = assessment_fields, .fields = COUNT_OF(assessment_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ,
	                     [ROLE_EXECUTIVE] = OP_READ, [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &matrix_cells }, .derives = 1, .hooks = &assessment_hooks, .shared = true,
};

/* ---- loss sheets ---- */

#define SECTION_EVENT { "出来事", "Event" }
#define SECTION_LINES { "費用", "Costs" }
#define SECTION_TOTAL { "合計", "Total" }

static const char *const loss_lines[] = { "staff", "damages", "lawyers", "gifts", "visits", "notices", "pages", "call_centre", "desk" };
_Static_assert(COUNT_OF(loss_lines) == 9, "nine default lines");

static void loss_local(const struct reg *r, struct row *row)
{
	const struct value *held = &row->v[reg_field(r, "persons")], *rate = &row->v[reg_field(r, "rate")], *other = &row->v[reg_field(r, "other")];
	int64_t concerned = held->known && rate->known ? score_loss_persons(held->i, rate->i, 1) : SCORE_UNKNOWN;
	int64_t total = other->known ? other->i : 0;
	bool known = true;
	for (size_t i = 0; i < COUNT_OF(loss_lines); i++) {
		const struct value *v = &row->v[reg_field(r, loss_lines[i])];
		known = known && v->known;
		total += v->known ? v->i : 0;
	}
	row->v[reg_field(r, "concerned")] = (struct value){ .known = concerned != SCORE_UNKNOWN, .i = concerned == SCORE_UNKNOWN ? 0 : concerned };
	row->v[reg_field(r, "total")] = (struct value){ .known = known, .i = known ? total : 0 };
}
static const struct derivation loss_total = {
	.fields = (const char *const[]){ "concerned", "total", NULL },
	.local = loss_local,
};

#define LINE(name_, ja, en, hint_ja, hint_en) \
	{ .name = name_, .label = { ja, en }, .hint = { hint_ja, hint_en }, .type = FIELD_MONEY, .min = 0, .max = SCORE_YEN_MAX / 10, .section = SECTION_LINES }

static const struct field loss_fields[] = {
	{ .name = "name", .label = { "出来事", "Event" }, .hint = { "例：通販サイトから2万人分の個人情報が漏れる", "For example: the web shop leaks the data of 20,000 people" },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_EVENT },
	{ .name = "persons", .label = { "持っている人数", "Persons held" }, .type = FIELD_INTEGER, .min = 0, .max = 1000000000, .flags = FIELD_LIST, .section = SECTION_EVENT },
	{ .name = "rate", .label = { "被害に遭う割合（%）", "Share concerned (%)" }, .type = FIELD_DECIMAL, .decimals = 4, .min = 0, .max = SCORE_RATE, .section = SECTION_EVENT },
	{ .name = "concerned", .label = { "被害に遭う人数", "Persons concerned" }, .type = FIELD_INTEGER, .flags = FIELD_LIST, .derived = &loss_total,
	  .formula = { "持っている人数 × 割合", "persons held × share" }, .section = SECTION_EVENT },
	{ .name = "note", .label = { "見積もりの根拠", "Grounds" }, .hint = { "単価と数量、資料の名前を書きます。", "Unit prices, quantities, sources." },
	  .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_EVENT },
	LINE("staff", "業務継続：対応する社員の人件費", "Continuity: staff who handle it", "例：対策の人員1か月分。かからないものは0と書きます。", "Say, a month of the team. Write 0 where there is no cost."),
	LINE("damages", "業務継続：損害賠償", "Continuity: damages", "例：訴える人の割合 × 1人当たりの額", "Share who sue × amount a person"),
	LINE("lawyers", "業務継続：弁護士と裁判", "Continuity: lawyers and court", "相談と代理の費用", "Advice and representation"),
	LINE("gifts", "見舞い：品代と送料", "Condolence: gifts and postage", "例：1人700円 × 人数", "Say, 700 yen × persons"),
	LINE("visits", "謝罪：訪問", "Apology: visits", "例：1件の費用 × 件数", "Cost of a visit × visits"),
	LINE("notices", "広報：謝罪の広告", "Publicity: notices", "出さないなら0", "0 when there is none"),
	LINE("pages", "広報：お知らせのページ", "Publicity: web pages", "作成と更新の回数分", "For each release"),
	LINE("call_centre", "臨時：コールセンター", "Temporary: call centre", "設置と運営", "Setting up and running"),
	LINE("desk", "臨時：問い合わせ窓口の人員", "Temporary: people at the desk", "常駐する人の費用", "People on site"),
	{ .name = "other", .label = { "その他", "Other" }, .hint = { "上にない費用。なければ空欄でかまいません。", "Whatever is not above; may stay blank." }, .type = FIELD_MONEY, .min = 0,
	  .max = SCORE_YEN_MAX / 100, .section = SECTION_LINES },
	{ .name = "total", .label = { "1回の損失額", "Loss of one event" }, .type = FIELD_MONEY, .flags = FIELD_LIST | FIELD_SORT, .derived = &loss_total,
	  .formula = { "9行とその他の合計。9行に空欄があれば不明", "Sum of the nine lines and other; unknown while one of the nine is blank" }, .section = SECTION_TOTAL },
};

const struct reg reg_loss_sheet = {
	.name = "loss_sheet", .room = "risk", .table = "risk_loss_sheet", .code = "LSS",
	.label = { "損失の見積もり", "Loss sheets" },
	.about = { "事故が1回起きたときの費用を、行ごとに積み上げます。年間損失の評価で使います。", "The cost of one event, line by line, for annual loss." },
	.empty = { "「追加」から、起こりうる事故を一つ選んで費用を書きます。", "Add an event that could happen, and write down its costs." },
	.icon = "receipt-yen", .help = "risk", .field = loss_fields, .fields = COUNT_OF(loss_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &loss_total }, .derives = 1, .shared = true,
};
