/* What asks for a revision, how rules and practice differ, and who signed an agreement not to disclose. */
#include "document/document.h"

#include "base/text/document.h"
#include "org/org.h"

#define SECTION_WHAT { "きっかけ", "What" }
#define SECTION_DONE { "どうするか", "What is done" }
#define SECTION_COLUMNS { "規程と現状", "Rule and practice" }
#define SECTION_NDA { "契約", "Agreement" }

/* Departments tell what they see; the lead decides. */
#define LEDGER_ACCESS \
	{ .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, \
	           [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_COMMENT, [ROLE_EXECUTIVE] = OP_READ, \
	           [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } }

static const struct choice triggers[] = {
	{ 1, "law", { "法令の改正", "Law" }, { NULL, NULL }, (const char *const[]){ "法改正", NULL }, TONE_NEUTRAL },
	{ 2, "threat", { "新しい攻撃手法", "Threat" }, { NULL, NULL }, (const char *const[]){ "脅威", NULL }, TONE_NEUTRAL },
	{ 3, "request", { "社員の要望", "Request" }, { "働き方や仕事の進め方からの声。", "From how people work." }, (const char *const[]){ "要望", NULL }, TONE_NEUTRAL },
	{ 4, "plan", { "事業計画の変更", "Business plan" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ 5, "contradiction", { "矛盾の発見", "Contradiction" }, { "規程どうし、または規程と現状が合わない。", "Rules contradict each other or practice." }, (const char *const[]){ "矛盾", NULL }, TONE_NEUTRAL },
	{ 6, "risk", { "リスク分析の結果", "Risk analysis" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ 7, "system", { "システムの変更", "System" }, { "規程は変えず、マニュアルだけを直すことがある。", "Often only the manual changes." }, NULL, TONE_NEUTRAL },
};
static const struct choice handling[] = {
	{ 1, "open", { "未対応", "Open" }, { NULL, NULL }, NULL, TONE_YELLOW },
	{ 2, "planned", { "改訂する", "To be revised" }, { NULL, NULL }, NULL, TONE_BLUE },
	{ 3, "done", { "改訂した", "Revised" }, { NULL, NULL }, NULL, TONE_GREEN },
	{ 4, "declined", { "改訂しない", "Left as it is" }, { "理由を書く。", "The answer says why." }, NULL, TONE_GREY },
};

static const struct field reason_fields[] = {
	{ .name = "document", .label = { "文書", "Document" }, .type = FIELD_REFERENCE, .target = "document",
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "what", .label = { "きっかけ", "What happened" }, .hint = { "例：個人情報保護法の改正で、漏えいの報告が義務になった", "For example: a law now asks for reports" },
	  .type = FIELD_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "kind", .label = { "種類", "Kind" }, .type = FIELD_CHOICE, .choice = triggers, .choices = COUNT_OF(triggers),
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "found_on", .label = { "気付いた日", "Found on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "unit", .label = { "気付いた部門", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "state", .label = { "対応", "State" }, .type = FIELD_CHOICE, .choice = handling, .choices = COUNT_OF(handling), .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_DONE },
	{ .name = "wanted_by", .label = { "いつまでに", "Wanted by" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_DONE },
	{ .name = "answer", .label = { "対応の内容", "Answer" }, .type = FIELD_LONG_TEXT, .max = 2000, .section = SECTION_DONE },
};

static void reason_fill(struct reg_ctx *ctx, struct row *row)
{
	const int state = reg_field(&reg_revision_reason, "state"), found = reg_field(&reg_revision_reason, "found_on");
	if (!row->v[state].known)
		row->v[state] = (struct value){ .known = true, .i = 1 };
	if (!row->v[found].known)
		row->v[found] = (struct value){ .known = true, .s = date_iso(ctx->arena, clock_today()) };
}

/* Who leaves a rule as it is says why. */
static void reason_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	const struct value *state = &after->v[reg_field(&reg_revision_reason, "state")];
	const int answer = reg_field(&reg_revision_reason, "answer");
	if (state->known && state->i == 4 && !after->v[answer].known)
		error_add(errors, answer, NOTE0(MSG_DOCUMENT_WHY_NOT));
}
static const struct reg_hooks reason_hooks = { .fill = reason_fill, .check = reason_check };

const struct reg reg_revision_reason = {
	.name = "revision_reason", .room = "document", .table = "document_revision_reason", .code = "RVR",
	.label = { "改訂のきっかけ", "Reasons to revise" },
	.about = { "法改正、新しい攻撃、要望、矛盾など、文書の見直しを求めるもの。", "Laws, threats, requests and contradictions that ask for a revision." },
	.empty = { "気付いたことを「追加」から登録します。", "Add what you noticed." },
	.icon = "bell", .help = "document", .field = reason_fields, .fields = COUNT_OF(reason_fields), .title = "what", .sort = "found_on",
	.access = LEDGER_ACCESS, .hooks = &reason_hooks,
};

/* ---- rule and practice, side by side ---- */

static const struct choice differences[] = {
	{ 1, "difference", { "差分", "Difference" }, { "規程と現状がずれている。", "Practice is another." }, NULL, TONE_YELLOW },
	{ 2, "contradiction", { "矛盾", "Contradiction" }, { "規程どうしが反する。それ自体が弱点になる。", "Rules exclude each other: a weakness in itself." }, NULL, TONE_RED },
	{ 3, "missing", { "定めがない", "Not defined" }, { "規程に加える。", "To be added." }, (const char *const[]){ "未定義", NULL }, TONE_YELLOW },
	{ 4, "needless", { "不要", "Needless" }, { "規程から消す。", "To be removed." }, NULL, TONE_GREY },
	{ 5, "same", { "合っている", "As written" }, { NULL, NULL }, NULL, TONE_GREEN },
};

static const struct field review_fields[] = {
	{ .name = "document", .label = { "文書", "Document" }, .type = FIELD_REFERENCE, .target = "document", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_COLUMNS },
	{ .name = "clause", .label = { "条番号", "Clause" }, .hint = { "例：第5条", "For example: 5" }, .type = FIELD_TEXT, .max = 40, .flags = FIELD_LIST | FIELD_SORT,
	  .section = SECTION_COLUMNS },
	{ .name = "rule", .label = { "規程の文面", "What the rule says" }, .type = FIELD_TEXT, .max = 1000, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SEARCH,
	  .section = SECTION_COLUMNS, .alias = (const char *const[]){ "文面", "規程", NULL } },
	{ .name = "practice", .label = { "現状", "What is done" }, .type = FIELD_TEXT, .max = 1000, .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_COLUMNS },
	{ .name = "proposal", .label = { "修正案", "What it should say" }, .type = FIELD_TEXT, .max = 1000, .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_COLUMNS },
	{ .name = "difference", .label = { "違いの種類", "Difference" }, .type = FIELD_CHOICE, .choice = differences, .choices = COUNT_OF(differences),
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_COLUMNS },
	{ .name = "unit", .label = { "確かめた部門", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_FILTER, .section = SECTION_COLUMNS },
	{ .name = "reviewed_on", .label = { "確かめた日", "Reviewed on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_COLUMNS },
};

const struct reg reg_rule_review = {
	.name = "rule_review", .room = "document", .table = "document_rule_review", .code = "RRV",
	.label = { "規程と現状", "Rules and practice" },
	.about = { "規程の文面と実際のやり方を並べ、直し方を決める三欄の表。", "What a rule says, what is done, and what it should say." },
	.empty = { "文書を選び、文面、現状、修正案を並べて登録します。", "Choose a document and write the three columns." },
	.icon = "columns", .help = "document", .field = review_fields, .fields = COUNT_OF(review_fields), .title = "rule", .sort = "reviewed_on",
	.access = LEDGER_ACCESS,
};

/* ---- agreements not to disclose ---- */

static const struct choice occasions[] = {
	{ 1, "joining", { "入社時", "Joining" }, { "会社の機密情報に触れるために交わす。", "Before reading the company's secrets." }, (const char *const[]){ "入社", NULL }, TONE_NEUTRAL },
	{ 2, "project", { "プロジェクト参画時", "Project" }, { "その仕事の情報や顧客の情報に触れるために交わす。", "Before reading a project's or customer's." }, (const char *const[]){ "プロジェクト", NULL }, TONE_NEUTRAL },
	{ 3, "leaving", { "退職時", "Leaving" }, { "返却と破棄を確かめ、知り得たことを口外しないと約束する。", "Return, destruction, and silence afterwards." }, (const char *const[]){ "退職", NULL }, TONE_NEUTRAL },
};

static const struct field nda_fields[] = {
	{ .name = "person", .label = { "人", "Person" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_NDA, .alias = (const char *const[]){ "氏名", NULL } },
	{ .name = "occasion", .label = { "時期", "Occasion" }, .type = FIELD_CHOICE, .choice = occasions, .choices = COUNT_OF(occasions),
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_NDA },
	{ .name = "about", .label = { "対象", "About" }, .hint = { "例：会社の情報全般、受注システム更改の案件", "For example: a project's name" }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SEARCH, .section = SECTION_NDA },
	{ .name = "unit", .label = { "部門", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER, .section = SECTION_NDA },
	{ .name = "signed_on", .label = { "交わした日", "Signed on" }, .hint = { "空欄は、まだ交わしていないこと。", "Blank: not signed yet." }, .type = FIELD_DATE,
	  .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_NDA },
	{ .name = "until", .label = { "いつまで守るか", "Holds until" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_NDA },
	{ .name = "returned", .label = { "貸与品と情報の返却・破棄", "Returned and destroyed" }, .hint = { "退職時に確かめます。", "Looked at when somebody leaves." }, .type = FIELD_YES_NO,
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_NDA },
	{ .name = "note", .label = { "備考", "Note" }, .hint = { "契約書の保管場所など。書面は添付できます。", "Where the paper lies; it may be attached." }, .type = FIELD_TEXT, .max = 500, .section = SECTION_NDA },
};

static void nda_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	org_dates_in_order(&reg_nda, "signed_on", "until", after, errors);
}
static const struct reg_hooks nda_hooks = { .check = nda_check };

const struct reg reg_nda = {
	.name = "nda", .room = "document", .table = "document_nda", .code = "NDA",
	.label = { "秘密保持契約", "Non-disclosure agreements" },
	.about = { "だれが、どの時期に、何について秘密を守る約束をしたか。", "Who agreed to keep what secret, and on which occasion." },
	.empty = { "入社時、プロジェクト参画時、退職時の契約を登録します。", "Add those of joiners, of projects and of leavers." },
	.icon = "lock", .help = "document", .field = nda_fields, .fields = COUNT_OF(nda_fields), .title = "about", .sort = "signed_on",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_COMMENT,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.hooks = &nda_hooks,
};
