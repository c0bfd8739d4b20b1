/* /settings/tokens: one's own API tokens. */
#include "base/text/auth.h"
#include "auth/ui.h"

struct token_form {
	struct http_req *req;
	struct str name, token;
	bool may_write;
	int64_t expires, id;
};

static void tokens(struct http_req *req, msg_id name_error, msg_id until_error)
{
	static const msg_id head[] = { MSG_AUTH_TOKEN_NAME, MSG_AUTH_TOKEN_SCOPE, MSG_AUTH_CREATED_AT, MSG_AUTH_EXPIRES_AT, MSG_AUTH_USED_AT, MSG_NONE };
	struct office *o = office_of(req);
	const struct principal *p = auth_principal(req);
	struct html h;
	int64_t now = clock_now();
	ui_begin(req, &h, MSG_AUTH_TOKENS, MSG_AUTH_TOKENS_ABOUT, true);
	html_table_begin(&h, MSG_AUTH_TOKENS, head, COUNT_OF(head));
	struct db_conn *c = db_read_begin(o->db);
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT id, name, scope_write, created_at, expires_at, used_at, revoked_at FROM auth_token WHERE account_id = ");
	sql_i64(&q, p->account_id);
	sql_lit(&q, " ORDER BY revoked_at <> 0, id DESC LIMIT 100");
	struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		html_lit(&h, "<tr>");
		html_cell(&h, MSG_AUTH_TOKEN_NAME, stmt_str(s, 1));
		html_cell_begin(&h, MSG_AUTH_TOKEN_SCOPE);
		html_msg(&h, stmt_i64(s, 2) ? MSG_AUTH_SCOPE_WRITE : MSG_AUTH_SCOPE_READ);
		html_cell_end(&h);
		html_cell_begin(&h, MSG_AUTH_CREATED_AT);
		ui_time(&h, stmt_i64(s, 3));
		html_cell_end(&h);
		html_cell_begin(&h, MSG_AUTH_EXPIRES_AT);
		ui_time(&h, stmt_i64(s, 4));
		html_cell_end(&h);
		html_cell_begin(&h, MSG_AUTH_USED_AT);
		ui_time(&h, stmt_i64(s, 5));
		html_cell_end(&h);
		html_cell_begin(&h, MSG_NONE);
		if (stmt_i64(s, 6))
			html_badge(&h, TONE_GREY, msg(req->lang, MSG_AUTH_REVOKED));
		else if (stmt_i64(s, 4) <= now)
			html_badge(&h, TONE_GREY, msg(req->lang, MSG_AUTH_EXPIRED));
		else
			html_post_button(&h, str_printf(req->arena, "/settings/tokens/%lld/revoke", (long long)stmt_i64(s, 0)), "trash",
			                 msg(req->lang, MSG_AUTH_REVOKE), TONE_RED, msg(req->lang, MSG_AUTH_TOKEN_REVOKE_ASK));
		html_cell_end(&h);
		html_lit(&h, "</tr>");
	}
	stmt_done(&s);
	db_read_end(o->db, &c);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	html_table_end(&h);
	ui_card_begin(&h, MSG_AUTH_TOKEN_NEW);
	html_form_begin(&h, STR("/settings/tokens"), false);
	html_lit(&h, "<div class=\"form-grid\">");
	ui_field(&h, &(struct ui_field){ .name = "name", .type = "text", .label = MSG_AUTH_TOKEN_NAME, .hint = MSG_AUTH_TOKEN_NAME_HINT,
		     .value = http_form(req, "name"), .error = name_error, .required = true, .max = NAME_CHARS });
	ui_select_begin(&h, "scope", MSG_AUTH_TOKEN_SCOPE);
	ui_option(&h, STR("read"), msg(req->lang, MSG_AUTH_SCOPE_READ), !str_eq_z(http_form(req, "scope"), "write"));
	ui_option(&h, STR("write"), msg(req->lang, MSG_AUTH_SCOPE_WRITE), str_eq_z(http_form(req, "scope"), "write"));
	ui_select_end(&h, MSG_NONE);
	ui_field(&h, &(struct ui_field){ .name = "until", .type = "date", .label = MSG_AUTH_EXPIRES_AT, .hint = MSG_AUTH_TOKEN_UNTIL_HINT,
		     .value = http_form(req, "until"), .error = until_error });
	html_lit(&h, "</div>");
	ui_submit(&h, MSG_AUTH_TOKEN_CREATE, true);
	html_form_end(&h);
	ui_card_end(&h);
	ui_end(&h);
}

void page_tokens(struct http_req *req)
{
	tokens(req, MSG_NONE, MSG_NONE);
}

static int create(struct db_conn *c, void *ctx)
{
	struct token_form *f = ctx;
	const struct principal *p = auth_principal(f->req);
	return auth_token_create(c, f->req->arena, p, p->account_id, f->name, f->may_write, f->expires, &f->token);
}

void do_token(struct http_req *req)
{
	struct token_form f = { .req = req, .name = str_trim(http_form(req, "name")) };
	f.may_write = str_eq_z(http_form(req, "scope"), "write");
	struct str until = http_form(req, "until");
	struct date d;
	req->answer->status = 400;
	if (f.name.n == 0) {
		tokens(req, MSG_AUTH_TOKEN_NAME_MISSING, MSG_NONE);
		return;
	}
	if (until.n) {
		/* To the end of that day. */
		if (date_parse_iso(until, &d) < 0 || (f.expires = clock_instant(date_add_days(d, 1))) <= clock_now()) {
			tokens(req, MSG_NONE, MSG_AUTH_UNTIL_WRONG);
			return;
		}
	}
	int r = db_write(office_of(req)->db, create, &f);
	if (r == ERR_RANGE) {
		tokens(req, MSG_NONE, MSG_AUTH_UNTIL_WRONG);
		return;
	}
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	req->answer->status = 200;
	struct html h;
	ui_begin(req, &h, MSG_AUTH_TOKEN_TITLE, MSG_NONE, true);
	html_alert(&h, TONE_YELLOW, msg(req->lang, MSG_AUTH_SHOWN_ONCE), msg(req->lang, MSG_AUTH_TOKEN_KEEP));
	ui_secret(&h, f.token, false);
	html_lit(&h, "<p class=\"small\"><code>");
	html_text(&h, STR("Authorization: Bearer ..."));
	html_lit(&h, "</code></p><div class=\"actions\">");
	html_button_link(&h, STR("/settings/tokens"), "check", msg(req->lang, MSG_AUTH_TOKEN_KEPT), true);
	html_lit(&h, "</div>");
	ui_end(&h);
}

static int revoke(struct db_conn *c, void *ctx)
{
	struct token_form *f = ctx;
	return auth_token_revoke(c, f->req->arena, auth_principal(f->req), f->id);
}

void do_token_revoke(struct http_req *req)
{
	struct token_form f = { .req = req };
	int r = num_parse_i64(req->capture[0], 1, INT64_MAX, &f.id);
	if (r == 0)
		r = db_write(office_of(req)->db, revoke, &f);
	if (r < 0)
		ui_fail(req, r == ERR_SYNTAX ? ERR_NOT_FOUND : r);
	else
		http_redirect(req, STR("/settings/tokens?done=revoked"));
}
