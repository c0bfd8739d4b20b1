/*
 * The demo company: a mail-order house that does not exist. Names of people, companies and services begin with 見本 or 例示
 * ("sample"), so that nobody takes them for real ones. The words are our own.
 */
#include "main/demo_data.h"

#include "risk/risk.h"

const struct demo_unit_row demo_units[UNIT__N] = {
	[UNIT_COMPANY] = { DEMO_COMPANY, -1, "会社", "見本 社長", NULL },
	[UNIT_PLANNING] = { "経営企画室", UNIT_COMPANY, "部", "見本 室長", NULL },
	[UNIT_AFFAIRS] = { "総務部", UNIT_COMPANY, "部", "見本 部長01", "見本 窓口" },
	[UNIT_GENERAL] = { "総務課", UNIT_AFFAIRS, "課", "見本 課長01", "見本 窓口" },
	[UNIT_STAFF] = { "人事課", UNIT_AFFAIRS, "課", "見本 課長02", "見本 窓口" },
	[UNIT_ACCOUNTS] = { "経理部", UNIT_COMPANY, "部", "見本 部長02", NULL },
	[UNIT_SALES] = { "営業部", UNIT_COMPANY, "部", "見本 部長03", NULL },
	[UNIT_ORDERS] = { "受注センター", UNIT_SALES, "課", "見本 センター長", NULL },
	[UNIT_GOODS] = { "商品部", UNIT_COMPANY, "部", "見本 部長04", NULL },
	[UNIT_LOGISTICS] = { "物流部", UNIT_COMPANY, "部", "見本 部長05", NULL },
	[UNIT_WAREHOUSE] = { "倉庫課", UNIT_LOGISTICS, "課", "見本 課長03", NULL },
	[UNIT_SYSTEMS] = { "情報システム課", UNIT_COMPANY, "課", "見本 担当", "見本 担当" },
	[UNIT_PROMOTION] = { "広報・販促課", UNIT_SALES, "課", "見本 課長04", NULL },
};

#define EMPLOYEE "従業員"
#define PART_TIME "パート・アルバイト"
#define TEMPORARY "派遣"
#define CONTRACTOR "委託先の人"

const struct demo_person_row demo_persons[] = {
	{ UNIT_COMPANY, EMPLOYEE, "見本 社長", "みほん しゃちょう", "代表取締役社長", 1, 240, 0 },
	{ UNIT_COMPANY, EMPLOYEE, "見本 専務", "みほん せんむ", "専務取締役", 1, 200, 0 },
	{ UNIT_PLANNING, EMPLOYEE, "見本 室長", "みほん しつちょう", "室長", 1, 150, 0 },
	{ UNIT_PLANNING, EMPLOYEE, "見本 監査", "みほん かんさ", "内部監査担当", 1, 96, 0 },
	{ UNIT_PLANNING, EMPLOYEE, NULL, NULL, NULL, 1, 40, 0 },
	{ UNIT_AFFAIRS, EMPLOYEE, "見本 部長01", "みほん ぶちょう01", "部長", 1, 180, 0 },
	{ UNIT_GENERAL, EMPLOYEE, "見本 課長01", "みほん かちょう01", "課長", 1, 140, 0 },
	{ UNIT_GENERAL, EMPLOYEE, "見本 窓口", "みほん まどぐち", "主任（情報資産の部門担当者）", 1, 88, 0 },
	{ UNIT_GENERAL, EMPLOYEE, NULL, NULL, NULL, 1, 30, 0 },
	{ UNIT_GENERAL, PART_TIME, NULL, NULL, NULL, 1, 14, 0 },
	{ UNIT_STAFF, EMPLOYEE, "見本 課長02", "みほん かちょう02", "課長", 1, 120, 0 },
	{ UNIT_STAFF, EMPLOYEE, NULL, NULL, NULL, 2, 52, 0 },
	{ UNIT_ACCOUNTS, EMPLOYEE, "見本 部長02", "みほん ぶちょう02", "部長", 1, 170, 0 },
	{ UNIT_ACCOUNTS, EMPLOYEE, NULL, NULL, NULL, 3, 64, 0 },
	{ UNIT_ACCOUNTS, PART_TIME, NULL, NULL, NULL, 1, 20, 0 },
	{ UNIT_SALES, EMPLOYEE, "見本 部長03", "みほん ぶちょう03", "部長", 1, 160, 0 },
	{ UNIT_SALES, EMPLOYEE, NULL, NULL, NULL, 3, 46, 0 },
	{ UNIT_ORDERS, EMPLOYEE, "見本 センター長", "みほん せんたーちょう", "センター長", 1, 132, 0 },
	{ UNIT_ORDERS, EMPLOYEE, NULL, NULL, NULL, 6, 58, 0 },
	{ UNIT_ORDERS, PART_TIME, NULL, NULL, NULL, 5, 26, 0 },
	{ UNIT_ORDERS, TEMPORARY, NULL, NULL, NULL, 2, 8, 0 },
	{ UNIT_GOODS, EMPLOYEE, "見本 部長04", "みほん ぶちょう04", "部長", 1, 155, 0 },
	{ UNIT_GOODS, EMPLOYEE, NULL, NULL, NULL, 4, 62, 0 },
	{ UNIT_LOGISTICS, EMPLOYEE, "見本 部長05", "みほん ぶちょう05", "部長", 1, 165, 0 },
	{ UNIT_LOGISTICS, EMPLOYEE, NULL, NULL, NULL, 1, 33, 0 },
	{ UNIT_WAREHOUSE, EMPLOYEE, "見本 課長03", "みほん かちょう03", "課長", 1, 110, 0 },
	{ UNIT_WAREHOUSE, EMPLOYEE, NULL, NULL, NULL, 4, 48, 0 },
	{ UNIT_WAREHOUSE, PART_TIME, NULL, NULL, NULL, 2, 18, 0 },
	{ UNIT_WAREHOUSE, TEMPORARY, NULL, NULL, NULL, 2, 6, 0 },
	{ UNIT_SYSTEMS, EMPLOYEE, "見本 担当", "みほん たんとう", "課長（情報セキュリティ担当）", 1, 100, 0 },
	{ UNIT_SYSTEMS, EMPLOYEE, "見本 管理者", "みほん かんりしゃ", "主任", 1, 70, 0 },
	{ UNIT_SYSTEMS, EMPLOYEE, NULL, NULL, NULL, 1, 22, 0 },
	{ UNIT_SYSTEMS, CONTRACTOR, "例示 委託01", "れいじ いたく01", "受注システムの保守", 1, 24, 0 },
	{ UNIT_SYSTEMS, CONTRACTOR, "例示 委託02", "れいじ いたく02", "受注システムの保守", 1, 11, 0 },
	{ UNIT_PROMOTION, EMPLOYEE, "見本 課長04", "みほん かちょう04", "課長", 1, 90, 0 },
	{ UNIT_PROMOTION, EMPLOYEE, NULL, NULL, NULL, 2, 36, 0 },
};
const size_t demo_person_rows = COUNT_OF(demo_persons);

#define CLOUD_SHOP "見本クラウド（架空）"
#define CLOUD_PAYMENT "例示決済代行（架空）"
#define CLOUD_GROUPWARE "例示ウェアサービス（架空）"
#define STORE_HOUSE "見本文書保管（架空）"

const struct demo_place_row demo_places[AT__N] = {
	[AT_DESK] = { "事務所パソコン", "office_pc", "no", "本社1階・2階", "各部署の机で使うパソコン。" },
	[AT_LAPTOP] = { "営業用ノートパソコン", "mobile", "no", "本社2階（外出時は持出し）", "営業部と役員が持ち出すもの。全部で9台。" },
	[AT_PHONE] = { "業務用スマートフォン", "mobile", "no", "各担当者", "会社が貸しているもの。全部で14台。" },
	[AT_FILES] = { "社内ファイルサーバー", "internal_server", "no", "本社3階 サーバー室", "部署ごとにフォルダを分けている。" },
	[AT_CABINET] = { "書類キャビネット", "paper", "no", "本社1階・2階、倉庫事務所", NULL },
	[AT_SAFE] = { "耐火金庫", "paper", "no", "本社2階 総務部", "開けられるのは総務部長と人事課長。" },
	[AT_SHOP] = { "見本クラウド受注", "external_server", "yes", "国内のデータセンター", "通販サイトと受注管理のサービス。" },
	[AT_GROUPWARE] = { "例示ウェア（メール・共有）", "external_server", "yes", "国内のデータセンター", "メール、予定表、ファイル共有、勤怠。" },
	[AT_BACKUP] = { "外付けバックアップ媒体", "portable_media", NULL, "本社3階と遠隔地の保管庫", "毎月、情報システム課が入れ替える。" },
	[AT_HANDY] = { "倉庫ハンディ端末", NULL, "no", "物流センター", "質問票のどの種類に当たるか、まだ決めていない。" },
};

#define ORDERS "受注・出荷"
#define CUSTOMER "顧客対応"
#define SALES "営業"
#define LOGISTICS "物流"
#define GOODS "商品・仕入"
#define PROMOTION "広報・販促"
#define STAFF "人事・労務"
#define GENERAL "総務・法務"
#define ACCOUNTS "経理"
#define SYSTEMS "情報システム"
#define PLANNING "経営"

const struct demo_asset_row demo_assets[] = {
	/* Orders and customers */
	{ ORDERS, "受注データ", "受注センター、倉庫課、経理部", UNIT_ORDERS, AT_SHOP, CLOUD_SHOP, "ynn", 48200, "222", "7年", 38, '3', '1', 'b' },
	{ CUSTOMER, "顧客台帳", "受注センター、営業部", UNIT_ORDERS, AT_SHOP, CLOUD_SHOP, "ynn", 41500, "221", "退会後1年", 38, '3', '1', 'b' },
	{ CUSTOMER, "顧客名簿", "受注センター", UNIT_ORDERS, AT_SHOP, CLOUD_SHOP, "ynn", 41000, "211", NULL, 12, '3', '-', '-' },
	{ CUSTOMER, "会員の購入履歴", "受注センター、広報・販促課", UNIT_ORDERS, AT_SHOP, CLOUD_SHOP, "ynn", 36800, "211", "5年", 38, '3', '1', 'b' },
	{ ORDERS, "配送先の一覧", "受注センター、倉庫課", UNIT_ORDERS, AT_SHOP, CLOUD_SHOP, "ynn", 52000, "221", "3年", 38, '4', '1', 'c' },
	{ ORDERS, "定期便の契約者一覧", "受注センター", UNIT_ORDERS, AT_SHOP, CLOUD_SHOP, "ynn", 6300, "221", "契約終了後3年", 20, '3', '1', 'c' },
	{ ORDERS, "返品・交換の記録", "受注センター、倉庫課", UNIT_ORDERS, AT_SHOP, CLOUD_SHOP, "ynn", 2900, "111", "3年", 30, '2', '1', 'b' },
	{ ORDERS, "電話注文の録音", "受注センター", UNIT_ORDERS, AT_FILES, NULL, "ynn", 9000, "211", "6か月", 26, '2', '2', 'b' },
	{ CUSTOMER, "問合せ対応の履歴", "受注センター", UNIT_ORDERS, AT_SHOP, CLOUD_SHOP, "ynn", 15400, "111", "3年", 30, '3', '1', 'c' },
	{ ORDERS, "電話注文の受付票", "受注センター", UNIT_ORDERS, AT_CABINET, NULL, "ynn", 800, "210", "1年", 36, '2', '2', 'b' },
	{ ORDERS, "FAX・はがきの注文書", "受注センター", UNIT_ORDERS, AT_CABINET, NULL, "ynn", 1200, "210", "1年", 36, '5', '2', 'o' },
	{ ORDERS, "受注データを抜き出した表", "受注センター", UNIT_ORDERS, AT_DESK, NULL, "ynn", 3500, "211", NULL, 9, '3', '3', 'a' },
	{ CUSTOMER, "苦情対応の記録", "受注センター、営業部", UNIT_ORDERS, AT_DESK, NULL, "y?n", 240, "211", "5年", 30, '3', '2', 'a' },
	{ CUSTOMER, "退会者の名簿", "受注センター", UNIT_ORDERS, AT_BACKUP, NULL, "ynn", 7700, "200", "1年", 18, '5', '9', 'o' },
	{ ORDERS, "カード決済の照合結果", "受注センター、経理部", UNIT_ORDERS, AT_SHOP, CLOUD_PAYMENT, "ynn", 31000, "221", "7年", 38, '2', '1', 'b' },
	/* Sales */
	{ SALES, "大口顧客の商談記録", "営業部", UNIT_SALES, AT_LAPTOP, NULL, "ynn", 130, "211", "5年", 24, '3', '2', 'a' },
	{ SALES, "展示会の来場者一覧", "営業部", UNIT_SALES, AT_LAPTOP, NULL, "ynn", 620, "200", "2年", 7, '3', '3', 'a' },
	{ SALES, "見積書の控え", "営業部", UNIT_SALES, AT_LAPTOP, NULL, "nnn", 0, "110", "5年", 30, '2', '2', 'b' },
	{ SALES, "取引先の連絡先（電話帳）", "営業部", UNIT_SALES, AT_PHONE, NULL, "ynn", 450, "101", NULL, 24, '3', '2', 'b' },
	{ SALES, "売上の集計表", "営業部、経営企画室", UNIT_SALES, AT_FILES, NULL, "nnn", 0, "121", "10年", 40, '3', '1', 'b' },
	/* Logistics */
	{ LOGISTICS, "出荷指示データ", "倉庫課", UNIT_WAREHOUSE, AT_HANDY, NULL, "ynn", 1500, "112", "1か月", 15, '3', '9', 'a' },
	{ LOGISTICS, "在庫データ", "倉庫課、商品部", UNIT_WAREHOUSE, AT_HANDY, NULL, "nnn", 0, "011", "1年", 15, '3', '9', 'a' },
	{ LOGISTICS, "入出荷の検品記録", "倉庫課", UNIT_WAREHOUSE, AT_HANDY, NULL, "nnn", 0, "010", "1年", 15, '2', '-', '-' },
	{ LOGISTICS, "送り状の控え", "倉庫課", UNIT_WAREHOUSE, AT_CABINET, NULL, "ynn", 4200, "200", "1年", 32, '5', '2', 'b' },
	{ LOGISTICS, "運送会社とのデータ連携", "倉庫課、情報システム課", UNIT_WAREHOUSE, AT_SHOP, "例示運送（架空）", "ynn", 4200, "-1-", "1年", 22, '4', '1', 'b' },
	{ LOGISTICS, "棚卸表", "倉庫課、経理部", UNIT_WAREHOUSE, AT_DESK, NULL, "nnn", 0, "010", "7年", 35, '2', '1', 'b' },
	{ LOGISTICS, "倉庫の入退室の記録", "物流部", UNIT_LOGISTICS, AT_FILES, NULL, "ynn", 30, "110", "1年", 28, '2', '1', 'b' },
	{ LOGISTICS, "防犯カメラの映像", "物流部、総務部", UNIT_LOGISTICS, AT_FILES, NULL, "y?n", 0, "---", "1か月", 28, '2', '9', '-' },
	{ LOGISTICS, "倉庫作業の手順書", "倉庫課", UNIT_WAREHOUSE, AT_CABINET, NULL, "nnn", 0, "011", NULL, 34, '3', '1', 'c' },
	{ LOGISTICS, "配送事故の記録", "物流部", UNIT_LOGISTICS, AT_DESK, NULL, "ynn", 60, "110", "3年", 27, '2', '1', 'b' },
	/* Goods */
	{ GOODS, "商品マスター", "商品部、受注センター、倉庫課", UNIT_GOODS, AT_FILES, NULL, "nnn", 0, "022", "永年", 40, '3', '1', 'b' },
	{ GOODS, "商品写真（公開前）", "商品部、広報・販促課", UNIT_GOODS, AT_FILES, NULL, "nnn", 0, "101", "3年", 25, '3', '1', 'b' },
	{ GOODS, "商品写真（公開済み）", "だれでも", UNIT_GOODS, AT_SHOP, CLOUD_SHOP, "nnn", 0, "002", "3年", 25, '4', '1', 'b' },
	{ GOODS, "仕入先との契約書", "商品部、経理部", UNIT_GOODS, AT_CABINET, NULL, "nnn", 0, "221", "契約終了後7年", 37, '5', '1', 'b' },
	{ GOODS, "仕入価格表", "商品部", UNIT_GOODS, AT_DESK, NULL, "nnn", 0, "211", "5年", 33, '3', '2', 'a' },
	{ GOODS, "新商品の企画書", "商品部、経営企画室", UNIT_GOODS, AT_GROUPWARE, CLOUD_GROUPWARE, "nnn", 0, "210", "3年", 10, '1', '1', 'b' },
	{ GOODS, "商品の試験成績書", "商品部", UNIT_GOODS, AT_CABINET, NULL, "nnn", 0, "021", "10年", 36, '5', '1', 'b' },
	{ GOODS, "仕入先の担当者一覧", "商品部", UNIT_GOODS, AT_GROUPWARE, CLOUD_GROUPWARE, "ynn", 210, "1--", NULL, 19, '3', '1', 'b' },
	{ GOODS, "カタログの印刷データ（配布済み）", "だれでも", UNIT_GOODS, AT_FILES, NULL, "nnn", 0, "000", "3年", 16, '2', '1', 'b' },
	{ GOODS, "廃番商品の資料", "商品部", UNIT_GOODS, AT_BACKUP, NULL, "nnn", 0, "000", "5年", 39, '5', '-', 'o' },
	/* Promotion */
	{ PROMOTION, "通販サイトの公開ページ", "だれでも", UNIT_PROMOTION, AT_SHOP, CLOUD_SHOP, "nnn", 0, "022", NULL, 38, '4', '1', 'c' },
	{ PROMOTION, "広告アカウントの設定", "広報・販促課", UNIT_PROMOTION, AT_GROUPWARE, "見本広告（架空）", "nnn", 0, "121", NULL, 21, '3', '1', 'b' },
	{ PROMOTION, "メールマガジンの配信先", "広報・販促課", UNIT_PROMOTION, AT_SHOP, CLOUD_SHOP, "ynn", 28700, "211", "退会後1か月", 29, '3', '1', 'b' },
	{ PROMOTION, "会員アンケートの回答", "広報・販促課、商品部", UNIT_PROMOTION, AT_GROUPWARE, CLOUD_GROUPWARE, "y?n", 1900, "---", "1年", 5, '3', '9', 'a' },
	{ PROMOTION, "懸賞の応募者一覧", "広報・販促課", UNIT_PROMOTION, AT_DESK, NULL, "ynn", 5100, "200", "3か月", 4, '3', '2', 'a' },
	{ PROMOTION, "懸賞の応募はがき", "広報・販促課", UNIT_PROMOTION, AT_CABINET, NULL, "ynn", 5100, "200", "3か月", 4, '6', '2', 'a' },
	{ PROMOTION, "SNSの運用記録", "広報・販促課", UNIT_PROMOTION, AT_GROUPWARE, CLOUD_GROUPWARE, "nnn", 0, "010", "1年", 18, '3', '1', 'b' },
	{ PROMOTION, "販促チラシの原稿", "広報・販促課", UNIT_PROMOTION, AT_DESK, NULL, "nnn", 0, "000", "1年", 6, '1', '1', 'c' },
	{ PROMOTION, "報道向け資料の控え", "だれでも", UNIT_PROMOTION, AT_FILES, NULL, "nnn", 0, "000", "5年", 13, '4', '1', 'b' },
	/* Staff */
	{ STAFF, "社員名簿", "人事課、総務課", UNIT_STAFF, AT_FILES, NULL, "ynn", 64, "211", "退職後5年", 40, '3', '1', 'b' },
	{ STAFF, "給与計算データ", "人事課、経理部", UNIT_STAFF, AT_FILES, "例示会計事務所（架空）", "ynn", 60, "221", "7年", 40, '3', '1', 'b' },
	{ STAFF, "個人番号の届出書", "人事課", UNIT_STAFF, AT_SAFE, NULL, "yny", 118, "222", "退職後7年", 40, '5', '1', 't' },
	{ STAFF, "個人番号の管理簿", "人事課", UNIT_STAFF, AT_FILES, NULL, "yny", 118, "221", "退職後7年", 40, '2', '1', 't' },
	{ STAFF, "健康診断の結果", "人事課、産業医", UNIT_STAFF, AT_CABINET, NULL, "yyn", 60, "210", "5年", 40, '5', '1', 't' },
	{ STAFF, "休職・復職の相談記録", "人事課", UNIT_STAFF, AT_SAFE, NULL, "yyn", 4, "210", "5年", 23, '2', '1', 't' },
	{ STAFF, "採用応募者の書類", "人事課、各部長", UNIT_STAFF, AT_CABINET, NULL, "y?n", 75, "200", "6か月", 11, '3', '2', 't' },
	{ STAFF, "採用応募者のデータ", "人事課", UNIT_STAFF, AT_GROUPWARE, CLOUD_GROUPWARE, "y?n", 75, "200", "6か月", 11, '3', '1', 'b' },
	{ STAFF, "人事評価の記録", "人事課、役員", UNIT_STAFF, AT_FILES, NULL, "ynn", 45, "210", "10年", 31, '3', '1', 'b' },
	{ STAFF, "雇用契約書", "人事課", UNIT_STAFF, AT_SAFE, NULL, "ynn", 64, "210", "退職後5年", 40, '5', '1', 'b' },
	{ STAFF, "勤怠データ", "全従業員", UNIT_STAFF, AT_GROUPWARE, CLOUD_GROUPWARE, "ynn", 60, "121", "5年", 27, '3', '1', 'b' },
	{ STAFF, "派遣社員の管理台帳", "人事課", UNIT_STAFF, AT_DESK, NULL, "ynn", 12, "1--", "3年", 17, '3', '2', 'b' },
	{ STAFF, "研修の受講記録", "人事課", UNIT_STAFF, AT_FILES, NULL, "ynn", 60, "010", "3年", 26, '2', '1', 'c' },
	{ STAFF, "採用案内の冊子", "だれでも", UNIT_STAFF, AT_CABINET, NULL, "nnn", 0, "000", "2年", 9, '4', '1', 'c' },
	/* General affairs */
	{ GENERAL, "取引先との基本契約書", "総務課、各部長", UNIT_GENERAL, AT_CABINET, NULL, "nnn", 0, "221", "契約終了後10年", 40, '5', '1', 'b' },
	{ GENERAL, "取締役会議事録", "役員、総務課", UNIT_GENERAL, AT_SAFE, NULL, "nnn", 0, "221", "10年", 40, '5', '1', 'b' },
	{ GENERAL, "株主名簿", "総務課", UNIT_GENERAL, AT_SAFE, NULL, "ynn", 21, "220", "永年", 40, '5', '1', 'o' },
	{ GENERAL, "来客の記録", "総務課", UNIT_GENERAL, AT_CABINET, NULL, "ynn", 900, "100", "1年", 14, '2', '1', 'b' },
	{ GENERAL, "入館カードの貸出簿", "総務課", UNIT_GENERAL, AT_CABINET, NULL, "ynn", 60, "110", "1年", 28, '3', '1', 'b' },
	{ GENERAL, "社内規程集", "全従業員", UNIT_GENERAL, AT_GROUPWARE, CLOUD_GROUPWARE, "nnn", 0, "000", "永年", 28, '4', '1', 'b' },
	{ GENERAL, "固定資産の台帳", "総務課、経理部", UNIT_GENERAL, AT_DESK, NULL, "nnn", 0, "010", "7年", 33, '3', '1', 'b' },
	{ GENERAL, "緊急連絡網", "全従業員", UNIT_GENERAL, AT_CABINET, NULL, "ynn", 60, "101", "1年", 8, '4', '1', 'b' },
	/* Accounts */
	{ ACCOUNTS, "総勘定元帳", "経理部、監査役", UNIT_ACCOUNTS, AT_FILES, NULL, "nnn", 0, "121", "10年", 40, '2', '1', 'b' },
	{ ACCOUNTS, "請求書・領収書の綴り", "経理部", UNIT_ACCOUNTS, AT_CABINET, NULL, "nnn", 0, "111", "7年", 40, '5', '1', 'b' },
	{ ACCOUNTS, "電子取引の保存データ", "経理部", UNIT_ACCOUNTS, AT_GROUPWARE, CLOUD_GROUPWARE, "nnn", 0, "121", "7年", 23, '5', '1', 'b' },
	{ ACCOUNTS, "振込先口座の一覧", "経理部", UNIT_ACCOUNTS, AT_DESK, NULL, "ynn", 180, "221", "7年", 36, '3', '2', 'a' },
	{ ACCOUNTS, "代金引換・振込の入金記録", "経理部、受注センター", UNIT_ACCOUNTS, AT_FILES, NULL, "ynn", 8800, "121", "7年", 38, '2', '1', 'b' },
	{ ACCOUNTS, "決算資料（公表前）", "経理部、役員", UNIT_ACCOUNTS, AT_LAPTOP, NULL, "nnn", 0, "210", "10年", 7, '1', '2', 'a' },
	{ ACCOUNTS, "税務申告書の控え", "経理部", UNIT_ACCOUNTS, AT_SAFE, NULL, "nnn", 0, "120", "7年", 40, '5', '1', 'o' },
	{ ACCOUNTS, "過年度の会計データ", "経理部", UNIT_ACCOUNTS, AT_BACKUP, NULL, "nnn", 0, "121", "10年", 40, '5', '9', 'o' },
	/* Systems */
	{ SYSTEMS, "利用者IDと権限の一覧", "情報システム課", UNIT_SYSTEMS, AT_FILES, NULL, "ynn", 62, "221", "3年", 30, '3', '1', 'b' },
	{ SYSTEMS, "通販サイトのアクセスログ", "情報システム課", UNIT_SYSTEMS, AT_SHOP, CLOUD_SHOP, "?nn", 0, "110", "1年", 38, '2', '1', 'b' },
	{ SYSTEMS, "受注システムの設計書", "情報システム課、保守の委託先", UNIT_SYSTEMS, AT_GROUPWARE, CLOUD_GROUPWARE, "nnn", 0, "---", "永年", 38, '4', '2', 'b' },
	{ SYSTEMS, "業務データの控え（月次）", "情報システム課", UNIT_SYSTEMS, AT_BACKUP, NULL, "yny", 0, "222", "1年", 26, '5', '2', 'a' },
	{ SYSTEMS, "業務データの控え（遠隔地）", "情報システム課", UNIT_SYSTEMS, AT_BACKUP, STORE_HOUSE, "yny", 0, "222", "1年", 26, '5', '9', 'a' },
	{ SYSTEMS, "旧受注システムのデータ", "情報システム課", UNIT_SYSTEMS, AT_DESK, NULL, "ynn", 22000, "221", "7年", 40, '5', '3', 'a' },
	/* Planning */
	{ PLANNING, "中期計画の検討資料", "役員、経営企画室", UNIT_PLANNING, AT_GROUPWARE, CLOUD_GROUPWARE, "nnn", 0, "210", "10年", 8, '1', '1', 'b' },
	{ PLANNING, "内部監査の報告書", "役員、経営企画室", UNIT_PLANNING, AT_FILES, NULL, "nnn", 0, "210", "10年", 20, '2', '1', 'b' },
};
const size_t demo_asset_count = COUNT_OF(demo_assets);

const struct demo_threat_row demo_threats[] = {
	{ 80, PLACE_PC, 1, "有", "3", "不審なメールが毎週届く。" },
	{ 80, PLACE_PC, 2, "有", "2", "受注センターは席の入れ替わりが多い。" },
	{ 80, PLACE_PC, 3, "有", "2", "昨年度に2件あった。" },
	{ 80, PLACE_PC, 4, "有", "1", NULL },
	{ 80, PLACE_PC, 5, "有", "1", NULL },
	{ 80, PLACE_SERVER, 1, "有", "2", "同業の会社で被害が出ている。" },
	{ 80, PLACE_SERVER, 2, "有", "2", "組織変更のあとに、フォルダの権限が残ることがある。" },
	{ 80, PLACE_SERVER, 3, "有", "2", NULL },
	{ 80, PLACE_SERVER, 4, "有", "1", NULL },
	{ 80, PLACE_SERVER, 5, "有", "1", NULL },
	{ 80, PLACE_PAPER, 1, "有", "2", "複合機に残った書類が月に1、2回見つかる。" },
	{ 80, PLACE_PAPER, 2, "有", "1", NULL },
	{ 80, PLACE_PAPER, 3, "有", "1", NULL },
	{ 80, PLACE_CLOUD, 1, "有", "3", "見知らぬ所からのログインの試みが、毎日記録に残る。" },
	{ 80, PLACE_CLOUD, 2, "有", "2", NULL },
	{ 80, PLACE_CLOUD, 3, "有", "1", NULL },
	{ 80, PLACE_CLOUD, 4, "有", "1", NULL },
	{ 45, PLACE_PAPER, 4, "有", "1", "耐火金庫があり、書類は2階以上に置いている。" },
	{ 45, PLACE_CLOUD, 5, "有", "2", "無料のファイル転送を使った例があった。" },
	{ 45, PLACE_MOBILE, 1, "有", "2", "この2年で置き忘れが1件。" },
	{ 45, PLACE_MOBILE, 2, "有", "1", NULL },
	{ 45, PLACE_MOBILE, 3, "有", "2", NULL },
	{ 45, PLACE_MOBILE, 4, "無", NULL, "私物の端末は業務に使わせていない。" },
	{ 45, PLACE_MEDIA, 1, "有", "2", "遠隔地の保管庫との間を人が運んでいる。" },
	{ 45, PLACE_MEDIA, 2, "有", "1", NULL },
};
const size_t demo_threat_count = COUNT_OF(demo_threats);

const struct demo_check_row demo_checks[] = {
	{ 80, 1, "1", "自動の更新にしてある。" },
	{ 80, 2, "1", NULL },
	{ 80, 3, "1", NULL },
	{ 80, 4, "1", NULL },
	{ 80, 5, "3", "受注サービスもメールもパスワードだけで入れる。" },
	{ 80, 6, "2", "倉庫事務所の2台は共用のため設定していない。" },
	{ 80, 7, "2", "古いノートパソコン3台がまだ。" },
	{ 80, 9, "2", "記録はあるが、戻したときの確認が抜ける。" },
	{ 80, 10, "1", NULL },
	{ 80, 11, "1", "人事課からの知らせで当日に止めている。" },
	{ 80, 12, "1", "毎晩、自動で取っている。" },
	{ 80, 13, "3", "戻す試験をしたことがない。" },
	{ 80, 14, "1", NULL },
	{ 80, 15, "2", "記録は残るが、見る日を決めていない。" },
	{ 80, 16, "1", NULL },
	{ 45, 8, "2", "スマートフォンは止められる。ノートパソコンは一部だけ。" },
	{ 45, 17, "2", "電源装置はある。止め方の手順書が古い。" },
	{ 45, 18, "2", "受注センターの棚1本の鍵が壊れている。" },
	{ 45, 19, "2", NULL },
	{ 45, 20, "1", "溶解の証明書をもらっている。" },
	{ 45, 21, "1", NULL },
	{ 45, 22, "1", NULL },
	{ 45, 23, "1", "四半期ごとに見直すことにした。" },
	{ 45, 24, "2", "広報・販促課だけ、送る前の確認画面を入れた。" },
	{ 45, 26, "1", "入社時と毎年4月に行っている。" },
	{ 45, 27, "1", "名札の裏に連絡先がある。" },
	{ 45, 5, "2", "管理者の操作だけ二段階にした。全員分は次の工事で。" },
	{ 45, 13, "2", "受注データだけ試した。" },
	{ 3, 5, "1", "全員の二段階の認証が終わった。" },
	{ 3, 13, "1", "ファイルサーバーとメールも戻せることを確かめた。" },
	{ 3, 15, "1", "毎週月曜に見ることを決め、担当を置いた。" },
	{ 3, 8, "3", "新しいノートパソコン4台に入っておらず、残りも契約が切れていた。" },
};
const size_t demo_check_count = COUNT_OF(demo_checks);

#define LEAD_REVIEW "第2四半期の見直し"

const struct demo_change_row demo_changes[] = {
	/* Ratings looked at again with the departments, first treatments. */
	{ 60, WHO_LEAD, ON_ASSET, "問合せ対応の履歴", { { "confidentiality", "2" } }, "苦情の内容を含むため" },
	{ 60, WHO_LEAD, ON_ASSET, "配送先の一覧", { { "retention", "5年" } }, "運送会社との取決めに合わせた" },
	{ 60, WHO_LEAD, ON_ASSET, "商品マスター", { { "integrity", "1" }, { "availability", "2" } }, LEAD_REVIEW },
	{ 60, WHO_CONTACT, ON_ASSET, "健康診断の結果", { { "confidentiality", "2" }, { "user_scope", "人事課" } }, "産業医には写しを渡さないことにした" },
	{ 60, WHO_CONTACT, ON_ASSET, "緊急連絡網", { { "availability", "1" }, { "note", "印刷したものを各課に1部。データは人事課が持つ。" } }, "" },
	{ 60, WHO_LEAD, ON_ASSET, "受注データ", { { "treatment", "低減" } }, "二段階の認証を入れる" },
	{ 60, WHO_LEAD, ON_ASSET, "顧客台帳", { { "treatment", "低減" } }, "二段階の認証を入れる" },
	{ 60, WHO_LEAD, ON_ASSET, "カード決済の照合結果", { { "treatment", "移転" } }, "カード番号は決済代行会社だけが持つ" },
	{ 60, WHO_LEAD, ON_ASSET, "給与計算データ", { { "treatment", "低減" } }, "戻す試験をする" },

	/* Overrides, settled importance, treatments. */
	{ 30, WHO_LEAD, ON_PLACE, "耐火金庫", { { "threat_frequency_set", "1" }, { "threat_frequency_reason", "開けられるのは二人だけで、開けるたびに記録しているため" } }, LEAD_REVIEW },
	{ 30, WHO_LEAD, ON_ASSET, "健康診断の結果", { { "vulnerability_set", "1" }, { "vulnerability_reason", "専用の棚に分けて施錠し、鍵は人事課長だけが持つため" } }, LEAD_REVIEW },
	{ 30, WHO_LEAD, ON_ASSET, "旧受注システムのデータ", { { "vulnerability_set", "3" }, { "vulnerability_reason", "基本ソフトの更新が終わったパソコンに残っているため" } }, LEAD_REVIEW },
	{ 30, WHO_LEAD, ON_ASSET, "電話注文の録音", { { "threat_frequency_set", "1" }, { "threat_frequency_reason", "録音の装置は社内だけにつながり、聞ける人を二人に限っているため" } }, LEAD_REVIEW },
	{ 30, WHO_LEAD, ON_ASSET, "商品写真（公開済み）", { { "importance_settled", "1" }, { "importance_reason", "控えから半日で戻せるので、重大な影響にはならないため" } }, LEAD_REVIEW },
	{ 30, WHO_LEAD, ON_ASSET, "社内規程集", { { "importance_settled", "1" }, { "importance_reason", "誤った版が見えると業務に影響するため" } }, LEAD_REVIEW },
	{ 30, WHO_LEAD, ON_ASSET, "苦情対応の記録", { { "treatment", "低減" } }, "来月、受注サービスの中に移す" },
	{ 30, WHO_LEAD, ON_ASSET, "仕入価格表", { { "treatment", "低減" } }, "ファイルサーバーに移し、商品部だけに見せる" },
	{ 30, WHO_LEAD, ON_ASSET, "懸賞の応募者一覧", { { "treatment", "回避" } }, "当選者の発送が済んだら消す" },
	{ 30, WHO_LEAD, ON_ASSET, "振込先口座の一覧", { { "treatment", "低減" } }, "会計サービスの中だけに置く" },
	{ 30, WHO_LEAD, ON_ASSET, "旧受注システムのデータ", { { "treatment", "回避" } }, "必要な分を控えに移し、年内にパソコンごと廃棄する" },
	{ 30, WHO_LEAD, ON_ASSET, "勤怠データ", { { "treatment", "低減" } }, "二段階の認証を入れる" },
	{ 30, WHO_LEAD, ON_ASSET, "採用応募者のデータ", { { "treatment", "低減" } }, "共有フォルダをやめ、採用の担当者だけに見せる" },

	{ 21, WHO_ADMIN, ON_PERSON, "例示 委託02", { { "note", "保守契約の更新に合わせて、権限を見直した。" } }, "" },
	{ 21, WHO_CONTACT, ON_ASSET, "採用応募者の書類", { { "retention", "選考終了後6か月" } }, "応募者への説明文に合わせた" },
	{ 21, WHO_LEAD, ON_ASSET, "通販サイトのアクセスログ", { { "personal", "有" }, { "subjects", "36000" } }, "会員番号とひも付くことがわかったため" },

	/* A change of the organisation. */
	{ 14, WHO_ADMIN, ON_UNIT, "広報・販促課", { { "parent", DEMO_COMPANY } }, "社長直轄に変わったため" },
	{ 14, WHO_LEAD, ON_ASSET, "展示会の来場者一覧", { { "subjects", "655" } }, "秋の展示会の分を加えた" },

	{ 7, WHO_CONTACT, ON_ASSET, "来客の記録", { { "retention", "6か月" } }, "受付票の保存期間を短くした" },
	{ 7, WHO_LEAD, ON_ASSET, "在庫データ", { { "availability", "2" } }, "止まると当日の出荷ができないため" },
	{ 3, WHO_LEAD, ON_ASSET, "商品マスター", { { "integrity", "2" } }, "価格の誤表示が起きたため" },

	{ 0, WHO_LEAD, ON_ASSET, "決算資料（公表前）", { { "treatment", "低減" } }, "ノートパソコンに置かず、共有の中だけで扱う" },
};
const size_t demo_change_count = COUNT_OF(demo_changes);

const struct demo_comment_row demo_comments[] = {
	{ 30, WHO_LEAD, "旧受注システムのデータ", "廃棄の前に、7年の保存が要る取引だけを控えに移します。移す人を決めてください。" },
	{ 28, WHO_AUDITOR, "旧受注システムのデータ", "次の内部監査で、廃棄の証明書を確認します。" },
	{ 14, WHO_LEAD, "受注データを抜き出した表", "だれが何のために抜き出しているか、受注センターに聞いています。" },
	{ 14, WHO_CONTACT, "採用応募者の書類", "面接のあと、写しを各部長から回収することにしました。" },
	{ 3, WHO_LEAD, "大口顧客の商談記録", "ノートパソコンの遠隔停止が切れていたため、「大」に上がりました。対応を決めます。" },
};
const size_t demo_comment_count = COUNT_OF(demo_comments);

const struct demo_approval_row demo_approvals[] = {
	{ 7, WHO_LEAD, DEMO_SUBMIT, "給与計算データ", "控えから戻す試験を年に2回行う計画と、その費用を認めてほしい。", 360000 },
	{ 3, WHO_EXECUTIVE, DEMO_APPROVE, "給与計算データ", "結果を報告してください。", -1 },
	{ 3, WHO_LEAD, DEMO_SUBMIT, "振込先口座の一覧", "会計サービスの中だけに置くように変える。費用はこれから見積もる。", -1 },
	{ 0, WHO_EXECUTIVE, DEMO_SEND_BACK, "振込先口座の一覧", "費用の見積りを付けて、もう一度出してください。", -1 },
	{ 10, WHO_LEAD, DEMO_SUBMIT, NULL, "社用のスマートフォンをなくしたとき、離れた所から消せるようにする。", 340000, "スマートフォンの遠隔消去" },
	{ 7, WHO_EXECUTIVE, DEMO_APPROVE, NULL, "年度内に終えてください。", -1, "スマートフォンの遠隔消去" },
	{ 0, WHO_LEAD, DEMO_SUBMIT, NULL, "通販サイトへの攻撃を手前で止める。年間損失が4割ほど下がる見込み。", 1700000, "通販サイト前のWAF" },
	{ 0, WHO_LEAD, DEMO_SUBMIT, "勤怠データ", "二段階の認証を入れる。全員分の費用を含む。", 180000 },
	{ 0, WHO_CONTACT, DEMO_SUBMIT, "研修の受講記録", "保管の仕方を今のままとすることを認めてほしい。", 0 },
};
const size_t demo_approval_count = COUNT_OF(demo_approvals);
