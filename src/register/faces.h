/* The faces of every register: pages and API. Routes for main/'s table. */
#ifndef REGISTER_FACES_H
#define REGISTER_FACES_H

#include "http/http.h"
#include "register/query.h"

extern const struct route register_page_routes[];
extern const size_t register_page_route_count;
extern const struct route register_api_routes[];
extern const size_t register_api_route_count;

/* The OpenAPI 3.1 document of all declared registers. */
void openapi_put(struct buf *b);
/* docs/permissions.md and docs/columns.md, from the descriptions. */
void permissions_put(struct buf *b);
void columns_put(struct buf *b);

/* A list of at most n rows as a table with links, for dashboards and detail hooks of rooms. */
void reg_table(struct html *h, const struct reg_view *view, const struct row *row, size_t rows, const char *const *fields);

#endif
