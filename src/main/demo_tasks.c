/* The demo company's tasks: late, under way, to come and done. */
#include "main/demo.h"

#include "base/log.h"
#include "work/approval.h"
#include "work/task.h"

static const struct {
	const char *name, *about;
	int owner, due;              /* index into people; days from today */
	const char *state, *evidence, *repeat, *checks;
} tasks[] = {
	{ "切り離したバックアップから戻せるか試す", "RSK-0002", 0, 10, "進行中", NULL, "毎年", "戻す先の空きを確かめる\n一晩分を戻す\n開いて中身を見る\nかかった時間を書く" },
	{ "古い業務ソフトの置き換えの見積もりを取る", "RSK-0013", 0, -4, "未着手", NULL, NULL, NULL },
	{ "受注センターの書庫の鍵を数える", "AST-0010", 1, -9, "未着手", NULL, NULL, NULL },
	{ "委託先の点検の結果を部署に知らせる", NULL, 1, 14, "未着手", NULL, NULL, NULL },
	{ "残るリスクの受け入れを見直す日を決める", "RSK-0013", 2, 21, "未着手", NULL, NULL, NULL },
	{ "退職した人のアカウントを止める", NULL, 0, -12, "完了", "停止後の一覧を印刷し、人事の退職者一覧と突き合わせた", NULL, NULL },
	{ "サーバー室の入退室の記録を見る", "PLC-0001", 1, 6, "未着手", NULL, "毎月", NULL },
};

/* How cloud services are approved here: two reviews side by side, and the auditors read it afterwards. */
static const struct {
	const char *name, *step, *act, *role, *together, *leave_out;
} routes[] = {
	{ "担当の審査", "1", "審査", "セキュリティ担当", NULL, "はい" },
	{ "部門の審査", "2", "審査", "部門担当者", "はい", "はい" },
	{ "経営層の承認", "3", "承認", "経営層", NULL, NULL },
	{ "監査への回覧", "4", "回覧", "監査", NULL, NULL },
};

static int make_routes(struct reg_ctx *ctx, const struct principal *by)
{
	struct reg_view view;
	struct reg_ctx as = *ctx;
	int e = reg_view_load(ctx->conn, ctx->arena, &reg_approval_route, &view);
	as.by = by;
	for (size_t i = 0; e == 0 && i < COUNT_OF(routes); i++) {
		struct written w;
		struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
		change_set_text(&c, ctx->arena, "name", routes[i].name);
		change_set_text(&c, ctx->arena, "kind", "クラウドサービス");
		change_set_text(&c, ctx->arena, "step", routes[i].step);
		change_set_text(&c, ctx->arena, "act", routes[i].act);
		change_set_text(&c, ctx->arena, "role", routes[i].role);
		if (routes[i].together)
			change_set_text(&c, ctx->arena, "together", routes[i].together);
		if (routes[i].leave_out)
			change_set_text(&c, ctx->arena, "leave_out", routes[i].leave_out);
		e = reg_write(&as, &c, &w);
	}
	return e;
}

int demo_tasks(struct reg_ctx *ctx, const struct principal *by, struct date today, const int64_t people[3])
{
	struct reg_view view;
	int e = make_routes(ctx, by);
	if (e == 0)
		e = reg_view_load(ctx->conn, ctx->arena, &reg_task, &view);
	for (size_t i = 0; e == 0 && i < COUNT_OF(tasks); i++) {
		struct reg_ctx as = *ctx;
		struct written w;
		struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
		struct str day = date_iso(ctx->arena, date_add_days(today, tasks[i].due));
		as.by = by;
		change_set_text(&c, ctx->arena, "name", tasks[i].name);
		change_set_text(&c, ctx->arena, "state", tasks[i].state);
		change_set_text(&c, ctx->arena, "due_on", str_z(ctx->arena, day));
		if (tasks[i].about)
			change_set_text(&c, ctx->arena, "about", tasks[i].about);
		if (tasks[i].evidence)
			change_set_text(&c, ctx->arena, "evidence", tasks[i].evidence);
		change_set(&c, reg_field(&reg_task, "owner"), (struct value){ .known = true, .i = people[tasks[i].owner] });
		if (tasks[i].repeat) {
			change_set_text(&c, ctx->arena, "repeat", tasks[i].repeat);
			change_set_text(&c, ctx->arena, "shift", "次の営業日");
		}
		e = reg_write(&as, &c, &w);
		struct note why;
		if (e == 0 && tasks[i].checks)
			e = checklist_add(&as, w.id, str_of(tasks[i].checks), &why);
		if (e == ERR_INVALID && w.errors.n)
			log_line(LOG_LEVEL_ERROR, "demo: task %s: %.*s", tasks[i].name, STR_FMT(note_str(ctx->arena, LANG_EN, &w.errors.error[0].why)));
	}
	return e;
}
