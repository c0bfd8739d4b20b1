/* The registers of the organisation. */
#include "org/org.h"
#include "base/text/org.h"
#include "register/batch.h"
#include "register/setting.h"

#include "http/http.h"
#include "work/days.h"

#define ORG_ACCESS(contact) \
	{ .ops = { [ROLE_ADMINISTRATOR] = OP_ALL, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = (contact), [ROLE_EXECUTIVE] = OP_READ, \
	           [ROLE_AUDITOR] = OP_READ | OP_EXPORT } }

/* ---- company ---- */

static const struct choice months[] = {
	{ 1, "1", { "1月", "January" }, { 0 }, NULL, 0 }, { 2, "2", { "2月", "February" }, { 0 }, NULL, 0 },
	{ 3, "3", { "3月", "March" }, { 0 }, NULL, 0 }, { 4, "4", { "4月", "April" }, { 0 }, NULL, 0 },
	{ 5, "5", { "5月", "May" }, { 0 }, NULL, 0 }, { 6, "6", { "6月", "June" }, { 0 }, NULL, 0 },
	{ 7, "7", { "7月", "July" }, { 0 }, NULL, 0 }, { 8, "8", { "8月", "August" }, { 0 }, NULL, 0 },
	{ 9, "9", { "9月", "September" }, { 0 }, NULL, 0 }, { 10, "10", { "10月", "October" }, { 0 }, NULL, 0 },
	{ 11, "11", { "11月", "November" }, { 0 }, NULL, 0 }, { 12, "12", { "12月", "December" }, { 0 }, NULL, 0 },
};

#define SECTION_COMPANY { "会社", "Company" }
#define SECTION_YEAR { "一年の流れ", "The year" }

static const struct field company_fields[] = {
	{ .name = "name", .label = { "会社名", "Company name" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_COMPANY },
	{ .name = "trade", .label = { "業種", "Trade" }, .hint = { "例：通信販売", "For example: mail order" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_COMPANY },
	{ .name = "size", .label = { "従業員数", "Employees" }, .type = FIELD_INTEGER, .min = 1, .max = 1000000,
	  .flags = FIELD_LIST | FIELD_SORT, .section = SECTION_COMPANY },
	{ .name = "unit", .label = { "組織上の位置", "Unit" },
	  .hint = { "グループ会社のとき、組織のどこに当たるか。", "For a company of a group: where it stands in the tree." }, .type = FIELD_UNIT,
	  .target = "unit", .flags = FIELD_FILTER, .section = SECTION_COMPANY },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .flags = FIELD_SEARCH, .section = SECTION_COMPANY },
	{ .name = "fiscal_year_start", .label = { "年度の始まる月", "First month of the fiscal year" }, .type = FIELD_CHOICE, .choice = months,
	  .choices = COUNT_OF(months), .flags = FIELD_LIST, .section = SECTION_YEAR },
	{ .name = "busy_months", .label = { "繁忙月", "Busy months" },
	  .hint = { "棚卸しや教育を避けたい月。", "Months in which reviews and training are better avoided." }, .type = FIELD_MULTI,
	  .choice = months, .choices = COUNT_OF(months), .section = SECTION_YEAR },
	{ .name = "holidays", .label = { "会社の休日", "Company holidays" },
	  .hint = { "祝日のほかの休みを1行に1日ずつ（例：2026-12-29）。", "Days off beside public holidays, one a line (2026-12-29)." },
	  .type = FIELD_LONG_TEXT, .max = 4000, .section = SECTION_YEAR },
};

int org_fiscal_year(struct db_conn *c, struct arena *a, struct date day)
{
	struct days d;
	if (days_load(c, a, &d) < 0)
		d = (struct days){ .first_month = 4 };
	return days_fiscal_year(&d, day);
}

/* A default that nearly every Japanese company keeps: the fiscal year starts in April. */
static void company_fill(struct reg_ctx *ctx, struct row *row)
{
	(void)ctx;
	int f = reg_field(&reg_company, "fiscal_year_start");
	if (!row->v[f].known)
		row->v[f] = (struct value){ .known = true, .i = 4 };
}

static void company_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	int f = reg_field(&reg_company, "holidays");
	struct str rest = after->v[f].s, line;
	while (after->v[f].known && str_cut(&rest, '\n', &line)) {
		struct date d;
		line = str_trim(line);
		if (line.n && date_parse_human(line, &d) < 0)
			error_add(errors, f, NOTE(MSG_ORG_HOLIDAY_BAD, ARG_S(line)));
	}
}

static const struct reg_hooks company_hooks = { .fill = company_fill, .check = company_check };

const struct reg reg_company = {
	.name = "company", .room = "org", .table = "org_company", .code = "COM",
	.label = { "会社", "Companies" },
	.about = { "業種、規模、年度の始まり、繁忙月、休日。期限や計画はここから数えます。",
	           "Trade, size, fiscal year, busy months and holidays: due dates and plans are counted from here." },
	.empty = { "まず自社を登録します。", "Begin with your own company." },
	.icon = "building", .help = "org", .field = company_fields, .fields = COUNT_OF(company_fields), .title = "name", .sort = "name",
	.access = ORG_ACCESS(OP_READ), .hooks = &company_hooks, .shared = true,
};

/* ---- units ---- */

static const struct choice unit_kinds[] = {
	{ 1, "company", { "会社", "Company" }, { 0 }, NULL, 0 },
	{ 2, "division", { "本部・事業部", "Division" }, { 0 }, (const char *const[]){ "本部", "事業部", NULL }, 0 },
	{ 3, "department", { "部", "Department" }, { 0 }, (const char *const[]){ "部門", NULL }, 0 },
	{ 4, "section", { "課・係", "Section" }, { 0 }, (const char *const[]){ "課", "係", "グループ", NULL }, 0 },
	{ 5, "site", { "拠点", "Site" }, { 0 }, (const char *const[]){ "支店", "営業所", "店舗", NULL }, 0 },
};

#define SECTION_UNIT { "部門", "Unit" }
#define SECTION_DATES { "存続期間", "Dates of existence" }

static const struct field unit_fields[] = {
	{ .name = "name", .label = { "部門名", "Unit name" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_UNIT,
	  .alias = (const char *const[]){ "部署名", "部署", "部門", "組織名", NULL } },
	{ .name = "parent", .label = { "上位の部門", "Parent unit" }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_KEY | FIELD_LIST | FIELD_FILTER | FIELD_GROW, .section = SECTION_UNIT,
	  .alias = (const char *const[]){ "上位部門", "上位部署", "親部門", "親部署", NULL } },
	{ .name = "kind", .label = { "種類", "Kind" }, .type = FIELD_CHOICE, .choice = unit_kinds, .choices = COUNT_OF(unit_kinds),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_UNIT },
	{ .name = "head", .label = { "部門長", "Head" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_UNIT },
	{ .name = "contact", .label = { "部門担当者", "Department contact" },
	  .hint = { "台帳の確認などをお願いする人。", "Who answers for the unit's rows." }, .type = FIELD_PERSON, .target = "person",
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_UNIT },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .flags = FIELD_SEARCH, .section = SECTION_UNIT },
	{ .name = "established_on", .label = { "設置日", "Established on" }, .type = FIELD_DATE, .flags = FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_DATES },
	{ .name = "abolished_on", .label = { "廃止日", "Abolished on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_DATES },
	{ .name = "successor", .label = { "引継ぎ先", "Successor" },
	  .hint = { "廃止や統合のあと、台帳を引き継いだ部門。", "The unit that took over." }, .type = FIELD_UNIT, .target = "unit",
	  .section = SECTION_DATES },
};

void org_dates_in_order(const struct reg *r, const char *first, const char *last, const struct row *row, struct error_list *errors)
{
	int a = reg_field(r, first), b = reg_field(r, last);
	if (row->v[a].known && row->v[b].known && str_cmp(row->v[a].s, row->v[b].s) > 0)
		error_add(errors, b, NOTE(MSG_ORG_DATES_REVERSED, ARG_S(row->v[a].s)));
}

static void unit_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	int parent = reg_field(&reg_unit, "parent");
	if (after->id && after->v[parent].known && after->v[parent].i == after->id)
		error_add(errors, parent, NOTE0(MSG_ORG_UNIT_OWN_PARENT));
	else if (after->id && after->v[parent].known && (!before || !before->v[parent].known || before->v[parent].i != after->v[parent].i)) {
		struct sql q;
		int64_t below = 0;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT count(*) FROM auth_unit_closure WHERE ancestor = ");
		sql_i64(&q, after->id);
		sql_lit(&q, " AND descendant = ");
		sql_i64(&q, after->v[parent].i);
		if (db_get_i64(ctx->conn, &q, &below) < 0 || below)
			error_add(errors, parent, NOTE0(MSG_ORG_UNIT_CYCLE));
	}
	org_dates_in_order(&reg_unit, "established_on", "abolished_on", after, errors);
}

static int unit_after_write(struct reg_ctx *ctx, const struct row *before, const struct row *after)
{
	int parent = reg_field(&reg_unit, "parent");
	int64_t up = after->v[parent].known ? after->v[parent].i : 0;
	int64_t was = before && before->v[parent].known ? before->v[parent].i : 0;
	if (before && up == was)
		return 0;
	return auth_unit_place(ctx->conn, after->id, up);
}

static const struct reg_hooks unit_hooks = { .check = unit_check, .after_write = unit_after_write, .detail = org_unit_detail,
	                                          .list = org_unit_list };

const struct reg reg_unit = {
	.name = "unit", .room = "org", .table = "org_unit", .code = "UNT",
	.label = { "部門", "Units" },
	.about = { "部門の木。誰がどの行を見られるかは、部門で決まります。", "The tree of units: it decides who sees which rows." },
	.empty = { "会社、部、課の順に登録するか、資産台帳を取り込むと部門名から作られます。",
	           "Add company, departments and sections, or import an asset ledger: its units are created." },
	.icon = "building", .help = "org", .field = unit_fields, .fields = COUNT_OF(unit_fields), .title = "name", .sort = "name",
	.access = ORG_ACCESS(OP_READ), .hooks = &unit_hooks, .shared = true,
};

/* ---- people ---- */

static const struct choice person_kinds[] = {
	{ 1, "employee", { "従業員", "Employee" }, { 0 }, (const char *const[]){ "正社員", "社員", NULL }, 0 },
	{ 2, "part_time", { "パート・アルバイト", "Part-time" }, { 0 }, (const char *const[]){ "パート", "アルバイト", NULL }, 0 },
	{ 3, "temporary", { "派遣", "Temporary staff" }, { 0 }, (const char *const[]){ "派遣社員", NULL }, 0 },
	{ 4, "contractor", { "委託先の人", "Contractor" }, { 0 }, (const char *const[]){ "業務委託", "委託", NULL }, 0 },
};

#define SECTION_PERSON { "人", "Person" }
#define SECTION_REACH { "連絡先", "Contact details" }
#define SECTION_STAY { "在籍", "Time here" }

static const struct field person_fields[] = {
	{ .name = "name", .label = { "氏名", "Name" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_PERSON,
	  .alias = (const char *const[]){ "名前", "社員名", "担当者名", NULL } },
	{ .name = "name_kana", .label = { "ふりがな", "Reading" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_SORT | FIELD_SEARCH,
	  .section = SECTION_PERSON, .alias = (const char *const[]){ "フリガナ", "カナ", NULL } },
	{ .name = "number", .label = { "社員番号", "Number" }, .type = FIELD_TEXT, .max = 40,
	  .flags = FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_PERSON,
	  .alias = (const char *const[]){ "従業員番号", "社員コード", NULL } },
	{ .name = "kind", .label = { "区分", "Kind" }, .type = FIELD_CHOICE, .choice = person_kinds, .choices = COUNT_OF(person_kinds),
	  .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_PERSON, .alias = (const char *const[]){ "雇用形態", NULL } },
	{ .name = "unit", .label = { "所属", "Unit" }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER | FIELD_GROW, .section = SECTION_PERSON,
	  .alias = (const char *const[]){ "所属部署", "部署", "部門", NULL } },
	{ .name = "job_title", .label = { "役職", "Job title" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_LIST | FIELD_SEARCH,
	  .section = SECTION_PERSON },
	{ .name = "note", .label = { "備考", "Note" }, .type = FIELD_LONG_TEXT, .section = SECTION_PERSON },
	{ .name = "email", .label = { "メールアドレス", "E-mail" }, .type = FIELD_TEXT, .max = 254, .flags = FIELD_PRIVATE,
	  .section = SECTION_REACH, .alias = (const char *const[]){ "メール", "E-mail", NULL } },
	{ .name = "phone", .label = { "電話番号", "Phone" }, .type = FIELD_TEXT, .max = 40, .flags = FIELD_PRIVATE,
	  .section = SECTION_REACH, .alias = (const char *const[]){ "電話", NULL } },
	{ .name = "joined_on", .label = { "入社日", "Joined on" }, .type = FIELD_DATE, .flags = FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_STAY, .alias = (const char *const[]){ "入社年月日", NULL } },
	{ .name = "moved_on", .label = { "異動日", "Moved on" }, .type = FIELD_DATE, .flags = FIELD_FILTER, .section = SECTION_STAY },
	{ .name = "left_on", .label = { "退職日", "Left on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER,
	  .section = SECTION_STAY, .alias = (const char *const[]){ "退職年月日", NULL } },
};

static void person_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	int email = reg_field(&reg_person, "email");
	struct str e = after->v[email].s;
	if (after->v[email].known && e.n && (str_find_char(e, '@') < 1 || str_find_char(e, ' ') >= 0))
		error_add(errors, email, NOTE(MSG_ORG_EMAIL_BAD, ARG_S(e)));
	org_dates_in_order(&reg_person, "joined_on", "left_on", after, errors);
	org_dates_in_order(&reg_person, "joined_on", "moved_on", after, errors);
}

static const struct reg_hooks person_hooks = { .check = person_check, .detail = org_person_detail };

const struct reg reg_person = {
	.name = "person", .room = "org", .table = "org_person", .code = "PSN",
	.label = { "人", "People" },
	.about = { "従業員と、社内で働く委託先の人。サインインの有無とは関係ありません。",
	           "Employees and contractors. A person need not have an account." },
	.empty = { "名簿のExcelを取り込むか、「追加」から登録します。", "Import the staff list, or add people." },
	.icon = "users", .help = "org", .field = person_fields, .fields = COUNT_OF(person_fields), .title = "name", .sort = "name",
	.access = ORG_ACCESS(OP_READ), .hooks = &person_hooks,
};

const struct setting org_settings[] = {
	{ .key = "org.duties_per_person", .label = { "一人が受け持つ担当の目安", "Duties a person may hold" },
	  .hint = { "これより多いと、体制のページで知らせます。", "With more than these the page of duties warns." }, .section = { "担当", "Security duties" },
	  .type = FIELD_INTEGER, .min = 1, .max = 15, .value = 3, .need = NEED_SETTINGS },
	{ .key = "signal.leaver_days", .label = { "退職後、アカウントを止めるまでの日数", "Days until a leaver's account must be off" },
	  .hint = { "これを過ぎても使えるアカウントがあれば、信号は赤です。", "An account that still works after them turns the signal red." },
	  .section = { "信号", "Signal" }, .type = FIELD_INTEGER, .min = 0, .max = 90, .value = 0, .need = NEED_SETTINGS },
};
const size_t org_setting_count = COUNT_OF(org_settings);
