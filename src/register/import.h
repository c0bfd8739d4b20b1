/*
 * Import of a workbook or CSV file into a register. The file is read by the sandboxed helper; this side finds the header
 * row, maps columns, normalises cells, matches rows by natural key, and writes through reg_write() in a batch.
 */
#ifndef REGISTER_IMPORT_H
#define REGISTER_IMPORT_H

#include "register/query.h"

enum import_meaning {           /* of a column, beside a view index */
	IMPORT_LEFT_OUT = -1,
	IMPORT_KEEP = -2,           /* becomes an own field with the heading as its label */
	IMPORT_CODE = -3,           /* the product's own code (AST-0001): rows are matched by it first */
	IMPORT_IGNORED = -4,        /* another column that only the product writes: passed over without a word */
};
struct import_column {
	size_t column;              /* 0-based in the file */
	struct str heading;         /* as found: "group|heading" under a merged group */
	int field;                  /* view index, or enum import_meaning */
	bool guessed;               /* by a loose match: to be confirmed */
	struct str sample;          /* first value below it */
};

struct import_plan {            /* what was found, and how it will be read */
	struct str file_name;
	size_t sheet; struct str sheet_name;
	struct str *sheet_names; size_t sheets;  /* other sheets are offered */
	size_t header_row, header_rows;          /* 0-based first row, and how many (0: not found) */
	struct import_column *column; size_t columns;
	bool remembered;            /* the mapping is one used before for these headings */
};

struct import_error {
	int64_t row;                /* 1-based as Excel shows it */
	struct str column;          /* heading, or empty for the row */
	struct str message;         /* in the asker's language */
	bool notice;                /* reported, not refused: a derived column that differs, a unit created */
};

struct import_options {
	const struct reg *reg;
	struct str file_name;
	int fd;                     /* the file; read only */
	ptrdiff_t sheet;            /* -1: by sheet_named, or the first that has a header row for this register */
	struct str sheet_named;     /* empty: any */
	const struct import_plan *plan; /* a mapping the person changed; NULL: as found */
	bool dry_run, strict, take_good_rows, keep_own_fields;
	bool no_remember;
	struct str refused_path;    /* where the workbook of refused rows goes; empty: none is written */
	void (*progress)(void *ctx, int64_t done, int64_t total);
	void *progress_ctx;
};

struct import_report {
	int64_t created, updated, unchanged, refused, rows;
	struct import_error *error; size_t errors;  /* what was refused and what is only to be noticed, in row order; 1,000 kept of each */
	int64_t errors_total, notices_total;        /* of refused rows; of notices */
	struct str *created_reference; size_t created_references; /* "部門: 人事部" */
	struct str *left_out; size_t left_outs;     /* unmapped columns: "C列「見出し」", "D列「組|見出し」" */
	bool applied;               /* false for a dry run, and when refused rows stopped it */
	int64_t batch;
	struct str refusal;         /* the whole file was refused: why, for people */
	struct str refused_workbook; /* options->refused_path when rows were refused and stand there with their reasons */
	struct import_plan plan;
};

/* Reads the sheets and finds header and mapping, without writing. ERR_HELPER with ret->... refusal in *ret_why. */
MUST_USE int import_plan(struct db *db, struct reg_ctx *ctx, const struct import_options *o, struct import_plan *ret,
                         struct note *ret_why);
/*
 * The whole import. 0 with the report (also when rows were refused or the file was: see applied and refusal); ERR_DENIED
 * without OP_IMPORT; ERR_DB, ERR_IO. All rows or none, unless take_good_rows. Not within a write.
 */
MUST_USE int import_run(struct db *db, struct reg_ctx *ctx, const struct import_options *o, struct import_report *ret);
/* "created updated unchanged refused errors[{row,column,message,warning}]" and the rest, as printed by --json: what refuses a
 * row, and with a true warning what is only told of one; errors_total counts the former. */
void import_report_json(struct json *j, const struct import_report *r);
void import_report_text(struct buf *b, const struct import_report *r, enum lang lang);

/* Its own tables (remembered mappings, imports by page), part of migration 1. */
extern const char import_schema[];

#endif
