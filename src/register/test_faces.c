/* The pages and the API over registers that no room has: every field type, flag and kind of derivation. */
#include "register/test_support.h"

#include "auth/office.h"
#include "tests/generated.h"

static struct office office;

static int begin(void **state)
{
	int e = office_up(state);
	office = (struct office){ .db = db, .data_dir = str_of(test_dir) };
	memcpy(office.key, test_key, sizeof office.key);
	generated_begin(&office);
	return e;
}

static int end(void **state)
{
	generated_end();
	return office_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = { GENERATED_TESTS };
	return cmocka_run_group_tests(tests, begin, end);
}
