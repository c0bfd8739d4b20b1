/* The effect of a control: one indicator, before and after. */
#include "base/text/control.h"
#include "control/control.h"

#define SECTION_WHAT { "測ること", "What is measured" }
#define SECTION_VALUES { "前と後", "Before and after" }

enum direction { LESS_IS_BETTER = 1, MORE_IS_BETTER };
enum verdict { VERDICT_BETTER = 1, VERDICT_SAME, VERDICT_WORSE };

static const struct choice indicators[] = {
	{ 1, "incidents", { "事故・ヒヤリハットの件数", "incidents and near misses" }, { "組織の対策に向きます。", "Suits organisational controls." }, NULL, TONE_NEUTRAL },
	{ 2, "awareness", { "規程やルールの認知度", "awareness of rules" }, { "人の対策に向きます。アンケートで測ります。", "Suits controls on people; found by a survey." }, NULL, TONE_NEUTRAL },
	{ 3, "blocked", { "ログや通信の統計", "log and traffic figures" }, { "技術の対策に向きます。例：止めた攻撃の回数", "Suits technical controls, such as attacks stopped." }, NULL, TONE_NEUTRAL },
	{ 4, "losses", { "紛失・盗難の件数", "losses and thefts" }, { "物理の対策に向きます。", "Suits physical controls." }, NULL, TONE_NEUTRAL },
	{ 5, "other", { "その他", "other" }, { "測るものの名前を書きます。", "Write down what is measured." }, NULL, TONE_NEUTRAL },
};
static const struct choice directions[] = {
	{ LESS_IS_BETTER, "less", { "減るとよい", "less is better" }, { "例：事故の件数", "Such as incidents." }, NULL, TONE_NEUTRAL },
	{ MORE_IS_BETTER, "more", { "増えるとよい", "more is better" }, { "例：認知度", "Such as awareness." }, NULL, TONE_NEUTRAL },
};
static const struct choice verdicts[] = {
	{ VERDICT_BETTER, "better", { "よくなった", "better" }, { "よいほうへ動いた。", "It moved the right way." }, NULL, TONE_GREEN },
	{ VERDICT_SAME, "same", { "変わらない", "no change" }, { "前と後が同じ。", "Before and after are equal." }, NULL, TONE_YELLOW },
	{ VERDICT_WORSE, "worse", { "悪くなった", "worse" }, { "悪いほうへ動いた。", "It moved the wrong way." }, NULL, TONE_RED },
};

static void compare_local(const struct reg *r, struct row *row)
{
	const struct value *way = &row->v[reg_field(r, "direction")], *before = &row->v[reg_field(r, "baseline")], *after = &row->v[reg_field(r, "after")];
	struct value change = { 0 }, rate = { 0 }, verdict = { 0 };
	if (before->known && after->known) {
		change = (struct value){ .known = true, .i = after->i - before->i };
		if (before->i > 0) {
			/* Per mille, rounded half away from nought. */
			int64_t twice = change.i * 2000, by = before->i * 2;
			rate = (struct value){ .known = true, .i = (twice + (twice < 0 ? -before->i : before->i)) / by };
		}
		if (way->known)
			verdict = (struct value){ .known = true, .i = change.i == 0 ? VERDICT_SAME : (change.i < 0) == (way->i == LESS_IS_BETTER) ? VERDICT_BETTER : VERDICT_WORSE };
	}
	row->v[reg_field(r, "change")] = change;
	row->v[reg_field(r, "change_rate")] = rate;
	row->v[reg_field(r, "verdict")] = verdict;
}
static const struct derivation comparison = {
	.fields = (const char *const[]){ "change", "change_rate", "verdict", NULL },
	.local = compare_local,
};

#define MEASURED_MAX INT64_C(100000000000) /* two decimals: a thousand million */

static const struct field effect_fields[] = {
	{ .name = "name", .label = { "測るもの", "Indicator" }, .hint = { "例：迷惑メールの添付ファイルを開いた人の割合", "For example: share of people who opened the attachment" }, .type = FIELD_TEXT,
	  .max = 200, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_WHAT, .alias = (const char *const[]){ "指標", NULL } },
	{ .name = "control", .label = { "対策", "Control" }, .type = FIELD_REFERENCE, .target = "control", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_WHAT },
	{ .name = "unit", .label = { "担当部署", "Unit" }, .hint = { "空欄なら対策の担当部署になります。", "Blank: the unit of the control." }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_OWNER | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "indicator", .label = { "指標の種類", "Kind of indicator" }, .hint = { "空欄なら、対策の種類に合うものになります。", "Blank: the one that suits the kind of control." }, .type = FIELD_CHOICE,
	  .choice = indicators, .choices = COUNT_OF(indicators), .flags = FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "measure", .label = { "単位", "Unit of measure" }, .hint = { "例：件/月、%", "For example: a month, %" }, .type = FIELD_TEXT, .max = 50, .flags = FIELD_LIST, .section = SECTION_WHAT },
	{ .name = "direction", .label = { "よい向き", "Direction" }, .type = FIELD_CHOICE, .choice = directions, .choices = COUNT_OF(directions), .section = SECTION_WHAT },
	{ .name = "method", .label = { "測りかた", "How it is measured" }, .hint = { "どの記録を、どの期間で数えるか。", "Which records, over which time." }, .type = FIELD_LONG_TEXT, .max = 2000,
	  .flags = FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "baseline", .label = { "前の値", "Before" }, .hint = { "始める前に測った値。", "Measured before it began." }, .type = FIELD_DECIMAL, .decimals = 2, .min = 0, .max = MEASURED_MAX,
	  .flags = FIELD_LIST, .section = SECTION_VALUES },
	{ .name = "baseline_on", .label = { "前の値を測った日", "Measured on (before)" }, .type = FIELD_DATE, .section = SECTION_VALUES },
	{ .name = "after", .label = { "後の値", "After" }, .type = FIELD_DECIMAL, .decimals = 2, .min = 0, .max = MEASURED_MAX, .flags = FIELD_LIST, .section = SECTION_VALUES },
	{ .name = "after_on", .label = { "後の値を測った日", "Measured on (after)" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT, .section = SECTION_VALUES },
	{ .name = "change", .label = { "差", "Change" }, .type = FIELD_DECIMAL, .decimals = 2, .derived = &comparison, .formula = { "後の値 − 前の値。どちらかがなければ不明", "after - before; unknown while one is missing" },
	  .section = SECTION_VALUES },
	{ .name = "change_rate", .label = { "変化の割合（%）", "Change (%)" }, .type = FIELD_DECIMAL, .decimals = 1, .flags = FIELD_LIST, .derived = &comparison,
	  .formula = { "差 ÷ 前の値。前の値が0なら不明", "change / before; unknown when it was 0 before" }, .section = SECTION_VALUES },
	{ .name = "verdict", .label = { "効果", "Effect" }, .type = FIELD_CHOICE, .choice = verdicts, .choices = COUNT_OF(verdicts), .flags = FIELD_LIST | FIELD_FILTER, .derived = &comparison,
	  .formula = { "差とよい向きから。まだ測っていなければ不明", "From the change and the direction; unknown until measured" }, .section = SECTION_VALUES },
};

/* Unit and kind of indicator follow the control: 組織 1, 人 2, 技術 3, 物理 4 have theirs in this order. */
static void effect_fill(struct reg_ctx *ctx, struct row *row)
{
	const struct reg *r = &reg_control_effect;
	const struct value *control = &row->v[reg_field(r, "control")];
	struct value *unit = &row->v[reg_field(r, "unit")], *indicator = &row->v[reg_field(r, "indicator")];
	if (!control->known || !control->i)
		return;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT unit, kind FROM control_control WHERE id = ");
	sql_i64(&q, control->i);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	if (db_query(ctx->conn, &q, &s) < 0 || stmt_step(s) != 1)
		return;
	if (!unit->known && !stmt_is_null(s, 0))
		*unit = (struct value){ .known = true, .i = stmt_i64(s, 0) };
	if (!indicator->known && !stmt_is_null(s, 1))
		*indicator = (struct value){ .known = true, .i = stmt_i64(s, 1) };
}

static void effect_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	const struct reg *r = &reg_control_effect;
	const struct value *from = &after->v[reg_field(r, "baseline_on")], *until = &after->v[reg_field(r, "after_on")];
	if (from->known && until->known && str_cmp(until->s, from->s) < 0)
		error_add(errors, reg_field(r, "after_on"), NOTE0(MSG_CONTROL_AFTER_BEFORE));
}

static const struct reg_hooks effect_hooks = { .fill = effect_fill, .check = effect_check };

const struct reg reg_control_effect = {
	.name = "control_effect", .room = "control", .table = "control_effect", .code = "EFF",
	.label = { "対策の効果", "Effect of controls" },
	.about = { "対策が効いているかを、始める前と後の数字で比べます。", "Whether a control works: a figure before and after." },
	.empty = { "対策を始める前に、測るものと今の値を書いておきます。", "Before a control begins, write down what is measured and its value now." },
	.icon = "chart-line", .help = "control", .field = effect_fields, .fields = COUNT_OF(effect_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL,
	                     [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT | OP_COMMENT, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &comparison }, .derives = 1, .hooks = &effect_hooks,
};
