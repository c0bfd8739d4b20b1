/*
 * The demo company is lived, not loaded: every day of its three months is one job of the writer, with the clock set to that
 * day, and every change goes through the same functions as a person's, as that person.
 */
#include "main/demo.h"

#include "asset/asset.h"
#include "auth/password.h"
#include "base/log.h"
#include "main/demo_data.h"
#include "main/demo_ledgers.h"
#include "main/demo_risk.h"
#include "risk/treatment.h"
#include "org/duty.h"
#include "org/org.h"
#include "register/link.h"
#include "register/query.h"
#include "register/remark.h"
#include "register/setting.h"
#include "report/signal.h"
#include "risk/risk.h"
#include "work/approval.h"

#define ASSETS_MAX 120
#define PEOPLE_MAX 80
#define MINUTE_MS INT64_C(60000)

const struct demo_person demo_people[] = {
	[WHO_ADMIN] = { "admin", "mihon-kagi-01", { "管理者（見本 管理者）", "Administrator" } },
	[WHO_LEAD] = { "lead", "mihon-kagi-02", { "セキュリティ担当（見本 担当）", "Security lead" } },
	[WHO_CONTACT] = { "contact", "mihon-kagi-03", { "総務部の部門担当者（見本 窓口）", "Department contact" } },
	[WHO_EXECUTIVE] = { "executive", "mihon-kagi-04", { "経営層（見本 社長）", "Executive" } },
	[WHO_AUDITOR] = { "auditor", "mihon-kagi-05", { "監査（見本 監査）", "Auditor" } },
	{ NULL, NULL, { NULL, NULL } },
};
const size_t demo_people_count = COUNT_OF(demo_people) - 1;

static const struct {
	const char *name;        /* of the account and of its person */
	enum access_role role;
	int unit;                /* enum demo_unit, or -1: every unit */
} accounts[WHO__N] = {
	[WHO_ADMIN] = { "見本 管理者", ROLE_ADMINISTRATOR, -1 },
	[WHO_LEAD] = { "見本 担当", ROLE_LEAD, -1 },
	[WHO_CONTACT] = { "見本 窓口", ROLE_CONTACT, UNIT_AFFAIRS },
	[WHO_EXECUTIVE] = { "見本 社長", ROLE_EXECUTIVE, -1 },
	[WHO_AUDITOR] = { "見本 監査", ROLE_AUDITOR, -1 },
};

enum { VIEW_COMPANY, VIEW_UNIT, VIEW_PERSON, VIEW_PLACE, VIEW_ASSET, VIEW_THREAT, VIEW_CHECK, VIEW__N };

struct person {
	struct str name;
	int64_t id;
};

struct build {
	struct office *office;
	struct arena *arena;           /* for as long as the company is built */
	struct date today;
	int64_t end;                   /* the instant at which the history must have arrived */
	int64_t at, step;              /* the demo's clock, and how far it moves with each change */
	struct str hash[WHO__N];       /* of the passwords */
	int64_t account[WHO__N], unit[UNIT__N], place[AT__N], asset[ASSETS_MAX];
	struct person person[PEOPLE_MAX];
	size_t persons;
	/* Of the day that is being written: */
	int day;
	struct reg_ctx ctx;
	struct reg_view view[VIEW__N];
	struct principal system, who[WHO__N];
};

/* ---- the clock ---- */

static void tick(struct build *b)
{
	if (b->at + b->step < b->end)
		b->at += b->step;
	clock_set_for_test(b->at, true);
}

/* A working day's morning, `before` days ago or the last one before that; today it is just now. */
static int64_t morning(const struct build *b, int before)
{
	struct date d = date_add_days(b->today, -before);
	while (before && (date_weekday(d) == 0 || date_weekday(d) == 6 || date_holiday(d, false).n))
		d = date_add_days(d, -1);
	return before ? clock_instant(d) + 550 * MINUTE_MS : b->end - 45 * MINUTE_MS;
}

/* The month-ends between the last written day and this one, each at its time, as the server's job would have done. */
static int freeze_months(struct build *b, int before)
{
	int64_t until = morning(b, before), at;
	int r = 0;
	if (b->at == INT64_MIN)
		return 0;
	for (struct month m = month_of(clock_date(b->at)); r == 0 && (at = month_end(m) + 5 * MINUTE_MS) < until; m = month_add(m, 1)) {
		clock_set_for_test(at, true);
		r = month_freeze_in(b->ctx.conn, b->ctx.arena, NULL);
		b->at = at;
	}
	return r;
}

static void day_begin(struct build *b, int before)
{
	int64_t at = morning(b, before);
	b->step = before ? 2 * MINUTE_MS : MINUTE_MS / 2;
	if (at > b->at)
		b->at = at;
	clock_set_for_test(b->at, true);
}

static const char *date_text(struct build *b, struct date d)
{
	return str_z(b->ctx.arena, date_iso(b->ctx.arena, d));
}

/* ---- writing ---- */

static struct change change(struct build *b, int view, int64_t id)
{
	return change_new(b->ctx.arena, CHANGE_SAVE, &b->view[view], id);
}

static void set(struct build *b, struct change *c, const char *field, const char *text)
{
	if (text)
		change_set_text(c, b->ctx.arena, field, text);
}

static void set_ref(struct build *b, struct change *c, const char *field, int64_t id)
{
	(void)b;
	if (id)
		change_set(c, reg_view_field(c->view, str_of(field)), (struct value){ .known = true, .i = id });
}

static int save(struct build *b, const struct principal *by, const struct change *c, int64_t *ret_id)
{
	struct written w;
	tick(b);
	b->ctx.by = by;
	int r = reg_write(&b->ctx, c, &w);
	if (r < 0) {
		struct str why = w.errors.n ? note_str(b->ctx.arena, LANG_EN, &w.errors.error[0].why) : STR_NULL;
		log_line(LOG_LEVEL_ERROR, "demo: a row of %s was refused on day -%d: %s %.*s", c->view->reg->name, b->day, err_name(r),
		         STR_FMT(why));
	} else if (ret_id) {
		*ret_id = w.id;
	}
	return r;
}

static int64_t person_id(struct build *b, const char *name)
{
	for (size_t i = 0; name && i < b->persons; i++)
		if (str_eq_z(b->person[i].name, name))
			return b->person[i].id;
	return 0;
}

static int asset_index(const char *name)
{
	for (size_t i = 0; i < demo_asset_count; i++)
		if (strcmp(demo_assets[i].name, name) == 0)
			return (int)i;
	die("the demo has no asset named %s", name);
}

static bool below_affairs(int unit)
{
	return unit == UNIT_AFFAIRS || unit == UNIT_GENERAL || unit == UNIT_STAFF;
}

/* Who keeps the rows of a unit: the contact where there is one, otherwise the lead. */
static const struct principal *keeper(const struct build *b, int unit)
{
	return &b->who[below_affairs(unit) ? WHO_CONTACT : WHO_LEAD];
}

/* ---- day one: company, units, people, accounts ---- */

static int clock_entry(struct build *b, const char *reason)
{
	struct audit_entry e = auth_entry(b->ctx.arena, &b->system, AUDIT_CLOCK);
	e.subject = STR("demo");
	e.reason = str_of(reason);
	return audit_append(b->ctx.conn, &e);
}

static int mark(struct build *b)
{
	struct note why;
	b->ctx.by = &b->system;
	int r = setting_write(&b->ctx, STR("office.demo"), STR("1"), &why, NULL);
	if (r == 0)
		r = clock_entry(b, "架空の履歴を書くため、時計を過去に移した");
	if (r == 0)
		r = setting_write(&b->ctx, STR("office.company"), STR(DEMO_COMPANY), &why, NULL);
	return r;
}

static int write_unit(struct build *b, int i, const struct principal *by)
{
	const struct demo_unit_row *u = &demo_units[i];
	struct change c = change(b, VIEW_UNIT, 0);
	set(b, &c, "name", u->name);
	set(b, &c, "kind", u->kind);
	set_ref(b, &c, "parent", u->parent < 0 ? 0 : b->unit[u->parent]);
	set(b, &c, "established_on", date_text(b, date_add_months(b->today, -(i == UNIT_COMPANY ? 242 : 120 - i * 3))));
	return save(b, by, &c, &b->unit[i]);
}

static int write_company(struct build *b, const struct principal *by)
{
	struct change c = change(b, VIEW_COMPANY, 0);
	int year = b->today.year;
	struct str holidays = str_printf(b->ctx.arena, "%d-08-13\n%d-08-14\n%d-12-29\n%d-12-30\n%d-12-31\n%d-01-02\n%d-01-03", year, year,
	                                 year, year, year, year + 1, year + 1);
	set(b, &c, "name", DEMO_COMPANY);
	set(b, &c, "trade", "通信販売（食品・生活雑貨）");
	set(b, &c, "size", "60");
	set_ref(b, &c, "unit", b->unit[UNIT_COMPANY]);
	set(b, &c, "fiscal_year_start", "4月");
	set(b, &c, "busy_months", "7月、11月、12月");
	set(b, &c, "holidays", str_z(b->ctx.arena, holidays));
	set(b, &c, "note", "この会社は架空のものです。人、取引先、サービスの名前もすべて作りものです。");
	return save(b, by, &c, NULL);
}

static int write_person(struct build *b, const struct demo_person_row *p, struct str name, struct str kana, int months,
                        const struct principal *by)
{
	struct arena *a = b->ctx.arena;
	size_t nth = b->persons;
	if (nth == PEOPLE_MAX)
		die("the demo has more than %d people", PEOPLE_MAX);
	struct change c = change(b, VIEW_PERSON, 0);
	set(b, &c, "name", str_z(a, name));
	set(b, &c, "name_kana", str_z(a, kana));
	set(b, &c, "number", str_z(a, str_printf(a, "M%03zu", nth + 1)));
	set(b, &c, "kind", p->kind);
	set_ref(b, &c, "unit", b->unit[p->unit]);
	set(b, &c, "job_title", p->job);
	set(b, &c, "email", str_z(a, str_printf(a, "m%03zu@mihon-tsuhan.example", nth + 1)));
	set(b, &c, "joined_on", date_text(b, date_add_months(b->today, -months)));
	int64_t id = 0;
	int r = save(b, by, &c, &id);
	if (r == 0)
		b->person[b->persons++] = (struct person){ .name = str_dup(b->arena, name), .id = id };
	return r;
}

/* Made-up names that nobody bears: 見本 太郎01, 例示 花子02, 見本 一郎03 ... */
static int write_people(struct build *b, int unit, const struct principal *by)
{
	static const char *const given[][2] = { { "太郎", "たろう" }, { "花子", "はなこ" }, { "一郎", "いちろう" }, { "桜", "さくら" },
		{ "次郎", "じろう" }, { "梅", "うめ" }, { "三郎", "さぶろう" }, { "松", "まつ" } };
	int r = 0;
	for (size_t i = 0; r == 0 && i < demo_person_rows; i++) {
		const struct demo_person_row *p = &demo_persons[i];
		for (int k = 0; r == 0 && p->unit == unit && k < p->count; k++) {
			if (p->name && person_id(b, p->name))
				continue; /* the administrator was written before the accounts */
			size_t n = b->persons + 1;
			bool sample = n % 2;
			struct str name = p->name ? str_of(p->name)
			                          : str_printf(b->ctx.arena, "%s %s%02zu", sample ? "見本" : "例示", given[n % COUNT_OF(given)][0], n);
			struct str kana = p->name ? str_of(p->kana)
			                          : str_printf(b->ctx.arena, "%s %s%02zu", sample ? "みほん" : "れいじ", given[n % COUNT_OF(given)][1], n);
			r = write_person(b, p, name, kana, p->joined + k * 7, by);
		}
	}
	return r;
}

static int write_account(struct build *b, enum demo_who who, const struct principal *by)
{
	struct account_new n = { .login = str_of(demo_people[who].login), .name = str_of(accounts[who].name),
		.person_id = person_id(b, accounts[who].name), .password_hash = b->hash[who], .lang = LANG_JA };
	tick(b);
	int r = auth_account_create(b->ctx.conn, b->ctx.arena, by, &n, &b->account[who]);
	if (r == 0)
		r = auth_grant(b->ctx.conn, b->ctx.arena, by, b->account[who], accounts[who].role,
		               accounts[who].unit < 0 ? 0 : b->unit[accounts[who].unit], STR(""));
	return r < 0 ? r : auth_principal_load(b->ctx.conn, b->ctx.arena, b->account[who], &b->who[who]);
}

static int unit_heads(struct build *b, const struct principal *by)
{
	int r = 0;
	for (int i = 0; r == 0 && i < UNIT__N; i++) {
		struct change c = change(b, VIEW_UNIT, b->unit[i]);
		set_ref(b, &c, "head", person_id(b, demo_units[i].head));
		set_ref(b, &c, "contact", person_id(b, demo_units[i].contact));
		r = save(b, by, &c, NULL);
	}
	return r;
}

/* The operator makes what the first administrator needs to exist; the administrator makes the rest. */
static int found_company(struct build *b)
{
	int r = mark(b);
	b->ctx.by = &b->system;
	if (r == 0)
		r = risk_seed_questionnaires(&b->ctx);
	if (r == 0)
		r = risk_seed_lists(&b->ctx);
	if (r == 0)
		r = org_seed_duties(&b->ctx);
	if (r == 0)
		r = write_unit(b, UNIT_COMPANY, &b->system);
	if (r == 0)
		r = write_unit(b, UNIT_SYSTEMS, &b->system);
	for (size_t i = 0; r == 0 && i < demo_person_rows; i++) {
		const struct demo_person_row *p = &demo_persons[i];
		if (p->name && strcmp(p->name, accounts[WHO_ADMIN].name) == 0)
			r = write_person(b, p, str_of(p->name), str_of(p->kana), p->joined, &b->system);
	}
	if (r == 0)
		r = write_account(b, WHO_ADMIN, &b->system);
	const struct principal *admin = &b->who[WHO_ADMIN];
	if (r == 0)
		r = write_company(b, admin);
	for (int i = 0; r == 0 && i < UNIT__N; i++)
		if (!b->unit[i])
			r = write_unit(b, i, admin);
	for (int i = 0; r == 0 && i < UNIT__N; i++)
		r = write_people(b, i, admin);
	if (r == 0)
		r = unit_heads(b, admin);
	for (int i = WHO_LEAD; r == 0 && i < WHO__N; i++)
		r = write_account(b, (enum demo_who)i, admin);
	return r;
}

/* ---- the ledger ---- */

static int write_place(struct build *b, int i)
{
	const struct demo_place_row *p = &demo_places[i];
	struct change c = change(b, VIEW_PLACE, 0);
	set(b, &c, "name", p->name);
	set(b, &c, "kind", p->kind);
	set(b, &c, "outside", p->outside);
	set(b, &c, "location", p->location);
	set(b, &c, "note", p->note);
	return save(b, &b->who[WHO_LEAD], &c, &b->place[i]);
}

static void set_char(struct build *b, struct change *c, const char *field, char value)
{
	char text[2] = { value, 0 };
	if (value != '-' && value != '?')
		set(b, c, field, text);
}

static void set_confirmed(struct build *b, struct change *c, struct date on, struct str by)
{
	set(b, c, "confirmed_on", date_text(b, on));
	set(b, c, "confirmed_by", str_z(b->ctx.arena, by));
	c->by_engine = true;
}

static int write_asset(struct build *b, size_t i)
{
	const struct demo_asset_row *d = &demo_assets[i];
	static const char *const personal[] = { "personal", "special_care", "my_number" };
	static const char *const rating[] = { "confidentiality", "integrity", "availability" };
	struct arena *a = b->ctx.arena;
	struct change c = change(b, VIEW_ASSET, 0);
	set(b, &c, "business_category", d->category);
	set(b, &c, "name", d->name);
	set(b, &c, "user_scope", d->scope);
	set_ref(b, &c, "department", b->unit[d->unit]);
	set_ref(b, &c, "storage", b->place[d->place]);
	set(b, &c, "custodian", d->custodian);
	set_ref(b, &c, "owner", person_id(b, demo_units[d->unit].head));
	for (size_t k = 0; k < 3; k++) {
		set_char(b, &c, personal[k], d->personal[k]);
		set_char(b, &c, rating[k], d->rating[k]);
	}
	if (d->subjects)
		set(b, &c, "subjects", str_z(a, str_printf(a, "%d", d->subjects)));
	set(b, &c, "retention", d->retention);
	set(b, &c, "registered_on", date_text(b, date_add_days(date_add_months(b->today, -d->registered), (int64_t)(i * 7 % 25))));
	set_char(b, &c, "stage", d->stage);
	set_char(b, &c, "control_state", d->control);
	if (d->confirmed == 'o') /* as the old ledger had it */
		set_confirmed(b, &c, date_add_days(b->today, -400 - (int64_t)i), str_of(demo_units[d->unit].head));
	c.reason = STR("Excelの資産台帳から移した");
	return save(b, keeper(b, d->unit), &c, &b->asset[i]);
}

static int write_ledger(struct build *b)
{
	int r = 0;
	if (demo_asset_count > ASSETS_MAX)
		die("the demo has more than %d assets", ASSETS_MAX);
	for (int i = 0; r == 0 && i < AT__N; i++)
		r = write_place(b, i);
	for (size_t i = 0; r == 0 && i < demo_asset_count; i++)
		r = write_asset(b, i);
	return r;
}

/* ---- what happens on each day ---- */

static int question_id(struct build *b, struct sql *q, int64_t *ret)
{
	int r = db_get_i64(b->ctx.conn, q, ret);
	if (r == ERR_NOT_FOUND)
		die("the demo answers a question that is not there");
	return r;
}

static int answer_threats(struct build *b)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < demo_threat_count; i++) {
		const struct demo_threat_row *t = &demo_threats[i];
		if (t->day != b->day)
			continue;
		struct sql q;
		sql_init(&q, b->ctx.arena);
		sql_lit(&q, "SELECT id FROM risk_threat_situation WHERE place_kind = ");
		sql_i64(&q, t->kind);
		sql_lit(&q, " ORDER BY id LIMIT 1 OFFSET ");
		sql_i64(&q, t->nth - 1);
		int64_t id;
		if ((r = question_id(b, &q, &id)) < 0)
			break;
		struct change c = change(b, VIEW_THREAT, id);
		set(b, &c, "applicable", t->applicable);
		set(b, &c, "frequency", t->frequency);
		set(b, &c, "note", t->note);
		r = save(b, &b->who[WHO_LEAD], &c, NULL);
	}
	return r;
}

static int answer_checks(struct build *b)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < demo_check_count; i++) {
		const struct demo_check_row *k = &demo_checks[i];
		if (k->day != b->day)
			continue;
		struct sql q;
		sql_init(&q, b->ctx.arena);
		sql_lit(&q, "SELECT id FROM risk_control_check WHERE number = ");
		sql_i64(&q, k->number);
		int64_t id;
		if ((r = question_id(b, &q, &id)) < 0)
			break;
		struct change c = change(b, VIEW_CHECK, id);
		set(b, &c, "answer", k->answer);
		set(b, &c, "note", k->note);
		r = save(b, &b->who[WHO_LEAD], &c, NULL);
	}
	return r;
}

static int64_t titled(struct build *b, enum demo_kind kind, const char *title)
{
	if (kind == ON_ASSET)
		return b->asset[asset_index(title)];
	if (kind == ON_PERSON)
		return person_id(b, title);
	for (int i = 0; kind == ON_PLACE && i < AT__N; i++)
		if (strcmp(demo_places[i].name, title) == 0)
			return b->place[i];
	for (int i = 0; kind == ON_UNIT && i < UNIT__N; i++)
		if (strcmp(demo_units[i].name, title) == 0)
			return b->unit[i];
	return 0;
}

static int write_changes(struct build *b)
{
	static const int view[] = { [ON_ASSET] = VIEW_ASSET, [ON_PLACE] = VIEW_PLACE, [ON_UNIT] = VIEW_UNIT, [ON_PERSON] = VIEW_PERSON };
	int r = 0;
	for (size_t i = 0; r == 0 && i < demo_change_count; i++) {
		const struct demo_change_row *d = &demo_changes[i];
		if (d->day != b->day)
			continue;
		int64_t id = titled(b, d->kind, d->title);
		if (!id)
			die("the demo has nothing named %s", d->title);
		struct change c = change(b, view[d->kind], id);
		for (size_t k = 0; k < COUNT_OF(d->set) && d->set[k][0]; k++)
			set(b, &c, d->set[k][0], d->set[k][1]);
		c.reason = str_of(d->reason);
		r = save(b, &b->who[d->who], &c, NULL);
	}
	return r;
}

static int write_comments(struct build *b)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < demo_comment_count; i++) {
		const struct demo_comment_row *d = &demo_comments[i];
		if (d->day != b->day)
			continue;
		struct note why;
		int64_t id;
		tick(b);
		b->ctx.by = &b->who[d->who];
		r = comment_add(&b->ctx, b->asset[asset_index(d->asset)], str_of(d->text), &id, &why);
	}
	return r;
}

static int confirm(struct build *b, char group)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < demo_asset_count; i++) {
		if (demo_assets[i].confirmed != group)
			continue;
		const struct principal *by = keeper(b, demo_assets[i].unit);
		struct change c = change(b, VIEW_ASSET, b->asset[i]);
		set_confirmed(b, &c, clock_today(), by->name);
		r = save(b, by, &c, NULL);
	}
	return r;
}

/* The same list stood in the ledger twice; and cards that were destroyed leave it. */
static int tidy(struct build *b)
{
	struct written w;
	tick(b);
	b->ctx.by = &b->who[WHO_LEAD];
	int r = reg_merge(&b->ctx, &b->view[VIEW_ASSET], b->asset[asset_index("顧客台帳")], b->asset[asset_index("顧客名簿")], false,
	                  STR("同じ一覧が二重に登録されていた"), &w);
	if (r < 0)
		return r;
	struct change c = change_new(b->ctx.arena, CHANGE_ARCHIVE, &b->view[VIEW_ASSET], b->asset[asset_index("懸賞の応募はがき")]);
	c.reason = STR("溶解で廃棄し、証明書を受け取った");
	return save(b, &b->who[WHO_LEAD], &c, NULL);
}

/* What lies on which device, is handled by which application, and is entrusted to which service. */
static int link_ledgers(struct build *b)
{
	static const struct {
		const char *kind, *from;
		const struct reg *reg;
		const char *title, *asset;
	} links[] = {
		{ "device_asset", "mihon-sv01", &reg_device, "name", "受注データ" }, { "device_asset", "mihon-sv01", &reg_device, "name", "顧客台帳" },
		{ "device_asset", "mihon-nas01", &reg_device, "name", "総勘定元帳" }, { "application_asset", "例示受注システム", &reg_application, "name", "受注データ" },
		{ "application_asset", "見本会計", &reg_application, "name", "総勘定元帳" }, { "application_asset", "見本給与", &reg_application, "name", "給与計算データ" },
		{ "service_asset", "見本クラウド", &reg_service, "name", "受注データ" }, { "service_asset", "例示給与明細", &reg_service, "name", "給与計算データ" },
	};
	int r = 0;
	b->ctx.by = &b->who[WHO_LEAD];
	for (size_t i = 0; r == 0 && i < COUNT_OF(links); i++) {
		struct note why;
		struct sql q;
		int64_t from;
		sql_init(&q, b->ctx.arena);
		sql_lit(&q, "SELECT id FROM ");
		sql_name(&q, links[i].reg->table);
		sql_lit(&q, " WHERE ");
		sql_name(&q, links[i].title);
		sql_lit(&q, " = ");
		sql_str(&q, str_of(links[i].from));
		tick(b);
		r = db_get_i64(b->ctx.conn, &q, &from);
		if (r == 0)
			r = link_add(&b->ctx, link_find(str_of(links[i].kind)), from, b->asset[asset_index(links[i].asset)], STR(""), &why);
	}
	return r;
}

/* The rows point to their backup copy. */
static int link_backups(struct build *b)
{
	static const char *const copied[] = { "受注データ", "顧客台帳", "給与計算データ", "個人番号の管理簿", "総勘定元帳" };
	const struct link_kind *kind = link_find(STR("backup"));
	if (!kind)
		die("the ledger has no link to a backup copy");
	int r = 0;
	b->ctx.by = &b->who[WHO_LEAD];
	for (size_t i = 0; r == 0 && i < COUNT_OF(copied); i++) {
		struct note why;
		tick(b);
		r = link_add(&b->ctx, kind, b->asset[asset_index(copied[i])], b->asset[asset_index("業務データの控え（月次）")], STR(""), &why);
	}
	return r;
}

/* The treatment of that control; a control that treats one risk only. */
static int treatment_id(struct build *b, const char *control, int64_t *ret)
{
	struct sql q;
	sql_init(&q, b->ctx.arena);
	sql_lit(&q, "SELECT id FROM risk_treatment WHERE name = ");
	sql_str(&q, str_of(control));
	return db_get_i64(b->ctx.conn, &q, ret);
}

static int write_approvals(struct build *b)
{
	struct reg_view treatment;
	int r = reg_view_load(b->ctx.conn, b->ctx.arena, &reg_treatment, &treatment);
	for (size_t i = 0; r == 0 && i < demo_approval_count; i++) {
		const struct demo_approval_row *d = &demo_approvals[i];
		int64_t record = 0;
		struct approval x;
		struct note why = NOTE0(MSG_NONE);
		int64_t id;
		size_t n = 0;
		if (d->day != b->day)
			continue;
		tick(b);
		b->ctx.by = &b->who[d->who];
		if (d->asset)
			record = b->asset[asset_index(d->asset)];
		else if ((r = treatment_id(b, d->treatment, &record)) < 0)
			break;
		r = approval_list(b->ctx.conn, b->ctx.arena, b->ctx.by, APPROVALS_OF_RECORD, record, 1, &x, &n);
		if (r == 0 && d->act == DEMO_SUBMIT) {
			struct row row;
			r = reg_get(b->ctx.conn, b->ctx.arena, b->ctx.by, d->asset ? &b->view[VIEW_ASSET] : &treatment, record, &row);
			const struct approval_submit s = { .record_id = record, .revision = row.revision, .reason = str_of(d->text), .cost = d->cost };
			if (r == 0)
				r = approval_submit(&b->ctx, &s, &id, &why);
		} else if (r == 0) {
			const struct approval_decision s = { .id = x.id, .event = d->act == DEMO_APPROVE ? EVENT_APPROVE : EVENT_SEND_BACK,
				.step = x.step, .revision = x.revision, .comment = str_of(d->text) };
			r = approval_decide(&b->ctx, &s, &why);
		}
		if (r < 0)
			log_line(LOG_LEVEL_ERROR, "demo: the approval of %s: %s %.*s", d->asset ? d->asset : d->treatment, err_name(r), STR_FMT(note_str(b->ctx.arena, LANG_EN, &why)));
	}
	return r;
}

/* The plan as it stands, frozen and handed to the executive. */
static int submit_plan(struct build *b)
{
	struct reg_view view;
	struct written w = { 0 };
	struct note why = NOTE0(MSG_NONE);
	int64_t id;
	int r = reg_view_load(b->ctx.conn, b->ctx.arena, &reg_treatment_plan, &view);
	if (r < 0)
		return r;
	tick(b);
	b->ctx.by = &b->who[WHO_LEAD];
	struct change c = change_new(b->ctx.arena, CHANGE_SAVE, &view, 0);
	change_set_text(&c, b->ctx.arena, "note", "年度内に進める対応策です。費用と、残るリスクを確かめてください。");
	r = reg_write(&b->ctx, &c, &w);
	const struct approval_submit s = { .record_id = w.id, .revision = w.revision, .reason = STR("今年度のリスク対応計画を認めてほしい。"), .cost = -1 };
	tick(b);
	if (r == 0)
		r = approval_submit(&b->ctx, &s, &id, &why);
	if (r < 0)
		log_line(LOG_LEVEL_ERROR, "demo: the treatment plan: %s %.*s", err_name(r), STR_FMT(note_str(b->ctx.arena, LANG_EN, &why)));
	return r;
}

static int live(struct build *b)
{
	int r = b->day == DEMO_FIRST_DAY ? found_company(b) : 0;
	if (r == 0 && b->day == 88)
		r = write_ledger(b);
	if (r == 0)
		r = answer_threats(b);
	if (r == 0)
		r = answer_checks(b);
	if (r == 0)
		r = write_changes(b);
	if (r == 0 && b->day == 30) {
		tick(b);
		b->ctx.by = &b->who[WHO_LEAD];
		r = demo_risks(&b->ctx, b->today);
	}
	if (r == 0 && b->day == 45) {
		tick(b);
		b->ctx.by = &b->who[WHO_LEAD];
		r = demo_ledgers(&b->ctx, b->today);
	}
	if (r == 0 && b->day == 7) {
		tick(b);
		b->ctx.by = &b->who[WHO_LEAD];
		r = demo_review(&b->ctx, b->today);
		const int64_t people[] = { person_id(b, "見本 担当"), person_id(b, "見本 窓口"), person_id(b, "見本 社長") };
		if (r == 0)
			r = demo_training(&b->ctx, b->today, b->unit, people);
	}
	if (r == 0 && b->day == 14)
		r = tidy(b);
	if (r == 0 && b->day == 21)
		r = link_backups(b);
	if (r == 0 && b->day == 21)
		r = link_ledgers(b);
	if (r == 0 && b->day == 80) {
		tick(b);
		r = demo_controls(&b->ctx, &b->who[WHO_LEAD], b->today, b->unit, person_id(b, "見本 社長"));
	}
	if (r == 0 && b->day == 28) {
		tick(b);
		r = demo_treatments(&b->ctx, &b->who[WHO_LEAD], b->today, b->unit, person_id(b, "見本 社長"));
	}
	if (r == 0 && b->day == 3) {
		tick(b);
		r = demo_effects(&b->ctx, &b->who[WHO_LEAD], b->today, b->unit);
		const int64_t people[] = { person_id(b, "見本 担当"), person_id(b, "見本 窓口"), person_id(b, "見本 社長") };
		if (r == 0)
			r = demo_tasks(&b->ctx, &b->who[WHO_LEAD], b->today, people);
		if (r == 0)
			r = demo_documents(&b->ctx, &b->who[WHO_LEAD], &b->who[WHO_EXECUTIVE], b->unit[UNIT_COMPANY]);
	}
	if (r == 0 && b->day <= 60) {
		tick(b);
		r = demo_near_misses(&b->ctx, &b->who[WHO_LEAD], b->day, b->unit);
	}
	if (r == 0)
		r = write_comments(b);
	if (r == 0)
		r = confirm(b, b->day == 58 ? 'a' : b->day == 28 ? 'b' : b->day == 10 ? 'c' : b->day == 0 ? 't' : 0);
	if (r == 0)
		r = write_approvals(b);
	if (r == 0 && b->day == 0)
		r = submit_plan(b);
	if (r == 0 && b->day == 0)
		r = clock_entry(b, "架空の履歴を書き終え、時計を戻した");
	return r;
}

/* ---- the days ---- */

static int day_job(struct db_conn *conn, void *arg)
{
	struct build *b = arg;
	static const struct reg *const regs[VIEW__N] = { [VIEW_COMPANY] = &reg_company, [VIEW_UNIT] = &reg_unit, [VIEW_PERSON] = &reg_person,
		[VIEW_PLACE] = &reg_place, [VIEW_ASSET] = &reg_asset, [VIEW_THREAT] = &reg_threat_situation, [VIEW_CHECK] = &reg_control_check };
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	b->ctx = (struct reg_ctx){ .conn = conn, .arena = a, .key = b->office->key };
	b->system = auth_system();
	int r = 0;
	for (int i = 0; r == 0 && i < VIEW__N; i++)
		r = reg_view_load(conn, a, regs[i], &b->view[i]);
	if (r == 0)
		r = freeze_months(b, b->day);
	day_begin(b, b->day);
	for (int i = 0; r == 0 && i < WHO__N; i++)
		if (b->account[i])
			r = auth_principal_load(conn, a, b->account[i], &b->who[i]);
	return r < 0 ? r : live(b);
}

int demo_build(struct office *o, struct arena *a)
{
	static const int days[] = { DEMO_FIRST_DAY, 88, 80, 60, 58, 45, 30, 28, 21, 14, 10, 7, 3, 0 };
	struct build *b = ARENA_NEW(a, struct build);
	b->office = o;
	b->arena = a;
	b->end = clock_now();
	b->today = clock_date(b->end);
	b->at = INT64_MIN;
	int r = 0;
	for (size_t i = 0; r == 0 && i < WHO__N; i++)
		r = password_hash(a, str_of(demo_people[i].password), &b->hash[i]);
	struct clock_state before = clock_save();
	for (size_t i = 0; r == 0 && i < COUNT_OF(days); i++) {
		int64_t ended;
		b->day = days[i];
		if (b->day == 0) {
			/* Acceptances that ended meanwhile, as a server would have ended them. */
			clock_set_for_test(b->end - 60 * MINUTE_MS, true);
			r = acceptance_round(o->db, o->key, &ended);
		}
		if (r == 0)
			r = db_write(o->db, day_job, b);
	}
	clock_restore(before);
	if (r == 0)
		o->demo = true;
	return r;
}
