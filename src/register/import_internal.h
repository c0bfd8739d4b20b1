/* What the files of the import share; nobody else includes it. */
#ifndef REGISTER_IMPORT_INTERNAL_H
#define REGISTER_IMPORT_INTERNAL_H

#include "helper/import_protocol.h"
#include "register/import.h"

#define IMPORT_HEAD_ROWS 40      /* rows of a sheet in which its header is looked for */
#define IMPORT_MERGES 4096       /* merged ranges kept of a sheet's head */
#define IMPORT_TALL 65536        /* ranges merged over several rows: as many as the helper lets through */
#define IMPORT_ERRORS 1000       /* errors kept, and notices; all are counted */
#define IMPORT_HEADING_CHARS 200 /* of a heading, as shown and matched */

/* ---- the file, as the helper tells it (import_read.c) ---- */

struct file_cell {
	size_t column;           /* 0-based */
	enum file_cell_kind { CELL_TEXT = IMPORT_CELL_TEXT, CELL_NUMBER = IMPORT_CELL_NUMBER, CELL_DATE = IMPORT_CELL_DATE,
		CELL_BOOL = IMPORT_CELL_BOOL, CELL_ERROR = IMPORT_CELL_ERROR } kind;
	struct str text;
};
struct import_line {
	int64_t row;             /* 0-based, as in the file */
	struct file_cell *cell; size_t cells; /* ascending columns */
};
struct import_merge {
	int64_t row0, row1;
	size_t col0, col1;
};
struct import_book {
	struct str *sheet; bool *hidden; size_t sheets;
	bool csv, system_1904;
};

struct import_reader;
/*
 * Starts the helper on the file and reads up to the first row of the sheet (sheet < 0: the sheets only). ERR_HELPER with
 * *ret_why when it refused the file. Names and merges live in the arena.
 */
MUST_USE int import_reader_open(struct arena *a, int fd, ptrdiff_t sheet, struct import_reader **ret, struct note *ret_why);
const struct import_book *import_reader_book(const struct import_reader *r);
/* Merged ranges, known once the first row was read. */
const struct import_merge *import_reader_merges(const struct import_reader *r, size_t *ret_n);
/* 1 with the next row, cells that are merged over it from above included (in line_arena, cleared by the caller as it likes), 0 at the end, ERR_HELPER with *ret_why. */
MUST_USE int import_reader_next(struct import_reader *r, struct arena *line_arena, struct import_line *ret, struct note *ret_why);
void import_reader_close(struct import_reader **r);

/* ---- the header and what its columns mean (import_header.c, import_map.c) ---- */

/* What a heading may mean beside a field. */
enum { MEANS_NOTHING = IMPORT_LEFT_OUT, MEANS_KEEP = IMPORT_KEEP, MEANS_CODE = IMPORT_CODE, MEANS_IGNORED = IMPORT_IGNORED };

struct import_names; /* headings of a register's fields, folded once */
struct import_names *import_names_make(struct arena *a, const struct reg_view *view);
/* The field (or MEANS_CODE, MEANS_IGNORED) that bears exactly this heading, or MEANS_NOTHING. */
int import_names_exact(const struct import_names *n, struct arena *a, struct str heading);
/* A field of which one name holds the heading, or the other way round, and that is not in taken (by view index). */
int import_names_loose(const struct import_names *n, struct arena *a, struct str heading, const bool *taken);

/* Finds the header among the first rows; 0 header rows when there is none. score: how much of it is understood. */
void import_header_find(struct arena *a, const struct import_names *names, const struct import_line *line, size_t lines,
                        const struct import_merge *merge, size_t merges, const struct import_book *book, struct import_plan *ret,
                        int *ret_score);
/* Fills plan->column[].field from the names. */
void import_map_propose(struct arena *a, const struct reg_view *view, const struct import_names *names, struct import_plan *plan);
/* A mapping that was used before for these headings. */
MUST_USE int import_map_recall(struct db_conn *c, struct arena *a, const struct reg_view *view, struct import_plan *plan);
/* Within a write. */
MUST_USE int import_map_remember(struct db_conn *writer, struct arena *a, const struct reg_view *view,
                                 const struct import_plan *plan);

/* ---- cells (import_cells.c) ---- */

/* The cell as text for value_parse() of this field. ERR_INVALID with *ret_why for an error cell. */
MUST_USE int import_cell_text(struct arena *a, const struct file_cell *cell, const struct field *f, const struct import_book *book,
                              struct str *ret, struct note *ret_why);
/* As a person sees it in the file: for samples, and for the workbook of refused rows. */
struct str import_cell_show(struct arena *a, const struct file_cell *cell, const struct import_book *book);
/* A decimal number as the file writes it ("1E3", "2.0", "0.30000000000000004") without exponent and needless zeros, to the
 * 15 digits that a spreadsheet shows; the empty str when it is none. */
struct str import_number(struct arena *a, struct str s);

/* ---- refused rows (import_refused.c) ---- */

struct import_refused;
/* Makes the workbook with the file's headings and a column for the reasons; path must not be empty. ERR_IO. */
MUST_USE int import_refused_open(struct arena *a, struct str path, const struct import_plan *plan, enum lang lang,
                                 struct import_refused **ret);
void import_refused_row(struct import_refused *w, struct arena *a, const struct import_line *line, const struct import_book *book,
                        struct str reason);
/* Writes it out; ERR_IO. */
MUST_USE int import_refused_close(struct import_refused **w);

/* Why the helper refused a file, for people. */
struct note import_refusal_note(struct arena *a, unsigned refusal, struct str place);

/* import_plan() on a regular file, with a lease. */
MUST_USE int import_plan_make(struct db_conn *c, struct arena *a, const struct reg_view *view, const struct import_options *o,
                              int fd, struct import_plan *ret, struct note *ret_why);
/* A descriptor that can be read from its start again and again: fd itself, or a copy of what a pipe gives (*ret_own). */
MUST_USE int import_regular_fd(int fd, int *ret_fd, bool *ret_own, struct note *ret_why);

#endif
