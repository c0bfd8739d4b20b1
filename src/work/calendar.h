/*
 * The calendar: what has a day, from every room, through one query. A room declares parts; each adds what its reader may see between
 * two days. Pages show a month, the fiscal year as a Gantt chart, and a list; a feed carries a person's own to their calendar program.
 */
#ifndef WORK_CALENDAR_H
#define WORK_CALENDAR_H

#include "register/register.h"

#define LIMIT_CALENDAR_ITEMS 500 /* of one page or feed; that there are more is said */

struct calendar_item {
	struct date from, until;    /* both included; the same for a thing of one day */
	struct str title, path;     /* path: of this site */
	enum tone tone;             /* red: late or over; green: done; blue: to do; yellow: waits; grey: ends */
	const char *part;           /* filled by calendar_add() */
	int64_t id;                 /* with what: unique within the part, for feeds */
	const char *what;           /* of a row with several dates: which; NULL where there is one */
};
struct calendar_query {
	struct db_conn *conn;
	struct arena *arena;
	const struct principal *by;
	enum lang lang;
	struct date from, until;    /* both included */
	bool own;                   /* only what is the reader's own to do */
};
struct calendar_list {
	struct calendar_item item[LIMIT_CALENDAR_ITEMS];
	size_t n;
	bool more;
	const struct calendar_part *part; /* that is asked just now */
};
/* Takes what touches the days of the query; false when there is no room left. */
bool calendar_add(const struct calendar_query *q, struct calendar_list *list, struct calendar_item x);

struct calendar_part {
	const char *key;            /* "task": part of addresses and of identifiers in feeds; never change one */
	struct label label;
	/* Adds what the principal may see, by day; at most LIMIT_CALENDAR_ITEMS are wanted. Negative enum err on failure. */
	int (*items)(const struct calendar_query *q, struct calendar_list *list);
};
/* Once at start-up; parts must stay valid. */
void calendar_declare(const struct calendar_part *const *parts, size_t n);
extern const struct calendar_part calendar_tasks, calendar_approvals, calendar_ends;
/* Everything, or one part (only: its key, may be empty), by day. */
MUST_USE int calendar_items(const struct calendar_query *q, struct str only, struct calendar_list *ret);

/* ---- iCalendar (ical.c) ---- */

/* RFC 5545: escaped, folded at 75 bytes between characters, lines ended by CR LF. base: of links, may be empty. */
void ical_put(struct buf *b, struct arena *a, const struct calendar_list *list, struct str name, struct str base, int64_t stamp);

/* ---- feeds (feed.c): a secret link per account ---- */

struct feed {
	int64_t id, created_at, used_at, used; /* id 0: there is none */
};
MUST_USE int feed_of(struct db_conn *c, struct arena *a, int64_t account_id, struct feed *ret);
/* Within a write, by the account itself: a new one takes the old one's place. ERR_DENIED for anybody else. */
MUST_USE int feed_create(struct reg_ctx *ctx, struct str *ret_secret);
MUST_USE int feed_end(struct reg_ctx *ctx);
/* The account that a secret opens, while it is active. ERR_NOT_FOUND. */
MUST_USE int feed_open(struct db_conn *c, struct arena *a, struct str secret, int64_t *ret_feed, int64_t *ret_account);

extern const struct route calendar_routes[];
extern const size_t calendar_route_count;

#endif
