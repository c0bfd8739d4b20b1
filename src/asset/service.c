/* Cloud services, and who has an account on which of them. */
#include "asset/asset.h"
#include "org/org.h"

#define SECTION_SERVICE { "サービス", "Service" }
#define SECTION_WHO { "だれの", "Whose" }
#define SECTION_SAFETY { "守り方", "How it is protected" }
#define SECTION_TERMS { "契約", "Contract" }
#define SECTION_CONFIRM { "確認", "Confirmation" }
#define SECTION_ACCOUNT { "アカウント", "Account" }
#define SECTION_REVIEW { "利用と見直し", "Use and review" }

static const struct choice certifications[] = {
	{ 0, "isms", { "ISMS（ISO/IEC 27001）", "ISO/IEC 27001" }, { 0 }, (const char *const[]){ "ISMS", "ISO27001", NULL }, 0 },
	{ 1, "isms_cloud", { "ISMSクラウド（ISO/IEC 27017）", "ISO/IEC 27017" }, { 0 }, (const char *const[]){ "ISO27017", NULL }, 0 },
	{ 2, "privacy_mark", { "プライバシーマーク", "PrivacyMark" }, { 0 }, (const char *const[]){ "Pマーク", NULL }, 0 },
	{ 3, "ismap", { "ISMAP", "ISMAP" }, { "政府のクラウド評価制度。", "The Japanese government's assessment of clouds." }, NULL, 0 },
	{ 4, "soc2", { "SOC 2", "SOC 2" }, { 0 }, NULL, 0 },
	{ 5, "none", { "なし", "None" }, { "調べたが、なかった。", "Looked for; there is none." }, NULL, 0 },
};

static const struct field service_fields[] = {
	{ .name = "name", .label = { "サービス名", "Service" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_SERVICE,
	  .alias = (const char *const[]){ "クラウドサービス名", "クラウドサービス", "名称", NULL } },
	{ .name = "provider", .label = { "提供事業者", "Provider" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_KEY | FIELD_LIST | FIELD_SEARCH, .section = SECTION_SERVICE,
	  .alias = (const char *const[]){ "事業者", "提供元", "ベンダー", NULL } },
	{ .name = "purpose", .label = { "目的", "Purpose" }, .type = FIELD_TEXT, .max = 300, .flags = FIELD_SEARCH, .section = SECTION_SERVICE,
	  .alias = (const char *const[]){ "利用目的", "用途", NULL } },
	{ .name = "permission", .label = { "利用の許可", "Permission" }, .hint = { "空欄は「不明」です。", "Blank means unknown." }, .type = FIELD_CHOICE,
	  .choice = asset_permissions, .choices = COUNT_OF(asset_permissions), .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_SERVICE,
	  .alias = (const char *const[]){ "許可", "承認", "承認状況", NULL } },
	{ .name = "url", .label = { "入口のURL", "Address" }, .type = FIELD_URL, .section = SECTION_SERVICE },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_SERVICE },
	{ .name = "unit", .label = { "管理部署", "Managing unit" }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER | FIELD_GROW, .section = SECTION_WHO,
	  .alias = (const char *const[]){ "利用部署", "管理部門", "部署", "部門", NULL } },
	{ .name = "administrator", .label = { "管理者", "Administrator" }, .type = FIELD_PERSON, .target = "person",
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WHO, .alias = (const char *const[]){ "管理責任者", NULL } },
	{ .name = "mfa", .label = { "多要素認証", "MFA enforced" },
	  .hint = { "全員に必須にしているときだけ「有」。分からなければ空けておきます。", "Yes only when it is required of everybody; blank when not known." },
	  .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_SAFETY,
	  .alias = (const char *const[]){ "MFA", "二要素認証", "2要素認証", "二段階認証", NULL } },
	{ .name = "sso", .label = { "シングルサインオン", "Single sign-on" },
	  .hint = { "会社のサインインで入るか。", "Is it opened with the company's sign-in?" }, .type = FIELD_YES_NO, .section = SECTION_SAFETY,
	  .alias = (const char *const[]){ "SSO", NULL } },
	{ .name = "backup", .label = { "控え", "Backup" }, .hint = { "預けたデータの控えを、別のところに取っているか。", "Is what lies there kept somewhere else too?" },
	  .type = FIELD_YES_NO, .flags = FIELD_FILTER, .section = SECTION_SAFETY, .alias = (const char *const[]){ "バックアップ", NULL } },
	{ .name = "country", .label = { "データの保管国", "Country of the data" },
	  .hint = { "空欄は「不明」です。個人情報を預けるなら確かめます。", "Blank means unknown. Find out where personal data is entrusted." }, .type = FIELD_TEXT,
	  .max = 100, .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_SAFETY,
	  .alias = (const char *const[]){ "保管国", "データ保管場所", "所在国", "データセンターの所在国", NULL } },
	{ .name = "certification", .label = { "公的認証", "Certification" }, .type = FIELD_MULTI, .choice = certifications,
	  .choices = COUNT_OF(certifications), .section = SECTION_SAFETY, .alias = (const char *const[]){ "認証", "第三者認証", NULL } },
	{ .name = "contract_from", .label = { "契約開始日", "Contract from" }, .type = FIELD_DATE, .section = SECTION_TERMS,
	  .alias = (const char *const[]){ "契約開始", "利用開始日", NULL } },
	{ .name = "contract_until", .label = { "契約終了日", "Contract until" }, .type = FIELD_DATE, .warn = "asset.warn_contract", .begins = "contract_from",
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_TERMS, .alias = (const char *const[]){ "契約終了", "契約期限", "契約満了日", "契約期間", NULL } },
	{ .name = "confirmed_on", .label = { "最終確認日", "Last confirmed on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_COURSE | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_CONFIRM },
	{ .name = "confirmed_by", .label = { "確認した人", "Confirmed by" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_ENGINE | FIELD_COURSE,
	  .section = SECTION_CONFIRM },
};

static void service_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	org_dates_in_order(&reg_service, "contract_from", "contract_until", after, errors);
}
static const struct reg_hooks service_hooks = { .check = service_check };

const struct reg reg_service = {
	.name = "service", .room = "asset", .table = "asset_service", .code = "SVC",
	.label = { "クラウドサービス", "Cloud services" },
	.about = { "会社で使うクラウドサービス。どこに何を預け、どう守っているかを見ます。",
	           "The cloud services in use: what lies where, and how it is protected." },
	.empty = { "使っているサービスの一覧を取り込むか、「追加」から登録します。", "Import a list of services, or add them." },
	.icon = "cloud", .help = "asset", .field = service_fields, .fields = COUNT_OF(service_fields), .title = "name", .sort = "name",
	.use = "permission", .used = (const int64_t[]){ 1, 2, 3, 0 },
	.access = ASSET_ACCESS, .hooks = &service_hooks,
};

/* ---- accounts ---- */

static const struct choice account_states[] = {
	{ 1, "active", { "有効", "Active" }, { "いま入れる。", "It opens the service." }, (const char *const[]){ "使用中", "利用中", NULL }, TONE_GREEN },
	{ 2, "stopped", { "停止", "Stopped" }, { "入れないようにしてある。", "It opens nothing for now." }, (const char *const[]){ "無効", NULL }, TONE_GREY },
	{ 3, "deleted", { "削除", "Deleted" }, { "サービスから消した。", "It was deleted from the service." }, (const char *const[]){ "削除済み", NULL }, TONE_GREY },
};

static const struct field service_account_fields[] = {
	{ .name = "account", .label = { "アカウント名", "Account" }, .hint = { "サインインに使う名前。パスワードは書きません。", "The name used to sign in; never the password." },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_ACCOUNT,
	  .alias = (const char *const[]){ "アカウント", "ID", "ユーザーID", "ログインID", NULL } },
	{ .name = "service", .label = { "サービス", "Service" }, .type = FIELD_REFERENCE, .target = "service",
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_ACCOUNT,
	  .alias = (const char *const[]){ "クラウドサービス", "サービス名", NULL } },
	{ .name = "person", .label = { "使う人", "Person" }, .hint = { "共用なら空けて、備考に書きます。", "Blank when it is shared; say so in the note." },
	  .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_ACCOUNT,
	  .alias = (const char *const[]){ "利用者", "氏名", NULL } },
	{ .name = "unit", .label = { "部門", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_ACCOUNT, .alias = (const char *const[]){ "部署", "所属", "管理部署", NULL } },
	{ .name = "permissions", .label = { "権限", "Role on the service" }, .hint = { "例：閲覧、編集、全体管理者", "Such as: viewer, editor, global administrator" },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_SEARCH, .section = SECTION_ACCOUNT,
	  .alias = (const char *const[]){ "役割", "ロール", NULL } },
	{ .name = "privileged", .label = { "特権", "Privileged" }, .hint = { "ほかの人の権限や設定を変えられるか。", "May it change settings or other people's rights?" },
	  .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_ACCOUNT,
	  .alias = (const char *const[]){ "特権アカウント", "管理者権限", NULL } },
	{ .name = "mfa", .label = { "多要素認証", "MFA" }, .hint = { "このアカウントで設定してあるか。空欄は「不明」です。", "Is it set up for this account? Blank means unknown." },
	  .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_ACCOUNT,
	  .alias = (const char *const[]){ "MFA", "二要素認証", "2要素認証", NULL } },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = account_states, .choices = COUNT_OF(account_states),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_ACCOUNT },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .max = 2000, .flags = FIELD_SEARCH, .section = SECTION_ACCOUNT },
	{ .name = "last_used_on", .label = { "最後に使った日", "Last used on" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_REVIEW, .alias = (const char *const[]){ "最終利用日", "最終ログイン日", NULL } },
	{ .name = "last_reviewed_on", .label = { "最後に見直した日", "Last reviewed on" },
	  .hint = { "この人にこの権限が要るかを、確かめた日。", "When somebody checked that this person still needs it." }, .type = FIELD_DATE,
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_REVIEW, .alias = (const char *const[]){ "見直し日", "棚卸し日", NULL } },
};

const struct reg reg_service_account = {
	.name = "service_account", .room = "asset", .table = "asset_service_account", .code = "SAC",
	.label = { "サービスのアカウント", "Service accounts" },
	.about = { "だれが、どのクラウドサービスに、どの権限で入れるか。石垣にサインインする人とは別のものです。",
	           "Who can open which cloud service with which rights. Not the people who sign in here." },
	.empty = { "サービスの管理画面から書き出した一覧を取り込めます。", "Import the list that the service exports." },
	.icon = "user", .help = "asset", .field = service_account_fields, .fields = COUNT_OF(service_account_fields), .title = "account",
	.sort = "account", .access = ASSET_ACCESS,
};
