/*
 * Why a row's risk is what it is: every factor with where it comes from, and for what is unknown the blank that makes it
 * so, one press away. Shown below the fields of an asset and of a storage place.
 */
#include "asset/explain.h"

#include "base/text/asset.h"
#include "base/text/base.h"
#include "auth/office.h"
#include "register/faces.h"
#include "register/query.h"
#include "risk/risk.h"

#define SHOWN_UNANSWERED 5
#define SHOWN_DECISIVE 3
#define PLACE_ASSETS 20
#define QUESTIONS_MAX 400

/* One line of a questionnaire that applies to a kind of place. */
struct question {
	int64_t id;
	struct str text;
	bool counts, answered;   /* counts: not set aside as not applicable */
	int64_t level;
};
struct questions {
	const struct reg *reg;
	struct arena *a;
	struct question *q;
	size_t n;
	int64_t kind;
};

static struct value at(const struct reg *r, const struct row *row, const char *field)
{
	return row->v[reg_field(r, field)];
}

static int take_question(void *ctx, const struct row *row)
{
	struct questions *x = ctx;
	const bool threats = x->reg == &reg_threat_situation;
	if (x->n == QUESTIONS_MAX)
		return ERR_LIMIT;
	if (threats ? at(x->reg, row, "place_kind").i != x->kind : !(at(x->reg, row, "places").i >> x->kind & 1))
		return 0;
	struct value answer = at(x->reg, row, threats ? "frequency" : "answer");
	struct value applicable = threats ? at(x->reg, row, "applicable") : (struct value){ 0 };
	struct question *q = &x->q[x->n++];
	*q = (struct question){ .id = row->id, .text = str_dup(x->a, at(x->reg, row, threats ? "threat" : "item").s), .answered = answer.known,
	                        .level = answer.i };
	q->counts = threats ? !(applicable.known && applicable.i == 0) : !(answer.known && answer.i == 9);
	return 0;
}

static struct questions load(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r, int64_t kind)
{
	struct questions x = { .reg = r, .a = a, .kind = kind, .q = ARENA_ARRAY(a, QUESTIONS_MAX, struct question) };
	struct reg_view view;
	if (!kind || !(auth_ops(p, reg_number(r)) & OP_READ) || reg_view_load(c, a, r, &view) < 0)
		return x;
	struct query q = { .view = &view, .by = p, .op = OP_READ, .sort = SORT_DEFAULT };
	if (reg_each(c, &q, take_question, &x) < 0 && x.n < QUESTIONS_MAX)
		x.n = 0;
	return x;
}

/* ---- pieces ---- */

static struct str path_of(struct arena *a, const struct reg *r, int64_t id, const char *rest)
{
	return str_printf(a, "/%s/%s/%lld%s", r->room, r->name, (long long)id, rest);
}

static void link_to(struct html *h, struct str path, struct str text)
{
	html_lit(h, "<a");
	html_href(h, path);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</a>");
}

static const struct choice *choice_of(const struct field *f, int64_t number)
{
	for (size_t i = 0; i < f->choices; i++)
		if (f->choice[i].number == number)
			return &f->choice[i];
	return NULL;
}

static void level(struct html *h, const struct reg *r, const struct row *row, const char *field)
{
	const struct value v = at(r, row, field);
	const struct field *f = &r->field[reg_field(r, field)];
	const struct choice *c = v.known ? choice_of(f, v.i) : NULL;
	if (!v.known) {
		html_lit(h, "<span class=\"unknown\">");
		html_msg(h, MSG_UNKNOWN);
		html_lit(h, "</span>");
	} else {
		html_badge(h, c ? c->tone : TONE_NEUTRAL, c ? label_of(c->label, h->lang) : str_printf(h->arena, "%lld", (long long)v.i));
	}
}

static void factor(struct html *h, const struct reg *r, const struct row *row, const char *field)
{
	html_lit(h, "<dt>");
	html_label(h, r->field[reg_field(r, field)].label);
	html_lit(h, "</dt><dd>");
	level(h, r, row, field);
	html_lit(h, " ");
}

/* The blanks that make a level unknown, or the answers that decided it. */
static void decisive(struct html *h, const struct questions *x, const struct value *computed)
{
	size_t shown = 0, more = 0;
	for (size_t i = 0; i < x->n; i++) {
		const struct question *q = &x->q[i];
		bool show = q->counts && (computed->known ? q->answered && q->level == computed->i : !q->answered);
		if (!show)
			continue;
		if (shown == (computed->known ? SHOWN_DECISIVE : SHOWN_UNANSWERED)) {
			more++;
			continue;
		}
		if (!shown++)
			html_lit(h, "<ul class=\"grounds\">");
		html_lit(h, "<li>");
		link_to(h, path_of(h->arena, x->reg, q->id, ""), q->text);
		html_lit(h, "</li>");
	}
	if (more) {
		html_lit(h, "<li>");
		html_note(h, &NOTE(MSG_ASSET_MORE, ARG_I((int64_t)more)));
		html_lit(h, "</li>");
	}
	if (shown)
		html_lit(h, "</ul>");
}

/* Where a place's level comes from. set, reason, computed: the names of its fields. */
static void from_place(struct html *h, struct db_conn *c, const struct principal *p, const struct row *place, const char *set, const char *reason,
                       const char *computed_field, const struct reg *questionnaire)
{
	const struct value kind = at(&reg_place, place, "kind"), computed = at(&reg_place, place, computed_field);
	struct str name = at(&reg_place, place, "name").s;
	if (at(&reg_place, place, set).known) {
		html_note(h, &NOTE(MSG_ASSET_FROM_PLACE_SET, ARG_S(name), ARG_S(at(&reg_place, place, reason).s)));
		return;
	}
	if (!kind.known) {
		html_note(h, &NOTE(MSG_ASSET_PLACE_NO_KIND, ARG_S(name)));
		html_lit(h, " ");
		link_to(h, path_of(h->arena, &reg_place, place->id, "/edit"), msg(h->lang, MSG_ASSET_CHOOSE_KIND));
		return;
	}
	struct questions x = load(c, h->arena, p, questionnaire, kind.i);
	const struct choice *k = choice_of(&reg_place.field[reg_field(&reg_place, "kind")], kind.i);
	struct label kind_label = k ? k->label : reg_place.label;
	if (!x.n)
		html_note(h, &NOTE(MSG_ASSET_NO_QUESTIONS, ARG_L(questionnaire->label), ARG_L(kind_label)));
	else
		html_note(h, &NOTE(computed.known ? MSG_ASSET_FROM_ANSWERS : MSG_ASSET_UNANSWERED, ARG_L(questionnaire->label), ARG_L(kind_label)));
	decisive(h, &x, &computed);
}

/* ---- an asset ---- */

static void importance(struct html *h, const struct row *row)
{
	static const char *const ratings[] = { "confidentiality", "integrity", "availability" };
	const struct value settled = at(&reg_asset, row, "importance_settled"), rated = at(&reg_asset, row, "importance_rated");
	factor(h, &reg_asset, row, "importance");
	if (settled.known) {
		html_note(h, &NOTE(MSG_ASSET_IMPORTANCE_SETTLED, ARG_S(at(&reg_asset, row, "importance_reason").s),
		                   ARG_S(rated.known ? str_printf(h->arena, "%lld", (long long)rated.i) : msg(h->lang, MSG_UNKNOWN))));
	} else if (rated.known) {
		html_msg(h, MSG_ASSET_IMPORTANCE_RATED);
	} else {
		html_msg(h, MSG_ASSET_IMPORTANCE_BLANK);
		html_lit(h, " ");
		link_to(h, path_of(h->arena, &reg_asset, row->id, "/edit"), msg(h->lang, MSG_ASSET_RATE));
	}
	html_lit(h, "<span class=\"formula\">");
	for (size_t i = 0; i < COUNT_OF(ratings); i++) {
		const struct value v = at(&reg_asset, row, ratings[i]);
		if (i)
			html_lit(h, "、");
		html_label(h, reg_asset.field[reg_field(&reg_asset, ratings[i])].label);
		html_lit(h, " ");
		html_text(h, v.known ? str_printf(h->arena, "%lld", (long long)v.i) : msg(h->lang, MSG_UNKNOWN));
	}
	html_lit(h, "</span></dd>");
}

static void threat_or_weakness(struct html *h, struct db_conn *c, const struct principal *p, const struct row *row, const struct row *place,
                               const char *field, const struct reg *questionnaire)
{
	const char *set = str_z(h->arena, str_printf(h->arena, "%s_set", field));
	const char *reason = str_z(h->arena, str_printf(h->arena, "%s_reason", field));
	const char *computed = str_z(h->arena, str_printf(h->arena, "%s_computed", field));
	factor(h, &reg_asset, row, field);
	if (at(&reg_asset, row, set).known) {
		const struct value of_place = at(&reg_asset, row, computed);
		html_note(h, &NOTE(MSG_ASSET_SET_HERE, ARG_S(at(&reg_asset, row, reason).s),
		                   ARG_S(of_place.known ? str_printf(h->arena, "%lld", (long long)of_place.i) : msg(h->lang, MSG_UNKNOWN))));
	} else if (!at(&reg_asset, row, "storage").known) {
		html_msg(h, MSG_ASSET_NO_STORAGE);
		html_lit(h, " ");
		link_to(h, path_of(h->arena, &reg_asset, row->id, "/edit"), msg(h->lang, MSG_ASSET_CHOOSE_STORAGE));
	} else if (place) {
		from_place(h, c, p, place, set, reason, computed, questionnaire);
	} else {
		html_msg(h, MSG_ASSET_FROM_PLACE);
	}
	html_lit(h, "</dd>");
}

static struct str number_text(struct html *h, const struct value *v)
{
	return v->known ? str_printf(h->arena, "%lld", (long long)v->i) : msg(h->lang, MSG_UNKNOWN);
}

void asset_explain_put(struct html *h, const struct principal *p, struct db_conn *c, const struct row *row)
{
	const struct value i = at(&reg_asset, row, "importance"), l = at(&reg_asset, row, "damage_likelihood");
	const struct value v = at(&reg_asset, row, "risk_value"), storage = at(&reg_asset, row, "storage");
	struct reg_view view;
	struct row place;
	bool has_place = storage.known && (auth_ops(p, reg_number(&reg_place)) & OP_READ) && reg_view_load(c, h->arena, &reg_place, &view) == 0 &&
	                 reg_get(c, h->arena, p, &view, storage.i, &place) == 0;
	html_section_begin(h, MSG_ASSET_EXPLAIN);
	html_lit(h, "<p class=\"sum\">");
	html_note(h, &NOTE(MSG_ASSET_EXPLAIN_SUM, ARG_S(number_text(h, &i)), ARG_S(number_text(h, &l)), ARG_S(number_text(h, &v))));
	html_lit(h, " → ");
	level(h, &reg_asset, row, "risk_band");
	html_lit(h, "</p><dl class=\"kv\">");
	importance(h, row);
	html_lit(h, "<dt>");
	html_label(h, reg_asset.field[reg_field(&reg_asset, "storage")].label);
	html_lit(h, "</dt><dd>");
	if (has_place)
		link_to(h, path_of(h->arena, &reg_place, place.id, ""), at(&reg_place, &place, "name").s);
	else if (storage.known)
		html_text(h, storage.s);
	else
		html_msg(h, MSG_UNKNOWN);
	html_lit(h, "</dd>");
	threat_or_weakness(h, c, p, row, has_place ? &place : NULL, "threat_frequency", &reg_threat_situation);
	threat_or_weakness(h, c, p, row, has_place ? &place : NULL, "vulnerability", &reg_control_check);
	factor(h, &reg_asset, row, "damage_likelihood");
	const struct value t = at(&reg_asset, row, "threat_frequency"), w = at(&reg_asset, row, "vulnerability");
	if (l.known)
		html_note(h, &NOTE(MSG_ASSET_LIKELIHOOD, ARG_I(t.i), ARG_I(w.i), ARG_I(l.i)));
	else
		html_msg(h, MSG_ASSET_LIKELIHOOD_UNKNOWN);
	if (p->needs & NEED_SETTINGS) {
		html_lit(h, " ");
		link_to(h, STR("/settings/methods"), msg(h->lang, MSG_ASSET_TABLE));
	}
	html_lit(h, "</dd></dl></div></section>");
}

/* ---- a place ---- */

static void questions_put(struct html *h, const struct questions *x)
{
	const bool threats = x->reg == &reg_threat_situation;
	const struct field *f = &x->reg->field[reg_field(x->reg, threats ? "frequency" : "answer")];
	html_lit(h, "<h3><a");
	html_href(h, threats ? str_printf(h->arena, "/risk/threat_situation?place_kind=%s", place_kinds[x->kind - 1].key) : STR("/risk/control_check"));
	html_lit(h, ">");
	html_label(h, x->reg->label);
	html_lit(h, "</a></h3><ul class=\"todo\">");
	for (size_t i = 0; i < x->n; i++) {
		const struct question *q = &x->q[i];
		const struct choice *c = q->answered ? choice_of(f, q->level) : NULL;
		html_lit(h, "<li>");
		link_to(h, path_of(h->arena, x->reg, q->id, ""), q->text);
		html_lit(h, "<span>");
		if (!q->counts)
			html_badge(h, TONE_NEUTRAL, msg(h->lang, MSG_ASSET_NOT_APPLICABLE));
		else if (c)
			html_badge(h, c->tone, label_of(c->label, h->lang));
		else
			html_badge(h, TONE_GREY, msg(h->lang, MSG_ASSET_NOT_ANSWERED));
		html_lit(h, "</span></li>");
	}
	html_lit(h, "</ul>");
}

static void assets_here(struct html *h, const struct principal *p, struct db_conn *c, int64_t place)
{
	static const char *const fields[] = { "name", "department", "importance", "risk_value", "risk_band", NULL };
	struct reg_view view;
	struct listing l = { 0 };
	struct value v = { .known = true, .i = place };
	if (!(auth_ops(p, reg_number(&reg_asset)) & OP_READ) || reg_view_load(c, h->arena, &reg_asset, &view) < 0)
		return;
	struct query q = { .view = &view, .by = p, .op = OP_READ, .sort = SORT_DEFAULT, .limit = PLACE_ASSETS, .count = true, .filters = 1 };
	q.filter[0] = (struct filter){ .field = reg_field(&reg_asset, "storage"), .kind = FILTER_IN, .value = &v, .values = 1 };
	if (reg_list(c, h->arena, &q, &l) < 0)
		return;
	html_section_begin(h, MSG_ASSET_HERE);
	if (l.rows) {
		reg_table(h, &view, l.row, l.rows, fields);
	} else {
		html_lit(h, "<p class=\"muted\">");
		html_msg(h, MSG_ASSET_HERE_NONE);
		html_lit(h, "</p>");
	}
	if (l.next.n) {
		html_lit(h, "<p><a");
		html_href(h, str_printf(h->arena, "/asset/asset?storage=%lld", (long long)place));
		html_lit(h, ">");
		html_note(h, &NOTE(l.count_capped ? MSG_ASSET_SHOW_MANY : MSG_ASSET_SHOW_ALL, ARG_I(l.count)));
		html_lit(h, "</a></p>");
	}
	html_section_end(h);
}

void asset_place_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	const struct value kind = at(&reg_place, row, "kind");
	html_section_begin(h, MSG_ASSET_QUESTIONS);
	if (kind.known && kind.i >= PLACE_PC && kind.i <= PLACE_MEDIA) {
		struct questions threats = load(c, h->arena, p, &reg_threat_situation, kind.i), checks = load(c, h->arena, p, &reg_control_check, kind.i);
		html_lit(h, "<p class=\"field-hint\">");
		html_msg(h, MSG_ASSET_QUESTIONS_ABOUT);
		html_lit(h, "</p><div class=\"columns-2\"><div>");
		questions_put(h, &threats);
		html_lit(h, "</div><div>");
		questions_put(h, &checks);
		html_lit(h, "</div></div>");
	} else {
		html_lit(h, "<p>");
		html_note(h, &NOTE(MSG_ASSET_PLACE_NO_KIND, ARG_S(at(&reg_place, row, "name").s)));
		html_lit(h, " ");
		link_to(h, path_of(h->arena, &reg_place, row->id, "/edit"), msg(h->lang, MSG_ASSET_CHOOSE_KIND));
		html_lit(h, "</p>");
	}
	html_section_end(h);
	assets_here(h, p, c, row->id);
}
