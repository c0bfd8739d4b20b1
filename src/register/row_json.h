/* One row as JSON: what the API answers and what a line of a JSON-lines export holds. */
#ifndef REGISTER_ROW_JSON_H
#define REGISTER_ROW_JSON_H

#include "register/query.h"

/*
 * Writes one object: id, code, revision, archived, created_at, updated_at, then every field that the principal may read
 * (of columns, by view index; NULL: all of them). Whole numbers, levels and yen are numbers, a decimal keeps its digits,
 * a choice is its key, several choices are an array of keys, yes / no is true / false, a date is YYYY-MM-DD; what is not
 * known is null. A reference is two members: <name> with the title of the row it leads to, <name>_id with its id.
 */
void row_json_put(struct json *j, const struct principal *p, const struct reg_view *view, const bool *columns,
                  const struct row *row);
/* The value alone, without its key; of a reference the title. */
void value_json_put(struct json *j, const struct field *f, const struct value *v);
bool row_json_is_reference(const struct field *f);

#endif
