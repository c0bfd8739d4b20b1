/* Pages of the house itself: frame, refusals, static files, health, home, manual. Settings and the first run have files
 * of their own. */
#include "base/text/main.h"
#include "auth/auth.h"
#include "main/first_run.h"
#include "main/manual.h"
#include "main/settings.h"
#include "register/faces.h"
#include "register/query.h"
#include "work/work.h"

/* The rooms of this step; menu, URL and folder bear one name. */
static const struct {
	struct label label;
	const char *path, *icon;
	uint32_t need;
	const char *also; /* pages of this folder belong to it too; NULL: none */
} rooms[] = {
	{ { "今日", "Today" }, "/today", "home", NEED_OVERVIEW, "/work" },
	{ { "資産", "Assets" }, "/asset", "box", NEED_REGISTER },
	{ { "リスク", "Risk" }, "/risk", "alert-triangle", NEED_OVERVIEW },
	{ { "対策", "Controls" }, "/control", "shield-check", NEED_REGISTER },
	{ { "文書", "Documents" }, "/document", "book", NEED_REGISTER },
	{ { "事故", "Incidents" }, "/incident", "message-report", NEED_REPORT },
	{ { "組織", "Organisation" }, "/org", "building", NEED_REGISTER },
	{ { "教育", "Training" }, "/training", "school", NEED_REGISTER },
	{ { "報告書", "Reports" }, "/report", "report", NEED_REPORT },
	{ { "設定", "Settings" }, "/settings", "settings", NEED_SIGNED_IN },
};

static bool in_folder(struct str path, const char *folder)
{
	size_t n = folder ? strlen(folder) : 0;
	return n && str_starts(path, str_of(folder)) && (path.n == n || path.p[n] == '/');
}

void main_frame(struct http_req *req, struct page *page)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	struct menu_item *menu = ARENA_ARRAY(req->arena, COUNT_OF(rooms), struct menu_item);
	for (size_t i = 0; i < COUNT_OF(rooms); i++) {
		menu[i] = (struct menu_item){ .label = rooms[i].label, .path = rooms[i].path, .icon = rooms[i].icon,
		                              .visible = p && p->kind != PRINCIPAL_LINK && (p->needs & rooms[i].need) };
		if (in_folder(req->path, rooms[i].path) || in_folder(req->path, rooms[i].also))
			page->current = rooms[i].path;
	}
	/* A personal link opens nothing but its own list: the way back to it. */
	if (p && p->kind == PRINCIPAL_LINK)
		menu[0] = (struct menu_item){ .label = { "確認する一覧", "Your list" }, .path = "/l", .icon = "checklist", .visible = true };
	page->menu = menu;
	page->menus = COUNT_OF(rooms);
	page->user_name = p && p->kind != PRINCIPAL_NONE ? p->name : STR_NULL;
	struct db_conn *c = db_read_begin(o->db);
	page->company_name = setting_str(c, req->arena, "office.company");
	/* A page is not refused because it cannot be counted. */
	if (p && menu[0].visible && p->kind == PRINCIPAL_ACCOUNT && work_waiting(c, req->arena, p, &menu[0].waiting, &menu[0].waiting_words) < 0)
		menu[0].waiting = 0;
	db_read_end(o->db, &c);
	page->return_path = req->path;
	page->account_path = p && p->kind == PRINCIPAL_ACCOUNT ? STR("/account") : STR_NULL;
	page->demo_banner = o->demo;
	page->plain_lan_banner = o->plain_lan && !req->tls;
	if (!page->help_path.n)
		page->help_path = STR("/help");
}

void main_error_page(struct http_req *req, int status, const struct note *why)
{
	struct html h;
	const struct principal *p = auth_principal(req);
	enum lang lang = p && p->kind != PRINCIPAL_NONE ? p->lang : req->lang;
	html_init(&h, &req->answer->body, req->arena, lang, req->csrf);
	msg_id title = status == 404   ? MSG_MAIN_ERROR_NOT_FOUND
	                 : status == 403 ? MSG_MAIN_ERROR_DENIED
	                 : status == 401 ? MSG_MAIN_ERROR_SIGN_IN
	                 : status == 429 ? MSG_MAIN_ERROR_SLOW
	                 : status >= 500 ? MSG_MAIN_ERROR_SERVER
	                                 : MSG_MAIN_ERROR_INPUT;
	page_bare_begin(&h, msg(lang, title), STR_NULL);
	html_alert(&h, status >= 500 ? TONE_RED : TONE_YELLOW, msg(lang, title), note_str(req->arena, lang, why));
	html_lit(&h, "<p class=\"error-id\">");
	html_note(&h, &NOTE(MSG_MAIN_ERROR_NUMBER, ARG_I(status), ARG_I((int64_t)req->id)));
	html_lit(&h, "</p>");
	struct str back = status == 400 || status == 409 || status == 413 || status == 422 ? http_came_from(req) : STR_NULL;
	if (back.n && req->method == HTTP_POST) {
		html_lit(&h, "<p>");
		html_msg(&h, MSG_MAIN_ERROR_TYPED);
		html_lit(&h, "</p>");
	}
	html_lit(&h, "<p class=\"actions\">");
	if (back.n)
		html_button_link(&h, back, "arrow-left", msg(lang, MSG_MAIN_TO_BEFORE), true);
	html_button_link(&h, STR("/"), "home", msg(lang, MSG_MAIN_TO_TODAY), !back.n);
	html_lit(&h, "</p>");
	page_bare_end(&h);
}

static void page_static(struct http_req *req)
{
	const struct asset_file *f = asset_find(req->capture[1]);
	if (!f || !str_eq_z(req->capture[0], f->hash)) {
		http_fail(req, 404, NOTE0(MSG_MAIN_NO_FILE));
		return;
	}
	req->answer->type = str_of(f->type);
	req->answer->keep_private = false;
	http_set_header(req, "Cache-Control", STR("public, max-age=31536000, immutable"));
	buf_bytes(&req->answer->body, f->data, f->size);
}

/* For a watchdog: says ok when a read and the schema are fine; tells nothing about the company. */
static void page_health(struct http_req *req)
{
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	int64_t version = 0;
	int r = db_schema_version(c, &version);
	db_read_end(o->db, &c);
	struct json j;
	http_json(req, &j, r == 0 ? 200 : 503);
	json_object_begin(&j);
	json_put_str(&j, "status", r == 0 ? STR("ok") : STR("failing"));
	json_put_i64(&j, "schema", version);
	json_object_end(&j);
}

static void page_home(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct office *o = office_of(req);
	if (!p || p->kind == PRINCIPAL_NONE) {
		struct db_conn *c = db_read_begin(o->db);
		bool first = false;
		int r = auth_first_account_missing(c, &first);
		db_read_end(o->db, &c);
		http_redirect(req, r == 0 && first ? STR("/first-run") : STR("/sign-in"));
		return;
	}
	http_redirect(req, STR("/today"));
}

/* A room's front page: its registers, each with what it is for. */
static void page_room(struct http_req *req, const char *room, msg_id about)
{
	const struct principal *p = auth_principal(req);
	struct html h;
	html_init(&h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .help_path = str_printf(req->arena, "/help/%s", room) };
	for (size_t i = 0; i < COUNT_OF(rooms); i++)
		if (str_eq_z(str_of(rooms[i].path + 1), room))
			page.title = label_of(rooms[i].label, p->lang);
	page.subtitle = msg(p->lang, about);
	main_frame(req, &page);
	page_begin(&h, &page);
	reg_cards(&h, p, room, 2);
	page_end(&h);
}

static void page_org(struct http_req *req)
{
	page_room(req, "org", MSG_MAIN_ROOM_ORG);
}

static void page_asset(struct http_req *req)
{
	page_room(req, "asset", MSG_MAIN_ROOM_ASSET);
}

static void page_control(struct http_req *req)
{
	page_room(req, "control", MSG_MAIN_ROOM_CONTROL);
}

static void page_document(struct http_req *req)
{
	page_room(req, "document", MSG_MAIN_ROOM_DOCUMENT);
}

/* The manual. A page that does not exist leads to its table of contents. */
static void page_help(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	enum lang lang = p && p->kind != PRINCIPAL_NONE ? p->lang : req->lang;
	const struct manual_page *m = manual_find(req->capture[0].p ? req->capture[0] : STR("index"));
	if (!m) {
		http_fail(req, 404, NOTE0(MSG_MAIN_NO_MANUAL));
		return;
	}
	struct html h;
	html_init(&h, &req->answer->body, req->arena, lang, req->csrf);
	struct page page = { .title = msg(lang, MSG_MAIN_MANUAL) };
	bool signed_in = p && p->kind != PRINCIPAL_NONE && p->kind != PRINCIPAL_LINK;
	if (signed_in) {
		main_frame(req, &page);
		page_begin(&h, &page);
	} else {
		page_bare_begin(&h, page.title, STR_NULL);
	}
	html_lit(&h, "<nav class=\"manual-contents screen-only\"");
	html_attr_msg(&h, "aria-label", MSG_MAIN_MANUAL_CONTENTS);
	html_lit(&h, "><ul>");
	for (size_t i = 0; i < manual_count; i++) {
		html_lit(&h, "<li><a");
		html_href(&h, str_printf(req->arena, "/help/%s", manual_pages[i].name));
		html_flag(&h, "aria-current", &manual_pages[i] == m);
		html_lit(&h, ">");
		html_label(&h, manual_pages[i].title);
		html_lit(&h, "</a></li>");
	}
	html_lit(&h, "</ul></nav><article class=\"manual\" lang=\"ja\"><h2>");
	html_text(&h, label_of(m->title, LANG_JA));
	html_lit(&h, "</h2>");
	html_safe(&h, markdown_render(req->arena, manual_text(req->arena, m)));
	html_lit(&h, "</article>");
	if (signed_in)
		page_end(&h);
	else
		page_bare_end(&h);
}

static void page_no_route(struct http_req *req)
{
	http_fail(req, 404, NOTE0(MSG_MAIN_NO_PAGE));
}

const struct route main_routes[] = {
	{ HTTP_GET, "/", page_home, ROUTE_QUICK | ROUTE_PUBLIC },
	{ HTTP_GET, "/static/:hash/:path*", page_static, ROUTE_QUICK | ROUTE_PUBLIC | ROUTE_NAMELESS },
	{ HTTP_GET, "/health", page_health, ROUTE_QUICK | ROUTE_PUBLIC },
	{ HTTP_GET, "/help", page_help, ROUTE_QUICK | ROUTE_PUBLIC },
	{ HTTP_GET, "/help/:topic", page_help, ROUTE_QUICK | ROUTE_PUBLIC },
	{ HTTP_GET, "/org", page_org, ROUTE_QUICK, NEED_REGISTER },
	{ HTTP_GET, "/asset", page_asset, ROUTE_QUICK, NEED_REGISTER },
	{ HTTP_GET, "/control", page_control, ROUTE_QUICK, NEED_REGISTER },
	{ HTTP_GET, "/document", page_document, ROUTE_QUICK, NEED_REGISTER },
	{ HTTP_GET, "/favicon.ico", page_no_route, ROUTE_QUICK | ROUTE_PUBLIC },
};
const size_t main_route_count = COUNT_OF(main_routes);
