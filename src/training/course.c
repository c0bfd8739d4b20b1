/* Courses and their pool of questions. */
#include "training/training.h"

#include "base/text/training.h"

#define SECTION_COURSE { "コース", "Course" }
#define SECTION_TEXT { "教材", "Material" }
#define SECTION_TEST { "テスト", "Test" }
#define SECTION_QUESTION { "問題", "Question" }
#define SECTION_ANSWER { "答え", "Answer" }

static const struct field course_fields[] = {
	{ .name = "name", .label = { "コース名", "Course" }, .hint = { "例：全社員の基礎", "For example: basics for everybody" }, .type = FIELD_TEXT, .max = 100,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_COURSE, .alias = (const char *const[]){ "教材名", "講座名", NULL } },
	{ .name = "about", .label = { "だれのための、何を学ぶコースか", "For whom, and what" }, .type = FIELD_TEXT, .max = 300, .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_COURSE },
	{ .name = "minutes", .label = { "かかる時間の目安（分）", "Minutes it takes" }, .type = FIELD_INTEGER, .min = 1, .max = 600, .flags = FIELD_LIST | FIELD_SORT, .section = SECTION_COURSE },
	{ .name = "text", .label = { "本文", "Text" }, .hint = { "Markdownで書きます。「---」だけの行でページが分かれます。", "Markdown. A line of only --- begins a new page." }, .type = FIELD_LONG_TEXT,
	  .max = 40000, .flags = FIELD_SEARCH, .section = SECTION_TEXT },
	{ .name = "link", .label = { "外の教材のリンク", "Link to other material" }, .hint = { "動画など。スライドは画像にして、この行に添付すると本文のあとに並びます。",
	  "A film, for example. Slides: attach pictures to this row; they follow the text." }, .type = FIELD_URL, .section = SECTION_TEXT },
	{ .name = "pass_mark", .label = { "合格点（%）", "Pass mark (%)" }, .type = FIELD_INTEGER, .min = 0, .max = 100, .flags = FIELD_LIST, .section = SECTION_TEST },
	{ .name = "draw", .label = { "出題数", "Questions drawn" }, .hint = { "問題の中から、この数だけ毎回選びます。問題が足りなければ全部です。", "So many are drawn from the pool each time, or all." },
	  .type = FIELD_INTEGER, .min = 1, .max = LIMIT_DRAW, .section = SECTION_TEST },
	{ .name = "attempts", .label = { "受けられる回数", "Attempts" }, .hint = { "使い切った人には、教育の担当が1回ずつ足せます。", "Who has used them up may be given one more at a time." }, .type = FIELD_INTEGER,
	  .min = 1, .max = LIMIT_TRIES, .section = SECTION_TEST },
};

static void default_of(struct row *row, const struct reg *r, const char *field, int64_t value)
{
	struct value *v = &row->v[reg_field(r, field)];
	if (!v->known)
		*v = (struct value){ .known = true, .i = value };
}

static void course_fill(struct reg_ctx *ctx, struct row *row)
{
	(void)ctx;
	default_of(row, &reg_course, "pass_mark", COURSE_PASS_MARK);
	default_of(row, &reg_course, "draw", COURSE_DRAW);
	default_of(row, &reg_course, "attempts", COURSE_ATTEMPTS);
}

static const struct reg_hooks course_hooks = { .fill = course_fill, .detail = course_detail, .list = course_list };

const struct reg reg_course = {
	.name = "course", .room = "training", .table = "training_course", .code = "CRS",
	.label = { "コース", "Courses" },
	.about = { "教材とテスト。本文をページに分けて読み、最後にテストを受けます。", "Material and test: pages to read, and a test at the end." },
	.empty = { "「ひな形から作る」と、そのまま使える五つのコースができます。", "Make the five starter courses, or write your own." },
	.icon = "file-text", .help = "training", .field = course_fields, .fields = COUNT_OF(course_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT } },
	.hooks = &course_hooks, .shared = true,
};

/* ---- questions ---- */

static const struct choice kinds[] = {
	{ QUESTION_YES_NO, "yes_no", { "○×", "Yes or no" }, { "正しいか、正しくないか。", "Right or wrong." }, (const char *const[]){ "○か×", "マルバツ", NULL }, TONE_NEUTRAL },
	{ QUESTION_ONE, "one", { "一つ選ぶ", "One of several" }, { "選択肢から一つ。", "One option." }, (const char *const[]){ "四択", "4択", "選択", NULL }, TONE_NEUTRAL },
	{ QUESTION_SEVERAL, "several", { "すべて選ぶ", "All that apply" }, { "当てはまるものをすべて。ちょうど合っていれば正解です。", "Every option that applies, no other." }, (const char *const[]){ "複数選択", NULL }, TONE_NEUTRAL },
	{ QUESTION_TEXT, "text", { "文で答える", "Free text" }, { "教育の担当が読んで採点します。", "Marked by hand." }, (const char *const[]){ "記述", "記述式", NULL }, TONE_NEUTRAL },
};
static const struct choice answers[] = {
	{ 0, "1", { "1（○）", "1 (yes)" }, { 0 }, (const char *const[]){ "1", "○", NULL }, 0 }, { 1, "2", { "2（×）", "2 (no)" }, { 0 }, (const char *const[]){ "2", "×", NULL }, 0 },
	{ 2, "3", { "3", "3" }, { 0 }, NULL, 0 }, { 3, "4", { "4", "4" }, { 0 }, NULL, 0 },
};

static const struct field question_fields[] = {
	{ .name = "course", .label = { "コース", "Course" }, .type = FIELD_REFERENCE, .target = "course", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_QUESTION, .alias = (const char *const[]){ "コース名", NULL } },
	{ .name = "name", .label = { "問題文", "Question" }, .type = FIELD_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH,
	  .section = SECTION_QUESTION, .alias = (const char *const[]){ "問題", "設問", NULL } },
	{ .name = "kind", .label = { "答え方", "Kind" }, .type = FIELD_CHOICE, .choice = kinds, .choices = COUNT_OF(kinds), .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_QUESTION },
	{ .name = "option_1", .label = { "選択肢1", "Option 1" }, .type = FIELD_TEXT, .max = 300, .section = SECTION_QUESTION },
	{ .name = "option_2", .label = { "選択肢2", "Option 2" }, .type = FIELD_TEXT, .max = 300, .section = SECTION_QUESTION },
	{ .name = "option_3", .label = { "選択肢3", "Option 3" }, .type = FIELD_TEXT, .max = 300, .section = SECTION_QUESTION },
	{ .name = "option_4", .label = { "選択肢4", "Option 4" }, .type = FIELD_TEXT, .max = 300, .section = SECTION_QUESTION },
	{ .name = "answers", .label = { "正解", "Right answers" }, .hint = { "○×は、1が○、2が×です。文で答える問題では空欄にします。", "Of yes or no, 1 is yes and 2 is no. Blank for free text." }, .type = FIELD_MULTI,
	  .choice = answers, .choices = COUNT_OF(answers), .section = SECTION_ANSWER },
	{ .name = "explanation", .label = { "解説", "Explanation" }, .hint = { "答えたあとに見せます。文で答える問題では、採点の目安を書きます。", "Shown after answering; of free text, what a good answer says." },
	  .type = FIELD_LONG_TEXT, .max = 1000, .section = SECTION_ANSWER },
};

/* A question that nobody can answer rightly would fail everybody. One whose answer is not known yet may be kept: it is not drawn. */
static void question_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	(void)ctx, (void)before;
	const int kind = reg_field(&reg_question, "kind"), mask_field = reg_field(&reg_question, "answers"), first = reg_field(&reg_question, "option_1");
	const int64_t k = after->v[kind].i, mask = after->v[mask_field].known ? after->v[mask_field].i : 0;
	size_t options = 0;
	int64_t there = 0;
	for (int i = 0; i < QUESTION_OPTIONS; i++)
		if (after->v[first + i].known && after->v[first + i].s.n) {
			options++;
			there |= INT64_C(1) << i;
		}
	const bool single = mask && !(mask & (mask - 1));
	if (!after->v[kind].known)
		return;
	if ((k == QUESTION_ONE || k == QUESTION_SEVERAL) && options < 2)
		error_add(errors, first + 1, NOTE0(MSG_TRAINING_OPTIONS_FEW));
	else if (k == QUESTION_YES_NO && mask && (!single || mask > 2))
		error_add(errors, mask_field, NOTE0(MSG_TRAINING_ANSWER_YES_NO));
	else if (k == QUESTION_ONE && mask && !single)
		error_add(errors, mask_field, NOTE0(MSG_TRAINING_ANSWER_ONE));
	else if (k != QUESTION_YES_NO && k != QUESTION_TEXT && (mask & ~there))
		error_add(errors, mask_field, NOTE0(MSG_TRAINING_ANSWER_BLANK));
}

static const struct reg_hooks question_hooks = { .check = question_check };

/* Right answers stand here: only who makes or examines tests reads them. */
const struct reg reg_question = {
	.name = "question", .room = "training", .table = "training_question", .code = "QST",
	.label = { "問題", "Questions" },
	.about = { "テストの問題、正解、解説。コースごとにためておき、毎回この中から出題します。", "Questions with answers and explanations: each test draws from the pool of its course." },
	.empty = { "コースを選んで問題を追加するか、Excelから取り込みます。", "Add questions to a course, or import them." },
	.icon = "list-search", .help = "training", .field = question_fields, .fields = COUNT_OF(question_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_AUDITOR] = OP_READ | OP_EXPORT } },
	.hooks = &question_hooks, .shared = true,
};

int course_questions(struct db_conn *c, struct arena *a, int64_t course_id, int64_t *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM training_question t WHERE t.archived = 0 AND " QUESTION_IS_WHOLE " AND t.course = ");
	sql_i64(&q, course_id);
	sql_lit(&q, " AND t.batch NOT IN " BATCH_HIDDEN);
	return db_get_i64(c, &q, ret);
}
