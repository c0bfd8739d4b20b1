/*
 * Personal links: issued and revoked under /settings/links, opened at /l/<secret>. Opening exchanges the secret for a
 * session of the link's own cookie and goes on to /l, so that the secret does not stay in the address bar.
 */
#include "auth/ui.h"

#include "base/text.h"
#include "base/text/auth.h"

/* ---- /settings/links ---- */

struct link_form {
	struct http_req *req;
	struct str name;
	int64_t person_id, expires, id;
	struct link_item *item;
	struct auth_record *record;
	size_t items;
	struct str secret;
};

/* Whoever administers settings sees every link; others those they issued. */
static bool sees_all(const struct principal *p)
{
	return (p->needs & NEED_SETTINGS) != 0;
}

static void links(struct http_req *req, msg_id name_error, const struct note *records_error, msg_id person_error, msg_id until_error)
{
	static const msg_id head[] = { MSG_AUTH_LINK_NAME, MSG_AUTH_LINK_ITEMS, MSG_AUTH_LINK_BY, MSG_AUTH_EXPIRES_AT, MSG_AUTH_LINK_OPENED, MSG_NONE };
	struct office *o = office_of(req);
	const struct principal *p = auth_principal(req);
	struct arena *a = req->arena;
	struct html h;
	int64_t now = clock_now();
	ui_begin(req, &h, MSG_AUTH_LINKS, MSG_AUTH_LINKS_ABOUT, true);
	struct db_conn *c = db_read_begin(o->db);
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT l.id, l.name, (SELECT COUNT(*) FROM auth_link_item i WHERE i.link_id = l.id), l.created_by_name, "
	            "l.expires_at, l.opened_at, l.opened, l.revoked_at FROM auth_link l WHERE TRUE");
	if (!sees_all(p)) {
		sql_lit(&q, " AND l.created_by = ");
		sql_str(&q, auth_entry(a, p, AUDIT_PERSONAL_LINK).actor);
	}
	sql_lit(&q, " ORDER BY l.id DESC LIMIT 200");
	struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	size_t n = 0;
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		if (n++ == 0)
			html_table_begin(&h, MSG_AUTH_LINKS, head, COUNT_OF(head));
		html_lit(&h, "<tr><th scope=\"row\">");
		html_text(&h, stmt_str(s, 1));
		html_lit(&h, "</th>");
		html_cell(&h, MSG_AUTH_LINK_ITEMS, i64_str(a, stmt_i64(s, 2)));
		html_cell(&h, MSG_AUTH_LINK_BY, stmt_str(s, 3));
		html_cell_begin(&h, MSG_AUTH_EXPIRES_AT);
		ui_time(&h, stmt_i64(s, 4));
		html_cell_end(&h);
		html_cell_begin(&h, MSG_AUTH_LINK_OPENED);
		if (stmt_i64(s, 6) == 0)
			html_msg(&h, MSG_AUTH_LINK_NOT_OPENED);
		else
			ui_time(&h, stmt_i64(s, 5));
		html_cell_end(&h);
		html_cell_begin(&h, MSG_NONE);
		if (stmt_i64(s, 7))
			html_badge(&h, TONE_GREY, msg(req->lang, MSG_AUTH_REVOKED));
		else if (stmt_i64(s, 4) <= now)
			html_badge(&h, TONE_GREY, msg(req->lang, MSG_AUTH_EXPIRED));
		else
			html_post_button(&h, str_printf(a, "/settings/links/%lld/revoke", (long long)stmt_i64(s, 0)), "trash",
			                 msg(req->lang, MSG_AUTH_REVOKE), TONE_RED, msg(req->lang, MSG_AUTH_LINK_REVOKE_ASK));
		html_cell_end(&h);
		html_lit(&h, "</tr>");
	}
	stmt_done(&s);
	db_read_end(o->db, &c);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	if (n)
		html_table_end(&h);
	else
		html_empty(&h, msg(req->lang, MSG_AUTH_LINKS_NONE), msg(req->lang, MSG_AUTH_LINKS_BEGIN), STR_NULL, STR_NULL);

	ui_card_begin(&h, MSG_AUTH_LINK_NEW);
	html_form_begin(&h, STR("/settings/links"), false);
	html_lit(&h, "<div class=\"form-grid\">");
	ui_field(&h, &(struct ui_field){ .name = "name", .type = "text", .label = MSG_AUTH_LINK_NAME, .hint = MSG_AUTH_LINK_NAME_HINT,
		     .value = http_form(req, "name"), .error = name_error, .required = true, .max = NAME_CHARS });
	ui_field(&h, &(struct ui_field){ .name = "person", .type = "text", .label = MSG_AUTH_PERSON, .hint = MSG_AUTH_PERSON_HINT,
		     .value = http_form(req, "person"), .error = person_error, .max = 40 });
	if (records_error)
		html_lit(&h, "<div class=\"field wide has-error\">");
	else
		html_lit(&h, "<div class=\"field wide\">");
	html_lit(&h, "<label for=\"f-records\">");
	html_msg(&h, MSG_AUTH_LINK_RECORDS);
	html_lit(&h, "</label><textarea class=\"form-control\" id=\"f-records\" name=\"records\" rows=\"4\" required aria-describedby=\"h-records\">");
	struct str given = http_form(req, "records");
	html_text(&h, given.n ? given : http_query(req, "records"));
	html_lit(&h, "</textarea><div id=\"h-records\">");
	if (records_error) {
		html_lit(&h, "<span class=\"field-error\">");
		html_note(&h, records_error);
		html_lit(&h, "</span>");
	}
	html_lit(&h, "<span class=\"field-hint\">");
	html_msg(&h, MSG_AUTH_LINK_RECORDS_HINT);
	html_lit(&h, "</span></div></div>");
	ui_field(&h, &(struct ui_field){ .name = "until", .type = "date", .label = MSG_AUTH_EXPIRES_AT, .hint = MSG_AUTH_LINK_UNTIL_HINT,
		     .value = http_form(req, "until"), .error = until_error });
	html_lit(&h, "</div><fieldset class=\"field-group\"><legend>");
	html_msg(&h, MSG_AUTH_LINK_OPS);
	html_lit(&h, "</legend>");
	bool fresh = http_form(req, "name").n == 0;
	ui_check(&h, "update", STR("1"), fresh || http_form(req, "update").n, msg(req->lang, MSG_AUTH_OP_UPDATE));
	ui_check(&h, "comment", STR("1"), fresh || http_form(req, "comment").n, msg(req->lang, MSG_AUTH_OP_COMMENT));
	html_lit(&h, "</fieldset>");
	ui_submit(&h, MSG_AUTH_LINK_CREATE, true);
	html_form_end(&h);
	ui_card_end(&h);
	ui_end(&h);
}

void page_links(struct http_req *req)
{
	links(req, MSG_NONE, NULL, MSG_NONE, MSG_NONE);
}

/* Length of what stands between two codes, as people type it in either width, or 0. */
static size_t separator(struct str s)
{
	static const char *const mark[] = { " ", "\n", "\r", "\t", ",", ";", "、", "，", "；", "・", "　", "､" };
	for (size_t i = 0; i < COUNT_OF(mark); i++)
		if (str_starts(s, str_of(mark[i])))
			return strlen(mark[i]);
	return 0;
}

/* The next code of a list, or an empty str. */
static struct str next_code(struct str *rest)
{
	size_t i = 0, from, n;
	while ((n = separator(str_sub(*rest, i, rest->n))) > 0)
		i += n;
	from = i;
	while (i < rest->n && !separator(str_sub(*rest, i, rest->n)))
		i++;
	struct str code = str_sub(*rest, from, i - from);
	*rest = str_sub(*rest, i, rest->n - i);
	return code;
}

/*
 * The records of the form. What does not exist, what the issuer may not see and what the issuer may not do with it read
 * the same: nobody hands on a right that he has not.
 */
static int read_records(struct db_conn *c, struct link_form *f, uint32_t ops, struct note *ret_why)
{
	struct http_req *req = f->req;
	const struct principal *p = auth_principal(req);
	struct str rest = http_form(req, "records"), code;
	f->item = ARENA_ARRAY(req->arena, LIMIT_LINK_ITEMS, struct link_item);
	f->record = ARENA_ARRAY(req->arena, LIMIT_LINK_ITEMS, struct auth_record);
	while ((code = next_code(&rest)).n) {
		if (f->items == LIMIT_LINK_ITEMS) {
			*ret_why = NOTE(MSG_AUTH_LINK_RECORDS_MANY, ARG_I(LIMIT_LINK_ITEMS));
			return ERR_INVALID;
		}
		struct auth_record *rec = &f->record[f->items];
		int64_t id = 0;
		bool number = num_parse_i64(code, 1, INT64_MAX, &id) == 0;
		int r = world()->record ? world()->record(c, req->arena, p, number ? id : 0, number ? STR_NULL : code, req->lang, rec) : ERR_NOT_FOUND;
		static const enum op each[] = { OP_READ, OP_UPDATE, OP_COMMENT };
		for (size_t i = 0; r == 0 && i < COUNT_OF(each); i++)
			if ((ops & each[i]) && !auth_allows(c, p, rec->reg, each[i], rec->unit_id, rec->id))
				r = ERR_NOT_FOUND;
		if (r == ERR_NOT_FOUND) {
			*ret_why = NOTE(MSG_AUTH_LINK_RECORD_UNKNOWN, ARG_S(code));
			return ERR_INVALID;
		}
		if (r < 0)
			return r;
		f->item[f->items++] = (struct link_item){ .record_id = rec->id, .ops = ops };
	}
	if (f->items == 0) {
		*ret_why = NOTE0(MSG_AUTH_LINK_RECORDS_MISSING);
		return ERR_INVALID;
	}
	return 0;
}

static int create(struct db_conn *c, void *ctx)
{
	struct link_form *f = ctx;
	return auth_link_create(c, f->req->arena, auth_principal(f->req), f->name, f->person_id, f->item, f->items, f->expires, NULL, &f->secret);
}

static void show_link(struct http_req *req, const struct link_form *f)
{
	struct html h;
	ui_begin(req, &h, MSG_AUTH_LINK_TITLE, MSG_NONE, true);
	html_alert(&h, TONE_YELLOW, msg(req->lang, MSG_AUTH_SHOWN_ONCE), msg(req->lang, MSG_AUTH_LINK_KEEP));
	ui_card_begin(&h, MSG_AUTH_LINK_SHEET);
	ui_note_p(&h, NULL, &NOTE(MSG_AUTH_LINK_FOR, ARG_S(f->name)));
	ui_secret(&h, ui_absolute(req, str_printf(req->arena, "/l/%.*s", STR_FMT(f->secret))), true);
	html_lit(&h, "<ul>");
	for (size_t i = 0; i < f->items; i++) {
		html_lit(&h, "<li>");
		html_text(&h, f->record[i].code);
		html_lit(&h, " ");
		html_text(&h, f->record[i].title);
		html_lit(&h, "</li>");
	}
	html_lit(&h, "</ul>");
	ui_card_end(&h);
	html_lit(&h, "<p class=\"small screen-only\">");
	html_msg(&h, MSG_AUTH_PRINT_HINT);
	html_lit(&h, "</p><div class=\"actions screen-only\">");
	html_button_link(&h, STR("/settings/links"), "check", msg(req->lang, MSG_AUTH_TO_LINKS), true);
	html_lit(&h, "</div>");
	ui_end(&h);
}

void do_link(struct http_req *req)
{
	struct office *o = office_of(req);
	struct link_form f = { .req = req, .name = str_trim(http_form(req, "name")) };
	uint32_t ops = OP_READ;
	struct note why = NOTE0(MSG_NONE);
	struct str until = http_form(req, "until"), person = str_trim(http_form(req, "person"));
	req->answer->status = 400;
	if (http_form(req, "update").n)
		ops |= OP_UPDATE;
	if (http_form(req, "comment").n)
		ops |= OP_COMMENT;
	if (f.name.n == 0) {
		links(req, MSG_AUTH_LINK_NAME_MISSING, NULL, MSG_NONE, MSG_NONE);
		return;
	}
	struct date d;
	if (until.n && (date_parse_iso(until, &d) < 0 || (f.expires = clock_instant(date_add_days(d, 1))) <= clock_now())) {
		links(req, MSG_NONE, NULL, MSG_NONE, MSG_AUTH_UNTIL_WRONG);
		return;
	}
	struct db_conn *c = db_read_begin(o->db);
	struct auth_record rec;
	int person_r = 0, r;
	if (person.n)
		person_r = world()->record ? world()->record(c, req->arena, auth_principal(req), 0, person, req->lang, &rec) : ERR_NOT_FOUND;
	if (person.n && person_r == 0)
		f.person_id = rec.id;
	r = read_records(c, &f, ops, &why);
	db_read_end(o->db, &c);
	if (person_r == ERR_NOT_FOUND) {
		links(req, MSG_NONE, NULL, MSG_AUTH_PERSON_UNKNOWN, MSG_NONE);
		return;
	}
	if (r == ERR_INVALID) {
		links(req, MSG_NONE, &why, MSG_NONE, MSG_NONE);
		return;
	}
	if (r == 0)
		r = person_r;
	if (r == 0)
		r = db_write(o->db, create, &f);
	if (r == ERR_RANGE) {
		links(req, MSG_NONE, NULL, MSG_NONE, MSG_AUTH_UNTIL_WRONG);
		return;
	}
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	req->answer->status = 200;
	show_link(req, &f);
}

static int revoke(struct db_conn *c, void *ctx)
{
	struct link_form *f = ctx;
	return auth_link_revoke(c, f->req->arena, auth_principal(f->req), f->id);
}

void do_link_revoke(struct http_req *req)
{
	struct link_form f = { .req = req };
	int r = num_parse_i64(req->capture[0], 1, INT64_MAX, &f.id) < 0 ? ERR_NOT_FOUND : 0;
	if (r == 0)
		r = db_write(office_of(req)->db, revoke, &f);
	if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, STR("/settings/links?done=revoked"));
}

/* ---- opening one ---- */

struct opening {
	struct http_req *req;
	int64_t id, expires;
	struct str name, secret;
};

static int find_link(struct db_conn *c, struct opening *op)
{
	uint8_t hash[HASH_SIZE];
	secret_hash(hash, op->req->capture[0]);
	struct sql q;
	sql_init(&q, op->req->arena);
	sql_lit(&q, "SELECT id, name, expires_at FROM auth_link WHERE revoked_at = 0 AND expires_at > ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " AND hash = ");
	sql_blob(&q, hash, sizeof hash);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r < 0)
		return r;
	r = stmt_step(s);
	if (r <= 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	op->id = stmt_i64(s, 0);
	op->name = stmt_str_dup(s, op->req->arena, 1);
	op->expires = stmt_i64(s, 2);
	return 0;
}

static int open_link(struct db_conn *c, void *ctx)
{
	struct opening *op = ctx;
	struct arena *a = op->req->arena;
	int r = find_link(c, op);
	if (r == 0)
		r = session_delete(c, a, http_cookie(op->req, "link"));
	if (r == 0)
		r = session_create(c, a, 0, op->id, op->expires, op->req->address, http_header(op->req, "User-Agent"), &op->secret);
	if (r < 0)
		return r;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE auth_link SET opened = opened + 1, opened_at = ");
	sql_i64(&q, clock_now());
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, op->id);
	r = db_exec(c, &q, NULL);
	struct principal p = { .kind = PRINCIPAL_LINK, .id = op->id, .name = op->name, .address = op->req->address };
	return r < 0 ? r : trail(c, a, &p, AUDIT_SIGN_IN, op->name, NULL, 0);
}

/* The same for a link that never was, is over, or was revoked. */
static void link_gone(struct http_req *req)
{
	struct html h;
	req->answer->status = 404;
	ui_bare_begin(req, &h, MSG_AUTH_LINK_GONE_TITLE);
	ui_msg_p(&h, MSG_AUTH_LINK_GONE);
	ui_bare_end(&h);
}

void page_link_open(struct http_req *req)
{
	struct office *o = office_of(req);
	struct opening op = { .req = req };
	/* Looked at first on a reader: strangers who try links do not reach the writer. */
	struct db_conn *c = db_read_begin(o->db);
	int r = find_link(c, &op);
	db_read_end(o->db, &c);
	if (r == 0)
		r = db_write(o->db, open_link, &op);
	if (r == ERR_NOT_FOUND) {
		link_gone(req);
	} else if (r < 0) {
		ui_fail(req, r);
	} else {
		int64_t left = (op.expires - clock_now()) / 1000;
		http_set_cookie(req, "link", op.secret, left < SESSION_LIFE_MS / 1000 ? left : SESSION_LIFE_MS / 1000);
		http_redirect(req, STR("/l"));
	}
}

/* The link whose session the browser holds, also while an account is signed in. */
static int opened_link(struct http_req *req, struct db_conn *c, struct principal *ret)
{
	struct session s;
	struct str secret = http_cookie(req, "link");
	if (secret.n == 0)
		return ERR_NOT_FOUND;
	int r = session_find(c, req->arena, secret, clock_now(), &s);
	if (r < 0 || s.link_id == 0)
		return r < 0 ? r : ERR_NOT_FOUND;
	return auth_principal_link(c, req->arena, s.link_id, ret);
}

void page_link_items(struct http_req *req)
{
	struct office *o = office_of(req);
	struct arena *a = req->arena;
	struct principal p;
	struct db_conn *c = db_read_begin(o->db);
	int r = opened_link(req, c, &p);
	if (r < 0) {
		db_read_end(o->db, &c);
		if (r == ERR_NOT_FOUND)
			link_gone(req);
		else
			ui_fail(req, r);
		return;
	}
	struct str home = world()->link_home ? world()->link_home(c, a, p.id) : STR_NULL;
	/* Not for an account's window: it would go on as the account. */
	if (home.n && auth_principal(req)->kind == PRINCIPAL_LINK) {
		db_read_end(o->db, &c);
		http_redirect(req, home);
		return;
	}
	struct html h;
	ui_bare_begin(req, &h, MSG_AUTH_LINK_LANDING);
	ui_note_p(&h, NULL, &NOTE(MSG_AUTH_LINK_HELLO, ARG_S(p.name)));
	if (auth_principal(req)->kind == PRINCIPAL_ACCOUNT)
		html_alert(&h, TONE_BLUE, STR_NULL, note_str(a, req->lang, &NOTE(MSG_AUTH_LINK_AS_ACCOUNT, ARG_S(auth_principal(req)->name))));
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT record_id, ops FROM auth_link_item WHERE link_id = ");
	sql_i64(&q, p.id);
	sql_lit(&q, " ORDER BY record_id");
	struct stmt *s = NULL;
	r = db_query(c, &q, &s);
	html_lit(&h, "<ul class=\"todo\">");
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		struct auth_record rec;
		/* Archived since, or erased: nothing to do any more. */
		if (!world()->record || world()->record(c, a, &p, stmt_i64(s, 0), STR_NULL, req->lang, &rec) < 0)
			continue;
		html_lit(&h, "<li><a");
		html_href(&h, rec.path);
		html_lit(&h, ">");
		const struct auth_register_info *info = auth_register_info(rec.reg);
		if (info) {
			html_label(&h, info->label);
			html_lit(&h, "　");
		}
		html_text(&h, rec.title);
		html_lit(&h, "</a> <span class=\"muted small\">");
		html_text(&h, rec.code);
		html_lit(&h, "</span> ");
		if (stmt_i64(s, 1) & OP_UPDATE)
			html_badge(&h, TONE_BLUE, msg(req->lang, MSG_AUTH_OP_UPDATE));
		html_lit(&h, "</li>");
	}
	stmt_done(&s);
	html_lit(&h, "</ul>");
	db_read_end(o->db, &c);
	ui_msg_p(&h, MSG_AUTH_LINK_PRIVATE);
	page_bare_language(&h, STR("/l"));
	ui_bare_end(&h);
	if (r < 0)
		ui_fail(req, r);
}
