/* A revision to read, print and take away: with cover, header and stamps; and two of them side by side. */
#include "auth/office.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/document.h"
#include "base/text/report.h"
#include "base/text/work.h"
#include "document/compare.h"
#include "document/document.h"
#include "register/setting.h"
#include "report/render.h"

#define CELL_BYTES 900 /* of one cell of the printed comparison: below DOC_PRINT_CHARS characters of kanji */

static struct str day_of(struct arena *a, int64_t ms)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	if (ms)
		clock_put_local(&b, ms);
	return str_dup(a, str_sub(buf_view(&b), 0, 10));
}

static struct str document_heading(struct arena *a, enum lang lang, const struct document_text *t)
{
	return note_str(a, lang, &NOTE(MSG_DOCUMENT_NAME, ARG_S(str_printf(a, "%.*s %.*s", STR_FMT(t->document_number), STR_FMT(t->title))), ARG_I(t->number)));
}

/* ---- the paper ---- */

/* Marks of Markdown that say nothing on paper. */
static struct str plain(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '`' || (s.p[i] == '*' && i + 1 < s.n && s.p[i + 1] == '*'))
			continue;
		if (s.p[i] == '*' && i > 0 && s.p[i - 1] == '*')
			continue;
		buf_char(&b, s.p[i]);
	}
	struct str copy = str_dup(a, buf_view(&b));
	buf_release(&b);
	return copy;
}

static void flush(struct doc *d, struct buf *b)
{
	if (b->n)
		doc_text(d, str_dup(d->arena, buf_view(b)));
	buf_clear(b);
}

static void body(struct doc *d, struct str text)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, text.n + 4096);
	for (struct str line; str_cut(&text, '\n', &line);) {
		struct str t = str_trim(line);
		size_t level = 0;
		while (level < t.n && t.p[level] == '#')
			level++;
		const bool item = str_starts(t, STR("- ")) || str_starts(t, STR("* "));
		if (!t.n || level || item)
			flush(d, &b);
		if (level) {
			doc_heading(d, level < 2 ? 2 : 3, plain(d->arena, str_trim(str_sub(t, level, t.n))));
			continue;
		}
		if (!t.n)
			continue;
		if (b.n)
			buf_char(&b, '\n');
		if (item)
			buf_str(&b, STR("・"));
		buf_str(&b, plain(d->arena, item ? str_sub(t, 2, t.n) : t));
	}
	flush(d, &b);
}

static void fact(struct doc *d, struct doc_table *t, msg_id label, struct str value)
{
	if (!value.n)
		return;
	struct doc_cell *c = doc_row(t);
	c[0] = cell_text(d, msg(d->lang, label));
	c[1] = cell_text(d, value);
}

/* Who made, reviewed and approved it: as the request of approval recorded it, whoever reads. */
static int stamps(struct doc *d, struct db_conn *c, int64_t revision_id)
{
	const struct principal system = auth_system();
	struct approval_mark mark;
	struct approval x;
	int e = approval_states_of(c, d->arena, &revision_id, 1, &mark);
	if (e < 0 || !mark.id || mark.state != APPROVAL_APPROVED || mark.changed)
		return e;
	if ((e = approval_get(c, d->arena, &system, mark.id, &x)) < 0)
		return e;
	const struct doc_column columns[] = { { .label = msg(d->lang, MSG_DOCUMENT_STAMP), .weight = 2 }, { .label = msg(d->lang, MSG_DOCUMENT_STAMP_NAME), .weight = 4 },
		{ .label = msg(d->lang, MSG_DOCUMENT_STAMP_DAY), .weight = 2 } };
	struct doc_table *t = doc_table(d, msg(d->lang, MSG_DOCUMENT_STAMPS), columns, COUNT_OF(columns));
	struct doc_cell *k = doc_row(t);
	k[0] = cell_text(d, msg(d->lang, MSG_DOCUMENT_STAMP_MADE));
	k[1] = cell_text(d, x.submitted_name);
	k[2] = cell_text(d, day_of(d->arena, x.submitted_at));
	for (size_t i = 0; i < x.step_count; i++) {
		const struct approval_step *s = &x.steps[i];
		if (s->act == ACT_CIRCULATE || s->decision != APPROVAL_APPROVED)
			continue;
		k = doc_row(t);
		k[0] = cell_text(d, msg(d->lang, s->act == ACT_REVIEW ? MSG_DOCUMENT_STAMP_REVIEW : MSG_DOCUMENT_STAMP_APPROVE));
		k[1] = cell_text(d, s->for_account_id ? note_str(d->arena, d->lang, &NOTE(MSG_WORK_STAMP_DEPUTY, ARG_S(s->for_name), ARG_S(s->name))) : s->name);
		k[2] = cell_text(d, day_of(d->arena, s->at));
	}
	return 0;
}

static struct str number_word(struct arena *a, int64_t n)
{
	return n ? str_printf(a, "%lld", (long long)n) : STR_NULL;
}

static int paper(struct doc *d, struct db_conn *c, struct arena *a, enum lang lang, const struct document_text *t)
{
	enum tone tone;
	struct str state = msg(lang, revision_word(t->state, NULL, &tone));
	doc_init(d, a, lang, document_heading(a, lang, t), setting_str(c, a, "office.company"),
	         note_str(a, lang, &NOTE(MSG_DOCUMENT_MADE, ARG_S(state), ARG_S(t->effective_on))));
	const struct doc_column columns[] = { { .label = msg(lang, MSG_DOCUMENT_FACT), .weight = 2 }, { .label = msg(lang, MSG_DOCUMENT_VALUE), .weight = 5 } };
	struct doc_table *f = doc_table(d, msg(lang, MSG_DOCUMENT_COVER), columns, COUNT_OF(columns));
	fact(d, f, MSG_DOCUMENT_F_NUMBER, t->document_number);
	fact(d, f, MSG_DOCUMENT_F_TITLE, t->title);
	fact(d, f, MSG_DOCUMENT_F_REVISION, number_word(a, t->number));
	fact(d, f, MSG_DOCUMENT_F_STATE, state);
	fact(d, f, MSG_DOCUMENT_F_TIER, document_word("tier", t->tier, lang));
	fact(d, f, MSG_DOCUMENT_F_KIND, document_word("kind", t->kind, lang));
	fact(d, f, MSG_DOCUMENT_F_CLASS, document_word("classification", t->classification, lang));
	fact(d, f, MSG_DOCUMENT_F_OWNER, t->unit);
	fact(d, f, MSG_DOCUMENT_F_SCOPE, t->scope);
	fact(d, f, MSG_DOCUMENT_F_AUDIENCE, t->audience);
	fact(d, f, MSG_DOCUMENT_F_EFFECTIVE, t->effective_on);
	fact(d, f, MSG_DOCUMENT_F_REASON, t->reason);
	fact(d, f, MSG_DOCUMENT_F_RETENTION, number_word(a, t->retention));
	int e = stamps(d, c, t->id);
	if (e < 0)
		return e;
	doc_break(d);
	if (t->text.n)
		body(d, t->text);
	else
		doc_text(d, msg(lang, MSG_DOCUMENT_IN_FILE));
	return 0;
}

/* ---- old and new on paper ---- */

static msg_id remark(enum compare_kind k)
{
	return k == COMPARE_ADDED ? MSG_DOCUMENT_ADDED : k == COMPARE_REMOVED ? MSG_DOCUMENT_REMOVED : k == COMPARE_CHANGED ? MSG_DOCUMENT_CHANGED : MSG_DOCUMENT_UNCHANGED;
}

/* A piece of a long clause that a printed cell holds, cut between characters. */
static struct str piece(struct str *rest)
{
	size_t n = rest->n < CELL_BYTES ? rest->n : CELL_BYTES;
	while (n < rest->n && n > 0 && ((unsigned char)rest->p[n] & 0xC0) == 0x80)
		n--;
	struct str s = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n, rest->n);
	return s;
}

static void compare_paper(struct doc *d, const struct compare_row *row, size_t n, const struct document_text *old, const struct document_text *new)
{
	const struct doc_column columns[] = {
		{ .label = note_str(d->arena, d->lang, &NOTE(MSG_DOCUMENT_OLD, ARG_I(old->number), ARG_S(old->effective_on))), .weight = 5 },
		{ .label = note_str(d->arena, d->lang, &NOTE(MSG_DOCUMENT_NEW, ARG_I(new->number), ARG_S(new->effective_on))), .weight = 5 },
		{ .label = msg(d->lang, MSG_DOCUMENT_REMARK), .weight = 1 } };
	d->landscape = true;
	doc_note(d, &NOTE(MSG_DOCUMENT_F_WHY, ARG_S(new->reason)));
	struct doc_table *t = doc_table(d, msg(d->lang, MSG_DOCUMENT_COMPARE), columns, COUNT_OF(columns));
	for (size_t i = 0; i < n; i++) {
		if (row[i].kind == COMPARE_SAME)
			continue;
		struct str x = row[i].old, y = row[i].new;
		for (bool first = true; first || x.n || y.n; first = false) {
			struct doc_cell *c = doc_row(t);
			c[0] = cell_text(d, piece(&x));
			c[1] = cell_text(d, piece(&y));
			c[2] = first ? cell_text(d, msg(d->lang, remark(row[i].kind))) : cell_text(d, STR_NULL);
		}
	}
	if (!t->rows)
		doc_text(d, msg(d->lang, MSG_DOCUMENT_NO_CHANGE));
}

/* ---- pages ---- */

static void fail(struct http_req *req, int e)
{
	if (e == ERR_NOT_FOUND)
		http_fail(req, 404, NOTE0(MSG_DOCUMENT_NOT_FOUND));
	else
		http_fail(req, 503, NOTE0(MSG_DOCUMENT_FAILED));
}

static void format_links(struct html *h, void *ctx)
{
	struct str path = *(struct str *)ctx;
	html_button_link(h, str_printf(h->arena, "%.*sformat=pdf", STR_FMT(path)), "download", STR("PDF"), false);
	html_button_link(h, str_printf(h->arena, "%.*sformat=docx", STR_FMT(path)), "download", STR("Word"), false);
	html_lit(h, "<button type=\"button\" class=\"btn js-only\" data-print>");
	html_icon(h, "printer");
	html_lit(h, " ");
	html_msg(h, MSG_REPORT_PRINT);
	html_lit(h, "</button>");
}

static void open_page(struct http_req *req, struct html *h, struct page *page, const struct document_text *t)
{
	html_init(h, &req->answer->body, req->arena, req->lang, req->csrf);
	page->help_path = STR("/help/document");
	office_of(req)->frame(req, page);
	page->current = "/document";
	page->breadcrumb_label[0] = label_of(reg_document.label, req->lang);
	page->breadcrumb_path[0] = STR("/document/document");
	page->breadcrumb_label[1] = t->title;
	page->breadcrumb_path[1] = str_printf(req->arena, "/document/document/%lld", (long long)t->document_id);
	page->breadcrumb_label[2] = page->title;
	page_begin(h, page);
}

/* The file of d; false when the request asks for a page. */
static bool download(struct http_req *req, const struct doc *d, struct str name)
{
	struct str format = http_query(req, "format");
	enum doc_format f;
	struct note why = NOTE0(MSG_DOCUMENT_FAILED);
	if (!format.n)
		return false;
	if (!doc_format_of(format, &f)) {
		http_fail(req, 400, NOTE0(MSG_REPORT_BAD_FORMAT));
		return true;
	}
	int e = doc_bytes(d, f, &req->answer->body, &why);
	if (e < 0) {
		buf_clear(&req->answer->body);
		http_fail(req, e == ERR_NOT_FOUND ? 503 : 500, why);
	} else {
		http_download(req, str_printf(req->arena, "%.*s.%s", STR_FMT(name), doc_format_name(f)), doc_format_type(f));
	}
	return true;
}

void document_text_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct document_text t;
	struct doc d;
	int64_t id = 0;
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : 0;
	struct db_conn *c = db_read_begin(o->db);
	if (e == 0)
		e = document_text_get(c, req->arena, p, id, &t);
	if (e == 0)
		e = paper(&d, c, req->arena, req->lang, &t);
	db_read_end(o->db, &c);
	if (e < 0) {
		fail(req, e);
		return;
	}
	if (download(req, &d, str_printf(req->arena, "%.*s-%lld", STR_FMT(t.document_code), (long long)t.number)))
		return;
	struct html h;
	struct str path = str_printf(req->arena, "%.*s?", STR_FMT(req->path));
	struct page page = { .title = d.title, .subtitle = d.made, .actions = format_links, .actions_ctx = &path };
	open_page(req, &h, &page, &t);
	html_lit(&h, "<div class=\"card\"><div class=\"card-body\">");
	doc_html(&h, &d);
	html_lit(&h, "</div></div>");
	page_end(&h);
}

/* For the company's own site: in force and public, and nothing else. */
void document_public_page(struct http_req *req)
{
	struct office *o = office_of(req);
	struct document_text t;
	struct doc d;
	struct note why = NOTE0(MSG_DOCUMENT_FAILED);
	int64_t id = 0;
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : 0;
	struct db_conn *c = db_read_begin(o->db);
	if (e == 0)
		e = document_text_get(c, req->arena, auth_principal(req), id, &t);
	if (e == 0 && (t.state != REVISION_IN_FORCE || t.classification != DOCUMENT_PUBLIC))
		e = ERR_NOT_FOUND;
	if (e == 0) {
		doc_init(&d, req->arena, req->lang, t.title, setting_str(c, req->arena, "office.company"),
		         note_str(req->arena, req->lang, &NOTE(MSG_DOCUMENT_PUBLIC_MADE, ARG_S(t.effective_on), ARG_I(t.number))));
		body(&d, t.text);
	}
	db_read_end(o->db, &c);
	if (e < 0) {
		fail(req, e);
		return;
	}
	if (doc_bytes(&d, DOC_HTML, &req->answer->body, &why) < 0) {
		buf_clear(&req->answer->body);
		http_fail(req, 500, why);
		return;
	}
	http_download(req, str_printf(req->arena, "%.*s.html", STR_FMT(t.document_code)), doc_format_type(DOC_HTML));
}

static void marked(struct html *h, struct str s, const struct compare_row *k)
{
	if (k->kind != COMPARE_CHANGED) {
		html_lines(h, s);
		return;
	}
	const size_t n = s.n - k->prefix - k->suffix;
	html_lines(h, str_sub(s, 0, k->prefix));
	if (n) {
		html_lit(h, "<mark>");
		html_lines(h, str_sub(s, k->prefix, n));
		html_lit(h, "</mark>");
	}
	html_lines(h, str_sub(s, s.n - k->suffix, k->suffix));
}

static void compare_table(struct html *h, const struct compare_row *row, size_t n, const struct document_text *old, const struct document_text *new)
{
	static const enum tone tones[] = { [COMPARE_SAME] = TONE_GREY, [COMPARE_CHANGED] = TONE_YELLOW, [COMPARE_ADDED] = TONE_GREEN, [COMPARE_REMOVED] = TONE_RED };
	struct str left = note_str(h->arena, h->lang, &NOTE(MSG_DOCUMENT_OLD, ARG_I(old->number), ARG_S(old->effective_on)));
	struct str right = note_str(h->arena, h->lang, &NOTE(MSG_DOCUMENT_NEW, ARG_I(new->number), ARG_S(new->effective_on)));
	html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", MSG_DOCUMENT_COMPARE);
	html_lit(h, "><table class=\"table table-cards\"><thead><tr><th scope=\"col\">");
	html_text(h, left);
	html_lit(h, "</th><th scope=\"col\">");
	html_text(h, right);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_DOCUMENT_REMARK);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<tr><td");
		html_attr(h, "data-label", left);
		html_lit(h, ">");
		marked(h, row[i].old, &row[i]);
		html_lit(h, "</td><td");
		html_attr(h, "data-label", right);
		html_lit(h, ">");
		marked(h, row[i].new, &row[i]);
		html_lit(h, "</td><td");
		html_attr_msg(h, "data-label", MSG_DOCUMENT_REMARK);
		html_lit(h, ">");
		html_badge(h, tones[row[i].kind], msg(h->lang, remark(row[i].kind)));
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table></div>");
}

void document_compare_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct document_text new = { 0 }, old = { 0 };
	struct compare_row *row;
	struct doc d;
	int64_t id = 0, with = 0;
	size_t n = 0;
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : 0;
	struct db_conn *c = db_read_begin(o->db);
	struct str company = setting_str(c, req->arena, "office.company");
	if (e == 0)
		e = document_text_get(c, req->arena, p, id, &new);
	if (e == 0 && !http_query_i64(req, "with", &with))
		e = document_text_before(c, req->arena, p, &new, &with);
	if (e == 0)
		e = with ? document_text_get(c, req->arena, p, with, &old) : ERR_NOT_FOUND;
	db_read_end(o->db, &c);
	if (e == 0 && old.document_id != new.document_id)
		e = ERR_NOT_FOUND;
	if (e < 0) {
		fail(req, e);
		return;
	}
	compare_texts(req->arena, old.text, new.text, &row, &n);
	struct str title = note_str(req->arena, req->lang, &NOTE(MSG_DOCUMENT_COMPARE_OF, ARG_S(new.title)));
	doc_init(&d, req->arena, req->lang, title, company, note_str(req->arena, req->lang, &NOTE(MSG_DOCUMENT_BETWEEN, ARG_I(old.number), ARG_I(new.number))));
	compare_paper(&d, row, n, &old, &new);
	if (download(req, &d, str_printf(req->arena, "%.*s-%lld-%lld", STR_FMT(new.document_code), (long long)old.number, (long long)new.number)))
		return;
	struct html h;
	struct str path = str_printf(req->arena, "%.*s?with=%lld&", STR_FMT(req->path), (long long)with);
	struct page page = { .title = title, .subtitle = d.made, .actions = format_links, .actions_ctx = &path };
	open_page(req, &h, &page, &new);
	html_lit(&h, "<p>");
	html_note(&h, &NOTE(MSG_DOCUMENT_F_WHY, ARG_S(new.reason)));
	html_lit(&h, "</p>");
	compare_table(&h, row, n, &old, &new);
	page_end(&h);
}
