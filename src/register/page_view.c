/* Saved views of a list: pick, save, share, delete. */
#include "base/num.h"
#include "base/text.h"
#include "base/text/faces.h"
#include "base/text/http.h"
#include "register/page_list.h"
#include "register/saved_view.h"

void saved_views_menu(struct face *f, const struct query *q)
{
	struct html *h = &f->h;
	struct saved_view *v;
	size_t n;
	if (saved_view_list(f->conn, f->a, f->by, f->reg, &v, &n) < 0)
		return;
	bool share = (f->by->needs & NEED_SETTINGS) != 0;
	html_lit(h, "<details class=\"panel-menu\"><summary class=\"btn\">");
	html_icon(h, "star");
	html_msg(h, MSG_FACE_VIEWS);
	html_lit(h, "</summary><div>");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<div class=\"toolbar\"><a class=\"panel-item\"");
		html_href(h, str_printf(f->a, "%.*s?%.*s", STR_FMT(face_path(f, "")), STR_FMT(v[i].query)));
		html_lit(h, ">");
		html_text(h, v[i].name);
		if (v[i].shared) {
			html_lit(h, " ");
			html_badge(h, TONE_NEUTRAL, face_text(f, MSG_FACE_VIEW_SHARED));
		}
		html_lit(h, "</a>");
		if (v[i].mine || (v[i].shared && share)) {
			html_form_begin(h, face_path(f, "/view/delete"), false);
			html_hidden(h, "id", str_printf(f->a, "%lld", (long long)v[i].id));
			html_lit(h, "<button type=\"submit\" class=\"btn btn-sm btn-icon\"");
			html_attr(h, "aria-label", face_say(f, MSG_FACE_VIEW_DELETE, ARG_S(v[i].name)));
			html_attr(h, "data-confirm", face_say(f, MSG_FACE_VIEW_DELETE_ASK, ARG_S(v[i].name)));
			html_lit(h, ">");
			html_icon(h, "trash");
			html_lit(h, "</button>");
			html_form_end(h);
		}
		html_lit(h, "</div>");
	}
	if (!n) {
		html_lit(h, "<p class=\"small muted\">");
		html_msg(h, MSG_FACE_VIEWS_NONE);
		html_lit(h, "</p>");
	}
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL * 2);
	query_put(&b, q, false);
	html_form_begin(h, face_path(f, "/view"), false);
	html_hidden(h, "query", buf_view(&b));
	html_lit(h, "<div class=\"field\"><label for=\"view-name\">");
	html_msg(h, MSG_FACE_VIEW_NAME);
	html_lit(h, "</label><input class=\"form-control\" id=\"view-name\" name=\"name\" maxlength=\"100\" required></div>");
	if (share) {
		html_lit(h, "<label class=\"check\"><input type=\"checkbox\" name=\"shared\" value=\"1\">");
		html_msg(h, MSG_FACE_VIEW_SHARE);
		html_lit(h, "</label>");
	}
	html_lit(h, "<button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(h, MSG_FACE_VIEW_SAVE);
	html_lit(h, "</button>");
	html_form_end(h);
	html_lit(h, "</div></details>");
}

struct view_job {
	struct face *f;
	struct str name, query;
	bool shared, replaced;
	int64_t id;
	struct note why;
};

static int put_view(struct reg_ctx *ctx, void *arg)
{
	struct view_job *j = arg;
	return saved_view_put(ctx, j->f->reg, j->name, j->query, j->shared, &j->id, &j->replaced, &j->why);
}

static int remove_view(struct reg_ctx *ctx, void *arg)
{
	const struct view_job *j = arg;
	return saved_view_remove(ctx, j->id);
}

/* What is saved is the query as this product writes it, not the text that was sent. */
static int normal_query(struct face *f, struct str text, struct str *ret, struct note *why)
{
	static const struct route no_parameters = { .path = "" };
	struct http_req copy = *f->req;
	struct query q;
	copy.route = &no_parameters;
	copy.queries = 0;
	if (http_parse_urlencoded(f->a, text, &copy.query, &copy.queries) < 0) {
		*why = NOTE0(MSG_HTTP_QUERY_BROKEN);
		return ERR_INVALID;
	}
	int e = query_from_request(&copy, f->conn, &f->view, &q, why);
	if (e < 0)
		return e;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL);
	query_put(&b, &q, false);
	*ret = str_dup(f->a, buf_view(&b));
	return buf_error(&b);
}

void page_view_save(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	if (face_open(req, f, OP_READ) < 0)
		return;
	struct view_job j = { .f = f, .name = str_trim(http_form(req, "name")), .shared = str_eq_z(http_form(req, "shared"), "1") };
	int e = normal_query(f, http_form(req, "query"), &j.query, &j.why);
	if (e == 0)
		e = face_write(f, put_view, &j);
	if (e == 0)
		face_redirect(f, str_printf(f->a, "%.*s?%.*s%s%s", STR_FMT(face_path(f, "")), STR_FMT(j.query), j.query.n ? "&" : "",
		                            j.replaced ? "done=view-replaced" : "done=view"), NULL);
	else if (e == ERR_INVALID && j.why.id)
		face_stop(f, 422, &j.why, j.query.n ? str_printf(f->a, "%.*s?%.*s", STR_FMT(face_path(f, "")), STR_FMT(j.query)) : face_path(f, ""),
		          MSG_FACE_BACK_TO_LIST);
	else
		face_fail(f, e);
}

void page_view_delete(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct view_job j = { .f = f };
	if (face_open(req, f, OP_READ) < 0)
		return;
	int e = num_parse_i64(http_form(req, "id"), 1, INT64_MAX, &j.id) < 0 ? ERR_NOT_FOUND : face_write(f, remove_view, &j);
	if (e == 0)
		face_redirect(f, face_path(f, ""), "view-gone");
	else
		face_fail(f, e);
}
