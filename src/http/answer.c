/* What handlers use to fill the answer. */
#include "http/internal.h"

#include "base/text.h"

static bool header_safe(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f) return false;
	return true;
}

static void add_header(struct http_req *req, const char *name, struct str value, bool replace)
{
	struct http_answer *a = req->answer;
	struct str key = str_of(name);
	size_t at = a->headers;
	for (size_t i = 0; replace && i < a->headers; i++)
		if (str_eq_nocase(a->header[i].name, key)) at = i;
	if (!header_safe(value) || at == COUNT_OF(a->header)) {
		a->broken = true;
		return;
	}
	if (at == a->headers) a->headers++;
	a->header[at] = (struct http_pair){ .name = str_dup(req->arena, key), .value = str_dup(req->arena, value) };
}

void http_set_header(struct http_req *req, const char *name, struct str value)
{
	add_header(req, name, value, true);
}

/* RFC 6265, 4.1.1: cookie-octet */
static bool cookie_safe(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\') return false;
	}
	return true;
}

void http_set_cookie(struct http_req *req, const char *name, struct str value, int64_t max_age_seconds)
{
	if (!cookie_safe(value) || !cookie_safe(str_of(name))) {
		req->answer->broken = true;
		return;
	}
	if (max_age_seconds < 0) {
		value = STR("");
		max_age_seconds = 0;
	}
	add_header(req, "Set-Cookie",
	           str_printf(req->arena, "%s%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
	                      req->tls ? "__Host-" : "", name, STR_FMT(value), (long long)max_age_seconds,
	                      req->tls ? "; Secure" : ""),
	           false);
}

static void drop_header(struct http_answer *a, const char *name)
{
	size_t kept = 0;
	for (size_t i = 0; i < a->headers; i++)
		if (!str_eq_nocase(a->header[i].name, str_of(name))) a->header[kept++] = a->header[i];
	a->headers = kept;
}

/* Back to an empty body; what it would have been streamed from is let go. */
static void reset_body(struct http_req *req)
{
	struct http_answer *a = req->answer;
	if (a->stream && a->stream_end) a->stream_end(a->stream_ctx);
	a->stream = NULL;
	a->stream_end = NULL;
	a->stream_ctx = NULL;
	a->type = STR_NULL;
	buf_clear(&a->body);
}

/* A path that a browser cannot take for another host: "/" and then neither "/" nor "\". */
static bool own_path(struct str path)
{
	if (!path.n || path.p[0] != '/' || (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\'))) return false;
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] < 0x20 || path.p[i] == 0x7f) return false;
	return text_valid(path);
}

void http_redirect(struct http_req *req, struct str path)
{
	if (!own_path(path)) path = STR("/");
	struct buf b;
	buf_init(&b, 3 * path.n + 1);
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];
		if (c <= 0x20 || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\') http_put_encoded(&b, str_sub(path, i, 1));
		else buf_char(&b, (char)c);
	}
	reset_body(req);
	req->answer->status = 303;
	http_set_header(req, "Location", buf_view(&b));
	buf_release(&b);
}

static bool wants_problem(const struct http_req *req)
{
	return req->route ? req->route->flags & ROUTE_API : str_starts(req->path, STR("/api/"));
}

void http_fail(struct http_req *req, int status, struct note why)
{
	struct http_answer *a = req->answer;
	reset_body(req);
	/* headers stay, but for those that describe the answer that was meant */
	a->keep_private = true;
	drop_header(a, "Content-Disposition");
	drop_header(a, "Cache-Control");
	drop_header(a, "ETag");
	drop_header(a, "Location");
	a->status = status;
	if (wants_problem(req)) {
		struct json j;
		a->type = STR("application/problem+json");
		json_init(&j, &a->body);
		json_object_begin(&j);
		json_put_str(&j, "type", STR("about:blank"));
		json_put_str(&j, "title", str_of(MHD_get_reason_phrase_for((unsigned)status)));
		json_put_i64(&j, "status", status);
		json_put_str(&j, "detail", note_str(req->arena, req->lang, &why));
		json_put_i64(&j, "request", (int64_t)req->id);
		json_object_end(&j);
		return;
	}
	if (req->connection && req->connection->server->o.error_page) {
		req->connection->server->o.error_page(req, status, &why);
		if (!a->status) a->status = status;
		return;
	}
	a->type = STR("text/plain; charset=utf-8");
	note_put(&a->body, req->lang, &why);
	buf_char(&a->body, '\n');
}

void http_json(struct http_req *req, struct json *j, int status)
{
	reset_body(req);
	req->answer->status = status;
	req->answer->type = STR("application/json");
	json_init(j, &req->answer->body);
}

void http_download(struct http_req *req, struct str file_name, const char *type)
{
	struct buf b;
	file_name = text_clip(file_name, 150);
	buf_init(&b, 4096);
	buf_lit(&b, "attachment; filename=\"");
	for (size_t i = 0; i < file_name.n; i++) {
		char c = file_name.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		             c == '.' || c == ' ';
		if (plain) buf_char(&b, c);
		else if (((unsigned char)c & 0xc0) != 0x80) buf_char(&b, '_'); /* one for each character */
	}
	buf_lit(&b, "\"; filename*=UTF-8''");
	http_put_encoded(&b, file_name);
	http_set_header(req, "Content-Disposition", buf_view(&b));
	buf_release(&b);
	req->answer->type = str_of(type);
}
