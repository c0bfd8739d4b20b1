/* What a company has: information assets and the places where they are kept (情報資産管理台帳), devices, applications, cloud
 * services and the accounts on them. */
#ifndef ASSET_ASSET_H
#define ASSET_ASSET_H

#include "register/export.h"
#include "register/link.h"
#include "register/register.h"
#include "register/setting.h"
#include "report/signal.h"

extern const struct reg reg_asset;
extern const struct reg reg_place;
extern const struct reg reg_device;
extern const struct reg reg_application;
extern const struct reg reg_service;
extern const struct reg reg_service_account;

/* May it be used: of applications and services. */
extern const struct choice asset_permissions[4];

/* Who may do what in a ledger that departments keep themselves. */
#define ASSET_ACCESS \
	{ .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, \
	           [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_EXPORT | OP_COMMENT, [ROLE_EXECUTIVE] = OP_READ, \
	           [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } }

/* The 19-column workbook that Japanese companies use: columns A-O as they came in, P-S computed. */
extern const struct layout asset_ledger_layout;

/* The kind a storage place's name points to (事務所PC, 書類 ...), 0 when it tells nothing. */
int asset_place_kind(struct str name);

/* Kinds of links between assets, devices, applications, services, places and people. */
extern const struct link_kind *const asset_links[];
extern const size_t asset_link_count;

/* Rows that the principal may change and that were not confirmed within the set days. */
MUST_USE int asset_due_count(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret);

/* Days ahead on which ends of support, maintenance and contracts warn. */
extern const struct setting asset_settings[];
extern const size_t asset_setting_count;
/* The part of Today that tells which ends are past, near or not known. */
/* Yellow for what is in use and past an end. */
MUST_USE int asset_ends_signal(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);
void asset_ends_today(struct html *h, struct http_req *req, struct db_conn *c);

extern const struct route asset_routes[];
extern const size_t asset_route_count;

/* The area "asset" of the signal: red and yellow by the shares of rows not confirmed in time, without importance, without a
 * unit; grey without a row. */
MUST_USE int asset_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);

#endif
