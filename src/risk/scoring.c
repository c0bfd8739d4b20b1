#include "risk/scoring.h"

#include <string.h>

#include "risk/risk.h"

static bool known(int64_t v)
{
	return v >= 0;
}

int64_t score_ledger(int64_t importance, int64_t likelihood)
{
	return known(importance) && known(likelihood) ? importance * likelihood : SCORE_UNKNOWN;
}

int64_t score_multiply(int64_t value, int64_t threat, int64_t vulnerability, int64_t likelihood, int64_t factor_max)
{
	const int64_t factor[] = { value, threat, vulnerability, likelihood };
	int64_t product = 1;
	for (size_t i = 0; i < COUNT_OF(factor); i++) {
		if (!known(factor[i]) || (known(factor_max) && factor[i] > factor_max))
			return SCORE_UNKNOWN;
		product *= factor[i];
	}
	return product;
}

static bool in_grid(int64_t likelihood, int64_t impact, int64_t size)
{
	return likelihood >= 1 && likelihood <= size && impact >= 1 && impact <= size;
}

int64_t score_matrix(int64_t likelihood, int64_t impact, int64_t size)
{
	return in_grid(likelihood, impact, size) ? likelihood * impact : SCORE_UNKNOWN;
}

__extension__ typedef __int128 wide; /* a product of two amounts may pass 64 bits */

/* a x b / c, rounded half up. */
static int64_t share(wide a, wide b, wide c)
{
	wide v = (a * b * 2 + c) / (c * 2);
	return v > SCORE_YEN_MAX ? SCORE_UNKNOWN : (int64_t)v;
}

int64_t score_loss_exposure(int64_t value, int64_t rate)
{
	return known(value) && known(rate) ? share(value, rate, SCORE_RATE) : SCORE_UNKNOWN;
}

int64_t score_loss_persons(int64_t persons, int64_t rate, int64_t yen)
{
	return known(persons) && known(rate) && known(yen) ? share((wide)persons * yen, rate, SCORE_RATE) : SCORE_UNKNOWN;
}

int64_t score_annual(int64_t loss, int64_t times, int64_t years)
{
	return known(loss) && known(times) && years > 0 ? (loss * times * 2 + years) / (years * 2) : SCORE_UNKNOWN;
}

int64_t score_band(int64_t score, int64_t limit, int64_t middle)
{
	if (!known(score) || !known(limit))
		return SCORE_UNKNOWN;
	return score > limit ? BAND_HIGH : known(middle) && score > 0 && score >= middle ? BAND_MIDDLE : BAND_LOW;
}

/* ---- the grid ---- */

static char cell_of(struct str *rest)
{
	static const struct {
		const char *word;
		char cell;
	} words[] = { { "1", '1' }, { "2", '2' }, { "3", '3' }, { "小", '1' }, { "中", '2' }, { "大", '3' }, { "低", '1' }, { "高", '3' },
		      { "L", '1' }, { "M", '2' }, { "H", '3' }, { "１", '1' }, { "２", '2' }, { "３", '3' } };
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_starts(*rest, str_of(words[i].word))) {
			size_t n = strlen(words[i].word);
			*rest = str_sub(*rest, n, rest->n - n);
			return words[i].cell;
		}
	return 0;
}

static bool line_parse(struct str line, int64_t size, char *cells)
{
	int64_t n = 0;
	while ((line = str_trim(line)).n) {
		if (line.p[0] == ',' || line.p[0] == '\t') {
			line = str_sub(line, 1, line.n - 1);
			continue;
		}
		char c = cell_of(&line);
		if (!c || n == size)
			return false;
		cells[n++] = c;
	}
	return n == size;
}

int score_grid_parse(struct str text, int64_t size, char ret_cells[SCORE_GRID_CELLS], size_t *ret_line)
{
	char cells[SCORE_GRID_CELLS] = { 0 };
	struct str rest = text, line;
	int64_t lines = 0;
	size_t at = 0;
	*ret_line = 0;
	if (size < SCORE_GRID_MIN || size > SCORE_GRID_MAX)
		return ERR_INVALID;
	while (str_cut(&rest, '\n', &line)) {
		at++;
		if (!str_trim(line).n)
			continue;
		if (lines == size)
			return ERR_INVALID;
		if (!line_parse(line, size, cells + (size - 1 - lines) * size)) {
			*ret_line = at;
			return ERR_INVALID;
		}
		lines++;
	}
	if (lines != size)
		return ERR_INVALID;
	memcpy(ret_cells, cells, sizeof cells);
	return 0;
}

bool score_grid_rises(const char *cells, int64_t size, int64_t *ret_line, int64_t *ret_cell)
{
	for (int64_t l = 0; l < size; l++)
		for (int64_t i = 0; i < size; i++) {
			const char c = cells[l * size + i];
			if ((i == 0 || cells[l * size + i - 1] <= c) && (l == 0 || cells[(l - 1) * size + i] <= c))
				continue;
			*ret_line = size - l;
			*ret_cell = i + 1;
			return false;
		}
	return true;
}

void score_grid_default(int64_t size, char ret_cells[SCORE_GRID_CELLS])
{
	memset(ret_cells, 0, SCORE_GRID_CELLS);
	for (int64_t l = 1; l <= size; l++)
		for (int64_t i = 1; i <= size; i++)
			ret_cells[(l - 1) * size + i - 1] = l * i > size * size / 2 ? '3' : l * i >= size ? '2' : '1';
}

int64_t score_grid_band(const char *cells, int64_t size, int64_t likelihood, int64_t impact)
{
	return in_grid(likelihood, impact, size) ? cells[(likelihood - 1) * size + impact - 1] - '0' : SCORE_UNKNOWN;
}

/* ---- a whole risk ---- */

int64_t score_cut(int64_t loss, int64_t share)
{
	const int64_t rest = SCORE_WHOLE - share;
	return known(loss) && known(share) ? loss / SCORE_WHOLE * rest + (loss % SCORE_WHOLE * rest + SCORE_WHOLE / 2) / SCORE_WHOLE : SCORE_UNKNOWN;
}

int64_t score_least(int64_t method)
{
	return method == METHOD_MULTIPLY ? 0 : 1;
}

static int64_t after(int64_t now, int64_t before)
{
	return known(now) ? now : before;
}

static int64_t level_now(int64_t given, int64_t low, int64_t before, int64_t least, bool *any)
{
	const bool lowered = low >= least && known(before) && low < before;
	*any = *any || known(given) || lowered;
	return known(given) ? given : lowered ? low : before;
}

struct score_levels score_levels(const struct score_facts *f)
{
	const int64_t least = score_least(f->method);
	struct score_levels l = { .likelihood = f->likelihood, .impact = f->impact, .value = f->value, .threat = f->threat, .vulnerability = f->vulnerability };
	bool *any = &l.evaluated;
	/* The levels of the ledger are 1 to 3; anything else was not meant for it. */
	if (f->method == METHOD_LEDGER)
		l.likelihood = level_now(f->after_likelihood >= 1 && f->after_likelihood <= 3 ? f->after_likelihood : SCORE_UNKNOWN, f->low_likelihood,
		                         f->damage_likelihood, least, any);
	if (f->method == METHOD_MULTIPLY || f->method == METHOD_MATRIX)
		l.likelihood = level_now(f->after_likelihood, f->low_likelihood, f->likelihood, least, any);
	if (f->method == METHOD_MATRIX)
		l.impact = level_now(f->after_impact, f->low_impact, f->impact, least, any);
	if (f->method == METHOD_MULTIPLY) {
		l.value = level_now(f->after_value, f->low_value, f->value, least, any);
		l.threat = level_now(f->after_threat, f->low_threat, f->threat, least, any);
		l.vulnerability = level_now(f->after_vulnerability, f->low_vulnerability, f->vulnerability, least, any);
	}
	return l;
}

static int64_t annual_rest(const struct score_facts *f, int64_t loss)
{
	if (known(f->after_loss) || known(f->after_times) || known(f->after_years))
		return score_annual(after(f->after_loss, f->loss), after(f->after_times, f->times), after(f->after_years, f->years));
	if (!f->cuts)
		return SCORE_UNKNOWN;
	for (size_t i = 0; i < f->cuts; i++)
		loss = score_cut(loss, f->cut[i]);
	return loss;
}

struct score score_of(const struct score_facts *f)
{
	struct score s = { SCORE_UNKNOWN, SCORE_UNKNOWN, SCORE_UNKNOWN, SCORE_UNKNOWN };
	const struct score_levels l = score_levels(f);
	switch (f->method) {
	case METHOD_LEDGER:
		s.inherent = score_ledger(f->importance, f->damage_likelihood);
		s.residual = score_ledger(f->importance, l.likelihood);
		break;
	case METHOD_MULTIPLY:
		s.inherent = score_multiply(f->value, f->threat, f->vulnerability, f->likelihood, f->factor_max);
		s.residual = score_multiply(l.value, l.threat, l.vulnerability, l.likelihood, f->factor_max);
		break;
	case METHOD_MATRIX:
		s.inherent = score_matrix(f->likelihood, f->impact, f->grid_size);
		s.residual = score_matrix(l.likelihood, l.impact, f->grid_size);
		break;
	case METHOD_ANNUAL:
		s.inherent = score_annual(f->loss, f->times, f->years);
		s.residual = annual_rest(f, s.inherent);
		break;
	default:
		break;
	}
	if (!l.evaluated && f->method != METHOD_ANNUAL)
		s.residual = SCORE_UNKNOWN;
	if (f->method == METHOD_MATRIX) {
		s.inherent_band = f->grid && known(s.inherent) ? score_grid_band(f->cells, f->grid_size, f->likelihood, f->impact) : SCORE_UNKNOWN;
		s.residual_band = f->grid && known(s.residual) ? score_grid_band(f->cells, f->grid_size, l.likelihood, l.impact) : SCORE_UNKNOWN;
	} else {
		s.inherent_band = score_band(s.inherent, f->limit, f->middle);
		s.residual_band = score_band(s.residual, f->limit, f->middle);
	}
	return s;
}
