/* The demo company's training: two plans, five courses, a session under way, one that is overdue, one for joiners, three drills, skills. */
#include "main/demo.h"

#include "base/log.h"
#include "main/demo_data.h"
#include "training/training.h"

static int write(struct reg_ctx *ctx, const struct change *c, int64_t *ret_id)
{
	struct written w;
	int e = reg_write(ctx, c, &w);
	if (e == ERR_INVALID && w.errors.n)
		log_line(LOG_LEVEL_ERROR, "demo: %s: %.*s", c->view->reg->name, STR_FMT(note_str(ctx->arena, LANG_EN, &w.errors.error[0].why)));
	if (e == 0 && ret_id)
		*ret_id = w.id;
	return e;
}

static struct change row_of(struct reg_ctx *ctx, const struct reg *r, const char *const (*pairs)[2], size_t n)
{
	struct reg_view *view = ARENA_NEW(ctx->arena, struct reg_view);
	if (reg_view_load(ctx->conn, ctx->arena, r, view) < 0)
		die("demo: %s cannot be read", r->name);
	struct change c = change_new(ctx->arena, CHANGE_SAVE, view, 0);
	for (size_t i = 0; i < n; i++)
		change_set_text(&c, ctx->arena, pairs[i][0], pairs[i][1]);
	return c;
}
#define ROW(ctx, reg, ...) row_of((ctx), (reg), (const char *const[][2]){ __VA_ARGS__ }, sizeof((const char *const[][2]){ __VA_ARGS__ }) / sizeof(const char *[2]))

static void set_day(struct reg_ctx *ctx, struct change *c, const char *field, struct date today, int days)
{
	change_set(c, reg_field(c->view->reg, field), (struct value){ .known = true, .s = date_iso(ctx->arena, date_add_days(today, days)) });
}

static void set_id(struct change *c, const char *field, int64_t id)
{
	change_set(c, reg_field(c->view->reg, field), (struct value){ .known = true, .i = id });
}

static int plans(struct reg_ctx *ctx, struct date today, int64_t *ret)
{
	int64_t last = 0;
	struct change c = ROW(ctx, &reg_training_plan, { "name", "昨年度の従業員教育" }, { "purpose", "全員が、おかしいと思ったときの連絡先を言えるようにする。" },
		{ "goal", "全員が受け終える。連絡先を答えられる人を9割以上にする。" }, { "lecturer", "情報システム課の担当" }, { "content", "情報の守り方の基礎と、連絡のしかた。" }, { "methods", "講義" },
		{ "measure", "出席の記録と、終わりの小テスト。" }, { "occasions", "定期" }, { "groups", "全員" }, { "goal_finished", "100" },
		{ "evaluation", "集合の講義では、倉庫と受注センターの人が時間を合わせられず、出席は8割だった。" }, { "next", "スマートフォンで、空いた時間に受けられる形にする。" });
	set_day(ctx, &c, "starts_on", today, -330);
	set_day(ctx, &c, "ends_on", today, -300);
	set_day(ctx, &c, "evaluated_on", today, -280);
	int e = write(ctx, &c, &last);
	if (e < 0)
		return e;
	c = ROW(ctx, &reg_training_plan, { "name", "今年度の従業員教育" }, { "purpose", "事故につながる思い込みを減らし、すぐ知らせる習慣をつくる。" },
		{ "goal", "全員が受け終える。テストの正答を8割以上にする。訓練メールの開封率を10%以下にする。" }, { "lecturer", "なし（石垣で受講）" }, { "content", "全社員の基礎と、メールとだましの手口。秋に訓練メール。" },
		{ "methods", "石垣で受講、標的型メール訓練" }, { "measure", "テストの結果、訓練メールの開封と連絡の記録、前後のアンケート。" }, { "occasions", "入社のとき、定期" }, { "groups", "全員、入社した人" },
		{ "goal_finished", "100" }, { "goal_right", "80" }, { "learnt", "スマートフォンで、空いた時間に受けられる形にする。" });
	set_day(ctx, &c, "starts_on", today, -10);
	set_day(ctx, &c, "ends_on", today, 60);
	set_id(&c, "previous", last);
	return write(ctx, &c, ret);
}

/* ---- taking it ---- */

static int64_t wrong(const struct drawn *d)
{
	if (d->kind == QUESTION_YES_NO)
		return d->mask ^ 3;
	if (d->kind == QUESTION_ONE)
		return d->mask == 1 ? 2 : 1;
	return d->mask & 1 ? 2 : 1;
}

static int one_try(struct reg_ctx *ctx, int64_t id, int wrongs)
{
	struct attempt *t = ARENA_NEW(ctx->arena, struct attempt);
	int e = attempt_draw(ctx, id);
	if (e == 0)
		e = attempt_last(ctx->conn, ctx->arena, id, t);
	for (size_t i = 0; e == 0 && i < t->items; i++) {
		const struct drawn *d = &t->item[i];
		e = attempt_answer(ctx, id, t->id, d->position, d->kind == QUESTION_TEXT ? 0 : (int)i < wrongs ? wrong(d) : d->mask,
		                   d->kind == QUESTION_TEXT ? STR("朝礼で、先週ひやりとしたことを一人一件ずつ話す時間を作る。") : STR(""));
	}
	return e == 0 ? attempt_submit(ctx, id, t->id) : e;
}

enum course_of { ABSENT, OPENED, FAILED_ONCE, FINISHED };

static int take(struct reg_ctx *lead, const struct assignment *x, enum course_of how, int n)
{
	static const int64_t before[] = { 3, 2, 2, 4, 3 }, after[] = { 5, 4, 4, 5, 4 };
	struct str secret;
	struct principal link;
	struct sql q;
	int64_t link_id = 0;
	int e = session_issue(lead, x, &secret);
	if (e < 0 || how == ABSENT)
		return e;
	sql_init(&q, lead->arena);
	sql_lit(&q, "SELECT link_id FROM training_assignment WHERE id = ");
	sql_i64(&q, x->id);
	e = db_get_i64(lead->conn, &q, &link_id);
	if (e == 0)
		e = auth_principal_link(lead->conn, lead->arena, link_id, &link);
	struct reg_ctx ctx = *lead;
	ctx.by = &link;
	if (e == 0 && x->survey_id)
		e = survey_answer(&ctx, x->id, 1, before, COUNT_OF(before));
	if (e == 0)
		e = attempt_read(&ctx, x->id);
	if (e < 0 || how == OPENED)
		return e;
	if (how == FAILED_ONCE)
		return one_try(&ctx, x->id, 4);
	e = one_try(&ctx, x->id, n % 3);
	return e == 0 && x->survey_id ? survey_answer(&ctx, x->id, 2, after, COUNT_OF(after)) : e;
}

static int take_all(struct reg_ctx *lead, int64_t session, const enum course_of *how, size_t hows, size_t untold)
{
	struct sql q;
	struct stmt *s = NULL;
	int64_t id[200];
	size_t n = 0;
	sql_init(&q, lead->arena);
	sql_lit(&q, "SELECT id FROM training_assignment WHERE session_id = ");
	sql_i64(&q, session);
	sql_lit(&q, " ORDER BY id LIMIT 200");
	int e = db_query(lead->conn, &q, &s);
	while (e == 0 && n < COUNT_OF(id) && (e = stmt_step(s)) == 1) {
		id[n++] = stmt_i64(s, 0);
		e = 0;
	}
	stmt_done(&s);
	for (size_t i = 0; e == 0 && i + untold < n; i++) {
		struct assignment x;
		e = training_any(lead->conn, lead->arena, lead->by, id[i], &x);
		if (e == 0)
			e = take(lead, &x, how[i % hows], (int)i);
	}
	return e;
}

static int course_id(struct reg_ctx *ctx, const char *name, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT id FROM training_course WHERE archived = 0 AND name = ");
	sql_str(&q, str_of(name));
	return db_get_i64(ctx->conn, &q, ret);
}

static int sessions(struct reg_ctx *ctx, struct date today, int64_t plan, const int64_t *unit)
{
	static const enum course_of most[] = { FINISHED, FINISHED, FINISHED, FAILED_ONCE, FINISHED, FINISHED, ABSENT, FINISHED, OPENED, FINISHED },
		late[] = { FINISHED, FINISHED, ABSENT, FINISHED };
	int64_t course = 0, survey = 0, session = 0;
	struct change c = ROW(ctx, &reg_survey, { "name", "ふだんの守り方" },
		{ "items", "おかしいと思ったときの連絡先を知っている\nだましのメールを見分ける手がかりを言える\n仕事のファイルの置き場所の決まりを知っている\n間違いをしたとき、すぐに話せると思う\nパスワードを使い回していない" });
	int e = write(ctx, &c, &survey);
	if (e == 0)
		e = course_id(ctx, "全社員の基礎", &course);
	if (e < 0)
		return e;
	c = ROW(ctx, &reg_session, { "name", "秋の全社員教育" }, { "target", "全員" }, { "message", "20分ほどで終わります。スマートフォンでも受けられます。分からないことは情報システム課へ。" });
	set_id(&c, "course", course);
	set_id(&c, "plan", plan);
	set_id(&c, "survey", survey);
	set_day(ctx, &c, "due_on", today, 12);
	e = write(ctx, &c, &session);
	if (e == 0)
		e = session_start(ctx, session);
	if (e == 0)
		e = take_all(ctx, session, most, COUNT_OF(most), 3);
	if (e == 0)
		e = course_id(ctx, "メールとだましの手口", &course);
	if (e < 0)
		return e;
	c = ROW(ctx, &reg_session, { "name", "受注センターのメール教育" }, { "target", "部門の人" }, { "message", "誤送信が続いたので、宛先の確かめ方を見直します。" });
	set_id(&c, "course", course);
	set_id(&c, "plan", plan);
	set_id(&c, "unit", unit[UNIT_ORDERS]);
	set_day(ctx, &c, "due_on", today, -3);
	e = write(ctx, &c, &session);
	if (e == 0)
		e = session_start(ctx, session);
	if (e == 0)
		e = take_all(ctx, session, late, COUNT_OF(late), 0);
	if (e == 0)
		e = course_id(ctx, "パスワードと機器", &course);
	if (e < 0)
		return e;
	c = ROW(ctx, &reg_session, { "name", "入社した人の教育" }, { "target", "入社した人（常時）" }, { "days", "14" }, { "message", "ようこそ。最初の2週間のうちに受けてください。" });
	set_id(&c, "course", course);
	set_id(&c, "plan", plan);
	e = write(ctx, &c, &session);
	return e == 0 ? session_start(ctx, session) : e;
}

static int drills(struct reg_ctx *ctx, struct date today, int64_t plan)
{
	static const struct { const char *name; int days, people, opened, reported; } drill[] = {
		{ "昨年秋の訓練（荷物の不在通知）", -400, 40, 9, 3 }, { "春の訓練（請求書の再送）", -210, 40, 5, 4 }, { "今年秋の訓練（パスワードの期限）", -3, 40, 3, 3 },
	};
	int e = 0;
	for (size_t i = 0; e == 0 && i < COUNT_OF(drill); i++) {
		int64_t id = 0;
		struct change c = ROW(ctx, &reg_phishing, { "name", drill[i].name }, { "about", "訓練サービスから一斉に配信。" });
		set_day(ctx, &c, "sent_on", today, drill[i].days);
		if (i + 1 == COUNT_OF(drill))
			set_id(&c, "plan", plan);
		e = write(ctx, &c, &id);
		for (int k = 0; e == 0 && k < drill[i].people; k++) {
			c = ROW(ctx, &reg_phishing_result, { "recipient", str_z(ctx->arena, str_printf(ctx->arena, "user%02d@example.jp", k + 1)) }, { "delivered", "はい" },
				{ "opened", k < drill[i].opened ? "はい" : "いいえ" }, { "reported", k < drill[i].reported ? "はい" : "いいえ" });
			set_id(&c, "phishing", id);
			e = write(ctx, &c, NULL);
		}
	}
	return e;
}

static int skills(struct reg_ctx *ctx, struct date today, const int64_t people[3])
{
	struct change c = ROW(ctx, &reg_skill, { "area", "セキュリティの統括" }, { "role", "セキュリティの担当" }, { "strong", "社内の業務とシステムをよく知っている" }, { "weak", "事故のときの調査の進め方" },
		{ "level", "3" }, { "wanted", "4" }, { "steps", "- 社外の事故対応の演習に年1回出る\n- 月に一度の勉強会で講師をする" }, { "qualifications", "情報セキュリティマネジメント試験" });
	set_id(&c, "person", people[0]);
	set_day(ctx, &c, "until_on", today, 300);
	set_day(ctx, &c, "talk_on", today, 30);
	int e = write(ctx, &c, NULL);
	if (e < 0)
		return e;
	c = ROW(ctx, &reg_skill, { "area", "総務の仕事の中の情報保護" }, { "role", "プラス・セキュリティ" }, { "level", "1" }, { "wanted", "2" }, { "steps", "- 部門をまとめる人のためのコースを受ける\n- 棚卸しを担当と一緒に行う" });
	set_id(&c, "person", people[1]);
	set_day(ctx, &c, "until_on", today, 180);
	return write(ctx, &c, NULL);
}

int demo_training(struct reg_ctx *ctx, struct date today, const int64_t *unit, const int64_t people[3])
{
	int64_t plan = 0, n = 0;
	int e = plans(ctx, today, &plan);
	if (e == 0)
		e = training_starter_make(ctx, &n);
	if (e == 0)
		e = sessions(ctx, today, plan, unit);
	if (e == 0)
		e = drills(ctx, today, plan);
	return e == 0 ? skills(ctx, today, people) : e;
}
