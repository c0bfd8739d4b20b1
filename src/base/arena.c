#include "base/arena.h"

#include <stdint.h>

#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define GAP 16 /* poisoned bytes behind each allocation, so that an overrun is seen */
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP 0
#endif

#define ALIGN _Alignof(max_align_t)
#define FIRST_BLOCK ((size_t)16 << 10)
#define LARGEST_BLOCK ((size_t)1 << 20)

struct block {
	struct block *next; /* the one allocated before */
	size_t size, used;  /* of data */
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *top; /* allocations come from here */
	struct block *first;
	size_t max, used;
};

static struct block *block_new(size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);
	if (!b)
		die("out of memory (%zu bytes)", size);
	b->next = NULL;
	b->size = size;
	b->used = 0;
	POISON(b->data, size);
	return b;
}

static void block_free(struct block *b)
{
	UNPOISON(b->data, b->size);
	free(b);
}

struct arena *arena_new(size_t max)
{
	struct arena *a = malloc(sizeof(*a));
	if (!a)
		die("out of memory");
	a->first = a->top = block_new(FIRST_BLOCK);
	a->max = max;
	a->used = 0;
	return a;
}

void arena_clear(struct arena *a)
{
	while (a->top != a->first) {
		struct block *b = a->top;
		a->top = b->next;
		block_free(b);
	}
	a->first->used = 0;
	POISON(a->first->data, a->first->size);
	a->used = 0;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	arena_clear(a);
	block_free(a->first);
	free(a);
}

void arena_freep(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > a->max || a->used > a->max - n)
		die("arena limit of %zu bytes reached", a->max);
	size_t room = (n + GAP + ALIGN - 1) / ALIGN * ALIGN;
	if (room == 0)
		room = ALIGN;
	if (room > a->top->size - a->top->used) {
		size_t size = a->top->size * 2;
		if (size > LARGEST_BLOCK)
			size = LARGEST_BLOCK;
		if (size < room)
			size = room;
		struct block *b = block_new(size);
		b->next = a->top;
		a->top = b;
	}
	unsigned char *p = a->top->data + a->top->used;
	a->top->used += room;
	a->used += n;
	UNPOISON(p, n);
	memset(p, 0, n);
	return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n))
		die("arena: %zu items of %zu bytes", count, size);
	return arena_alloc(a, n);
}

char *arena_copy(struct arena *a, const void *p, size_t n)
{
	if (n == SIZE_MAX)
		die("arena: copy of %zu bytes", n);
	char *c = arena_alloc(a, n + 1);
	if (n > 0)
		memcpy(c, p, n);
	return c;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
