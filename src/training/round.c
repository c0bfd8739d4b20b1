/* The job of the room: who joins, moves or takes up a duty gets their training, and who has not finished gets a letter. */
#include "training/training.h"

#include "base/text/training.h"
#include "mail/mail.h"
#include "register/batch.h"
#include "work/days.h"

#define SECTION_TRAINING { "教育", "Training" }
#define SESSIONS_MAX 100
#define LETTERS_PIECE 20

const struct setting training_settings[] = {
	{ .key = "training.remind_days", .label = { "まだの人に何日おきに知らせるか", "Remind every so many days" }, .hint = { "期限の前から、受け終えるまで知らせます。0は知らせません。", "Until the course is finished; 0 sends nothing." },
	  .section = SECTION_TRAINING, .type = FIELD_INTEGER, .min = 0, .max = 90, .value = 7, .need = NEED_SETTINGS },
	{ .key = "training.remind_ahead", .label = { "期限の何日前から知らせるか", "Days before the due day" }, .section = SECTION_TRAINING, .type = FIELD_INTEGER, .min = 0, .max = 90, .value = 7, .need = NEED_SETTINGS },
	{ .key = "training.open_target", .label = { "訓練メールの開封率の目標（%以下）", "Drill: opened at most (%)" }, .section = SECTION_TRAINING, .type = FIELD_INTEGER, .min = 0, .max = 100, .value = 10,
	  .recompute = true, .need = NEED_SETTINGS },
	{ .key = "training.report_target", .label = { "開封した人が知らせた割合の目標（%以上）", "Drill: openers who reported at least (%)" }, .section = SECTION_TRAINING, .type = FIELD_INTEGER, .min = 0, .max = 100,
	  .value = 100, .recompute = true, .need = NEED_SETTINGS },
};
const size_t training_setting_count = COUNT_OF(training_settings);

struct round {
	const uint8_t *key;
	struct str base;
	int64_t session[SESSIONS_MAX]; size_t sessions;
	int64_t ahead, every, taken, letters;
	bool more;
};

/* ---- two rows of people that became one ---- */

/* SQL: an assignment is of a person whose row went into another, and that one has no such assignment. */
#define OF_MERGED "EXISTS (SELECT 1 FROM record r WHERE r.id = training_assignment.person_id AND r.merged_into IS NOT NULL AND NOT EXISTS" \
	" (SELECT 1 FROM training_assignment o WHERE o.person_id = r.merged_into AND o.session_id = training_assignment.session_id AND o.occasion_on = training_assignment.occasion_on))"

static int merged_job(struct db_conn *c, void *arg)
{
	struct sql q;
	CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
	(void)arg;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE training_assignment SET person_id = (SELECT r.merged_into FROM record r WHERE r.id = training_assignment.person_id) WHERE " OF_MERGED);
	return db_exec(c, &q, NULL);
}

static int follow_merged(struct db *db, struct arena *a)
{
	struct sql q;
	int64_t n = 0;
	struct db_conn *c = db_read_begin(db);
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM training_assignment WHERE " OF_MERGED);
	int e = db_get_i64(c, &q, &n);
	db_read_end(db, &c);
	return e == 0 && n ? db_write_background(db, merged_job, NULL) : e;
}

/* ---- joiners and movers ---- */

static int load_sessions(struct db *db, struct arena *a, struct round *x)
{
	struct sql q;
	struct stmt *s = NULL;
	struct db_conn *c = db_read_begin(db);
	sql_init(&q, a);
	sql_lit(&q, "SELECT t.id FROM training_session t WHERE t.archived = 0 AND t.state = 2 AND t.target IN (4, 5, 6) ORDER BY t.id LIMIT ");
	sql_i64(&q, SESSIONS_MAX);
	int e = db_query(c, &q, &s);
	while (e == 0 && x->sessions < SESSIONS_MAX && (e = stmt_step(s)) == 1) {
		x->session[x->sessions++] = stmt_i64(s, 0);
		e = 0;
	}
	stmt_done(&s);
	x->every = setting_i64(c, "training.remind_days");
	x->ahead = setting_i64(c, "training.remind_ahead");
	db_read_end(db, &c);
	return e;
}

static int take_job(struct db_conn *c, void *arg)
{
	struct round *x = arg;
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	const struct principal system = auth_system();
	struct reg_ctx ctx = { .conn = c, .arena = a, .by = &system, .key = x->key };
	int64_t n = 0;
	int e = session_take(&ctx, x->session[x->sessions - 1], &n);
	x->taken += e == 0 ? n : 0;
	return e == ERR_CONFLICT || e == ERR_NOT_FOUND ? 0 : e; /* closed a moment ago */
}

/* ---- letters ---- */

/* Those whose day has come: never told, or told so long ago; of people who are here. */
static int due_letters(struct db_conn *c, struct arena *a, const struct round *x, int64_t *ret, size_t *ret_n)
{
	struct sql q;
	CLEANUP(stmt_done) struct stmt *s = NULL;
	const struct date today = clock_today();
	sql_init(&q, a);
	sql_lit(&q, "SELECT g.id FROM training_assignment g JOIN training_session t ON t.id = g.session_id JOIN org_person p ON p.id = g.person_id"
	            " WHERE g.done_at = 0 AND g.state NOT IN (2, 4) AND t.archived = 0 AND t.state = 2 AND (g.reminded_on = '' AND t.target IN (4, 5, 6) OR g.due_on <= ");
	sql_str(&q, date_iso(a, date_add_days(today, x->ahead)));
	sql_lit(&q, ") AND g.reminded_on <= ");
	sql_str(&q, date_iso(a, date_add_days(today, -x->every)));
	sql_lit(&q, PERSON_IS_HERE);
	sql_str(&q, date_iso(a, today));
	/* An account that was switched off keeps its person out: no link either. */
	sql_lit(&q, ") AND (NOT EXISTS (SELECT 1 FROM auth_account a WHERE a.person_id = p.id) OR EXISTS (SELECT 1 FROM auth_account a WHERE a.person_id = p.id AND a.active = 1))"
	            " ORDER BY g.id LIMIT ");
	sql_i64(&q, LETTERS_PIECE);
	int e = db_query(c, &q, &s);
	*ret_n = 0;
	while (e == 0 && *ret_n < LETTERS_PIECE && (e = stmt_step(s)) == 1) {
		ret[(*ret_n)++] = stmt_i64(s, 0);
		e = 0;
	}
	return e;
}

static int told(struct reg_ctx *ctx, int64_t id)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET reminded_on = ");
	sql_str(&q, date_iso(ctx->arena, clock_today()));
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, id);
	return db_exec(ctx->conn, &q, NULL);
}

/* Who has no address is not written to: the session's page names them. */
static int write_letter(struct reg_ctx *ctx, struct round *x, int64_t id)
{
	struct assignment g;
	struct str secret;
	struct letter l = { .kind = "training", .lang = LANG_JA };
	int e = training_any(ctx->conn, ctx->arena, ctx->by, id, &g);
	if (e < 0)
		return e;
	e = told(ctx, id);
	if (e < 0 || auth_reach(ctx->conn, ctx->arena, g.person_id, &l.to) < 0 || !mail_address_valid(l.to))
		return e;
	e = session_issue(ctx, &g, &secret);
	l.key = str_printf(ctx->arena, "training:%lld:%.*s", (long long)id, STR_FMT(date_iso(ctx->arena, clock_today())));
	l.person_id = g.person_id;
	l.to_name = g.person;
	l.subject = note_str(ctx->arena, l.lang, &NOTE(MSG_TRAINING_LETTER_SUBJECT, ARG_S(g.session)));
	l.text = str_printf(ctx->arena, "%.*s\n\n%.*s/l/%.*s\n", STR_FMT(note_str(ctx->arena, l.lang, &NOTE(MSG_TRAINING_LETTER, ARG_S(g.person), ARG_S(g.session), ARG_S(g.due_on)))),
	                    STR_FMT(x->base), STR_FMT(secret));
	if (e == 0)
		e = mail_put(ctx->conn, ctx->arena, x->key, &l, NULL);
	x->letters += e == 0;
	return e == ERR_EXISTS ? 0 : e;
}

static int letters_job(struct db_conn *c, void *arg)
{
	struct round *x = arg;
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	const struct principal system = auth_system();
	struct reg_ctx ctx = { .conn = c, .arena = a, .by = &system, .key = x->key };
	int64_t id[LETTERS_PIECE];
	size_t n = 0;
	x->more = false;
	if (!mail_is_on(c, a))
		return 0;
	int e = due_letters(c, a, x, id, &n);
	for (size_t i = 0; e == 0 && i < n; i++)
		e = write_letter(&ctx, x, id[i]);
	x->more = e == 0 && n == LETTERS_PIECE;
	return e;
}

static bool is_time(struct db *db, struct arena *a)
{
	struct days days;
	struct db_conn *c = db_read_begin(db);
	const struct date today = clock_today();
	const bool now = days_load(c, a, &days) == 0 && !days_is_off(&days, today) &&
	                 clock_now() - clock_instant(today) >= setting_i64(c, "work.digest_hour") * INT64_C(3600000);
	db_read_end(db, &c);
	return now;
}

int training_round(struct db *db, const uint8_t key[32], struct str public_url, int64_t *ret_taken, int64_t *ret_letters)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(LIMIT_ARENA);
	struct round x = { .key = key, .base = public_url };
	while (x.base.n && x.base.p[x.base.n - 1] == '/')
		x.base.n--;
	int e = follow_merged(db, a);
	if (e == 0)
		e = load_sessions(db, a, &x);
	for (; e == 0 && x.sessions; x.sessions--)
		e = db_write_background(db, take_job, &x);
	/* Without the address of the product a letter could not say where to go. */
	x.more = e == 0 && x.base.n && x.every && is_time(db, a);
	while (e == 0 && x.more)
		e = db_write_background(db, letters_job, &x);
	*ret_taken = x.taken;
	*ret_letters = x.letters;
	return e;
}
