/*
 * How fast is the machine today? Two pieces of work that have nothing to do with the product, as the budgets' machine did them: a
 * workbook of 100,000 rows and 15 columns written by libxlsxwriter in constant memory took it 1.41 s of CPU, a password's digest by
 * argon2id with 64 MiB and two passes 44 ms. The first is arithmetic and short strings, the second memory.
 */
#include <sodium.h>
#include <xlsxwriter.h>

#include "base/err.h"
#include "tools/bench/bench.h"

#define ROWS 100000
#define COLUMNS 15
#define BOOKS 3
#define DIGESTS 9

static void book(const char *path)
{
	lxw_workbook_options o = { .constant_memory = LXW_TRUE };
	lxw_workbook *w = workbook_new_opt(path, &o);
	lxw_worksheet *s = workbook_add_worksheet(w, NULL);
	char text[80];
	for (lxw_row_t r = 0; r < ROWS; r++) {
		for (lxw_col_t c = 0; c < COLUMNS; c++) {
			const unsigned n = r * COLUMNS + c;
			snprintf(text, sizeof text, "委託先との契約書の写し %u", n);
			if (c % 2)
				worksheet_write_number(s, r, c, n, NULL);
			else
				worksheet_write_string(s, r, c, text, NULL);
		}
	}
	if (workbook_close(w) != LXW_NO_ERROR)
		die("the yardstick's workbook cannot be written");
}

static void digest(void)
{
	const unsigned char salt[crypto_pwhash_SALTBYTES] = { 0 };
	unsigned char key[32];
	static const char password[] = "of the yardstick";
	if (crypto_pwhash(key, sizeof key, password, sizeof password - 1, salt, 2, 64u << 20, crypto_pwhash_ALG_ARGON2ID13) != 0)
		die("the yardstick's digest cannot be made");
}

/* Each figure is a line of its own: the report takes the middle one of all that were measured around a size. How much longer than its
 * processor time a workbook takes tells how busy the machine is with other things. */
void yardstick_measure(const char *dir)
{
	struct arena *a = arena_new(1 << 16);
	const char *path = bench_path(a, dir, "yardstick.xlsx");
	if (sodium_init() < 0)
		die("sodium");
	for (int i = 0; i < BOOKS; i++) {
		const int64_t t = cpu_ns(CLOCK_PROCESS_CPUTIME_ID), wall = clock_monotonic_us();
		book(path);
		bench_line(0, "workbook", (double)(cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - t) / 1e6, "ms CPU", 0, -1);
		bench_line(0, "workbook, elapsed", (double)(clock_monotonic_us() - wall) / 1e3, "ms", 0, -1);
	}
	for (int i = 0; i < DIGESTS; i++) {
		int64_t t = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
		digest();
		bench_line(0, "argon2id", (double)(cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - t) / 1e6, "ms CPU", 0, -1);
	}
	remove(path);
	arena_free(a);
}
