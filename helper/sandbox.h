/*
 * The cage a helper locks itself into before it looks at its input: from then on it may read and write descriptors it
 * already holds, ask for memory, look at the clock, and end. Opening, connecting, forking, executing, or anything else
 * not listed in sandbox.c kills the process (SIGSYS). There is no way back.
 */
#ifndef HELPER_SANDBOX_H
#define HELPER_SANDBOX_H

#include "base/err.h"

/* ERR_IO when the kernel cannot do it: the helper must then end without touching its input. */
MUST_USE int sandbox_enter(void);
/* The same for the helper that draws: pango asks fontconfig in threads of its own. Threads that run already are caged too,
 * and new ones may be started, but still no process and no program; access() says yes to everything and looks at nothing. */
MUST_USE int sandbox_enter_drawing(void);
/* The same for the helper that talks to a mail server: it may read from, write to and wait for the connection fd, which it holds
 * already. It cannot open another one: asking for a file or a socket fails. */
MUST_USE int sandbox_enter_talking(int fd);

#endif
