/* The generated tests over the product's own registers: rights, tokens and personal links. */
#include "main/test_registers.h"

int main(void)
{
	const struct CMUnitTest tests[] = { GENERATED_RIGHTS };
	return registers_run(tests, COUNT_OF(tests));
}
