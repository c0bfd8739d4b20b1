/*
 * Dates that warn ahead: a date field with .warn names the day on which something ends (support, maintenance, a contract), and
 * the setting that says how many days before. The list and the detail page show how it stands; a room counts the rows by
 * warn_filter(), whose query is at the same time the address of the list with just these rows.
 */
#ifndef REGISTER_WARN_H
#define REGISTER_WARN_H

#include "register/query.h"

enum warn_state {
	WARN_PAST,    /* the day is over */
	WARN_SOON,    /* today or within the days */
	WARN_UNKNOWN, /* no date */
};

/* Days by field index for reg_view_load(), or NULL when no field of the register warns. A setting that nobody declared ends
 * the process. */
const int64_t *warn_days_load(struct db_conn *c, struct arena *a, const struct reg *r);

/* Adds the condition that the field's date is in that state, seen from today. The view must have the field's days. */
void warn_filter(struct arena *a, struct query *q, int field, enum warn_state state);

/* Behind the date of a live row: a badge "over" or "5 days left"; nothing when it is far, blank or does not warn. */
void warn_badge(struct html *h, const struct reg_view *view, int field, const struct value *v);

#endif
