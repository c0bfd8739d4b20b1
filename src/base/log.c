#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

static _Atomic int highest = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
	atomic_store(&highest, (int)level);
}

void log_line(enum log_level level, const char *fmt, ...)
{
	if ((int)level > atomic_load(&highest))
		return;
	int saved = errno;
	char line[2048];
	int head = snprintf(line, sizeof(line), "<%d>", (int)level);
	va_list ap;
	va_start(ap, fmt);
	int body = vsnprintf(line + head, 2000, fmt, ap);
	va_end(ap);
	if (body < 0)
		body = 0;
	if (body > 1999)
		body = 1999;
	size_t n = (size_t)head + (size_t)body;
	for (size_t i = (size_t)head; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	for (size_t at = 0; at < n;) {
		ssize_t w = write(STDERR_FILENO, line + at, n - at);
		if (w < 0 && errno != EINTR)
			break; /* nobody listens: there is no one to tell */
		if (w > 0)
			at += (size_t)w;
	}
	errno = saved;
}
