/* The register of attack trees: an outline in one field, drawn on its page, with the answers beside it. */
#include "base/num.h"
#include "base/text.h"
#include "base/text/base.h"
#include "base/text/risk.h"
#include "risk/attack_tree.h"
#include "risk/pages.h"

#define SECTION_TREE { "攻撃の木", "Attack tree" }
#define SECTION_ANSWER { "答え", "Answers" }

static struct value known(bool is, int64_t v)
{
	return (struct value){ .known = is, .i = is ? v : 0 };
}

static void tree_local(const struct reg *r, struct row *row)
{
	const struct value *outline = &row->v[reg_field(r, "outline")];
	struct arena *a = arena_new(1 << 20);
	struct tree t = { 0 };
	struct note why;
	bool read = outline->known && tree_parse(a, outline->s, &t, &why) == 0;
	if (read)
		tree_evaluate(&t);
	const struct tree_node *root = read ? &t.node[0] : NULL;
	int64_t leaves = 0;
	for (size_t i = 0; read && i < t.nodes; i++)
		leaves += t.node[i].children == 0;
	row->v[reg_field(r, "leaves")] = known(read, leaves);
	row->v[reg_field(r, "possible")] = known(read && root->can != TREE_UNKNOWN, read && root->can == TREE_POSSIBLE);
	/* A number only where nothing unknown could change it. */
	bool sure = read && root->cost_low == root->cost_high && root->cost_high != TREE_COST_NONE;
	row->v[reg_field(r, "cheapest")] = known(sure, sure ? root->cost_high : 0);
	sure = read && root->likely_high - root->likely_low < 1e-12;
	row->v[reg_field(r, "likeliest")] = known(sure, sure ? (int64_t)(root->likely_low * 1e6 + 0.5) : 0);
	arena_free(a);
}
static const struct derivation answers = {
	.fields = (const char *const[]){ "leaves", "possible", "cheapest", "likeliest", NULL },
	.local = tree_local,
};

static const struct field tree_fields[] = {
	{ .name = "name", .label = { "木の名前", "Name" }, .hint = { "例：通販サイトの顧客情報", "For example: customer data of the web shop" }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_TREE },
	{ .name = "asset", .label = { "関係する情報資産", "Information asset" }, .type = FIELD_REFERENCE, .target = "asset", .flags = FIELD_FILTER, .section = SECTION_TREE },
	{ .name = "outline", .label = { "木", "Outline" },
	  .hint = { "1行に1項目。下の段は行の頭に空白を入れます。全部そろって初めて起こるなら、行の頭に「かつ 」。葉には [費用=50万、可能性=20%、S] のように書けます。",
	            "One node a line, further in for what is below. AND at the start of a line where all below are needed. Leaves may have [cost=500000, likelihood=20%, S]." },
	  .type = FIELD_LONG_TEXT, .max = 20000, .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_OUTLINE, .section = SECTION_TREE },
	{ .name = "note", .label = { "メモ", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_TREE },
	{ .name = "leaves", .label = { "葉の数", "Leaves" }, .type = FIELD_INTEGER, .flags = FIELD_LIST, .derived = &answers,
	  .formula = { "下に項目のない行の数", "Lines with nothing below" }, .section = SECTION_ANSWER },
	{ .name = "possible", .label = { "起こりうるか", "Can happen" }, .type = FIELD_YES_NO, .flags = FIELD_LIST | FIELD_FILTER, .derived = &answers,
	  .formula = { "「かつ」は全部、ほかは一つでも起こりうるとき", "All below an AND, one below an OR" }, .section = SECTION_ANSWER },
	{ .name = "cheapest", .label = { "最も安い道の費用", "Cheapest way" }, .type = FIELD_MONEY, .flags = FIELD_LIST, .derived = &answers,
	  .formula = { "「かつ」は合計、ほかは最も安いもの。分からない葉で変わりうるなら不明", "Sum below an AND, the least below an OR; unknown while a blank leaf could change it" },
	  .section = SECTION_ANSWER },
	{ .name = "likeliest", .label = { "最もありそうな道の可能性（%）", "Likeliest way (%)" }, .type = FIELD_DECIMAL, .decimals = 4, .flags = FIELD_LIST, .derived = &answers,
	  .formula = { "「かつ」は積、ほかは最も高いもの。分からない葉で変わりうるなら不明", "Product below an AND, the highest below an OR; unknown while a blank leaf could change it" },
	  .section = SECTION_ANSWER },
};

static void tree_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)before;
	int at = reg_field(&reg_attack_tree, "outline");
	struct tree t;
	struct note why;
	if (after->v[at].known && tree_parse(ctx->arena, after->v[at].s, &t, &why) < 0)
		error_add(errors, at, why);
}

/* ---- drawing: the root on the left, a column for each level, a row for each leaf ---- */

#define BOX_WIDTH 190
#define BOX_HEIGHT 58
#define COLUMN 230
#define ROW 74
#define LINE_WIDTH 26 /* half-width characters */

static int column_width(uint32_t c)
{
	return c < 0x300 ? 1 : 2; /* Latin letters are narrow; kana, kanji and the rest count as wide */
}

/* The next line of a label that is at most LINE_WIDTH wide; cut with … when it is the last and something is left. */
static struct str cut_line(struct arena *a, struct str *rest, bool last)
{
	struct str at = *rest;
	int width = 0;
	uint32_t c;
	while (at.n) {
		struct str before = at;
		if (!text_next(&at, &c))
			break;
		if (width + column_width(c) > LINE_WIDTH) {
			at = before;
			break;
		}
		width += column_width(c);
	}
	struct str line = str_sub(*rest, 0, rest->n - at.n);
	*rest = at;
	return last && at.n ? str_printf(a, "%.*s…", STR_FMT(text_clip(line, text_chars(line) - 1))) : line;
}

static struct str percent(struct arena *a, double v)
{
	return str_printf(a, "%.*f%%", v * 100 >= 1 || v <= 0 ? 1 : 4, v * 100);
}

/* "50,000円", "50,000円以上" ...: what is known of a range. */
static struct str cost_text(struct html *h, const struct tree_node *n)
{
	struct str low = risk_number(h, known(true, n->cost_low)), high = risk_number(h, known(true, n->cost_high));
	if (n->can == TREE_IMPOSSIBLE)
		return msg(h->lang, MSG_RISK_TREE_NO_WAY);
	if (n->cost_low == n->cost_high)
		return note_str(h->arena, h->lang, &NOTE(MSG_RISK_YEN, ARG_S(low)));
	if (n->cost_high == TREE_COST_NONE)
		return n->cost_low ? note_str(h->arena, h->lang, &NOTE(MSG_RISK_TREE_AT_LEAST, ARG_S(low))) : msg(h->lang, MSG_UNKNOWN);
	return n->cost_low ? note_str(h->arena, h->lang, &NOTE(MSG_RISK_TREE_BETWEEN, ARG_S(low), ARG_S(high)))
	                   : note_str(h->arena, h->lang, &NOTE(MSG_RISK_TREE_AT_MOST, ARG_S(high)));
}

static struct str range_text(struct html *h, double low, double high)
{
	if (high - low < 1e-12)
		return percent(h->arena, low);
	if (low <= 0 && high >= 1)
		return msg(h->lang, MSG_UNKNOWN);
	return str_printf(h->arena, "%.*s–%.*s", STR_FMT(percent(h->arena, low)), STR_FMT(percent(h->arena, high)));
}

static void put_line(struct html *h, int x1, int y1, int x2, int y2)
{
	html_lit(h, "<line");
	html_attr_i64(h, "x1", x1);
	html_attr_i64(h, "y1", y1);
	html_attr_i64(h, "x2", x2);
	html_attr_i64(h, "y2", y2);
	html_lit(h, "/>");
}

static void put_text(struct html *h, int x, int y, struct str text)
{
	html_lit(h, "<text");
	html_attr_i64(h, "x", x);
	html_attr_i64(h, "y", y);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</text>");
}

/* The class says the state by colour; the border's kind and the words in the box say it too. */
static void put_box(struct html *h, const struct tree_node *n, int x, int y)
{
	struct str rest = n->text;
	html_lit(h, "<g");
	html_attr(h, "class", str_printf(h->arena, "tree-node%s%s", n->cheapest ? " cheapest" : "", n->likeliest ? " likeliest" : ""));
	html_lit(h, "><title>");
	html_text(h, n->text);
	html_lit(h, "</title><rect rx=\"6\"");
	html_attr_i64(h, "x", x);
	html_attr_i64(h, "y", y);
	html_attr_i64(h, "width", BOX_WIDTH);
	html_attr_i64(h, "height", BOX_HEIGHT);
	html_lit(h, "/>");
	put_text(h, x + 8, y + 17, cut_line(h->arena, &rest, false));
	if (rest.n)
		put_text(h, x + 8, y + 33, cut_line(h->arena, &rest, true));
	html_lit(h, "<g class=\"tree-facts\">");
	struct str mark = n->cheapest && n->likeliest ? msg(h->lang, MSG_RISK_TREE_BOTH) : n->cheapest ? msg(h->lang, MSG_RISK_TREE_CHEAPEST)
	                  : n->likeliest ? msg(h->lang, MSG_RISK_TREE_LIKELIEST) : STR("");
	struct str first = n->children ? msg(h->lang, n->gate == TREE_AND ? MSG_RISK_TREE_AND : MSG_RISK_TREE_OR)
	                   : n->can == TREE_IMPOSSIBLE ? msg(h->lang, MSG_RISK_TREE_NO_WAY)
	                                               : str_printf(h->arena, "%.*s %.*s", STR_FMT(cost_text(h, n)), STR_FMT(range_text(h, n->likely_low, n->likely_high)));
	put_text(h, x + 8, y + 50, mark.n ? str_printf(h->arena, "%.*s・%.*s", STR_FMT(first), STR_FMT(mark)) : first);
	html_lit(h, "</g></g>");
}

static void draw(struct html *h, const struct tree *t, struct str name)
{
	int *y = ARENA_ARRAY(h->arena, t->nodes, int), *first = ARENA_ARRAY(h->arena, t->nodes, int), *last = ARENA_ARRAY(h->arena, t->nodes, int);
	int rows = 0, depth = 0;
	for (size_t i = 0; i < t->nodes; i++) {
		first[i] = -1;
		if (!t->node[i].children)
			y[i] = rows++ * ROW;
		if (t->node[i].depth > depth)
			depth = t->node[i].depth;
	}
	for (size_t i = t->nodes; i-- > 0;) {
		if (t->node[i].children)
			y[i] = (first[i] + last[i]) / 2;
		int p = t->node[i].parent;
		if (p < 0)
			continue;
		if (first[p] < 0)
			last[p] = y[i]; /* from the end: the last child comes first */
		first[p] = y[i];
	}
	html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", MSG_RISK_TREE_PICTURE);
	html_lit(h, "><svg class=\"tree\" role=\"img\"");
	html_attr_i64(h, "width", depth * COLUMN + BOX_WIDTH + 4);
	html_attr_i64(h, "height", rows * ROW);
	html_attr(h, "aria-label", name);
	html_lit(h, "><desc>");
	html_msg(h, MSG_RISK_TREE_DESC);
	html_lit(h, "</desc>");
	for (size_t i = 1; i < t->nodes; i++) {
		const struct tree_node *n = &t->node[i];
		int from = y[n->parent] + BOX_HEIGHT / 2 + 2, to = y[i] + BOX_HEIGHT / 2 + 2, x = (n->depth - 1) * COLUMN + BOX_WIDTH + 2, middle = x + (COLUMN - BOX_WIDTH) / 2;
		html_lit(h, "<g");
		html_attr(h, "class", str_printf(h->arena, "tree-edge%s%s", n->cheapest ? " cheapest" : "", n->likeliest ? " likeliest" : ""));
		html_lit(h, ">");
		put_line(h, x, from, middle, from);
		put_line(h, middle, from, middle, to);
		put_line(h, middle, to, n->depth * COLUMN + 2, to);
		html_lit(h, "</g>");
	}
	for (size_t i = 0; i < t->nodes; i++)
		put_box(h, &t->node[i], t->node[i].depth * COLUMN + 2, y[i] + 2);
	html_lit(h, "</svg></div>");
}

/* ---- the same in words ---- */

static void fact(struct html *h, msg_id label, struct str value)
{
	html_lit(h, "<dt>");
	html_msg(h, label);
	html_lit(h, "</dt><dd>");
	html_text(h, value);
	html_lit(h, "</dd>");
}

static void way(struct html *h, const struct tree *t, msg_id label, bool cheapest, bool certain)
{
	bool any = false;
	struct buf b;
	buf_init(&b, 200000);
	for (size_t i = 0; i < t->nodes; i++) {
		const struct tree_node *n = &t->node[i];
		if (n->children || !(cheapest ? n->cheapest : n->likeliest))
			continue;
		if (any)
			buf_lit(&b, " + ");
		buf_str(&b, n->text);
		any = true;
	}
	struct str leaves = str_dup(h->arena, buf_view(&b));
	fact(h, label, !any ? msg(h->lang, MSG_UNKNOWN) : certain ? leaves : note_str(h->arena, h->lang, &NOTE(MSG_RISK_TREE_SO_FAR, ARG_S(leaves))));
	buf_release(&b);
}

static void summary(struct html *h, const struct tree *t)
{
	const struct tree_node *root = &t->node[0];
	html_lit(h, "<dl class=\"kv\">");
	fact(h, MSG_RISK_TREE_CAN, msg(h->lang, root->can == TREE_POSSIBLE ? MSG_RISK_TREE_YES : root->can == TREE_IMPOSSIBLE ? MSG_RISK_TREE_NO_WAY : MSG_UNKNOWN));
	fact(h, MSG_RISK_TREE_COST_IS, cost_text(h, root));
	way(h, t, MSG_RISK_TREE_CHEAPEST_WAY, true, root->cost_low == root->cost_high);
	fact(h, MSG_RISK_TREE_LIKELY_IS, range_text(h, root->likely_low, root->likely_high));
	way(h, t, MSG_RISK_TREE_LIKELIEST_WAY, false, root->likely_high - root->likely_low < 1e-12);
	fact(h, MSG_RISK_TREE_ANY_IS, range_text(h, root->any_low, root->any_high));
	html_lit(h, "</dl><p class=\"formula\">");
	html_msg(h, MSG_RISK_TREE_FORMULA);
	html_lit(h, "</p>");
}

static void list(struct html *h, struct db_conn *c, const struct principal *p, const struct tree *t, int64_t id, bool may)
{
	int depth = -1;
	html_lit(h, "<details class=\"chart-data\" open><summary>");
	html_msg(h, MSG_RISK_TREE_WORDS);
	html_lit(h, "</summary>");
	for (size_t i = 0; i < t->nodes; i++) {
		const struct tree_node *n = &t->node[i];
		if (n->depth > depth)
			html_lit(h, "<ul class=\"tree-words\">");
		else
			html_lit(h, "</li>");
		for (; depth > n->depth; depth--)
			html_lit(h, "</ul></li>");
		depth = n->depth;
		html_lit(h, "<li>");
		html_text(h, n->text);
		html_lit(h, " <span class=\"field-hint\">");
		if (n->stride) {
			html_label(h, stride_kinds[n->stride - 1].label);
			html_lit(h, " ");
		}
		html_note(h, &NOTE(n->children ? n->gate == TREE_AND ? MSG_RISK_TREE_NODE_AND : MSG_RISK_TREE_NODE_OR : MSG_RISK_TREE_LEAF, ARG_S(cost_text(h, n)),
		                   ARG_S(range_text(h, n->likely_low, n->likely_high))));
		html_lit(h, "</span>");
		if (may && !n->children)
			risk_put_threat(h, c, p, n->text, str_printf(h->arena, "/risk/tree/%lld/%zu", (long long)id, n->line), MSG_RISK_TREE_TO_THREAT);
	}
	for (; depth >= 0; depth--)
		html_lit(h, "</li></ul>");
	html_lit(h, "</details>");
}

static void tree_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value outline = risk_value(&reg_attack_tree, row, "outline");
	struct tree t;
	struct note why;
	if (!outline.known || tree_parse(h->arena, outline.s, &t, &why) < 0)
		return;
	tree_evaluate(&t);
	html_section_begin(h, MSG_RISK_TREE_PICTURE);
	draw(h, &t, risk_value(&reg_attack_tree, row, "name").s);
	summary(h, &t);
	list(h, c, p, &t, row->id, p->kind != PRINCIPAL_LINK && !p->read_only && row->state == RECORD_LIVE && auth_ops(p, reg_number(&reg_threat)) & OP_CREATE);
	html_section_end(h);
}

/* ---- a leaf becomes a threat ---- */

static const struct field to_threat = { .name = "threat", .type = FIELD_REFERENCE, .target = "threat" };

void risk_put_threat(struct html *h, struct db_conn *c, const struct principal *p, struct str name, struct str path, msg_id press)
{
	int64_t id;
	if (reference_find(c, h->arena, p, &to_threat, name, &id) < 0) {
		html_post_button(h, path, "plus", msg(h->lang, press), TONE_NEUTRAL, STR_NULL);
		return;
	}
	html_lit(h, " <a");
	html_href(h, str_printf(h->arena, "/risk/threat/%lld", (long long)id));
	html_lit(h, ">");
	html_msg(h, MSG_RISK_THREAT_THERE);
	html_lit(h, "</a>");
}

int risk_threat_add(struct http_req *req, struct str name, int stride, enum threat_source source, struct str from, int64_t *ret_id)
{
	struct office *o = office_of(req);
	const struct principal *p = auth_principal(req);
	struct reg_view view;
	struct written w = { 0 };
	struct db_conn *c = db_read_begin(o->db);
	int e = reg_view_load(c, req->arena, &reg_threat, &view);
	/* Taken over before: its page is what is wanted. */
	bool there = e == 0 && reference_find(c, req->arena, p, &to_threat, name, ret_id) == 0;
	db_read_end(o->db, &c);
	if (e < 0 || there)
		return e;
	struct change ch = change_new(req->arena, CHANGE_SAVE, &view, 0);
	change_set(&ch, reg_field(&reg_threat, "name"), (struct value){ .known = true, .s = name });
	change_set(&ch, reg_field(&reg_threat, "kind"), known(true, 1));
	change_set(&ch, reg_field(&reg_threat, "stride"), known(stride != 0, stride));
	change_set(&ch, reg_field(&reg_threat, "source"), known(true, source));
	change_set(&ch, reg_field(&reg_threat, "source_text"), (struct value){ .known = true, .s = text_clip(from, 300) });
	struct reg_ctx ctx = { .arena = req->arena, .by = p, .key = o->key };
	e = reg_save(o->db, &ctx, &ch, &w);
	*ret_id = w.id;
	return e;
}

void risk_threat_answer(struct http_req *req, int e, int64_t id)
{
	if (e == 0)
		http_redirect(req, str_printf(req->arena, "/risk/threat/%lld?done=saved", (long long)id));
	else if (e == ERR_DENIED)
		http_fail(req, 403, NOTE0(MSG_RISK_THREAT_DENIED));
	else
		http_fail(req, e == ERR_INVALID ? 422 : 503, NOTE0(MSG_RISK_FAILED));
}

void risk_tree_threat(struct http_req *req)
{
	struct office *o = office_of(req);
	struct reg_view view;
	struct row row;
	struct tree t;
	struct note why;
	int64_t line, id = 0;
	struct db_conn *c = db_read_begin(o->db);
	int e = risk_row(req, c, &reg_attack_tree, req->capture[0], &view, &row);
	db_read_end(o->db, &c);
	if (e < 0)
		return;
	const struct value outline = risk_value(&reg_attack_tree, &row, "outline");
	if (outline.known && num_parse_i64(req->capture[1], 1, INT64_MAX, &line) == 0 && tree_parse(req->arena, outline.s, &t, &why) == 0)
		for (size_t i = 0; i < t.nodes; i++)
			if (t.node[i].line == (size_t)line && !t.node[i].children) {
				e = risk_threat_add(req, t.node[i].text, t.node[i].stride, THREAT_TREE, risk_value(&reg_attack_tree, &row, "name").s, &id);
				risk_threat_answer(req, e, id);
				return;
			}
	http_fail(req, 404, NOTE(MSG_RISK_GONE, ARG_L(reg_attack_tree.label)));
}

static const struct reg_hooks tree_hooks = { .check = tree_check, .detail = tree_detail };

const struct reg reg_attack_tree = {
	.name = "attack_tree", .room = "risk", .table = "risk_attack_tree", .code = "ATK",
	.label = { "攻撃の木", "Attack trees" },
	.about = { "起こってほしくないことを一つ決め、その手段を枝分かれさせます。最も安い道と最もありそうな道が分かります。",
	           "One thing that must not happen, and the ways to it as branches: the cheapest and the likeliest way." },
	.empty = { "「追加」から、1行に1項目で木を書きます。すべての脅威に作る必要はありません。", "Write a tree, one node a line. Not every threat needs one." },
	.icon = "binary-tree", .help = "risk", .field = tree_fields, .fields = COUNT_OF(tree_fields), .title = "name", .sort = "name",
	/* Where we can be hit and how cheaply is nothing for everybody. */
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ, [ROLE_LEAD] = OP_ALL, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &answers }, .derives = 1, .hooks = &tree_hooks, .shared = true,
};
