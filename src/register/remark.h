/* What people leave at a row, whatever its register: comments and attached files. Files lie in the database in pieces. */
#ifndef REGISTER_REMARK_H
#define REGISTER_REMARK_H

#include "register/register.h"

#define LIMIT_COMMENT 5000         /* characters */
#define LIMIT_REMARKS 500          /* comments, and attachments, of one row */
#define ATTACHMENT_PIECE (256u << 10)

struct comment {
	int64_t id, at;
	struct str actor, actor_name, text;
	bool removable; /* by the principal it was listed for: one's own, or with OP_ARCHIVE */
};
/* Within a write; needs OP_COMMENT. ERR_INVALID with *ret_why when empty or too long. */
MUST_USE int comment_add(struct reg_ctx *ctx, int64_t record_id, struct str text, int64_t *ret_id, struct note *ret_why);
/* One's own, or any with OP_ARCHIVE on the row. The trail keeps that it was there, and a keyed digest of its text. */
MUST_USE int comment_remove(struct reg_ctx *ctx, int64_t comment_id);
/* Oldest first. ERR_NOT_FOUND when the principal may not read the row. */
MUST_USE int comment_list(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id, struct comment **ret,
                          size_t *ret_n);

struct attachment {
	int64_t id, record_id, at, size;
	struct str actor, actor_name, name, type; /* name without folders; type as it was sent, to be served as a download */
	struct str hash;                          /* BLAKE2b-256 of the content, hex */
	bool removable;
};
/* Within a write; needs OP_COMMENT. ERR_INVALID with *ret_why: no name, empty, larger than LIMIT_ATTACHMENT, too many. */
MUST_USE int attachment_add(struct reg_ctx *ctx, int64_t record_id, struct str name, struct str type, struct str content,
                            int64_t *ret_id, struct note *ret_why);
MUST_USE int attachment_remove(struct reg_ctx *ctx, int64_t attachment_id);
MUST_USE int attachment_list(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id,
                             struct attachment **ret, size_t *ret_n);
/* One attachment of a row the principal may read; ERR_NOT_FOUND otherwise. */
MUST_USE int attachment_get(struct db_conn *c, struct arena *a, const struct principal *p, int64_t attachment_id,
                            struct attachment *ret);
/* Piece 0, 1, ... of one that attachment_get() gave; ERR_NOT_FOUND behind the last. */
MUST_USE int attachment_piece(struct db_conn *c, struct arena *a, int64_t attachment_id, size_t piece, struct str *ret);
/* Its first bytes, at most 16: what kind of file it is. ERR_NOT_FOUND. */
MUST_USE int attachment_magic(struct db_conn *c, struct arena *a, int64_t attachment_id, struct str *ret);

#endif
