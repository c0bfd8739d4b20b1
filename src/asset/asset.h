/* Information assets and the places where they are kept: the ledger (情報資産管理台帳). */
#ifndef ASSET_ASSET_H
#define ASSET_ASSET_H

#include "register/export.h"
#include "register/link.h"
#include "register/register.h"
#include "report/signal.h"

extern const struct reg reg_asset;
extern const struct reg reg_place;

/* The 19-column workbook that Japanese companies use: columns A-O as they came in, P-S computed. */
extern const struct layout asset_ledger_layout;

/* The kind a storage place's name points to (事務所PC, 書類 ...), 0 when it tells nothing. */
int asset_place_kind(struct str name);

/* Kinds of links between assets. */
extern const struct link_kind *const asset_links[];
extern const size_t asset_link_count;

/* Rows that the principal may change and that were not confirmed within the set days. */
MUST_USE int asset_due_count(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret);

extern const struct route asset_routes[];
extern const size_t asset_route_count;

/* The area "asset" of the signal: red and yellow by the shares of rows not confirmed in time, without importance, without a
 * unit; grey without a row. */
MUST_USE int asset_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);

#endif
