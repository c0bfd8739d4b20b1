/* wrap: sql_str http_start */
#include "db/db.h"
#include "http/http.h"

#include <stdatomic.h>

static atomic_bool serving; /* the company is made without the hole */

int __real_http_start(const struct http_options *o, struct http_server **ret, struct note *ret_why);
int __wrap_http_start(const struct http_options *o, struct http_server **ret, struct note *ret_why);
int __wrap_http_start(const struct http_options *o, struct http_server **ret, struct note *ret_why)
{
	serving = true;
	return __real_http_start(o, ret, ret_why);
}

void __real_sql_str(struct sql *q, struct str s);
void __wrap_sql_str(struct sql *q, struct str s);
void __wrap_sql_str(struct sql *q, struct str s)
{
	if (!serving) {
		__real_sql_str(q, s);
		return;
	}
	sql_lit(q, "'");
	sql_lit_(q, s.p ? s.p : "", s.n);
	sql_lit(q, "'");
}
