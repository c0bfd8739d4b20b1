/*
 * Drafts: what stood in a form that was not saved, so that it survives the end of a session. One per principal (account or
 * personal link) and form ("asset:12", "asset:new"); kept LIMIT_DRAFT_DAYS.
 */
#ifndef REGISTER_DRAFT_H
#define REGISTER_DRAFT_H

#include "register/register.h"

#define LIMIT_DRAFT (256u << 10) /* bytes of one draft */
#define LIMIT_DRAFTS 50          /* of one principal: the oldest gives way */
#define LIMIT_DRAFT_DAYS 30

/* Within a write. content is whatever the form's page can read back: a form body. ERR_LIMIT when it is too long,
 * ERR_DENIED for a principal that is neither account nor link. */
MUST_USE int draft_put(struct reg_ctx *ctx, struct str form, struct str content);
/* ERR_NOT_FOUND when there is none. *ret_at: when it was kept. */
MUST_USE int draft_get(struct db_conn *c, struct arena *a, const struct principal *p, struct str form, struct str *ret,
                       int64_t *ret_at);
/* Within a write; fine when there is none: for a form that was saved or a draft that was thrown away. */
MUST_USE int draft_forget(struct reg_ctx *ctx, struct str form);
/* Within a write: everybody's of one form. */
MUST_USE int draft_forget_all(struct reg_ctx *ctx, struct str form);
/* Within a write: removes drafts older than LIMIT_DRAFT_DAYS, for the daily job. */
MUST_USE int draft_tidy(struct reg_ctx *ctx);

#endif
