/* Makes the starter courses as rows of the office: from then on they are its own, to be changed as it likes. */
#include "training/starter.h"

static void set(struct change *c, const struct reg *r, const char *field, struct value v)
{
	change_set(c, reg_field(r, field), v);
}

static struct value words(const char *s)
{
	return (struct value){ .known = s != NULL, .s = str_of(s ? s : "") };
}

static int is_there(struct reg_ctx *ctx, const char *name, int64_t *ret)
{
	struct sql q;
	sql_init(&q, ctx->arena);
	sql_lit(&q, "SELECT COUNT(*) FROM training_course WHERE archived = 0 AND name = ");
	sql_str(&q, str_of(name));
	return db_get_i64(ctx->conn, &q, ret);
}

static int make_question(struct reg_ctx *ctx, const struct reg_view *view, int64_t course_id, const struct starter_question *k)
{
	static const char *const options[] = { "option_1", "option_2", "option_3", "option_4" };
	struct change c = change_new(ctx->arena, CHANGE_SAVE, view, 0);
	struct written w;
	set(&c, &reg_question, "course", (struct value){ .known = true, .i = course_id });
	set(&c, &reg_question, "name", words(k->text));
	set(&c, &reg_question, "kind", (struct value){ .known = true, .i = k->kind });
	for (size_t i = 0; i < QUESTION_OPTIONS; i++)
		set(&c, &reg_question, options[i], words(k->option[i]));
	set(&c, &reg_question, "answers", (struct value){ .known = k->answers != 0, .i = k->answers });
	set(&c, &reg_question, "explanation", words(k->explanation));
	return reg_write(ctx, &c, &w);
}

static int make_course(struct reg_ctx *ctx, const struct reg_view *view, const struct reg_view *questions, const struct starter_course *k)
{
	struct change c = change_new(ctx->arena, CHANGE_SAVE, view, 0);
	struct written w;
	set(&c, &reg_course, "name", words(k->name));
	set(&c, &reg_course, "about", words(k->about));
	set(&c, &reg_course, "text", words(k->text));
	set(&c, &reg_course, "minutes", (struct value){ .known = true, .i = k->minutes });
	int e = reg_write(ctx, &c, &w);
	for (size_t i = 0; e == 0 && i < STARTER_QUESTIONS && k->question[i].text; i++)
		e = make_question(ctx, questions, w.id, &k->question[i]);
	return e;
}

int training_starter_make(struct reg_ctx *ctx, int64_t *ret_n)
{
	struct reg_view view, questions;
	int64_t made = 0;
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_course, &view);
	if (e == 0)
		e = reg_view_load(ctx->conn, ctx->arena, &reg_question, &questions);
	for (size_t i = 0; e == 0 && i < STARTER_COURSES; i++) {
		int64_t there = 0;
		e = is_there(ctx, starter_courses[i].name, &there);
		if (e == 0 && !there) {
			e = make_course(ctx, &view, &questions, &starter_courses[i]);
			made += e == 0;
		}
	}
	if (e == 0)
		*ret_n = made;
	return e;
}
