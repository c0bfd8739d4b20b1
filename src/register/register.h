/*
 * The engine: registers (台帳) from constant descriptions. A register is one const struct reg; from it follow schema,
 * form, list, detail, API, import, export, audit trail, search, rights, documentation and tests. The engine never names a
 * register.
 *
 * There is one write path, reg_write(): authorise, check, derive, write, audit trail, search index, in one transaction;
 * and one read path, the query builder of register/query.h, which adds the principal's row visibility as SQL.
 *
 * A register's table has, beside one column per field (named as the field), the columns of the engine:
 *	id        INTEGER PRIMARY KEY REFERENCES record(id)
 *	unit_id   the unit that decides who sees the row (copied from the OWNER field), 0 when none
 *	archived  0 or 1
 *	batch     0, or the import batch that made the row: rows of a pending batch are invisible (see register/batch.h)
 *	match_key the natural key, folded; unique among rows with archived = 0
 *	own       own fields of an administrator, a JSON object by own field's name
 * record(id, register, unit_id, revision, state, code, created_at, created_by, updated_at, updated_by) is the identity.
 */
#ifndef REGISTER_REGISTER_H
#define REGISTER_REGISTER_H

#include "auth/auth.h"
#include "base/clock.h"
#include "base/limits.h"
#include "html/html.h"
#include "http/http.h"

/* ---- descriptions ---- */

enum field_type {
	FIELD_TEXT,      /* one line */
	FIELD_LONG_TEXT, /* Markdown */
	FIELD_INTEGER,
	FIELD_DECIMAL,   /* stored scaled by 10^decimals */
	FIELD_MONEY,     /* yen */
	FIELD_DATE,      /* stored as YYYY-MM-DD */
	FIELD_CHOICE,    /* stored as the choice's number */
	FIELD_MULTI,     /* choices numbered 0-62, stored as a bit mask; blank is NULL, not 0 */
	FIELD_SCALE,     /* a level min..max, each with its meaning in choices */
	FIELD_YES_NO,    /* 1, 0, or NULL: unknown */
	FIELD_REFERENCE, /* a row of the target register, stored as its id */
	FIELD_PERSON,    /* a reference whose target is the register of people */
	FIELD_UNIT,      /* a reference whose target is the register of units */
	FIELD_URL,
};

enum field_flag {
	FIELD_REQUIRED = 1,
	FIELD_KEY = 2,        /* part of the natural key */
	FIELD_LIST = 4,       /* a column of the list unless the person chooses others */
	FIELD_SORT = 8,
	FIELD_FILTER = 16,
	FIELD_SEARCH = 32,
	FIELD_SECRET = 64,    /* recorded in the trail as a keyed digest, shown to nobody but OP_PRIVATE */
	FIELD_SETTLE = 128,   /* written only with OP_SETTLE */
	FIELD_PRIVATE = 256,  /* read and written only with OP_PRIVATE; erasable personal data */
	FIELD_OWNER = 512,    /* the unit that decides who sees the row: at most one, of FIELD_UNIT */
	FIELD_GROW = 1024,    /* a reference whose missing target an import may create from its name */
	FIELD_ENGINE = 2048,  /* written by hooks or buttons only, never by a form, file or the API */
	FIELD_UNIQUE = 4096,  /* unique among live rows */
	FIELD_COURSE = 8192,  /* how far the work is, or when somebody looked: an approval of the row outlives its change */
	FIELD_OUTLINE = 16384, /* a long text whose lines and blanks are its meaning: shown as it stands, edited line by line */
	FIELD_PLAIN = 32768,  /* a long text that strangers may have written: shown as it stands, so that nothing in it becomes a link */
};

struct choice {
	int number;          /* stored: never renumber */
	const char *key;     /* in the API and in files of the product */
	struct label label;
	struct label meaning;            /* hover explanation; may be {NULL, NULL} */
	const char *const *alias;        /* further spellings understood on import, NULL-terminated; may be NULL */
	enum tone tone;
};

struct derivation;

struct field {
	const char *name;                /* column, form name, API key */
	struct label label, hint;
	enum field_type type;
	unsigned flags;                  /* enum field_flag */
	int64_t min, max;                /* of numbers; max characters of texts (0: LIMIT_TEXT / LIMIT_LONG_TEXT) */
	unsigned decimals;
	const struct choice *choice; size_t choices;
	const char *target;              /* register's name of a reference */
	struct label section;            /* group in form and detail: its fields are shown together, where the first stands */
	const char *const *alias;        /* further column headings understood on import, NULL-terminated; "組|見出し" names a
	                                    heading under a group heading */
	const char *warn;                /* of a date on which something ends: the key of the setting that says how many days
	                                    ahead it warns (register/warn.h); NULL: it does not */
	const char *begins;              /* of a date on which something ends: the date field with its beginning. A cell of a file
	                                    that holds a period ("2025年4月～2026年3月") gives both; a column of its own for the
	                                    beginning goes before it. NULL: there is none */
	const char *yen_if;              /* of a number that is yen in some rows only: the choice field that tells; NULL otherwise */
	int64_t yen_is;                  /* its value in those rows */
	/* Derived fields: */
	const struct derivation *derived; /* computed, never typed */
	struct label formula;            /* shown beside the value */
	const char *settled_by;          /* the input field that overrides it: a value given for the derived field by file or
	                                    API goes there when it differs from the computed one */
	const char *reason_field;        /* where the reason of an override is kept; required when settled_by is given a value.
	                                    Of an input that no derived field names in settled_by: the text that says why */
	const char *computed;            /* the derived field that holds the value without the override */
};

struct value {
	bool known;          /* false: blank, unknown */
	bool closed;         /* a reference that was read: the row it leads to is not the reader's to open; s is text only */
	int64_t i;           /* numbers, choices, references */
	struct str s;        /* texts, dates, URLs; of a reference that was read: the target's title */
};

enum record_state { RECORD_LIVE, RECORD_ARCHIVED };

struct row {
	int64_t id, revision, unit_id, batch;
	enum record_state state;
	struct str code;                 /* "AST-0001" */
	int64_t created_at, updated_at;
	struct str created_by, updated_by; /* actor names */
	struct value *v;                 /* one per field, own fields behind them */
	size_t values;
};

struct reg;

/* Derived values. A local one is computed from the row alone in reg_write(); a set-based one by one SQL statement, for
 * one row in reg_write() and for all rows concerned when something it depends on changes. */
struct dependency {
	const char *reg;       /* a change in this register ... */
	const char *through;   /* ... concerns rows whose reference field of this name points to the changed row; NULL: all rows */
	const char *back;      /* ... or the rows that the changed row's reference field of this name points to, before and after */
	/* The fields of reg that the statement looks at, NULL-terminated: a change of none of them concerns no row, unless it
	 * concerned an earlier derivation, whose fields this one may read. NULL: every change does. A test compares the list with what the
	 * database says that the statement reads. */
	const char *const *reads;
};
#define READS(...) .reads = (const char *const[]){ __VA_ARGS__, NULL }
/* SQL: the numbers of batches whose rows nobody sees. A statement that counts rows of another register leaves them out. */
#define BATCH_HIDDEN "(SELECT hidden.id FROM batch hidden WHERE hidden.state IN (0, 3))"
struct derivation {
	const char *const *fields;       /* the derived fields filled, NULL-terminated */
	/* local: sets row->v[...] from the other values */
	void (*local)(const struct reg *reg, struct row *row);
	/* set-based: "SELECT t.id, <expression per field, in the order of fields> FROM <table> t ..." without WHERE; the
	 * engine appends " WHERE t.id = ?" and the like. Settings are read from their table in the statement. */
	const char *sql;
	const struct dependency *depends; size_t dependencies;
};

struct error_list;
struct reg_ctx;

struct reg_hooks {
	/* Cross-field rules: adds errors. before is NULL for a new row. Called for every write, of any origin. */
	void (*check)(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors);
	/* Sets defaults of a new row before it is checked (values not given are unknown). */
	void (*fill)(struct reg_ctx *ctx, struct row *row);
	/* May files still be put on the row, or taken off it? NULL: yes. */
	bool (*takes_files)(struct reg_ctx *ctx, int64_t id);
	/* Keeps other tables true, within the same transaction. after->state tells an archive. */
	int (*after_write)(struct reg_ctx *ctx, const struct row *before, const struct row *after);
	/* Further content of the detail page, below the fields. */
	void (*detail)(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
	/* Does this field say nothing about such a row (an input of another method)? Form and detail fold it away. May be NULL. */
	bool (*idle)(const struct row *row, const struct field *f);
	/* Further content above the list (a hint, a campaign); may be NULL. */
	void (*list)(struct html *h, struct http_req *req, struct db_conn *c);
};

struct reg {
	const char *name;                /* "asset": API path, CLI, audit trail */
	const char *room;                /* "asset": pages live at /<room>/<name> */
	const char *table;               /* "asset_asset": room prefix, which no SQL dialect reserves */
	const char *code;                /* "AST" */
	struct label label, about, empty; /* 情報資産; what it is for, one sentence; how to begin when there is no row */
	const char *icon;
	const char *help;                /* manual page: "asset" -> /help/asset */
	const struct field *field; size_t fields;
	const char *title;               /* the field that names a row */
	const char *sort;                /* default sort field */
	struct access access;
	const struct derivation *const *derive; size_t derives;
	const struct reg_hooks *hooks;   /* may be NULL */
	const char *const *index;        /* further indexes: "department,risk_value"; NULL-terminated; may be NULL */
	const char *use;                 /* the choice field that tells whether a row is in use, so that its ends warn; NULL: every live row is */
	const int64_t *used;             /* its numbers of rows in use, 0-terminated; blank counts as in use too */
	bool whole;                      /* two rows are never made one: what hangs on each is somebody's own */
	bool shared;                     /* rows belong to no unit and are readable by all who have OP_READ on any unit */
};

/* ---- registry ---- */

/*
 * Checks every description (labels in both languages, names, choices, references to declared registers, flags that
 * fit the type, default sort sortable ...) and remembers them; called once at start-up by main/ and by tests. ERR_INVALID
 * with the place in *ret_why.
 */
MUST_USE int reg_declare(const struct reg *const *regs, size_t n, struct str *ret_why);
size_t reg_count(void);
const struct reg *reg_at(size_t number);
const struct reg *reg_find(struct str name);
int reg_number(const struct reg *r);                       /* auth's number */
int reg_field(const struct reg *r, const char *name);      /* index, or -1 */
int reg_field_str(const struct reg *r, struct str name);
int reg_reason_field(const struct reg *r, int field);      /* index of the text that says why an input has its value, or -1 */
int reg_owner_field(const struct reg *r);                  /* index of the OWNER field, or -1 */

/* Fields of a register together with the own fields an administrator added: index = position in row->v. Read once per
 * request. */
struct reg_view {
	const struct reg *reg;
	const struct field **field;
	size_t fields;
	size_t own_from; /* index of the first own field */
	const int64_t *warn_days; /* by index: days ahead of a field with warn; NULL when the register has none */
};
MUST_USE int reg_view_load(struct db_conn *c, struct arena *a, const struct reg *r, struct reg_view *ret);
int reg_view_field(const struct reg_view *v, struct str name);

/* ---- schema ---- */

/* "CREATE TABLE ... ; CREATE INDEX ..." of a register as its description wants it; the migrations must give the same. */
void reg_schema(struct buf *b, const struct reg *r);
/* The engine's own tables: record, link, comment, attachment, own_field, saved_view, draft, batch, moved ... */
extern const char register_schema[];

/* ---- values ---- */

enum value_form {
	FORM_VIEW,  /* for people, in their language */
	FORM_API,   /* keys, ISO dates */
	FORM_FILE,  /* for CSV and Excel: labels in Japanese or English, numbers plain */
	FORM_INPUT, /* what stands in a form's input */
};
void value_put(struct buf *b, const struct field *f, const struct value *v, enum value_form form, enum lang lang);
struct str value_str(struct arena *a, const struct field *f, const struct value *v, enum value_form form, enum lang lang);
bool value_eq(const struct field *f, const struct value *a, const struct value *b);
/* The field as it is to be read in this row: money where yen_if says so. */
struct field field_in_row(const struct reg *r, const struct field *f, const struct row *row);
/*
 * Text from a form, a file or the command line into a value: trims, normalises numbers, dates, choices, yes/no (有, ○,
 * あり, はい, yes, 1 / 無, ×, なし, いいえ, no, 0), "3:高い" levels; blank is unknown. References are not resolved here:
 * the trimmed name stands in ret->s and ret->known is true with i = 0; "#12", which FORM_INPUT writes, gives i = 12.
 * reg_write() finds the row of a name that is left. 0, or ERR_INVALID with *ret_why for people.
 */
MUST_USE int value_parse(const struct field *f, struct arena *a, struct str s, enum lang lang, struct value *ret,
                         struct note *ret_why);
/* Finds the live row a reference names: by code (AST-0001), natural key or title, folded; ERR_NOT_FOUND, or ERR_INVALID
 * when several rows bear the title. Rows the principal may not read are not found. */
MUST_USE int reference_find(struct db_conn *c, struct arena *a, const struct principal *p, const struct field *f,
                            struct str name, int64_t *ret_id);
/* The natural key of a row, folded, as kept in match_key. */
struct str reg_match_key(struct arena *a, const struct reg *r, const struct row *row);

/* ---- writing ---- */

struct field_error {
	int field;              /* index in the view; -1: the row as a whole */
	struct note why;
};
struct error_list {
	struct arena *arena;
	struct field_error *error;
	size_t n, cap;
};
void error_add(struct error_list *l, int field, struct note why);

/* Around a write: the writer's connection, memory, who writes. */
struct reg_ctx {
	struct db_conn *conn;
	struct arena *arena;
	const struct principal *by;
	const uint8_t *key;     /* the office's key, for digests of secrets */
};

enum change_kind { CHANGE_SAVE, CHANGE_ARCHIVE, CHANGE_RESTORE };

/* What is asked. Only fields whose bit in given is set are changed; the writer iterates over fields, never over what a
 * request happens to hold. */
struct change {
	enum change_kind kind;
	const struct reg_view *view;
	int64_t id;              /* 0: a new row */
	int64_t revision;        /* the one the person saw; 0: do not compare (imports, jobs) */
	struct value *v;         /* by view index */
	bool *given;             /* by view index */
	struct str reason;
	int64_t batch;           /* of an import; 0 otherwise */
	bool from_file;          /* an override equal to the computed value is dropped */
	bool by_engine;          /* may write FIELD_ENGINE fields */
	enum audit_kind audit;   /* 0: CREATE or UPDATE by itself */
};
struct change change_new(struct arena *a, enum change_kind kind, const struct reg_view *view, int64_t id);
void change_set(struct change *c, int field, struct value v);
/* By field name, from text: for jobs, the demo and tests. A bad name or value ends the process (die()). */
void change_set_text(struct change *c, struct arena *a, const char *field, const char *text);

struct written {
	int64_t id, revision;
	struct str code;
	bool created, changed;   /* both false: nothing to change, nothing written, no entry */
	struct error_list errors; /* of ERR_INVALID */
};
/*
 * The one write path, within db_write(). 0; ERR_INVALID with field errors; ERR_CONFLICT (revision); ERR_NOT_FOUND (no such
 * row, or not visible); ERR_DENIED (visible, but not to be written: recorded as refused by the caller's face; with an
 * error at the owner field when it is the unit that is outside the principal's rights); ERR_EXISTS with an error naming
 * the row that has the key. These refusals change nothing, so that a job may go on with its next row; what comes from
 * behind the checks (ERR_DB, an after_write hook's error) makes the caller give up its whole job.
 */
MUST_USE int reg_write(struct reg_ctx *ctx, const struct change *change, struct written *ret);

/* Runs reg_write() through the database's writer and waits: for handlers. Records a refusal in the trail. */
MUST_USE int reg_save(struct db *db, struct reg_ctx *ctx, const struct change *change, struct written *ret);

/* Merges the row `from` into `into`: references, links, comments, attachments move, `from` is archived with a pointer. With
 * fill, what is blank in `into` takes the value of `from`, as far as the person may read and write it, by a change of its own in the
 * history; ERR_INVALID when the register's rules refuse that, and nothing is merged. */
MUST_USE int reg_merge(struct reg_ctx *ctx, const struct reg_view *view, int64_t into, int64_t from, bool fill, struct str reason,
                       struct written *ret);
/*
 * Erases the personal data of a row, archived or not: its FIELD_PRIVATE and FIELD_SECRET fields become blank, also required
 * ones, and a natural key made of them goes; the trail keeps the keyed digests it has; drafts of the row go as well. What
 * people wrote elsewhere (comments, attachments, notes) stays. Needs OP_PRIVATE and OP_ARCHIVE. Within a write.
 */
MUST_USE int reg_erase(struct reg_ctx *ctx, const struct reg_view *view, int64_t id, struct str reason, struct written *ret);
bool reg_erasable(const struct reg *r); /* has fields that reg_erase() makes blank */
/* Undoes the last change of a row by writing the values before it; ERR_CONFLICT when another change came after;
 * ERR_INVALID with an error when there is nothing that can be undone (a merge, an erasure, values of which the trail
 * keeps only a digest). Within a write. */
MUST_USE int reg_undo(struct reg_ctx *ctx, const struct reg_view *view, int64_t id, int64_t revision, struct written *ret);

/* ---- derived values over many rows ---- */

/*
 * Recomputes a register's set-based derivations over all rows (changed_reg NULL) or those concerned by the change of one
 * row; one statement per derivation, one trail entry, every difference in moved(recompute_id, record_id, field, before,
 * after). *ret_moved counts the rows that moved. Within a write; reg_write() calls it for dependencies by itself.
 */
MUST_USE int reg_recompute(struct reg_ctx *ctx, const struct reg *r, const struct reg *changed_reg, int64_t changed_id,
                           struct str why, int64_t *ret_moved);
/* Recomputes every register that depends on the settings. */
MUST_USE int reg_recompute_all(struct reg_ctx *ctx, struct str why, int64_t *ret_moved);

#endif
