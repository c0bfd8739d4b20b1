/* An office of its own for fuzz targets that need a database: made before the first input, removed at the end. */
#ifndef MAIN_FUZZ_OFFICE_H
#define MAIN_FUZZ_OFFICE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "main/open.h"

static char fuzz_dir[200];
static struct opened *fuzz_opened;

static void fuzz_remove(const char *path)
{
	DIR *d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));) {
		char inner[600];
		snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && unlink(inner) < 0)
			fuzz_remove(inner);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static void fuzz_office_down(void)
{
	if (fuzz_opened)
		office_close(fuzz_opened);
	fuzz_remove(fuzz_dir);
}

static void fuzz_office_up(void)
{
	const char *tmp = getenv("TMPDIR");
	struct note why;
	snprintf(fuzz_dir, sizeof fuzz_dir, "%s/ishigaki-fuzz-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(fuzz_dir))
		die("mkdtemp %s", fuzz_dir);
	clock_set_for_test(clock_instant((struct date){ 2026, 11, 20 }), true);
	if (office_open(str_of(fuzz_dir), OPEN_CREATE, &fuzz_opened, &why) < 0)
		die("no office in %s", fuzz_dir);
	atexit(fuzz_office_down);
}

#endif
