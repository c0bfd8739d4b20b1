/* Attack trees: outlines as people write them, what is refused and where, and the answers against every way through random
 * small trees. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text/risk.h"
#include "risk/attack_tree.h"
#include "risk/risk.h"

static struct arena *mem;

static int up(void **state)
{
	(void)state;
	mem = arena_new(64u << 20);
	return 0;
}

static int down(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static struct tree read(const char *outline)
{
	struct tree t;
	struct note why;
	if (tree_parse(mem, str_of(outline), &t, &why) < 0)
		fail_msg("%.*s", STR_FMT(note_str(mem, LANG_EN, &why)));
	tree_evaluate(&t);
	return t;
}

/* ---- reading ---- */

static void an_outline_as_people_write_it(void **state)
{
	(void)state;
	struct tree t = read("# 金庫\n"
	                     "金庫の中身が盗まれる [I]\n"
	                     "\n"
	                     "  かつ：鍵を開ける\n"
	                     "    暗証番号を知る [費用=20万、可能性=10%, S]\n"
	                     "    金庫の前に立つ［可能性＝５０％、可能］\r\n"
	                     "  金庫ごと運び出す [cost=1,200,000円, likelihood=2.5%]\n"
	                     "  OR こじ開ける\n"
	                     "\u3000\u3000\u3000工具を使う [不可能]\n"
	                     "\t  爆破する [費用=1.5億]\n");
	static const struct { const char *text; int parent, depth, stride; int64_t cost, ppm; size_t line; } want[] = {
		{ "金庫の中身が盗まれる", -1, 0, STRIDE_DISCLOSURE, -1, -1, 2 }, { "鍵を開ける", 0, 1, 0, -1, -1, 4 },
		{ "暗証番号を知る", 1, 2, STRIDE_SPOOFING, 200000, 100000, 5 }, { "金庫の前に立つ", 1, 2, 0, -1, 500000, 6 },
		{ "金庫ごと運び出す", 0, 1, 0, 1200000, 25000, 7 }, { "こじ開ける", 0, 1, 0, -1, -1, 8 }, { "工具を使う", 5, 2, 0, -1, -1, 9 },
		{ "爆破する", 5, 2, 0, 150000000, -1, 10 },
	};
	assert_int_equal(t.nodes, COUNT_OF(want));
	for (size_t i = 0; i < t.nodes; i++) {
		const struct tree_node *n = &t.node[i];
		assert_true(str_eq_z(n->text, want[i].text));
		assert_int_equal(n->parent, want[i].parent);
		assert_int_equal(n->depth, want[i].depth);
		assert_int_equal(n->stride, want[i].stride);
		assert_int_equal(n->cost, want[i].cost);
		assert_int_equal(n->ppm, want[i].ppm);
		assert_int_equal(n->line, want[i].line);
	}
	assert_int_equal(t.node[0].gate, TREE_OR);
	assert_int_equal(t.node[1].gate, TREE_AND);
	assert_int_equal(t.node[3].possible, TREE_POSSIBLE);
	assert_int_equal(t.node[6].possible, TREE_IMPOSSIBLE);
	/* A word that only begins like a gate, brackets in the middle, an empty pair of brackets. */
	t = read("ANDROIDの端末を盗む\n ORの記号 [笑] を書く\n かつおぶし []");
	assert_true(str_eq_z(t.node[0].text, "ANDROIDの端末を盗む"));
	assert_true(str_eq_z(t.node[1].text, "ORの記号 [笑] を書く"));
	assert_true(str_eq_z(t.node[2].text, "かつおぶし"));
	assert_int_equal(t.node[0].children, 2);
}

static void what_is_refused_names_its_line(void **state)
{
	(void)state;
	static const struct { const char *text; msg_id id; int64_t line; } bad[] = {
		{ "", MSG_RISK_TREE_EMPTY, 0 }, { "\n# 何も\n  \n", MSG_RISK_TREE_EMPTY, 0 }, { "一\n二", MSG_RISK_TREE_SECOND_ROOT, 2 },
		{ "一\n    二\n  三", MSG_RISK_TREE_INDENT, 3 }, { "  一\n二", MSG_RISK_TREE_SECOND_ROOT, 2 }, { "一\n かつ 二", MSG_RISK_TREE_GATE_ALONE, 2 },
		{ "一 [費用=5]\n 二", MSG_RISK_TREE_INNER_VALUE, 1 }, { "一 [可能]\n 二", MSG_RISK_TREE_INNER_VALUE, 1 },
		{ "一\n 二 [費用=たくさん]", MSG_RISK_TREE_COST, 2 }, { "一 [費用=1.5]", MSG_RISK_TREE_COST, 1 }, { "一 [費用=-1]", MSG_RISK_TREE_COST, 1 },
		{ "一 [費用=1000000000001]", MSG_RISK_TREE_COST, 1 }, { "一 [費用=10001億]", MSG_RISK_TREE_COST, 1 }, { "一 [費用=]", MSG_RISK_TREE_COST, 1 },
		{ "一 [可能性=101%]", MSG_RISK_TREE_PERCENT, 1 }, { "一 [可能性=-1]", MSG_RISK_TREE_PERCENT, 1 }, { "一 [可能性=0.00001]", MSG_RISK_TREE_PERCENT, 1 },
		{ "一 [可能性=10%、不可能]", MSG_RISK_TREE_CONTRADICTION, 1 }, { "一 [可能性=0、可能]", MSG_RISK_TREE_CONTRADICTION, 1 },
		{ "一 [X]", MSG_RISK_TREE_ATTRIBUTE, 1 }, { "一 [費用]", MSG_RISK_TREE_ATTRIBUTE, 1 }, { "[S]", MSG_RISK_TREE_NO_TEXT, 1 },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct tree t = { .nodes = 77 };
		struct note why = { 0 };
		assert_int_equal(tree_parse(mem, str_of(bad[i].text), &t, &why), ERR_INVALID);
		if (why.id != bad[i].id || (bad[i].line && why.arg[0].i != bad[i].line))
			fail_msg("%s: %.*s", bad[i].text, STR_FMT(note_str(mem, LANG_EN, &why)));
		assert_int_equal(t.nodes, 77);
	}
}

static void bounds(void **state)
{
	(void)state;
	struct buf b;
	struct tree t;
	struct note why;
	buf_init(&b, 1 << 20);
	for (int i = 0; i <= TREE_DEPTH_MAX; i++) {
		for (int k = 0; k < i; k++)
			buf_lit(&b, " ");
		buf_lit(&b, "段\n");
		int e = tree_parse(mem, buf_view(&b), &t, &why);
		assert_int_equal(e, i < TREE_DEPTH_MAX ? 0 : ERR_INVALID);
	}
	assert_int_equal(why.id, MSG_RISK_TREE_DEEP);
	buf_clear(&b);
	buf_lit(&b, "根\n");
	for (int i = 1; i < TREE_NODES_MAX; i++)
		buf_lit(&b, " 葉 [費用=1000000000000]\n");
	assert_int_equal(tree_parse(mem, buf_view(&b), &t, &why), 0);
	tree_evaluate(&t);
	assert_true(t.node[0].cost_high == TREE_COST_MAX);
	buf_lit(&b, " 一つ多い\n");
	assert_int_equal(tree_parse(mem, buf_view(&b), &t, &why), ERR_INVALID);
	assert_int_equal(why.id, MSG_RISK_TREE_MANY);
	buf_clear(&b);
	for (int i = 0; i < TREE_TEXT_MAX; i++)
		buf_lit(&b, "長");
	assert_int_equal(tree_parse(mem, buf_view(&b), &t, &why), 0);
	buf_lit(&b, "い");
	assert_int_equal(tree_parse(mem, buf_view(&b), &t, &why), ERR_INVALID);
	assert_int_equal(why.id, MSG_RISK_TREE_LONG);
	buf_release(&b);
}

/* ---- answering ---- */

static void known_answers(void **state)
{
	(void)state;
	struct tree t = read("根\n かつ 甲\n  甲一 [費用=10、可能性=50%]\n  甲二 [費用=20、可能性=40%]\n 乙 [費用=25、可能性=10%]");
	assert_true(t.node[0].cost_low == 25 && t.node[0].cost_high == 25);
	assert_true(t.node[4].cheapest && !t.node[1].cheapest && !t.node[2].cheapest);
	assert_true(fabs(t.node[0].likely_low - 0.2) < 1e-12 && fabs(t.node[0].likely_high - 0.2) < 1e-12);
	assert_true(t.node[1].likeliest && t.node[2].likeliest && t.node[3].likeliest && !t.node[4].likeliest);
	assert_true(fabs(t.node[0].any_low - 0.28) < 1e-12);
	assert_int_equal(t.node[0].can, TREE_POSSIBLE);
	/* One impossible part closes an AND; nothing that is left makes the whole impossible. */
	t = read("根\n かつ 甲\n  甲一 [不可能]\n  甲二 [費用=20]");
	assert_int_equal(t.node[0].can, TREE_IMPOSSIBLE);
	assert_true(t.node[0].cost_low == TREE_COST_NONE && !t.node[0].cheapest && t.node[0].likely_high <= 0);
	/* What is not known leaves a range: the blank leaf might be cheaper, might always succeed. */
	t = read("根\n 甲 [費用=30、可能性=20%]\n 乙");
	assert_int_equal(t.node[0].can, TREE_POSSIBLE);
	assert_true(t.node[0].cost_low == 0 && t.node[0].cost_high == 30 && t.node[1].cheapest);
	assert_true(t.node[0].likely_low > 0.19 && t.node[0].likely_low < 0.21 && t.node[0].likely_high >= 1);
	t = read("根\n 甲\n 乙 [不可能]");
	assert_int_equal(t.node[0].can, TREE_UNKNOWN);
	assert_true(!t.node[0].cheapest && !t.node[0].likeliest && t.node[0].cost_high == TREE_COST_NONE);
}

static uint64_t dice_state = 0x2545f4914f6cdd1du;
static int dice(int n)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (int)(dice_state % (uint64_t)n);
}

static int leaves;
static void grow(struct buf *b, int depth, bool with_unknown)
{
	for (int i = 0; i < depth; i++)
		buf_lit(b, "  ");
	int children = depth < 3 && leaves < 7 ? dice(4) : 0;
	if (depth == 0 && children == 0)
		children = 2;
	if (children) {
		buf_z(b, dice(2) ? "AND 節\n" : "OR 節\n");
		for (int i = 0; i < children; i++)
			grow(b, depth + 1, with_unknown);
		return;
	}
	leaves++;
	buf_lit(b, "葉");
	if (dice(6) == 0) {
		buf_lit(b, " [不可能]");
	} else if (!with_unknown || dice(3)) {
		buf_printf(b, " [費用=%d、可能性=%d%%]", dice(50), 1 + dice(100));
	} else if (dice(2)) {
		buf_lit(b, " [可能]");
	}
	buf_lit(b, "\n");
}

/* Every way through the tree as a set of leaves: at an AND every combination of its children's ways, at an OR each of them. */
#define WAYS_MAX 4096
static size_t ways(const struct tree *t, size_t at, uint64_t *ret)
{
	const struct tree_node *n = &t->node[at];
	if (!n->children) {
		ret[0] = UINT64_C(1) << at;
		return n->can == TREE_IMPOSSIBLE ? 0 : 1;
	}
	size_t total = n->gate == TREE_AND ? 1 : 0;
	if (n->gate == TREE_AND)
		ret[0] = 0;
	for (size_t i = at + 1; i < t->nodes; i++) {
		if (t->node[i].parent != (int)at)
			continue;
		uint64_t *child = ARENA_ARRAY(mem, WAYS_MAX, uint64_t), *both = ARENA_ARRAY(mem, WAYS_MAX, uint64_t);
		size_t k = ways(t, i, child), m = 0;
		if (n->gate == TREE_OR) {
			assert_true(total + k <= WAYS_MAX);
			memcpy(ret + total, child, k * sizeof *child);
			total += k;
			continue;
		}
		assert_true(total * k <= WAYS_MAX);
		for (size_t x = 0; x < total; x++)
			for (size_t y = 0; y < k; y++)
				both[m++] = ret[x] | child[y];
		memcpy(ret, both, m * sizeof *both);
		total = m;
	}
	return total;
}

/* Does the root happen when exactly these leaves succeed? */
static bool happens(const struct tree *t, size_t at, uint64_t leaf)
{
	const struct tree_node *n = &t->node[at];
	if (!n->children)
		return leaf >> at & 1;
	for (size_t i = at + 1; i < t->nodes; i++)
		if (t->node[i].parent == (int)at && happens(t, i, leaf) != (n->gate == TREE_AND))
			return n->gate == TREE_OR;
	return n->gate == TREE_AND;
}

/* unknown_cost and unknown_ppm stand in for what is blank. */
static void best(const struct tree *t, int64_t unknown_cost, double unknown_p, int64_t *ret_cost, double *ret_p)
{
	uint64_t *way = ARENA_ARRAY(mem, WAYS_MAX, uint64_t);
	size_t n = ways(t, 0, way);
	*ret_cost = TREE_COST_NONE;
	*ret_p = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t cost = 0;
		double p = 1;
		for (size_t k = 0; k < t->nodes; k++) {
			if (!(way[i] >> k & 1))
				continue;
			int64_t c = t->node[k].cost >= 0 ? t->node[k].cost : unknown_cost;
			cost = cost == TREE_COST_NONE || c == TREE_COST_NONE ? TREE_COST_NONE : cost + c;
			p *= t->node[k].ppm >= 0 ? (double)t->node[k].ppm / 1e6 : unknown_p;
		}
		if (cost < *ret_cost)
			*ret_cost = cost;
		if (p > *ret_p)
			*ret_p = p;
	}
}

static void every_way_through_random_trees(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 16);
	int reached = 0, closed = 0;
	for (int round = 0; round < 2000; round++) {
		const bool with_unknown = round % 2;
		arena_clear(mem);
		buf_clear(&b);
		leaves = 0;
		grow(&b, 0, with_unknown);
		struct tree t;
		struct note why;
		assert_int_equal(tree_parse(mem, buf_view(&b), &t, &why), 0);
		if (t.nodes > 40)
			continue;
		tree_evaluate(&t);
		const struct tree_node *root = &t.node[0];
		int64_t low, high;
		double p_low, p_high;
		best(&t, 0, 1, &low, &p_high);
		best(&t, TREE_COST_NONE, 0, &high, &p_low);
		assert_true(root->cost_low == low && root->cost_high == high);
		assert_true(fabs(root->likely_low - p_low) < 1e-12 && fabs(root->likely_high - p_high) < 1e-12);
		assert_int_equal(root->can == TREE_IMPOSSIBLE, low == TREE_COST_NONE);
		reached += high != TREE_COST_NONE;
		closed += low == TREE_COST_NONE;
		/* What is marked is a way, and as good as it says. */
		uint64_t cheap = 0, likely = 0;
		int64_t cost = 0;
		double p = 1;
		for (size_t k = 0; k < t.nodes; k++) {
			if (t.node[k].children)
				continue;
			if (t.node[k].cheapest) {
				cheap |= UINT64_C(1) << k;
				cost += t.node[k].cost;
			}
			if (t.node[k].likeliest) {
				likely |= UINT64_C(1) << k;
				p *= (double)t.node[k].ppm / 1e6;
			}
		}
		assert_int_equal(cheap != 0, high != TREE_COST_NONE);
		if (cheap)
			assert_true(happens(&t, 0, cheap) && cost == high);
		assert_int_equal(likely != 0, p_low > 0);
		if (likely)
			assert_true(happens(&t, 0, likely) && fabs(p - p_low) < 1e-12);
		/* The chance of any way, over all outcomes of the leaves. */
		size_t leaf[16], n = 0;
		for (size_t k = 0; k < t.nodes; k++)
			if (!t.node[k].children && n < COUNT_OF(leaf))
				leaf[n++] = k;
		if (with_unknown || n > 10)
			continue;
		double any = 0;
		for (uint64_t outcome = 0; outcome < UINT64_C(1) << n; outcome++) {
			uint64_t set = 0;
			double chance = 1;
			for (size_t k = 0; k < n; k++) {
				double q = t.node[leaf[k]].can == TREE_IMPOSSIBLE ? 0 : (double)t.node[leaf[k]].ppm / 1e6;
				set |= (outcome >> k & 1) << leaf[k];
				chance *= outcome >> k & 1 ? q : 1 - q;
			}
			any += happens(&t, 0, set) ? chance : 0;
		}
		assert_true(fabs(any - root->any_low) < 1e-9 && fabs(any - root->any_high) < 1e-9);
	}
	assert_true(reached > 300 && closed > 100); /* both kinds were among them */
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_outline_as_people_write_it, up, down),
		cmocka_unit_test_setup_teardown(what_is_refused_names_its_line, up, down),
		cmocka_unit_test_setup_teardown(bounds, up, down),
		cmocka_unit_test_setup_teardown(known_answers, up, down),
		cmocka_unit_test_setup_teardown(every_way_through_random_trees, up, down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
