#include "tools/served.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/num.h"

#define START_MS 10000

static bool answers(unsigned port)
{
	const struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	static const char ask[] = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
	char got[64] = { 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 && write(fd, ask, sizeof ask - 1) > 0 &&
	          read(fd, got, sizeof got - 1) > 0 && strstr(got, "200") != NULL;
	if (fd >= 0)
		close(fd);
	return ok;
}

pid_t served_start(const char *program, const char *data, unsigned port)
{
	char listen[40];
	snprintf(listen, sizeof listen, "127.0.0.1:%u", port);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* whatever becomes of the one that measures */
		int null = open("/dev/null", O_RDWR);
		dup2(null, 1);
		execl(program, program, "serve", "--data", data, "--listen", listen, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < START_MS; i++) {
		if (answers(port))
			return pid;
		usleep(1000);
	}
	die("the server did not start");
}

int served_end(pid_t pid)
{
	int status = -1;
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	return status;
}

static struct str file_text(char *room, size_t cap, pid_t pid, const char *name)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, room, cap) : 0;
	if (fd >= 0)
		close(fd);
	return (struct str){ room, n > 0 ? (size_t)n : 0 };
}

static int64_t number_in(struct str s)
{
	int64_t v = 0;
	size_t n = 0;
	s = str_trim(s);
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return num_parse_i64(str_sub(s, 0, n), 0, INT64_MAX, &v) < 0 ? 0 : v;
}

static int64_t behind(struct str s, struct str name)
{
	ptrdiff_t at = str_find(s, name);
	return at < 0 ? 0 : number_in(str_sub(s, (size_t)at + name.n, 24));
}

struct served_look served_look(pid_t pid)
{
	char room[4096], path[64];
	struct str status = file_text(room, sizeof room, pid, "status"), field = STR("");
	struct served_look l = { .resident_kb = behind(status, STR("VmRSS:")), .peak_kb = behind(status, STR("VmHWM:")), .threads = behind(status, STR("Threads:")) };
	struct str stat = file_text(room, sizeof room, pid, "stat");
	stat = str_sub(stat, (size_t)(str_find(stat, STR(") ")) + 2), stat.n);
	int64_t ticks = 0;
	for (int i = 3; i <= 15 && str_cut(&stat, ' ', &field); i++) /* proc(5): 14 utime, 15 stime */
		ticks += i >= 14 ? number_in(field) : 0;
	l.cpu_ms = ticks * 1000 / sysconf(_SC_CLK_TCK);
	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	DIR *d = opendir(path);
	for (const struct dirent *e; d && (e = readdir(d));)
		l.descriptors += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return l;
}
