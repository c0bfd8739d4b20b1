/*
 * Work (room of 今日): the Today page, and approvals of rows of any register. What other rooms use of it stands here; the
 * workings of approvals are in work/approval.h.
 */
#ifndef WORK_WORK_H
#define WORK_WORK_H

#include "html/html.h"
#include "http/http.h"
#include "register/register.h"

extern const struct route work_routes[];
extern const size_t work_route_count;
extern const struct route approval_routes[];
extern const size_t approval_route_count;
/* The tables of this room that are no registers. */
extern const char work_schema[];


/* What a room has to say on Today: rooms above add their own parts by this table, since work/ must not see them. */
struct db_conn;

struct today_part {
	/* Writes one block (a heading and what is due, missing or changed), or nothing. */
	void (*put)(struct html *h, struct http_req *req, struct db_conn *c);
};
void today_declare(const struct today_part *parts, size_t n);

/* Approvals and tasks on evidence pages and in the monthly report (work/papers.c). */
extern const struct evidence_part work_evidence_part;
extern const struct report_part work_report_part;

/*
 * What an approval of a row freezes beside the row itself: a field of the row that it refers to, such as the cost of the
 * control that a treatment means. Who may not read that row is not shown it. Set once at start-up, before work_declare();
 * facts must stay valid.
 */
struct frozen_fact { const struct reg *reg; const char *ref; const struct reg *target; const char *field; };
void approval_declare_facts(const struct frozen_fact *facts, size_t n);

/* Puts the rooms' approvals on every detail page; called once at start-up, after the registers are declared. */
void work_declare(void);

/*
 * What waits for the principal, for the menu of every page: *ret_n approvals to decide, to read and sent back, and open tasks
 * together (each counted up to LIMIT_WAITING), *ret_words says which; 0 and nothing said when nothing waits, and for a link.
 * Its words are those of the blocks on Today. A few statements over indexes of what is open, whatever the size of the office.
 */
#define LIMIT_WAITING 100
MUST_USE int work_waiting(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret_n, struct str *ret_words);

/* ---- how a row stands, for other rooms ---- */

struct approval_mark {
	int64_t id;          /* of the newest request; 0: never submitted */
	int state;           /* enum approval_state */
	bool changed;        /* what was approved, or waits for it, is not what stands there */
	int64_t decided_at;  /* 0 while it waits */
};
/* Of n rows that the caller has read for its principal, by one statement. */
MUST_USE int approval_states_of(struct db_conn *c, struct arena *a, const int64_t *record, size_t n, struct approval_mark *ret);
/* When this person, by an account of theirs, approved what stands in the row now; 0: they did not. What a deputy decides is the
 * deputy's doing. */
MUST_USE int approval_by_person(struct db_conn *c, struct arena *a, int64_t record, int64_t person, int64_t *ret_at);
/* The mark as a chip for tables: 承認済, 承認待ち, 差戻し, 承認後に変更 ..., linked to its page; nothing for a row never submitted. */
void approval_put(struct html *h, const struct approval_mark *m);
/* The words of a mark's state. */
msg_id approval_state_msg(int state, bool changed);

#endif
