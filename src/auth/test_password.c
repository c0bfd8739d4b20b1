/* Passwords: the real helper, and what may become one. */
#include "auth/password.h"

#include "base/helper.h"
#include "base/text.h"
#include "base/text/auth.h"

#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static void test_hash_and_verify(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct str hash, again;
	bool ok = false;

	(void)state;
	assert_int_equal(password_hash(a, STR("青い石垣の下で待つ"), &hash), 0);
	assert_true(str_starts(hash, STR("$argon2id$v=19$m=65536,t=2,p=1$")));
	assert_int_equal(password_hash(a, STR("青い石垣の下で待つ"), &again), 0);
	assert_false(str_eq(hash, again)); /* salted */
	assert_int_equal(password_verify(hash, STR("青い石垣の下で待つ"), &ok), 0);
	assert_true(ok);
	assert_int_equal(password_verify(hash, STR("青い石垣の下で待て"), &ok), 0);
	assert_false(ok);
	assert_int_equal(password_verify(hash, STR(""), &ok), 0);
	assert_false(ok);
	/* Full-width letters are the same password: NFKC. */
	assert_int_equal(password_hash(a, STR("Ｔｅｎ stones カベ"), &hash), 0);
	assert_int_equal(password_verify(hash, STR("Ten stones ｶﾍﾞ"), &ok), 0);
	assert_true(ok);
	assert_int_equal(password_verify(hash, STR("ten stones カベ"), &ok), 0);
	assert_false(ok);
	arena_free(a);
}

static void test_bounds(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct str hash = STR("untouched");
	char big[1025];
	bool ok = true;

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_int_equal(password_hash(a, (struct str){ big, 1025 }, &hash), ERR_LIMIT);
	assert_true(str_eq_z(hash, "untouched"));
	assert_int_equal(password_hash(a, (struct str){ big, 1024 }, &hash), 0);
	assert_int_equal(password_verify(hash, (struct str){ big, 1024 }, &ok), 0);
	assert_true(ok);
	assert_int_equal(password_verify(hash, (struct str){ big, 1025 }, &ok), ERR_LIMIT);
	/* Nobody, and what is no hash at all, match nothing. */
	assert_int_equal(password_verify(STR(""), STR("anything"), &ok), 0);
	assert_false(ok);
	ok = true;
	assert_int_equal(password_verify(STR("anything"), STR("anything"), &ok), 0);
	assert_false(ok);
	assert_int_equal(password_verify((struct str){ big, 200 }, STR("anything"), &ok), ERR_LIMIT);
	arena_free(a);
}

struct job {
	struct str hash;
	const char *password;
	int result;
	bool ok;
};

static void *verify_job(void *p)
{
	struct job *j = p;

	j->result = password_verify(j->hash, str_of(j->password), &j->ok);
	return NULL;
}

static void test_many_at_once(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct job jobs[8];
	pthread_t threads[8];
	struct str hash;

	(void)state;
	assert_int_equal(password_hash(a, STR("correct words in a row"), &hash), 0);
	for (size_t i = 0; i < COUNT_OF(jobs); i++) {
		jobs[i] = (struct job){ .hash = hash, .password = i % 2 ? "correct words in a row" : "wrong words in a row" };
		assert_int_equal(pthread_create(&threads[i], NULL, verify_job, &jobs[i]), 0);
	}
	for (size_t i = 0; i < COUNT_OF(jobs); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(jobs[i].result, 0);
		assert_int_equal(jobs[i].ok, i % 2);
	}
	arena_free(a);
}

static msg_id why(const char *password, const char *login)
{
	struct note n = { .id = MSG_NONE };
	const struct password_context context = { .login = str_of(login), .name = STR("見本 花子"), .company = STR("株式会社 見本通販") };
	bool ok = password_acceptable(str_of(password), &context, &n);

	assert_int_equal(ok, n.id == MSG_NONE);
	return n.id;
}

static void test_acceptable(void **state)
{
	static const char *const good[] = {
		"four stones in a wall", "雨上がりの坂道を自転車で下る", "k3m-Vw0q-zz81", "xkqjzvbwpm", "8391047265110", "purple elephants dance",
		"カレーうどん三丁目の角で", "p4ssage of time", "         a quiet b",
	};
	static const struct {
		const char *password;
		msg_id why;
	} bad[] = {
		{ "", MSG_PASSWORD_SHORT }, { "k3m-Vw0q", MSG_PASSWORD_SHORT }, { "いろはにほへと", MSG_PASSWORD_SHORT },
		{ "aaaaaaaaaaaa", MSG_PASSWORD_RUN }, { "ああああああああああああ", MSG_PASSWORD_RUN }, { "abababababab", MSG_PASSWORD_RUN },
		{ "123412341234", MSG_PASSWORD_RUN }, { "1234567890", MSG_PASSWORD_RUN }, { "9876543210", MSG_PASSWORD_RUN },
		{ "12345678901234", MSG_PASSWORD_RUN }, { "abcdefghijkl", MSG_PASSWORD_RUN }, { "QWERTYUIOP@[", MSG_PASSWORD_RUN },
		{ "lkjhgfdsa:;", MSG_PASSWORD_COMMON }, { "1qaz2wsx3edc", MSG_PASSWORD_RUN }, { "あいうえおかきくけこ", MSG_PASSWORD_RUN },
		{ "いろはにほへとちりぬるを", MSG_PASSWORD_RUN }, { "１２３４５６７８９０", MSG_PASSWORD_RUN },
		{ "Password2026!", MSG_PASSWORD_COMMON }, { "passwordpassword", MSG_PASSWORD_COMMON }, { "P@ssw0rd12", MSG_PASSWORD_COMMON },
		{ "!!changeme!!", MSG_PASSWORD_COMMON }, { "Qwertyuiop123", MSG_PASSWORD_COMMON }, { "sakura19980401", MSG_PASSWORD_COMMON },
		{ "パスワード12345678", MSG_PASSWORD_COMMON }, { "ﾊﾟｽﾜｰﾄﾞ12345678", MSG_PASSWORD_COMMON }, { "Ｐａｓｓｗｏｒｄ２０２６", MSG_PASSWORD_COMMON },
		{ "line\x01in between", MSG_PASSWORD_CHARACTERS }, { "broken \xff utf-8", MSG_PASSWORD_CHARACTERS },
		{ "ishigaki is strong", MSG_PASSWORD_PRODUCT }, { "石垣は高くて丈夫だ。", MSG_PASSWORD_PRODUCT },
	};
	static const struct {
		const char *password;
		msg_id why;
	} of_context[] = {
		{ "見本花子のパスワードです", MSG_PASSWORD_NAME }, { "2026 見本　花子 2026", MSG_PASSWORD_NAME }, { "見本通販の倉庫の鍵です", MSG_PASSWORD_COMPANY },
		{ "見本通販2026あおい", MSG_PASSWORD_COMPANY }, { "my tanuki den", MSG_PASSWORD_LOGIN },
		/* Digits and signs for letters, two common words, and both. */
		{ "p4$$w0rd2026", MSG_PASSWORD_COMMON }, { "$3cur1ty2026", MSG_PASSWORD_COMMON }, { "sakura-2020-tokyo", MSG_PASSWORD_COMMON },
		{ "adminpassword", MSG_PASSWORD_COMMON }, { "W3lc0me1234!", MSG_PASSWORD_COMMON },
	};
	char big[300];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(of_context); i++)
		if (why(of_context[i].password, "tanuki") != of_context[i].why)
			fail_msg("%s: %d", of_context[i].password, (int)why(of_context[i].password, "tanuki"));
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (why(good[i], "tanuki") != MSG_NONE)
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		msg_id m = why(bad[i].password, "tanuki");

		if (m != bad[i].why && !(m == MSG_PASSWORD_RUN && bad[i].why == MSG_PASSWORD_COMMON))
			fail_msg("%s: message %d instead of %d", bad[i].password, m, bad[i].why);
	}
	assert_int_equal(why("the Tanuki of Mount K", "tanuki"), MSG_PASSWORD_LOGIN);
	assert_int_equal(why("ＴＡＮＵＫＩの腹つづみ", "tanuki"), MSG_PASSWORD_LOGIN);
	assert_int_equal(why("a tanuki in the rain", "tanuki@example.com"), MSG_PASSWORD_LOGIN);
	assert_int_equal(why("a tanuki in the rain", "it"), MSG_NONE);
	assert_int_equal(why("a tanuki in the rain", ""), MSG_NONE);
	for (size_t i = 0; i < sizeof(big) - 1; i++)
		big[i] = (char)('a' + i * i % 23);
	big[256] = 0;
	assert_int_equal(why(big, "tanuki"), MSG_NONE);
	big[256] = 'z';
	big[257] = 0;
	assert_int_equal(why(big, "tanuki"), MSG_PASSWORD_LONG);
}

/* The commonest ways to make a common word long enough: thousands of them, made by rule, none is taken. */
static void test_thousands_of_common_ones(void **state)
{
	static const char *const words[] = {
		"password", "passw0rd", "welcome", "admin", "letmein", "monkey", "dragon", "football", "baseball", "iloveyou", "sunshine", "princess",
		"qwerty", "master", "shadow", "summer", "winter", "spring", "autumn", "sakura", "tokyo", "osaka", "himitsu", "test", "secret", "security",
		"changeme", "computer", "internet", "pokemon", "naruto", "doraemon", "yamada", "suzuki", "tanaka", "office", "manager", "system",
		"パスワード", "さくら",
	};
	static const char *const ends[] = { "!!", "!@#$", "#1", "..", "123", "1234", "12345", "123456", "007", "000", "111", "777", "99", "01", "0401" };
	char p[200];
	size_t tried = 0;

	(void)state;
	for (size_t w = 0; w < COUNT_OF(words); w++)
		for (int year = 1960; year <= 2030; year++)
			for (size_t e = 0; e < COUNT_OF(ends); e++) {
				if (e % 3)
					snprintf(p, sizeof(p), "%s%d%s", words[w], year, ends[e]);
				else
					snprintf(p, sizeof(p), "%s%s%d", words[w], ends[e], year);
				if (e % 2 && p[0] >= 'a' && p[0] <= 'z')
					p[0] = (char)(p[0] - 'a' + 'A');
				if (text_chars(str_of(p)) < PASSWORD_CHARS_MIN)
					continue;
				if (why(p, "tanuki") != MSG_PASSWORD_COMMON)
					fail_msg("taken: %s", p);
				tried++;
			}
	print_message("%zu common passwords refused\n", tried);
	assert_true(tried > 3000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash_and_verify), cmocka_unit_test(test_bounds), cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_acceptable),
		cmocka_unit_test(test_thousands_of_common_ones),
	};
	char dir[PATH_MAX] = "";

	/* build/test/auth/test_password: the helpers lie in build. */
	if (readlink("/proc/self/exe", dir, sizeof(dir) - 1) < 0)
		return 1;
	for (int i = 0; i < 3; i++)
		*strrchr(dir, '/') = 0;
	helper_set_dir(str_of(dir));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
