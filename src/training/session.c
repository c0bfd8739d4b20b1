/* Sessions of a course, and plans: who is trained in what by when. */
#include "training/training.h"

#include "base/text/training.h"
#include "org/org.h"

#define SECTION_PLAN { "教育計画", "Training plan" }
#define SECTION_ITEMS { "計画の七項目", "The seven items" }
#define SECTION_WHO { "対象と時期", "For whom and when" }
#define SECTION_GOAL { "数値の目標", "Goals in figures" }
#define SECTION_REVIEW { "評価", "Evaluation" }
#define SECTION_SESSION { "実施", "Session" }
#define SECTION_STATE { "進み具合", "State" }

/* ---- plans ---- */

static const struct choice occasions[] = {
	{ 0, "joining", { "入社のとき", "On joining" }, { 0 }, (const char *const[]){ "入社時", NULL }, 0 },
	{ 1, "moving", { "部署や業務が変わったとき", "On moving" }, { 0 }, (const char *const[]){ "異動時", "部署・業務異動時", NULL }, 0 },
	{ 2, "role", { "昇進や役割の変更のとき", "On a new role" }, { 0 }, (const char *const[]){ "昇進時", "昇進・役割変更時", NULL }, 0 },
	{ 3, "term", { "期の初めや終わり", "At the beginning or end of a term" }, { 0 }, (const char *const[]){ "期初・期末", "四半期", NULL }, 0 },
	{ 4, "regular", { "定期", "Regularly" }, { 0 }, (const char *const[]){ "定例・定期", "定例", NULL }, 0 },
};
static const struct choice groups[] = {
	{ 0, "everyone", { "全員", "Everyone" }, { 0 }, (const char *const[]){ "全社員", NULL }, 0 }, { 1, "units", { "部門", "Units" }, { 0 }, NULL, 0 },
	{ 2, "duties", { "役職・担当", "Roles and duties" }, { 0 }, NULL, 0 }, { 3, "joiners", { "入社した人", "Joiners" }, { 0 }, (const char *const[]){ "新入社員", NULL }, 0 },
	{ 4, "movers", { "異動した人", "Movers" }, { 0 }, (const char *const[]){ "異動者", NULL }, 0 },
};
static const struct choice methods[] = {
	{ 0, "lecture", { "講義", "Lecture" }, { 0 }, (const char *const[]){ "集合学習", "集合研修", NULL }, 0 }, { 1, "online", { "石垣で受講", "Online, here" }, { 0 }, (const char *const[]){ "eラーニング", "E-learning", NULL }, 0 },
	{ 2, "reading", { "規程を読む", "Reading the rules" }, { 0 }, (const char *const[]){ "個人学習", NULL }, 0 }, { 3, "demonstration", { "実演を見る", "Demonstration" }, { 0 }, (const char *const[]){ "デモンストレーション", NULL }, 0 },
	{ 4, "drill", { "模擬訓練", "Drill" }, { 0 }, NULL, 0 }, { 5, "phishing", { "標的型メール訓練", "Phishing drill" }, { 0 }, NULL, 0 },
};

static const struct field plan_fields[] = {
	{ .name = "name", .label = { "計画の名前", "Plan" }, .hint = { "例：2026年度 従業員教育", "For example: training of 2026" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_PLAN },
	{ .name = "previous", .label = { "前の計画", "Previous plan" }, .type = FIELD_REFERENCE, .target = "training_plan", .section = SECTION_PLAN },
	{ .name = "learnt", .label = { "前の計画から引き継ぐこと", "Taken over from it" }, .type = FIELD_LONG_TEXT, .max = 4000, .section = SECTION_PLAN },
	{ .name = "purpose", .label = { "目的", "Purpose" }, .hint = { "例：メールからのウイルス感染を減らす", "For example: fewer infections by mail" }, .type = FIELD_LONG_TEXT, .max = 2000,
	  .flags = FIELD_REQUIRED | FIELD_SEARCH, .section = SECTION_ITEMS },
	{ .name = "goal", .label = { "目標", "Goal" }, .hint = { "数えられる目標にします。", "Something that can be counted." }, .type = FIELD_LONG_TEXT, .max = 2000, .flags = FIELD_SEARCH, .section = SECTION_ITEMS },
	{ .name = "starts_on", .label = { "始める日", "Starts on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_ITEMS },
	{ .name = "ends_on", .label = { "終える日", "Ends on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_ITEMS },
	{ .name = "lecturer", .label = { "講師", "Lecturer" }, .hint = { "講義でなければ「なし」と書きます。", "Write none where there is no lecture." }, .type = FIELD_TEXT, .max = 200, .section = SECTION_ITEMS },
	{ .name = "content", .label = { "内容", "Content" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_ITEMS },
	{ .name = "methods", .label = { "開催方法", "Method" }, .type = FIELD_MULTI, .choice = methods, .choices = COUNT_OF(methods), .flags = FIELD_LIST, .section = SECTION_ITEMS },
	{ .name = "measure", .label = { "評価方法", "How it is measured" }, .hint = { "例：テストの結果、訓練メールの開封の記録", "For example: test results, records of a drill" }, .type = FIELD_LONG_TEXT, .max = 2000, .section = SECTION_ITEMS },
	{ .name = "occasions", .label = { "時期", "Occasions" }, .type = FIELD_MULTI, .choice = occasions, .choices = COUNT_OF(occasions), .flags = FIELD_LIST, .section = SECTION_WHO },
	{ .name = "groups", .label = { "対象", "For whom" }, .type = FIELD_MULTI, .choice = groups, .choices = COUNT_OF(groups), .flags = FIELD_LIST, .section = SECTION_WHO },
	{ .name = "goal_finished", .label = { "受け終える人の割合（%以上）", "Finished (% or more)" }, .type = FIELD_INTEGER, .min = 0, .max = 100, .section = SECTION_GOAL },
	{ .name = "goal_right", .label = { "テストの正答の割合（%以上）", "Right answers (% or more)" }, .type = FIELD_INTEGER, .min = 0, .max = 100, .section = SECTION_GOAL },
	{ .name = "evaluated_on", .label = { "評価した日", "Evaluated on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_SORT, .section = SECTION_REVIEW },
	{ .name = "evaluation", .label = { "やってみて分かったこと", "What was found" }, .type = FIELD_LONG_TEXT, .max = 4000, .section = SECTION_REVIEW },
	{ .name = "next", .label = { "次の計画に活かすこと", "For the next plan" }, .type = FIELD_LONG_TEXT, .max = 4000, .section = SECTION_REVIEW },
};

static void plan_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	const int previous = reg_field(&reg_training_plan, "previous");
	org_dates_in_order(&reg_training_plan, "starts_on", "ends_on", after, errors);
	if (after->id && after->v[previous].known && after->v[previous].i == after->id)
		error_add(errors, previous, NOTE0(MSG_TRAINING_PLAN_ITSELF));
}
static const struct reg_hooks plan_hooks = { .check = plan_check, .detail = plan_detail };

#define TRAINING_ACCESS \
	{ .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, [ROLE_EXECUTIVE] = OP_READ, \
	           [ROLE_AUDITOR] = OP_READ | OP_EXPORT } }

const struct reg reg_training_plan = {
	.name = "training_plan", .room = "training", .table = "training_plan", .code = "TRP",
	.label = { "教育計画", "Training plans" },
	.about = { "目的と目標、日程、講師、内容、方法、評価。終わったら評価して、次の計画につなげます。", "Purpose, goal, dates, lecturer, content, method and measure; evaluated at the end for the next one." },
	.empty = { "目的と目標を決めて「追加」します。", "Add one with a purpose and a goal." },
	.icon = "clipboard-check", .help = "training", .field = plan_fields, .fields = COUNT_OF(plan_fields), .title = "name", .sort = "starts_on",
	.access = TRAINING_ACCESS, .hooks = &plan_hooks, .shared = true,
};

/* ---- sessions ---- */

static const struct choice targets[] = {
	{ TARGET_EVERYONE, "everyone", { "全員", "Everyone" }, { "始めたときに在籍している人。", "Who is here when it starts." }, NULL, TONE_NEUTRAL },
	{ TARGET_UNIT, "unit", { "部門の人", "A unit" }, { "その部門と、その下の部門の人。", "The unit and those below." }, NULL, TONE_NEUTRAL },
	{ TARGET_DUTY, "duty", { "担当に就いている人", "Holders of a duty" }, { "その担当にいま就いている人。", "Who holds the duty now." }, NULL, TONE_NEUTRAL },
	{ TARGET_JOINERS, "joiners", { "入社した人（常時）", "Joiners, always" }, { "入社するたびに、対象に加わる。", "Everybody who joins, as they join." }, NULL, TONE_BLUE },
	{ TARGET_MOVERS, "movers", { "異動した人（常時）", "Movers, always" }, { "異動するたびに、対象に加わる。", "Everybody who moves, as they move." }, NULL, TONE_BLUE },
	{ TARGET_NEW_DUTY, "new_duty", { "担当に就いた人（常時）", "New holders of a duty, always" }, { "担当に就くたびに、対象に加わる。", "Everybody who takes up the duty." }, NULL, TONE_BLUE },
};
static const struct choice states[] = {
	{ SESSION_DRAFT, "draft", { "準備中", "Draft" }, { "まだ始めていない。", "Not begun yet." }, NULL, TONE_GREY },
	{ SESSION_RUNNING, "running", { "実施中", "Running" }, { "受講を待っている。", "People take the course." }, NULL, TONE_BLUE },
	{ SESSION_CLOSED, "closed", { "終了", "Closed" }, { "締め切った。結果は残る。", "Over; the results stay." }, NULL, TONE_GREEN },
};

static const struct field session_fields[] = {
	{ .name = "name", .label = { "実施の名前", "Session" }, .hint = { "例：2026年度 全社員の基礎教育", "For example: basics for everybody, 2026" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_SESSION },
	{ .name = "course", .label = { "コース", "Course" }, .type = FIELD_REFERENCE, .target = "course", .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_SESSION },
	{ .name = "plan", .label = { "教育計画", "Plan" }, .type = FIELD_REFERENCE, .target = "training_plan", .flags = FIELD_FILTER, .section = SECTION_SESSION },
	{ .name = "target", .label = { "対象", "For whom" }, .type = FIELD_CHOICE, .choice = targets, .choices = COUNT_OF(targets), .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_SESSION },
	{ .name = "unit", .label = { "対象の部門", "Unit" }, .hint = { "「部門の人」のとき。", "Where it is for a unit." }, .type = FIELD_UNIT, .target = "unit", .section = SECTION_SESSION },
	{ .name = "duty", .label = { "対象の担当", "Duty" }, .hint = { "「担当」の人のとき。", "Where it is for holders of a duty." }, .type = FIELD_REFERENCE, .target = "duty", .section = SECTION_SESSION },
	{ .name = "due_on", .label = { "期限", "Due on" }, .hint = { "常時の対象では空欄にします。あとから変えると、まだの人の期限も変わります。", "Blank where people come by themselves. A change moves the due day of who has not finished." }, .type = FIELD_DATE,
	  .flags = FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_SESSION },
	{ .name = "from_on", .label = { "いつからの人か", "People from" }, .hint = { "常時の対象で、この日より前に入社・異動・就任した人は加えません。空欄は始めた日からです。", "People who came before this day are left out; blank means the day it starts." },
	  .type = FIELD_DATE, .section = SECTION_SESSION },
	{ .name = "days", .label = { "対象になってから何日以内か", "Days to finish" }, .hint = { "常時の対象のとき。", "Where people come by themselves." }, .type = FIELD_INTEGER, .min = 1, .max = 365, .section = SECTION_SESSION },
	{ .name = "message", .label = { "受ける人へのことば", "Message" }, .type = FIELD_LONG_TEXT, .max = 2000, .section = SECTION_SESSION },
	{ .name = "survey", .label = { "前後のアンケート", "Survey before and after" }, .type = FIELD_REFERENCE, .target = "survey", .section = SECTION_SESSION },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = states, .choices = COUNT_OF(states), .flags = FIELD_ENGINE | FIELD_LIST | FIELD_FILTER, .section = SECTION_STATE },
	{ .name = "started_on", .label = { "始めた日", "Started on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE | FIELD_LIST, .section = SECTION_STATE },
	{ .name = "closed_on", .label = { "終えた日", "Closed on" }, .type = FIELD_DATE, .flags = FIELD_ENGINE, .section = SECTION_STATE },
};

bool target_is_standing(int64_t target)
{
	return target == TARGET_JOINERS || target == TARGET_MOVERS || target == TARGET_NEW_DUTY;
}

static int f_session(const char *name)
{
	return reg_field(&reg_session, name);
}

static void session_fill(struct reg_ctx *ctx, struct row *row)
{
	(void)ctx;
	row->v[f_session("state")] = (struct value){ .known = true, .i = SESSION_DRAFT };
	if (!row->v[f_session("days")].known && target_is_standing(row->v[f_session("target")].i))
		row->v[f_session("days")] = (struct value){ .known = true, .i = 14 };
}

static void need(struct error_list *errors, const struct row *row, const char *field, bool when, msg_id why)
{
	if (when && !row->v[f_session(field)].known)
		error_add(errors, f_session(field), NOTE0(why));
}

/* Whom it is for and what they learn stands from the start on. */
static void session_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx;
	static const char *const fixed[] = { "course", "target", "unit", "duty", "survey" };
	const int64_t target = after->v[f_session("target")].i;
	if (!after->v[f_session("target")].known)
		return;
	need(errors, after, "unit", target == TARGET_UNIT, MSG_TRAINING_NEED_UNIT);
	need(errors, after, "duty", target == TARGET_DUTY || target == TARGET_NEW_DUTY, MSG_TRAINING_NEED_DUTY);
	need(errors, after, "due_on", !target_is_standing(target), MSG_TRAINING_NEED_DUE);
	need(errors, after, "days", target_is_standing(target), MSG_TRAINING_NEED_DAYS);
	if (!before || before->v[f_session("state")].i == SESSION_DRAFT)
		return;
	for (size_t i = 0; i < COUNT_OF(fixed); i++) {
		const int f = f_session(fixed[i]);
		if (!value_eq(&reg_session.field[f], &before->v[f], &after->v[f]))
			error_add(errors, f, NOTE0(MSG_TRAINING_FIXED));
	}
}

static int move_due(struct reg_ctx *ctx, int64_t session_id, struct str due_on)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "UPDATE training_assignment SET due_on = ");
	sql_str(&q, due_on);
	sql_lit(&q, " WHERE done_at = 0 AND session_id = ");
	sql_i64(&q, session_id);
	return db_exec(ctx->conn, &q, NULL);
}

/* A session that is put away leaves no link open; a new due day holds for whoever has not finished. */
static int session_after_write(struct reg_ctx *ctx, const struct row *before, const struct row *after)
{
	const int due = f_session("due_on");
	if (!before)
		return 0;
	if (before->state == RECORD_LIVE && after->state == RECORD_ARCHIVED) {
		struct sql q;
		struct stmt *s = NULL;
		int64_t *link = ARENA_ARRAY(ctx->arena, LIMIT_SESSION_PEOPLE, int64_t);
		size_t n = 0;
		sql_init(&q, ctx->arena);
		sql_lit(&q, "SELECT link_id FROM training_assignment WHERE link_id <> 0 AND session_id = ");
		sql_i64(&q, after->id);
		sql_lit(&q, " LIMIT ");
		sql_i64(&q, LIMIT_SESSION_PEOPLE);
		int e = db_query(ctx->conn, &q, &s);
		while (e == 0 && n < LIMIT_SESSION_PEOPLE && (e = stmt_step(s)) == 1) {
			link[n++] = stmt_i64(s, 0);
			e = 0;
		}
		stmt_done(&s);
		for (size_t i = 0; e == 0 && i < n; i++)
			e = assignment_link_end(ctx, link[i]);
		return e;
	}
	if (!value_eq(&reg_session.field[due], &before->v[due], &after->v[due]) && after->v[due].known && !target_is_standing(after->v[f_session("target")].i))
		return move_due(ctx, after->id, after->v[due].s);
	return 0;
}
/* What the chosen target does not ask for. */
static bool session_idle(const struct row *row, const struct field *f)
{
	const struct value *v = &row->v[f_session("target")];
	const bool standing = target_is_standing(v->i), duty = v->i == TARGET_DUTY || v->i == TARGET_NEW_DUTY;
	if (!v->known)
		return false;
	return (!strcmp(f->name, "unit") && v->i != TARGET_UNIT) || (!strcmp(f->name, "duty") && !duty) || (!strcmp(f->name, "due_on") && standing) ||
	       ((!strcmp(f->name, "from_on") || !strcmp(f->name, "days")) && !standing);
}
static const struct reg_hooks session_hooks = { .fill = session_fill, .check = session_check, .after_write = session_after_write, .detail = session_detail,
	.idle = session_idle };

const struct reg reg_session = {
	.name = "session", .room = "training", .table = "training_session", .code = "TRS",
	.label = { "教育の実施", "Sessions" },
	.about = { "だれが、どのコースを、いつまでに受けるか。受け終えるまで追いかけます。", "Who takes which course by when, followed up until everybody has finished." },
	.empty = { "コースと対象、期限を決めて「追加」します。始めると一人ずつの受講ができます。", "Add one with a course, people and a due day; starting it takes the people in." },
	.icon = "checklist", .help = "training", .field = session_fields, .fields = COUNT_OF(session_fields), .title = "name", .sort = "due_on",
	.access = TRAINING_ACCESS, .hooks = &session_hooks, .shared = true, .whole = true,
};
