/* How what a company has belongs together: an incident on a device or service asks at once what lies there. */
#include "asset/asset.h"

#define LINK(symbol, name_, from_, to_, forward_ja, forward_en, backward_ja, backward_en) \
	static const struct link_kind symbol = { .name = name_, .from = from_, .to = to_, .forward = { forward_ja, forward_en }, \
		.backward = { backward_ja, backward_en }, .many_from = true, .many_to = true }

/* The backup copy of an asset is an asset of its own, kept somewhere else. */
LINK(backup_copy, "backup", "asset", "asset", "控え", "Backup copy", "元の資産", "Copy of");
LINK(device_asset, "device_asset", "device", "asset", "ここにある情報資産", "Assets kept on it", "保存している機器", "Kept on devices");
LINK(device_place, "device_place", "device", "place", "当たる保管場所", "Counts as storage place", "この場所に当たる機器", "Devices of this place");
LINK(application_asset, "application_asset", "application", "asset", "扱う情報資産", "Assets it handles", "扱うアプリケーション", "Handled by applications");
LINK(application_device, "application_device", "application", "device", "入っている機器", "Installed on", "入っているアプリケーション", "Installed applications");
LINK(application_person, "application_person", "application", "person", "使う人", "Users", "使うアプリケーション", "Uses applications");
LINK(application_service, "application_service", "application", "service", "つながるサービス", "Services it connects to", "つながるアプリケーション", "Connecting applications");
LINK(service_asset, "service_asset", "service", "asset", "預けている情報資産", "Assets entrusted to it", "預け先のサービス", "Entrusted to services");
LINK(service_place, "service_place", "service", "place", "当たる保管場所", "Counts as storage place", "この場所に当たるサービス", "Services of this place");

const struct link_kind *const asset_links[] = {
	&backup_copy, &device_asset, &device_place, &application_asset, &application_device, &application_person, &application_service,
	&service_asset, &service_place,
};
const size_t asset_link_count = COUNT_OF(asset_links);
