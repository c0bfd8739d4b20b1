#include "base/err.h"

#include <stdarg.h>

const char *err_name(int err)
{
	static const char *const names[] = {
		"ERR_NONE",   "ERR_LIMIT",   "ERR_SYNTAX", "ERR_RANGE", "ERR_NOT_FOUND", "ERR_DENIED", "ERR_CONFLICT",
		"ERR_INVALID", "ERR_EXISTS", "ERR_BUSY",   "ERR_IO",    "ERR_DB",        "ERR_TIMEOUT", "ERR_HELPER",
		"ERR_CORRUPT",
	};
	if (err > 0 || err < -(int)(COUNT_OF(names) - 1))
		return "ERR_?";
	return names[-err];
}

_Noreturn void die(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("<2>ishigaki: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	fflush(stderr);
	abort();
}
