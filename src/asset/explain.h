/* What the pages of this room show of a row's risk. */
#ifndef ASSET_EXPLAIN_H
#define ASSET_EXPLAIN_H

#include "asset/asset.h"

/* "重要度 2 × 可能性 2 = 4 → 大", and each factor with its origin. */
void asset_explain_put(struct html *h, const struct principal *p, struct db_conn *c, const struct row *row);
/* Detail hooks (explain.c, pages.c) and the hint above the list. */
void asset_place_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void asset_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void asset_list_hint(struct html *h, struct http_req *req, struct db_conn *c);

/* An override stands only with its reason: the engine asks for it when one is set, this when the reason is taken away. */
void asset_needs_reason(const struct reg *r, const struct row *row, const char *set, const char *reason, struct error_list *errors);

#endif
