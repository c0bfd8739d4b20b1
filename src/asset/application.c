/* Applications (アプリケーション管理表): the programs a company uses, with versions, licences and contracts. */
#include "asset/asset.h"
#include "org/org.h"

#define SECTION_APPLICATION { "アプリケーション", "Application" }
#define SECTION_WHO { "だれの", "Whose" }
#define SECTION_TERMS { "契約とサポート", "Contract and support" }
#define SECTION_CONFIRM { "確認", "Confirmation" }

static const struct choice kinds[] = {
	{ 1, "browser", { "Webブラウザー", "Browser" }, { 0 }, (const char *const[]){ "Webブラウザ", "ブラウザ", NULL }, 0 },
	{ 2, "communication", { "コミュニケーション", "Communication" }, { "会議、チャット。", "Meetings and chat." }, (const char *const[]){ "Web会議", "チャット", NULL }, 0 },
	{ 3, "mail", { "メール", "Mail" }, { 0 }, NULL, 0 },
	{ 4, "document", { "文書作成", "Documents" }, { "文書、表計算、発表資料。", "Texts, sheets, slides." }, (const char *const[]){ "ドキュメント", "オフィス", NULL }, 0 },
	{ 5, "pdf", { "PDF", "PDF" }, { 0 }, NULL, 0 },
	{ 6, "business", { "業務システム", "Business system" }, { "会計、給与、受発注など。", "Accounting, pay, orders and the like." }, (const char *const[]){ "業務", NULL }, 0 },
	{ 7, "security", { "セキュリティ対策", "Security" }, { "ウイルス対策、暗号化、バックアップなど。", "Anti-virus, encryption, backup." }, NULL, 0 },
	{ 9, "other", { "その他", "Other" }, { 0 }, NULL, 0 },
};
const struct choice asset_permissions[4] = {
	{ 1, "approved", { "許可", "Approved" }, { "会社が使うと決めた。", "The company decided to use it." }, (const char *const[]){ "承認済み", "○", NULL }, TONE_GREEN },
	{ 2, "asked", { "審査中", "Being looked at" }, { "使ってよいかを調べている。", "It is being looked at." }, NULL, TONE_YELLOW },
	{ 3, "unapproved", { "未許可", "Not approved" }, { "許可なく使われている（シャドーIT）。", "It is used without permission (shadow IT)." }, (const char *const[]){ "未承認", "×", NULL }, TONE_RED },
	{ 4, "stopped", { "利用停止", "Stopped" }, { "使うのをやめた。", "It is no longer used." }, NULL, TONE_GREY },
};

static const struct field application_fields[] = {
	{ .name = "name", .label = { "アプリケーション名", "Application" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_APPLICATION,
	  .alias = (const char *const[]){ "アプリケーション・ソフトウェア名称", "ソフトウェア名", "ソフト名", "アプリ名", "名称", NULL } },
	{ .name = "version", .label = { "バージョン", "Version" }, .hint = { "版が違えば、別の行にします。", "Another version is another row." }, .type = FIELD_TEXT,
	  .max = 60, .flags = FIELD_KEY | FIELD_LIST | FIELD_SEARCH, .section = SECTION_APPLICATION,
	  .alias = (const char *const[]){ "バージョン情報", "アプリケーションバージョン", "版", NULL } },
	{ .name = "kind", .label = { "種類", "Kind" }, .type = FIELD_CHOICE, .choice = kinds, .choices = COUNT_OF(kinds),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_APPLICATION, .alias = (const char *const[]){ "分類", "カテゴリ", NULL } },
	{ .name = "vendor", .label = { "提供元", "Vendor" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_LIST | FIELD_SEARCH,
	  .section = SECTION_APPLICATION, .alias = (const char *const[]){ "ベンダー", "メーカー", "開発元", "販売元", NULL } },
	{ .name = "purpose", .label = { "利用用途", "Purpose" }, .hint = { "例：オンライン会議で利用", "For example: online meetings" }, .type = FIELD_TEXT,
	  .max = 300, .flags = FIELD_SEARCH, .section = SECTION_APPLICATION, .alias = (const char *const[]){ "主な利用方法", "用途", "目的", NULL } },
	{ .name = "permission", .label = { "利用の許可", "Permission" }, .hint = { "空欄は「不明」です。", "Blank means unknown." }, .type = FIELD_CHOICE,
	  .choice = asset_permissions, .choices = COUNT_OF(asset_permissions), .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_APPLICATION,
	  .alias = (const char *const[]){ "許可", "承認", "承認状況", NULL } },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_APPLICATION },
	{ .name = "unit", .label = { "管理部署", "Managing unit" }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER | FIELD_GROW, .section = SECTION_WHO,
	  .alias = (const char *const[]){ "管理部門", "部署", "部門", NULL } },
	{ .name = "administrator", .label = { "管理者", "Administrator" }, .type = FIELD_PERSON, .target = "person",
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WHO, .alias = (const char *const[]){ "管理責任者", NULL } },
	{ .name = "users", .label = { "利用機器・利用者", "Used on and by" },
	  .hint = { "まとめて書くとき。機器や人とは「関連」でも結べます。", "In words; links tie it to devices and people." }, .type = FIELD_TEXT, .max = 500,
	  .flags = FIELD_SEARCH, .section = SECTION_WHO, .alias = (const char *const[]){ "利用機器", "利用者", NULL } },
	{ .name = "licences", .label = { "ライセンス数", "Licences bought" }, .type = FIELD_INTEGER, .min = 0, .max = 10000000,
	  .section = SECTION_TERMS, .alias = (const char *const[]){ "購入数", "保有ライセンス数", NULL } },
	{ .name = "licences_used", .label = { "使っている数", "Licences in use" }, .type = FIELD_INTEGER, .min = 0, .max = 10000000,
	  .section = SECTION_TERMS, .alias = (const char *const[]){ "使用数", "利用数", "インストール数", NULL } },
	{ .name = "contract_from", .label = { "契約開始日", "Contract from" }, .type = FIELD_DATE, .section = SECTION_TERMS,
	  .alias = (const char *const[]){ "契約開始", NULL } },
	{ .name = "contract_until", .label = { "契約終了日", "Contract until" }, .type = FIELD_DATE, .warn = "asset.warn_contract", .begins = "contract_from",
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_TERMS, .alias = (const char *const[]){ "契約終了", "契約期限", "契約満了日", "契約期間", "ライセンス期限", NULL } },
	{ .name = "support_until", .label = { "サポート終了日", "Supported until" }, .type = FIELD_DATE, .warn = "asset.warn_support",
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_TERMS, .alias = (const char *const[]){ "サポート期限", "サポート終了", NULL } },
	{ .name = "confirmed_on", .label = { "最終確認日", "Last confirmed on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_COURSE | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_CONFIRM },
	{ .name = "confirmed_by", .label = { "確認した人", "Confirmed by" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_ENGINE | FIELD_COURSE,
	  .section = SECTION_CONFIRM },
};

static void application_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	org_dates_in_order(&reg_application, "contract_from", "contract_until", after, errors);
}
static const struct reg_hooks application_hooks = { .check = application_check };

const struct reg reg_application = {
	.name = "application", .room = "asset", .table = "asset_application", .code = "APP",
	.label = { "アプリケーション", "Applications" },
	.about = { "会社で使うソフトウェアの管理表。版、許可、ライセンス、契約とサポートの終わりを見ます。",
	           "The software in use: versions, permission, licences, ends of contract and support." },
	.empty = { "アプリケーション管理表のExcelを取り込むか、「追加」から登録します。", "Import the list you have, or add applications." },
	.icon = "apps", .help = "asset", .field = application_fields, .fields = COUNT_OF(application_fields), .title = "name", .sort = "name",
	.use = "permission", .used = (const int64_t[]){ 1, 2, 3, 0 },
	.access = ASSET_ACCESS, .hooks = &application_hooks,
};
