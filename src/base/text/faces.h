/* The texts of faces.def as constants: base/msg.h. */
#ifndef BASE_TEXT_FACES_H
#define BASE_TEXT_FACES_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(FACES),
#include "base/text/faces.def"
	TEXT_AFTER(FACES)
};
#undef MSG
TEXT_FITS(FACES);

#endif
