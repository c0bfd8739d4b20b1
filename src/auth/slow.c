#include "auth/slow.h"

#include <arpa/inet.h>
#include <pthread.h>

#include "auth/store.h"

static uint8_t memory_key[32];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_key(void)
{
	random_bytes(memory_key, sizeof memory_key);
}

/* Who has one address of an IPv6 network has all of them. */
static struct str network_of(struct arena *a, struct str address)
{
	uint8_t b[16];
	return inet_pton(AF_INET6, str_z(a, address), b) == 1 ? (struct str){ arena_copy(a, b, 8), 8 } : address;
}

int slow_begin(struct db_conn *writer, struct arena *a, enum slow kind, struct str what, struct str address, int64_t *ret_wait_ms)
{
	pthread_once(&made, make_key);
	return attempt_begin(writer, a, memory_key, kind == SLOW_GUESS ? ATTEMPT_CODE : ATTEMPT_OPEN, what, 0, network_of(a, address), ret_wait_ms);
}

int slow_right(struct db_conn *writer, struct arena *a, struct str what, struct str address)
{
	pthread_once(&made, make_key);
	return attempt_right(writer, a, memory_key, ATTEMPT_CODE, what, 0, network_of(a, address));
}
