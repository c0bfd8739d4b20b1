/* The list of a register: what the handlers of the pages share about queries. */
#ifndef REGISTER_PAGE_LIST_H
#define REGISTER_PAGE_LIST_H

#include "register/page_common.h"

/* Route parameters of the list and of everything that takes a query. */
const struct param *list_param(const struct http_req *req, struct str name);
/* The query of this request; negative when it has answered 400. */
MUST_USE int face_query(struct face *f, struct query *ret);
/* The query as hidden fields of a GET form, without the parameters named (NULL-terminated). */
void query_hidden(struct face *f, const struct query *q, const char *const *without);
/* What the filter asks, for people: "管理部署：人事部、総務部". */
struct str filter_text(struct face *f, const struct filter *filter);
/* Saved views of this register, as a menu. */
void saved_views_menu(struct face *f, const struct query *q);

http_handler page_list, page_filter, page_export, page_view_save, page_view_delete, page_options;

#endif
