/* The room's front, what it hangs on plans and courses, certificates, and what it says to Today, the signal and the calendar. */
#include "training/ui.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text/training.h"
#include "org/org.h"
#include "register/faces.h"
#include "register/query.h"
#include "report/render.h"

#define SESSIONS_SHOWN 50
#define MINE_MAX 20

/* ---- the front ---- */

static int sessions_put(struct html *h, struct db_conn *c, const struct principal *p)
{
	static const msg_id head[] = { MSG_TRAINING_SESSION, MSG_TRAINING_DUE, MSG_TRAINING_FINISHED, MSG_TRAINING_LATE };
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	const struct str today = date_iso(h->arena, clock_today());
	size_t n = 0;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT t.id, t.name, COALESCE(t.due_on, ''), COUNT(*), SUM(CASE WHEN g.done_at <> 0 THEN 1 ELSE 0 END), SUM(CASE WHEN g.done_at = 0 AND g.due_on < ");
	sql_str(&q, today);
	sql_lit(&q, " THEN 1 ELSE 0 END) FROM training_session t JOIN training_assignment g ON g.session_id = t.id JOIN org_person p ON p.id = g.person_id"
	            " WHERE t.archived = 0 AND t.state = 2" PERSON_IS_HERE);
	sql_str(&q, today);
	sql_lit(&q, ")");
	auth_visible(&q, p, reg_number(&reg_person), OP_READ, "p");
	auth_visible(&q, p, reg_number(&reg_session), OP_READ, "t");
	sql_lit(&q, " GROUP BY t.id, t.name, t.due_on ORDER BY t.due_on, t.id LIMIT ");
	sql_i64(&q, SESSIONS_SHOWN);
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		const int64_t people = stmt_i64(s, 3), done = stmt_i64(s, 4);
		e = 0;
		if (n++ == 0) {
			html_section_begin(h, MSG_TRAINING_RUNNING);
			html_table_begin(h, MSG_TRAINING_RUNNING, head, COUNT_OF(head));
		}
		html_lit(h, "<tr><th scope=\"row\"><a");
		html_href(h, str_printf(h->arena, "/training/session/%lld", (long long)stmt_i64(s, 0)));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 1));
		html_lit(h, "</a></th>");
		html_cell(h, head[1], stmt_str(s, 2).n ? stmt_str(s, 2) : msg(h->lang, MSG_TRAINING_STANDING));
		html_cell(h, head[2], note_str(h->arena, h->lang, &NOTE(MSG_TRAINING_OF_PEOPLE, ARG_I(done), ARG_I(people), ARG_I(done * 100 / people))));
		html_cell_i64(h, head[3], stmt_i64(s, 5));
		html_lit(h, "</tr>");
	}
	if (n) {
		html_table_end(h);
		html_section_end(h);
	}
	return e;
}

/* An office without a course begins with those that are ready. */
static int begin_put(struct html *h, struct db_conn *c, const struct principal *p)
{
	struct sql q;
	int64_t courses = 0;
	if (!may_lead(p))
		return 0;
	reg_select(&q, h->arena, p, &reg_course, "COUNT(*)");
	int e = db_get_i64(c, &q, &courses);
	if (e < 0 || courses)
		return e;
	html_section_begin(h, MSG_TRAINING_BEGIN);
	html_lit(h, "<p>");
	html_msg(h, MSG_TRAINING_BEGIN_ABOUT);
	html_lit(h, "</p>");
	html_post_button(h, STR("/training/starter"), "plus", msg(h->lang, MSG_TRAINING_STARTER), TONE_BLUE, STR_NULL);
	html_section_end(h);
	return 0;
}

static void own_hint(struct html *h, int64_t open)
{
	html_lit(h, "<p class=\"hint-links\"><a href=\"/training/take\">");
	html_note(h, &NOTE(MSG_TRAINING_MINE_N, ARG_I(open)));
	html_lit(h, "</a></p>");
}

static int64_t open_of(const struct assignment *mine, size_t n)
{
	int64_t open = 0;
	for (size_t i = 0; i < n; i++)
		open += !mine[i].done_at;
	return open;
}

void training_front(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct assignment *mine = ARENA_ARRAY(req->arena, MINE_MAX, struct assignment);
	size_t n = 0;
	int64_t waiting = 0;
	struct html h;
	if (p->kind == PRINCIPAL_LINK) {
		http_redirect(req, STR("/training/take"));
		return;
	}
	struct db_conn *c = db_read_begin(office_of(req)->db);
	struct page page = { .title = msg(p->lang, MSG_TRAINING_ROOM), .subtitle = msg(p->lang, MSG_TRAINING_ROOM_ABOUT) };
	page.breadcrumb_label[0] = page.title;
	tr_page(req, &h, &page);
	int e = training_mine(c, req->arena, p, mine, MINE_MAX, &n);
	if (n)
		own_hint(&h, open_of(mine, n));
	if (e == 0 && may_lead(p))
		e = attempt_waiting(c, req->arena, &waiting);
	if (waiting) {
		html_lit(&h, "<p class=\"hint-links\"><a href=\"/training/marking\">");
		html_note(&h, &NOTE(MSG_TRAINING_MARKING_N, ARG_I(waiting)));
		html_lit(&h, "</a></p>");
	}
	if (e == 0)
		e = begin_put(&h, c, p);
	if (e == 0)
		e = sessions_put(&h, c, p);
	db_read_end(office_of(req)->db, &c);
	reg_cards(&h, p, "training", 2);
	page_end(&h);
	if (e < 0)
		tr_fail(req, e);
}

/* ---- plans ---- */

static void goal_put(struct html *h, const struct row *row, const char *field, msg_id met, msg_id missed, int64_t part, int64_t all)
{
	const struct value *goal = &row->v[reg_field(&reg_training_plan, field)];
	if (!goal->known || !all)
		return;
	const bool is_met = part * 100 >= goal->i * all;
	html_lit(h, "<p>");
	html_badge(h, is_met ? TONE_GREEN : TONE_YELLOW, msg(h->lang, is_met ? MSG_TRAINING_GOAL_MET : MSG_TRAINING_GOAL_MISSED));
	html_lit(h, " ");
	html_note(h, &NOTE(is_met ? met : missed, ARG_S(str_printf(h->arena, "%lld.%lld", (long long)(part * 100 / all), (long long)(part * 1000 / all % 10))), ARG_I(goal->i)));
	html_lit(h, "</p>");
}

static int plan_figures(struct db_conn *c, struct arena *a, int64_t plan, int64_t ret[4])
{
	static const char *const what[] = {
		"SELECT COUNT(*), COALESCE(SUM(CASE WHEN g.done_at <> 0 THEN 1 ELSE 0 END), 0) FROM training_assignment g JOIN training_session t ON t.id = g.session_id"
		" JOIN org_person p ON p.id = g.person_id WHERE t.archived = 0 AND p.archived = 0 AND t.plan = ",
		"SELECT COALESCE(SUM(k.total), 0), COALESCE(SUM(k.points), 0), COUNT(DISTINCT g.person_id) FROM training_attempt k JOIN training_assignment g ON g.id = k.assignment_id"
		" JOIN training_session t ON t.id = g.session_id WHERE k.state IN (2, 3) AND t.archived = 0 AND t.plan = ",
	};
	int e = 0;
	for (size_t i = 0; e == 0 && i < COUNT_OF(what); i++) {
		struct sql q;
		CLEANUP(stmt_done) struct stmt *s = NULL;
		sql_init(&q, a);
		sql_const(&q, what[i]);
		sql_i64(&q, plan);
		e = db_first(c, &q, &s);
		if (e == 0) {
			ret[i * 2] = stmt_i64(s, 0);
			ret[i * 2 + 1] = stmt_i64(s, 1);
			/* Of few people the share is one person's score. */
			if (i == 1 && stmt_i64(s, 2) < TRAINING_FEW)
				ret[2] = ret[3] = 0;
		}
	}
	return e;
}

void plan_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	int64_t n[4] = { 0 };
	if (p->kind == PRINCIPAL_LINK)
		return;
	html_section_begin(h, MSG_TRAINING_PLAN_RESULT);
	if (plan_figures(c, h->arena, row->id, n) < 0 || !n[0]) {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_TRAINING_PLAN_NONE);
		html_lit(h, "</p>");
	} else {
		html_lit(h, "<p>");
		html_note(h, &NOTE(MSG_TRAINING_SUM, ARG_I(n[1]), ARG_I(n[0]), ARG_I(n[1] * 100 / n[0])));
		html_lit(h, "</p>");
		goal_put(h, row, "goal_finished", MSG_TRAINING_GOAL_FINISHED, MSG_TRAINING_GOAL_FINISHED, n[1], n[0]);
		goal_put(h, row, "goal_right", MSG_TRAINING_GOAL_RIGHT, MSG_TRAINING_GOAL_RIGHT, n[3], n[2]);
	}
	if (row->state == RECORD_LIVE && may_lead(p)) {
		html_post_button(h, str_printf(h->arena, "/training/training_plan/%lld/next", (long long)row->id), "plus", msg(h->lang, MSG_TRAINING_PLAN_NEXT), TONE_BLUE, STR_NULL);
		html_lit(h, "<p class=\"field-hint\">");
		html_msg(h, MSG_TRAINING_PLAN_NEXT_ABOUT);
		html_lit(h, "</p>");
	}
	html_section_end(h);
}

struct next {
	struct http_req *req;
	int64_t plan, made;
};

static struct value year_later(struct arena *a, const struct value *v)
{
	struct date d;
	if (!v->known || date_parse_iso(v->s, &d) < 0)
		return (struct value){ 0 };
	d.year++;
	if (d.month == 2 && d.day == 29)
		d.day = 28;
	return (struct value){ .known = true, .s = date_iso(a, d) };
}

/* The next plan begins from what the last one found; where it was made already, it is that one. */
static int next_job(struct db_conn *c, void *arg)
{
	static const char *const kept[] = { "purpose", "goal", "lecturer", "content", "methods", "measure", "occasions", "groups", "goal_finished", "goal_right" };
	struct next *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	struct reg_view view;
	struct row row;
	struct written w;
	struct sql q;
	int e = reg_view_load(c, ctx.arena, &reg_training_plan, &view);
	if (e == 0)
		e = reg_get(c, ctx.arena, ctx.by, &view, x->plan, &row);
	if (e < 0)
		return e;
	sql_init(&q, ctx.arena);
	sql_lit(&q, "SELECT MIN(id) FROM training_plan WHERE archived = 0 AND previous = ");
	sql_i64(&q, x->plan);
	e = db_get_i64(c, &q, &x->made);
	if (e < 0 || x->made)
		return e;
	struct change change = change_new(ctx.arena, CHANGE_SAVE, &view, 0);
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		change_set(&change, reg_field(&reg_training_plan, kept[i]), row.v[reg_field(&reg_training_plan, kept[i])]);
	const struct value *found = &row.v[reg_field(&reg_training_plan, "evaluation")], *next = &row.v[reg_field(&reg_training_plan, "next")];
	struct str learnt = str_printf(ctx.arena, "%.*s%s%.*s", STR_FMT(found->known ? found->s : STR("")), found->known && next->known ? "\n\n" : "", STR_FMT(next->known ? next->s : STR("")));
	change_set(&change, reg_field(&reg_training_plan, "learnt"), (struct value){ .known = learnt.n > 0, .s = learnt });
	change_set(&change, reg_field(&reg_training_plan, "previous"), (struct value){ .known = true, .i = x->plan });
	change_set(&change, reg_field(&reg_training_plan, "starts_on"), year_later(ctx.arena, &row.v[reg_field(&reg_training_plan, "starts_on")]));
	change_set(&change, reg_field(&reg_training_plan, "ends_on"), year_later(ctx.arena, &row.v[reg_field(&reg_training_plan, "ends_on")]));
	change_set(&change, reg_field(&reg_training_plan, "name"),
	           (struct value){ .known = true, .s = note_str(ctx.arena, ctx.by->lang, &NOTE(MSG_TRAINING_PLAN_NEXT_NAME, ARG_S(row.v[reg_field(&reg_training_plan, "name")].s))) });
	e = reg_write(&ctx, &change, &w);
	x->made = w.id;
	return e;
}

void plan_next_do(struct http_req *req)
{
	struct next x = { .req = req };
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.plan) < 0 || !may_lead(auth_principal(req)) ? ERR_NOT_FOUND : db_write(office_of(req)->db, next_job, &x);
	if (e == ERR_INVALID || e == ERR_EXISTS)
		http_fail(req, 422, NOTE0(MSG_TRAINING_PLAN_NEXT_FAILED));
	else if (e < 0)
		tr_fail(req, e);
	else
		http_redirect(req, str_printf(req->arena, "/training/training_plan/%lld", (long long)x.made));
}

/* ---- courses ---- */

void course_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	int64_t n = 0;
	if (!may_lead(p) || course_questions(c, h->arena, row->id, &n) < 0)
		return;
	html_section_begin(h, MSG_TRAINING_POOL);
	html_lit(h, "<p>");
	html_note(h, &NOTE(n ? MSG_TRAINING_POOL_N : MSG_TRAINING_POOL_NONE, ARG_I(n)));
	html_lit(h, "</p><div class=\"actions\">");
	html_button_link(h, str_printf(h->arena, "/training/question?course=%lld", (long long)row->id), "list-search", msg(h->lang, MSG_TRAINING_POOL_SEE), false);
	html_button_link(h, str_printf(h->arena, "/training/question/new?course=%lld", (long long)row->id), "plus", msg(h->lang, MSG_TRAINING_POOL_ADD), false);
	html_lit(h, "</div>");
	html_section_end(h);
}

void course_list(struct html *h, struct http_req *req, struct db_conn *c)
{
	(void)c;
	if (!may_lead(auth_principal(req)))
		return;
	html_lit(h, "<div class=\"hint-links\">");
	html_post_button(h, STR("/training/starter"), "plus", msg(h->lang, MSG_TRAINING_STARTER), TONE_NEUTRAL, msg(h->lang, MSG_TRAINING_STARTER_ASK));
	html_lit(h, "</div>");
}

static int starter_job(struct db_conn *c, void *arg)
{
	struct http_req *req = arg;
	struct reg_ctx ctx = tr_ctx(req, c);
	int64_t n = 0;
	return training_starter_make(&ctx, &n);
}

void training_starter_do(struct http_req *req)
{
	int e = may_lead(auth_principal(req)) ? db_write(office_of(req)->db, starter_job, req) : ERR_NOT_FOUND;
	if (e < 0)
		tr_fail(req, e);
	else
		http_redirect(req, STR("/training/course?sort=name"));
}

/* ---- the certificate ---- */

static void certificate_build(struct doc *d, struct arena *a, enum lang lang, const struct assignment *x, struct str company)
{
	const struct str day = date_iso(a, clock_date(x->done_at));
	doc_init(d, a, lang, msg(lang, MSG_TRAINING_CERTIFICATE), company, day);
	doc_text(d, note_str(a, lang, &NOTE(MSG_TRAINING_CERTIFICATE_NUMBER, ARG_S(x->session_code), ARG_I(x->id))));
	doc_heading(d, 1, note_str(a, lang, &NOTE(MSG_TRAINING_CERTIFICATE_TO, ARG_S(x->person))));
	doc_text(d, note_str(a, lang, &NOTE(MSG_TRAINING_CERTIFICATE_SAYS, ARG_S(x->course))));
	doc_text(d, note_str(a, lang, &NOTE(MSG_TRAINING_CERTIFICATE_FACT, ARG_M(MSG_TRAINING_SESSION), ARG_S(x->session))));
	doc_text(d, note_str(a, lang, &NOTE(MSG_TRAINING_CERTIFICATE_FACT, ARG_M(MSG_TRAINING_FINISHED_ON), ARG_S(day))));
	doc_text(d, company);
}

void training_certificate(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct assignment x;
	struct doc d;
	struct note why;
	struct html h;
	enum doc_format f = DOC_HTML;
	int64_t id = 0;
	struct str format = http_query(req, "format"), company = STR("");
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 || (format.n && (!doc_format_of(format, &f) || f != DOC_PDF)) ? ERR_NOT_FOUND
	        : training_own(c, req->arena, p, id, true, &x);
	if (e == ERR_NOT_FOUND && id && may_lead(p))
		e = training_any(c, req->arena, p, id, &x);
	if (e == 0 && !x.done_at)
		e = ERR_NOT_FOUND;
	if (e == 0)
		company = setting_str(c, req->arena, "office.company");
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		tr_fail(req, e);
		return;
	}
	certificate_build(&d, req->arena, p->lang, &x, company);
	if (f == DOC_PDF) {
		e = doc_bytes(&d, f, &req->answer->body, &why);
		if (e < 0)
			http_fail(req, e == ERR_NOT_FOUND ? 503 : 500, why);
		else
			http_download(req, str_printf(req->arena, "%.*s.pdf", STR_FMT(d.title)), doc_format_type(f));
		return;
	}
	struct page page = { .title = d.title };
	tr_page(req, &h, &page);
	html_lit(&h, "<div class=\"card\"><div class=\"card-body\">");
	doc_html(&h, &d);
	html_lit(&h, "</div></div><div class=\"actions screen-only\">");
	html_button_link(&h, str_printf(req->arena, "/training/certificate/%lld?format=pdf", (long long)id), "download", STR("PDF"), true);
	html_lit(&h, "<button type=\"button\" class=\"btn js-only\" data-print>");
	html_icon(&h, "printer");
	html_lit(&h, " ");
	html_msg(&h, MSG_TRAINING_PRINT);
	html_lit(&h, "</button></div>");
	page_end(&h);
}

/* ---- Today, the signal, the calendar ---- */

/* People who are here and past their due day, as far as p may see them. */
static int late_people(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret)
{
	struct sql q;
	const struct str today = date_iso(a, clock_today());
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(DISTINCT p.id) FROM training_assignment g JOIN training_session t ON t.id = g.session_id JOIN org_person p ON p.id = g.person_id"
	            " WHERE g.done_at = 0 AND t.archived = 0 AND t.state = 2 AND g.due_on < ");
	sql_str(&q, today);
	sql_lit(&q, PERSON_IS_HERE);
	sql_str(&q, today);
	sql_lit(&q, ")");
	auth_visible(&q, p, reg_number(&reg_person), OP_READ, "p");
	return db_get_i64(c, &q, ret);
}

int training_people_signal(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret)
{
	int64_t late = 0;
	int e = org_signal_load(c, a, p, ret);
	if (e < 0 || !(auth_ops(p, reg_number(&reg_session)) & OP_READ))
		return e;
	e = late_people(c, a, p, &late);
	if (e == 0 && late)
		signal_add_page(ret, TONE_YELLOW, NOTE(MSG_TRAINING_SIGNAL_LATE, ARG_I(late)), STR("/training"));
	if (e == 0)
		signal_add_figure(ret, "untrained_late", MSG_TRAINING_FIGURE_LATE, late, STR(""), TONE_YELLOW);
	return e;
}

void training_today(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	struct assignment *mine = ARENA_ARRAY(req->arena, MINE_MAX, struct assignment);
	size_t n = 0, shown = 0;
	int64_t waiting = 0;
	if (training_mine(c, req->arena, p, mine, MINE_MAX, &n) < 0 || (may_lead(p) && attempt_waiting(c, req->arena, &waiting) < 0) || (!open_of(mine, n) && !waiting))
		return;
	html_section_begin(h, MSG_TRAINING_ROOM);
	html_lit(h, "<ul>");
	for (size_t i = 0; i < n && shown < 5; i++) {
		if (mine[i].done_at)
			continue;
		shown++;
		html_lit(h, "<li><a");
		html_href(h, str_printf(h->arena, "/training/take/%lld", (long long)mine[i].id));
		html_lit(h, ">");
		html_text(h, mine[i].course);
		html_lit(h, "</a> ");
		tr_stands(h, mine[i].state, mine[i].due_on);
		html_lit(h, " ");
		html_note(h, &NOTE(MSG_TRAINING_DUE_ON, ARG_S(mine[i].due_on)));
		html_lit(h, "</li>");
	}
	if (waiting) {
		html_lit(h, "<li><a href=\"/training/marking\">");
		html_note(h, &NOTE(MSG_TRAINING_MARKING_N, ARG_I(waiting)));
		html_lit(h, "</a></li>");
	}
	html_lit(h, "</ul>");
	html_section_end(h);
}

static int session_days(const struct calendar_query *q, struct calendar_list *list)
{
	struct sql s;
	CLEANUP(stmt_done) struct stmt *st = NULL;
	reg_select(&s, q->arena, q->by, &reg_session, "t.id, t.name, t.due_on, t.state");
	sql_lit(&s, " AND t.due_on >= ");
	sql_str(&s, date_iso(q->arena, q->from));
	sql_lit(&s, " AND t.due_on <= ");
	sql_str(&s, date_iso(q->arena, q->until));
	if (q->own) {
		sql_lit(&s, " AND t.state = 2 AND EXISTS (SELECT 1 FROM training_assignment g WHERE g.session_id = t.id AND g.done_at = 0 AND g.person_id = ");
		sql_i64(&s, q->by->person_id);
		sql_lit(&s, ")");
	}
	sql_lit(&s, " ORDER BY t.due_on, t.id LIMIT ");
	sql_i64(&s, LIMIT_CALENDAR_ITEMS);
	int e = db_query(q->conn, &s, &st);
	while (e == 0 && (e = stmt_step(st)) == 1) {
		struct calendar_item x = { .id = stmt_i64(st, 0), .title = stmt_str_dup(st, q->arena, 1) };
		e = date_parse_iso(stmt_str(st, 2), &x.from);
		if (e < 0)
			break;
		x.until = x.from;
		x.path = str_printf(q->arena, "/training/session/%lld", (long long)x.id);
		x.tone = stmt_i64(st, 3) == SESSION_CLOSED ? TONE_GREEN : date_days(x.from) < date_days(clock_today()) ? TONE_RED : TONE_BLUE;
		if (!calendar_add(q, list, x))
			break;
	}
	return e < 0 ? e : 0;
}
const struct calendar_part calendar_training = { .key = "training", .label = { "教育の期限", "Training due" }, .items = session_days };

/* ---- routes ---- */

static const struct param page_params[] = { { "page", PARAM_INT } };
static const struct param test_params[] = { { "missing", PARAM_FLAG } };
static const struct param certificate_params[] = { { "format", PARAM_KEY, 0, 8 } };
static const struct param people_params[] = { { "do", PARAM_KEY, 0, 10 }, { "id", PARAM_INT, .many = true }, { "due_on", PARAM_TEXT, 0, 20 } };
static const struct param marking_params[] = { { "position", PARAM_INT, 1, LIMIT_DRAW }, { "right", PARAM_INT, 0, 1 } };
#define A(n) { "a" #n, PARAM_TEXT, 0, LIMIT_TEXT_ANSWER, .many = true }
static const struct param answer_params[] = {
	{ "attempt", PARAM_INT }, A(1), A(2), A(3), A(4), A(5), A(6), A(7), A(8), A(9), A(10), A(11), A(12), A(13), A(14), A(15), A(16), A(17), A(18), A(19), A(20),
	A(21), A(22), A(23), A(24), A(25), A(26), A(27), A(28), A(29), A(30),
};
_Static_assert(COUNT_OF(answer_params) == LIMIT_DRAW + 1, "a parameter a question");
#define V(n) { "v" #n, PARAM_INT, 1, 5 }
static const struct param survey_params[] = { V(1), V(2), V(3), V(4), V(5), V(6), V(7), V(8), V(9), V(10) };
_Static_assert(COUNT_OF(survey_params) == LIMIT_SURVEY_ITEMS, "a parameter an item");

#define PARAMS(p) (p), COUNT_OF(p)
const struct route training_routes[] = {
	{ HTTP_GET, "/training", training_front, 0, NEED_REGISTER },
	{ HTTP_GET, "/training/take", training_take_page, 0, NEED_REGISTER },
	{ HTTP_GET, "/training/take/:id", training_text_page, 0, NEED_REGISTER, PARAMS(page_params) },
	{ HTTP_GET, "/training/take/:id/slide/:file", training_slide, 0, NEED_REGISTER },
	{ HTTP_POST, "/training/take/:id/read", training_read_do, 0, NEED_REGISTER },
	{ HTTP_POST, "/training/take/:id/begin", training_begin_do, 0, NEED_REGISTER },
	{ HTTP_GET, "/training/take/:id/test", training_test_page, 0, NEED_REGISTER, PARAMS(test_params) },
	{ HTTP_POST, "/training/take/:id/test", training_test_do, 0, NEED_REGISTER, PARAMS(answer_params) },
	{ HTTP_GET, "/training/take/:id/result", training_result_page, 0, NEED_REGISTER },
	{ HTTP_GET, "/training/take/:id/survey", training_survey_page, 0, NEED_REGISTER },
	{ HTTP_POST, "/training/take/:id/survey", training_survey_do, 0, NEED_REGISTER, PARAMS(survey_params) },
	{ HTTP_GET, "/training/certificate/:id", training_certificate, 0, NEED_REGISTER, PARAMS(certificate_params) },
	{ HTTP_POST, "/training/session/:id/start", session_start_do, 0, NEED_LINKS },
	{ HTTP_POST, "/training/session/:id/take", session_take_do, 0, NEED_LINKS },
	{ HTTP_POST, "/training/session/:id/close", session_close_do, 0, NEED_LINKS },
	{ HTTP_POST, "/training/session/:id/people", session_people_do, 0, NEED_LINKS, PARAMS(people_params) },
	{ HTTP_GET, "/training/marking", training_marking_page, 0, NEED_REGISTER },
	{ HTTP_POST, "/training/marking/:id", training_marking_do, 0, NEED_REGISTER, PARAMS(marking_params) },
	{ HTTP_GET, "/training/results/:id", training_results_page, 0, NEED_REGISTER },
	{ HTTP_POST, "/training/starter", training_starter_do, 0, NEED_REGISTER },
	{ HTTP_POST, "/training/training_plan/:id/next", plan_next_do, 0, NEED_REGISTER },
};
const size_t training_route_count = COUNT_OF(training_routes);
