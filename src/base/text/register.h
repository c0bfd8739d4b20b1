/* The texts of register.def as constants: base/msg.h. */
#ifndef BASE_TEXT_REGISTER_H
#define BASE_TEXT_REGISTER_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(REGISTER),
#include "base/text/register.def"
	TEXT_AFTER(REGISTER)
};
#undef MSG
TEXT_FITS(REGISTER);

#endif
