#include "risk/attack_tree.h"

#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "base/text/risk.h"
#include "risk/risk.h"

/* ---- reading ---- */

static bool take_word(struct str *s, const char *word)
{
	struct str w = str_of(word);
	if (!str_starts(*s, w))
		return false;
	*s = str_sub(*s, w.n, s->n);
	return true;
}

/* Width of the blanks before the text, which remains in *line. */
static int indentation(struct str *line)
{
	int width = 0;
	for (;;) {
		if (take_word(line, " "))
			width++;
		else if (take_word(line, "\t"))
			width += 4;
		else if (take_word(line, "　"))
			width += 2;
		else
			return width;
		if (width > 10000)
			return width;
	}
}

/* The gate's word, if the line begins with one that stands by itself. */
static bool take_gate(struct str *line, enum tree_gate *ret)
{
	static const struct {
		const char *word;
		enum tree_gate gate;
	} words[] = { { "AND", TREE_AND }, { "かつ", TREE_AND }, { "OR", TREE_OR }, { "または", TREE_OR } };
	static const char *const ends[] = { " ", "\t", "　", ":", "：" };
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct str rest = *line;
		if (!take_word(&rest, words[i].word))
			continue;
		for (size_t k = 0; k < COUNT_OF(ends); k++)
			if (take_word(&rest, ends[k])) {
				*line = str_trim(rest);
				*ret = words[i].gate;
				return true;
			}
	}
	return false;
}

/* "50万", "1,200,000円", "3億" as yen. */
static int parse_yen(struct str s, int64_t *ret)
{
	int64_t unit = 1, v;
	s = str_trim(s);
	if (str_ends(s, STR("円")))
		s = str_trim(str_sub(s, 0, s.n - strlen("円")));
	if (str_ends(s, STR("万"))) {
		unit = 10000;
		s = str_sub(s, 0, s.n - strlen("万"));
	} else if (str_ends(s, STR("億"))) {
		unit = 100000000;
		s = str_sub(s, 0, s.n - strlen("億"));
	}
	/* Scaled by 10^4, so that 1.5万 is 15,000. */
	int e = num_parse_human(s, 4, 0, TREE_COST_MAX / unit * 10000, &v);
	if (e == 0 && unit == 1 && v % 10000)
		return ERR_RANGE;
	if (e == 0)
		*ret = unit == 1 ? v / 10000 : v * (unit / 10000);
	return e;
}

static int parse_percent(struct str s, int64_t *ret)
{
	s = str_trim(s);
	if (str_ends(s, STR("%")) || str_ends(s, STR("％")))
		s = str_sub(s, 0, s.n - (str_ends(s, STR("%")) ? 1 : strlen("％")));
	return num_parse_human(s, 4, 0, 1000000, ret); /* 100 % with four decimals: millionths */
}

static bool is_one_of(struct str s, const char *ja, const char *en)
{
	return str_eq_z(s, ja) || str_eq_nocase(s, str_of(en));
}

static int read_attribute(struct tree_node *n, struct str part, struct note *why)
{
	struct str key = str_trim(part), value = STR_NULL;
	ptrdiff_t eq = str_find_char(key, '=');
	size_t width = 1;
	if (eq < 0) {
		eq = str_find(key, STR("＝"));
		width = strlen("＝");
	}
	if (eq >= 0) {
		value = str_trim(str_sub(key, (size_t)eq + width, key.n));
		key = str_trim(str_sub(key, 0, (size_t)eq));
	}
	static const char letters[] = "STRIDE";
	if (eq < 0 && key.n == 1 && strchr(letters, key.p[0]) && key.p[0]) {
		n->stride = (int)(strchr(letters, key.p[0]) - letters) + 1;
		return 0;
	}
	if (eq < 0 && is_one_of(key, "可能", "possible")) {
		n->possible = TREE_POSSIBLE;
		return 0;
	}
	if (eq < 0 && is_one_of(key, "不可能", "impossible")) {
		n->possible = TREE_IMPOSSIBLE;
		return 0;
	}
	if (eq >= 0 && is_one_of(key, "費用", "cost")) {
		if (parse_yen(value, &n->cost) == 0)
			return 0;
		*why = NOTE(MSG_RISK_TREE_COST, ARG_I((int64_t)n->line), ARG_S(value));
		return ERR_INVALID;
	}
	if (eq >= 0 && is_one_of(key, "可能性", "likelihood")) {
		if (parse_percent(value, &n->ppm) == 0)
			return 0;
		*why = NOTE(MSG_RISK_TREE_PERCENT, ARG_I((int64_t)n->line), ARG_S(value));
		return ERR_INVALID;
	}
	*why = NOTE(MSG_RISK_TREE_ATTRIBUTE, ARG_I((int64_t)n->line), ARG_S(str_trim(part)));
	return ERR_INVALID;
}

/* Cuts the part before a comma of either kind; not those inside a number (1,200,000). */
static bool cut_part(struct str *rest, struct str *ret)
{
	if (!rest->n)
		return false;
	for (size_t i = 0; i < rest->n; i++) {
		size_t width = rest->p[i] == ',' ? 1 : 0;
		if (width && i > 0 && i + 1 < rest->n && rest->p[i - 1] >= '0' && rest->p[i - 1] <= '9' && rest->p[i + 1] >= '0' && rest->p[i + 1] <= '9')
			continue;
		if (!width && str_starts(str_sub(*rest, i, rest->n), STR("、")))
			width = strlen("、");
		if (!width && str_starts(str_sub(*rest, i, rest->n), STR("，")))
			width = strlen("，");
		if (!width)
			continue;
		*ret = str_sub(*rest, 0, i);
		*rest = str_sub(*rest, i + width, rest->n);
		return true;
	}
	*ret = *rest;
	*rest = STR_NULL;
	return true;
}

/* The brackets at the end of the line, if any; the text before them remains. */
static int take_attributes(struct tree_node *n, struct str *line, struct note *why)
{
	static const struct {
		const char *open, *close;
	} kinds[] = { { "[", "]" }, { "［", "］" } };
	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		struct str open = str_of(kinds[k].open), close = str_of(kinds[k].close), part;
		if (!str_ends(*line, close))
			continue;
		ptrdiff_t at = -1;
		for (size_t i = 0; i + open.n <= line->n; i++)
			if (str_starts(str_sub(*line, i, line->n), open))
				at = (ptrdiff_t)i;
		if (at < 0)
			continue;
		struct str rest = str_sub(*line, (size_t)at + open.n, line->n - (size_t)at - open.n - close.n);
		*line = str_trim(str_sub(*line, 0, (size_t)at));
		while (cut_part(&rest, &part)) {
			int e = str_trim(part).n ? read_attribute(n, part, why) : 0;
			if (e < 0)
				return e;
		}
		return 0;
	}
	return 0;
}

static int read_line(struct tree_node *n, struct str line, bool *ret_gated, struct note *why)
{
	line = str_trim(line);
	*ret_gated = take_gate(&line, &n->gate);
	int e = take_attributes(n, &line, why);
	if (e < 0)
		return e;
	n->text = line;
	if (!line.n)
		*why = NOTE(MSG_RISK_TREE_NO_TEXT, ARG_I((int64_t)n->line));
	else if (text_chars(line) > TREE_TEXT_MAX)
		*why = NOTE(MSG_RISK_TREE_LONG, ARG_I((int64_t)n->line), ARG_I(TREE_TEXT_MAX));
	else
		return 0;
	return ERR_INVALID;
}

/* What the whole must keep, once every line is read. */
static int check_tree(const struct tree *t, const bool *gated, struct note *why)
{
	for (size_t i = 0; i < t->nodes; i++) {
		const struct tree_node *n = &t->node[i];
		if (gated[i] && !n->children)
			*why = NOTE(MSG_RISK_TREE_GATE_ALONE, ARG_I((int64_t)n->line));
		else if (n->children && (n->cost >= 0 || n->ppm >= 0 || n->possible != TREE_UNKNOWN))
			*why = NOTE(MSG_RISK_TREE_INNER_VALUE, ARG_I((int64_t)n->line));
		else if (n->possible == TREE_IMPOSSIBLE && n->ppm > 0)
			*why = NOTE(MSG_RISK_TREE_CONTRADICTION, ARG_I((int64_t)n->line));
		else if (n->possible == TREE_POSSIBLE && n->ppm == 0)
			*why = NOTE(MSG_RISK_TREE_CONTRADICTION, ARG_I((int64_t)n->line));
		else
			continue;
		return ERR_INVALID;
	}
	return 0;
}

int tree_parse(struct arena *a, struct str outline, struct tree *ret, struct note *ret_why)
{
	struct tree t = { .node = ARENA_ARRAY(a, TREE_NODES_MAX, struct tree_node) };
	bool *gated = ARENA_ARRAY(a, TREE_NODES_MAX, bool);
	int *blanks = ARENA_ARRAY(a, TREE_NODES_MAX, int);
	int width[TREE_DEPTH_MAX], open[TREE_DEPTH_MAX], depth = 0; /* the line of ancestors: their widths and nodes */
	size_t number = 0;
	struct str rest = outline, line;
	while (str_cut(&rest, '\n', &line)) {
		number++;
		int in = indentation(&line);
		if (!str_trim(line).n || line.p[0] == '#')
			continue;
		if (t.nodes == TREE_NODES_MAX) {
			*ret_why = NOTE(MSG_RISK_TREE_MANY, ARG_I((int64_t)number), ARG_I(TREE_NODES_MAX));
			return ERR_INVALID;
		}
		while (depth && width[depth - 1] >= in)
			depth--;
		if (t.nodes && !depth) {
			*ret_why = NOTE(MSG_RISK_TREE_SECOND_ROOT, ARG_I((int64_t)number));
			return ERR_INVALID;
		}
		if (depth == TREE_DEPTH_MAX) {
			*ret_why = NOTE(MSG_RISK_TREE_DEEP, ARG_I((int64_t)number), ARG_I(TREE_DEPTH_MAX));
			return ERR_INVALID;
		}
		struct tree_node *n = &t.node[t.nodes];
		*n = (struct tree_node){ .parent = depth ? open[depth - 1] : -1, .depth = depth, .line = number, .cost = -1, .ppm = -1 };
		/* Siblings stand equally far in: otherwise nobody can tell what was meant. */
		for (size_t i = 0; depth && i < t.nodes; i++)
			if (t.node[i].parent == n->parent && blanks[i] != in) {
				*ret_why = NOTE(MSG_RISK_TREE_INDENT, ARG_I((int64_t)number), ARG_I((int64_t)t.node[i].line));
				return ERR_INVALID;
			}
		blanks[t.nodes] = in;
		int e = read_line(n, line, &gated[t.nodes], ret_why);
		if (e < 0)
			return e;
		if (depth)
			t.node[open[depth - 1]].children++;
		width[depth] = in;
		open[depth++] = (int)t.nodes++;
	}
	if (!t.nodes) {
		*ret_why = NOTE0(MSG_RISK_TREE_EMPTY);
		return ERR_INVALID;
	}
	int e = check_tree(&t, gated, ret_why);
	if (e == 0)
		*ret = t;
	return e;
}

/* ---- answering ---- */

static void evaluate_leaf(struct tree_node *n)
{
	n->can = n->possible != TREE_UNKNOWN ? n->possible : n->ppm == 0 ? TREE_IMPOSSIBLE : n->ppm > 0 || n->cost >= 0 ? TREE_POSSIBLE : TREE_UNKNOWN;
	if (n->can == TREE_IMPOSSIBLE) {
		n->cost_low = n->cost_high = TREE_COST_NONE;
		n->likely_low = n->likely_high = n->any_low = n->any_high = 0;
		return;
	}
	n->cost_low = n->cost >= 0 ? n->cost : 0;
	n->cost_high = n->cost >= 0 ? n->cost : TREE_COST_NONE;
	n->likely_low = n->any_low = n->ppm >= 0 ? (double)n->ppm / 1e6 : 0;
	n->likely_high = n->any_high = n->ppm >= 0 ? (double)n->ppm / 1e6 : 1;
}

static int64_t add_cost(int64_t a, int64_t b)
{
	return a == TREE_COST_NONE || b == TREE_COST_NONE ? TREE_COST_NONE : a + b;
}

static void begin(struct tree_node *n)
{
	const bool all = n->gate == TREE_AND;
	n->can = all ? TREE_POSSIBLE : TREE_IMPOSSIBLE;
	n->cost_low = n->cost_high = all ? 0 : TREE_COST_NONE;
	n->likely_low = n->likely_high = all ? 1 : 0;
	n->any_low = n->any_high = all ? 1 : 0;
}

static void take_child(struct tree_node *n, const struct tree_node *c)
{
	if (n->gate == TREE_AND) {
		n->can = n->can == TREE_IMPOSSIBLE || c->can == TREE_IMPOSSIBLE ? TREE_IMPOSSIBLE : n->can == TREE_POSSIBLE ? c->can : TREE_UNKNOWN;
		n->cost_low = add_cost(n->cost_low, c->cost_low);
		n->cost_high = add_cost(n->cost_high, c->cost_high);
		n->likely_low *= c->likely_low;
		n->likely_high *= c->likely_high;
		n->any_low *= c->any_low;
		n->any_high *= c->any_high;
		return;
	}
	n->can = n->can == TREE_POSSIBLE || c->can == TREE_POSSIBLE ? TREE_POSSIBLE : n->can == TREE_IMPOSSIBLE ? c->can : TREE_UNKNOWN;
	n->cost_low = n->cost_low < c->cost_low ? n->cost_low : c->cost_low;
	n->cost_high = n->cost_high < c->cost_high ? n->cost_high : c->cost_high;
	n->likely_low = n->likely_low > c->likely_low ? n->likely_low : c->likely_low;
	n->likely_high = n->likely_high > c->likely_high ? n->likely_high : c->likely_high;
	n->any_low = 1 - (1 - n->any_low) * (1 - c->any_low);
	n->any_high = 1 - (1 - n->any_high) * (1 - c->any_high);
}

/* The first of the best children of an OR that stands on a path, all of an AND. */
static void mark(struct tree *t, size_t from)
{
	const struct tree_node *n = &t->node[from];
	bool cheap = n->cheapest, likely = n->likeliest;
	for (size_t i = from + 1; i < t->nodes; i++) {
		struct tree_node *c = &t->node[i];
		if (c->parent != (int)from)
			continue;
		c->cheapest = n->cheapest && (n->gate == TREE_AND || (cheap && c->cost_high == n->cost_high));
		c->likeliest = n->likeliest && (n->gate == TREE_AND || (likely && c->likely_low >= n->likely_low));
		if (n->gate == TREE_OR && c->cheapest)
			cheap = false;
		if (n->gate == TREE_OR && c->likeliest)
			likely = false;
	}
}

void tree_evaluate(struct tree *t)
{
	/* Children come behind their parent: from the end every node is whole before its parent takes it. */
	for (size_t i = 0; i < t->nodes; i++)
		if (t->node[i].children)
			begin(&t->node[i]);
	for (size_t i = t->nodes; i-- > 0;) {
		struct tree_node *n = &t->node[i];
		n->cheapest = n->likeliest = false;
		if (!n->children)
			evaluate_leaf(n);
		if (n->parent >= 0)
			take_child(&t->node[n->parent], n);
	}
	if (!t->nodes)
		return;
	t->node[0].cheapest = t->node[0].cost_high != TREE_COST_NONE;
	t->node[0].likeliest = t->node[0].likely_low > 0;
	for (size_t i = 0; i < t->nodes; i++)
		if (t->node[i].children)
			mark(t, i);
}
