/*
 * The demo company's devices, applications, cloud services and accounts, and who holds which security duty. Makers, products and services are made up and named
 * 見本 or 例示; dates count from today, so that something is always over, near and unknown.
 */
#include "main/demo_ledgers.h"

#include "asset/asset.h"
#include "asset/campaign.h"
#include "base/log.h"
#include "org/duty.h"

#define NO_DATE -9999

/* in days from today: when the OS is supported until, when maintenance ends */
struct device {
	const char *name, *number, *kind, *model, *os, *os_version, *unit, *administrator, *used_by, *location, *ip, *state;
	int support, maintenance;
};
#define SYSTEMS "情報システム課"
#define KEEPER "見本 管理者"
static const struct device devices[] = {
	{ "mihon-sv01", "A-2021001", "サーバー", "見本サーバーA", "見本サーバーOS", "19", SYSTEMS, KEEPER, NULL, "本社2階 サーバー室", "192.0.2.11", "使用中", 48, 62 },
	{ "mihon-sv02", "A-2021002", "サーバー", "見本サーバーA", "見本サーバーOS", "22", SYSTEMS, KEEPER, NULL, "本社2階 サーバー室", "192.0.2.12", "使用中", 1480, 62 },
	{ "mihon-sv03", "A-2018003", "サーバー", "例示サーバーB", "例示サーバーOS", "7", SYSTEMS, KEEPER, NULL, "倉庫 事務室", "192.0.2.13", "使用中", -150, -20 },
	{ "mihon-nas01", "A-2020004", "ストレージ・NAS", "見本ストレージ20", "専用OS", "5.2", SYSTEMS, KEEPER, NULL, "本社2階 サーバー室", "192.0.2.20", "使用中", 300, 130 },
	{ "mihon-nas02", "A-2023005", "ストレージ・NAS", "見本ストレージ30", "専用OS", "6.0", SYSTEMS, KEEPER, NULL, "倉庫 事務室", "192.0.2.21", "使用中", 900, 700 },
	{ "mihon-fw01", "A-2022006", "ネットワーク機器", "例示ゲート100", "専用OS", "7.4", SYSTEMS, KEEPER, NULL, "本社2階 サーバー室", "192.0.2.1", "使用中", 700, 21 },
	{ "mihon-sw01", "A-2022007", "ネットワーク機器", "例示スイッチ24", "専用OS", "3.1", SYSTEMS, KEEPER, NULL, "本社2階 サーバー室", "192.0.2.2", "使用中", 700, 400 },
	{ "mihon-sw02", "A-2022008", "ネットワーク機器", "例示スイッチ24", "専用OS", "3.1", SYSTEMS, KEEPER, NULL, "倉庫 事務室", "192.0.2.3", "使用中", 700, 400 },
	{ "mihon-ap01", "A-2019009", "ネットワーク機器", "例示アクセス50", "専用OS", "2.0", SYSTEMS, NULL, NULL, "本社1階", "192.0.2.4", "使用中", NO_DATE, NO_DATE },
	{ "mihon-mfp01", "A-2021010", "複合機・プリンター", "見本複合機40", NULL, NULL, "総務課", "見本 課長01", NULL, "本社1階", "192.0.2.30", "使用中", NO_DATE, 240 },
	{ "mihon-mfp02", "A-2021011", "複合機・プリンター", "見本複合機40", NULL, NULL, "倉庫課", "見本 課長03", NULL, "倉庫 事務室", "192.0.2.31", "使用中", NO_DATE, 240 },
	{ "mihon-pc01", "A-2022101", "ノートPC", "見本ノート14", "見本OS", "11", SYSTEMS, KEEPER, "見本 担当", NULL, "DHCP取得", "使用中", 690, 330 },
	{ "mihon-pc02", "A-2022102", "ノートPC", "見本ノート14", "見本OS", "11", SYSTEMS, KEEPER, KEEPER, NULL, "DHCP取得", "使用中", 690, 330 },
	{ "mihon-pc03", "A-2020103", "デスクトップPC", "見本デスク5", "見本OS", "10", "経理部", "見本 部長02", "見本 部長02", "本社1階", "DHCP取得", "使用中", -40, NO_DATE },
	{ "mihon-pc04", "A-2020104", "デスクトップPC", "見本デスク5", "見本OS", "10", "経理部", "見本 部長02", NULL, "本社1階", "DHCP取得", "使用中", -40, NO_DATE },
	{ "mihon-pc05", "A-2022105", "デスクトップPC", "見本デスク6", "見本OS", "11", "受注センター", "見本 センター長", NULL, "本社3階", "DHCP取得", "使用中", 690, 330 },
	{ "mihon-pc06", "A-2022106", "デスクトップPC", "見本デスク6", "見本OS", "11", "受注センター", "見本 センター長", NULL, "本社3階", "DHCP取得", "使用中", 690, 330 },
	{ "mihon-pc07", "A-2022107", "デスクトップPC", "見本デスク6", "見本OS", "11", "人事課", "見本 課長02", "見本 課長02", "本社1階", "DHCP取得", "使用中", 690, 330 },
	{ "mihon-pc08", "A-2022108", "ノートPC", "見本ノート14", "見本OS", "11", "総務課", "見本 課長01", "見本 窓口", NULL, "DHCP取得", "使用中", 690, 330 },
	{ "mihon-pc09", "A-2023109", "ノートPC", "見本ノート14", "見本OS", "11", "営業部", "見本 部長03", "見本 部長03", NULL, "DHCP取得", "使用中", 690, 500 },
	{ "mihon-pc10", "A-2019110", "ノートPC", "見本ノート12", "見本OS", "10", SYSTEMS, KEEPER, NULL, "本社2階 棚", NULL, "予備", -40, NO_DATE },
	{ "mihon-pc11", "A-2018111", "デスクトップPC", "見本デスク4", "見本OS", "8", "商品部", "見本 部長04", NULL, "本社2階 棚", NULL, "廃棄待ち", -1400, NO_DATE },
	{ "mihon-ph01", "A-2024201", "スマートフォン・タブレット", "例示フォン9", "例示モバイル", "17", "営業部", "見本 部長03", "見本 部長03", NULL, NULL, "使用中", 160, NO_DATE },
	{ "mihon-ph02", "A-2024202", "スマートフォン・タブレット", "例示フォン9", "例示モバイル", "17", "経営企画室", "見本 室長", "見本 室長", NULL, NULL, "使用中", 160, NO_DATE },
	{ "mihon-ht01", "A-2021203", "スマートフォン・タブレット", "例示ハンディ3", "例示モバイル", NULL, "倉庫課", "見本 課長03", NULL, "倉庫", NULL, "使用中", NO_DATE, 75 },
};

struct application {
	const char *name, *version, *kind, *vendor, *purpose, *permission, *unit, *administrator;
	int licences, used, contract, support;
};
static const struct application applications[] = {
	{ "例示受注システム", "4.2", "業務システム", "例示ソフト（架空）", "注文の受付と出荷の指示", "許可", SYSTEMS, KEEPER, 40, 38, 120, 400 },
	{ "見本会計", "2025", "業務システム", "見本ソフト（架空）", "会計と決算", "許可", "経理部", "見本 部長02", 5, 5, 25, 210 },
	{ "見本給与", "2025", "業務システム", "見本ソフト（架空）", "給与の計算", "許可", "人事課", "見本 課長02", 3, 2, 25, 210 },
	{ "例示在庫", "2.8", "業務システム", "例示ソフト（架空）", "在庫と棚番の管理", "許可", "倉庫課", "見本 課長03", 10, 9, -12, 90 },
	{ "見本オフィス", "2021", "文書作成", "見本ソフト（架空）", "文書と表計算", "許可", SYSTEMS, KEEPER, 55, 61, NO_DATE, 150 },
	{ "例示PDF", "11", "PDF", "例示ソフト（架空）", "PDFの閲覧", "許可", SYSTEMS, KEEPER, 0, 0, NO_DATE, -60 },
	{ "例示ブラウザー", "128", "Webブラウザー", "例示ソフト（架空）", "Webの閲覧", "許可", SYSTEMS, KEEPER, 0, 0, NO_DATE, NO_DATE },
	{ "見本ウイルス対策", "8.1", "セキュリティ対策", "見本ガード（架空）", "ウイルス対策", "許可", SYSTEMS, KEEPER, 60, 58, 18, 380 },
	{ "例示チャット", NULL, "コミュニケーション", "例示チャット社（架空）", "営業どうしの連絡", "未許可", "営業部", NULL, 0, 0, NO_DATE, NO_DATE },
	{ "見本画像編集", "5", "その他", "見本ソフト（架空）", "商品写真の加工", "審査中", "商品部", "見本 部長04", 2, 2, 200, 700 },
};

struct service {
	const char *name, *provider, *purpose, *permission, *unit, *administrator, *mfa, *sso, *backup, *country;
	int contract;
};
static const struct service services[] = {
	{ "見本クラウド", "見本クラウド社（架空）", "通販サイトの運用", "許可", SYSTEMS, KEEPER, "有", "無", "有", "日本", 150 },
	{ "例示ウェア", "例示ウェアサービス（架空）", "メールと予定表", "許可", SYSTEMS, KEEPER, "有", "有", "無", "日本", 210 },
	{ "例示決済代行", "例示決済社（架空）", "カード決済", "許可", "経理部", "見本 部長02", "有", "無", NULL, "日本", 28 },
	{ "見本ストレージ", "見本ストレージ社（架空）", "取引先との受け渡し", "許可", "営業部", "見本 部長03", "無", "無", "無", NULL, -8 },
	{ "例示給与明細", "例示人事社（架空）", "給与明細の配付", "許可", "人事課", "見本 課長02", NULL, "無", NULL, "日本", 95 },
	{ "見本アンケート", "見本調査社（架空）", "お客様アンケート", "審査中", "広報・販促課", "見本 課長04", NULL, NULL, NULL, NULL, NO_DATE },
	{ "例示メモ", "例示メモ社（架空）", "打合せのメモ", "未許可", "商品部", NULL, NULL, NULL, NULL, NULL, NO_DATE },
	{ "見本遠隔操作", "見本遠隔社（架空）", "受注システムの保守", "許可", SYSTEMS, KEEPER, "有", "無", "有", "日本", 320 },
};

struct account {
	const char *account, *service, *person, *unit, *permissions, *privileged, *mfa, *state;
	int used, reviewed; /* days ago; NO_DATE: not known */
};
static const struct account accounts[] = {
	{ "kanri@mihon", "見本クラウド", KEEPER, SYSTEMS, "全体管理者", "有", "有", "有効", 1, 70 },
	{ "tanto@mihon", "見本クラウド", "見本 担当", SYSTEMS, "閲覧", "無", "有", "有効", 9, 70 },
	{ "kanri@ware", "例示ウェア", KEEPER, SYSTEMS, "全体管理者", "有", "有", "有効", 1, 70 },
	{ "madoguchi@ware", "例示ウェア", "見本 窓口", "総務課", "利用者", "無", "有", "有効", 2, 70 },
	{ "keiri@kessai", "例示決済代行", "見本 部長02", "経理部", "管理者", "有", "有", "有効", 3, 400 },
	{ "eigyo-kyoyo", "見本ストレージ", NULL, "営業部", "編集（共用）", "無", "無", "有効", 5, NO_DATE },
	{ "jinji@meisai", "例示給与明細", "見本 課長02", "人事課", "管理者", "有", NULL, "有効", 20, 400 },
	{ "hosho@enkaku", "見本遠隔操作", "例示 委託01", SYSTEMS, "保守", "有", "有", "有効", 12, 100 },
	{ "hosho2@enkaku", "見本遠隔操作", "例示 委託02", SYSTEMS, "保守", "有", NULL, "停止", 200, 100 },
	{ "hansoku@anketo", "見本アンケート", "見本 課長04", "広報・販促課", "作成者", "無", NULL, "有効", NO_DATE, NO_DATE },
};

/* One without a deputy, one who audits the own unit too, one with too many: the page of duties has something to say. */
static const struct {
	const char *duty, *person, *rank;
} holders[] = {
	{ "経営層・CISO", "見本 専務", "主担当" }, { "経営層・CISO", "見本 社長", "副担当" },
	{ "セキュリティ戦略担当", "見本 担当", "主担当" }, { "セキュリティ戦略担当", KEEPER, "副担当" },
	{ "教育・啓発担当", "見本 課長02", "主担当" },
	{ "情報セキュリティ監査担当", "見本 監査", "主担当" },
	{ "セキュリティ事故対応責任者", "見本 専務", "主担当" }, { "セキュリティ事故対応責任者", "見本 室長", "副担当" },
	{ "セキュリティシステム担当", KEEPER, "主担当" }, { "セキュリティシステム担当", "例示 委託01", "副担当" },
	{ "セキュリティ連絡担当", "見本 担当", "主担当" }, { "セキュリティ連絡担当", "見本 課長04", "副担当" },
	{ "セキュリティ事故現場責任者", "見本 担当", "主担当" }, { "セキュリティ事故現場責任者", KEEPER, "副担当" },
	{ "情報収集担当", "見本 担当", "主担当" }, { "情報収集担当", "見本 課長04", "副担当" },
};

static struct value day(struct arena *a, struct date today, int from_today)
{
	struct date d = date_add_days(today, from_today);
	return (struct value){ .known = true, .s = date_iso(a, d) };
}

static void put(struct reg_ctx *ctx, struct change *c, const char *field, const char *text)
{
	if (text)
		change_set_text(c, ctx->arena, field, text);
}

static void put_day(struct reg_ctx *ctx, struct change *c, const char *field, struct date today, int days)
{
	if (days != NO_DATE)
		change_set(c, reg_view_field(c->view, str_of(field)), day(ctx->arena, today, days));
}

static int save(struct reg_ctx *ctx, const struct change *c)
{
	struct written w;
	int r = reg_write(ctx, c, &w);
	if (r < 0) {
		struct str why = w.errors.n ? note_str(ctx->arena, LANG_EN, &w.errors.error[0].why) : STR_NULL;
		log_line(LOG_LEVEL_ERROR, "demo: a row of %s was refused: %s %.*s", c->view->reg->name, err_name(r), STR_FMT(why));
	}
	return r;
}

static int write_devices(struct reg_ctx *ctx, const struct reg_view *view, struct date today)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(devices); i++) {
		const struct device *d = &devices[i];
		struct change c = change_new(ctx->arena, CHANGE_SAVE, view, 0);
		const char *const text[][2] = { { "name", d->name }, { "number", d->number }, { "kind", d->kind }, { "model", d->model },
			{ "os", d->os }, { "os_version", d->os_version }, { "unit", d->unit }, { "administrator", d->administrator },
			{ "used_by", d->used_by }, { "location", d->location }, { "ip_address", d->ip }, { "state", d->state } };
		for (size_t k = 0; k < COUNT_OF(text); k++)
			put(ctx, &c, text[k][0], text[k][1]);
		put_day(ctx, &c, "os_support_until", today, d->support);
		if (d->maintenance != NO_DATE) {
			struct str from = day(ctx->arena, today, d->maintenance - 1460).s, until = day(ctx->arena, today, d->maintenance).s;
			put(ctx, &c, "maintenance", str_z(ctx->arena, str_printf(ctx->arena, "%.*s～%.*s", STR_FMT(from), STR_FMT(until))));
		}
		r = save(ctx, &c);
	}
	return r;
}

static int write_applications(struct reg_ctx *ctx, const struct reg_view *view, struct date today)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(applications); i++) {
		const struct application *p = &applications[i];
		struct change c = change_new(ctx->arena, CHANGE_SAVE, view, 0);
		const char *const text[][2] = { { "name", p->name }, { "version", p->version }, { "kind", p->kind }, { "vendor", p->vendor },
			{ "purpose", p->purpose }, { "permission", p->permission }, { "unit", p->unit }, { "administrator", p->administrator } };
		for (size_t k = 0; k < COUNT_OF(text); k++)
			put(ctx, &c, text[k][0], text[k][1]);
		if (p->licences) {
			put(ctx, &c, "licences", str_z(ctx->arena, str_printf(ctx->arena, "%d", p->licences)));
			put(ctx, &c, "licences_used", str_z(ctx->arena, str_printf(ctx->arena, "%d", p->used)));
		}
		put_day(ctx, &c, "contract_until", today, p->contract);
		put_day(ctx, &c, "support_until", today, p->support);
		r = save(ctx, &c);
	}
	return r;
}

static int write_services(struct reg_ctx *ctx, const struct reg_view *view, struct date today)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(services); i++) {
		const struct service *s = &services[i];
		struct change c = change_new(ctx->arena, CHANGE_SAVE, view, 0);
		const char *const text[][2] = { { "name", s->name }, { "provider", s->provider }, { "purpose", s->purpose },
			{ "permission", s->permission }, { "unit", s->unit }, { "administrator", s->administrator }, { "mfa", s->mfa }, { "sso", s->sso },
			{ "backup", s->backup }, { "country", s->country } };
		for (size_t k = 0; k < COUNT_OF(text); k++)
			put(ctx, &c, text[k][0], text[k][1]);
		put_day(ctx, &c, "contract_until", today, s->contract);
		r = save(ctx, &c);
	}
	return r;
}

static int write_accounts(struct reg_ctx *ctx, const struct reg_view *view, struct date today)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(accounts); i++) {
		const struct account *s = &accounts[i];
		struct change c = change_new(ctx->arena, CHANGE_SAVE, view, 0);
		const char *const text[][2] = { { "account", s->account }, { "service", s->service }, { "person", s->person }, { "unit", s->unit },
			{ "permissions", s->permissions }, { "privileged", s->privileged }, { "mfa", s->mfa }, { "state", s->state } };
		for (size_t k = 0; k < COUNT_OF(text); k++)
			put(ctx, &c, text[k][0], text[k][1]);
		put_day(ctx, &c, "last_used_on", today, s->used == NO_DATE ? NO_DATE : -s->used);
		put_day(ctx, &c, "last_reviewed_on", today, s->reviewed == NO_DATE ? NO_DATE : -s->reviewed);
		r = save(ctx, &c);
	}
	return r;
}

static int write_holders(struct reg_ctx *ctx, const struct reg_view *view, struct date today)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(holders); i++) {
		struct change c = change_new(ctx->arena, CHANGE_SAVE, view, 0);
		put(ctx, &c, "duty", holders[i].duty);
		put(ctx, &c, "person", holders[i].person);
		put(ctx, &c, "rank", holders[i].rank);
		put_day(ctx, &c, "since", today, -230);
		r = save(ctx, &c);
	}
	return r;
}

int demo_ledgers(struct reg_ctx *ctx, struct date today)
{
	struct reg_view view;
	static const struct {
		const struct reg *reg;
		int (*write)(struct reg_ctx *ctx, const struct reg_view *view, struct date today);
	} ledgers[] = { { &reg_device, write_devices }, { &reg_application, write_applications }, { &reg_service, write_services },
		            { &reg_service_account, write_accounts }, { &reg_duty_holder, write_holders } };
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(ledgers); i++) {
		r = reg_view_load(ctx->conn, ctx->arena, ledgers[i].reg, &view);
		if (r == 0)
			r = ledgers[i].write(ctx, &view, today);
	}
	return r;
}

/* ---- a review that is half done ---- */

static int answer_part(struct reg_ctx *lead, int64_t campaign_id, const struct campaign_part *part, int share)
{
	struct str secret;
	struct principal link;
	struct campaign_part now = { 0 };
	int r = campaign_issue(lead, campaign_id, part->id, part->contact.n ? part->contact : part->unit, &secret);
	if (r < 0)
		return r;
	struct sql q;
	sql_init(&q, lead->arena);
	sql_lit(&q, "SELECT link_id FROM asset_campaign_part WHERE id = ");
	sql_i64(&q, part->id);
	int64_t link_id = 0;
	r = db_get_i64(lead->conn, &q, &link_id);
	if (r == 0)
		r = auth_principal_link(lead->conn, lead->arena, link_id, &link);
	if (r == 0)
		r = campaign_part_of_link(lead->conn, lead->arena, link_id, &now);
	if (r < 0)
		return r;
	struct reg_ctx ctx = *lead;
	ctx.by = &link;
	sql_init(&q, lead->arena);
	sql_lit(&q, "SELECT record_id FROM asset_campaign_item WHERE part_id = ");
	sql_i64(&q, part->id);
	sql_lit(&q, " ORDER BY record_id LIMIT ");
	sql_i64(&q, (now.items * share + 99) / 100);
	int64_t *row = ARENA_ARRAY(lead->arena, LIMIT_LINK_ITEMS, int64_t);
	size_t n = 0;
	struct stmt *s = NULL;
	r = db_query(lead->conn, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		row[n++] = stmt_i64(s, 0);
		r = 0;
	}
	stmt_done(&s);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = campaign_answer(&ctx, row[i], share == 50 && i == 0 ? ANSWER_GONE : ANSWER_SAME, STR("先月、廃棄業者に渡した"));
	if (r == 0 && share == 50)
		r = campaign_found(&ctx, STR("device"), STR("打合せ室の大型モニター付きPC"), STR("共用。管理番号の札がない"));
	return r;
}

int demo_review(struct reg_ctx *ctx, struct date today)
{
	static const int share[] = { 100, 50, 0, 100 }; /* percent answered, by unit */
	struct reg_view view;
	struct written w;
	struct campaign_part *part;
	size_t n = 0;
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_campaign, &view);
	if (r < 0)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
	put(ctx, &c, "name", "秋の機器の棚卸し");
	put(ctx, &c, "registers", "機器");
	put(ctx, &c, "message", "手元の機器を見ながら、管理番号の札と一覧を比べてください。迷ったら情報システム課へ。");
	put_day(ctx, &c, "due_on", today, 12);
	r = reg_write(ctx, &c, &w);
	if (r == 0)
		r = campaign_start(ctx, w.id);
	if (r == 0)
		r = campaign_parts(ctx->conn, ctx->arena, ctx->by, w.id, &part, &n);
	/* The last unit was not even told. */
	for (size_t i = 0; r == 0 && i + 1 < n; i++)
		r = answer_part(ctx, w.id, &part[i], share[i % COUNT_OF(share)]);
	return r;
}
