#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int file_read(struct arena *a, struct str path, size_t max, struct str *ret)
{
	int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	struct stat st;
	if (fstat(fd, &st) < 0 || st.st_size < 0 || (size_t)st.st_size > max) {
		close(fd);
		return ERR_LIMIT;
	}
	size_t n = (size_t)st.st_size, done = 0;
	char *p = arena_alloc(a, n + 1);
	while (done < n) {
		ssize_t got = read(fd, p + done, n - done);
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	close(fd);
	if (done != n)
		return ERR_IO;
	*ret = (struct str){ p, n };
	return 0;
}

/* The name of a new file is the directory's: without this a power cut may take it away again. */
static int sync_parent(struct arena *a, struct str path)
{
	size_t n = path.n;
	while (n > 1 && path.p[n - 1] == '/')
		n--;
	while (n > 0 && path.p[n - 1] != '/')
		n--;
	int fd = open(n ? str_z(a, str_sub(path, 0, n)) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES ? 0 : ERR_IO; /* one that may be written and not listed cannot be asked for */
	int r = fsync(fd) == 0 ? 0 : ERR_IO;
	close(fd);
	return r;
}

int file_write(struct arena *a, struct str path, struct str text, unsigned mode)
{
	const char *part = str_z(a, str_printf(a, "%.*s.part", STR_FMT(path)));
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return ERR_IO;
	size_t done = 0;
	while (done < text.n) {
		ssize_t put = write(fd, text.p + done, text.n - done);
		if (put < 0 && errno != EINTR)
			break;
		done += put > 0 ? (size_t)put : 0;
	}
	bool ok = done == text.n && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (!ok || rename(part, str_z(a, path)) < 0) {
		unlink(part);
		return ERR_IO;
	}
	return sync_parent(a, path);
}

int dir_make(struct arena *a, struct str path)
{
	for (size_t i = 1; i <= path.n; i++) {
		if (i < path.n && path.p[i] != '/')
			continue;
		struct str part = str_sub(path, 0, i);
		if (mkdir(str_z(a, part), 0700) == 0) {
			if (sync_parent(a, part) < 0)
				return ERR_IO;
		} else if (errno != EEXIST) {
			return ERR_IO;
		}
	}
	struct stat st;
	return stat(str_z(a, path), &st) == 0 && S_ISDIR(st.st_mode) ? 0 : ERR_IO;
}
