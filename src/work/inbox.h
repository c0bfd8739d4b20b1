/* The inbox (受信箱) on Today: what waits for the reader. Nobody outside this room includes this. */
#ifndef WORK_INBOX_H
#define WORK_INBOX_H

#include "register/register.h"

/* Approvals to decide, and those sent back to the reader; nothing when nothing waits. */
void inbox_put(struct html *h, struct http_req *req, struct db_conn *c);
/* The part of a detail page that tells how the row stands with its approval, and asks for it. */
void approval_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct reg *r, const struct row *row);

#endif
