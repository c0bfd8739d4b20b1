#include "main/first_run.h"

#include <unistd.h>

#include "auth/auth.h"
#include "auth/password.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"
#include "base/text/main.h"
#include "main/open.h"
#include "main/settings.h"
#include "org/org.h"

int first_run_code(struct office *o, struct arena *a, struct str *ret)
{
	struct str path = office_path(a, o, "first-run-code"), text;
	int r = file_read(a, path, 64, &text);
	if (r == 0 && str_trim(text).n >= 20) {
		*ret = str_trim(text);
		return 0;
	}
	uint8_t secret[15];
	random_bytes(secret, sizeof secret);
	struct buf b;
	buf_init(&b, 64);
	hash_put_base32(&b, secret, sizeof secret);
	*ret = str_dup(a, buf_view(&b));
	r = file_write(a, path, buf_view(&b), 0600);
	buf_release(&b);
	return r;
}

/* Right code, and no account yet. */
static bool open_to(struct http_req *req, struct str code)
{
	struct office *o = office_of(req);
	struct str text;
	bool missing = false;
	struct db_conn *c = db_read_begin(o->db);
	int r = auth_first_account_missing(c, &missing);
	db_read_end(o->db, &c);
	if (r < 0 || !missing || file_read(req->arena, office_path(req->arena, o, "first-run-code"), 64, &text) < 0)
		return false;
	text = str_trim(text);
	return text.n >= 20 && code.n == text.n && hash_equal(code.p, text.p, text.n);
}

static void input(struct html *h, struct http_req *req, const char *name, const char *type, msg_id label, msg_id hint, const char *complete)
{
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_of(name));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</label><input class=\"form-control\" required");
	html_attr(h, "id", str_of(name));
	html_attr(h, "name", str_of(name));
	html_attr(h, "type", str_of(type));
	html_attr(h, "autocomplete", str_of(complete));
	html_attr(h, "aria-describedby", str_printf(req->arena, "%s-hint", name));
	if (strcmp(type, "password") != 0)
		html_attr(h, "value", http_form(req, name));
	html_lit(h, "><p class=\"field-hint\"");
	html_attr(h, "id", str_printf(req->arena, "%s-hint", name));
	html_lit(h, ">");
	html_msg(h, hint);
	html_lit(h, "</p></div>");
}

static void guide(struct http_req *req, struct str code, const struct note *wrong)
{
	struct html h;
	html_init(&h, &req->answer->body, req->arena, req->lang, req->csrf);
	page_bare_begin(&h, msg(req->lang, MSG_FIRST_RUN_TITLE), STR_NULL);
	html_lit(&h, "<p>");
	html_msg(&h, MSG_FIRST_RUN_ABOUT);
	html_lit(&h, "</p>");
	if (wrong)
		html_alert(&h, TONE_RED, msg(req->lang, MSG_FIRST_RUN_WRONG), note_str(req->arena, req->lang, wrong));
	html_form_begin(&h, STR("/first-run"), false);
	html_hidden(&h, "code", code);
	input(&h, req, "company", "text", MSG_FIRST_RUN_COMPANY, MSG_FIRST_RUN_COMPANY_HINT, "organization");
	input(&h, req, "name", "text", MSG_FIRST_RUN_NAME, MSG_FIRST_RUN_NAME_HINT, "name");
	input(&h, req, "login", "text", MSG_FIRST_RUN_LOGIN, MSG_FIRST_RUN_LOGIN_HINT, "username");
	input(&h, req, "password", "password", MSG_FIRST_RUN_PASSWORD, MSG_FIRST_RUN_PASSWORD_HINT, "new-password");
	input(&h, req, "again", "password", MSG_FIRST_RUN_AGAIN, MSG_FIRST_RUN_AGAIN_HINT, "new-password");
	html_lit(&h, "<p class=\"actions\"><button class=\"btn btn-primary\">");
	html_msg(&h, MSG_FIRST_RUN_BEGIN);
	html_lit(&h, "</button></p>");
	html_form_end(&h);
	page_bare_language(&h, str_printf(req->arena, "/first-run?code=%.*s", STR_FMT(code)));
	page_bare_end(&h);
	if (wrong)
		req->answer->status = 422;
}

static void page_guide(struct http_req *req)
{
	struct str code = http_query(req, "code");
	if (!open_to(req, code)) {
		http_fail(req, 403, NOTE0(MSG_FIRST_RUN_CODE));
		return;
	}
	guide(req, code, NULL);
}

struct begin {
	struct http_req *req;
	struct str hash;
	int64_t account;
};

static int begin_write(struct db_conn *conn, void *ctx)
{
	struct begin *b = ctx;
	struct arena *a = b->req->arena;
	struct principal system = auth_system();
	bool missing = false;
	int r = auth_first_account_missing(conn, &missing);
	if (r < 0 || !missing)
		return r < 0 ? r : ERR_CONFLICT;
	struct account_new n = { .login = http_form(b->req, "login"), .name = http_form(b->req, "name"), .password_hash = b->hash, .lang = b->req->lang };
	r = auth_account_create(conn, a, &system, &n, &b->account);
	if (r == 0)
		r = auth_grant(conn, a, &system, b->account, ROLE_ADMINISTRATOR, 0, STR_NULL);
	if (r == 0)
		r = auth_grant(conn, a, &system, b->account, ROLE_LEAD, 0, STR_NULL);
	struct reg_ctx rc = { .conn = conn, .arena = a, .by = &system, .key = office_of(b->req)->key };
	struct reg_view view;
	struct written w;
	if (r == 0)
		r = reg_view_load(conn, a, &reg_company, &view);
	if (r == 0) {
		struct change ch = change_new(a, CHANGE_SAVE, &view, 0);
		change_set(&ch, reg_field(&reg_company, "name"), (struct value){ .known = true, .s = text_clean(a, http_form(b->req, "company")) });
		r = reg_write(&rc, &ch, &w);
	}
	struct note why;
	int64_t moved;
	if (r == 0)
		r = setting_write(&rc, STR("office.company"), http_form(b->req, "company"), &why, &moved);
	return r;
}

static void page_begin_office(struct http_req *req)
{
	struct str code = http_form(req, "code"), password = http_form(req, "password");
	struct begin b = { .req = req };
	struct note why;
	if (!open_to(req, code)) {
		http_fail(req, 403, NOTE0(MSG_FIRST_RUN_CODE));
		return;
	}
	if (!str_trim(http_form(req, "company")).n || !str_trim(http_form(req, "name")).n || !str_trim(http_form(req, "login")).n) {
		guide(req, code, &NOTE0(MSG_FIRST_RUN_ALL));
		return;
	}
	if (!str_eq(password, http_form(req, "again"))) {
		guide(req, code, &NOTE0(MSG_FIRST_RUN_DIFFER));
		return;
	}
	const struct password_context context = { .login = http_form(req, "login"), .name = http_form(req, "name"), .company = http_form(req, "company") };
	if (!password_acceptable(password, &context, &why)) {
		guide(req, code, &why);
		return;
	}
	int r = password_hash(req->arena, password, &b.hash);
	if (r == 0)
		r = db_write(office_of(req)->db, begin_write, &b);
	if (r < 0) {
		guide(req, code, &NOTE0(MSG_FIRST_RUN_FAILED));
		return;
	}
	if (unlink(str_z(req->arena, office_path(req->arena, office_of(req), "first-run-code"))) < 0)
		req->answer->status = 0; /* it opens nothing any more: an account exists */
	http_redirect(req, STR("/sign-in"));
}

static const struct param guide_params[] = { { "code", PARAM_KEY, 0, 64, false } };
static const struct param begin_params[] = {
	{ "code", PARAM_KEY, 0, 64, false },     { "company", PARAM_TEXT, 0, 100, false },   { "name", PARAM_TEXT, 0, 100, false },
	{ "login", PARAM_TEXT, 0, 100, false },  { "password", PARAM_SECRET, 0, 256, false }, { "again", PARAM_SECRET, 0, 256, false },
};

const struct route first_run_routes[] = {
	{ HTTP_GET, "/first-run", page_guide, ROUTE_PUBLIC, 0, guide_params, COUNT_OF(guide_params) },
	{ HTTP_POST, "/first-run", page_begin_office, ROUTE_PUBLIC, 0, begin_params, COUNT_OF(begin_params) },
};
const size_t first_run_route_count = COUNT_OF(first_run_routes);
