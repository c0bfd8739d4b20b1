#include "main/settings.h"

const struct setting main_settings[] = {
	{ .key = "office.company", .label = { "画面に出す会社名", "Company name on the pages" }, .section = { "この石垣", "This installation" },
	  .type = FIELD_TEXT, .max = 100, .text = "", .need = NEED_ADMIN },
	{ .key = "office.demo", .label = { "デモ用のデータ", "Demo data" },
	  .hint = { "デモのデータベースであることを示す印です。", "Marks a demo database." }, .section = { "この石垣", "This installation" },
	  .type = FIELD_YES_NO, .min = 0, .max = 1, .value = 0, .need = NEED_ADMIN },
};
const size_t main_setting_count = COUNT_OF(main_settings);

int setting_demo_load(struct db_conn *c, struct office *o)
{
	o->demo = setting_i64(c, "office.demo") == 1;
	return 0;
}
