#include "main/jobs.h"

#include <dirent.h>
#include <pthread.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "db/audit.h"
#include "document/document.h"
#include "mail/mail.h"
#include "main/checkpoint.h"
#include "register/draft.h"
#include "register/moved.h"
#include "report/signal.h"
#include "risk/treatment.h"
#include "training/training.h"
#include "work/digest.h"
#include "work/task.h"

struct jobs {
	struct office *office;
	int64_t keep_days;
	pthread_t thread, mail;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
	atomic_bool mail_stop;
};

static struct str today(struct arena *a)
{
	return date_iso(a, clock_today());
}

/* Daily backups are named daily-YYYY-MM-DD.db: the name tells the age. Others (before a migration) are never removed. */
static void drop_old_backups(struct arena *a, struct str dir, int64_t keep_days)
{
	DIR *d = opendir(str_z(a, dir));
	if (!d)
		return;
	int64_t oldest = date_days(clock_today()) - keep_days;
	struct dirent *e;
	while ((e = readdir(d))) {
		struct str name = str_of(e->d_name);
		struct date day;
		if (!str_starts(name, STR("daily-")) || !str_ends(name, STR(".db")) || date_parse_iso(str_sub(name, 6, 10), &day) < 0)
			continue;
		if (date_days(day) < oldest && unlinkat(dirfd(d), e->d_name, 0) < 0)
			log_line(LOG_LEVEL_WARNING, "old backup %s cannot be removed", e->d_name);
	}
	closedir(d);
}

static void put_head_outside(struct arena *a, struct office *o)
{
	struct str dir = office_path(a, o, "outbox");
	struct str path = str_printf(a, "%.*s/audit-head-%.*s.txt", STR_FMT(dir), STR_FMT(today(a)));
	if (access(str_z(a, path), F_OK) == 0)
		return;
	struct db_conn *c = db_read_begin(o->db);
	struct audit_head head;
	int r = audit_head(c, &head);
	db_read_end(o->db, &c);
	struct buf b;
	buf_init(&b, 1024);
	checkpoint_put(&b, o, &head);
	if (r < 0 || dir_make(a, dir) < 0 || file_write(a, path, buf_view(&b), 0600) < 0)
		log_line(LOG_LEVEL_WARNING, "the audit trail's head cannot be written to the outbox");
	buf_release(&b);
}

#define MOVED_KEEP_DAYS 400 /* a year's comparison, and some */
#define MOVED_PIECE 5000

struct tidy {
	struct arena *arena;
	struct principal by;
	bool more;
};

static int tidy_piece(struct db_conn *c, void *ctx)
{
	struct tidy *t = ctx;
	struct reg_ctx rc = { .conn = c, .arena = t->arena, .by = &t->by };
	int r = draft_tidy(&rc);
	return r < 0 ? r : moved_forget(&rc, clock_now() - (int64_t)MOVED_KEEP_DAYS * 24 * 3600 * 1000, MOVED_PIECE, &t->more);
}

/* Once a day: drafts that nobody came back for, movements that nothing compares with any more. */
static void tidy(struct arena *a, struct office *o)
{
	static int64_t tidied_on;
	int64_t day = date_days(clock_today());
	if (tidied_on == day)
		return;
	tidied_on = day;
	struct tidy t = { .arena = a, .by = auth_system(), .more = true };
	while (t.more)
		if (db_write_background(o->db, tidy_piece, &t) < 0) {
			log_line(LOG_LEVEL_WARNING, "old drafts and movements cannot be removed");
			break;
		}
}

/* Acceptances that no longer hold. Every round: an occurrence above the set number must not wait for tomorrow. */
static void end_acceptances(struct office *o)
{
	int64_t ended = 0;
	if (acceptance_round(o->db, o->key, &ended) < 0)
		log_line(LOG_LEVEL_WARNING, "acceptances that ended cannot be recorded");
}

/* Approved revisions whose day has come. */
static void revisions_in_force(struct office *o)
{
	int64_t n = 0;
	if (revision_round(o->db, o->key, &n) < 0)
		log_line(LOG_LEVEL_WARNING, "revisions that are due cannot be put in force");
}

/* The next one of each task that comes back and is due. */
static void repeat_tasks(struct office *o)
{
	int64_t made = 0;
	if (task_next_round(o->db, o->key, &made) < 0)
		log_line(LOG_LEVEL_WARNING, "tasks that come back cannot be made");
}

/* Who joined or moved gets their training; who has not finished is written to. */
static void follow_training(struct office *o)
{
	int64_t taken = 0, letters = 0;
	if (training_round(o->db, o->key, o->public_url, &taken, &letters) < 0)
		log_line(LOG_LEVEL_WARNING, "training cannot be followed up");
}

static void make_digests(struct office *o)
{
	int64_t made = 0;
	if (digest_round(o->db, o->key, o->public_url, &made) < 0)
		log_line(LOG_LEVEL_WARNING, "digests cannot be made");
}

void jobs_round(struct office *o, int64_t keep_days)
{
	struct arena *a = arena_new(1u << 20);
	put_head_outside(a, o);
	tidy(a, o);
	if (month_freeze_due(o->db, NULL) < 0)
		log_line(LOG_LEVEL_WARNING, "the month-end signal cannot be frozen");
	end_acceptances(o);
	revisions_in_force(o);
	repeat_tasks(o);
	follow_training(o);
	make_digests(o);
	if (keep_days) {
		struct str dir = office_path(a, o, "backups");
		struct str path = str_printf(a, "%.*s/daily-%.*s.db", STR_FMT(dir), STR_FMT(today(a)));
		if (access(str_z(a, path), F_OK) != 0) {
			if (dir_make(a, dir) < 0 || db_backup(o->db, path) < 0)
				log_line(LOG_LEVEL_ERROR, "the daily backup failed");
			else
				drop_old_backups(a, dir, keep_days);
		}
	}
	arena_free(a);
}

/* Until a minute has passed, or the end has come: then false. */
static bool wait_a_minute(struct jobs *j)
{
	struct timespec until;
	pthread_mutex_lock(&j->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 60;
	if (!j->stop)
		pthread_cond_timedwait(&j->wake, &j->lock, &until);
	const bool on = !j->stop;
	pthread_mutex_unlock(&j->lock);
	return on;
}

static void *run(void *ctx)
{
	struct jobs *j = ctx;
	do
		jobs_round(j->office, j->keep_days);
	while (wait_a_minute(j));
	return NULL;
}

/* Mail has a thread of its own: a server that answers slowly holds up no backup. */
static void *run_mail(void *ctx)
{
	struct jobs *j = ctx;
	do {
		struct mail_done done;
		CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
		if (mail_round(j->office->db, j->office->key, office_path(a, j->office, "outbox"), &j->mail_stop, &done) < 0)
			log_line(LOG_LEVEL_WARNING, "mail cannot be delivered");
		else if (done.given_up || done.unclear)
			log_line(LOG_LEVEL_WARNING, "mail: %lld letters could not be sent, of %lld it is not clear", (long long)done.given_up, (long long)done.unclear);
	} while (wait_a_minute(j));
	return NULL;
}

struct jobs *jobs_start(struct office *o, const struct config *config)
{
	struct jobs *j = calloc(1, sizeof *j);
	if (!j)
		die("out of memory");
	j->office = o;
	j->keep_days = config->backup_keep_days;
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->wake, NULL);
	if (pthread_create(&j->thread, NULL, run, j) != 0 || pthread_create(&j->mail, NULL, run_mail, j) != 0)
		die("the job thread cannot be started");
	return j;
}

void jobs_stop(struct jobs *j)
{
	pthread_mutex_lock(&j->lock);
	j->stop = true;
	atomic_store(&j->mail_stop, true);
	pthread_cond_broadcast(&j->wake);
	pthread_mutex_unlock(&j->lock);
	pthread_join(j->thread, NULL);
	pthread_join(j->mail, NULL);
	pthread_mutex_destroy(&j->lock);
	pthread_cond_destroy(&j->wake);
	free(j);
}
