/* A document as the records that ishigaki-pdf reads (helper/pdf_protocol.h), and the file it answers with. */
#include "base/helper.h"
#include "base/limits.h"
#include "base/text/base.h"
#include "base/text/report.h"
#include "helper/pdf_protocol.h"
#include "report/render.h"

#include <unistd.h>

static void put_number(struct buf *b, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		buf_char(b, (char)(v >> 8 * i));
}

static void put_text(struct buf *b, struct str s)
{
	put_number(b, s.n, 4);
	buf_str(b, s);
}

/* Begins a record; its length is filled in by record_end(). */
static size_t record(struct buf *b, enum pdf_record kind)
{
	put_number(b, kind, 1);
	put_number(b, 0, 4);
	return b->n;
}

static void record_end(struct buf *b, size_t from)
{
	if (buf_error(b))
		return;
	for (size_t i = 0; i < 4; i++)
		b->p[from - 4 + i] = (char)((b->n - from) >> 8 * i);
}

static void text_record(struct buf *b, enum pdf_record kind, struct str s)
{
	size_t at = record(b, kind);
	put_text(b, s);
	record_end(b, at);
}

static void figures(struct buf *b, const struct doc *d, const struct doc_block *k)
{
	size_t at = record(b, PDF_FIGURES), n = k->figures < 24 ? k->figures : 24;
	put_number(b, n, 1);
	for (size_t i = 0; i < n; i++) {
		put_number(b, (uint64_t)k->figure[i].tone, 1);
		put_text(b, k->figure[i].label);
		put_text(b, k->figure[i].value.n ? k->figure[i].value : msg(d->lang, MSG_UNKNOWN));
		put_text(b, k->figure[i].note);
	}
	record_end(b, at);
}

static void table(struct buf *b, const struct doc *d, const struct doc_table *t)
{
	size_t at = record(b, PDF_TABLE);
	/* Cells are copied out at once: their texts need not stay in the document's memory. */
	struct arena *a = arena_new(LIMIT_ARENA);
	put_text(b, t->caption);
	put_number(b, t->columns, 1);
	for (size_t i = 0; i < t->columns; i++) {
		put_number(b, t->column[i].weight < 255 ? t->column[i].weight : 255, 1);
		put_number(b, t->column[i].number, 1);
		put_text(b, t->column[i].label);
	}
	record_end(b, at);
	for (size_t r = 0; r < doc_print_rows(t); r++) {
		at = record(b, PDF_ROW);
		for (size_t i = 0; i < t->columns; i++) {
			const struct doc_cell *c = &t->cell[r * t->columns + i];
			put_number(b, c->kind == DOC_LIGHT ? (uint64_t)c->tone : PDF_PLAIN, 1);
			put_text(b, doc_print_cell(a, d->lang, c));
		}
		record_end(b, at);
		arena_clear(a);
	}
	arena_free(a);
	record_end(b, record(b, PDF_TABLE_END));
	struct str more = doc_left_out(d, t);
	if (more.n)
		text_record(b, PDF_FOOTNOTE, more);
}

static void chart(struct buf *b, const struct doc *d, const struct doc_block *k)
{
	bool lines = k->kind == DOC_LINES;
	size_t at = record(b, lines ? PDF_LINES : PDF_BARS), n = k->items < PDF_ITEMS_MAX ? k->items : PDF_ITEMS_MAX;
	put_text(b, k->text);
	put_text(b, doc_chart_words(d, k));
	put_number(b, k->parts, 1);
	for (size_t i = 0; i < k->parts; i++) {
		put_number(b, (uint64_t)k->tones[i], 1);
		put_text(b, k->label[i]);
	}
	put_number(b, n, 2);
	for (size_t i = 0; i < n; i++) {
		put_text(b, lines ? k->point[i].label : k->bar[i].label);
		for (size_t p = 0; p < k->parts; p++)
			put_number(b, (uint64_t)(lines ? k->point[i].value[p] : k->bar[i].part[p]), 8);
	}
	record_end(b, at);
}

static void heat(struct buf *b, const struct doc_block *k)
{
	size_t at = record(b, PDF_HEAT);
	put_text(b, k->text);
	put_number(b, k->rows, 1);
	for (size_t i = 0; i < k->rows; i++)
		put_text(b, k->row_label[i]);
	put_number(b, k->columns, 1);
	for (size_t i = 0; i < k->columns; i++)
		put_text(b, k->column_label[i]);
	for (size_t i = 0; i < k->rows * k->columns; i++) {
		put_number(b, (uint64_t)k->heat[i].tone, 1);
		put_number(b, (uint64_t)k->heat[i].count, 8);
	}
	record_end(b, at);
}

static void put_doc(struct buf *b, const struct doc *d)
{
	size_t at = record(b, PDF_META);
	put_text(b, d->lang == LANG_JA ? STR("ja") : STR("en"));
	put_text(b, d->title);
	put_text(b, d->company);
	put_text(b, d->made);
	put_number(b, d->landscape, 1);
	record_end(b, at);
	for (size_t i = 0; i < d->n; i++) {
		const struct doc_block *k = &d->block[i];
		switch (k->kind) {
		case DOC_HEADING:
			at = record(b, PDF_HEADING);
			put_number(b, (uint64_t)k->level, 1);
			put_text(b, k->text);
			record_end(b, at);
			break;
		case DOC_PARAGRAPH:
			text_record(b, PDF_PARAGRAPH, k->text);
			break;
		case DOC_FOOTNOTE:
			text_record(b, PDF_FOOTNOTE, k->text);
			break;
		case DOC_FIGURES:
			figures(b, d, k);
			break;
		case DOC_SIGNAL:
			at = record(b, PDF_SIGNAL);
			put_number(b, (uint64_t)k->tone, 1);
			put_text(b, tone_str(d->lang, k->tone));
			put_text(b, k->text);
			put_text(b, k->reason);
			record_end(b, at);
			break;
		case DOC_TABLE:
			table(b, d, k->table);
			break;
		case DOC_BARS: case DOC_LINES:
			chart(b, d, k);
			break;
		case DOC_HEAT:
			heat(b, k);
			break;
		case DOC_BREAK:
			record_end(b, record(b, PDF_BREAK));
			break;
		}
	}
	record_end(b, record(b, PDF_END));
}

static int put(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);
		if (n <= 0)
			return ERR_IO;
		s = str_sub(s, (size_t)n, s.n);
	}
	return 0;
}

static int answers(struct helper *h, int out_fd, struct note *ret_why)
{
	for (;;) {
		uint8_t kind;
		struct str payload;
		int r = helper_next(h, &kind, &payload);
		if (r < 0)
			return r;
		if (r == 0)
			return ERR_HELPER; /* it ended without saying that the file is whole */
		if (kind == PDF_ANSWER_END)
			return 0;
		if (kind == PDF_ANSWER_REFUSED) {
			bool font = payload.n == 1 && payload.p[0] == PDF_REFUSED_NO_FONT;
			if (font)
				*ret_why = NOTE0(MSG_REPORT_NO_FONT);
			return font ? ERR_NOT_FOUND : ERR_LIMIT;
		}
		if (kind != PDF_ANSWER_PIECE)
			return ERR_HELPER;
		if ((r = put(out_fd, payload)) < 0)
			return r;
	}
}

int doc_pdf(const struct doc *d, int out_fd, struct note *ret_why)
{
	static const struct helper_limits limits = { .memory = 768u << 20, .cpu_seconds = 60, .deadline_ms = 120000,
		.record_max = PDF_PIECE + 16, .total_max = 72u << 20, .threads = true };
	static const char *const no_args[] = { NULL };
	CLEANUP(buf_release) struct buf b;
	CLEANUP(helper_freep) struct helper *h = NULL;
	*ret_why = NOTE0(MSG_REPORT_PDF_FAILED);
	buf_init(&b, PDF_INPUT_MAX);
	put_doc(&b, d);
	if (buf_error(&b))
		return ERR_LIMIT;
	int fd = helper_memfd(buf_view(&b));
	if (fd < 0)
		return fd;
	buf_release(&b);
	int r = helper_start("pdf", no_args, fd, &limits, &h);
	close(fd);
	return r < 0 ? r : answers(h, out_fd, ret_why);
}
