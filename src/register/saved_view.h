/* Saved views of lists: a name for a query string, of one account or shared with everybody who may read the register. */
#ifndef REGISTER_SAVED_VIEW_H
#define REGISTER_SAVED_VIEW_H

#include "register/register.h"

#define LIMIT_SAVED_VIEWS 50 /* of one account in one register */

struct saved_view {
	int64_t id;
	struct str name, query;  /* as query_put() writes it, without cursor */
	bool shared, mine;
};
/* Within a write; a view of the same name of this account is replaced, as *ret_replaced tells. Sharing needs NEED_SETTINGS. ERR_DENIED for who
 * has no account or may not read the register; ERR_INVALID with *ret_why: no name, too long, too many. */
MUST_USE int saved_view_put(struct reg_ctx *ctx, const struct reg *r, struct str name, struct str query, bool shared,
                            int64_t *ret_id, bool *ret_replaced, struct note *ret_why);
/* One's own, and shared ones with NEED_SETTINGS; ERR_NOT_FOUND otherwise. */
MUST_USE int saved_view_remove(struct reg_ctx *ctx, int64_t id);
/* One's own and the shared ones of the register, by name. */
MUST_USE int saved_view_list(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r,
                             struct saved_view **ret, size_t *ret_n);

#endif
