/* Insurance: what a policy pays of one loss, and when it is to be renewed. */
#include "base/text/control.h"
#include "control/control.h"
#include "register/query.h"

#define SECTION_POLICY { "契約", "Policy" }
#define SECTION_COVER { "補償", "Cover" }

static const struct choice covered[] = {
	{ 0, "investigation", { "事故原因の調査", "investigation" }, { "専門の会社に調べてもらう費用。", "What an expert company charges." }, (const char *const[]){ "事故原因調査", "フォレンジック", NULL }, TONE_NEUTRAL },
	{ 1, "call_centre", { "コールセンター", "call centre" }, { "問い合わせ窓口を置く費用。", "A desk for enquiries." }, (const char *const[]){ "コールセンター設置", NULL }, TONE_NEUTRAL },
	{ 2, "condolence", { "見舞金・見舞品", "condolence gifts" }, { "被害に遭った人へのお見舞い。", "For those concerned." }, (const char *const[]){ "見舞金の支払い", NULL }, TONE_NEUTRAL },
	{ 3, "legal", { "法律相談・訴訟", "legal advice and suits" }, { "弁護士と裁判の費用。", "Lawyers and court." }, (const char *const[]){ "法律相談", NULL }, TONE_NEUTRAL },
	{ 4, "prevention", { "再発防止", "prevention" }, { "再発防止策を作る費用。", "Working out how to prevent it." }, (const char *const[]){ "再発防止策の策定", NULL }, TONE_NEUTRAL },
	{ 5, "damages", { "損害賠償", "damages" }, { "相手に払う賠償金。", "Paid to others." }, NULL, TONE_NEUTRAL },
	{ 6, "interruption", { "事業の中断", "interruption" }, { "止まった間の利益と費用。", "Profit and cost while business stands." }, NULL, TONE_NEUTRAL },
	{ 7, "publicity", { "謝罪・広報", "apology and publicity" }, { "訪問、広告、お知らせの費用。", "Visits, notices, web pages." }, NULL, TONE_NEUTRAL },
};
enum { COVERED_ALL = 8 };
_Static_assert(COUNT_OF(covered) == COVERED_ALL, "every kind has its bit");

int64_t control_insurance_gap(int64_t loss, int64_t cover, int64_t deductible)
{
	if (loss < 0 || cover < 0 || deductible < 0)
		return CONTROL_UNKNOWN;
	int64_t paid = loss > deductible ? loss - deductible : 0;
	return loss - (paid < cover ? paid : cover);
}

static void gap_local(const struct reg *r, struct row *row)
{
	int64_t in[3];
	static const char *const fields[] = { "loss", "cover", "deductible" };
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const struct value *v = &row->v[reg_field(r, fields[i])];
		in[i] = v->known ? v->i : CONTROL_UNKNOWN;
	}
	int64_t gap = control_insurance_gap(in[0], in[1], in[2]);
	row->v[reg_field(r, "gap")] = (struct value){ .known = gap != CONTROL_UNKNOWN, .i = gap == CONTROL_UNKNOWN ? 0 : gap };
	/* The kinds that the policy does not pay, as a mask of their own; nothing is said while nobody said what it pays. */
	const struct value *pays = &row->v[reg_field(r, "covers")];
	row->v[reg_field(r, "uncovered")] = (struct value){ 0 };
	if (pays->known && (~pays->i & ((1 << COVERED_ALL) - 1)))
		row->v[reg_field(r, "uncovered")] = (struct value){ .known = true, .i = ~pays->i & ((1 << COVERED_ALL) - 1) };
}
static const struct derivation gap = {
	.fields = (const char *const[]){ "gap", "uncovered", NULL },
	.local = gap_local,
};

#define YEN(name_, ja, en, hint_ja, hint_en, section_, flags_) \
	{ .name = name_, .label = { ja, en }, .hint = { hint_ja, hint_en }, .type = FIELD_MONEY, .min = 0, .max = CONTROL_YEN_MAX, .flags = flags_, .section = section_ }

static const struct field insurance_fields[] = {
	{ .name = "name", .label = { "保険", "Policy" }, .hint = { "例：サイバー保険", "For example: cyber insurance" }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_POLICY },
	{ .name = "insurer", .label = { "保険会社", "Insurer" }, .type = FIELD_TEXT, .max = 200, .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_POLICY },
	{ .name = "number", .label = { "証券番号", "Policy number" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_SEARCH, .section = SECTION_POLICY },
	{ .name = "unit", .label = { "契約する部署", "Unit" }, .type = FIELD_UNIT, .target = "unit", .flags = FIELD_OWNER | FIELD_FILTER, .section = SECTION_POLICY },
	{ .name = "owner", .label = { "責任者", "Owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_FILTER, .section = SECTION_POLICY },
	{ .name = "starts_on", .label = { "始まりの日", "Starts on" }, .type = FIELD_DATE, .section = SECTION_POLICY },
	{ .name = "renewal_on", .label = { "更新日", "Renewal" }, .hint = { "この日までに内容を見直します。", "Reviewed by this day." }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_POLICY, .alias = (const char *const[]){ "満期日", "終期", NULL } },
	YEN("premium", "保険料（円/年）", "Premium (yen a year)", "1年分の額。数年分を払ったときは、年数で割ります。", "For one year; divide what was paid for several.", SECTION_POLICY, FIELD_LIST),
	{ .name = "covers", .label = { "払われる費用", "Covers" }, .hint = { "証券や約款で確かめたものだけを選びます。", "Only what the policy says." }, .type = FIELD_MULTI, .choice = covered,
	  .choices = COUNT_OF(covered), .flags = FIELD_FILTER, .section = SECTION_COVER, .alias = (const char *const[]){ "補償内容", NULL } },
	{ .name = "uncovered", .label = { "払われない費用", "Does not cover" }, .type = FIELD_MULTI, .choice = covered, .choices = COUNT_OF(covered), .derived = &gap,
	  .formula = { "費用の種類のうち、「払われる費用」にないもの", "The kinds that are not among those it covers" }, .section = SECTION_COVER },
	YEN("cover", "支払限度額（円）", "Limit of cover (yen)", "1回の事故で払われる上限。", "The most that is paid for one event.", SECTION_COVER, FIELD_LIST),
	YEN("deductible", "免責金額（円）", "Deductible (yen)", "自社で負担する額。なければ0。", "What the company bears itself; 0 when there is none.", SECTION_COVER, 0),
	YEN("loss", "備える1回の損失（円）", "Loss to be covered (yen)", "「損失の見積もり」の合計など、いちばん重い事故の額。", "The gravest event, such as the total of a loss sheet.", SECTION_COVER, 0),
	{ .name = "gap", .label = { "自社に残る額（円）", "Left to the company (yen)" }, .type = FIELD_MONEY, .flags = FIELD_LIST, .derived = &gap,
	  .formula = { "備える損失 −（備える損失 − 免責金額、ただし支払限度額まで）", "loss - (loss - deductible, up to the limit of cover)" }, .section = SECTION_COVER },
	{ .name = "note", .label = { "メモ", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_COVER },
};

static void insurance_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	const struct reg *r = &reg_insurance;
	const struct value *from = &after->v[reg_field(r, "starts_on")], *until = &after->v[reg_field(r, "renewal_on")];
	if (from->known && until->known && str_cmp(until->s, from->s) <= 0)
		error_add(errors, reg_field(r, "renewal_on"), NOTE0(MSG_CONTROL_RENEWAL_BEFORE));
}

const struct setting control_settings[] = {
	{ .key = "control.renewal_days", .label = { "保険の更新を知らせる日数", "Days before a policy's renewal" },
	  .hint = { "更新日の何日前から、今日の画面で知らせるか。", "How long before the renewal the Today page tells." }, .section = { "対策", "Controls" },
	  .type = FIELD_INTEGER, .min = 0, .max = 365, .value = 60, .need = NEED_SETTINGS },
	{ .key = "signal.control_late_days", .label = { "対策の遅れを赤にする日数", "Days of delay that turn controls red" },
	  .hint = { "期限からこの日数を過ぎても実施していない対策があれば、信号は赤です。", "A control that is later than this turns the signal red." }, .section = { "信号", "Signal" },
	  .type = FIELD_INTEGER, .min = 0, .max = 365, .value = 30, .need = NEED_SETTINGS },
	{ .key = "signal.rule_only_percent", .label = { "ルールだけの対策の割合（%）", "Controls by a rule only (%)" },
	  .hint = { "実施済みの対策のうち、これより多くがルールだけに頼っていれば、信号は黄です。", "When more of those in place rest on a rule only, the signal is yellow." }, .section = { "信号", "Signal" },
	  .type = FIELD_INTEGER, .min = 0, .max = 100, .value = 50, .need = NEED_SETTINGS },
};
const size_t control_setting_count = COUNT_OF(control_settings);

static struct str day(struct arena *a, int64_t days)
{
	return date_iso(a, date_add_days(clock_today(), days));
}

/* Visible policies whose renewal lies before a day. */
static int64_t renewals(struct db_conn *c, struct http_req *req, struct str until)
{
	struct sql q;
	int64_t n = 0;
	reg_select(&q, req->arena, auth_principal(req), &reg_insurance, "count(*)");
	sql_lit(&q, " AND t.renewal_on <= ");
	sql_str(&q, until);
	return db_get_i64(c, &q, &n) < 0 ? 0 : n;
}

static void renewal_warning(struct html *h, struct http_req *req, struct db_conn *c)
{
	struct str until = day(req->arena, setting_i64(c, "control.renewal_days")), yesterday = day(req->arena, -1);
	int64_t soon = renewals(c, req, until), late = renewals(c, req, yesterday);
	if (soon == 0)
		return;
	html_alert(h, late ? TONE_RED : TONE_YELLOW,
	           late ? note_str(h->arena, h->lang, &NOTE(MSG_CONTROL_RENEWAL_LATE, ARG_I(late))) : note_str(h->arena, h->lang, &NOTE(MSG_CONTROL_RENEWAL_SOON, ARG_I(soon), ARG_S(until))),
	           msg(h->lang, MSG_CONTROL_RENEWAL_DO));
	html_lit(h, "<p><a");
	html_href(h, str_printf(h->arena, "/control/insurance?renewal_on.until=%.*s&sort=renewal_on", STR_FMT(until)));
	html_lit(h, ">");
	html_msg(h, MSG_CONTROL_RENEWAL_SHOW);
	html_lit(h, "</a></p>");
}

void control_today(struct html *h, struct http_req *req, struct db_conn *c)
{
	if (auth_ops(auth_principal(req), reg_number(&reg_insurance)) & OP_READ)
		renewal_warning(h, req, c);
}

static const struct reg_hooks insurance_hooks = { .check = insurance_check, .list = renewal_warning };

const struct reg reg_insurance = {
	.name = "insurance", .room = "control", .table = "control_insurance", .code = "INS",
	.label = { "保険", "Insurance" },
	.about = { "事故の費用を引き受けてもらう契約。毎年のリスク評価のときに、補償が足りているかを見直します。",
	           "Policies that bear the cost of an event. Review them with the yearly assessment." },
	.empty = { "いま入っている保険を、証券を見ながら書きます。", "Write down the policies you have, from the policy itself." },
	.icon = "umbrella", .help = "control", .field = insurance_fields, .fields = COUNT_OF(insurance_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &gap }, .derives = 1, .hooks = &insurance_hooks,
};
