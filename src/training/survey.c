/* Surveys that are answered before and after a course. */
#include "training/training.h"

#include "base/text/training.h"

#define SECTION_SURVEY { "アンケート", "Survey" }

static const struct field survey_fields[] = {
	{ .name = "name", .label = { "アンケートの名前", "Survey" }, .type = FIELD_TEXT, .max = 100, .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH,
	  .section = SECTION_SURVEY },
	{ .name = "items", .label = { "聞くこと", "Statements" }, .hint = { "1行に一つ、10個まで。「連絡先を知っている」のように書き、5段階で答えてもらいます。", "One a line, at most ten, such as: I know whom to tell. Answered on five steps." },
	  .type = FIELD_LONG_TEXT, .max = 2000, .flags = FIELD_REQUIRED, .section = SECTION_SURVEY },
};

size_t survey_items(struct str text, struct str ret[LIMIT_SURVEY_ITEMS])
{
	size_t n = 0;
	for (struct str line; n < LIMIT_SURVEY_ITEMS && str_cut(&text, '\n', &line);)
		if ((line = str_trim(line)).n)
			ret[n++] = line;
	return n;
}

/* Answers are kept by the number of the line: what was asked stays as it was once somebody has answered. */
static void survey_check(struct reg_ctx *ctx, const struct row *before, const struct row *after, struct error_list *errors)
{
	const int f = reg_field(&reg_survey, "items");
	struct str rest = after->v[f].s, line;
	size_t lines = 0;
	while (after->v[f].known && str_cut(&rest, '\n', &line))
		lines += str_trim(line).n > 0;
	if (lines > LIMIT_SURVEY_ITEMS)
		error_add(errors, f, NOTE(MSG_TRAINING_SURVEY_MANY, ARG_I(LIMIT_SURVEY_ITEMS)));
	if (!before || value_eq(&reg_survey.field[f], &before->v[f], &after->v[f]))
		return;
	struct sql q;
	int64_t answered = 0;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COUNT(*) FROM (SELECT 1 FROM training_survey_answer s JOIN training_assignment g ON g.id = s.assignment_id JOIN training_session t ON t.id = g.session_id WHERE t.survey = ");
	sql_i64(&q, after->id);
	sql_lit(&q, " LIMIT 1) AS n");
	if (db_get_i64(ctx->conn, &q, &answered) < 0 || answered)
		error_add(errors, f, NOTE0(MSG_TRAINING_SURVEY_FIXED));
}
static const struct reg_hooks survey_hooks = { .check = survey_check };

const struct reg reg_survey = {
	.name = "survey", .room = "training", .table = "training_survey", .code = "SVY",
	.label = { "アンケート", "Surveys" },
	.about = { "教育の前と後に同じことを聞いて、変わったかを比べます。だれが何と答えたかは示しません。", "The same statements before and after a course, compared. Nobody's own answers are shown." },
	.empty = { "聞くことを1行に一つずつ書いて追加します。", "Add one with a statement a line." },
	.icon = "list-search", .help = "training", .field = survey_fields, .fields = COUNT_OF(survey_fields), .title = "name", .sort = "name",
	.access = { .ops = { [ROLE_ADMINISTRATOR] = OP_READ | OP_EXPORT, [ROLE_LEAD] = OP_ALL, [ROLE_CONTACT] = OP_READ, [ROLE_EXECUTIVE] = OP_READ,
	                     [ROLE_AUDITOR] = OP_READ | OP_EXPORT } },
	.hooks = &survey_hooks, .shared = true,
};

int survey_answered(struct db_conn *c, struct arena *a, int64_t assignment_id, int64_t round, bool *ret)
{
	struct sql q;
	int64_t n = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM training_survey_answer WHERE item = 0 AND assignment_id = ");
	sql_i64(&q, assignment_id);
	sql_lit(&q, " AND round = ");
	sql_i64(&q, round);
	int e = db_get_i64(c, &q, &n);
	*ret = n > 0;
	return e;
}

static int put_answer(struct reg_ctx *ctx, int64_t assignment_id, int64_t round, int64_t item, int64_t value)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "INSERT INTO training_survey_answer (assignment_id, round, item, value) VALUES (");
	sql_i64(&q, assignment_id);
	sql_lit(&q, ", ");
	sql_i64(&q, round);
	sql_lit(&q, ", ");
	sql_i64(&q, item);
	sql_lit(&q, ", ");
	sql_i64(&q, value);
	sql_lit(&q, ")");
	return db_exec(ctx->conn, &q, NULL);
}

int survey_answer(struct reg_ctx *ctx, int64_t assignment_id, int64_t round, const int64_t *value, size_t n)
{
	struct assignment x;
	bool answered = false;
	int e = training_own(ctx->conn, ctx->arena, ctx->by, assignment_id, false, &x);
	if (e == 0 && (!x.survey_id || (round != 1 && round != 2) || n > LIMIT_SURVEY_ITEMS))
		return ERR_RANGE;
	if (e == 0 && (round == 2) != (x.done_at != 0))
		return ERR_CONFLICT;
	if (e == 0)
		e = survey_answered(ctx->conn, ctx->arena, assignment_id, round, &answered);
	if (e == 0 && answered)
		return ERR_CONFLICT;
	for (size_t i = 0; e == 0 && i < n; i++) {
		if (value[i] < 0 || value[i] > 5)
			return ERR_RANGE;
		if (value[i])
			e = put_answer(ctx, assignment_id, round, (int64_t)i + 1, value[i]);
	}
	/* Line 0 says that it was answered, whatever was left out. */
	return e == 0 ? put_answer(ctx, assignment_id, round, 0, 0) : e;
}
