/* Month-ends: frozen once, never changed (triggers refuse it), read back as they were. */
#include "base/num.h"
#include "register/register.h"
#include "report/document.h"
#include "report/monthly.h"

#include <jansson.h>

#define TEXT_MAX (256u << 10) /* of one area's reasons or figures */

#pragma GCC diagnostic ignored "-Woverlength-strings"

const char report_schema[] =
	"CREATE TABLE report_month (month TEXT PRIMARY KEY CHECK (month GLOB '2[0-9][0-9][0-9]-[01][0-9]'), frozen_at INTEGER NOT NULL,"
	" late INTEGER NOT NULL CHECK (late IN (0, 1))) STRICT, WITHOUT ROWID;"
	/* reasons: [{"tone":4,"ja":"..","en":"..","path":".."}]; figures: [{"key":"..","ja":"..","en":"..","value":1}], value
	 * null where it is not known, labels empty of what is not shown. */
	"CREATE TABLE report_signal (month TEXT NOT NULL REFERENCES report_month (month), area TEXT NOT NULL, label_ja TEXT NOT NULL,"
	" label_en TEXT NOT NULL, tone INTEGER NOT NULL CHECK (tone BETWEEN 0 AND 5), reasons TEXT NOT NULL, figures TEXT NOT NULL,"
	" PRIMARY KEY (month, area)) STRICT, WITHOUT ROWID;"
	"CREATE TRIGGER report_month_no_update BEFORE UPDATE ON report_month BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;"
	"CREATE TRIGGER report_month_no_delete BEFORE DELETE ON report_month BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;"
	"CREATE TRIGGER report_signal_no_update BEFORE UPDATE ON report_signal BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;"
	"CREATE TRIGGER report_signal_no_delete BEFORE DELETE ON report_signal BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;"
	/* {"left_out":0,"items":[{"tone":4,"reg":"risk","path":"..","what_ja":"..","what_en":"..","cost_ja":..}]} */
	"CREATE TABLE report_decision (month TEXT PRIMARY KEY REFERENCES report_month (month), decisions TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TRIGGER report_decision_no_update BEFORE UPDATE ON report_decision BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;"
	"CREATE TRIGGER report_decision_no_delete BEFORE DELETE ON report_decision BEGIN SELECT RAISE(ABORT, 'a frozen month is never changed'); END;";

/* ---- months ---- */

int month_parse(struct str s, struct month *ret)
{
	int64_t y, m;
	if (s.n != 7 || s.p[4] != '-' || num_parse_i64(str_sub(s, 0, 4), 2000, 2199, &y) < 0 || num_parse_i64(str_sub(s, 5, 2), 1, 12, &m) < 0)
		return ERR_SYNTAX;
	*ret = (struct month){ (int)y, (int)m };
	return 0;
}

struct str month_str(struct arena *a, struct month m)
{
	return str_printf(a, "%04d-%02d", m.year, m.month);
}

struct month month_add(struct month m, int months)
{
	int n = m.year * 12 + m.month - 1 + months;
	return (struct month){ n / 12, n % 12 + 1 };
}

struct month month_of(struct date d)
{
	return (struct month){ d.year, d.month };
}

int64_t month_end(struct month m)
{
	struct month next = month_add(m, 1);
	return clock_instant((struct date){ next.year, next.month, 1 });
}

static int month_cmp(struct month a, struct month b)
{
	return a.year * 12 + a.month - (b.year * 12 + b.month);
}

bool month_may(const struct principal *p)
{
	if (p->kind == PRINCIPAL_OPERATOR || p->kind == PRINCIPAL_SYSTEM)
		return true;
	for (size_t i = 0; i < p->grants; i++)
		if (p->grant[i].unit_id == 0)
			return true;
	return false;
}

/* ---- freezing ---- */

static struct str reasons_json(struct arena *a, const struct signal *s)
{
	CLEANUP(buf_release) struct buf b;
	struct json j;
	buf_init(&b, TEXT_MAX);
	json_init(&j, &b);
	json_array_begin(&j);
	for (size_t i = 0; i < s->reasons; i++) {
		json_object_begin(&j);
		json_put_i64(&j, "tone", s->reason[i].tone);
		json_put_str(&j, "ja", note_str(a, LANG_JA, &s->reason[i].why));
		json_put_str(&j, "en", note_str(a, LANG_EN, &s->reason[i].why));
		json_put_str(&j, "path", s->reason[i].path);
		json_object_end(&j);
	}
	json_array_end(&j);
	return str_dup(a, buf_view(&b));
}

static struct str figures_json(struct arena *a, const struct signal *s)
{
	CLEANUP(buf_release) struct buf b;
	struct json j;
	buf_init(&b, TEXT_MAX);
	json_init(&j, &b);
	json_array_begin(&j);
	for (size_t i = 0; i < s->figures; i++) {
		const struct signal_figure *f = &s->figure[i];
		json_object_begin(&j);
		json_put_str(&j, "key", str_of(f->key));
		json_put_str(&j, "ja", f->label ? msg(LANG_JA, f->label) : STR(""));
		json_put_str(&j, "en", f->label ? msg(LANG_EN, f->label) : STR(""));
		json_key(&j, "value");
		if (f->value < 0)
			json_null_value(&j);
		else
			json_i64(&j, f->value);
		json_put_bool(&j, "yen", f->yen);
		json_object_end(&j);
	}
	json_array_end(&j);
	return str_dup(a, buf_view(&b));
}

static int freeze_area(struct db_conn *c, struct arena *a, const struct principal *by, struct str month, const struct signal_area *area,
                       struct audit_change *change)
{
	struct signal s;
	int r = signal_load(c, a, by, area, &s);
	if (r < 0)
		return r;
	*change = (struct audit_change){ .field = str_of(area->name), .has_after = true, .after = tone_str(LANG_JA, s.tone) };
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO report_signal (month, area, label_ja, label_en, tone, reasons, figures) VALUES (");
	sql_str(&q, month);
	sql_lit(&q, ", ");
	sql_str(&q, str_of(area->name));
	sql_lit(&q, ", ");
	sql_str(&q, str_of(area->label.ja));
	sql_lit(&q, ", ");
	sql_str(&q, str_of(area->label.en));
	sql_lit(&q, ", ");
	sql_i64(&q, s.tone);
	sql_lit(&q, ", ");
	sql_str(&q, reasons_json(a, &s));
	sql_lit(&q, ", ");
	sql_str(&q, figures_json(a, &s));
	sql_lit(&q, ")");
	return db_exec(c, &q, NULL);
}

static int freeze(struct db_conn *c, struct arena *a, struct month m)
{
	struct principal by = auth_system();
	struct str month = month_str(a, m);
	bool late = clock_now() > month_end(m) + (int64_t)SIGNAL_LATE_HOURS * 3600000;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO report_month (month, frozen_at, late) VALUES (");
	sql_str(&q, month);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_i64(&q, late);
	sql_lit(&q, ")");
	int r = db_exec(c, &q, NULL);
	struct audit_change *change = ARENA_ARRAY(a, signal_area_count() + 1, struct audit_change);
	for (size_t i = 0; r == 0 && i < signal_area_count(); i++)
		r = freeze_area(c, a, &by, month, signal_area_at(i), &change[i]);
	if (r == 0)
		r = report_freeze_decisions(c, a, &by, m);
	if (r < 0)
		return r;
	struct audit_entry e = auth_entry(a, &by, AUDIT_FREEZE);
	e.subject = month;
	e.reason = late ? STR("late") : STR("");
	e.change = change;
	e.changes = signal_area_count();
	return audit_append(c, &e);
}

/* The first month that is to be frozen: behind the last frozen one, or else the one in which the office began. */
static int first_due(struct db_conn *c, struct arena *a, struct month *ret)
{
	struct sql q;
	struct str last;
	int64_t at = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT month FROM report_month ORDER BY month DESC LIMIT 1");
	int r = db_get_str(c, &q, &last);
	if (r == 0) {
		if ((r = month_parse(last, ret)) == 0)
			*ret = month_add(*ret, 1);
		return r;
	}
	if (r != ERR_NOT_FOUND)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "SELECT at FROM audit_entry ORDER BY seq LIMIT 1");
	r = db_get_i64(c, &q, &at);
	*ret = month_of(r == ERR_NOT_FOUND ? clock_today() : clock_date(at));
	return r == ERR_NOT_FOUND ? 0 : r;
}

int month_freeze_in(struct db_conn *writer, struct arena *a, int *ret_frozen)
{
	struct month m, now = month_of(clock_today());
	int n = 0, r = first_due(writer, a, &m);
	for (; r == 0 && month_cmp(m, now) < 0; m = month_add(m, 1)) {
		r = freeze(writer, a, m);
		n += r == 0;
	}
	if (ret_frozen)
		*ret_frozen = n;
	return r;
}

struct job {
	struct arena *arena;
	int frozen;
};

static int job(struct db_conn *c, void *ctx)
{
	struct job *j = ctx;
	return month_freeze_in(c, j->arena, &j->frozen);
}

int month_freeze_due(struct db *db, int *ret_frozen)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(64u << 20);
	struct job j = { .arena = a };
	struct month first;
	/* Every minute: look first, the writer is for who has something to write. */
	struct db_conn *c = db_read_begin(db);
	int r = first_due(c, a, &first);
	db_read_end(db, &c);
	if (r == 0 && month_cmp(first, month_of(clock_today())) < 0)
		r = db_write(db, job, &j);
	if (ret_frozen)
		*ret_frozen = r == 0 ? j.frozen : 0;
	return r;
}

/* ---- reading back ---- */

static struct str member(struct arena *a, json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);
	return json_is_string(v) ? str_dup(a, (struct str){ json_string_value(v), json_string_length(v) }) : STR("");
}

static int read_signal(struct arena *a, enum lang lang, struct str reasons, struct str figures, struct signal *s)
{
	json_t *r = json_loadb(reasons.p, reasons.n, 0, NULL), *f = json_loadb(figures.p, figures.n, 0, NULL);
	size_t i;
	json_t *one;
	int e = json_is_array(r) && json_is_array(f) ? 0 : ERR_CORRUPT;
	if (e == 0) {
		json_array_foreach(r, i, one) {
			if (s->reasons == SIGNAL_REASONS)
				break;
			s->reason[s->reasons++] = (struct signal_reason){ .tone = (enum tone)json_integer_value(json_object_get(one, "tone")),
				.text = member(a, one, lang == LANG_JA ? "ja" : "en"), .path = member(a, one, "path"), .rows = -1 };
		}
		json_array_foreach(f, i, one) {
			json_t *value = json_object_get(one, "value");
			if (s->figures == SIGNAL_FIGURES)
				break;
			s->figure[s->figures++] = (struct signal_figure){ .key = str_z(a, member(a, one, "key")), .text = member(a, one, lang == LANG_JA ? "ja" : "en"),
				.value = json_is_integer(value) ? json_integer_value(value) : -1, .yen = json_is_true(json_object_get(one, "yen")) };
		}
	}
	json_decref(r);
	json_decref(f);
	return e;
}

/* An area that is gone from the product is still shown: its frozen light belongs to whoever may see all units. */
static bool area_may(const struct principal *p, struct str name)
{
	for (size_t i = 0; i < signal_area_count(); i++)
		if (str_eq_z(name, signal_area_at(i)->name))
			return signal_may(p, signal_area_at(i));
	return true;
}

int month_load(struct db_conn *c, struct arena *a, const struct principal *p, struct month m, enum lang lang, struct frozen *ret)
{
	struct sql q;
	struct str month = month_str(a, m);
	if (!month_may(p))
		return ERR_NOT_FOUND;
	*ret = (struct frozen){ .month = m, .tone = TONE_GREEN };
	sql_init(&q, a);
	sql_lit(&q, "SELECT m.frozen_at, m.late, s.area, s.label_ja, s.label_en, s.tone, s.reasons, s.figures FROM report_month m"
	            " LEFT JOIN report_signal s ON s.month = m.month WHERE m.month = ");
	sql_str(&q, month);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	bool found = false;
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		found = true;
		ret->at = stmt_i64(s, 0);
		ret->late = stmt_i64(s, 1);
		if (stmt_is_null(s, 2) || ret->areas == SIGNAL_AREAS || !area_may(p, stmt_str(s, 2)))
			continue;
		size_t i = ret->areas++;
		ret->name[i] = str_z(a, stmt_str(s, 2));
		ret->label[i] = (struct label){ str_z(a, stmt_str(s, 3)), str_z(a, stmt_str(s, 4)) };
		ret->signal[i].tone = (enum tone)stmt_i64(s, 5);
		ret->tone = signal_worse(ret->tone, ret->signal[i].tone);
		r = read_signal(a, lang, stmt_str_dup(s, a, 6), stmt_str_dup(s, a, 7), &ret->signal[i]);
	}
	return r < 0 ? r : found ? 0 : ERR_NOT_FOUND;
}

bool month_there(struct db_conn *c, struct arena *a, const struct principal *p, struct month m)
{
	struct sql q;
	int64_t n = 0;
	if (!month_may(p))
		return false;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM report_month WHERE month = ");
	sql_str(&q, month_str(a, m));
	return db_get_i64(c, &q, &n) == 0 && n > 0;
}
