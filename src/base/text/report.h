/* The texts of report.def as constants: base/msg.h. */
#ifndef BASE_TEXT_REPORT_H
#define BASE_TEXT_REPORT_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(REPORT),
#include "base/text/report.def"
	TEXT_AFTER(REPORT)
};
#undef MSG
TEXT_FITS(REPORT);

#endif
