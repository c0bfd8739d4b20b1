/* The texts of import.def as constants: base/msg.h. */
#ifndef BASE_TEXT_IMPORT_H
#define BASE_TEXT_IMPORT_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(IMPORT),
#include "base/text/import.def"
	TEXT_AFTER(IMPORT)
};
#undef MSG
TEXT_FITS(IMPORT);

#endif
