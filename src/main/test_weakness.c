/* What is weak in an installation: each check is fine on a sound office and names what was made weak. */
#include "base/file.h"
#include "base/text/main.h"
#include "tests/office.h"

#include <sys/stat.h>

#include "http/http.h"
#include "main/settings.h"
#include "main/weakness.h"

#define DAY_MS (24LL * 3600 * 1000)

static struct weakness look(const char *id)
{
	struct weakness *w;
	size_t n;
	assert_int_equal(weakness_list(office, mem, LANG_EN, &w, &n), 0);
	for (size_t i = 0; i < n; i++)
		if (strcmp(w[i].check, id) == 0)
			return w[i];
	fail_msg("no check %s", id);
	return (struct weakness){ 0 };
}

static void weak(const char *id, int64_t count, const char *name)
{
	struct weakness w = look(id);
	struct str text = note_str(mem, LANG_EN, &w.text);
	if (!w.weak || w.count != count || !str_contains(text, str_of(name)))
		fail_msg("%s: %d weak: %.*s", id, (int)w.count, STR_FMT(text));
	assert_true(msg(LANG_JA, w.mend).n > 0);
}

static void fine(const char *id)
{
	struct weakness w = look(id);
	if (w.weak)
		fail_msg("%s: %.*s", id, STR_FMT(note_str(mem, LANG_EN, &w.text)));
}

/* ---- people ---- */

struct person_job {
	const char *login;
	int64_t role; /* -1: none */
	const char *until; /* NULL: for good */
	int64_t id, expires;
	struct str secret;
};

static int make_person(struct db_conn *c, void *arg)
{
	struct person_job *j = arg;
	struct principal by = auth_system();
	struct account_new n = { .login = str_of(j->login), .name = str_of(j->login), .password_hash = STR("$argon2id$x") };
	int e = auth_account_create(c, mem, &by, &n, &j->id);
	return e < 0 || j->role < 0 ? e : auth_grant(c, mem, &by, j->id, j->role, 0, str_of(j->until ? j->until : ""));
}

static int renew_grant(struct db_conn *c, void *arg)
{
	const struct person_job *j = arg;
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "UPDATE auth_grant SET until = '' WHERE account_id = ");
	sql_i64(&q, j->id);
	return db_exec(c, &q, NULL);
}

static int make_token(struct db_conn *c, void *arg)
{
	struct person_job *j = arg;
	struct principal by = auth_system();
	return auth_token_create(c, mem, &by, j->id, str_of(j->login), false, j->expires, &j->secret);
}

static int make_link(struct db_conn *c, void *arg)
{
	struct person_job *j = arg;
	const struct link_item item = { j->id, OP_READ };
	return auth_link_create(c, mem, &lead, str_of(j->login), 0, &item, 1, j->expires, NULL, &j->secret);
}

static int confirm_factor(struct db_conn *c, void *arg)
{
	const struct person_job *j = arg;
	struct sql q;
	sql_init(&q, mem);
	sql_lit(&q, "INSERT INTO auth_factor (account_id, secret, confirmed_at) VALUES (");
	sql_i64(&q, j->id);
	sql_lit(&q, ", x'00', 1)");
	return db_exec(c, &q, NULL);
}

static void people_are_looked_at(void **state)
{
	(void)state;
	fine("administrators-second-factor");
	fine("second-factor");
	fine("one-administrator"); /* nobody yet: the first-run guide makes the first */
	struct person_job one = { .login = "first", .role = ROLE_ADMINISTRATOR }, two = { .login = "second", .role = ROLE_ADMINISTRATOR },
	                  other = { .login = "somebody", .role = ROLE_AUDITOR };
	struct person_job early = { .login = "early", .role = ROLE_EXECUTIVE };
	assert_int_equal(db_write(db, make_person, &early), 0);
	weak("one-administrator", 1, "nobody"); /* somebody signs in, and none of them can mend anything */
	assert_int_equal(db_write(db, make_person, &one), 0);
	weak("one-administrator", 1, "first");
	weak("administrators-second-factor", 1, "first");
	two.until = "2020-01-01"; /* a right that has run out */
	assert_int_equal(db_write(db, make_person, &two), 0);
	weak("one-administrator", 1, "first");
	weak("administrators-second-factor", 1, "first");
	assert_int_equal(db_write(db, renew_grant, &two), 0);
	assert_int_equal(db_write(db, make_person, &other), 0);
	fine("one-administrator");
	weak("administrators-second-factor", 2, "first, second");
	weak("second-factor", 2, "somebody");
	assert_int_equal(db_write(db, confirm_factor, &one), 0);
	weak("administrators-second-factor", 1, "second");
	fine("unused-accounts");
	clock_set_for_test(clock_now() + 91 * DAY_MS, true);
	weak("unused-accounts", 4, "somebody");
}

static void tokens_and_links_are_looked_at(void **state)
{
	(void)state;
	struct person_job owner = { .login = "owner", .role = ROLE_LEAD };
	assert_int_equal(db_write(db, make_person, &owner), 0);
	struct person_job year = { .login = "for a year", .id = owner.id }, ten = { .login = "for ten years", .id = owner.id, .expires = clock_now() + 3650 * DAY_MS };
	assert_int_equal(db_write(db, make_token, &year), 0);
	fine("long-tokens");
	assert_int_equal(db_write(db, make_token, &ten), 0);
	weak("long-tokens", 1, "for ten years");
	fine("unused-tokens");
	int64_t id = make_unit("部", 0);
	struct person_job month = { .login = "a month", .id = id }, long_one = { .login = "half a year", .id = id, .expires = clock_now() + 180 * DAY_MS };
	assert_int_equal(db_write(db, make_link, &month), 0);
	fine("long-links");
	assert_int_equal(db_write(db, make_link, &long_one), 0);
	weak("long-links", 1, "half a year");
	clock_set_for_test(clock_now() + 100 * DAY_MS, true);
	weak("unused-tokens", 2, "for a year");
}

/* ---- the machine ---- */

static void put_file(const char *name, const char *text, unsigned mode)
{
	struct str path = office_path(mem, office, name);
	assert_int_equal(file_write(mem, path, str_of(text), mode), 0);
	assert_int_equal(chmod(str_z(mem, path), mode), 0);
}

static void files_are_looked_at(void **state)
{
	(void)state;
	fine("file-modes");
	fine("backup-schedule");
	weak("backups", 1, "backups");
	assert_int_equal(dir_make(mem, office_path(mem, office, "backups")), 0);
	put_file("backups/daily-2026-11-20.db", "x", 0600);
	/* Files have the machine's time: the office's clock goes there. */
	struct stat st;
	assert_int_equal(stat(str_z(mem, office_path(mem, office, "backups/daily-2026-11-20.db")), &st), 0);
	clock_set_for_test((int64_t)st.st_mtim.tv_sec * 1000 + DAY_MS, true);
	fine("backups");
	clock_set_for_test((int64_t)st.st_mtim.tv_sec * 1000 + 3 * DAY_MS, true);
	weak("backups", 1, "backups");
	assert_int_equal(chmod(str_z(mem, office_path(mem, office, "key")), 0640), 0);
	assert_int_equal(dir_make(mem, office_path(mem, office, "outbox")), 0);
	put_file("outbox/invitation.txt", "secret", 0644);
	weak("file-modes", 2, "key");
	weak("file-modes", 2, "outbox/invitation.txt");
	put_file("ishigaki.conf", "backup_keep_days = 0\n", 0600);
	weak("backup-schedule", 1, "backup_keep_days");
	assert_int_equal(look("root").weak, geteuid() == 0);
}

static void the_wire_is_looked_at(void **state)
{
	(void)state;
	fine("plain-lan");
	fine("public-url");
	put_file("ishigaki.conf", "listen = 192.0.2.1:8420\nplain_lan = yes\npublic_url = http://ishigaki.example\n", 0600);
	weak("plain-lan", 1, "192.0.2.1:8420");
	weak("public-url", 1, "http://ishigaki.example");
	put_file("ishigaki.conf", "public_url = https://ishigaki.example\n", 0600);
	fine("plain-lan");
	fine("public-url");
	office->plain_lan = true;
	weak("plain-lan", 1, "127.0.0.1");
	fine("demo");
	office->demo = true;
	weak("demo", 1, "demo company");
}

static void the_clock_is_looked_at(void **state)
{
	(void)state;
	make_unit("部", 0); /* leaves an entry in the trail */
	fine("clock");
	clock_set_for_test(clock_now() - DAY_MS, true);
	weak("clock", 1, "2026-11-20");
}

/* ---- the page ---- */

static struct str page(const struct principal *p)
{
	static struct http_answer answer;
	buf_release(&answer.body);
	answer = (struct http_answer){ .status = 0 };
	buf_init(&answer.body, LIMIT_PAGE);
	struct http_req req = { .arena = mem, .method = HTTP_GET, .path = STR("/settings/security"), .principal = (void *)(uintptr_t)p, .lang = p->lang,
		.csrf = STR("csrf"), .app = office, .answer = &answer };
	page_weakness(&req);
	assert_int_equal(answer.status, 0);
	struct str text = str_dup(mem, buf_view(&answer.body));
	buf_release(&answer.body);
	return text;
}

static void the_page_says_how_to_mend(void **state)
{
	(void)state;
	struct person_job one = { .login = "\"><script>x", .role = ROLE_ADMINISTRATOR };
	assert_int_equal(db_write(db, make_person, &one), 0);
	office->demo = true;
	struct str text = page(&admin);
	assert_true(str_contains(text, msg(LANG_JA, MSG_WEAK_DEMO_MEND)));
	assert_true(str_contains(text, msg(LANG_JA, MSG_WEAK_FACTOR_MEND)));
	assert_true(str_contains(text, msg(LANG_JA, MSG_WEAK_LAN_FINE)));
	assert_false(str_contains(text, STR("<script>x")));
	/* What is to be mended first stands first. */
	assert_true(str_find(text, msg(LANG_JA, MSG_WEAK_GRAVE)) < str_find(text, msg(LANG_JA, MSG_WEAK_MILD)));
	for (size_t i = 0; i < settings_route_count; i++)
		if (strcmp(settings_routes[i].path, "/settings/security") == 0)
			assert_int_equal(settings_routes[i].need, NEED_ADMIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(people_are_looked_at), OFFICE_TEST(tokens_and_links_are_looked_at), OFFICE_TEST(files_are_looked_at),
		OFFICE_TEST(the_wire_is_looked_at), OFFICE_TEST(the_clock_is_looked_at), OFFICE_TEST(the_page_says_how_to_mend),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
