/* What the pages of this room share. Nobody outside of it includes this. */
#ifndef WORK_PAGES_H
#define WORK_PAGES_H

#include "work/approval.h"

/* A page within the frame, below 今日; title, subtitle and further breadcrumbs are the caller's. */
void work_page_begin(struct http_req *req, struct html *h, struct page *page);
/* The error page of a failed read or write: why, or what the error means by itself. */
void work_fail(struct http_req *req, int e, struct note why);

/* One change asked for by a form. */
struct work_job {
	struct http_req *req;
	struct approval_submit submit;
	struct approval_decision decision;
	int64_t id;
	struct note why;
};

/* Runs fn on the writer with the job; records what was denied, and answers what failed. */
int work_submit_job(struct db_conn *c, void *arg);
int work_decide_job(struct db_conn *c, void *arg);
MUST_USE int work_run(struct work_job *j, db_write_fn *fn);
struct reg_ctx work_ctx(struct http_req *req, struct db_conn *c);
bool work_form_id(struct http_req *req, const char *name, int64_t *ret);

#define APPROVALS_SHOWN 50 /* of one list of requests */

http_handler page_deputy, do_deputy, do_deputy_end;
http_handler do_check_add, do_check;          /* checklist.c */
http_handler do_hand_over_person;            /* task_hand_over.c */
http_handler api_approvals, api_approval, api_submit, api_withdraw; /* approval_api.c */

#endif
