/*
 * Near misses (ヒヤリハット) from everyone, and what became an incident (事故).
 *
 * Anybody who has the address of a report page (a poster with a QR code: one of the company, one of a unit) tells what happened without
 * signing in and without a name. Of the sender nothing is kept but what they write: no address, no device, no time finer than
 * that of the row (docs/decisions/0032-near-misses-without-a-name.md). The lead sorts the reports (triage), answers, and sees how they
 * develop; nobody is ranked.
 */
#ifndef INCIDENT_INCIDENT_H
#define INCIDENT_INCIDENT_H

#include "register/link.h"
#include "register/register.h"
#include "register/setting.h"
#include "report/monthly.h"
#include "report/signal.h"
#include "work/digest.h"

extern const struct reg reg_near_miss;
extern const struct reg reg_incident;
extern const struct link_kind *const incident_links[];
extern const size_t incident_link_count;
extern const struct setting incident_settings[];
extern const size_t incident_setting_count;
extern const struct route incident_routes[];
extern const size_t incident_route_count;
/* The tables of this room that are no registers. */
extern const char incident_schema[];

/* Stored: never renumber. */
enum near_miss_state { NEAR_MISS_NEW = 1, NEAR_MISS_IS, NEAR_MISS_INCIDENT, NEAR_MISS_QUESTION, NEAR_MISS_NOTHING };
enum incident_severity { INCIDENT_SERIOUS = 1, INCIDENT_MINOR };
enum near_miss_source { NEAR_MISS_BY_PAGE = 1, NEAR_MISS_BY_HAND };

extern const struct choice near_miss_kinds[9];

MUST_USE int near_miss_signal_load(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);
extern const struct report_part incident_report_part;
extern const struct digest_part near_miss_digest_part;
/* The part of Today: what waits to be sorted, and what reporters added. */
void near_miss_today(struct html *h, struct http_req *req, struct db_conn *c);

#endif
