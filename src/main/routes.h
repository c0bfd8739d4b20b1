/* Every route of the server, in one place: what `serve` offers is what the tests of all routes walk over. */
#ifndef MAIN_ROUTES_H
#define MAIN_ROUTES_H

#include "http/http.h"

extern const struct route *const all_routes[]; /* tables, then NULL */
extern const size_t *const all_route_counts;   /* their lengths; constant once all_routes_count() has run */

/* Fills all_route_counts and gives the number of tables. Before any thread starts. */
size_t all_routes_count(void);

#endif
