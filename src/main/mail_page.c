#include "main/mail_page.h"

#include "auth/office.h"
#include "auth/auth.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/random.h"
#include "base/text.h"
#include "base/text/http.h"
#include "base/text/mail.h"
#include "base/text/main.h"
#include "mail/mail.h"
#include "main/settings.h"

#define SHOWN 50

struct choice_of_three {
	const char *key;
	msg_id label;
};
/* In the order of enum mail_mode and enum mail_tls. */
static const struct choice_of_three modes[3] = { { "off", MSG_MAILSET_OFF }, { "files", MSG_MAILSET_FILES }, { "smtp", MSG_MAILSET_SMTP } };
static const struct choice_of_three ciphers[3] = {
	{ "plain", MSG_MAILSET_PLAIN }, { "starttls", MSG_MAILSET_STARTTLS }, { "tls", MSG_MAILSET_TLS },
};

static enum tone state_tone(enum mail_state s)
{
	return s == MAIL_SENT || s == MAIL_FILED ? TONE_GREEN : s == MAIL_UNCLEAR ? TONE_YELLOW : s == MAIL_GIVEN_UP ? TONE_RED : TONE_BLUE;
}

static msg_id state_msg(enum mail_state s)
{
	static const msg_id texts[] = { [MAIL_WAITING] = MSG_MAILSET_WAITING, [MAIL_SENDING] = MSG_MAILSET_SENDING, [MAIL_SENT] = MSG_MAILSET_SENT,
		[MAIL_UNCLEAR] = MSG_MAILSET_UNCLEAR, [MAIL_GIVEN_UP] = MSG_MAILSET_GIVEN_UP, [MAIL_FILED] = MSG_MAILSET_FILED };
	return texts[s];
}

/* ---- the page ---- */

static void input(struct html *h, const char *name, msg_id label, const char *type, struct str value, int64_t max, msg_id hint)
{
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_of(name));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</label><input class=\"form-control\"");
	html_attr(h, "id", str_of(name));
	html_attr(h, "name", str_of(name));
	html_attr(h, "type", str_of(type));
	html_attr_i64(h, "maxlength", max);
	html_attr(h, "value", value);
	if (strcmp(type, "password") == 0)
		html_lit(h, " autocomplete=\"off\"");
	html_lit(h, ">");
	if (hint) {
		html_lit(h, "<span class=\"field-hint\">");
		html_msg(h, hint);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div>");
}

static void choose(struct html *h, const char *name, msg_id label, const struct choice_of_three *of, size_t chosen)
{
	html_lit(h, "<div class=\"field\"><label");
	html_attr(h, "for", str_of(name));
	html_lit(h, ">");
	html_msg(h, label);
	html_lit(h, "</label><select class=\"form-select\"");
	html_attr(h, "id", str_of(name));
	html_attr(h, "name", str_of(name));
	html_lit(h, ">");
	for (size_t i = 0; i < 3; i++) {
		html_lit(h, "<option");
		html_attr(h, "value", str_of(of[i].key));
		html_flag(h, "selected", i == chosen);
		html_lit(h, ">");
		html_msg(h, of[i].label);
		html_lit(h, "</option>");
	}
	html_lit(h, "</select></div>");
}

static void put_form(struct html *h, const struct mail_server *s)
{
	html_form_begin(h, STR("/settings/mail"), false);
	html_lit(h, "<div class=\"card\"><div class=\"card-body\"><div class=\"form-grid\">");
	choose(h, "mode", MSG_MAILSET_MODE, modes, s->mode);
	input(h, "from", MSG_MAILSET_FROM, "text", s->from, 254, MSG_NONE);
	input(h, "from_name", MSG_MAILSET_FROM_NAME, "text", s->from_name, 100, MSG_NONE);
	input(h, "host", MSG_MAILSET_HOST, "text", s->host, 253, MSG_NONE);
	input(h, "port", MSG_MAILSET_PORT, "text", str_printf(h->arena, "%lld", (long long)s->port), 5, MSG_MAILSET_PORT_HINT);
	choose(h, "tls", MSG_MAILSET_CIPHER, ciphers, s->tls);
	input(h, "user", MSG_MAILSET_USER, "text", s->user, 255, MSG_MAILSET_USER_HINT);
	input(h, "password", MSG_MAILSET_PASSWORD, "password", STR(""), 255, s->password.n ? MSG_MAILSET_PASSWORD_KEPT : MSG_MAILSET_PASSWORD_HINT);
	html_lit(h, "<div class=\"field\"><label for=\"ca\">");
	html_msg(h, MSG_MAILSET_CA);
	html_lit(h, "</label><textarea class=\"form-control\" id=\"ca\" name=\"ca\" rows=\"3\">");
	html_text(h, s->ca);
	html_lit(h, "</textarea><span class=\"field-hint\">");
	html_msg(h, MSG_MAILSET_CA_HINT);
	html_lit(h, "</span></div></div><p class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(h, MSG_SETTINGS_SAVE);
	html_lit(h, "</button></p></div></div>");
	html_form_end(h);
}

static void put_test(struct html *h)
{
	html_lit(h, "<section class=\"card\" id=\"test\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(h, MSG_MAILSET_TEST);
	html_lit(h, "</h2>");
	html_form_begin(h, STR("/settings/mail/test"), false);
	input(h, "to", MSG_MAILSET_TEST_TO, "email", STR(""), 254, MSG_MAILSET_TEST_HINT);
	html_lit(h, "<p><button type=\"submit\" class=\"btn\">");
	html_icon(h, "send");
	html_msg(h, MSG_MAILSET_TEST_BUTTON);
	html_lit(h, "</button></p>");
	html_form_end(h);
	html_lit(h, "</div></section>");
}

static void put_row(struct html *h, const struct mail_row *x)
{
	CLEANUP(buf_release) struct buf at;
	buf_init(&at, 64);
	clock_put_local(&at, x->changed_at);
	html_lit(h, "<li>");
	html_badge(h, state_tone(x->state), msg(h->lang, state_msg(x->state)));
	html_lit(h, " ");
	html_text(h, x->subject);
	html_lit(h, " <span class=\"muted small\">");
	html_text(h, x->to);
	html_lit(h, "／");
	html_text(h, buf_view(&at));
	if (x->note.n) {
		html_lit(h, "／");
		html_text(h, x->note);
	}
	html_lit(h, "</span>");
	if (x->state == MAIL_UNCLEAR || x->state == MAIL_GIVEN_UP)
		html_post_button(h, str_printf(h->arena, "/settings/mail/%lld/again", (long long)x->id), "send", msg(h->lang, MSG_MAILSET_AGAIN), TONE_NEUTRAL, STR_NULL);
	html_lit(h, "</li>");
}

static void put_queue(struct html *h, const struct mail_row *x, size_t n, int64_t waiting, int64_t unclear, int64_t lost)
{
	html_lit(h, "<section class=\"card\" id=\"queue\"><div class=\"card-body\"><h2 class=\"card-title\">");
	html_msg(h, MSG_MAILSET_QUEUE);
	html_lit(h, "</h2><p>");
	html_note(h, &NOTE(MSG_MAILSET_COUNTS, ARG_I(waiting), ARG_I(unclear), ARG_I(lost)));
	html_lit(h, "</p>");
	if (unclear) {
		html_lit(h, "<p>");
		html_msg(h, MSG_MAILSET_UNCLEAR_MEANS);
		html_lit(h, "</p>");
	}
	html_lit(h, "<ul class=\"changes\">");
	for (size_t i = 0; i < n; i++)
		put_row(h, &x[i]);
	html_lit(h, "</ul>");
	if (!n) {
		html_lit(h, "<p>");
		html_msg(h, MSG_MAILSET_QUEUE_EMPTY);
		html_lit(h, "</p>");
	}
	html_lit(h, "</div></section>");
}

/* tone and said: of what was just done; shown: the settings as they stand in the form, NULL for the stored ones. */
static void put_page(struct http_req *req, enum tone tone, struct str title, struct str said, const struct mail_server *shown)
{
	struct mail_server s;
	struct mail_row *x = ARENA_ARRAY(req->arena, SHOWN, struct mail_row);
	size_t n = 0;
	int64_t waiting = 0, unclear = 0, lost = 0;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = mail_server_load(c, req->arena, office_of(req)->key, &s);
	if (e == 0)
		e = mail_list(c, req->arena, 0, SHOWN, x, &n);
	if (e == 0)
		e = mail_count(c, req->arena, MAIL_WAITING, &waiting);
	if (e == 0)
		e = mail_count(c, req->arena, MAIL_UNCLEAR, &unclear);
	if (e == 0)
		e = mail_count(c, req->arena, MAIL_GIVEN_UP, &lost);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		http_fail(req, 503, NOTE0(MSG_HTTP_BUSY));
		return;
	}
	struct html h;
	settings_begin(req, &h, MSG_MAILSET, MSG_MAILSET_ABOUT, true, STR_NULL);
	if (title.n)
		html_alert(&h, tone, title, said);
	put_form(&h, shown ? shown : &s);
	if (s.mode != MAIL_OFF)
		put_test(&h);
	put_queue(&h, x, n, waiting, unclear, lost);
	page_end(&h);
}

static void page_mail(struct http_req *req)
{
	const enum lang lang = auth_principal(req)->lang;
	struct str done = http_query(req, "done");
	put_page(req, TONE_GREEN, str_eq(done, STR("saved")) ? msg(lang, MSG_SETTINGS_SAVED) : str_eq(done, STR("again")) ? msg(lang, MSG_MAILSET_AGAIN_DONE) : STR(""), STR_NULL, NULL);
}

/* ---- saving ---- */

struct save {
	struct http_req *req;
	struct mail_server now, next;
	struct note why;
};

/* Long texts stand in the trail by their hash: another one of the same length is another one. */
static struct str mark_of(struct arena *a, struct str s)
{
	if (!s.n)
		return STR("");
	uint8_t hash[HASH_SIZE];
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 128);
	hash_blake2b(hash, s.p, s.n);
	buf_lit(&b, "BLAKE2b ");
	hash_put_hex(&b, hash, sizeof hash);
	return str_dup(a, buf_view(&b));
}

static int trail(struct db_conn *c, struct save *s)
{
	struct arena *a = s->req->arena;
	const struct { const char *field; struct str before, after; } all[] = {
		{ "mail.mode", str_of(modes[s->now.mode].key), str_of(modes[s->next.mode].key) }, { "mail.host", s->now.host, s->next.host },
		{ "mail.port", str_printf(a, "%lld", (long long)s->now.port), str_printf(a, "%lld", (long long)s->next.port) },
		{ "mail.tls", str_of(ciphers[s->now.tls].key), str_of(ciphers[s->next.tls].key) }, { "mail.user", s->now.user, s->next.user },
		{ "mail.from", s->now.from, s->next.from }, { "mail.from_name", s->now.from_name, s->next.from_name },
		{ "mail.ca", mark_of(a, s->now.ca), mark_of(a, s->next.ca) },
	};
	struct audit_change change[COUNT_OF(all) + 1];
	size_t n = 0;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (!str_eq(all[i].before, all[i].after))
			change[n++] = (struct audit_change){ .field = str_of(all[i].field), .has_before = all[i].before.n > 0, .before = all[i].before, .has_after = all[i].after.n > 0, .after = all[i].after };
	/* Of a password only that it is another one. */
	if (!str_eq(s->now.password, s->next.password))
		change[n++] = (struct audit_change){ .field = STR("mail.password"), .has_after = true, .after = s->next.password.n ? STR("changed") : STR("removed") };
	if (!n)
		return 0;
	struct audit_entry e = auth_entry(a, auth_principal(s->req), AUDIT_SETTING);
	e.subject = STR("mail");
	e.change = change;
	e.changes = n;
	return audit_append(c, &e);
}

static bool same_server(const struct mail_server *a, const struct mail_server *b)
{
	return str_eq(a->host, b->host) && a->port == b->port && a->tls == b->tls && str_eq(a->user, b->user) && str_eq(a->ca, b->ca);
}

static int save_job(struct db_conn *c, void *arg)
{
	struct save *s = arg;
	const uint8_t *key = office_of(s->req)->key;
	int e = mail_server_load(c, s->req->arena, key, &s->now);
	/* A password that is not typed stays, for the server it was given for; without a user name there is none. Who does not know it must
	 * not get to read it at a server of their own. */
	if (e == 0 && !s->next.password.n && s->next.user.n && same_server(&s->now, &s->next))
		s->next.password = s->now.password;
	if (e == 0)
		e = mail_server_save(c, s->req->arena, key, &s->next, &s->why);
	return e == 0 ? trail(c, s) : e;
}

static int chosen(struct str key, const char *first, const char *second)
{
	return str_eq_z(key, first) ? 1 : str_eq_z(key, second) ? 2 : 0;
}

static void do_mail(struct http_req *req)
{
	struct save s = { .req = req, .why = NOTE0(MSG_SETTINGS_FAILED) };
	struct mail_server *m = &s.next;
	*m = (struct mail_server){ .mode = (enum mail_mode)chosen(http_form(req, "mode"), "files", "smtp"), .host = str_trim(http_form(req, "host")),
		.tls = (enum mail_tls)chosen(http_form(req, "tls"), "starttls", "tls"), .user = str_trim(http_form(req, "user")), .password = http_form(req, "password"),
		.from = str_trim(http_form(req, "from")), .from_name = str_trim(http_form(req, "from_name")), .ca = text_clean(req->arena, http_form(req, "ca")) };
	if (num_parse_human(http_form(req, "port"), 0, 1, 65535, &m->port) < 0)
		m->port = 0;
	int e = db_write(office_of(req)->db, save_job, &s);
	if (e == ERR_INVALID) {
		put_page(req, TONE_RED, note_str(req->arena, req->lang, &s.why), STR_NULL, m);
		req->answer->status = 422;
	} else if (e < 0) {
		http_fail(req, 503, s.why);
	} else {
		http_redirect(req, STR("/settings/mail?done=saved"));
	}
}

/* ---- a test letter, at once, so that what the server says stands on the page ---- */

static void do_test(struct http_req *req)
{
	const enum lang lang = auth_principal(req)->lang;
	struct mail_server s;
	struct str to = str_trim(http_form(req, "to")), said = STR("");
	uint8_t raw[8];
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = mail_server_load(c, req->arena, office_of(req)->key, &s);
	db_read_end(office_of(req)->db, &c);
	if (e < 0 || s.mode != MAIL_SMTP) {
		put_page(req, TONE_YELLOW, msg(lang, MSG_MAILSET_TEST_NO_SERVER), STR_NULL, NULL);
		return;
	}
	if (!mail_address_valid(to)) {
		put_page(req, TONE_RED, msg(lang, MSG_MAILSET_TEST_BAD), STR_NULL, NULL);
		req->answer->status = 422;
		return;
	}
	random_bytes(raw, sizeof raw);
	CLEANUP(buf_release) struct buf message, id;
	buf_init(&message, LIMIT_MAIL_MESSAGE);
	buf_init(&id, 400);
	for (size_t i = 0; i < sizeof raw; i++)
		buf_printf(&id, "%02x", raw[i]);
	buf_printf(&id, "@%.*s", STR_FMT(str_sub(s.from, (size_t)(str_find_char(s.from, '@') + 1), s.from.n)));
	const struct mail_head head = { .from = s.from, .from_name = s.from_name, .to = to, .subject = msg(lang, MSG_MAILSET_TEST_SUBJECT), .message_id = buf_view(&id), .at = clock_now() };
	enum mail_outcome outcome = mail_compose(&message, req->arena, &head, lang, msg(lang, MSG_MAILSET_TEST_TEXT)) < 0
	                            ? MAIL_REFUSED : mail_send(req->arena, &s, to, buf_view(&message), &said);
	static const msg_id words[] = { [MAIL_ACCEPTED] = MSG_MAILSET_TEST_DONE, [MAIL_REFUSED] = MSG_MAILSET_TEST_REFUSED, [MAIL_LATER] = MSG_MAILSET_TEST_LATER,
		[MAIL_NO_SERVER] = MSG_MAILSET_TEST_UNREACHED, [MAIL_HANDED_OVER] = MSG_MAILSET_TEST_UNCLEAR };
	put_page(req, outcome == MAIL_ACCEPTED ? TONE_GREEN : TONE_RED, msg(lang, words[outcome]), said.n ? note_str(req->arena, lang, &NOTE(MSG_MAILSET_SAID, ARG_S(said))) : STR(""), NULL);
}

/* ---- once more ---- */

struct again {
	struct http_req *req;
	int64_t id;
};

static int again_job(struct db_conn *c, void *arg)
{
	struct again *x = arg;
	int e = mail_again(c, x->req->arena, x->id);
	if (e < 0)
		return e;
	struct audit_entry entry = auth_entry(x->req->arena, auth_principal(x->req), AUDIT_SETTING);
	entry.subject = str_printf(x->req->arena, "mail %lld again", (long long)x->id);
	return audit_append(c, &entry);
}

static void do_again(struct http_req *req)
{
	struct again x = { .req = req };
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &x.id) < 0 ? ERR_NOT_FOUND : db_write(office_of(req)->db, again_job, &x);
	if (e < 0)
		http_fail(req, e == ERR_NOT_FOUND ? 404 : e == ERR_CONFLICT ? 409 : 503, e == ERR_CONFLICT ? NOTE0(MSG_MAILSET_AGAIN_LATE) : NOTE0(MSG_HTTP_NOT_FOUND));
	else
		http_redirect(req, STR("/settings/mail?done=again#queue"));
}

static const struct param page_params[] = { { "done", PARAM_KEY, 0, 20, false } };
static const struct param save_params[] = {
	{ "mode", PARAM_KEY, 0, 20, false }, { "host", PARAM_TEXT, 0, 300, false }, { "port", PARAM_TEXT, 0, 20, false }, { "tls", PARAM_KEY, 0, 20, false }, { "user", PARAM_TEXT, 0, 300, false },
	{ "password", PARAM_SECRET, 0, 300, false }, { "from", PARAM_TEXT, 0, 300, false }, { "from_name", PARAM_TEXT, 0, 200, false }, { "ca", PARAM_TEXT, 0, LIMIT_MAIL_CA, false },
};
static const struct param test_params[] = { { "to", PARAM_TEXT, 0, 300, false } };

const struct route mail_page_routes[] = {
	{ HTTP_GET, "/settings/mail", page_mail, 0, NEED_ADMIN, page_params, COUNT_OF(page_params) },
	{ HTTP_POST, "/settings/mail", do_mail, 0, NEED_ADMIN, save_params, COUNT_OF(save_params) },
	{ HTTP_POST, "/settings/mail/test", do_test, 0, NEED_ADMIN, test_params, COUNT_OF(test_params) },
	{ HTTP_POST, "/settings/mail/:id/again", do_again, 0, NEED_ADMIN },
};
const size_t mail_page_route_count = COUNT_OF(mail_page_routes);
