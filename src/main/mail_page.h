/* /settings/mail: the mail server, a test letter, and what lies in the queue. */
#ifndef MAIN_MAIL_PAGE_H
#define MAIN_MAIL_PAGE_H

#include "http/http.h"

extern const struct route mail_page_routes[];
extern const size_t mail_page_route_count;

#endif
