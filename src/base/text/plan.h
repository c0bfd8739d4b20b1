/* The texts of plan.def as constants: base/msg.h. */
#ifndef BASE_TEXT_PLAN_H
#define BASE_TEXT_PLAN_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(PLAN),
#include "base/text/plan.def"
	TEXT_AFTER(PLAN)
};
#undef MSG
TEXT_FITS(PLAN);

#endif
