/* The verbs that work on an open office, here or inside a running server. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/num.h"
#include "base/text/main.h"
#include "main/checkpoint.h"
#include "main/open.h"
#include "main/verbs.h"
#include "register/export.h"
#include "register/import.h"
#include "register/register.h"

int verb_caller(struct office *o, struct call *c, struct principal *ret)
{
	struct str as = call_option(c, "as");
	*ret = auth_operator();
	if (!as.n)
		return EXIT_DONE;
	struct db_conn *conn = db_read_begin(o->db);
	int64_t id = 0;
	int r = auth_account_find(conn, as, &id);
	if (r == 0)
		r = auth_principal_load(conn, c->arena, id, ret);
	db_read_end(o->db, &conn);
	if (r < 0) {
		call_error(c, &NOTE(MSG_MAIN_NO_ACCOUNT, ARG_S(as)));
		return EXIT_COULD_NOT;
	}
	return EXIT_DONE;
}

const struct reg *verb_register(struct call *c)
{
	const struct reg *r = reg_find(c->word[0]);
	if (!r) {
		struct buf names;
		buf_init(&names, 4096);
		for (size_t i = 0; i < reg_count(); i++) {
			buf_z(&names, i ? ", " : "");
			buf_z(&names, reg_at(i)->name);
		}
		call_error(c, &NOTE(MSG_MAIN_NO_REGISTER, ARG_S(c->word[0]), ARG_S(str_dup(c->arena, buf_view(&names)))));
		buf_release(&names);
	}
	return r;
}

int verb_failed(struct call *c, int r)
{
	call_error(c, &NOTE(MSG_MAIN_FAILED, ARG_S(str_of(c->verb)), ARG_S(str_of(err_name(r)))));
	return EXIT_COULD_NOT;
}

static void show_progress(void *ctx, int64_t done, int64_t total)
{
	struct call *c = ctx;
	if (!isatty(c->err_fd))
		return;
	char line[64];
	int n = snprintf(line, sizeof line, "\r%lld / %lld ", (long long)done, (long long)total);
	ssize_t ignored = write(c->err_fd, line, (size_t)n);
	(void)ignored;
}

/* Who may not do it with what: the office itself is fine. */
static int denied(struct call *c, msg_id what, const struct principal *by, const struct reg *r)
{
	call_error(c, &NOTE(what, ARG_S(by->name), ARG_L(r->label)));
	return EXIT_COULD_NOT;
}

int verb_import(struct office *o, struct call *c)
{
	const struct reg *r = verb_register(c);
	struct principal by;
	int code = r ? verb_caller(o, c, &by) : EXIT_USE;
	if (code != EXIT_DONE)
		return code;
	struct str name = c->word[1];
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/') {
			name = str_sub(name, i, name.n);
			break;
		}
	by.lang = c->lang;
	struct reg_ctx ctx = { .arena = c->arena, .by = &by, .key = o->key };
	struct import_options options = {
		.reg = r, .file_name = name, .fd = c->in_fd, .sheet = -1, .dry_run = call_flag(c, "dry-run"),
		.strict = call_flag(c, "strict"), .take_good_rows = call_flag(c, "take-good-rows"),
		.keep_own_fields = call_flag(c, "keep-own-fields"), .sheet_named = call_option(c, "sheet"),
		.refused_path = call_option(c, "refused"), .progress = show_progress, .progress_ctx = c,
	};
	struct import_report report = { 0 };
	int e = import_run(o->db, &ctx, &options, &report);
	if (e == ERR_DENIED)
		return denied(c, MSG_MAIN_IMPORT_DENIED, &by, r);
	if (e < 0 && !report.refusal.n)
		return verb_failed(c, e);
	struct buf b;
	buf_init(&b, LIMIT_PAGE);
	if (call_flag(c, "json")) {
		struct json j;
		json_init(&j, &b);
		import_report_json(&j, &report);
		buf_char(&b, '\n');
	} else {
		import_report_text(&b, &report, c->lang);
	}
	call_out(c, buf_view(&b));
	buf_release(&b);
	return report.refusal.n || report.refused ? EXIT_FOUND : EXIT_DONE;
}

int verb_export(struct office *o, struct call *c)
{
	const struct reg *r = verb_register(c);
	struct principal by;
	int code = r ? verb_caller(o, c, &by) : EXIT_USE;
	if (code != EXIT_DONE)
		return code;
	struct str format = call_option(c, "format"), encoding = call_option(c, "encoding"), layout = call_option(c, "layout");
	struct export_options options = { .lang = c->lang, .out_fd = c->out_fd, .format = EXPORT_XLSX };
	if (layout.n && !(options.layout = export_layout(r, layout))) {
		struct buf names;
		buf_init(&names, 4096);
		for (size_t i = 0; export_layout_at(r, i); i++) {
			buf_z(&names, i ? ", " : "");
			buf_z(&names, export_layout_at(r, i)->name);
		}
		if (buf_view(&names).n)
			call_error(c, &NOTE(MSG_MAIN_NO_LAYOUT, ARG_S(layout), ARG_L(r->label), ARG_S(str_dup(c->arena, buf_view(&names)))));
		else
			call_error(c, &NOTE(MSG_MAIN_NO_LAYOUTS, ARG_L(r->label)));
		buf_release(&names);
		return EXIT_USE;
	}
	if (layout.n && format.n && !str_eq(format, STR("xlsx"))) {
		call_error(c, &NOTE(MSG_MAIN_LAYOUT_XLSX, ARG_S(layout)));
		return EXIT_USE;
	}
	if (str_eq(format, STR("csv")))
		options.format = EXPORT_CSV;
	else if (str_eq(format, STR("jsonl")))
		options.format = EXPORT_JSONL;
	else if (!str_eq(format, STR("xlsx")) && !(layout.n && !format.n)) {
		call_error(c, &NOTE0(MSG_MAIN_USE_FORMAT));
		return EXIT_USE;
	}
	if (str_eq(encoding, STR("cp932")))
		options.encoding = ENCODING_CP932;
	else if (str_eq(encoding, STR("utf-8")))
		options.encoding = ENCODING_UTF8;
	struct db_conn *conn = db_read_begin(o->db);
	struct reg_view view;
	int e = reg_view_load(conn, c->arena, r, &view);
	db_read_end(o->db, &conn);
	struct query q = { .view = &view, .by = &by, .op = OP_EXPORT, .sort = SORT_OLDEST, .archived = call_flag(c, "archived") };
	options.query = &q;
	struct reg_ctx ctx = { .arena = c->arena, .by = &by, .key = o->key };
	struct export_result result = { 0 };
	if (e == 0)
		e = export_run(o->db, &ctx, &options, &result);
	if (e == ERR_DENIED)
		return denied(c, MSG_MAIN_EXPORT_DENIED, &by, r);
	if (e < 0)
		return verb_failed(c, e);
	if (result.missing.n) {
		call_error(c, &NOTE(MSG_MAIN_CP932_MISSING, ARG_S(result.missing)));
		return EXIT_FOUND;
	}
	return EXIT_DONE;
}

struct token_job {
	struct office *o;
	struct call *c;
	struct principal by;
	int64_t account;
	bool write;
	int64_t expires;
	struct str token;
};

static int token_write(struct db_conn *conn, void *ctx)
{
	struct token_job *j = ctx;
	struct str name = call_option(j->c, "name");
	return auth_token_create(conn, j->c->arena, &j->by, j->account, name.n ? name : STR("command line"), j->write, j->expires, &j->token);
}

int verb_token(struct office *o, struct call *c)
{
	struct str user = call_option(c, "user"), scope = call_option(c, "scope"), days = call_option(c, "days");
	bool write = str_eq(scope, STR("write"));
	int64_t n = 0;
	if (!str_eq(c->word[0], STR("create")) || !user.n || (!write && !str_eq(scope, STR("read"))) ||
	    (days.n && num_parse_i64(days, 1, 3650, &n) < 0)) {
		call_error(c, &NOTE0(MSG_MAIN_USE_TOKEN));
		return EXIT_USE;
	}
	struct token_job j = { .o = o, .c = c, .by = auth_operator(), .write = write, .expires = n ? clock_now() + n * 86400000 : 0 };
	struct db_conn *conn = db_read_begin(o->db);
	int r = auth_account_find(conn, user, &j.account);
	db_read_end(o->db, &conn);
	if (r < 0) {
		call_error(c, &NOTE(MSG_MAIN_NO_ACCOUNT, ARG_S(user)));
		return EXIT_COULD_NOT;
	}
	if ((r = db_write(o->db, token_write, &j)) < 0)
		return verb_failed(c, r);
	call_out(c, str_printf(c->arena, "%.*s\n", STR_FMT(j.token)));
	return EXIT_DONE;
}

int verb_audit_trail(struct office *o, struct call *c)
{
	struct audit_head head, against;
	struct buf b;
	buf_init(&b, 4096);
	struct db_conn *conn = db_read_begin(o->db);
	int code = EXIT_DONE, r = 0;
	if (str_eq(c->word[0], STR("head"))) {
		r = audit_head(conn, &head);
		audit_head_put(&b, &head);
		buf_char(&b, '\n');
	} else if (str_eq(c->word[0], STR("verify"))) {
		struct str kept = call_option(c, "against");
		struct audit_verdict v = { 0 };
		int read = kept.n ? checkpoint_read(o, kept, &against) : 0;
		if (read < 0) {
			db_read_end(o->db, &conn);
			buf_release(&b);
			call_error(c, read == ERR_CORRUPT ? &NOTE0(MSG_MAIN_CHECKPOINT_FORGED) : &NOTE(MSG_MAIN_HEAD_BAD, ARG_S(kept)));
			return read == ERR_CORRUPT ? EXIT_FOUND : EXIT_USE;
		}
		r = audit_verify(conn, kept.n ? &against : NULL, &v);
		code = v.first_bad ? EXIT_FOUND : EXIT_DONE;
		if (call_flag(c, "json")) {
			struct json j;
			json_init(&j, &b);
			json_object_begin(&j);
			json_put_i64(&j, "entries", v.entries);
			json_put_bool(&j, "intact", !v.first_bad);
			json_key(&j, "first_bad");
			if (v.first_bad)
				json_i64(&j, v.first_bad);
			else
				json_null_value(&j);
			json_put_str(&j, "why", v.first_bad ? note_str(c->arena, c->lang, &v.why) : STR_NULL);
			struct buf h;
			buf_init(&h, 128);
			audit_head_put(&h, &v.head);
			json_put_str(&j, "head", buf_view(&h));
			buf_release(&h);
			json_object_end(&j);
			buf_char(&b, '\n');
		} else if (v.first_bad) {
			note_put(&b, c->lang, &NOTE(MSG_MAIN_TRAIL_BROKEN, ARG_I(v.first_bad), ARG_S(note_str(c->arena, c->lang, &v.why))));
			buf_char(&b, '\n');
		} else {
			struct buf h;
			buf_init(&h, 128);
			audit_head_put(&h, &v.head);
			note_put(&b, c->lang, &NOTE(MSG_MAIN_TRAIL_INTACT, ARG_I(v.entries), ARG_S(buf_view(&h))));
			buf_release(&h);
			buf_char(&b, '\n');
		}
	} else {
		code = EXIT_USE;
		call_error(c, &NOTE0(MSG_MAIN_USE_AUDIT));
	}
	db_read_end(o->db, &conn);
	if (r == 0)
		call_out(c, buf_view(&b));
	buf_release(&b);
	return r < 0 ? verb_failed(c, r) : code;
}

struct backup_job {
	struct call *c;
	struct principal by;
	struct str path;
};

static int backup_entry(struct db_conn *conn, void *ctx)
{
	struct backup_job *j = ctx;
	struct audit_entry e = auth_entry(j->c->arena, &j->by, AUDIT_BACKUP);
	e.subject = j->path;
	return audit_append(conn, &e);
}

/* An older backup may be written over, as a nightly job does; anything else is somebody's file. */
static bool is_backup_or_free(struct arena *a, struct str path)
{
	static const char magic[] = "SQLite format 3";
	char head[sizeof magic] = { 0 };
	int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT;
	bool is = read(fd, head, sizeof head) == (ssize_t)sizeof head && memcmp(head, magic, sizeof magic) == 0;
	close(fd);
	return is;
}

int verb_backup(struct office *o, struct call *c)
{
	struct backup_job j = { .c = c, .path = c->word[0] };
	int code = verb_caller(o, c, &j.by);
	if (code != EXIT_DONE)
		return code;
	if (!is_backup_or_free(c->arena, j.path)) {
		call_error(c, &NOTE(MSG_MAIN_BACKUP_OVER, ARG_S(j.path)));
		return EXIT_USE;
	}
	/* The entry goes first, so that the copy holds it. */
	int r = db_write(o->db, backup_entry, &j);
	if (r == 0)
		r = db_backup(o->db, j.path);
	if (r < 0) {
		call_error(c, &NOTE(MSG_MAIN_FILE_WRITE, ARG_S(j.path), ARG_S(str_of(err_name(r)))));
		return EXIT_COULD_NOT;
	}
	struct buf b;
	buf_init(&b, 4096);
	note_put(&b, c->lang, &NOTE(MSG_MAIN_BACKUP_DONE, ARG_S(j.path)));
	buf_char(&b, '\n');
	call_out(c, buf_view(&b));
	buf_release(&b);
	return EXIT_DONE;
}
