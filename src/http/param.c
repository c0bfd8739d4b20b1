/* Declared parameters: what came is checked against the route's list before anybody looks at it. */
#include "http/internal.h"

#include "base/num.h"
#include "base/text.h"
#include "base/text/http.h"

static const struct param csrf_rule = { .name = "csrf", .type = PARAM_SECRET, .max = 200 };

static const struct param *rule_of(const struct http_req *req, struct str name, bool form)
{
	const struct route *r = req->route;
	for (size_t i = 0; i < r->param_count; i++)
		if (str_eq_z(name, r->params[i].name)) return &r->params[i];
	if (form && str_eq_z(name, "csrf")) return &csrf_rule;
	return r->params_of ? r->params_of(req, name) : NULL;
}

static bool is_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
		      c == ':' || c == '-'))
			return false;
	}
	return true;
}

static int check_file(const struct param *rule, const struct http_pair *p, struct str name, struct note *ret_why)
{
	int64_t max = rule->max ? rule->max : (int64_t)LIMIT_UPLOAD;
	if (!p->file) {
		*ret_why = NOTE(MSG_HTTP_PARAM_FILE, ARG_S(name));
		return 400;
	}
	if (p->file->data.n > (size_t)max) {
		*ret_why = NOTE(MSG_HTTP_FILE_LARGE, ARG_S(name), ARG_I(max >> 10));
		return 413;
	}
	return 0;
}

static int check_one(const struct param *rule, const struct http_pair *p, struct note *ret_why)
{
	struct str name = text_clip(p->name, 60);
	if (rule->type == PARAM_FILE) return check_file(rule, p, name, ret_why);
	if (p->file) {
		*ret_why = NOTE(MSG_HTTP_PARAM_NOT_FILE, ARG_S(name));
		return 400;
	}
	int64_t max = rule->max ? rule->max : LIMIT_TEXT;
	int64_t number;
	switch (rule->type) {
	case PARAM_INT:
		if (!p->value.n) return 0;
		if (!rule->min && !rule->max) {
			*ret_why = NOTE(MSG_HTTP_PARAM_INT_ANY, ARG_S(name));
			return num_parse_i64(p->value, 0, INT64_MAX, &number) ? 400 : 0;
		}
		*ret_why = NOTE(MSG_HTTP_PARAM_INT, ARG_S(name), ARG_I(rule->min), ARG_I(rule->max));
		return num_parse_i64(p->value, rule->min, rule->max, &number) ? 400 : 0;
	case PARAM_FLAG:
		*ret_why = NOTE(MSG_HTTP_PARAM_FLAG, ARG_S(name));
		return p->value.n && !str_eq_z(p->value, "1") ? 400 : 0;
	case PARAM_KEY:
		*ret_why = NOTE(MSG_HTTP_PARAM_KEY, ARG_S(name));
		if (!is_key(p->value)) return 400;
		break;
	default:
		break;
	}
	*ret_why = NOTE(MSG_HTTP_PARAM_LONG, ARG_S(name), ARG_I(max));
	return p->value.n > (size_t)max && text_chars(p->value) > (size_t)max ? 400 : 0;
}

static int check_all(struct http_req *req, struct http_pair *pair, size_t n, bool form, struct note *ret_why)
{
	for (size_t i = 0; i < n; i++) {
		const struct param *rule = rule_of(req, pair[i].name, form);
		struct str name = text_clip(pair[i].name, 60);
		if (!rule) {
			*ret_why = NOTE(MSG_HTTP_PARAM_UNKNOWN, ARG_S(name));
			return 400;
		}
		for (size_t j = 0; j < i && !rule->many; j++)
			if (str_eq(pair[j].name, pair[i].name)) {
				*ret_why = NOTE(MSG_HTTP_PARAM_TWICE, ARG_S(name));
				return 400;
			}
		int status = check_one(rule, &pair[i], ret_why);
		if (status) return status;
	}
	return 0;
}

int params_check(struct http_req *req, struct note *ret_why)
{
	/* a file field in which nothing was chosen comes as an empty file without a name */
	size_t kept = 0;
	for (size_t i = 0; i < req->forms; i++) {
		const struct http_file *f = req->form[i].file;
		if (!f || f->name.n || f->data.n) req->form[kept++] = req->form[i];
	}
	req->forms = kept;
	int status = check_all(req, req->query, req->queries, false, ret_why);
	return status ? status : check_all(req, req->form, req->forms, true, ret_why);
}

static const struct http_pair *nth(const struct http_pair *pair, size_t count, const char *name, size_t n)
{
	struct str wanted = str_of(name);
	for (size_t i = 0; i < count; i++)
		if (str_eq(pair[i].name, wanted) && n-- == 0) return &pair[i];
	return NULL;
}

struct str http_query(const struct http_req *req, const char *name)
{
	const struct http_pair *p = nth(req->query, req->queries, name, 0);
	return p ? p->value : STR_NULL;
}

struct str http_form(const struct http_req *req, const char *name)
{
	const struct http_pair *p = nth(req->form, req->forms, name, 0);
	return p && !p->file ? p->value : STR_NULL;
}

const struct http_file *http_upload(const struct http_req *req, const char *name)
{
	const struct http_pair *p = nth(req->form, req->forms, name, 0);
	return p ? p->file : NULL;
}

bool http_query_many(const struct http_req *req, const char *name, size_t n, struct str *ret)
{
	const struct http_pair *p = nth(req->query, req->queries, name, n);
	if (p) *ret = p->value;
	return p != NULL;
}

bool http_form_many(const struct http_req *req, const char *name, size_t n, struct str *ret)
{
	const struct http_pair *p = nth(req->form, req->forms, name, n);
	if (p) *ret = p->value;
	return p != NULL;
}

bool http_query_i64(const struct http_req *req, const char *name, int64_t *ret)
{
	return num_parse_i64(http_query(req, name), INT64_MIN, INT64_MAX, ret) == 0;
}
