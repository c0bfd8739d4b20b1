/* Company, units, people: who there is. A person is not an account; a unit decides who sees a row. */
#ifndef ORG_ORG_H
#define ORG_ORG_H

#include "register/register.h"
#include "register/setting.h"
#include "report/signal.h"

extern const struct reg reg_company;
extern const struct reg reg_unit;
extern const struct reg reg_person;

/* Moves everything a unit owns (live rows of every register whose owner field names it) to another unit, as writes of their
 * own with the reason; *ret_moved counts the rows. For a merger or a closure. Within a write: all or none. ERR_INVALID and
 * ERR_EXISTS with *ret_why naming the row that cannot move, ERR_DENIED. */
MUST_USE int org_hand_over(struct reg_ctx *ctx, int64_t from_unit, int64_t to_unit, struct str reason, int64_t *ret_moved,
                           struct note *ret_why);

/* For a check hook: two date fields of one row, the second not before the first; an error at the second. */
void org_dates_in_order(const struct reg *r, const char *first, const char *last, const struct row *row, struct error_list *errors);

/* The fiscal year of a day, by the month in which the company's begins: of the first company on the list, April without one. Named after
 * the year in which it begins. */
int org_fiscal_year(struct db_conn *c, struct arena *a, struct date day);

/* Further content of detail pages (org/pages.c). */
void org_unit_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void org_person_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void org_unit_list(struct html *h, struct http_req *req, struct db_conn *c);

extern const struct route org_routes[];
extern const size_t org_route_count;

/* The area "people" of the signal: red when a leaver's account still works after the set days; yellow when an administrator
 * or lead has no second factor, or too many people have no unit; grey without anybody. Facts about accounts are told to who
 * may see every unit only. */
MUST_USE int org_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);
extern const struct setting org_settings[];
extern const size_t org_setting_count;

#endif
