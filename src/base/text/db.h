/* The texts of db.def as constants: base/msg.h. */
#ifndef BASE_TEXT_DB_H
#define BASE_TEXT_DB_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(DB),
#include "base/text/db.def"
	TEXT_AFTER(DB)
};
#undef MSG
TEXT_FITS(DB);

#endif
