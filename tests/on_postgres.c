/*
 * Linked into every test program: with ISHIGAKI_TEST_POSTGRES set to the URL of a server's database, what a test opens as a
 * file lies there instead, in a schema of its own. The file holds the schema's name: a test that removes the file begins a
 * new database under the old path, and one that asks for a missing file finds none.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "db/backend.h"

static const char *server;

static const char *place(const char *path, bool create)
{
	static _Thread_local char url[1000];
	static _Atomic unsigned count;
	char schema[60] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t n = read(fd, schema, sizeof schema - 1);
		close(fd);
		if (n > 0 && (n < 5 || memcmp(schema, "test_", 5) != 0))
			return NULL; /* something else: refused as it would be */
	}
	if (!*schema) {
		if (!create)
			return NULL;
		snprintf(schema, sizeof schema, "test_%d_%u_%lld", (int)getpid(), count++, (long long)clock_monotonic_us());
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			return NULL;
		if (write(fd, schema, strlen(schema)) != (ssize_t)strlen(schema))
			die("cannot write %s", path);
		close(fd);
	}
	snprintf(url, sizeof url, "%s%coptions=-csearch_path%%3D%s", server, strchr(server, '?') ? '&' : '?', schema);
	return url;
}

__attribute__((constructor)) static void divert(void)
{
	server = getenv("ISHIGAKI_TEST_POSTGRES");
	if (server && *server)
		db_postgres = &postgres_backend, db_divert = place;
}
