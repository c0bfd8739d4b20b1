/* Taking a course, by personal link on a phone or signed in: what there is to do, and the pages of text. */
#include "training/taking.h"

#include "base/num.h"
#include "base/text/training.h"
#include "register/faces.h"
#include "register/remark.h"

#define MINE_MAX 100
#define SLIDES_MAX 60 /* of a course on one page */

int taking_begin(struct http_req *req, struct taking *t)
{
	int64_t id = 0;
	*t = (struct taking){ .req = req, .by = auth_principal(req), .a = req->arena };
	t->conn = db_read_begin(office_of(req)->db);
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : training_own(t->conn, t->a, t->by, id, false, &t->x);
	if (e == 0)
		e = course_questions(t->conn, t->a, t->x.course_id, &t->questions);
	if (e == 0 && t->x.survey_id)
		e = survey_answered(t->conn, t->a, id, 1, &t->before);
	if (e == 0 && t->x.survey_id)
		e = survey_answered(t->conn, t->a, id, 2, &t->after);
	return e;
}

void taking_end(struct taking *t, int e)
{
	db_read_end(office_of(t->req)->db, &t->conn);
	if (e < 0)
		tr_fail(t->req, e);
}

struct str taking_path(struct arena *a, int64_t id, const char *tail)
{
	return str_printf(a, "/training/take/%lld%s", (long long)id, tail);
}

void taking_head(struct taking *t, struct html *h, struct str title)
{
	struct page page = { .title = title, .subtitle = note_str(t->a, t->by->lang, &NOTE(MSG_TRAINING_TAKE_ABOUT, ARG_S(t->x.session), ARG_S(t->x.due_on))) };
	tr_page(t->req, h, &page);
}

bool taking_step_of(struct http_req *req, struct taking_step *x)
{
	*x = (struct taking_step){ .req = req };
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &x->id) == 0)
		return true;
	tr_fail(req, ERR_NOT_FOUND);
	return false;
}

/* ---- what there is to do ---- */

static void mine_put(struct html *h, const struct assignment *x)
{
	html_lit(h, "<li class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\"><a");
	html_href(h, taking_path(h->arena, x->id, ""));
	html_lit(h, ">");
	html_text(h, x->course);
	html_lit(h, "</a></h2><p>");
	tr_stands(h, x->state, x->due_on);
	html_lit(h, " ");
	html_note(h, &NOTE(MSG_TRAINING_TAKE_ABOUT, ARG_S(x->session), ARG_S(x->due_on)));
	html_lit(h, "</p>");
	if (x->done_at) {
		html_lit(h, "<p><a");
		html_href(h, str_printf(h->arena, "/training/certificate/%lld", (long long)x->id));
		html_lit(h, ">");
		html_msg(h, MSG_TRAINING_CERTIFICATE);
		html_lit(h, "</a></p>");
	}
	html_lit(h, "</div></li>");
}

void training_take_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct assignment *mine = ARENA_ARRAY(req->arena, MINE_MAX, struct assignment);
	size_t n = 0;
	struct html h;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = training_mine(c, req->arena, p, mine, MINE_MAX, &n);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		tr_fail(req, e);
		return;
	}
	if (n == 1 && p->kind == PRINCIPAL_LINK) {
		http_redirect(req, taking_path(req->arena, mine[0].id, mine[0].done_at ? "/result" : ""));
		return;
	}
	if (p->kind == PRINCIPAL_LINK) {
		tr_fail(req, ERR_NOT_FOUND);
		return;
	}
	struct page page = { .title = msg(p->lang, MSG_TRAINING_MINE), .subtitle = msg(p->lang, MSG_TRAINING_MINE_ABOUT) };
	tr_page(req, &h, &page);
	if (n) {
		html_lit(&h, "<ul class=\"list-unstyled\">");
		for (size_t i = 0; i < n; i++)
			mine_put(&h, &mine[i]);
		html_lit(&h, "</ul>");
	} else {
		html_empty(&h, msg(p->lang, MSG_TRAINING_MINE_NONE), msg(p->lang, p->person_id ? MSG_TRAINING_MINE_NONE_ABOUT : MSG_TRAINING_MINE_NO_PERSON), STR_NULL, STR_NULL);
	}
	page_end(&h);
}

/* ---- the text ---- */

struct course_text {
	struct str page[LIMIT_COURSE_PAGES], link;
	size_t pages;
};

/* A line of three dashes or more, alone, begins a page. */
static bool is_break(struct str line)
{
	line = str_trim(line);
	if (line.n < 3)
		return false;
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != '-')
			return false;
	return true;
}

static void cut_pages(struct str text, struct course_text *ret)
{
	struct str rest = text, line;
	const char *from = text.p, *end = text.p;
	while (str_cut(&rest, '\n', &line)) {
		if (is_break(line) && ret->pages + 1 < LIMIT_COURSE_PAGES) {
			struct str page = str_trim((struct str){ from, (size_t)(line.p - from) });
			if (page.n)
				ret->page[ret->pages++] = page;
			from = line.p + line.n;
		}
		end = line.p + line.n;
	}
	struct str page = from ? str_trim((struct str){ from, (size_t)(end - from) }) : STR("");
	if (page.n)
		ret->page[ret->pages++] = page;
}

static int load_text(struct taking *t, struct course_text *ret)
{
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	*ret = (struct course_text){ 0 };
	sql_init(&q, t->a);
	sql_lit(&q, "SELECT COALESCE(text, ''), COALESCE(link, '') FROM training_course WHERE id = ");
	sql_i64(&q, t->x.course_id);
	int e = db_first(t->conn, &q, &s);
	if (e == 0) {
		cut_pages(stmt_str_dup(s, t->a, 0), ret);
		ret->link = stmt_str_dup(s, t->a, 1);
	}
	return e;
}

/* The type of a picture by its first bytes, or NULL: what somebody called the file does not count. */
static const char *picture_type(struct str b)
{
	if (b.n >= 8 && memcmp(b.p, "\x89PNG\r\n\x1a\n", 8) == 0)
		return "image/png";
	if (b.n >= 3 && memcmp(b.p, "\xff\xd8\xff", 3) == 0)
		return "image/jpeg";
	return b.n >= 6 && (memcmp(b.p, "GIF87a", 6) == 0 || memcmp(b.p, "GIF89a", 6) == 0) ? "image/gif" : NULL;
}

static void slides_put(struct html *h, struct taking *t)
{
	struct attachment *x;
	size_t n = 0, shown = 0;
	const struct principal office = auth_system(); /* the reader's link opens no record; the course's pictures are part of what it shows */
	if (attachment_list(t->conn, t->a, &office, t->x.course_id, &x, &n) < 0)
		return;
	for (size_t i = 0; i < n && shown < SLIDES_MAX; i++) {
		struct str first;
		if (attachment_magic(t->conn, t->a, x[i].id, &first) < 0 || !picture_type(first))
			continue;
		html_lit(h, "<figure><img class=\"slide\" loading=\"lazy\"");
		html_url_attr(h, "src", taking_path(t->a, t->x.id, str_z(t->a, str_printf(t->a, "/slide/%lld", (long long)x[i].id))));
		html_attr(h, "alt", note_str(t->a, h->lang, &NOTE(MSG_TRAINING_SLIDE, ARG_I((int64_t)++shown), ARG_S(x[i].name))));
		html_lit(h, "></figure>");
	}
}

void training_slide(struct http_req *req)
{
	struct taking t;
	struct attachment x = { 0 };
	struct str first;
	const char *type = NULL;
	int64_t file = 0;
	const struct principal office = auth_system();
	int e = taking_begin(req, &t);
	if (e == 0)
		e = num_parse_i64(req->capture[1], 1, INT64_MAX, &file) < 0 ? ERR_NOT_FOUND : attachment_get(t.conn, t.a, &office, file, &x);
	if (e == 0 && x.record_id != t.x.course_id)
		e = ERR_NOT_FOUND;
	if (e == 0)
		e = attachment_magic(t.conn, t.a, file, &first);
	if (e == 0 && !(type = picture_type(first)))
		e = ERR_NOT_FOUND;
	taking_end(&t, e);
	if (e < 0)
		return;
	req->answer->type = str_of(type);
	http_set_header(req, "X-Content-Type-Options", STR("nosniff"));
	attachment_send(req, file);
}

/* What comes behind the text: the test, or the end. */
static void after_text(struct html *h, struct taking *t)
{
	html_form_begin(h, taking_path(t->a, t->x.id, "/read"), false);
	tr_submit(h, "check", t->questions ? MSG_TRAINING_TO_TEST : MSG_TRAINING_READ_ALL, true);
	html_form_end(h);
	if (t->questions && !t->x.read_at) {
		html_lit(h, "<p class=\"field-hint\">");
		html_note(h, &NOTE(MSG_TRAINING_TEST_COMES, ARG_I(t->x.allowed - t->x.used)));
		html_lit(h, "</p>");
	}
}

static void text_put(struct html *h, struct taking *t, const struct course_text *k, size_t at)
{
	const bool last = at + 1 >= k->pages;
	if (t->x.message.n && at == 0) {
		html_lit(h, "<section class=\"card\"><div class=\"card-body markdown\">");
		html_safe(h, markdown_render(t->a, t->x.message));
		html_lit(h, "</div></section>");
	}
	if (k->pages > 1)
		tr_share(h, note_str(t->a, h->lang, &NOTE(MSG_TRAINING_PAGE, ARG_I((int64_t)at + 1), ARG_I((int64_t)k->pages))), (int64_t)at + 1, (int64_t)k->pages);
	html_lit(h, "<section class=\"card\"><div class=\"card-body markdown\"><h2 class=\"visually-hidden\">");
	html_msg(h, MSG_TRAINING_TEXT);
	html_lit(h, "</h2>");
	if (k->pages)
		html_safe(h, markdown_render(t->a, k->page[at]));
	if (last) {
		slides_put(h, t);
		if (k->link.n) {
			html_lit(h, "<p><a rel=\"noopener\"");
			html_href(h, k->link);
			html_lit(h, ">");
			html_msg(h, MSG_TRAINING_OTHER_MATERIAL);
			html_lit(h, "</a></p>");
		}
	}
	html_lit(h, "</div></section><div class=\"actions\">");
	if (at)
		html_button_link(h, taking_path(t->a, t->x.id, str_z(t->a, str_printf(t->a, "?page=%zu", at))), "arrow-left", msg(h->lang, MSG_TRAINING_BACK_PAGE), false);
	if (!last)
		html_button_link(h, taking_path(t->a, t->x.id, str_z(t->a, str_printf(t->a, "?page=%zu", at + 2))), "check", msg(h->lang, MSG_TRAINING_NEXT_PAGE), true);
	else if (t->x.done_at || t->x.state == ASSIGNMENT_MARKING || t->x.state == ASSIGNMENT_SPENT)
		html_button_link(h, taking_path(t->a, t->x.id, "/result"), "check", msg(h->lang, MSG_TRAINING_TO_RESULT), true);
	else
		after_text(h, t);
	html_lit(h, "</div>");
}

void training_text_page(struct http_req *req)
{
	struct taking t;
	struct course_text *k = ARENA_NEW(req->arena, struct course_text);
	struct html h;
	int64_t page = 1;
	int e = taking_begin(req, &t);
	if (e == 0)
		e = load_text(&t, k);
	(void)http_query_i64(req, "page", &page);
	if (e == 0 && t.x.survey_id && !t.before && !t.x.done_at && !t.x.used) {
		taking_end(&t, 0);
		http_redirect(req, taking_path(req->arena, t.x.id, "/survey"));
		return;
	}
	if (e == 0) {
		size_t at = page < 1 ? 0 : (size_t)page - 1;
		if (at >= k->pages)
			at = k->pages ? k->pages - 1 : 0;
		taking_head(&t, &h, t.x.course);
		text_put(&h, &t, k, at);
		page_end(&h);
	}
	taking_end(&t, e);
}

/* ---- steps ---- */

static int read_job(struct db_conn *c, void *arg)
{
	struct taking_step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	return attempt_read(&ctx, x->id);
}

static int begin_job(struct db_conn *c, void *arg)
{
	struct taking_step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	return attempt_draw(&ctx, x->id);
}


void training_read_do(struct http_req *req)
{
	struct taking_step x;
	struct taking t;
	if (!taking_step_of(req, &x))
		return;
	int e = db_write(office_of(req)->db, read_job, &x);
	if (e < 0) {
		tr_fail(req, e);
		return;
	}
	e = taking_begin(req, &t);
	taking_end(&t, e);
	if (e == 0)
		http_redirect(req, taking_path(req->arena, x.id, t.questions && !t.x.done_at ? "/test" : "/result"));
}

void training_begin_do(struct http_req *req)
{
	struct taking_step x;
	if (!taking_step_of(req, &x))
		return;
	int e = db_write(office_of(req)->db, begin_job, &x);
	if (e == ERR_CONFLICT) /* done, waiting or used up: the result says which */
		http_redirect(req, taking_path(req->arena, x.id, "/result"));
	else if (e < 0)
		tr_fail(req, e);
	else
		http_redirect(req, taking_path(req->arena, x.id, "/test"));
}
