/* The ledger method: every rule by itself, and all of them together against a plain computation over random rows. */
#include "base/text/risk.h"
#include "tests/office.h"

#include "register/batch.h"
#include "register/setting.h"
#include "risk/overview.h"

static int64_t make_place(const char *name, int64_t kind)
{
	struct change c = CHANGE(&place, 0, "name", name);
	change_set(&c, reg_view_field(&place, STR("kind")), (struct value){ .known = kind != 0, .i = kind });
	int64_t id = made(c);
	if (!kind && level(&place, id, "kind") != -1)
		fail_msg("the name %s tells a kind", name);
	return id;
}

/* frequency 0: not answered; applies: 1, 0, or -1 for not answered. */
static int64_t make_threat(int64_t kind, const char *text, int64_t applies, int64_t frequency)
{
	struct change c = CHANGE(&threat, 0, "threat", text);
	change_set(&c, reg_view_field(&threat, STR("place_kind")), (struct value){ .known = true, .i = kind });
	change_set(&c, reg_view_field(&threat, STR("applicable")), (struct value){ .known = applies >= 0, .i = applies < 0 ? 0 : applies });
	change_set(&c, reg_view_field(&threat, STR("frequency")), (struct value){ .known = frequency != 0, .i = frequency });
	return made(c);
}

/* answer 0: not answered; 9: not applicable. */
static int64_t make_check(int64_t number, int64_t places, int64_t answer)
{
	struct change c = CHANGE(&check, 0, "item", "確認する対策");
	change_set(&c, reg_view_field(&check, STR("number")), (struct value){ .known = true, .i = number });
	change_set(&c, reg_view_field(&check, STR("places")), (struct value){ .known = true, .i = places });
	change_set(&c, reg_view_field(&check, STR("answer")), (struct value){ .known = answer != 0, .i = answer });
	return made(c);
}

static void change_i64(const struct reg_view *v, int64_t id, const char *field, int64_t value, bool known)
{
	struct change c = change_new(mem, CHANGE_SAVE, v, id);
	change_set(&c, reg_view_field(v, str_of(field)), (struct value){ .known = known, .i = known ? value : 0 });
	(void)made(c);
}

/* An asset whose levels are settled on its row: importance by its ratings. */
static int64_t settled_asset(const char *name, int64_t importance, int64_t frequency, int64_t vulnerability)
{
	struct change c = CHANGE(&asset, 0, "name", name, "threat_frequency_reason", "試験", "vulnerability_reason", "試験");
	static const char *const ratings[] = { "confidentiality", "integrity", "availability" };
	for (size_t i = 0; i < 3; i++)
		change_set(&c, reg_view_field(&asset, str_of(ratings[i])), (struct value){ .known = importance >= 0, .i = importance < 0 ? 0 : importance });
	change_set(&c, reg_view_field(&asset, STR("threat_frequency_set")), (struct value){ .known = frequency > 0, .i = frequency });
	change_set(&c, reg_view_field(&asset, STR("vulnerability_set")), (struct value){ .known = vulnerability > 0, .i = vulnerability });
	return made(c);
}

/* ---- rule by rule ---- */

static void all_nine_pairs_and_three_importances(void **state)
{
	(void)state;
	static const int64_t likelihood[4][4] = { { 0 }, { 0, 1, 1, 1 }, { 0, 1, 1, 2 }, { 0, 1, 2, 3 } };
	char name[64];
	for (int64_t t = 1; t <= 3; t++)
		for (int64_t v = 1; v <= 3; v++)
			for (int64_t i = 0; i <= 2; i++) {
				snprintf(name, sizeof name, "資産 %d %d %d", (int)t, (int)v, (int)i);
				int64_t id = settled_asset(name, i, t, v), risk = i * likelihood[t][v];
				assert_int_equal(level(&asset, id, "damage_likelihood"), likelihood[t][v]);
				assert_int_equal(level(&asset, id, "risk_value"), risk);
				assert_int_equal(level(&asset, id, "risk_band"), risk >= 4 ? BAND_HIGH : risk >= 1 ? BAND_MIDDLE : BAND_LOW);
			}
}

static void unknown_runs_through(void **state)
{
	(void)state;
	static const struct { int64_t importance, frequency, vulnerability, likelihood, risk; } cases[] = {
		{ -1, 3, 3, 3, -1 }, { 2, 0, 3, -1, -1 }, { 2, 3, 0, -1, -1 }, { 0, 0, 0, -1, -1 }, { -1, 0, 0, -1, -1 }, { 0, 1, 1, 1, 0 },
	};
	char name[64];
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		snprintf(name, sizeof name, "資産 %zu", k);
		int64_t id = settled_asset(name, cases[k].importance, cases[k].frequency, cases[k].vulnerability);
		assert_int_equal(level(&asset, id, "damage_likelihood"), cases[k].likelihood);
		assert_int_equal(level(&asset, id, "risk_value"), cases[k].risk);
		assert_int_equal(level(&asset, id, "risk_band"), cases[k].risk < 0 ? -1 : cases[k].risk ? BAND_MIDDLE : BAND_LOW);
	}
}

static void the_highest_threat_of_the_kind_counts(void **state)
{
	(void)state;
	int64_t cabinet = make_place("書類棚", PLACE_PAPER), nowhere = make_place("倉庫", 0);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), -1); /* no question at all */
	int64_t a = make_threat(PLACE_PAPER, "なくす", 1, 1);
	(void)make_threat(PLACE_PC, "感染する", 1, 3); /* of another kind */
	assert_int_equal(level(&place, cabinet, "threat_frequency"), 1);
	assert_int_equal(level(&place, nowhere, "threat_frequency"), -1);
	int64_t b = make_threat(PLACE_PAPER, "燃える", -1, 0);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), -1); /* one is unanswered */
	change_i64(&threat, a, "frequency", 3, true);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), 3);  /* nothing can be higher */
	change_i64(&threat, a, "frequency", 2, true);
	change_i64(&threat, b, "applicable", 0, true);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), 2);  /* set aside: no answer is needed */
	change_i64(&threat, b, "frequency", 3, true);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), 2);  /* nor does an answer count */
	change_i64(&threat, b, "applicable", 0, false);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), 3);  /* a frequency without yes or no counts */
	change_i64(&threat, b, "applicable", 1, true);
	change_i64(&threat, b, "frequency", 0, false);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), -1);
	change_i64(&threat, a, "applicable", 0, true);
	change_i64(&threat, b, "applicable", 0, true);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), 1);  /* none applies */
	/* An archived question is no question. */
	struct change gone = change_new(mem, CHANGE_ARCHIVE, &threat, b);
	struct written w;
	assert_int_equal(save_by(&lead, &gone, &w), 0);
	change_i64(&threat, a, "applicable", 1, true);
	assert_int_equal(level(&place, cabinet, "threat_frequency"), 2);
}

static void the_worst_answer_that_applies_counts(void **state)
{
	(void)state;
	int64_t laptop = make_place("持出し機", PLACE_MOBILE);
	const int64_t mobile = 1 << PLACE_MOBILE, paper = 1 << PLACE_PAPER;
	int64_t a = make_check(1, mobile | paper, 1);
	(void)make_check(2, paper, 3);
	assert_int_equal(level(&place, laptop, "vulnerability"), 1);
	int64_t b = make_check(3, mobile, 2);
	assert_int_equal(level(&place, laptop, "vulnerability"), 2);
	change_i64(&check, b, "answer", 0, false);
	assert_int_equal(level(&place, laptop, "vulnerability"), -1);
	change_i64(&check, a, "answer", 3, true);
	assert_int_equal(level(&place, laptop, "vulnerability"), 3);
	change_i64(&check, a, "answer", 1, true);
	change_i64(&check, b, "answer", 9, true); /* not applicable here */
	assert_int_equal(level(&place, laptop, "vulnerability"), 1);
	change_i64(&check, a, "answer", 9, true);
	assert_int_equal(level(&place, laptop, "vulnerability"), 1);
}

static int64_t batch;
static int begin_batch(struct db_conn *c, void *arg)
{
	(void)arg;
	struct reg_ctx ctx = ctx_of(&lead);
	ctx.conn = c;
	return batch_begin(&ctx, STR("checks.csv"), &batch);
}

static int64_t imported_check(int64_t number, int64_t places, int64_t answer)
{
	struct change c = CHANGE(&check, 0, "item", "取り込む対策");
	change_set(&c, reg_view_field(&check, STR("number")), (struct value){ .known = true, .i = number });
	change_set(&c, reg_view_field(&check, STR("places")), (struct value){ .known = true, .i = places });
	change_set(&c, reg_view_field(&check, STR("answer")), (struct value){ .known = true, .i = answer });
	c.batch = batch;
	c.from_file = true;
	return made(c);
}

/* An import that is not decided yet moves nobody's risk; one that is dropped never did; one that stands does. */
static void questions_of_an_import_count_when_it_is_decided(void **state)
{
	(void)state;
	int64_t laptop = make_place("持出し機", PLACE_MOBILE);
	(void)make_check(1, 1 << PLACE_MOBILE, 1);
	struct reg_ctx ctx = ctx_of(&lead);
	for (int stands = 0; stands < 2; stands++) {
		assert_int_equal(db_write(db, begin_batch, NULL), 0);
		(void)imported_check(2, 1 << PLACE_MOBILE, 3);
		assert_int_equal(level(&place, laptop, "vulnerability"), 1);
		assert_int_equal(stands ? batch_commit(db, &ctx, batch) : batch_drop(db, &ctx, batch), 0);
		assert_int_equal(level(&place, laptop, "vulnerability"), stands ? 3 : 1);
	}
}

static void a_settled_value_stands_before_a_computed_one(void **state)
{
	(void)state;
	int64_t pc = make_place("机の機械", PLACE_PC);
	int64_t t = make_threat(PLACE_PC, "感染する", 1, 1);
	(void)make_check(1, 1 << PLACE_PC, 2);
	int64_t id = make_asset("名簿", 0, pc);
	assert_int_equal(level(&asset, id, "threat_frequency"), 1);
	assert_int_equal(level(&asset, id, "vulnerability"), 2);
	(void)made(CHANGE(&place, pc, "threat_frequency_set", "2", "threat_frequency_reason", "去年2件あった"));
	assert_int_equal(level(&asset, id, "threat_frequency"), 2);
	assert_int_equal(level(&place, pc, "threat_frequency_computed"), 1);
	(void)made(CHANGE(&asset, id, "threat_frequency_set", "3", "threat_frequency_reason", "この行は毎日外に出る"));
	assert_int_equal(level(&asset, id, "threat_frequency"), 3);
	assert_int_equal(level(&asset, id, "threat_frequency_computed"), 2);
	/* The answers move what is below, not what somebody settled; the row keeps its revision. */
	int64_t revision = row_of(&asset, id).revision;
	change_i64(&threat, t, "frequency", 3, true);
	assert_int_equal(level(&place, pc, "threat_frequency_computed"), 3);
	assert_int_equal(level(&asset, id, "threat_frequency"), 3);
	assert_int_equal(row_of(&asset, id).revision, revision);
	change_i64(&asset, id, "threat_frequency_set", 0, false);
	assert_int_equal(level(&asset, id, "threat_frequency"), 2);
	change_i64(&place, pc, "threat_frequency_set", 0, false);
	assert_int_equal(level(&asset, id, "threat_frequency"), 3);
}

/* ---- settings ---- */

static int64_t preview(const char *key, const char *value)
{
	struct reg_ctx ctx = ctx_of(&lead);
	struct str k = str_of(key), v = str_of(value);
	struct note why;
	int64_t moved = -1;
	assert_int_equal(setting_preview(db, &ctx, &k, &v, 1, NULL, NULL, &moved, &why), 0);
	return moved;
}

static void settings_move_what_the_preview_said(void **state)
{
	(void)state;
	int64_t a = settled_asset("あ", 2, 3, 2), b = settled_asset("い", 1, 3, 3), c = settled_asset("う", 0, 3, 2), d = settled_asset("え", -1, 3, 2);
	assert_int_equal(level(&asset, a, "risk_value"), 4);
	/* The pair 3-2 becomes 3: all three rows of the pair move, d although its risk stays unknown. */
	assert_int_equal(preview("risk.likelihood_3_2", "3"), 3);
	assert_int_equal(level(&asset, a, "damage_likelihood"), 2);
	assert_int_equal(number_of("SELECT number FROM setting WHERE key = 'risk.likelihood_3_2'"), 2);
	assert_int_equal(set("risk.likelihood_3_2", "3"), 3);
	assert_int_equal(level(&asset, a, "risk_value"), 6);
	assert_int_equal(level(&asset, c, "risk_value"), 0);
	assert_int_equal(level(&asset, d, "risk_value"), -1);
	assert_int_equal(set("risk.likelihood_3_2", "3"), 0); /* nothing new */
	/* Bands. */
	assert_int_equal(preview("risk.band_high", "3"), 1);
	assert_int_equal(set("risk.band_high", "3"), 1);
	assert_int_equal(level(&asset, b, "risk_band"), BAND_HIGH);
	assert_int_equal(set("risk.band_middle", "0"), 1);
	assert_int_equal(level(&asset, c, "risk_band"), BAND_MIDDLE);
	/* A threshold of the signal moves no row. */
	assert_int_equal(set("signal.unknown_percent", "50"), 0);
	/* What moved is kept, by the re-computation. */
	assert_int_equal(number_of("SELECT count(*) FROM moved WHERE field = 'risk_band' AND CAST(after AS TEXT) = '3' AND CAST(before AS TEXT) = '2'"), 1);
	assert_int_equal(row_of(&asset, a).revision, 1);
	/* Where only the limit moved, the band is what is told; where the value did, the value. */
	struct db_conn *conn = db_read_begin(db);
	struct risk_move *move;
	struct moved_row *row;
	struct moved_query q = risk_moved_query();
	size_t moves, n;
	q.limit = 10;
	assert_int_equal(risk_moves(conn, mem, &lead, 0, 10, &move, &moves), 0);
	assert_true(moves >= 3);
	assert_true(str_eq(move[1].why, STR("risk.band_high")) && move[1].rows == 1 && move[1].up == 1 && move[1].down == 0);
	q.recompute = move[1].id;
	assert_int_equal(moved_list(conn, mem, &lead, &q, &row, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_int_equal(row[0].record_id, b);
	assert_int_equal(row[0].field, q.otherwise);
	assert_int_equal(row[0].after.i, BAND_HIGH);
	q.recompute = move[2].id;
	assert_int_equal(moved_list(conn, mem, &lead, &q, &row, &n, NULL), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(row[i].field, q.field);
	assert_int_equal(n, move[2].rows);
	db_read_end(db, &conn);
}

/* ---- everything at once, against a plain computation ---- */

static uint32_t dice = 20261122;
static int64_t roll(int64_t n)
{
	dice = dice * 1664525u + 1013904223u;
	return (int64_t)(dice >> 8) % n;
}

#define PLACES 10
#define THREATS 24
#define CHECKS 20
#define ASSETS 150

static struct { int64_t id, kind, frequency_set, vulnerability_set; } places[PLACES];
static struct { int64_t id, kind, applies, frequency; } threats[THREATS];
static struct { int64_t id, mask, answer; } checks[CHECKS];
static struct { int64_t id, importance, place, frequency_set, vulnerability_set; } assets[ASSETS];

static int64_t plain_frequency(int64_t kind)
{
	int64_t max = 1;
	bool any = false, open = false;
	for (size_t i = 0; i < THREATS; i++) {
		if (threats[i].kind != kind)
			continue;
		any = true;
		if (threats[i].applies == 0)
			continue;
		if (!threats[i].frequency)
			open = true;
		else if (threats[i].frequency > max)
			max = threats[i].frequency;
	}
	return max == 3 ? 3 : !any || open ? -1 : max;
}

static int64_t plain_vulnerability(int64_t kind)
{
	int64_t max = 1;
	bool any = false, open = false;
	for (size_t i = 0; i < CHECKS; i++) {
		if (!(checks[i].mask >> kind & 1))
			continue;
		any = true;
		if (!checks[i].answer)
			open = true;
		else if (checks[i].answer != 9 && checks[i].answer > max)
			max = checks[i].answer;
	}
	return max == 3 ? 3 : !any || open ? -1 : max;
}

struct plain {
	int64_t frequency, vulnerability, likelihood, risk, band;
};

static struct plain plain_risk(size_t i, int64_t table[4][4], int64_t high, int64_t middle)
{
	struct plain p = { -1, -1, -1, -1, -1 };
	if (assets[i].place >= 0) {
		int64_t at_place = assets[i].place, kind = places[at_place].kind;
		p.frequency = places[at_place].frequency_set ? places[at_place].frequency_set : kind ? plain_frequency(kind) : -1;
		p.vulnerability = places[at_place].vulnerability_set ? places[at_place].vulnerability_set : kind ? plain_vulnerability(kind) : -1;
	}
	p.frequency = assets[i].frequency_set ? assets[i].frequency_set : p.frequency;
	p.vulnerability = assets[i].vulnerability_set ? assets[i].vulnerability_set : p.vulnerability;
	if (p.frequency > 0 && p.vulnerability > 0)
		p.likelihood = table[p.frequency][p.vulnerability];
	if (p.likelihood > 0 && assets[i].importance >= 0)
		p.risk = assets[i].importance * p.likelihood;
	if (p.risk >= 0)
		p.band = p.risk >= high ? BAND_HIGH : p.risk >= middle ? BAND_MIDDLE : BAND_LOW;
	return p;
}

static void compare(int64_t table[4][4], int64_t high, int64_t middle)
{
	for (size_t i = 0; i < ASSETS; i++) {
		struct plain p = plain_risk(i, table, high, middle);
		struct row r = row_of(&asset, assets[i].id);
		static const char *const fields[] = { "threat_frequency", "vulnerability", "damage_likelihood", "risk_value", "risk_band" };
		const int64_t want[] = { p.frequency, p.vulnerability, p.likelihood, p.risk, p.band };
		for (size_t k = 0; k < COUNT_OF(fields); k++) {
			struct value v = at(&asset, &r, fields[k]);
			if ((v.known ? v.i : -1) != want[k])
				fail_msg("asset %zu: %s is %lld, not %lld", i, fields[k], (long long)(v.known ? v.i : -1), (long long)want[k]);
		}
	}
}

static void statements_and_plain_c_agree_on_random_rows(void **state)
{
	(void)state;
	int64_t table[4][4] = { { 0 }, { 0, 1, 1, 1 }, { 0, 1, 1, 2 }, { 0, 1, 2, 3 } };
	char name[64];
	for (size_t i = 0; i < PLACES; i++) {
		places[i].kind = roll(8) > 6 ? 0 : 1 + roll(6);
		snprintf(name, sizeof name, "場所 %zu", i);
		places[i].id = make_place(name, places[i].kind);
		if (roll(5) == 0) {
			places[i].frequency_set = 1 + roll(3);
			struct change c = CHANGE(&place, places[i].id, "threat_frequency_reason", "試験");
			change_set(&c, reg_view_field(&place, STR("threat_frequency_set")), (struct value){ .known = true, .i = places[i].frequency_set });
			(void)made(c);
		}
	}
	for (size_t i = 0; i < THREATS; i++) {
		threats[i].kind = 1 + roll(6);
		threats[i].applies = roll(6) == 0 ? 0 : roll(5) == 0 ? -1 : 1;
		threats[i].frequency = roll(9) == 0 ? 0 : 1 + roll(3);
		snprintf(name, sizeof name, "脅威 %zu", i);
		threats[i].id = make_threat(threats[i].kind, name, threats[i].applies, threats[i].frequency);
	}
	for (size_t i = 0; i < CHECKS; i++) {
		checks[i].mask = 2 * (1 + roll(63));
		checks[i].answer = roll(20) == 0 ? 0 : roll(6) == 0 ? 9 : roll(8) == 0 ? 3 : 1 + roll(2);
		checks[i].id = make_check((int64_t)i + 1, checks[i].mask, checks[i].answer);
	}
	for (size_t i = 0; i < ASSETS; i++) {
		assets[i].importance = roll(4) - 1;
		assets[i].frequency_set = roll(6) == 0 ? 1 + roll(3) : 0;
		assets[i].vulnerability_set = roll(6) == 0 ? 1 + roll(3) : 0;
		assets[i].place = roll(12) == 0 ? -1 : roll(PLACES);
		snprintf(name, sizeof name, "資産 %zu", i);
		assets[i].id = settled_asset(name, assets[i].importance, assets[i].frequency_set, assets[i].vulnerability_set);
		if (assets[i].place >= 0)
			change_i64(&asset, assets[i].id, "storage", places[assets[i].place].id, true);
	}
	compare(table, 4, 1);
	/* Answers change, places change their kind, rows are re-rated: each by itself, everything stays true. */
	for (int round = 0; round < 12; round++) {
		size_t t = (size_t)roll(THREATS), k = (size_t)roll(CHECKS), p = (size_t)roll(PLACES);
		threats[t].frequency = 1 + roll(3);
		change_i64(&threat, threats[t].id, "frequency", threats[t].frequency, true);
		checks[k].answer = 1 + roll(3);
		change_i64(&check, checks[k].id, "answer", checks[k].answer, true);
		places[p].kind = 1 + roll(6);
		change_i64(&place, places[p].id, "kind", places[p].kind, true);
	}
	compare(table, 4, 1);
	/* A setting: the rows that moved are those whose values differ. */
	struct plain before[ASSETS];
	for (size_t i = 0; i < ASSETS; i++)
		before[i] = plain_risk(i, table, 4, 1);
	table[2][2] = 2;
	int64_t moved = set("risk.likelihood_2_2", "2"), differ = 0;
	for (size_t i = 0; i < ASSETS; i++) {
		struct plain after = plain_risk(i, table, 4, 1);
		differ += memcmp(&before[i], &after, sizeof after) != 0;
	}
	assert_int_equal(moved, differ);
	compare(table, 4, 1);
	(void)set("risk.band_high", "3");
	(void)set("risk.band_middle", "2");
	compare(table, 3, 2);
}

/* ---- the signal ---- */

/* The colour, and the reason that decided it. */
static enum tone risk_signal(const struct risk_overview *o, struct note *ret_why)
{
	struct signal s = { 0 };
	struct db_conn *c = db_read_begin(db);
	risk_signal_of(c, mem, o, &s);
	db_read_end(db, &c);
	signal_settle(&s);
	*ret_why = s.reason[0].why;
	return s.tone;
}

static void each_rule_of_the_signal(void **state)
{
	(void)state;
	struct note why;
	struct risk_overview o = { .untreated_days = 30, .unknown_percent = 20, .unconfirmed_percent = 10, .confirmed_days = 365 };
	assert_int_equal(risk_signal(&o, &why), TONE_GREY);
	assert_int_equal(why.id, MSG_RISK_SIGNAL_EMPTY);
	o.total = o.band[0] = 10;
	assert_int_equal(risk_signal(&o, &why), TONE_GREY);
	assert_int_equal(why.id, MSG_RISK_SIGNAL_UNASSESSED);
	/* Exactly the set shares are still fine; one more is not. */
	o = (struct risk_overview){ .total = 100, .band = { 20, 70, 10, 0 }, .untreated_days = 30, .unknown_percent = 20 };
	assert_int_equal(risk_signal(&o, &why), TONE_GREEN);
	o.band[0] = 21;
	assert_int_equal(risk_signal(&o, &why), TONE_YELLOW);
	assert_int_equal(why.id, MSG_RISK_SIGNAL_UNKNOWN);
	/* Not to know any of it is yellow, unless the company has it red. */
	o.band[0] = 99;
	assert_int_equal(risk_signal(&o, &why), TONE_YELLOW);
	(void)set("signal.unknown_red_percent", "50");
	o.band[0] = 50;
	assert_int_equal(risk_signal(&o, &why), TONE_YELLOW);
	o.band[0] = 51;
	assert_int_equal(risk_signal(&o, &why), TONE_RED);
	assert_int_equal(why.id, MSG_RISK_SIGNAL_UNKNOWN);
	o.band[0] = 0;
	o.band[BAND_HIGH] = 1;
	assert_int_equal(risk_signal(&o, &why), TONE_YELLOW);
	assert_int_equal(why.id, MSG_RISK_SIGNAL_HIGH);
	o.overdue = 1;
	assert_int_equal(risk_signal(&o, &why), TONE_RED);
	assert_int_equal(why.id, MSG_RISK_SIGNAL_OVERDUE);
}

static struct risk_overview overview(const struct principal *p)
{
	struct risk_overview o;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(risk_overview_load(c, mem, p, &o), 0);
	db_read_end(db, &c);
	return o;
}

static void the_signal_counts_days_and_the_readers_rows(void **state)
{
	(void)state;
	struct note why;
	int64_t u = make_unit("営業部", 0);
	int64_t high = settled_asset("顧客名簿", 2, 3, 3), low = settled_asset("社内報", 0, 1, 1);
	struct change c = change_new(mem, CHANGE_SAVE, &asset, low);
	set_ref(&c, "department", u);
	(void)made(c);
	struct risk_overview o = overview(&lead);
	assert_int_equal(o.total, 2);
	assert_int_equal(o.heat[2][3], 1);
	assert_int_equal(o.heat[0][1], 1);
	assert_int_equal(o.untreated, 1);
	assert_int_equal(o.overdue, 0);
	assert_int_equal(o.never_confirmed, 2);
	assert_int_equal(risk_signal(&o, &why), TONE_YELLOW);
	/* A contact sees the own rows only, and a signal of their own. */
	struct principal p = person_of(ROLE_CONTACT, u, "Contact");
	assert_int_equal(overview(&p).total, 1);
	assert_int_equal(overview(&p).band[BAND_HIGH], 0);
	/* 30 days later it is still within the time, a moment after no more; a treatment ends it. */
	int64_t made_at = clock_now();
	clock_set_for_test(made_at + INT64_C(30) * 86400000, true);
	assert_int_equal(overview(&lead).overdue, 0);
	clock_set_for_test(made_at + INT64_C(30) * 86400000 + 1, true);
	o = overview(&lead);
	assert_int_equal(o.overdue, 1);
	assert_int_equal(risk_signal(&o, &why), TONE_RED);
	(void)made(CHANGE(&asset, high, "treatment", "低減"));
	assert_int_equal(overview(&lead).overdue, 0);
	assert_int_equal(overview(&lead).band[BAND_HIGH], 1);
	/* Becoming high by a re-computation starts the days anew. */
	int64_t later = settled_asset("契約書", 1, 3, 3);
	clock_set_for_test(made_at + INT64_C(100) * 86400000, true);
	assert_int_equal(set("risk.band_high", "3"), 1);
	assert_int_equal(level(&asset, later, "risk_band"), BAND_HIGH);
	assert_int_equal(overview(&lead).overdue, 0);
	clock_set_for_test(made_at + INT64_C(131) * 86400000, true);
	assert_int_equal(overview(&lead).overdue, 1);
}

static void figures_count_what_their_links_show(void **state)
{
	(void)state;
	(void)make_threat(PLACE_PC, "あ", 1, 0);
	(void)make_threat(PLACE_PC, "い", -1, 0);
	(void)make_threat(PLACE_PC, "う", 0, 0);
	(void)make_threat(PLACE_PC, "え", -1, 2);
	(void)make_check(1, 1 << PLACE_PC, 0);
	(void)make_check(2, 1 << PLACE_PC, 9);
	(void)make_place("倉庫", 0);
	struct risk_overview o = overview(&lead);
	assert_int_equal(o.unanswered_threats, 2);
	assert_int_equal(o.unanswered_checks, 1);
	assert_int_equal(o.kindless, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(all_nine_pairs_and_three_importances), OFFICE_TEST(unknown_runs_through), OFFICE_TEST(the_highest_threat_of_the_kind_counts),
		OFFICE_TEST(the_worst_answer_that_applies_counts), OFFICE_TEST(questions_of_an_import_count_when_it_is_decided), OFFICE_TEST(a_settled_value_stands_before_a_computed_one),
		OFFICE_TEST(settings_move_what_the_preview_said), OFFICE_TEST(statements_and_plain_c_agree_on_random_rows),
		OFFICE_TEST(each_rule_of_the_signal), OFFICE_TEST(the_signal_counts_days_and_the_readers_rows),
		OFFICE_TEST(figures_count_what_their_links_show),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
