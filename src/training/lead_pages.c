/* A session as those see it who lead it, and contacts for their own units: how far each unit is, who has not finished, links and due days. */
#include "training/ui.h"

#include "auth/letter.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/text/auth.h"
#include "base/text/training.h"
#include "org/org.h"
#include "register/query.h"

#define UNITS_MAX 500
#define PEOPLE_SHOWN 100

static bool may_run(const struct principal *p)
{
	return may_lead(p) && (p->needs & NEED_LINKS);
}

/* " AND ...": people who are here, of units that the reader may see. */
static void visible_people(struct sql *q, const struct principal *p)
{
	sql_lit(q, PERSON_IS_HERE);
	sql_str(q, date_iso(q->arena, clock_today()));
	sql_lit(q, ")");
	auth_visible(q, p, reg_number(&reg_person), OP_READ, "p");
}

static int units_put(struct html *h, struct db_conn *c, const struct principal *p, int64_t session_id)
{
	static const msg_id head[] = { MSG_TRAINING_UNIT, MSG_TRAINING_PEOPLE, MSG_TRAINING_FINISHED, MSG_TRAINING_PERCENT, MSG_TRAINING_LATE };
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int64_t all = 0, done = 0;
	size_t n = 0;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT COALESCE(u.name, ''), COUNT(*), SUM(CASE WHEN g.done_at <> 0 THEN 1 ELSE 0 END), SUM(CASE WHEN g.done_at = 0 AND g.due_on < ");
	sql_str(&q, date_iso(h->arena, clock_today()));
	sql_lit(&q, " THEN 1 ELSE 0 END) FROM training_assignment g JOIN org_person p ON p.id = g.person_id LEFT JOIN org_unit u ON u.id = p.unit WHERE g.session_id = ");
	sql_i64(&q, session_id);
	visible_people(&q, p);
	sql_lit(&q, " GROUP BY u.id, u.name ORDER BY u.name, u.id LIMIT ");
	sql_i64(&q, UNITS_MAX);
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		struct str unit = stmt_str(s, 0);
		const int64_t people = stmt_i64(s, 1), finished = stmt_i64(s, 2);
		e = 0;
		if (n++ == 0)
			html_table_begin(h, MSG_TRAINING_BY_UNIT, head, COUNT_OF(head));
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, unit.n ? unit : msg(h->lang, MSG_TRAINING_NO_UNIT));
		html_lit(h, "</th>");
		html_cell_i64(h, head[1], people);
		html_cell_i64(h, head[2], finished);
		/* Rounded down: 100 % is everybody. */
		html_cell(h, head[3], str_printf(h->arena, "%lld%%", (long long)(finished * 100 / people)));
		html_cell_i64(h, head[4], stmt_i64(s, 3));
		html_lit(h, "</tr>");
		all += people;
		done += finished;
	}
	if (n) {
		html_table_end(h);
		tr_share(h, note_str(h->arena, h->lang, &NOTE(MSG_TRAINING_SUM, ARG_I(done), ARG_I(all), ARG_I(all ? done * 100 / all : 0))), done, all);
	} else if (e == 0) {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_TRAINING_NO_PEOPLE);
		html_lit(h, "</p>");
	}
	return e;
}

/* ---- who has not finished ---- */

static void person_put(struct html *h, struct stmt *s, bool run)
{
	const int64_t id = stmt_i64(s, 0);
	struct str name = stmt_str(s, 1);
	html_lit(h, "<tr>");
	if (run) {
		html_lit(h, "<td class=\"select\"><input type=\"checkbox\" name=\"id\"");
		html_attr_i64(h, "value", id);
		html_attr(h, "aria-label", note_str(h->arena, h->lang, &NOTE(MSG_TRAINING_SELECT, ARG_S(name))));
		html_lit(h, "></td>");
	}
	html_lit(h, "<th scope=\"row\">");
	html_text(h, name);
	html_lit(h, "</th>");
	html_cell(h, MSG_TRAINING_UNIT, stmt_str(s, 2));
	html_cell_begin(h, MSG_TRAINING_STANDS);
	/* How a test went is between the person and who runs the training. */
	const int64_t state = stmt_i64(s, 3);
	tr_stands(h, run || state == ASSIGNMENT_OPEN || state == ASSIGNMENT_DONE ? state : ASSIGNMENT_BEGUN, stmt_str(s, 4));
	html_lit(h, "</td>");
	html_cell(h, MSG_TRAINING_DUE, stmt_str(s, 4));
	html_cell_begin(h, MSG_TRAINING_LINK);
	if (!stmt_i64(s, 5))
		html_msg(h, MSG_TRAINING_LINK_NONE);
	else if (stmt_i64(s, 6))
		html_msg(h, MSG_TRAINING_LINK_OPENED);
	else
		html_msg(h, MSG_TRAINING_LINK_SENT);
	if (stmt_i64(s, 7)) {
		html_lit(h, " ");
		html_msg(h, MSG_TRAINING_ATTENDED);
	}
	html_lit(h, "</td></tr>");
}

static void do_button(struct html *h, const char *what, msg_id label, bool primary)
{
	html_lit(h, "<button name=\"do\"");
	html_attr(h, "value", str_of(what));
	html_attr(h, "class", primary ? STR("btn btn-primary") : STR("btn"));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</button>");
}

static void people_actions(struct html *h)
{
	html_lit(h, "<div class=\"actions\">");
	do_button(h, "issue", MSG_TRAINING_ISSUE, true);
	do_button(h, "attend", MSG_TRAINING_ATTEND, false);
	do_button(h, "again", MSG_TRAINING_AGAIN, false);
	html_lit(h, "</div><div class=\"field\"><label for=\"f-due\">");
	html_msg(h, MSG_TRAINING_NEW_DUE);
	html_lit(h, "</label><input class=\"form-control\" type=\"date\" id=\"f-due\" name=\"due_on\"></div><div class=\"actions\">");
	do_button(h, "due", MSG_TRAINING_SET_DUE, false);
	html_lit(h, "</div><p class=\"field-hint\">");
	html_note(h, &NOTE(MSG_TRAINING_PEOPLE_HINT, ARG_I(LIMIT_LETTERS)));
	html_lit(h, "</p>");
}

/* In the order of units and names, never of results. */
static int open_people_put(struct html *h, struct http_req *req, struct db_conn *c, int64_t session_id, bool run)
{
	static const msg_id heads[] = { MSG_NONE, MSG_TRAINING_PERSON, MSG_TRAINING_UNIT, MSG_TRAINING_STANDS, MSG_TRAINING_DUE, MSG_TRAINING_LINK };
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	size_t n = 0;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT g.id, p.name, COALESCE(u.name, ''), g.state, g.due_on, g.issued, COALESCE(l.opened_at, 0), g.attended_at FROM training_assignment g"
	            " JOIN org_person p ON p.id = g.person_id LEFT JOIN org_unit u ON u.id = p.unit LEFT JOIN auth_link l ON l.id = g.link_id"
	            " WHERE g.done_at = 0 AND g.session_id = ");
	sql_i64(&q, session_id);
	visible_people(&q, auth_principal(req));
	sql_lit(&q, " ORDER BY g.issued <> 0, u.name, p.name, g.id LIMIT ");
	sql_i64(&q, PEOPLE_SHOWN + 1);
	int e = db_query(c, &q, &s);
	while (e == 0 && (e = stmt_step(s)) == 1) {
		e = 0;
		if (n == 0) {
			html_section_begin(h, MSG_TRAINING_OPEN_PEOPLE);
			if (run)
				html_form_begin(h, str_printf(h->arena, "/training/session/%lld/people", (long long)session_id), false);
			html_table_begin(h, MSG_TRAINING_OPEN_PEOPLE, heads + !run, COUNT_OF(heads) - !run);
		}
		if (n++ == PEOPLE_SHOWN)
			break;
		person_put(h, s, run);
	}
	if (!n)
		return e;
	html_table_end(h);
	if (n > PEOPLE_SHOWN) {
		html_lit(h, "<p class=\"muted\">");
		html_note(h, &NOTE(MSG_TRAINING_MORE_PEOPLE, ARG_I(PEOPLE_SHOWN)));
		html_lit(h, "</p>");
	}
	if (run) {
		people_actions(h);
		html_form_end(h);
	}
	html_section_end(h);
	return e;
}

static void session_actions(struct html *h, const struct row *row)
{
	html_lit(h, "<div class=\"actions\">");
	html_button_link(h, str_printf(h->arena, "/training/results/%lld", (long long)row->id), "report", msg(h->lang, MSG_TRAINING_RESULTS), false);
	html_post_button(h, str_printf(h->arena, "/training/session/%lld/take", (long long)row->id), "plus", msg(h->lang, MSG_TRAINING_TAKE_IN), TONE_NEUTRAL, STR_NULL);
	html_post_button(h, str_printf(h->arena, "/training/session/%lld/close", (long long)row->id), "check", msg(h->lang, MSG_TRAINING_CLOSE), TONE_RED,
	                 msg(h->lang, MSG_TRAINING_CLOSE_ASK));
	html_lit(h, "</div>");
}

void session_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value *state = &row->v[reg_field(&reg_session, "state")];
	const bool run = row->state == RECORD_LIVE && may_run(p);
	if (p->kind == PRINCIPAL_LINK)
		return;
	if (!state->known || state->i == SESSION_DRAFT) {
		html_section_begin(h, MSG_TRAINING_START_CARD);
		html_lit(h, "<p>");
		html_msg(h, MSG_TRAINING_START_ABOUT);
		html_lit(h, "</p>");
		if (run)
			html_post_button(h, str_printf(h->arena, "/training/session/%lld/start", (long long)row->id), "check", msg(h->lang, MSG_TRAINING_START), TONE_BLUE, STR_NULL);
		html_section_end(h);
		return;
	}
	html_section_begin(h, MSG_TRAINING_BY_UNIT);
	int e = units_put(h, c, p, row->id);
	if (run && state->i == SESSION_RUNNING)
		session_actions(h, row);
	else if (may_lead(p))
		html_button_link(h, str_printf(h->arena, "/training/results/%lld", (long long)row->id), "report", msg(h->lang, MSG_TRAINING_RESULTS), false);
	html_section_end(h);
	if (e == 0 && state->i == SESSION_RUNNING)
		e = open_people_put(h, req, c, row->id, run);
	if (e < 0)
		html_alert(h, TONE_YELLOW, STR_NULL, msg(h->lang, MSG_TRAINING_FAILED));
}

/* ---- the steps ---- */

struct step {
	struct http_req *req;
	int64_t session;
	enum { DO_START, DO_TAKE, DO_CLOSE } what;
};

static int step_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	int64_t n = 0;
	return x->what == DO_START ? session_start(&ctx, x->session) : x->what == DO_TAKE ? session_take(&ctx, x->session, &n) : session_close(&ctx, x->session);
}

static void run(struct http_req *req, struct step x)
{
	x.req = req;
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.session) < 0 ? ERR_NOT_FOUND : db_write(office_of(req)->db, step_job, &x);
	if (e < 0)
		tr_fail(req, e);
	else
		http_redirect(req, str_printf(req->arena, "/training/session/%lld?done=saved", (long long)x.session));
}

void session_start_do(struct http_req *req)
{
	run(req, (struct step){ .what = DO_START });
}

void session_take_do(struct http_req *req)
{
	run(req, (struct step){ .what = DO_TAKE });
}

void session_close_do(struct http_req *req)
{
	run(req, (struct step){ .what = DO_CLOSE });
}

/* ---- what is done with chosen people ---- */

struct people_step {
	struct http_req *req;
	int64_t session, id[PEOPLE_SHOWN];
	size_t n, shown, mailed;
	struct str what;
	struct { struct str name, due, secret; int64_t id; } letter[LIMIT_LETTERS];
	struct str session_name;
};

static struct str letter_text(struct http_req *req, struct str name, struct str session, struct str due)
{
	return note_str(req->arena, req->lang, &NOTE(MSG_TRAINING_LETTER, ARG_S(name), ARG_S(session), ARG_S(due)));
}

/* By mail where that can be; otherwise the letter is shown once, to be printed. */
static int issue_one(struct reg_ctx *ctx, struct people_step *x, int64_t id)
{
	struct http_req *req = x->req;
	struct assignment g;
	struct str secret, to;
	int e = training_any(ctx->conn, ctx->arena, ctx->by, id, &g);
	if (e == 0 && g.session_id != x->session)
		e = ERR_NOT_FOUND;
	if (e == 0)
		e = session_issue(ctx, &g, &secret);
	if (e < 0)
		return e;
	x->session_name = g.session;
	struct str url = letter_url(req, str_printf(req->arena, "/l/%.*s", STR_FMT(secret)));
	struct str text = str_printf(req->arena, "%.*s\n\n%.*s\n", STR_FMT(letter_text(req, g.person, g.session, g.due_on)), STR_FMT(url));
	e = letter_mail(req, ctx->conn, "training", g.person_id, g.person, req->lang, note_str(req->arena, req->lang, &NOTE(MSG_TRAINING_LETTER_SUBJECT, ARG_S(g.session))), text, &to);
	if (e == 0) {
		x->mailed++;
		return 0;
	}
	x->letter[x->shown].name = g.person;
	x->letter[x->shown].due = g.due_on;
	x->letter[x->shown].id = g.id;
	x->letter[x->shown++].secret = secret;
	return e == ERR_NOT_FOUND ? 0 : e;
}

static int one_person(struct reg_ctx *ctx, struct people_step *x, int64_t id)
{
	struct assignment g;
	int e = training_any(ctx->conn, ctx->arena, ctx->by, id, &g);
	if (e == 0 && g.session_id != x->session)
		return ERR_NOT_FOUND;
	if (e < 0)
		return e;
	if (str_eq_z(x->what, "attend"))
		return assignment_attend(ctx, id);
	if (str_eq_z(x->what, "due"))
		return assignment_due(ctx, id, http_form(x->req, "due_on"));
	return str_eq_z(x->what, "again") ? assignment_again(ctx, id) : ERR_RANGE;
}

static int people_job(struct db_conn *c, void *arg)
{
	struct people_step *x = arg;
	struct reg_ctx ctx = tr_ctx(x->req, c);
	const bool issue = str_eq_z(x->what, "issue");
	int e = 0;
	x->shown = x->mailed = 0;
	if (issue && x->n > LIMIT_LETTERS)
		return ERR_LIMIT;
	for (size_t i = 0; e == 0 && i < x->n; i++)
		e = issue ? issue_one(&ctx, x, x->id[i]) : one_person(&ctx, x, x->id[i]);
	return e;
}

static void letters_put(struct http_req *req, struct people_step *x)
{
	struct html h;
	bool written = true;
	struct page page = { .title = msg(req->lang, MSG_TRAINING_LETTERS) };
	page.breadcrumb_label[0] = msg(req->lang, MSG_TRAINING_ROOM);
	page.breadcrumb_path[0] = STR("/training");
	page.breadcrumb_label[1] = x->session_name;
	page.breadcrumb_path[1] = str_printf(req->arena, "/training/session/%lld", (long long)x->session);
	page.breadcrumb_label[2] = page.title;
	tr_page(req, &h, &page);
	if (x->mailed)
		html_alert(&h, TONE_GREEN, STR_NULL, note_str(req->arena, req->lang, &NOTE(MSG_TRAINING_MAILED, ARG_I((int64_t)x->mailed))));
	if (x->shown)
		html_alert(&h, TONE_YELLOW, msg(req->lang, MSG_AUTH_SHOWN_ONCE), msg(req->lang, MSG_AUTH_LINK_KEEP));
	for (size_t i = 0; i < x->shown; i++) {
		struct str url = letter_url(req, str_printf(req->arena, "/l/%.*s", STR_FMT(x->letter[i].secret)));
		struct str text = letter_text(req, x->letter[i].name, x->session_name, x->letter[i].due);
		written = letter_write(req, "training", x->letter[i].id, str_printf(req->arena, "%.*s\n\n%.*s\n", STR_FMT(text), STR_FMT(url))) == 0 && written;
		html_lit(&h, "<section class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
		html_text(&h, x->letter[i].name);
		html_lit(&h, "</h2><p>");
		html_lines(&h, text);
		html_lit(&h, "</p><p><code class=\"secret\">");
		html_text(&h, url);
		html_lit(&h, "</code></p>");
		letter_qr_put(&h, url);
		html_section_end(&h);
	}
	if (x->shown && written)
		html_alert(&h, TONE_GREEN, STR_NULL, msg(req->lang, MSG_AUTH_OUTBOX_DONE));
	else if (!written)
		html_alert(&h, TONE_RED, STR_NULL, msg(req->lang, MSG_AUTH_OUTBOX_FAILED));
	html_lit(&h, "<div class=\"actions screen-only\">");
	html_button_link(&h, page.breadcrumb_path[1], "check", msg(req->lang, MSG_TRAINING_BACK), true);
	html_lit(&h, "</div>");
	page_end(&h);
}

void session_people_do(struct http_req *req)
{
	struct people_step *x = ARENA_NEW(req->arena, struct people_step);
	struct str said;
	*x = (struct people_step){ .req = req, .what = http_form(req, "do") };
	for (size_t i = 0; x->n < PEOPLE_SHOWN && http_form_many(req, "id", i, &said); i++)
		if (num_parse_i64(said, 1, INT64_MAX, &x->id[x->n]) == 0)
			x->n++;
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &x->session) < 0 || !may_run(auth_principal(req))) {
		tr_fail(req, ERR_NOT_FOUND);
		return;
	}
	if (!x->n) {
		http_fail(req, 422, NOTE0(MSG_TRAINING_CHOOSE_PEOPLE));
		return;
	}
	int e = db_write(office_of(req)->db, people_job, x);
	if (e < 0)
		tr_fail(req, e);
	else if (str_eq_z(x->what, "issue"))
		letters_put(req, x);
	else
		http_redirect(req, str_printf(req->arena, "/training/session/%lld?done=saved", (long long)x->session));
}
