/* The demo company in a folder of its own, made on a set day: for tests that look at it. */
#ifndef MAIN_TEST_DEMO_OFFICE_H
#define MAIN_TEST_DEMO_OFFICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/helper.h"
#include "main/demo.h"
#include "main/open.h"
#include "main/settings.h"

static char dir[200];
static struct opened *opened;
static struct office *office;
static struct arena *mem;
static struct clock_state clock_before;
/* A Sunday: the days before it fall on weekends and holidays too. */
#define TODAY INT64_C(1795314600000) /* 2026-11-22 11:30 in Japan */

static void remove_dir(const char *path)
{
	DIR *d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));) {
		char inner[600];
		snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && unlink(inner) < 0)
			remove_dir(inner);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static int demo_up(void **state)
{
	(void)state;
	char exe[400];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	assert_true(n > 0);
	exe[n] = 0;
	char *tests = strstr(exe, "/test/main/");
	assert_non_null(tests);
	*tests = 0;
	helper_set_dir(str_of(exe));
	const char *tmp = getenv("TMPDIR");
	snprintf(dir, sizeof dir, "%s/ishigaki-demo-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(dir));
	mem = arena_new(LIMIT_ARENA);
	clock_before = clock_save();
	clock_set_for_test(TODAY, true);
	struct note why;
	assert_int_equal(office_open(str_of(dir), OPEN_CREATE, &opened, &why), 0);
	office = opened_office(opened);
	office->frame = main_frame;
	assert_int_equal(demo_build(office, mem), 0);
	return 0;
}

static int demo_down(void **state)
{
	(void)state;
	office_close(opened);
	clock_restore(clock_before);
	arena_free(mem);
	remove_dir(dir);
	return 0;
}

#endif
