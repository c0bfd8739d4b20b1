/* What the pages of the room share. */
#ifndef ORG_PAGES_H
#define ORG_PAGES_H

#include "auth/office.h"
#include "org/org.h"
#include "register/faces.h"

struct owning {
	const struct reg *reg[LIMIT_REGISTERS]; /* those that the principal may read */
	size_t n;
};
struct owning org_owning(const struct principal *p);

/* Live rows of r that the unit owns and the principal may read. */
MUST_USE int org_count(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, int64_t unit, int64_t *ret);
struct str org_list_path(struct arena *a, const struct reg *r, int64_t unit); /* of those rows */
struct str org_row_path(struct arena *a, const struct reg *r, int64_t id);

struct str unit_name(const struct row *unit);
bool unit_may_hand_over(struct db_conn *c, const struct principal *p, const struct row *unit);

/* A page of the room: h, frame, heading. */
void org_page_begin(struct http_req *req, struct html *h, struct page *page);

/* org/hand_over_pages.c */
void org_hand_over_page(struct http_req *req);
void org_hand_over_do(struct http_req *req);

#endif
