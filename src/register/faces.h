/* The faces of every register: pages and API. Routes for main/'s table. */
#ifndef REGISTER_FACES_H
#define REGISTER_FACES_H

#include "http/http.h"
#include "register/query.h"

extern const struct route register_page_routes[];
extern const size_t register_page_route_count;
extern const struct route register_api_routes[];
extern const size_t register_api_route_count;

/*
 * Further content of every detail page, whatever its register, below the register's own: for rooms that serve all registers.
 * Set once at start-up; parts must stay valid. What a part shows it has looked up for the request's principal.
 */
struct detail_part {
	void (*put)(struct html *h, struct http_req *req, struct db_conn *c, const struct reg *r, const struct row *row);
};
void detail_declare(const struct detail_part *parts, size_t n);

/* The OpenAPI 3.1 document of all declared registers. */
void openapi_put(struct buf *b);
/* docs/permissions.md and docs/columns.md, from the descriptions. */
void permissions_put(struct buf *b);
void columns_put(struct buf *b);

/* A value in a page: a badge where the choice has a tone, a link where it leads somewhere, 不明 where it is not known.
 * brief: one line of a list. */
void value_html(struct html *h, const struct field *f, const struct value *v, bool brief);
/* Answers with the bytes of an attachment that the caller has made sure of, piece by piece; type and name are the caller's to say. */
void attachment_send(struct http_req *req, int64_t attachment_id);
/* A card for each register of the room that the principal may read: what it is for, and the way there. level: of their headings, 2 or 3. */
void reg_cards(struct html *h, const struct principal *p, const char *room, int level);
/* A list of at most n rows as a table with links, for dashboards and detail hooks of rooms. */
void reg_table(struct html *h, const struct reg_view *view, const struct row *row, size_t rows, const char *const *fields);

#endif
