/* Taking a course: what its pages share. Nobody outside this room includes this. */
#ifndef TRAINING_TAKING_H
#define TRAINING_TAKING_H

#include "training/ui.h"

struct taking {
	struct http_req *req;
	struct db_conn *conn;
	const struct principal *by;
	struct arena *a;
	struct assignment x;
	int64_t questions;
	bool before, after; /* the survey has been answered */
};

/* The assignment that the address names, if it is the reader's own. The lease is the caller's to end, also on failure. */
MUST_USE int taking_begin(struct http_req *req, struct taking *t);
/* Ends the lease; a failure is answered. */
void taking_end(struct taking *t, int e);
/* "/training/take/<id><tail>" */
struct str taking_path(struct arena *a, int64_t id, const char *tail);
void taking_head(struct taking *t, struct html *h, struct str title);

struct taking_step {
	struct http_req *req;
	int64_t id, attempt;
};
/* The step that the address and the form ask for; false when it has been answered. */
bool taking_step_of(struct http_req *req, struct taking_step *x);

#endif
