/* The routes of this room: those of strangers, and those of the office. */
#include "incident/door.h"
#include "incident/incident.h"
#include "incident/pages.h"

#define PHOTO { "photo", PARAM_FILE, 0, LIMIT_PHOTO }
#define STAMP { "stamp", PARAM_SECRET, 0, 100 }
#define LANG { "lang", PARAM_KEY, 0, 2 }
#define CODE { "code", PARAM_SECRET, 0, 100 }
/* Texts come a little longer than they may be, so that who wrote too much gets the form back with it. */
#define WHAT { "what", PARAM_TEXT, 0, 2 * LIMIT_TOLD }
static const struct param p_lang[] = { LANG };
static const struct param p_report[] = { LANG, STAMP, WHAT, { "happened_on", PARAM_KEY, 0, 20 }, { "kind", PARAM_KEY, 0, 4 }, { "place", PARAM_TEXT, 0, 300 },
	{ "reporter", PARAM_TEXT, 0, 300 }, { "website", PARAM_TEXT, 0, 300 }, PHOTO };
static const struct param p_follow[] = { LANG, STAMP, CODE };
static const struct param p_add[] = { LANG, STAMP, CODE, WHAT, PHOTO };
static const struct param p_triage[] = { { "revision", PARAM_INT }, { "state", PARAM_INT }, { "kind", PARAM_INT }, { "unit", PARAM_INT }, { "answer", PARAM_TEXT, 0, 2000 },
	{ "note", PARAM_TEXT, 0, 4000 } };
static const struct param p_unit[] = { { "unit", PARAM_INT } };
static const struct param p_done[] = { { "done", PARAM_KEY, 0, 20 } };
#define PARAMS(list) list, COUNT_OF(list)
#define STRANGERS (ROUTE_PUBLIC | ROUTE_NAMELESS)

const struct route incident_routes[] = {
	{ HTTP_GET, "/n/:secret", near_report_page, STRANGERS, 0, PARAMS(p_lang) },
	{ HTTP_POST, "/n/:secret", near_report_do, STRANGERS | ROUTE_UPLOAD, 0, PARAMS(p_report) },
	{ HTTP_GET, "/n", near_follow_page, STRANGERS, 0, PARAMS(p_lang) },
	{ HTTP_POST, "/n", near_follow_do, STRANGERS, 0, PARAMS(p_follow) },
	{ HTTP_POST, "/n/add", near_add_do, STRANGERS | ROUTE_UPLOAD, 0, PARAMS(p_add) },
	{ HTTP_GET, "/incident", overview_page, 0, NEED_REPORT },
	{ HTTP_GET, "/incident/doors", doors_page, 0, NEED_LINKS, PARAMS(p_done) },
	{ HTTP_POST, "/incident/doors", door_make_do, 0, NEED_LINKS, PARAMS(p_unit) },
	{ HTTP_GET, "/incident/doors/:id", door_page, 0, NEED_LINKS },
	{ HTTP_POST, "/incident/doors/:id/end", door_end_do, 0, NEED_LINKS },
	{ HTTP_POST, "/incident/near_miss/:id/triage", triage_post, 0, NEED_REGISTER, PARAMS(p_triage) },
	{ HTTP_POST, "/incident/near_miss/:id/weakness", triage_weakness_do, 0, NEED_REGISTER },
	{ HTTP_POST, "/incident/near_miss/:id/threat", triage_threat_do, 0, NEED_REGISTER },
};
const size_t incident_route_count = COUNT_OF(incident_routes);
