/* What came out: marking of free answers, results by question and by unit, the survey before and after. For who leads the training. */
#include "training/ui.h"

#include "base/num.h"
#include "base/text/training.h"
#include "register/query.h"

#define MARKED_AT_ONCE 20

static bool refused(struct http_req *req)
{
	if (may_lead(auth_principal(req)))
		return false;
	tr_fail(req, ERR_NOT_FOUND);
	return true;
}

/* ---- marking ---- */

/* Whose answer it is does not stand here: it is marked for what it says. */
static void answer_put(struct html *h, struct stmt *s)
{
	html_section_begin(h, MSG_TRAINING_MARK_ONE);
	html_lit(h, "<p><strong>");
	html_text(h, stmt_str(s, 2));
	html_lit(h, "</strong></p><p>");
	html_lines(h, stmt_str(s, 3));
	html_lit(h, "</p>");
	if (stmt_str(s, 4).n) {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_TRAINING_MARK_GUIDE);
		html_lit(h, " ");
		html_lines(h, stmt_str(s, 4));
		html_lit(h, "</p>");
	}
	html_form_begin(h, str_printf(h->arena, "/training/marking/%lld", (long long)stmt_i64(s, 0)), false);
	html_hidden(h, "position", str_printf(h->arena, "%lld", (long long)stmt_i64(s, 1)));
	html_lit(h, "<div class=\"actions\"><button class=\"btn btn-primary\" name=\"right\" value=\"1\">");
	html_msg(h, MSG_TRAINING_MARK_RIGHT);
	html_lit(h, "</button><button class=\"btn\" name=\"right\" value=\"0\">");
	html_msg(h, MSG_TRAINING_MARK_WRONG);
	html_lit(h, "</button></div>");
	html_form_end(h);
	html_section_end(h);
}

void training_marking_page(struct http_req *req)
{
	struct html h;
	struct sql q;
	struct stmt *s = NULL;
	int64_t waiting = 0;
	size_t n = 0;
	if (refused(req))
		return;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = attempt_waiting(c, req->arena, &waiting);
	struct page page = { .title = msg(auth_principal(req)->lang, MSG_TRAINING_MARKING),
	                     .subtitle = note_str(req->arena, auth_principal(req)->lang, &NOTE(MSG_TRAINING_MARKING_ABOUT, ARG_I(waiting))) };
	tr_page(req, &h, &page);
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT i.attempt_id, i.position, x.body, i.answer_text, x.explanation FROM training_attempt t JOIN training_attempt_item i ON i.attempt_id = t.id"
	            " JOIN training_question_text x ON x.id = i.text_id JOIN training_assignment g ON g.id = t.assignment_id JOIN training_session s ON s.id = g.session_id"
	            " WHERE s.archived = 0 AND t.state = 1 AND i.verdict = 0 AND x.kind = 4 ORDER BY x.question_id, t.id, i.position LIMIT ");
	sql_i64(&q, MARKED_AT_ONCE);
	if (e == 0)
		e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		answer_put(&h, s);
		e = 0;
		n++;
	}
	stmt_done(&s);
	db_read_end(office_of(req)->db, &c);
	if (!n)
		html_empty(&h, msg(h.lang, MSG_TRAINING_MARKED_ALL), STR_NULL, STR("/training"), msg(h.lang, MSG_TRAINING_ROOM));
	page_end(&h);
	if (e < 0)
		tr_fail(req, e);
}

struct mark {
	struct http_req *req;
	int64_t attempt, position, right;
};

static int mark_job(struct db_conn *c, void *arg)
{
	struct mark *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	return attempt_mark(&ctx, x->attempt, x->position, x->right == 1);
}

void training_marking_do(struct http_req *req)
{
	struct mark x = { .req = req };
	if (refused(req))
		return;
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.attempt) < 0 || num_parse_i64(http_form(req, "position"), 1, LIMIT_DRAW, &x.position) < 0 ||
	        num_parse_i64(http_form(req, "right"), 0, 1, &x.right) < 0 ? ERR_NOT_FOUND : db_write(office_of(req)->db, mark_job, &x);
	if (e < 0)
		tr_fail(req, e);
	else
		http_redirect(req, STR("/training/marking"));
}

/* ---- results ---- */

#define ATTEMPTS_OF " FROM training_attempt_item i JOIN training_attempt t ON t.id = i.attempt_id JOIN training_assignment g ON g.id = t.assignment_id"

static int by_question(struct html *h, struct db_conn *c, int64_t session)
{
	static const msg_id head[] = { MSG_TRAINING_QUESTION, MSG_TRAINING_ANSWERED, MSG_TRAINING_RIGHT_SHARE };
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	size_t n = 0;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT MAX(x.body), COUNT(*), SUM(CASE WHEN i.verdict = 1 THEN 1 ELSE 0 END), COUNT(DISTINCT g.person_id)" ATTEMPTS_OF " JOIN training_question_text x ON x.id = i.text_id"
	            " WHERE i.verdict <> 0 AND g.session_id = ");
	sql_i64(&q, session);
	sql_lit(&q, " GROUP BY x.question_id ORDER BY COUNT(DISTINCT g.person_id) < ");
	sql_i64(&q, TRAINING_FEW);
	/* Which question one person failed is not told by its place either. */
	sql_lit(&q, ", CASE WHEN COUNT(DISTINCT g.person_id) < ");
	sql_i64(&q, TRAINING_FEW);
	sql_lit(&q, " THEN 0 ELSE SUM(CASE WHEN i.verdict = 1 THEN 1 ELSE 0 END) * 1000 / COUNT(*) END, x.question_id LIMIT 500");
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		if (n++ == 0) {
			html_section_begin(h, MSG_TRAINING_BY_QUESTION);
			html_table_begin(h, MSG_TRAINING_BY_QUESTION, head, COUNT_OF(head));
		}
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, stmt_str(s, 0));
		html_lit(h, "</th>");
		html_cell_i64(h, head[1], stmt_i64(s, 1));
		html_cell(h, head[2], stmt_i64(s, 3) < TRAINING_FEW ? msg(h->lang, MSG_TRAINING_FEW) : str_printf(h->arena, "%lld%%", (long long)(stmt_i64(s, 2) * 100 / stmt_i64(s, 1))));
		html_lit(h, "</tr>");
	}
	if (n) {
		html_table_end(h);
		html_section_end(h);
	}
	return e;
}

static int by_unit(struct html *h, struct db_conn *c, int64_t session)
{
	static const msg_id head[] = { MSG_TRAINING_UNIT, MSG_TRAINING_ANSWERERS, MSG_TRAINING_RIGHT_SHARE };
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	size_t n = 0;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT COALESCE(MAX(u.name), ''), COUNT(DISTINCT g.person_id), SUM(CASE WHEN i.verdict = 1 THEN 1 ELSE 0 END), COUNT(*)" ATTEMPTS_OF
	            " JOIN org_person p ON p.id = g.person_id LEFT JOIN org_unit u ON u.id = p.unit WHERE i.verdict <> 0 AND g.session_id = ");
	sql_i64(&q, session);
	sql_lit(&q, " GROUP BY p.unit ORDER BY MAX(u.name), p.unit LIMIT 500");
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		if (n++ == 0) {
			html_section_begin(h, MSG_TRAINING_RIGHT_BY_UNIT);
			html_table_begin(h, MSG_TRAINING_RIGHT_BY_UNIT, head, COUNT_OF(head));
		}
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, stmt_str(s, 0).n ? stmt_str(s, 0) : msg(h->lang, MSG_TRAINING_NO_UNIT));
		html_lit(h, "</th>");
		html_cell_i64(h, head[1], stmt_i64(s, 1));
		if (stmt_i64(s, 1) < TRAINING_FEW)
			html_cell(h, head[2], msg(h->lang, MSG_TRAINING_FEW));
		else
			html_cell(h, head[2], str_printf(h->arena, "%lld%%", (long long)(stmt_i64(s, 2) * 100 / stmt_i64(s, 3))));
		html_lit(h, "</tr>");
	}
	if (n) {
		html_table_end(h);
		html_section_end(h);
	}
	return e;
}

/* Means of both rounds in tenths, by item. */
static int survey_put(struct html *h, struct db_conn *c, int64_t session)
{
	static const msg_id head[] = { MSG_TRAINING_SURVEY_ITEM, MSG_TRAINING_BEFORE, MSG_TRAINING_AFTER, MSG_TRAINING_CHANGE };
	struct sql q;
	struct stmt *s = NULL;
	struct str text, item[LIMIT_SURVEY_ITEMS];
	int64_t sum[3][LIMIT_SURVEY_ITEMS + 1] = { 0 }, count[3][LIMIT_SURVEY_ITEMS + 1] = { 0 };
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT v.items FROM training_session t JOIN training_survey v ON v.id = t.survey WHERE t.id = ");
	sql_i64(&q, session);
	int e = db_get_str(c, &q, &text);
	if (e == ERR_NOT_FOUND)
		return 0;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT v.round, v.item, SUM(v.value), COUNT(*) FROM training_survey_answer v JOIN training_assignment g ON g.id = v.assignment_id WHERE v.item > 0 AND g.session_id = ");
	sql_i64(&q, session);
	sql_lit(&q, " GROUP BY v.round, v.item");
	if (e == 0)
		e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		const int64_t round = stmt_i64(s, 0), i = stmt_i64(s, 1);
		e = 0;
		if (round < 1 || round > 2 || i < 1 || i > LIMIT_SURVEY_ITEMS)
			continue;
		sum[round][i] = stmt_i64(s, 2);
		count[round][i] = stmt_i64(s, 3);
	}
	stmt_done(&s);
	const size_t n = survey_items(text, item);
	if (e < 0 || !n)
		return e;
	html_section_begin(h, MSG_TRAINING_SURVEY_RESULT);
	html_lit(h, "<p class=\"muted\">");
	html_note(h, &NOTE(MSG_TRAINING_SURVEY_RESULT_ABOUT, ARG_I(TRAINING_FEW)));
	html_lit(h, "</p>");
	html_table_begin(h, MSG_TRAINING_SURVEY_RESULT, head, COUNT_OF(head));
	for (size_t i = 0; i < n; i++) {
		int64_t mean[3] = { 0 };
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, item[i]);
		html_lit(h, "</th>");
		for (int round = 1; round <= 2; round++) {
			const int64_t k = count[round][i + 1];
			mean[round] = k ? (sum[round][i + 1] * 20 + k) / (k * 2) : 0;
			html_cell(h, head[round], k < TRAINING_FEW ? msg(h->lang, MSG_TRAINING_FEW)
			           : note_str(h->arena, h->lang, &NOTE(MSG_TRAINING_MEAN, ARG_S(str_printf(h->arena, "%lld.%lld", (long long)(mean[round] / 10), (long long)(mean[round] % 10))), ARG_I(k))));
		}
		const int64_t change = mean[2] - mean[1], size = change < 0 ? -change : change;
		html_cell(h, head[3], count[1][i + 1] < TRAINING_FEW || count[2][i + 1] < TRAINING_FEW ? STR("") : str_printf(h->arena, "%s%lld.%lld", change < 0 ? "-" : "+", (long long)(size / 10), (long long)(size % 10)));
		html_lit(h, "</tr>");
	}
	html_table_end(h);
	html_section_end(h);
	return 0;
}

void training_results_page(struct http_req *req)
{
	struct html h;
	struct reg_view view;
	struct row row;
	int64_t id = 0;
	if (refused(req))
		return;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : reg_view_load(c, req->arena, &reg_session, &view);
	if (e == 0)
		e = reg_get(c, req->arena, auth_principal(req), &view, id, &row);
	if (e == 0) {
		const struct str name = row.v[reg_field(&reg_session, "name")].s;
		struct page page = { .title = msg(auth_principal(req)->lang, MSG_TRAINING_RESULTS), .subtitle = name };
		page.breadcrumb_label[0] = msg(auth_principal(req)->lang, MSG_TRAINING_ROOM);
		page.breadcrumb_path[0] = STR("/training");
		page.breadcrumb_label[1] = name;
		page.breadcrumb_path[1] = str_printf(req->arena, "/training/session/%lld", (long long)id);
		page.breadcrumb_label[2] = page.title;
		tr_page(req, &h, &page);
		html_lit(&h, "<p>");
		html_msg(&h, MSG_TRAINING_RESULTS_ABOUT);
		html_lit(&h, " ");
		html_note(&h, &NOTE(MSG_TRAINING_FEW_ABOUT, ARG_I(TRAINING_FEW)));
		html_lit(&h, "</p>");
		e = by_question(&h, c, id);
		if (e == 0)
			e = by_unit(&h, c, id);
		if (e == 0)
			e = survey_put(&h, c, id);
		page_end(&h);
	}
	db_read_end(office_of(req)->db, &c);
	if (e < 0)
		tr_fail(req, e);
}
