/*
 * durability_trail make FILE N: appends entries to the trail of a database until it has N. durability_trail run COMMAND ...: runs a
 * command and says what it took ("CPU-seconds peak-MB" on the last line of standard error). durability_trail old FILE N: a
 * database with the first N migrations only, and something in its trail: what a program of that day would have left.
 */
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "db/audit.h"
#include "main/migrations.h"

#define PIECE 20000

static int64_t wanted;

static int append(struct db_conn *c, void *ctx)
{
	struct audit_head head;
	int r = audit_head(c, &head);
	char subject[64];
	const struct audit_change change = { STR("note"), true, true, STR("前の値"), STR("後の値") };
	for (int i = 0; r == 0 && i < PIECE && head.seq + i < wanted; i++) {
		snprintf(subject, sizeof subject, "AST-%07lld", (long long)head.seq + i + 1);
		struct audit_entry e = { .kind = AUDIT_UPDATE, .actor = STR("account:12"), .actor_name = STR("例示 花子"), .address = STR("192.0.2.7"),
			                     .reg = STR("asset"), .record_id = 1 + i % 5000, .revision = 2 + i, .subject = str_of(subject),
			                     .change = &change, .changes = 1 };
		r = audit_append(c, &e);
	}
	*(bool *)ctx = r == 0 && head.seq + PIECE < wanted;
	return r;
}

static void fill(struct db *db)
{
	for (bool more = true; more;)
		if (db_write(db, append, &more) < 0)
			die("the trail cannot be written");
}

static struct db *open_file(const char *path, bool create)
{
	struct db *db = NULL;
	struct note why;
	struct db_options options = { .path = str_of(path), .create = create };
	if (db_open(&options, &db, &why) < 0)
		die("%s cannot be opened", path);
	return db;
}

static int run(char **argv)
{
	struct rusage use;
	int end;
	pid_t pid = fork();
	if (pid == 0) {
		execv(argv[0], argv);
		die("%s", argv[0]);
	}
	if (pid < 0 || wait4(pid, &end, 0, &use) != pid || !WIFEXITED(end))
		die("%s did not end by itself", argv[0]);
	double cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
	fprintf(stderr, "%.2f %.1f\n", cpu, (double)use.ru_maxrss / 1024);
	return WEXITSTATUS(end);
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "run") == 0)
		return run(argv + 2);
	if (argc != 4 || num_parse_i64(str_of(argv[3]), 1, INT64_C(100000000), &wanted) < 0)
		die("durability_trail make FILE N | old FILE N | run COMMAND ...");
	bool old = strcmp(argv[1], "old") == 0;
	struct db *db = open_file(argv[2], old);
	struct note why;
	if (old) {
		if (wanted > (int64_t)migration_count || db_migrate(db, migrations, (size_t)wanted, NULL, NULL, &why) < 0)
			die("the first %lld migrations cannot be applied", (long long)wanted);
		wanted = 7;
	}
	fill(db);
	db_close(db);
	return 0;
}
