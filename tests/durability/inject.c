/*
 * durability_inject DIR SAVE|IMPORT|BACKUP ALLOC|WRITE ERRNO: the n-th allocation fails, or the n-th write, truncation, rename or
 * fsync, for every n of one save, one import or one backup; until there is none left that could fail. Each n in a process of its
 * own. What must hold after each: an answer of yes stands, an answer of no has left nothing; nothing is half there; the trail and
 * the file are whole; what is held when the office is closed does not grow with the number of failures. Out of memory may end the process, by die() (decision 0008): then the work is there as a whole or not at all. FAULTS_DIR is DIR.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asset/asset.h"
#include "base/helper.h"
#include "db/audit.h"
#include "main/open.h"
#include "register/import.h"
#include "register/register.h"
#include "tests/durability/faults.h"

#define IMPORTED 3

enum work { SAVE, IMPORT, BACKUP };

static const char *dir;
static enum work work;
static bool alloc;
static int error;
static const char *plant; /* to see that the checks can fail: lie, leak */

/* What the parent learns of a child, also of one that died. */
static struct shared {
	struct faults faults;
	int64_t rows_before, rows_after; /* as found when the child opened the office */
	int64_t alive;                   /* allocations, when all was closed */
	int result;
	bool answered, sound;
} *shared;

static _Noreturn void bad(int64_t n, const char *what)
{
	fprintf(stderr, "FAILED: n = %lld: %s\n", (long long)n, what);
	exit(1);
}

static int64_t rows_now(struct office *o, struct arena *a)
{
	struct db_conn *c = db_read_begin(o->db);
	struct sql q;
	int64_t rows = -1;
	sql_init(&q, a);
	sql_lit(&q, "SELECT count(*) FROM asset_asset JOIN record USING (id) JOIN asset_asset_search_docsize USING (id) "
	            "WHERE batch = 0 OR batch IN (SELECT id FROM batch WHERE state = 2)");
	if (db_get_i64(c, &q, &rows) < 0)
		rows = -1;
	db_read_end(o->db, &c);
	return rows;
}

static bool is_sound(struct db *db, struct arena *a)
{
	struct db_conn *c = db_read_begin(db);
	struct audit_verdict v = { 0 };
	struct str complaint;
	struct sql q;
	int64_t loose = -1;
	sql_init(&q, a);
	/* A row without its record, a record without its row, a row of an import that is not done. */
	sql_lit(&q, "SELECT (SELECT count(*) FROM (SELECT id FROM asset_asset EXCEPT SELECT id FROM record)) + (SELECT count(*) FROM "
	            "(SELECT id FROM record WHERE register = 'asset' EXCEPT SELECT id FROM asset_asset)) + (SELECT count(*) FROM asset_asset "
	            "WHERE batch > 0 AND batch NOT IN (SELECT id FROM batch WHERE state = 2))");
	bool is = db_check(c, a, &complaint) == 0 && audit_verify(c, NULL, &v) == 0 && v.first_bad == 0 && db_get_i64(c, &q, &loose) == 0 && loose == 0;
	db_read_end(db, &c);
	return is;
}

static int64_t nth; /* of the child: what fails */

/* From here on it counts. */
static void arm(void)
{
	faults->write_at_error = error;
	if (alloc)
		faults->alloc_at = nth;
	else
		faults->write_at = nth;
}

static int times_run; /* names that were not there before */

static int save(struct office *o, struct arena *a)
{
	struct principal by = auth_operator();
	struct reg_ctx ctx = { .arena = a, .by = &by, .key = o->key };
	struct reg_view view;
	struct db_conn *c = db_read_begin(o->db);
	int r = reg_view_load(c, a, &reg_asset, &view);
	db_read_end(o->db, &c);
	if (r < 0)
		return r;
	arm();
	struct change ch = change_new(a, CHANGE_SAVE, &view, 0);
	struct written w;
	change_set_text(&ch, a, "name", str_printf(a, "一件の保存 %d-%d", (int)getpid(), ++times_run).p);
	change_set_text(&ch, a, "note", "検索される備考");
	return reg_save(o->db, &ctx, &ch, &w);
}

static int import(struct office *o, struct arena *a)
{
	struct principal by = auth_operator();
	struct reg_ctx ctx = { .arena = a, .by = &by, .key = o->key };
	const char *path = str_printf(a, "%s.csv", dir).p;
	FILE *f = fopen(path, "w");
	if (!f)
		die("%s", path);
	fputs("資産名,備考\n", f);
	times_run++;
	for (int i = 0; i < IMPORTED; i++)
		fprintf(f, "取り込む行 %d-%d-%d,備考\n", (int)getpid(), times_run, i);
	fclose(f);
	arm();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct import_options options = { .reg = &reg_asset, .file_name = STR("three.csv"), .fd = fd, .sheet = -1 };
	struct import_report report = { 0 };
	int r = import_run(o->db, &ctx, &options, &report);
	close(fd);
	return r < 0 ? r : report.refusal.n ? ERR_INVALID : report.created == IMPORTED ? 0 : ERR_DB;
}

static struct str copy_path(struct arena *a)
{
	return str_printf(a, "%s/copy.db", dir);
}

static int run(struct office *o, struct arena *a)
{
	if (work == SAVE)
		return save(o, a);
	if (work == IMPORT)
		return import(o, a);
	struct str path = copy_path(a);
	arm();
	return db_backup(o->db, path);
}

static struct opened *open_office(enum open_mode mode)
{
	struct opened *o = NULL;
	struct note why;
	if (office_open(str_of(dir), mode, &o, &why) < 0) {
		struct arena *a = arena_new(1u << 20);
		fprintf(stderr, "the office does not open: %.*s\n", STR_FMT(note_str(a, LANG_EN, &why)));
		exit(3);
	}
	return o;
}

/* The child: looks at what the one before it left, then does its work with the n-th failing, so many times; 0: nothing fails. */
static _Noreturn void child(int64_t n, int times)
{
	struct opened *o = open_office(OPEN_EXISTING);
	struct office *office = opened_office(o);
	struct arena *a = arena_new(LIMIT_ARENA);
	shared->rows_before = rows_now(office, a);
	shared->sound = is_sound(office->db, a);
	faults->failed = 0;
	nth = n;
	int result = 0;
	for (int i = 0; i < times; i++) {
		arena_clear(a);
		result = run(office, a);
		faults->alloc_at = faults->write_at = 0;
		if (result < 0 && strcmp(plant, "leak") == 0 && !malloc(10))
			die("malloc");
		if (strcmp(plant, "lie") == 0)
			result = 0;
	}
	shared->result = result;
	shared->answered = true;
	shared->rows_after = rows_now(office, a);
	arena_free(a);
	office_close(o);
	shared->alive = faults->alive;
	_exit(0);
}

/* Runs one; true when the process answered, false when it ended itself for want of memory. */
static bool run_child(int64_t n, int times)
{
	char said[2000] = "";
	int end, ends[2];
	shared->answered = false;
	shared->result = 0;
	if (pipe(ends) < 0)
		die("pipe");
	pid_t pid = fork();
	if (pid == 0) {
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		child(n, times);
	}
	close(ends[1]);
	size_t got = 0;
	for (ssize_t k; got + 1 < sizeof said && (k = read(ends[0], said + got, sizeof said - 1 - got)) > 0;)
		got += (size_t)k;
	close(ends[0]);
	if (waitpid(pid, &end, 0) != pid)
		die("waitpid");
	if (WIFEXITED(end) && WEXITSTATUS(end) == 0)
		return true;
	/* By die() and with its one line; anything else is a crash. */
	if (alloc && WIFSIGNALED(end) && WTERMSIG(end) == SIGABRT && strstr(said, "out of memory"))
		return false;
	fprintf(stderr, "%s", said);
	bad(n, shared->answered ? "the process ended after its answer" : "the process ended, and not by a word about memory");
}

static bool is_backup(void)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db *db = NULL;
	struct note why;
	struct db_options options = { .path = copy_path(a) };
	bool is = db_open(&options, &db, &why) == 0 && is_sound(db, a);
	if (db)
		db_close(db);
	arena_free(a);
	return is;
}

/* In a process of its own, since a database has threads. */
static bool copy_is_backup(void)
{
	int end;
	pid_t pid = fork();
	if (pid == 0)
		_exit(is_backup() ? 0 : 1);
	return waitpid(pid, &end, 0) == pid && WIFEXITED(end) && WEXITSTATUS(end) == 0;
}

static void check_copy(int64_t n, bool answered)
{
	char part[4096];
	snprintf(part, sizeof part, "%s/copy.db.part", dir);
	if (answered && access(part, F_OK) == 0)
		bad(n, "an unfinished backup is left");
	snprintf(part, sizeof part, "%s/copy.db", dir);
	bool there = access(part, F_OK) == 0;
	if (answered && shared->result == 0 && !there)
		bad(n, "the answer is yes, and there is no backup");
	if (there && !copy_is_backup())
		bad(n, "there is a backup that is none");
	unlink(part);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		die("durability_inject DIR save|import|backup alloc|write ERRNO");
	dir = argv[1];
	work = strcmp(argv[2], "save") == 0 ? SAVE : strcmp(argv[2], "import") == 0 ? IMPORT : BACKUP;
	alloc = strcmp(argv[3], "alloc") == 0;
	error = argv[4][0] == '5' ? EIO : ENOSPC;
	const char *const planted = getenv("PLANT");
	plant = planted ? planted : "";
	helper_set_dir(STR("build"));
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	faults = &shared->faults;

	int end;
	pid_t pid = fork();
	if (pid == 0) {
		office_close(open_office(OPEN_CREATE));
		_exit(0);
	}
	if (waitpid(pid, &end, 0) != pid || end != 0)
		die("no office");
	const int64_t step = work == SAVE ? 1 : work == IMPORT ? IMPORTED : 0;
	if (!run_child(0, 1) || shared->result < 0 || (work == BACKUP && !copy_is_backup()))
		bad(0, "it does not work at all");
	int64_t expected = shared->rows_before + step, least = expected, n, yes = 0, no = 0, ended = 0, leaks_looked = 0;
	for (n = 1;; n++) {
		bool answered = run_child(n, 1);
		/* What the one before it left. */
		if (!shared->sound)
			bad(n - 1, "the database is not whole afterwards");
		if (shared->rows_before != expected && shared->rows_before != least) {
			fprintf(stderr, "%lld rows; %lld or %lld may be\n", (long long)shared->rows_before, (long long)least, (long long)expected);
			bad(n - 1, "neither everything nor nothing is there");
		}
		const int64_t before = shared->rows_before;
		if (work == BACKUP)
			check_copy(n, answered);
		if (answered && shared->rows_after != before + (shared->result == 0 ? step : 0))
			bad(n, "the answer is not what is there");
		const bool refused = answered && shared->result < 0;
		expected = answered ? shared->rows_after : before + step;
		least = answered ? shared->rows_after : before;
		if (answered && faults->failed == 0)
			break;
		*(refused ? &no : answered ? &yes : &ended) += 1;
		if (!refused || n % 5 != 1)
			continue;
		/* Three more times in one process, and six: what grows with each is a leak. */
		bool still = run_child(n, 3) && shared->result < 0;
		const int64_t three = shared->alive;
		still = still && run_child(n, 6) && shared->result < 0;
		if (still && shared->alive >= three + 3) {
			fprintf(stderr, "%lld allocations after three failures, %lld after six\n", (long long)three, (long long)shared->alive);
			bad(n, "memory is not given back");
		}
		leaks_looked += still;
		expected = least = shared->rows_after;
	}
	if (n < 5 || (alloc ? ended : no) == 0)
		bad(n, "nothing was made to fail: this shows nothing");
	printf("  ok  %s, the n-th %s fails (%s): n = 1 to %lld; the answer was no %lld times, yes all the same %lld times, the process ended itself %lld times; looked for leaks %lld times\n",
	       argv[2], argv[3], alloc ? "ENOMEM" : error == EIO ? "EIO" : "ENOSPC", (long long)n - 1, (long long)no, (long long)yes, (long long)ended, (long long)leaks_looked);
	return 0;
}
