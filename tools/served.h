/* A server of the product as a child process, for the tools that measure one: started, looked at, ended. */
#ifndef TOOLS_SERVED_H
#define TOOLS_SERVED_H

#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"

/* Starts `PROGRAM serve` on that port of 127.0.0.1 and waits until it takes connections; ends the process when it does not within ten
 * seconds. */
pid_t served_start(const char *program, const char *data, unsigned port);
/* Ends it by SIGTERM; its status as waitpid() gives it. */
int served_end(pid_t pid);

struct served_look {
	int64_t resident_kb, peak_kb, threads, descriptors, cpu_ms;
};
struct served_look served_look(pid_t pid);

#endif
