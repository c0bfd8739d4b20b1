/* The form of a register's row, from its description. */
#ifndef REGISTER_PAGE_FORM_H
#define REGISTER_PAGE_FORM_H

#include "register/page_common.h"

/* One field's control: text is what stands in it (FORM_INPUT), why the error below it (may be NULL). */
MUST_USE int form_control(struct face *f, int field, struct str text, const struct note *why);
/* The texts that a posted form gives for the writable fields; p NULL: not given. */
struct str *form_texts(struct face *f);
/* Of a draft: the form as it was sent to POST /draft. NULL when it cannot be read. */
struct str *form_texts_of(struct face *f, struct str data);
/* The draft's key of a form: id 0 for a new row. */
struct str draft_key(struct face *f, int64_t id);
const struct param *form_param(const struct http_req *req, struct str name);

http_handler page_new, page_new_save, page_edit, page_edit_save, page_draft_save, page_draft_drop;

#endif
