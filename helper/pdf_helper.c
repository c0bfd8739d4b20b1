/* ishigaki-pdf: makes a PDF of the records on fd 3, as helper/pdf_protocol.h says. */
#include "base/helper.h"
#include "helper/pdf_read.h"
#include "helper/sandbox.h"

#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_FD 3
#define OUTPUT_MAX (64u << 20)

static int refuse(enum pdf_refusal why)
{
	char c = (char)why;

	return helper_write_record(STDOUT_FILENO, PDF_ANSWER_REFUSED, (struct str){ &c, 1 });
}

static int send(struct str file, int pages)
{
	int e = 0;

	for (size_t at = 0; e == 0 && at < file.n; at += PDF_PIECE)
		e = helper_write_record(STDOUT_FILENO, PDF_ANSWER_PIECE, str_sub(file, at, PDF_PIECE));
	char n[4];
	for (int i = 0; i < 4; i++)
		n[i] = (char)(pages >> 8 * i);
	return e < 0 ? e : helper_write_record(STDOUT_FILENO, PDF_ANSWER_END, (struct str){ n, 4 });
}

int main(void)
{
	struct stat st;
	struct pdf_font font;
	struct buf out;
	struct str input;
	int pages = 0;

	if (fstat(INPUT_FD, &st) < 0 || st.st_size <= 0 || st.st_size > PDF_INPUT_MAX)
		return 4;
	input.n = (size_t)st.st_size;
	input.p = mmap(NULL, input.n, PROT_READ, MAP_PRIVATE, INPUT_FD, 0);
	if (input.p == MAP_FAILED)
		return 4;
	/* The parent allows no file to grow: fontconfig, which would keep a cache, is to fail at it and go on. */
	signal(SIGXFSZ, SIG_IGN);
	/* One heap for all threads: each of its own would reserve address space, which is bounded. */
	mallopt(M_ARENA_MAX, 1);
	/* All that opens files comes before the doors close; the input is looked at afterwards only. */
	int e = pdf_font_open(&font);
	if (e == ERR_NOT_FOUND) {
		e = refuse(PDF_REFUSED_NO_FONT);
		_exit(e < 0 ? 4 : 0);
	}
	if (e < 0 || sandbox_enter_drawing() < 0)
		return 3;
	buf_init(&out, OUTPUT_MAX);
	e = pdf_read(input, &font, &out, &pages);
	e = e == 0 ? send(buf_view(&out), pages) : refuse(PDF_REFUSED_INPUT);
	/* Nothing needs to be tidied up, and exit handlers have no business in the sandbox. */
	_exit(e < 0 ? 4 : 0);
}
