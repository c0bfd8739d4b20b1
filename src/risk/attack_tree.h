/*
 * Attack trees: an outline of text becomes nodes, and nodes become answers. Pure: no database, no page.
 *
 * The outline: one node a line; a line that stands further in belongs to the line above it that stands less far in (a
 * space counts 1, a full-width blank 2, a tab 4). The first line is the root: what must not happen. Blank lines and lines
 * that begin with # are left out. A line may begin with AND or かつ (all below are needed) or OR or または (one below is
 * enough, which is also what a line without a word means). At its end may stand, in [ ], separated by commas:
 *	費用=50万  cost=500000     what it costs the attacker, in yen; 万 and 億 are understood
 *	可能性=20%  likelihood=20  how likely it succeeds
 *	可能 possible / 不可能 impossible
 *	S T R I D E               the STRIDE kind; this alone may stand at a node with others below it
 *
 * Unknown stays unknown: an answer is a range, and certain only when both ends meet.
 */
#ifndef RISK_ATTACK_TREE_H
#define RISK_ATTACK_TREE_H

#include "base/arena.h"
#include "base/msg.h"

#define TREE_NODES_MAX 400
#define TREE_DEPTH_MAX 16
#define TREE_TEXT_MAX 200                       /* characters of a node */
#define TREE_COST_MAX INT64_C(1000000000000)    /* yen of a leaf */
#define TREE_COST_NONE INT64_MAX                /* no way at all */

enum tree_gate { TREE_OR, TREE_AND };
enum tree_possible { TREE_UNKNOWN, TREE_POSSIBLE, TREE_IMPOSSIBLE };

struct tree_node {
	struct str text;          /* view into the outline */
	int parent;               /* index, -1 of the root; children come behind their parent */
	int depth, children;
	size_t line;              /* 1-based */
	enum tree_gate gate;      /* of a node with children */
	int stride;               /* enum stride, 0 none */
	int64_t cost;             /* yen; -1 unknown */
	int64_t ppm;              /* likelihood in millionths; -1 unknown */
	enum tree_possible possible; /* as written */
	/* Filled by tree_evaluate(): */
	enum tree_possible can;   /* can it happen? */
	int64_t cost_low, cost_high;   /* the cheapest way costs at least, at most; TREE_COST_NONE: no way known */
	double likely_low, likely_high;/* the likeliest single way succeeds with at least, at most */
	double any_low, any_high;      /* at least one of all ways succeeds, each leaf independent of the others */
	bool cheapest, likeliest; /* part of the way that is the cheapest (likeliest) of those that are known */
};

struct tree {
	struct tree_node *node;
	size_t nodes;
};

/* Reads an outline into the arena; texts stay views into it. ERR_INVALID with *ret_why, which names the line and the way
 * out. Nothing but blank lines and comments is ERR_INVALID too. */
MUST_USE int tree_parse(struct arena *a, struct str outline, struct tree *ret, struct note *ret_why);
void tree_evaluate(struct tree *t);

#endif
