/* The tree of units, and what stands below a unit's and a person's fields. */
#include "base/num.h"
#include "base/text.h"
#include "base/text/org.h"
#include "org/accounts.h"
#include "org/duty.h"
#include "org/hand_over.h"
#include "org/pages.h"
#include "register/batch.h"
#include "register/query.h"
#include "work/task.h"

#define TREE_UNITS 5000
#define TREE_DEPTH 32
#define DETAIL_ROWS 10

struct str org_row_path(struct arena *a, const struct reg *r, int64_t id)
{
	return str_printf(a, "/%s/%s/%lld", r->room, r->name, (long long)id);
}

static struct str text_of(struct arena *a, const struct field *f, const struct value *v, enum lang lang)
{
	return v->known ? value_str(a, f, v, FORM_VIEW, lang) : STR_NULL;
}

struct str unit_name(const struct row *unit)
{
	const struct value *v = &unit->v[reg_field(&reg_unit, "name")];
	return v->known ? v->s : unit->code;
}

/* Abolished by today. */
static bool is_over(struct arena *a, const struct row *unit)
{
	const struct value *v = &unit->v[reg_field(&reg_unit, "abolished_on")];
	struct str today = date_iso(a, clock_today());
	return v->known && str_cmp(v->s, today) <= 0;
}

bool unit_may_hand_over(struct db_conn *c, const struct principal *p, const struct row *unit)
{
	const int n = reg_number(&reg_unit);
	return !p->read_only && unit->state == RECORD_LIVE && auth_allows(c, p, n, OP_UPDATE, unit->unit_id, unit->id) &&
	       auth_allows(c, p, n, OP_ARCHIVE, unit->unit_id, unit->id);
}

/* ---- counts by unit ---- */

struct owning org_owning(const struct principal *p)
{
	const struct reg *all[LIMIT_REGISTERS];
	struct owning o = { .n = 0 };
	size_t n = org_owning_registers(all, COUNT_OF(all));
	for (size_t i = 0; i < n; i++)
		if (auth_ops(p, reg_number(all[i])) & OP_READ)
			o.reg[o.n++] = all[i];
	return o;
}

static void from_visible(struct sql *q, const struct principal *p, const struct reg *r)
{
	sql_lit(q, " FROM ");
	sql_name(q, r->table);
	sql_lit(q, " t WHERE t.archived = 0");
	batch_visible(q, "t");
	auth_visible(q, p, reg_number(r), OP_READ, "t");
}

int org_count(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, int64_t unit, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*)");
	from_visible(&q, p, r);
	sql_lit(&q, " AND t.unit_id = ");
	sql_i64(&q, unit);
	return db_get_i64(c, &q, ret);
}

struct str org_list_path(struct arena *a, const struct reg *r, int64_t unit)
{
	return str_printf(a, "/%s/%s?%s=%lld", r->room, r->name, r->field[reg_owner_field(r)].name, (long long)unit);
}

static void count_link(struct html *h, const struct reg *r, int64_t unit, int64_t n)
{
	html_lit(h, "<a class=\"chip\"");
	html_href(h, org_list_path(h->arena, r, unit));
	html_lit(h, ">");
	html_label(h, r->label);
	html_lit(h, " ");
	html_i64(h, n);
	html_lit(h, "</a>");
}

/* ---- the tree ---- */

struct node {
	struct row row;
	size_t child, next; /* index + 1; 0: none */
	int64_t *count;     /* by owning register */
	bool over, placed;
};

struct tree {
	struct http_req *req;
	const struct principal *by;
	struct arena *a;
	struct db_conn *conn;
	struct reg_view view;
	struct node *node;
	size_t n;
	struct owning owning;
	bool hidden, more;  /* abolished ones were left out; too many units */
};

static int take_unit(void *ctx, const struct row *row)
{
	struct tree *t = ctx;
	if (t->n == TREE_UNITS) {
		t->more = true;
		return ERR_LIMIT;
	}
	struct node *n = &t->node[t->n++];
	*n = (struct node){ .row = *row };
	n->row.code = str_dup(t->a, row->code);
	n->row.v = ARENA_ARRAY(t->a, row->values, struct value);
	for (size_t i = 0; i < row->values; i++) {
		n->row.v[i] = row->v[i];
		n->row.v[i].s = str_dup(t->a, row->v[i].s);
	}
	n->over = row->state == RECORD_ARCHIVED || is_over(t->a, &n->row);
	n->count = ARENA_ARRAY(t->a, t->owning.n + 1, int64_t);
	return 0;
}

static int compare_ids(const void *x, const void *y)
{
	int64_t a = ((const struct node *)x)->row.id, b = ((const struct node *)y)->row.id;
	return a < b ? -1 : a > b;
}

static struct node *find(struct tree *t, int64_t id)
{
	struct node key = { .row = { .id = id } };
	return t->n ? bsearch(&key, t->node, t->n, sizeof *t->node, compare_ids) : NULL;
}

static int load_counts(struct tree *t)
{
	for (size_t i = 0; i < t->owning.n; i++) {
		struct sql q;
		sql_init(&q, t->a);
		sql_lit(&q, "SELECT t.unit_id, count(*)");
		from_visible(&q, t->by, t->owning.reg[i]);
		sql_lit(&q, " GROUP BY t.unit_id");
		CLEANUP(stmt_done) struct stmt *s = NULL;
		int e = db_query(t->conn, &q, &s);
		while (e == 0 && (e = stmt_step(s)) == 1) {
			struct node *n = find(t, stmt_i64(s, 0));
			if (n)
				n->count[i] = stmt_i64(s, 1);
			e = 0;
		}
		if (e < 0)
			return e;
	}
	return 0;
}

static int load_tree(struct tree *t, bool with_archived)
{
	int e = reg_view_load(t->conn, t->a, &reg_unit, &t->view);
	t->node = ARENA_ARRAY(t->a, TREE_UNITS, struct node);
	for (int archived = 0; e == 0 && archived <= (with_archived ? 1 : 0); archived++) {
		struct query q = { .view = &t->view, .by = t->by, .op = OP_READ, .sort = SORT_DEFAULT, .archived = archived };
		e = reg_each(t->conn, &q, take_unit, t);
		if (e == ERR_LIMIT && t->more)
			e = 0;
	}
	if (e < 0)
		return e;
	qsort(t->node, t->n, sizeof *t->node, compare_ids);
	return load_counts(t);
}

static int compare_names(const void *x, const void *y)
{
	const struct node *const *a = x, *const *b = y;
	if ((*a)->over != (*b)->over)
		return (*a)->over ? 1 : -1;
	int r = str_cmp(unit_name(&(*a)->row), unit_name(&(*b)->row));
	return r ? r : compare_ids(*a, *b);
}

/* Children in the order of their names: linked from the last to the first. */
static size_t link_tree(struct tree *t)
{
	const int parent = reg_field(&reg_unit, "parent");
	struct node **by_name = ARENA_ARRAY(t->a, t->n + 1, struct node *);
	size_t root = 0;
	for (size_t i = 0; i < t->n; i++)
		by_name[i] = &t->node[i];
	qsort(by_name, t->n, sizeof *by_name, compare_names); // NOLINT(bugprone-sizeof-expression): it sorts pointers
	for (size_t i = t->n; i-- > 0;) {
		struct node *n = by_name[i], *up = n->row.v[parent].known ? find(t, n->row.v[parent].i) : NULL;
		size_t *first = up && up != n ? &up->child : &root;
		n->next = *first;
		*first = (size_t)(n - t->node) + 1;
	}
	return root;
}

static void put_dates(struct html *h, const struct row *row)
{
	const struct value *from = &row->v[reg_field(&reg_unit, "established_on")], *until = &row->v[reg_field(&reg_unit, "abolished_on")];
	if (!from->known && !until->known)
		return;
	html_lit(h, "<span class=\"muted small\">");
	html_text(h, from->s);
	html_lit(h, "〜");
	html_text(h, until->s);
	html_lit(h, "</span> ");
}

static void put_branch(struct html *h, struct tree *t, size_t first, unsigned depth)
{
	if (!first || depth > TREE_DEPTH)
		return;
	const int kind = reg_field(&reg_unit, "kind"), head = reg_field(&reg_unit, "head");
	html_lit(h, "<ul>");
	for (size_t i = first; i; i = t->node[i - 1].next) {
		struct node *n = &t->node[i - 1];
		html_lit(h, "<li");
		if (n->over)
			html_lit(h, " class=\"over\"");
		html_lit(h, "><div class=\"unit-line\"><a class=\"unit-name\"");
		html_href(h, org_row_path(h->arena, &reg_unit, n->row.id));
		html_lit(h, ">");
		html_text(h, unit_name(&n->row));
		html_lit(h, "</a> ");
		if (n->over)
			html_badge(h, TONE_GREY, msg(h->lang, MSG_ORG_TREE_OVER));
		if (n->row.v[kind].known) {
			html_lit(h, "<span class=\"muted small\">");
			html_text(h, text_of(h->arena, t->view.field[kind], &n->row.v[kind], h->lang));
			html_lit(h, "</span> ");
		}
		put_dates(h, &n->row);
		if (n->row.v[head].known) {
			html_lit(h, "<span class=\"muted small\">");
			html_note(h, &NOTE(MSG_ORG_TREE_HEAD, ARG_S(n->row.v[head].s)));
			html_lit(h, "</span> ");
		}
		html_lit(h, "<span class=\"unit-counts\">");
		for (size_t k = 0; k < t->owning.n; k++)
			if (n->count[k])
				count_link(h, t->owning.reg[k], n->row.id, n->count[k]);
		html_lit(h, "</span></div>");
		if (!n->placed) { /* a cycle, which cannot be, would be drawn once */
			n->placed = true;
			put_branch(h, t, n->child, depth + 1);
		}
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
}

static void tree_actions(struct html *h, void *ctx)
{
	struct tree *t = ctx;
	bool all = str_eq(http_query(t->req, "all"), STR("1"));
	html_button_link(h, all ? STR("/org/tree") : STR("/org/tree?all=1"), "eye", msg(h->lang, all ? MSG_ORG_TREE_LIVE : MSG_ORG_TREE_ALL), false);
	html_button_link(h, STR("/org/unit"), "list-search", msg(h->lang, MSG_ORG_TREE_LIST), false);
	if (auth_ops(t->by, reg_number(&reg_unit)) & OP_CREATE)
		html_button_link(h, STR("/org/unit/new"), "plus", msg(h->lang, MSG_ORG_TREE_ADD), true);
}

void org_page_begin(struct http_req *req, struct html *h, struct page *page)
{
	const struct principal *p = auth_principal(req);
	html_init(h, &req->answer->body, req->arena, p->lang, req->csrf);
	page->help_path = STR("/help/org");
	office_of(req)->frame(req, page);
	page->breadcrumb_label[0] = msg(p->lang, MSG_ORG);
	page->breadcrumb_path[0] = STR("/org");
	page->breadcrumb_label[1] = page->title;
	page_begin(h, page);
}

static void page_tree(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	if (!(auth_ops(p, reg_number(&reg_unit)) & OP_READ)) {
		http_fail(req, 404, NOTE0(MSG_ORG_NOT_FOUND));
		return;
	}
	struct office *o = office_of(req);
	struct tree t = { .req = req, .by = p, .a = req->arena, .conn = db_read_begin(o->db), .owning = org_owning(p) };
	int e = load_tree(&t, str_eq(http_query(req, "all"), STR("1")));
	db_read_end(o->db, &t.conn);
	if (e < 0) {
		http_fail(req, 500, NOTE0(MSG_ORG_FAILED));
		return;
	}
	struct html h;
	struct page page = { .title = msg(p->lang, MSG_ORG_TREE), .subtitle = msg(p->lang, MSG_ORG_TREE_ABOUT), .actions = tree_actions, .actions_ctx = &t };
	if (str_eq(http_query(req, "done"), STR("handed-over"))) {
		int64_t moved = 0;
		(void)http_query_i64(req, "moved", &moved);
		page.notice = note_str(req->arena, p->lang, &NOTE(MSG_ORG_HANDED_OVER, ARG_I(moved)));
	}
	org_page_begin(req, &h, &page);
	if (t.n) {
		html_lit(&h, "<div class=\"card\"><div class=\"card-body tree\">");
		put_branch(&h, &t, link_tree(&t), 0);
		html_lit(&h, "</div></div>");
		if (t.more)
			html_alert(&h, TONE_YELLOW, STR_NULL, note_str(req->arena, p->lang, &NOTE(MSG_ORG_TREE_MORE, ARG_I(TREE_UNITS))));
	} else {
		bool may = auth_ops(p, reg_number(&reg_unit)) & OP_CREATE;
		html_empty(&h, msg(p->lang, MSG_ORG_TREE_EMPTY), label_of(reg_unit.empty, p->lang), may ? STR("/org/unit/new") : STR_NULL, msg(p->lang, MSG_ORG_TREE_ADD));
	}
	page_end(&h);
}

/* ---- below the fields of a unit and a person ---- */

/* The first rows, as a table, and a link to all of them when there are more. */
static void put_table(struct html *h, const struct reg_view *view, int field, int64_t target, const struct listing *l, const char *const *columns, bool heading)
{
	const struct reg *r = view->reg;
	if (heading) {
		html_lit(h, "<h3>");
		html_label(h, r->label);
		html_lit(h, "：");
		html_label(h, r->field[field].label);
		html_lit(h, "</h3>");
	}
	reg_table(h, view, l->row, l->rows, columns);
	if (l->next.n) {
		html_lit(h, "<p><a");
		html_href(h, str_printf(h->arena, "/%s/%s?%s=%lld", r->room, r->name, r->field[field].name, (long long)target));
		html_lit(h, ">");
		html_msg(h, MSG_ORG_SHOW_ALL);
		html_lit(h, "</a></p>");
	}
}

/* Of a register whose reference field names target; false when there are none. */
static bool put_rows(struct html *h, const struct principal *p, struct db_conn *c, const struct reg *r, int field, int64_t target,
                     const char *const *columns)
{
	struct reg_view view;
	struct listing l;
	struct value v = { .known = true, .i = target };
	if (reg_view_load(c, h->arena, r, &view) < 0)
		return false;
	struct query q = { .view = &view, .by = p, .op = OP_READ, .sort = SORT_DEFAULT, .limit = DETAIL_ROWS, .filters = 1 };
	q.filter[0] = (struct filter){ .field = field, .kind = FILTER_IN, .value = &v, .values = 1 };
	if (reg_list(c, h->arena, &q, &l) < 0 || !l.rows)
		return false;
	put_table(h, &view, field, target, &l, columns, false);
	return true;
}

/* Where the rights on a unit that is gone go: to its successor, or to the unit it was merged into; 0 when there is none. */
static int64_t heir_of(struct db_conn *c, struct arena *a, const struct row *unit)
{
	const struct value *successor = &unit->v[reg_field(&reg_unit, "successor")];
	int64_t id = 0;
	if (unit->state != RECORD_ARCHIVED)
		return 0;
	if (successor->known)
		return successor->i;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT coalesce(merged_into, 0) FROM record WHERE id = ");
	sql_i64(&q, unit->id);
	return db_get_i64(c, &q, &id) == 0 ? id : 0;
}

struct grants_job {
	struct http_req *req;
	int64_t from, to, moved;
};

static int grants_job(struct db_conn *c, void *arg)
{
	struct grants_job *j = arg;
	return auth_grants_move(c, j->req->arena, auth_principal(j->req), j->from, j->to, &j->moved);
}

static void do_grants(struct http_req *req)
{
	struct office *o = office_of(req);
	struct grants_job j = { .req = req };
	struct reg_view view;
	struct row unit, heir;
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &j.from) < 0 ? ERR_NOT_FOUND : 0;
	struct db_conn *c = db_read_begin(o->db);
	if (e == 0)
		e = reg_view_load(c, req->arena, &reg_unit, &view);
	if (e == 0)
		e = reg_get(c, req->arena, auth_principal(req), &view, j.from, &unit);
	if (e == 0)
		j.to = heir_of(c, req->arena, &unit);
	if (e == 0)
		e = j.to ? reg_get(c, req->arena, auth_principal(req), &view, j.to, &heir) : ERR_NOT_FOUND;
	db_read_end(o->db, &c);
	if (e == 0)
		e = db_write(o->db, grants_job, &j);
	if (e < 0)
		http_fail(req, e == ERR_NOT_FOUND ? 404 : 500, NOTE0(e == ERR_NOT_FOUND ? MSG_ORG_NOT_FOUND : MSG_ORG_FAILED));
	else
		http_redirect(req, org_row_path(req->arena, &reg_unit, j.to));
}

/* The rights on a unit that is gone hold for nothing any more: who administers them moves them on. */
static void put_grants(struct html *h, const struct principal *p, struct db_conn *c, const struct row *row)
{
	int64_t n = 0, heir = heir_of(c, h->arena, row);
	if (!heir || auth_grants_on(c, h->arena, row->id, &n) < 0 || !n)
		return;
	html_section_begin(h, MSG_ORG_GRANTS);
	html_lit(h, "<p>");
	html_note(h, &NOTE(MSG_ORG_GRANTS_LEFT, ARG_I(n)));
	html_lit(h, "</p>");
	if (p->needs & NEED_ADMIN && !p->read_only) {
		html_form_begin(h, str_printf(h->arena, "/org/unit/%lld/grants", (long long)row->id), false);
		html_lit(h, "<p class=\"actions\"><button type=\"submit\" class=\"btn\">");
		html_msg(h, MSG_ORG_GRANTS_MOVE);
		html_lit(h, "</button></p>");
		html_form_end(h);
	}
	html_section_end(h);
}

void org_unit_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct reg *person = reg_find(STR("person"));
	static const char *const unit_columns[] = { "name", "kind", "head", "abolished_on", NULL };
	static const char *const person_columns[] = { "name", "kind", "job_title", "left_on", NULL };
	struct owning owning = org_owning(p);
	html_section_begin(h, MSG_ORG_OWNS);
	html_lit(h, "<p class=\"chips\">");
	for (size_t i = 0; i < owning.n; i++) {
		int64_t n = 0;
		if (org_count(c, h->arena, p, owning.reg[i], row->id, &n) == 0)
			count_link(h, owning.reg[i], row->id, n);
	}
	html_lit(h, "</p><p class=\"actions\">");
	html_button_link(h, STR("/org/tree"), "building", msg(h->lang, MSG_ORG_TREE), false);
	if (unit_may_hand_over(c, p, row))
		html_button_link(h, str_printf(h->arena, "/org/unit/%lld/hand-over", (long long)row->id), "git-merge", msg(h->lang, MSG_ORG_HAND_OVER), false);
	html_lit(h, "</p>");
	html_section_end(h);
	put_grants(h, p, c, row);
	html_section_begin(h, MSG_ORG_SUB_UNITS);
	if (!put_rows(h, p, c, &reg_unit, reg_field(&reg_unit, "parent"), row->id, unit_columns)) {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_ORG_NONE);
		html_lit(h, "</p>");
	}
	html_section_end(h);
	if (!(auth_ops(p, reg_number(person)) & OP_READ))
		return;
	html_section_begin(h, MSG_ORG_MEMBERS);
	if (!put_rows(h, p, c, person, reg_field(person, "unit"), row->id, person_columns)) {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_ORG_NONE);
		html_lit(h, "</p>");
	}
	html_section_end(h);
}

static bool names_a_person(const struct field *f)
{
	return f->type == FIELD_PERSON && f->flags & FIELD_FILTER;
}

struct answering {
	struct html *h;
	int64_t person;
	bool any;
};

static int answers_for(void *ctx, const struct reg_view *view, int field, const struct listing *l)
{
	struct answering *x = ctx;
	const char *const columns[] = { view->reg->title, NULL };
	put_table(x->h, view, field, x->person, l, columns, true);
	x->any = true;
	return 0;
}

/* Everything of which a person field names this person. */
void org_person_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value *left = &row->v[reg_field(&reg_person, "left_on")];
	struct answering x = { .h = h, .person = row->id };
	html_section_begin(h, MSG_ORG_ANSWERS_FOR);
	const struct referring all = { .target = &reg_person, .id = row->id, .limit = DETAIL_ROWS, .wanted = names_a_person, .each = answers_for, .ctx = &x };
	int e = reg_referring(c, h->arena, p, &all);
	if (e < 0)
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_ORG_FAILED), STR_NULL);
	if (e == 0 && !x.any) {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_ORG_ANSWERS_FOR_NONE);
		html_lit(h, "</p>");
	}
	html_section_end(h);
	struct buf today;
	buf_init(&today, 32);
	date_put_iso(&today, clock_today());
	if (x.any && left->known && str_cmp(left->s, buf_view(&today)) <= 0)
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_ORG_LEFT_TITLE), msg(h->lang, MSG_ORG_LEFT_TEXT));
	buf_release(&today);
	task_of_person(h, req, c, row);
}

void org_unit_list(struct html *h, struct http_req *req, struct db_conn *c)
{
	(void)req, (void)c;
	html_lit(h, "<p><a");
	html_href(h, STR("/org/tree"));
	html_lit(h, ">");
	html_msg(h, MSG_ORG_TREE_OPEN);
	html_lit(h, "</a></p>");
}

static const struct param tree_params[] = { { "all", PARAM_FLAG }, { "done", PARAM_KEY, 0, 20 }, { "moved", PARAM_INT } };
static const struct param hand_over_params[] = {
	{ "target", PARAM_INT }, { "reason", PARAM_TEXT, 0, 500 }, { "close", PARAM_FLAG }, { "grants", PARAM_FLAG }, { "abolished_on", PARAM_TEXT, 0, 20 },
};

static const struct param accounts_params[] = { { "of", PARAM_KEY, 0, 20 } };

const struct route org_routes[] = {
	{ HTTP_GET, "/org/accounts", accounts_page, 0, NEED_ADMIN, accounts_params, COUNT_OF(accounts_params) },
	{ HTTP_GET, "/org/duties", org_duties_page, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/org/tree", page_tree, 0, NEED_REGISTER, tree_params, COUNT_OF(tree_params) },
	{ HTTP_GET, "/org/unit/:id/hand-over", org_hand_over_page, 0, NEED_REGISTER },
	{ HTTP_POST, "/org/unit/:id/hand-over", org_hand_over_do, 0, NEED_REGISTER, hand_over_params, COUNT_OF(hand_over_params) },
	{ HTTP_POST, "/org/unit/:id/grants", do_grants, 0, NEED_ADMIN },
};
const size_t org_route_count = COUNT_OF(org_routes);
