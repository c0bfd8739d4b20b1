/*
 * The operator's socket: the command line hands its verb to the running server, together with its own standard input,
 * output and error, so that what a verb reads and writes never passes through here.
 *
 * On the wire, from the client in one go: 4 bytes magic, 4 bytes count, then per argument 4 bytes length and the bytes;
 * the three descriptors come with the first byte. Back: 4 bytes outcome (an enum err), 4 bytes exit code. Integers are
 * the machine's own: both ends are the same program on the same machine.
 */
#include "http/internal.h"

#include "base/text.h"
#include "base/text/http.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MAGIC 0x31475349u /* "ISG1" */
#define CALLS 8
#define ARGUMENTS 64
#define ARGUMENT_BYTES (64u << 10)
#define RECEIVE_SECONDS 5
#define STOP_SECONDS 10
#define DESCRIPTORS 3

struct control {
	int (*run)(void *app, int argc, const char *const *argv, int in_fd, int out_fd, int err_fd);
	void *app;
	struct str path; /* own memory */
	int listen_fd, wake_fd;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t idle;
	unsigned calls;
};

struct call {
	struct control *control;
	int fd;
	int std[DESCRIPTORS];
};

/* A path of any length: sun_path has room for 107 bytes, so a longer folder is entered through /proc. */
static int socket_name(struct str path, struct sockaddr_un *ret, int *ret_dir)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	*ret_dir = -1;
	if (path.n && path.n < sizeof ret->sun_path) {
		memcpy(ret->sun_path, path.p, path.n);
		return 0;
	}
	char dir[4096];
	size_t slash = path.n;
	while (slash && path.p[slash - 1] != '/') slash--;
	if (!slash || slash >= sizeof dir) return ERR_LIMIT;
	memcpy(dir, path.p, slash);
	dir[slash] = '\0';
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return ERR_IO;
	struct str name = str_sub(path, slash, path.n);
	int n = snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/%.*s", fd, STR_FMT(name));
	if (n < 0 || (size_t)n >= sizeof ret->sun_path) {
		close(fd);
		return ERR_LIMIT;
	}
	*ret_dir = fd;
	return 0;
}

static void close_fd(int fd)
{
	if (fd >= 0) close(fd);
}

static int read_all(int fd, void *p, size_t n)
{
	for (char *at = p; n;) {
		ssize_t got = recv(fd, at, n, 0);
		if (got < 0 && errno == EINTR) continue;
		if (got <= 0) return ERR_IO;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

static int send_all(int fd, const void *p, size_t n)
{
	for (const char *at = p; n;) {
		ssize_t done = send(fd, at, n, MSG_NOSIGNAL);
		if (done < 0 && errno == EINTR) continue;
		if (done <= 0) return ERR_IO;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

static void reply(int fd, int outcome, int code)
{
	int32_t r[2] = { outcome, code };
	/* a client that has gone does not need to know */
	if (send_all(fd, r, sizeof r)) return;
}

/* ---- server ---- */

/* The first bytes, and with them exactly three descriptors. */
static int receive_head(struct call *c, uint32_t head[2])
{
	union {
		char room[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { head, 2 * sizeof head[0] };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room };
	ssize_t got;
	do {
		got = recvmsg(c->fd, &m, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got <= 0) return ERR_IO;
	int given = 0;
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
		size_t n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(h) + i * sizeof fd, sizeof fd);
			if (given < DESCRIPTORS) c->std[given] = fd;
			else close(fd); /* the room for three ends in padding that a fourth fits into */
			given++;
		}
	}
	if (given != DESCRIPTORS || (m.msg_flags & MSG_CTRUNC)) return ERR_SYNTAX;
	return (size_t)got == sizeof(uint32_t[2]) ? 0 : read_all(c->fd, (char *)head + got, sizeof(uint32_t[2]) - (size_t)got);
}

static int receive(struct call *c, struct arena *a, const char ***ret_argv, int *ret_argc)
{
	uint32_t head[2] = { 0, 0 };
	int e = receive_head(c, head);
	if (e) return e;
	if (head[0] != MAGIC) return ERR_SYNTAX;
	if (head[1] < 1 || head[1] > ARGUMENTS) return ERR_LIMIT;
	const char **argv = ARENA_ARRAY(a, head[1] + 1, const char *);
	size_t left = ARGUMENT_BYTES;
	for (uint32_t i = 0; i < head[1]; i++) {
		uint32_t n;
		e = read_all(c->fd, &n, sizeof n);
		if (e) return e;
		if (n > left) return ERR_LIMIT;
		left -= n;
		char *z = arena_alloc(a, (size_t)n + 1);
		e = read_all(c->fd, z, n);
		if (e) return e;
		if (!text_valid((struct str){ z, n })) return ERR_SYNTAX;
		argv[i] = z;
	}
	*ret_argv = argv;
	*ret_argc = (int)head[1];
	return 0;
}

static int check_peer(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n)) return ERR_DENIED;
	return peer.uid == geteuid() || peer.uid == 0 ? 0 : ERR_DENIED;
}

static void *serve_call(void *arg)
{
	struct call *c = arg;
	struct control *k = c->control;
	struct arena *a = arena_new(LIMIT_ARENA);
	const char **argv = NULL;
	int argc = 0, code = 0;
	int e = receive(c, a, &argv, &argc);
	if (!e) code = k->run(k->app, argc, argv, c->std[0], c->std[1], c->std[2]);
	for (int i = 0; i < DESCRIPTORS; i++) close_fd(c->std[i]);
	reply(c->fd, e, code);
	close(c->fd);
	free(c);
	arena_free(a);
	pthread_mutex_lock(&k->lock);
	if (--k->calls == 0) pthread_cond_broadcast(&k->idle);
	pthread_mutex_unlock(&k->lock);
	return NULL;
}

static void accept_one(struct control *k)
{
	int fd = accept4(k->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0) return;
	struct timeval limit = { .tv_sec = RECEIVE_SECONDS };
	int e = check_peer(fd);
	if (!e && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) ||
	           setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit)))
		e = ERR_IO;
	pthread_mutex_lock(&k->lock);
	if (!e && k->calls >= CALLS) e = ERR_BUSY;
	if (!e) k->calls++;
	pthread_mutex_unlock(&k->lock);
	if (!e) {
		struct call *c = malloc(sizeof *c);
		pthread_attr_t attr;
		pthread_t thread;
		if (!c) die("control: out of memory");
		*c = (struct call){ .control = k, .fd = fd, .std = { -1, -1, -1 } };
		bool started = false;
		if (pthread_attr_init(&attr) == 0) {
			/* a verb is no request: it may open databases and run helpers, so it gets a roomier stack */
			started = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0 &&
			          pthread_attr_setstacksize(&attr, 4 * THREAD_STACK) == 0 &&
			          pthread_create(&thread, &attr, serve_call, c) == 0;
			pthread_attr_destroy(&attr);
		}
		if (started) return;
		free(c);
		e = ERR_BUSY;
		pthread_mutex_lock(&k->lock);
		k->calls--;
		pthread_mutex_unlock(&k->lock);
	}
	reply(fd, e, 0);
	close(fd);
}

static void *accept_loop(void *arg)
{
	struct control *k = arg;
	struct pollfd p[2] = { { .fd = k->listen_fd, .events = POLLIN }, { .fd = k->wake_fd, .events = POLLIN } };
	for (;;) {
		if (poll(p, 2, -1) < 0) {
			if (errno == EINTR) continue;
			return NULL;
		}
		if (p[1].revents) return NULL;
		if (p[0].revents) accept_one(k);
	}
}

/* A socket file that nobody answers was left by a server that was killed. */
static int clear_stale(const struct sockaddr_un *name)
{
	struct stat st;
	if (lstat(name->sun_path, &st)) return 0;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return ERR_IO;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) return ERR_IO;
	bool alive = connect(fd, (const struct sockaddr *)name, sizeof *name) == 0;
	close(fd);
	return alive ? ERR_BUSY : unlink(name->sun_path) ? ERR_IO : 0;
}

static int listen_at(struct control *k)
{
	struct sockaddr_un name;
	int dir;
	int e = socket_name(k->path, &name, &dir);
	if (e) return e;
	e = clear_stale(&name);
	if (!e) {
		k->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		/* nobody can connect before listen(), and by then the file is its owner's alone */
		if (k->listen_fd < 0 || bind(k->listen_fd, (struct sockaddr *)&name, sizeof name) ||
		    chmod(name.sun_path, 0600) || listen(k->listen_fd, CALLS))
			e = ERR_IO;
	}
	int saved = errno;
	close_fd(dir);
	errno = saved;
	return e;
}

static void remove_file(struct control *k)
{
	struct sockaddr_un name;
	int dir;
	if (socket_name(k->path, &name, &dir)) return;
	unlink(name.sun_path);
	close_fd(dir);
}

static void release(struct control *k)
{
	close_fd(k->listen_fd);
	close_fd(k->wake_fd);
	pthread_cond_destroy(&k->idle);
	pthread_mutex_destroy(&k->lock);
	free((void *)(uintptr_t)k->path.p);
	free(k);
}

int control_start(const struct http_options *o, struct control **ret, struct note *ret_why)
{
	struct control *k = calloc(1, sizeof *k);
	pthread_condattr_t monotonic;
	struct buf path;
	if (!k) die("control: out of memory");
	*k = (struct control){ .run = o->control, .app = o->app, .listen_fd = -1, .wake_fd = -1 };
	buf_init(&path, 4096);
	buf_str(&path, o->control_socket);
	k->path.p = buf_take(&path, &k->path.n);
	pthread_mutex_init(&k->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&k->idle, &monotonic);
	pthread_condattr_destroy(&monotonic);
	errno = 0;
	k->wake_fd = eventfd(0, EFD_CLOEXEC);
	int e = !o->control ? ERR_INVALID : k->wake_fd < 0 ? ERR_IO : listen_at(k);
	if (!e && pthread_create(&k->thread, NULL, accept_loop, k)) {
		remove_file(k);
		e = ERR_IO;
	}
	if (e) {
		*ret_why = e == ERR_BUSY ? NOTE(MSG_HTTP_CONTROL_BUSY, ARG_S(o->control_socket))
		                         : NOTE(MSG_HTTP_CONTROL_FAILED, ARG_S(o->control_socket),
		                                ARG_S(str_of(strerrordesc_np(errno))));
		release(k);
		return e;
	}
	*ret = k;
	return 0;
}

void control_stop(struct control *k)
{
	struct timespec until;
	if (!k) return;
	if (eventfd_write(k->wake_fd, 1)) die("control: cannot wake the listener");
	pthread_join(k->thread, NULL);
	remove_file(k);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += STOP_SECONDS;
	pthread_mutex_lock(&k->lock);
	while (k->calls)
		if (pthread_cond_timedwait(&k->idle, &k->lock, &until) && k->calls)
			die("control: %u calls did not end within %d s", k->calls, STOP_SECONDS);
	pthread_mutex_unlock(&k->lock);
	release(k);
}

/* ---- client ---- */

static int send_call(int fd, int argc, const char *const *argv, const int std[DESCRIPTORS])
{
	struct buf b;
	uint32_t head[2] = { MAGIC, (uint32_t)argc };
	size_t total = 0;
	if (argc < 1 || argc > ARGUMENTS) return ERR_LIMIT;
	buf_init(&b, ARGUMENT_BYTES + ARGUMENTS * sizeof(uint32_t));
	for (int i = 0; i < argc; i++) {
		uint32_t n = (uint32_t)strlen(argv[i]);
		total += n;
		buf_bytes(&b, &n, sizeof n);
		buf_bytes(&b, argv[i], n);
	}
	union {
		char room[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
		struct cmsghdr align;
	} control = { .room = { 0 } };
	struct iovec iov = { head, sizeof head };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(DESCRIPTORS * sizeof(int));
	memcpy(CMSG_DATA(h), std, DESCRIPTORS * sizeof(int));
	int e = total > ARGUMENT_BYTES ? ERR_LIMIT : buf_error(&b);
	if (!e && sendmsg(fd, &m, MSG_NOSIGNAL) != (ssize_t)sizeof head) e = ERR_IO;
	if (!e) e = send_all(fd, b.p, b.n);
	buf_release(&b);
	return e;
}

int http_control_call(struct str socket_path, int argc, const char *const *argv, int in_fd, int out_fd, int err_fd,
                      int *ret_code)
{
	struct sockaddr_un name;
	int dir;
	int e = socket_name(socket_path, &name, &dir);
	if (e) return e == ERR_IO ? ERR_NOT_FOUND : e;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) e = ERR_IO;
	else if (connect(fd, (struct sockaddr *)&name, sizeof name))
		e = errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR ? ERR_NOT_FOUND
		    : errno == EACCES || errno == EPERM                          ? ERR_DENIED
		    : errno == EAGAIN                                            ? ERR_BUSY
		                                                                 : ERR_IO;
	close_fd(dir);
	const int std[DESCRIPTORS] = { in_fd, out_fd, err_fd };
	if (!e) e = send_call(fd, argc, argv, std);
	int32_t r[2];
	/* a refusal may have come before everything was sent */
	if (!e || e == ERR_IO) {
		int answered = fd >= 0 ? read_all(fd, r, sizeof r) : ERR_IO;
		if (answered == 0) e = r[0];
		else if (!e) e = answered;
	}
	close_fd(fd);
	if (!e) *ret_code = r[1];
	return e;
}
