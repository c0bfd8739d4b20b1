/* The routes of every register's pages and API. Which register and which operation: face_open() decides. */
#include "register/faces.h"

#include "register/api.h"
#include "register/page_common.h"
#include "register/page_detail.h"
#include "register/page_form.h"
#include "register/page_list.h"
#include "register/page_own.h"
#include "register/page_search.h"

#define DONE { .name = "done", .type = PARAM_KEY, .max = 20 }
#define REASON { .name = "reason", .type = PARAM_TEXT, .max = 500 }
#define PARAMS(p) .params = (p), .param_count = COUNT_OF(p)

static const struct param done_params[] = { DONE };
static const struct param list_params[] = { DONE, { .name = "column", .type = PARAM_KEY, .max = 80, .many = true } };
static const struct param export_params[] = {
	{ .name = "format", .type = PARAM_KEY, .max = 10 }, { .name = "encoding", .type = PARAM_KEY, .max = 20 },
	{ .name = "layout", .type = PARAM_KEY, .max = 40 }, { .name = "confirmed", .type = PARAM_FLAG },
};
static const struct param options_params[] = {
	{ .name = "field", .type = PARAM_KEY, .max = 80 }, { .name = "q", .type = PARAM_TEXT, .max = 100 },
};
static const struct param form_get_params[] = { DONE, { .name = "draft", .type = PARAM_FLAG } };
static const struct param form_params[] = {
	{ .name = "_revision", .type = PARAM_INT }, { .name = "_reason", .type = PARAM_TEXT, .max = 500 },
	{ .name = "_given", .type = PARAM_KEY, .max = 80, .many = true },
};
static const struct param bulk_params[] = {
	{ .name = "_do", .type = PARAM_KEY, .max = 20 }, { .name = "_field", .type = PARAM_KEY, .max = 80 },
	{ .name = "_return", .type = PARAM_TEXT, .max = LIMIT_URL }, { .name = "_reason", .type = PARAM_TEXT, .max = 500 },
	{ .name = "_given", .type = PARAM_KEY, .max = 80, .many = true }, { .name = "id", .type = PARAM_INT, .many = true },
};
static const struct param reason_params[] = { REASON };
static const struct param undo_params[] = { { .name = "revision", .type = PARAM_INT } };
static const struct param merge_get_params[] = { { .name = "other", .type = PARAM_TEXT, .max = 500 } };
static const struct param merge_params[] = { { .name = "other", .type = PARAM_TEXT, .max = 500 }, { .name = "fill", .type = PARAM_KEY, .max = 1 }, REASON };
static const struct param comment_params[] = { { .name = "text", .type = PARAM_TEXT, .max = LIMIT_LONG_TEXT } };
static const struct param id_params[] = { { .name = "id", .type = PARAM_INT } };
static const struct param attach_params[] = { { .name = "file", .type = PARAM_FILE, .max = LIMIT_ATTACHMENT } };
static const struct param link_params[] = {
	{ .name = "kind", .type = PARAM_KEY, .max = 80 }, { .name = "backward", .type = PARAM_FLAG },
	{ .name = "other", .type = PARAM_TEXT, .max = 500 }, { .name = "id", .type = PARAM_INT },
};
static const struct param view_params[] = {
	{ .name = "name", .type = PARAM_TEXT, .max = 100 }, { .name = "query", .type = PARAM_TEXT, .max = LIMIT_URL },
	{ .name = "shared", .type = PARAM_FLAG }, { .name = "id", .type = PARAM_INT },
};
static const struct param history_params[] = { { .name = "before", .type = PARAM_INT } };
static const struct param draft_params[] = {
	{ .name = "key", .type = PARAM_KEY, .max = 100 }, { .name = "data", .type = PARAM_TEXT, .max = LIMIT_FORM },
};
static const struct param search_params[] = { { .name = "q", .type = PARAM_TEXT, .max = LIMIT_SEARCH_CHARS * LIMIT_SEARCH_TERMS } };
static const struct param own_get_params[] = { DONE, { .name = "register", .type = PARAM_KEY, .max = 80 } };
static const struct param own_params[] = {
	{ .name = "register", .type = PARAM_KEY, .max = 80 }, { .name = "do", .type = PARAM_KEY, .max = 20 },
	{ .name = "name", .type = PARAM_KEY, .max = 80 }, { .name = "label_ja", .type = PARAM_TEXT, .max = 200 },
	{ .name = "label_en", .type = PARAM_TEXT, .max = 200 }, { .name = "type", .type = PARAM_KEY, .max = 20 },
	{ .name = "decimals", .type = PARAM_TEXT, .max = 10 }, { .name = "choices", .type = PARAM_TEXT, .max = 20000 },
};

#define QUICK(p, h, ...) { .methods = HTTP_GET, .path = p, .handler = h, .flags = ROUTE_QUICK, .need = NEED_REGISTER, __VA_ARGS__ }
#define POST(p, h, ...) { .methods = HTTP_POST, .path = p, .handler = h, .need = NEED_REGISTER, __VA_ARGS__ }

const struct route register_page_routes[] = {
	{ .methods = HTTP_GET, .path = "/:room/:register", .handler = page_list, .flags = ROUTE_QUICK | ROUTE_OWN_PARAMS,
	  .need = NEED_REGISTER, PARAMS(list_params), .params_of = list_param },
	{ .methods = HTTP_GET, .path = "/:room/:register/filter", .handler = page_filter, .flags = ROUTE_QUICK | ROUTE_OWN_PARAMS,
	  .need = NEED_REGISTER, PARAMS(done_params), .params_of = list_param },
	{ .methods = HTTP_GET, .path = "/:room/:register/export", .handler = page_export, .flags = ROUTE_OWN_PARAMS,
	  .need = NEED_REGISTER, PARAMS(export_params), .params_of = list_param },
	{ .methods = HTTP_GET, .path = "/:room/:register/options", .handler = page_options, .flags = ROUTE_QUICK | ROUTE_OWN_PARAMS,
	  .need = NEED_REGISTER, PARAMS(options_params), .params_of = form_param },
	{ .methods = HTTP_POST, .path = "/:room/:register/bulk", .handler = page_bulk, .flags = ROUTE_OWN_PARAMS,
	  .need = NEED_REGISTER, PARAMS(bulk_params), .params_of = form_param },
	POST("/:room/:register/view", page_view_save, PARAMS(view_params)),
	POST("/:room/:register/view/delete", page_view_delete, PARAMS(view_params)),
	/* Not quick: who may not write is recorded as refused, and that waits for the writer. */
	{ .methods = HTTP_GET, .path = "/:room/:register/new", .handler = page_new, .need = NEED_REGISTER, PARAMS(form_get_params) },
	{ .methods = HTTP_POST, .path = "/:room/:register/new", .handler = page_new_save, .flags = ROUTE_OWN_PARAMS,
	  .need = NEED_REGISTER, PARAMS(form_params), .params_of = form_param },
	POST("/:room/:register/draft/drop", page_draft_drop),
	QUICK("/:room/:register/:id", page_detail, PARAMS(done_params)),
	{ .methods = HTTP_GET, .path = "/:room/:register/:id/edit", .handler = page_edit, .need = NEED_REGISTER, PARAMS(form_get_params) },
	{ .methods = HTTP_POST, .path = "/:room/:register/:id/edit", .handler = page_edit_save, .flags = ROUTE_OWN_PARAMS,
	  .need = NEED_REGISTER, PARAMS(form_params), .params_of = form_param },
	POST("/:room/:register/:id/draft/drop", page_draft_drop),
	QUICK("/:room/:register/:id/history", page_history, PARAMS(history_params)),
	POST("/:room/:register/:id/archive", page_archive, PARAMS(reason_params)),
	POST("/:room/:register/:id/restore", page_restore, PARAMS(reason_params)),
	POST("/:room/:register/:id/undo", page_undo, PARAMS(undo_params)),
	{ .methods = HTTP_GET, .path = "/:room/:register/:id/merge", .handler = page_merge, .need = NEED_REGISTER, PARAMS(merge_get_params) },
	POST("/:room/:register/:id/merge", page_merge_save, PARAMS(merge_params)),
	{ .methods = HTTP_GET, .path = "/:room/:register/:id/erase", .handler = page_erase, .need = NEED_REGISTER },
	POST("/:room/:register/:id/erase", page_erase_save, PARAMS(reason_params)),
	POST("/:room/:register/:id/comment", page_comment, PARAMS(comment_params)),
	POST("/:room/:register/:id/comment/remove", page_comment_remove, PARAMS(id_params)),
	{ .methods = HTTP_POST, .path = "/:room/:register/:id/attach", .handler = page_attach, .flags = ROUTE_UPLOAD,
	  .need = NEED_REGISTER, PARAMS(attach_params) },
	{ .methods = HTTP_GET, .path = "/:room/:register/:id/attachment/:file", .handler = page_attachment, .need = NEED_REGISTER },
	POST("/:room/:register/:id/attachment/:file/remove", page_detach, PARAMS(reason_params)),
	POST("/:room/:register/:id/link", page_link_add, PARAMS(link_params)),
	POST("/:room/:register/:id/link/remove", page_link_remove, PARAMS(link_params)),

	{ .methods = HTTP_POST, .path = "/draft", .handler = page_draft_save, .need = NEED_SIGNED_IN, PARAMS(draft_params) },
	{ .methods = HTTP_GET, .path = "/search", .handler = page_search, .flags = ROUTE_QUICK, .need = NEED_SIGNED_IN, PARAMS(search_params) },
	{ .methods = HTTP_GET, .path = "/settings/own-fields", .handler = page_own, .flags = ROUTE_QUICK, .need = NEED_SETTINGS, PARAMS(own_get_params) },
	{ .methods = HTTP_POST, .path = "/settings/own-fields", .handler = page_own_save, .need = NEED_SETTINGS, PARAMS(own_params) },
};
const size_t register_page_route_count = COUNT_OF(register_page_routes);

#define API(m, p, h, ...) { .methods = m, .path = p, .handler = h, .need = NEED_REGISTER, .flags = ROUTE_API __VA_ARGS__ }

const struct route register_api_routes[] = {
	{ .methods = HTTP_GET, .path = "/api/v1/openapi.json", .handler = api_openapi, .flags = ROUTE_API | ROUTE_QUICK, .need = NEED_SIGNED_IN },
	{ .methods = HTTP_GET, .path = "/api/v1/:register", .handler = api_list, .flags = ROUTE_API | ROUTE_QUICK | ROUTE_OWN_PARAMS,
	  .need = NEED_REGISTER, .params_of = api_list_param },
	API(HTTP_POST, "/api/v1/:register", api_create),
	API(HTTP_GET, "/api/v1/:register/:id", api_get, | ROUTE_QUICK),
	API(HTTP_PATCH, "/api/v1/:register/:id", api_patch),
	API(HTTP_DELETE, "/api/v1/:register/:id", api_archive, , PARAMS(reason_params)),
	API(HTTP_POST, "/api/v1/:register/:id/restore", api_restore, , PARAMS(reason_params)),
	API(HTTP_POST, "/api/v1/:register/:id/erase", api_erase, , PARAMS(reason_params)),
	API(HTTP_GET, "/api/v1/:register/:id/history", api_history, | ROUTE_QUICK, PARAMS(history_params)),
};
const size_t register_api_route_count = COUNT_OF(register_api_routes);
