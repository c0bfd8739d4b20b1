/*
 * Every number leads to its rows: whatever the signal, Today and the monthly report say with a link, in the demo company and
 * for each of its people, is opened as that person, and the list there counts what was said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "asset/asset.h"
#include "auth/pages.h"
#include "base/clock.h"
#include "base/helper.h"
#include "base/num.h"
#include "base/text/org.h"
#include "base/text/risk.h"
#include "main/demo.h"
#include "main/open.h"
#include "main/settings.h"
#include "main/test_demo_office.h"
#include "org/duty.h"
#include "org/org.h"
#include "register/faces.h"
#include "register/setting.h"
#include "report/monthly.h"
#include "risk/risk.h"
#include "risk/treatment.h"
#include "training/training.h"
#include "work/task.h"
#include "work/work.h"

static struct http_answer answer;
static size_t looked, wrong;

static int down(void **state)
{
	buf_release(&answer.body);
	return demo_down(state);
}

static struct principal one_of_the_people(size_t i)
{
	struct principal p;
	int64_t id;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(auth_account_find(c, str_of(demo_people[i].login), &id), 0);
	assert_int_equal(auth_principal_load(c, mem, id, &p), 0);
	db_read_end(office->db, &c);
	return p;
}

/* ---- opening a link ---- */

/* How many pieces stand in the route as they are; negative when the path is not its own. */
static int matches(const char *pattern, struct str path, struct http_req *req)
{
	struct str rest = str_of(pattern), piece, given;
	size_t n = 0;
	int literal = 0;
	while (str_cut(&rest, '/', &piece)) {
		if (!str_cut(&path, '/', &given) || str_ends(piece, STR("*")))
			return -1;
		if (str_starts(piece, STR(":")))
			req->capture[n++] = given;
		else if (str_eq(piece, given))
			literal++;
		else
			return -1;
	}
	return path.n ? -1 : literal;
}

static int get(const struct principal *p, struct str url)
{
	static const struct route *const tables[] = { main_routes, settings_routes, auth_routes, work_routes, approval_routes, task_routes, org_routes,
		asset_routes, risk_routes, plan_routes, training_routes, report_routes, register_page_routes };
	const size_t counts[] = { main_route_count, settings_route_count, auth_route_count, work_route_count, approval_route_count, task_route_count,
		org_route_count, asset_route_count, risk_route_count, plan_route_count, training_route_count, report_route_count, register_page_route_count };
	struct str path = url, query = STR_NULL;
	int64_t at = str_find_char(url, '?');
	if (at >= 0 && (size_t)at < url.n) {
		path = str_sub(url, 0, (size_t)at);
		query = str_sub(url, (size_t)at + 1, url.n);
	}
	buf_release(&answer.body);
	answer = (struct http_answer){ .status = 0 };
	buf_init(&answer.body, LIMIT_PAGE);
	struct http_req req = { 0 };
	int best = -1;
	for (size_t i = 0; i < COUNT_OF(tables); i++)
		for (size_t k = 0; k < counts[i]; k++) {
			struct http_req x = { .arena = mem, .method = HTTP_GET, .path = path, .principal = (void *)(uintptr_t)p, .lang = p->lang, .csrf = STR("csrf"),
			                      .app = office, .answer = &answer, .route = &tables[i][k] };
			int literal = tables[i][k].methods & HTTP_GET ? matches(tables[i][k].path, path, &x) : -1;
			if (literal > best) {
				best = literal;
				req = x;
			}
		}
	if (best < 0)
		return 404;
	if (!(p->needs & req.route->need))
		return 403;
	struct http_pair *pair = NULL;
	size_t pairs = 0;
	if (query.n)
		assert_int_equal(http_parse_urlencoded(mem, str_dup(mem, query), &pair, &pairs), 0);
	req.query = pair;
	req.queries = pairs;
	req.route->handler(&req);
	return answer.status ? answer.status : 200;
}

/* The number at the end of the page's heading: 情報資産 31 件. */
static int64_t counted(void)
{
	struct str body = buf_view(&answer.body), digits = STR_NULL;
	int64_t n = -1, at = str_find(body, STR("<h1"));
	if (at < 0)
		return -1;
	body = str_sub(body, (size_t)at + STR("<h1>").n, body.n);
	body = str_sub(body, 0, (size_t)str_find(body, STR("</h1>")));
	for (size_t i = 0; i < body.n; i++)
		if (body.p[i] >= '0' && body.p[i] <= '9') {
			digits = str_sub(body, i, 1);
			while (i + 1 < body.n && body.p[i + 1] >= '0' && body.p[i + 1] <= '9') {
				digits.n++;
				i++;
			}
		}
	return digits.n && num_parse_i64(digits, 0, 1000000, &n) == 0 ? n : -1;
}

static void lead_to(const struct principal *p, const char *where, struct str words, struct str path, int64_t rows)
{
	if (!path.n)
		return;
	/* The answer may be what is being walked. */
	int status = get(p, path);
	int64_t n = status == 200 && rows >= 0 ? counted() : rows;
	looked++;
	if (status == 200 && n == rows)
		return;
	wrong++;
	print_message("%.*s, %s: \"%.*s\" says %lld, %.*s has %lld (%d)\n", STR_FMT(p->name), where, STR_FMT(words), (long long)rows, STR_FMT(path),
	              (long long)n, status);
}

/* ---- the places ---- */

static void walk_as(const struct principal *p)
{
	for (size_t k = 0; k < signal_area_count(); k++) {
		const struct signal_area *area = signal_area_at(k);
		struct signal s;
		if (!signal_may(p, area))
			continue;
		struct db_conn *c = db_read_begin(office->db);
		assert_int_equal(signal_load(c, mem, p, area, &s), 0);
		db_read_end(office->db, &c);
		for (size_t j = 0; j < s.reasons; j++)
			lead_to(p, area->name, note_str(mem, LANG_JA, &s.reason[j].why), s.reason[j].path, s.reason[j].rows);
		for (size_t j = 0; j < s.figures; j++)
			lead_to(p, area->name, str_of(s.figure[j].key), s.figure[j].path, s.figure[j].yen ? -1 : s.figure[j].value);
	}
}

static void walk_the_signal(void)
{
	looked = wrong = 0;
	for (size_t i = 0; i < demo_people_count; i++) {
		struct principal p = one_of_the_people(i);
		walk_as(&p);
	}
	assert_true(looked > 80);
	assert_int_equal(wrong, 0);
}

static void the_signal_counts_what_its_links_show(void **state)
{
	(void)state;
	walk_the_signal();
}

static int strict_job(struct db_conn *c, void *arg)
{
	(void)arg;
	struct principal by = auth_operator();
	struct reg_ctx ctx = { .conn = c, .arena = mem, .by = &by, .key = office->key };
	int e = 0;
	for (size_t i = 0; e == 0 && i < setting_count(); i++) {
		const struct setting *s = setting_at(i);
		struct note why;
		int64_t moved;
		if (str_starts(str_of(s->key), STR("signal.")))
			e = setting_write(&ctx, str_of(s->key), str_printf(mem, "%lld", (long long)s->min), &why, &moved);
	}
	return e;
}

/* With every limit at its least, what is otherwise within the limits is a reason too. */
static void so_it_does_with_the_strictest_limits(void **state)
{
	(void)state;
	assert_int_equal(db_write(office->db, strict_job, NULL), 0);
	walk_the_signal();
}

/* As many as that page lists, and a reason in the people's area. */
static void duty_warnings_are_counted(void **state)
{
	(void)state;
	struct principal p = one_of_the_people(1);
	int64_t n = 0, listed = 0;
	struct signal s = { 0 };
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(org_duty_warnings(c, mem, &p, &n), 0);
	assert_int_equal(org_signal_load(c, mem, &p, &s), 0);
	db_read_end(office->db, &c);
	assert_int_equal(get(&p, STR("/org/duties")), 200);
	struct str page = buf_view(&answer.body);
	page = str_sub(page, (size_t)str_find(page, STR("<ul class=\"changes\">")), page.n);
	page = str_sub(page, 0, (size_t)str_find(page, STR("</ul>")));
	for (ptrdiff_t at; (at = str_find(page, STR("<li>"))) >= 0; listed++)
		page = str_sub(page, (size_t)at + 4, page.n);
	assert_true(n > 0);
	assert_int_equal(n, listed);
	bool said = false;
	for (size_t i = 0; i < s.reasons; i++)
		said = said || (s.reason[i].why.id == MSG_ORG_SIGNAL_DUTIES && s.reason[i].why.arg[0].i == n);
	assert_true(said);
}

static int role_job(struct db_conn *c, void *arg)
{
	struct principal by = auth_system();
	struct role_info info = { .name_ja = STR("台帳係"), .name_en = STR("Clerk of the ledger"), .needs = NEED_OVERVIEW };
	struct role_mask mask[] = { { STR("asset"), OP_READ }, { STR("place"), OP_READ }, { STR("unit"), OP_READ } };
	return auth_role_write(c, mem, &by, &info, mask, COUNT_OF(mask), arg);
}

/* Whoever reads three registers hears the numbers of three registers. */
static void what_one_may_not_read_is_not_counted(void **state)
{
	(void)state;
	int64_t role = 0;
	assert_int_equal(db_write(office->db, role_job, &role), 0);
	struct principal p = one_of_the_people(0);
	p.grant[0] = (struct grant){ .role = role };
	p.grants = 1;
	p.needs = NEED_SIGNED_IN | NEED_REGISTER | NEED_OVERVIEW;
	assert_int_equal(get(&p, STR("/today")), 200);
	struct str page = buf_view(&answer.body);
	assert_true(str_contains(page, msg(p.lang, MSG_RISK_KINDLESS)));
	assert_false(str_contains(page, msg(p.lang, MSG_RISK_UNANSWERED_THREATS)) || str_contains(page, msg(p.lang, MSG_RISK_UNANSWERED_CHECKS)));
	assert_false(str_contains(page, STR("/risk/threat_situation")) || str_contains(page, STR("/risk/risk")));
	walk_as(&p);
	assert_int_equal(wrong, 0);
}

/* A link whose words are a number, alone or as the large number of a figure. */
static void today_counts_what_its_links_show(void **state)
{
	(void)state;
	looked = wrong = 0;
	for (size_t i = 0; i < demo_people_count; i++) {
		struct principal p = one_of_the_people(i);
		assert_int_equal(get(&p, STR("/today")), 200);
		struct str page = str_dup(mem, buf_view(&answer.body));
		for (int64_t at; (at = str_find(page, STR("<a"))) >= 0;) {
			page = str_sub(page, (size_t)at + 2, page.n);
			struct str link = str_sub(page, 0, (size_t)str_find(page, STR("</a>")));
			int64_t href = str_find(link, STR("href=\"")), text = str_find(link, STR(">")), n;
			if (href < 0 || text < 0)
				continue;
			struct str path = str_sub(link, (size_t)href + 6, link.n), words = str_sub(link, (size_t)text + 1, link.n);
			path = str_sub(path, 0, (size_t)str_find_char(path, '"'));
			while (str_starts(words, STR("<"))) {
				int64_t end = str_find(words, STR(">"));
				words = str_sub(words, (size_t)end + 1, words.n);
			}
			int64_t end = str_find(words, STR("<"));
			if (num_parse_i64(end < 0 ? words : str_sub(words, 0, (size_t)end), 0, 1000000, &n) < 0)
				continue;
			struct buf plain;
			buf_init(&plain, LIMIT_URL);
			for (size_t k = 0; k < path.n; k++) {
				buf_char(&plain, path.p[k]);
				if (str_starts(str_sub(path, k, path.n), STR("&amp;")))
					k += 4;
			}
			lead_to(&p, "/today", STR("figure"), str_dup(mem, buf_view(&plain)), n);
			buf_release(&plain);
		}
	}
	assert_true(looked > 40);
	assert_int_equal(wrong, 0);
}

static void the_report_counts_what_its_links_show(void **state)
{
	(void)state;
	looked = wrong = 0;
	for (size_t i = 0; i < demo_people_count; i++) {
		struct principal p = one_of_the_people(i);
		if (!(p.needs & NEED_REPORT))
			continue;
		for (int back = 0; back < 2; back++) {
			struct doc d;
			struct db_conn *c = db_read_begin(office->db);
			assert_int_equal(report_monthly(c, mem, &p, LANG_JA, month_add(month_of(clock_today()), -back), &d), 0);
			db_read_end(office->db, &c);
			for (size_t k = 0; k < d.n; k++) {
				const struct doc_block *b = &d.block[k];
				for (size_t j = 0; b->table && j < b->table->rows * b->table->columns; j++)
					lead_to(&p, back ? "report of last month" : "report", b->table->cell[j].s, b->table->cell[j].path, b->table->cell[j].rows);
				for (size_t j = 0; b->kind == DOC_BARS && j < b->items; j++) {
					int64_t sum = 0;
					for (size_t x = 0; x < b->parts; x++)
						sum += b->bar[j].part[x];
					lead_to(&p, "bars", b->bar[j].label, b->bar[j].path, sum);
				}
			}
		}
	}
	assert_true(looked > 40);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_signal_counts_what_its_links_show), cmocka_unit_test(today_counts_what_its_links_show),
		cmocka_unit_test(the_report_counts_what_its_links_show), cmocka_unit_test(so_it_does_with_the_strictest_limits),
		cmocka_unit_test(what_one_may_not_read_is_not_counted), cmocka_unit_test(duty_warnings_are_counted),
	};
	return cmocka_run_group_tests(tests, demo_up, down);
}
