/* Comparison by the longest common row of clauses; what is left between is paired by likeness. */
#include "document/compare.h"

#include <string.h>

#define LIKE_PER_CENT 30   /* of the longer one, at both ends together: from there on it is the same clause, changed */
#define PAIRS_MAX 40000    /* removed times added of one gap that are looked at for likeness */

struct clauses {
	struct str item[LIMIT_CLAUSES + 1];
	size_t n;
};

static bool digit_at(struct str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* Does this line begin a clause of its own, whatever stands before it? */
static bool begins(struct str line)
{
	size_t i = 0;
	if (str_starts(line, STR("#")) || str_starts(line, STR("- ")) || str_starts(line, STR("* ")) || str_starts(line, STR("・")))
		return true;
	if (str_starts(line, STR("第")) && (str_find(str_sub(line, 0, 40), STR("条")) > 0 || str_find(str_sub(line, 0, 40), STR("章")) > 0))
		return true;
	while (digit_at(line, i))
		i++;
	return i > 0 && i < line.n && (line.p[i] == '.' || line.p[i] == ')');
}

static void take(struct clauses *c, const char *from, const char *until)
{
	struct str s = str_trim((struct str){ from, (size_t)(until - from) });
	if (s.n)
		c->item[c->n++] = s;
}

/* The pieces lie in the text one behind the other, so that a clause of several lines is one piece of it. */
static void split(struct str text, struct clauses *c)
{
	struct str rest = text, line;
	const char *from = text.p;
	c->n = 0;
	while (c->n < LIMIT_CLAUSES && str_cut(&rest, '\n', &line)) {
		struct str t = str_trim(line);
		if (t.n && !begins(t))
			continue;
		take(c, from, line.p);
		from = t.n ? line.p : line.p + line.n;
		/* A heading is a clause without what follows. */
		if (t.n && t.p[0] == '#' && c->n < LIMIT_CLAUSES) {
			take(c, line.p, line.p + line.n);
			from = line.p + line.n;
		}
	}
	if (text.n)
		take(c, from, text.p + text.n);
}

static bool inside(unsigned char b)
{
	return (b & 0xC0) == 0x80;
}

static void ends(struct str x, struct str y, size_t *prefix, size_t *suffix)
{
	const size_t least = x.n < y.n ? x.n : y.n;
	size_t p = 0, s = 0;
	while (p < least && x.p[p] == y.p[p])
		p++;
	while (p > 0 && ((p < x.n && inside((unsigned char)x.p[p])) || (p < y.n && inside((unsigned char)y.p[p]))))
		p--;
	while (s < least - p && x.p[x.n - 1 - s] == y.p[y.n - 1 - s])
		s++;
	while (s > 0 && inside((unsigned char)x.p[x.n - s]))
		s--;
	*prefix = p;
	*suffix = s;
}

static bool alike(struct str x, struct str y)
{
	size_t p, s;
	const size_t most = x.n > y.n ? x.n : y.n;
	if ((x.p[0] == '#') != (y.p[0] == '#'))
		return false;
	ends(x, y, &p, &s);
	return (p + s) * 100 >= most * LIKE_PER_CENT;
}

struct rows {
	struct compare_row *row;
	size_t n;
};

static void add(struct rows *r, enum compare_kind kind, struct str old, struct str new)
{
	struct compare_row *k = &r->row[r->n++];
	*k = (struct compare_row){ .kind = kind, .old = old, .new = new };
	if (kind == COMPARE_CHANGED)
		ends(old, new, &k->prefix, &k->suffix);
}

/* What was taken away and what was put there: pairs that are alike stand side by side, in the order of both texts. */
static void gap(struct rows *r, const struct str *old, size_t olds, const struct str *new, size_t news)
{
	const bool look = olds * news <= PAIRS_MAX;
	size_t k = 0;
	for (size_t i = 0; i < olds; i++) {
		size_t at = k;
		while (look && at < news && !alike(old[i], new[at]))
			at++;
		if (!look || at == news) {
			add(r, COMPARE_REMOVED, old[i], STR_NULL);
			continue;
		}
		while (k < at)
			add(r, COMPARE_ADDED, STR_NULL, new[k++]);
		add(r, COMPARE_CHANGED, old[i], new[k++]);
	}
	while (k < news)
		add(r, COMPARE_ADDED, STR_NULL, new[k++]);
}

/* Of the clauses between the common beginning and end. */
static void middle(struct arena *a, struct rows *r, const struct str *old, size_t olds, const struct str *new, size_t news)
{
	const size_t wide = news + 1;
	uint16_t *best = ARENA_ARRAY(a, (olds + 1) * wide, uint16_t); /* of what lies behind (i, k) */
	for (size_t i = olds; i-- > 0;)
		for (size_t k = news; k-- > 0;) {
			const uint16_t down = best[(i + 1) * wide + k], right = best[i * wide + k + 1];
			best[i * wide + k] = str_eq(old[i], new[k]) ? (uint16_t)(best[(i + 1) * wide + k + 1] + 1) : down > right ? down : right;
		}
	size_t i = 0, k = 0, from_i = 0, from_k = 0;
	while (i < olds && k < news) {
		if (str_eq(old[i], new[k])) {
			gap(r, old + from_i, i - from_i, new + from_k, k - from_k);
			add(r, COMPARE_SAME, old[i], new[k]);
			from_i = ++i;
			from_k = ++k;
		} else if (best[(i + 1) * wide + k] >= best[i * wide + k + 1]) {
			i++;
		} else {
			k++;
		}
	}
	gap(r, old + from_i, olds - from_i, new + from_k, news - from_k);
}

void compare_texts(struct arena *a, struct str old, struct str new, struct compare_row **ret, size_t *ret_n)
{
	struct clauses *x = ARENA_NEW(a, struct clauses), *y = ARENA_NEW(a, struct clauses);
	split(old, x);
	split(new, y);
	struct rows r = { .row = ARENA_ARRAY(a, x->n + y->n + 1, struct compare_row) };
	size_t head = 0, tail = 0;
	while (head < x->n && head < y->n && str_eq(x->item[head], y->item[head])) {
		add(&r, COMPARE_SAME, x->item[head], y->item[head]);
		head++;
	}
	while (tail < x->n - head && tail < y->n - head && str_eq(x->item[x->n - 1 - tail], y->item[y->n - 1 - tail]))
		tail++;
	middle(a, &r, x->item + head, x->n - head - tail, y->item + head, y->n - head - tail);
	for (size_t i = tail; i > 0; i--)
		add(&r, COMPARE_SAME, x->item[x->n - i], y->item[y->n - i]);
	*ret = r.row;
	*ret_n = r.n;
}
