/* The texts of main.def as constants: base/msg.h. */
#ifndef BASE_TEXT_MAIN_H
#define BASE_TEXT_MAIN_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(MAIN),
#include "base/text/main.def"
	TEXT_AFTER(MAIN)
};
#undef MSG
TEXT_FITS(MAIN);

#endif
