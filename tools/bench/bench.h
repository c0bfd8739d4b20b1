/*
 * ./bench: what the product costs, in CPU time, statements and memory. Each command measures one thing in a process of its own and
 * appends what it found to a file of results, one line each:
 *
 *	part  rows  what  unit  value  CPU in it  statements
 *
 * tools/bench/report.mjs judges them and makes tables of them. Nothing is judged here.
 */
#ifndef TOOLS_BENCH_BENCH_H
#define TOOLS_BENCH_BENCH_H

#include "auth/office.h"
#include "main/open.h"
#include "register/query.h"

/* A figure; also told on stderr. A unit that ends in " CPU" is processor time, which a faster machine makes less. Of another time cpu is
 * the part that is processor time, in the same unit, of a rate ("/s") the part of the time that is, from 0 to 1; 0 where it is not told
 * apart. statements -1: none were counted. */
void bench_line(int64_t rows, const char *what, double value, const char *unit, double cpu, int statements);

int64_t cpu_ns(clockid_t clock);
int64_t children_ns(void);     /* processor time of children that were waited for */
int by_size(const void *a, const void *b); /* of int64_t, for qsort() */
/* Runs a program to its end and dies when it fails. out: where its standard output goes; NULL: nowhere. */
void bench_run(const char *const *argv, const char *out);
const char *bench_path(struct arena *a, const char *dir, const char *name);
/* A file holds so many rows at most: a larger office comes in several, as the limits of an import want it. */
#define WORKBOOK_ROWS 100000
const char *bench_workbook(struct arena *a, const char *dir, int64_t n); /* n from 0 */

/* ---- over an open office ---- */

extern struct office *office;
extern struct principal operator_;
extern int64_t some_id;        /* an asset in the middle of the import */

/* Opens, imports the workbooks, and measures everything that needs no server; closes. ret_filters gets, for each filter field of assets, a
 * value as query string that many rows have ("" where none has one). */
void engine_measure(struct arena *a, int64_t rows, const char *data, const char *dir, struct str ret_filters[LIMIT_FIELDS]);
/* One kind of work, many times over, and nothing measured: for a profiler. */
void engine_work(struct arena *a, const char *kind, const char *data, const char *workbook, int64_t n);
void engine_open(struct arena *a, const char *data, struct opened **ret);
void engine_find_row(struct arena *a, int64_t rows);

/* One call each, of what is measured: 0 or an error. */
struct list_case {
	int sort, filter;            /* filter -1: none */
	bool descending;
	const char *search;
	struct value value;
};
int list_once(struct arena *a, void *list_case);
int save_once(struct arena *a, int64_t id, int n);
int64_t import_workbook(const char *workbook); /* how many rows came; dies when it fails */

void writes_measure(struct arena *a, int64_t rows, const char *dir);
void import_measure(struct arena *a, int64_t rows, const char *dir);
void recompute_measure(struct arena *a, int64_t rows);

/* ---- others ---- */

void yardstick_measure(const char *dir);
void served_measure(struct arena *a, int64_t rows, const char *data, const char *program, const struct str filters[LIMIT_FIELDS]);
/* Saves of 32 clients in process and over a server, on a disk made slower (tests/durability/faults.c). */
void slow_disk_measure(struct arena *a, const char *dir, const char *build, const char *results);
void saves_rate(struct arena *a, const char *data, int64_t n);
void reports_measure(struct arena *a, const char *dir);

#endif
