/*
 * The clerk: one thread that writes what a request notices but must not wait for. Its queue is short; when it is full, the
 * time last seen of a session is dropped (the next request notices it again), and so is a refusal, with the number of
 * those dropped in the next entry.
 */
#include "auth/session.h"
#include "auth/store.h"

#include <pthread.h>

#define QUEUE 256
#define RECENT 64
#define REFUSAL_AGAIN_MS (60LL * 1000)
#define TIDY_MS (3600LL * 1000)

struct task {
	enum clerk_task kind;
	struct db *db;
	int64_t id, at;
	char *text;                 /* of a refusal: actor, name, address, what; NUL-terminated one after the other */
	const char *part[4];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of everything below */
static pthread_cond_t work = PTHREAD_COND_INITIALIZER, idle = PTHREAD_COND_INITIALIZER;
static struct task queue[QUEUE];
static size_t queued;
static bool running, busy, ending;
static pthread_t thread;
static unsigned dropped;
static struct {
	uint8_t key[HASH_SIZE];
	int64_t at;
} recent[RECENT];
static size_t recent_turn;
static int64_t tidied;

struct batch {
	struct task *task;
	size_t n;
	unsigned dropped;
	bool tidy;
	int64_t now;
};

static int touch(struct db_conn *c, struct arena *a, const struct task *t)
{
	struct sql q;
	sql_init(&q, a);
	if (t->kind == CLERK_TOKEN)
		sql_lit(&q, "UPDATE auth_token SET used_at = ");
	else
		sql_lit(&q, "UPDATE auth_session SET seen_at = ");
	sql_i64(&q, t->at);
	sql_lit(&q, " WHERE id = ");
	sql_i64(&q, t->id);
	return db_exec(c, &q, NULL);
}

static int tidy(struct db_conn *c, struct arena *a, int64_t now)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_session WHERE expires_at <= ");
	sql_i64(&q, now);
	sql_lit(&q, " OR seen_at <= ");
	sql_i64(&q, now - SESSION_IDLE_MS);
	int r = db_exec(c, &q, NULL);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_pending WHERE expires_at <= ");
	sql_i64(&q, now);
	r = db_exec(c, &q, NULL);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_attempt WHERE last_at <= ");
	sql_i64(&q, now - DAY_MS);
	r = db_exec(c, &q, NULL);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "DELETE FROM auth_place WHERE seen_at <= ");
	sql_i64(&q, now - 180 * DAY_MS);
	return db_exec(c, &q, NULL);
}

static int write_batch(struct db_conn *c, void *ctx)
{
	struct batch *b = ctx;
	CLEANUP(arena_freep) struct arena *a = arena_new(8u << 20);
	int r = 0;
	for (size_t i = 0; r == 0 && i < b->n; i++) {
		const struct task *t = &b->task[i];
		if (t->kind != CLERK_REFUSAL) {
			r = touch(c, a, t);
			continue;
		}
		struct audit_entry e = { .kind = AUDIT_REFUSED, .actor = str_of(t->part[0]), .actor_name = str_of(t->part[1]),
			                     .address = str_of(t->part[2]), .subject = str_of(t->part[3]) };
		if (b->dropped) {
			e.reason = str_printf(a, "+%u", b->dropped);
			b->dropped = 0;
		}
		r = audit_append(c, &e);
	}
	if (r == 0 && b->tidy)
		r = tidy(c, a, b->now);
	return r;
}

static void *run(void *arg)
{
	(void)arg;
	struct task mine[QUEUE];
	pthread_mutex_lock(&lock);
	for (;;) {
		while (queued == 0 && !ending)
			pthread_cond_wait(&work, &lock);
		if (queued == 0)
			break;
		/* A run of tasks for one database. */
		struct batch b = { .task = mine, .dropped = dropped, .now = clock_now() };
		struct db *db = queue[0].db;
		while (b.n < queued && queue[b.n].db == db) {
			mine[b.n] = queue[b.n];
			b.n++;
		}
		memmove(queue, queue + b.n, (queued - b.n) * sizeof *queue);
		queued -= b.n;
		dropped = 0;
		b.tidy = b.now - tidied > TIDY_MS;
		if (b.tidy)
			tidied = b.now;
		busy = true;
		pthread_mutex_unlock(&lock);
		int r = db_write_background(db, write_batch, &b);
		for (size_t i = 0; i < b.n; i++)
			free(mine[i].text);
		pthread_mutex_lock(&lock);
		/* What could not be written counts with what was dropped. */
		for (size_t i = 0; r < 0 && i < b.n; i++)
			dropped += mine[i].kind == CLERK_REFUSAL;
		busy = false;
		pthread_cond_broadcast(&idle);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void push_locked(struct task t)
{
	queue[queued++] = t;
	if (!running && !ending) {
		if (pthread_create(&thread, NULL, run, NULL) != 0)
			die("cannot start a thread");
		running = true;
	}
	pthread_cond_signal(&work);
}

void clerk_touch(struct db *db, enum clerk_task kind, int64_t id, int64_t now)
{
	pthread_mutex_lock(&lock);
	bool there = ending || queued == QUEUE;
	for (size_t i = 0; i < queued && !there; i++)
		there = queue[i].kind == kind && queue[i].id == id && queue[i].db == db;
	if (!there)
		push_locked((struct task){ .kind = kind, .db = db, .id = id, .at = now });
	pthread_mutex_unlock(&lock);
}

static bool recent_locked(const uint8_t key[HASH_SIZE], int64_t now)
{
	for (size_t i = 0; i < RECENT; i++) {
		if (recent[i].at && now - recent[i].at < REFUSAL_AGAIN_MS && now >= recent[i].at && hash_equal(recent[i].key, key, HASH_SIZE))
			return true;
	}
	memcpy(recent[recent_turn].key, key, HASH_SIZE);
	recent[recent_turn].at = now;
	recent_turn = (recent_turn + 1) % RECENT;
	return false;
}

void auth_record_refusal(struct db *db, const struct principal *p, struct str what)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(1u << 20);
	struct audit_entry e = auth_entry(a, p, AUDIT_REFUSED);
	struct str part[4] = { e.actor, e.actor_name, e.address, str_sub(what, 0, 400) };
	size_t room = 0;
	for (size_t i = 0; i < 4; i++)
		room += part[i].n + 1;
	struct task t = { .kind = CLERK_REFUSAL, .db = db, .text = malloc(room) };
	if (!t.text)
		die("out of memory");
	char *at = t.text;
	for (size_t i = 0; i < 4; i++) {
		if (part[i].n)
			memcpy(at, part[i].p, part[i].n);
		at[part[i].n] = '\0';
		t.part[i] = at;
		at += part[i].n + 1;
	}
	uint8_t key[HASH_SIZE];
	hash_blake2b(key, t.text, room);
	pthread_mutex_lock(&lock);
	bool again = recent_locked(key, clock_now()), full = queued == QUEUE || ending;
	if (!again && !full)
		push_locked(t);
	else if (!again)
		dropped++;
	pthread_mutex_unlock(&lock);
	if (again || full)
		free(t.text);
}

void auth_flush(void)
{
	pthread_mutex_lock(&lock);
	while (running && (queued || busy))
		pthread_cond_wait(&idle, &lock);
	pthread_mutex_unlock(&lock);
}

void auth_stop(void)
{
	pthread_mutex_lock(&lock);
	bool was = running;
	ending = true;
	pthread_cond_broadcast(&work);
	pthread_mutex_unlock(&lock);
	if (was)
		pthread_join(thread, NULL);
	pthread_mutex_lock(&lock);
	running = ending = false;
	memset(recent, 0, sizeof recent);
	pthread_mutex_unlock(&lock);
	roles_forget();
	principals_forget();
}
