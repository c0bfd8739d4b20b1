/* `ishigaki doctor`: what is wrong with this office, and the way out. */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/text/main.h"
#include "db/audit.h"
#include "main/open.h"
#include "main/verbs.h"
#include "main/weakness.h"

struct finding {
	const char *check;
	enum { FINE, WARN, BAD } state;
	struct note text;
};

static void put(struct call *c, struct buf *b, struct json *j, const struct finding *f)
{
	static const char *const marks[] = { "ok  ", "warn", "BAD " };
	static const char *const states[] = { "ok", "warning", "bad" };
	if (j) {
		json_object_begin(j);
		json_put_str(j, "check", str_of(f->check));
		json_put_str(j, "state", str_of(states[f->state]));
		json_put_str(j, "text", note_str(c->arena, c->lang, &f->text));
		json_object_end(j);
		return;
	}
	buf_z(b, marks[f->state]);
	buf_lit(b, "  ");
	note_put(b, c->lang, &f->text);
	buf_char(b, '\n');
}

/* What was found, as text or JSON; the exit code. */
static int tell(struct call *c, const struct finding *found, size_t n)
{
	struct buf b;
	struct json j;
	bool as_json = call_flag(c, "json");
	buf_init(&b, LIMIT_PAGE);
	json_init(&j, &b);
	if (as_json)
		json_array_begin(&j);
	int code = EXIT_DONE;
	for (size_t i = 0; i < n; i++) {
		put(c, &b, as_json ? &j : NULL, &found[i]);
		if (found[i].state == BAD)
			code = EXIT_FOUND;
	}
	if (as_json) {
		json_array_end(&j);
		buf_char(&b, '\n');
	}
	call_out(c, buf_view(&b));
	buf_release(&b);
	return code;
}

/* What is weak, each with how to mend it behind it. */
static int tell_weaknesses(struct office *o, struct call *c)
{
	struct weakness *w;
	size_t n;
	if (weakness_list(o, c->arena, c->lang, &w, &n) < 0) {
		call_error(c, &NOTE0(MSG_WEAK_CANNOT));
		return EXIT_COULD_NOT;
	}
	struct finding *found = ARENA_ARRAY(c->arena, n, struct finding);
	for (size_t i = 0; i < n; i++) {
		found[i] = (struct finding){ w[i].check, !w[i].weak ? FINE : w[i].grave ? BAD : WARN, w[i].text };
		if (w[i].weak)
			found[i].text = NOTE(MSG_WEAK_WITH_MEND, ARG_S(note_str(c->arena, c->lang, &w[i].text)), ARG_M(w[i].mend));
	}
	return tell(c, found, n);
}

int verb_doctor(struct office *o, struct call *c)
{
	if (call_flag(c, "security"))
		return tell_weaknesses(o, c);
	struct finding found[8];
	size_t n = 0;
	struct db_conn *conn = db_read_begin(o->db);
	struct str complaint = STR_NULL;
	int r = db_check(conn, c->arena, &complaint);
	found[n++] = r == 0 ? (struct finding){ "database", FINE, NOTE0(MSG_MAIN_DOCTOR_DB_OK) }
	                    : (struct finding){ "database", BAD, NOTE(MSG_MAIN_DOCTOR_DB_BAD, ARG_S(complaint)) };
	struct audit_verdict v = { 0 };
	r = audit_verify(conn, NULL, &v);
	found[n++] = r == 0 && !v.first_bad
	                 ? (struct finding){ "audit-trail", FINE, NOTE(MSG_MAIN_DOCTOR_TRAIL_OK, ARG_I(v.entries)) }
	                 : (struct finding){ "audit-trail", BAD, NOTE(MSG_MAIN_TRAIL_BROKEN, ARG_I(v.first_bad), ARG_S(note_str(c->arena, c->lang, &v.why))) };
	int64_t version = 0;
	if (db_schema_version(conn, &version) == 0)
		found[n++] = (struct finding){ "schema", FINE, NOTE(MSG_MAIN_DOCTOR_SCHEMA, ARG_I(version)) };
	db_read_end(o->db, &conn);
	int64_t us = 0;
	if (db_fsync_time(o->db, &us) == 0)
		found[n++] = (struct finding){ "disk-sync", us > 20000 ? WARN : FINE, NOTE(us > 20000 ? MSG_MAIN_DOCTOR_SYNC_SLOW : MSG_MAIN_DOCTOR_SYNC, ARG_I(us)) };
	struct statvfs fs;
	if (statvfs(str_z(c->arena, o->data_dir), &fs) == 0) {
		int64_t mb = (int64_t)(fs.f_bavail * fs.f_frsize / (1u << 20));
		found[n++] = (struct finding){ "disk-space", mb < 500 ? BAD : mb < 2000 ? WARN : FINE, NOTE(mb < 2000 ? MSG_MAIN_DOCTOR_SPACE_LOW : MSG_MAIN_DOCTOR_SPACE, ARG_I(mb)) };
	}
	struct stat st;
	if (stat(str_z(c->arena, o->data_dir), &st) == 0) {
		bool open_to_others = (st.st_mode & 077) != 0;
		found[n++] = (struct finding){ "permissions", open_to_others ? WARN : FINE, NOTE(open_to_others ? MSG_MAIN_DOCTOR_MODE_OPEN : MSG_MAIN_DOCTOR_MODE, ARG_S(o->data_dir)) };
	}
	return tell(c, found, n);
}
