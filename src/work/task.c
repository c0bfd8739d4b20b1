/* The register of tasks and its rules. */
#include "work/task.h"

#include "base/text/work.h"
#include "work/approval.h"
#include "work/days.h"

#define SECTION_TASK { "やること", "Task" }
#define SECTION_REPEAT { "くり返し", "Recurrence" }
#define SECTION_DONE { "結果", "Result" }

static const struct choice states[] = {
	{ TASK_OPEN, "open", { "未着手", "open" }, { "まだ始めていない。", "Not begun." }, (const char *const[]){ "未実施", "未", NULL }, TONE_GREY },
	{ TASK_IN_PROGRESS, "in_progress", { "進行中", "in progress" }, { "始めている。", "Under way." }, (const char *const[]){ "実施中", "対応中", NULL }, TONE_BLUE },
	{ TASK_DONE, "done", { "完了", "done" }, { "終えて、何をもって終えたかを残した。", "Done, with evidence." }, (const char *const[]){ "済", "実施済み", NULL }, TONE_GREEN },
	{ TASK_CANCELLED, "cancelled", { "取りやめ", "cancelled" }, { "しないことにした。理由はメモに書く。", "Not to be done; the note says why." }, (const char *const[]){ "中止", NULL }, TONE_NEUTRAL },
};

static const struct choice repeats[] = {
	{ REPEAT_YEARS, "years", { "毎年", "every year" }, { "n年ごとの同じ月日。", "The same day of the year, every n years." }, NULL, TONE_NEUTRAL },
	{ REPEAT_MONTHS, "months", { "毎月", "every month" }, { "nか月ごとの同じ日。", "The same day of the month, every n months." }, NULL, TONE_NEUTRAL },
	{ REPEAT_WORKING_DAYS, "working_days", { "営業日ごと", "working days" }, { "n営業日ごと。土日、祝日、会社の休日は数えない。", "Every n working days: weekends, public and company holidays do not count." }, NULL, TONE_NEUTRAL },
};

static const struct choice shifts[] = {
	{ SHIFT_NONE, "none", { "ずらさない", "no shift" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ SHIFT_BEFORE, "before", { "前の営業日", "working day before" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
	{ SHIFT_AFTER, "after", { "次の営業日", "next working day" }, { NULL, NULL }, NULL, TONE_NEUTRAL },
};

/* The day stays what it was while the task stays done, and goes when it is begun again. */
static void done_local(const struct reg *r, struct row *row)
{
	const struct value *state = &row->v[reg_field(r, "state")];
	struct value *day = &row->v[reg_field(r, "done_on")];
	static _Thread_local char today[40];
	if (!state->known || state->i != TASK_DONE) {
		*day = (struct value){ 0 };
	} else if (!day->known) {
		const struct date d = clock_today();
		snprintf(today, sizeof today, "%04d-%02d-%02d", d.year, d.month, d.day);
		*day = (struct value){ .known = true, .s = str_of(today) };
	}
}
static const struct derivation done_day = {
	.fields = (const char *const[]){ "done_on", NULL },
	.local = done_local,
};

static const struct field task_fields[] = {
	{ .name = "name", .label = { "やること", "Task" }, .hint = { "例：退職した人のアカウントを止める", "For example: disable a leaver's account" }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_TASK, .alias = (const char *const[]){ "件名", "タスク", "作業", NULL } },
	{ .name = "about", .label = { "対象の番号", "About" }, .hint = { "どの行のためにするか。例：AST-0001。なければ空欄。", "Code of the row it is for, such as AST-0001; may be blank." }, .type = FIELD_TEXT, .max = 40,
	  .flags = FIELD_KEY | FIELD_LIST | FIELD_FILTER, .section = SECTION_TASK },
	{ .name = "owner", .label = { "担当者", "Owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_TASK },
	{ .name = "deputy", .label = { "代わりの人", "Deputy" }, .hint = { "担当者がいないときに進める人。", "Who goes on when the owner is away." }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_FILTER,
	  .section = SECTION_TASK },
	{ .name = "unit", .label = { "部署", "Unit" }, .hint = { "この部署の人に見えます。空欄なら、担当者の部署。", "Its people see the task. Blank: the owner's." }, .type = FIELD_UNIT, .target = "unit",
	  .flags = FIELD_OWNER | FIELD_LIST | FIELD_FILTER, .section = SECTION_TASK },
	{ .name = "due_on", .label = { "期限", "Due" }, .type = FIELD_DATE, .flags = FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_FILTER, .section = SECTION_TASK,
	  .alias = (const char *const[]){ "期日", "締切", NULL } },
	{ .name = "state", .label = { "状態", "State" }, .type = FIELD_CHOICE, .choice = states, .choices = COUNT_OF(states), .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_TASK },
	{ .name = "note", .label = { "メモ", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_TASK },
	{ .name = "repeat", .label = { "くり返し", "Repeats" }, .hint = { "終わったとき、または期限の日に、次のやることができます。空欄はくり返さない。", "The next one is made when this one is done, or on its due day. Blank: it does not come back." },
	  .type = FIELD_CHOICE, .choice = repeats, .choices = COUNT_OF(repeats), .section = SECTION_REPEAT },
	{ .name = "repeat_every", .label = { "間隔", "Every" }, .hint = { "何年、何か月、何営業日ごとか。空欄は1。", "How many years, months or working days. Blank: 1." }, .type = FIELD_INTEGER, .min = 1, .max = 240, .section = SECTION_REPEAT },
	{ .name = "repeat_day", .label = { "日", "Day of the month" }, .hint = { "毎年・毎月のとき。31なら月末。空欄なら基準日と同じ日。", "For years and months. 31: the last day. Blank: as the day counted from." }, .type = FIELD_INTEGER, .min = 1, .max = 31,
	  .section = SECTION_REPEAT },
	{ .name = "shift", .label = { "休日のとき", "On a day off" }, .hint = { "期限が土日、祝日、会社の休日に当たったとき。", "When it would be due on a weekend, a public or a company holiday." }, .type = FIELD_CHOICE, .choice = shifts,
	  .choices = COUNT_OF(shifts), .section = SECTION_REPEAT },
	{ .name = "repeat_from", .label = { "くり返しの基準日", "Counted from" }, .hint = { "次の期限はこの日から数えます。空欄なら期限の日。期限だけを動かしても、次の期限は変わりません。", "The next due day is counted from here; blank: from the due day. Moving only the due day does not move the rhythm." },
	  .type = FIELD_DATE, .section = SECTION_REPEAT },
	{ .name = "done_on", .label = { "完了した日", "Done on" }, .type = FIELD_DATE, .flags = FIELD_FILTER | FIELD_SORT, .derived = &done_day,
	  .formula = { "「完了」にした日", "The day on which it was said to be done" }, .section = SECTION_DONE },
	{ .name = "evidence", .label = { "完了の証拠", "Evidence" }, .hint = { "何を見れば終わったと分かるか。文書の名前、リンク、添付の説明など。", "What shows that it is done: a document, a link, what is attached." }, .type = FIELD_TEXT,
	  .max = 1000, .flags = FIELD_SEARCH, .section = SECTION_DONE },
};

static struct value *at(struct row *row, const char *field)
{
	return &row->v[reg_field(&reg_task, field)];
}

static const struct value *of(const struct row *row, const char *field)
{
	return &row->v[reg_field(&reg_task, field)];
}

int task_about(struct db_conn *c, struct arena *a, const struct principal *p, struct str code, int64_t *ret_id, const struct reg **ret_reg)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT r.id, r.register FROM record r WHERE r.state = 0 AND r.code = ");
	sql_str(&q, code);
	work_visible(&q, p, OP_READ, "r");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(c, &q, &s);
	if (e < 0)
		return e;
	*ret_id = stmt_i64(s, 0);
	*ret_reg = reg_find(stmt_str(s, 1));
	return *ret_reg ? 0 : ERR_CORRUPT;
}

static void task_fill(struct reg_ctx *ctx, struct row *row)
{
	const struct value *owner = of(row, "owner");
	struct value *state = at(row, "state"), *unit = at(row, "unit");
	int64_t id = 0;
	if (!state->known)
		*state = (struct value){ .known = true, .i = TASK_OPEN };
	/* A due day that is moved later moves only this one. */
	struct date due;
	if (of(row, "repeat")->known && !of(row, "repeat_from")->known)
		*at(row, "repeat_from") = *of(row, "due_on");
	if (of(row, "repeat")->known && !of(row, "repeat_every")->known)
		*at(row, "repeat_every") = (struct value){ .known = true, .i = 1 };
	if (of(row, "repeat")->known && !of(row, "shift")->known)
		*at(row, "shift") = (struct value){ .known = true, .i = SHIFT_NONE };
	if (of(row, "repeat")->known && of(row, "repeat")->i != REPEAT_WORKING_DAYS && !of(row, "repeat_day")->known && of(row, "due_on")->known &&
	    date_parse_iso(of(row, "due_on")->s, &due) == 0)
		*at(row, "repeat_day") = (struct value){ .known = true, .i = due.day };
	if (unit->known || !owner->known || !owner->i)
		return;
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT unit_id FROM record WHERE id = ");
	sql_i64(&q, owner->i);
	if (db_get_i64(ctx->conn, &q, &id) == 0 && id)
		*unit = (struct value){ .known = true, .i = id };
}

/* Evidence is a sentence or a file on the task itself. */
static bool attached(struct reg_ctx *ctx, int64_t id)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT count(*) FROM remark_attachment WHERE record_id = ");
	sql_i64(&q, id);
	return db_get_i64(ctx->conn, &q, &n) == 0 && n > 0;
}

static void task_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	const struct reg *r = &reg_task;
	const struct value *about = of(after, "about"), *was = before ? of(before, "about") : NULL;
	const struct reg *target;
	int64_t id;
	/* One that stays as it was may have become another's to see, or be archived by now. */
	if (about->known && !(was && was->known && str_eq(was->s, about->s)) && task_about(ctx->conn, ctx->arena, ctx->by, about->s, &id, &target) < 0)
		error_add(errors, reg_field(r, "about"), NOTE(MSG_TASK_ABOUT_UNKNOWN, ARG_S(about->s)));
	if (of(after, "owner")->known && of(after, "deputy")->known && of(after, "owner")->i == of(after, "deputy")->i)
		error_add(errors, reg_field(r, "deputy"), NOTE0(MSG_TASK_DEPUTY_SAME));
	if (of(after, "repeat")->known && !of(after, "due_on")->known)
		error_add(errors, reg_field(r, "due_on"), NOTE0(MSG_TASK_REPEAT_DUE));
	const bool done = of(after, "state")->known && of(after, "state")->i == TASK_DONE;
	if (done && !of(after, "evidence")->known && !(before && attached(ctx, before->id)))
		error_add(errors, reg_field(r, "evidence"), NOTE0(MSG_TASK_DONE_HOW));
	int64_t open = 0;
	if (done && before && of(before, "state")->i != TASK_DONE && checklist_open(ctx->conn, ctx->arena, before->id, &open) == 0 && open)
		error_add(errors, reg_field(r, "state"), NOTE(MSG_TASK_CHECK_OPEN, ARG_I(open)));
}

/* How it comes back says nothing about a task that does not. */
static bool task_idle(const struct row *row, const struct field *f)
{
	static const char *const fields[] = { "repeat_every", "repeat_day", "shift", "repeat_from" };
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (strcmp(f->name, fields[i]) == 0)
			return !of(row, "repeat")->known || (of(row, "repeat")->i == REPEAT_WORKING_DAYS && strcmp(f->name, "repeat_day") == 0);
	return false;
}

static int task_after_write(struct reg_ctx *ctx, const struct row *before, const struct row *after)
{
	const struct value *was = before ? of(before, "state") : NULL, *is = of(after, "state");
	if (after->state != RECORD_LIVE || after->batch || !is->known || is->i != TASK_DONE || (was && was->known && was->i == TASK_DONE))
		return 0;
	return task_next_make(ctx, after->id);
}

static const struct reg_hooks task_hooks = { .fill = task_fill, .check = task_check, .after_write = task_after_write, .idle = task_idle, .detail = task_detail };

const struct reg reg_task = {
	.name = "task", .room = "work", .table = "work_task", .code = "TSK",
	.label = { "やること", "Tasks" },
	.about = { "だれが、何を、いつまでにするか。終えたら、何をもって終えたかを残します。", "Who does what by when. What shows that it is done is kept." },
	.empty = { "どの台帳の行からも追加できます。", "Tasks can be added from the page of any row." },
	.icon = "checkbox", .help = "work", .field = task_fields, .fields = COUNT_OF(task_fields), .title = "name", .sort = "due_on",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ | OP_CREATE | OP_UPDATE | OP_COMMENT,
	                     [ROLE_EXECUTIVE] = OP_READ | OP_UPDATE | OP_COMMENT, [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } },
	.derive = (const struct derivation *const[]){ &done_day }, .derives = 1, .hooks = &task_hooks,
};
