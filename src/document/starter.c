/* Making the starter set's documents, and the page that offers it. */
#include "auth/office.h"
#include "base/num.h"
#include "base/text/document.h"
#include "document/document.h"
#include "register/query.h"

static int has(struct db_conn *c, struct arena *a, const struct starter *s, bool *ret)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM document_document WHERE archived = 0 AND number = ");
	sql_str(&q, str_of(s->number));
	int e = db_get_i64(c, &q, &n);
	*ret = n > 0;
	return e;
}

static int64_t numbered(struct reg_ctx *ctx, const char *number)
{
	struct sql q;
	int64_t id = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT id FROM document_document WHERE archived = 0 AND number = ");
	sql_str(&q, str_of(number));
	return db_get_i64(ctx->conn, &q, &id) == 0 ? id : 0;
}

/* Rules stand below the policy, procedures below the basic rule. */
static int64_t parent_of(struct reg_ctx *ctx, const struct starter *s)
{
	return s->tier[0] == '1' ? 0 : numbered(ctx, s->tier[0] == '2' ? "IS-001" : "IS-101");
}

static int make(struct reg_ctx *ctx, const struct reg_view *documents, const struct reg_view *revisions, const struct starter *s, int64_t unit_id,
                struct date effective_on)
{
	struct change c = change_new(ctx->arena, CHANGE_SAVE, documents, 0);
	const struct value unit = { .known = unit_id != 0, .i = unit_id };
	const int64_t parent = parent_of(ctx, s);
	struct written w;
	change_set_text(&c, ctx->arena, "number", s->number);
	change_set_text(&c, ctx->arena, "title", s->title);
	change_set_text(&c, ctx->arena, "tier", s->tier);
	change_set_text(&c, ctx->arena, "kind", s->kind);
	change_set_text(&c, ctx->arena, "classification", s->classification);
	change_set_text(&c, ctx->arena, "audience", s->audience);
	change_set_text(&c, ctx->arena, "retention", "5");
	change_set(&c, reg_field(&reg_document, "owner"), unit);
	if (parent)
		change_set(&c, reg_field(&reg_document, "parent"), (struct value){ .known = true, .i = parent });
	int e = reg_write(ctx, &c, &w);
	if (e < 0)
		return e;
	c = change_new(ctx->arena, CHANGE_SAVE, revisions, 0);
	change_set(&c, reg_field(&reg_revision, "document"), (struct value){ .known = true, .i = w.id });
	change_set(&c, reg_field(&reg_revision, "unit"), unit);
	change_set(&c, reg_field(&reg_revision, "reason"), (struct value){ .known = true, .s = STR("新規に制定") });
	change_set(&c, reg_field(&reg_revision, "effective_on"), (struct value){ .known = true, .s = date_iso(ctx->arena, effective_on) });
	change_set(&c, reg_field(&reg_revision, "text"), (struct value){ .known = true, .s = str_of(s->text) });
	return reg_write(ctx, &c, &w);
}

int document_starter_make(struct reg_ctx *ctx, int64_t unit_id, struct date effective_on, int64_t *ret_made)
{
	struct reg_view documents, revisions;
	int64_t made = 0;
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_document, &documents);
	if (e == 0)
		e = reg_view_load(ctx->conn, ctx->arena, &reg_revision, &revisions);
	for (size_t i = 0; e == 0 && i < starter_count; i++) {
		bool there = false;
		e = has(ctx->conn, ctx->arena, &starters[i], &there);
		if (e == 0 && !there) {
			e = make(ctx, &documents, &revisions, &starters[i], unit_id, effective_on);
			made += e == 0;
		}
	}
	if (e == 0)
		*ret_made = made;
	return e;
}

/* ---- the page ---- */

static bool may(struct db_conn *c, const struct principal *p)
{
	return p->kind != PRINCIPAL_LINK && p->account_id && !p->read_only && auth_allows(c, p, reg_number(&reg_document), OP_CREATE, 0, 0);
}

static void units_put(struct html *h, struct db_conn *c, const struct principal *p)
{
	struct sql q;
	reg_select(&q, h->arena, p, reg_find(STR("unit")), "t.id, t.name");
	sql_lit(&q, " ORDER BY t.name, t.id LIMIT 500");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	html_lit(h, "<div class=\"field\"><label for=\"f-unit\">");
	html_msg(h, MSG_DOCUMENT_STARTER_UNIT);
	html_lit(h, "</label><select class=\"form-select\" id=\"f-unit\" name=\"unit\"><option value=\"\"></option>");
	for (int e = db_query(c, &q, &s); e == 0 && stmt_step(s) == 1;) {
		html_lit(h, "<option");
		html_attr_i64(h, "value", stmt_i64(s, 0));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 1));
		html_lit(h, "</option>");
	}
	html_lit(h, "</select></div>");
}

static void list_put(struct html *h, struct db_conn *c)
{
	html_lit(h, "<ul>");
	for (size_t i = 0; i < starter_count; i++) {
		bool there = false;
		if (has(c, h->arena, &starters[i], &there) < 0)
			return;
		html_lit(h, "<li>");
		html_text(h, str_of(starters[i].number));
		html_lit(h, " ");
		html_text(h, str_of(starters[i].title));
		html_lit(h, " ");
		html_badge(h, there ? TONE_GREEN : TONE_GREY, msg(h->lang, there ? MSG_DOCUMENT_STARTER_HAS : MSG_DOCUMENT_STARTER_NEW));
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
}

void document_starter_page(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	if (!may(c, p)) {
		db_read_end(o->db, &c);
		http_fail(req, 403, NOTE0(MSG_DOCUMENT_DENIED));
		return;
	}
	struct html h;
	html_init(&h, &req->answer->body, req->arena, req->lang, req->csrf);
	struct page page = { .title = msg(req->lang, MSG_DOCUMENT_STARTER), .help_path = STR("/help/document"),
		.subtitle = note_str(req->arena, req->lang, &NOTE(MSG_DOCUMENT_STARTER_ABOUT, ARG_I((int64_t)starter_count))) };
	o->frame(req, &page);
	page.current = "/document";
	page.breadcrumb_label[0] = label_of(reg_document.label, req->lang);
	page.breadcrumb_path[0] = STR("/document/document");
	page.breadcrumb_label[1] = page.title;
	page_begin(&h, &page);
	html_lit(&h, "<section class=\"card\"><div class=\"card-body\">");
	html_form_begin(&h, STR("/document/starter"), false);
	units_put(&h, c, p);
	html_lit(&h, "<div class=\"field\"><label for=\"f-day\">");
	html_msg(&h, MSG_DOCUMENT_F_EFFECTIVE);
	html_lit(&h, "</label><input class=\"form-control\" id=\"f-day\" type=\"date\" name=\"effective_on\" required");
	html_attr(&h, "value", date_iso(req->arena, date_add_days(clock_today(), 60)));
	html_lit(&h, "></div><button class=\"btn btn-primary\">");
	html_msg(&h, MSG_DOCUMENT_STARTER_DO);
	html_lit(&h, "</button>");
	html_form_end(&h);
	html_lit(&h, "</div></section>");
	list_put(&h, c);
	page_end(&h);
	db_read_end(o->db, &c);
}

struct start {
	struct http_req *req;
	int64_t unit, made;
	struct date day;
};

static int start_job(struct db_conn *c, void *arg)
{
	struct start *x = arg;
	struct reg_ctx ctx = { .conn = c, .arena = x->req->arena, .by = auth_principal(x->req), .key = office_of(x->req)->key };
	return may(c, ctx.by) ? document_starter_make(&ctx, x->unit, x->day, &x->made) : ERR_DENIED;
}

void document_starter_do(struct http_req *req)
{
	struct start x = { .req = req };
	struct str unit = http_form(req, "unit");
	int e = (unit.n && num_parse_i64(unit, 1, INT64_MAX, &x.unit) < 0) || date_parse_iso(http_form(req, "effective_on"), &x.day) < 0
	        ? ERR_INVALID : db_write(office_of(req)->db, start_job, &x);
	if (e == 0)
		http_redirect(req, STR("/document/document?done=saved"));
	else if (e == ERR_DENIED)
		http_fail(req, 403, NOTE0(MSG_DOCUMENT_DENIED));
	else if (e == ERR_INVALID || e == ERR_NOT_FOUND)
		http_fail(req, 422, NOTE0(MSG_DOCUMENT_STARTER_WRONG));
	else
		http_fail(req, 503, NOTE0(MSG_DOCUMENT_FAILED));
}
