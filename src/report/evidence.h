/*
 * The evidence page (証跡ページ): one record with its values, history, links, attachments and comments on one page that can be
 * printed or taken as a file. Found by one search: its code, or words. Who may not read the row gets the same answer as for
 * one that does not exist; every page and file is recorded in the trail of the row.
 */
#ifndef REPORT_EVIDENCE_H
#define REPORT_EVIDENCE_H

#include "report/document.h"
#include "register/register.h"

#define EVIDENCE_ENTRIES 500 /* of the history; the page says when there are more */

/* What rooms above have to say about a record (approvals, tasks); declared by a table, since report/ must not see them. */
struct evidence_part {
	int (*put)(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, int64_t id, struct doc *d);
};
void evidence_declare(const struct evidence_part *parts, size_t n);

/* ERR_NOT_FOUND when there is no such row for this principal. *ret_code is the row's code. */
MUST_USE int evidence_build(struct db_conn *c, struct arena *a, const struct principal *p, enum lang lang, const struct reg *r, int64_t id,
                            struct doc *ret, struct str *ret_code);

/* Handlers of report/pages.c's routes. */
void evidence_search_page(struct http_req *req);
void evidence_page(struct http_req *req);
/* A write job that appends the entry ctx points to. */
MUST_USE int report_record(struct db_conn *c, void *ctx);

#endif
