/* Query strings: the one grammar of lists, the API, exports and saved views, into a query and back. */
#include "auth/auth.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/http.h"
#include "base/text/register.h"
#include "register/query_internal.h"

static const struct param words[] = {
	{ .name = "q", .type = PARAM_TEXT, .max = LIMIT_SEARCH_CHARS * LIMIT_SEARCH_TERMS },
	{ .name = "sort", .type = PARAM_KEY, .max = 80 },
	{ .name = "cursor", .type = PARAM_KEY, .max = 400 },
	{ .name = "limit", .type = PARAM_INT, .min = 1, .max = LIMIT_PAGE_ROWS },
	{ .name = "archived", .type = PARAM_FLAG },
	{ .name = "columns", .type = PARAM_TEXT, .max = 4000 },
	{ .name = "id", .type = PARAM_INT, .min = 1, .max = INT64_MAX, .many = true },
};

/* Rules of conditions: the name is checked by whoever asks for the rule. */
static const struct param values = { .name = "*", .type = PARAM_TEXT, .max = LIMIT_TEXT, .many = true };
static const struct param value = { .name = "*", .type = PARAM_TEXT, .max = LIMIT_TEXT };

enum part { PART_VALUES, PART_FROM, PART_UNTIL, PART_BELOW };

static struct str split(struct str name, enum part *ret)
{
	static const struct { struct str end; enum part part; } parts[] = {
		{ STR_INIT(".from"), PART_FROM }, { STR_INIT(".until"), PART_UNTIL }, { STR_INIT(".below"), PART_BELOW },
	};
	*ret = PART_VALUES;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (!str_ends(name, parts[i].end))
			continue;
		*ret = parts[i].part;
		return str_sub(name, 0, name.n - parts[i].end.n);
	}
	return name;
}

static bool part_fits(const struct field *f, enum part part)
{
	switch (part) {
	case PART_VALUES:
		return true;
	case PART_FROM: case PART_UNTIL:
		return field_is_range(f);
	case PART_BELOW:
		return f->type == FIELD_UNIT;
	}
	return false;
}

const struct param *query_param(const struct reg *r, struct str name)
{
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_eq_z(name, words[i].name))
			return &words[i];
	enum part part;
	const struct str field = split(name, &part);
	const int at = reg_field_str(r, field);
	/* Own fields are data: their names begin with own_, and query_from_request() knows which there are. */
	const bool own = at < 0 && str_starts(field, STR("own_"));
	if (!own && (at < 0 || !(r->field[at].flags & FIELD_FILTER) || !part_fits(&r->field[at], part)))
		return NULL;
	return part == PART_VALUES ? &values : &value;
}

static int refuse(struct note *why, struct note n)
{
	*why = n;
	return ERR_INVALID;
}

/* A field that this principal may not read is answered as one that does not exist. */
static int find_field(const struct query *q, struct str name)
{
	const int at = reg_view_field(q->view, name);
	if (at < 0 || !reg_field_readable(q->by, q->view->reg, q->view->field[at]))
		return -1;
	return at;
}

/* A choice by its key; false when it is none. */
static bool choice_by_key(const struct field *f, struct str s, struct value *ret)
{
	if (f->type != FIELD_CHOICE && f->type != FIELD_MULTI)
		return false;
	for (size_t i = 0; i < f->choices; i++) {
		const struct choice *c = &f->choice[i];
		if (!c->key || !str_eq_z(s, c->key))
			continue;
		*ret = (struct value){ .known = true, .i = f->type == FIELD_MULTI ? (int64_t)1 << c->number : c->number };
		return true;
	}
	return false;
}

static int parse_value(struct arena *a, struct db_conn *c, const struct query *q, const struct field *f, struct str name,
                       struct str s, struct value *ret, struct note *why)
{
	if (choice_by_key(f, s, ret))
		return 0;
	if (f->type == FIELD_YES_NO && (str_eq(s, STR("true")) || str_eq(s, STR("false")))) {
		*ret = (struct value){ .known = true, .i = str_eq(s, STR("true")) };
		return 0;
	}
	if (field_is_reference(f)) {
		struct value v = { .known = true };
		if (num_parse_i64(s, 1, INT64_MAX, &v.i) < 0) {
			const int r = reference_find(c, a, q->by, f, s, &v.i);
			if (r == ERR_NOT_FOUND || r == ERR_INVALID)
				return refuse(why, NOTE(MSG_QUERY_NO_TARGET, ARG_S(name), ARG_S(s)));
			if (r < 0)
				return r;
		}
		*ret = v;
		return 0;
	}
	struct note detail;
	const int r = value_parse(f, a, s, q->by->lang, ret, &detail);
	if (r == ERR_INVALID || (r == 0 && !ret->known))
		return refuse(why, NOTE(MSG_QUERY_VALUE, ARG_S(name), ARG_S(s)));
	return r;
}

static struct filter *filter_at(struct query *q, int field, enum filter_kind kind)
{
	for (size_t i = 0; i < q->filters; i++)
		if (q->filter[i].field == field && q->filter[i].kind == kind)
			return &q->filter[i];
	if (q->filters == COUNT_OF(q->filter))
		return NULL;
	q->filter[q->filters] = (struct filter){ .field = field, .kind = kind };
	return &q->filter[q->filters++];
}

static void add_value(struct arena *a, struct filter *f, struct value v)
{
	struct value *grown = ARENA_ARRAY(a, f->values + 1, struct value);
	if (f->values)
		memcpy(grown, f->value, f->values * sizeof *grown);
	grown[f->values++] = v;
	f->value = grown;
}

/* by_name: whoever asks writes names of fields, as a program does; others know their labels. */
static int parse_condition(struct arena *a, struct db_conn *c, struct query *q, struct str name, struct str s, bool by_name,
                           struct note *why)
{
	enum part part;
	const int field = find_field(q, split(name, &part));
	if (field < 0)
		return refuse(why, NOTE(MSG_HTTP_PARAM_UNKNOWN, ARG_S(name)));
	const struct field *f = q->view->field[field];
	const struct str said = by_name ? name : label_of(f->label, q->by->lang);
	if (!(f->flags & FIELD_FILTER) && (size_t)field < q->view->own_from)
		return refuse(why, NOTE(MSG_HTTP_PARAM_UNKNOWN, ARG_S(name)));
	if (!part_fits(f, part))
		return refuse(why, NOTE(MSG_QUERY_NO_RANGE, ARG_S(said)));
	s = str_trim(s);
	if (s.n == 0)
		return 0; /* a form sends what is not chosen as empty */
	static const enum filter_kind kind[] = { [PART_VALUES] = FILTER_IN, [PART_FROM] = FILTER_RANGE,
		[PART_UNTIL] = FILTER_RANGE, [PART_BELOW] = FILTER_BELOW };
	const bool mine = part == PART_VALUES && str_eq(s, STR("mine")) && (f->type == FIELD_UNIT || f->type == FIELD_PERSON);
	struct value v = { 0 };
	if (!mine && !(part == PART_VALUES && str_eq(s, STR("-")))) {
		const int r = parse_value(a, c, q, f, said, s, &v, why);
		if (r < 0)
			return r;
	}
	struct filter *filter = filter_at(q, field, mine ? FILTER_MINE : kind[part]);
	if (!filter)
		return refuse(why, NOTE(MSG_QUERY_FILTERS, ARG_I((int64_t)COUNT_OF(q->filter))));
	if (part == PART_FROM)
		filter->from = v;
	else if (part == PART_UNTIL)
		filter->until = v;
	else if (!mine)
		add_value(a, filter, v);
	return 0;
}

static int parse_sort(struct query *q, struct str s, struct note *why)
{
	struct str name = s;
	q->descending = str_starts(name, STR("-"));
	if (q->descending)
		name = str_sub(name, 1, name.n - 1);
	if (str_eq(name, STR("id"))) {
		q->sort = q->descending ? SORT_NEWEST : SORT_OLDEST;
		q->descending = false;
		return 0;
	}
	q->sort = find_field(q, name);
	if (q->sort < 0 || !field_is_sortable(q->view, q->sort))
		return refuse(why, NOTE(MSG_QUERY_SORT, ARG_S(s)));
	return 0;
}

static int parse_columns(struct arena *a, struct query *q, struct str s, struct note *why)
{
	bool *columns = ARENA_ARRAY(a, q->view->fields ? q->view->fields : 1, bool);
	struct str name;
	while (str_cut(&s, ',', &name)) {
		if (name.n == 0)
			continue;
		const int at = find_field(q, name);
		if (at < 0)
			return refuse(why, NOTE(MSG_QUERY_COLUMN, ARG_S(name)));
		columns[at] = true;
	}
	q->columns = columns;
	return 0;
}

/* A parameter that the route itself declares is not ours to read. */
static bool of_route(const struct http_req *req, struct str name)
{
	if (!req->route)
		return false;
	for (size_t i = 0; i < req->route->param_count; i++)
		if (str_eq_z(name, req->route->params[i].name))
			return true;
	return false;
}

static int parse_ids(struct http_req *req, struct query *q, struct note *why)
{
	struct str s;
	size_t n = 0;
	while (http_query_many(req, "id", n, &s))
		n++;
	int64_t *ids = ARENA_ARRAY(req->arena, n + 1, int64_t);
	for (size_t i = 0; i < n; i++)
		if (!http_query_many(req, "id", i, &s) || num_parse_i64(s, 1, INT64_MAX, &ids[i]) < 0)
			return refuse(why, NOTE(MSG_HTTP_PARAM_INT_ANY, ARG_S(STR("id"))));
	q->ids = n ? ids : NULL;
	q->id_count = n;
	return 0;
}

/* Nothing is blank and within a range: who asks for both of a field asks for either. */
static void blank_or_range(struct query *q)
{
	for (size_t i = 0; i < q->filters; i++) {
		const struct filter *blank = &q->filter[i];
		if (blank->kind != FILTER_IN || blank->values != 1 || blank->value[0].known)
			continue;
		for (size_t k = 0; k < q->filters; k++) {
			if (q->filter[k].kind != FILTER_RANGE || q->filter[k].field != blank->field)
				continue;
			q->filter[k].blank = true;
			memmove(&q->filter[i], &q->filter[i + 1], (q->filters - i - 1) * sizeof q->filter[0]);
			q->filters--;
			i--;
			break;
		}
	}
}

int query_from_request(struct http_req *req, struct db_conn *c, const struct reg_view *view, struct query *ret,
                       struct note *ret_why)
{
	struct arena *a = req->arena;
	struct query q = { .view = view, .by = req->principal, .op = OP_READ, .sort = -1 };
	struct str cursor = STR_NULL;
	for (size_t i = 0; i < req->queries; i++) {
		const struct str name = req->query[i].name;
		struct str s = req->query[i].value;
		int r = 0;
		if (str_eq(name, STR("q"))) {
			s = str_trim(s);
			if (text_chars(s) > LIMIT_SEARCH_CHARS * LIMIT_SEARCH_TERMS)
				return refuse(ret_why, NOTE(MSG_QUERY_SEARCH_LONG, ARG_I(LIMIT_SEARCH_CHARS * LIMIT_SEARCH_TERMS)));
			q.search = s;
		} else if (str_eq(name, STR("sort"))) {
			r = s.n ? parse_sort(&q, s, ret_why) : 0;
		} else if (str_eq(name, STR("cursor"))) {
			cursor = s;
		} else if (str_eq(name, STR("limit"))) {
			int64_t n = 0;
			if (num_parse_i64(s, 1, LIMIT_PAGE_ROWS, &n) < 0)
				return refuse(ret_why, NOTE(MSG_QUERY_LIMIT, ARG_I(LIMIT_PAGE_ROWS)));
			q.limit = (size_t)n;
		} else if (str_eq(name, STR("archived"))) {
			q.archived = str_eq(s, STR("1"));
		} else if (str_eq(name, STR("id"))) {
			r = q.ids ? 0 : parse_ids(req, &q, ret_why);
		} else if (str_eq(name, STR("columns"))) {
			r = s.n ? parse_columns(a, &q, s, ret_why) : 0;
		} else if (!of_route(req, name)) {
			r = parse_condition(a, c, &q, name, s, !req->route || req->route->flags & ROUTE_API, ret_why);
		}
		if (r < 0)
			return r;
	}
	blank_or_range(&q);
	q.cursor = cursor;
	if (cursor.n) {
		/* Whether it fits this order is known now, not first when the list is read. */
		struct plan p;
		const int r = plan_make(NULL, a, &q, false, &p);
		if (r == ERR_INVALID)
			return refuse(ret_why, NOTE0(MSG_QUERY_CURSOR));
		if (r < 0)
			return r;
	}
	*ret = q;
	return 0;
}

/* ---- back ---- */

static void put_name(struct buf *b, const char *name, const char *end)
{
	if (b->n && b->p[b->n - 1] != '?' && b->p[b->n - 1] != '&')
		buf_char(b, '&');
	buf_z(b, name);
	buf_z(b, end);
	buf_char(b, '=');
}

static void put_value(struct buf *b, const struct field *f, const struct value *v)
{
	if (!v->known) {
		buf_char(b, '-');
	} else if (field_is_reference(f)) {
		buf_i64(b, v->i);
	} else {
		CLEANUP(buf_release) struct buf text;
		buf_init(&text, LIMIT_URL);
		bool found = false;
		for (size_t i = 0; i < f->choices && (f->type == FIELD_CHOICE || f->type == FIELD_MULTI) && !found; i++) {
			const struct choice *c = &f->choice[i];
			found = f->type == FIELD_MULTI ? (v->i >> c->number & 1) != 0 : c->number == v->i;
			if (found)
				buf_z(&text, c->key);
		}
		if (!found)
			value_put(&text, f, v, FORM_API, LANG_JA);
		http_put_encoded(b, buf_view(&text));
	}
}

/* A mask of several choices is as many conditions. */
static void put_in(struct buf *b, const struct field *f, const struct value *v)
{
	if (f->type != FIELD_MULTI || !v->known) {
		put_name(b, f->name, "");
		put_value(b, f, v);
		return;
	}
	for (unsigned i = 0; i < 63; i++) {
		if (!(v->i >> i & 1))
			continue;
		const struct value one = { .known = true, .i = (int64_t)1 << i };
		put_name(b, f->name, "");
		put_value(b, f, &one);
	}
}

void query_put(struct buf *b, const struct query *q, bool with_cursor)
{
	for (size_t i = 0; i < q->filters; i++) {
		const struct filter *f = &q->filter[i];
		const struct field *field = q->view->field[f->field];
		switch (f->kind) {
		case FILTER_IN:
			for (size_t j = 0; j < f->values; j++)
				put_in(b, field, &f->value[j]);
			break;
		case FILTER_RANGE:
			if (f->from.known) {
				put_name(b, field->name, ".from");
				put_value(b, field, &f->from);
			}
			if (f->until.known) {
				put_name(b, field->name, ".until");
				put_value(b, field, &f->until);
			}
			if (f->blank) {
				put_name(b, field->name, "");
				buf_char(b, '-');
			}
			break;
		case FILTER_EMPTY:
			put_name(b, field->name, "");
			buf_char(b, '-');
			break;
		case FILTER_MINE:
			put_name(b, field->name, "");
			buf_lit(b, "mine");
			break;
		case FILTER_BELOW:
			put_name(b, field->name, ".below");
			buf_i64(b, f->values ? f->value[0].i : 0);
			break;
		}
	}
	for (size_t i = 0; q->ids && i < q->id_count; i++) {
		put_name(b, "id", "");
		buf_i64(b, q->ids[i]);
	}
	if (q->search.n) {
		put_name(b, "q", "");
		http_put_encoded(b, q->search);
	}
	if (q->sort != -1 || q->descending) {
		put_name(b, "sort", "");
		if (q->sort >= 0) {
			if (q->descending)
				buf_char(b, '-');
			buf_z(b, q->view->field[q->sort]->name);
		} else if (q->sort == SORT_DEFAULT && q->view->reg->sort) {
			buf_char(b, '-');
			buf_z(b, q->view->reg->sort);
		} else if (q->sort == SORT_OLDEST) {
			buf_lit(b, "id");
		} else {
			buf_lit(b, "-id");
		}
	}
	if (q->archived) {
		put_name(b, "archived", "");
		buf_char(b, '1');
	}
	if (q->limit) {
		put_name(b, "limit", "");
		buf_i64(b, (int64_t)q->limit);
	}
	if (q->columns) {
		put_name(b, "columns", "");
		bool first = true;
		for (size_t i = 0; i < q->view->fields; i++) {
			if (!q->columns[i])
				continue;
			if (!first)
				buf_lit(b, "%2C");
			first = false;
			buf_z(b, q->view->field[i]->name);
		}
	}
	if (with_cursor && q->cursor.n) {
		put_name(b, "cursor", "");
		http_put_encoded(b, q->cursor);
	}
}
