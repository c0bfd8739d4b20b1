/* Settings: who may write them, what is refused, all or none, the preview, and their pages. */
#include "base/text/main.h"
#include "tests/office.h"

#include "db/backend.h"
#include "http/http.h"
#include "main/settings.h"

struct many {
	const struct principal *by;
	const char *key[4], *value[4];
	size_t n;
	int64_t moved;
	struct note why;
};

static int many_job(struct db_conn *c, void *arg)
{
	struct many *m = arg;
	struct reg_ctx ctx = ctx_of(m->by);
	struct str keys[4], values[4];
	ctx.conn = c;
	for (size_t i = 0; i < m->n; i++) {
		keys[i] = str_of(m->key[i]);
		values[i] = str_of(m->value[i]);
	}
	return setting_write_many(&ctx, keys, values, m->n, &m->why, &m->moved);
}

static int64_t now(const char *key)
{
	struct db_conn *c = db_read_begin(db);
	int64_t v = setting_i64(c, key);
	db_read_end(db, &c);
	return v;
}

static void only_those_who_need_them_write_settings(void **state)
{
	(void)state;
	const struct { const struct principal *by; const char *key, *value; int result; } cases[] = {
		{ &lead, "risk.band_high", "5", 0 }, { &admin, "risk.band_high", "6", 0 }, { &contact, "risk.band_high", "4", ERR_DENIED },
		{ &auditor, "risk.band_high", "4", ERR_DENIED }, { &lead, "office.company", "見本", ERR_DENIED }, { &admin, "office.company", "見本", 0 },
		{ &lead, "no.such", "1", ERR_NOT_FOUND }, { &lead, "risk.band_high", "7", ERR_INVALID }, { &lead, "risk.band_high", "大", ERR_INVALID },
		{ &lead, "risk.band_high", "", ERR_INVALID },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct many m = { .by = cases[i].by, .key = { cases[i].key }, .value = { cases[i].value }, .n = 1 };
		int e = db_write(db, many_job, &m);
		if (e != cases[i].result)
			fail_msg("case %zu: %s", i, err_name(e));
		if (e < 0)
			assert_true(m.why.id != MSG_NONE);
	}
	assert_int_equal(now("risk.band_high"), 6);
	assert_int_equal(number_of("SELECT count(*) FROM setting WHERE key = 'office.company' AND text = '見本'"), 1);
	struct principal reader = lead;
	reader.read_only = true;
	struct many m = { .by = &reader, .key = { "risk.band_high" }, .value = { "4" }, .n = 1 };
	assert_int_equal(db_write(db, many_job, &m), ERR_DENIED);
}

static void several_settings_are_all_or_none(void **state)
{
	(void)state;
	struct many m = { .by = &lead, .key = { "risk.band_high", "signal.unknown_percent" }, .value = { "3", "101" }, .n = 2 };
	assert_int_equal(db_write(db, many_job, &m), ERR_INVALID);
	assert_int_equal(now("risk.band_high"), 4);
	/* One re-computation for all: each row counts once. */
	int64_t id = made(CHANGE(&asset, 0, "name", "名簿", "confidentiality", "2", "integrity", "0", "availability", "0", "threat_frequency_set", "2",
	                         "threat_frequency_reason", "試験", "vulnerability_set", "2", "vulnerability_reason", "試験"));
	struct many ok = { .by = &lead, .key = { "risk.likelihood_2_2", "risk.band_high", "risk.band_middle" }, .value = { "3", "6", "2" }, .n = 3 };
	assert_int_equal(db_write(db, many_job, &ok), 0);
	assert_int_equal(ok.moved, 1);
	assert_int_equal(level(&asset, id, "risk_band"), BAND_HIGH);
	assert_int_equal(number_of("SELECT count(*) FROM recompute"), 1);
}

static void a_preview_leaves_nothing_behind(void **state)
{
	(void)state;
	(void)made(CHANGE(&asset, 0, "name", "名簿", "confidentiality", "2", "integrity", "0", "availability", "0", "threat_frequency_set", "3",
	                  "threat_frequency_reason", "試験", "vulnerability_set", "3", "vulnerability_reason", "試験"));
	struct reg_ctx ctx = ctx_of(&lead);
	struct db_conn *c = db_read_begin(db);
	struct audit_head head, after;
	assert_int_equal(audit_head(c, &head), 0);
	db_read_end(db, &c);
	struct str key = STR("risk.likelihood_3_3"), value = STR("1"), bad = STR("4");
	struct note why;
	int64_t moved = -1;
	assert_int_equal(setting_preview(db, &ctx, &key, &value, 1, NULL, NULL, &moved, &why), 0);
	assert_int_equal(moved, 1);
	assert_int_equal(now("risk.likelihood_3_3"), 3);
	assert_int_equal(setting_preview(db, &ctx, &key, &bad, 1, NULL, NULL, &moved, &why), ERR_INVALID);
	c = db_read_begin(db);
	assert_int_equal(audit_head(c, &after), 0);
	db_read_end(db, &c);
	assert_int_equal(head.seq, after.seq);
	assert_int_equal(number_of("SELECT count(*) FROM moved"), 0);
}

/* ---- the pages ---- */

static struct http_answer answer;

static void ask(struct principal *p, enum http_method method, const char *path, struct http_pair *pairs, size_t n)
{
	buf_release(&answer.body);
	answer = (struct http_answer){ .status = 0 };
	buf_init(&answer.body, LIMIT_PAGE);
	struct http_req req = { .arena = mem, .method = method, .path = str_of(path), .principal = p, .lang = p->lang, .csrf = STR("csrf"), .app = office,
	                        .answer = &answer };
	if (method == HTTP_GET) {
		req.query = pairs;
		req.queries = n;
	} else {
		req.form = pairs;
		req.forms = n;
	}
	for (size_t i = 0; i < settings_route_count; i++)
		if (settings_routes[i].methods == method && strcmp(settings_routes[i].path, path) == 0) {
			assert_true(p->needs & settings_routes[i].need);
			req.route = &settings_routes[i];
			for (size_t k = 0; method != HTTP_GET && k < n; k++) /* as the server asks */
				assert_true(str_eq(pairs[k].name, STR("do")) || settings_routes[i].params_of(&req, pairs[k].name));
			settings_routes[i].handler(&req);
			return;
		}
	fail_msg("no route %s", path);
}

static bool shows(struct str s)
{
	return str_contains(buf_view(&answer.body), s);
}

static struct str location(void)
{
	for (size_t i = 0; i < answer.headers; i++)
		if (str_eq(answer.header[i].name, STR("Location")))
			return answer.header[i].value;
	return STR_NULL;
}

static void the_overview_shows_what_one_may_open(void **state)
{
	(void)state;
	ask(&lead, HTTP_GET, "/settings", NULL, 0);
	assert_true(shows(STR("href=\"/settings/methods\"")) && shows(STR("href=\"/settings/audit-trail\"")) && shows(STR("href=\"/account\"")));
	assert_false(shows(STR("href=\"/settings/installation\"")) || shows(STR("href=\"/settings/accounts\"")));
	ask(&contact, HTTP_GET, "/settings", NULL, 0);
	assert_true(shows(STR("href=\"/account\"")) && shows(STR("href=\"/settings/tokens\"")));
	assert_false(shows(STR("href=\"/settings/methods\"")) || shows(STR("href=\"/settings/audit-trail\"")));
	ask(&admin, HTTP_GET, "/settings", NULL, 0);
	assert_true(shows(STR("href=\"/settings/installation\"")) && shows(STR("href=\"/settings/own-fields\"")));
}

static void methods_are_previewed_corrected_and_saved(void **state)
{
	(void)state;
	int64_t id = made(CHANGE(&asset, 0, "name", "名簿", "confidentiality", "1", "integrity", "0", "availability", "0", "threat_frequency_set", "3",
	                         "threat_frequency_reason", "試験", "vulnerability_set", "3", "vulnerability_reason", "試験"));
	ask(&lead, HTTP_GET, "/settings/methods", NULL, 0);
	assert_true(shows(STR("name=\"risk.likelihood_3_3\"")) && shows(STR("name=\"signal.unknown_percent\"")));
	assert_false(shows(STR("office.company")));
	struct http_pair form[] = { { STR("risk.band_high"), STR("3"), NULL }, { STR("risk.band_middle"), STR("3"), NULL }, { STR("do"), STR("save"), NULL } };
	ask(&lead, HTTP_POST, "/settings/methods", form, 3);
	assert_int_equal(answer.status, 422);
	assert_true(shows(STR("id=\"e-risk.band_middle\"")) && shows(msg(LANG_JA, MSG_SETTINGS_WRONG)));
	assert_int_equal(now("risk.band_high"), 4);
	form[0].value = STR("３"); /* full width */
	form[1].value = STR("よん");
	ask(&lead, HTTP_POST, "/settings/methods", form, 3);
	assert_int_equal(answer.status, 422);
	assert_true(shows(STR("よん"))); /* what was typed stays */
	form[1].value = STR("1");
	form[2].value = STR("preview");
	ask(&lead, HTTP_POST, "/settings/methods", form, 3);
	assert_int_equal(answer.status, 0);
	assert_true(shows(note_str(mem, LANG_JA, &NOTE(MSG_SETTINGS_PREVIEW, ARG_I(1)))));
	assert_true(shows(str_printf(mem, "/asset/asset/%lld", (long long)id))); /* which row, from what to what */
	assert_int_equal(now("risk.band_high"), 4);
	assert_int_equal(level(&asset, id, "risk_band"), BAND_MIDDLE);
	form[2].value = STR("save");
	ask(&lead, HTTP_POST, "/settings/methods", form, 3);
	assert_int_equal(answer.status, 303);
	assert_true(str_eq(location(), STR("/settings/methods?done=saved&moved=1")));
	assert_int_equal(now("risk.band_high"), 3);
	assert_int_equal(level(&asset, id, "risk_band"), BAND_HIGH);
	struct http_pair done[] = { { STR("done"), STR("saved"), NULL }, { STR("moved"), STR("1"), NULL } };
	ask(&lead, HTTP_GET, "/settings/methods", done, 2);
	assert_true(shows(note_str(mem, LANG_JA, &NOTE(MSG_SETTINGS_SAVED_MOVED, ARG_I(1)))));
}

static void the_installation_takes_its_name_and_shows_its_state(void **state)
{
	(void)state;
	struct http_pair form[] = { { STR("office.company"), STR("見本 <b>商事"), NULL }, { STR("office.demo"), STR("1"), NULL }, { STR("risk.band_high"), STR("6"), NULL } };
	ask(&admin, HTTP_POST, "/settings/installation", form, 3);
	assert_int_equal(answer.status, 303);
	/* The demo mark is no form's, and methods have their own page. */
	assert_int_equal(now("office.demo"), 0);
	assert_int_equal(now("risk.band_high"), 4);
	ask(&admin, HTTP_GET, "/settings/installation", NULL, 0);
	assert_true(shows(STR("見本 &lt;b&gt;商事")));
	assert_true(shows(msg(LANG_JA, MSG_SETTINGS_STATUS_HEAD)) && shows(msg(LANG_JA, MSG_SETTINGS_BACKUP_NONE)));
	if (db_divert) {
		print_message("skipped: the newest backup on the page (a server makes its own)\n");
	} else {
		assert_int_equal(office_backup(office, mem, "daily", NULL), 0);
		ask(&admin, HTTP_GET, "/settings/installation", NULL, 0);
		assert_true(shows(STR("daily-")));
	}
	buf_release(&answer.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(only_those_who_need_them_write_settings), OFFICE_TEST(several_settings_are_all_or_none), OFFICE_TEST(a_preview_leaves_nothing_behind),
		OFFICE_TEST(the_overview_shows_what_one_may_open), OFFICE_TEST(methods_are_previewed_corrected_and_saved),
		OFFICE_TEST(the_installation_takes_its_name_and_shows_its_state),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
