/* What stands below a document's and a revision's fields, and the steps of a revision: draft, plan, in force. */
#include "auth/office.h"
#include "base/num.h"
#include "base/text/document.h"
#include "document/document.h"
#include "register/batch.h"
#include "register/query.h"
#include "work/task.h"

#define REVISIONS_SHOWN 50

static void link_to(struct html *h, const char *path, int64_t id, msg_id label)
{
	html_lit(h, "<a");
	html_href(h, str_printf(h->arena, "%s/%lld", path, (long long)id));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</a> ");
}

/* ---- the history of revisions ---- */

struct listed {
	int64_t id[REVISIONS_SHOWN + 1], number[REVISIONS_SHOWN + 1], state[REVISIONS_SHOWN + 1];
	struct str day[REVISIONS_SHOWN + 1], reason[REVISIONS_SHOWN + 1];
	bool own[REVISIONS_SHOWN + 1]; /* the reader may open the row itself */
	size_t n;
};

/* Those that document_text_get() would give the reader, newest first. */
static int revisions(struct db_conn *c, struct arena *a, const struct principal *p, int64_t document, struct listed *x)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id, t.number, t.state, t.effective_on, t.reason, CASE WHEN t.id IS NOT NULL");
	auth_visible(&q, p, reg_number(&reg_revision), OP_READ, "t");
	sql_lit(&q, " THEN 1 ELSE 0 END FROM document_revision t JOIN document_document d ON d.id = t.document WHERE t.archived = 0 AND t.document = ");
	sql_i64(&q, document);
	batch_visible(&q, "t");
	sql_lit(&q, " AND ((t.state IN (2, 3) AND d.classification <> 3) OR (t.id IS NOT NULL");
	auth_visible(&q, p, reg_number(&reg_revision), OP_READ, "t");
	sql_lit(&q, ")) ORDER BY t.number DESC, t.id DESC LIMIT ");
	sql_i64(&q, REVISIONS_SHOWN + 1);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	for (x->n = 0; e == 0 && (e = stmt_step(s)) == 1; x->n++, e = 0) {
		x->id[x->n] = stmt_i64(s, 0);
		x->number[x->n] = stmt_i64(s, 1);
		x->state[x->n] = stmt_i64(s, 2);
		x->day[x->n] = stmt_str_dup(s, a, 3);
		x->reason[x->n] = stmt_str_dup(s, a, 4);
		x->own[x->n] = stmt_i64(s, 5) != 0;
	}
	return e;
}

static void revision_row(struct html *h, const struct listed *x, size_t i, const struct approval_mark *m)
{
	enum tone tone;
	msg_id word = revision_word(x->state[i], m, &tone);
	html_lit(h, "<tr><th scope=\"row\">");
	html_note(h, &NOTE(MSG_DOCUMENT_NTH, ARG_I(x->number[i])));
	html_lit(h, "</th>");
	html_cell_begin(h, MSG_DOCUMENT_F_STATE);
	html_badge(h, tone, msg(h->lang, word));
	html_lit(h, "</td>");
	html_cell_begin(h, MSG_DOCUMENT_F_EFFECTIVE);
	html_text(h, x->day[i]);
	html_lit(h, "</td>");
	html_cell_begin(h, MSG_DOCUMENT_F_REASON);
	html_text(h, x->reason[i]);
	html_lit(h, "</td>");
	html_cell_begin(h, MSG_DOCUMENT_OPEN);
	link_to(h, "/document/text", x->id[i], MSG_DOCUMENT_READ);
	if (i + 1 < x->n)
		link_to(h, "/document/compare", x->id[i], MSG_DOCUMENT_COMPARE);
	if (x->own[i])
		link_to(h, "/document/revision", x->id[i], MSG_DOCUMENT_ROW);
	html_lit(h, "</td></tr>");
}

static void history_put(struct html *h, struct db_conn *c, const struct listed *x)
{
	static const msg_id head[] = { MSG_DOCUMENT_F_REVISION, MSG_DOCUMENT_F_STATE, MSG_DOCUMENT_F_EFFECTIVE, MSG_DOCUMENT_F_REASON, MSG_DOCUMENT_OPEN };
	struct approval_mark mark[REVISIONS_SHOWN + 1];
	if (approval_states_of(c, h->arena, x->id, x->n, mark) < 0)
		return;
	html_section_begin(h, MSG_DOCUMENT_HISTORY);
	if (!x->n) {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_DOCUMENT_NO_REVISION);
		html_lit(h, "</p>");
		html_section_end(h);
		return;
	}
	html_table_begin(h, MSG_DOCUMENT_HISTORY, head, COUNT_OF(head));
	for (size_t i = 0; i < x->n && i < REVISIONS_SHOWN; i++)
		revision_row(h, x, i, &mark[i]);
	html_table_end(h);
	if (x->n > REVISIONS_SHOWN) {
		html_lit(h, "<p class=\"muted\">");
		html_note(h, &NOTE(MSG_DOCUMENT_MORE, ARG_I(REVISIONS_SHOWN)));
		html_lit(h, "</p>");
	}
	html_section_end(h);
}

static void draft_form(struct html *h, int64_t document)
{
	html_lit(h, "<details class=\"screen-only\"><summary>");
	html_msg(h, MSG_DOCUMENT_NEW_DRAFT);
	html_lit(h, "</summary>");
	html_form_begin(h, str_printf(h->arena, "/document/document/%lld/revise", (long long)document), false);
	html_lit(h, "<div class=\"field\"><label for=\"f-why\">");
	html_msg(h, MSG_DOCUMENT_F_REASON);
	html_lit(h, "</label><input class=\"form-control\" id=\"f-why\" name=\"reason\" maxlength=\"500\" required></div><div class=\"field\"><label for=\"f-day\">");
	html_msg(h, MSG_DOCUMENT_F_EFFECTIVE);
	html_lit(h, "</label><input class=\"form-control\" id=\"f-day\" type=\"date\" name=\"effective_on\" required></div><button class=\"btn btn-primary\">");
	html_msg(h, MSG_DOCUMENT_NEW_DRAFT_DO);
	html_lit(h, "</button>");
	html_form_end(h);
	html_lit(h, "</details>");
}

void document_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	struct listed x;
	struct document_text t;
	if (p->kind == PRINCIPAL_LINK || revisions(c, h->arena, p, row->id, &x) < 0)
		return;
	for (size_t i = 0; i < x.n; i++) {
		if (x.state[i] != REVISION_IN_FORCE || document_text_get(c, h->arena, p, x.id[i], &t) < 0)
			continue;
		html_section_begin(h, MSG_DOCUMENT_TEXT);
		html_lit(h, "<p class=\"muted\">");
		html_note(h, &NOTE(MSG_DOCUMENT_NTH_SINCE, ARG_I(t.number), ARG_S(t.effective_on)));
		html_lit(h, " ");
		link_to(h, "/document/text", t.id, MSG_DOCUMENT_PRINT);
		if (t.classification == DOCUMENT_PUBLIC)
			link_to(h, "/document/public", t.id, MSG_DOCUMENT_PUBLIC);
		html_lit(h, "</p><div class=\"markdown\">");
		html_safe(h, markdown_render(h->arena, t.text.n ? t.text : msg(h->lang, MSG_DOCUMENT_IN_FILE)));
		html_lit(h, "</div>");
		html_section_end(h);
	}
	history_put(h, c, &x);
	const struct value *owner = &row->v[reg_field(&reg_document, "owner")];
	if (row->state == RECORD_LIVE && p->account_id && !p->read_only && auth_allows(c, p, reg_number(&reg_revision), OP_CREATE, owner->known ? owner->i : 0, 0))
		draft_form(h, row->id);
}

void document_list(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	if (p->kind == PRINCIPAL_LINK || p->read_only || !auth_allows(c, p, reg_number(&reg_document), OP_CREATE, 0, 0))
		return;
	html_lit(h, "<p class=\"screen-only\"><a");
	html_href(h, STR("/document/starter"));
	html_lit(h, ">");
	html_msg(h, MSG_DOCUMENT_STARTER);
	html_lit(h, "</a></p>");
}

void revision_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value *state = &row->v[reg_field(&reg_revision, "state")];
	struct approval_mark mark;
	enum tone tone;
	if (p->kind == PRINCIPAL_LINK || approval_states_of(c, h->arena, &row->id, 1, &mark) < 0)
		return;
	const bool may = row->state == RECORD_LIVE && p->account_id && !p->read_only && auth_allows(c, p, reg_number(&reg_revision), OP_UPDATE, row->unit_id, row->id);
	html_section_begin(h, MSG_DOCUMENT_STEPS);
	const msg_id word = revision_word(state->i, &mark, &tone);
	html_lit(h, "<p>");
	html_badge(h, tone, msg(h->lang, word));
	html_lit(h, " ");
	link_to(h, "/document/text", row->id, MSG_DOCUMENT_PRINT);
	if (row->v[reg_field(&reg_revision, "number")].i > 1)
		link_to(h, "/document/compare", row->id, MSG_DOCUMENT_COMPARE);
	html_lit(h, "</p>");
	if (state->i == REVISION_DRAFT) {
		html_lit(h, "<p>");
		html_note(h, &NOTE(MSG_DOCUMENT_STEPS_ABOUT, ARG_S(row->v[reg_field(&reg_revision, "effective_on")].s)));
		html_lit(h, "</p>");
		if (may) {
			html_lit(h, "<div class=\"actions\">");
			if (mark.state == APPROVAL_APPROVED && !mark.changed)
				html_post_button(h, str_printf(h->arena, "/document/revision/%lld/put-in-force", (long long)row->id), "check", msg(h->lang, MSG_DOCUMENT_PUT_IN_FORCE),
				                 TONE_BLUE, msg(h->lang, MSG_DOCUMENT_PUT_IN_FORCE_ASK));
			html_post_button(h, str_printf(h->arena, "/document/revision/%lld/plan", (long long)row->id), "calendar", msg(h->lang, MSG_DOCUMENT_PLAN), TONE_NEUTRAL, STR_NULL);
			html_lit(h, "</div>");
		}
	}
	html_section_end(h);
}

/* ---- steps ---- */

struct step {
	struct http_req *req;
	int64_t id, made;
	struct note why;
};

static struct reg_ctx ctx_of(const struct step *x, struct db_conn *c)
{
	return (struct reg_ctx){ .conn = c, .arena = x->req->arena, .by = auth_principal(x->req), .key = office_of(x->req)->key };
}

static int in_force_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	return revision_put_in_force(&ctx, x->id, &x->why);
}

/* The draft begins with the text in force. */
static int revise_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	struct reg_view documents, view;
	struct row document;
	struct written w;
	struct value v;
	struct sql q;
	struct str text;
	int e = reg_view_load(c, ctx.arena, &reg_document, &documents);
	if (e == 0)
		e = reg_view_load(c, ctx.arena, &reg_revision, &view);
	if (e == 0)
		e = reg_get(c, ctx.arena, ctx.by, &documents, x->id, &document);
	if (e < 0)
		return e;
	if (document.state != RECORD_LIVE)
		return ERR_CONFLICT;
	const struct field *day = &reg_revision.field[reg_field(&reg_revision, "effective_on")];
	if ((e = value_parse(day, ctx.arena, http_form(x->req, "effective_on"), x->req->lang, &v, &x->why)) < 0)
		return e;
	struct change change = change_new(ctx.arena, CHANGE_SAVE, &view, 0);
	change_set(&change, reg_field(&reg_revision, "document"), (struct value){ .known = true, .i = x->id });
	change_set(&change, reg_field(&reg_revision, "effective_on"), v);
	struct str reason = str_trim(http_form(x->req, "reason"));
	change_set(&change, reg_field(&reg_revision, "reason"), (struct value){ .known = reason.n > 0, .s = reason });
	sql_init(&q, ctx.arena);
	sql_lit(&q, "SELECT t.id FROM document_revision t WHERE t.archived = 0 AND t.state = 2 AND t.document = ");
	sql_i64(&q, x->id);
	int64_t former = 0;
	struct document_text t;
	e = db_get_i64(c, &q, &former);
	if (e == 0)
		e = document_text_get(c, ctx.arena, ctx.by, former, &t);
	text = e == 0 ? t.text : STR_NULL;
	if (e < 0 && e != ERR_NOT_FOUND)
		return e;
	if (text.n)
		change_set(&change, reg_field(&reg_revision, "text"), (struct value){ .known = true, .s = text });
	e = reg_write(&ctx, &change, &w);
	if (e == ERR_INVALID && w.errors.n)
		x->why = w.errors.error[0].why;
	x->made = w.id;
	return e;
}

/* What has to be done before a revision takes effect, counted back from its day. */
static const struct { msg_id name; int before; } plan[] = {
	{ MSG_DOCUMENT_PLAN_DRAFT, 60 }, { MSG_DOCUMENT_PLAN_COMPARE, 45 }, { MSG_DOCUMENT_PLAN_APPROVE, 30 }, { MSG_DOCUMENT_PLAN_TELL, 14 }, { MSG_DOCUMENT_PLAN_REPLACE, 0 },
};

static int plan_job(struct db_conn *c, void *arg)
{
	struct step *x = arg;
	struct reg_ctx ctx = ctx_of(x, c);
	struct reg_view view, tasks;
	struct row row;
	struct date day;
	int e = reg_view_load(c, ctx.arena, &reg_revision, &view);
	if (e == 0)
		e = reg_view_load(c, ctx.arena, &reg_task, &tasks);
	if (e == 0)
		e = reg_get(c, ctx.arena, ctx.by, &view, x->id, &row);
	if (e < 0)
		return e;
	if (!auth_allows(c, ctx.by, reg_number(&reg_revision), OP_UPDATE, row.unit_id, row.id))
		return ERR_DENIED;
	if (row.state != RECORD_LIVE || row.v[reg_field(&reg_revision, "state")].i != REVISION_DRAFT ||
	    date_parse_iso(row.v[reg_field(&reg_revision, "effective_on")].s, &day) < 0)
		return ERR_CONFLICT;
	for (size_t i = 0; e == 0 && i < COUNT_OF(plan); i++) {
		struct change change = change_new(ctx.arena, CHANGE_SAVE, &tasks, 0);
		struct written w;
		struct date due = date_add_days(day, -plan[i].before);
		change_set(&change, reg_field(&reg_task, "name"), (struct value){ .known = true, .s = msg(x->req->lang, plan[i].name) });
		change_set(&change, reg_field(&reg_task, "about"), (struct value){ .known = true, .s = row.code });
		change_set(&change, reg_field(&reg_task, "due_on"), (struct value){ .known = true, .s = date_iso(ctx.arena, due) });
		if (ctx.by->person_id)
			change_set(&change, reg_field(&reg_task, "owner"), (struct value){ .known = true, .i = ctx.by->person_id });
		if (row.unit_id)
			change_set(&change, reg_field(&reg_task, "unit"), (struct value){ .known = true, .i = row.unit_id });
		e = reg_write(&ctx, &change, &w);
		if (e == ERR_EXISTS) /* planned before */
			e = 0;
		if (e == ERR_INVALID && w.errors.n)
			x->why = w.errors.error[0].why;
	}
	return e;
}

static void run(struct http_req *req, db_write_fn *job, const char *back)
{
	struct step x = { .req = req, .why = NOTE0(MSG_DOCUMENT_FAILED) };
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.id) < 0 ? ERR_NOT_FOUND : db_write(office_of(req)->db, job, &x);
	if (e == 0)
		http_redirect(req, str_printf(req->arena, "%s/%lld?done=saved", back, (long long)(x.made ? x.made : x.id)));
	else if (e == ERR_NOT_FOUND)
		http_fail(req, 404, NOTE0(MSG_DOCUMENT_NOT_FOUND));
	else if (e == ERR_DENIED)
		http_fail(req, 403, NOTE0(MSG_DOCUMENT_DENIED));
	else if (e == ERR_CONFLICT)
		http_fail(req, 409, NOTE0(MSG_DOCUMENT_STATE));
	else if (e == ERR_INVALID)
		http_fail(req, 422, x.why);
	else
		http_fail(req, 503, NOTE0(MSG_DOCUMENT_FAILED));
}

static void in_force_do(struct http_req *req)
{
	run(req, in_force_job, "/document/revision");
}

static void revise_do(struct http_req *req)
{
	run(req, revise_job, "/document/revision");
}

static void plan_do(struct http_req *req)
{
	run(req, plan_job, "/document/revision");
}

static const struct param text_params[] = { { "format", PARAM_KEY, 0, 10 } };
static const struct param compare_params[] = { { "format", PARAM_KEY, 0, 10 }, { "with", PARAM_INT } };
static const struct param revise_params[] = { { "reason", PARAM_TEXT, 0, 500 }, { "effective_on", PARAM_TEXT, 0, 20 } };
static const struct param starter_params[] = { { "unit", PARAM_INT }, { "effective_on", PARAM_TEXT, 0, 20 } };

const struct route document_routes[] = {
	{ HTTP_GET, "/document/text/:id", document_text_page, 0, NEED_OVERVIEW, text_params, COUNT_OF(text_params) },
	{ HTTP_GET, "/document/compare/:id", document_compare_page, 0, NEED_OVERVIEW, compare_params, COUNT_OF(compare_params) },
	{ HTTP_GET, "/document/public/:id", document_public_page, 0, NEED_OVERVIEW },
	{ HTTP_GET, "/document/starter", document_starter_page, 0, NEED_REGISTER },
	{ HTTP_POST, "/document/starter", document_starter_do, 0, NEED_REGISTER, starter_params, COUNT_OF(starter_params) },
	{ HTTP_POST, "/document/document/:id/revise", revise_do, 0, NEED_REGISTER, revise_params, COUNT_OF(revise_params) },
	{ HTTP_POST, "/document/revision/:id/put-in-force", in_force_do, 0, NEED_REGISTER },
	{ HTTP_POST, "/document/revision/:id/plan", plan_do, 0, NEED_REGISTER },
};
const size_t document_route_count = COUNT_OF(document_routes);
