/* Any text as an outline: it is refused with a line that exists, or becomes a tree that holds together. */
#include "risk/attack_tree.h"

#include <math.h>

#include "base/limits.h"
#include "base/text.h"

static void expect(bool ok, const char *what)
{
	if (!ok)
		die("%s", what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena *arena;
	if (!arena)
		arena = arena_new(LIMIT_ARENA);
	struct str outline = { (const char *)data, n };
	struct tree t;
	struct note why = { 0 };
	size_t lines = 1;
	if (!text_valid(outline)) /* what comes from outside was validated before */
		return 0;
	for (size_t i = 0; i < n; i++)
		lines += data[i] == '\n';
	if (tree_parse(arena, outline, &t, &why) < 0) {
		expect(why.id != MSG_NONE, "refused without a word");
		expect(why.arg[0].kind != MSG_ARG_I64 || (why.arg[0].i >= 1 && (size_t)why.arg[0].i <= lines), "a line that is not there");
		(void)note_str(arena, LANG_JA, &why);
		arena_clear(arena);
		return 0;
	}
	tree_evaluate(&t);
	expect(t.nodes >= 1 && t.nodes <= TREE_NODES_MAX && t.node[0].parent == -1, "no tree");
	for (size_t i = 0; i < t.nodes; i++) {
		const struct tree_node *k = &t.node[i];
		expect(k->text.n && k->text.p >= outline.p && k->text.p + k->text.n <= outline.p + n, "a text from elsewhere");
		expect(i == 0 || (k->parent >= 0 && (size_t)k->parent < i && t.node[k->parent].depth == k->depth - 1), "a child before its parent");
		expect(k->cost_low >= 0 && k->cost_low <= k->cost_high, "costs out of order");
		expect(k->likely_low >= 0 && k->likely_low <= k->likely_high && k->likely_high <= 1, "likelihood out of order");
		expect(k->any_low >= k->likely_low - 1e-9 && k->any_high <= 1 + 1e-9, "any way is less likely than one");
	}
	arena_clear(arena);
	return 0;
}
