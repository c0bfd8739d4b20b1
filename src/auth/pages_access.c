/* /settings/accounts: who may sign in, with which access roles on which units, until when. */
#include "auth/letter.h"
#include "auth/ui.h"

#include "base/text.h"
#include "base/text/auth.h"

#define PER_PAGE 100

static int64_t captured_id(struct http_req *req)
{
	int64_t id = 0;
	return num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? 0 : id;
}

/* ---- a link that is shown once ---- */

static struct note invitation_text(struct str name, struct str login, bool reset)
{
	return reset ? NOTE(MSG_AUTH_RESET_TEXT, ARG_S(name), ARG_S(login)) : NOTE(MSG_AUTH_INVITE_TEXT, ARG_S(name), ARG_S(login));
}

static struct str invitation_url(struct http_req *req, struct str secret)
{
	return ui_absolute(req, str_printf(req->arena, "/invitation/%.*s", STR_FMT(secret)));
}

/* mailed_to: the address it goes to by mail, or empty. */
static void show_invitation(struct http_req *req, int64_t id, struct str name, struct str login, bool reset, struct str secret, struct str mailed_to)
{
	struct str url = invitation_url(req, secret);
	struct html h;
	ui_begin(req, &h, reset ? MSG_AUTH_RESET_LINK_TITLE : MSG_AUTH_INVITE_LINK_TITLE, MSG_NONE, true);
	html_alert(&h, TONE_YELLOW, msg(req->lang, MSG_AUTH_SHOWN_ONCE), msg(req->lang, MSG_AUTH_INVITE_LINK_KEEP));
	if (mailed_to.n)
		html_alert(&h, TONE_GREEN, STR_NULL, note_str(req->arena, req->lang, &NOTE(MSG_AUTH_MAILED, ARG_S(mailed_to))));
	ui_card_begin(&h, MSG_AUTH_INVITE_SHEET);
	struct note text = invitation_text(name, login, reset);
	ui_note_p(&h, NULL, &text);
	ui_secret(&h, url, true);
	ui_card_end(&h);
	if (http_form(req, "outbox").n) {
		struct str letter = str_printf(req->arena, "%.*s\n\n%.*s\n", STR_FMT(note_str(req->arena, req->lang, &text)), STR_FMT(url));
		if (letter_write(req, reset ? "reset" : "invitation", id, letter) < 0)
			html_alert(&h, TONE_RED, STR_NULL, msg(req->lang, MSG_AUTH_OUTBOX_FAILED));
		else
			html_alert(&h, TONE_GREEN, STR_NULL, msg(req->lang, MSG_AUTH_OUTBOX_DONE));
	}
	html_lit(&h, "<div class=\"actions screen-only\">");
	html_button_link(&h, str_printf(req->arena, "/settings/accounts/%lld", (long long)id), "check", msg(req->lang, MSG_AUTH_TO_ACCOUNT), true);
	html_lit(&h, "</div><p class=\"small screen-only\">");
	html_msg(&h, MSG_AUTH_PRINT_HINT);
	html_lit(&h, "</p>");
	ui_end(&h);
}

/* ---- the list, and a new account ---- */

struct account_form {
	struct http_req *req;
	struct account_new n;
	int64_t role, unit;
	struct str until;
	int64_t id;
	struct str secret, mailed_to;
	bool reset;
};

/* Within the same write: who gets the link by mail gets it if, and only if, it is there. */
static int mail_invitation(struct db_conn *c, struct account_form *f)
{
	struct http_req *req = f->req;
	struct note text = invitation_text(f->n.name, f->n.login, f->reset);
	struct sql q;
	int64_t theirs = LANG_JA;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT lang FROM auth_account WHERE id = ");
	sql_i64(&q, f->id);
	int r = db_get_i64(c, &q, &theirs);
	const enum lang lang = theirs == LANG_EN ? LANG_EN : LANG_JA;
	struct str whole = str_printf(req->arena, "%.*s\n\n%.*s\n", STR_FMT(note_str(req->arena, lang, &text)), STR_FMT(invitation_url(req, f->secret)));
	if (r == 0)
		r = letter_mail(req, c, f->reset ? "reset" : "invitation", f->n.person_id, f->n.name, lang, msg(lang, f->reset ? MSG_AUTH_RESET_SUBJECT : MSG_AUTH_INVITE_SUBJECT), whole,
		                &f->mailed_to);
	return r == ERR_NOT_FOUND ? 0 : r;
}

static void role_options(struct html *h, const struct role_info *role, size_t n, struct str chosen)
{
	for (size_t i = 0; i < n; i++) {
		struct str id = i64_str(h->arena, role[i].id);
		ui_option(h, id, ui_role_name(&role[i], h->lang), str_eq(id, chosen));
	}
}

/* "部門担当者, 監査者" of "2:5 4:0". */
static void roles_of(struct html *h, struct str list, const struct role_info *role, size_t n)
{
	struct str part;
	bool first = true;
	while (str_cut(&list, ' ', &part)) {
		ptrdiff_t colon = str_find_char(part, ':');
		int64_t id;
		if (colon < 0 || num_parse_i64(str_sub(part, 0, (size_t)colon), 0, INT64_MAX, &id) < 0)
			continue;
		for (size_t i = 0; i < n; i++) {
			if (role[i].id != id)
				continue;
			if (!first)
				html_text(h, STR(", "));
			html_text(h, ui_role_name(&role[i], h->lang));
			first = false;
		}
	}
}

static int list_accounts(struct html *h, struct http_req *req, struct db_conn *c, const struct role_info *role, size_t roles)
{
	static const msg_id head[] = { MSG_AUTH_NAME, MSG_AUTH_LOGIN, MSG_AUTH_ROLES, MSG_AUTH_FACTOR_SHORT, MSG_AUTH_SIGNED_IN_AT, MSG_AUTH_STATE };
	struct arena *a = req->arena;
	struct str find = text_match_key(a, http_query(req, "q")), after = text_match_key(a, http_query(req, "after"));
	html_lit(h, "<form method=\"get\" action=\"/settings/accounts\" class=\"filters\">");
	ui_field(h, &(struct ui_field){ .name = "q", .type = "search", .label = MSG_AUTH_FIND_ACCOUNT, .value = http_query(req, "q"), .max = 100 });
	ui_submit(h, MSG_AUTH_FIND, false);
	html_lit(h, "</form>");
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT a.id, a.name, a.login, a.login_key, a.active, a.signed_in_at, a.password_hash <> '', "
	            "COALESCE((SELECT confirmed_at FROM auth_factor f WHERE f.account_id = a.id), 0), "
	            "COALESCE((SELECT group_concat(g.role || ':' || g.unit_id, ' ') FROM auth_grant g WHERE g.account_id = a.id), '') "
	            "FROM auth_account a WHERE a.login_key > ");
	sql_str(&q, after);
	if (find.n) {
		sql_lit(&q, " AND (instr(a.login_key, ");
		sql_str(&q, find);
		sql_lit(&q, ") > 0 OR instr(a.name, ");
		sql_str(&q, str_trim(http_query(req, "q")));
		sql_lit(&q, ") > 0)");
	}
	sql_lit(&q, " ORDER BY a.login_key LIMIT ");
	sql_i64(&q, PER_PAGE + 1);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	html_table_begin(h, MSG_AUTH_ACCOUNTS, head, COUNT_OF(head));
	size_t n = 0;
	struct str last = STR_NULL;
	bool more = false;
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		if (n++ == PER_PAGE) {
			more = true;
			break;
		}
		last = stmt_str_dup(s, a, 3);
		html_lit(h, "<tr><th scope=\"row\"><a");
		html_href(h, str_printf(a, "/settings/accounts/%lld", (long long)stmt_i64(s, 0)));
		html_lit(h, ">");
		html_text(h, stmt_str(s, 1));
		html_lit(h, "</a></th>");
		html_cell(h, MSG_AUTH_LOGIN, stmt_str(s, 2));
		html_cell_begin(h, MSG_AUTH_ROLES);
		roles_of(h, stmt_str(s, 8), role, roles);
		html_cell_end(h);
		html_cell_begin(h, MSG_AUTH_FACTOR_SHORT);
		html_msg(h, stmt_i64(s, 7) ? MSG_AUTH_FACTOR_SET : MSG_AUTH_FACTOR_NOT_SET);
		html_cell_end(h);
		html_cell_begin(h, MSG_AUTH_SIGNED_IN_AT);
		ui_time(h, stmt_i64(s, 5));
		html_cell_end(h);
		html_cell_begin(h, MSG_AUTH_STATE);
		if (!stmt_i64(s, 4))
			html_badge(h, TONE_GREY, msg(h->lang, MSG_AUTH_OFF));
		else if (!stmt_i64(s, 6))
			html_badge(h, TONE_YELLOW, msg(h->lang, MSG_AUTH_INVITED));
		else
			html_badge(h, TONE_GREEN, msg(h->lang, MSG_AUTH_ON));
		html_cell_end(h);
		html_lit(h, "</tr>");
	}
	html_table_end(h);
	if (more) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, 4096);
		buf_lit(&b, "/settings/accounts?after=");
		http_put_encoded(&b, last);
		if (find.n) {
			buf_lit(&b, "&q=");
			http_put_encoded(&b, http_query(req, "q"));
		}
		html_lit(h, "<div class=\"pager\">");
		html_button_link(h, buf_view(&b), "chevron-right", msg(h->lang, MSG_AUTH_NEXT), false);
		html_lit(h, "</div>");
	}
	return r;
}

static void accounts(struct http_req *req, msg_id login_error, msg_id name_error, msg_id person_error)
{
	struct office *o = office_of(req);
	struct role_info *role = NULL;
	size_t roles = 0;
	struct html h;
	struct db_conn *c = db_read_begin(o->db);
	int r = auth_role_list(c, req->arena, &role, &roles);
	if (r < 0) {
		db_read_end(o->db, &c);
		ui_fail(req, r);
		return;
	}
	ui_begin(req, &h, MSG_AUTH_ACCOUNTS, MSG_AUTH_ACCOUNTS_ABOUT, true);
	r = list_accounts(&h, req, c, role, roles);
	ui_card_begin(&h, MSG_AUTH_ACCOUNT_NEW);
	html_form_begin(&h, STR("/settings/accounts"), false);
	html_lit(&h, "<div class=\"form-grid\">");
	ui_field(&h, &(struct ui_field){ .name = "login", .type = "text", .label = MSG_AUTH_LOGIN, .hint = MSG_AUTH_LOGIN_HINT,
		     .value = http_form(req, "login"), .error = login_error, .required = true, .max = LOGIN_CHARS });
	ui_field(&h, &(struct ui_field){ .name = "name", .type = "text", .label = MSG_AUTH_NAME, .value = http_form(req, "name"),
		     .error = name_error, .required = true, .max = NAME_CHARS });
	ui_field(&h, &(struct ui_field){ .name = "person", .type = "text", .label = MSG_AUTH_PERSON, .hint = MSG_AUTH_PERSON_HINT,
		     .value = http_form(req, "person"), .error = person_error, .max = 40 });
	ui_select_begin(&h, "lang", MSG_AUTH_LANGUAGE);
	ui_option(&h, STR("ja"), STR("日本語"), !str_eq_z(http_form(req, "lang"), "en"));
	ui_option(&h, STR("en"), STR("English"), str_eq_z(http_form(req, "lang"), "en"));
	ui_select_end(&h, MSG_NONE);
	ui_select_begin(&h, "role", MSG_AUTH_ROLE);
	role_options(&h, role, roles, http_form(req, "role").n ? http_form(req, "role") : STR("2"));
	ui_select_end(&h, MSG_NONE);
	ui_select_begin(&h, "unit", MSG_AUTH_UNIT);
	if (r == 0)
		r = ui_unit_options(&h, c, req, http_form(req, "unit"));
	ui_select_end(&h, MSG_AUTH_UNIT_HINT);
	ui_field(&h, &(struct ui_field){ .name = "until", .type = "date", .label = MSG_AUTH_UNTIL, .hint = MSG_AUTH_UNTIL_HINT,
		     .value = http_form(req, "until") });
	html_lit(&h, "</div>");
	ui_check(&h, "outbox", STR("1"), http_form(req, "outbox").n > 0, msg(req->lang, MSG_AUTH_OUTBOX));
	ui_submit(&h, MSG_AUTH_ACCOUNT_CREATE, true);
	html_form_end(&h);
	ui_card_end(&h);
	db_read_end(o->db, &c);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	ui_end(&h);
}

void page_accounts(struct http_req *req)
{
	accounts(req, MSG_NONE, MSG_NONE, MSG_NONE);
}

static int create(struct db_conn *c, void *ctx)
{
	struct account_form *f = ctx;
	const struct principal *p = auth_principal(f->req);
	int r = auth_account_create(c, f->req->arena, p, &f->n, &f->id);
	if (r == 0)
		r = auth_grant(c, f->req->arena, p, f->id, f->role, f->unit, f->until);
	if (r == 0)
		r = auth_invite(c, f->req->arena, p, f->id, &f->secret);
	return r == 0 ? mail_invitation(c, f) : r;
}

/* Role, unit and end of a form. */
static int read_grant(struct http_req *req, struct account_form *f)
{
	struct str unit = http_form(req, "unit");
	f->until = http_form(req, "until");
	if (num_parse_i64(http_form(req, "role"), 0, INT64_MAX, &f->role) < 0)
		return ERR_RANGE;
	if (unit.n && num_parse_i64(unit, 0, INT64_MAX, &f->unit) < 0)
		return ERR_RANGE;
	struct date d;
	return f->until.n && date_parse_iso(f->until, &d) < 0 ? ERR_RANGE : 0;
}

/* The record of the code that stands in the form, 0 for a blank one. */
static int read_person(struct http_req *req, int64_t *ret)
{
	struct str code = str_trim(http_form(req, "person"));
	*ret = 0;
	if (code.n == 0)
		return 0;
	if (!world()->record)
		return ERR_NOT_FOUND;
	struct auth_record rec;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int r = world()->record(c, req->arena, auth_principal(req), 0, code, req->lang, &rec);
	db_read_end(office_of(req)->db, &c);
	if (r == 0)
		*ret = rec.id;
	return r;
}

void do_account_create(struct http_req *req)
{
	struct account_form f = { .req = req };
	f.n.login = str_trim(http_form(req, "login"));
	f.n.name = str_trim(http_form(req, "name"));
	f.n.lang = str_eq_z(http_form(req, "lang"), "en") ? LANG_EN : LANG_JA;
	req->answer->status = 400;
	if (text_match_key(req->arena, f.n.login).n == 0) {
		accounts(req, MSG_AUTH_LOGIN_MISSING, MSG_NONE, MSG_NONE);
		return;
	}
	if (f.n.name.n == 0) {
		accounts(req, MSG_NONE, MSG_AUTH_NAME_MISSING, MSG_NONE);
		return;
	}
	int r = read_grant(req, &f);
	if (r == 0 && (r = read_person(req, &f.n.person_id)) == ERR_NOT_FOUND) {
		accounts(req, MSG_NONE, MSG_NONE, MSG_AUTH_PERSON_UNKNOWN);
		return;
	}
	if (r == 0)
		r = db_write(office_of(req)->db, create, &f);
	if (r == ERR_EXISTS) {
		accounts(req, MSG_AUTH_LOGIN_TAKEN, MSG_NONE, MSG_NONE);
		return;
	}
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	req->answer->status = 200;
	show_invitation(req, f.id, f.n.name, f.n.login, false, f.secret, f.mailed_to);
}

/* ---- one account ---- */

struct account_row {
	struct str name, login;
	int64_t person_id, created_at, signed_in_at, password_at;
	bool active, password, factor;
};

static int load(struct db_conn *c, struct arena *a, int64_t id, struct account_row *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT name, login, person_id, created_at, signed_in_at, password_at, active, password_hash <> '', "
	            "COALESCE((SELECT confirmed_at FROM auth_factor f WHERE f.account_id = a.id), 0) FROM auth_account a WHERE id = ");
	sql_i64(&q, id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r <= 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	*ret = (struct account_row){ .name = stmt_str_dup(s, a, 0), .login = stmt_str_dup(s, a, 1), .person_id = stmt_i64(s, 2),
		.created_at = stmt_i64(s, 3), .signed_in_at = stmt_i64(s, 4), .password_at = stmt_i64(s, 5),
		.active = stmt_i64(s, 6) != 0, .password = stmt_i64(s, 7) != 0, .factor = stmt_i64(s, 8) != 0 };
	return 0;
}

static void fact_begin(struct html *h, msg_id label)
{
	html_lit(h, "<dt>");
	html_msg(h, label);
	html_lit(h, "</dt><dd>");
}

static int grants(struct html *h, struct http_req *req, struct db_conn *c, int64_t id, const struct role_info *role, size_t roles)
{
	static const msg_id head[] = { MSG_AUTH_ROLE, MSG_AUTH_UNIT, MSG_AUTH_UNTIL, MSG_NONE };
	struct arena *a = req->arena;
	ui_card_begin(h, MSG_AUTH_GRANTS);
	html_table_begin(h, MSG_AUTH_GRANTS, head, COUNT_OF(head));
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT role, unit_id, until FROM auth_grant WHERE account_id = ");
	sql_i64(&q, id);
	sql_lit(&q, " ORDER BY role, unit_id");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		int64_t role_id = stmt_i64(s, 0), unit_id = stmt_i64(s, 1);
		struct str name = STR("?");
		for (size_t i = 0; i < roles; i++)
			if (role[i].id == role_id)
				name = ui_role_name(&role[i], req->lang);
		html_lit(h, "<tr>");
		html_cell(h, MSG_AUTH_ROLE, name);
		html_cell(h, MSG_AUTH_UNIT, ui_unit_name(req, c, unit_id));
		html_cell_begin(h, MSG_AUTH_UNTIL);
		if (stmt_str(s, 2).n)
			html_text(h, stmt_str(s, 2));
		else
			html_msg(h, MSG_AUTH_NO_END);
		html_cell_end(h);
		html_cell_begin(h, MSG_NONE);
		html_form_begin(h, str_printf(a, "/settings/accounts/%lld/revoke", (long long)id), false);
		html_hidden(h, "role", i64_str(a, role_id));
		html_hidden(h, "unit", i64_str(a, unit_id));
		html_lit(h, "<button type=\"submit\" class=\"btn btn-sm btn-outline-danger\"");
		html_attr(h, "aria-label", note_str(a, req->lang, &NOTE(MSG_AUTH_REVOKE_NAMED, ARG_S(name))));
		html_lit(h, ">");
		html_msg(h, MSG_AUTH_REVOKE);
		html_lit(h, "</button>");
		html_form_end(h);
		html_cell_end(h);
		html_lit(h, "</tr>");
	}
	stmt_done(&s);
	html_table_end(h);
	html_form_begin(h, str_printf(a, "/settings/accounts/%lld/grant", (long long)id), false);
	html_lit(h, "<fieldset class=\"field-group\"><legend>");
	html_msg(h, MSG_AUTH_GRANT_NEW);
	html_lit(h, "</legend><div class=\"form-grid\">");
	ui_select_begin(h, "role", MSG_AUTH_ROLE);
	role_options(h, role, roles, STR("2"));
	ui_select_end(h, MSG_NONE);
	ui_select_begin(h, "unit", MSG_AUTH_UNIT);
	if (r == 0)
		r = ui_unit_options(h, c, req, STR_NULL);
	ui_select_end(h, MSG_AUTH_UNIT_HINT);
	ui_field(h, &(struct ui_field){ .name = "until", .type = "date", .label = MSG_AUTH_UNTIL, .hint = MSG_AUTH_UNTIL_HINT });
	html_lit(h, "</div></fieldset>");
	ui_submit(h, MSG_AUTH_GRANT_ADD, true);
	html_form_end(h);
	ui_card_end(h);
	return r;
}

void page_account_edit(struct http_req *req)
{
	struct office *o = office_of(req);
	struct arena *a = req->arena;
	int64_t id = captured_id(req);
	struct account_row row;
	struct role_info *role = NULL;
	size_t roles = 0;
	struct html h;
	struct db_conn *c = db_read_begin(o->db);
	int r = load(c, a, id, &row);
	if (r == 0)
		r = auth_role_list(c, a, &role, &roles);
	if (r < 0) {
		db_read_end(o->db, &c);
		ui_fail(req, r);
		return;
	}
	ui_begin(req, &h, MSG_AUTH_ACCOUNT_ONE, MSG_NONE, true);
	ui_card_begin(&h, MSG_AUTH_PROFILE);
	html_lit(&h, "<dl class=\"kv\">");
	fact_begin(&h, MSG_AUTH_NAME);
	html_text(&h, row.name);
	html_lit(&h, "</dd>");
	fact_begin(&h, MSG_AUTH_LOGIN);
	html_text(&h, row.login);
	html_lit(&h, "</dd>");
	fact_begin(&h, MSG_AUTH_STATE);
	if (!row.active)
		html_badge(&h, TONE_GREY, msg(req->lang, MSG_AUTH_OFF));
	else if (!row.password)
		html_badge(&h, TONE_YELLOW, msg(req->lang, MSG_AUTH_INVITED));
	else
		html_badge(&h, TONE_GREEN, msg(req->lang, MSG_AUTH_ON));
	html_lit(&h, "</dd>");
	struct auth_record person;
	if (row.person_id && world()->record && world()->record(c, a, auth_principal(req), row.person_id, STR_NULL, req->lang, &person) == 0) {
		fact_begin(&h, MSG_AUTH_PERSON);
		html_lit(&h, "<a");
		html_href(&h, person.path);
		html_lit(&h, ">");
		html_text(&h, person.title);
		html_lit(&h, "</a></dd>");
	}
	fact_begin(&h, MSG_AUTH_SIGNED_IN_AT);
	ui_time(&h, row.signed_in_at);
	html_lit(&h, "</dd>");
	fact_begin(&h, MSG_AUTH_PASSWORD_AT);
	ui_time(&h, row.password_at);
	html_lit(&h, "</dd>");
	fact_begin(&h, MSG_AUTH_FACTOR_SHORT);
	html_msg(&h, row.factor ? MSG_AUTH_FACTOR_SET : MSG_AUTH_FACTOR_NOT_SET);
	html_lit(&h, "</dd></dl>");
	ui_card_end(&h);
	r = grants(&h, req, c, id, role, roles);
	db_read_end(o->db, &c);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}

	ui_card_begin(&h, MSG_AUTH_ACCOUNT_ACTIONS);
	if (row.active) {
		html_form_begin(&h, str_printf(a, "/settings/accounts/%lld/invite", (long long)id), false);
		ui_msg_p(&h, row.password ? MSG_AUTH_RESET_ABOUT : MSG_AUTH_INVITE_ABOUT);
		ui_check(&h, "outbox", STR("1"), false, msg(req->lang, MSG_AUTH_OUTBOX));
		ui_submit(&h, row.password ? MSG_AUTH_RESET_ISSUE : MSG_AUTH_INVITE_ISSUE, false);
		html_form_end(&h);
		html_lit(&h, "<hr>");
	}
	html_lit(&h, "<div class=\"actions\">");
	if (row.factor)
		html_post_button(&h, str_printf(a, "/settings/accounts/%lld/second-factor/remove", (long long)id), "key",
		                 msg(req->lang, MSG_AUTH_FACTOR_REMOVE), TONE_RED, msg(req->lang, MSG_AUTH_FACTOR_CLEAR_ASK));
	if (row.active)
		html_post_button(&h, str_printf(a, "/settings/accounts/%lld/switch-off", (long long)id), "lock",
		                 msg(req->lang, MSG_AUTH_SWITCH_OFF), TONE_RED, msg(req->lang, MSG_AUTH_SWITCH_OFF_ASK));
	else
		html_post_button(&h, str_printf(a, "/settings/accounts/%lld/switch-on", (long long)id), "check",
		                 msg(req->lang, MSG_AUTH_SWITCH_ON), TONE_NEUTRAL, STR_NULL);
	html_lit(&h, "</div>");
	ui_card_end(&h);
	ui_end(&h);
}

static void back_to(struct http_req *req, int r, int64_t id, const char *done)
{
	if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, str_printf(req->arena, "/settings/accounts/%lld?done=%s", (long long)id, done));
}

static int grant(struct db_conn *c, void *ctx)
{
	struct account_form *f = ctx;
	return auth_grant(c, f->req->arena, auth_principal(f->req), f->id, f->role, f->unit, f->until);
}

void do_grant(struct http_req *req)
{
	struct account_form f = { .req = req, .id = captured_id(req) };
	int r = read_grant(req, &f);
	if (r == 0)
		r = db_write(office_of(req)->db, grant, &f);
	back_to(req, r, f.id, "granted");
}

static int take_away(struct db_conn *c, void *ctx)
{
	struct account_form *f = ctx;
	return auth_revoke(c, f->req->arena, auth_principal(f->req), f->id, f->role, f->unit);
}

void do_revoke(struct http_req *req)
{
	struct account_form f = { .req = req, .id = captured_id(req) };
	int r = read_grant(req, &f);
	if (r == 0)
		r = db_write(office_of(req)->db, take_away, &f);
	back_to(req, r, f.id, "revoked");
}

static int switch_off(struct db_conn *c, void *ctx)
{
	struct account_form *f = ctx;
	return auth_account_active(c, f->req->arena, auth_principal(f->req), f->id, false);
}

static int switch_on(struct db_conn *c, void *ctx)
{
	struct account_form *f = ctx;
	return auth_account_active(c, f->req->arena, auth_principal(f->req), f->id, true);
}

void do_account_active(struct http_req *req)
{
	struct account_form f = { .req = req, .id = captured_id(req) };
	back_to(req, db_write(office_of(req)->db, str_ends(req->path, STR("/switch-on")) ? switch_on : switch_off, &f), f.id, "saved");
}

static int clear_factor(struct db_conn *c, void *ctx)
{
	struct account_form *f = ctx;
	return auth_factor_clear(c, f->req->arena, auth_principal(f->req), f->id);
}

void do_account_factor(struct http_req *req)
{
	struct account_form f = { .req = req, .id = captured_id(req) };
	back_to(req, db_write(office_of(req)->db, clear_factor, &f), f.id, "factor-off");
}

static int invite(struct db_conn *c, void *ctx)
{
	struct account_form *f = ctx;
	struct account_row row;
	int r = load(c, f->req->arena, f->id, &row);
	if (r < 0)
		return r;
	f->n.name = row.name;
	f->n.login = row.login;
	f->n.person_id = row.person_id;
	f->reset = row.password;
	r = auth_invite(c, f->req->arena, auth_principal(f->req), f->id, &f->secret);
	return r == 0 ? mail_invitation(c, f) : r;
}

void do_account_invite(struct http_req *req)
{
	struct account_form f = { .req = req, .id = captured_id(req) };
	int r = db_write(office_of(req)->db, invite, &f);
	if (r < 0)
		ui_fail(req, r);
	else
		show_invitation(req, f.id, f.n.name, f.n.login, f.reset, f.secret, f.mailed_to);
}
