#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

static char out[8192];

/* What one call leaves on stderr. */
static struct str logged(enum log_level level, const char *text)
{
	int ends[2], saved = dup(STDERR_FILENO);
	assert_true(saved >= 0);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_line(level, "request %d: %s", 7, text);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	ssize_t n = read(ends[0], out, sizeof(out));
	close(ends[0]);
	return (struct str){ out, n > 0 ? (size_t)n : 0 };
}

static void writes_one_line(void **state)
{
	(void)state;
	assert_true(str_eq(logged(LOG_LEVEL_WARNING, "顧客"), STR("<4>request 7: 顧客\n")));
	assert_true(str_eq(logged(LOG_LEVEL_ERROR, "a\n<0>b\x1b[2J\x7f"), STR("<3>request 7: a?<0>b?[2J?\n")));
	static char longer[5000];
	memset(longer, 'x', sizeof(longer) - 1);
	struct str s = logged(LOG_LEVEL_INFO, longer);
	assert_true(s.n <= 2010 && str_ends(s, STR("x\n")));
	assert_int_equal(logged(LOG_LEVEL_DEBUG, "unwanted").n, 0);
	log_set_level(LOG_LEVEL_DEBUG);
	assert_true(str_starts(logged(LOG_LEVEL_DEBUG, "wanted"), STR("<7>")));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(writes_one_line) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
