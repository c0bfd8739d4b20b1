/* Work: the Today page. Tasks, approvals and campaigns belong here and are to come. */
#ifndef WORK_WORK_H
#define WORK_WORK_H

#include "html/html.h"
#include "http/http.h"

extern const struct route work_routes[];
extern const size_t work_route_count;

/* What a room has to say on Today: rooms above add their own parts by this table, since work/ must not see them. */
struct db_conn;

struct today_part {
	/* Writes one block (a heading and what is due, missing or changed), or nothing. */
	void (*put)(struct html *h, struct http_req *req, struct db_conn *c);
};
void today_declare(const struct today_part *parts, size_t n);

#endif
