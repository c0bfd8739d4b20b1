/*
 * Yearly loss as a distribution: how often is a range (low, likely, high) of times a year, the loss of one event a range of
 * yen. A trial draws the yearly rate from the first (PERT), the number of events from it (Poisson), and each event's loss
 * from the second (PERT). The generator is our own and seeded: the same input and seed give the same result on the same
 * machine. Nothing here is cryptographic.
 */
#ifndef RISK_SIMULATE_H
#define RISK_SIMULATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* xoshiro256**, its state filled by splitmix64 from one number. */
struct sim_random {
	uint64_t s[4];
};
void sim_seed(struct sim_random *r, uint64_t seed);
uint64_t sim_next(struct sim_random *r);
double sim_uniform(struct sim_random *r); /* 0 <= u < 1, 53 bits */

/* PERT: a beta distribution over low..high with its peak at likely. low <= likely <= high; all equal is a constant. */
struct sim_range {
	double low, likely, high;
};
double sim_range_mean(const struct sim_range *r);      /* (low + 4 likely + high) / 6 */
double sim_range_variance(const struct sim_range *r);  /* (mean - low) (high - mean) / 7 */

#define SIM_TABLE 32768
/* Drawing from a range by the inverse of its distribution: value[i] is where i / SIM_TABLE of it lies below. */
struct sim_table {
	double value[SIM_TABLE + 1];
};
void sim_table_make(struct sim_table *t, const struct sim_range *r);
double sim_table_draw(const struct sim_table *t, struct sim_random *r);

int64_t sim_poisson(struct sim_random *r, double mean); /* mean 0..2000 */

#define SIM_TRIALS 1000000
#define SIM_EVENTS_MAX 50000000.0 /* events of a whole run on average: above it there are fewer trials */
#define SIM_POINTS 41
struct sim_result {
	int64_t trials;
	double mean, deviation;                 /* yen; of the yearly loss over the trials */
	double expected;                        /* yen; the closed form: mean times a year x mean loss */
	int64_t p50, p80, p90, p95, p99, max;   /* yen: so much or less in 50 % ... of the years */
	double none;                            /* share of years without any loss */
	int64_t x[SIM_POINTS];                  /* yen, rising from 0 ... */
	double above[SIM_POINTS];               /* ... and the share of years with more than that */
};
/*
 * Times a year 0..1000, yen 0..10^15, each range in order: else ERR_INVALID. ERR_LIMIT when there is no memory for the
 * trials. Takes some tenths of a second: never on an event thread.
 */
MUST_USE int sim_run(const struct sim_range *often, const struct sim_range *loss, uint64_t seed, int64_t trials, struct sim_result *ret);

#endif
