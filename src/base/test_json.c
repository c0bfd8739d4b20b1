#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/json.h"

static void writes_what_a_parser_reads_back(void **state)
{
	(void)state;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 10000);
	struct json j;
	json_init(&j, &b);
	char odd[0x7f];
	for (size_t i = 0; i < sizeof(odd); i++)
		odd[i] = (char)(i + 1);
	json_object_begin(&j);
	json_put_str(&j, "name", STR("顧客 <b>&amp; \"\\"));
	json_put_i64(&j, "count", -3);
	json_put_bool(&j, "done", false);
	json_key(&j, "empty");
	json_array_begin(&j);
	json_array_end(&j);
	json_key(&j, "list");
	json_array_begin(&j);
	json_null_value(&j);
	json_object_begin(&j);
	json_object_end(&j);
	json_decimal(&j, 150, 2);
	json_str(&j, (struct str){ odd, sizeof(odd) });
	json_str(&j, STR("\xff"));
	json_bool(&j, true);
	json_array_end(&j);
	json_key_str(&j, STR("\"key\""));
	json_str(&j, STR("a\u2028b\u2029c"));
	json_object_end(&j);
	assert_int_equal(buf_error(&b), 0);
	assert_int_equal(str_find_char(buf_view(&b), '<'), -1);
	assert_int_equal(str_find_char(buf_view(&b), '&'), -1);
	assert_false(str_contains(buf_view(&b), STR("\u2028")));
	assert_false(str_contains(buf_view(&b), STR(",]")) || str_contains(buf_view(&b), STR("[,")));
	json_t *v = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(v);
	assert_string_equal(json_string_value(json_object_get(v, "name")), "顧客 <b>&amp; \"\\");
	assert_int_equal(json_integer_value(json_object_get(v, "count")), -3);
	assert_true(json_is_false(json_object_get(v, "done")));
	assert_int_equal(json_array_size(json_object_get(v, "empty")), 0);
	json_t *list = json_object_get(v, "list");
	assert_int_equal(json_array_size(list), 6);
	assert_true(json_is_null(json_array_get(list, 0)));
	assert_true(json_number_value(json_array_get(list, 2)) == 1.5);
	assert_int_equal(json_string_length(json_array_get(list, 3)), sizeof(odd));
	assert_memory_equal(json_string_value(json_array_get(list, 3)), odd, sizeof(odd));
	assert_string_equal(json_string_value(json_array_get(list, 4)), "");
	assert_string_equal(json_string_value(json_object_get(v, "\"key\"")), "a\u2028b\u2029c");
	json_decref(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(writes_what_a_parser_reads_back) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
