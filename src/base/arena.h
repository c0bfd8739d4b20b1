/*
 * An arena: memory that lives exactly as long as one request or one job. Allocation cannot fail from the caller's view:
 * exhaustion of the machine's memory, or of the arena's own limit, ends the process (see die()); every input that could
 * reach the limit is bounded before (base/limits.h). Nobody frees single pieces. Not safe for use by two threads.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(size_t max);
/* Forgets everything allocated, keeps the first block for reuse; poisoned under AddressSanitizer. */
void arena_clear(struct arena *a);
void arena_free(struct arena *a);
void arena_freep(struct arena **a); /* for CLEANUP() */

/* n bytes, zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t n);
/* count * size bytes, zeroed; overflow of the product ends the process. */
void *arena_array(struct arena *a, size_t count, size_t size);
/* A copy of n bytes with a NUL behind it. */
char *arena_copy(struct arena *a, const void *p, size_t n);
/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

#endif
