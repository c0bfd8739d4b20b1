/*
 * The Japanese font of this machine, found and opened before the sandbox closes. All other fonts are forgotten: pango would
 * go looking for them at the first character that this one lacks, and opening files is over by then.
 */
#ifndef HELPER_PDF_FONT_H
#define HELPER_PDF_FONT_H

#include "base/err.h"
#include "base/str.h"

#include <pango/pango.h>

struct pdf_font {
	PangoFontMap *map;
	PangoContext *context;
	char family[200];
};

/* ERR_NOT_FOUND without a font that has kana and kanji; ERR_IO. */
MUST_USE int pdf_font_open(struct pdf_font *ret);

#endif
