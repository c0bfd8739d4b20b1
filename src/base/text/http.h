/* The texts of http.def as constants: base/msg.h. */
#ifndef BASE_TEXT_HTTP_H
#define BASE_TEXT_HTTP_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(HTTP),
#include "base/text/http.def"
	TEXT_AFTER(HTTP)
};
#undef MSG
TEXT_FITS(HTTP);

#endif
