/* `ishigaki restore FILE --data DIR`: puts a backup in place of the database; what was there is kept beside it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text/main.h"
#include "auth/auth.h"
#include "db/audit.h"
#include "mail/mail.h"
#include "main/migrations.h"
#include "main/open.h"
#include "main/verbs.h"

#define COPY_BLOCK ((size_t)256 << 10)

/* By hand: the kernel's own copying refuses to go from one kind of file system to another, where backups come from. */
static int copy_bytes(struct arena *a, int in, int out)
{
	char *block = arena_alloc(a, COPY_BLOCK);
	ssize_t n;
	while ((n = read(in, block, COPY_BLOCK)) > 0)
		for (ssize_t put, done = 0; done < n; done += put)
			if ((put = write(out, block + done, (size_t)(n - done))) < 0)
				return ERR_IO;
	return n == 0 && fsync(out) == 0 ? 0 : ERR_IO;
}

/* errno tells why it failed. */
static int copy_file(struct arena *a, const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, r = ERR_IO;
	if (in < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out >= 0)
		r = copy_bytes(a, in, out);
	int why = errno;
	if (out >= 0)
		close(out);
	close(in);
	errno = why;
	return r;
}

struct restored {
	struct call *c;
	struct str file;
};

/* In the copy, before it takes its place: from then on the trail says where it came from, and no letter goes out a second time. */
static int record_restore(struct db_conn *conn, void *ctx)
{
	const struct restored *x = ctx;
	struct principal by = auth_operator();
	struct audit_entry e = auth_entry(x->c->arena, &by, AUDIT_RESTORE_BACKUP);
	e.subject = x->file;
	int r = audit_append(conn, &e);
	return r < 0 ? r : mail_restored(conn, x->c->arena);
}

/* A backup is good when it opens as a database of ours that is not newer than this program, is whole, its trail
 * verifies, and it is of the key that the directory has. */
static int check_backup(struct call *c, struct str dir, const char *path, struct note *why)
{
	struct db *db = NULL;
	struct db_options options = { .path = str_of(path) };
	int r = db_open(&options, &db, why);
	if (r < 0) {
		*why = NOTE(MSG_MAIN_BACKUP_NONE, ARG_S(c->word[0]));
		return r;
	}
	struct db_conn *conn = db_read_begin(db);
	struct str complaint = STR_NULL;
	struct audit_verdict v = { 0 };
	r = db_check(conn, c->arena, &complaint);
	if (r < 0)
		*why = NOTE(MSG_MAIN_BACKUP_DAMAGED, ARG_S(complaint));
	else if ((r = audit_verify(conn, NULL, &v)) == 0 && v.first_bad) {
		*why = NOTE(MSG_MAIN_TRAIL_BROKEN, ARG_I(v.first_bad), ARG_S(note_str(c->arena, c->lang, &v.why)));
		r = ERR_CORRUPT;
	}
	int64_t version = 0;
	if (r == 0 && (r = db_schema_version(conn, &version)) == 0 && version > (int64_t)migration_count) {
		*why = NOTE(MSG_MAIN_BACKUP_NEWER, ARG_I(version), ARG_I((int64_t)migration_count));
		r = ERR_RANGE;
	}
	/* Without a key of its own the directory waits for the backup's; opening tells then. */
	uint8_t key[32];
	if (r == 0 && office_key_read(c->arena, dir, key) == 0 && office_key_fits(conn, c->arena, key) == ERR_DENIED) {
		*why = NOTE(MSG_MAIN_BACKUP_OTHER_KEY, ARG_S(dir));
		r = ERR_DENIED;
	}
	db_read_end(db, &conn);
	if (r == 0) {
		struct restored x = { c, c->word[0] };
		r = db_write(db, record_restore, &x);
	}
	db_close(db);
	return r;
}

int verb_restore(struct call *c)
{
	struct str dir = call_option(c, "data"), file = c->word[0];
	struct arena *a = c->arena;
	struct note why = NOTE(MSG_MAIN_FILE_READ, ARG_S(file), ARG_S(STR("?")));
	if (dir_make(a, dir) < 0) {
		call_error(c, &NOTE(MSG_MAIN_DIR_FAILED, ARG_S(dir), ARG_S(str_of(strerrordesc_np(errno)))));
		return EXIT_COULD_NOT;
	}
	int lock = open(str_z(a, str_printf(a, "%.*s/lock", STR_FMT(dir))), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) < 0) {
		call_error(c, &NOTE(MSG_MAIN_DATA_BUSY, ARG_S(dir)));
		if (lock >= 0)
			close(lock);
		return EXIT_COULD_NOT;
	}
	const char *copy = str_z(a, str_printf(a, "%.*s/restoring.db", STR_FMT(dir)));
	const char *db = str_z(a, str_printf(a, "%.*s/ishigaki.db", STR_FMT(dir)));
	unlink(copy);
	int r = copy_file(a, str_z(a, file), copy);
	if (r < 0)
		why = NOTE(MSG_MAIN_FILE_READ, ARG_S(file), ARG_S(str_of(strerrordesc_np(errno))));
	else
		r = check_backup(c, dir, copy, &why);
	/* The check leaves -wal and -shm files of the copy behind only when it failed to close. */
	unlink(str_z(a, str_printf(a, "%s-wal", copy)));
	unlink(str_z(a, str_printf(a, "%s-shm", copy)));
	struct str old = STR_NULL;
	if (r == 0) {
		struct str aside = str_printf(a, "%s.before-restore-%lld", db, (long long)clock_now());
		if (access(db, F_OK) == 0) {
			/* Opened and closed, the old database takes in what is still in its WAL; one that does not open keeps
			 * it beside its copy. The name is never without a database: a second name first, then the rename. */
			struct db *before = NULL;
			struct note unused;
			struct db_options options = { .path = str_of(db) };
			if (db_open(&options, &before, &unused) == 0)
				db_close(before);
			if (link(db, aside.p) < 0)
				r = ERR_IO;
			old = aside;
			rename(str_z(a, str_printf(a, "%s-wal", db)), str_z(a, str_printf(a, "%.*s-wal", STR_FMT(aside))));
			unlink(str_z(a, str_printf(a, "%s-shm", db)));
		}
		if (r == 0 && rename(copy, db) < 0)
			r = ERR_IO;
		int d = open(str_z(a, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (d >= 0) {
			fsync(d);
			close(d);
		}
		if (r < 0)
			why = NOTE(MSG_MAIN_FILE_WRITE, ARG_S(str_of(db)), ARG_S(str_of(strerrordesc_np(errno))));
	} else {
		unlink(copy);
	}
	close(lock);
	if (r < 0) {
		call_error(c, &why);
		return EXIT_COULD_NOT;
	}
	struct note done = old.n ? NOTE(MSG_MAIN_RESTORED_OVER, ARG_S(file), ARG_S(dir), ARG_S(old)) : NOTE(MSG_MAIN_RESTORED, ARG_S(file), ARG_S(dir));
	call_out(c, str_printf(a, "%.*s\n", STR_FMT(note_str(a, c->lang, &done))));
	return EXIT_DONE;
}
