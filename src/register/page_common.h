/* What the pages of every register share. Nobody outside of the pages and the API includes this. */
#ifndef REGISTER_PAGE_COMMON_H
#define REGISTER_PAGE_COMMON_H

#include "register/faces.h"
#include "auth/office.h"
#include "register/query.h"
#include "register/row_json.h"

/* One request to one register. */
struct face {
	struct http_req *req;
	struct office *office;
	const struct principal *by;
	struct arena *a;
	enum lang lang;
	const struct reg *reg;
	int number;
	uint32_t ops;            /* what the principal may do here on some unit at least */
	struct reg_view view;
	struct db_conn *conn;    /* a lease; NULL between face_release() and face_lease() */
	struct html h;
};

/*
 * The one check at the start of every handler: the register exists, the room is its own (pages), the principal may read
 * it and do op on some unit at least. Negative when it has answered: 404 for a register that is not there or not to be
 * read (the two read the same), 403, recorded as refused, for an operation beyond the principal's rights.
 */
MUST_USE int face_open(struct http_req *req, struct face *f, enum op op);     /* "/:room/:register..." */
MUST_USE int face_open_api(struct http_req *req, struct face *f, enum op op); /* "/api/v1/:register..." */
/* Of a register that the handler names itself. */
MUST_USE int face_open_reg(struct http_req *req, struct face *f, const struct reg *r, enum op op);
void face_close(struct face *f); /* for CLEANUP(); gives the lease back */
#define FACE(name) CLEANUP(face_close) struct face name = { 0 } /* closing one that was never opened is fine */
void face_release(struct face *f); /* before a write: a reader's snapshot keeps the log from being checkpointed */
void face_lease(struct face *f);   /* a new snapshot */

/* The row of a captured id, and the right to do op on it. Negative when it has answered: 404, or 403 recorded. */
MUST_USE int face_row(struct face *f, struct str id, enum op op, struct row *ret);
bool face_may(struct face *f, enum op op, const struct row *row);
/* 403, recorded in the trail as refused (not by a quick GET, which must not wait for the writer). */
void face_refuse(struct face *f, const struct row *row);
/* The page or problem of an error of the engine: 404, 403, 409, 413, 422, 503 or 500. */
void face_fail(struct face *f, int err);
struct reg_ctx face_ctx(struct face *f);

/* Runs fn within a write of its own: fn gets the context with the writer's connection. Releases the lease before. */
MUST_USE int face_write(struct face *f, int (*fn)(struct reg_ctx *ctx, void *arg), void *arg);

/* ---- paths ---- */
struct str face_path(const struct face *f, const char *rest);      /* "/asset/asset" and rest, as "/new" */
struct str face_row_path(const struct face *f, int64_t id, const char *rest);
struct str reg_path(struct arena *a, const struct reg *r);
/* Path and "?", then the query, then extra ("done=saved"; may be NULL). */
struct str face_query_path(const struct face *f, const char *rest, const struct query *q, bool with_cursor, const char *extra);
void face_redirect(struct face *f, struct str path, const char *done);

/* ---- pages ---- */
/* Frame, heading, breadcrumb; here is the last piece of the breadcrumb beside register and list (may be empty). */
void face_page(struct face *f, struct page *p, struct str title, struct str here);
/* What was sent cannot be taken: a page of the register that says why and leads back, between the two a form that holds
 * what was typed. Instead of anything else: nothing was put out before. */
void face_stop_begin(struct face *f, int status, const struct note *why);
void face_stop_end(struct face *f, struct str back, msg_id label);
void face_stop(struct face *f, int status, const struct note *why, struct str back, msg_id label);
/* The sentence for ?done=... */
struct str face_notice(const struct face *f);
struct str face_text(const struct face *f, msg_id id);
#define face_say(f, ...) note_str((f)->a, (f)->lang, &NOTE(__VA_ARGS__))

/* ---- values ---- */
bool field_is_ref(const struct field *f);
bool field_is_number(const struct field *f);
/* May stand in a form of this principal. */
bool face_writable(const struct face *f, const struct field *field);
/* Title of a row for headings; the code when the title is blank. */
struct str row_title(const struct reg_view *view, const struct row *row);
/* Title of a row of another register that the principal may read, or that an item of their personal link refers to; empty
 * otherwise. */
struct str reference_title(struct face *f, const struct field *field, int64_t id);

/* Rows a reference may lead to: at most max; *ret_more when there are more. */
struct option {
	int64_t id;
	struct str code, title;
};
MUST_USE int reference_options(struct face *f, const struct field *field, struct str search, size_t max, struct option **ret,
                               size_t *ret_n, bool *ret_more);
#define OPTIONS_MAX 200 /* rows of a target up to which a form offers all of them as a list */

/* Texts given for a form's fields into a change: parses, resolves references; errors stand in list. text[i].p NULL: not
 * given. */
MUST_USE int change_from_text(struct face *f, struct change *change, const struct str *text, struct error_list *errors);
/* What a row's values look like in a form's inputs, by view index. */
struct str *row_texts(struct face *f, const struct row *row);

/* Rules of route parameters that are field names: every field of the register of capture n. */
const struct param *field_param(const struct http_req *req, size_t capture, struct str name);

#endif
