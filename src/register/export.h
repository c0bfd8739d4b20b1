/* Export of a query's rows: CSV, XLSX, JSON lines; the columns the principal may read. */
#ifndef REGISTER_EXPORT_H
#define REGISTER_EXPORT_H

#include "register/query.h"

enum export_format { EXPORT_CSV, EXPORT_XLSX, EXPORT_JSONL };
enum export_encoding { ENCODING_UTF8_BOM, ENCODING_UTF8, ENCODING_CP932 };

/* A layout of another shape than the register's columns (the 19-column ledger): a room brings it. */
struct layout {
	const char *name;               /* "ledger" */
	const char *reg;
	struct label label;
	/* Writes the whole file. */
	int (*write)(struct db_conn *c, const struct query *q, int out_fd);
};
/* For layouts: an unlinked file to build a workbook in (opened again as /proc/self/fd/N), -1 on failure; and what is in it
 * copied to out_fd, from its beginning. ERR_IO. */
MUST_USE int export_scratch(void);
MUST_USE int export_copy(int fd, int out_fd);
void export_declare_layouts(const struct layout *const *list, size_t n);
const struct layout *export_layout(const struct reg *r, struct str name);
/* The register's n-th layout, for menus; NULL behind the last. */
const struct layout *export_layout_at(const struct reg *r, size_t n);

struct export_options {
	const struct query *query;
	enum export_format format;
	enum export_encoding encoding;
	const struct layout *layout;    /* NULL: the register's own columns */
	enum lang lang;                 /* of headings and labels */
	int out_fd;
};
struct export_result {
	int64_t rows;
	struct str missing;             /* characters CP932 cannot hold, each once; in the context's arena */
	int64_t clipped;                /* cells of XLSX cut at Excel's limit of 32,767 characters */
};
/*
 * Writes the file to out_fd in constant memory: the fields of the query's columns that the principal may read, of the rows
 * on which they have OP_EXPORT, in the query's order, from its beginning (cursor, limit and bounds are not looked at).
 * Headings of CSV and XLSX are the labels in `lang`, references their titles; JSON lines have API names (docs of the API:
 * yes/no as true, false or null, choices as keys, levels as numbers, references as title and <name>_id).
 *
 * A text cell that a spreadsheet would take for a formula is guarded in CSV: when it begins with any number of
 * apostrophes followed by one of = + - @ TAB CR it gets one apostrophe more, and export_unguard() takes one off again, so
 * that every text comes back as it was. Numbers are not guarded. In XLSX texts are string cells.
 *
 * Records the export in the trail (a write of its own, before the first byte leaves). ERR_DENIED without OP_EXPORT (the
 * caller's face records the refusal), ERR_INVALID for a query that cannot run, ERR_DB, ERR_IO. Not within a write.
 */
MUST_USE int export_run(struct db *db, struct reg_ctx *ctx, const struct export_options *o, struct export_result *ret);

/* Does a cell begin so that it is guarded? The same answer tells the import that one apostrophe is to be taken off. */
bool export_guarded(struct str cell);
/* A CSV cell as it was before the guard: a view of the same memory. For every text cell of an imported CSV file. */
struct str export_unguard(struct str cell);

#endif
