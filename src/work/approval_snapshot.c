/* What is approved, frozen: the row's fields as they read in both languages when it was submitted. */
#include <jansson.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/text/base.h"
#include "register/query.h"
#include "register/row_json.h"
#include "work/approval.h"
#include "work/work.h"

#define SNAPSHOT_MAX (4u << 20)
#define FACTS_OF_A_ROW 16

static const struct frozen_fact *facts;
static size_t fact_count;

void approval_declare_facts(const struct frozen_fact *f, size_t n)
{
	facts = f;
	fact_count = n;
}

static bool frozen(const struct field *f)
{
	return !(f->flags & (FIELD_PRIVATE | FIELD_SECRET));
}

static void put_field(struct json *j, const struct snapshot_field *x)
{
	json_object_begin(j);
	json_put_str(j, "name", x->name);
	for (int lang = 0; lang < LANG__N; lang++) {
		json_put_str(j, lang == LANG_JA ? "label_ja" : "label_en", x->label[lang]);
		json_put_str(j, lang == LANG_JA ? "ja" : "en", x->text[lang]);
	}
	if (x->ref)
		json_put_i64(j, "ref", x->ref);
	if (x->of)
		json_put_i64(j, "of", x->of);
	json_object_end(j);
}

/* The facts of the rows that this one refers to. What is not known is said: it may become known. */
static int take_facts(struct db_conn *c, struct arena *a, const struct reg *r, const struct reg_view *view, const struct row *row, struct snapshot *s)
{
	struct principal system = auth_system();
	size_t taken = 0;
	for (size_t i = 0; i < fact_count && taken < FACTS_OF_A_ROW; i++) {
		const struct frozen_fact *k = &facts[i];
		const struct value *ref = k->reg == r ? &row->v[reg_field(r, k->ref)] : NULL;
		if (!ref || !ref->known || !ref->i)
			continue;
		struct reg_view target;
		struct row told;
		int e = reg_view_load(c, a, k->target, &target);
		if (e == 0)
			e = reg_get(c, a, &system, &target, ref->i, &told);
		if (e == ERR_NOT_FOUND)
			continue;
		if (e < 0)
			return e;
		const int at = reg_field(k->target, k->field);
		struct snapshot_field *x = &s->field[s->n++];
		*x = (struct snapshot_field){ .name = str_printf(a, "%s.%s", k->ref, k->field), .of = ref->i };
		for (int lang = 0; lang < LANG__N; lang++) {
			x->label[lang] = str_printf(a, "%.*s: %.*s", STR_FMT(label_of(view->field[reg_field(r, k->ref)]->label, (enum lang)lang)),
			                            STR_FMT(label_of(k->target->field[at].label, (enum lang)lang)));
			x->text[lang] = told.v[at].known ? value_str(a, &k->target->field[at], &told.v[at], FORM_VIEW, (enum lang)lang) : msg((enum lang)lang, MSG_UNKNOWN);
		}
		taken++;
	}
	return 0;
}

int snapshot_take(struct db_conn *c, struct arena *a, const struct reg *r, int64_t id, struct snapshot *ret, struct row *ret_row)
{
	struct principal system = auth_system();
	struct reg_view view;
	struct row row;
	int e = reg_view_load(c, a, r, &view);
	if (e == 0)
		e = reg_get(c, a, &system, &view, id, &row);
	if (e != 0)
		return e;
	CLEANUP(buf_release) struct buf text;
	buf_init(&text, SNAPSHOT_MAX);
	struct json j;
	json_init(&j, &text);
	json_array_begin(&j);
	struct hash h;
	hash_begin(&h);
	struct snapshot s = { .field = ARENA_ARRAY(a, view.fields + FACTS_OF_A_ROW, struct snapshot_field) };
	for (size_t i = 0; i < view.fields; i++) {
		const struct field *f = view.field[i];
		const struct value *v = &row.v[i];
		if (!v->known || !frozen(f))
			continue;
		bool ref = row_json_is_reference(f);
		struct snapshot_field *x = &s.field[s.n++];
		*x = (struct snapshot_field){ .name = str_of(f->name), .ref = ref ? v->i : 0 };
		/* A renamed unit is no change of this row: of a reference it is the row that counts. */
		struct str stored = ref ? str_printf(a, "%lld", (long long)v->i) : value_str(a, f, v, FORM_API, LANG_EN);
		int64_t n = (int64_t)stored.n;
		hash_add(&h, f->name, strlen(f->name) + 1);
		hash_add(&h, &n, sizeof n);
		hash_add(&h, stored.p, stored.n);
		const struct field shown = field_in_row(view.reg, f, &row);
		for (int lang = 0; lang < LANG__N; lang++) {
			x->label[lang] = label_of(f->label, (enum lang)lang);
			x->text[lang] = value_str(a, &shown, v, FORM_VIEW, (enum lang)lang);
		}
	}
	hash_end(&h, s.hash);
	if ((e = take_facts(c, a, r, &view, &row, &s)) < 0)
		return e;
	for (size_t i = 0; i < s.n; i++)
		put_field(&j, &s.field[i]);
	json_array_end(&j);
	if (buf_error(&text))
		return ERR_LIMIT;
	s.json = str_dup(a, buf_view(&text));
	*ret = s;
	*ret_row = row;
	return 0;
}

static struct str member(struct arena *a, json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);
	return json_is_string(v) ? str_dup(a, (struct str){ json_string_value(v), json_string_length(v) }) : STR("");
}

int snapshot_parse(struct arena *a, struct str json, struct snapshot *ret)
{
	json_error_t error;
	json_t *list = json_loadb(json.p, json.n, 0, &error);
	if (!json_is_array(list)) {
		json_decref(list);
		return ERR_CORRUPT;
	}
	struct snapshot s = { .json = json, .n = json_array_size(list) };
	s.field = ARENA_ARRAY(a, s.n + 1, struct snapshot_field);
	for (size_t i = 0; i < s.n; i++) {
		json_t *o = json_array_get(list, i);
		s.field[i] = (struct snapshot_field){ .name = member(a, o, "name"), .label = { member(a, o, "label_ja"), member(a, o, "label_en") },
			.text = { member(a, o, "ja"), member(a, o, "en") }, .ref = json_integer_value(json_object_get(o, "ref")), .of = json_integer_value(json_object_get(o, "of")) };
	}
	json_decref(list);
	*ret = s;
	return 0;
}

const struct snapshot_field *snapshot_find(const struct snapshot *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->field[i].name, name))
			return &s->field[i];
	return NULL;
}

/* Every entered field of x stands in y as well, with the same row or words. */
static bool held_by(const struct reg *r, const struct snapshot *x, const struct snapshot *y)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct snapshot_field *f = &x->field[i], *g = snapshot_find(y, f->name);
		int at = reg_field_str(r, f->name);
		if (f->of)
			continue;
		if (at >= 0 && (r->field[at].derived || r->field[at].flags & FIELD_COURSE))
			continue;
		/* A renamed unit is no change of this row: of a reference it is the row that counts. */
		if (!g || f->ref != g->ref || (!f->ref && !str_eq(f->text[LANG_JA], g->text[LANG_JA])))
			return false;
	}
	return true;
}

bool snapshot_same_facts(const struct snapshot *x, const struct snapshot *y)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct snapshot_field *f = &x->field[i], *g = f->of ? snapshot_find(y, f->name) : NULL;
		if (g && (f->of != g->of || !str_eq(f->text[LANG_JA], g->text[LANG_JA])))
			return false;
	}
	return true;
}

bool snapshot_same(const struct reg *r, const struct snapshot *x, const struct snapshot *y)
{
	return held_by(r, x, y) && held_by(r, y, x) && snapshot_same_facts(x, y);
}

bool snapshot_readable(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg *r,
                       const struct snapshot_field *f)
{
	int at = reg_field_str(r, f->name);
	if (at >= 0 && !reg_field_readable(p, r, &r->field[at]))
		return false;
	for (size_t i = 0; f->of && i < fact_count; i++) {
		const struct frozen_fact *k = &facts[i];
		if (k->reg == r && str_eq(f->name, str_printf(a, "%s.%s", k->ref, k->field)) &&
		    !reg_field_readable(p, k->target, &k->target->field[reg_field(k->target, k->field)]))
			return false;
	}
	const int64_t row = f->of ? f->of : f->ref;
	if (!row)
		return true;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM record r WHERE r.id = ");
	sql_i64(&q, row);
	work_visible(&q, p, OP_READ, "r");
	int64_t n = 0;
	return db_get_i64(c, &q, &n) == 0 && n > 0;
}
