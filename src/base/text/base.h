/* The texts of base.def as constants: base/msg.h. */
#ifndef BASE_TEXT_BASE_H
#define BASE_TEXT_BASE_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(BASE),
#include "base/text/base.def"
	TEXT_AFTER(BASE)
};
#undef MSG
TEXT_FITS(BASE);

#endif
