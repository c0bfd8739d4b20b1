/*
 * Approvals (承認): 作成 -> 審査 -> 承認 of one revision of one row of any register.
 *
 * A request binds to (record, revision, content hash) and keeps a frozen snapshot: what is approved is what was shown. When
 * the row is changed afterwards, the request can no longer be approved; a new one takes its place. Nobody decides about
 * their own work: not who wrote any part of it since the last approved revision, not who submitted it, not as a deputy, not
 * with a second account of the same person; and nobody decides two steps of one request.
 *
 * The rules are one constant table of transitions with guards (approval_state.c); everything is decided on the writer's
 * thread, so that of two approvers who press at once one wins and the other is told. Every step is in the audit trail.
 */
#ifndef WORK_APPROVAL_H
#define WORK_APPROVAL_H

#include "register/register.h"

#define LIMIT_APPROVAL_STEPS 9
#define APPROVAL_COST_MAX INT64_C(1000000000000) /* yen */
#define LIMIT_APPROVAL_TEXT 1000 /* characters of a reason or comment */

/* ---- the state machine (approval_state.c) ---- */

enum approval_state { /* stored: never renumber */
	APPROVAL_NONE, APPROVAL_WAITING, APPROVAL_APPROVED, APPROVAL_SENT_BACK, APPROVAL_WITHDRAWN, APPROVAL_REPLACED, APPROVAL__N
};
enum approval_event { EVENT_APPROVE, EVENT_SEND_BACK, EVENT_WITHDRAW, EVENT_REPLACE, EVENT__N };
enum approval_fact {
	FACT_STEP = 1,         /* the step that waits is theirs, or they stand in for whose it is */
	FACT_NOT_AUTHOR = 2,   /* neither they nor whom they stand in for wrote or submitted it */
	FACT_NOT_BEFORE = 4,   /* neither decided an earlier step of this request */
	FACT_SAME = 8,         /* the row is still the revision and the content that were submitted */
	FACT_SUBMITTER = 16,
	FACT_REASON = 32,      /* a reason is given */
	FACT_LAST = 64,        /* the step that waits is the last one */
	FACT_SEEN = 128,       /* they decide about the step they were shown */
};
/*
 * What event does in a state. 0 with *ret_to; ERR_CONFLICT when the state knows no such event (it was decided before), or
 * when the row or the step is another one by now; ERR_DENIED or ERR_INVALID for a guard that does not hold. *ret_why says
 * which.
 */
MUST_USE int approval_next(enum approval_state from, enum approval_event event, unsigned facts, enum approval_state *ret_to,
                           struct note *ret_why);

/* ---- routes (approval_route.c) ---- */

extern const struct reg reg_approval_route;

bool approval_takes(const struct reg *r); /* rows of this register may be submitted: not those of this room itself */

enum approval_act { ACT_REVIEW = 1, ACT_APPROVE = 2, ACT_CIRCULATE = 3 };
struct approval_step {
	int64_t number;
	int64_t stage;         /* the number of the first step that is taken at the same time: its own, where it stands alone */
	enum approval_act act;
	int64_t role;          /* enum access_role */
	int64_t person_id;     /* 0: whoever holds the role for the row's unit */
	bool leave_out;        /* when only the authors hold the role */
	int64_t amount_from;   /* yen from which the step is asked for; 0: always */
	/* once it is decided: */
	int64_t at, account_id, for_account_id;
	int decision;          /* enum approval_state: APPROVED or SENT_BACK; NONE while it waits */
	struct str name, for_name, comment;
};
/* Steps of one stage are taken side by side, in any order; the next stage begins when all of them are. Circulation (回覧) decides
 * nothing: it begins when the request is approved, and ends when each has read it. */
/* The steps of the route for rows of a register in a unit: the nearest unit's, the register's own before the general one;
 * without any the product's own two steps (review by the lead, approval by the executive). */
MUST_USE int approval_route_of(struct db_conn *c, struct arena *a, const struct reg *r, int64_t record_id, int64_t unit_id,
                               struct approval_step *ret, size_t *ret_n);
/* Instead of the product's two steps, a register may bring its own: they too hold only while no route is written. At most
 * LIMIT_APPROVAL_STEPS. Set once at start-up; the table must stay valid. */
struct own_route {
	const struct reg *reg;
	int (*steps)(struct db_conn *c, struct arena *a, int64_t record_id, struct approval_step *ret, size_t *ret_n);
};
void approval_declare_routes(const struct own_route *routes, size_t n);
/* Does the principal hold the step for a row of this unit, by itself? */
MUST_USE int approval_holds(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval_step *s,
                            int64_t unit_id, bool *ret);
struct str approval_who(struct db_conn *c, struct arena *a, const struct approval_step *s, enum lang lang); /* "経営層", a name */

/* ---- the frozen content (approval_snapshot.c) ---- */

struct snapshot_field {
	struct str name, label[LANG__N], text[LANG__N];
	int64_t ref;           /* of a reference: the row it leads to */
	int64_t of;            /* of a fact (struct frozen_fact): the row it is told of; its name has a dot */
};
struct snapshot {
	struct snapshot_field *field;
	size_t n;
	struct str json;       /* as it is stored */
	uint8_t hash[32];      /* over the names and stored values of all known fields */
};
/* The row as it is now. Private and secret fields are left out of the text (they can be erased) and of the hash. */
MUST_USE int snapshot_take(struct db_conn *c, struct arena *a, const struct reg *r, int64_t id, struct snapshot *ret,
                           struct row *ret_row);
MUST_USE int snapshot_parse(struct arena *a, struct str json, struct snapshot *ret);
/* Are the facts that stand in both the same? One that only one of them has says nothing: it was not frozen then. */
bool snapshot_same_facts(const struct snapshot *x, const struct snapshot *y);
/* Whether what people entered is the same in both, and the facts are: neither derived values nor FIELD_COURSE fields count. */
bool snapshot_same(const struct reg *r, const struct snapshot *x, const struct snapshot *y);
const struct snapshot_field *snapshot_find(const struct snapshot *s, struct str name);
/* May the reader be shown this field's text: readable, and not the name of a row out of their reach? */
bool snapshot_readable(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r,
                       const struct snapshot_field *f);

/* ---- requests (approval.c) ---- */

struct approval {
	int64_t id, record_id, revision, unit_id;
	const struct reg *reg;
	struct str code, title;        /* of the row now; title is empty when it is private */
	enum approval_state state;
	bool changed;                  /* archived by now, or another revision; once approved, one with other content (snapshot_same()) */
	struct str reason, submitted_name, snapshot, base; /* base: the snapshot approved before, or empty */
	int64_t cost;                  /* yen; -1: not given */
	int64_t submitted_at, submitted_by, decided_at;
	int64_t step;                  /* the stage that waits, or was the last to be decided */
	struct approval_step steps[LIMIT_APPROVAL_STEPS];
	size_t step_count;
	uint8_t hash[32];
};

struct approval_submit {
	int64_t record_id, revision;   /* the revision the person saw */
	struct str reason;             /* why: required */
	int64_t cost;                  /* yen; -1: not given */
};
/*
 * Within a write. Needs OP_UPDATE on the row and an account (of its own or behind a token that may write). ERR_NOT_FOUND,
 * also for a row of a register that takes no approvals;
 * ERR_DENIED; ERR_CONFLICT when the row has another revision; ERR_EXISTS when this revision waits or is approved already;
 * ERR_INVALID with *ret_why: archived, no reason, or a step that nobody but its authors could take. A request that waited
 * for an older revision is replaced.
 */
MUST_USE int approval_submit(struct reg_ctx *ctx, const struct approval_submit *s, int64_t *ret_id, struct note *ret_why);

struct approval_decision {
	int64_t id;
	enum approval_event event;     /* APPROVE, SEND_BACK, WITHDRAW */
	int64_t step, revision;        /* as they were shown */
	struct str comment;            /* the reason of a sending back; may be empty otherwise */
};
/* Within a write, by a person who signed in; a token that may write takes back what its account submitted, and decides
 * nothing; a link does neither: see approval_next(). ERR_NOT_FOUND for a request
 * about a row that the principal may not read. */
MUST_USE int approval_decide(struct reg_ctx *ctx, const struct approval_decision *d, struct note *ret_why);

/* Of the stage that waits: has nobody decided this step yet? And the first such one; NULL when none waits. */
bool approval_step_open(const struct approval *x, const struct approval_step *s);
const struct approval_step *approval_open_step(const struct approval *x);
/* Within a write, by a person who signed in: they have read what circulates. ERR_NOT_FOUND when none of it waits for them. */
MUST_USE int approval_read(struct reg_ctx *ctx, int64_t id, struct note *ret_why);
/* The circulation step of an approved request that waits for the principal, or NULL. */
MUST_USE int approval_to_read(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval *x, const struct approval_step **ret);

/* One request about a row the principal may read. ERR_NOT_FOUND. */
MUST_USE int approval_get(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct approval *ret);
/* Which step that waits may the principal decide: NULL for none, and then *ret_why says why. deputy_for: whom they would stand in
 * for, or 0. */
MUST_USE int approval_mine(struct db_conn *c, struct arena *a, const struct principal *p, const struct approval *x, const struct approval_step **ret,
                           int64_t *ret_deputy_for, struct note *ret_why);

/* SENT_BACK: those of the principal that were sent back, and after which nothing was submitted for the row. */
enum approval_list_kind { APPROVALS_TO_DECIDE, APPROVALS_TO_READ, APPROVALS_SUBMITTED, APPROVALS_SENT_BACK, APPROVALS_WAITING, APPROVALS_OF_RECORD };
/* TO_READ: approved ones that circulate and wait for the principal. WAITING: all that are undecided, about rows that the principal may see. Newest last of those to decide and that wait, newest
 * first otherwise; without snapshots and steps. At most max. */
MUST_USE int approval_list(struct db_conn *c, struct arena *a, const struct principal *p, enum approval_list_kind kind,
                           int64_t record_id, size_t max, struct approval *ret, size_t *ret_n);
/* How many APPROVALS_WAITING has, and since when the oldest waits (0: none). */
MUST_USE int approval_waiting(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret_n, int64_t *ret_since);

/* How many TO_DECIDE, TO_READ and SENT_BACK have, each counted up to max: one statement when the office has none of them, five at
 * most plus one for each person the principal is the deputy of. */
struct approval_counts { int64_t to_decide, to_read, sent_back; };
MUST_USE int approval_count(struct db_conn *c, struct arena *a, const struct principal *p, int64_t max, struct approval_counts *ret);

/* " AND (...)": only records (alias has id, unit_id, register) on which the principal may do op. */
void work_visible(struct sql *q, const struct principal *p, enum op op, const char *alias);

/* ---- deputies (deputy.c) ---- */

struct deputy {
	int64_t id, account_id, deputy_id;
	struct str account_name, deputy_name, from_day, until_day;
};
/* Within a write, by the account itself, or for somebody who is away by who administers accounts (then never for themselves as the
 * deputy: ERR_INVALID). account_id 0: the caller's own. Days are YYYY-MM-DD, both included; at most 366 days. ERR_DENIED,
 * ERR_INVALID with *ret_why. */
MUST_USE int deputy_name(struct reg_ctx *ctx, int64_t account_id, int64_t deputy_id, struct str from_day, struct str until_day, struct note *ret_why);
/* By the account itself or an administrator. */
MUST_USE int deputy_end(struct reg_ctx *ctx, int64_t id);
#define LIMIT_DEPUTIES 20
/* Accounts whose deputy this account is today: their principals. */
MUST_USE int deputy_hats(struct db_conn *c, struct arena *a, int64_t account_id, struct principal *ret, size_t *ret_n);

/* The line of an approval in a row's history (register/history.h). */
bool approval_say(struct arena *a, enum lang lang, struct str name, struct str recorded, struct str *ret_label, struct str *ret_text);

#endif
