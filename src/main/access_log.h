/* The access log: DIR/access.log, a line a request, moved aside at 10 MB (five old ones are kept). No query strings: they
 * hold what people searched for. What a request cost stands at the end: the processor time of its own thread, and the statements that
 * it ran, those of its writes included. A request of a ROUTE_NAMELESS route has
 * "-" for its address and its person. */
#ifndef MAIN_ACCESS_LOG_H
#define MAIN_ACCESS_LOG_H

#include "auth/office.h"

void access_log_open(struct arena *a, const struct office *o);
void access_log_write(const struct http_req *req, int status, size_t bytes, int64_t us, int64_t cpu_us);
void access_log_close(void);

#endif
