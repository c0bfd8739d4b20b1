#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

#include "base/err.h"

void random_bytes(void *p, size_t n)
{
	for (unsigned char *at = p; n > 0;) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0) {
			if (errno == EINTR)
				continue;
			die("getrandom: %s", strerrordesc_np(errno));
		}
		at += got;
		n -= (size_t)got;
	}
}
