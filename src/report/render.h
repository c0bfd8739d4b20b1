/*
 * A document on the web and as a file. What is written is the whole document: the caller has taken care of who may read
 * it while building it.
 */
#ifndef REPORT_RENDER_H
#define REPORT_RENDER_H

#include "report/document.h"

enum doc_format { DOC_HTML, DOC_PDF, DOC_XLSX, DOC_DOCX };

/* "html", "pdf", "xlsx", "docx"; false for another word. */
bool doc_format_of(struct str s, enum doc_format *ret);
const char *doc_format_name(enum doc_format f);
const char *doc_format_type(enum doc_format f); /* media type */

/* The blocks into a page that is open (report pages of the office); with links. */
void doc_html(struct html *h, const struct doc *d);
/* The same where no page stands around it: its title is the first heading. */
void doc_html_alone(struct html *h, const struct doc *d);
/*
 * Writes the file to out_fd. HTML is a page of its own without links to the office. PDF is made by ishigaki-pdf: ERR_NOT_FOUND
 * with *ret_why saying which font to install when the machine has no Japanese one, ERR_HELPER, ERR_TIMEOUT. ERR_IO,
 * ERR_LIMIT for a document too large for its format, each with *ret_why for people.
 */
MUST_USE int doc_write(const struct doc *d, enum doc_format f, int out_fd, struct note *ret_why);

/* ---- one file each ---- */
MUST_USE int doc_pdf(const struct doc *d, int out_fd, struct note *ret_why);
MUST_USE int doc_xlsx(const struct doc *d, int out_fd);
MUST_USE int doc_docx(const struct doc *d, int out_fd);
/* The file into memory of b: for pages, which answer with a buffer. */
MUST_USE int doc_bytes(const struct doc *d, enum doc_format f, struct buf *b, struct note *ret_why);

/* ---- what the printing formats share ---- */
size_t doc_print_rows(const struct doc_table *t);             /* at most DOC_PRINT_ROWS */
struct str doc_print_cell(struct arena *a, enum lang lang, const struct doc_cell *c); /* at most DOC_PRINT_CHARS, then … */
void doc_unlink(struct doc *d); /* takes a copy of the blocks and drops every path in it */
/* What a chart of bars or lines shows, in words: its caption, and every number with its name; at most DOC_WORDS_CHARS, then … */
#define DOC_WORDS_CHARS 2000
struct str doc_chart_words(const struct doc *d, const struct doc_block *k);
/* The sentence below a table of which rows are left out; empty when there are none. */
struct str doc_left_out(const struct doc *d, const struct doc_table *t);

#endif
