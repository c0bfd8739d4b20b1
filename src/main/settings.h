/* Settings of the installation itself, and their page. */
#ifndef MAIN_SETTINGS_H
#define MAIN_SETTINGS_H

#include "auth/office.h"
#include "register/setting.h"

extern const struct setting main_settings[];
extern const size_t main_setting_count;

/* Reads what the office keeps in memory (demo mark, company zone). */
MUST_USE int setting_demo_load(struct db_conn *c, struct office *o);

void page_weakness(struct http_req *req); /* main/weakness_page.c */

/* Begins a page of the settings: h, frame and heading. below: it is not the overview itself, which then stands above it. notice
 * may be empty. */
void settings_begin(struct http_req *req, struct html *h, msg_id title, msg_id about, bool below, struct str notice);

/* /settings, /settings/methods, /settings/installation, /settings/security */
extern const struct route settings_routes[];
extern const size_t settings_route_count;

extern const struct route main_routes[];
extern const size_t main_route_count;

/* Frame of a page for this request: menu, names, banners (office.frame), and the page of a refusal. */
void main_frame(struct http_req *req, struct page *page);
void main_error_page(struct http_req *req, int status, const struct note *why);

#endif
