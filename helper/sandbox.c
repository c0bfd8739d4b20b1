#include "helper/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Calls that take no name and reach nothing outside the process. */
static const int harmless[] = {
	SCMP_SYS(brk), SCMP_SYS(clock_gettime), SCMP_SYS(close), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(fstat),
	SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(lseek), SCMP_SYS(madvise), SCMP_SYS(mremap), SCMP_SYS(munmap),
	SCMP_SYS(pread64), SCMP_SYS(read), SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
#ifdef SANITIZED
	/* What the sanitizers' own bookkeeping calls; still nothing that opens, connects or starts. */
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield), SCMP_SYS(sigaltstack),
#endif
};

/* What starting, naming and ending a thread needs. */
static const int of_threads[] = {
	SCMP_SYS(gettid), SCMP_SYS(rseq), SCMP_SYS(sched_yield), SCMP_SYS(set_robust_list), SCMP_SYS(sched_getaffinity),
};

static void seccomp_releasep(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

static int allow_drawing(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < COUNT_OF(of_threads); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, of_threads[i], 0) < 0)
			return ERR_IO;
	/* clone3 hides its flags in memory: without it the C library takes clone, whose flags can be looked at. */
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	                     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM)) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)) < 0 ||
	    /* cairo asks whether the font it has open can still be read: it is told yes, without asking the kernel. */
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(0), SCMP_SYS(access), 0) < 0 ||
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) < 0)
		return ERR_IO;
	return 0;
}

/* What libcurl and the TLS library do with the connection; asking for anything else fails, as it does where there is none. */
static int allow_talking(scmp_filter_ctx filter, int fd)
{
	static const int of_connection[] = { SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(write), SCMP_SYS(getsockopt),
		                             SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(fcntl), SCMP_SYS(ioctl), SCMP_SYS(shutdown) };
	static const int harmless_too[] = { SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rt_sigaction), SCMP_SYS(socketpair), SCMP_SYS(pipe2),
		                            SCMP_SYS(eventfd2), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getuid), SCMP_SYS(geteuid),
		                            SCMP_SYS(getgid), SCMP_SYS(getegid) };
	static const int refused[] = { SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(stat), SCMP_SYS(readlink), SCMP_SYS(socket) };
	for (size_t i = 0; i < COUNT_OF(of_connection); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, of_connection[i], 1, SCMP_A0(SCMP_CMP_EQ, (unsigned)fd)) < 0)
			return ERR_IO;
	for (size_t i = 0; i < COUNT_OF(harmless_too); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, harmless_too[i], 0) < 0)
			return ERR_IO;
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOENT), refused[i], 0) < 0)
			return ERR_IO;
	/* libcurl 7.88 connects again what it was told is connected, and goes on when that is under way: it is told so, and nothing is. */
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINPROGRESS), SCMP_SYS(connect), 0) < 0)
		return ERR_IO;
	/* The ends of its own wake-up pair are set up as any other descriptor. */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A0(SCMP_CMP_GT, (unsigned)fd)) < 0 ? ERR_IO : 0;
}

static int enter(bool drawing, int talking)
{
	CLEANUP(seccomp_releasep) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

	if (!filter)
		return ERR_IO;
	/* libzip turns times of the archive into seconds, and the C library would open /etc/localtime for that. */
	if (setenv("TZ", "UTC0", 1) < 0)
		return ERR_IO;
	tzset();
	/* A core file or a debugger would see what the input put into memory. */
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return ERR_IO;
	for (size_t i = 0; i < COUNT_OF(harmless); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, harmless[i], 0) < 0)
			return ERR_IO;
	/* Memory, but never executable. */
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	                     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) < 0)
		return ERR_IO;
	/* Answers and complaints. */
	for (unsigned fd = 1; fd <= 2; fd++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, fd)) < 0 ||
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1, SCMP_A0(SCMP_CMP_EQ, fd)) < 0)
			return ERR_IO;
	/* The C library's fstat() goes through a call that can also name a path: it fails instead of killing. */
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 0) < 0)
		return ERR_IO;
	if (drawing && allow_drawing(filter) < 0)
		return ERR_IO;
	if (talking >= 0 && allow_talking(filter, talking) < 0)
		return ERR_IO;
	return seccomp_load(filter) < 0 ? ERR_IO : 0;
}

int sandbox_enter(void)
{
	return enter(false, -1);
}

int sandbox_enter_drawing(void)
{
	return enter(true, -1);
}

int sandbox_enter_talking(int fd)
{
	return enter(false, fd);
}
