/*
 * Old and new (新旧対照表): two texts compared clause by clause. A clause is a heading, an article (第1条 ...), an item of a list or a
 * paragraph. Nothing of either text is lost: the rows, read down one side, give that text's clauses in their order.
 */
#ifndef DOCUMENT_COMPARE_H
#define DOCUMENT_COMPARE_H

#include "base/arena.h"
#include "base/str.h"

/* Clauses of one text. What lies behind is one clause more, so that a long text costs no more than this. */
#define LIMIT_CLAUSES 1000

enum compare_kind { COMPARE_SAME, COMPARE_CHANGED, COMPARE_ADDED, COMPARE_REMOVED };
struct compare_row {
	enum compare_kind kind;
	struct str old, new;         /* borrowed from the texts; empty on the side that has none */
	size_t prefix, suffix;       /* of a changed row: bytes at both ends that are the same, whole characters */
};
/* At most twice LIMIT_CLAUSES + 2 rows, in the arena; time and memory grow with the product of what differs. */
void compare_texts(struct arena *a, struct str old, struct str new, struct compare_row **ret, size_t *ret_n);

#endif
