#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

static void gives_zeroed_aligned_memory(void **state)
{
	(void)state;
	struct arena *a = arena_new(8u << 20);
	unsigned char *last = NULL;
	size_t sum = 0;
	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = arena_alloc(a, n);
		sum += n;
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		assert_ptr_not_equal(p, last);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
		last = p;
	}
	unsigned char *large = ARENA_ARRAY(a, 3u << 20, unsigned char); /* larger than any block */
	sum += 3u << 20;
	assert_int_equal(large[(3u << 20) - 1], 0);
	assert_int_equal(arena_used(a), sum);
	arena_clear(a);
	assert_int_equal(arena_used(a), 0);
	unsigned char *again = arena_alloc(a, 2000); /* memory that was 0xff before */
	for (size_t i = 0; i < 2000; i++)
		assert_int_equal(again[i], 0);
	arena_freep(&a);
	assert_null(a);
	arena_free(NULL);
}

static void copies_end_with_nul(void **state)
{
	(void)state;
	struct arena *a = arena_new(1000);
	char *c = arena_copy(a, "abcdef", 3);
	assert_string_equal(c, "abc");
	assert_string_equal(arena_copy(a, NULL, 0), "");
	arena_free(a);
}

/* The signal that ends a child which runs f. */
static int ends_by(void (*f)(void))
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		signal(SIGABRT, SIG_DFL);
		f();
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void beyond_the_limit(void)
{
	struct arena *a = arena_new(1000);
	arena_alloc(a, 600);
	arena_alloc(a, 401);
}

static void within_the_limit(void)
{
	struct arena *a = arena_new(1000);
	arena_alloc(a, 600);
	arena_alloc(a, 400);
	arena_free(a);
}

static void product_overflows(void)
{
	struct arena *a = arena_new(1000);
	arena_array(a, SIZE_MAX / 2, 3);
}

static void exhaustion_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(ends_by(beyond_the_limit), SIGABRT);
	assert_int_equal(ends_by(within_the_limit), 0);
	assert_int_equal(ends_by(product_overflows), SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(copies_end_with_nul),
		cmocka_unit_test(exhaustion_ends_the_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
