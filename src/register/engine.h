/*
 * What the files of the engine's write half share: facts worked out once from the descriptions, and the steps of a
 * write. Nobody outside this folder includes it.
 */
#ifndef REGISTER_ENGINE_H
#define REGISTER_ENGINE_H

#include "register/batch.h"
#include "register/register.h"

#define DERIVED_MAX 16    /* fields filled by one derivation: columns of the work table */
#define CASCADE_MAX 16    /* how far one change may run on from register to register */
#define MERGE_ROWS 5000   /* rows whose references one merge moves */

/* Would a merge with fill write this field of the row that stays? */
bool merge_fills(const struct principal *p, const struct reg_view *view, size_t field, const struct row *keep, const struct row *gone);

/* Register `reg`'s derivation number `derivation` depends on the register that holds this. */
struct dependent {
	int reg;
	int derivation;
	int through;      /* field index, or -1: all rows */
};

struct reg_info {
	const struct reg *reg;
	int number;
	int owner, title, sort;
	int key[LIMIT_FIELDS]; size_t keys;
	int rank;                               /* registers it depends on have a smaller one */
	struct dependent *dependent; size_t dependents;
	bool searchable, set_based;
};
const struct reg_info *reg_info(const struct reg *r); /* never NULL for a declared register */

/* Is it a reference of any kind, stored as text, set by the statement of a derivation? */
bool field_is_reference(const struct field *f);
bool field_erasable(const struct field *f); /* personal data that reg_erase() makes blank */
bool field_is_text(const struct field *f);
bool field_is_set_based(const struct field *f);
bool sql_name_reserved(const char *name);

/* ---- indexes ---- */

struct reg_index {
	const char *fields;         /* "first,second": also what it is named for */
	bool unique;
	const struct field *sort;   /* the index of a sort field carries further columns: index_carries() */
};
struct reg_indexes {
	struct reg_index index[LIMIT_FIELDS * 2];
	size_t n;
};
/* Those that follow from the fields and those that the description names; match_key, archived and batch are reg_schema()'s. */
void indexes_of(const struct reg *r, struct reg_indexes *ret);
/* "CREATE INDEX ...", without an end. */
void index_put(struct buf *b, const struct reg *r, const struct reg_index *x);
/* Does the index of a sort field carry f as well? What reg_schema() prints and the read path relies on. */
bool index_carries(const struct reg *r, const struct field *sort, const struct field *f);
/*
 * Takes away the indexes that hold any of these fields, and makes them again, within one write: for a statement that changes
 * most rows, to which making them anew costs a third of changing each entry.
 */
MUST_USE int indexes_drop(struct reg_ctx *ctx, const struct reg *r, const int *field, size_t n);
MUST_USE int indexes_make(struct reg_ctx *ctx, const struct reg *r, const int *field, size_t n);

/* ---- values ---- */

/* Binds a value in the form of its column. */
void value_bind(struct sql *q, const struct field *f, const struct value *v);
/* Reads a column in the form value_bind() writes; text is copied. */
struct value value_column(struct stmt *s, int column, const struct field *f, struct arena *a);
/* A typed value against its description: limits, choices, dates. 0 or ERR_INVALID. */
MUST_USE int value_check(const struct field *f, struct arena *a, const struct value *v, struct note *ret_why);

/* ---- rows ---- */

struct row_facts {
	int batch_state;   /* of the row's batch, -1 when it has none */
	bool waiting;      /* a decided batch still has a change for it */
};
/* The row with everything stored, archived or not, visible or not; references without titles. ERR_NOT_FOUND. */
MUST_USE int row_load(struct db_conn *c, struct arena *a, const struct reg_view *view, int64_t id, struct row *ret,
                      struct row_facts *ret_facts);
/* "AST-0001 Title" as recorded; the code alone when the title is private. */
struct str row_subject(struct arena *a, const struct reg *r, const struct row *row);
/* "AST-0001 Title" of a row known by its id; empty when there is none. */
MUST_USE int record_subject(struct db_conn *c, struct arena *a, const struct reg *r, int64_t id, struct str *ret);
/* Register, unit and state of a record. ERR_NOT_FOUND. */
MUST_USE int record_find(struct db_conn *c, struct arena *a, int64_t id, const struct reg **ret_reg, int64_t *ret_unit,
                         enum record_state *ret_state);
/* record_find() for somebody who must have op: ERR_NOT_FOUND without OP_READ, ERR_DENIED without op. */
MUST_USE int record_require(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, enum op op,
                            const struct reg **ret_reg);

/* A secret or private value as the trail keeps it: "digest:" and a keyed hash. */
struct str value_digest(const struct reg_ctx *ctx, const struct field *f, struct str value);
#define DIGEST_PREFIX "digest:"

/* ---- writing ---- */

enum { WRITE_TRUSTED = 1 /* rights were checked before: merges, decided imports */ };
MUST_USE int row_write(struct reg_ctx *ctx, const struct change *change, unsigned flags, struct written *ret);

/* Applies the changes that a decided batch still holds for a row. */
MUST_USE int batch_apply_row(struct reg_ctx *ctx, int64_t record_id);
/* Removes one row of a batch that is being dropped. */
MUST_USE int batch_remove_row(struct reg_ctx *ctx, const struct reg_view *view, int64_t id);

/* ---- derived values ---- */

/* Fills the local derivations of a row; texts they made are copied. */
void derive_local(const struct reg *r, struct arena *a, struct row *row);
enum {
	DERIVE_MOVED = 1,  /* keep the differences in the list of what moved */
	DERIVE_REVEAL = 2, /* the row was stored as archived and becomes live with its derived values: into the indexes once */
};
/* Runs the set-based derivations for one stored row: *row gets the values, columns that differ are written. */
MUST_USE int derive_row(struct reg_ctx *ctx, const struct reg *r, struct row *row, unsigned how, struct str why);
/* Everything that depends on a change of this row; before is NULL for a new one. */
MUST_USE int derive_dependents(struct reg_ctx *ctx, const struct reg *r, const struct row *before, const struct row *after, struct str why);
/* Everything that depends on the rows of a batch, which count from now on. */
MUST_USE int derive_batch(struct reg_ctx *ctx, const struct reg *r, int64_t batch, struct str why);

/* ---- own fields ---- */

/* The JSON column into row values and back; unknown names are kept out. */
void own_read(struct arena *a, const struct reg_view *view, struct str json, struct value *v);
struct str own_write(struct arena *a, const struct reg_view *view, const struct value *v, struct str before);

#endif
