/* The texts of control.def as constants: base/msg.h. */
#ifndef BASE_TEXT_CONTROL_H
#define BASE_TEXT_CONTROL_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(CONTROL),
#include "base/text/control.def"
	TEXT_AFTER(CONTROL)
};
#undef MSG
TEXT_FITS(CONTROL);

#endif
