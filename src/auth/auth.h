/*
 * Who asks, and what they may do. A principal is an account, an API token or a personal link with its list of items; the
 * operator at the machine and the system's own jobs are principals too. Rights are grants (principal, access role, unit,
 * until) over the unit closure; what an access role may do in a register is a mask of operations. The same masks and the
 * same SQL predicate serve pages, API, search, export and links.
 *
 * Three words are kept apart: an access role (here), a security duty (担当), a management role A-G.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "base/limits.h"
#include "db/audit.h"
#include "db/db.h"

/* Operations on a register. Stored in custom access roles: never renumber. */
enum op {
	OP_READ = 1,
	OP_CREATE = 2,
	OP_UPDATE = 4,
	OP_ARCHIVE = 8,      /* and restore, merge */
	OP_EXPORT = 16,
	OP_IMPORT = 32,
	OP_SETTLE = 64,      /* write fields reserved for the lead (a settled value over the department's) */
	OP_PRIVATE = 128,    /* read and write fields marked private (personal data) */
	OP_COMMENT = 256,    /* comment, attach */
	OP_ALL = 511,
};

/* Built-in access roles. Stored: never renumber. Custom ones have numbers from 100. */
enum access_role {
	ROLE_ADMINISTRATOR,  /* the installation: accounts, settings, own fields; reads everything */
	ROLE_LEAD,           /* security lead: every register */
	ROLE_CONTACT,        /* department contact: rows of own units */
	ROLE_EXECUTIVE,      /* reads, approves */
	ROLE_AUDITOR,        /* reads everything, the trail included; exports */
	ROLE__BUILTIN,
};

/* What each built-in access role may do in a register: part of the register's description. */
struct access {
	uint32_t ops[ROLE__BUILTIN];
};

/* Rights beside registers: a route's `need` holds exactly one of these, or 0 with NEED_REGISTER. */
enum need {
	NEED_SIGNED_IN = 1,  /* any account */
	NEED_REGISTER = 2,   /* the handler's register and operation decide: auth_require() is called by register/ */
	NEED_ADMIN = 4,      /* accounts, access roles, own fields, settings of the installation */
	NEED_SETTINGS = 8,   /* settings of methods and thresholds: administrator and lead */
	NEED_AUDIT = 16,     /* read the audit trail: administrator, lead, auditor */
	NEED_OVERVIEW = 32,  /* dashboards over visible rows: everyone but personal links */
	NEED_LINKS = 64,     /* issue personal links */
	NEED_REPORT = 128,   /* the monthly report and evidence pages: everyone but contacts, over the rows they may see */
};

enum principal_kind { PRINCIPAL_NONE, PRINCIPAL_ACCOUNT, PRINCIPAL_TOKEN, PRINCIPAL_LINK, PRINCIPAL_OPERATOR, PRINCIPAL_SYSTEM };

struct grant {
	int64_t role;        /* enum access_role or a custom role's number */
	int64_t unit_id;     /* 0: every unit */
};

struct principal {
	enum principal_kind kind;
	int64_t id;               /* account, token or link */
	int64_t account_id;       /* of the account, or of the token's account; 0 for a link */
	int64_t person_id;        /* 0 when the account belongs to no person */
	int64_t session_id;
	struct str name;          /* as shown and recorded */
	struct str address;
	enum lang lang;
	bool read_only;           /* a token of scope read */
	struct grant grant[LIMIT_GRANTS]; size_t grants;
	uint32_t needs;           /* enum need this principal satisfies */
	uint32_t link_ops;        /* of a personal link: the union over its items */
};

/* The principal an account is, with the grants that hold today. ERR_NOT_FOUND when there is none or it is switched off.
 * Custom access roles are read anew when they changed. Strings live in the arena. */
MUST_USE int auth_principal_load(struct db_conn *c, struct arena *a, int64_t account_id, struct principal *ret);
/* The principal a live personal link is. */
MUST_USE int auth_principal_link(struct db_conn *c, struct arena *a, int64_t link_id, struct principal *ret);

/*
 * The register's number in auth's mask cache, its name and label (for the matrix of access roles and the trail) and its
 * default masks; called once per register at start-up, by register/, before any other thread runs. The pointers must
 * stay valid. Rows of a shared register belong to no unit: everybody who may read or export the register on any unit
 * sees all of them; changing them needs a grant on every unit.
 */
void auth_declare_register(int number, const char *name, struct label label, const struct access *defaults, bool shared);
struct auth_register_info {
	const char *name;
	struct label label;
	const struct access *defaults;
	bool shared;
};
/* What was declared, or NULL: for pages and documents. Numbers need not be dense. */
const struct auth_register_info *auth_register_info(int number);
int auth_register_find(struct str name); /* -1 when there is none of that name */

/* What the principal may do in a register on some unit at least: the union over grants. Of a personal link: the union
 * over its items, whatever register they are of. */
uint32_t auth_ops(const struct principal *p, int reg);
/* May the principal do op on a row of this unit (and, for a personal link, on this record)? Looks in the database. A row
 * of no unit (0) is open to grants on every unit, and to shared registers' readers. */
MUST_USE bool auth_allows(struct db_conn *c, const struct principal *p, int reg, enum op op, int64_t unit_id, int64_t record_id);
/*
 * Appends " AND (...)" so that only rows remain on which the principal may do op. alias is the constant table alias that
 * has columns id and unit_id. Writes nothing for a principal that may do it on every unit.
 */
void auth_visible(struct sql *q, const struct principal *p, int reg, enum op op, const char *alias);

/* The principal of local commands and of background jobs. */
struct principal auth_operator(void);
struct principal auth_system(void);
/* An audit entry with actor, actor name and address filled from the principal. */
struct audit_entry auth_entry(struct arena *a, const struct principal *p, enum audit_kind kind);

/* ---- the unit closure: org/ keeps it true, auth/ reads it ---- */

/* Rebuilds the closure rows of unit and everything below it after its parent changed (0: a root), and makes them for a
 * new unit. ERR_INVALID for a cycle, and nothing is changed. Within a write. */
MUST_USE int auth_unit_place(struct db_conn *writer, int64_t unit_id, int64_t parent_id);

/* ---- accounts, within a write; each appends its audit entry ---- */

struct account_new {
	struct str login;        /* unique, folded; 1-100 characters */
	struct str name;
	int64_t person_id;
	struct str password_hash; /* empty: only by invitation */
	enum lang lang;
};
MUST_USE int auth_account_create(struct db_conn *writer, struct arena *a, const struct principal *by,
                                 const struct account_new *n, int64_t *ret_id);
/* The functions below that change accounts and grants want NEED_ADMIN of `by` (ERR_DENIED), and ERR_NOT_FOUND says that
 * there is no such account, role or grant. A grant is made, or its end moved: until is a date YYYY-MM-DD (the last day on
 * which it holds), or empty. unit_id 0 is every unit. ERR_LIMIT beyond LIMIT_GRANTS. */
MUST_USE int auth_grant(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id, int64_t role,
                        int64_t unit_id, struct str until);
/* ERR_CONFLICT when nobody would be left who administers the installation. */
MUST_USE int auth_revoke(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id, int64_t role,
                         int64_t unit_id);
/* Switches an account off (its sessions end, its tokens stop) or on. ERR_CONFLICT for the last administrator. */
MUST_USE int auth_account_active(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id, bool active);
/* Accounts and personal links of the person `from` become those of `into`: two rows of people were one. Nobody's rights
 * change. Within a write. */
MUST_USE int auth_person_merged(struct db_conn *writer, struct arena *a, int64_t into, int64_t from);
/* How many grants name the unit itself. */
MUST_USE int auth_grants_on(struct db_conn *c, struct arena *a, int64_t unit_id, int64_t *ret);
/* The grants on a unit become grants on another, with the same access role and end; of two that become one the longer holds.
 * Each is recorded. *ret_moved counts them. Within a write; NEED_ADMIN. */
MUST_USE int auth_grants_move(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t from_unit, int64_t to_unit,
                              int64_t *ret_moved);
/* Two rows became one. Where they are units their grants follow, if `by` has NEED_ADMIN; items of personal links follow if
 * `by` has NEED_LINKS. What `by` may not move stays with the row that was archived. Within a write. */
MUST_USE int auth_record_merged(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t into, int64_t from);
/* Takes the second factor away from somebody who lost it. */
MUST_USE int auth_factor_clear(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id);
/* Sets a password of which the hash is given, ends every session of the account but keep_session (0: all), and uses up
 * its invitations. by is the account itself, an administrator or the operator. */
MUST_USE int auth_password_set(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id,
                               struct str password_hash, int64_t keep_session);
/* Is there no account yet, so that the first-run guide is to be shown? */
MUST_USE int auth_first_account_missing(struct db_conn *c, bool *ret);
/* The first account: administrator and lead on every unit. ERR_EXISTS when there is an account already: two people at the
 * guide at the same time make one account. */
MUST_USE int auth_first_account_create(struct db_conn *writer, struct arena *a, const struct account_new *n, int64_t *ret_id);
/* A one-time link for setting a password: an invitation for 7 days, or for 24 hours when the account has a password
 * (reset). Earlier ones of the account end. *ret_secret is the part that stands in the URL behind /invitation/. */
MUST_USE int auth_invite(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id,
                         struct str *ret_secret);
/* An API token; shown once. By the account itself, an administrator or the operator. scope_write false: read only. expires_ms 0: a year from now. */
MUST_USE int auth_token_create(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t account_id,
                               struct str name, bool scope_write, int64_t expires_ms, struct str *ret_token);
MUST_USE int auth_token_revoke(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t token_id);
/* The account of that login, folded; also one that is switched off. */
MUST_USE int auth_account_find(struct db_conn *c, struct str login, int64_t *ret_id);

/* ---- access roles ---- */

#define LIMIT_CUSTOM_ROLES 64
#define ROLE_CUSTOM 100      /* the first number of a custom access role */

struct role_info {
	int64_t id;
	struct str name_ja, name_en;
	uint32_t needs;          /* enum need it gives */
	bool builtin;
};
struct role_mask {
	struct str reg;          /* register's name */
	uint32_t ops;
};
/* The built-in ones, then the custom ones by number. */
MUST_USE int auth_role_list(struct db_conn *c, struct arena *a, struct role_info **ret, size_t *ret_n);
struct label auth_role_label(enum access_role role); /* of a built-in one */
/* What an access role may do in a register. */
uint32_t auth_role_ops(int64_t role, int reg);
/* Makes (id 0) or changes a custom access role. needs may hold NEED_OVERVIEW, NEED_AUDIT, NEED_SETTINGS, NEED_LINKS,
 * NEED_REPORT.
 * ERR_RANGE for a mask or name that cannot be, ERR_LIMIT beyond LIMIT_CUSTOM_ROLES. */
MUST_USE int auth_role_write(struct db_conn *writer, struct arena *a, const struct principal *by, const struct role_info *role,
                             const struct role_mask *mask, size_t masks, int64_t *ret_id);

/* A personal link: opens only its items (records), expires, can be revoked, is recorded. The caller has made sure that
 * `by` itself may do the operations on the records; NEED_LINKS is looked at here. expires_ms 0: 30 days from now. ret_id
 * may be NULL. With item NULL it opens no record at all: the room that made it knows it by its id, and says where it leads
 * (auth_world.link_home). */
#define LIMIT_LINK_ITEMS 500
struct link_item {
	int64_t record_id;
	uint32_t ops; /* OP_READ (always added), OP_UPDATE, OP_COMMENT */
};
MUST_USE int auth_link_create(struct db_conn *writer, struct arena *a, const struct principal *by, struct str name,
                              int64_t person_id, const struct link_item *item, size_t n, int64_t expires_ms, int64_t *ret_id,
                              struct str *ret_secret);
MUST_USE int auth_link_revoke(struct db_conn *writer, struct arena *a, const struct principal *by, int64_t link_id);

/* ---- what lies above: records and units by name, for the pages of this room ---- */

struct auth_record {
	int64_t id, unit_id;
	int reg;                 /* register's number */
	struct str code, title, path; /* "AST-0001", its title, "/asset/asset/12" */
};
struct auth_unit {
	int64_t id;
	struct str name;
	unsigned depth;          /* below the root, for indenting */
};
struct html;
struct auth_world {
	/* A record that the principal may read, by id, or by its code when id is 0. ERR_NOT_FOUND. */
	int (*record)(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct str code, enum lang lang,
	              struct auth_record *ret);
	/* Living units in the order of the tree. */
	int (*units)(struct db_conn *c, struct arena *a, enum lang lang, struct auth_unit **ret, size_t *ret_n);
	/* The label of a register's field, for the audit trail; the name itself when it is unknown. */
	struct str (*field)(struct str reg, struct str field, enum lang lang);
	/* Where a personal link leads when it belongs to something of its own (a review), or an empty str: the list of its items. */
	struct str (*link_home)(struct db_conn *c, struct arena *a, int64_t link_id);
	/* The mail address of a live person, or an empty str. */
	int (*reach)(struct db_conn *c, struct arena *a, int64_t person_id, struct str *ret_address);
	/* The company's name, which no password may hold. */
	struct str (*company)(struct db_conn *c, struct arena *a);
	/* Below the form of the sign-in page of a demo company: who there is to sign in as. */
	void (*demo_people)(struct html *h);
};
/* Set once at start-up by main/; w must stay valid. Members may be NULL: the pages then show numbers. */
void auth_set_world(const struct auth_world *w);
/* The mail address of a person. ERR_NOT_FOUND without one. For letters only: who may see it is not looked at. */
MUST_USE int auth_reach(struct db_conn *c, struct arena *a, int64_t person_id, struct str *ret_address);

/* ---- sessions and the guard: see auth/session.h for the pages ---- */

struct http_req;
/*
 * The guard of the server (http/http.h): finds the principal by session cookie, bearer token or personal link, checks the
 * route's need, same origin and CSRF for a change of state, and slows guessing. It never tells a missing thing from a
 * forbidden one.
 */
int auth_guard(struct http_req *req);
/* The principal of a request; never NULL behind the guard. */
const struct principal *auth_principal(const struct http_req *req);

/* Its own tables, and the routes of its pages (sign-in, second factor, account, sessions, people with access, roles,
 * tokens, links). */
extern const char auth_schema[];

#endif
