/* Pieces of the pages of auth/. */
#include "auth/ui.h"

#include <qrencode.h>

#include "base/text.h"
#include "base/text/auth.h"

/* ---- frames ---- */

static const struct {
	const char *key;
	msg_id text;
} done_notice[] = {
	{ "saved", MSG_AUTH_DONE_SAVED },          { "password", MSG_AUTH_DONE_PASSWORD },
	{ "sessions", MSG_AUTH_DONE_SESSIONS },    { "factor-off", MSG_AUTH_DONE_FACTOR_OFF },
	{ "granted", MSG_AUTH_DONE_GRANTED },      { "revoked", MSG_AUTH_DONE_REVOKED },
	{ "password-set", MSG_AUTH_DONE_PASSWORD_SET }, { "signed-out", MSG_AUTH_DONE_SIGNED_OUT },
};

msg_id ui_done(struct http_req *req)
{
	struct str key = http_query(req, "done");
	for (size_t i = 0; i < COUNT_OF(done_notice); i++)
		if (str_eq_z(key, done_notice[i].key))
			return done_notice[i].text;
	return MSG_NONE;
}

void ui_begin(struct http_req *req, struct html *h, msg_id title, msg_id subtitle, bool under_settings)
{
	struct office *o = office_of(req);
	struct page *p = ARENA_NEW(req->arena, struct page);
	if (o->frame)
		o->frame(req, p);
	p->title = msg(req->lang, title);
	if (subtitle)
		p->subtitle = msg(req->lang, subtitle);
	if (under_settings) {
		p->current = "/settings";
		p->breadcrumb_label[0] = msg(req->lang, MSG_AUTH_SETTINGS);
		p->breadcrumb_path[0] = STR("/settings");
		size_t at = 1;
		for (size_t i = 0; i < auth_settings_page_count; i++) {
			struct str path = str_of(auth_settings_pages[i].path);
			if (!str_starts(req->path, path) || auth_settings_pages[i].label == title)
				continue;
			p->breadcrumb_label[at] = msg(req->lang, auth_settings_pages[i].label);
			p->breadcrumb_path[at++] = path;
		}
		p->breadcrumb_label[at] = p->title;
	}
	p->return_path = req->path;
	msg_id done = ui_done(req);
	if (done)
		p->notice = msg(req->lang, done);
	html_init(h, &req->answer->body, req->arena, req->lang, req->csrf);
	page_begin(h, p);
}

void ui_end(struct html *h)
{
	page_end(h);
}

void ui_bare_begin(struct http_req *req, struct html *h, msg_id title)
{
	struct office *o = office_of(req);
	struct page *p = ARENA_NEW(req->arena, struct page);
	if (o->frame)
		o->frame(req, p);
	html_init(h, &req->answer->body, req->arena, req->lang, req->csrf);
	page_bare_begin(h, msg(req->lang, title), p->company_name);
	msg_id done = ui_done(req);
	if (done)
		html_alert(h, TONE_GREEN, STR_NULL, msg(req->lang, done));
}

void ui_bare_end(struct html *h)
{
	page_bare_end(h);
}

void ui_fail(struct http_req *req, int r)
{
	switch (r) {
	case ERR_NOT_FOUND:
		http_fail(req, 404, NOTE0(MSG_AUTH_GONE));
		break;
	case ERR_DENIED:
		http_fail(req, 403, NOTE0(MSG_AUTH_NOT_ALLOWED));
		break;
	case ERR_CONFLICT:
		http_fail(req, 409, NOTE0(MSG_AUTH_LAST_ADMINISTRATOR));
		break;
	case ERR_RANGE:
	case ERR_INVALID:
		http_fail(req, 400, NOTE0(MSG_AUTH_BAD_INPUT));
		break;
	case ERR_LIMIT:
		http_fail(req, 400, NOTE0(MSG_AUTH_TOO_MANY));
		break;
	default:
		http_fail(req, 503, NOTE0(MSG_AUTH_UNAVAILABLE));
	}
}

/* ---- forms ---- */

void ui_field(struct html *h, const struct ui_field *f)
{
	struct str id = str_printf(h->arena, "f-%s", f->name), hint = str_printf(h->arena, "h-%s", f->name);
	bool wrong = f->error || (f->why && f->why->id);
	if (wrong)
		html_lit(h, "<div class=\"field has-error\">");
	else
		html_lit(h, "<div class=\"field\">");
	html_lit(h, "<label");
	html_attr(h, "for", id);
	html_lit(h, ">");
	html_msg(h, f->label);
	html_lit(h, "</label><input class=\"form-control\"");
	html_attr(h, "id", id);
	html_attr(h, "name", str_of(f->name));
	html_attr(h, "type", str_of(f->type));
	if (f->value.n)
		html_attr(h, "value", f->value);
	html_attr(h, "autocomplete", f->autocomplete ? str_of(f->autocomplete) : STR("off"));
	if (f->max)
		html_attr_i64(h, "maxlength", f->max);
	if (f->autocomplete && str_eq_z(str_of(f->autocomplete), "one-time-code"))
		html_attr(h, "inputmode", STR("text"));
	html_flag(h, "required", f->required);
	html_flag(h, "autofocus", f->focus);
	if (wrong)
		html_attr(h, "aria-invalid", STR("true"));
	if (f->hint || wrong)
		html_attr(h, "aria-describedby", hint);
	html_lit(h, ">");
	if (f->hint || wrong) {
		html_lit(h, "<div");
		html_attr(h, "id", hint);
		html_lit(h, ">");
		if (wrong) {
			html_lit(h, "<span class=\"field-error\">");
			if (f->error)
				html_msg(h, f->error);
			else
				html_note(h, f->why);
			html_lit(h, "</span>");
		}
		if (f->hint) {
			html_lit(h, "<span class=\"field-hint\">");
			html_msg(h, f->hint);
			html_lit(h, "</span>");
		}
		html_lit(h, "</div>");
	}
	html_lit(h, "</div>");
}

void ui_select_begin(struct html *h, const char *name, msg_id label)
{
	struct str id = str_printf(h->arena, "f-%s", name);
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", id);
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</label><select class=\"form-select\"");
	html_attr(h, "id", id);
	html_attr(h, "name", str_of(name));
	html_lit(h, ">");
}

void ui_option(struct html *h, struct str value, struct str text, bool selected)
{
	html_lit(h, "<option");
	html_attr(h, "value", value);
	html_flag(h, "selected", selected);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</option>");
}

void ui_select_end(struct html *h, msg_id hint)
{
	html_lit(h, "</select>");
	if (hint) {
		html_lit(h, "<span class=\"field-hint\">");
		html_msg(h, hint);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div>");
}

void ui_check(struct html *h, const char *name, struct str value, bool on, struct str label)
{
	html_lit(h, "<label class=\"check\"><input class=\"form-check-input\" type=\"checkbox\"");
	html_attr(h, "name", str_of(name));
	html_attr(h, "value", value);
	html_flag(h, "checked", on);
	html_lit(h, "> <span>");
	html_text(h, label);
	html_lit(h, "</span></label>");
}

void ui_submit(struct html *h, msg_id label, bool primary)
{
	html_lit(h, "<div class=\"actions\"><button type=\"submit\"");
	if (primary)
		html_lit(h, " class=\"btn btn-primary\">");
	else
		html_lit(h, " class=\"btn\">");
	html_msg(h, label);
	html_lit(h, "</button></div>");
}

void ui_msg_p(struct html *h, msg_id id)
{
	html_lit(h, "<p>");
	html_msg(h, id);
	html_lit(h, "</p>");
}

void ui_note_p(struct html *h, const char *class, const struct note *n)
{
	html_lit(h, "<p");
	if (class)
		html_attr(h, "class", str_of(class));
	html_lit(h, ">");
	html_note(h, n);
	html_lit(h, "</p>");
}

void ui_card_begin(struct html *h, msg_id title)
{
	html_lit(h, "<section class=\"card\"><div class=\"card-header\"><h2 class=\"card-title\">");
	html_msg(h, title);
	html_lit(h, "</h2></div><div class=\"card-body\">");
}

void ui_card_end(struct html *h)
{
	html_lit(h, "</div></section>");
}

void ui_time(struct html *h, int64_t ms)
{
	if (ms == 0) {
		html_lit(h, "－");
		return;
	}
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	clock_put_local(&b, ms);
	html_lit(h, "<span class=\"nowrap\">");
	html_text(h, buf_view(&b));
	html_lit(h, "</span>");
}

void ui_agent(struct html *h, struct str agent)
{
	/* The first that fits: browsers name each other. */
	static const struct {
		const char *part, *name;
	} browser[] = { { "Edg", "Edge" }, { "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" }, { "CriOS/", "Chrome" },
		            { "Chrome/", "Chrome" }, { "Safari/", "Safari" } },
	  system_name[] = { { "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Android", "Android" }, { "Windows", "Windows" },
		                { "Mac OS X", "macOS" }, { "CrOS", "ChromeOS" }, { "Linux", "Linux" } };
	const char *b = NULL, *s = NULL;
	for (size_t i = 0; !b && i < COUNT_OF(browser); i++)
		if (str_contains(agent, str_of(browser[i].part)))
			b = browser[i].name;
	for (size_t i = 0; !s && i < COUNT_OF(system_name); i++)
		if (str_contains(agent, str_of(system_name[i].part)))
			s = system_name[i].name;
	if (!b) {
		html_text(h, agent.n ? text_clip(agent, 40) : STR("－"));
		return;
	}
	html_text(h, str_of(b));
	if (s) {
		html_lit(h, " / ");
		html_text(h, str_of(s));
	}
}

/* ---- secrets ---- */

void ui_qr(struct html *h, struct str text, msg_id label)
{
	QRcode *qr = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0,
	                               text.n > 90 ? QR_ECLEVEL_L : QR_ECLEVEL_M);
	if (!qr)
		return;
	CLEANUP(buf_release) struct buf d;
	buf_init(&d, 256u << 10);
	for (int y = 0; y < qr->width; y++) {
		for (int x = 0; x < qr->width; x++) {
			int from = x;
			while (x < qr->width && (qr->data[y * qr->width + x] & 1))
				x++;
			if (x > from)
				buf_printf(&d, "M%d %dh%dv1h-%dz", from, y, x - from, x - from);
		}
	}
	html_lit(h, "<svg class=\"qr\" role=\"img\" shape-rendering=\"crispEdges\"");
	html_attr(h, "viewBox", str_printf(h->arena, "0 0 %d %d", qr->width, qr->width));
	html_attr_msg(h, "aria-label", label);
	html_lit(h, "><path");
	html_attr(h, "d", buf_view(&d));
	html_lit(h, "/></svg>");
	QRcode_free(qr);
}

void ui_secret(struct html *h, struct str secret, bool qr)
{
	html_lit(h, "<p><code class=\"secret\" id=\"secret\">");
	html_text(h, secret);
	html_lit(h, "</code></p>");
	if (qr)
		ui_qr(h, secret, MSG_AUTH_QR_LINK);
}

struct str ui_absolute(struct http_req *req, struct str path)
{
	struct str base = office_of(req)->public_url;
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	if (base.n)
		return str_printf(req->arena, "%.*s%.*s", STR_FMT(base), STR_FMT(path));
	struct str host = http_header(req, "Host");
	for (size_t i = 0; i < host.n; i++) {
		char ch = host.p[i];
		if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || (ch && strchr(".:-[]", ch))))
			return path;
	}
	if (host.n == 0)
		return path;
	return str_printf(req->arena, "http%s://%.*s%.*s", req->tls ? "s" : "", STR_FMT(host), STR_FMT(path));
}

struct str ui_local(struct str path)
{
	if (path.n == 0 || path.n > 2000 || path.p[0] != '/' || !text_valid(path))
		return STR("/");
	if (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\'))
		return STR("/");
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] < 0x20)
			return STR("/");
	return path;
}

struct str ui_return(struct str path)
{
	return str_starts(path, STR("/sign-")) ? STR("/") : ui_local(path);
}

/* ---- units and roles ---- */

int ui_unit_options(struct html *h, struct db_conn *c, struct http_req *req, struct str chosen)
{
	ui_option(h, STR("0"), msg(req->lang, MSG_AUTH_EVERY_UNIT), chosen.n == 0 || str_eq_z(chosen, "0"));
	if (!world()->units)
		return 0;
	struct auth_unit *unit = NULL;
	size_t n = 0;
	int r = world()->units(c, req->arena, req->lang, &unit, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 4096);
		for (unsigned d = 0; d < unit[i].depth && d < 20; d++)
			buf_lit(&b, "　");
		buf_str(&b, unit[i].name);
		struct str id = i64_str(req->arena, unit[i].id);
		ui_option(h, id, str_dup(req->arena, buf_view(&b)), str_eq(id, chosen));
	}
	return r;
}

struct str ui_unit_name(struct http_req *req, struct db_conn *c, int64_t unit_id)
{
	if (unit_id == 0)
		return msg(req->lang, MSG_AUTH_EVERY_UNIT);
	struct auth_unit *unit = NULL;
	size_t n = 0;
	if (world()->units && world()->units(c, req->arena, req->lang, &unit, &n) == 0)
		for (size_t i = 0; i < n; i++)
			if (unit[i].id == unit_id)
				return unit[i].name;
	return str_printf(req->arena, "#%lld", (long long)unit_id);
}

struct str ui_role_name(const struct role_info *role, enum lang lang)
{
	return lang == LANG_EN ? role->name_en : role->name_ja;
}
