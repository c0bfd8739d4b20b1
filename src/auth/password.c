#include "auth/password.h"

#include "base/helper.h"
#include "base/text.h"
#include "base/text/auth.h"
#include "helper/password_protocol.h"

#include <errno.h>
#include <pthread.h>
#include <utf8proc.h>

#define HELPERS_MAX 2
#define WAIT_SECONDS 10
#define LOGIN_CHARS_MIN 3 /* a shorter login stands in too many harmless passwords */
#define REPEAT_MAX 4      /* "abab", "12341234": a unit up to so long makes no password */

/* 64 MiB for the hash, the rest for the program itself; one argon2id pass over 64 MiB takes some 20 ms of one core. */
static const struct helper_limits limits = {
	.memory = (size_t)192 << 20,
	.cpu_seconds = 10,
	.deadline_ms = WAIT_SECONDS * 1000,
	.record_max = 2 + PASSWORD_HASH_MAX + PASSWORD_BYTES_MAX,
	.total_max = 4096,
};

/* What an account without a password is compared with: the hash of nothing anybody knows. */
#define NOBODY "$argon2id$v=19$m=65536,t=2,p=1$Rg8C0e4tWte13hfR7598bg$qR8TlKm5XRlMLxVY3OtrKVTCogW5ZbtKmY0LJQsWHeU"

/* ---- two helpers at a time ---- */

static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_free;
static pthread_once_t gate_once = PTHREAD_ONCE_INIT;
static int gate_inside;

static void gate_init(void)
{
	pthread_condattr_t attr;

	/* The monotonic clock: a corrected wall clock must not lengthen or end the wait. */
	if (pthread_condattr_init(&attr) != 0 || pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&gate_free, &attr) != 0)
		die("password: cannot make a condition variable");
	pthread_condattr_destroy(&attr);
}

static int gate_enter(void)
{
	struct timespec until;
	int r = 0;

	pthread_once(&gate_once, gate_init);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_SECONDS;
	pthread_mutex_lock(&gate_lock);
	while (gate_inside >= HELPERS_MAX && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&gate_free, &gate_lock, &until);
	r = gate_inside < HELPERS_MAX ? 0 : ERR_BUSY;
	gate_inside += r == 0;
	pthread_mutex_unlock(&gate_lock);
	return r;
}

static void gate_leave(void)
{
	pthread_mutex_lock(&gate_lock);
	gate_inside--;
	pthread_cond_signal(&gate_free);
	pthread_mutex_unlock(&gate_lock);
}

/* ---- asking ---- */

static void wipe(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap);
	buf_release(b);
}

/* Appends the password in NFKC, or as it is when it is no valid UTF-8. */
static int put_normal(struct buf *b, struct str password)
{
	utf8proc_uint8_t *normal = NULL;
	utf8proc_ssize_t n;

	if (password.n > PASSWORD_BYTES_MAX)
		return ERR_LIMIT;
	n = utf8proc_map((const utf8proc_uint8_t *)password.p, (utf8proc_ssize_t)password.n, &normal,
	                 UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
	if (n >= 0) {
		buf_bytes(b, normal, (size_t)n);
		explicit_bzero(normal, (size_t)n);
	} else {
		buf_str(b, password);
	}
	free(normal);
	return buf_error(b);
}

/* One question to a helper of its own; the answer goes to ret (cap bytes). */
static int ask(uint8_t kind, struct str asked, char *ret, size_t cap, size_t *ret_n)
{
	static const char *const no_args[] = { NULL };
	CLEANUP(helper_freep) struct helper *h = NULL;
	struct str answer;
	uint8_t answered;
	int r = helper_start("password", no_args, -1, &limits, &h);

	if (r < 0)
		return r;
	r = helper_send(h, kind, asked);
	if (r < 0)
		return r == ERR_TIMEOUT ? ERR_BUSY : r;
	r = helper_next(h, &answered, &answer);
	if (r != 1)
		return r == ERR_TIMEOUT ? ERR_BUSY : r < 0 ? r : ERR_HELPER;
	if (answered != kind || answer.n == 0 || answer.n > cap)
		return ERR_HELPER;
	memcpy(ret, answer.p, answer.n);
	*ret_n = answer.n;
	return 0;
}

static int ask_in_turn(uint8_t kind, const struct buf *asked, char *ret, size_t cap, size_t *ret_n)
{
	int r = gate_enter();

	if (r < 0)
		return r;
	r = ask(kind, buf_view(asked), ret, cap, ret_n);
	gate_leave();
	return r;
}

int password_hash(struct arena *a, struct str password, struct str *ret)
{
	char answer[PASSWORD_HASH_MAX];
	struct buf asked;
	size_t n = 0;
	int r;

	buf_init(&asked, PASSWORD_BYTES_MAX);
	r = put_normal(&asked, password);
	if (r == 0)
		r = ask_in_turn(PASSWORD_HASH, &asked, answer, sizeof(answer), &n);
	wipe(&asked);
	if (r < 0)
		return r;
	if (!str_starts((struct str){ answer, n }, STR("$argon2id$")))
		return ERR_HELPER;
	*ret = str_dup(a, (struct str){ answer, n });
	return 0;
}

int password_verify(struct str hash, struct str password, bool *ret_ok)
{
	bool nobody = hash.n == 0;
	char answer[1] = { 0 };
	struct buf asked;
	size_t n = 0;
	int r;

	if (nobody)
		hash = STR(NOBODY);
	if (hash.n >= PASSWORD_HASH_MAX)
		return ERR_LIMIT;
	buf_init(&asked, 2 + PASSWORD_HASH_MAX + PASSWORD_BYTES_MAX);
	buf_char(&asked, (char)hash.n);
	buf_char(&asked, (char)(hash.n >> 8));
	buf_str(&asked, hash);
	r = put_normal(&asked, password);
	if (r == 0)
		r = ask_in_turn(PASSWORD_VERIFY, &asked, answer, sizeof(answer), &n);
	wipe(&asked);
	if (r < 0)
		return r;
	*ret_ok = !nobody && n == 1 && answer[0] == '1';
	return 0;
}

/* ---- what may become a password ---- */

/*
 * What people choose most, folded, in byte order. Words of fewer than ten characters count with digits and signs around
 * them: "Password2026!" is "password". Rows of keyboards (the Japanese one too) are in rows[] below.
 */
static const char *const common[] = {
	"access", "admin", "administrator", "aikotoba", "aishiteru", "alexander", "amazon", "andrew", "angel", "apple",
	"april", "arigatou", "arigato", "ashley", "asdf", "asdfgh", "asdfghjkl", "august", "autumn", "baseball",
	"basketball", "batman", "changeit", "changeme", "charlie", "cheese", "chelsea", "chocolate", "company", "computer",
	"cookie", "corporation", "daniel", "december", "default", "demo", "doraemon", "dragon", "facebook", "february",
	"flower", "football", "freedom", "fuckyou", "gakkou", "george", "ginger", "google", "gundam", "guest", "hanako",
	"hello", "helloworld", "himitsu", "hockey", "hunter", "iloveyou", "instagram", "internet", "iphone", "january",
	"jennifer", "jessica", "jordan", "joshua", "july", "june", "kaisha", "kawaii", "keiri", "killer", "konnichiwa",
	"letmein", "letmeinnow", "liverpool", "login", "london", "love", "loveyou", "maggie", "manager", "march", "master",
	"matthew", "michael", "michelle", "microsoft", "mikan", "minecraft", "monday", "monkey", "mustang", "naruto",
	"neko", "nihon", "nintendo", "nippon", "november", "october", "office", "ohayou", "okaasan", "operator", "osaka",
	"pass", "passpass", "passphrase", "passw0rd", "password", "passwd", "pasuwado", "pasuwaado", "pepper", "pikachu",
	"pokemon", "princess", "purple", "qazwsx", "qazwsxedc", "qwert", "qwerty", "qwertyuiop", "ranger", "root",
	"sakura", "sakurasaku", "samurai", "secret", "security", "sekyuriti", "september", "shadow", "shiken", "shimauma",
	"soccer", "somu", "soumu", "spring", "starwars", "summer", "sunday", "sunshine", "superman", "support", "suzuki",
	"system", "taro", "tarou", "tanaka", "temp", "temporary", "test", "testtest", "thomas", "thunder", "tigers",
	"toyota", "tokyo", "trustno1", "unko", "user", "welcome", "whatever", "windows", "winter", "yamada", "yokohama",
	"yoroshiku", "yuuki", "zaq", "zaqwsx", "zxcvbn", "zxcvbnm", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx",
	"1qaz2wsx3edc", "1qazxsw2", "1qazxsw23edc", "a1b2c3", "a1b2c3d4", "a1b2c3d4e5", "abc", "abcd", "abcde", "abc123",
	"p@ssw0rd", "p@ssword", "q1w2e3", "q1w2e3r4", "q1w2e3r4t5", "zaq12wsx", "zaq1xsw2",
	"パスワード", "ぱすわーど", "あいことば", "ひみつ", "さくら", "たろう", "はなこ", "株式会社", "会社", "総務部", "経理部", "管理者",
};

/* Keys side by side; a password that only walks along one of these, either way, is none. The last two are the kana keys
 * of the Japanese keyboard and the kana in their order. */
static const char *const rows[] = {
	"01234567890123456789", "1234567890-^¥", "1234567890-=", "!\"#$%&'()=~|", "!@#$%^&*()_+", "qwertyuiop@[", "qwertyuiop[]",
	"asdfghjkl;:]", "asdfghjkl;'", "zxcvbnm,./¥", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.", "zaq12wsxcde34rfvbgt56yhnmju78ik,", "qawsedrftgyhujikolp", "1q2w3e4r5t6y7u8i9o0p",
	"ぬふあうえおやゆよわほへ", "たていすかんなにらせちとしはきくまのりれけむつさそひこみもねるめろ",
	"あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん", "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみしゑひもせす",
};

static bool is_common(struct str s)
{
	for (size_t i = 0; i < COUNT_OF(common); i++)
		if (str_eq_z(s, common[i]))
			return true;
	return false;
}

static bool is_decoration(char c)
{
	return (unsigned char)c < 0x80 && !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/* Without the digits and signs that people put before and behind a word. */
static struct str undecorated(struct str s)
{
	while (s.n && is_decoration(s.p[0]))
		s = (struct str){ s.p + 1, s.n - 1 };
	while (s.n && is_decoration(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Digits and signs that stand for letters, as the letters: "p4$$w0rd" is "password". */
static struct str plain_letters(struct arena *a, struct str s)
{
	static const char signs[] = "013457@$!", letters[] = "oieastasi";
	char *p = arena_copy(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++) {
		const char *at = memchr(signs, p[i], sizeof(signs) - 1);
		if (at)
			p[i] = letters[at - signs];
	}
	return (struct str){ p, s.n };
}

/* One common word, or two with nothing but digits and signs between them. */
static bool is_of_common(struct str s)
{
	if (is_common(s))
		return true;
	for (size_t i = 0; i < COUNT_OF(common); i++) {
		struct str word = str_of(common[i]);
		if (str_starts(s, word) && is_common(undecorated(str_sub(s, word.n, s.n))))
			return true;
	}
	return false;
}

/* The shortest unit of which s is a repetition (s itself when it is none). */
static struct str unit_of(struct str s)
{
	for (size_t n = 1; n <= s.n / 2; n++)
		if (s.n % n == 0 && memcmp(s.p, s.p + n, s.n - n) == 0)
			return (struct str){ s.p, n };
	return s;
}

static struct str reversed(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t at = s.n;

	for (size_t i = 0; i < s.n;) {
		size_t n = 1;

		while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xc0) == 0x80)
			n++;
		at -= n;
		memcpy(p + at, s.p + i, n);
		i += n;
	}
	return (struct str){ p, s.n };
}

static bool is_walk(struct arena *a, struct str s)
{
	struct str back = reversed(a, s);

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (str_contains(str_of(rows[i]), s) || str_contains(str_of(rows[i]), back))
			return true;
	return false;
}

/* A run: one short unit again and again, or neighbours on a keyboard or in a sequence, perhaps twice. */
static bool is_run(struct arena *a, struct str s)
{
	struct str unit = unit_of(s);

	return text_chars(unit) <= REPEAT_MAX || is_walk(a, unit);
}

static bool refuse(struct note *ret_why, struct note why)
{
	*ret_why = why;
	return false;
}

/* Folded, without what every company has in its name and without blanks: "見本通販株式会社" is known for "見本通販". */
static struct str proper_name(struct arena *a, struct str name)
{
	static const char *const common_parts[] = { "株式会社", "有限会社", "合同会社", "(株)", "(有)", "inc.", "ltd.", "co.,", "corp.", "　", " " };
	struct str s = text_fold(a, name);

	for (size_t i = 0; i < COUNT_OF(common_parts); i++) {
		struct str part = str_of(common_parts[i]);
		for (ptrdiff_t at; (at = str_find(s, part)) >= 0;)
			s = str_printf(a, "%.*s%.*s", (int)at, s.p, (int)(s.n - (size_t)at - part.n), s.p + (size_t)at + part.n);
	}
	return s;
}

static bool holds_name(struct arena *a, struct str folded, struct str name)
{
	struct str s = proper_name(a, name);
	return text_chars(s) >= LOGIN_CHARS_MIN && str_contains(proper_name(a, folded), s);
}

static bool acceptable(struct arena *a, struct str password, const struct password_context *context, struct note *ret_why)
{
	static const char *const products[] = { "ishigaki", "石垣" };
	struct str folded = text_fold(a, password), name = text_fold(a, context->login), core, start;
	size_t chars = text_chars(password);

	if (!text_valid(password) || folded.n == 0)
		return refuse(ret_why, chars == 0 && password.n == 0 ? NOTE(MSG_PASSWORD_SHORT, ARG_I(PASSWORD_CHARS_MIN))
		                                                     : NOTE0(MSG_PASSWORD_CHARACTERS));
	if (chars < PASSWORD_CHARS_MIN)
		return refuse(ret_why, NOTE(MSG_PASSWORD_SHORT, ARG_I(PASSWORD_CHARS_MIN)));
	if (chars > PASSWORD_CHARS_MAX || password.n > PASSWORD_BYTES_MAX)
		return refuse(ret_why, NOTE(MSG_PASSWORD_LONG, ARG_I(PASSWORD_CHARS_MAX)));
	core = undecorated(folded);
	if (is_run(a, folded))
		return refuse(ret_why, NOTE0(MSG_PASSWORD_RUN));
	start = folded; /* "$3cret2026": signs before the word are letters of it */
	while (start.n && is_decoration(start.p[start.n - 1]))
		start.n--;
	if (is_of_common(folded) || is_of_common(core) || is_of_common(unit_of(core)) || is_of_common(plain_letters(a, core)) ||
	    is_of_common(plain_letters(a, start)) ||
	    (text_chars(core) > REPEAT_MAX && is_walk(a, unit_of(core))))
		return refuse(ret_why, NOTE0(MSG_PASSWORD_COMMON));
	if (text_chars(name) >= LOGIN_CHARS_MIN ? str_contains(folded, name) : name.n && str_eq(core, name))
		return refuse(ret_why, NOTE0(MSG_PASSWORD_LOGIN));
	name = str_sub(name, 0, str_find_char(name, '@') < 0 ? name.n : (size_t)str_find_char(name, '@'));
	if (text_chars(name) >= LOGIN_CHARS_MIN && str_contains(folded, name))
		return refuse(ret_why, NOTE0(MSG_PASSWORD_LOGIN));
	if (holds_name(a, folded, context->name))
		return refuse(ret_why, NOTE0(MSG_PASSWORD_NAME));
	if (holds_name(a, folded, context->company))
		return refuse(ret_why, NOTE0(MSG_PASSWORD_COMPANY));
	for (size_t i = 0; i < COUNT_OF(products); i++)
		if (str_contains(folded, str_of(products[i])))
			return refuse(ret_why, NOTE0(MSG_PASSWORD_PRODUCT));
	return true;
}

bool password_acceptable(struct str password, const struct password_context *context, struct note *ret_why)
{
	struct arena *a;
	bool ok;

	if (password.n > PASSWORD_BYTES_MAX * 4) /* not worth looking at */
		return refuse(ret_why, NOTE(MSG_PASSWORD_LONG, ARG_I(PASSWORD_CHARS_MAX)));
	a = arena_new((size_t)1 << 20);
	ok = acceptable(a, password, context, ret_why);
	arena_free(a);
	return ok;
}
