/* The texts of document.def as constants: base/msg.h. */
#ifndef BASE_TEXT_DOCUMENT_H
#define BASE_TEXT_DOCUMENT_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(DOCUMENT),
#include "base/text/document.def"
	TEXT_AFTER(DOCUMENT)
};
#undef MSG
TEXT_FITS(DOCUMENT);

#endif
