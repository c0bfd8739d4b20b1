/* The register of documents: what a company has written down, by the fields that identify a document. */
#include "document/document.h"

#include "base/text/document.h"

#define SECTION_DOCUMENT { "文書", "Document" }
#define SECTION_WHO { "だれが", "Who" }
#define SECTION_USE { "使い方", "Use" }
#define SECTION_IN_FORCE { "いまの版", "In force" }

static const struct choice tiers[] = {
	{ 1, "1", { "1次文書", "Tier 1" }, { "会社の方針。経営層が承認する。", "The company's policy." }, (const char *const[]){ "1次", "一次文書", "方針", NULL }, TONE_NEUTRAL },
	{ 2, "2", { "2次文書", "Tier 2" }, { "守ることを定めた規程。", "Rules that everybody keeps." }, (const char *const[]){ "2次", "二次文書", "規程", NULL }, TONE_NEUTRAL },
	{ 3, "3", { "3次文書", "Tier 3" }, { "手順やマニュアル。", "Procedures and manuals." }, (const char *const[]){ "3次", "三次文書", "手順", NULL }, TONE_NEUTRAL },
	{ 4, "4", { "4次文書", "Tier 4" }, { "様式など。上の文書の定めに従う。", "Forms; as the document above it says." }, (const char *const[]){ "4次", "四次文書", "様式", NULL }, TONE_NEUTRAL },
	{ 5, "5", { "5次文書", "Tier 5" }, { "記録など。上の文書の定めに従う。", "Records; as the document above it says." }, (const char *const[]){ "5次", "五次文書", "記録", NULL }, TONE_NEUTRAL },
};
static const struct choice kinds[] = {
	{ 1, "rule", { "規程", "Rule" }, { "やるべきこと、やってはいけないことと、守らなかったときの扱い。", "What to do and not to do, and what follows otherwise." }, (const char *const[]){ "ルール", "規定", NULL }, TONE_NEUTRAL },
	{ 2, "guideline", { "指針", "Guideline" }, { "目指すところと、おおまかな進め方。", "Where to go, and roughly how." }, (const char *const[]){ "ガイドライン", "指標", NULL }, TONE_NEUTRAL },
	{ 3, "manual", { "マニュアル", "Manual" }, { "だれが、いつ、どこで、何を、どのように行うか。だれがしても同じ結果になる。", "Who does what, when, where and how." }, (const char *const[]){ "手順書", NULL }, TONE_NEUTRAL },
};
static const struct choice classes[] = {
	{ DOCUMENT_PUBLIC, "public", { "公開", "Public" }, { "社外に出してよい。", "May leave the company." }, NULL, TONE_GREEN },
	{ DOCUMENT_INTERNAL, "internal", { "社内", "Internal" }, { "社内の全員が読める。", "Everybody in the company may read it." }, NULL, TONE_BLUE },
	{ DOCUMENT_RESTRICTED, "restricted", { "主管部門だけ", "Owners only" }, { "主管部門と全社の担当者だけが読める。", "Only its owners read it." }, NULL, TONE_YELLOW },
};

static const struct derivation document_in_force = {
	.fields = (const char *const[]){ "in_force", "in_force_on", NULL },
	.sql = "SELECT t.id, (SELECT r.number FROM document_revision r WHERE r.document = t.id AND r.state = 2 AND r.archived = 0) AS in_force,"
	       " (SELECT r.effective_on FROM document_revision r WHERE r.document = t.id AND r.state = 2 AND r.archived = 0) AS in_force_on"
	       " FROM document_document t",
	.depends = (const struct dependency[]){ { "revision", .back = "document", READS("document", "state", "number", "effective_on") } },
	.dependencies = 1,
};

static const struct field document_fields[] = {
	{ .name = "number", .label = { "文書番号", "Number" }, .hint = { "例：IS-201", "For example: IS-201" }, .type = FIELD_TEXT, .max = 40,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_DOCUMENT,
	  .alias = (const char *const[]){ "番号", "規程番号", NULL } },
	{ .name = "title", .label = { "文書名", "Title" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_SEARCH,
	  .section = SECTION_DOCUMENT, .alias = (const char *const[]){ "タイトル", "規程名", NULL } },
	{ .name = "tier", .label = { "階層", "Tier" }, .type = FIELD_CHOICE, .choice = tiers, .choices = COUNT_OF(tiers),
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_DOCUMENT },
	{ .name = "kind", .label = { "種類", "Kind" }, .type = FIELD_CHOICE, .choice = kinds, .choices = COUNT_OF(kinds),
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_DOCUMENT },
	{ .name = "parent", .label = { "上位の文書", "Parent document" }, .type = FIELD_REFERENCE, .target = "document", .flags = FIELD_FILTER,
	  .section = SECTION_DOCUMENT },
	{ .name = "form_number", .label = { "様式番号", "Form number" }, .type = FIELD_TEXT, .max = 40, .flags = FIELD_SEARCH, .section = SECTION_DOCUMENT },
	{ .name = "owner", .label = { "主管部門", "Owner" }, .hint = { "この部門の担当者が、改訂の案を作れます。", "Its contacts may write drafts." }, .type = FIELD_UNIT,
	  .target = "unit", .flags = FIELD_LIST | FIELD_FILTER | FIELD_GROW, .section = SECTION_WHO },
	{ .name = "author", .label = { "作成者", "Author" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_FILTER, .section = SECTION_WHO },
	{ .name = "approver", .label = { "承認者", "Approver" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_FILTER, .section = SECTION_WHO },
	{ .name = "classification", .label = { "公開区分", "Classification" }, .type = FIELD_CHOICE, .choice = classes, .choices = COUNT_OF(classes),
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_USE },
	{ .name = "purpose", .label = { "目的", "Purpose" }, .type = FIELD_LONG_TEXT, .max = 2000, .flags = FIELD_SEARCH, .section = SECTION_USE },
	{ .name = "scope", .label = { "適用範囲", "Scope" }, .hint = { "例：全社、受注センター、クラウド環境", "For example: the whole company" }, .type = FIELD_TEXT, .max = 200,
	  .section = SECTION_USE },
	{ .name = "audience", .label = { "主な対象者", "Audience" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_LIST, .section = SECTION_USE },
	{ .name = "law", .label = { "従う法令", "Law it follows" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_SEARCH, .section = SECTION_USE },
	{ .name = "retention", .label = { "旧版の保存年数", "Years superseded revisions are kept" }, .type = FIELD_INTEGER, .min = 1, .max = 100, .section = SECTION_USE },
	{ .name = "review_on", .label = { "次の見直し", "Next review" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_USE },
	{ .name = "in_force", .label = { "施行中の版", "Revision in force" }, .type = FIELD_INTEGER, .min = 0, .max = 9999, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_IN_FORCE, .derived = &document_in_force, .formula = { "施行中の版の番号。空欄は、施行中の版がないこと。", "The number of the revision in force; blank when there is none." } },
	{ .name = "in_force_on", .label = { "施行日", "In force since" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_IN_FORCE,
	  .derived = &document_in_force, .formula = { "施行中の版の施行日。", "The day of the revision in force." } },
};

/* No document stands above itself, over however many steps. */
static void document_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)before;
	const int parent = reg_field(&reg_document, "parent");
	struct sql q;
	int64_t n = 0;
	if (!after->id || !after->v[parent].known)
		return;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "WITH RECURSIVE line(id) AS (SELECT ");
	sql_i64(&q, after->v[parent].i);
	sql_lit(&q, " UNION SELECT d.parent FROM document_document d JOIN line ON d.id = line.id) SELECT count(*) FROM line WHERE id = ");
	sql_i64(&q, after->id);
	if (db_get_i64(ctx->conn, &q, &n) < 0 || n > 0)
		error_add(errors, parent, NOTE0(MSG_DOCUMENT_CIRCLE));
}

static const struct reg_hooks document_hooks = { .check = document_check, .detail = document_detail, .list = document_list };

const struct reg reg_document = {
	.name = "document", .room = "document", .table = "document_document", .code = "DOC",
	.label = { "文書", "Documents" },
	.about = { "方針、規程、マニュアルの台帳。施行中の版を、社内のだれもが読めます。", "Policies, rules and manuals; everybody reads what is in force." },
	.empty = { "「ひな形から作る」で約20の文書を一度に用意するか、「追加」から登録します。", "Make about twenty from the starter set, or add one." },
	.icon = "book", .help = "document", .field = document_fields, .fields = COUNT_OF(document_fields), .title = "title", .sort = "number",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &document_in_force }, .derives = 1, .hooks = &document_hooks, .shared = true,
};

struct str document_word(const char *field, int64_t number, enum lang lang)
{
	const struct field *f = &reg_document.field[reg_field(&reg_document, field)];
	for (size_t i = 0; i < f->choices; i++)
		if (f->choice[i].number == number)
			return label_of(f->choice[i].label, lang);
	return STR_NULL;
}
