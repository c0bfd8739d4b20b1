#include "base/helper.h"

#include "base/clock.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* The sanitizers reserve terabytes of address space at start: under them RLIMIT_AS would kill every helper at once, so it
 * is left out, and what they report must reach the terminal. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define RECORD_HEAD 5
#define READ_CHUNK ((size_t)256 << 10)
#define FD_FIRST 10 /* parent's descriptors for the child lie at or above, so that dup2() to 0..3 never meets them */
#define FD_TABLE 65536 /* how far to close by hand on a kernel without close_range() */
#define PIPE_BYTES (1 << 20) /* what any user may have by default */
#define CHILD_FILES 16 /* the dynamic loader opens libraries one after the other */

struct helper {
	pid_t pid;       /* 0 once reaped */
	int in, out;     /* ends towards the helper's fd 0 and from its fd 1; -1 when closed */
	int64_t deadline_us;
	size_t record_max, total_max, total;
	char *p;         /* bytes read and not yet handed out: p[from..to) */
	size_t from, to, cap;
	size_t handed;   /* length of the record handed out last; it goes at the next call */
	int result;      /* sticky end: 1 while it runs, then 0 or a negative enum err */
};

static char helpers_dir[PATH_MAX];

void helper_set_dir(struct str dir)
{
	if (dir.n + 1 > sizeof(helpers_dir))
		die("helper directory: the path is longer than %zu bytes", sizeof(helpers_dir) - 1);
	if (dir.n)
		memcpy(helpers_dir, dir.p, dir.n);
	helpers_dir[dir.n] = 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static uint32_t read_u32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static void put_head(char *p, uint8_t kind, size_t n)
{
	p[0] = (char)kind;
	for (int i = 0; i < 4; i++)
		p[1 + i] = (char)(n >> (8 * i) & 0xff);
}

/* Moves a fresh descriptor out of the range that dup2() writes to in the child; closes it on failure. */
static int raise_fd(int fd)
{
	int up;

	if (fd < 0)
		return -1;
	up = fcntl(fd, F_DUPFD_CLOEXEC, FD_FIRST);
	close(fd);
	return up;
}

struct child {
	const char *path;
	char *const *argv;
	int in, out, err, input, status; /* all >= FD_FIRST, or -1 */
	const struct helper_limits *limits;
	pid_t parent;
};

static int limit(__rlimit_resource_t what, rlim_t value)
{
	struct rlimit r = { value, value };

	return setrlimit(what, &r);
}

static void close_between(unsigned from, unsigned to)
{
	if (from > to)
		return;
#ifdef SYS_close_range
	if (syscall(SYS_close_range, from, to, 0) == 0)
		return;
#endif
	for (unsigned fd = from; fd <= to && fd < FD_TABLE; fd++)
		close((int)fd);
}

/* Between vfork and exec: the memory is the parent's, whose other threads go on, and any of them may hold a lock of the C
 * library. Only async-signal-safe calls here, nothing is written that the parent reads, and no memory is asked for. */
static _Noreturn void child_run(const struct child *c)
{
	static char *const no_env[] = { NULL };
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;
	int e;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &dfl, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (setsid() < 0)
		goto failed;
	if (dup2(c->in, 0) < 0 || dup2(c->out, 1) < 0 || (c->err >= 0 && dup2(c->err, 2) < 0) ||
	    (c->input >= 0 && dup2(c->input, 3) < 0))
		goto failed;
	close_between(c->input >= 0 ? 4 : 3, (unsigned)c->status - 1);
	close_between((unsigned)c->status + 1, ~0u);
	/* A signal when the starting thread ends: a helper lives within one call of one thread. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		goto failed;
	if (getppid() != c->parent)
		_exit(127);
	if ((!SANITIZED && limit(RLIMIT_AS, c->limits->memory) < 0) || limit(RLIMIT_CPU, c->limits->cpu_seconds) < 0 ||
	    limit(RLIMIT_NOFILE, CHILD_FILES) < 0 || (!SANITIZED && limit(RLIMIT_FSIZE, 0) < 0) ||
	    (!c->limits->threads && limit(RLIMIT_NPROC, 0) < 0) || limit(RLIMIT_CORE, 0) < 0)
		goto failed;
	execve(c->path, c->argv, no_env);
failed:
	e = errno;
	if (write(c->status, &e, sizeof(e)) < 0)
		_exit(126);
	_exit(127);
}

/* The child, or -1. vfork: a copy of the page tables of a server that has much of its database mapped, or that runs under a
 * sanitizer, costs more than the helper's whole work. Signals wait, so that no handler of ours runs in the child. */
static pid_t child_start(const struct child *c)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before))
		return -1;
	/* The checker asks for posix_spawn(), which can set no limits, and lets a child call nothing but exec. */
	pid = vfork(); // NOLINT(clang-analyzer-security.insecureAPI.vfork)
	if (pid == 0)
		child_run(c); // NOLINT(clang-analyzer-unix.Vfork)
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static void kill_and_reap(struct helper *h)
{
	if (!h->pid)
		return;
	kill(h->pid, SIGKILL);
	while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		;
	h->pid = 0;
}

static int end_with(struct helper *h, int result)
{
	h->result = result;
	kill_and_reap(h);
	close_fd(&h->in);
	close_fd(&h->out);
	return result;
}

/* Waits for exec in the child: end of the close-on-exec pipe means that it happened. */
static int wait_for_exec(int fd)
{
	int e = 0;
	ssize_t n;

	do
		n = read(fd, &e, sizeof(e));
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return 0;
	if (n == (ssize_t)sizeof(e))
		errno = e;
	return ERR_IO;
}

int helper_start(const char *name, const char *const *args, int input_fd, const struct helper_limits *limits,
                 struct helper **ret)
{
	char path[PATH_MAX + NAME_MAX];
	char *argv[16] = { path };
	struct child c = { .path = path, .argv = argv, .in = -1, .out = -1, .err = -1, .input = -1, .status = -1,
	                   .limits = limits, .parent = getpid() };
	struct helper *h = NULL;
	int pair[2] = { -1, -1 }, out[2] = { -1, -1 }, status[2] = { -1, -1 };
	int result = ERR_IO, n = snprintf(path, sizeof(path), "%s/ishigaki-%s", helpers_dir, name);
	size_t argc = 1;
	pid_t pid;

	if (n < 0 || (size_t)n >= sizeof(path))
		return ERR_LIMIT;
	for (; args && *args; args++) {
		if (argc + 1 >= COUNT_OF(argv))
			return ERR_LIMIT;
		argv[argc++] = (char *)(uintptr_t)*args; /* execve() takes char *const[] and changes nothing */
	}
	/* The question side is a socket pair because send() can be told not to raise SIGPIPE. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
	    pipe2(status, O_CLOEXEC) < 0)
		goto done;
	c.in = raise_fd(pair[1]);
	pair[1] = -1;
	c.out = raise_fd(out[1]);
	out[1] = -1;
	c.status = raise_fd(status[1]);
	status[1] = -1;
	if (c.in < 0 || c.out < 0 || c.status < 0)
		goto done;
	if (!SANITIZED && (c.err = raise_fd(open("/dev/null", O_WRONLY | O_CLOEXEC))) < 0)
		goto done;
	if (input_fd >= 0 && (c.input = fcntl(input_fd, F_DUPFD_CLOEXEC, FD_FIRST)) < 0)
		goto done;
	/* So that a helper need not wait for each of our pauses; without the larger pipe it only does that. */
	(void)fcntl(out[0], F_SETPIPE_SZ, PIPE_BYTES);
	if (fcntl(out[0], F_SETFL, O_NONBLOCK) < 0 || !(h = calloc(1, sizeof(*h))))
		goto done;
	*h = (struct helper){ .in = pair[0], .out = out[0], .record_max = limits->record_max,
	                      .total_max = limits->total_max, .result = 1,
	                      .deadline_us = clock_monotonic_us() + (int64_t)limits->deadline_ms * 1000 };
	pid = child_start(&c);
	if (pid < 0) {
		free(h);
		goto done;
	}
	h->pid = pid;
	pair[0] = out[0] = -1;
	close_fd(&c.status); /* our copy of the write end: otherwise the end of the pipe never comes */
	result = wait_for_exec(status[0]);
	if (result < 0) {
		int e = errno;

		helper_free(h);
		errno = e;
		goto done;
	}
	*ret = h;
done:
	for (int i = 0; i < 2; i++) {
		close_fd(&pair[i]);
		close_fd(&out[i]);
		close_fd(&status[i]);
	}
	close_fd(&c.in);
	close_fd(&c.out);
	close_fd(&c.err);
	close_fd(&c.input);
	close_fd(&c.status);
	return result;
}

/* 0 when fd is ready, ERR_TIMEOUT at the deadline. */
static int wait_ready(const struct helper *h, int fd, short events)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		int64_t left = h->deadline_us - clock_monotonic_us();
		int n;

		if (left <= 0)
			return ERR_TIMEOUT;
		n = poll(&p, 1, left / 1000 + 1 > INT_MAX ? INT_MAX : (int)(left / 1000 + 1));
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return ERR_IO;
	}
}

/* The helper closed its output: it has to end by itself, with success, before the deadline. */
static int wait_for_exit(struct helper *h)
{
	for (;;) {
		struct timespec nap = { 0, 200000 };
		int status;
		pid_t pid = waitpid(h->pid, &status, WNOHANG);

		if (pid == h->pid) {
			h->pid = 0;
			return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ERR_HELPER;
		}
		if (pid < 0 && errno != EINTR)
			return ERR_HELPER;
		if (clock_monotonic_us() >= h->deadline_us)
			return ERR_TIMEOUT;
		nanosleep(&nap, NULL);
	}
}

/* Makes room for want bytes from h->from on, moving what is there to the front first. */
static int make_room(struct helper *h, size_t want)
{
	size_t cap = h->cap ? h->cap : READ_CHUNK;
	char *p;

	if (h->from) {
		memmove(h->p, h->p + h->from, h->to - h->from);
		h->to -= h->from;
		h->from = 0;
	}
	if (want <= h->cap)
		return 0;
	while (cap < want)
		cap *= 2;
	p = realloc(h->p, cap);
	if (!p)
		return ERR_LIMIT;
	h->p = p;
	h->cap = cap;
	return 0;
}

/* Reads what is there, at least one byte; 0 at the end of the stream, 1 when something came. */
static int read_some(struct helper *h)
{
	for (;;) {
		ssize_t n;
		int r = wait_ready(h, h->out, POLLIN);

		if (r < 0)
			return r;
		n = read(h->out, h->p + h->to, h->cap - h->to);
		if (n == 0)
			return 0;
		if (n > 0) {
			h->to += (size_t)n;
			h->total += (size_t)n;
			return h->total > h->total_max ? ERR_LIMIT : 1;
		}
		if (errno != EINTR && errno != EAGAIN)
			return ERR_IO;
	}
}

int helper_next(struct helper *h, uint8_t *ret_kind, struct str *ret_payload)
{
	size_t want = RECORD_HEAD;
	int r;

	if (h->result <= 0)
		return h->result;
	h->from += h->handed;
	h->handed = 0;
	for (;;) {
		size_t have = h->to - h->from;

		if (have >= RECORD_HEAD) {
			size_t n = read_u32(h->p + h->from + 1);

			if (n > h->record_max)
				return end_with(h, ERR_LIMIT);
			want = RECORD_HEAD + n;
			if (have >= want) {
				*ret_kind = (uint8_t)h->p[h->from];
				*ret_payload = (struct str){ h->p + h->from + RECORD_HEAD, n };
				h->handed = want;
				return 1;
			}
		}
		/* Move only when the rest does not fit behind: most records are short, the buffer is long. */
		if (h->from + want > h->cap || h->to == h->cap) {
			r = make_room(h, want > READ_CHUNK ? want : READ_CHUNK);
			if (r < 0)
				return end_with(h, r);
		}
		r = read_some(h);
		if (r == 0)
			return end_with(h, h->to == h->from ? wait_for_exit(h) : ERR_HELPER);
		if (r < 0)
			return end_with(h, r);
	}
}

int helper_send(struct helper *h, uint8_t kind, struct str payload)
{
	char head[RECORD_HEAD];
	size_t done = 0, total = RECORD_HEAD + payload.n;

	if (h->result <= 0)
		return h->result < 0 ? h->result : ERR_HELPER;
	if (payload.n > h->record_max)
		return ERR_LIMIT;
	put_head(head, kind, payload.n);
	while (done < total) {
		struct iovec v[2];
		struct msghdr m = { .msg_iov = v };
		ssize_t n;
		int r;

		if (done < RECORD_HEAD)
			v[m.msg_iovlen++] = (struct iovec){ head + done, RECORD_HEAD - done };
		if (payload.n) {
			size_t skip = done > RECORD_HEAD ? done - RECORD_HEAD : 0;

			v[m.msg_iovlen++] = (struct iovec){ (char *)(uintptr_t)payload.p + skip, payload.n - skip };
		}
		n = sendmsg(h->in, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0) {
			done += (size_t)n;
			continue;
		}
		if (errno == EPIPE || errno == ECONNRESET)
			return end_with(h, ERR_HELPER);
		if (errno != EINTR && errno != EAGAIN)
			return end_with(h, ERR_IO);
		if (errno == EAGAIN && (r = wait_ready(h, h->in, POLLOUT)) < 0)
			return end_with(h, r);
	}
	return 0;
}

void helper_free(struct helper *h)
{
	if (!h)
		return;
	end_with(h, h->result);
	free(h->p);
	free(h);
}

void helper_freep(struct helper **h)
{
	helper_free(*h);
	*h = NULL;
}

int helper_write_record(int fd, uint8_t kind, struct str payload)
{
	char head[RECORD_HEAD];
	size_t done = 0, total = RECORD_HEAD + payload.n;

	if (payload.n > UINT32_MAX)
		return ERR_LIMIT;
	put_head(head, kind, payload.n);
	while (done < total) {
		struct iovec v[2];
		int count = 0;
		ssize_t n;

		if (done < RECORD_HEAD)
			v[count++] = (struct iovec){ head + done, RECORD_HEAD - done };
		if (payload.n) {
			size_t skip = done > RECORD_HEAD ? done - RECORD_HEAD : 0;

			v[count++] = (struct iovec){ (char *)(uintptr_t)payload.p + skip, payload.n - skip };
		}
		n = writev(fd, v, count);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return ERR_IO;
	}
	return 0;
}

/* Reads n bytes; 1 when they came, 0 at the end of the stream before the first, ERR_IO otherwise. */
static int read_full(int fd, char *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = read(fd, p + done, n - done);

		if (r > 0)
			done += (size_t)r;
		else if (r == 0)
			return done ? ERR_IO : 0;
		else if (errno != EINTR)
			return ERR_IO;
	}
	return 1;
}

int helper_read_record(int fd, size_t max, uint8_t *ret_kind, struct buf *ret_payload)
{
	char head[RECORD_HEAD];
	size_t n;
	char *room;
	int r = read_full(fd, head, sizeof(head));

	if (r <= 0)
		return r;
	n = read_u32(head + 1);
	if (n > max)
		return ERR_LIMIT;
	buf_clear(ret_payload);
	if (n) {
		room = buf_room(ret_payload, n);
		if (!room)
			return ERR_LIMIT;
		r = read_full(fd, room, n);
		if (r <= 0)
			return ERR_IO;
		buf_advance(ret_payload, n);
	}
	*ret_kind = (uint8_t)head[0];
	return 1;
}

int helper_memfd(struct str s)
{
	size_t done = 0;
	int fd = memfd_create("ishigaki-input", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return ERR_IO;
	while (done < s.n) {
		ssize_t n = write(fd, s.p + done, s.n - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			goto failed;
	}
	if (lseek(fd, 0, SEEK_SET) < 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		goto failed;
	return fd;
failed:
	close(fd);
	return ERR_IO;
}
