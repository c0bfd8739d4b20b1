/* The settings: an overview of all pages under /settings, the methods and thresholds with a preview of what a change
 * would move, and the installation with its state. */
#include "main/settings.h"

#include <dirent.h>
#include <sys/stat.h>

#include "auth/pages.h"
#include "base/num.h"
#include "base/text/mail.h"
#include "base/text/main.h"
#include "base/text/register.h"
#include "db/audit.h"
#include "main/open.h"
#include "register/query.h"
#include "risk/overview.h"

#define PREVIEW_ROWS 20

#define LIKELIHOOD_PREFIX "risk.likelihood_"
#define BACKUP_OLD_HOURS 48

/* ---- overview ---- */

static const struct auth_page own_pages[] = {
	{ "/settings/methods", MSG_SETTINGS_METHODS, MSG_SETTINGS_METHODS_ABOUT, NEED_SETTINGS, "compass" },
	{ "/settings/own-fields", MSG_SETTINGS_OWN_FIELDS, MSG_SETTINGS_OWN_FIELDS_ABOUT, NEED_SETTINGS, "columns" },
	{ "/settings/mail", MSG_MAILSET, MSG_MAILSET_ABOUT, NEED_ADMIN, "send" },
	{ "/settings/installation", MSG_SETTINGS_INSTALLATION, MSG_SETTINGS_INSTALLATION_ABOUT, NEED_ADMIN, "settings" },
	{ "/settings/security", MSG_SETTINGS_SECURITY, MSG_SETTINGS_SECURITY_ABOUT, NEED_ADMIN, "shield-check" },
};

static void overview_card(struct html *h, const struct principal *p, const struct auth_page *page)
{
	if (!(p->needs & page->need))
		return;
	html_lit(h, "<li class=\"card\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_icon(h, page->icon);
	html_lit(h, " <a");
	html_href(h, str_of(page->path));
	html_lit(h, ">");
	html_msg(h, page->label);
	html_lit(h, "</a></h2><p>");
	html_msg(h, page->about);
	html_lit(h, "</p></div></li>");
}

void settings_begin(struct http_req *req, struct html *h, msg_id title, msg_id about, bool below, struct str notice)
{
	const struct principal *p = auth_principal(req);
	html_init(h, &req->answer->body, req->arena, p->lang, req->csrf);
	struct page page = { .title = msg(p->lang, title), .subtitle = msg(p->lang, about), .help_path = STR("/help/settings") };
	main_frame(req, &page);
	page.notice = notice;
	if (below) {
		page.breadcrumb_label[0] = msg(p->lang, MSG_SETTINGS);
		page.breadcrumb_path[0] = STR("/settings");
		page.breadcrumb_label[1] = page.title;
	}
	page_begin(h, &page);
}

static void page_settings(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct html h;
	settings_begin(req, &h, MSG_SETTINGS, MSG_SETTINGS_ABOUT, false, STR_NULL);
	html_lit(&h, "<ul class=\"cards list-unstyled\">");
	if (p->kind == PRINCIPAL_ACCOUNT)
		overview_card(&h, p, &(struct auth_page){ "/account", MSG_SETTINGS_ACCOUNT, MSG_SETTINGS_ACCOUNT_ABOUT, NEED_SIGNED_IN, "user" });
	for (size_t i = 0; i < auth_settings_page_count; i++)
		overview_card(&h, p, &auth_settings_pages[i]);
	for (size_t i = 0; i < COUNT_OF(own_pages); i++)
		overview_card(&h, p, &own_pages[i]);
	html_lit(&h, "</ul>");
	page_end(&h);
}

/* ---- a form of settings ---- */

/* What stands in the form, by the setting's number, and what is wrong with it. */
struct sheet {
	struct http_req *req;
	uint32_t need;
	struct str *text;
	struct note *why;
	bool *wrong, *asked;
	size_t n;
	bool any_wrong;
};

static struct field as_field(const struct setting *s)
{
	return (struct field){ .name = "setting", .label = s->label, .type = s->type, .min = s->min, .max = s->max, .choice = s->choice,
	                       .choices = s->choices };
}

/* Whether a database is a demo is decided when it is made: the mark opens things that a real office must not have. */
static bool on_page(const struct setting *s, uint32_t need)
{
	return s->need == need && strcmp(s->key, "office.demo") != 0;
}

static struct str value_now(struct http_req *req, struct db_conn *c, const struct setting *s)
{
	return s->type == FIELD_TEXT ? setting_str(c, req->arena, s->key)
	                             : str_printf(req->arena, "%lld", (long long)setting_i64(c, s->key));
}

static struct sheet sheet_make(struct http_req *req, uint32_t need, struct db_conn *c)
{
	struct sheet f = { .req = req, .need = need, .n = setting_count() };
	f.text = ARENA_ARRAY(req->arena, f.n, struct str);
	f.why = ARENA_ARRAY(req->arena, f.n, struct note);
	f.wrong = ARENA_ARRAY(req->arena, f.n, bool);
	f.asked = ARENA_ARRAY(req->arena, f.n, bool);
	for (size_t i = 0; i < f.n; i++)
		if (on_page(setting_at(i), need))
			f.text[i] = value_now(req, c, setting_at(i));
	return f;
}

static void wrong(struct sheet *f, size_t i, struct note why)
{
	f->wrong[i] = f->any_wrong = true;
	f->why[i] = why;
}

static int64_t number_in(const struct sheet *f, const char *key, size_t *ret_at)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(setting_at(i)->key, key) == 0) {
			int64_t v = 0;
			*ret_at = i;
			return num_parse_human(f->text[i], 0, -1000000, 1000000, &v) < 0 ? -1 : v;
		}
	die("no setting is named %s", key);
}

/* Takes what was posted and checks each value by its own rule, then those that concern two. */
static void sheet_read(struct sheet *f)
{
	struct http_req *req = f->req;
	for (size_t i = 0; i < f->n; i++) {
		const struct setting *s = setting_at(i);
		if (!on_page(s, f->need))
			continue;
		struct str posted = http_form(req, s->key);
		if (!posted.p && s->type != FIELD_YES_NO)
			continue;
		f->text[i] = s->type == FIELD_YES_NO && !posted.n ? STR("0") : str_trim(posted);
		f->asked[i] = true;
		struct field field = as_field(s);
		struct value v;
		struct note why;
		if (value_parse(&field, req->arena, f->text[i], req->lang, &v, &why) < 0)
			wrong(f, i, why);
		else if (!v.known && s->type != FIELD_TEXT)
			wrong(f, i, NOTE0(MSG_FIELD_REQUIRED));
	}
	if (f->need != NEED_SETTINGS || f->any_wrong)
		return;
	size_t middle_at, high_at;
	int64_t middle = number_in(f, "risk.band_middle", &middle_at), high = number_in(f, "risk.band_high", &high_at);
	if (middle >= high)
		wrong(f, middle_at, NOTE(MSG_SETTINGS_BANDS_REVERSED, ARG_I(high)));
}

static void error_text(struct html *h, const struct sheet *f, size_t i)
{
	if (!f->wrong[i])
		return;
	html_lit(h, "<span class=\"field-error\"");
	html_attr(h, "id", str_printf(h->arena, "e-%s", setting_at(i)->key));
	html_lit(h, ">");
	html_note(h, &f->why[i]);
	html_lit(h, "</span>");
}

static void described_by(struct html *h, const struct sheet *f, size_t i, bool hint)
{
	const char *key = setting_at(i)->key;
	if (f->wrong[i])
		html_lit(h, " aria-invalid=\"true\"");
	if (hint && f->wrong[i])
		html_attr(h, "aria-describedby", str_printf(h->arena, "h-%s e-%s", key, key));
	else if (hint || f->wrong[i])
		html_attr(h, "aria-describedby", str_printf(h->arena, hint ? "h-%s" : "e-%s", key));
}

static void levels(struct html *h, const struct sheet *f, size_t i)
{
	const struct setting *s = setting_at(i);
	html_lit(h, "<select class=\"form-select\"");
	html_attr(h, "id", str_printf(h->arena, "f-%s", s->key));
	html_attr(h, "name", str_of(s->key));
	html_attr(h, "aria-label", label_of(s->label, h->lang));
	described_by(h, f, i, false);
	html_lit(h, ">");
	for (int64_t v = s->min; v <= s->max; v++) {
		struct str text = str_printf(h->arena, "%lld", (long long)v);
		html_lit(h, "<option");
		html_attr(h, "value", text);
		html_flag(h, "selected", str_eq(text, f->text[i]));
		html_lit(h, ">");
		html_text(h, text);
		html_lit(h, "</option>");
	}
	html_lit(h, "</select>");
	error_text(h, f, i);
}

static size_t likelihood_at(const struct sheet *f, int threat, int vulnerability)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(str_of(setting_at(i)->key), str_printf(f->req->arena, LIKELIHOOD_PREFIX "%d_%d", threat, vulnerability)))
			return i;
	die("no setting for threat %d, vulnerability %d", threat, vulnerability);
}

/* Threat frequency down, vulnerability across, as the method's own table is drawn. */
static void likelihood_table(struct html *h, const struct sheet *f)
{
	static const msg_id threat[] = { MSG_SETTINGS_THREAT_1, MSG_SETTINGS_THREAT_2, MSG_SETTINGS_THREAT_3 };
	static const msg_id weakness[] = { MSG_SETTINGS_WEAK_1, MSG_SETTINGS_WEAK_2, MSG_SETTINGS_WEAK_3 };
	html_lit(h, "<p class=\"field-hint\">");
	html_msg(h, MSG_SETTINGS_TABLE_HINT);
	html_lit(h, "</p><table class=\"table likelihood\"><thead><tr><td></td>");
	for (int v = 3; v >= 1; v--) {
		html_lit(h, "<th scope=\"col\">");
		html_msg(h, weakness[v - 1]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (int t = 3; t >= 1; t--) {
		html_lit(h, "<tr><th scope=\"row\">");
		html_msg(h, threat[t - 1]);
		html_lit(h, "</th>");
		for (int v = 3; v >= 1; v--) {
			html_lit(h, "<td>");
			levels(h, f, likelihood_at(f, t, v));
			html_lit(h, "</td>");
		}
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table>");
}

static void control(struct html *h, const struct sheet *f, size_t i)
{
	const struct setting *s = setting_at(i);
	const bool hint = s->hint.ja != NULL;
	html_lit(h, "<div class=\"field");
	if (f->wrong[i])
		html_lit(h, " has-error");
	html_lit(h, "\"><label");
	html_attr(h, "for", str_printf(h->arena, "f-%s", s->key));
	html_lit(h, ">");
	html_label(h, s->label);
	html_lit(h, "</label>");
	if (s->type == FIELD_CHOICE) {
		html_lit(h, "<select class=\"form-select\"");
	} else {
		html_lit(h, "<input class=\"form-control\"");
		html_attr(h, "type", s->type == FIELD_INTEGER ? STR("number") : s->type == FIELD_YES_NO ? STR("checkbox") : STR("text"));
	}
	html_attr(h, "id", str_printf(h->arena, "f-%s", s->key));
	html_attr(h, "name", str_of(s->key));
	described_by(h, f, i, hint);
	if (s->type == FIELD_CHOICE) {
		html_lit(h, ">");
		for (size_t k = 0; k < s->choices; k++) {
			struct str number = str_printf(h->arena, "%d", s->choice[k].number);
			html_lit(h, "<option");
			html_attr(h, "value", str_of(s->choice[k].key));
			html_flag(h, "selected", str_eq(number, f->text[i]) || str_eq_z(f->text[i], s->choice[k].key));
			html_lit(h, ">");
			html_label(h, s->choice[k].label);
			html_lit(h, "</option>");
		}
		html_lit(h, "</select>");
	} else if (s->type == FIELD_YES_NO) {
		html_attr(h, "value", STR("1"));
		html_flag(h, "checked", str_eq(f->text[i], STR("1")));
		html_lit(h, ">");
	} else {
		if (s->type == FIELD_INTEGER) {
			html_attr_i64(h, "min", s->min);
			html_attr_i64(h, "max", s->max);
		} else {
			html_attr_i64(h, "maxlength", s->max);
		}
		html_attr(h, "value", f->text[i]);
		html_lit(h, ">");
	}
	if (hint) {
		html_lit(h, "<span class=\"field-hint\"");
		html_attr(h, "id", str_printf(h->arena, "h-%s", s->key));
		html_lit(h, ">");
		html_label(h, s->hint);
		html_lit(h, "</span>");
	}
	error_text(h, f, i);
	html_lit(h, "</div>");
}

/* Settings of one section stand together; a section begins where it is first named. */
static void sections(struct html *h, const struct sheet *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct setting *s = setting_at(i);
		bool first = on_page(s, f->need);
		for (size_t k = 0; k < i && first; k++)
			first = !(on_page(setting_at(k), f->need) && strcmp(setting_at(k)->section.ja, s->section.ja) == 0);
		if (!first)
			continue;
		html_lit(h, "<fieldset class=\"field-group\"><legend>");
		html_label(h, s->section);
		html_lit(h, "</legend>");
		if (str_starts(str_of(s->key), STR(LIKELIHOOD_PREFIX))) {
			likelihood_table(h, f);
		} else {
			html_lit(h, "<div class=\"form-grid\">");
			for (size_t k = i; k < f->n; k++)
				if (on_page(setting_at(k), f->need) && strcmp(setting_at(k)->section.ja, s->section.ja) == 0)
					control(h, f, k);
			html_lit(h, "</div>");
		}
		html_lit(h, "</fieldset>");
	}
}

static void button(struct html *h, const char *value, msg_id label, bool primary)
{
	html_lit(h, "<button name=\"do\" class=\"btn");
	if (primary)
		html_lit(h, " btn-primary");
	html_lit(h, "\"");
	html_attr(h, "value", str_of(value));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</button>");
}

/* ---- methods and thresholds ---- */

/* What a preview found. */
struct moves {
	struct http_req *req;
	int64_t all;           /* rows of any register */
	struct moved_row *row; /* the first assets among them */
	size_t n;
	bool more;
};

/* moved: of a preview, or NULL. */
static void put_methods(struct http_req *req, const struct sheet *f, const struct moves *moved, struct str notice)
{
	struct html h;
	settings_begin(req, &h, MSG_SETTINGS_METHODS, MSG_SETTINGS_METHODS_ABOUT, true, notice);
	if (f->any_wrong)
		html_alert(&h, TONE_RED, msg(h.lang, MSG_SETTINGS_WRONG), msg(h.lang, MSG_SETTINGS_WRONG_HOW));
	if (moved && moved->all == 0)
		html_alert(&h, TONE_BLUE, msg(h.lang, MSG_SETTINGS_PREVIEW_NONE), msg(h.lang, MSG_SETTINGS_PREVIEW_HOW));
	else if (moved)
		html_alert(&h, TONE_YELLOW, note_str(req->arena, h.lang, &NOTE(MSG_SETTINGS_PREVIEW, ARG_I(moved->all))), msg(h.lang, MSG_SETTINGS_PREVIEW_HOW));
	if (moved)
		risk_put_moved(&h, moved->row, moved->n);
	if (moved && moved->more) {
		html_lit(&h, "<p class=\"muted\">");
		html_note(&h, &NOTE(MSG_SETTINGS_PREVIEW_MORE, ARG_I(PREVIEW_ROWS)));
		html_lit(&h, "</p>");
	}
	html_form_begin(&h, STR("/settings/methods"), false);
	html_lit(&h, "<div class=\"card\"><div class=\"card-body\">");
	sections(&h, f);
	html_lit(&h, "</div></div><p class=\"actions\">");
	button(&h, "preview", MSG_SETTINGS_PREVIEW_BUTTON, false);
	button(&h, "save", MSG_SETTINGS_SAVE_BUTTON, true);
	html_lit(&h, "</p>");
	html_form_end(&h);
	page_end(&h);
	if (f->any_wrong)
		req->answer->status = 422;
}

static struct str saved_notice(struct http_req *req)
{
	int64_t moved = 0;
	if (!str_eq(http_query(req, "done"), STR("saved")))
		return STR_NULL;
	enum lang lang = auth_principal(req)->lang;
	if (!http_query_i64(req, "moved", &moved) || moved == 0)
		return msg(lang, MSG_SETTINGS_SAVED);
	return note_str(req->arena, lang, &NOTE(MSG_SETTINGS_SAVED_MOVED, ARG_I(moved)));
}

static void page_methods(struct http_req *req)
{
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	struct sheet f = sheet_make(req, NEED_SETTINGS, c);
	db_read_end(o->db, &c);
	put_methods(req, &f, NULL, saved_notice(req));
}

struct save {
	struct reg_ctx ctx;
	struct str *key, *value;
	size_t n;
	int64_t moved;
	struct note why;
};

static int save_job(struct db_conn *c, void *arg)
{
	struct save *s = arg;
	s->ctx.conn = c;
	return setting_write_many(&s->ctx, s->key, s->value, s->n, &s->why, &s->moved);
}

static struct save save_of(const struct sheet *f)
{
	struct http_req *req = f->req;
	struct save s = { .ctx = { .arena = req->arena, .by = auth_principal(req), .key = office_of(req)->key }, .why = NOTE0(MSG_SETTINGS_FAILED) };
	s.key = ARENA_ARRAY(req->arena, f->n, struct str);
	s.value = ARENA_ARRAY(req->arena, f->n, struct str);
	for (size_t i = 0; i < f->n; i++)
		if (f->asked[i]) {
			s.key[s.n] = str_of(setting_at(i)->key);
			s.value[s.n++] = f->text[i];
		}
	return s;
}

static int look(struct db_conn *c, void *arg, int64_t after)
{
	struct moves *m = arg;
	struct moved_query q = risk_moved_query();
	q.after = after;
	q.limit = PREVIEW_ROWS;
	return moved_list(c, m->req->arena, auth_principal(m->req), &q, &m->row, &m->n, &m->more);
}

static void do_methods(struct http_req *req)
{
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	struct sheet f = sheet_make(req, NEED_SETTINGS, c);
	db_read_end(o->db, &c);
	sheet_read(&f);
	if (f.any_wrong) {
		put_methods(req, &f, NULL, STR_NULL);
		return;
	}
	struct save s = save_of(&f);
	if (str_eq(http_form(req, "do"), STR("preview"))) {
		struct moves m = { .req = req };
		if (setting_preview(o->db, &s.ctx, s.key, s.value, s.n, look, &m, &s.moved, &s.why) < 0) {
			http_fail(req, 503, s.why);
		} else {
			m.all = s.moved;
			put_methods(req, &f, &m, STR_NULL);
		}
		return;
	}
	int r = db_write(o->db, save_job, &s);
	if (r < 0)
		http_fail(req, r == ERR_DENIED ? 403 : 503, s.why);
	else
		http_redirect(req, str_printf(req->arena, "/settings/methods?done=saved&moved=%lld", (long long)s.moved));
}

/* ---- the installation ---- */

static void status_line(struct html *h, msg_id label, struct str value)
{
	html_lit(h, "<dt>");
	html_msg(h, label);
	html_lit(h, "</dt><dd>");
	html_text(h, value);
	html_lit(h, "</dd>");
}

/* The newest complete backup in the data directory; its time, or 0. */
static int64_t last_backup(struct http_req *req, struct str *ret_name)
{
	DIR *d = opendir(str_z(req->arena, office_path(req->arena, office_of(req), "backups")));
	int64_t newest = 0;
	for (struct dirent *e; d && (e = readdir(d));) {
		struct stat st;
		if (!str_ends(str_of(e->d_name), STR(".db")) || fstatat(dirfd(d), e->d_name, &st, 0) < 0 || !S_ISREG(st.st_mode))
			continue;
		int64_t at = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
		if (at > newest) {
			newest = at;
			*ret_name = str_dup(req->arena, str_of(e->d_name));
		}
	}
	if (d)
		closedir(d);
	return newest;
}

static void put_status(struct html *h, struct http_req *req)
{
	struct office *o = office_of(req);
	struct arena *a = req->arena;
	struct buf b;
	buf_init(&b, 4096);
	struct str name = STR_NULL;
	int64_t at = last_backup(req, &name);
	if (!at)
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_SETTINGS_BACKUP_NONE), msg(h->lang, MSG_SETTINGS_BACKUP_HOW));
	else if (clock_now() - at > (int64_t)BACKUP_OLD_HOURS * 3600 * 1000)
		html_alert(h, TONE_YELLOW, msg(h->lang, MSG_SETTINGS_BACKUP_OLD), msg(h->lang, MSG_SETTINGS_BACKUP_HOW));
	html_section_begin(h, MSG_SETTINGS_STATUS);
	html_lit(h, "<dl class=\"kv\">");
	struct db_conn *c = db_read_begin(o->db);
	int64_t version = 0, us = 0;
	struct audit_head head;
	if (db_schema_version(c, &version) == 0)
		status_line(h, MSG_SETTINGS_STATUS_SCHEMA, str_printf(a, "%lld", (long long)version));
	if (audit_head(c, &head) == 0) {
		audit_head_put(&b, &head);
		html_lit(h, "<dt>");
		html_msg(h, MSG_SETTINGS_STATUS_HEAD);
		html_lit(h, "</dt><dd><code class=\"secret\">");
		html_text(h, buf_view(&b));
		html_lit(h, "</code><span class=\"field-hint\">");
		html_msg(h, MSG_SETTINGS_STATUS_HEAD_HINT);
		html_lit(h, "</span></dd>");
		buf_clear(&b);
	}
	db_read_end(o->db, &c);
	if (at) {
		clock_put_local(&b, at);
		status_line(h, MSG_SETTINGS_STATUS_BACKUP, str_printf(a, "%.*s（%.*s）", STR_FMT(buf_view(&b)), STR_FMT(name)));
	} else {
		status_line(h, MSG_SETTINGS_STATUS_BACKUP, msg(h->lang, MSG_SETTINGS_BACKUP_NONE));
	}
	if (db_fsync_time(o->db, &us) == 0)
		status_line(h, MSG_SETTINGS_STATUS_FSYNC, note_str(a, h->lang, &NOTE(MSG_SETTINGS_STATUS_US, ARG_I(us))));
	status_line(h, MSG_SETTINGS_STATUS_DIR, o->data_dir);
	status_line(h, MSG_SETTINGS_STATUS_URL, o->public_url.n ? o->public_url : msg(h->lang, MSG_SETTINGS_STATUS_URL_NONE));
	status_line(h, MSG_SETTINGS_STATUS_DEMO, msg(h->lang, o->demo ? MSG_SETTINGS_STATUS_IS_DEMO : MSG_SETTINGS_STATUS_NO_DEMO));
	html_lit(h, "</dl></div></section>");
	buf_release(&b);
}

static void put_installation(struct http_req *req, const struct sheet *f, struct str notice)
{
	struct html h;
	settings_begin(req, &h, MSG_SETTINGS_INSTALLATION, MSG_SETTINGS_INSTALLATION_ABOUT, true, notice);
	if (f->any_wrong)
		html_alert(&h, TONE_RED, msg(h.lang, MSG_SETTINGS_WRONG), msg(h.lang, MSG_SETTINGS_WRONG_HOW));
	html_form_begin(&h, STR("/settings/installation"), false);
	html_lit(&h, "<div class=\"card\"><div class=\"card-body\">");
	sections(&h, f);
	html_lit(&h, "<p class=\"actions\">");
	button(&h, "save", MSG_SETTINGS_SAVE, true);
	html_lit(&h, "</p></div></div>");
	html_form_end(&h);
	put_status(&h, req);
	page_end(&h);
	if (f->any_wrong)
		req->answer->status = 422;
}

static void page_installation(struct http_req *req)
{
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	struct sheet f = sheet_make(req, NEED_ADMIN, c);
	db_read_end(o->db, &c);
	put_installation(req, &f, saved_notice(req));
}

static void do_installation(struct http_req *req)
{
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	struct sheet f = sheet_make(req, NEED_ADMIN, c);
	db_read_end(o->db, &c);
	sheet_read(&f);
	if (f.any_wrong) {
		put_installation(req, &f, STR_NULL);
		return;
	}
	struct save s = save_of(&f);
	int r = db_write(o->db, save_job, &s);
	if (r < 0)
		http_fail(req, r == ERR_DENIED ? 403 : 503, s.why);
	else
		http_redirect(req, STR("/settings/installation?done=saved"));
}

/* ---- routes ---- */

static const struct param done_params[] = { { "done", PARAM_KEY, 0, 20, false }, { "moved", PARAM_INT, 0, 0, false } };
static const struct param do_params[] = { { "do", PARAM_KEY, 0, 20, false } };

static const struct param *setting_param(const struct http_req *req, struct str name)
{
	static const struct param value = { .name = "*", .type = PARAM_TEXT };
	(void)req;
	return setting_find(name) ? &value : NULL;
}

const struct route settings_routes[] = {
	{ HTTP_GET, "/settings", page_settings, ROUTE_QUICK, NEED_SIGNED_IN },
	{ HTTP_GET, "/settings/methods", page_methods, 0, NEED_SETTINGS, done_params, COUNT_OF(done_params) },
	{ HTTP_POST, "/settings/methods", do_methods, ROUTE_OWN_PARAMS, NEED_SETTINGS, do_params, COUNT_OF(do_params), setting_param },
	{ HTTP_GET, "/settings/security", page_weakness, 0, NEED_ADMIN },
	{ HTTP_GET, "/settings/installation", page_installation, 0, NEED_ADMIN, done_params, COUNT_OF(done_params) },
	{ HTTP_POST, "/settings/installation", do_installation, ROUTE_OWN_PARAMS, NEED_ADMIN, do_params, COUNT_OF(do_params), setting_param },
};
const size_t settings_route_count = COUNT_OF(settings_routes);
