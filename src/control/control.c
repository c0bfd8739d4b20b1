/* The register of controls: what is done, how it acts, how far it is, what it costs. */
#include "control/control.h"

#include "base/text/control.h"
#include "register/query.h"

#define SECTION_WHAT { "対策", "Control" }
#define SECTION_ACT { "はたらき", "How it acts" }
#define SECTION_STATE { "実施", "Implementation" }
#define SECTION_COST { "費用", "Cost" }

static const struct choice kinds[] = {
	{ CONTROL_ORGANISATION, "organisation", { "組織", "organisation" }, { "規程、体制、計画、点検など。", "Rules, responsibilities, plans, checks." }, (const char *const[]){ "組織的対策", "組織的", NULL }, TONE_NEUTRAL },
	{ CONTROL_PEOPLE, "people", { "人", "people" }, { "教育、訓練、啓発など。", "Training, drills, awareness." }, (const char *const[]){ "人的対策", "人的", NULL }, TONE_NEUTRAL },
	{ CONTROL_TECHNICAL, "technical", { "技術", "technical" }, { "機器やソフトウェア、設定によるもの。", "Devices, software, settings." }, (const char *const[]){ "技術的対策", "技術的", NULL }, TONE_NEUTRAL },
	{ CONTROL_PHYSICAL, "physical", { "物理", "physical" }, { "施錠、入退室、監視カメラなど。", "Locks, entry, cameras." }, (const char *const[]){ "物理的対策", "物理的", NULL }, TONE_NEUTRAL },
};
static const struct choice acts[] = {
	{ 0, "prevents", { "防ぐ", "prevents" }, { "起こらないようにする。", "Keeps it from happening." }, (const char *const[]){ "予防", "抑止", NULL }, TONE_NEUTRAL },
	{ 1, "detects", { "見つける", "detects" }, { "起きたことに気づく。", "Notices that it happened." }, (const char *const[]){ "検知", "発見", NULL }, TONE_NEUTRAL },
	{ 2, "corrects", { "直す", "corrects" }, { "被害を抑え、元に戻す。", "Limits the damage and restores." }, (const char *const[]){ "復旧", "是正", NULL }, TONE_NEUTRAL },
};
static const struct choice lowers[] = {
	{ 0, "likelihood", { "発生可能性", "likelihood" }, { "起こりにくくする。", "It happens less often." }, (const char *const[]){ "発生可能性低減", "発生回数低減", NULL }, TONE_NEUTRAL },
	{ 1, "loss", { "損失", "loss" }, { "起きたときの損失を小さくする。", "It costs less when it happens." }, (const char *const[]){ "発生損失低減", "損失低減", NULL }, TONE_NEUTRAL },
};
static const struct choice enforced[] = {
	{ CONTROL_BY_RULE, "rule", { "ルールだけ", "by rule only" }, { "人が守ることで成り立つ。忘れや誤りがあれば効かない。", "It holds only while people keep it." }, (const char *const[]){ "運用", "運用でカバー", NULL }, TONE_YELLOW },
	{ CONTROL_BY_SYSTEM, "system", { "仕組みで強制", "enforced technically" }, { "システムや設備が、できないようにしている。", "A system makes it impossible to do otherwise." }, (const char *const[]){ "技術的に制御", "システム", NULL }, TONE_GREEN },
};
const struct choice control_states[4] = {
	{ CONTROL_PLANNED, "planned", { "計画", "planned" }, { "まだ始めていない。", "Not begun yet." }, (const char *const[]){ "予定", "未着手", NULL }, TONE_YELLOW },
	{ CONTROL_IN_PROGRESS, "in_progress", { "実施中", "in progress" }, { "導入を進めている。まだ効いていない。", "Being introduced; it does not work yet." }, (const char *const[]){ "導入中", "着手", NULL }, TONE_BLUE },
	{ CONTROL_IMPLEMENTED, "implemented", { "実施済み", "implemented" }, { "効いている。", "In place and working." }, (const char *const[]){ "完了", "導入済み", "実施済", "済", NULL }, TONE_GREEN },
	{ CONTROL_STOPPED, "stopped", { "停止", "stopped" }, { "やめた、または効いていない。", "Given up, or no longer working." }, (const char *const[]){ "中止", "廃止", NULL }, TONE_RED },
};
static const struct choice budgets[] = {
	{ CONTROL_YEARLY_PLAN, "planned", { "計画", "planned" }, { "年間の予算に入れるもの。", "In the yearly budget." }, (const char *const[]){ "年間計画", NULL }, TONE_NEUTRAL },
	{ CONTROL_SPOT, "spot", { "随時", "spot" }, { "事故や新しい脅威のために、年の途中で要るもの。", "Needed within the year: after an incident, or for a new threat." }, (const char *const[]){ "スポット", "スポット対応", NULL }, TONE_NEUTRAL },
};
static const struct choice cautions[] = {
	{ 1, "rule_only", { "ルールだけに頼っている", "rests on a rule only" },
	  { "実施済みですが、守られなければ効きません。仕組みで強制できないか見直します。", "In place, but void when the rule is broken. See whether a system can enforce it." }, NULL, TONE_YELLOW },
	{ 2, "stopped", { "停止している", "stopped" }, { "この対策で下がるはずのリスクは下がっていません。", "The risks it should lower are not lowered." }, NULL, TONE_RED },
	{ 3, "none", { "なし", "none" }, { "ここで言うことはありません。", "Nothing to say here." }, NULL, TONE_GREEN },
};

int64_t control_yearly_cost(int64_t initial, int64_t yearly, int64_t life_years)
{
	if (initial < 0 || yearly < 0 || life_years < 1)
		return CONTROL_UNKNOWN;
	return (initial * 2 + life_years) / (life_years * 2) + yearly;
}

static struct value *at(const struct reg *r, struct row *row, const char *field)
{
	return &row->v[reg_field(r, field)];
}

static int64_t yen(const struct value *v, bool free)
{
	return v->known ? v->i : free ? 0 : CONTROL_UNKNOWN;
}

/* What is free of charge costs nothing where nothing else is written; its life does not matter then. */
static void cost_local(const struct reg *r, struct row *row)
{
	const struct value *paid = at(r, row, "paid"), *life = at(r, row, "life_years");
	bool free = paid->known && !paid->i;
	int64_t initial = yen(at(r, row, "initial_cost"), free), yearly = yen(at(r, row, "running_cost"), free);
	int64_t cost = control_yearly_cost(initial, yearly, life->known ? life->i : initial == 0 ? 1 : 0);
	*at(r, row, "yearly_cost") = (struct value){ .known = cost != CONTROL_UNKNOWN, .i = cost == CONTROL_UNKNOWN ? 0 : cost };
}
static const struct derivation yearly_cost = {
	.fields = (const char *const[]){ "yearly_cost", NULL },
	.local = cost_local,
};

static void caution_local(const struct reg *r, struct row *row)
{
	const struct value *state = at(r, row, "state"), *how = at(r, row, "enforced");
	struct value v = { 0 };
	if (state->known && state->i == CONTROL_STOPPED)
		v = (struct value){ .known = true, .i = 2 };
	else if (state->known && how->known)
		v = (struct value){ .known = true, .i = how->i == CONTROL_BY_RULE && state->i == CONTROL_IMPLEMENTED ? 1 : 3 };
	*at(r, row, "caution") = v;
}
static const struct derivation caution = {
	.fields = (const char *const[]){ "caution", NULL },
	.local = caution_local,
};

#define YEN(name_, ja, en, hint_ja, hint_en) \
	{ .name = name_, .label = { ja, en }, .hint = { hint_ja, hint_en }, .type = FIELD_MONEY, .min = 0, .max = CONTROL_YEN_MAX, .section = SECTION_COST }

static const struct field control_fields[] = {
	{ .name = "name", .label = { "対策", "Control" }, .hint = { "例：退職の日にアカウントを止める", "For example: accounts are closed on the last day" }, .type = FIELD_TEXT,
	  .max = 200, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_WHAT,
	  .alias = (const char *const[]){ "対策名", "対策の名前", "セキュリティ対策", NULL } },
	{ .name = "kind", .label = { "種類", "Kind" }, .type = FIELD_CHOICE, .choice = kinds, .choices = COUNT_OF(kinds),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WHAT, .alias = (const char *const[]){ "対策の種類", NULL } },
	{ .name = "unit", .label = { "担当部署", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER | FIELD_GROW,
	  .section = SECTION_WHAT, .alias = (const char *const[]){ "管理部署", "部署", NULL } },
	{ .name = "owner", .label = { "責任者", "Owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_WHAT },
	{ .name = "note", .label = { "内容", "Description" }, .hint = { "何を、どこで、どうするか。", "What is done, where and how." }, .type = FIELD_LONG_TEXT, .max = 4000,
	  .flags = FIELD_SEARCH, .section = SECTION_WHAT },
	{ .name = "acts", .label = { "はたらき", "Acts" }, .type = FIELD_MULTI, .choice = acts, .choices = COUNT_OF(acts), .flags = FIELD_FILTER, .section = SECTION_ACT },
	{ .name = "lowers", .label = { "下げるもの", "Lowers" }, .type = FIELD_MULTI, .choice = lowers, .choices = COUNT_OF(lowers), .flags = FIELD_FILTER,
	  .section = SECTION_ACT },
	{ .name = "enforced", .label = { "守らせかた", "Enforcement" }, .type = FIELD_CHOICE, .choice = enforced, .choices = COUNT_OF(enforced), .flags = FIELD_FILTER,
	  .section = SECTION_ACT },
	{ .name = "caution", .label = { "注意", "Caution" }, .type = FIELD_CHOICE, .choice = cautions, .choices = COUNT_OF(cautions), .flags = FIELD_LIST | FIELD_FILTER,
	  .derived = &caution, .formula = { "実施済みで「ルールだけ」なら注意。停止も注意。状態か守らせかたが空欄なら不明", "In place by rule only, or stopped; unknown while state or enforcement is" },
	  .section = SECTION_ACT },
	{ .name = "state", .label = { "状態", "State" }, .hint = { "空欄は「不明」です。", "Blank means unknown." }, .type = FIELD_CHOICE, .choice = control_states,
	  .choices = COUNT_OF(control_states), .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_STATE, .alias = (const char *const[]){ "実施状況", "進捗", NULL } },
	{ .name = "due_on", .label = { "期限", "Due" }, .hint = { "実施し終える日。", "When it is to be in place." }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT,
	  .section = SECTION_STATE, .alias = (const char *const[]){ "完了予定日", NULL } },
	{ .name = "done_on", .label = { "実施した日", "In place since" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT, .section = SECTION_STATE },
	{ .name = "paid", .label = { "費用がかかる", "Costs money" }, .hint = { "社内の講師やルールの見直しのように、かからないものは「いいえ」。", "No for what is done without payment, such as an own trainer." },
	  .type = FIELD_YES_NO, .flags = FIELD_FILTER, .section = SECTION_COST, .alias = (const char *const[]){ "有償", NULL } },
	{ .name = "budget", .label = { "予算の区分", "Budget" }, .type = FIELD_CHOICE, .choice = budgets, .choices = COUNT_OF(budgets), .flags = FIELD_FILTER,
	  .section = SECTION_COST },
	YEN("initial_cost", "事前対策費用（円）", "Initial cost (yen)", "買う、作る、教えるときに1回かかる額。かからないなら0。", "Once, to buy, build or teach. 0 when there is none."),
	YEN("running_cost", "対策運用費用（円/年）", "Running cost (yen a year)", "監視、保守、利用料など。かからないなら0。", "Watching, maintenance, fees. 0 when there is none."),
	YEN("event_cost", "事後対策費用（円/回）", "Cost per event (yen)", "事故が1回起きたときに、この対策で使う額。", "What it costs each time something happens."),
	{ .name = "life_years", .label = { "使う年数", "Life in years" }, .hint = { "買い替えるまでの年数。", "Until it is replaced." }, .type = FIELD_INTEGER, .min = 1, .max = 100,
	  .section = SECTION_COST, .alias = (const char *const[]){ "耐用年数", NULL } },
	{ .name = "yearly_cost", .label = { "1年あたりの費用（円）", "Cost a year (yen)" }, .type = FIELD_MONEY, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .derived = &yearly_cost,
	  .formula = { "事前対策費用 ÷ 使う年数（円未満は四捨五入）＋ 対策運用費用。費用がかからない対策の空欄は0", "initial cost / life, rounded to the yen, + running cost; blanks of what is free count as 0" },
	  .section = SECTION_COST },
};

/* How many of the visible controls rest on a rule only: said above the list, where something can be done about it. */
static void control_list(struct html *h, struct http_req *req, struct db_conn *c)
{
	struct sql q;
	int64_t n = 0;
	reg_select(&q, req->arena, auth_principal(req), &reg_control, "count(*)");
	sql_lit(&q, " AND t.caution = 1");
	if (db_get_i64(c, &q, &n) < 0 || n == 0)
		return;
	html_alert(h, TONE_YELLOW, note_str(h->arena, h->lang, &NOTE(MSG_CONTROL_RULE_ONLY, ARG_I(n))), msg(h->lang, MSG_CONTROL_RULE_ONLY_WHY));
	html_lit(h, "<p><a");
	html_href(h, STR("/control/control?caution=rule_only"));
	html_lit(h, ">");
	html_msg(h, MSG_CONTROL_RULE_ONLY_SHOW);
	html_lit(h, "</a></p>");
}

static void (*further)(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);

void control_declare_detail(void (*put)(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row))
{
	further = put;
}

static void control_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	if (further)
		further(h, req, c, row);
}

static const struct reg_hooks control_hooks = { .list = control_list, .detail = control_detail };

const struct reg reg_control = {
	.name = "control", .room = "control", .table = "control_control", .code = "CTL",
	.label = { "対策", "Controls" },
	.about = { "リスクを下げるためにすること。はたらき、実施の状態、費用を書き、リスクには「対応策」で結びます。",
	           "What is done to lower risks: how it acts, how far it is, what it costs. Treatments join it to risks." },
	.empty = { "いま行っていることから書き始めます。費用が分からなければ空欄のままでかまいません。", "Begin with what is done already. Leave costs blank where they are not known." },
	.icon = "shield-check", .help = "control", .field = control_fields, .fields = COUNT_OF(control_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL,
	                     [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT | OP_COMMENT, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &yearly_cost, &caution }, .derives = 2, .hooks = &control_hooks,
};

static const struct link_kind needs = {
	.name = "control_needs", .from = "control", .to = "control", .many_from = true, .many_to = true,
	.forward = { "先に要る対策", "Needs" }, .backward = { "これが先に要る対策", "Needed by" },
};
static const struct link_kind excludes = {
	.name = "control_excludes", .from = "control", .to = "control", .many_from = true, .many_to = true,
	.forward = { "同時に採らない対策", "Not together with" }, .backward = { "同時に採らない対策", "Not together with" },
};
const struct link_kind *const control_links[] = { &needs, &excludes };
const size_t control_link_count = COUNT_OF(control_links);
