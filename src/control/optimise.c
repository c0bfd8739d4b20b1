#include "control/optimise.h"

#include <math.h>
#include <string.h>

#define HALF_YEN 0.5
#define STEPS 6                    /* of Frank-Wolfe in one node */
#define NODES_USUAL INT64_C(200000)
#define WEIGHT_MAX 40.0            /* -log of a share too small for a double to notice */

/* A control's share in one risk. */
struct part {
	size_t risk;
	double keep, weight;       /* 1 - r, -log(1 - r) */
};
struct item {
	struct part *part; size_t parts;
	size_t *needs, *needed_by, *excludes; size_t n_needs, n_needed_by, n_excludes;
};

/* A node: what is decided, what that costs, and what remains of each risk. */
struct node {
	enum optimise_decided *decided;
	int64_t left;              /* of the budget; may not become negative */
	double *rest;              /* R_j */
	double taken;
};

struct search {
	struct arena *arena;
	const struct optimise_question *q;
	struct item *item;
	size_t n, risks;
	double best;
	bool *best_chosen;
	bool found;
	int64_t nodes, limit;
	double open;               /* highest bound of what was left unlooked at */
	/* Room for one bound, of n or of risks: */
	double *profit, *y, *z, *decay, *g;
	size_t *order;
	double *ratio;
	struct node *child;        /* one for each depth */
};

static double share(int64_t reduction)
{
	return (double)(OPTIMISE_WHOLE - reduction) / OPTIMISE_WHOLE;
}

double optimise_reduction(const struct optimise_question *q, const bool *chosen)
{
	double rest[OPTIMISE_RISKS_MAX], sum = 0;
	for (size_t j = 0; j < q->risks; j++)
		rest[j] = 1;
	for (size_t e = 0; e < q->effects; e++)
		if (chosen[q->effect[e].control])
			rest[q->effect[e].risk] *= share(q->effect[e].reduction);
	for (size_t j = 0; j < q->risks; j++)
		sum += (double)q->loss[j] * (1 - rest[j]);
	return sum;
}

/* ---- deciding, with what follows from it ---- */

static bool decide(struct search *s, struct node *d, size_t i, enum optimise_decided what)
{
	if (d->decided[i] != OPTIMISE_FREE)
		return d->decided[i] == what;
	const struct item *t = &s->item[i];
	d->decided[i] = what;
	if (what == OPTIMISE_OUT) {
		for (size_t k = 0; k < t->n_needed_by; k++)
			if (!decide(s, d, t->needed_by[k], OPTIMISE_OUT))
				return false;
		return true;
	}
	d->left -= s->q->control[i].cost;
	if (d->left < 0)
		return false;
	for (size_t k = 0; k < t->parts; k++) {
		double *rest = &d->rest[t->part[k].risk];
		d->taken += *rest * (1 - t->part[k].keep);
		*rest *= t->part[k].keep;
	}
	for (size_t k = 0; k < t->n_needs; k++)
		if (!decide(s, d, t->needs[k], OPTIMISE_IN))
			return false;
	for (size_t k = 0; k < t->n_excludes; k++)
		if (!decide(s, d, t->excludes[k], OPTIMISE_OUT))
			return false;
	return true;
}

static struct node node_new(const struct search *s)
{
	return (struct node){ .decided = ARENA_ARRAY(s->arena, s->n + 1, enum optimise_decided), .rest = ARENA_ARRAY(s->arena, s->risks + 1, double) };
}

static void node_copy(const struct search *s, struct node *to, const struct node *from)
{
	memcpy(to->decided, from->decided, s->n * sizeof *to->decided);
	memcpy(to->rest, from->rest, s->risks * sizeof *to->rest);
	to->left = from->left;
	to->taken = from->taken;
}

/* ---- bounds ---- */

static bool open_item(const struct search *s, const struct node *d, size_t i)
{
	return d->decided[i] == OPTIMISE_FREE && s->q->control[i].cost <= d->left;
}

/* The fractional knapsack over the open controls with s->profit: x in s->z when fill, the value returned, and the ratio at
 * which it fills up (0 when everything fits). */
static double knapsack(struct search *s, const struct node *d, double *ret_lambda)
{
	size_t n = 0;
	double value = 0, room = (double)d->left;
	for (size_t i = 0; i < s->n; i++) {
		s->z[i] = 0;
		if (!open_item(s, d, i) || s->profit[i] <= 0)
			continue;
		if (s->q->control[i].cost == 0) {
			s->z[i] = 1;
			value += s->profit[i];
			continue;
		}
		s->ratio[i] = s->profit[i] / (double)s->q->control[i].cost;
		size_t at = n++;
		while (at > 0 && s->ratio[s->order[at - 1]] < s->ratio[i]) {
			s->order[at] = s->order[at - 1];
			at--;
		}
		s->order[at] = i;
	}
	*ret_lambda = 0;
	for (size_t k = 0; k < n; k++) {
		size_t i = s->order[k];
		double cost = (double)s->q->control[i].cost;
		double x = cost <= room ? 1 : room / cost;
		s->z[i] = x;
		value += x * s->profit[i];
		room -= x * cost;
		if (x < 1) {
			*ret_lambda = s->ratio[i];
			break;
		}
	}
	return value;
}

/* With a bound of base + lambda B + sum max(0, p - lambda c), a control that would have to be chosen (or left) against its
 * sign costs |p - lambda c|: when that brings the bound under the best set known, it is decided. False: nothing is left
 * in this node. */
static bool settle(struct search *s, struct node *d, double bound, double lambda, bool *ret_changed)
{
	for (size_t i = 0; i < s->n && s->found; i++) {
		if (d->decided[i] != OPTIMISE_FREE)
			continue;
		if (s->q->control[i].cost > d->left) {
			if (!decide(s, d, i, OPTIMISE_OUT))
				return false;
			continue;
		}
		double worth = s->profit[i] - lambda * (double)s->q->control[i].cost;
		if (bound - fabs(worth) > s->best + HALF_YEN)
			continue;
		*ret_changed = true;
		/* What follows of the decision may change the budget; the other tests still hold, as they argue from the node
		 * as it was, which contains what it becomes. */
		if (!decide(s, d, i, worth > 0 ? OPTIMISE_IN : OPTIMISE_OUT))
			return false;
	}
	return true;
}

/* The bound of a node; settles what it can when ret_alive is given. *ret_branch: the open control to branch on. */
static double bound_of(struct search *s, struct node *d, bool *ret_alive, size_t *ret_branch, bool *ret_changed)
{
	double lambda, least = 0;
	for (size_t i = 0; i < s->n; i++) {
		s->profit[i] = 0;
		s->y[i] = 0;
		for (size_t k = 0; open_item(s, d, i) && k < s->item[i].parts; k++) {
			/* Several parts in one risk multiply: their sum is not less than what they take together. */
			s->profit[i] += d->rest[s->item[i].part[k].risk] * (1 - s->item[i].part[k].keep);
		}
	}
	least = d->taken + knapsack(s, d, &lambda);
	if (ret_alive && !settle(s, d, least, lambda, ret_changed)) {
		*ret_alive = false;
		return least;
	}
	for (size_t i = 0; i < s->n; i++)
		s->y[i] = open_item(s, d, i) ? s->z[i] : 0;
	for (int step = 0; step < STEPS && least > s->best + HALF_YEN; step++) {
		double at = 0, slope = 0;
		for (size_t j = 0; j < s->risks; j++)
			s->decay[j] = 0;
		for (size_t i = 0; i < s->n; i++)
			for (size_t k = 0; s->y[i] > 0 && k < s->item[i].parts; k++)
				s->decay[s->item[i].part[k].risk] += s->item[i].part[k].weight * s->y[i];
		for (size_t j = 0; j < s->risks; j++) {
			double kept = d->rest[j] * exp(-s->decay[j]);
			at += d->rest[j] - kept;
			s->g[j] = kept;
		}
		for (size_t i = 0; i < s->n; i++) {
			s->profit[i] = 0;
			for (size_t k = 0; open_item(s, d, i) && k < s->item[i].parts; k++)
				s->profit[i] += s->g[s->item[i].part[k].risk] * s->item[i].part[k].weight;
			slope += s->profit[i] * s->y[i];
		}
		double filled = knapsack(s, d, &lambda), bound = d->taken + at + filled - slope;
		if (bound < least)
			least = bound;
		if (ret_alive && !settle(s, d, bound, lambda, ret_changed)) {
			*ret_alive = false;
			return least;
		}
		for (size_t i = 0; i < s->n; i++)
			s->y[i] = open_item(s, d, i) ? s->y[i] + (s->z[i] - s->y[i]) * 2 / (step + 3) : 0;
	}
	if (ret_branch) {
		double most = -1;
		*ret_branch = s->n;
		for (size_t i = 0; i < s->n; i++) {
			if (!open_item(s, d, i))
				continue;
			double gain = 0;
			for (size_t k = 0; k < s->item[i].parts; k++)
				gain += d->rest[s->item[i].part[k].risk] * (1 - s->item[i].part[k].keep);
			double doubt = (0.02 + s->y[i] * (1 - s->y[i])) * (gain + HALF_YEN);
			if (doubt > most) {
				most = doubt;
				*ret_branch = i;
			}
		}
	}
	return least;
}

/* ---- searching ---- */

/* A node in itself is a set: what is chosen in it, with all that is open left out. */
static void note_set(struct search *s, const struct node *d)
{
	if (s->found && d->taken <= s->best)
		return;
	for (size_t i = 0; i < s->n; i++)
		s->best_chosen[i] = d->decided[i] == OPTIMISE_IN;
	s->best = d->taken;
	s->found = true;
}

/* Adds the control with the most for its yen as long as one fits: a set to begin with. */
static void greedy(struct search *s, const struct node *root)
{
	struct node d = node_new(s), t = node_new(s);
	for (node_copy(s, &d, root);; note_set(s, &d)) {
		size_t best = s->n;
		double most = 0;
		for (size_t i = 0; i < s->n; i++) {
			if (!open_item(s, &d, i))
				continue;
			node_copy(s, &t, &d);
			if (!decide(s, &t, i, OPTIMISE_IN))
				continue;
			double gain = (t.taken - d.taken) / (double)(d.left - t.left + 1);
			if (gain > most) {
				most = gain;
				best = i;
			}
		}
		if (best == s->n || !decide(s, &d, best, OPTIMISE_IN))
			return;
	}
}

static void look(struct search *s, struct node *d, unsigned depth)
{
	size_t branch;
	bool alive = true, changed;
	double bound;
	note_set(s, d);
	if (++s->nodes > s->limit) {
		bound = bound_of(s, d, NULL, NULL, NULL);
		if (bound > s->open)
			s->open = bound;
		return;
	}
	do {
		changed = false;
		bound = bound_of(s, d, &alive, &branch, &changed);
		if (alive && changed)
			note_set(s, d);
	} while (alive && changed && bound > s->best + HALF_YEN);
	if (!alive || bound <= s->best + HALF_YEN || branch == s->n)
		return;
	struct node *child = &s->child[depth];
	if (!child->decided)
		*child = node_new(s);
	for (int k = 0; k < 2; k++) {
		node_copy(s, child, d);
		if (decide(s, child, branch, k == 0 ? OPTIMISE_IN : OPTIMISE_OUT))
			look(s, child, depth + 1);
	}
}

/* ---- questions and answers ---- */

static bool sound(const struct optimise_question *q)
{
	bool ok = q->controls <= OPTIMISE_CONTROLS_MAX && q->risks <= OPTIMISE_RISKS_MAX && q->budget >= 0 && q->nodes >= 0;
	for (size_t i = 0; ok && i < q->controls; i++)
		ok = q->control[i].cost >= 0 && q->control[i].cost <= OPTIMISE_YEN_MAX;
	for (size_t j = 0; ok && j < q->risks; j++)
		ok = q->loss[j] >= 0 && q->loss[j] <= OPTIMISE_YEN_MAX;
	for (size_t e = 0; ok && e < q->effects; e++)
		ok = q->effect[e].control < q->controls && q->effect[e].risk < q->risks && q->effect[e].reduction >= 0 &&
		     q->effect[e].reduction <= OPTIMISE_WHOLE;
	for (size_t k = 0; ok && k < q->needs; k++)
		ok = q->need[k].a < q->controls && q->need[k].b < q->controls;
	for (size_t k = 0; ok && k < q->excludes; k++)
		ok = q->exclude[k].a < q->controls && q->exclude[k].b < q->controls && q->exclude[k].a != q->exclude[k].b;
	return ok;
}

static struct item item_of(struct arena *a, const struct optimise_question *q, size_t i)
{
	struct item t = { 0 };
	t.part = ARENA_ARRAY(a, q->effects + 1, struct part);
	t.needs = ARENA_ARRAY(a, q->needs + 1, size_t);
	t.needed_by = ARENA_ARRAY(a, q->needs + 1, size_t);
	t.excludes = ARENA_ARRAY(a, q->excludes + 1, size_t);
	for (size_t e = 0; e < q->effects; e++)
		if (q->effect[e].control == i && q->effect[e].reduction > 0) {
			double keep = share(q->effect[e].reduction), weight = keep > 0 ? -log(keep) : WEIGHT_MAX;
			t.part[t.parts++] = (struct part){ q->effect[e].risk, keep, weight < WEIGHT_MAX ? weight : WEIGHT_MAX };
		}
	for (size_t k = 0; k < q->needs; k++) {
		if (q->need[k].a == i)
			t.needs[t.n_needs++] = q->need[k].b;
		if (q->need[k].b == i)
			t.needed_by[t.n_needed_by++] = q->need[k].a;
	}
	for (size_t k = 0; k < q->excludes; k++)
		if (q->exclude[k].a == i || q->exclude[k].b == i)
			t.excludes[t.n_excludes++] = q->exclude[k].a == i ? q->exclude[k].b : q->exclude[k].a;
	return t;
}

static int begin(struct arena *a, const struct optimise_question *q, struct search *s, struct node *root)
{
	if (!sound(q))
		return ERR_INVALID;
	*s = (struct search){ .arena = a, .q = q, .n = q->controls, .risks = q->risks, .limit = q->nodes ? q->nodes : NODES_USUAL, .best = -1 };
	s->item = ARENA_ARRAY(a, s->n + 1, struct item);
	s->best_chosen = ARENA_ARRAY(a, s->n + 1, bool);
	s->profit = ARENA_ARRAY(a, s->n + 1, double);
	s->y = ARENA_ARRAY(a, s->n + 1, double);
	s->z = ARENA_ARRAY(a, s->n + 1, double);
	s->ratio = ARENA_ARRAY(a, s->n + 1, double);
	s->order = ARENA_ARRAY(a, s->n + 1, size_t);
	s->decay = ARENA_ARRAY(a, s->risks + 1, double);
	s->g = ARENA_ARRAY(a, s->risks + 1, double);
	s->child = ARENA_ARRAY(a, s->n + 1, struct node);
	*root = node_new(s);
	root->left = q->budget;
	for (size_t j = 0; j < s->risks; j++)
		root->rest[j] = (double)q->loss[j];
	for (size_t i = 0; i < s->n; i++)
		s->item[i] = item_of(a, q, i);
	for (size_t i = 0; i < s->n; i++)
		if (q->control[i].decided != OPTIMISE_FREE && !decide(s, root, i, q->control[i].decided))
			return ERR_RANGE;
	return 0;
}

/* The set to begin with, when it is allowed and keeps to what is decided. */
static void start_from(struct search *s, const struct node *root)
{
	struct node d = node_new(s);
	node_copy(s, &d, root);
	for (size_t i = 0; i < s->n; i++)
		if (s->q->start[i] && !decide(s, &d, i, OPTIMISE_IN))
			return;
	note_set(s, &d);
}

/* What adds nothing and is needed by nothing chosen need not be bought. */
static void drop_idle(struct search *s)
{
	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; i < s->n; i++) {
			bool idle = s->best_chosen[i] && s->q->control[i].decided == OPTIMISE_FREE;
			for (size_t k = 0; idle && k < s->item[i].n_needed_by; k++)
				idle = !s->best_chosen[s->item[i].needed_by[k]];
			if (!idle)
				continue;
			double with = optimise_reduction(s->q, s->best_chosen);
			s->best_chosen[i] = false;
			if (optimise_reduction(s->q, s->best_chosen) < with)
				s->best_chosen[i] = true;
			else
				again = true;
		}
	}
}

int optimise(struct arena *a, const struct optimise_question *q, struct optimise_answer *ret)
{
	struct search s;
	struct node root;
	int r = begin(a, q, &s, &root);
	if (r < 0)
		return r;
	note_set(&s, &root);
	if (q->start)
		start_from(&s, &root);
	greedy(&s, &root);
	look(&s, &root, 0);
	drop_idle(&s);
	*ret = (struct optimise_answer){ .chosen = s.best_chosen, .reduction = optimise_reduction(q, s.best_chosen), .nodes = s.nodes };
	for (size_t i = 0; i < s.n; i++)
		ret->cost += ret->chosen[i] ? q->control[i].cost : 0;
	for (size_t j = 0; j < s.risks; j++)
		ret->left += (double)q->loss[j];
	ret->left -= ret->reduction;
	ret->proven = s.open <= s.best + HALF_YEN;
	ret->gap = ret->proven ? 0 : s.open - s.best;
	return 0;
}

int optimise_bound(struct arena *a, const struct optimise_question *q, double *ret)
{
	struct search s;
	struct node root;
	int r = begin(a, q, &s, &root);
	if (r == 0)
		*ret = bound_of(&s, &root, NULL, NULL, NULL);
	return r;
}

int optimise_frontier(struct arena *a, const struct optimise_question *q, const int64_t *budgets, size_t n,
                      struct optimise_answer *answer)
{
	struct optimise_question one = *q;
	for (size_t i = 0; i < n; i++) {
		one.budget = budgets[i];
		int r = optimise(a, &one, &answer[i]);
		if (r == ERR_RANGE) {
			answer[i] = (struct optimise_answer){ .cost = -1 };
			continue;
		}
		if (r < 0)
			return r;
		one.start = answer[i].chosen;
	}
	return 0;
}
