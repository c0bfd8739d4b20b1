/* /settings/security: the checks of main/weakness.h for administrators, what is weak first. */
#include "base/text/main.h"
#include "main/settings.h"
#include "main/weakness.h"

static void item(struct html *h, const struct weakness *w)
{
	html_lit(h, "<li class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_badge(h, w->grave ? TONE_RED : TONE_YELLOW, msg(h->lang, w->grave ? MSG_WEAK_GRAVE : MSG_WEAK_MILD));
	html_lit(h, " ");
	html_note(h, &w->text);
	html_lit(h, "</h2><p>");
	html_msg(h, MSG_WEAK_HOW);
	html_lit(h, ": ");
	html_msg(h, w->mend);
	if (w->path.n) {
		html_lit(h, " <a");
		html_href(h, w->path);
		html_lit(h, ">");
		html_msg(h, MSG_WEAK_WHERE);
		html_lit(h, "</a>");
	}
	html_lit(h, "</p></div></li>");
}

void page_weakness(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct weakness *w;
	size_t n, weak = 0, grave = 0;
	if (weakness_list(office_of(req), req->arena, p->lang, &w, &n) < 0) {
		http_fail(req, 503, NOTE0(MSG_WEAK_CANNOT));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		weak += w[i].weak;
		grave += w[i].weak && w[i].grave;
	}
	struct html h;
	settings_begin(req, &h, MSG_SETTINGS_SECURITY, MSG_SETTINGS_SECURITY_ABOUT, true, STR_NULL);
	html_lit(&h, "<p>");
	if (weak)
		html_note(&h, &NOTE(MSG_WEAK_SOME, ARG_I((int64_t)weak), ARG_I((int64_t)grave)));
	else
		html_msg(&h, MSG_WEAK_NONE);
	html_lit(&h, "</p><ul class=\"cards list-unstyled\">");
	for (int g = 1; g >= 0; g--)
		for (size_t i = 0; i < n; i++)
			if (w[i].weak && w[i].grave == (g == 1))
				item(&h, &w[i]);
	html_lit(&h, "</ul>");
	if (weak < n) {
		html_section_begin(&h, MSG_WEAK_FINE_LIST);
		html_lit(&h, "<ul>");
		for (size_t i = 0; i < n; i++) {
			if (w[i].weak)
				continue;
			html_lit(&h, "<li>");
			html_note(&h, &w[i].text);
			html_lit(&h, "</li>");
		}
		html_lit(&h, "</ul></div></section>");
	}
	page_end(&h);
}
