/* The frame around every page. The menu opens on a phone by a check box, so that it needs no script. */
#include "html/internal.h"
#include "base/clock.h"
#include "base/text/base.h"
#include "base/text/html.h"
#include "base/version.h"

/* htmx without its eval, its inline style element and its copy of pages in the browser's storage. */
#define HTMX_CONFIG \
	"{\"allowEval\":false,\"allowScriptTags\":false,\"includeIndicatorStyles\":false,\"selfRequestsOnly\":true," \
	"\"historyCacheSize\":0,\"refreshOnHistoryMiss\":true,\"responseHandling\":[{\"code\":\"204\",\"swap\":false}," \
	"{\"code\":\"[23]..\",\"swap\":true},{\"code\":\"422\",\"swap\":true},{\"code\":\"[45]..\",\"swap\":false,\"error\":true}]}"

static void head(struct html *h, struct str title, struct str company)
{
	html_lit(h, "<!doctype html><html lang=\"");
	html_constant(h, h->lang == LANG_EN ? "en" : "ja");
	html_lit(h, "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	            "<meta name=\"referrer\" content=\"same-origin\">"
	            "<meta name=\"htmx-config\"");
	html_attr(h, "content", STR(HTMX_CONFIG));
	html_lit(h, "><meta name=\"csrf\"");
	html_attr(h, "content", h->csrf);
	html_lit(h, "><title>");
	if (title.n) {
		html_text(h, title);
		html_lit(h, " - ");
	}
	if (company.n) {
		html_text(h, company);
		html_lit(h, " - ");
	}
	html_msg(h, MSG_PRODUCT);
	html_lit(h, "</title><link rel=\"icon\" type=\"image/svg+xml\"");
	html_href(h, asset_url(h->arena, "favicon.svg"));
	html_lit(h, "><link rel=\"stylesheet\"");
	html_href(h, asset_url(h->arena, "tabler.min.css"));
	html_lit(h, "><link rel=\"stylesheet\"");
	html_href(h, asset_url(h->arena, "app.css"));
	/* Not deferred: it chooses light or dark before the first paint, and does the rest when the page has been read. */
	html_lit(h, "><script");
	html_url_attr(h, "src", asset_url(h->arena, "app.js"));
	html_lit(h, "></script><script defer");
	html_url_attr(h, "src", asset_url(h->arena, "htmx.min.js"));
	html_lit(h, "></script></head>");
}

/* The words that app.js needs, so that every text stays in the message table. */
static void body_begin(struct html *h)
{
	html_lit(h, "<body");
	html_attr_msg(h, "data-text-confirm", MSG_HTML_CONFIRM);
	html_attr_msg(h, "data-text-ok", MSG_HTML_OK);
	html_attr_msg(h, "data-text-cancel", MSG_CANCEL);
	html_attr_msg(h, "data-text-copied", MSG_HTML_COPIED);
	html_attr_msg(h, "data-text-lines", MSG_HTML_LINES);
	html_attr_msg(h, "data-text-in", MSG_HTML_LINES_IN);
	html_attr_msg(h, "data-text-out", MSG_HTML_LINES_OUT);
	html_attr_msg(h, "data-text-up", MSG_HTML_LINES_UP);
	html_attr_msg(h, "data-text-down", MSG_HTML_LINES_DOWN);
	html_attr_msg(h, "data-text-draft-saved", MSG_HTML_DRAFT_SAVED);
	html_attr_msg(h, "data-text-draft-failed", MSG_HTML_DRAFT_FAILED);
	html_lit(h, "><a class=\"skip-link\" href=\"#main\">");
	html_msg(h, MSG_HTML_SKIP);
	html_lit(h, "</a>");
}

static void logo(struct html *h)
{
	html_lit(h, "<img class=\"logo\" alt=\"\" width=\"28\" height=\"28\"");
	html_url_attr(h, "src", asset_url(h->arena, "logo.svg"));
	html_lit(h, "><span class=\"product\">");
	html_msg(h, MSG_PRODUCT);
	html_lit(h, "</span>");
}

static void language_switch(struct html *h, struct str return_path)
{
	bool to_en = h->lang == LANG_JA;

	html_form_begin(h, STR("/language"), false);
	html_hidden(h, "lang", to_en ? STR("en") : STR("ja"));
	html_hidden(h, "return", return_path.n ? return_path : STR("/"));
	html_lit(h, "<button type=\"submit\" class=\"panel-item\"");
	html_attr_msg(h, "title", MSG_HTML_LANGUAGE);
	html_lit(h, ">");
	html_icon(h, "language");
	html_lit(h, "<span lang=\"");
	html_constant(h, to_en ? "en" : "ja");
	html_lit(h, "\">");
	html_msg(h, to_en ? MSG_HTML_LANGUAGE_EN : MSG_HTML_LANGUAGE_JA);
	html_lit(h, "</span></button>");
	html_form_end(h);
}

static void user_menu(struct html *h, const struct page *p)
{
	html_lit(h, "<details class=\"user-menu\"><summary");
	html_attr_msg(h, "title", MSG_HTML_USER_MENU);
	html_lit(h, ">");
	html_icon(h, "user");
	html_lit(h, "<span class=\"user-name\">");
	html_text(h, p->user_name);
	html_lit(h, "</span>");
	html_icon(h, "chevron-down");
	html_lit(h, "</summary><div class=\"user-panel\">");
	if (p->account_path.n) {
		html_lit(h, "<a class=\"panel-item\"");
		html_href(h, p->account_path);
		html_lit(h, ">");
		html_icon(h, "settings");
		html_msg(h, MSG_HTML_ACCOUNT);
		html_lit(h, "</a>");
	}
	language_switch(h, p->return_path);
	html_lit(h, "<button type=\"button\" class=\"panel-item js-only\" data-theme-toggle>");
	html_icon(h, "moon");
	html_msg(h, MSG_HTML_THEME);
	html_lit(h, "</button>");
	html_form_begin(h, STR("/sign-out"), false);
	html_lit(h, "<button type=\"submit\" class=\"panel-item\">");
	html_icon(h, "logout");
	html_msg(h, MSG_HTML_SIGN_OUT);
	html_lit(h, "</button>");
	html_form_end(h);
	/* For who is signed in only: it helps an attacker to choose. */
	if (version_text().n) {
		html_lit(h, "<p class=\"panel-version\">");
		html_msg(h, MSG_PRODUCT);
		html_lit(h, " ");
		html_text(h, version_text());
		html_lit(h, "</p>");
	}
	html_lit(h, "</div></details>");
}

static void banner(struct html *h, msg_id id, enum tone tone)
{
	html_lit(h, "<p class=\"banner ");
	html_constant(h, tone_class(tone));
	html_lit(h, "\">");
	html_icon(h, "alert-triangle");
	html_lit(h, "<span>");
	html_msg(h, id);
	html_lit(h, "</span></p>");
}

/* Whoever sees no room, as with a personal link, gets neither an empty menu nor a search that finds nothing. */
static bool has_menu(const struct page *p)
{
	for (size_t i = 0; p->user_name.n && i < p->menus; i++)
		if (p->menu[i].visible)
			return true;
	return false;
}

static void header(struct html *h, const struct page *p)
{
	html_lit(h, "<header class=\"topbar\">");
	if (p->plain_lan_banner)
		banner(h, MSG_HTML_PLAIN_LAN, TONE_RED);
	if (p->demo_banner)
		banner(h, MSG_HTML_DEMO, TONE_YELLOW);
	html_lit(h, "<div class=\"topbar-row\"><a class=\"brand\" href=\"/\"");
	html_attr_msg(h, "title", MSG_HTML_HOME);
	html_lit(h, ">");
	logo(h);
	html_lit(h, "</a><span class=\"company\">");
	html_text(h, p->company_name);
	html_lit(h, "</span>");
	if (has_menu(p)) {
		html_lit(h, "<form method=\"get\" action=\"/search\" role=\"search\" class=\"search\"");
		html_attr_msg(h, "aria-label", MSG_HTML_SEARCH_HINT);
		html_lit(h, "><input class=\"form-control\" type=\"search\" name=\"q\" maxlength=\"100\" data-search");
		html_attr(h, "value", p->search);
		html_attr_msg(h, "placeholder", MSG_HTML_SEARCH_HINT);
		html_attr_msg(h, "aria-label", MSG_HTML_SEARCH_HINT);
		html_lit(h, "><button type=\"submit\" class=\"btn btn-icon\"");
		html_attr_msg(h, "aria-label", MSG_HTML_SEARCH);
		html_lit(h, ">");
		html_icon(h, "search");
		html_lit(h, "</button></form>");
	}
	if (p->help_path.n) {
		html_lit(h, "<a class=\"top-link\"");
		html_href(h, p->help_path);
		html_attr_msg(h, "title", MSG_HTML_HELP);
		html_attr_msg(h, "aria-label", MSG_HTML_HELP);
		html_lit(h, ">");
		html_icon(h, "help");
		html_lit(h, "</a>");
	}
	if (p->user_name.n)
		user_menu(h, p);
	html_lit(h, "</div></header>");
}

static const struct menu_item *current_item(const struct page *p)
{
	for (size_t i = 0; p->current && i < p->menus; i++)
		if (p->menu[i].visible && str_eq_z(str_of(p->menu[i].path), p->current))
			return &p->menu[i];
	return NULL;
}

static void menu_count(struct html *h, const struct menu_item *m)
{
	if (m->waiting <= 0)
		return;
	html_lit(h, "<span class=\"menu-count\"");
	html_attr(h, "title", m->waiting_words);
	html_lit(h, "><span aria-hidden=\"true\">");
	if (m->waiting < 100)
		html_i64(h, m->waiting);
	else
		html_lit(h, "99+");
	html_lit(h, "</span><span class=\"visually-hidden\">");
	html_text(h, m->waiting_words);
	html_lit(h, "</span></span>");
}

static void menu(struct html *h, const struct page *p)
{
	const struct menu_item *current = current_item(p);

	html_lit(h, "<nav class=\"sidebar\"");
	html_attr_msg(h, "aria-label", MSG_HTML_MENU_MAIN);
	html_lit(h, "><input type=\"checkbox\" id=\"menu-toggle\" class=\"menu-toggle\"><label for=\"menu-toggle\" class=\"menu-button\">");
	html_icon(h, "menu-2");
	html_lit(h, "<span>");
	html_msg(h, MSG_HTML_MENU);
	html_lit(h, "</span>");
	/* On a phone the menu is shut: what waits shows on its button. */
	for (size_t i = 0; i < p->menus; i++)
		if (p->menu[i].visible)
			menu_count(h, &p->menu[i]);
	if (current) {
		html_lit(h, "<span class=\"menu-here\">");
		html_label(h, current->label);
		html_lit(h, "</span>");
	}
	html_lit(h, "</label><ul class=\"menu\">");
	for (size_t i = 0; i < p->menus; i++) {
		if (!p->menu[i].visible)
			continue;
		html_lit(h, "<li><a");
		html_href(h, str_of(p->menu[i].path));
		if (&p->menu[i] == current)
			html_lit(h, " aria-current=\"page\"");
		html_lit(h, ">");
		html_icon(h, p->menu[i].icon);
		html_lit(h, "<span>");
		html_label(h, p->menu[i].label);
		html_lit(h, "</span>");
		menu_count(h, &p->menu[i]);
		html_lit(h, "</a></li>");
	}
	html_lit(h, "</ul></nav>");
}

static void breadcrumb(struct html *h, const struct page *p)
{
	if (!p->breadcrumb_label[0].n)
		return;
	html_lit(h, "<nav class=\"crumbs\"");
	html_attr_msg(h, "aria-label", MSG_HTML_BREADCRUMB);
	html_lit(h, "><ol>");
	for (size_t i = 0; i < COUNT_OF(p->breadcrumb_label) && p->breadcrumb_label[i].n; i++) {
		html_lit(h, "<li>");
		if (p->breadcrumb_path[i].n) {
			html_lit(h, "<a");
			html_href(h, p->breadcrumb_path[i]);
			html_lit(h, ">");
			html_text(h, p->breadcrumb_label[i]);
			html_lit(h, "</a>");
		} else {
			html_lit(h, "<span aria-current=\"page\">");
			html_text(h, p->breadcrumb_label[i]);
			html_lit(h, "</span>");
		}
		html_lit(h, "</li>");
	}
	html_lit(h, "</ol></nav>");
}

/* What a printed sheet says about itself: whose it is and of when. */
static void print_header(struct html *h, struct str company)
{
	struct buf when;
	char *memory;
	size_t n;

	buf_init(&when, 64);
	clock_put_local(&when, clock_now());
	html_lit(h, "<div class=\"print-header print-only\"><span>");
	html_text(h, company);
	html_lit(h, "</span><span>");
	html_msg(h, MSG_HTML_PRINTED);
	html_lit(h, " ");
	memory = buf_take(&when, &n);
	if (memory)
		html_text(h, (struct str){ memory, n });
	free(memory);
	html_lit(h, "</span></div>");
}

void page_begin(struct html *h, const struct page *p)
{
	bool with_menu = has_menu(p);

	head(h, p->title, p->company_name);
	body_begin(h);
	header(h, p);
	html_lit(h, "<div class=\"frame");
	if (!with_menu)
		html_lit(h, " frame-plain");
	html_lit(h, "\">");
	if (with_menu)
		menu(h, p);
	html_lit(h, "<main id=\"main\" class=\"main\" tabindex=\"-1\">");
	print_header(h, p->company_name);
	breadcrumb(h, p);
	html_lit(h, "<div class=\"page-head\"><div><h1>");
	html_text(h, p->title);
	html_lit(h, "</h1>");
	if (p->subtitle.n) {
		html_lit(h, "<p class=\"page-subtitle\">");
		html_text(h, p->subtitle);
		html_lit(h, "</p>");
	}
	html_lit(h, "</div>");
	if (p->actions) {
		html_lit(h, "<div class=\"actions\">");
		p->actions(h, p->actions_ctx);
		html_lit(h, "</div>");
	}
	html_lit(h, "</div>");
	if (p->notice.n) {
		html_lit(h, "<div class=\"alert notice tone-green\" role=\"status\">");
		html_icon(h, "circle-check");
		html_lit(h, "<div>");
		html_text(h, p->notice);
		html_lit(h, "</div></div>");
	}
}

void page_end(struct html *h)
{
	html_lit(h, "</main></div></body></html>\n");
}

void page_bare_begin(struct html *h, struct str title, struct str company_name)
{
	head(h, title, company_name);
	body_begin(h);
	html_lit(h, "<main id=\"main\" class=\"bare\" tabindex=\"-1\"><div class=\"bare-brand\">");
	logo(h);
	html_lit(h, "<span class=\"company\">");
	html_text(h, company_name);
	html_lit(h, "</span></div><div class=\"card bare-card\"><h1>");
	html_text(h, title);
	html_lit(h, "</h1>");
}

void page_bare_language(struct html *h, struct str return_path)
{
	html_lit(h, "<div class=\"bare-language\">");
	language_switch(h, return_path);
	html_lit(h, "</div>");
}

void page_bare_end(struct html *h)
{
	html_lit(h, "</div></main></body></html>\n");
}
