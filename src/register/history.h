/* The history of a row, for people: what the trail holds, field by field, with labels as they are now. */
#ifndef REGISTER_HISTORY_H
#define REGISTER_HISTORY_H

#include "register/register.h"

struct history_line {
	struct str label;            /* of the field, in the reader's language; its name when the field is gone */
	int field;                   /* view index, or -1 */
	bool has_before, has_after;  /* false: was or is blank */
	bool hidden;                 /* a secret or private value, or the name of a row out of reach: only that it changed is known */
	struct str before, after;    /* as FORM_VIEW writes them */
};
struct history_entry {
	int64_t seq, at, revision;
	enum audit_kind kind;
	struct str actor_name, subject, reason;
	struct history_line *line; size_t lines;
};
/* Rooms record lines of their own beside the fields (an approval, an answer to a review) as short keys. Each says its own in the
 * reader's language when they are shown; false for a line that is another's. recorded is one side of it. */
typedef bool history_say(struct arena *a, enum lang lang, struct str name, struct str recorded, struct str *ret_label, struct str *ret_text);
/* Once at start-up; the table must stay valid. */
void history_declare(history_say *const *say, size_t n);

/*
 * Newest first, at most limit entries before entry before_seq (0: the newest). ERR_NOT_FOUND when the principal may not
 * read the row. Fields that the principal may not read are left out of the lines.
 */
MUST_USE int history_of(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg_view *view, int64_t id,
                        int64_t before_seq, size_t limit, enum lang lang, struct history_entry **ret, size_t *ret_n);
/* Is the last change of the row one that reg_undo() takes: a change, archiving, restoring, and no merge since? */
MUST_USE int reg_undoable(struct db_conn *c, struct arena *a, const struct reg_view *view, int64_t id, bool *ret);

#endif
