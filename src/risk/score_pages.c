/* Where risks are scored: the list of one assessment with the inputs of its method, a short form for the next risk, and on
 * a risk's own page how its score comes about. */
#include "base/num.h"
#include "base/text/base.h"
#include "base/text/risk.h"
#include "register/faces.h"
#include "risk/pages.h"
#include "risk/scoring.h"

#define ROWS_MAX 200

int risk_row(struct http_req *req, struct db_conn *c, const struct reg *r, struct str id, struct reg_view *ret_view, struct row *ret)
{
	int64_t n;
	int e = num_parse_i64(id, 1, INT64_MAX, &n);
	if (e == 0)
		e = reg_view_load(c, req->arena, r, ret_view);
	if (e == 0)
		e = reg_get(c, req->arena, auth_principal(req), ret_view, n, ret);
	if (e < 0)
		http_fail(req, 404, NOTE(MSG_RISK_GONE, ARG_L(r->label)));
	return e;
}

void risk_page(struct http_req *req, struct html *h, struct page *p, struct str label, struct str path, struct str here)
{
	const struct principal *by = auth_principal(req);
	html_init(h, &req->answer->body, req->arena, by->lang, req->csrf);
	p->help_path = STR("/help/risk");
	office_of(req)->frame(req, p);
	p->breadcrumb_label[0] = msg(by->lang, MSG_RISK_TITLE);
	p->breadcrumb_path[0] = STR("/risk");
	p->breadcrumb_label[1] = label;
	p->breadcrumb_path[1] = path;
	p->breadcrumb_label[2] = here;
	page_begin(h, p);
}

struct value risk_value(const struct reg *r, const struct row *row, const char *field)
{
	return row->v[reg_field(r, field)];
}

struct str risk_number(struct html *h, struct value v)
{
	if (!v.known)
		return msg(h->lang, MSG_UNKNOWN);
	struct buf b;
	buf_init(&b, 40);
	num_put_grouped(&b, v.i);
	struct str s = str_dup(h->arena, buf_view(&b));
	buf_release(&b);
	return s;
}

/* ---- what a method asks for, and shows ---- */

static const struct {
	msg_id formula;
	const char *input[9];   /* of the short form */
	const char *column[16]; /* of the list */
} methods[] = {
	[METHOD_LEDGER] = { MSG_RISK_FORMULA_LEDGER, { "name", "asset" },
		{ "name", "asset", "inherent_score", "inherent_band", "after_likelihood", "residual_score", "treatment", "state" } },
	[METHOD_MULTIPLY] = { MSG_RISK_FORMULA_MULTIPLY, { "name", "asset_value", "threat_level", "vulnerability_level", "likelihood" },
		{ "name", "asset_value", "threat_level", "vulnerability_level", "likelihood", "inherent_score", "inherent_band", "residual_score",
		  "residual_band", "treatment", "state" } },
	[METHOD_MATRIX] = { MSG_RISK_FORMULA_MATRIX, { "name", "likelihood", "impact" },
		{ "name", "likelihood", "impact", "inherent_score", "inherent_band", "residual_score", "residual_band", "treatment", "state" } },
	[METHOD_ANNUAL] = { MSG_RISK_FORMULA_ANNUAL, { "name", "loss_kind", "value_yen", "exposure", "persons", "persons_rate", "yen_per_person", "aro_times", "aro_years" },
		{ "name", "loss", "aro_times", "aro_years", "inherent_score", "inherent_band", "residual_score", "residual_band", "treatment", "state" } },
};

const struct param risk_score_params[15] = {
	{ .name = "name", .type = PARAM_TEXT, .max = 300 }, { .name = "asset", .type = PARAM_TEXT, .max = 300 },
	{ .name = "asset_value", .type = PARAM_TEXT, .max = 20 }, { .name = "threat_level", .type = PARAM_TEXT, .max = 20 },
	{ .name = "vulnerability_level", .type = PARAM_TEXT, .max = 20 }, { .name = "likelihood", .type = PARAM_TEXT, .max = 20 },
	{ .name = "impact", .type = PARAM_TEXT, .max = 20 }, { .name = "loss_kind", .type = PARAM_KEY, .max = 20 },
	{ .name = "value_yen", .type = PARAM_TEXT, .max = 40 }, { .name = "exposure", .type = PARAM_TEXT, .max = 20 },
	{ .name = "persons", .type = PARAM_TEXT, .max = 40 }, { .name = "persons_rate", .type = PARAM_TEXT, .max = 20 },
	{ .name = "yen_per_person", .type = PARAM_TEXT, .max = 40 }, { .name = "aro_times", .type = PARAM_TEXT, .max = 20 },
	{ .name = "aro_years", .type = PARAM_TEXT, .max = 20 },
};

static struct str limit_text(struct html *h, const struct row *assessment)
{
	const struct value limit = risk_value(&reg_assessment, assessment, "acceptance_limit"), method = risk_value(&reg_assessment, assessment, "method");
	if (method.known && method.i == METHOD_MATRIX)
		return msg(h->lang, MSG_RISK_LIMIT_MATRIX);
	if (!limit.known)
		return msg(h->lang, MSG_RISK_LIMIT_NONE);
	return note_str(h->arena, h->lang, &NOTE(method.known && method.i == METHOD_ANNUAL ? MSG_RISK_LIMIT_YEN : MSG_RISK_LIMIT_POINTS, ARG_S(risk_number(h, limit))));
}

/* ---- the page of an assessment ---- */

struct score_page {
	struct http_req *req;
	struct html h;
	struct db_conn *c;
	struct reg_view view, risks;
	struct row row;
	int64_t method;
	const struct error_list *errors;
};

static void input(struct score_page *x, const char *name)
{
	struct html *h = &x->h;
	const struct field *f = &reg_risk.field[reg_field(&reg_risk, name)];
	struct str text = http_form(x->req, name);
	const struct note *wrong = NULL;
	for (size_t i = 0; x->errors && i < x->errors->n; i++)
		if (x->errors->error[i].field == reg_field(&reg_risk, name))
			wrong = &x->errors->error[i].why;
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_printf(h->arena, "f-%s", name));
	html_lit(h, ">");
	html_label(h, f->label);
	html_lit(h, "</label>");
	if (f->choices) {
		html_lit(h, "<select class=\"form-select\"");
		html_attr(h, "id", str_printf(h->arena, "f-%s", name));
		html_attr(h, "name", str_of(name));
		html_lit(h, "><option value=\"\"></option>");
		for (size_t i = 0; i < f->choices; i++) {
			html_lit(h, "<option");
			html_attr(h, "value", str_of(f->choice[i].key));
			html_flag(h, "selected", str_eq_z(text, f->choice[i].key));
			html_lit(h, ">");
			html_label(h, f->choice[i].label);
			html_lit(h, "</option>");
		}
		html_lit(h, "</select>");
	} else {
		html_lit(h, "<input class=\"form-control\"");
		html_attr(h, "id", str_printf(h->arena, "f-%s", name));
		html_attr(h, "name", str_of(name));
		html_attr(h, "value", text.p ? text : STR(""));
		if (f->type == FIELD_INTEGER || f->type == FIELD_MONEY || f->type == FIELD_DECIMAL)
			html_lit(h, " inputmode=\"decimal\" autocomplete=\"off\"");
		html_flag(h, "required", f->flags & FIELD_REQUIRED);
		if (wrong) {
			html_lit(h, " aria-invalid=\"true\"");
			html_attr(h, "aria-describedby", str_printf(h->arena, "e-%s", name));
		}
		html_lit(h, ">");
	}
	if (f->hint.ja) {
		html_lit(h, "<span class=\"field-hint\">");
		html_label(h, f->target ? (struct label){ "資産の番号か名前を書きます。例：AST-0001", "Code or name of the asset, as AST-0001" } : f->hint);
		html_lit(h, "</span>");
	}
	if (wrong) {
		html_lit(h, "<span class=\"field-error\"");
		html_attr(h, "id", str_printf(h->arena, "e-%s", name));
		html_lit(h, ">");
		html_note(h, wrong);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div>");
}

static void form(struct score_page *x)
{
	struct html *h = &x->h;
	html_section_begin(h, MSG_RISK_SCORE_ADD);
	for (size_t i = 0; x->errors && i < x->errors->n; i++)
		if (x->errors->error[i].field < 0 || !http_form(x->req, reg_risk.field[x->errors->error[i].field].name).p)
			html_alert(h, TONE_RED, STR_NULL, note_str(h->arena, h->lang, &x->errors->error[i].why));
	html_form_begin(h, x->req->path, false);
	for (const char *const *name = methods[x->method].input; name < methods[x->method].input + COUNT_OF(methods[0].input) && *name; name++)
		input(x, *name);
	html_lit(h, "<div class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\">");
	html_icon(h, "plus");
	html_msg(h, MSG_RISK_SCORE_SAVE);
	html_lit(h, "</button></div>");
	html_form_end(h);
	html_section_end(h);
}

/* The company's grid with the number of risks in each cell: before treatment. */
static void grid(struct score_page *x, const struct listing *list)
{
	const struct value size = risk_value(&reg_assessment, &x->row, "matrix_size"), cells = risk_value(&reg_assessment, &x->row, "matrix_cells");
	struct str rows[SCORE_GRID_MAX], columns[SCORE_GRID_MAX];
	struct heat_cell cell[SCORE_GRID_CELLS] = { 0 };
	if (!size.known || !cells.known)
		return;
	int64_t n = size.i;
	for (int64_t y = 0; y < n; y++) {
		rows[y] = note_str(x->h.arena, x->h.lang, &NOTE(MSG_RISK_LIKELIHOOD_N, ARG_I(n - y)));
		columns[y] = note_str(x->h.arena, x->h.lang, &NOTE(MSG_RISK_IMPACT_N, ARG_I(y + 1)));
		for (int64_t i = 0; i < n; i++) {
			int64_t band = score_grid_band(cells.s.p, n, n - y, i + 1);
			cell[y * n + i].tone = band == BAND_HIGH ? TONE_RED : band == BAND_MIDDLE ? TONE_YELLOW : TONE_GREEN;
		}
	}
	for (size_t k = 0; k < list->rows; k++) {
		const struct value l = risk_value(&reg_risk, &list->row[k], "likelihood"), i = risk_value(&reg_risk, &list->row[k], "impact");
		if (l.known && i.known && score_matrix(l.i, i.i, n) != SCORE_UNKNOWN)
			cell[(n - l.i) * n + i.i - 1].count++;
	}
	html_lit(&x->h, "<section class=\"card\"><div class=\"card-body\">");
	chart_heatmap(&x->h, msg(x->h.lang, MSG_RISK_GRID), rows, (size_t)n, columns, (size_t)n, cell);
	html_section_end(&x->h);
}

static void score_list(struct score_page *x, const struct listing *list)
{
	struct html *h = &x->h;
	html_lit(h, "<p class=\"formula\">");
	html_msg(h, methods[x->method].formula);
	html_lit(h, " ");
	html_text(h, limit_text(h, &x->row));
	html_lit(h, "</p>");
	if (!list->rows) {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_RISK_SCORE_NONE);
		html_lit(h, "</p>");
		return;
	}
	reg_table(h, &x->risks, list->row, list->rows, methods[x->method].column);
	html_lit(h, "<p class=\"hint-links\"><a");
	html_href(h, str_printf(h->arena, "/risk/risk?assessment=%lld", (long long)x->row.id));
	html_lit(h, ">");
	html_msg(h, list->next.n ? MSG_RISK_SCORE_MORE : MSG_RISK_SCORE_OPEN);
	html_lit(h, "</a></p>");
}

static void show(struct score_page *x)
{
	struct http_req *req = x->req;
	const struct principal *p = auth_principal(req);
	struct listing list = { 0 };
	const struct value scope = risk_value(&reg_assessment, &x->row, "scope"), words = risk_value(&reg_assessment, &x->row, "scale_words"),
	                   held = risk_value(&reg_assessment, &x->row, "held_on");
	struct value id = { .known = true, .i = x->row.id };
	int e = reg_view_load(x->c, req->arena, &reg_risk, &x->risks);
	if (e == 0) {
		struct query q = { .view = &x->risks, .by = p, .op = OP_READ, .sort = reg_field(&reg_risk, "inherent_score"), .descending = true, .limit = ROWS_MAX,
		                   .filters = 1 };
		q.filter[0] = (struct filter){ .field = reg_field(&reg_risk, "assessment"), .kind = FILTER_IN, .value = &id, .values = 1 };
		e = reg_list(x->c, req->arena, &q, &list);
	}
	if (e < 0) {
		http_fail(req, 500, NOTE0(MSG_RISK_FAILED));
		return;
	}
	struct str title = risk_value(&reg_assessment, &x->row, "name").s;
	struct page page = { .title = title, .subtitle = note_str(req->arena, p->lang, &NOTE(MSG_RISK_SCORE_ABOUT, ARG_L(risk_methods[x->method - 1].label),
	                     ARG_S(held.known ? held.s : msg(p->lang, MSG_UNKNOWN)), ARG_S(scope.known ? scope.s : msg(p->lang, MSG_UNKNOWN)))) };
	risk_page(req, &x->h, &page, title, str_printf(req->arena, "/risk/assessment/%lld", (long long)x->row.id), msg(p->lang, MSG_RISK_SCORE));
	if (x->errors)
		form(x);
	score_list(x, &list);
	if (x->method == METHOD_MATRIX)
		grid(x, &list);
	if (words.known) {
		html_section_begin(&x->h, MSG_RISK_SCALE_WORDS);
		html_safe(&x->h, markdown_render(req->arena, words.s));
		html_section_end(&x->h);
	}
	if (!x->errors && !p->read_only && auth_ops(p, reg_number(&reg_risk)) & OP_CREATE)
		form(x);
	page_end(&x->h);
}

/* 0 with the assessment loaded and a reader leased; negative when it has answered. */
static int open_page(struct http_req *req, struct score_page *x)
{
	x->req = req;
	x->c = db_read_begin(office_of(req)->db);
	if (!(auth_ops(auth_principal(req), reg_number(&reg_risk)) & OP_READ)) {
		http_fail(req, 404, NOTE(MSG_RISK_GONE, ARG_L(reg_assessment.label)));
		return ERR_DENIED;
	}
	int e = risk_row(req, x->c, &reg_assessment, req->capture[0], &x->view, &x->row);
	if (e == 0)
		x->method = risk_value(&reg_assessment, &x->row, "method").i;
	return e;
}

void risk_page_score(struct http_req *req)
{
	struct score_page x = { 0 };
	if (open_page(req, &x) == 0)
		show(&x);
	db_read_end(office_of(req)->db, &x.c);
}

/* The unit a new row belongs to when the form does not ask: the person's own, when their rights end there. */
static int64_t own_unit(const struct principal *p)
{
	int64_t unit = 0;
	for (size_t i = 0; i < p->grants; i++) {
		if (p->grant[i].unit_id == 0)
			return 0;
		if (!unit)
			unit = p->grant[i].unit_id;
	}
	return unit;
}

void risk_page_score_add(struct http_req *req)
{
	struct office *o = office_of(req);
	const struct principal *p = auth_principal(req);
	struct score_page x = { 0 };
	struct written w = { 0 };
	struct error_list errors = { .arena = req->arena };
	int e = open_page(req, &x);
	if (e == 0)
		e = reg_view_load(x.c, req->arena, &reg_risk, &x.risks);
	struct change change;
	if (e == 0) {
		change = change_new(req->arena, CHANGE_SAVE, &x.risks, 0);
		change_set(&change, reg_field(&reg_risk, "assessment"), (struct value){ .known = true, .i = x.row.id });
		if (own_unit(p))
			change_set(&change, reg_field(&reg_risk, "unit"), (struct value){ .known = true, .i = own_unit(p) });
		for (size_t i = 0; i < COUNT_OF(methods[0].input) && methods[x.method].input[i]; i++) {
			int at = reg_field(&reg_risk, methods[x.method].input[i]);
			struct value v;
			struct note why;
			if (value_parse(&reg_risk.field[at], req->arena, http_form(req, reg_risk.field[at].name), p->lang, &v, &why) < 0)
				error_add(&errors, at, why);
			else
				change_set(&change, at, v);
		}
	}
	db_read_end(o->db, &x.c);
	if (e < 0)
		return;
	if (!errors.n) {
		struct reg_ctx ctx = { .arena = req->arena, .by = p, .key = o->key };
		e = reg_save(o->db, &ctx, &change, &w);
		errors = w.errors;
	}
	if (e == 0 && !errors.n) {
		http_redirect(req, str_printf(req->arena, "/risk/score/%lld", (long long)x.row.id));
		return;
	}
	if (!errors.n) {
		http_fail(req, e == ERR_DENIED ? 403 : e == ERR_NOT_FOUND ? 404 : 503, e == ERR_DENIED ? NOTE0(MSG_RISK_MAY_NOT_ADD) : NOTE0(MSG_RISK_FAILED));
		return;
	}
	x.errors = &errors;
	x.c = db_read_begin(o->db);
	req->answer->status = e == ERR_EXISTS ? 409 : 422;
	show(&x);
	db_read_end(o->db, &x.c);
}

/* ---- hooks ---- */

void risk_assessment_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	(void)c;
	if (auth_principal(req)->kind == PRINCIPAL_LINK || !(auth_ops(auth_principal(req), reg_number(&reg_risk)) & OP_READ))
		return;
	html_section_begin(h, MSG_RISK_SCORE);
	html_lit(h, "<p>");
	html_msg(h, MSG_RISK_SCORE_TEXT);
	html_lit(h, "</p>");
	html_button_link(h, str_printf(h->arena, "/risk/score/%lld", (long long)row->id), "scale", msg(h->lang, MSG_RISK_SCORE), true);
	html_section_end(h);
}

void risk_risk_list(struct html *h, struct http_req *req, struct db_conn *c)
{
	(void)c;
	if (auth_principal(req)->kind == PRINCIPAL_LINK)
		return;
	html_lit(h, "<p class=\"hint-links\"><a href=\"/risk/assessment\">");
	html_msg(h, MSG_RISK_LIST_HINT);
	html_lit(h, "</a></p>");
}

/* Importance and likelihood of the asset, as far as the reader may see it. */
static void ledger_formula(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct value at = risk_value(&reg_risk, row, "asset");
	const struct reg *r = reg_find(STR("asset"));
	struct reg_view view;
	struct row of;
	if (!at.known || reg_view_load(c, h->arena, r, &view) < 0 || reg_get(c, h->arena, auth_principal(req), &view, at.i, &of) < 0) {
		html_msg(h, MSG_RISK_FORMULA_LEDGER);
		return;
	}
	html_note(h, &NOTE(MSG_RISK_WHY_LEDGER, ARG_S(risk_number(h, risk_value(r, &of, "importance"))), ARG_S(risk_number(h, risk_value(r, &of, "damage_likelihood"))),
	                   ARG_S(at.s)));
}

static void formula(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row, int64_t method)
{
	const struct reg *r = &reg_risk;
#define N(field) ARG_S(risk_number(h, risk_value(r, row, field)))
	switch (method) {
	case METHOD_MULTIPLY:
		html_note(h, &NOTE(MSG_RISK_WHY_MULTIPLY, N("asset_value"), N("threat_level"), N("vulnerability_level"), N("likelihood")));
		break;
	case METHOD_MATRIX:
		html_note(h, &NOTE(MSG_RISK_WHY_MATRIX, N("likelihood"), N("impact")));
		break;
	case METHOD_ANNUAL:
		html_note(h, &NOTE(MSG_RISK_WHY_ANNUAL, N("loss"), N("aro_times"), N("aro_years")));
		break;
	default:
		ledger_formula(h, req, c, row);
		break;
	}
	const struct value score = risk_value(r, row, "inherent_score"), band = risk_value(r, row, "inherent_band");
	html_lit(h, " = ");
	if (method == METHOD_ANNUAL && score.known)
		html_note(h, &NOTE(MSG_RISK_YEN, ARG_S(risk_number(h, score))));
	else
		html_text(h, risk_number(h, score));
	if (method == METHOD_MATRIX && band.known) {
		if (h->lang != LANG_JA)
			html_lit(h, " ");
		html_note(h, &NOTE(MSG_RISK_WHY_CELL, N("likelihood"), N("impact"), ARG_L(risk_bands[band.i - 1].label)));
	}
#undef N
}

void risk_risk_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value method = risk_value(&reg_risk, row, "method"), assessment = risk_value(&reg_risk, row, "assessment");
	static const char *const range[] = { "often_low", "often_likely", "often_high", "loss_low", "loss_likely", "loss_high" };
	struct reg_view view;
	struct row of;
	bool ranged = true;
	risk_hanging(h, req, c, row);
	if (p->kind == PRINCIPAL_LINK || !method.known)
		return;
	html_section_begin(h, MSG_RISK_WHY);
	html_lit(h, "<p>");
	formula(h, req, c, row, method.i);
	html_lit(h, "</p><p class=\"formula\">");
	if (assessment.known && reg_view_load(c, h->arena, &reg_assessment, &view) == 0 && reg_get(c, h->arena, p, &view, assessment.i, &of) == 0) {
		html_text(h, limit_text(h, &of));
		html_lit(h, " <a");
		html_href(h, str_printf(h->arena, "/risk/score/%lld", (long long)of.id));
		html_lit(h, ">");
		html_text(h, risk_value(&reg_assessment, &of, "name").s);
		html_lit(h, "</a> ");
	}
	struct buf at;
	buf_init(&at, 64);
	clock_put_local(&at, row->updated_at);
	html_note(h, &NOTE(MSG_RISK_WHY_AT, ARG_S(buf_view(&at))));
	buf_release(&at);
	html_lit(h, "</p>");
	for (size_t i = 0; i < COUNT_OF(range); i++)
		ranged = ranged && risk_value(&reg_risk, row, range[i]).known;
	if (ranged) {
		html_button_link(h, str_printf(h->arena, "/risk/curve/%lld", (long long)row->id), "chart-line", msg(h->lang, MSG_RISK_CURVE_OPEN), false);
	} else if (method.i == METHOD_ANNUAL) {
		html_lit(h, "<p class=\"field-hint\">");
		html_msg(h, MSG_RISK_CURVE_HINT);
		html_lit(h, "</p>");
	}
	html_section_end(h);
}
