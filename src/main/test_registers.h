/* What the programs share that run the generated tests over the product's own registers, in a data directory as `init` makes one. */
#ifndef MAIN_TEST_REGISTERS_H
#define MAIN_TEST_REGISTERS_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/helper.h"
#include "main/open.h"
#include "main/routes.h"
#include "main/settings.h"
#include "tests/generated.h"

static char test_dir[256];
static struct opened *opened;

static inline int registers_begin(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(test_dir, sizeof test_dir, "%s/ishigaki-registers-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(test_dir))
		die("mkdtemp %s", test_dir);
	struct note why;
	char data[300];
	snprintf(data, sizeof data, "%s/data", test_dir);
	if (office_open(str_of(data), OPEN_CREATE, &opened, &why) < 0) {
		struct arena *a = arena_new(1 << 20);
		fail_msg("%.*s", STR_FMT(note_str(a, LANG_EN, &why)));
	}
	opened_office(opened)->frame = main_frame;
	all_routes_count();
	generated_begin(opened_office(opened), all_routes, all_route_counts);
	return 0;
}

static inline void registers_empty(const char *dir)
{
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		char path[800];
		if (snprintf(path, sizeof path, "%s/%s", dir, e->d_name) >= (int)sizeof path)
			continue;
		if (e->d_name[0] == '.' && (!e->d_name[1] || e->d_name[1] == '.'))
			continue;
		if (unlink(path) < 0)
			registers_empty(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static inline int registers_end(void **state)
{
	(void)state;
	generated_end();
	office_close(opened);
	registers_empty(test_dir);
	return 0;
}

static inline int registers_run(const struct CMUnitTest *tests, size_t n)
{
	static char build_dir[400];
	if (readlink("/proc/self/exe", build_dir, sizeof build_dir - 1) < 0)
		return 1;
	/* build/test/main/test_registers: the helpers lie in build. */
	for (int i = 0; i < 3; i++)
		*strrchr(build_dir, '/') = 0;
	helper_set_dir(str_of(build_dir));
	return _cmocka_run_group_tests("registers", tests, n, registers_begin, registers_end);
}

#endif
