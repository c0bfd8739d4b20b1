/* What a helper cannot do once it is in the sandbox: each attempt, in a child of its own, ends by SIGSYS. */
#include "helper/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SURVIVED 42

static void try_open(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
}

static void try_create(void)
{
	(void)!open("/tmp/ishigaki-escaped", O_WRONLY | O_CREAT, 0600);
}

static void try_old_open(void)
{
	syscall(SYS_open, "/etc/passwd", O_RDONLY);
}

/* By a descriptor of a folder that somebody forgot to close, by another name, and without one. */
static void try_open_beside(void)
{
	(void)!openat(9, "passwd", O_RDONLY);
}

static void try_memory_file(void)
{
	memfd_create("x", 0);
}

static void try_connect(void)
{
	struct sockaddr a = { .sa_family = AF_UNIX };

	connect(9, &a, sizeof(a));
}

static void try_send(void)
{
	send(9, "x", 1, 0);
}

static void try_own_socket_pair(void)
{
	int fd[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
}

static void try_ring(void)
{
	syscall(SYS_io_uring_setup, 1, NULL);
}

static void try_raw_clone(void)
{
	syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
}

static void try_vfork(void)
{
	syscall(SYS_vfork);
}

static void try_socket(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}

static void try_fork(void)
{
	if (fork() == 0)
		_exit(SURVIVED);
}

static void try_exec(void)
{
	char *argv[] = { NULL };

	execve("/bin/true", argv, argv);
}

static void try_kill(void)
{
	kill(getppid(), SIGCONT);
}

static void try_ptrace(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void try_unlink(void)
{
	unlink("/tmp/ishigaki-absent");
}

static void try_executable_memory(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_make_executable(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static void try_write_elsewhere(void)
{
	(void)!write(9, "x", 1);
}

static void try_raise_limits(void)
{
	struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_CPU, &r);
}

static void try_memory_of_another(void)
{
	syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
}

static void try_32_bit_calls(void)
{
#ifdef __x86_64__
	long r;

	/* open() by the table of the 32-bit kernel interface, which a filter for 64 bit alone would not see. */
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(5), "b"(0), "c"(0), "d"(0) : "memory");
	(void)r;
#else
	try_open();
#endif
}

static void do_work(void)
{
	char *p = malloc((size_t)20 << 20);
	struct stat st;
	struct timespec now;
	char c;

	if (!p)
		_exit(1);
	memset(p, 1, (size_t)20 << 20);
	free(p);
	p = malloc((size_t)40 << 20);
	free(p);
	clock_gettime(CLOCK_REALTIME, &now);
	if (read(0, &c, 1) < 0 || write(1, "", 0) < 0)
		_exit(2);
	if (stat("/etc/passwd", &st) == 0 || errno != EACCES) /* refused, without dying */
		_exit(3);
	_exit(SURVIVED);
}

/* The status of a child that enters the sandbox and does it; descriptors 0 and 1 are /dev/null. */
static int status_of(void (*attempt)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		dup2(null, 9);
		if (sandbox_enter() < 0)
			_exit(99);
		attempt();
		_exit(SURVIVED);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_escapes(void **state)
{
	static const struct {
		const char *name;
		void (*attempt)(void);
	} attempts[] = {
		{ "open", try_open }, { "create", try_create }, { "old open", try_old_open }, { "socket", try_socket },
		{ "fork", try_fork }, { "exec", try_exec }, { "kill", try_kill }, { "ptrace", try_ptrace },
		{ "unlink", try_unlink }, { "executable memory", try_executable_memory },
		{ "make executable", try_make_executable }, { "write elsewhere", try_write_elsewhere },
		{ "raise limits", try_raise_limits }, { "memory of another", try_memory_of_another },
		{ "32-bit calls", try_32_bit_calls }, { "open beside", try_open_beside }, { "memory file", try_memory_file },
		{ "connect", try_connect }, { "send", try_send }, { "socket pair", try_own_socket_pair }, { "io_uring", try_ring },
		{ "raw clone", try_raw_clone }, { "vfork", try_vfork },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(attempts); i++) {
		int status = status_of(attempts[i].attempt);

		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("%s: status %#x instead of death by SIGSYS", attempts[i].name, (unsigned)status);
	}
	assert_int_equal(access("/tmp/ishigaki-escaped", F_OK), -1);
}

static void test_work_goes_on(void **state)
{
	int status = status_of(do_work);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), SURVIVED);
}

/* The helper that talks: its connection lives, another cannot be made, and no file can be opened. */
static void test_talking(void **state)
{
	static void (*const deadly[])(void) = { try_fork, try_exec, try_kill, try_ptrace, try_unlink, try_executable_memory, try_memory_of_another, try_32_bit_calls };
	int status;

	(void)state;
	for (size_t i = 0; i <= COUNT_OF(deadly); i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			int pair[2];
			char c;

			if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || sandbox_enter_talking(pair[0]) < 0)
				_exit(99);
			if (i < COUNT_OF(deadly)) {
				deadly[i]();
				_exit(SURVIVED);
			}
			if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || open("/etc/passwd", O_RDONLY) >= 0 || access("/etc/passwd", F_OK) == 0)
				_exit(1);
			if (send(pair[0], "x", 1, 0) != 1 || read(pair[1], &c, 1) != 1 || c != 'x')
				_exit(2);
			_exit(SURVIVED);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (i < COUNT_OF(deadly) ? !WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS : !WIFEXITED(status) || WEXITSTATUS(status) != SURVIVED)
			fail_msg("attempt %zu: status %#x", i, (unsigned)status);
	}
}

/* ---- memory and time: limits set before the sandbox closes hold inside it ---- */

#define MEMORY_MAX ((size_t)256 << 20)

static void limit_to(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit r = { most, most };

	if (setrlimit(what, &r) < 0)
		_exit(98);
}

static void try_all_memory(void)
{
	size_t got = 0;

	/* Piece by piece, as a greedy parser would: each piece is kept and touched. */
	for (char *p; got < 4 * MEMORY_MAX && (p = malloc((size_t)4 << 20)); got += (size_t)4 << 20)
		memset(p, 1, (size_t)4 << 20);
	_exit(got < MEMORY_MAX ? SURVIVED : 1);
}

static void try_all_time(void)
{
	for (volatile unsigned long n = 0;; n++)
		;
}

static int status_within(void (*attempt)(void), rlim_t memory, rlim_t seconds)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (memory)
			limit_to(RLIMIT_AS, memory);
		if (seconds)
			limit_to(RLIMIT_CPU, seconds);
		if (sandbox_enter() < 0)
			_exit(99);
		attempt();
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_memory_ends(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	print_message("skipped: memory limit (sanitizers reserve more address space than any limit)\n");
	(void)try_all_memory;
#else
	int status = status_within(try_all_memory, MEMORY_MAX, 0);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), SURVIVED);
#endif
}

static void test_time_ends(void **state)
{
	int status = status_within(try_all_time, 0, 1);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_true(WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_escapes), cmocka_unit_test(test_work_goes_on), cmocka_unit_test(test_talking),
		cmocka_unit_test(test_memory_ends), cmocka_unit_test(test_time_ends) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
