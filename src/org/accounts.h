/* Accounts that the signal counts: those of leavers that still work, and those of administrators and leads that are guarded by a
 * password alone. One condition counts them and lists them. */
#ifndef ORG_ACCOUNTS_H
#define ORG_ACCOUNTS_H

#include "http/http.h"
#include "register/register.h"

enum accounts_of { ACCOUNTS_LEAVERS, ACCOUNTS_FACTORLESS };
/* How many: of leavers whom the principal may see; of the whole installation without a second factor. */
MUST_USE int accounts_count(struct db_conn *c, struct arena *a, const struct principal *p, enum accounts_of which, int64_t *ret);
/* GET /org/accounts?of=leavers|factorless, for administrators: where these numbers lead. */
struct str accounts_path(enum accounts_of which);
void accounts_page(struct http_req *req);

#endif
