/* The texts of mail.def as constants: base/msg.h. */
#ifndef BASE_TEXT_MAIL_H
#define BASE_TEXT_MAIL_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(MAIL),
#include "base/text/mail.def"
	TEXT_AFTER(MAIL)
};
#undef MSG
TEXT_FITS(MAIL);

#endif
