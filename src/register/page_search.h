#ifndef REGISTER_PAGE_SEARCH_H
#define REGISTER_PAGE_SEARCH_H

#include "register/page_common.h"

http_handler page_search;

#endif
