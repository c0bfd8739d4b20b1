#include "main/weakness.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "base/text/main.h"
#include "db/audit.h"
#include "main/open.h"

#define DAY_MS (24LL * 3600 * 1000)
#define NAMES_SHOWN 5
#define UNUSED_DAYS 90
#define TOKEN_DAYS 366
#define LINK_DAYS 92
#define BACKUP_DAYS 2
#define CLOCK_SLACK_MS (5LL * 60 * 1000)

struct looking {
	struct office *o;
	struct arena *a;
	struct db_conn *c;
	struct config config;
	bool configured;
	enum lang lang;
	int64_t now;
	struct buf names;    /* of what is weak, the first few */
	int64_t count;
};

static void found(struct looking *l, struct str name)
{
	if (l->count < NAMES_SHOWN) {
		if (l->count)
			buf_z(&l->names, l->lang == LANG_JA ? "、" : ", ");
		buf_str(&l->names, name);
	} else if (l->count == NAMES_SHOWN) {
		buf_lit(&l->names, " …");
	}
	l->count++;
}

/* The rows of a statement are what is weak, by the name in their first column. */
static int found_rows(struct looking *l, struct sql *q)
{
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(l->c, q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		found(l, stmt_str_dup(s, l->a, 0));
		r = 0;
	}
	return r;
}

static bool is_loopback(struct str listen)
{
	return str_starts(listen, STR("127.")) || str_starts(listen, STR("[::1]")) || str_starts(listen, STR("localhost"));
}

/* ---- the wire ---- */

static int plain_lan(struct looking *l)
{
	if (l->o->plain_lan || (l->configured && !is_loopback(l->config.listen)))
		found(l, l->config.listen);
	return 0;
}

static int public_http(struct looking *l)
{
	struct str url = l->o->public_url.n ? l->o->public_url : l->config.public_url;
	if (str_starts(url, STR("http://")) && !is_loopback(str_sub(url, 7, url.n)))
		found(l, url);
	return 0;
}

/* ---- the machine ---- */

static int as_root(struct looking *l)
{
	if (geteuid() == 0)
		found(l, STR("root"));
	return 0;
}

static void look_at_mode(struct looking *l, struct str path)
{
	struct stat st;
	if (stat(str_z(l->a, path), &st) == 0 && (st.st_mode & 077) != 0)
		found(l, path);
}

static int modes(struct looking *l)
{
	static const char *const files[] = { "key", "ishigaki.db", "ishigaki.db-wal", "ishigaki.conf", "access.log", "first-run-code" };
	static const char *const dirs[] = { "backups", "outbox", "uploads" };
	look_at_mode(l, l->o->data_dir);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		look_at_mode(l, office_path(l->a, l->o, files[i]));
	for (size_t i = 0; i < COUNT_OF(dirs); i++) {
		struct str dir = office_path(l->a, l->o, dirs[i]);
		look_at_mode(l, dir);
		DIR *d = opendir(str_z(l->a, dir));
		for (struct dirent *e; d && (e = readdir(d));)
			if (e->d_name[0] != '.')
				look_at_mode(l, str_printf(l->a, "%.*s/%s", STR_FMT(dir), e->d_name));
		if (d)
			closedir(d);
	}
	return 0;
}

static int backups(struct looking *l)
{
	struct str dir = office_path(l->a, l->o, "backups");
	DIR *d = opendir(str_z(l->a, dir));
	bool recent = false;
	for (struct dirent *e; d && (e = readdir(d));) {
		struct stat st;
		if (str_ends(str_of(e->d_name), STR(".db")) && fstatat(dirfd(d), e->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
			recent = recent || (int64_t)st.st_mtim.tv_sec * 1000 > l->now - BACKUP_DAYS * DAY_MS;
	}
	if (d)
		closedir(d);
	if (!recent)
		found(l, dir);
	return 0;
}

static int no_schedule(struct looking *l)
{
	if (l->configured && l->config.backup_keep_days == 0)
		found(l, STR("backup_keep_days = 0"));
	return 0;
}

/* The trail knows a later time than the clock: it was set back, or forward before. */
static int clock_back(struct looking *l)
{
	struct audit_entry *e;
	size_t n = 0;
	struct audit_filter f = { .limit = 1 };
	int r = audit_list(l->c, l->a, &f, &e, &n);
	if (r == 0 && n && e[0].at > l->now + CLOCK_SLACK_MS) {
		struct buf b;
		buf_init(&b, 64);
		clock_put_local(&b, e[0].at);
		found(l, str_dup(l->a, buf_view(&b)));
		buf_release(&b);
	}
	return r;
}

/* ---- people ---- */

static int demo(struct looking *l)
{
	if (l->o->demo)
		found(l, l->o->data_dir);
	return 0;
}

/* " AND ...": the grant g still holds, as auth/principal.c looks at it. */
static void in_term(struct sql *q, struct looking *l)
{
	sql_lit(q, " AND (g.until = '' OR g.until >= ");
	sql_str(q, date_iso(l->a, clock_today()));
	sql_lit(q, ")");
}

/* Accounts that can sign in by password and hold this access role, or any other. */
static void sign_in_alone(struct sql *q, struct looking *l, bool administrators)
{
	sql_init(q, l->a);
	sql_lit(q, "SELECT a.login FROM auth_account a WHERE a.active = 1 AND a.password_hash <> '' AND NOT EXISTS "
	           "(SELECT 1 FROM auth_factor f WHERE f.account_id = a.id AND f.confirmed_at > 0) AND ");
	if (!administrators)
		sql_lit(q, "NOT ");
	sql_lit(q, "EXISTS (SELECT 1 FROM auth_grant g WHERE g.account_id = a.id AND g.role = ");
	sql_i64(q, ROLE_ADMINISTRATOR);
	in_term(q, l);
	sql_lit(q, ") ORDER BY a.login");
}

static int factor_of_administrators(struct looking *l)
{
	struct sql q;
	sign_in_alone(&q, l, true);
	return found_rows(l, &q);
}

static int factor_of_others(struct looking *l)
{
	struct sql q;
	sign_in_alone(&q, l, false);
	return found_rows(l, &q);
}

/* Before the first account there is nobody to count. */
static int one_administrator(struct looking *l)
{
	struct sql q;
	sql_init(&q, l->a);
	sql_lit(&q, "SELECT COALESCE(min(login), ");
	sql_str(&q, msg(l->lang, MSG_WEAK_ALONE_NOBODY));
	sql_lit(&q, ") FROM (SELECT DISTINCT a.login FROM auth_account a JOIN auth_grant g ON g.account_id = a.id "
	            "WHERE a.active = 1 AND a.password_hash <> '' AND g.unit_id = 0 AND g.role = ");
	sql_i64(&q, ROLE_ADMINISTRATOR);
	in_term(&q, l);
	sql_lit(&q, ") x HAVING count(*) < 2 AND EXISTS (SELECT 1 FROM auth_account)");
	return found_rows(l, &q);
}

static int unused_accounts(struct looking *l)
{
	struct sql q;
	sql_init(&q, l->a);
	sql_lit(&q, "SELECT login FROM auth_account WHERE active = 1 AND max(signed_in_at, created_at) < ");
	sql_i64(&q, l->now - UNUSED_DAYS * DAY_MS);
	sql_lit(&q, " ORDER BY login");
	return found_rows(l, &q);
}

static int long_tokens(struct looking *l)
{
	struct sql q;
	sql_init(&q, l->a);
	sql_lit(&q, "SELECT t.name FROM auth_token t JOIN auth_account a ON a.id = t.account_id WHERE a.active = 1 AND t.revoked_at = 0 AND t.expires_at > ");
	sql_i64(&q, l->now + TOKEN_DAYS * DAY_MS);
	sql_lit(&q, " ORDER BY t.id");
	return found_rows(l, &q);
}

static int unused_tokens(struct looking *l)
{
	struct sql q;
	sql_init(&q, l->a);
	sql_lit(&q, "SELECT t.name FROM auth_token t JOIN auth_account a ON a.id = t.account_id WHERE a.active = 1 AND t.revoked_at = 0 AND t.expires_at > ");
	sql_i64(&q, l->now);
	sql_lit(&q, " AND max(t.used_at, t.created_at) < ");
	sql_i64(&q, l->now - UNUSED_DAYS * DAY_MS);
	sql_lit(&q, " ORDER BY t.id");
	return found_rows(l, &q);
}

static int long_links(struct looking *l)
{
	struct sql q;
	sql_init(&q, l->a);
	sql_lit(&q, "SELECT name FROM auth_link WHERE revoked_at = 0 AND expires_at > ");
	sql_i64(&q, l->now + LINK_DAYS * DAY_MS);
	sql_lit(&q, " ORDER BY id");
	return found_rows(l, &q);
}

/* ---- the table ---- */

static const struct check {
	const char *name;
	bool grave;
	msg_id fine, weak, mend; /* weak: {0} how many, {1} their names */
	const char *path;
	int (*look)(struct looking *l);
} checks[] = {
	{ "plain-lan", true, MSG_WEAK_LAN_FINE, MSG_WEAK_LAN, MSG_WEAK_LAN_MEND, NULL, plain_lan },
	{ "public-url", true, MSG_WEAK_URL_FINE, MSG_WEAK_URL, MSG_WEAK_URL_MEND, NULL, public_http },
	{ "demo", true, MSG_WEAK_DEMO_FINE, MSG_WEAK_DEMO, MSG_WEAK_DEMO_MEND, NULL, demo },
	{ "file-modes", true, MSG_WEAK_MODES_FINE, MSG_WEAK_MODES, MSG_WEAK_MODES_MEND, NULL, modes },
	{ "root", false, MSG_WEAK_ROOT_FINE, MSG_WEAK_ROOT, MSG_WEAK_ROOT_MEND, NULL, as_root },
	{ "backups", true, MSG_WEAK_BACKUP_FINE, MSG_WEAK_BACKUP, MSG_WEAK_BACKUP_MEND, "/settings/installation", backups },
	{ "backup-schedule", false, MSG_WEAK_SCHEDULE_FINE, MSG_WEAK_SCHEDULE, MSG_WEAK_SCHEDULE_MEND, NULL, no_schedule },
	{ "clock", true, MSG_WEAK_CLOCK_FINE, MSG_WEAK_CLOCK, MSG_WEAK_CLOCK_MEND, NULL, clock_back },
	{ "administrators-second-factor", true, MSG_WEAK_ADMINS_FINE, MSG_WEAK_ADMINS, MSG_WEAK_FACTOR_MEND, "/settings/accounts", factor_of_administrators },
	{ "second-factor", false, MSG_WEAK_FACTOR_FINE, MSG_WEAK_FACTOR, MSG_WEAK_FACTOR_MEND, "/settings/accounts", factor_of_others },
	{ "one-administrator", false, MSG_WEAK_ALONE_FINE, MSG_WEAK_ALONE, MSG_WEAK_ALONE_MEND, "/settings/accounts", one_administrator },
	{ "unused-accounts", false, MSG_WEAK_UNUSED_FINE, MSG_WEAK_UNUSED, MSG_WEAK_UNUSED_MEND, "/settings/accounts", unused_accounts },
	{ "long-tokens", false, MSG_WEAK_TOKEN_FINE, MSG_WEAK_TOKEN, MSG_WEAK_TOKEN_MEND, "/settings/tokens", long_tokens },
	{ "unused-tokens", false, MSG_WEAK_IDLE_FINE, MSG_WEAK_IDLE, MSG_WEAK_IDLE_MEND, "/settings/tokens", unused_tokens },
	{ "long-links", false, MSG_WEAK_LINK_FINE, MSG_WEAK_LINK, MSG_WEAK_LINK_MEND, "/settings/links", long_links },
};

int weakness_list(struct office *o, struct arena *a, enum lang lang, struct weakness **ret, size_t *ret_n)
{
	struct looking l = { .o = o, .a = a, .lang = lang, .now = clock_now() };
	struct weakness *w = ARENA_ARRAY(a, COUNT_OF(checks), struct weakness);
	struct note why;
	int r = 0;
	l.configured = config_read(a, o->data_dir, o->config, &l.config, &why) == 0;
	l.c = db_read_begin(o->db);
	for (size_t i = 0; i < COUNT_OF(checks) && r == 0; i++) {
		const struct check *k = &checks[i];
		buf_init(&l.names, 64u << 10);
		l.count = 0;
		r = k->look(&l);
		struct str names = str_dup(a, buf_view(&l.names));
		buf_release(&l.names);
		w[i] = (struct weakness){ .check = k->name, .weak = l.count > 0, .grave = k->grave, .count = l.count, .mend = k->mend,
			.text = l.count ? NOTE(k->weak, ARG_I(l.count), ARG_S(names)) : NOTE0(k->fine), .path = k->path ? str_of(k->path) : STR_NULL };
	}
	db_read_end(o->db, &l.c);
	*ret = w;
	*ret_n = COUNT_OF(checks);
	return r;
}
