/*
 * Talking to a helper: one process per job, started from the program's own directory (build/ishigaki-import,
 * build/ishigaki-password), input by memfd or pipe, answers as length-prefixed typed records on a pipe. The parent
 * trusts no length and no order; it kills the helper at the deadline.
 *
 * A record on the wire: 1 byte kind, 4 bytes little-endian length, payload. What kinds mean belongs to each protocol
 * (helper/import_protocol.h); this layer only bounds them.
 */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct helper; /* a running helper process */

struct helper_limits {
	size_t memory;          /* RLIMIT_AS of the child */
	unsigned cpu_seconds;   /* RLIMIT_CPU of the child */
	unsigned deadline_ms;   /* wall clock, from start to the last record */
	size_t record_max;      /* longest record the parent accepts */
	size_t total_max;       /* all records together */
	bool threads;           /* its libraries run threads: no RLIMIT_NPROC; its sandbox keeps it from starting processes */
};

/* Where the helpers lie; set once at start from the program's own path (or --helpers DIR in tests). */
void helper_set_dir(struct str dir);
/*
 * Starts `ishigaki-<name>` with args (NULL-terminated, without argv[0]); input_fd becomes its fd 3 (or -1 for none). It
 * inherits no other descriptor, an empty environment, and a new session. ERR_IO when it cannot be started. It is killed
 * when the thread that started it ends: start, ask and free a helper in one thread.
 */
MUST_USE int helper_start(const char *name, const char *const *args, int input_fd, const struct helper_limits *limits,
                          struct helper **ret);
/* Next record: 1 with *ret_kind and *ret_payload (valid until the next call), 0 at the helper's clean end, ERR_HELPER
 * when it died, ERR_TIMEOUT, ERR_LIMIT when it wrote more than agreed. */
MUST_USE int helper_next(struct helper *h, uint8_t *ret_kind, struct str *ret_payload);
/* Writes a record to the helper's standard input (for helpers that are asked). */
MUST_USE int helper_send(struct helper *h, uint8_t kind, struct str payload);
/* Kills it if it runs, reaps it, frees. */
void helper_free(struct helper *h);
void helper_freep(struct helper **h);

/* The helper's side: write a record to fd 1, read one from fd 0 (1 when one came, 0 at the end of the stream). Used by
 * helper/ only. */
MUST_USE int helper_write_record(int fd, uint8_t kind, struct str payload);
MUST_USE int helper_read_record(int fd, size_t max, uint8_t *ret_kind, struct buf *ret_payload);

/* An anonymous file holding s (memfd, sealed against change); the caller closes it. Negative enum err on failure. */
MUST_USE int helper_memfd(struct str s);

#endif
