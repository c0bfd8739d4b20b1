/*
 * Signing in and out, and setting a password by a one-time link. An unknown name, a wrong password and an account that is
 * switched off get the same answer after the same work: one count of the attempt, one hash, one entry in the trail.
 */
#include "auth/password.h"
#include "auth/ui.h"

#include "base/text.h"
#include "base/text/auth.h"

struct attempt {
	struct http_req *req;
	enum attempt_class class;
	struct str login;         /* folded */
	int64_t account_id;
	int64_t wait_ms;
	struct str hash;
};

static int look_up(struct db_conn *c, struct arena *a, struct str login, struct attempt *at)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, password_hash FROM auth_account WHERE active = 1 AND login_key = ");
	sql_str(&q, login);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r == 1) {
		at->account_id = stmt_i64(s, 0);
		at->hash = stmt_str_dup(s, a, 1);
	}
	return r < 0 ? r : 0;
}

static int count_attempt(struct db_conn *c, void *ctx)
{
	struct attempt *at = ctx;
	struct arena *a = at->req->arena;
	int r = 0;
	if (at->class == ATTEMPT_PASSWORD)
		r = look_up(c, a, at->login, at);
	if (r == 0)
		r = attempt_begin(c, a, office_of(at->req)->key, at->class, at->login, at->account_id, at->req->address, &at->wait_ms);
	return r;
}

/* The failed sign-in: recorded with the account when there is one. What was typed as a name is not recorded otherwise:
 * people type their password there. */
static int record_failure(struct db_conn *c, void *ctx)
{
	struct attempt *at = ctx;
	struct arena *a = at->req->arena;
	struct str subject = STR("?");
	if (at->account_id && account_subject(c, a, at->account_id, &subject) < 0)
		return ERR_DB;
	struct principal nobody = { .address = at->req->address };
	struct audit_change change = { .field = STR("step"), .has_after = true,
		                           .after = at->class == ATTEMPT_CODE ? STR("code") : STR("password") };
	return trail(c, a, &nobody, AUDIT_SIGN_IN_FAILED, subject, &change, 1);
}

static int attempt_was_right(struct db_conn *c, void *ctx)
{
	struct attempt *at = ctx;
	return attempt_right(c, at->req->arena, office_of(at->req)->key, at->class, at->login, at->account_id, at->req->address);
}

static struct note wait_note(int64_t wait_ms)
{
	return NOTE(MSG_AUTH_WAIT, ARG_I((wait_ms + 999) / 1000));
}

static void set_wait(struct http_req *req, int64_t wait_ms)
{
	req->answer->status = 429;
	http_set_header(req, "Retry-After", i64_str(req->arena, (wait_ms + 999) / 1000));
}

int ui_password_right(struct http_req *req, int64_t account_id, struct str password, bool *ret_right, int64_t *ret_wait_s)
{
	struct office *o = office_of(req);
	struct db_conn *c = db_read_begin(o->db);
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT login_key FROM auth_account WHERE id = ");
	sql_i64(&q, account_id);
	struct attempt at = { .req = req };
	int r = db_get_str(c, &q, &at.login);
	db_read_end(o->db, &c);
	if (r == 0)
		r = db_write(o->db, count_attempt, &at);
	if (r < 0)
		return r;
	*ret_right = false;
	*ret_wait_s = (at.wait_ms + 999) / 1000;
	if (at.wait_ms)
		return 0;
	r = password_verify(at.hash, password, ret_right);
	if (r == 0)
		r = db_write(o->db, *ret_right ? attempt_was_right : record_failure, &at);
	return r;
}

/* ---- /sign-in ---- */

/* This page again, with where to go on afterwards. */
static struct str back_to(struct http_req *req, struct str path, struct str to)
{
	if (!to.n || str_eq_z(to, "/"))
		return path;
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 8000);
	buf_str(&b, path);
	buf_lit(&b, "?return=");
	http_put_encoded(&b, to);
	return str_dup(req->arena, buf_view(&b));
}

static void sign_in_form(struct http_req *req, const struct note *why, struct str login, struct str to)
{
	struct html h;
	ui_bare_begin(req, &h, MSG_AUTH_SIGN_IN_TITLE);
	if (why)
		html_alert(&h, TONE_RED, STR_NULL, note_str(req->arena, req->lang, why));
	html_form_begin(&h, STR("/sign-in"), false);
	html_hidden(&h, "return", to);
	ui_field(&h, &(struct ui_field){ .name = "login", .type = "text", .label = MSG_AUTH_LOGIN, .value = login,
		     .autocomplete = "username", .required = true, .focus = login.n == 0, .max = LOGIN_CHARS });
	ui_field(&h, &(struct ui_field){ .name = "password", .type = "password", .label = MSG_AUTH_PASSWORD,
		     .autocomplete = "current-password", .required = true, .focus = login.n != 0, .max = PASSWORD_CHARS_MAX });
	ui_submit(&h, MSG_AUTH_SIGN_IN, true);
	html_form_end(&h);
	html_lit(&h, "<p class=\"small\"><a href=\"/reset\">");
	html_msg(&h, MSG_AUTH_FORGOT);
	html_lit(&h, "</a></p>");
	if (office_of(req)->demo && world()->demo_people)
		world()->demo_people(&h);
	page_bare_language(&h, back_to(req, STR("/sign-in"), to));
	ui_bare_end(&h);
}

void page_sign_in(struct http_req *req)
{
	struct office *o = office_of(req);
	struct str to = ui_return(http_query(req, "return"));
	if (auth_principal(req)->kind == PRINCIPAL_ACCOUNT) {
		http_redirect(req, to);
		return;
	}
	struct db_conn *c = db_read_begin(o->db);
	bool missing = false;
	int r = auth_first_account_missing(c, &missing);
	db_read_end(o->db, &c);
	if (r == 0 && missing) {
		http_redirect(req, STR("/first-run"));
		return;
	}
	sign_in_form(req, NULL, STR_NULL, to);
}

struct pending {
	struct attempt *at;
	struct str secret;
};

static int begin_pending(struct db_conn *c, void *ctx)
{
	struct pending *p = ctx;
	struct arena *a = p->at->req->arena;
	uint8_t hash[HASH_SIZE];
	p->secret = secret_new(a);
	secret_hash(hash, p->secret);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO auth_pending (hash, account_id, expires_at) VALUES (");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, ", ");
	sql_i64(&q, p->at->account_id);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now() + PENDING_LIFE_MS);
	sql_lit(&q, ")");
	int r = db_exec(c, &q, NULL);
	return r < 0 ? r : attempt_was_right(c, p->at);
}

/* Signed in: on to where the person wanted to go. */
static void enter(struct http_req *req, int64_t account_id, struct str to)
{
	int r = auth_session_begin(req, account_id);
	if (r < 0) {
		ui_fail(req, r == ERR_NOT_FOUND ? ERR_DENIED : r);
		return;
	}
	http_redirect(req, to);
}

void do_sign_in(struct http_req *req)
{
	struct office *o = office_of(req);
	struct str login = str_trim(http_form(req, "login")), to = ui_return(http_form(req, "return"));
	struct attempt at = { .req = req, .login = text_match_key(req->arena, login) };
	int r = db_write(o->db, count_attempt, &at);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	if (at.wait_ms) {
		struct note why = wait_note(at.wait_ms);
		set_wait(req, at.wait_ms);
		sign_in_form(req, &why, login, to);
		return;
	}
	bool right = false;
	/* An empty hash costs as much as a wrong password. */
	r = password_verify(at.hash, http_form(req, "password"), &right);
	if (r < 0) {
		http_fail(req, 503, NOTE0(r == ERR_BUSY ? MSG_AUTH_BUSY : MSG_AUTH_UNAVAILABLE));
		return;
	}
	if (!right || at.account_id == 0) {
		r = db_write(o->db, record_failure, &at);
		if (r < 0) {
			ui_fail(req, r);
			return;
		}
		req->answer->status = 401;
		sign_in_form(req, &NOTE0(MSG_AUTH_WRONG), login, to);
		return;
	}
	struct factor f = { .there = false };
	struct db_conn *c = db_read_begin(o->db);
	r = factor_load(c, req->arena, o->key, at.account_id, &f);
	db_read_end(o->db, &c);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	if (!f.confirmed) {
		r = db_write(o->db, attempt_was_right, &at);
		if (r < 0)
			ui_fail(req, r);
		else
			enter(req, at.account_id, to);
		return;
	}
	struct pending p = { .at = &at };
	r = db_write(o->db, begin_pending, &p);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	http_set_cookie(req, "step", p.secret, PENDING_LIFE_MS / 1000);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL * 4);
	buf_lit(&b, "/sign-in/code?return=");
	http_put_encoded(&b, to);
	http_redirect(req, buf_view(&b));
}

/* ---- /sign-in/code ---- */

static int64_t pending_account(struct http_req *req)
{
	struct str step = http_cookie(req, "step");
	if (step.n == 0)
		return 0;
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, step);
	struct db_conn *c = db_read_begin(office_of(req)->db);
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT account_id FROM auth_pending WHERE expires_at > ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " AND hash = ");
	sql_blob(&q, hash, sizeof hash);
	int64_t id = 0;
	if (db_get_i64(c, &q, &id) < 0)
		id = 0;
	db_read_end(office_of(req)->db, &c);
	return id;
}

static void code_form(struct http_req *req, const struct note *why, struct str to)
{
	struct html h;
	ui_bare_begin(req, &h, MSG_AUTH_CODE_TITLE);
	if (why)
		html_alert(&h, TONE_RED, STR_NULL, note_str(req->arena, req->lang, why));
	html_form_begin(&h, STR("/sign-in/code"), false);
	html_hidden(&h, "return", to);
	ui_field(&h, &(struct ui_field){ .name = "code", .type = "text", .label = MSG_AUTH_CODE, .hint = MSG_AUTH_CODE_HINT,
		     .autocomplete = "one-time-code", .required = true, .focus = true, .max = 20 });
	ui_submit(&h, MSG_AUTH_SIGN_IN, true);
	html_form_end(&h);
	page_bare_language(&h, back_to(req, STR("/sign-in/code"), to));
	ui_bare_end(&h);
}

void page_code(struct http_req *req)
{
	if (pending_account(req) == 0) {
		http_redirect(req, STR("/sign-in"));
		return;
	}
	code_form(req, NULL, ui_return(http_query(req, "return")));
}

struct code_check {
	struct attempt *at;
	struct str code;
};

static int check_code(struct db_conn *c, void *ctx)
{
	struct code_check *k = ctx;
	struct http_req *req = k->at->req;
	const uint8_t *key = office_of(req)->key;
	int r = factor_use(c, req->arena, key, k->at->account_id, k->code);
	if (r == ERR_INVALID)
		r = recovery_use(c, req->arena, key, k->at->account_id, k->code);
	if (r == 0)
		r = attempt_was_right(c, k->at);
	if (r < 0)
		return r;
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, http_cookie(req, "step"));
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "DELETE FROM auth_pending WHERE hash = ");
	sql_blob(&q, hash, sizeof hash);
	int64_t gone = 0;
	r = db_exec(c, &q, &gone);
	/* Whoever was switched off, or changed the password, in the meantime has no half of a sign-in left. */
	return r < 0 ? r : gone == 1 ? 0 : ERR_NOT_FOUND;
}

void do_code(struct http_req *req)
{
	struct office *o = office_of(req);
	struct str to = ui_return(http_form(req, "return"));
	int64_t id = pending_account(req);
	if (id == 0) {
		http_redirect(req, STR("/sign-in"));
		return;
	}
	struct attempt at = { .req = req, .class = ATTEMPT_CODE, .login = i64_str(req->arena, id), .account_id = id };
	int r = db_write(o->db, count_attempt, &at);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	if (at.wait_ms) {
		struct note why = wait_note(at.wait_ms);
		set_wait(req, at.wait_ms);
		code_form(req, &why, to);
		return;
	}
	struct code_check k = { .at = &at, .code = str_trim(http_form(req, "code")) };
	r = db_write(o->db, check_code, &k);
	if (r == ERR_INVALID) {
		r = db_write(o->db, record_failure, &at);
		if (r < 0) {
			ui_fail(req, r);
			return;
		}
		req->answer->status = 401;
		code_form(req, &NOTE0(MSG_AUTH_CODE_WRONG), to);
		return;
	}
	if (r == ERR_NOT_FOUND) {
		http_redirect(req, STR("/sign-in"));
		return;
	}
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	http_set_cookie(req, "step", STR(""), -1);
	enter(req, id, to);
}

/* ---- /sign-out, /language ---- */

static int sign_out(struct db_conn *c, void *ctx)
{
	struct http_req *req = ctx;
	const struct principal *p = auth_principal(req);
	int r = session_delete(c, req->arena, http_cookie(req, p->kind == PRINCIPAL_LINK ? "link" : "session"));
	if (r < 0 || p->kind == PRINCIPAL_NONE)
		return r;
	return trail(c, req->arena, p, AUDIT_SIGN_OUT, p->name, NULL, 0);
}

void do_sign_out(struct http_req *req)
{
	int r = db_write(office_of(req)->db, sign_out, req);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	http_set_cookie(req, auth_principal(req)->kind == PRINCIPAL_LINK ? "link" : "session", STR(""), -1);
	http_redirect(req, STR("/sign-in?done=signed-out"));
}

struct language {
	int64_t account_id;
	enum lang lang;
	struct arena *arena;
};

static int set_language(struct db_conn *c, void *ctx)
{
	struct language *l = ctx;
	struct sql q;
	sql_init(&q, l->arena);
	sql_lit(&q, "UPDATE auth_account SET lang = ");
	sql_i64(&q, l->lang);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, l->account_id);
	int r = db_exec(c, &q, NULL);
	return r < 0 ? r : generation_bump(c, l->arena);
}

void do_language(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct str lang = http_form(req, "lang");
	struct language l = { .account_id = p->account_id, .lang = str_eq_z(lang, "en") ? LANG_EN : LANG_JA, .arena = req->arena };
	if (p->kind == PRINCIPAL_ACCOUNT) {
		int r = db_write(office_of(req)->db, set_language, &l);
		if (r < 0) {
			ui_fail(req, r);
			return;
		}
	}
	http_set_cookie(req, "lang", l.lang == LANG_EN ? STR("en") : STR("ja"), 365 * 24 * 3600);
	http_redirect(req, ui_local(http_form(req, "return")));
}

/* ---- /reset, /invitation/:secret ---- */

void page_reset(struct http_req *req)
{
	struct html h;
	ui_bare_begin(req, &h, MSG_AUTH_RESET_TITLE);
	ui_msg_p(&h, MSG_AUTH_RESET_ASK);
	ui_msg_p(&h, MSG_AUTH_RESET_ADMIN);
	html_button_link(&h, STR("/sign-in"), "arrow-left", msg(req->lang, MSG_AUTH_TO_SIGN_IN), false);
	page_bare_language(&h, STR("/reset"));
	ui_bare_end(&h);
}

struct invitation {
	struct http_req *req;
	uint8_t hash[HASH_SIZE];
	int64_t account_id;
	struct str login, name;
	bool reset;
	struct str password_hash;
};

static int find_invitation(struct db_conn *c, struct invitation *i)
{
	struct arena *a = i->req->arena;
	secret_hash(i->hash, i->req->capture[0]);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT a.id, a.login, a.name, a.password_hash <> '' FROM auth_invitation i JOIN auth_account a "
	            "ON a.id = i.account_id AND a.active = 1 WHERE i.used_at = 0 AND i.expires_at > ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " AND i.hash = ");
	sql_blob(&q, i->hash, sizeof i->hash);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r <= 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	i->account_id = stmt_i64(s, 0);
	i->login = stmt_str_dup(s, a, 1);
	i->name = stmt_str_dup(s, a, 2);
	i->reset = stmt_i64(s, 3) != 0;
	return 0;
}

static int accept_invitation(struct db_conn *c, void *ctx)
{
	struct invitation *i = ctx;
	int r = find_invitation(c, i);
	if (r < 0)
		return r;
	/* Whoever holds the link acts as the account. auth_password_set() uses the link up. */
	struct principal p = { .kind = PRINCIPAL_ACCOUNT, .id = i->account_id, .account_id = i->account_id, .name = i->name,
		                   .address = i->req->address };
	return auth_password_set(c, i->req->arena, &p, i->account_id, i->password_hash, 0);
}

static void invitation_form(struct http_req *req, const struct invitation *i, const struct note *why, msg_id again)
{
	struct html h;
	ui_bare_begin(req, &h, i->reset ? MSG_AUTH_RESET_SET_TITLE : MSG_AUTH_INVITATION_TITLE);
	ui_note_p(&h, NULL, &NOTE(MSG_AUTH_INVITATION_FOR, ARG_S(i->name), ARG_S(i->login)));
	CLEANUP(buf_release) struct buf path;
	buf_init(&path, 1024);
	buf_lit(&path, "/invitation/");
	http_put_encoded(&path, req->capture[0]);
	html_form_begin(&h, buf_view(&path), false);
	/* For password managers: the name belongs to the password. */
	html_lit(&h, "<input type=\"text\" class=\"visually-hidden\" tabindex=\"-1\" autocomplete=\"username\" readonly aria-hidden=\"true\"");
	html_attr(&h, "value", i->login);
	html_lit(&h, ">");
	ui_field(&h, &(struct ui_field){ .name = "password", .type = "password", .label = MSG_AUTH_PASSWORD_NEW,
		     .hint = MSG_AUTH_PASSWORD_HINT, .why = why, .autocomplete = "new-password", .required = true, .focus = true,
		     .max = PASSWORD_CHARS_MAX });
	ui_field(&h, &(struct ui_field){ .name = "again", .type = "password", .label = MSG_AUTH_PASSWORD_AGAIN, .error = again,
		     .autocomplete = "new-password", .required = true, .max = PASSWORD_CHARS_MAX });
	ui_submit(&h, MSG_AUTH_PASSWORD_SET, true);
	html_form_end(&h);
	page_bare_language(&h, buf_view(&path));
	ui_bare_end(&h);
}

/* The same for a link that never was, is over, or was used. */
static void invitation_gone(struct http_req *req)
{
	struct html h;
	req->answer->status = 404;
	ui_bare_begin(req, &h, MSG_AUTH_INVITATION_GONE_TITLE);
	ui_msg_p(&h, MSG_AUTH_INVITATION_GONE);
	html_button_link(&h, STR("/sign-in"), "arrow-left", msg(req->lang, MSG_AUTH_TO_SIGN_IN), false);
	ui_bare_end(&h);
}

void page_invitation(struct http_req *req)
{
	struct invitation i = { .req = req };
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int r = find_invitation(c, &i);
	db_read_end(office_of(req)->db, &c);
	if (r == 0)
		invitation_form(req, &i, NULL, MSG_NONE);
	else if (r == ERR_NOT_FOUND)
		invitation_gone(req);
	else
		ui_fail(req, r);
}

void do_invitation(struct http_req *req)
{
	struct office *o = office_of(req);
	struct invitation i = { .req = req };
	struct db_conn *c = db_read_begin(o->db);
	int r = find_invitation(c, &i);
	struct password_context context = { .login = i.login, .name = i.name };
	if (world()->company)
		context.company = world()->company(c, req->arena);
	db_read_end(o->db, &c);
	if (r == ERR_NOT_FOUND) {
		invitation_gone(req);
		return;
	}
	struct str password = http_form(req, "password");
	struct note why = NOTE0(MSG_NONE);
	if (r == 0 && !password_acceptable(password, &context, &why)) {
		req->answer->status = 400;
		invitation_form(req, &i, &why, MSG_NONE);
		return;
	}
	if (r == 0 && !str_eq(password, http_form(req, "again"))) {
		req->answer->status = 400;
		invitation_form(req, &i, NULL, MSG_AUTH_PASSWORD_DIFFERS);
		return;
	}
	if (r == 0)
		r = password_hash(req->arena, password, &i.password_hash);
	if (r == 0)
		r = db_write(o->db, accept_invitation, &i);
	if (r == ERR_NOT_FOUND)
		invitation_gone(req);
	else if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, STR("/sign-in?done=password-set"));
}
