/*
 * Own fields: what an administrator or a lead adds to a register. They are fields like the others (form, list, API, import, export,
 * history), but their values stand in one JSON column of the row and they have no rules beyond their type. At most
 * LIMIT_OWN_FIELDS live ones a register; a retired one keeps its values and is shown nowhere.
 */
#ifndef REGISTER_OWN_FIELD_H
#define REGISTER_OWN_FIELD_H

#include "register/register.h"

#define OWN_CHOICES 50 /* of one own field */
#define OWN_DECIMALS 6

struct own_field {
	struct str name;         /* "own_3": given by own_field_create(), never changes */
	struct str label_ja, label_en; /* an empty English label is taken as the Japanese one */
	enum field_type type;    /* text, long text, integer, decimal, money, date, choice, yes/no, URL */
	unsigned decimals;       /* of FIELD_DECIMAL: 1-OWN_DECIMALS */
	struct { struct str ja, en; } choice[OWN_CHOICES]; size_t choices; /* numbered by their place: only ever appended */
	bool retired;
};

/* All of a register: the live ones as they were made, the retired ones behind them. */
MUST_USE int own_field_list(struct db_conn *c, struct arena *a, const struct reg *r, struct own_field **ret, size_t *ret_n);
/*
 * Within a write, by a principal with NEED_SETTINGS (ERR_DENIED). ERR_INVALID with *ret_why: no label, a label that another
 * field of the register bears, a type that own fields cannot have, no choices, a number of decimals out of range; ERR_LIMIT with *ret_why when the register is full.
 */
MUST_USE int own_field_create(struct reg_ctx *ctx, const struct reg *r, const struct own_field *n, struct str *ret_name,
                              struct note *ret_why);
/* New labels, and further choices: those that exist keep their numbers. */
MUST_USE int own_field_change(struct reg_ctx *ctx, const struct reg *r, const struct own_field *n, struct note *ret_why);
/* Out of sight (values stay), or back again. */
MUST_USE int own_field_retire(struct reg_ctx *ctx, const struct reg *r, struct str name, bool retired, struct note *ret_why);

/* The JSON column into the values behind view->own_from; unknown names are kept out. */
void own_values_read(struct arena *a, const struct reg_view *view, struct str json, struct value *v);

#endif
