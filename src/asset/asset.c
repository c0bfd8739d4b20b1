/* Information assets: the 19 columns of the ledger, and what a company asks beside them. */
#include "asset/explain.h"
#include "base/num.h"
#include "base/text/asset.h"
#include "http/http.h"
#include "risk/risk.h"

#define SECTION_WHAT { "何を", "What" }
#define SECTION_WHERE { "どこに、だれが", "Where and whose" }
#define SECTION_PERSONAL { "個人情報", "Personal information" }
#define SECTION_VALUE { "評価値と重要度", "Ratings and importance" }
#define SECTION_RISK { "リスク", "Risk" }
#define SECTION_KEEP { "保存と確認", "Keeping and confirming" }

static const struct choice confidentiality_levels[] = {
	{ 0, "0", { "0：公開できる", "0: may be public" }, { "漏れても影響がない。", "A leak does no harm." }, NULL, TONE_GREEN },
	{ 1, "1", { "1：社内限り", "1: internal" }, { "漏れると業務に影響がある。", "A leak harms the business." }, NULL, TONE_YELLOW },
	{ 2, "2", { "2：厳重に管理", "2: strictly kept" }, { "漏れると法令や契約に触れる、または経営に重大な影響がある。", "A leak breaks law or contract, or harms gravely." }, NULL, TONE_RED },
};
static const struct choice integrity_levels[] = {
	{ 0, "0", { "0：影響なし", "0: no effect" }, { "書き換わっても困らない。", "Alteration does no harm." }, NULL, TONE_GREEN },
	{ 1, "1", { "1：業務に影響", "1: harms business" }, { "書き換わると業務に影響がある。", "Alteration harms the business." }, NULL, TONE_YELLOW },
	{ 2, "2", { "2：重大な影響", "2: grave" }, { "書き換わると取引先や顧客、経営に重大な影響がある。", "Alteration harms partners, customers or the company gravely." }, NULL, TONE_RED },
};
static const struct choice availability_levels[] = {
	{ 0, "0", { "0：影響なし", "0: no effect" }, { "使えなくても困らない。", "Its absence does no harm." }, NULL, TONE_GREEN },
	{ 1, "1", { "1：業務に影響", "1: harms business" }, { "使えないと業務に影響がある。", "Its absence harms the business." }, NULL, TONE_YELLOW },
	{ 2, "2", { "2：重大な影響", "2: grave" }, { "使えないと取引先や顧客、経営に重大な影響がある。", "Its absence harms partners, customers or the company gravely." }, NULL, TONE_RED },
};
static const struct choice importance_levels[] = {
	{ 0, "0", { "0：低", "0: low" }, { "どの評価値も0。", "All ratings are 0." }, NULL, TONE_GREEN },
	{ 1, "1", { "1：中", "1: middle" }, { "評価値の最高が1。", "The highest rating is 1." }, NULL, TONE_YELLOW },
	{ 2, "2", { "2：高", "2: high" }, { "評価値の最高が2。", "The highest rating is 2." }, NULL, TONE_RED },
};
static const struct choice stages[] = {
	{ 1, "creation", { "生成", "Creation" }, { "作る、受け取る、写す。", "Made, received or copied." }, NULL, 0 },
	{ 2, "storage", { "保管", "Storage" }, { "すぐ使えるように置く。", "Kept at hand." }, NULL, 0 },
	{ 3, "use", { "利用", "Use" }, { "仕事に使う。", "Used at work." }, NULL, 0 },
	{ 4, "sharing", { "共有", "Sharing" }, { "ほかの人や会社に渡す。", "Passed on to others." }, NULL, 0 },
	{ 5, "preservation", { "保存", "Preservation" }, { "あまり使わないが、残す義務や必要がある。", "Seldom used, but to be kept." }, NULL, 0 },
	{ 6, "disposal", { "廃棄", "Disposal" }, { "消す、捨てる。", "Erased or thrown away." }, (const char *const[]){ "破棄", NULL }, 0 },
};
static const struct choice control_states[] = {
	{ 1, "protected", { "対策あり", "Protected" }, { "決めた対策ができている。", "What was decided is in place." }, (const char *const[]){ "○", "◯", "済", NULL }, TONE_GREEN },
	{ 2, "partly", { "一部", "Partly" }, { "対策に漏れがある。", "There are gaps." }, (const char *const[]){ "△", NULL }, TONE_YELLOW },
	{ 3, "unprotected", { "対策なし", "Not protected" }, { "対策ができていない。", "Nothing is in place." }, (const char *const[]){ "×", "未", NULL }, TONE_RED },
	{ 9, "unknown", { "わからない", "Unknown" }, { "確認したが、わからなかった。", "Looked at, but not to be told." }, (const char *const[]){ "?", "？", "不明", NULL }, TONE_GREY },
};
static const struct choice treatments[] = {
	{ 1, "avoid", { "回避", "Avoid" }, { "原因になる業務や保有をやめる。", "Stop what causes it." }, NULL, 0 },
	{ 2, "reduce", { "低減", "Reduce" }, { "対策をして下げる。", "Lower it by controls." }, (const char *const[]){ "軽減", NULL }, 0 },
	{ 3, "transfer", { "移転", "Transfer" }, { "保険や委託で移す。", "Move it by insurance or contract." }, (const char *const[]){ "転嫁", NULL }, 0 },
	{ 4, "retain", { "保有", "Retain" }, { "理由を記録して受け入れる。", "Accept it, with the reason on record." }, (const char *const[]){ "受容", NULL }, 0 },
};

/* The highest of the three ratings; unknown while one of them is, unless another is already at the top. */
static void importance_local(const struct reg *r, struct row *row)
{
	int rated = reg_field(r, "importance_rated"), effective = reg_field(r, "importance");
	const char *const ratings[] = { "confidentiality", "integrity", "availability" };
	struct value max = { .known = true, .i = 0 };
	for (size_t i = 0; i < COUNT_OF(ratings); i++) {
		const struct value *v = &row->v[reg_field(r, ratings[i])];
		if (!v->known)
			max.known = false;
		else if (v->i > max.i)
			max.i = v->i;
	}
	if (max.i == 2)
		max.known = true;
	if (!max.known)
		max.i = 0;
	row->v[rated] = max;
	const struct value *settled = &row->v[reg_field(r, "importance_settled")];
	row->v[effective] = settled->known ? *settled : max;
}
static const struct derivation importance = {
	.fields = (const char *const[]){ "importance_rated", "importance", NULL },
	.local = importance_local,
};

/* "5年", "7 年間", "6ヶ月": that long after the registration date; other texts give no date. */
static void retention_local(const struct reg *r, struct row *row)
{
	const struct value *text = &row->v[reg_field(r, "retention")], *from = &row->v[reg_field(r, "registered_on")];
	struct value *until = &row->v[reg_field(r, "keep_until")];
	*until = (struct value){ 0 };
	struct date d;
	if (!text->known || !from->known || date_parse_iso(from->s, &d) < 0)
		return;
	struct str s = str_trim(text->s);
	size_t digits = 0;
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	int64_t n;
	if (!digits || num_parse_i64(str_sub(s, 0, digits), 0, 100, &n) < 0)
		return;
	struct str unit = str_trim(str_sub(s, digits, s.n));
	int months = str_starts(unit, STR("年")) ? (int)n * 12
	           : str_starts(unit, STR("か月")) || str_starts(unit, STR("ヶ月")) || str_starts(unit, STR("カ月")) ? (int)n : 0;
	if (!months)
		return;
	static _Thread_local char text_of_date[16];
	struct date end = date_add_months(d, months);
	snprintf(text_of_date, sizeof text_of_date, "%04d-%02d-%02d", end.year, end.month, end.day);
	*until = (struct value){ .known = true, .s = str_of(text_of_date) };
}
static const struct derivation keep_until = {
	.fields = (const char *const[]){ "keep_until", NULL },
	.local = retention_local,
};

#define RATING(name_, ja, en, levels, question_ja, question_en, alias_) \
	{ .name = name_, .label = { ja, en }, .hint = { question_ja, question_en }, .type = FIELD_SCALE, .min = 0, .max = 2, \
	  .choice = levels, .choices = 3, .flags = FIELD_FILTER, .section = SECTION_VALUE, .alias = alias_ }

static const struct field asset_fields[] = {
	{ .name = "business_category", .label = { "業務分類", "Business category" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_KEY | FIELD_LIST | FIELD_FILTER | FIELD_SORT | FIELD_SEARCH, .section = SECTION_WHAT,
	  .alias = (const char *const[]){ "資産分類", "資産区分", "業務", NULL } },
	{ .name = "name", .label = { "情報資産名称", "Asset name" }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_WHAT,
	  .alias = (const char *const[]){ "情報資産名", "資産名", "資産名称", "文書名", NULL } },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "user_scope", .label = { "利用者範囲", "Users" }, .hint = { "使う人の範囲。例：人事部", "Who uses it, such as: HR department" },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_SEARCH, .section = SECTION_WHERE,
	  .alias = (const char *const[]){ "利用範囲", "許容範囲", NULL } },
	{ .name = "department", .label = { "管理部署", "Department" }, .hint = { "この情報に責任を持つ部門。", "The unit that answers for it." },
	  .type = FIELD_UNIT, .target = "unit", .flags = FIELD_KEY | FIELD_OWNER | FIELD_LIST | FIELD_FILTER | FIELD_GROW,
	  .section = SECTION_WHERE, .alias = (const char *const[]){ "保有部門", "管理部門", "担当部署", NULL } },
	{ .name = "storage", .label = { "媒体・保存先", "Storage" },
	  .hint = { "紙とデータのように置き場所が違えば、別の行にします。空欄は「不明」です。", "Paper and data are two rows. Blank means unknown." },
	  .type = FIELD_REFERENCE, .target = "place", .flags = FIELD_KEY | FIELD_LIST | FIELD_FILTER | FIELD_GROW, .section = SECTION_WHERE,
	  .alias = (const char *const[]){ "保管場所", "媒体・保管場所", "保存先", "保存場所", NULL } },
	{ .name = "custodian", .label = { "預け先", "Custodian" }, .hint = { "社外に預けているときの会社名。", "The company it is entrusted to." },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_FILTER | FIELD_SEARCH, .section = SECTION_WHERE,
	  .alias = (const char *const[]){ "委託先", NULL } },
	{ .name = "owner", .label = { "管理責任者", "Owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_FILTER,
	  .section = SECTION_WHERE, .alias = (const char *const[]){ "資産管理者", "リスク所有者", NULL } },
	{ .name = "personal", .label = { "個人情報", "Personal information" }, .type = FIELD_YES_NO, .flags = FIELD_FILTER,
	  .section = SECTION_PERSONAL, .alias = (const char *const[]){ "個人情報の種類|個人情報", NULL } },
	{ .name = "special_care", .label = { "要配慮個人情報", "Special-care personal information" },
	  .hint = { "病歴、信条など、取扱いに特に配慮が要る個人情報。", "Medical history, creed and the like." }, .type = FIELD_YES_NO,
	  .flags = FIELD_FILTER, .section = SECTION_PERSONAL, .alias = (const char *const[]){ "個人情報の種類|要配慮個人情報", "要配慮", NULL } },
	{ .name = "my_number", .label = { "特定個人情報", "My Number" }, .hint = { "マイナンバーを含む個人情報。", "Personal information with My Number." },
	  .type = FIELD_YES_NO, .flags = FIELD_FILTER, .section = SECTION_PERSONAL,
	  .alias = (const char *const[]){ "個人情報の種類|特定個人情報", "マイナンバー", NULL } },
	{ .name = "subjects", .label = { "本人の数", "Data subjects" }, .hint = { "何人分の個人情報か。", "How many people's information it holds." },
	  .type = FIELD_INTEGER, .min = 0, .max = 1000000000, .section = SECTION_PERSONAL,
	  .alias = (const char *const[]){ "件数", "個人情報の件数", NULL } },
	RATING("confidentiality", "機密性", "Confidentiality", confidentiality_levels, "漏れたら、どのくらい困るか。", "How bad would a leak be?",
	       ((const char *const[]){ "評価値|機密性", "評価値|C", "評価|C", "資産価値|C", NULL })),
	RATING("integrity", "完全性", "Integrity", integrity_levels, "書き換わったら、どのくらい困るか。", "How bad would an alteration be?",
	       ((const char *const[]){ "評価値|完全性", "評価値|I", "評価|I", "資産価値|I", NULL })),
	RATING("availability", "可用性", "Availability", availability_levels, "使えなくなったら、どのくらい困るか。", "How bad would its absence be?",
	       ((const char *const[]){ "評価値|可用性", "評価値|A", "評価|A", "資産価値|A", NULL })),
	{ .name = "importance", .label = { "重要度", "Importance" }, .type = FIELD_SCALE, .min = 0, .max = 2, .choice = importance_levels,
	  .choices = 3, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .derived = &importance,
	  .formula = { "責任者が決めた値。なければ 機密性・完全性・可用性 の最高値", "The settled value, or else the highest of C, I and A" },
	  .section = SECTION_VALUE, .alias = (const char *const[]){ "重要性", NULL } },
	{ .name = "importance_rated", .label = { "部門の評価による重要度", "Importance as rated" }, .type = FIELD_SCALE, .min = 0, .max = 2,
	  .choice = importance_levels, .choices = 3, .derived = &importance,
	  .formula = { "機密性・完全性・可用性 の最高値", "The highest of confidentiality, integrity and availability" }, .section = SECTION_VALUE },
	{ .name = "importance_settled", .label = { "決めた重要度", "Settled importance" },
	  .hint = { "部門の評価と変えるときだけ入れます。", "Only where it shall differ from the department's rating." }, .type = FIELD_SCALE, .min = 0,
	  .max = 2, .choice = importance_levels, .choices = 3, .flags = FIELD_SETTLE, .reason_field = "importance_reason", .section = SECTION_VALUE },
	{ .name = "importance_reason", .label = { "重要度を決めた理由", "Reason for the importance" }, .type = FIELD_TEXT, .max = 500,
	  .flags = FIELD_SETTLE, .section = SECTION_VALUE },
	{ .name = "retention", .label = { "保存期限", "Retention" }, .hint = { "例：5年、6か月", "For example: 5年 (5 years)" }, .type = FIELD_TEXT,
	  .max = 100, .flags = FIELD_SEARCH, .section = SECTION_KEEP, .alias = (const char *const[]){ "保管期間", "保存期間", NULL } },
	{ .name = "registered_on", .label = { "登録日", "Registered on" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_KEEP },
	{ .name = "stage", .label = { "いまの段階", "Life-cycle stage" }, .hint = { "生成から廃棄までの、いまの段階。", "From creation to disposal." },
	  .type = FIELD_CHOICE, .choice = stages, .choices = COUNT_OF(stages), .flags = FIELD_FILTER, .section = SECTION_KEEP },
	{ .name = "keep_until", .label = { "保存期限の日", "Keep until" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT,
	  .derived = &keep_until, .formula = { "登録日 + 保存期限", "Registration date + retention" }, .section = SECTION_KEEP },
	{ .name = "confirmed_on", .label = { "最終確認日", "Last confirmed on" }, .type = FIELD_DATE,
	  .flags = FIELD_ENGINE | FIELD_COURSE | FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_KEEP },
	{ .name = "confirmed_by", .label = { "確認した人", "Confirmed by" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_ENGINE | FIELD_COURSE,
	  .section = SECTION_KEEP },
	{ .name = "threat_frequency", .label = { "脅威の発生頻度", "Threat frequency" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = frequency_levels, .choices = 3, .flags = FIELD_FILTER, .derived = &risk_of_asset,
	  .formula = { "この行で決めた値。なければ保管場所の発生頻度", "The value settled here, or else the place's" },
	  .settled_by = "threat_frequency_set", .reason_field = "threat_frequency_reason", .computed = "threat_frequency_computed",
	  .section = SECTION_RISK },
	{ .name = "vulnerability", .label = { "脆弱性", "Vulnerability" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = vulnerability_levels, .choices = 3, .flags = FIELD_FILTER, .derived = &risk_of_asset,
	  .formula = { "この行で決めた値。なければ保管場所の脆弱性", "The value settled here, or else the place's" },
	  .settled_by = "vulnerability_set", .reason_field = "vulnerability_reason", .computed = "vulnerability_computed",
	  .section = SECTION_RISK },
	{ .name = "damage_likelihood", .label = { "被害発生可能性", "Likelihood of damage" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = likelihood_levels, .choices = 3, .flags = FIELD_FILTER, .derived = &risk_of_asset,
	  .formula = { "発生頻度と脆弱性から、設定の表で引いた値", "From threat frequency and vulnerability by the table in the settings" },
	  .section = SECTION_RISK },
	{ .name = "risk_value", .label = { "リスク値", "Risk value" }, .type = FIELD_INTEGER, .min = 0, .max = 6,
	  .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .derived = &risk_of_asset,
	  .formula = { "重要度 × 被害発生可能性", "importance × likelihood of damage" }, .section = SECTION_RISK },
	{ .name = "risk_band", .label = { "リスクの区分", "Risk band" }, .type = FIELD_CHOICE, .choice = risk_bands, .choices = 3,
	  .flags = FIELD_LIST | FIELD_FILTER, .derived = &risk_of_asset,
	  .formula = { "リスク値を設定の境目で分けたもの", "The risk value by the limits in the settings" }, .section = SECTION_RISK },
	{ .name = "threat_frequency_computed", .label = { "保管場所の発生頻度", "The place's frequency" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = frequency_levels, .choices = 3, .derived = &risk_of_asset,
	  .formula = { "保管場所の値", "The value of the storage place" }, .section = SECTION_RISK },
	{ .name = "threat_frequency_set", .label = { "この行で決めた発生頻度", "Frequency settled here" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = frequency_levels, .choices = 3, .flags = FIELD_SETTLE, .section = SECTION_RISK },
	{ .name = "threat_frequency_reason", .label = { "発生頻度を決めた理由", "Reason for the frequency" }, .type = FIELD_TEXT, .max = 500,
	  .flags = FIELD_SETTLE, .section = SECTION_RISK },
	{ .name = "vulnerability_computed", .label = { "保管場所の脆弱性", "The place's vulnerability" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = vulnerability_levels, .choices = 3, .derived = &risk_of_asset,
	  .formula = { "保管場所の値", "The value of the storage place" }, .section = SECTION_RISK },
	{ .name = "vulnerability_set", .label = { "この行で決めた脆弱性", "Vulnerability settled here" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = vulnerability_levels, .choices = 3, .flags = FIELD_SETTLE, .section = SECTION_RISK },
	{ .name = "vulnerability_reason", .label = { "脆弱性を決めた理由", "Reason for the vulnerability" }, .type = FIELD_TEXT, .max = 500,
	  .flags = FIELD_SETTLE, .section = SECTION_RISK },
	{ .name = "control_state", .label = { "対策の状態", "State of control" }, .hint = { "空欄は「不明」です。", "Blank means unknown." },
	  .type = FIELD_CHOICE, .choice = control_states, .choices = COUNT_OF(control_states), .flags = FIELD_FILTER, .section = SECTION_RISK,
	  .alias = (const char *const[]){ "対策", NULL } },
	{ .name = "treatment", .label = { "リスクへの対応", "Treatment" }, .hint = { "「大」の行には、対応を決めて入れます。", "To be decided for every high risk." },
	  .type = FIELD_CHOICE, .choice = treatments, .choices = COUNT_OF(treatments), .flags = FIELD_FILTER, .section = SECTION_RISK,
	  .alias = (const char *const[]){ "リスク対応", "対応区分", NULL } },
};

void asset_needs_reason(const struct reg *r, const struct row *row, const char *set, const char *reason, struct error_list *errors)
{
	int s = reg_field(r, set), at = reg_field(r, reason);
	bool said = false;
	for (size_t i = 0; i < errors->n; i++)
		said = said || errors->error[i].field == at;
	if (row->v[s].known && !row->v[at].known && !said)
		error_add(errors, at, NOTE0(MSG_ASSET_OVERRIDE_REASON));
}

static void asset_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	asset_needs_reason(&reg_asset, after, "importance_settled", "importance_reason", errors);
	asset_needs_reason(&reg_asset, after, "threat_frequency_set", "threat_frequency_reason", errors);
	asset_needs_reason(&reg_asset, after, "vulnerability_set", "vulnerability_reason", errors);
}

static const struct reg_hooks asset_hooks = { .check = asset_check, .detail = asset_detail, .list = asset_list_hint };

const struct reg reg_asset = {
	.name = "asset", .room = "asset", .table = "asset_asset", .code = "AST",
	.label = { "情報資産", "Information assets" },
	.about = { "会社が守る情報の台帳。部門が評価し、重要度とリスクは自動で出ます。",
	           "The ledger of what is to be protected. Departments rate; importance and risk follow." },
	.empty = { "いまお使いのExcelの台帳をそのまま取り込めます。", "Import the Excel ledger you have, as it is." },
	.icon = "box", .help = "asset", .field = asset_fields, .fields = COUNT_OF(asset_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT,
	                     [ROLE_LEAD] = OP_ALL,
	                     [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT | OP_COMMENT,
	                     [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &importance, &keep_until, &risk_of_asset }, .derives = 3, .hooks = &asset_hooks,
	.index = (const char *const[]){ "business_category,name", "department,name", "storage,name", "risk_band,department,storage",
	                                "damage_likelihood,importance,risk_band,treatment,confirmed_on", NULL },
};
