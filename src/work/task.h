/*
 * Tasks (やること): something that somebody has to do by a day, on a row of any register or by itself; done with evidence.
 * The register is `task`. The row it stands on is named by its code, which no two rows of the office share, so that no
 * register needs to know of tasks. Who may see a task sees that code; what the row is called, only who may read the row.
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
/* The part of a detail page with the tasks on that row, and a form for a new one. */
void task_on_row(struct html *h, struct http_req *req, struct db_conn *c, const struct reg *r, const struct row *row);
/* The register's own detail page: the row it stands on, and the button that says it is done. */
void task_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
/* A live row by its code that the principal may read: ERR_NOT_FOUND otherwise, whether it exists or not. */
MUST_USE int task_about(struct db_conn *c, struct arena *a, const struct principal *p, struct str code, int64_t *ret_id, const struct reg **ret_reg);

#endif
