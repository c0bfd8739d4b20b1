/* The texts of org.def as constants: base/msg.h. */
#ifndef BASE_TEXT_ORG_H
#define BASE_TEXT_ORG_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(ORG),
#include "base/text/org.def"
	TEXT_AFTER(ORG)
};
#undef MSG
TEXT_FITS(ORG);

#endif
