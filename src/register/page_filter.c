/* The filter form of a list, the matches a reference field offers while somebody types, and the export. */
#include <fcntl.h>
#include <unistd.h>

#include "base/num.h"
#include "base/text/base.h"
#include "base/text/faces.h"
#include "base/text/http.h"
#include "register/export.h"
#include "register/page_list.h"

/* ---- the filter form ---- */

static bool asks(const struct query *q, int field, enum filter_kind kind, const struct value *v)
{
	for (size_t i = 0; i < q->filters; i++) {
		const struct filter *x = &q->filter[i];
		if (x->field == field && x->blank && kind == FILTER_IN && !v->known)
			return true;
		if (x->field != field || (x->kind != kind && !(kind == FILTER_IN && x->kind == FILTER_EMPTY)))
			continue;
		if (kind == FILTER_MINE || (x->kind == FILTER_EMPTY && !v->known))
			return true;
		bool multi = q->view->field[field]->type == FIELD_MULTI;
		for (size_t k = 0; k < x->values; k++) {
			if (!v->known || !x->value[k].known) {
				if (v->known == x->value[k].known)
					return true;
			} else if (multi ? (x->value[k].i & v->i) != 0 : x->value[k].i == v->i) {
				return true;
			}
		}
	}
	return false;
}

static void box(struct face *f, const char *name, struct str value, struct str label, bool on)
{
	struct html *h = &f->h;
	html_lit(h, "<div><label class=\"check\"><input type=\"checkbox\"");
	html_attr(h, "name", str_of(name));
	html_attr(h, "value", value);
	html_flag(h, "checked", on);
	html_lit(h, ">");
	html_text(h, label);
	html_lit(h, "</label></div>");
}

static void blank_box(struct face *f, const struct query *q, int field)
{
	const struct value blank = { .known = false };
	box(f, f->view.field[field]->name, STR("-"), face_text(f, MSG_FACE_UNKNOWN_OR_BLANK), asks(q, field, FILTER_IN, &blank));
}

static void choices(struct face *f, const struct query *q, int field)
{
	const struct field *d = f->view.field[field];
	html_lit(&f->h, "<div class=\"choices\">");
	if (d->type == FIELD_YES_NO) {
		struct value v = { .known = true, .i = 1 };
		box(f, d->name, STR("yes"), face_text(f, MSG_YES), asks(q, field, FILTER_IN, &v));
		v.i = 0;
		box(f, d->name, STR("no"), face_text(f, MSG_NO), asks(q, field, FILTER_IN, &v));
	}
	for (size_t i = 0; i < d->choices; i++) {
		const struct choice *c = &d->choice[i];
		struct value v = { .known = true, .i = d->type == FIELD_MULTI ? (int64_t)1 << c->number : c->number };
		struct str value = d->type == FIELD_SCALE ? str_printf(f->a, "%d", c->number) : str_of(c->key);
		box(f, d->name, value, label_of(c->label, f->lang), asks(q, field, FILTER_IN, &v));
	}
	blank_box(f, q, field);
	html_lit(&f->h, "</div>");
}

static void text_input(struct face *f, const char *name, const char *type, struct str value, struct str label)
{
	struct html *h = &f->h;
	html_lit(h, "<input class=\"form-control\"");
	html_attr(h, "type", str_of(type));
	html_attr(h, "name", str_of(name));
	html_attr(h, "value", value);
	html_attr(h, "aria-label", label);
	html_lit(h, ">");
}

static void range(struct face *f, const struct query *q, int field)
{
	const struct field *d = f->view.field[field];
	struct value from = { .known = false }, until = from;
	for (size_t i = 0; i < q->filters; i++)
		if (q->filter[i].field == field && q->filter[i].kind == FILTER_RANGE) {
			from = q->filter[i].from;
			until = q->filter[i].until;
		}
	const char *type = d->type == FIELD_DATE ? "date" : "text";
	struct str label = label_of(d->label, f->lang);
	html_lit(&f->h, "<div class=\"range\">");
	text_input(f, str_z(f->a, str_printf(f->a, "%s.from", d->name)), type, value_str(f->a, d, &from, FORM_INPUT, f->lang),
	           face_say(f, MSG_FACE_FROM, ARG_S(label)));
	html_lit(&f->h, "<span aria-hidden=\"true\">–</span>");
	text_input(f, str_z(f->a, str_printf(f->a, "%s.until", d->name)), type, value_str(f->a, d, &until, FORM_INPUT, f->lang),
	           face_say(f, MSG_FACE_UNTIL, ARG_S(label)));
	html_lit(&f->h, "</div>");
	blank_box(f, q, field);
}

static int reference(struct face *f, const struct query *q, int field)
{
	const struct field *d = f->view.field[field];
	struct html *h = &f->h;
	struct option *o;
	size_t n;
	bool more;
	int e = reference_options(f, d, STR_NULL, OPTIONS_MAX, &o, &n, &more);
	if (e < 0)
		return e;
	struct str label = label_of(d->label, f->lang);
	if (more) {
		struct str given = STR_NULL;
		for (size_t i = 0; i < q->filters && !given.n; i++)
			if (q->filter[i].field == field && q->filter[i].kind == FILTER_IN && q->filter[i].values && q->filter[i].value[0].known)
				given = reference_title(f, d, q->filter[i].value[0].i);
		text_input(f, d->name, "text", given, label);
	} else if (n) {
		html_lit(h, "<select multiple size=\"5\" class=\"form-select\"");
		html_attr(h, "name", str_of(d->name));
		html_attr(h, "aria-label", label);
		html_lit(h, ">");
		for (size_t i = 0; i < n; i++) {
			const struct value v = { .known = true, .i = o[i].id };
			html_lit(h, "<option");
			html_attr_i64(h, "value", o[i].id);
			html_flag(h, "selected", asks(q, field, FILTER_IN, &v));
			html_lit(h, ">");
			html_text(h, o[i].title);
			html_lit(h, "</option>");
		}
		html_lit(h, "</select>");
	}
	if (d->type == FIELD_PERSON || d->type == FIELD_UNIT)
		box(f, d->name, STR("mine"), face_text(f, MSG_FACE_MINE), asks(q, field, FILTER_MINE, NULL));
	blank_box(f, q, field);
	if (d->type == FIELD_UNIT && n && !more) {
		html_lit(h, "<select class=\"form-select\"");
		html_attr(h, "name", str_printf(f->a, "%s.below", d->name));
		html_attr(h, "aria-label", face_say(f, MSG_FACE_BELOW, ARG_S(label)));
		html_lit(h, "><option value=\"\">");
		html_note(h, &NOTE(MSG_FACE_BELOW, ARG_S(label)));
		html_lit(h, "</option>");
		for (size_t i = 0; i < n; i++) {
			const struct value v = { .known = true, .i = o[i].id };
			html_lit(h, "<option");
			html_attr_i64(h, "value", o[i].id);
			html_flag(h, "selected", asks(q, field, FILTER_BELOW, &v));
			html_lit(h, ">");
			html_text(h, o[i].title);
			html_lit(h, "</option>");
		}
		html_lit(h, "</select>");
	}
	return 0;
}

static int one_filter(struct face *f, const struct query *q, int field)
{
	const struct field *d = f->view.field[field];
	struct html *h = &f->h;
	int e = 0;
	html_lit(h, "<fieldset class=\"field\"><legend class=\"form-label\">");
	html_label(h, d->label);
	html_lit(h, "</legend>");
	switch (d->type) {
	case FIELD_CHOICE:
	case FIELD_MULTI:
	case FIELD_SCALE:
	case FIELD_YES_NO:
		choices(f, q, field);
		break;
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_MONEY:
	case FIELD_DATE:
		range(f, q, field);
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		e = reference(f, q, field);
		break;
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_URL: {
		struct str given = STR_NULL;
		for (size_t i = 0; i < q->filters; i++)
			if (q->filter[i].field == field && q->filter[i].kind == FILTER_IN && q->filter[i].values && q->filter[i].value[0].known)
				given = q->filter[i].value[0].s;
		text_input(f, d->name, "text", given, label_of(d->label, f->lang));
		blank_box(f, q, field);
		break;
	}
	}
	html_lit(h, "</fieldset>");
	return e;
}

static int filter_form(struct face *f, const struct query *q)
{
	struct html *h = &f->h;
	html_lit(h, "<form method=\"get\" class=\"card\"");
	html_url_attr(h, "action", face_path(f, ""));
	html_attr_msg(h, "aria-label", MSG_FACE_FILTER);
	html_lit(h, "><div class=\"card-body\">");
	struct query kept = *q;
	kept.filters = 0;
	query_hidden(f, &kept, NULL);
	html_lit(h, "<div class=\"form-grid\">");
	for (size_t i = 0; i < f->view.fields; i++) {
		const struct field *d = f->view.field[i];
		if (!((d->flags & FIELD_FILTER) || i >= f->view.own_from) || !reg_field_readable(f->by, f->reg, d))
			continue;
		int e = one_filter(f, q, (int)i);
		if (e < 0)
			return e;
	}
	html_lit(h, "</div><div class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(h, MSG_FACE_FILTER_APPLY);
	html_lit(h, "</button><a class=\"btn\"");
	html_href(h, face_query_path(f, "", q, false, NULL));
	html_lit(h, ">");
	html_msg(h, MSG_CANCEL);
	html_lit(h, "</a></div></div></form>");
	return 0;
}

void page_filter(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct query q;
	if (face_open(req, f, OP_READ) < 0 || face_query(f, &q) < 0)
		return;
	bool whole = !http_wants_fragment(req);
	if (whole) {
		struct page p = { 0 };
		face_page(f, &p, face_text(f, MSG_FACE_FILTER), face_text(f, MSG_FACE_FILTER));
	}
	int e = filter_form(f, &q);
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	if (whole)
		page_end(&f->h);
}

/* ---- matches while typing: GET .../options?<field>=text, as <option>s of a datalist ---- */

void page_options(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	if (face_open(req, f, OP_READ) < 0)
		return;
	struct str text = http_query(req, "q"), name = http_query(req, "field");
	int at = reg_view_field(&f->view, name);
	for (size_t i = 0; i < req->queries && at < 0; i++) {
		at = reg_view_field(&f->view, req->query[i].name);
		text = req->query[i].value;
	}
	const struct field *d = at >= 0 ? f->view.field[at] : NULL;
	if (!d || !field_is_ref(d) || !reg_field_readable(f->by, f->reg, d)) {
		http_fail(req, 404, NOTE0(MSG_HTTP_NOT_FOUND));
		return;
	}
	struct option *o;
	size_t n;
	bool more;
	int e = reference_options(f, d, str_trim(text), 20, &o, &n, &more);
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		html_lit(&f->h, "<option");
		html_attr(&f->h, "value", str_eq(o[i].title, o[i].code) ? o[i].code
		                                                        : str_printf(f->a, "%.*s %.*s", STR_FMT(o[i].code), STR_FMT(o[i].title)));
		html_lit(&f->h, ">");
		html_text(&f->h, o[i].title);
		html_lit(&f->h, "</option>");
	}
}

/* ---- export ---- */

struct download {
	int fd;
};

static int download_piece(void *ctx, struct buf *piece)
{
	struct download *d = ctx;
	const size_t want = 64u << 10;
	char *p = buf_room(piece, want);
	if (!p)
		return ERR_LIMIT;
	ssize_t n = read(d->fd, p, want);
	if (n < 0)
		return ERR_IO;
	buf_advance(piece, (size_t)n);
	return n > 0;
}

static void download_end(void *ctx)
{
	struct download *d = ctx;
	close(d->fd);
}

/* An unlinked file in the data directory: an export may be larger than memory should be. */
static int scratch(struct face *f)
{
	struct str path = str_printf(f->a, "%.*s/export-XXXXXX", STR_FMT(f->office->data_dir));
	char *z = arena_copy(f->a, path.p, path.n);
	int fd = mkostemp(z, O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	unlink(z);
	return fd;
}

static bool export_kind(struct face *f, struct export_options *o, const char **ret_end, const char **ret_type)
{
	struct str format = http_query(f->req, "format"), encoding = http_query(f->req, "encoding"), layout = http_query(f->req, "layout");
	if (str_eq_z(format, "xlsx")) {
		o->format = EXPORT_XLSX;
		*ret_end = "xlsx";
		*ret_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
	} else if (str_eq_z(format, "jsonl")) {
		o->format = EXPORT_JSONL;
		*ret_end = "jsonl";
		*ret_type = "application/x-ndjson";
	} else if (!format.n || str_eq_z(format, "csv")) {
		o->format = EXPORT_CSV;
		*ret_end = "csv";
		*ret_type = "text/csv; charset=utf-8";
	} else {
		http_fail(f->req, 400, NOTE(MSG_FACE_EXPORT_FORMAT, ARG_S(format)));
		return false;
	}
	o->encoding = ENCODING_UTF8_BOM;
	if (str_eq_z(encoding, "cp932")) {
		o->encoding = ENCODING_CP932;
		if (o->format == EXPORT_CSV)
			*ret_type = "text/csv; charset=Shift_JIS";
	} else if (str_eq_z(encoding, "utf-8")) {
		o->encoding = ENCODING_UTF8;
	} else if (encoding.n && !str_eq_z(encoding, "utf-8-bom")) {
		http_fail(f->req, 400, NOTE(MSG_FACE_EXPORT_ENCODING, ARG_S(encoding)));
		return false;
	}
	if (layout.n && !(o->layout = export_layout(f->reg, layout))) {
		http_fail(f->req, 400, NOTE(MSG_FACE_EXPORT_LAYOUT, ARG_S(layout)));
		return false;
	}
	if (o->layout && format.n && o->format != EXPORT_XLSX) {
		http_fail(f->req, 400, NOTE(MSG_FACE_EXPORT_LAYOUT_XLSX, ARG_S(layout)));
		return false;
	}
	if (o->layout) {
		*ret_end = "xlsx";
		*ret_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
	}
	return true;
}

/* What CP932 cannot hold is named before the file is taken. */
static void missing_page(struct face *f, struct query *q, struct str missing)
{
	struct page p = { 0 };
	face_page(f, &p, face_text(f, MSG_FACE_EXPORT_MISSING_TITLE), face_text(f, MSG_FACE_EXPORT));
	html_alert(&f->h, TONE_YELLOW, face_text(f, MSG_FACE_EXPORT_MISSING), missing);
	html_lit(&f->h, "<p>");
	html_msg(&f->h, MSG_FACE_EXPORT_MISSING_HOW);
	html_lit(&f->h, "</p><div class=\"actions\">");
	html_button_link(&f->h, face_query_path(f, "/export", q, false, "format=csv"), "download", face_text(f, MSG_FACE_EXPORT_CSV), true);
	html_button_link(&f->h, face_query_path(f, "/export", q, false, "format=csv&encoding=cp932&confirmed=1"), "download", face_text(f, MSG_FACE_EXPORT_ANYWAY), false);
	html_button_link(&f->h, face_path(f, ""), "arrow-left", face_text(f, MSG_BACK), false);
	html_lit(&f->h, "</div>");
	page_end(&f->h);
}

void page_export(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct query q;
	const char *end, *type;
	if (face_open(req, f, OP_EXPORT) < 0 || face_query(f, &q) < 0)
		return;
	q.op = OP_EXPORT;
	q.limit = 0;
	q.cursor = STR_NULL;
	struct export_options o = { .query = &q, .lang = f->lang };
	if (!export_kind(f, &o, &end, &type))
		return;
	struct download *d = ARENA_NEW(f->a, struct download);
	d->fd = o.out_fd = scratch(f);
	if (d->fd < 0) {
		face_fail(f, d->fd);
		return;
	}
	face_release(f);
	struct reg_ctx ctx = face_ctx(f);
	struct export_result result = { 0 };
	int e = export_run(f->office->db, &ctx, &o, &result);
	if (e == 0 && lseek(d->fd, 0, SEEK_SET) < 0)
		e = ERR_IO;
	bool confirmed = str_eq_z(http_query(req, "confirmed"), "1");
	if (e < 0 || (result.missing.n && !confirmed)) {
		close(d->fd);
		face_lease(f);
		if (e < 0)
			face_fail(f, e);
		else
			missing_page(f, &q, result.missing);
		return;
	}
	struct date today = clock_today();
	http_download(req, str_printf(f->a, "%s-%04d%02d%02d.%s", f->reg->name, today.year, today.month, today.day, end), type);
	req->answer->stream = download_piece;
	req->answer->stream_end = download_end;
	req->answer->stream_ctx = d;
}
