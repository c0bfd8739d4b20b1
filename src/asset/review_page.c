/* The unit's side of a review, by personal link and on a phone, or signed in: row by row the same, changed, gone; and what is missing. */
#include "asset/asset.h"
#include "asset/campaign.h"
#include "base/num.h"
#include "base/text/asset.h"
#include "register/query.h"

#define SHOWN 50 /* open rows at a time: answering brings the next ones */

struct item {
	int64_t record_id, answer, done;
	const struct reg *reg;
	struct str reason;
};

struct review {
	struct http_req *req;
	const struct principal *by;
	struct arena *a;
	struct db_conn *conn;
	struct campaign_part part;
	struct reg_view view[8]; size_t views; /* of the registers met so far */
	struct str name, due, message;
	int64_t registers;
};

static int load_head(struct review *x)
{
	struct sql q;
	sql_init(&q, x->a);
	sql_lit(&q, "SELECT name, due_on, message, registers FROM asset_campaign WHERE id = ");
	sql_i64(&q, x->part.campaign_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(x->conn, &q, &s);
	if (r == 0 && (r = stmt_step(s)) == 1) {
		x->name = stmt_str_dup(s, x->a, 0);
		x->due = stmt_str_dup(s, x->a, 1);
		x->message = stmt_str_dup(s, x->a, 2);
		x->registers = stmt_i64(s, 3);
		return 0;
	}
	return r < 0 ? r : ERR_NOT_FOUND;
}

/* Archived rows are out of reach, answered or not. */
static int load_items(struct review *x, bool done, struct item *item, size_t *n)
{
	struct sql q;
	sql_init(&q, x->a);
	sql_lit(&q, "SELECT k.record_id, k.answer, r.register, k.reason FROM asset_campaign_item k JOIN record r ON r.id = k.record_id WHERE"
	            " r.state = 0 AND k.part_id = ");
	sql_i64(&q, x->part.id);
	if (done)
		sql_lit(&q, " AND (k.answer IN (1, 3) OR (k.answer = 2 AND r.revision > k.revision)) ORDER BY k.answered_at DESC, k.record_id LIMIT ");
	else
		sql_lit(&q, " AND NOT (k.answer IN (1, 3) OR (k.answer = 2 AND r.revision > k.revision)) ORDER BY k.record_id LIMIT ");
	sql_i64(&q, SHOWN);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(x->conn, &q, &s);
	while (r == 0 && *n < SHOWN && (r = stmt_step(s)) == 1) {
		r = 0;
		const struct reg *reg = reg_find(stmt_str(s, 2));
		if (reg)
			item[(*n)++] = (struct item){ .record_id = stmt_i64(s, 0), .answer = stmt_i64(s, 1), .done = done, .reg = reg,
			                              .reason = stmt_str_dup(s, x->a, 3) };
	}
	return r;
}

static const struct reg_view *view_of(struct review *x, const struct reg *reg)
{
	for (size_t i = 0; i < x->views; i++)
		if (x->view[i].reg == reg)
			return &x->view[i];
	if (x->views == COUNT_OF(x->view) || reg_view_load(x->conn, x->a, reg, &x->view[x->views]) < 0)
		return NULL;
	return &x->view[x->views++];
}

/* What the list of the register shows too, as far as the link may read it. */
static void facts_put(struct html *h, const struct reg_view *view, const struct row *row)
{
	const int title = reg_field(view->reg, view->reg->title);
	html_lit(h, "<dl class=\"facts\">");
	for (size_t i = 0; i < view->reg->fields; i++) {
		const struct field *f = view->field[i];
		struct str text = row->v[i].known ? value_str(h->arena, f, &row->v[i], FORM_VIEW, h->lang) : STR_NULL;
		if (!(f->flags & FIELD_LIST) || f->derived || (f->flags & FIELD_ENGINE) || (int)i == title || !text.n)
			continue;
		if (f->target && !row->v[i].s.n) /* leads out of what the link opens */
			continue;
		html_lit(h, "<div><dt>");
		html_label(h, f->label);
		html_lit(h, "</dt><dd>");
		html_text(h, text);
		html_lit(h, "</dd></div>");
	}
	html_lit(h, "</dl>");
}

/* The part goes along for who answers for several. */
static void part_hidden(struct html *h, int64_t part)
{
	html_hidden(h, "part", str_printf(h->arena, "%lld", (long long)part));
}

static void answer_button(struct html *h, int64_t id, int64_t part, enum campaign_answer answer, const char *icon, msg_id label, bool primary)
{
	html_form_begin(h, str_printf(h->arena, "/asset/review/%lld", (long long)id), false);
	part_hidden(h, part);
	html_hidden(h, "answer", str_printf(h->arena, "%d", (int)answer));
	html_lit(h, "<button");
	html_attr(h, "class", primary ? STR("btn btn-primary") : STR("btn"));
	html_lit(h, ">");
	html_icon(h, icon);
	html_msg(h, label);
	html_lit(h, "</button>");
	html_form_end(h);
}

static void answers_put(struct html *h, const struct item *k, int64_t part, bool open)
{
	html_lit(h, "<div class=\"actions\">");
	answer_button(h, k->record_id, part, ANSWER_SAME, "check", MSG_REVIEW_SAME, true);
	answer_button(h, k->record_id, part, ANSWER_CHANGED, "pencil", MSG_REVIEW_CHANGED, false);
	html_lit(h, "</div>");
	if (open)
		html_lit(h, "<details open><summary>");
	else
		html_lit(h, "<details><summary>");
	html_msg(h, MSG_REVIEW_GONE);
	html_lit(h, "</summary>");
	html_form_begin(h, str_printf(h->arena, "/asset/review/%lld", (long long)k->record_id), false);
	part_hidden(h, part);
	html_hidden(h, "answer", STR("3"));
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_printf(h->arena, "f-reason-%lld", (long long)k->record_id));
	html_lit(h, ">");
	html_msg(h, MSG_REVIEW_REASON);
	html_lit(h, "</label><input class=\"form-control\" name=\"reason\" maxlength=\"500\" required");
	html_attr(h, "id", str_printf(h->arena, "f-reason-%lld", (long long)k->record_id));
	html_attr(h, "value", k->reason);
	html_lit(h, "></div><button class=\"btn\">");
	html_msg(h, MSG_REVIEW_GONE_SEND);
	html_lit(h, "</button>");
	html_form_end(h);
	html_lit(h, "</details>");
}

static void item_put(struct html *h, struct review *x, const struct item *k)
{
	const struct reg_view *view = view_of(x, k->reg);
	struct row row;
	if (!view || reg_get(x->conn, x->a, x->by, view, k->record_id, &row) < 0)
		return;
	const struct value *title = &row.v[reg_field(k->reg, k->reg->title)];
	html_lit(h, "<li class=\"card\"><div class=\"card-body\"><h3 class=\"card-title\">");
	html_text(h, title->known ? title->s : row.code);
	html_lit(h, "</h3><p class=\"muted small\">");
	html_label(h, k->reg->label);
	html_lit(h, " ");
	html_text(h, row.code);
	html_lit(h, "</p>");
	facts_put(h, view, &row);
	if (k->done) {
		html_lit(h, "<p>");
		html_badge(h, k->answer == ANSWER_GONE ? TONE_YELLOW : TONE_GREEN, msg(h->lang, k->answer == ANSWER_SAME ? MSG_REVIEW_IS_SAME
		           : k->answer == ANSWER_GONE ? MSG_REVIEW_IS_GONE : MSG_REVIEW_IS_CHANGED));
		html_lit(h, " ");
		html_text(h, k->reason);
		html_lit(h, "</p>");
	} else if (k->answer == ANSWER_CHANGED) {
		html_lit(h, "<p>");
		html_badge(h, TONE_YELLOW, msg(h->lang, MSG_REVIEW_TO_CHANGE));
		html_lit(h, "</p>");
	}
	answers_put(h, k, x->part.id, false);
	html_lit(h, "</div></li>");
}

static void found_form_put(struct html *h, const struct review *x)
{
	html_section_begin(h, MSG_REVIEW_FOUND);
	html_lit(h, "<p class=\"muted\">");
	html_note(h, &NOTE(MSG_REVIEW_FOUND_ABOUT, ARG_I(x->part.found)));
	html_lit(h, "</p>");
	html_form_begin(h, STR("/asset/review/found"), false);
	part_hidden(h, x->part.id);
	html_lit(h, "<div class=\"field\"><label for=\"f-register\">");
	html_msg(h, MSG_CAMPAIGN_LEDGER);
	html_lit(h, "</label><select class=\"form-select\" id=\"f-register\" name=\"register\">");
	for (size_t i = 0; i < reg_count(); i++) {
		if (!campaign_asks(x->registers, reg_at(i)))
			continue;
		html_lit(h, "<option");
		html_attr(h, "value", str_of(reg_at(i)->name));
		html_lit(h, ">");
		html_label(h, reg_at(i)->label);
		html_lit(h, "</option>");
	}
	html_lit(h, "</select></div><div class=\"field\"><label for=\"f-name\">");
	html_msg(h, MSG_REVIEW_FOUND_NAME);
	html_lit(h, "</label><input class=\"form-control\" id=\"f-name\" name=\"name\" maxlength=\"100\" required></div>"
	            "<div class=\"field\"><label for=\"f-note\">");
	html_msg(h, MSG_REVIEW_FOUND_NOTE);
	html_lit(h, "</label><input class=\"form-control\" id=\"f-note\" name=\"note\" maxlength=\"500\"></div><button class=\"btn\">");
	html_msg(h, MSG_REVIEW_FOUND_SEND);
	html_lit(h, "</button>");
	html_form_end(h);
	html_section_end(h);
}

static void progress_put(struct html *h, const struct campaign_part *g)
{
	struct str label = note_str(h->arena, h->lang, &NOTE(MSG_CAMPAIGN_OF, ARG_I(g->done), ARG_I(g->items)));
	html_lit(h, "<div class=\"progress-box\"><p class=\"progress-label\">");
	html_text(h, label);
	html_lit(h, "</p><progress");
	html_attr(h, "aria-label", label);
	html_attr_i64(h, "max", g->items > 0 ? g->items : 1);
	html_attr_i64(h, "value", g->done);
	html_lit(h, "></progress></div>");
}

static void list_put(struct html *h, struct review *x, const struct item *item, size_t n)
{
	html_lit(h, "<ul class=\"list-unstyled\">");
	for (size_t i = 0; i < n; i++)
		item_put(h, x, &item[i]);
	html_lit(h, "</ul>");
}

static void over(struct http_req *req)
{
	http_fail(req, 404, NOTE0(MSG_REVIEW_OVER));
}

static void body_put(struct html *h, struct review *x, const struct item *open, size_t opens, const struct item *done, size_t dones)
{
	struct str said = http_query(x->req, "done");
	if (x->message.n) {
		html_lit(h, "<section class=\"card\"><div class=\"card-body markdown\">");
		html_safe(h, markdown_render(x->a, x->message));
		html_section_end(h);
	}
	if (str_eq_z(said, "reason"))
		html_alert(h, TONE_RED, STR_NULL, msg(h->lang, MSG_REVIEW_NEEDS_REASON));
	progress_put(h, &x->part);
	if (x->part.left_out) {
		html_lit(h, "<p class=\"unknown\">");
		html_note(h, &NOTE(MSG_CAMPAIGN_LEFT_OUT, ARG_I(x->part.left_out)));
		html_lit(h, "</p>");
	}
	if (opens) {
		html_lit(h, "<h2>");
		html_msg(h, MSG_REVIEW_OPEN);
		html_lit(h, "</h2>");
		list_put(h, x, open, opens);
		if (opens == SHOWN) {
			html_lit(h, "<p class=\"muted\">");
			html_msg(h, MSG_REVIEW_NEXT);
			html_lit(h, "</p>");
		}
	} else {
		html_alert(h, TONE_GREEN, msg(h->lang, MSG_REVIEW_ALL_DONE), msg(h->lang, MSG_REVIEW_THANKS));
	}
	found_form_put(h, x);
	if (dones) {
		html_lit(h, "<details><summary>");
		html_msg(h, MSG_REVIEW_DONE_LIST);
		html_lit(h, "</summary>");
		list_put(h, x, done, dones);
		html_lit(h, "</details>");
	}
}

void review_page(struct http_req *req)
{
	struct office *o = office_of(req);
	struct review x = { .req = req, .by = auth_principal(req), .a = req->arena };
	struct item *open = ARENA_ARRAY(x.a, SHOWN, struct item), *done = ARENA_ARRAY(x.a, SHOWN, struct item);
	size_t opens = 0, dones = 0;
	int64_t part = 0;
	(void)http_query_i64(req, "part", &part);
	struct html h;
	html_init(&h, &req->answer->body, x.a, req->lang, req->csrf);
	x.conn = db_read_begin(o->db);
	int r = campaign_part_to_answer(x.conn, x.a, x.by, part, 0, &x.part);
	if (r == 0)
		r = load_head(&x);
	if (r == 0)
		r = load_items(&x, false, open, &opens);
	if (r == 0)
		r = load_items(&x, true, done, &dones);
	if (r == 0) {
		struct page page = { .title = x.name, .subtitle = note_str(x.a, req->lang, &NOTE(MSG_REVIEW_ABOUT, ARG_S(x.part.unit), ARG_S(x.due))) };
		o->frame(req, &page);
		page.current = x.by->kind == PRINCIPAL_LINK ? "/l" : "/asset";
		struct str said = http_query(req, "done");
		if (str_eq_z(said, "answered"))
			page.notice = msg(req->lang, MSG_REVIEW_ANSWERED);
		else if (str_eq_z(said, "found"))
			page.notice = msg(req->lang, MSG_REVIEW_FOUND_TAKEN);
		page_begin(&h, &page);
		body_put(&h, &x, open, opens, done, dones);
		page_end(&h);
	}
	db_read_end(o->db, &x.conn);
	if (r == ERR_NOT_FOUND)
		over(req);
	else if (r < 0)
		http_fail(req, 503, NOTE0(MSG_CAMPAIGN_FAILED));
}

/* ---- answers ---- */

struct said {
	struct http_req *req;
	int64_t record_id, answer;
	struct str path;
};

static struct reg_ctx ctx_of(struct http_req *req, struct db_conn *c)
{
	return (struct reg_ctx){ .conn = c, .arena = req->arena, .by = auth_principal(req), .key = office_of(req)->key };
}

static int answer_job(struct db_conn *c, void *arg)
{
	struct said *x = arg;
	struct reg_ctx ctx = ctx_of(x->req, c);
	struct sql q;
	struct str name;
	sql_init(&q, ctx.arena);
	sql_lit(&q, "SELECT register FROM record WHERE id = ");
	sql_i64(&q, x->record_id);
	int r = db_get_str(c, &q, &name);
	const struct reg *reg = r == 0 ? reg_find(name) : NULL;
	if (!reg)
		return r < 0 ? r : ERR_NOT_FOUND;
	x->path = str_printf(ctx.arena, "/%s/%s/%lld/edit", reg->room, reg->name, (long long)x->record_id);
	return campaign_answer(&ctx, x->record_id, (enum campaign_answer)x->answer, http_form(x->req, "reason"));
}

static void failed(struct http_req *req, int e)
{
	if (e == ERR_NOT_FOUND || e == ERR_DENIED)
		over(req);
	else if (e == ERR_LIMIT)
		http_fail(req, 413, NOTE0(MSG_REVIEW_FOUND_MANY));
	else
		http_fail(req, 503, NOTE0(MSG_CAMPAIGN_FAILED));
}

static struct str back(struct http_req *req, const char *done)
{
	int64_t part = 0;
	if (auth_principal(req)->kind == PRINCIPAL_LINK || num_parse_i64(http_form(req, "part"), 1, INT64_MAX, &part) < 0)
		return str_printf(req->arena, "/asset/review?done=%s", done);
	return str_printf(req->arena, "/asset/review?part=%lld&done=%s", (long long)part, done);
}

void review_answer_do(struct http_req *req)
{
	struct said x = { .req = req };
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.record_id) < 0 || num_parse_i64(http_form(req, "answer"), 1, 3, &x.answer) < 0
	        ? ERR_NOT_FOUND : db_write(office_of(req)->db, answer_job, &x);
	if (e == ERR_RANGE)
		http_redirect(req, back(req, "reason"));
	else if (e == ERR_INVALID) /* it cannot stand as it is, and is to be corrected first */
		http_redirect(req, x.path);
	else if (e < 0)
		failed(req, e);
	else
		http_redirect(req, x.answer == ANSWER_CHANGED ? x.path : back(req, "answered"));
}

static int found_job(struct db_conn *c, void *arg)
{
	struct said *x = arg;
	struct reg_ctx ctx = ctx_of(x->req, c);
	int64_t part = 0;
	if (num_parse_i64(http_form(x->req, "part"), 1, INT64_MAX, &part) < 0)
		part = 0;
	return campaign_found_in(&ctx, part, http_form(x->req, "register"), http_form(x->req, "name"), http_form(x->req, "note"));
}

void review_found_do(struct http_req *req)
{
	struct said x = { .req = req };
	int e = db_write(office_of(req)->db, found_job, &x);
	if (e == ERR_RANGE)
		http_fail(req, 422, NOTE0(MSG_REVIEW_FOUND_WRONG));
	else if (e < 0)
		failed(req, e);
	else
		http_redirect(req, back(req, "found"));
}
