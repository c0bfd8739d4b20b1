/* The two questionnaires of the ledger method as registers. Their shipped rows stand in questionnaire_texts.c. */
#include "risk/risk.h"

#define SECTION_QUESTION { "質問", "Question" }
#define SECTION_ANSWER { "回答", "Answer" }

/* Everybody reads the questionnaires, because every risk value follows from them; the lead answers. */
#define QUESTIONNAIRE_ACCESS \
	{ .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, \
	           [ROLE_EXECUTIVE] = OP_READ, [ROLE_AUDITOR] = OP_READ | OP_EXPORT } }

static const struct field threat_fields[] = {
	{ .name = "place_kind", .label = { "保管場所の種類", "Kind of place" }, .type = FIELD_CHOICE, .choice = place_kinds,
	  .choices = COUNT_OF(place_kinds), .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_QUESTION },
	{ .name = "threat", .label = { "脅威", "Threat" }, .hint = { "この場所で起こりうること", "What can happen at this place" },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SEARCH, .section = SECTION_QUESTION },
	{ .name = "applicable", .label = { "当社に当てはまるか", "Applies to us" },
	  .hint = { "「無」にすると、頻度の計算から外れます。", "With No it is left out of the frequency." }, .type = FIELD_YES_NO,
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_ANSWER },
	{ .name = "frequency", .label = { "発生頻度", "Frequency" }, .type = FIELD_SCALE, .min = 1, .max = 3, .choice = frequency_levels,
	  .choices = COUNT_OF(frequency_levels), .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_ANSWER },
	{ .name = "note", .label = { "根拠・メモ", "Grounds, note" }, .type = FIELD_LONG_TEXT, .max = 2000, .flags = FIELD_SEARCH,
	  .section = SECTION_ANSWER },
};

const struct reg reg_threat_situation = {
	.name = "threat_situation", .room = "risk", .table = "risk_threat_situation", .code = "THR",
	.label = { "脅威の状況", "Threat situation" },
	.about = { "保管場所の種類ごとに、起こりうる脅威とその頻度を答えます。いちばん高い頻度が、その場所の値になります。",
	           "For each kind of place: which threats apply, and how often. The highest is the place's threat frequency." },
	.empty = { "質問がまだありません。「追加」から脅威を書くか、標準の質問をファイルから取り込みます。",
	           "There is no question yet. Add a threat, or import the standard questions." },
	.icon = "alert-triangle", .help = "risk", .field = threat_fields, .fields = COUNT_OF(threat_fields), .title = "threat",
	.sort = "place_kind", .access = QUESTIONNAIRE_ACCESS, .shared = true,
};

static const struct choice answers[] = {
	{ 1, "done", { "1：実施している", "1: done" }, { "対象すべてで行い、続いている。", "In place everywhere, and kept up." }, (const char *const[]){ "実施", "実施済み", NULL }, TONE_GREEN },
	{ 2, "partly", { "2：一部で実施", "2: partly done" }, { "行っているが、漏れや例外がある。", "In place with gaps or exceptions." }, (const char *const[]){ "一部実施", NULL }, TONE_YELLOW },
	{ 3, "not_done", { "3：実施していない", "3: not done" }, { "まだ行っていない。", "Not in place." }, (const char *const[]){ "未実施", NULL }, TONE_RED },
	{ 9, "not_applicable", { "対象外", "not applicable" }, { "当社にはその対象がない。", "We have nothing of the kind." }, (const char *const[]){ "該当なし", NULL }, TONE_NEUTRAL },
};

static const struct field check_fields[] = {
	{ .name = "number", .label = { "番号", "Number" }, .type = FIELD_INTEGER, .min = 1, .max = 999,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT, .section = SECTION_QUESTION },
	{ .name = "item", .label = { "確認する対策", "Control to check" }, .type = FIELD_TEXT, .max = 300,
	  .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_SEARCH, .section = SECTION_QUESTION },
	{ .name = "places", .label = { "対象の保管場所", "Places it applies to" }, .type = FIELD_MULTI, .choice = place_kinds,
	  .choices = COUNT_OF(place_kinds), .flags = FIELD_REQUIRED | FIELD_LIST, .section = SECTION_QUESTION },
	{ .name = "answer", .label = { "実施の状況", "State" }, .type = FIELD_CHOICE, .choice = answers, .choices = COUNT_OF(answers),
	  .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_ANSWER },
	{ .name = "note", .label = { "根拠・メモ", "Grounds, note" }, .type = FIELD_LONG_TEXT, .max = 2000, .flags = FIELD_SEARCH,
	  .section = SECTION_ANSWER },
};

const struct reg reg_control_check = {
	.name = "control_check", .room = "risk", .table = "risk_control_check", .code = "CHK",
	.label = { "対策状況チェック", "Control check" },
	.about = { "対策ができているかを答えます。保管場所ごとに、当てはまる対策のうちいちばん弱い答えが脆弱性になります。",
	           "How far each control is in place. The weakest answer that applies to a place is its vulnerability." },
	.empty = { "確認項目がまだありません。「追加」から書くか、標準の項目をファイルから取り込みます。",
	           "There is no item yet. Add one, or import the standard items." },
	.icon = "checklist", .help = "risk", .field = check_fields, .fields = COUNT_OF(check_fields), .title = "item", .sort = "number",
	.access = QUESTIONNAIRE_ACCESS, .shared = true,
};
