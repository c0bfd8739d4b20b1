/* Mail: messages that cannot be tampered with by what they carry, a queue that neither loses nor doubles, secrets at rest. */
#include "tests/office.h"

#include <limits.h>
#include <sys/stat.h>

#include "base/helper.h"
#include "mail/mail.h"
#include "base/text.h"
#include "base/text/mail.h"
#include "mail/test_smtp.h"

/* ---- composing ---- */

static struct str composed(struct mail_head h, struct str text)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_MAIL_MESSAGE);
	if (!h.from.n)
		h.from = STR("ishigaki@example.co.jp");
	if (!h.to.n)
		h.to = STR("mihon@example.co.jp");
	if (!h.message_id.n)
		h.message_id = STR("1@example.co.jp");
	h.at = clock_now();
	assert_int_equal(mail_compose(&b, mem, &h, LANG_JA, text), 0);
	return str_dup(mem, buf_view(&b));
}

static size_t count_of(struct str text, struct str part)
{
	size_t n = 0;
	for (ptrdiff_t at; (at = str_find(text, part)) >= 0; n++)
		text = str_sub(text, (size_t)at + part.n, text.n);
	return n;
}

/* Headers end at the first empty line; every line is short and ends with CR LF; all bytes are ASCII. */
static struct str headers_of(struct str m)
{
	size_t line = 0;
	for (size_t i = 0; i < m.n; i++) {
		assert_true((unsigned char)m.p[i] < 0x80);
		line = m.p[i] == '\n' ? 0 : line + 1;
		assert_true(line <= 79); /* 78 and the CR */
		if (m.p[i] == '\n')
			assert_true(i && m.p[i - 1] == '\r');
	}
	const ptrdiff_t end = str_find(m, STR("\r\n\r\n"));
	assert_true(end > 0);
	return str_sub(m, 0, (size_t)end + 2);
}

static int base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

static struct str decoded(struct str s)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_MAIL_MESSAGE);
	uint32_t bits = 0;
	int have = 0;
	for (size_t i = 0; i < s.n; i++) {
		int v = base64_value(s.p[i]);
		if (v < 0)
			continue;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_char(&b, (char)(bits >> have & 0xff));
		}
	}
	return str_dup(mem, buf_view(&b));
}

/* The encoded words of a header, decoded each by itself and joined. */
static struct str words_of(struct str headers, struct str field)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_MAIL_MESSAGE);
	ptrdiff_t at = str_find(headers, field);
	assert_true(at >= 0);
	struct str rest = str_sub(headers, (size_t)at + field.n, headers.n);
	for (;;) {
		ptrdiff_t end = str_find(rest, STR("\r\n"));
		struct str line = str_sub(rest, 0, (size_t)end);
		for (ptrdiff_t from; (from = str_find(line, STR("=?UTF-8?B?"))) >= 0;) {
			line = str_sub(line, (size_t)from + 10, line.n);
			ptrdiff_t stop = str_find(line, STR("?="));
			assert_true(stop > 0 && stop + 12 <= 75);
			struct str word = decoded(str_sub(line, 0, (size_t)stop));
			assert_true(text_valid(word));
			buf_str(&b, word);
			line = str_sub(line, (size_t)stop + 2, line.n);
		}
		rest = str_sub(rest, (size_t)end + 2, rest.n);
		if (!rest.n || rest.p[0] != ' ')
			break;
	}
	return str_dup(mem, buf_view(&b));
}

static struct str part_of(struct str m, struct str type)
{
	ptrdiff_t at = str_find(m, type);
	assert_true(at > 0);
	m = str_sub(m, (size_t)at, m.n);
	m = str_sub(m, (size_t)str_find(m, STR("\r\n\r\n")) + 4, m.n);
	return decoded(str_sub(m, 0, (size_t)str_find(m, STR("\r\n--=_"))));
}

static void a_message_says_what_it_was_given(void **state)
{
	(void)state;
	const struct str subject = STR("今日のお知らせ：期限を過ぎたやることが三件、あなたの承認を待っている申請が二件あります 😀");
	const struct str text = STR("見本 様\n\n■ やること\n・<鍵> & \"数\" https://example.co.jp/work/task/12?a=1&b=2\n\n石垣\n");
	struct str m = composed((struct mail_head){ .from_name = STR("石垣"), .to_name = STR("見本 太郎"), .subject = subject }, text), h = headers_of(m);
	assert_true(str_eq(words_of(h, STR("Subject: ")), subject));
	assert_true(str_eq(words_of(h, STR("To: ")), STR("見本 太郎")));
	assert_true(str_eq(words_of(h, STR("From: ")), STR("石垣")));
	assert_true(str_contains(h, STR("<mihon@example.co.jp>\r\n")));
	assert_true(str_contains(h, STR("Date: Fri, 20 Nov 2026 10:00:00 +0900\r\n")));
	assert_true(str_contains(h, STR("Message-ID: <1@example.co.jp>\r\n")));
	assert_true(str_contains(h, STR("Auto-Submitted: auto-generated\r\n")));
	assert_true(str_eq(part_of(m, STR("text/plain")), text));
	struct str html = part_of(m, STR("text/html"));
	assert_true(str_contains(html, STR("<html lang=\"ja\">")));
	assert_true(str_contains(html, STR("・&lt;鍵&gt; &amp; ")));
	assert_true(str_contains(html, STR("<a href=\"https://example.co.jp/work/task/12?a=1&amp;b=2\">")));
	/* Plain ASCII stays readable. */
	h = headers_of(composed((struct mail_head){ .from_name = STR("Ishigaki"), .subject = STR("Test") }, STR("x")));
	assert_true(str_contains(h, STR("From: Ishigaki\r\n <ishigaki@example.co.jp>\r\n")));
	assert_true(str_contains(h, STR("Subject: Test\r\n")));
}

static void nothing_it_carries_makes_a_header(void **state)
{
	(void)state;
	static const char *const evil[] = {
		"x\r\nBcc: all@example.co.jp", "x\nBcc: all@example.co.jp", "x\r\n\r\n<b>body</b>", "\" <all@example.co.jp>, \"", "a <all@example.co.jp>", "=?UTF-8?Q?=0D=0ABcc:_x?=",
		"--=_ishigaki", "\r\n.\r\nQUIT", "\t\x01\x7f", "x, all@example.co.jp", "",
	};
	for (size_t i = 0; i < COUNT_OF(evil); i++) {
		struct str e = str_of(evil[i]), m = composed((struct mail_head){ .from_name = e, .to_name = e, .subject = e, .message_id = STR("1@example.co.jp") }, e), h = headers_of(m);
		assert_int_equal(count_of(h, STR("\nBcc")), 0);
		assert_int_equal(count_of(m, STR("\r\n.\r\n")), 0);
		assert_int_equal(count_of(m, STR("\r\n--=_ishigaki")), 3);
		assert_int_equal(count_of(str_sub(h, 0, (size_t)str_find(h, STR("Subject: "))), STR("all@")), 0);
		assert_int_equal(count_of(h, STR("=?UTF-8?Q?")), 0);
		/* The fields we write, each once. */
		static const struct str fields[] = { STR_INIT("\r\nTo: "), STR_INIT("\r\nSubject: "), STR_INIT("\r\nDate: "), STR_INIT("\r\nMessage-ID: "), STR_INIT("\r\nMIME-Version: ") };
		for (size_t k = 0; k < COUNT_OF(fields); k++)
			assert_int_equal(count_of(h, fields[k]), 1);
	}
}

static void only_addresses_are_addresses(void **state)
{
	(void)state;
	static const char *const good[] = { "a@b", "mihon.taro+sec@example.co.jp", "x_y'z@sub.example.jp", "1/2=3@example.jp" };
	static const char *const bad[] = { "", "@", "a@", "@b", "a b@c", "a@b c", "a@b@c", "a\r\n@b", "a@b>", "<a@b>", "a,b@c", "a;b@c", "a\"b@c", "見本@example.jp", "a@例.jp", ".a@b", "a.@b",
		"a..b@c", "a@.b", "a@b.", "a@-b", "a@b_c", "a\\b@c", "a(b)@c" };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!mail_address_valid(str_of(good[i])))
			fail_msg("%s is one", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (mail_address_valid(str_of(bad[i])))
			fail_msg("%s is none", bad[i]);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_MAIL_MESSAGE);
	assert_int_equal(mail_compose(&b, mem, &(struct mail_head){ .from = STR("a@b"), .to = STR("a@b>\r\nx"), .message_id = STR("1@b") }, LANG_JA, STR("x")), ERR_INVALID);
}

/* RFC 2047: an encoded word has at most 75 characters, whatever it holds. */
static void a_plain_name_with_commas_is_short_words(void **state)
{
	(void)state;
	const struct str message = composed((struct mail_head){ .from_name = STR("Security Office, Mihon Trading Co., Ltd., Tokyo, Japan (IT)"), .subject = STR("x") }, STR("x"));
	size_t words = 0;
	for (struct str rest = message; str_find(rest, STR("=?UTF-8?B?")) >= 0; words++) {
		rest = str_sub(rest, (size_t)str_find(rest, STR("=?UTF-8?B?")), rest.n);
		const ptrdiff_t end = str_find(rest, STR("?="));
		assert_true(end > 0 && end + 2 <= 75);
		rest = str_sub(rest, (size_t)end + 2, rest.n);
	}
	assert_int_equal(words, 2);
}

/* ---- the queue ---- */

static struct mail_server server;
static struct note why;

static int save_job(struct db_conn *c, void *arg)
{
	(void)arg;
	return mail_server_save(c, mem, office->key, &server, &why);
}

static int put_job(struct db_conn *c, void *arg)
{
	return mail_put(c, mem, office->key, arg, NULL);
}

static int again_job(struct db_conn *c, void *arg)
{
	return mail_again(c, mem, *(int64_t *)arg);
}

static int put(const char *key, const char *text)
{
	struct letter l = { .key = str_of(key), .kind = "test", .to = STR("mihon@example.co.jp"), .to_name = STR("見本"), .subject = STR("お知らせ"), .text = str_of(text) };
	return db_write(db, put_job, &l);
}

static void set_server(enum mail_mode mode)
{
	server = (struct mail_server){ .mode = mode, .host = STR("127.0.0.1"), .port = smtp.port, .tls = MAIL_PLAIN, .from = STR("ishigaki@example.co.jp"), .from_name = STR("石垣") };
	assert_int_equal(db_write(db, save_job, NULL), 0);
}

static int restored_job(struct db_conn *c, void *arg)
{
	(void)arg;
	return mail_restored(c, mem);
}

static struct mail_done deliver(void)
{
	struct mail_done done;
	assert_int_equal(mail_round(db, office->key, str_printf(mem, "%s/outbox", office_dir), NULL, &done), 0);
	return done;
}

static struct mail_row row(void)
{
	struct mail_row r = { 0 };
	size_t n = 0;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(mail_list(c, mem, 0, 1, &r, &n), 0);
	db_read_end(db, &c);
	assert_int_equal(n, 1);
	return r;
}

static void later(int64_t minutes)
{
	clock_set_for_test(clock_now() + minutes * 60000, true);
}

static int mail_up(void **state)
{
	static char dir[PATH_MAX];
	if (readlink("/proc/self/exe", dir, sizeof dir - 1) < 0)
		die("readlink");
	for (int i = 0; i < 3; i++) /* build/test/mail/test_mail: the helpers lie in build */
		*strrchr(dir, '/') = '\0';
	helper_set_dir(str_of(dir));
	int e = office_up(state);
	smtp_up();
	return e;
}

static int mail_down(void **state)
{
	smtp_down();
	return office_down(state);
}

static void a_letter_reaches_the_server_once(void **state)
{
	(void)state;
	assert_int_equal(put("a", "まだ"), ERR_NOT_FOUND); /* mail is off */
	set_server(MAIL_SMTP);
	assert_int_equal(put("digest:1", "秘密のリンク https://example.co.jp/l/abc"), 0);
	assert_int_equal(put("digest:1", "もう一度"), ERR_EXISTS);
	/* At rest nobody reads it without the key. */
	assert_int_equal(number_of("SELECT count(*) FROM mail_queue WHERE instr(body, CAST('秘密' AS BLOB)) > 0"), 0);
	assert_int_equal(number_of("SELECT length(body) > 60 FROM mail_queue"), 1);
	struct mail_done done = deliver();
	assert_int_equal(done.sent, 1);
	struct mail_row r = row();
	assert_int_equal(r.state, MAIL_SENT);
	assert_int_equal(r.attempts, 1);
	assert_int_equal(number_of("SELECT length(body) FROM mail_queue"), 0);
	assert_int_equal(smtp.taken, 1);
	assert_string_equal(smtp_last()->from, "MAIL FROM:<ishigaki@example.co.jp>");
	assert_string_equal(smtp_last()->to, "RCPT TO:<mihon@example.co.jp>");
	struct str m = str_of(smtp_last()->message);
	assert_true(str_contains(m, str_printf(mem, "Message-ID: <%.*s>\r\n", STR_FMT(r.message_id))));
	assert_true(str_ends(r.message_id, STR("@example.co.jp")));
	assert_true(str_eq(part_of(m, STR("text/plain")), STR("秘密のリンク https://example.co.jp/l/abc")));
	done = deliver();
	assert_int_equal(done.sent + done.later + done.unclear, 0);
	assert_int_equal(smtp.taken, 1);
}

static void a_server_that_is_down_for_a_day_loses_nothing(void **state)
{
	(void)state;
	set_server(MAIL_SMTP);
	smtp_down();
	for (int i = 0; i < 5; i++)
		assert_int_equal(put(str_z(mem, str_printf(mem, "%d", i)), "待つ"), 0);
	struct mail_done done = deliver();
	assert_int_equal(done.later, 1); /* the first told that the server is away: the others were not tried */
	assert_int_equal(number_of("SELECT count(*) FROM mail_queue WHERE attempts = 0 AND state = 1"), 4);
	for (int i = 0; i < 24 * 6; i++) {
		later(10);
		done = deliver();
		assert_int_equal(done.sent + done.given_up + done.unclear, 0);
	}
	smtp_up();
	set_server(MAIL_SMTP);
	later(240);
	done = deliver();
	assert_int_equal(done.sent, 5);
	assert_int_equal(smtp.taken, 5);
}

static void what_the_server_says_decides(void **state)
{
	(void)state;
	set_server(MAIL_SMTP);
	static const struct { enum smtp_manner manner; enum mail_state state; const char *said; int taken; } cases[] = {
		{ SMTP_NOBODY, MAIL_GIVEN_UP, "550 nobody here", 0 }, { SMTP_GREY, MAIL_WAITING, "451 come again", 0 }, { SMTP_FULL, MAIL_WAITING, "452 no room", 0 },
		{ SMTP_SILENT, MAIL_UNCLEAR, NULL, 1 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		atomic_store(&smtp.manner, cases[i].manner);
		atomic_store(&smtp.taken, 0);
		assert_int_equal(put("", "一通"), 0);
		(void)deliver();
		struct mail_row r = row();
		if (r.state != cases[i].state || (cases[i].said && !str_eq_z(r.note, cases[i].said)))
			fail_msg("case %zu: state %d, %.*s", i, r.state, STR_FMT(r.note));
		assert_int_equal(smtp.taken, cases[i].taken);
		/* Out of the way of the next case. */
		assert_int_equal(number_of("SELECT count(*) FROM mail_queue WHERE state = 2"), 0);
		later(24 * 60 * (LIMIT_MAIL_DAYS + 1));
		atomic_store(&smtp.manner, SMTP_GREY);
		(void)deliver();
		assert_int_equal(number_of("SELECT count(*) FROM mail_queue WHERE state = 1"), 0); /* tried long enough */
	}
	/* A sign-in that is refused concerns the server, not the letter: it waits until the settings are right. */
	server.user = STR("mihon");
	server.password = STR("kagi");
	assert_int_equal(db_write(db, save_job, NULL), 0);
	assert_int_equal(number_of("SELECT instr(password, CAST('kagi' AS BLOB)) FROM mail_server"), 0);
	atomic_store(&smtp.manner, SMTP_WRONG_PASSWORD);
	assert_int_equal(put("", "一通"), 0);
	struct mail_done done = deliver();
	assert_int_equal(done.later, 1);
	assert_int_equal(row().state, MAIL_WAITING);
	server.user = server.password = STR("");
	assert_int_equal(db_write(db, save_job, NULL), 0);
	/* So does one that wants nothing of us, or not of this sender: that says nothing about the letter. */
	static const enum smtp_manner shut[] = { SMTP_BLOCKED, SMTP_NOT_FROM_YOU };
	for (size_t i = 0; i < COUNT_OF(shut); i++) {
		atomic_store(&smtp.manner, shut[i]);
		later(300);
		done = deliver();
		assert_int_equal(done.given_up, 0);
		assert_int_equal(done.later, 1);
	}
	/* One that only talks: no letter is lost, and the helper ends. */
	atomic_store(&smtp.manner, SMTP_BABBLES);
	later(300);
	done = deliver();
	assert_int_equal(done.later, 1);
	assert_int_equal(row().state, MAIL_WAITING);
}

/* Takes what it is told, and says what follows. */
#define LISTENS "#!/bin/sh\nexec 3<&0\ncat <&3 >/dev/null &\n"

/* A helper that dies: before the end of the message was handed over the letter waits; afterwards nobody knows. */
static void a_helper_without_a_word(void **state)
{
	(void)state;
	static const struct { const char *script; enum mail_state state; } cases[] = {
		{ LISTENS "exit 3\n", MAIL_WAITING },
		{ LISTENS "printf '\\014\\000\\000\\000\\000'\nexit 3\n", MAIL_UNCLEAR }, /* MAIL_END, an empty record */
	};
	const char *path = str_z(mem, str_printf(mem, "%s/ishigaki-mail", office_dir));
	set_server(MAIL_SMTP);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		FILE *f = fopen(path, "w");
		assert_non_null(f);
		assert_true(fputs(cases[i].script, f) >= 0);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(chmod(path, 0700), 0);
		helper_set_dir(str_of(office_dir));
		assert_int_equal(put("", "一通"), 0);
		(void)deliver();
		assert_int_equal(row().state, cases[i].state);
		later(300);
	}
	assert_int_equal(unlink(path), 0);
}

static void a_long_subject_is_cut(void **state)
{
	(void)state;
	set_server(MAIL_SMTP);
	struct letter l = { .key = STR("wordy"), .kind = "test", .to = STR("mihon@example.co.jp"), .text = STR("本文"), .subject = str_printf(mem, "%0400d", 7) };
	assert_int_equal(db_write(db, put_job, &l), 0);
	assert_int_equal(number_of("SELECT length(subject) FROM mail_queue"), 200);
	assert_int_equal(deliver().sent, 1);
}

/* Names and addresses of old letters do not pile up; what is unclear waits for somebody. */
static void settled_letters_are_forgotten(void **state)
{
	(void)state;
	set_server(MAIL_SMTP);
	assert_int_equal(put("a", "届く"), 0);
	assert_int_equal(deliver().sent, 1);
	assert_int_equal(put("b", "分からない"), 0);
	assert_int_equal(db_write(db, restored_job, NULL), 0);
	later(60 * 24 * 89);
	(void)deliver();
	assert_int_equal(number_of("SELECT count(*) FROM mail_queue"), 2);
	later(60 * 24 * 2);
	(void)deliver();
	assert_int_equal(number_of("SELECT count(*) FROM mail_queue"), 1);
	assert_int_equal(row().state, MAIL_UNCLEAR);
}

static int half_sent(struct db_conn *c, void *arg)
{
	struct sql q;
	(void)arg;
	sql_init(&q, mem);
	sql_lit(&q, "UPDATE mail_queue SET state = 2, attempts = attempts + 1");
	return db_exec(c, &q, NULL);
}

/* What a crash between the two commits leaves: the server may have it or not. */
static void after_a_crash_nothing_is_sent_twice(void **state)
{
	(void)state;
	set_server(MAIL_SMTP);
	assert_int_equal(put("a", "一通"), 0);
	assert_int_equal(db_write(db, half_sent, NULL), 0);
	office_close(opened);
	struct note n;
	assert_int_equal(office_open(str_of(office_dir), OPEN_EXISTING, &opened, &n), 0);
	office = opened_office(opened);
	db = office->db;
	struct mail_done done = deliver();
	assert_int_equal(done.unclear, 1);
	assert_int_equal(done.sent, 0);
	assert_int_equal(row().state, MAIL_UNCLEAR);
	for (int i = 0; i < 20; i++) {
		later(600);
		(void)deliver();
	}
	assert_int_equal(smtp.connections, 0);
	/* Somebody says so: then it goes out, under its own name. */
	struct str before = row().message_id;
	int64_t id = row().id;
	assert_int_equal(db_write(db, again_job, &id), 0);
	assert_int_equal(db_write(db, again_job, &id), ERR_CONFLICT);
	done = deliver();
	assert_int_equal(done.sent, 1);
	assert_true(str_contains(str_of(smtp_last()->message), before));
	assert_int_equal(db_write(db, again_job, &id), ERR_CONFLICT);
	id = 999;
	assert_int_equal(db_write(db, again_job, &id), ERR_NOT_FOUND);
}

/* A backup may be older than the letters that wait in it: they may have gone out since. */
static void what_a_backup_still_had_to_send_waits_for_somebody(void **state)
{
	(void)state;
	set_server(MAIL_SMTP);
	assert_int_equal(put("a", "はじめ"), 0);
	assert_int_equal(db_write(db, restored_job, NULL), 0);
	assert_int_equal(row().state, MAIL_UNCLEAR);
	assert_int_equal(deliver().sent, 0);
	assert_int_equal(smtp.connections, 0);
	int64_t id = row().id;
	assert_int_equal(db_write(db, again_job, &id), 0);
	assert_int_equal(deliver().sent, 1);
	/* What was sent before stays sent. */
	assert_int_equal(db_write(db, restored_job, NULL), 0);
	assert_int_equal(row().state, MAIL_SENT);
}

static void without_a_server_letters_lie_in_the_outbox(void **state)
{
	(void)state;
	set_server(MAIL_FILES);
	assert_int_equal(put("a", "紙で"), 0);
	struct mail_done done = deliver();
	assert_int_equal(done.filed, 1);
	assert_int_equal(row().state, MAIL_FILED);
	FILE *f = fopen(str_z(mem, str_printf(mem, "%s/outbox/mail-%06lld.eml", office_dir, (long long)row().id)), "r");
	assert_non_null(f);
	static char text[100000];
	size_t n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = 0;
	assert_true(str_eq(part_of(str_of(text), STR("text/plain")), STR("紙で")));
	assert_int_equal(smtp.connections, 0);
}

static void settings_that_cannot_be_are_refused(void **state)
{
	(void)state;
	static const struct { struct mail_server s; msg_id why; } cases[] = {
		{ { .mode = MAIL_SMTP, .host = STR_INIT("mail"), .port = 25, .from = STR_INIT("nobody") }, MSG_MAIL_FROM_BAD },
		{ { .mode = MAIL_SMTP, .host = STR_INIT(""), .port = 25, .from = STR_INIT("a@b") }, MSG_MAIL_HOST_BAD },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("a/b"), .port = 25, .from = STR_INIT("a@b") }, MSG_MAIL_HOST_BAD },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("a\r\nb"), .port = 25, .from = STR_INIT("a@b") }, MSG_MAIL_HOST_BAD },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("mail"), .port = 0, .from = STR_INIT("a@b") }, MSG_MAIL_PORT_BAD },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("mail"), .port = 70000, .from = STR_INIT("a@b") }, MSG_MAIL_PORT_BAD },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("mail"), .port = 25, .from = STR_INIT("a@b"), .password = STR_INIT("x") }, MSG_MAIL_USER_BAD },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("mail"), .port = 25, .from = STR_INIT("a@b"), .user = STR_INIT("u\n"), .password = STR_INIT("x") }, MSG_MAIL_USER_BAD },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("mail"), .port = 25, .from = STR_INIT("a@b"), .user = STR_INIT("u"), .password = STR_INIT("x") }, MSG_MAIL_PASSWORD_PLAIN },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("127.example.com"), .port = 25, .from = STR_INIT("a@b"), .user = STR_INIT("u"), .password = STR_INIT("x") }, MSG_MAIL_PASSWORD_PLAIN },
		{ { .mode = MAIL_SMTP, .host = STR_INIT("mail"), .port = 25, .tls = MAIL_TLS, .from = STR_INIT("a@b"), .ca = STR_INIT("x") }, MSG_MAIL_CA_BAD },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		server = cases[i].s;
		if (db_write(db, save_job, NULL) != ERR_INVALID || why.id != cases[i].why)
			fail_msg("case %zu", i);
	}
	assert_int_equal(number_of("SELECT count(*) FROM mail_server"), 0);
	server = (struct mail_server){ .mode = MAIL_SMTP, .host = STR("mail"), .port = 465, .tls = MAIL_TLS, .from = STR("a@b"), .user = STR("u"), .password = STR("ひみつ") };
	assert_int_equal(db_write(db, save_job, NULL), 0);
	struct mail_server got;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(mail_server_load(c, mem, office->key, &got), 0);
	assert_true(str_eq(got.password, STR("ひみつ")) && got.port == 465 && got.tls == MAIL_TLS);
	db_read_end(db, &c);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, mail_up, mail_down)
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_message_says_what_it_was_given), OFFICE_TEST(nothing_it_carries_makes_a_header), OFFICE_TEST(a_plain_name_with_commas_is_short_words), OFFICE_TEST(only_addresses_are_addresses),
		T(a_letter_reaches_the_server_once), T(a_server_that_is_down_for_a_day_loses_nothing), T(what_the_server_says_decides),
		T(a_helper_without_a_word), T(a_long_subject_is_cut), T(settled_letters_are_forgotten), T(what_a_backup_still_had_to_send_waits_for_somebody), OFFICE_TEST(settings_that_cannot_be_are_refused),
		T(after_a_crash_nothing_is_sent_twice), T(without_a_server_letters_lie_in_the_outbox),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
