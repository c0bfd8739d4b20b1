/* The best set of controls: against every subset on small random cases, its bounds against what they must bound, and on
 * large cases by the number of nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "control/optimise.h"

#define SMALL 10
#define PARTS 64

/* The same cases on every machine. */
static uint64_t state = 20261127;
static int64_t draw(int64_t from, int64_t until)
{
	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return from + (int64_t)(state % (uint64_t)(until - from + 1));
}

struct made {
	struct optimise_question q;
	struct optimise_control control[OPTIMISE_CONTROLS_MAX];
	int64_t loss[OPTIMISE_RISKS_MAX];
	struct optimise_effect effect[1024];
	struct optimise_pair need[PARTS], exclude[PARTS];
};

static void make(struct made *m, size_t controls, size_t risks, int each, size_t needs, size_t excludes)
{
	int64_t all = 0;
	m->q = (struct optimise_question){ .control = m->control, .controls = controls, .loss = m->loss, .risks = risks, .effect = m->effect,
		.need = m->need, .needs = needs, .exclude = m->exclude, .excludes = excludes };
	for (size_t i = 0; i < controls; i++) {
		m->control[i] = (struct optimise_control){ .cost = draw(0, 9) ? draw(1, 400) * 10000 : 0 };
		all += m->control[i].cost;
	}
	for (size_t j = 0; j < risks; j++)
		m->loss[j] = draw(0, 800) * 10000;
	for (size_t i = 0; i < controls; i++)
		for (int64_t k = draw(0, each); k > 0; k--)
			m->effect[m->q.effects++] = (struct optimise_effect){ i, (size_t)draw(0, (int64_t)risks - 1), draw(0, 20) ? draw(0, 9000) : OPTIMISE_WHOLE };
	for (size_t k = 0; k < needs; k++)
		m->need[k] = (struct optimise_pair){ (size_t)draw(0, (int64_t)controls - 1), (size_t)draw(0, (int64_t)controls - 1) };
	for (size_t k = 0; k < excludes; k++) {
		size_t a = (size_t)draw(0, (int64_t)controls - 1);
		m->exclude[k] = (struct optimise_pair){ a, (a + (size_t)draw(1, (int64_t)controls - 1)) % controls };
	}
	m->q.budget = draw(0, all);
}

static bool allowed(const struct optimise_question *q, const bool *in)
{
	int64_t cost = 0;
	for (size_t i = 0; i < q->controls; i++) {
		cost += in[i] ? q->control[i].cost : 0;
		if ((q->control[i].decided == OPTIMISE_IN && !in[i]) || (q->control[i].decided == OPTIMISE_OUT && in[i]))
			return false;
	}
	for (size_t k = 0; k < q->needs; k++)
		if (in[q->need[k].a] && !in[q->need[k].b])
			return false;
	for (size_t k = 0; k < q->excludes; k++)
		if (in[q->exclude[k].a] && in[q->exclude[k].b])
			return false;
	return cost <= q->budget;
}

/* -1 when no set is allowed. */
static double every_subset(const struct optimise_question *q)
{
	double best = -1;
	for (unsigned bits = 0; bits < 1u << q->controls; bits++) {
		bool in[SMALL + 4];
		for (size_t i = 0; i < q->controls; i++)
			in[i] = bits >> i & 1;
		double v = allowed(q, in) ? optimise_reduction(q, in) : -1;
		best = v > best ? v : best;
	}
	return best;
}

static void agrees_with_every_subset(void **unused)
{
	(void)unused;
	static struct made m;
	int contradictions = 0, bought = 0;
	for (int round = 0; round < 1000; round++) {
		struct arena *a = arena_new(LIMIT_ARENA);
		struct optimise_answer best;
		make(&m, (size_t)draw(1, SMALL), (size_t)draw(1, 6), 4, (size_t)draw(0, 3), 0);
		m.q.excludes = m.q.controls > 1 ? (size_t)draw(0, 3) : 0;
		for (size_t k = 0; k < m.q.excludes; k++) {
			size_t x = (size_t)draw(0, (int64_t)m.q.controls - 1);
			m.exclude[k] = (struct optimise_pair){ x, (x + (size_t)draw(1, (int64_t)m.q.controls - 1)) % m.q.controls };
		}
		for (size_t i = 0; i < m.q.controls; i++)
			m.control[i].decided = draw(0, 7) ? OPTIMISE_FREE : draw(0, 1) ? OPTIMISE_IN : OPTIMISE_OUT;
		double want = every_subset(&m.q), bound;
		int r = optimise(a, &m.q, &best);
		if (want < 0) {
			assert_int_equal(r, ERR_RANGE);
			contradictions++;
		} else {
			assert_int_equal(r, 0);
			assert_true(best.proven);
			assert_true(allowed(&m.q, best.chosen));
			assert_true(best.cost <= m.q.budget);
			if (best.reduction < want - 0.5 || best.reduction > want + 0.001)
				fail_msg("round %d: %.3f, but every subset gives %.3f", round, best.reduction, want);
			assert_int_equal(optimise_bound(a, &m.q, &bound), 0);
			if (bound < want - 0.001)
				fail_msg("round %d: the bound %.3f is below a set of %.3f", round, bound, want);
			bought += best.cost > 0;
		}
		arena_free(a);
	}
	/* The cases are worth something. */
	assert_in_range(contradictions, 10, 500);
	assert_true(bought > 300);
}

/* Two controls that take half of the same risk together take three quarters, not all. */
static void reductions_multiply(void **unused)
{
	(void)unused;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct optimise_control c[] = { { 100, 0 }, { 100, 0 } };
	int64_t loss[] = { 1000000 };
	struct optimise_effect e[] = { { 0, 0, 5000 }, { 1, 0, 5000 } };
	struct optimise_question q = { .control = c, .controls = 2, .loss = loss, .risks = 1, .effect = e, .effects = 2, .budget = 200 };
	struct optimise_answer best;
	assert_int_equal(optimise(a, &q, &best), 0);
	assert_true(best.chosen[0] && best.chosen[1]);
	assert_int_equal((int64_t)best.reduction, 750000);
	assert_int_equal((int64_t)best.left, 250000);
	assert_int_equal(best.cost, 200);
	q.budget = 199;
	assert_int_equal(optimise(a, &q, &best), 0);
	assert_int_equal((int64_t)best.reduction, 500000);
	arena_free(a);
}

/* The greedy choice by yen is wrong here, and the dear one alone is right. */
static void is_not_merely_greedy(void **unused)
{
	(void)unused;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct optimise_control c[] = { { 10, 0 }, { 100, 0 } };
	int64_t loss[] = { 1000, 5000 };
	struct optimise_effect e[] = { { 0, 0, OPTIMISE_WHOLE }, { 1, 1, OPTIMISE_WHOLE } };
	struct optimise_question q = { .control = c, .controls = 2, .loss = loss, .risks = 2, .effect = e, .effects = 2, .budget = 100 };
	struct optimise_answer best;
	assert_int_equal(optimise(a, &q, &best), 0);
	assert_true(!best.chosen[0] && best.chosen[1]);
	arena_free(a);
}

static void refuses_what_contradicts_itself(void **unused)
{
	(void)unused;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct optimise_control c[] = { { 10, OPTIMISE_IN }, { 10, OPTIMISE_IN } };
	struct optimise_pair not_both = { 0, 1 };
	struct optimise_question q = { .control = c, .controls = 2, .exclude = &not_both, .excludes = 1, .budget = 100 };
	struct optimise_answer best;
	assert_int_equal(optimise(a, &q, &best), ERR_RANGE);
	q.excludes = 0;
	assert_int_equal(optimise(a, &q, &best), 0);
	q.budget = 19;
	assert_int_equal(optimise(a, &q, &best), ERR_RANGE);
	c[0].cost = -1;
	assert_int_equal(optimise(a, &q, &best), ERR_INVALID);
	c[0].cost = 1;
	struct optimise_effect beyond = { 0, 0, 100 };
	q.effect = &beyond, q.effects = 1;
	assert_int_equal(optimise(a, &q, &best), ERR_INVALID); /* there is no risk 0 */
	arena_free(a);
}

/* What does nothing is not bought, unless something that does needs it. */
static void buys_nothing_idle(void **unused)
{
	(void)unused;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct optimise_control c[] = { { 10, 0 }, { 10, 0 }, { 0, 0 } };
	int64_t loss[] = { 1000 };
	struct optimise_effect e[] = { { 0, 0, 5000 } };
	struct optimise_pair need = { 0, 1 };
	struct optimise_question q = { .control = c, .controls = 3, .loss = loss, .risks = 1, .effect = e, .effects = 1, .need = &need, .needs = 1, .budget = 100 };
	struct optimise_answer best;
	assert_int_equal(optimise(a, &q, &best), 0);
	assert_true(best.chosen[0] && best.chosen[1] && !best.chosen[2]);
	q.needs = 0;
	assert_int_equal(optimise(a, &q, &best), 0);
	assert_true(best.chosen[0] && !best.chosen[1]);
	arena_free(a);
}

/* 60 controls on 20 risks, with dependencies and exclusions: proven within the limit, in nodes, which no machine changes. */
static void proves_sixty_controls(void **unused)
{
	(void)unused;
	static struct made m;
	for (int round = 0; round < 5; round++) {
		struct arena *a = arena_new(LIMIT_ARENA);
		struct optimise_answer best;
		make(&m, 60, 20, 4, 6, 6);
		m.q.nodes = 1000000;
		int64_t all = 0;
		for (size_t i = 0; i < 60; i++)
			all += m.control[i].cost;
		m.q.budget = all * (round + 1) / 8;
		assert_int_equal(optimise(a, &m.q, &best), 0);
		assert_true(best.proven);
		assert_in_range(best.nodes, 2, 20000); /* and the search had to search */
		assert_true(allowed(&m.q, best.chosen));
		arena_free(a);
	}
}

/* Stopped early it says so, its gap is an honest one, and more nodes never make the set worse. */
static void says_when_it_stopped(void **unused)
{
	(void)unused;
	static struct made m;
	int stopped = 0;
	for (int round = 0; round < 20; round++) {
		struct arena *a = arena_new(LIMIT_ARENA);
		struct optimise_answer little, more;
		make(&m, 40, 12, 4, 4, 4);
		m.q.nodes = 5;
		assert_int_equal(optimise(a, &m.q, &little), 0);
		m.q.nodes = 1000000;
		assert_int_equal(optimise(a, &m.q, &more), 0);
		assert_true(more.proven);
		assert_true(more.reduction >= little.reduction - 0.5);
		assert_true(little.reduction + little.gap >= more.reduction - 0.5);
		stopped += !little.proven;
		arena_free(a);
	}
	assert_true(stopped > 3);
}

static void frontier_rises(void **unused)
{
	(void)unused;
	static struct made m;
	struct arena *a = arena_new(LIMIT_ARENA);
	int64_t budgets[11];
	struct optimise_answer answer[11], alone;
	make(&m, 25, 8, 4, 3, 3);
	for (int i = 0; i < 11; i++)
		budgets[i] = i * 2000000;
	m.control[0] = (struct optimise_control){ .cost = 1000000, .decided = OPTIMISE_IN };
	m.q.needs = m.q.excludes = 0;
	assert_int_equal(optimise_frontier(a, &m.q, budgets, 11, answer), 0);
	assert_int_equal(answer[0].cost, -1); /* what is decided costs more */
	for (int i = 1; i < 11; i++) {
		m.q.budget = budgets[i];
		assert_int_equal(optimise(a, &m.q, &alone), 0);
		assert_true(answer[i].proven && alone.proven);
		assert_true(answer[i].cost <= budgets[i]);
		assert_true(answer[i].reduction >= alone.reduction - 0.5 && answer[i].reduction <= alone.reduction + 0.5);
		assert_true(i == 1 || answer[i].reduction >= answer[i - 1].reduction - 0.5);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_subset), cmocka_unit_test(reductions_multiply), cmocka_unit_test(is_not_merely_greedy),
		cmocka_unit_test(refuses_what_contradicts_itself), cmocka_unit_test(buys_nothing_idle), cmocka_unit_test(proves_sixty_controls),
		cmocka_unit_test(says_when_it_stopped), cmocka_unit_test(frontier_rises),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
