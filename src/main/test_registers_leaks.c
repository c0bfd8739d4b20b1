/* The generated tests over the product's own registers: what lists, searches and imports must not tell. */
#include "main/test_registers.h"

int main(void)
{
	const struct CMUnitTest tests[] = { GENERATED_LEAKS };
	return registers_run(tests, COUNT_OF(tests));
}
