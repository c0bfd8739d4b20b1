/* Who gets a digest, and what stands in it. */
#include "work/digest.h"

#include <unistd.h>

#include "base/text/work.h"
#include "mail/mail.h"
#include "register/batch.h"
#include "work/approval.h"
#include "work/days.h"
#include "work/task.h"

#define SECTION_DIGEST { "お知らせ（毎日のまとめ）", "Digest of the day" }
#define DAY_MS INT64_C(86400000)
#define LEASE_MS INT64_C(300000)
#define KEEP_DAYS 400
#define KEEP_EMPTY_DAYS 40
#define LINK_DAYS 14

const struct setting work_settings[] = {
	{ .key = "work.digest", .label = { "お知らせを作る", "Make digests" }, .hint = { "営業日に1人1通、やることと承認をまとめて知らせます。", "One a working day and person, with tasks and approvals." }, .section = SECTION_DIGEST,
	  .type = FIELD_YES_NO, .min = 0, .max = 1, .value = 1, .need = NEED_SETTINGS },
	{ .key = "work.digest_hour", .label = { "作る時刻（時）", "Hour" }, .section = SECTION_DIGEST, .type = FIELD_INTEGER, .min = 0, .max = 23, .value = 8, .need = NEED_SETTINGS },
	{ .key = "work.remind_first", .label = { "期限の何日前に知らせるか", "Days before the due day" }, .section = SECTION_DIGEST, .type = FIELD_INTEGER, .min = 0, .max = 90, .value = 7, .need = NEED_SETTINGS },
	{ .key = "work.remind_second", .label = { "もう一度、何日前に知らせるか", "And again, days before" }, .hint = { "期限の日と、過ぎたあとは毎営業日に知らせます。", "On the due day and, when it is late, on each working day it is told anyway." },
	  .section = SECTION_DIGEST, .type = FIELD_INTEGER, .min = 0, .max = 90, .value = 1, .need = NEED_SETTINGS },
	{ .key = "work.late_deputy", .label = { "何日過ぎたら代わりの人にも知らせるか", "Days late: tell the deputy too" }, .section = SECTION_DIGEST, .type = FIELD_INTEGER, .min = 0, .max = 90, .value = 1, .need = NEED_SETTINGS },
	{ .key = "work.late_manager", .label = { "何日過ぎたら部門長にも知らせるか", "Days late: tell the unit's head too" }, .section = SECTION_DIGEST, .type = FIELD_INTEGER, .min = 0, .max = 90, .value = 3, .need = NEED_SETTINGS },
	{ .key = "work.late_lead", .label = { "何日過ぎたらセキュリティ担当にも知らせるか", "Days late: tell the security lead too" }, .section = SECTION_DIGEST, .type = FIELD_INTEGER, .min = 0, .max = 90, .value = 7, .need = NEED_SETTINGS },
	{ .key = "work.approval_lead", .label = { "承認が何日止まったらセキュリティ担当にも知らせるか", "Days an approval waits: tell the security lead too" }, .section = SECTION_DIGEST, .type = FIELD_INTEGER, .min = 0, .max = 90,
	  .value = 5, .need = NEED_SETTINGS },
};
const size_t work_setting_count = COUNT_OF(work_settings);

/* ---- the lease ---- */

int lease_take(struct db_conn *writer, struct arena *a, const char *name, struct str holder, int64_t ms)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO work_lease (name, holder, until_at) VALUES (");
	sql_str(&q, str_of(name));
	sql_lit(&q, ", ");
	sql_str(&q, holder);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now() + ms);
	sql_lit(&q, ") ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at WHERE work_lease.holder = excluded.holder OR work_lease.until_at <= ");
	sql_i64(&q, clock_now());
	int e = db_exec(writer, &q, &n);
	return e < 0 ? e : n ? 0 : ERR_BUSY;
}

/* ---- the text of one digest ---- */

struct rules {
	int64_t first, second, deputy, manager, lead, approval;
};

struct digest {
	struct db_conn *conn;
	struct arena *arena;
	const struct rules *rules;
	struct principal by;         /* kind NONE: a person without an account */
	int64_t person;
	enum lang lang;
	struct str base;             /* of links; empty: none are written */
	struct date today, last;     /* last: the day of the digest before this one */
	struct buf text;
	int64_t items;
	int64_t task[LIMIT_DIGEST_LINES * 2]; /* for the personal link */
	size_t tasks;
};

static void say(struct digest *d, struct note n)
{
	note_put(&d->text, d->lang, &n);
	buf_char(&d->text, '\n');
}

static void say_path(struct digest *d, const char *path, int64_t id)
{
	if (d->base.n && d->by.kind == PRINCIPAL_ACCOUNT)
		buf_printf(&d->text, "  %.*s%s%lld\n", STR_FMT(d->base), path, (long long)id);
}

/* How the day stands to today, in words. */
static void say_task(struct digest *d, struct str name, struct str due, struct str owner)
{
	struct date day;
	if (date_parse_iso(due, &day) < 0)
		return;
	const int64_t left = date_days(day) - date_days(d->today);
	const msg_id id = left < 0 ? MSG_DIGEST_LATE : left == 0 ? MSG_DIGEST_TODAY : MSG_DIGEST_SOON;
	note_put(&d->text, d->lang, &NOTE(id, ARG_S(name), ARG_S(due), ARG_I(left < 0 ? -left : left)));
	if (owner.n) {
		buf_lit(&d->text, "  ");
		note_put(&d->text, d->lang, &NOTE(MSG_DIGEST_OWNER, ARG_S(owner)));
	}
	buf_char(&d->text, '\n');
}

enum part { PART_OWN, PART_DEPUTY, PART_UNIT, PART_LEAD };

/* " AND ...": who is meant, and since when. */
static void condition(struct digest *d, struct sql *q, enum part part)
{
	const struct rules *r = d->rules;
	const int64_t late[] = { [PART_DEPUTY] = r->deputy, [PART_UNIT] = r->manager, [PART_LEAD] = r->lead };
	if (part == PART_OWN) {
		sql_lit(q, " AND t.owner = ");
		sql_i64(q, d->person);
		/* Due by today; or a day of reminding has come since the last digest. */
		sql_lit(q, " AND (t.due_on <= ");
		sql_str(q, date_iso(d->arena, d->today));
		const int64_t days[] = { r->first, r->second };
		for (size_t i = 0; i < COUNT_OF(days); i++) {
			sql_lit(q, " OR (t.due_on > ");
			sql_str(q, date_iso(d->arena, date_add_days(d->last, days[i])));
			sql_lit(q, " AND t.due_on <= ");
			sql_str(q, date_iso(d->arena, date_add_days(d->today, days[i])));
			sql_lit(q, ")");
		}
		sql_lit(q, ")");
		return;
	}
	sql_lit(q, " AND t.due_on < ");
	sql_str(q, date_iso(d->arena, d->today));
	sql_lit(q, " AND t.due_on <= ");
	sql_str(q, date_iso(d->arena, date_add_days(d->today, -late[part])));
	if (part == PART_DEPUTY) {
		sql_lit(q, " AND t.deputy = ");
		sql_i64(q, d->person);
		return;
	}
	sql_lit(q, " AND t.owner IS NOT ");
	sql_i64(q, d->person);
	sql_lit(q, " AND t.deputy IS NOT ");
	sql_i64(q, d->person);
	if (part == PART_UNIT) {
		sql_lit(q, " AND t.unit_id IN (SELECT u.id FROM ");
		sql_name(q, reg_find(STR("unit"))->table);
		sql_lit(q, " u WHERE u.archived = 0 AND u.head = ");
		sql_i64(q, d->person);
		sql_lit(q, ")");
	}
}

static int put_tasks(struct digest *d, enum part part, msg_id title)
{
	const struct reg *person = reg_find(STR("person"));
	const bool account = d->by.kind == PRINCIPAL_ACCOUNT;
	struct sql q;
	size_t n = 0;
	if ((part != PART_LEAD && !d->person) || (account && !(auth_ops(&d->by, reg_number(&reg_task)) & OP_READ)))
		return 0;
	sql_init(&q, d->arena);
	sql_lit(&q, "SELECT t.id, t.name, t.due_on, COALESCE(o.name, '') FROM work_task t LEFT JOIN ");
	sql_name(&q, person->table);
	sql_lit(&q, " o ON o.id = t.owner");
	if (account)
		auth_visible(&q, &d->by, reg_number(person), OP_READ, "o");
	else
		sql_lit(&q, " AND FALSE");
	sql_lit(&q, " WHERE t.archived = 0 AND t.state IN (1, 2)");
	batch_visible(&q, "t");
	if (account)
		auth_visible(&q, &d->by, reg_number(&reg_task), OP_READ, "t");
	condition(d, &q, part);
	sql_lit(&q, " ORDER BY t.due_on, t.id LIMIT ");
	sql_i64(&q, LIMIT_DIGEST_LINES + 1);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(d->conn, &q, &s);
	for (; e == 0 && (e = stmt_step(s)) == 1; e = 0, n++) {
		if (n == 0) {
			buf_char(&d->text, '\n');
			say(d, NOTE0(title));
		}
		if (n == LIMIT_DIGEST_LINES) {
			say(d, NOTE0(MSG_DIGEST_MORE));
			break;
		}
		say_task(d, stmt_str(s, 1), stmt_str(s, 2), part == PART_OWN ? STR("") : stmt_str(s, 3));
		say_path(d, "/work/task/", stmt_i64(s, 0));
		if (d->tasks < COUNT_OF(d->task))
			d->task[d->tasks++] = stmt_i64(s, 0);
		d->items++;
	}
	return e < 0 ? e : 0;
}

static int put_approvals(struct digest *d, enum approval_list_kind kind, msg_id title)
{
	struct approval x[LIMIT_DIGEST_LINES + 1];
	size_t n = 0, told = 0;
	int e = approval_list(d->conn, d->arena, &d->by, kind, 0, COUNT_OF(x), x, &n);
	for (size_t i = 0; e == 0 && i < n; i++) {
		const int64_t waited = date_days(d->today) - date_days(clock_date(x[i].submitted_at));
		if (kind == APPROVALS_WAITING && waited < d->rules->approval)
			continue;
		if (!told) {
			buf_char(&d->text, '\n');
			say(d, NOTE0(title));
		}
		if (told++ == LIMIT_DIGEST_LINES) {
			say(d, NOTE0(MSG_DIGEST_MORE));
			break;
		}
		say(d, NOTE(MSG_DIGEST_APPROVAL, ARG_S(x[i].title.n ? x[i].title : x[i].code), ARG_S(x[i].submitted_name), ARG_I(waited)));
		say_path(d, "/work/approval/", x[i].id);
		d->items++;
	}
	return e;
}

static const struct digest_part *const *digest_parts;
static size_t digest_part_count;

void digest_declare(const struct digest_part *const *parts, size_t n)
{
	digest_parts = parts;
	digest_part_count = n;
}

static int put_parts(struct digest *d)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < digest_part_count; i++) {
		int64_t n = 0;
		struct note what = NOTE0(MSG_NONE);
		struct str path = STR("");
		e = digest_parts[i]->load(d->conn, d->arena, &d->by, &n, &what, &path);
		if (e < 0 || !n)
			continue;
		buf_char(&d->text, '\n');
		say(d, what);
		if (d->base.n)
			buf_printf(&d->text, "  %.*s%.*s\n", STR_FMT(d->base), STR_FMT(path));
		d->items += n;
	}
	return e;
}

static int put_all(struct digest *d)
{
	const bool account = d->by.kind == PRINCIPAL_ACCOUNT, leads = account && (auth_ops(&d->by, reg_number(&reg_task)) & OP_ARCHIVE);
	int e = account ? put_approvals(d, APPROVALS_TO_DECIDE, MSG_DIGEST_TO_DECIDE) : 0;
	if (e == 0 && account)
		e = put_approvals(d, APPROVALS_TO_READ, MSG_DIGEST_TO_READ);
	if (e == 0 && account)
		e = put_approvals(d, APPROVALS_SENT_BACK, MSG_DIGEST_SENT_BACK);
	if (e == 0)
		e = put_tasks(d, PART_OWN, MSG_DIGEST_OWN);
	if (e == 0)
		e = put_tasks(d, PART_DEPUTY, MSG_DIGEST_DEPUTY);
	if (e == 0 && account && !leads)
		e = put_tasks(d, PART_UNIT, MSG_DIGEST_UNIT);
	if (e == 0 && leads)
		e = put_tasks(d, PART_LEAD, MSG_DIGEST_LEAD);
	if (e == 0 && leads)
		e = put_approvals(d, APPROVALS_WAITING, MSG_DIGEST_STUCK);
	return e == 0 && account ? put_parts(d) : e;
}

/* ---- one person ---- */

struct piece {
	const uint8_t *key;
	const struct rules *rules;
	struct str base;
	bool accounts;          /* accounts first, then people without one */
	bool more;
	int64_t made;
};

static int last_day(struct digest *d, int64_t account, int64_t person)
{
	struct sql q;
	struct str day = STR("");
	sql_init(&q, d->arena);
	sql_lit(&q, "SELECT COALESCE(MAX(day), '') FROM work_digest WHERE account_id = ");
	sql_i64(&q, account);
	sql_lit(&q, " AND person_id = ");
	sql_i64(&q, person);
	int e = db_get_str(d->conn, &q, &day);
	if (date_parse_iso(day, &d->last) < 0)
		d->last = date_add_days(d->today, -1);
	return e;
}

int digest_links_end(struct db_conn *writer, struct arena *a, int64_t person)
{
	const struct principal system = auth_system();
	int64_t old[20];
	size_t n = 0;
	struct sql q;
	struct stmt *s = NULL;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id FROM auth_link WHERE created_by = 'system' AND revoked_at = 0 AND person_id = ");
	sql_i64(&q, person);
	/* One without records is another room's: a course, say. */
	sql_lit(&q, " AND EXISTS (SELECT 1 FROM auth_link_item i WHERE i.link_id = auth_link.id)");
	sql_lit(&q, " LIMIT 20");
	int e = db_query(writer, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1 && n < COUNT_OF(old)) {
		old[n++] = stmt_i64(s, 0);
		e = 0;
	}
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i < n; i++)
		e = auth_link_revoke(writer, a, &system, old[i]);
	return e;
}

/* A new link to the person's tasks takes the place of the last one that a digest made. */
static int put_link(struct digest *d, struct str name)
{
	const struct principal system = auth_system();
	struct link_item item[COUNT_OF(d->task)];
	struct str secret;
	int e = digest_links_end(d->conn, d->arena, d->person);
	for (size_t i = 0; i < d->tasks; i++)
		item[i] = (struct link_item){ d->task[i], OP_READ | OP_UPDATE | OP_COMMENT };
	if (e == 0)
		e = auth_link_create(d->conn, d->arena, &system, name, d->person, item, d->tasks, clock_now() + LINK_DAYS * DAY_MS, NULL, &secret);
	if (e == 0) {
		buf_char(&d->text, '\n');
		say(d, NOTE(MSG_DIGEST_LINK, ARG_I(LINK_DAYS)));
		buf_printf(&d->text, "%.*s/l/%.*s\n", STR_FMT(d->base), STR_FMT(secret));
	}
	return e;
}

static int keep(struct digest *d, int64_t account, struct str subject)
{
	struct sql q;
	sql_init(&q, d->arena);
	sql_lit(&q, "INSERT INTO work_digest (account_id, person_id, day, at, items, subject, text) VALUES (");
	sql_i64(&q, account);
	sql_lit(&q, ", ");
	sql_i64(&q, account ? 0 : d->person);
	sql_lit(&q, ", ");
	sql_str(&q, date_iso(d->arena, d->today));
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_i64(&q, d->items);
	sql_lit(&q, ", ");
	sql_str(&q, subject);
	sql_lit(&q, ", ");
	/* The text of who has no account holds a secret link, and they have no page to read it on. */
	sql_str(&q, account && d->items ? buf_view(&d->text) : STR(""));
	sql_lit(&q, ")");
	return db_exec(d->conn, &q, NULL);
}

static int send(struct digest *d, const uint8_t key[32], int64_t account, struct str name, struct str subject)
{
	struct letter l = { .kind = "digest", .person_id = d->person, .to_name = name, .lang = d->lang, .subject = subject };
	l.key = str_printf(d->arena, "digest:%.*s:%lld:%lld", STR_FMT(date_iso(d->arena, d->today)), (long long)account, (long long)(account ? 0 : d->person));
	if (!mail_is_on(d->conn, d->arena) || auth_reach(d->conn, d->arena, d->person, &l.to) < 0 || !mail_address_valid(l.to))
		return 0;
	int e = account || !d->base.n ? 0 : put_link(d, name);
	buf_char(&d->text, '\n');
	say(d, NOTE0(account ? MSG_DIGEST_FOOT : MSG_DIGEST_FOOT_PERSON));
	l.text = buf_view(&d->text);
	if (e == 0)
		e = mail_put(d->conn, d->arena, key, &l, NULL);
	return e == ERR_EXISTS ? 0 : e;
}

static int one(struct db_conn *c, struct arena *a, struct piece *x, int64_t account, int64_t person, struct str name)
{
	struct digest *d = ARENA_NEW(a, struct digest);
	*d = (struct digest){ .conn = c, .arena = a, .rules = x->rules, .person = person, .lang = LANG_JA, .base = x->base, .today = clock_today() };
	int e = account ? auth_principal_load(c, a, account, &d->by) : 0;
	if (e == ERR_NOT_FOUND) /* switched off a moment ago */
		e = 0;
	if (account && e == 0) {
		d->lang = d->by.lang;
		d->person = d->by.person_id;
		name = d->by.name;
	}
	buf_init(&d->text, LIMIT_MAIL_TEXT);
	if (e == 0)
		e = last_day(d, account, account ? 0 : person);
	say(d, NOTE(MSG_DIGEST_HELLO, ARG_S(name), ARG_S(date_iso(a, d->today))));
	if (e == 0 && (!account || d->by.kind == PRINCIPAL_ACCOUNT))
		e = put_all(d);
	struct str subject = note_str(a, d->lang, &NOTE(MSG_DIGEST_SUBJECT, ARG_I(d->items), ARG_S(date_iso(a, d->today))));
	if (e == 0)
		e = keep(d, account, subject);
	if (e == 0 && d->items)
		e = send(d, x->key, account, name, subject);
	if (e == 0 && buf_error(&d->text))
		e = ERR_LIMIT;
	buf_release(&d->text);
	x->made += e == 0 && d->items;
	return e;
}

/* The next one without a digest of today: whom a row is made for, also an empty one, does not come back. */
static int one_piece(struct db_conn *c, void *arg)
{
	struct piece *x = arg;
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	const struct reg *person = reg_find(STR("person"));
	struct str today = date_iso(a, clock_today()), name = STR("");
	int64_t account = 0, who = 0;
	struct sql q;
	struct stmt *s = NULL;
	x->more = false;
	sql_init(&q, a);
	if (x->accounts) {
		sql_lit(&q, "SELECT a.id, a.person_id, a.name FROM auth_account a WHERE a.active = 1 AND NOT EXISTS (SELECT 1 FROM work_digest d WHERE d.account_id = a.id AND d.person_id = 0 AND d.day = ");
		sql_str(&q, today);
		sql_lit(&q, ") ORDER BY a.id LIMIT 1");
	} else {
		sql_lit(&q, "SELECT 0, p.id, p.name FROM ");
		sql_name(&q, person->table);
		sql_lit(&q, " p WHERE p.archived = 0 AND p.id IN (SELECT t.owner FROM work_task t WHERE t.archived = 0 AND t.state IN (1, 2) AND t.owner IS NOT NULL UNION"
		            " SELECT t.deputy FROM work_task t WHERE t.archived = 0 AND t.state IN (1, 2) AND t.deputy IS NOT NULL) AND (p.left_on IS NULL OR p.left_on >= ");
		sql_str(&q, today);
		sql_lit(&q, ") AND NOT EXISTS (SELECT 1 FROM auth_account a WHERE a.person_id = p.id)" /* switched off to keep them out: no link either */
		            " AND NOT EXISTS (SELECT 1 FROM work_digest d WHERE d.account_id = 0 AND d.person_id = p.id AND d.day = ");
		sql_str(&q, today);
		sql_lit(&q, ")");
		batch_visible(&q, "p");
		sql_lit(&q, " ORDER BY p.id LIMIT 1");
	}
	int e = db_query(c, &q, &s);
	if (e == 0 && (e = stmt_step(s)) == 1) {
		x->more = true;
		account = stmt_i64(s, 0);
		who = stmt_i64(s, 1);
		name = stmt_str_dup(s, a, 2);
		e = 0;
	}
	stmt_done(&s);
	return e == 0 && x->more ? one(c, a, x, account, who, name) : e;
}

/* ---- the job ---- */

struct lease {
	struct arena *arena;
	struct str holder;
};

static int lease_job(struct db_conn *c, void *arg)
{
	struct lease *l = arg;
	return lease_take(c, l->arena, "digest", l->holder, LEASE_MS);
}

static int forget_job(struct db_conn *c, void *arg)
{
	struct arena *a = arg;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM work_digest WHERE day < ");
	sql_str(&q, date_iso(a, date_add_days(clock_today(), -KEEP_DAYS)));
	sql_lit(&q, " OR (items = 0 AND day < ");
	sql_str(&q, date_iso(a, date_add_days(clock_today(), -KEEP_EMPTY_DAYS)));
	sql_lit(&q, ")");
	return db_exec(c, &q, NULL);
}

/* Has the hour of a working day come? */
static int is_time(struct db *db, struct arena *a, struct rules *ret, bool *ret_now)
{
	struct days days;
	struct db_conn *c = db_read_begin(db);
	const struct date today = clock_today();
	int e = days_load(c, a, &days);
	*ret = (struct rules){ .first = setting_i64(c, "work.remind_first"), .second = setting_i64(c, "work.remind_second"), .deputy = setting_i64(c, "work.late_deputy"),
		.manager = setting_i64(c, "work.late_manager"), .lead = setting_i64(c, "work.late_lead"), .approval = setting_i64(c, "work.approval_lead") };
	*ret_now = e == 0 && setting_i64(c, "work.digest") == 1 && !days_is_off(&days, today) &&
	           clock_now() - clock_instant(today) >= setting_i64(c, "work.digest_hour") * INT64_C(3600000);
	db_read_end(db, &c);
	return e;
}

int digest_round(struct db *db, const uint8_t key[32], struct str public_url, int64_t *ret_made)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	struct rules rules;
	bool now = false;
	*ret_made = 0;
	while (public_url.n && public_url.p[public_url.n - 1] == '/')
		public_url.n--;
	int e = is_time(db, a, &rules, &now);
	if (e < 0 || !now)
		return e;
	struct lease lease = { a, str_printf(a, "process %lld", (long long)getpid()) };
	e = db_write(db, lease_job, &lease);
	if (e < 0)
		return e == ERR_BUSY ? 0 : e;
	struct piece x = { .key = key, .rules = &rules, .base = public_url };
	for (int i = 0; e == 0 && i < 2; i++) {
		x.accounts = i == 0;
		x.more = true;
		while (e == 0 && x.more)
			e = db_write_background(db, one_piece, &x);
	}
	*ret_made = x.made;
	return e == 0 && x.made ? db_write_background(db, forget_job, a) : e;
}
