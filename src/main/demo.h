/* The demo company: fictional, plainly named, written through the product with its own clock. */
#ifndef MAIN_DEMO_H
#define MAIN_DEMO_H

#include "auth/office.h"
#include "register/register.h"

/*
 * Fills an empty office (no questionnaires yet, no account) with a 60-person mail-order company, about 80 assets and a
 * history of three months before today, and marks it as demo. Everything goes through reg_write() and the accounts' own
 * functions, with the clock moved; it is put back whatever comes of it. The same for the same day, but for salts. What went
 * wrong stands in the log; a part may have been written then.
 */
MUST_USE int demo_build(struct office *o, struct arena *a);

/* Each written on one day as `by`, within a write; unit holds the units' ids by enum demo_unit, person answers for them. */
MUST_USE int demo_controls(struct reg_ctx *ctx, const struct principal *by, struct date today, const int64_t *unit, int64_t person);
/* Risks in yen and points, what is done about them, and what is accepted. The controls and demo_risks() come before. */
MUST_USE int demo_treatments(struct reg_ctx *ctx, const struct principal *by, struct date today, const int64_t *unit, int64_t person);
/* Effects of controls, the insurance, and an acceptance whose number is passed. */
MUST_USE int demo_effects(struct reg_ctx *ctx, const struct principal *by, struct date today, const int64_t *unit);
/* Tasks of three people: who leads, a contact, an executive. */
MUST_USE int demo_tasks(struct reg_ctx *ctx, const struct principal *by, struct date today, const int64_t people[3]);

/* Plans, courses, sessions of which some people are still to finish, drills and skills, by whoever ctx is by. people: as demo_tasks(). */
MUST_USE int demo_training(struct reg_ctx *ctx, struct date today, const int64_t *unit, const int64_t people[3]);
/* The starter set of documents: some in force, one revised, one in review. */
MUST_USE int demo_documents(struct reg_ctx *ctx, const struct principal *lead, const struct principal *chief, int64_t unit);
/* What people reported on that day (of days before the last), and what the lead sorted. */
MUST_USE int demo_near_misses(struct reg_ctx *ctx, const struct principal *lead, int day, const int64_t *unit);

/* The demo people who sign in, for ./run and the sign-in page: login, password, role; NULL-terminated. */
struct demo_person {
	const char *login, *password;
	struct label role;
};
extern const struct demo_person demo_people[];
extern const size_t demo_people_count;

#endif
