/* Storage places (媒体・保存先): each of a kind, from which the questionnaires give threat frequency and vulnerability. */
#include "asset/explain.h"
#include "base/text.h"
#include "risk/risk.h"

#define SECTION_PLACE { "保管場所", "Place" }
#define SECTION_RISK { "脅威と脆弱性", "Threat and vulnerability" }

static const struct field place_fields[] = {
	{ .name = "name", .label = { "保管場所", "Place" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_PLACE,
	  .alias = (const char *const[]){ "媒体・保存先", "保存先", "保管先", NULL } },
	{ .name = "kind", .label = { "種類", "Kind" },
	  .hint = { "質問票のどの場所に当たるか。決まらないとリスクは「不明」です。", "Which part of the questionnaires applies. Without it the risk is unknown." },
	  .type = FIELD_CHOICE, .choice = place_kinds, .choices = 6, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_PLACE },
	{ .name = "outside", .label = { "社外にある", "Outside the company" }, .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_PLACE },
	{ .name = "location", .label = { "所在", "Where" }, .hint = { "例：本社2階、データセンターの所在国", "For example: 2nd floor, or the country of the data centre" },
	  .type = FIELD_TEXT, .max = 200, .flags = FIELD_SEARCH, .section = SECTION_PLACE },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .flags = FIELD_SEARCH, .section = SECTION_PLACE },
	{ .name = "threat_frequency", .label = { "脅威の発生頻度", "Threat frequency" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = frequency_levels, .choices = 3, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .derived = &risk_of_place,
	  .formula = { "決めた値。なければ、当てはまる脅威のうち最も高い頻度", "The settled value, or else the highest applicable threat" },
	  .settled_by = "threat_frequency_set", .reason_field = "threat_frequency_reason", .computed = "threat_frequency_computed",
	  .section = SECTION_RISK },
	{ .name = "vulnerability", .label = { "脆弱性", "Vulnerability" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = vulnerability_levels, .choices = 3, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .derived = &risk_of_place,
	  .formula = { "決めた値。なければ、当てはまる対策のうち最も弱い答え", "The settled value, or else the weakest applicable answer" },
	  .settled_by = "vulnerability_set", .reason_field = "vulnerability_reason", .computed = "vulnerability_computed",
	  .section = SECTION_RISK },
	{ .name = "threat_frequency_computed", .label = { "質問票による発生頻度", "Frequency by questionnaire" }, .type = FIELD_SCALE, .min = 1,
	  .max = 3, .choice = frequency_levels, .choices = 3, .derived = &risk_of_place,
	  .formula = { "脅威の状況で、この種類に当てはまる脅威の最高値。未回答があれば不明", "Highest applicable threat of this kind; unknown while unanswered" },
	  .section = SECTION_RISK },
	{ .name = "threat_frequency_set", .label = { "決めた発生頻度", "Settled frequency" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = frequency_levels, .choices = 3, .flags = FIELD_SETTLE, .section = SECTION_RISK },
	{ .name = "threat_frequency_reason", .label = { "発生頻度を決めた理由", "Reason for the frequency" }, .type = FIELD_TEXT, .max = 500,
	  .flags = FIELD_SETTLE, .section = SECTION_RISK },
	{ .name = "vulnerability_computed", .label = { "質問票による脆弱性", "Vulnerability by questionnaire" }, .type = FIELD_SCALE, .min = 1,
	  .max = 3, .choice = vulnerability_levels, .choices = 3, .derived = &risk_of_place,
	  .formula = { "対策状況チェックで、この種類に当てはまる対策の最も弱い答え。未回答があれば不明",
	               "Weakest applicable answer of the control check; unknown while unanswered" },
	  .section = SECTION_RISK },
	{ .name = "vulnerability_set", .label = { "決めた脆弱性", "Settled vulnerability" }, .type = FIELD_SCALE, .min = 1, .max = 3,
	  .choice = vulnerability_levels, .choices = 3, .flags = FIELD_SETTLE, .section = SECTION_RISK },
	{ .name = "vulnerability_reason", .label = { "脆弱性を決めた理由", "Reason for the vulnerability" }, .type = FIELD_TEXT, .max = 500,
	  .flags = FIELD_SETTLE, .section = SECTION_RISK },
};

int asset_place_kind(struct str name)
{
	/* In this order: a word of a later line may stand inside a name that an earlier one decides (社外サーバー). */
	static const struct {
		const char *word;
		int kind;
	} words[] = {
		{ "社外サーバ", PLACE_CLOUD }, { "クラウド", PLACE_CLOUD }, { "レンタルサーバ", PLACE_CLOUD }, { "cloud", PLACE_CLOUD },
		{ "モバイル", PLACE_MOBILE }, { "スマートフォン", PLACE_MOBILE }, { "スマホ", PLACE_MOBILE }, { "タブレット", PLACE_MOBILE },
		{ "携帯", PLACE_MOBILE }, { "ノートpc", PLACE_MOBILE }, { "mobile", PLACE_MOBILE },
		{ "usb", PLACE_MEDIA }, { "可搬", PLACE_MEDIA }, { "外付", PLACE_MEDIA }, { "dvd", PLACE_MEDIA }, { "cd-r", PLACE_MEDIA },
		{ "サーバ", PLACE_SERVER }, { "nas", PLACE_SERVER }, { "server", PLACE_SERVER }, { "共有フォルダ", PLACE_SERVER },
		{ "書類", PLACE_PAPER }, { "紙", PLACE_PAPER }, { "キャビネット", PLACE_PAPER }, { "金庫", PLACE_PAPER }, { "書庫", PLACE_PAPER },
		{ "ファイル棚", PLACE_PAPER }, { "paper", PLACE_PAPER },
		{ "pc", PLACE_PC }, { "パソコン", PLACE_PC },
	};
	struct arena *a = arena_new(LIMIT_CELL);
	struct str folded = text_fold(a, name);
	int kind = 0;
	for (size_t i = 0; i < COUNT_OF(words) && !kind; i++)
		if (str_contains(folded, text_fold(a, str_of(words[i].word))))
			kind = words[i].kind;
	arena_free(a);
	return kind;
}

/* A place that an import creates from its name alone gets the kind its name tells; a person can change it. */
static void place_fill(struct reg_ctx *ctx, struct row *row)
{
	(void)ctx;
	int name = reg_field(&reg_place, "name"), kind = reg_field(&reg_place, "kind");
	int guess = row->v[name].known && !row->v[kind].known ? asset_place_kind(row->v[name].s) : 0;
	if (guess)
		row->v[kind] = (struct value){ .known = true, .i = guess };
}

static void place_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	asset_needs_reason(&reg_place, after, "threat_frequency_set", "threat_frequency_reason", errors);
	asset_needs_reason(&reg_place, after, "vulnerability_set", "vulnerability_reason", errors);
}

static const struct reg_hooks place_hooks = { .fill = place_fill, .check = place_check, .detail = asset_place_detail };

const struct reg reg_place = {
	.name = "place", .room = "asset", .table = "asset_place", .code = "PLC",
	.label = { "保管場所", "Storage places" },
	.about = { "情報を置いている場所や媒体。種類を決めると、質問票の答えから脅威と脆弱性が出ます。",
	           "Where information is kept. With its kind, the questionnaires give threat and vulnerability." },
	.empty = { "資産台帳を取り込むと、保存先の名前から作られます。", "Import an asset ledger: its places are created." },
	.icon = "map-pin", .help = "asset", .field = place_fields, .fields = COUNT_OF(place_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ,
	                     [ROLE_EXECUTIVE] = OP_READ, [ROLE_AUDITOR] = OP_READ | OP_EXPORT } },
	.derive = (const struct derivation *const[]){ &risk_of_place }, .derives = 1, .hooks = &place_hooks, .shared = true,
};
