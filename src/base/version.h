/*
 * Which version of the product this is. Only main.c knows it (the Makefile makes it from dist/version, and it changes with
 * every commit: nothing else is built anew for it); everybody else asks here.
 */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#include "base/str.h"

/* Once, before threads start; the text must live as long as the program. */
void version_set(struct str version);
/* "0.1.0", or "0.1.0~1234.g0123abcd" between two releases: the release being prepared, the number of commits and the last
 * one's name. Empty until it is set, as in a test program. */
struct str version_text(void);

#endif
