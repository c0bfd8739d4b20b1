/* The texts of asset.def as constants: base/msg.h. */
#ifndef BASE_TEXT_ASSET_H
#define BASE_TEXT_ASSET_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(ASSET),
#include "base/text/asset.def"
	TEXT_AFTER(ASSET)
};
#undef MSG
TEXT_FITS(ASSET);

#endif
