/* Taking a course: the survey before and after it. */
#include "training/taking.h"

#include "base/num.h"
#include "base/text/training.h"

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
		http_redirect(req, taking_path(req->arena, t.x.id, t.x.done_at ? "/result" : "?page=1"));
		return;
	}
	if (e == 0)
		e = load_items(&t, &text);
	if (e == 0) {
		const size_t n = survey_items(text, item);
		taking_head(&t, &h, msg(t.by->lang, survey_round(&t) == 1 ? MSG_TRAINING_SURVEY_BEFORE : MSG_TRAINING_SURVEY_AFTER));
		html_lit(&h, "<p>");
		html_msg(&h, MSG_TRAINING_SURVEY_ABOUT);
		html_lit(&h, "</p>");
		html_form_begin(&h, taking_path(t.a, t.x.id, "/survey"), false);
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
		http_redirect(req, taking_path(req->arena, t.x.id, t.x.done_at ? "/result" : "?page=1"));
}
