/* The texts of html.def as constants: base/msg.h. */
#ifndef BASE_TEXT_HTML_H
#define BASE_TEXT_HTML_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(HTML),
#include "base/text/html.def"
	TEXT_AFTER(HTML)
};
#undef MSG
TEXT_FITS(HTML);

#endif
