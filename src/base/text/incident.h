/* The texts of incident.def as constants: base/msg.h. */
#ifndef BASE_TEXT_INCIDENT_H
#define BASE_TEXT_INCIDENT_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(INCIDENT),
#include "base/text/incident.def"
	TEXT_AFTER(INCIDENT)
};
#undef MSG
TEXT_FITS(INCIDENT);

#endif
