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
void export_declare_layouts(const struct layout *const *layouts, size_t n);
const struct layout *export_layout(const struct reg *r, struct str name);

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
	struct str missing;             /* characters CP932 cannot hold, each once */
};
/* Writes the file to out_fd in constant memory; a cell that a spreadsheet would take for a formula is guarded (CSV: a
 * leading apostrophe that our import takes off again; XLSX: string cells). Records the export in the trail (a write of its
 * own, before the first byte leaves). */
MUST_USE int export_run(struct db *db, struct reg_ctx *ctx, const struct export_options *o, struct export_result *ret);

#endif
