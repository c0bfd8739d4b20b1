/* Imports that run behind the pages. One thread works through them; it ends when there is nothing to do. */
#include "register/import_job.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/text/import.h"
#include "register/import_pages.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static struct import_job *jobs[IMPORT_JOBS];
static struct import_job *queue[IMPORT_JOBS];
static size_t queued;
static bool working, stopping;
static struct office *office;

static struct str owner_of(struct arena *a, const struct principal *p)
{
	return str_printf(a, "%d:%lld", (int)p->kind, (long long)p->id);
}

/* ---- the stored side: what became of it ---- */

struct storing {
	struct import_job *j;
	struct arena *a;
	int64_t state;
	struct str text;
};

static int store(struct db_conn *c, void *arg)
{
	struct storing *s = arg;
	struct sql q;
	sql_init(&q, s->a);
	sql_lit(&q, "INSERT INTO import_job (token, register, owner, file_name, at, state, content) VALUES (");
	sql_str(&q, str_of(s->j->token));
	sql_lit(&q, ", ");
	sql_str(&q, str_of(s->j->reg->name));
	sql_lit(&q, ", ");
	sql_str(&q, owner_of(s->a, &s->j->by));
	sql_lit(&q, ", ");
	sql_str(&q, s->j->file_name);
	sql_lit(&q, ", ");
	sql_i64(&q, s->j->at);
	sql_lit(&q, ", ");
	sql_i64(&q, s->state);
	sql_lit(&q, ", ");
	sql_str(&q, s->text);
	sql_lit(&q, ") ON CONFLICT (token) DO UPDATE SET state = excluded.state, content = excluded.content");
	int e = db_exec(c, &q, NULL);
	if (e < 0)
		return e;
	sql_init(&q, s->a);
	sql_lit(&q, "DELETE FROM import_job WHERE at < ");
	sql_i64(&q, s->j->at - 30 * IMPORT_JOB_LIFE_MS);
	return db_exec(c, &q, NULL);
}

static struct str upload_path(struct arena *a, const struct office *o, struct str token, const char *rest)
{
	return str_printf(a, "%.*s/uploads/%.*s%s", STR_FMT(o->data_dir), STR_FMT(token), rest);
}

int import_job_stored(struct office *o, struct db_conn *c, struct arena *a, const struct principal *by, const struct reg *reg,
                      struct str token, struct import_stored *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT state, at, file_name, content FROM import_job WHERE token = ");
	sql_str(&q, token);
	sql_lit(&q, " AND register = ");
	sql_str(&q, str_of(reg->name));
	sql_lit(&q, " AND owner = ");
	sql_str(&q, owner_of(a, by));
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_first(c, &q, &s);
	if (e < 0)
		return e;
	/* The token is one of ours, since it stands there: it may be part of a path. */
	*ret = (struct import_stored){ .state = (enum import_stored_state)stmt_i64(s, 0), .at = stmt_i64(s, 1), .file_name = stmt_str_dup(s, a, 2),
		.text = stmt_str_dup(s, a, 3), .path = upload_path(a, o, token, ""), .refused_path = upload_path(a, o, token, ".xlsx") };
	return 0;
}

static int unstore(struct db_conn *c, void *arg)
{
	struct storing *s = arg;
	struct sql q;
	sql_init(&q, s->a);
	sql_lit(&q, "DELETE FROM import_job WHERE state <> ");
	sql_i64(&q, IMPORT_STORED_DONE);
	sql_lit(&q, " AND token = ");
	sql_str(&q, s->text);
	return db_exec(c, &q, NULL);
}

void import_job_unstore(struct office *o, struct arena *a, struct str token)
{
	struct storing s = { .a = a, .text = token };
	/* Should it fail, its page says that the file is gone, which is true. */
	if (db_write(o->db, unstore, &s) < 0)
		return;
}

/* ---- the thread ---- */

static void show_progress(void *ctx, int64_t done, int64_t total)
{
	struct import_job *j = ctx;
	pthread_mutex_lock(&lock);
	j->done = done;
	j->total = total;
	pthread_mutex_unlock(&lock);
}

static struct str report_text(struct arena *a, const struct import_report *r, enum lang lang)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	import_report_text(&b, r, lang);
	return str_dup(a, buf_view(&b));
}

static void run_one(struct import_job *j)
{
	/* While it is at work nobody else changes the job: what is read here needs no lock. */
	bool dry = j->dry;
	struct arena *work = arena_new(LIMIT_ARENA);
	struct storing s = { .j = j, .a = work, .state = IMPORT_STORED_RUNNING, .text = STR("") };
	struct import_report report = { 0 };
	struct reg_ctx ctx = { .arena = work, .by = &j->by, .key = office->key };
	int fd = open(str_z(work, j->path), O_RDONLY | O_CLOEXEC);
	int e = fd < 0 ? ERR_IO : dry ? 0 : db_write(office->db, store, &s);
	if (e == 0) {
		struct import_options o = { .reg = j->reg, .file_name = j->file_name, .fd = fd, .sheet = j->sheet, .plan = j->plan, .dry_run = dry,
			.strict = j->strict, .take_good_rows = j->take_good_rows, .refused_path = j->refused_path, .progress = show_progress,
			.progress_ctx = j };
		e = import_run(office->db, &ctx, &o, &report);
	}
	if (fd >= 0)
		close(fd);
	if (!dry) {
		/* Refused rows stopped it: the person decides again. */
		const bool again = e == 0 && !report.applied && !report.refusal.n;
		s.state = again ? IMPORT_STORED_UPLOADED : IMPORT_STORED_DONE;
		s.text = e < 0 ? msg(j->by.lang, MSG_IMPORT_PAGE_FAILED) : report_text(work, &report, j->by.lang);
		int kept = db_write(office->db, store, &s);
		if (e == 0)
			e = kept;
	}
	pthread_mutex_lock(&lock);
	arena_freep(&j->work);
	j->work = work;
	j->report = report;
	j->state = e < 0 ? IMPORT_JOB_FAILED : dry || (!report.applied && !report.refusal.n) ? IMPORT_JOB_READY : IMPORT_JOB_DONE;
	if (j->state == IMPORT_JOB_DONE)
		unlink(str_z(j->keep, j->path));
	pthread_mutex_unlock(&lock);
}

static void *work(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	while (queued && !stopping) {
		struct import_job *j = queue[0];
		pthread_mutex_unlock(&lock);
		run_one(j);
		pthread_mutex_lock(&lock);
		memmove(queue, queue + 1, (queued - 1) * sizeof queue[0]); // NOLINT(bugprone-sizeof-expression): a queue of pointers
		queued--;
	}
	working = false;
	pthread_cond_broadcast(&ended);
	pthread_mutex_unlock(&lock);
	return NULL;
}

void import_job_start(struct import_job *j, bool dry)
{
	j->dry = dry;
	j->state = dry ? IMPORT_JOB_CHECKING : IMPORT_JOB_RUNNING;
	j->done = j->total = 0;
	queue[queued++] = j; /* a job stands in it once, and there are no more jobs than places */
	if (working)
		return;
	pthread_t thread;
	working = pthread_create(&thread, NULL, work, NULL) == 0;
	if (working) {
		pthread_detach(thread);
	} else {
		queued--;
		j->state = IMPORT_JOB_FAILED;
	}
}

/* Out of memory; its files stay. */
static void let_go(struct import_job *j)
{
	for (size_t i = 0; i < IMPORT_JOBS; i++)
		if (jobs[i] == j)
			jobs[i] = NULL;
	arena_freep(&j->work);
	arena_free(j->keep); /* the job itself lies in it */
}

/* What was not decided is there again after the next start: the files stay, and the database knows of them. */
void import_pages_stop(void)
{
	pthread_mutex_lock(&lock);
	stopping = true;
	while (working)
		pthread_cond_wait(&ended, &lock);
	queued = 0;
	for (size_t i = 0; i < IMPORT_JOBS; i++)
		if (jobs[i])
			let_go(jobs[i]);
	stopping = false;
	pthread_mutex_unlock(&lock);
}

/* ---- jobs ---- */

static bool rests(const struct import_job *j)
{
	return j->state != IMPORT_JOB_CHECKING && j->state != IMPORT_JOB_RUNNING;
}

void import_job_forget(struct import_job *j)
{
	unlink(str_z(j->keep, j->path));
	unlink(str_z(j->keep, j->refused_path));
	let_go(j);
}

struct import_job *import_job_take(const struct principal *by, const struct reg *reg, struct str token)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < IMPORT_JOBS; i++) {
		struct import_job *j = jobs[i];
		if (j && str_eq_z(token, j->token) && j->reg == reg && j->by.kind == by->kind && j->by.id == by->id)
			return j;
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

void import_job_give(void)
{
	pthread_mutex_unlock(&lock);
}

/* Files that nobody came back for. */
static void sweep(struct arena *a, struct str dir, int64_t now)
{
	DIR *d = opendir(str_z(a, dir));
	for (struct dirent *e; d && (e = readdir(d));) {
		struct stat st;
		if (e->d_name[0] != '.' && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    (int64_t)st.st_mtime * 1000 < now - IMPORT_JOB_LIFE_MS)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d)
		closedir(d);
}

/* A place in the table: a free one, or that of the oldest job which rests. */
static size_t make_room(int64_t now)
{
	size_t oldest = IMPORT_JOBS;
	for (size_t i = 0; i < IMPORT_JOBS; i++)
		if (jobs[i] && rests(jobs[i]) && jobs[i]->at < now - IMPORT_JOB_LIFE_MS)
			import_job_forget(jobs[i]);
	for (size_t i = 0; i < IMPORT_JOBS; i++) {
		if (!jobs[i])
			return i;
		if (rests(jobs[i]) && (oldest == IMPORT_JOBS || jobs[i]->at < jobs[oldest]->at))
			oldest = i;
	}
	if (oldest < IMPORT_JOBS)
		import_job_forget(jobs[oldest]);
	return oldest;
}

static int write_file(const char *path, struct str data)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_IO;
	while (data.n) {
		ssize_t n = write(fd, data.p, data.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		data = str_sub(data, (size_t)n, data.n);
	}
	if (close(fd) == 0 && data.n == 0)
		return 0;
	unlink(path);
	return ERR_IO;
}

static struct import_job *job_of(struct office *o, const struct principal *by, const struct reg *reg, struct str token, struct str file_name,
                                 int64_t at)
{
	struct arena *keep = arena_new(8u << 20);
	struct import_job *j = ARENA_NEW(keep, struct import_job);
	*j = (struct import_job){ .reg = reg, .keep = keep, .by = *by, .at = at, .sheet = -1, .file_name = str_dup(keep, file_name) };
	memcpy(j->token, token.p, token.n);
	j->by.name = str_dup(keep, by->name);
	j->by.address = str_dup(keep, by->address);
	j->path = upload_path(keep, o, token, "");
	j->refused_path = upload_path(keep, o, token, ".xlsx");
	return j;
}

/* Into the table, and its dry run begins. With the lock. */
static bool enter(struct office *o, struct import_job *j)
{
	size_t at = stopping ? IMPORT_JOBS : make_room(clock_now());
	if (at == IMPORT_JOBS)
		return false;
	office = o;
	jobs[at] = j;
	import_job_start(j, true);
	return true;
}

int import_job_revive(struct office *o, const struct principal *by, const struct reg *reg, struct str token,
                      const struct import_stored *stored)
{
	struct import_job *j = NULL;
	if (token.n >= sizeof j->token)
		return ERR_NOT_FOUND;
	j = job_of(o, by, reg, token, stored->file_name, stored->at);
	j->interrupted = stored->state == IMPORT_STORED_RUNNING;
	int e = access(str_z(j->keep, j->path), R_OK) < 0 ? ERR_NOT_FOUND : 0;
	bool there = false, taken = false;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < IMPORT_JOBS; i++)
		there = there || (jobs[i] && str_eq_z(token, jobs[i]->token));
	if (e == 0 && !there)
		taken = enter(o, j);
	pthread_mutex_unlock(&lock);
	if (!taken)
		arena_free(j->keep);
	return e < 0 || there || taken ? e : ERR_BUSY;
}

int import_job_new(struct office *o, const struct principal *by, const struct reg *reg, struct str file_name, struct str data,
                   struct str *ret_token, struct arena *a)
{
	uint8_t id[16];
	random_bytes(id, sizeof id);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	hash_put_hex(&b, id, sizeof id);
	int64_t now = clock_now();
	struct import_job *j = job_of(o, by, reg, buf_view(&b), file_name, now);
	struct str dir = str_printf(j->keep, "%.*s/uploads", STR_FMT(o->data_dir));
	if (mkdir(str_z(j->keep, dir), 0700) < 0 && errno != EEXIST) {
		arena_free(j->keep);
		return ERR_IO;
	}
	sweep(j->keep, dir, now);
	struct storing s = { .j = j, .a = a, .state = IMPORT_STORED_UPLOADED, .text = STR("") };
	bool taken = false;
	int e = write_file(str_z(j->keep, j->path), data);
	if (e == 0)
		e = db_write(o->db, store, &s);
	*ret_token = str_dup(a, str_of(j->token));
	if (e == 0) {
		pthread_mutex_lock(&lock);
		taken = enter(o, j);
		pthread_mutex_unlock(&lock);
	}
	if (taken)
		return 0;
	if (e == 0)
		import_job_unstore(o, a, *ret_token);
	unlink(str_z(j->keep, j->path));
	arena_free(j->keep);
	return e < 0 ? e : ERR_BUSY;
}
