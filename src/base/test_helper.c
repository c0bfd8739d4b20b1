/*
 * Helper processes: this program starts itself as one, by a link named ishigaki-self in a directory of its own, and the
 * child does what its first argument says.
 */
#include "base/helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

extern char **environ;

/* ---- the child ---- */

static void say(uint8_t kind, struct str s)
{
	if (helper_write_record(1, kind, s) < 0)
		_exit(90);
}

static void say_i64(uint8_t kind, int64_t v)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%lld", (long long)v);

	say(kind, (struct str){ text, (size_t)n });
}

static int64_t soft_limit(__rlimit_resource_t what)
{
	struct rlimit r;

	getrlimit(what, &r);
	return r.rlim_cur == RLIM_INFINITY ? -1 : (int64_t)r.rlim_cur;
}

static void child_tell(void)
{
	int fds = 0;
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;

	while (d && (e = readdir(d)))
		fds += e->d_name[0] != '.';
	if (d)
		closedir(d);
	say_i64(1, fds - 1); /* without the directory's own */
	say_i64(2, environ[0] != NULL);
	say_i64(3, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	say_i64(4, getsid(0) == getpid());
	say_i64(5, soft_limit(RLIMIT_AS));
	say_i64(6, soft_limit(RLIMIT_CPU));
	say_i64(7, soft_limit(RLIMIT_NOFILE));
	say_i64(8, soft_limit(RLIMIT_NPROC));
	say_i64(9, soft_limit(RLIMIT_CORE));
	say_i64(10, soft_limit(RLIMIT_FSIZE));
}

static int child(const char *what)
{
	struct buf b;
	uint8_t kind;

	buf_init(&b, 1 << 20);
	if (strcmp(what, "echo") == 0) {
		while (helper_read_record(0, 1 << 20, &kind, &b) == 1)
			say(kind, buf_view(&b));
	} else if (strcmp(what, "tell") == 0) {
		child_tell();
	} else if (strcmp(what, "input") == 0) {
		char text[64];
		ssize_t n = read(3, text, sizeof(text));

		say(1, (struct str){ text, n > 0 ? (size_t)n : 0 });
	} else if (strcmp(what, "many") == 0) {
		for (int64_t i = 0; i < 50000; i++)
			say_i64((uint8_t)(i & 0x7f), i);
	} else if (strcmp(what, "flood") == 0) {
		for (;;)
			say(1, STR("more"));
	} else if (strcmp(what, "long") == 0) {
		if (write(1, "\1\xff\xff\xff\x7f", 5) != 5)
			return 1;
		pause();
	} else if (strcmp(what, "half") == 0) {
		if (write(1, "\1\5\0\0\0abc", 8) != 8)
			return 1;
	} else if (strcmp(what, "fail") == 0) {
		say(1, STR("before"));
		return 7;
	} else if (strcmp(what, "abort") == 0) {
		kill(getpid(), SIGKILL);
	} else if (strcmp(what, "hang") == 0) {
		say(1, STR("alive"));
		for (;;)
			pause();
	} else if (strcmp(what, "mute") == 0) {
		close(1);
		for (;;)
			pause();
	} else if (strcmp(what, "spin") == 0) {
		for (volatile unsigned i = 0;; i++)
			;
	} else if (strcmp(what, "hog") == 0) {
		void *p = malloc((size_t)512 << 20);

		say_i64(1, p == NULL);
		free(p);
	} else if (strcmp(what, "deaf") == 0) {
		close(0);
		say(1, STR("ready"));
		for (;;)
			pause();
	}
	return 0;
}

/* ---- the parent ---- */

static const struct helper_limits usual = {
	.memory = (size_t)256 << 20, .cpu_seconds = 20, .deadline_ms = 60000, .record_max = 1 << 20, .total_max = 8 << 20,
};

static struct helper *start(const char *what, int input, const struct helper_limits *limits)
{
	const char *args[] = { what, NULL };
	struct helper *h = NULL;

	assert_int_equal(helper_start("self", args, input, limits, &h), 0);
	return h;
}

static int64_t next_i64(struct helper *h, uint8_t want_kind)
{
	char text[32] = "";
	struct str s;
	uint8_t kind;

	assert_int_equal(helper_next(h, &kind, &s), 1);
	assert_int_equal(kind, want_kind);
	assert_true(s.n < sizeof(text));
	memcpy(text, s.p, s.n);
	return strtoimax(text, NULL, 10);
}

static void test_echo(void **state)
{
	struct helper *h = start("echo", -1, &usual);
	char *big = malloc(700000);
	struct str s;
	uint8_t kind;

	(void)state;
	assert_non_null(big);
	memset(big, 'x', 700000);
	assert_int_equal(helper_send(h, 3, STR("")), 0);
	assert_int_equal(helper_next(h, &kind, &s), 1);
	assert_int_equal(kind, 3);
	assert_int_equal(s.n, 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(helper_send(h, 200, (struct str){ big, 700000 }), 0);
		assert_int_equal(helper_next(h, &kind, &s), 1);
		assert_int_equal(kind, 200);
		assert_int_equal(s.n, 700000);
		assert_memory_equal(s.p, big, s.n);
	}
	assert_int_equal(helper_send(h, 1, (struct str){ big, (1 << 20) + 1 }), ERR_LIMIT);
	free(big);
	helper_free(h);
}

static void test_surroundings(void **state)
{
	int stray = open("/dev/null", O_RDONLY); /* not close-on-exec: must not arrive all the same */
	struct helper *h = start("tell", -1, &usual);
	struct str s;
	uint8_t kind;

	(void)state;
	assert_true(stray >= 0);
	assert_int_equal(next_i64(h, 1), 3);
	assert_int_equal(next_i64(h, 2), 0);
	assert_int_equal(next_i64(h, 3), 1);
	assert_int_equal(next_i64(h, 4), 1);
	assert_int_equal(next_i64(h, 5), SANITIZED ? -1 : (int64_t)usual.memory);
	assert_int_equal(next_i64(h, 6), 20);
	assert_int_equal(next_i64(h, 7), 16);
	assert_int_equal(next_i64(h, 8), 0);
	assert_int_equal(next_i64(h, 9), 0);
	assert_int_equal(next_i64(h, 10), SANITIZED ? -1 : 0);
	assert_int_equal(helper_next(h, &kind, &s), 0);
	assert_int_equal(helper_next(h, &kind, &s), 0); /* the end stays the end */
	assert_int_equal(helper_send(h, 1, STR("late")), ERR_HELPER);
	helper_free(h);
	close(stray);
}

static void test_input(void **state)
{
	int fd = helper_memfd(STR("what the file holds"));
	struct helper *h;
	struct str s;
	uint8_t kind;

	(void)state;
	assert_true(fd >= 0);
	assert_true(pwrite(fd, "x", 1, 0) < 0); /* sealed */
	assert_int_equal(errno, EPERM);
	h = start("input", fd, &usual);
	assert_int_equal(helper_next(h, &kind, &s), 1);
	assert_true(str_eq_z(s, "what the file holds"));
	assert_int_equal(helper_next(h, &kind, &s), 0);
	helper_free(h);
	close(fd);
}

static void test_many_records(void **state)
{
	struct helper *h = start("many", -1, &usual);
	struct str s;
	uint8_t kind;

	(void)state;
	for (int64_t i = 0; i < 50000; i++)
		assert_int_equal(next_i64(h, (uint8_t)(i & 0x7f)), i);
	assert_int_equal(helper_next(h, &kind, &s), 0);
	helper_free(h);
}

static int drain(struct helper *h)
{
	struct str s;
	uint8_t kind;
	int r;

	do
		r = helper_next(h, &kind, &s);
	while (r == 1);
	assert_int_equal(helper_next(h, &kind, &s), r);
	helper_free(h);
	return r;
}

static void test_misbehaviour(void **state)
{
	struct helper_limits small = usual;

	(void)state;
	small.total_max = 100000;
	assert_int_equal(drain(start("flood", -1, &small)), ERR_LIMIT);
	assert_int_equal(drain(start("long", -1, &usual)), ERR_LIMIT);
	assert_int_equal(drain(start("half", -1, &usual)), ERR_HELPER);
	assert_int_equal(drain(start("fail", -1, &usual)), ERR_HELPER);
	assert_int_equal(drain(start("abort", -1, &usual)), ERR_HELPER);
}

static void test_deadline(void **state)
{
	struct helper_limits hasty = usual;

	(void)state;
	hasty.deadline_ms = 300;
	assert_int_equal(drain(start("hang", -1, &hasty)), ERR_TIMEOUT);
	assert_int_equal(drain(start("mute", -1, &hasty)), ERR_TIMEOUT);
}

static void test_cpu_limit(void **state)
{
	struct helper_limits lazy = usual;

	(void)state;
	lazy.cpu_seconds = 1;
	assert_int_equal(drain(start("spin", -1, &lazy)), ERR_HELPER);
}

static void test_memory_limit(void **state)
{
	struct helper *h;

	(void)state;
	if (SANITIZED) {
		print_message("skipped: memory limit (sanitizers need the address space)\n");
		return;
	}
	h = start("hog", -1, &usual);
	assert_int_equal(next_i64(h, 1), 1);
	helper_free(h);
}

static void test_nobody_listens(void **state)
{
	struct helper *h = start("deaf", -1, &usual);
	struct str s;
	uint8_t kind;

	(void)state;
	assert_int_equal(helper_next(h, &kind, &s), 1);
	assert_int_equal(helper_send(h, 1, STR("hello?")), ERR_HELPER); /* and no SIGPIPE */
	helper_free(h);
}

static void test_cannot_start(void **state)
{
	const char *none[] = { NULL };
	const char *many[20];
	struct helper *h = NULL;

	(void)state;
	assert_int_equal(helper_start("absent", none, -1, &usual, &h), ERR_IO);
	assert_int_equal(errno, ENOENT);
	assert_null(h);
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = i + 1 < COUNT_OF(many) ? "x" : NULL;
	assert_int_equal(helper_start("self", many, -1, &usual, &h), ERR_LIMIT);
	assert_int_equal(helper_start("self", none, 999, &usual, &h), ERR_IO);
	assert_null(h);
	helper_free(NULL);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echo), cmocka_unit_test(test_surroundings), cmocka_unit_test(test_input),
		cmocka_unit_test(test_many_records), cmocka_unit_test(test_misbehaviour), cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_cpu_limit), cmocka_unit_test(test_memory_limit), cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_cannot_start),
	};
	char dir[] = "/tmp/ishigaki-test-XXXXXX", self[PATH_MAX] = "", name[64];
	int failed;

	if (argc == 2 && strstr(argv[0], "/ishigaki-self"))
		return child(argv[1]);
	if (!mkdtemp(dir) || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	snprintf(name, sizeof(name), "%s/ishigaki-self", dir);
	if (symlink(self, name) < 0)
		return 1;
	helper_set_dir(str_of(dir));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(name);
	rmdir(dir);
	return failed;
}
