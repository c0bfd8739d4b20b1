/* The generated tests over the product's own registers: rows, pages and files. */
#include "main/test_registers.h"

int main(void)
{
	const struct CMUnitTest tests[] = { GENERATED_ROWS };
	return registers_run(tests, COUNT_OF(tests));
}
