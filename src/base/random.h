/* Random bytes of the operating system: for keys, tokens, salts and ids that must not be guessed. Safe for threads. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

/* Fills p with n bytes of getrandom(2); ends the process when the kernel has none to give. */
void random_bytes(void *p, size_t n);

#endif
