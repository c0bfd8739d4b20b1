/*
 * make_ledger ROWS OUT.xlsx [SEED [FIRST]]: a ledger of any size in the 19-column layout (title, blank row, two header rows with
 * merged cells), for the benchmark and for tests. The same arguments give the same cells. FIRST is the number in the
 * first name, 1 if left out: ledgers of other numbers are of other assets.
 */
#include "base/err.h"
#include "base/num.h"

#include <xlsxwriter.h>

#define ROWS_MAX 1000000
#define NAME_MAX_BYTES 160

enum column {
	COL_CATEGORY, COL_NAME, COL_NOTE, COL_SCOPE, COL_DEPARTMENT, COL_STORAGE, COL_PERSONAL, COL_SPECIAL_CARE,
	COL_MY_NUMBER, COL_CONFIDENTIALITY, COL_INTEGRITY, COL_AVAILABILITY, COL_IMPORTANCE, COL_RETENTION,
	COL_REGISTERED, COL_THREAT, COL_VULNERABILITY, COL_LIKELIHOOD, COL_RISK, COL__N
};

static const char *const departments[] = {
	"総務部", "人事部", "経理部", "財務部", "法務室", "経営企画室", "内部監査室", "広報室", "情報システム部", "購買部",
	"営業一部", "営業二部", "営業三部", "海外営業部", "営業企画部", "通信販売部", "店舗運営部", "商品企画部", "宣伝部",
	"お客様相談室", "物流部", "配送センター", "倉庫管理課", "品質保証部", "製造一課", "製造二課", "生産管理部", "設備保全課",
	"研究開発部", "設計部", "特許室", "安全衛生課", "施設管理課", "秘書室", "札幌支店", "仙台支店", "名古屋支店", "大阪支店",
	"広島支店", "福岡支店",
};

static const char *const storages[] = { "事務所PC", "書類", "社外サーバー", "社内サーバー", "モバイル機器", "可搬電子媒体" };

static const struct {
	const char *category, *names[5];
} works[] = {
	{ "人事", { "社員名簿", "採用応募書類", "人事考課表", "勤怠記録", "退職者記録" } },
	{ "経理", { "仕訳データ", "支払請求書", "決算書類", "固定資産台帳", "源泉徴収票" } },
	{ "営業", { "顧客リスト", "見積書控え", "商談記録", "販売実績表", "名刺データ" } },
	{ "購買", { "委託先一覧", "業務委託契約書", "発注書控え", "委託先評価表", "単価表" } },
	{ "受注", { "注文データ", "受注伝票", "お届け先一覧", "返品記録", "問合せ履歴" } },
	{ "製造", { "工程表", "検査成績書", "製品図面", "部品表", "作業手順書" } },
	{ "開発", { "ソースコード", "設計書", "試験結果", "技術資料", "共同研究契約書" } },
	{ "情報システム", { "サーバー設定書", "アカウント台帳", "障害記録", "バックアップ媒体", "ネットワーク構成図" } },
	{ "災害対策", { "ＢＣＰ計画書", "緊急連絡網", "安否確認データ", "ＢＣＰ訓練記録", "備蓄品一覧" } },
	{ "法務", { "契約書原本", "訴訟資料", "商標一覧", "取締役会議事録", "規程集" } },
	{ "物流", { "出荷指示書", "配送先データ", "在庫表", "運送委託契約書", "送り状控え" } },
	{ "共通", { "電子メールデータ", "共有フォルダー", "会議資料", "電話帳", "鍵管理簿" } },
};

static const char *const qualifiers[] = { "本年度", "前年度", "全社", "拠点別", "月次", "控え", "原本", "写し", "集計", "保管" };
static const char *const notes[] = {
	"委託先から受領", "先方の指定様式", "紙の原本は書庫", "毎月更新", "外部委託あり", "ランサムウェア対策済み", "漏えい時は法務室へ連絡",
	"ＢＣＰ対象", "過去5年分", "取引先と共有",
};
static const char *const scopes[] = { "社員全員", "部内", "担当者", "管理職", "経営層" };
static const char *const retentions[] = { "1年", "3年", "5年", "7年", "10年", "永年" };

/* A small generator of our own (xorshift64*), so that the same seed gives the same file everywhere. */
static uint64_t state;

static unsigned pick(unsigned n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * 0x2545f4914f6cdd1dull) >> 33) % n;
}

static void text(lxw_worksheet *s, lxw_row_t row, enum column column, const char *z)
{
	worksheet_write_string(s, row, (lxw_col_t)column, z, NULL);
}

/* With constant_memory rows go out top down. Merging without a format writes the first cell only, so that ranges over
 * both header rows can be merged while the upper one is current. */
static void header(lxw_worksheet *s)
{
	static const struct {
		const char *upper, *lower;
		enum column column, last; /* last > column: merged to the right; no lower: merged downwards */
	} columns[] = {
		{ "業務分類", NULL, COL_CATEGORY, COL_CATEGORY }, { "情報資産名称", NULL, COL_NAME, COL_NAME },
		{ "備考", NULL, COL_NOTE, COL_NOTE }, { "利用者範囲", NULL, COL_SCOPE, COL_SCOPE },
		{ "管理部署", NULL, COL_DEPARTMENT, COL_DEPARTMENT }, { "媒体・保存先", NULL, COL_STORAGE, COL_STORAGE },
		{ "個人情報の種類", "個人情報", COL_PERSONAL, COL_MY_NUMBER },
		{ NULL, "要配慮個人情報", COL_SPECIAL_CARE, COL_SPECIAL_CARE },
		{ NULL, "特定個人情報", COL_MY_NUMBER, COL_MY_NUMBER },
		{ "評価値", "機密性", COL_CONFIDENTIALITY, COL_AVAILABILITY },
		{ NULL, "完全性", COL_INTEGRITY, COL_INTEGRITY }, { NULL, "可用性", COL_AVAILABILITY, COL_AVAILABILITY },
		{ "重要度", NULL, COL_IMPORTANCE, COL_IMPORTANCE }, { "保存期限", NULL, COL_RETENTION, COL_RETENTION },
		{ "登録日", NULL, COL_REGISTERED, COL_REGISTERED },
		{ "現状から想定されるリスク(入力不要・自動表示)", "脅威の発生頻度", COL_THREAT, COL_RISK },
		{ NULL, "脆弱性", COL_VULNERABILITY, COL_VULNERABILITY },
		{ NULL, "被害発生可能性", COL_LIKELIHOOD, COL_LIKELIHOOD }, { NULL, "リスク値", COL_RISK, COL_RISK },
	};

	text(s, 0, COL_CATEGORY, "情報資産管理台帳");
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		lxw_col_t from = (lxw_col_t)columns[i].column, to = (lxw_col_t)columns[i].last;

		if (!columns[i].upper)
			continue;
		worksheet_merge_range(s, 2, from, columns[i].lower ? 2 : 3, to, columns[i].upper, NULL);
	}
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		if (columns[i].lower)
			text(s, 3, columns[i].column, columns[i].lower);
}

static void ledger_row(lxw_worksheet *s, lxw_row_t row, unsigned number, lxw_format *date)
{
	unsigned work = pick(COUNT_OF(works)), c, i, a, max;
	char name[NAME_MAX_BYTES];

	text(s, row, COL_CATEGORY, works[work].category);
	snprintf(name, sizeof(name), "%s（%s）%06u", works[work].names[pick(5)], qualifiers[pick(COUNT_OF(qualifiers))], number);
	text(s, row, COL_NAME, name);
	if (pick(3) == 0)
		text(s, row, COL_NOTE, notes[pick(COUNT_OF(notes))]);
	text(s, row, COL_SCOPE, scopes[pick(COUNT_OF(scopes))]);
	text(s, row, COL_DEPARTMENT, departments[pick(COUNT_OF(departments))]);
	text(s, row, COL_STORAGE, storages[pick(COUNT_OF(storages))]);
	for (unsigned k = 0; k < 3; k++)
		if (pick(k == 0 ? 3 : 12) == 0)
			text(s, row, COL_PERSONAL + k, "有");
	c = pick(3);
	i = pick(3);
	a = pick(3);
	max = c > i ? c : i;
	max = a > max ? a : max;
	worksheet_write_number(s, row, COL_CONFIDENTIALITY, c, NULL);
	worksheet_write_number(s, row, COL_INTEGRITY, i, NULL);
	worksheet_write_number(s, row, COL_AVAILABILITY, a, NULL);
	worksheet_write_number(s, row, COL_IMPORTANCE, max, NULL);
	if (pick(2) == 0)
		text(s, row, COL_RETENTION, retentions[pick(COUNT_OF(retentions))]);
	worksheet_write_number(s, row, COL_REGISTERED, 42370 + pick(3650), date); /* ten years from 2016-01-01 */
}

int main(int argc, char **argv)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	int64_t rows, seed = 1, first = 1;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *date;
	lxw_error e;

	if (argc < 3 || argc > 5 || num_parse_i64(str_of(argv[1]), 0, ROWS_MAX, &rows) < 0 ||
	    (argc >= 4 && num_parse_i64(str_of(argv[3]), 0, INT64_MAX, &seed) < 0) ||
	    (argc == 5 && num_parse_i64(str_of(argv[4]), 1, UINT32_MAX - ROWS_MAX, &first) < 0)) {
		fprintf(stderr, "usage: make_ledger ROWS OUT.xlsx [SEED [FIRST]]   (ROWS at most %d)\n", ROWS_MAX);
		return 2;
	}
	state = (uint64_t)seed * 0x9e3779b97f4a7c15ull + 1;
	book = workbook_new_opt(argv[2], &options);
	sheet = workbook_add_worksheet(book, "情報資産管理台帳");
	date = workbook_add_format(book);
	format_set_num_format_index(date, 14);
	header(sheet);
	for (int64_t i = 0; i < rows; i++)
		ledger_row(sheet, (lxw_row_t)(4 + i), (unsigned)(first + i), date);
	e = workbook_close(book);
	if (e != LXW_NO_ERROR) {
		fprintf(stderr, "make_ledger: %s: %s\n", argv[2], lxw_strerror(e));
		return 3;
	}
	return 0;
}
