/* Taking a course: the test and its result. */
#include "training/taking.h"

#include "base/num.h"
#include "base/text/training.h"

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
	html_form_begin(h, taking_path(t->a, t->x.id, "/test"), false);
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
	html_post_button(h, taking_path(t->a, t->x.id, "/begin"), "check", msg(h->lang, MSG_TRAINING_BEGIN_TEST), TONE_BLUE, STR_NULL);
	html_button_link(h, taking_path(t->a, t->x.id, "?page=1"), "arrow-left", msg(h->lang, MSG_TRAINING_READ_AGAIN), false);
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
		http_redirect(req, taking_path(req->arena, t.x.id, "/result"));
		return;
	}
	int last = e == 0 ? attempt_last(t.conn, t.a, t.x.id, k) : 0;
	if (last < 0 && last != ERR_NOT_FOUND)
		e = last;
	if (e == 0) {
		taking_head(&t, &h, note_str(req->arena, t.by->lang, &NOTE(MSG_TRAINING_TEST_OF, ARG_S(t.x.course))));
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
	struct taking_step *x = arg;
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
	struct taking_step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	return attempt_submit(&ctx, x->id, x->attempt);
}

/* What was answered is kept by a write of its own: a question that was passed over must not cost the others. */
void training_test_do(struct http_req *req)
{
	struct taking_step x;
	struct taking t;
	if (!taking_step_of(req, &x))
		return;
	int e = taking_begin(req, &t);
	taking_end(&t, e);
	if (e < 0)
		return;
	e = num_parse_i64(http_form(req, "attempt"), 1, INT64_MAX, &x.attempt) < 0 ? ERR_CONFLICT : db_write(office_of(req)->db, answers_job, &x);
	if (e == 0)
		e = db_write(office_of(req)->db, submit_job, &x);
	if (e == ERR_INVALID)
		http_redirect(req, taking_path(req->arena, x.id, "/test?missing=1"));
	else if (e == 0 || e == ERR_CONFLICT) /* sent twice: the result stands */
		http_redirect(req, taking_path(req->arena, x.id, "/result"));
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
		html_button_link(h, taking_path(t->a, t->x.id, "/survey"), "checklist", msg(h->lang, MSG_TRAINING_TO_SURVEY), true);
	if (t->x.done_at)
		html_button_link(h, str_printf(t->a, "/training/certificate/%lld", (long long)t->x.id), "file-text", msg(h->lang, MSG_TRAINING_CERTIFICATE), !t->x.survey_id || t->after);
	else if (t->x.state == ASSIGNMENT_FAILED)
		html_post_button(h, taking_path(t->a, t->x.id, "/begin"), "check", msg(h->lang, MSG_TRAINING_BEGIN_AGAIN), TONE_BLUE, STR_NULL);
	html_button_link(h, taking_path(t->a, t->x.id, "?page=1"), "arrow-left", msg(h->lang, MSG_TRAINING_READ_AGAIN), false);
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
		taking_head(&t, &h, note_str(req->arena, t.by->lang, &NOTE(MSG_TRAINING_RESULT_OF, ARG_S(t.x.course))));
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
