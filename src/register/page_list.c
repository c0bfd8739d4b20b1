/* The list: search, filters as chips, sort links, columns, selection, next page by key. */
#include "register/page_list.h"

#include "base/num.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "base/text/html.h"
#include "register/export.h"
#include "register/faces.h"
#include "register/warn.h"

const struct param *list_param(const struct http_req *req, struct str name)
{
	static const struct param any = { .name = "*", .type = PARAM_TEXT, .max = LIMIT_TEXT, .many = true };
	const struct reg *r = reg_find(req->capture[1]);
	return r ? query_param(r, name) : &any; /* without a register the handler answers 404 */
}

/* The list with those conditions that can be read. */
static struct str readable_part(struct face *f)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL);
	buf_str(&b, face_path(f, ""));
	struct http_req one = *f->req;
	bool any = false;
	one.queries = 1;
	for (size_t i = 0; i < f->req->queries; i++) {
		struct query q;
		struct note why;
		one.query = &f->req->query[i];
		if (str_eq(one.query->name, STR("cursor")) || query_from_request(&one, f->conn, &f->view, &q, &why) < 0)
			continue;
		buf_char(&b, any ? '&' : '?');
		http_put_encoded(&b, one.query->name);
		buf_char(&b, '=');
		http_put_encoded(&b, one.query->value);
		any = true;
	}
	return buf_error(&b) ? face_path(f, "") : str_dup(f->a, buf_view(&b));
}

int face_query(struct face *f, struct query *ret)
{
	struct note why;
	int e = query_from_request(f->req, f->conn, &f->view, ret, &why);
	if (e == ERR_INVALID)
		face_stop(f, 400, &why, readable_part(f), MSG_FACE_BACK_WITHOUT);
	else if (e < 0)
		face_fail(f, e);
	return e;
}

void query_hidden(struct face *f, const struct query *q, const char *const *without)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL * 2);
	query_put(&b, q, false);
	struct http_pair *pair;
	size_t n;
	if (http_parse_urlencoded(f->a, str_dup(f->a, buf_view(&b)), &pair, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		bool skip = false;
		for (const char *const *w = without; w && *w; w++)
			skip = skip || str_eq_z(pair[i].name, *w);
		if (!skip)
			html_hidden(&f->h, str_z(f->a, pair[i].name), pair[i].value);
	}
}

struct str filter_text(struct face *f, const struct filter *filter)
{
	const struct field *field = f->view.field[filter->field];
	struct str label = label_of(field->label, f->lang);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 4000);
	switch (filter->kind) {
	case FILTER_EMPTY:
		return face_say(f, MSG_FACE_CHIP, ARG_S(label), ARG_M(MSG_UNKNOWN));
	case FILTER_MINE:
		return face_say(f, MSG_FACE_CHIP, ARG_S(label), ARG_M(MSG_FACE_MINE));
	case FILTER_RANGE:
		return face_say(f, filter->blank ? MSG_FACE_CHIP_RANGE_BLANK : MSG_FACE_CHIP_RANGE, ARG_S(label),
		                ARG_S(value_str(f->a, field, &filter->from, FORM_FILE, f->lang)),
		                ARG_S(value_str(f->a, field, &filter->until, FORM_FILE, f->lang)));
	case FILTER_IN:
	case FILTER_BELOW:
		break;
	}
	for (size_t i = 0; i < filter->values && i < 8; i++) {
		const struct value *v = &filter->value[i];
		if (i)
			buf_z(&b, f->lang == LANG_JA ? "、" : ", ");
		if (!v->known)
			buf_str(&b, face_text(f, MSG_UNKNOWN));
		else if (field_is_ref(field))
			buf_str(&b, reference_title(f, field, v->i));
		else
			value_put(&b, field, v, FORM_VIEW, f->lang);
	}
	if (filter->values > 8)
		buf_lit(&b, " …");
	return face_say(f, filter->kind == FILTER_BELOW ? MSG_FACE_CHIP_BELOW : MSG_FACE_CHIP, ARG_S(label),
	                ARG_S(str_dup(f->a, buf_view(&b))));
}

struct list {
	struct face *f;
	struct query q;
	struct listing rows;
	int shown[LIMIT_FIELDS];
	size_t shown_n;
	bool bulk;         /* rows can be selected */
};

/* The columns asked for, or those of the description. */
static void choose_columns(struct list *l)
{
	struct face *f = l->f;
	const bool *asked = l->q.columns;
	bool *read = ARENA_ARRAY(f->a, f->view.fields + 1, bool);
	for (size_t i = 0; i < f->view.fields; i++) {
		const struct field *field = f->view.field[i];
		if (!reg_field_readable(f->by, f->reg, field))
			continue;
		bool show = asked ? asked[i] : (field->flags & FIELD_LIST) != 0;
		if (show && l->shown_n < COUNT_OF(l->shown))
			l->shown[l->shown_n++] = (int)i;
		read[i] = show;
	}
	int title = reg_field(f->reg, f->reg->title);
	if (title >= 0)
		read[title] = true;
	l->q.columns = read;
}

static void chips(struct list *l, const bool *asked)
{
	struct face *f = l->f;
	struct html *h = &f->h;
	if (!l->q.filters && !l->q.search.n && !l->q.ids)
		return;
	html_lit(h, "<ul class=\"chips\"");
	html_attr_msg(h, "aria-label", MSG_FACE_FILTERS_ACTIVE);
	html_lit(h, ">");
	for (size_t i = 0; i <= l->q.filters + 1; i++) {
		struct query q = l->q;
		q.columns = asked;
		struct str text;
		if (i < l->q.filters) {
			text = filter_text(f, &l->q.filter[i]);
			memmove(&q.filter[i], &q.filter[i + 1], (q.filters - i - 1) * sizeof q.filter[0]);
			q.filters--;
		} else if (i == l->q.filters) {
			if (!q.search.n)
				continue;
			text = face_say(f, MSG_FACE_CHIP_SEARCH, ARG_S(q.search));
			q.search = STR_NULL;
		} else {
			if (!q.ids)
				continue;
			text = face_say(f, MSG_FACE_CHIP_ROWS, ARG_I((int64_t)q.id_count));
			q.ids = NULL;
			q.id_count = 0;
		}
		html_lit(h, "<li><a class=\"chip\"");
		html_href(h, face_query_path(f, "", &q, false, NULL));
		html_attr(h, "title", face_say(f, MSG_FACE_CHIP_REMOVE, ARG_S(text)));
		html_lit(h, ">");
		html_text(h, text);
		html_icon(h, "x");
		html_lit(h, "<span class=\"visually-hidden\">");
		html_msg(h, MSG_FACE_REMOVE);
		html_lit(h, "</span></a></li>");
	}
	html_lit(h, "<li><a");
	html_href(h, face_path(f, l->q.archived ? "?archived=1" : ""));
	html_lit(h, ">");
	html_msg(h, MSG_FACE_FILTERS_CLEAR);
	html_lit(h, "</a></li></ul>");
}

static void columns_menu(struct list *l, const bool *asked)
{
	struct face *f = l->f;
	struct html *h = &f->h;
	html_lit(h, "<details class=\"panel-menu\"><summary class=\"btn\">");
	html_icon(h, "columns");
	html_msg(h, MSG_FACE_COLUMNS);
	html_lit(h, "</summary><div><form method=\"get\"");
	html_url_attr(h, "action", face_path(f, ""));
	html_lit(h, ">");
	struct query q = l->q;
	q.columns = NULL;
	query_hidden(f, &q, NULL);
	for (size_t i = 0; i < f->view.fields; i++) {
		const struct field *field = f->view.field[i];
		if (!reg_field_readable(f->by, f->reg, field))
			continue;
		bool on = asked ? asked[i] : (field->flags & FIELD_LIST) != 0;
		html_lit(h, "<label class=\"check\"><input type=\"checkbox\" name=\"column\"");
		html_attr(h, "value", str_of(field->name));
		html_flag(h, "checked", on);
		html_lit(h, ">");
		html_label(h, field->label);
		html_lit(h, "</label>");
	}
	html_lit(h, "<div class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(h, MSG_FACE_SHOW);
	html_lit(h, "</button><a class=\"btn\"");
	html_href(h, face_query_path(f, "", &q, false, NULL));
	html_lit(h, ">");
	html_msg(h, MSG_FACE_COLUMNS_DEFAULT);
	html_lit(h, "</a></div></form></div></details>");
}

static void export_menu(struct list *l)
{
	static const struct {
		const char *what;
		msg_id label;
	} kinds[] = {
		{ "format=xlsx", MSG_FACE_EXPORT_XLSX }, { "format=csv", MSG_FACE_EXPORT_CSV },
		{ "format=csv&encoding=cp932", MSG_FACE_EXPORT_CP932 }, { "format=jsonl", MSG_FACE_EXPORT_JSONL },
	};
	struct face *f = l->f;
	struct html *h = &f->h;
	struct query q = l->q;
	q.limit = 0;
	html_lit(h, "<details class=\"panel-menu\"><summary class=\"btn\">");
	html_icon(h, "download");
	html_msg(h, MSG_FACE_EXPORT);
	html_lit(h, "</summary><div><p class=\"small muted\">");
	html_msg(h, l->q.filters || l->q.search.n || l->q.ids ? MSG_FACE_EXPORT_MATCHING : MSG_FACE_EXPORT_ALL);
	html_lit(h, "</p>");
	q.columns = NULL;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		html_lit(h, "<a class=\"panel-item\"");
		html_href(h, face_query_path(f, "/export", &q, false, kinds[i].what));
		html_lit(h, ">");
		html_msg(h, kinds[i].label);
		html_lit(h, "</a>");
	}
	const struct layout *layout;
	for (size_t i = 0; (layout = export_layout_at(f->reg, i)); i++) {
		html_lit(h, "<a class=\"panel-item\"");
		html_href(h, face_query_path(f, "/export", &q, false, str_z(f->a, str_printf(f->a, "format=xlsx&layout=%s", layout->name))));
		html_lit(h, ">");
		html_label(h, layout->label);
		html_lit(h, "</a>");
	}
	html_lit(h, "</div></details>");
}

static void list_actions(struct html *h, void *ctx)
{
	struct list *l = ctx;
	struct face *f = l->f;
	if (f->ops & OP_EXPORT)
		export_menu(l);
	if (f->ops & OP_IMPORT)
		html_button_link(h, face_path(f, "/import"), "upload", face_text(f, MSG_FACE_IMPORT), false);
	if (f->ops & OP_CREATE)
		html_button_link(h, face_path(f, "/new"), "plus", face_text(f, MSG_FACE_ADD), true);
}

static void toolbar(struct list *l, const bool *asked)
{
	static const char *const without[] = { "q", NULL };
	struct face *f = l->f;
	struct html *h = &f->h;
	struct query q = l->q;
	q.columns = asked;
	html_lit(h, "<div class=\"toolbar\"><form method=\"get\" role=\"search\"");
	html_url_attr(h, "action", face_path(f, ""));
	html_attr_msg(h, "aria-label", MSG_FACE_SEARCH_HERE);
	html_lit(h, ">");
	query_hidden(f, &q, without);
	html_lit(h, "<div class=\"input-group\"><input type=\"search\" class=\"form-control\" name=\"q\" maxlength=\"100\"");
	html_attr(h, "value", q.search);
	html_attr_msg(h, "aria-label", MSG_FACE_SEARCH_HERE);
	html_attr_msg(h, "placeholder", MSG_FACE_SEARCH_HERE);
	html_lit(h, "><button type=\"submit\" class=\"btn\">");
	html_icon(h, "search");
	html_msg(h, MSG_HTML_SEARCH);
	html_lit(h, "</button></div></form><div class=\"actions\"><a class=\"btn\" hx-target=\"#filter-box\" hx-swap=\"innerHTML\"");
	struct str filter = face_query_path(f, "/filter", &q, false, NULL);
	html_href(h, filter);
	html_url_attr(h, "hx-get", filter);
	html_lit(h, ">");
	html_icon(h, "filter");
	html_msg(h, MSG_FACE_FILTER);
	html_lit(h, "</a>");
	columns_menu(l, asked);
	saved_views_menu(f, &q);
	q.archived = !q.archived;
	q.cursor = STR_NULL;
	html_button_link(h, face_query_path(f, "", &q, false, NULL), q.archived ? "archive" : "arrow-left",
	                 face_text(f, q.archived ? MSG_FACE_ARCHIVED_SHOW : MSG_FACE_LIVE_SHOW), false);
	html_lit(h, "</div></div><div id=\"filter-box\"></div>");
}

static void heading(struct list *l, int field, const bool *asked)
{
	struct face *f = l->f;
	struct html *h = &f->h;
	const struct field *d = f->view.field[field];
	int sort = l->q.sort == -1 ? reg_field(f->reg, f->reg->sort) : l->q.sort;
	html_lit(h, "<th scope=\"col\"");
	if (field_is_number(d))
		html_lit(h, " class=\"number\"");
	if (!(d->flags & FIELD_SORT) || field_is_ref(d)) {
		html_lit(h, ">");
		html_label(h, d->label);
		html_lit(h, "</th>");
		return;
	}
	struct query q = l->q;
	q.columns = asked;
	q.cursor = STR_NULL;
	bool here = sort == field;
	if (here && q.descending)
		html_lit(h, " aria-sort=\"descending\"");
	else if (here)
		html_lit(h, " aria-sort=\"ascending\"");
	q.sort = field;
	q.descending = here && !q.descending;
	html_lit(h, "><a");
	html_href(h, face_query_path(f, "", &q, false, NULL));
	html_lit(h, ">");
	html_label(h, d->label);
	if (here)
		html_icon(h, l->q.descending ? "sort-descending" : "sort-ascending");
	html_lit(h, "</a></th>");
}

/* The row's name leads to its page and stands first, with its code: on a phone it is the head of the card. */
static void table_row(struct list *l, const struct row *row, int title)
{
	struct face *f = l->f;
	struct html *h = &f->h;
	struct str name = row_title(&f->view, row);
	html_lit(h, "<tr>");
	if (l->bulk) {
		html_lit(h, "<td class=\"select\"><input type=\"checkbox\" name=\"id\"");
		html_attr_i64(h, "value", row->id);
		html_attr(h, "aria-label", face_say(f, MSG_FACE_SELECT_ROW, ARG_S(row->code)));
		html_lit(h, "></td>");
	}
	html_lit(h, "<th scope=\"row\"><div><a");
	html_href(h, face_row_path(f, row->id, ""));
	html_lit(h, ">");
	html_text(h, name);
	html_lit(h, "</a>");
	if (!str_eq(name, row->code)) {
		html_lit(h, " <span class=\"muted small nowrap\">");
		html_text(h, row->code);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div></th>");
	for (size_t i = 0; i < l->shown_n; i++) {
		const struct field *d = f->view.field[l->shown[i]];
		if (l->shown[i] == title)
			continue;
		html_lit(h, "<td");
		if (field_is_number(d))
			html_lit(h, " class=\"number\"");
		else if (d->type == FIELD_DATE)
			html_lit(h, " class=\"nowrap\"");
		html_attr(h, "data-label", label_of(d->label, f->lang));
		html_lit(h, ">");
		const struct field shown = field_in_row(f->reg, d, row);
		value_html(h, &shown, &row->v[l->shown[i]], true);
		if (row->state == RECORD_LIVE)
			warn_badge(h, &f->view, (int)l->shown[i], &row->v[l->shown[i]]);
		html_lit(h, "</td>");
	}
	html_lit(h, "</tr>");
}

static void table(struct list *l, const bool *asked)
{
	struct face *f = l->f;
	struct html *h = &f->h;
	int title = reg_field(f->reg, f->reg->title);
	if (l->bulk) {
		html_form_begin(h, face_path(f, "/bulk"), false);
		html_hidden(h, "_return", face_query_path(f, "", &l->q, true, NULL));
	}
	html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr(h, "aria-label", label_of(f->reg->label, f->lang));
	html_lit(h, "><table class=\"table table-cards\"><thead><tr>");
	if (l->bulk) {
		html_lit(h, "<td class=\"select\"><input type=\"checkbox\" class=\"js-only\" data-check-all=\"id\"");
		html_attr_msg(h, "aria-label", MSG_FACE_SELECT_ALL);
		html_lit(h, "></td>");
	}
	heading(l, title, asked);
	for (size_t i = 0; i < l->shown_n; i++)
		if (l->shown[i] != title)
			heading(l, l->shown[i], asked);
	html_lit(h, "</tr></thead><tbody>");
	for (size_t i = 0; i < l->rows.rows; i++)
		table_row(l, &l->rows.row[i], title);
	html_lit(h, "</tbody></table></div>");
	if (l->bulk) {
		html_lit(h, "<div class=\"bulk\"><span>");
		html_msg(h, MSG_FACE_SELECTED);
		html_lit(h, "<span class=\"js-only\"> <strong data-check-count>0</strong></span></span>");
		if (f->ops & (OP_UPDATE | OP_ARCHIVE) && !l->q.archived) {
			html_lit(h, "<button type=\"submit\" class=\"btn\" name=\"_do\" value=\"choose\">");
			html_icon(h, "pencil");
			html_msg(h, MSG_FACE_BULK);
			html_lit(h, "</button>");
		}
		if (f->ops & OP_EXPORT) {
			html_lit(h, "<button type=\"submit\" class=\"btn\" name=\"_do\" value=\"export\">");
			html_icon(h, "download");
			html_msg(h, MSG_FACE_EXPORT_SELECTED);
			html_lit(h, "</button>");
		}
		html_lit(h, "</div>");
		html_form_end(h);
	}
}

static void pager(struct list *l, const bool *asked)
{
	struct face *f = l->f;
	struct html *h = &f->h;
	struct query q = l->q;
	q.columns = asked;
	if (!l->q.cursor.n && !l->rows.next.n)
		return;
	html_lit(h, "<nav class=\"pager\"");
	html_attr_msg(h, "aria-label", MSG_FACE_PAGES);
	html_lit(h, "><span>");
	if (l->q.cursor.n) {
		html_lit(h, "<a");
		html_href(h, face_query_path(f, "", &q, false, NULL));
		html_lit(h, ">");
		html_icon(h, "arrow-up");
		html_msg(h, MSG_FACE_FIRST);
		html_lit(h, "</a>");
	}
	html_lit(h, "</span><span>");
	if (l->rows.next.n) {
		q.cursor = l->rows.next;
		html_lit(h, "<a rel=\"next\"");
		html_href(h, face_query_path(f, "", &q, true, NULL));
		html_lit(h, ">");
		html_msg(h, MSG_FACE_NEXT);
		html_icon(h, "chevron-right");
		html_lit(h, "</a>");
	}
	html_lit(h, "</span></nav>");
}

static struct str counted(struct list *l)
{
	struct face *f = l->f;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	num_put_grouped(&b, l->rows.count < 0 ? (int64_t)l->rows.rows : l->rows.count);
	if (l->rows.count_capped)
		buf_char(&b, '+');
	return face_say(f, l->q.archived ? MSG_FACE_TITLE_ARCHIVED : MSG_FACE_TITLE_COUNT, ARG_L(f->reg->label),
	                ARG_S(str_dup(f->a, buf_view(&b))));
}

/* Boxes of the column menu become the one parameter of the grammar. */
static bool columns_chosen(struct list *l)
{
	struct face *f = l->f;
	struct str name;
	bool *columns = ARENA_ARRAY(f->a, f->view.fields + 1, bool);
	bool any = false;
	for (size_t i = 0; http_query_many(f->req, "column", i, &name); i++) {
		int at = reg_view_field(&f->view, name);
		if (at >= 0 && reg_field_readable(f->by, f->reg, f->view.field[at]))
			any = columns[at] = true;
	}
	if (!any)
		return false;
	l->q.columns = columns;
	http_redirect(f->req, face_query_path(f, "", &l->q, false, NULL));
	return true;
}

static void nothing(struct list *l)
{
	struct face *f = l->f;
	struct html *h = &f->h;
	if (l->q.filters || l->q.search.n || l->q.ids || l->q.archived || l->q.cursor.n) {
		html_empty(h, face_text(f, MSG_FACE_NONE_MATCH), face_text(f, MSG_FACE_NONE_MATCH_HOW),
		           face_path(f, ""), face_text(f, MSG_FACE_FILTERS_CLEAR));
		return;
	}
	bool import = (f->ops & OP_IMPORT) != 0, create = (f->ops & OP_CREATE) != 0;
	html_empty(h, face_say(f, MSG_FACE_EMPTY, ARG_L(f->reg->label)), label_of(f->reg->empty, f->lang),
	           import ? face_path(f, "/import") : create ? face_path(f, "/new") : STR_NULL,
	           face_text(f, import ? MSG_FACE_IMPORT : MSG_FACE_ADD));
}

void page_list(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	if (face_open(req, f, OP_READ) < 0)
		return;
	struct list l = { .f = f };
	if (face_query(f, &l.q) < 0 || columns_chosen(&l))
		return;
	const bool *asked = l.q.columns;
	choose_columns(&l);
	l.q.count = true;
	l.bulk = (f->ops & OP_EXPORT) || (!l.q.archived && (f->ops & (OP_UPDATE | OP_ARCHIVE)));
	int e = reg_list(f->conn, f->a, &l.q, &l.rows);
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	l.bulk = l.bulk && l.rows.rows;
	struct page p = { 0 };
	p.actions = list_actions;
	p.actions_ctx = &l;
	p.subtitle = label_of(f->reg->about, f->lang);
	face_page(f, &p, counted(&l), STR_NULL);
	if (f->reg->hooks && f->reg->hooks->list)
		f->reg->hooks->list(&f->h, req, f->conn);
	toolbar(&l, asked);
	chips(&l, asked);
	if (l.rows.bounded)
		html_alert(&f->h, TONE_YELLOW, face_text(f, MSG_FACE_BOUNDED), face_text(f, MSG_FACE_BOUNDED_HOW));
	if (l.rows.rows)
		table(&l, asked);
	else
		nothing(&l);
	pager(&l, asked);
	page_end(&f->h);
}

/* ---- for dashboards and detail hooks of rooms ---- */

void reg_cards(struct html *h, const struct principal *p, const char *room, int level)
{
	html_lit(h, "<ul class=\"cards list-unstyled\">");
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		if (strcmp(r->room, room) != 0 || !(auth_ops(p, reg_number(r)) & OP_READ))
			continue;
		html_lit(h, "<li class=\"card\"><div class=\"card-body\">");
		if (level == 2)
			html_lit(h, "<h2 class=\"card-title\">");
		else
			html_lit(h, "<h3 class=\"card-title\">");
		html_icon(h, r->icon);
		html_lit(h, " <a");
		html_href(h, str_printf(h->arena, "/%s/%s", r->room, r->name));
		html_lit(h, ">");
		html_label(h, r->label);
		html_lit(h, "</a>");
		if (level == 2)
			html_lit(h, "</h2><p>");
		else
			html_lit(h, "</h3><p>");
		html_label(h, r->about);
		html_lit(h, "</p></div></li>");
	}
	html_lit(h, "</ul>");
}

void reg_table(struct html *h, const struct reg_view *view, const struct row *row, size_t rows, const char *const *fields)
{
	int title = reg_field(view->reg, view->reg->title);
	html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr(h, "aria-label", label_of(view->reg->label, h->lang));
	html_lit(h, "><table class=\"table table-cards\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_FACE_CODE);
	html_lit(h, "</th>");
	for (const char *const *n = fields; *n; n++) {
		int at = reg_view_field(view, str_of(*n));
		if (at < 0)
			continue;
		html_lit(h, "<th scope=\"col\"");
		if (field_is_number(view->field[at]))
			html_lit(h, " class=\"number\"");
		html_lit(h, ">");
		html_label(h, view->field[at]->label);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (size_t i = 0; i < rows; i++) {
		html_lit(h, "<tr><td class=\"nowrap\"");
		html_attr_msg(h, "data-label", MSG_FACE_CODE);
		html_lit(h, "><a");
		html_href(h, str_printf(h->arena, "/%s/%s/%lld", view->reg->room, view->reg->name, (long long)row[i].id));
		html_lit(h, ">");
		html_text(h, row[i].code);
		html_lit(h, "</a></td>");
		for (const char *const *n = fields; *n; n++) {
			int at = reg_view_field(view, str_of(*n));
			if (at < 0)
				continue;
			html_lit(h, "<td");
			if (field_is_number(view->field[at]))
				html_lit(h, " class=\"number\"");
			else if (view->field[at]->type == FIELD_DATE)
				html_lit(h, " class=\"nowrap\"");
			html_attr(h, "data-label", label_of(view->field[at]->label, h->lang));
			html_lit(h, ">");
			if (at == title)
				html_text(h, row_title(view, &row[i]));
			else {
				const struct field shown = field_in_row(view->reg, view->field[at], &row[i]);
				value_html(h, &shown, &row[i].v[at], true);
			}
			html_lit(h, "</td>");
		}
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></div>");
}
