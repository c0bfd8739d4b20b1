/* The texts of work.def as constants: base/msg.h. */
#ifndef BASE_TEXT_WORK_H
#define BASE_TEXT_WORK_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(WORK),
#include "base/text/work.def"
	TEXT_AFTER(WORK)
};
#undef MSG
TEXT_FITS(WORK);

#endif
