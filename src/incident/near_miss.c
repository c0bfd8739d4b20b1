/* The registers: reports of near misses, and incidents with their first facts. */
#include "incident/incident.h"

#include "base/text/incident.h"
#include "incident/triage.h"

#define SECTION_REPORT { "報告", "Report" }
#define SECTION_TRIAGE { "仕分け", "Triage" }
#define SECTION_USE { "いかす", "Use" }

const struct choice near_miss_kinds[9] = {
	{ 1, "misdirected", { "送り先・宛先の間違い", "Sent to the wrong one" }, { "メール、FAX、郵便、共有先の間違い。", "Mail, fax, post or sharing that went, or nearly went, astray." }, NULL, TONE_NEUTRAL },
	{ 2, "lost", { "紛失・置き忘れ", "Lost or left behind" }, { "書類、パソコン、スマートフォン、USBメモリ、鍵など。", "Papers, computers, phones, USB sticks, keys." }, NULL, TONE_NEUTRAL },
	{ 3, "suspicious", { "怪しいメール・電話・画面", "Suspicious mail, call or screen" }, { "開いた場合も、開かなかった場合も。", "Whether it was opened or not." }, NULL, TONE_NEUTRAL },
	{ 4, "malware", { "ウイルス・おかしな動き", "Virus or odd behaviour" }, { "警告が出た、動きが変わったなど。", "A warning, or a device that behaves differently." }, NULL, TONE_NEUTRAL },
	{ 5, "exposed", { "見えてはいけないものが見えた", "Something visible that should not be" }, { "共有フォルダ、画面、権限や公開の設定など。", "Shared folders, screens, rights, what is public." }, NULL, TONE_NEUTRAL },
	{ 6, "left_open", { "書類・画面の出しっぱなし", "Papers or screens left open" }, { "机の上、印刷機、ホワイトボード、離席中の画面。", "Desks, printers, whiteboards, unlocked screens." }, NULL, TONE_NEUTRAL },
	{ 7, "entry", { "入退室・来訪者", "Doors and visitors" }, { "鍵の閉め忘れ、見知らぬ人、カードの貸し借り。", "Unlocked doors, strangers, lent cards." }, NULL, TONE_NEUTRAL },
	{ 8, "slip", { "操作・設定の間違い", "Slip of operation or set-up" }, { "消した、上書きした、設定を間違えた。", "Deleted, overwritten, set up wrongly." }, NULL, TONE_NEUTRAL },
	{ 9, "other", { "そのほか", "Something else" }, { "どれにも当てはまらない。", "None of these." }, NULL, TONE_NEUTRAL },
};

static const struct choice states[] = {
	{ NEAR_MISS_NEW, "new", { "未確認", "New" }, { "まだ仕分けていない。", "Not sorted yet." }, NULL, TONE_YELLOW },
	{ NEAR_MISS_IS, "near_miss", { "ヒヤリハット", "Near miss" }, { "事故にはならなかった。", "It did not become an incident." }, NULL, TONE_BLUE },
	{ NEAR_MISS_INCIDENT, "incident", { "事故", "Incident" }, { "事故として扱う。", "Handled as an incident." }, NULL, TONE_RED },
	{ NEAR_MISS_QUESTION, "question", { "質問・相談", "Question" }, { "質問や相談だった。", "It was a question." }, NULL, TONE_NEUTRAL },
	{ NEAR_MISS_NOTHING, "nothing", { "対応不要", "Nothing" }, { "セキュリティのことではなかった、または重なっていた。", "Not about security, or told twice." }, NULL, TONE_GREY },
};

static const struct choice sources[] = {
	{ NEAR_MISS_BY_PAGE, "page", { "報告ページ", "Report page" }, { 0 }, NULL, TONE_NEUTRAL },
	{ NEAR_MISS_BY_HAND, "hand", { "聞き取り・記入", "Written here" }, { "電話や会議で聞いて、ここに書いた。", "Heard by phone or in a meeting, and written here." }, NULL, TONE_NEUTRAL },
};

static const struct field near_miss_fields[] = {
	{ .name = "name", .label = { "見出し", "Headline" }, .hint = { "名前など、人が分かることは書きません。", "Nothing that tells who it was." }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_REPORT },
	{ .name = "what", .label = { "何があったか", "What happened" }, .type = FIELD_LONG_TEXT, .max = 2000, .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_PLAIN, .section = SECTION_REPORT },
	{ .name = "happened_on", .label = { "いつ", "When" }, .type = FIELD_DATE, .flags = FIELD_SORT | FIELD_FILTER, .section = SECTION_REPORT },
	{ .name = "kind", .label = { "種類", "Kind" }, .type = FIELD_CHOICE, .choice = near_miss_kinds, .choices = COUNT_OF(near_miss_kinds),
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_REPORT },
	{ .name = "place", .label = { "場所・部署（報告者の言葉）", "Place or unit, as told" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_SEARCH, .section = SECTION_REPORT },
	{ .name = "unit", .label = { "部署", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER, .section = SECTION_REPORT },
	{ .name = "reporter", .label = { "報告者の名前", "Reporter's name" }, .hint = { "本人が書いたときだけ入ります。", "Only where they chose to give it." }, .type = FIELD_TEXT, .max = 60,
	  .flags = FIELD_PRIVATE, .section = SECTION_REPORT },
	{ .name = "reported_on", .label = { "報告の日", "Reported on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_REPORT },
	{ .name = "source", .label = { "届き方", "Came by" }, .type = FIELD_CHOICE, .choice = sources, .choices = COUNT_OF(sources), .flags = FIELD_ENGINE | FIELD_FILTER, .section = SECTION_REPORT },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = states, .choices = COUNT_OF(states),
	  .flags = FIELD_ENGINE | FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_TRIAGE },
	{ .name = "answer", .label = { "報告者への回答", "Answer to the reporter" }, .hint = { "受付コードを持つ人に見えます。", "Whoever has the code sees it." }, .type = FIELD_LONG_TEXT, .max = 2000,
	  .flags = FIELD_PLAIN, .section = SECTION_TRIAGE },
	{ .name = "note", .label = { "内部のメモ", "Own note" }, .hint = { "報告者には見えません。", "The reporter does not see it." }, .type = FIELD_LONG_TEXT, .max = 4000, .section = SECTION_TRIAGE },
	{ .name = "added", .label = { "報告者の追加あり", "Reporter added something" }, .type = FIELD_YES_NO, .flags = FIELD_ENGINE | FIELD_FILTER, .section = SECTION_TRIAGE },
	{ .name = "triaged_on", .label = { "仕分けた日", "Sorted on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_FILTER, .section = SECTION_TRIAGE },
	{ .name = "triaged_by", .label = { "仕分けた人", "Sorted by" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_ENGINE, .section = SECTION_TRIAGE },
	{ .name = "training", .label = { "研修で取り上げる", "For training" }, .type = FIELD_YES_NO, .flags = FIELD_FILTER, .section = SECTION_USE },
	{ .name = "topic", .label = { "研修の題材", "Topic for training" }, .hint = { "人が分からない形にして、学べることを一つ書きます。", "One thing to learn from it, told so that nobody is recognised." },
	  .type = FIELD_LONG_TEXT, .max = 2000, .flags = FIELD_SEARCH, .section = SECTION_USE },
};

static struct value today_value(struct arena *a)
{
	return (struct value){ .known = true, .s = date_iso(a, clock_today()) };
}

static void near_miss_fill(struct reg_ctx *ctx, struct row *row)
{
	static const struct { const char *field; int64_t i; } begun[] = { { "state", NEAR_MISS_NEW }, { "source", NEAR_MISS_BY_HAND }, { "added", 0 } };
	for (size_t i = 0; i < COUNT_OF(begun); i++) {
		struct value *v = &row->v[reg_field(&reg_near_miss, begun[i].field)];
		if (!v->known)
			*v = (struct value){ .known = true, .i = begun[i].i };
	}
	struct value *on = &row->v[reg_field(&reg_near_miss, "reported_on")];
	if (!on->known)
		*on = today_value(ctx->arena);
}

static void not_to_come(struct reg_ctx *ctx, const struct reg *r, const char *field, const struct row *after, struct error_list *errors)
{
	const int f = reg_field(r, field);
	if (after->v[f].known && str_cmp(after->v[f].s, date_iso(ctx->arena, clock_today())) > 0)
		error_add(errors, f, NOTE0(MSG_NEAR_TO_COME));
}

static void near_miss_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)before;
	not_to_come(ctx, &reg_near_miss, "happened_on", after, errors);
}

static const struct reg_hooks near_miss_hooks = { .fill = near_miss_fill, .check = near_miss_check, .detail = near_miss_detail, .list = near_miss_list };

/* What people tell in confidence is not for their own unit: contacts do not read it. Two people may tell the same in the same words, so that no
 * field tells one row from another and a file cannot name them: there is no import. */
#define ACCESS { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL & ~OP_IMPORT, [ROLE_EXECUTIVE] = OP_READ, \
	               [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } }

const struct reg reg_near_miss = {
	.name = "near_miss", .room = "incident", .table = "incident_near_miss", .code = "NMS",
	.label = { "ヒヤリハット", "Near misses" },
	.about = { "事故になりかけたこと、怪しいと思ったことの報告。だれでも、名前を書かずに送れます。", "What nearly went wrong or seemed suspicious, told by anybody, without a name." },
	.empty = { "報告ページのリンクとQRコードを作って貼り出すか、聞いたことを「追加」から書きます。", "Make a link to the report page and put up its QR code, or add what you were told." },
	.icon = "message-report", .help = "incident", .field = near_miss_fields, .fields = COUNT_OF(near_miss_fields), .title = "name", .sort = "reported_on",
	.access = ACCESS, .hooks = &near_miss_hooks, .whole = true,
};

/* ---- incidents ---- */

#define SECTION_FACTS { "最初に分かったこと", "First facts" }

static const struct choice severities[] = {
	{ INCIDENT_SERIOUS, "serious", { "重大な事故", "Serious" }, { "社外に影響した、業務が止まった、法令の報告が要るなど。", "Others were harmed, work stopped, or the law asks for a report." }, NULL, TONE_RED },
	{ INCIDENT_MINOR, "minor", { "軽微な事故", "Minor" }, { "社内で収まり、すぐに元に戻った。", "It stayed inside and was soon put right." }, NULL, TONE_YELLOW },
};

static const struct field incident_fields[] = {
	{ .name = "name", .label = { "見出し", "Headline" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_FACTS },
	{ .name = "what", .label = { "何が起きたか", "What happened" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH | FIELD_PLAIN, .section = SECTION_FACTS },
	{ .name = "severity", .label = { "程度", "Severity" }, .hint = { "分かるまでは空欄にします。", "Blank until it is known." }, .type = FIELD_CHOICE, .choice = severities, .choices = COUNT_OF(severities),
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_FACTS },
	{ .name = "noticed_on", .label = { "気づいた日", "Noticed on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_FACTS },
	{ .name = "noticed_by", .label = { "気づいた人", "Noticed by" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_PRIVATE, .section = SECTION_FACTS },
	{ .name = "unit", .label = { "部署", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER, .section = SECTION_FACTS },
	{ .name = "affected", .label = { "影響を受けたもの・人", "What and who is affected" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_FACTS },
	{ .name = "measures", .label = { "最初の手当て", "First measures" }, .hint = { "例：回線を抜いた、パスワードを変えた", "For example: unplugged, password changed" }, .type = FIELD_LONG_TEXT, .max = 4000,
	  .flags = FIELD_SEARCH, .section = SECTION_FACTS },
};

static void incident_fill(struct reg_ctx *ctx, struct row *row)
{
	struct value *on = &row->v[reg_field(&reg_incident, "noticed_on")];
	if (!on->known)
		*on = today_value(ctx->arena);
}

static void incident_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)before;
	not_to_come(ctx, &reg_incident, "noticed_on", after, errors);
}

static const struct reg_hooks incident_hooks = { .fill = incident_fill, .check = incident_check };

const struct reg reg_incident = {
	.name = "incident", .room = "incident", .table = "incident_incident", .code = "INC",
	.label = { "事故", "Incidents" },
	.about = { "起きた事故の、最初に分かったこと。", "What happened, and what was known of it first." },
	.empty = { "ヒヤリハットを「事故」に仕分けるか、「追加」から書きます。", "Sort a report as an incident, or add one." },
	.icon = "urgent", .help = "incident", .field = incident_fields, .fields = COUNT_OF(incident_fields), .title = "name", .sort = "noticed_on",
	.access = ACCESS, .hooks = &incident_hooks,
};

/* ---- what a report leads to ---- */

#define LINK(symbol, name_, to_, forward_ja, forward_en, backward_ja, backward_en) \
	static const struct link_kind symbol = { .name = name_, .from = "near_miss", .to = to_, .forward = { forward_ja, forward_en }, \
		.backward = { backward_ja, backward_en }, .many_from = true, .many_to = true }
LINK(became, "near_miss_incident", "incident", "事故になった", "Became an incident", "もとの報告", "Reported as");
LINK(weak, "near_miss_weakness", "weakness", "見つかった弱点", "Weakness it showed", "もとのヒヤリハット", "Shown by a near miss");
LINK(threat, "near_miss_threat", "threat", "見つかった脅威", "Threat it showed", "もとのヒヤリハット", "Shown by a near miss");

const struct link_kind *const incident_links[] = { &became, &weak, &threat };
const size_t incident_link_count = COUNT_OF(incident_links);

/* ---- settings ---- */

#define SECTION_NEAR { "ヒヤリハット", "Near misses" }
const struct setting incident_settings[] = {
	{ .key = "incident.other_way", .label = { "ほかの知らせ方", "Another way to tell" }, .hint = { "報告ページが使えないときに案内します。例：内線 100（セキュリティ担当）", "Told where the page cannot take a report. For example: extension 100" },
	  .section = SECTION_NEAR, .type = FIELD_TEXT, .max = 200, .text = "", .need = NEED_SETTINGS },
	{ .key = "incident.day_bound", .label = { "一つのリンクで1日に受ける、仕分け前の報告の数", "Unsorted reports a link takes a day" }, .hint = { "この10倍が仕分け前にたまると、仕分けるまで受けません。", "Ten times as many unsorted ones close the link until they are sorted." },
	  .section = SECTION_NEAR, .type = FIELD_INTEGER, .min = 5, .max = 500, .value = 30, .need = NEED_SETTINGS },
	{ .key = "incident.unit_bound", .label = { "部署を単独で示す件数", "Reports from which a unit is shown by itself" }, .hint = { "これより少ない部署はまとめて示し、だれの報告か分からないようにします。", "Units with fewer are put together, so that nobody is recognised." },
	  .section = SECTION_NEAR, .type = FIELD_INTEGER, .min = 2, .max = 50, .value = 5, .need = NEED_SETTINGS },
	{ .key = "signal.near_miss_days", .label = { "報告がないと灰にする日数", "Grey after so many days without a report" }, .section = SECTION_NEAR, .type = FIELD_INTEGER, .min = 7, .max = 366, .value = 60, .need = NEED_SETTINGS },
	{ .key = "signal.triage_yellow_days", .label = { "仕分けが何日遅れたら黄にするか", "Yellow when unsorted for so many days" }, .section = SECTION_NEAR, .type = FIELD_INTEGER, .min = 1, .max = 366, .value = 5, .need = NEED_SETTINGS },
	{ .key = "signal.triage_red_days", .label = { "仕分けが何日遅れたら赤にするか", "Red when unsorted for so many days" }, .section = SECTION_NEAR, .type = FIELD_INTEGER, .min = 1, .max = 366, .value = 20, .need = NEED_SETTINGS },
};
const size_t incident_setting_count = COUNT_OF(incident_settings);
