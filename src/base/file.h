/* Small files: read whole, written whole and synced. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* ERR_NOT_FOUND, ERR_LIMIT, ERR_IO. */
MUST_USE int file_read(struct arena *a, struct str path, size_t max, struct str *ret);
/* Written beside, synced, renamed over: a reader sees the old or the new file, never a part. */
MUST_USE int file_write(struct arena *a, struct str path, struct str text, unsigned mode);
/* Directories up to path; one that exists is fine. */
MUST_USE int dir_make(struct arena *a, struct str path);

#endif
