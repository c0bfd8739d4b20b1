/* /account: one's own name, password, second factor, recovery codes, sessions. */
#include "auth/password.h"
#include "auth/ui.h"

#include "base/text.h"
#include "base/text/auth.h"
#include "base/text/base.h"

struct own {
	struct http_req *req;
	const struct principal *p;
	struct str name, hash;
	enum lang lang;
	int64_t session_id;
	struct str code;
	struct str recovery[RECOVERY_CODES];
};

static struct own own_of(struct http_req *req)
{
	return (struct own){ .req = req, .p = auth_principal(req) };
}

/* ---- the page ---- */

static void sessions(struct html *h, struct http_req *req, struct db_conn *c)
{
	static const msg_id head[] = { MSG_AUTH_SESSION_BEGUN, MSG_AUTH_SESSION_SEEN, MSG_AUTH_ADDRESS, MSG_AUTH_AGENT, MSG_NONE };
	const struct principal *p = auth_principal(req);
	ui_card_begin(h, MSG_AUTH_SESSIONS);
	html_table_begin(h, MSG_AUTH_SESSIONS, head, COUNT_OF(head));
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT id, created_at, seen_at, address, agent FROM auth_session WHERE account_id = ");
	sql_i64(&q, p->id);
	sql_lit(&q, " AND expires_at > ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " AND seen_at > ");
	sql_i64(&q, clock_now() - SESSION_IDLE_MS);
	sql_lit(&q, " ORDER BY seen_at DESC, id DESC LIMIT 50");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	size_t n = 0;
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		n++;
		html_lit(h, "<tr>");
		html_cell_begin(h, MSG_AUTH_SESSION_BEGUN);
		ui_time(h, stmt_i64(s, 1));
		html_cell_end(h);
		html_cell_begin(h, MSG_AUTH_SESSION_SEEN);
		ui_time(h, stmt_i64(s, 2));
		html_cell_end(h);
		html_cell(h, MSG_AUTH_ADDRESS, stmt_str(s, 3));
		html_cell_begin(h, MSG_AUTH_AGENT);
		ui_agent(h, stmt_str(s, 4));
		html_cell_end(h);
		html_cell_begin(h, MSG_NONE);
		if (stmt_i64(s, 0) == p->session_id)
			html_badge(h, TONE_GREEN, msg(req->lang, MSG_AUTH_SESSION_THIS));
		else
			html_post_button(h, str_printf(req->arena, "/account/sessions/%lld/end", (long long)stmt_i64(s, 0)), "logout",
			                 msg(req->lang, MSG_AUTH_SESSION_END), TONE_RED, STR_NULL);
		html_cell_end(h);
		html_lit(h, "</tr>");
	}
	html_table_end(h);
	if (n > 1) {
		html_lit(h, "<div class=\"actions\">");
		html_post_button(h, STR("/account/sessions/end"), "logout", msg(req->lang, MSG_AUTH_SESSIONS_END), TONE_RED,
		                 msg(req->lang, MSG_AUTH_SESSIONS_END_ASK));
		html_lit(h, "</div>");
	}
	ui_card_end(h);
}

static void password_field(struct html *h, msg_id error)
{
	ui_field(h, &(struct ui_field){ .name = "current", .type = "password", .label = MSG_AUTH_PASSWORD_CURRENT, .error = error,
		     .autocomplete = "current-password", .required = true, .max = PASSWORD_CHARS_MAX });
}

static void second_factor(struct html *h, struct http_req *req, const struct factor *f, int64_t codes)
{
	ui_card_begin(h, MSG_AUTH_FACTOR);
	if (!f->confirmed) {
		ui_msg_p(h, MSG_AUTH_FACTOR_OFF);
		html_form_begin(h, STR("/account/second-factor/begin"), false);
		password_field(h, MSG_NONE);
		ui_submit(h, MSG_AUTH_FACTOR_BEGIN, true);
		html_form_end(h);
	} else {
		ui_msg_p(h, MSG_AUTH_FACTOR_ON);
		ui_note_p(h, codes < 3 ? "tone-yellow" : NULL, &NOTE(MSG_AUTH_RECOVERY_LEFT, ARG_I(codes)));
		html_form_begin(h, STR("/account/recovery-codes"), false);
		password_field(h, MSG_NONE);
		html_lit(h, "<div class=\"actions\"><button type=\"submit\" class=\"btn\">");
		html_msg(h, MSG_AUTH_RECOVERY_RENEW);
		html_lit(h, "</button><button type=\"submit\" class=\"btn btn-outline-danger\" formaction=\"/account/second-factor/remove\"");
		html_attr_msg(h, "data-confirm", MSG_AUTH_FACTOR_REMOVE_ASK);
		html_lit(h, ">");
		html_msg(h, MSG_AUTH_FACTOR_REMOVE);
		html_lit(h, "</button></div>");
		html_form_end(h);
	}
	(void)req;
	ui_card_end(h);
}

/* An error stands at the field it belongs to. */
struct problem {
	const struct note *general;
	msg_id current, again, name;
	const struct note *password;
};

static void show(struct http_req *req, const struct problem *wrong)
{
	struct office *o = office_of(req);
	const struct principal *p = auth_principal(req);
	struct html h;
	struct db_conn *c = db_read_begin(o->db);
	struct factor f = { .there = false };
	int64_t codes = 0;
	struct str login = STR_NULL;
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT login FROM auth_account WHERE id = ");
	sql_i64(&q, p->id);
	int r = db_get_str(c, &q, &login);
	if (r == 0)
		r = factor_load(c, req->arena, o->key, p->id, &f);
	if (r == 0)
		r = recovery_left(c, req->arena, p->id, &codes);
	if (r < 0) {
		db_read_end(o->db, &c);
		ui_fail(req, r);
		return;
	}
	ui_begin(req, &h, MSG_AUTH_ACCOUNT_TITLE, MSG_AUTH_ACCOUNT_ABOUT, false);
	if (wrong->general)
		html_alert(&h, TONE_RED, STR_NULL, note_str(req->arena, req->lang, wrong->general));

	html_lit(&h, "<div class=\"columns-2\">");
	ui_card_begin(&h, MSG_AUTH_PROFILE);
	html_form_begin(&h, STR("/account"), false);
	html_lit(&h, "<dl class=\"kv\"><dt>");
	html_msg(&h, MSG_AUTH_LOGIN);
	html_lit(&h, "</dt><dd>");
	html_text(&h, login);
	html_lit(&h, "</dd></dl>");
	ui_field(&h, &(struct ui_field){ .name = "name", .type = "text", .label = MSG_AUTH_NAME, .value = p->name, .error = wrong->name,
		     .autocomplete = "name", .required = true, .max = NAME_CHARS });
	ui_select_begin(&h, "lang", MSG_AUTH_LANGUAGE);
	ui_option(&h, STR("ja"), STR("日本語"), req->lang == LANG_JA);
	ui_option(&h, STR("en"), STR("English"), req->lang == LANG_EN);
	ui_select_end(&h, MSG_NONE);
	ui_submit(&h, MSG_SAVE, true);
	html_form_end(&h);
	ui_card_end(&h);

	ui_card_begin(&h, MSG_AUTH_PASSWORD_CHANGE);
	html_form_begin(&h, STR("/account/password"), false);
	password_field(&h, wrong->current);
	ui_field(&h, &(struct ui_field){ .name = "password", .type = "password", .label = MSG_AUTH_PASSWORD_NEW,
		     .hint = MSG_AUTH_PASSWORD_HINT, .why = wrong->password, .autocomplete = "new-password", .required = true,
		     .max = PASSWORD_CHARS_MAX });
	ui_field(&h, &(struct ui_field){ .name = "again", .type = "password", .label = MSG_AUTH_PASSWORD_AGAIN, .error = wrong->again,
		     .autocomplete = "new-password", .required = true, .max = PASSWORD_CHARS_MAX });
	ui_msg_p(&h, MSG_AUTH_PASSWORD_ENDS);
	ui_submit(&h, MSG_AUTH_PASSWORD_CHANGE, true);
	html_form_end(&h);
	ui_card_end(&h);
	html_lit(&h, "</div>");
	second_factor(&h, req, &f, codes);
	sessions(&h, req, c);
	db_read_end(o->db, &c);
	ui_end(&h);
}

void page_account(struct http_req *req)
{
	show(req, &(struct problem){ .general = NULL });
}

/* ---- name and language ---- */

static int save_profile(struct db_conn *c, void *ctx)
{
	struct own *o = ctx;
	struct arena *a = o->req->arena;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_account SET name = ");
	sql_str(&q, o->name);
	sql_lit(&q, ", lang = ");
	sql_i64(&q, o->lang);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, o->p->id);
	int r = db_exec(c, &q, NULL);
	struct str subject;
	if (r == 0)
		r = account_subject(c, a, o->p->id, &subject);
	struct audit_change change = CHANGED("name", o->p->name, o->name);
	if (r == 0 && !str_eq(o->p->name, o->name))
		r = trail(c, a, o->p, AUDIT_ACCOUNT, subject, &change, 1);
	return r < 0 ? r : generation_bump(c, a);
}

void do_account(struct http_req *req)
{
	struct own o = own_of(req);
	o.name = str_trim(text_clean(req->arena, http_form(req, "name")));
	o.lang = str_eq_z(http_form(req, "lang"), "en") ? LANG_EN : LANG_JA;
	if (o.name.n == 0 || str_find_char(o.name, '\n') >= 0) {
		req->answer->status = 400;
		show(req, &(struct problem){ .name = MSG_AUTH_NAME_MISSING });
		return;
	}
	int r = db_write(office_of(req)->db, save_profile, &o);
	if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, STR("/account?done=saved"));
}

/* ---- password ---- */

/* The current password was given rightly; otherwise the answer is made. */
static bool proved(struct http_req *req)
{
	bool right = false;
	int64_t wait = 0;
	int r = ui_password_right(req, auth_principal(req)->id, http_form(req, "current"), &right, &wait);
	if (r < 0) {
		http_fail(req, 503, NOTE0(r == ERR_BUSY ? MSG_AUTH_BUSY : MSG_AUTH_UNAVAILABLE));
		return false;
	}
	if (right)
		return true;
	req->answer->status = wait ? 429 : 400;
	if (wait)
		http_set_header(req, "Retry-After", i64_str(req->arena, wait));
	struct note why = wait ? NOTE(MSG_AUTH_WAIT, ARG_I(wait)) : NOTE0(MSG_AUTH_PASSWORD_CURRENT_WRONG);
	show(req, &(struct problem){ .general = &why, .current = wait ? MSG_NONE : MSG_AUTH_PASSWORD_CURRENT_WRONG });
	return false;
}

static int save_password(struct db_conn *c, void *ctx)
{
	struct own *o = ctx;
	return auth_password_set(c, o->req->arena, o->p, o->p->id, o->hash, o->p->session_id);
}

void do_password(struct http_req *req)
{
	struct own o = own_of(req);
	struct str password = http_form(req, "password");
	struct password_context context = { .name = o.p->name };
	struct db_conn *c = db_read_begin(office_of(req)->db);
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT login FROM auth_account WHERE id = ");
	sql_i64(&q, o.p->id);
	int r = db_get_str(c, &q, &context.login);
	if (world()->company)
		context.company = world()->company(c, req->arena);
	db_read_end(office_of(req)->db, &c);
	struct note why = NOTE0(MSG_NONE);
	if (r == 0 && !password_acceptable(password, &context, &why)) {
		req->answer->status = 400;
		show(req, &(struct problem){ .password = &why });
		return;
	}
	if (r == 0 && !str_eq(password, http_form(req, "again"))) {
		req->answer->status = 400;
		show(req, &(struct problem){ .again = MSG_AUTH_PASSWORD_DIFFERS });
		return;
	}
	if (r == 0 && !proved(req))
		return;
	if (r == 0)
		r = password_hash(req->arena, password, &o.hash);
	if (r == 0)
		r = db_write(office_of(req)->db, save_password, &o);
	if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, STR("/account?done=password"));
}

/* ---- second factor ---- */

static int begin_factor(struct db_conn *c, void *ctx)
{
	struct own *o = ctx;
	return factor_begin(c, o->req->arena, office_of(o->req)->key, o->p->id);
}

void do_factor_begin(struct http_req *req)
{
	struct own o = own_of(req);
	if (!proved(req))
		return;
	int r = db_write(office_of(req)->db, begin_factor, &o);
	if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, STR("/account/second-factor"));
}

static void enrol(struct http_req *req, msg_id error)
{
	struct office *o = office_of(req);
	const struct principal *p = auth_principal(req);
	struct factor f = { .there = false };
	struct str login = STR_NULL;
	struct db_conn *c = db_read_begin(o->db);
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT login FROM auth_account WHERE id = ");
	sql_i64(&q, p->id);
	int r = db_get_str(c, &q, &login);
	if (r == 0)
		r = factor_load(c, req->arena, o->key, p->id, &f);
	db_read_end(o->db, &c);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	if (!f.there || f.confirmed) {
		http_redirect(req, STR("/account"));
		return;
	}
	CLEANUP(buf_release) struct buf secret, uri;
	buf_init(&secret, 64);
	hash_put_base32(&secret, f.secret, sizeof f.secret);
	buf_init(&uri, 2048);
	buf_lit(&uri, "otpauth://totp/Ishigaki:");
	http_put_encoded(&uri, login);
	buf_lit(&uri, "?secret=");
	buf_str(&uri, buf_view(&secret));
	buf_lit(&uri, "&issuer=Ishigaki"); /* SHA-1, 6 digits and 30 seconds are what apps assume */

	struct html h;
	ui_begin(req, &h, MSG_AUTH_FACTOR_TITLE, MSG_NONE, false);
	ui_card_begin(&h, MSG_AUTH_FACTOR_STEPS);
	html_lit(&h, "<ol><li>");
	html_msg(&h, MSG_AUTH_FACTOR_STEP_APP);
	html_lit(&h, "</li><li>");
	html_msg(&h, MSG_AUTH_FACTOR_STEP_SCAN);
	ui_qr(&h, buf_view(&uri), MSG_AUTH_QR_FACTOR);
	html_lit(&h, "<p class=\"small\">");
	html_msg(&h, MSG_AUTH_FACTOR_BY_HAND);
	html_lit(&h, " <code class=\"secret\" id=\"factor-secret\">");
	html_text(&h, buf_view(&secret));
	html_lit(&h, "</code></p></li><li>");
	html_msg(&h, MSG_AUTH_FACTOR_STEP_CODE);
	html_form_begin(&h, STR("/account/second-factor"), false);
	ui_field(&h, &(struct ui_field){ .name = "code", .type = "text", .label = MSG_AUTH_CODE, .error = error,
		     .autocomplete = "one-time-code", .required = true, .focus = true, .max = 20 });
	ui_submit(&h, MSG_AUTH_FACTOR_CONFIRM, true);
	html_form_end(&h);
	html_lit(&h, "</li></ol>");
	ui_card_end(&h);
	ui_end(&h);
}

void page_factor(struct http_req *req)
{
	enrol(req, MSG_NONE);
}

static int trail_own(struct db_conn *c, struct own *o, struct str field, struct str what)
{
	struct str subject;
	int r = account_subject(c, o->req->arena, o->p->id, &subject);
	struct audit_change change = { .field = field, .has_after = true, .after = what };
	return r < 0 ? r : trail(c, o->req->arena, o->p, AUDIT_ACCOUNT, subject, &change, 1);
}

static int confirm_factor(struct db_conn *c, void *ctx)
{
	struct own *o = ctx;
	const uint8_t *key = office_of(o->req)->key;
	struct factor f;
	int r = factor_load(c, o->req->arena, key, o->p->id, &f);
	if (r == 0 && (!f.there || f.confirmed))
		r = ERR_NOT_FOUND;
	if (r == 0)
		r = factor_use(c, o->req->arena, key, o->p->id, o->code);
	if (r == 0)
		r = factor_confirm(c, o->req->arena, o->p->id);
	if (r == 0)
		r = recovery_renew(c, o->req->arena, key, o->p->id, o->recovery);
	return r < 0 ? r : trail_own(c, o, STR("second_factor"), STR("set"));
}

static int renew_codes(struct db_conn *c, void *ctx)
{
	struct own *o = ctx;
	const uint8_t *key = office_of(o->req)->key;
	struct factor f;
	int r = factor_load(c, o->req->arena, key, o->p->id, &f);
	if (r == 0 && !f.confirmed)
		r = ERR_NOT_FOUND;
	if (r == 0)
		r = recovery_renew(c, o->req->arena, key, o->p->id, o->recovery);
	return r < 0 ? r : trail_own(c, o, STR("recovery_codes"), STR("renewed"));
}

static void show_codes(struct http_req *req, const struct own *o)
{
	struct html h;
	ui_begin(req, &h, MSG_AUTH_RECOVERY_TITLE, MSG_NONE, false);
	html_alert(&h, TONE_YELLOW, msg(req->lang, MSG_AUTH_SHOWN_ONCE), msg(req->lang, MSG_AUTH_RECOVERY_KEEP));
	html_lit(&h, "<ul class=\"recovery-codes\">");
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		html_lit(&h, "<li><code class=\"secret\">");
		html_text(&h, o->recovery[i]);
		html_lit(&h, "</code></li>");
	}
	html_lit(&h, "</ul><div class=\"actions\">");
	html_button_link(&h, STR("/account"), "check", msg(req->lang, MSG_AUTH_RECOVERY_KEPT), true);
	html_lit(&h, "</div>");
	ui_end(&h);
}

void do_factor_confirm(struct http_req *req)
{
	struct own o = own_of(req);
	o.code = str_trim(http_form(req, "code"));
	int r = db_write(office_of(req)->db, confirm_factor, &o);
	if (r == ERR_INVALID) {
		req->answer->status = 400;
		enrol(req, MSG_AUTH_CODE_WRONG);
	} else if (r == ERR_NOT_FOUND) {
		http_redirect(req, STR("/account"));
	} else if (r < 0) {
		ui_fail(req, r);
	} else {
		show_codes(req, &o);
	}
}

void do_recovery(struct http_req *req)
{
	struct own o = own_of(req);
	if (!proved(req))
		return;
	int r = db_write(office_of(req)->db, renew_codes, &o);
	if (r < 0)
		ui_fail(req, r);
	else
		show_codes(req, &o);
}

static int remove_factor(struct db_conn *c, void *ctx)
{
	struct own *o = ctx;
	return auth_factor_clear(c, o->req->arena, o->p, o->p->id);
}

void do_factor_remove(struct http_req *req)
{
	struct own o = own_of(req);
	if (!proved(req))
		return;
	int r = db_write(office_of(req)->db, remove_factor, &o);
	if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, STR("/account?done=factor-off"));
}

/* ---- sessions ---- */

/* session_id 0: all but this one. */
static int end_sessions(struct db_conn *c, void *ctx)
{
	struct own *o = ctx;
	struct sql q;
	sql_init(&q, o->req->arena);
	sql_lit(&q, "DELETE FROM auth_session WHERE account_id = ");
	sql_i64(&q, o->p->id);
	if (o->session_id) {
		sql_lit(&q, " AND id = ");
		sql_i64(&q, o->session_id);
	} else {
		sql_lit(&q, " AND id <> ");
		sql_i64(&q, o->p->session_id);
	}
	int64_t gone = 0;
	int r = db_exec(c, &q, &gone);
	if (r < 0 || gone == 0)
		return r;
	struct str subject;
	r = account_subject(c, o->req->arena, o->p->id, &subject);
	struct audit_change change = { .field = STR("sessions_ended"), .has_after = true, .after = i64_str(o->req->arena, gone) };
	return r < 0 ? r : trail(c, o->req->arena, o->p, AUDIT_SIGN_OUT, subject, &change, 1);
}

static void end_and_return(struct http_req *req, struct own *o)
{
	int r = db_write(office_of(req)->db, end_sessions, o);
	if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, STR("/account?done=sessions"));
}

void do_session_end(struct http_req *req)
{
	struct own o = own_of(req);
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &o.session_id) < 0)
		ui_fail(req, ERR_NOT_FOUND);
	else
		end_and_return(req, &o);
}

void do_sessions_end(struct http_req *req)
{
	struct own o = own_of(req);
	end_and_return(req, &o);
}
