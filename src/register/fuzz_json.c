/* Fuzz target: bodies of the API. What is taken is an object, no deeper than allowed, and comes back the same. */
#include "register/api_value.h"

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(json_t *v, int depth)
{
	const char *key;
	json_t *inner;
	size_t i;

	if (depth > LIMIT_JSON_DEPTH)
		die("deeper than allowed");
	json_object_foreach(v, key, inner)
		look(inner, depth + 1);
	if (json_is_array(v))
		json_array_foreach(v, i, inner)
			look(inner, depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct note why = { .id = MSG_NONE };
	json_t *body = api_body(a, (struct str){ (const char *)data, size }, &why);

	if (!body && why.id == MSG_NONE)
		die("refused without a word");
	if (body) {
		if (!json_is_object(body))
			die("not an object");
		look(body, 1);
		char *text = json_dumps(body, JSON_COMPACT);
		json_t *again = text ? api_body(a, str_of(text), &why) : NULL;
		if (!again || !json_equal(body, again))
			die("it does not come back");
		json_decref(again);
		free(text);
		json_decref(body);
	}
	arena_free(a);
	return 0;
}
