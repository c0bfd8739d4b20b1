/* Security duties (担当): the registers duty and duty_holder, their seed, warnings and charts. */
#ifndef ORG_DUTY_H
#define ORG_DUTY_H

#include "register/register.h"
#include "register/setting.h"

extern const struct reg reg_duty;
extern const struct reg reg_duty_holder;

/* The fifteen duties of a new company, with their lines of command. Within a write; the register must be empty. */
MUST_USE int org_seed_duties(struct reg_ctx *ctx);

/* Above the lists: the way to /org/duties. */
void org_duty_list(struct html *h, struct http_req *req, struct db_conn *c);

/* How many warnings that page has for the principal; 0 for who may not read duties. */
MUST_USE int org_duty_warnings(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret);

/* GET /org/duties: warnings and the two charts, of what the reader may see. */
void org_duties_page(struct http_req *req);

#endif
