/*
 * A streaming JSON writer into a buf. Commas and nesting are its own business; keys and strings are escaped; strings
 * must be UTF-8 (an invalid one is written as ""). "<", ">" and "&" are escaped as well, so that the output is safe in
 * a page. No name here is one of jansson's (json_object, json_array, json_null are), so that both can be used together.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

struct json {
	struct buf *out;
	unsigned depth;
	uint64_t comma; /* bit per level: something was written there already */
	bool after_key;
};

void json_init(struct json *j, struct buf *out);
void json_object_begin(struct json *j);
void json_object_end(struct json *j);
void json_array_begin(struct json *j);
void json_array_end(struct json *j);
void json_key(struct json *j, const char *key);
void json_key_str(struct json *j, struct str key);
void json_str(struct json *j, struct str s);
void json_i64(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
void json_null_value(struct json *j);
void json_decimal(struct json *j, int64_t scaled, unsigned decimals);
/* key and value in one */
void json_put_str(struct json *j, const char *key, struct str s);
void json_put_i64(struct json *j, const char *key, int64_t v);
void json_put_bool(struct json *j, const char *key, bool v);

#endif
