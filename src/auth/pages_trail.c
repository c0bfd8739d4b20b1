/* /settings/audit-trail: who did what, newest first. */
#include "auth/ui.h"

#include "base/text.h"
#include "base/text/auth.h"

#define PER_PAGE 50

struct kind {
	msg_id name, sentence; /* {0} who, {1} the register's label, {2} the subject */
};
static const struct kind kinds[AUDIT__N] = {
	[AUDIT_CREATE] = { MSG_AUTH_KIND_CREATE, MSG_AUTH_DID_CREATE },
	[AUDIT_UPDATE] = { MSG_AUTH_KIND_UPDATE, MSG_AUTH_DID_UPDATE },
	[AUDIT_ARCHIVE] = { MSG_AUTH_KIND_ARCHIVE, MSG_AUTH_DID_ARCHIVE },
	[AUDIT_RESTORE] = { MSG_AUTH_KIND_RESTORE, MSG_AUTH_DID_RESTORE },
	[AUDIT_MERGE] = { MSG_AUTH_KIND_MERGE, MSG_AUTH_DID_MERGE },
	[AUDIT_LINK] = { MSG_AUTH_KIND_LINK, MSG_AUTH_DID_LINK },
	[AUDIT_UNLINK] = { MSG_AUTH_KIND_UNLINK, MSG_AUTH_DID_UNLINK },
	[AUDIT_COMMENT] = { MSG_AUTH_KIND_COMMENT, MSG_AUTH_DID_COMMENT },
	[AUDIT_ATTACH] = { MSG_AUTH_KIND_ATTACH, MSG_AUTH_DID_ATTACH },
	[AUDIT_DETACH] = { MSG_AUTH_KIND_DETACH, MSG_AUTH_DID_DETACH },
	[AUDIT_RECOMPUTE] = { MSG_AUTH_KIND_RECOMPUTE, MSG_AUTH_DID_RECOMPUTE },
	[AUDIT_IMPORT] = { MSG_AUTH_KIND_IMPORT, MSG_AUTH_DID_IMPORT },
	[AUDIT_IMPORT_DROP] = { MSG_AUTH_KIND_IMPORT_DROP, MSG_AUTH_DID_IMPORT_DROP },
	[AUDIT_EXPORT] = { MSG_AUTH_KIND_EXPORT, MSG_AUTH_DID_EXPORT },
	[AUDIT_SIGN_IN] = { MSG_AUTH_KIND_SIGN_IN, MSG_AUTH_DID_SIGN_IN },
	[AUDIT_SIGN_IN_FAILED] = { MSG_AUTH_KIND_SIGN_IN_FAILED, MSG_AUTH_DID_SIGN_IN_FAILED },
	[AUDIT_SIGN_OUT] = { MSG_AUTH_KIND_SIGN_OUT, MSG_AUTH_DID_SIGN_OUT },
	[AUDIT_REFUSED] = { MSG_AUTH_KIND_REFUSED, MSG_AUTH_DID_REFUSED },
	[AUDIT_ACCOUNT] = { MSG_AUTH_KIND_ACCOUNT, MSG_AUTH_DID_ACCOUNT },
	[AUDIT_GRANT] = { MSG_AUTH_KIND_GRANT, MSG_AUTH_DID_GRANT },
	[AUDIT_TOKEN] = { MSG_AUTH_KIND_TOKEN, MSG_AUTH_DID_TOKEN },
	[AUDIT_PERSONAL_LINK] = { MSG_AUTH_KIND_PERSONAL_LINK, MSG_AUTH_DID_PERSONAL_LINK },
	[AUDIT_SETTING] = { MSG_AUTH_KIND_SETTING, MSG_AUTH_DID_SETTING },
	[AUDIT_BACKUP] = { MSG_AUTH_KIND_BACKUP, MSG_AUTH_DID_BACKUP },
	[AUDIT_RESTORE_BACKUP] = { MSG_AUTH_KIND_RESTORE_BACKUP, MSG_AUTH_DID_RESTORE_BACKUP },
	[AUDIT_CHECKPOINT] = { MSG_AUTH_KIND_CHECKPOINT, MSG_AUTH_DID_CHECKPOINT },
	[AUDIT_CLOCK] = { MSG_AUTH_KIND_CLOCK, MSG_AUTH_DID_CLOCK },
	[AUDIT_ERASE] = { MSG_AUTH_KIND_ERASE, MSG_AUTH_DID_ERASE },
	[AUDIT_APPROVAL] = { MSG_AUTH_KIND_APPROVAL, MSG_AUTH_DID_APPROVAL },
	[AUDIT_FREEZE] = { MSG_AUTH_KIND_FREEZE, MSG_AUTH_DID_FREEZE },
};

/* Names of what auth/ itself records, which no register describes. */
static const struct {
	const char *name;
	msg_id label;
} own_fields[] = {
	{ "account", MSG_AUTH_LOGIN },          { "name", MSG_AUTH_NAME },
	{ "role", MSG_AUTH_ROLE },              { "unit", MSG_AUTH_UNIT },
	{ "until", MSG_AUTH_UNTIL },            { "active", MSG_AUTH_FIELD_ACTIVE },
	{ "password", MSG_AUTH_PASSWORD },      { "second_factor", MSG_AUTH_FACTOR },
	{ "recovery_codes", MSG_AUTH_RECOVERY_TITLE }, { "token", MSG_AUTH_TOKEN_NAME },
	{ "scope", MSG_AUTH_TOKEN_SCOPE },      { "link", MSG_AUTH_FIELD_LINK },
	{ "records", MSG_AUTH_LINK_RECORDS },   { "invitation", MSG_AUTH_FIELD_INVITATION },
	{ "reset_link", MSG_AUTH_FIELD_RESET }, { "sessions_ended", MSG_AUTH_FIELD_SESSIONS },
	{ "needs", MSG_AUTH_ROLE_NEEDS },       { "step", MSG_AUTH_FIELD_STEP },
};

static struct str field_label(struct http_req *req, struct str reg, struct str field)
{
	if (reg.n == 0) {
		for (size_t i = 0; i < COUNT_OF(own_fields); i++)
			if (str_eq_z(field, own_fields[i].name))
				return msg(req->lang, own_fields[i].label);
		int number = auth_register_find(field);
		return number < 0 ? field : label_of(auth_register_info(number)->label, req->lang);
	}
	return world()->field ? world()->field(reg, field, req->lang) : field;
}

static void value(struct html *h, const char *class, bool has, struct str v)
{
	html_lit(h, "<td");
	html_attr(h, "class", str_of(class));
	html_lit(h, ">");
	if (has) {
		struct str shown = text_clip(v, 500);
		html_lines(h, shown);
		if (shown.n < v.n)
			html_lit(h, "…");
	}
	html_lit(h, "</td>");
}

static void changes(struct html *h, struct http_req *req, const struct audit_entry *e)
{
	if (e->changes == 0)
		return;
	html_lit(h, "<details><summary>");
	html_note(h, &NOTE(MSG_AUTH_CHANGES, ARG_I((int64_t)e->changes)));
	html_lit(h, "</summary><table class=\"diff\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_AUTH_FIELD);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_AUTH_BEFORE);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_AUTH_AFTER);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < e->changes && i < 100; i++) {
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, field_label(req, e->reg, e->change[i].field));
		html_lit(h, "</th>");
		value(h, "before", e->change[i].has_before, e->change[i].before);
		value(h, "after", e->change[i].has_after, e->change[i].after);
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></details>");
}

static struct str who(struct http_req *req, const struct audit_entry *e)
{
	if (str_eq_z(e->actor, "operator"))
		return msg(req->lang, MSG_AUTH_WHO_OPERATOR);
	if (str_eq_z(e->actor, "system"))
		return msg(req->lang, MSG_AUTH_WHO_SYSTEM);
	if (str_eq_z(e->actor, "anonymous"))
		return msg(req->lang, MSG_AUTH_WHO_ANONYMOUS);
	if (str_starts(e->actor, STR("token:")))
		return note_str(req->arena, req->lang, &NOTE(MSG_AUTH_WHO_TOKEN, ARG_S(e->actor_name)));
	if (str_starts(e->actor, STR("link:")))
		return note_str(req->arena, req->lang, &NOTE(MSG_AUTH_WHO_LINK, ARG_S(e->actor_name)));
	return e->actor_name.n ? e->actor_name : e->actor;
}

static void entry(struct html *h, struct http_req *req, struct db_conn *c, const struct audit_entry *e)
{
	int number = e->reg.n ? auth_register_find(e->reg) : -1;
	struct str reg = number < 0 ? e->reg : label_of(auth_register_info(number)->label, req->lang);
	struct str subject = e->subject.n ? e->subject : STR("－");
	bool known = (unsigned)e->kind < AUDIT__N && kinds[e->kind].sentence;
	struct note said = NOTE(known ? kinds[e->kind].sentence : MSG_AUTH_DID_OTHER, ARG_S(who(req, e)), ARG_S(reg), ARG_S(subject));
	html_lit(h, "<li");
	html_attr(h, "id", str_printf(req->arena, "e%lld", (long long)e->seq));
	html_lit(h, "><div class=\"history-head\">");
	ui_time(h, e->at);
	html_lit(h, " ");
	html_badge(h, e->kind == AUDIT_REFUSED || e->kind == AUDIT_SIGN_IN_FAILED ? TONE_YELLOW : TONE_NEUTRAL,
	           msg(req->lang, known ? kinds[e->kind].name : MSG_AUTH_KIND_OTHER));
	html_lit(h, " <span class=\"muted small\">#");
	html_text(h, i64_str(req->arena, e->seq));
	if (e->address.n) {
		html_lit(h, "　");
		html_text(h, e->address);
	}
	html_lit(h, "</span></div><div>");
	html_note(h, &said);
	struct auth_record rec;
	if (e->record_id && number >= 0 && world()->record &&
	    world()->record(c, req->arena, auth_principal(req), e->record_id, STR_NULL, req->lang, &rec) == 0) {
		html_lit(h, " <a");
		html_href(h, rec.path);
		html_lit(h, ">");
		html_text(h, rec.code.n ? rec.code : rec.title);
		html_lit(h, "</a>");
	}
	html_lit(h, "</div>");
	if (e->reason.n) {
		html_lit(h, "<div class=\"muted\">");
		html_note(h, &NOTE(MSG_AUTH_REASON, ARG_S(e->reason)));
		html_lit(h, "</div>");
	}
	changes(h, req, e);
	html_lit(h, "</li>");
}

static int filters(struct html *h, struct http_req *req, struct db_conn *c)
{
	struct str actor = http_query(req, "actor"), kind = http_query(req, "kind");
	html_lit(h, "<form method=\"get\" action=\"/settings/audit-trail\" class=\"filters\">");
	ui_select_begin(h, "actor", MSG_AUTH_ACTOR);
	ui_option(h, STR(""), msg(req->lang, MSG_AUTH_ANYBODY), actor.n == 0);
	struct sql q;
	sql_init(&q, req->arena);
	sql_lit(&q, "SELECT id, name FROM auth_account ORDER BY name, id LIMIT 1000");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	bool listed = actor.n == 0;
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		struct str key = str_printf(req->arena, "account:%lld", (long long)stmt_i64(s, 0));
		listed |= str_eq(key, actor);
		ui_option(h, key, stmt_str(s, 1), str_eq(key, actor));
	}
	static const struct {
		const char *key;
		msg_id label;
	} others[] = { { "operator", MSG_AUTH_WHO_OPERATOR }, { "system", MSG_AUTH_WHO_SYSTEM }, { "anonymous", MSG_AUTH_WHO_ANONYMOUS } };
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		listed |= str_eq_z(actor, others[i].key);
		ui_option(h, str_of(others[i].key), msg(req->lang, others[i].label), str_eq_z(actor, others[i].key));
	}
	if (!listed)
		ui_option(h, actor, actor, true);
	ui_select_end(h, MSG_NONE);
	ui_select_begin(h, "kind", MSG_AUTH_KIND);
	ui_option(h, STR(""), msg(req->lang, MSG_AUTH_ANY_KIND), kind.n == 0);
	for (int i = 1; i < AUDIT__N; i++) {
		struct str key = i64_str(req->arena, i);
		ui_option(h, key, msg(req->lang, kinds[i].name), str_eq(key, kind));
	}
	ui_select_end(h, MSG_NONE);
	ui_field(h, &(struct ui_field){ .name = "from", .type = "date", .label = MSG_AUTH_FROM, .value = http_query(req, "from") });
	ui_field(h, &(struct ui_field){ .name = "to", .type = "date", .label = MSG_AUTH_TO, .value = http_query(req, "to") });
	if (http_query(req, "reg").n)
		html_hidden(h, "reg", http_query(req, "reg"));
	if (http_query(req, "record").n)
		html_hidden(h, "record", http_query(req, "record"));
	ui_submit(h, MSG_AUTH_FILTER, true);
	html_lit(h, "</form>");
	return r;
}

void page_trail(struct http_req *req)
{
	struct office *o = office_of(req);
	struct audit_filter f = { .limit = PER_PAGE + 1, .actor = http_query(req, "actor"), .reg = http_query(req, "reg") };
	int64_t v;
	struct date d;
	if (http_query_i64(req, "kind", &v) && v > 0 && v < AUDIT__N)
		f.kind = (enum audit_kind)v;
	if (http_query_i64(req, "before", &v))
		f.before_seq = v;
	if (http_query_i64(req, "record", &v))
		f.record_id = v;
	if (http_query(req, "from").n && date_parse_iso(http_query(req, "from"), &d) == 0)
		f.from_ms = clock_instant(d);
	/* The last day counts whole. */
	if (http_query(req, "to").n && date_parse_iso(http_query(req, "to"), &d) == 0)
		f.until_ms = clock_instant(date_add_days(d, 1));

	struct html h;
	struct audit_entry *e = NULL;
	size_t n = 0;
	struct db_conn *c = db_read_begin(o->db);
	int r = audit_list(c, req->arena, &f, &e, &n);
	if (r < 0) {
		db_read_end(o->db, &c);
		ui_fail(req, r);
		return;
	}
	ui_begin(req, &h, MSG_AUTH_TRAIL, MSG_AUTH_TRAIL_ABOUT, true);
	r = filters(&h, req, c);
	if (n == 0)
		html_empty(&h, msg(req->lang, MSG_AUTH_TRAIL_NONE), msg(req->lang, MSG_AUTH_TRAIL_NONE_TEXT), STR("/settings/audit-trail"),
		           msg(req->lang, MSG_AUTH_TRAIL_ALL));
	html_lit(&h, "<ol class=\"history\">");
	for (size_t i = 0; i < n && i < PER_PAGE; i++)
		entry(&h, req, c, &e[i]);
	html_lit(&h, "</ol>");
	db_read_end(o->db, &c);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	if (n > PER_PAGE) {
		CLEANUP(buf_release) struct buf b;
		buf_init(&b, LIMIT_URL);
		buf_printf(&b, "/settings/audit-trail?before=%lld", (long long)e[PER_PAGE - 1].seq);
		static const char *const kept[] = { "actor", "kind", "from", "to", "reg", "record" };
		for (size_t i = 0; i < COUNT_OF(kept); i++) {
			struct str s = http_query(req, kept[i]);
			if (s.n == 0)
				continue;
			buf_char(&b, '&');
			buf_z(&b, kept[i]);
			buf_char(&b, '=');
			http_put_encoded(&b, s);
		}
		html_lit(&h, "<div class=\"pager\">");
		html_button_link(&h, buf_view(&b), "chevron-right", msg(req->lang, MSG_AUTH_OLDER), false);
		html_lit(&h, "</div>");
	}
	ui_end(&h);
}
