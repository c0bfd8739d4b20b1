/* Administration of own fields. */
#ifndef REGISTER_PAGE_OWN_H
#define REGISTER_PAGE_OWN_H

#include "register/page_common.h"

http_handler page_own, page_own_save;

#endif
