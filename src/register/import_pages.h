/* The pages of an import: upload, preview with mapping, progress, result. Routes for main/'s table. */
#ifndef REGISTER_IMPORT_PAGES_H
#define REGISTER_IMPORT_PAGES_H

#include "http/http.h"

extern const struct route import_page_routes[];
extern const size_t import_page_route_count;

/* Waits for the import under way and forgets those that wait: before the database is closed. No request runs any more. */
void import_pages_stop(void);

#endif
