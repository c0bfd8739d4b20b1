/*
 * Scores by the named methods: pure functions over known and unknown numbers. The register of risks computes the same in
 * one SQL statement (risk.c); a test holds the two together over random rows. This header is the reference.
 *
 * Rules: an unknown input gives an unknown score. Money is yen in 64-bit integers; every division is exact until its end
 * and then rounded half up, once. No floating point.
 *
 * Source: course_04_05 sections 3.3 and 3.4 (multiplication, annual loss), course_06_07 (limits 17 and two million yen),
 * course_01_03 section 3 (matrix), as stated in docs/decisions/0019.
 */
#ifndef RISK_SCORING_H
#define RISK_SCORING_H

#include "base/err.h"
#include "base/str.h"

enum risk_method { METHOD_LEDGER = 1, METHOD_MULTIPLY, METHOD_MATRIX, METHOD_ANNUAL };
enum loss_kind { LOSS_EXPOSURE = 1, LOSS_SHEET, LOSS_PERSONS };

#define SCORE_UNKNOWN INT64_C(-1)          /* of inputs and results: none of them is ever negative */
#define SCORE_YEN_MAX INT64_C(1000000000000000) /* one loss: a thousand trillion yen */
#define SCORE_TIMES_MAX 1000
#define SCORE_WHOLE 10000                  /* a share taken off is percent with two decimals */
#define SCORE_RATE 1000000                 /* a rate is percent with four decimals: 40 % is 400000, the whole 1000000 */
#define SCORE_GRID_MIN 3
#define SCORE_GRID_MAX 5
#define SCORE_GRID_CELLS (SCORE_GRID_MAX * SCORE_GRID_MAX)

/* Importance x likelihood of damage, as the ledger method has it. */
int64_t score_ledger(int64_t importance, int64_t likelihood);
/* Asset value x threat x vulnerability x likelihood: 2 x 2 x 2 x 3 = 24. Nought in any factor means no risk: 0. A factor
 * above factor_max (when that is known) does not belong to the scale, and gives an unknown score. */
int64_t score_multiply(int64_t value, int64_t threat, int64_t vulnerability, int64_t likelihood, int64_t factor_max);
/* Likelihood x impact, each 1..size; outside of the grid unknown. */
int64_t score_matrix(int64_t likelihood, int64_t impact, int64_t size);
/* Loss of one event: value x share lost. Yen. */
int64_t score_loss_exposure(int64_t value, int64_t rate);
/* Loss of one event: persons x share concerned x yen a person. Yen; above SCORE_YEN_MAX unknown. */
int64_t score_loss_persons(int64_t persons, int64_t rate, int64_t yen);
/* Yearly loss: loss of one event x times in so many years. years 0: unknown. */
int64_t score_annual(int64_t loss, int64_t times, int64_t years);

/* 1 low, 2 middle, 3 high (enum risk_band): high above the acceptance limit, middle from the middle limit on (when that is
 * known), nought is always low. Without a limit there is no verdict: unknown. */
int64_t score_band(int64_t score, int64_t limit, int64_t middle);

/*
 * A company's own grid: one line for each likelihood, the highest first; in a line one cell for each impact, rising; a cell
 * is 1, 2, 3 or 小, 中, 大 (低, 高, L, M, H too), blanks and commas between them as one likes. ret_cells gets size*size
 * digits, the lowest likelihood first. ERR_INVALID with the line (1-based) where it goes wrong, 0 for a wrong number of
 * lines.
 */
MUST_USE int score_grid_parse(struct str text, int64_t size, char ret_cells[SCORE_GRID_CELLS], size_t *ret_line);
/* Do the bands of a grid never fall as likelihood or impact rise? Otherwise where one does: the line as it is written (the
 * highest likelihood first) and the cell in it, from 1. */
bool score_grid_rises(const char *cells, int64_t size, int64_t *ret_line, int64_t *ret_cell);
/* The grid of a company that has not drawn its own: high above half of size x size, middle from size on. */
void score_grid_default(int64_t size, char ret_cells[SCORE_GRID_CELLS]);
int64_t score_grid_band(const char *cells, int64_t size, int64_t likelihood, int64_t impact);

/* Everything that the score of one risk depends on; SCORE_UNKNOWN where it is not known. */
struct score_facts {
	int64_t method, limit, middle, factor_max, grid_size;
	char cells[SCORE_GRID_CELLS];
	bool grid;                                           /* cells are known */
	int64_t importance, damage_likelihood;               /* of the asset: ledger method */
	int64_t value, threat, vulnerability, likelihood, impact;
	int64_t loss, times, years;                          /* of one event; how often */
	/* What treatments in place lower: the lowest level of each factor, and the shares they take off the annual loss. */
	int64_t low_value, low_threat, low_vulnerability, low_likelihood, low_impact;
	const int64_t *cut; size_t cuts;                     /* percent with two decimals */
	/* What the assessor found afterwards; it counts before what treatments tell. Of the annual loss one of the three is
	 * enough, and no share is taken off then. Neither given nor lowered: not evaluated, unknown. */
	int64_t after_value, after_threat, after_vulnerability, after_likelihood, after_impact, after_loss, after_times, after_years;
};
struct score {
	int64_t inherent, residual, inherent_band, residual_band;
};
struct score score_of(const struct score_facts *f);

/* A loss less the share that is taken off it, rounded half up. Several shares are taken off one after the other, each of
 * what the one before left. */
int64_t score_cut(int64_t loss, int64_t share);

/* The levels that count now: what the assessor gave, else the lowest that a treatment in place brought, where that is lower
 * than it was and on the scale, else as before. */
struct score_levels {
	int64_t likelihood, impact, value, threat, vulnerability;
	bool evaluated;                                      /* one of those that the method asks for was given or brought */
};
struct score_levels score_levels(const struct score_facts *f);
/* The least level on the scale of a method: nought by multiplication, one elsewhere. */
int64_t score_least(int64_t method);

#endif
