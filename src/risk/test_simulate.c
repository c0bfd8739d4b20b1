/*
 * The simulation against what is known in closed form. A tolerance is five standard errors of the figure under test, from the
 * closed form itself: with a fixed seed a test passes or fails for ever, and a correct generator fails one seed in two
 * million.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "risk/simulate.h"

#define SIGMAS 5.0
#define N 400000

static void near_(double got, double want, double tolerance, int line)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("line %d: %.10g instead of %.10g, off by more than %.3g", line, got, want, tolerance);
}
#define NEAR(got, want, tolerance) near_(got, want, tolerance, __LINE__)

/* Published outputs of splitmix64 from 0 and of xoshiro256** from the state 1, 2, 3, 4. */
static void the_generators_are_the_published_ones(void **state)
{
	(void)state;
	struct sim_random r;
	sim_seed(&r, 0);
	assert_true(r.s[0] == UINT64_C(0xe220a8397b1dcdaf) && r.s[1] == UINT64_C(0x6e789e6aa1b965f4) && r.s[2] == UINT64_C(0x06c45d188009454f) &&
	            r.s[3] == UINT64_C(0xf88bb8a8724c81ec));
	r = (struct sim_random){ { 1, 2, 3, 4 } };
	static const uint64_t want[] = { 11520, 0, 1509978240, UINT64_C(1215971899390074240) };
	for (int i = 0; i < 4; i++)
		assert_true(sim_next(&r) == want[i]);
}

static void uniform_numbers(void **state)
{
	(void)state;
	struct sim_random r;
	sim_seed(&r, 1);
	double sum = 0, squares = 0;
	for (int i = 0; i < N; i++) {
		double u = sim_uniform(&r);
		assert_true(u >= 0 && u < 1);
		sum += u;
		squares += u * u;
	}
	NEAR(sum / N, 0.5, SIGMAS * sqrt(1.0 / 12 / N));
	NEAR(squares / N, 1.0 / 3, SIGMAS * sqrt(4.0 / 45 / N));
}

/* The fourth central moment of a beta distribution over the range, for the standard error of the variance. */
static double fourth_moment(const struct sim_range *r)
{
	double w = r->high - r->low, a = 1 + 4 * (r->likely - r->low) / w, b = 6 - a, n = a + b, v = sim_range_variance(r);
	double excess = 6 * ((a - b) * (a - b) * (n + 1) - a * b * (n + 2)) / (a * b * (n + 2) * (n + 3));
	return (excess + 3) * v * v;
}

static void pert_has_its_mean_and_variance(void **state)
{
	(void)state;
	static const struct sim_range ranges[] = { { 0, 5, 10 }, { 0, 0, 1 }, { 0, 1, 1 }, { 100, 120, 900 }, { 1e6, 5e6, 3e7 }, { 0.01, 0.1, 0.5 } };
	static struct sim_table t;
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		struct sim_random r;
		sim_seed(&r, 100 + i);
		sim_table_make(&t, &ranges[i]);
		double mean = sim_range_mean(&ranges[i]), variance = sim_range_variance(&ranges[i]), sum = 0, squares = 0;
		for (int k = 0; k < N; k++) {
			double x = sim_table_draw(&t, &r);
			assert_true(x >= ranges[i].low && x <= ranges[i].high);
			sum += x;
			squares += (x - mean) * (x - mean);
		}
		NEAR(sum / N, mean, SIGMAS * sqrt(variance / N));
		NEAR(squares / N, variance, SIGMAS * sqrt((fourth_moment(&ranges[i]) - variance * variance) / N));
	}
}

/* Over low..high with the peak at an end the distribution is known: 1 - (1 - x)^5. */
static void the_table_is_the_inverse_distribution(void **state)
{
	(void)state;
	static struct sim_table t;
	const struct sim_range r = { 0, 0, 1 };
	sim_table_make(&t, &r);
	for (int i = 0; i <= SIM_TABLE; i++)
		NEAR(t.value[i], 1 - pow(1 - (double)i / SIM_TABLE, 0.2), i < SIM_TABLE - 8 ? 1e-6 : 1e-2);
	const struct sim_range constant = { 7, 7, 7 };
	sim_table_make(&t, &constant);
	for (int i = 0; i <= SIM_TABLE; i++)
		assert_true(t.value[i] == 7);
}

static void poisson_has_its_mean_and_variance(void **state)
{
	(void)state;
	static const double means[] = { 0.1, 1, 7.5, 16, 40, 200 };
	for (size_t i = 0; i < COUNT_OF(means); i++) {
		struct sim_random r;
		sim_seed(&r, 200 + i);
		double m = means[i], sum = 0, squares = 0;
		int64_t none = 0;
		for (int k = 0; k < N; k++) {
			double x = (double)sim_poisson(&r, m);
			none += x == 0;
			sum += x;
			squares += (x - m) * (x - m);
		}
		NEAR(sum / N, m, SIGMAS * sqrt(m / N));
		NEAR(squares / N, m, SIGMAS * sqrt((m + 2 * m * m) / N));
		NEAR((double)none / N, exp(-m), SIGMAS * sqrt(exp(-m) * (1 - exp(-m)) / N) + 1e-12);
	}
	struct sim_random r;
	sim_seed(&r, 1);
	assert_int_equal(sim_poisson(&r, 0), 0);
}

/* S = the sum of N losses: E[S] = E[N] E[X], Var[S] = E[N] Var[X] + Var[N] E[X]^2, Var[N] = E[rate] + Var[rate]. */
static void the_yearly_loss_has_its_mean_and_variance(void **state)
{
	(void)state;
	static const struct { struct sim_range often, loss; } cases[] = {
		{ { 0.05, 0.1, 0.3 }, { 5e6, 2.786e7, 6e7 } }, { { 1, 2, 6 }, { 1e5, 3e5, 2e6 } }, { { 12, 12, 12 }, { 1e4, 1e4, 1e4 } },
		{ { 20, 30, 45 }, { 0, 1e3, 1e5 } },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sim_result s;
		double rate = sim_range_mean(&cases[i].often), x = sim_range_mean(&cases[i].loss);
		double variance = rate * sim_range_variance(&cases[i].loss) + (rate + sim_range_variance(&cases[i].often)) * x * x;
		assert_int_equal(sim_run(&cases[i].often, &cases[i].loss, 42 + i, 200000, &s), 0);
		assert_int_equal(s.trials, 200000);
		NEAR(s.expected, rate * x, 1e-6 * rate * x);
		NEAR(s.mean, rate * x, SIGMAS * sqrt(variance / (double)s.trials));
		/* Of the deviation the standard error is not in closed form; the variance over 100 parts of the run gives it. */
		double parts = 0, part_squares = 0;
		for (int k = 0; k < 100; k++) {
			struct sim_result part;
			assert_int_equal(sim_run(&cases[i].often, &cases[i].loss, 1000 * i + (uint64_t)k, 2000, &part), 0);
			double v = part.deviation * part.deviation;
			parts += v;
			part_squares += v * v;
		}
		double spread = sqrt((part_squares - parts * parts / 100) / 99);
		NEAR(parts / 100, variance, SIGMAS * spread / 10);
		assert_true(s.p50 <= s.p80 && s.p80 <= s.p90 && s.p90 <= s.p95 && s.p95 <= s.p99 && s.p99 <= s.max);
		for (int k = 1; k < SIM_POINTS; k++)
			assert_true(s.x[k] > s.x[k - 1] && s.above[k] <= s.above[k - 1]);
	}
}

/* Constant loss, constant rate: the quantiles are those of a Poisson number. */
static void quantiles_where_they_are_known(void **state)
{
	(void)state;
	const struct sim_range often = { 2, 2, 2 }, loss = { 1000, 1000, 1000 };
	struct sim_result s;
	assert_int_equal(sim_run(&often, &loss, 9, 400000, &s), 0);
	/* P(N <= 0, 1, 2, 3, 4, 5, 6) = .1353 .4060 .6767 .8571 .9473 .9834 .9955: far from the levels asked for. */
	assert_int_equal(s.p50, 2000);
	assert_int_equal(s.p80, 3000);
	assert_int_equal(s.p90, 4000);
	assert_int_equal(s.p95, 5000);
	assert_int_equal(s.p99, 6000);
	NEAR(s.none, exp(-2), SIGMAS * sqrt(exp(-2) * (1 - exp(-2)) / 400000));
	NEAR(s.above[0], 1 - exp(-2), SIGMAS * sqrt(exp(-2) * (1 - exp(-2)) / 400000));
}

/* Another seed gives nearly the same quantile: its standard error is sqrt(p (1-p) / n) / density; the density between the
 * 90 % and the 99 % point is at least the share between them over their distance. */
static void the_same_seed_the_same_figures_another_nearly(void **state)
{
	(void)state;
	const struct sim_range often = { 0.5, 1, 3 }, loss = { 1e6, 4e6, 2e7 };
	struct sim_result a, b, c;
	assert_int_equal(sim_run(&often, &loss, 5, SIM_TRIALS, &a), 0);
	assert_int_equal(sim_run(&often, &loss, 5, SIM_TRIALS, &b), 0);
	assert_memory_equal(&a, &b, sizeof a);
	assert_int_equal(sim_run(&often, &loss, 6, SIM_TRIALS, &c), 0);
	assert_true(a.mean < c.mean || a.mean > c.mean);
	double density = (0.99 - 0.90) / (double)(a.p99 - a.p90), error = sqrt(0.95 * 0.05 / SIM_TRIALS) / density;
	NEAR((double)a.p95, (double)c.p95, SIGMAS * error * sqrt(2));
}

static void what_it_refuses_and_bounds(void **state)
{
	(void)state;
	struct sim_result s = { .trials = -7 };
	const struct sim_range ok = { 1, 2, 3 }, back = { 3, 2, 1 }, minus = { -1, 0, 1 }, often = { 1000, 1000, 1000 }, more = { 0, 0, 1001 }, zero = { 0, 0, 0 };
	const struct sim_range nan_ = { 0, NAN, 1 };
	assert_int_equal(sim_run(&back, &ok, 1, 10, &s), ERR_INVALID);
	assert_int_equal(sim_run(&ok, &minus, 1, 10, &s), ERR_INVALID);
	assert_int_equal(sim_run(&more, &ok, 1, 10, &s), ERR_INVALID);
	assert_int_equal(sim_run(&ok, &nan_, 1, 10, &s), ERR_INVALID);
	assert_int_equal(sim_run(&ok, &ok, 1, 0, &s), ERR_INVALID);
	assert_int_equal(s.trials, -7);
	assert_int_equal(sim_run(&often, &ok, 1, SIM_TRIALS, &s), 0);
	assert_int_equal(s.trials, 50000); /* as many events as a run may have */
	assert_int_equal(sim_run(&zero, &ok, 1, 1000, &s), 0);
	assert_true(s.max == 0 && s.none >= 1 && s.mean <= 0);
	assert_int_equal(s.x[SIM_POINTS - 1], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_generators_are_the_published_ones), cmocka_unit_test(uniform_numbers),
		cmocka_unit_test(pert_has_its_mean_and_variance), cmocka_unit_test(the_table_is_the_inverse_distribution),
		cmocka_unit_test(poisson_has_its_mean_and_variance), cmocka_unit_test(the_yearly_loss_has_its_mean_and_variance),
		cmocka_unit_test(quantiles_where_they_are_known), cmocka_unit_test(the_same_seed_the_same_figures_another_nearly),
		cmocka_unit_test(what_it_refuses_and_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
