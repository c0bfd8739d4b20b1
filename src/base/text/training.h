/* The texts of training.def as constants: base/msg.h. */
#ifndef BASE_TEXT_TRAINING_H
#define BASE_TEXT_TRAINING_H

#include "base/msg.h"

#define MSG(id, ja, en) id,
enum {
	TEXT_BEFORE(TRAINING),
#include "base/text/training.def"
	TEXT_AFTER(TRAINING)
};
#undef MSG
TEXT_FITS(TRAINING);

#endif
