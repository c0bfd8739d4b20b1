#include "report/evidence.h"

#include "auth/office.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/report.h"
#include "register/history.h"
#include "register/link.h"
#include "register/query.h"
#include "register/remark.h"
#include "register/setting.h"
#include "report/render.h"

#define HITS 20
#define EVIDENCE_ROWS 50 /* of one field that refers to the record */
#define VALUE_CHARS 400

static const struct evidence_part *parts;
static size_t part_count;

void evidence_declare(const struct evidence_part *p, size_t n)
{
	parts = p;
	part_count = n;
}

static struct str local(struct arena *a, int64_t ms)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	clock_put_local(&b, ms);
	return str_dup(a, buf_view(&b));
}

static struct str kind_word(enum lang lang, enum audit_kind k)
{
	static const msg_id words[AUDIT__N] = {
		[AUDIT_CREATE] = MSG_REPORT_DID_CREATE, [AUDIT_UPDATE] = MSG_REPORT_DID_UPDATE, [AUDIT_ARCHIVE] = MSG_REPORT_DID_ARCHIVE,
		[AUDIT_RESTORE] = MSG_REPORT_DID_RESTORE, [AUDIT_MERGE] = MSG_REPORT_DID_MERGE, [AUDIT_LINK] = MSG_REPORT_DID_LINK,
		[AUDIT_UNLINK] = MSG_REPORT_DID_UNLINK, [AUDIT_COMMENT] = MSG_REPORT_DID_COMMENT, [AUDIT_ATTACH] = MSG_REPORT_DID_ATTACH,
		[AUDIT_DETACH] = MSG_REPORT_DID_DETACH, [AUDIT_IMPORT] = MSG_REPORT_DID_IMPORT, [AUDIT_EXPORT] = MSG_REPORT_DID_EXPORT,
		[AUDIT_REFUSED] = MSG_REPORT_DID_REFUSE, [AUDIT_ERASE] = MSG_REPORT_DID_ERASE,
		[AUDIT_RECOMPUTE] = MSG_REPORT_DID_RECOMPUTE, [AUDIT_APPROVAL] = MSG_REPORT_DID_APPROVAL, [AUDIT_PERSONAL_LINK] = MSG_REPORT_DID_PERSONAL_LINK,
	};
	return msg(lang, (size_t)k < COUNT_OF(words) && words[k] ? words[k] : MSG_REPORT_DID_OTHER);
}

static void values(struct doc *d, const struct principal *p, const struct reg_view *view, const struct row *row)
{
	const struct doc_column columns[] = { { .label = msg(d->lang, MSG_REPORT_FIELD), .weight = 2 }, { .label = msg(d->lang, MSG_REPORT_VALUE), .weight = 5 } };
	doc_heading(d, 2, msg(d->lang, MSG_REPORT_VALUES));
	struct doc_table *t = doc_table(d, STR(""), columns, COUNT_OF(columns));
	for (size_t i = 0; i < view->fields; i++) {
		const struct field *f = view->field[i];
		if (!reg_field_readable(p, view->reg, f))
			continue;
		struct doc_cell *c = doc_row(t);
		const struct field shown = field_in_row(view->reg, f, row);
		c[0] = cell_text(d, label_of(f->label, d->lang));
		if (f->flags & FIELD_SECRET)
			c[1] = cell_text(d, msg(d->lang, MSG_REPORT_SECRET));
		else
			c[1] = row->v[i].known ? cell_text(d, value_str(d->arena, &shown, &row->v[i], FORM_VIEW, d->lang)) : cell_unknown();
	}
}

static struct str side(struct doc *d, bool has, bool hidden, struct str s)
{
	return !has ? msg(d->lang, MSG_REPORT_BLANK) : hidden ? msg(d->lang, MSG_REPORT_SECRET) : text_clip(s, VALUE_CHARS);
}

static struct str lines_of(struct doc *d, const struct history_entry *e)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 256 << 10);
	if (e->reason.n)
		note_put(&b, d->lang, &NOTE(MSG_REPORT_REASON, ARG_S(e->reason)));
	for (size_t i = 0; i < e->lines; i++) {
		const struct history_line *l = &e->line[i];
		if (b.n)
			buf_char(&b, '\n');
		note_put(&b, d->lang, &NOTE(MSG_REPORT_CHANGE, ARG_S(l->label), ARG_S(side(d, l->has_before, l->hidden, l->before)),
		                            ARG_S(side(d, l->has_after, l->hidden, l->after))));
	}
	return str_dup(d->arena, buf_view(&b));
}

static int history(struct db_conn *c, struct doc *d, const struct principal *p, const struct reg_view *view, int64_t id)
{
	struct history_entry *e;
	size_t n;
	int r = history_of(c, d->arena, p, view, id, 0, EVIDENCE_ENTRIES, d->lang, &e, &n);
	if (r < 0)
		return r;
	const struct doc_column columns[] = { { .label = msg(d->lang, MSG_REPORT_AT), .weight = 3 }, { .label = msg(d->lang, MSG_REPORT_WHO), .weight = 3 },
		{ .label = msg(d->lang, MSG_REPORT_DID), .weight = 2 }, { .label = msg(d->lang, MSG_REPORT_DETAIL), .weight = 8 },
		{ .label = msg(d->lang, MSG_REPORT_SEQ), .number = true, .weight = 2 } };
	doc_heading(d, 2, msg(d->lang, MSG_REPORT_HISTORY));
	struct doc_table *t = doc_table(d, STR(""), columns, COUNT_OF(columns));
	for (size_t i = 0; i < n; i++) {
		struct doc_cell *k = doc_row(t);
		k[0] = cell_text(d, local(d->arena, e[i].at));
		k[1] = cell_text(d, e[i].actor_name);
		k[2] = cell_text(d, kind_word(d->lang, e[i].kind));
		k[3] = cell_text(d, lines_of(d, &e[i]));
		k[4] = cell_i64(e[i].seq);
	}
	if (n == EVIDENCE_ENTRIES)
		doc_note(d, &NOTE(MSG_REPORT_HISTORY_MORE, ARG_I(EVIDENCE_ENTRIES)));
	struct audit_head head;
	if ((r = audit_head(c, &head)) < 0)
		return r;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 256);
	audit_head_put(&b, &head);
	doc_footnote(d, note_str(d->arena, d->lang, &NOTE(MSG_REPORT_HEAD, ARG_S(buf_view(&b)))));
	return 0;
}

static int hanging(struct db_conn *c, struct doc *d, const struct principal *p, int64_t id)
{
	struct link_end *link = NULL;
	struct attachment *file = NULL;
	struct comment *comment = NULL;
	size_t links = 0, files = 0, comments = 0;
	int r = link_list(c, d->arena, p, id, &link, &links);
	if (r == 0)
		r = attachment_list(c, d->arena, p, id, &file, &files);
	if (r == 0)
		r = comment_list(c, d->arena, p, id, &comment, &comments);
	if (r < 0)
		return r;
	doc_heading(d, 2, msg(d->lang, MSG_REPORT_LINKS));
	if (links == 0)
		doc_text(d, msg(d->lang, MSG_REPORT_NONE));
	else {
		struct doc_table *t = doc_table(d, STR(""), (struct doc_column[]){ { .label = msg(d->lang, MSG_REPORT_LINK_KIND), .weight = 2 },
			{ .label = msg(d->lang, MSG_REPORT_RECORD), .weight = 5 } }, 2);
		for (size_t i = 0; i < links; i++) {
			struct doc_cell *k = doc_row(t);
			k[0] = cell_text(d, label_of(link[i].forward ? link[i].kind->forward : link[i].kind->backward, d->lang));
			k[1] = cell_link(d, str_printf(d->arena, "%.*s %.*s", STR_FMT(link[i].code), STR_FMT(link[i].title)),
			                 str_printf(d->arena, "/report/evidence/%s/%lld", link[i].reg->name, (long long)link[i].id));
		}
	}
	doc_heading(d, 2, msg(d->lang, MSG_REPORT_FILES));
	if (files == 0)
		doc_text(d, msg(d->lang, MSG_REPORT_NONE));
	else {
		struct doc_table *t = doc_table(d, STR(""), (struct doc_column[]){ { .label = msg(d->lang, MSG_REPORT_FILE), .weight = 3 },
			{ .label = msg(d->lang, MSG_REPORT_SIZE), .number = true, .weight = 2 }, { .label = msg(d->lang, MSG_REPORT_AT), .weight = 2 },
			{ .label = msg(d->lang, MSG_REPORT_WHO), .weight = 2 }, { .label = msg(d->lang, MSG_REPORT_HASH), .weight = 6 } }, 5);
		for (size_t i = 0; i < files; i++) {
			struct doc_cell *k = doc_row(t);
			k[0] = cell_text(d, file[i].name);
			k[1] = cell_i64(file[i].size);
			k[2] = cell_text(d, local(d->arena, file[i].at));
			k[3] = cell_text(d, file[i].actor_name);
			k[4] = cell_text(d, file[i].hash);
		}
	}
	if (comments) {
		doc_heading(d, 2, msg(d->lang, MSG_REPORT_COMMENTS));
		struct doc_table *t = doc_table(d, STR(""), (struct doc_column[]){ { .label = msg(d->lang, MSG_REPORT_AT), .weight = 2 },
			{ .label = msg(d->lang, MSG_REPORT_WHO), .weight = 2 }, { .label = msg(d->lang, MSG_REPORT_COMMENT), .weight = 7 } }, 3);
		for (size_t i = 0; i < comments; i++) {
			struct doc_cell *k = doc_row(t);
			k[0] = cell_text(d, local(d->arena, comment[i].at));
			k[1] = cell_text(d, comment[i].actor_name);
			k[2] = cell_text(d, comment[i].text);
		}
	}
	return 0;
}

struct referred {
	struct doc *d;
	struct doc_table *t;
	bool more;
};

static int referred_by(void *ctx, const struct reg_view *view, int field, const struct listing *l)
{
	struct referred *x = ctx;
	struct doc *d = x->d;
	const struct reg *r = view->reg;
	const int title = reg_field(r, r->title);
	x->more = x->more || l->next.n;
	for (size_t n = 0; n < l->rows; n++) {
		if (!x->t) {
			const struct doc_column columns[] = { { msg(d->lang, MSG_REPORT_REGISTER), 2, false }, { msg(d->lang, MSG_REPORT_FIELD), 2, false },
				{ msg(d->lang, MSG_REPORT_RECORD), 5, false }, { msg(d->lang, MSG_REPORT_AT), 2, false } };
			doc_heading(d, 2, msg(d->lang, MSG_REPORT_REFERRING));
			x->t = doc_table(d, STR(""), columns, COUNT_OF(columns));
		}
		const struct row *row = &l->row[n];
		struct str name = title >= 0 && row->v[title].known ? value_str(d->arena, &r->field[title], &row->v[title], FORM_VIEW, d->lang) : STR("");
		struct doc_cell *cell = doc_row(x->t);
		cell[0] = cell_text(d, label_of(r->label, d->lang));
		cell[1] = cell_text(d, label_of(r->field[field].label, d->lang));
		cell[2] = cell_link(d, str_printf(d->arena, "%.*s %.*s", STR_FMT(row->code), STR_FMT(name)),
		                    str_printf(d->arena, "/report/evidence/%s/%lld", r->name, (long long)row->id));
		cell[3] = cell_text(d, local(d->arena, row->updated_at));
	}
	return 0;
}

static int referring(struct db_conn *c, struct doc *d, const struct principal *p, const struct reg *target, int64_t id)
{
	struct referred x = { .d = d };
	int e = reg_referring(c, d->arena, p, &(struct referring){ .target = target, .id = id, .limit = EVIDENCE_ROWS, .each = referred_by, .ctx = &x });
	if (e == 0 && x.more)
		doc_note(d, &NOTE(MSG_REPORT_REFERRING_MORE, ARG_I(EVIDENCE_ROWS)));
	return e;
}

int evidence_build(struct db_conn *c, struct arena *a, const struct principal *p, enum lang lang, const struct reg *r, int64_t id, struct doc *ret,
                   struct str *ret_code)
{
	struct reg_view view;
	struct row row;
	int e = reg_view_load(c, a, r, &view);
	if (e == 0)
		e = reg_get(c, a, p, &view, id, &row);
	if (e != 0)
		return e;
	int title_field = reg_view_field(&view, str_of(r->title));
	struct str name = title_field < 0 || !row.v[title_field].known ? STR("") : value_str(a, view.field[title_field], &row.v[title_field], FORM_VIEW, lang);
	struct str title = str_printf(a, "%.*s %.*s", STR_FMT(row.code), STR_FMT(name));
	struct str made = note_str(a, lang, &NOTE(MSG_REPORT_EVIDENCE_MADE, ARG_S(local(a, clock_now())), ARG_S(p->name)));
	doc_init(ret, a, lang, title, setting_str(c, a, "office.company"), made);
	doc_heading(ret, 1, title);
	doc_note(ret, &NOTE(row.state == RECORD_ARCHIVED ? MSG_REPORT_EVIDENCE_ARCHIVED : MSG_REPORT_EVIDENCE_LIVE, ARG_L(r->label), ARG_I(row.revision),
	                    ARG_S(local(a, row.updated_at)), ARG_S(row.updated_by)));
	values(ret, p, &view, &row);
	for (size_t i = 0; e == 0 && i < part_count; i++)
		e = parts[i].put(c, a, p, r, id, ret);
	if (e == 0)
		e = referring(c, ret, p, r, id);
	if (e == 0)
		e = hanging(c, ret, p, id);
	if (e == 0)
		e = history(c, ret, p, &view, id);
	*ret_code = row.code;
	return e;
}

/* ---- pages ---- */

static void open_page(struct http_req *req, struct html *h, struct page *page)
{
	const struct principal *p = auth_principal(req);
	html_init(h, &req->answer->body, req->arena, p->lang, req->csrf);
	page->help_path = STR("/help/report");
	office_of(req)->frame(req, page);
	page->breadcrumb_label[0] = msg(p->lang, MSG_REPORT_ROOM);
	page->breadcrumb_path[0] = STR("/report");
}

/* As people type codes: full-width, lower case. */
static struct str code_of(struct arena *a, struct str typed)
{
	struct str folded = text_fold(a, str_trim(typed));
	char *p = arena_copy(a, folded.p ? folded.p : "", folded.n);
	for (size_t i = 0; i < folded.n; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
	return (struct str){ p, folded.n };
}

/* The record of that code, archived or not, if the principal may read it. */
static int by_code(struct db_conn *c, struct arena *a, const struct principal *p, struct str typed, struct hit *ret)
{
	struct sql q;
	struct reg_view view;
	struct row row;
	struct str name = STR_NULL;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, register FROM record WHERE code = ");
	sql_str(&q, code_of(a, typed));
	struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r == 0)
		r = stmt_step(s);
	if (r == 1) {
		ret->id = stmt_i64(s, 0);
		name = stmt_str_dup(s, a, 1);
	}
	stmt_done(&s);
	if (r <= 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	ret->reg = reg_find(name);
	if (!ret->reg)
		return ERR_NOT_FOUND;
	r = reg_view_load(c, a, ret->reg, &view);
	return r < 0 ? r : reg_get(c, a, p, &view, ret->id, &row);
}

void evidence_search_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct str q = str_trim(http_query(req, "q"));
	struct hit *hit = NULL, exact = { 0 };
	size_t n = 0;
	int r = 0;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	bool found = q.n && by_code(c, req->arena, p, q, &exact) == 0;
	if (q.n && !found)
		r = search_everywhere(c, req->arena, p, q, HITS, &hit, &n);
	db_read_end(office_of(req)->db, &c);
	if (found) {
		http_redirect(req, str_printf(req->arena, "/report/evidence/%s/%lld", exact.reg->name, (long long)exact.id));
		return;
	}
	if (r < 0) {
		http_fail(req, 500, NOTE0(MSG_REPORT_FAILED));
		return;
	}
	struct html h;
	struct page page = { .title = msg(p->lang, MSG_REPORT_EVIDENCE), .subtitle = msg(p->lang, MSG_REPORT_EVIDENCE_ABOUT) };
	open_page(req, &h, &page);
	page.breadcrumb_label[1] = page.title;
	page_begin(&h, &page);
	html_lit(&h, "<form method=\"get\" action=\"/report/evidence\" class=\"card\"><div class=\"card-body\"><label class=\"form-label\" for=\"evidence-q\">");
	html_msg(&h, MSG_REPORT_EVIDENCE_FIND);
	html_lit(&h, "</label><div class=\"input-group\"><input class=\"form-control\" id=\"evidence-q\" name=\"q\" type=\"search\" maxlength=\"200\"");
	html_attr(&h, "value", q);
	html_lit(&h, "><button class=\"btn btn-primary\" type=\"submit\">");
	html_msg(&h, MSG_REPORT_EVIDENCE_SEARCH);
	html_lit(&h, "</button></div></div></form>");
	if (n) {
		html_lit(&h, "<ul class=\"card card-body list-unstyled evidence-hits\">");
		for (size_t i = 0; i < n; i++) {
			html_lit(&h, "<li><a");
			html_href(&h, str_printf(req->arena, "/report/evidence/%s/%lld", hit[i].reg->name, (long long)hit[i].id));
			html_lit(&h, ">");
			html_text(&h, hit[i].code);
			html_lit(&h, " ");
			html_text(&h, hit[i].title);
			html_lit(&h, "</a> <span class=\"muted small\">");
			html_label(&h, hit[i].reg->label);
			html_lit(&h, "</span></li>");
		}
		html_lit(&h, "</ul>");
	} else if (q.n) {
		html_lit(&h, "<p>");
		html_note(&h, &NOTE(MSG_REPORT_EVIDENCE_NOTHING, ARG_S(q)));
		html_lit(&h, "</p>");
	}
	page_end(&h);
}

static void actions(struct html *h, void *ctx)
{
	const struct http_req *req = ctx;
	html_button_link(h, str_printf(h->arena, "%.*s?format=pdf", STR_FMT(req->path)), "file-text", STR("PDF"), true);
	html_button_link(h, str_printf(h->arena, "%.*s?format=docx", STR_FMT(req->path)), "download", STR("Word"), false);
	html_lit(h, "<button type=\"button\" class=\"btn js-only\" data-print>");
	html_icon(h, "printer");
	html_lit(h, " ");
	html_msg(h, MSG_REPORT_PRINT);
	html_lit(h, "</button>");
}

void evidence_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	const struct reg *r = reg_find(req->capture[0]);
	struct str format = http_query(req, "format"), code;
	enum doc_format f = DOC_HTML;
	struct doc d;
	int64_t id = 0;
	if (format.n && !doc_format_of(format, &f)) {
		http_fail(req, 400, NOTE0(MSG_REPORT_BAD_FORMAT));
		return;
	}
	int e = r && num_parse_i64(req->capture[1], 1, INT64_MAX, &id) == 0 ? 0 : ERR_NOT_FOUND;
	if (e == 0) {
		struct db_conn *c = db_read_begin(o->db);
		e = evidence_build(c, req->arena, p, p->lang, r, id, &d, &code);
		db_read_end(o->db, &c);
	}
	struct note why = NOTE0(MSG_REPORT_FAILED);
	if (e == 0) {
		/* Who looked is part of the evidence. */
		struct audit_entry entry = auth_entry(req->arena, p, AUDIT_EXPORT);
		entry.reg = str_of(r->name);
		entry.record_id = id;
		entry.subject = str_printf(req->arena, "%.*s (evidence, %s)", STR_FMT(d.title), doc_format_name(f));
		e = db_write(o->db, report_record, &entry);
	}
	if (e == 0 && format.n)
		e = doc_bytes(&d, f, &req->answer->body, &why);
	if (e != 0) {
		buf_clear(&req->answer->body);
		if (e == ERR_NOT_FOUND && why.id == MSG_REPORT_FAILED)
			http_fail(req, 404, NOTE0(MSG_REPORT_NO_RECORD));
		else
			http_fail(req, e == ERR_NOT_FOUND ? 503 : 500, why);
		return;
	}
	if (format.n) {
		http_download(req, str_printf(req->arena, "%.*s.%s", STR_FMT(code), doc_format_name(f)), doc_format_type(f));
		return;
	}
	struct html h;
	struct page page = { .title = d.title, .subtitle = d.made, .actions = actions, .actions_ctx = req };
	open_page(req, &h, &page);
	page.breadcrumb_label[1] = msg(p->lang, MSG_REPORT_EVIDENCE);
	page.breadcrumb_path[1] = STR("/report/evidence");
	page.breadcrumb_label[2] = code;
	page_begin(&h, &page);
	html_lit(&h, "<div class=\"card\"><div class=\"card-body\">");
	doc_html(&h, &d);
	html_lit(&h, "</div></div>");
	page_end(&h);
}
