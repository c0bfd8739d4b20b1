/*
 * The best set of controls under a budget: the set that takes most of the annual loss away.
 *
 * A risk j has an annual loss L_j. A control i that is chosen leaves the share (1 - r_ij) of it; several together leave
 * the product, so that what they take is f(S) = sum_j L_j (1 - prod_{i in S} (1 - r_ij)). Costs are whole yen and add up.
 * "a needs b" and "not both" narrow the choice; some controls are in or out beforehand.
 *
 * Method: branch and bound, depth first, take before leave. The bound of a node, where the set F is chosen, U is open, B
 * yen are left and R_j = L_j prod_{i in F} (1 - r_ij) remains, is the smaller of two, both of which forget dependencies
 * and exclusions (that can only enlarge the choice):
 *
 * 1. Alone. f is submodular: f(F+S) - f(F) <= sum_{i in S} sum_j R_j r_ij for every S. So a knapsack with these profits,
 *    solved with fractions, is never too low.
 * 2. Together. With w_ij = -log(1 - r_ij) the function g(x) = sum_j R_j (1 - exp(-sum_i w_ij x_i)) is concave on
 *    0 <= x <= 1 and equals f(F+S) - f(F) at the corners. A concave function lies below each of its tangents:
 *    g(x) <= g(y) + grad g(y) (x - y) for any y, and the right side is largest over the fractional knapsack at a greedy
 *    filling. A few steps of the Frank-Wolfe method choose y; every step gives a valid bound, the least one counts.
 *
 * Each bound has the form constant + lambda B + sum_i max(0, p_i - lambda c_i) with lambda the ratio where the knapsack
 * fills, which bounds from above by linear duality for every lambda >= 0; so a control whose other choice would lower it
 * under the best set known is decided there and then. A node whose bound is less than half a yen above the best known set is
 * given up: "proven" means to within half a yen a year (and the rounding of doubles, a part in 10^12 of the losses).
 * test_optimise.c holds bounds and results against every subset.
 *
 * Nothing here allocates beyond the arena, knows of registers or reads a clock: the limit is a number of nodes, so that the
 * same question always gets the same answer.
 */
#ifndef CONTROL_OPTIMISE_H
#define CONTROL_OPTIMISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define OPTIMISE_CONTROLS_MAX 200
#define OPTIMISE_RISKS_MAX 500
#define OPTIMISE_WHOLE 10000                     /* a reduction is percent with two decimals: 35 % is 3500 */
#define OPTIMISE_YEN_MAX INT64_C(1000000000000)  /* of one cost, one annual loss */

enum optimise_decided { OPTIMISE_FREE, OPTIMISE_IN, OPTIMISE_OUT };
struct optimise_control {
	int64_t cost;                    /* yen, 0 or more */
	enum optimise_decided decided;
};
struct optimise_effect {
	size_t control, risk;
	int64_t reduction;               /* 0..OPTIMISE_WHOLE of the risk's annual loss; several of one pair multiply too */
};
struct optimise_pair {
	size_t a, b;
};
struct optimise_question {
	const struct optimise_control *control; size_t controls;
	const int64_t *loss; size_t risks;                     /* annual loss of each risk, yen */
	const struct optimise_effect *effect; size_t effects;
	const struct optimise_pair *need; size_t needs;        /* a needs b */
	const struct optimise_pair *exclude; size_t excludes;  /* not both */
	int64_t budget;
	int64_t nodes;                                         /* limit; 0: 200,000 */
	const bool *start;                                     /* a set to begin with, or NULL; one that is not allowed is ignored */
};
struct optimise_answer {
	bool *chosen;                    /* by control */
	int64_t cost;                    /* of all chosen, those decided beforehand too */
	double reduction, left;          /* yen a year: taken away, and what remains */
	bool proven;
	double gap;                      /* yen a year by which a better set could be better at most; 0 when proven */
	int64_t nodes;                   /* looked at */
};

/* ERR_INVALID when a number is out of its limits or an index out of the arrays; ERR_RANGE when what is decided beforehand
 * contradicts itself, the dependencies or exclusions, or costs more than the budget. *ret lives in the arena. */
MUST_USE int optimise(struct arena *a, const struct optimise_question *q, struct optimise_answer *ret);

/* Yen a year that a set takes away, whatever it costs; the order of the controls decides the rounding, so equal sets give
 * equal numbers. */
double optimise_reduction(const struct optimise_question *q, const bool *chosen);

/* An upper bound for every allowed set that keeps to what is decided beforehand: the one of the search's first node. */
MUST_USE int optimise_bound(struct arena *a, const struct optimise_question *q, double *ret);

/* The best set for each of n budgets, which rise; what one budget buys the next can begin with. answer[i].cost is -1 where
 * what is decided beforehand costs more. The limit of nodes holds for each. */
MUST_USE int optimise_frontier(struct arena *a, const struct optimise_question *q, const int64_t *budgets, size_t n,
                               struct optimise_answer *answer);

#endif
