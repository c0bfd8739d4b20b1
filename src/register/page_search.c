/* Search over every register the person may read. */
#include "register/page_search.h"

#include "base/text.h"
#include "base/text/faces.h"
#include "base/text/http.h"

#define HITS 8 /* of one register */

static void group(struct html *h, const struct hit *hit, size_t n, struct str q)
{
	const struct reg *r = hit[0].reg;
	html_lit(h, "<section class=\"card\"><div class=\"card-header\"><h2 class=\"card-title\">");
	html_icon(h, r->icon);
	html_label(h, r->label);
	html_lit(h, "</h2></div><div class=\"card-body\"><ul class=\"list-unstyled\">");
	for (size_t i = 0; i < n; i++) {
		html_lit(h, "<li><a");
		html_href(h, str_printf(h->arena, "/%s/%s/%lld", r->room, r->name, (long long)hit[i].id));
		html_lit(h, ">");
		html_text(h, hit[i].title.n ? hit[i].title : hit[i].code);
		html_lit(h, "</a> <span class=\"muted small\">");
		html_text(h, hit[i].code);
		html_lit(h, "</span></li>");
	}
	html_lit(h, "</ul>");
	if (n == HITS) {
		struct buf b;
		buf_init(&b, LIMIT_URL);
		buf_printf(&b, "/%s/%s?q=", r->room, r->name);
		http_put_encoded(&b, q);
		html_lit(h, "<p><a");
		html_href(h, str_dup(h->arena, buf_view(&b)));
		html_lit(h, ">");
		html_note(h, &NOTE(MSG_FACE_SEARCH_ALL, ARG_L(r->label)));
		html_lit(h, "</a></p>");
		buf_release(&b);
	}
	html_lit(h, "</div></section>");
}

void page_search(struct http_req *req)
{
	struct office *o = office_of(req);
	const struct principal *by = auth_principal(req);
	struct str q = str_trim(http_query(req, "q"));
	struct hit *hit = NULL;
	size_t n = 0;
	if (q.n) {
		struct db_conn *c = db_read_begin(o->db);
		int e = search_everywhere(c, req->arena, by, q, HITS, &hit, &n);
		db_read_end(o->db, &c);
		if (e < 0) {
			http_fail(req, 500, NOTE(MSG_HTTP_INTERNAL, ARG_I((int64_t)req->id)));
			return;
		}
	}
	struct html h;
	struct page p = { 0 };
	html_init(&h, &req->answer->body, req->arena, req->lang, req->csrf);
	if (o->frame)
		o->frame(req, &p);
	p.title = msg(req->lang, MSG_FACE_SEARCH_TITLE);
	p.subtitle = q.n ? note_str(req->arena, req->lang, &NOTE(MSG_FACE_SEARCH_FOR, ARG_S(q))) : msg(req->lang, MSG_FACE_SEARCH_ABOUT);
	p.search = q;
	p.help_path = STR("/help/register");
	page_begin(&h, &p);
	for (size_t from = 0; from < n;) {
		size_t to = from + 1;
		while (to < n && hit[to].reg == hit[from].reg)
			to++;
		group(&h, hit + from, to - from, q);
		from = to;
	}
	if (q.n && !n)
		html_empty(&h, msg(req->lang, MSG_FACE_SEARCH_NONE), msg(req->lang, MSG_FACE_SEARCH_NONE_HOW), STR_NULL, STR_NULL);
	page_end(&h);
}
