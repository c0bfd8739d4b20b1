#include "tests/durability/faults.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static struct faults own;
struct faults *faults = &own;
static char dir[PATH_MAX]; /* of the files that are meant; "" for none */
static size_t dir_n;
static int record = -1;
static int64_t syncs; /* begun so far; under record_lock */
static pthread_mutex_t record_lock = PTHREAD_MUTEX_INITIALIZER;


__attribute__((constructor)) static void begin(void)
{
	const char *block = getenv("FAULTS"), *below = getenv("FAULTS_DIR"), *to = getenv("FAULTS_RECORD");
	if (below && realpath(below, dir))
		dir_n = strlen(dir);
	if (block) {
		int fd = (int)syscall(SYS_openat, AT_FDCWD, block, O_RDWR | O_CLOEXEC);
		void *p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED) {
			fprintf(stderr, "faults: %s cannot be read\n", block);
			_exit(98);
		}
		close(fd);
		faults = p;
	}
	if (to && (record = (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) < 0) {
		fprintf(stderr, "faults: %s cannot be written\n", to);
		_exit(98);
	}
}

/* ---- which files ---- */

/* The path of what fd is, when it is a regular file (or a directory) below dir. SQLite's shared memory is no file that counts:
 * it is made anew after a crash. */
static bool path_of(int fd, char path[PATH_MAX], uint64_t *ino)
{
	int kept = errno;
	char link[64];
	struct stat st;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = dir_n && fd >= 0 ? readlink(link, path, PATH_MAX - 1) : -1;
	bool is = n > 0 && (size_t)n >= dir_n && memcmp(path, dir, dir_n) == 0 && fstat(fd, &st) == 0 &&
	          (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
	if (is) {
		path[n] = 0;
		*ino = st.st_ino;
		is = n < 4 || strcmp(path + n - 4, "-shm") != 0;
	}
	errno = kept;
	return is;
}

/* An absolute path below dir, of a name that need not exist. */
static bool below(const char *name, char path[PATH_MAX])
{
	char head[PATH_MAX], whole[PATH_MAX];
	const char *slash = strrchr(name, '/'), *tail = slash ? slash + 1 : name;
	if (!dir_n)
		return false;
	snprintf(head, sizeof head, "%.*s", slash ? (int)(slash - name) : 1, slash ? name : ".");
	if (slash == name)
		snprintf(head, sizeof head, "/");
	if (!realpath(head, whole) || snprintf(path, PATH_MAX, "%s/%s", whole, tail) >= PATH_MAX)
		return false;
	size_t n = strlen(path);
	return n > dir_n && memcmp(path, dir, dir_n) == 0 && path[dir_n] == '/' && (n < 4 || strcmp(path + n - 4, "-shm") != 0);
}

/* ---- the record ---- */

static void note(char kind, uint64_t ino, int64_t at, const char *name, const void *data, size_t n)
{
	if (record < 0)
		return;
	struct event e = { .kind = kind, .ino = ino, .at = at, .n1 = name ? (uint32_t)strlen(name) : 0, .n2 = (uint32_t)n };
	struct iovec v[] = { { &e, sizeof e }, { (void *)name, e.n1 }, { (void *)data, n } };
	if (syscall(SYS_writev, record, v, 3) != (long)(sizeof e + e.n1 + n)) {
		fprintf(stderr, "faults: the record cannot be written\n");
		_exit(98);
	}
}

static void lock(void)
{
	if (record >= 0)
		pthread_mutex_lock(&record_lock);
}

static void unlock(void)
{
	if (record >= 0)
		pthread_mutex_unlock(&record_lock);
}

/* ---- failing ---- */

static bool fails(int error)
{
	__atomic_add_fetch(&faults->failed, 1, __ATOMIC_RELAXED);
	errno = error;
	return true;
}

/* Every call counts; does this one fail? */
static bool turn(void)
{
	__atomic_add_fetch(&faults->writes, 1, __ATOMIC_RELAXED);
	if (__atomic_load_n(&faults->write_at, __ATOMIC_RELAXED) > 0 && __atomic_sub_fetch(&faults->write_at, 1, __ATOMIC_RELAXED) == 0)
		return fails((int)faults->write_at_error);
	return false;
}

static bool write_fails(void)
{
	return turn() || (faults->write_error && fails((int)faults->write_error));
}

/* ---- files ---- */

static ssize_t put(int fd, const void *p, size_t n, int64_t at, bool here)
{
	char path[PATH_MAX];
	uint64_t ino;
	if (!path_of(fd, path, &ino))
		return here ? syscall(SYS_write, fd, p, n) : syscall(SYS_pwrite64, fd, p, n, at);
	if (write_fails())
		return -1;
	lock();
	if (here && record >= 0)
		at = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
	ssize_t done = here ? syscall(SYS_write, fd, p, n) : syscall(SYS_pwrite64, fd, p, n, at);
	if (done > 0)
		note('w', ino, at, NULL, p, (size_t)done);
	unlock();
	return done;
}

EXPORT ssize_t write(int fd, const void *p, size_t n)
{
	return put(fd, p, n, 0, true);
}
EXPORT ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return put(fd, p, n, at, false);
}
EXPORT ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return put(fd, p, n, at, false);
}

/* Copied by hand, so that it is recorded. */
EXPORT ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t n, unsigned flags)
{
	char path[PATH_MAX], block[65536];
	uint64_t ino;
	if (in_at || out_at || !path_of(out, path, &ino))
		return syscall(SYS_copy_file_range, in, in_at, out, out_at, n, flags);
	struct stat a, b;
	if (fstat(in, &a) == 0 && fstat(out, &b) == 0 && a.st_dev != b.st_dev) {
		errno = EXDEV;
		return -1;
	}
	ssize_t got = read(in, block, n < sizeof block ? n : sizeof block);
	return got <= 0 ? got : write(out, block, (size_t)got);
}

static int truncated(int fd, int64_t n)
{
	char path[PATH_MAX];
	uint64_t ino;
	struct stat st;
	if (!path_of(fd, path, &ino))
		return (int)syscall(SYS_ftruncate, fd, n);
	/* A full disk shortens files. */
	if (turn() || (faults->write_error && fstat(fd, &st) == 0 && (n > st.st_size || faults->write_error == EROFS) && fails((int)faults->write_error)))
		return -1;
	lock();
	int r = (int)syscall(SYS_ftruncate, fd, n);
	if (r == 0)
		note('t', ino, n, NULL, NULL, 0);
	unlock();
	return r;
}
EXPORT int ftruncate(int fd, off_t n)
{
	return truncated(fd, n);
}
EXPORT int ftruncate64(int fd, off64_t n)
{
	return truncated(fd, n);
}

static int synced(int fd, long number)
{
	char path[PATH_MAX];
	uint64_t ino;
	struct stat st;
	if (!path_of(fd, path, &ino))
		return (int)syscall(number, fd);
	if (turn() || (faults->sync_error && fails((int)faults->sync_error)))
		return -1;
	if (faults->sync_delay_us) {
		struct timespec t = { faults->sync_delay_us / 1000000, faults->sync_delay_us % 1000000 * 1000 };
		syscall(SYS_nanosleep, &t, NULL);
	}
	__atomic_add_fetch(&faults->syncs, 1, __ATOMIC_RELAXED);
	lock();
	int64_t turn_of = ++syncs;
	note('b', ino, turn_of, path, NULL, 0);
	unlock();
	/* With a record the test plays the disk: the machine's own need not be waited for. */
	int r = record >= 0 ? 0 : (int)syscall(number, fd);
	if (r == 0 && !faults->lost) {
		lock();
		if (fstat(fd, &st) == 0)
			note(S_ISDIR(st.st_mode) ? 'y' : 's', ino, turn_of, path, NULL, 0);
		unlock();
	}
	return r;
}
EXPORT int fsync(int fd)
{
	return synced(fd, SYS_fsync);
}
EXPORT int fdatasync(int fd)
{
	return synced(fd, SYS_fdatasync);
}

/* ---- names ---- */

static int opened(int at, const char *name, int flags, mode_t mode)
{
	char path[PATH_MAX];
	struct stat st;
	if (!(flags & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR)) || at != AT_FDCWD || !below(name, path))
		return (int)syscall(SYS_openat, at, name, flags, mode);
	int error = (int)faults->write_error;
	bool there = stat(path, &st) == 0;
	if ((error == EROFS || (error && !there && flags & O_CREAT)) && fails(error))
		return -1;
	lock();
	int fd = (int)syscall(SYS_openat, at, name, flags, mode);
	uint64_t ino;
	if (fd >= 0 && !there && path_of(fd, path, &ino))
		note('o', ino, 0, path, NULL, 0);
	else if (fd >= 0 && flags & O_TRUNC && path_of(fd, path, &ino))
		note('t', ino, 0, NULL, NULL, 0);
	unlock();
	return fd;
}

static mode_t mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(ap, int) : 0;
}
#define OPEN(name)                                                                                                                 \
	EXPORT int name(const char *path, int flags, ...)                                                                              \
	{                                                                                                                              \
		va_list ap;                                                                                                                \
		va_start(ap, flags);                                                                                                       \
		mode_t mode = mode_of(flags, ap);                                                                                          \
		va_end(ap);                                                                                                                \
		return opened(AT_FDCWD, path, flags, mode);                                                                                \
	}
OPEN(open)
OPEN(open64)

EXPORT int unlink(const char *name)
{
	char path[PATH_MAX];
	bool ours = below(name, path);
	if (ours && faults->write_error == EROFS && fails(EROFS))
		return -1;
	lock();
	int r = (int)syscall(SYS_unlink, name);
	if (r == 0 && ours)
		note('u', 0, 0, path, NULL, 0);
	unlock();
	return r;
}

EXPORT int rename(const char *from, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];
	bool ours = below(from, a) && below(to, b);
	if (ours && (turn() || (faults->write_error == EROFS && fails(EROFS))))
		return -1;
	lock();
	int r = (int)syscall(SYS_rename, from, to);
	if (r == 0 && ours)
		note('r', 0, 0, a, b, strlen(b));
	unlock();
	return r;
}

EXPORT int link(const char *from, const char *to)
{
	char b[PATH_MAX];
	struct stat st;
	bool ours = below(to, b);
	if (ours && turn())
		return -1;
	lock();
	int r = (int)syscall(SYS_link, from, to);
	if (r == 0 && ours && stat(to, &st) == 0)
		note('l', st.st_ino, 0, b, NULL, 0);
	unlock();
	return r;
}

EXPORT int mkdir(const char *name, mode_t mode)
{
	char path[PATH_MAX];
	bool ours = below(name, path);
	if (ours && faults->write_error && access(name, F_OK) != 0 && fails((int)faults->write_error))
		return -1;
	lock();
	int r = (int)syscall(SYS_mkdir, name, mode);
	if (r == 0 && ours)
		note('d', 0, 0, path, NULL, 0);
	unlock();
	return r;
}

/* ---- the clock ---- */

EXPORT int clock_gettime(clockid_t id, struct timespec *ret)
{
	int r = (int)syscall(SYS_clock_gettime, id, ret);
	if (r == 0 && id == CLOCK_REALTIME && faults->clock_ms) {
		int64_t ms = (int64_t)ret->tv_sec * 1000 + ret->tv_nsec / 1000000 + faults->clock_ms;
		ret->tv_sec = ms / 1000;
		ret->tv_nsec = ms % 1000 * 1000000 + ret->tv_nsec % 1000000;
	}
	return r;
}

/* ---- memory ---- */

#ifdef FAULTS_ALLOC
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t count, size_t n);
extern void *__libc_realloc(void *p, size_t n);
extern void __libc_free(void *p);

static bool alloc_fails(void)
{
	__atomic_add_fetch(&faults->allocs, 1, __ATOMIC_RELAXED);
	return __atomic_load_n(&faults->alloc_at, __ATOMIC_RELAXED) > 0 && __atomic_sub_fetch(&faults->alloc_at, 1, __ATOMIC_RELAXED) == 0 &&
	       fails(ENOMEM);
}
static void *given(void *p)
{
	if (p)
		__atomic_add_fetch(&faults->alive, 1, __ATOMIC_RELAXED);
	return p;
}

EXPORT void *malloc(size_t n)
{
	return alloc_fails() ? NULL : given(__libc_malloc(n));
}
EXPORT void *calloc(size_t count, size_t n)
{
	return alloc_fails() ? NULL : given(__libc_calloc(count, n));
}
EXPORT void *realloc(void *p, size_t n)
{
	if (alloc_fails())
		return NULL;
	void *q = __libc_realloc(p, n);
	return p ? q : given(q);
}
EXPORT void free(void *p)
{
	if (p)
		__atomic_sub_fetch(&faults->alive, 1, __ATOMIC_RELAXED);
	__libc_free(p);
}
#endif
