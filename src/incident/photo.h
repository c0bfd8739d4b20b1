/*
 * Photos that strangers send: made safe to keep, or refused. Only JPEG and PNG; what is kept is the picture alone. Everything
 * that tells where, when, by what device or by whom it was taken (EXIF, XMP, comments, colour profiles, previews, second pictures)
 * is left out, and so is whatever stands behind the picture's end. Of EXIF only the way up is written again. The picture itself is
 * not decoded: what it shows, it shows.
 */
#ifndef INCIDENT_PHOTO_H
#define INCIDENT_PHOTO_H

#include "base/buf.h"

#define LIMIT_PHOTO (8u << 20)      /* bytes of one photo as it is sent */
#define PHOTO_SIDE_MAX 20000        /* points of a side */

enum photo_kind { PHOTO_JPEG = 1, PHOTO_PNG };

/* Writes the photo to out, which holds LIMIT_PHOTO and some more. ERR_INVALID when it is neither of the two kinds, is broken or cut off, or
 * has no size; ERR_LIMIT when it is too large. The result passes again, unchanged. */
MUST_USE int photo_clean(struct str in, struct buf *out, enum photo_kind *ret_kind);

#endif
