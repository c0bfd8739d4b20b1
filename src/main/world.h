/* Records, units and fields by name, for the pages of auth/, which lies below the registers. */
#ifndef MAIN_WORLD_H
#define MAIN_WORLD_H

#include "auth/auth.h"

extern const struct auth_world main_world;

#endif
