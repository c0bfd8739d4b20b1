/*
 * The log: one line on stderr, with the "<n>" prefix that journald reads as severity. Used only by http/, main/ and
 * jobs; the rooms below return errors instead. A line names a request or a job, never the content of a record.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_NOTICE = 5, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };

/* Lines above this level are dropped; LOG_LEVEL_INFO at start. */
void log_set_level(enum log_level level);
/* Written in one piece, at most 2,000 bytes; control characters become "?", so that no input can fake a line. */
void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
