/* What can go wrong and where we are weak: threats, the check list for devices, and weaknesses. */
#include "base/text/risk.h"
#include "risk/risk.h"

#define SECTION_THREAT { "脅威", "Threat" }
#define SECTION_WEAKNESS { "弱点", "Weakness" }
#define SECTION_HANDLING { "扱い", "Handling" }
#define SECTION_ITEM { "確認項目", "Item" }

/* ---- threats ---- */

static const struct choice threat_kinds[] = {
	{ 1, "human_deliberate", { "人：意図的", "human: deliberate" }, { "攻撃、内部の不正、ウイルス、改ざん、盗聴など、だれかがわざと起こすもの。", "Attacks, insiders, malware, alteration, eavesdropping: somebody means it." },
	  (const char *const[]){ "計画的", "意図的", "故意", "技術的脅威", NULL }, TONE_NEUTRAL },
	{ 2, "human_accidental", { "人：うっかり", "human: accidental" }, { "誤送信、紛失、操作や設定の間違いなど、わざとではないもの。", "Misdirected mail, loss, slips of operation and set-up." },
	  (const char *const[]){ "偶発的", "過失", "うっかり", NULL }, TONE_NEUTRAL },
	{ 3, "natural", { "環境：自然災害", "environment: natural disaster" }, { "地震、台風、大雨、落雷など。", "Earthquake, typhoon, heavy rain, lightning." },
	  (const char *const[]){ "自然災害", "災害", NULL }, TONE_NEUTRAL },
	{ 4, "failure", { "環境：故障・停止", "environment: failure" }, { "機器や回線の故障、停電、サービスの停止など。", "Broken devices and lines, power cuts, services that stop." },
	  (const char *const[]){ "障害", "故障", "障害・故障", NULL }, TONE_NEUTRAL },
};

const struct choice stride_kinds[6] = {
	{ STRIDE_SPOOFING, "spoofing", { "S：なりすまし", "S: spoofing" }, { "ほかの人や機器のふりをする。", "Somebody or something poses as another." }, (const char *const[]){ "S", "なりすまし", NULL }, TONE_NEUTRAL },
	{ STRIDE_TAMPERING, "tampering", { "T：改ざん", "T: tampering" }, { "データやプログラムを書き換える。", "Data or programs are altered." }, (const char *const[]){ "T", "改ざん", NULL }, TONE_NEUTRAL },
	{ STRIDE_REPUDIATION, "repudiation", { "R：否認", "R: repudiation" }, { "記録を消すなどして、したことを認めない。", "What was done is denied, records are wiped." }, (const char *const[]){ "R", "否認", NULL }, TONE_NEUTRAL },
	{ STRIDE_DISCLOSURE, "information_disclosure", { "I：情報漏えい", "I: information disclosure" }, { "見てはいけない人に情報が渡る。", "Information reaches those who must not see it." }, (const char *const[]){ "I", "情報漏えい", "情報漏洩", NULL }, TONE_NEUTRAL },
	{ STRIDE_DENIAL, "denial_of_service", { "D：サービス妨害", "D: denial of service" }, { "使えなくする、止める。", "A service is made unusable." }, (const char *const[]){ "D", "サービス妨害", "サービス拒否", NULL }, TONE_NEUTRAL },
	{ STRIDE_ELEVATION, "elevation_of_privilege", { "E：権限昇格", "E: elevation of privilege" }, { "持っていないはずの権限を手に入れる。", "Rights are gained that were not given." }, (const char *const[]){ "E", "権限昇格", "権限の昇格", NULL }, TONE_NEUTRAL },
};

static const struct choice threat_sources[] = {
	{ THREAT_STANDARD, "standard", { "標準の一覧", "standard list" }, { "石垣にはじめから入っている脅威。", "Shipped with the product." }, NULL, TONE_NEUTRAL },
	{ THREAT_OWN, "own", { "自社で気づいた", "own observation" }, { "業務の見直しや聞き取りから。", "From a look at the work, or from talks." }, NULL, TONE_NEUTRAL },
	{ THREAT_STRIDE, "stride", { "STRIDE分析", "STRIDE sheet" }, { "STRIDE分析表から登録した。", "Taken over from a STRIDE sheet." }, NULL, TONE_NEUTRAL },
	{ THREAT_TREE, "attack_tree", { "攻撃の木", "attack tree" }, { "攻撃の木の葉から登録した。", "Taken over from a leaf of an attack tree." }, NULL, TONE_NEUTRAL },
	{ THREAT_INFORMATION, "information", { "公開情報・他社の事例", "published information" }, { "注意喚起や報道、取引先から。", "Warnings, news, business partners." }, NULL, TONE_NEUTRAL },
};

static const struct field threat_fields[] = {
	{ .name = "name", .label = { "脅威", "Threat" }, .hint = { "例：退職者が顧客名簿を持ち出す", "For example: a leaver takes the customer list along" },
	  .type = FIELD_TEXT, .max = 300, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_THREAT },
	{ .name = "kind", .label = { "分類", "Kind" }, .type = FIELD_CHOICE, .choice = threat_kinds, .choices = COUNT_OF(threat_kinds),
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_THREAT, .alias = (const char *const[]){ "脅威の分類", NULL } },
	{ .name = "stride", .label = { "STRIDEの区分", "STRIDE kind" }, .hint = { "当てはまるものがあれば選びます。", "Where one applies." },
	  .type = FIELD_CHOICE, .choice = stride_kinds, .choices = COUNT_OF(stride_kinds), .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_THREAT,
	  .alias = (const char *const[]){ "STRIDE", NULL } },
	{ .name = "source", .label = { "見つけたきっかけ", "Source" }, .type = FIELD_CHOICE, .choice = threat_sources, .choices = COUNT_OF(threat_sources),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_THREAT },
	{ .name = "source_text", .label = { "出典", "Where from" }, .hint = { "資料の名前、分析表や木の名前など。", "Name of the document, sheet or tree." },
	  .type = FIELD_TEXT, .max = 300, .flags = FIELD_SEARCH, .section = SECTION_THREAT },
	{ .name = "note", .label = { "説明", "Description" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_THREAT },
};

const struct reg reg_threat = {
	.name = "threat", .room = "risk", .table = "risk_threat", .code = "THT",
	.label = { "脅威", "Threats" },
	.about = { "会社に起こりうる困りごとの一覧。リスクは、ここから選んで書きます。", "What could happen to us. Risks are written from here." },
	.empty = { "「追加」から書くか、STRIDE分析表や攻撃の木から登録します。", "Add one, or take it over from a STRIDE sheet or an attack tree." },
	.icon = "alert-triangle", .help = "risk", .field = threat_fields, .fields = COUNT_OF(threat_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ,
	                     [ROLE_EXECUTIVE] = OP_READ, [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.shared = true,
};

/* ---- the check list for devices ---- */

static const struct choice item_groups[] = {
	{ 1, "access_control", { "アクセス制御", "access control" }, { "だれに何を許すかの仕組み。", "Who may do what." }, NULL, TONE_NEUTRAL },
	{ 2, "input", { "入力の検査", "input checking" }, { "受け取った値を疑う仕組み。", "Distrust of what comes in." }, NULL, TONE_NEUTRAL },
	{ 3, "encryption", { "暗号化と真正性", "encryption and authenticity" }, { "読まれない、書き換えられない仕組み。", "Nothing is read or altered on the way." }, NULL, TONE_NEUTRAL },
	{ 4, "credentials", { "認証情報の管理", "credentials" }, { "パスワードや鍵の持ち方。", "How passwords and keys are kept." }, NULL, TONE_NEUTRAL },
	{ 5, "authentication", { "認証の強さ", "authentication" }, { "本人確認を破られない仕組み。", "Checks that are not got round." }, NULL, TONE_NEUTRAL },
	{ 6, "memory", { "メモリの扱い", "memory handling" }, { "プログラムの作りの欠陥。", "Flaws in how a program is made." }, NULL, TONE_NEUTRAL },
};

static const struct field item_fields[] = {
	{ .name = "number", .label = { "番号", "Number" }, .type = FIELD_INTEGER, .min = 1, .max = 999,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT, .section = SECTION_ITEM },
	{ .name = "name", .label = { "確認する弱点", "Weakness to look for" }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SEARCH, .section = SECTION_ITEM },
	{ .name = "category", .label = { "分類", "Group" }, .type = FIELD_CHOICE, .choice = item_groups, .choices = COUNT_OF(item_groups),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_ITEM },
	{ .name = "note", .label = { "見るところと困ること", "What to look at, and what it leads to" }, .type = FIELD_LONG_TEXT, .max = 2000,
	  .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_ITEM },
};

const struct reg reg_device_check = {
	.name = "device_check", .room = "risk", .table = "risk_device_check", .code = "DCK",
	.label = { "機器の確認項目", "Device check list" },
	.about = { "サーバーや通信機器に、よくある弱点がないかを見る項目。見つけたものは「弱点」に登録します。",
	           "What to look for on servers and network devices. What is found goes to the weaknesses." },
	.empty = { "「追加」から項目を書きます。", "Add an item." },
	.icon = "list-check", .help = "risk", .field = item_fields, .fields = COUNT_OF(item_fields), .title = "name", .sort = "number",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ,
	                     [ROLE_EXECUTIVE] = OP_READ, [ROLE_AUDITOR] = OP_READ | OP_EXPORT } },
	.shared = true,
};

/* ---- weaknesses ---- */

static const struct choice weakness_kinds[] = {
	{ 1, "human", { "人", "human" }, { "決まりを知らない、忘れる、疲れているなど。", "Rules not known, forgotten, tiredness." }, (const char *const[]){ "人の脆弱性", NULL }, TONE_NEUTRAL },
	{ 2, "system", { "システム", "system" }, { "古い版、権限の設定、不具合など。", "Old versions, rights, bugs." }, (const char *const[]){ "システムの脆弱性", NULL }, TONE_NEUTRAL },
	{ 3, "network", { "ネットワーク", "network" }, { "通信の許可の漏れ、設定の不備、経路の弱さなど。", "Gaps in filtering, set-up, single routes." }, (const char *const[]){ "ネットワークの脆弱性", NULL }, TONE_NEUTRAL },
	{ 4, "operation", { "運用", "operation" }, { "承認や監督の手薄さなど、回し方の弱さ。", "Approval or supervision that is too thin." }, (const char *const[]){ "運用の脆弱性", NULL }, TONE_NEUTRAL },
};

static const struct choice weakness_origins[] = {
	{ 1, "own", { "自社で気づいた", "own observation" }, { 0 }, NULL, TONE_NEUTRAL },
	{ 2, "device_check", { "機器の確認項目", "device check list" }, { 0 }, NULL, TONE_NEUTRAL },
	{ 3, "audit", { "監査・診断", "audit or test" }, { 0 }, NULL, TONE_NEUTRAL },
	{ 4, "information", { "公開情報・他社の事例", "published information" }, { 0 }, NULL, TONE_NEUTRAL },
};

static const struct choice severities[] = {
	{ 1, "1", { "1：小", "1: low" }, { "突かれても被害は限られる。", "Little harm when it is used." }, (const char *const[]){ "小", "低", NULL }, TONE_GREEN },
	{ 2, "2", { "2：中", "2: middle" }, { "突かれると業務に影響する。", "Harms the business when it is used." }, (const char *const[]){ "中", NULL }, TONE_YELLOW },
	{ 3, "3", { "3：大", "3: high" }, { "突かれると経営や取引先に重大な影響がある。", "Harms the company or partners gravely." }, (const char *const[]){ "大", "高", NULL }, TONE_RED },
};

static const struct choice weakness_states[] = {
	{ 1, "open", { "未対応", "open" }, { "まだ手を打っていない。", "Nothing has been done yet." }, NULL, TONE_RED },
	{ 2, "in_work", { "対応中", "in work" }, { "直している途中。", "Being mended." }, NULL, TONE_YELLOW },
	{ 3, "fixed", { "解消", "fixed" }, { "直して、確かめた。", "Mended and checked." }, (const char *const[]){ "対応済み", "完了", NULL }, TONE_GREEN },
	{ 4, "kept", { "そのまま使う", "kept" }, { "理由があって直さない。リスクとして扱う。", "Not mended, for a reason: handled as a risk." }, NULL, TONE_GREY },
};

static const struct field weakness_fields[] = {
	{ .name = "name", .label = { "弱点", "Weakness" }, .hint = { "例：共有フォルダがだれでも見られる", "For example: everybody can open the shared folder" },
	  .type = FIELD_TEXT, .max = 300, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_WEAKNESS,
	  .alias = (const char *const[]){ "脆弱性", NULL } },
	{ .name = "subject", .label = { "対象の機器・場所", "Device or place" }, .hint = { "例：ファイルサーバー FS01", "For example: file server FS01" },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_KEY | FIELD_LIST | FIELD_SEARCH, .section = SECTION_WEAKNESS },
	{ .name = "device", .label = { "機器", "Device" }, .hint = { "機器の台帳にあるもの。対象を空けておくと、その名前が入ります。", "A row of the devices; its name is taken where the subject is blank." },
	  .type = FIELD_REFERENCE, .target = "device", .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WEAKNESS,
	  .alias = (const char *const[]){ "ホスト名", "機器名", NULL } },
	{ .name = "asset", .label = { "関係する情報資産", "Information asset" }, .type = FIELD_REFERENCE, .target = "asset", .flags = FIELD_FILTER,
	  .section = SECTION_WEAKNESS },
	{ .name = "kind", .label = { "分類", "Kind" }, .type = FIELD_CHOICE, .choice = weakness_kinds, .choices = COUNT_OF(weakness_kinds),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WEAKNESS },
	{ .name = "origin", .label = { "見つけたきっかけ", "Found by" }, .type = FIELD_CHOICE, .choice = weakness_origins,
	  .choices = COUNT_OF(weakness_origins), .flags = FIELD_FILTER, .section = SECTION_WEAKNESS },
	{ .name = "item", .label = { "機器の確認項目", "Check list item" }, .type = FIELD_REFERENCE, .target = "device_check", .flags = FIELD_FILTER,
	  .section = SECTION_WEAKNESS },
	{ .name = "severity", .label = { "深刻さ", "Severity" }, .type = FIELD_SCALE, .min = 1, .max = 3, .choice = severities, .choices = 3,
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_WEAKNESS },
	{ .name = "unit", .label = { "管理部署", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER | FIELD_GROW,
	  .section = SECTION_HANDLING },
	{ .name = "owner", .label = { "責任者", "Owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_HANDLING },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = weakness_states, .choices = COUNT_OF(weakness_states),
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_HANDLING },
	{ .name = "found_on", .label = { "見つけた日", "Found on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_HANDLING },
	{ .name = "fixed_on", .label = { "解消した日", "Fixed on" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT, .section = SECTION_HANDLING },
	{ .name = "note", .label = { "メモ", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_HANDLING },
};

/* Of a device: its name and unit, where the weakness does not say them. The name is part of the key, so that the same weakness of
 * two devices is two rows. */
static void fill_from_device(struct reg_ctx *ctx, struct row *row)
{
	const struct value *device = &row->v[reg_field(&reg_weakness, "device")];
	struct value *subject = &row->v[reg_field(&reg_weakness, "subject")], *unit = &row->v[reg_field(&reg_weakness, "unit")];
	struct sql q;
	if (!device->known || !device->i)
		return;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT name, COALESCE(unit, 0) FROM asset_device WHERE id = ");
	sql_i64(&q, device->i);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	if (db_first(ctx->conn, &q, &s) < 0)
		return;
	if (!subject->known)
		*subject = (struct value){ .known = true, .s = stmt_str_dup(s, ctx->arena, 0) };
	if (!unit->known && stmt_i64(s, 1))
		*unit = (struct value){ .known = true, .i = stmt_i64(s, 1) };
}

/* A weakness is found today and open, unless somebody says otherwise. */
static void weakness_fill(struct reg_ctx *ctx, struct row *row)
{
	fill_from_device(ctx, row);
	int state = reg_field(&reg_weakness, "state"), found = reg_field(&reg_weakness, "found_on");
	if (!row->v[state].known)
		row->v[state] = (struct value){ .known = true, .i = 1 };
	if (!row->v[found].known)
		row->v[found] = risk_today_value(ctx->arena);
}

static void weakness_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	int found = reg_field(&reg_weakness, "found_on"), fixed = reg_field(&reg_weakness, "fixed_on");
	if (after->v[found].known && after->v[fixed].known && str_cmp(after->v[fixed].s, after->v[found].s) < 0)
		error_add(errors, fixed, NOTE0(MSG_RISK_FIXED_BEFORE_FOUND));
}

static const struct reg_hooks weakness_hooks = { .fill = weakness_fill, .check = weakness_check };

const struct reg reg_weakness = {
	.name = "weakness", .room = "risk", .table = "risk_weakness", .code = "WKN",
	.label = { "弱点", "Weaknesses" },
	.about = { "守りの弱いところの一覧。自分たちで気づいたものも、確認項目で見つけたものも登録します。",
	           "Where our defences are weak: what we noticed, and what the check list brought up." },
	.empty = { "気になるところを一つ書くか、機器の確認項目に沿って見てまわります。", "Write down what worries you, or go through the device check list." },
	.icon = "bug", .help = "risk", .field = weakness_fields, .fields = COUNT_OF(weakness_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL,
	                     [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT | OP_COMMENT, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.hooks = &weakness_hooks,
};
