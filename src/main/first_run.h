/* The first minutes of an empty office: a guide that makes the first administrator and names the company. */
#ifndef MAIN_FIRST_RUN_H
#define MAIN_FIRST_RUN_H

#include "auth/office.h"

/* The code that opens /first-run, kept in DIR/first-run-code until the first account exists: whoever can read the data
 * directory may set the office up, and nobody else who merely reaches the port. Made when it is missing. */
MUST_USE int first_run_code(struct office *o, struct arena *a, struct str *ret);

extern const struct route first_run_routes[];
extern const size_t first_run_route_count;

#endif
