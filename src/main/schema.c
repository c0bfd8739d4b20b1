/* What follows from the descriptions alone: schema, OpenAPI, generated documents. No data directory is needed. */
#include "base/text/main.h"
#include "main/demo.h"
#include "main/migrations.h"
#include "main/open.h"
#include "main/verbs.h"
#include "register/faces.h"

int verb_schema(struct call *c)
{
	office_declare();
	struct str what = call_option(c, "what");
	struct buf b;
	buf_init(&b, LIMIT_PAGE);
	if (!what.n || str_eq(what, STR("schema")))
		schema_put(&b);
	else if (str_eq(what, STR("openapi")))
		openapi_put(&b);
	else if (str_eq(what, STR("permissions")))
		permissions_put(&b);
	else if (str_eq(what, STR("columns")))
		columns_put(&b);
	else if (str_eq(what, STR("man")))
		man_page_put(&b, c->lang);
	else if (str_eq(what, STR("demo-people")))
		for (size_t i = 0; i < demo_people_count; i++)
			buf_printf(&b, "    %-10s %-24s %s\n", demo_people[i].login, demo_people[i].password,
			           c->lang == LANG_EN ? demo_people[i].role.en : demo_people[i].role.ja);
	else {
		call_error(c, &NOTE(MSG_MAIN_USE_OPTION, ARG_S(what), ARG_S(STR("schema"))));
		buf_release(&b);
		return EXIT_USE;
	}
	call_out(c, buf_view(&b));
	int code = buf_error(&b) ? EXIT_COULD_NOT : EXIT_DONE;
	buf_release(&b);
	return code;
}
