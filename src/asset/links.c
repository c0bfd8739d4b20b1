/* How assets belong together: the backup copy of an asset is an asset of its own, kept somewhere else. */
#include "asset/asset.h"

static const struct link_kind backup_copy = {
	.name = "backup", .from = "asset", .to = "asset", .forward = { "控え", "Backup copy" }, .backward = { "元の資産", "Copy of" },
	.many_from = true, .many_to = true,
};
const struct link_kind *const asset_links[] = { &backup_copy };
const size_t asset_link_count = COUNT_OF(asset_links);
