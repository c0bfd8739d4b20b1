/*
 * Links between rows: a second kind of description. A kind joins two registers in one direction with a label each way;
 * links are audited like rows and visible only to who may see both ends.
 *
 *	const struct link_kind backup_of = { .name = "backup", .from = "asset", .to = "asset", .many_from = true, .many_to = true,
 *		.forward = { "控え", "Backup copy" }, .backward = { "元の資産", "Copy of" } };
 */
#ifndef REGISTER_LINK_H
#define REGISTER_LINK_H

#include "register/register.h"

struct link_kind {
	const char *name;
	const char *from, *to;          /* registers; may be the same */
	struct label forward, backward; /* what the `to` end is to the `from` end, and the other way round */
	bool many_from, many_to;        /* may several rows link to one `to` row; may one row link to several */
};

/* Remembers the kinds, after reg_declare(); called once at start-up. ERR_INVALID with the place in *ret_why. */
MUST_USE int link_declare(const struct link_kind *const *kinds, size_t n, struct str *ret_why);
size_t link_count(void);
const struct link_kind *link_at(size_t i);
const struct link_kind *link_find(struct str name);

/*
 * Within a write. Needs OP_READ on both ends and OP_UPDATE on one of them: ERR_NOT_FOUND, ERR_DENIED. ERR_INVALID with
 * *ret_why when the ends are of other registers, archived, the same row, or the kind allows only one; ERR_EXISTS when the
 * link is there. Both rows' histories tell it.
 */
MUST_USE int link_add(struct reg_ctx *ctx, const struct link_kind *kind, int64_t from, int64_t to, struct str reason,
                      struct note *ret_why);
/* By the link's id. ERR_NOT_FOUND also when one end is not visible. */
MUST_USE int link_remove(struct reg_ctx *ctx, int64_t link_id, struct str reason);

struct link_end {
	int64_t link_id, id;            /* the link, and the row at its other end */
	const struct link_kind *kind;
	bool forward;                   /* the row listed for is the `from` end */
	const struct reg *reg;          /* of the other end */
	struct str code, title;         /* empty title when it is private */
};
/* Live rows at the other end that the principal may see, by kind; empty when the row itself is not visible. At most 500. */
MUST_USE int link_list(struct db_conn *c, struct arena *a, const struct principal *p, int64_t record_id, struct link_end **ret,
                       size_t *ret_n);

#endif
