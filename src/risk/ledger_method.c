/*
 * The ledger method as set-based SQL: one statement per register, used for one row and for all. Levels that cannot be
 * known are NULL, and NULL runs through every formula: an unanswered question never reads as good news. A worst answer of
 * 3 stands whatever the unanswered ones may be, since nothing is worse.
 */
#include "risk/risk.h"

const struct choice place_kinds[6] = {
	{ PLACE_PC, "office_pc", { "事務所のパソコン", "Office PC" }, { "机の上やロッカーで使うパソコン。", "PCs used at desks." },
	  (const char *const[]){ "事務所PC", "事務所ＰＣ", "パソコン", "PC", NULL }, TONE_NEUTRAL },
	{ PLACE_MOBILE, "mobile", { "モバイル機器", "Mobile device" },
	  { "持ち歩くノートパソコン、タブレット、スマートフォン。", "Laptops, tablets and phones that leave the office." },
	  (const char *const[]){ "モバイル", "スマートフォン", "タブレット", "ノートPC", NULL }, TONE_NEUTRAL },
	{ PLACE_SERVER, "internal_server", { "社内サーバー", "Internal server" },
	  { "社内に置くサーバーや共有ディスク。", "Servers and shared disks on the premises." },
	  (const char *const[]){ "社内サーバ", "ファイルサーバー", "ファイルサーバ", "NAS", NULL }, TONE_NEUTRAL },
	{ PLACE_PAPER, "paper", { "書類", "Paper" }, { "紙の書類。キャビネットや金庫に置くもの。", "Paper, in cabinets and safes." },
	  (const char *const[]){ "紙", "紙媒体", "キャビネット", "金庫", NULL }, TONE_NEUTRAL },
	{ PLACE_CLOUD, "external_server", { "社外サーバー", "External server" },
	  { "クラウドサービスやレンタルサーバーなど、社外にあるもの。", "Cloud services and hosted servers." },
	  (const char *const[]){ "社外サーバ", "クラウド", "クラウドサービス", "レンタルサーバー", NULL }, TONE_NEUTRAL },
	{ PLACE_MEDIA, "portable_media", { "可搬電子媒体", "Portable media" },
	  { "USBメモリ、外付けディスク、DVDなど。", "USB sticks, external disks, DVDs." },
	  (const char *const[]){ "USBメモリ", "USB", "外付けHDD", "外付けの記憶媒体", NULL }, TONE_NEUTRAL },
};

const struct choice frequency_levels[3] = {
	{ 1, "1", { "1：まれ", "1: rare" }, { "通常は起こらない。", "Does not normally happen." }, NULL, TONE_GREEN },
	{ 2, "2", { "2：年に数回", "2: a few times a year" }, { "特定の条件がそろうと起こる。", "Happens under certain conditions." }, NULL, TONE_YELLOW },
	{ 3, "3", { "3：いつでも", "3: any time" }, { "ふだんの状態で、いつ起きてもおかしくない。", "Can happen at any time as things are." }, NULL, TONE_RED },
};

const struct choice vulnerability_levels[3] = {
	{ 1, "1", { "1：実施済み", "1: done" }, { "必要な対策をすべて行っている。", "All that is needed is in place." }, NULL, TONE_GREEN },
	{ 2, "2", { "2：一部実施", "2: partly done" }, { "対策はあるが、漏れがある。", "In place, with gaps." }, NULL, TONE_YELLOW },
	{ 3, "3", { "3：未実施", "3: not done" }, { "対策がない、または効いていない。", "Missing or without effect." }, NULL, TONE_RED },
};

const struct choice likelihood_levels[3] = {
	{ 1, "1", { "1：低", "1: low" }, { "被害が起きる可能性は低い。", "Damage is unlikely." }, NULL, TONE_GREEN },
	{ 2, "2", { "2：中", "2: middle" }, { "被害が起きる可能性がある。", "Damage is possible." }, NULL, TONE_YELLOW },
	{ 3, "3", { "3：高", "3: high" }, { "被害が起きる可能性が高い。", "Damage is likely." }, NULL, TONE_RED },
};

const struct choice risk_bands[3] = {
	{ BAND_LOW, "小", { "小", "low" }, { "いまの対策を続けます。", "Keep what is in place." }, (const char *const[]){ "リスク小", "low", NULL }, TONE_GREEN },
	{ BAND_MIDDLE, "中", { "中", "middle" }, { "計画を立てて下げます。", "Plan to lower it." }, (const char *const[]){ "リスク中", "middle", NULL }, TONE_YELLOW },
	{ BAND_HIGH, "大", { "大", "high" }, { "すぐに対応を決めます。", "Decide on a treatment now." }, (const char *const[]){ "リスク大", "high", NULL }, TONE_RED },
};

/* Rows of an import that is not decided yet count for nobody; the engine computes anew when it is. */
#define DECIDED(alias) " AND (" alias ".batch = 0 OR " alias ".batch NOT IN (SELECT b.id FROM batch b WHERE b.state IN (0, 3)))"

/* Of a kind's threats: the highest applicable. 3 stands; otherwise one unanswered makes it unknown; none applies: 1. A
 * threat to which somebody gave a frequency applies, unless they said that it does not. */
#define PLACE_THREAT \
	"(SELECT CASE WHEN MAX(CASE WHEN s.applicable IS NOT 0 THEN s.frequency END) = 3 THEN 3" \
	" WHEN COUNT(*) = 0 OR SUM(s.applicable IS NOT 0 AND s.frequency IS NULL) > 0 THEN NULL" \
	" ELSE COALESCE(MAX(CASE WHEN s.applicable IS NOT 0 THEN s.frequency END), 1) END" \
	" FROM risk_threat_situation s WHERE s.archived = 0 AND s.place_kind = p.kind" DECIDED("s") ")"

/* Of the items that apply to a kind: the worst answer; 9 is "not applicable here". */
#define PLACE_VULNERABILITY \
	"(SELECT CASE WHEN MAX(CASE WHEN k.answer < 9 THEN k.answer END) = 3 THEN 3" \
	" WHEN COUNT(*) = 0 OR SUM(k.answer IS NULL) > 0 THEN NULL" \
	" ELSE COALESCE(MAX(CASE WHEN k.answer < 9 THEN k.answer END), 1) END" \
	" FROM risk_control_check k WHERE k.archived = 0 AND (k.places >> p.kind) & 1 = 1" DECIDED("k") ")"

const struct derivation risk_of_place = {
	.fields = (const char *const[]){ "threat_frequency_computed", "vulnerability_computed", "threat_frequency", "vulnerability", NULL },
	.sql = "SELECT t.id, t.threat_computed, t.vulnerability_computed,"
	       " COALESCE(t.threat_frequency_set, t.threat_computed), COALESCE(t.vulnerability_set, t.vulnerability_computed)"
	       " FROM (SELECT p.id, p.kind, p.threat_frequency_set, p.vulnerability_set, " PLACE_THREAT " AS threat_computed, "
	       PLACE_VULNERABILITY " AS vulnerability_computed FROM asset_place p) t",
	.depends = (const struct dependency[]){ { "threat_situation", NULL }, { "control_check", NULL } },
	.dependencies = 2,
};

/* Each cell of the table is read once for the whole statement; found by its name row by row, it cost a third of a re-computation. */
#define CELL(t, v) " WHEN " #t #v " THEN (SELECT number FROM setting WHERE key = 'risk.likelihood_" #t "_" #v "')"
#define LIKELIHOOD_OF(threat, vulnerability) \
	"CASE " threat " * 10 + " vulnerability CELL(1, 1) CELL(1, 2) CELL(1, 3) CELL(2, 1) CELL(2, 2) CELL(2, 3) CELL(3, 1) CELL(3, 2) \
	CELL(3, 3) " END"

const struct derivation risk_of_asset = {
	.fields = (const char *const[]){ "threat_frequency_computed", "vulnerability_computed", "threat_frequency", "vulnerability",
	                                 "damage_likelihood", "risk_value", "risk_band", NULL },
	.sql = "SELECT t.id, t.threat_computed, t.vulnerability_computed, t.threat, t.vulnerability, t.likelihood,"
	       " t.importance * t.likelihood,"
	       " CASE WHEN t.importance * t.likelihood IS NULL THEN NULL"
	       " WHEN t.importance * t.likelihood >= (SELECT number FROM setting WHERE key = 'risk.band_high') THEN 3"
	       " WHEN t.importance * t.likelihood >= (SELECT number FROM setting WHERE key = 'risk.band_middle') THEN 2 ELSE 1 END"
	       " FROM (SELECT b.id, b.storage, b.importance, b.threat_computed, b.vulnerability_computed, b.threat, b.vulnerability,"
	       " " LIKELIHOOD_OF("b.threat", "b.vulnerability") " AS likelihood"
	       " FROM (SELECT a.id, a.storage, a.importance, p.threat_frequency AS threat_computed,"
	       " p.vulnerability AS vulnerability_computed, COALESCE(a.threat_frequency_set, p.threat_frequency) AS threat,"
	       " COALESCE(a.vulnerability_set, p.vulnerability) AS vulnerability"
	       " FROM asset_asset a LEFT JOIN asset_place p ON p.id = a.storage) b) t",
	.depends = (const struct dependency[]){ { "place", "storage", READS("threat_frequency", "vulnerability") } },
	.dependencies = 1,
};


#define LIKELIHOOD(t, v, ja, en, level) \
	{ .key = "risk.likelihood_" #t "_" #v, .label = { "脅威" #t "・脆弱性" #v "：" ja, "Threat " #t ", vulnerability " #v ": " en }, \
	  .section = { "被害発生可能性の表", "Table of damage likelihood" }, .type = FIELD_INTEGER, .min = 1, .max = 3, .value = level, \
	  .recompute = true, .need = NEED_SETTINGS }

const struct setting risk_settings[] = {
	LIKELIHOOD(3, 3, "いつでも起き、対策なし", "any time, no control", 3),
	LIKELIHOOD(3, 2, "いつでも起き、対策は一部", "any time, partly controlled", 2),
	LIKELIHOOD(3, 1, "いつでも起き、対策済み", "any time, controlled", 1),
	LIKELIHOOD(2, 3, "年に数回、対策なし", "some times a year, no control", 2),
	LIKELIHOOD(2, 2, "年に数回、対策は一部", "some times a year, partly controlled", 1),
	LIKELIHOOD(2, 1, "年に数回、対策済み", "some times a year, controlled", 1),
	LIKELIHOOD(1, 3, "まれ、対策なし", "rare, no control", 1),
	LIKELIHOOD(1, 2, "まれ、対策は一部", "rare, partly controlled", 1),
	LIKELIHOOD(1, 1, "まれ、対策済み", "rare, controlled", 1),
	{ .key = "risk.band_high", .label = { "「大」とするリスク値", "Risk value from which it is high" },
	  .hint = { "この値以上を「大」とします。", "Values from here on are high." }, .section = { "リスクの区分", "Bands" },
	  .type = FIELD_INTEGER, .min = 1, .max = 6, .value = 4, .recompute = true, .need = NEED_SETTINGS },
	{ .key = "risk.band_middle", .label = { "「中」とするリスク値", "Risk value from which it is middle" },
	  .hint = { "この値以上、「大」未満を「中」とします。", "From here up to high it is middle." }, .section = { "リスクの区分", "Bands" },
	  .type = FIELD_INTEGER, .min = 0, .max = 6, .value = 1, .recompute = true, .need = NEED_SETTINGS },
	{ .key = "risk.factor_max", .label = { "掛け算方式の要素の最大値", "Highest factor of the four-factor method" },
	  .hint = { "新しい評価の初期値です。", "For new assessments." }, .section = { "評価の初期値", "For new assessments" },
	  .type = FIELD_INTEGER, .min = 1, .max = 10, .value = 3, .need = NEED_SETTINGS },
	{ .key = "risk.multiplication_limit", .label = { "掛け算方式で受け入れられる上限", "Acceptance limit of the four-factor method" },
	  .hint = { "新しい評価の初期値です。これを超えるリスクに対応します。", "For new assessments: what is above is treated." },
	  .section = { "評価の初期値", "For new assessments" }, .type = FIELD_INTEGER, .min = 0, .max = 10000, .value = 17, .need = NEED_SETTINGS },
	{ .key = "risk.matrix_size", .label = { "マトリクスの大きさ", "Size of the matrix" },
	  .hint = { "新しい評価の初期値です（3から5）。", "For new assessments, 3 to 5." }, .section = { "評価の初期値", "For new assessments" },
	  .type = FIELD_INTEGER, .min = 3, .max = 5, .value = 3, .need = NEED_SETTINGS },
	{ .key = "risk.loss_limit", .label = { "受け入れられる年間損失（円）", "Acceptable annual loss (yen)" },
	  .hint = { "新しい評価の初期値です。", "For new assessments." }, .section = { "評価の初期値", "For new assessments" },
	  .type = FIELD_INTEGER, .min = 0, .max = INT64_C(1000000000000), .value = 2000000, .need = NEED_SETTINGS },
	{ .key = "signal.untreated_days", .label = { "「大」を未対応のまま置ける日数", "Days a high risk may stay untreated" },
	  .hint = { "これより長く対応の決まらない「大」があれば、信号は赤です。", "A high risk without a treatment for longer turns the signal red." },
	  .section = { "信号", "Signal" }, .type = FIELD_INTEGER, .min = 0, .max = 365, .value = 30, .need = NEED_SETTINGS },
	{ .key = "signal.unknown_percent", .label = { "リスク不明の割合（%）", "Share of unknown risks (%)" },
	  .hint = { "これを超えると黄です。", "Above this the signal is yellow." }, .section = { "信号", "Signal" }, .type = FIELD_INTEGER,
	  .min = 0, .max = 100, .value = 20, .need = NEED_SETTINGS },
	{ .key = "signal.unknown_red_percent", .label = { "不明の割合：赤（%）", "Share of what is unknown: red (%)" },
	  .hint = { "リスク、重要度、管理部署の不明がこれを超えると赤です。100なら赤にせず、黄までにします。", "Above this the signal is red: not knowing is no comfort. With 100 it stays yellow." },
	  .section = { "信号", "Signal" }, .type = FIELD_INTEGER, .min = 0, .max = 100, .value = 100, .need = NEED_SETTINGS },
	{ .key = "signal.unconfirmed_red_percent", .label = { "確認のない割合：赤（%）", "Share not confirmed: red (%)" },
	  .hint = { "これを超えると赤です。100なら赤にせず、黄までにします。", "Above this the signal is red. With 100 it stays yellow." }, .section = { "信号", "Signal" }, .type = FIELD_INTEGER,
	  .min = 0, .max = 100, .value = 100, .need = NEED_SETTINGS },
	{ .key = "report.yen_per_person", .label = { "1人当たりの想定損害賠償額（円）", "Expected compensation per person (yen)" },
	  .hint = { "個人情報の漏えいの目安。初期値は、JNSAの2021年の調査が示す3か年平均です。", "For leaked personal data; the default is the three-year mean of a JNSA survey of 2021." },
	  .section = { "報告書", "Report" }, .type = FIELD_INTEGER, .min = 0, .max = 10000000, .value = 28308, .need = NEED_SETTINGS },
	{ .key = "signal.unconfirmed_percent", .label = { "1年以上確認のない割合（%）", "Share not confirmed within a year (%)" },
	  .hint = { "これを超えると黄です。", "Above this the signal is yellow." }, .section = { "信号", "Signal" }, .type = FIELD_INTEGER,
	  .min = 0, .max = 100, .value = 10, .need = NEED_SETTINGS },
	{ .key = "signal.confirmed_days", .label = { "確認の有効日数", "Days a confirmation lasts" },
	  .hint = { "最後の確認からこの日数を過ぎた資産を「確認切れ」とします。", "An asset not confirmed for longer counts as unconfirmed." },
	  .section = { "信号", "Signal" }, .type = FIELD_INTEGER, .min = 30, .max = 1830, .value = 365, .need = NEED_SETTINGS },
};
const size_t risk_setting_count = COUNT_OF(risk_settings);
