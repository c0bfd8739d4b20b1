/* The routes of auth/. */
#include "base/text/auth.h"
#include "auth/password.h"
#include "auth/ui.h"

#define LOGIN { .name = "login", .type = PARAM_TEXT, .max = LOGIN_CHARS }
#define NAMED { .name = "name", .type = PARAM_TEXT, .max = NAME_CHARS }
#define SECRET(n) { .name = n, .type = PARAM_SECRET, .max = PASSWORD_CHARS_MAX }
#define RETURN { .name = "return", .type = PARAM_TEXT, .max = 2000 }
#define LANG { .name = "lang", .type = PARAM_KEY, .max = 2 }
#define DAY(n) { .name = n, .type = PARAM_KEY, .max = 10 }
#define DONE { .name = "done", .type = PARAM_KEY, .max = 20 }
#define NUMBER(n) { .name = n, .type = PARAM_INT, .max = INT64_MAX }
#define PARAMS(list) .params = list, .param_count = COUNT_OF(list)

static const struct param p_done[] = { DONE };
static const struct param p_sign_in[] = { RETURN, DONE };
static const struct param p_sign_in_do[] = { LOGIN, SECRET("password"), RETURN };
static const struct param p_code[] = { RETURN };
static const struct param p_code_do[] = { SECRET("code"), RETURN };
static const struct param p_language[] = { LANG, RETURN };
static const struct param p_new_password[] = { SECRET("password"), SECRET("again") };
static const struct param p_profile[] = { NAMED, LANG };
static const struct param p_password[] = { SECRET("current"), SECRET("password"), SECRET("again") };
static const struct param p_current[] = { SECRET("current") };
static const struct param p_code_only[] = { SECRET("code") };
static const struct param p_accounts[] = { { .name = "q", .type = PARAM_TEXT, .max = 100 },
	                                       { .name = "after", .type = PARAM_TEXT, .max = 4 * LOGIN_CHARS }, DONE };
static const struct param p_account_new[] = { LOGIN, NAMED, LANG, { .name = "person", .type = PARAM_TEXT, .max = 40 }, NUMBER("role"),
	                                          NUMBER("unit"), DAY("until"), { .name = "outbox", .type = PARAM_FLAG } };
static const struct param p_grant[] = { NUMBER("role"), NUMBER("unit"), DAY("until") };
static const struct param p_outbox[] = { { .name = "outbox", .type = PARAM_FLAG } };
static const struct param p_role[] = { { .name = "name_ja", .type = PARAM_TEXT, .max = NAME_CHARS },
	                                   { .name = "name_en", .type = PARAM_TEXT, .max = NAME_CHARS },
	                                   { .name = "need", .type = PARAM_KEY, .max = 20, .many = true },
	                                   { .name = "mask", .type = PARAM_KEY, .max = 80, .many = true } };
static const struct param p_token[] = { NAMED, { .name = "scope", .type = PARAM_KEY, .max = 5 }, DAY("until") };
static const struct param p_links[] = { { .name = "records", .type = PARAM_TEXT, .max = 8000 }, DONE };
static const struct param p_link[] = { NAMED, { .name = "person", .type = PARAM_TEXT, .max = 40 },
	                                   { .name = "records", .type = PARAM_TEXT, .max = 20000 }, DAY("until"),
	                                   { .name = "update", .type = PARAM_FLAG }, { .name = "comment", .type = PARAM_FLAG } };
static const struct param p_trail[] = { { .name = "actor", .type = PARAM_KEY, .max = 40 }, NUMBER("kind"), DAY("from"), DAY("to"),
	                                    NUMBER("before"), { .name = "reg", .type = PARAM_KEY, .max = 60 }, NUMBER("record") };

const struct route auth_routes[] = {
	{ HTTP_GET, "/sign-in", page_sign_in, ROUTE_PUBLIC, 0, PARAMS(p_sign_in) },
	{ HTTP_POST, "/sign-in", do_sign_in, ROUTE_PUBLIC, 0, PARAMS(p_sign_in_do) },
	{ HTTP_GET, "/sign-in/code", page_code, ROUTE_PUBLIC, 0, PARAMS(p_code) },
	{ HTTP_POST, "/sign-in/code", do_code, ROUTE_PUBLIC, 0, PARAMS(p_code_do) },
	{ HTTP_POST, "/sign-out", do_sign_out, ROUTE_PUBLIC, 0 },
	{ HTTP_POST, "/language", do_language, ROUTE_PUBLIC, 0, PARAMS(p_language) },
	{ HTTP_GET, "/reset", page_reset, ROUTE_PUBLIC, 0 },
	{ HTTP_GET, "/invitation/:secret", page_invitation, ROUTE_PUBLIC, 0 },
	{ HTTP_POST, "/invitation/:secret", do_invitation, ROUTE_PUBLIC, 0, PARAMS(p_new_password) },
	{ HTTP_GET, "/l/:secret", page_link_open, ROUTE_PUBLIC, 0 },
	{ HTTP_GET, "/l", page_link_items, ROUTE_PUBLIC, 0 },

	{ HTTP_GET, "/account", page_account, 0, NEED_SIGNED_IN, PARAMS(p_done) },
	{ HTTP_POST, "/account", do_account, 0, NEED_SIGNED_IN, PARAMS(p_profile) },
	{ HTTP_POST, "/account/password", do_password, 0, NEED_SIGNED_IN, PARAMS(p_password) },
	{ HTTP_POST, "/account/second-factor/begin", do_factor_begin, 0, NEED_SIGNED_IN, PARAMS(p_current) },
	{ HTTP_GET, "/account/second-factor", page_factor, 0, NEED_SIGNED_IN },
	{ HTTP_POST, "/account/second-factor", do_factor_confirm, 0, NEED_SIGNED_IN, PARAMS(p_code_only) },
	{ HTTP_POST, "/account/second-factor/remove", do_factor_remove, 0, NEED_SIGNED_IN, PARAMS(p_current) },
	{ HTTP_POST, "/account/recovery-codes", do_recovery, 0, NEED_SIGNED_IN, PARAMS(p_current) },
	{ HTTP_POST, "/account/sessions/:id/end", do_session_end, 0, NEED_SIGNED_IN },
	{ HTTP_POST, "/account/sessions/end", do_sessions_end, 0, NEED_SIGNED_IN },

	{ HTTP_GET, "/settings/accounts", page_accounts, 0, NEED_ADMIN, PARAMS(p_accounts) },
	{ HTTP_POST, "/settings/accounts", do_account_create, 0, NEED_ADMIN, PARAMS(p_account_new) },
	{ HTTP_GET, "/settings/accounts/:id", page_account_edit, 0, NEED_ADMIN, PARAMS(p_done) },
	{ HTTP_POST, "/settings/accounts/:id/grant", do_grant, 0, NEED_ADMIN, PARAMS(p_grant) },
	{ HTTP_POST, "/settings/accounts/:id/revoke", do_revoke, 0, NEED_ADMIN, PARAMS(p_grant) },
	{ HTTP_POST, "/settings/accounts/:id/switch-off", do_account_active, 0, NEED_ADMIN },
	{ HTTP_POST, "/settings/accounts/:id/switch-on", do_account_active, 0, NEED_ADMIN },
	{ HTTP_POST, "/settings/accounts/:id/invite", do_account_invite, 0, NEED_ADMIN, PARAMS(p_outbox) },
	{ HTTP_POST, "/settings/accounts/:id/second-factor/remove", do_account_factor, 0, NEED_ADMIN },
	{ HTTP_GET, "/settings/roles", page_roles, 0, NEED_ADMIN, PARAMS(p_done) },
	{ HTTP_GET, "/settings/roles/:id", page_role, 0, NEED_ADMIN },
	{ HTTP_POST, "/settings/roles/:id", do_role, 0, NEED_ADMIN, PARAMS(p_role) },
	{ HTTP_GET, "/settings/tokens", page_tokens, 0, NEED_SIGNED_IN, PARAMS(p_done) },
	{ HTTP_POST, "/settings/tokens", do_token, 0, NEED_SIGNED_IN, PARAMS(p_token) },
	{ HTTP_POST, "/settings/tokens/:id/revoke", do_token_revoke, 0, NEED_SIGNED_IN },
	{ HTTP_GET, "/settings/links", page_links, 0, NEED_LINKS, PARAMS(p_links) },
	{ HTTP_POST, "/settings/links", do_link, 0, NEED_LINKS, PARAMS(p_link) },
	{ HTTP_POST, "/settings/links/:id/revoke", do_link_revoke, 0, NEED_LINKS },
	{ HTTP_GET, "/settings/audit-trail", page_trail, 0, NEED_AUDIT, PARAMS(p_trail) },
};
const size_t auth_route_count = COUNT_OF(auth_routes);

const struct auth_page auth_settings_pages[] = {
	{ "/settings/accounts", MSG_AUTH_ACCOUNTS, MSG_AUTH_ACCOUNTS_ABOUT, NEED_ADMIN, "users" },
	{ "/settings/roles", MSG_AUTH_ROLES_TITLE, MSG_AUTH_ROLES_ABOUT, NEED_ADMIN, "key" },
	{ "/settings/links", MSG_AUTH_LINKS, MSG_AUTH_LINKS_ABOUT, NEED_LINKS, "link" },
	{ "/settings/tokens", MSG_AUTH_TOKENS, MSG_AUTH_TOKENS_ABOUT, NEED_SIGNED_IN, "lock" },
	{ "/settings/audit-trail", MSG_AUTH_TRAIL, MSG_AUTH_TRAIL_ABOUT, NEED_AUDIT, "list-search" },
};
const size_t auth_settings_page_count = COUNT_OF(auth_settings_pages);
