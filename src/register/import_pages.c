/* The pages of an import. */
#include "register/import_pages.h"

const struct route import_page_routes[1] = { { 0 } };
const size_t import_page_route_count = 0;

void import_pages_stop(void)
{
}
