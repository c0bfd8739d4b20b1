/* The operator's socket: descriptors travel, limits hold, a vanished client disturbs nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text/http.h"
#include "http/http.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[60], path[80];
static struct http_server *server;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned waiting, finished;
static bool gate_open;

/* "echo": what it was told and what it reads, to out; "wait": at the gate; "fail": exit code 3. */
static int control(void *app, int argc, const char *const *argv, int in_fd, int out_fd, int err_fd)
{
	char in[100];
	assert_ptr_equal(app, &server);
	assert_null(argv[argc]);
	if (str_eq_z(STR("wait"), argv[0])) {
		pthread_mutex_lock(&lock);
		waiting++;
		pthread_cond_broadcast(&changed);
		while (!gate_open) pthread_cond_wait(&changed, &lock);
		waiting--;
		pthread_mutex_unlock(&lock);
		/* nobody may be left to read this */
		ssize_t n = write(out_fd, "done", 4);
		pthread_mutex_lock(&lock);
		finished += n == 4 || errno == EPIPE;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
		return 0;
	}
	for (int i = 0; i < argc; i++) {
		dprintf(out_fd, "<%s>", argv[i]);
		dprintf(err_fd, "%zu;", strlen(argv[i]));
	}
	ssize_t n = read(in_fd, in, sizeof in);
	if (n > 0 && write(out_fd, in, (size_t)n) != n) return 9;
	return str_eq_z(STR("fail"), argv[0]) ? 3 : 0;
}

static int start_at(const char *socket, struct http_server **s, struct note *why)
{
	struct http_options o = { .listen = STR("127.0.0.1:0"), .control_socket = str_of(socket), .control = control,
	                          .app = &server, .workers = 2, .event_threads = 1 };
	return http_start(&o, s, why);
}

static void make_dir(void)
{
	snprintf(dir, sizeof dir, "/tmp/ishigaki-control-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/control", dir);
}

static int set_up(void **state)
{
	(void)state;
	struct note why;
	make_dir();
	gate_open = false;
	waiting = finished = 0;
	assert_int_equal(start_at(path, &server, &why), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	http_stop(server);
	assert_int_equal(access(path, F_OK), -1); /* the socket file is gone */
	assert_int_equal(rmdir(dir), 0);
	return 0;
}

static void wait_for(const unsigned *counter, unsigned n)
{
	pthread_mutex_lock(&lock);
	while (*counter < n) pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void open_gate(void)
{
	pthread_mutex_lock(&lock);
	gate_open = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void passes_arguments_and_descriptors(void **state)
{
	(void)state;
	int in[2], out[2], err[2], code = -1;
	char got[200] = "", told[200] = "";
	struct stat st;
	static const char *const argv[] = { "fail", "台帳.xlsx", "", "--json" };
	assert_int_equal(pipe(in) | pipe(out) | pipe(err), 0);
	assert_int_equal(write(in[1], "input", 5), 5);
	close(in[1]);
	assert_int_equal(http_control_call(str_of(path), 4, argv, in[0], out[1], err[1], &code), 0);
	assert_int_equal(code, 3);
	close(out[1]);
	close(err[1]);
	assert_true(read(out[0], got, sizeof got - 1) > 0);
	assert_string_equal(got, "<fail><台帳.xlsx><><--json>input");
	assert_true(read(err[0], told, sizeof told - 1) > 0);
	assert_string_equal(told, "4;11;0;6;");
	/* the server holds no copy of the pipe any more */
	assert_int_equal(read(out[0], got, 1), 0);
	close(in[0]);
	close(out[0]);
	close(err[0]);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void nobody_there(void **state)
{
	(void)state;
	static const char *const argv[] = { "x" };
	int code = 7;
	assert_int_equal(http_control_call(STR("/tmp/ishigaki-no-such-dir/control"), 1, argv, 0, 1, 2, &code), ERR_NOT_FOUND);
	assert_int_equal(code, 7);
}

static void arguments_are_bounded(void **state)
{
	(void)state;
	static const char *argv[65];
	static char long_one[(64 << 10) + 2];
	int code;
	for (int i = 0; i < 65; i++) argv[i] = "a";
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_true(null >= 0);
	assert_int_equal(http_control_call(str_of(path), 65, argv, null, null, null, &code), ERR_LIMIT);
	assert_int_equal(http_control_call(str_of(path), 64, argv, null, null, null, &code), 0);
	assert_int_equal(http_control_call(str_of(path), 0, argv, null, null, null, &code), ERR_LIMIT);
	memset(long_one, 'a', sizeof long_one - 1);
	argv[0] = long_one;
	assert_int_equal(http_control_call(str_of(path), 1, argv, null, null, null, &code), ERR_LIMIT);
	argv[0] = "\xff";
	assert_int_equal(http_control_call(str_of(path), 1, argv, null, null, null, &code), ERR_SYNTAX);
	close(null);
}

static void *call_wait(void *arg)
{
	static const char *const argv[] = { "wait" };
	int *fd = arg;
	int code = -1;
	int e = http_control_call(str_of(path), 1, argv, fd[0], fd[1], fd[1], &code);
	return (void *)(intptr_t)(e ? e : code);
}

static void at_most_eight_at_a_time(void **state)
{
	(void)state;
	pthread_t thread[8];
	int fd[2], code;
	static const char *const argv[] = { "echo" };
	assert_int_equal(pipe(fd), 0);
	for (int i = 0; i < 8; i++) assert_int_equal(pthread_create(&thread[i], NULL, call_wait, fd), 0);
	wait_for(&waiting, 8);
	assert_int_equal(http_control_call(str_of(path), 1, argv, fd[0], fd[1], fd[1], &code), ERR_BUSY);
	open_gate();
	for (int i = 0; i < 8; i++) {
		void *r;
		assert_int_equal(pthread_join(thread[i], &r), 0);
		assert_null(r);
	}
	close(fd[0]);
	close(fd[1]);
}

static int raw_connect(void)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	return fd;
}

static void raw_send(int fd, const void *p, size_t n, const int *fds, size_t count)
{
	union {
		char room[CMSG_SPACE(8 * sizeof(int))];
		struct cmsghdr align;
	} control_room = { .room = { 0 } };
	struct iovec iov = { (void *)(uintptr_t)p, n };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	if (count) {
		m.msg_control = control_room.room;
		m.msg_controllen = CMSG_SPACE(count * sizeof(int));
		struct cmsghdr *h = CMSG_FIRSTHDR(&m);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(h), fds, count * sizeof(int));
	}
	assert_int_equal(sendmsg(fd, &m, MSG_NOSIGNAL), (ssize_t)n);
}

static int raw_outcome(int fd)
{
	int32_t r[2];
	assert_int_equal(recv(fd, r, sizeof r, MSG_WAITALL), (ssize_t)sizeof r);
	close(fd);
	return r[0];
}

static void refuses_what_is_not_its_protocol(void **state)
{
	(void)state;
	const int fds[4] = { 0, 1, 2, 2 };
	uint32_t good[] = { 0x31475349u, 1, 0 }, magic[] = { 0x12345678u, 1, 0 }, many[] = { 0x31475349u, 1000, 0 };
	uint32_t huge[] = { 0x31475349u, 1, 0xfffffff0u };
	int fd = raw_connect();
	raw_send(fd, good, sizeof good, NULL, 0);
	assert_int_equal(raw_outcome(fd), ERR_SYNTAX);
	fd = raw_connect();
	raw_send(fd, good, sizeof good, fds, 2);
	assert_int_equal(raw_outcome(fd), ERR_SYNTAX);
	fd = raw_connect();
	raw_send(fd, good, sizeof good, fds, 4);
	assert_int_equal(raw_outcome(fd), ERR_SYNTAX);
	fd = raw_connect();
	raw_send(fd, magic, sizeof magic, fds, 3);
	assert_int_equal(raw_outcome(fd), ERR_SYNTAX);
	fd = raw_connect();
	raw_send(fd, many, sizeof many, fds, 3);
	assert_int_equal(raw_outcome(fd), ERR_LIMIT);
	fd = raw_connect();
	raw_send(fd, huge, sizeof huge, fds, 3);
	assert_int_equal(raw_outcome(fd), ERR_LIMIT);
	fd = raw_connect();
	raw_send(fd, good, 5, fds, 3);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_int_equal(raw_outcome(fd), ERR_IO);
}

static void a_vanished_client_disturbs_nobody(void **state)
{
	(void)state;
	int out[2];
	struct {
		uint32_t head[3];
		char argument[4];
	} call = { { 0x31475349u, 1, 4 }, { 'w', 'a', 'i', 't' } };
	assert_int_equal(pipe(out), 0);
	const int fds[3] = { 0, out[1], out[1] };
	int fd = raw_connect();
	raw_send(fd, &call, sizeof call, fds, 3);
	wait_for(&waiting, 1);
	close(fd);
	close(out[0]);
	close(out[1]);
	open_gate();
	wait_for(&finished, 1);
	/* http_stop() in tear_down waits for its thread */
}

static void takes_over_a_stale_socket_only(void **state)
{
	(void)state;
	struct note why;
	struct http_server *s = NULL;
	/* alive: refused */
	assert_int_equal(start_at(path, &s, &why), ERR_BUSY);
	assert_int_equal(why.id, MSG_HTTP_CONTROL_BUSY);
	/* left behind */
	char stale[90];
	snprintf(stale, sizeof stale, "%s-2", path);
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	snprintf(sa.sun_path, sizeof sa.sun_path, "%s", stale);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	close(fd);
	assert_int_equal(start_at(stale, &s, &why), 0);
	http_stop(s);
	/* a file that is no socket stays */
	fd = open(stale, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	close(fd);
	assert_int_equal(start_at(stale, &s, &why), ERR_IO);
	assert_int_equal(unlink(stale), 0);
}

static void long_paths(void **state)
{
	(void)state;
	struct note why;
	struct http_server *s = NULL;
	char deep[600], socket_path[700];
	int code = -1;
	static const char *const argv[] = { "echo" };
	make_dir();
	snprintf(deep, sizeof deep, "%s/%0150d", dir, 7);
	assert_int_equal(mkdir(deep, 0700), 0);
	snprintf(socket_path, sizeof socket_path, "%s/control", deep);
	assert_int_equal(start_at(socket_path, &s, &why), 0);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(http_control_call(str_of(socket_path), 1, argv, null, null, null, &code), 0);
	assert_int_equal(code, 0);
	close(null);
	http_stop(s);
	assert_int_equal(http_control_call(str_of(socket_path), 1, argv, 0, 1, 2, &code), ERR_NOT_FOUND);
	assert_int_equal(rmdir(deep), 0);
	assert_int_equal(rmdir(dir), 0);
}

#define WITH_SERVER(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SERVER(passes_arguments_and_descriptors),
		cmocka_unit_test(nobody_there),
		WITH_SERVER(arguments_are_bounded),
		WITH_SERVER(at_most_eight_at_a_time),
		WITH_SERVER(refuses_what_is_not_its_protocol),
		WITH_SERVER(a_vanished_client_disturbs_nobody),
		WITH_SERVER(takes_over_a_stale_socket_only),
		cmocka_unit_test(long_paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
