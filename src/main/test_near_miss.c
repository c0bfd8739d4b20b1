/*
 * The pages that strangers open, by HTTP, as who wants to spoil them: somebody who looks for a reporter, floods a page, sends what is no
 * photo, guesses codes, sends from another site; and the way of an honest report from the poster to its answer.
 */
#include "main/test_demo_office.h"

#include "auth/pages.h"
#include "auth/session.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/text/incident.h"
#include "http/test_client.h"
#include "incident/door.h"
#include "incident/triage.h"
#include "main/access_log.h"
#include "main/routes.h"
#include "register/import_pages.h"
#include "register/query.h"
#include "register/remark.h"
#include "risk/risk.h"

static struct http_server *server;
static unsigned port;
static struct principal lead, contact;
static struct door door;               /* of the company */
static const char *from = "203.0.113.77";

#define JPEG_BYTES "\xff\xd8\xff\xe1\x00\x0f" "Exif\0\0GPS35.6" "\xff\xdb\x00\x05\x00\x01\x01\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00" \
	"\xff\xc4\x00\x05\x00\x00\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\x34\xff\xd9"
static const struct str jpeg = { JPEG_BYTES, sizeof JPEG_BYTES - 1 };

/* ---- requests ---- */

static struct reply send_it(const char *method, struct str path, const char *more, struct str type, struct str body)
{
	struct str q = str_printf(mem, "%s %.*s HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-Forwarded-For: %s\r\nUser-Agent: Zq7Agent\r\n%s%s%.*s%s", method, STR_FMT(path), from, more,
	                          type.n ? "Content-Type: " : "", STR_FMT(type), type.n ? "\r\n" : "");
	struct buf b;
	buf_init(&b, 64u << 20);
	buf_str(&b, q);
	buf_str(&b, str_printf(mem, "Content-Length: %zu\r\n\r\n", body.n));
	buf_str(&b, body);
	struct reply r = fetch(port, buf_view(&b));
	buf_release(&b);
	struct str all = str_dup(mem, buf_view(&r.memory));
	r.body = str_sub(all, r.head.n, all.n);
	r.head = str_sub(all, 0, r.head.n);
	buf_release(&r.memory);
	return r;
}

static struct reply get(struct str path)
{
	return send_it("GET", path, "", STR_NULL, STR_NULL);
}

#define SAME_SITE "Sec-Fetch-Site: same-origin\r\n"
static struct str page_of(const struct door *d)
{
	return str_printf(mem, "/n/%.*s", STR_FMT(d->secret));
}

/* A multipart form: name, value, ...; a value of jpeg's address is sent as a file. */
static struct str form(const char *photo_name, struct str photo, ...)
{
	struct buf b;
	va_list ap;
	buf_init(&b, 64u << 20);
	va_start(ap, photo);
	for (const char *name; (name = va_arg(ap, const char *));)
		buf_str(&b, str_printf(mem, "--zq\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, va_arg(ap, const char *)));
	va_end(ap);
	if (photo_name) {
		buf_str(&b, str_printf(mem, "--zq\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"%s\"\r\nContent-Type: image/jpeg\r\n\r\n", photo_name));
		buf_str(&b, photo);
		buf_lit(&b, "\r\n");
	}
	buf_lit(&b, "--zq--\r\n");
	struct str s = str_dup(mem, buf_view(&b));
	buf_release(&b);
	return s;
}
#define FORM(...) form(NULL, STR_NULL, __VA_ARGS__, (const char *)NULL)
#define TYPE STR("multipart/form-data; boundary=zq")

static void wait_ms(int64_t ms)
{
	clock_set_for_test(clock_now() + ms, true);
}

static const char *value_of(const struct reply *r, const char *name)
{
	struct str mark = str_printf(mem, "name=\"%s\" value=\"", name);
	ptrdiff_t at = str_find(r->body, mark);
	assert_true(at > 0);
	struct str rest = str_sub(r->body, (size_t)at + mark.n, r->body.n);
	return str_z(mem, str_sub(rest, 0, (size_t)str_find_char(rest, '"')));
}

/* The stamp of a form that was opened long enough ago. */
static const char *stamp_from(struct str path)
{
	struct reply r = get(path);
	assert_int_equal(r.status, 200);
	wait_ms(STAMP_MIN_MS);
	return value_of(&r, "stamp");
}

static struct reply report(const char *stamp, const char *what)
{
	return send_it("POST", page_of(&door), SAME_SITE, TYPE, FORM("stamp", stamp, "what", what));
}

static struct reply reported(const char *what)
{
	return report(stamp_from(page_of(&door)), what);
}

static bool shows(const struct reply *r, msg_id id)
{
	return str_contains(r->body, msg(LANG_JA, id));
}

static const char *code_in(const struct reply *r)
{
	const struct str mark = STR("id=\"code\">");
	ptrdiff_t at = str_find(r->body, mark);
	if (at < 0)
		fail_msg("no code: %.*s", STR_FMT(r->body));
	return str_z(mem, str_sub(r->body, (size_t)at + mark.n, 19));
}

static struct reply follow(const char *code)
{
	const char *stamp = stamp_from(STR("/n"));
	return send_it("POST", STR("/n"), SAME_SITE, STR("application/x-www-form-urlencoded"), str_printf(mem, "stamp=%s&code=%s", stamp, code));
}

static struct reply add_by(const char *stamp, const char *code, const char *what, struct str photo)
{
	return send_it("POST", STR("/n/add"), SAME_SITE, TYPE, photo.n ? form("Taro.jpg", photo, "stamp", stamp, "code", code, "what", what, (const char *)NULL)
	                                                              : FORM("stamp", stamp, "code", code, "what", what));
}

/* ---- looking ---- */

static int64_t number(const char *constant)
{
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	int64_t n = -1;
	sql_init(&q, mem);
	sql_const(&q, constant);
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	db_read_end(office->db, &c);
	return n;
}
#define REPORTS "SELECT COUNT(*) FROM incident_near_miss"
#define NEWEST "SELECT MAX(id) FROM incident_near_miss"

static int run_sql(struct db_conn *c, void *arg)
{
	struct sql q;
	sql_init(&q, mem);
	sql_const(&q, arg);
	return db_exec(c, &q, NULL);
}

static void change_db(const char *constant)
{
	assert_int_equal(db_write(office->db, run_sql, (void *)(uintptr_t)constant), 0);
}

struct job {
	const struct principal *by;
	struct triage t;
	int64_t unit, id;
	const struct reg *as;
	const char *comment;
	enum { TRIAGE, USE, MAKE, END, COMMENT } what;
};

static int run_job(struct db_conn *c, void *arg)
{
	struct job *j = arg;
	struct reg_ctx ctx = { .conn = c, .arena = mem, .by = j->by, .key = office->key };
	struct note why;
	int64_t id;
	switch (j->what) {
	case TRIAGE: return triage_do(&ctx, &j->t);
	case USE: return triage_use(&ctx, j->t.id, j->as, &j->id);
	case MAKE: return door_make(&ctx, j->unit, &j->id);
	case END: return door_end(&ctx, j->id);
	case COMMENT: return comment_add(&ctx, j->t.id, str_of(j->comment), &id, &why);
	}
	return ERR_INVALID;
}

static int run(struct job *j)
{
	return db_write(office->db, run_job, j);
}

static struct str file_text(const char *name)
{
	struct str s;
	return file_read(mem, str_printf(mem, "%s/%s", dir, name), 64u << 20, &s) == 0 ? s : STR("");
}

/* Every test has a page, an address and a limit of its own. */
static int begin(void **state)
{
	(void)state;
	static char address[40];
	static int n;
	struct job j = { .by = &lead, .what = MAKE };
	snprintf(address, sizeof address, "203.0.113.%d", 100 + ++n);
	from = address;
	assert_int_equal(run(&j), 0);
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(door_get(c, mem, office->key, j.id, &door), 0);
	db_read_end(office->db, &c);
	return 0;
}

/* ---- a name that is not given is not found ---- */

static void nothing_tells_who_reported(void **state)
{
	(void)state;
	const int64_t before = number(REPORTS);
	const char *stamp = stamp_from(page_of(&door));
	struct reply r = send_it("POST", page_of(&door), SAME_SITE "Cookie: session=Zq7Cookie; lang=en\r\n", TYPE,
	                         form("Taro-iPhone.jpg", jpeg, "stamp", stamp, "what", "見本の報告", "place", "", "kind", "2", (const char *)NULL));
	assert_int_equal(r.status, 200);
	assert_true(shows(&r, MSG_NEAR_THANKS));
	assert_false(str_contains(r.head, STR("Set-Cookie")));
	assert_int_equal(number(REPORTS), before + 1);
	const char *code = code_in(&r);
	r = get(page_of(&door));
	assert_false(str_contains(r.head, STR("Set-Cookie")));
	r = follow(code);
	assert_int_equal(r.status, 200);
	assert_false(str_contains(r.head, STR("Set-Cookie")));
	static const char *const files[] = { "ishigaki.db", "ishigaki.db-wal", "access.log" };
	static const char *const traces[] = { "Zq7Agent", "Zq7Cookie", "Taro-iPhone", "GPS35" };
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct str all = file_text(files[i]);
		for (size_t k = 0; k < COUNT_OF(traces); k++)
			if (str_contains(all, str_of(traces[k])))
				fail_msg("%s holds %s", files[i], traces[k]);
		assert_false(str_contains(all, str_of(from)));
		assert_false(str_contains(all, door.secret));
		assert_false(str_contains(all, str_of(code)));
	}
	assert_true(str_contains(file_text("access.log"), STR(" - -:0 POST /n/:secret 200 ")));
	assert_int_equal(number("SELECT COUNT(*) FROM audit_entry WHERE seq = (SELECT MAX(seq) FROM audit_entry WHERE record_id = (" NEWEST ")) AND actor = 'system'"), 1);
	assert_int_equal(number("SELECT COUNT(*) FROM remark_attachment WHERE name = 'photo.jpg' AND actor = 'system' AND record_id = (" NEWEST ")"), 1);
	/* The counters of slowing do not know the address under the office's key. */
	uint8_t digest[HASH_SIZE];
	struct hash h;
	hash_begin_keyed(&h, office->key, 32);
	hash_add(&h, "\1\0", 2);
	hash_add(&h, "", 1);
	hash_add(&h, from, strlen(from));
	hash_end(&h, digest);
	struct db_conn *c = db_read_begin(office->db);
	struct sql q;
	int64_t n = -1, all = 0;
	sql_init(&q, mem);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_attempt WHERE key = ");
	sql_blob(&q, digest, sizeof digest);
	assert_int_equal(db_get_i64(c, &q, &n), 0);
	sql_init(&q, mem);
	sql_lit(&q, "SELECT COUNT(*) FROM auth_attempt");
	assert_int_equal(db_get_i64(c, &q, &all), 0);
	db_read_end(office->db, &c);
	assert_int_equal(n, 0);
	assert_true(all > 0);
}

/* ---- the form ---- */

static void a_quick_form_is_asked_again_and_keeps_its_words(void **state)
{
	(void)state;
	const int64_t before = number(REPORTS);
	struct reply r = get(page_of(&door));
	const char *stamp = value_of(&r, "stamp");
	r = report(stamp, "速すぎる報告");
	assert_int_equal(r.status, 422);
	assert_true(shows(&r, MSG_NEAR_EARLY));
	assert_true(str_contains(r.body, STR("速すぎる報告")));
	assert_string_equal(value_of(&r, "stamp"), stamp);
	assert_int_equal(number(REPORTS), before);
	wait_ms(STAMP_MIN_MS);
	r = report(stamp, "速すぎる報告");
	assert_true(shows(&r, MSG_NEAR_THANKS));
	stamp = stamp_from(page_of(&door));
	wait_ms(STAMP_MAX_MS);
	r = report(stamp, "開いたままの報告");
	assert_int_equal(r.status, 422);
	assert_true(shows(&r, MSG_NEAR_OLD));
	assert_string_not_equal(value_of(&r, "stamp"), stamp);
	assert_int_equal(number(REPORTS), before + 1);
}

static void twice_pressed_is_one_report(void **state)
{
	(void)state;
	const int64_t before = number(REPORTS);
	const char *stamp = stamp_from(page_of(&door));
	struct reply r = report(stamp, "二度押した");
	const char *code = code_in(&r);
	r = report(stamp, "二度押した");
	assert_int_equal(r.status, 200);
	assert_string_equal(code_in(&r), code);
	assert_false(shows(&r, MSG_NEAR_SENT_BEFORE));
	r = report(stamp, "戻って書き直した");
	assert_string_equal(code_in(&r), code);
	assert_true(shows(&r, MSG_NEAR_SENT_BEFORE));
	assert_int_equal(number(REPORTS), before + 1);
	/* Two people may tell the same in the same words. */
	r = reported("二度押した");
	assert_string_not_equal(code_in(&r), code);
	assert_int_equal(number(REPORTS), before + 2);
}

static void a_form_that_is_none_of_ours_is_refused(void **state)
{
	(void)state;
	const int64_t before = number(REPORTS);
	const struct door first = door;
	assert_int_equal(begin(NULL), 0); /* the first one ended */
	const char *stamped = stamp_from(page_of(&door));
	char *bent = arena_copy(mem, stamped, strlen(stamped) + 1);
	bent[10] = bent[10] == 'A' ? 'B' : 'A';
	const char *const wrong[] = { "", "x", bent };
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(report(wrong[i], "偽の様式").status, 403);
	assert_int_equal(report(stamp_from(STR("/n")), "ほかのページの様式").status, 404);
	const char *stamp = stamp_from(page_of(&door));
	static const char *const elsewhere[] = { "Sec-Fetch-Site: cross-site\r\n", "Origin: https://zq7.example\r\n", "" };
	for (size_t i = 0; i < COUNT_OF(elsewhere); i++)
		assert_int_equal(send_it("POST", page_of(&door), elsewhere[i], TYPE, FORM("stamp", stamp, "what", "よそのページから")).status, 403);
	/* One that ended reads as one that never was. */
	struct reply gone = get(page_of(&first)), never = get(STR("/n/AAAAAAAAAAAAAAAAAAAAAAAA"));
	assert_int_equal(gone.status, 404);
	assert_true(str_eq(gone.body, never.body));
	assert_int_equal(report(stamp, "正しい様式").status, 200);
	assert_int_equal(number(REPORTS), before + 1);
}

static void what_is_wrong_is_told_and_nothing_is_kept(void **state)
{
	(void)state;
	const int64_t before = number(REPORTS);
	struct buf b;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 2001; i++)
		buf_lit(&b, "長");
	const char *longer = str_z(mem, buf_view(&b));
	buf_release(&b);
	const struct { struct str body; msg_id why; } tries[] = {
		{ FORM("stamp", stamp_from(page_of(&door)), "what", "  "), MSG_NEAR_EMPTY }, { FORM("stamp", stamp_from(page_of(&door)), "what", longer), MSG_NEAR_LONG },
		{ FORM("stamp", stamp_from(page_of(&door)), "what", "ボット", "website", "https://zq7.example"), MSG_NEAR_TRAPPED },
		{ FORM("stamp", stamp_from(page_of(&door)), "what", "あした", "happened_on", "2099-01-01"), MSG_NEAR_WHEN_WRONG },
		{ form("a.jpg", STR("<script>alert(1)</script>"), "stamp", stamp_from(page_of(&door)), "what", "写真でない", (const char *)NULL), MSG_NEAR_PHOTO_WRONG },
		{ form("a.jpg", str_sub(jpeg, 0, jpeg.n - 1), "stamp", stamp_from(page_of(&door)), "what", "切れた写真", (const char *)NULL), MSG_NEAR_PHOTO_WRONG },
	};
	for (size_t i = 0; i < COUNT_OF(tries); i++) {
		struct reply r = send_it("POST", page_of(&door), SAME_SITE, TYPE, tries[i].body);
		assert_int_equal(r.status, 422);
		assert_true(shows(&r, tries[i].why));
	}
	/* More than a photo may have is not even read. */
	struct reply r = fetch(port, str_printf(mem, "POST %.*s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" SAME_SITE "Content-Type: %.*s\r\nContent-Length: %u\r\n\r\n",
	                                        STR_FMT(page_of(&door)), STR_FMT(TYPE), 13u << 20));
	buf_release(&r.memory);
	assert_int_equal(r.status, 413);
	assert_int_equal(number(REPORTS), before);
}

/* ---- floods ---- */

static void a_flood_from_one_address_is_slowed(void **state)
{
	(void)state;
	const int64_t before = number(REPORTS);
	const char *const flooder = from;
	size_t taken = 0;
	struct reply r = { 0 };
	for (int i = 0; i < 40 && r.status != 429; i++) {
		r = reported("洪水");
		taken += r.status == 200;
	}
	assert_int_equal(r.status, 429);
	assert_true(taken > 8); /* an office behind one address may report the same thing in one morning */
	assert_true(str_contains(r.body, STR("洪水"))); /* the words are there */
	from = "198.51.100.9";
	assert_int_equal(reported("ほかの人").status, 200);
	from = flooder;
	wait_ms(40 * 60000);
	assert_int_equal(reported("待ったあと").status, 200);
	assert_int_equal(number(REPORTS), before + (int64_t)taken + 2);
}

static void all_addresses_of_a_network_of_64_bits_are_one(void **state)
{
	(void)state;
	size_t slowed = 0;
	char address[60];
	from = address;
	for (int i = 0; i < 20; i++) {
		snprintf(address, sizeof address, "2001:db8:7:7::%x", i + 1);
		slowed += reported("多くのアドレス").status == 429;
	}
	assert_true(slowed > 0);
}

static void too_many_unsorted_reports_close_the_page_until_they_are_sorted(void **state)
{
	(void)state;
	char address[40];
	change_db("UPDATE setting SET number = 5 WHERE key = 'incident.day_bound'");
	change_db("UPDATE setting SET text = '内線 100' WHERE key = 'incident.other_way'");
	from = address;
	for (int i = 0; i < 5; i++) {
		snprintf(address, sizeof address, "198.18.0.%d", i + 1);
		assert_int_equal(reported("いっぱいにする").status, 200);
	}
	snprintf(address, sizeof address, "198.18.0.99");
	struct reply r = reported("入らない報告");
	assert_int_equal(r.status, 429);
	assert_true(shows(&r, MSG_NEAR_FULL));
	assert_true(str_contains(r.body, STR("内線 100")));
	assert_true(str_contains(r.body, STR("入らない報告")));
	struct job j = { .by = &lead, .what = TRIAGE, .t = { .id = number(NEWEST), .state = NEAR_MISS_NOTHING } };
	assert_int_equal(run(&j), 0);
	assert_int_equal(reported("入る報告").status, 200);
	/* A day later the page is open again; but not without end. */
	wait_ms(INT64_C(25) * 3600000);
	for (int day = 0; day < 12; day++, wait_ms(INT64_C(25) * 3600000))
		for (int i = 0; i < 5; i++) {
			snprintf(address, sizeof address, "198.18.%d.%d", day + 1, i + 1);
			r = reported("毎日いっぱいにする");
		}
	assert_int_equal(r.status, 429);
	assert_true(number("SELECT COUNT(*) FROM incident_near_miss WHERE state = 1 AND name = '毎日いっぱいにする'") <= 50);
	change_db("UPDATE setting SET number = 30 WHERE key = 'incident.day_bound'");
}

static void photos_cannot_fill_the_disk(void **state)
{
	(void)state;
	struct reply r = reported("最初の報告");
	assert_int_equal(r.status, 200);
	change_db("UPDATE incident_follow SET photo_bytes = 209715200 WHERE record_id = (SELECT MAX(record_id) FROM incident_follow)");
	const int64_t before = number(REPORTS);
	r = send_it("POST", page_of(&door), SAME_SITE, TYPE, form("a.jpg", jpeg, "stamp", stamp_from(page_of(&door)), "what", "写真つき", (const char *)NULL));
	assert_int_equal(r.status, 422);
	assert_true(shows(&r, MSG_NEAR_PHOTO_FULL));
	assert_true(shows(&r, MSG_NEAR_PHOTO_AGAIN));
	assert_int_equal(number(REPORTS), before);
	r = reported("写真なし");
	assert_int_equal(r.status, 200);
	/* Nor by adding them afterwards. */
	const char *code = code_in(&r);
	wait_ms(STAMP_MIN_MS);
	r = add_by(stamp_from(STR("/n")), code, "あとから写真", jpeg);
	assert_int_equal(r.status, 422);
	assert_int_equal(number("SELECT COUNT(*) FROM remark_attachment WHERE record_id = (" NEWEST ")"), 0);
}

/* ---- codes ---- */

/* A page without what differs from one to the next by itself. */
static struct str plain(const struct reply *r)
{
	const char *stamp = value_of(r, "stamp");
	ptrdiff_t at = str_find(r->body, str_of(stamp));
	return str_printf(mem, "%.*s%.*s", STR_FMT(str_sub(r->body, 0, (size_t)at)), STR_FMT(str_sub(r->body, (size_t)at + strlen(stamp), r->body.n)));
}

static void wrong_codes_read_alike_and_are_slowed(void **state)
{
	(void)state;
	struct reply r = reported("コードの報告");
	const char *code = code_in(&r);
	static const char *const wrong[] = { "", "AAAA-AAAA-AAAA-AAAA", "x", "%27+OR+1%3D1" };
	struct str first = STR_NULL;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct reply no = follow(wrong[i]);
		assert_int_equal(no.status, 404);
		assert_true(shows(&no, MSG_NEAR_NO_CODE));
		if (i)
			assert_true(str_eq(plain(&no), first));
		first = plain(&no);
	}
	/* As people type it. */
	char low[20];
	size_t n = 0;
	for (const char *p = code; *p; p++)
		if (*p != '-')
			low[n++] = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
	low[n] = 0;
	assert_int_equal(follow(low).status, 200);
	for (int i = 0; i < 12; i++) /* the clock of follow() goes on by seconds only */
		r = follow("BBBB-BBBB-BBBB-BBBB");
	assert_int_equal(r.status, 429);
	struct reply right = follow(code);
	assert_int_equal(right.status, 429);
	assert_false(str_contains(right.body, STR("コードの報告")));
	wait_ms(60 * 60000);
	assert_int_equal(follow(code).status, 200);
}

static void the_reporter_sees_the_answer_and_nothing_of_the_office(void **state)
{
	(void)state;
	struct reply r = reported("答えを待つ報告");
	const char *code = code_in(&r);
	const int64_t id = number(NEWEST);
	r = follow(code);
	assert_true(shows(&r, MSG_NEAR_IS_NEW));
	assert_true(shows(&r, MSG_NEAR_NO_ANSWER));
	struct job j = { .by = &lead, .what = TRIAGE, .t = { .id = id, .state = NEAR_MISS_IS, .said = true, .answer = STR("お礼の言葉 [x](https://zq7.example)"), .note = STR("内緒のメモ"), .kind = 3 } };
	assert_int_equal(run(&j), 0);
	struct job talk = { .by = &lead, .what = COMMENT, .t = { .id = id }, .comment = "社内の会話" };
	assert_int_equal(run(&talk), 0);
	r = follow(code);
	assert_true(shows(&r, MSG_NEAR_IS_NEAR_MISS));
	assert_true(str_contains(r.body, STR("お礼の言葉")));
	assert_false(str_contains(r.body, STR("href=\"https://zq7.example")));
	assert_false(str_contains(r.body, STR("内緒のメモ")));
	assert_false(str_contains(r.body, STR("社内の会話")));
	assert_false(str_contains(r.body, lead.name));
	assert_false(str_contains(r.body, STR("NMS-")));
	assert_int_equal(number("SELECT COUNT(*) FROM incident_near_miss WHERE id = (" NEWEST ") AND triaged_on IS NOT NULL AND triaged_by IS NOT NULL AND kind = 3"), 1);
	/* The code goes on working when the page's address is replaced. */
	assert_int_equal(begin(NULL), 0);
	assert_int_equal(follow(code).status, 200);
}

static void something_is_added_once_and_within_bounds(void **state)
{
	(void)state;
	struct reply r = reported("付け足す報告");
	const char *code = code_in(&r);
	r = follow(code);
	const char *stamp = value_of(&r, "stamp");
	wait_ms(STAMP_MIN_MS);
	for (int i = 0; i < 2; i++) {
		r = add_by(stamp, code, "思い出したこと", jpeg);
		assert_int_equal(r.status, 200);
		assert_true(shows(&r, MSG_NEAR_ADDED_THANKS));
		assert_true(str_contains(r.body, STR("思い出したこと")));
	}
	assert_int_equal(number("SELECT COUNT(*) FROM remark_comment WHERE record_id = (" NEWEST ")"), 1);
	assert_int_equal(number("SELECT COUNT(*) FROM remark_attachment WHERE record_id = (" NEWEST ")"), 1);
	assert_int_equal(number("SELECT added FROM incident_near_miss WHERE id = (" NEWEST ")"), 1);
	struct job j = { .by = &lead, .what = TRIAGE, .t = { .id = number(NEWEST), .state = NEAR_MISS_IS } };
	assert_int_equal(run(&j), 0);
	assert_int_equal(number("SELECT added FROM incident_near_miss WHERE id = (" NEWEST ")"), 0);
	assert_int_equal(add_by(stamp_from(STR("/n")), "AAAA-AAAA-AAAA-AAAA", "だれかのもの", STR_NULL).status, 404);
	assert_int_equal(add_by("forged", code, "偽の様式", STR_NULL).status, 403);
	assert_int_equal(add_by(stamp_from(STR("/n")), code, " ", STR_NULL).status, 422);
	assert_int_equal(add_by(stamp_from(STR("/n")), code, "写真でない", STR("GIF89a")).status, 422);
	for (int i = 0; i < 2; i++)
		assert_int_equal(add_by(stamp_from(STR("/n")), code, "", jpeg).status, 200);
	r = add_by(stamp_from(STR("/n")), code, "4枚目", jpeg);
	assert_int_equal(r.status, 422);
	assert_true(shows(&r, MSG_NEAR_PHOTOS_MANY));
	for (int i = 0; i < LIMIT_ADDED; i++) {
		wait_ms(20 * 60000);
		r = add_by(stamp_from(STR("/n")), code, "まだある", STR_NULL);
	}
	assert_int_equal(r.status, 422);
	assert_true(shows(&r, MSG_NEAR_ADD_OVER));
	assert_int_equal(number("SELECT added FROM incident_follow WHERE record_id = (" NEWEST ")"), LIMIT_ADDED);
}

/* ---- the office's side ---- */

static void an_incident_gets_its_first_facts_once(void **state)
{
	(void)state;
	(void)reported("事故になる報告");
	const int64_t before = number("SELECT COUNT(*) FROM incident_incident");
	struct job j = { .by = &lead, .what = TRIAGE, .t = { .id = number(NEWEST), .state = NEAR_MISS_INCIDENT } };
	assert_int_equal(run(&j), 0);
	const int64_t made = j.t.incident_id;
	assert_true(made > 0);
	assert_int_equal(number("SELECT COUNT(*) FROM incident_incident WHERE what = '事故になる報告' AND noticed_on IS NOT NULL"), 1);
	assert_int_equal(run(&j), 0);
	assert_int_equal(j.t.incident_id, made);
	assert_int_equal(number("SELECT COUNT(*) FROM incident_incident"), before + 1);
	struct link_end *end;
	size_t n = 0;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(link_list(c, mem, &lead, made, &end, &n), 0); /* from the incident back to the report */
	db_read_end(office->db, &c);
	assert_int_equal(n, 1);
	assert_int_equal(end[0].id, j.t.id);
	static const struct reg *const uses[] = { &reg_weakness, &reg_threat };
	for (size_t i = 0; i < COUNT_OF(uses); i++) {
		struct job use = { .by = &lead, .what = USE, .t = { .id = j.t.id }, .as = uses[i] };
		assert_int_equal(run(&use), 0);
		const int64_t id = use.id;
		assert_int_equal(run(&use), 0);
		assert_int_equal(use.id, id);
	}
	/* The report's own words are not taken along. */
	assert_int_equal(number("SELECT COUNT(*) FROM risk_threat WHERE note LIKE '%事故になる%'"), 0);
}

static void contacts_neither_read_nor_sort(void **state)
{
	(void)state;
	(void)reported("部門には見えない報告");
	struct job j = { .by = &contact, .what = TRIAGE, .t = { .id = number(NEWEST), .state = NEAR_MISS_IS } };
	assert_int_equal(run(&j), ERR_NOT_FOUND);
	j.what = USE;
	j.as = &reg_threat;
	assert_int_equal(run(&j), ERR_NOT_FOUND);
	j.what = MAKE;
	assert_int_equal(run(&j), ERR_DENIED);
	j.what = END;
	j.id = door.id;
	assert_int_equal(run(&j), ERR_DENIED);
}

static struct signal signal_now(void)
{
	struct signal s = { 0 };
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(near_miss_signal_load(c, mem, &lead, &s), 0);
	db_read_end(office->db, &c);
	signal_settle(&s);
	return s;
}

static void who_sorts_is_told_and_nobody_else(void **state)
{
	(void)state;
	change_db("UPDATE incident_near_miss SET state = 2, added = 0 WHERE archived = 0");
	(void)reported("知らせる報告");
	const struct { const struct principal *by; int64_t n; } people[] = { { &lead, 1 }, { &contact, 0 } };
	for (size_t i = 0; i < COUNT_OF(people); i++) {
		int64_t n = -1;
		struct note say = NOTE0(MSG_NONE);
		struct str path = STR_NULL;
		struct db_conn *c = db_read_begin(office->db);
		assert_int_equal(near_miss_digest_part.load(c, mem, people[i].by, &n, &say, &path), 0);
		struct buf b;
		struct html h;
		buf_init(&b, LIMIT_PAGE);
		html_init(&h, &b, mem, LANG_JA, STR_NULL);
		struct http_req req = { .arena = mem, .principal = (void *)(uintptr_t)people[i].by, .app = office };
		near_miss_today(&h, &req, c);
		db_read_end(office->db, &c);
		assert_int_equal(n, people[i].n);
		assert_int_equal(str_contains(buf_view(&b), msg(LANG_JA, MSG_NEAR_TODAY_NEW)), people[i].n == 1);
		buf_release(&b);
	}
}

static struct str sentence(const struct principal *by, struct month m)
{
	struct doc d;
	doc_init(&d, mem, LANG_JA, STR("月次"), STR("見本"), STR(""));
	struct db_conn *c = db_read_begin(office->db);
	const struct report_ctx x = { .conn = c, .arena = mem, .by = by, .lang = LANG_JA, .month = m, .from = month_end(month_add(m, -1)), .until = month_end(m) };
	assert_int_equal(incident_report_part.annex(&x, &d), 0);
	db_read_end(office->db, &c);
	return d.n ? d.block[d.n - 1].text : STR("");
}

static void the_month_is_one_sentence(void **state)
{
	(void)state;
	const struct month october = { 2026, 10 }, long_ago = { 2020, 1 };
	assert_true(str_contains(sentence(&lead, october), STR("事故は 1 件")));
	assert_true(str_contains(sentence(&lead, long_ago), STR("起きていないのか、届いていないのか")));
	assert_int_equal(sentence(&contact, october).n, 0);
}

/* The last one: it sorts everything and lets months pass. */
static void no_report_is_grey_and_waiting_is_yellow_then_red(void **state)
{
	(void)state;
	change_db("UPDATE incident_near_miss SET state = 2 WHERE state = 1");
	(void)reported("信号の報告");
	assert_int_equal(signal_now().tone, TONE_GREEN);
	wait_ms(INT64_C(6) * 86400000);
	assert_int_equal(signal_now().tone, TONE_YELLOW);
	wait_ms(INT64_C(20) * 86400000);
	assert_int_equal(signal_now().tone, TONE_RED);
	struct job j = { .by = &lead, .what = TRIAGE, .t = { .id = number(NEWEST), .state = NEAR_MISS_IS } };
	assert_int_equal(run(&j), 0);
	assert_int_equal(signal_now().tone, TONE_GREEN);
	wait_ms(INT64_C(90) * 86400000);
	assert_int_equal(signal_now().tone, TONE_GREY);
}

/* ---- up and down ---- */

static void load_person(const char *login, struct principal *ret)
{
	int64_t id;
	struct db_conn *c = db_read_begin(office->db);
	assert_int_equal(auth_account_find(c, str_of(login), &id), 0);
	assert_int_equal(auth_principal_load(c, mem, id, ret), 0);
	db_read_end(office->db, &c);
}

static int up(void **state)
{
	assert_int_equal(demo_up(state), 0);
	load_person("lead", &lead);
	load_person("contact", &contact);
	static const char *const proxies[] = { "127.0.0.1", NULL };
	(void)all_routes_count();
	struct http_options options = { .listen = STR("127.0.0.1:0"), .routes = all_routes, .route_counts = all_route_counts, .guard = auth_guard,
		.error_page = main_error_page, .logged = access_log_write, .app = office, .workers = 4, .event_threads = 1, .trusted_proxies = proxies };
	struct note why;
	access_log_open(mem, office);
	if (http_start(&options, &server, &why) < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &why)));
	port = http_port(server);
	return 0;
}

static int down(void **state)
{
	http_stop(server);
	access_log_close();
	import_pages_stop();
	auth_stop();
	return demo_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_tells_who_reported, begin),
		cmocka_unit_test_setup(a_quick_form_is_asked_again_and_keeps_its_words, begin),
		cmocka_unit_test_setup(twice_pressed_is_one_report, begin),
		cmocka_unit_test_setup(a_form_that_is_none_of_ours_is_refused, begin),
		cmocka_unit_test_setup(what_is_wrong_is_told_and_nothing_is_kept, begin),
		cmocka_unit_test_setup(a_flood_from_one_address_is_slowed, begin),
		cmocka_unit_test_setup(all_addresses_of_a_network_of_64_bits_are_one, begin),
		cmocka_unit_test_setup(too_many_unsorted_reports_close_the_page_until_they_are_sorted, begin),
		cmocka_unit_test_setup(photos_cannot_fill_the_disk, begin),
		cmocka_unit_test_setup(wrong_codes_read_alike_and_are_slowed, begin),
		cmocka_unit_test_setup(the_reporter_sees_the_answer_and_nothing_of_the_office, begin),
		cmocka_unit_test_setup(something_is_added_once_and_within_bounds, begin),
		cmocka_unit_test_setup(an_incident_gets_its_first_facts_once, begin),
		cmocka_unit_test_setup(contacts_neither_read_nor_sort, begin),
		cmocka_unit_test_setup(who_sorts_is_told_and_nobody_else, begin),
		cmocka_unit_test_setup(the_month_is_one_sentence, begin),
		cmocka_unit_test_setup(no_report_is_grey_and_waiting_is_yellow_then_red, begin),
	};
	return cmocka_run_group_tests(tests, up, down);
}
