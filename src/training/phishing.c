/* Phishing drills and their results, one row a person, and how security people are to grow. Both tell of single people: they are for who leads
 * the training alone. What a drill came to as a whole, everybody may read. */
#include "training/training.h"

#include "base/text/training.h"
#include "register/query.h"

#define SECTION_DRILL { "訓練", "Drill" }
#define SECTION_FIGURES { "結果", "Results" }
#define SECTION_RESULT { "結果", "Result" }
#define SECTION_SKILL { "人と役割", "Person and role" }
#define SECTION_LEVEL { "スキルレベル", "Skill level" }
#define SECTION_GROW { "育成計画", "Development" }
#define DRILLS_SHOWN 12

static const struct choice open_stands[] = {
	{ 1, "met", { "目標内", "Within the goal" }, { 0 }, NULL, TONE_GREEN }, { 2, "missed", { "目標より多い", "Above the goal" }, { 0 }, NULL, TONE_RED },
};
static const struct choice report_stands[] = {
	{ 1, "met", { "目標を満たす", "Goal met" }, { 0 }, NULL, TONE_GREEN }, { 2, "missed", { "目標に届かない", "Below the goal" }, { 0 }, NULL, TONE_RED },
	{ 3, "nobody", { "開封した人はいない", "No one opened" }, { "割る相手がないので、割合はありません。", "There is nothing to take a share of." }, NULL, TONE_GREEN },
};

/* Rates are compared as whole numbers, so that the goal itself is met exactly. */
#define RESULTS_OF " FROM training_phishing_result x WHERE x.phishing = t.id AND x.archived = 0 AND x.batch NOT IN " BATCH_HIDDEN
#define DELIVERED "(SELECT COUNT(*)" RESULTS_OF " AND COALESCE(x.delivered, 1) = 1)"
#define OPENED "(SELECT COUNT(*)" RESULTS_OF " AND COALESCE(x.delivered, 1) = 1 AND x.opened = 1)"
#define REPORTED "(SELECT COUNT(*)" RESULTS_OF " AND COALESCE(x.delivered, 1) = 1 AND x.opened = 1 AND x.reported = 1)"
static const struct derivation figures = {
	.fields = (const char *const[]){ "delivered", "opened", "reported", "open_rate", "open_stands", "report_rate", "report_stands", NULL },
	.sql = "SELECT t.id, " DELIVERED ", " OPENED ", " REPORTED ","
	       " CASE WHEN " DELIVERED " > 0 THEN " OPENED " * 1000 / " DELIVERED " END,"
	       " CASE WHEN " DELIVERED " > 0 THEN CASE WHEN " OPENED " * 100 <= " DELIVERED " * (SELECT number FROM setting WHERE key = 'training.open_target') THEN 1 ELSE 2 END END,"
	       " CASE WHEN " OPENED " > 0 THEN " REPORTED " * 1000 / " OPENED " END,"
	       " CASE WHEN " DELIVERED " = 0 THEN NULL WHEN " OPENED " = 0 THEN 3"
	       " WHEN " REPORTED " * 100 >= " OPENED " * (SELECT number FROM setting WHERE key = 'training.report_target') THEN 1 ELSE 2 END"
	       " FROM training_phishing t",
	.depends = (const struct dependency[]){ { .reg = "phishing_result", .back = "phishing", READS("phishing", "delivered", "opened", "reported") } }, .dependencies = 1,
};

static const struct field phishing_fields[] = {
	{ .name = "name", .label = { "訓練の名前", "Drill" }, .hint = { "例：2026年秋 標的型メール訓練", "For example: autumn 2026" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_DRILL, .alias = (const char *const[]){ "訓練名", NULL } },
	{ .name = "sent_on", .label = { "送った日", "Sent on" }, .type = FIELD_DATE, .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_DRILL },
	{ .name = "plan", .label = { "教育計画", "Plan" }, .type = FIELD_REFERENCE, .target = "training_plan", .flags = FIELD_FILTER, .section = SECTION_DRILL },
	{ .name = "about", .label = { "メールの内容と送り方", "The mail, and how it was sent" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_DRILL },
	{ .name = "delivered", .label = { "届いた人", "Delivered" }, .type = FIELD_INTEGER, .flags = FIELD_LIST, .section = SECTION_FIGURES, .derived = &figures, .formula = { "届いた人の行の数", "Rows of people it reached" } },
	{ .name = "opened", .label = { "開封した人", "Opened" }, .type = FIELD_INTEGER, .flags = FIELD_LIST, .section = SECTION_FIGURES, .derived = &figures, .formula = { "そのうち、開封した人の数", "Of these, who opened it" } },
	{ .name = "reported", .label = { "開封して知らせた人", "Openers who reported" }, .type = FIELD_INTEGER, .flags = FIELD_LIST, .section = SECTION_FIGURES, .derived = &figures,
	  .formula = { "開封した人のうち、知らせた人の数", "Of who opened it, who reported" } },
	{ .name = "open_rate", .label = { "開封率（%）", "Opened (%)" }, .type = FIELD_DECIMAL, .decimals = 1, .flags = FIELD_LIST, .section = SECTION_FIGURES, .derived = &figures,
	  .formula = { "開封した人 ÷ 届いた人", "Opened ÷ delivered" } },
	{ .name = "open_stands", .label = { "開封率の目標", "Goal: opened" }, .type = FIELD_CHOICE, .choice = open_stands, .choices = COUNT_OF(open_stands), .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_FIGURES, .derived = &figures, .formula = { "設定の目標以下なら目標内", "At most the goal of the settings" } },
	{ .name = "report_rate", .label = { "知らせた割合（%）", "Reported (%)" }, .type = FIELD_DECIMAL, .decimals = 1, .section = SECTION_FIGURES, .derived = &figures,
	  .formula = { "開封して知らせた人 ÷ 開封した人", "Openers who reported ÷ opened" } },
	{ .name = "report_stands", .label = { "知らせた割合の目標", "Goal: reported" }, .type = FIELD_CHOICE, .choice = report_stands, .choices = COUNT_OF(report_stands), .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_FIGURES, .derived = &figures, .formula = { "設定の目標以上なら満たす。開封した人がいなければ割合はない", "At least the goal of the settings; no share where no one opened" } },
};

static const struct reg_hooks phishing_hooks = { .list = phishing_list };

const struct reg reg_phishing = {
	.name = "phishing", .room = "training", .table = "training_phishing", .code = "PHS",
	.label = { "標的型メール訓練", "Phishing drills" },
	.about = { "訓練メールを開封した人の割合と、開封した人のうち知らせた人の割合。", "The share of people who opened a drill's mail, and of openers who reported." },
	.empty = { "訓練を追加してから、結果を取り込みます。", "Add a drill, then import its results." },
	.icon = "mail", .help = "training", .field = phishing_fields, .fields = COUNT_OF(phishing_fields), .title = "name", .sort = "sent_on",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT } },
	.derive = (const struct derivation *const[]){ &figures }, .derives = 1, .hooks = &phishing_hooks, .shared = true,
};

/* ---- results ---- */

static const struct field result_fields[] = {
	{ .name = "phishing", .label = { "訓練", "Drill" }, .type = FIELD_REFERENCE, .target = "phishing", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_RESULT,
	  .alias = (const char *const[]){ "訓練名", "訓練の名前", NULL } },
	{ .name = "recipient", .label = { "宛先", "Recipient" }, .hint = { "メールアドレスか社員番号。", "Address or number." }, .type = FIELD_TEXT, .max = 254, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT,
	  .section = SECTION_RESULT, .alias = (const char *const[]){ "メールアドレス", "メール", "社員番号", "氏名", NULL } },
	{ .name = "unit", .label = { "部門", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_RESULT, .alias = (const char *const[]){ "部署", "所属", NULL } },
	{ .name = "delivered", .label = { "届いた", "Delivered" }, .hint = { "空欄は、届いたものとして数えます。", "Blank counts as delivered." }, .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_RESULT,
	  .alias = (const char *const[]){ "配信", "到達", NULL } },
	{ .name = "opened", .label = { "開封した", "Opened" }, .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_RESULT, .alias = (const char *const[]){ "開封", NULL } },
	{ .name = "reported", .label = { "知らせた", "Reported" }, .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_RESULT, .alias = (const char *const[]){ "報告", "エスカレーション", NULL } },
};

const struct reg reg_phishing_result = {
	.name = "phishing_result", .room = "training", .table = "training_phishing_result", .code = "PHR",
	.label = { "訓練の結果", "Results of drills" },
	.about = { "宛先ごとの結果。訓練サービスの一覧を取り込みます。集計だけに使い、教育の担当のほかには見せません。", "One row a recipient, imported from the drill's service. For the figures only; nobody but who leads the training sees them." },
	.empty = { "訓練サービスの結果（CSVかExcel）を取り込みます。", "Import the results of the service (CSV or Excel)." },
	.icon = "list-search", .help = "training", .field = result_fields, .fields = COUNT_OF(result_fields), .title = "recipient", .sort = "recipient",
	.access = { .ops = { [ROLE_LEAD] = OP_ALL } },
};

/* Two lines over the drills, oldest first. */
void phishing_list(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	struct sql q;
	struct point point[DRILLS_SHOWN];
	size_t n = 0;
	reg_select(&q, h->arena, p, &reg_phishing, "t.sent_on, COALESCE(t.open_rate, -10), COALESCE(t.report_rate, -10)");
	sql_lit(&q, " ORDER BY t.sent_on DESC, t.id DESC LIMIT ");
	sql_i64(&q, DRILLS_SHOWN);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	while (e == 0 && n < DRILLS_SHOWN && (e = stmt_step(s)) == 1) {
		point[n++] = (struct point){ .label = stmt_str_dup(s, h->arena, 0), .value = { stmt_i64(s, 1) / 10, stmt_i64(s, 2) / 10 } };
		e = 0;
	}
	if (e < 0 || n < 2)
		return;
	for (size_t i = 0; i < n / 2; i++) {
		struct point swap = point[i];
		point[i] = point[n - 1 - i];
		point[n - 1 - i] = swap;
	}
	const struct str series[] = { msg(h->lang, MSG_TRAINING_DRILL_OPENED), msg(h->lang, MSG_TRAINING_DRILL_REPORTED) };
	static const enum tone tones[] = { TONE_RED, TONE_GREEN };
	html_lit(h, "<section class=\"card\"><div class=\"card-body\"><p>");
	html_note(h, &NOTE(MSG_TRAINING_DRILL_GOALS, ARG_I(setting_i64(c, "training.open_target")), ARG_I(setting_i64(c, "training.report_target"))));
	html_lit(h, "</p>");
	chart_lines_over(h, msg(h->lang, MSG_TRAINING_DRILL_CHART), msg(h->lang, MSG_TRAINING_DRILL), series, tones, 2, point, n);
	html_lit(h, "</div></section>");
}

/* ---- security people ---- */

static const struct choice roles[] = {
	{ 1, "security", { "セキュリティの担当", "Security staff" }, { "セキュリティが主な仕事の人。", "Security is their main work." }, NULL, TONE_BLUE },
	{ 2, "plus", { "プラス・セキュリティ", "Plus security" }, { "本業をしながら、その仕事に要るセキュリティを身につける人。", "People of another trade who need security in it." }, NULL, TONE_NEUTRAL },
};
static const struct choice levels[] = {
	{ 1, "1", { "1", "1" }, { "基礎の知識がある。", "Basic knowledge." }, NULL, 0 }, { 2, "2", { "2", "2" }, { "指導を受けながら、任された仕事ができる。", "Does what is asked, under guidance." }, NULL, 0 },
	{ 3, "3", { "3", "3" }, { "任された仕事を一人で最後までできる。", "Does what is asked alone." }, NULL, 0 }, { 4, "4", { "4", "4" }, { "自分で課題を見つけて解き、後輩を育てる。", "Finds problems, leads, and teaches." }, NULL, 0 },
	{ 5, "5", { "5", "5" }, { "社内で第一人者と認められている。", "The one to ask in the company." }, NULL, 0 }, { 6, "6", { "6", "6" }, { "国内の業界で通用する実績がある。", "Known in the trade in this country." }, NULL, 0 },
	{ 7, "7", { "7", "7" }, { "世界に通用し、新しい分野を切り開く。", "Opens new fields, known in the world." }, NULL, 0 },
};

static const struct field skill_fields[] = {
	{ .name = "person", .label = { "人", "Person" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_SKILL },
	{ .name = "area", .label = { "分野", "Area" }, .hint = { "例：事故対応、監視と運用、監査、法務", "For example: incident response, monitoring, audit" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_SKILL },
	{ .name = "role", .label = { "立場", "Role" }, .type = FIELD_CHOICE, .choice = roles, .choices = COUNT_OF(roles), .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_SKILL },
	{ .name = "strong", .label = { "得意なこと", "Strong at" }, .type = FIELD_TEXT, .max = 500, .section = SECTION_SKILL },
	{ .name = "weak", .label = { "これからのこと", "Still to learn" }, .type = FIELD_TEXT, .max = 500, .section = SECTION_SKILL },
	{ .name = "level", .label = { "いまのレベル（ITSS）", "Level now (ITSS)" }, .type = FIELD_SCALE, .min = 1, .max = 7, .choice = levels, .choices = COUNT_OF(levels), .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_LEVEL },
	{ .name = "wanted", .label = { "目指すレベル", "Level wanted" }, .type = FIELD_SCALE, .min = 1, .max = 7, .choice = levels, .choices = COUNT_OF(levels), .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_LEVEL },
	{ .name = "until_on", .label = { "いつまでに", "By" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_LEVEL },
	{ .name = "steps", .label = { "取り組むこと", "What is done for it" }, .hint = { "勉強会、社外のセミナー、初めての仕事など。", "Study groups, seminars, new work." }, .type = FIELD_LONG_TEXT, .max = 4000, .section = SECTION_GROW },
	{ .name = "qualifications", .label = { "資格", "Qualifications" }, .type = FIELD_TEXT, .max = 300, .flags = FIELD_SEARCH, .section = SECTION_GROW },
	{ .name = "talk_on", .label = { "次に面談する日", "Next talk" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_GROW },
	{ .name = "found", .label = { "評価と見直し", "Evaluation" }, .type = FIELD_LONG_TEXT, .max = 4000, .section = SECTION_GROW },
};

const struct reg reg_skill = {
	.name = "skill", .room = "training", .table = "training_skill", .code = "SKL",
	.label = { "セキュリティ人材の育成", "Security people" },
	.about = { "セキュリティの担当と、本業をしながらセキュリティを身につける人の、いまのレベルと育成計画。", "Levels and development of security staff and of people who need security in their own trade." },
	.empty = { "人と分野を選んで追加します。", "Add a person and an area." },
	.icon = "users", .help = "training", .field = skill_fields, .fields = COUNT_OF(skill_fields), .title = "area", .sort = "area",
	.access = { .ops = { [ROLE_LEAD] = OP_ALL } },
};
