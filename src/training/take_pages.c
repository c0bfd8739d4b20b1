/* Taking a course, by personal link on a phone or signed in: the pages of text, the survey, the test, the result. */
#include "training/ui.h"

#include "base/num.h"
#include "base/text/training.h"
#include "register/remark.h"

#define MINE_MAX 100

struct taking {
	struct http_req *req;
	struct db_conn *conn;
	const struct principal *by;
	struct arena *a;
	struct assignment x;
	int64_t questions;
	bool before, after; /* the survey has been answered */
};

/* The assignment that the address names, if it is the reader's own. The lease is the caller's to end, also on failure. */
static int taking_begin(struct http_req *req, struct taking *t)
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

static void taking_end(struct taking *t, int e)
{
	db_read_end(office_of(t->req)->db, &t->conn);
	if (e < 0)
		tr_fail(t->req, e);
}

static struct str path_of(struct arena *a, int64_t id, const char *tail)
{
	return str_printf(a, "/training/take/%lld%s", (long long)id, tail);
}

static void head(struct taking *t, struct html *h, struct str title)
{
	struct page page = { .title = title, .subtitle = note_str(t->a, t->by->lang, &NOTE(MSG_TRAINING_TAKE_ABOUT, ARG_S(t->x.session), ARG_S(t->x.due_on))) };
	tr_page(t->req, h, &page);
}

/* ---- what there is to do ---- */

static void mine_put(struct html *h, const struct assignment *x)
{
	html_lit(h, "<li class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\"><a");
	html_href(h, path_of(h->arena, x->id, ""));
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
		http_redirect(req, path_of(req->arena, mine[0].id, mine[0].done_at ? "/result" : ""));
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
	for (size_t i = 0; i < n; i++) {
		struct str first;
		if (attachment_piece(t->conn, t->a, x[i].id, 0, &first) < 0 || !picture_type(first))
			continue;
		html_lit(h, "<figure><img class=\"slide\" loading=\"lazy\"");
		html_url_attr(h, "src", path_of(t->a, t->x.id, str_z(t->a, str_printf(t->a, "/slide/%lld", (long long)x[i].id))));
		html_attr(h, "alt", note_str(t->a, h->lang, &NOTE(MSG_TRAINING_SLIDE, ARG_I((int64_t)++shown), ARG_S(x[i].name))));
		html_lit(h, "></figure>");
	}
}

struct pieces {
	struct office *office;
	int64_t id;
	size_t next;
};

static int next_piece(void *ctx, struct buf *piece)
{
	struct pieces *p = ctx;
	CLEANUP(arena_freep) struct arena *a = arena_new(2 * ATTACHMENT_PIECE);
	struct str bytes;
	struct db_conn *c = db_read_begin(p->office->db);
	int e = attachment_piece(c, a, p->id, p->next++, &bytes);
	db_read_end(p->office->db, &c);
	if (e == ERR_NOT_FOUND)
		return 0;
	if (e < 0)
		return e;
	buf_bytes(piece, bytes.p, bytes.n);
	return 1;
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
		e = attachment_piece(t.conn, t.a, file, 0, &first);
	if (e == 0 && !(type = picture_type(first)))
		e = ERR_NOT_FOUND;
	taking_end(&t, e);
	if (e < 0)
		return;
	struct pieces *p = ARENA_NEW(req->arena, struct pieces);
	*p = (struct pieces){ .office = office_of(req), .id = file };
	req->answer->type = str_of(type);
	http_set_header(req, "X-Content-Type-Options", STR("nosniff"));
	req->answer->stream = next_piece;
	req->answer->stream_ctx = p;
}

/* What comes behind the text: the test, or the end. */
static void after_text(struct html *h, struct taking *t)
{
	html_form_begin(h, path_of(t->a, t->x.id, "/read"), false);
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
		html_button_link(h, path_of(t->a, t->x.id, str_z(t->a, str_printf(t->a, "?page=%zu", at))), "arrow-left", msg(h->lang, MSG_TRAINING_BACK_PAGE), false);
	if (!last)
		html_button_link(h, path_of(t->a, t->x.id, str_z(t->a, str_printf(t->a, "?page=%zu", at + 2))), "check", msg(h->lang, MSG_TRAINING_NEXT_PAGE), true);
	else if (t->x.done_at || t->x.state == ASSIGNMENT_MARKING || t->x.state == ASSIGNMENT_SPENT)
		html_button_link(h, path_of(t->a, t->x.id, "/result"), "check", msg(h->lang, MSG_TRAINING_TO_RESULT), true);
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
		http_redirect(req, path_of(req->arena, t.x.id, "/survey"));
		return;
	}
	if (e == 0) {
		size_t at = page < 1 ? 0 : (size_t)page - 1;
		if (at >= k->pages)
			at = k->pages ? k->pages - 1 : 0;
		head(&t, &h, t.x.course);
		text_put(&h, &t, k, at);
		page_end(&h);
	}
	taking_end(&t, e);
}

/* ---- steps ---- */

struct step {
	struct http_req *req;
	int64_t id, attempt;
};

static int read_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	return attempt_read(&ctx, x->id);
}

static int begin_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	return attempt_draw(&ctx, x->id);
}

static bool step_of(struct http_req *req, struct step *x)
{
	*x = (struct step){ .req = req };
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &x->id) == 0)
		return true;
	tr_fail(req, ERR_NOT_FOUND);
	return false;
}

void training_read_do(struct http_req *req)
{
	struct step x;
	struct taking t;
	if (!step_of(req, &x))
		return;
	int e = db_write(office_of(req)->db, read_job, &x);
	if (e < 0) {
		tr_fail(req, e);
		return;
	}
	e = taking_begin(req, &t);
	taking_end(&t, e);
	if (e == 0)
		http_redirect(req, path_of(req->arena, x.id, t.questions && !t.x.done_at ? "/test" : "/result"));
}

void training_begin_do(struct http_req *req)
{
	struct step x;
	if (!step_of(req, &x))
		return;
	int e = db_write(office_of(req)->db, begin_job, &x);
	if (e == ERR_CONFLICT) /* done, waiting or used up: the result says which */
		http_redirect(req, path_of(req->arena, x.id, "/result"));
	else if (e < 0)
		tr_fail(req, e);
	else
		http_redirect(req, path_of(req->arena, x.id, "/test"));
}

/* ---- the test ---- */

static void option_put(struct html *h, const struct drawn *d, int i, struct str text)
{
	html_lit(h, "<label class=\"check\"><input");
	html_attr(h, "type", d->kind == QUESTION_SEVERAL ? STR("checkbox") : STR("radio"));
	html_attr(h, "name", str_printf(h->arena, "a%lld", (long long)d->position));
	html_attr_i64(h, "value", i + 1);
	html_flag(h, "checked", d->answer >> i & 1);
	html_lit(h, "><span>");
	html_text(h, text);
	html_lit(h, "</span></label>");
}

/* Nothing of what is right stands in here. */
static void question_put(struct html *h, const struct drawn *d, size_t of)
{
	struct str name = str_printf(h->arena, "a%lld", (long long)d->position);
	html_lit(h, "<section class=\"card\"><div class=\"card-body\">");
	if (d->kind == QUESTION_TEXT) {
		html_lit(h, "<div class=\"field\"><label");
		html_attr(h, "for", name);
		html_lit(h, "><span class=\"muted small\">");
		html_note(h, &NOTE(MSG_TRAINING_QUESTION_N, ARG_I(d->position), ARG_I((int64_t)of)));
		html_lit(h, "</span><br>");
		html_text(h, d->body);
		html_lit(h, "</label><textarea class=\"form-control\" rows=\"4\" maxlength=\"2000\"");
		html_attr(h, "id", name);
		html_attr(h, "name", name);
		html_lit(h, ">");
		html_text(h, d->answer_text);
		html_lit(h, "</textarea></div>");
	} else {
		html_lit(h, "<fieldset class=\"quiz\"><legend><span class=\"muted small\">");
		html_note(h, &NOTE(MSG_TRAINING_QUESTION_N, ARG_I(d->position), ARG_I((int64_t)of)));
		if (d->kind == QUESTION_SEVERAL) {
			html_lit(h, " ");
			html_msg(h, MSG_TRAINING_CHOOSE_ALL);
		}
		html_lit(h, "</span><br>");
		html_text(h, d->body);
		html_lit(h, "</legend>");
		for (int i = 0; i < QUESTION_OPTIONS; i++) {
			if (d->kind == QUESTION_YES_NO && i < 2)
				option_put(h, d, i, msg(h->lang, i ? MSG_TRAINING_NO : MSG_TRAINING_YES));
			else if (d->kind != QUESTION_YES_NO && d->option[i].n)
				option_put(h, d, i, d->option[i]);
		}
		html_lit(h, "</fieldset>");
	}
	html_lit(h, "</div></section>");
}

static void test_put(struct html *h, struct taking *t, const struct attempt *k)
{
	if (str_eq_z(http_query(t->req, "missing"), "1"))
		html_alert(h, TONE_RED, STR_NULL, msg(h->lang, MSG_TRAINING_MISSING));
	html_lit(h, "<p>");
	html_note(h, &NOTE(MSG_TRAINING_TEST_RULE, ARG_I((int64_t)k->items), ARG_I(k->pass_mark), ARG_I(t->x.allowed - t->x.used)));
	html_lit(h, "</p>");
	html_form_begin(h, path_of(t->a, t->x.id, "/test"), false);
	html_hidden(h, "attempt", str_printf(t->a, "%lld", (long long)k->id));
	for (size_t i = 0; i < k->items; i++)
		question_put(h, &k->item[i], k->items);
	html_lit(h, "<div class=\"actions\">");
	tr_submit(h, "check", MSG_TRAINING_SUBMIT, true);
	html_lit(h, "</div>");
	html_form_end(h);
}

static void begin_put(struct html *h, struct taking *t)
{
	html_lit(h, "<section class=\"card\"><div class=\"card-body\"><p>");
	html_note(h, &NOTE(MSG_TRAINING_TEST_BEGIN, ARG_I(t->x.allowed - t->x.used)));
	html_lit(h, "</p><div class=\"actions\">");
	html_post_button(h, path_of(t->a, t->x.id, "/begin"), "check", msg(h->lang, MSG_TRAINING_BEGIN_TEST), TONE_BLUE, STR_NULL);
	html_button_link(h, path_of(t->a, t->x.id, "?page=1"), "arrow-left", msg(h->lang, MSG_TRAINING_READ_AGAIN), false);
	html_lit(h, "</div></div></section>");
}

void training_test_page(struct http_req *req)
{
	struct taking t;
	struct attempt *k = ARENA_NEW(req->arena, struct attempt);
	struct html h;
	int e = taking_begin(req, &t);
	if (e == 0 && (!t.questions || t.x.done_at || t.x.state == ASSIGNMENT_MARKING || t.x.state == ASSIGNMENT_SPENT)) {
		taking_end(&t, 0);
		http_redirect(req, path_of(req->arena, t.x.id, "/result"));
		return;
	}
	int last = e == 0 ? attempt_last(t.conn, t.a, t.x.id, k) : 0;
	if (last < 0 && last != ERR_NOT_FOUND)
		e = last;
	if (e == 0) {
		head(&t, &h, note_str(req->arena, t.by->lang, &NOTE(MSG_TRAINING_TEST_OF, ARG_S(t.x.course))));
		if (last == 0 && k->state == ATTEMPT_OPEN)
			test_put(&h, &t, k);
		else
			begin_put(&h, &t);
		page_end(&h);
	}
	taking_end(&t, e);
}

static int answers_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	struct attempt *k = ARENA_NEW(ctx.arena, struct attempt);
	int e = attempt_last(c, ctx.arena, x->id, k);
	for (size_t i = 0; e == 0 && i < k->items; i++) {
		struct str name = str_printf(ctx.arena, "a%lld", (long long)k->item[i].position), said, text = STR("");
		int64_t mask = 0;
		for (size_t n = 0; n < QUESTION_OPTIONS && http_form_many(x->req, str_z(ctx.arena, name), n, &said); n++) {
			int64_t one = 0;
			if (k->item[i].kind == QUESTION_TEXT)
				text = said;
			else if (num_parse_i64(said, 1, QUESTION_OPTIONS, &one) == 0)
				mask |= INT64_C(1) << (one - 1);
			else
				return ERR_RANGE;
		}
		e = attempt_answer(&ctx, x->id, x->attempt, k->item[i].position, mask, text);
	}
	return e == ERR_NOT_FOUND ? ERR_CONFLICT : e;
}

static int submit_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	return attempt_submit(&ctx, x->id, x->attempt);
}

/* What was answered is kept by a write of its own: a question that was passed over must not cost the others. */
void training_test_do(struct http_req *req)
{
	struct step x;
	struct taking t;
	if (!step_of(req, &x))
		return;
	int e = taking_begin(req, &t);
	taking_end(&t, e);
	if (e < 0)
		return;
	e = num_parse_i64(http_form(req, "attempt"), 1, INT64_MAX, &x.attempt) < 0 ? ERR_CONFLICT : db_write(office_of(req)->db, answers_job, &x);
	if (e == 0)
		e = db_write(office_of(req)->db, submit_job, &x);
	if (e == ERR_INVALID)
		http_redirect(req, path_of(req->arena, x.id, "/test?missing=1"));
	else if (e == 0 || e == ERR_CONFLICT) /* sent twice: the result stands */
		http_redirect(req, path_of(req->arena, x.id, "/result"));
	else
		tr_fail(req, e);
}

/* ---- the result ---- */

static struct str option_text(enum lang lang, const struct drawn *d, int i)
{
	return d->kind == QUESTION_YES_NO ? msg(lang, i ? MSG_TRAINING_NO : MSG_TRAINING_YES) : d->option[i];
}

static void options_said(struct html *h, msg_id label, const struct drawn *d, int64_t mask)
{
	bool first = true;
	html_lit(h, "<p>");
	html_msg(h, label);
	html_lit(h, " ");
	for (int i = 0; i < QUESTION_OPTIONS; i++) {
		if (!(mask >> i & 1))
			continue;
		if (!first)
			html_lit(h, " / ");
		first = false;
		html_text(h, option_text(h->lang, d, i));
	}
	html_lit(h, "</p>");
}

/* What was right is told only once it gives nothing away: of a yes or no the verdict alone is the answer. */
static void result_item(struct html *h, const struct drawn *d, bool tell)
{
	html_lit(h, "<li class=\"card\"><div class=\"card-body\"><p>");
	if (tell || d->verdict == VERDICT_NONE)
		html_badge(h, d->verdict == VERDICT_RIGHT ? TONE_GREEN : d->verdict == VERDICT_WRONG ? TONE_YELLOW : TONE_BLUE,
	           msg(h->lang, d->verdict == VERDICT_RIGHT ? MSG_TRAINING_RIGHT : d->verdict == VERDICT_WRONG ? MSG_TRAINING_NOT_RIGHT : MSG_TRAINING_IS_MARKING));
	html_lit(h, " ");
	html_text(h, d->body);
	html_lit(h, "</p>");
	if (d->kind == QUESTION_TEXT) {
		html_lit(h, "<p>");
		html_msg(h, MSG_TRAINING_YOU_SAID);
		html_lit(h, " ");
		html_lines(h, d->answer_text);
		html_lit(h, "</p>");
	} else {
		options_said(h, MSG_TRAINING_YOU_SAID, d, d->answer);
	}
	if (tell && d->kind != QUESTION_TEXT && d->verdict == VERDICT_WRONG)
		options_said(h, MSG_TRAINING_RIGHT_IS, d, d->mask);
	/* Of a free answer it tells how it is marked: that is for who marks. */
	if (tell && d->explanation.n && d->kind != QUESTION_TEXT) {
		html_lit(h, "<div class=\"markdown\">");
		html_safe(h, markdown_render(h->arena, d->explanation));
		html_lit(h, "</div>");
	}
	html_lit(h, "</div></li>");
}

static void outcome_put(struct html *h, struct taking *t, const struct attempt *k)
{
	const bool test = k->id && k->state != ATTEMPT_OPEN;
	struct str score = test ? note_str(t->a, h->lang, &NOTE(MSG_TRAINING_SCORE, ARG_I(k->points), ARG_I(k->total), ARG_I(k->pass_mark))) : STR("");
	if (t->x.done_at)
		html_alert(h, TONE_GREEN, msg(h->lang, MSG_TRAINING_PASSED), score);
	else if (t->x.state == ASSIGNMENT_MARKING)
		html_alert(h, TONE_BLUE, msg(h->lang, MSG_TRAINING_WAITS), msg(h->lang, MSG_TRAINING_WAITS_ABOUT));
	else if (t->x.state == ASSIGNMENT_SPENT)
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_TRAINING_SPENT), score);
	else if (test)
		html_alert(h, TONE_YELLOW, note_str(t->a, h->lang, &NOTE(MSG_TRAINING_TRY_AGAIN, ARG_I(t->x.allowed - t->x.used))), score);
	else
		html_alert(h, TONE_BLUE, STR_NULL, msg(h->lang, MSG_TRAINING_NOT_YET));
	if (k->state == ATTEMPT_FAILED && !attempt_may_tell(&t->x, k)) {
		html_lit(h, "<p>");
		html_msg(h, MSG_TRAINING_NOT_TOLD);
		html_lit(h, "</p>");
	}
	html_lit(h, "<div class=\"actions\">");
	if (t->x.done_at && t->x.survey_id && !t->after)
		html_button_link(h, path_of(t->a, t->x.id, "/survey"), "checklist", msg(h->lang, MSG_TRAINING_TO_SURVEY), true);
	if (t->x.done_at)
		html_button_link(h, str_printf(t->a, "/training/certificate/%lld", (long long)t->x.id), "file-text", msg(h->lang, MSG_TRAINING_CERTIFICATE), !t->x.survey_id || t->after);
	else if (t->x.state == ASSIGNMENT_FAILED)
		html_post_button(h, path_of(t->a, t->x.id, "/begin"), "check", msg(h->lang, MSG_TRAINING_BEGIN_AGAIN), TONE_BLUE, STR_NULL);
	html_button_link(h, path_of(t->a, t->x.id, "?page=1"), "arrow-left", msg(h->lang, MSG_TRAINING_READ_AGAIN), false);
	html_lit(h, "</div>");
}

void training_result_page(struct http_req *req)
{
	struct taking t;
	struct attempt *k = ARENA_NEW(req->arena, struct attempt);
	struct html h;
	int e = taking_begin(req, &t);
	int last = e == 0 ? attempt_last(t.conn, t.a, t.x.id, k) : 0;
	if (last < 0 && last != ERR_NOT_FOUND)
		e = last;
	if (e == 0) {
		const bool tell = attempt_may_tell(&t.x, k);
		head(&t, &h, note_str(req->arena, t.by->lang, &NOTE(MSG_TRAINING_RESULT_OF, ARG_S(t.x.course))));
		outcome_put(&h, &t, k);
		if (last == 0 && k->state != ATTEMPT_OPEN) {
			html_lit(&h, "<ul class=\"list-unstyled\">");
			for (size_t i = 0; i < k->items; i++)
				result_item(&h, &k->item[i], tell);
			html_lit(&h, "</ul>");
		}
		page_end(&h);
	}
	taking_end(&t, e);
}

/* ---- the survey ---- */

static int64_t survey_round(const struct taking *t)
{
	return t->x.done_at ? 2 : 1;
}

static void survey_item(struct html *h, size_t i, struct str item)
{
	static const msg_id steps[] = { MSG_TRAINING_SURVEY_1, MSG_TRAINING_SURVEY_2, MSG_TRAINING_SURVEY_3, MSG_TRAINING_SURVEY_4, MSG_TRAINING_SURVEY_5 };
	html_lit(h, "<section class=\"card\"><div class=\"card-body\"><fieldset class=\"quiz\"><legend>");
	html_text(h, item);
	html_lit(h, "</legend>");
	for (size_t k = COUNT_OF(steps); k-- > 0;) {
		html_lit(h, "<label class=\"check\"><input type=\"radio\"");
		html_attr(h, "name", str_printf(h->arena, "v%zu", i + 1));
		html_attr_i64(h, "value", (int64_t)k + 1);
		html_lit(h, "><span>");
		html_msg(h, steps[k]);
		html_lit(h, "</span></label>");
	}
	html_lit(h, "</fieldset></div></section>");
}

static int load_items(struct taking *t, struct str *items)
{
	struct sql q;
	sql_init(&q, t->a);
	sql_lit(&q, "SELECT items FROM training_survey WHERE id = ");
	sql_i64(&q, t->x.survey_id);
	return db_get_str(t->conn, &q, items);
}

void training_survey_page(struct http_req *req)
{
	struct taking t;
	struct str text = STR(""), item[LIMIT_SURVEY_ITEMS];
	struct html h;
	int e = taking_begin(req, &t);
	if (e == 0 && (!t.x.survey_id || (survey_round(&t) == 1 ? t.before : t.after))) {
		taking_end(&t, 0);
		http_redirect(req, path_of(req->arena, t.x.id, t.x.done_at ? "/result" : "?page=1"));
		return;
	}
	if (e == 0)
		e = load_items(&t, &text);
	if (e == 0) {
		const size_t n = survey_items(text, item);
		head(&t, &h, msg(t.by->lang, survey_round(&t) == 1 ? MSG_TRAINING_SURVEY_BEFORE : MSG_TRAINING_SURVEY_AFTER));
		html_lit(&h, "<p>");
		html_msg(&h, MSG_TRAINING_SURVEY_ABOUT);
		html_lit(&h, "</p>");
		html_form_begin(&h, path_of(t.a, t.x.id, "/survey"), false);
		for (size_t i = 0; i < n; i++)
			survey_item(&h, i, item[i]);
		html_lit(&h, "<div class=\"actions\">");
		tr_submit(&h, "check", MSG_TRAINING_SURVEY_SEND, true);
		html_lit(&h, "</div>");
		html_form_end(&h);
		page_end(&h);
	}
	taking_end(&t, e);
}

struct survey_step {
	struct http_req *req;
	int64_t id, round, value[LIMIT_SURVEY_ITEMS];
};

static int survey_job(struct db_conn *c, void *arg)
{
	struct survey_step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	return survey_answer(&ctx, x->id, x->round, x->value, LIMIT_SURVEY_ITEMS);
}

void training_survey_do(struct http_req *req)
{
	struct taking t;
	struct survey_step x = { .req = req };
	int e = taking_begin(req, &t);
	taking_end(&t, e);
	if (e < 0)
		return;
	x.id = t.x.id;
	x.round = survey_round(&t);
	for (size_t i = 0; i < LIMIT_SURVEY_ITEMS; i++) {
		struct str said = http_form(req, str_z(req->arena, str_printf(req->arena, "v%zu", i + 1)));
		if (said.n && num_parse_i64(said, 1, 5, &x.value[i]) < 0)
			x.value[i] = 0;
	}
	e = db_write(office_of(req)->db, survey_job, &x);
	if (e < 0 && e != ERR_CONFLICT)
		tr_fail(req, e);
	else
		http_redirect(req, path_of(req->arena, t.x.id, t.x.done_at ? "/result" : "?page=1"));
}
