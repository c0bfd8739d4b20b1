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

int import_job_stored(struct db_conn *c, struct arena *a, const struct principal *by, const struct reg *reg, struct str token,
                      int64_t *ret_state, struct str *ret_text)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT state, content FROM import_job WHERE token = ");
	sql_str(&q, token);
	sql_lit(&q, " AND register = ");
	sql_str(&q, str_of(reg->name));
	sql_lit(&q, " AND owner = ");
	sql_str(&q, owner_of(a, by));
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int e = db_query(c, &q, &s);
	if (e == 0)
		e = stmt_step(s);
	if (e == 1) {
		*ret_state = stmt_i64(s, 0);
		*ret_text = stmt_str_dup(s, a, 1);
	}
	return e;
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
	struct storing s = { .j = j, .a = work, .state = 1, .text = STR("") };
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
		s.state = 2;
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
		memmove(queue, queue + 1, (queued - 1) * sizeof queue[0]);
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

void import_pages_stop(void)
{
	pthread_mutex_lock(&lock);
	stopping = true;
	while (working)
		pthread_cond_wait(&ended, &lock);
	queued = 0;
	for (size_t i = 0; i < IMPORT_JOBS; i++)
		if (jobs[i])
			import_job_forget(jobs[i]);
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
	for (size_t i = 0; i < IMPORT_JOBS; i++)
		if (jobs[i] == j)
			jobs[i] = NULL;
	unlink(str_z(j->keep, j->path));
	unlink(str_z(j->keep, j->refused_path));
	arena_freep(&j->work);
	arena_free(j->keep); /* the job itself lies in it */
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

/* Files that a server which was killed left behind. */
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

int import_job_new(struct office *o, const struct principal *by, const struct reg *reg, struct str file_name, struct str data,
                   struct str *ret_token, struct arena *a)
{
	struct arena *keep = arena_new(8u << 20);
	struct import_job *j = ARENA_NEW(keep, struct import_job);
	int64_t now = clock_now();
	uint8_t id[16];
	random_bytes(id, sizeof id);
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, sizeof j->token);
	hash_put_hex(&b, id, sizeof id);
	*j = (struct import_job){ .reg = reg, .keep = keep, .by = *by, .at = now, .sheet = -1, .file_name = str_dup(keep, file_name) };
	memcpy(j->token, b.p, b.n);
	j->by.name = str_dup(keep, by->name);
	j->by.address = str_dup(keep, by->address);
	struct str dir = str_printf(keep, "%.*s/uploads", STR_FMT(o->data_dir));
	j->path = str_printf(keep, "%.*s/%s", STR_FMT(dir), j->token);
	j->refused_path = str_printf(keep, "%.*s/%s.xlsx", STR_FMT(dir), j->token);
	if (mkdir(str_z(keep, dir), 0700) < 0 && errno != EEXIST) {
		arena_free(keep);
		return ERR_IO;
	}
	sweep(keep, dir, now);
	int e = write_file(str_z(keep, j->path), data);
	pthread_mutex_lock(&lock);
	size_t at = e == 0 && !stopping ? make_room(now) : IMPORT_JOBS;
	if (at < IMPORT_JOBS) {
		office = o;
		jobs[at] = j;
		*ret_token = str_dup(a, str_of(j->token));
		import_job_start(j, true);
	}
	pthread_mutex_unlock(&lock);
	if (at < IMPORT_JOBS)
		return 0;
	unlink(str_z(keep, j->path));
	arena_free(keep);
	return e < 0 ? e : ERR_BUSY;
}
