#include "report/monthly.h"

#include "base/text/report.h"
#include "register/register.h"
#include "register/setting.h"

#include <jansson.h>

#define MONTHS_BACK 6 /* of the lines over time */
#define CHANGES_ON_PAGE_ONE 3
#define DECISIONS_MAX (256u << 10) /* of one month, both languages */

static const struct report_part *const *parts;
static size_t part_count;

void report_declare(const struct report_part *const *p, size_t n)
{
	parts = p;
	part_count = n;
}

struct str report_idle(const struct report_ctx *x, const struct reg *r, int64_t record_id)
{
	struct str ret = STR("");
	for (size_t i = 0; ret.n == 0 && i < part_count; i++)
		if (parts[i]->idle && parts[i]->idle(x, r, record_id, &ret) < 0)
			return STR("");
	return ret;
}

void report_decide(struct report_decisions *d, struct report_decision one)
{
	if (d->n < REPORT_DECISIONS)
		d->item[d->n++] = one;
	else
		d->left_out++;
}

static const struct signal *area_of(const struct frozen *f, const char *name)
{
	for (size_t i = 0; f && i < f->areas; i++)
		if (strcmp(f->name[i], name) == 0)
			return &f->signal[i];
	return NULL;
}

const struct signal *report_signal(const struct report_ctx *x, const char *area)
{
	return area_of(x->now, area);
}

/* The month as it is now, in the form of a frozen one. */
static int load_live(struct db_conn *c, struct arena *a, const struct principal *p, struct month m, struct frozen *ret)
{
	*ret = (struct frozen){ .month = m, .at = clock_now(), .tone = TONE_GREEN };
	for (size_t i = 0; i < signal_area_count(); i++) {
		const struct signal_area *area = signal_area_at(i);
		if (!signal_may(p, area))
			continue;
		int r = signal_load(c, a, p, area, &ret->signal[ret->areas]);
		if (r < 0)
			return r;
		ret->name[ret->areas] = area->name;
		ret->label[ret->areas] = area->label;
		ret->tone = signal_worse(ret->tone, ret->signal[ret->areas++].tone);
	}
	if (ret->areas == 0)
		ret->tone = TONE_GREY;
	return 0;
}

static struct str local(struct arena *a, int64_t ms)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	clock_put_local(&b, ms);
	return str_dup(a, buf_view(&b));
}

static struct str label_text(const struct report_ctx *x, const struct signal_figure *f)
{
	return f->text.n ? f->text : f->label ? msg(x->lang, f->label) : STR("");
}

static struct str reason_text(const struct report_ctx *x, const struct signal_reason *r)
{
	return r->text.n ? r->text : note_str(x->arena, x->lang, &r->why);
}

/* ---- the one page ---- */

static void put_areas(const struct report_ctx *x, struct doc *d)
{
	const struct doc_column columns[] = { { .label = msg(x->lang, MSG_REPORT_AREA), .weight = 2 }, { .label = msg(x->lang, MSG_REPORT_LAST_MONTH), .weight = 1 },
		{ .label = msg(x->lang, MSG_REPORT_THIS_MONTH), .weight = 1 }, { .label = msg(x->lang, MSG_REPORT_WHY), .weight = 7 } };
	struct doc_table *t = doc_table(d, STR(""), columns, COUNT_OF(columns));
	for (size_t i = 0; i < x->now->areas; i++) {
		const struct signal *s = &x->now->signal[i], *before = area_of(x->before, x->now->name[i]);
		struct doc_cell *c = doc_row(t);
		c[0] = cell_text(d, label_of(x->now->label[i], x->lang));
		c[1] = before ? cell_light(d, before->tone, STR("")) : cell_text(d, STR("–"));
		c[2] = cell_light(d, s->tone, STR(""));
		c[3] = s->reasons ? cell_rows(d, reason_text(x, &s->reason[0]), s->reason[0].path, s->reason[0].rows) : cell_unknown();
	}
}

static struct str amount(const struct report_ctx *x, int64_t v, bool yen)
{
	const struct doc_cell cell = yen ? cell_yen(v) : cell_i64(v);
	return cell_str(x->arena, x->lang, &cell);
}

/* "棚卸しに答え終わっていない部門が 2 増えて 5 になりました（先月 3）。" Unknown stays unknown. */
static struct str change_text(const struct report_ctx *x, const struct signal_figure *f, int64_t was)
{
	struct str label = label_text(x, f), before = amount(x, was, f->yen), after = amount(x, f->value, f->yen);
	if (was < 0)
		return note_str(x->arena, x->lang, &NOTE(MSG_REPORT_NOW_KNOWN, ARG_S(label), ARG_S(after)));
	if (f->value < 0)
		return note_str(x->arena, x->lang, &NOTE(MSG_REPORT_NOW_UNKNOWN, ARG_S(label), ARG_S(before)));
	const int64_t by = f->value > was ? f->value - was : was - f->value;
	return note_str(x->arena, x->lang, &NOTE(f->value > was ? MSG_REPORT_ROSE : MSG_REPORT_FELL, ARG_S(label), ARG_S(amount(x, by, f->yen)), ARG_S(after), ARG_S(before)));
}

/* Amounts first, then what is worst when it is not nought. */
static int weight(const struct signal_figure *f)
{
	return f->yen ? 4 : f->tone == TONE_RED ? 3 : f->tone == TONE_YELLOW ? 2 : f->tone == TONE_GREY ? 1 : 0;
}

/* What differs from the month before, as sentences, the weightiest first: on page one so many that it stays one page
 * (rest false), the others in the annex (rest true). */
static void put_changes(const struct report_ctx *x, struct doc *d, bool rest)
{
	struct { const struct signal_figure *f; size_t area; int64_t was; } all[SIGNAL_AREAS * SIGNAL_FIGURES];
	size_t n = 0;
	for (size_t i = 0; x->before && i < x->now->areas; i++) {
		const struct signal *s = &x->now->signal[i], *before = area_of(x->before, x->now->name[i]);
		for (size_t k = 0; before && k < s->figures; k++) {
			const struct signal_figure *f = &s->figure[k];
			int64_t was = signal_value(before, f->key);
			if (label_text(x, f).n == 0 || was == f->value)
				continue;
			size_t at = n++;
			for (; at > 0 && weight(all[at - 1].f) < weight(f); at--)
				all[at] = all[at - 1];
			all[at].f = f;
			all[at].area = i;
			all[at].was = was;
		}
	}
	if (rest && n <= CHANGES_ON_PAGE_ONE)
		return;
	doc_heading(d, 2, msg(x->lang, rest ? MSG_REPORT_CHANGED_MORE : MSG_REPORT_CHANGED));
	if (n == 0) {
		doc_text(d, msg(x->lang, x->before ? MSG_REPORT_NOTHING_CHANGED : MSG_REPORT_NO_BEFORE));
		return;
	}
	const struct doc_column columns[] = { { .label = msg(x->lang, MSG_REPORT_AREA), .weight = 2 }, { .label = msg(x->lang, MSG_REPORT_CHANGED), .weight = 9 } };
	struct doc_table *t = doc_table(d, STR(""), columns, COUNT_OF(columns));
	for (size_t i = rest ? CHANGES_ON_PAGE_ONE : 0; i < n && (rest || i < CHANGES_ON_PAGE_ONE); i++) {
		struct doc_cell *c = doc_row(t);
		c[0] = cell_text(d, label_of(x->now->label[all[i].area], x->lang));
		c[1] = cell_rows(d, change_text(x, all[i].f, all[i].was), all[i].f->path, all[i].f->yen ? -1 : all[i].f->value);
	}
	if (!rest && n > CHANGES_ON_PAGE_ONE)
		doc_footnote(d, note_str(x->arena, x->lang, &NOTE(MSG_REPORT_CHANGED_REST, ARG_I((int64_t)(n - CHANGES_ON_PAGE_ONE)))));
}

static int collect(const struct report_ctx *x, struct report_decisions *all)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < part_count; i++)
		if (parts[i]->decisions)
			r = parts[i]->decisions(x, all);
	/* What is worst comes first, otherwise in the order of the parts. */
	for (size_t i = 1; i < all->n; i++)
		for (size_t k = i; k > 0 && all->item[k].tone == TONE_RED && all->item[k - 1].tone != TONE_RED; k--) {
			struct report_decision swap = all->item[k];
			all->item[k] = all->item[k - 1];
			all->item[k - 1] = swap;
		}
	return r;
}

static void decisions_json(struct buf *b, const struct report_decisions *ja, const struct report_decisions *en)
{
	struct json j;
	json_init(&j, b);
	json_object_begin(&j);
	json_put_i64(&j, "left_out", (int64_t)ja->left_out);
	json_key(&j, "items");
	json_array_begin(&j);
	for (size_t i = 0; i < ja->n && i < en->n; i++) {
		json_object_begin(&j);
		json_put_i64(&j, "tone", ja->item[i].tone);
		json_put_str(&j, "reg", str_of(ja->item[i].reg ? ja->item[i].reg : ""));
		json_put_str(&j, "path", ja->item[i].path);
		json_put_str(&j, "what_ja", ja->item[i].what);
		json_put_str(&j, "what_en", en->item[i].what);
		json_put_str(&j, "cost_ja", ja->item[i].cost);
		json_put_str(&j, "cost_en", en->item[i].cost);
		json_put_str(&j, "idle_ja", ja->item[i].idle);
		json_put_str(&j, "idle_en", en->item[i].idle);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
}

int report_freeze_decisions(struct db_conn *writer, struct arena *a, const struct principal *by, struct month m)
{
	struct report_decisions *all = ARENA_ARRAY(a, LANG__N, struct report_decisions);
	struct frozen *now = ARENA_NEW(a, struct frozen);
	int r = load_live(writer, a, by, m, now);
	for (int lang = LANG_JA; r == 0 && lang < LANG__N; lang++) {
		const struct report_ctx x = { .conn = writer, .arena = a, .by = by, .lang = (enum lang)lang, .month = m, .from = month_end(month_add(m, -1)),
			.until = month_end(m), .made = local(a, clock_now()), .now = now };
		r = collect(&x, &all[lang]);
	}
	if (r < 0)
		return r;
	CLEANUP(buf_release) struct buf b;
	struct sql q;
	buf_init(&b, DECISIONS_MAX);
	decisions_json(&b, &all[LANG_JA], &all[LANG_EN]);
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO report_decision (month, decisions) VALUES (");
	sql_str(&q, month_str(a, m));
	sql_lit(&q, ", ");
	sql_str(&q, str_dup(a, buf_view(&b)));
	sql_lit(&q, ")");
	return db_exec(writer, &q, NULL);
}

static struct str member(struct arena *a, json_t *o, const char *key, enum lang lang)
{
	json_t *v = json_object_get(o, lang == LANG__N ? key : str_z(a, str_printf(a, "%s_%s", key, lang == LANG_JA ? "ja" : "en")));
	return json_is_string(v) ? str_dup(a, (struct str){ json_string_value(v), json_string_length(v) }) : STR("");
}

/* What the month's table said; ERR_NOT_FOUND for months that were frozen without one. */
static int load_decisions(const struct report_ctx *x, struct report_decisions *ret)
{
	struct arena *a = x->arena;
	struct sql q;
	struct str text;
	sql_init(&q, a);
	sql_lit(&q, "SELECT decisions FROM report_decision WHERE month = ");
	sql_str(&q, month_str(a, x->month));
	int r = db_get_str(x->conn, &q, &text);
	if (r < 0)
		return r;
	json_t *all = json_loadb(text.p, text.n, 0, NULL), *one;
	size_t i;
	r = json_is_object(all) ? 0 : ERR_CORRUPT;
	ret->left_out = (size_t)json_integer_value(json_object_get(all, "left_out"));
	json_array_foreach(json_object_get(all, "items"), i, one) {
		struct str name = member(a, one, "reg", LANG__N);
		const struct reg *reg = name.n ? reg_find(name) : NULL;
		if (reg && !(auth_ops(x->by, reg_number(reg)) & OP_READ))
			continue;
		report_decide(ret, (struct report_decision){ .tone = (enum tone)json_integer_value(json_object_get(one, "tone")), .what = member(a, one, "what", x->lang),
			.cost = member(a, one, "cost", x->lang), .idle = member(a, one, "idle", x->lang), .path = member(a, one, "path", LANG__N), .rows = -1 });
	}
	json_decref(all);
	return r;
}

static int put_decisions(const struct report_ctx *x, struct doc *d, bool frozen)
{
	struct report_decisions *all = ARENA_NEW(x->arena, struct report_decisions);
	int r = frozen ? load_decisions(x, all) : collect(x, all);
	doc_heading(d, 2, msg(x->lang, MSG_REPORT_DECIDE));
	if (r == ERR_NOT_FOUND) {
		doc_text(d, msg(x->lang, MSG_REPORT_DECIDE_NOT_FROZEN));
		return 0;
	}
	if (r < 0)
		return r;
	if (all->n == 0) {
		doc_text(d, msg(x->lang, frozen ? MSG_REPORT_NOTHING_TO_DECIDE_THEN : MSG_REPORT_NOTHING_TO_DECIDE));
		return 0;
	}
	const struct doc_column columns[] = { { .label = msg(x->lang, MSG_REPORT_WHAT), .weight = 4 }, { .label = msg(x->lang, MSG_REPORT_COST), .weight = 2 },
		{ .label = msg(x->lang, MSG_REPORT_IDLE), .weight = 4 } };
	struct doc_table *t = doc_table(d, STR(""), columns, COUNT_OF(columns));
	for (size_t i = 0; i < all->n; i++) {
		struct doc_cell *c = doc_row(t);
		c[0] = cell_rows(d, all->item[i].what, all->item[i].path, all->item[i].rows);
		c[1] = all->item[i].cost.n ? cell_text(d, all->item[i].cost) : cell_unknown();
		c[2] = all->item[i].idle.n ? cell_text(d, all->item[i].idle) : cell_unknown();
	}
	struct str at = frozen ? local(x->arena, x->now->at) : x->made;
	doc_footnote(d, note_str(x->arena, x->lang, &NOTE(frozen ? MSG_REPORT_DECIDE_FROZEN : MSG_REPORT_DECIDE_AS_OF, ARG_S(at))));
	if (all->left_out)
		doc_note(d, &NOTE(MSG_REPORT_DECIDE_MORE, ARG_I((int64_t)all->left_out)));
	return 0;
}

/* ---- the annex ---- */

static void put_signals(const struct report_ctx *x, struct doc *d)
{
	doc_heading(d, 2, msg(x->lang, MSG_REPORT_SIGNALS));
	for (size_t i = 0; i < x->now->areas; i++) {
		const struct signal *s = &x->now->signal[i];
		doc_signal(d, s->tone, label_of(x->now->label[i], x->lang), signal_reasons(x->arena, x->lang, s), s->reasons ? s->reason[0].path : STR(""));
	}
	doc_footnote(d, msg(x->lang, MSG_REPORT_OVERALL_HOW));
}

/* Three months and more of lights, and two lines: high without treatment, unknown. */
static void put_history(const struct report_ctx *x, struct doc *d)
{
	struct frozen *f = ARENA_ARRAY(x->arena, MONTHS_BACK + 1, struct frozen);
	bool there[MONTHS_BACK + 1] = { false };
	size_t first = MONTHS_BACK;
	f[MONTHS_BACK] = *x->now;
	there[MONTHS_BACK] = true;
	for (int i = 0; i < MONTHS_BACK; i++)
		if ((there[i] = month_load(x->conn, x->arena, x->by, month_add(x->month, i - MONTHS_BACK), x->lang, &f[i]) == 0) && (size_t)i < first)
			first = (size_t)i;
	if (first == MONTHS_BACK)
		return;
	struct doc_column columns[MONTHS_BACK + 2] = { { .label = msg(x->lang, MSG_REPORT_AREA), .weight = 2 } };
	for (size_t i = first; i <= MONTHS_BACK; i++)
		columns[i - first + 1] = (struct doc_column){ .label = month_str(x->arena, month_add(x->month, (int)i - MONTHS_BACK)), .weight = 1 };
	doc_heading(d, 2, msg(x->lang, MSG_REPORT_THREE_MONTHS));
	struct doc_table *t = doc_table(d, STR(""), columns, MONTHS_BACK - first + 2);
	for (size_t k = 0; k < x->now->areas; k++) {
		struct doc_cell *c = doc_row(t);
		c[0] = cell_text(d, label_of(x->now->label[k], x->lang));
		for (size_t i = first; i <= MONTHS_BACK; i++) {
			const struct signal *s = there[i] ? area_of(&f[i], x->now->name[k]) : NULL;
			c[i - first + 1] = s ? cell_light(d, s->tone, STR("")) : cell_text(d, STR("–"));
		}
	}
	for (size_t i = first; i < MONTHS_BACK; i++)
		if (there[i] && f[i].late)
			doc_footnote(d, note_str(x->arena, x->lang, &NOTE(MSG_REPORT_LATE_MONTH, ARG_S(month_str(x->arena, f[i].month)), ARG_S(local(x->arena, f[i].at)))));
	struct point points[MONTHS_BACK + 1];
	size_t n = 0;
	for (size_t i = first; i <= MONTHS_BACK; i++) {
		const struct signal *s = there[i] ? area_of(&f[i], "risk") : NULL;
		points[n++] = (struct point){ .label = month_str(x->arena, month_add(x->month, (int)i - MONTHS_BACK)),
			.value = { s ? signal_value(s, "high_untreated") : -1, s ? signal_value(s, "risk_unknown") : -1 } };
	}
	if (area_of(x->now, "risk"))
		doc_lines(d, msg(x->lang, MSG_REPORT_LINES), (struct str[]){ msg(x->lang, MSG_REPORT_LINE_HIGH), msg(x->lang, MSG_REPORT_LINE_UNKNOWN) },
		          (enum tone[]){ TONE_RED, TONE_GREY }, 2, points, n);
}

int report_monthly(struct db_conn *c, struct arena *a, const struct principal *p, enum lang lang, struct month m, struct doc *ret)
{
	struct month today = month_of(clock_today());
	int behind = (today.year - m.year) * 12 + today.month - m.month;
	if (!(p->needs & NEED_REPORT))
		return ERR_DENIED;
	if (behind < 0)
		return ERR_RANGE;
	struct frozen *now = ARENA_NEW(a, struct frozen), *before = ARENA_NEW(a, struct frozen);
	int64_t end = month_end(m);
	struct report_ctx x = { .conn = c, .arena = a, .by = p, .lang = lang, .month = m, .from = month_end(month_add(m, -1)),
		.until = behind ? end : clock_now(), .made = local(a, clock_now()), .now = now };
	int r = behind ? month_load(c, a, p, m, lang, now) : ERR_NOT_FOUND;
	bool frozen = r == 0;
	if (r == ERR_NOT_FOUND && !behind)
		r = load_live(c, a, p, m, now);
	if (r < 0 && r != ERR_NOT_FOUND)
		return r;
	const bool known = r == 0;
	r = month_load(c, a, p, month_add(m, -1), lang, before);
	if (r < 0 && r != ERR_NOT_FOUND)
		return r;
	x.before = r == 0 ? before : NULL;

	struct str title = note_str(a, lang, &NOTE(MSG_REPORT_TITLE, ARG_I(m.year), ARG_S(str_printf(a, lang == LANG_JA ? "%d" : "%02d", m.month))));
	struct note how = frozen ? NOTE(now->late ? MSG_REPORT_FROZEN_LATE : MSG_REPORT_FROZEN, ARG_S(local(a, now->at))) : NOTE(MSG_REPORT_LIVE, ARG_S(x.made));
	doc_init(ret, a, lang, title, setting_str(c, a, "office.company"), note_str(a, lang, &NOTE(MSG_REPORT_MADE, ARG_S(x.made))));
	doc_heading(ret, 1, title);
	if (!known) {
		/* Today's figures would be those of another month. */
		doc_signal(ret, TONE_GREY, msg(lang, MSG_REPORT_OVERALL), msg(lang, month_may(p) ? MSG_REPORT_UNKNOWN_MONTH : MSG_REPORT_UNKNOWN_MONTH_HERE), STR(""));
		return 0;
	}
	doc_note(ret, &how);
	if (!month_may(p))
		doc_text(ret, msg(lang, MSG_REPORT_OWN_ROWS));
	doc_signal(ret, now->tone, msg(lang, MSG_REPORT_OVERALL),
	           x.before ? note_str(a, lang, &NOTE(x.before->tone == now->tone ? MSG_REPORT_OVERALL_SAME : MSG_REPORT_OVERALL_WAS,
	                                              ARG_S(tone_str(lang, x.before->tone)), ARG_S(tone_str(lang, now->tone))))
	                    : STR(""), STR(""));
	put_areas(&x, ret);
	put_changes(&x, ret, false);
	r = put_decisions(&x, ret, frozen);
	if (r < 0)
		return r;
	doc_break(ret);
	doc_heading(ret, 1, msg(lang, MSG_REPORT_ANNEX));
	put_signals(&x, ret);
	put_changes(&x, ret, true);
	put_history(&x, ret);
	for (size_t i = 0; r == 0 && i < part_count; i++)
		if (parts[i]->annex)
			r = parts[i]->annex(&x, ret);
	return r;
}
