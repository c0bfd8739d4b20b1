/*
 * bench BUILD RESULTS COMMAND ...: one measurement, appended to the file RESULTS (see bench.h).
 *
 *	yardstick             how fast the machine is today
 *	size ROWS             everything over a ledger of so many rows, in process and over a server
 *	saves                 saves acknowledged by a disk whose sync takes 1 ms more
 *	reports               a report as a file of each format
 *	prepare DIR ROWS      an office and a workbook for `work`
 *	work KIND DIR N       list, save or import, N times (rows), and nothing else: for a profiler
 *	rate DATA N           saves of 32 threads, as `saves` has them made in a process of its own
 */
#include <fcntl.h>
#include <ftw.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/helper.h"
#include "base/num.h"
#include "main/open.h"
#include "tools/bench/bench.h"

static const char *part, *results;

int64_t cpu_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t children_ns(void)
{
	struct rusage u;
	getrusage(RUSAGE_CHILDREN, &u);
	return ((int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000;
}

int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

void bench_line(int64_t rows, const char *what, double value, const char *unit, double cpu, int statements)
{
	FILE *f = fopen(results, "a");
	if (!f || fprintf(f, "%s\t%lld\t%s\t%s\t%.3f\t%.3f\t%d\n", part, (long long)rows, what, unit, value, cpu, statements) < 0 || fclose(f) != 0)
		die("%s cannot be written", results);
	fprintf(stderr, "%lld rows: %s %.1f %s\n", (long long)rows, what, value, unit);
}

void bench_run(const char *const *argv, const char *out)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		int fd = out ? open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600) : open("/dev/null", O_WRONLY);
		dup2(fd, 1);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die("%s %s failed", argv[0], argv[1]);
}

const char *bench_path(struct arena *a, const char *dir, const char *name)
{
	return str_z(a, str_printf(a, "%s/%s", dir, name));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st, (void)type, (void)f;
	return remove(path);
}

static int64_t number(const char *s, int64_t least, int64_t most)
{
	int64_t n;
	if (num_parse_i64(str_of(s), least, most, &n) < 0)
		die("not a number from %lld to %lld: %s", (long long)least, (long long)most, s);
	return n;
}

const char *bench_workbook(struct arena *a, const char *dir, int64_t n)
{
	return str_z(a, str_printf(a, "%s/rows-%lld.xlsx", dir, (long long)n));
}

/* The demo company, and workbooks of together so many rows. */
static void make_office(struct arena *a, const char *build, const char *dir, int64_t rows)
{
	bench_run((const char *const[]){ bench_path(a, build, "ishigaki"), "init", "--data", bench_path(a, dir, "data"), "--demo", NULL }, NULL);
	for (int64_t done = 0, n = 0; done < rows; n++) {
		const int64_t piece = rows - done < WORKBOOK_ROWS ? rows - done : WORKBOOK_ROWS;
		bench_run((const char *const[]){ bench_path(a, build, "tools/make_ledger"), str_z(a, str_printf(a, "%lld", (long long)piece)), bench_workbook(a, dir, n),
		                                 str_z(a, str_printf(a, "%lld", (long long)n + 1)), str_z(a, str_printf(a, "%lld", (long long)done + 1)), NULL }, NULL);
		done += piece;
	}
}

static void size(struct arena *a, const char *build, const char *dir, const char *rows_text)
{
	static struct str filters[LIMIT_FIELDS];
	const int64_t rows = number(rows_text, 1000, LIMIT_IMPORT_ROWS);
	make_office(a, build, dir, rows);
	engine_measure(a, rows, bench_path(a, dir, "data"), dir, filters);
	part = "served";
	served_measure(a, rows, bench_path(a, dir, "data"), bench_path(a, build, "ishigaki"), filters);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	char dir[80];
	if (argc < 4)
		die("usage: bench BUILD RESULTS COMMAND ...");
	/* Where a sync takes the time that is added to it and no other, whatever else the disk has to do. */
	const bool in_memory = strcmp(argv[3], "saves") == 0 && access("/dev/shm", W_OK) == 0;
	snprintf(dir, sizeof dir, "%s/ishigaki-bench-XXXXXX", in_memory ? "/dev/shm" : "/tmp");
	const char *build = argv[1], *what = argv[3];
	part = strcmp(what, "rate") == 0 ? "saves" : what;
	results = argv[2];
	if (!mkdtemp(dir))
		die("no temporary directory");
	helper_set_dir(str_of(build));
	office_declare();
	operator_ = auth_operator();
	if (strcmp(what, "yardstick") == 0)
		yardstick_measure(dir);
	else if (strcmp(what, "size") == 0 && argc == 5)
		size(a, build, dir, argv[4]);
	else if (strcmp(what, "reports") == 0)
		reports_measure(a, dir);
	else if (strcmp(what, "saves") == 0) {
		make_office(a, build, dir, 10000);
		slow_disk_measure(a, dir, build, results);
	} else if (strcmp(what, "rate") == 0 && argc == 6)
		saves_rate(a, argv[4], number(argv[5], 1, 1000000));
	else if (strcmp(what, "prepare") == 0 && argc == 6)
		make_office(a, build, argv[4], number(argv[5], 1, WORKBOOK_ROWS));
	else if (strcmp(what, "work") == 0 && argc == 7)
		engine_work(a, argv[4], bench_path(a, argv[5], "data"), bench_workbook(a, argv[5], 0), number(argv[6], 1, 1000000));
	else
		die("%s is no measurement, or lacks its arguments", what);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(a);
	return 0;
}
