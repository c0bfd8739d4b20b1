/*
 * The pages that anybody opens: telling what happened, and following it by a code. They know nobody: no session, no cookie, no script.
 * What a form of theirs needs to be believed it carries itself (incident/door.h).
 */
#include "auth/letter.h"
#include "base/num.h"
#include "base/text.h"
#include "base/text/incident.h"
#include "incident/door.h"
#include "incident/incident.h"
#include "incident/pages.h"
#include "register/setting.h"

#define TRAP "website" /* nobody sees it; who fills in every field fills it in */

struct visit {
	struct http_req *req;
	struct html h;
	struct office *office;
	struct door door;
	struct told told;
	struct str code, other_way;
	struct followed followed;
	enum taken taken;
	int64_t wait_ms;
	msg_id error[8]; size_t errors;
	int failed;
};

static void wrong(struct visit *v, msg_id why)
{
	if (v->errors < COUNT_OF(v->error))
		v->error[v->errors++] = why;
}

/* ---- frame ---- */

static enum lang language(struct http_req *req)
{
	struct str s = http_form(req, "lang");
	if (!s.n)
		s = http_query(req, "lang");
	return str_eq_z(s, "en") ? LANG_EN : str_eq_z(s, "ja") ? LANG_JA : req->lang;
}

static struct visit visit(struct http_req *req)
{
	struct visit v = { .req = req, .office = office_of(req) };
	req->lang = language(req);
	return v;
}

static void begin(struct visit *v, msg_id title)
{
	struct page page = { .title = msg(v->req->lang, title) };
	v->office->frame(v->req, &page);
	html_init(&v->h, &v->req->answer->body, v->req->arena, v->req->lang, STR_NULL);
	page_bare_begin(&v->h, page.title, page.company_name);
}

/* The way to the other language is a link: a form would need a cookie. */
static void end(struct visit *v, struct str path)
{
	struct html *h = &v->h;
	const bool en = h->lang == LANG_EN;
	html_lit(h, "<p class=\"bare-language\"><a class=\"panel-item\"");
	html_attr(h, "lang", en ? STR("ja") : STR("en"));
	html_href(h, str_printf(h->arena, "%.*s?lang=%s", STR_FMT(path), en ? "ja" : "en"));
	html_lit(h, ">");
	html_text(h, en ? STR("日本語") : STR("English"));
	html_lit(h, "</a></p>");
	page_bare_end(h);
}

static void paragraph(struct html *h, msg_id id)
{
	html_lit(h, "<p>");
	html_msg(h, id);
	html_lit(h, "</p>");
}

static void hint(struct html *h, msg_id id)
{
	html_lit(h, "<span class=\"field-hint\">");
	html_msg(h, id);
	html_lit(h, "</span>");
}

static struct str path_of(const struct visit *v)
{
	return str_printf(v->req->arena, "/n/%.*s", STR_FMT(v->req->capture[0]));
}

static void other_way(struct visit *v)
{
	if (v->other_way.n)
		html_alert(&v->h, TONE_BLUE, msg(v->h.lang, MSG_NEAR_OTHER_WAY), v->other_way);
	else
		html_alert(&v->h, TONE_BLUE, STR_NULL, msg(v->h.lang, MSG_NEAR_OTHER_WAY_PLAIN));
}

static void load_other_way(struct visit *v)
{
	struct db_conn *c = db_read_begin(v->office->db);
	v->other_way = setting_str(c, v->req->arena, "incident.other_way");
	db_read_end(v->office->db, &c);
}

/* The same for an address that never was and for one that ended. */
static void closed(struct visit *v)
{
	load_other_way(v);
	v->req->answer->status = 404;
	begin(v, MSG_NEAR_CLOSED_TITLE);
	paragraph(&v->h, MSG_NEAR_CLOSED);
	other_way(v);
	end(v, STR("/n"));
}

static void failed(struct visit *v)
{
	http_fail(v->req, 503, NOTE0(MSG_NEAR_FAILED));
}

static void errors_put(struct visit *v)
{
	for (size_t i = 0; i < v->errors; i++)
		html_alert(&v->h, TONE_RED, STR_NULL, msg(v->h.lang, v->error[i]));
	if (v->wait_ms)
		html_alert(&v->h, TONE_YELLOW, STR_NULL, note_str(v->h.arena, v->h.lang, &NOTE(MSG_NEAR_SLOW, ARG_I((v->wait_ms + 999) / 1000))));
}

/* ---- the form ---- */

static void stamp_put(struct visit *v, int64_t door_id, bool keep)
{
	struct str given = http_form(v->req, "stamp");
	html_hidden(&v->h, "lang", v->h.lang == LANG_EN ? STR("en") : STR("ja"));
	html_hidden(&v->h, "stamp", keep && given.n ? given : stamp_make(v->h.arena, v->office->key, door_id));
}

static void trap_put(struct html *h)
{
	html_lit(h, "<div class=\"visually-hidden\"><label for=\"f-" TRAP "\">");
	html_msg(h, MSG_NEAR_TRAP);
	html_lit(h, "</label><input id=\"f-" TRAP "\" name=\"" TRAP "\" tabindex=\"-1\" autocomplete=\"off\"></div>");
}

static void area_put(struct html *h, const char *rows, msg_id label, msg_id about, struct str value, bool required)
{
	html_lit(h, "<div class=\"field\"><label for=\"f-what\">");
	html_msg(h, label);
	html_lit(h, "</label>");
	hint(h, about);
	html_lit(h, "<textarea class=\"form-control\" id=\"f-what\" name=\"what\"");
	html_attr(h, "rows", str_of(rows));
	html_attr_i64(h, "maxlength", LIMIT_TOLD);
	html_flag(h, "required", required);
	html_lit(h, ">\n");
	html_text(h, value);
	html_lit(h, "</textarea></div>");
}

static void input_put(struct html *h, const char *name, const char *type, msg_id label, msg_id about, struct str value, int64_t max)
{
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_printf(h->arena, "f-%s", name));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</label>");
	html_lit(h, "<input class=\"form-control\"");
	html_attr(h, "id", str_printf(h->arena, "f-%s", name));
	html_attr(h, "name", str_of(name));
	html_attr(h, "type", str_of(type));
	html_attr(h, "autocomplete", STR("off"));
	if (max)
		html_attr_i64(h, "maxlength", max);
	if (strcmp(type, "date") == 0)
		html_attr(h, "max", date_iso(h->arena, clock_today()));
	html_attr(h, "value", value);
	html_lit(h, ">");
	if (about)
		hint(h, about);
	html_lit(h, "</div>");
}

static void photo_put(struct html *h)
{
	html_lit(h, "<div class=\"field\"><label for=\"f-photo\">");
	html_msg(h, MSG_NEAR_PHOTO);
	html_lit(h, "</label><input class=\"form-control\" id=\"f-photo\" name=\"photo\" type=\"file\" accept=\"image/jpeg,image/png\">");
	hint(h, MSG_NEAR_PHOTO_HINT);
	html_lit(h, "</div>");
}

static void kinds_put(struct html *h, struct str chosen)
{
	html_lit(h, "<div class=\"field\"><label for=\"f-kind\">");
	html_msg(h, MSG_NEAR_KIND);
	html_lit(h, "</label><select class=\"form-select\" id=\"f-kind\" name=\"kind\"><option value=\"\">");
	html_msg(h, MSG_NEAR_KIND_UNKNOWN);
	html_lit(h, "</option>");
	for (size_t i = 0; i < COUNT_OF(near_miss_kinds); i++) {
		struct str n = str_printf(h->arena, "%d", near_miss_kinds[i].number);
		html_lit(h, "<option");
		html_attr(h, "value", n);
		html_flag(h, "selected", str_eq(n, chosen));
		html_lit(h, ">");
		html_label(h, near_miss_kinds[i].label);
		html_lit(h, "</option>");
	}
	html_lit(h, "</select></div>");
}

static void send_put(struct html *h, msg_id label)
{
	html_lit(h, "<div class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(h, label);
	html_lit(h, "</button></div>");
}

static void form_put(struct visit *v, bool keep_stamp)
{
	struct html *h = &v->h;
	struct http_req *req = v->req;
	struct str when = http_form(req, "happened_on");
	begin(v, MSG_NEAR_TITLE);
	if (v->door.unit.n) {
		html_lit(h, "<p class=\"muted\">");
		html_text(h, v->door.unit);
		html_lit(h, "</p>");
	}
	paragraph(h, MSG_NEAR_ABOUT);
	errors_put(v);
	if (v->taken == TAKEN_FULL)
		other_way(v);
	html_form_begin(h, path_of(v), true);
	stamp_put(v, v->door.id, keep_stamp);
	trap_put(h);
	area_put(h, "5", MSG_NEAR_WHAT, MSG_NEAR_WHAT_HINT, http_form(req, "what"), true);
	input_put(h, "happened_on", "date", MSG_NEAR_WHEN, MSG_NONE, req->method == HTTP_POST ? when : date_iso(h->arena, clock_today()), 0);
	kinds_put(h, http_form(req, "kind"));
	input_put(h, "place", "text", MSG_NEAR_PLACE, v->door.unit.n ? MSG_NONE : MSG_NEAR_PLACE_HINT, http_form(req, "place"), 100);
	photo_put(h);
	input_put(h, "reporter", "text", MSG_NEAR_NAME, MSG_NEAR_NAME_HINT, http_form(req, "reporter"), 60);
	send_put(h, MSG_NEAR_SEND);
	html_form_end(h);
	html_lit(h, "<p class=\"small muted\">");
	html_msg(h, MSG_NEAR_PRIVACY);
	html_lit(h, "</p><p><a");
	html_href(h, str_printf(h->arena, "/n?lang=%s", h->lang == LANG_EN ? "en" : "ja"));
	html_lit(h, ">");
	html_msg(h, MSG_NEAR_TO_FOLLOW);
	html_lit(h, "</a></p>");
	end(v, path_of(v));
}

static int find_door(struct visit *v)
{
	struct db_conn *c = db_read_begin(v->office->db);
	int r = door_find(c, v->req->arena, v->req->capture[0], &v->door);
	v->other_way = setting_str(c, v->req->arena, "incident.other_way");
	db_read_end(v->office->db, &c);
	return r;
}

void near_report_page(struct http_req *req)
{
	struct visit v = visit(req);
	int r = find_door(&v);
	if (r == ERR_NOT_FOUND)
		closed(&v);
	else if (r < 0)
		failed(&v);
	else
		form_put(&v, false);
}

/* ---- sending ---- */

/* 0: go on. STAMP_FORGED is refused as a form that is none of ours. */
static bool believed(struct visit *v)
{
	enum stamp_state s = stamp_read(v->office->key, http_form(v->req, "stamp"), &v->told.stamp);
	if (s == STAMP_FORGED) {
		http_fail(v->req, 403, NOTE0(MSG_NEAR_FORGED));
		return false;
	}
	if (s == STAMP_EARLY)
		wrong(v, MSG_NEAR_EARLY);
	if (s == STAMP_OLD)
		wrong(v, MSG_NEAR_OLD);
	if (http_form(v->req, TRAP).n)
		wrong(v, MSG_NEAR_TRAPPED);
	return true;
}

static struct str cleaned(struct visit *v, const char *name, size_t chars, msg_id too_long)
{
	struct str s = str_trim(text_clean(v->req->arena, http_form(v->req, name)));
	if (text_chars(s) > chars)
		wrong(v, too_long);
	return s;
}

static void read_photo(struct visit *v)
{
	const struct http_file *f = http_upload(v->req, "photo");
	if (!f)
		return;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PHOTO + 64);
	int r = photo_clean(f->data, &b, &v->told.photo_kind);
	if (r < 0)
		wrong(v, r == ERR_LIMIT ? MSG_NEAR_PHOTO_LARGE : MSG_NEAR_PHOTO_WRONG);
	else
		v->told.photo = str_dup(v->req->arena, buf_view(&b));
}

static int take_job(struct db_conn *c, void *arg)
{
	struct visit *v = arg;
	return report_take(c, v->req->arena, v->office->key, &v->told);
}

static void thanks(struct visit *v)
{
	struct html *h = &v->h;
	begin(v, MSG_NEAR_THANKS_TITLE);
	if (v->told.taken == TAKEN_OTHER)
		html_alert(h, TONE_YELLOW, STR_NULL, msg(h->lang, MSG_NEAR_SENT_BEFORE));
	paragraph(h, MSG_NEAR_THANKS);
	html_lit(h, "<p><strong>");
	html_msg(h, MSG_NEAR_CODE);
	html_lit(h, "</strong></p><p><code class=\"secret\" id=\"code\">");
	html_text(h, v->told.code);
	html_lit(h, "</code></p>");
	paragraph(h, MSG_NEAR_CODE_ABOUT);
	html_lit(h, "<p><a class=\"btn\"");
	html_href(h, str_printf(h->arena, "/n?lang=%s", h->lang == LANG_EN ? "en" : "ja"));
	html_lit(h, ">");
	html_msg(h, MSG_NEAR_TO_FOLLOW);
	html_lit(h, "</a></p><p><a");
	html_href(h, path_of(v));
	html_lit(h, ">");
	html_msg(h, MSG_NEAR_ANOTHER);
	html_lit(h, "</a></p>");
	page_bare_end(h);
}

void near_report_do(struct http_req *req)
{
	struct visit v = visit(req);
	struct date when;
	if (!believed(&v))
		return;
	int r = find_door(&v);
	if (r == 0 && v.door.id != v.told.stamp.door_id)
		r = ERR_NOT_FOUND;
	if (r < 0) {
		if (r == ERR_NOT_FOUND)
			closed(&v);
		else
			failed(&v);
		return;
	}
	v.told.secret = req->capture[0];
	v.told.address = req->address;
	v.told.what = cleaned(&v, "what", LIMIT_TOLD, MSG_NEAR_LONG);
	v.told.place = cleaned(&v, "place", 100, MSG_NEAR_LONG);
	v.told.reporter = cleaned(&v, "reporter", 60, MSG_NEAR_LONG);
	v.told.happened_on = http_form(req, "happened_on");
	if (!v.told.what.n)
		wrong(&v, MSG_NEAR_EMPTY);
	if (v.told.happened_on.n && (date_parse_iso(v.told.happened_on, &when) < 0 || date_days(when) > date_days(clock_today())))
		wrong(&v, MSG_NEAR_WHEN_WRONG);
	if (http_form(req, "kind").n && num_parse_i64(http_form(req, "kind"), 1, (int64_t)COUNT_OF(near_miss_kinds), &v.told.kind) < 0)
		v.told.kind = 0;
	read_photo(&v);
	if (!v.errors)
		r = db_write(v.office->db, take_job, &v);
	if (r == ERR_NOT_FOUND) {
		closed(&v);
		return;
	}
	if (r < 0 && r != ERR_INVALID) {
		failed(&v);
		return;
	}
	v.taken = v.errors || r < 0 ? TAKEN_UNKNOWN : v.told.taken;
	v.wait_ms = v.told.wait_ms;
	switch (v.taken) {
	case TAKEN_NEW: case TAKEN_AGAIN: case TAKEN_OTHER:
		thanks(&v);
		return;
	case TAKEN_SLOW:
		req->answer->status = 429;
		break;
	case TAKEN_FULL:
		req->answer->status = 429;
		wrong(&v, MSG_NEAR_FULL);
		break;
	case TAKEN_PHOTO:
		req->answer->status = 422;
		wrong(&v, MSG_NEAR_PHOTO_FULL);
		break;
	case TAKEN_UNKNOWN:
		req->answer->status = 422;
		if (r < 0)
			wrong(&v, MSG_NEAR_REFUSED);
		break;
	}
	if (http_upload(req, "photo"))
		wrong(&v, MSG_NEAR_PHOTO_AGAIN);
	struct stamp ignored;
	form_put(&v, stamp_read(v.office->key, http_form(req, "stamp"), &ignored) != STAMP_OLD);
}

/* ---- following ---- */

static void code_form_put(struct visit *v)
{
	struct html *h = &v->h;
	begin(v, MSG_NEAR_FOLLOW_TITLE);
	paragraph(h, MSG_NEAR_FOLLOW_ABOUT);
	errors_put(v);
	html_form_begin(h, STR("/n"), false);
	stamp_put(v, 0, false);
	input_put(h, "code", "text", MSG_NEAR_CODE, MSG_NONE, STR_NULL, 40);
	send_put(h, MSG_NEAR_FOLLOW_DO);
	html_form_end(h);
	end(v, STR("/n"));
}

static msg_id state_words(int64_t state)
{
	static const msg_id words[] = { [NEAR_MISS_NEW] = MSG_NEAR_IS_NEW, [NEAR_MISS_IS] = MSG_NEAR_IS_NEAR_MISS, [NEAR_MISS_INCIDENT] = MSG_NEAR_IS_INCIDENT,
		[NEAR_MISS_QUESTION] = MSG_NEAR_IS_QUESTION, [NEAR_MISS_NOTHING] = MSG_NEAR_IS_NOTHING };
	return state >= NEAR_MISS_NEW && state <= NEAR_MISS_NOTHING ? words[state] : MSG_NEAR_IS_NEW;
}

static void added_put(struct html *h, const struct followed *f)
{
	if (!f->additions)
		return;
	html_lit(h, "<h2>");
	html_msg(h, MSG_NEAR_ADDED);
	html_lit(h, "</h2><ul>");
	for (size_t i = 0; i < f->additions; i++) {
		html_lit(h, "<li>");
		html_lines(h, f->addition[i].text);
		html_lit(h, " <span class=\"muted small\">");
		html_text(h, date_iso(h->arena, clock_date(f->addition[i].at)));
		html_lit(h, "</span></li>");
	}
	html_lit(h, "</ul>");
}

static void followed_put(struct visit *v, msg_id notice)
{
	struct html *h = &v->h;
	const struct followed *f = &v->followed;
	begin(v, MSG_NEAR_STATE_TITLE);
	if (notice)
		html_alert(h, TONE_GREEN, STR_NULL, msg(h->lang, notice));
	errors_put(v);
	html_lit(h, "<p id=\"state\"><strong>");
	html_msg(h, state_words(f->state));
	html_lit(h, "</strong></p><h2>");
	html_msg(h, MSG_NEAR_ANSWER);
	html_lit(h, "</h2><p id=\"answer\">");
	if (f->answer.n)
		html_lines(h, f->answer);
	else
		html_msg(h, MSG_NEAR_NO_ANSWER);
	html_lit(h, "</p><h2>");
	html_msg(h, MSG_NEAR_YOURS);
	html_lit(h, "</h2><p>");
	html_lines(h, f->what);
	html_lit(h, "</p><p class=\"muted small\">");
	html_note(h, &NOTE(MSG_NEAR_YOURS_ABOUT, ARG_S(f->reported_on), ARG_I(f->photos)));
	html_lit(h, "</p>");
	added_put(h, f);
	if (f->open) {
		html_form_begin(h, STR("/n/add"), true);
		stamp_put(v, 0, false);
		html_hidden(h, "code", v->code);
		area_put(h, "3", MSG_NEAR_ADD, MSG_NEAR_ADD_HINT, v->errors || v->wait_ms ? http_form(v->req, "what") : STR_NULL, false);
		if (f->photos < LIMIT_PHOTOS)
			photo_put(h);
		send_put(h, MSG_NEAR_ADD_DO);
		html_form_end(h);
	} else {
		paragraph(h, MSG_NEAR_ADD_OVER);
	}
	page_bare_end(h);
}

static int follow_job(struct db_conn *c, void *arg)
{
	struct visit *v = arg;
	v->followed = (struct followed){ 0 };
	return report_follow(c, v->req->arena, v->office->key, v->code, v->req->address, &v->taken, &v->wait_ms, &v->followed);
}

static int add_job(struct db_conn *c, void *arg)
{
	struct visit *v = arg;
	return report_add(c, v->req->arena, v->office->key, v->code, &v->told);
}

/* Wrong, empty and gone read the same. */
static void not_followed(struct visit *v)
{
	v->req->answer->status = v->taken == TAKEN_SLOW ? 429 : 404;
	if (v->taken != TAKEN_SLOW)
		wrong(v, MSG_NEAR_NO_CODE);
	code_form_put(v);
}

void near_follow_page(struct http_req *req)
{
	struct visit v = visit(req);
	code_form_put(&v);
}

void near_follow_do(struct http_req *req)
{
	struct visit v = visit(req);
	v.code = http_form(req, "code");
	/* A form that waited long, or was filled in by a quick hand, opens nothing that the code would not. */
	if (!believed(&v))
		return;
	v.errors = 0;
	if (db_write(v.office->db, follow_job, &v) < 0)
		failed(&v);
	else if (v.taken == TAKEN_NEW)
		followed_put(&v, MSG_NONE);
	else
		not_followed(&v);
}

void near_add_do(struct http_req *req)
{
	struct visit v = visit(req);
	msg_id notice = MSG_NONE;
	v.code = http_form(req, "code");
	if (!believed(&v))
		return;
	v.errors = 0;
	v.told.address = req->address;
	v.told.what = cleaned(&v, "what", LIMIT_TOLD, MSG_NEAR_LONG);
	read_photo(&v);
	if (!v.errors && !v.told.what.n && !v.told.photo.n)
		wrong(&v, MSG_NEAR_EMPTY);
	const bool asked = !v.errors;
	if (asked && db_write(v.office->db, add_job, &v) < 0) {
		failed(&v);
		return;
	}
	v.taken = v.told.taken;
	v.wait_ms = v.told.wait_ms;
	if (asked && (v.taken == TAKEN_SLOW || v.taken == TAKEN_UNKNOWN)) {
		not_followed(&v);
		return;
	}
	if (asked && (v.taken == TAKEN_NEW || v.taken == TAKEN_AGAIN))
		notice = MSG_NEAR_ADDED_THANKS;
	else if (asked)
		wrong(&v, v.taken == TAKEN_FULL ? MSG_NEAR_ADD_OVER : MSG_NEAR_PHOTOS_MANY);
	if (db_write(v.office->db, follow_job, &v) < 0) {
		failed(&v);
	} else if (v.taken != TAKEN_NEW) {
		v.errors = 0;
		not_followed(&v);
	} else {
		if (!notice)
			req->answer->status = 422;
		followed_put(&v, notice);
	}
}
