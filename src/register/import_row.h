/* One row of a file on its way in; what the steps of an import share. Nobody outside of the import includes it. */
#ifndef REGISTER_IMPORT_ROW_H
#define REGISTER_IMPORT_ROW_H

#include "register/batch.h"
#include "register/import_internal.h"

enum { ROW_SKIPPED, ROW_REFUSED, ROW_CREATE, ROW_UPDATE, ROW_UNCHANGED };

/* A referenced row that is not there yet and is made from its name. */
struct import_grown {
	const struct reg *target;
	struct str name;         /* as first written in the file */
	int64_t temporary;       /* negative: stands for the id in natural keys until there is one */
	int64_t id;              /* once it is there; reset when the job that made it was undone */
	bool in_file;            /* a row of the file itself: not to be reported as made on the way */
	bool made;
};

struct import_refs;          /* what names of references mean: looked up once each (import_refs.c) */
struct import_keys;          /* natural keys met in the file: which row has them (import_refs.c) */

struct run {
	struct db *db;
	struct reg_ctx *ctx;             /* arena: for what the report keeps */
	const struct import_options *o;
	struct import_report *report;
	struct import_plan plan;
	struct reg_view view;
	struct arena *own;               /* caches, for the whole import */
	enum lang lang;
	struct import_book book;
	int fd;
	int number;                      /* auth's, of the register */
	uint32_t ops;
	struct str reason;               /* "ファイル「x」による" */
	struct import_refs *refs;
	struct import_keys *keys;
	uint8_t *verdict; size_t lines, verdict_cap; /* by data line: what pass one decided */
	size_t error_cap, kept_errors, kept_notices; /* of the report's list */
	struct import_refused *refused;
	bool refused_failed;
	bool *mapped;                    /* by view index */
	bool *settles;                   /* by view index: a value given for this derived field may override it */
	int64_t batch;
	struct str *kept; size_t kepts;  /* own fields that were made for columns of this file */
	bool dry, doomed;                /* doomed: all or none, and a row was refused: nothing is kept any more */
	int64_t done, total;
};

struct import_compare {  /* a derived column, to be compared once the row is written */
	int field;
	struct value v;
	struct str heading;
};
struct import_growing {
	int field;
	struct import_grown *grown;
};

struct prepared {
	int64_t row;             /* as the spreadsheet counts, from 1 */
	size_t index;            /* of the data line */
	struct import_line line;
	int verdict;
	struct change change;
	int64_t revision;        /* of the existing row */
	struct import_growing *growing; size_t growings;
	struct import_compare *compare; size_t compares;
	struct import_grown *self; /* another row of the file refers to this one */
	struct str why;          /* reasons of the refusal, one a line */
	bool told;               /* its refusal stands in the report */
};

/* Reads a line: values, references, match, verdict. 0 (also for a refused row), ERR_DB. first: pass one, which looks for
 * keys that stand in the file twice. */
MUST_USE int import_row_prepare(struct run *x, struct db_conn *c, struct arena *a, const struct import_line *line, bool first,
                                struct prepared *ret);
/* An error (or a notice) of a row; heading may be empty. */
void import_row_error(struct run *x, struct arena *a, struct prepared *p, struct str heading, const struct note *why, bool notice);
/* The heading of the column that is read into a field; its label when there is none. */
struct str import_heading(const struct run *x, int field);
/* "ファイルの値…は計算値…と違う" when they differ. */
void import_compare(struct run *x, struct arena *a, struct prepared *p, const struct import_compare *want, const struct value *is);

/* ---- import_refs.c ---- */

struct import_refs *import_refs_make(struct arena *a);
/*
 * What a name means for a reference field: > 0 an id; 0 with *ret_grown: to be made. ERR_NOT_FOUND, ERR_INVALID (several
 * rows bear it), ERR_DB. grow: a missing one may be made. What was to be made once is found from then on.
 */
MUST_USE int import_refs_find(struct import_refs *refs, struct db_conn *c, struct arena *scratch, const struct principal *by,
                              const struct field *f, struct str name, bool grow, int64_t *ret_id, struct import_grown **ret_grown);
/* The title of a row of the file that other rows refer to (marked in_file), or NULL. */
struct import_grown *import_refs_promised(struct import_refs *refs, struct arena *scratch, const struct reg *target, struct str title);
size_t import_refs_grown(const struct import_refs *refs);
struct import_grown *import_refs_grown_at(const struct import_refs *refs, size_t i);

struct import_keys *import_keys_make(struct arena *a);
/* Remembers that row has the key; the row that had it before, or 0. */
int64_t import_keys_add(struct import_keys *k, struct str key, int64_t row);

#endif
