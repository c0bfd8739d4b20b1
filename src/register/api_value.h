/* JSON of the API into a change. Nobody outside of api.c includes this. */
#ifndef REGISTER_API_VALUE_H
#define REGISTER_API_VALUE_H

#include <jansson.h>

#include "register/history.h"
#include "register/page_common.h"

/* What is wrong with members of the body, by their names. */
struct api_error {
	struct str key;
	struct note why;
};
struct api_errors {
	struct arena *arena;
	struct api_error *error;
	size_t n, cap;
};

/* The body as an object; json_decref() it. NULL with *ret_why: not JSON, not an object, nested deeper than
 * LIMIT_JSON_DEPTH, a member that comes twice. */
json_t *api_body(struct arena *a, struct str body, struct note *ret_why);
/* Iterates over the fields, then over the members that no field took: each of these is an error. */
MUST_USE int api_change(struct face *f, json_t *body, struct change *change, struct error_list *errors, struct api_errors *keys);
void api_history_put(struct face *f, struct json *j, const struct history_entry *e);

#endif
