/*
 * Security duties (担当) and who holds them: the nine main and six other ones, with their missions in our own words. A duty is
 * no access role (what one may do in this program) and no management role; holding one gives no rights here.
 * Source of the list and of the lines of command: course digest 1-3, sections 4.1 and 4.2.
 */
#include "org/duty.h"
#include "base/text/org.h"
#include "org/org.h"

#define SECTION_DUTY { "担当", "Duty" }
#define SECTION_PEACE { "平時", "In peace" }
#define SECTION_EMERGENCY { "緊急時", "In an emergency" }
#define SECTION_HOLDER { "だれが", "Who" }
#define SECTION_TIME { "期間", "Time" }

/* Everybody may know who is to be asked; who it is, the lead decides. */
#define DUTY_ACCESS \
	{ .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, [ROLE_EXECUTIVE] = OP_READ, \
	           [ROLE_AUDITOR] = OP_READ | OP_EXPORT } }

static const struct choice kinds[] = {
	{ 1, "main", { "主な担当", "Main" }, { "どの会社にも要る。兼ねてもよい。", "Every company needs it; one person may hold several." }, NULL, TONE_BLUE },
	{ 2, "other", { "その他の担当", "Other" }, { "必要に応じて置く。社外に頼むこともある。", "Where it is needed; it may be asked of outsiders." }, NULL, TONE_NEUTRAL },
};

static const struct field duty_fields[] = {
	{ .name = "number", .label = { "順番", "Order" }, .type = FIELD_INTEGER, .min = 1, .max = 999, .flags = FIELD_LIST | FIELD_SORT, .section = SECTION_DUTY },
	{ .name = "name", .label = { "担当の名前", "Duty" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_DUTY,
	  .alias = (const char *const[]){ "担当", "担当名", "役割", NULL } },
	{ .name = "kind", .label = { "区分", "Kind" }, .type = FIELD_CHOICE, .choice = kinds, .choices = COUNT_OF(kinds),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_DUTY },
	{ .name = "mission", .label = { "受け持つこと", "Mission" }, .hint = { "1行に一つずつ。", "One a line." }, .type = FIELD_LONG_TEXT, .max = 4000,
	  .flags = FIELD_SEARCH, .section = SECTION_DUTY, .alias = (const char *const[]){ "ミッション", "主な活動", NULL } },
	{ .name = "audits", .label = { "監査する担当", "Audits others" },
	  .hint = { "「有」なら、自分の部門を監査していないかを確かめます。", "Where yes, nobody should audit the own unit." }, .type = FIELD_YES_NO,
	  .section = SECTION_DUTY },
	{ .name = "in_peace", .label = { "平時の体制に入る", "Part of the peace chart" }, .type = FIELD_YES_NO, .section = SECTION_PEACE },
	{ .name = "above_peace", .label = { "平時の報告先", "Reports to in peace" }, .type = FIELD_REFERENCE, .target = "duty", .section = SECTION_PEACE },
	{ .name = "in_emergency", .label = { "緊急時の体制に入る", "Part of the emergency chart" }, .type = FIELD_YES_NO, .section = SECTION_EMERGENCY },
	{ .name = "above_emergency", .label = { "緊急時の指揮者", "Commanded by in an emergency" }, .type = FIELD_REFERENCE, .target = "duty",
	  .section = SECTION_EMERGENCY },
};

/* A line of command has an end: nobody stands above himself, over however many steps. */
static bool in_circle(struct reg_ctx *ctx, int64_t id, int64_t above, bool peace)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "WITH RECURSIVE line(id) AS (SELECT ");
	sql_i64(&q, above);
	if (peace)
		sql_lit(&q, " UNION SELECT d.above_peace");
	else
		sql_lit(&q, " UNION SELECT d.above_emergency");
	sql_lit(&q, " FROM org_duty d JOIN line ON d.id = line.id) SELECT count(*) FROM line WHERE id = ");
	sql_i64(&q, id);
	return db_get_i64(ctx->conn, &q, &n) < 0 || n > 0;
}

static void duty_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)before;
	static const char *const above[] = { "above_emergency", "above_peace" };
	for (size_t peace = 0; after->id && peace < COUNT_OF(above); peace++) {
		int f = reg_field(&reg_duty, above[peace]);
		if (after->v[f].known && in_circle(ctx, after->id, after->v[f].i, peace))
			error_add(errors, f, NOTE0(MSG_ORG_DUTY_CIRCLE));
	}
}
static const struct reg_hooks duty_hooks = { .check = duty_check, .list = org_duty_list };

const struct reg reg_duty = {
	.name = "duty", .room = "org", .table = "org_duty", .code = "DTY",
	.label = { "セキュリティ担当", "Security duties" },
	.about = { "セキュリティの仕事の分け方と、それぞれが受け持つこと。石垣での権限とは別のものです。",
	           "How security work is shared, with missions. It gives no rights in this program." },
	.empty = { "会社を作るときに、15の担当が用意されます。", "Fifteen duties come with a new company." },
	.icon = "shield", .help = "org", .field = duty_fields, .fields = COUNT_OF(duty_fields), .title = "name", .sort = "number",
	.access = DUTY_ACCESS, .hooks = &duty_hooks, .shared = true,
};

/* ---- holders ---- */

static const struct choice ranks[] = {
	{ 1, "main", { "主担当", "Main" }, { "ふだん受け持つ人。何人いてもよい。", "Who usually does it; there may be several." }, (const char *const[]){ "主", "正", "責任者", NULL }, TONE_BLUE },
	{ 2, "deputy", { "副担当", "Deputy" }, { "主担当がいないときに代わる人。", "Who stands in." }, (const char *const[]){ "副", "代理", NULL }, TONE_NEUTRAL },
};

static const struct field duty_holder_fields[] = {
	{ .name = "duty", .label = { "担当", "Duty" }, .type = FIELD_REFERENCE, .target = "duty",
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_HOLDER,
	  .alias = (const char *const[]){ "担当名", "役割", NULL } },
	{ .name = "person", .label = { "人", "Person" }, .type = FIELD_PERSON, .target = "person",
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_HOLDER,
	  .alias = (const char *const[]){ "氏名", "担当者", NULL } },
	{ .name = "rank", .label = { "主・副", "Rank" }, .type = FIELD_CHOICE, .choice = ranks, .choices = COUNT_OF(ranks),
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_HOLDER },
	{ .name = "unit", .label = { "受け持つ部門", "For unit" }, .hint = { "空欄は全社です。下の部門も含みます。", "Blank means the whole company; units below count too." },
	  .type = FIELD_UNIT, .target = "unit", .flags = FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_HOLDER,
	  .alias = (const char *const[]){ "対象部門", "部門", NULL } },
	{ .name = "remark", .label = { "補足", "Remark" }, .hint = { "例：社外の顧問弁護士", "For example: an outside lawyer" }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_KEY | FIELD_SEARCH, .section = SECTION_HOLDER },
	{ .name = "since", .label = { "いつから", "From" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_TIME,
	  .alias = (const char *const[]){ "任命日", "開始日", NULL } },
	{ .name = "until", .label = { "いつまで", "Until" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_TIME,
	  .alias = (const char *const[]){ "任期", "終了日", NULL } },
};

static void duty_holder_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	org_dates_in_order(&reg_duty_holder, "since", "until", after, errors);
}
static const struct reg_hooks duty_holder_hooks = { .check = duty_holder_check, .list = org_duty_list };

const struct reg reg_duty_holder = {
	.name = "duty_holder", .room = "org", .table = "org_duty_holder", .code = "DTH",
	.label = { "担当者", "Duty holders" },
	.about = { "だれが、どのセキュリティ担当を、主・副のどちらで受け持つか。", "Who holds which security duty, as main holder or deputy." },
	.empty = { "担当ごとに、主担当と副担当を決めて登録します。", "Name a main holder and a deputy for every duty." },
	.icon = "users", .help = "org", .field = duty_holder_fields, .fields = COUNT_OF(duty_holder_fields), .title = "remark", .sort = "since",
	.access = DUTY_ACCESS, .hooks = &duty_holder_hooks, .shared = true,
};

/* ---- what every company begins with ---- */

#define NOT_IN (-1)
static const struct {
	const char *name, *mission;
	int kind, above_peace, above_emergency; /* 0: at the top; NOT_IN: not part of that chart; otherwise the number */
	bool audits;
} duties[] = {
	{ "経営層・CISO", "- 会社のセキュリティ全体に責任を持つ\n- 人と予算を用意し、進める体制を作る\n- 対策や事故が事業に何をもたらすかを判断する\n- 方針と決まりを承認する（承認する人を決めて任せてもよい）", 1, 0, 0, false },
	{ "セキュリティ戦略担当", "- 事業の計画に合う守り方を考える\n- 資産とリスクを調べ、対策を決めて、効き目を確かめる\n- 課題を見つけて片づける", 1, 1, 1, false },
	{ "教育・啓発担当", "- 教育の計画と目標、日程を決める\n- 教材とテストを選ぶ\n- 従業員に教える", 1, 2, NOT_IN, false },
	{ "情報セキュリティ監査担当", "- 決まりと対策が実際に働いているかを確かめる\n- 足りないところを指摘し、直し方の手がかりを示す", 1, 1, NOT_IN, true },
	{ "セキュリティ事故対応責任者", "- 事故のとき、全社の対応をまとめる\n- 何から手を付けるか、対応するかどうかを決める\n- 経営層の判断を助ける", 1, 1, 1, false },
	{ "セキュリティシステム担当", "- 守るための機器や仕組みを計画し、設計する\n- いまの機器が役に立っているかを見る\n- システムを保守し、見張る", 1, 2, 8, false },
	{ "セキュリティ連絡担当", "- 社外の機関（JPCERT/CC、警察、監督官庁など）や社内の法務・広報・情報システムとの窓口になる\n- 脆弱性や他社の事故の知らせを集め、社内に伝える", 1, 2, 5, false },
	{ "セキュリティ事故現場責任者", "- 事故の現場で指揮をとる\n- 事故対応責任者と連絡を取り、被害を小さくとどめる\n- 終わったあとに振り返り、訓練を行う", 1, 5, 5, false },
	{ "セキュリティ事故対応担当", "- 起きている事故に手を打つ\n- 関係するシステムを守り、元に戻す\n- 振り返りと訓練に加わる", 1, 8, 8, false },
	{ "脆弱性診断士", "- システムやWebサイトの弱いところを調べ、直し方を示す", 2, 6, NOT_IN, false },
	{ "情報分析担当", "- 集めた知らせから攻撃の傾向を読み取り、リスクの見直しに渡す", 2, 2, 5, false },
	{ "情報収集担当", "- 脆弱性や攻撃の被害の知らせを集める", 2, 7, NOT_IN, false },
	{ "フォレンジック担当", "- 感染や操作の跡を調べ、証拠を残す", 2, NOT_IN, 8, false },
	{ "捜査・調査担当", "- 社内の不正や犯罪を調べ、警察に協力する", 2, NOT_IN, 5, false },
	{ "法律担当", "- 法令や契約に触れないかを調べ、読み方を示す", 2, 1, 5, false },
};
_Static_assert(COUNT_OF(duties) == 15, "nine main and six other duties");

int org_seed_duties(struct reg_ctx *ctx)
{
	struct reg_view view;
	int64_t id[COUNT_OF(duties)] = { 0 };
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_duty, &view);
	/* First the rows, then the lines between them: some report to a later one. */
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; r == 0 && i < COUNT_OF(duties); i++) {
			struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, id[i]);
			struct written w;
			const int peace = duties[i].above_peace, emergency = duties[i].above_emergency;
			if (!pass) {
				change_set(&c, reg_field(&reg_duty, "number"), (struct value){ .known = true, .i = (int64_t)i + 1 });
				change_set(&c, reg_field(&reg_duty, "kind"), (struct value){ .known = true, .i = duties[i].kind });
				change_set(&c, reg_field(&reg_duty, "audits"), (struct value){ .known = true, .i = duties[i].audits });
				change_set(&c, reg_field(&reg_duty, "in_peace"), (struct value){ .known = true, .i = peace != NOT_IN });
				change_set(&c, reg_field(&reg_duty, "in_emergency"), (struct value){ .known = true, .i = emergency != NOT_IN });
				change_set_text(&c, ctx->arena, "name", duties[i].name);
				change_set_text(&c, ctx->arena, "mission", duties[i].mission);
			}
			if (pass && peace > 0)
				change_set(&c, reg_field(&reg_duty, "above_peace"), (struct value){ .known = true, .i = id[peace - 1] });
			if (pass && emergency > 0)
				change_set(&c, reg_field(&reg_duty, "above_emergency"), (struct value){ .known = true, .i = id[emergency - 1] });
			r = reg_write(ctx, &c, &w);
			if (r == 0)
				id[i] = w.id;
		}
	return r;
}
