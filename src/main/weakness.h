/*
 * What is weak in this installation and how to mend it: one table of checks, shown by `ishigaki doctor --security` and on the
 * administrators' page. A check only looks; it changes nothing and tells no secret.
 */
#ifndef MAIN_WEAKNESS_H
#define MAIN_WEAKNESS_H

#include "auth/office.h"

struct weakness {
	const char *check;  /* "second-factor": for scripts */
	bool weak, grave;   /* grave: to be mended before the office is used in earnest */
	int64_t count;      /* how many things are weak; 0 when none is */
	struct note text;   /* what was found, fine or weak */
	msg_id mend;      /* what to do; only of what is weak */
	struct str path;    /* the page where it is mended, or empty */
};

/* Every check in the order of the table, in the arena. 0, or an error of the database. */
MUST_USE int weakness_list(struct office *o, struct arena *a, enum lang lang, struct weakness **ret, size_t *ret_n);

#endif
