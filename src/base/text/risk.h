/* The texts of risk.def as constants: base/msg.h. */
#ifndef BASE_TEXT_RISK_H
#define BASE_TEXT_RISK_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(RISK),
#include "base/text/risk.def"
	TEXT_AFTER(RISK)
};
#undef MSG
TEXT_FITS(RISK);

#endif
