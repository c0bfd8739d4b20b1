#include "incident/triage.h"

#include "auth/office.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/incident.h"
#include "incident/pages.h"
#include "register/batch.h"
#include "register/query.h"
#include "risk/risk.h"

#define UNITS_SHOWN 300

static struct value of_text(struct str s)
{
	return (struct value){ .known = s.n > 0, .s = s };
}

static struct value of_number(int64_t i)
{
	return (struct value){ .known = i > 0, .i = i };
}

static const struct value *at(const struct row *row, const char *field)
{
	return &row->v[reg_field(&reg_near_miss, field)];
}

/* ---- writing ---- */

static int load(struct reg_ctx *ctx, int64_t id, struct reg_view *view, struct row *row)
{
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_near_miss, view);
	if (r == 0)
		r = reg_get(ctx->conn, ctx->arena, ctx->by, view, id, row);
	return r == 0 && row->state != RECORD_LIVE ? ERR_NOT_FOUND : r;
}

/* The live row that a link of this kind leads to; 0: none. */
static int linked(struct reg_ctx *ctx, int64_t id, const struct reg *to, int64_t *ret)
{
	struct link_end *end;
	size_t n = 0;
	*ret = 0;
	int r = link_list(ctx->conn, ctx->arena, ctx->by, id, &end, &n);
	for (size_t i = 0; r == 0 && i < n && !*ret; i++)
		if (end[i].forward && end[i].reg == to)
			*ret = end[i].id;
	return r;
}

static int hang(struct reg_ctx *ctx, int64_t id, const struct reg *to, int64_t to_id)
{
	struct note why;
	int r = link_add(ctx, link_find(str_printf(ctx->arena, "near_miss_%s", to->name)), id, to_id, STR_NULL, &why);
	return r == ERR_EXISTS ? 0 : r;
}

/* What is known at first: as it was told, when, by whom if they said so, where. */
static int begin_incident(struct reg_ctx *ctx, const struct row *row, int64_t unit_id, int64_t *ret_id)
{
	struct reg_view view;
	struct written w;
	int r = linked(ctx, row->id, &reg_incident, ret_id);
	if (r < 0 || *ret_id)
		return r;
	if ((r = reg_view_load(ctx->conn, ctx->arena, &reg_incident, &view)) < 0)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
	const struct { const char *field; struct value v; } facts[] = {
		{ "name", *at(row, "name") }, { "what", *at(row, "what") }, { "noticed_by", *at(row, "reporter") }, { "unit", of_number(unit_id) },
		{ "noticed_on", at(row, "happened_on")->known ? *at(row, "happened_on") : *at(row, "reported_on") },
	};
	for (size_t i = 0; i < COUNT_OF(facts); i++)
		if (facts[i].v.known)
			change_set(&c, reg_field(&reg_incident, facts[i].field), facts[i].v);
	r = reg_write(ctx, &c, &w);
	if (r == 0) {
		*ret_id = w.id;
		r = hang(ctx, row->id, &reg_incident, w.id);
	}
	return r;
}

int triage_do(struct reg_ctx *ctx, struct triage *t)
{
	struct reg_view view;
	struct row row;
	struct written w;
	int r = load(ctx, t->id, &view, &row);
	if (r < 0)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, t->id);
	c.by_engine = true;
	c.revision = t->revision;
	const struct { const char *field; struct value v; bool typed; } set[] = {
		{ "state", of_number(t->state), false }, { "added", { .known = true, .i = 0 }, false }, { "triaged_by", of_text(ctx->by->name), false },
		{ "triaged_on", of_text(date_iso(ctx->arena, clock_today())), false },
		{ "answer", of_text(t->answer), true }, { "note", of_text(t->note), true }, { "kind", of_number(t->kind), true }, { "unit", of_number(t->unit_id), true },
	};
	for (size_t i = 0; i < COUNT_OF(set); i++)
		if (t->said || !set[i].typed)
			change_set(&c, reg_field(&reg_near_miss, set[i].field), set[i].v);
	r = reg_write(ctx, &c, &w);
	if (r == 0 && t->state == NEAR_MISS_INCIDENT)
		r = begin_incident(ctx, &row, t->said ? t->unit_id : row.unit_id, &t->incident_id);
	return r;
}

int triage_use(struct reg_ctx *ctx, int64_t id, const struct reg *as, int64_t *ret_id)
{
	struct reg_view view, to;
	struct row row;
	struct written w;
	int r = load(ctx, id, &view, &row);
	if (r == 0 && !auth_allows(ctx->conn, ctx->by, reg_number(&reg_near_miss), OP_UPDATE, row.unit_id, row.id))
		r = ERR_DENIED;
	if (r == 0)
		r = linked(ctx, id, as, ret_id);
	if (r < 0 || *ret_id)
		return r;
	if ((r = reg_view_load(ctx->conn, ctx->arena, as, &to)) < 0)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &to, 0);
	/* More people read those registers than read reports: the words of the report stay there. */
	change_set(&c, reg_field(as, "name"), *at(&row, "name"));
	change_set(&c, reg_field(as, "note"), of_text(note_str(ctx->arena, ctx->by->lang, &NOTE(MSG_TRIAGE_FROM, ARG_S(row.code)))));
	if (as == &reg_threat)
		change_set(&c, reg_field(as, "source"), of_number(THREAT_OWN));
	else if (row.unit_id)
		change_set(&c, reg_field(as, "unit"), of_number(row.unit_id));
	r = reg_write(ctx, &c, &w);
	if (r < 0)
		return r;
	*ret_id = w.id;
	return hang(ctx, id, as, w.id);
}

/* ---- requests ---- */

struct pressed {
	struct http_req *req;
	struct triage t;
	const struct reg *as;
	int64_t made;
};

static struct reg_ctx ctx_of(struct http_req *req, struct db_conn *c)
{
	return (struct reg_ctx){ .conn = c, .arena = req->arena, .by = auth_principal(req), .key = office_of(req)->key };
}

static int triage_job(struct db_conn *c, void *arg)
{
	struct pressed *x = arg;
	struct reg_ctx ctx = ctx_of(x->req, c);
	x->t.incident_id = 0;
	return triage_do(&ctx, &x->t);
}

static int use_job(struct db_conn *c, void *arg)
{
	struct pressed *x = arg;
	struct reg_ctx ctx = ctx_of(x->req, c);
	x->made = 0;
	return triage_use(&ctx, x->t.id, x->as, &x->made);
}

static void refuse(struct http_req *req, int r)
{
	if (r == ERR_NOT_FOUND)
		http_fail(req, 404, NOTE0(MSG_TRIAGE_GONE));
	else if (r == ERR_DENIED)
		http_fail(req, 403, NOTE0(MSG_TRIAGE_DENIED));
	else if (r == ERR_CONFLICT)
		http_fail(req, 409, NOTE0(MSG_TRIAGE_CONFLICT));
	else if (r == ERR_EXISTS)
		http_fail(req, 409, NOTE0(MSG_TRIAGE_EXISTS));
	else if (r == ERR_INVALID)
		http_fail(req, 422, NOTE0(MSG_TRIAGE_INVALID));
	else
		http_fail(req, 503, NOTE0(MSG_NEAR_FAILED));
}

void triage_post(struct http_req *req)
{
	struct pressed x = { .req = req, .t = { .said = true, .answer = str_trim(text_clean(req->arena, http_form(req, "answer"))),
		.note = str_trim(text_clean(req->arena, http_form(req, "note"))) } };
	int64_t state = 0;
	int r = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.t.id) < 0 ? ERR_NOT_FOUND : 0;
	if (r == 0 && (num_parse_i64(http_form(req, "state"), NEAR_MISS_IS, NEAR_MISS_NOTHING, &state) < 0 ||
	    (http_form(req, "kind").n && num_parse_i64(http_form(req, "kind"), 1, (int64_t)COUNT_OF(near_miss_kinds), &x.t.kind) < 0) ||
	    (http_form(req, "unit").n && num_parse_i64(http_form(req, "unit"), 1, INT64_MAX, &x.t.unit_id) < 0)))
		state = 0;
	if (num_parse_i64(http_form(req, "revision"), 1, INT64_MAX, &x.t.revision) < 0)
		x.t.revision = 0;
	x.t.state = (enum near_miss_state)state;
	if (r == 0 && (!state || text_chars(x.t.answer) > 2000 || text_chars(x.t.note) > 4000)) {
		/* Whether the row is there is told first: nothing else may tell it. */
		struct reg_view view;
		struct row row;
		struct db_conn *c = db_read_begin(office_of(req)->db);
		struct reg_ctx ctx = ctx_of(req, c);
		r = load(&ctx, x.t.id, &view, &row);
		db_read_end(office_of(req)->db, &c);
		r = r < 0 ? r : ERR_INVALID;
	}
	if (r == 0)
		r = db_write(office_of(req)->db, triage_job, &x);
	if (r < 0)
		refuse(req, r);
	else if (x.t.incident_id)
		http_redirect(req, str_printf(req->arena, "/incident/incident/%lld/edit", (long long)x.t.incident_id));
	else
		http_redirect(req, str_printf(req->arena, "/incident/near_miss/%lld?done=saved", (long long)x.t.id));
}

static void use(struct http_req *req, const struct reg *as)
{
	struct pressed x = { .req = req, .as = as };
	int r = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.t.id) < 0 ? ERR_NOT_FOUND : db_write(office_of(req)->db, use_job, &x);
	if (r < 0)
		refuse(req, r);
	else
		http_redirect(req, str_printf(req->arena, "/%s/%s/%lld/edit", as->room, as->name, (long long)x.made));
}

void triage_weakness_do(struct http_req *req)
{
	use(req, &reg_weakness);
}

void triage_threat_do(struct http_req *req)
{
	use(req, &reg_threat);
}

/* ---- the report's page ---- */

static void area(struct html *h, const char *name, const struct field *f, const struct value *v, int64_t max)
{
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_printf(h->arena, "t-%s", name));
	html_lit(h, ">");
	html_label(h, f->label);
	html_lit(h, "</label><textarea class=\"form-control\" rows=\"3\"");
	html_attr(h, "id", str_printf(h->arena, "t-%s", name));
	html_attr(h, "name", str_of(name));
	html_attr_i64(h, "maxlength", max);
	html_lit(h, ">\n");
	html_text(h, v->known ? v->s : STR_NULL);
	html_lit(h, "</textarea><span class=\"field-hint\">");
	html_label(h, f->hint);
	html_lit(h, "</span></div>");
}

static void select_begin(struct html *h, const char *name, struct label label)
{
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_printf(h->arena, "t-%s", name));
	html_lit(h, ">");
	html_label(h, label);
	html_lit(h, "</label><select class=\"form-select\"");
	html_attr(h, "id", str_printf(h->arena, "t-%s", name));
	html_attr(h, "name", str_of(name));
	html_lit(h, "><option value=\"\">");
	html_msg(h, MSG_TRIAGE_UNKNOWN);
	html_lit(h, "</option>");
}

static void option(struct html *h, int64_t value, struct str text, bool chosen)
{
	html_lit(h, "<option");
	html_attr_i64(h, "value", value);
	html_flag(h, "selected", chosen);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</option>");
}

/* The unit that the row has is among them even when the list is longer than what is shown. */
static void units_put(struct html *h, struct db_conn *c, const struct value *now)
{
	struct sql q;
	sql_init(&q, h->arena);
	sql_lit(&q, "SELECT u.id, u.name FROM org_unit u WHERE (u.archived = 0 OR u.id = ");
	sql_i64(&q, now->known ? now->i : 0);
	sql_lit(&q, ")");
	batch_visible(&q, "u");
	sql_lit(&q, " ORDER BY CASE WHEN u.id = ");
	sql_i64(&q, now->known ? now->i : 0);
	sql_lit(&q, " THEN 0 ELSE 1 END, u.name, u.id LIMIT ");
	sql_i64(&q, UNITS_SHOWN);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	for (; r == 0 && (r = stmt_step(s)) == 1; r = 0)
		option(h, stmt_i64(s, 0), stmt_str(s, 1), now->known && now->i == stmt_i64(s, 0));
}

static void buttons_put(struct html *h, int64_t state)
{
	static const struct { enum near_miss_state state; msg_id label; } list[] = { { NEAR_MISS_IS, MSG_TRIAGE_NEAR_MISS }, { NEAR_MISS_INCIDENT, MSG_TRIAGE_INCIDENT },
		{ NEAR_MISS_QUESTION, MSG_TRIAGE_QUESTION }, { NEAR_MISS_NOTHING, MSG_TRIAGE_NOTHING } };
	html_lit(h, "<div class=\"actions\">");
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		html_lit(h, "<button type=\"submit\" name=\"state\"");
		html_attr_i64(h, "value", list[i].state);
		html_attr(h, "class", (state == NEAR_MISS_NEW && i == 0) || state == (int64_t)list[i].state ? STR("btn btn-primary") : STR("btn"));
		html_lit(h, ">");
		html_msg(h, list[i].label);
		html_lit(h, "</button>");
	}
	html_lit(h, "</div>");
}

static void use_put(struct html *h, const struct principal *p, const struct row *row)
{
	static const struct { const struct reg *reg; const char *path; msg_id label; } list[] = { { &reg_weakness, "weakness", MSG_TRIAGE_WEAKNESS },
		{ &reg_threat, "threat", MSG_TRIAGE_THREAT } };
	html_lit(h, "<h3>");
	html_msg(h, MSG_TRIAGE_USE);
	html_lit(h, "</h3><div class=\"actions\">");
	for (size_t i = 0; i < COUNT_OF(list); i++)
		if (auth_ops(p, reg_number(list[i].reg)) & OP_CREATE)
			html_post_button(h, str_printf(h->arena, "/incident/near_miss/%lld/%s", (long long)row->id, list[i].path), list[i].reg->icon, msg(h->lang, list[i].label),
			                 TONE_NEUTRAL, STR_NULL);
	html_lit(h, "</div><p class=\"field-hint\">");
	html_msg(h, MSG_TRIAGE_USE_HINT);
	html_lit(h, "</p>");
}

void near_miss_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value *state = at(row, "state"), *kind = at(row, "kind");
	if (row->state != RECORD_LIVE || p->read_only || p->kind == PRINCIPAL_LINK || !auth_allows(c, p, reg_number(&reg_near_miss), OP_UPDATE, row->unit_id, row->id))
		return;
	html_lit(h, "<section class=\"card\" id=\"triage\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(h, MSG_TRIAGE);
	html_lit(h, "</h2>");
	if (at(row, "added")->known && at(row, "added")->i)
		html_alert(h, TONE_YELLOW, STR_NULL, msg(h->lang, MSG_TRIAGE_ADDED));
	html_form_begin(h, str_printf(h->arena, "/incident/near_miss/%lld/triage", (long long)row->id), false);
	html_hidden(h, "revision", str_printf(h->arena, "%lld", (long long)row->revision));
	html_lit(h, "<div class=\"form-grid\">");
	select_begin(h, "kind", reg_near_miss.field[reg_field(&reg_near_miss, "kind")].label);
	for (size_t i = 0; i < COUNT_OF(near_miss_kinds); i++)
		option(h, near_miss_kinds[i].number, label_of(near_miss_kinds[i].label, h->lang), kind->known && kind->i == near_miss_kinds[i].number);
	html_lit(h, "</select></div>");
	select_begin(h, "unit", reg_near_miss.field[reg_field(&reg_near_miss, "unit")].label);
	units_put(h, c, at(row, "unit"));
	html_lit(h, "</select></div>");
	area(h, "answer", &reg_near_miss.field[reg_field(&reg_near_miss, "answer")], at(row, "answer"), 2000);
	area(h, "note", &reg_near_miss.field[reg_field(&reg_near_miss, "note")], at(row, "note"), 4000);
	html_lit(h, "</div>");
	buttons_put(h, state->known ? state->i : NEAR_MISS_NEW);
	html_form_end(h);
	html_lit(h, "<p class=\"field-hint\">");
	html_msg(h, MSG_TRIAGE_HINT);
	html_lit(h, "</p>");
	use_put(h, p, row);
	html_lit(h, "</div></section>");
}

void near_miss_list(struct html *h, struct http_req *req, struct db_conn *c)
{
	const struct principal *p = auth_principal(req);
	(void)c;
	if (p->kind == PRINCIPAL_LINK)
		return;
	html_lit(h, "<p class=\"hint-links\">");
	if (p->needs & NEED_REPORT) {
		html_lit(h, "<a href=\"/incident\">");
		html_msg(h, MSG_NEAR_TO_OVERVIEW);
		html_lit(h, "</a>");
	}
	if (p->needs & NEED_LINKS) {
		html_lit(h, "<a href=\"/incident/doors\">");
		html_msg(h, MSG_DOORS);
		html_lit(h, "</a>");
	}
	html_lit(h, "</p>");
}
