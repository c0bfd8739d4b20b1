/* The texts of auth.def as constants: base/msg.h. */
#ifndef BASE_TEXT_AUTH_H
#define BASE_TEXT_AUTH_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(AUTH),
#include "base/text/auth.def"
	TEXT_AFTER(AUTH)
};
#undef MSG
TEXT_FITS(AUTH);

#endif
