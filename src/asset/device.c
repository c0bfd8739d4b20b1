/* Devices (機器管理表): what computes, stores or switches, who answers for it, and until when it is supported. */
#include "asset/asset.h"

#define SECTION_DEVICE { "機器", "Device" }
#define SECTION_WHO { "だれの", "Whose" }
#define SECTION_SOFTWARE { "OSとネットワーク", "OS and network" }
#define SECTION_SUPPORT { "保守とサポート", "Maintenance and support" }
#define SECTION_CONFIRM { "確認", "Confirmation" }

static const struct choice kinds[] = {
	{ 1, "server", { "サーバー", "Server" }, { "業務やデータを受け持つコンピュータ。", "A computer that serves others." }, (const char *const[]){ "サーバ", "ホストコンピュータ", NULL }, 0 },
	{ 2, "pc", { "デスクトップPC", "Desktop PC" }, { "机に置いて使うパソコン。", "A PC that stays on a desk." }, (const char *const[]){ "PC", "パソコン", "デスクトップ", NULL }, 0 },
	{ 3, "laptop", { "ノートPC", "Laptop" }, { "持ち出せるパソコン。", "A PC that can be carried." }, (const char *const[]){ "ノートパソコン", "ノート", NULL }, 0 },
	{ 4, "phone", { "スマートフォン・タブレット", "Phone or tablet" }, { "会社が貸した携帯端末。", "A mobile device lent by the company." }, (const char *const[]){ "スマートフォン", "スマホ", "タブレット", NULL }, 0 },
	{ 5, "network", { "ネットワーク機器", "Network device" }, { "ルーター、スイッチ、無線LANの親機、ファイアウォール。", "Router, switch, access point, firewall." }, (const char *const[]){ "ルーター", "スイッチ", "ファイアウォール", NULL }, 0 },
	{ 6, "storage", { "ストレージ・NAS", "Storage" }, { "ファイルを置く装置。", "A device that stores files." }, (const char *const[]){ "NAS", "ストレージ", NULL }, 0 },
	{ 7, "printer", { "複合機・プリンター", "Printer" }, { "印刷、複写、FAXの機器。中に文書が残ることがある。", "It may keep what it printed." }, (const char *const[]){ "複合機", "プリンタ", "プリンター", NULL }, 0 },
	{ 9, "other", { "その他", "Other" }, { "監視カメラ、レジ、専用端末など。", "Cameras, tills, special terminals." }, NULL, 0 },
};
static const struct choice states[] = {
	{ 1, "in_use", { "使用中", "In use" }, { "だれかが使っている、または動いている。", "Somebody uses it, or it runs." }, (const char *const[]){ "稼働中", "利用中", NULL }, TONE_GREEN },
	{ 2, "spare", { "予備", "Spare" }, { "使っていない。データは消してある。", "Not in use; its data is erased." }, (const char *const[]){ "保管中", "在庫", NULL }, TONE_NEUTRAL },
	{ 3, "repair", { "修理中", "In repair" }, { "修理に出ている。", "Away for repair." }, NULL, TONE_YELLOW },
	{ 4, "waiting", { "廃棄待ち", "To be disposed of" }, { "使い終わった。データの消去がまだのことがある。", "No longer used; its data may still be there." }, (const char *const[]){ "返却待ち", "廃棄予定", NULL }, TONE_YELLOW },
	{ 5, "lost", { "紛失", "Lost" }, { "どこにあるか分からない。", "Nobody knows where it is." }, NULL, TONE_RED },
};

static struct value day(struct date d, char text[16])
{
	if (!d.year)
		return (struct value){ 0 };
	snprintf(text, 16, "%04d-%02d-%02d", d.year, d.month, d.day);
	return (struct value){ .known = true, .s = str_of(text) };
}

/* What cannot be read as a period gives no date, and the list says that it is not known. */
static void maintenance_local(const struct reg *r, struct row *row)
{
	static _Thread_local char text[2][16];
	const struct value *period = &row->v[reg_field(r, "maintenance")];
	struct date from = { 0, 0, 0 }, until = { 0, 0, 0 };
	if (period->known && date_parse_period(period->s, &from, &until) < 0)
		from = until = (struct date){ 0, 0, 0 };
	row->v[reg_field(r, "maintenance_from")] = day(from, text[0]);
	row->v[reg_field(r, "maintenance_until")] = day(until, text[1]);
}
static const struct derivation maintenance_period = {
	.fields = (const char *const[]){ "maintenance_from", "maintenance_until", NULL },
	.local = maintenance_local,
};

static const struct field device_fields[] = {
	{ .name = "name", .label = { "ホスト名", "Host name" }, .hint = { "ホスト名か、社内での呼び名。", "Its host name, or what people call it." },
	  .type = FIELD_TEXT, .max = 100, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_DEVICE,
	  .alias = (const char *const[]){ "機器名称", "機器名", "コンピュータ名", "コンピューター名", "端末名", NULL } },
	{ .name = "number", .label = { "管理番号", "Management number" }, .hint = { "例：A-2021001", "For example: A-2021001" }, .type = FIELD_TEXT,
	  .max = 60, .flags = FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_DEVICE,
	  .alias = (const char *const[]){ "資産管理番号", "資産番号", "機器番号", "管理No", NULL } },
	{ .name = "kind", .label = { "種類", "Kind" }, .type = FIELD_CHOICE, .choice = kinds, .choices = COUNT_OF(kinds),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_DEVICE, .alias = (const char *const[]){ "機器種別", "機器の種類", "種別", NULL } },
	{ .name = "model", .label = { "メーカー・型番", "Maker and model" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_SEARCH,
	  .section = SECTION_DEVICE, .alias = (const char *const[]){ "型番", "機種", "モデル", "メーカー", NULL } },
	{ .name = "serial", .label = { "シリアル番号", "Serial number" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_SEARCH,
	  .section = SECTION_DEVICE, .alias = (const char *const[]){ "シリアル情報", "シリアル", "製造番号", "S/N", NULL } },
	{ .name = "location", .label = { "設置場所", "Where it stands" }, .hint = { "例：本社2階、倉庫の事務室", "For example: head office, 2nd floor" },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_SEARCH, .section = SECTION_DEVICE, .alias = (const char *const[]){ "場所", "所在", "設置", NULL } },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = states, .choices = COUNT_OF(states),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_DEVICE, .alias = (const char *const[]){ "利用状況", "ステータス", NULL } },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_DEVICE },
	{ .name = "unit", .label = { "管理部署", "Managing unit" }, .hint = { "この機器に責任を持つ部門。", "The unit that answers for it." }, .type = FIELD_UNIT,
	  .target = "unit", .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER | FIELD_GROW, .section = SECTION_WHO,
	  .alias = (const char *const[]){ "管理部門", "部署", "部門", "所属", NULL } },
	{ .name = "administrator", .label = { "管理者", "Administrator" }, .hint = { "更新や設定に責任を持つ人。", "Who answers for updates and settings." },
	  .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WHO,
	  .alias = (const char *const[]){ "管理責任者", "機器管理者", NULL } },
	{ .name = "used_by", .label = { "使う人", "User" }, .hint = { "主に使う人。共用なら空けておきます。", "Who mainly uses it; blank when it is shared." },
	  .type = FIELD_PERSON, .target = "person", .flags = FIELD_FILTER, .section = SECTION_WHO,
	  .alias = (const char *const[]){ "利用者", "使用者", "ユーザー名", NULL } },
	{ .name = "os", .label = { "OS", "OS" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_SOFTWARE,
	  .alias = (const char *const[]){ "OS名", "オペレーティングシステム", NULL } },
	{ .name = "os_version", .label = { "OSバージョン", "OS version" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_SEARCH,
	  .section = SECTION_SOFTWARE, .alias = (const char *const[]){ "OSのバージョン", NULL } },
	{ .name = "middleware", .label = { "ミドルウェアとバージョン", "Middleware and versions" },
	  .hint = { "1行に一つずつ。例：Apache Tomcat 10.1.30", "One a line, such as: Apache Tomcat 10.1.30" }, .type = FIELD_LONG_TEXT, .max = 2000,
	  .flags = FIELD_SEARCH, .section = SECTION_SOFTWARE, .alias = (const char *const[]){ "ミドルウェア", "ミドルウェアバージョン", NULL } },
	{ .name = "ip_address", .label = { "IPアドレス", "IP address" }, .hint = { "例：192.168.1.10、DHCP取得", "For example: 192.168.1.10, or DHCP" },
	  .type = FIELD_TEXT, .max = 100, .flags = FIELD_SEARCH, .section = SECTION_SOFTWARE, .alias = (const char *const[]){ "IP", "アドレス", NULL } },
	{ .name = "mac_address", .label = { "MACアドレス", "MAC address" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_SEARCH,
	  .section = SECTION_SOFTWARE, .alias = (const char *const[]){ "MAC", "物理アドレス", NULL } },
	{ .name = "maintenance", .label = { "保守期間", "Maintenance period" },
	  .hint = { "例：2025年4月～2028年3月。終わりだけでもかまいません。", "Such as 2025-04-01～2028-03-31; the end alone will do." }, .type = FIELD_TEXT,
	  .max = 100, .section = SECTION_SUPPORT, .alias = (const char *const[]){ "保守契約期間", "保守期限", NULL } },
	{ .name = "maintenance_from", .label = { "保守の始まり", "Maintained from" }, .type = FIELD_DATE, .derived = &maintenance_period,
	  .formula = { "保守期間の始め。月だけならその月の1日", "The beginning of the period; of a month its first day" }, .section = SECTION_SUPPORT },
	{ .name = "maintenance_until", .label = { "保守の終わり", "Maintained until" }, .type = FIELD_DATE,
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .derived = &maintenance_period,
	  .warn = "asset.warn_maintenance", .formula = { "保守期間の終わり。月だけならその月の末日", "The end of the period; of a month its last day" }, .section = SECTION_SUPPORT },
	{ .name = "os_support_until", .label = { "OSサポート終了日", "OS supported until" },
	  .hint = { "この日までは更新が届きます。", "Updates come until that day." }, .type = FIELD_DATE, .warn = "asset.warn_support",
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_SUPPORT,
	  .alias = (const char *const[]){ "OSサポート期限", "サポート終了日", "サポート期限", NULL } },
	{ .name = "confirmed_on", .label = { "最終確認日", "Last confirmed on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_COURSE | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_CONFIRM },
	{ .name = "confirmed_by", .label = { "確認した人", "Confirmed by" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_ENGINE | FIELD_COURSE,
	  .section = SECTION_CONFIRM },
};

const struct reg reg_device = {
	.name = "device", .room = "asset", .table = "asset_device", .code = "DEV",
	.label = { "機器", "Devices" },
	.about = { "サーバー、PC、ネットワーク機器などの管理表。保守とサポートの終わりを、前もって知らせます。",
	           "Servers, PCs, network devices; the ends of maintenance and support are told ahead." },
	.empty = { "機器管理表のExcelを取り込むか、「追加」から登録します。", "Import the device list you have, or add devices." },
	.icon = "server", .help = "asset", .field = device_fields, .fields = COUNT_OF(device_fields), .title = "name", .sort = "name",
	.use = "state", .used = (const int64_t[]){ 1, 3, 0 },
	.access = ASSET_ACCESS, .derive = (const struct derivation *const[]){ &maintenance_period }, .derives = 1,
};
