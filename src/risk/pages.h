/* Pages and detail hooks that the files of this room share. Nobody outside includes this. */
#ifndef RISK_PAGES_H
#define RISK_PAGES_H

#include "auth/office.h"
#include "register/query.h"
#include "risk/risk.h"

/* A row that the request's principal may read, by a captured id; answers 404 and returns negative otherwise. */
MUST_USE int risk_row(struct http_req *req, struct db_conn *c, const struct reg *r, struct str id, struct reg_view *ret_view, struct row *ret);
/* The frame of a page below /risk, with two pieces of breadcrumb behind it (each may be empty). */
void risk_page(struct http_req *req, struct html *h, struct page *p, struct str label, struct str path, struct str here);
struct value risk_value(const struct reg *r, const struct row *row, const char *field);
/* Known: grouped digits; otherwise the word for unknown. */
struct str risk_number(struct html *h, struct value v);

/* score_pages.c */
void risk_assessment_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void risk_risk_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void risk_risk_list(struct html *h, struct http_req *req, struct db_conn *c);
void risk_page_score(struct http_req *req);
void risk_page_score_add(struct http_req *req);
extern const struct param risk_score_params[15];

/* hanging.c: treatments and acceptances of a risk */
void risk_hanging(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);

/* tree_page.c */
void risk_tree_threat(struct http_req *req);
/* A threat of this name, made now unless there is one: for what a sheet or a tree brought up. */
/* The button that makes it one, with these words; or, where there is one of that name, the way to it. */
void risk_put_threat(struct html *h, struct db_conn *c, const struct principal *p, struct str name, struct str path, msg_id press);
MUST_USE int risk_threat_add(struct http_req *req, struct str name, int stride, enum threat_source source, struct str from, int64_t *ret_id);
void risk_threat_answer(struct http_req *req, int e, int64_t id);

/* stride.c */
void risk_stride_add(struct http_req *req);
void risk_stride_threat(struct http_req *req);
extern const struct param risk_stride_params[2];

/* overdue_page.c */
void risk_page_overdue(struct http_req *req);

/* curve_page.c */
void risk_page_curve(struct http_req *req);

#endif
