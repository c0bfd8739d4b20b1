#include "risk/simulate.h"

#include <math.h>
#include <stdlib.h>

static uint64_t rotate(uint64_t v, int by)
{
	return (v << by) | (v >> (64 - by));
}

void sim_seed(struct sim_random *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		seed += UINT64_C(0x9e3779b97f4a7c15);
		uint64_t z = seed;
		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		r->s[i] = z ^ (z >> 31);
	}
}

uint64_t sim_next(struct sim_random *r)
{
	const uint64_t result = rotate(r->s[1] * 5, 7) * 9, t = r->s[1] << 17;
	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rotate(r->s[3], 45);
	return result;
}

double sim_uniform(struct sim_random *r)
{
	return (double)(sim_next(r) >> 11) * 0x1p-53;
}

/* ---- PERT ---- */

double sim_range_mean(const struct sim_range *r)
{
	return (r->low + 4 * r->likely + r->high) / 6;
}

double sim_range_variance(const struct sim_range *r)
{
	double mean = sim_range_mean(r);
	return (mean - r->low) * (r->high - mean) / 7;
}

/* The density is summed over cells so narrow that a straight line in each is as good as the curve. */
#define CELLS 65536

void sim_table_make(struct sim_table *t, const struct sim_range *r)
{
	double width = r->high - r->low, a = width > 0 ? 4 * (r->likely - r->low) / width : 0, b = width > 0 ? 4 - a : 0, sum = 0, total = 0;
	for (int i = 0; i < CELLS; i++) {
		double x = (i + 0.5) / CELLS;
		total += pow(x, a) * pow(1 - x, b);
	}
	int k = 0;
	for (int i = 0; i < CELLS; i++) {
		double x = (i + 0.5) / CELLS, next = sum + pow(x, a) * pow(1 - x, b) / total;
		while (k <= SIM_TABLE && (double)k / SIM_TABLE <= next) {
			double share = next > sum ? ((double)k / SIM_TABLE - sum) / (next - sum) : 0;
			t->value[k++] = r->low + width * (i + share) / CELLS;
		}
		sum = next;
	}
	while (k <= SIM_TABLE)
		t->value[k++] = r->high;
}

double sim_table_draw(const struct sim_table *t, struct sim_random *r)
{
	double at = sim_uniform(r) * SIM_TABLE;
	int i = (int)at;
	return t->value[i] + (t->value[i + 1] - t->value[i]) * (at - i);
}

/* ---- Poisson ---- */

/* Knuth's product, in pieces small enough that the product stays far from nought: a sum of Poisson numbers is one. */
#define PIECE 16.0

int64_t sim_poisson(struct sim_random *r, double mean)
{
	int64_t n = 0;
	while (mean > 0) {
		double piece = mean < PIECE ? mean : PIECE, floor = exp(-piece), product = sim_uniform(r);
		for (; product > floor; product *= sim_uniform(r))
			n++;
		mean -= piece;
	}
	return n;
}

/* ---- the run ---- */

static bool in_order(const struct sim_range *r, double max)
{
	return r->low >= 0 && r->low <= r->likely && r->likely <= r->high && r->high <= max;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The smallest value that at least so many of a thousand do not pass. */
static int64_t quantile(const int64_t *sorted, int64_t n, int64_t per_mille)
{
	int64_t at = (n * per_mille + 999) / 1000;
	return sorted[at > 0 ? at - 1 : 0];
}

static double share_above(const int64_t *sorted, int64_t n, int64_t x)
{
	int64_t low = 0, high = n; /* sorted[..low) <= x, sorted[high..) > x */
	while (low < high) {
		int64_t middle = (low + high) / 2;
		if (sorted[middle] <= x)
			low = middle + 1;
		else
			high = middle;
	}
	return (double)(n - low) / (double)n;
}

static int64_t round_up(int64_t v)
{
	for (int64_t power = 1; power <= INT64_MAX / 100; power *= 10)
		for (int64_t f = 1; f <= 10; f++)
			if (power * f >= v)
				return power * f;
	return v;
}

int sim_run(const struct sim_range *often, const struct sim_range *loss, uint64_t seed, int64_t trials, struct sim_result *ret)
{
	if (!in_order(often, 1000) || !in_order(loss, 1e15) || trials < 1)
		return ERR_INVALID;
	double times = sim_range_mean(often);
	if (times * (double)trials > SIM_EVENTS_MAX)
		trials = (int64_t)(SIM_EVENTS_MAX / times);
	int64_t *year = malloc((size_t)trials * sizeof *year);
	struct sim_table *rate = malloc(2 * sizeof *rate);
	if (!year || !rate) {
		free(year);
		free(rate);
		return ERR_LIMIT;
	}
	struct sim_table *const size = rate + 1;
	struct sim_random r;
	sim_seed(&r, seed);
	sim_table_make(rate, often);
	sim_table_make(size, loss);
	double mean = 0, squares = 0; /* Welford's sums: no cancellation */
	int64_t none = 0;
	for (int64_t i = 0; i < trials; i++) {
		int64_t events = sim_poisson(&r, sim_table_draw(rate, &r));
		double sum = 0;
		for (int64_t k = 0; k < events; k++)
			sum += sim_table_draw(size, &r);
		none += sum <= 0;
		year[i] = (int64_t)(sum + 0.5);
		double difference = sum - mean;
		mean += difference / (double)(i + 1);
		squares += difference * (sum - mean);
	}
	qsort(year, (size_t)trials, sizeof *year, compare);
	struct sim_result result = { .trials = trials, .mean = mean, .deviation = trials > 1 ? sqrt(squares / (double)(trials - 1)) : 0,
		.expected = times * sim_range_mean(loss), .none = (double)none / (double)trials, .p50 = quantile(year, trials, 500),
		.p80 = quantile(year, trials, 800), .p90 = quantile(year, trials, 900), .p95 = quantile(year, trials, 950),
		.p99 = quantile(year, trials, 990), .max = year[trials - 1] };
	/* The curve goes on to where one year in two hundred lies, or to the worst year when losses are rarer than that. */
	int64_t end = quantile(year, trials, 995);
	end = round_up(end > 0 ? end : result.max > 0 ? result.max : 1);
	for (int i = 0; i < SIM_POINTS; i++) {
		result.x[i] = (int64_t)((double)end * i / (SIM_POINTS - 1));
		result.above[i] = share_above(year, trials, result.x[i]);
	}
	free(year);
	free(rate);
	*ret = result;
	return 0;
}
