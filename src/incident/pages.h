/* Handlers of this room, by file. */
#ifndef INCIDENT_PAGES_H
#define INCIDENT_PAGES_H

#include "http/http.h"

http_handler near_report_page, near_report_do, near_follow_page, near_follow_do, near_add_do;  /* public_page.c */
http_handler triage_post, triage_weakness_do, triage_threat_do;                                /* triage.c */
http_handler doors_page, door_page, door_make_do, door_end_do;                                 /* door_page.c */
http_handler overview_page;                                                                    /* overview.c */

#endif
