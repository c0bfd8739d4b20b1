/*
 * Tasks (やること): something that somebody has to do by a day, on a row of any register or by itself; done with evidence.
 * The register is `task`. The row it stands on is named by its code, which no two rows of the office share, so that no
 * register needs to know of tasks. Who may see a task sees that code; what the row is called, only who may read the row.
 *
 * A task may come back (work/days.h says when). The next one is made when the former is done, or on its due day, whatever comes
 * first: once, which work_task_next remembers. One that is cancelled before that has no next one.
 */
#ifndef WORK_TASK_H
#define WORK_TASK_H

#include "register/register.h"

extern const struct reg reg_task;
extern const struct route task_routes[];
extern const size_t task_route_count;

enum task_state { TASK_OPEN = 1, TASK_IN_PROGRESS, TASK_DONE, TASK_CANCELLED }; /* stored: never renumber */

/* On Today: the reader's own tasks by due day, those they are the deputy for, and for who leads, how many of others are late.
 * Nothing when there is none. */
void task_inbox(struct html *h, struct http_req *req, struct db_conn *c);
/* How many tasks of the reader's own are open, counted up to max: those of the first block of task_inbox(). At most one statement. */
MUST_USE int task_count(struct db_conn *c, struct arena *a, const struct principal *p, int64_t max, int64_t *ret);
/* The part of a detail page with the tasks on that row, and a form for a new one. */
void task_on_row(struct html *h, struct http_req *req, struct db_conn *c, const struct reg *r, const struct row *row);
/* The register's own detail page: the row it stands on, and the button that says it is done. */
void task_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
/* A live row by its code that the principal may read: ERR_NOT_FOUND otherwise, whether it exists or not. */
MUST_USE int task_about(struct db_conn *c, struct arena *a, const struct principal *p, struct str code, int64_t *ret_id, const struct reg **ret_reg);

/* ---- coming back (task_repeat.c), within a write ---- */

/* Makes the next one of a task that comes back, unless it was made before: by the system, with the former's people, note and
 * check list. Where such a task stands already (same name, row and due day), that one counts. Nothing for a task that does not
 * come back, or whose next day lies behind the calendar. */
MUST_USE int task_next_make(struct reg_ctx *ctx, int64_t id);
#define LIMIT_NEXT_ROUND 200 /* made by one round of the jobs; the next round goes on */
/* The same for every open task that is due by today; *ret_made counts the new ones. Not within a write. */
MUST_USE int task_next_round(struct db *db, const uint8_t *key, int64_t *ret_made);

/* ---- check list (checklist.c) ---- */

#define LIMIT_CHECKS 50        /* lines of one task */
#define LIMIT_CHECK_TEXT 200   /* characters of a line */
struct check_line {
	int64_t id, done_at;       /* 0: open */
	struct str text, done_by;
};
MUST_USE int checklist_of(struct db_conn *c, struct arena *a, int64_t task_id, struct check_line ret[LIMIT_CHECKS], size_t *ret_n);
MUST_USE int checklist_open(struct db_conn *c, struct arena *a, int64_t task_id, int64_t *ret);
/* Within a write, by who may change the task (also by a personal link): ERR_NOT_FOUND, ERR_DENIED, ERR_CONFLICT for a task that
 * is done or cancelled, ERR_LIMIT, ERR_INVALID with *ret_why. text: one line each; blank lines are left out. */
MUST_USE int checklist_add(struct reg_ctx *ctx, int64_t task_id, struct str text, struct note *ret_why);
/* Ticks a line (who and when are kept), or takes the tick away. What stands already is no change. */
MUST_USE int checklist_tick(struct reg_ctx *ctx, int64_t line_id, bool done, struct note *ret_why);
/* Takes away an open line; a ticked one stays: ERR_CONFLICT. */
MUST_USE int checklist_remove(struct reg_ctx *ctx, int64_t line_id, struct note *ret_why);
/* The lines of one task, open, for another. */
MUST_USE int checklist_copy(struct reg_ctx *ctx, int64_t from_task, int64_t to_task);
void checklist_put(struct html *h, struct http_req *req, struct db_conn *c, const struct row *task);
/* The lines of check lists in a task's history (register/history.h). */
bool checklist_say(struct arena *a, enum lang lang, struct str name, struct str recorded, struct str *ret_label, struct str *ret_text);

/* ---- handing over (task_hand_over.c) ---- */

/* What a person has to do goes to somebody else: the open tasks that ctx->by may change, as owner and as deputy, each by a write
 * of its own with the reason. A task that was in the former owner's unit goes to the new owner's. Who was the deputy and becomes
 * the owner is deputy no longer. Within a write: all or none. ERR_NOT_FOUND for a person out of reach, ERR_INVALID with *ret_why,
 * also when one of the tasks cannot move, which is named. */
MUST_USE int task_hand_over(struct reg_ctx *ctx, int64_t from_person, int64_t to_person, struct str reason, int64_t *ret_moved, struct note *ret_why);
/* On a person's page: what they have to do, and the form that hands it over. */
void task_of_person(struct html *h, struct http_req *req, struct db_conn *c, const struct row *person);

#endif
