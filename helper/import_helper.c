/* ishigaki-import: reads a workbook or a CSV file from fd 3 and answers as helper/import_protocol.h says. */
#include "base/limits.h"
#include "base/num.h"
#include "helper/csv.h"
#include "helper/sandbox.h"
#include "helper/xlsx.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_FD 3
#define EXIT_WRONG_USE 2
#define EXIT_NO_SANDBOX 3
#define EXIT_INPUT 4

enum mode { MODE_AUTO, MODE_XLSX, MODE_CSV };

/* The input as one block: mapped, or gathered when it is a pipe. One byte more than allowed is kept to tell. */
static int read_input(struct str *ret)
{
	struct stat st;
	size_t cap = (size_t)64 << 10, n = 0;
	char *p;

	if (fstat(INPUT_FD, &st) == 0 && S_ISREG(st.st_mode)) {
		if (st.st_size == 0) {
			*ret = STR("");
			return 0;
		}
		n = st.st_size > (off_t)LIMIT_UPLOAD ? (size_t)LIMIT_UPLOAD + 1 : (size_t)st.st_size;
		p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, INPUT_FD, 0);
		if (p == MAP_FAILED)
			return ERR_IO;
		*ret = (struct str){ p, n };
		return 0;
	}
	p = malloc(cap);
	while (p && n <= LIMIT_UPLOAD) {
		ssize_t got;

		if (n == cap) {
			char *more = realloc(p, cap *= 2);

			if (!more)
				break;
			p = more;
		}
		got = read(INPUT_FD, p + n, cap - n);
		if (got == 0) {
			*ret = (struct str){ p, n };
			return 0;
		}
		if (got < 0 && errno != EINTR)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	if (p && n > LIMIT_UPLOAD) {
		*ret = (struct str){ p, n };
		return 0;
	}
	free(p);
	return ERR_IO;
}

static bool is_package(struct str s)
{
	return str_starts(s, STR("PK\3\4")) || str_starts(s, STR("PK\5\6")) || str_starts(s, STR("\xd0\xcf\x11\xe0"));
}

static int read_as(enum mode mode, struct str input, long sheet, struct import_out *out)
{
	if (input.n == 0)
		return import_out_refuse(out, IMPORT_REFUSED_EMPTY, "0 bytes");
	if (mode == MODE_AUTO)
		mode = is_package(input) ? MODE_XLSX : MODE_CSV;
	return mode == MODE_XLSX ? xlsx_read(input, sheet, out) : csv_read(input, sheet, out);
}

int main(int argc, char **argv)
{
	static const char *const modes[] = { "auto", "xlsx", "csv" };
	struct import_out out;
	struct str input;
	int64_t sheet = -1;
	size_t mode = 0;
	int e;

	while (argc >= 2 && mode < COUNT_OF(modes) && strcmp(argv[1], modes[mode]) != 0)
		mode++;
	if ((argc != 2 && argc != 4) || mode == COUNT_OF(modes) ||
	    (argc == 4 && (strcmp(argv[2], "--sheet") != 0 ||
	                   num_parse_i64(str_of(argv[3]), 0, LIMIT_IMPORT_SHEETS, &sheet) < 0))) {
		fputs("usage: ishigaki-import auto|xlsx|csv [--sheet N] 3<FILE\n", stderr);
		return EXIT_WRONG_USE;
	}
	if (mode != MODE_XLSX)
		csv_prepare();
	if (read_input(&input) < 0) /* takes the bytes; they are looked at in the sandbox only */
		return EXIT_INPUT;
	if (sandbox_enter() < 0)
		return EXIT_NO_SANDBOX;
	import_out_init(&out, STDOUT_FILENO);
	e = read_as((enum mode)mode, input, (long)sheet, &out);
	/* A refusal is an answer. Nothing needs to be tidied up, and exit handlers have no business in the sandbox. */
	_exit(e < 0 && e != ERR_INVALID ? EXIT_INPUT : 0);
}
