/* What the pages of this room share: sections, tables, cells, the jobs behind buttons. Nobody outside this room includes this. */
#ifndef TRAINING_UI_H
#define TRAINING_UI_H

#include "training/training.h"

/* "12 / 40 (30%)" as a bar. */
void tr_share(struct html *h, struct str label, int64_t done, int64_t all);
void tr_submit(struct html *h, const char *icon, msg_id label, bool primary);
/* How an assignment stands, in words for others: never a score. */
void tr_stands(struct html *h, int64_t state, struct str due_on);
bool is_late(struct str due_on);
/* A page of this room under its front; title of the browser and the heading. */
void tr_page(struct http_req *req, struct html *h, struct page *page);

struct reg_ctx tr_ctx(struct http_req *req, struct db_conn *c);
/* What a refusal means, as a page. */
void tr_fail(struct http_req *req, int e);
bool may_lead(const struct principal *p);

#endif
