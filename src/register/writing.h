/*
 * One write on its way: what write.c begins, check.c looks at and store.c carries out. Nobody but these three includes it.
 */
#ifndef REGISTER_WRITING_H
#define REGISTER_WRITING_H

#include "register/engine.h"

struct writing {
	struct reg_ctx *ctx;
	const struct change *change;
	const struct reg_view *view;
	const struct reg *reg;
	const struct reg_info *info;
	bool trusted;
	bool exists;             /* there is a row before */
	struct row before, after;
	struct str own_before;   /* the JSON column as it stood */
	struct str key_before;
	bool *changed;           /* by view index */
	bool *take;              /* fields that the change gives and that count */
	struct str *name_before, *name_after; /* of changed references: "AST-0001 Title" */
	struct written *ret;
};

/* write.c */
bool writing_may(struct writing *w, enum op op, int64_t unit);
const struct value *writing_before(const struct writing *w, size_t i); /* unknown for a new row */
/* check.c: refusals go to ret->errors; changes nothing but w->after */
int writing_check(struct writing *w);
int writing_check_keys(struct writing *w, struct str key);
/* store.c */
bool writing_mark_changed(struct writing *w);
int writing_store(struct writing *w, struct str key);

#endif
