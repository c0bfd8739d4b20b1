/* The pages of auth/: routes for main/'s table. */
#ifndef AUTH_PAGES_H
#define AUTH_PAGES_H

#include "auth/office.h"
#include "auth/session.h"

/* /sign-in, /sign-out, /language, /reset, /invitation/, /l/, /account, /settings/accounts, /settings/roles,
 * /settings/tokens, /settings/links, /settings/audit-trail */
extern const struct route auth_routes[];
extern const size_t auth_route_count;

/* For the menu of the settings: path, label, and the need of each page under /settings that belongs to auth/. */
struct auth_page {
	const char *path;
	msg_id label, about;
	uint32_t need;
	const char *icon;
};
extern const struct auth_page auth_settings_pages[];
extern const size_t auth_settings_page_count;

#endif
