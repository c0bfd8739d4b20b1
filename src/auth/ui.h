/* What the pages of auth/ share; nobody outside this folder includes it. */
#ifndef AUTH_UI_H
#define AUTH_UI_H

#include "auth/pages.h"
#include "auth/store.h"

/* A page within the frame: subtitle may be MSG_NONE; under_settings puts it below /settings. */
void ui_begin(struct http_req *req, struct html *h, msg_id title, msg_id subtitle, bool under_settings);
void ui_end(struct html *h);
/* A page before sign-in. */
void ui_bare_begin(struct http_req *req, struct html *h, msg_id title);
void ui_bare_end(struct html *h);

/* One field of a form. The id is "f-" and the name. */
struct ui_field {
	const char *name;
	const char *type;           /* "text", "password", "date", "number" */
	msg_id label, hint, error; /* MSG_NONE: none */
	const struct note *why;     /* an error with arguments */
	struct str value;
	const char *autocomplete;   /* NULL: off */
	bool required, focus;
	int64_t max;                /* characters; 0: none */
};
void ui_field(struct html *h, const struct ui_field *f);
/* <div class="field"><label>..</label><select ...> ; options; </select></div> */
void ui_select_begin(struct html *h, const char *name, msg_id label);
void ui_option(struct html *h, struct str value, struct str text, bool selected);
void ui_select_end(struct html *h, msg_id hint);
void ui_check(struct html *h, const char *name, struct str value, bool on, struct str label);
void ui_submit(struct html *h, msg_id label, bool primary);
void ui_msg_p(struct html *h, msg_id id);
void ui_note_p(struct html *h, const char *class, const struct note *n);
void ui_card_begin(struct html *h, msg_id title);
void ui_card_end(struct html *h);
void ui_time(struct html *h, int64_t ms); /* in the company's zone; "－" for 0 */
/* "Chrome / Windows" of a User-Agent. */
void ui_agent(struct html *h, struct str agent);
/* A QR code of the text as inline SVG. */
void ui_qr(struct html *h, struct str text, msg_id label);
/* Shows a secret once, with a QR code when it is a link. */
void ui_secret(struct html *h, struct str secret, bool qr);

/* "https://host/path" of a path of this site: by the public URL, or by the host the request names. */
struct str ui_absolute(struct http_req *req, struct str path);
/* A path of this site, or "/". */
struct str ui_local(struct str path);
/* A path of this site to go on to, or "/": what a form or query says about where to return is not trusted. */
struct str ui_return(struct str path);
/* A notice after a redirect: ?done=<key> becomes the page's notice. */
msg_id ui_done(struct http_req *req);
/* Units to choose from, "every unit" first, as options of a select. */
int ui_unit_options(struct html *h, struct db_conn *c, struct http_req *req, struct str chosen);
struct str ui_unit_name(struct http_req *req, struct db_conn *c, int64_t unit_id);
struct str ui_role_name(const struct role_info *role, enum lang lang);

/* Answers with the page of a failed write: 404, 409, 403 or 503. */
void ui_fail(struct http_req *req, int r);

/* Handlers, by file */
http_handler page_sign_in, do_sign_in, page_code, do_code, do_sign_out, do_language, page_reset, page_invitation,
	do_invitation;                                                                       /* pages_sign_in.c */
http_handler page_account, do_account, do_password, do_factor_begin, page_factor, do_factor_confirm, do_factor_remove,
	do_recovery, do_session_end, do_sessions_end;                                        /* pages_account.c */
http_handler page_accounts, do_account_create, page_account_edit, do_grant, do_revoke, do_account_active,
	do_account_invite, do_account_factor;                                                /* pages_access.c */
http_handler page_roles, page_role, do_role;                                             /* pages_role.c */
http_handler page_tokens, do_token, do_token_revoke;                                     /* pages_token.c */
http_handler page_links, do_link, do_link_revoke, page_link_open, page_link_items;       /* pages_link.c */
http_handler page_trail;                                                                 /* pages_trail.c */

/* Is this the account's password? Slowed like a sign-in: 0 with *ret_right, or with *ret_wait_s to wait. */
MUST_USE int ui_password_right(struct http_req *req, int64_t account_id, struct str password, bool *ret_right, int64_t *ret_wait_s);

#endif
