/*
 * One error type for control flow. A function that can fail returns 0 or a negative enum err; what the person is told
 * is a message id (base/msg.h) that travels beside it, never a string made where the error happened.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	ERR_NONE = 0,
	ERR_LIMIT = -1,     /* a bound of base/limits.h or of the caller was reached */
	ERR_SYNTAX = -2,    /* input does not have the form it must have */
	ERR_RANGE = -3,     /* well-formed, but outside the allowed values */
	ERR_NOT_FOUND = -4, /* no such thing, or not for this principal: the two read the same */
	ERR_DENIED = -5,    /* the principal may not do this */
	ERR_CONFLICT = -6,  /* somebody else changed it first (revision mismatch) */
	ERR_INVALID = -7,   /* refused with field errors, which stand in the caller's error list */
	ERR_EXISTS = -8,    /* a live row with this key is there already */
	ERR_BUSY = -9,      /* try again later (queue full, data directory in use) */
	ERR_IO = -10,       /* the operating system refused; errno may tell */
	ERR_DB = -11,       /* the database refused; db_error() tells */
	ERR_TIMEOUT = -12,
	ERR_HELPER = -13,   /* a helper process refused its input or died */
	ERR_CORRUPT = -14,  /* stored data contradicts itself */
};

/* The error's name for logs ("ERR_LIMIT"); never shown to a person. */
const char *err_name(int err);

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define CLEANUP(f) __attribute__((cleanup(f)))
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Ends the process after one line on stderr. Only for a broken invariant, or memory that cannot be had: what was
 * acknowledged is on disk, and the service manager starts the server again. */
_Noreturn void die(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
