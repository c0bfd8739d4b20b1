/* The access log: DIR/access.log, a line a request, moved aside at 10 MB (five old ones are kept). No query strings: they
 * hold what people searched for. A request of a ROUTE_NAMELESS route has "-" for its address and its person. */
#ifndef MAIN_ACCESS_LOG_H
#define MAIN_ACCESS_LOG_H

#include "auth/office.h"

void access_log_open(struct arena *a, const struct office *o);
void access_log_write(const struct http_req *req, int status, size_t bytes, int64_t us);
void access_log_close(void);

#endif
